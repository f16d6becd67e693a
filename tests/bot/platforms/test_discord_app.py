"""What members do in Discord, and what they see of it; the SDK is its own, the server is faked."""

import asyncio
import json
import logging
import threading
from contextlib import contextmanager

import pytest

from bot.commands import parse
from bot.delivery.values import Outgoing
from bot.errors import UnusableStore
from bot.platforms.discord import clients
from bot.platforms.discord.app import DiscordBot
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Conversation, Target
from bot.render.discord import DiscordRenderer
from bot.replies import Reply
from tests.bot.platforms.discord_world import connected, ran, served
from tests.discord_rules import buttons
from tests.fake_discord import ANNEKE, BENTE, BOT, CARSTEN, FORUM_ID, GUILD, NEWS, OTHER, people
from tests.fake_discord.interactions import COMMAND
from tests.fake_discord.world import EMBED, MEMBERS_MAY, SEND, SEND_IN_THREADS, VIEW, parts

CHANNEL = Target("discord", GUILD, "channel", NEWS)
GERMAN = {"locale": "de"}
ALONE = 64  # a flag: nobody else sees it
MAIL = "https://x.example/a"


def text(message):
    """What is read in a message."""
    shown = [part for embed in message["embeds"] for part in (embed.get("title"), embed.get("description"))]
    inner = [part.get("content") for part in parts(message["components"])]
    return " ".join(filter(None, [message["content"], *shown, *inner])).replace("\\", "")


def button(message, words):
    return next(each["custom_id"] for each in buttons(message) if each["label"] == words)


class Saying:
    """Answers always the same; it waits till it is told to go on."""

    def __init__(self, reply, go=True):
        self.reply, self.go, self.told = reply, threading.Event(), []
        if go:
            self.go.set()

    def answer(self, *_):
        assert self.go.wait(30)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    def sent(self, reply, _):
        self.told.append(reply)


@contextmanager
def unlogged():
    """What is expected to be logged is not shown."""
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


# -- commands ----------------------------------------------------------------------------------------------------------


@ran
async def test_a_command_is_answered_to_who_gave_it_alone(at_work):
    asked = await at_work.asked("changed", story="lock")
    assert asked.private
    assert text(asked.original).startswith("What changed · The lock at Ostwick")
    assert at_work.said() == []
    assert at_work.world.store.mark(CHANNEL, "lock").at is None


@ran
async def test_what_is_to_be_posted_is_seen_by_the_channel_and_told_there_and_nothing_new_is_not(at_work):
    asked = await at_work.asked("changed", at=GERMAN, story="lock", post=True)
    assert asked.private
    assert "Steht unten" in text(asked.original)
    [message] = await at_work.posted()
    assert text(message).startswith("What changed · The lock at Ostwick")
    await at_work.discord.until(lambda: at_work.world.store.mark(CHANNEL, "lock").at)
    asked = await at_work.asked("changed", user=BENTE, story="lock", post=True)
    assert "Nothing" in text(asked.original)
    assert asked.private
    assert asked.followups == []
    assert at_work.said() == [message]


@ran
async def test_a_public_command_that_fails_is_told_to_who_gave_it_alone(at_work):
    at_work.bot._answers = Saying(KeyError("nobody should see this"))
    with unlogged():
        asked = await at_work.asked("changed", story="lock", post=True)
    assert asked.private
    assert "fault of this program" in text(asked.original)
    assert "nobody" not in text(asked.original)
    assert at_work.said() == []


@ran
async def test_what_discord_does_not_let_be_posted_is_told_to_who_asked_alone(at_work):
    with unlogged():
        at_work.discord.plan("followup", "50035", "50035")
        asked = await at_work.asked("changed", story="lock", post=True)
        await at_work.discord.until(lambda: "fault of this program" in text(asked.original))
    assert at_work.said() == []
    assert at_work.world.store.mark(CHANNEL, "lock").at is None


@ran
async def test_help_says_how_its_words_are_given_as_commands(at_work):
    assert "/news changed" in text((await at_work.asked("help")).original)
    assert "/news geändert" in text((await at_work.asked("help", at=GERMAN)).original)


@ran
async def test_a_member_without_any_right_is_told_what_changed(at_work):
    guest = people.person(at_work.discord, "Guest", permissions=0)
    assert "The lock at Ostwick" in text((await at_work.asked("changed", user=guest, story="lock")).original)


@ran
async def test_who_may_not_write_somewhere_has_nothing_posted_there(at_work):
    people.deny(at_work.discord, NEWS, SEND, user=BENTE)
    asked = await at_work.asked("changed", user=BENTE, story="lock", post=True)
    assert "Send Messages" in text(asked.original)
    assert at_work.said() == []


@ran
async def test_where_the_app_is_not_installed_its_user_has_a_library_and_a_page_of_their_own(at_work):
    at_work.discord.guilds[GUILD].integrated = False
    asked = await at_work.asked("changed", story="lock", post=True)
    assert asked.private
    person = Target("discord", f"dm:{ANNEKE}", "person", ANNEKE)
    await at_work.discord.until(lambda: at_work.world.store.mark(person, "lock").at)
    page = await at_work.asked("me")
    await at_work.pressed("Follow this story", page.original)
    assert at_work.world.store.follows(person)


@ran
async def test_a_command_in_direct_messages_is_a_conversation_of_its_own(at_work):
    asked = await at_work.asked("changed", place="", story="lock")
    assert not asked.private
    assert "The lock at Ostwick" in text(asked.original)
    person = Target("discord", f"dm:{ANNEKE}", "person", ANNEKE)
    await at_work.discord.until(lambda: at_work.world.store.mark(person, "lock").at)


@ran
async def test_an_answer_is_promised_at_once_though_it_takes_its_time_and_others_are_answered_meanwhile(
    at_work,
):
    slow = Saying(Reply(notes=("At last.",)), go=False)
    at_work.bot._answers = slow
    first = people.command(at_work.discord, "news latest")
    await at_work.discord.until(lambda: first.waiting)
    second = people.command(at_work.discord, "news status", user=BENTE)
    await at_work.discord.until(lambda: second.waiting)
    slow.go.set()
    await first.ended()
    assert "At last." in text(first.original)
    await second.ended()


@ran
async def test_an_interaction_that_came_too_late_is_dropped_and_nothing_is_said_in_its_place(at_work):
    at_work.bot._answers = saying = Saying(Reply(notes=("Late.",)))
    at_work.discord.plan("callback", "10062")
    people.command(at_work.discord, "news latest")
    await at_work.discord.until(lambda: at_work.discord.called("callback"))
    await at_work.asked("status")
    assert len(at_work.discord.called("answer.edit")) == 1
    await at_work.discord.until(lambda: saying.told)
    assert len(saying.told) == 1
    assert at_work.said() == []


@ran
async def test_what_another_process_answers_already_is_not_answered_again(at_work):
    asked = people.command(at_work.discord, "news latest")
    at_work.world.store.receive("discord", GUILD, asked.id, at_work.world.now)
    await at_work.discord.until(lambda: asked.waiting)
    await at_work.asked("status")
    assert asked.waiting


def test_two_processes_with_one_token_answer_once(sqlite):
    async def asked():
        async with served(sqlite) as at_work:
            other = DiscordBot(at_work.world.answers, at_work.world.store.receive, lambda: at_work.world.now)
            async with connected(other, at_work.discord):
                found = await at_work.asked("changed", story="lock")
                await at_work.discord.until(lambda: len(at_work.discord.called("callback")) == 2)
                await at_work.asked("status")
                assert "The lock at Ostwick" in text(found.original)
                edited = [call.path for call in at_work.discord.called("answer.edit")]
                assert sum(found.token in path for path in edited) == 1

    asyncio.run(asked())


@ran
async def test_whose_acknowledgement_got_lost_is_answered_all_the_same(at_work):
    asked = people.command(at_work.discord, "news latest")
    at_work.discord.interactions.answered(asked.id, asked.token, {"type": 5, "data": {"flags": ALONE}}, {})
    await asked.ended()
    assert [call.error[:5] for call in at_work.discord.called("callback")] == ["40060"]
    assert "The lock at Ostwick" in text(asked.original)


@ran
async def test_an_answer_that_comes_when_nobody_waits_any_more_is_no_public_message(at_work):
    with unlogged():
        at_work.discord.plan("answer.edit", "50027")
        at_work.bot._answers = saying = Saying(Reply(notes=("Too late.",)))
        people.command(at_work.discord, "news latest")
        await at_work.discord.until(lambda: at_work.discord.called("answer.edit"))
        await at_work.asked("status")
        await at_work.discord.until(lambda: saying.told)
    assert len(saying.told) == 1
    assert at_work.said() == []


@ran
async def test_an_embed_that_discord_does_not_take_is_sent_once_more_as_text(at_work):
    at_work.discord.plan("answer.edit", "50035")
    asked = await at_work.asked("latest")
    assert asked.original["embeds"] == []
    assert "The lock at Ostwick" in text(asked.original)


@ran
async def test_nobody_is_left_waiting_where_discord_takes_neither(at_work):
    with unlogged():
        at_work.discord.plan("answer.edit", "50035", "50035")
        asked = await at_work.asked("latest")
    assert "fault of this program" in text(asked.original)


@ran
async def test_a_long_answer_goes_on_in_further_messages_that_nobody_else_sees(at_work):
    at_work.bot._answers = Saying(Reply(notes=tuple(f"Line {n}: {'word ' * 200}" for n in range(40))))
    asked = await at_work.asked("latest")
    await at_work.discord.until(lambda: "Line 39" in text(asked.followups[-1]) if asked.followups else False)
    assert all(each["flags"] & ALONE for each in asked.followups)
    said = " ".join(map(text, (asked.original, *asked.followups)))
    assert all(f"Line {number}:" in said for number in range(40))


@ran
async def test_where_the_app_is_not_installed_a_long_answer_ends_with_where_all_of_it_stands(at_work):
    at_work.bot._answers = Saying(Reply(notes=tuple(f"Line {n}: {'word ' * 200}" for n in range(90))))
    at_work.discord.guilds[GUILD].integrated = False
    asked = await at_work.asked("latest")
    await at_work.discord.until(lambda: len(asked.followups) == 5)
    assert "direct messages" in text(asked.followups[-1])


@ran
async def test_hostile_titles_are_words_like_others(at_work):
    hostile = (
        "@everyone <@1> [x](https://evil.example) ***x ||y|| \u202etxt `code` <t:0:R> # h https://e.example"
    )
    at_work.world.put("evil", *LONG_ENOUGH, story="evil", title=hostile)
    with at_work.world.store.ingesting() as desk:
        desk.title("evil", hostile)
        desk.see("evil", [f"discord:{GUILD}"])
    for words, options in (("latest", {}), ("changed", {"story": "evil"}), ("story", {"story": "evil"})):
        asked = await at_work.asked(words, **options)
        assert "everyone" in text(asked.original)
    await at_work.asked("changed", story="evil", post=True)


LONG_ENOUGH = ("The harbour of Tarnby will close on Friday, the port office of Tarnby said on Monday.",)


@pytest.mark.parametrize(
    "known", [{"type": 1, "name": "newest"}, {"type": 2, "name": "schedule", "options": []}]
)
def test_who_gives_a_command_that_is_no_longer_so_hears_it(sqlite, known):
    async def asked():
        async with served(sqlite) as at_work:
            fake, about = at_work.discord, {"id": "1", "name": "news", "type": 1, "options": [known]}
            with unlogged():
                begun = fake.interactions.begin(COMMAND, ANNEKE, fake.channels[NEWS], about, **GERMAN)
                await begun.ended()
            assert begun.private
            assert "gibt es so nicht mehr" in text(begun.original)

    asyncio.run(asked())


@ran
async def test_a_fault_of_ours_before_and_after_an_answer_is_promised_leaves_nobody_waiting(at_work):
    shown = (await at_work.asked("changed", story="lock")).original
    for of, name in ((at_work.bot._askers, "of"), (at_work.bot, "_reply")):
        setattr(of, name, _fault)
        with unlogged():
            asked = await at_work.asked("latest")
            assert "fault of this program" in text(asked.original), name
            pressed = await at_work.pressed("Timeline", shown)
            assert "fault of this program" in text(pressed.original), name
        delattr(of, name)


def _fault(*_, **__):
    raise KeyError("nobody should see this")


@ran
async def test_an_answer_is_promised_while_the_memory_lets_nobody_write(at_work):
    receive, go = at_work.bot._receive, threading.Event()

    def busy(*given):
        assert go.wait(30)
        return receive(*given)

    at_work.bot._receive = busy
    many = [people.command(at_work.discord, "news latest") for _ in range(40)]  # more than there are threads
    await at_work.discord.until(lambda: all(each.waiting for each in many))
    typed = await people.autocomplete(at_work.discord, "news changed", "story", "lo").ended()
    assert typed.choices
    go.set()
    for each in many:
        assert "The lock at Ostwick" in text((await each.ended()).original)


@ran
async def test_a_window_that_discord_does_not_take_is_told_of(at_work):
    asked = await at_work.asked("changed", story="lock")
    await at_work.shown()
    at_work.discord.plan("callback", "50035")
    with unlogged():
        told = await at_work.pressed("Wrong line?", asked.original)
    assert "fault of this program" in text(told.original)


@ran
async def test_who_asks_while_the_memory_is_busy_hears_that_it_is(at_work):
    def busy(*_):
        raise UnusableStore("The database is busy: try again in a moment.")

    at_work.bot._receive = busy
    asked = await at_work.asked("latest")
    assert "try again in a moment" in text(asked.original)
    people.say(at_work.discord, "latest")
    assert "try again in a moment" in text((await at_work.direct())[0])


# -- languages ---------------------------------------------------------------------------------------------------------


@ran
async def test_who_reads_german_is_answered_in_german_and_the_channel_in_that_of_the_server(at_work):
    asked = await at_work.asked("changed", at=GERMAN, story="lock")
    assert text(asked.original).startswith("Was sich geändert hat")
    await at_work.asked("changed", at=GERMAN, story="lock", post=True)
    assert text((await at_work.posted())[0]).startswith("What changed")
    await at_work.asked("changed", at={"guild_locale": "de"}, story="pears", post=True)
    assert text((await at_work.posted(count=2))[1]).startswith("Was sich geändert hat")
    await at_work.discord.until(lambda: at_work.world.store.mark(CHANNEL, "lock").at)
    asked = await at_work.asked("changed", at=GERMAN, story="lock", post=True)
    assert "nichts geändert" in text(asked.original)


@ran
async def test_words_are_answered_in_the_language_in_which_somebody_last_used_the_bot(at_work):
    people.say(at_work.discord, "latest")
    english = (await at_work.direct())[0]
    await at_work.asked("status", at=GERMAN)
    people.say(at_work.discord, "what changed in lock")
    german = (await at_work.direct(count=2))[1]
    assert text(german).startswith("Was sich geändert hat")
    assert "The latest stories" in text(english)


@ran
async def test_an_error_of_ours_is_said_in_the_language_of_who_asked(at_work):
    asked = await at_work.asked("follow", user=BENTE, at=GERMAN, topic="lock")
    assert "Server verwalten" in text(asked.original)


# -- words -------------------------------------------------------------------------------------------------------------


@ran
async def test_a_direct_message_is_a_conversation(at_work):
    people.say(at_work.discord, "what changed in lock")
    assert text((await at_work.direct())[0]).startswith("What changed · The lock at Ostwick")
    people.say(at_work.discord, "what changed in lock")
    assert "Nothing" in text((await at_work.direct(count=2))[1])


@ran
async def test_a_mention_is_answered_below_its_words(at_work):
    asked = people.say(at_work.discord, f"<@{BOT}> latest", channel=NEWS)
    [message] = await at_work.posted()
    assert message["message_reference"]["message_id"] == asked["id"]
    assert "The lock at Ostwick" in text(message)


@ran
async def test_what_others_say_and_what_bots_say_is_not_answered(at_work):
    people.say(at_work.discord, "latest", channel=NEWS)
    robot = people.person(at_work.discord, "Robot")
    at_work.discord.people[robot].bot = True
    people.say(at_work.discord, f"<@{BOT}> latest", user=robot, channel=NEWS)
    people.say(at_work.discord, f"<@{BOT}> status", channel=NEWS)
    await at_work.posted()
    assert len(at_work.said()) == 1


@ran
async def test_a_message_that_comes_twice_is_answered_once(at_work):
    asked = people.say(at_work.discord, f"<@{BOT}> latest", channel=NEWS)
    at_work.discord.gateway.message("MESSAGE_CREATE", at_work.discord.channels[NEWS], asked)
    people.say(at_work.discord, f"<@{BOT}> status", channel=NEWS)
    await at_work.posted(count=2)
    assert len(at_work.said()) == 2


@ran
async def test_what_is_remembered_of_somebody_is_for_their_eyes_though_they_ask_in_a_channel(at_work):
    people.say(at_work.discord, f"<@{BOT}> me", channel=NEWS)
    await at_work.direct()
    assert at_work.said() == []


@ran
async def test_who_takes_no_direct_messages_hears_in_the_channel_that_it_is_for_them_alone(at_work):
    with unlogged():
        people.close_door(at_work.discord)
        people.say(at_work.discord, f"<@{BOT}> export", channel=NEWS)
        [message] = await at_work.posted()
    assert "/news" in text(message)


@ran
async def test_where_the_bot_may_not_write_who_asked_hears_it_in_direct_messages(at_work):
    with unlogged():
        people.deny(at_work.discord, NEWS, SEND)
        people.say(at_work.discord, f"<@{BOT}> latest", channel=NEWS)
        [message] = await at_work.direct()
    assert "Send Messages" in text(message)


@ran
async def test_where_the_bot_may_not_embed_it_answers_in_text(at_work):
    people.deny(at_work.discord, NEWS, EMBED)
    people.say(at_work.discord, f"<@{BOT}> latest", channel=NEWS)
    [message] = await at_work.posted()
    assert message["embeds"] == []
    assert "The lock at Ostwick" in text(message)


@ran
async def test_words_in_a_thread_whose_channel_the_bot_does_not_see_are_answered_but_change_nothing(at_work):
    root = people.say(at_work.discord, "here", channel=NEWS)
    thread = people.open_thread(at_work.discord, NEWS, root["id"])
    await at_work.discord.until(lambda: at_work.client.get_channel(int(thread)))
    at_work.client.get_guild(int(GUILD))._channels.pop(int(NEWS))
    people.say(at_work.discord, f"<@{BOT}> latest", channel=thread)
    assert "The lock at Ostwick" in text((await at_work.posted(thread))[0])
    people.say(at_work.discord, f"<@{BOT}> follow lock", user=CARSTEN, channel=thread)
    assert "Manage Server" in text((await at_work.posted(thread, 2))[1])


@ran
async def test_a_thread_is_of_its_channel_and_a_post_of_its_forum(at_work):
    root = people.say(at_work.discord, "here", channel=NEWS)
    thread = people.open_thread(at_work.discord, NEWS, root["id"])
    await at_work.asked("changed", place=thread, story="lock", post=True)
    await at_work.discord.until(lambda: at_work.world.store.mark(CHANNEL, "lock").at)
    post = people.open_post(at_work.discord, FORUM_ID, "here")
    await at_work.asked("changed", place=post, story="lock", post=True)
    forum = Target("discord", GUILD, "forum", FORUM_ID)
    await at_work.discord.until(lambda: at_work.world.store.mark(forum, "lock").at)


# -- who changes what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "said"), [(CARSTEN, "Followed from now on"), (ANNEKE, "Manage Server"), (BENTE, "Manage Server")]
)
def test_only_who_manages_the_server_changes_what_a_channel_follows(sqlite, user, said):
    async def asked():
        async with served(sqlite) as at_work:
            assert said in text((await at_work.asked("follow", user=user, topic="lock")).original)
            people.say(at_work.discord, f"<@{BOT}> follow pears", user=user, channel=NEWS)
            assert said in text((await at_work.posted())[0])

    asyncio.run(asked())


@ran
async def test_a_schedule_for_a_place_that_the_bot_does_not_see_says_what_to_do(at_work):
    asked = await at_work.asked("schedule add", user=CARSTEN, when="daily at 8", channel=OTHER)
    assert "What the bot lacks in that channel: View Channel" in text(asked.original)
    assert at_work.world.outbox.schedules(Target("discord", GUILD, "channel", OTHER)) == []


@ran
async def test_who_lacks_the_right_to_write_somewhere_lets_nothing_be_told_there(at_work):
    people.deny(at_work.discord, NEWS, SEND | VIEW, user=(keeper := _keeper(at_work)))
    there = people.channel(at_work.discord, "there")
    asked = await at_work.asked("schedule add", user=keeper, place=there, when="daily at 8", channel=NEWS)
    assert "What you lack in that channel: View Channel, Send Messages" in text(asked.original)


def _keeper(at_work):
    """Somebody who manages the server and is not its owner, who may all."""
    return people.person(at_work.discord, "Keeper", permissions=MEMBERS_MAY | 1 << 5)


@ran
async def test_a_schedule_is_for_the_channel_that_was_chosen_in_the_language_of_the_server(at_work):
    asked = await at_work.asked(
        "schedule add", user=CARSTEN, at={"guild_locale": "de"}, when="daily at 8", zone="UTC"
    )
    assert "daily 08:00" in text(asked.original)
    [kept] = at_work.world.outbox.schedules(CHANNEL)
    assert (kept.target, kept.language) == (CHANNEL, "de")
    assert kept.owner == Target("discord", GUILD, "person", CARSTEN)


@ran
async def test_a_bot_that_may_open_no_threads_is_asked_for_no_digests(at_work):
    people.deny(at_work.discord, NEWS, SEND_IN_THREADS)
    asked = await at_work.asked("schedule add", user=CARSTEN, when="daily at 8")
    assert "Send Messages in Threads" in text(asked.original)
    followed = await at_work.asked("follow", user=CARSTEN, topic="lock")
    assert "Followed from now on" in text(followed.original)


@ran
async def test_where_the_app_is_not_installed_nothing_is_scheduled(at_work):
    at_work.discord.guilds[GUILD].integrated = False
    asked = await at_work.asked("schedule add", user=CARSTEN, when="daily at 8")
    assert "direct messages with the bot" in text(asked.original)
    person = Target("discord", f"dm:{CARSTEN}", "person", CARSTEN)
    assert at_work.world.outbox.schedules(person) == []


@ran
async def test_a_forum_that_wants_tags_is_scheduled_with_one_of_its_own(at_work):
    forum = people.channel(at_work.discord, "stories", kind=15, require_tag=True, tags=["Port", "Land"])
    [port, _] = at_work.discord.channels[forum].tags

    async def add(**more):
        asked = await at_work.asked("schedule add", user=CARSTEN, when="daily at 8", channel=forum, **more)
        return text(asked.original)

    await at_work.discord.until(lambda: at_work.client.get_channel(int(forum)))
    assert "There are: Port, Land" in await add()
    assert "no tag Sea" in await add(tag="Sea")
    assert "daily 08:00 UTC · tag “Port”" in await add(tag="port")
    assert "daily 08:00" in await add(tag=port["id"])
    kept = at_work.world.outbox.schedules(Target("discord", GUILD, "forum", forum))
    assert {each.tag for each in kept} == {f"{port['id']} Port"}


@ran
async def test_who_manages_the_server_by_a_role_changes_it_by_words_too(at_work):
    people.say(at_work.discord, f"<@{BOT}> follow lock", user=_keeper(at_work), channel=NEWS)
    assert "Followed from now on" in text((await at_work.posted())[0])


@ran
async def test_where_no_thread_can_be_opened_no_digests_are_set_up(at_work):
    voice = people.channel(at_work.discord, "talk", kind=2)
    asked = await at_work.asked("schedule add", user=CARSTEN, place=voice, when="daily at 8")
    assert "text channels and forums" in text(asked.original)


@ran
async def test_a_tag_is_for_a_forum_only(at_work):
    asked = await at_work.asked("schedule add", user=CARSTEN, when="daily at 8", tag="Port")
    assert "Only posts of a forum" in text(asked.original)


# -- buttons, views and windows ----------------------------------------------------------------------------------------


@ran
async def test_a_button_says_its_words_for_who_pressed_it(at_work):
    await at_work.asked("changed", story="lock", post=True)
    pressed = await at_work.pressed("Timeline", (await at_work.posted())[0], user=BENTE)
    assert pressed.private
    assert text(pressed.original).startswith("Timeline")


@ran
async def test_buttons_work_after_a_restart_those_of_a_digest_too_that_bear_its_nonce(at_work):
    await at_work.asked("changed", story="lock", post=True)
    [message] = await at_work.posted()
    mute = next(each for each in buttons(message) if each["label"].startswith("Mute"))
    mute["custom_id"] += "~" + "a2" * 12
    again = DiscordBot(at_work.world.answers, at_work.world.store.receive, lambda: at_work.world.now)
    await at_work.client.close()
    async with connected(again, at_work.discord):
        pressed = await at_work.pressed(mute["custom_id"], message, user=CARSTEN)
        assert "Manage Server" not in text(pressed.original)
        assert at_work.world.store.mutes(CHANNEL, at_work.world.now)
        refused = await at_work.pressed(mute["custom_id"], message, user=BENTE)
        assert "Manage Server" in text(refused.original)


@ran
async def test_sources_are_shown_each_in_its_paragraph(at_work):
    asked = await at_work.asked("changed", story="lock")
    await at_work.shown()
    pressed = await at_work.pressed("Sources", asked.original)
    assert pressed.private
    assert pressed.original["flags"] & 1 << 15
    assert "The canal lock at Ostwick" in text(pressed.original)


@ran
async def test_a_persons_own_page_has_buttons_that_speak_for_them(at_work):
    asked = await at_work.asked("me")
    assert asked.private
    assert asked.original["flags"] & 1 << 15
    pressed = await at_work.pressed("Follow this story", asked.original)
    assert "Followed from now on" in text(pressed.original)
    assert at_work.world.store.follows(Target("discord", GUILD, "person", ANNEKE))
    page = await at_work.asked("me")
    changed = await at_work.pressed("What changed", page.original)
    mute = next(each["custom_id"] for each in buttons(changed.original) if each["label"].startswith("Mute"))
    muted = await at_work.pressed(mute, changed.original)
    assert "Manage Server" not in text(muted.original)
    assert at_work.world.store.mutes(Target("discord", GUILD, "person", ANNEKE), at_work.world.now)
    assert not at_work.world.store.follows(CHANNEL)


@ran
async def test_that_nothing_be_remembered_is_asked_about_once_more(at_work):
    person = Target("discord", GUILD, "person", ANNEKE)
    page = await at_work.asked("me")
    await at_work.pressed("Follow this story", page.original)
    page = await at_work.asked("me")
    forget = next(each["custom_id"] for each in buttons(page.original) if ":sure:" in each["custom_id"])
    asked = await at_work.pressed(forget, page.original)
    assert at_work.world.store.follows(person)
    [yes] = buttons(asked.original)
    await at_work.pressed(yes["custom_id"], asked.original)
    assert not at_work.world.store.follows(person)


async def told_directly(at_work, reply=None):
    """What Anneke gets for a schedule of hers in the server, which is the last that she was told there."""
    person = Target("discord", GUILD, "person", ANNEKE)
    conversation = Conversation(person)
    reply = reply or at_work.world.answers.answer(parse("changed lock"), conversation, at_work.world.now)
    [payload] = DiscordRenderer().render(reply, "answer")
    api = clients.Api("fake")
    await DiscordDelivery(api).send(Outgoing(person, "key", "a2" * 12, payload))
    await api.close()
    at_work.world.answers.sent(reply, at_work.world.now)
    [message] = await at_work.direct()
    return person, message


@ran
async def test_what_somebody_is_told_directly_of_a_server_goes_on_about_that(at_work):
    with at_work.world.store.ingesting() as desk:  # only the server has the story
        desk.see("lock-2", [f"discord:{GUILD}"])
    at_work.world.store.forget_workspace("discord", f"dm:{ANNEKE}")
    person, message = await told_directly(at_work)
    direct = people.direct(at_work.discord, ANNEKE)
    sources = await at_work.pressed(button(message, "Sources"), message, channel=direct)
    assert "The canal lock at Ostwick" in text(sources.original)
    timeline = await at_work.pressed(button(message, "Timeline"), message, channel=direct)
    assert text(timeline.original).startswith("Timeline")
    full = await at_work.pressed(button(timeline.original, "What changed"), timeline.original, channel=direct)
    assert "Ostwick" in text(full.original)
    mute = next(each["custom_id"] for each in buttons(message) if each["label"].startswith("Mute"))
    await at_work.pressed(mute, message, channel=direct)
    assert at_work.world.store.mutes(person, at_work.world.now)
    opened = await at_work.pressed(button(message, "Wrong line?"), message, channel=direct)
    [first, *_] = opened.window["components"][0]["component"]["options"]
    given = {"line": [first["value"]], "note": "That was last year."}
    await people.submit(at_work.discord, opened.id, given).ended()
    assert [doubt.by for doubt in at_work.world.store.doubts(9)] == [person]


@ran
async def test_who_has_left_a_server_hears_no_more_of_it(at_work):
    _, message = await told_directly(at_work)
    at_work.discord.guilds[GUILD].people.remove(ANNEKE)
    direct = people.direct(at_work.discord, ANNEKE)
    for label in ("Timeline", "Sources"):
        left = await at_work.pressed(button(message, label), message, channel=direct)
        assert "no longer members" in text(left.original), label


@ran
async def test_a_wrong_line_is_kept_with_its_reason(at_work):
    asked = await at_work.asked("changed", story="lock")
    await at_work.shown()
    opened = await at_work.pressed("Wrong line?", asked.original)
    [first, *_] = opened.window["components"][0]["component"]["options"]
    again = DiscordBot(at_work.world.answers, at_work.world.store.receive, lambda: at_work.world.now)
    await at_work.client.close()
    async with connected(again, at_work.discord):
        given = {"line": [first["value"]], "note": "That was last year."}
        sent = await people.submit(at_work.discord, opened.id, given).ended()
    assert sent.private
    assert "noted" in text(sent.original)
    [doubt] = at_work.world.store.doubts(9)
    assert doubt.note == "That was last year."


@ran
async def test_where_nothing_was_shown_there_is_no_line_to_choose(at_work):
    await at_work.asked("changed", story="lock", post=True)
    at_work.bot._answers = Shown(None)
    told = await at_work.pressed("Wrong line?", (await at_work.posted())[0], user=BENTE)
    assert "No digest has been shown here yet" in text(told.original)


@ran
async def test_a_window_that_can_not_be_made_is_told_of(at_work):
    asked = await at_work.asked("changed", story="lock")
    at_work.bot._answers = Shown(KeyError("nobody should see this"))
    with unlogged():
        told = await at_work.pressed("Wrong line?", asked.original)
    assert "fault of this program" in text(told.original)


class Shown:
    """What was last shown."""

    def __init__(self, shown):
        self._shown = shown

    def shown(self, *_):
        if isinstance(self._shown, Exception):
            raise self._shown
        return self._shown


@ran
async def test_a_message_with_a_link_is_asked_about(at_work):
    at_work.world.pages.held[MAIL] = ()
    message = people.say(at_work.discord, f"see [this]({MAIL}).", channel=NEWS)
    pointed = people.point(at_work.discord, "What changed about this?", message["id"], user=BENTE)
    await pointed.ended()
    assert pointed.private
    assert MAIL in text(pointed.original)


@ran
async def test_a_message_without_a_link_has_nothing_to_be_read(at_work):
    message = people.say(at_work.discord, "no link", channel=NEWS)
    pointed = people.point(at_work.discord, "What changed about this?", message["id"], **GERMAN)
    await pointed.ended()
    assert "steht kein Link" in text(pointed.original)


@ran
async def test_a_link_that_only_the_preview_of_a_message_has_is_found_too(at_work):
    at_work.world.pages.held[MAIL] = ()
    message = people.say(at_work.discord, "look", channel=NEWS)
    message["embeds"] = [{"type": "article", "title": "News", "url": MAIL}]
    pointed = await people.point(at_work.discord, "What changed about this?", message["id"]).ended()
    assert MAIL in text(pointed.original)


# -- files -------------------------------------------------------------------------------------------------------------


@ran
async def test_everything_that_is_stored_is_handed_over_as_a_file_for_who_asked_alone(at_work):
    await at_work.asked("follow", place="", topic="lock")
    await at_work.asked("export", place="")
    await at_work.discord.until(lambda: at_work.discord.contents)
    [stored] = at_work.discord.contents.values()
    assert "lock" in json.dumps(json.loads(stored))
    in_channel = await at_work.asked("export")
    [file] = await at_work.discord.until(lambda: in_channel.followups)
    assert file["flags"] & ALONE


@ran
async def test_a_file_that_discord_does_not_take_is_told_of(at_work):
    at_work.bot._answers = Saying(Reply(notes=("Here.",), file=("all.json", "x" * 2_000)))
    asked = await at_work.asked("export", at={"attachment_size_limit": 1_000})
    [told] = await at_work.discord.until(lambda: asked.followups)
    assert "could not be handed over" in text(told)
    assert at_work.discord.contents == {}


@ran
async def test_a_timeline_comes_with_a_picture_whose_alternative_text_tells_it(at_work):
    asked = await at_work.asked("timeline", story="lock")
    [drawn] = await at_work.discord.until(lambda: asked.followups)
    assert drawn["attachments"][0]["filename"] == "timeline.png"
    sent = at_work.discord.called("followup")[0].given["attachments"][0]
    assert sent["description"].startswith("Timeline")
    people.say(at_work.discord, "timeline lock")
    assert (await at_work.direct(count=2))[1]["attachments"]


# -- what is offered while somebody types ------------------------------------------------------------------------------


@ran
async def test_stories_and_tags_are_offered_and_where_that_fails_nothing_is(at_work):
    forum = people.channel(at_work.discord, "stories", kind=15, tags=["Port", "Land"])
    await at_work.discord.until(lambda: at_work.client.get_channel(int(forum)))
    given = {"when": "daily", "channel": forum}
    typed = await people.autocomplete(at_work.discord, "news schedule add", "tag", "po", given).ended()
    assert [each["name"] for each in typed.choices] == ["Port"]
    typed = await people.autocomplete(at_work.discord, "news changed", "story", "lo").ended()
    assert typed.choices[0]["name"] == "The lock at Ostwick"
    at_work.bot._answers = None
    with unlogged():
        typed = await people.autocomplete(at_work.discord, "news changed", "story", "lo").ended()
    assert typed.choices == []

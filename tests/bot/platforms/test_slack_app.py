"""What members do in Slack, and what they see of it; the SDK is Slack's own, its server is faked."""

import asyncio
import json
import logging
import threading

import pytest
from aiohttp import ClientError

from bot.platforms.slack.clients import answering
from bot.ports import Target
from bot.replies import Reply
from tests.bot.platforms.slack_world import ANNEKE, BENTE, CARSTEN, NEWS, OTHER, ran, served
from tests.fake_slack import people
from tests.slack_rules import buttons

CHANNEL = Target("slack", "T1", "channel", NEWS)


def of(message):
    return message["text"].splitlines()


@ran
async def test_a_command_is_answered_to_who_gave_it_alone(at_work):
    await at_work.do(people.command, "changed lock", channel=NEWS)
    [message] = await at_work.private()
    assert of(message)[0] == "What changed · The lock at Ostwick"
    assert people.messages(at_work.slack, NEWS) == []
    assert at_work.world.store.mark(CHANNEL, "lock").at is None


@ran
async def test_what_is_to_be_posted_is_seen_by_the_channel_and_told_there(at_work):
    await at_work.do(people.command, "changed lock post", channel=NEWS)
    [message] = await at_work.posted()
    assert of(message)[0] == "What changed · The lock at Ostwick"
    await at_work.slack.until(lambda: at_work.world.store.mark(CHANNEL, "lock").at)
    await at_work.do(people.command, "changed lock post", user=BENTE, channel=NEWS)
    [nothing] = await at_work.private(BENTE)
    assert "Nothing" in nothing["text"]


@ran
async def test_what_cannot_be_posted_is_not_told_and_who_asked_hears_why(at_work):
    at_work.slack.teams["T1"].scopes.remove("chat:write.public")
    await at_work.do(people.command, "changed lock post", channel=OTHER)
    [message] = await at_work.private()
    assert "invite the bot" in message["text"]
    assert at_work.world.store.mark(Target("slack", "T1", "channel", OTHER), "lock").at is None


@ran
async def test_into_an_archived_channel_nothing_is_posted_and_nobody_is_told_to_invite_the_bot(at_work):
    people.archive(at_work.slack, NEWS)
    await at_work.do(people.command, "changed lock post", channel=NEWS)
    [message] = await at_work.private()
    assert "is_archived" in message["text"]
    assert "invite" not in message["text"]


@ran
async def test_where_the_connection_breaks_in_the_midst_of_posting_who_asked_hears_that_it_is_unsure(at_work):
    at_work.slack.plan("chat.postMessage", "reset after")
    await at_work.do(people.command, "changed lock post", channel=NEWS)
    [message] = await at_work.private()
    assert "did not say whether" in message["text"]
    assert len(await at_work.posted()) == 1


@ran
async def test_a_direct_message_is_a_conversation(at_work):
    await at_work.do(people.say, "what changed in lock")
    [message] = await at_work.direct()
    assert of(message)[0] == "What changed · The lock at Ostwick"
    await at_work.do(people.say, "what changed in lock")
    [_, nothing] = await at_work.direct(count=2)
    assert "Nothing" in nothing["text"]


@ran
async def test_what_slack_escapes_in_the_words_of_people_is_heard_as_they_wrote_it(at_work):
    at_work.world.pages.held["https://x.example/a?b=1&c=2"] = ()
    for channel in ("", NEWS):
        bot = "<@UBOT> " if channel else ""
        await at_work.do(people.say, f"{bot}read <https://x.example/a?b=1&amp;c=2|x>", channel=channel)
    await at_work.do(people.command, "read https://x.example/a?b=1&amp;c=2", channel=NEWS)
    answers = [(await at_work.direct())[0], (await at_work.posted())[0], (await at_work.private())[0]]
    assert {answer["text"] for answer in answers} == {
        "There is no article at https://x.example/a?b=1&amp;c=2."
    }


@ran
async def test_in_a_channel_that_workspaces_share_the_bot_is_of_the_one_in_which_it_is_installed(at_work):
    await at_work.do(people.say, "latest", channel=NEWS)
    there = people.messages(at_work.slack, NEWS)[0]["ts"]
    event = {"type": "app_mention", "user": ANNEKE, "channel": NEWS, "text": "<@UBOT> latest", "ts": there}
    shared = {"team_id": "T9", "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}]}
    about = {"type": "event_callback", "event_id": "EvShared", "api_app_id": "A1", "event_time": 1}
    await at_work.slack.sender.send("events_api", {**about, **shared, "event": event}).ended()
    assert "The lock at Ostwick" in (await at_work.posted())[0]["text"]


@ran
async def test_a_mention_is_answered_in_the_thread_of_its_words(at_work):
    await at_work.do(people.say, "<@UBOT> latest", channel=NEWS)
    [message] = await at_work.posted()
    asked = people.messages(at_work.slack, NEWS)[0]
    assert message["thread_ts"] == asked["ts"]
    assert "The lock at Ostwick" in message["text"]


@ran
async def test_what_is_remembered_of_somebody_is_for_their_eyes_though_they_ask_in_a_channel(at_work):
    await at_work.do(people.say, "<@UBOT> me", channel=NEWS)
    assert await at_work.private()
    assert not [each for each in people.messages(at_work.slack, NEWS) if each.get("bot_id")]


@ran
async def test_a_button_says_its_words_for_who_pressed_it(at_work):
    await at_work.do(people.command, "changed lock post", channel=NEWS)
    [message] = await at_work.posted()
    timeline = next(
        button["action_id"]
        for block in message["blocks"]
        for button in buttons(block)
        if button["value"].startswith("timeline")
    )
    await at_work.do(people.press, timeline, user=BENTE, message=message["ts"])
    [answer] = await at_work.private(BENTE)
    assert answer["text"].startswith("Timeline")


@ran
async def test_the_same_event_twice_is_answered_once_and_a_repetition_whose_first_was_lost_is_answered(
    at_work,
):
    sent = await at_work.do(people.say, "latest")
    at_work.slack.sender.again(sent)
    lost = people.say(at_work.slack, "latest", lost=True)
    await at_work.slack.until(lambda: lost.attempts)
    await at_work.slack.pass_time(4)  # after three seconds it is sent again
    await lost.ended()
    assert len(await at_work.direct(count=2)) == 2


@pytest.mark.parametrize(
    ("user", "said"),
    [(ANNEKE, "Followed from now on"), (CARSTEN, "Only who manages"), (BENTE, "Only who manages")],
)
def test_only_who_made_a_channel_or_runs_the_workspace_and_is_there_changes_what_it_follows(user, said):
    async def asked():
        async with served() as at_work:
            await at_work.do(people.command, "follow lock", user=user, channel=NEWS)
            [message] = await at_work.private(user)
            assert said in message["text"]

    asyncio.run(asked())


def test_who_is_on_the_operators_list_but_not_in_the_channel_changes_nothing_there():
    async def asked():
        async with served(managers=[CARSTEN]) as at_work:
            await at_work.do(people.command, "follow lock", user=CARSTEN, channel=NEWS)
            [message] = await at_work.private(CARSTEN)
            assert "Only who manages" in message["text"]

    asyncio.run(asked())


@ran
async def test_a_command_is_acknowledged_while_its_answer_takes_its_time(at_work):
    slow = Slow(Reply(notes=("At last.",)))
    at_work.bot._answers = slow
    sent = await at_work.do(people.command, "latest", channel=NEWS)
    assert sent.took < 1
    assert people.private(at_work.slack) == []
    slow.go.set()
    [message] = await at_work.private()
    assert message["text"] == "At last."


@ran
async def test_words_beside_a_file_are_heard_and_changes_of_a_message_are_not(at_work):
    await at_work.do(people.say, "latest", subtype="message_changed")
    await at_work.do(people.say, "latest", subtype="file_share")
    assert len(await at_work.direct()) == 1


def test_who_is_on_the_operators_list_changes_it_too():
    async def asked():
        async with served(managers=[BENTE]) as at_work:
            await at_work.do(people.command, "follow lock", user=BENTE, channel=NEWS)
            [message] = await at_work.private(BENTE)
            assert "Followed from now on" in message["text"]

    asyncio.run(asked())


@ran
async def test_where_the_app_may_not_ask_who_manages_a_channel_it_says_which_scope_it_lacks(at_work):
    people.without(at_work.slack, "channels:read")
    await at_work.do(people.command, "follow lock", channel=NEWS)
    [message] = await at_work.private()
    assert "Only who manages" in message["text"]
    assert "channels:read" in message["text"]


@ran
async def test_a_message_with_a_link_is_asked_about(at_work):
    at_work.world.pages.held["https://x.example/a?b=1&c=2"] = ()
    await at_work.do(people.say, "see <https://x.example/a?b=1&amp;c=2|this> and that", channel=NEWS)
    there = people.messages(at_work.slack, NEWS)[0]
    await at_work.do(people.shortcut, "what_changed", user=BENTE, channel=NEWS, message=there["ts"])
    [answer] = await at_work.private(BENTE)
    assert "https://x.example/a?b=1&amp;c=2" in answer["text"]


@ran
async def test_a_message_without_a_link_has_nothing_to_be_read(at_work):
    await at_work.do(people.say, "no link", channel=NEWS)
    there = people.messages(at_work.slack, NEWS)[0]
    await at_work.do(people.shortcut, "what_changed", channel=NEWS, message=there["ts"])
    [answer] = await at_work.private()
    assert "no link" in answer["text"]


@ran
async def test_everything_that_is_stored_is_handed_over_as_a_file(at_work):
    await at_work.do(people.command, "follow lock", channel="")
    await at_work.private()
    await at_work.do(people.say, "export")
    contents = at_work.slack.teams["T1"].contents
    await at_work.slack.until(lambda: contents)
    [stored] = contents.values()
    assert "lock" in json.dumps(json.loads(stored))


@ran
async def test_blocks_that_slack_does_not_take_are_sent_once_more_as_plain_text(at_work):
    logging.disable(logging.ERROR)
    at_work.slack.plan("chat.postMessage", "invalid_blocks")
    await at_work.do(people.say, "latest")
    [message] = await at_work.direct()
    logging.disable(logging.NOTSET)
    assert "blocks" not in message or not message["blocks"]
    assert "The lock at Ostwick" in message["text"]


@ran
async def test_a_long_answer_goes_on_in_direct_messages_when_its_address_takes_no_more(at_work):
    lines = [f"Line {number}: {'word ' * 200}" for number in range(40)]
    at_work.bot._answers = Saying(Reply(notes=tuple(lines)))
    await at_work.do(people.command, "latest", channel=NEWS)
    shown = await at_work.private(count=5)
    rest = await at_work.direct(count=15)
    said = " ".join(message["text"] for message in (*shown, *rest))
    assert all(f"Line {number}:" in said for number in range(40))


@ran
async def test_an_answer_whose_address_is_used_up_comes_as_a_direct_message(at_work):
    there = people.command(at_work.slack, "latest", channel=NEWS)
    for number in range(5):
        at_work.slack.respond(there.payload["response_url"].rpartition("/")[2], {"text": f"{number}"})
    assert "The lock at Ostwick" in (await at_work.direct())[0]["text"]


@ran
async def test_an_answer_waits_as_slack_asks_it_to(at_work):
    at_work.slack.plan("response_url", "limited 0")
    await at_work.do(people.command, "latest", channel=NEWS)
    assert "The lock at Ostwick" in (await at_work.private())[0]["text"]


@ran
async def test_an_answer_after_which_the_connection_breaks_is_not_given_again(at_work):
    at_work.slack.plan("response_url", "reset after")
    address = at_work.slack.responses.address(at_work.slack.teams["T1"], ANNEKE, NEWS)
    with pytest.raises(ClientError):
        await answering(address).send_dict({"text": "once"})
    assert len(people.private(at_work.slack, ANNEKE)) == 1


class Slow:
    """Answers when it is told to."""

    def __init__(self, reply):
        self.reply, self.go = reply, threading.Event()

    def answer(self, *_):
        assert self.go.wait(30)
        return self.reply

    def sent(self, *_): ...


class Saying:
    """Answers always the same."""

    def __init__(self, reply):
        self.reply = reply

    def answer(self, *_):
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    def sent(self, *_): ...


@ran
async def test_a_fault_is_told_in_a_sentence(at_work):
    logging.disable(logging.ERROR)
    at_work.bot._answers = Saying(KeyError("nobody should see this"))
    await at_work.do(people.say, "latest")
    [message] = await at_work.direct()
    logging.disable(logging.NOTSET)
    assert "fault of this program" in message["text"]
    assert "nobody" not in message["text"]


@ran
async def test_a_connection_that_slack_renews_in_the_midst_of_an_answer_loses_none(at_work):
    sent = people.command(at_work.slack, "latest", channel=NEWS)
    await people.disconnect(at_work.slack)
    await at_work.slack.until(lambda: at_work.slack.sender.sockets)
    assert await at_work.private()
    await sent.ended()
    await at_work.do(people.command, "help", channel=NEWS)
    assert len(await at_work.private(count=2)) == 2


# -- views -------------------------------------------------------------------------------------------------------------


def action_of(message, words):
    """The button under these words."""
    found = [button for block in message["blocks"] for button in buttons(block)]
    return next(button["action_id"] for button in found if button["text"]["text"] == words)


async def modal(at_work, title, user=ANNEKE):
    """The modal on top, once it is filled in."""

    def filled():
        open_ = people.modals(at_work.slack, user)
        return open_ and "Looking" not in json.dumps(open_[-1]) and open_[-1]

    found = await at_work.slack.until(filled)
    assert found["title"]["text"] == title
    return found


@ran
async def test_sources_are_shown_in_a_window_each_in_its_paragraph(at_work):
    await at_work.do(people.say, "changed lock")
    [message] = await at_work.direct()
    await at_work.do(people.press, action_of(message, "Sources"), message=message["ts"])
    view = await modal(at_work, "Sources")
    assert "The canal lock at Ostwick" in json.dumps(view)


@ran
async def test_a_window_that_slack_gives_no_time_for_is_told_of_in_a_message(at_work):
    await at_work.do(people.say, "changed lock")
    [message] = await at_work.direct()
    at_work.slack.plan("views.open", "expired_trigger_id")
    await at_work.do(people.press, action_of(message, "Sources"), message=message["ts"])
    [_, told] = await at_work.direct(count=2)
    assert "once more" in told["text"]


@ran
async def test_that_no_window_came_is_told_to_nobody_but_who_asked_for_it(at_work):
    await at_work.do(people.command, "changed lock post", channel=NEWS)
    [message] = await at_work.posted()
    at_work.slack.plan("views.open", "expired_trigger_id", "expired_trigger_id")
    await at_work.do(people.press, action_of(message, "Sources"), user=BENTE, message=message["ts"])
    [told] = await at_work.private(BENTE)
    assert "once more" in told["text"]
    assert len(await at_work.posted()) == 1
    await at_work.do(people.shortcut, "read_url")
    [told] = await at_work.direct()
    assert "once more" in told["text"]


@ran
async def test_between_two_people_where_the_bot_is_not_its_buttons_answer_who_presses_them(at_work):
    between = people.channel(at_work.slack, members=[ANNEKE, BENTE], kind="im")
    await at_work.do(people.command, "changed lock", channel=between)
    [message] = await at_work.private()
    await at_work.do(people.press, action_of(message, "Timeline"), message=message["ts"])
    [_, answer] = await at_work.private(count=2)
    assert answer["text"].startswith("Timeline")


@ran
async def test_a_window_for_which_the_connection_breaks_is_told_of_too(at_work):
    await at_work.do(people.say, "changed lock")
    [message] = await at_work.direct()
    at_work.slack.plan("views.open", "reset before")
    await at_work.do(people.press, action_of(message, "Sources"), message=message["ts"])
    [_, told] = await at_work.direct(count=2)
    assert "once more" in told["text"]


@ran
async def test_a_wrong_line_is_kept_with_its_reason(at_work):
    await at_work.do(people.say, "changed lock")
    [message] = await at_work.direct()
    await at_work.do(people.press, action_of(message, "Wrong line?"), message=message["ts"])
    view = await modal(at_work, "Wrong line?")
    [first, *_] = next(block["element"]["options"] for block in view["blocks"] if block["block_id"] == "line")
    await at_work.do(people.submit, {"line": first["value"], "note": "That was last year."})
    told = await modal(at_work, "newsdelta")
    assert "noted" in json.dumps(told)
    [doubt] = at_work.world.store.doubts(9)
    assert doubt.note == "That was last year."


@ran
async def test_an_address_that_is_given_in_a_window_is_read_into_a_direct_message(at_work):
    await at_work.do(people.shortcut, "read_url")
    await modal(at_work, "Read an article")
    await at_work.do(people.submit, {"address": "https://x.example/a"})
    [answer] = await at_work.direct()
    assert "https://x.example/a" in answer["text"]


@ran
async def test_the_home_tab_is_made_anew_when_it_is_opened_and_after_each_button(at_work):
    await at_work.do(people.open_home)
    await at_work.slack.until(lambda: people.home(at_work.slack))
    await at_work.do(people.say, "follow lock")
    await at_work.direct()
    await at_work.do(people.open_home)
    home = await at_work.slack.until(
        lambda: (page := people.home(at_work.slack)) and "The lock at Ostwick" in json.dumps(page) and page
    )
    action = next(button["action_id"] for block in home["blocks"] for button in buttons(block))
    before = len(at_work.slack.called("views.publish"))
    await at_work.do(people.press, action, view=home["id"])
    await at_work.slack.until(lambda: len(at_work.slack.called("views.publish")) > before)
    assert len(await at_work.direct(count=2)) == 2


@ran
async def test_beside_the_messages_stands_what_can_be_asked_where_the_app_may_say_so(at_work):
    await at_work.do(people.open_home, tab="messages")
    await at_work.slack.until(lambda: people.prompts(at_work.slack))
    people.without(at_work.slack, "assistant:write")
    await at_work.do(people.open_home, tab="messages")
    await at_work.do(people.say, "latest")
    assert await at_work.direct()


@ran
async def test_of_a_workspace_that_removes_the_app_nothing_is_kept(at_work):
    await at_work.do(people.command, "follow lock", channel=NEWS)
    await at_work.private()
    assert at_work.world.store.follows(CHANNEL)
    await at_work.do(people.uninstall)
    await at_work.slack.until(lambda: not at_work.world.store.follows(CHANNEL))


@ran
async def test_a_timeline_comes_with_a_picture_whose_alternative_text_tells_it(at_work):
    await at_work.do(people.say, "timeline lock")
    files = await at_work.slack.until(lambda: people.files(at_work.slack))
    assert (files[0]["name"], files[0]["alt_txt"].startswith("Timeline")) == ("timeline.png", True)
    assert "The canal lock at Ostwick" in files[0]["alt_txt"]


@ran
async def test_where_no_file_may_be_uploaded_the_timeline_is_told_all_the_same(at_work):
    people.without(at_work.slack, "files:write")
    await at_work.do(people.say, "timeline lock")
    assert (await at_work.direct())[0]["text"].startswith("Timeline")

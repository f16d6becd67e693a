"""Digests on Discord as members see them: composed, sent, put into threads, posts and direct messages with the real SDK."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from discord.http import Route

from bot.delivery.compose import Composer
from bot.delivery.notices import Notices
from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.delivery.values import Part, Scheduled
from bot.platforms.discord.clients import Api, at
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Target
from bot.render.discord import DiscordRenderer
from bot.replies import Reply
from bot.schedules import next_run, parse_schedule
from tests.bot.answers.world import LOCK, ORCHARD, World
from tests.fake_discord import ANNEKE, BOT, CARSTEN, FORUM_ID, GUILD, NEWS, FakeDiscord, people
from tests.fake_discord.world import EMBED, OPEN_THREADS, SEND, VIEW

CHANNEL = Target("discord", GUILD, "channel", NEWS)
FORUM = Target("discord", GUILD, "forum", FORUM_ID)
OWNER, ANNA = (Target("discord", GUILD, "person", user) for user in (CARSTEN, ANNEKE))
PLACES = [CHANNEL, FORUM, ANNA]
HALF, DAY = timedelta(minutes=30), timedelta(days=1)


class Room:
    """Schedules of channels, forums and people, and what comes in for them."""

    def __init__(self, discord, api, world):
        self.discord, self.api, self.world = discord, api, world
        outbox, renderers = self.world.outbox, {"discord": DiscordRenderer()}
        self.outbox = outbox
        self.composer = Composer(outbox, self.world.answers, renderers, lambda: 0.5, lambda *_: None)
        self.pump = Pump(
            outbox,
            {"discord": DiscordDelivery(api)},
            clock=self.seconds,
            now=lambda: self.world.now,
            chance=lambda: 0.5,
            closed=Notices(outbox, renderers, lambda: self.world.now).closed,
        )

    def seconds(self):
        return self.world.now.timestamp()

    def schedule(self, target, owner=OWNER, **more):
        spec = parse_schedule("every 30 minutes", zone="UTC")
        first = next_run(spec, self.world.now)
        made = Scheduled(target, owner, spec, next_at=first.at, next_slot=first.slot, **more)
        self.outbox.add(made, self.world.now)

    def put(self, texts, key, story, title):
        self.world.put(key, *texts[key], story=story, title=title, url=f"https://{key}.example/a")
        with self.world.store.ingesting() as desk:
            desk.title(story, title)
            desk.see(key, [CHANNEL.library])

    async def passes(self, span):
        self.world.now += span
        await self.discord.pass_time(span.total_seconds())

    async def told(self, *targets, after=HALF):
        """Time passes; what stands in a place, once all that is due has been told."""
        await self.passes(after)
        self.outbox.tick(self.world.now, 100, plan)
        for _ in range(20):
            for lane in self.outbox.composable(self.world.now, 9):
                self.composer.compose(lane, self.world.now)
            await self.pump.round()
            await self.passes(timedelta(seconds=20))
        return [self.seen(target) for target in targets] if len(targets) > 1 else self.seen(*targets)

    def seen(self, target):
        kept = target.kind == "person"
        place = people.direct(self.discord, target.id) if kept else target.id
        return [m for m in people.messages(self.discord, place) if m["author"]["id"] == BOT]


def ran(test):
    @asynccontextmanager
    async def room():
        world = World()
        async with FakeDiscord(start=world.now.timestamp()) as discord:
            at(discord.api)
            api = Api("fake")
            try:
                yield Room(discord, api, world)
            finally:
                await api.close()
            assert discord.wrong == []

    def run(**given):
        async def beside():
            async with room() as made:
                await test(made, **given)

        own = Route.BASE
        try:
            asyncio.run(beside())
        finally:
            at(own)

    run.__name__ = test.__name__
    return run


def words(message):
    return message["embeds"][0].get("title", "") + " " + message["embeds"][0].get("description", "")


@ran
async def test_the_first_digest_of_a_story_opens_a_thread_and_the_next_is_in_it_with_a_line_that_leads_there(
    room,
):
    room.schedule(CHANNEL)
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told(CHANNEL)
    [thread] = people.threads(room.discord, NEWS)
    assert (thread["id"], thread["name"]) == (root["id"], "What changed · The lock")
    room.put(LOCK, "friday", "lock", "The lock")
    _, lead, reply = await room.told(CHANNEL, after=DAY)
    assert (lead["channel_id"], reply["channel_id"]) == (NEWS, root["id"])
    assert f"https://discord.com/channels/{GUILD}/{root['id']}" in words(lead)
    assert "did not reopen" in words(reply)


@ran
async def test_within_the_hour_a_digest_takes_the_place_of_the_last(room):
    room.schedule(CHANNEL)
    room.schedule(FORUM)
    room.put(LOCK, "monday", "lock", "The lock")
    first = await room.told(CHANNEL, FORUM)
    room.put(LOCK, "friday", "lock", "The lock")
    then = await room.told(CHANNEL, FORUM)
    for [root], [edited] in zip(first, then, strict=True):
        assert edited["id"] == root["id"]
        assert "did not reopen" in words(edited)


@ran
async def test_in_a_forum_each_story_has_a_post_and_later_digests_are_in_it(room):
    room.schedule(FORUM)
    room.put(LOCK, "monday", "lock", "The lock")
    room.put(ORCHARD, "blossom", "pears", "The pears")
    assert len(await room.told(FORUM)) == 2
    posts = {post["name"]: post["id"] for post in people.threads(room.discord, FORUM_ID)}
    assert set(posts) == {"What changed · The lock", "What changed · The pears"}
    room.put(LOCK, "friday", "lock", "The lock")
    *_, reply = await room.told(FORUM, after=DAY)
    assert reply["channel_id"] == posts["What changed · The lock"]
    assert len(room.discord.called("forum.create")) == 2


@ran
async def test_where_nothing_changed_nothing_is_posted(room):
    for target in PLACES:
        room.schedule(target)
    room.put(LOCK, "monday", "lock", "The lock")
    before = await room.told(*PLACES)
    assert [len(each) for each in before] == [1, 1, 1]
    assert await room.told(*PLACES, after=DAY) == before


# -- what goes wrong ---------------------------------------------------------------------------------------------------


@ran
async def test_who_breaks_off_between_a_message_and_its_thread_opens_the_thread_at_the_next_attempt(room):
    room.schedule(CHANNEL)
    room.put(LOCK, "monday", "lock", "The lock")
    room.discord.plan("thread.create", "reset before", "reset after")
    [root] = await room.told(CHANNEL)
    [thread] = people.threads(room.discord, NEWS)
    assert thread["id"] == root["id"]


@ran
async def test_what_answers_in_a_thread_that_was_archived_opens_it_again(room):
    room.schedule(CHANNEL)
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told(CHANNEL)
    people.lock(room.discord, root["id"], locked=False, archived=True)
    room.put(LOCK, "friday", "lock", "The lock")
    *_, reply = await room.told(CHANNEL, after=DAY)
    assert reply["channel_id"] == root["id"]
    assert not people.threads(room.discord, NEWS)[0]["thread_metadata"]["archived"]


@ran
async def test_what_would_be_edited_in_a_post_that_was_archived_is_said_anew_there(room):
    room.schedule(FORUM)
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told(FORUM)
    people.lock(room.discord, root["id"], locked=False, archived=True)
    room.put(LOCK, "friday", "lock", "The lock")
    _, reply = await room.told(FORUM)
    assert reply["channel_id"] == root["id"]
    assert "did not reopen" in words(reply)


@ran
async def test_where_a_thread_or_a_post_is_gone_the_next_digest_opens_another_of_the_same_name(room):
    room.schedule(CHANNEL)
    room.schedule(FORUM)
    room.put(LOCK, "monday", "lock", "The lock")
    for target, [root] in zip((CHANNEL, FORUM), await room.told(CHANNEL, FORUM), strict=True):
        people.remove(room.discord, target.id, root["id"], thread=True)
    room.put(LOCK, "friday", "lock", "The lock")
    (_, in_channel), (post,) = await room.told(CHANNEL, FORUM, after=DAY)
    assert in_channel["channel_id"] == NEWS
    for target, root in ((CHANNEL, in_channel), (FORUM, post)):
        [thread] = people.threads(room.discord, target.id)
        assert (thread["id"], thread["name"]) == (root["id"], "What changed · The lock")


@ran
async def test_a_locked_thread_closes_its_channel_and_a_locked_post_has_a_successor(room):
    room.schedule(CHANNEL)
    room.schedule(FORUM)
    room.put(LOCK, "monday", "lock", "The lock")
    for [root] in await room.told(CHANNEL, FORUM):
        people.lock(room.discord, root["id"])
    room.put(LOCK, "friday", "lock", "The lock")
    in_channel, posts = await room.told(CHANNEL, FORUM, after=DAY)
    assert len(in_channel) == 2  # the line that leads to the thread has gone out
    assert "50083" in room.outbox.closed(CHANNEL)
    assert [post["id"] == post["channel_id"] for post in posts] == [True, True]
    assert "50083" in words(*room.seen(OWNER))


async def _denied(room, code):
    """A channel in which the bot can't write, by what Discord calls it."""
    if code == "10003":
        place = people.channel(room.discord)
        people.delete_channel(room.discord, place)
    else:
        place = people.channel(room.discord)
        people.deny(room.discord, place, {"50001": VIEW, "50013": SEND}[code])
    return Target("discord", GUILD, "channel", place)


@pytest.mark.parametrize("code", ["50001", "50013", "10003"])
def test_of_three_channels_one_that_is_denied_is_told_to_who_made_its_schedule_once_and_the_others_get_theirs(
    code,
):
    @ran
    async def run(room):
        denied = await _denied(room, code)
        another = Target("discord", GUILD, "channel", people.channel(room.discord))
        for target in (denied, CHANNEL, another):
            room.schedule(target)
        room.put(LOCK, "monday", "lock", "The lock")
        shown = await room.told(denied, CHANNEL, another)
        assert [len(each) for each in shown] == [0, 1, 1]
        room.put(LOCK, "friday", "lock", "The lock")
        await room.told(CHANNEL, after=DAY)
        assert code in room.outbox.closed(denied)
        assert code in words(*room.seen(OWNER))
        assert {call.given["recipient_id"] for call in room.discord.called("dm.create")} == {CARSTEN}

    run()


@ran
async def test_without_the_right_to_embed_a_channel_is_closed_as_without_that_to_write(room):
    room.schedule(CHANNEL)
    people.deny(room.discord, NEWS, EMBED)
    room.put(LOCK, "monday", "lock", "The lock")
    assert await room.told(CHANNEL) == []
    assert "Embed Links" in room.outbox.closed(CHANNEL)


@ran
async def test_a_digest_without_the_right_to_open_its_thread_is_there_once_and_the_next_says_what_is_missing(
    room,
):
    room.schedule(CHANNEL)
    people.deny(room.discord, NEWS, OPEN_THREADS)
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told(CHANNEL)
    assert room.outbox.closed(CHANNEL) == ""
    room.put(LOCK, "friday", "lock", "The lock")
    assert len(await room.told(CHANNEL, after=DAY)) == 2  # with the line that leads to the thread
    assert "50013" in room.outbox.closed(CHANNEL)
    people.deny(room.discord, NEWS, 0)
    room.outbox.reopen("lane", CHANNEL)
    *_, reply = await room.told(CHANNEL)
    assert reply["channel_id"] == root["id"]
    assert len(room.seen(CHANNEL)) == 3


@ran
async def test_why_nothing_comes_is_said_in_the_language_of_the_schedule_with_the_channel_by_its_name(room):
    room.schedule(CHANNEL, language="de")
    people.deny(room.discord, NEWS, VIEW)
    room.put(LOCK, "monday", "lock", "The lock")
    await room.told(CHANNEL)
    [notice] = room.seen(OWNER)
    assert f"An <#{NEWS}> kann nichts mehr gesendet werden" in words(notice)
    assert "Der Bot sieht den Kanal nicht" in words(notice)
    assert "50001" in words(notice)


# -- direct messages ---------------------------------------------------------------------------------------------------


@ran
async def test_a_persons_digests_are_direct_messages_whose_channel_is_opened_once(room):
    room.schedule(ANNA, ANNA)
    room.put(LOCK, "monday", "lock", "The lock")
    await room.told(ANNA)
    room.put(LOCK, "friday", "lock", "The lock")
    first, second = await room.told(ANNA, after=DAY)
    assert "The lock" in words(first)
    assert "did not reopen" in words(second)
    assert len(room.discord.called("dm.create")) == 1
    assert room.discord.called("thread.create") == []


@pytest.mark.parametrize("code", ["50007", "50278"])
def test_a_closed_door_closes_the_lane_of_who_is_behind_it_and_nobody_else_hears_of_it(code):
    @ran
    async def run(room):
        room.schedule(ANNA, ANNA)
        room.schedule(CHANNEL)
        people.deny(room.discord, NEWS, VIEW)
        room.put(LOCK, "monday", "lock", "The lock")
        room.discord.plan("message.create", *[code] * 9)
        assert await room.told(ANNA, OWNER) == [[], []]
        tried = len(room.discord.calls)
        await room.told(ANNA, after=DAY)
        assert [code in room.outbox.closed(each) for each in (ANNA, OWNER)] == [True, True]
        assert len(room.discord.calls) == tried

    run()


# -- nothing is sent in the dark ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", PLACES, ids=lambda target: target.kind)
@pytest.mark.parametrize("fault", ["reset after", "503 after", "reset before"])
def test_what_is_left_attempting_for_longer_than_a_nonce_holds_is_looked_for_and_seen_once(target, fault):
    @ran
    async def run(room):
        room.schedule(target)
        room.put(LOCK, "monday", "lock", "The lock")
        room.discord.plan(("message.create", "forum.create"), fault, fault)
        await room.passes(HALF)
        room.outbox.tick(room.world.now, 9, plan)
        await room.passes(HALF / 2)
        for lane in room.outbox.composable(room.world.now, 9):
            room.composer.compose(lane, room.world.now)
        for _ in range(3):
            await room.pump.round()
            await room.passes(timedelta(minutes=11))
        assert len(room.seen(target)) == 1
        tries = room.discord.called("forum.create" if target.kind == "forum" else "message.create")
        assert len(tries) == (3 if fault == "reset before" else 1)

    run()


@ran
async def test_a_502_after_which_the_message_is_there_makes_no_other_in_any_place(room):
    for target in PLACES:
        room.schedule(target)
    room.put(LOCK, "monday", "lock", "The lock")
    room.discord.plan("message.create", "502 after", "502 after")
    room.discord.plan("forum.create", "502 after", "502 after")
    assert [len(each) for each in await room.told(*PLACES)] == [1, 1, 1]


@ran
async def test_who_is_too_fast_is_waited_for_by_the_sdk_or_by_the_lane(room):
    for target in PLACES:
        room.schedule(target)
    room.put(LOCK, "monday", "lock", "The lock")
    for name in ("message.create", "forum.create"):
        room.discord.plan(name, "limited 0.01", "limited 60")
    assert [len(each) for each in await room.told(*PLACES)] == [1, 1, 1]


@ran
async def test_whom_cloudflare_turns_away_asks_nothing_more_for_minutes(room):
    room.schedule(CHANNEL)
    room.put(LOCK, "monday", "lock", "The lock")
    room.discord.plan("message.create", "banned")
    await room.passes(HALF)
    room.outbox.tick(room.world.now, 9, plan)
    await room.passes(HALF / 2)
    for lane in room.outbox.composable(room.world.now, 9):
        room.composer.compose(lane, room.world.now)
    await room.pump.round()
    asked = len(room.discord.calls)
    room.outbox.post(ANNA, [_part("Good morning.")], room.world.now)
    await room.passes(timedelta(minutes=4, seconds=50))
    await room.pump.round()
    assert len(room.discord.calls) == asked
    await room.passes(timedelta(seconds=20))
    await room.pump.round()
    assert [len(room.seen(each)) for each in (CHANNEL, ANNA)] == [1, 1]


@ran
async def test_a_token_that_is_taken_no_more_closes_discord_at_the_first_message_and_not_each_server(room):
    other = Target("discord", "8008", "channel", "1")
    room.schedule(CHANNEL)
    room.put(LOCK, "monday", "lock", "The lock")
    room.discord.plan("message.create", "401", "401")
    assert await room.told(CHANNEL) == []
    room.outbox.post(other, [_part("Good morning.")], room.world.now)
    await room.pump.round()
    assert len(room.discord.called("message.create")) == 1
    assert "DISCORD_TOKEN" in room.outbox.closed(other)
    assert room.outbox.reopen("platform", CHANNEL)
    room.discord.plan("message.create")
    assert len(await room.told(CHANNEL)) == 1


def _part(text):
    [payload] = DiscordRenderer().render(Reply(text), "answer")
    return Part(text, payload)

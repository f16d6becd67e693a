"""Digests in a channel of Slack, as its members see them: composed, sent and put into threads with the real SDK."""

import asyncio
from datetime import timedelta

from bot.delivery.compose import Composer
from bot.delivery.notices import Notices
from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.delivery.values import Scheduled
from bot.platforms.slack.clients import Api, OneWorkspace
from bot.platforms.slack.delivery import SlackDelivery
from bot.ports import Target
from bot.render.slack import SlackRenderer
from bot.schedules import next_run, parse_schedule
from tests.bot.answers.world import LOCK, ORCHARD, World
from tests.bot.platforms.slack_world import NEWS
from tests.fake_slack import FakeSlack, people
from tests.slack_rules import buttons

CHANNEL = Target("slack", "T1", "channel", NEWS)
OWNER = Target("slack", "T1", "person", "U1A")
HALF, DAY = timedelta(minutes=30), timedelta(days=1)


class Room:
    """A channel with a schedule, and what comes in for it."""

    def __init__(self, slack, api):
        self.slack, self.world = slack, World()
        outbox = self.outbox = self.world.outbox
        self.composer = Composer(
            outbox, self.world.answers, {"slack": SlackRenderer()}, lambda: 0.5, lambda *_: None
        )
        delivery = SlackDelivery(OneWorkspace(api, "xoxb-1"))
        notices = Notices(outbox, {"slack": SlackRenderer()}, lambda: self.world.now)
        self.pump = Pump(
            outbox,
            {"slack": delivery},
            clock=asyncio.get_running_loop().time,
            now=lambda: self.world.now,
            chance=lambda: 0.5,
            closed=notices.closed,
        )
        spec = parse_schedule("every 30 minutes", zone="UTC")
        first = next_run(spec, self.world.now)
        made = Scheduled(CHANNEL, OWNER, spec, next_at=first.at, next_slot=first.slot)
        outbox.add(made, self.world.now)

    def put(self, texts, key, story, title):
        self.world.put(key, *texts[key], story=story, title=title, url=f"https://{key}.example/a")
        with self.world.store.ingesting() as desk:
            desk.title(story, title)
            desk.see(key, [CHANNEL.library])

    async def told(self, after=HALF):
        """Time passes; the messages of the channel once all that is due has been told."""
        self.world.now += after
        self.outbox.tick(self.world.now, 100, plan)
        for _ in range(20):
            for lane in self.outbox.composable(self.world.now, 9):
                self.composer.compose(lane, self.world.now)
            await self.pump.round()
            self.world.now += timedelta(seconds=2)
        return people.messages(self.slack, NEWS)


def ran(test):
    def run():
        async def beside():
            async with FakeSlack(start=1_780_000_000.0) as slack:
                api = Api(slack.api)
                await test(Room(slack, api))
                await api.close()
                assert slack.wrong == []

        asyncio.run(beside())

    run.__name__ = test.__name__
    return run


@ran
async def test_the_first_digest_of_a_story_is_its_root_and_the_next_within_the_hour_takes_its_place(room):
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told()
    assert root["text"].startswith("What changed · The lock")
    room.put(LOCK, "friday", "lock", "The lock")
    [edited] = await room.told()
    assert edited["ts"] == root["ts"]
    assert edited["text"].startswith("What changed · The lock")
    assert "did not reopen" in edited["text"]
    assert any(buttons(block) for block in edited["blocks"])


@ran
async def test_a_later_digest_is_one_reply_that_the_channel_sees_and_begins_with_what_is_new(room):
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told()
    room.put(LOCK, "friday", "lock", "The lock")
    _, reply = await room.told(after=DAY)
    assert (reply["thread_ts"], reply["subtype"]) == (root["ts"], "thread_broadcast")
    assert "did not reopen" in reply["text"].partition("[")[0]


@ran
async def test_a_root_that_is_gone_gets_a_new_one(room):
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told()
    people.remove(room.slack, NEWS, root["ts"], thread=True)
    room.put(LOCK, "friday", "lock", "The lock")
    [new] = await room.told(after=DAY)
    assert new.get("thread_ts") is None


@ran
async def test_several_stories_have_one_message_with_a_line_and_a_link_each(room):
    room.put(LOCK, "monday", "lock", "The lock")
    [root] = await room.told()
    room.put(LOCK, "friday", "lock", "The lock")
    room.put(ORCHARD, "blossom", "pears", "The pears")
    shown = await room.told(after=DAY)
    lead = shown[1]
    assert {"The lock", "The pears"} <= set(lead["text"].splitlines())
    assert f"message_ts={root['ts']}" in str(lead["blocks"])
    assert [each.get("thread_ts") for each in shown] == [None, None, None, root["ts"]]


@ran
async def test_where_nothing_changed_nothing_is_posted(room):
    room.put(LOCK, "monday", "lock", "The lock")
    assert len(await room.told()) == 1
    assert len(await room.told(after=DAY)) == 1


@ran
async def test_a_channel_that_is_archived_is_told_to_who_made_its_schedule_once_and_nothing_is_lost(room):
    room.put(LOCK, "monday", "lock", "The lock")
    people.archive(room.slack, NEWS)
    assert await room.told() == []
    assert await room.told(after=DAY) == []
    [told] = [each for each in people.messages(room.slack, OWNER.id) if each.get("bot_id")]
    assert "is_archived" in told["text"]
    people.archive(room.slack, NEWS, archived=False)
    room.outbox.reopen("lane", CHANNEL)
    [root] = await room.told()
    assert "The lock" in root["text"]

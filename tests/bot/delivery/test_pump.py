"""The pump over an outbox in memory and platforms that fail as they do."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pump import Pump
from bot.delivery.values import Part, Planned, Scheduled
from bot.ports import Target
from bot.schedules import Every
from tests.bot.delivery.earlier import FakeDiscord, FakeSlack, Killed, Time
from tests.fakes_outbox import MemoryOutbox

BOTH = pytest.mark.parametrize("kind", [FakeDiscord, FakeSlack])


class World:
    """A lane with two messages, a platform and a pump."""

    def __init__(self, kind) -> None:
        self.time = Time()
        self.platform = kind(self.time)
        self.outbox = MemoryOutbox()
        to = Target(kind.platform, "home", "channel", "c")
        scheduled = Scheduled(to, to, Every(60, "UTC"), next_at=self.time.now(), next_slot="1")
        self.outbox.add(scheduled, self.time.now())
        self.outbox.tick(
            self.time.now(), 1, lambda due, now, _: Planned(due.next_slot, now, "queued", None, "")
        )
        composing = self.outbox.to_compose(self.time.now(), timedelta(seconds=60))
        parts = [
            Part("first", {"text": "rich", "plain": {"text": "plain"}}),
            Part("second", {"text": "more"}),
        ]
        self.outbox.freeze(composing, parts, self.time.now())
        self.lane = self.outbox.lane(to)

    def pump(self, clock=None) -> Pump:
        deliveries = {self.platform.platform: self.platform}
        return Pump(
            self.outbox,
            deliveries,
            clock=clock or self.time.clock,
            now=self.time.now,
            chance=lambda: 0.5,
        )

    def round(self, **how) -> int:
        try:
            return asyncio.run(self.pump(**how).round())
        except Killed:
            return 1

    def run(self, every: float = 13) -> None:
        for _ in range(60):
            if not self.lane.live or self.lane.closed:
                return
            self.round()
            self.time.passed += every

    @property
    def seen(self) -> list[str]:
        return [message.key for message in self.platform.seen]

    @property
    def states(self) -> list[str]:
        return [row.state for row in self.lane.rows]


@BOTH
@pytest.mark.parametrize("fault", ["limited", "lost before", "lost after", "killed after", "odd"])
def test_after_one_fault_each_message_is_seen_once_and_in_order(kind, fault):
    world = World(kind)
    world.platform.plan.append(fault)
    world.run()
    assert world.seen == ["first", "second"]
    assert world.states == ["sent", "sent"]


@BOTH
@settings(max_examples=60, deadline=None)
@given(
    faults=st.lists(
        st.sampled_from(["", "limited", "lost before", "lost after", "killed after", "odd"]), max_size=7
    )
)
def test_after_any_faults_each_message_is_seen_once_and_in_order(kind, faults):
    world = World(kind)
    world.platform.plan.extend(faults)
    world.run(every=61)
    assert world.seen == ["first", "second"]
    assert world.states == ["sent", "sent"]


@BOTH
def test_what_is_refused_goes_out_as_plain_text_at_once(kind):
    world = World(kind)
    world.platform.plan.append("refused")
    world.round()
    assert [message.text for message in world.platform.seen] == ["plain"]


@BOTH
def test_a_message_that_is_refused_as_plain_text_too_is_dead_and_the_lane_goes_on(kind):
    world = World(kind)
    world.platform.plan.extend(["refused", "refused"])
    world.run()
    assert world.states == ["dead", "sent"]


@BOTH
def test_a_lane_that_is_gone_keeps_its_row_and_goes_on_when_it_is_reopened(kind):
    world = World(kind)
    world.platform.plan.append("closed")
    world.run()
    assert (world.states, world.lane.closed) == (["retry", "pending"], "The channel is gone.")
    world.outbox.reopen("lane", world.lane.target)
    world.run()
    assert world.seen == ["first", "second"]


@BOTH
def test_a_token_that_was_revoked_closes_the_installation_and_not_the_lane(kind):
    world = World(kind)
    world.platform.plan.append("revoked")
    world.run()
    assert (world.seen, world.lane.closed) == ([], "")
    world.outbox.reopen("installation", world.lane.target)
    world.run()
    assert world.seen == ["first", "second"]


@BOTH
def test_a_pump_that_slept_past_its_deadline_sends_nothing(kind):
    world = World(kind)
    moments = iter([0.0, 100.0])
    world.round(clock=lambda: next(moments))
    assert world.seen == []
    world.run()
    assert world.seen == ["first", "second"]


def test_a_pump_that_was_drained_claims_no_more():
    world = World(FakeDiscord)
    pump = world.pump()

    async def drained() -> int:
        await pump.drain(timedelta(seconds=1))
        return await pump.round()

    assert asyncio.run(drained()) == 0
    assert world.states == ["pending", "pending"]


def test_where_the_history_cannot_be_read_the_message_is_sent_again():
    world = World(FakeSlack)
    world.platform.readable = False
    world.platform.plan.append("lost after")
    world.run()
    assert world.seen == ["first", "first", "second"]


@BOTH
def test_a_pump_that_is_stopped_while_it_claims_sends_nothing_and_gives_the_lanes_back(kind):
    world = World(kind)

    async def stopped() -> int:
        pump = world.pump()
        claiming = asyncio.create_task(pump.round())
        await asyncio.sleep(0)  # it has asked the outbox, whose answer is not here yet
        await pump.drain(timedelta(seconds=1))
        return await claiming

    assert asyncio.run(stopped()) == 0
    assert (world.seen, world.outbox.claim(world.time.now(), 1, timedelta(1), [kind.platform]) != []) == (
        [],
        True,
    )

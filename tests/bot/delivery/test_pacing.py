"""No more goes to a platform in any second than it takes, hardly less while more is due, and nothing of it holds up another."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacing import full
from bot.delivery.policy import answered
from bot.delivery.pump import Pump
from bot.delivery.values import Abilities, Claimed, Lease, Outgoing, Part, Receipt
from bot.ports import Target
from tests.bot.store.test_outbox_contract import NOW
from tests.fakes_outbox import MemoryOutbox

SECOND = timedelta(seconds=1)


@given(per_second=st.floats(0.5, 200), steps=st.lists(st.floats(0, 0.5), min_size=1, max_size=99))
def test_in_no_second_more_may_go_than_a_platform_takes(per_second, steps):
    clock, bucket, went = 0.0, full(per_second, 0.0), []
    for step in steps:
        clock += step
        most = bucket.may_go(clock)
        bucket = bucket.less(most, clock)
        went += [clock] * most
    busiest = max((sum(0 <= each - begin < 1 for each in went) for begin in went), default=0)
    assert busiest <= max(2, per_second)


@pytest.mark.parametrize("per_second", [1, 50, 1000])
def test_who_waits_as_long_as_told_sends_nine_tenths_of_what_a_platform_takes(per_second):
    clock, bucket, went = 0.0, full(per_second, 0.0), 0
    while clock < 100:
        most = bucket.may_go(clock)
        went, bucket = went + most, bucket.less(most, clock)
        clock += bucket.wait(clock)
    assert went == pytest.approx(90 * per_second, rel=0.02)


def test_what_took_more_than_one_request_is_made_up_for():
    bucket = full(50, 0.0).less(5, 0.0).less(4, 0.0)
    assert bucket.may_go(0.0) == 0
    assert bucket.may_go(bucket.wait(0.0) + 1e-9) == 2


def test_a_lane_rests_after_a_message_as_long_as_its_platform_wants():
    message = Outgoing(Target("chat", "w", "channel", "c"), "k", "n", {})
    claimed = Claimed(Lease(1, 1, NOW), message, "pending", 1)
    verdict = answered(claimed, Receipt("m"), 0.0, gap=SECOND)
    assert (verdict.state, verdict.again_in) == ("sent", SECOND)


class Platform:
    def __init__(self, name, per_second=None, requests=1):
        self.abilities = Abilities(per_second=per_second, requests=lambda _: requests)
        self.platform, self.sent = name, []

    async def send(self, message):
        self.sent.append(message.key)
        return Receipt(message.key)


@pytest.fixture
def crowded():
    """An outbox with 30 messages for a platform that takes 20 a second, and three for one that says nothing of that."""
    outbox = MemoryOutbox()
    for name, count in (("paced", 30), ("free", 3)):
        for number in range(count):
            to = Target(name, "w", "channel", f"{name} {number}")
            outbox.post(to, [Part(to.id, {"text": "x"})], NOW)
    return outbox


def pumping(outbox, platforms, clock):
    chance = {"chance": lambda: 0.5, "now": lambda: NOW}
    return Pump(outbox, {each.platform: each for each in platforms}, clock=clock, **chance)


def test_a_pump_claims_of_a_platform_only_what_it_takes_and_of_others_all(crowded):
    paced, free, passed = Platform("paced", 20), Platform("free"), [0.0]
    pump = pumping(crowded, [paced, free], lambda: passed[0])
    counts = []
    for seconds in (0, 0, 0.06, 1):
        passed[0] += seconds
        counts.append(asyncio.run(pump.round()))
    assert counts == [5, 0, 1, 2]
    assert len(free.sent) == 3


def test_a_pump_claims_no_more_of_a_platform_until_all_requests_of_its_messages_are_made_up_for(crowded):
    paced, passed = Platform("paced", 20, requests=2), [0.0]
    pump = pumping(crowded, [paced], lambda: passed[0])
    counts = []
    for seconds in (0, 0.06, 0.06, 0.06):
        passed[0] += seconds
        counts.append(asyncio.run(pump.round()))
    assert counts == [2, 0, 0, 1]


def test_a_pump_goes_on_while_more_is_due_and_stops_where_nothing_is(crowded):
    paced, free, passed = Platform("paced", 20_000), Platform("free"), [0.0]

    async def pump_all():
        pump = pumping(crowded, [paced, free], lambda: passed[0])
        await pump.begin()
        while await pump.turn():
            passed[0] += 1
            await pump.begin()
        await pump.drain(SECOND)
        return await pump.turn()

    assert not asyncio.run(pump_all())
    assert len(paced.sent) == len(set(paced.sent)) == 30

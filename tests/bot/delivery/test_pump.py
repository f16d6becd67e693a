"""What a pump does by itself, whatever the platform; what goes wrong there is in the contract of a Delivery."""

import asyncio
from datetime import timedelta

import pytest

from tests.bot.delivery.contract import Scene
from tests.platforms import KINDS, Client, Near


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def scene(request):
    return Scene(Near(request.param), "one", "two")


def free(scene) -> bool:
    """Whether somebody else may work on the lane."""
    return bool(scene.outbox.claim(scene.now(), 1, timedelta(1), [scene.peer.platform]))


@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_else_an_sdk_raises_leaves_the_outcome_unknown(scene, when):
    class Odd(Client):
        async def send(self, message):
            if when == "after":
                await super().send(message)
            raise RuntimeError(when)

    asyncio.run(scene.pump(Odd(scene.peer.kind, scene.peer.ask)).round())
    assert scene.states == ["attempting", "pending"]
    scene.passes(13)
    scene.run()
    scene.all_is_well("one", "two")


def test_a_pump_that_slept_past_its_deadline_sends_nothing(scene):
    moments = iter([0.0, 0.0, 100.0])

    async def slept() -> None:
        async with scene.peer.connect() as delivery:
            await scene.pump(delivery, clock=lambda: next(moments)).round()

    asyncio.run(slept())
    assert (scene.seen, scene.states) == ([], ["pending", "pending"])
    scene.run()
    scene.all_is_well("one", "two")


def test_a_pump_that_was_drained_claims_no_more(scene):
    async def drained() -> int:
        async with scene.peer.connect() as delivery:
            pump = scene.pump(delivery)
            await pump.drain(timedelta(seconds=1))
            return await pump.round()

    assert asyncio.run(drained()) == 0
    assert scene.states == ["pending", "pending"]


def test_a_pump_that_is_stopped_while_it_claims_sends_nothing_and_gives_the_lanes_back(scene):
    async def stopped() -> int:
        async with scene.peer.connect() as delivery:
            pump = scene.pump(delivery)
            claiming = asyncio.create_task(pump.round())
            await asyncio.sleep(0)  # it has asked the outbox, whose answer is not here yet
            await pump.drain(timedelta(seconds=1))
            return await claiming

    assert asyncio.run(stopped()) == 0
    assert (scene.seen, scene.states) == ([], ["pending", "pending"])
    assert free(scene)


def test_what_is_on_its_way_as_a_clock_ends_its_lease_is_broken_off_and_seen_once(scene):
    begun, arrives = asyncio.Event(), asyncio.Event()

    class Slow(Client):
        async def send(self, message):
            if not begun.is_set():
                begun.set()
                await arrives.wait()
            return await super().send(message)

    async def twice() -> None:
        pump = scene.pump(Slow(scene.peer.kind, scene.peer.ask))
        await pump.begin()
        await begun.wait()
        scene.off = 3600
        assert await pump.round() == 1
        arrives.set()
        await asyncio.sleep(0)
        await pump.drain(timedelta(seconds=9))

    asyncio.run(twice())
    scene.run()
    scene.all_is_well("one", "two")

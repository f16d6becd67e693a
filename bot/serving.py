"""The bot at work: loops that a clock wakes, until a signal ends them, and whether it is well.

A loop whose database is gone says so once, is not ready, and goes on at its next tick.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.delivery.doors import Outbox
from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.errors import NewsdeltaError, WrongSchedule
from bot.ports import Store
from bot.schedules import next_run
from bot.work import Work

LOG = logging.getLogger(__name__)
TICKS = {
    "due": timedelta(seconds=1),
    "feeds": timedelta(seconds=30),
    "pump": timedelta(seconds=0.5),
    "retention": timedelta(hours=1),
}
AT_ONCE = 500  # schedules of a transaction
LANES, FEEDS = 100, 20  # handed out at a tick
KEPT = timedelta(days=30)  # of what was sent
DRAIN = timedelta(seconds=20)


@dataclass(slots=True)
class Readiness:
    """Whether the bot can do its work, and what is in the way of it: a sentence of each loop that fails."""

    reasons: dict[str, str] = field(default_factory=dict)
    started: bool = False

    def wrong(self) -> Mapping[str, str] | None:
        """What is in the way of work; None before it has begun."""
        return self.reasons if self.started else None


@dataclass(frozen=True, slots=True)
class Bot:
    """What serves: the memory, the outbox, where work is done, what sends, and the time."""

    store: Store
    outbox: Outbox
    work: Work
    pump: Pump
    now: Callable[[], datetime]
    keep: timedelta
    platforms: Sequence[str]


async def serve(
    bot: Bot,
    readiness: Readiness,
    *,
    beside: Sequence[Callable[[], Awaitable[None]]] = (),
    ticks: Mapping[str, timedelta] = TICKS,
) -> bool:
    """Works until SIGTERM or SIGINT, then ends what is on its way; false if some of it would not end.

    `beside` runs as long: platforms that listen, the pages that say how the bot is. A second signal ends at once.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, partial(_signalled, stop))
    pages = [asyncio.create_task(_beside(one)) for one in beside]
    await _until_it_works(partial(reckon, bot.outbox, bot.now), readiness, "start", stop)
    clock = Clock(ticks)
    work = {"due": due, "feeds": feeds, "pump": pumped, "retention": retention}
    loops = [
        asyncio.create_task(_loop(name, clock, readiness, partial(do, bot))) for name, do in work.items()
    ]
    clock.start()
    readiness.started = True
    LOG.info("at work for %s", ", ".join(bot.platforms) or "no platform")
    await stop.wait()
    LOG.info("stopping: what is on its way is finished first")
    readiness.reasons["stop"] = "It is being stopped."
    clock.stop()
    await _cancelled(loops)
    _, ended = await asyncio.gather(bot.pump.drain(DRAIN), bot.work.drain(DRAIN))
    await _cancelled(pages)
    return ended


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _signalled(stop: asyncio.Event) -> None:
    if stop.is_set():
        os._exit(130)  # at once, whatever still runs: what is on its way stands in the outbox as attempting
    stop.set()


# -- what the loops do -------------------------------------------------------------------------------------------------


async def due(bot: Bot) -> None:
    """Makes rows of what is due, and hands out what is to be composed."""
    while len(await asyncio.to_thread(bot.outbox.tick, bot.now(), AT_ONCE, plan)) == AT_ONCE:
        continue
    lanes = await asyncio.to_thread(bot.outbox.composable, bot.now(), LANES, bot.platforms)
    await bot.work.hand_out("compose", lanes)


async def feeds(bot: Bot) -> None:
    """Hands out the feeds that are to be asked."""
    wanted = await asyncio.to_thread(bot.store.due_feeds, bot.now(), FEEDS)
    await bot.work.hand_out("poll", [feed.id for feed in wanted])


async def pumped(bot: Bot) -> None:
    """Sends what is composed."""
    while await bot.pump.begin():
        continue


async def retention(bot: Bot) -> None:
    """Lets go what has had its time."""
    await asyncio.to_thread(bot.store.retire, bot.now() - bot.keep)
    await asyncio.to_thread(bot.outbox.retire, bot.now() - KEPT)


def reckon(outbox: Outbox, now: Callable[[], datetime]) -> int:
    """Reckons anew when schedules run next, since the rules of their zones may have changed; how many have moved.

    What is due already is left to the tick.
    """
    last, moved = 0, 0
    while some := outbox.every(last, AT_ONCE):
        for schedule in some:
            last = schedule.id
            if schedule.next_at is None or schedule.next_at <= now():
                continue
            try:
                run = next_run(schedule.spec, now())
            except WrongSchedule as error:
                outbox.pause(schedule.id, str(error))
                continue
            if run and run.at != schedule.next_at and run.slot != schedule.last_slot:
                moved += outbox.reckon(schedule, run.at, run.slot)
    return moved


# -- looked after ------------------------------------------------------------------------------------------------------


async def _loop(name: str, clock: Clock, readiness: Readiness, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await clock.tick(name)
        await _looked_after(name, readiness, work)


async def _looked_after(name: str, readiness: Readiness, work: Callable[[], Awaitable[object]]) -> bool:
    """Whether the work was done; where not, that is told once, until it is done again."""
    try:
        await work()
    except NewsdeltaError as error:
        if readiness.reasons.get(name) != str(error):
            LOG.warning("%s waits: %s", name, error)
        readiness.reasons[name] = str(error)
        return False
    except Exception as error:  # whatever it was, the other loops go on; the log gets the cause
        LOG.exception("%s failed", name)
        readiness.reasons[name] = f"A fault of this program, told in its log ({type(error).__name__})."
        return False
    if readiness.reasons.pop(name, None):
        LOG.info("%s goes on", name)
    return True


async def _until_it_works(
    work: Callable[[], object], readiness: Readiness, name: str, stop: asyncio.Event
) -> None:
    while not stop.is_set() and not await _looked_after(name, readiness, partial(asyncio.to_thread, work)):
        await asyncio.wait([asyncio.create_task(stop.wait())], timeout=1)


async def _beside(run: Callable[[], Awaitable[None]]) -> None:
    try:
        await run()
    except asyncio.CancelledError:
        raise
    except NewsdeltaError as error:
        LOG.error("%s", error)  # noqa: TRY400 - because the sentence says it all
    except Exception:  # the loops go on without it; the log gets the cause
        LOG.exception("a part of the bot has ended")

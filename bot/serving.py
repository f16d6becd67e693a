"""The bot at work: loops that a clock wakes, until a signal ends them, and whether it is well.

A loop whose database is gone says so once, is not ready, and asks again, ever less often, until it goes on.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.clock import Clock
from bot.delivery.doors import Outbox
from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.errors import NewsdeltaError, WrongSchedule, WrongSettings
from bot.ports import Store
from bot.schedules import next_run
from bot.work import Work

LOG = logging.getLogger(__name__)
TICKS = {
    "due": timedelta(seconds=1),
    "feeds": timedelta(seconds=30),
    "pump": timedelta(seconds=0.5),
    "retention": timedelta(hours=1),
    "news": timedelta(minutes=10),
}
AT_ONCE = 1000  # schedules of a transaction, which takes a tenth of a second
LANES, FEEDS = 100, 20  # handed out at a tick
KEPT = timedelta(days=30)  # of what was sent
DRAIN = timedelta(seconds=20)
FIRST_WAIT, LONGEST_WAIT = 1.0, 15.0  # seconds until what failed is tried again


@dataclass(slots=True)
class Readiness:
    """Whether the bot can do its work, and what is in the way of it: a sentence of each loop that fails."""

    reasons: dict[str, str] = field(default_factory=dict)
    started: bool = False

    def report(self, name: str, reason: str) -> None:
        """What is in the way of a part; empty where nothing is."""
        if reason:
            self.reasons[name] = reason
        elif self.reasons.pop(name, ""):
            LOG.info("%s goes on", name)

    def wrong(self) -> Mapping[str, str] | None:
        """What is in the way of work, nothing where nothing is; None before it has begun, as far as nothing is known."""
        return self.reasons if self.started or self.reasons else None


@dataclass(frozen=True, slots=True)
class Bot:
    """What serves: the memory, the outbox, where work is done, what sends, the time, what spreads waits, and tells of feeds."""

    store: Store
    outbox: Outbox
    work: Work
    pump: Pump
    now: Callable[[], datetime]
    keep: timedelta
    platforms: Sequence[str]
    chance: Callable[[], float]
    tell_feeds: Callable[[], object]


async def serve(
    bot: Bot,
    readiness: Readiness,
    *,
    beside: Sequence[Callable[[], Awaitable[None]]] = (),
    listening: Mapping[str, Callable[[], Awaitable[None]]] | None = None,
    ticks: Mapping[str, timedelta] = TICKS,
) -> bool:
    """Works until SIGTERM or SIGINT, then ends what is on its way; false if some of it would not end.

    `beside` runs as long: the pages that say how the bot is; so do the platforms that listen, each until what is set for it
    turns out to be wrong. WrongSettings, once all is ended, where that became of every one. A second signal ends at once.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, partial(_signalled, stop))
    pages = [asyncio.create_task(_beside(one, bot.chance)) for one in beside]
    wrong: dict[str, str] = {}
    for name, run in (listening or {}).items():
        pages.append(asyncio.create_task(_listening(name, run, readiness, bot.chance, wrong)))
        pages[-1].add_done_callback(lambda _: stop.set() if len(wrong) == len(listening or {}) else None)
    await _unless(stop, until_done("start", readiness, partial(_reckoned, bot), bot.chance))
    clock = Clock(ticks)
    work = {"due": due, "feeds": feeds, "pump": pumped, "retention": retention, "news": news}
    loops = [
        asyncio.create_task(_loop(name, clock, readiness, partial(do, bot), bot.chance))
        for name, do in work.items()
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
    if wrong and len(wrong) == len(listening or {}):
        raise WrongSettings(" ".join(wrong.values()))
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
    """Sends what is composed, as fast as its platforms take it."""
    await bot.pump.begin()
    while await bot.pump.turn():
        await bot.pump.begin()


async def retention(bot: Bot) -> None:
    """Lets go what has had its time."""
    await asyncio.to_thread(bot.store.retire, bot.now() - bot.keep)
    await asyncio.to_thread(bot.outbox.retire, bot.now() - KEPT)


async def news(bot: Bot) -> None:
    """Tells what happened to feeds."""
    await asyncio.to_thread(bot.tell_feeds)


async def _reckoned(bot: Bot) -> None:
    await asyncio.to_thread(reckon, bot.outbox, bot.now)


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


async def _loop(
    name: str,
    clock: Clock,
    readiness: Readiness,
    work: Callable[[], Awaitable[None]],
    chance: Callable[[], float],
) -> None:
    while True:
        await clock.tick(name)
        await until_done(name, readiness, work, chance)


async def until_done(
    name: str,
    readiness: Readiness,
    work: Callable[[], Awaitable[object]],
    chance: Callable[[], float],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Does some work, again and again until it is done; why it is not is said once, and stands in the readiness."""
    failures = 0
    while not await _looked_after(name, readiness, work):
        failures += 1
        await pause(wait(failures, chance()))


def wait(failures: int, chance: float) -> float:
    """Seconds until what failed so often in a row is tried again: doubled each time, the half of it left to chance."""
    longest: float = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - 1, 20)))
    return longest * (1 + chance) / 2


async def _looked_after(name: str, readiness: Readiness, work: Callable[[], Awaitable[object]]) -> bool:
    """Whether the work was done; where not, that is told once, until it is done again."""
    try:
        await work()
    except Exception as error:  # noqa: BLE001 - because the other loops go on, whatever it was; the log gets it
        reason = _reason(error)
        if readiness.reasons.get(name) != reason:
            _log(name, error)
        readiness.reasons[name] = reason
        return False
    if readiness.reasons.pop(name, None):
        LOG.info("%s goes on", name)
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, NewsdeltaError):
        return str(error)
    return f"A fault of this program, told in its log ({type(error).__name__})."


def _log(name: str, error: Exception) -> None:
    if isinstance(error, NewsdeltaError):
        LOG.warning("%s waits: %s", name, error)
    else:
        LOG.error("%s failed", name, exc_info=error)


async def _unless(stop: asyncio.Event, doing: Coroutine[Any, Any, None]) -> None:
    """Does something, unless it is to stop before."""
    both = [asyncio.create_task(doing), asyncio.create_task(_set(stop))]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    await _cancelled(both)


async def _set(stop: asyncio.Event) -> None:
    await stop.wait()


async def _beside(run: Callable[[], Awaitable[None]], chance: Callable[[], float]) -> None:
    """Runs a part of the bot; one that fails holds up no digest, is told once, and is begun again, ever less often."""
    own = Readiness()  # not the bot's: a page that can't be had can't say so, and once it is had all is well
    await until_done("a part of the bot", own, run, chance)


async def _listening(
    name: str,
    run: Callable[[], Awaitable[None]],
    readiness: Readiness,
    chance: Callable[[], float],
    wrong: dict[str, str],
) -> None:
    """Runs a platform as a part, but for settings of it that are wrong: those no second attempt makes right.

    What is in its way stands in the readiness, until the platform itself reports that it no longer is.
    """

    async def listened() -> None:
        try:
            await run()
        except WrongSettings as error:
            readiness.report(name, str(error))
            LOG.error("%s is not listened to any more: %s", name, error)  # noqa: TRY400 - because it is a sentence, not a fault
            wrong[name] = str(error)
        except Exception as error:
            readiness.report(name, _reason(error))
            raise

    await _beside(listened, chance)

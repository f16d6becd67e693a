"""Many processes, and a peak: `python -m bench.scale [jobs] [peak] [--digests N]`.

`jobs`: how many tasks that do nothing Procrastinate hands out in a second through our own `bot.work`, and does, beside
the deliveries of `bench.delivery`. `peak`: digests (2,000 for the 20,000 of a real peak) that are due in one minute for
one Discord bot, sent by the real pump from SQLite to a platform that answers after 100 ms and refuses what is above 50
requests in a second: once all at once, and once spread as a tick spreads them, ten times as fast, so that a tenth of
the digests makes the same rate.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select, text, update

from bench.delivery import BEGIN, DAY, fill, frozen_rows, ticked
from bench.store import databases
from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.delivery.values import Abilities, Outgoing, Receipt
from bot.errors import Limited
from bot.serving import TICKS
from bot.store import SqlStore, open_store
from bot.store.schema import EPOCH, lanes, outbox
from bot.work import InQueue, work_off

SOON, SECOND = timedelta(seconds=10), timedelta(seconds=1)
JOBS, AT_ONCE = 2_000, 10
WORKERS = (1, 2, 4)
PER_SECOND, ANSWER = 50, 0.1
SPREAD_FASTER = 10
NEAR = 0.8  # of what the platform takes, and hardly a refusal: 20,000 digests then take 500 s instead of 400
REFUSED_AT_MOST = 0.01


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what was asked for; 1 where the peak is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="*", choices=["jobs", "peak", []])
    parser.add_argument("--digests", type=int, default=2_000)
    given = parser.parse_args(arguments)
    beyond = False
    for name, url in databases():
        if name == "SQLite" and "jobs" not in given.what[:1]:
            with open_store(url, key=b"key") as store:
                beyond = peaks(store, given.digests)
        elif name == "PostgreSQL" and "peak" not in given.what[:1]:
            jobs(url)
    return int(beyond)


# -- jobs --------------------------------------------------------------------------------------------------------------


def jobs(url: str) -> None:
    """Prints how many tasks are handed out and done in a second."""
    for workers in WORKERS:
        with open_store(url, key=b"key") as store:
            store.database.close()  # no connection is shared with a child
        children = [apart(url) for _ in range(workers)]
        with open_store(url, key=b"key") as store:
            until(lambda store=store, workers=workers: counted(store, "procrastinate_workers") == workers)  # type: ignore[misc] # bound at once
            queue = InQueue(store.database.sharing)
            begun = time.perf_counter()
            with store.database.sharing() as connection:
                for first in range(0, JOBS, 500):
                    queue.defer(connection, "compose", range(first, first + 500))
            handed_out = time.perf_counter()
            until(lambda store=store: counted(store, "procrastinate_jobs") == 0)  # type: ignore[misc] # bound at once
            done = time.perf_counter()
            for child in children:
                os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)
            until(lambda store=store: counted(store, "procrastinate_workers") == 0)  # type: ignore[misc] # bound at once
        print(
            f"tasks with {workers} worker{'s' * (workers > 1)}: handed out {JOBS / (handed_out - begun):,.0f} a second, "
            f"done {JOBS / (done - handed_out):,.0f} a second",
            flush=True,
        )


def apart(url: str) -> int:
    """A process that does tasks until it is told to stop."""
    child = os.fork()
    if not child:
        asyncio.run(work_off(url, {"compose": nothing}, AT_ONCE, SOON, lambda: None))
        os._exit(0)
    return child


def nothing(one: object) -> None:
    """What a task takes that takes nothing."""


def counted(store: SqlStore, table: str) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def until(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(0.02)


# -- a peak ------------------------------------------------------------------------------------------------------------


@dataclass
class Platform:
    """Takes so many requests in any second, and tells the others to wait."""

    platform: str = "discord"
    abilities: Abilities = field(
        default_factory=lambda: Abilities(timedelta(minutes=2), per_second=PER_SECOND)
    )
    taken: deque[float] = field(default_factory=deque)
    refused: int = 0
    sent: int = 0

    async def send(self, message: Outgoing) -> Receipt:
        now = time.monotonic()
        while self.taken and self.taken[0] <= now - 1:
            self.taken.popleft()
        if len(self.taken) >= PER_SECOND:
            self.refused += 1
            raise Limited("Too fast.", SECOND, "platform", "429")
        self.taken.append(now)
        await asyncio.sleep(ANSWER)
        self.sent += 1
        return Receipt(message.key)

    async def find(self, message: Outgoing) -> Receipt | None:
        raise NotImplementedError(message.key)


def peaks(store: SqlStore, number: int) -> bool:
    """Prints how a peak goes out; whether one is beyond its limit."""
    fill(store.outbox, number)
    beyond = False
    for day, (name, spread, faster) in enumerate((("at once", False, 1), ("spread", True, SPREAD_FASTER)), 1):
        ticked(store.outbox, BEGIN + day * DAY, number, plan)
        with store.database.writing() as connection:
            frozen_rows(connection)
            turn = lanes.c.next_at if spread else EPOCH
            connection.execute(update(lanes).values(composed=True, next_at=turn))
        platform = Platform()
        spent = asyncio.run(sent(store, platform, number * day, faster, day))
        ideal = number / PER_SECOND
        rate = number / spent
        print(
            f"{number:,} digests {name}: {spent:.0f} s, ideal {ideal:.0f} s; {rate:.1f} of {PER_SECOND} a second; "
            f"refused {platform.refused}",
            flush=True,
        )
        beyond |= platform.refused > REFUSED_AT_MOST * number or (not spread and rate < NEAR * PER_SECOND)
    return beyond


async def sent(store: SqlStore, platform: Platform, until: int, faster: int, day: int) -> float:
    """Seconds until all were sent, by the pump as it is woken in `newsdelta serve`."""
    begun = time.monotonic()
    pump = Pump(
        store.outbox,
        {platform.platform: platform},
        clock=time.monotonic,
        now=lambda: BEGIN + day * DAY + (time.monotonic() - begun) * faster * SECOND,
        chance=lambda: 0.5,
        lease=timedelta(minutes=1) * faster,
    )
    while await asyncio.to_thread(ended, store) < until:
        await pump.begin()
        while await pump.turn():
            await pump.begin()
        await asyncio.sleep(TICKS["pump"].total_seconds())
    await pump.drain(SOON)
    return time.monotonic() - begun


def ended(store: SqlStore) -> int:
    with store.database.reading() as connection:
        rows = select(func.count()).select_from(outbox).where(outbox.c.finished.is_not(None))
        return int(connection.execute(rows).scalar_one())


if __name__ == "__main__":
    raise SystemExit(main())

"""How long the event loop of `newsdelta serve` keeps anybody waiting: `python -m bench.lag [--sentences N]`.

In the process that serves, a coroutine sleeps 10 ms again and again; what it oversleeps is the lag, of which Discord's
three seconds and Slack's acknowledgements live. It is measured while nothing is done, while the tick and the pump make
and send 2,000 deliveries, and while digests of made-up articles of 3,000 sentences are composed, each of them with the
parts that `wiring.serving` connects.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bench.delivery import BEGIN, DAY, fill, frozen_rows
from bench.speed import article
from bot import serving, wiring
from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.delivery.values import Abilities, Outgoing, Receipt, Scheduled
from bot.platforms.console import person
from bot.schedules import Every
from bot.store import SqlStore, open_store
from bot.store.schema import EPOCH, lanes

KEY = "k" * 32
STEP = 0.01
DELIVERIES, DIGESTS = 2_000, 4
P99_AT_MOST = 100  # ms
MINUTE = timedelta(minutes=1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the lag in milliseconds; 1 where it is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sentences", type=int, default=3_000)
    sentences = parser.parse_args(arguments).sentences
    print(f"{'lag of the event loop, ms':<40}{'p50':>8}{'p99':>8}{'largest':>9}{'seconds':>9}")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        kept = [
            told("nothing is done", asyncio.run(beside(lambda: asyncio.sleep(5)))),
            told(f"{DELIVERIES:,} deliveries", delivering(f"sqlite:///{folder}/sending.db")),
            told(
                f"{DIGESTS} digests of {sentences:,} sentences",
                composing(f"sqlite:///{folder}/composing.db", sentences),
            ),
        ]
    return int(not all(kept))


def told(what: str, lags: Sequence[float]) -> bool:
    """Prints lags; whether they are within the limit."""
    in_order = sorted(1000 * lag for lag in lags)
    p99 = in_order[int(len(in_order) * 0.99)]
    seconds = sum(lags) + STEP * len(lags)
    kept = p99 < P99_AT_MOST
    figures = f"{statistics.median(in_order):8.1f}{p99:8.1f}{in_order[-1]:9.1f}{seconds:9.1f}"
    print(f"{what:<40}{figures}" + ("" if kept else "  BEYOND ITS LIMIT"), flush=True)
    return kept


async def beside(work: Callable[[], Awaitable[object]]) -> list[float]:
    """What a coroutine oversleeps while work is done in the same loop."""
    lags: list[float] = []

    async def sleep() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(STEP)
            lags.append(time.perf_counter() - begun - STEP)

    sleeping = asyncio.create_task(sleep())
    await work()
    sleeping.cancel()
    with suppress(asyncio.CancelledError):
        await sleeping
    return lags


# -- the tick and the pump ---------------------------------------------------------------------------------------------


class Instant:
    """A platform that takes everything at once, so that nothing rests."""

    platform, abilities = "discord", Abilities()

    async def send(self, message: Outgoing) -> Receipt:
        return Receipt(message.key)

    async def find(self, message: Outgoing) -> Receipt | None:
        raise NotImplementedError(message.key)


def delivering(url: str) -> list[float]:
    """The lag while slots become rows and rows are sent."""
    with open_store(url, key=b"key") as store:
        fill(store.outbox, DELIVERIES)

        async def work() -> None:
            now = BEGIN + DAY
            while await asyncio.to_thread(store.outbox.tick, now, serving.AT_ONCE, plan):
                continue
            await asyncio.to_thread(composed, store)
            clock = time.monotonic
            pump = Pump(
                store.outbox, {"discord": Instant()}, clock=clock, now=lambda: now, chance=lambda: 0.5
            )
            await pump.begin()
            while await pump.turn():
                await pump.begin()
            await pump.drain(MINUTE)

        return asyncio.run(beside(work))


def composed(store: SqlStore) -> None:
    with store.database.writing() as connection:
        frozen_rows(connection)
        connection.execute(lanes.update().values(composed=True, next_at=EPOCH))


# -- digests of long articles ------------------------------------------------------------------------------------------


def composing(url: str, sentences: int) -> list[float]:
    """The lag of the whole bot, from its start to its last digest."""
    os.environ |= {"NEWSDELTA_DATABASE_URL": url, "NEWSDELTA_SECRET_KEYS": KEY, "NEWSDELTA_HTTP_PORT": "0"}
    remembered(sentences)
    heard: list[str] = []
    with wiring.serving(heard.append) as serve:

        async def work() -> None:
            running = asyncio.create_task(serve())
            await asyncio.to_thread(all_ended, url)
            os.kill(os.getpid(), signal.SIGTERM)
            await running

        lags = asyncio.run(beside(work))
    assert any("What changed" in text for text in heard)
    return lags


def remembered(sentences: int) -> None:
    """Long articles that were read, and schedules for each that are due."""
    now, chance = datetime.now(UTC), random.Random(7)
    with wiring.memory() as parts:
        for number in range(DIGESTS):
            parts.intake.add([article(number, number, chance, sentences)], [person().library], now)
        for _ in range(DIGESTS):
            new = Scheduled(person(), person(), Every(15, "UTC"), next_at=now - MINUTE, next_slot="x")
            parts.store.outbox.add(new, now)


def all_ended(url: str) -> None:
    """Waits until all that was due has ended."""
    with open_store(url, key=KEY.encode()) as store:
        while not (rows := store.outbox.deliveries(None, 99)) or not all(row.finished for row in rows):
            time.sleep(0.2)


if __name__ == "__main__":
    raise SystemExit(main())

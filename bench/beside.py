"""What is measured while `newsdelta serve` computes digests: a memory of long articles, digests that are due, and the figures.

The bot, a fake of its platform and whoever asks are processes of their own: of the settings, all that they share, the
environment holds the database and its key.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bench.speed import article
from bot import wiring
from bot.delivery.values import Scheduled
from bot.ports import Target
from bot.schedules import Every
from bot.store import open_store

KEY = "k" * 32
COMMANDS, DIGESTS, SENTENCES = 100, 2, 3_000
P99_AT_MOST = 500  # ms
HOUR = timedelta(hours=1)
PATIENCE = 300  # seconds


@contextmanager
def serving(folder: str, settings: Mapping[str, str]) -> Iterator[None]:
    """`newsdelta serve`, as long as it lasts."""
    with open(f"{folder}/log", "w") as log:  # noqa: PTH123 - as the process takes it
        said = [sys.executable, "-m", "bot", "serve"]
        bot = subprocess.Popen(said, stderr=log, stdout=log, env={**os.environ, **settings})
        try:
            yield
        finally:
            bot.send_signal(signal.SIGTERM)
            bot.wait(60)


def database(folder: str) -> None:
    """From now on the memory of this process and of those that it starts."""
    os.environ["NEWSDELTA_DATABASE_URL"] = f"sqlite:///{folder}/newsdelta.db"
    os.environ["NEWSDELTA_SECRET_KEYS"] = KEY
    os.environ["NEWSDELTA_HTTP_PORT"] = "0"


def remembered(channels: Sequence[Target], owner: Target, sentences: int) -> None:
    """Long articles that were read, and a schedule for each channel that is not due yet."""
    now, chance = datetime.now(UTC), random.Random(7)
    with wiring.memory() as parts:
        for number in range(2 * DIGESTS):
            parts.intake.add([article(number, number, chance, sentences)], [owner.library], now)
        for channel in channels:
            new = Scheduled(channel, owner, Every(60, "UTC"), next_at=now + HOUR, next_slot="x")
            parts.store.outbox.add(new, now)


def due(channels: Sequence[Target]) -> None:
    """The digests of the channels are wanted now."""
    now = datetime.now(UTC)
    with wiring.store() as store:
        for channel in channels:
            for kept in store.outbox.schedules(channel):
                store.outbox.run_now(kept.id, f"now:{now.isoformat()}", now)


def composing(channels: Sequence[Target]) -> bool:
    """Whether a digest of each is being composed, or has been."""
    now = datetime.now(UTC)
    with open_store(os.environ["NEWSDELTA_DATABASE_URL"], key=KEY.encode()) as store:
        return not store.outbox.composable(now, len(channels))


def heading() -> None:
    print(
        f"{f'{COMMANDS} commands at once, ms':<44}{'p50':>8}{'p99':>8}{'largest':>9}{'answered after, s':>19}"
    )


def told(what: str, took: Sequence[float], answered: float) -> float:
    """Prints a row; its 99th percentile."""
    in_order = sorted(1000 * one for one in took)
    p99 = in_order[int(len(in_order) * 0.99) - 1]
    late = "" if p99 < P99_AT_MOST else "  BEYOND ITS LIMIT"
    figures = f"{statistics.median(in_order):8.1f}{p99:8.1f}{in_order[-1]:9.1f}{answered:19.1f}"
    print(f"{what:<44}{figures}{late}", flush=True)
    return p99


def until(holds: Callable[[], object]) -> None:
    """Waits for what other processes do: nothing wakes us."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError("what was waited for did not come about")
        time.sleep(0.05)

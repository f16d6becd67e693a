"""How soon Slack hears from the bot while digests are computed: `python -m bench.slack [--sentences N]`.

The bot (`newsdelta serve`), a fake Slack and whoever gives commands are processes of their own. A hundred commands are
given at once, first while nothing else is done, then while two channels get digests of made-up articles of 3,000
sentences. What Slack waits for is the acknowledgement; it gives three seconds. Figures of one machine: read the ratio.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.speed import article
from bot import wiring
from bot.delivery.values import Scheduled
from bot.ports import Target
from bot.schedules import Every
from bot.store import open_store
from tests.fake_slack.remote import Remote, apart

KEY = "k" * 32
COMMANDS, DIGESTS = 100, 2
SAID = ("latest", "status", "feeds list", "schedule list")  # each is answered by one message
P99_AT_MOST = 500  # ms
HOUR, SOON = timedelta(hours=1), timedelta(seconds=1)
PATIENCE = 300  # seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints how long acknowledgements and answers took; 1 where one is missing or too late."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sentences", type=int, default=3_000)
    sentences = parser.parse_args(arguments).sentences
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, apart() as slack:
        os.environ |= settings(slack, f"sqlite:///{folder}/newsdelta.db")
        channels = [slack.channel() for _ in range(DIGESTS)]
        remembered(sentences, channels)
        with open(f"{folder}/log", "w") as log:  # noqa: PTH123 - as the process takes it
            bot = subprocess.Popen([sys.executable, "-m", "bot", "serve"], stderr=log, stdout=log)
            try:
                return judged(slack, channels, sentences)
            finally:
                bot.send_signal(signal.SIGTERM)
                bot.wait(60)


def settings(slack: Remote, url: str) -> dict[str, str]:
    return {
        "NEWSDELTA_DATABASE_URL": url,
        "NEWSDELTA_SECRET_KEYS": KEY,
        "NEWSDELTA_HTTP_PORT": "0",
        "NEWSDELTA_SLACK_API_URL": slack.api,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }


def judged(slack: Remote, channels: Sequence[str], sentences: int) -> int:
    """Both rounds, and whether the second is within its limit."""
    until(lambda: slack.connections()["open"])
    given(slack, 5)  # the first ones load what is loaded once
    print(
        f"{f'{COMMANDS} commands at once, ms':<44}{'p50':>8}{'p99':>8}{'largest':>9}{'answered after, s':>19}"
    )
    idle = told("ack, while nothing else is done", *given(slack))
    due(channels)
    until(lambda: composing(channels))
    busy = told(f"ack, beside {DIGESTS} digests of {sentences:,} sentences", *given(slack))
    print(f"the same as a ratio {busy / idle:33.1f}")
    begun = time.perf_counter()
    until(lambda: all(slack.messages(channel=channel) for channel in channels))
    print(
        f"the digests are there {time.perf_counter() - begun:.1f} s later; wrong: {slack.wrong() or 'nothing'}"
    )
    return int(busy >= P99_AT_MOST or bool(slack.wrong()))


def given(slack: Remote, number: int = COMMANDS) -> tuple[list[float], float]:
    """How long the acknowledgement of each command took, and after how many seconds all were answered."""
    before, seen = len(slack.sent()), len(slack.private(user="U1A"))
    begun = time.perf_counter()
    for count in range(number):
        slack.command(text=SAID[count % len(SAID)], channel="C1NEWS")
    until(lambda: all(each["over"] for each in slack.sent(since=before)))
    sent: list[dict[str, Any]] = slack.sent(since=before)
    took = [each["took"] for each in sent]
    assert all(one is not None for one in took), "a command was not acknowledged"
    until(lambda: len(slack.private(user="U1A")) >= seen + number)
    return took, time.perf_counter() - begun


def told(what: str, took: Sequence[float], answered: float) -> float:
    """Prints a row; its 99th percentile."""
    in_order = sorted(1000 * one for one in took)
    p99 = in_order[int(len(in_order) * 0.99) - 1]
    late = "" if p99 < P99_AT_MOST else "  BEYOND ITS LIMIT"
    figures = f"{statistics.median(in_order):8.1f}{p99:8.1f}{in_order[-1]:9.1f}{answered:19.1f}"
    print(f"{what:<44}{figures}{late}", flush=True)
    return p99


def remembered(sentences: int, channels: Sequence[str]) -> None:
    """Long articles that were read, and a schedule for each channel that is not due yet."""
    now, chance = datetime.now(UTC), random.Random(7)
    with wiring.memory() as parts:
        for number in range(2 * DIGESTS):
            parts.intake.add([article(number, number, chance, sentences)], ["slack:T1"], now)
        for channel in channels:
            target = Target("slack", "T1", "channel", channel)
            owner = Target("slack", "T1", "person", "U1A")
            new = Scheduled(target, owner, Every(60, "UTC"), next_at=now + HOUR, next_slot="x")
            parts.store.outbox.add(new, now)


def due(channels: Sequence[str]) -> None:
    """The digests of the channels are wanted now."""
    now = datetime.now(UTC)
    with wiring.store() as store:
        for channel in channels:
            for kept in store.outbox.schedules(Target("slack", "T1", "channel", channel)):
                store.outbox.run_now(kept.id, f"now:{now.isoformat()}", now)


def composing(channels: Sequence[str]) -> bool:
    """Whether a digest of each is being composed, or has been."""
    now = datetime.now(UTC)
    with open_store(os.environ["NEWSDELTA_DATABASE_URL"], key=KEY.encode()) as store:
        return not store.outbox.composable(now, len(channels))


def until(holds: Callable[[], object]) -> None:
    """Waits for what other processes do: nothing wakes us."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError("what was waited for did not come about")
        time.sleep(0.05)


if __name__ == "__main__":
    raise SystemExit(main())

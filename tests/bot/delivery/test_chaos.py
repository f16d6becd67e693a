"""Whole processes that send by HTTP, and what is done to them: killed, stopped past their lease, told to end."""

import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery.values import Part
from bot.ports import Target
from bot.store import open_store
from tests.bot.delivery.chats import chats
from tests.bot.store.telling import telling

ROOT = Path(__file__).parents[3]
WHOLE = bool(os.environ.get("SOAK"))
TIMES = 25  # so much shorter are leases (2.4 s), patience (0.8 s) and the platforms' windows
PATIENCE = 90  # seconds, for a busy machine


def until(holds):
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.03)  # other processes are watched from outside: nothing wakes us
    return found


@dataclass
class Worker:
    """A process that sends, and when it slept."""

    command: list[str]
    stopped: list[tuple[int, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.wakes_at, self.begun = 0.0, False

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def stop(self, seconds: float) -> None:
        """Lets it sleep, maybe in the midst of a transaction for whose end others wait: so it wakes by itself."""
        process, fell = self.process, time.monotonic()
        process.send_signal(signal.SIGSTOP)
        self.wakes_at = fell + seconds

        def wake() -> None:
            process.send_signal(signal.SIGCONT)
            self.stopped.append((process.pid, fell, time.monotonic()))
            self.wakes_at = 0.0

        threading.Timer(seconds, wake).start()

    def works(self) -> bool:
        """Whether it has begun and does not sleep."""
        if not self.begun and select.select([self.process.stdout], [], [], 0)[0]:
            self.begun = bool(self.process.stdout.readline())
        assert self.process.poll() is None, "it has died by itself"
        return self.begun and not self.wakes_at

    def end(self) -> int:
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


class World:
    """Both platforms, a memory with messages for them, and processes that send."""

    def __init__(self, stack, folder, url, times) -> None:
        self.stack, self.url, self.log = stack, url, folder / "log"
        self.chats = stack.enter_context(chats(folder, times))
        self.store = stack.enter_context(open_store(url, key=b"k" * 32))
        self.command = [sys.executable, "-m", "tests.bot.delivery.pumping", url, self.chats.url.rpartition(":")[2],
                        str(times), str(self.log)]  # fmt: skip
        self.workers: list[Worker] = []

    def worker(self) -> Worker:
        self.workers.append(Worker(self.command))
        self.stack.callback(self.workers[-1].kill)
        return self.workers[-1]

    def say(self, target: Target, *numbers: int) -> None:
        keys = [f"{target.id}:{number}" for number in numbers]
        parts = [
            Part(
                key,
                {"text": key},
                "s",
                root=key.endswith(":0"),
                telling=telling(to=target, moves=target, versions=(key,), said=(key,)),
            )
            for key in keys
        ]
        assert self.store.outbox.post(target, parts, datetime.now(UTC))

    def keys(self, target: Target) -> list[str]:
        return self.chats.kept[target.platform].keys(target.id)

    def states(self, target: Target) -> list[str]:
        return [row.state for row in reversed(self.store.outbox.deliveries(target, 999))]

    def held(self) -> set[str]:
        return {row.key for row in self.store.outbox.deliveries(None, 9999) if row.state == "held"}

    def told(self, target: Target) -> set[str]:
        return set(self.store.mark(target, "s").versions)

    def overslept(self) -> int:
        """How many messages for Slack were under way as their process slept."""
        under_way: dict[tuple[str, str], float] = {}
        spans: list[tuple[int, float, float]] = []
        for line in self.log.read_text().splitlines():
            pid, what, platform, key, at = line.split("\t")
            if what == "begun" and platform == "slack":
                under_way[pid, key] = float(at)
            elif (pid, key) in under_way:
                spans.append((int(pid), under_way.pop((pid, key)), float(at)))
        spans += [(int(pid), at, float("inf")) for (pid, _), at in under_way.items()]
        slept = [each for worker in self.workers for each in worker.stopped]
        return sum(
            pid == who and begun <= woke and answered >= fell
            for pid, begun, answered in spans
            for who, fell, woke in slept
        )


def target(platform: str, number: int) -> Target:
    return Target(platform, "home", "channel", f"{platform}-{number}")


@contextmanager
def world(folder, url, times=TIMES):
    with ExitStack() as stack:
        yield World(stack, folder, url, times)


@pytest.mark.parametrize("seed", range(1, 7) if WHOLE else [1])
@pytest.mark.parametrize(("name", "processes"), [("postgresql", 3 if WHOLE else 2), ("sqlite", 1)])
def test_under_chaos_nothing_is_lost_and_all_is_in_order(request, tmp_path, seed, name, processes, capsys):
    """0 lost, 0 twice on Discord, on Slack as many as slept between their last look and the answer, at most."""
    blows = 120 if WHOLE else 5
    with world(tmp_path, request.getfixturevalue(name)) as it:
        targets = [target(platform, number) for platform in ("discord", "slack") for number in range(4)]
        it.chats.tell("slack", "chaos", seed=seed)
        workers = [it.worker() for _ in range(processes)]
        kills = disturbed(it, targets, random.Random(seed), blows)
        it.chats.tell("slack", "chaos", seed=None)
        until(lambda: all(set(it.states(each)) <= {"sent", "held"} for each in targets))
        assert [worker.end() for worker in workers] == [0] * processes
        again, held = Counter(), it.held()
        for each in targets:
            wanted = [f"{each.id}:{number}" for number in range(blows)]
            wanted = [key for key in wanted if key not in held]
            keys = [key for key in it.keys(each) if key not in held]
            assert list(dict.fromkeys(keys)) == wanted
            assert it.told(each) == set(wanted)
            again[each.platform] += len(keys) - len(wanted)
        # A message whose process dies under it again and again waits for a person in the end; hardly any does.
        assert len(held) <= len(targets) * blows // 50
        slept = it.overslept()
        with capsys.disabled():
            print(f"\nchaos {seed} on {name}: {8 * blows} messages, {kills} killed, {blows - kills} put to sleep, {slept} with one "
                  f"for Slack under way; {len(held)} held; twice on Slack {again['slack']}, on Discord {again['discord']}")  # fmt: skip
        assert again["discord"] == 0
        assert again["slack"] <= slept


def disturbed(it: World, targets, chance: random.Random, blows: int) -> int:
    """Before each blow every channel gets a message; who works is killed or put to sleep. How many were killed."""
    kills = 0
    for number in range(blows):
        for each in targets:
            it.say(each, number)
        worker = chance.choice(until(lambda: [worker for worker in it.workers if worker.works()]))
        time.sleep(chance.uniform(0, 0.2))  # somewhere in the midst of it
        if chance.random() < 0.6:
            kills += 1
            worker.kill()
            worker.begin()
        else:
            worker.stop(3)
    until(lambda: all(worker.works() for worker in it.workers))
    return kills


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_a_signal_in_mid_send_lets_the_answer_come_and_loses_nothing(sqlite, tmp_path, platform):
    here = target(platform, 1)
    with world(tmp_path, sqlite, times=1) as it:  # with all the patience that there is
        it.say(here, 0, 1)
        it.chats.tell(platform, "plan", faults=["held"], looks=[])
        worker = it.worker()
        until(lambda: it.keys(here))  # it was taken, and the answer is not here yet
        worker.process.terminate()
        assert [worker.process.stdout.readline() for _ in range(2)] == ["begun\n", "draining\n"]
        it.chats.tell(platform, "release")
        assert worker.process.wait(PATIENCE) == 0
        assert it.states(here) == ["sent", "pending"]
        second = it.worker()
        until(lambda: it.states(here) == ["sent", "sent"])
        assert second.end() == 0
        assert it.keys(here) == [f"{here.id}:0", f"{here.id}:1"]


@pytest.mark.skipif(not WHOLE, reason="it takes a minute: make soak")
def test_a_database_that_is_gone_for_a_minute_costs_nothing(server, tmp_path):
    here = [target(platform, 1) for platform in ("discord", "slack")]
    with server.database() as url, world(tmp_path, url) as it:
        for each in here:
            it.say(each, *range(50))
        worker = it.worker()
        until(lambda: all(map(it.keys, here)))
        with server.away(url):
            time.sleep(60)  # that is what it is about
        until(lambda: all(set(it.states(each)) == {"sent"} for each in here))
        assert worker.end() == 0
        for each in here:
            assert it.keys(each) == [f"{each.id}:{number}" for number in range(50)]

"""A worker as small as can be, and a platform that outlives it: `python -m tests.bot.delivery.working JOB DATABASE …`.

One process reads the libraries and is split into workers, each of which opens the database by itself.
"""

import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import event

from bot.delivery.values import Part, Planned, Receipt, Scheduled, Verdict
from bot.ports import Target
from bot.schedules import Every
from bot.store import open_store
from tests.bot.store.telling import telling

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SLOTS = 4  # of a schedule, at most
LAST = NOW + (SLOTS - 1) * HOUR
PLATFORMS = ("discord", "slack")
OVER = timedelta(0)  # a lease that is over as it begins, so that nobody waits for it after a crash
IN_SQL = {  # a step in the midst of a transaction → the words before which it is
    "schedule advanced, row not written": "INSERT INTO outbox",
    "slot taken away, parts not written": "INSERT INTO outbox",
    "marked as sent, not told": "INSERT INTO targets",
}
BEFORE_COMMIT = {
    "both written, tick not committed": "tick",
    "parts written, not committed": "freeze",
    "all written, finish not committed": "finish",
}
STEPS = (
    "before the tick",
    "schedule advanced, row not written",
    "both written, tick not committed",
    "tick committed",
    "leased for composing",
    "slot taken away, parts not written",
    "parts written, not committed",
    "composed",
    "claim committed, not sent",
    "sent, answer not read",
    "answer read, not finished",
    "marked as sent, not told",
    "all written, finish not committed",
    "finish committed",
)


class Platform:
    """Messages as people see them: Discord knows a nonce again, Slack can be looked through."""

    def __init__(self, path: str) -> None:
        self.messages = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.messages.execute("PRAGMA journal_mode=WAL")
        self.messages.execute("PRAGMA synchronous=OFF")
        self.messages.execute(
            "CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, channel, key, text, nonce UNIQUE)"
        )

    def send(self, message) -> Receipt:
        nonce = message.nonce if message.target.platform == "discord" else None
        row = (message.target.id, message.key, message.payload["text"], nonce)
        self.messages.execute(
            "INSERT OR IGNORE INTO messages (channel, key, text, nonce) VALUES (?, ?, ?, ?)", row
        )
        return self.find(message)

    def find(self, message) -> Receipt | None:
        asked = "SELECT id FROM messages WHERE channel = ? AND key = ? ORDER BY id"
        row = self.messages.execute(asked, (message.target.id, message.key)).fetchone()
        return Receipt(str(row[0])) if row else None

    def seen(self, channel: str) -> list[str]:
        asked = "SELECT key FROM messages WHERE channel = ? ORDER BY id"
        return [key for (key,) in self.messages.execute(asked, (channel,))]


def plan(due, now, crowd):
    """One slot after the other, to the last."""
    del now, crowd
    after = due.next_at + HOUR if due.next_at < LAST else None
    return Planned(due.next_slot, due.next_at, "queued", after, after.isoformat() if after else "")


def keys(schedule: int, count: int) -> list[str]:
    slots = [f"s:{schedule}:{(LAST - hour * HOUR).isoformat()}" for hour in reversed(range(count))]
    return [f"{slot}{part}" for slot in slots for part in ("", ":s:1")]


class Worker:
    """Ticks, composes, sends and finishes until there is nothing to do; `at` is told of every step."""

    def __init__(self, store, platform, at=str, lease=HOUR) -> None:
        self.store, self.platform, self.at, self.lease = store, platform, at, lease
        self.refused = 0

    def work(self, platforms=PLATFORMS) -> None:
        while any([self.tick(), self.compose(), self.send(platforms)]):
            pass

    def tick(self) -> bool:
        self.at("before the tick")
        ticked = self.store.outbox.tick(LAST, 20, plan)
        self.at("tick committed")
        return bool(ticked)

    def compose(self) -> bool:
        composing = self.store.outbox.to_compose(LAST, self.lease)
        if composing is None:
            return False
        self.at("leased for composing")
        to = composing.schedule.target
        parts = [
            Part(composing.key, {"text": "lead"}),
            Part(f"{composing.key}:s:1", {"text": "story"}, "s", telling=said(composing.slot, to)),
        ]
        self.store.outbox.freeze(composing, parts, LAST)
        self.at("composed")
        return True

    def send(self, platforms) -> bool:
        claims = self.store.outbox.claim(LAST, 5, self.lease, platforms)
        for claim in claims:
            self.at("claim committed, not sent")
            self.deliver(claim)
            self.at("finish committed")
        return bool(claims)

    def deliver(self, claim) -> None:
        looked = claim.before == "attempting" and claim.message.target.platform == "slack"
        receipt = self.platform.find(claim.message) if looked else None
        if receipt is None:
            receipt = self.platform.send(claim.message)
            self.at("sent, answer not read")
        self.at("answer read, not finished")
        finished = self.store.outbox.finish(claim, Verdict("sent", receipt=receipt), LAST)
        self.refused += not finished


def said(slot: str, to: Target):
    return telling(to=to, moves=to, versions=(slot,), said=(slot,))


# -- jobs --------------------------------------------------------------------------------------------------------------


def apart(job: Callable[[], object]) -> int:
    """Starts a job in a process of its own."""
    child = os.fork()
    if child:
        return child
    try:
        job()
    except BaseException:  # noqa: BLE001 - because the other half of the process must not go on from here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def target(platform: str, name: object) -> Target:
    return Target(platform, "home", "channel", f"{platform}-{name}")


def added(store, to: Target, slots: int = 2) -> int:
    owner, first = replace(to, kind="person"), LAST - (slots - 1) * HOUR
    scheduled = Scheduled(to, owner, Every(60, "UTC"), next_at=first, next_slot=first.isoformat())
    return store.outbox.add(scheduled, NOW).id


def checked(url: str, path: str, made: dict[Target, int], slots: int = 2) -> None:
    """Each message once, in order, each told, and nothing left to do."""
    platform = Platform(path)
    with open_store(url, key=b"key") as store:
        for to, schedule in made.items():
            assert platform.seen(to.id) == keys(schedule, slots), (to, platform.seen(to.id))
            assert len(store.mark(to, "s").versions) == slots
            rows = store.outbox.deliveries(to, 99)
            assert [row.state for row in rows] == ["sent"] * 2 * slots, rows


def together(url: str, path: str, workers: str, schedules: str) -> None:
    """Several workers on one database."""
    with open_store(url, key=b"key") as store:
        targets = [target(PLATFORMS[number % 2], number) for number in range(int(schedules))]
        made = {to: added(store, to, SLOTS) for to in targets}
    children = [apart(lambda: works(url, path)) for _ in range(int(workers))]
    assert [ended(child) for child in children] == [0] * len(children)
    checked(url, path, made, SLOTS)
    total = Platform(path).messages.execute("SELECT count(*) FROM messages WHERE text = 'lead'").fetchone()
    print(total[0])


def works(url: str, path: str, **how) -> None:
    with open_store(url, key=b"key") as store:
        Worker(store, Platform(path), **how).work()


def crashes(url: str, path: str) -> None:
    """A worker dies at each step, once on each platform, and another one goes on."""
    made = {}
    for platform in PLATFORMS:
        for number, step in enumerate(STEPS):
            to = target(platform, number)
            with open_store(url, key=b"key") as store:
                made[to] = added(store, to)
            died = ended(apart(lambda step=step: dies(url, path, step)))
            assert died == 137, (step, died)
            assert ended(apart(lambda: works(url, path))) == 0, step
            checked(url, path, {to: made[to]})
    print(len(made))


def dies(url: str, path: str, step: str) -> None:
    """Works until a step, and no further."""

    def at(reached: str) -> None:
        if reached == step:
            os._exit(137)

    with open_store(url, key=b"key") as store:
        worker = Worker(store, Platform(path), at, OVER)
        doing = []
        for name in ("tick", "freeze", "finish"):
            watch(store.outbox, name, doing)
        words, commit = IN_SQL.get(step), BEFORE_COMMIT.get(step)
        method = {"schedule": "tick", "slot": "freeze", "marked": "finish"}.get(step.split(maxsplit=1)[0])

        @event.listens_for(store.database.writer, "before_cursor_execute")
        def executing(connection, cursor, statement, *rest):
            del connection, cursor, rest
            if words and doing and doing[-1] == method and statement.startswith(words):
                os._exit(137)

        @event.listens_for(store.database.writer, "commit")
        def committing(connection):
            del connection
            if commit and doing and doing[-1] == commit:
                os._exit(137)

        worker.work()


def watch(outbox, name: str, doing: list[str]) -> None:
    """Notes which method of the outbox is at work; of `finish`, only one that has something to tell."""
    method = getattr(outbox, name)

    def watched(*given):
        doing.append(name)
        try:
            return method(*given)
        finally:
            doing.pop()

    setattr(outbox, name, watched)


def sleeps(url: str, path: str) -> None:
    """A worker is stopped before each of its finishes, past its lease; another one does its work; it wakes."""
    for platform in PLATFORMS:
        to = target(platform, "sleeper")
        with open_store(url, key=b"key") as store:
            made = {to: added(store, to)}
        sleeper = apart(lambda: falls_asleep(url, path))
        assert os.WIFSTOPPED(os.waitpid(sleeper, os.WUNTRACED)[1])
        assert ended(apart(lambda: works(url, path))) == 0
        os.kill(sleeper, signal.SIGCONT)
        assert ended(sleeper) == 3, "its finish must be refused"
        checked(url, path, made)
        with open_store(url, key=b"key") as store:
            tries = [each[1] for row in store.outbox.deliveries(to, 99) for each in row.tries]
            assert sorted(tries) == ["lease lost", *["sent"] * 4]
    print("refused")


def falls_asleep(url: str, path: str) -> None:
    def at(step: str) -> None:
        if step == "answer read, not finished":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif step == "finish committed":
            os._exit(3 if worker.refused else 4)

    with open_store(url, key=b"key") as store:
        worker = Worker(store, Platform(path), at, OVER)
        worker.work()


if __name__ == "__main__":
    job, *given = sys.argv[1:]
    {"together": together, "crashes": crashes, "sleeps": sleeps}[job](*given)

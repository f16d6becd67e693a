"""Workers with the real tick and the real pump, and platforms that outlive them: `python -m tests.bot.delivery.working JOB …`.

One process reads the libraries and is split into workers, each of which opens the database by itself.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import event, text

from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.delivery.values import Abilities, Part, Scheduled
from bot.ports import Target
from bot.schedules import Every
from bot.store import open_store
from tests.bot.store.telling import telling
from tests.platforms import DISCORD, SLACK, Chat, Client

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OVER = timedelta(0)  # a lease that is over as it begins, so that nobody waits for it after a crash
CHATS = {"discord": DISCORD, "slack": replace(SLACK, lag=0, abilities=Abilities(can_look=True))}
SPREAD = 11 * MINUTE  # what is due at once has gone out by then
SHARE = 20  # schedules of a tick, so that every process gets some
IN_SQL = {  # a step in the midst of a transaction → the words before which it is
    "schedule advanced, row not written": "INSERT INTO outbox",
    "slot taken away, parts not written": "INSERT INTO outbox",
    "marked as sent, not told": "INSERT INTO targets",
}
BEFORE_COMMIT = {
    "both written, tick not committed": "tick",
    "parts written, not committed": "freeze",
    "marked as attempting, not committed": "claim",
    "all written, finish not committed": "finish",
}
BETWEEN = {  # a step → the method before or after which it is
    "before the tick": "before tick",
    "tick committed": "after tick",
    "leased for composing": "after to_compose",
    "composed": "after freeze",
    "claim committed, not sent": "after claim",
    "about to be sent": "before send",
    "sent, answer not read": "after send",
    "answer read, not finished": "before finish",
    "finish committed": "after finish",
}
STEPS = (*BETWEEN, *IN_SQL, *BEFORE_COMMIT)
LOOKED = {  # where a second one dies, that has to look
    "discord": (),
    "slack": ("before find", "after find", "before send", "after send", "before finish", "after finish"),
}


class Watched:
    """The methods of another; of each that begins and ends `at` is told."""

    def __init__(self, of: object, at: Callable[[str], object]) -> None:
        self._of, self._at = of, at

    def __getattr__(self, name: str):
        method = getattr(self._of, name)
        if not callable(method):
            return method
        if asyncio.iscoroutinefunction(method):

            async def call(*given):
                self._at(f"before {name}")
                result = await method(*given)
                self._at(f"after {name}")
                return result
        else:

            def call(*given):
                self._at(f"before {name}")
                result = method(*given)
                self._at(f"after {name}" if result else f"{name} in vain")
                return result

        return call


class Leasing:
    """An outbox whose leases are as long as is said, whatever is asked for."""

    def __init__(self, outbox, lease: timedelta) -> None:
        self._outbox, self._lease = outbox, lease

    def __getattr__(self, name: str):
        return getattr(self._outbox, name)

    def claim(self, now, limit, lease, platforms):
        del lease
        return self._outbox.claim(now, limit, self._lease, platforms)

    def to_compose(self, now, lease):
        del lease
        return self._outbox.to_compose(now, self._lease)


class Worker:
    """Ticks, composes and pumps until there is nothing to do; `at` is told of every step."""

    def __init__(self, store, folder: str, now: Callable[[], datetime], at=str, lease=HOUR) -> None:
        self.outbox = Watched(Leasing(store.outbox, lease), at)
        self.now = now
        deliveries = {name: Watched(Client(kind, near(kind, folder)), at) for name, kind in CHATS.items()}
        self.pump = Pump(
            self.outbox, deliveries, clock=time.monotonic, now=now, chance=lambda: 0.5, at_once=5
        )

    def work(self) -> None:
        with asyncio.Runner() as runner:
            while any([self.tick(), self.compose(), runner.run(self.pump.round())]):
                pass

    def tick(self) -> bool:
        return bool(self.outbox.tick(self.now(), SHARE, plan))

    def compose(self) -> bool:
        composing = self.outbox.to_compose(self.now(), HOUR)
        if composing is None:
            return False
        to = composing.schedule.target
        said = telling(to=to, moves=to, versions=(composing.slot,), said=(composing.slot,))
        parts = [
            Part(composing.key, {"text": "lead"}),
            Part(f"{composing.key}:s:1", {"text": "story"}, "s", telling=said),
        ]
        self.outbox.freeze(composing, parts, self.now())
        return True


def near(kind, folder: str):
    """The way to a platform that is a file."""
    chat = Chat(kind, f"{folder}/{kind.name}.db")

    async def ask(what, message):
        return getattr(chat, what)(message)

    return ask


# -- what there is to do, and what must have come of it ----------------------------------------------------------------


def slot(number: int) -> str:
    return f"{NOW + number * HOUR:%Y-%m-%dT%H:%MZ}"


def target(platform: str, name: object) -> Target:
    return Target(platform, "home", "channel", f"{platform}-{name}")


def added(store, to: Target, at: datetime = NOW) -> int:
    owner = replace(to, kind="person")
    return store.outbox.add(Scheduled(to, owner, Every(60, "UTC"), next_at=at, next_slot=slot(0)), at).id


def checked(store, folder: str, made: dict[Target, int], slots: int) -> None:
    """Each message once, in order, each told, and nothing left to do."""
    seen = {name: Chat(kind, f"{folder}/{name}.db") for name, kind in CHATS.items()}
    for to, schedule in made.items():
        keys = [f"s:{schedule}:{slot(number)}{part}" for number in range(slots) for part in ("", ":s:1")]
        assert seen[to.platform].keys(to.id) == keys, (to, seen[to.platform].keys(to.id))
        assert store.mark(to, "s").versions == set(map(slot, range(slots)))
        rows = store.outbox.deliveries(to, 99)
        assert [row.state for row in rows] == ["sent"] * 2 * slots, rows


def left(store, now: datetime) -> int:
    """How much there is to do yet at a moment."""
    with store.database.reading() as connection:
        live = connection.execute(text("SELECT count(*) FROM outbox WHERE finished IS NULL")).scalar_one()
        due = {"now": now.timestamp() * 1000}
        waiting = connection.execute(text("SELECT count(*) FROM schedules WHERE next_at <= :now"), due)
        return live + waiting.scalar_one()


# -- processes ---------------------------------------------------------------------------------------------------------


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


def works(url: str, folder: str, slots: int = 1) -> None:
    """Does all there is to do, hour by hour."""
    with open_store(url, key=b"key") as store:
        for number in range(slots):
            Worker(store, folder, lambda number=number: NOW + number * HOUR).work()


# -- jobs --------------------------------------------------------------------------------------------------------------


def together(url: str, folder: str, workers: str, schedules: str, slots: str) -> None:
    """Several workers on one database, for whom hours pass at the word of this process: when all of one is done."""
    for name, kind in CHATS.items():
        Chat(kind, f"{folder}/{name}.db").kept.close()  # made once: no two may turn a file into a WAL file
    passed = multiprocessing.Value("q", 0)  # minutes; below zero when the day is over
    with open_store(url, key=b"key") as store:
        made = {
            to: added(store, to)
            for to in (target(("discord", "slack")[n % 2], n) for n in range(int(schedules)))
        }
    children = [apart(lambda: works_on(url, folder, passed)) for _ in range(int(workers))]
    try:
        with open_store(url, key=b"key") as store:
            for number in range(int(slots)):
                now = NOW + number * HOUR + SPREAD
                passed.value = (now - NOW) // MINUTE
                while left(store, now):
                    assert not any(os.waitpid(child, os.WNOHANG)[0] for child in children), (
                        "a worker has died"
                    )
                    time.sleep(0.02)  # other processes are watched from outside: nothing wakes us
    finally:
        passed.value = -1
    assert [ended(child) for child in children] == [0] * len(children)
    with open_store(url, key=b"key") as store:
        checked(store, folder, made, int(slots))
    print(sum(Chat(kind, f"{folder}/{name}.db").count("lead") for name, kind in CHATS.items()))


def works_on(url: str, folder: str, passed) -> None:
    with open_store(url, key=b"key") as store:
        worker = Worker(store, folder, lambda: NOW + passed.value * MINUTE)
        while passed.value >= 0:
            worker.work()
            time.sleep(0.01)  # the next hour is in another process


def crashes(url: str, folder: str, *platforms: str) -> None:
    """A worker dies at each step, once on each platform, and another one goes on; then a second one that had to look."""
    count = 0
    with open_store(url, key=b"key") as store:
        for platform in platforms:
            for steps in [(step,) for step in STEPS] + [
                ("sent, answer not read", step) for step in LOOKED[platform]
            ]:
                to = target(platform, "-".join(steps))
                made = {to: added(store, to)}
                for step in steps:
                    died = ended(apart(lambda step=step: dies(url, folder, step)))
                    assert died == 137 or step not in STEPS, (steps, died)
                assert ended(apart(lambda: works(url, folder, 2))) == 0, steps
                checked(store, folder, made, 2)
                assert store.outbox.remove(made[to])
                count += 1
    print(count)


def dies(url: str, folder: str, step: str) -> None:
    """Works until a step, and no further."""
    doing: list[str] = []
    words, commit = IN_SQL.get(step), BEFORE_COMMIT.get(step)
    method = {"schedule": "tick", "slot": "freeze", "marked": "finish"}.get(step.split(maxsplit=1)[0])

    def at(reached: str) -> None:
        if reached == BETWEEN.get(step, step):
            os._exit(137)
        when, name = reached.split(maxsplit=1)
        doing[:] = [name] if when == "before" else []

    with open_store(url, key=b"key") as store:

        @event.listens_for(store.database.writer, "before_cursor_execute")
        def executing(connection, cursor, statement, *rest):
            del connection, cursor, rest
            if words and doing == [method] and statement.startswith(words):
                os._exit(137)

        @event.listens_for(store.database.writer, "commit")
        def committing(connection):
            del connection
            if commit and doing == [commit]:
                os._exit(137)

        Worker(store, folder, lambda: NOW, at, OVER).work()


def sleeps(url: str, folder: str) -> None:
    """A worker is stopped before its finish, past its lease; another one does its work; it wakes."""
    with open_store(url, key=b"key") as store:
        for platform in CHATS:
            to = target(platform, "sleeper")
            made = {to: added(store, to)}
            sleeper = apart(lambda: falls_asleep(url, folder))
            assert os.WIFSTOPPED(os.waitpid(sleeper, os.WUNTRACED)[1])
            assert ended(apart(lambda: works(url, folder))) == 0
            os.kill(sleeper, signal.SIGCONT)
            assert ended(sleeper) == 3, "its finish must be refused"
            checked(store, folder, made, 1)
            tries = [each[1] for row in store.outbox.deliveries(to, 99) for each in row.tries]
            assert sorted(tries) == ["lease lost", "sent", "sent"]
            store.outbox.remove(made[to])
    print("refused")


def falls_asleep(url: str, folder: str) -> None:
    def at(step: str) -> None:
        if step == "before finish":
            # to the process it would come a moment later, when a transaction has begun that holds up all others
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
        elif step == "finish in vain":
            os._exit(3)
        elif step == "after finish":
            os._exit(4)

    with open_store(url, key=b"key") as store:
        Worker(store, folder, lambda: NOW, at, OVER).work()


if __name__ == "__main__":
    job, *given = sys.argv[1:]
    {"together": together, "crashes": crashes, "sleeps": sleeps}[job](*given)

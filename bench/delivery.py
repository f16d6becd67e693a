"""How fast schedules become messages: `python -m bench.delivery [--schedules N]`, by default 100,000.

Both databases, on disk, as they are in use; each schedule is of a channel of its own. A delivery is a claim and a
finish, without the way to the platform; workers are processes. Figures of one machine: read them as ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, insert, select, text, update

from bench.store import databases
from bot.delivery.policy import unsent
from bot.delivery.tick import plan as planned
from bot.delivery.values import Part, Planned, Receipt, Scheduled, Verdict
from bot.schedules import Wall, as_json
from bot.schedules.spec import checked
from bot.schedules.zones import zone_rules
from bot.serving import AT_ONCE as A_TICK
from bot.store import SqlOutbox, open_store
from bot.store.outgoing import frozen_hash
from bot.store.schema import EPOCH, gates, lanes, outbox, schedules, targets

BEGIN = datetime(2030, 1, 7, 9, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
ZONES = (
    "America/Chicago",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "UTC",
)
SPECS = [
    as_json(checked(Wall((BEGIN.astimezone(zone_rules(zone)).time(),), days, zone)))
    for zone in ZONES
    for days in (tuple(range(7)), tuple(range(5)), (0, 2, 4))
]  # all at one moment, each in its zone
PAYLOAD = json.dumps({"text": "Words of a digest. " * 40})
A_CLAIM, AT_ONCE = 50, 5_000
FREE = 10  # lanes, among all those that are blocked
ROUND = 2_000  # deliveries that are measured together
WORKERS = {"SQLite": (1, 2), "PostgreSQL": (1, 2, 4)}
LIMITS: dict[str, Callable[[float], bool]] = {
    "empty tick, ms": lambda found: found < 5,
    "due to the outbox, a second": lambda found: found >= 10_000,
    "the same as it is planned, a second": lambda found: found >= 10_000,
    "claim, the others wait, ms": lambda found: found < 10,
    "claim, their platform waits, ms": lambda found: found < 10,
    "claim, the others to be composed, ms": lambda found: found < 10,
    "claim, all of one installation wait, ms": lambda found: found < 10,
    "claim, the same beside it, ms": lambda found: found < 10,
    "claim, one installation has them all, ms": lambda found: found < 25,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a figure of each database and their ratio; 1 where one is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--schedules", type=int, default=100_000)
    number = parser.parse_args(arguments).schedules
    found = {name: measured(name, url, number) for name, url in databases()}
    first, second = found
    print(f"{f'{number:,} schedules':<40}{first:>12}{second:>12}{'ratio':>8}")
    beyond = False
    for what in found[second]:
        values = [found[name].get(what) for name in found]
        cells = "".join(f"{value:12,.1f}" if value is not None else f"{'-':>12}" for value in values)
        ratio = f"{values[1] / values[0]:8.2f}" if values[0] and values[1] else f"{'-':>8}"
        kept = all(LIMITS.get(what, bool)(value) for value in values if value is not None)
        print(f"{what:<40}{cells}{ratio}" + ("" if kept else "  BEYOND ITS LIMIT"), flush=True)
        beyond |= not kept
    return int(beyond)


def measured(name: str, url: str, number: int) -> dict[str, float]:
    """The figures of one database."""
    with open_store(url, key=b"key") as store:
        box = store.outbox
        fill(box, number)
        figures = {
            "empty tick, ms": median(lambda: box.tick(BEGIN, A_TICK, plan)),
            "empty claim, ms": median(lambda: claim(box)),
            "due to the outbox, a second": ticked(box, BEGIN + DAY, number, plan),
            "the same as it is planned, a second": ticked(box, BEGIN + 2 * DAY, number, planned),
            **composed(box),
            **blocked(box),
        }
        frozen(box)
    return figures | delivered(name, url, number)


# -- what is measured --------------------------------------------------------------------------------------------------


def plan(due: Scheduled, now: datetime, crowd: int) -> Planned:
    """A day later, which costs nothing."""
    del crowd
    return Planned(str(now.date()), now, "queued", (due.next_at or now) + DAY, "next", now)


def median(ask: Callable[[], object], times: int = 20) -> float:
    """Milliseconds of the call in the middle."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.median(found)


def ticked(box: SqlOutbox, now: datetime, number: int, by: Callable[..., Planned]) -> float:
    """How many that are due in one second become rows in one second."""
    begun = time.perf_counter()
    count = 0
    while plans := box.tick(now, A_TICK, by):
        count += len(plans)
    assert count == number
    return count / (time.perf_counter() - begun)


def composed(box: SqlOutbox, times: int = 200) -> dict[str, float]:
    """Slots that are taken, and frozen as a message each."""
    begun = time.perf_counter()
    for _ in range(times):
        composing = box.to_compose(BEGIN + 3 * DAY, HOUR)
        assert composing
        box.freeze(composing, [Part(composing.key, {"text": "x"})], BEGIN + 3 * DAY)
    return {"composed, a second": times / (time.perf_counter() - begun)}


def claim(box: SqlOutbox) -> int:
    """Claims, and gives back."""
    claims = box.claim(BEGIN + 3 * DAY, A_CLAIM, HOUR, ["slack", "discord"])
    for each in claims:
        box.finish(each, unsent(each), BEGIN + 3 * DAY)
    return len(claims)


def blocked(box: SqlOutbox) -> dict[str, float]:
    """Claims of a few lanes while all the others are held up, for one reason or another."""
    free, others = lanes.c.id <= FREE, lanes.c.id > FREE
    with box.database.writing() as connection:
        frozen_rows(connection)
        connection.execute(update(lanes).values(next_at=EPOCH, composed=True))
        connection.execute(update(lanes).where(free).values(platform="slack", workspace="free"))
        connection.execute(update(lanes).where(others).values(composed=False))
    figures = {"claim, the others to be composed, ms": claims_alone(box)}
    with box.database.writing() as connection:
        connection.execute(update(lanes).where(others).values(composed=True, next_at=BEGIN + 9 * DAY))
    figures["claim, the others wait, ms"] = claims_alone(box)
    gate = {"platform": "discord", "workspace": "", "opens_at": BEGIN + 9 * DAY, "closed": ""}
    with box.database.writing() as connection:
        connection.execute(update(lanes).where(others).values(next_at=EPOCH))
        connection.execute(insert(gates).values(**gate, reach="platform"))
    figures["claim, their platform waits, ms"] = claims_alone(box)
    with box.database.writing() as connection:
        connection.execute(update(gates).values(reach="installation", workspace="bench"))
    figures["claim, all of one installation wait, ms"] = claims_alone(box)
    with box.database.writing() as connection:
        connection.execute(update(lanes).where(free).values(platform="discord", next_at=BEGIN))
    figures["claim, the same beside it, ms"] = claims_alone(box)
    with box.database.writing() as connection:
        connection.execute(gates.delete())
    figures["claim, one installation has them all, ms"] = claims_alone(box, others=A_CLAIM - FREE)
    return figures


def counted(box: SqlOutbox) -> None:
    """As PostgreSQL counts its rows by itself within a minute: it plans by how many there are of which kind."""
    if not box.database.is_sqlite:
        with box.database.sharing() as connection:
            connection.execute(text("ANALYZE lanes"))


def claims_alone(box: SqlOutbox, others: int = 0) -> float:
    """Milliseconds of a claim that gets the free lanes, and so many of the others."""
    counted(box)
    found = []
    for _ in range(10):
        begun = time.perf_counter()
        claims = box.claim(BEGIN + 3 * DAY, A_CLAIM, HOUR, ["slack", "discord"])
        found.append((time.perf_counter() - begun) * 1000)
        assert sum(each.lease.lane > FREE for each in claims) == others
        assert len(claims) == FREE + others
        for each in claims:
            box.finish(each, unsent(each), BEGIN + 3 * DAY)
    return statistics.median(found)


def delivered(name: str, url: str, number: int) -> dict[str, float]:
    """Deliveries a second by so many workers; after each round others are due."""
    figures = {}
    for turn, workers in enumerate(WORKERS[name]):
        size = min(ROUND, (number - FREE) // 4)
        now, first = BEGIN + 4 * DAY + turn * SECOND, FREE + 1 + turn * size
        with open_store(url, key=b"key") as store, store.database.writing() as connection:
            some = lanes.c.id.between(first, first + size - 1)
            connection.execute(update(lanes).where(some).values(next_at=now))
        begun = time.perf_counter()
        children = [apart(url, now) for _ in range(workers)]
        counts = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        spent = time.perf_counter() - begun
        assert counts == [0] * workers
        with open_store(url, key=b"key") as store, store.database.reading() as connection:
            done = connection.execute(select(func.count()).where(outbox.c.state == "sent")).scalar_one()
        assert done == size * (turn + 1)
        figures[f"delivered by {workers}, a second"] = size / spent
    return figures


def apart(url: str, now: datetime) -> int:
    """A worker in a process of its own, which ends when nothing is due."""
    child = os.fork()
    if child:
        return child
    with open_store(url, key=b"key") as store:
        while claims := store.outbox.claim(now, A_CLAIM, HOUR, ["slack", "discord"]):
            for each in claims:
                assert store.outbox.finish(each, Verdict("sent", HOUR, receipt=Receipt("m")), now)
    os._exit(0)


# -- filling -----------------------------------------------------------------------------------------------------------


def fill(box: SqlOutbox, number: int) -> None:
    """A channel, a lane and a schedule for each, all due in the same second a day later."""
    scheduled: dict[str, object] = {"topics": "[]", "length": "normal", "last_slot": "", "paused": ""}
    scheduled |= {"next_at": BEGIN + DAY, "next_slot": "first"}
    lane = {"platform": "discord", "workspace": "bench", "pending": 0, "composed": False, "last_seq": 0}
    lane |= {"next_at": EPOCH, "lease_until": EPOCH, "lease_token": 0, "closed": ""}
    place = {"platform": "discord", "workspace": "bench", "kind": "channel"}
    for first in range(1, number + 1, AT_ONCE):
        ids = range(first, min(first + AT_ONCE, number + 1))
        with box.database.writing() as connection:
            connection.execute(insert(targets), [{"id": each, "name": f"C{each}", **place} for each in ids])
            connection.execute(insert(lanes), [{"id": each, "target": each, **lane} for each in ids])
            connection.execute(
                insert(schedules),
                [
                    {"id": each, "lane": each, "owner": each, "spec": SPECS[each % len(SPECS)], **scheduled}
                    for each in ids
                ],
            )


def frozen(box: SqlOutbox) -> None:
    """All that is queued is composed and waits for its turn."""
    with box.database.writing() as connection:
        frozen_rows(connection)
        connection.execute(update(lanes).values(composed=True, next_at=BEGIN + 9 * DAY))


def frozen_rows(connection: Connection) -> None:
    values = {"payload": PAYLOAD, "hash": frozen_hash(PAYLOAD, None)}
    connection.execute(update(outbox).values(**values))


if __name__ == "__main__":
    sys.exit(main())

"""Every zone, seven wall times, two years, against a clock that is walked minute by minute: `python -m bench.zones`.

A schedule passes while each local day has one run, at the first minute at which the wall clock shows its time or a
later one, reckoned from the run before as the due scan does it.
"""

from __future__ import annotations

import sys
import time as cpu
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.schedules import Run, Wall, latest_due, next_run
from bot.schedules.zones import names

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
TIMES = (time(0), time(0, 30), time(1, 30), time(2, 30), time(3), time(9), time(23, 59))
DAILY = tuple(range(7))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Change = tuple[datetime, timedelta]  # from when on in UTC, and the offset since then


def offset(at: datetime, rules: ZoneInfo) -> timedelta:
    return at.astimezone(rules).utcoffset() or timedelta(0)


def changes(zone: str) -> tuple[Change, ...]:
    """The offset of a zone before the first day, and every change of it, to the minute, to some days after the last."""
    rules = ZoneInfo(zone)
    start = datetime(FIRST.year - 1, 12, 25, tzinfo=UTC)
    marks = [start + n * DAY for n in range((LAST - FIRST).days + 15)]
    found = [(start, offset(start, rules))]
    for before, after in pairwise(marks):
        if offset(before, rules) != offset(after, rules):
            at = before
            while offset(at, rules) == offset(before, rules):
                at += MINUTE
            found.append((at, offset(at, rules)))
    return tuple(found)


@cache
def alike() -> dict[tuple[Change, ...], list[str]]:
    """The zones by what their clocks do in these years: most names share it with others."""
    groups = defaultdict(list)
    for zone in names().values():
        groups[changes(zone)].append(zone)
    return dict(groups)


def first_shown(naive: datetime, rules: ZoneInfo) -> datetime:
    """The first minute at which the wall clock shows a time or a later one, by walking there."""
    here = naive.replace(tzinfo=UTC)
    at = here - max(
        offset(here + days * DAY, rules) for days in (-1.5, 0, 1.5)
    )  # no earlier minute can be it
    while at.astimezone(rules).replace(tzinfo=None) < naive:
        at += MINUTE
    return at


def faults(zone: str, days: Sequence[date], at: time) -> Iterator[str]:
    """What is wrong with a daily schedule on days that follow one another."""
    spec, rules = Wall((at,), DAILY, zone), ZoneInfo(zone)
    walls = [datetime.combine(day, at) for day in days]
    expected = [Run(wall.isoformat(timespec="minutes"), first_shown(wall, rules)) for wall in walls]
    found = next_run(spec, expected[0].at - MINUTE)
    for run in expected:
        if found != run:
            yield f"{zone}: {found} instead of {run}"
            return
        found = next_run(spec, run.at)
    if latest_due(spec, expected[0].at, expected[-1].at) != (expected[-1], len(expected) - 1):
        yield f"{zone}: of {len(expected)} days until {expected[-1]} others are due"


def run_of_days(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def show() -> int:
    """Prints what is wrong in any zone, and how many schedules were tried; 1 where anything is."""
    days, started = run_of_days(FIRST, LAST), cpu.process_time()
    wrong = [fault for zone in names().values() for at in TIMES for fault in faults(zone, days, at)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    tried = len(names()) * len(TIMES)
    print(
        f"{len(wrong)} of {tried:,} daily schedules over {len(days)} days go wrong (must be 0; "
        f"{cpu.process_time() - started:.0f} s)"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(show())

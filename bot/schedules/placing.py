"""Where a wall time lies in UTC, whatever the clocks of its zone do.

A wall time is placed at the first instant at which the clock on the wall shows it or a later one: that is the time
itself, or, where summer time skips it, the first instant after the gap, or, where it comes twice, the first of the two.
Placed so, later wall times never come earlier, and what is still to come has a wall time that is still to come.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.schedules.zones import zone_rules

Moved = Literal["gap", "overlap", ""]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Landed:
    """A wall time and where it was placed; `skipped` if the clock never shows it."""

    wall: datetime
    at: datetime
    skipped: bool = False


def place(naive: datetime, zone: str) -> datetime:
    """The instant in UTC at which the wall clock of a zone first shows a time, or a later one.

    >>> place(datetime(2026, 3, 8, 2, 30), "America/New_York")  # the clocks go from 02:00 to 03:00
    datetime.datetime(2026, 3, 8, 7, 0, tzinfo=datetime.timezone.utc)
    """
    return land(naive, zone_rules(zone)).at


def land(naive: datetime, rules: ZoneInfo) -> Landed:
    """A wall time with the instant at which it is placed."""
    at = naive.replace(tzinfo=rules).astimezone(UTC)  # fold 0: the first of two
    return (
        Landed(naive, at) if wall_clock(at, rules) == naive else Landed(naive, _after_gap(naive, rules), True)
    )


def _after_gap(naive: datetime, rules: ZoneInfo) -> datetime:
    before, after = (_offset(naive, rules, fold) for fold in (0, 1))
    earliest = naive.replace(tzinfo=UTC) - max(before, after)

    def reached(second: int) -> bool:
        return wall_clock(earliest + timedelta(seconds=second), rules) >= naive

    gap = range(int(abs(after - before).total_seconds()))
    return earliest + timedelta(seconds=bisect_left(gap, x=True, key=reached))


def _offset(naive: datetime, rules: ZoneInfo, fold: int) -> timedelta:
    return naive - naive.replace(tzinfo=rules, fold=fold).astimezone(UTC).replace(tzinfo=None)


def wall_clock(at: datetime, rules: ZoneInfo) -> datetime:
    """What the clock on the wall shows at an instant, as a naive time."""
    return at.astimezone(rules).replace(tzinfo=None, fold=0)


def on_no_day(landed: Landed, rules: ZoneInfo) -> bool:
    """Whether the whole day of a wall time is skipped, as Apia did with 30 December 2011: then nothing runs."""
    midnight = datetime.combine(landed.wall, time.min)
    return landed.skipped and land(midnight, rules).at == land(midnight + DAY, rules).at


def moved(landed: Landed, rules: ZoneInfo) -> Moved:
    """What the clocks do to a wall time: it is skipped ("gap"), or comes twice ("overlap")."""
    if landed.skipped:
        return "gap"
    again = landed.wall.replace(tzinfo=rules, fold=1).astimezone(UTC)
    return "overlap" if again != landed.at else ""

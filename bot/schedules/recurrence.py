"""When a schedule runs: one run a slot, whatever the clocks do.

Both walks below rest on how wall times are placed: later ones never come earlier, so a run that is still to come has a
wall time that the clock has not shown yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

from bot.schedules.cron import once_a_day, wall_times
from bot.schedules.placing import DAY, Landed, Moved, land, moved, on_no_day, wall_clock
from bot.schedules.spec import Cron, Every, Spec, Wall
from bot.schedules.timing import held_until
from bot.schedules.zones import zone_rules

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_COUNTED = 1000  # older slots: that they are many is enough to know, and years of them take long to walk


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its slot, which is its name for ever, and its instant in UTC.

    The slot is the intended local date and wall time ("2026-03-08T02:30"), wherever the clocks have put it; of what
    runs by the interval or, as cron text, several times a day, the instant ("2026-03-08T07:00Z").
    """

    slot: str
    at: datetime


# -- the two walks -----------------------------------------------------------------------------------------------------


def next_run(spec: Spec, after: datetime) -> Run | None:
    """The first run after an instant; None for cron text that does not come again."""
    return next(runs(spec, after), None)


def runs(spec: Spec, after: datetime) -> Iterator[Run]:
    """Every run after an instant, in order, each at an instant of its own."""
    if isinstance(spec, Every):
        yield from _ticks(spec, after)
    else:
        yield from (_run(spec, landed) for landed in _later(spec, after))


def _ticks(spec: Every, after: datetime) -> Iterator[Run]:
    at = _tick(spec, after)
    while True:
        at += timedelta(minutes=spec.minutes)
        yield Run(_instant(at), at)


def _tick(spec: Every, until: datetime) -> datetime:
    step = timedelta(minutes=spec.minutes)
    return EPOCH + (until - EPOCH) // step * step


def _later(spec: Wall | Cron, after: datetime) -> Iterator[Landed]:
    rules = zone_rules(spec.zone)
    waiting = None  # of several wall times that a gap brings together, the last one runs: the newest slot
    for landed in _landings(spec, _walk(spec, wall_clock(after, rules))):
        if landed.at <= after:
            continue
        if waiting and waiting.at < landed.at:
            yield waiting
        waiting = landed if landed.skipped else None
        if not waiting:
            yield landed
    if waiting:
        yield waiting


def _earlier(spec: Wall | Cron, until: datetime) -> Iterator[Landed]:
    rules, last = zone_rules(spec.zone), None
    here = wall_clock(until, rules)
    # In the second pass of an overlap the wall has already shown later times than it shows now.
    start = here if land(here, rules).at == until else here + DAY
    for landed in _landings(spec, _walk(spec, start, back=True)):
        if landed.at <= until and landed.at != last:
            last = landed.at
            yield landed


def _landings(spec: Wall | Cron, walls: Iterable[datetime]) -> Iterator[Landed]:
    rules = zone_rules(spec.zone)
    return (landed for wall in walls if not on_no_day(landed := land(wall, rules), rules))


def _walk(spec: Wall | Cron, start: datetime, *, back: bool = False) -> Iterator[datetime]:
    """The wall times after a start, or back from it on."""
    if isinstance(spec, Cron):
        return wall_times(spec.text, start, back=back)
    return _days(spec, start, back=back)


def _days(spec: Wall, start: datetime, *, back: bool) -> Iterator[datetime]:
    day, step = start.date(), -DAY if back else DAY
    times = spec.times[::-1] if back else spec.times
    while True:
        if day.weekday() in spec.days:
            walls = (datetime.combine(day, at) for at in times)
            yield from (wall for wall in walls if (wall <= start if back else wall > start))
        day += step


def _run(spec: Wall | Cron, landed: Landed) -> Run:
    by_wall = isinstance(spec, Wall) or once_a_day(spec.text)
    return Run(landed.wall.isoformat(timespec="minutes") if by_wall else _instant(landed.at), landed.at)


def _instant(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="minutes") + "Z"


# -- what is due -------------------------------------------------------------------------------------------------------


def latest_due(spec: Spec, next_slot_at: datetime, now: datetime) -> tuple[Run, int] | None:
    """The newest run up to now, and how many older ones since `next_slot_at` it covers (counted to `MOST_COUNTED`).

    None where no run lies between the two, as when a zone's rules have changed since `next_slot_at` was reckoned.
    """
    if isinstance(spec, Every):
        at = _tick(spec, now)
        older = (at - next_slot_at) // timedelta(minutes=spec.minutes)
        return (Run(_instant(at), at), min(older, MOST_COUNTED)) if at >= next_slot_at else None
    due = takewhile(lambda landed: landed.at >= next_slot_at, _earlier(spec, now))
    newest = next(due, None)
    return (_run(spec, newest), sum(1 for _ in islice(due, MOST_COUNTED))) if newest else None


# -- what comes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """A run to come: its local time, its slot, and what the clocks do to it.

    `moved` is "gap" where its wall time is skipped and it comes right after, "overlap" where it comes twice and the
    first is taken. `held_until` is the local end of the quiet hours in which it falls.
    """

    at: datetime
    slot: str
    moved: Moved = ""
    held_until: datetime | None = None


def preview(spec: Spec, now: datetime, count: int = 3) -> tuple[Preview, ...]:
    """The next runs, at most `count`, in local time."""
    if isinstance(spec, Every):
        return tuple(_previewed(spec, run) for run in islice(_ticks(spec, now), count))
    rules = zone_rules(spec.zone)
    coming = islice(_later(spec, now), count)
    return tuple(_previewed(spec, _run(spec, landed), moved(landed, rules)) for landed in coming)


def _previewed(spec: Spec, run: Run, moved: Moved = "") -> Preview:
    rules = zone_rules(spec.zone)
    end = held_until(run.at, spec.quiet, spec.zone)
    held = end.astimezone(rules) if end > run.at else None
    return Preview(run.at.astimezone(rules), run.slot, moved, held)

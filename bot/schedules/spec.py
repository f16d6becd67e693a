"""What a schedule is: wall times on days, every so many minutes, or cron text; as stored text and as words.

A Spec that `checked` let through comes at most every `LEAST`, and its words are short enough to be read again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from bot.errors import WrongSchedule
from bot.schedules.cron import read_cron
from bot.schedules.zones import zone_rules
from bot.since import WEEKDAYS

VERSION = 1
LEAST = timedelta(minutes=15)  # a digest oftener than that is no digest
MOST_TIMES = 24  # a day: whoever wants more wants an interval
LONGEST_EVERY = 24 * 60  # minutes: what is rarer has a time of the day
ALL_DAYS, WORKDAYS, WEEKEND = tuple(range(7)), tuple(range(5)), (5, 6)
WEEK = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Quiet:
    """From when to when, on the wall, nothing is sent; it may go over midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Wall:
    """At times of the day, on days of the week (Monday is 0); both sorted."""

    times: tuple[time, ...]
    days: tuple[int, ...]
    zone: str
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted from the epoch, so that no change of the clocks moves them."""

    minutes: int
    zone: str
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields of cron: minute, hour, day, month, weekday."""

    text: str
    zone: str
    quiet: Quiet | None = None


Spec = Wall | Every | Cron


def checked(spec: Spec) -> Spec:
    """The schedule in its one spelling; WrongSchedule where it comes too often or never, or its zone is unknown."""
    zone_rules(spec.zone)
    if spec.quiet:
        checked_quiet(spec.quiet)
    match spec:
        case Wall(times, days, zone, quiet):
            return _spaced(Wall(tuple(sorted(set(times))), tuple(sorted(set(days))), zone, quiet))
        case Every():
            return _sensible(spec)
        case Cron(text, zone, quiet):
            return Cron(read_cron(text, LEAST), zone, quiet)


def checked_quiet(quiet: Quiet) -> Quiet:
    """The quiet hours; WrongSchedule where they begin as they end: they could be all day, or never."""
    if quiet.start == quiet.end:
        raise WrongSchedule("quiet_empty")
    return quiet


def _spaced(spec: Wall) -> Wall:
    minutes = sorted(day * 24 * 60 + at.hour * 60 + at.minute for day in spec.days for at in spec.times)
    if not minutes:
        raise WrongSchedule("empty")
    if len(spec.times) > MOST_TIMES:
        raise WrongSchedule("many_times", most=MOST_TIMES)
    if any(timedelta(minutes=later - at) < LEAST for at, later in pairwise([*minutes, minutes[0] + WEEK])):
        raise too_often()
    return spec


def _sensible(spec: Every) -> Every:
    if spec.minutes < LEAST // timedelta(minutes=1):
        raise too_often()
    if spec.minutes > LONGEST_EVERY:
        raise too_rare()
    return spec


def too_often() -> WrongSchedule:
    """The error that names the limit."""
    return WrongSchedule("often", minutes=LEAST.seconds // 60)


def too_rare() -> WrongSchedule:
    """The error for "every 3 days": counted from the epoch, nobody could tell on which."""
    return WrongSchedule("rare")


# -- stored ------------------------------------------------------------------------------------------------------------


def as_json(spec: Spec) -> str:
    """The schedule as text to store, with the version of its shape."""
    kind: dict[str, object]
    match spec:
        case Wall(times, days):
            kind = {"kind": "wall", "times": [*map(clock, times)], "days": days}
        case Every(minutes):
            kind = {"kind": "every", "minutes": minutes}
        case Cron(text):
            kind = {"kind": "cron", "text": text}
    quiet = [clock(spec.quiet.start), clock(spec.quiet.end)] if spec.quiet else None
    return json.dumps({"version": VERSION, **kind, "zone": spec.zone, "quiet": quiet})


@lru_cache(4096)  # the due scan reads the same few texts again and again
def read_spec(text: str) -> Spec:
    """The schedule that `as_json` wrote; WrongSchedule for anything else, also for what a newer version wrote."""
    try:
        stored = json.loads(text)
        version = stored["version"]
        spec = _stored(stored) if version == VERSION else None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WrongSchedule("stored") from error
    if spec is None:
        raise WrongSchedule("version")
    return checked(spec)


def _stored(stored: Any) -> Spec:
    zone = _text(stored["zone"])
    quiet = Quiet(*map(_clock, _list(stored["quiet"]))) if stored["quiet"] is not None else None
    match stored["kind"]:
        case "wall":
            times = tuple(map(_clock, _list(stored["times"])))
            return Wall(times, tuple(_number(day, range(7)) for day in _list(stored["days"])), zone, quiet)
        case "every":
            return Every(_number(stored["minutes"], range(1, WEEK)), zone, quiet)
        case "cron":
            return Cron(_text(stored["text"]), zone, quiet)
    raise ValueError("no such kind")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _number(value: object, within: range) -> int:
    if type(value) is not int or value not in within:
        raise ValueError("no number that can be")
    return value


def _clock(value: object) -> time:
    at = time.fromisoformat(_text(value))
    if clock(at) != value:
        raise ValueError("no minute of the day")
    return at


# -- words -------------------------------------------------------------------------------------------------------------


def words(spec: Spec) -> str:
    """The words that give the schedule again, in their one spelling.

    >>> words(Wall((time(9), time(17, 30)), WORKDAYS, "Europe/Berlin", Quiet(time(22), time(7))))
    'weekdays 09:00 and 17:30 Europe/Berlin quiet 22:00-07:00'
    """
    quiet = f" quiet {quiet_words(spec.quiet)}" if spec.quiet else ""
    match spec:
        case Wall(times, days):
            when = f"{_day_words(days)} {_listed([*map(clock, times)])}"
        case Every(minutes):
            when = f"every {_span_words(minutes)}"
        case Cron(text):
            when = f"cron {text}"
    return f"{when} {spec.zone}{quiet}"


def quiet_words(quiet: Quiet) -> str:
    """Quiet hours in words: "22:00-07:00"."""
    return f"{clock(quiet.start)}-{clock(quiet.end)}"


def clock(at: time) -> str:
    """A time of the day: "07:30"."""
    return at.isoformat("minutes")


def _day_words(days: tuple[int, ...]) -> str:
    named = {ALL_DAYS: "daily", WORKDAYS: "weekdays", WEEKEND: "weekends"}.get(days)
    return named or _listed([WEEKDAYS[day].capitalize() for day in days])


def _span_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest:
        return f"{minutes} minutes"
    return "hour" if hours == 1 else f"{hours} hours"


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))

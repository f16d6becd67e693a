"""What people say → a Spec: "weekdays 9:00 Europe/Berlin", "every 4 hours", "mon, wed and fri 8 and 17:30 quiet 22-7"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta
from difflib import get_close_matches
from itertools import groupby
from typing import NoReturn

from bot.errors import WrongSchedule
from bot.schedules.cron import BY_NAME, FIELDS
from bot.schedules.spec import (
    ALL_DAYS,
    WEEKEND,
    WORKDAYS,
    Cron,
    Every,
    Quiet,
    Spec,
    Wall,
    checked,
    checked_quiet,
    too_often,
    too_rare,
)
from bot.schedules.zones import closest_zones, shown, unknown_zone, zone_named
from bot.since import WEEKDAYS, read_span

LONGEST = 400  # characters: six days, as many times as go, a zone and quiet hours are 280
PLAIN = {**str.maketrans("‐‑‒–—−’", "------'"), **dict.fromkeys(map(ord, '"`“”„'))}

ONE_DAY = {form: n for n, day in enumerate(WEEKDAYS) for form in (day, day + "s", day[:3], day[:3] + "s")}
ONE_DAY |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
DAYS = {
    **{word: (day,) for word, day in ONE_DAY.items()},
    **dict.fromkeys("daily day everyday".split(), ALL_DAYS),
    **dict.fromkeys("weekday weekdays workday workdays".split(), WORKDAYS),
    **dict.fromkeys("weekend weekends".split(), WEEKEND),
}
PARTS = {"morning": range(0), "afternoon": range(1, 7), "evening": range(5, 12), "night": range(8, 12)}
WEEKLY = {"weekly", "week"}
FILLERS = {
    *WEEKLY,
    *PARTS,
    *"mornings evenings nights every each on in at and & the from o'clock oclock".split(),
}
NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}

CLOCK = r"\d{1,2}(?:[:.]\d{2})?(?:[ap]m|h)?|noon|midday|midnight"
TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?([ap]m|h)?", re.ASCII)
BARE = re.compile(r"(\d{1,2})(?:[:.]\d{2})?", re.ASCII)
FROM_TO = rf"({CLOCK})(?: ?- ?| (?:to|until|till|and) )({CLOCK})(?![^\s,;])"
HOURS = re.compile(FROM_TO, re.ASCII)
QUIET = re.compile(rf"\bquiet(?: hours)?,?(?: from| between)? {FROM_TO}", re.ASCII)
DAY_RANGE = re.compile(r"(?<=[a-z]) ?(?:-|\b(?:to|through|thru|till|until)\b) ?(?=[a-z])")
SECONDS = re.compile(r"(?:every|each) (?:\d+ ?)?s(?:ec(?:ond)?s?)?", re.ASCII)
NO_UNIT = re.compile(r"(?:every|each) \d+", re.ASCII)
COUNTED = re.compile(r"(?:every|each) (\d+) ?(?:(h|hrs?|hours?)|m|mins?|minutes?)", re.ASCII)
SPANS = {
    "half hour": timedelta(minutes=30),
    "half an hour": timedelta(minutes=30),
    "quarter of an hour": timedelta(minutes=15),
    "other hour": timedelta(hours=2),
    "second hour": timedelta(hours=2),
    "other day": timedelta(days=2),
    "other week": timedelta(days=14),
}
OFFSET = re.compile(r"(?:utc|gmt)?[+-]\d.*", re.ASCII)


def parse_schedule(text: str, *, zone: str | None) -> Spec:
    """The schedule that a text says, in the zone that it names or else in `zone`; WrongSchedule with one sentence.

    >>> parse_schedule("every 4 hours", zone="Asia/Tokyo")
    Every(minutes=240, zone='Asia/Tokyo', quiet=None)
    """
    if len(text) > LONGEST:
        raise WrongSchedule("long", most=LONGEST)
    said, quiet = _without_quiet(_normal(text))
    words, named = _without_zone(said.split())
    if not words:
        raise WrongSchedule("when")
    is_cron = words[0] == "cron" or words[0] in BY_NAME
    spec = _cron(words, quiet) if is_cron else _every(" ".join(words), quiet) or _wall(words, quiet)
    return checked(replace(spec, zone=_chosen(named or zone)))


def parse_quiet(text: str, *, zone: str | None) -> tuple[Quiet, str]:
    """The quiet hours that "22-7" or "22:00-07:00 Europe/Berlin" say, with their zone; WrongSchedule otherwise."""
    if len(text) > LONGEST:
        raise WrongSchedule("quiet_long", most=LONGEST)
    words, named = _without_zone(_normal(text).removeprefix("quiet ").removeprefix("hours ").split())
    if not (found := HOURS.match(" ".join(words))):
        raise WrongSchedule("quiet")
    if left := " ".join(words)[found.end() :].strip(" ,"):
        raise unknown_zone(left)
    return _quiet(*found.groups()), _chosen(named or zone)


def _normal(text: str) -> str:
    """Small letters, plain dashes, no quotation marks, one space between words that show, "9 a.m." as "9am"."""
    seen = "".join(character if character.isprintable() else " " for character in text)
    small = re.sub(r"\b([ap])\.m\b\.?", r"\1m", seen.translate(PLAIN).casefold())
    return " ".join(re.sub(r"(\d) ([ap]m)\b", r"\1\2", small).split()).strip(".,; ")


def _without_quiet(said: str) -> tuple[str, Quiet | None]:
    found = QUIET.search(said)
    rest = " ".join(QUIET.sub(" ", said, count=1).split()).strip(", ")
    if re.search(r"\bquiet\b", rest):
        raise WrongSchedule("quiet_once")
    return rest, _quiet(*found.groups()) if found else None


def _quiet(start: str, end: str) -> Quiet:
    return checked_quiet(Quiet(_time(start), _time(end)))


# -- the zone ----------------------------------------------------------------------------------------------------------


def _without_zone(words: list[str]) -> tuple[list[str], str | None]:
    """The words without the zone that stands among them, and its name; no other word of a schedule is one's name."""
    bare = [word.strip("(),") for word in words]
    for length in (3, 2, 1):  # "Port of Spain", "New York", "Europe/Berlin"
        for start in range(len(words) - length + 1):
            if name := zone_named("_".join(bare[start : start + length])):
                before, after = words[:start], words[start + length :]
                return before[: -1 if before[-1:] == ["in"] else None] + after[after[:1] == ["time"] :], name
    return words, None


def _chosen(zone: str | None) -> str:
    if zone is None:
        raise WrongSchedule("no_zone")
    if name := zone_named(zone):
        return name
    raise unknown_zone(zone)


# -- the three kinds ---------------------------------------------------------------------------------------------------


def _cron(words: list[str], quiet: Quiet | None) -> Cron:
    fields = words[words[0] == "cron" :]
    for word in fields[FIELDS:]:  # a sixth word that looks like a zone is a misspelt one, not a field
        if word[0].isalpha() and "/" in word:
            raise unknown_zone(word)
    return Cron(" ".join(fields), "", quiet)


def _every(said: str, quiet: Quiet | None) -> Every | None:
    if SECONDS.fullmatch(said):
        raise too_often()
    if NO_UNIT.fullmatch(said):
        raise WrongSchedule("no_unit", words=shown(said))
    if found := COUNTED.fullmatch(said):
        return Every(int(found[1]) * (60 if found[2] else 1), "", quiet)
    worded = "hour" if said == "hourly" else re.sub("^(?:every|each) ", "", said)
    span = SPANS.get(worded) or read_span(worded, alone=True)
    if span is None or worded in {"day", said}:
        return None
    if span >= timedelta(days=1):
        raise too_rare()
    return Every(span // timedelta(minutes=1), "", quiet)


def _wall(words: list[str], quiet: Quiet | None) -> Wall:
    """Days and times, in this order or the other; "Monday 8:00, Tuesday 9:00" are two schedules."""
    said = [word.strip(".") for word in re.split(r"[\s,;]+", DAY_RANGE.sub("-", " ".join(words)))]
    read = [_days_or_time(word) for word in _in_their_part(said) if word and word not in FILLERS]
    if len([kind for kind, _ in groupby(map(type, read))]) > 2:
        raise WrongSchedule("several")
    times = tuple(at for at in read if isinstance(at, time))
    days = tuple(day for some in read if isinstance(some, tuple) for day in some)
    if WEEKLY & {*said} and not days:
        raise too_rare()
    if not times:
        raise WrongSchedule("no_time")
    return Wall(times, days or ALL_DAYS, "", quiet)


def _in_their_part(words: list[str]) -> list[str]:
    """The words with "8" as "8pm", where "evening" stands among them."""
    after_noon = {hour for word in words for hour in PARTS.get(word.removesuffix("s"), ())}
    return [
        f"{word}pm" if (at := BARE.fullmatch(word)) and int(at[1]) in after_noon else word for word in words
    ]


def _days_or_time(word: str) -> time | tuple[int, ...]:
    return _time(word) if word[0].isdecimal() or word in NAMED_TIMES else _days(word) or _unknown(word)


def _days(word: str) -> tuple[int, ...]:
    first, dash, last = word.partition("-")
    if dash and first in ONE_DAY and last in ONE_DAY:
        start = ONE_DAY[first]
        return tuple((start + n) % 7 for n in range((ONE_DAY[last] - start) % 7 + 1))
    return DAYS.get(word, ())


def _time(word: str) -> time:
    if word in NAMED_TIMES:
        return NAMED_TIMES[word]
    found = TIME.fullmatch(word)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if found and found[3] in {"am", "pm"}:
        hour = hour % 12 + 12 * (found[3] == "pm") if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise WrongSchedule("time", words=shown(word))
    return time(hour, minute)


def _unknown(word: str) -> NoReturn:
    close = get_close_matches(word, [*WEEKDAYS, "daily", "weekdays", "weekends"], 1, 0.8)
    if zone_named(word.strip("(),")):
        raise WrongSchedule("zones")
    if OFFSET.fullmatch(word) or "/" in word or (not close and closest_zones(word)):
        raise unknown_zone(word)
    if close:
        raise WrongSchedule("word_near", words=shown(word), close=close[0].capitalize())
    raise WrongSchedule("word", words=shown(word))

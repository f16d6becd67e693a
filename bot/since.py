"""Times as people write them: since when, and for how long. Pure: the clock comes in as an argument."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Since:
    """From when on: a day, the latest such weekday (Monday is 0), or so long ago; with none of them, since last seen.

    `midnights` is the local midnight so many days ago (today's is 0); `month_day` the latest such day of any year.
    """

    day: date | None = None
    weekday: int | None = None
    ago: timedelta | None = None
    midnights: int | None = None
    month_day: tuple[int, int] | None = None


LAST_SEEN = Since()
LONGEST_AGO = timedelta(days=3660)  # ten years: more is a slip of the finger
YEARS = range(1900, 2101)  # the same: and an aware midnight of the year 1 overflows

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
LOOKED = frozenset(
    """last-seen|last seen|last time|the last time|i last looked|i last asked|i last checked|i last saw it|
    i was last here|i was here|last look|my last look|my last visit|we last spoke|we last talked|you last told me|
    the last digest|the last one|then""".replace("\n    ", "").split("|")
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNITS = {
    **dict.fromkeys(("min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), 7 * DAY),
    **dict.fromkeys(("mo", "month", "months"), 30 * DAY),
    **dict.fromkeys(("y", "yr", "year", "years"), 365 * DAY),
}
SPAN = re.compile(rf"(?:(?P<n>\d{{1,7}}|an?|{'|'.join(NUMBERS)}) ?)?(?P<unit>[a-z]+)")
AGO = re.compile(r"(?:the )?(?:last|past) (?P<span>.+)|(?P<span_ago>.+?)(?: ago)?")
MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\.?"
NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>\d{4})"
DAYS = tuple(
    re.compile(f"(?:on )?(?:the )?{pattern}")
    for pattern in (
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        rf"{NTH} (?:of )?{MONTH}(?:,? {YEAR})?",
        rf"{MONTH} {NTH}(?:,? {YEAR})?",
        rf"{MONTH}(?: {YEAR})?",
    )
)


def read_since(text: str) -> Since | None:
    """What "Friday", "2 weeks ago", "19 May 2025" or "I last looked" say after "since"; None for what is no time."""
    said = " ".join(text.casefold().split())
    if said in LOOKED:
        return LAST_SEEN
    if said in {"today", "this morning", "midnight"}:
        return Since(midnights=0)
    if said == "yesterday":
        return Since(midnights=1)
    if said == "this week":
        return Since(weekday=0)
    if (weekday := _weekday(said)) is not None:
        return Since(weekday=weekday)
    return _so_long_ago(said) or _day(said)


def _weekday(said: str) -> int | None:
    name = re.sub(r"^(?:on |last |this )?", "", said).rstrip(".")
    short = {"tues": "tue", "weds": "wed", "thur": "thu", "thurs": "thu"}.get(name, name)
    return next((n for n, day in enumerate(WEEKDAYS) if short in {day, day[:3]}), None)


def _so_long_ago(said: str) -> Since | None:
    found = AGO.fullmatch(said)
    if not found:
        return None
    last = found["span"]
    span = read_span(last or found["span_ago"], alone=bool(last))
    return Since(ago=span) if span else None


def read_span(text: str, *, alone: bool = False) -> timedelta | None:
    """How long "7d", "24 hours" or "a week" is; None for what is no length of time, or too long. `alone`: "week" too."""
    found = SPAN.fullmatch(" ".join(text.casefold().split()))
    if not found or found["unit"] not in UNITS or not (found["n"] or alone):
        return None
    span = read_number(found["n"] or "a") * UNITS[found["unit"]]
    return span if timedelta(0) < span <= LONGEST_AGO else None


def read_number(word: str) -> int:
    """The number that digits or a word up to ten say; 0 for what is none."""
    if word.isdecimal() and len(word) <= 9:
        return int(word)
    return 1 if word in {"a", "an"} else NUMBERS.index(word) + 1 if word in NUMBERS else 0


def _day(said: str) -> Since | None:
    found = next(filter(None, (pattern.fullmatch(said) for pattern in DAYS)), None)
    if not found:
        return None
    named = found.groupdict()
    month, day = _month(named["month"]), int(named.get("day") or 1)
    year = int(named.get("year") or 0)
    try:
        exact = date(year or 2000, month, day)  # a leap year, since the latest 29 February is a day as well
    except ValueError:
        return None
    if not year:
        return Since(month_day=(month, day))
    return Since(day=exact) if year in YEARS else None


def _month(word: str) -> int:
    return (
        int(word) if word.isdecimal() else next(n for n, name in enumerate(MONTHS, 1) if name[:3] == word[:3])
    )


def since_words(since: Since) -> str:
    """The words after "since" that give it again."""
    if since.day is not None:
        return since.day.isoformat()
    if since.weekday is not None:
        return WEEKDAYS[since.weekday].capitalize()
    if since.ago is not None:
        return span_words(since.ago)
    if since.midnights is not None:
        return ("today", "yesterday")[since.midnights]
    if since.month_day is not None:
        month, day = since.month_day
        return f"{day} {MONTHS[month - 1].capitalize()}"
    return "last-seen"


def span_words(span: timedelta) -> str:
    """The shortest words for a length of time in whole minutes: "7d", "36h", "90min"."""
    if span % DAY == timedelta(0):
        return f"{span // DAY}d"
    return f"{span // HOUR}h" if span % HOUR == timedelta(0) else f"{span // MINUTE}min"


def moment(since: Since, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment from which on, in UTC; None for "since last seen", which the memory knows.

    Days begin at local midnight. A weekday, or a day without a year, is the latest that has begun, today's included.
    """
    today = now.astimezone(zone).date()
    if since.ago is not None:
        return now.astimezone(UTC) - since.ago
    if since.day is not None:
        return _midnight(since.day, zone)
    if since.weekday is not None:
        return _midnight(today - timedelta(days=(today.weekday() - since.weekday) % 7), zone)
    if since.midnights is not None:
        return _midnight(today - timedelta(days=since.midnights), zone)
    if since.month_day is not None:
        return _midnight(_latest(since.month_day, today), zone)
    return None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _latest(month_day: tuple[int, int], today: date) -> date:
    month, day = month_day
    for year in range(today.year, today.year - 9, -1):  # nine years hold a 29 February even around 1900
        if (month, day) != (2, 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
            found = date(year, month, day)
            if found <= today:
                return found
    raise AssertionError(f"no {day}.{month}. in nine years")

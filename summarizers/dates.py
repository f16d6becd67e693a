"""Days that a text speaks of, and how each is known.

`find_days` reads the phrases of a sentence. What is relative ("Monday", "last week", "18 July") gets a date only from a
publish date; without one it stays a weekday, a month and a day, or nothing. Durations ("two-hour", "30-day") and clock
times are never dates. `date_documents` says of which day each document tells, with its provenance, and dates nothing
that no text proves.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, cast

from summarizers.events import base, classes_of
from summarizers.types import Document, Sentence
from summarizers.words import language_of, tokens

Precision = Literal["day", "days", "week", "month", "year"]
Provenance = Literal["published", "printed", "other article", "order only"]


@dataclass(frozen=True, slots=True)
class Day:
    """An interval of days as worded in `phrase`; `first` and `last` are None where nothing proves them.

    `provenance` tells how they are known: "printed" in full, or reckoned from the publish date ("published").
    `month_day` is what "18 July" says without a year.
    """

    phrase: str
    start: int
    end: int
    first: date | None
    last: date | None
    weekday: int | None = None  # Monday is 0
    rule: str = ""
    precision: Precision = "day"
    provenance: Literal["printed", "published", ""] = ""
    month_day: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Dating:
    """The day of which a document tells, and how it is known; `evidence` is the text that proves it.

    With "order only" there is no day: `weekday` is the one that its first lines name, if any.
    """

    day: date | None
    weekday: int | None
    provenance: Provenance
    evidence: str = ""


# -- phrases -----------------------------------------------------------------------------------------------------------

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
NUMBERS = {
    word: n
    for n, word in enumerate("a one two three four five six seven eight nine ten eleven twelve".split())
}
NUMBERS |= {"a": 1, "an": 1}
LOOKING_BACK = 0.5  # "on 20 April", written in November, is seven months ago rather than five months ahead
MANY = 7  # days that "the coming days" or "recent days" may mean

# A blank is at most three characters here: two unbounded runs beside each other would be quadratic on a page of blanks.
_B = r"\s{1,3}"
_C = r"\s{0,2},?\s{0,2}"
_W = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WA = rf"(?:{_W}|(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\.?(?=[\s,]))"
_M = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\w|%|[.:]\d|,\d{3}(?!\d))"
_Y = r"(?:19|20)\d\d(?!\w|%|[.,]\d)"
_PART = r"(?:morning|afternoon|evening|night)"
_N = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"

# Each alternative is a group named for its rule; the groups inside are its parts.
_PHRASES = re.compile(
    rf"""\b(?:
    (?P<iso>(?P<iy>(?:19|20)\d\d)([-/.])(?P<im>1[0-2]|0?[1-9])\3(?P<id>3[01]|[12]\d|0?[1-9])(?![\w/]|[-.]\d))
  | (?P<slashes>(?P<sa>\d\d?)/(?P<sb>\d\d?)/(?P<sy>(?:19|20)\d\d)\b)
  | (?P<month_day>(?:(?P<mw>{_WA}),?{_B})?(?P<mm>{_M}){_B}(?P<md>{_D})
      (?:(?:\s?[-–]\s?|{_B}to{_B})(?P<me>{_D}))?(?:{_C}(?<=[\s,])(?:of{_B})?(?P<my>{_Y}))?)
  | (?P<day_month>(?:(?P<dw>{_WA}),?{_B})?(?:the{_B})?(?<![$£€:.,])(?<!\$\s)(?P<dd>{_D})
      (?:(?:\s?[-–]\s?|{_B}(?:to|and){_B})(?P<de>{_D}))?{_B}(?:of{_B})?(?P<dm>{_M})(?:{_C}(?<=[\s,])(?:of{_B})?(?P<dy>{_Y}))?)
  | (?P<month_year>(?P<ym>{_M}){_C}(?<=[\s,])(?P<yy>{_Y}))
  | in{_B}(?P<month_in>(?P<oi>{_M}))(?={_B}\d{{1,3}}{_B}[a-z])
  | (?:in|since|until|till|by|of|from|through|during|before|after|between){_B}
      (?P<month>(?:(?:early|late|mid|last|next|this)[\s-])?(?P<om>{_M}))(?!\w)(?!\s+[A-Z]?\d)
  | (?P<month_near>(?P<on>last|next|this|early|late|mid)[\s-](?P<omm>{_M}))(?!\w)
  | (?P<weekday>(?:(?P<wb>next|last|this){_B}week,?{_B}(?:on{_B})?(?={_W}))?(?:(?P<wl>last|next|this|this{_B}past|this{_B}coming|coming){_B})?(?P<w>{_W})\b
      (?:{_B}{_PART}\b)?(?:{_B}(?:of{_B})?(?P<wk>last|this|next){_B}week\b)?)
  | (?P<yesterday>the{_B}day{_B}before{_B}yesterday|the{_B}day{_B}after{_B}tomorrow
      |(?:yesterday|tomorrow)(?:{_B}{_PART})?|last{_B}night|today|tonight|this{_B}(?:morning|afternoon|evening)|overnight)\b
  | (?P<ago>(?P<an>{_N}){_B}(?P<au>day|week|month|year)s?{_B}ago)\b
  | (?P<period>(?:(?:early|late|earlier|later){_B})?
      (?P<pl>this{_B}(?:past|coming)|this|last|next|past|coming|over{_B}the|at{_B}the){_B}(?P<pu>weekend|week|month|year)\b)
  | (?P<days>(?:the{_B})?(?P<sl>coming|next{_B}few|next{_B}couple{_B}of|recent|past{_B}few|last{_B}few)
      {_B}(?P<su>days|weeks)\b)
  | (?:in|since|of|until|till|by|from|during|before|after|late|early|mid|summer|spring|winter|fall|autumn|year)[\s-]
      (?P<year>{_Y})(?![-–/]\w)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# A phrase needs one of these; most sentences have none and cost one pass.
_CUE = re.compile(
    r"day|week|month|year|night|morning|afternoon|evening|morrow|(?:19|20)\d\d"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|won't|shall|would(?! have)|upcoming|going to|next|plan(?:s|ned|ning)? (?:to|for|on)"
    r"|(?:is|are|was|were|be) (?:also |now |still )?(?:set|scheduled|due|expected|slated|likely|to be)"
    r"|scheduled for|due (?:on|to|in|by))\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:said|told|says|announced|reported|added|warned|confirmed|declared)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:\w{2,20}ed|said|told|was|were|had|met|held|made|began|took|gave)\b", re.IGNORECASE)
# "…, the office said late on Tuesday": when it was said, not when it is to be.
_SAID = re.compile(
    r"\b(?:said|told|says|announced|reported|added|warned|confirmed|declared)"
    r"(?:\s(?:early|late|later|again|on|here|reporters|in (?:an interview|a (?:statement|speech|letter|report))))*\s$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r",?\s(?:\w+\s){1,4}(?:said|told|announced|reported|added|warned|confirmed|declared)\b(?!\sto be\b)",
    re.IGNORECASE,
)
# "two weeks after 18 July" is another day than 18 July.
_DISTANCE = re.compile(r"\b(?:day|week|month|year)s?\s(?:from|after|before)\s+$", re.IGNORECASE)
FUTURE_REACH = 60  # characters in which a cue of the future speaks of the phrase
# Weekdays that name something else than a day: feasts, newspapers, rallies of habit.
_NO_WEEKDAY_BEFORE = re.compile(
    r"\b(?:every|each|other|most|previous|following|black|good|ash|super|bloody|palm|easter|cyber|shrove|holy|boxing|maundy|mail on)\s+$",
    re.IGNORECASE,
)
_NO_WEEKDAY_AFTER = re.compile(
    r"\s+(?:Times|Telegraph|Mirror|Express|Mail|Herald|Post|People|World|Night Live)\b|\s+(?:week|mornings|afternoons|evenings|nights)\b"
)
_COUNTED = re.compile(r"\s(?!(?:was|is|has|its|this|as|his|does)\b)[a-z]+s\b")
# Words that are no month unless written with a capital.
_WORDS_TOO = frozenset("may march august mar jan jun dec oct sep sept apr aug nov feb jul".split())


def find_days(text: str, *, published: date | None = None) -> tuple[Day, ...]:
    """The days named in a sentence, in order. Without a publish date a weekday stays a weekday.

    >>> [(d.phrase, str(d.first)) for d in find_days("They met on 18 July 2011 and will meet on Monday.",
    ...                                              published=date(2011, 7, 20))]
    [('18 July 2011', '2011-07-18'), ('Monday', '2011-07-25')]
    """
    if not _CUE.search(text):
        return ()
    found = (_read(match, text, published) for match in _PHRASES.finditer(text))
    return tuple(day for day in found if day is not None)


def is_of_saying(text: str, day: Day) -> bool:
    """Whether a sentence names the day as that on which something was said, not as one of which it tells.

    >>> text = "The ferry will sail in March, the office said on Tuesday."
    >>> [is_of_saying(text, day) for day in find_days(text)]
    [False, True]
    >>> text = "On Tuesday the office said that the ferry will sail on Friday."
    >>> [is_of_saying(text, day) for day in find_days(text)]
    [True, False]
    """
    opens = not text[: day.start].strip() or text[: day.start].strip().lower() == "on"
    return bool(_SAID.search(text, 0, day.start) or (opens and _SAYS.match(text, day.end)))


def _read(match: re.Match[str], text: str, published: date | None) -> Day | None:
    rule = match.lastgroup or ""
    start = match.start(rule)
    if _DISTANCE.search(text, max(0, start - 16), start):
        return None
    return _RULES[rule](_Phrase(match, text, rule, published))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A match with what decides about it."""

    match: re.Match[str]
    text: str
    rule: str
    published: date | None

    def part(self, name: str) -> str:
        return (self.match.group(name) or "").lower()

    def number(self, name: str) -> int | None:
        digits = re.match(r"\d+", self.match.group(name) or "")
        return int(digits.group()) if digits else None

    @property
    def future(self) -> bool:
        """Whether the words before (or, for a phrase that opens the sentence, after) speak of what is to come."""
        start, end = self.match.span(self.rule)
        before = self.text[max(0, start - FUTURE_REACH) : start].rpartition(";")[2]
        cues = [m.start() for m in _FUTURE.finditer(before)]
        reported = [m.start() for m in _REPORTED.finditer(before)]
        if cues:
            return not reported or max(reported) < max(cues)
        after = self.text[end : end + FUTURE_REACH]
        cue = _FUTURE.search(after) if start < 4 else None
        return cue is not None and not _PAST.search(after, 0, cue.start())

    def day(
        self,
        first: date | None,
        last: date | None = None,
        *,
        precision: Precision = "day",
        printed: bool = False,
        weekday: int | None = None,
        month_day: tuple[int, int] | None = None,
    ) -> Day:
        start, end = self.match.span(self.rule)
        source: Literal["printed", "published", ""] = (
            "" if first is None else "printed" if printed else "published"
        )
        if weekday is None and first is not None and precision == "day" and last in (None, first):
            weekday = first.weekday()
        return Day(
            self.text[start:end],
            start,
            end,
            first,
            last or first,
            weekday,
            self.rule,
            precision,
            source,
            month_day,
        )


def _iso(p: _Phrase) -> Day | None:
    day = _date(p.number("iy"), p.number("im"), p.number("id"))
    return p.day(day, printed=True) if day else None


def _slashes(p: _Phrase) -> Day | None:
    """12/25/2010 and 25/12/2010 are clear; 5/6/2010 is May in one country and June in another."""
    a, b, year = p.number("sa"), p.number("sb"), p.number("sy")
    days = {day for day in (_date(year, a, b), _date(year, b, a)) if day}
    return p.day(days.pop(), printed=True) if len(days) == 1 else None


def _month_day(p: _Phrase) -> Day | None:
    return _calendar_day(p, "m")


def _day_month(p: _Phrase) -> Day | None:
    return _calendar_day(p, "d")


def _calendar_day(p: _Phrase, order: str) -> Day | None:
    """A day of a month with or without its year; the groups of the two orders differ by their first letter."""
    month, weekday = _month_number(p, p.part(order + "m")), _weekday_number(p.part(order + "w"))
    day, end, year = p.number(order + "d"), p.number(order + "e"), p.number(order + "y")
    if month is None or day is None or _date(2000, month, day) is None:
        return None
    first = _date(year, month, day) if year else _nearest(p, month, day, weekday)
    if first and weekday is not None and first.weekday() != weekday:
        return None
    last = _date(first.year, month, end) if first and end and end > day else None
    precision: Precision = "days" if last else "day"
    return p.day(
        first, last, precision=precision, printed=bool(year), weekday=weekday, month_day=(month, day)
    )


def _nearest(p: _Phrase, month: int, day: int, weekday: int | None) -> date | None:
    """The nearest year, news looking back; after a cue of the future the next one; a weekday must agree."""
    published = p.published
    if published is None:
        return None
    days = [d for d in (_date(published.year + n, month, day) for n in (-1, 0, 1)) if d]
    if weekday is not None:
        days = [d for d in days if d.weekday() == weekday] or days
    elif p.future:
        days = [d for d in days if d >= published] or days
    return min(
        days,
        key=lambda d: LOOKING_BACK * (published - d).days if d < published else (d - published).days,
        default=None,
    )


def _month_year(p: _Phrase) -> Day | None:
    month, year = _month_number(p, p.part("ym")), p.number("yy")
    return p.day(*_whole_month(year, month), precision="month", printed=True) if month and year else None


def _month_alone(p: _Phrase) -> Day | None:
    name = p.part("om") or p.part("omm") or p.part("oi")
    month = _month_number(p, name)
    if month is None:
        return None
    published = p.published
    if published is None:
        return p.day(None, precision="month")
    phrase = p.match.group(p.rule).lower()
    ahead = (month - published.month) % 12
    later = phrase.startswith("next") or p.future or (ahead <= 2 and not phrase.startswith("last"))
    months = published.year * 12 + published.month - 1 + ahead
    if phrase.startswith("last") and ahead == 0:
        months -= 12
    elif not later:
        months -= 12 if ahead else 0
    return p.day(*_whole_month(months // 12, month), precision="month")


def _weekday(p: _Phrase) -> Day | None:
    start, end = p.match.span(p.rule)
    if _NO_WEEKDAY_BEFORE.search(p.text[max(0, start - 12) : start]) or _NO_WEEKDAY_AFTER.match(p.text, end):
        return None
    weekday = _weekday_number(p.part("w"))
    if p.published is None or weekday is None:
        return p.day(None, weekday=weekday)
    return p.day(_resolved(p, weekday, p.published), weekday=weekday)


def _resolved(p: _Phrase, weekday: int, published: date) -> date:
    """The publish day or up to six days back; after a cue of the future up to six days ahead.

    "Last" is strictly before, "next" strictly after.
    """
    week, near = p.part("wk") or p.part("wb"), p.part("wl")
    if week:
        monday = published - timedelta(days=published.weekday())
        return monday + timedelta(days=weekday + {"last": -7, "this": 0, "next": 7}[week])
    back, ahead = (published.weekday() - weekday) % 7, (weekday - published.weekday()) % 7
    if near in ("last", "this past"):
        return published - timedelta(days=back or 7)
    if near == "next":
        return published + timedelta(days=ahead or 7)
    if p.future or near.endswith("coming"):
        return published + timedelta(days=ahead)
    return published - timedelta(days=back)


def _yesterday(p: _Phrase) -> Day | None:
    phrase = " ".join(p.match.group(p.rule).lower().split())
    if phrase == "today" and p.text[: p.match.start(p.rule)].endswith("USA "):
        return None
    if p.published is None:
        return p.day(None)
    if phrase == "overnight":
        return p.day(p.published - timedelta(days=1), p.published, precision="days")
    steps = 0
    if phrase.endswith(" yesterday"):
        steps = -2
    elif phrase.startswith(("yesterday", "last night")):
        steps = -1
    elif phrase.startswith("tomorrow"):
        steps = 1
    elif phrase.endswith("tomorrow"):
        steps = 2
    return p.day(p.published + timedelta(days=steps))


def _ago(p: _Phrase) -> Day | None:
    count = p.number("an") or NUMBERS.get(p.part("an"), 1)
    unit = cast("Precision", p.part("au"))
    if p.published is None:
        return p.day(None, precision=unit)
    if unit == "day":
        return p.day(p.published - timedelta(days=count))
    if unit == "week":
        return p.day(*_week(p.published, -count), precision="week")
    months = p.published.year * 12 + p.published.month - 1 - (count if unit == "month" else 12 * count)
    if months < 12:
        return None
    if unit == "year":
        return p.day(date(months // 12, 1, 1), date(months // 12, 12, 31), precision="year")
    return p.day(*_whole_month(months // 12, months % 12 + 1), precision="month")


def _period(p: _Phrase) -> Day | None:
    unit, which = p.part("pu"), " ".join(p.part("pl").split())
    if which in ("over the", "at the") and unit != "weekend":
        return None
    precision = cast("Precision", "days" if unit == "weekend" else unit)
    published = p.published
    if published is None:
        return p.day(None, precision=precision)
    step = {"last": -1, "past": -1, "next": 1, "coming": 1}.get(which, 0)
    if unit == "weekend":
        return p.day(*_weekend(p, published, which), precision=precision)
    if unit == "week":
        return p.day(*_week(published, step), precision=precision)
    if unit == "month":
        months = published.year * 12 + published.month - 1 + step
        return p.day(*_whole_month(months // 12, months % 12 + 1), precision=precision)
    return p.day(date(published.year + step, 1, 1), date(published.year + step, 12, 31), precision=precision)


def _weekend(p: _Phrase, published: date, which: str) -> tuple[date, date]:
    """The weekend that it is; else the coming one, or the one just past where nothing speaks of the future."""
    saturday = published + timedelta(days=5 - published.weekday())
    inside = published.weekday() >= 5
    if which == "next":
        saturday += timedelta(days=7 if inside else 0)
    elif which in ("last", "past", "this past") or (
        which in ("over the", "at the") and not inside and not p.future
    ):
        saturday -= timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def _days(p: _Phrase) -> Day | None:
    if p.published is None:
        return p.day(None, precision="days")
    reach = timedelta(days=MANY if p.part("su") == "days" else 4 * MANY)
    if p.part("sl").startswith(("coming", "next")):
        return p.day(p.published, p.published + reach, precision="days")
    return p.day(p.published - reach, p.published, precision="days")


def _year(p: _Phrase) -> Day | None:
    if _COUNTED.match(p.text, p.match.end("year")):
        return None  # "of 2000 soldiers"
    year = p.number("year") or 0
    return p.day(date(year, 1, 1), date(year, 12, 31), precision="year", printed=True)


_RULES: Mapping[str, Callable[[_Phrase], Day | None]] = {
    "iso": _iso,
    "slashes": _slashes,
    "month_day": _month_day,
    "day_month": _day_month,
    "month_year": _month_year,
    "month": _month_alone,
    "month_in": _month_alone,
    "month_near": _month_alone,
    "weekday": _weekday,
    "yesterday": _yesterday,
    "ago": _ago,
    "period": _period,
    "days": _days,
    "year": _year,
}


def _month_number(p: _Phrase, name: str) -> int | None:
    bare = name.rstrip(".")
    if (
        bare in _WORDS_TOO
        and not re.search(r"\d{4}", p.match.group())
        and not re.search(rf"\b{bare.capitalize()}|\b{bare.upper()}\b", p.match.group())
    ):
        return None
    return next((n for n, month in enumerate(MONTHS, 1) if month.startswith(bare[:3])), None)


def _weekday_number(name: str) -> int | None:
    bare = name.rstrip(".")
    return next((n for n, day in enumerate(WEEKDAYS) if bare and day.startswith(bare[:3])), None)


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _whole_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _week(published: date, step: int) -> tuple[date, date]:
    monday = published + timedelta(days=7 * step - published.weekday())
    return monday, monday + timedelta(days=6)


# -- documents ---------------------------------------------------------------------------------------------------------

LEAD = 5  # sentences in which the day of an article is looked for
OPENING = 12  # sentences that say what an article is about
PARTIES = 6  # names that an article turns on
# A post that an article embeds: its signature prints the day.  "— Name (@account) March 18, 2025"
_SIGNATURE = re.compile(r"^\s{0,3}[—–-]{1,2}\s?[^\n]{1,80}\(@\w{1,40}\)")
# A line that is there to say when the article was written.
_DATELINE = re.compile(
    r"^(?:date|published|posted|updated|first published|last updated|last modified)\b", re.IGNORECASE
)
_WIRE = re.compile(r"^[A-Z][A-Z .'’-]{2,40}[A-Z.][,(]?\s{0,2}")  # "PORT LOUIS, March 14, 2025 (Agency) -"
DATELINE_LENGTH = 90


def date_documents(documents: Sequence[Document]) -> dict[str, Dating]:
    """The day of which each document tells, by document id; the documents are given in their order.

    A publish date counts first, then a date that the document prints about itself, then another article of the story
    that tells the date of what this one tells under a weekday. Everything else has its order only.
    """
    datings = {document.id: _own_dating(document) for document in documents}
    proved = True
    while proved:
        proved = False
        for place, document in enumerate(documents):
            if datings[document.id].provenance != "order only":
                continue
            dating = _dating_by_others(place, documents, datings)
            if dating is not None:
                datings[document.id] = dating
                proved = True
    return datings


def _own_dating(document: Document) -> Dating:
    published = document.article.published
    if published is not None:
        day = published.date() if isinstance(published, datetime) else published
        return Dating(day, day.weekday(), "published", day.isoformat())
    weekday, sentence = _lead_weekday(document)
    printed = _printed(document, weekday)
    if printed is not None:
        return Dating(printed[0], printed[0].weekday(), "printed", printed[1])
    return Dating(None, weekday, "order only", sentence.text if sentence else "")


def _lead_weekday(document: Document) -> tuple[int | None, Sentence | None]:
    """The first weekday in the first lines, and its sentence."""
    for sentence in document.sentences[:LEAD]:
        for day in find_days(sentence.text):
            if day.rule == "weekday" and day.weekday is not None:
                return day.weekday, sentence
    return None, None


def _printed(document: Document, weekday: int | None) -> tuple[date, str] | None:
    """A date that the document prints about itself: a dateline, or an embedded post of the weekday that it tells of.

    Dates in its prose are none: they may be history. Neither are link lists and captions.
    """
    for place, paragraph in enumerate(document.paragraphs):
        line = paragraph.text[: 2 * DATELINE_LENGTH]
        full = [d for d in find_days(line) if d.provenance == "printed" and d.precision == "day" and d.first]
        if not full or full[0].first is None:
            continue
        day = full[0].first
        if place < LEAD and _is_dateline(paragraph.text, full[0]):
            return day, paragraph.text[:DATELINE_LENGTH]
        if weekday == day.weekday() and _SIGNATURE.match(line) and line.rstrip().endswith(full[0].phrase):
            return day, line
    return None


def _is_dateline(text: str, day: Day) -> bool:
    if len(text) <= DATELINE_LENGTH and (
        _DATELINE.match(text) or len(day.phrase) >= len(text.strip(" .,|")) - 12
    ):
        return True
    wire = _WIRE.match(text)
    return wire is not None and wire.end() == day.start


def _dating_by_others(
    place: int, documents: Sequence[Document], datings: Mapping[str, Dating]
) -> Dating | None:
    """The one day that later, dated articles give for what this document tells under a weekday."""
    document = documents[place]
    weekday = datings[document.id].weekday
    if weekday is None:
        return None
    earliest = max((d for d in (datings[x.id].day for x in documents[:place]) if d), default=date.min)
    proofs: dict[date, str] = {}
    for other in documents[place + 1 :]:
        day = datings[other.id].day
        if day is None or len(_parties(document) & _parties(other)) < 2:
            continue
        for told, sentence in _looking_back(other, day):
            if told.weekday() == weekday and earliest <= told and same_matter(sentence, document):
                proofs.setdefault(told, sentence)
    if len(proofs) != 1:
        return None
    told, sentence = proofs.popitem()
    rivals = [
        rival
        for rival in (*documents[:place], *documents[place + 1 :])
        if datings[rival.id].day is None
        and datings[rival.id].weekday == weekday
        and same_matter(sentence, rival)
    ]
    return None if rivals else Dating(told, weekday, "other article", sentence)


def _looking_back(document: Document, day: date) -> list[tuple[date, str]]:
    """Days before its own that a document names by month and day, each with the sentence."""

    def read(document: Document) -> list[tuple[date, str]]:
        return [
            (told.first, sentence.text)
            for sentence in document.sentences
            for told in find_days(sentence.text, published=day)
            if told.month_day and told.precision == "day" and told.first and told.first < day
        ]

    return cast("list[tuple[date, str]]", _once(document, f"dates:back:{day}", read))


def _parties(document: Document) -> frozenset[str]:
    """The names that a document turns on: its most frequent words with a capital inside a sentence."""
    return cast("frozenset[str]", _once(document, "dates:parties", _count_parties))


def _count_parties(document: Document) -> frozenset[str]:
    counts: Counter[str] = Counter()
    for sentence in document.sentences:
        words = tokens(sentence.text, language_of([document.article.language]))
        for word, following in pairwise((*words[1:], None)):
            if word is None or not word.content or not word.text[0].isupper() or word.folded in _CALENDAR:
                continue
            # Of "Chancellor Ann Roe" the last word names the party.
            if following is None or following.start > word.end + 1 or not following.text[0].isupper():
                counts[word.folded] += 1
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return frozenset(ranked[:PARTIES])


_CALENDAR = frozenset(WEEKDAYS) | frozenset(MONTHS)


def same_matter(text: str, document: Document) -> bool:
    """Whether the text tells of an event of a kind with which the document opens, in two of its words."""
    kinds, stems = cast("tuple[frozenset[str], frozenset[str]]", _once(document, "dates:opening", _opening))
    words = [word for word in tokens(text) if word.content and word.folded not in _CALENDAR]
    events = [word for word in words if classes_of(word.folded) & kinds]
    return bool(events) and len({base(word.folded) for word in words} & stems) >= 2


def _opening(document: Document) -> tuple[frozenset[str], frozenset[str]]:
    words = [w for s in document.sentences[:OPENING] for w in tokens(s.text) if w.content]
    kinds = [kind for word in words[: 6 * OPENING] for kind in sorted(classes_of(word.folded))]
    return frozenset(kinds), frozenset(base(word.folded) for word in words)


def _once(document: Document, key: str, compute: Callable[[Document], object]) -> object:
    if key not in document.memo:
        document.memo[key] = compute(document)
    return document.memo[key]

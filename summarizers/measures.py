"""Numbers with their units: what a number phrase measures in a base unit, or that it is no quantity.

Years, dates, clock times, ages, and numbers that are names ("F-16", "article 179", "Boeing 737") are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from summarizers.figure_words import BOUNDS, PEOPLE, STATES, table
from summarizers.numerals import Numeral, beside, gap_before, word_at
from summarizers.words import Word

# word → (kind, base unit, how many base units)
MEASURES: dict[str, tuple[str, str, float]] = {}
for _kind, _base, _rows in (
    (
        "duration",
        "minute",
        "second 0.01666667 sec 0.01666667 minute 1 min 1 mins 1 hour 60 hr 60 hrs 60 day 1440 week 10080 fortnight 20160"
        " month 43830 year 525960 yr 525960 yrs 525960 decade 5259600 century 52596000 centuries 52596000",
    ),
    (
        "length",
        "metre",
        "km 1000 kilometre 1000 kilometer 1000 mile 1609.344 mi 1609.344 metre 1 meter 1 foot 0.3048 feet 0.3048"
        " ft 0.3048 inch 0.0254 inches 0.0254 yard 0.9144 cm 0.01 centimetre 0.01 centimeter 0.01 mm 0.001"
        " millimetre 0.001 millimeter 0.001",
    ),
    (
        "volume",
        "litre",
        "gallon 3.785412 barrel 158.9873 bbl 158.9873 litre 1 liter 1 pint 0.473 millilitre 0.001 milliliter 0.001",
    ),
    ("area", "square metre", "acre 4046.856 hectare 10000 ha 10000"),
    (
        "mass",
        "kilogram",
        "tonne 1000 ton 1000 kg 1 kilogram 1 kilo 1 gram 0.001 lb 0.4536 lbs 0.4536 ounce 0.02835 oz 0.02835",
    ),
    ("speed", "km/h", "mph 1.609344 kmh 1 kph 1 knot 1.852"),
    (
        "power",
        "watt",
        "watt 1 kilowatt 1000 kw 1000 megawatt 1000000 mw 1000000 gigawatt 1000000000 gw 1000000000",
    ),
    ("degree", "degree", "degree 1 degrees 1 celsius 1 fahrenheit 1"),
):
    _parts = _rows.split()
    for _name, _factor in zip(_parts[::2], _parts[1::2], strict=True):
        MEASURES[_name] = (_kind, _base, float(_factor))
        if len(_name) > 2:
            MEASURES.setdefault(_name + "s", (_kind, _base, float(_factor)))
SIGNS = {
    "$": "dollar",
    "£": "pound",
    "€": "euro",
    "¥": "yen",
    "₹": "rupee",
    "₽": "rouble",
    "₩": "won",
    "₺": "lira",
}
CURRENCIES = table("""
dollar: dollar dollars usd
pound: sterling gbp
euro: euro euros eur
cent: cent cents pence penny
yen: yen
yuan: yuan renminbi
rupee: rupee rupees
rouble: rouble roubles ruble rubles
peso: peso pesos
franc: franc francs
krone: krone kroner krona kronor crowns
lira: lira liras
shekel: shekel shekels
real: reais
rand: rand
dirham: dirham dirhams
riyal: riyal riyals
dinar: dinar dinars
zloty: zloty zlotys
hryvnia: hryvnia hryvnias
forint: forint forints
koruna: koruna korun korunas
""")
SHORT_SCALES = {"b": 1e9, "t": 1e12}  # "$2T": elsewhere a unit
PERCENT = frozenset({"percent", "pct", "percentage"})
POINTS = frozenset({"point", "points"})
MONTHS = frozenset(
    """january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec""".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
CLOCK = frozenset("a.m. p.m. am pm gmt bst utc edt est cest cet ist pst pdt et o'clock oclock noon".split())
# A number after one of these is a name or an address: "article 179", "Flight 370", "page 12".
LABELS = frozenset(
    """article articles flight route resolution resolutions section sections chapter chapters no nos number numbers page
    pages channel highway interstate motorway paragraph clause rule act title phase stage category level levels class
    grade group room block pier gate sector zone district unit ward boeing airbus apollo formula type model version
    part volume round lap form proposition amendment item question top text dial call code magnitude psalm verse line
    bus train car line platform runway exit junction step day week episode season area""".split()
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A numeral with its unit: what is known before the words around are read."""

    low: float
    high: float
    first: int
    last: int
    start: int
    end: int
    kind: str
    unit: str
    rest: int  # the word after number and unit
    vague: bool


def measured(text: str, words: Sequence[Word], n: Numeral) -> Measured | None:
    """The number with its unit, in base units; None where it is no quantity."""
    start, end = words[n.first].start, words[n.last - 1].end
    sign = _sign(text, start)
    if n.style == "around":
        return _made(n, start, end, *MEASURES[n.suffix], n.last)
    if sign:
        rest = n.last + (word_at(words, n.last) in CURRENCIES)
        return _made(n, start - 1, end, "money", SIGNS[sign], SHORT_SCALES.get(n.suffix, 1.0), rest)
    if n.suffix and n.suffix not in MEASURES:
        return None
    if _percent(text, words, n, end):
        rest = _past_percent(words, n.last)
        stop = max(end + (text[end : end + 1] == "%"), words[rest - 1].end)
        return _made(n, start, stop, "percent", "%", 1.0, rest)
    if _is_age(words, n.last):
        return None
    named = _unit(text, words, n)
    if named is not None:
        return named
    if n.style in {"fraction", "share"}:
        return _made(n, start, end, "percent", "%", 1.0, n.last) if _is_share(text, words, n) else None
    if n.style == "article" or (not n.scaled and _is_name(text, words, n, start, end)):
        return None
    kind = "ratio" if n.style in {"for", "against"} else "count"
    if n.style == "against" and (n.high > 999 or n.low > 999):
        return None
    return _made(n, start, end, kind, n.style if kind == "ratio" else "", 1.0, n.last)


def _made(n: Numeral, start: int, end: int, kind: str, unit: str, factor: float, rest: int) -> Measured:
    return Measured(
        n.low * factor,
        n.high * factor,
        n.first,
        n.last,
        start,
        end,
        kind,
        unit,
        rest,
        n.style == "vague",
    )


def _sign(text: str, start: int) -> str:
    before = text[start - 1 : start]
    if before == " ":
        before = text[start - 2 : start - 1] if text[start - 2 : start - 1] in SIGNS else ""
    return before if before in SIGNS else ""


def _percent(text: str, words: Sequence[Word], n: Numeral, end: int) -> bool:
    after = word_at(words, n.last)
    return (
        text[end : end + 1] == "%"
        or (after in PERCENT and n.style != "article")
        or (after == "per" and word_at(words, n.last + 1) == "cent")
    )


def _past_percent(words: Sequence[Word], at: int) -> int:
    at += 2 if word_at(words, at) == "per" else 1 if word_at(words, at) in PERCENT else 0
    return at + 1 if word_at(words, at) in POINTS else at


def _unit(text: str, words: Sequence[Word], n: Numeral) -> Measured | None:
    """The quantity where a unit is glued to the number or follows it."""
    start, end = words[n.first].start, words[n.last - 1].end
    if n.suffix:
        kind, base, factor = MEASURES[n.suffix]
        return _made(n, start, end, kind, base, factor, n.last)
    if not beside(text, words, n.last) and not (n.style == "fraction" and word_at(words, n.last) == "of"):
        return None
    at = n.last
    if word_at(words, at) == "of" and n.style == "vague":
        at += 1
    after = word_at(words, at)
    if n.style == "fraction":
        if after not in MEASURES:
            return None
        kind, base, factor = MEASURES[after]
        return _made(n, start, words[at].end, kind, base, factor / 100, at + 1)
    return _named_unit(words, n, at, after)


def _named_unit(words: Sequence[Word], n: Numeral, at: int, after: str) -> Measured | None:
    start = words[n.first].start
    following = word_at(words, at + 1)
    if after in {"square", "cubic"} and following in MEASURES:
        factor = MEASURES[following][2]
        kind, base, power = ("area", "square metre", 2) if after == "square" else ("volume", "litre", 3)
        return _made(
            n, start, words[at + 1].end, kind, base, factor**power * (1000 if power == 3 else 1), at + 2
        )
    if after == "nautical" and following in MEASURES:
        return _made(n, start, words[at + 1].end, "length", "metre", 1852.0, at + 2)
    if after in {"pound", "pounds"}:
        kind, base, factor = (
            ("money", "pound", 1.0) if n.scaled and following != "of" else ("mass", "kilogram", 0.4536)
        )
        return _made(n, start, words[at].end, kind, base, factor, at + 1)
    if after in CURRENCIES or (after in {"us", "u.s."} and following in CURRENCIES):
        last = at + (after not in CURRENCIES)
        currency = CURRENCIES[word_at(words, last)]
        unit, factor = ("dollar", 0.01) if currency == "cent" else (currency, 1.0)
        return _made(n, start, words[last].end, "money", unit, factor, last + 1)
    if after in {"times", "fold", "x"} or (after == "time" and n.low != 1):
        return _made(n, start, words[at].end, "factor", "times", 1.0, at + 1)
    if after in POINTS or (after == "basis" and following in POINTS):
        return _made(n, start, words[at].end, "points", "point", 1.0, at + 1 + (after == "basis"))
    if after == "magnitude":
        return _made(n, start, words[at].end, "degree", "magnitude", 1.0, at + 1)
    if after in MEASURES:
        return _speed_or_measure(words, n, at, following)
    return None


def _speed_or_measure(words: Sequence[Word], n: Numeral, at: int, following: str) -> Measured | None:
    kind, base, factor = MEASURES[word_at(words, at)]
    if kind == "length" and (
        (following == "per" and word_at(words, at + 2) == "hour")
        or following in {"h", "hour"}
        or (following == "an" and word_at(words, at + 2) == "hour")
    ):
        return _made(n, words[n.first].start, words[at + 1].end, "speed", "km/h", factor / 1000, at + 2)
    if kind == "duration" and _is_date_part(words, n, at):
        return None
    return _made(n, words[n.first].start, words[at].end, kind, base, factor, at + 1)


OLD = frozenset({"old", "olds"})


def _is_age(words: Sequence[Word], at: int) -> bool:
    """ "the 41-year-old", "12 years old", "six-year-olds"."""
    return word_at(words, at) in {"year", "years", "month", "months"} and word_at(words, at + 1) in OLD


def _is_date_part(words: Sequence[Word], n: Numeral, at: int) -> bool:
    """ "one day he came" tells no duration."""
    return (
        n.low == n.high == 1
        and n.style == "words"
        and word_at(words, at) == "day"
        and not _bounded(words, n.first)
    )


WITHIN = frozenset("in within for than by of".split())


def _bounded(words: Sequence[Word], first: int) -> bool:
    return word_at(words, first - 1) in BOUNDS or word_at(words, first - 1) in WITHIN


SHARED = frozenset("of the its their a that as all his her what this these those our such".split())


def _is_share(text: str, words: Sequence[Word], n: Numeral) -> bool:
    """A fraction is a share of something, or a change; "the first half", "half-brother" are neither."""
    if n.style == "share":
        return True
    before, after = word_at(words, n.first - 1), word_at(words, n.last)
    if before in {"first", "second", "other", "better", "each", "latter"} or gap_before(
        text, words, n.last
    ) in {
        "-",
        "‑",
    }:
        return False
    return (
        after in SHARED
        or before in BOUNDS
        or before in {"by", "than"}
        or word_at(words, n.last - 1) != "half"
    )


def _is_name(text: str, words: Sequence[Word], n: Numeral, start: int, end: int) -> bool:
    """Whether a bare number is a year, a date, a time, an age, a label or a pronoun."""
    if n.style in {"digits", "against"}:
        return _is_address(text, words, n, start, end) or _is_calendar(text, words, n, start, end)
    if n.style == "words" and n.low == n.high == 1 and word_at(words, n.first) == "one":
        return _is_pronoun(text, words, n)
    after, before = word_at(words, n.last), word_at(words, n.first - 1)
    return after in CLOCK or (
        before in LABELS - {"no", "call", "top", "line", "text", "group", "class", "area"}
        and n.style == "words"
    )


def _is_calendar(text: str, words: Sequence[Word], n: Numeral, start: int, end: int) -> bool:
    before, after = word_at(words, n.first - 1), word_at(words, n.last)
    bare = "," not in n.source and "." not in n.source
    if (
        after in CLOCK
        or before in {"aged", "age"}
        or text[end : end + 1] == "/"
        or text[start - 1 : start] in {"/", ":"}
    ):
        return True
    if (
        bare
        and n.low <= 31
        and (
            _month(words, n.first - 1)
            or _month(words, n.last)
            or (after == "of" and _month(words, n.last + 1))
        )
    ):
        return True
    counts = after in PEOPLE or (
        after.endswith("s") and len(after) > 3 and before not in {"in", "since", "of", "until", "by"}
    )
    if bare and len(n.source) == 4 and 1500 <= n.low <= 2100 and not counts:
        return True
    if (
        bare
        and len(n.source) == 4
        and n.first == 0
        and n.low < 2400
        and words[n.last : n.last + 1]
        and words[n.last].text[0].isupper()
    ):
        return True  # the time stamp of a running report
    return (
        bare
        and n.low < 120
        and text[start - 2 : start] == ", "
        and (text[end : end + 1] in {",", "."} or word_at(words, n.last) in {"and", "from", "who", "whose"})
        and n.first > 0
        and words[n.first - 1].text[0].isupper()
    )


def _month(words: Sequence[Word], at: int) -> bool:
    return 0 <= at < len(words) and words[at].folded in MONTHS and words[at].text[0].isupper()


# Labels that are common words besides: "the group 40 people joined" counts people.
COMMON_LABELS = frozenset(
    """day week call part group class line area unit act top text car bus train season form question step round
    room""".split()
)


def _is_address(text: str, words: Sequence[Word], n: Numeral, start: int, end: int) -> bool:
    """A number that names: "F-16", "G20", "article 179", "No 5", "Boeing 737", "0908", "70077", "1." of a list."""
    before = words[n.first - 1] if n.first else None
    gap = text[before.end : start] if before else ""
    if n.source[:1] == "0" and len(n.source) > 1 and "." not in n.source:
        return True
    if before is None:
        return (text[end : end + 1] in {".", ")"} and n.last < len(words)) or text[start - 1 : start] == "#"
    if gap in {"-", "‑", "–", "#", "/", "@", "_"} or (
        n.first > 0 and text[start - 1 : start] in {"#", "@", "_", ".", "=", "/"}
    ):
        return True
    if gap.strip() not in {"", "."}:
        return False
    named = n.last >= len(words) or not words[n.last].content
    if before.folded in LABELS and (before.text[0].isupper() or before.folded not in COMMON_LABELS or named):
        return True
    if (
        before.folded in {"text", "call", "dial", "phone", "to"}
        and "," not in n.source
        and len(n.source) >= 5
    ):
        return True
    return _follows_name(words, n, before)


def _follows_name(words: Sequence[Word], n: Numeral, before: Word) -> bool:
    """ "Fortune 500", "Boeing 737 crashed": digits right after a name, with nothing that they count."""
    if (
        not before.text[0].isupper()
        or n.first == 1
        or not (before.content or before.text.isupper())
        or before.folded in WEEKDAYS
        or "," in n.source
        or n.low >= 10_000
    ):
        return False
    after = words[n.last] if n.last < len(words) else None
    return after is None or not (
        after.folded in PEOPLE or (after.content and after.folded.endswith("s")) or after.folded in STATES
    )


POINTING = frozenset("this that the no any each every which another only other".split())
PHRASED = frozenset("thing way side point hand reason time day".split())  # "one day", "one thing"


def _is_pronoun(text: str, words: Sequence[Word], n: Numeral) -> bool:
    """ "one of them", "this one", "the one that": a count only right before what it counts."""
    after = words[n.last] if n.last < len(words) else None
    if after is None or not beside(text, words, n.last):
        return True
    if word_at(words, n.first - 1) in POINTING:
        return after.folded not in PEOPLE
    return not (after.content and after.text[0].islower()) or after.folded in PHRASED


def without_asides(text: str, words: Sequence[Word], found: list[Measured]) -> list[Measured]:
    """The quantities without those that say one again in another unit: "1,000 acres (405 hectares) of forest"."""
    kept: list[Measured] = []
    for here in found:
        before = kept[-1] if kept else None
        if before is not None and _says_again(text, words, before, here):
            kept[-1] = replace(before, rest=here.rest)
        else:
            kept.append(here)
    return kept


def _says_again(text: str, words: Sequence[Word], before: Measured, here: Measured) -> bool:
    bare = before.kind == "money" and here.kind == "count"
    if (
        not (before.kind == here.kind or bare)
        or before.kind in {"count", "ratio"}
        or here.first - before.rest > 2
    ):
        return False
    gap = text[words[before.rest - 1].end : here.start].strip(" %-–—,")
    if gap.startswith(("(", "/", "[")):
        return True
    close = abs(before.high - here.high) <= 0.05 * max(before.high, here.high)
    return close and gap in {"or", "/", "or about", "about"}

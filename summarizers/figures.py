"""Quantities in a text: value, unit and what they count.

A quantity is an interval in a base unit with the words that tell which quantity it is: the counted noun, the state
that is counted (dead, hurt, raised, spent), the group, the bound, the rate, and whether it is a total, a further one,
one day's, an earlier value named for comparison, or a part of another. Years, dates, clock times, ordinals, ages and
numbers that are names ("F-16", "article 179") are no quantities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from summarizers.numerals import RANGING, Numeral, is_trigger, read_numerals
from summarizers.words import Word

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity: an interval `low`…`high` in its base unit, as worded in `text`, at `start`…`end` of the sentence.

    `kind` is people, money, percent, duration, length, area, volume, mass, speed, power, degree, factor, points, ratio
    or count; `unit` the base unit or currency; `noun` and `of` are stems; `bound` is exact, least, most, about or
    nearly; `rate` is "" or the time it is per; `state` and `group` are classes; `first`…`last` are its words,
    `left`…`right` the words up to its neighbours.
    """

    low: float
    high: float
    text: str
    start: int
    end: int
    kind: str = "count"
    unit: str = ""
    noun: str = ""
    of: str = ""
    bound: str = "exact"
    rate: str = ""
    state: str = ""
    group: str = ""
    flags: frozenset[str] = NONE
    vague: bool = False
    first: int = 0
    last: int = 0
    left: int = 0
    right: int = 0


def _table(lines: str) -> dict[str, str]:
    """Word → class, of lines "class: words"."""
    found: dict[str, str] = {}
    for line in lines.strip().splitlines():
        name, _, members = line.partition(":")
        for member in members.split():
            found.setdefault(member, name.strip())
    return found


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
CURRENCIES = _table("""
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
krone: krone kroner krona kronor
lira: lira liras
shekel: shekel shekels
real: reais
rand: rand
dirham: dirham dirhams
riyal: riyal riyals
dinar: dinar dinars
zloty: zloty zlotys
hryvnia: hryvnia hryvnias
""")
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
PEOPLE = frozenset(
    """people person persons men man women woman children child kids boys girls boy girl babies infants protesters
    protestors demonstrators marchers activists civilians soldiers soldier troops troop policemen policeman officers
    officer personnel staff workers worker employees residents resident citizens inhabitants villagers refugees refugee
    migrants passengers passenger crew victims victim casualties casualty survivors survivor detainees prisoners inmates
    hostages fighters rebels militants gunmen insurgents terrorists students pupils teachers patients doctors nurses dead
    injured wounded homeless deaths death fatalities fatality bodies body corpses lives life voters journalists
    firefighters rescuers volunteers supporters fans tourists nationals youths youth teenagers adults engineers miners
    sailors marines guards members leaders lawmakers deputies jobs expatriates britons americans personnels delegates
    observers monitors peacekeepers agents officials homeowners families households customers shareholders passers-by
    bystanders pilgrims farmers athletes players orphans evacuees defectors conscripts reservists police men's""".split()
)
GROUPS = _table("""
security: soldier soldiers troop troops policeman policemen police officer officers security army military marines forces guards conscripts reservists servicemen
civilian: civilian civilians protester protesters protestors demonstrators demonstrator marchers activists residents villagers bystanders
child: child children kids boys girls boy girl babies infants orphans teenagers
woman: women woman
staff: worker workers employees employee staff crew engineers contractors colleagues
refugee: refugee refugees migrants evacuees asylum
prisoner: detainee detainees prisoner prisoners inmates hostages hostage captives
rebel: rebels rebel militants militant insurgents gunmen fighters terrorists defectors
press: journalist journalists reporters
passenger: passenger passengers tourists
rescuer: rescuers firefighters volunteers doctors nurses medics peacekeepers
""")
STATES = _table("""
dead: die dies died dying dead death deaths kill kills killed killing fatal fatality fatalities slain massacre massacred perished murdered executed slaughtered drowned
buried: buried burying burial graves
hurt: injured injuring injures injuries injury wounded wounding wounds hurt maimed hospitalised hospitalized
missing: missing unaccounted
displaced: displaced displacing homeless uprooted evacuated evacuate
fled: fled flee fleeing crossed crossing refugees
arrested: arrested arresting arrests detained detaining detentions jailed imprisoned custody
freed: freed freeing release released releasing exchanged swapped exchange swap
rescued: rescued rescue rescuing saved pulled survived
affected: affected affecting suffering
infected: infected infections infection cases contracted
raised: raised raising donated donations donation pledged pledges collected donate
spent: spent spending cost costs costing
paid: paid pay paying payments payment payouts compensation
troops: deployed deploying deployment
crowd: gathered gathering marched marching rallied turnout attended packed crowd crowds
vote: vote votes voted voters seats elected ballots polled majority
destroyed: destroyed destroying damaged damaging collapsed demolished flattened burned burnt razed
closed: closed closing shut closure
lost: lost losing losses loss wiped knocked
moved: fell fallen falling dropped drop plunged tumbled slid rose risen rising climbed gained jumped lower higher
leaked: leaked leaking leak leaks gushing gushed spewing spewed spilled spilling spill spilt poured pouring flowing flow
taken: captured capturing recovered recovering siphoned siphoning pumped pumping skimmed funnel funneled collecting contained
filed: filed submitted claims lodged applications
sold: sold sales selling
bought: bought buying purchased
employed: jobs unemployed employed unemployment
fed: fed feeding meals rations
lasted: lasted lasting
""")
MARKET = frozenset(
    """share shares stock stocks index indexes indices futures swap swaps yield yields bond bonds nasdaq dow ftse nikkei
    dax trading traders industrials composite""".split()
)
AWAY = frozenset(
    """from off below above away beneath north south east west northeast northwest southeast southwest deep offshore
    inland underwater outside down further under""".split()
)
# Where a quantity with no noun has one of these states, it counts people: "43 killed", "toll of 90".
PERSONAL = frozenset(
    "dead buried hurt missing displaced fled arrested freed rescued infected affected crowd".split()
)
TOLL = frozenset({"toll", "tolls"})
MONEYED = frozenset("raised spent paid lost moved sold bought".split())
BOUNDS: dict[str, str] = {
    "about": "about", "around": "about", "some": "about", "roughly": "about", "approximately": "about",
    "estimated": "about", "nearly": "nearly", "almost": "nearly", "over": "least", "above": "least",
    "exceeding": "least", "exceeds": "least", "exceeded": "least", "topped": "least", "least": "least",
    "more": "least", "greater": "least", "than": "", "under": "most", "below": "most", "fewer": "most",
    "less": "most", "many": "most", "much": "most", "high": "most", "most": "most", "maximum": "most",
    "minimum": "least", "surpassed": "least", "passed": "least", "approaching": "nearly", "up": "most",
}  # fmt: skip
BEFORE_BOUND = frozenset(
    "a an the as at of to than between from anywhere somewhere in its their by another".split()
)
RATES = frozenset(
    {"day", "week", "month", "year", "hour", "minute", "second", "night", "person", "barrel", "head"}
)
RATE_WORDS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "annually": "year",
    "yearly": "year",
    "hourly": "hour",
}
CUES = _table("""
cumulative: since far total totals totalling totaling totalled totaled overall altogether already toll date cumulative
today: today yesterday overnight alone tonight
further: another additional extra further
rise: risen rose rise rising climbed climbing increased increase jumped grew grown growing reached reaching topped surpassed doubled soared swelled raised
fall: fallen fell falling dropped decreased declined dropping lowered cut reduced down
possible: could may might would will expected likely if potentially possibly warned warning feared fear fears threatened forecast predicted planned plans aims hopes hoping target goal
feared: feared believed thought estimated estimates estimate presumed
correction: revised revising corrected
""")
PARTS = frozenset({"including", "among"})
EARLIER = frozenset({"than", "from", "versus", "against"})
CUT = frozenset(',;:()—–“”"[]')


def find_figures(text: str, words: Sequence[Word]) -> tuple[Figure, ...]:
    """The quantities of a sentence, in order.

    >>> from summarizers.words import tokens
    >>> text = "At least 40 miners died in 2019, up from two dozen."
    >>> [(f.text, f.kind, f.bound, f.state) for f in find_figures(text, tokens(text))]
    [('40', 'people', 'least', 'dead'), ('two dozen', 'people', 'exact', 'dead')]
    """
    if not any(is_trigger(word.folded) for word in words):
        return ()
    numerals = read_numerals(text, words)
    found = [drawn for numeral in numerals if (drawn := _measured(text, words, numeral)) is not None]
    found = _without_asides(text, words, found)
    figures = [_read(text, words, found, place) for place in range(len(found))]
    for place in range(len(figures) - 1):
        figures[place] = _with_part(figures[place], figures[place + 1])
    return tuple(figures)


def _with_part(whole: Figure, part: Figure) -> Figure:
    """ "214 people, including 124 civilians, died on Monday": what is said of the part is said of the whole."""
    if whole.state or "part" not in part.flags or not part.state:
        return whole
    return replace(
        whole, state=part.state, flags=whole.flags | part.flags & {"one_day", "perfect", "cumulative"}
    )


@dataclass(frozen=True, slots=True)
class _Measured:
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
    digits: bool


def _word(words: Sequence[Word], at: int) -> str:
    return words[at].folded if 0 <= at < len(words) else ""


def _gap(text: str, words: Sequence[Word], at: int) -> str:
    """What stands between a word and the one before it."""
    return text[words[at - 1].end : words[at].start] if 0 < at < len(words) else "."


def _beside(text: str, words: Sequence[Word], at: int) -> bool:
    return 0 < at < len(words) and _gap(text, words, at).strip() in {"", "-", "‑", "‐"}


def _measured(text: str, words: Sequence[Word], n: Numeral) -> _Measured | None:
    start, end = words[n.first].start, words[n.last - 1].end
    sign = _sign(text, start)
    if n.style == "around":
        kind, unit, factor = MEASURES[n.suffix]
        return _Measured(
            n.low * factor, n.high * factor, n.first, n.last, start, end, kind, unit, n.last, False, False
        )
    if sign:
        start -= 1
        return _Measured(
            n.low,
            n.high,
            n.first,
            n.last,
            start,
            end,
            "money",
            SIGNS[sign],
            _past_unit(words, n.last),
            n.style == "vague",
            True,
        )
    if n.suffix and n.suffix not in MEASURES:
        return None
    if _percent(text, words, n, end):
        rest = _past_percent(words, n.last)
        stop = max(end + (text[end : end + 1] == "%"), words[rest - 1].end)
        return _made(n, start, stop, "percent", "%", 1.0, rest)
    if _is_age(words, n.last):
        return None
    measured = _unit(text, words, n)
    if measured is not None:
        return measured
    if n.style in {"fraction", "share"}:
        return _made(n, start, end, "percent", "%", 1.0, n.last) if _is_share(text, words, n) else None
    if n.style == "article" or (not n.scaled and _is_name(text, words, n, start, end)):
        return None
    kind = "ratio" if n.style in {"for", "against"} else "count"
    if n.style == "against" and (n.high > 999 or n.low > 999):
        return None
    return _made(n, start, end, kind, n.style if kind == "ratio" else "", 1.0, n.last)


def _made(n: Numeral, start: int, end: int, kind: str, unit: str, factor: float, rest: int) -> _Measured:
    return _Measured(
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
        n.style == "digits",
    )


def _sign(text: str, start: int) -> str:
    before = text[start - 1 : start]
    if before == " ":
        before = text[start - 2 : start - 1] if text[start - 2 : start - 1] in SIGNS else ""
    return before if before in SIGNS else ""


def _past_unit(words: Sequence[Word], at: int) -> int:
    return at + 1 if _word(words, at) in CURRENCIES else at


def _percent(text: str, words: Sequence[Word], n: Numeral, end: int) -> bool:
    after = _word(words, n.last)
    return (
        text[end : end + 1] == "%"
        or (after in PERCENT and n.style != "article")
        or (after == "per" and _word(words, n.last + 1) == "cent")
    )


def _past_percent(words: Sequence[Word], at: int) -> int:
    at += 2 if _word(words, at) == "per" else 1 if _word(words, at) in PERCENT else 0
    return at + 1 if _word(words, at) in POINTS else at


def _unit(text: str, words: Sequence[Word], n: Numeral) -> _Measured | None:
    """The quantity where a unit is glued to the number or follows it."""
    start, end = words[n.first].start, words[n.last - 1].end
    if n.suffix:
        kind, base, factor = MEASURES[n.suffix]
        return _made(n, start, end, kind, base, factor, n.last)
    if not _beside(text, words, n.last) and not (n.style == "fraction" and _word(words, n.last) == "of"):
        return None
    at = n.last
    if _word(words, at) == "of" and n.style == "vague":
        at += 1
    after = _word(words, at)
    if n.style == "fraction":
        return (
            _made(n, start, words[at].end, *MEASURES[after][:2], MEASURES[after][2] / 100, at + 1)
            if after in MEASURES
            else None
        )
    return _named_unit(text, words, n, at, after)


def _named_unit(text: str, words: Sequence[Word], n: Numeral, at: int, after: str) -> _Measured | None:
    start = words[n.first].start
    following = _word(words, at + 1)
    if after in {"square", "cubic"} and following in MEASURES:
        factor = MEASURES[following][2]
        kind, base, power = ("area", "square metre", 2) if after == "square" else ("volume", "litre", 3)
        return _made(
            n, start, words[at + 1].end, kind, base, factor**power * (1000 if power == 3 else 1), at + 2
        )
    if after in {"nautical"} and following in MEASURES:
        return _made(n, start, words[at + 1].end, "length", "metre", 1852.0, at + 2)
    if after in {"pound", "pounds"}:
        kind, base, factor = (
            ("money", "pound", 1.0) if n.scaled and following != "of" else ("mass", "kilogram", 0.4536)
        )
        return _made(n, start, words[at].end, kind, base, factor, at + 1)
    if after in CURRENCIES or (after in {"us", "u.s."} and following in CURRENCIES):
        last = at + (after not in CURRENCIES)
        currency = CURRENCIES[_word(words, last)]
        return _made(
            n,
            start,
            words[last].end,
            "money",
            "dollar" if currency == "cent" else currency,
            0.01 if currency == "cent" else 1.0,
            last + 1,
        )
    if after in {"times", "fold", "x"} or (after == "time" and n.low != 1):
        return _made(n, start, words[at].end, "factor", "times", 1.0, at + 1)
    if after in POINTS or (after == "basis" and following in POINTS):
        return _made(n, start, words[at].end, "points", "point", 1.0, at + 1 + (after == "basis"))
    if after == "magnitude":
        return _made(n, start, words[at].end, "degree", "magnitude", 1.0, at + 1)
    if after in MEASURES:
        return _speed_or_measure(text, words, n, at, following)
    return None


def _speed_or_measure(
    text: str, words: Sequence[Word], n: Numeral, at: int, following: str
) -> _Measured | None:
    kind, base, factor = MEASURES[_word(words, at)]
    if kind == "length" and (
        (following == "per" and _word(words, at + 2) == "hour")
        or following in {"h", "hour"}
        or (following == "an" and _word(words, at + 2) == "hour")
    ):
        return _made(n, words[n.first].start, words[at + 1].end, "speed", "km/h", factor / 1000, at + 2)
    if kind == "duration" and _is_date_part(text, words, n, at):
        return None
    return _made(n, words[n.first].start, words[at].end, kind, base, factor, at + 1)


def _is_age(words: Sequence[Word], at: int) -> bool:
    """ "the 41-year-old", "12 years old", "six-year-olds"."""
    return _word(words, at) in {"year", "years", "month", "months"} and _word(words, at + 1) in {
        "old",
        "olds",
    }


def _is_date_part(text: str, words: Sequence[Word], n: Numeral, at: int) -> bool:
    """ "one day he came" tells no duration."""
    return (
        n.low == n.high == 1
        and n.style == "words"
        and _word(words, at) == "day"
        and not _bounded(words, n.first)
    )


def _bounded(words: Sequence[Word], first: int) -> bool:
    return _word(words, first - 1) in BOUNDS or _word(words, first - 1) in {
        "in",
        "within",
        "for",
        "than",
        "by",
        "of",
    }


SHARED = frozenset("of the its their a that as all his her what this these those our such".split())


def _is_share(text: str, words: Sequence[Word], n: Numeral) -> bool:
    """A fraction is a share of something, or a change; "the first half", "half-brother" are neither."""
    if n.style == "share":
        return True
    before, after = _word(words, n.first - 1), _word(words, n.last)
    if before in {"first", "second", "other", "better", "each", "latter"} or _gap(text, words, n.last) in {
        "-",
        "‑",
    }:
        return False
    return (
        after in SHARED or before in BOUNDS or before in {"by", "than"} or _word(words, n.last - 1) != "half"
    )


def _is_name(text: str, words: Sequence[Word], n: Numeral, start: int, end: int) -> bool:
    """Whether a bare number is a year, a date, a time, an age, a label or a pronoun."""
    if n.style == "digits" or n.style == "against":
        return _is_address(text, words, n, start, end) or _is_calendar(text, words, n, start, end)
    if n.style == "words" and n.low == n.high == 1 and _word(words, n.first) == "one":
        return _is_pronoun(text, words, n)
    after, before = _word(words, n.last), _word(words, n.first - 1)
    return after in CLOCK or (
        before in LABELS - {"no", "call", "top", "line", "text", "group", "class", "area"}
        and n.style == "words"
    )


def _is_calendar(text: str, words: Sequence[Word], n: Numeral, start: int, end: int) -> bool:
    before, after = _word(words, n.first - 1), _word(words, n.last)
    bare = "," not in n.source and "." not in n.source
    if (
        after in CLOCK
        or before in {"aged", "age"}
        or text[end : end + 1] in {"/"}
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
        and (text[end : end + 1] in {",", "."} or _word(words, n.last) in {"and", "from", "who", "whose"})
        and n.first > 0
        and words[n.first - 1].text[0].isupper()
    )


def _month(words: Sequence[Word], at: int) -> bool:
    return 0 <= at < len(words) and words[at].folded in MONTHS and words[at].text[0].isupper()


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
    if before.folded in LABELS and (
        before.text[0].isupper()
        or before.folded
        not in {
            "day",
            "week",
            "call",
            "part",
            "group",
            "class",
            "line",
            "area",
            "unit",
            "act",
            "top",
            "text",
            "car",
            "bus",
            "train",
            "season",
            "form",
            "question",
            "step",
            "round",
            "room",
        }
        or not words[n.last : n.last + 1]
        or not words[n.last].content
    ):
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


def _is_pronoun(text: str, words: Sequence[Word], n: Numeral) -> bool:
    """ "one of them", "this one", "the one that": a count only right before what it counts."""
    after = words[n.last] if n.last < len(words) else None
    if after is None or not _beside(text, words, n.last):
        return True
    if _word(words, n.first - 1) in {
        "this",
        "that",
        "the",
        "no",
        "any",
        "each",
        "every",
        "which",
        "another",
        "only",
        "other",
    }:
        return after.folded not in PEOPLE
    return not (after.content and after.text[0].islower()) or after.folded in {
        "thing",
        "way",
        "side",
        "point",
        "hand",
        "reason",
        "time",
        "day",
    }


def _without_asides(text: str, words: Sequence[Word], found: list[_Measured]) -> list[_Measured]:
    """The quantities without those that say one again in another unit: "1,000 barrels (42,000 gallons) of oil"."""
    kept: list[_Measured] = []
    for here in found:
        before = kept[-1] if kept else None
        if before is not None and _says_again(text, words, before, here):
            kept[-1] = replace(before, rest=here.rest)
        else:
            kept.append(here)
    return kept


def _says_again(text: str, words: Sequence[Word], before: _Measured, here: _Measured) -> bool:
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


NOUN_STOPS = frozenset(
    "which who whom whose where when while including far ago later earlier remain remains remained".split()
)
# "the number of civilians", "a group of men": what is counted is the "of" part.
VESSELS = frozenset("number numbers total totals group groups majority handful".split())


@dataclass(frozen=True, slots=True)
class _Counted:
    noun: str = ""
    of: str = ""
    group: str = ""
    people: bool = False
    last: int = 0  # the word after the noun phrase
    folded: str = ""


COUNTING = frozenset({"count", "ratio"})


def _hyphened(text: str, words: Sequence[Word], at: int) -> bool:
    return 0 < at < len(words) and _gap(text, words, at) in {"-", "‑", "‐"}


def _counted(text: str, words: Sequence[Word], at: int, kind: str) -> _Counted:
    """The noun that is counted: the first plural or word for people within five words, and its "of" part."""
    if kind not in COUNTING and _word(words, at) not in {"of", "in"} and not _hyphened(text, words, at):
        return _Counted(last=at)
    noun, last = _head(text, words, at + (kind not in COUNTING and _word(words, at) == "in"))
    if noun is not None and noun.folded in VESSELS and _word(words, last) == "of":
        noun, last = _head(text, words, last + 1)
    if noun is None:
        return _Counted(last=at)
    of, end = None, last
    if _word(words, last) == "of":
        of, end = _head(text, words, last + 1)
        end = max(end, last)
    group = ""
    for place in range(at, min(end + 1, len(words))):
        group = GROUPS.get(words[place].folded, group) if not group or group in {"child"} else group
    people = _is_people(noun)
    if not people and not (of and _is_people(of)):
        group = ""
    return _Counted(noun.stem, of.stem if of else "", group, people, end, noun.folded)


def _is_people(word: Word) -> bool:
    return word.folded in PEOPLE or (word.text[0].isupper() and word.folded.endswith(("ans", "ese")))


PARTICIPLES = frozenset(
    "dead hurt missing homeless lost shut burnt freed slain fled fallen risen shot".split()
)
FILLERS = frozenset("of the more other such these its their his her our those so or further".split())


def _head(text: str, words: Sequence[Word], at: int) -> tuple[Word | None, int]:
    place, seen = at, None
    end = min(len(words), at + 6)
    while place < end and words[place].folded in FILLERS and _flows(text, words, place):
        place += 1
    start = place
    while place < end and (place == 0 or _flows(text, words, place)):
        word = words[place]
        initials = word.text.isupper() and len(word.text) > 1
        inside = place > start and _hyphened(text, words, place)
        if not (word.content or initials or inside) or word.folded in NOUN_STOPS or word.folded[0].isdigit():
            break
        if seen is not None and word.folded.endswith("ed") and len(word.folded) > 4:
            break
        if word.folded in STATES and (word.folded.endswith(("ed", "ing")) or word.folded in PARTICIPLES):
            break
        if word.folded in PEOPLE or (
            word.folded.endswith("s") and len(word.folded) > 3 and not word.folded.endswith(("ss", "us"))
        ):
            follower = words[place + 1] if place + 1 < len(words) else None
            if follower and _flows(text, words, place + 1) and _goes_on(word, follower):
                return follower, place + 2
            return word, place + 1
        seen = word
        place += 1
    if seen is None or place - start > 3:
        return (words[start], start + 1) if seen is not None else (None, at)
    return seen, place


def _goes_on(word: Word, follower: Word) -> bool:
    """ "police officers", "police stations": the second noun is what is counted."""
    if follower.folded in STATES:
        return False
    plural = follower.folded.endswith("s") and len(follower.folded) > 3 and follower.content
    return follower.folded in PEOPLE or (
        plural and word.folded in {"police", "child", "troop", "crew", "staff", "job", "prisoner"}
    )


def _flows(text: str, words: Sequence[Word], at: int) -> bool:
    gap = _gap(text, words, at)
    return gap == " " or (not CUT.intersection(gap) and "." not in gap)


def _read(text: str, words: Sequence[Word], found: list[_Measured], place: int) -> Figure:
    """The figure with what the words around it tell."""
    here = found[place]
    left, right = _neighbours(words, found, place)
    counted = _counted(text, words, here.rest, here.kind)
    state = _state(text, words, here, counted, left, right)
    rate = _rate(text, words, here, counted, right)
    kind = here.kind
    people = counted.people or (not counted.noun and state in PERSONAL)
    if kind == "count" and people:
        kind = "people"
    return Figure(
        low=here.low,
        high=here.high,
        text=text[here.start : here.end],
        start=here.start,
        end=here.end,
        kind=kind,
        unit=here.unit,
        noun=counted.noun,
        of=counted.of,
        bound=_bound(text, words, here),
        rate=rate,
        state=state,
        group=counted.group,
        flags=_flags(words, here, counted, state, left, right),
        vague=here.vague,
        first=here.first,
        last=here.rest,
        left=left,
        right=right,
    )


def _neighbours(words: Sequence[Word], found: list[_Measured], place: int) -> tuple[int, int]:
    """The words up to the nearest quantities of the same kind: what stands beyond them belongs to those."""
    kind = found[place].kind
    left = next((other.rest for other in reversed(found[:place]) if other.kind == kind), 0)
    right = next((other.first for other in found[place + 1 :] if other.kind == kind), len(words))
    return left, right


def _bound(text: str, words: Sequence[Word], here: _Measured) -> str:
    """exact, least, most, about or nearly, by up to four words before the number."""
    if _word(words, here.rest) == "or" and _word(words, here.rest + 1) in {"so", "more"}:
        return "about" if _word(words, here.rest + 1) == "so" else "least"
    bound = "exact"
    for back in range(1, 5):
        at = here.first - back
        if at < 0:
            break
        folded = words[at].folded
        if CUT.intersection(_gap(text, words, at + 1)):
            break
        if folded in {"most", "least"} and _word(words, at - 1) == "at":
            return folded
        if folded == "up" and _word(words, at + 1) != "to":
            break
        found = BOUNDS.get(folded)
        if found is None and folded not in BEFORE_BOUND:
            break
        if folded == "than" and _word(words, at - 1) in COMPARATIVES and _word(words, at + 1) == "the":
            return COMPARATIVES[_word(words, at - 1)]
        if found and folded in {"more", "greater", "less", "fewer"} and _word(words, at + 1) != "than":
            break
        if found and folded in {"many", "much", "high"} and _word(words, at + 1) != "as":
            break
        if folded == "no" and bound == "least":
            return "most"
        if found:
            bound = found
            break
    return bound


def _rate(text: str, words: Sequence[Word], here: _Measured, counted: _Counted, right: int) -> str:
    """What the quantity is per: "a day", "each day", "per week", "daily"; or ""."""
    if _word(words, here.first - 1) in RATE_WORDS:
        return RATE_WORDS[_word(words, here.first - 1)]
    for at in range(here.rest, min(right, here.rest + 14)):
        folded = words[at].folded
        if folded in RATE_WORDS:
            return RATE_WORDS[folded]
        if folded in RATES:
            before = _word(words, at - 1)
            if before in {"per", "each", "every"} or (
                before in {"a", "an"}
                and at - counted.last <= 3
                and _word(words, at + 1) not in {"ago", "later", "earlier", "after", "before", "long"}
                and _word(words, at - 2)
                not in {"about", "for", "in", "nearly", "within", "than", "of", "over", "after"}
            ):
                return folded
        if ";" in _gap(text, words, at):
            break
    return ""


REACH_RIGHT = 9
REACH_LEFT = 9
REACH_SUBJECT = 18
TURNS = frozenset("since after when because while before although".split())  # another clause, another event
UNPEOPLED = frozenset("raised spent leaked moved".split())  # no state of people


def _state(
    text: str, words: Sequence[Word], here: _Measured, counted: _Counted, left: int, right: int
) -> str:
    """The class of the nearest cue that fits the kind: a verb right before the number, else to its right, else left."""
    own = "dead" if counted.folded in {"lives", "life"} else STATES.get(counted.folded, "")
    if own and counted.folded not in {"bodies", "body", "refugees"}:
        return own
    state = (
        _close_left(text, words, here, left)
        or _right_state(text, words, here, counted, right)
        or _left_state(text, words, here, left)
        or own
    )
    if counted.people and state in {"lost", *UNPEOPLED}:
        return "dead" if state == "lost" else ""
    return state


def _fitting(folded: str, kind: str) -> str:
    """The state of a cue word where a quantity of this kind can be in it."""
    state = "dead" if folded in TOLL else STATES.get(folded, "")
    if kind == "money":
        return state if state in MONEYED else ""
    if kind in {"volume", "mass", "area", "length"}:
        return "" if state in PERSONAL or state in {"vote", "employed", "troops"} else state
    return state


def _right_state(text: str, words: Sequence[Word], here: _Measured, counted: _Counted, right: int) -> str:
    spare = ""
    start = max(here.rest, counted.last)
    for at in range(start, min(right, start + REACH_RIGHT)):
        if (at > start and CUT.intersection(_gap(text, words, at))) or words[at].folded in TURNS:
            break
        state = _fitting(words[at].folded, here.kind)
        if state == "moved" or (
            state and {_word(words, at - 1), _word(words, at - 2)} & {"who", "that", "which"}
        ):
            spare = spare or state
        elif state:
            return state
    return spare


def _left_state(text: str, words: Sequence[Word], here: _Measured, left: int) -> str:
    """The nearest cue to the left; behind a verb of change or being the first one, the head of its subject.

    "The cost of plugging the leak has reached $3m" is a cost, "rescuers say 40 are still there" no cost of theirs.
    """
    cues = []
    stop = max(left - 1, here.first - 1 - REACH_SUBJECT)
    for at in range(here.first - 1, stop, -1):
        state = _fitting(words[at].folded, here.kind)
        if state:
            cues.append((at, state))
        if not {";", ":", "(", ")"}.isdisjoint(_gap(text, words, at)):
            break
    if not cues:
        return ""
    firm = [(at, state) for at, state in cues if state != "moved"]
    if firm and _is_predicate(words, here):
        return firm[-1][1]
    near = [(at, state) for at, state in firm if here.first - at <= REACH_LEFT]
    return near[0][1] if near else cues[0][1]


LINKS = frozenset(
    "is are was were be reach reached hit topped stood stands put total totals totalled".split()
)


def _is_predicate(words: Sequence[Word], here: _Measured) -> bool:
    for at in range(here.first - 1, max(-1, here.first - 5), -1):
        folded = words[at].folded
        if folded in LINKS or CUES.get(folded) in {"rise", "fall"}:
            return True
        if (
            folded not in BOUNDS
            and folded not in BEFORE_BOUND
            and folded not in {"now", "already", "been", "by"}
        ):
            return False
    return False


def _close_left(text: str, words: Sequence[Word], here: _Measured, left: int) -> str:
    """ "killing 11", "raised more than $5m", "a toll of 90": a cue with only bounds between it and the number."""
    for at in range(here.first - 1, max(left - 1, here.first - 7), -1):
        folded = words[at].folded
        if CUT.intersection(_gap(text, words, at + 1)):
            return ""
        state = _fitting(folded, here.kind)
        if state and state != "moved":
            return state
        if folded not in BOUNDS and folded not in BEFORE_BOUND and not state:
            return ""
    return ""


def _flags(
    words: Sequence[Word], here: _Measured, counted: _Counted, state: str, left: int, right: int
) -> frozenset[str]:
    around = words[max(left, here.first - 8) : min(right, here.rest + 12)]
    found = {CUES[w.folded] for w in around if w.folded in CUES and w.text != "May"}
    before, before2 = _word(words, here.first - 1), _word(words, here.first - 2)
    after = _word(words, here.rest)
    if after == "more" and _word(words, here.rest + 1) != "than":
        found.add("further")
    elif before not in {"another", "additional", "extra", "further"} and before2 not in {
        "another",
        "additional",
        "further",
    }:
        found.discard("further")
    if any(word.folded == "since" for word in words):
        found.add("since")
    if _is_new(words, here):
        found.add("further")
    if _is_part(words, here):
        found.add("part")
    if _is_earlier(words, here):
        found.add("earlier")
    if "the" in {before, before2}:
        found.add("definite")
    if _one_day(words, here, left, right):
        found.add("one_day")
    if _is_perfect(words, here, counted, left):
        found.add("perfect")
    if here.kind == "length" and _is_distance(words, here):
        found.add("distance")
    if _is_quote(words, here, counted, state):
        found.add("market")
    return frozenset(found)


def _is_quote(words: Sequence[Word], here: _Measured, counted: _Counted, state: str) -> bool:
    """Whether it is the price of the moment: in a sentence of shares, indexes or points, what moves or has no noun."""
    if (
        here.kind not in {"percent", "points", "money", "count"}
        or counted.noun
        or state not in {"moved", "closed", "spent", ""}
    ):
        return False
    return any(
        word.folded in MARKET
        or (
            word.folded == "points"
            and at
            and (words[at - 1].folded[0].isdigit() or words[at - 1].folded == "basis")
        )
        for at, word in enumerate(words)
    )


def _is_new(words: Sequence[Word], here: _Measured) -> bool:
    """ "24 new deaths" are further ones."""
    return _word(words, here.rest) == "new" and here.kind == "count"


def _is_part(words: Sequence[Word], here: _Measured) -> bool:
    near = [_word(words, here.first - back) for back in (1, 2, 3)]
    if PARTS.intersection(near) or (near[0] in {"whom", "which"} and near[1] == "of"):
        return True
    after = (_word(words, here.rest), _word(words, here.rest + 1))
    return after[0] == "of" and after[1] in {"whom", "which", "them", "those"}


def _is_distance(words: Sequence[Word], here: _Measured) -> bool:
    """ "40 km from the coast", "a mile below the surface": how far, not how long."""
    near = {_word(words, here.rest), _word(words, here.rest + 1)}
    return bool(near & AWAY) or "depth" in {_word(words, here.first - back) for back in (1, 2, 3)}


def _is_perfect(words: Sequence[Word], here: _Measured, counted: _Counted, left: int) -> bool:
    """ "40 have been killed", "has raised $5m": what holds until now."""
    right = words[counted.last : counted.last + 6]
    return any(
        w.folded in {"has", "have", "'ve"} for w in (*words[max(left, here.first - 4) : here.first], *right)
    )


COMPARATIVES = {
    "higher": "beyond", "greater": "beyond", "larger": "beyond", "bigger": "beyond", "above": "beyond",
    "lower": "short", "smaller": "short",
}  # fmt: skip


def _is_earlier(words: Sequence[Word], here: _Measured) -> bool:
    """ "from 40", "up from 40", "compared with 40": the value before, named for comparison."""
    for back in (1, 2, 3):
        folded = _word(words, here.first - back)
        if folded == "than":
            return False
        if folded == "from" and _word(words, here.first - back - 1) in RANGING:
            return False
        if folded in EARLIER or (
            folded in {"with", "to"} and _word(words, here.first - back - 1) == "compared"
        ):
            return True
        if folded not in BOUNDS and folded not in {"the", "a", "an", "previous"}:
            return False
    return False


SAYING = frozenset(
    "said says say told announced reported reports estimated added from since by until before late".split()
)


def _one_day(words: Sequence[Word], here: _Measured, left: int, right: int) -> bool:
    """Whether the quantity is told of one day: "on Monday", "overnight", "Tuesday's", not "said on Monday"."""
    for at in range(here.rest, min(right, here.rest + 14)):
        folded = words[at].folded
        if folded in WEEKDAYS or CUES.get(folded) == "today":
            before = at - 2 if _word(words, at - 1) in {"on", "late", "early", "last"} else at - 1
            return _word(words, before) not in SAYING
    for at in range(max(left, here.first - 10), here.first):
        if words[at].folded in WEEKDAYS and (
            "s" in words[at].text[-2:] or at == 0 or _word(words, at - 1) in {"on", "and"}
        ):
            before = at - 2 if _word(words, at - 1) == "on" else at - 1
            return _word(words, before) not in SAYING
    return False


TOLERANCE = {
    "exact": (0.005, 0.005),
    "about": (0.06, 0.06),
    "nearly": (0.1, 0.0),
    "least": (0.0, 0.06),
    "most": (0.05, 0.0),
    "beyond": (-0.02, 0.4),  # "higher than the 40 reported"
    "short": (0.4, -0.02),
}


def bounds(figure: Figure) -> tuple[float, float]:
    """The interval of values that the wording allows: "nearly 100" 90…100, "more than 100" 100…106."""
    below, above = TOLERANCE[figure.bound]
    return figure.low * (1 - below), figure.high * (1 + above)


def same_value(a: Figure, b: Figure) -> bool:
    """Whether two quantities of one kind and unit may be the same number, told with other words or rounded.

    90 minutes and "nearly an hour and a half" are; 90 and 95 people are not; "dozens" and 40 are.
    """
    if a.kind != b.kind or a.unit != b.unit:
        return False
    a_low, a_high = bounds(a)
    b_low, b_high = bounds(b)
    if min(a_high - a_low, b_high - b_low) > 0:  # "nearly a third" and "more than a third" only touch
        return a_low < b_high and b_low < a_high
    return a_low <= b_high and b_low <= a_high


@lru_cache(maxsize=1)
def cue_words() -> frozenset[str]:
    """Words that the tables here read; no part of what a quantity is about."""
    return (
        frozenset(BOUNDS)
        | frozenset(CUES)
        | frozenset(MEASURES)
        | frozenset(CURRENCIES)
        | PERCENT
        | WEEKDAYS
        | MONTHS
    )

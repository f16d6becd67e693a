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

from summarizers.figure_words import (
    AWAY,
    BEFORE_BOUND,
    BOUNDS,
    CUES,
    CUT,
    EARLIER,
    GROUPS,
    MARKET,
    MONEYED,
    PARTS,
    PEOPLE,
    PERSONAL,
    RATE_WORDS,
    RATES,
    STATES,
    TOLL,
)
from summarizers.measures import (
    CURRENCIES,
    MEASURES,
    MONTHS,
    PERCENT,
    WEEKDAYS,
    Measured,
    measured,
    without_asides,
)
from summarizers.numerals import RANGING, gap_before, is_trigger, read_numerals, word_at
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


MOST = 60  # a "sentence" with more quantities is a table


@dataclass(frozen=True, slots=True)
class _Scene:
    """The sentence, and what holds for each of its quantities."""

    text: str
    words: Sequence[Word]
    market: bool  # it tells of shares, indexes or points
    since: bool


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
    found = [drawn for numeral in numerals if (drawn := measured(text, words, numeral)) is not None]
    found = without_asides(text, words, found)[:MOST]
    scene = _Scene(text, words, _is_market(words), any(word.folded == "since" for word in words))
    figures = [_read(scene, found, place) for place in range(len(found))]
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
    return 0 < at < len(words) and gap_before(text, words, at) in {"-", "‑", "‐"}


def _attributive(text: str, words: Sequence[Word], at: int) -> bool:
    """ "a 90-minute call", "a 7.1-magnitude-quake": what follows is what is measured."""
    return _hyphened(text, words, at) or (
        _hyphened(text, words, at - 1) and gap_before(text, words, at) == " "
    )


def _counted(text: str, words: Sequence[Word], at: int, kind: str) -> _Counted:
    """The noun that is counted: the first plural or word for people within five words, and its "of" part."""
    if kind not in COUNTING and word_at(words, at) not in {"of", "in"} and not _attributive(text, words, at):
        return _Counted(last=at)
    noun, last = _head(text, words, at + (kind not in COUNTING and word_at(words, at) == "in"))
    if noun is not None and noun.folded in VESSELS and word_at(words, last) == "of":
        noun, last = _head(text, words, last + 1)
    if noun is None:
        return _Counted(last=at)
    of, end = None, last
    if word_at(words, last) == "of":
        of, end = _head(text, words, last + 1)
        end = max(end, last)
    group = ""
    for place in range(at, min(end + 1, len(words))):
        group = GROUPS.get(words[place].folded, group) if not group or group == "child" else group
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
        verb = (word.folded.endswith("ed") and len(word.folded) > 4) or STATES.get(word.folded) == "moved"
        if seen is not None and verb:
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
    if seen is not None and seen.folded.endswith("ed") and len(seen.folded) > 4:
        return None, at  # "76 intercepted" counts what was named before
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
    gap = gap_before(text, words, at)
    return gap in {" ", ") "} or (not CUT.intersection(gap) and "." not in gap)


def _read(scene: _Scene, found: list[Measured], place: int) -> Figure:
    """The figure with what the words around it tell."""
    text, words, here = scene.text, scene.words, found[place]
    left, right = _neighbours(words, found, place)
    counted = _counted(text, words, here.rest, here.kind)
    state = _state(scene, here, counted, left, right)
    kind = here.kind
    if kind == "count" and (counted.people or (not counted.noun and state in PERSONAL)):
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
        rate=_rate(text, words, here, counted, right),
        state=state,
        group=counted.group,
        flags=_flags(scene, here, counted, state, left, right),
        vague=here.vague,
        first=here.first,
        last=here.rest,
        left=left,
        right=right,
    )


def _neighbours(words: Sequence[Word], found: list[Measured], place: int) -> tuple[int, int]:
    """The words up to the nearest quantities of the same kind: what stands beyond them belongs to those."""
    kind = found[place].kind
    left = next((other.rest for other in reversed(found[:place]) if other.kind == kind), 0)
    right = next((other.first for other in found[place + 1 :] if other.kind == kind), len(words))
    return left, right


def _bound(text: str, words: Sequence[Word], here: Measured) -> str:
    """exact, least, most, about or nearly, by up to four words before the number."""
    if word_at(words, here.rest) == "or" and word_at(words, here.rest + 1) in {"so", "more"}:
        return "about" if word_at(words, here.rest + 1) == "so" else "least"
    bound = "exact"
    for back in range(1, 5):
        at = here.first - back
        if at < 0:
            break
        folded = words[at].folded
        if CUT.intersection(gap_before(text, words, at + 1)):
            break
        if folded in {"most", "least"} and word_at(words, at - 1) == "at":
            return folded
        if folded == "up" and word_at(words, at + 1) != "to":
            break
        found = BOUNDS.get(folded)
        if found is None and folded not in BEFORE_BOUND:
            break
        if folded == "than" and word_at(words, at - 1) in COMPARATIVES and word_at(words, at + 1) == "the":
            return COMPARATIVES[word_at(words, at - 1)]
        if found and folded in {"more", "greater", "less", "fewer"} and word_at(words, at + 1) != "than":
            break
        if found and folded in {"many", "much", "high"} and word_at(words, at + 1) != "as":
            break
        if found == "least" and word_at(words, at - 1) == "no":
            return "most"
        if found:
            bound = found
            break
    return bound


def _rate(text: str, words: Sequence[Word], here: Measured, counted: _Counted, right: int) -> str:
    """What the quantity is per: "a day", "each day", "per week", "daily"; or ""."""
    if word_at(words, here.first - 1) in RATE_WORDS:
        return RATE_WORDS[word_at(words, here.first - 1)]
    for at in range(here.rest, min(right, here.rest + 14)):
        folded = words[at].folded
        if folded in RATE_WORDS:
            return RATE_WORDS[folded]
        if folded in RATES:
            before = word_at(words, at - 1)
            if before in {"per", "each", "every"} or (
                before in {"a", "an"}
                and at - counted.last <= 3
                and word_at(words, at + 1) not in {"ago", "later", "earlier", "after", "before", "long"}
                and word_at(words, at - 2)
                not in {"about", "for", "in", "nearly", "within", "than", "of", "over", "after"}
            ):
                return folded
        if ";" in gap_before(text, words, at):
            break
    return ""


REACH_RIGHT = 9
REACH_LEFT = 9
REACH_SUBJECT = 18
TURNS = frozenset("since after when because while before although".split())  # another clause, another event
UNPEOPLED = frozenset("raised spent leaked moved".split())  # no state of people


def _state(scene: _Scene, here: Measured, counted: _Counted, left: int, right: int) -> str:
    """The class of the nearest cue that fits the kind: a verb right before the number, else to its right, else left."""
    text, words = scene.text, scene.words
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


def _right_state(text: str, words: Sequence[Word], here: Measured, counted: _Counted, right: int) -> str:
    spare = ""
    start = max(here.rest, counted.last)
    for at in range(start, min(right, start + REACH_RIGHT)):
        if (at > start and CUT.intersection(gap_before(text, words, at))) or words[at].folded in TURNS:
            break
        state = _fitting(words[at].folded, here.kind)
        if state == "moved" or (
            state and {word_at(words, at - 1), word_at(words, at - 2)} & {"who", "that", "which"}
        ):
            spare = spare or state
        elif state:
            return state
    return spare


def _left_state(text: str, words: Sequence[Word], here: Measured, left: int) -> str:
    """The nearest cue to the left; behind a verb of change or being the first one, the head of its subject.

    "The cost of plugging the leak has reached $3m" is a cost, "rescuers say 40 are still there" no cost of theirs.
    """
    cues = []
    stop = max(left - 1, here.first - 1 - REACH_SUBJECT)
    for at in range(here.first - 1, stop, -1):
        state = _fitting(words[at].folded, here.kind)
        if state:
            cues.append((at, state))
        if not {";", ":", "(", ")"}.isdisjoint(gap_before(text, words, at)):
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


def _is_predicate(words: Sequence[Word], here: Measured) -> bool:
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


def _close_left(text: str, words: Sequence[Word], here: Measured, left: int) -> str:
    """ "killing 11", "raised more than $5m", "a toll of 90": a cue with only bounds between it and the number."""
    for at in range(here.first - 1, max(left - 1, here.first - 7), -1):
        folded = words[at].folded
        if CUT.intersection(gap_before(text, words, at + 1)):
            return ""
        state = _fitting(folded, here.kind)
        if state and state != "moved":
            return state
        if folded not in BOUNDS and folded not in BEFORE_BOUND and not state:
            return ""
    return ""


FURTHER = frozenset({"another", "additional", "extra", "further"})


def _flags(
    scene: _Scene, here: Measured, counted: _Counted, state: str, left: int, right: int
) -> frozenset[str]:
    words = scene.words
    around = words[max(left, here.first - 8) : min(right, here.rest + 12)]
    found = {CUES[w.folded] for w in around if w.folded in CUES and w.text != "May"}
    before = {word_at(words, here.first - 1), word_at(words, here.first - 2)}
    if scene.since:
        found.add("since")
    if _is_further(words, here, before):
        found.add("further")
    else:
        found.discard("further")
    if _is_part(words, here):
        found.add("part")
    if _is_earlier(words, here):
        found.add("earlier")
    if "the" in before:
        found.add("definite")
    if _one_day(words, here, left, right):
        found.add("one_day")
    if _is_perfect(words, here, counted, left):
        found.add("perfect")
    if here.kind == "length" and _is_distance(words, here):
        found.add("distance")
    if scene.market and _is_quote(here, counted, state):
        found.add("market")
    return frozenset(found)


def _is_market(words: Sequence[Word]) -> bool:
    """Whether a sentence tells of shares, indexes or points."""
    return any(
        word.folded in MARKET
        or (
            word.folded == "points"
            and (word_at(words, at - 1)[:1].isdigit() or word_at(words, at - 1) == "basis")
        )
        for at, word in enumerate(words)
    )


def _is_quote(here: Measured, counted: _Counted, state: str) -> bool:
    """Whether it is the price of the moment: in a sentence of a market, what moves or counts nothing."""
    priced = here.kind in {"percent", "points", "money", "count"} and not counted.noun
    return priced and state in {"moved", "closed", "spent", ""}


def _is_further(words: Sequence[Word], here: Measured, before: set[str]) -> bool:
    """ "another 40", "40 more", "24 new deaths": on top of those told before."""
    after = word_at(words, here.rest)
    if after == "more":
        return word_at(words, here.rest + 1) != "than"
    return bool(before & FURTHER) or (after == "new" and here.kind == "count")


def _is_part(words: Sequence[Word], here: Measured) -> bool:
    near = [word_at(words, here.first - back) for back in (1, 2, 3)]
    if PARTS.intersection(near) or (near[0] in {"whom", "which"} and near[1] == "of"):
        return True
    after = (word_at(words, here.rest), word_at(words, here.rest + 1))
    return after[0] == "of" and after[1] in {"whom", "which", "them", "those"}


def _is_distance(words: Sequence[Word], here: Measured) -> bool:
    """ "40 km from the coast", "a mile below the surface": how far, not how long."""
    near = {word_at(words, here.rest), word_at(words, here.rest + 1)}
    return bool(near & AWAY) or "depth" in {word_at(words, here.first - back) for back in (1, 2, 3)}


def _is_perfect(words: Sequence[Word], here: Measured, counted: _Counted, left: int) -> bool:
    """ "40 have been killed", "has raised $5m": what holds until now."""
    right = words[counted.last : counted.last + 6]
    return any(
        w.folded in {"has", "have", "'ve"} for w in (*words[max(left, here.first - 4) : here.first], *right)
    )


COMPARATIVES = {
    "higher": "beyond", "greater": "beyond", "larger": "beyond", "bigger": "beyond", "above": "beyond",
    "lower": "short", "smaller": "short",
}  # fmt: skip


def _is_earlier(words: Sequence[Word], here: Measured) -> bool:
    """ "from 40", "up from 40", "compared with 40": the value before, named for comparison."""
    for back in (1, 2, 3):
        folded = word_at(words, here.first - back)
        if folded == "than":
            return False
        if folded == "from" and word_at(words, here.first - back - 1) in RANGING:
            return False
        if folded in EARLIER or (
            folded in {"with", "to"} and word_at(words, here.first - back - 1) == "compared"
        ):
            return True
        if folded not in BOUNDS and folded not in {"the", "a", "an", "previous"}:
            return False
    return False


SAYING = frozenset(
    "said says say told announced reported reports estimated added from since by until before late".split()
)


def _one_day(words: Sequence[Word], here: Measured, left: int, right: int) -> bool:
    """Whether the quantity is told of one day: "on Monday", "overnight", "Tuesday's", not "said on Monday"."""
    for at in range(here.rest, min(right, here.rest + 14)):
        folded = words[at].folded
        if folded in WEEKDAYS or CUES.get(folded) == "today":
            before = at - 2 if word_at(words, at - 1) in {"on", "late", "early", "last"} else at - 1
            return word_at(words, before) not in SAYING
    for at in range(max(left, here.first - 10), here.first):
        if words[at].folded in WEEKDAYS and (
            "s" in words[at].text[-2:] or at == 0 or word_at(words, at - 1) in {"on", "and"}
        ):
            before = at - 2 if word_at(words, at - 1) == "on" else at - 1
            return word_at(words, before) not in SAYING
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

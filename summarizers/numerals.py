"""Number phrases: "1,000", "two and a half million", "tens of thousands", "45-50,000", "nine for nine", each as an interval.

A vague word is an order of magnitude: dozens 24-99, hundreds 200-999, several thousand 2,000-9,000. Without it two
thirds of the changed figures of early reports ("thousands feared dead") could not be compared with later ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from summarizers.words import Word

UNITS = dict(
    zip(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split(),
        range(20),
        strict=True,
    )
)
TENS = {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
SCALES: Mapping[str, float] = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "mn": 1e6,
    "mln": 1e6,
    "m": 1e6,
    "bn": 1e9,
    "tn": 1e12,
    "k": 1e3,
}
PLURALS: Mapping[str, tuple[float, float]] = {
    "dozens": (24, 99),
    "scores": (40, 99),
    "hundreds": (200, 999),
    "thousands": (2e3, 9.9e3),
    "millions": (2e6, 9.9e6),
    "billions": (2e9, 9.9e9),
    "trillions": (2e12, 9.9e12),
}
PLURAL_SCALES = {"thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12, "dollars": 1.0}
FEW: Mapping[str, tuple[float, float]] = {"several": (3, 9), "few": (2, 9), "couple": (2, 2)}
FRACTIONS: Mapping[str, float] = {
    "half": 1 / 2,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 1 / 4,
    "quarters": 1 / 4,
    "fifth": 1 / 5,
    "fifths": 1 / 5,
    "tenth": 1 / 10,
    "tenths": 1 / 10,
}
TIMES = frozenset(
    "second minute hour day week fortnight month year decade century mile kilometre kilometer".split()
)
ARTICLES = frozenset({"a", "an", "one"})
TRIGGERS = (
    frozenset(UNITS)
    | TENS.keys()
    | SCALES.keys()
    | PLURALS.keys()
    | FEW.keys()
    | FRACTIONS.keys()
    | TIMES
    | {"tens"}
)
TRIGGERS -= {"m", "k"}  # only after digits
DIGITS = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([^\W\d_]*)", re.UNICODE)
SUFFIX_SCALES = {"m", "mn", "mln", "bn", "tn", "k", "million", "billion"}
LONGEST = 15  # digits; a longer run is a code, and would overflow


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number phrase over words `first`…`last` (exclusive). `style` tells how it is written.

    digits, words, vague (an order of magnitude), fraction (a share unless a unit of time or length follows), article
    ("an hour": one of the unit that follows), for ("nine for nine"), against ("23-14"), share ("one in five").
    """

    low: float
    high: float
    first: int
    last: int
    style: str
    suffix: str = ""  # letters glued to the digits, a unit: "20km"
    scaled: bool = False
    source: str = ""  # the digits as written


def is_trigger(folded: str) -> bool:
    """Whether a number phrase may begin, or be found, at this word."""
    return folded[:1].isdigit() or folded in TRIGGERS


def read_numerals(text: str, words: Sequence[Word]) -> list[Numeral]:
    """The number phrases of a sentence, in order, ranges joined."""
    atoms = list(_atoms(text, words))
    if len(atoms) < 2:
        return atoms
    joined: list[Numeral] = []
    for atom in atoms:
        pair = _join(text, words, joined[-1], atom) if joined else None
        if pair is None:
            joined.append(atom)
        else:
            joined[-1] = pair
    return joined


def _atoms(text: str, words: Sequence[Word]) -> Iterator[Numeral]:
    place = 0
    while place < len(words):
        folded = words[place].folded
        if not is_trigger(folded):
            place += 1
            continue
        atom = _atom(text, words, place)
        if atom is not None:
            yield atom
        place = max(place + 1, atom.last if atom else 0)


def _atom(text: str, words: Sequence[Word], at: int) -> Numeral | None:
    folded = words[at].folded
    if folded[0].isdigit():
        return _digits(text, words, at)
    if folded in FEW:
        return _few(text, words, at)
    if folded in PLURALS or folded == "tens":
        return _plural(words, at)
    if folded in FRACTIONS:
        return _fraction(text, words, at)
    if folded in TIMES:
        return _article(text, words, at)
    return _worded(text, words, at)


def word_at(words: Sequence[Word], at: int) -> str:
    """The folded word at a place, "" outside the sentence."""
    return words[at].folded if 0 <= at < len(words) else ""


def gap_before(text: str, words: Sequence[Word], at: int) -> str:
    """What stands between a word and the one before it."""
    return text[words[at - 1].end : words[at].start] if 0 < at < len(words) else "."


def beside(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether only blanks or a hyphen stand between a word and the one before it."""
    return 0 < at < len(words) and gap_before(text, words, at).strip() in {"", "-", "‑", "‐"}


def _digits(text: str, words: Sequence[Word], at: int) -> Numeral | None:
    found = DIGITS.fullmatch(words[at].folded)
    if found is None or len(found[1]) > LONGEST:
        return None
    value = float(found[1].replace(",", "") + (found[2] or ""))
    suffix = found[3]
    source = found[1] + (found[2] or "")
    scaled = False
    last = at + 1
    if suffix in SUFFIX_SCALES:
        value, suffix, scaled = value * SCALES[suffix], "", True
    elif not suffix:
        if beside(text, words, last) and word_at(words, last) in SCALES and _scales(words, last):
            value, scaled, last = value * SCALES[word_at(words, last)], True, last + 1
            if beside(text, words, last) and word_at(words, last) in {"million", "billion", "thousand"}:
                value, last = value * SCALES[word_at(words, last)], last + 1
        elif _half_follows(words, last):
            value, last = value + 0.5, last + 3
            if word_at(words, last) in SCALES:
                value, scaled, last = value * SCALES[word_at(words, last)], True, last + 1
    if value > 1e18:
        return None
    return Numeral(value, value, at, last, "digits", suffix, scaled, source)


def _scales(words: Sequence[Word], at: int) -> bool:
    """A lone "m" is metres unless a counted word follows; "k" likewise is no word."""
    folded = words[at].folded
    return folded not in {"m", "k"} or (at + 1 < len(words) and words[at + 1].content)


def _half_follows(words: Sequence[Word], at: int) -> bool:
    return word_at(words, at) == "and" and word_at(words, at + 1) == "a" and word_at(words, at + 2) == "half"


def _few(text: str, words: Sequence[Word], at: int) -> Numeral | None:
    low, high = FEW[words[at].folded]
    first = at - 1 if word_at(words, at - 1) in {"a", "every", "last", "past", "next", "these"} else at
    if words[at].folded != "several" and word_at(words, first) != "a" and first == at:
        return None  # "few people came" is a judgement, "the couple" a pair of people
    last = at + 1
    if word_at(words, last) == "of" and words[at].folded == "couple":
        last += 1
    scale = word_at(words, last)
    if scale in SCALES and scale not in {"m", "k"}:
        if scale != "dozen" or words[at].folded != "couple":
            low, high = 2 * SCALES[scale], (6 if words[at].folded != "couple" else 2) * SCALES[scale]
        return Numeral(low, high, first, last + 1, "vague", scaled=True)
    if scale in {"hundreds", "thousands", "millions"}:
        return Numeral(*PLURALS[scale], first, last + 1, "vague", scaled=True)
    if word_at(words, first) != "a" and words[at].folded != "several":
        first = at
    return Numeral(low, high, first, last, "vague") if beside(text, words, at + 1) or first < at else None


def _plural(words: Sequence[Word], at: int) -> Numeral | None:
    folded = words[at].folded
    scale = word_at(words, at + 2) if word_at(words, at + 1) == "of" else ""
    if scale in PLURAL_SCALES and scale != "dollars":
        factor = PLURAL_SCALES[scale]
        low, high = (10.0, 99.9) if folded == "tens" else (PLURALS[folded][0], PLURALS[folded][1])
        return Numeral(low * factor, high * factor, at, at + 3, "vague", scaled=True)
    if folded == "tens":
        return None
    if word_at(words, at + 1) == "and" and word_at(words, at + 2) == folded:
        return Numeral(*PLURALS[folded], at, at + 3, "vague", scaled=True)
    if folded == "scores" and word_at(words, at + 1) != "of" and at:
        return None  # test scores; "scores of people", "Scores were killed"
    return Numeral(*PLURALS[folded], at, at + 1, "vague", scaled=True)


def _fraction(text: str, words: Sequence[Word], at: int) -> Numeral | None:
    folded, first, count = words[at].folded, at, 1.0
    before = word_at(words, at - 1)
    if folded == "half":
        if before == "a" and word_at(words, at - 2) == "and":
            return _and_a_half(words, at)
        first = at - 1 if before in {"a", "one"} and beside(text, words, at) else at
    elif before in ARTICLES:
        first = at - 1
    else:
        return None  # "the third visit"; "two thirds" begins at its count
    return _share_or_scale(words, first, at + 1, count * FRACTIONS[folded], ordinal=folded != "half")


def _share_or_scale(
    words: Sequence[Word], first: int, last: int, share: float, *, ordinal: bool
) -> Numeral | None:
    after = last + 1 if word_at(words, last) == "of" else last
    if word_at(words, after) in {"a", "one"} and word_at(words, after + 1) in {
        "million",
        "billion",
        "trillion",
        "dozen",
    }:
        value = share * SCALES[word_at(words, after + 1)]
        return Numeral(value, value, first, after + 2, "words", scaled=True)
    if after < len(words) and word_at(words, after) in {"million", "billion"}:
        value = share * SCALES[word_at(words, after)]
        return Numeral(value, value, first, after + 1, "words", scaled=True)
    if word_at(words, after) in {"a", "an"} and word_at(words, after + 1) in TIMES:
        return Numeral(share, share, first, after + 1, "words")
    if ordinal and last < len(words) and words[last].content and after == last:
        return None  # "a third person"
    return Numeral(100 * share, 100 * share, first, last, "fraction")


def _and_a_half(words: Sequence[Word], at: int) -> Numeral | None:
    """Of "an hour and a half" everything up to the unit; the unit stands inside the phrase."""
    unit = at - 3
    if word_at(words, unit) in TIMES and word_at(words, unit - 1) in ARTICLES:
        return Numeral(1.5, 1.5, unit - 1, at + 1, "around", word_at(words, unit))
    return None


LENGTHENED = frozenset(
    """about almost nearly over around under roughly approximately least than within for in lasted every takes took
    exactly only just after up to""".split()
)


def _article(text: str, words: Sequence[Word], at: int) -> Numeral | None:
    """One unit of time or length: "nearly an hour", "for a week", "an hour and a half"; never "a day" as a rate."""
    if word_at(words, at - 1) not in {"a", "an"} or not beside(text, words, at):
        return None
    if _half_follows(words, at + 1):
        return Numeral(1.5, 1.5, at - 1, at + 4, "around", words[at].folded)
    if word_at(words, at - 2) in LENGTHENED:
        return Numeral(1.0, 1.0, at - 1, at, "article")
    return None


def _worded(text: str, words: Sequence[Word], at: int) -> Numeral | None:
    total = part = 0.0
    place, scaled, known = at, False, False
    first = at
    if words[at].folded in SCALES:
        if word_at(words, at - 1) not in ARTICLES or not beside(text, words, at):
            return None  # "the million", "per million", "one% million"
        first, part, known = at - 1, 1.0, True
    while place < len(words) and (place == at or beside(text, words, place)):
        folded = words[place].folded
        if folded in UNITS and not (known and part % 10):
            part += UNITS[folded]
        elif folded in TENS and not (known and part % 100):
            part += TENS[folded]
        elif folded in {"hundred", "dozen"} and known:
            part, scaled = part * SCALES[folded], True
        elif folded in SCALES and folded not in {"m", "k"} and known:
            total, part, scaled = total + (part or 1.0) * SCALES[folded], 0.0, True
        elif (
            folded == "and"
            and scaled
            and word_at(words, place + 1) in UNITS.keys() | TENS.keys()
            and part % 100 == 0
        ):
            if beside(text, words, place + 1) and _continues(words, place + 1):
                place += 1
                continue
            break
        elif folded == "point" and known and word_at(words, place + 1) in UNITS:
            part += UNITS[word_at(words, place + 1)] / 10
            place += 2
            continue
        else:
            break
        known = True
        place += 1
    return _worded_end(words, first, place, total + part, scaled)


def _continues(words: Sequence[Word], at: int) -> bool:
    """ "two hundred and fifty people" goes on; "one hundred and two of them" is left to its luck."""
    return word_at(words, at - 2) in {"hundred", "thousand", "million"}


def _worded_end(words: Sequence[Word], first: int, last: int, value: float, scaled: bool) -> Numeral | None:
    if last <= first or value > 1e18:
        return None
    after = word_at(words, last)
    if after in FRACTIONS and value < 10 and after != "half":
        return _share_or_scale(
            words, first, last + 1, value * FRACTIONS[after], ordinal=not after.endswith("s")
        )
    if after == "half" and value == 1:
        return _share_or_scale(words, first, last + 1, 0.5, ordinal=False)
    if _half_follows(words, last):
        scale = word_at(words, last + 3)
        if scale in SCALES and scale not in {"m", "k"}:
            value = (value + 0.5) * SCALES[scale]
            return Numeral(value, value, first, last + 4, "words", scaled=True)
        return Numeral(value + 0.5, value + 0.5, first, last + 3, "words", scaled=scaled)
    if after in TIMES and _half_follows(words, last + 1):
        return Numeral(value + 0.5, value + 0.5, first, last + 4, "around", after)
    return Numeral(value, value, first, last, "words", scaled=scaled)


def _join(text: str, words: Sequence[Word], a: Numeral, b: Numeral) -> Numeral | None:
    """The range, share or tally that two neighbouring numbers make, if they make one."""
    if b.first - a.last > 3 or "around" in (a.style, b.style) or "article" in (a.style, b.style):
        return None
    gap = text[words[a.last - 1].end : words[b.first].start].lower()
    for sign in ("$", "£", "€", "%", "percent", "per cent", "about ", "up to "):
        gap = gap.replace(sign, "")
    link = gap.strip(" ").strip("-").strip()
    if link in {"to", "and", "or", ""} or gap in {"-", "–", "—", "‑", " - ", " – "}:
        return _range(words, a, b, link, gap)
    if link == "for" and a.high == b.low and a.high < 1000:
        return replace(a, last=b.last, style="for")
    if link in {"in", "out of"} and a.high <= b.low <= 100 and b.suffix == "" and _is_share(words, b):
        share = 100 * a.low / b.low if b.low else 0.0
        return Numeral(share, share, a.first, b.last, "share")
    return None


def _is_share(words: Sequence[Word], total: Numeral) -> bool:
    """ "one in five voters", not "50 in 2010", nor "two in three days"."""
    return (
        total.high <= 10
        and word_at(words, total.last) not in TIMES
        and word_at(words, total.last).rstrip("s") not in TIMES
    )


# "from 40 to 60" is a change, "anywhere from 40 to 60" a range.
RANGING = frozenset("anywhere somewhere range ranges ranged ranging vary varies varied varying".split())


def _range(words: Sequence[Word], a: Numeral, b: Numeral, link: str, gap: str) -> Numeral | None:
    before = word_at(words, a.first - 1)
    if link == "" and "-" not in gap and "–" not in gap and "—" not in gap and "‑" not in gap:
        return None
    if (
        a.suffix
        or (link == "and" and before != "between")
        or (link == "to" and before == "from" and word_at(words, a.first - 2) not in RANGING)
    ):
        return None
    if "—" in gap or "vague" in (a.style, b.style):
        return None if "—" in gap or link != "to" else _vague_range(a, b)
    if link == "or" and not a.high < b.low <= max(3 * a.high, a.high + 2):
        return None
    low, high = _same_scale(a, b)
    if low < high:
        return Numeral(low, b.high, a.first, b.last, b.style, b.suffix, b.scaled, a.source)
    if link == "" and not b.scaled and "digits" == a.style == b.style:
        return Numeral(low, low, a.first, b.last, "against", source=b.source)
    return None


def _vague_range(a: Numeral, b: Numeral) -> Numeral | None:
    return Numeral(a.low, b.high, a.first, b.last, "vague", scaled=True) if a.low < b.low else None


def _same_scale(a: Numeral, b: Numeral) -> tuple[float, float]:
    """ "20 to 40 million" and "45-50,000" leave out the scale of the first."""
    low, high = a.low, b.low
    if b.scaled and not a.scaled and low < 1000:
        for factor in (1e12, 1e9, 1e6, 1e3, 100.0):
            if high >= factor and high / factor >= low:
                return low * factor, high
    if (
        not b.scaled
        and not a.scaled
        and low < 1000 <= high
        and high % 1000 == 0
        and low * 1000 < high
        and low > 1
    ):
        return low * 1000, high
    return low, high

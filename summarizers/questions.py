"""A question: what kind of answer it wants, and the words by which sentences are found.

A word finds itself, its other forms, its kind of event ("call" finds "conversation"), and what news calls the same
thing; a name finds its spellings by its first letters. General English only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from summarizers.annotate import NAME_LENGTH, TITLES, Note
from summarizers.events import base, classes_of, root
from summarizers.figure_words import STATES
from summarizers.figures import Figure, find_figures
from summarizers.words import Word, stem, tokens

FIGURE, WHEN, WHO, WHERE, SAID, WHETHER, OPEN = "figure", "when", "who", "where", "said", "whether", "open"
TALLY = "tally"  # "60 to 38"
_AUXILIARIES = frozenset(
    "did do does has have had is are was were will would can could should may might must shall".split()
)
# Questions that open with one of these ask whether something has happened, not whether it should or will.
_PAST = frozenset("did has have had is are was were".split())
_ASKING = frozenset(
    """who whom whose what when where why which how did do does has have had is are was were will would can could should
    may might must shall one two three four five six seven eight nine ten million billion plan planned
        decide decided take taken took make made keep kept hold held money again so yet already many much long big large far often old high people persons there get got say said tell told
    think happen happened happens it they so""".split()
)
# Words that news uses for one thing; of a pair either finds the other.
_SAME_THING = (
    "army military troops forces soldiers", "government administration cabinet regime authorities", "earthquake quake tremor",
    "power office rule charge control", "parliament congress assembly house senate chamber chambers lawmakers legislature",
    "law bill legislation act measure", "prisoner prisoners detainee detainees inmate inmates captive captives hostage hostages",
    "prison jail custody cell", "company firm corporation business group", "cost costs price bill spending expense",
    "money cash funds dollars", "ship vessel boat ferry tanker", "plane aircraft jet airliner", "car vehicle truck lorry",
    "storm hurricane cyclone typhoon", "fire blaze wildfire flames", "flood floods flooding floodwaters", "house home houses homes residence",
    "police officers policemen", "court judge tribunal judges", "doctor doctors physician medics", "worker workers employee employees staff",
    "job jobs employment work", "school schools university college", "illness disease virus infection outbreak",
    "drug medicine vaccine treatment", "explosion blast bombing bomb", "border frontier crossing", "talks negotiations dialogue",
    "ceasefire truce armistice cease-fire", "agreement deal accord pact treaty", "leader chief head president boss",
    "dead deaths toll fatalities killed", "alive survivors survivor survived survive rescued", "rebels insurgents militants fighters",
    "protest protests demonstration demonstrations rally march", "port harbour harbor dock docks", "street road streets roads highway",
    "lender lenders bank banks", "loan loans mortgage mortgages credit", "voluntary optional compulsory mandatory required require must obliged",
    "work worked succeed succeeded success fail failed failure",
    "schedule timetable timeline timeframe", "strike walkout stoppage", "film movie", "team squad side club", "goal goals target",
    "satellite spacecraft probe", "train rail railway", "pipeline pipe well", "child children kids", "woman women", "man men",
)  # fmt: skip
_THING = {stem_of: f"y:{group.split()[0]}" for group in _SAME_THING for stem_of in map(stem, group.split())}
PEOPLE = frozenset(("people",))
# What the words after "how" want: kinds of figures.
_WANTED: tuple[tuple[str, frozenset[str]], ...] = (
    (r"how many people\b", PEOPLE),
    (r"how many (?:minutes|hours|days|weeks|months|years)\b", frozenset(("duration",))),
    (r"how many\b", frozenset(("people", "count", "length", "area", "mass", "volume"))),
    (r"how (?:long|soon)\b|for how long\b", frozenset(("duration",))),
    (r"how (?:far|tall|deep|wide)\b", frozenset(("length",))),
    (r"how (?:fast)\b", frozenset(("speed",))),
    (r"how (?:much money|expensive)\b|how much\b.*\b(?:cost|costs|spen[dt]|pay|paid|worth|price|fund|raise[d]?)\b", frozenset(("money",))),
    (r"how (?:much|big|large|high)\b", frozenset(("money", "volume", "percent", "mass", "area", "length", "count", "people"))),
    (r"what (?:percentage|share)\b", frozenset(("percent",))),
    (r"how did\b.*\bvote\b|what was the (?:vote|score|result)\b", frozenset((TALLY,))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question by which sentences are found."""

    stem: str
    base: str
    root: str
    classes: frozenset[str]
    state: str
    name: str  # its first letters if it is written as a name
    verb: bool
    subject: bool = False  # a name right after the question word


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the kind of the answer, the kinds of figures that would do, and the words that matter."""

    kind: str
    wanted: frozenset[str]
    terms: tuple[Term, ...]
    future: bool
    past: bool
    figures: tuple[Figure, ...]
    counted: str = ""  # the stem of what "how many" asks for


def read_question(text: str, language: str = "en") -> Question:
    """The question behind the words; any text is one."""
    lowered = " ".join(text.lower().split())
    wanted = next(
        (kinds for pattern, kinds in _WANTED if re.search(rf"\b{pattern}", lowered)), frozenset[str]()
    )
    words = tokens(text, language)
    first = words[0].folded if words else ""
    inside = _inside_names(text, words)
    terms = [_term(word, index) for index, word in enumerate(words) if _matters(word) and index not in inside]
    terms += [_compound(name) for name in dict.fromkeys(inside.values())]
    return Question(
        _kind(lowered, first, wanted),
        wanted,
        tuple(terms),
        " will " in f" {lowered} ",
        first in _PAST,
        find_figures(text, words),
        _counted(words),
    )


def _matters(word: Word) -> bool:
    return word.folded not in _ASKING and (word.content or word.folded[0].isdigit())


def _counted(words: Sequence[Word]) -> str:
    """The stem of the noun after "how many"."""
    for index, word in enumerate(words[1:-1], 1):
        if word.folded == "many" and words[index - 1].folded == "how":
            return words[index + 1].stem
    return ""


def _compound(name: str) -> Term:
    return Term(name, name, name, frozenset(), "", name, verb=False)


def _term(word: Word, index: int) -> Term:
    name = word.folded[:NAME_LENGTH] if index and word.text[0].isupper() and word.folded not in TITLES else ""
    return Term(
        stem=word.stem,
        base=base(word.folded),
        root=root(word.folded),
        classes=classes_of(word.folded),
        state=STATES.get(word.folded, ""),
        name=name,
        verb=not name and bool(classes_of(word.folded)),
        subject=bool(name) and index <= 2,
    )


def _kind(lowered: str, first: str, wanted: frozenset[str]) -> str:
    if wanted:
        return TALLY if TALLY in wanted else FIGURE
    if re.search(r"\bwhat (?:did|does|do|has|have)\b.*\b(?:say|said|tell|think|claim)\b", lowered):
        return SAID
    for word, kind in (("when", WHEN), ("who", WHO), ("whom", WHO), ("where", WHERE)):
        if first == word:
            return kind
    return WHETHER if first in _AUXILIARIES else OPEN


def keys_of(note: Note) -> Mapping[str, list[int]]:
    """The keys of a sentence (stems, bases, roots, classes, states, first letters) with the places of their words."""
    memo = note.mood.memo
    if "answer:keys" not in memo:
        keys: dict[str, list[int]] = {}
        inside = _inside_names(note.sentence.text, note.words)
        for index, word in enumerate(note.words):
            if index in inside:
                for key in ("s:" + inside[index], "n:" + inside[index]):
                    keys.setdefault(key, []).append(index)
            elif word.content or word.folded[0].isdigit():
                for key in _keys(word):
                    keys.setdefault(key, []).append(index)
        memo["answer:keys"] = keys
    return cast("Mapping[str, list[int]]", memo["answer:keys"])


# "Aix-en-Provence" is one name: a question about it is not about a "provence" or an "aix".
_COMPOUND = re.compile(r"[A-Z]\w{1,20}(?:-[a-z]{1,4}){1,2}-[A-Z]\w{1,20}")


def _inside_names(text: str, words: Sequence[Word]) -> dict[int, str]:
    """For the words of a name written with hyphens the whole name."""
    if "-" not in text:
        return {}
    spans = [(m.start(), m.end(), m.group().lower()) for m in _COMPOUND.finditer(text)]
    return {
        i: name for i, word in enumerate(words) for start, end, name in spans if start <= word.start < end
    }


def _keys(word: Word) -> list[str]:
    found = ["s:" + word.stem, "b:" + base(word.folded), "r:" + root(word.folded)]
    found += ["c:" + name for name in sorted(classes_of(word.folded))]
    if word.folded.startswith("re") and classes_of(word.folded[2:]):
        found.append("b:" + base(word.folded[2:]))  # what is reopened is open
    if word.folded in STATES:
        found.append("t:" + STATES[word.folded])
    if len(word.folded) >= 3:
        found.append("n:" + word.folded[:NAME_LENGTH])
    if word.stem in _THING:
        found.append(_THING[word.stem])
    return found


def match(term: Term, keys: Mapping[str, Sequence[int]]) -> tuple[float, Sequence[int]]:
    """How well a sentence covers a term, 0…1, and where: the word itself, its root, its kind of event."""
    for strength, key in (
        (1.0, "s:" + term.stem),
        (1.0, "b:" + term.base),
        (1.0, "n:" + term.name if term.name else ""),
        (0.9, "r:" + term.root),
        (0.7, "t:" + term.state if term.state else ""),
        (0.7, _THING.get(term.stem, "")),
    ):
        if key in keys:
            return strength, keys[key]
    shared = sorted({place for name in sorted(term.classes) for place in keys.get("c:" + name, ())})
    return (0.5, shared) if shared else (0.0, ())

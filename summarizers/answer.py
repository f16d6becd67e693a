"""Questions → the sentences that answer them, or none.

Extractive question answering without a model of language: what kind of answer the question wants (a quantity, a day, a
name, a yes or no, somebody's words), which of its words a sentence covers, and whether the sentence tells that the thing
happened. A question about something that no article mentions, or that was only announced, gets the closest lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import cast

from summarizers.annotate import NAME_LENGTH, TITLES, Note, annotate
from summarizers.clean import as_documents
from summarizers.events import base, classes_of, root
from summarizers.figures import STATES, Figure, find_figures
from summarizers.modality import happened, status
from summarizers.references import leaning
from summarizers.types import Answer, Document, Sources
from summarizers.words import Word, cosine, language_of, stem, tokens

SHOWN = 2  # sentences of an answer; a series of values or a second side may add to them
CLOSEST = 3

FIGURE, WHEN, WHO, WHERE, SAID, WHETHER, OPEN = "figure", "when", "who", "where", "said", "whether", "open"
TALLY = "tally"  # "60 to 38"
_AUXILIARIES = frozenset(
    "did do does has have had is are was were will would can could should may might must shall".split()
)
# Questions that open with one of these ask whether something has happened, not whether it should or will.
_PAST = frozenset("did has have had is are was were".split())
_ASKING = frozenset(
    """who whom whose what when where why which how did do does has have had is are was were will would can could should
    may might must shall one two three four five six seven eight nine ten plan planned money again so yet already many much long big large far often old high people persons there get got say said tell told
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
_PEOPLE = frozenset(("people",))
# What the words after "how" want: kinds of figures.
_WANTED: tuple[tuple[str, frozenset[str]], ...] = (
    (r"how many people\b", _PEOPLE),
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
    """The stem of the noun after "how many" or "how much"."""
    for index, word in enumerate(words[1:-1], 1):
        if word.folded in ("many", "much") and words[index - 1].folded == "how":
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


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with the note before it, its document's number and place among all (0…1), and whether it leans."""

    note: Note
    before: Note | None
    document: int
    recency: float
    leans: bool


def lines_of(documents: Sequence[Document]) -> list[Line]:
    """All sentences that may be shown, in order."""
    found = []
    for number, document in enumerate(documents):
        notes, leanings = annotate(document), leaning(document)
        recency = number / (len(documents) - 1) if len(documents) > 1 else 1.0
        for index, note in enumerate(notes):
            if note.sentence.selectable:
                found.append(
                    Line(note, notes[index - 1] if index else None, number, recency, leanings[index].leans)
                )
    return found


def _reading(note: Note) -> Mapping[str, list[int]]:
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


NAME_WEIGHT = 0.6  # a name is where a story happens; the other words are what is asked


def weigh(question: Question, lines: Sequence[Line]) -> list[float]:
    """The weight of each term: its rarity among the sentences; one that none holds weighs most."""
    weights = []
    for term in question.terms:
        holders = sum(match(term, _reading(line.note))[0] >= 0.7 for line in lines)
        weight = log((len(lines) + 1) / (holders + 0.5))
        weights.append(weight * NAME_WEIGHT if term.name else weight)
    return weights


Matches = Sequence[tuple[float, Sequence[int]]]
_STATUSES = ("happened", "planned", "denied", "uncertain", "opinion", "state")
_FLAGS = ("failed", "denied", "refused", "accepted", "negated", "conditional", "hedged", "quoted")


def evidence(
    question: Question, weights: Sequence[float], line: Line, largest: float = 0.0
) -> dict[str, float]:
    """Named measurements of how a sentence answers; none of them knows a topic.

    `largest` is the largest figure of the kind asked for among the sentences at hand.
    """
    note = line.note
    matches = [match(term, _reading(note)) for term in question.terms]
    likely = status(note.mood)
    found = {
        **_coverage(question, weights, line, matches),
        **_verbs(question, note, matches),
        **_typed(question, note, matches, largest),
        "recency": line.recency,
        "early": 1.0 / (1.0 + note.sentence.index),
        "long": min(len(note.words), 60) / 60,
        "short": float(len(note.words) < 7),
        "leans": float(line.leans),
    }
    whether = question.kind == WHETHER
    for name in _STATUSES:
        found["status_" + name] = likely[name]
        found["whether_" + name] = likely[name] * whether
    for flag in _FLAGS:
        found["flag_" + flag] = float(flag in note.mood.flags)
        found["whether_flag_" + flag] = float(whether and flag in note.mood.flags)
    return found


def _coverage(question: Question, weights: Sequence[float], line: Line, matches: Matches) -> dict[str, float]:
    """How much of the question the sentence holds, by the weight of its terms, alone and with the sentence before."""
    total = sum(weights) or 1.0
    near = _reading(line.before) if line.before else {}
    pairs = [(weight, strength) for weight, (strength, _) in zip(weights, matches, strict=True)]
    helped = [max(m, 0.6 * match(term, near)[0]) for term, (_, m) in zip(question.terms, pairs, strict=True)]
    return {
        "cover": sum(w * m for w, m in pairs) / total,
        "cover_exact": sum(w for w, m in pairs if m >= 0.9) / total,
        "cover_near": sum(w * m for w, m in zip(weights, helped, strict=True)) / total,
        "missing": max(
            (w for t, (w, m) in zip(question.terms, pairs, strict=True) if not m and not t.name), default=0.0
        )
        / max([*weights, 1.0]),
        "subject": max(
            (m for t, (_, m) in zip(question.terms, pairs, strict=True) if t.subject), default=0.5
        ),
    }


# To decline settles whether somebody agreed; it does not settle whether they met.
_STANCES = frozenset(("agree", "approve", "ceasefire", "decide"))
AGAINST = 0.8  # what "failed" and "denied" say about whether it happened, beside the likelihood of a verb


def _verbs(question: Question, note: Note, matches: Matches) -> dict[str, float]:
    """Whether the sentence has the event that the question is about, and whether it has taken place."""
    verbs = [(m, at) for term, (m, at) in zip(question.terms, matches, strict=True) if term.verb and m]
    done = [m * max((happened(note.words, note.mood, i) for i in at), default=0.0) for m, at in verbs]
    stance = {"refused"} if any(term.classes & _STANCES for term in question.terms) else set()
    against = bool(note.mood.flags & ({"failed", "denied"} | stance))
    happening = max(done, default=0.0)
    return {
        "happening": happening,
        "settled": max(happening, AGAINST if against else 0.0),
    }


def _typed(question: Question, note: Note, matches: Matches, largest: float) -> dict[str, float]:
    """Whether the sentence holds what the question wants: a figure of the kind, a day, a name, the speaker."""
    if question.kind == TALLY:
        return {"typed": float(_TALLY.search(note.sentence.text) is not None)}
    if question.kind == FIGURE:
        return _figures(question, note, matches, largest)
    asked = {term.name for term in question.terms if term.name}
    if question.kind == WHEN:
        told = all(m >= 0.7 for term, (m, _) in zip(question.terms, matches, strict=True) if term.verb)
        return {"typed": _when(question, note) * told}
    if question.kind in (WHO, WHERE):
        return {"typed": min(3, len(note.names - asked)) / 3}
    if question.kind == SAID:
        speaker = (note.mood.speaker or "").lower().split()
        return {"typed": float(any(word[:NAME_LENGTH] in asked for word in speaker))}
    return {"typed": 0.5}


def _when(question: Question, note: Note) -> float:
    """Whether the sentence names a day on the side of the publish date that the question asks about.

    "Not before August" tells when; "not this year" and "cancelled the payment of 3 June" do not.
    """
    days = [day for day in note.days if day.precision != "year"]
    if question.future and days:
        called_off = note.mood.flags & {"failed", "negated", "refused"}
        if called_off and not _NOT_BEFORE.search(note.sentence.text):
            return 0.0
        if note.published is not None:
            return float(any(day.last is not None and day.last > note.published for day in days))
    return float(bool(days))


_NOT_BEFORE = re.compile(r"\b(?:before|until|till)\b", re.IGNORECASE)


_TALLY = re.compile(r"\b\d{1,4}(?: to |-|–)\d{1,4}\b")


def _figures(question: Question, note: Note, matches: Matches, largest: float) -> dict[str, float]:
    """The best figure of a kind asked for: what it counts, how near the words of the question, how it is meant."""
    figure = best_figure(question, note)
    if figure is None:
        return {"typed": 0.0}
    gap = _gap(figure, [place for strength, at in matches if strength >= 0.7 for place in at])
    asked_group = any(term.stem.startswith(figure.group[:5]) for term in question.terms)
    return {
        "typed": 1.0,
        "figure_counts": _counts(question, figure),
        "figure_near": 1.0 / (1.0 + gap),
        "figure_group": float(bool(figure.group) and not asked_group),
        "figure_total": float(bool(figure.flags & _TOTAL)),
        "figure_part": float(bool(figure.flags & _PARTIAL) and "cumulative" not in figure.flags),
        "figure_possible": float("possible" in figure.flags and not question.future),
        "figure_loose": float(figure.vague or figure.bound == "most"),
        "figure_size": min(1.0, sqrt(figure.high / largest)) if largest > 0 else 0.0,
    }


_TOTAL = frozenset(("cumulative", "since", "perfect"))
_PARTIAL = frozenset(("part", "further", "today", "one_day", "earlier", "market"))


def best_figure(question: Question, note: Note) -> Figure | None:
    """The figure of a wanted kind that counts most of what the question asks for, the nearest of equals."""
    right = [figure for figure in note.figures if figure.kind in question.wanted]
    if len(right) < 2:
        return right[0] if right else None
    keys = _reading(note)
    found = [match(term, keys) for term in question.terms]
    places = [place for strength, at in found if strength >= 0.7 for place in at]
    return min(right, key=lambda figure: (-_counts(question, figure), _gap(figure, places), figure.start))


def _gap(figure: Figure, places: Sequence[int]) -> int:
    """The words between the figure and the nearest of the places."""
    return min((max(0, figure.first - i, i - figure.last + 1) for i in places), default=60)


def _counts(question: Question, figure: Figure) -> float:
    """Whether the figure has the state asked for (dead, spent, rescued), and the noun."""
    nouns = {term.stem for term in question.terms} | ({question.counted} if question.counted else set())
    state = bool(figure.state) and any(term.state == figure.state for term in question.terms)
    people = figure.kind == "people" and not figure.noun and question.wanted == _PEOPLE
    return 0.5 * state + 0.5 * (people or figure.noun in nouns or figure.of in nouns)


def largest_figure(question: Question, lines: Sequence[Line]) -> float:
    """The largest figure of a wanted kind that counts what the question asks for."""
    best = (best_figure(question, line.note) for line in lines) if question.wanted else ()
    return max((f.high for f in best if f is not None and _counts(question, f)), default=0.0)


FIGURED = 0.8  # of a question for a figure the words weigh less: what the figure counts says more


def score(question: Question, found: Mapping[str, float]) -> float:
    """How well a sentence answers; set by hand in round numbers, since forty questions teach no more than that."""
    value = found["cover"] + 0.5 * found["cover_near"] + 0.2 * found["cover_exact"] - 0.5 * found["missing"]
    value += 0.3 * found["recency"] + 0.1 * found["early"] - 0.25 * found["leans"] - 0.4 * found["short"]
    if question.kind == FIGURE:
        return FIGURED * value + _figure_score(found)
    if question.kind == WHETHER:
        return (
            value
            + 0.8 * found["settled"] * question.past
            - 0.3 * found["status_planned"]
            + 0.4 * found["subject"]
        )
    if question.kind == OPEN:
        return value
    return value + 0.8 * found["typed"] - 0.5 * found["status_planned"] * (not question.future)


def _figure_score(found: Mapping[str, float]) -> float:
    if not found["typed"]:
        return -1.0
    return (
        1.0 * found["figure_counts"]
        + 0.3 * found["figure_near"]
        + 0.2 * found["figure_total"]
        + 0.5 * found["figure_size"] * found["figure_counts"]
        - 0.3 * found["figure_loose"]
        - 0.5 * found["status_uncertain"]
        - 0.3 * found["figure_part"]
        - 0.3 * found["figure_group"]
        - 0.4 * found["figure_possible"]
    )


# -- choosing ----------------------------------------------------------------------------------------------------------

SETTLED = 0.55  # below it a yes-or-no question about the past has no answer: everything was only announced
COVERED = 0.3  # share of the question's weight that a sentence must hold
FULLEST = 0.7  # …of what the fullest one holds, where the question is whether something has happened
REPEATS = 0.5  # cosine from which a second sentence says the same
NEAR = 1.0  # how far behind the best a further sentence may be
OTHER_SIDE = 1.8  # …and one for the other side, or whose figure stands beside the words asked for
SERIES = 4.0  # values of one quantity, one after the other, seldom differ by more than this factor


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line with its evidence and score."""

    line: Line
    found: Mapping[str, float]
    score: float

    @property
    def note(self) -> Note:
        return self.line.note


def find(question: str, documents: Sources) -> Answer:
    """Sentences that answer the question, best first; or none, with the closest lines.

    Documents are given in their order: of a quantity that changed the latest value comes first, then an earlier one.
    """
    sources = as_documents(documents)
    asked = read_question(question, language_of(d.article.language for d in sources))
    lines = lines_of(sources)
    ranked = rank(asked, lines)
    held = max((c.found["cover"] for c in ranked), default=0.0)
    answering = [] if absent(asked, ranked) else [c for c in ranked if answers(asked, c, held)]
    if not answering:
        closest = tuple(c.note.sentence for c in _distinct(ranked)[:CLOSEST] if c.found["cover"] > 0)
        return Answer(question, abstained=True, closest=closest)
    return Answer(question, tuple(c.note.sentence for c in choose(asked, answering, ranked)))


def rank(question: Question, lines: Sequence[Line]) -> list[Candidate]:
    """All lines as candidates, best first."""
    weights, largest = weigh(question, lines), largest_figure(question, lines)
    candidates = []
    for line in lines:
        found = evidence(question, weights, line, largest)
        candidates.append(Candidate(line, found, score(question, found)))
    return sorted(candidates, key=lambda c: -c.score)


def absent(question: Question, ranked: Sequence[Candidate]) -> bool:
    """Whether no article mentions a name in the question, or the thing that it wants counted."""
    asked = [term for term in question.terms if term.name or term.stem == question.counted]
    return not ranked or not question.terms or any(_absent(term, ranked) for term in asked)


def answers(question: Question, candidate: Candidate, held: float) -> bool:
    """Whether a sentence holds what is asked for, and tells it rather than announces it.

    `held` is the share of the question that the fullest sentence holds: where one says that the bill is to be signed,
    another that signs something else is no answer.
    """
    found = candidate.found
    if found["cover"] < COVERED:
        return False
    if question.kind in (FIGURE, TALLY, WHEN, SAID):
        return found["typed"] > 0
    if question.kind != WHETHER or not question.past:
        return True
    return found["settled"] >= SETTLED and found["cover"] >= FULLEST * held


def _absent(term: Term, ranked: Sequence[Candidate]) -> bool:
    return not any(match(term, _reading(c.note))[0] for c in ranked)


def choose(
    question: Question, answering: Sequence[Candidate], ranked: Sequence[Candidate]
) -> list[Candidate]:
    """The answer and, where there is one, another value of the quantity or the other side."""
    if question.kind == FIGURE:
        return _series(question, answering)[:SHOWN]
    if question.kind == TALLY:
        # Each vote has its tally: the last one near the best is meant, an earlier one was of another vote.
        return [
            max((c for c in answering if c.score >= answering[0].score - NEAR), key=lambda c: c.line.document)
        ]
    distinct = _distinct(answering)
    top = distinct[0].score
    best = [c for c in distinct if c.score >= top - NEAR][:SHOWN]
    if question.kind == WHETHER:
        sides = (c for c in ranked if c.score >= top - OTHER_SIDE and c.found["cover"] >= COVERED)
        best += [c for c in sides if _other_side(question, c, best)][:1]
    return best


def _other_side(question: Question, candidate: Candidate, best: Sequence[Candidate]) -> bool:
    """Whether a sentence contradicts all of the best: it speaks against, or has another value of a figure asked about."""
    if question.figures:
        return any(
            _one_quantity(asked, figure)
            and figure.noun == asked.noun
            and (figure.low, figure.high) != (asked.low, asked.high)
            for asked in question.figures
            for figure in candidate.note.figures
        )
    return all(_against(candidate) != _against(other) for other in best)


def _against(candidate: Candidate) -> bool:
    flags = candidate.note.mood.flags & {"refused", "denied", "failed", "negated"}
    return bool(flags) and candidate.found["happening"] < SETTLED


def _series(question: Question, answering: Sequence[Candidate]) -> list[Candidate]:
    """Values of the quantity in the best sentence, the latest first, one for each value and document."""
    top = best_figure(question, answering[0].note)
    floor = answering[0].score - NEAR
    chosen: list[Candidate] = []
    values: set[tuple[float, float]] = set()
    for candidate in sorted(answering, key=lambda c: (-c.line.document, -c.score)):
        figure = best_figure(question, candidate.note)
        beside = candidate.found["figure_near"] >= 0.5
        if (
            not top
            or not figure
            or (candidate.score < floor and not beside)
            or not _one_quantity(top, figure)
        ):
            continue
        if (figure.low, figure.high) not in values and all(
            c.line.document != candidate.line.document for c in chosen
        ):
            values.add((figure.low, figure.high))
            chosen.append(candidate)
    return chosen


def _one_quantity(a: Figure, b: Figure) -> bool:
    """Whether two figures may be values of one quantity."""
    if (a.kind, a.unit) != (b.kind, b.unit) or (a.rate and b.rate and a.rate != b.rate):
        return False
    if a.state and b.state and a.state != b.state:
        return False
    small, large = sorted((max(a.high, 1e-9), max(b.high, 1e-9)))
    return large / small <= SERIES


def _distinct(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that repeat a better one."""
    kept: list[Candidate] = []
    for candidate in ranked[:40]:
        if all(cosine(candidate.note.bag, other.note.bag) < REPEATS for other in kept):
            kept.append(candidate)
    return kept

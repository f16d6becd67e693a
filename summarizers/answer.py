"""Questions → the sentences that answer them, or none.

Extractive question answering without a model of language: what kind of answer the question wants (a quantity, a day, a
name, a yes or no, somebody's words), which of its words a sentence covers, and whether the sentence tells that the thing
happened. A question about something that no article mentions, or that was only announced, gets the closest lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, sqrt

from summarizers.annotate import NAME_LENGTH, Note, annotate
from summarizers.clean import as_documents
from summarizers.dates import date_documents
from summarizers.figures import Figure
from summarizers.modality import happened, status
from summarizers.questions import (
    FIGURE,
    OPEN,
    PEOPLE,
    SAID,
    TALLY,
    WHEN,
    WHERE,
    WHETHER,
    WHO,
    Question,
    Term,
    keys_of,
    match,
    read_question,
)
from summarizers.references import leaning
from summarizers.types import Answer, Document, Sources
from summarizers.words import cosine, language_of

SHOWN = 2  # sentences of an answer; a second side may add one to them
VALUES = 3  # values of a quantity, the latest first
CLOSEST = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence with the note before it, its document's number and place among all (0…1), and whether it leans.

    `event` is the day, or else the weekday, of which the document tells.
    """

    note: Note
    before: Note | None
    document: int
    recency: float
    leans: bool
    event: tuple[date | None, int | None] = (None, None)


def lines_of(documents: Sequence[Document]) -> list[Line]:
    """All sentences that may be shown, in order."""
    datings = date_documents(documents)
    found = []
    for number, document in enumerate(documents):
        notes, leanings = annotate(document), leaning(document)
        recency = number / (len(documents) - 1) if len(documents) > 1 else 1.0
        event = (datings[document.id].day, datings[document.id].weekday)
        for index, (note, lean) in enumerate(zip(notes, leanings, strict=True)):
            if note.sentence.selectable:
                before = notes[index - 1] if index else None
                found.append(Line(note, before, number, recency, lean.leans, event))
    return found


BEFORE = 0.6  # what a word in the sentence before is worth
NAME_WEIGHT = 0.6  # a name is where a story happens; the other words are what is asked


@dataclass(frozen=True, slots=True)
class Scene:
    """What all sentences at hand say about a question.

    The weight of each of its terms, the largest figure of the wanted kind, and how many of `lines` sentences hold
    each name.
    """

    weights: tuple[float, ...]
    largest: float
    names: Mapping[str, int]
    lines: int


def read_scene(question: Question, lines: Sequence[Line]) -> Scene:
    """The scene of a question; a term that no sentence holds weighs most."""
    names = Counter(name for line in lines for name in sorted(line.note.names))
    weights = tuple(_weight(term, lines) for term in question.terms)
    return Scene(weights, largest_figure(question, lines), names, len(lines))


def _weight(term: Term, lines: Sequence[Line]) -> float:
    """The rarity of a term among the sentences."""
    holders = sum(match(term, keys_of(line.note))[0] >= 0.7 for line in lines)
    return log((len(lines) + 1) / (holders + 0.5)) * (NAME_WEIGHT if term.name else 1.0)


Matches = Sequence[tuple[float, Sequence[int]]]


def evidence(question: Question, scene: Scene, line: Line) -> dict[str, float]:
    """Named measurements of how a sentence answers; none of them knows a topic."""
    note = line.note
    matches = [match(term, keys_of(note)) for term in question.terms]
    likely = status(note.mood)
    return {
        **_coverage(question, scene.weights, line, matches),
        **_verbs(question, note, matches),
        **_typed(question, scene, note, matches),
        "recency": line.recency,
        "early": 1.0 / (1.0 + note.sentence.index),
        "short": float(len(note.words) < 7),
        "leans": float(line.leans),
        "planned": likely["planned"],
        "uncertain": likely["uncertain"],
    }


def _coverage(question: Question, weights: Sequence[float], line: Line, matches: Matches) -> dict[str, float]:
    """How much of the question the sentence holds, by the weight of its terms, alone and with the sentence before."""
    total = sum(weights) or 1.0
    near = keys_of(line.before) if line.before else {}
    held = [
        (term, weight, strength)
        for term, weight, (strength, _) in zip(question.terms, weights, matches, strict=True)
    ]
    missing = max((w for term, w, m in held if not m and not term.name), default=0.0)
    return {
        "cover": sum(w * m for _, w, m in held) / total,
        "cover_exact": sum(w for _, w, m in held if m >= 0.9) / total,
        "cover_near": sum(w * max(m, BEFORE * match(term, near)[0]) for term, w, m in held) / total,
        "missing": missing / max([*weights, 1.0]),
        "subject": max((m for term, _, m in held if term.subject), default=0.5),
    }


def _done(note: Note, index: int) -> float:
    """How likely it is that what the word names has taken place: no more than the cues of a plan around it allow."""
    return min(happened(note.words, note.mood, index), 1.0 - note.mood.future[index])


# To decline settles whether somebody agreed; it does not settle whether they met.
_STANCES = frozenset(("agree", "approve", "decide"))
LONGEST = 400  # characters of a question that are read; a longer one is a text
AGAINST = 0.8  # what "failed" and "denied" say about whether it happened, beside the likelihood of a verb


def _verbs(question: Question, note: Note, matches: Matches) -> dict[str, float]:
    """Whether the event that the question is about has taken place: the first of its verbs that says something."""
    events = [pair for pair in zip(question.terms, matches, strict=True) if pair[0].verb]
    strength, at = events[0][1] if events else (1.0, ())
    happening = strength * max((_done(note, place) for place in at), default=0.0)
    stance = {"refused"} if any(term.classes & _STANCES for term, _ in events) else set()
    meant = max((m for _, (m, _) in events), default=1.0) >= 0.7
    against = meant and bool(note.mood.flags & ({"failed", "denied"} | stance))
    return {"event": strength, "happening": happening, "settled": max(happening, AGAINST if against else 0.0)}


_TALLY = re.compile(r"\b\d{1,4}(?: to |-|–)\d{1,4}\b")
_NOT_BEFORE = re.compile(r"\b(?:before|until|till)\b", re.IGNORECASE)


def _typed(question: Question, scene: Scene, note: Note, matches: Matches) -> dict[str, float]:
    """Whether the sentence holds what the question wants: a figure of the kind, a day, a name, the speaker."""
    if question.kind == TALLY:
        return {"typed": float(_TALLY.search(note.sentence.text) is not None)}
    if question.kind == FIGURE:
        return _figures(question, note, matches, scene.largest)
    asked = {term.name for term in question.terms if term.name}
    if question.kind == WHEN:
        told = all(m >= 0.7 for term, (m, _) in zip(question.terms, matches, strict=True) if term.verb)
        return {"typed": _when(question, note) * told}
    if question.kind in (WHO, WHERE):
        return {"typed": max((_rarity(scene, name) for name in note.names - asked), default=0.0)}
    if question.kind == SAID:
        speaker = (note.mood.speaker or "").lower().split()
        return {"typed": float(any(word[:NAME_LENGTH] in asked for word in speaker))}
    return {"typed": 0.5}


def _rarity(scene: Scene, name: str) -> float:
    """1 for a name in one sentence, towards 0 for one in all: who is asked for is not who the story is about."""
    return 1.0 - log(scene.names[name]) / log(scene.lines + 1) if scene.names[name] else 1.0


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


def _figures(question: Question, note: Note, matches: Matches, largest: float) -> dict[str, float]:
    """The best figure of a kind asked for: what it counts, how near the words of the question, how it is meant."""
    figure = best_figure(question, note)
    if figure is None:
        return {"typed": 0.0}
    gap = _gap(figure, [place for strength, at in matches if strength >= 0.7 for place in at])
    asked_group = any(term.stem.startswith(figure.group[:5]) for term in question.terms)
    return {
        "typed": float(_has_counted(question, matches)),
        "figure_counts": _counts(question, figure),
        "figure_near": 1.0 / (1.0 + gap),
        "figure_group": float(bool(figure.group) and not asked_group),
        "figure_total": float(bool(figure.flags & _TOTAL)),
        "figure_part": float(bool(figure.flags & _PARTIAL) and "cumulative" not in figure.flags),
        "figure_possible": float("possible" in figure.flags and not question.future),
        "figure_loose": float(figure.vague or figure.bound == "most"),
        "figure_size": min(1.0, sqrt(max(0.0, figure.high) / largest)) if largest > 0 else 0.0,
    }


def _has_counted(question: Question, matches: Matches) -> bool:
    """Whether the sentence has the thing that "how many" asks for; people need not be called so."""
    terms = zip(question.terms, matches, strict=True)
    return question.wanted == PEOPLE or all(
        m >= 0.7 for term, (m, _) in terms if term.stem == question.counted
    )


_TOTAL = frozenset(("cumulative", "since", "perfect"))
_PARTIAL = frozenset(("part", "further", "today", "one_day", "earlier", "market"))


def best_figure(question: Question, note: Note) -> Figure | None:
    """The figure of a wanted kind that counts most of what the question asks for, the nearest of equals."""
    right = [figure for figure in note.figures if figure.kind in question.wanted]
    if len(right) < 2:
        return right[0] if right else None
    keys = keys_of(note)
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
    people = figure.kind == "people" and not figure.noun and question.wanted == PEOPLE
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
            value + 0.8 * found["settled"] * question.past - 0.3 * found["planned"] + 0.4 * found["subject"]
        )
    if question.kind == OPEN:
        return value
    return value + 0.8 * found["typed"] - 0.5 * found["planned"] * (not question.future)


def _figure_score(found: Mapping[str, float]) -> float:
    if not found["typed"]:
        return -1.0
    return (
        1.0 * found["figure_counts"]
        + 0.3 * found["figure_near"]
        + 0.2 * found["figure_total"]
        + 0.5 * found["figure_size"] * found["figure_counts"]
        - 0.3 * found["figure_loose"]
        - 0.5 * found["uncertain"]
        - 0.3 * found["figure_part"]
        - 0.3 * found["figure_group"]
        - 0.4 * found["figure_possible"]
    )


# -- choosing ----------------------------------------------------------------------------------------------------------

REPEATS = 0.5  # cosine from which a second sentence says the same
NEAR = 1.0  # how far behind the best a further sentence may be
OTHER_SIDE = 1.8  # …and one for the other side, or whose figure stands beside the words asked for
SERIES = 4.0  # values of one quantity, one after the other, seldom differ by more than this factor


@dataclass(frozen=True, slots=True)
class Limits:
    """When a sentence counts as an answer.

    `settled`: below it a question whether something has happened meets announcements only. `covered`: the share of
    the question's weight that a sentence must hold; `fullest`: and of what the fullest sentence holds, where the
    question is whether something has happened.
    """

    settled: float = 0.55
    covered: float = 0.3
    fullest: float = 0.7


LIMITS = Limits()


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
    asked = read_question(question[:LONGEST], language_of(d.article.language for d in sources))
    return reply(question, asked, rank(asked, lines_of(sources)))


def reply(text: str, question: Question, ranked: Sequence[Candidate], limits: Limits = LIMITS) -> Answer:
    """The answer from candidates, best first."""
    held = max((c.found["cover"] for c in ranked), default=0.0)
    answering = [c for c in ranked if answers(question, c, held, limits)]
    if absent(question, ranked) or not answering:
        closest = tuple(c.note.sentence for c in _distinct(ranked)[:CLOSEST] if c.found["cover"] > 0)
        return Answer(text, abstained=True, closest=closest)
    return Answer(text, tuple(c.note.sentence for c in choose(question, answering, ranked)))


def rank(question: Question, lines: Sequence[Line]) -> list[Candidate]:
    """All lines as candidates, best first."""
    scene = read_scene(question, lines)
    candidates = []
    for line in lines:
        found = evidence(question, scene, line)
        candidates.append(Candidate(line, found, score(question, found)))
    return sorted(candidates, key=lambda c: -c.score)


def absent(question: Question, ranked: Sequence[Candidate]) -> bool:
    """Whether no article mentions a name in the question, or the thing that it wants counted."""
    asked = [term for term in question.terms if term.name or term.stem == question.counted]
    return not ranked or not question.terms or any(_absent(term, ranked) for term in asked)


def answers(question: Question, candidate: Candidate, held: float, limits: Limits) -> bool:
    """Whether a sentence holds what is asked for, and tells it rather than announces it.

    `held` is the share of the question that the fullest sentence holds: where one says that the bill is to be signed,
    another that signs something else is no answer.
    """
    found = candidate.found
    if found["cover"] < limits.covered:
        return False
    if question.kind == FIGURE and question.counted:
        return found["typed"] > 0 and (found["figure_counts"] > 0 or found["figure_near"] >= 0.5)
    if question.kind in (FIGURE, TALLY, WHEN, SAID):
        return found["typed"] > 0
    if question.kind != WHETHER or not question.past:
        return True
    full = found["cover"] >= limits.fullest * held and found["missing"] < 0.9
    return full and found["settled"] >= limits.settled


def _absent(term: Term, ranked: Sequence[Candidate]) -> bool:
    return not any(match(term, keys_of(c.note))[0] for c in ranked)


def choose(
    question: Question, answering: Sequence[Candidate], ranked: Sequence[Candidate]
) -> list[Candidate]:
    """The answer and, where there is one, another value of the quantity or the other side."""
    if question.kind == FIGURE:
        return _series(question, answering)[:VALUES]
    if question.kind == TALLY:
        # Each vote has its tally: the last one near the best is meant, an earlier one was of another vote.
        near = (c for c in answering if c.score >= answering[0].score - NEAR)
        return [max(near, key=lambda c: c.line.document)]
    distinct = _distinct(answering)
    top = distinct[0].score
    best = [c for c in distinct if c.score >= top - NEAR][:SHOWN]
    if question.kind == WHETHER:
        sides = (c for c in ranked if c.score >= top - OTHER_SIDE and c.found["cover"] >= LIMITS.covered)
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
            if not figure.vague
        )
    if candidate.found["event"] < 0.7:
        return False  # it may speak against something else
    return all(_against(candidate) != _against(other) for other in best)


def _against(candidate: Candidate) -> bool:
    flags = candidate.note.mood.flags & {"refused", "denied", "failed", "negated"}
    return bool(flags) and candidate.found["happening"] < LIMITS.settled


def _series(question: Question, answering: Sequence[Candidate]) -> list[Candidate]:
    """Values of the quantity in the best sentence, the latest first, one for each document and value.

    How long something took is asked of each event: the same duration of another event is another answer.
    """
    top = best_figure(question, answering[0].note)
    chosen: list[Candidate] = []
    seen: set[object] = set()
    for candidate in sorted(answering, key=lambda c: (-c.line.document, -c.score)):
        figure = best_figure(question, candidate.note)
        if top is None or figure is None or not _continues(question, candidate, figure, answering[0], top):
            continue
        value = (figure.low, figure.high, candidate.line.event if figure.kind == "duration" else None)
        if value not in seen and candidate.line.document not in seen:
            seen.update((value, candidate.line.document))
            chosen.append(candidate)
    return chosen


def _continues(
    question: Question, candidate: Candidate, figure: Figure, best: Candidate, top: Figure
) -> bool:
    """Whether a sentence has another value of the quantity in the best one, and is near enough to be meant."""
    if candidate is best:
        return True
    beside = candidate.found["figure_near"] >= 0.5
    # What a duration counts is the verb's to say: "lasted 90 minutes" has no noun.
    counts = beside or figure.kind == "duration" or _counts(question, figure) >= 0.5 * _counts(question, top)
    near = candidate.score >= best.score - (OTHER_SIDE if beside else NEAR)
    return near and counts and not figure.vague and _one_quantity(top, figure)


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

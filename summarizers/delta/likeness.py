"""Evidence that two sentences tell the same: how far their words, clauses and names cover each other.

Words weigh by their idf among the documents at hand (`Ground`), so that no table of words is shipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt

from summarizers.annotate import Note
from summarizers.events import classes_of
from summarizers.words import Word

BREAK = re.compile(r"[,;:()—–]|\s-\s")
CLAUSE_WORDS = frozenset(
    "that which who whom whose while after as but and when because although though before since if where until".split()
)
WINDOW = 4  # content words to either side: a fact takes about eight
OPENING_RUN = 5  # words; a shorter equal beginning is a manner of speaking
SHORTEST_CLAUSE = 3  # content words; a shorter one matches by chance
Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A bag of stems under idf: its vector, length and mass (sum of idf)."""

    vector: Vector
    norm: float
    mass: float


@dataclass(frozen=True, slots=True)
class View:
    """A note as the ground weighs it."""

    note: Note
    whole: Weighed
    wide: Weighed  # with the sentence before it, at half weight
    clauses: tuple[Weighed, ...]
    bigrams: frozenset[tuple[str, str]]
    roots: frozenset[str]
    folded: tuple[str, ...]
    numbers: frozenset[str]
    classes: frozenset[str]
    places: Mapping[str, tuple[int, ...]]  # of each stem among the content words


class Ground:
    """The documents at hand: how many sentences hold a stem, and views of notes, each made once."""

    def __init__(self, holding: Callable[[str], int], sentences: int) -> None:
        self._holding = holding
        self._top = log(sentences + 1.5)
        self._idf: dict[str, float] = {}
        self._views: dict[int, View] = {}

    @classmethod
    def of(cls, notes: Iterable[Note]) -> Ground:
        """The ground of these notes."""
        frequencies: Counter[str] = Counter()
        count = 0
        for note in notes:
            frequencies.update(note.bag.keys())
            count += 1
        return cls(frequencies.__getitem__, count)

    def idf(self, stem: str) -> float:
        """How rare a stem is, 0…1: log((N + 1.5) / (df + .5)) over its largest value."""
        if stem not in self._idf:
            rarity = self._top - log(self._holding(stem) + 0.5)
            self._idf[stem] = max(0.0, rarity) / (self._top + log(2))
        return self._idf[stem]

    def view(self, note: Note) -> View:
        """The note as weighed here."""
        key = id(note)
        if key not in self._views:
            self._views[key] = self._look(note)
        return self._views[key]

    def _look(self, note: Note) -> View:
        stems = note.stems
        wide: dict[str, float] = dict.fromkeys(note.before, 0.5)
        wide.update(dict.fromkeys(note.bag, 1.0))
        return View(
            note=note,
            whole=self.weigh(note.bag),
            wide=self.weigh(wide),
            clauses=tuple(self.weigh(Counter(clause)) for clause in clauses(note.sentence.text, note.words)),
            bigrams=frozenset(pairwise(stems)),
            roots=frozenset(stem[:5] for stem in stems),
            folded=tuple(word.folded for word in note.words),
            numbers=frozenset(stem for stem in stems if stem[0].isdigit()),
            classes=frozenset().union(*(classes_of(word.folded) for word in note.words if word.content)),
            places={stem: tuple(i for i, s in enumerate(stems) if s == stem) for stem in note.bag},
        )

    def weigh(self, bag: Mapping[str, float]) -> Weighed:
        """A bag under idf, with logarithmic counts."""
        vector = {
            stem: self.idf(stem) * (1.0 + log(count) if count > 1 else float(count))
            for stem, count in bag.items()
        }
        return Weighed(vector, sqrt(sum(v * v for v in vector.values())), sum(self.idf(stem) for stem in bag))


def clauses(text: str, words: tuple[Word, ...]) -> list[list[str]]:
    """The content stems of each clause: cut at marks and at the words that open a clause."""
    found: list[list[str]] = [[]]
    end = 0
    for word in words:
        if word.folded in CLAUSE_WORDS or (end and BREAK.search(text, end, word.start)):
            found.append([])
        if word.content:
            found[-1].append(word.stem)
        end = word.end
    return [clause for clause in found if len(clause) >= SHORTEST_CLAUSE]


def likeness(a: Weighed, b: Weighed) -> float:
    """Cosine of two weighed bags."""
    small, large = (a.vector, b.vector) if len(a.vector) < len(b.vector) else (b.vector, a.vector)
    dot = sum(value * large[stem] for stem, value in small.items() if stem in large)
    return dot / (a.norm * b.norm) if dot else 0.0


def likeness_evidence(new: View, known: View, ground: Ground) -> dict[str, float]:
    """Measurements of how much two sentences tell the same, each named `l_…`, most of them 0…1."""
    shared = new.whole.vector.keys() & known.whole.vector.keys()
    mass = sum(map(ground.idf, sorted(shared)))
    evidence = {
        "l_cosine": likeness(new.whole, known.whole),
        "l_wide": likeness(new.wide, known.wide),
        "l_known_wide": likeness(new.whole, known.wide),
        "l_new_wide": likeness(new.wide, known.whole),
        "l_befores": _before(new, known),
        "l_shared": float(len(shared)),
        "l_mass": mass,
        "l_rarest": max(map(ground.idf, shared), default=0.0),
        "l_new_covered": _share(mass, new.whole.mass),
        "l_known_covered": _share(mass, known.whole.mass),
        "l_bigrams": float(len(new.bigrams & known.bigrams)),
        "l_new_left": new.whole.mass - mass,
        "l_known_left": known.whole.mass - mass,
        "l_length": log((1 + len(new.note.stems)) / (1 + len(known.note.stems))),
        "l_new_length": log(1 + len(new.note.stems)),
        "l_known_length": log(1 + len(known.note.stems)),
        "l_roots": _share(len(new.roots & known.roots), min(len(new.roots), len(known.roots))),
    }
    evidence["l_covered_min"] = min(evidence["l_new_covered"], evidence["l_known_covered"])
    evidence["l_covered_max"] = max(evidence["l_new_covered"], evidence["l_known_covered"])
    evidence["l_bigram_share"] = _share(evidence["l_bigrams"], min(len(new.bigrams), len(known.bigrams)))
    evidence.update(_clause_evidence(new, known, ground))
    evidence.update(_name_evidence(new, known, ground))
    evidence.update(_run_evidence(new, known, ground))
    evidence.update(_dense_evidence(new, known, ground))
    return evidence


def _dense_evidence(new: View, known: View, ground: Ground) -> dict[str, float]:
    """The densest place: shared stems that stand close together in both, as a fact does; chance scatters them."""
    shared = [
        (at, there, stem)
        for at, stem in enumerate(new.note.stems)
        if stem in known.places
        for there in known.places[stem]
    ]
    best: set[str] = set()
    mass, centre, other = 0.0, 0, 0
    for at, there, _ in shared:
        near = {stem for i, j, stem in shared if abs(i - at) <= WINDOW and abs(j - there) <= WINDOW}
        weight = sum(map(ground.idf, sorted(near)))
        if weight > mass:
            best, mass, centre, other = near, weight, at, there
    around = _window(new, centre) | _window(known, other) if best else set()
    return {
        "l_dense": mass,
        "l_dense_count": float(len(best)),
        "l_dense_share": _share(mass, sum(map(ground.idf, sorted(around)))),
        "l_dense_names": float(len({stem[:5] for stem in best} & new.note.names)),
        "l_dense_number": float(any(stem[0].isdigit() for stem in best)),
        "l_dense_rarest": max(map(ground.idf, best), default=0.0),
    }


def _window(view: View, centre: int) -> set[str]:
    return set(view.note.stems[max(0, centre - WINDOW) : centre + WINDOW + 1])


def _run_evidence(new: View, known: View, ground: Ground) -> dict[str, float]:
    """The longest run of equal words: a long one is copied text, at both starts a caption or a dateline."""
    length, at, there = _longest_run(new.folded, known.folded)
    shortest = min(len(new.folded), len(known.folded))
    opens = at == 0 and there == 0
    found = {
        "l_run": log(1 + length),
        "l_run_share": _share(length, shortest),
        "l_run_opens": float(opens) * _share(length, shortest),
        "l_head": float(len(set(new.note.stems[:4]) & set(known.note.stems[:4]))),
        "l_numbers": float(len(new.numbers & known.numbers)),
        "l_numbers_new_only": float(len(new.numbers - known.numbers)),
        "l_numbers_known_only": float(len(known.numbers - new.numbers)),
    }
    both = new.classes & known.classes
    found["l_classes"] = float(len(both))
    found["l_classes_share"] = _share(len(both), min(len(new.classes), len(known.classes)))
    mine, theirs = new.whole.vector.keys(), known.whole.vector.keys()
    found["l_new_odd"] = max(map(ground.idf, sorted(mine - theirs)), default=0.0)
    found["l_known_odd"] = max(map(ground.idf, sorted(theirs - mine)), default=0.0)
    if length >= OPENING_RUN and opens:
        found["l_rest"] = _rest(new, known, length)
        found["l_furniture"] = 1.0 - found["l_rest"]
    return found


def _rest(new: View, known: View, length: int) -> float:
    a, b = ({word.stem for word in view.note.words[length:] if word.content} for view in (new, known))
    return _share(len(a & b), min(len(a), len(b)))


def _longest_run(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[int, int, int]:
    """(length, start in a, start in b) of the longest run of words that both hold; the first one of several."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(b):
        places.setdefault(word, []).append(at)
    best = (0, -1, -1)
    ending: dict[int, int] = {}
    for at, word in enumerate(a):
        runs = {there: ending.get(there - 1, 0) + 1 for there in places.get(word, ())}
        for there, length in runs.items():
            if length > best[0]:
                best = (length, at - length + 1, there - length + 1)
        ending = runs
    return best


def _before(new: View, known: View) -> float:
    """Whether the sentences before tell the same too: background is often repeated paragraph by paragraph."""
    a, b = new.note.before, known.note.before
    return _share(len(a.keys() & b.keys()), min(len(a), len(b)))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _clause_evidence(new: View, known: View, ground: Ground) -> dict[str, float]:
    best = covered_new = covered_known = 0.0
    for clause in new.clauses:
        covered_new = max(covered_new, _covered(clause, known.whole, ground))
        for other in known.clauses:
            best = max(best, likeness(clause, other))
    for clause in known.clauses:
        covered_known = max(covered_known, _covered(clause, new.whole, ground))
    return {"l_clauses": best, "l_clause_new": covered_new, "l_clause_known": covered_known}


def _covered(clause: Weighed, other: Weighed, ground: Ground) -> float:
    shared = sorted(clause.vector.keys() & other.vector.keys())
    return _share(sum(map(ground.idf, shared)), clause.mass) * min(1.0, len(shared) / 4)


def _name_evidence(new: View, known: View, ground: Ground) -> dict[str, float]:
    a, b = new.note.names, known.note.names
    shared = a & b
    return {
        "l_names": float(len(shared)),
        "l_names_new_only": float(len(a - b)),
        "l_names_known_only": float(len(b - a)),
        "l_names_share": _share(len(shared), len(a | b)),
        "l_no_names": float(not a and not b),
        "l_plain": _share(
            sum(
                ground.idf(s)
                for s in sorted(new.whole.vector.keys() & known.whole.vector.keys())
                if s[:5] not in shared
            ),
            new.whole.mass,
        ),
    }

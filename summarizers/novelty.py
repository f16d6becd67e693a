"""How new a sentence is against those already told: cosines from an inverted index, with past-only information.

A sentence is as new as its nearest known sentence is far (Allan, Wade & Bolivar 2003, "Retrieval and novelty
detection at the sentence level": the simple cosine beats elaborate models).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import nlargest
from itertools import pairwise
from math import log, sqrt

from summarizers.words import Word

COMMON = (
    2_000  # sentences that hold a stem; a commoner one tells nothing, and would make a search as long as all
)
Bag = Mapping[str, int]
Weighting = Callable[[int, int], float]


def flat(_holding: int, _sentences: int) -> float:
    """Every stem weighs the same: what is best where little is known yet."""
    return 1.0


def rarity(holding: int, sentences: int) -> float:
    """The idf of a stem that `holding` of the `sentences` hold; finite for a stem that none holds."""
    return log((sentences + 1.0) / (holding + 0.5))


class Index:
    """Sentences by their stems: `search` gives the nearest ones by cosine of sublinear term frequencies.

    Sentences are known by their position, in the order in which they were added. `weighting` turns the number of
    sentences that hold a stem, and the number of all, into the stem's weight; weights follow what was added, so add
    in batches: the first search after an `add` pays for the new norms.
    """

    def __init__(self, bags: Iterable[Bag] = (), weighting: Weighting = flat) -> None:
        self._weighting = weighting
        self._postings: dict[str, list[int]] = {}
        self._repeats: dict[str, dict[int, float]] = {}  # what a stem counts beyond 1; most stand once
        self._size = 0
        self._inverse: list[float] = []  # 1 / norm, brought up to date by `_norms`
        for bag in bags:
            self.add(bag)

    def __len__(self) -> int:
        return self._size

    def add(self, bag: Bag) -> int:
        """The position of the sentence, which is found by searches from now on."""
        position, postings = self._size, self._postings
        for term, count in bag.items():
            if term in postings:
                postings[term].append(position)
            else:
                postings[term] = [position]
            if count > 1:
                self._repeats.setdefault(term, {})[position] = log(count)
        self._size += 1
        return position

    def holding(self, term: str) -> int:
        """How many sentences hold the stem."""
        return len(self._postings.get(term, ()))

    def weight(self, term: str) -> float:
        """What one stem weighs, given all that was added so far."""
        return self._weighting(self.holding(term), self._size)

    def search(self, bag: Bag, limit: int | None = None) -> list[tuple[int, float]]:
        """(position, cosine) of the sentences that share a stem, nearest first, equals in order of position."""
        found = self.hits(bag)
        best = sorted(found, reverse=True) if limit is None else nlargest(limit, found)
        return [(-place, cosine) for cosine, place in best]

    def hits(self, bag: Bag, faintest: float = 0.0) -> list[tuple[float, int]]:
        """(cosine, minus position) of sentences that share a stem, in no order: the largest are the nearest."""
        query = {term: (1.0 + log(count)) * self.weight(term) for term, count in bag.items()}
        norm = sqrt(sum(value * value for value in query.values()))
        if not norm:
            return []
        inverse = self._norms()
        least = faintest * norm
        return [
            (dot * inverse[at] / norm, -at)
            for at, dot in self._dots(query).items()
            if dot * inverse[at] >= least
        ]

    def nearest(self, bag: Bag) -> float:
        """The cosine to the nearest sentence; 0 where none shares a stem."""
        hits = self.search(bag, 1)
        return min(1.0, hits[0][1]) if hits else 0.0

    def _dots(self, query: Mapping[str, float]) -> dict[int, float]:
        dots: defaultdict[int, float] = defaultdict(float)
        for term, value in query.items():
            if self.holding(term) > COMMON:
                continue
            weighted = value * self.weight(term)
            for position in self._postings.get(term, ()):
                dots[position] += weighted
            for position, extra in self._repeats.get(term, {}).items():
                dots[position] += weighted * extra
        return dots

    def _norms(self) -> list[float]:
        if len(self._inverse) != self._size:
            squares = [0.0] * self._size
            for term, positions in self._postings.items():
                square = self.weight(term) ** 2
                for position in positions:
                    squares[position] += square
                for position, extra in self._repeats.get(term, {}).items():
                    squares[position] += square * extra * (2.0 + extra)
            self._inverse = [1.0 / sqrt(value) if value > 0.0 else 0.0 for value in squares]
        return self._inverse


def bag_of(words: Sequence[Word]) -> Counter[str]:
    """The content stems of a sentence, counted."""
    return Counter(word.stem for word in words if word.content)


def phrases(words: Sequence[Word]) -> Counter[str]:
    """The content stems and their adjacent pairs: what names a fact more sharply than stems alone."""
    stems = [word.stem for word in words if word.content]
    return Counter([*stems, *(f"{a} {b}" for a, b in pairwise(stems))])


def novelty(new: Iterable[Bag], known: Index) -> list[float]:
    """How new each sentence is: 1 minus its cosine to the nearest known one; 1 where nothing is known."""
    return [1.0 - known.nearest(bag) for bag in new]

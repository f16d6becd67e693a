"""What a sentence is worth to a summary: our own rankers, in plain Python and the same for every hash seed.

`concepts` covers adjacent word pairs, after Gillick & Favre 2009 ("A scalable global model for summarization"),
greedily, which is near the exact optimum (Boudin, Mougard & Favre 2015). `centroid`, `lexrank` (Erkan & Radev 2004)
and `textrank` (Mihalcea & Tarau 2004) score sentences; news puts first what matters, so all know the position.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from typing import Protocol

from summarizers.novelty import rarity
from summarizers.types import Sentence
from summarizers.words import Word

Vector = Mapping[str, float]
Links = Sequence[Mapping[int, float]]

PAIR = 1.0
CONTENT_PAIR = 1.5  # of two content words; "of the" says less, but still tells one phrasing from another
BY_WORDS = 0.9  # power of a sentence's length that is its cost
BY_SENTENCES = 0.6  # where sentences are counted, length only tempers what a long one gains
LINK = 0.1  # cosine from which two sentences are linked (Erkan & Radev)
LINKED_BY = 8  # sentences that a stem links the next one to; frequent stems would make the graph quadratic
DAMPING = 0.2  # the share of a rank that comes over links; the rest comes with the position
ROUNDS, SETTLED = 50, 1e-6
REDUNDANCY = 0.3  # what likeness to a chosen sentence takes away (Carbonell & Goldstein 1998)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that a summary may show, with its words, its document (from 0) and its place in it (from 0)."""

    sentence: Sentence
    words: Sequence[Word]
    document: int
    position: int
    length: int  # words as a reader counts them: what stands between blanks


class Ranking(Protocol):
    """What the selector asks: the worth of adding candidates to those taken so far."""

    def gain(self, members: Sequence[int]) -> float:
        """The worth of adding these, for what they cost; it never grows while others are taken."""

    def take(self, members: Sequence[int]) -> None:
        """These are in the summary from now on."""


class Coverage:
    """Concepts that count once: a sentence is worth those that no taken one holds, for its cost."""

    def __init__(
        self,
        concepts: Sequence[Collection[str]],
        weights: Vector,
        costs: Sequence[float],
        told: Iterable[str] = (),
    ) -> None:
        self._concepts = concepts
        self._weights = weights
        self._costs = costs
        self._covered = set(told)

    def gain(self, members: Sequence[int]) -> float:
        fresh = dict.fromkeys(c for m in members for c in self._concepts[m] if c not in self._covered)
        return sum(self._weights[c] for c in fresh) / sum(self._costs[m] for m in members)

    def take(self, members: Sequence[int]) -> None:
        for member in members:
            self._covered.update(self._concepts[member])


class Relevance:
    """Scores, less the likeness to what is taken (maximal marginal relevance); without vectors the scores alone."""

    def __init__(self, scores: Sequence[float], vectors: Sequence[Vector] = ()) -> None:
        self._scores = scores
        self._vectors = vectors
        self._taken: list[Vector] = []

    def gain(self, members: Sequence[int]) -> float:
        return sum(self._scores[m] - REDUNDANCY * self._likeness(m) for m in members) / len(members)

    def take(self, members: Sequence[int]) -> None:
        self._taken.extend(self._vectors[m] for m in members if self._vectors)

    def _likeness(self, member: int) -> float:
        return max((dot(self._vectors[member], taken) for taken in self._taken), default=0.0)


def lead(candidates: Sequence[Candidate]) -> Ranking:
    """The first sentences; of several documents the first of each, then the second of each."""
    return Relevance([1.0 / (1.0 + c.position) for c in candidates])


def centroid(candidates: Sequence[Candidate]) -> Ranking:
    """Sentences near the sum of all (Radev et al. 2004), early ones first, unlike each other."""
    vectors = unit_vectors(candidates)
    total: Counter[str] = Counter()
    for vector in vectors:
        total.update(vector)
    nearness = [dot(vector, total) for vector in vectors]
    top = max(nearness, default=0.0) or 1.0
    prior = priors(candidates)
    return Relevance([value / top * p for value, p in zip(nearness, prior, strict=True)], vectors)


def lexrank(candidates: Sequence[Candidate]) -> Ranking:
    """Sentences that many others resemble, by PageRank over their cosines with a start at the early ones."""
    vectors = unit_vectors(candidates)
    return Relevance(_scaled(page_rank(likenesses(vectors), priors(candidates, 0.75))), vectors)


def textrank(candidates: Sequence[Candidate]) -> Ranking:
    """Sentences that share many words with others for their length, by PageRank as in `lexrank`."""
    vectors = unit_vectors(candidates)
    return Relevance(_scaled(page_rank(overlaps(candidates), priors(candidates, 0.75))), vectors)


def concepts(
    candidates: Sequence[Candidate], *, by_words: bool = True, told: Sequence[Candidate] = ()
) -> Ranking:
    """Coverage of adjacent stem pairs, heavier the more documents (or sentences of the only one) hold them early."""
    pairs = [stem_pairs(c.words) for c in candidates]
    several = len({c.document for c in candidates}) > 1
    weights = concept_weights(candidates, pairs, several=several)
    power = BY_WORDS if by_words else BY_SENTENCES
    costs = [c.length**power for c in candidates]
    return Coverage(pairs, weights, costs, (pair for t in told for pair in stem_pairs(t.words)))


OWN: Mapping[str, Callable[[Sequence[Candidate]], Ranking]] = {
    "centroid": centroid,
    "lexrank": lexrank,
    "textrank": textrank,
    "lead": lead,
}


def stem_pairs(words: Sequence[Word]) -> dict[str, float]:
    """The concepts of a sentence, each with what it weighs by itself."""
    pairs: dict[str, float] = {}
    for first, second in pairwise(words):
        pairs[f"{first.stem} {second.stem}"] = CONTENT_PAIR if first.content and second.content else PAIR
    return pairs


def concept_weights(
    candidates: Sequence[Candidate], pairs: Sequence[Vector], *, several: bool
) -> dict[str, float]:
    """What each pair is worth: the more documents hold it (of one article, sentences) and the earlier, the more."""
    own: dict[str, float] = {}
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    holding: Counter[str] = Counter()
    for candidate, held in zip(candidates, pairs, strict=True):
        holder = candidate.document if several else candidate.position
        own.update(held)
        for pair in held:
            first[pair] = min(first.get(pair, candidate.position), candidate.position)
            if last.get(pair) != holder:
                last[pair] = holder
                holding[pair] += 1
    worth = _worth_to_several if several else _worth_to_one
    return {pair: weight * worth(holding[pair], first[pair]) for pair, weight in own.items()}


def _worth_to_several(holding: int, first: int) -> float:
    """What one source alone says breaks ties and fills the end; the place matters little."""
    return float(holding / (1.0 + first) ** 0.15 if holding > 1 else 0.5 / (1.0 + first) ** 0.5)


def _worth_to_one(holding: int, first: int) -> float:
    """An article puts first what matters; what it says once and late is a detail."""
    return float(holding / (1.0 + first) ** (0.5 if holding > 1 else 1.5))


def priors(candidates: Sequence[Candidate], power: float = 1.0) -> list[float]:
    """How much a place promises: falling with the place in one article, less steeply where there are several."""
    several = len({c.document for c in candidates}) > 1
    falling = [(1.0 + c.position) ** -power for c in candidates]
    return [(1.0 + value) / 2 for value in falling] if several else falling


def unit_vectors(candidates: Sequence[Candidate]) -> list[Vector]:
    """Tf-idf vectors of length 1, with the idf of these sentences."""
    bags = [Counter(word.stem for word in c.words if word.content) for c in candidates]
    holding = Counter(term for bag in bags for term in bag)
    idf = {term: rarity(count, len(bags)) for term, count in holding.items()}
    return [_unit({term: count * idf[term] for term, count in bag.items()}) for bag in bags]


def _unit(vector: dict[str, float]) -> Vector:
    norm = sqrt(sum(value * value for value in vector.values()))
    return {term: value / norm for term, value in vector.items()} if norm else {}


def dot(a: Vector, b: Vector) -> float:
    """The inner product of two sparse vectors, for unit vectors their cosine."""
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[term] for term, weight in a.items() if term in b)


def likenesses(vectors: Sequence[Vector]) -> Links:
    """For each sentence those whose cosine to it is above `LINK`, found over shared stems only."""
    links: list[dict[int, float]] = [{} for _ in vectors]
    postings: dict[str, list[tuple[int, float]]] = {}
    for at, vector in enumerate(vectors):
        dots: dict[int, float] = {}
        for term, weight in vector.items():
            seen = postings.setdefault(term, [])
            for other, value in seen:
                dots[other] = dots.get(other, 0.0) + weight * value
            if len(seen) < LINKED_BY:
                seen.append((at, weight))
        for other, value in dots.items():
            if value > LINK:
                links[at][other] = links[other][at] = value
    return links


def overlaps(candidates: Sequence[Candidate]) -> Links:
    """For each sentence those that share two stems or more with it: how many, over the logarithms of both lengths."""
    bags = [dict.fromkeys(word.stem for word in c.words if word.content) for c in candidates]
    links: list[dict[int, float]] = [{} for _ in bags]
    postings: dict[str, list[int]] = {}
    for at, bag in enumerate(bags):
        shared: Counter[int] = Counter()
        for term in bag:
            seen = postings.setdefault(term, [])
            shared.update(seen)
            if len(seen) < LINKED_BY:
                seen.append(at)
        for other, count in shared.items():
            if count > 1:
                value = count / log(len(bag) * len(bags[other]))
                links[at][other] = links[other][at] = value
    return links


def page_rank(links: Links, start: Sequence[float], damping: float = DAMPING) -> list[float]:
    """The stationary share of each sentence; `start` is where a walk begins again (Page et al. 1999)."""
    whole = sum(start)
    begin = [value / whole for value in start]
    degrees = [sum(row.values()) for row in links]
    ranks = begin
    for _ in range(ROUNDS):
        flow = [rank / degree if degree else 0.0 for rank, degree in zip(ranks, degrees, strict=True)]
        lost = sum(rank for rank, degree in zip(ranks, degrees, strict=True) if not degree)
        after = [
            (1.0 - damping + damping * lost) * begin[at]
            + damping * sum(w * flow[other] for other, w in row.items())
            for at, row in enumerate(links)
        ]
        moved = sum(abs(a - b) for a, b in zip(after, ranks, strict=True))
        ranks = after
        if moved < SETTLED:
            break
    return ranks


def _scaled(values: Sequence[float]) -> list[float]:
    top = max(values, default=0.0) or 1.0
    return [value / top for value in values]

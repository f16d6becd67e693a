"""Which sentences fit a budget: the greedy choice, without repeats and without a sentence that hangs in the air."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from summarizers.errors import InvalidBudget
from summarizers.rank import Candidate, Ranking
from summarizers.words import fold

SENTENCES = 3  # without a budget
SHORT = 5  # words: a shorter sentence is taken only when no longer one is left
ALIKE = 0.8  # the share of all words of two sentences that both hold, from which one repeats the other


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `limit` words, or else sentences."""

    limit: int
    by_words: bool

    def cost(self, candidate: Candidate) -> int:
        return candidate.length if self.by_words else 1


def budget_of(sentences: int | None, words: int | None) -> Budget:
    """The budget that was asked for, three sentences by default; InvalidBudget if there is none to meet."""
    if sentences is not None and words is not None:
        raise InvalidBudget("Give a number of sentences or a number of words, not both.")
    limit = SENTENCES if sentences is None and words is None else sentences if words is None else words
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise InvalidBudget(f"A summary's budget is a whole number from 1 up, not {limit!r}.")
    return Budget(limit, by_words=words is not None)


def without_repeats(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates whose folded words no earlier one has."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(folded(candidate), candidate)
    return list(first.values())


def folded(candidate: Candidate) -> str:
    """The words of a candidate for comparing; its marks where it has no word."""
    return " ".join(word.folded for word in candidate.words) or fold(candidate.sentence.text)


def select(
    candidates: Sequence[Candidate],
    ranking: Ranking,
    budget: Budget,
    units: Mapping[int, Sequence[int]],
    *,
    worthless: bool = True,
) -> list[int]:
    """The chosen candidates, in order of place. `units`: with each that may be shown, all that must stand with it.

    Lazy greedy (Minoux 1978): a gain only falls while others are taken, so an old one is an upper bound, and only
    the best is weighed again. A unit whose neighbour was taken costs less, and is put back with its new gain.
    `worthless` tells whether a sentence without any gain may fill the budget.
    """
    leaning = _leaning(units)
    heap = [_entry(candidates, ranking, at, unit) for at, unit in units.items()]
    heapify(heap)
    chosen: dict[int, frozenset[str]] = {}
    left = budget.limit
    while heap and left:
        entry = heappop(heap)
        at = entry[-1]
        members = [m for m in units[at] if m not in chosen]
        cost = sum(budget.cost(candidates[m]) for m in members)
        if at in chosen or cost > left:
            continue
        now = _entry(candidates, ranking, at, members)
        if heap and now > heap[0]:
            heappush(heap, now)
            continue
        if now[1] >= 0.0 and not worthless:
            continue
        words = {m: _word_set(candidates[m]) for m in members}
        if any(_repeats(new, old) for new in words.values() for old in chosen.values()):
            continue
        ranking.take(members)
        chosen |= words
        left -= cost
        for again in sorted({a for m in members for a in leaning[m]} - chosen.keys()):
            rest = [m for m in units[again] if m not in chosen]
            heappush(heap, _entry(candidates, ranking, again, rest))
    return sorted(chosen)


def _entry(
    candidates: Sequence[Candidate], ranking: Ranking, at: int, members: Sequence[int]
) -> tuple[bool, float, int]:
    return candidates[at].length < SHORT, -ranking.gain(members), at


def _leaning(units: Mapping[int, Sequence[int]]) -> Mapping[int, list[int]]:
    leaning: dict[int, list[int]] = defaultdict(list)
    for at, unit in units.items():
        for member in unit:
            if member != at:
                leaning[member].append(at)
    return leaning


def _word_set(candidate: Candidate) -> frozenset[str]:
    return frozenset(word.folded for word in candidate.words)


def _repeats(new: frozenset[str], old: frozenset[str]) -> bool:
    return len(new & old) >= ALIKE * max(1, len(new | old))

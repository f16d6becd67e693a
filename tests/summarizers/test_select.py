"""The greedy choice: it keeps to the budget, repeats nothing and leaves nothing hanging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.errors import InvalidBudget
from summarizers.rank import Candidate, Relevance
from summarizers.select import Budget, budget_of, select, without_repeats
from summarizers.types import Sentence
from summarizers.words import tokens

TEXTS = [
    "The harbour of Tollby was closed on Monday after a storm.",
    "Two ferries are waiting outside the breakwater.",
    "The mayor expects the first ship on Thursday morning.",
    "Insurers put the damage at 12 million crowns.",
    "A crane fell onto the fish market during the night.",
]


def candidates(texts: list[str]) -> list[Candidate]:
    return [
        Candidate(Sentence(text, "a", 1, 0, len(text), at), tokens(text), 0, at, len(text.split()))
        for at, text in enumerate(texts)
    ]


def alone(count: int) -> dict[int, tuple[int, ...]]:
    return {at: (at,) for at in range(count)}


def choose(
    texts: list[str], scores: list[float], budget: Budget, units: dict[int, tuple[int, ...]] | None = None
):
    return select(candidates(texts), Relevance(scores), budget, units or alone(len(texts)))


def test_without_a_budget_there_are_three_sentences():
    assert budget_of(None, None) == Budget(3, by_words=False)


@pytest.mark.parametrize(
    ("sentences", "words"),
    [(3, 100), (0, None), (None, 0), (-1, None), (None, -5), (True, None), (2.5, None)],
)
def test_a_budget_that_no_summary_can_meet_is_refused(sentences, words):
    with pytest.raises(InvalidBudget):
        budget_of(sentences, words)


def test_the_best_come_out_in_order_of_place():
    assert choose(TEXTS, [0.1, 0.2, 0.9, 0.3, 0.8], Budget(2, by_words=False)) == [2, 4]


def test_a_sentence_too_long_for_the_rest_of_the_words_makes_room_for_the_next_best():
    assert choose(TEXTS, [0.9, 0.1, 0.8, 0.2, 0.3], Budget(18, by_words=True)) == [0, 1]


def test_a_leaning_sentence_brings_what_it_needs():
    units = alone(5) | {2: (1, 2)}
    assert choose(TEXTS, [0.1, 0.1, 2.0, 0.2, 0.1], Budget(3, by_words=False), units) == [1, 2, 3]


def test_a_leaning_sentence_is_left_out_where_what_it_needs_does_not_fit():
    units = alone(5) | {2: (1, 2)}
    assert choose(TEXTS, [0.1, 0.1, 2.0, 0.2, 0.1], Budget(1, by_words=False), units) == [3]


def test_a_leaning_sentence_costs_only_itself_once_its_neighbour_is_taken():
    units = alone(5) | {2: (1, 2)}
    assert choose(TEXTS, [0.1, 0.9, 0.8, 0.7, 0.1], Budget(2, by_words=False), units) == [1, 2]


def test_a_sentence_that_may_not_be_shown_is_never_chosen():
    units = {at: (at,) for at in (0, 3)}
    assert choose(TEXTS, [0.1, 0.9, 0.8, 0.7, 0.1], Budget(3, by_words=False), units) == [0, 3]


def test_near_copies_are_taken_once():
    texts = [TEXTS[0], "The harbour of Tollby was closed on Monday, after a storm!", TEXTS[3]]
    assert choose(texts, [0.9, 0.8, 0.1], Budget(2, by_words=False)) == [0, 2]


def test_short_sentences_come_only_when_no_longer_one_is_left():
    assert choose(["Ferries wait.", *TEXTS[:2]], [0.9, 0.2, 0.1], Budget(2, by_words=False)) == [1, 2]
    assert choose(["Ferries wait.", TEXTS[0]], [0.9, 0.2], Budget(2, by_words=False)) == [0, 1]


def test_copies_that_differ_in_marks_only_are_dropped_before_ranking():
    kept = without_repeats(
        candidates(["Ships wait.", "“Ships wait”", "Ships  WAIT!", "Ships sail.", "…", "…"])
    )
    assert [c.sentence.text for c in kept] == ["Ships wait.", "Ships sail.", "…"]


@given(
    scores=st.lists(st.floats(0, 1), min_size=5, max_size=5),
    limit=st.integers(1, 60),
    by_words=st.booleans(),
    needs=st.lists(st.sampled_from([(), (0,), (1,), (0, 1)]), min_size=5, max_size=5),
)
def test_the_budget_holds_whatever_leans_on_what(scores, limit, by_words, needs):
    units = {at: tuple(sorted({at, *need})) for at, need in enumerate(needs)}
    budget = Budget(limit, by_words)
    chosen = choose(TEXTS, scores, budget, units)
    assert sum(budget.cost(candidates(TEXTS)[at]) for at in chosen) <= limit
    assert chosen == sorted(set(chosen))

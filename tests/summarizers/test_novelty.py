"""How new a sentence is: what an inverted index of stems must find, and that it agrees with the plain cosine."""

from __future__ import annotations

from collections import Counter
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.novelty import Index, bag_of, flat, novelty, phrases, rarity
from summarizers.words import cosine, tokens

WORDS = st.sampled_from(["dam", "ferri", "vote", "strike", "harbour", "12", "mayor", "flood"])
BAGS = st.lists(st.lists(WORDS, max_size=8).map(Counter), max_size=12)


def bag(text: str) -> Counter[str]:
    return bag_of(tokens(text))


def sublinear(counts: Counter[str], index: Index) -> dict[str, float]:
    return {term: (1 + log(count)) * index.weight(term) for term, count in counts.items()}


@pytest.mark.parametrize("weighting", [flat, rarity])
@given(known=BAGS, query=st.lists(WORDS, max_size=8).map(Counter))
def test_search_finds_what_comparing_with_every_sentence_would_find(weighting, known, query):
    index = Index(known, weighting)
    plain = {i: cosine(sublinear(query, index), sublinear(each, index)) for i, each in enumerate(known)}
    found = dict(index.search(query))
    assert found == pytest.approx({i: value for i, value in plain.items() if value > 0})


@given(known=BAGS, query=st.lists(WORDS, max_size=8).map(Counter), limit=st.integers(1, 5))
def test_a_limit_keeps_the_nearest(known, query, limit):
    index = Index(known)
    assert index.search(query, limit) == index.search(query)[:limit]


@pytest.mark.parametrize("weighting", [flat, rarity])
def test_adding_one_by_one_between_searches_is_the_same_as_adding_all(weighting):
    bags = [
        bag("The ferry strike ends."),
        bag("The dam holds, the dam leaks."),
        bag("Voters back the harbour."),
    ]
    slowly = Index(weighting=weighting)
    for position, each in enumerate(bags):
        assert slowly.add(each) == position
        slowly.search(bags[0])
    query = bag("A vote on the leaking dam follows the strike.")
    assert slowly.search(query) == Index(bags, weighting).search(query)


def test_equally_near_sentences_come_in_the_order_in_which_they_were_added():
    index = Index([bag("The ferry is late."), bag("The harbour is closed."), bag("The ferry is late.")])
    assert [position for position, _ in index.search(bag("A late ferry"))] == [0, 2]


def test_a_sentence_told_before_is_not_new_and_one_of_other_words_is_all_new():
    known = Index([bag("The mayor of Tollby resigned on Friday.")])
    told, fresh = novelty([bag("On Friday the mayor of Tollby resigned."), bag("A bridge collapsed.")], known)
    assert told == pytest.approx(0.0)
    assert fresh == 1.0


def test_where_nothing_is_known_or_nothing_is_said_all_is_new():
    assert novelty([bag("The dam broke."), Counter()], Index()) == [1.0, 1.0]
    assert novelty([Counter()], Index([Counter(), bag("The dam broke.")])) == [1.0]


def test_phrases_are_the_content_stems_and_their_neighbours():
    assert phrases(tokens("The dam of Tollby leaks.")) == Counter(
        ["dam", "tollbi", "leak", "dam tollbi", "tollbi leak"]
    )

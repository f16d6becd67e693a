"""sumy's rankers on our sentences: what must not come through of their known faults."""

from __future__ import annotations

import math

import pytest

from summarizers.rank import Candidate
from summarizers.sumy_rankers import AT_MOST, CLASSES, ranking, ratings
from summarizers.types import Sentence
from summarizers.words import tokens

METHODS = sorted(CLASSES)
STORM = [
    "The harbour of Tollby was closed on Monday after a storm.",
    "Two ferries are waiting outside the harbour of Tollby.",
    "The mayor expects the first ship on Thursday morning.",
    "Insurers put the damage in the harbour at 12 million crowns.",
    "A crane fell onto the fish market during the storm.",
]


def candidates(texts: list[str]) -> list[Candidate]:
    return [
        Candidate(Sentence(text, "a", 1 + at // 2, 0, len(text), at), tokens(text), 0, at, len(text.split()))
        for at, text in enumerate(texts)
    ]


def order(method: str, texts: list[str], title: str = "") -> list[int]:
    found = ranking(method, candidates(texts), title)
    return sorted(range(len(texts)), key=lambda at: -found.gain([at]))


@pytest.mark.parametrize("method", METHODS)
def test_each_sentence_gets_a_rating(method):
    assert len(ratings(method, candidates(STORM))) == len(STORM)
    assert all(math.isfinite(value) for value in ratings(method, candidates(STORM)))


@pytest.mark.parametrize("method", METHODS)
def test_equal_texts_keep_ratings_of_their_own(method):
    assert len(ratings(method, candidates([STORM[0], STORM[0], STORM[1]]))) == 3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["Storm."],
        ["Rates were cut.", "Nobody saw ferries."],  # no shared word: LexRank divides 0 by 0
        ["…", "!!"],
        ["the of and", "it is a"],
        ["5", "6", "7", "8"],
        ["港は閉鎖された", "船は待っている"],
    ],
)
def test_texts_without_links_keep_their_order_and_warn_nobody(method, texts):
    assert order(method, texts) or not texts
    assert all(not math.isnan(value) for value in ratings(method, candidates(texts)))


def test_where_no_two_sentences_are_linked_the_lead_comes_first():
    assert order("sumy-lexrank", ["Rates were cut.", "Nobody saw ferries.", "Chess clubs vote."]) == [0, 1, 2]


def test_ties_go_to_the_earlier_sentence():
    assert order("sumy-lsa", ["ferry storm", "chess club", "crane market"]) == [0, 1, 2]


def test_the_words_of_the_title_are_edmundsons_bonus():
    texts = [STORM[2], STORM[3], STORM[1], STORM[0], STORM[4], STORM[2] + " Again."]
    middle = texts.index(STORM[1])
    plain = ratings("sumy-edmundson", candidates(texts), "Chess club")
    titled = ratings("sumy-edmundson", candidates(texts), "Two ferries waiting outside")
    assert titled[middle] > plain[middle]


def test_more_sentences_than_a_ranker_can_bear_rank_last_in_their_order():
    texts = [
        f"Ferry number {at} left harbour {at % 7} with a load of salt."
        for at in range(AT_MOST["sumy-kl"] + 3)
    ]
    assert order("sumy-kl", texts)[-3:] == [len(texts) - 3, len(texts) - 2, len(texts) - 1]

"""Our English stems must be Snowball's own, letter for letter."""

from __future__ import annotations

import snowballstemmer
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers.english import IRREGULAR, STEP_2, STEP_3, STEP_4, stem

THEIRS = snowballstemmer.stemmer("english")
BEGINNINGS = "arsen commun emerg gener inter later organ past univers succ proc exc even cann inn earr herr out".split()
ENDINGS = [
    *STEP_2,
    *STEP_3,
    *STEP_4,
    *"s es ies ied sses us ss 's 's' ' ed edly ing ingly eed eedly e l ll y".split(),
]
PARTS = st.one_of(
    st.sampled_from(BEGINNINGS), st.sampled_from(ENDINGS), st.text(alphabet="aeiouybdlstwxp'éß1", max_size=4)
)


@given(st.lists(PARTS, min_size=1, max_size=4).map("".join))
@settings(max_examples=1500)
def test_every_word_has_snowballs_stem(word):
    assert stem(word) == THEIRS.stemWord(word)


def test_the_words_that_the_rules_would_spoil_have_snowballs_stem():
    words = [
        *IRREGULAR,
        "dying",
        "tying",
        "flying",
        "added",
        "egging",
        "hopping",
        "hoping",
        "evening",
        "succeed",
        "agreed",
    ]
    words += [
        "generously",
        "ministers",
        "negotiations",
        "said",
        "gas",
        "ties",
        "cries",
        "youth",
        "boyish",
        "syzygy",
        "mayor's",
    ]
    assert {word: stem(word) for word in words} == {word: THEIRS.stemWord(word) for word in words}


def test_a_word_of_a_thousand_letters_is_stemmed():
    assert stem("b" * 1000) == "b" * 1000
    assert stem("ya" * 500) == THEIRS.stemWord("ya" * 500)

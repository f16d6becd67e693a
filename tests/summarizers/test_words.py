"""Words, stems and stop words: what is a token, where it stands, and what counts."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.words import content_stems, cosine, fold, fold_words, language_of, stem, tokens


def folded(text: str) -> list[str]:
    return [word.folded for word in tokens(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "The U.S. sent 1,000 troops at 7 a.m.",
            ["the", "u.s.", "sent", "1,000", "troops", "at", "7", "a.m."],
        ),
        ("It rose 3.5% by 10:00 on the 30th.", ["it", "rose", "3.5", "by", "10:00", "on", "the", "30th"]),
        ("They don't, and won’t.", ["they", "don't", "and", "won't"]),
        ("Orrin's ports; the miners’ pay", ["orrin", "ports", "the", "miners", "pay"]),
        ("a two‑hour call", ["a", "two", "hour", "call"]),
        ("the F16 jets", ["the", "f16", "jets"]),
        ("Ärzte in Ålesund", ["ärzte", "in", "ålesund"]),
        ("القاهرة اليوم", ["القاهرة", "اليوم"]),
        ("…—!?", []),
        ("", []),
    ],
)
def test_a_text_has_these_words(text, words):
    assert folded(text) == words


def test_stop_words_and_lone_letters_do_not_count_but_digits_do():
    assert content_stems("A plan B of the union's 7 miners, who wouldn't go") == (
        "plan",
        "union",
        "7",
        "miner",
        "go",
    )
    assert content_stems("Der Streik der Bergleute", "de") == (stem("streik", "de"), stem("bergleute", "de"))


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("negotiations", "negotiation", "en"),
        ("mined", "mining", "en"),
        ("gruben", "grube", "de"),
        ("negociaciones", "negociación", "es"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other, language):
    assert stem(one, language) == stem(other, language)


def test_numbers_and_initials_are_their_own_stems():
    assert [stem(word) for word in ("1,000", "u.s.", "30th", "x" * 41)] == ["1,000", "u.s.", "30th", "x" * 41]


def test_an_unknown_language_is_stemmed_as_english():
    assert stem("negotiations", "xx") == stem("negotiations", "en")


def test_folding_joins_marks_case_and_blanks():
    assert fold("  “Ebba’s”\u00a0two‑hour\n CALL ﬁxed ") == '"ebba\'s" two-hour call fixed'
    assert fold_words("“No ore,” she said.") == fold_words("No ore -- she SAID!")


@pytest.mark.parametrize(
    ("declared", "language"),
    [
        ([], "en"),
        ([None], "en"),
        ([None, "de"], "de"),
        (["en-GB", "de"], "en"),
        (["pt_BR"], "pt"),
        ([""], "en"),
    ],
)
def test_the_first_language_declared_counts(declared, language):
    assert language_of(declared) == language


def test_cosine_is_one_for_a_multiple_and_zero_without_a_common_term():
    assert cosine({"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 4.0}) == pytest.approx(1.0)
    assert cosine({"a": 1.0}, {"b": 1.0}) == cosine({}, {"a": 1.0}) == cosine({}, {}) == 0.0


VECTORS = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 100), max_size=6)


@given(VECTORS, VECTORS)
def test_cosine_is_symmetric_and_a_share(a, b):
    assert cosine(a, b) == pytest.approx(cosine(b, a))
    assert 0.0 <= cosine(a, b) <= 1.0 + 1e-9


@given(st.text(max_size=120))
def test_words_stand_where_they_say_in_order(text):
    end = 0
    for word in tokens(text):
        assert end <= word.start < word.end
        assert text[word.start : word.end] == word.text
        end = word.end


@given(st.text(max_size=120))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60), st.sampled_from(["en", "de", "ru", "tr", "xx"]))
def test_any_text_has_stems_in_any_language(text, language):
    assert all(content_stems(text, language))
    assert isfinite(len(content_stems(text, language)))


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "a." * 300_000, "1," * 300_000, "'" * 1_000_000, "a'" * 300_000]
)
def test_hostile_lengths_end(text):
    assert sum(len(word.text) for word in tokens(text)) <= len(text)

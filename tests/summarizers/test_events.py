"""Event classes: the verb, the noun and the outcome of one event must meet; other words must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.events import base, classes, classes_of, outcomes_of, past_form, root
from summarizers.words import tokens


@pytest.mark.parametrize(
    ("announced", "reported"),
    [
        ("speak", "conversation"),
        ("meet", "talks"),
        ("travel", "visited"),
        ("sign", "agreement"),
        ("launch", "unveiled"),
        ("appoint", "named"),
        ("resign", "quit"),
        ("arrest", "detained"),
        ("strike", "walkout"),
        ("acquire", "takeover"),
        ("testify", "hearing"),
        ("perform", "concert"),
    ],
)
def test_an_event_is_one_class_by_whatever_part_of_speech_it_is_named(announced, reported):
    assert classes_of(announced) & classes_of(reported)


@pytest.mark.parametrize(("event", "outcome"), [("vote", "vetoed"), ("trial", "convicted"), ("visit", "met")])
def test_an_outcome_tells_of_which_announced_event_it_is(event, outcome):
    assert classes_of(event) & outcomes_of(outcome)


def test_the_classes_of_a_sentence_stand_beside_its_words():
    words = tokens("The harbour vote was postponed.")
    assert [bool(found) for found in classes(words)] == [False, False, True, False, True]


@pytest.mark.parametrize("word", ["harbour", "yellow", "of", "1,000", "münchen"])
def test_a_word_that_names_no_event_has_no_class(word):
    assert not classes_of(word)


@pytest.mark.parametrize(
    ("noun", "verb"),
    [
        ("suspension", "suspended"),
        ("decision", "decides"),
        ("appointment", "appointed"),
        ("departure", "departed"),
        ("withdrawal", "withdrew"),
        ("explosion", "exploded"),
        ("delivery", "delivered"),
        ("division", "divided"),
    ],
)
def test_a_noun_and_its_verb_have_one_root(noun, verb):
    assert root(noun) == root(verb)


@pytest.mark.parametrize("word", ["met", "began", "sold", "opened", "postponed"])
def test_past_forms_are_known_by_ending_or_by_the_irregular_table(word):
    assert past_form(word)


@pytest.mark.parametrize("word", ["need", "hundred", "cut", "meeting", "opens", "red", "indeed"])
def test_forms_that_need_not_be_past_do_not_count(word):
    assert not past_form(word)


def test_irregular_forms_share_the_base_of_their_verb():
    assert base("met") == base("meets") == base("meeting")


@given(st.text(min_size=1, max_size=60))
def test_any_word_has_a_base_a_root_and_classes(word):
    folded = word.lower()
    assert isinstance(base(folded) + root(folded), str)
    assert isinstance(classes_of(folded) | outcomes_of(folded), frozenset)

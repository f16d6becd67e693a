"""How far two sentences tell the same: cosines, coverage, clauses and runs, weighed by the documents at hand."""

from __future__ import annotations

from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers import Article, clean
from summarizers.annotate import Note, annotate
from summarizers.delta.likeness import Ground, clauses, likeness, likeness_evidence
from summarizers.words import tokens

PHRASES = st.lists(
    st.sampled_from("ferry sank harbour Roe said 40 people, while crews searched; the (old) mast".split()),
    min_size=1,
    max_size=12,
).map(" ".join)


def notes(*sentences: str) -> list[Note]:
    """A note for each sentence, each of its own article."""
    return [note for text in sentences for note in annotate(clean(Article("a", text)))]


def measured(new: str, known: str, *others: str) -> dict[str, float]:
    new_note, known_note, *rest = notes(new, known, *others)
    ground = Ground.of([new_note, known_note, *rest])
    return likeness_evidence(ground.view(new_note), ground.view(known_note), ground)


FERRY = "The ferry Alma sank off Tarnvik in a storm, harbour officials said."
CLOSED = "The court in Orrin threw out the appeal of two bankers."


def test_a_sentence_is_wholly_covered_by_itself():
    found = measured(FERRY, FERRY)
    for name in (
        "l_cosine",
        "l_new_covered",
        "l_known_covered",
        "l_bigram_share",
        "l_run_share",
        "l_names_share",
    ):
        assert found[name] == pytest.approx(1.0), name
    assert found["l_new_left"] == found["l_known_left"] == found["l_names_new_only"] == 0.0


def test_sentences_without_a_common_word_share_nothing():
    found = measured(FERRY, CLOSED)
    for name in ("l_cosine", "l_shared", "l_mass", "l_dense", "l_names", "l_bigrams"):
        assert found[name] == 0.0, name


def test_coverage_is_told_for_each_side():
    found = measured("The ferry Alma sank off Tarnvik.", FERRY)
    assert found["l_new_covered"] == pytest.approx(1.0)
    assert found["l_known_covered"] < 1.0
    assert found["l_covered_min"] == found["l_known_covered"]


def test_a_word_that_every_sentence_holds_weighs_less_than_a_rare_one():
    ground = Ground.of(notes(FERRY, "The harbour was closed.", "A harbour pilot was hurt."))
    assert 0.0 <= ground.idf("harbour") < ground.idf("ferri") <= ground.idf("unheard") <= 1.0


def test_a_shared_rare_word_makes_more_alike_than_a_shared_common_one():
    others = ("A storm closed the school.", "The storm passed by noon.", "After the storm came rain.")
    rare = measured("Divers found the mast.", "Police guard the mast.", *others)
    common = measured("Divers fear the storm.", "Police fled the storm.", *others)
    assert rare["l_cosine"] > common["l_cosine"]


def test_the_same_words_scattered_are_less_dense_than_the_same_fact():
    fact = "ferry Alma sank off Tarnvik"
    filler = "yesterday morning several anxious relatives quietly gathered beside railings"
    close = measured(f"Officials confirmed {fact}.", f"Radio reported {fact}.")
    scattered = measured(
        f"Ferry tickets {filler} Alma singer {filler} sank shares off quay Tarnvik.",
        f"Radio reported {fact}.",
    )
    assert close["l_dense"] > scattered["l_dense"]


def test_clauses_end_at_marks_and_at_words_that_open_one():
    text = "The ferry Alma sank quickly, harbour officials said Monday while rescue crews searched farther"
    found = clauses(text, tokens(text))
    assert [len(clause) for clause in found] == [4, 3, 4]
    assert clauses("Ferry sank, crews came", tokens("Ferry sank, crews came")) == []


def test_an_equal_opening_with_another_rest_is_furniture():
    opening = "Pictures of the day from our readers show"
    found = measured(f"{opening} a goat eating hay.", f"{opening} two boats under snow.")
    assert found["l_run_opens"] > 0.5
    assert found["l_furniture"] == 1.0


def test_numbers_of_one_side_only_are_counted():
    found = measured("The blaze killed 14 people in 3 houses.", "The blaze killed 9 people in 3 houses.")
    assert (found["l_numbers"], found["l_numbers_new_only"], found["l_numbers_known_only"]) == (1.0, 1.0, 1.0)


@given(PHRASES, PHRASES)
def test_likeness_is_symmetric_and_a_share(one, other):
    a, b, *_ = notes(one + " one.", other + " two.")
    ground = Ground.of([a, b])
    there = likeness(ground.view(a).whole, ground.view(b).whole)
    back = likeness(ground.view(b).whole, ground.view(a).whole)
    assert there == pytest.approx(back)
    assert -1e-9 <= there <= 1 + 1e-9


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
def test_any_two_sentences_have_finite_measurements_of_the_same_names(one, other):
    found = notes(one, other)
    ground = Ground.of(found)
    for new in found:
        for known in found:
            evidence = likeness_evidence(ground.view(new), ground.view(known), ground)
            assert all(name.startswith("l_") and isfinite(value) for name, value in evidence.items())

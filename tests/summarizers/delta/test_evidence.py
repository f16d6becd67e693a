"""A pair of sentences in named measurements: of what kinds, of what age, and beside its rivals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import isfinite, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers import Article, clean
from summarizers.annotate import Note, annotate
from summarizers.delta.evidence import RIVALRY, Pair, gather
from summarizers.delta.likeness import Ground

DAY = date(2031, 3, 10)


def note(text: str, published: date | datetime | None = None) -> Note:
    return annotate(clean(Article("a", text, published=published)))[0]


def pairs(new: Note, *known: Note) -> list[Pair]:
    return gather(new, known, Ground.of([new, *known]))


TOLL = "The fire in the Orrin market killed 14 people."
EARLIER = "The fire in the Orrin market killed 9 people."


def test_without_candidates_there_is_no_pair():
    assert pairs(note(TOLL)) == []


def test_measurements_are_named_by_what_they_measure():
    for pair in pairs(note(TOLL, DAY), note(EARLIER, DAY), note("A goat won the race.")):
        assert {name[:2] for name in pair.evidence} <= {"l_", "p_", "q_", "a_", "r_", "m_"}


@pytest.mark.parametrize("published", [(None, None), (DAY, None), (None, DAY)])
def test_an_unknown_age_is_unknown_and_not_zero(published):
    (pair,) = pairs(note(TOLL, published[0]), note(EARLIER, published[1]))
    assert pair.evidence["a_undated"] == 1.0
    assert "a_days" not in pair.evidence


@pytest.mark.parametrize(
    ("earlier", "days", "same", "following"),
    [
        (DAY, 0, 1.0, 0.0),
        (datetime(2031, 3, 10, 23, 50, tzinfo=UTC), 0, 1.0, 0.0),
        (date(2031, 3, 9), 1, 0.0, 1.0),
        (date(2031, 3, 5), 5, 0.0, 0.0),
        (date(2030, 3, 5), 10, 0.0, 0.0),  # a year counts as ten days: no labelled pair is older
        (date(2031, 3, 12), 0, 1.0, 0.0),  # published in another order
    ],
)
def test_the_age_of_a_pair_is_in_days(earlier, days, same, following):
    (pair,) = pairs(note(TOLL, DAY), note(EARLIER, earlier))
    assert pair.evidence["a_days"] == pytest.approx(log(1 + days))
    assert (pair.evidence["a_same_day"], pair.evidence["a_next_day"]) == (same, following)


def test_the_nearest_candidate_ranks_first_with_a_lead_over_the_next():
    near, far = pairs(note(TOLL), note(EARLIER), note("A fire burned down a barn."))
    assert (near.evidence["r_l_cosine"], far.evidence["r_l_cosine"]) == (0.0, 1.0)
    lead = near.evidence["l_cosine"] - far.evidence["l_cosine"]
    assert near.evidence["m_l_cosine"] == pytest.approx(lead)
    assert far.evidence["m_l_cosine"] == pytest.approx(-lead)


def test_equal_candidates_share_the_first_place_without_a_lead():
    for pair in pairs(note(TOLL), note(EARLIER), note(EARLIER)):
        assert (pair.evidence["r_l_cosine"], pair.evidence["m_l_cosine"]) == (0.0, 0.0)


def test_a_changed_quantity_is_given_as_worded_the_old_one_first():
    (pair,) = pairs(note(TOLL), note(EARLIER))
    assert pair.figure is not None
    old, new = pair.figure
    assert old in EARLIER
    assert "9" in old
    assert new in TOLL
    assert "14" in new


def test_sentences_without_quantities_have_no_figure():
    (pair,) = pairs(note("A goat won the race."), note("A goat lost the race."))
    assert pair.figure is None


WORDS = st.lists(
    st.sampled_from("fire killed 14 9 people will not market Orrin on Monday said 5% of".split()),
    min_size=1,
    max_size=10,
).map(lambda words: " ".join(["Police said", *words]) + ".")


@given(WORDS, st.lists(WORDS, min_size=1, max_size=4))
def test_every_measurement_is_finite_and_every_rivalry_is_ranked(new, known):
    for pair in pairs(note(new), *map(note, known)):
        assert all(isfinite(value) for value in pair.evidence.values())
        assert {f"{kind}_{name}" for kind in "rm" for name in RIVALRY} <= pair.evidence.keys()
        if pair.figure:
            assert pair.figure[0] in pair.known.sentence.text
            assert pair.figure[1] in pair.new.sentence.text

"""Thresholds and curves by which the training is judged, and how weights are written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.curves import FEWEST, average_precision, recall_at
from bench.train import write
from bench.training_relations import threshold


def hits(marks: str) -> list[tuple[float, bool]]:
    """A ranked list, best first: + is right, - is wrong."""
    return [(1.0 - at / 100, mark == "+") for at, mark in enumerate(marks)]


@pytest.mark.parametrize(
    ("marks", "precision", "recall"),
    [
        ("++++----", 1.0, 1.0),
        ("++++----", 0.5, 1.0),
        ("++++--++", 0.75, 1.0),
        ("++++--++", 0.8, 4 / 6),
        ("-+++++++", 0.8, 1.0),  # a wrong one at the top is made up for below
        ("----++++", 0.6, 0.0),
        ("--------", 0.5, 0.0),
        ("", 0.5, 0.0),
    ],
)
def test_recall_is_the_largest_at_any_threshold_that_is_precise_enough(marks, precision, recall):
    assert recall_at(hits(marks), precision) == pytest.approx(recall)


def test_few_right_ones_at_the_top_are_luck():
    lucky = "+" * (FEWEST - 1) + "-" * 20 + "+"
    assert recall_at(hits(lucky), 0.7) == 0.0
    assert recall_at(hits("+" * FEWEST + "-" * 20), 0.7) == 1.0


@pytest.mark.parametrize(
    ("marks", "mean"),
    [("++--", 1.0), ("--++", (1 / 3 + 2 / 4) / 2), ("+-+-", (1 + 2 / 3) / 2), ("---", 0.0), ("", 0.0)],
)
def test_average_precision_is_the_mean_of_the_precisions_at_each_right_one(marks, mean):
    assert average_precision(hits(marks)) == pytest.approx(mean)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_curves_are_shares_and_recall_falls_with_the_precision_asked_for(found):
    recalls = [recall_at(found, precision) for precision in (0.3, 0.5, 0.7, 0.9)]
    assert recalls == sorted(recalls, reverse=True)
    assert all(0.0 <= share <= 1.0 for share in (*recalls, average_precision(found)))


def scored(pairs: list[tuple[float, str]]) -> list[tuple[dict[str, float], str]]:
    return [({"same": score}, label) for score, label in pairs]


def test_the_threshold_is_where_a_relation_becomes_as_likely_as_is_wanted():
    """Of 200 pairs at each score the share that is right is the score itself: the curve is the diagonal."""
    pairs = [
        (share / 10, "same" if at < share * 20 else "none") for share in range(1, 10) for at in range(200)
    ]
    for wanted in (0.3, 0.5, 0.8):
        assert threshold(scored(pairs), "same", wanted) == pytest.approx(wanted, abs=0.01)


def test_a_threshold_rises_with_the_likelihood_that_is_wanted():
    pairs = [
        (0.1, "none"),
        (0.2, "none"),
        (0.3, "same"),
        (0.4, "none"),
        (0.6, "same"),
        (0.7, "none"),
        (0.9, "same"),
    ]
    found = [threshold(scored(pairs * 20), "same", wanted) for wanted in (0.3, 0.5, 0.7)]
    assert found == sorted(set(found))
    assert all(0.0 < at < 1.0 for at in found)


VALUES = st.recursive(
    st.floats(-1e6, 1e6) | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4))
def test_weights_are_written_as_json_that_reads_back_the_same(value):
    text = write(value)
    assert json.loads(text) == value
    assert text == write(json.loads(text))


def test_each_short_list_of_weights_has_a_line():
    assert write({"a": {"b": [1.5, 2.0]}, "c": [[1], [2, 3]]}).splitlines() == [
        "{",
        ' "a": {',
        '  "b": [1.5,2.0]',
        " },",
        ' "c": [',
        "  [1],",
        "  [2,3]",
        " ]",
        "}",
    ]

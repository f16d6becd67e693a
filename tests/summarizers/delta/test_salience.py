"""How much a new sentence matters, and in which order lines are shown."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers import Article, clean
from summarizers.annotate import Note, annotate
from summarizers.delta.likeness import Ground
from summarizers.delta.retrieve import Shelf
from summarizers.delta.salience import Scene, importance, order
from summarizers.scorer import Linear, Model, Weights, using

LINES = (
    "The central bank of Orrin raised its rate to 6 percent on Thursday.",
    "Governor Hanna Voss said that prices were climbing.",
    "“We are not done,” Voss said.",
    "Goats graze beside the mint.",
)


def notes(*paragraphs: str, name: str = "a") -> list[Note]:
    return list(annotate(clean(Article(name, "\n".join(paragraphs)))))


def scene(new: list[Note], known: list[Note]) -> Scene:
    return Scene(new, Shelf(known), Ground.of([*known, *new]))


def evidence(new: list[Note], known: Sequence[Note] = ()) -> list[dict[str, float]]:
    told = scene(new, list(known))
    return [told.evidence(note, {"figure": 0.4}, 0.2) for note in new]


def test_the_lead_and_the_lines_after_it_are_told_by_their_place():
    found = evidence(notes(*LINES))
    assert [line["s_lead"] for line in found] == [1.0, 0.0, 0.0, 0.0]
    assert [line["s_second"] for line in found] == [0.0, 1.0, 0.0, 0.0]
    assert [line["s_last"] for line in found] == [0.0, 0.0, 0.0, 1.0]
    assert sorted((line["s_position"] for line in found), reverse=True) == [
        line["s_position"] for line in found
    ]


def test_places_are_those_of_a_lines_own_document():
    found = evidence([*notes(*LINES, name="one"), *notes(*LINES[:2], name="two")])
    assert [line["s_lead"] for line in found] == [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]


def test_figures_quotations_days_and_speakers_are_seen():
    bank, governor, quoted, _ = evidence(notes(*LINES))
    assert (bank["s_any_figure"], bank["s_days"], governor["s_any_figure"]) == (1.0, 1.0, 0.0)
    assert governor["s_speaker"] == 1.0
    assert 0.4 < quoted["s_quoted"] < 1.0
    assert bank["s_quoted"] == 0.0


def test_the_share_of_known_words_grows_with_what_is_known():
    new = notes(*LINES[:1])
    (opening,) = evidence(new)
    (some,) = evidence(new, notes("The central bank kept its rate.", name="known"))
    (all_of_it,) = evidence(new, notes(LINES[0], name="known"))
    assert (opening["s_opening"], some["s_opening"]) == (1.0, 0.0)
    assert (
        opening["s_known_words"]
        == 0.0
        < some["s_known_words"]
        < all_of_it["s_known_words"]
        == pytest.approx(1.0)
    )


def test_scores_and_leaning_are_handed_through():
    found = evidence(notes(*LINES))[0]
    assert (found["s_figure_score"], found["s_leans"]) == (0.4, 0.2)


def test_importance_is_the_log_odds_of_the_learned_share():
    linear = Linear((0.0,), (1.0,), ((1.0,),), (0.0,))
    weights = Weights({"importance": Model(("no", "yes"), ("s_lead",), (linear,))}, {}, {})
    with using(weights):
        assert importance({"s_lead": 0.0}) == pytest.approx(0.0)
        assert importance({"s_lead": 1.0}) == pytest.approx(1.0)


def test_lines_come_by_their_odds_where_none_resembles_another():
    found = notes(LINES[0], LINES[3], "Ferries sailed.")
    ranked = list(zip(found, (0.5, 2.0, -1.0), strict=True))
    assert [at for at, _ in order(ranked, Ground.of(found))] == [1, 0, 2]


def test_equal_odds_keep_the_order_of_the_text():
    found = notes(LINES[0], LINES[3])
    assert [at for at, _ in order([(note, 0.0) for note in found], Ground.of(found))] == [0, 1]


def test_a_line_like_one_already_shown_waits():
    found = notes(LINES[0], LINES[0].replace("Thursday", "Thursday again"), LINES[3])
    ranked = list(zip(found, (1.0, 0.9, 0.2), strict=True))
    assert [at for at, _ in order(ranked, Ground.of(found))] == [0, 2, 1]


def test_a_second_line_of_a_paragraph_waits():
    found = notes("Goats graze beside the mint. Ferries sailed at noon.", "Wheat prices fell in Vessa.")
    ranked = list(zip(found, (1.0, 0.9, 0.5), strict=True))
    assert [at for at, _ in order(ranked, Ground.of(found))] == [0, 2, 1]


ODDS = st.floats(-50, 50)


@given(st.lists(st.tuples(st.sampled_from(LINES), ODDS), max_size=8))
def test_every_line_is_placed_once_by_falling_scores_between_0_and_1(lines):
    found = [notes(text)[0] for text, _ in lines]
    placed = order(list(zip(found, (odds for _, odds in lines), strict=True)), Ground.of(found))
    assert sorted(at for at, _ in placed) == list(range(len(lines)))
    scores = [score for _, score in placed]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


def test_one_sentence_again_and_again_falls_without_overflow():
    found = [notes(LINES[0])[0] for _ in range(400)]
    placed = order([(note, 0.0) for note in found], Ground.of(found))
    assert all(isfinite(score) and score < inf for _, score in placed)
    assert log(placed[0][1]) > log(max(placed[-1][1], 1e-300))

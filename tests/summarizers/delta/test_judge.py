"""Evidence becomes a score for each relation, and a reason in words."""

from __future__ import annotations

import pytest

from summarizers import Article, clean
from summarizers.annotate import Note, annotate
from summarizers.delta.evidence import gather
from summarizers.delta.judge import RELATIONS, Judgement, judge, scores
from summarizers.delta.likeness import Ground
from summarizers.delta.why import MEANINGS, reason
from summarizers.scorer import Linear, Model, Weights, using


def note(text: str) -> Note:
    return annotate(clean(Article("a", text)))[0]


def model(**weights: float) -> Weights:
    """A judge that looks at one measurement: how much likeness in words speaks for each relation."""
    rows = tuple((weights.get(relation, 0.0),) for relation in RELATIONS)
    linear = Linear(mean=(0.0,), scale=(1.0,), weights=rows, bias=(0.0,) * len(RELATIONS))
    return Weights({"relations": Model(RELATIONS, ("l_cosine",), (linear,))}, {}, {})


def test_every_relation_has_a_score_and_the_measured_one_leads():
    with using(model(same=3.0)):
        found = scores({"l_cosine": 1.0})
    assert found.keys() == set(RELATIONS)
    assert max(found, key=lambda name: found[name]) == "same"


def test_without_evidence_relations_are_equally_likely():
    with using(model(same=3.0)):
        found = scores({})
    assert found.pop("figure") == 0.0
    assert list(found.values()) == pytest.approx([1 / len(RELATIONS)] * len(found))


def test_a_changed_figure_needs_both_judges():
    with using(model(figure=6.0)):
        pair_only = scores({"l_cosine": 1.0})["figure"]
        both = scores({"l_cosine": 1.0, "q_probability": 1.0})["figure"]
        half = scores({"l_cosine": 1.0, "q_probability": 0.25})["figure"]
    assert pair_only == 0.0
    assert 0.9 < both <= 1.0
    assert half == pytest.approx(both / 2)


def test_a_judgement_keeps_its_pair():
    (pair,) = gather(note("The ferry sank."), [note("A ferry sank.")], Ground.of([note("The ferry sank.")]))
    with using(model(same=3.0)):
        judgement = judge(pair)
    assert judgement.pair is pair
    assert judgement.scores["same"] > judgement.scores["kept"]


@pytest.mark.parametrize("relation", sorted(MEANINGS))
def test_the_reason_names_the_relation_how_sure_it_is_and_what_was_measured(relation):
    new, known = note("The fire killed 14 people in Orrin."), note("The fire killed 9 people in Orrin.")
    (pair,) = gather(new, [known], Ground.of([new, known]))
    with using(Weights({}, {relation: 0.6}, {})):
        told = reason(relation, Judgement(pair, {relation: 0.62}))
        ruled = reason(relation, Judgement(pair, {relation: 0.1}))
    assert told.startswith(f"{MEANINGS[relation]} (62% sure, likeness in words 0.")
    assert ruled.startswith(f"{MEANINGS[relation]} (likeness in words 0.")
    assert "1 names shared" in told
    assert "no dates known" in told
    assert ("“9” against “14”" in told or "“9 people” against “14 people”" in told) == (relation == "figure")


def test_every_relation_but_none_has_its_meaning():
    assert MEANINGS.keys() == set(RELATIONS) - {"none"}

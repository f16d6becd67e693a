"""Learned weights in plain Python: probabilities, features that are missing, and other weights for a while."""

from __future__ import annotations

import json
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.delta.judge import RELATIONS
from summarizers.scorer import CLIP, Boosted, Linear, Model, Tree, Weights, read_weights, using, weights

STUMP = Tree(
    feature=(0, -1, -1), threshold=(0.5, 0.0, 0.0), left=(1, 0, 0), right=(2, 0, 0), value=(0.0, -1.0, 2.0)
)
YES_NO = Model(("no", "yes"), ("age", "size"), (Linear((1.0, 0.0), (2.0, 1.0), ((1.0, 0.5),), (0.25,)),))
THREE = Model(
    ("a", "b", "c"), ("age",), (Linear((0.0,), (1.0,), ((1.0,), (0.0,), (-1.0,)), (0.0, 0.0, 0.0)),)
)


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def test_a_yes_or_no_model_is_logistic_over_standardised_features():
    assert YES_NO.probability({"age": 3.0, "size": 2.0}) == pytest.approx(sigmoid(1.0 + 1.0 + 0.25))
    assert YES_NO.probabilities({"age": 3.0})["no"] == pytest.approx(1 - sigmoid(1.25))


def test_a_feature_that_the_evidence_lacks_counts_as_zero_and_one_it_does_not_know_as_nothing():
    assert (
        YES_NO.probability({})
        == YES_NO.probability({"age": 0.0, "size": 0.0})
        == YES_NO.probability({"hue": 9.0})
    )


def test_a_value_far_out_says_no_more_than_the_clip():
    assert YES_NO.probability({"age": 1e9}) == YES_NO.probability({"age": 1.0 + 2.0 * CLIP})
    assert YES_NO.probability({"age": -1e9}) == YES_NO.probability({"age": 1.0 - 2.0 * CLIP})


def test_several_classes_share_one():
    found = THREE.probabilities({"age": 1.0})
    assert sum(found.values()) == pytest.approx(1.0)
    assert found["a"] / found["b"] == pytest.approx(exp(1.0))
    assert THREE.probability({"age": 1.0}) == found["c"]


@pytest.mark.parametrize(("age", "value"), [(0.4, -1.0), (0.5, -1.0), (0.6, 2.0)])
def test_a_tree_goes_left_up_to_its_threshold(age, value):
    assert STUMP.raw([age]) == value


def test_boosted_trees_add_up_from_the_start():
    model = Model(("no", "yes"), ("age",), (Boosted((0.5,), ((STUMP, STUMP),)),))
    assert model.probability({"age": 1.0}) == pytest.approx(sigmoid(0.5 + 2.0 + 2.0))


def test_several_parts_give_their_mean():
    linear, boosted = Linear((0.0,), (1.0,), ((1.0,),), (0.0,)), Boosted((0.0,), ((STUMP,),))
    both = Model(("no", "yes"), ("age",), (linear, boosted))
    assert both.probability({"age": 1.0}) == pytest.approx((sigmoid(1.0) + sigmoid(2.0)) / 2)


def test_weights_are_read_from_their_text():
    raw = {
        "about": {"made_by": "a test"},
        "thresholds": {"same": 0.5},
        "models": {
            "m": {
                "classes": ["no", "yes"],
                "features": ["age"],
                "parts": [
                    {"kind": "linear", "mean": [0.0], "scale": [1.0], "weights": [[1.0]], "bias": [0.0]},
                    {
                        "kind": "boosted",
                        "start": [0.0],
                        "trees": [[[[0, -1, -1], [0.5, 0, 0], [1, 0, 0], [2, 0, 0], [0.0, -1.0, 2.0]]]],
                    },
                ],
            }
        },
    }
    found = read_weights(json.dumps(raw))
    assert found.thresholds == {"same": 0.5}
    assert found.about == {"made_by": "a test"}
    assert found.models["m"].parts == (
        Linear((0.0,), (1.0,), ((1.0,),), (0.0,)),
        Boosted((0.0,), ((STUMP,),)),
    )
    assert read_weights("{}") == Weights({}, {}, {})


def test_other_weights_are_in_force_inside_the_block_only():
    shipped, other = weights(), Weights({}, {"same": 0.1}, {})
    with using(other):
        assert weights() is other
        with using(shipped):
            assert weights() is shipped
        assert weights() is other
    assert weights() is shipped


def test_an_error_inside_the_block_puts_the_shipped_weights_back():
    shipped = weights()
    with pytest.raises(ZeroDivisionError), using(Weights({}, {}, {})):
        _ = 1 / 0
    assert weights() is shipped


def test_the_shipped_weights_have_every_model_that_the_core_asks_for():
    models = weights().models
    assert models.keys() >= {
        "relations",
        "figure_instance",
        "status",
        "event_factuality",
        "leans",
        "importance",
    }
    assert models["relations"].classes == RELATIONS
    assert {"same", "figure", "kept", "planned"} <= weights().thresholds.keys()
    assert all(0.0 < threshold < 1.0 for threshold in weights().thresholds.values())


def test_the_shipped_weights_name_what_they_were_trained_on_and_how_they_do_unseen():
    assert {"trained_on", "terms", "unseen"} <= weights().about.keys()


@pytest.mark.parametrize("name", sorted(weights().models))
@given(data=st.data())
def test_any_evidence_gives_a_distribution(name, data):
    model = weights().models[name]
    some = data.draw(st.lists(st.sampled_from(model.features), max_size=5))
    found = model.probabilities({feature: data.draw(st.floats(-1e12, 1e12)) for feature in some})
    assert tuple(found) == model.classes
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in found.values())

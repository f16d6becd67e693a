"""What scikit-learn trained, written to JSON and read by the core, gives scikit-learn's own probabilities."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench import fit
from summarizers.scorer import CLIP, Model, read_weights

NAMES = ("age", "size", "hue")
CLASSES = {2: ("no", "yes"), 3: ("a", "b", "c")}


def samples(classes: int) -> tuple[np.ndarray, list[int]]:
    """Seeded points in three features, one with outliers, and a class that depends on two of them."""
    chance = np.random.default_rng(7)
    x = chance.normal(size=(240, 3)) * [1.0, 5.0, 0.1] + [0.0, 20.0, -3.0]
    x[:3, 1] = 900.0
    x = x.round(2)  # the written thresholds are rounded: no value may lie closer to one than that
    noisy = x[:, 0] + 0.1 * x[:, 1] + chance.normal(size=240)
    edges = np.quantile(noisy, [(i + 1) / classes for i in range(classes - 1)])
    return x, [int(v) for v in np.digitize(noisy, edges)]


def through_json(part: dict[str, Any], classes: int) -> Model:
    model = fit.model(CLASSES[classes], NAMES, [part])
    return read_weights(json.dumps({"models": {"m": model}})).models["m"]


def probabilities(model: Model, x: np.ndarray) -> list[list[float]]:
    return [list(model.probabilities(dict(zip(NAMES, row, strict=True))).values()) for row in x.tolist()]


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_linear_model_gives_the_probabilities_of_scikit_learn(classes, balanced):
    x, y = samples(classes)
    scaled = np.clip((x - x.mean(axis=0)) / x.std(axis=0), -CLIP, CLIP)
    judge = LogisticRegression(C=0.5, max_iter=2000, class_weight="balanced" if balanced else None).fit(
        scaled, y
    )
    model = through_json(fit.linear(x, y, classes, c=0.5, balanced=balanced), classes)
    assert np.array(probabilities(model, x)) == pytest.approx(judge.predict_proba(scaled), abs=1e-4)


@pytest.mark.parametrize("classes", [2, 3])
def test_boosted_trees_give_the_probabilities_of_scikit_learn(classes):
    x, y = samples(classes)
    judge = GradientBoostingClassifier(
        n_estimators=12,
        max_depth=3,
        learning_rate=0.08,
        min_samples_leaf=10,
        max_features=0.3,
        subsample=1.0,  # a point that no tree saw may lie on a threshold, where rounding decides
        random_state=0,
    ).fit(x, y)
    model = through_json(fit.boosted(x, y, classes, trees=12, depth=3, subsample=1.0), classes)
    assert np.array(probabilities(model, x)) == pytest.approx(judge.predict_proba(x), abs=1e-4)


@pytest.mark.parametrize(
    "train", [lambda x, y: fit.linear(x, y, 3, c=0.5), lambda x, y: fit.boosted(x, y, 3, trees=5)]
)
def test_the_same_data_gives_the_same_bytes(train):
    assert json.dumps(train(*samples(3))) == json.dumps(train(*samples(3)))


def test_a_feature_that_never_varies_does_no_harm():
    x, y = samples(2)
    x[:, 2] = 4.0
    model = through_json(fit.linear(x, y, 2, c=0.5), 2)
    known = dict(zip(NAMES, x[0].tolist(), strict=True))
    assert model.probability(known) == pytest.approx(model.probability(known | {"hue": 4.0}))


def test_a_matrix_has_a_column_for_each_name_and_zero_where_evidence_is_lacking():
    assert fit.matrix([{"age": 2.0}, {"hue": 1.0, "unknown": 9.0}], NAMES).tolist() == [
        [2.0, 0.0, 0.0],
        [0.0, 0.0, 1.0],
    ]

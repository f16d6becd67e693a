"""Training of the small models that the core evaluates: scikit-learn in, a plain JSON value out (see `summarizers.scorer`).

Deterministic: no shuffling, one thread, fixed seeds, numbers rounded, so the same data gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from summarizers.scorer import CLIP

Part = dict[str, Any]


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[float(row.get(name, 0.0)) for name in names] for row in rows], dtype=float)


def linear(
    x: np.ndarray,
    y: Sequence[int],
    classes: int,
    *,
    c: float,
    balanced: bool = False,
    sample_weight: Any = None,
) -> Part:
    """Logistic regression on standardised, clipped features; multinomial where there are more than two classes."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale < 1e-9] = 1.0
    scaled = np.clip((x - mean) / scale, -CLIP, CLIP)
    model = LogisticRegression(C=c, max_iter=2000, class_weight="balanced" if balanced else None)
    model.fit(scaled, np.asarray(y), sample_weight=sample_weight)
    assert len(model.classes_) == classes
    return {
        "kind": "linear",
        "mean": _numbers(mean),
        "scale": _numbers(scale),
        "weights": [_numbers(row) for row in model.coef_],
        "bias": _numbers(model.intercept_),
    }


def boosted(
    x: np.ndarray,
    y: Sequence[int],
    classes: int,
    *,
    trees: int = 80,
    depth: int = 4,
    rate: float = 0.08,
    leaf: int = 10,
    features: float | str | None = 0.3,
    subsample: float = 0.7,
    sample_weight: Any = None,
) -> Part:
    """Gradient-boosted trees (log loss); one group of trees a class, or a single group for yes-or-no."""
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=trees,
        max_depth=depth,
        learning_rate=rate,
        min_samples_leaf=leaf,
        max_features=features,
        subsample=subsample,
        random_state=0,
    )
    model.fit(x, np.asarray(y), sample_weight=sample_weight)
    groups = model.estimators_.shape[1]
    prior = np.bincount(np.asarray(y), weights=sample_weight, minlength=classes).astype(float)
    prior /= prior.sum()
    start = (
        [float(np.log(prior[1] / prior[0]))]
        if groups == 1
        else [float(v) for v in np.log(np.maximum(prior, 1e-9))]
    )
    return {
        "kind": "boosted",
        "start": _numbers(start),
        "trees": [[_tree(model.estimators_[i, k].tree_, rate) for i in range(trees)] for k in range(groups)],
    }


def model(classes: Sequence[str], features: Sequence[str], parts: Sequence[Part]) -> dict[str, Any]:
    return {"classes": list(classes), "features": list(features), "parts": list(parts)}


def _tree(tree: Any, rate: float) -> list[list[float]]:
    leaf = tree.children_left < 0
    feature = np.where(leaf, -1, tree.feature)
    return [
        [int(v) for v in feature],
        _numbers(np.where(leaf, 0.0, tree.threshold)),
        [int(v) for v in np.where(leaf, 0, tree.children_left)],
        [int(v) for v in np.where(leaf, 0, tree.children_right)],
        _numbers(np.where(leaf, tree.value[:, 0, 0] * rate, 0.0)),
    ]


def _numbers(values: Any) -> list[float]:
    return [float(f"{v:.6g}") for v in np.asarray(values, dtype=float)]

"""Learned weights, read once and evaluated in plain Python.

`weights.json` holds named models over named features, made by `bench/train.py`; a model is linear (multinomial
logistic regression over standardised, clipped features) or boosted (gradient-boosted trees), or the mean of both.
`using(weights)` puts other weights in their place for a while: that is how a left-out run is scored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import resources
from math import exp
from operator import mul
from typing import Any

NEVER = 2.0  # above every probability
CLIP = 4.0  # a standardised value further out says no more; without it one odd sentence decides


@dataclass(frozen=True, slots=True)
class Linear:
    """Logistic regression: for each class a bias and a weight for each feature."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    def raw(self, vector: Sequence[float]) -> list[float]:
        scaled = [
            (value - mean) / scale for value, mean, scale in zip(vector, self.mean, self.scale, strict=True)
        ]
        clipped = [CLIP if x > CLIP else max(x, -CLIP) for x in scaled]
        rows = zip(self.weights, self.bias, strict=True)
        return [bias + sum(map(mul, weights, clipped)) for weights, bias in rows]


@dataclass(frozen=True, slots=True)
class Tree:
    """One regression tree as parallel lists; `feature` is -1 at a leaf, `value ≤ threshold` goes left."""

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]

    def raw(self, vector: Sequence[float]) -> float:
        node = 0
        while (feature := self.feature[node]) >= 0:
            node = self.left[node] if vector[feature] <= self.threshold[node] else self.right[node]
        return self.value[node]


@dataclass(frozen=True, slots=True)
class Boosted:
    """Sums of trees: for each class a start value and its trees."""

    start: tuple[float, ...]
    trees: tuple[tuple[Tree, ...], ...]

    def raw(self, vector: Sequence[float]) -> list[float]:
        return [
            start + sum(tree.raw(vector) for tree in trees)
            for start, trees in zip(self.start, self.trees, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Model:
    """A classifier over named features. With one raw score it is binary: `classes[1]` against `classes[0]`."""

    classes: tuple[str, ...]
    features: tuple[str, ...]
    parts: tuple[Linear | Boosted, ...]

    def probabilities(self, evidence: Mapping[str, float]) -> dict[str, float]:
        """The probability of each class; a feature that the evidence lacks counts as 0."""
        value = evidence.get
        vector = [value(name, 0.0) for name in self.features]
        tables = [_distribution(part.raw(vector)) for part in self.parts]
        return {name: sum(t[i] for t in tables) / len(tables) for i, name in enumerate(self.classes)}

    def probability(self, evidence: Mapping[str, float]) -> float:
        """The probability of the last class: of "yes" in a yes-or-no model."""
        return self.probabilities(evidence)[self.classes[-1]]


def _distribution(raw: list[float]) -> list[float]:
    if len(raw) == 1:
        positive = 1.0 / (1.0 + exp(-max(-60.0, min(60.0, raw[0]))))
        return [1.0 - positive, positive]
    top = max(raw)
    powers = [exp(value - top) for value in raw]
    total = sum(powers)
    return [power / total for power in powers]


@dataclass(frozen=True)
class Weights:
    """All models by name, the thresholds that are shipped with them, and what they were trained on."""

    models: Mapping[str, Model]
    thresholds: Mapping[str, float]
    about: Mapping[str, Any]

    def threshold(self, name: str) -> float:
        """The score from which something is reported; one that no score reaches where none is shipped."""
        return self.thresholds.get(name, NEVER)


def read_weights(text: str) -> Weights:
    """Weights from the text of a `weights.json`."""
    raw = json.loads(text)
    return Weights(
        models={name: _model(value) for name, value in raw.get("models", {}).items()},
        thresholds=dict(raw.get("thresholds", {})),
        about=dict(raw.get("about", {})),
    )


def _model(raw: Mapping[str, Any]) -> Model:
    parts: list[Linear | Boosted] = []
    for part in raw["parts"]:
        if part["kind"] == "linear":
            parts.append(
                Linear(
                    tuple(part["mean"]),
                    tuple(part["scale"]),
                    tuple(tuple(row) for row in part["weights"]),
                    tuple(part["bias"]),
                )
            )
        else:
            trees = tuple(tuple(Tree(*map(tuple, tree)) for tree in group) for group in part["trees"])
            parts.append(Boosted(tuple(part["start"]), trees))
    return Model(tuple(raw["classes"]), tuple(raw["features"]), tuple(parts))


_read: dict[str, Weights] = {}


def _shipped() -> Weights:
    """The weights of the file, read on first use. Threads that come first together all get the same ones."""
    if "shipped" not in _read:
        text = resources.files("summarizers").joinpath("weights.json").read_text("utf-8")
        _read.setdefault("shipped", read_weights(text))
    return _read["shipped"]


_others: ContextVar[Weights | None] = ContextVar("weights", default=None)


def weights() -> Weights:
    """The weights in force: those shipped, unless `using` has put others in their place."""
    return _others.get() or _shipped()


@contextmanager
def using(other: Weights) -> Iterator[None]:
    """Score with other weights inside the `with` block."""
    token = _others.set(other)
    try:
        yield
    finally:
        _others.reset(token)

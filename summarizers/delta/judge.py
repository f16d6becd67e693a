"""Evidence → relation: what the learned model says of a pair, and why.

The model is multinomial over the relations of the labelled pairs; see `weights.json` for its features and figures.
A stronger judge may take the place of `judge` as long as it gives a probability for each relation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from summarizers import scorer
from summarizers.delta.evidence import Pair

RELATIONS = ("none", "same", "figure", "kept", "broken", "open", "differs", "conflict", "position")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A pair with the probability of each relation."""

    pair: Pair
    scores: Mapping[str, float]


def judge(pair: Pair) -> Judgement:
    """The score of each relation that a pair may bear, 0…1."""
    return Judgement(pair, scores(pair.evidence))


def scores(evidence: Mapping[str, float]) -> dict[str, float]:
    """The score of each relation by its evidence.

    For a changed figure two judges must agree: the model of relations, and the one that looks at the two quantities
    alone. The geometric mean finds more on topics unseen than either does (recall at precision .7: .30; .17 and .27).
    """
    found = scorer.weights().models["relations"].probabilities(evidence)
    found["figure"] = sqrt(found["figure"] * evidence.get("q_probability", 0.0))
    return found

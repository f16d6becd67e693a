"""Evidence → relation: what the learned model says of a pair, and why.

The model is multinomial over the relations of the labelled pairs; see `weights.json` for its features and figures.
A stronger judge may take the place of `judge` as long as it gives a probability for each relation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from summarizers import scorer
from summarizers.delta.evidence import Pair

RELATIONS = ("none", "same", "figure", "kept", "broken", "open", "differs", "conflict", "position")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A pair with the probability of each relation."""

    pair: Pair
    scores: Mapping[str, float]


def judge(pair: Pair) -> Judgement:
    """The probability of each relation that a pair may bear."""
    return Judgement(pair, scorer.weights().models["relations"].probabilities(pair.evidence))

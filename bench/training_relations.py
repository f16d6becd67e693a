"""Training of the model `relations`, and the scores of pairs whose topic it has not seen."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

from bench import fit as fitting
from bench.data import read
from bench.relation_notes import Row, rows
from summarizers.delta.evidence import gather
from summarizers.delta.judge import RELATIONS, scores
from summarizers.delta.likeness import Ground
from summarizers.scorer import Weights, read_weights, using

Evidence = Mapping[str, float]
Labelled = tuple[Evidence, str]
Scored = tuple[Mapping[str, float], str]
C = 0.005  # strength of regularisation: .002 … .01 give the same within a point


def topics(data: Path) -> dict[str, list[dict[str, Any]]]:
    """The labelled items by topic."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in read(data, "relations"):
        found.setdefault(item["topic"], []).append(item)
    return dict(sorted(found.items()))


def evidence_of(items: Sequence[dict[str, Any]], weights: Weights) -> list[list[Labelled]]:
    """For each item the evidence and relation of its pairs; the items of one topic are the documents at hand."""
    with using(weights):
        read_rows = list(rows(list(items)))
        ground = Ground.of([note for row in read_rows for note in (row.new, *row.known)])
        return [_labelled(row, ground) for row in read_rows]


def _labelled(row: Row, ground: Ground) -> list[Labelled]:
    pairs = gather(row.new, row.known, ground)
    return [(p.evidence, r if r in RELATIONS else "none") for p, r in zip(pairs, row.relations, strict=True)]


def fit(
    evidence: Mapping[str, Sequence[Sequence[Labelled]]], without: Collection[str] = ()
) -> dict[str, Any]:
    """The model of the pairs of all topics but those left out."""
    flat = [
        pair for topic, items in evidence.items() if topic not in without for item in items for pair in item
    ]
    names = sorted({name for found, _ in flat for name in found})
    x = fitting.matrix([found for found, _ in flat], names)
    y = [RELATIONS.index(relation) for _, relation in flat]
    return fitting.model(RELATIONS, names, [fitting.linear(x, y, len(RELATIONS), c=C)])


def scores_unseen(evidence: Mapping[str, Sequence[Sequence[Labelled]]]) -> list[Scored]:
    """The scores of each pair by a model that did not see its topic, with its relation."""
    found: list[Scored] = []
    for topic, items in evidence.items():
        found += scores_of(items, fit(evidence, [topic]))
    return found


def scores_of(items: Sequence[Sequence[Labelled]], model: dict[str, Any]) -> list[Scored]:
    """The scores of pairs by a model, as the judge gives them, each with its relation."""
    with using(read_weights(json.dumps({"models": {"relations": model}}))):
        return scores_of_judge(items)


def scores_of_judge(items: Sequence[Sequence[Labelled]]) -> list[Scored]:
    """The scores of pairs by the weights in force, each with its relation."""
    return [(scores(measured), relation) for item in items for measured, relation in item]


def threshold(scored: Sequence[Scored], relation: str, wanted: float) -> float:
    """The score at which a pair bears the relation with the wanted probability.

    Read off a logistic curve through all scores: the share that is right above a score hangs on a handful of pairs.
    """
    from sklearn.linear_model import LogisticRegression

    x = [[_logit(score[relation])] for score, _ in scored]
    curve = LogisticRegression(C=1e6, max_iter=1000).fit(x, [label == relation for _, label in scored])
    at = (_logit(wanted) - float(curve.intercept_[0])) / float(curve.coef_[0][0])
    return float(f"{1 / (1 + exp(-at)):.4g}")


def _logit(share: float) -> float:
    kept = min(1 - 1e-4, max(1e-4, share))
    return log(kept / (1 - kept))

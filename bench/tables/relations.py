"""How the judge relates pairs of sentences of a topic that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.curves import Hit, average_precision, recall_at
from bench.data import DATED_TOPICS
from bench.left_out import weights_without
from bench.training_relations import Scored, evidence_of, scores_of_judge, topics
from summarizers.delta.judge import RELATIONS
from summarizers.scorer import using

TITLE = "Relations of labelled pairs, one topic left out, the five dated topics pooled"
UNDATED = "multinews"
PRECISIONS = (0.5, 0.6, 0.7, 0.8)
GOALS = {
    "same": "floor .42 at .70, aim .65 at .80",
    "figure": "floor .20 at .70, aim .55 at .80",
    "kept": "floor .15 at .70, aim .40 at .70",
}
RARE = ("broken", "open", "position", "conflict")


def rows(data: Path) -> Iterator[str]:
    """For each relation its recall where a precision is reached, and both at the threshold that is shipped."""
    pooled: list[Scored] = []
    chosen: dict[str, list[Hit]] = {name: [] for name in RELATIONS}
    for topic in DATED_TOPICS:
        scored, thresholds = _left_out(data, topic)
        pooled += scored
        for name, threshold in thresholds.items():
            if name in chosen:
                chosen[name] += [(s[name], label == name) for s, label in scored if s[name] >= threshold]
    heads = "".join(f"  at {precision:.2f}" for precision in PRECISIONS)
    yield f"{'':10} {'pairs':>6} {'AP':>5} recall{heads}   precision, recall as shipped"
    for name in RELATIONS[1:]:
        hits = [(s[name], label == name) for s, label in pooled]
        yield f"{_curve(name, hits)}   {_shipped(chosen[name], hits):28} {GOALS.get(name, '')}".rstrip()
    rare = [(max(s[name] for name in RARE), label in RARE) for s, label in pooled]
    yield f"{_curve('these four', rare)}   broken, open, position, conflict together; aim .20 at .60"
    undated, _ = _left_out(data, UNDATED)
    hits = [(s["same"], label == "same") for s, label in undated]
    yield f"{_curve('same', hits)}   {UNDATED}, undated, left out; reference .50 at .70"


def _left_out(data: Path, topic: str) -> tuple[list[Scored], dict[str, float]]:
    weights = weights_without(data, topic)
    items = evidence_of(topics(data)[topic], weights)
    with using(weights):
        return scores_of_judge(items), dict(weights.thresholds)


def _curve(name: str, hits: Sequence[Hit]) -> str:
    recalls = "".join(f"  {recall_at(hits, precision):7.2f}" for precision in PRECISIONS)
    return f"{name:10} {sum(hit for _, hit in hits):6} {average_precision(hits):5.2f}       {recalls}"


def _shipped(chosen: Sequence[Hit], hits: Sequence[Hit]) -> str:
    right = sum(hit for _, hit in chosen)
    if not chosen:
        return "never reported"
    return f"{right / len(chosen):.2f}, {right / sum(hit for _, hit in hits):.2f} ({right} of {len(chosen)})"

"""Training of everything learned: `python -m bench.train --data DIR` writes `summarizers/weights.json`.

The same data gives the same bytes. `train(data, without)` leaves out a topic wholly: no pair, no story, no sentence of
it reaches a model or a threshold; that is how the left-out figures are made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bench import training_figures, training_importance, training_relations, training_status
from bench.training_relations import Labelled
from summarizers.scorer import Weights, read_weights

SENTENCE_MODELS = {"status": training_status.fit, "figure_instance": training_figures.fit}
WEIGHTS = Path(__file__).parent.parent / "summarizers" / "weights.json"
# What a relation's pooled precision must be on topics that the model has not seen, for its threshold. Set on left-out
# replays of whole stories, where every earlier sentence is a candidate, for few false relations a step.
WANTED = {"same": 0.7, "figure": 0.7, "kept": 0.55, "broken": 0.5, "open": 0.5, "conflict": 0.5, "position": 0.5, "differs": 0.5}
FEWEST = 5  # right pairs that a threshold must rest on; fewer prove nothing
PLANNED = 0.5  # status probability from which a line is an announcement


def train(data: Path, without: str | None = None) -> dict[str, Any]:
    """Weights as plain values, from all topics but one."""
    left_out = frozenset({without} if without else ())
    topics = {topic: items for topic, items in training_relations.topics(data).items() if topic not in left_out}
    models = dict(_sentence_models(data, left_out))
    evidence = {
        topic: training_relations.evidence_of(items, _weights(_sentence_models(data, frozenset({*left_out, topic}))))
        for topic, items in topics.items()
    }
    models["relations"] = training_relations.fit(evidence)
    thresholds = _thresholds(evidence) | {"planned": PLANNED}
    so_far = _weights(models, thresholds)
    models["importance"] = training_importance.fit(data, left_out, so_far)
    return {"about": _about(data), "thresholds": thresholds, "models": models}


@cache
def _sentence_models(data: Path, without: frozenset[str]) -> Mapping[str, Any]:
    """The models that read one sentence or two quantities; evidence of pairs rests on them.

    Evidence of a topic is made by models that did not see it, so that the judge learns how far to trust them.
    """
    return {name: fit(data, without) for name, fit in SENTENCE_MODELS.items()}


def _weights(models: Mapping[str, Any], thresholds: Mapping[str, float] | None = None) -> Weights:
    return read_weights(json.dumps({"models": models, "thresholds": thresholds or {}}))


def _thresholds(evidence: Mapping[str, Sequence[Sequence[Labelled]]]) -> dict[str, float]:
    """For each relation the lowest score whose precision, pooled over topics left out in turn, is the wanted one."""
    scored = []
    for topic, items in evidence.items():
        model = _weights({"relations": training_relations.fit(evidence, [topic])}).models["relations"]
        scored += [(model.probabilities(found), relation) for item in items for found, relation in item]
    return {
        name: threshold
        for name, wanted in WANTED.items()
        if (threshold := threshold_at([(s[name], r == name) for s, r in scored], wanted)) is not None
    }


def threshold_at(scored: Sequence[tuple[float, bool]], wanted: float) -> float | None:
    """The lowest score at which the precision of all that score as high is the wanted one; None if there is none."""
    lowest = None
    right = 0
    for count, (score, hit) in enumerate(sorted(scored, key=lambda pair: -pair[0]), 1):
        right += hit
        if right >= FEWEST and right / count >= wanted:
            lowest = score
    return None if lowest is None else float(f"{lowest:.4g}")


def _about(data: Path) -> dict[str, Any]:
    """What was trained on, with hashes and terms."""
    files = {
        "relations": data / "data" / "relations" / "data.jsonl.gz",
        "event_factuality": data / "data" / "event_factuality" / "data.jsonl.gz",
    } | {f"stories/{path.parent.name}": path for path in sorted((data / "stories").glob("*/gold.json"))}
    return {
        "made_by": "bench/train.py",
        "trained_on": {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()},
        "terms": (
            "Labels of relations and stories were made for this project; their texts (Timeline17, Multi-News) belong to "
            "their publishers and were used for research. event_factuality: Lee et al. 2015; Rudinger et al. 2018, CC BY-SA."
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds data/ and stories/")
    parser.add_argument("--without", help="a topic to leave out")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    trained = train(arguments.data, arguments.without)
    arguments.out.write_text(json.dumps(trained, indent=None, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()

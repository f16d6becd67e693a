"""Training of everything learned: `python -m bench.train --data DIR` writes `summarizers/weights.json`.

The same data gives the same bytes. `train(data, without)` leaves out a topic wholly: no pair, no story, no sentence of
it reaches a model or a threshold; that is how the left-out figures are made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench import training_figures, training_importance, training_leans, training_relations, training_status
from summarizers.scorer import Weights, read_weights

# What pairs are measured with, and what only reads sentences.
SENTENCE_MODELS = {"status": training_status.fit, "figure_instance": training_figures.fit}
WEIGHTS = Path(__file__).parent.parent / "summarizers" / "weights.json"
# How likely a relation must be at its threshold, by the scores of labelled pairs whose topic the model had not seen.
# Set on left-out replays of whole stories, where every earlier sentence is a candidate, for few false relations a
# step. A relation that is not named is never reported: on topics unseen nothing finds it yet.
WANTED = {"same": 0.42, "figure": 0.4, "kept": 0.25}
PLANNED = 0.6  # status probability from which a line without a relation is an announcement
LEANS = 0.25  # probability of leaning from which a line is shown with its neighbour: a dangling "he" costs most


def train(data: Path, without: str | None = None) -> dict[str, Any]:
    """Weights as plain values, from all topics but one."""
    left_out = frozenset({without} if without else ())
    topics = {
        topic: items for topic, items in training_relations.topics(data).items() if topic not in left_out
    }
    models = dict(_sentence_models(data, left_out))
    evidence = {
        topic: training_relations.evidence_of(
            items, _weights(_sentence_models(data, frozenset({*left_out, topic})))
        )
        for topic, items in topics.items()
    }
    models["leans"] = training_leans.fit(data, left_out)
    models["event_factuality"] = training_status.fit_events(data)
    models["relations"] = training_relations.fit(evidence)
    scored = training_relations.scores_unseen(evidence)
    thresholds = {name: training_relations.threshold(scored, name, wanted) for name, wanted in WANTED.items()}
    thresholds |= {"planned": PLANNED, "leans": LEANS}
    models["importance"] = training_importance.fit(data, left_out, _weights(models, thresholds))
    return {"about": _about(data), "thresholds": thresholds, "models": models}


@cache
def _sentence_models(data: Path, without: frozenset[str]) -> Mapping[str, Any]:
    """The models that read one sentence or two quantities; evidence of pairs rests on them.

    Evidence of a topic is made by models that did not see it, so that the judge learns how far to trust them.
    """
    return {name: fit(data, without) for name, fit in SENTENCE_MODELS.items()}


def _weights(models: Mapping[str, Any], thresholds: Mapping[str, float] | None = None) -> Weights:
    return read_weights(json.dumps({"models": models, "thresholds": thresholds or {}}))


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

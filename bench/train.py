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

from bench import training_figures, training_importance, training_leans, training_relations, training_status
from bench.curves import average_precision, recall_at
from bench.training_relations import Scored
from summarizers.delta.judge import RELATIONS
from summarizers.scorer import Weights, read_weights

# What pairs are measured with, and what only reads sentences.
SENTENCE_MODELS = {"status": training_status.fit, "figure_instance": training_figures.fit}
WEIGHTS = Path(__file__).parent.parent / "summarizers" / "weights.json"
# How likely a relation must be at its threshold, by the scores of labelled pairs whose topic the model had not seen.
# Set on left-out replays of whole stories, where every earlier sentence is a candidate, for few false relations a
# step. What the model hardly finds on topics unseen must be likelier than not; that is seldom, and then it abstains.
WANTED = {"same": 0.42, "figure": 0.45, "kept": 0.27} | dict.fromkeys(
    ("broken", "open", "position", "conflict", "differs"), 0.5
)
PLANNED = 0.65  # status probability from which a line without a relation is an announcement
LEANS = (
    0.25  # probability of leaning from which a line is shown with its neighbour: a dangling "he" costs most
)


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
    about = _about(data) | {"unseen": _figures(scored, thresholds)}
    return {"about": about, "thresholds": thresholds, "models": models}


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
    sets = {name: [data / "data" / name / "data.jsonl.gz"] for name in ("relations", "event_factuality")}
    sets["stories"] = sorted((data / "stories").glob("*/gold.json"))
    return {
        "made_by": "bench/train.py",
        "trained_on": {name: _hash(files) for name, files in sets.items()},
        "terms": (
            "Labels of relations and stories were made for this project; their texts (Timeline17, Multi-News) belong to "
            "their publishers and were used for research. event_factuality: Lee et al. 2015; Rudinger et al. 2018, CC BY-SA."
        ),
    }


def _hash(files: Sequence[Path]) -> str:
    """SHA-256 of the files one after the other."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _figures(scored: Sequence[Scored], thresholds: Mapping[str, float]) -> dict[str, Any]:
    """What the judge does on topics left out in turn, relation by relation."""
    found = {}
    for name in RELATIONS[1:]:
        hits = [(scores[name], relation == name) for scores, relation in scored]
        found[name] = {
            "pairs": sum(hit for _, hit in hits),
            "average_precision": round(average_precision(hits), 3),
            "recall_at_precision_0.7": round(recall_at(hits, 0.7), 3),
        }
        if name in thresholds:
            chosen = [hit for score, hit in hits if score >= thresholds[name]]
            found[name]["precision_at_threshold"] = round(sum(chosen) / max(1, len(chosen)), 3)
            found[name]["recall_at_threshold"] = round(sum(chosen) / max(1, found[name]["pairs"]), 3)
    return found


def write(weights: Mapping[str, Any]) -> str:
    """Weights as JSON that can be read and compared: a line for each short list, an indent for each level."""
    return _written(weights, "") + "\n"


def _written(value: Any, indent: str) -> str:
    deeper = indent + " "
    if isinstance(value, Mapping):
        items = (f"{deeper}{json.dumps(key)}: {_written(item, deeper)}" for key, item in value.items())
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, list | Mapping) for item in value):
        return "[\n" + ",\n".join(deeper + _written(item, deeper) for item in value) + f"\n{indent}]"
    return json.dumps(value, separators=(",", ":"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds data/ and stories/")
    parser.add_argument("--without", help="a topic to leave out")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    trained = train(arguments.data, arguments.without)
    arguments.out.write_text(write(trained), "utf-8")


if __name__ == "__main__":
    main()

"""Training of the model `importance`: should a digest hold this sentence? From the gold digests of whole stories."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from bench import fit as fitting
from bench.data import TOPICS, stories
from bot.sources.folder import read as read_articles
from summarizers.clean import clean
from summarizers.delta.compare import examine
from summarizers.scorer import Weights, using

WEIGHT = {
    3: 3.0,
    2: 1.5,
    1: 0.5,
    0: 1.0,
}  # a missed must-have costs most; importance 1 hardly counts for a digest
C = 0.02


def items(data: Path, without: Collection[str], weights: Weights) -> Iterator[tuple[dict[str, float], int]]:
    """The evidence of each sentence of each step, and the importance of what it supports, 0 for nothing."""
    with using(weights):
        for folder in stories(data):
            if TOPICS[folder.name] not in without:
                yield from _story(folder)


def _story(folder: Path) -> Iterator[tuple[dict[str, float], int]]:
    gold = json.loads((folder / "gold.json").read_text("utf-8"))
    supports = {(step["step"]): _supports(step) for step in gold["steps"]}
    documents = [clean(article) for article in read_articles([folder])]
    for place, document in enumerate(documents):
        _, findings = examine(documents[:place], [document])
        for finding in findings:
            text = _fold(finding.note.sentence.text)
            yield finding.evidence, _importance(text, supports[place + 1])


def _supports(step: dict[str, Any]) -> list[tuple[str, int]]:
    return [(_fold(s["sentence"]), item["importance"]) for item in step["items"] for s in item["support"]]


def _fold(text: str) -> str:
    return " ".join(text.split())


def _importance(text: str, supports: list[tuple[str, int]]) -> int:
    return max(
        (level for support, level in supports if support in text or (len(text) > 30 and text in support)),
        default=0,
    )


def fit(data: Path, without: Collection[str], weights: Weights) -> dict[str, Any]:
    """The model of the stories of all topics but those left out."""
    found = list(items(data, without, weights))
    names = sorted({name for evidence, _ in found for name in evidence})
    x = fitting.matrix([evidence for evidence, _ in found], names)
    y = [int(level >= 2) for _, level in found]
    part = fitting.linear(x, y, 2, c=C, sample_weight=[WEIGHT[level] for _, level in found])
    return fitting.model(("no", "yes"), names, [part])

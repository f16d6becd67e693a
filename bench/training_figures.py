"""Training of the model `figure_instance`: is this quantity a newer value of that one?

Instances of pairs labelled `figure` whose two quantities are the annotated ones are positive, all others of all pairs
negative; a pair whose annotated quantities were not read is left out. Boosted trees, twice over with other shares of
the features: the mean of two has half the spread of one (recall at precision .7 of single ones: .17 to .36).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bench import fit as fitting
from bench.data import read
from bench.relation_notes import Row, rows
from summarizers.annotate import Note
from summarizers.delta.likeness import Ground
from summarizers.delta.quantities import instances
from summarizers.figures import Figure, find_figures
from summarizers.words import tokens

TREES = 80
SHARES = (0.3, 0.6)  # of the features that a split may choose from


@dataclass(frozen=True)
class Example:
    """A pair of sentences: its relation, the evidence of its instances, and which of them are the annotated one."""

    topic: str
    relation: str
    evidence: tuple[dict[str, float], ...]
    right: tuple[bool, ...]


@lru_cache(maxsize=2)
def examples(data: Path) -> tuple[Example, ...]:
    """All pairs of `relations`; the sentences of one topic are the documents at hand."""
    by_topic: dict[str, list[Row]] = {}
    for row in rows(read(data, "relations")):
        by_topic.setdefault(row.topic, []).append(row)
    found: list[Example] = []
    for _, topic_rows in sorted(by_topic.items()):
        ground = Ground.of([note for row in topic_rows for note in (row.new, *row.known)])
        for row in topic_rows:
            found += _examples(row, ground)
    return tuple(found)


def _examples(row: Row, ground: Ground) -> list[Example]:
    found = []
    for known, relation, values in zip(row.known, row.relations, row.figures, strict=True):
        read_here = instances(row.new, known, ground.idf)
        old = located(known, values[0]) if values else []
        new = located(row.new, values[1]) if values else []
        right = tuple(relation == "figure" and i.old in old and i.new in new for i in read_here)
        found.append(Example(row.topic, relation, tuple(i.evidence for i in read_here), right))
    return found


def located(note: Note, value: str) -> list[Figure]:
    """The quantities of a sentence that an annotated value names: by place, else by value."""
    at = note.sentence.text.lower().find(value.lower())
    if at >= 0:
        hits = [figure for figure in note.figures if figure.start < at + len(value) and at < figure.end]
        if hits:
            return hits
    named = find_figures(value, tokens(value))
    return [figure for figure in note.figures if any(_close(figure, other) for other in named)]


def _close(a: Figure, b: Figure) -> bool:
    near = abs(a.low - b.low) <= 0.08 * b.low and abs(a.high - b.high) <= 0.08 * b.high
    return near and (a.unit == b.unit or not b.unit)


def fit(data: Path, without: str | Collection[str] | None = None) -> dict[str, Any]:
    """The model of all topics but those left out."""
    left_out = [without] if isinstance(without, str) else list(without or [])
    used = [e for e in examples(data) if e.topic not in left_out and (e.relation != "figure" or any(e.right))]
    evidence = [measured for example in used for measured in example.evidence]
    y = [int(right) for example in used for right in example.right]
    names = sorted({name for measured in evidence for name in measured})
    x = fitting.matrix(evidence, names)
    positive = max(1, sum(y))
    # Half way (geometrically) to balance: full balance costs precision at the top, none recall.
    weight = np.where(np.array(y) == 1, ((len(y) - positive) / positive) ** 0.5, 1.0)
    parts = [
        fitting.boosted(
            x, y, 2, trees=TREES, depth=4, rate=0.06, leaf=10, features=share, sample_weight=weight
        )
        for share in SHARES
    ]
    return fitting.model(("no", "yes"), names, parts)

"""Training of the models `status` (of a sentence) and `event_factuality` (of one word of it)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import fit as fitting
from bench.data import read
from summarizers.modality import STATUSES, read_mood, word_evidence
from summarizers.words import Word, tokens

Evidence = Mapping[str, float]
SEEN = 12  # a measurement that fewer sentences have says nothing general


def fit(data: Path, without: Collection[str] = ()) -> dict[str, Any]:
    """The model `status`, from the labelled sentences of all topics but those left out."""
    pairs = [(e, s) for topic, e, s in status_items(data) if topic not in without]
    return status_model([e for e, _ in pairs], [s for _, s in pairs])


def status_items(data: Path) -> Iterator[tuple[str, Evidence, str]]:
    """Topic, evidence and status of each labelled sentence."""
    for item in read(data, "relations"):
        yield item["topic"], read_mood(item["sentence"], tokens(item["sentence"])).evidence, item["status"]


def status_model(evidence: Sequence[Evidence], statuses: Sequence[str]) -> dict[str, Any]:
    names = _names(evidence)
    x = fitting.matrix(evidence, names)
    y = [STATUSES.index(s) for s in statuses]
    parts = [
        fitting.linear(x, y, len(STATUSES), c=0.01),
        fitting.boosted(x, y, len(STATUSES), trees=50, depth=3, rate=0.1, leaf=15),
    ]
    return fitting.model(STATUSES, names, parts)


def fit_events(data: Path, without: Collection[str] = ()) -> dict[str, Any]:  # noqa: ARG001 - because it knows no topics
    """The model `event_factuality`, from the training part of the UW corpus."""
    found = [(e, y) for corpus, split, e, y in event_items(data) if corpus == "UW" and split == "train"]
    return event_model([e for e, _ in found], [y for _, y in found])


def event_items(data: Path) -> Iterator[tuple[str, str, Evidence, int]]:
    """Corpus, part, evidence and whether it happened (factuality ≥ 2) of each annotated event."""
    for item in read(data, "event_factuality"):
        words = tokens(item["text"])
        mood = read_mood(item["text"], words)
        for event in item["events"]:
            if (index := event_index(item["text"], words, event["span"][0])) is not None:
                yield (
                    item["corpus"],
                    item["split"],
                    word_evidence(words, mood, index),
                    int(event["factuality"] >= 2),
                )


def event_index(text: str, words: Sequence[Word], token: int) -> int | None:
    """Our word at the blank-separated token of that number; None where it is a mark."""
    start = 0
    for piece in text.split(" ")[:token]:
        start += len(piece) + 1
    end = start + len(text[start:].split(" ", 1)[0])
    return next((i for i, w in enumerate(words) if w.end > start and w.start < end), None)


def event_model(evidence: Sequence[Evidence], happened: Sequence[int]) -> dict[str, Any]:
    names = _names(evidence)
    x = fitting.matrix(evidence, names)
    share = sum(happened) / len(happened)
    # Both answers weigh the same: a plan taken for a deed costs more than a deed doubted.
    even = [0.5 / share if y else 0.5 / (1 - share) for y in happened]
    parts = [
        fitting.linear(x, happened, 2, c=0.02, sample_weight=even),
        fitting.boosted(x, happened, 2, trees=120, depth=4, rate=0.08, leaf=15, sample_weight=even),
    ]
    return fitting.model(("no", "yes"), names, parts)


def _names(evidence: Sequence[Evidence]) -> list[str]:
    counts: dict[str, int] = {}
    for row in evidence:
        for name, value in row.items():
            counts[name] = counts.get(name, 0) + (value != 0)
    return sorted(name for name, count in counts.items() if count >= SEEN)

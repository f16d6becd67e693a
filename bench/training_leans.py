"""Training of the model `leans`: can a sentence not be shown alone?

From the `leans` field of `relations` and the sentences that the stories' gold marks as dependent on their context.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import fit as fitting
from bench.data import TOPICS, read, stories
from summarizers import Article, clean
from summarizers.references import leaning_features
from summarizers.types import Document

CLASSES = ("stands", "leans")
SEEN = 8  # a cue that fewer sentences have says nothing general
STORY_WEIGHT = 1.0
Item = tuple[str, Mapping[str, float], int]  # topic, features, leans


def fit(data: Path, without: str | Sequence[str] | None) -> dict[str, Any]:
    """The model from all topics but those left out."""
    left_out = {without} if isinstance(without, str) else set(without or ())
    related = [item for item in relation_items(data) if item[0] not in left_out]
    told = [item for item in story_items(data) if item[0] not in left_out]
    return leans_model([*related, *told], [1.0] * len(related) + [STORY_WEIGHT] * len(told))


def leans_model(items: Sequence[Item], weights: Sequence[float]) -> dict[str, Any]:
    features = [found for _, found, _ in items]
    names = sorted(
        name for name in set().union(*features) if sum(bool(f.get(name)) for f in features) >= SEEN
    )
    x = fitting.matrix(features, names)
    y = [leans for *_, leans in items]
    parts = [
        fitting.linear(x, y, 2, c=0.05, sample_weight=weights),
        fitting.boosted(x, y, 2, trees=120, depth=4, rate=0.06, leaf=15, sample_weight=weights),
    ]
    return fitting.model(CLASSES, names, parts)


def relation_items(data: Path) -> Iterator[Item]:
    """The labelled sentences of `relations`; where in a paragraph they stood is not known."""
    for item in read(data, "relations"):
        before, after = item.get("before") or "", item.get("after") or ""
        features = leaning_features(
            item["sentence"], before, after, first=not before, first_in_paragraph=None
        )
        yield item["topic"], features, int(item["leans"])


def story_items(data: Path) -> Iterator[Item]:
    """Each selectable sentence of the stories, leaning if the gold says that it must not be shown alone."""
    for folder in stories(data):
        gold = json.loads((folder / "gold.json").read_text("utf-8"))
        dependent = {
            (c["sentence"]["file"], fold(c["sentence"]["sentence"])) for c in gold["context_dependent"]
        }
        for doc in gold["docs"]:
            document = clean(Article(id=doc["file"], text=(folder / doc["file"]).read_text("utf-8")))
            for text, features in document_features(document):
                yield TOPICS[folder.name], features, int((doc["file"], fold(text)) in dependent)


def document_features(document: Document) -> Iterator[tuple[str, Mapping[str, float]]]:
    sentences = document.sentences
    for i, sentence in enumerate(sentences):
        before = sentences[i - 1] if i else None
        after = sentences[i + 1].text if i + 1 < len(sentences) else ""
        if sentence.selectable:
            yield (
                sentence.text,
                leaning_features(
                    sentence.text,
                    before.text if before else "",
                    after,
                    first=before is None,
                    first_in_paragraph=before is None or before.paragraph != sentence.paragraph,
                ),
            )


def fold(text: str) -> str:
    return " ".join(text.split())

"""Training of the model `leans`: can a sentence not be shown alone?

From the `leans` field of `relations` and the sentences that the stories' gold marks as dependent on their context.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench import fit as fitting
from bench.data import TOPICS, read, stories
from summarizers import Article, clean
from summarizers.references import Told, document_features, leaning_features

CLASSES = ("stands", "leans")
SEEN = 8  # a cue that fewer sentences have says nothing general
STORY_WEIGHT = 1.0
Item = tuple[str, Mapping[str, float], int]  # topic, features, leans


def fit(data: Path, without: str | Collection[str] | None) -> dict[str, Any]:
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
    parts = [fitting.linear(x, y, 2, c=0.05, sample_weight=weights)]  # trees added nothing on topics left out
    return fitting.model(CLASSES, names, parts)


@lru_cache(maxsize=2)
def relation_items(data: Path) -> tuple[Item, ...]:
    return tuple(_relation_items(data))


@lru_cache(maxsize=2)
def story_items(data: Path) -> tuple[Item, ...]:
    return tuple(_story_items(data))


def _relation_items(data: Path) -> Iterator[Item]:
    """The labelled sentences of `relations`, in their articles where these are at hand; paragraphs are not known."""
    articles = {
        (item["timeline_set"], item["id"]): item["sentences"] for item in read(data, "timeline17", "articles")
    }
    for item in read(data, "relations"):
        before, after = item.get("before") or "", item.get("after") or ""
        article = articles.get(tuple(item["ref"][:2]), [])
        told = told_before(article, item["sentence"]) if item["sentence"] in article else None
        features = leaning_features(
            item["sentence"], before, after, first=not before, first_in_paragraph=None, told=told
        )
        yield item["topic"], features, int(item["leans"])


def told_before(article: Sequence[str], sentence: str) -> Told:
    told = Told.of(article)
    for text in article[: article.index(sentence)]:
        told.tell(text)
    return told


def _story_items(data: Path) -> Iterator[Item]:
    """Each selectable sentence of the stories, leaning if the gold says that it must not be shown alone."""
    for folder in stories(data):
        gold = json.loads((folder / "gold.json").read_text("utf-8"))
        dependent = {
            (c["sentence"]["file"], fold(c["sentence"]["sentence"])) for c in gold["context_dependent"]
        }
        for doc in gold["docs"]:
            document = clean(Article(id=doc["file"], text=(folder / doc["file"]).read_text("utf-8")))
            for sentence, features in zip(
                document.sentences, document_features(document.sentences), strict=True
            ):
                if sentence.selectable:
                    yield TOPICS[folder.name], features, int((doc["file"], fold(sentence.text)) in dependent)


def fold(text: str) -> str:
    return " ".join(text.split())

"""The labelled pairs as notes: what the core would know of each sentence, from the context that the data gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from summarizers.annotate import Note, annotate_sentence, capitals
from summarizers.types import Sentence


@dataclass(frozen=True)
class Row:
    """One new sentence with its candidates, the relation of each, and the annotated values of a figure."""

    topic: str
    new: Note
    known: tuple[Note, ...]
    relations: tuple[str, ...]
    figures: tuple[tuple[str, str] | None, ...]
    raw: dict[str, Any]


def rows(items: list[dict[str, Any]]) -> Iterator[Row]:
    for item in items:
        candidates = item["candidates"]
        yield Row(
            topic=item["topic"],
            new=note(item, item["sentence"]),
            known=tuple(note(c, c["text"]) for c in candidates),
            relations=tuple(c["relation"] for c in candidates),
            figures=tuple(tuple(c["figure"]) if c.get("figure") else None for c in candidates),
            raw=item,
        )


def note(item: dict[str, Any], text: str) -> Note:
    published = date.fromisoformat(item["date"]) if item.get("date") else None
    before_text = item.get("before") or ""
    inside = capitals([before_text, text, item.get("after") or ""])
    identity = "/".join(str(part) for part in item["ref"])
    before = _one(before_text, None, published, item.get("source"), inside, identity) if before_text else None
    return _one(text, before, published, item.get("source"), inside, identity)


def _one(
    text: str,
    before: Note | None,
    published: date | None,
    source: str | None,
    inside: frozenset[str],
    identity: str,
) -> Note:
    sentence = Sentence(text, identity, 1, 0, len(text))
    return annotate_sentence(sentence, before, published, source, inside)

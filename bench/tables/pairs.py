"""What must not be found: relations between stories that have nothing to do with each other, news in the same text twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

from bench import data as sets
from bot.sources.folder import read
from summarizers import Document, clean, compare
from summarizers.types import GROUPS, Update

TITLE = "False relations: every story against every other one, and against itself"
RELATED = [
    label
    for group in ("happened", "not_happened", "changed", "disagree", "differs", "same")
    for label in GROUPS[group]
]
NEWS = [label for group in GROUPS if group not in {"same", "open"} for label in GROUPS[group]]


def rows(data: Path) -> Iterator[str]:
    """Relations per 100 lines over all pairs of unrelated stories, then what `compare(x, x)` calls news."""
    folders = sets.stories(data)
    if not folders:
        raise FileNotFoundError(f"{data / 'stories'}, the stories")
    stories = {folder.name: tuple(map(clean, read([folder]))) for folder in folders}
    unrelated = [
        (a, b) for a, b in permutations(stories, 2) if sets.TOPICS.get(a, a) != sets.TOPICS.get(b, b)
    ]
    found = [(a, b, update) for a, b in unrelated for update in between(stories[a], stories[b])]
    lines = sum(len(document.sentences) for _, b in unrelated for document in stories[b])
    yield f"{len(unrelated)} ordered pairs, {lines} lines: {len(found)} relations, {100 * len(found) / lines:.2f} per 100 lines (floor ≤ 1, aim 0)"
    for a, b, update in found[:10]:
        yield f"  {update.label}: {update.sentences[0].text[:70]!r} ({b}) / {update.prior[0].text[:70]!r} ({a})"
    itself = sum(
        update.label in NEWS for story in stories.values() for document in story for update in again(document)
    )
    yield f"compare(x, x) of each article: {itself} updates that are news (must be 0)"


def between(known: tuple[Document, ...], new: tuple[Document, ...]) -> list[Update]:
    """The updates that tie a line of one story to a line of the other."""
    ours = {document.id for document in new}
    return [
        update
        for update in compare(known, new).updates
        if update.label in RELATED and any(s.document_id not in ours for s in update.prior)
    ]


def again(document: Document) -> tuple[Update, ...]:
    """The updates of a document against itself."""
    return compare([document], [document]).updates

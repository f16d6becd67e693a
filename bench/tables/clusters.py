"""Stories found again: articles of many clusters, flattened and grouped."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from bench.data import read, stories
from summarizers.stories import group_stories
from summarizers.types import Article, Document, Paragraph, Sentence

TITLE = "Stories: articles of many clusters grouped again (B³)"
SHORTEST = 150  # characters; shorter texts are what a scraper got in place of an article


def rows(data: Path) -> list[str]:
    documents, gold = flattened(data)
    started = time.process_time()
    groups = group_stories(documents)
    spent = time.process_time() - started
    found = {document.id: group.id for group in groups for document in group.documents}
    precision, recall, f1 = b_cubed(found, gold)
    lines = [
        f"multinews500: {len(documents)} articles, {len(set(gold.values()))} clusters → {len(groups)} groups in {spent:.1f} s",
        f"B³ precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}   floor .88",
    ]
    return [*lines, *_folders(data)]


def b_cubed(found: Mapping[str, str], gold: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a grouping, item by item (Bagga & Baldwin 1998)."""
    both = Counter((found[item], gold[item]) for item in gold)
    groups, clusters = Counter(found[item] for item in gold), Counter(gold.values())
    precision = sum(both[found[item], gold[item]] / groups[found[item]] for item in gold) / len(gold)
    recall = sum(both[found[item], gold[item]] / clusters[gold[item]] for item in gold) / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)


def plain(name: str, lines: Iterable[str], *, published: date | None = None) -> Document:
    """A document with one sentence a line, as the data set splits it: neither cleaned nor split again."""
    text = "\n".join(lines)
    paragraphs: list[Paragraph] = []
    sentences: list[Sentence] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            end = start + len(line)
            paragraphs.append(Paragraph(line, number, start, end))
            sentences.append(Sentence(line, name, number, start, end, len(sentences)))
        start += len(line) + 1
    return Document(Article(name, text, published=published), tuple(paragraphs), tuple(sentences))


def flattened(data: Path) -> tuple[list[Document], dict[str, str]]:
    """Each different text once: copies of one text in two clusters are notices of a web archive."""
    texts: dict[str, str] = {}
    for item in read(data, "multinews500"):
        for text in item["documents"]:
            if len(text) >= SHORTEST:
                texts.setdefault(text, item["id"])
    documents = [plain(f"{number:04}", text.split("\n")) for number, text in enumerate(texts)]
    return documents, {d.id: cluster for d, cluster in zip(documents, texts.values(), strict=True)}


def _folders(data: Path) -> list[str]:
    """How many stories each folder of one story falls into, and all folders together."""
    folders = stories(data)
    by_folder = {
        folder.name: [
            plain(f"{folder.name}/{file.name}", file.read_text("utf-8").split("\n"))
            for file in sorted(folder.glob("*.txt"))
        ]
        for folder in folders
    }
    alone = {name: len(group_stories(documents)) for name, documents in by_folder.items()}
    together = group_stories([d for documents in by_folder.values() for d in documents])
    whole = sum(n == 1 for n in alone.values())
    split = ", ".join(f"{name} in {n}" for name, n in alone.items() if n > 1)
    return [
        (
            f"folders of one story found as one: {whole} of {len(folders)}{f' ({split})' if split else ''};"
            f" all {len(folders)} folders together: {len(together)} stories"
        )
    ]

"""A story read again, one article after the other: what each one changed against those before it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.errors import UndatedStory
from summarizers.digest import compose
from summarizers.types import Delta, Digest, Document, Label, Line, Quotation

Compare = Callable[[Sequence[Document], Sequence[Document]], Delta]


@dataclass(frozen=True, slots=True)
class Step:
    """One article of a story, the number of those before it, and the digest of what it changed."""

    number: int
    document: Document
    digest: Digest


def replay(documents: Sequence[Document], compare: Compare) -> Iterator[Step]:
    """A step for each document, in their order, each compared with all before it and with nothing after it."""
    for place, document in enumerate(documents):
        delta = compare(documents[:place], [document])
        yield Step(place + 1, document, compose(delta))


def as_json(steps: Iterable[Step]) -> dict[str, Any]:
    """The steps as plain values: an entry for each line, and one more for a line's second label."""
    return {"steps": [_step(step) for step in steps]}


def _step(step: Step) -> dict[str, Any]:
    shown = [entry for line in step.digest.lines for entry in _entries(line)]
    return {"step": step.number, "article": step.document.id, "shown": shown}


def _entries(line: Line) -> Iterator[dict[str, Any]]:
    yield _entry(line, line.label, line.prior)
    if line.also:
        yield _entry(line, line.also, line.also_prior)


def _entry(line: Line, label: Label | None, prior: Sequence[Quotation]) -> dict[str, Any]:
    own = [q for q in line.quotations if q.document == line.quotations[0].document]
    others = [q for q in line.quotations if q not in own]
    return {
        "sentence": joined(own),
        "file": own[0].document,
        "label": label,
        "prior": [_linked(q) for q in prior],
        "context": [_linked(q) for q in (*line.context, *others)],
        "speaker": line.speaker,
    }


def _linked(quotation: Quotation) -> dict[str, str]:
    return {"sentence": joined([quotation]), "file": quotation.document}


def joined(quotations: Sequence[Quotation]) -> str:
    """The words of quotations of one document; … stands where words between them, or a cut end, are left out."""
    text = ""
    before: Quotation | None = None
    for quotation in quotations:
        if before is not None:
            side_by_side = 0 <= quotation.start - before.end <= 2 and not before.cut_after
            text += " " if side_by_side else " … " if not before.cut_after else " "
        text += ("…" if quotation.cut_before else "") + quotation.text + ("…" if quotation.cut_after else "")
        before = quotation
    return text


@dataclass(frozen=True, slots=True)
class Division:
    """The documents of a story before a day, those from it on, and those whose day nothing proves."""

    known: tuple[Document, ...]
    new: tuple[Document, ...]
    undated: tuple[Document, ...]


def divide(documents: Sequence[Document], days: dict[str, date | None], since: date) -> Division:
    """The documents divided at a day; UndatedStory where nothing proves the day of any of them."""
    dated = [(day, document) for document in documents if (day := days[document.id]) is not None]
    if not dated:
        raise UndatedStory(
            "Nothing proves the day of any article here: declare the days in manifest.json, "
            "or name old and new articles yourself with: newsdelta changed OLD NEW"
        )
    dated.sort(key=lambda pair: pair[0])  # stable: articles of one day keep their order
    return Division(
        known=tuple(document for day, document in dated if day < since),
        new=tuple(document for day, document in dated if day >= since),
        undated=tuple(document for document in documents if days[document.id] is None),
    )

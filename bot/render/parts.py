"""What a line of a digest consists of, before a platform draws it: quoted words, and words of ours. Pure.

The words of a source stand here as they are; a renderer makes them safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.phrases import before, heading, kind, phrase
from summarizers.types import GROUPS, Digest, Group, Label, Line, Quotation

# said: what the line says · beside: what it leans on, from elsewhere · earlier: what it changes
Role = Literal["said", "beside", "earlier"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quotations of one paragraph, side by side, as one; `words` has an ellipsis where they were cut.

    `word` is what we call them, the same for all that follow each other in one role.
    """

    role: Role
    words: str
    quotations: tuple[Quotation, ...]
    word: str = ""
    speaker: str = ""

    @property
    def first(self) -> Quotation:
        return self.quotations[0]


@dataclass(frozen=True, slots=True)
class Noted:
    """Words of ours about a line."""

    text: str


Part = Quoted | Noted


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of a group under its heading; the lead of a digest is one by itself."""

    heading: str
    lines: tuple[Line, ...]
    lead: bool = False


def blocks_of(digest: Digest, language: str = "en") -> Iterator[Block]:
    """The lead, then the groups in their order; some only count."""
    lead, *rest = digest.lines or (None,)
    if lead is not None:
        group = _group(lead.label)
        head = phrase("lead", language, group=_word(group, language)) if group and group != "new" else ""
        yield Block(head, (lead,), lead=True)
    for group, labels in GROUPS.items():
        lines = tuple(line for line in rest if line and line.label in labels)
        count = {"same": digest.same_before, "open": len(digest.still_open)}.get(group, len(lines))
        if lines or (group in {"same", "open"} and count):
            yield Block(heading(group, count, language), lines)


def parts_of(line: Line, *, why: bool = False, language: str = "en") -> Iterator[Part]:
    """What the line says, what must stand beside it, what it is, and the earlier sentences that it changes."""
    runs = _together(line.context, line.quotations)
    said = [run for run in runs if any(quotation in line.quotations for quotation in run)]
    beside = [run for run in runs if run not in said]
    yield from (_quoted("said", run, speaker=line.speaker or "") for run in said)
    yield from (_quoted("beside", run, phrase("context", language)) for run in beside)
    if note := _note(line, language):
        yield Noted(note)
    yield from _earlier(line.prior, line.label, language)
    if line.also:
        yield from _also(line, line.also, language)
    if why and line.why:
        yield Noted(phrase("why", language, why=line.why))


def called(label: Label | None, language: str = "en") -> str:
    """What a label is called: the heading of its group, and its kind; empty without one."""
    group = _group(label)
    return ": ".join(filter(None, (_word(group, language) if group else "", kind(label, language))))


def _quoted(role: Role, run: Sequence[Quotation], word: str = "", speaker: str = "") -> Quoted:
    words = " ".join(quotation.text for quotation in run)
    words = ("…" if run[0].cut_before else "") + words + ("…" if run[-1].cut_after else "")
    return Quoted(role, words, tuple(run), word, speaker)


def _earlier(quotations: Sequence[Quotation], label: Label | None, language: str) -> Iterator[Quoted]:
    return (_quoted("earlier", run, before(label, language)) for run in _together((), quotations))


def _also(line: Line, label: Label, language: str) -> Iterator[Part]:
    group = _group(label)
    shown = phrase("also", language, label=_word(group, language) if group else label)
    yield Noted(f"{shown} ({more})" if (more := kind(label, language)) else shown)
    yield from _earlier(line.also_prior if line.also_prior != line.prior else (), label, language)


def _note(line: Line, language: str) -> str:
    """What our own words add below a line: its kind, and the two wordings of a figure."""
    figure = phrase("figure", language, old=line.figure[0], new=line.figure[1]) if line.figure else ""
    shown = kind(line.label, language) if line.label not in {"baseline", "new"} else ""
    return ": ".join(filter(None, (shown, figure)))


def _word(group: Group, language: str) -> str:
    """The heading of a group without what explains or counts it."""
    return heading(group, 1, language).partition(" · ")[0]


def _group(label: Label | None) -> Group | None:
    return next((group for group, labels in GROUPS.items() if label in labels), None)


def _together(context: Sequence[Quotation], quotations: Sequence[Quotation]) -> list[list[Quotation]]:
    """Quotations with what they lean on, in reading order; those of one paragraph, side by side, make one."""
    first = {q.document: n for n, q in reversed(list(enumerate((*quotations, *context))))}
    unique: Iterable[Quotation] = {(q.document, q.start): q for q in (*context, *quotations)}.values()
    runs: list[list[Quotation]] = []
    for quotation in sorted(unique, key=lambda q: (first[q.document], q.start)):
        if runs and _adjacent(runs[-1][-1], quotation):
            runs[-1].append(quotation)
        else:
            runs.append([quotation])
    return runs


def _adjacent(a: Quotation, b: Quotation) -> bool:
    same = a.document == b.document and a.paragraph == b.paragraph
    return same and 0 <= b.start - a.end <= 2 and not a.cut_after and not b.cut_before

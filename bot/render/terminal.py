"""Digests and replies as lines for a terminal: readable without colour, at 80 columns. Pure.

A row is a line of text with the name of its style; who prints it may give the style a colour or not. All text of a
source goes through `fit.safe` on its way: no control character of an article reaches a terminal.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from bot.commands import Command
from bot.phrases import phrase
from bot.render.fit import WIDTH, brief, cite_names, safe, visible, wrap
from bot.render.parts import Noted, Quoted, blocks_of, parts_of
from bot.replies import Button, Item, Reply, Section, buttons
from summarizers.types import Digest, Line

Style = Literal["title", "heading", "quotation", "note", "plain"]
BULLET, HANGING, UNDER = "• ", "  ", "    "
BRIEF = 200  # characters of a title, an entry or a button
KEPT_TOGETHER = "\u00a0"  # `safe` leaves none in a text, so here it can stand for a blank that does not break


class Row(NamedTuple):
    """A line of text and the name of its style."""

    style: Style
    text: str


def digest_rows(
    digest: Digest, names: Mapping[str, str], *, why: bool = False, width: int = WIDTH, more: str = "more"
) -> list[Row]:
    """The digest: its lead under the heading of its group, then the groups. `names` are short names of documents.

    `more` is the phrase that says how much the budget held back.
    """
    page = _Page(names, why, width)
    rows: list[Row] = []
    for block in blocks_of(digest):
        rows += [BLANK, Row("heading", block.heading)] if block.heading else [BLANK]
        margins = ("", "") if block.lead else (BULLET, HANGING)
        rows += [row for line in block.lines for row in _line(line, page, *margins)]
    if digest.lines and digest.more:
        rows += [BLANK, *note_rows(phrase(more, count=len(digest.more)), width=width)]
    return rows


def plain_rows(lines: Iterable[Line], names: Mapping[str, str], *, width: int = WIDTH) -> list[Row]:
    """Lines without labels, one after the other: a summary, an answer."""
    return _bullets(lines, _Page(names, False, width))


def reply_rows(reply: Reply, *, width: int = WIDTH) -> list[Row]:
    """A reply: its title and notes, its sections, a document if one is handed over, and what can be pressed.

    Everything that can be pressed has a number; `pressed` tells what it is.
    """
    page = _Page(cite_names(reply.sources), False, width)
    numbers = itertools.count(1)
    rows = title_rows(brief(reply.title, BRIEF), width=width) if reply.title else []
    rows += _notes(reply.notes, page)
    for section in reply.sections:
        rows += _section(section, page._replace(why=section.why), numbers)
    if reply.file:
        rows += _document(*reply.file, page)
    if reply.buttons:
        labels = "  ".join(_label(button, numbers) for button in reply.buttons)
        rows += [BLANK, *_kept_together("note", labels, width)]
    return rows[1:] if rows[:1] == [BLANK] else rows


def pressed(reply: Reply, text: str) -> Command | None:
    """The command of the button whose number a text is; None where it is none of them."""
    number = text.strip().strip("[]#.")
    offered = buttons(reply)
    fits = number.isascii() and number.isdecimal() and len(number) <= 3 and 1 <= int(number) <= len(offered)
    return offered[int(number) - 1].command if fits else None


def title_rows(text: str, *notes: str, width: int = WIDTH) -> list[Row]:
    """A title under a rule, and what there is to say about it."""
    rows = [Row("note", "─" * width), *_wrapped("title", safe(text), width)]
    return [*rows, *(row for note in notes if note for row in note_rows(note, width=width))]


def note_rows(text: str, *, width: int = WIDTH) -> list[Row]:
    """A line of our own words."""
    return _wrapped("note", safe(text), width)


BLANK = Row("plain", "")


class _Page(NamedTuple):
    names: Mapping[str, str]
    why: bool
    width: int


def _notes(notes: Iterable[str], page: _Page) -> list[Row]:
    return [row for note in notes if note for row in note_rows(note, width=page.width)]


def _section(section: Section, page: _Page, numbers: Iterator[int]) -> list[Row]:
    rows = _notes(section.notes, page)
    if section.heading:
        rows = [*_wrapped("heading", brief(section.heading, BRIEF), page.width), *rows]
    if section.digest:
        rows += digest_rows(section.digest, page.names, why=page.why, width=page.width, more="more.say")
    rows += _bullets(section.lines, page)
    for item in section.items:
        rows += _item(item, page, numbers)
    return [BLANK, *rows] if rows[:1] != [BLANK] else rows


def _item(item: Item, page: _Page, numbers: Iterator[int]) -> list[Row]:
    """An entry; a button of the same words is no more than a number before it."""
    chooses = item.button is not None and item.button.words == item.text
    first = f"[{next(numbers)}] " if chooses else BULLET
    rows = _wrapped("plain", brief(item.text, BRIEF), page.width, first, " " * len(first))
    label = _label(item.button, numbers) if item.button and not chooses else ""
    below = "  ".join(filter(None, (safe(item.note), label)))
    return [*rows, *(_kept_together("note", below, page.width, UNDER) if below else [])]


def _label(button: Button, numbers: Iterator[int]) -> str:
    return f"[{next(numbers)}] {brief(button.words, BRIEF)}".replace(" ", KEPT_TOGETHER)


def _document(name: str, text: str, page: _Page) -> list[Row]:
    """A document to hand over, line by line as it stands, so that it can be copied."""
    return [
        BLANK,
        *_wrapped("heading", safe(name), page.width),
        *(Row("plain", visible(line)) for line in text.split("\n")),
    ]


def _kept_together(style: Style, text: str, width: int, margin: str = "") -> list[Row]:
    rows = _wrapped(style, text, width, margin, margin)
    return [row._replace(text=row.text.replace(KEPT_TOGETHER, " ").rstrip()) for row in rows]


def _wrapped(style: Style, text: str, width: int, first: str = "", rest: str = "") -> list[Row]:
    return [Row(style, line) for line in wrap(text, width=width, first=first, rest=rest)]


def _bullets(lines: Iterable[Line], page: _Page) -> list[Row]:
    return [row for line in lines for row in _line(line, page, BULLET, HANGING)]


def _line(line: Line, page: _Page, first: str, rest: str) -> list[Row]:
    rows: list[Row] = []
    begun = ""
    for part in parts_of(line, why=page.why):
        match part:
            case Noted(text):
                rows += _wrapped("note", safe(text), page.width, UNDER, UNDER + HANGING)
            case Quoted(role="said"):
                rows += _quotation(part, page, first, rest, "quotation")
                first = rest
            case Quoted(role=role, word=word):
                head = " " * len(f"{UNDER}{word} ") if role == begun else f"{UNDER}{word} "
                rows += _quotation(part, page, head, UNDER + HANGING, "note")
        begun = part.role if isinstance(part, Quoted) else ""
    return rows


def _quotation(part: Quoted, page: _Page, first: str, rest: str, style: Style) -> list[Row]:
    name = safe(page.names.get(part.first.document, part.first.document))
    cite = f"[{name} ¶{part.first.paragraph}]".replace(" ", KEPT_TOGETHER)
    said = f" ({safe(part.speaker)})" if part.speaker else ""
    lines = wrap(f"“{safe(part.words)}”{said} {cite}", width=page.width, first=first, rest=rest)
    return [Row(style, line.replace(KEPT_TOGETHER, " ")) for line in lines]

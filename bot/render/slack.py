"""Replies as Slack messages: blocks, and a text that says all that they say. Pure; knows no SDK.

Words of a source stand in `rich_text` and `plain_text` only, where nothing is read as markup. Every message fits by
construction, so that it can be edited too: an edit takes 4,000 bytes of text after escaping, though nothing says so
(Slack answers `msg_too_long`), and 12,000 characters in blocks "with a buffer" (bolt-js #2509). What does not fit goes
on in further messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import NamedTuple

from bot.phrases import phrase
from bot.ports import Target
from bot.render.blocks import (
    IN_A_BLOCK,
    LABEL,
    NAMELESS,
    TITLE,
    Plain,
    bullet,
    can_be_said,
    context,
    doubting,
    escaped,
    header,
    label,
    length,
    linked,
    paragraph,
    plain_text,
    pressed,
    rich_text,
    size,
    text_run,
)
from bot.render.fit import address_of, brief, cite_names, pieces, safe
from bot.render.packing import packed
from bot.render.parts import Block, Noted, Quoted, blocks_of, parts_of
from bot.replies import Item, Place, Reply, Section
from summarizers.types import Article, Digest, Line

__all__ = ["Plain", "SlackRenderer"]

TEXT = 2_900  # bytes of a message's text after escaping
BLOCKS = 45  # of a message; Slack takes 50
IN_ALL = 10_000  # characters of all blocks
PIECE = 2_000  # bytes of a quotation or a note in one piece, beside its heading and its source
ITEM = 900  # bytes of an entry of a list, and of what is said of it
BUTTONS = 6  # in a row
DOT, UNDER = "• ", "   • "


class SlackRenderer:
    """`bot.delivery.doors.Renderer`, in English; a reply in a thread can be seen in the channel as well."""

    platform, broadcasts = "slack", True

    def render(self, reply: Reply, place: Place, language: str = "en") -> Sequence[Plain]:
        """The messages of a reply as arguments of `chat.postMessage`; "plain" is the same without blocks."""
        del language
        found = [_payload(message) for message in packed(_pieces(reply, place), _Room(), _Room())]
        if place == "thread":
            found[:1] = [{**first, "reply_broadcast": True} for first in found[:1]]
        return found

    def link(self, target: Target, message: str) -> str:
        """The address that opens a message in whatever client the reader has."""
        return (
            f"https://slack.com/app_redirect?team={target.workspace}&channel={target.id}&message_ts={message}"
        )


# -- what a message consists of ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stays together: a block, or elements of a rich_text, which share it with those of the same group.

    `kept` is for the first message, whatever else there is: what can be pressed.
    """

    text: str
    block: Plain | None = None
    elements: tuple[Plain, ...] = ()
    group: int = 0
    kept: bool = False

    @property
    def bytes(self) -> int:
        return len(escaped(self.text).encode()) + 1

    @property
    def is_large(self) -> bool:
        """Whether it should not grow."""
        return self.bytes > PIECE or self.weight > IN_ALL // 2

    @property
    def weight(self) -> int:
        return _characters([*self.elements, self.block or {}])


def _characters(part: object) -> int:
    """The characters of what a part of Block Kit says, links to and gives when it is pressed."""
    if isinstance(part, list):
        return sum(map(_characters, part))
    if not isinstance(part, dict):
        return 0
    own = sum(len(part[key]) for key in ("text", "url", "value") if isinstance(part.get(key), str))
    return own + sum(map(_characters, part.values()))


class _Room(NamedTuple):
    """What a message still holds."""

    bytes: int = TEXT
    blocks: int = BLOCKS
    weight: int = IN_ALL

    def less(self, taken: Iterable[_Piece]) -> _Room:
        room = self
        for piece in taken:
            room = _Room(room.bytes - piece.bytes, room.blocks - 1, room.weight - piece.weight)
        return room

    @property
    def fits(self) -> bool:
        return min(self) >= 0


def _payload(message: Sequence[_Piece]) -> Plain:
    text = escaped("\n".join(piece.text for piece in message))
    sent = {"text": text, "unfurl_links": False, "unfurl_media": False}
    return {**sent, "blocks": _blocks(message), "plain": {**sent, "mrkdwn": False}}


def _blocks(message: Sequence[_Piece]) -> list[Plain]:
    blocks: list[Plain] = []
    size = group = 0
    for piece in message:
        if piece.block:
            blocks.append(piece.block)
        elif piece.group == group and size + len(piece.text) <= IN_A_BLOCK:
            blocks[-1]["elements"].extend(piece.elements)
        else:
            blocks.append(rich_text(*piece.elements))
            size = 0
        size, group = size + len(piece.text), 0 if piece.block else piece.group
    return blocks


# -- a reply in pieces -------------------------------------------------------------------------------------------------


class _Page(NamedTuple):
    names: Mapping[str, str]
    articles: Mapping[str, Article]
    groups: Iterator[int]
    buttons: Iterator[int]
    why: bool = False


def _pieces(reply: Reply, place: Place) -> list[_Piece]:
    """In a thread the lead comes first, since its root bears the title; all else begins with the title."""
    page = _Page(
        cite_names(reply.sources), {article.id: article for article in reply.sources}, count(1), count(1)
    )
    title, notes = _title(reply.title), _notes(reply.notes)
    told = [
        piece for section in reply.sections for piece in _section(section, page._replace(why=section.why))
    ]
    first = [*told[:1], *notes, *told[1:]] if place == "thread" and told else [*title, *notes, *told]
    return [*first, *(_buttons(reply, page) if place in {"answer", "root"} else ())]


def _title(text: str) -> list[_Piece]:
    shown = brief(text, TITLE, length)
    return [_Piece(shown, header(shown))] if shown else []


def _notes(notes: Iterable[str]) -> list[_Piece]:
    said = [piece for note in notes for piece in pieces(safe(note), PIECE, size)]
    return [_Piece(note, context(note)) for note in said if note]


def _section(section: Section, page: _Page) -> Iterator[_Piece]:
    heading = brief(section.heading, TITLE, length)
    if section.digest:
        yield from _headed(heading, page)
        yield from _notes(section.notes)
        for block in blocks_of(section.digest):
            yield from _block(block, page)
        yield from _held_back(section.digest)
    elif section.lines:
        yield from _notes(section.notes)
        yield from _block(Block(heading, section.lines), page)
    else:
        yield from _headed(heading, page)
        yield from _notes(section.notes)
    for item in section.items:
        yield from _item(item, page)


def _headed(heading: str, page: _Page) -> Iterator[_Piece]:
    if heading:
        yield _Piece(heading, elements=(paragraph(text_run(heading, "bold")),), group=next(page.groups))


def _held_back(digest: Digest) -> Iterable[_Piece]:
    return _notes([phrase("more", count=len(digest.more))]) if digest.lines and digest.more else ()


def _block(block: Block, page: _Page) -> Iterator[_Piece]:
    """The lines of a group in one rich_text, as far as it holds them; its heading stays with the first of them."""
    group = next(page.groups)
    head = safe(block.heading)
    if head and not block.lines:
        yield _Piece(head, elements=(paragraph(text_run(head, "bold")),), group=group)
    for line in block.lines:
        for piece in _line(line, page, head, lead=block.lead):
            yield replace(piece, group=group)
            head = ""


def _line(line: Line, page: _Page, head: str, *, lead: bool) -> Iterator[_Piece]:
    """What a line says, and under it what stands beside it: one piece, where that is not too long."""
    piece = _Piece("")
    for part in parts_of(line, why=page.why):
        said = isinstance(part, Quoted) and part.role == "said"
        for run in _runs(part, page):
            new = _led(head, run) if said and lead else _listed(head, run, under=not said)
            head = ""
            if piece.text and _joined(piece, new).is_large:
                yield piece
                piece = new
            else:
                piece = _joined(piece, new)
    if piece.text:
        yield piece


def _led(head: str, run: Sequence[Plain]) -> _Piece:
    """The lead, below its heading in one paragraph."""
    top = [text_run(head, "bold"), text_run("\n")] if head else []
    return _Piece("\n".join(filter(None, (head, _words(run)))), elements=(paragraph(*top, *run),))


def _listed(head: str, run: Sequence[Plain], *, under: bool) -> _Piece:
    """An entry of a list, and the heading of the list before it."""
    top = [paragraph(text_run(head, "bold"))] if head else []
    said = f"{UNDER if under else DOT}{_words(run)}"
    return _Piece("\n".join(filter(None, (head, said))), elements=(*top, bullet(run, int(under))))


def _words(run: Iterable[Plain]) -> str:
    return "".join(element["text"] for element in run)


def _joined(one: _Piece, other: _Piece) -> _Piece:
    return _Piece("\n".join(filter(None, (one.text, other.text))), elements=(*one.elements, *other.elements))


def _runs(part: Noted | Quoted, page: _Page) -> Iterator[list[Plain]]:
    """The elements of a part; of one that is too long for a message several, which go on where the last one ended."""
    if isinstance(part, Noted):
        yield from ([text_run(piece, "italic")] for piece in pieces(safe(part.text), PIECE, size))
        return
    word = [text_run(f"{part.word} ", "italic")] if part.word else []
    *others, last = pieces(f"“{safe(part.words)}”", PIECE, size)
    speaker = [text_run(f" ({brief(part.speaker, LABEL)})")] if part.speaker else []
    for piece in others:
        yield [*word, text_run(piece)]
        word = []
    yield [*word, text_run(last), *speaker, text_run(" "), _cited(part, page)]


def _cited(part: Quoted, page: _Page) -> Plain:
    document = part.first.document
    words = f"[{brief(page.names.get(document, document), LABEL)} ¶{part.first.paragraph}]"
    article = page.articles.get(document)
    address = address_of(article, part.first) if article else ""
    return linked(words, address)


def _item(item: Item, page: _Page) -> Iterator[_Piece]:
    text, note = brief(item.text, ITEM, size) or NAMELESS, brief(item.note, ITEM, size)
    if item.button and can_be_said(item.button):
        said = "\n".join(filter(None, (text, note)))
        yield _Piece(
            f"{DOT}{said} [{label(item.button)}]",
            {
                "type": "section",
                "text": plain_text(said),
                "accessory": pressed(item.button, next(page.buttons)),
            },
        )
        return
    named = linked(text, item.link)
    below = [text_run(f" · {note}", "italic")] if note else []
    said = " · ".join(filter(None, (text, note)))
    yield _Piece(f"{DOT}{said}", elements=(bullet([named, *below], 0),), group=-1)


# -- what can be pressed -----------------------------------------------------------------------------------------------


def _buttons(reply: Reply, page: _Page) -> Iterator[_Piece]:
    """Rows of buttons; a button says the words that a person would write, but the one that doubts a line."""
    drawn = [(label(b), pressed(b, next(page.buttons))) for b in reply.buttons if can_be_said(b)]
    if shown := reply.shown:
        drawn.append((phrase("view.wrong"), doubting(shown)))
    for start in range(0, len(drawn), BUTTONS):
        row = drawn[start : start + BUTTONS]
        said = "  ".join(f"[{words}]" for words, _ in row)
        yield _Piece(said, {"type": "actions", "elements": [element for _, element in row]}, kept=True)

"""Replies as Discord messages: an embed, and the same as mere text. Pure; knows no SDK.

Every message fits by construction: whole sentences are chosen by their length after escaping, then escaped once, and
nothing is cut after that. An embed holds 4,096 characters; its text alone, without the addresses of its links, fits
into the 2,000 of a message without one, for where no embed is taken. What does not fit goes on in further messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import NamedTuple

from bot.phrases import phrase
from bot.ports import Target
from bot.render.embeds import (
    NAMELESS,
    ROW,
    ROWS,
    SILENT,
    TITLE,
    Plain,
    can_be_said,
    custom_id,
    doubt_id,
    drawn,
    escaped,
    is_link,
    label,
    linked,
    named,
    pressable,
    rows,
    size,
)
from bot.render.embeds import told as in_words
from bot.render.fit import address_of, brief, cite_names, pieces, safe
from bot.render.packing import packed
from bot.render.parts import Block, Noted, Quoted, blocks_of, parts_of
from bot.replies import Button, Item, Place, Reply, Section
from summarizers.types import Article, Digest, Line

__all__ = ["DiscordRenderer"]

TEXT, DESCRIPTION = (
    1_900,
    4_000,
)  # characters: of a message without an embed, of an embed; Discord takes 2,000 and 4,096
PIECE = 1_200  # characters of a quotation or a note in one piece, beside its heading and its source
ITEM = 600  # characters of an entry of a list, and of what is said of it
SPEAKER, CITED = 80, 120  # characters
THREAD, TAGS = 100, 5  # characters of the name of a thread; tags of a post
NO_PREVIEWS = 1 << 2  # a flag
KEPT = 3  # rows of buttons in the first message; further ones go on in the next


class DiscordRenderer:
    """`bot.delivery.doors.Renderer`; a reply in a thread is not seen in the channel."""

    platform, broadcasts = "discord", False

    def render(self, reply: Reply, place: Place, language: str = "en") -> Sequence[Plain]:
        """The messages of a reply as Discord's REST takes them; "plain" is the same without an embed.

        Of a root the first has "thread": the name of the thread that is opened from it, or of the post that it begins in
        a forum, and the post's tags. So has a reply in a thread, for where the thread is no longer there.
        """
        page = _Page(
            cite_names(reply.sources, language),
            {one.id: one for one in reply.sources},
            language,
            count(1),
        )
        told = _told(reply, page)
        name = in_words(reply.title, language)
        titled = place != "thread" or not told
        found = _ordered(told, _notes(reply.notes, language), lead_first=not titled)
        rows = _buttons(reply, page) if place in {"answer", "root"} else []
        title = brief(name, TITLE, size) if titled else ""
        room = _Room(TEXT - size(title) - len("****\n"))
        messages = list(packed([*found, *rows], room, _Room())) or ([[]] if title else [])
        payloads = [_payload("" if number else title, message) for number, message in enumerate(messages)]
        if place in {"root", "thread"}:
            thread = _thread(reply, language)
            payloads[:1] = [_opening(first, thread) for first in payloads[:1]]
        return payloads

    def link(self, target: Target, message: str) -> str:
        """The address of the thread that was opened from a message, or of the post that it began: it has its id."""
        direct = target.kind == "person"
        return "" if direct else f"https://discord.com/channels/{target.workspace}/{message}"


# -- what a message consists of ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stays together: markup, the same without links, and what can be pressed beside it.

    `kept` is for the first message, whatever else there is.
    """

    markup: str
    plain: str
    gap: str = "\n"
    buttons: tuple[Plain, ...] = ()
    kept: bool = False

    @property
    def is_large(self) -> bool:
        """Whether it should not grow."""
        return len(self.plain) > PIECE or len(self.markup) > DESCRIPTION // 2


class _Room(NamedTuple):
    """What a message still holds; a row of buttons is full whatever stands in it."""

    text: int = TEXT
    markup: int = DESCRIPTION
    buttons: int = ROW * ROWS

    def less(self, taken: Iterable[_Piece]) -> _Room:
        room = self
        for piece in taken:
            gap = len(piece.gap)
            buttons = ROW if piece.kept else len(piece.buttons)
            room = _Room(
                room.text - len(piece.plain) - gap,
                room.markup - len(piece.markup) - gap,
                room.buttons - buttons,
            )
        return room

    @property
    def fits(self) -> bool:
        return min(self) >= 0


def _payload(title: str, message: Sequence[_Piece]) -> Plain:
    markup = _together((piece.markup, piece.gap) for piece in message)
    plain = _together((piece.plain, piece.gap) for piece in message)
    embed = {key: said for key, said in (("title", escaped(title)), ("description", markup)) if said}
    head = _bold(escaped(title))
    sent: Plain = {"embeds": [embed or {"description": NAMELESS}], "allowed_mentions": SILENT}
    if buttons := _rows(message):
        sent["components"] = buttons
    text = "\n".join(filter(None, (head, plain))) or NAMELESS
    return {**sent, "plain": {"content": text, "flags": NO_PREVIEWS, "allowed_mentions": SILENT}}


def _thread(reply: Reply, language: str) -> Plain:
    name = in_words(next(filter(None, (reply.title, *reply.notes)), ""), language)
    tags = {"applied_tags": [*reply.tags[:TAGS]]} if reply.tags else {}
    return {"name": brief(name, THREAD) or NAMELESS, **tags}


def _opening(message: Plain, thread: Plain) -> Plain:
    """A message that opens a thread, as mere text too."""
    return {**message, "thread": thread, "plain": {**message["plain"], "thread": thread}}


def _together(parts: Iterable[tuple[str, str]]) -> str:
    """Parts one below the other, each after its gap; the first begins the text."""
    said = ""
    for part, gap in parts:
        if part:
            said += (gap if said else "") + part
    return said


def _rows(found: Iterable[_Piece]) -> list[Plain]:
    """The buttons beside entries, then those of the whole."""
    found = list(found)
    beside = [button for piece in found if not piece.kept for button in piece.buttons]
    return [*rows(beside), *(row for piece in found if piece.kept for row in rows(piece.buttons))]


# -- a reply in pieces -------------------------------------------------------------------------------------------------


class _Page(NamedTuple):
    names: Mapping[str, str]
    articles: Mapping[str, Article]
    language: str
    numbers: Iterator[int]
    why: bool = False
    listed: bool = False  # several entries can be pressed, and bear numbers


def _told(reply: Reply, page: _Page) -> list[_Piece]:
    pressed = [item.button for section in reply.sections for item in section.items if item.button]
    page = page._replace(listed=len(pressed) > 1)
    return [
        piece for section in reply.sections for piece in _section(section, page._replace(why=section.why))
    ]


def _ordered(told: Sequence[_Piece], notes: Sequence[_Piece], *, lead_first: bool) -> list[_Piece]:
    """In a thread the lead comes first, since its root bears the title; all else begins with the notes."""
    return [*told[:1], *notes, *told[1:]] if lead_first else [*notes, *told]


def _bold(markup: str) -> str:
    return f"**{markup}**" if markup else ""


def _same(markup: str, gap: str = "\n") -> _Piece:
    return _Piece(markup, markup, gap)


def _notes(notes: Iterable[str], language: str) -> list[_Piece]:
    """Notes in small print; one that is too long as several, which go on where the last one ended."""
    said = [part for note in notes for part in _whole(note, language)]
    return [_same(f"-# {note}") for note in said if note]


def _whole(note: str, language: str) -> list[str]:
    if whole := drawn(note, PIECE, language, cut=False):
        return [whole]
    return [escaped(piece.strip()) for piece in pieces(safe(in_words(note, language)), PIECE, size)]


def _section(section: Section, page: _Page) -> Iterator[_Piece]:
    heading, notes = drawn(section.heading, TITLE, page.language), _notes(section.notes, page.language)
    if section.digest:
        yield from _headed(heading)
        yield from notes
        for block in blocks_of(section.digest, page.language):
            yield from _block(block, page)
        yield from _held_back(section.digest, page)
    elif section.lines:
        yield from notes
        yield from _block(Block("", section.lines), page, heading)
    else:
        yield from _headed(heading)
        yield from notes
    for item in section.items:
        yield _item(item, page)


def _headed(heading: str) -> Iterator[_Piece]:
    if heading:
        yield _same(_bold(heading), "\n\n")


def _held_back(digest: Digest, page: _Page) -> Iterable[_Piece]:
    note = phrase("more", count=len(digest.more)) if digest.lines and digest.more else ""
    return [replace(piece, gap="\n\n") for piece in _notes([note], page.language)]


def _block(block: Block, page: _Page, head: str = "") -> Iterator[_Piece]:
    """The lines of a group; its heading stays with the first of them."""
    head = head or drawn(block.heading, TITLE, page.language)
    if not block.lines:
        yield from _headed(head)
    for line in block.lines:
        yield from _line(line, page, head)
        head = ""


def _line(line: Line, page: _Page, head: str) -> Iterator[_Piece]:
    """What a line says, and under it what stands beside it: one piece, where that is not too long."""
    piece = _same(_bold(head), "\n\n")
    for part in parts_of(line, why=page.why, language=page.language):
        for new in _rendered(part, page):
            if piece.plain and _joined(piece, new).is_large and piece.plain != _bold(head):
                yield piece
                piece = replace(new, gap="\n")
            else:
                piece = _joined(piece, new)
    if piece.plain:
        yield piece


def _joined(one: _Piece, other: _Piece) -> _Piece:
    markup, plain = (
        "\n".join(filter(None, said)) for said in ((one.markup, other.markup), (one.plain, other.plain))
    )
    return replace(one, markup=markup, plain=plain)


def _rendered(part: Noted | Quoted, page: _Page) -> Iterator[_Piece]:
    """A part as lines; one that is too long for a message as several, which go on where the last one ended."""
    if isinstance(part, Noted):
        yield from _notes([part.text], page.language)
        return
    word = f"-# {escaped(part.word)}\n" if part.word else ""
    *others, last = pieces(phrase("quoted", page.language, words=safe(part.words)), PIECE, size)
    for piece in others:
        yield _same(f"{word}> {escaped(piece)}")
        word = ""
    speaker = escaped(f" ({brief(part.speaker, SPEAKER, size)})") if part.speaker else ""
    said = f"{word}> {escaped(last)}{speaker} "
    words, address = _cited(part, page)
    bare = escaped(f"[{words}]")
    yield _Piece(said + (linked(words, address) if is_link(address) else bare), said + bare)


def _cited(part: Quoted, page: _Page) -> tuple[str, str]:
    document = part.first.document
    words = f"{brief(page.names.get(document, document), CITED, size)} ¶{part.first.paragraph}"
    article = page.articles.get(document)
    return words, address_of(article, part.first) if article else ""


def _item(item: Item, page: _Page) -> _Piece:
    note = drawn(item.note, ITEM, page.language)
    below = f" · {note}" if note else ""
    markup, plain = (named(item.text, link, ITEM, page.language) + below for link in (item.link, ""))
    if not item.button or not can_be_said(item.button):
        return _Piece(f"- {markup}", f"- {plain}")
    number, words = next(page.numbers), label(item.button, page.language)
    top, shown = (f"**{number}** · ", f"{number} · {words}") if page.listed else ("- ", words)
    return _Piece(top + markup, top + plain, buttons=(pressable(shown, custom_id(item.button, number)),))


# -- what can be pressed -----------------------------------------------------------------------------------------------


def _buttons(reply: Reply, page: _Page) -> list[_Piece]:
    """Rows of buttons; a button says the words that a person would write, but the one that doubts a line."""
    drawn = [
        pressable(label(b, page.language), custom_id(b, next(page.numbers))) for b in _sayable(reply.buttons)
    ]
    if shown := reply.shown:
        drawn.append(pressable(phrase("view.wrong", page.language), doubt_id(shown)))
    found = [tuple(drawn[start : start + ROW]) for start in range(0, len(drawn), ROW)]
    return [_Piece("", "", buttons=row, kept=number < KEPT) for number, row in enumerate(found)]


def _sayable(buttons: Iterable[Button]) -> list[Button]:
    return [button for button in buttons if can_be_said(button)]

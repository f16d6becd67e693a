"""Replies as Slack messages: blocks, and a text that says all that they say. Pure; knows no SDK.

Words of a source stand in `rich_text` and `plain_text` only, where nothing is read as markup. Every message fits by
construction, so that it can be edited too: an edit takes 4,000 bytes of text after escaping, though nothing says so
(Slack answers `msg_too_long`), and 12,000 characters in blocks "with a buffer" (bolt-js #2509). What does not fit goes
on in further messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any, NamedTuple

from bot.commands import words
from bot.phrases import phrase
from bot.ports import Target
from bot.render.fit import address_of, brief, cite_names, pieces, safe
from bot.render.parts import Block, Noted, Quoted, blocks_of, parts_of
from bot.replies import Button, Item, Place, Reply, Section
from summarizers.types import Article, Digest, Line

TEXT = 2_900  # bytes of a message's text after escaping
BLOCKS = 45  # of a message; Slack takes 50
IN_A_BLOCK = 2_900  # characters of a section or a rich_text; Slack takes 3,000
IN_ALL = 10_000  # characters of all blocks
PIECE = 2_000  # bytes of a quotation or a note in one piece, beside its heading and its source
TITLE, LABEL, VALUE = 150, 75, 2_000  # characters: of a header, of a button, of what a button says
ITEM = 900  # bytes of an entry of a list, and of what is said of it
BUTTONS = 5  # in a row
URL = 1_000  # characters; an address that is longer is left away
NAMELESS = "…"  # Slack takes no empty text
DOT, UNDER = "• ", "   • "
Plain = dict[str, Any]  # a part of Block Kit


class SlackRenderer:
    """`bot.delivery.doors.Renderer`; a reply in a thread can be seen in the channel as well."""

    platform, broadcasts = "slack", True

    def render(self, reply: Reply, place: Place) -> Sequence[Plain]:
        """The messages of a reply as arguments of `chat.postMessage`; "plain" is the same without blocks."""
        found = [_payload(message) for message in _packed(_pieces(reply, place))]
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


def _packed(found: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """The pieces in messages; each piece is in one, and none is empty."""
    kept = [piece for piece in found if piece.kept]
    message: list[_Piece] = []
    room = _Room().less(kept)
    for piece in (piece for piece in found if not piece.kept):
        left = room.less([piece])
        if message and not left.fits:
            yield [*message, *kept]
            message, kept, left = [], [], _Room().less([piece])
        message.append(piece)
        room = left
    if message or kept:
        yield [*message, *kept]


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
            blocks.append({"type": "rich_text", "elements": list(piece.elements)})
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
    first = (
        [*told[:1], *notes, *told[1:]] if place in {"thread", "edit"} and told else [*title, *notes, *told]
    )
    ways = reply.buttons if place in {"answer", "root"} else ()
    return [*first, *_buttons(ways, page)]


def _title(text: str) -> list[_Piece]:
    shown = brief(text, TITLE, _length)
    return [_Piece(shown, {"type": "header", "text": _plain_text(shown)})] if shown else []


def _notes(notes: Iterable[str]) -> list[_Piece]:
    said = [piece for note in notes for piece in pieces(safe(note), PIECE, _size)]
    return [_Piece(note, {"type": "context", "elements": [_plain_text(note)]}) for note in said if note]


def _section(section: Section, page: _Page) -> Iterator[_Piece]:
    heading = brief(section.heading, TITLE, _length)
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
        yield _Piece(heading, elements=(_paragraph(_bold(heading)),), group=next(page.groups))


def _held_back(digest: Digest) -> Iterable[_Piece]:
    return _notes([phrase("more", count=len(digest.more))]) if digest.lines and digest.more else ()


def _block(block: Block, page: _Page) -> Iterator[_Piece]:
    """The lines of a group in one rich_text, as far as it holds them; its heading stays with the first of them."""
    group = next(page.groups)
    head = safe(block.heading)
    if head and not block.lines:
        yield _Piece(head, elements=(_paragraph(_bold(head)),), group=group)
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
    top = [_bold(head), _text("\n")] if head else []
    return _Piece("\n".join(filter(None, (head, _words(run)))), elements=(_paragraph(*top, *run),))


def _listed(head: str, run: Sequence[Plain], *, under: bool) -> _Piece:
    """An entry of a list, and the heading of the list before it."""
    top = [_paragraph(_bold(head))] if head else []
    said = f"{UNDER if under else DOT}{_words(run)}"
    return _Piece("\n".join(filter(None, (head, said))), elements=(*top, _bullet(run, int(under))))


def _words(run: Iterable[Plain]) -> str:
    return "".join(element["text"] for element in run)


def _joined(one: _Piece, other: _Piece) -> _Piece:
    return _Piece("\n".join(filter(None, (one.text, other.text))), elements=(*one.elements, *other.elements))


def _runs(part: Noted | Quoted, page: _Page) -> Iterator[list[Plain]]:
    """The elements of a part; of one that is too long for a message several, which go on where the last one ended."""
    if isinstance(part, Noted):
        yield from ([_text(piece, italic=True)] for piece in pieces(safe(part.text), PIECE, _size))
        return
    word = [_text(f"{part.word} ", italic=True)] if part.word else []
    *others, last = pieces(f"“{safe(part.words)}”", PIECE, _size)
    speaker = [_text(f" ({brief(part.speaker, LABEL)})")] if part.speaker else []
    for piece in others:
        yield [*word, _text(piece)]
        word = []
    yield [*word, _text(last), *speaker, _text(" "), _cited(part, page)]


def _cited(part: Quoted, page: _Page) -> Plain:
    document = part.first.document
    words = f"[{brief(page.names.get(document, document), LABEL)} ¶{part.first.paragraph}]"
    article = page.articles.get(document)
    address = address_of(article, part.first) if article else ""
    return {"type": "link", "url": address, "text": words} if 0 < len(address) <= URL else _text(words)


def _item(item: Item, page: _Page) -> Iterator[_Piece]:
    text, note = brief(item.text, ITEM, _size) or NAMELESS, brief(item.note, ITEM, _size)
    if item.button and len(words(item.button.command)) <= VALUE:
        said = "\n".join(filter(None, (text, note)))
        yield _Piece(
            f"{DOT}{said} [{_label(item.button)}]",
            {
                "type": "section",
                "text": _plain_text(said),
                "accessory": _pressed(item.button, next(page.buttons)),
            },
        )
        return
    named = {"type": "link", "url": item.link, "text": text} if _is_link(item.link) else _text(text)
    below = [_text(f" · {note}", italic=True)] if note else []
    said = " · ".join(filter(None, (text, note)))
    yield _Piece(f"{DOT}{said}", elements=(_bullet([named, *below], 0),), group=-1)


def _is_link(address: str) -> bool:
    return address.startswith(("https://", "http://")) and len(address) <= URL


# -- what can be pressed -----------------------------------------------------------------------------------------------


def _buttons(buttons: Iterable[Button], page: _Page) -> Iterator[_Piece]:
    """Rows of buttons; a button says the words that a person would write."""
    given = (button for button in buttons if len(words(button.command)) <= VALUE)
    while row := list(islice(given, BUTTONS)):
        said = "  ".join(f"[{_label(button)}]" for button in row)
        yield _Piece(
            said, {"type": "actions", "elements": [_pressed(b, next(page.buttons)) for b in row]}, kept=True
        )


def _label(button: Button) -> str:
    return brief(button.words, LABEL, _length) or NAMELESS


def _pressed(button: Button, number: int) -> Plain:
    """`action_id` must differ within a message; all of them mean the same."""
    value = words(button.command)
    return {
        "type": "button",
        "action_id": f"say-{number}",
        "text": _plain_text(_label(button)),
        "value": value,
    }


# -- the smallest parts ------------------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    """The text for `text` and `plain_text`, where Slack reads `<…>` as a mention or a link and `&…;` as a character.

    >>> escaped("<!channel> & <@U1>")
    '&lt;!channel&gt; &amp; &lt;@U1&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _size(text: str) -> int:
    return len(escaped(text).encode())


def _length(text: str) -> int:
    return len(escaped(text))


def _plain_text(text: str) -> Plain:
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def _text(text: str, *, italic: bool = False) -> Plain:
    return (
        {"type": "text", "text": text, "style": {"italic": True}}
        if italic
        else {"type": "text", "text": text}
    )


def _bold(text: str) -> Plain:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _paragraph(*elements: Plain) -> Plain:
    return {"type": "rich_text_section", "elements": list(elements)}


def _bullet(elements: Sequence[Plain], indent: int) -> Plain:
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "indent": indent,
        "elements": [_paragraph(*elements)],
    }

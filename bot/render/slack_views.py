"""Views of Slack: the home tab and modals, each whole within every limit. Pure; knows no SDK.

A view takes 100 blocks and 250 kB (https://docs.slack.dev/reference/views); what does not fit is left out, and the
view says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from bot.commands import ForgetMe
from bot.phrases import phrase
from bot.ports import Target
from bot.render.blocks import (
    IN_A_BLOCK,
    NAMELESS,
    TITLE,
    Plain,
    can_be_said,
    context,
    header,
    length,
    linked,
    paragraph,
    plain_text,
    pressed,
    quote,
    rich_text,
    size,
    text_run,
)
from bot.render.fit import beginning, brief, ending, flat, marked, pieces
from bot.render.parts import called
from bot.replies import Button, Home, Item, Passage, Section, line_keys
from summarizers.types import Digest

BLOCKS, BYTES = 100, 200_000  # of a view; Slack takes 250 kB
TOP, OPTION = 24, 75  # characters: of a title, of an option
LINES, AT_A_GLANCE = 12, 10  # lines to choose from; so many radio buttons, Slack takes no more
NOTE = 500  # characters of what is said of a wrong line
NAME, ITEM = 300, 600  # bytes: of what an article is called, of an entry of a list and of its note
AROUND, WORDS = 1_500, 6_000  # characters of a paragraph on each side of what is quoted, and of that
PIECE = 1_200  # characters of a run
CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")  # an id of Slack's
WRONG_LINE, READ_URL = "wrong_line", "read_url"  # callback ids
LINE, ADDRESS = "line", "address"  # of blocks, and of what is in them


# -- the home tab ------------------------------------------------------------------------------------------------------


def home(page: Home) -> Plain:
    """A person's own page. Its buttons say the words that a person would write, as those of messages do."""
    numbers = count(1)
    blocks = chain.from_iterable(_section(section, numbers) for section in page.sections)
    return {"type": "home", "blocks": _within(chain(blocks, _notes(page.notes)))}


def _section(section: Section, numbers: Iterator[int]) -> Iterator[Plain]:
    heading = brief(section.heading, TITLE, length)
    if heading:
        yield header(heading)
    for item in section.items:
        yield _item(item, numbers)
    yield from _notes(section.notes)


def _notes(notes: Iterable[str]) -> list[Plain]:
    return [context(said) for note in notes if (said := brief(note, IN_A_BLOCK, length))]


def _item(item: Item, numbers: Iterator[int]) -> Plain:
    text, note = brief(item.text, ITEM, size) or NAMELESS, brief(item.note, ITEM, size)
    below = [text_run(f"\n{note}")] if note else []
    if item.button and can_be_said(item.button):
        said = plain_text("\n".join(filter(None, (text, note))))
        return {"type": "section", "text": said, "accessory": _pressed(item.button, next(numbers))}
    named = [*_place(item.place), linked(text, item.link)]
    return rich_text(paragraph(*named, *below))


def _place(place: Target | None) -> list[Plain]:
    """The channel by its name, which Slack puts in; nothing but an id of Slack's becomes one."""
    if place is None or not CHANNEL.fullmatch(place.id):
        return []
    return [{"type": "channel", "channel_id": place.id}, text_run(" · ")]


def _pressed(button: Button, number: int) -> Plain:
    """What can't be undone is asked about once more."""
    if not isinstance(button.command, ForgetMe):
        return pressed(button, number)
    asked = {
        "title": "view.sure",
        "text": "view.sure.why",
        "confirm": "view.sure.yes",
        "deny": "view.sure.no",
    }
    confirm = {part: plain_text(phrase(key)) for part, key in asked.items()}
    return {**pressed(button, number), "style": "danger", "confirm": {**confirm, "style": "danger"}}


# -- modals ------------------------------------------------------------------------------------------------------------


def looking(title: str) -> Plain:
    """What is shown at once, since a view can be opened for three seconds only; it is updated by its id."""
    return _modal(title, [_said(phrase("view.looking"))])


def told(sentence: str) -> Plain:
    """A sentence."""
    return _modal(phrase("view.told"), [_said(brief(sentence, IN_A_BLOCK, length) or NAMELESS)])


def sources(passages: Iterable[Passage]) -> Plain:
    """Quotations in their paragraphs, the quoted words in bold."""
    blocks = list(chain.from_iterable(map(_passage, passages)))
    return _modal(phrase("view.sources"), blocks or [_said(phrase("view.sources.none"))])


def wrong_line(digest: Digest, channel: str = "") -> Plain:
    """Asks which line is wrong, and why; `channel`, where it was asked, comes back with the answer."""
    options = [_option(number, *line) for number, line in enumerate(_lines(digest), 1)][:LINES]
    if not options:
        return told(phrase("shown.nothing"))
    radio = len(options) <= AT_A_GLANCE
    choice = {"type": "radio_buttons" if radio else "static_select", "action_id": LINE, "options": options}
    note = {"type": "plain_text_input", "action_id": "note", "multiline": True, "max_length": NOTE}
    blocks = [
        _input(LINE, "view.wrong.line", choice),
        {**_input("note", "view.wrong.note", note), "optional": True},
    ]
    sent = {
        "callback_id": WRONG_LINE,
        "submit": plain_text(phrase("view.wrong.send")),
        "private_metadata": channel,
    }
    return {**_modal(phrase("view.wrong"), blocks), **sent}


def read_url() -> Plain:
    """Asks for the address of an article."""
    blocks = [_input(ADDRESS, "view.read.address", {"type": "url_text_input", "action_id": ADDRESS})]
    sent = {"callback_id": READ_URL, "submit": plain_text(phrase("view.read.send"))}
    return {**_modal(phrase("view.read"), blocks), **sent}


def chosen(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """What came back from `wrong_line`: the key of the line, what is said of it, and the channel."""
    values = view["state"]["values"]
    line, note = values[LINE][LINE]["selected_option"], values["note"]["note"].get("value")
    return str(line["value"]), str(note or ""), str(view.get("private_metadata") or "")


def address(view: Mapping[str, Any]) -> str:
    """What came back from `read_url`."""
    return str(view["state"]["values"][ADDRESS][ADDRESS].get("value") or "").strip()


def _lines(digest: Digest) -> Iterator[tuple[str, str, str]]:
    """The key of each line, its words, and what its label is called."""
    for key, line in zip(line_keys(digest), digest.lines, strict=True):
        yield key, " ".join(quotation.text for quotation in line.quotations), called(line.label)


def _option(number: int, key: str, words: str, label: str) -> Plain:
    text = plain_text(brief(f"{number} · “{words}”", OPTION, length))
    below = {"description": plain_text(brief(label, OPTION, length))} if label else {}
    return {"text": text, "value": key, **below}


def _input(name: str, key: str, element: Plain) -> Plain:
    return {"type": "input", "block_id": name, "label": plain_text(phrase(key)), "element": element}


def _said(words: str) -> Plain:
    return {"type": "section", "text": plain_text(words)}


def _modal(title: str, blocks: Iterable[Plain]) -> Plain:
    return {
        "type": "modal",
        "title": plain_text(brief(title, TOP, length) or NAMELESS),
        "close": plain_text(phrase("view.close")),
        "blocks": _within(blocks),
    }


def _within(blocks: Iterable[Plain]) -> list[Plain]:
    """The blocks as far as a view holds them; one that is cut says so."""
    kept: list[Plain] = []
    left = BYTES
    for block in blocks:
        left -= len(json.dumps(block))
        if left < 0 or len(kept) == BLOCKS - 1:
            return [*kept, context(phrase("view.cut"))]
        kept.append(block)
    return kept or [_said(NAMELESS)]


# -- a quotation in its paragraph --------------------------------------------------------------------------------------


def _passage(passage: Passage) -> Iterator[Plain]:
    """The name of the article, and below it the paragraph; a long one takes several blocks."""
    name = brief(passage.name, NAME, size) or NAMELESS
    named = linked(name, marked(passage.address, passage.words))
    place = [text_run(f" ¶{passage.paragraph}")] if passage.paragraph else []
    top = [paragraph(named, *place)]
    for runs in _packed(_runs(passage)):
        yield rich_text(*top, quote(*runs))
        top = []


def _runs(passage: Passage) -> Iterator[Plain]:
    """The paragraph as it stands, blanks made one; what is far from the quoted words is left out."""
    before, words, after = map(flat, (passage.before, passage.words, passage.after))
    cut = "…" if len(words) > WORDS else ""
    yield from (text_run(piece) for piece in pieces(ending(before, AROUND), PIECE))
    yield from (text_run(piece, "bold") for piece in pieces(words[:WORDS] + cut, PIECE))
    yield from (text_run(piece) for piece in pieces(beginning(after, AROUND), PIECE))


def _packed(runs: Iterable[Plain]) -> Iterator[list[Plain]]:
    """Runs in lists of which a block holds each."""
    packed: list[Plain] = []
    for run in runs:
        if packed and sum(len(one["text"]) for one in packed) + len(run["text"]) > IN_A_BLOCK - NAME - TITLE:
            yield packed
            packed = []
        packed.append(run)
    if packed:
        yield packed

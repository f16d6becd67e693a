"""Views of Discord: quotations in their paragraphs, a person's own page, and windows that ask. Pure; knows no SDK.

They are components of the second version: a message holds 40 of them, those within others too, and 4,000 characters in
all (https://docs.discord.com/developers/components/reference), and can have neither an embed nor text beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from bot.commands import ForgetMe
from bot.phrases import phrase
from bot.ports import Target
from bot.render.embeds import (
    CHANNEL,
    DANGER,
    NAMELESS,
    OF,
    SECONDARY,
    SILENT,
    TITLE,
    Plain,
    can_be_said,
    custom_id,
    drawn,
    escaped,
    label,
    linked,
    named,
    pressable,
    rows,
    size,
)
from bot.render.fit import beginning, brief, ending, flat, marked, pieces
from bot.render.parts import called
from bot.replies import Button, Home, Item, Passage, Section, line_keys
from summarizers.types import Digest

V2 = 1 << 15  # a flag
PARTS, TEXT = 38, 3_800  # components and characters of a message; Discord takes 40 and 4,000
MESSAGES = 5  # of a view; who uses the bot where it is no member takes no more (error 40094)
PIECE = 1_200  # characters of a run
ITEM = 500  # characters of an entry, and of its note
AROUND = 800  # characters of a paragraph on each side of what is quoted
ROWS, SECTION, DISPLAY, CONTAINER, LABELLED, CHOICE, TYPED = 1, 9, 10, 17, 18, 3, 4  # types of components
LINES, OPTION, NOTE, ADDRESS = 25, 100, 500, 2_000  # lines to choose from; characters
WRONG_LINE, READ_URL = "nd1:window:line", "nd1:window:read"  # custom ids


def sources(passages: Iterable[Passage], language: str = "en") -> list[Plain]:
    """Quotations in their paragraphs, the quoted words in bold."""
    found = list(chain.from_iterable(map(_passage, passages)))
    return _messages(found or [_text(escaped(phrase("view.sources.none", language)))], language)


def home(page: Home, language: str = "en") -> list[Plain]:
    """A person's own page. Its buttons say the words that a person would write, as those of messages do."""
    numbers = count(1)
    told = chain.from_iterable(_section(section, numbers, language) for section in page.sections)
    return _messages([*told, *_notes(page.notes, language)] or [_text(NAMELESS)], language)


def sure(words: str, language: str = "en") -> Plain:
    """Asks once more about what can't be undone: `words` are those of the button that was pressed."""
    embed = {
        "title": escaped(phrase("view.sure", language)),
        "description": escaped(phrase("view.sure.why", language)),
    }
    yes = pressable(phrase("view.sure.yes", language), f"nd1:say:1:{words}", DANGER)
    return {"embeds": [embed], "components": rows([yes]), "allowed_mentions": SILENT}


# -- windows -----------------------------------------------------------------------------------------------------------


def wrong_line(digest: Digest, language: str = "en") -> Plain | None:
    """Asks which line is wrong, and why; None where there is none to choose."""
    lines = zip(line_keys(digest), digest.lines, strict=True)
    options = [
        _option(number, key, " ".join(q.text for q in line.quotations), called(line.label, language))
        for number, (key, line) in enumerate(lines, 1)
    ]
    if not options:
        return None
    choice = {"type": CHOICE, "custom_id": "line", "options": options[:LINES]}
    note = {"type": TYPED, "custom_id": "note", "style": 2, "required": False, "max_length": NOTE}
    asked = [_asked("view.wrong.line", choice, language), _asked("view.wrong.note", note, language)]
    return {"custom_id": WRONG_LINE, "title": phrase("view.wrong", language), "components": asked}


def read_url(language: str = "en") -> Plain:
    """Asks for the address of an article."""
    typed = {"type": TYPED, "custom_id": "address", "style": 1, "max_length": ADDRESS}
    asked = [_asked("view.read.address", typed, language)]
    return {"custom_id": READ_URL, "title": phrase("view.read", language), "components": asked}


def is_wrong_line(submitted: Mapping[str, Any]) -> bool:
    """Whether it is `wrong_line`, of whatever server, that came back."""
    return OF.sub("nd1:", str(submitted.get("custom_id")), count=1) == WRONG_LINE


def chosen(submitted: Mapping[str, Any]) -> tuple[str, str]:
    """What came back from `wrong_line`: the key of the line, and what is said of it."""
    answers = _answers(submitted)
    return str((answers["line"].get("values") or [""])[0]), str(answers["note"].get("value") or "")


def address(submitted: Mapping[str, Any]) -> str:
    """What came back from `read_url`."""
    return str(_answers(submitted)["address"].get("value") or "").strip()


def _answers(submitted: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {part["component"]["custom_id"]: part["component"] for part in submitted["components"]}


def _option(number: int, key: str, words: str, named: str) -> Plain:
    below = {"description": brief(named, OPTION)} if named else {}
    return {"label": brief(f"{number} · “{words}”", OPTION), "value": key, **below}


def _asked(key: str, component: Plain, language: str) -> Plain:
    return {"type": LABELLED, "label": phrase(key, language), "component": component}


# -- what a view consists of -------------------------------------------------------------------------------------------


def _text(markup: str) -> Plain:
    return {"type": DISPLAY, "content": markup}


def _messages(parts: Iterable[Plain], language: str) -> list[Plain]:
    """The parts in messages, as many as there may be; the last one says where there would be more."""
    found = list(_packed(parts))
    if len(found) > MESSAGES:
        found = found[:MESSAGES]
        found[-1] = [*found[-1], _text(f"-# {escaped(phrase('view.cut', language))}")]
    return [
        {
            "components": [{"type": CONTAINER, "components": message}],
            "flags": V2,
            "allowed_mentions": SILENT,
        }
        for message in found
    ]


def _packed(parts: Iterable[Plain]) -> Iterator[list[Plain]]:
    """Parts in lists of which a message holds each; texts that follow each other are one."""
    message: list[Plain] = []
    for part in parts:
        if message and not _fits([*message, part]):
            yield message
            message = []
        if message and message[-1]["type"] == part["type"] == DISPLAY:
            message[-1] = _text(f"{message[-1]['content']}\n{part['content']}")
        else:
            message.append(part)
    if message:
        yield message


def _fits(message: Iterable[Plain]) -> bool:
    counted = list(map(_counted, message))
    return sum(parts for parts, _ in counted) <= PARTS and sum(said + 1 for _, said in counted) <= TEXT


def _counted(part: Plain) -> tuple[int, int]:
    """How many components a part is, and how many characters they say."""
    inner = [_counted(each) for each in part.get("components", ())]
    parts = 1 + ("accessory" in part) + sum(number for number, _ in inner)
    return parts, len(part.get("content", "")) + sum(said for _, said in inner)


# -- a person's own page -----------------------------------------------------------------------------------------------


def _section(section: Section, numbers: Iterator[int], language: str) -> Iterator[Plain]:
    if heading := drawn(section.heading, TITLE, language):
        yield _text(f"**{heading}**")
    for item in section.items:
        yield _item(item, numbers, language)
    yield from _notes(section.notes, language)


def _notes(notes: Iterable[str], language: str) -> list[Plain]:
    return [_text(f"-# {said}") for note in notes if (said := drawn(note, PIECE, language))]


def _item(item: Item, numbers: Iterator[int], language: str) -> Plain:
    note = drawn(item.note, ITEM, language)
    below = f"\n-# {note}" if note else ""
    said = f"{_place(item.place)}{named(item.text, item.link, ITEM, language)}{below}"
    if not item.button or not can_be_said(item.button):
        return _text(f"- {said}")
    button = _pressed(item.button, next(numbers), language)
    return {"type": SECTION, "components": [_text(said)], "accessory": button}


def _place(place: Target | None) -> str:
    """The channel by its name, which Discord puts in; nothing but an id of Discord's becomes one."""
    ours = place is not None and place.platform == "discord" and place.kind != "person"
    return f"<#{place.id}> · " if place and ours and CHANNEL.fullmatch(place.id) else ""


def _pressed(button: Button, number: int, language: str) -> Plain:
    """What can't be undone is asked about once more (`sure`)."""
    final = isinstance(button.command, ForgetMe)
    action, style = ("sure", DANGER) if final else ("say", SECONDARY)
    return pressable(label(button, language), custom_id(button, number, action), style)


# -- a quotation in its paragraph --------------------------------------------------------------------------------------


def _passage(passage: Passage) -> Iterator[Plain]:
    """The name of the article, and below it the paragraph as it stands, blanks made one; a long one takes several."""
    name = linked(brief(passage.name, TITLE, size) or NAMELESS, marked(passage.address, passage.words))
    place = f" ¶{passage.paragraph}" if passage.paragraph else ""
    top, said = f"{name}{place}\n", ""
    for run in _runs(passage):
        if said and len(said) + len(run) > PIECE:
            yield _text(f"{top}> {said}")
            top = said = ""
        said += run
    if said:
        yield _text(f"{top}> {said}")


def _runs(passage: Passage) -> Iterator[str]:
    before, words, after = map(flat, (passage.before, passage.words, passage.after))
    yield from map(escaped, pieces(ending(before, AROUND), PIECE // 2, size))
    yield from (_strong(piece) for piece in pieces(words, PIECE, size))
    yield from map(escaped, pieces(beginning(after, AROUND), PIECE // 2, size))


def _strong(text: str) -> str:
    """The text in bold, with the blanks at its ends outside: bold neither begins nor ends with one."""
    bare = text.strip()
    return text.replace(bare, f"**{escaped(bare)}**", 1) if bare else text

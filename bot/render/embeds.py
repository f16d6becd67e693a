"""The smallest parts of Discord's messages: words that are not read as markup, links, buttons. Pure.

Discord shows what follows a backslash as it is, if it is neither a letter, a digit nor a blank, so every character
that could begin something gets one: emphasis, spoilers, code, quotes, headings, lists, small print, links and bare
addresses, mentions, emoji, times and the other `<…>`. A table does that in one pass; the SDK's own way is quadratic
(26 s for 200 kB of brackets) and leaves `<t:0:R>`, `</cmd:1>`, `1. ` and addresses as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from bot.commands import words
from bot.phrases import Voice, retold
from bot.render.fit import brief, visible
from bot.replies import Button

Plain = dict[str, Any]  # a part of a message, as Discord's REST takes it

TITLE, LABEL = 240, 80  # characters: of a heading, of a button
CUSTOM_ID = 79  # characters of what a button says; Discord takes 100, of which a server may take 21
URL = 1_000  # characters; an address that is longer is left away
ROW, ROWS = 5, 5  # buttons in a row, rows in a message
NAMELESS = "…"  # Discord takes no empty text
SILENT: Plain = {"parse": []}  # allowed mentions: none
SECONDARY, DANGER = 2, 4  # styles of buttons
ESCAPES = str.maketrans({character: f"\\{character}" for character in r"\*_~|`<>#-+.:@[]"})
IN_LABELS = str.maketrans("[]", "()")  # the end of a label is sought before backslashes are read
BLANKS = re.compile(r"\s+")
CHANNEL = re.compile(r"[1-9][0-9]{14,19}")  # an id of Discord's
SAYS, OWN = "nd1:say:", "nd1:own:"  # the same in length
OF = re.compile(r"nd1(?:@(?P<server>[1-9]\d{0,19}))?:")
PRESSED = re.compile(
    rf"{OF.pattern}(?:(?P<action>say|own|sure):\d{{1,4}}|(?P<doubt>doubt)):(?P<words>.+)", re.DOTALL
)


def escaped(text: str) -> str:
    r"""The text for a place where Discord reads markup: it shows every character, and reads none.

    >>> print(escaped("<@1> **bold**"))
    \<\@1\> \*\*bold\*\*
    """
    return text.translate(ESCAPES)


def size(text: str) -> int:
    """The characters of a text after escaping, as Discord counts: in code points."""
    return len(escaped(text))


def drawn(text: str, most: int, language: str, *, cut: bool = True) -> str:
    """Words as markup: safe, those of ours in a language, a moment in the reader's own time.

    Where that is longer than `most` it is cut, with its moments in words; without `cut` it is empty.
    """
    words = told(text, language)
    whole = retold(text, Voice(language, _plain, _moment, _channel)).strip() if len(words) <= 2 * most else ""
    if whole and len(whole) <= most:
        return whole
    return escaped(brief(words, most, size)) if cut else ""


def told(text: str, language: str) -> str:
    """Words as they are, those of ours in a language."""
    return retold(text, Voice(language))


def _plain(text: str) -> str:
    return escaped(visible(BLANKS.sub(" ", text)))


def _channel(name: str) -> str:
    """Its name, which Discord puts in; nothing but an id of Discord's becomes one."""
    return f"<#{name}>" if CHANNEL.fullmatch(name) else _plain(name)


def _moment(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:f>"


def named(text: str, address: str, most: int, language: str) -> str:
    """What an entry of a list is called, as markup; it leads to an address, if it has one."""
    if is_link(address):
        return linked(brief(told(text, language), most, size) or NAMELESS, address)
    return drawn(text, most, language) or NAMELESS


def linked(text: str, address: str) -> str:
    """Words, escaped, that lead to an address of the web, if it is one that a link holds.

    Discord links no words that look like an address themselves.
    """
    if not is_link(address) or "://" in text:
        return escaped(text)
    return f"[{escaped(text.translate(IN_LABELS))}]({_encoded(address)})"


def is_link(address: str) -> bool:
    """Whether an address can stand in a link."""
    return address.startswith(("https://", "http://")) and len(_encoded(address)) <= URL


def _encoded(address: str) -> str:
    """The address without what could end the link around it."""
    return quote(address, safe="%/:?#@!$&*+,;=~", errors="replace")


# -- what can be pressed -----------------------------------------------------------------------------------------------


def custom_id(button: Button, number: int, action: str = "say") -> str:
    """What comes back when a button is pressed: the words that a person would write; `number` makes it unique."""
    return f"nd1:{action}:{number}:{words(button.command)}"


def doubt_id(story: str) -> str:
    """What comes back when a line of the last digest of a story is held for wrong."""
    return f"nd1:doubt:{story}"


class Pressed(NamedTuple):
    """What was pressed: "say", "own" or "sure" and the words of a command, or "doubt" and a story; empty if none of ours.

    `server` is the one that it is about, where that is not where it was pressed.
    """

    action: str = ""
    words: str = ""
    server: str = ""


def pressed(id_: str) -> Pressed:
    """What was pressed, by its id."""
    found = PRESSED.fullmatch(id_)
    if not found:
        return Pressed()
    return Pressed(found["action"] or found["doubt"], found["words"], found["server"] or "")


def server_of(id_: str) -> str:
    """The server that a button or a window is about (`of_server`); empty where it is that in which it was pressed."""
    found = OF.match(id_)
    return (found["server"] or "") if found else ""


def of_server(part: Plain, server: str) -> Plain:
    """A message or a window about a server that is seen elsewhere, in direct messages: what is pressed says which."""
    return _renamed(part, lambda id_: OF.sub(f"nd1@{server}:", id_, count=1))


def for_oneself(part: Plain) -> Plain:
    """A message whose buttons speak for who presses them ("own"), wherever it stands, and not for the channel."""
    return _renamed(part, lambda id_: id_.replace(SAYS, OWN, 1) if id_.startswith(SAYS) else id_)


def _renamed(part: Plain, named: Callable[[str], str]) -> Plain:
    """A part with other ids, those within too."""
    made: dict[str, Callable[[Any], Any]] = {
        "components": lambda inner: [_renamed(each, named) for each in inner],
        "accessory": lambda beside: _renamed(beside, named),
        "custom_id": named,
    }
    return {key: made[key](said) if key in made else said for key, said in part.items()}


def can_be_said(button: Button) -> bool:
    """Whether a button holds the words of its command."""
    return len(custom_id(button, 9_999)) <= CUSTOM_ID


def label(button: Button, language: str) -> str:
    """What stands on a button, where nothing is read as markup."""
    return brief(told(button.words, language), LABEL - 8) or NAMELESS


def pressable(label: str, id_: str, style: int = SECONDARY) -> Plain:
    """A button."""
    return {"type": 2, "style": style, "label": label, "custom_id": id_}


def rows(buttons: Sequence[Plain]) -> list[Plain]:
    """Buttons in rows."""
    return [
        {"type": 1, "components": list(buttons[start : start + ROW])} for start in range(0, len(buttons), ROW)
    ]

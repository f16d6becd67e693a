"""The smallest parts of Block Kit, which messages and views share. Words of a source stand in them and are not read.

In `rich_text` nothing is read as markup. In `plain_text` Slack still reads `<…>` and `&…;`, so these are escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.commands import words
from bot.phrases import phrase
from bot.render.fit import brief
from bot.replies import Button

Plain = dict[str, Any]  # a part of Block Kit

TITLE, LABEL, VALUE = 150, 75, 2_000  # characters: of a header, of a button, of what a button says
IN_A_BLOCK = 2_900  # characters of a section or a rich_text; Slack takes 3,000
URL = 1_000  # characters; an address that is longer is left away
DOUBT = "wrong-line"  # an action id
NAMELESS = "…"  # Slack takes no empty text


def escaped(text: str) -> str:
    """The text for `text` and `plain_text`, where Slack reads `<…>` as a mention or a link and `&…;` as a character.

    >>> escaped("<!channel> & <@U1>")
    '&lt;!channel&gt; &amp; &lt;@U1&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """The text as it was before it was escaped; Slack escapes what people write in the same way."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def size(text: str) -> int:
    """The bytes of a text after escaping."""
    return len(escaped(text).encode())


def length(text: str) -> int:
    """The characters of a text after escaping."""
    return len(escaped(text))


def plain_text(text: str) -> Plain:
    """A text in which nothing is read."""
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def header(text: str) -> Plain:
    """A heading; the text is as short as TITLE."""
    return {"type": "header", "text": plain_text(text)}


def context(text: str) -> Plain:
    """A note in small type."""
    return {"type": "context", "elements": [plain_text(text)]}


# -- rich text ---------------------------------------------------------------------------------------------------------


def text_run(text: str, *styles: str) -> Plain:
    """Words in a rich_text, bold or italic."""
    style = {"style": dict.fromkeys(styles, True)} if styles else {}
    return {"type": "text", "text": text, **style}


def linked(text: str, address: str) -> Plain:
    """Words that lead to an address of the web, if it is one that a link holds."""
    return {"type": "link", "url": address, "text": text} if is_link(address) else text_run(text)


def is_link(address: str) -> bool:
    """Whether an address can stand in a link."""
    return address.startswith(("https://", "http://")) and len(address) <= URL


def paragraph(*elements: Plain) -> Plain:
    """Runs and links in one paragraph of a rich_text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Plain) -> Plain:
    """Runs in one quoted paragraph of a rich_text, with a line beside it."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def rich_text(*elements: Plain) -> Plain:
    """Paragraphs, lists and quotes in one block."""
    return {"type": "rich_text", "elements": list(elements)}


def bullet(elements: Sequence[Plain], indent: int) -> Plain:
    """A list of one entry in a rich_text."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "indent": indent,
        "elements": [paragraph(*elements)],
    }


# -- what can be pressed -----------------------------------------------------------------------------------------------


def can_be_said(button: Button) -> bool:
    """Whether a button holds the words of its command."""
    return len(words(button.command)) <= VALUE


def label(button: Button) -> str:
    """What stands on a button."""
    return brief(button.words, LABEL, length) or NAMELESS


def doubting(story: str) -> Plain:
    """The button that asks which line of the last digest of a story is wrong."""
    return {"type": "button", "action_id": DOUBT, "text": plain_text(phrase("view.wrong")), "value": story}


def pressed(button: Button, number: int) -> Plain:
    """A button; `action_id` must differ within a message or view, and all of them mean the same."""
    return {
        "type": "button",
        "action_id": f"say-{number}",
        "text": plain_text(label(button)),
        "value": words(button.command),
    }

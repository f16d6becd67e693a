"""A reply as plain values, for programs."""

from __future__ import annotations

from typing import Any, cast

from bot.commands import words
from bot.replies import Button, Item, Reply, Section
from summarizers.digest import as_json as digest_json
from summarizers.types import Digest, Line


def as_json(reply: Reply) -> dict[str, Any]:
    """The reply as values of JSON; each button says which words it stands for."""
    return {
        "title": reply.title,
        "notes": list(reply.notes),
        "sections": [_section(section) for section in reply.sections],
        "buttons": [_button(button) for button in reply.buttons],
        "private": reply.private,
        "failed": reply.failed,
    }


def line_json(line: Line) -> dict[str, Any]:
    """A line as it stands in a digest's JSON."""
    [plain] = digest_json(Digest("", (line,)))["lines"]
    return cast("dict[str, Any]", plain)


def _section(section: Section) -> dict[str, Any]:
    digest = section.digest or Digest("", section.lines)
    return {
        "heading": section.heading,
        "notes": list(section.notes),
        "digest": digest_json(digest) if digest.lines or section.digest else None,
        "items": [_item(item) for item in section.items],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "text": item.text,
        "note": item.note,
        "button": _button(item.button) if item.button else None,
    }


def _button(button: Button) -> dict[str, str]:
    return {"words": button.words, "command": words(button.command)}

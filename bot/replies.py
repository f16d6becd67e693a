"""Reply values: what is answered, before any platform draws it.

The words in them are ours (from `phrases`) or quotations; a renderer makes both safe and adds none but `phrases`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import Command
from bot.ports import Telling
from summarizers.types import Article, Digest, Line


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: the command that it gives, under words of ours."""

    words: str
    command: Command


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a story, a feed, a setting. `note` says more about it in small type.

    `link` is the address of what it names, for a platform that can link the text; no secret is in it.
    """

    text: str
    note: str = ""
    button: Button | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a reply under a heading: a digest, lines of an event, or a list."""

    heading: str = ""
    notes: tuple[str, ...] = ()
    digest: Digest | None = None
    lines: tuple[Line, ...] = ()
    items: tuple[Item, ...] = ()
    why: bool = False  # the lines say why they got their labels


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. `private` replies are for the one who asked; a public one is posted to the channel.

    `sources` are the articles that its quotations come from, to cite and link them. `tellings` become true once the
    reply has been sent, and not before. `file` is a document to hand over (its name and its text).
    """

    title: str = ""
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    sources: tuple[Article, ...] = ()
    buttons: tuple[Button, ...] = ()
    private: bool = True
    tellings: tuple[Telling, ...] = ()
    file: tuple[str, str] | None = None

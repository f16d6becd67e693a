"""Reply values: what is answered, before any platform draws it.

The words in them are ours (from `phrases`) or quotations; a renderer makes both safe and adds none but `phrases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

from bot.commands import Command, Length
from bot.ports import Target, Telling
from summarizers.types import Article, Digest, Line

SIGHT: Mapping[Length, int] = {"short": 3, "normal": 7, "full": 12}  # updates of a digest in one message

# answer: to who asked · lead: stands alone in a channel · root: its first message opens a thread, in which the others
# stand · thread: all of it in a thread that is there, the first message seen in the channel too where that can be
Place = Literal["answer", "lead", "root", "thread"]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: the command that it gives, under words of ours."""

    words: str
    command: Command


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a story, a feed, a setting. `note` says more about it in small type.

    `link` is the address of what it names, for a platform that can link the text; no secret is in it. `place` is the
    channel that it is about, for a platform that can name one.
    """

    text: str
    note: str = ""
    button: Button | None = None
    link: str = ""
    place: Target | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a reply under a heading: a digest, cut to what is to be seen at once, lines of an event, or a list."""

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
    reply has been sent, and not before. `file` is a document to hand over (its name and its text). `tags` are the ids of
    those that a post in a forum gets.
    """

    title: str = ""
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    sources: tuple[Article, ...] = ()
    buttons: tuple[Button, ...] = ()
    private: bool = True
    tellings: tuple[Telling, ...] = ()
    file: tuple[str, str] | None = None
    failed: bool = False  # what was asked for could not be done
    tags: tuple[str, ...] = ()
    heard: tuple[Target, tuple[str, ...]] | None = (
        None  # whose notices, which could not be sent, are in it: their keys
    )

    @property
    def shown(self) -> str:
        """The story whose digest is the last one shown once this has been sent; empty where it shows none."""
        return next((telling.story for telling in reversed(self.tellings) if telling.digest.lines), "")


@dataclass(frozen=True, slots=True)
class Home:
    """What a person finds on their own page: lists under headings, and below them when it was made."""

    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Quoted words in their paragraph: `before`, `words` and `after` are all of it, as they stand there.

    `name` is what the article is called, `address` where it stands on the web, if it does.
    """

    name: str
    address: str
    before: str
    words: str
    after: str
    paragraph: int = 0


def line_keys(digest: Digest) -> tuple[str, ...]:
    """What each line of a digest can be named by later, when another digest may be the last one: number and hash."""
    return tuple(f"{number}:{line.quotations[0].sha256[:16]}" for number, line in enumerate(digest.lines, 1))


def buttons(reply: Reply) -> tuple[Button, ...]:
    """All that can be pressed, in the order in which it is read: of the entries of its lists, then of the whole."""
    of_items = [item.button for section in reply.sections for item in section.items]
    return (*filter(None, of_items), *reply.buttons)


def in_sight(digest: Digest, sight: int) -> Digest:
    """The digest with as many updates in its lines as are to be seen at once, the first line always; the rest is `more`."""
    counts = list(accumulate(1 + (line.also is not None) for line in digest.lines))
    shown = max(1, sum(count <= sight for count in counts))
    return replace(digest, lines=digest.lines[:shown], more=(*digest.lines[shown:], *digest.more))

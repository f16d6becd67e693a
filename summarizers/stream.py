"""Stories that grow by themselves: a stream of articles, each placed when it comes.

What is decided becomes an entry of a log; a stream is nothing but its log read once, so several processes that read
the same log hold the same stories.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from summarizers.clusters import Vector, weigh
from summarizers.stories import story_id, term_counts
from summarizers.types import Document

CUT = 0.14
TERMS = 150  # of an article, so that a point stays near 2 kB


@dataclass(frozen=True, slots=True)
class Point:
    """What a stream knows of an article: its key, when it came (days, as a number), how often it uses each term."""

    key: str
    day: float
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """An article became a member of a story, which may be new."""

    point: Point
    story: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Two stories turned out to be one; the id of the loser goes on as an alias."""

    story: str
    loser: str


@dataclass(frozen=True, slots=True)
class Split:
    """Some articles of a story turned out to be another one, with an id of its own."""

    story: str
    into: str
    keys: tuple[str, ...]


Entry = Placed | Merged | Split


def point_of(document: Document, day: float) -> Point:
    """The point of an article that came on a day: the terms that come first in it."""
    return Point(document.id, day, dict(islice(term_counts(document).items(), TERMS)))


@dataclass
class _Member:
    order: int
    vector: Vector


@dataclass
class _Story:
    keys: list[str] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)


class Stream:
    """The stories of a stream, from its log."""

    def __init__(self) -> None:
        self._texts: Counter[str] = Counter()
        self._members: dict[str, _Member] = {}
        self._homes: dict[str, str] = {}
        self._stories: dict[str, _Story] = {}

    def apply(self, entry: Entry) -> None:
        """Reads one entry of the log."""
        match entry:
            case Placed(point, story):
                self._add(point, story)
            case Merged(story, loser):
                self._move(self._stories.pop(loser).keys, story)
            case Split(story, into, keys):
                self._leave(keys, story)
                self._move(keys, into)

    def place(self, point: Point, *, beside: str | None = None) -> tuple[Entry, ...]:
        """Where an article belongs and what follows from it; changes nothing.

        `beside` is the story of an article of which this one is a near copy: it goes there.
        """
        if point.key in self._homes:
            return (Placed(point, self._homes[point.key]),)
        if beside in self._stories:
            return (Placed(point, beside),)
        vector = self._vector(point.terms)
        links = {
            name: sum(value * story.sums[term] for term, value in vector.items()) / len(story.keys)
            for name, story in self._stories.items()
        }
        best = max(links, key=lambda name: links[name], default=None)
        if best is not None and links[best] >= CUT:
            return (Placed(point, best),)
        return (Placed(point, story_id(point.key)),)

    def story_of(self, key: str) -> str | None:
        """The story that an article is in."""
        return self._homes.get(key)

    def members(self, story: str) -> tuple[str, ...]:
        """The keys of the articles of a story, in the order in which they came."""
        return tuple(self._stories[story].keys) if story in self._stories else ()

    def _vector(self, terms: Mapping[str, int]) -> Vector:
        return weigh(terms, self._texts, len(self._homes))

    def _add(self, point: Point, story: str) -> None:
        if point.key in self._homes:
            return
        self._members[point.key] = _Member(len(self._members), self._vector(point.terms))
        self._texts.update(point.terms.keys())
        self._move([point.key], story)

    def _move(self, keys: list[str] | tuple[str, ...], story: str) -> None:
        home = self._stories.setdefault(story, _Story())
        for key in keys:
            home.sums.update(self._members[key].vector)
            self._homes[key] = story
        home.keys = sorted([*home.keys, *keys], key=lambda key: self._members[key].order)

    def _leave(self, keys: tuple[str, ...], story: str) -> None:
        home = self._stories[story]
        home.keys = [key for key in home.keys if key not in keys]
        for key in keys:
            home.sums.subtract(self._members[key].vector)

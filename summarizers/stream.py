"""Stories that grow by themselves: a stream of articles, each placed when it comes.

What is decided becomes an entry of a log; a stream is nothing but its log read once, so several processes that read
the same log hold the same stories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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

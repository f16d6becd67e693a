"""Stories that grow by themselves: a stream of articles, each placed when it comes.

What is decided becomes an entry of a log; a stream is nothing but its log read once, so several processes that read
the same log hold the same stories.

The rule is average link, as for a batch, on terms weighed by how few *stories* use them: of an article's words those
tell most that belong to one matter, however many articles it has. (Weighed by articles, a matter that fills the news
of a month loses its own words.) What is older than `WINDOW` is forgotten: its story grows on only by newer articles.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest
from math import log, sqrt

from summarizers.clusters import BACKGROUND, EVERYWHERE, FEW, Vector, average_link, unit
from summarizers.stories import is_name, story_id, term_counts
from summarizers.types import Document

TERMS = 150  # of an article, so that a point written as JSON stays near 2 kB
WINDOW = 30.0  # days
MOST = 20_000  # articles that are remembered at a time, some 25 kB each, however many come in a window
SURE = 0.16  # mean cosine from which an article joins another one that is a story by itself
ENOUGH = 0.10  # …and from which it joins a large story: a mean over many articles is no accident
MERGE_SURE, MERGE_ENOUGH = 0.17, 0.13  # the same for two stories that are one, by the smaller of them
APART = (
    0.07  # mean cosine below which two parts of a story are none: so far below the others that nothing swings
)
LOOKED_AT = 128  # articles of a story up to which its parts are looked at: it takes quadratic time
LOOKUPS = 2_000  # entries of the index that are read for an article, those of its rarest terms first; 4,000 place alike
NEAREST = 12  # stories that are compared in full
RARE = 1.3  # power of the inverse frequency: B³ of a stream .886, with 1 .880
FADED = 0.3  # what a story loses of its likeness until the end of the window
NOTHING = 1e-9  # what rounding leaves of a sum from which everything has been taken


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
    """The point of an article that came on a day: the terms that it uses most, names before others."""
    counts = term_counts(document)
    telling = nlargest(TERMS, counts, key=lambda term: counts[term] + is_name(term))
    return Point(document.id, day, {term: counts[term] for term in telling})


class Stream:
    """The stories of a stream, from its log."""

    def __init__(self) -> None:
        self._homes: dict[str, str] = {}  # of every article ever placed
        self._order: dict[str, int] = {}
        self._stories: dict[
            str, list[str]
        ] = {}  # all articles of each story, in the order in which they came
        self._aliases: dict[str, str] = {}
        self._window: deque[tuple[float, str]] = deque()  # what is remembered: days and keys,
        self._alive: dict[str, dict[str, Vector]] = {}  # the vectors of each story,
        self._latest: dict[str, float] = {}  # the day of its latest article,
        self._index: defaultdict[str, dict[str, float]] = defaultdict(
            dict
        )  # and the sum of its vectors, by term

    def story_of(self, key: str) -> str | None:
        """The story that an article is in; None for one that was never placed."""
        return self._homes.get(key)

    def members(self, story: str) -> tuple[str, ...]:
        """The keys of the articles of a story, in the order in which they came; an alias stands for its story."""
        return tuple(self._stories.get(self._now(story), ()))

    def place(self, point: Point, *, beside: str | None = None) -> tuple[Entry, ...]:
        """Where an article belongs and what follows from it; changes nothing.

        `beside` is the story of an article of which this one is a near copy: it goes there. An article that was placed
        before stays where it is.
        """
        if point.key in self._homes:
            return (Placed(point, self._homes[point.key]),)
        copied = self._now(beside) if beside else None
        if copied in self._stories:
            return (Placed(point, copied),)
        vector = self._weighed(point.terms)
        links = self._links(vector, point.day)
        joinable = [story for story, link in links.items() if link >= self._needed(story)]
        if not joinable:
            return (Placed(point, story_id(point.key)),)
        best = max(joinable, key=lambda story: (links[story] - self._needed(story), story))
        follows = self._merge(best, vector, links) or self._split(best, point.key, vector)
        return (Placed(point, best), *follows)

    def apply(self, entry: Entry) -> None:
        """Reads one entry of the log; what it says of unknown articles or stories is passed over."""
        match entry:
            case Placed(point, story) if point.key not in self._homes:
                vector = self._weighed(point.terms)
                self._order[point.key] = len(self._order)
                self._latest[story] = max(point.day, self._latest.get(story, point.day))
                self._window.append((point.day, point.key))
                self._put(point.key, story, vector)
                self._forget(point.day)
            case Merged(story, loser) if loser in self._stories and loser != story:
                self._move(self._stories[loser], loser, story)
                self._aliases = {a: story if now == loser else now for a, now in self._aliases.items()}
                self._aliases[loser] = story
            case Split(story, into, keys) if leaving := [k for k in keys if self._homes.get(k) == story]:
                self._aliases.pop(into, None)  # a story that was merged and comes out again has its old id
                self._move(leaving, story, into)

    # -- deciding ------------------------------------------------------------------------------------------------------

    def _weighed(self, terms: Mapping[str, int]) -> Vector:
        """The vector of an article: sublinear frequency by how few stories use a term; what many use is left out."""
        stories = len(self._alive) + 1
        most = max(EVERYWHERE * stories, FEW)
        using = {term: len(self._index.get(term, ())) + 1 for term in terms}
        return unit(
            {
                term: (1 + log(count)) * log((stories + BACKGROUND + 1) / using[term]) ** RARE
                for term, count in terms.items()
                if using[term] <= most
            }
        )

    def _links(self, vector: Vector, day: float) -> dict[str, float]:
        """The mean cosines with the remembered articles of the nearest stories, faded by the days since the latest."""
        near = nlargest(NEAREST, self._glimpse(vector).items(), key=lambda item: (item[1], item[0]))
        return {
            story: self._dot(vector, story) / len(self._alive[story]) * self._fading(story, day)
            for story, _ in near
        }

    def _glimpse(self, vector: Vector) -> dict[str, float]:
        """A part of the mean cosine with each story, from the rarest terms."""
        found: defaultdict[str, float] = defaultdict(float)
        left = LOOKUPS
        for term in sorted(vector, key=lambda term: (len(self._index.get(term, ())), term)):
            using = self._index.get(term, {})
            left -= len(using)
            if left < 0:
                break
            for story, weight in using.items():
                found[story] += vector[term] * weight
        return {story: value / len(self._alive[story]) for story, value in found.items()}

    def _dot(self, vector: Vector, story: str) -> float:
        return sum(
            value * self._index[term].get(story, 0.0) for term, value in vector.items() if term in self._index
        )

    def _fading(self, story: str, day: float) -> float:
        gap = max(0.0, day - self._latest[story])
        return 1 - FADED * gap / WINDOW if gap <= WINDOW else 0.0

    def _needed(self, story: str) -> float:
        return _threshold(len(self._alive[story]), SURE, ENOUGH)

    def _merge(self, best: str, vector: Vector, links: Mapping[str, float]) -> tuple[Merged, ...]:
        """The nearest other story, where it and the grown one are one."""
        others = {
            story: self._between(best, story, vector)
            for story, link in links.items()
            if story != best and link >= MERGE_ENOUGH / 2
        }
        nearest = max(others, key=lambda story: (others[story], story), default=best)
        smaller = min(len(self._alive[best]) + 1, len(self._alive[nearest]))
        if nearest == best or others[nearest] < _threshold(smaller, MERGE_SURE, MERGE_ENOUGH):
            return ()
        older, younger = sorted((best, nearest), key=lambda story: self._order[self._stories[story][0]])
        return (Merged(older, younger),)

    def _between(self, grown: str, other: str, vector: Vector) -> float:
        """The mean cosine of the articles of two stories, the first one with an article more."""
        few, many = sorted((grown, other), key=lambda story: (len(self._alive[story]), story))
        pairs = sum(self._dot(member, many) for member in self._alive[few].values())
        return (pairs + self._dot(vector, other)) / (len(self._alive[grown]) + 1) / len(self._alive[other])

    def _split(self, story: str, key: str, vector: Vector) -> tuple[Split, ...]:
        """The parts of a story that has doubled since they were last looked at, where they fall apart."""
        members = {**self._alive[story], key: vector}
        if not 3 < len(members) <= LOOKED_AT or len(members) & (len(members) - 1):
            return ()
        names = list(members)
        parts = [[names[i] for i in part] for part in average_link(list(members.values()), APART)]
        first = self._stories[story][0]
        stays = next((part for part in parts if first in part), max(parts, key=len))
        order = {**self._order, key: len(self._order)}
        leaving = (sorted(part, key=lambda name: order[name]) for part in parts if part is not stays)
        return tuple(Split(story, story_id(part[0]), tuple(part)) for part in leaving)

    # -- remembering and forgetting ------------------------------------------------------------------------------------

    def _now(self, story: str) -> str:
        """The story that an id stands for now."""
        return self._aliases.get(story, story)

    def _put(self, key: str, story: str, vector: Vector | None) -> None:
        """An article into a story; without a vector, it is one that is forgotten."""
        self._homes[key] = story
        insort(self._stories.setdefault(story, []), key, key=lambda key: self._order[key])
        if vector is None:
            return
        self._alive.setdefault(story, {})[key] = vector
        for term, value in vector.items():
            using = self._index[term]
            using[story] = using.get(story, 0.0) + value

    def _move(self, keys: Iterable[str], story: str, into: str) -> None:
        for key in list(keys):
            vector = self._alive.get(story, {}).get(key)
            self._fade_out(key, story)
            self._stories[story].remove(key)
            self._put(key, into, vector)
        self._latest[into] = max(self._latest[story], self._latest.get(into, self._latest[story]))
        if not self._stories[story]:
            del self._stories[story], self._latest[story]

    def _forget(self, day: float) -> None:
        """Lets go of the articles that are older than the window, or more than can be remembered."""
        while len(self._window) > MOST or day - self._window[0][0] > WINDOW:
            _, key = self._window.popleft()
            self._fade_out(key, self._homes[key])

    def _fade_out(self, key: str, story: str) -> None:
        alive = self._alive.get(story, {})
        for term, value in alive.pop(key, {}).items():
            using = self._index[term]
            using[story] -= value
            if using[story] < NOTHING:
                del using[story]
            if not using:
                del self._index[term]
        if not alive:
            self._alive.pop(story, None)


def _threshold(articles: int, sure: float, enough: float) -> float:
    """What a mean cosine must reach: the spread of a mean falls with the root of what it is taken over."""
    return enough + (sure - enough) / sqrt(articles)

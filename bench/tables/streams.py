"""Articles that come one by one: the stories of a stream beside those of a batch, and matters that go on for months."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from bench.data import read
from bench.tables.clusters import b_cubed, flattened, plain
from summarizers.stories import group_stories
from summarizers.stream import Point, Stream, point_of
from summarizers.types import Document

TITLE = "Streams: articles placed when they come (B³ on multinews500, topics of timeline17)"
ORDERS = range(5)  # seeded shuffles: the set itself has no order in time
SPREAD = (
    20  # days over which a shuffled set is spread: harder than life, where articles of a story come together
)
WITHIN = 3  # days between two articles of a topic that should be in one story


class Told(NamedTuple):
    """An article of a topic as it comes."""

    point: Point
    topic: str


def rows(data: Path) -> Iterator[str]:
    yield from _orders(data)
    yield ""
    yield from _topics(data)


def homes(points: Iterable[Point]) -> dict[str, str]:
    """The story of each article of a stream, after the last one."""
    stream, keys = Stream(), []
    for point in points:
        for entry in stream.place(point):
            stream.apply(entry)
        keys.append(point.key)
    return {key: str(stream.story_of(key)) for key in keys}


# -- one shuffled day, or several ------------------------------------------------------------------------------------------


def _orders(data: Path) -> Iterator[str]:
    documents, gold = flattened(data)
    points = [point_of(document, 0.0) for document in documents]
    yield f"multinews500: {len(points)} articles in {len(ORDERS)} shuffled orders (floor .02 below the batch)"
    yield "                               B³ P      R     F1   worst F1"
    batch = b_cubed(_batch(documents), gold)
    yield _figures("batch", [batch])
    yield _figures("on one day", [b_cubed(homes(_shuffled(points, seed, 0)), gold) for seed in ORDERS])
    yield _figures(
        f"over {SPREAD} days", [b_cubed(homes(_shuffled(points, seed, SPREAD)), gold) for seed in ORDERS]
    )
    clusters = sorted(set(gold.values()))
    for name, half in (("first", clusters[::2]), ("second", clusters[1::2])):
        chosen = {key: cluster for key, cluster in gold.items() if cluster in set(half)}
        some = [point for point in points if point.key in chosen]
        found = _batch([d for d in documents if d.id in chosen])
        yield _figures(f"{name} half, batch", [b_cubed(found, chosen)])
        yield _figures(
            f"{name} half, on one day",
            [b_cubed(homes(_shuffled(some, seed, 0)), chosen) for seed in ORDERS],
        )


def _batch(documents: Sequence[Document]) -> dict[str, str]:
    return {d.id: story.id for story in group_stories(documents) for d in story.documents}


def _shuffled(points: Sequence[Point], seed: int, days: float) -> list[Point]:
    order = random.Random(seed).sample(points, len(points))
    return [replace(point, day=days * at / len(order)) for at, point in enumerate(order)]


def _figures(name: str, found: Sequence[tuple[float, float, float]]) -> str:
    precision, recall, f1 = (fmean(values) for values in zip(*found, strict=True))
    return f"{name:28} {precision:7.3f} {recall:6.3f} {f1:6.3f}   {min(f[2] for f in found):8.3f}"


# -- topics that go on -------------------------------------------------------------------------------------------------


def _topics(data: Path) -> Iterator[str]:
    articles = sorted(
        read(data, "timeline17", "articles"), key=lambda a: (a["date"], a["timeline_set"], a["id"])
    )
    told = [_told(number, article) for number, article in enumerate(articles)]
    yield f"timeline17: {len(told)} articles"
    yield (
        "                               in stories of one topic   of their story's topic   pairs of a topic within"
        f" {WITHIN} days in one story"
    )
    yield "(floors .99 and .3, aim .5)"
    for name, order in (("by date", told), ("all topics from one day on", _together(told))):
        begun = time.process_time()
        found = homes(t.point for t in order)
        spent = time.process_time() - begun
        yield from _topic_rows(name, order, found)
        yield f"   {len(set(found.values()))} stories, {1e3 * spent / len(order):.2f} ms an article"


def _told(number: int, article: Mapping[str, Any]) -> Told:
    key = f"{number}/{article['timeline_set']}/{article['id']}"
    day = float(date.fromisoformat(article["date"]).toordinal())
    return Told(point_of(plain(key, article["sentences"]), day), article["topic"])


def _together(told: Sequence[Told]) -> list[Told]:
    """As if all topics had begun on one day: real ones of a year or more apart meet, in a mixed order."""
    first: dict[str, float] = {}
    for article in told:
        first.setdefault(article.topic, article.point.day)
    moved = [Told(replace(t.point, day=t.point.day - first[t.topic]), t.topic) for t in told]
    return sorted(moved, key=lambda t: (t.point.day, sha256(t.point.key.encode()).digest()))


def _topic_rows(name: str, told: Sequence[Told], found: Mapping[str, str]) -> Iterator[str]:
    stories: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for article in told:
        stories[found[article.point.key]][article.topic] += 1
    pure = sum(topics.total() for topics in stories.values() if len(topics) == 1) / len(told)
    most = sum(max(topics.values()) for topics in stories.values()) / len(told)
    by_topic = {
        topic: _near_pairs(list(some), found)
        for topic, some in groupby(sorted(told, key=lambda t: t.topic), key=lambda t: t.topic)
    }
    together, pairs = (sum(values) for values in zip(*by_topic.values(), strict=True))
    each = "  ".join(f"{topic} {a / b:.2f}" for topic, (a, b) in by_topic.items())
    yield f"{name:28} {pure:25.3f} {most:24.3f} {together / pairs:14.3f}   ({each})"


def _near_pairs(told: Sequence[Told], found: Mapping[str, str]) -> tuple[int, int]:
    """Pairs of articles within few days that are in one story, and all of them."""
    by_day = sorted(told, key=lambda t: t.point.day)
    together = pairs = 0
    for at, one in enumerate(by_day):
        for other in by_day[at + 1 :]:
            if other.point.day - one.point.day > WITHIN:
                break
            pairs += 1
            together += found[one.point.key] == found[other.point.key]
    return together, pairs

"""Stories of a stream: each article is placed when it comes, and the log alone tells who is where."""

from __future__ import annotations

from pathlib import Path

from bot.sources import folder
from summarizers.clean import clean
from summarizers.stream import Placed, Point, Stream, point_of
from summarizers.types import Article

FERRY = {"ferry": 3, "aurelia": 2, "harbour": 1, "captain": 1}
FERRY_LATER = {"ferry": 2, "aurelia": 3, "hull": 1, "harbour": 1}
BANK = {"bank": 3, "norland": 2, "rate": 2}


def taken(stream: Stream, *points: Point) -> Stream:
    for point in points:
        for entry in stream.place(point):
            stream.apply(entry)
    return stream


def test_an_article_joins_the_story_that_uses_its_words() -> None:
    stream = taken(Stream(), Point("f1", 0, FERRY), Point("b1", 0, BANK), Point("f2", 1, FERRY_LATER))
    assert stream.members(stream.story_of("f1") or "") == ("f1", "f2")
    assert stream.story_of("b1") != stream.story_of("f1")


def test_deciding_changes_nothing() -> None:
    stream = taken(Stream(), Point("f1", 0, FERRY))
    point = Point("f2", 1, FERRY_LATER)
    assert stream.place(point) == stream.place(point)
    assert stream.story_of("f2") is None


def test_a_near_copy_goes_beside_its_original() -> None:
    stream = taken(Stream(), Point("f1", 0, FERRY))
    home = stream.story_of("f1") or ""
    point = Point("b1", 0, BANK)
    assert stream.place(point, beside=home) == (Placed(point, home),)


def test_the_seeds_are_one_story(seeds: Path) -> None:
    points = [point_of(clean(article), 0.0) for article in folder.read([seeds])]
    stream = taken(Stream(), *points)
    assert len({stream.story_of(point.key) for point in points}) == 1


def test_a_point_is_made_of_the_words_of_its_article() -> None:
    point = point_of(clean(Article("a", "The ferry Aurelia left the harbour with two ferries.")), 3.0)
    assert (point.key, point.day) == ("a", 3.0)
    assert point.terms["ferri"] == 2
    assert "the" not in point.terms

"""Stories of a stream: each article is placed when it comes, and the log alone tells who is where."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources import folder
from summarizers.clean import clean
from summarizers.stories import story_id
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


X = dict.fromkeys(("mill", "river", "flood", "dam", "levee"), 1)
Y = dict.fromkeys(("tenor", "opera", "stage", "chorus", "aria"), 1)


def test_two_stories_that_turn_out_to_be_one_are_merged_into_the_older() -> None:
    stream = taken(Stream(), Point("a", 0, X), Point("b", 0, Y))
    older, younger = stream.story_of("a") or "", stream.story_of("b") or ""
    taken(stream, Point("c", 0, {**X, **Y}))
    assert stream.members(older) == stream.members(younger) == ("a", "b", "c")
    assert stream.place(Point("d", 0, {"other": 1}), beside=younger)[0].story == older


def test_a_story_that_falls_apart_is_split_and_its_first_part_keeps_the_id() -> None:
    stream = taken(Stream(), Point("a1", 0, X))
    home = stream.story_of("a1") or ""
    for entry in stream.place(Point("b1", 0, Y), beside=home):
        stream.apply(entry)
    taken(stream, Point("b2", 0, Y), Point("a2", 0, X))
    assert stream.members(home) == ("a1", "a2")
    assert stream.members(stream.story_of("b1") or "") == ("b1", "b2")


def test_what_is_older_than_the_window_no_longer_grows_but_is_still_known() -> None:
    stream = taken(Stream(), Point("a", 0, X), Point("b", 100, X))
    assert stream.story_of("a") != stream.story_of("b")
    assert stream.members(stream.story_of("a") or "") == ("a",)


def test_the_seeds_are_one_story_in_every_order(seeds: Path) -> None:
    points = [point_of(clean(article), 0.0) for article in folder.read([seeds])]
    for order in permutations(points):
        stream = taken(Stream(), *order)
        assert len({stream.story_of(point.key) for point in order}) == 1


bags = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 4), max_size=5)


@settings(max_examples=60)
@given(st.lists(st.tuples(bags, st.integers(0, 12)), max_size=25))
def test_the_log_alone_tells_the_same_stories(made: list[tuple[dict[str, int], int]]) -> None:
    stream, again, day = Stream(), Stream(), 0.0
    for number, (terms, gap) in enumerate(made):
        day += gap
        point = Point(f"k{number}", day, terms)
        assert stream.place(point) == again.place(point)
        for entry in stream.place(point):
            stream.apply(entry)
            again.apply(entry)
        keys = [f"k{n}" for n in range(number + 1)]
        assert [stream.story_of(key) for key in keys] == [again.story_of(key) for key in keys]
        for key in keys:
            members = stream.members(stream.story_of(key) or "")
            assert key in members
            assert stream.story_of(key) == story_id(members[0])

"""What `bot.ports.Store` promises, on the memory of the tests, on SQLite in memory and in a file, and on PostgreSQL."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from bot.ports import Doubt, Feed, Likeness, Mark, Mute, Prints, Store, Topic, Version
from bot.store import open_store
from summarizers.digest import sha256
from summarizers.stream import Merged, Placed, Point, Split
from summarizers.types import Article, Line
from tests.bot.store.incoming import AWAY, HOME, NO_PRINTS, NOW, put
from tests.bot.store.telling import ANNA, BORIS, HALL, known, quotation, remembered, telling
from tests.fakes import MemoryStore

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request):
    if request.param == "memory":
        yield MemoryStore()
        return
    opened = open_store(request.getfixturevalue(request.param), key=b"key")
    yield opened
    opened.close()


def log(store: Store, *entries) -> None:
    with store.ingesting() as desk:
        for entry in entries:
            desk.log(entry)


# -- articles and versions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {},
        {
            "title": "A “title”",
            "url": "https://a.example/1?x=%20",
            "source": "The Norby Post",
            "language": "de",
        },
        {"published": date(2031, 5, 6), "published_from": "printed", "excerpt": True},
        {"published": datetime(2031, 5, 6, 23, 30, tzinfo=timezone(-4 * HOUR)), "published_from": "feed"},
        {"published": datetime(2031, 5, 6, 23, 30), "published_from": "meta"},  # noqa: DTZ001 - a page may print no zone
    ],
)
def test_a_version_comes_back_as_it_was_written(store, more):
    version = put(store, "https://a.example/1", "Zwölf Boote 🚣 \u2028 lagen\n\nim Hafen.", **more)
    assert store.version("https://a.example/1", HOME) == version
    assert store.versions("s", HOME) == [version]
    with store.ingesting() as desk:
        assert desk.latest("https://a.example/1") == version
        assert desk.latest("another") is None


def test_a_changed_article_keeps_its_earlier_version(store):
    first = put(store, "a", "Ten boats sank.", url="https://a.example")
    second = put(store, "a", "Twelve boats sank.", at=NOW + HOUR, url="https://a.example")
    assert store.versions("s", HOME) == [first, second]
    assert [store.version(name, HOME) for name in ("a", "a@2", "https://a.example")] == [second] * 3
    assert store.search("boats", HOME, limit=5) == [second]
    assert store.search("ten boats", HOME, limit=5) == []
    assert store.counts(HOME).articles == 1


def test_versions_of_a_story_come_in_the_order_in_which_they_came(store):
    for key, at in [("c", NOW), ("b", NOW + HOUR), ("a", NOW), ("Z", NOW), ("é", NOW)]:
        put(store, key, at=at)
    assert [version.key for version in store.versions("s", HOME)] == ["c", "a", "Z", "é", "b"]


def test_an_error_undoes_all_that_came_in_with_it(store):
    def come_in(desk):
        point = Point("a", 1.0, {})
        desk.write(Version(Article("a", "Text."), "a", 1, NOW), NO_PRINTS, "text", point)
        desk.log(Placed(point, "s"))
        desk.see("a", [HOME])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), store.ingesting() as desk:
        come_in(desk)
    assert not store.stories(HOME, limit=9)
    with store.ingesting() as desk:
        assert desk.latest("a") is None
        assert list(desk.entries(0)) == []


def test_a_first_version_without_its_point_is_a_fault_of_the_caller(store):
    with pytest.raises(ValueError, match="needs its point"), store.ingesting() as desk:
        desk.write(Version(Article("a", "Text."), "a", 1, NOW), NO_PRINTS, "text", None)


def test_nobody_sees_what_is_not_in_their_library(store):
    put(
        store, "a", "Boats sank.", url="https://a.example", prints=Prints("c", frozenset([1]), frozenset([2]))
    )
    assert store.versions("s", AWAY) == []
    assert store.version("a", AWAY) is None
    assert store.version("https://a.example", AWAY) is None
    assert store.stories(AWAY, limit=9) == []
    assert store.stories(AWAY, limit=9, ids=["s"]) == []
    assert store.search("boats", AWAY, limit=9) == []
    assert store.counts(AWAY).articles == 0
    with store.ingesting() as desk:
        assert desk.alike(Prints("c", frozenset([1]), frozenset([2])), AWAY) == []
        desk.see("a", [HOME, AWAY])  # it is in one of them already
    assert [version.key for version in store.versions("s", AWAY)] == ["a"]


# -- copies ------------------------------------------------------------------------------------------------------------


def test_articles_that_share_sentences_or_bands_are_alike_the_most_shared_first(store):
    biggest = 2**63 - 1
    put(store, "one", prints=Prints("1", frozenset([1, 2, -biggest - 1]), frozenset([10])))
    put(store, "two", prints=Prints("2", frozenset([1, 2, 3, biggest]), frozenset()))
    put(store, "band", prints=Prints("3", frozenset([99]), frozenset([10, 11, -12])))
    put(store, "other", prints=Prints("4", frozenset([98]), frozenset([13])))
    with store.ingesting() as desk:
        found = desk.alike(Prints("5", frozenset([1, 2, 3, biggest]), frozenset([10, 11, -12])), HOME)
    assert found == [Likeness("two", 4, 4, 0), Likeness("one", 2, 3, 1), Likeness("band", 0, 1, 3)]


def test_a_changed_article_is_known_by_its_newest_version(store):
    put(store, "a", prints=Prints("1", frozenset([1]), frozenset([10])))
    put(store, "a", prints=Prints("2", frozenset([2]), frozenset([20])))
    with store.ingesting() as desk:
        assert desk.alike(Prints("", frozenset([1]), frozenset([10])), HOME) == []
        assert desk.alike(Prints("", frozenset([2]), frozenset([20])), HOME) == [Likeness("a", 1, 1, 1)]


def test_at_most_twenty_are_alike(store):
    for number in range(22):
        put(
            store,
            f"{number:02}",
            prints=Prints(str(number), frozenset([1, *range(100, 100 + number)]), frozenset()),
        )
    with store.ingesting() as desk:
        found = desk.alike(Prints("", frozenset([1, *range(100, 120)]), frozenset()), HOME)
    assert [like.key for like in found] == [f"{number:02}" for number in (20, 21, *range(19, 1, -1))]


# -- stories -----------------------------------------------------------------------------------------------------------


def test_the_log_of_the_stories_is_read_from_any_position(store):
    a, b = Point("a", 1.5, {"boat": 2, "zwölf": 1}), Point("b", 2.5, {})
    entries = [Placed(a, "s"), Placed(b, "t"), Merged("s", "t"), Split("s", "u", ("b",))]
    with store.ingesting() as desk:
        for point in (a, b):
            desk.write(Version(Article(point.key, "Text."), point.key, 1, NOW), NO_PRINTS, "text", point)
        positions = [desk.log(entry) for entry in entries]
        assert list(desk.entries(0)) == list(zip(positions, entries, strict=True))
    with store.ingesting() as desk:
        assert list(desk.entries(positions[1])) == list(zip(positions[2:], entries[2:], strict=True))
        assert list(desk.entries(positions[0], 2)) == list(zip(positions[1:3], entries[1:3], strict=True))
        assert list(desk.entries(positions[-1])) == []


def test_stories_come_with_the_newest_arrival_first_and_count_what_the_library_holds(store):
    put(store, "a", story="old", title="Old", source="Post", seen=(HOME, AWAY))
    put(store, "b", story="new", title="New", at=NOW + HOUR)
    put(store, "c", story="old", title="Old, too", source="Star", at=NOW + 2 * HOUR, seen=(AWAY,))
    home, away = store.stories(HOME, limit=9), store.stories(AWAY, limit=9)
    assert [(s.id, s.articles, s.sources, s.first, s.newest) for s in home] == [
        ("new", 1, 1, NOW + HOUR, NOW + HOUR), ("old", 1, 1, NOW, NOW)
    ]  # fmt: skip
    assert [(s.id, s.articles, s.sources, s.newest) for s in away] == [("old", 2, 2, NOW + 2 * HOUR)]
    assert [s.id for s in store.stories(HOME, limit=1)] == ["new"]
    assert [s.id for s in store.stories(HOME, limit=9, ids=["old", "none"])] == ["old"]
    assert store.stories(HOME, limit=9, ids=[]) == []


def test_copies_are_one_source(store):
    put(store, "a", source="Post")
    for number in range(5):
        put(store, f"copy{number}", source=f"Paper {number}", copy_of="a", at=NOW + number * HOUR)
    (story,) = store.stories(HOME, limit=9)
    assert (story.articles, story.sources) == (6, 1)


def test_copies_of_an_article_that_the_library_lacks_are_one_source(store):
    put(store, "a", source="Post", seen=(AWAY,))
    put(store, "b", source="Star", copy_of="a")
    put(store, "c", source="Echo", copy_of="a")
    (story,) = store.stories(HOME, limit=9)
    assert (story.articles, story.sources) == (2, 1)


def test_a_new_version_makes_its_story_the_newest_and_leaves_its_beginning(store):
    put(store, "a", story="s")
    put(store, "b", story="t", at=NOW + HOUR)
    put(store, "a", "Changed.", story="s", at=NOW + DAY)
    newest, other = store.stories(HOME, limit=9)
    assert (newest.id, newest.articles, newest.first, newest.newest) == ("s", 1, NOW, NOW + DAY)
    assert other.id == "t"


def test_a_story_has_the_title_that_it_was_given_last(store):
    put(store, "a")
    for title in ("First", "Second"):
        with store.ingesting() as desk:
            desk.title("s", title)
            desk.see("a", [HOME])
    assert store.stories(HOME, limit=9)[0].title == "Second"


def test_whoever_asks_for_a_story_that_lost_a_merge_finds_the_winner(store):
    put(store, "a", story="winner")
    put(store, "b", story="loser")
    put(store, "c", story="earlier")
    store.follow(ANNA, Topic("story", "loser"), NOW)
    store.mute(BORIS, Mute(Topic("story", "loser")), NOW)
    store.tell(telling("loser", ("b",), ("Two.",)), NOW + HOUR)
    store.tell(telling("winner", ("a",), ("One.",)), NOW)
    log(store, Merged("loser", "earlier"), Merged("winner", "loser"))
    for name in ("winner", "loser", "earlier"):
        assert [version.key for version in store.versions(name, HOME)] == ["a", "b", "c"]
        assert [s.id for s in store.stories(HOME, limit=9, ids=[name])] == ["winner"]
        mark = store.mark(ANNA, name)
        assert mark == Mark(frozenset("ab"), frozenset(map(sha256, ["One.", "Two."])), NOW + HOUR)
        assert not store.follow(ANNA, Topic("story", name), NOW)
        assert not store.mute(BORIS, Mute(Topic("story", name)), NOW)
    assert store.follows(ANNA) == [Topic("story", "winner")]
    assert store.mutes(BORIS, NOW) == [Mute(Topic("story", "winner"))]
    assert store.shown(ANNA).story == "winner"
    assert store.counts(HOME).stories == 1
    assert store.unfollow(ANNA, Topic("story", "loser"))
    assert store.unmute(BORIS, Topic("story", "earlier"))
    store.tell(telling("earlier", ("c",), ("Three.",)), NOW + DAY)
    assert store.mark(ANNA, "winner").versions == frozenset("abc")


def test_whoever_follows_both_stories_of_a_merge_follows_one(store):
    put(store, "a", story="s")
    put(store, "b", story="t")
    for name in ("s", "t"):
        store.follow(ANNA, Topic("story", name), NOW)
        store.mute(ANNA, Mute(Topic("story", name)), NOW)
    log(store, Merged("s", "t"))
    assert store.follows(ANNA) == [Topic("story", "s")]
    assert store.mutes(ANNA, NOW) == [Mute(Topic("story", "s"))]


def test_whoever_was_told_a_story_that_is_split_has_been_told_both_parts(store):
    for key in "abc":
        put(store, key)
    store.follow(ANNA, Topic("story", "s"), NOW)
    store.tell(telling("s", ("a", "b"), ("One.",)), NOW)
    log(store, Split("s", "t", ("b", "c")))
    assert [version.key for version in store.versions("s", HOME)] == ["a"]
    assert [version.key for version in store.versions("t", HOME)] == ["b", "c"]
    for story in "st":
        assert {"b", "a"} & store.mark(ANNA, story).versions
        assert store.mark(ANNA, story).told == {sha256("One.")}
    assert set(store.follows(ANNA)) == {Topic("story", "s"), Topic("story", "t")}
    assert {s.id: s.articles for s in store.stories(HOME, limit=9)} == {"s": 1, "t": 2}


# -- search ------------------------------------------------------------------------------------------------------------


def test_a_search_finds_every_word_by_its_stem_newest_arrival_first(store):
    put(store, "a", "The negotiations about fishing boats failed.", at=NOW + HOUR)
    put(store, "b", "A boat was negotiated for.", at=NOW + DAY)
    put(store, "c", "Boats everywhere.", at=NOW)
    assert [v.key for v in store.search("negotiate BOATS", HOME, limit=9)] == ["b", "a"]
    assert [v.key for v in store.search("boat", HOME, limit=2)] == ["b", "a"]
    assert store.search("boat submarine", HOME, limit=9) == []


WORDLESS = [
    "",
    " ",
    "the",
    "!",
    '"',
    "'",
    "AND",
    "the who",
    "\0",
    "\ud800",
    "()",
    "*",
    "🚣",
    "a" * 100_000,
    ":" * 1000,
]
TWO_WORDS = [
    'boats "sank', "boats' sank", "boats AND sank", "NEAR(boats sank)", "boats* sank*", "^boats sank", "{boats} sank",
    "boats:sank", "boats & sank", "boats | sank", "!boats <-> sank", "-boats +sank", "words: boats sank", "(boats sank",
    "boats\\ sank", "boats;--sank", "boats sank " * 2000,
]  # fmt: skip


def test_a_query_without_a_word_that_is_there_finds_nothing(store):
    put(store, "a", "Boats.")
    assert [query for query in WORDLESS if store.search(query, HOME, limit=9)] == []


def test_nothing_in_a_query_is_an_operator(store):
    put(store, "a", "Near the words of the note, boats sank.")
    put(store, "b", "Boats near the words of the note.")
    found = {query: [version.key for version in store.search(query, HOME, limit=9)] for query in TWO_WORDS}
    assert found == {key: ["a"] for key in TWO_WORDS}


# -- retention ---------------------------------------------------------------------------------------------------------


def test_a_text_goes_when_its_story_has_neither_article_nor_reader(store):
    old = put(store, "a", "Boats sank.", story="quiet", prints=Prints("1", frozenset([1]), frozenset([2])))
    put(store, "b", story="growing")
    put(store, "c", story="growing", at=NOW + 9 * DAY)
    put(store, "d", story="followed")
    put(store, "e", story="shown")
    store.follow(ANNA, Topic("story", "followed"), NOW)
    store.tell(telling("shown", ("e",)), NOW + 9 * DAY)
    store.tell(telling("quiet", ("a",), ("Boats sank.",)), NOW)
    assert store.retire(NOW + 5 * DAY) == 1
    assert store.retire(NOW + 5 * DAY) == 0
    assert [s.id for s in store.stories(HOME, limit=9)] == ["growing", "followed", "shown"]
    assert store.versions("quiet", HOME) == []
    assert store.version("a", HOME) is None
    assert store.search("boats", HOME, limit=9) == []
    assert store.mark(ANNA, "quiet").told == {sha256("Boats sank.")}
    assert store.shown(ANNA).digest.lines[0].quotations[0].text == "Boats sank."
    with store.ingesting() as desk:
        assert desk.alike(Prints("1", frozenset([1]), frozenset([2])), HOME) == []
        assert desk.latest("a") == replace(old, article=replace(old.article, text=""))


def test_an_article_whose_text_had_gone_comes_back_with_its_next_version(store):
    put(store, "a", "Boats sank.")
    store.retire(NOW + DAY)
    second = put(store, "a", "Boats sank again.", at=NOW + 2 * DAY)
    assert store.versions("s", HOME) == [second]
    assert [v.article.id for v in store.search("boats", HOME, limit=9)] == ["a@2"]
    assert store.counts(HOME).articles == 1


# -- what was told -----------------------------------------------------------------------------------------------------


def test_a_telling_moves_the_mark_of_whom_it_names_and_is_what_its_reader_saw(store):
    assert store.mark(ANNA, "s") == Mark()
    assert store.shown(ANNA) is None
    told = telling()
    store.tell(told, NOW)
    store.tell(told, NOW + HOUR)
    assert store.mark(ANNA, "s") == Mark(frozenset("a"), frozenset([sha256("One.")]), NOW + HOUR)
    assert (store.shown(ANNA).story, store.shown(ANNA).digest, store.shown(ANNA).at) == (
        "s",
        told.digest,
        NOW + HOUR,
    )
    assert store.mark(BORIS, "s") == Mark()
    assert store.mark(ANNA, "t") == Mark()


def test_a_private_reply_in_a_channel_moves_no_mark(store):
    store.tell(telling(moves=None), NOW)
    assert store.mark(ANNA, "s") == Mark()
    assert store.shown(ANNA) is not None


def test_a_post_moves_the_mark_of_its_channel(store):
    store.tell(telling(to=HALL, moves=HALL), NOW)
    assert store.mark(HALL, "s").versions == {"a"}
    assert store.mark(ANNA, "s") == Mark()


def test_marks_only_grow(store):
    store.tell(telling(versions=("a",), said=("One.",)), NOW)
    store.tell(telling(versions=("a@2",), said=("Two.", "One.")), NOW + HOUR)
    store.tell(telling(versions=(), said=()), NOW + DAY)
    assert store.mark(ANNA, "s") == Mark(
        frozenset(["a", "a@2"]), frozenset(map(sha256, ["One.", "Two."])), NOW + DAY
    )


# -- follows and mutes -------------------------------------------------------------------------------------------------


def test_topics_are_followed_in_the_order_in_which_that_began(store):
    topics = [Topic("word", "boats"), Topic("feed", "feed-1"), Topic("word", "Ärger")]
    assert all(store.follow(ANNA, topic, NOW) for topic in topics)
    assert not store.follow(ANNA, topics[0], NOW + HOUR)
    assert store.follows(ANNA) == topics
    assert store.follows(BORIS) == []
    assert store.unfollow(ANNA, topics[1])
    assert not store.unfollow(ANNA, topics[1])
    assert not store.unfollow(BORIS, topics[0])
    assert store.follows(ANNA) == [topics[0], topics[2]]


def test_a_mute_holds_until_its_moment(store):
    boats, ore = Topic("word", "boats"), Topic("word", "ore")
    assert store.mute(ANNA, Mute(boats, NOW + HOUR), NOW)
    assert store.mute(ANNA, Mute(ore), NOW)
    assert not store.mute(ANNA, Mute(boats, NOW + DAY), NOW)
    assert store.mutes(ANNA, NOW) == [Mute(boats, NOW + DAY), Mute(ore)]
    assert store.mutes(ANNA, NOW + DAY) == [Mute(ore)]
    assert store.mute(ANNA, Mute(boats), NOW + DAY)
    assert store.mutes(ANNA, NOW + DAY) == [Mute(ore), Mute(boats)]
    assert store.unmute(ANNA, ore)
    assert not store.unmute(ANNA, ore)
    assert not store.unmute(BORIS, boats)


# -- feeds -------------------------------------------------------------------------------------------------------------

URL = "https://norby.example/feed.xml?key=1"


def test_a_feed_is_one_however_many_libraries_add_it(store):
    feed, fresh = store.add_feed(URL, HOME, NOW)
    assert (feed, fresh) == (Feed(feed.id, URL, URL), True)
    assert store.add_feed(URL, HOME, NOW) == (feed, False)
    assert store.add_feed(URL, AWAY, NOW) == (feed, True)
    assert store.libraries(feed.id) == [AWAY, HOME]
    assert store.feeds(HOME) == store.feeds(AWAY) == [feed]


def test_a_library_that_adds_a_feed_sees_what_it_has_brought(store):
    feed, _ = store.add_feed(URL, HOME, NOW)
    put(store, f"{feed.id}#1")
    put(store, "another")
    store.add_feed(URL, AWAY, NOW)
    assert [version.key for version in store.versions("s", AWAY)] == [f"{feed.id}#1"]


def test_a_feed_of_no_library_is_gone(store):
    feed, _ = store.add_feed(URL, HOME, NOW)
    store.add_feed(URL, AWAY, NOW)
    assert store.remove_feed(feed.id, HOME)
    assert not store.remove_feed(feed.id, HOME)
    assert store.due_feeds(NOW, 9) == [feed]
    assert store.remove_feed(feed.id, AWAY)
    assert store.due_feeds(NOW, 9) == store.feeds(AWAY) == store.libraries(feed.id) == []
    store.save_feed(feed)
    assert store.due_feeds(NOW, 9) == []


def test_a_feed_keeps_its_health_and_is_found_by_either_address(store):
    feed, _ = store.add_feed(URL, HOME, NOW)
    moved = replace(
        feed, url="https://moved.example", title="Norby", etag='W/"1"', modified="Tue", body="00", next_at=NOW, checked_at=NOW,
        succeeded_at=NOW - DAY, errors=2, error="It did not answer.", moved_to="https://m.example", moves=1,
        failing_since=NOW - HOUR, entries='{"a": 1}',
    )  # fmt: skip
    store.save_feed(moved)
    assert store.feeds(HOME) == [moved]
    assert store.add_feed(URL, AWAY, NOW) == (moved, True)
    assert store.add_feed("https://moved.example", AWAY, NOW) == (moved, False)


def test_the_longest_due_feed_is_asked_first_and_a_muted_one_never(store):
    moments = {"a": NOW, "b": NOW - DAY, "c": None, "d": NOW + HOUR, "e": NOW - 2 * DAY}
    for name, at in moments.items():
        feed, _ = store.add_feed(f"https://{name}.example", HOME, NOW)
        store.save_feed(replace(feed, next_at=at, muted="It is gone." if name == "e" else ""))
    due = store.due_feeds(NOW, 9)
    assert [feed.added for feed in due] == [f"https://{name}.example" for name in "cba"]
    assert store.due_feeds(NOW, 2) == due[:2]


# -- what is held for wrong --------------------------------------------------------------------------------------------


def doubt(said="Ten boats sank.", note="It was twelve.", by=ANNA, at=NOW):
    line = Line(
        "changed_figure",
        (quotation(said),),
        prior=(quotation("Nine.", "b"),),
        figure=("9", "10"),
        why="same boats",
    )
    return Doubt(by, line, note, at)


def test_a_doubted_line_comes_back_whole_with_who_when_and_why(store):
    assert store.doubts(9) == []
    assert store.doubt(doubt())
    assert store.doubts(9) == [doubt()]


def test_the_latest_doubts_come_first_and_a_second_one_about_a_line_takes_the_place_of_the_first(store):
    given = [doubt(), doubt("Two sank.", at=NOW + HOUR), doubt(by=BORIS, at=NOW + 2 * HOUR)]
    for each in (*given, again := doubt(note="", at=NOW + DAY)):
        assert store.doubt(each)
    assert store.doubts(9) == [again, given[2], given[1]]
    assert store.doubts(1) == [again]


def test_doubts_are_exported_and_go_with_who_had_them(store):
    away = replace(ANNA, workspace="away")
    for by in (ANNA, BORIS, away):
        store.doubt(doubt(by=by))
    [exported] = store.export(ANNA)["doubts"]
    assert (exported["note"], exported["at"]) == ("It was twelve.", NOW.isoformat())
    assert exported["line"]["why"] == "same boats"
    assert exported["line"]["quotations"][0]["sha256"] == sha256("Ten boats sank.")
    store.forget(ANNA)
    assert {each.by for each in store.doubts(9)} == {away, BORIS}
    assert not store.doubt(doubt())
    store.forget_workspace("slack", "home")
    assert not store.doubt(doubt(by=BORIS))
    assert [each.by for each in store.doubts(9)] == [away]


# -- people and workspaces ---------------------------------------------------------------------------------------------


def test_the_forgotten_stay_so_until_they_wish_to_be_remembered(store):
    for target in (ANNA, BORIS):
        remembered(store, target)
    store.forget(ANNA)
    store.tell(telling(), NOW)
    assert known(store, ANNA) == []
    assert len(known(store, BORIS)) == 4
    store.follow(ANNA, Topic("word", "boats"), NOW)
    store.tell(telling(), NOW)
    assert store.shown(ANNA) is not None
    store.forget(ANNA)
    store.mute(ANNA, Mute(Topic("word", "boats")), NOW)
    store.tell(telling(), NOW)
    assert store.mark(ANNA, "s").told == {sha256("One.")}


def test_a_digest_that_a_forgotten_person_asked_for_counts_for_the_channel(store):
    store.forget(ANNA)
    store.tell(telling(to=ANNA, moves=HALL), NOW)
    assert store.shown(ANNA) is None
    assert store.mark(HALL, "s").versions == {"a"}


def test_a_workspace_goes_with_all_its_people_and_its_library(store):
    away = replace(ANNA, workspace="away")
    for target in (ANNA, HALL, away):
        remembered(store, target)
    put(store, "a", seen=(HOME, AWAY))
    feed, _ = store.add_feed(URL, HOME, NOW)
    store.forget_workspace("slack", "home")
    assert known(store, ANNA) == known(store, HALL) == []
    assert store.stories(HOME, limit=9) == store.feeds(HOME) == store.libraries(feed.id) == []
    assert store.counts(HOME).articles == 0
    assert len(known(store, away)) == 4
    assert store.counts(AWAY).articles == 1
    store.tell(telling(), NOW)
    assert store.shown(ANNA) is None


def test_a_workspace_that_lets_the_bot_in_again_begins_anew(store):
    remembered(store, ANNA)
    store.forget_workspace("slack", "home")
    store.readmit("slack", "home")
    assert known(store, ANNA) == []
    store.tell(telling(), NOW)
    assert store.shown(ANNA) is not None


def test_an_event_is_received_once_in_an_hour_and_forgotten_with_its_workspace(store):
    assert store.receive("slack", "home", "e1", NOW)
    assert not store.receive("slack", "home", "e1", NOW + HOUR)
    assert store.receive("slack", "away", "e1", NOW)
    assert store.receive("discord", "home", "e1", NOW)
    assert store.receive("slack", "home", "e2", NOW + HOUR)
    store.forget_workspace("slack", "home")
    assert store.receive("slack", "home", "e2", NOW + HOUR)
    assert store.receive("slack", "away", "e1", NOW + 2 * HOUR)


def test_what_a_platform_was_told_of_commands_is_kept_for_each_application(store):
    assert store.synced("discord", "100") == ""
    store.keep_synced("discord", "100", "aa")
    store.keep_synced("discord", "200", "bb")
    store.keep_synced("discord", "100", "cc")
    assert [store.synced("discord", each) for each in ("100", "200")] == ["cc", "bb"]
    assert store.synced("slack", "100") == ""


def test_an_export_holds_all_that_is_stored_of_a_target(store):
    empty = store.export(ANNA)
    assert empty["target"] == {"platform": "slack", "workspace": "home", "kind": "person", "id": "U-anna"}
    assert "U-anna" in str(empty)
    remembered(store, ANNA)
    text = str(store.export(ANNA))
    assert all(
        part in text for part in ("boats", "ore", sha256("One."), "Title", "for it", "'a'", NOW.isoformat())
    )


def test_counts_tell_how_much_a_library_holds(store):
    assert store.counts(HOME) == replace(
        store.counts(HOME), articles=0, stories=0, feeds=0, failing=0, newest=None
    )
    put(store, "a", story="s")
    put(store, "b", story="t", at=NOW + HOUR)
    put(store, "c", story="t", at=NOW + DAY, seen=(AWAY,))
    for name, more in {"ok": {}, "muted": {"muted": "Gone."}, "failing": {"errors": 1}}.items():
        feed, _ = store.add_feed(f"https://{name}.example", HOME, NOW)
        store.save_feed(replace(feed, **more))
    counts = store.counts(HOME)
    assert (counts.articles, counts.stories, counts.feeds, counts.failing) == (2, 2, 3, 2)
    assert counts.newest == NOW + HOUR

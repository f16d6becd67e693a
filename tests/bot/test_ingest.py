"""What becomes of an article that comes in, and that the stream of stories is never ahead of its log."""

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import ingest
from bot.copies import Original
from bot.errors import GivenUp
from bot.ingest import LONGEST, RESTLESS, Intake
from bot.running import Here
from bot.store import open_store
from summarizers import Article
from summarizers.stream import Merged, Placed, Point, Split, Stream
from summarizers.types import Document
from tests.fakes import MemoryStore

NOW = datetime(2030, 3, 4, 12, tzinfo=UTC)
HOME, AWAY = "slack:home", "slack:away"
BRIDGE = (
    "The old bridge at Norby fell into the river on Monday morning.",
    "Nobody was hurt when the bridge fell, the harbour office said.",
    "Divers will look for the cause of the collapse this week.",
    "The bridge was built ninety years ago for the tram to Tern.",
)
WEAVERS = (
    "The weavers of Tern went on strike for higher wages.",
    "Their union asks for eight percent more and shorter shifts.",
    "The mill owners called the demand of the weavers absurd.",
    "Talks between the union and the owners begin on Thursday.",
)
DIVERS = "Divers found that the anchor of a barge had cut the third pillar."


def article(key="a", text=BRIDGE, **more):
    return Article(key, "\n".join(text), **more)


@pytest.fixture(params=["memory", "sqlite"])
def store(request):
    if request.param == "memory":
        yield MemoryStore()
        return
    opened = open_store(request.getfixturevalue(request.param), key=b"key")
    yield opened
    opened.close()


@pytest.fixture
def intake(store):
    return Intake(store, Stream(), Here())


def log_of(store):
    with store.ingesting() as desk:
        return [entry for _, entry in desk.entries(0)]


def latest(store, key):
    with store.ingesting() as desk:
        return desk.latest(key)


def add(intake, *articles, libraries=(HOME,), now=NOW):
    return intake.add(articles, libraries, now)


def test_a_new_article_is_kept_in_a_story_with_a_title_and_seen_by_its_library_only(store, intake):
    (added,) = add(intake, article(title="Bridge falls at Norby"))
    assert (added.outcome, added.version.number, added.version.copy_of) == ("new", 1, None)
    (story,) = store.stories(HOME, limit=9)
    assert (story.id, story.title) == (added.version.story, "Bridge falls at Norby")
    assert store.versions(story.id, HOME) == [added.version]
    assert store.search("bridges fall", HOME, limit=9) == [added.version]
    assert not store.stories(AWAY, limit=9)


def test_the_same_words_again_add_nothing_but_another_reader(store, intake):
    (first,) = add(intake, article())
    again = article(text=(*(line.replace("ridge ", "ridge\u00a0") for line in BRIDGE), "Share this article"))
    (added,) = add(intake, again, libraries=(AWAY,))
    assert (added.outcome, added.version) == ("same", first.version)
    assert len(log_of(store)) == 1
    assert len(store.stories(AWAY, limit=9)) == 1


def test_a_changed_article_is_another_version_in_its_story_and_the_earlier_one_stays(store, intake):
    (first,) = add(intake, article())
    (second,) = add(intake, article(text=(*BRIDGE, DIVERS)), now=NOW + timedelta(hours=1))
    assert (second.outcome, second.version.number, second.version.article.id) == ("changed", 2, "a@2")
    assert (second.version.key, second.version.story) == ("a", first.version.story)
    assert store.versions(first.version.story, HOME) == [first.version, second.version]


def test_an_address_that_ends_like_the_number_of_a_version_is_no_version(store, intake):
    add(intake, article("https://tern.example/"), article("https://tern.example/@2", WEAVERS))
    (changed,) = add(intake, article("https://tern.example/", (*BRIDGE, DIVERS)))
    (same,) = add(intake, article("https://tern.example/@2", WEAVERS))
    assert (changed.version.article.id, same.outcome) == ("https://tern.example/@2", "same")
    assert store.counts(HOME).articles == 2


def test_a_restless_page_stops_making_versions_until_its_source_dates_it_anew(intake):
    def counted(number, published):
        text = (*BRIDGE, f"Today {number} people have read this page about the bridge.")
        return article(text=text, published=published)

    outcomes = [add(intake, counted(n, date(2030, 3, 4)))[0].outcome for n in range(RESTLESS + 3)]
    assert outcomes == ["new", *["changed"] * (RESTLESS - 1), "same", "same", "same"]
    (dated,) = add(intake, counted(99, date(2030, 3, 5)))
    assert (dated.outcome, dated.version.number) == ("changed", RESTLESS + 1)


def test_an_article_that_is_dated_later_on_is_another_version(store, intake):
    add(intake, article())
    (dated,) = add(intake, article(published=date(2030, 3, 4), published_from="declared"))
    (same,) = add(intake, article())
    assert (dated.outcome, same.outcome) == ("changed", "same")
    assert latest(store, "a") == dated.version
    assert dated.version.article.published == date(2030, 3, 4)


def test_the_excerpt_of_a_feed_gives_way_to_the_page_and_never_follows_it(intake):
    teaser = article(text=BRIDGE[:1], excerpt=True)
    outcomes = [add(intake, one)[0].outcome for one in (teaser, article(), teaser)]
    assert outcomes == ["new", "changed", "same"]


def test_an_article_whose_text_is_no_longer_kept_comes_back_when_it_is_read_again(store, intake):
    (first,) = add(intake, article())
    assert store.retire(NOW + timedelta(days=40)) == 1
    (added,) = add(intake, article(), now=NOW + timedelta(days=41))
    assert (added.outcome, added.version.story) == ("changed", first.version.story)
    assert store.versions(first.version.story, HOME) == [added.version]


def test_a_copy_is_placed_beside_its_original_and_counts_as_no_source(store, intake):
    first, second = add(intake, article(), article("b", BRIDGE[:3], source="Tern Echo"))
    assert second.version.copy_of == "a"
    assert second.version.story == first.version.story
    (story,) = store.stories(HOME, limit=9)
    assert (story.articles, story.sources) == (2, 1)


def test_a_changed_copy_stays_a_copy_and_its_original_does_not_become_one(intake):
    add(intake, article(), article("b"))
    original, copied = add(intake, article(text=(*BRIDGE, DIVERS)), article("b", (*BRIDGE, DIVERS)))
    assert (original.version.copy_of, copied.version.copy_of) == (None, "a")


def test_all_copies_of_a_text_name_the_same_original(intake):
    add(intake, article("z"))
    add(intake, article("y"), libraries=(HOME, AWAY))
    (added,) = add(intake, article("x"), libraries=(AWAY,))
    assert added.version.copy_of == "z"


def test_an_original_that_the_library_does_not_hold_is_none(intake):
    add(intake, article(), libraries=(AWAY,))
    (added,) = add(intake, article("b"))
    assert added.version.copy_of is None


def test_one_shared_sentence_makes_a_copy_only_within_a_story():
    stream = Stream()
    stream.apply(Placed(Point("a", 0, {"bridg": 3, "river": 2}), "story-a"))
    stream.apply(Placed(Point("z", 0, {"loom": 3, "wage": 2}), "story-z"))
    doubtful, sure = Original("a", sure=False), Original("a", sure=True)
    alike, unlike = Point("b", 0, {"bridg": 2, "river": 2}), Point("b", 0, {"harvest": 2, "onion": 2})
    assert ingest.placed(stream, alike, doubtful).copy_of == "a"
    assert ingest.placed(stream, unlike, doubtful).copy_of is None
    assert ingest.placed(stream, unlike, doubtful).story not in {"story-a", "story-z"}
    assert (ingest.placed(stream, unlike, sure).copy_of, ingest.placed(stream, unlike, sure).story) == (
        "a",
        "story-a",
    )


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (article("bad", ("",)), "is empty"),
        (article("bad", (" \n\t",)), "is empty"),
        (article("bad", ("Share this article", "***")), "holds no sentence"),
        (article("bad", ("word " * (LONGEST // 5 + 1),)), "over 500,000 characters"),
        (article("bad", (*BRIDGE, "a\x00b")), "no text: save"),
        (article("bad", BRIDGE, title="\ud800"), "no text: save"),
    ],
)
def test_what_can_not_be_taken_in_is_refused_in_a_sentence_and_the_others_are_not_lost(
    store, intake, bad, says
):
    before, refused, after = add(intake, article(), bad, article("c", WEAVERS))
    assert (before.outcome, refused.outcome, after.outcome) == ("new", "refused", "new")
    assert says in refused.reason
    assert "\n" not in refused.reason
    refused.reason.encode()
    assert refused.version.number == 0
    assert store.version(bad.id, HOME) is None


def test_an_article_that_shrinks_to_nothing_leaves_the_earlier_version_as_it_was(store, intake):
    (first,) = add(intake, article())
    (refused,) = add(intake, article(text=("Subscribe to our newsletter",)))
    assert refused.outcome == "refused"
    assert store.version("a", HOME) == first.version


def test_an_article_that_its_source_does_not_date_stays_undated(intake):
    (added,) = add(intake, article())
    assert added.version.article.published is None
    assert added.version.article.published_from == "unknown"


# -- the stream and its log --------------------------------------------------------------------------------------------

everywhere = pytest.mark.parametrize("store", ["memory", "sqlite", "postgresql"], indirect=True)


def read_again(store):
    """A stream that has read the whole log."""
    stream = Stream()
    for entry in log_of(store):
        stream.apply(entry)
    return stream


def stories_of(stream, keys):
    return {key: stream.story_of(key) for key in keys}


class Failing:
    """A store whose transactions fail at their end, as often as told."""

    failures = 0

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        return getattr(self._store, name)

    @contextmanager
    def ingesting(self):
        with self._store.ingesting() as desk:
            yield desk
            if self.failures:
                self.failures -= 1
                raise OSError("the disk is full")


@everywhere
def test_after_a_failed_transaction_the_stream_knows_nothing_of_what_was_undone(store):
    failing = Failing(store)
    intake = Intake(failing, Stream(), Here())
    add(intake, article("a"))
    failing.failures = 1
    with pytest.raises(OSError, match="disk is full"):
        add(intake, article("b"))
    assert latest(store, "b") is None
    add(intake, article("w", WEAVERS), article("c"))
    assert stories_of(intake._stream, "abw") == stories_of(read_again(store), "abw") | {"b": None}
    (again,) = add(intake, article("b"))
    assert (again.outcome, again.version.copy_of) == ("new", "a")


@everywhere
def test_an_intake_reads_what_another_one_has_logged(store):
    one, other = Intake(store, Stream(), Here()), Intake(store, Stream(), Here())
    (first,) = add(one, article("a"))
    (second,) = add(other, article("b", (BRIDGE[0], DIVERS, "The barge left the harbour of Norby again.")))
    (third,) = add(one, article("c", (*BRIDGE[:2], DIVERS)))
    assert second.version.story == first.version.story == third.version.story
    assert store.stories(HOME, limit=9)[0].articles == 3


def test_a_long_log_is_read_in_pieces(store, intake, monkeypatch):
    monkeypatch.setattr(ingest, "PIECE", 2)
    for n in range(5):
        add(intake, article(f"{n}", (f"Notice {n} of the day.", *WEAVERS)))
    asked = []

    class Counting(Failing):
        @contextmanager
        def ingesting(self):
            asked.append(1)
            with super().ingesting() as desk:
                yield desk

    late = Intake(Counting(store), Stream(), Here())
    (added,) = add(late, article("late", WEAVERS))
    assert added.version.copy_of == "0"
    assert late._stream.members(added.version.story) == tuple("01234")
    assert len(asked) == 4  # two whole pieces, one that is not full, and the article


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_several_threads_may_add(store, intake):
    articles = [article(f"{n}", (f"Notice {n} from the harbour.", *WEAVERS)) for n in range(24)]
    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(lambda one: add(intake, one)[0], articles))
    assert {result.outcome for result in results} == {"new"}
    assert sorted(entry.point.key for entry in log_of(store)) == sorted(a.id for a in articles)
    assert len({result.version.story for result in results}) == 1


def test_no_document_is_kept(intake):
    def documents():
        gc.collect()
        return sum(isinstance(thing, Document) for thing in gc.get_objects())

    add(intake, article("first"))
    before = documents()
    added = [add(intake, article(f"{n}", (f"Notice {n} of the day.", *WEAVERS)))[0] for n in range(20)]
    assert len(added) == 20
    assert documents() == before


# -- regrouped and named stories ---------------------------------------------------------------------------------------

NEW = Placed(Point("n", 0, {}), "s")


@pytest.mark.parametrize(
    ("entries", "story", "changed"),
    [
        ((NEW,), "s", {"s"}),
        ((NEW, Merged("s", "t")), "s", {"s"}),
        ((NEW, Merged("t", "s")), "t", {"s", "t"}),
        ((NEW, Split("s", "u", ("a", "n"))), "u", {"s", "u"}),
        ((NEW, Split("s", "u", ("a",)), Split("s", "v", ("b",))), "s", {"s", "u", "v"}),
    ],
)
def test_an_article_is_where_the_entries_of_its_placing_leave_it(entries, story, changed):
    assert ingest.home(entries, "n") == story
    assert ingest.Place(story, None, entries).changed == changed


class Regrouping(Stream):
    """Merges the second story into the first when a third article comes."""

    def place(self, point, *, beside=None):
        (own,) = super().place(point, beside=beside)[:1]
        return (own, Merged(self.story_of("a"), self.story_of("w"))) if point.key == "m" else (own,)


def test_articles_of_merged_stories_are_in_one_with_a_title_of_its_own(store):
    intake = Intake(store, Regrouping(), Here())
    first, _ = add(intake, article("a", title="Bridge"), article("w", WEAVERS, title="Weavers"))
    (merging,) = add(intake, article("m", (*BRIDGE[1:], DIVERS), title="Bridge and weavers"))
    assert merging.version.story == first.version.story
    (story,) = store.stories(HOME, limit=9)
    assert (story.id, story.articles) == (first.version.story, 3)
    add(intake, article("b", (*BRIDGE, DIVERS)))
    assert intake._stream.members(story.id)[:3] == ("a", "w", "m")


def titled(store, library=HOME):
    return [story.title for story in store.stories(library, limit=9)]


def test_a_title_is_made_of_what_its_library_holds(store, intake):
    add(
        intake, article("a", (*WEAVERS[:3], "Nobody else may know."), title="Our own note"), libraries=(AWAY,)
    )
    add(intake, article("b", WEAVERS[1:], title="Weavers"))
    assert titled(store) == ["Weavers"]
    add(intake, article("c", (*WEAVERS, BRIDGE[0]), title="Strike"), libraries=(HOME, AWAY))
    add(intake, article("d", (*WEAVERS, BRIDGE[1]), title="Tern"), libraries=(HOME, AWAY))
    assert "note" not in titled(store)[0]


def test_a_library_that_gets_an_article_which_others_hold_gets_a_title_too(store, intake):
    names = article("a", (*BRIDGE, "The mayor of Norby and the harbour office of Norby met at Tern."))
    add(intake, names)
    add(intake, names, libraries=(AWAY,))
    assert titled(store, AWAY) == titled(store, HOME) != [""]


def test_a_story_gets_its_title_anew_when_it_has_doubled_of_at_most_twenty_articles(
    store, intake, monkeypatch
):
    asked = []
    monkeypatch.setattr(ingest, "title_of", lambda documents: str(asked.append(len(documents))))
    articles = [article(f"{n}", (f"Notice {n} of the day.", *WEAVERS)) for n in range(32)]
    add(intake, *articles)
    add(intake, *articles)
    assert asked == [1, 2, 4, 8, 16, 16]
    assert len(store.stories(HOME, limit=9)) == 1


class Broken(Here):
    """Gives up every article."""

    def __init__(self, why):
        self.why = why

    def run(self, *_, limit):
        del limit
        raise GivenUp("That was too much.", self.why)


@pytest.mark.parametrize("why", ["late", "large"])
def test_an_article_that_takes_too_much_is_refused_in_a_sentence(store, why):
    [added] = Intake(store, Stream(), Broken(why)).add([article()], [HOME], NOW)
    assert (added.outcome, "That was too much." in added.reason) == ("refused", True)


def test_an_article_that_was_broken_off_is_not_refused_since_it_will_be_given_once_more(store):
    with pytest.raises(GivenUp):
        Intake(store, Stream(), Broken("ended")).add([article()], [HOME], NOW)

"""What is asked, what is kept of the answers and in which order, and what readers hear of a feed."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import UnusableStore
from bot.ingest import Intake
from bot.polling import PATIENCE, SIDE_BY_SIDE, news, poll
from bot.ports import Feed, Polled
from bot.running import Here
from summarizers import Article
from summarizers.stream import Stream
from tests.fakes import MemoryStore

NOW = datetime(2030, 3, 4, 12, tzinfo=UTC)
HOME, AWAY = "slack:home", "slack:away"
TEXT = "The old mill at Tern burnt down on Sunday night. Nobody was hurt in the fire."


class Scripted:
    """A FeedSource that answers what it was told to; what it was asked stands in `asked`."""

    def __init__(self, *answers):
        self._answers = {polled.feed.id: polled for polled in answers}
        self.asked = []

    def poll(self, feed, now):
        self.asked.append(feed.id)
        return self._answers.get(feed.id) or Polled(replace(feed, checked_at=now, next_at=now + HOUR))


HOUR = timedelta(hours=1)


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def intake(store):
    return Intake(store, Stream(), Here())


def added(store, host, library=HOME):
    return store.add_feed(f"https://{host}/feed", library, NOW)[0]


def answer(feed, *texts, failed="", **health):
    articles = tuple(Article(f"{feed.id}#{n}", text) for n, text in enumerate(texts))
    return Polled(replace(feed, next_at=NOW + HOUR, **health), articles, failed)


def test_feeds_that_are_due_are_asked_and_their_articles_reach_the_libraries_that_have_them(store, intake):
    mill, other = added(store, "mill.example"), added(store, "other.example")
    store.add_feed(mill.added, AWAY, NOW)
    later = replace(added(store, "later.example"), next_at=NOW + HOUR)
    store.save_feed(later)
    source = Scripted(answer(mill, TEXT, etag="1"))
    found = poll(store.due_feeds(NOW, 9), store, source, intake, NOW)
    assert sorted(source.asked) == sorted([mill.id, other.id])
    assert {asked.feed.id: len(asked.added) for asked in found} == {mill.id: 1, other.id: 0}
    assert store.counts(HOME).articles == store.counts(AWAY).articles == 1
    assert {feed.id: feed.etag for feed in store.feeds(HOME)} == {mill.id: "1", other.id: "", later.id: ""}
    assert not store.due_feeds(NOW, 9)


def test_no_more_are_asked_than_wanted(store, intake):
    for n in range(5):
        added(store, f"{n}.example")
    assert len(poll(store.due_feeds(NOW, 3), store, Scripted(), intake, NOW)) == 3
    assert len(store.due_feeds(NOW, 9)) == 2


def test_answers_are_kept_in_the_order_of_the_feeds_whoever_answers_first(store, intake):
    feeds = [added(store, f"{n}.example") for n in range(SIDE_BY_SIDE)]
    first_waits = threading.Event()

    class Uneven(Scripted):
        def poll(self, feed, now):
            if feed.id == feeds[0].id:
                assert first_waits.wait(30)
            elif feed.id == feeds[-1].id:
                first_waits.set()
            return super().poll(feed, now)

    found = poll(feeds, store, Uneven(*(answer(feed, TEXT) for feed in feeds)), intake, NOW)
    assert [asked.feed.id for asked in found] == [feed.id for feed in feeds]
    assert [asked.added[0].version.copy_of for asked in found] == [None, *[f"{feeds[0].id}#0"] * 3]


def test_a_feed_is_asked_again_when_its_articles_could_not_be_kept(store, intake):
    feed = added(store, "mill.example")

    class Full(MemoryStore):
        def see(self, key, libraries):
            raise UnusableStore(f"The disk is full: {key} for {libraries}.")

    source = Scripted(answer(feed, TEXT, etag="1"))
    with pytest.raises(UnusableStore):
        poll(store.due_feeds(NOW, 9), store, source, Intake(Full(), Stream(), Here()), NOW)
    assert store.feeds(HOME) == [feed]
    (asked,) = poll(store.due_feeds(NOW, 9), store, source, intake, NOW)
    assert [one.outcome for one in asked.added] == ["new"]


def test_a_feed_at_which_we_fail_holds_up_no_other_and_is_asked_later(store, intake, caplog):
    bad, good = added(store, "bad.example"), added(store, "good.example")

    class Faulty(Scripted):
        def poll(self, feed, now):
            if feed.id == bad.id:
                raise ZeroDivisionError("a fault of ours")
            return super().poll(feed, now)

    found = poll([bad, good], store, Faulty(answer(good, TEXT)), intake, NOW)
    assert [len(asked.added) for asked in found] == [0, 1]
    assert "fault of this program" in found[0].failed
    assert "a fault of ours" in caplog.text
    assert (found[0].feed.errors, found[0].feed.next_at) == (1, NOW + HOUR)
    assert not store.due_feeds(NOW, 9)


def test_an_article_that_is_given_twice_is_taken_in_once(store, intake):
    feed = added(store, "mill.example")
    source = Scripted(answer(feed, TEXT))
    outcomes = [poll([feed], store, source, intake, NOW)[0].added[0].outcome for _ in range(2)]
    assert outcomes == ["new", "same"]


def test_of_a_feed_that_was_removed_meanwhile_nothing_is_kept(store, intake):
    feed = added(store, "mill.example")
    due = store.due_feeds(NOW, 9)
    store.remove_feed(feed.id, HOME)
    assert poll(due, store, Scripted(answer(feed, TEXT)), intake, NOW) == []
    assert store.counts(HOME).articles == 0
    assert store.latest(f"{feed.id}#0") is None


def test_a_refused_article_stands_beside_those_that_were_taken_in(store, intake):
    feed = added(store, "mill.example")
    (asked,) = poll([feed], store, Scripted(answer(feed, TEXT, " ")), intake, NOW)
    assert [one.outcome for one in asked.added] == ["new", "refused"]


def test_what_went_wrong_is_said_to_whoever_asked_and_stays_in_the_feeds_health(store, intake):
    feed = added(store, "mill.example")
    failed = answer(feed, failed="mill.example is gone.", errors=1, error="mill.example is gone.")
    (asked,) = poll([feed], store, Scripted(failed), intake, NOW)
    assert (asked.failed, asked.news) == ("mill.example is gone.", "")
    assert store.feeds(HOME)[0].errors == 1


def test_a_feed_that_moved_is_at_its_new_address_unless_another_one_is_there(store, intake):
    old, taken = added(store, "old.example"), added(store, "taken.example")
    moved = answer(old, url="https://new.example/feed")
    (asked,) = poll([old], store, Scripted(moved), intake, NOW)
    assert (asked.feed.url, asked.news) == ("https://new.example/feed", "moved")
    (asked,) = poll([old], store, Scripted(answer(old, url=taken.url)), intake, NOW)
    assert (asked.feed.url, asked.news) == (old.url, "")


def test_what_its_readers_should_hear_is_kept_with_a_feed_until_it_is_no_longer_so(store, intake):
    feed = replace(added(store, "mill.example"), errors=PATIENCE - 1)
    store.save_feed(feed)
    poll([feed], store, Scripted(answer(feed, failed="Gone.", errors=PATIENCE)), intake, NOW)
    failing = store.feed(feed.id)
    assert (failing.news, failing.news_at) == ("failing", NOW)
    later = NOW + HOUR
    poll([failing], store, Scripted(answer(failing, failed="Gone.", errors=PATIENCE + 1)), intake, later)
    assert store.feed(feed.id).news_at == NOW
    poll([failing], store, Scripted(answer(failing, errors=0)), intake, later)
    assert (store.feed(feed.id).news, store.feed(feed.id).news_at) == ("", None)


FEED = Feed("f", "https://tern.example", "https://tern.example")


@pytest.mark.parametrize(
    ("before", "after", "heard"),
    [
        ({}, {}, ""),
        ({"errors": 8}, {"errors": PATIENCE - 1}, ""),
        ({"errors": PATIENCE - 1}, {"errors": PATIENCE}, "failing"),
        ({"errors": PATIENCE}, {"errors": PATIENCE + 1}, ""),
        ({"errors": PATIENCE + 9}, {"errors": 0}, ""),
        ({"errors": 3}, {"errors": 4, "muted": "gone for good"}, "muted"),
        ({"muted": "gone"}, {"muted": "gone"}, ""),
        ({}, {"url": "https://new.example"}, "moved"),
    ],
)
def test_readers_hear_once_of_a_feed_that_fails_is_muted_or_moved(before, after, heard):
    assert news(replace(FEED, **before), replace(FEED, **after)) == heard

"""Feeds: asked at once when they are added, listed with their health, tried out, removed; secrets stay hidden."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.answers.feeds import news
from bot.commands import Changed, Feeds
from bot.phrases import phrase
from bot.ports import Conversation, Feed, Target
from summarizers.types import Article
from tests.bot.answers.world import ALONE, ANNA, AS_GUEST, LOCK, ORCHARD, items

URL = "https://courier.example/rss"
NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
SECRET = "https://anna:pass@courier.example/rss?key=123"
ENTRIES = (
    Article("1", "\n\n".join(LOCK["monday"]), "Lock to open"),
    Article("2", "\n\n".join(ORCHARD["blossom"]), "Frost", excerpt=True),
)


@pytest.fixture
def fed(world):
    world.feeds.held = {URL: ENTRIES, SECRET: ENTRIES}
    return world


def test_a_feed_is_asked_at_once_and_its_articles_are_taken_in(fed):
    reply = fed.say(Feeds("add", URL))
    assert reply.notes == ("Added: Feed 27. It brought 2 entries.",)
    assert fed.store.counts(ANNA.library).articles == 2
    assert all(isinstance(item.button.command, Changed) for item in reply.sections[0].items)
    assert fed.store.feeds(ANNA.library)[0].succeeded_at


def test_of_a_feed_that_others_read_already_its_stories_are_named(fed):
    fed.say(Feeds("add", URL), Conversation(Target("chat", "quarry", "person", "carl")))
    fed.feeds.held[URL] = ()  # nothing has come since
    reply = fed.say(Feeds("add", URL))
    assert reply.notes == ("Added: Feed 27.",)
    assert reply.sections[0].items


def test_a_feed_that_gives_nothing_is_not_kept(fed):
    reply = fed.say(Feeds("add", "https://nowhere.example/rss"))
    assert reply.notes == ("It does not answer.", phrase("feeds.not_added"))
    assert not fed.store.feeds(ANNA.library)


def test_a_feed_is_added_once(fed):
    fed.say(Feeds("add", URL))
    assert fed.say(Feeds("add", URL)).notes[0] == "Feed 27 is among the feeds already."


def test_a_library_has_at_most_a_hundred_feeds(fed):
    for n in range(100):
        fed.store.add_feed(f"https://{n}.example/rss", ANNA.library, fed.now)
    assert fed.say(Feeds("add", URL)).notes == ("There are 100 feeds, and no more fit: remove one first.",)


def test_what_was_done_can_be_undone(fed):
    undo = fed.say(Feeds("add", URL)).buttons[0].command
    removed = fed.say(undo)
    assert removed.notes == ("Removed: Feed 27. Its articles stay.",)
    assert fed.store.counts(ANNA.library).articles == 2
    fed.say(removed.buttons[0].command)
    assert [feed.url for feed in fed.store.feeds(ANNA.library)] == [URL]


def test_feeds_are_listed_with_how_they_are(fed):
    fed.say(Feeds("add", URL))
    broken, _ = fed.store.add_feed("https://nowhere.example/rss", ANNA.library, fed.now)
    fed.store.save_feed(replace(broken, errors=3, error="It does not answer.", failing_since=fed.now))
    gone, _ = fed.store.add_feed("https://gone.example/rss", ANNA.library, fed.now)
    fed.store.save_feed(replace(gone, muted="Its owner says that it is gone."))
    fed.store.add_feed("https://young.example/rss", ANNA.library, fed.now)
    notes = {item.text: item.note for item in fed.say("feeds list").sections[0].items}
    assert notes == {
        "Feed 27": "https://courier.example/rss · read well on 5 May 2031, 08:01 UTC",
        "https://nowhere.example/rss": "failing since 5 May 2031, 08:01 UTC, 3 times in a row: It does not answer.",
        "https://gone.example/rss": "no longer asked: Its owner says that it is gone.",
        "https://young.example/rss": "not asked yet",
    }
    status = fed.say("status")
    assert set(items(status)) == {"https://gone.example/rss", "https://nowhere.example/rss"}
    assert "Failing: 2 feeds." in status.notes


def test_without_feeds_it_says_how_to_add_one(world):
    assert world.say("feeds list").notes == (phrase("feeds.none"),)


@pytest.mark.parametrize(
    "said", [Feeds("add", SECRET), Feeds("test", SECRET), Feeds("remove", SECRET), Feeds("list")]
)
def test_what_is_secret_in_an_address_is_not_shown(fed, said):
    fed.store.add_feed(SECRET, ANNA.library, fed.now)
    reply = fed.ask(said)
    shown = [reply.title, *reply.notes, *(b.words for b in reply.buttons)]
    shown += [part for section in reply.sections for item in section.items for part in (item.text, item.note)]
    assert not any("pass" in part or "123" in part for part in shown)


def test_a_feed_is_tried_out_and_what_is_left_out_of_it_is_named(fed):
    fed.feeds.held[URL] = (
        *ENTRIES,
        Article("3", "Share this story\n\n" + "\n\n".join(LOCK["friday"]), "Shut"),
    )
    reply = fed.say(Feeds("test", URL))
    first, second, _ = reply.sections[0].items
    assert (first.text, first.note.split(" · ")[0]) == ("Shut", "3 sentences kept")
    assert "left out: 1 line" in first.note
    assert "excerpt" in second.note
    assert not fed.store.feeds(ANNA.library)
    assert fed.store.counts(ANNA.library).articles == 0


def test_a_feed_that_is_not_there_is_not_removed(fed):
    reply = fed.say(Feeds("remove", SECRET))
    assert reply.notes == ("https://courier.example/rss?… is not among the feeds here.",)


@pytest.mark.parametrize("said", [Feeds("add", URL), Feeds("remove", URL), Feeds("test", URL)])
def test_only_who_manages_a_channel_changes_its_feeds(fed, said):
    assert fed.say(said, AS_GUEST).notes == (phrase("manages.feeds"),)
    assert fed.say(said, ALONE).notes != (phrase("manages.feeds"),)


def test_who_does_not_manage_may_look_at_the_list(fed):
    fed.say(Feeds("add", URL))
    assert items(fed.say("feeds list", AS_GUEST)) == ["Feed 27"]


def happened(kind, number, host="mill.example", **more):
    url = f"https://reader:secret@{host}/{number}?key=1"
    return Feed(f"f{number}", url, url, news=kind, **more)


def test_of_a_few_feeds_readers_hear_what_happened_to_each_and_no_secret():
    gone = happened("muted", 1, title="The Mill", muted="mill.example took the feed away for good (410).")
    down = happened("failing", 2, errors=10, error="mill.example answers nothing.", failing_since=NOW)
    moved = happened("moved", 3, title="Tides")
    failing, muted, at, more = news([gone, down, moved]).notes
    assert failing.startswith("https://mill.example/2?…: failing since ")
    assert failing.endswith("10 times in a row: mill.example answers nothing.")
    assert muted == "The Mill: no longer asked: mill.example took the feed away for good (410)."
    assert at == "Tides: moved, and is asked at https://mill.example/3?… now"
    assert more == phrase("news.more")


def test_of_many_feeds_readers_hear_how_many_and_where_in_one_line():
    hosts = {"mill.example": 46, "a.example": 2, "b.example": 1, "c.example": 1}
    feeds = [happened("failing", n, host) for host, number in hosts.items() for n in range(number)]
    line, _ = news(feeds).notes
    assert line == "50 feeds can't be read any more: mill.example (46), a.example (2), b.example (1), …."

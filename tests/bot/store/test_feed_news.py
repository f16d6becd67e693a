"""What happened to feeds is told once, together, to those whom it concerns, in whatever database it is kept."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.delivery.notices import GATHERED, FeedNotices
from bot.delivery.values import Scheduled
from bot.ports import Target, Topic
from bot.replies import Reply
from bot.schedules import Every, Quiet
from bot.store import open_store

NOW, HOUR = datetime(2031, 3, 4, 12, tzinfo=UTC), timedelta(hours=1)
QUAY = Target("slack", "home", "channel", "C-quay")
ROOM = Target("slack", "home", "channel", "C-room")
ANNA = Target("slack", "home", "person", "U-anna")
BERT = Target("slack", "away", "person", "U-bert")


class Names:
    """A renderer that says of which feeds it is."""

    @staticmethod
    def render(reply, place, language):
        return [{"place": place, "language": language, "feeds": list(reply.notes)}]


@pytest.fixture
def store(database):
    with open_store(database, key=b"key") as opened:
        yield opened


def tell(store, at):
    """How many hear of it, and what then waits for whom."""

    def words(feeds):
        return Reply(notes=tuple(sorted(feed.url for feed in feeds)))

    count = FeedNotices(store.outbox, {"slack": Names()}, words, lambda: at).tell()
    return count, {to: waiting(store, to, at) for to in (QUAY, ROOM, ANNA, BERT)}


def waiting(store, target, at):
    claims = store.outbox.claim(at, 99, timedelta(0), ["slack"])
    return [each.message.payload["feeds"] for each in claims if each.message.target == target]


def added(store, url, *targets, news="failing", at=NOW):
    for library in {target.library for target in targets}:
        feed, _ = store.add_feed(url, library, NOW)
    store.save_feed(replace(feed, news=news, news_at=at))
    return store.feed(feed.id)


def scheduled(store, target, owner, paused=""):
    store.outbox.add(Scheduled(target, owner, Every(60, "UTC"), paused=paused), NOW)


def test_who_follows_a_feed_hears_of_it_and_where_nobody_does_who_made_the_schedules_there(store):
    followed, other = added(store, "https://a.example", QUAY, BERT), added(store, "https://b.example", QUAY)
    store.follow(ROOM, Topic("feed", followed.id), NOW)
    scheduled(store, QUAY, ANNA)
    scheduled(store, BERT, BERT)
    count, heard = tell(store, NOW + GATHERED)
    assert count == 3
    assert heard == {QUAY: [], ROOM: [[followed.url]], ANNA: [[other.url]], BERT: [[followed.url]]}


def test_all_that_has_gathered_is_told_in_one_message_and_once(store):
    urls = sorted(f"https://mill.example/{number}" for number in range(50))
    for number, url in enumerate(urls):
        added(store, url, QUAY, at=NOW + number * timedelta(minutes=5))
    scheduled(store, QUAY, ANNA)
    assert tell(store, NOW + GATHERED - timedelta(seconds=1))[0] == 0
    assert tell(store, NOW + GATHERED) == (1, {QUAY: [], ROOM: [], ANNA: [urls], BERT: []})
    assert tell(store, NOW + 9 * GATHERED)[0] == 0


def test_a_feed_that_was_read_before_its_news_were_told_does_not_bring_them_back(store):
    before = added(store, "https://a.example", QUAY)
    scheduled(store, QUAY, ANNA)
    assert tell(store, NOW + GATHERED)[0] == 1
    store.save_feed(before)
    assert tell(store, NOW + 2 * GATHERED)[0] == 0
    store.save_feed(replace(before, news="muted", news_at=NOW + 2 * GATHERED))
    assert tell(store, NOW + 3 * GATHERED)[0] == 1


def test_it_is_told_in_the_language_of_the_last_schedule_that_tells_there(store):
    added(store, "https://a.example", QUAY, ROOM, ANNA, BERT)
    for target, language in ((QUAY, "de"), (ANNA, "de"), (ANNA, "en"), (BERT, "en"), (BERT, "de")):
        store.outbox.add(Scheduled(target, target, Every(60, "UTC"), language=language), NOW)
    tell(store, NOW + GATHERED)
    claims = store.outbox.claim(NOW + 9 * HOUR, 99, timedelta(0), ["slack"])
    languages = {each.message.target: each.message.payload["language"] for each in claims}
    assert languages == {QUAY: "de", ANNA: "en", BERT: "de"}


def test_quiet_hours_are_kept(store):
    added(store, "https://a.example", QUAY)
    scheduled(store, QUAY, ANNA)
    store.outbox.keep_quiet(ANNA, (Quiet(time(17), time(20)), "UTC"), NOW)
    count, heard = tell(store, NOW + GATHERED)
    assert (count, heard[ANNA]) == (1, [])
    assert waiting(store, ANNA, NOW + 8 * HOUR) == [["https://a.example"]]


def test_where_it_concerns_nobody_and_where_nothing_can_be_sent_it_is_done_all_the_same(store):
    added(store, "https://a.example", QUAY, BERT)
    scheduled(store, QUAY, ANNA, paused="on leave")
    scheduled(store, BERT, replace(BERT, platform="elsewhere"))
    assert tell(store, NOW + GATHERED)[0] == 1
    assert tell(store, NOW + 2 * GATHERED)[0] == 0

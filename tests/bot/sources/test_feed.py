"""Asking feeds: real requests over loopback, real workers; only the pages of the entries are a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.errors import ForbiddenSource, UnreachableSource, UnreadableSource
from bot.phrases import Voice, retold
from bot.ports import Feed, Polled
from bot.sources.feed import FIRST, PAGES, Feeds
from bot.sources.fetch import Client, GuardedFetcher
from bot.sources.readers import Readers
from bot.sources.seen import CHANGES, TRIES
from summarizers.types import Article
from tests.web import Request, Served, serve

NOW = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
TEXT = "The ferry to the island sails again from Monday, the harbour office said."


@dataclass
class Pages:
    """The pages of a small web; those that are not there can't be reached."""

    texts: dict[str, str | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def read(self, address: str) -> Sequence[Article]:
        self.asked.append(address)
        found = self.texts.get(address, UnreachableSource("Nothing came back."))
        if isinstance(found, Exception):
            raise found
        return [Article(address, found, title="As the page has it", source="page", language="en")]


def item(number: int, text: str = TEXT, *, day: int = 0, more: str = "") -> str:
    date = f"<pubDate>{day:02} Nov 2026 08:00:00 GMT</pubDate>" if day else ""
    return (
        f"<item><guid>{number}</guid><title>Item {number}</title><link>http://gull.example/{number}</link>"
        f"{date}<description>{text}</description>{more}</item>"
    )


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>The Gull</title>{"".join(items)}</channel></rss>'


@pytest.fixture(scope="module")
def workers() -> Iterator[Readers]:
    with Readers() as running:
        yield running


@pytest.fixture
def web() -> Iterator[Served]:
    with serve({}) as served:
        yield served


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def feeds(web: Served, workers: Readers, pages: Pages) -> Iterator[Feeds]:
    with GuardedFetcher(Client({(web.host, web.port)}, pause=0)) as fetcher:
        yield Feeds(fetcher, workers, pages, Random(0))


@pytest.fixture
def feed(web: Served) -> Feed:
    return Feed("f1", f"{web.url}/feed", f"{web.url}/feed")


def give(web: Served, body: str | bytes, status: int = 200, **headers: str) -> None:
    web.routes["/feed"] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def again(feeds: Feeds, polled: Polled) -> Polled:
    return feeds.poll(polled.feed, NOW)


def texts(polled: Polled) -> list[str]:
    return [article.text for article in polled.articles]


# -- what comes out ------------------------------------------------------------------------------------------------


def test_entries_come_as_articles_with_the_text_of_their_pages(feeds, feed, web, pages):
    pages.texts = {
        "http://gull.example/1": "The whole story. " * 9,
        "http://gull.example/2": "Another one. " * 9,
    }
    give(web, rss(item(2, day=3), item(1, day=2)))
    polled = feeds.poll(feed, NOW)
    first, second = polled.articles
    assert (first.title, first.text, first.excerpt) == ("Item 1", "The whole story. " * 9, False)
    assert (first.source, first.url, first.language) == ("The Gull", "http://gull.example/1", "en")
    assert (first.published, first.published_from) == (datetime(2026, 11, 2, 8, tzinfo=UTC), "feed")
    assert second.title == "Item 2"
    assert (polled.feed.title, polled.failed, polled.feed.succeeded_at) == ("The Gull", "", NOW)


def test_without_its_page_an_entry_gives_its_own_text_marked_as_an_excerpt(feeds, feed, web):
    give(web, rss(item(1, "&lt;p&gt;Two ferries.&lt;script&gt;alert(1)&lt;/script&gt;")))
    (article,) = feeds.poll(feed, NOW).articles
    assert (article.text, article.excerpt, article.published_from) == ("Two ferries.", True, "unknown")


def test_a_page_that_hardly_shows_anything_is_a_wall(feeds, feed, web, pages):
    pages.texts = {"http://gull.example/1": "Accept all cookies."}
    give(web, rss(item(1)))
    polled = feeds.poll(feed, NOW)
    assert texts(polled) == [TEXT]
    assert polled.articles[0].excerpt
    assert again(feeds, polled).articles == ()
    assert len(pages.asked) == 1


def test_an_entry_of_no_words_whose_page_does_not_come_is_no_article(feeds, feed, web):
    give(web, rss(item(1, "")))
    assert feeds.poll(feed, NOW).articles == ()


def test_a_feed_without_a_title_is_called_by_its_host(feeds, feed, web):
    give(web, f'<rss version="2.0"><channel>{item(1)}</channel></rss>')
    assert feeds.poll(feed, NOW).articles[0].source == "127.0.0.1"


@pytest.mark.parametrize("date", ["06 Nov 2026 08:00:00 GMT", "31 Dec 1994 08:00:00 GMT"])
def test_a_date_that_can_not_be_is_left_out(feeds, feed, web, date):
    give(web, rss(item(1, more=f"<pubDate>{date}</pubDate>")))
    assert feeds.poll(feed, NOW).articles[0].published is None


def test_keys_survive_a_move_and_tell_feeds_apart(feeds, feed, web):
    give(web, rss(item(1)))
    web.routes["/elsewhere"] = web.routes["/feed"]
    (here,) = feeds.poll(feed, NOW).articles
    (there,) = feeds.poll(replace(feed, url=f"{web.url}/elsewhere"), NOW).articles
    (other,) = feeds.poll(replace(feed, id="f2"), NOW).articles
    assert here.id == there.id != other.id
    assert here.id.startswith("f1#")


# -- again ---------------------------------------------------------------------------------------------------------


def test_what_is_known_costs_no_page_and_gives_no_article(feeds, feed, web, pages):
    pages.texts = {f"http://gull.example/{n}": TEXT for n in (1, 2)}
    give(web, rss(item(1)))
    polled = feeds.poll(feed, NOW)
    give(web, rss(item(2), item(1)))
    assert [article.title for article in again(feeds, polled).articles] == ["Item 2"]
    assert pages.asked == ["http://gull.example/1", "http://gull.example/2"]


def test_an_entry_that_left_and_came_back_is_known(feeds, feed, web, pages):
    pages.texts = {f"http://gull.example/{n}": TEXT for n in (1, 2)}
    polled = None
    for items in ([item(1)], [item(2)], [item(1), item(2)]):
        give(web, rss(*items))
        polled = again(feeds, polled) if polled else feeds.poll(feed, NOW)
    assert polled is not None
    assert polled.articles == ()


def test_a_changed_entry_comes_again_under_its_key(feeds, feed, web, pages):
    pages.texts = {"http://gull.example/1": TEXT}
    give(web, rss(item(1, "Two ferries.")))
    polled = feeds.poll(feed, NOW)
    pages.texts = {"http://gull.example/1": TEXT + " It is the third."}
    give(web, rss(item(1, "Three ferries.")))
    changed = again(feeds, polled)
    assert texts(changed) == [TEXT + " It is the third."]
    assert changed.articles[0].id == polled.articles[0].id


def test_a_page_that_was_read_is_not_replaced_by_the_teaser_when_it_fails_to_come(feeds, feed, web, pages):
    pages.texts = {"http://gull.example/1": TEXT}
    give(web, rss(item(1, "Two ferries.")))
    polled = feeds.poll(feed, NOW)
    pages.texts = {}
    give(web, rss(item(1, "Three ferries.")))
    silent = again(feeds, polled)
    assert silent.articles == ()
    pages.texts = {"http://gull.example/1": TEXT + " It is the third."}
    assert texts(again(feeds, silent)) == [TEXT + " It is the third."]


def test_a_page_that_does_not_come_is_asked_for_three_times(feeds, feed, web, pages):
    give(web, rss(item(1)), ETag='"1"')
    polled = feeds.poll(feed, NOW)
    assert texts(polled) == [TEXT]
    for _ in range(TRIES + 1):
        polled = again(feeds, polled)
        assert polled.articles == ()
    assert len(pages.asked) == TRIES
    assert ["if-none-match" in request.headers for request in web.requests] == [False] * TRIES + [True] * 2


def test_the_page_of_an_entry_that_left_is_owed_no_more(feeds, feed, web, pages):
    pages.texts = {"http://gull.example/2": TEXT}
    give(web, rss(item(1)))
    polled = feeds.poll(feed, NOW)
    give(web, rss(item(2)), ETag='"2"')
    again(feeds, again(feeds, polled))
    assert ["if-none-match" in request.headers for request in web.requests] == [False, False, True]


def test_a_page_that_comes_later_brings_the_whole_article(feeds, feed, web, pages):
    give(web, rss(item(1)), ETag='"1"')
    polled = feeds.poll(feed, NOW)
    pages.texts = {"http://gull.example/1": TEXT * 2}
    assert texts(again(feeds, polled)) == [TEXT * 2]


@pytest.mark.parametrize("refusal", [ForbiddenSource("robots.txt says no."), UnreadableSource("No text.")])
def test_a_page_that_will_not_be_read_is_asked_for_once(feeds, feed, web, pages, refusal):
    pages.texts = {"http://gull.example/1": refusal}
    give(web, rss(item(1)))
    polled = feeds.poll(feed, NOW)
    give(web, rss(item(1), item(2)))
    again(feeds, polled)
    assert pages.asked.count("http://gull.example/1") == 1


def test_a_full_feed_has_its_newest_pages_read_first_and_the_others_later(feeds, feed, web, pages):
    many = range(1, FIRST + PAGES + 6)
    pages.texts = {f"http://gull.example/{n}": TEXT * 2 for n in many}
    give(web, rss(*(item(n) for n in reversed(many))), ETag='"1"')
    polled = feeds.poll(feed, NOW)
    assert [article.excerpt for article in polled.articles] == [True] * (PAGES + 5) + [False] * FIRST
    polled = again(feeds, polled)
    assert [article.title for article in polled.articles] == [f"Item {n}" for n in range(6, PAGES + 6)]
    assert [article.title for article in again(feeds, polled).articles] == [f"Item {n}" for n in range(1, 6)]


def test_an_entry_that_only_flickers_is_let_go(feeds, feed, web):
    came = 0
    give(web, rss(item(1)))
    polled = feeds.poll(feed, NOW)
    for number in range(CHANGES + 5):
        give(web, rss(item(1, f"{TEXT} Read {number} times.")))
        polled = again(feeds, polled)
        came += len(polled.articles)
    assert came == CHANGES


def test_an_entry_that_its_feed_dates_anew_may_change_on_and_on(feeds, feed, web):
    came = 0
    polled = feeds.poll(feed, NOW)
    for number in range(CHANGES + 5):
        date = (NOW + timedelta(minutes=number)).isoformat()
        entry = f"<entry><id>1</id><title>A</title><updated>{date}</updated><summary>Update {number}.</summary></entry>"
        give(web, f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{entry}</feed>')
        polled = again(feeds, polled)
        came += len(polled.articles)
    assert came == CHANGES + 5


# -- politeness ----------------------------------------------------------------------------------------------------


def test_a_feed_that_did_not_change_is_not_sent_again(feeds, feed, web, pages):
    pages.texts = {"http://gull.example/1": TEXT}

    def conditional(request: Request) -> tuple[int, Mapping[str, str], str]:
        same = (
            request.headers.get("if-none-match") == '"7"'
            and request.headers.get("if-modified-since") == "then"
        )
        return (304, {}, "") if same else (200, {"ETag": '"7"', "Last-Modified": "then"}, rss(item(1)))

    web.routes["/feed"] = conditional
    polled = feeds.poll(feed, NOW)
    unchanged = again(feeds, polled)
    assert unchanged.articles == ()
    assert not unchanged.failed
    assert again(feeds, unchanged).articles == ()
    assert all(request.headers["a-im"] == "feed" for request in web.requests)


def test_a_delta_of_226_leaves_the_other_entries_known(feeds, feed, web, pages):
    pages.texts = {f"http://gull.example/{n}": TEXT for n in (1, 2)}
    give(web, rss(item(1)), ETag='"1"')
    polled = feeds.poll(feed, NOW)
    give(web, rss(item(2)), 226, ETag='"2"', IM="feed")
    polled = again(feeds, polled)
    assert [article.title for article in polled.articles] == ["Item 2"]
    give(web, rss(item(2), item(1)), ETag='"3"')
    assert again(feeds, polled).articles == ()


def test_a_feed_says_how_long_it_stays_also_by_a_304(feeds, feed, web, pages):
    pages.texts = {"http://gull.example/1": TEXT}
    give(web, rss(item(1)).replace("<item>", "<ttl>300</ttl><item>"), ETag='"1"')
    polled = feeds.poll(feed, NOW)
    give(web, "", 304)
    assert again(feeds, polled).feed.next_at >= NOW + timedelta(hours=5)


def test_three_permanent_redirects_move_a_feed_for_good(feeds, feed, web):
    web.routes["/feed"] = (301, {"Location": "/new"}, "")
    web.routes["/new"] = (200, {}, rss(item(1)))
    polled = feeds.poll(feed, NOW)
    assert (polled.feed.url, polled.feed.moved_to) == (feed.url, f"{web.url}/new")
    polled = again(feeds, again(feeds, polled))
    assert (polled.feed.url, polled.feed.added) == (f"{web.url}/new", feed.url)


def test_temporary_redirects_move_no_feed(feeds, feed, web):
    web.routes["/feed"] = (302, {"Location": "/new"}, "")
    web.routes["/new"] = (200, {}, rss(item(1)))
    polled = feeds.poll(feed, NOW)
    for _ in range(4):
        polled = again(feeds, polled)
    assert polled.feed.url == feed.url


# -- trouble -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (404, {}, "", "404"),
        (410, {}, "", "for good"),
        (503, {"Retry-After": "7200"}, "", "come later"),
        (403, {"CF-Mitigated": "challenge"}, "", "Cloudflare"),
        (200, {}, "<html><link rel=alternate type=application/rss+xml href=/rss>", "Its feed is"),
        (200, {}, "", "empty"),
        (200, {}, "<rss>" * 100, "deep"),
        (200, {"Content-Encoding": "gzip"}, "no gzip", "."),
    ],
)
def test_what_goes_wrong_stands_in_the_health_of_the_feed(feeds, feed, web, status, headers, body, words):
    give(web, body, status, **headers)
    polled = feeds.poll(feed, NOW)
    assert words in polled.failed
    assert (polled.feed.error, polled.feed.errors, polled.articles) == (polled.failed, 1, ())
    assert bool(polled.feed.muted) is (status == 410)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, "", "hat unter dieser Adresse keinen Feed"),
        (200, "", "Der Feed ist leer"),
        (200, "<html></html>", "weder RSS noch Atom"),
    ],
)
def test_what_goes_wrong_can_be_said_in_german_though_it_was_found_in_another_process(
    feeds, feed, web, status, body, words
):
    give(web, body, status)
    polled = feeds.poll(feed, NOW)
    assert words in retold(polled.failed, Voice("de"))
    assert type(polled.feed.error) is str, "what is stored is plain"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/feed", "ftp://gull.example/", "nonsense", ""])
def test_an_address_that_can_not_be_asked_is_trouble_too(feeds, feed, url):
    assert feeds.poll(replace(feed, url=url), NOW).feed.errors == 1


def test_a_feed_that_recovers_is_well(feeds, feed, web):
    give(web, "", 500)
    polled = feeds.poll(feed, NOW)
    give(web, rss(item(1)))
    polled = again(feeds, polled)
    assert (polled.failed, polled.feed.errors, polled.feed.error) == ("", 0, "")


@dataclass
class Hasty:
    """Readers that wait a second at most."""

    workers: Readers

    def run(self, function, *arguments, limit):
        return self.workers.run(function, *arguments, limit=min(limit, 1.0))


def test_a_feed_made_to_keep_readers_busy_is_given_up_and_the_next_is_read(feeds, feed, web, workers):
    hasty = Feeds(feeds._fetcher, Hasty(workers), None, Random(0))
    author = "a@" + "a." * 60_000
    give(
        web, f"<rss version='2.0'>&broken;<channel><author>{author}!</author>"
    )  # ill-formed: not looked through
    assert "given up" in hasty.poll(feed, NOW).failed
    give(web, rss(item(1)))
    assert texts(hasty.poll(feed, NOW)) == [TEXT]

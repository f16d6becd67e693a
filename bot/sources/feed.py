"""Articles from feeds: what is new in one, or changed, and how the feed is.

The page of an entry is read rather than the feed's own text, which is often a teaser; that stands in where the page
can't be read, or is hardly there (a consent wall, a paywall), and is marked as an excerpt.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import urlsplit

from bot.errors import UnreachableSource, UnreadableSource
from bot.ports import ArticleSource, Feed, Polled
from bot.running import Running
from bot.sources import entries, health, seen
from bot.sources.entries import FeedDocument, FeedEntry
from bot.sources.fetch import Fetched, Fetcher
from bot.sources.health import Trouble
from bot.sources.seen import Seen
from summarizers.types import Article

PARSING = 5.0  # seconds
PAGES = 50  # that are read in one go, the newest first: a host is asked once a second
FIRST = 10  # of a feed that was never read: somebody waits for it
OLDEST = datetime(1995, 1, 1, tzinfo=UTC)  # before that no news was on the web
AHEAD = timedelta(days=1)
LEAST = 0.5  # of the length of the feed's own text: a page with less shows a wall, not the article


class Feeds:
    """A FeedSource. Without `pages` it gives the feeds' own texts."""

    def __init__(
        self, fetcher: Fetcher, workers: Running, pages: ArticleSource | None, jitter: Random
    ) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._pages = pages
        self._jitter = jitter

    def poll(self, feed: Feed, now: datetime) -> Polled:
        """What is new or changed in a feed, and the feed after the answer."""
        if seen.owes(seen.recall(feed.entries).values()):  # so its document is needed even if it is the same
            feed = replace(feed, etag="", modified="", body="")
        try:
            answer = self._fetcher.get(feed.url, purpose="feed", headers=health.conditions(feed))
            wrong = health.trouble(answer, now)
            if wrong:
                return self._failed(feed, wrong, now)
            if health.unchanged(feed, answer):
                return Polled(health.succeeded(feed, answer, now, self._jitter.random()))
            document = self._document(answer)
        except UnreadableSource as error:
            return self._failed(feed, Trouble(error.args[0]), now)
        feed = replace(feed, title=document.title or feed.title or urlsplit(answer.url).hostname or "")
        articles, after = self._articles(feed, document, now)
        feed = replace(feed, entries=seen.record(seen.recall(feed.entries), after), every=document.every)
        return Polled(health.succeeded(feed, answer, now, self._jitter.random()), articles)

    def _failed(self, feed: Feed, wrong: Trouble, now: datetime) -> Polled:
        return Polled(health.failed(feed, wrong, now, self._jitter.random()), failed=wrong.sentence)

    def _document(self, answer: Fetched) -> FeedDocument:
        kind = answer.headers.get("content-type", "")
        return self._workers.run(entries.parse, answer.body, answer.url, kind, limit=PARSING)

    def _articles(
        self, feed: Feed, document: FeedDocument, now: datetime
    ) -> tuple[tuple[Article, ...], dict[str, Seen]]:
        """The articles to hand on, oldest first, and what to remember of every entry."""
        memory = seen.recall(feed.entries)
        named = {seen.name(entry): entry for entry in document.entries}
        met = {name: seen.meet(entry, memory.get(name)) for name, entry in named.items()}
        owed = [name for name in reversed(named) if met[name].owed]
        most = len(owed) if not self._pages else PAGES if memory else FIRST
        asked = {name: self._page(named[name], met[name]) for name in owed[:most]}
        articles = []
        for name, entry in named.items():
            page = asked[name][0] if name in asked else None
            if page or (met[name] != memory.get(name) and not met[name].page and entry.text):
                articles.append(_article(feed, name, entry, page, now))
        return tuple(articles), met | {name: after for name, (_, after) in asked.items()}

    def _page(self, entry: FeedEntry, met: Seen) -> tuple[Article | None, Seen]:
        """The page of an entry, and the entry after it was asked for. A page that never came is asked for again."""
        if not self._pages or not entry.link:
            return None, met.asked(came=False, again=False)
        try:
            page = next(iter(self._pages.read(entry.link)), None)
        except UnreachableSource:
            return None, met.asked(came=False)
        except UnreadableSource:
            return None, met.asked(came=False, again=False)
        if page is None or len(page.text) < len(entry.text) * LEAST:
            return None, met.asked(came=False, again=False)
        return page, met.asked(came=True)


def _article(feed: Feed, name: str, entry: FeedEntry, page: Article | None, now: datetime) -> Article:
    """An entry as an article, by the text of its page or, as an excerpt, by its own."""
    key = f"{feed.id or feed.url}#{name}"
    article = page or Article(key, entry.text, excerpt=True)
    if entry.published and OLDEST <= entry.published <= now + AHEAD:
        article = replace(article, published=entry.published, published_from="feed")
    return replace(
        article, id=key, title=entry.title or article.title, url=entry.link or None, source=feed.title
    )

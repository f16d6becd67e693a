"""What a person names to be read: an address on the web, of a page or of a feed, or something on this machine."""

from __future__ import annotations

import re
from datetime import datetime

from bot.errors import ForbiddenSource, UnreachableSource, UnreadableSource
from bot.ports import ArticleSource, Feed, FeedSource
from summarizers.types import Article

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{0,20}://", re.IGNORECASE)


def is_address(name: str) -> bool:
    """Whether this is an address rather than a path.

    >>> is_address("https://news.example/feed"), is_address("texts/monday.txt")
    (True, False)
    """
    return ADDRESS.match(name) is not None


def at_address(address: str, pages: ArticleSource, feeds: FeedSource, now: datetime) -> tuple[Article, ...]:
    """The article of a page or, where there is no page, those of a feed; UnreadableSource says why there is neither."""
    try:
        return tuple(pages.read(address))
    except (ForbiddenSource, UnreachableSource):
        raise
    except UnreadableSource:
        polled = feeds.poll(Feed("", address, address), now)
        if polled.failed:
            raise
        return polled.articles

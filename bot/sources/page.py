"""Articles from pages of the web: asked by the guarded client, read by a worker that is killed at its limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlsplit

from bot.errors import UnreadableSource
from bot.phrases import phrase
from bot.running import Running
from bot.sources import extract
from bot.sources.addresses import clean_link
from bot.sources.fetch import Fetched, Fetcher
from summarizers.types import Article

LIMIT = 10.0  # seconds; 95 of 100 pages take 26 ms
LONGEST = 500_000  # characters; as much as a novel
AHEAD = timedelta(days=1)  # a page from beyond the date line is not from the future
NAMED = (  # what else stands at addresses that people paste, by the beginning of its type
    ("application/pdf", "pdf"),
    ("application/rss", "feed"),
    ("application/atom", "feed"),
    ("application/feed", "feed"),
    ("image/", "picture"),
    ("video/", "film"),
    ("audio/", "recording"),
    ("application/json", "data"),
    ("application/zip", "archive"),
    ("application/x-gzip", "archive"),
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})")
Kind = Literal["html", "text"]


class Pages:
    """An ArticleSource for pages. `today` is asked at each page: what claims to be from after tomorrow is not dated."""

    def __init__(
        self, fetcher: Fetcher, workers: Running, today: Callable[[], date], *, limit: float = LIMIT
    ) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._today = today
        self._limit = limit

    def read(self, address: str) -> Sequence[Article]:
        """The one article of a page; UnreadableSource says why there is none."""
        fetched = self._fetcher.get(address, purpose="page")
        host = urlsplit(fetched.url).hostname or ""
        kind, charset = _kind(fetched, host)
        page = self._page(kind, fetched, charset)
        if page is None:
            raise UnreadableSource(phrase("source.no_article", host=host))
        if len(page.text) > LONGEST:
            raise UnreadableSource(phrase("source.far_more_text", host=host))
        return (_article(fetched.url, host, page),)

    def _page(self, kind: Kind, fetched: Fetched, charset: str) -> extract.Page | None:
        if kind == "text":
            return self._workers.run(extract.read_text, fetched.body, charset, limit=self._limit)
        latest = self._today() + AHEAD
        return self._workers.run(
            extract.read_html, fetched.body, charset, fetched.url, latest, limit=self._limit
        )


def _article(url: str, host: str, page: extract.Page) -> Article:
    return Article(
        id=clean_link(url),
        text=page.text,
        title=page.title,
        url=url,
        source=page.site or host.removeprefix("www."),
        published=page.published,
        language=page.language,
        published_from=page.published_from,
    )


def _kind(fetched: Fetched, host: str) -> tuple[Kind, str]:
    """What came, and the encoding it was announced in; UnreadableSource names what is no page."""
    announced = fetched.headers.get("content-type", "").lower()
    media = announced.partition(";")[0].strip()
    charset = CHARSET.search(announced)
    head = fetched.body[:1024].lstrip().lower()
    if head.startswith(b"%pdf-"):
        media = "application/pdf"
    elif b"<rss" in head or b"<feed" in head or b"<rdf:rdf" in head:
        media = "application/rss+xml"
    elif b"<html" in head or b"<!doctype html" in head:
        media = "text/html"
    if media in {"text/html", "application/xhtml+xml"}:
        return "html", charset[1] if charset else ""
    if media == "text/plain" and b"\x00" not in head.removeprefix(b"\xff\xfe"):
        return "text", charset[1] if charset else ""
    found = next((name for beginning, name in NAMED if media.startswith(beginning)), "other")
    raise UnreadableSource(phrase("source.no_page", host=host, named=phrase(f"source.is.{found}")))

"""Pages become articles: text, title, publisher, date with its origin, and language; or a clear refusal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.sources.extract import read_html
from bot.sources.fetch import Fetched
from bot.sources.page import Pages
from bot.sources.workers import Workers

TODAY = date(2026, 11, 25)
BODY = """<p>The bridge over the Varn reopened on&nbsp;Monday after <b>eleven</b> weeks, the town of “Melk” said.</p>
<p>The repair cost 4 million crowns, twice as much as planned, and kept 200 workers busy all winter.</p>"""
TEXT = (
    "The bridge over the Varn reopened on Monday after eleven weeks, the town of “Melk” said.\n"
    "The repair cost 4 million crowns, twice as much as planned, and kept 200 workers busy all winter."
)
URL = "https://post.example/varn"


def page(head: str = "", body: str = BODY, lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title>Bridge reopens</title>{head}</head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>Bridge reopens</h1>{body}</article><footer>Imprint</footer></body></html>"
    )


def linked(published: object, kind: str = "NewsArticle") -> str:
    return f"""<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "{kind}",
        "publisher": {{"@type": "Organization", "name": "The Varn Post"}}, "datePublished": "{published}"}}</script>"""


def read(html: str | bytes, charset: str = "", url: str = URL):
    raw = html.encode() if isinstance(html, str) else html
    return read_html(raw, charset, url, TODAY + timedelta(days=1))


class Web:
    """A fetcher whose web is one answer."""

    def __init__(
        self, body: bytes | str, content_type: str = "text/html; charset=utf-8", url: str = URL
    ) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.fetched = Fetched(url, 200, {"content-type": content_type} if content_type else {}, raw)

    def get(self, url, *, purpose, headers=()):  # noqa: ARG002 - because a fetcher is asked so
        assert purpose == "page"
        return self.fetched


@pytest.fixture(scope="module")
def workers():
    with Workers() as workers:
        yield workers


def article(workers, web: Web):
    (found,) = Pages(web, workers, lambda: TODAY).read("https://asked.example/")
    return found


def test_a_page_becomes_an_article_with_all_that_it_states(workers):
    web = Web(page(linked("2026-03-02T20:15:00-08:00")), url=URL + "?utm_source=feed&id=7")
    found = article(workers, web)
    assert found.text.endswith(TEXT)
    assert found.title == "Bridge reopens"
    assert found.source == "The Varn Post"
    assert (found.id, found.url) == (URL + "?id=7", URL + "?utm_source=feed&id=7")
    assert found.published == datetime(2026, 3, 3, 4, 15, tzinfo=UTC)
    assert found.published.date() == date(
        2026, 3, 2
    )  # the publisher's own day, by which "Monday" is reckoned
    assert (found.published_from, found.language, found.excerpt) == ("meta", "en", False)

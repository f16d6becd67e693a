"""Pages become articles: text, title, publisher, date with its origin, and language; or a clear refusal."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import UnreadableSource
from bot.sources.extract import read_html
from bot.sources.fetch import Client, Fetched, GuardedFetcher
from bot.sources.page import Pages
from bot.sources.readers import Readers
from tests.web import serve

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
    with Readers() as workers:
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


# Dates

VIDEO = linked("2026-01-01T00:00:00Z", "VideoObject")
META = '<meta property="article:published_time" content="{}">'
GRAPH = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebPage",
    "datePublished": "2026-05-05"}, {"@type": ["Thing", "ReportageNewsArticle"], "datePublished": "2026-04-04T09:00:00Z"}]}</script>"""


@pytest.mark.parametrize(
    ("head", "published", "origin"),
    [
        (linked("2026-03-02T20:15:00Z"), datetime(2026, 3, 2, 20, 15, tzinfo=UTC), "meta"),
        (linked("2026-03-02T20:15:00+0100"), datetime(2026, 3, 2, 19, 15, tzinfo=UTC), "meta"),
        (linked("2026-03-02"), date(2026, 3, 2), "meta"),
        (linked("2026-03-02T20:15:00"), date(2026, 3, 2), "meta"),  # of which zone, nobody says
        (GRAPH, datetime(2026, 4, 4, 9, tzinfo=UTC), "meta"),
        (VIDEO + linked("2026-03-02"), date(2026, 3, 2), "meta"),
        (linked("2026-03-02", "WebPage"), date(2026, 3, 2), "meta"),
        (linked("2026-03-02") + META.format("2026-03-01"), date(2026, 3, 2), "meta"),
        (linked("soon") + META.format("2026-03-01T10:00:00Z"), datetime(2026, 3, 1, 10, tzinfo=UTC), "meta"),
        (linked("2031-03-02") + META.format("2026-03-01"), date(2026, 3, 1), "meta"),
        (linked("1970-01-01") + META.format("2026-03-01"), date(2026, 3, 1), "meta"),
        (linked("2026-11-26"), date(2026, 11, 26), "meta"),  # beyond the date line it is tomorrow
        (
            '<script type="application/ld+json">{"datePublished": [</script>' + META.format("2026-03-01"),
            date(2026, 3, 1),
            "meta",
        ),
        ('<meta itemprop="datePublished" content="2026-03-01">', date(2026, 3, 1), "meta"),
        ('<meta name="dc.date.issued" content="2026-03-01">', date(2026, 3, 1), "meta"),
        ('<meta name="date" content="March 1, 2026">', date(2026, 3, 1), "htmldate"),
        (linked("2031-03-02"), None, "unknown"),
        (linked("1970-01-01"), None, "unknown"),
        ("", None, "unknown"),
    ],
)
def test_a_page_is_dated_by_what_it_states_in_its_rank(head, published, origin):
    found = read(page(head))
    assert (found.published, found.published_from) == (published, origin)
    assert type(found.published) is type(published)


@pytest.mark.parametrize(
    ("url", "body", "published"),
    [
        ("https://post.example/2026/03/01/varn", BODY, date(2026, 3, 1)),
        (
            URL,
            '<p class="byline">By A. Reuter, <span class="date">1 March 2026</span></p>' + BODY,
            date(2026, 3, 1),
        ),
        (URL, '<time datetime="2026-03-01T10:00:00Z">on Sunday</time>' + BODY, date(2026, 3, 1)),
        (URL, BODY + "<p>Copyright 2019 The Varn Post</p>", None),
        ("https://post.example/2031/03/01/varn", BODY, None),
        ("https://post.example/1990/03/01/varn", BODY, None),
    ],
)
def test_a_page_that_states_nothing_is_dated_by_what_is_found_on_it_or_not_at_all(url, body, published):
    found = read(page(body=body), url=url)
    assert (found.published, found.published_from) == (published, "htmldate" if published else "unknown")


# Text


def test_a_text_is_paragraphs_in_the_words_of_the_page():
    html = page(
        body=BODY
        + "<h2>What next</h2><ul><li>First the trams, then the buses.</li></ul><table><tr><td>4</td></tr></table>"
    )
    assert read(html).text == "Bridge reopens\n" + TEXT + "\nWhat next\n- First the trams, then the buses."


def test_a_page_that_is_laid_out_in_tables_is_read_cell_by_cell():
    html = (
        "<html><body><table><tr><td><a href='/'>Home</a><br><a href='/b'>Sport</a></td>"
        f"<td>{BODY}</td></tr></table></body></html>"
    )
    assert read(html).text.replace("\xa0", " ") == TEXT


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        (page().encode(), ""),
        (page().encode(), "iso-8859-1"),  # said wrongly: what is UTF-8 is UTF-8
        (page().encode("utf-8-sig"), ""),
        (page().encode("utf-16"), ""),
        (page().encode("utf-16-le"), "utf-16le"),
        (page().encode("cp1252"), "iso-8859-1"),
        (page().encode("cp1252"), "windows-1252"),
        (page('<meta charset="windows-1252">').encode("cp1252"), ""),
        (
            page('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">').encode(
                "cp1252"
            ),
            "nonsense",
        ),
        (page().encode("cp1252"), ""),
        (page().encode() + b"\xe2\x80", "utf-8"),  # cut in the middle of a character
        (page().replace("Varn", "Va\0rn").encode(), ""),
    ],
)
def test_a_text_is_read_in_its_encoding(raw, charset):
    assert read(raw, charset).text == "Bridge reopens\n" + TEXT


def test_the_declared_encoding_reads_other_scripts():
    russian = "Мост через реку снова открыт, сообщили в понедельник власти города. " * 3
    raw = page(body=f"<p>{russian}</p>").encode("koi8-r")
    assert russian.strip() in read(raw, "koi8-r").text


@pytest.mark.parametrize(
    "name", ["zip", "hex", "rot13", "utf-99", "idna", "unicode_escape", "a" * 40, "\x00"]
)
def test_no_name_of_an_encoding_breaks_the_reading(name):
    assert read(page().encode("cp1252"), name) is not None


def test_half_a_character_in_structured_data_does_not_get_through():
    head = (
        linked("2026-03-02").replace("The Varn Post", "Varn \\ud800 Post")
        + '<meta property="og:title" content="A &#xD800; B">'
    )
    found = read(page(head))
    assert (found.title + found.site + found.text).encode("utf-8")


# Language


@pytest.mark.parametrize(
    ("body", "lang", "language"),
    [
        (BODY, "de", "en"),  # a theme's own language
        (
            "<p>Die Brücke ist wieder offen, sagte die Bürgermeisterin der Stadt am Montag im Rathaus.</p>",
            "en",
            "de",
        ),
        ("<p>Varn 3 2, Melk 1 1, Ulm 0 0, Linz 4 1, Graz 2 2, Wels 1 0</p>", "de-AT", "de"),
        ("<p>Varn 3 2, Melk 1 1, Ulm 0 0, Linz 4 1, Graz 2 2, Wels 1 0</p>", "", None),
    ],
)
def test_the_language_is_heard_and_where_that_leaves_doubt_declared(body, lang, language):
    assert read(page(body=body, lang=lang).replace("<h1>Bridge reopens</h1>", "")).language == language


# Refusals


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html>",
        "<html><body><div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>",
        "<html><body><p>Please enable JavaScript and cookies to continue to the page that you asked for.</p></body></html>",
        "<html><body><p>We and our partners use and store cookies on your device. Accept all cookies, or choose what you want.</p></body></html>",
        "<html><body><p>The mayor spoke on Monday about the bridge.</p><p>Subscribe to continue reading this and all our stories.</p></body></html>",
        "<html><body><p>Verify that you are human by completing the action below, then we will let you in.</p></body></html>",
        "<html><body><p>Bitte aktivieren Sie JavaScript in Ihrem Browser, um diese Seite lesen zu können.</p></body></html>",
        "<html><body><p>Short.</p></body></html>",
        "<html><body>" + "<div>" * 5000 + "deep",
        "<html><body><p>" + "&amp;" * 5000,
        "\0" * 5000,
    ],
)
def test_what_stands_in_place_of_an_article_is_none(html):
    assert read(html) is None


@pytest.mark.parametrize(
    "text",
    [
        "The court said on Monday that sites must not use cookies before the reader has agreed to it. " * 12,
        "Police saw unusual activity at the bridge on Monday, and access is denied until Tuesday, they said.",
        "They are human, the mayor of Melk said on Monday, and the town will accept all who come over the bridge.",
        "The town will subscribe to the plan, the mayor said, and sign the lease for the bridge on Monday.",
    ],
)
def test_an_article_with_words_of_a_wall_is_an_article(text):
    assert read(page(body=f"<p>{text}</p>")) is not None


def test_a_refusal_is_one_sentence_that_names_the_site(workers):
    with pytest.raises(UnreadableSource, match=r"^post\.example shows no article .*\.$"):
        article(workers, Web("<html><body></body></html>"))


@pytest.mark.parametrize(
    ("body", "content_type", "named"),
    [
        (b"%PDF-1.7 ...", "application/pdf", "a PDF file"),
        (b"\n%PDF-1.7 ...", "text/html", "a PDF file"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "text/xml", "a feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "text/html", "a feed"),
        (b"{}", "application/feed+json", "a feed"),
        (b"{}", "application/json", "data for programs"),
        (b"\x89PNG", "image/png", "a picture"),
        (b"\x00\x00", "video/mp4", "a film"),
        (b"MZ\x00\x00", "text/plain", "no page"),
        (b"MZ\x00\x00", "", "no page"),
        (b"MZ\x00\x00", "; charset=\x00", "no page"),
        (b"", "application/octet-stream", "no page"),
    ],
)
def test_what_is_no_page_is_named(workers, body, content_type, named):
    with pytest.raises(UnreadableSource, match=named):
        article(workers, Web(body, content_type))


@pytest.mark.parametrize(
    "content_type", ["TEXT/HTML", "application/xhtml+xml", "application/xml", "text/plain", "", "x/y"]
)
def test_a_page_is_known_by_its_beginning_too(workers, content_type):
    assert article(workers, Web(page(), content_type)).title == "Bridge reopens"


def test_a_plain_text_is_read_as_it_is(workers):
    found = article(
        workers,
        Web(
            f"{TEXT}\r\n".encode("cp1252"),
            'text/plain; charset="ISO-8859-1"',
            "https://www.post.example/a.txt",
        ),
    )
    assert found.text == TEXT + "\n"
    assert (found.title, found.source, found.language) == ("", "post.example", "en")
    assert (found.published, found.published_from) == (None, "unknown")


def test_an_empty_text_and_one_without_end_are_refused(workers):
    with pytest.raises(UnreadableSource, match="shows no article"):
        article(workers, Web("  \n", "text/plain"))
    with pytest.raises(UnreadableSource, match="far more text"):
        article(workers, Web("words " * 100_000, "text/plain"))


# Hostile pages

HOSTILE = {  # each takes more than five seconds, most of them more than ten
    "paragraphs": b"<p>Some words of a paragraph.</p>" * 100_000,
    "attributes": b"<p " + b" ".join(b'a%d="x"' % number for number in range(100_000)) + b">words</p>",
    "links": b'<a href="/x">link</a> ' * 120_000,
    "breaks": b"word<br>" * 350_000,
    "cells": b"<table><tr>" + b"<td>cell</td>" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_that_is_made_to_keep_readers_busy_is_given_up_and_the_next_one_read(workers, name):
    raw = b"<html><body>" + HOSTILE[name]
    with pytest.raises(UnreadableSource, match=r"more than 0\.2 seconds"):
        Pages(Web(raw), workers, lambda: TODAY, limit=0.2).read(URL)
    assert article(workers, Web(page())).title == "Bridge reopens"


def test_structured_data_without_end_is_not_followed():
    for data in ("[" * 100_000, "[" + "1," * 100_000 + "1]", '{"a":' * 20_000 + "1" + "}" * 20_000):
        found = read(page(f'<script type="application/ld+json">{data}</script>' + META.format("2026-03-01")))
        assert found.published == date(2026, 3, 1)


def test_a_worker_says_nothing_on_the_terminal(workers, capfd):
    with pytest.raises(UnreadableSource):
        article(workers, Web("<html><body></body></html>"))
    assert capfd.readouterr() == ("", "")


def test_a_page_is_read_from_a_server_to_an_article(workers):
    routes = {
        "/old": (301, {"Location": "/varn?utm_source=feed"}, b""),
        "/varn": (200, {"Content-Type": "text/html"}, page()),
    }
    with serve(routes) as web, GuardedFetcher(Client({(web.host, web.port)}, pause=0)) as fetcher:
        (found,) = Pages(fetcher, workers, lambda: TODAY).read(web.url + "/old")
        assert found.id == web.url + "/varn"
        assert found.source == "127.0.0.1"
        assert TEXT in found.text
        assert [request.path for request in web.requests] == ["/robots.txt", "/old", "/varn?utm_source=feed"]

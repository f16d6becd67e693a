"""Bytes → the entries of a feed."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnreadableSource
from bot.sources import entries
from bot.sources.entries import FeedEntry, discover, plain

URL = "https://gull.example/news/feed"


def rss(*items: str, channel: str = "", head: str = "") -> bytes:
    names = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    names += ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0" {names}><channel><title>The Gull</title>{channel}{inner}</channel></rss>'.encode()


def atom(*items: str) -> bytes:
    inner = "".join(f"<entry>{item}</entry>" for item in items)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Tern</title>{inner}</feed>'.encode()


def read(body: bytes, kind: str = "application/xml") -> tuple[FeedEntry, ...]:
    return entries.parse(body, URL, kind).entries


def only(body: bytes) -> FeedEntry:
    (entry,) = read(body)
    return entry


# -- what an entry is ----------------------------------------------------------------------------------------------


def test_an_rss_item_is_read_with_its_full_text():
    entry = only(
        rss(
            "<title>Ferry &amp;amp; quay</title><link>https://gull.example/a?utm_source=feed</link><guid>g1</guid>"
            "<pubDate>Tue, 03 Nov 2026 10:00:00 +0100</pubDate><description>Short.</description>"
            "<content:encoded><![CDATA[<p>The <b>ferry</b> sails.</p><p>At nine.</p>]]></content:encoded>"
        )
    )
    assert (entry.identity, entry.link, entry.title) == ("g1", "https://gull.example/a", "Ferry & quay")
    assert entry.text == "The ferry sails.\n\nAt nine."
    assert entry.published == datetime(2026, 11, 3, 9, tzinfo=UTC)


def test_an_atom_entry_keeps_the_day_of_its_change_apart():
    entry = only(
        atom("<id>urn:1</id><title>A</title><updated>2026-11-03T10:00:00Z</updated><summary>S</summary>")
    )
    assert (entry.identity, entry.published) == ("urn:1", None)
    assert entry.updated == datetime(2026, 11, 3, 10, tzinfo=UTC)
    both = only(
        atom(
            "<id>1</id><published>2026-11-01T00:00:00+02:00</published><updated>2026-11-03T10:00:00Z</updated>"
        )
    )
    assert (both.published, both.updated) == (
        datetime(2026, 10, 31, 22, tzinfo=UTC),
        datetime(2026, 11, 3, 10, tzinfo=UTC),
    )


def test_in_rss_the_date_of_the_dublin_core_is_when_it_came_out():
    assert only(rss("<title>A</title><dc:date>2026-11-03T10:00:00Z</dc:date>")).published == datetime(
        2026, 11, 3, 10, tzinfo=UTC
    )


@pytest.mark.parametrize("written", ["", "soon", "Tue, 32 Nov 2026 10:00:00 GMT"])
def test_a_date_that_is_none_is_none(written):
    assert only(rss(f"<title>A</title><pubDate>{written}</pubDate>")).published is None


def test_links_are_read_from_where_the_feed_came_from():
    assert only(rss("<link>../a</link>")).link == "https://gull.example/a"
    assert only(rss("<link>javascript:alert(1)</link><guid>1</guid>")).link == ""
    assert only(rss("<link>http://[broken/</link><guid>1</guid>")).link == ""


def test_the_own_text_of_an_image_is_none():
    assert (
        only(atom('<id>1</id><content type="image/png">aGVsbG8=</content><summary>A quay.</summary>')).text
        == "A quay."
    )


# -- what tells entries apart ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "identities"),
    [
        (["<guid>1</guid>", "<guid>2</guid>"], ["2", "1"]),
        (
            [
                "<guid>1</guid><link>https://gull.example/a</link>",
                "<guid>1</guid><link>https://gull.example/b</link>",
            ],
            ["1|https://gull.example/b", "1|https://gull.example/a"],
        ),
        (["<guid isPermaLink='false'>1</guid>", "<guid isPermaLink='false'>1</guid>"], ["1|"]),
        (["<link>https://gull.example/a?fbclid=7</link>"], ["https://gull.example/a"]),
        (["<guid> </guid><link>https://gull.example/a</link>"], ["https://gull.example/a"]),
    ],
)
def test_an_entry_is_told_by_its_guid_then_by_its_link(items, identities):
    assert [entry.identity for entry in read(rss(*items))] == identities


@pytest.mark.parametrize(
    "guid", ["17", "a/b", "urn:x:1", "https://gull.example/news/17", "//gull.example/17", "[", "é x"]
)
def test_a_guid_stays_what_it_is_wherever_the_feed_moves(guid):
    for body in (
        rss(f"<guid>{guid}</guid>"),
        rss(f"<guid isPermaLink='false'>\n{guid} </guid>"),
        atom(f"<id>{guid}</id>"),
    ):
        here, there = (entries.parse(body, url).entries[0] for url in (URL, "https://tern.example/x/y/feed"))
        assert here.identity == there.identity == guid


def test_an_entry_with_neither_is_told_by_its_words():
    one, other = read(rss("<title>A</title>", "<title>B</title>"))
    assert one.identity != other.identity
    assert {one.identity, other.identity} == {
        entry.identity for entry in read(rss("<title>B</title>", "<title>A</title>"))
    }


def test_content_is_told_by_words_alone():
    plainly = only(rss("<guid>1</guid><title>A</title><description>One two.</description>"))
    marked = only(
        rss(
            "<guid>1</guid><title>A</title><pubDate>Tue, 03 Nov 2026 10:00:00 GMT</pubDate>"
            '<description>&lt;p class="x"&gt;One  &lt;b&gt;two&lt;/b&gt;.</description>'
        )
    )
    changed = only(rss("<guid>1</guid><title>A</title><description>One three.</description>"))
    assert plainly.content == marked.content != changed.content


def dated(title: str, day: int) -> str:
    return f"<title>{title}</title><pubDate>0{day} Nov 2026 10:00:00 GMT</pubDate>"


def test_the_oldest_comes_first_by_date_or_else_from_below():
    assert [e.title for e in read(rss(dated("A", 2), dated("C", 4), dated("B", 3)))] == ["A", "B", "C"]
    assert [e.title for e in read(rss(dated("A", 2), "<title>C</title>", dated("B", 3)))] == ["B", "C", "A"]


# -- what a feed says of itself ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [
        ("", 0),
        ("<ttl>90</ttl>", 90),
        ("<ttl>-1</ttl>", 0),
        ("<ttl>often</ttl>", 0),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 360),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 1440),
        ("<ttl>99999999999</ttl>", 0),
    ],
)
def test_a_channel_says_how_long_it_stays(channel, minutes):
    assert entries.parse(rss(channel=channel), URL).every == minutes


@pytest.mark.parametrize(
    "kind", ["text/html", "application/octet-stream", "image/png", "", "text/plain; charset=x"]
)
def test_a_feed_is_a_feed_whatever_its_server_calls_it(kind):
    document = entries.parse(rss("<title>Kö</title>"), URL, kind)
    assert (document.title, document.entries[0].title) == ("The Gull", "Kö")


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n  \n", b"\xef\xbb\xbf\n"])
def test_what_stands_before_a_feed_does_no_harm(start):
    assert entries.parse(start + rss("<title>A</title>"), URL).entries[0].title == "A"


def test_a_feed_that_breaks_off_gives_what_came():
    assert [entry.title for entry in read(rss("<title>A</title>", "<title>B</title>").partition(b"B<")[0])][
        -1
    ] == "A"


def test_a_feed_of_no_entries_is_a_feed():
    assert read(rss()) == ()


def test_the_doctype_of_the_first_rss_is_let_pass():
    head = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://dtd.example/rss-0.91.dtd">'
    assert only(rss("<title>A</title>", head=head)).title == "A"


# -- JSON Feed -----------------------------------------------------------------------------------------------------


def json_feed(*items: object, version: object = "https://jsonfeed.org/version/1.1") -> bytes:
    return json.dumps({"version": version, "title": "The Auk", "items": items}).encode()


def test_a_json_feed_is_read():
    entry = only(
        json_feed(
            {
                "id": "1",
                "url": "/a",
                "title": "A &amp; B",
                "content_html": "<p>One.<p>Two.",
                "summary": "S",
                "date_published": "2026-11-03T10:00:00+01:00",
                "date_modified": "2026-11-04T10:00:00Z",
            }
        )
    )
    assert entry == FeedEntry(
        "1",
        "https://gull.example/a",
        "A & B",
        "One.\n\nTwo.",
        entry.content,
        datetime(2026, 11, 3, 9, tzinfo=UTC),
        datetime(2026, 11, 4, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("item", "identity"),
    [
        ({"id": 7}, "7"),
        ({"id": {}, "url": "https://auk.example/x"}, "https://auk.example/x"),
        ({"id": None, "external_url": "https://auk.example/x"}, "https://auk.example/x"),
        (
            {
                "id": [],
                "url": {},
                "title": 5,
                "content_text": None,
                "date_published": 3,
                "external_url": "/x",
            },
            "https://gull.example/x",
        ),
    ],
)
def test_an_item_of_wrong_kinds_gives_what_is_right_in_it(item, identity):
    assert only(json_feed(item, 5, None, "x")).identity == identity


def test_what_no_database_keeps_is_taken_out():
    entry = only(json_feed({"id": "1\0\ud800", "title": "A\0", "content_text": "B\udfffC"}))
    assert (entry.identity, entry.title, entry.text) == ("1?", "A", "B?C")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{}",
        b'{"version": 1, "items": []}',
        b'{"version": "https://jsonfeed.org/version/1"}',
        b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
        b'{"version":' + b"[" * 200_000,
        b'{"version": ' + b"9" * 5000 + b"}",
        json_feed(version="https://jsonfeed.org/version/2"),
        b'{"x": "\xff"}',
    ],
)
def test_json_that_is_no_feed_is_refused(body):
    with pytest.raises(UnreadableSource, match=r"no feed|no JSON Feed"):
        read(body)


# -- what is no feed, or does harm -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"Nothing to see.", "no feed"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no feed"),
        (b"<html><body>Hello</body></html>", "no feed"),
        (b"<note><to>you</to></note>", "no feed"),
        (b"[1, 2]", "no feed"),
        (
            b'<html><head><link rel="alternate" type="application/atom+xml" href="f"></head>',
            "Its feed is https://gull.example/news/f",
        ),
        (b"x" * (entries.LARGEST + 1), "over 10 MiB"),
    ],
)
def test_what_is_no_feed_is_refused_with_advice(body, words):
    with pytest.raises(UnreadableSource, match=words):
        read(body)


LAUGHS = "<!DOCTYPE rss [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)
HOSTILE = {
    "entities of entities": (rss("<title>&a9;</title>", head=LAUGHS + "]>"), "entities"),
    "one large entity": (
        rss("<title>" + "&b;" * 1000 + "</title>", head=f"<!DOCTYPE rss [<!ENTITY b '{'x' * 90_000}'>]>"),
        "entities",
    ),
    "a file as an entity": (
        rss("<title>&f;</title>", head="<!DOCTYPE rss [<!ENTITY f SYSTEM 'file:///etc/hostname'>]>"),
        "another file",
    ),
    "a file as a parameter": (
        rss("<title>A</title>", head="<!DOCTYPE rss [<!ENTITY % f SYSTEM 'file:///etc/hostname'> %f;]>"),
        "another file",
    ),
    "attributes": (rss("<title " + " ".join(f"a{n}='1'" for n in range(20_000)) + "/>"), "attributes"),
    "depth": (rss("<x>" * 200_000), "deep"),
    "elements": (rss(*["<title>A</title>"] * 100_000), "elements"),
    "an author": (rss(f"<author>a@{'a.' * 8_000}!</author>"), "author"),
    "an author without an at": (rss(f"<dc:creator>{'a' * 16_000}</dc:creator>"), "author"),
    "an author in parts": (
        atom(f"<author><name>{'a' * 300}</name><email>{'a' * 300}</email></author>"),
        "author",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_made_to_hurt_is_refused_before_it_is_read(name):
    body, words = HOSTILE[name]
    with pytest.raises(UnreadableSource, match=words):
        entries.check(body)


@pytest.mark.parametrize(
    "item",
    [
        f"<author>{'Ada Auk, ' * 2000}</author>",  # a paper of physics
        "<title>A &lt; B &amp;amp; C</title>",
        f"<description><![CDATA[{'<!--' * 120_000}]]></description>",  # 19.4 s where feedparser cleans markup
    ],
)
def test_what_only_looks_like_harm_is_read(item):
    assert len(read(rss(item))) == 1


def test_harmless_entities_are_let_pass():
    head = "<!DOCTYPE rss [<!ENTITY hyphen '&#8208;'><!ENTITY both 'a &amp; b'>]>"
    entries.check(rss("<title>&hyphen;</title>", head=head))


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"<rss><channel>", b"{", b"<feed>", b"\xff\xfe", b"<!DOCTYPE "]),
)
def test_no_bytes_whatever_break_the_look_through(body, start):
    with suppress(UnreadableSource):
        entries.check(start + body)


# -- pages and markup ----------------------------------------------------------------------------------------------


def test_a_page_names_its_feeds_in_its_order():
    page = b"""<html><head><base href="/deep/"><link rel="stylesheet" href="s.css">
        <LINK REL="Alternate home" TYPE="application/rss+xml; charset=utf-8" HREF=" a.xml ">
        <link rel=alternate type=application/atom+xml href=https://tern.example/f>
        <link rel=alternate type=application/feed+json href=/j.json>
        <link rel=alternate type=application/rss+xml href=a.xml>
        <link rel=alternate type=application/rss+xml href="file:///etc/hostname">
        <link rel=alternate type=application/rss+xml href="http://[/">
        <link rel=alternate type=text/html hreflang=de href=/de><link rel=alternate type=application/rss+xml>"""
    assert discover(page, URL) == [
        "https://gull.example/deep/a.xml",
        "https://tern.example/f",
        "https://gull.example/j.json",
    ]


@pytest.mark.parametrize(
    "page", [b"", b"\x00\xff", b"hello", b"<link rel=alternate>", b"<base href='http://['>"]
)
def test_a_page_that_names_none_has_none(page):
    assert discover(page, URL) == []


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("A  quay\nby the sea", "A quay\n\nby the sea"),
        ("<p>A quay\nby the sea", "A quay by the sea"),
        ("one<br>two", "one\n\ntwo"),
        ("<p>One</p><p>Two <a href=x>three</a></p>four", "One\n\nTwo three\n\nfour"),
        ("<ul><li>a<li>b</ul>", "a\n\nb"),
        ("a<script>b</script>c<style>d</style>", "ac"),
        ("a<!-- b -->c", "ac"),
        ("AT&amp;T &lt;b&gt; &nbsp;x", "AT&T <b> x"),
        ("<![CDATA[x", ""),
        ("a\x00b<i>c", "abc"),
        ("<p>K\u00f6\ud800ln", "K\u00f6?ln"),
        ("<div>" * 200 + "deep", "deep"),
    ],
)
def test_markup_becomes_its_words_a_paragraph_a_line(markup, text):
    assert plain(markup) == text


@given(st.text(alphabet="<>/!-&;abp ='\n\"[]", max_size=60))
def test_no_markup_whatever_breaks_it(markup):
    assert "\n\n\n" not in plain(markup)

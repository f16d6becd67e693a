"""Which addresses are asked and dialled, and links without their tracking."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ForbiddenSource
from bot.sources.addresses import clean_link, is_public, masked, parse

PRIVATE = """127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 0.0.0.0 0.1.2.3 198.18.0.1 169.254.169.254
    100.64.0.1 100.127.255.254 192.0.0.8 192.0.0.9 192.0.0.10 192.0.2.1 192.88.99.1 198.51.100.1 203.0.113.1 224.0.0.1
    239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
    :: ::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 2606:4700::1%eth0 fec0::1 ff02::1 ff0e::1 2001:db8::1 2001::1 2001:1::1
    2001:20::1 3fff::1 3fff:fff::1 5f00::1 100::1 4000::1 ::127.0.0.1 ::8.8.8.8
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:168.63.129.16 ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::a83f:8110 64:ff9b::c058:6301 64:ff9b:1::7f00:1 64:ff9b:1::808:808
    2002:7f00:1:: 2002:a00:1:: 2002:a9fe:a9fe::1 2002:e000:1::""".split()
PUBLIC = """8.8.8.8 1.1.1.1 93.184.215.14 172.32.0.1 192.0.1.1 100.128.0.1 168.63.129.17 223.255.255.254
    2606:4700::1 2a00:1450:4001::200e 2400:cb00::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_public_internet_is_closed(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_open_also_inside_another(address):
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "news.example", "127.1", "2130706433", "0x7f.1", "1.2.3.4:80", "[::1]"])
def test_what_is_no_address_is_closed(text):
    assert not is_public(text)


REFUSED = [  # the forms of the table, and their neighbours
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://1.2.3/",
    "http://8.8.8.8.0x1/",
    "http://①②⑦.0.0.1/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25lo]/",
    "http://[fe80::1%lo]/",
    "http://[2606:4700::1%25eth0]/",
    "http://[v1.fe80]/",
    "http://[::1",
    "http://::1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://api.localhost/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://intranet/",
    "http://good.example@127.0.0.1/",
    "http://user:key@good.example/",
    "http://@good.example/",
    "http://127.0.0.1\\@good.example/",
    "http://good.example\\.evil.example/",
    "http://127.0.0.1%00.good.example/",
    "http://good%2eexample/",
    "http://good.example:22/",
    "http://good.example:8080/",
    "http://good.example:0/",
    "http://good.example:99999/",
    "http://good.example:80:80/",
    "http://good.example:http/",
    "http://good.example/\r\nHost: evil.example",
    "http://good.example/a b",
    "http://good.example/\u2028",
    "http://good.example/\ud800",
    "http://good.example\u2100.evil.example/",
    "http://good..example/",
    "http://.good.example/",
    "http://-good.example/",
    "http://good.example../",
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/",
    "http://xn--\u00fc.example:80:/",
    "http:///path",
    "http://",
    "http:",
    "//good.example/",
    "good.example",
    "",
    "file:///etc/passwd",
    "ftp://good.example/",
    "gopher://good.example/",
    "data:text/html,hello",
    "unix:///run/socket",
    "javascript:alert(1)",
    f"http://good.example/{'a' * 2048}",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_hostile_or_broken_form_is_refused_before_anybody_is_asked(url):
    with pytest.raises(ForbiddenSource) as refused:
        parse(url)
    assert str(refused.value).isprintable()
    assert "127" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://news.example", "http://news.example/"),
        ("HTTPS://News.Example:443/A?b=C#part", "https://news.example/A?b=C"),
        ("http://news.example:443/", "http://news.example:443/"),
        ("http://news.example./", "http://news.example/"),
        ("http://bücher.example/straße?q=ä", "http://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%A4"),
        ("http://my_blog.example/%7Ea/%zz", "http://my_blog.example/%7Ea/%zz"),
        ('http://news.example/"<>|', "http://news.example/%22%3C%3E%7C"),
        ("http://8.8.8.8./", "http://8.8.8.8/"),
        ("http://[2606:4700:0:0::1]/", "http://[2606:4700::1]/"),
    ],
)
def test_an_address_has_one_spelling(url, asked):
    assert parse(url).url == asked
    assert parse(asked).url == asked


def test_an_exception_holds_for_exactly_its_host_and_port():
    allow = frozenset({("127.0.0.1", 8080), ("intranet", 80), ("::1", 8080)})
    assert parse("http://127.0.0.1:8080/feed", allow).excepted
    assert parse("http://intranet/", allow).excepted
    assert parse("http://[::1]:8080/", allow).origin == "http://[::1]:8080"
    assert not parse("http://news.example/", allow).excepted
    for other in (
        "http://127.0.0.1:8081/",
        "http://127.0.0.2:8080/",
        "http://a.intranet:8080/",
        "http://intranet:8080/",
    ):
        with pytest.raises(ForbiddenSource):
            parse(other, allow)
    with pytest.raises(ForbiddenSource):
        parse("http://user@127.0.0.1:8080/", allow)


@given(st.text())
def test_any_text_is_an_address_or_a_refusal(text):
    for url in (text, f"http://{text}/", f"http://news.example/{text}"):
        try:
            address = parse(url)
        except ForbiddenSource:
            continue
        assert address.url.isascii()
        assert parse(address.url) == address
        assert urlsplit(address.url).hostname == address.host


def test_what_is_shown_of_a_url_holds_no_key():
    assert masked("https://user:secret@feeds.example:8443/a?key=secret#x") == "https://feeds.example:8443/a?…"
    assert masked("https://[::1]/a") == "https://[::1]/a"
    assert masked("http://[secret") == "an address"


@pytest.mark.parametrize(
    ("link", "cleaned"),
    [
        ("https://News.example:443/a?utm_source=x&id=7&fbclid=y", "https://news.example/a?id=7"),
        ("https://news.example/a?b=1&a=2&a=1&c", "https://news.example/a?b=1&a=2&a=1&c"),
        ("https://news.example/a?UTM_Source=x&utm%5Fmedium=y", "https://news.example/a"),
        ("https://news.example/a?ref=news.example", "https://news.example/a"),
        ("https://news.example/a?ref=feeds.example", "https://news.example/a"),
        ("https://news.example/a?ref=chapter2", "https://news.example/a?ref=chapter2"),
        ("https://news.example/a?ref=", "https://news.example/a?ref="),
        ("https://news.example/a?q=%20x+y", "https://news.example/a?q=%20x+y"),
        ("https://news.example/a#xtor=RSS-1", "https://news.example/a"),
        ("https://news.example/a#:~:text=some%20words", "https://news.example/a"),
        ("https://news.example/log#v2", "https://news.example/log#v2"),
        (" https://news.example ", "https://news.example/"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("mailto:desk@news.example", "mailto:desk@news.example"),
        ("urn:uuid:1?utm_source=x", "urn:uuid:1?utm_source=x"),
        ("http://[broken", "http://[broken"),
        ("", ""),
    ],
)
def test_a_link_loses_its_tracking_and_nothing_else(link, cleaned):
    assert clean_link(link, site="feeds.example") == cleaned
    assert clean_link(cleaned, site="feeds.example") == cleaned


@given(st.text())
def test_cleaning_a_link_twice_is_cleaning_it_once(text):
    for link in (text, f"http://news.example/{text}", f"https://{text}"):
        assert clean_link(clean_link(link)) == clean_link(link)

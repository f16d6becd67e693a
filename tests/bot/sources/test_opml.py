"""Lists of feeds in and out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnreadableSource
from bot.sources import opml
from bot.sources.opml import Outline

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)
ADDRESSES = st.text("abc/?&=;<>'\"#%äλ", max_size=20).map(lambda tail: f"https://gull.example/{tail}")
LISTS = st.lists(st.builds(Outline, ADDRESSES, WORDS), min_size=1, max_size=5, unique_by=lambda o: o.url)


@given(LISTS, WORDS)
def test_what_is_written_is_read_again(outlines, title):
    read = opml.read(opml.write(outlines, title))
    assert [outline.url for outline in read] == [outline.url for outline in outlines]
    assert [outline.title for outline in read] == [outline.title or outline.url for outline in outlines]


@given(st.text(max_size=30))
def test_any_title_can_be_written(title):
    assert len(opml.read(opml.write([Outline("https://gull.example/f", title)], title))) == 1


def listed(body: str, head: str = "") -> str:
    return f'{head}<opml version="1.0"><body>{body}</body></opml>'


FEED = '<outline text="Küste" type="rss" xmlUrl="https://gull.example/f?a=1&amp;b=2"/>'


@pytest.mark.parametrize(
    "document",
    [
        listed(FEED).encode(),
        listed(FEED).encode("utf-8-sig"),
        listed(FEED).encode("cp1252"),
        listed(FEED).encode("utf-16"),
        listed(FEED, '<?xml version="1.0" encoding="UTF-8"?>').encode(),
        listed(FEED, "<?xml version='1.0' encoding='iso-8859-1' standalone='yes'?>\n").encode("latin-1"),
        listed(FEED, '<?xml version="1.0" encoding="klingon"?>').encode("cp1252"),
        listed(FEED.replace("&amp;", "&")).encode(),
        listed(f'<outline text="News"><outline text="North">{FEED}</outline></outline>').encode(),
        listed(FEED + FEED).encode(),
        listed(FEED + '<outline text="x" xmlUrl="file:///etc/hostname"/><outline text="a"/>').encode(),
        listed(FEED).replace("xmlUrl", "xmlurl").encode(),
        listed(FEED).encode().partition(b"</body>")[0],
    ],
)
def test_a_list_of_another_reader_is_read_in_its_encoding(document):
    assert opml.read(document) == (Outline("https://gull.example/f?a=1&b=2", "Küste"),)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "no feed in this list"),
        (b"https://gull.example/list.opml", "no feed in this list"),
        (b"<html><body>Hello", "no feed in this list"),
        (b"\x00\xff\xfe", "no feed in this list"),
        (b"</outline>" * 3, "no feed in this list"),
        (listed('<outline text="a" xmlUrl="javascript:alert(1)"/>').encode(), "no feed in this list"),
        (listed('<outline text="a" xmlUrl="http://["/>').encode(), "no feed in this list"),
        (listed('<outline text="a">' * 40_000).encode(), "deep"),
        (b"x" * (opml.LARGEST + 1), "over 5 MiB"),
    ],
)
def test_what_is_no_list_is_refused(document, words):
    with pytest.raises(UnreadableSource, match=words):
        opml.read(document)


@given(st.lists(st.sampled_from(["<opml>", "</opml>", "<outline", " text='a'", " xmlUrl='http://a.example/'", " type=link",
    " htmlUrl='x'", " category='a/b,'", ">", "/>", "</outline>", "<body>", "\x00", "&"]), max_size=12))  # fmt: skip
def test_no_list_whatever_breaks_it(pieces):
    try:
        read = opml.read("".join(pieces).encode())
    except UnreadableSource:
        return
    assert read

"""Bytes → the entries of a feed: RSS and Atom by feedparser, JSON Feed by hand. Pure; meant for a worker with a limit.

feedparser forgives nearly everything but takes seconds to minutes over documents that were made to hurt, so an XML
document is looked through by expat first. What the look-through can't see (feedparser reads ill-formed documents by
another parser of its own) is left to the worker's limit. Markup is never cleaned for display: it becomes plain text.
"""

from __future__ import annotations

import io
import json
import re
from calendar import timegm
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from bot.errors import UnreadableSource
from bot.phrases import phrase
from bot.sources.addresses import clean_link

LARGEST = 10 * 1024 * 1024  # bytes after decompression
DEEPEST = 64  # 200,000 nested tags cost feedparser 3.0 s
ATTRIBUTES = 64  # a tag: 20,000 in one cost 4.7 s, growing by the square
ELEMENTS = 20_000  # 200,000 items cost 5.5 s and 235 MB
ENTITY = 1_000  # characters that one may stand for
RUN = 500  # characters without a break in a name: its search for an address takes 3.9 s over 31 KiB, by the square
ENTRIES = 500  # that are looked at, those on top
WORDY = 200  # characters of a title

AUTHORS = frozenset(["author", "creator", "managingeditor", "webmaster", "publisher", "owner"])
GUIDS = frozenset(["guid", "id"])
ADDRESS_RUN = re.compile(rf"[\w.+\-@\[\]]{{{RUN}}}")
REFERENCE = re.compile(r"[&%](?!#|(?:amp|lt|gt|quot|apos);)[\w:.-]+;")
AMPLIFIED = expat.errors.codes.get("limit on input amplification factor (from DTD and entities) breached", 43)
FEED_TYPES = frozenset(
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"]
)
PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}  # in hours

BLOCKS = frozenset(
    """address article aside blockquote body br center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul""".split()
)
UNSEEN = frozenset(
    "button head iframe noscript object script select style svg template textarea video".split()
)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of a feed. `identity` tells it from the others of its feed; `content` is a hash of title and text."""

    identity: str
    link: str
    title: str
    text: str
    content: str
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed as it was read: its entries oldest first, and for how many minutes it says that it stays as it is."""

    title: str
    entries: tuple[FeedEntry, ...]
    every: int = 0


@dataclass(frozen=True, slots=True)
class _Raw:
    """An entry before it is told from its neighbours."""

    guid: str
    link: str
    title: str
    text: str
    published: datetime | None
    updated: datetime | None


def parse(body: bytes, url: str, content_type: str = "") -> FeedDocument:
    """The feed that some bytes from an address are; UnreadableSource says why they are none, or not safe to read."""
    if len(body) > LARGEST:
        raise UnreadableSource(phrase("source.feed.large", most=LARGEST // 1_048_576))
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise UnreadableSource(phrase("source.feed.empty"))
    return _json_feed(start, url) if start.startswith(b"{") else _xml_feed(body, url, content_type)


def discover(page: bytes, url: str) -> list[str]:
    """The addresses of the feeds that a web page names as its own, in its order."""
    root = _tree(page, None)
    if root is None:
        return []
    base = _absolute(url, next((found.get("href", "") for found in root.iter("base")), "")) or url
    links = [
        _absolute(base, link.get("href", ""))
        for link in root.iter("link")
        if "alternate" in link.get("rel", "").lower().split()
        and link.get("type", "").partition(";")[0].strip().lower() in FEED_TYPES
    ]
    return list(dict.fromkeys(filter(None, links)))


def plain(markup: str) -> str:
    """The text of some HTML, a paragraph a line with an empty one between; of scripts and the like nothing."""
    if "<" not in markup and "&" not in markup:
        return _tidy(markup)
    root = _tree(f"<body>{markup}</body>".encode("utf-8", "replace"), "utf-8")
    return "" if root is None else _tidy("".join(_pieces(root)))


# -- RSS and Atom ------------------------------------------------------------------------------------------------------


def _xml_feed(body: bytes, url: str, content_type: str) -> FeedDocument:
    import feedparser  # noqa: PLC0415 - because only a worker needs it

    written = {_joined(url, guid): guid for guid in check(body)}
    parsed = feedparser.parse(
        io.BytesIO(body),  # a text might be opened as an address or a file
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={
            "content-type": content_type,
            "content-location": url,
        },  # 42 files of its corpus need it
    )
    if not parsed.version and not parsed.entries:  # `bozo` is set for harmless things, too
        _no_feed(body, url)
    rss = str(parsed.version).startswith("rss")
    raw = [_entry(entry, url, written, rss) for entry in parsed.entries[:ENTRIES]]
    return FeedDocument(_title(_words(parsed.feed.get("title"))), _told_apart(raw), _stays(parsed.feed))


def _no_feed(body: bytes, url: str) -> NoReturn:
    found = discover(body, url)
    if found:
        raise UnreadableSource(phrase("source.feed.page", url=found[0]))
    raise UnreadableSource(phrase("source.feed.none"))


def check(body: bytes) -> set[str]:
    """The guids and ids of an XML document, as they are written; UnreadableSource where it is not safe to read on.

    An ill-formed one passes with those that came until there.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    scan = _Scan()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.data
    parser.EntityDeclHandler = scan.entity
    try:
        parser.Parse(body, True)  # in one piece: a large attribute in small ones grows by the square
    except expat.ExpatError as error:
        if error.code == AMPLIFIED:
            _refuse("amplified")
    except (ValueError, LookupError):  # an encoding that expat does not know
        pass
    return scan.guids


def _refuse(why: str, most: int = 0) -> NoReturn:
    raise UnreadableSource(phrase("source.feed.unsafe", why=phrase(f"source.unsafe.{why}", most=most)))


class _Scan:
    """What expat has come by so far."""

    def __init__(self) -> None:
        self.depth = self.elements = 0
        self.authors: list[int] = []  # the depths of those that are open
        self.name: list[str] = []
        self.guids: set[str] = set()
        self.guid: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST:
            _refuse("deep", DEEPEST)
        if self.elements > ELEMENTS:
            _refuse("elements", ELEMENTS)
        if len(attributes) > ATTRIBUTES:
            _refuse("attributes", ATTRIBUTES)
        local = tag.rpartition(":")[2].lower()
        self.guid = [] if local in GUIDS else None
        if local in AUTHORS:
            self.authors.append(self.depth)

    def data(self, text: str) -> None:
        if self.authors:
            self.name.append(text)
        if self.guid is not None:
            self.guid.append(text)

    def end(self, _tag: str) -> None:
        if self.guid:
            self.guids.add("".join(self.guid).strip())
        self.guid = None
        if self.authors and self.authors[-1] == self.depth:
            self.authors.pop()
            if ADDRESS_RUN.search("".join(self.name)):
                _refuse("author", RUN)
            self.name.clear()
        self.depth -= 1

    def entity(self, _name: str, _parameter: bool, value: str | None, _base: Any, *elsewhere: Any) -> None:
        if value is None or any(elsewhere):
            _refuse("file")
        if REFERENCE.search(value) or len(value) > ENTITY:
            _refuse("entities")


def _entry(entry: Any, url: str, written: Mapping[str, str], rss: bool) -> _Raw:
    guid = _words(entry.get("id"))
    published = _moment(entry.get("published_parsed"))
    updated = _moment(dict.get(entry, "updated_parsed"))  # its own `get` falls back on `published`
    return _Raw(
        guid=written.get(guid, guid),  # feedparser takes "17" for a relative address, and a feed may move
        link=_link(url, _words(entry.get("link"))),
        title=_title(_words(entry.get("title"))),
        text=_text(entry),
        published=published
        or (updated if rss else None),  # RSS has no such date but dc:date, when it came out
        updated=updated,
    )


def _text(entry: Any) -> str:
    """The full text where the entry has one, else its summary."""
    contents = [_readable(content) for content in entry.get("content", ())]
    return max(contents, key=len, default="") or _readable(entry.get("summary_detail") or {})


def _readable(content: Mapping[str, Any]) -> str:
    kind = str(content.get("type", "text/html"))
    value = _words(content.get("value"))
    if kind == "text/plain":
        return _tidy(value)
    return plain(value) if "html" in kind else ""


def _moment(parts: Any) -> datetime | None:
    """A date as feedparser gives it: a tuple, in UTC."""
    try:
        return datetime.fromtimestamp(timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError, TypeError):  # a year that is none
        return None


def _stays(feed: Any) -> int:
    """For how many minutes an RSS channel says that it may be kept: `ttl`, or the syndication module's words."""
    ttl = _number(feed.get("ttl"))
    period = PERIODS.get(_words(feed.get("sy_updateperiod")).strip().lower(), 0)
    times = _number(feed.get("sy_updatefrequency")) or 1
    return max(ttl, period * 60 // times)


def _number(value: Any) -> int:
    text = _words(value).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


# -- JSON Feed ---------------------------------------------------------------------------------------------------------


def _json_feed(body: bytes, url: str) -> FeedDocument:
    """Of a JSON Feed 1 or 1.1, https://www.jsonfeed.org/version/1.1/."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableSource(phrase("source.feed.like_json")) from None
    version, items = feed.get("version"), feed.get("items")
    if not str(version).startswith("https://jsonfeed.org/version/1") or not isinstance(items, list):
        raise UnreadableSource(phrase("source.feed.json"))
    raw = [_item(item, url) for item in items[:ENTRIES] if isinstance(item, dict)]
    return FeedDocument(_title(_words(feed.get("title"))), _told_apart(raw))


def _item(item: Mapping[str, Any], url: str) -> _Raw:
    guid = item.get("id")
    return _Raw(
        guid=_words(str(guid) if isinstance(guid, int | float) else guid),  # 1.0 lets a number pass
        link=_link(url, _words(item.get("url")) or _words(item.get("external_url"))),
        title=_title(_words(item.get("title"))),
        text=plain(_words(item.get("content_html")))
        or _tidy(_words(item.get("content_text")) or _words(item.get("summary"))),
        published=_written(item.get("date_published")),
        updated=_written(item.get("date_modified")),
    )


def _written(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_words(value).strip())
        return moment.astimezone(UTC) if moment.tzinfo else None  # RFC 3339 demands an offset
    except (ValueError, OverflowError):
        return None


# -- entries of either -------------------------------------------------------------------------------------------------


def _told_apart(raw: list[_Raw]) -> tuple[FeedEntry, ...]:
    """Entries, each once, oldest first: by their dates where all have one, else the lowest in the document first."""
    guids = Counter(entry.guid for entry in raw)
    named = {(found := _named(entry, guids)).identity: found for entry in reversed(raw)}
    return _in_order(tuple(named.values()))


def _named(entry: _Raw, guids: Mapping[str, int]) -> FeedEntry:
    content = sha256(f"{entry.title}\n{entry.text}".encode("utf-8", "replace")).hexdigest()
    again = f"{entry.guid}|{entry.link}" if entry.guid and guids[entry.guid] > 1 else entry.guid
    identity = again or entry.link or content
    return FeedEntry(
        identity, entry.link, entry.title, entry.text, content[:16], entry.published, entry.updated
    )


def _in_order(entries: tuple[FeedEntry, ...]) -> tuple[FeedEntry, ...]:
    dates = {entry.identity: entry.published or entry.updated for entry in entries}
    known = {identity: date for identity, date in dates.items() if date}
    if len(known) < len(entries):
        return entries
    return tuple(sorted(entries, key=lambda entry: known[entry.identity]))


def _words(value: Any) -> str:
    """A text without what no database keeps: NUL, and halves of characters, which JSON lets pass."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _title(markup: str) -> str:
    return " ".join(plain(markup).split())[:WORDY]


def _link(feed: str, address: str) -> str:
    return clean_link(_absolute(feed, address), site=urlsplit(feed).hostname or "")


def _absolute(base: str, address: str) -> str:
    found = _joined(base, address.strip()) if address.strip() else ""
    return found if _of_web(found) else ""


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # brackets that are no IPv6 address
        return address


def _of_web(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).hostname)
    except ValueError:
        return False


# -- markup ------------------------------------------------------------------------------------------------------------


def _tree(markup: bytes, encoding: str | None) -> Any:
    from lxml import etree  # noqa: PLC0415 - because only a worker needs it

    reader = etree.HTMLParser(encoding=encoding, remove_comments=True, remove_pis=True, no_network=True)
    try:
        return etree.fromstring(markup.replace(b"\0", b""), reader)
    except etree.LxmlError:  # nothing in it
        return None


def _pieces(root: Any) -> Iterator[str]:
    """The text of a tree with a line end wherever a block begins or ends."""
    from lxml import etree  # noqa: PLC0415 - because only a worker needs it

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag in UNSEEN and event == "start":
            walk.skip_subtree()
            continue
        if element.tag in BLOCKS:
            yield "\n"
        yield re.sub(r"\s+", " ", (element.text if event == "start" else element.tail) or "")


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n\n".join(line for line in lines if line)

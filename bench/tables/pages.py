"""Reading pages that are not ours: Debian's documentation on this machine, and pages of source packages.

Nobody marked what their text is, so no accuracy is claimed: how many are read, refused and given up, how fast, how
much of a page is taken for its text, and how many of its lines stand on the page word for word.
"""

from __future__ import annotations

import gzip
import re
import tarfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import lxml.html

from bot.errors import UnreadableSource
from bot.sources.extract import Page, read_html
from bot.sources.fetch import Limits
from bot.sources.page import LIMIT
from bot.sources.readers import Readers

TITLE = "Reading pages (Debian's documentation, pages of source packages: reported, no floor)"
DEBIAN = Path("/usr/share/doc")
FOLDER = Path(".bench/pages")  # archives of source packages that hold pages
FETCH = f"pip download --no-binary :all: --no-deps --no-build-isolation --dest {FOLDER} trafilatura"
LATEST = date(2100, 1, 1)
INLINE = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Reading:
    """What became of a page: what was found, or None where it shows no text or the reader was given up."""

    raw: bytes
    page: Page | None
    seconds: float
    given_up: bool = False


def rows(_data: Path) -> list[str]:
    packed = set(_packed())
    with Readers() as workers:
        return [
            *_figures("source packages", workers, packed),
            *_figures("Debian's documentation", workers, set(_installed())),
        ]


def _packed() -> Iterator[bytes]:
    archives = sorted(FOLDER.glob("*.tar.gz"))
    if not archives:
        raise FileNotFoundError(f"no archives in {FOLDER}; such a one comes by: {FETCH}")
    for path in archives:
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file and member.name.endswith((".html", ".html.gz")):
                    yield _unpacked(file.read(), member.name)


def _installed() -> Iterator[bytes]:
    for ending in ("*.html", "*.html.gz"):
        for path in sorted(DEBIAN.rglob(ending)):
            if path.is_file():
                yield _unpacked(path.read_bytes(), path.name)


def _unpacked(raw: bytes, name: str) -> bytes:
    return gzip.decompress(raw) if name.endswith(".gz") else raw


def _read(workers: Readers, raw: bytes) -> Reading:
    begun = time.perf_counter()
    try:
        page = workers.run(read_html, raw, "", "https://pages.example/", LATEST, limit=LIMIT)
    except UnreadableSource:
        return Reading(raw, None, time.perf_counter() - begun, given_up=True)
    return Reading(raw, page, time.perf_counter() - begun)


def _figures(name: str, workers: Readers, pages: Collection[bytes]) -> Iterator[str]:
    """The figures of some pages, each different one once: packages of one source share their documentation."""
    readings = [_read(workers, raw) for raw in sorted(pages) if len(raw) <= Limits().page]
    if not readings:
        yield f"{name}: no pages here"
        return
    read = [(reading.raw, reading.page) for reading in readings if reading.page]
    seconds = [reading.seconds for reading in readings]
    given_up = sum(reading.given_up for reading in readings)
    yield (
        f"{name}: {len(pages)} pages, {len(pages) - len(readings)} over the limit, {len(read)} read, "
        f"{len(readings) - len(read) - given_up} without a text, {given_up} given up; "
        f"{len(seconds) / sum(seconds):.0f} a second, 95 % within {quantiles([*seconds, *seconds], n=20)[-1] * 1000:.0f} ms, "
        f"slowest {max(seconds) * 1000:.0f} ms"
    )
    if read:
        lines = verbatim = 0
        for raw, page in read:
            shown = _folded(_shown(raw))
            folded = [_folded(line.removeprefix("- ")) for line in page.text.split("\n")]
            lines, verbatim = lines + len(folded), verbatim + sum(line in shown for line in folded)
        shares = [len(page.text) / max(1, len(_shown(raw))) for raw, page in read]
        origins = Counter(page.published_from for _, page in read)
        yield (
            f"  lines that stand on their page word for word: {verbatim}/{lines}; "
            f"taken as text: {median(shares):.0%} of what a page shows (median); "
            f"dated by {', '.join(f'{origin} {count}' for origin, count in sorted(origins.items()))}"
        )


def _shown(raw: bytes) -> str:
    tree = lxml.html.document_fromstring(raw)
    return " ".join(tree.xpath("//text()[not(ancestor::script or ancestor::style)]"))


def _folded(text: str) -> str:
    """Letters and digits alone: blanks differ where markup stands between words."""
    return INLINE.sub("", text)

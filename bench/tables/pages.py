"""Reading pages that are not ours: Debian's documentation on this machine, and pages of source packages.

Nobody marked what their text is, so no accuracy is claimed: how many are read, refused and given up, how fast, how
much of a page is taken for its text, and how many of its lines stand on the page word for word.
"""

from __future__ import annotations

import gzip
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import lxml.html

from bot.errors import UnreadableSource
from bot.sources.extract import Page, read_html
from bot.sources.fetch import Limits
from bot.sources.page import LIMIT
from bot.sources.workers import Workers

TITLE = "Reading pages"
DEBIAN = Path("/usr/share/doc")
PACKAGES = "packages"  # folder of the evaluation data with unpacked source packages, such as trafilatura's
LATEST = date(2100, 1, 1)
INLINE = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Reading:
    """What became of a page: its text, None for a refusal, or "" where the reader was given up."""

    raw: bytes
    page: Page | None
    seconds: float
    given_up: bool = False


def rows(data: Path) -> Iterator[str]:
    with Workers() as workers:
        for name, folder in (("Debian's documentation", DEBIAN), ("source packages", data / PACKAGES)):
            pages = sorted(
                path for ending in ("*.html", "*.html.gz") for path in folder.rglob(ending) if path.is_file()
            )
            if not pages:
                yield f"{name}: no data: no HTML pages under {folder}"
                continue
            different = sorted(set(map(_bytes, pages)))  # packages of one source share their documentation
            readings = [_read(workers, raw) for raw in different if len(raw) <= Limits().page]
            yield from _figures(name, readings, len(different))


def _bytes(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _read(workers: Workers, raw: bytes) -> Reading:
    begun = time.perf_counter()
    try:
        page = workers.run(read_html, raw, "", "https://pages.example/", LATEST, limit=LIMIT)
    except UnreadableSource:
        return Reading(raw, None, time.perf_counter() - begun, given_up=True)
    return Reading(raw, page, time.perf_counter() - begun)


def _figures(name: str, readings: Sequence[Reading], pages: int) -> Iterator[str]:
    read = [(reading.raw, reading.page) for reading in readings if reading.page]
    seconds = [reading.seconds for reading in readings]
    given_up = sum(reading.given_up for reading in readings)
    yield (
        f"{name}: {pages} pages, {pages - len(readings)} over the limit, {len(read)} read, "
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

"""Articles from files and folders on this machine: text, Markdown with front matter, saved web pages.

A folder's `manifest.json` gives the order and what is declared of each text (`file`, `published`, `source`, `title`;
nothing else of it is read). Without one a folder is its `*.txt` by name or, if it has none, its pages (`*.html`) and
its Markdown with front matter: a README is no article (`watch` takes all of these together). One bad file stops the reading, by name.
"""

from __future__ import annotations

import json
import re
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import UnreadableSource
from bot.sources import extract
from summarizers.types import Article

if TYPE_CHECKING:
    from bot.running import Running

LARGEST = 5_000_000  # bytes; a news text has some 5,000, so a larger file is something else
LARGEST_PAGE = 3 << 20  # bytes; the extractor takes more than 25 s for 17 MB of paragraphs
MANIFEST = "manifest.json"
TEXT, MARKDOWN, HTML = {".txt"}, {".md", ".markdown"}, {".html", ".htm"}
LIMIT = 10.0  # seconds for a page
ZONE = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")  # "2025-05-19 10:00 +0200", as site generators write it
AHEAD = timedelta(days=1)  # a page from beyond the date line is not from the future

Html = Callable[[bytes], extract.Page | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to read, and what a manifest declares of it."""

    path: Path
    published: date | datetime | None = None
    source: str | None = None
    title: str | None = None


def read_here(raw: bytes) -> extract.Page | None:
    """The article of a page, read in this process: for a person's own file, who can stop what takes too long."""
    return extract.read_html(raw, "", "", date.max)


def read_in(workers: Running, today: Callable[[], date]) -> Html:
    """Reads pages where they can be killed at their limit, and believes none that is from after tomorrow."""
    return lambda raw: workers.run(extract.read_html, raw, "", "", today() + AHEAD, limit=LIMIT)


def read(paths: Sequence[Path], html: Html = read_here) -> tuple[Article, ...]:
    """The articles of some files and folders, each once, in their order; UnreadableSource says what is wrong."""
    return tuple({a.id: a for articles in read_each(paths, html) for a in articles}.values())


def read_each(paths: Sequence[Path], html: Html = read_here) -> list[tuple[Article, ...]]:
    """The articles of each path.

    An article's id is its file's name, with its folder's name before it where two files have the same.
    """
    groups = [_entries(path) for path in paths]
    unique = {entry.path.resolve(): entry for entries in groups for entry in entries}
    names = dict(zip(unique, _ids(list(unique)), strict=True))
    texts = {place: article(entry, names[place], html) for place, entry in unique.items()}
    return [tuple(texts[entry.path.resolve()] for entry in entries) for entries in groups]


def every_entry(path: Path) -> list[Entry]:
    """All that a watched folder holds: what its manifest names, or each file that may be an article; or one file."""
    if not path.is_dir():
        return [Entry(path)]
    if (path / MANIFEST).exists():
        return _declared(path)
    return [Entry(file) for file in _files(path, TEXT | MARKDOWN | HTML)]


def is_article(path: Path) -> bool:
    """Whether a file of a folder is one by its looks: Markdown without front matter is a README or a note."""
    return path.suffix.lower() not in MARKDOWN or read_bytes(path).removeprefix(BOM_UTF8).startswith(b"---")


def article(entry: Entry, name: str, html: Html = read_here) -> Article:
    """The article of one file, with what is declared of it."""
    kind = entry.path.suffix.lower()
    read = _marked if kind in MARKDOWN else partial(_page, html=html) if kind in HTML else _text
    found = read(entry.path, name)
    found = replace(found, title=entry.title or found.title, source=entry.source or found.source)
    if entry.published is None:
        return found
    return replace(found, published=entry.published, published_from="declared")


def read_text(path: Path) -> str:
    """The text of a file: UTF-8 with or without byte order mark, UTF-16 with one. Line ends stay as they are."""
    raw = read_bytes(path)
    encoding = "utf-16" if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    try:
        text = raw.removeprefix(BOM_UTF8).decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableSource(f"{path} is neither UTF-8 nor UTF-16 text: save it as UTF-8.") from None
    if "\x00" in text:
        raise UnreadableSource(
            f"{path} holds NUL bytes, so it is no text: leave it out, or save it as UTF-8."
        )
    if not text.strip():
        raise UnreadableSource(f"{path} is empty: leave it out, or put the article's text into it.")
    return text


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file of a sensible size; UnreadableSource says why there are none."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableSource(f"{path} is no regular file: give a text file or a folder of them.")
        if found.st_size > LARGEST:
            raise UnreadableSource(
                f"{path} is over {LARGEST // 1_000_000} MB: give the text of one article a file."
            )
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UnreadableSource(f"There is no {path}: check the path.") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path itself
        raise UnreadableSource(
            f"{path} can't be read ({_reason(error)}): check the path and its permissions."
        ) from None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _entries(path: Path) -> list[Entry]:
    if not path.is_dir():
        return [Entry(path)]
    if (path / MANIFEST).exists():
        return _declared(path)
    texts = _files(path, TEXT) or [p for p in _files(path, MARKDOWN | HTML) if is_article(p)]
    if not texts:
        raise UnreadableSource(
            f"{path} holds no text: put *.txt files, one article each, into it (or *.html, or *.md with front matter)."
        )
    return [Entry(text) for text in texts]


def _files(folder: Path, kinds: Collection[str]) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if p.suffix.lower() in kinds and not p.name.startswith("."))
    except OSError as error:
        raise UnreadableSource(f"{folder} can't be read ({_reason(error)}): check its permissions.") from None


def _ids(paths: Sequence[Path]) -> list[str]:
    names = Counter(path.name for path in paths)
    ids = [path.name if names[path.name] == 1 else f"{path.parent.name}/{path.name}" for path in paths]
    again = Counter(ids)
    return [name if again[name] == 1 else str(path) for name, path in zip(ids, paths, strict=True)]


def _text(path: Path, name: str) -> Article:
    return Article(name, read_text(path))


def _page(path: Path, name: str, html: Html) -> Article:
    raw = read_bytes(path)
    if len(raw) > LARGEST_PAGE:
        raise UnreadableSource(f"{path} is over {LARGEST_PAGE >> 20} MB: save the text of the article alone.")
    page = html(raw)
    if page is None:
        raise UnreadableSource(f"{path} shows no article: leave it out, or save its text as *.txt.")
    return Article(
        name,
        page.text,
        title=page.title,
        source=page.site or None,
        published=page.published,
        language=page.language,
        published_from=page.published_from,
    )


def _marked(path: Path, name: str) -> Article:
    from bot.sources import markdown  # noqa: PLC0415 - because its libraries are of no use to who reads plain texts

    declared, text = markdown.parse(read_text(path), str(path))
    if not text:
        raise UnreadableSource(
            f"{path} has a head and no text: leave it out, or put the article's text into it."
        )
    where = f"{path}, front matter"
    published = _published(declared, where, key="published" if declared.get("published") else "date")
    return Article(
        name,
        text,
        title=_words(declared, "title", where) or "",
        url=_words(declared, "url", where),
        source=_words(declared, "source", where),
        published=published,
        language=_words(declared, "language", where),
        published_from="declared" if published else "unknown",
    )


# --- the manifest ------------------------------------------------------------------------------------------------


def _declared(folder: Path) -> list[Entry]:
    manifest = folder / MANIFEST
    try:
        raw = json.loads(read_text(manifest))
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UnreadableSource(f"{manifest} is no valid JSON ({reason}): correct it or remove it.") from None
    items = raw.get("articles") if isinstance(raw, dict) else None
    if not isinstance(items, list) or not items:
        raise UnreadableSource(f'{manifest} needs a list "articles" with at least one {{"file": …}}.')
    entries = [_entry(folder, item, f"{manifest}, article {n}") for n, item in enumerate(items, 1)]
    _no_repeats(manifest, (str(entry.path.relative_to(folder)) for entry in entries))
    return entries


def _entry(folder: Path, item: Any, where: str) -> Entry:
    if not isinstance(item, dict):
        raise UnreadableSource(f'{where}, must be an object with a "file".')
    return Entry(
        path=_inside(folder, item, where),
        published=_published(item, where),
        source=_words(item, "source", where),
        title=_words(item, "title", where),
    )


def _inside(folder: Path, item: Mapping[str, Any], where: str) -> Path:
    name = _words(item, "file", where)
    if not name:
        raise UnreadableSource(f'{where}, names no "file": give the name of a text in this folder.')
    path = folder / name
    try:
        resolved = path.resolve()
        inside = resolved.is_relative_to(folder.resolve())
        there = path.is_file()
    except (OSError, ValueError, RuntimeError):
        inside, there = True, False
    if not inside:
        raise UnreadableSource(f"{where}, points out of its folder ({name!r}): name a text inside it.")
    if not there:
        raise UnreadableSource(
            f"{where}, names {name!r}, which is not there: add the file or remove the entry."
        )
    return path


def _published(item: Mapping[str, Any], where: str, key: str = "published") -> date | datetime | None:
    text = _words(item, key, where)
    if text is None:
        return None
    text = ZONE.sub("", text)
    try:
        return date.fromisoformat(text) if len(text) <= len("2025-05-19") else datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableSource(
            f"{where}, has {text!r} as its published day: write it like 2025-05-19, or null where it is unknown."
        ) from None


def _words(item: Mapping[str, Any], key: str, where: str) -> str | None:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise UnreadableSource(f'{where}: "{key}" must be a text or null.')
    return value.strip() or None if value else None


def _no_repeats(manifest: Path, names: Iterable[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise UnreadableSource(f"{manifest} names {twice[0]!r} twice: list each text once.")

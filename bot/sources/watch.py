"""A folder, or one file, watched by the modification of its files: what is new in it, or changed, since it was last looked at.

Whoever forgets what was seen reads everything once more, which adds nothing to a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UnreadableSource
from bot.sources.folder import MANIFEST, Entry, Html, article, every_entry, is_article, read_here
from summarizers.types import Article

Stamp = tuple[int, int]  # size and time of modification of a file
NOTHING: Stamp = (-1, 0)  # of a file that is not there


@dataclass(frozen=True, slots=True)
class Scan:
    """What is new or changed in a folder, a sentence for each file that can't be read, and what was seen."""

    articles: tuple[Article, ...]
    failed: tuple[str, ...]
    seen: Mapping[str, Stamp]


def changes(path: Path, seen: Mapping[str, Stamp], html: Html = read_here) -> Scan:
    """What a folder or file holds that an earlier scan (its `seen`; {} the first time) had not seen as it stands now.

    An article's id is the whole path of its file, so that it stays, and no other folder has it. A file that can't be
    read is told once, until it is modified. UnreadableSource: the folder itself, or its manifest, can't be read.
    """
    entries = {_key(entry.path): entry for entry in every_entry(path)}
    stamps = {key: _stamp(entry.path) for key, entry in entries.items()}
    manifest = _key(path / MANIFEST)
    now = {**stamps, manifest: _stamp(path / MANIFEST)}
    before = seen if seen.get(manifest) == now[manifest] else {}  # else any file may be declared anew
    fresh = [entry for key, entry in entries.items() if before.get(key) != now[key]]
    found = [_attempt(entry, html, named=entry.path == path) for entry in fresh]
    return Scan(
        articles=tuple(one for one in found if isinstance(one, Article)),
        failed=tuple(one for one in found if isinstance(one, str)),
        seen=now,
    )


def _key(path: Path) -> str:
    return path.resolve().as_posix()


def _stamp(path: Path) -> Stamp:
    """Taken before a file is read, so that a later change is seen."""
    try:
        found = path.stat()
    except OSError:
        return NOTHING
    return found.st_size, found.st_mtime_ns


def _attempt(entry: Entry, html: Html, *, named: bool) -> Article | str:
    """The article of a file, or why there is none. Any file is read that a person named by itself."""
    try:
        if named or is_article(entry.path):
            return article(entry, _key(entry.path), html)
    except UnreadableSource as error:
        return str(error)
    return (
        f"{entry.path} has no front matter, so it is no article: begin it with the lines ---, title: …, ---"
    )

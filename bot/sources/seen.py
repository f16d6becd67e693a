"""What is remembered of the entries of a feed between two answers, so that only what is new or changed is read. Pure.

It is kept as one text in `Feed.entries`: JSON, a short list for an entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.sources.entries import FeedEntry

TRIES = 3  # how often a page is asked for that does not come
CHANGES = 24  # of one entry that its feed dates no later: after that many it only flickers
GONE = 200  # entries that are remembered after they left the document, since some come back


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as it was last seen. `owed` is how often its page may still be asked for."""

    content: str
    updated: int = 0  # seconds
    changes: int = 0  # in a row that the feed dated no later
    owed: int = TRIES
    page: bool = False  # its page has been read

    def asked(self, *, came: bool, again: bool = True) -> Seen:
        """The same after its page was asked for."""
        return replace(self, page=self.page or came, owed=self.owed - 1 if again and not came else 0)


Memory = Mapping[str, Seen]  # by the entry's name


def name(entry: FeedEntry) -> str:
    """What an entry is called within its feed: short, and of no characters that could be taken for something else."""
    return sha256(entry.identity.encode("utf-8", "replace")).hexdigest()[:20]


def recall(text: str) -> dict[str, Seen]:
    """What `Feed.entries` holds."""
    return {name: Seen(*values) for name, *values in json.loads(text or "[]")}


def record(before: Memory, now: Memory) -> str:
    """The text for `Feed.entries`: those of the document, and some that left it, whose pages are owed no more."""
    gone = [name for name in before if name not in now][-GONE:]
    kept = {name: replace(before[name], owed=0) for name in gone} | dict(now)
    return json.dumps([[name, *astuple(seen)] for name, seen in kept.items()], separators=(",", ":"))


def meet(entry: FeedEntry, before: Seen | None) -> Seen:
    """An entry that is in the document, as it is to be remembered until its page has been asked for."""
    updated = _seconds(entry.updated)
    if before is None:
        return Seen(entry.content, updated)
    if before.content == entry.content or _flickers(before, updated):
        return before
    changes = 0 if updated > before.updated else before.changes + 1
    return Seen(entry.content, max(updated, before.updated), changes, page=before.page)


def owes(memory: Iterable[Seen]) -> bool:
    """Whether a page is still to be asked for, so that the document is needed though it be the same."""
    return any(seen.owed for seen in memory)


def _flickers(before: Seen, updated: int) -> bool:
    return before.changes >= CHANGES and updated <= before.updated


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0

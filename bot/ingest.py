"""The intake: an article that came in is cleaned, compared with what is held, placed in its story, and kept.

Whatever takes time is done before the transaction. What depends on other articles (is it a copy? which story?) is
decided inside it, since another process may have written meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from threading import Lock

from bot import copies
from bot.ports import Added, Desk, Prints, Store, Version
from summarizers.clean import clean
from summarizers.stories import title_of
from summarizers.stream import Entry, Merged, Placed, Point, Split, Stream, point_of
from summarizers.types import Article, Document
from summarizers.words import tokens

LONGEST = 500_000  # characters; the longest of 2,982 news articles has 90,000, a novel some 500,000
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps no NUL, no database a lone surrogate
NUMBERED = re.compile(r"@\d+$")  # how the id of a further version ends
RESTLESS = (
    24  # versions; a page that differs once more under the same date has a clock or a counter in its text
)
TITLING = 20  # articles that a title is made of


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be known of an article without looking at others. The id of its document is its key."""

    document: Document
    prints: Prints
    words: str
    point: Point

    @property
    def article(self) -> Article:
        return self.document.article


class Intake:
    """`bot.ports.Intake`. The stream must have read nothing yet; it reads the log, so it is never ahead of it.

    Several threads may add; so may several processes, each with an intake and a stream of its own.
    """

    def __init__(self, store: Store, stream: Stream) -> None:
        self._store = store
        self._stream = stream
        self._read = 0  # the position in the log up to which the stream has read
        self._one_at_a_time = Lock()

    def add(self, articles: Sequence[Article], libraries: Collection[str], now: datetime) -> Sequence[Added]:
        """What became of each article, in their order. UnusableStore comes out; those before it are kept."""
        return [self._add(article, libraries, now) for article in articles]

    def _add(self, article: Article, libraries: Collection[str], now: datetime) -> Added:
        if reason := unfit(article):
            return _refused(article, now, reason)
        prepared = prepare(replace(article, id=key_of(article)), now)
        if not any(copies.words(sentence.text) for sentence in prepared.document.sentences):
            return _refused(
                article,
                now,
                f"{_name(article)} holds no sentence of an article: only what stands around one.",
            )
        with self._one_at_a_time, self._store.ingesting() as desk:
            added = self._take_in(desk, prepared, libraries, now)
            desk.see(added.version.key, libraries)
            return added

    def _take_in(self, desk: Desk, own: Prepared, libraries: Collection[str], now: datetime) -> Added:
        held = desk.latest(own.article.id)
        if held is None:
            return self._first(desk, own, libraries, now)
        if unchanged(own, held):
            return Added(held, "same")
        version = following(held, own.article, now)
        desk.write(version, own.prints, own.words, None)
        return Added(version, "changed")

    def _first(self, desk: Desk, own: Prepared, libraries: Collection[str], now: datetime) -> Added:
        self._catch_up(desk)
        place = placed(self._stream, own.point, _original(desk, own, libraries))
        version = Version(own.article, own.article.id, 1, now, place.story, place.copy_of)
        desk.write(version, own.prints, own.words, own.point)
        for entry in place.entries:
            desk.log(entry)
        for story, keys in place.to_title():
            desk.title(story, self._title(place, keys, own.document, libraries))
        return Added(version, "new")

    def _title(self, place: Place, keys: Sequence[str], own: Document, libraries: Collection[str]) -> str:
        """A title of articles that everybody holds who gets the new one, since they may all read it."""
        held = self._held(place.members, libraries)
        known = [key for key in keys if key == own.id or key in held] or [own.id]
        spread = known[:: -(-len(known) // TITLING)]
        return title_of([own if key == own.id else clean(held[key]) for key in spread])

    def _held(self, stories: Collection[str], libraries: Collection[str]) -> dict[str, Article]:
        """The newest texts of stories that all of the libraries hold, by key."""
        each = [
            {v.key: v.article for story in stories for v in self._store.versions(story, library)}
            for library in libraries
        ]
        return {key: each[0][key] for key in each[0] if all(key in held for held in each)} if each else {}

    def _catch_up(self, desk: Desk) -> None:
        """Reads what the log has since. Its own entries too: applied before the commit, they could be undone there."""
        for position, entry in desk.entries(self._read):
            self._stream.apply(entry)
            self._read = position


# -- one article by itself ---------------------------------------------------------------------------------------------


def prepare(article: Article, now: datetime) -> Prepared:
    """The article cleaned, with all that is counted in it."""
    document = clean(article)
    texts = (article.title, *(sentence.text for sentence in document.sentences))
    found = dict.fromkeys(word.folded for text in texts for word in tokens(text))
    return Prepared(document, copies.prints(document), " ".join(found), point_of(document, day(article, now)))


def key_of(article: Article) -> str:
    """The key that an article is kept by: its own, unless that could be the id of another one's version.

    >>> key_of(Article("https://tern.example/@7", "")), key_of(Article("a.txt", ""))
    ('https://tern.example/@7#', 'a.txt')
    """
    return f"{article.id}#" if NUMBERED.search(article.id) else article.id


def day(article: Article, now: datetime) -> float:
    """When it came, in days: when it was published, if that is known and past, else now."""
    published = article.published
    if published is None:
        return now.timestamp() / 86_400
    moment = published if isinstance(published, datetime) else _noon(published)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(aware, now).timestamp() / 86_400


def _noon(published: date) -> datetime:
    return datetime.combine(published, time(12), UTC)


def unfit(article: Article) -> str:
    """Why an article can't be taken in, in a sentence; empty where it can."""
    parts = (article.id, article.text, article.title, article.url or "", article.source or "")
    if not article.text.strip():
        return f"{_name(article)} is empty: nothing of it could be read."
    if len(article.text) > LONGEST:
        return f"{_name(article)} is over {LONGEST:,} characters long: give one article at a time."
    if any(UNSTORABLE.search(part) for part in parts):
        return f"{_name(article)} holds characters that are no text: save or send it as UTF-8."
    return ""


def _name(article: Article) -> str:
    return UNSTORABLE.sub("\ufffd", article.title or article.url or article.id)


def _refused(article: Article, now: datetime, reason: str) -> Added:
    return Added(Version(article, article.id, 0, now), "refused", reason)


# -- against what is held ----------------------------------------------------------------------------------------------


def unchanged(own: Prepared, held: Version) -> bool:
    """Whether the held version says the same; one whose text is no longer kept says nothing."""
    if own.article.text == held.article.text:
        return True
    if not held.article.text:
        return False
    restless = held.number >= RESTLESS and own.article.published == held.article.published
    return restless or own.prints.content == copies.content(clean(held.article))


def _original(desk: Desk, own: Prepared, libraries: Collection[str]) -> copies.Original | None:
    """Of what it is a copy. A copy of a copy is one of the first: all copies of a text name the same article."""
    alike = [like for library in sorted(libraries) for like in desk.alike(own.prints, library)]
    found = copies.original_of(own.prints, alike, own.article.id)
    held = desk.latest(found.key) if found else None
    return replace(found, key=held.copy_of) if found and held and held.copy_of else found


def following(held: Version, article: Article, now: datetime) -> Version:
    """The version that follows the held one. It stays in its story, and a copy stays a copy."""
    number = held.number + 1
    return replace(held, article=replace(article, id=f"{held.key}@{number}"), number=number, arrived=now)


# -- where it belongs --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """The story of a new article, of what it is a copy, what is to be logged, and whom the changed stories then hold."""

    story: str
    copy_of: str | None
    entries: tuple[Entry, ...]
    members: Mapping[str, tuple[str, ...]]

    def to_title(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Stories that need a new title: merged and split ones, and, which costs little, those that have doubled."""
        regrouped = len(self.entries) > 1
        return ((s, keys) for s, keys in self.members.items() if keys and (regrouped or _doubled(keys)))


def placed(stream: Stream, point: Point, original: copies.Original | None) -> Place:
    """Where an article belongs. A doubtful copy is one only if its words alone put it into the original's story."""
    home = stream.story_of(original.key) if original else None
    entries = stream.place(point, beside=home if original and original.sure else None)
    members = membership(stream, entries)
    story = next(story for story, keys in members.items() if point.key in keys)
    is_copy = original is not None and (original.sure or story == home)
    return Place(story, original.key if original and is_copy else None, entries, members)


def membership(stream: Stream, entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """The stories that entries change, with the keys of their articles afterwards; the stream stays as it is."""
    members: dict[str, tuple[str, ...]] = {}

    def of(story: str) -> tuple[str, ...]:
        return members.get(story, stream.members(story))

    for entry in entries:
        match entry:
            case Placed(point, story):
                members[story] = (*of(story), point.key)
            case Merged(story, loser):
                members |= {story: of(story) + of(loser), loser: ()}
            case Split(story, into, keys):
                members |= {story: tuple(key for key in of(story) if key not in keys), into: of(into) + keys}
    return members


def _doubled(keys: Sequence[str]) -> bool:
    return len(keys).bit_count() == 1

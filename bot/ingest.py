"""The intake: an article that came in is cleaned, compared with what is held, placed in its story, and kept.

Whatever takes time is done before the transaction. What depends on other articles (is it a copy? which story?) is
decided inside it, since another process may have written meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from bot import copies
from bot.errors import GivenUp
from bot.phrases import because, phrase
from bot.ports import Added, Desk, Prints, Store, Version
from bot.running import Running
from summarizers.clean import clean
from summarizers.stories import title_of
from summarizers.stream import Entry, Merged, Point, Split, Stream, point_of
from summarizers.types import Article, Document

LONGEST = 500_000  # characters; the longest of 2,982 news articles has 90,000, a novel some 500,000
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps no NUL, no database a lone surrogate
NUMBERED = re.compile(r"@\d+$")  # how the id of a further version ends
RESTLESS = 24  # versions; a page that changes once more under the same date has a clock or a counter in it
DAY = 86_400  # seconds
PIECE = 500  # entries of the log that are read in one transaction: a few tenths of a second, some 10 MB
TITLING = 20  # articles that a title is made of
LIMIT = 30.0  # seconds for one article; the longest that is taken needs 1


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

    def __init__(self, store: Store, stream: Stream, running: Running) -> None:
        self._store = store
        self._stream = stream
        self._running = running
        self._read = 0  # the position in the log up to which the stream has read
        self._begun = False
        self._one_at_a_time = Lock()

    def add(self, articles: Sequence[Article], libraries: Collection[str], now: datetime) -> Sequence[Added]:
        """What became of each article, in their order. UnusableStore comes out; those before it are kept."""
        return [self._add(article, sorted(libraries), now) for article in articles]

    def _add(self, article: Article, libraries: Sequence[str], now: datetime) -> Added:
        if reason := unfit(article):
            return _refused(article, now, reason)
        try:
            own = self._running.run(prepare, replace(article, id=key_of(article)), now, limit=LIMIT)
        except GivenUp as error:
            if error.why == "ended":  # which says nothing of the article: it will be given once more
                raise
            return _refused(
                article, now, phrase("source.article.given_up", name=_name(article), why=because(str(error)))
            )
        if not any(copies.words(sentence.text) for sentence in own.document.sentences):
            return _refused(article, now, phrase("source.article.no_sentence", name=_name(article)))
        readers = [library for library in libraries if self._store.version(own.article.id, library) is None]
        if readers:  # else it has been placed, so nothing needs to be known of the others
            self._begin()
        with self._one_at_a_time, self._store.ingesting() as desk:
            added, stories = self._take_in(desk, own, libraries, now)
            desk.see(own.article.id, libraries)
        for library in readers if stories else ():
            self._entitle(stories, library, own.article.id)
        return added

    def _take_in(
        self, desk: Desk, own: Prepared, libraries: Sequence[str], now: datetime
    ) -> tuple[Added, Collection[str]]:
        """What becomes of an article, and the stories that it changes."""
        held = desk.latest(own.article.id)
        if held is None:
            return self._first(desk, own, libraries, now)
        stories = [held.story] if held.story else []
        if unchanged(own, held):
            return Added(held, "same"), stories
        version = following(held, own.article, now)
        desk.write(version, own.prints, own.words, None)
        return Added(version, "changed"), stories

    def _first(
        self, desk: Desk, own: Prepared, libraries: Sequence[str], now: datetime
    ) -> tuple[Added, Collection[str]]:
        self._catch_up(desk)
        place = placed(self._stream, own.point, _original(desk, own, libraries))
        version = Version(own.article, own.article.id, 1, now, place.story, place.copy_of)
        desk.write(version, own.prints, own.words, own.point)
        for entry in place.entries:
            desk.log(entry)
        if place.changed == {place.story} and not self._stream.members(place.story):
            desk.title(place.story, title_of([own.document]))
            return Added(version, "new"), ()
        return Added(version, "new"), place.changed

    def _entitle(self, stories: Collection[str], library: str, key: str) -> None:
        """Names stories for a library that got an article of theirs: those that have doubled, so that it costs little.

        A story that was regrouped is named too. Only what the library holds is in its titles.
        """
        for story in self._store.stories(library, limit=len(stories), ids=stories):
            if story.articles.bit_count() == 1 or len(stories) > 1:
                texts = {version.key: version.article for version in self._store.versions(story.id, library)}
                spread = list(texts.values())[:: -(-len(texts) // TITLING)]
                title = self._running.run(titled, tuple(spread), limit=LIMIT)
                with self._store.ingesting() as desk:
                    desk.title(story.id, title)
                    desk.see(key, [library])

    def _begin(self) -> None:
        """Reads the log from its beginning, the first time, in pieces: neither memory nor other writers should suffer."""
        with self._one_at_a_time:
            while not self._begun:
                with self._store.ingesting() as desk:
                    self._begun = self._catch_up(desk, PIECE) < PIECE

    def _catch_up(self, desk: Desk, limit: int | None = None) -> int:
        """Reads what the log has since, and how many entries that was.

        Its own entries come from there too: applied before the commit, they could be undone there.
        """
        entries = desk.entries(self._read, limit)
        for position, entry in entries:
            self._stream.apply(entry)
            self._read = position
        return len(entries)


# -- one article by itself ---------------------------------------------------------------------------------------------


def prepare(article: Article, now: datetime) -> Prepared:
    """The article cleaned, with all that is counted in it."""
    document = clean(article)
    words = "\n".join((article.title, *(sentence.text for sentence in document.sentences)))
    return Prepared(document, copies.prints(document), words, point_of(document, now.timestamp() / DAY))


def titled(articles: Sequence[Article]) -> str:
    """The title of a story of these articles."""
    return title_of([clean(article) for article in articles])


def key_of(article: Article) -> str:
    """The key that an article is kept by: its own, unless that could be the id of another one's version.

    >>> key_of(Article("https://tern.example/@7", "")), key_of(Article("a.txt", ""))
    ('https://tern.example/@7#', 'a.txt')
    """
    return f"{article.id}#" if NUMBERED.search(article.id) else article.id


def unfit(article: Article) -> str:
    """Why an article can't be taken in, in a sentence; empty where it can."""
    parts = (article.id, article.text, article.title, article.url or "", article.source or "")
    if not article.text.strip():
        return phrase("source.article.empty", name=_name(article))
    if len(article.text) > LONGEST:
        return phrase("source.article.long", name=_name(article), most=f"{LONGEST:,}")
    if any(UNSTORABLE.search(part) for part in parts):
        return phrase("source.article.no_text", name=_name(article))
    return ""


def _name(article: Article) -> str:
    return UNSTORABLE.sub("\ufffd", article.title or article.url or article.id)


def _refused(article: Article, now: datetime, reason: str) -> Added:
    return Added(Version(article, article.id, 0, now), "refused", reason)


# -- against what is held ----------------------------------------------------------------------------------------------


def unchanged(own: Prepared, held: Version) -> bool:
    """Whether the held version says the same, or all that there is; without its text it says nothing."""
    new, old = own.article, held.article
    if not old.text:
        return False
    if new.excerpt and not old.excerpt:  # its page can't be read just now; a feed's teaser is no newer text
        return True
    if new.published is not None and old.published is None:
        return False
    restless = held.number >= RESTLESS and new.published == old.published
    return new.text == old.text or restless or own.prints.content == copies.content(clean(old))


def _original(desk: Desk, own: Prepared, libraries: Sequence[str]) -> copies.Original | None:
    """Of what it is a copy. A copy of a copy is one of the first: all copies of a text name the same article."""
    alike = [like for library in libraries for like in desk.alike(own.prints, library)]
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
    """The story of a new article, of what it is a copy, and what is to be logged."""

    story: str
    copy_of: str | None
    entries: tuple[Entry, ...]

    @property
    def changed(self) -> Collection[str]:
        """The stories that have other articles now."""
        parts = {entry.into for entry in self.entries if isinstance(entry, Split)}
        return {self.story, *parts, *(entry.story for entry in self.entries)}


def placed(stream: Stream, point: Point, original: copies.Original | None) -> Place:
    """Where an article belongs. A doubtful copy is one only if its words alone put it into the original's story."""
    beside = stream.story_of(original.key) if original else None
    entries = stream.place(point, beside=beside if original and original.sure else None)
    is_copy = original is not None and (original.sure or beside == entries[0].story)
    return Place(home(entries, point.key), original.key if original and is_copy else None, entries)


def home(entries: Sequence[Entry], key: str) -> str:
    """The story in which an article is after the entries of its placing."""
    story = entries[0].story
    for entry in entries[1:]:
        match entry:
            case Merged(winner, loser) if loser == story:
                story = winner
            case Split(_, into, keys) if key in keys:
                story = into
    return story

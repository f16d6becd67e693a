"""The doors between the use cases and the outside, and the values that pass through them.

Times are aware datetimes in UTC; a store keeps them as whole milliseconds. Every method of a door is plain `def` and
may block: it is called off the event loop.

A *target* is where something is told: a channel, a forum in which each story has a post, or a person in direct messages. A *library* is what the people of
one workspace have brought together; nobody sees an article that is not in their library. A *version* is an article
as it stood when it was read: a source that changes an article makes another version, and the earlier one stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from summarizers.stream import Entry, Point
from summarizers.types import Article, Digest, Line, Quotation

TargetKind = Literal["channel", "forum", "person"]
TopicKind = Literal["story", "feed", "word"]
FeedNews = Literal["", "failing", "muted", "moved"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where something is told: a channel, a forum, or a person in direct messages."""

    platform: str
    workspace: str
    kind: TargetKind
    id: str

    @property
    def library(self) -> str:
        """The name of the library that it reads from."""
        return f"{self.platform}:{self.workspace}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who asks, and where: in a channel, which may be a forum, or in a direct message (`channel` is None).

    `manages` says whether the person may change what the channel follows; of direct messages it is always true. Words of
    ours are said in `language`. `tag` is the tag that posts in a forum are to get, its id and then its name; empty for none.
    """

    person: Target
    channel: Target | None = None
    manages: bool = True
    language: str = "en"
    tag: str = ""

    @property
    def target(self) -> Target:
        """Whose follows, mutes and marks count here."""
        return self.channel or self.person


# -- articles and stories ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it stood when it was read.

    `article.id` is the version's own id: its key, from the second version on followed by "@" and the number.
    `story` is None until it has been placed. `copy_of` is the key of the article of which it is an exact or near copy.
    """

    article: Article
    key: str
    number: int
    arrived: datetime
    story: str | None = None
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Prints:
    """What near copies are known by: 64-bit hashes of the sentences, and the 64-bit keys of the bands of a MinHash."""

    content: str  # hexadecimal hash of the folded words of the whole text
    sentences: frozenset[int]
    bands: frozenset[int]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a stored article shares with a new one: sentences, and MinHash bands, by how many it has itself."""

    key: str
    shared: int
    sentences: int
    bands: int


@dataclass(frozen=True, slots=True)
class StoredStory:
    """A story as one library sees it: counts are of the articles that the library holds, `sources` of independent ones."""

    id: str
    title: str
    articles: int
    sources: int
    first: datetime
    newest: datetime


class Desk(Protocol):
    """One write transaction in which an article comes in; there is one at a time, over all processes."""

    def latest(self, key: str) -> Version | None:
        """The newest version of an article, whoever may see it."""

    def alike(self, prints: Prints, library: str) -> Sequence[Likeness]:
        """Articles of the library that share a sentence or a band, most shared sentences first, at most 20."""

    def entries(self, after: int, limit: int | None = None) -> Sequence[tuple[int, Entry]]:
        """The log of the stories after a position, oldest first, each entry with its own position; at most `limit`."""

    def write(self, version: Version, prints: Prints, words: str, point: Point | None) -> None:
        """Keeps a version with its searchable words; a first version needs its point."""

    def log(self, entry: Entry) -> int:
        """Adds to the log of the stories, applies it to the articles, and returns its position."""

    def title(self, story: str, title: str) -> None:
        """Names a story."""

    def see(self, key: str, libraries: Collection[str]) -> None:
        """Puts an article into libraries; one that is there already stays."""


# -- feeds -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its health. `url` is what is asked next; `added` is what a person wrote."""

    id: str
    url: str
    added: str
    title: str = ""
    etag: str = ""
    modified: str = ""  # the Last-Modified header, word for word
    body: str = ""  # hash of the last body
    next_at: datetime | None = None  # None: at once
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None
    errors: int = 0  # in a row
    error: str = ""  # what the last one was, for a person
    moved_to: str = ""  # where permanent redirects lead
    moves: int = 0  # how many of them in a row
    muted: str = ""  # why it is no longer asked
    failing_since: datetime | None = None  # when the errors in a row began
    every: int = 0  # minutes for which its document says that it stays as it is
    entries: str = ""  # what the FeedSource, and nobody else, remembers of its entries; up to some 50 kB
    news: FeedNews = ""  # the last that happened to it which its readers should hear of
    news_at: datetime | None = None


# -- targets: what they follow, mute, and have been told -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be followed or muted: a story by id, a feed by id, or a word."""

    kind: TopicKind
    value: str


@dataclass(frozen=True, slots=True)
class Mute:
    """A topic that a target does not want to hear of, until a moment or (None) for good."""

    topic: Topic
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a target has been told a story: versions that were compared, and `Quotation.sha256` of sentences told."""

    versions: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What becomes true once a reply has been sent.

    The digest is the last one that `shown_to` saw. Where `moves` names a target, the versions are compared and the
    sentences told for it; a private reply in a channel moves nobody's mark.
    """

    shown_to: Target
    story: str
    digest: Digest
    moves: Target | None = None
    versions: tuple[str, ...] = ()
    sentences: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The last digest that a target saw, of which story, and when."""

    story: str
    digest: Digest
    at: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line of a digest that somebody holds for wrong, as it was shown, and what they say about it."""

    by: Target
    line: Line
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a library holds, for `status`."""

    articles: int
    stories: int
    feeds: int
    failing: int
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an operator should know of: feeds that can't be read, what is closed and why, and how many messages did not go.

    What is closed is a target; one without an id stands for a whole installation, without a workspace for a platform.
    """

    feeds: tuple[Feed, ...] = ()
    closed: tuple[tuple[Target, str], ...] = ()
    dead: int = 0
    held: int = 0


class Store(Protocol):
    """The memory. Each method is one transaction; UnusableStore comes out where the database can't serve."""

    # articles and stories
    def ingesting(self) -> AbstractContextManager[Desk]:
        """The transaction in which an article comes in; leaving it by an error undoes everything."""

    def versions(self, story: str, library: str) -> Sequence[Version]:
        """The versions of a story that the library holds and whose text is still there, in the order in which they came."""

    def version(self, name: str, library: str) -> Version | None:
        """The newest version of an article by its key or its URL; a further version by its id."""

    def stories(
        self, library: str, *, limit: int, ids: Collection[str] | None = None
    ) -> Sequence[StoredStory]:
        """The stories of a library, the one with the newest arrival first; of `ids`, aliases too, if given."""

    def search(self, query: str, library: str, *, limit: int) -> Sequence[Version]:
        """The newest versions of articles that hold every word of the query, by stem; newest arrival first.

        Anything is a query; one without a searchable word finds nothing.
        """

    def retire(self, before: datetime) -> int:
        """Drops the text of articles whose story was last followed or shown before then; how many.

        A story that is followed now is not dropped; what was told keeps its own words.
        """

    # what was told
    def mark(self, target: Target, story: str) -> Mark: ...

    def tell(self, telling: Telling, now: datetime) -> None:
        """Carries a telling out. For a target that asked to be forgotten it does nothing."""

    def shown(self, target: Target) -> Shown | None: ...

    def doubt(self, doubt: Doubt) -> bool:
        """Keeps a doubt in place of one by the same person about the same line; false for who asked to be forgotten."""

    def doubts(self, limit: int) -> Sequence[Doubt]:
        """Those of everybody, the latest first."""

    # what is followed and muted
    def follow(self, target: Target, topic: Topic, now: datetime) -> bool:
        """Whether it was not followed before."""

    def unfollow(self, target: Target, topic: Topic) -> bool: ...

    def follows(self, target: Target) -> Sequence[Topic]: ...

    def mute(self, target: Target, mute: Mute, now: datetime) -> bool: ...

    def unmute(self, target: Target, topic: Topic) -> bool: ...

    def mutes(self, target: Target, now: datetime) -> Sequence[Mute]:
        """Those that still hold, in the order in which they were made."""

    # feeds
    def add_feed(self, url: str, library: str, now: datetime) -> tuple[Feed, bool]:
        """The feed of this address, and whether it is new to the library, which then sees what it has brought."""

    def remove_feed(self, feed: str, library: str) -> bool:
        """Whether the library had it. A feed of no library is gone."""

    def feeds(self, library: str) -> Sequence[Feed]: ...

    def feed(self, feed: str) -> Feed | None:
        """A feed by its id, if any library has it."""

    def due_feeds(self, now: datetime, limit: int) -> Sequence[Feed]:
        """Feeds of any library to be asked now, the longest due first; muted ones never."""

    def save_feed(self, feed: Feed) -> None: ...

    def libraries(self, feed: str) -> Sequence[str]:
        """Which libraries a feed belongs to."""

    # people and workspaces
    def receive(self, platform: str, workspace: str, event: str, now: datetime) -> bool:
        """Whether an event of a platform comes for the first time; remembered for an hour, for every process."""

    def forget(self, target: Target) -> None:
        """Leaves of a target only a keyed hash.

        So nothing makes it again but its own next wish to be remembered (`follow` or `mute`).
        """

    def forget_workspace(self, platform: str, workspace: str) -> None: ...

    def readmit(self, platform: str, workspace: str) -> None:
        """Takes back that a workspace is forgotten: the bot was let in again, and begins anew there."""

    def synced(self, platform: str, application: str) -> str:
        """What the commands are known by that a platform was told of last for an application; empty if of none."""

    def keep_synced(self, platform: str, application: str, fingerprint: str) -> None: ...

    def export(self, target: Target) -> Mapping[str, Any]:
        """Everything that is stored about a target, as plain values."""

    def counts(self, library: str) -> Counts: ...


# -- sources -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Polled:
    """What asking a feed gave: the feed as it now stands, and its entries as articles, oldest first.

    `failed` is a sentence for a person, empty where all went well.
    """

    feed: Feed
    articles: tuple[Article, ...] = field(default=())
    failed: str = ""


class ArticleSource(Protocol):
    """Reads what stands at an address; UnreadableSource says why it can't."""

    def read(self, address: str) -> Sequence[Article]: ...


class FeedSource(Protocol):
    """Asks feeds. It answers always: what goes wrong stands in the feed's health.

    It gives the entries that are new or whose content changed since `feed.entries` was written, and reads the pages of
    these alone; a changed entry has the key that it had. So whoever asks takes the articles in first and saves the
    feed after them: what a crash leaves undone is given once more. A key is made of `feed.id`, which stays when the
    feed moves. Where `polled.feed.url` is not the address that was asked, the feed has moved for good; whoever holds
    the new address already puts the old one back before saving.
    """

    def poll(self, feed: Feed, now: datetime) -> Polled: ...


# -- taking in ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an article that came in: its version as it is now held, placed in its story.

    `new` is its first version, `changed` a further one; `same` says that its text is the one that was held. A `refused`
    one is not held: `reason` is a sentence for a person, `version` (number 0) what was handed over.
    """

    version: Version
    outcome: Literal["new", "changed", "same", "refused"]
    reason: str = ""


class Intake(Protocol):
    """Takes articles into libraries, each in a transaction of its own, and says what became of each, in their order."""

    def add(
        self, articles: Sequence[Article], libraries: Collection[str], now: datetime
    ) -> Sequence[Added]: ...

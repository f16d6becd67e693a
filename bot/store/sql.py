"""The Store of `bot.ports` in a database: each method is one transaction over the functions of its subject."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection

from bot.ports import (
    Counts,
    Desk,
    Doubt,
    Feed,
    Likeness,
    Mark,
    Mute,
    Prints,
    Shown,
    StoredStory,
    Target,
    Telling,
    Topic,
    Trouble,
    Version,
)
from bot.store import articles, delivered, doubts, feeds, search, stories, targets, trouble, upkeep
from bot.store.backup import backup, restore
from bot.store.engine import Database, file_of, open_database
from bot.store.outbox import SqlOutbox
from bot.store.upgrade import revision, upgrade
from summarizers.stream import Entry, Point


def open_store(url: str, *, key: bytes) -> SqlStore:
    """The memory at an address, its schema made or brought up to date. `key` hides who asked to be forgotten.

    UnusableStore says why it can't be opened; one of a newer version stays untouched.
    """
    database = open_database(url)
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return SqlStore(database, key)


def schema_at(url: str) -> str | None:
    """Which schema the memory at an address has, None where none was made yet; by asking nothing is made or changed."""
    file = file_of(url)
    if file and not file.exists():
        return None
    with closing(open_database(url)) as database, database.reading() as connection:
        return revision(connection)


class SqlDesk:
    """`bot.ports.Desk` in an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._titles: dict[str, str] = {}
        self._readers: set[str] = set()

    def latest(self, key: str) -> Version | None:
        return articles.latest(self._connection, key)

    def alike(self, prints: Prints, library: str) -> Sequence[Likeness]:
        return articles.alike(self._connection, prints, library)

    def entries(self, after: int, limit: int | None = None) -> Sequence[tuple[int, Entry]]:
        return stories.entries(self._connection, after, limit)

    def write(self, version: Version, prints: Prints, words: str, point: Point | None) -> None:
        if version.number == 1 and point is None:
            raise ValueError(f"the first version of {version.key!r} needs its point")
        articles.write(self._connection, version, prints, words)
        if point:
            stories.keep_point(self._connection, point)

    def log(self, entry: Entry) -> int:
        return stories.log(self._connection, entry)

    def title(self, story: str, title: str) -> None:
        self._titles[story] = title

    def see(self, key: str, libraries: Collection[str]) -> None:
        articles.see(self._connection, key, libraries)
        self._readers |= set(libraries)

    def close(self) -> None:
        """Names stories for those who got what they were named after."""
        for story, title in self._titles.items():
            stories.name(self._connection, story, title, self._readers)


class SqlStore:
    """`bot.ports.Store` in SQLite or PostgreSQL."""

    def __init__(self, database: Database, key: bytes) -> None:
        self.database = database
        self.outbox = SqlOutbox(database, key)
        self._key = key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets the database go."""
        self.database.close()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """For a process that serves: alone where the database is a file, and then all lanes are free."""
        with self.database.alone():
            if self.database.is_sqlite:
                self.outbox.end_leases()
            yield

    def backup(self, path: Path) -> None:
        """Copies the memory as it is now to a new file; UnusableStore says why it can't be done."""
        backup(self.database, path)

    def restore(self, path: Path) -> None:
        """Puts a backup in the place of the memory; whoever was forgotten since stays forgotten."""
        restore(self.database, path, self._key)

    def trouble(self, since: datetime) -> Trouble:
        """What an operator should know of, of any library; messages that did not go since then."""
        with self.database.reading() as connection:
            return trouble.trouble(connection, since)

    # articles and stories

    @contextmanager
    def ingesting(self) -> Iterator[Desk]:
        with self.database.writing() as connection:
            desk = SqlDesk(connection)
            yield desk
            desk.close()

    def versions(self, story: str, library: str) -> Sequence[Version]:
        with self.database.reading() as connection:
            return articles.of_story(connection, stories.resolved(connection, story), library)

    def version(self, name: str, library: str) -> Version | None:
        with self.database.reading() as connection:
            return articles.named(connection, name, library)

    def stories(
        self, library: str, *, limit: int, ids: Collection[str] | None = None
    ) -> Sequence[StoredStory]:
        with self.database.reading() as connection:
            return stories.listed(connection, library, limit, ids)

    def search(self, query: str, library: str, *, limit: int) -> Sequence[Version]:
        with self.database.reading() as connection:
            return articles.newest(connection, search.find(connection, query, library, limit))

    def retire(self, before: datetime) -> int:
        with self.database.writing() as connection:
            return upkeep.retire(connection, before)

    # what was told

    def mark(self, target: Target, story: str) -> Mark:
        with self._of(target) as (connection, row):
            return targets.mark(connection, row, story) if row else Mark()

    def tell(self, telling: Telling, now: datetime) -> None:
        with self.database.writing() as connection:
            targets.tell(connection, self._key, telling, now)

    def shown(self, target: Target) -> Shown | None:
        with self._of(target) as (connection, row):
            return targets.last_shown(connection, row) if row else None

    def doubt(self, doubt: Doubt) -> bool:
        with self.database.writing() as connection:
            if targets.is_forgotten(connection, self._key, doubt.by):
                return False
            doubts.keep(connection, targets.made(connection, doubt.by), doubt)
            return True

    def doubts(self, limit: int) -> Sequence[Doubt]:
        with self.database.reading() as connection:
            return doubts.latest(connection, limit)

    # what is followed and muted

    def follow(self, target: Target, topic: Topic, now: datetime) -> bool:
        with self.database.writing() as connection:
            row = targets.remember(connection, self._key, target)
            return targets.follow(connection, row, topic, now)

    def unfollow(self, target: Target, topic: Topic) -> bool:
        with self.database.writing() as connection:
            row = targets.found(connection, target)
            return row is not None and targets.unfollow(connection, row, topic)

    def follows(self, target: Target) -> Sequence[Topic]:
        with self._of(target) as (connection, row):
            return targets.followed(connection, row) if row else []

    def mute(self, target: Target, mute: Mute, now: datetime) -> bool:
        with self.database.writing() as connection:
            return targets.mute(connection, targets.remember(connection, self._key, target), mute, now)

    def unmute(self, target: Target, topic: Topic) -> bool:
        with self.database.writing() as connection:
            row = targets.found(connection, target)
            return row is not None and targets.unmute(connection, row, topic)

    def mutes(self, target: Target, now: datetime) -> Sequence[Mute]:
        with self._of(target) as (connection, row):
            return targets.muted(connection, row, now) if row else []

    @contextmanager
    def _of(self, target: Target) -> Iterator[tuple[Connection, int | None]]:
        with self.database.reading() as connection:
            yield connection, targets.found(connection, target)

    # feeds

    def add_feed(self, url: str, library: str, now: datetime) -> tuple[Feed, bool]:
        with self.database.writing() as connection:
            targets.lift(connection, [targets.hashed(self._key, *library.split(":", 1))])
            return feeds.join(connection, url, library, now)

    def remove_feed(self, feed: str, library: str) -> bool:
        with self.database.writing() as connection:
            return feeds.leave(connection, feed, library)

    def feeds(self, library: str) -> Sequence[Feed]:
        with self.database.reading() as connection:
            return feeds.of_library(connection, library)

    def feed(self, feed: str) -> Feed | None:
        with self.database.reading() as connection:
            return feeds.one(connection, feed)

    def due_feeds(self, now: datetime, limit: int) -> Sequence[Feed]:
        with self.database.reading() as connection:
            return feeds.due(connection, now, limit)

    def save_feed(self, feed: Feed) -> None:
        with self.database.writing() as connection:
            feeds.save(connection, feed)

    def libraries(self, feed: str) -> Sequence[str]:
        with self.database.reading() as connection:
            return feeds.libraries(connection, feed)

    # people and workspaces

    def forget(self, target: Target) -> None:
        with self.database.writing() as connection:
            row = targets.found(connection, target)
            upkeep.drop_targets(connection, [row] if row else [])
            targets.bury(connection, [targets.hash_of(self._key, target)])

    def forget_workspace(self, platform: str, workspace: str) -> None:
        with self.database.writing() as connection:
            upkeep.drop_workspace(connection, platform, workspace)
            targets.bury(connection, [targets.hashed(self._key, platform, workspace)])

    def receive(self, platform: str, workspace: str, event: str, now: datetime) -> bool:
        with self.database.writing() as connection:
            return upkeep.receive(connection, platform, workspace, event, now)

    def readmit(self, platform: str, workspace: str) -> None:
        with self.database.writing() as connection:
            targets.lift(connection, [targets.hashed(self._key, platform, workspace)])

    # commands

    def synced(self, platform: str, application: str) -> str:
        with self.database.reading() as connection:
            return upkeep.synced_as(connection, platform, application)

    def keep_synced(self, platform: str, application: str, fingerprint: str) -> None:
        with self.database.writing() as connection:
            upkeep.keep_synced(connection, platform, application, fingerprint)

    def export(self, target: Target) -> Mapping[str, Any]:
        own = {
            "platform": target.platform,
            "workspace": target.workspace,
            "kind": target.kind,
            "id": target.id,
        }
        with self._of(target) as (connection, row):
            if row is None:
                return {"target": own}
            return {"target": own, **targets.export(connection, row), **delivered.export(connection, row)}

    def counts(self, library: str) -> Counts:
        with self.database.reading() as connection:
            return upkeep.counts(connection, library)

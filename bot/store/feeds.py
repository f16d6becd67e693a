"""Feeds: which library has which, how they are, and which are to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from bot.ports import Feed, Target
from bot.store.articles import see_all
from bot.store.engine import add, is_new
from bot.store.schema import feed_libraries, feeds, follows, lanes, schedules, targets

AT_ONCE = 500  # feeds of a statement
FIELDS = tuple(field.name for field in fields(Feed))


def join(connection: Connection, url: str, library: str, now: datetime) -> tuple[Feed, bool]:
    """The feed of an address, and whether it is new to the library, which then sees what it has brought."""
    feed = _of_address(connection, url) or _begin(connection, url)
    row = add(connection, feed_libraries).values(feed=feed.id, library=library, added_at=now)
    fresh = is_new(connection, row)
    see_all(connection, f"{feed.id}#", library)  # so begins the key of all that it has brought
    return feed, fresh


def _of_address(connection: Connection, url: str) -> Feed | None:
    known = select(feeds).where(or_(feeds.c.url == url, feeds.c.added == url)).order_by(feeds.c.id).limit(1)
    row = connection.execute(known).one_or_none()
    return feed_of(row) if row else None


def _begin(connection: Connection, url: str) -> Feed:
    feed = Feed(f"feed-{sha256(url.encode('utf-8', 'replace')).hexdigest()[:12]}", url, url)
    connection.execute(feeds.insert().values(**asdict(feed)))
    return feed


def leave(connection: Connection, feed: str, library: str) -> bool:
    """Takes a feed out of a library; whether it was there. A feed of no library is gone."""
    membership = feed_libraries.c.feed == feed, feed_libraries.c.library == library
    had = connection.execute(delete(feed_libraries).where(*membership)).rowcount > 0
    drop_unread(connection)
    return had


def drop_unread(connection: Connection) -> None:
    """Drops the feeds that no library has."""
    connection.execute(delete(feeds).where(feeds.c.id.not_in(select(feed_libraries.c.feed))))


def of_library(connection: Connection, library: str) -> Sequence[Feed]:
    """The feeds of a library, in the order in which they were added."""
    statement = (
        select(feeds)
        .join(feed_libraries, feed_libraries.c.feed == feeds.c.id)
        .where(feed_libraries.c.library == library)
        .order_by(feed_libraries.c.added_at, feeds.c.id)
    )
    return [feed_of(row) for row in connection.execute(statement)]


def one(connection: Connection, feed: str) -> Feed | None:
    """A feed by its id."""
    row = connection.execute(select(feeds).where(feeds.c.id == feed)).one_or_none()
    return feed_of(row) if row else None


def due(connection: Connection, now: datetime, limit: int) -> Sequence[Feed]:
    """Feeds to be asked, the longest due first."""
    statement = (
        select(feeds)
        .where(feeds.c.muted == "", or_(feeds.c.next_at.is_(None), feeds.c.next_at <= now))
        .order_by(feeds.c.next_at.asc().nulls_first(), feeds.c.id)
        .limit(limit)
    )
    return [feed_of(row) for row in connection.execute(statement)]


def save(connection: Connection, feed: Feed) -> None:
    """Keeps how a feed is; one that was removed meanwhile stays away."""
    connection.execute(update(feeds).where(feeds.c.id == feed.id).values(**asdict(feed)))


# -- news --------------------------------------------------------------------------------------------------------------


def untold(connection: Connection) -> Sequence[Feed]:
    """Feeds whose news nobody was told yet, the oldest news first."""
    fresh = or_(feeds.c.told_at.is_(None), feeds.c.told_at < feeds.c.news_at)
    statement = select(feeds).where(feeds.c.news != "", fresh).order_by(feeds.c.news_at, feeds.c.id)
    return [feed_of(row) for row in connection.execute(statement)]


def told(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    """Keeps that the news of feeds were told."""
    for at in range(0, len(ids), AT_ONCE):
        some = feeds.c.id.in_(ids[at : at + AT_ONCE])
        connection.execute(update(feeds).where(some).values(told_at=now))


def concerned(connection: Connection, feed: str) -> Sequence[Target]:
    """Who hears of a feed: who follows it, and where nobody in a library does, who made the schedules that run there."""
    follow = select(targets).join_from(follows, targets, targets.c.id == follows.c.target)
    following = _targets(connection, follow.where(follows.c.kind == "feed", follows.c.value == feed))
    found: dict[Target, None] = {}
    for library in libraries(connection, feed):
        here = [target for target in following if target.library == library]
        found |= dict.fromkeys(here or _owners(connection, library))
    return list(found)


def _owners(connection: Connection, library: str) -> list[Target]:
    platform, _, workspace = library.partition(":")
    runs = (
        select(targets)
        .join_from(schedules, targets, targets.c.id == schedules.c.owner)
        .join(lanes, lanes.c.id == schedules.c.lane)
        .where(schedules.c.paused == "", lanes.c.platform == platform, lanes.c.workspace == workspace)
    )
    return _targets(connection, runs.distinct())


def _targets(connection: Connection, statement: Any) -> list[Target]:
    rows = connection.execute(statement.order_by(targets.c.id))
    return [Target(row.platform, row.workspace, row.kind, row.name) for row in rows]


# -- rows --------------------------------------------------------------------------------------------------------------


def libraries(connection: Connection, feed: str) -> Sequence[str]:
    """Which libraries have a feed."""
    statement = select(feed_libraries.c.library).where(feed_libraries.c.feed == feed)
    return connection.execute(statement.order_by(feed_libraries.c.library)).scalars().all()


def feed_of(row: Row[Any]) -> Feed:
    """The feed that a row holds."""
    return Feed(**{name: getattr(row, name) for name in FIELDS})

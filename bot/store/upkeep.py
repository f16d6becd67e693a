"""What keeps the memory small and its promises kept: retention, forgetting, counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, func, or_, select, update

from bot.ports import Counts
from bot.store import feeds as feed_rows
from bot.store import schedules, search
from bot.store.articles import unprint
from bot.store.engine import add, is_new
from bot.store.schema import (
    aliases,
    articles,
    doubts,
    feed_libraries,
    follows,
    gates,
    marks,
    mutes,
    received,
    shown,
    sightings,
    slack_bots,
    slack_installations,
    stories,
    story_log,
    synced,
    targets,
    titles,
    told,
    told_versions,
    versions,
)
from bot.store.stories import resolved, unmention

AT_ONCE = 500  # articles of a statement
INSTALLED = {"slack": (slack_bots, slack_installations)}  # who let the bot in
RECEIVED = timedelta(hours=1)
OF_TARGETS: tuple[Table, ...] = (follows, mutes, marks, told_versions, told, shown, doubts)


# -- retention ---------------------------------------------------------------------------------------------------------


def retire(connection: Connection, before: datetime) -> int:
    """Drops the texts of articles whose story had neither article nor reader since then; how many."""
    awaited = {resolved(connection, story) for story in schedules.awaited(connection)}
    stale = [row for row in connection.execute(_stale(before)) if row.story not in awaited]
    for some in _some(stale):
        ids = [row.id for row in some]
        connection.execute(update(versions).where(versions.c.article.in_(ids)).values(text=None))
        connection.execute(update(articles).where(articles.c.id.in_(ids)).values(held=False))
        unprint(connection, ids)
        search.drop(connection, [row.turn for row in some])
    return len(stale)


def _stale(before: datetime) -> Any:
    other, version = articles.alias(), versions.alias()
    followed = select(follows.c.value).where(follows.c.kind == "story")
    fresh_story = (
        select(other.c.story)
        .join(version, version.c.article == other.c.id)
        .where(version.c.arrived >= before, other.c.story.is_not(None))
    )
    fresh_article = select(versions.c.article).where(versions.c.arrived >= before)
    touched = select(stories.c.id).where(stories.c.touched >= before)
    busy = articles.c.story.in_(followed.union(fresh_story, touched))
    return select(articles.c.id, articles.c.turn, articles.c.story).where(
        articles.c.held, or_(articles.c.story.is_(None), ~busy), articles.c.id.not_in(fresh_article)
    )


def _some(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]


# -- what platforms send ------------------------------------------------------------------------------------------------


def receive(connection: Connection, platform: str, workspace: str, event: str, now: datetime) -> bool:
    """Whether an event was not received in the last hour; the last repetition comes after six minutes."""
    connection.execute(delete(received).where(received.c.at < now - RECEIVED))
    own = {"platform": platform, "workspace": workspace, "event": event, "at": now}
    return is_new(connection, add(connection, received).values(own))


def synced_as(connection: Connection, platform: str, application: str) -> str:
    """What its commands are known by that a platform was told of last; empty if of none."""
    own = synced.c.platform == platform, synced.c.application == application
    return connection.execute(select(synced.c.fingerprint).where(*own)).scalar() or ""


def keep_synced(connection: Connection, platform: str, application: str, fingerprint: str) -> None:
    """Remembers that a platform was told of commands."""
    own = {"platform": platform, "application": application}
    new = add(connection, synced).values(**own, fingerprint=fingerprint)
    changes = {"fingerprint": fingerprint}
    connection.execute(new.on_conflict_do_update(index_elements=list(own), set_=changes))


# -- forgetting --------------------------------------------------------------------------------------------------------


def drop_targets(connection: Connection, ids: Collection[int]) -> None:
    """Drops all that is stored about targets, and these."""
    schedules.forget(connection, ids)
    for table in OF_TARGETS:
        connection.execute(delete(table).where(table.c.target.in_(ids)))
    connection.execute(delete(targets).where(targets.c.id.in_(ids)))


def drop_workspace(connection: Connection, platform: str, workspace: str) -> None:
    """Drops the targets of a workspace, its library, and whatever then belongs to nobody."""
    own = targets.c.platform == platform, targets.c.workspace == workspace
    drop_targets(connection, connection.execute(select(targets.c.id).where(*own)).scalars().all())
    library = f"{platform}:{workspace}"
    seen = select(sightings.c.article).where(sightings.c.library == library)
    ids = connection.execute(seen).scalars().all()
    connection.execute(delete(sightings).where(sightings.c.library == library))
    connection.execute(delete(feed_libraries).where(feed_libraries.c.library == library))
    connection.execute(delete(titles).where(titles.c.library == library))
    connection.execute(
        delete(gates).where(
            gates.c.platform == platform, gates.c.workspace == workspace, gates.c.reach == "installation"
        )
    )
    arrived = received.c.platform == platform, received.c.workspace == workspace
    connection.execute(delete(received).where(*arrived))
    for table in INSTALLED.get(platform, ()):
        connection.execute(delete(table).where(table.c.team_id == workspace))
    feed_rows.drop_unread(connection)
    for some in _some(ids):
        _drop_unseen(connection, some)


def _drop_unseen(connection: Connection, ids: Sequence[int]) -> None:
    unseen = ~select(sightings).where(sightings.c.article == articles.c.id).exists()
    gone = connection.execute(select(articles).where(articles.c.id.in_(ids), unseen)).all()
    rows = [row.id for row in gone]
    search.drop(connection, [row.turn for row in gone])
    unprint(connection, rows)
    connection.execute(delete(articles).where(articles.c.id.in_(rows)))
    unmention(connection, {row.key for row in gone})
    for row in gone:
        _pass_on(connection, row.key)
    _drop_empty(connection, {row.story for row in gone if row.story})


def _pass_on(connection: Connection, key: str) -> None:
    """The first of the copies of an article that is gone becomes what the others are copies of."""
    copies = select(articles.c.id, articles.c.key).where(articles.c.copy_of == key).order_by(articles.c.id)
    heir = connection.execute(copies.limit(1)).one_or_none()
    if heir:
        connection.execute(update(articles).where(articles.c.copy_of == key).values(copy_of=heir.key))
        connection.execute(update(articles).where(articles.c.id == heir.id).values(copy_of=None))


def _drop_empty(connection: Connection, ids: Collection[str]) -> None:
    """Drops stories without an article, and what the log says of them."""
    held = select(articles.c.story).where(articles.c.story.in_(ids))
    empty = set(ids) - set(connection.execute(held).scalars())
    connection.execute(delete(stories).where(stories.c.id.in_(empty)))
    connection.execute(delete(titles).where(titles.c.story.in_(empty)))
    connection.execute(delete(aliases).where(aliases.c.story.in_(empty)))
    connection.execute(delete(story_log).where(story_log.c.story.in_(empty)))


# -- counts ------------------------------------------------------------------------------------------------------------


def counts(connection: Connection, library: str) -> Counts:
    """How much a library holds."""
    held = (
        select(func.count(), func.count(articles.c.story.distinct()), func.max(articles.c.id))
        .join_from(sightings, articles, articles.c.id == sightings.c.article)
        .where(sightings.c.library == library, articles.c.held)
    )
    newest = (
        select(versions.c.arrived)
        .join_from(sightings, articles, articles.c.id == sightings.c.article)
        .join(versions, versions.c.article == articles.c.id)
        .where(sightings.c.library == library, articles.c.held, versions.c.number == articles.c.latest)
        .order_by(sightings.c.turn.desc())
        .limit(1)
    )
    own = feed_rows.of_library(connection, library)
    number, of_stories, _ = connection.execute(held).one()
    return Counts(
        articles=number,
        stories=of_stories,
        feeds=len(own),
        failing=sum(bool(feed.errors or feed.muted) for feed in own),
        newest=connection.execute(newest).scalar(),
    )

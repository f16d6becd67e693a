"""Stories: the log of what became of them, and each as one library sees it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, delete, func, literal, select, update

from bot.errors import UnusableStore
from bot.phrases import phrase
from bot.ports import StoredStory
from bot.store.articles import is_seen
from bot.store.engine import add
from bot.store.schema import (
    String,
    aliases,
    articles,
    follows,
    marks,
    milliseconds,
    mutes,
    shown,
    sightings,
    stories,
    story_log,
    titles,
    told,
    told_versions,
    versions,
)
from summarizers.stream import Entry, Merged, Placed, Point, Split

PAGE = 200  # articles looked at for the newest stories at once


def resolved(connection: Connection, story: str) -> str:
    """The story that goes by an id: that of the winner, where it lost."""
    winner = connection.execute(select(aliases.c.story).where(aliases.c.loser == story)).scalar()
    return winner or story


# -- the log -----------------------------------------------------------------------------------------------------------


def entries(connection: Connection, after: int, limit: int | None) -> Sequence[tuple[int, Entry]]:
    """The log after a position, oldest first."""
    statement = (
        select(story_log, articles.c.key, articles.c.day, articles.c.terms)
        .outerjoin(articles, articles.c.id == story_log.c.article)
        .where(story_log.c.id > after)
        .order_by(story_log.c.id)
        .limit(limit)
    )
    return [(row.id, _entry(row)) for row in connection.execute(statement)]


def log(connection: Connection, entry: Entry) -> int:
    """Adds an entry, does to articles, follows and marks what it says, and returns its position."""
    match entry:
        case Placed(point, story):
            article = connection.execute(
                select(articles.c.id).where(articles.c.key == point.key)
            ).scalar_one()
            keep_point(connection, point)
            _place(connection, point.key, story)
            return _append(connection, "placed", story, {}, article)
        case Merged(story, loser):
            _merge(connection, story, loser)
            return _append(connection, "merged", story, {"loser": loser})
        case Split(story, into, keys):
            _split(connection, story, into, keys)
            return _append(connection, "split", story, {"into": into, "keys": keys})


def _append(
    connection: Connection, kind: str, story: str, rest: Mapping[str, Any], article: int | None = None
) -> int:
    values = {"kind": kind, "story": story, "entry": json.dumps(rest), "article": article}
    return int(connection.execute(story_log.insert().values(**values).returning(story_log.c.id)).scalar_one())


def keep_point(connection: Connection, point: Point) -> None:
    """Keeps what the stream knows of an article."""
    values = {"day": point.day, "terms": json.dumps(dict(point.terms))}
    connection.execute(update(articles).where(articles.c.key == point.key).values(**values))


def _entry(row: Any) -> Entry:
    try:
        rest = json.loads(row.entry)
        match row.kind:
            case "placed":
                counts = json.loads(row.terms).items()
                terms = {intern(term): int(count) for term, count in counts}  # said of many articles
                return Placed(Point(row.key, float(row.day), terms), row.story)
            case "merged":
                return Merged(row.story, str(rest["loser"]))
            case "split":
                return Split(row.story, str(rest["into"]), tuple(map(str, rest["keys"])))
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise UnusableStore(phrase("store.log", entry=row.id))


# -- what an entry does ------------------------------------------------------------------------------------------------


def _place(connection: Connection, key: str, story: str) -> None:
    _begin(connection, story)
    connection.execute(update(articles).where(articles.c.key == key).values(story=story))


def _begin(connection: Connection, story: str, touched: datetime | None = None) -> None:
    new = add(connection, stories).values(id=story, touched=touched)
    connection.execute(new.on_conflict_do_nothing())
    connection.execute(delete(aliases).where(aliases.c.loser == story))


def _merge(connection: Connection, story: str, loser: str) -> None:
    _begin(connection, story)
    _touch_like(connection, story, loser)
    _latest_mark(connection, loser, story)
    for table in (*STORIED, titles):
        _copy(connection, table, loser, story)
        connection.execute(delete(table).where(*_about(table, loser)))
    connection.execute(update(articles).where(articles.c.story == loser).values(story=story))
    connection.execute(update(shown).where(shown.c.story == loser).values(story=story))
    connection.execute(update(aliases).where(aliases.c.story == loser).values(story=story))
    connection.execute(delete(stories).where(stories.c.id == loser))
    connection.execute(aliases.insert().values(loser=loser, story=story))


def _split(connection: Connection, story: str, into: str, keys: Collection[str]) -> None:
    """Whoever was told the whole story, follows or mutes it, has been told, follows or mutes both its parts."""
    _begin(connection, into)
    _touch_like(connection, into, story)
    leaving = articles.c.key.in_(keys), articles.c.story == story
    connection.execute(update(articles).where(*leaving).values(story=into))
    for table in STORIED:
        _copy(connection, table, story, into)


STORIED = (marks, told_versions, told, follows, mutes)  # what targets have to do with stories


def _about(table: Table, story: str) -> list[ColumnElement[bool]]:
    topics = [table.c.kind == "story"] if "kind" in table.c else []
    return [_story(table) == story, *topics]


def _story(table: Table) -> Column[Any]:
    return table.c.value if "kind" in table.c else table.c.story


def _copy(connection: Connection, table: Table, story: str, into: str) -> None:
    """The rows of a story once more for another one, where it has none of its own."""
    columns = [column for column in table.columns if column.name != "id"]
    chosen = select(*(literal(into, String) if c is _story(table) else c for c in columns))
    copied = add(connection, table).from_select(
        [c.name for c in columns], chosen.where(*_about(table, story))
    )
    connection.execute(copied.on_conflict_do_nothing())


def _latest_mark(connection: Connection, loser: str, story: str) -> None:
    other = marks.alias()
    last = (
        select(func.max(other.c.at))
        .where(other.c.target == marks.c.target, other.c.story.in_([loser, story]))
        .scalar_subquery()
    )
    connection.execute(update(marks).where(marks.c.story == story).values(at=last))


def touch(connection: Connection, story: str, now: datetime) -> None:
    """Notes that a story was followed or shown."""
    row = add(connection, stories).values(id=story, touched=now)
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"touched": now}))


def _touch_like(connection: Connection, story: str, other: str) -> None:
    both = stories.alias()
    last = select(func.max(both.c.touched)).where(both.c.id.in_([story, other])).scalar_subquery()
    connection.execute(update(stories).where(stories.c.id == story).values(touched=last))


def name(connection: Connection, story: str, title: str, libraries: Collection[str]) -> None:
    """Names a story for some libraries."""
    story = resolved(connection, story)
    for library in sorted(libraries):
        row = add(connection, titles).values(story=story, library=library, title=title)
        named = row.on_conflict_do_update(index_elements=["story", "library"], set_={"title": title})
        connection.execute(named)


def unmention(connection: Connection, keys: Collection[str]) -> None:
    """Takes articles that are gone out of what the log says of splits."""
    for row in connection.execute(select(story_log).where(story_log.c.kind == "split")).all():
        rest = json.loads(row.entry)
        kept = [key for key in rest["keys"] if key not in keys]
        if len(kept) < len(rest["keys"]):
            entry = json.dumps(rest | {"keys": kept})
            connection.execute(update(story_log).where(story_log.c.id == row.id).values(entry=entry))


# -- as a library sees them --------------------------------------------------------------------------------------------


def listed(
    connection: Connection, library: str, limit: int, ids: Collection[str] | None
) -> Sequence[StoredStory]:
    """The stories of a library, the one with the newest arrival first."""
    chosen = _newest(connection, library, limit) if ids is None else _resolved(connection, ids)
    members: defaultdict[str, list[_Member]] = defaultdict(list)
    for row in connection.execute(_members(library).where(articles.c.story.in_(chosen))):
        members[row.story].append(_Member(*row[1:]))
    named = _titles(connection, library, members)
    found = [_stored(story, named.get(story), of) for story, of in members.items()]
    return sorted(found, key=lambda story: (-milliseconds(story.newest), story.id))[:limit]


@dataclass(frozen=True, slots=True)
class _Member:
    """A version of an article that the library holds."""

    key: str
    copy_of: str | None
    turn: int
    newest: bool
    arrived: datetime
    title: str
    source: str | None


def _members(library: str) -> Select[Any]:
    version = versions.c
    columns = [version.arrived, version.title, version.source]
    is_newest = version.number == articles.c.latest
    return (
        select(articles.c.story, articles.c.key, articles.c.copy_of, articles.c.turn, is_newest, *columns)
        .join_from(articles, versions, version.article == articles.c.id)
        .where(is_seen(library), articles.c.held)
    )


def _stored(story: str, title: str | None, members: Sequence[_Member]) -> StoredStory:
    articles = sorted((member for member in members if member.newest), key=lambda member: member.turn)
    return StoredStory(
        id=story,
        title=title or articles[-1].title,
        articles=len(articles),
        sources=len({article.source or article.key for article in independent(articles)}),
        first=min(member.arrived for member in members),
        newest=max(member.arrived for member in members),
    )


def independent(articles: Iterable[_Member]) -> Iterable[_Member]:
    """One article for each text: the original where it is among them, else the first of its copies."""
    texts: dict[str, _Member] = {}
    for article in articles:
        text = article.copy_of or article.key
        if article.copy_of is None or text not in texts:
            texts[text] = article
    return texts.values()


def _titles(connection: Connection, library: str, ids: Collection[str]) -> dict[str, str]:
    statement = select(titles).where(titles.c.library == library, titles.c.story.in_(ids))
    return {row.story: row.title for row in connection.execute(statement)}


def _resolved(connection: Connection, ids: Collection[str]) -> set[str]:
    rows = connection.execute(select(aliases.c.loser, aliases.c.story).where(aliases.c.loser.in_(ids)))
    winners: dict[str, str] = {row.loser: row.story for row in rows}
    return {winners.get(story, story) for story in ids}


def _newest(connection: Connection, library: str, limit: int) -> Collection[str]:
    """The stories of the newest articles: these are read by and by, since to count them all takes their number."""
    found: dict[str, None] = {}
    page = max(PAGE, min(4 * limit, 25 * PAGE))
    rows: Sequence[Any] = [(None, 2**63 - 1)]
    while rows and len(found) < limit:
        statement = (
            select(articles.c.story, sightings.c.turn)
            .join(sightings, sightings.c.article == articles.c.id)
            .where(sightings.c.library == library, sightings.c.turn < rows[-1][1])
            .where(articles.c.held, articles.c.story.is_not(None))
            .order_by(sightings.c.turn.desc())
            .limit(page)
        )
        rows = connection.execute(statement).all()
        found |= dict.fromkeys(row[0] for row in rows)
    return list(found)[:limit]

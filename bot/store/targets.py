"""Targets: what they follow and mute, what they have been told, and how they are forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, cast

from sqlalchemy import Connection, delete, or_, select, update

from bot.errors import UnusableStore
from bot.phrases import phrase
from bot.ports import Mark, Mute, Shown, Target, Telling, Topic, TopicKind
from bot.store.engine import add, is_new
from bot.store.schema import (
    doubts,
    follows,
    forgotten,
    marks,
    mutes,
    shown,
    targets,
    told,
    told_versions,
)
from bot.store.stories import resolved, touch
from summarizers.digest import as_json, read_digest
from summarizers.errors import BrokenDigest


def found(connection: Connection, target: Target) -> int | None:
    """The row of a target, if there is one."""
    return connection.execute(select(targets.c.id).where(*_is(target))).scalar()


def made(connection: Connection, target: Target) -> int:
    """The row of a target, which is made where there is none."""
    values = {
        "platform": target.platform,
        "workspace": target.workspace,
        "kind": target.kind,
        "name": target.id,
    }
    connection.execute(add(connection, targets).values(**values).on_conflict_do_nothing())
    return int(connection.execute(select(targets.c.id).where(*_is(target))).scalar_one())


def _is(target: Target) -> list[Any]:
    of = targets.c
    return [
        of.platform == target.platform,
        of.workspace == target.workspace,
        of.kind == target.kind,
        of.name == target.id,
    ]


# -- what is followed and muted ----------------------------------------------------------------------------------------


def follow(connection: Connection, row: int, topic: Topic, now: datetime) -> bool:
    """Follows a topic; whether it was not followed before."""
    topic = current(connection, topic)
    if topic.kind == "story":
        touch(connection, topic.value, now)
    new = add(connection, follows).values(target=row, kind=topic.kind, value=topic.value, since=now)
    return is_new(connection, new)


def unfollow(connection: Connection, row: int, topic: Topic) -> bool:
    """Follows a topic no longer; whether it was followed."""
    topic = current(connection, topic)
    followed = follows.c.target == row, follows.c.kind == topic.kind, follows.c.value == topic.value
    return connection.execute(delete(follows).where(*followed)).rowcount > 0


def followed(connection: Connection, row: int) -> Sequence[Topic]:
    """What a target follows, in the order in which it began to."""
    statement = select(follows.c.kind, follows.c.value).where(follows.c.target == row).order_by(follows.c.id)
    return [Topic(cast("TopicKind", kind), value) for kind, value in connection.execute(statement)]


def mute(connection: Connection, row: int, mute: Mute, now: datetime) -> bool:
    """Mutes a topic; whether it was not muted. One whose mute is over is muted anew."""
    topic = current(connection, mute.topic)
    over = mutes.c.until <= now
    connection.execute(delete(mutes).where(*_muted(row, topic), over))
    known = connection.execute(update(mutes).where(*_muted(row, topic)).values(until=mute.until)).rowcount
    if not known:
        values = {"target": row, "kind": topic.kind, "value": topic.value, "since": now, "until": mute.until}
        connection.execute(mutes.insert().values(**values))
    return not known


def unmute(connection: Connection, row: int, topic: Topic) -> bool:
    """Mutes a topic no longer; whether it was muted."""
    topic = current(connection, topic)
    return connection.execute(delete(mutes).where(*_muted(row, topic))).rowcount > 0


def muted(connection: Connection, row: int, now: datetime) -> Sequence[Mute]:
    """What a target still mutes, in the order in which it began to."""
    holds = or_(mutes.c.until.is_(None), mutes.c.until > now)
    statement = select(mutes).where(mutes.c.target == row, holds).order_by(mutes.c.id)
    return [Mute(Topic(m.kind, m.value), m.until) for m in connection.execute(statement)]


def _muted(row: int, topic: Topic) -> list[Any]:
    return [mutes.c.target == row, mutes.c.kind == topic.kind, mutes.c.value == topic.value]


def current(connection: Connection, topic: Topic) -> Topic:
    """The topic as it is called now."""
    return Topic("story", resolved(connection, topic.value)) if topic.kind == "story" else topic


# -- what was told -----------------------------------------------------------------------------------------------------


def mark(connection: Connection, row: int, story: str) -> Mark:
    """How far a target has been told a story."""
    story = resolved(connection, story)
    at = connection.execute(select(marks.c.at).where(marks.c.target == row, marks.c.story == story)).scalar()
    compared = select(told_versions.c.version).where(
        told_versions.c.target == row, told_versions.c.story == story
    )
    said = select(told.c.sha256).where(told.c.target == row, told.c.story == story)
    return Mark(
        frozenset(connection.execute(compared).scalars()), frozenset(connection.execute(said).scalars()), at
    )


def tell(connection: Connection, key: bytes, telling: Telling, now: datetime) -> None:
    """Carries a telling out, but for those who asked to be forgotten."""
    if not is_forgotten(connection, key, telling.shown_to):
        show(connection, made(connection, telling.shown_to), telling, now)
    if telling.moves and not is_forgotten(connection, key, telling.moves):
        move(connection, made(connection, telling.moves), telling, now)


def show(connection: Connection, row: int, telling: Telling, now: datetime) -> None:
    """Keeps a digest as the last one that a target saw."""
    story = resolved(connection, telling.story)
    values = {"story": story, "digest": json.dumps(as_json(telling.digest)), "at": now}
    saw = add(connection, shown).values(target=row, **values)
    connection.execute(saw.on_conflict_do_update(index_elements=["target"], set_=values))
    touch(connection, story, now)


def move(connection: Connection, row: int, telling: Telling, now: datetime) -> None:
    """Moves the mark of a target; what was told before stays as it was told first."""
    story = resolved(connection, telling.story)
    at = add(connection, marks).values(target=row, story=story, at=now)
    connection.execute(at.on_conflict_do_update(index_elements=["target", "story"], set_={"at": now}))
    own = {"target": row, "story": story}
    compared = [own | {"version": version} for version in telling.versions]
    said = [
        own
        | {"version": quotation.document, "start": quotation.start, "end": quotation.end}
        | {"sha256": quotation.sha256, "text": quotation.text, "at": now}
        for quotation in telling.sentences
    ]
    for table, rows in ((told_versions, compared), (told, said)):
        if rows:
            connection.execute(add(connection, table).on_conflict_do_nothing(), rows)


def last_shown(connection: Connection, row: int) -> Shown | None:
    """The last digest that a target saw."""
    held = connection.execute(select(shown).where(shown.c.target == row)).one_or_none()
    if held is None:
        return None
    try:
        return Shown(held.story, read_digest(held.digest), held.at)
    except BrokenDigest as error:
        raise UnusableStore(phrase("store.shown", error=str(error))) from None


# -- forgetting --------------------------------------------------------------------------------------------------------


def hashed(key: bytes, *parts: str) -> str:
    """What is left of a target or a workspace; without the key nobody can tell of which."""
    text = json.dumps(parts).encode()
    return blake2b(text, key=blake2b(key).digest(), digest_size=32).hexdigest()


def hash_of(key: bytes, target: Target) -> str:
    """What is left of a target."""
    return hashed(key, target.platform, target.workspace, target.kind, target.id)


def is_forgotten(connection: Connection, key: bytes, target: Target) -> bool:
    """Whether a target, or its whole workspace, asked to be forgotten."""
    hashes = [hash_of(key, target), hashed(key, target.platform, target.workspace)]
    return bool(connection.execute(select(forgotten).where(forgotten.c.hash.in_(hashes))).first())


def remember(connection: Connection, key: bytes, target: Target) -> int:
    """The row of a target that wishes to be remembered."""
    lift(connection, [hash_of(key, target), hashed(key, target.platform, target.workspace)])
    return made(connection, target)


def lift(connection: Connection, hashes: Sequence[str]) -> None:
    """Takes back that something was to be forgotten."""
    connection.execute(delete(forgotten).where(forgotten.c.hash.in_(hashes)))


def bury(connection: Connection, hashes: Iterable[str]) -> None:
    """Keeps what is to stay forgotten."""
    rows = [{"hash": each} for each in hashes]
    if rows:
        connection.execute(add(connection, forgotten).on_conflict_do_nothing(), rows)


def export(connection: Connection, row: int) -> Mapping[str, Any]:
    """What is stored about a target, as plain values."""
    return {
        "follows": _plain(connection, follows, row, "kind value since"),
        "mutes": _plain(connection, mutes, row, "kind value since until"),
        "marks": _plain(connection, marks, row, "story at"),
        "compared": _plain(connection, told_versions, row, "story version"),
        "told": _plain(connection, told, row, "story version start end sha256 text at"),
        "shown": [
            each | {"digest": json.loads(each["digest"])}
            for each in _plain(connection, shown, row, "story digest at")
        ],
        "doubts": [
            each | {"line": json.loads(each["line"])}
            for each in _plain(connection, doubts, row, "line note at")
        ],
    }


def _plain(connection: Connection, table: Any, row: int, names: str) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in names.split()]
    statement = select(*columns).where(table.c.target == row).order_by(*table.primary_key.columns)
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in each.items()}
        for each in connection.execute(statement).mappings()
    ]

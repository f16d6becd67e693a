"""Schedules as they are kept.

Whoever changes schedules and lanes in one transaction locks the schedules first, each kind by id, so that no two wait
for each other.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, delete, func, literal, or_, select, update

from bot.delivery.values import Scheduled
from bot.errors import WrongSchedule
from bot.ports import Target, Topic
from bot.schedules import as_json, read_spec
from bot.store import lanes
from bot.store.schema import Moment, outbox, runs, schedules
from bot.store.schema import lanes as lane_rows
from bot.store.schema import targets as target_rows

LOG = logging.getLogger(__name__)
OF_A_PERSON, OF_A_TARGET = 20, 100
owners = target_rows.alias("owners")


# -- kept --------------------------------------------------------------------------------------------------------------


def add(connection: Connection, schedule: Scheduled, target: int, owner: int) -> int:
    """Keeps a schedule and returns its id; WrongSchedule over the limits."""
    lane = lanes.made(connection, schedule.target, target)
    _within(connection, schedules.c.owner == owner, OF_A_PERSON, "yours_full")
    _within(connection, schedules.c.lane == lane, OF_A_TARGET, "full")
    values = {
        "lane": lane,
        "owner": owner,
        "spec": as_json(schedule.spec),
        "topics": json.dumps([[topic.kind, topic.value] for topic in schedule.topics]),
        "length": schedule.length,
        "next_at": schedule.next_at,
        "next_slot": schedule.next_slot,
        "last_slot": schedule.last_slot,
        "paused": schedule.paused,
        "silent_since": schedule.silent_since,
        "language": schedule.language,
        "tag": schedule.tag,
    }
    return int(connection.execute(schedules.insert().values(**values).returning(schedules.c.id)).scalar_one())


def _within(connection: Connection, of: Any, limit: int, wrong: str) -> None:
    if connection.execute(select(func.count()).select_from(schedules).where(of)).scalar_one() >= limit:
        raise WrongSchedule(wrong, most=limit)


def awaited(connection: Connection) -> set[str]:
    """The stories that schedules are about: what is yet to come is compared with what they tell now."""
    kept = connection.execute(select(schedules.c.topics).where(schedules.c.topics != "[]").distinct())
    found: set[str] = set()
    for text in kept.scalars():
        with suppress(WrongSchedule):  # the tick pauses it, with the reason
            found |= {topic.value for topic in _topics(text) if topic.kind == "story"}
    return found


def of(connection: Connection, lane: int) -> Sequence[Scheduled]:
    """The schedules of a lane, in the order in which they were made; of those that can be read."""
    statement = whole().where(schedules.c.lane == lane).order_by(schedules.c.id)
    return _readable(connection.execute(statement).all())


def made_by(connection: Connection, owner: int) -> Sequence[Scheduled]:
    """The schedules that a target made, in the order in which it did; of those that can be read."""
    statement = whole().where(schedules.c.owner == owner).order_by(schedules.c.id)
    return _readable(connection.execute(statement).all())


def language(connection: Connection, lane: int) -> str:
    """That of the last schedule of a lane; English without one."""
    last = (
        select(schedules.c.language).where(schedules.c.lane == lane).order_by(schedules.c.id.desc()).limit(1)
    )
    return connection.execute(last).scalar() or "en"


def one(connection: Connection, schedule: int) -> Scheduled | None:
    """A schedule by its id."""
    row = connection.execute(whole().where(schedules.c.id == schedule)).one_or_none()
    return scheduled(row) if row else None


def whole() -> Any:
    """The question for schedules with their targets and owners."""
    return (
        select(
            schedules,
            *_named("target", target_rows),
            *_named("owner", owners),
            lane_rows.c.quiet.label("target_quiet"),
        )
        .join_from(schedules, lane_rows, lane_rows.c.id == schedules.c.lane)
        .join(target_rows, target_rows.c.id == lane_rows.c.target)
        .join(owners, owners.c.id == schedules.c.owner)
    )


def _named(prefix: str, table: Any) -> list[Any]:
    return [table.c[name].label(f"{prefix}_{name}") for name in ("platform", "workspace", "kind", "name")]


def scheduled(row: Row[Any]) -> Scheduled:
    """The schedule of a row; WrongSchedule if it can't be read."""
    return Scheduled(
        Target(row.target_platform, row.target_workspace, row.target_kind, row.target_name),
        Target(row.owner_platform, row.owner_workspace, row.owner_kind, row.owner_name),
        read_spec(row.spec),
        _topics(row.topics),
        row.length,
        row.id,
        row.next_at,
        row.next_slot,
        row.last_slot,
        row.paused,
        row.silent_since,
        lanes.quiet_of(row.target_quiet),
        row.language,
        row.tag,
    )


@lru_cache(4096)  # most schedules are of all that is followed
def _topics(text: str) -> tuple[Topic, ...]:
    try:
        return tuple(Topic(kind, value) for kind, value in json.loads(text))
    except (ValueError, TypeError) as error:
        raise WrongSchedule("stored") from error


def _readable(rows: Sequence[Row[Any]]) -> list[Scheduled]:
    """The schedules of rows; the log gets what can't be read, since it must stop no other."""
    readable = []
    for row in rows:
        try:
            readable.append(scheduled(row))
        except WrongSchedule as error:
            LOG.warning("schedule %s is left out: %s", row.id, error)
    return readable


def every(connection: Connection, after: int, limit: int) -> Sequence[Scheduled]:
    """Those that run and can be read, by id."""
    runs_on = schedules.c.paused == "", schedules.c.next_at.is_not(None)
    statement = whole().where(*runs_on).order_by(schedules.c.id).limit(limit)
    while rows := connection.execute(statement.where(schedules.c.id > after)).all():
        if readable := _readable(rows):
            return readable
        after = rows[-1].id
    return []


def reckon(connection: Connection, schedule: Scheduled, next_at: datetime | None, next_slot: str) -> bool:
    """Moves the next run of a schedule that is still as it was read; whether it is."""
    same = schedules.c.id == schedule.id, schedules.c.next_at == schedule.next_at
    values = {"next_at": next_at, "next_slot": next_slot}
    return connection.execute(update(schedules).where(*same).values(**values)).rowcount > 0


def pause(connection: Connection, schedule: int, reason: str) -> bool:
    """Lets a schedule run no more; whether there is one."""
    statement = update(schedules).where(schedules.c.id == schedule).values(paused=reason)
    return connection.execute(statement).rowcount > 0


def resume(connection: Connection, schedule: int, next_at: datetime | None, next_slot: str) -> bool:
    """Lets a schedule run again; whether there is one."""
    values = {"paused": "", "next_at": next_at, "next_slot": next_slot, "silent_since": None}
    statement = update(schedules).where(schedules.c.id == schedule).values(**values)
    return connection.execute(statement).rowcount > 0


def pause_all(connection: Connection, ids: Collection[int], reason: str) -> None:
    """Lets schedules run no more; one that does not anyway keeps its own reason."""
    running = schedules.c.id.in_(ids), schedules.c.paused == ""
    connection.execute(update(schedules).where(*running).values(paused=reason))


def resume_all(connection: Connection, ids: Collection[int], reason: str) -> None:
    """Lets those run again that did not for this reason; what they missed is theirs to catch up."""
    stopped = schedules.c.id.in_(ids), schedules.c.paused == reason
    connection.execute(update(schedules).where(*stopped).values(paused=""))


def lock(connection: Connection, lane: int) -> Sequence[int]:
    """The ids of the schedules of a lane, which nobody else changes until the transaction ends."""
    own = select(schedules.c.id).where(schedules.c.lane == lane).order_by(schedules.c.id)
    return connection.execute(own.with_for_update()).scalars().all()


def remove(connection: Connection, schedule: int) -> bool:
    """Drops a schedule and skips its slots that are not composed yet; whether there was one."""
    lane = lock_one(connection, schedule)
    if lane is None:
        return False
    lanes.locked(connection, [lane])
    waiting = outbox.c.schedule == schedule, outbox.c.payload.is_(None), outbox.c.finished.is_(None)
    skipped = {"state": "skipped", "code": "removed", "finished": outbox.c.created}
    connection.execute(update(outbox).where(*waiting).values(**skipped))
    connection.execute(delete(schedules).where(schedules.c.id == schedule))
    lanes.settle(connection, lane)
    return True


def lock_one(connection: Connection, schedule: int) -> int | None:
    """The lane of a schedule, which nobody else changes until the transaction ends."""
    own = select(schedules.c.lane).where(schedules.c.id == schedule).with_for_update()
    return connection.execute(own).scalar()


def ran(connection: Connection, schedule: int, slot: str, silent_at: datetime | None) -> None:
    """Keeps since when there has been nothing to tell; None: there was something now."""
    since = func.coalesce(schedules.c.silent_since, literal(silent_at, Moment())) if silent_at else None
    connection.execute(update(schedules).where(schedules.c.id == schedule).values(silent_since=since))
    if silent_at:
        run = runs.c.schedule == schedule, runs.c.slot == slot
        connection.execute(update(runs).where(*run).values(outcome="empty"))


# -- people ------------------------------------------------------------------------------------------------------------


def of_target(target: int) -> Any:
    """Which schedules a target has or has made."""
    return or_(lane_rows.c.target == target, schedules.c.owner == target)


def plain(row: Row[Any]) -> Mapping[str, Any]:
    """A row of `whole` as plain values."""
    return {
        "target": row.target_name,
        "owner": row.owner_name,
        "spec": json.loads(row.spec),
        "topics": json.loads(row.topics),
        "length": row.length,
        "next_at": row.next_at.isoformat() if row.next_at else None,
        "paused": row.paused,
        "language": row.language,
        "tag": row.tag,
    }


def forget(connection: Connection, rows: Collection[int]) -> None:
    """Drops the lanes of targets that are to go, with their schedules and all that was sent or was to be.

    What a person has set up for a channel is the channel's from then on.
    """
    own = select(lane_rows.c.id).where(lane_rows.c.target.in_(rows)).order_by(lane_rows.c.id)
    theirs = or_(schedules.c.owner.in_(rows), schedules.c.lane.in_(own))
    locked = select(schedules.c.id).where(theirs).order_by(schedules.c.id).with_for_update()
    ids = connection.execute(locked).scalars().all()
    gone = connection.execute(own.with_for_update()).scalars().all()
    channel = select(lane_rows.c.target).where(lane_rows.c.id == schedules.c.lane).scalar_subquery()
    connection.execute(update(schedules).where(schedules.c.id.in_(ids)).values(owner=channel))
    connection.execute(delete(lane_rows).where(lane_rows.c.id.in_(gone)))

"""Schedules, and the tick that makes rows of those that are due.

Whoever changes schedules and lanes in one transaction locks the schedules first, each kind by id, so that no two wait
for each other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, literal_column, or_, select, update

from bot.delivery.values import Planned, Scheduled
from bot.errors import WrongSchedule
from bot.ports import Target, Topic
from bot.schedules import as_json, read_spec
from bot.store import lanes
from bot.store.engine import add as insert
from bot.store.engine import insert_all, insert_new, is_new, update_all
from bot.store.schema import EPOCH, outbox, runs, schedules
from bot.store.schema import lanes as lane_rows
from bot.store.schema import targets as target_rows

OF_A_PERSON, OF_A_TARGET = 20, 100
CROWD = 1000  # so far what is due in one second is counted
SECOND = timedelta(seconds=1)
RUNS = literal_column("schedules.paused") == literal_column("''")  # the words of the index
owners = target_rows.alias("owners")

Plan = Callable[[Scheduled, datetime, int], Planned]


# -- kept --------------------------------------------------------------------------------------------------------------


def add(connection: Connection, schedule: Scheduled, target: int, owner: int) -> int:
    """Keeps a schedule and returns its id; WrongSchedule over the limits."""
    lane = lanes.made(connection, schedule.target, target)
    _within(connection, schedules.c.owner == owner, OF_A_PERSON, "You have")
    _within(connection, schedules.c.lane == lane, OF_A_TARGET, "Here are")
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
        "silent": schedule.silent,
    }
    return int(connection.execute(schedules.insert().values(**values).returning(schedules.c.id)).scalar_one())


def _within(connection: Connection, of: Any, limit: int, who: str) -> None:
    if connection.execute(select(func.count()).select_from(schedules).where(of)).scalar_one() >= limit:
        raise WrongSchedule(f"{who} {limit} schedules, and more are not kept: remove one first.")


def of(connection: Connection, lane: int) -> Sequence[Scheduled]:
    """The schedules of a lane, in the order in which they were made."""
    statement = whole().where(schedules.c.lane == lane).order_by(schedules.c.id)
    return [scheduled(row) for row in connection.execute(statement)]


def one(connection: Connection, schedule: int) -> Scheduled | None:
    """A schedule by its id."""
    row = connection.execute(whole().where(schedules.c.id == schedule)).one_or_none()
    return scheduled(row) if row else None


def whole() -> Any:
    """The question for schedules with their targets and owners."""
    return (
        select(schedules, *_named("target", target_rows), *_named("owner", owners))
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
        tuple(Topic(kind, value) for kind, value in json.loads(row.topics)),
        row.length,
        row.id,
        row.next_at,
        row.next_slot,
        row.last_slot,
        row.paused,
        row.silent,
    )


def pause(connection: Connection, schedule: int, reason: str) -> bool:
    """Lets a schedule run no more; whether there is one."""
    statement = update(schedules).where(schedules.c.id == schedule).values(paused=reason)
    return connection.execute(statement).rowcount > 0


def resume(connection: Connection, schedule: int, next_at: datetime | None, next_slot: str) -> bool:
    """Lets a schedule run again; whether there is one."""
    values = {"paused": "", "next_at": next_at, "next_slot": next_slot, "silent": 0}
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


def ran(connection: Connection, schedule: int, slot: str, *, silent: bool) -> None:
    """Counts a run that had something to tell, or nothing."""
    count = schedules.c.silent + 1 if silent else 0
    connection.execute(update(schedules).where(schedules.c.id == schedule).values(silent=count))
    if silent:
        run = runs.c.schedule == schedule, runs.c.slot == slot
        connection.execute(update(runs).where(*run).values(outcome="empty"))


# -- the tick ----------------------------------------------------------------------------------------------------------


def tick(
    connection: Connection, now: datetime, limit: int, plan: Plan
) -> Sequence[tuple[Scheduled, Planned]]:
    """Plans what is due, the longest due first, and carries the plans out."""
    statement = whole().add_columns(schedules.c.lane).where(RUNS, schedules.c.next_at <= now)
    statement = statement.order_by(schedules.c.next_at).limit(limit)
    rows = connection.execute(statement.with_for_update(of=schedules, skip_locked=True)).all()
    if not rows:
        return []
    crowds = _crowds(connection, [row.next_at for row in rows])
    plans, broken = _plans(rows, now, crowds, plan)
    for schedule, reason in broken.items():
        pause(connection, schedule, reason)
    fresh = _run(connection, plans)
    lane_of = {row.id: row.lane for row in rows}
    queued = [each for each in plans if each[0].id in fresh and each[1].outcome == "queued"]
    _advance(connection, plans)
    _queue(connection, [(lane_of[schedule.id], schedule.id, planned) for schedule, planned in queued], now)
    return plans


def _plans(
    rows: Sequence[Row[Any]], now: datetime, crowds: Mapping[int, int], plan: Plan
) -> tuple[list[tuple[Scheduled, Planned]], dict[int, str]]:
    """The plans, and which schedules can't be planned and why: one that is damaged stops no other."""
    plans, broken = [], {}
    for row in rows:
        try:
            due = scheduled(row)
            plans.append((due, plan(due, now, crowds[_second(row.next_at)])))
        except WrongSchedule as error:
            broken[row.id] = str(error)
    return plans, broken


def _crowds(connection: Connection, moments: Sequence[datetime]) -> Mapping[int, int]:
    """How many are due in each second; the first and the last may go on in what was ticked or is yet to be."""
    crowds = Counter(map(_second, moments))
    for second in {_second(moments[0]), _second(moments[-1])}:
        begin = EPOCH + second * SECOND
        ticked = _count(connection, runs, runs.c.run_at, begin)
        crowds[second] = (
            max(crowds[second], _count(connection, schedules, schedules.c.next_at, begin)) + ticked
        )
    return crowds


def _second(moment: datetime) -> int:
    return (moment - EPOCH) // SECOND


def _count(connection: Connection, table: Any, column: Any, begin: datetime) -> int:
    within: Any = select(literal_column("1")).where(column >= begin, column < begin + SECOND)
    within = within.where(RUNS) if table is schedules else within
    some = within.select_from(table).limit(CROWD).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _run(connection: Connection, plans: Iterable[tuple[Scheduled, Planned]]) -> set[int]:
    """The schedules whose slot had no run before."""
    rows = [
        {
            "schedule": schedule.id,
            "slot": planned.slot,
            "run_at": planned.run_at,
            "outcome": planned.outcome,
            "coalesced": planned.coalesced,
        }
        for schedule, planned in plans
    ]
    if not rows:
        return set()
    return {row.schedule for row in insert_new(connection, runs, rows)}


def _advance(connection: Connection, plans: Iterable[tuple[Scheduled, Planned]]) -> None:
    changes = [
        {
            "id": schedule.id,
            "next_at": planned.next_at,
            "next_slot": planned.next_slot,
            "last_slot": planned.slot,
        }
        for schedule, planned in plans
    ]
    if changes:
        update_all(connection, schedules, changes)


def _queue(connection: Connection, slots: Sequence[tuple[int, int, Planned]], now: datetime) -> None:
    """Puts slots at the ends of their lanes."""
    if not slots:
        return
    held = lanes.locked(connection, {lane for lane, _, _ in slots})
    last = {lane: row.last_seq for lane, row in held.items()}
    first: dict[int, datetime] = {}
    rows = []
    for lane, schedule, planned in slots:
        last[lane] += 1
        send_at = planned.send_at or planned.run_at
        first.setdefault(lane, send_at)
        rows.append(row_of(lane, last[lane], schedule, planned.slot, planned.late, send_at, now))
    insert_all(connection, outbox, rows)
    update_all(connection, lane_rows, [_longer(held[lane], last[lane], first[lane]) for lane in held])


def _longer(lane: Row[Any], last_seq: int, send_at: datetime) -> dict[str, Any]:
    """A lane with rows at its end; the first of them counts where it had none."""
    turn = lane.next_at
    if not lane.pending and turn is not None:
        turn = max(turn, send_at)
    return {
        "id": lane.id,
        "pending": lane.pending + last_seq - lane.last_seq,
        "last_seq": last_seq,
        "composed": lane.composed and lane.pending > 0,
        "next_at": turn,
    }


def row_of(
    lane: int, seq: int, schedule: int, slot: str, late: str, send_at: datetime, now: datetime
) -> dict[str, Any]:
    """The row of a slot that is not composed yet."""
    return {
        "lane": lane,
        "seq": seq,
        "part": 0,
        "key": f"s:{schedule}:{slot}",
        "schedule": schedule,
        "slot": slot,
        "late": late,
        "send_at": send_at,
        "payload": None,
        "hash": None,
        "story": "",
        "root": False,
        "edits": "",
        "telling": None,
        "state": "pending",
        "attempts": 0,
        "first_attempt": None,
        "message": "",
        "code": "",
        "created": now,
        "finished": None,
    }


def run_now(connection: Connection, schedule: int, slot: str, now: datetime) -> bool:
    """Queues a slot out of turn; false if there is one of this name, or no such schedule."""
    lane = lock_one(connection, schedule)
    if lane is None:
        return False
    run = {"schedule": schedule, "slot": slot, "run_at": now, "outcome": "queued", "coalesced": 0}
    if not is_new(connection, insert(connection, runs).values(**run)):
        return False
    _queue(connection, [(lane, schedule, Planned(slot, now, "queued", None, ""))], now)
    return True


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

"""The tick: what is due becomes runs, and rows at the ends of lanes, in one transaction.

A slot comes from its row, never from the memory of a process, so one that wakes late makes no old slot again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, literal_column, select

from bot.delivery.values import Planned, Scheduled
from bot.errors import WrongSchedule
from bot.store.engine import add as insert
from bot.store.engine import insert_all, insert_new, is_new, update_all
from bot.store.schedules import lock_one, pause, scheduled, whole
from bot.store.schema import EPOCH, outbox, runs, schedules
from bot.store.schema import lanes as lane_rows

CROWD = 1000  # so far what is due in one second is counted
SECOND = timedelta(seconds=1)
RUNS = literal_column("schedules.paused") == literal_column("''")  # the words of the index

TAIL = [
    lane_rows.c[name].label(f"lane_{name}") for name in ("id", "pending", "last_seq", "composed", "next_at")
]

Plan = Callable[[Scheduled, datetime, int], Planned]


class Tail(NamedTuple):
    """The end of a lane, to which slots are put; of a lane that nobody else changes until the transaction ends."""

    lane: int
    pending: int
    last_seq: int
    composed: bool
    next_at: datetime | None


def _tail(row: Row[Any]) -> Tail:
    return Tail(row.lane_id, row.lane_pending, row.lane_last_seq, row.lane_composed, row.lane_next_at)


def tick(
    connection: Connection, now: datetime, limit: int, plan: Plan
) -> tuple[Sequence[tuple[Scheduled, Planned]], Sequence[int]]:
    """Plans what is due, the longest due first, and carries the plans out.

    The plans, and the lanes whose new slots may be composed now: what a peak spreads out is handed out in its time.
    """
    statement = whole().add_columns(*TAIL).where(RUNS, schedules.c.next_at <= now)
    statement = statement.order_by(schedules.c.next_at).limit(limit)
    # A lane that another transaction has just now is left to the next tick, as is a schedule.
    rows = connection.execute(statement.with_for_update(of=(schedules, lane_rows), skip_locked=True)).all()
    if not rows:
        return [], []
    crowds = _crowds(connection, [row.next_at for row in rows])
    plans, broken = _plans(rows, now, crowds, plan)
    for schedule, reason in broken.items():
        pause(connection, schedule, reason)
    fresh = _run(connection, plans)
    lane_of = {row.id: row.lane for row in rows}
    queued = [each for each in plans if each[0].id in fresh and each[1].outcome == "queued"]
    _advance(connection, plans)
    tails = {row.lane: _tail(row) for row in rows}
    _queue(connection, [(tails[lane_of[each.id]], each.id, planned) for each, planned in queued], now)
    now_due = {lane_of[each.id] for each, planned in queued if (planned.send_at or planned.run_at) <= now}
    return plans, sorted(now_due)


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


def crowd(connection: Connection, at: datetime) -> int:
    """How many are due in the second of a moment."""
    return _count(connection, schedules, schedules.c.next_at, EPOCH + _second(at) * SECOND)


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


def _queue(connection: Connection, slots: Sequence[tuple[Tail, int, Planned]], now: datetime) -> None:
    """Puts slots at the ends of their lanes."""
    if not slots:
        return
    last = {tail.lane: tail.last_seq for tail, _, _ in slots}
    first: dict[Tail, datetime] = {}
    rows = []
    for tail, schedule, planned in slots:
        last[tail.lane] += 1
        send_at = planned.send_at or planned.run_at
        first.setdefault(tail, send_at)
        rows.append(row_of(tail.lane, last[tail.lane], schedule, planned.slot, planned.late, send_at, now))
    insert_all(connection, outbox, rows)
    update_all(connection, lane_rows, [_longer(tail, last[tail.lane], first[tail]) for tail in first])


def _longer(tail: Tail, last_seq: int, send_at: datetime) -> dict[str, Any]:
    """A lane with rows at its end; the first of them counts where it had none."""
    turn = tail.next_at
    if not tail.pending and turn is not None:
        turn = max(turn, send_at)
    return {
        "id": tail.lane,
        "pending": tail.pending + last_seq - tail.last_seq,
        "last_seq": last_seq,
        "composed": tail.composed and tail.pending > 0,
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
    row = connection.execute(select(*TAIL).where(lane_rows.c.id == lane).with_for_update()).one()
    _queue(connection, [(_tail(row), schedule, Planned(slot, now, "queued", None, ""))], now)
    return True

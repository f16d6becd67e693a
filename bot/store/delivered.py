"""The rows of the outbox as people see them, send them after all, and let them go."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, or_, select, tuple_, update

from bot.delivery.values import NOTICE, Delivered
from bot.ports import Target
from bot.store import lanes, outgoing, schedules
from bot.store.schema import attempts, outbox, runs
from bot.store.schema import lanes as lane_rows
from bot.store.schema import schedules as kept
from bot.store.schema import targets as target_rows

AT_ONCE = 500  # rows of a statement
LIVES = outbox.c.finished.is_(None)


def listed(connection: Connection, lane: int | None, limit: int) -> Sequence[Delivered]:
    """The latest rows of a lane, or of all, with what was tried, and the runs that made none."""
    both = [*_rows(connection, lane, limit), *_unsent(connection, lane, limit)]
    return sorted(both, key=lambda each: each.created, reverse=True)[:limit]


def _unsent(connection: Connection, lane: int | None, limit: int) -> list[Delivered]:
    """The latest runs that came too late, or were merged into one after quiet hours."""
    statement = (
        select(runs, *_to())
        .join_from(runs, kept, kept.c.id == runs.c.schedule)
        .join(lane_rows, lane_rows.c.id == kept.c.lane)
        .join(target_rows, target_rows.c.id == lane_rows.c.target)
        .where(runs.c.outcome.in_(("late", "quiet_merged")))
        .order_by(runs.c.run_at.desc())
        .limit(limit)
    )
    if lane is not None:
        statement = statement.where(kept.c.lane == lane)
    return [
        Delivered(
            f"s:{row.schedule}:{row.slot}",
            _target(row),
            "skipped",
            0,
            row.run_at,
            row.run_at,
            row.outcome,
            schedule=row.schedule,
            coalesced=row.coalesced,
        )
        for row in connection.execute(statement)
    ]


def _to() -> list[Any]:
    return [target_rows.c[name] for name in ("platform", "workspace", "kind", "name")]


def _target(row: Row[Any]) -> Target:
    return Target(row.platform, row.workspace, row.kind, row.name)


def _rows(connection: Connection, lane: int | None, limit: int) -> list[Delivered]:
    own = outbox.c.lane == lane if lane is not None else outbox.c.lane == outbox.c.lane
    statement = (
        select(outbox, *_to(), runs.c.coalesced)
        .join_from(outbox, lane_rows, lane_rows.c.id == outbox.c.lane)
        .join(target_rows, target_rows.c.id == lane_rows.c.target)
        .outerjoin(runs, and_(runs.c.schedule == outbox.c.schedule, runs.c.slot == outbox.c.slot))
        .where(own)
        .order_by(outbox.c.created.desc(), outbox.c.lane, outbox.c.seq.desc(), outbox.c.part.desc())
        .limit(limit)
    )
    rows = connection.execute(statement).all()
    tries = _tries(connection, [row.key for row in rows])
    return [
        Delivered(
            row.key,
            _target(row),
            row.state,
            row.attempts,
            row.created,
            row.finished,
            row.code,
            row.message,
            tuple(tries.get(row.key, ())),
            row.schedule,
            row.late,
            row.coalesced or 0,
        )
        for row in rows
    ]


def _tries(connection: Connection, keys: Sequence[str]) -> dict[str, list[tuple[datetime, str, str]]]:
    tries: dict[str, list[tuple[datetime, str, str]]] = {}
    statement = select(attempts).where(attempts.c.key.in_(keys)).order_by(attempts.c.token)
    for row in connection.execute(statement):
        tries.setdefault(row.key, []).append((row.started, row.outcome, row.code))
    return tries


def lane_of(connection: Connection, key: str) -> int | None:
    """The lane of a row."""
    return connection.execute(select(outbox.c.lane).where(outbox.c.key == key)).scalar()


def retry(connection: Connection, key: str, lane: int, now: datetime) -> bool:
    """Puts a held or dead row of a lane at its end; whether there is one."""
    held = lanes.locked(connection, [lane])
    row = outgoing.of_key(connection, key)
    if row is None or row.lane not in held or row.state not in {"held", "dead"}:
        return False
    seq = held[row.lane].last_seq + 1
    values = {"seq": seq, "part": 0, "state": "pending", "attempts": 0, "first_attempt": None}
    connection.execute(
        update(outbox).where(outgoing.same(row)).values(**values, code="", finished=None, send_at=now)
    )
    connection.execute(update(lane_rows).where(lane_rows.c.id == row.lane).values(last_seq=seq))
    lanes.settle(connection, row.lane)
    return True


def unheard(connection: Connection, lane: int) -> Sequence[str]:
    """The keys of the notices of a lane that could not be sent, the oldest first."""
    refused = outbox.c.state.in_(("dead", "held"))
    stuck = and_(LIVES, lane_rows.c.closed != "")
    statement = (
        select(outbox.c.key)
        .join_from(outbox, lane_rows, lane_rows.c.id == outbox.c.lane)
        .where(outbox.c.lane == lane, outbox.c.key.startswith(NOTICE), or_(refused, stuck))
        .order_by(outbox.c.seq, outbox.c.part)
    )
    return connection.execute(statement).scalars().all()


def heard(connection: Connection, lane: int, keys: Collection[str], now: datetime) -> None:
    """Ends notices of a lane as told otherwise, if they still could not be sent."""
    lanes.locked(connection, [lane])
    still = [key for key in unheard(connection, lane) if key in keys]
    values = {"state": "skipped", "code": "told", "finished": now}
    connection.execute(update(outbox).where(outbox.c.key.in_(still)).values(**values))
    lanes.settle(connection, lane)


def export(connection: Connection, target: int) -> Mapping[str, Any]:
    """The schedules that a target has or has made, and what was sent to it or will be, as plain values."""
    kept = connection.execute(schedules.whole().where(schedules.of_target(target)))
    sent = (
        select(outbox.c.key, outbox.c.state, outbox.c.created, outbox.c.finished, outbox.c.payload)
        .join_from(outbox, lane_rows, lane_rows.c.id == outbox.c.lane)
        .where(lane_rows.c.target == target)
        .order_by(outbox.c.seq, outbox.c.part)
    )
    return {
        "schedules": [schedules.plain(row) for row in kept],
        "sent": [
            {
                "key": row.key,
                "state": row.state,
                "created": row.created.isoformat(),
                "finished": row.finished.isoformat() if row.finished else None,
                "payload": json.loads(row.payload) if row.payload else None,
            }
            for row in connection.execute(sent)
        ],
    }


# -- upkeep ------------------------------------------------------------------------------------------------------------


def retire(connection: Connection, before: datetime) -> int:
    """Drops rows that ended before a moment, and runs before it of which no row is left; how many rows.

    What somebody is about to change it leaves for the next time.
    """
    ended = select(outbox.c.key).where(outbox.c.created < before, outbox.c.finished < before)
    keys = connection.execute(ended.with_for_update(skip_locked=True)).scalars().all()
    for some in _some(keys):
        connection.execute(delete(outbox).where(outbox.c.key.in_(some)))
    rows = select(outbox.c.key).where(outbox.c.schedule == runs.c.schedule, outbox.c.slot == runs.c.slot)
    over = select(runs.c.schedule, runs.c.slot).where(runs.c.run_at < before, ~rows.exists())
    for some in _some(connection.execute(over.with_for_update(of=runs, skip_locked=True)).all()):
        connection.execute(delete(runs).where(tuple_(runs.c.schedule, runs.c.slot).in_(some)))
    return len(keys)


def _some(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]


def hold(connection: Connection, created_before: datetime, now: datetime) -> int:
    """Holds what lives since before a moment, since nobody knows whether it has been sent; how many."""
    old = LIVES, outbox.c.created < created_before
    waiting = select(outbox.c.lane).where(*old).distinct().order_by(outbox.c.lane)
    count = 0
    for some in _some(connection.execute(waiting).scalars().all()):
        held = lanes.locked(connection, some)
        values = {"state": "held", "code": "restored", "finished": now}
        stopped = update(outbox).where(*old, outbox.c.lane.in_(held)).values(**values)
        count += connection.execute(stopped).rowcount
        for lane in held:
            lanes.settle(connection, lane)
    return count

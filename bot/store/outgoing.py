"""The rows of the outbox: slots that are to be composed, and messages whose words stay the same at every attempt."""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, select, update

from bot.delivery.values import (
    NOT_COMPOSED,
    Claimed,
    Composing,
    Lease,
    Outgoing,
    Part,
    Receipt,
    State,
    Thread,
    Verdict,
)
from bot.errors import WrongSchedule
from bot.ports import Target
from bot.store import lanes, schedules
from bot.store.engine import add
from bot.store.schema import attempts, outbox, threads
from bot.store.schema import lanes as lane_rows
from bot.store.schema import targets as target_rows
from bot.store.tellings import read_telling, telling_json
from bot.store.ticking import row_of

ENDED: frozenset[State] = frozenset({"sent", "held", "dead", "skipped"})


def nonce(lane: int, key: str) -> str:
    """What a platform knows a message by: Discord takes 25 characters, and counts them for the bot, not the channel."""
    return b32encode(sha256(f"{lane}:{key}".encode()).digest()[:15]).decode().lower()


# -- heads of lanes ----------------------------------------------------------------------------------------------------


def heads(connection: Connection, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The first live row of each lane, with its target."""
    first, other = outbox.alias("first"), outbox.alias("other")
    seq = select(func.min(first.c.seq)).where(first.c.lane == lane_rows.c.id, first.c.finished.is_(None))
    part = select(func.min(other.c.part)).where(
        other.c.lane == lane_rows.c.id, other.c.seq == outbox.c.seq, other.c.finished.is_(None)
    )
    statement = (
        select(
            outbox, target_rows.c.platform, target_rows.c.workspace, target_rows.c.kind, target_rows.c.name
        )
        .join_from(lane_rows, target_rows, target_rows.c.id == lane_rows.c.target)
        .join(
            outbox,
            and_(
                outbox.c.lane == lane_rows.c.id,
                outbox.c.seq == seq.scalar_subquery(),
                outbox.c.part == part.scalar_subquery(),
            ),
        )
        .where(lane_rows.c.id.in_(ids))
    )
    return {row.lane: row for row in connection.execute(statement)}


def of_key(connection: Connection, key: str) -> Row[Any] | None:
    """A row by its key."""
    return connection.execute(select(outbox).where(outbox.c.key == key)).one_or_none()


def same(row: Row[Any]) -> Any:
    """The condition that a row is this one."""
    return and_(outbox.c.lane == row.lane, outbox.c.seq == row.seq, outbox.c.part == row.part)


def _end(connection: Connection, row: Row[Any], state: State, code: str, now: datetime) -> None:
    values = {"state": state, "code": code, "finished": now}
    connection.execute(update(outbox).where(same(row)).values(**values))


# -- composing ---------------------------------------------------------------------------------------------------------


def to_compose(connection: Connection, lease: Lease, now: datetime) -> Composing | None:
    """What is to be composed in a leased lane; None, and the lane goes on, if its schedule is gone or can't be read."""
    row = heads(connection, [lease.lane])[lease.lane]
    why = ""
    try:
        schedule = schedules.one(connection, row.schedule)
    except WrongSchedule as error:
        schedule, why = None, f": {error}"
    if schedule is None:
        _end(connection, row, "dead", f"{NOT_COMPOSED}{why}", now)
        lanes.end(connection, lease)
        lanes.settle(connection, lease.lane)
        return None
    silent = _silent(connection, row)
    _begun(connection, [(lease, row)], now)
    return Composing(lease, schedule, row.slot, row.key, row.late, row.attempts + 1, silent)


def _silent(connection: Connection, row: Row[Any]) -> int:
    """Attempts of which nothing was heard again, since somebody last wanted the row to go."""
    own = attempts.c.key == row.key, attempts.c.ended.is_(None), attempts.c.started >= row.send_at
    return int(connection.execute(select(func.count()).select_from(attempts).where(*own)).scalar_one())


def set_back(connection: Connection, composing: Composing, verdict: Verdict, now: datetime) -> bool:
    """Makes of a slot that was not composed what a verdict says; false if it is no longer there to be composed."""
    held = lanes.end(connection, composing.lease)
    outcome = verdict.state if held else "lease lost"
    log(connection, composing.key, composing.lease, outcome, verdict.code, now)
    row = of_key(connection, composing.key)
    if not held or row is None or row.finished or row.payload is not None:
        return False
    values = {
        "state": verdict.state,
        "code": verdict.code,
        "attempts": row.attempts + verdict.counted,
        "finished": now if verdict.state in ENDED else None,
    }
    connection.execute(update(outbox).where(same(row)).values(**values))
    lanes.settle(connection, row.lane, now + verdict.again_in)
    return True


def freeze(connection: Connection, composing: Composing, parts: Sequence[Part], now: datetime) -> bool:
    """Puts the parts in the place of a slot; false if it is no longer there to be composed."""
    schedules.lock_one(connection, composing.schedule.id)
    if not lanes.end(connection, composing.lease):
        return False
    row = of_key(connection, composing.key)
    if row is None or row.finished or row.payload is not None:
        return False
    schedules.ran(connection, composing.schedule.id, composing.slot, None if parts else now)
    if parts:
        connection.execute(delete(outbox).where(same(row)))
        own = dict(row._mapping)  # noqa: SLF001 - because that is the public name of a row's mapping in SQLAlchemy
        _write(connection, own, parts)
    else:
        _end(connection, row, "skipped", "empty", now)
    lanes.settle(connection, row.lane)
    return True


def post(
    connection: Connection, lane: int, parts: Sequence[Part], now: datetime, send_at: datetime | None = None
) -> bool:
    """Puts messages of no schedule at the end of a lane; false, and nothing is done, if one of their keys is there."""
    held = lanes.locked(connection, [lane])[lane]
    keys = outbox.c.key.in_([part.key for part in parts])
    if connection.execute(select(outbox.c.key).where(keys).limit(1)).first():
        return False
    seq = held.last_seq + 1
    _write(connection, row_of(lane, seq, 0, "", "", send_at or now, now), parts)
    connection.execute(update(lane_rows).where(lane_rows.c.id == lane).values(last_seq=seq))
    lanes.settle(connection, lane)
    return True


def _write(connection: Connection, row: Mapping[str, Any], parts: Sequence[Part]) -> None:
    connection.execute(outbox.insert(), [_part(row, number, part) for number, part in enumerate(parts)])


def _part(row: Mapping[str, Any], number: int, part: Part) -> dict[str, Any]:
    payload = json.dumps(part.payload)
    telling = telling_json(part.telling) if part.telling else None
    return {
        **row,
        "part": number,
        "key": part.key,
        "payload": payload,
        "hash": frozen_hash(payload, telling),
        "story": part.story,
        "root": part.root,
        "edits": part.edits,
        "telling": telling,
        "state": "pending",
        "code": "",
        "attempts": 0,
    }


def frozen_hash(payload: str, telling: str | None) -> str:
    """What says that nobody has changed a message, nor what it tells, since it was composed."""
    return sha256(f"{payload}\n{telling or ''}".encode()).hexdigest()


# -- sending -----------------------------------------------------------------------------------------------------------


def attempt(connection: Connection, leases: Sequence[Lease], now: datetime) -> Sequence[Claimed]:
    """Marks the heads of leased lanes as attempting and counts the attempt; a damaged one is dead, and its lane goes on."""
    rows = heads(connection, [lease.lane for lease in leases])
    whole = [lease for lease in leases if _whole(rows[lease.lane])]
    for lease in leases:
        if lease not in whole:
            _end(connection, rows[lease.lane], "dead", "damaged", now)
            lanes.end(connection, lease)
            lanes.settle(connection, lease.lane)
    if whole:
        _attempting(connection, [(lease, rows[lease.lane]) for lease in whole], now)
    roots = _roots(connection, [rows[lease.lane] for lease in whole])
    return [_claimed(lease, rows[lease.lane], roots) for lease in whole]


def _whole(row: Row[Any]) -> bool:
    return bool(frozen_hash(row.payload, row.telling) == row.hash)


def _attempting(connection: Connection, heads: Sequence[tuple[Lease, Row[Any]]], now: datetime) -> None:
    marked = (
        update(outbox)
        .where(outbox.c.key == bindparam("of"))
        .values(state="attempting", attempts=outbox.c.attempts + 1, first_attempt=bindparam("first"))
    )
    connection.execute(marked, [{"of": row.key, "first": row.first_attempt or now} for _, row in heads])
    _begun(connection, heads, now)


def _begun(connection: Connection, heads: Sequence[tuple[Lease, Row[Any]]], now: datetime) -> None:
    new = {"started": now, "outcome": "", "code": ""}
    connection.execute(
        attempts.insert(), [{"key": row.key, "token": lease.token, **new} for lease, row in heads]
    )


def _roots(connection: Connection, rows: Sequence[Row[Any]]) -> Mapping[tuple[int, str], str]:
    """The roots of the threads in which rows answer, by lane and story."""
    answers = [row for row in rows if row.story and not row.root]
    if not answers:
        return {}
    statement = select(threads).where(
        threads.c.lane.in_({row.lane for row in answers}), threads.c.story.in_({row.story for row in answers})
    )
    return {(row.lane, row.story): row.root for row in connection.execute(statement)}


def _claimed(lease: Lease, row: Row[Any], roots: Mapping[tuple[int, str], str]) -> Claimed:
    message = Outgoing(
        Target(row.platform, row.workspace, row.kind, row.name),
        row.key,
        nonce(row.lane, row.key),
        json.loads(row.payload),
        "" if row.root else roots.get((row.lane, row.story), ""),
        row.edits,
        row.first_attempt,
    )
    return Claimed(lease, message, row.state, row.attempts + 1)


def log(connection: Connection, key: str, lease: Lease, outcome: str, code: str, now: datetime) -> None:
    """Keeps what came of an attempt, once."""
    own = attempts.c.key == key, attempts.c.token == lease.token
    still = attempts.c.ended.is_(None)
    values = {"ended": now, "outcome": outcome, "code": code}
    connection.execute(update(attempts).where(*own, still).values(**values))


def conclude(connection: Connection, row: Row[Any], verdict: Verdict, now: datetime) -> None:
    """Makes of a row what a verdict says, and of its thread what a receipt says."""
    ended = verdict.state in ENDED
    values = {
        "state": verdict.state,
        "code": verdict.code,
        "message": verdict.receipt.message if verdict.receipt else row.message,
        "attempts": row.attempts - (not verdict.counted),
        "first_attempt": None if verdict.known else row.first_attempt,
        "finished": now if ended else None,
        "telling": None if verdict.state == "sent" and not row.story else row.telling,
        "edits": "" if verdict.gone else row.edits,
    }
    connection.execute(update(outbox).where(same(row)).values(**values))
    if verdict.gone and not row.edits:
        own = threads.c.lane == row.lane, threads.c.story == row.story
        connection.execute(delete(threads).where(*own))
    if verdict.receipt and row.story:
        _thread_on(connection, row, verdict.receipt, now)


# -- threads -----------------------------------------------------------------------------------------------------------


def thread(connection: Connection, lane: int, story: str) -> Thread | None:
    """Where a story's thread stands in a lane."""
    own = threads.c.lane == lane, threads.c.story == story
    last = select(threads, outbox.c.telling).outerjoin(outbox, outbox.c.key == threads.c.last_key)
    row = connection.execute(last.where(*own)).one_or_none()
    if row is None:
        return None
    told = read_telling(row.telling) if row.telling else None
    return Thread(row.root, row.last, row.last_at, row.last_key, told)


def _thread_on(connection: Connection, row: Row[Any], receipt: Receipt, now: datetime) -> None:
    """A root opens its thread anew, as does what finds none; all else is its last message, whose telling alone is kept."""
    before = select(threads.c.last_key).where(threads.c.lane == row.lane, threads.c.story == row.story)
    earlier = outbox.c.key == before.scalar_subquery(), outbox.c.key != row.key
    connection.execute(update(outbox).where(*earlier).values(telling=None))
    values = {"last": receipt.message, "last_at": now, "last_key": row.key}
    root = {"root": receipt.thread or receipt.message}
    new = add(connection, threads).values(lane=row.lane, story=row.story, **root, **values)
    changes = values | root if row.root else values
    connection.execute(new.on_conflict_do_update(index_elements=["lane", "story"], set_=changes))

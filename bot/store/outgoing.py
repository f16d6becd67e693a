"""The rows of the outbox: slots that are to be composed, and messages whose words stay the same at every attempt."""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, select, tuple_, update

from bot.delivery.values import (
    Claimed,
    Composing,
    Delivered,
    Lease,
    Outgoing,
    Part,
    Receipt,
    State,
    Thread,
    Verdict,
)
from bot.errors import UnusableStore
from bot.ports import Target, Telling
from bot.store import lanes, schedules
from bot.store.engine import add
from bot.store.schema import RESTORE, attempts, outbox, runs, threads
from bot.store.schema import lanes as lane_rows
from bot.store.schema import targets as target_rows
from summarizers.digest import as_json, read_digest
from summarizers.errors import BrokenDigest
from summarizers.types import Quotation

AT_ONCE = 500  # rows of a statement
TRIES = 10  # of composing a slot: what fails so often must not hold up its lane for good
LIVES = outbox.c.finished.is_(None)


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


def _is(row: Row[Any]) -> Any:
    return and_(outbox.c.lane == row.lane, outbox.c.seq == row.seq, outbox.c.part == row.part)


def _end(connection: Connection, row: Row[Any], state: State, code: str, now: datetime) -> None:
    values = {"state": state, "code": code, "finished": now}
    connection.execute(update(outbox).where(_is(row)).values(**values))


# -- composing ---------------------------------------------------------------------------------------------------------


def to_compose(connection: Connection, lease: Lease, now: datetime) -> Composing | None:
    """What is to be composed in a leased lane; None, and the lane goes on, if it was tried too often."""
    row = heads(connection, [lease.lane])[lease.lane]
    schedule = schedules.one(connection, row.schedule) if row.attempts < TRIES else None
    if schedule is None:
        _end(connection, row, "dead", "not composed", now)
        lanes.end(connection, lease)
        lanes.settle(connection, lease.lane)
        return None
    connection.execute(update(outbox).where(_is(row)).values(attempts=row.attempts + 1))
    return Composing(lease, schedule, row.slot, row.key, row.late)


def freeze(connection: Connection, composing: Composing, parts: Sequence[Part], now: datetime) -> bool:
    """Puts the parts in the place of a slot; false if it is no longer there to be composed."""
    schedules.lock_one(connection, composing.schedule.id)
    if not lanes.end(connection, composing.lease):
        return False
    row = of_key(connection, composing.key)
    if row is None or row.finished or row.payload is not None:
        return False
    schedules.ran(connection, composing.schedule.id, composing.slot, silent=not parts)
    if parts:
        connection.execute(delete(outbox).where(_is(row)))
        connection.execute(outbox.insert(), [_part(row, number, part) for number, part in enumerate(parts)])
    else:
        _end(connection, row, "skipped", "empty", now)
    lanes.settle(connection, row.lane)
    return True


def _part(row: Row[Any], number: int, part: Part) -> dict[str, Any]:
    payload = json.dumps(part.payload)
    telling = telling_json(part.telling) if part.telling else None
    return {
        **row._mapping,  # noqa: SLF001 - because that is the public name of a row's mapping in SQLAlchemy
        "part": number,
        "key": part.key,
        "payload": payload,
        "hash": frozen_hash(payload, telling),
        "story": part.story,
        "root": part.root,
        "edits": part.edits,
        "telling": telling,
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


def log(connection: Connection, claimed: Claimed, outcome: str, code: str, now: datetime) -> None:
    """Keeps what came of an attempt, once."""
    own = attempts.c.key == claimed.message.key, attempts.c.token == claimed.lease.token
    still = attempts.c.ended.is_(None)
    values = {"ended": now, "outcome": outcome, "code": code}
    connection.execute(update(attempts).where(*own, still).values(**values))


def conclude(connection: Connection, row: Row[Any], verdict: Verdict, now: datetime) -> None:
    """Makes of a row what a verdict says, and of its thread what a receipt says."""
    ended = verdict.state in {"sent", "held", "dead", "skipped"}
    values = {
        "state": verdict.state,
        "code": verdict.code,
        "message": verdict.receipt.message if verdict.receipt else row.message,
        "attempts": row.attempts - (not verdict.counted),
        "first_attempt": None if verdict.known else row.first_attempt,
        "finished": now if ended else None,
        "telling": None if verdict.state == "sent" else row.telling,
        "edits": "" if verdict.gone else row.edits,
    }
    connection.execute(update(outbox).where(_is(row)).values(**values))
    if verdict.gone and not row.edits:
        own = threads.c.lane == row.lane, threads.c.story == row.story
        connection.execute(delete(threads).where(*own))
    if verdict.receipt and row.story:
        _thread_on(connection, row, verdict.receipt, now)


# -- threads -----------------------------------------------------------------------------------------------------------


def thread(connection: Connection, lane: int, story: str) -> Thread | None:
    """Where a story's thread stands in a lane."""
    own = threads.c.lane == lane, threads.c.story == story
    row = connection.execute(select(threads).where(*own)).one_or_none()
    return Thread(row.root, row.last, row.last_at, row.last_key) if row else None


def _thread_on(connection: Connection, row: Row[Any], receipt: Receipt, now: datetime) -> None:
    """A root opens its thread anew, as does what finds none; all else is its last message."""
    values = {"last": receipt.message, "last_at": now, "last_key": row.key}
    root = {"root": receipt.thread or receipt.message}
    new = add(connection, threads).values(lane=row.lane, story=row.story, **root, **values)
    changes = values | root if row.root else values
    connection.execute(new.on_conflict_do_update(index_elements=["lane", "story"], set_=changes))


# -- what people see and do --------------------------------------------------------------------------------------------


def delivered(connection: Connection, lane: int | None, limit: int) -> Sequence[Delivered]:
    """The latest rows of a lane, or of all, with what was tried."""
    own = outbox.c.lane == lane if lane is not None else outbox.c.lane == outbox.c.lane
    statement = (
        select(
            outbox, target_rows.c.platform, target_rows.c.workspace, target_rows.c.kind, target_rows.c.name
        )
        .join_from(outbox, lane_rows, lane_rows.c.id == outbox.c.lane)
        .join(target_rows, target_rows.c.id == lane_rows.c.target)
        .where(own)
        .order_by(outbox.c.created.desc(), outbox.c.lane, outbox.c.seq.desc(), outbox.c.part.desc())
        .limit(limit)
    )
    rows = connection.execute(statement).all()
    tries = _tries(connection, [row.key for row in rows])
    return [
        Delivered(
            row.key,
            Target(row.platform, row.workspace, row.kind, row.name),
            row.state,
            row.attempts,
            row.created,
            row.finished,
            row.code,
            row.message,
            tuple(tries.get(row.key, ())),
        )
        for row in rows
    ]


def _tries(connection: Connection, keys: Sequence[str]) -> dict[str, list[tuple[datetime, str, str]]]:
    tries: dict[str, list[tuple[datetime, str, str]]] = {}
    statement = select(attempts).where(attempts.c.key.in_(keys)).order_by(attempts.c.token)
    for row in connection.execute(statement):
        tries.setdefault(row.key, []).append((row.started, row.outcome, row.code))
    return tries


def retry(connection: Connection, key: str, now: datetime) -> bool:
    """Puts a held or dead row at the end of its lane; whether there is one."""
    lane = connection.execute(select(outbox.c.lane).where(outbox.c.key == key)).scalar()
    held = lanes.locked(connection, [lane] if lane is not None else [])
    row = of_key(connection, key)
    if row is None or row.lane not in held or row.state not in {"held", "dead"}:
        return False
    seq = held[row.lane].last_seq + 1
    values = {"seq": seq, "part": 0, "state": "pending", "attempts": 0, "first_attempt": None}
    connection.execute(update(outbox).where(_is(row)).values(**values, code="", finished=None, send_at=now))
    connection.execute(update(lane_rows).where(lane_rows.c.id == row.lane).values(last_seq=seq))
    lanes.settle(connection, row.lane)
    return True


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


# -- tellings as text --------------------------------------------------------------------------------------------------


def telling_json(telling: Telling) -> str:
    """A telling as text to store."""
    return json.dumps(
        {
            "shown_to": asdict(telling.shown_to),
            "story": telling.story,
            "digest": as_json(telling.digest),
            "moves": asdict(telling.moves) if telling.moves else None,
            "versions": telling.versions,
            "sentences": [asdict(each) for each in telling.sentences],
        }
    )


def read_telling(text: str) -> Telling:
    """The telling that `telling_json` wrote."""
    stored = json.loads(text)
    try:
        return Telling(
            Target(**stored["shown_to"]),
            stored["story"],
            read_digest(json.dumps(stored["digest"])),
            Target(**stored["moves"]) if stored["moves"] else None,
            tuple(stored["versions"]),
            tuple(Quotation(**each) for each in stored["sentences"]),
        )
    except BrokenDigest as error:
        raise UnusableStore(f"What a message tells can't be read back: {RESTORE}. {error}") from None

"""Lanes: one for each target, in which messages go out in order; whose turn it is, who works on it, what holds it up.

A lease counts on the database's own clock. Whoever ends one, or takes one whose time is over, makes the token grow,
so that the earlier holder's word no longer counts.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    case,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)

from bot.delivery.values import Lease
from bot.errors import Reach, WrongSchedule
from bot.ports import Target
from bot.schedules import Quiet, parse_quiet, quiet_words
from bot.store import targets
from bot.store.engine import add
from bot.store.schema import EPOCH, Moment, gates, lanes, moment, outbox

LOG = logging.getLogger(__name__)
AT_ONCE = 500  # lanes of a statement
NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")


def clock(connection: Connection, now: datetime) -> datetime:
    """The moment on the clock of the database; one process works on SQLite, so there its own will do."""
    if connection.dialect.name == "sqlite":
        return now
    return moment(connection.execute(NOW).scalar_one())


def found(connection: Connection, target: Target) -> int | None:
    """The lane of a target, if there is one."""
    row = targets.found(connection, target)
    return connection.execute(select(lanes.c.id).where(lanes.c.target == row)).scalar() if row else None


def made(connection: Connection, target: Target, row: int) -> int:
    """The lane of a target, which is made where there is none."""
    values = {
        "target": row,
        "platform": target.platform,
        "workspace": target.workspace,
        "pending": 0,
        "composed": False,
        "last_seq": 0,
        "next_at": EPOCH,
        "lease_until": EPOCH,
        "lease_token": 0,
        "closed": "",
    }
    connection.execute(add(connection, lanes).values(**values).on_conflict_do_nothing())
    return int(connection.execute(select(lanes.c.id).where(lanes.c.target == row)).scalar_one())


def locked(connection: Connection, ids: Collection[int]) -> dict[int, Row[Any]]:
    """The lanes, which nobody else changes until the transaction ends; by id, so that no two wait for each other."""
    statement = select(lanes).where(lanes.c.id.in_(ids)).order_by(lanes.c.id).with_for_update()
    return {row.id: row for row in connection.execute(statement)}


# -- leases ------------------------------------------------------------------------------------------------------------


def take(connection: Connection, ids: Sequence[int], clock: datetime, span: timedelta) -> Sequence[Lease]:
    """Leases lanes, in the order of the ids."""
    statement = (
        update(lanes)
        .where(lanes.c.id.in_(ids))
        .values(lease_until=clock + span, lease_token=lanes.c.lease_token + 1)
        .returning(lanes.c.id, lanes.c.lease_token)
    )
    tokens = {row.id: row.lease_token for row in connection.execute(statement)}
    return [Lease(lane, tokens[lane], clock + span) for lane in ids]


def renew(connection: Connection, lease: Lease, clock: datetime, span: timedelta) -> Lease | None:
    """The lease for longer; None if it was lost."""
    statement = update(lanes).where(*_held(lease)).values(lease_until=clock + span)
    return Lease(lease.lane, lease.token, clock + span) if connection.execute(statement).rowcount else None


def end(connection: Connection, lease: Lease) -> bool:
    """Gives a lane back, which nobody else changes until the transaction ends; whether the lease still held."""
    values = {"lease_until": EPOCH, "lease_token": lanes.c.lease_token + 1}
    return connection.execute(update(lanes).where(*_held(lease)).values(**values)).rowcount > 0


def _held(lease: Lease) -> list[Any]:
    return [lanes.c.id == lease.lane, lanes.c.lease_token == lease.token]


def end_all(connection: Connection) -> None:
    """Gives all lanes back."""
    # Locked by a statement of its own: inside an update PostgreSQL may come to the rows in any order.
    held = select(lanes.c.id).where(lanes.c.lease_until > EPOCH).order_by(lanes.c.id).with_for_update()
    ids = connection.execute(held).scalars().all()
    values = {"lease_until": EPOCH, "lease_token": lanes.c.lease_token + 1}
    for first in range(0, len(ids), AT_ONCE):
        some = lanes.c.id.in_(ids[first : first + AT_ONCE])
        connection.execute(update(lanes).where(some).values(**values))


# -- in step with its rows ---------------------------------------------------------------------------------------------


def later(at: datetime) -> Any:
    """The next turn of a lane, at a moment or when it would be anyway; a closed one has none."""
    stays = or_(lanes.c.closed != "", lanes.c.next_at >= at)
    return case((stays, lanes.c.next_at), else_=literal(at, Moment()))


def settle(connection: Connection, lane: int, not_before: datetime = EPOCH) -> None:
    """Puts a lane in step with its rows: how many live, and what the first of them is and when it may go."""
    live = outbox.c.lane == lane, outbox.c.finished.is_(None)
    first = (
        select(outbox.c.payload.is_not(None).label("composed"), outbox.c.send_at)
        .where(*live)
        .order_by(outbox.c.seq, outbox.c.part)
        .limit(1)
    )
    head = connection.execute(first).one_or_none()
    pending = select(func.count()).select_from(outbox).where(*live).scalar_subquery()
    turn = max(not_before, head.send_at) if head else not_before
    values = {"pending": pending, "composed": bool(head and head.composed), "next_at": later(turn)}
    connection.execute(update(lanes).where(lanes.c.id == lane).values(**values))


# -- quiet hours -------------------------------------------------------------------------------------------------------


def keep_quiet(connection: Connection, lane: int, quiet: tuple[Quiet, str] | None) -> None:
    """Keeps the quiet hours of a lane and their zone, or that it has none."""
    said = f"{quiet_words(quiet[0])} {quiet[1]}" if quiet else None
    connection.execute(update(lanes).where(lanes.c.id == lane).values(quiet=said))


def quiet(connection: Connection, lane: int) -> tuple[Quiet, str] | None:
    """The quiet hours of a lane, and their zone."""
    return quiet_of(connection.execute(select(lanes.c.quiet).where(lanes.c.id == lane)).scalar())


@lru_cache(1024)
def quiet_of(said: str | None) -> tuple[Quiet, str] | None:
    """The quiet hours that `keep_quiet` has kept; none, and the log gets it, where this machine lacks their zone."""
    try:
        return parse_quiet(said, zone=None) if said else None
    except WrongSchedule as error:
        LOG.warning("quiet hours hold nothing back: %s", error)
        return None


# -- what holds it up --------------------------------------------------------------------------------------------------


def close(connection: Connection, lane: int, reason: str) -> None:
    """Lets nothing go out of a lane until it is opened again."""
    connection.execute(update(lanes).where(lanes.c.id == lane).values(closed=reason, next_at=null()))


def reopen(connection: Connection, lane: int) -> None:
    """Lets a lane go on at once."""
    connection.execute(update(lanes).where(lanes.c.id == lane).values(closed="", next_at=EPOCH))


def bar(connection: Connection, reach: Reach, lane: int, until: datetime, reason: str | None) -> None:
    """Holds up the installation or platform of a lane until a moment or, with a reason, until it is opened again."""
    of = connection.execute(select(lanes.c.platform, lanes.c.workspace).where(lanes.c.id == lane)).one()
    workspace = of.workspace if reach == "installation" else ""
    gate = {"platform": of.platform, "reach": reach, "workspace": workspace}
    new = add(connection, gates).values(**gate, opens_at=until, closed=reason or "")
    longer = case((gates.c.opens_at > until, gates.c.opens_at), else_=literal(until, Moment()))
    changes = {"opens_at": longer} if reason is None else {"closed": reason}
    connection.execute(new.on_conflict_do_update(index_elements=[*gate], set_=changes))


def closed(connection: Connection, lane: int) -> str:
    """Why nothing goes out of a lane until somebody acts; empty while it does."""
    row = connection.execute(select(lanes).where(lanes.c.id == lane)).one()
    own = gates.c.platform == row.platform, gates.c.workspace.in_(("", row.workspace)), gates.c.closed != ""
    gate = select(gates.c.closed).where(*own).order_by(gates.c.workspace).limit(1)
    return row.closed or connection.execute(gate).scalar() or ""


def unbar(connection: Connection, reach: Reach, of: tuple[str, str]) -> bool:
    """Lets an installation or a platform go on; whether it was closed."""
    platform, workspace = of
    gate = gates.c.platform == platform, gates.c.reach == reach
    own = gates.c.workspace == (workspace if reach == "installation" else "")
    values = {"closed": "", "opens_at": EPOCH}
    return (
        connection.execute(update(gates).where(*gate, own, gates.c.closed != "").values(**values)).rowcount
        > 0
    )

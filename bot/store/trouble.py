"""What an operator should know of, over all libraries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from bot.ports import Feed, Target, Trouble
from bot.store.feeds import feed_of
from bot.store.schema import feeds, gates, lanes, outbox, targets


def trouble(connection: Connection, since: datetime) -> Trouble:
    """Feeds that fail for days or are given up, what is closed, and what was not sent since a moment."""
    stuck = {row.state: row.number for row in connection.execute(_stuck(since))}
    closed = (*_gates(connection), *_lanes(connection))
    return Trouble(_feeds(connection), closed, stuck.get("dead", 0), stuck.get("held", 0))


def _feeds(connection: Connection) -> tuple[Feed, ...]:
    wrong = or_(feeds.c.muted != "", feeds.c.news == "failing")
    return tuple(map(feed_of, connection.execute(select(feeds).where(wrong).order_by(feeds.c.id))))


def _gates(connection: Connection) -> list[tuple[Target, str]]:
    """Platforms and installations that are closed."""
    rows = connection.execute(
        select(gates).where(gates.c.closed != "").order_by(gates.c.platform, gates.c.workspace)
    )
    return [(Target(row.platform, row.workspace, "channel", ""), row.closed) for row in rows]


def _lanes(connection: Connection) -> list[tuple[Target, str]]:
    """Single targets that are closed."""
    rows = connection.execute(
        select(targets.c.platform, targets.c.workspace, targets.c.kind, targets.c.name, lanes.c.closed)
        .join_from(lanes, targets, targets.c.id == lanes.c.target)
        .where(lanes.c.closed != "")
        .order_by(lanes.c.id)
    )
    return [(Target(row.platform, row.workspace, row.kind, row.name), row.closed) for row in rows]


def _stuck(since: datetime) -> Any:
    stuck = outbox.c.state.in_(("dead", "held")), outbox.c.created >= since
    return select(outbox.c.state, func.count().label("number")).where(*stuck).group_by(outbox.c.state)

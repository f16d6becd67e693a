"""Whose turn it is: lanes that are due and that nobody holds, so that no installation with many due starves another.

The longest due are found by an index in the order of time. Where there are many of them, one installation may fill
that window, and hold up the others or be held up itself: then some installations are visited as well, a few at each
question, each found by one step in an index of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)

from bot.store.schema import gates, lanes

WINDOW = 200  # lanes; more than all processes together hold, since those are passed over one by one
VISITS, OF_EACH = 50, 10  # installations at a question, and lanes of each
ANY_PENDING = literal_column("lanes.pending") > literal_column("0")  # the words of the indexes

Rounds = MutableMapping[tuple[str, bool], str]  # the installation of a platform after which the visits go on


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: heads that are composed or not, at a moment, and on the database's own clock for the leases."""

    composed: bool
    now: datetime
    clock: datetime

    def values(self) -> dict[str, Any]:
        """As the questions below take it."""
        return {"composed": self.composed, "now": self.now, "clock": self.clock}


# -- questions ---------------------------------------------------------------------------------------------------------


def shut(now: Any) -> Any:
    """The condition that a gate lets nothing through."""
    return or_(gates.c.closed != "", gates.c.opens_at > now)


NOW = bindparam("now", type_=gates.c.opens_at.type)
OF_PLATFORM = (
    lanes.c.composed == bindparam("composed"),
    lanes.c.platform == bindparam("platform"),
    ANY_PENDING,
)


def _shut(platform: Any, workspace: Any) -> Any:
    """The condition that an installation is held up."""
    own = gates.c.platform == platform, gates.c.reach == "installation", gates.c.workspace == workspace
    return select(gates.c.platform).where(*own, shut(NOW)).exists()


DUE = and_(lanes.c.next_at <= NOW, lanes.c.lease_until <= bindparam("clock"))
FREE = and_(DUE, ~_shut(lanes.c.platform, lanes.c.workspace))
LONGEST = (
    select(lanes.c.id, lanes.c.platform, lanes.c.workspace, lanes.c.next_at, FREE.label("free"))
    .where(*OF_PLATFORM, lanes.c.next_at <= NOW)
    .order_by(lanes.c.next_at)
    .limit(bindparam("most"))
)
NAMED = select(lanes.c.id, lanes.c.platform, lanes.c.workspace, lanes.c.next_at).where(
    lanes.c.id.in_(bindparam("ids", expanding=True))
)
LOCKED = (
    select(lanes.c.id)
    .where(lanes.c.id.in_(bindparam("ids", expanding=True)))
    # Not in the words of the indexes: SQLite would go through all that wait, 7 ms of 100,000, instead of by the ids.
    .where(lanes.c.composed == bindparam("composed"), lanes.c.pending >= 1, FREE)
    .with_for_update(of=lanes, skip_locked=True)
)


def _visited() -> Any:
    """Installations after one, in order, each found by one step in the index; and the lanes of each that are free."""
    following = select(func.min(lanes.c.workspace)).where(*OF_PLATFORM)
    walk = select(
        following.where(lanes.c.workspace > bindparam("after")).scalar_subquery().label("workspace"),
        literal(1).label("step"),
    ).cte("walk", recursive=True)
    further = following.where(lanes.c.workspace > walk.c.workspace).scalar_subquery()
    walk = walk.union_all(
        select(further, walk.c.step + 1).where(walk.c.workspace.is_not(None), walk.c.step < VISITS)
    )
    own = (
        select(lanes.c.id)
        .where(*OF_PLATFORM, lanes.c.workspace == walk.c.workspace, DUE)
        .order_by(lanes.c.next_at)
        .limit(OF_EACH)
        .correlate(walk)
        .subquery()
    )
    ids = select(func.aggregate_strings(cast(own.c.id, Text), ",")).scalar_subquery()
    held_up = _shut(bindparam("platform"), walk.c.workspace)
    return (
        select(walk.c.workspace, case((held_up, null()), else_=ids).label("ids"))
        .where(walk.c.workspace.is_not(None))
        .order_by(walk.c.workspace)
    )


VISITED = _visited()


# -- answers -----------------------------------------------------------------------------------------------------------


def due(
    connection: Connection,
    asked: Asked,
    limit: int,
    rounds: Rounds,
    platforms: Collection[str] | None = None,
) -> Sequence[int]:
    """Lanes whose turn it is and that nobody holds, at least `limit` if there are so many, in turns."""
    barred = _shut_platforms(connection, asked.now)
    names = sorted(_platforms(connection, asked) if platforms is None else platforms)
    found = [
        lane
        for platform in names
        if platform not in barred
        for lane in _waiting(connection, platform, asked, limit, rounds)
    ]
    return in_turns(found)


def in_turns(waiting: Iterable[Any]) -> list[int]:
    """The ids of lanes so that each installation has a turn before any has its next, the longest due first."""
    had: Counter[tuple[str, str]] = Counter()
    turns = []
    for lane in sorted(waiting, key=lambda lane: (lane.next_at, lane.id)):
        installation = lane.platform, lane.workspace
        turns.append((had[installation], lane.next_at, lane.id))
        had[installation] += 1
    return [lane for _, _, lane in sorted(turns)]


def locked(connection: Connection, asked: Asked, ids: Sequence[int], limit: int) -> list[int]:
    """The first ones of lanes that are free still, which no other transaction gets; what another has is passed over."""
    free: list[int] = []
    while ids and len(free) < limit:
        some, ids = ids[: limit - len(free)], ids[limit - len(free) :]
        own = set(connection.execute(LOCKED, {**asked.values(), "ids": some}).scalars())
        free += [lane for lane in some if lane in own]
    return free


def locked_one(connection: Connection, asked: Asked, lane: int) -> list[int]:
    """A lane if its turn it is and nobody holds it, which no other transaction gets then."""
    platform = connection.execute(select(lanes.c.platform).where(lanes.c.id == lane)).scalar()
    barred = platform in _shut_platforms(connection, asked.now)
    return [] if barred else locked(connection, asked, [lane], 1)


def _waiting(
    connection: Connection, platform: str, asked: Asked, limit: int, rounds: Rounds
) -> Iterable[Row[Any]]:
    values = {**asked.values(), "platform": platform, "most": max(WINDOW, 2 * limit)}
    longest = connection.execute(LONGEST, values).all()
    free = {lane.id: lane for lane in longest if lane.free}
    if len(longest) == values["most"]:
        free |= {lane.id: lane for lane in _of_others(connection, values, rounds)}
    return free.values()


def _of_others(connection: Connection, values: dict[str, Any], rounds: Rounds) -> Iterable[Row[Any]]:
    """Lanes of the next installations of a platform, so that a window full of one's lanes is none in their way."""
    of = values["platform"], values["composed"]
    visited = connection.execute(VISITED, {**values, "after": rounds.get(of, "")}).all()
    rounds[of] = visited[-1].workspace if len(visited) == VISITS else ""
    ids = [int(lane) for each in visited if each.ids for lane in each.ids.split(",")]
    return connection.execute(NAMED, {"ids": ids})


def _platforms(connection: Connection, asked: Asked) -> list[str]:
    """The platforms that have something to do, each found by one step in the index."""
    found: list[str] = []
    after = select(func.min(lanes.c.platform)).where(lanes.c.composed == asked.composed, ANY_PENDING)
    following = connection.execute(after).scalar()
    while following:
        found.append(following)
        following = connection.execute(after.where(lanes.c.platform > following)).scalar()
    return found


def _shut_platforms(connection: Connection, now: datetime) -> set[str]:
    statement = select(gates.c.platform).where(gates.c.reach == "platform", shut(now))
    return set(connection.execute(statement).scalars())

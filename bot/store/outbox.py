"""The Outbox of `bot.delivery.doors` in a database: each method is one transaction over the functions of its subject.

Its transactions run beside each other on PostgreSQL. What they share they lock in one order, so that no two wait for
each other: the place of the one writer (where a telling or a target is written), schedules, lanes, rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.delivery.values import (
    Claimed,
    Composing,
    Delivered,
    Lease,
    Part,
    Planned,
    Scheduled,
    Thread,
    Verdict,
)
from bot.errors import Reach
from bot.ports import Feed, Target
from bot.schedules import Quiet, held_until
from bot.store import delivered, feeds, lanes, outgoing, schedules, targets, ticking, turns
from bot.store.engine import Database
from bot.store.tellings import read_telling
from bot.store.turns import Asked, locked_one

Defer = Callable[[Connection, Sequence[int]], object]
TOO_OLD = timedelta(hours=6)  # to be sent after a restore without asking


class SqlOutbox:
    """`bot.delivery.doors.Outbox` in SQLite or PostgreSQL.

    `defer`, where it is set, is told in the tick's own transaction which lanes have got slots to compose now.
    """

    def __init__(self, database: Database, key: bytes) -> None:
        self.database = database
        self.defer: Defer | None = None
        self._key = key
        self._rounds: turns.Rounds = {}

    # schedules

    def add(self, schedule: Scheduled, now: datetime) -> Scheduled:
        del now
        with self.database.writing() as connection:
            target = targets.remember(connection, self._key, schedule.target)
            owner = targets.remember(connection, self._key, schedule.owner)
            kept = schedules.one(connection, schedules.add(connection, schedule, target, owner))
            assert kept is not None
            return kept

    def schedules(self, target: Target) -> Sequence[Scheduled]:
        with self.database.reading() as connection:
            lane = lanes.found(connection, target)
            return schedules.of(connection, lane) if lane else []

    def made_by(self, owner: Target) -> Sequence[Scheduled]:
        with self.database.reading() as connection:
            row = targets.found(connection, owner)
            return schedules.made_by(connection, row) if row else []

    def pause(self, schedule: int, reason: str) -> bool:
        with self.database.sharing() as connection:
            return schedules.pause(connection, schedule, reason)

    def resume(self, schedule: int, next_at: datetime | None, next_slot: str) -> bool:
        with self.database.sharing() as connection:
            return schedules.resume(connection, schedule, next_at, next_slot)

    def remove(self, schedule: int) -> bool:
        with self.database.sharing() as connection:
            return schedules.remove(connection, schedule)

    def crowd(self, at: datetime) -> int:
        with self.database.reading() as connection:
            return ticking.crowd(connection, at)

    def quiet(self, target: Target) -> tuple[Quiet, str] | None:
        with self.database.reading() as connection:
            lane = lanes.found(connection, target)
            return lanes.quiet(connection, lane) if lane else None

    def keep_quiet(self, target: Target, quiet: tuple[Quiet, str] | None, now: datetime) -> None:
        del now
        with self.database.writing() as connection:
            row = targets.remember(connection, self._key, target)
            lanes.keep_quiet(connection, lanes.made(connection, target, row), quiet)

    def unheard(self, person: Target) -> Sequence[str]:
        with self.database.reading() as connection:
            lane = lanes.found(connection, person)
            return delivered.unheard(connection, lane) if lane else []

    def heard(self, person: Target, keys: Collection[str], now: datetime) -> None:
        with self.database.sharing() as connection:
            if lane := lanes.found(connection, person):
                delivered.heard(connection, lane, keys, now)

    def closed(self, target: Target) -> str:
        with self.database.reading() as connection:
            lane = lanes.found(connection, target)
            return lanes.closed(connection, lane) if lane else ""

    # the tick

    def tick(
        self, now: datetime, limit: int, plan: Callable[[Scheduled, datetime, int], Planned]
    ) -> Sequence[tuple[Scheduled, Planned]]:
        with self.database.sharing() as connection:
            plans, filled = ticking.tick(connection, now, limit, plan)
            if self.defer and filled:
                self.defer(connection, filled)
            return plans

    def every(self, after: int, limit: int) -> Sequence[Scheduled]:
        with self.database.reading() as connection:
            return schedules.every(connection, after, limit)

    def reckon(self, schedule: Scheduled, next_at: datetime | None, next_slot: str) -> bool:
        with self.database.sharing() as connection:
            return schedules.reckon(connection, schedule, next_at, next_slot)

    def run_now(self, schedule: int, slot: str, now: datetime) -> bool:
        with self.database.sharing() as connection:
            return ticking.run_now(connection, schedule, slot, now)

    # composing

    def to_compose(self, now: datetime, lease: timedelta, lane: int | None = None) -> Composing | None:
        with self.database.sharing() as connection:
            asked = Asked(False, now, lanes.clock(connection, now))
            while (
                due := self._due(connection, asked, 1)
                if lane is None
                else locked_one(connection, asked, lane)
            ):
                [held] = lanes.take(connection, due, asked.clock, lease)
                composing = outgoing.to_compose(connection, held, now)
                if composing:
                    return composing
            return None

    def composable(
        self, now: datetime, limit: int, platforms: Collection[str] | None = None
    ) -> Sequence[int]:
        with self.database.reading() as connection:
            asked = Asked(False, now, lanes.clock(connection, now))
            return turns.due(connection, asked, limit, self._rounds, platforms)[:limit]

    def freeze(self, composing: Composing, parts: Sequence[Part], now: datetime) -> bool:
        with self.database.sharing() as connection:
            return outgoing.freeze(connection, composing, parts, now)

    def set_back(self, composing: Composing, verdict: Verdict, now: datetime) -> bool:
        with self.database.sharing() as connection:
            return outgoing.set_back(connection, composing, verdict, now)

    def thread(self, lane: int, story: str) -> Thread | None:
        with self.database.reading() as connection:
            return outgoing.thread(connection, lane, story)

    # sending

    def claim(
        self, now: datetime, limit: int, lease: timedelta, platforms: Collection[str]
    ) -> Sequence[Claimed]:
        with self.database.sharing() as connection:
            asked = Asked(True, now, lanes.clock(connection, now))
            due = self._due(connection, asked, limit, platforms)
            return (
                outgoing.attempt(connection, lanes.take(connection, due, asked.clock, lease), now)
                if due
                else []
            )

    def _due(
        self, connection: Connection, asked: Asked, limit: int, platforms: Collection[str] | None = None
    ) -> Sequence[int]:
        """Lanes that nobody else gets now."""
        found = turns.due(connection, asked, limit, self._rounds, platforms)
        return turns.locked(connection, asked, found, limit)

    def renew(self, lease: Lease, now: datetime, span: timedelta) -> Lease | None:
        with self.database.sharing() as connection:
            return lanes.renew(connection, lease, lanes.clock(connection, now), span)

    def finish(self, claimed: Claimed, verdict: Verdict, now: datetime) -> bool:
        lane, key = claimed.lease.lane, claimed.message.key
        with self.database.sharing() as connection:
            row = outgoing.of_key(connection, key)
            telling = row.telling if row and verdict.state == "sent" else None
            if telling:
                self.database.become_the_writer(connection)
            stops = schedules.lock(connection, lane) if verdict.closes == "lane" else []
            if row is None or not lanes.end(connection, claimed.lease):
                outgoing.log(connection, key, claimed.lease, "lease lost", verdict.code, now)
                return False
            outgoing.log(connection, key, claimed.lease, verdict.state, verdict.code, now)
            outgoing.conclude(connection, row, verdict, now)
            if telling:
                targets.tell(connection, self._key, read_telling(telling), now)
            _hold_up(connection, lane, verdict, now)
            schedules.pause_all(connection, stops, _reason(verdict))
            return True

    def post(self, target: Target, parts: Sequence[Part], now: datetime) -> bool:
        with self.database.writing() as connection:
            if targets.is_forgotten(connection, self._key, target):
                return False
            lane = lanes.made(connection, target, targets.made(connection, target))
            return outgoing.post(connection, lane, parts, now)

    def tell_feeds(
        self,
        now: datetime,
        gathered: datetime,
        words: Callable[[Target, str, Sequence[Feed]], Sequence[Part]],
    ) -> int:
        """Tells what happened to feeds, once some of it is older than `gathered`; how many targets hear of it.

        A target hears of all in one go, after its quiet hours; it is kept as told in the same transaction.
        """
        with self.database.writing() as connection:
            news = feeds.untold(connection)
            if not news or not news[0].news_at or news[0].news_at > gathered:
                return 0
            hear: dict[Target, list[Feed]] = {}
            for feed in news:
                for target in feeds.concerned(connection, feed.id):
                    hear.setdefault(target, []).append(feed)
            to = {target: lanes.made(connection, target, targets.made(connection, target)) for target in hear}
            lanes.locked(connection, list(to.values()))  # all at once, by id, before any of them is changed
            for target, lane in to.items():
                quiet, zone = lanes.quiet(connection, lane) or (None, "UTC")
                if parts := words(target, schedules.language(connection, lane), hear[target]):
                    outgoing.post(connection, lane, parts, now, held_until(now, quiet, zone))
            feeds.told(connection, [feed.id for feed in news], now)
            return len(hear)

    # what people see and do

    def deliveries(self, target: Target | None, limit: int) -> Sequence[Delivered]:
        with self.database.reading() as connection:
            lane = lanes.found(connection, target) if target else None
            if target and lane is None:
                return []
            return delivered.listed(connection, lane, limit)

    def retry(self, key: str, now: datetime, target: Target | None = None) -> bool:
        with self.database.sharing() as connection:
            lane = lanes.found(connection, target) if target else delivered.lane_of(connection, key)
            return lane is not None and delivered.retry(connection, key, lane, now)

    def reopen(self, reach: Reach, target: Target) -> bool:
        with self.database.sharing() as connection:
            if reach != "lane":
                return lanes.unbar(connection, reach, (target.platform, target.workspace))
            lane = lanes.found(connection, target)
            return lane is not None and _reopen(connection, lane)

    # upkeep

    def end_leases(self) -> None:
        """Gives all lanes back: for a process that starts and has the database to itself."""
        with self.database.writing() as connection:
            lanes.end_all(connection)

    def retire(self, before: datetime) -> int:
        """Drops rows that ended before a moment, with their attempts, and the runs before it; how many rows."""
        with self.database.writing() as connection:
            return delivered.retire(connection, before)

    def after_restore(self, now: datetime, older_than: timedelta = TOO_OLD) -> int:
        """Holds what waits longer: it may have been sent since the backup was made. How many rows are held."""
        self.end_leases()  # by itself: both lock lanes by id, but one after the other they would begin anew
        with self.database.writing() as connection:
            return delivered.hold(connection, now - older_than, now)


def _hold_up(connection: Connection, lane: int, verdict: Verdict, now: datetime) -> None:
    """What a verdict says of the lane, its installation and its platform."""
    again = now + verdict.again_in
    alone = verdict.waits in {None, "lane"}
    lanes.settle(connection, lane, again if alone else now)
    if verdict.closes == "lane":
        lanes.close(connection, lane, _reason(verdict))
    elif verdict.closes:
        lanes.bar(connection, verdict.closes, lane, now, _reason(verdict))
    if verdict.waits and not alone:
        lanes.bar(connection, verdict.waits, lane, again, None)


def _reason(verdict: Verdict) -> str:
    return verdict.reason or verdict.code or "closed"


def _reopen(connection: Connection, lane: int) -> bool:
    stopped = schedules.lock(connection, lane)
    row = lanes.locked(connection, [lane]).get(lane)
    if row is None or not row.closed:
        return False
    schedules.resume_all(connection, stopped, row.closed)
    lanes.reopen(connection, lane)
    lanes.settle(connection, lane)
    return True

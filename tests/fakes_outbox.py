"""An outbox in memory: what `bot.delivery.doors.Outbox` promises, in the plainest words."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.delivery.values import (
    LIVE,
    Claimed,
    Composing,
    Delivered,
    Lease,
    Outgoing,
    Part,
    Planned,
    Receipt,
    Scheduled,
    State,
    Thread,
    Verdict,
)
from bot.errors import WrongSchedule
from bot.ports import Target, Telling
from bot.schedules import Quiet
from bot.store.outgoing import nonce

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Row:
    """A slot that is to be composed (it has no part), or a message."""

    key: str
    schedule: int
    slot: str
    late: str
    send_at: datetime
    created: datetime
    part: Part | None = None
    state: State = "pending"
    attempts: int = 0
    first_attempt: datetime | None = None
    finished: datetime | None = None
    code: str = ""
    message: str = ""
    tries: list[list[Any]] = field(default_factory=list)  # token, when, outcome, code


@dataclass
class Lane:
    """A target's rows in order, and who works on them until when."""

    id: int
    target: Target
    rows: list[Row] = field(default_factory=list)
    next_at: datetime = EPOCH
    until: datetime = EPOCH
    token: int = 0
    closed: str = ""
    quiet: tuple[Quiet, str] | None = None
    threads: dict[str, Thread] = field(default_factory=dict)

    @property
    def live(self) -> list[Row]:
        return [row for row in self.rows if row.state in LIVE]

    def give_back(self, lease: Lease) -> bool:
        if lease.token != self.token:
            return False
        self.token, self.until = self.token + 1, EPOCH
        return True

    def go_on(self, at: datetime = EPOCH) -> None:
        """The next turn is not before a moment, nor before the first row may go."""
        self.next_at = max([self.next_at, at, *(row.send_at for row in self.live[:1])])


@dataclass
class Gate:
    """What holds up an installation or a platform."""

    opens_at: datetime = EPOCH
    closed: str = ""

    def shut(self, now: datetime) -> bool:
        return bool(self.closed) or self.opens_at > now


class MemoryOutbox:
    """`tell` is what carries a telling out; `clock` is what leases count on, whose own time is `now`."""

    def __init__(
        self,
        tell: Callable[[Telling, datetime], None] = lambda *_: None,
        clock: Callable[[datetime], datetime] = lambda now: now,
    ) -> None:
        self.clock = clock
        self.lanes: dict[Target, Lane] = {}
        self.kept: dict[int, Scheduled] = {}
        self.runs: dict[tuple[int, str], str] = {}
        self.planned: dict[tuple[int, str], Planned] = {}
        self.gates: dict[tuple[str, ...], Gate] = {}
        self.tell = tell
        self.ids = 0

    def lane(self, target: Target) -> Lane:
        return self.lanes.setdefault(target, Lane(len(self.lanes) + 1, target))

    # schedules

    def add(self, schedule: Scheduled, now: datetime) -> Scheduled:
        del now
        if sum(each.owner == schedule.owner for each in self.kept.values()) >= 20:
            raise WrongSchedule("yours_full", most=20)
        if len(self.schedules(schedule.target)) >= 100:
            raise WrongSchedule("full", most=100)
        self.lane(schedule.target)
        self.ids += 1
        self.kept[self.ids] = replace(schedule, id=self.ids, quiet=self.lane(schedule.target).quiet)
        return self.kept[self.ids]

    def schedules(self, target: Target):
        return [each for each in self.kept.values() if each.target == target]

    def made_by(self, owner: Target):
        return [each for each in self.kept.values() if each.owner == owner]

    def change(self, schedule: int, **changes: Any) -> bool:
        if schedule in self.kept:
            self.kept[schedule] = replace(self.kept[schedule], **changes)
        return schedule in self.kept

    def pause(self, schedule: int, reason: str) -> bool:
        return self.change(schedule, paused=reason)

    def resume(self, schedule: int, next_at: datetime | None, next_slot: str) -> bool:
        return self.change(schedule, paused="", next_at=next_at, next_slot=next_slot, silent_since=None)

    def remove(self, schedule: int) -> bool:
        gone = self.kept.pop(schedule, None)
        for row in self.lanes[gone.target].live if gone else []:
            if row.schedule == schedule and row.part is None:
                row.state, row.code, row.finished = "skipped", "removed", row.created
        return gone is not None

    def every(self, after: int, limit: int):
        runs = [each for each in self.kept.values() if each.id > after and not each.paused and each.next_at]
        return sorted(runs, key=lambda each: each.id)[:limit]

    def reckon(self, schedule: Scheduled, next_at: datetime | None, next_slot: str) -> bool:
        known = self.kept.get(schedule.id)
        if known is None or known.next_at != schedule.next_at:
            return False
        return self.change(schedule.id, next_at=next_at, next_slot=next_slot)

    def crowd(self, at: datetime) -> int:
        due = [
            each.next_at.replace(microsecond=0)
            for each in self.kept.values()
            if each.next_at and not each.paused
        ]
        return due.count(at.replace(microsecond=0))

    def quiet(self, target: Target):
        return self.lane(target).quiet

    def keep_quiet(self, target: Target, quiet, now: datetime) -> None:
        del now
        self.lane(target).quiet = quiet
        for each in self.schedules(target):
            self.change(each.id, quiet=quiet)

    def unheard(self, person: Target):
        lane = self.lane(person)
        stuck = [
            row for row in lane.rows if row.state in {"dead", "held"} or (lane.closed and row in lane.live)
        ]
        return [row.key for row in stuck if row.key.startswith("n:")]

    def heard(self, person: Target, keys, now: datetime) -> None:
        still = set(keys) & set(self.unheard(person))
        for row in self.lane(person).rows:
            if row.key in still:
                row.state, row.code, row.finished = "skipped", "told", now

    def closed(self, target: Target) -> str:
        closed = [self.gates.get(gate, Gate()).closed for gate in gates_of(target)]
        return self.lane(target).closed or next(filter(None, reversed(closed)), "")

    # the tick

    def tick(self, now: datetime, limit: int, plan: Callable[[Scheduled, datetime, int], Planned]):
        due = [
            each for each in self.kept.values() if not each.paused and each.next_at and each.next_at <= now
        ]
        crowds = Counter(each.next_at.replace(microsecond=0) for each in due)
        plans = [
            (each, plan(each, now, crowds[each.next_at.replace(microsecond=0)]))
            for each in sorted(due, key=lambda each: each.next_at)[:limit]
        ]
        for each, planned in plans:
            self.planned.setdefault((each.id, planned.slot), planned)
            if self.ran(each.id, planned.slot, planned.outcome) and planned.outcome == "queued":
                self.queue(each, planned.slot, planned.late, planned.send_at or planned.run_at, now)
            self.change(each.id, next_at=planned.next_at, next_slot=planned.next_slot, last_slot=planned.slot)
        return plans

    def ran(self, schedule: int, slot: str, outcome: str) -> bool:
        """Whether the slot had no run before."""
        new = (schedule, slot) not in self.runs
        self.runs.setdefault((schedule, slot), outcome)
        return new

    def queue(self, schedule: Scheduled, slot: str, late: str, send_at: datetime, now: datetime) -> None:
        lane = self.lane(schedule.target)
        lane.rows.append(Row(f"s:{schedule.id}:{slot}", schedule.id, slot, late, send_at, now))
        lane.go_on()

    def run_now(self, schedule: int, slot: str, now: datetime) -> bool:
        if schedule not in self.kept or not self.ran(schedule, slot, "queued"):
            return False
        self.queue(self.kept[schedule], slot, "", now, now)
        return True

    # composing

    def due(self, now: datetime, *, composed: bool) -> list[Lane]:
        """Lanes whose turn it is and that nobody holds: of each installation the longest due, then the next ones."""
        free = [
            lane
            for lane in self.lanes.values()
            if lane.live
            and (lane.live[0].part is not None) == composed
            and lane.next_at <= now
            and lane.until <= self.clock(now)
            and not lane.closed
            and not any(self.gates.get(gate, Gate()).shut(now) for gate in gates_of(lane.target))
        ]
        had, turn = Counter(), {}
        for lane in sorted(free, key=lambda lane: lane.next_at):
            turn[lane.id] = had[lane.target.library]
            had[lane.target.library] += 1
        return sorted(free, key=lambda lane: (turn[lane.id], lane.next_at))

    def take(self, lane: Lane, now: datetime, span: timedelta) -> Lease:
        lane.token, lane.until = lane.token + 1, self.clock(now) + span
        return Lease(lane.id, lane.token, lane.until)

    def composable(self, now: datetime, limit: int, platforms=None):
        lanes = [
            lane
            for lane in self.due(now, composed=False)
            if not platforms or lane.target.platform in platforms
        ]
        return [lane.id for lane in lanes][:limit]

    def retire(self, before: datetime) -> int:
        old = [
            (lane, row)
            for lane in self.lanes.values()
            for row in lane.rows
            if row.finished and row.finished < before
        ]
        for lane, row in old:
            lane.rows.remove(row)
        return len(old)

    def to_compose(self, now: datetime, lease: timedelta, lane: int | None = None) -> Composing | None:
        while due := [each for each in self.due(now, composed=False) if lane in {None, each.id}]:
            first, row = due[0], due[0].live[0]
            if row.schedule in self.kept:
                held = self.take(first, now, lease)
                silent = sum(not each[2] and each[1] >= row.send_at for each in row.tries)
                row.tries.append([held.token, now, "", ""])
                scheduled, attempts = self.kept[row.schedule], row.attempts + 1
                return Composing(held, scheduled, row.slot, row.key, row.late, attempts, silent)
            row.state, row.code, row.finished = "dead", "not composed", now
            first.go_on()
        return None

    def set_back(self, composing: Composing, verdict: Verdict, now: datetime) -> bool:
        lane = self.lanes[composing.schedule.target]
        held = lane.give_back(composing.lease)
        row = next((row for row in lane.rows if row.key == composing.key), None)
        self.log(row, composing.lease, verdict.state if held else "lease lost", verdict.code)
        if not held or row is None or row.finished or row.part:
            return False
        row.state, row.code, row.attempts = verdict.state, verdict.code, row.attempts + verdict.counted
        row.finished = None if verdict.state in LIVE else now
        lane.go_on(now + verdict.again_in)
        return True

    @staticmethod
    def log(row: Row | None, lease: Lease, outcome: str, code: str) -> None:
        for each in row.tries if row else []:
            if each[0] == lease.token and not each[2]:
                each[2:] = [outcome, code]

    def freeze(self, composing: Composing, parts, now: datetime) -> bool:
        lane = self.lanes[composing.schedule.target]
        row = next((row for row in lane.live if row.key == composing.key and row.part is None), None)
        if not lane.give_back(composing.lease) or row is None:
            return False
        self.change(row.schedule, silent_since=None if parts else self.kept[row.schedule].silent_since or now)
        if parts:
            at = lane.rows.index(row)
            lane.rows[at : at + 1] = [
                replace(row, key=part.key, part=part, state="pending", code="", attempts=0, tries=[])
                for part in parts
            ]
        else:
            row.state, row.code, row.finished = "skipped", "empty", now
            self.runs[row.schedule, row.slot] = "empty"
        lane.go_on()
        return True

    def thread(self, lane: int, story: str) -> Thread | None:
        return next(each for each in self.lanes.values() if each.id == lane).threads.get(story)

    def post(self, target: Target, parts, now: datetime) -> bool:
        lane = self.lane(target)
        keys = {row.key for each in self.lanes.values() for row in each.rows}
        if keys & {part.key for part in parts}:
            return False
        lane.rows += [Row(part.key, 0, "", "", now, now, part) for part in parts]
        lane.go_on()
        return True

    # sending

    def claim(self, now: datetime, limit: int, lease: timedelta, platforms):
        lanes = [lane for lane in self.due(now, composed=True) if lane.target.platform in platforms]
        return [self.attempt(lane, self.take(lane, now, lease), now) for lane in lanes[:limit]]

    def attempt(self, lane: Lane, lease: Lease, now: datetime) -> Claimed:
        row = lane.live[0]
        thread = lane.threads.get(row.part.story) if not row.part.root else None
        message = Outgoing(
            lane.target,
            row.key,
            nonce(lane.id, row.key),
            row.part.payload,
            thread.root if thread else "",
            row.part.edits,
            row.first_attempt,
        )
        claimed = Claimed(lease, message, row.state, row.attempts + 1)
        row.state, row.attempts, row.first_attempt = "attempting", row.attempts + 1, row.first_attempt or now
        row.tries.append([lease.token, now, "", ""])
        return claimed

    def renew(self, lease: Lease, now: datetime, span: timedelta) -> Lease | None:
        lane = next(each for each in self.lanes.values() if each.id == lease.lane)
        if lane.token != lease.token:
            return None
        lane.until = self.clock(now) + span
        return replace(lease, until=lane.until)

    def finish(self, claimed: Claimed, verdict: Verdict, now: datetime) -> bool:
        lane = self.lanes[claimed.message.target]
        row = next(row for row in lane.rows if row.key == claimed.message.key)
        held = lane.give_back(claimed.lease)
        self.log(row, claimed.lease, verdict.state if held else "lease lost", verdict.code)
        if not held:
            return False
        self.conclude(lane, row, verdict, now)
        self.hold_up(lane, verdict, now)
        return True

    def conclude(self, lane: Lane, row: Row, verdict: Verdict, now: datetime) -> None:
        row.state, row.code = verdict.state, verdict.code
        row.attempts -= not verdict.counted
        row.first_attempt = None if verdict.known else row.first_attempt
        row.finished = None if verdict.state in LIVE else now
        if verdict.gone and row.part.edits:
            row.part = replace(row.part, edits="")
        elif verdict.gone:
            lane.threads.pop(row.part.story, None)
        if verdict.receipt:
            row.message = verdict.receipt.message
            if row.part.story:
                lane.threads[row.part.story] = thread_after(lane, row, verdict.receipt, now)
        if verdict.state == "sent" and row.part.telling:
            self.tell(row.part.telling, now)

    def hold_up(self, lane: Lane, verdict: Verdict, now: datetime) -> None:
        again, reason = now + verdict.again_in, verdict.reason or verdict.code or "closed"
        alone = verdict.waits in {None, "lane"}
        lane.go_on(again if alone else EPOCH)
        if not alone:
            gate = self.gate(verdict.waits, lane.target)
            gate.opens_at = max(gate.opens_at, again)
        if verdict.closes == "lane":
            lane.closed = reason
            for each in self.schedules(lane.target):
                self.pause(each.id, each.paused or reason)
        elif verdict.closes:
            self.gate(verdict.closes, lane.target).closed = reason

    def gate(self, reach: str, target: Target) -> Gate:
        installation, platform = gates_of(target)
        return self.gates.setdefault(installation if reach == "installation" else platform, Gate())

    # what people see and do

    def deliveries(self, target: Target | None, limit: int):
        lanes = [lane for lane in self.lanes.values() if target in {None, lane.target}]
        rows = [(lane.target, row) for lane in lanes for row in reversed(lane.rows)]
        rows.sort(key=lambda each: each[1].created, reverse=True)
        sent = [
            Delivered(
                row.key,
                to,
                row.state,
                row.attempts,
                row.created,
                row.finished,
                row.code,
                row.message,
                tuple(tuple(each[1:]) for each in row.tries),
                row.schedule,
                row.late,
                self.coalesced(row.schedule, row.slot),
            )
            for to, row in rows[:limit]
        ]
        both = [*sent, *self.unsent(target)]
        return sorted(both, key=lambda each: each.created, reverse=True)[:limit]

    def coalesced(self, schedule: int, slot: str) -> int:
        planned = self.planned.get((schedule, slot))
        return planned.coalesced if planned else 0

    def unsent(self, target: Target | None) -> list[Delivered]:
        return [
            Delivered(
                f"s:{of}:{slot}",
                self.kept[of].target,
                "skipped",
                0,
                planned.run_at,
                planned.run_at,
                planned.outcome,
                schedule=of,
                coalesced=planned.coalesced,
            )
            for (of, slot), planned in self.planned.items()
            if of in self.kept and target in {None, self.kept[of].target}
            if planned.outcome in {"late", "quiet_merged"}
        ]

    def retry(self, key: str, now: datetime, target: Target | None = None) -> bool:
        for lane in [lane for lane in self.lanes.values() if target in {None, lane.target}]:
            for row in lane.rows:
                if row.key == key and row.state in {"held", "dead"}:
                    row.state, row.attempts, row.first_attempt = "pending", 0, None
                    row.code, row.finished, row.send_at = "", None, now
                    lane.rows.remove(row)
                    lane.rows.append(row)
                    lane.go_on()
                    return True
        return False

    def reopen(self, reach: str, target: Target) -> bool:
        if reach != "lane":
            gate = self.gate(reach, target)
            was, gate.closed, gate.opens_at = gate.closed, "", EPOCH
            return bool(was)
        lane = self.lanes.get(target)
        if lane is None or not lane.closed:
            return False
        for each in self.schedules(target):
            if each.paused == lane.closed:
                self.pause(each.id, "")
        lane.closed, lane.next_at = "", EPOCH
        lane.go_on()
        return True


def gates_of(target: Target) -> list[tuple[str, ...]]:
    return [("installation", target.platform, target.workspace), ("platform", target.platform)]


def thread_after(lane: Lane, row: Row, receipt: Receipt, now: datetime) -> Thread:
    """A root opens its thread anew, as does what finds none; all else is its last message."""
    known = lane.threads.get(row.part.story)
    root = known.root if known and not row.part.root else receipt.thread or receipt.message
    return Thread(root, receipt.message, now, row.key, row.part.telling)

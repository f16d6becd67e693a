"""The doors of delivery: the outbox in a database, and a platform that takes messages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery.values import (
    Abilities,
    Claimed,
    Composing,
    Delivered,
    Lease,
    Outgoing,
    Part,
    Payload,
    Planned,
    Receipt,
    Scheduled,
    Thread,
    Verdict,
)
from bot.errors import Reach
from bot.ports import Target
from bot.replies import Reply

Plan = Callable[[Scheduled, datetime, int], Planned]  # a due schedule, now, how many are due in its second


class Outbox(Protocol):
    """Schedules, lanes and rows. Each method is one transaction; leases count on the database's own clock.

    On SQLite that is `now`, since one process works there; on PostgreSQL the server's, and `now` is not believed.
    """

    # schedules
    def add(self, schedule: Scheduled, now: datetime) -> Scheduled:
        """Keeps a schedule (`next_at` and `next_slot` are given) and returns it with its id; TooMany over the limits."""

    def schedules(self, target: Target) -> Sequence[Scheduled]: ...

    def pause(self, schedule: int, reason: str) -> bool: ...

    def resume(self, schedule: int, next_at: datetime | None, next_slot: str) -> bool: ...

    def remove(self, schedule: int) -> bool: ...

    # the tick
    def tick(self, now: datetime, limit: int, plan: Plan) -> Sequence[tuple[Scheduled, Planned]]:
        """Carries out the plans of the schedules that are due, the longest due first.

        A slot that has a run already makes no other, whoever asks; a queued one is the last row of its lane.
        """

    def run_now(self, schedule: int, slot: str, now: datetime) -> bool:
        """Queues a slot out of turn; false if there is one of this name."""

    # composing
    def to_compose(self, now: datetime, lease: timedelta) -> Composing | None:
        """Leases a lane whose first live row is a slot that is not composed, and may go; None if there is none."""

    def freeze(self, composing: Composing, parts: Sequence[Part], now: datetime) -> bool:
        """The parts take the slot's place in the lane, in order; none: it is skipped as empty. False: lease lost."""

    def thread(self, lane: int, story: str) -> Thread | None: ...

    # sending
    def claim(
        self, now: datetime, limit: int, lease: timedelta, platforms: Collection[str]
    ) -> Sequence[Claimed]:
        """Leases lanes whose first live row is composed, marks the rows as attempting and counts the attempt.

        Not of lanes that wait, are leased or closed, nor of installations or platforms that wait or are closed.
        """

    def renew(self, lease: Lease, now: datetime, span: timedelta) -> Lease | None:
        """The lease for longer; None if it was lost."""

    def finish(self, claimed: Claimed, verdict: Verdict, now: datetime) -> bool:
        """Carries out a verdict, and with "sent" the part's telling, and releases the lane.

        False: the lease was lost, and nothing was changed but the log of attempts.
        """

    def release(self, lease: Lease) -> None:
        """Gives a lane back untouched, as a process does that stops; a row marked as attempting stays so."""

    # what people see and do
    def deliveries(self, target: Target | None, limit: int) -> Sequence[Delivered]:
        """The latest first; of every target without one."""

    def retry(self, key: str, now: datetime) -> bool:
        """Sends a held or dead row after all, at the end of its lane."""

    def reopen(self, reach: Reach, target: Target) -> bool:
        """Lets a lane, an installation or a platform go on that was closed."""


class Delivery(Protocol):
    """A platform that takes messages. Every failure is a DeliveryError that says what is known of the outcome."""

    platform: str
    abilities: Abilities

    def render(self, reply: Reply) -> Sequence[Payload]:
        """The messages of a reply, each within the platform's limits, the first one the one to be seen first."""

    async def send(self, message: Outgoing) -> Receipt: ...

    async def find(self, message: Outgoing) -> Receipt | None:
        """Looks whether an earlier attempt arrived; CannotTell where that can't be seen."""

"""The doors of delivery: schedules and the outbox in a database, how a platform's messages look, and where they go."""

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
from bot.replies import Place, Reply
from bot.schedules import Quiet

Plan = Callable[[Scheduled, datetime, int], Planned]  # a due schedule, now, how many are due in its second


class Schedules(Protocol):
    """Schedules as the use cases know them: kept for a target, made by a person. Each method is one transaction."""

    def add(self, schedule: Scheduled, now: datetime) -> Scheduled:
        """Keeps a schedule (`next_at` and `next_slot` are given) and returns it with its id; WrongSchedule over limits."""

    def schedules(self, target: Target) -> Sequence[Scheduled]:
        """Those of a target that can be read, in the order in which they were made."""

    def made_by(self, owner: Target) -> Sequence[Scheduled]:
        """Those that a person made and that can be read, wherever they tell, in the order in which they were made."""

    def pause(self, schedule: int, reason: str) -> bool: ...

    def resume(self, schedule: int, next_at: datetime | None, next_slot: str) -> bool: ...

    def remove(self, schedule: int) -> bool: ...

    def run_now(self, schedule: int, slot: str, now: datetime) -> bool:
        """Queues a slot out of turn; false if there is one of this name."""

    def crowd(self, at: datetime) -> int:
        """How many schedules are due in the second of a moment; whether there are more than a thousand is not told."""

    def quiet(self, target: Target) -> tuple[Quiet, str] | None:
        """The quiet hours of a target, and their zone."""

    def keep_quiet(self, target: Target, quiet: tuple[Quiet, str] | None, now: datetime) -> None: ...

    def deliveries(self, target: Target | None, limit: int) -> Sequence[Delivered]:
        """The latest first, skipped runs among them; of every target without one."""

    def retry(self, key: str, now: datetime, target: Target | None = None) -> bool:
        """Sends a held or dead row (of this target alone, if one is given) after all, at the end of its lane."""

    def unheard(self, person: Target) -> Sequence[str]:
        """The keys of notices that could not be sent to a person: refused, of unknown outcome, or in a closed lane."""

    def heard(self, person: Target, keys: Collection[str], now: datetime) -> None:
        """Ends notices to a person who was told otherwise; they are skipped, and not unheard any more."""

    def closed(self, target: Target) -> str:
        """Why nothing goes to a target (its lane, its installation or its platform is closed); empty while it does."""

    def reopen(self, reach: Reach, target: Target) -> bool:
        """Lets a lane, an installation or a platform go on that was closed."""


class Outbox(Schedules, Protocol):
    """Schedules, lanes and rows. Each method is one transaction; leases count on the database's own clock.

    On SQLite that is `now`, since one process works there; on PostgreSQL the server's, and `now` is not believed.
    """

    # the tick
    def tick(self, now: datetime, limit: int, plan: Plan) -> Sequence[tuple[Scheduled, Planned]]:
        """Carries out the plans of the schedules that are due, the longest due first.

        A slot that has a run already makes no other, whoever asks; a queued one is the last row of its lane.
        """

    def every(self, after: int, limit: int) -> Sequence[Scheduled]:
        """Those that run, can be read and have an id above `after`, by id: to be reckoned when rules of zones have changed."""

    def reckon(self, schedule: Scheduled, next_at: datetime | None, next_slot: str) -> bool:
        """Moves the next run of a schedule; false, and nothing is done, if it is no longer as it was read."""

    # composing
    def to_compose(self, now: datetime, lease: timedelta, lane: int | None = None) -> Composing | None:
        """Leases a lane (this one) whose first live row is a slot that is not composed, and may go; None if none is."""

    def composable(
        self, now: datetime, limit: int, platforms: Collection[str] | None = None
    ) -> Sequence[int]:
        """Lanes (of these platforms) that `to_compose` would lease, the longest due first."""

    def freeze(self, composing: Composing, parts: Sequence[Part], now: datetime) -> bool:
        """The parts take the slot's place in the lane, in order; none: it is skipped as empty. False: lease lost."""

    def set_back(self, composing: Composing, verdict: Verdict, now: datetime) -> bool:
        """Carries out what becomes of a slot that was not composed, and releases the lane; false: lease lost."""

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

    # upkeep
    def retire(self, before: datetime) -> int:
        """Drops rows that ended before a moment, with their attempts, and the runs before it; how many rows."""

    def post(self, target: Target, parts: Sequence[Part], now: datetime) -> bool:
        """Appends messages that belong to no schedule to the lane of a target, all or none.

        False: one of their keys is there already, so nothing is said twice; or the target asked to be forgotten.
        """


class Renderer(Protocol):
    """How a platform's messages look; it asks nobody, so that any process can compose for any platform.

    `broadcasts`: a reply in a thread can be seen in the channel as well.
    """

    platform: str
    broadcasts: bool

    def render(self, reply: Reply, place: Place, language: str = "en") -> Sequence[Payload]:
        """The messages of a reply, each within the platform's limits, the first one the one to be seen first.

        Words of ours are in a language, where the platform's readers have one; in English else. A payload may hold
        another under "plain", to be sent where its own is refused.
        """

    def link(self, target: Target, message: str) -> str:
        """The address of a message, empty where it has none."""


class Delivery(Protocol):
    """A platform that takes messages. Every failure is a DeliveryError that says what is known of the outcome."""

    platform: str
    abilities: Abilities

    async def send(self, message: Outgoing) -> Receipt: ...

    async def find(self, message: Outgoing) -> Receipt | None:
        """Looks whether an earlier attempt arrived; CannotTell where that can't be seen."""

"""The pump: rows that are due go out, each finished by itself; what is decided is decided in `policy`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.delivery import pacing, policy
from bot.delivery.doors import Delivery, Outbox
from bot.delivery.values import Claimed, Outgoing, Receipt, Verdict
from bot.errors import Ambiguous, Closed, DeliveryError, Limited

LOG = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
TIMEOUT = timedelta(
    seconds=19
)  # for a look and the wait before it, a send and one in plain text together: within a drain of 20 s


class Pump:
    """Claims, sends and finishes. `clock` counts seconds and never steps, as does `sleep`; `now` is the time of day.

    `closed` is told of each verdict that closed something, once it was carried out.
    """

    def __init__(
        self,
        outbox: Outbox,
        deliveries: Mapping[str, Delivery],
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        chance: Callable[[], float],
        lease: timedelta = LEASE,
        timeout: timedelta = TIMEOUT,
        at_once: int = 20,
        closed: Callable[[Claimed, Verdict], None] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._outbox, self._deliveries = outbox, deliveries
        self._clock, self._now, self._chance = clock, now, chance
        self._lease, self._timeout, self._at_once = lease, timeout, at_once
        self._closed, self._sleep = closed, sleep
        self._buckets = {
            name: pacing.full(each.abilities.per_second, clock())
            for name, each in deliveries.items()
            if each.abilities.per_second is not None
        }
        self._unpaced = tuple(name for name in deliveries if name not in self._buckets)
        self._more: set[tuple[str, ...]] = set()  # platforms of which more may be due
        self._at_work: dict[int, asyncio.Task[None]] = {}  # by lane
        self._stopped = False

    async def round(self) -> int:
        """Works on what is due now and waits for all of it; how many rows that were."""
        count = await self.begin()
        await asyncio.gather(*self._at_work.values(), return_exceptions=True)
        return count

    async def begin(self) -> int:
        """Begins with what is due now, as far as there is room beside what is at work; how many rows that were.

        A message that hangs so holds up its own lane and no other; nor does a platform that takes no more for now hold
        up another. What the outbox raises comes out.
        """
        count = 0
        for name, bucket in list(self._buckets.items()):
            count += await self._begin((name,), bucket.may_go(self._clock()))
        return count + await self._begin(self._unpaced, self._at_once)

    async def _begin(self, platforms: tuple[str, ...], most: int) -> int:
        limit = min(most, self._at_once - len(self._at_work))
        if self._stopped or not platforms:
            return 0
        self._more.add(platforms)
        if limit <= 0:
            return 0
        deadline = self._clock() + (self._lease - self._timeout).total_seconds()
        claims = await asyncio.to_thread(self._outbox.claim, self._now(), limit, self._lease, platforms)
        if len(claims) < limit:
            self._more.discard(platforms)
        if self._stopped:  # it was to stop while the outbox was asked
            await asyncio.gather(*map(self._unsent, claims))
            return 0
        for claimed in claims:
            self._spend(claimed)
            self._start(claimed, deadline)
        return len(claims)

    def _start(self, claimed: Claimed, deadline: float) -> None:
        """Sets to work on a row.

        Where it is at work on the same lane already, a clock was set ahead, for which that lease is over: what is under
        way is broken off, and its outcome looked for, for else it might arrive after the look.
        """
        lane = claimed.lease.lane
        if lane in self._at_work:
            self._at_work.pop(lane).cancel()
        task = self._at_work[lane] = asyncio.create_task(self._work(claimed, deadline))
        task.add_done_callback(partial(self._ended, lane))

    def _ended(self, lane: int, task: asyncio.Task[None]) -> None:
        if self._at_work.get(lane) is task:
            del self._at_work[lane]

    async def turn(self) -> bool:
        """Waits until more can begin: there is room, and a platform takes requests; false if no more was due."""
        if not self._more or self._stopped:
            return False
        if len(self._at_work) >= self._at_once:
            await asyncio.wait(self._at_work.values(), return_when=asyncio.FIRST_COMPLETED)
        buckets = [self._buckets.get(platforms[0]) for platforms in self._more]
        await asyncio.sleep(min(bucket.wait(self._clock()) if bucket else 0 for bucket in buckets))
        return True

    def _spend(self, claimed: Claimed) -> None:
        """Counts the requests of a row."""
        name = claimed.message.target.platform
        if name in self._buckets:
            requests = self._deliveries[name].abilities.requests(claimed.message)
            self._buckets[name] = self._buckets[name].less(requests, self._clock())

    async def drain(self, limit: timedelta) -> None:
        """Claims no more and waits for what is on its way; what is not done then stays attempting, its lease runs out."""
        self._stopped = True
        if self._at_work:
            _, late = await asyncio.wait(self._at_work.values(), timeout=limit.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _unsent(self, claimed: Claimed) -> None:
        """Gives a row back that was not sent this time, as it was before."""
        await asyncio.to_thread(self._outbox.finish, claimed, policy.unsent(claimed), self._now())

    async def _work(self, claimed: Claimed, deadline: float) -> None:
        """One row, to its end; where the store fails, the lease runs out and another round finds the row attempting."""
        try:
            verdict = await self._attempt(claimed, deadline)
            if verdict is None:
                await self._unsent(claimed)
            elif not await asyncio.to_thread(self._outbox.finish, claimed, verdict, self._now()):
                LOG.warning("lease lost: %s was %s (%s)", claimed.message.key, verdict.state, verdict.receipt)
            elif verdict.closes and self._closed:
                await asyncio.to_thread(self._closed, claimed, verdict)
        except (
            Exception
        ):  # one row that fails must not take the others of its round with it; the log gets the cause
            LOG.exception("%s could not be finished", claimed.message.key)

    async def _attempt(self, claimed: Claimed, deadline: float) -> Verdict | None:
        """What became of a row; None where it is too late to send it under this lease."""
        delivery = self._deliveries[claimed.message.target.platform]
        until = self._clock() + self._timeout.total_seconds()
        action = policy.opening(claimed, self._now(), delivery.abilities)
        if isinstance(action, policy.Look):
            await self._sleep(action.after.total_seconds())
            found = await self._asked(delivery.find, claimed.message, until)
            if isinstance(found, Limited | Closed | Ambiguous):
                return self._answered(claimed, found, settled=False)
            action = policy.looked(found, claimed, self._now(), delivery.abilities)
            if isinstance(action, policy.Send):
                self._spend(claimed)
        if isinstance(action, policy.Settle):
            return action.verdict
        answer = await self._sent(delivery, claimed, deadline, until)
        return self._answered(claimed, answer, settled=action.settled) if answer else None

    async def _sent(
        self, delivery: Delivery, claimed: Claimed, deadline: float, until: float
    ) -> Receipt | DeliveryError | None:
        """The answer to a message, or to its plain text; None past the deadline, asked directly before each request."""
        message = claimed.message
        if self._clock() >= deadline:
            return None
        answer = await self._asked(delivery.send, message, until)
        plain = policy.plainer(message, answer) if isinstance(answer, DeliveryError) else None
        if plain is None or self._clock() >= deadline:
            return answer or Ambiguous("The platform said nothing of the message.", "no receipt")
        self._spend(claimed)
        return await self._asked(delivery.send, plain, until)

    async def _asked(
        self, ask: Callable[[Outgoing], Awaitable[Receipt | None]], message: Outgoing, until: float
    ) -> Receipt | DeliveryError | None:
        """What a platform answers until a time of the clock; whatever else goes wrong leaves the outcome unknown."""
        try:
            async with asyncio.timeout(until - self._clock()):
                return await ask(message)
        except DeliveryError as error:
            return error
        except TimeoutError:
            return Ambiguous("The platform did not answer in time.", "timeout")
        except (
            Exception
        ) as error:  # an SDK raises what it likes; whatever it was, the message may have been taken
            LOG.exception("unexpected, while %s was sent", message.key)
            return Ambiguous("Something went wrong while the message was sent.", type(error).__name__)

    def _answered(self, claimed: Claimed, answer: Receipt | DeliveryError, *, settled: bool) -> Verdict:
        gap = self._deliveries[claimed.message.target.platform].abilities.gap
        return policy.answered(claimed, answer, self._chance(), settled=settled, gap=gap)

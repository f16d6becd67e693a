"""A clock that a test moves on, so that nobody waits for three seconds, an hour or the third resending."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from itertools import count


class Clock:
    """Seconds since 1970: they stand still at `start`, or run where there is none. Who sleeps by it wakes when it gets there.

    `settle` is awaited first and after each waking: what is on its way arrives before the clock goes on.
    """

    def __init__(
        self, start: float | None = None, settle: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._start, self._ahead = start, 0.0
        self.sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self.settle = settle

    def now(self) -> float:
        return (time.time() if self._start is None else self._start) + self._ahead

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        heappush(self.sleepers, (self.now() + seconds, next(self._numbers), woken))
        timer = loop.call_later(seconds, _wake, woken) if self._start is None else None
        try:
            await woken
        finally:
            woken.cancel()
            if timer:
                timer.cancel()

    async def move(self, seconds: float) -> None:
        """Later by so many seconds; all that was to happen on the way happens in its order."""
        await self._rest()
        end = self.now() + seconds
        while self.sleepers and self.sleepers[0][0] <= end:
            at, _, woken = heappop(self.sleepers)
            if not woken.done():
                self._ahead += max(0.0, at - self.now())
                _wake(woken)
                await self._rest()
        self._ahead += max(0.0, end - self.now())

    async def _rest(self) -> None:
        await asyncio.sleep(0)
        if self.settle:
            await self.settle()


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)

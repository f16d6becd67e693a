"""The clock of a process: it wakes what waits, again and again, and does nothing itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Clock:
    """Named ticks at fixed intervals, in memory and in UTC; the first of each comes at once.

    No schedule of a person's is ever given to APScheduler: its stores fire twice when they are shared, its pickles run
    code, and its cron skips the hour after a change of the clocks.
    """

    def __init__(self, ticks: Mapping[str, timedelta]) -> None:
        self._events = {name: asyncio.Event() for name in ticks}
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        for name, span in ticks.items():
            self._events[name].set()
            self._scheduler.add_job(
                self._wake, "interval", (name,), id=name, seconds=span.total_seconds(), timezone=UTC
            )

    async def _wake(self, name: str) -> None:
        self._events[name].set()

    async def tick(self, name: str) -> None:
        """Waits for the next tick; one that came while nobody waited counts."""
        await self._events[name].wait()
        self._events[name].clear()

    def start(self) -> None:
        """Begins to tick, in the loop that runs."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ticks no more."""
        self._scheduler.shutdown(wait=False)

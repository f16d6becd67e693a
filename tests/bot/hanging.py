"""A bot, run as a process, in which what is on its way never ends."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.delivery.pump import Pump
from bot.serving import Bot, Readiness, serve
from bot.work import InThreads
from tests.fakes import MemoryStore
from tests.fakes_outbox import MemoryOutbox


class Hanging(Pump):
    async def drain(self, limit):
        del limit
        print("draining", flush=True)
        await asyncio.Event().wait()


def now():
    return datetime.now(UTC)


async def main():
    outbox = MemoryOutbox()
    pump = Hanging(outbox, {}, clock=asyncio.get_running_loop().time, now=now, chance=lambda: 0.5)
    work = InThreads({"compose": id, "poll": id}, 1, lambda: None)
    bot = Bot(MemoryStore(), outbox, work, pump, now, timedelta(days=1), (), lambda: 0.5, lambda: 0)
    readiness = Readiness()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(begun(readiness))
        await serve(bot, readiness)


async def begun(readiness):
    """Says so when signals are heard."""
    while not readiness.started:  # noqa: ASYNC110 - because nothing tells of it
        await asyncio.sleep(0.01)
    print("begun", flush=True)


if __name__ == "__main__":
    asyncio.run(main())

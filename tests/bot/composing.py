"""A bot, run as a process on a database, which never comes to an end of the slot that it composes."""

import asyncio
import os
import sys
import threading
from datetime import UTC, datetime, timedelta

from bot import serving
from bot.delivery.compose import Composer
from bot.delivery.pump import Pump
from bot.platforms.console import NAME, ConsoleRenderer
from bot.store import open_store
from bot.work import InThreads


class Endless:
    """Digests that are never there."""

    @staticmethod
    def scheduled(schedule, now):
        del schedule, now
        print("composing", flush=True)
        threading.Event().wait()

    together = None


def now():
    return datetime.now(UTC)


async def main(url):
    with open_store(url, key=b"k" * 32) as store:
        composer = Composer(store.outbox, Endless(), {NAME: ConsoleRenderer()}, lambda: 0.5, print)
        tasks = {"compose": lambda lane: composer.compose(lane, now()), "poll": id}
        work = InThreads(tasks, 1, lambda: composer.stop(now()))
        clock = asyncio.get_running_loop().time
        pump = Pump(store.outbox, {}, clock=clock, now=now, chance=lambda: 0.5)
        platforms = (NAME,)
        bot = serving.Bot(
            store, store.outbox, work, pump, now, timedelta(days=1), platforms, lambda: 0.5, lambda: 0
        )
        return await serving.serve(bot, serving.Readiness())


if __name__ == "__main__":
    serving.DRAIN = timedelta(0)  # what is composed would not end in 20 s either
    assert not asyncio.run(main(sys.argv[1]))
    os._exit(0)

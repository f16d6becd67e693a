"""The bot as a process that sends to the platforms of `chats`: `python -m tests.bot.delivery.pumping DATABASE PORT TIMES LOG`.

TIMES shortens its lease and its patience, as it does the platforms' windows. LOG gets a line as each message for Slack
leaves and one as its answer is there, so that who stops the process can tell whether one was under way.
"""

import asyncio
import os
import random
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from bot.delivery.pump import LEASE, TIMEOUT, Pump
from bot.serving import Bot, Readiness, serve
from bot.store import open_store
from bot.work import InThreads
from tests.bot.delivery.chats import client
from tests.platforms import KINDS, Client, fast

TICKS = {"due": 1.0, "feeds": 3600.0, "pump": 0.05, "retention": 3600.0}


class Noted(Client):
    """A platform whose sends are noted, each at once."""

    async def send(self, message):
        note("begun", self.platform, message.key)
        receipt = await super().send(message)
        note("answered", self.platform, message.key)
        return receipt


class Told(Pump):
    """A pump that says so when it is to stop."""

    async def drain(self, limit):
        print("draining", flush=True)
        await super().drain(limit)


def note(what: str, platform: str, key: str) -> None:
    os.write(LOG, f"{os.getpid()}\t{what}\t{platform}\t{key}\t{time.monotonic()}\n".encode())


def now() -> datetime:
    return datetime.now(UTC)


async def main(url: str, port: str, times: str) -> None:
    shorter = float(times)
    with open_store(url, key=b"k" * 32) as store:
        async with AsyncExitStack() as stack:
            deliveries = {}
            for kind in KINDS:
                plain = await stack.enter_async_context(
                    client(f"http://127.0.0.1:{port}", fast(kind, shorter))
                )
                deliveries[kind.name] = Noted(plain.kind, plain.ask)
            pump = Told(
                store.outbox,
                deliveries,
                clock=time.monotonic,
                now=now,
                chance=random.random,
                lease=LEASE / shorter,
                timeout=TIMEOUT / shorter,
            )
            work = InThreads({"compose": id, "poll": id}, 1, lambda: None)
            bot = Bot(
                store,
                store.outbox,
                work,
                pump,
                now,
                timedelta(days=1),
                tuple(deliveries),
                random.random,
                lambda: None,
            )
            ticks = {name: timedelta(seconds=each) for name, each in TICKS.items()}
            print("begun", flush=True)
            assert await serve(bot, Readiness(), ticks=ticks)


if __name__ == "__main__":
    *given, log = sys.argv[1:]
    LOG = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    asyncio.run(main(*given))

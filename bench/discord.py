"""How soon a queue is sent to Discord: `python -m bench.discord [--sends N] [--channels N]`.

Discord takes fifty requests of a bot in any second. A fake of it, a process of its own, refuses what is more; here no
request may be refused, and yet the queue of 3,000 messages for 300 channels be sent in 75 seconds. Sixty would be the least.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.delivery.pump import Pump
from bot.delivery.values import Part
from bot.platforms.discord import clients
from bot.platforms.discord.clients import Api
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Target
from bot.serving import TICKS
from bot.store import SqlOutbox, open_store
from bot.store.schema import outbox
from tests.fake_discord import GUILD, Remote, apart

SENDS, CHANNELS = 3_000, 300
SECONDS_AT_MOST = 75
WORDS = "The lock stays shut. " * 40
REFUSED = 429


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints how long the queue took; 1 where that is too long, a request was refused or a message is missing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sends", type=int, default=SENDS)
    parser.add_argument("--channels", type=int, default=CHANNELS)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, apart("--paced") as discord:
        clients.at(discord.api, discord.gateway_url)
        channels = [discord.channel(name=f"c{number}") for number in range(given.channels)]
        with open_store(f"sqlite:///{folder}/newsdelta.db", key=b"k" * 32) as store:
            queued(store.outbox, channels, given.sends)
            spent = asyncio.run(sent(store.outbox, given.sends))
        return judged(discord, spent, given.sends)


def queued(box: SqlOutbox, channels: Sequence[str], sends: int) -> None:
    """Messages of which each channel gets as many as another, one after the other."""
    now = datetime.now(UTC)
    for channel in channels:
        keys = (f"{channel}:{number}" for number in range(sends // len(channels)))
        said = {"embeds": [{"description": WORDS}], "allowed_mentions": {"parse": []}}
        box.post(Target("discord", GUILD, "channel", channel), [Part(key, said) for key in keys], now)


async def sent(box: SqlOutbox, sends: int) -> float:
    """Seconds until all is sent, by a pump as `serve` has one."""
    api = Api("fake")
    pump = Pump(
        box,
        {"discord": DiscordDelivery(api)},
        clock=time.monotonic,
        now=lambda: datetime.now(UTC),
        chance=random.Random(7).random,
    )
    begun = time.monotonic()
    try:
        while done(box) < sends and time.monotonic() - begun < 4 * SECONDS_AT_MOST:
            await pump.begin()
            while await pump.turn():
                await pump.begin()
            await asyncio.sleep(TICKS["pump"].total_seconds())
    finally:
        await api.close()
    return time.monotonic() - begun


def done(box: SqlOutbox) -> int:
    with box.database.reading() as connection:
        return int(connection.execute(select(func.count()).where(outbox.c.state == "sent")).scalar_one())


def judged(discord: Remote, spent: float, sends: int) -> int:
    """The figures, and whether all came once, in time, and none too soon."""
    calls = discord.calls()
    refused = sum(call["status"] == REFUSED for call in calls)
    at = [call["at"] for call in calls]
    most = max(bisect_left(at, first + 1) - place for place, first in enumerate(at))
    nonces = Counter(nonce for call in calls if (nonce := (call["given"] or {}).get("nonce")))
    posted = sum(times == 1 for times in nonces.values())
    print(
        f"{sends:,} messages sent in {spent:.1f} s, {sends / spent:.1f} a second; in no second more than {most}"
    )
    print(f"requests refused: {refused}; messages that came once: {posted:,}")
    missed = spent > SECONDS_AT_MOST * sends / SENDS or refused or posted != sends or discord.wrong()
    print("BEYOND ITS LIMIT" if missed else "within its limits")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())

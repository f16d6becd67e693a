"""How soon Discord hears from the bot, and how soon it gets a queue: `python -m bench.discord [--sentences N] [--sends N] [--roots N]`.

The bot (`newsdelta serve`), a fake Discord and whoever gives commands are processes of their own. A hundred commands are
given at once, first while nothing else is done, then while two channels get digests of made-up articles of 3,000
sentences. What Discord waits for is the first answer; it gives three seconds. Figures of one machine: read the ratio.

Discord takes fifty requests of a bot in any second. The fake refuses what is more; of a queue of 3,000 messages for 300
channels none may be refused, and it be sent in 75 seconds. Sixty would be the least. What opens a thread takes two
requests, and twice as long.
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
from functools import partial
from typing import Any

from sqlalchemy import func, select

from bench import beside
from bench.beside import COMMANDS, DIGESTS, P99_AT_MOST, SENTENCES, told, until
from bot.delivery.pump import Pump
from bot.delivery.values import Part
from bot.platforms.discord import clients
from bot.platforms.discord.clients import Api
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Target
from bot.serving import TICKS
from bot.store import SqlOutbox, open_store
from bot.store.schema import outbox
from tests.fake_discord import ANNEKE, GUILD, Remote, apart

TOKEN = "fake"
SAID = ("news latest", "news status", "news feeds list", "news schedule list")
SENDS, ROOTS, OF_A_CHANNEL = 3_000, 500, 10
SECONDS_AT_MOST, A_START = 75, 10
WORDS = "The lock stays shut. " * 40
REFUSED = 429


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints both; 1 where an answer is missing or too late, a request was refused, or the queue took too long."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--sentences", type=int, default=SENTENCES, help="of an article; 0: no commands are given"
    )
    parser.add_argument("--sends", type=int, default=SENDS, help="0: none are sent")
    parser.add_argument(
        "--roots", type=int, default=ROOTS, help="messages that open threads; 0: none are sent"
    )
    given = parser.parse_args(arguments)
    parts = (asked, given.sentences), (pumped, given.sends), (partial(pumped, threads=True), given.roots)
    return max((measure(number) for measure, number in parts if number), default=0)


# -- commands, beside digests ------------------------------------------------------------------------------------------


def asked(sentences: int) -> int:
    """Prints how long first answers took; 1 where one is missing or too late."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, apart() as discord:
        beside.database(folder)
        channels = [Target("discord", GUILD, "channel", discord.channel()) for _ in range(DIGESTS)]
        beside.remembered(channels, Target("discord", GUILD, "person", ANNEKE), sentences)
        with beside.serving(folder, settings(discord)):
            return in_time(discord, channels, sentences)


def settings(discord: Remote) -> dict[str, str]:
    return {
        "NEWSDELTA_DISCORD_API_URL": discord.api,
        "NEWSDELTA_DISCORD_GATEWAY_URL": discord.gateway_url,
        "DISCORD_TOKEN": TOKEN,
    }


def in_time(discord: Remote, channels: Sequence[Target], sentences: int) -> int:
    """Both rounds, and whether the second is within its limit."""
    until(lambda: discord.sessions() and discord.commands())
    given(discord, 5)  # the first ones load what is loaded once
    beside.heading()
    idle = told("first answer, while nothing else is done", *given(discord))
    beside.due(channels)
    until(lambda: beside.composing(channels))
    busy = told(f"the same beside {DIGESTS} digests of {sentences:,} sentences", *given(discord))
    print(f"the same as a ratio {busy / idle:33.1f}")
    begun = time.perf_counter()
    until(lambda: all(discord.messages(channel=channel.id) for channel in channels))
    wrong = discord.wrong()
    print(f"the digests are there {time.perf_counter() - begun:.1f} s later; wrong: {wrong or 'nothing'}")
    return int(busy >= P99_AT_MOST or bool(wrong))


def given(discord: Remote, number: int = COMMANDS) -> tuple[list[float], float]:
    """How long the first answer to each command took, and after how many seconds all were answered."""
    begun = time.perf_counter()
    ids = [discord.command(name=SAID[count % len(SAID)])["id"] for count in range(number)]
    until(lambda: all(answered(discord.interaction(given=each)) for each in ids))
    spent = time.perf_counter() - begun
    return [discord.interaction(given=each)["took"] for each in ids], spent


def answered(command: dict[str, Any]) -> bool:
    return bool(command["original"]) and not command["waiting"]


# -- a queue -----------------------------------------------------------------------------------------------------------


def pumped(sends: int, *, threads: bool = False) -> int:
    """Prints how long the queue took; 1 where that is too long, a request was refused or a message is missing."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, apart("--paced") as discord:
        clients.at(discord.api)
        channels = [discord.channel(name=f"c{number}") for number in range(max(1, sends // OF_A_CHANNEL))]
        with open_store(f"sqlite:///{folder}/newsdelta.db", key=b"k" * 32) as store:
            queued(store.outbox, channels, threads=threads)
            spent = asyncio.run(sent(store.outbox, OF_A_CHANNEL * len(channels)))
        return judged(discord, spent, OF_A_CHANNEL * len(channels), of_each=1 + threads)


def queued(box: SqlOutbox, channels: Sequence[str], *, threads: bool) -> None:
    """The messages of each channel, one after the other."""
    now = datetime.now(UTC)
    for channel in channels:
        keys = (f"{channel}:{number}" for number in range(OF_A_CHANNEL))
        said: dict[str, Any] = {"embeds": [{"description": WORDS}], "allowed_mentions": {"parse": []}}
        if threads:
            said["thread"] = {"name": "The lock"}
        box.post(Target("discord", GUILD, "channel", channel), [Part(key, said) for key in keys], now)


async def sent(box: SqlOutbox, sends: int) -> float:
    """Seconds until all is sent, by a pump as `serve` has one."""
    api = Api(TOKEN)
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


def judged(discord: Remote, spent: float, sends: int, of_each: int) -> int:
    """The figures, and whether all came once, in time, and none too soon."""
    calls = discord.calls()
    refused = sum(call["status"] == REFUSED for call in calls)
    at = [call["at"] for call in calls]
    most = max(bisect_left(at, first + 1) - place for place, first in enumerate(at))
    nonces = Counter(nonce for call in calls if (nonce := (call["given"] or {}).get("nonce")))
    posted = sum(times == 1 for times in nonces.values())
    print(
        f"{sends:,} messages, requests for each {of_each}, sent in {spent:.1f} s, {sends / spent:.1f} a second; "
        f"in no second more than {most}"
    )
    print(f"requests refused: {refused}; messages that came once: {posted:,}")
    missed = (
        spent > max(A_START, SECONDS_AT_MOST * sends * of_each / SENDS)
        or refused
        or posted != sends
        or discord.wrong()
    )
    print("BEYOND ITS LIMIT" if missed else "within its limits")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())

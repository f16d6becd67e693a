"""Discord being served: a client is connected to the gateway, and another one after each that ended, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import discord
from aiohttp import ClientError

from bot.errors import WrongSettings
from bot.platforms.discord import tree as commands
from bot.platforms.discord.delivery import NAME
from bot.ports import Store

LOG = logging.getLogger(__name__)
INTENTS = discord.Intents(
    guilds=True, guild_messages=True, dm_messages=True
)  # none that Discord has to grant
WAITS = 60.0  # seconds that the SDK waits by itself where it was too fast
FIRST, LONGEST, BANNED = (
    1.0,
    120.0,
    300.0,
)  # seconds until another client is tried; the last after a ban by Cloudflare
SHORTLY = 10.0  # seconds that a connection may be away, for Discord renews them, without being told of
AWAY = "The connection to Discord is gone, and is begun anew."
PORTAL = "of your application at https://discord.com/developers/applications"
FATAL = {  # codes with which the gateway closes for good → what the operator can do
    4004: f"Discord does not take DISCORD_TOKEN: get a new one on the page “Bot” {PORTAL}.",
    4010: "Discord knows no such shard: NEWSDELTA_DISCORD_SHARD_IDS are numbers below NEWSDELTA_DISCORD_SHARD_COUNT.",
    4011: "The bot is in too many servers for so few shards: set NEWSDELTA_DISCORD_SHARD_COUNT higher, or not at all.",
    4012: "Discord no longer speaks the version of its gateway that this program does: install a newer newsdelta.",
    4013: "Discord does not know what this program asks to hear of: install a newer newsdelta.",
    4014: f"Discord denies the bot what it asks to hear of: see “Privileged Gateway Intents” on the page “Bot” {PORTAL}.",
}
PASSING = (discord.DiscordException, ClientError, OSError, TimeoutError, AttributeError)
# The SDK's own slip on a first connection that fails is an AttributeError.

Report = Callable[[str], None]


class Listener(Protocol):
    """The bot: registers all that it hears of on a new client."""

    def listen(self, client: discord.Client) -> commands.Tree: ...


class Client(discord.AutoShardedClient):
    """A client that reports whether it is connected, and tells Discord of commands that it doesn't know yet."""

    def __init__(self, bot: Listener, store: Store, report: Report, **shards: Any) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=WAITS,
            max_messages=None,
            chunk_guilds_at_startup=False,
            **shards,
        )
        self._store, self._report = store, report
        self._away: dict[int, asyncio.TimerHandle] = {}
        self._tree = bot.listen(self)
        self.connected = False

    async def setup_hook(self) -> None:
        """Once a client, after it has logged in. Where Discord does not take the commands, those it knows go on."""
        told, application = commands.fingerprint(commands.payload(self._tree)), str(self.application_id)
        if await asyncio.to_thread(self._store.synced, NAME, application) == told:
            return
        try:
            await self._tree.sync()
        except discord.app_commands.CommandSyncFailure:
            LOG.exception("Discord does not take the commands, and keeps those that it had")
            return
        await asyncio.to_thread(self._store.keep_synced, NAME, application, told)
        LOG.info("told Discord of the commands")

    # -- whether it is connected -------------------------------------------------------------------------------------

    async def on_shard_connect(self, shard: int) -> None:
        self._is_back(shard)

    async def on_shard_resumed(self, shard: int) -> None:
        self._is_back(shard)

    async def on_shard_disconnect(self, shard: int) -> None:
        if shard not in self._away:
            self._away[shard] = self.loop.call_later(SHORTLY, self._report, AWAY)

    def _is_back(self, shard: int) -> None:
        self.connected = True
        if away := self._away.pop(shard, None):
            away.cancel()
        if not self._away:
            self._report("")

    async def close(self) -> None:
        for away in self._away.values():
            away.cancel()
        await super().close()

    # -- servers -----------------------------------------------------------------------------------------------------

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await asyncio.to_thread(self._store.forget_workspace, NAME, str(guild.id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await asyncio.to_thread(self._store.readmit, NAME, str(guild.id))

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """What a listener raises; what it was given stays out of the log."""
        LOG.error("%s failed", event_method)


async def listen(
    bot: Listener,
    token: str,
    report: Report,
    *,
    shard_ids: Sequence[int] = (),
    shard_count: int | None = None,
    store: Store,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Listens until it is cancelled; `report` is told what is in the way, "" where nothing is.

    WrongSettings where Discord says no for good; whatever else goes wrong is tried again, with a new client, ever less
    often: the SDK does not survive a first connection that fails.
    """
    failures = 0
    while True:
        client = Client(
            bot, store, report, shard_ids=list(shard_ids) or None, shard_count=shard_count or None
        )
        try:
            async with client:
                await client.start(token)
            error: Exception = ConnectionError("the client ended by itself")
        except PASSING as raised:
            if fatal := wrong(raised):
                raise WrongSettings(fatal) from raised
            error = raised
        failures = 1 if client.connected else failures + 1
        LOG.warning("Discord can't be listened to for now: %s: %s", type(error).__name__, _told(error))
        report(AWAY)
        await pause(until_again(error, failures))


def wrong(error: BaseException) -> str:
    """What the operator has to change, where an error of the SDK's does not pass by itself; empty where it does."""
    if isinstance(error, discord.LoginFailure) or _status(error) == 401:
        return FATAL[4004]
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return FATAL[4014]
    if isinstance(error, discord.ConnectionClosed):
        return FATAL.get(error.code or 0, "")
    return ""


def until_again(error: BaseException, failures: int) -> float:
    """Seconds until another client is tried, after so many failures in a row."""
    if _status(error) == 429:  # the SDK waits by itself for others: this one is a ban, by Cloudflare
        return BANNED
    return float(min(LONGEST, FIRST * (1 << min(failures - 1, 20))))


def _status(error: BaseException) -> int:
    return error.status if isinstance(error, discord.HTTPException) else 0


def _told(error: BaseException) -> str:
    """What the log gets of an error: not the page of HTML that Cloudflare sends."""
    return f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else str(error)

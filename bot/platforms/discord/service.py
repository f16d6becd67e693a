"""Discord being served: a client is connected to the gateway, and another one after each that ended, until told to stop."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import discord
from aiohttp import ClientError, TraceConfig

from bot.errors import NewsdeltaError, WrongSettings
from bot.platforms.discord import clients
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
TELLING = (
    30.0  # seconds after which it is listened to anyway: the SDK tries for as long where Discord has a fault
)
BEGUN = "The connection to Discord is not there yet."
AWAY = "The connection to Discord is gone, and is begun anew."
UNTOLD = "Discord could not be told of the commands yet: those that it knows go on, and it is tried again."
UNFIT = "Discord does not take the commands of this version, as its log says: those that it knows go on."
PORTAL = "of your application at https://discord.com/developers/applications"
FATAL = {  # codes with which the gateway closes for good → what the operator can do
    4004: f"Discord does not take DISCORD_TOKEN: get a new one on the page “Bot” {PORTAL}.",
    4010: "Discord knows no such shard: NEWSDELTA_DISCORD_SHARD_IDS are numbers below NEWSDELTA_DISCORD_SHARD_COUNT.",
    4011: "The bot is in too many servers for so few shards: set NEWSDELTA_DISCORD_SHARD_COUNT higher, or not at all.",
    4012: "Discord no longer speaks the version of its gateway that this program does: install a newer newsdelta.",
    4013: "Discord does not know what this program asks to hear of: install a newer newsdelta.",
    4014: f"Discord denies the bot what it asks to hear of: see “Privileged Gateway Intents” on the page “Bot” {PORTAL}.",
}
PASSING = (discord.DiscordException, ClientError, OSError, TimeoutError)

Report = Callable[[str], None]
Pause = Callable[[float], Awaitable[None]]


class Listener(Protocol):
    """The bot: registers all that it hears of on a new client."""

    def listen(self, client: discord.Client) -> commands.Tree: ...


class Client(discord.AutoShardedClient):
    """A client that reports whether it is connected, and tells Discord of commands that it doesn't know yet."""

    def __init__(
        self,
        bot: Listener,
        store: Store,
        report: Report,
        pause: Pause,
        admitted: Callable[[], object] | None = None,
        **given: Any,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=WAITS,
            max_messages=None,
            chunk_guilds_at_startup=False,
            **given,
        )
        self._store, self._report, self._pause, self._admitted = store, report, pause, admitted
        self._away: dict[int, asyncio.TimerHandle] = {}
        self._untold = ""  # why Discord does not know the commands
        self._telling: asyncio.Task[None] | None = None
        self._tree = bot.listen(self)
        self.connected = False

    async def setup_hook(self) -> None:
        """Once a client, after it has logged in. Where Discord does not take the commands, those it knows go on."""
        if self._admitted:
            await asyncio.to_thread(self._admitted)
        error = await self._told()
        if error and wrong(error):
            raise error
        if error:
            self._telling = asyncio.create_task(self._told_again(error))

    async def _told_again(self, error: Exception | None) -> None:
        failures = 0
        while error:
            failures += 1
            await self._pause(until_again(error, failures))
            error = await self._told()
        if self.connected and not self._away:
            self._report(self._untold)

    async def _told(self) -> Exception | None:
        """Tells Discord of the commands, where they have changed; what is in the way of that, and passes."""
        self._untold = UNTOLD
        try:
            async with asyncio.timeout(TELLING):
                await self._tell()
        except discord.app_commands.CommandSyncFailure:
            LOG.exception("Discord does not take the commands, and keeps those that it had")
            self._untold = UNFIT
        except (*PASSING, NewsdeltaError) as error:
            LOG.warning(
                "Discord could not be told of the commands: %s: %s", type(error).__name__, _said(error)
            )
            return error
        else:
            self._untold = ""
        return None

    async def _tell(self) -> None:
        told, application = commands.fingerprint(commands.payload(self._tree)), str(self.application_id)
        if await asyncio.to_thread(self._store.synced, NAME, application) == told:
            return
        await self._tree.sync()
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
            self._report(self._untold)

    async def close(self) -> None:
        for away in self._away.values():
            away.cancel()
        if self._telling:
            self._telling.cancel()
        await super().close()

    # -- servers -----------------------------------------------------------------------------------------------------

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await asyncio.to_thread(self._store.forget_workspace, NAME, str(guild.id))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await asyncio.to_thread(self._store.readmit, NAME, str(guild.id))

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """What a listener raises; what it was given, such as the token of an interaction, stays out of the log."""
        LOG.error("%s failed", event_method, exc_info=sys.exception())


async def listen(
    bot: Listener,
    token: str,
    report: Report,
    *,
    trace: TraceConfig | None = None,
    store: Store,
    admitted: Callable[[], object] | None = None,
    shard_ids: Sequence[int] = (),
    shard_count: int | None = None,
    pause: Pause = asyncio.sleep,
) -> None:
    """Listens until it is cancelled; `report` is told what is in the way, "" where nothing is.

    `trace` sees each request; `admitted` is called whenever Discord has taken the token. WrongSettings where Discord says
    no for good; whatever else the SDK raises is tried again, with a new client, ever less often: it does not survive a
    first connection that fails.
    """
    shards = {"shard_ids": list(shard_ids) or None, "shard_count": shard_count or None}
    failures = 0
    report(BEGUN)
    while True:
        client = Client(bot, store, report, pause, admitted, http_trace=trace, **shards)
        try:
            async with client:
                await client.start(token)
            error: Exception = ConnectionError("the client ended by itself")
        except PASSING as raised:
            if fatal := wrong(raised):
                raise WrongSettings(fatal) from raised
            error = raised
        failures = 1 if client.connected else failures + 1
        LOG.warning("Discord can't be listened to for now: %s: %s", type(error).__name__, _said(error))
        report(AWAY)
        await pause(until_again(error, failures))


def wrong(error: BaseException) -> str:
    """What the operator has to change, where an error of the SDK's does not pass by itself; empty where it does."""
    answer = _answer(error)
    if isinstance(error, discord.LoginFailure) or (answer and answer.status == 401):
        return FATAL[4004]
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return FATAL[4014]
    if isinstance(error, discord.ConnectionClosed):
        return FATAL.get(error.code or 0, "")
    return ""


def until_again(error: BaseException, failures: int) -> float:
    """Seconds until it is tried again, after so many failures in a row."""
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    if (answer := _answer(error)) and clients.is_ban(answer):
        return BANNED
    return float(min(LONGEST, FIRST * (1 << min(failures - 1, 20))))


def _answer(error: BaseException) -> discord.HTTPException | None:
    """What Discord answered, if that is what failed; the SDK hides it where it asked for the gateway."""
    answer = error.__cause__ if isinstance(error, discord.GatewayNotFound) else error
    return answer if isinstance(answer, discord.HTTPException) else None


def _said(error: Exception) -> str:
    """What the log gets of an error: not the page of HTML that Cloudflare sends."""
    answer = _answer(error)
    return f"HTTP {answer.status}, code {answer.code}" if answer else str(error)

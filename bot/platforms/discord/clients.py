"""Discord's REST through its SDK: one login for all who send, whether or not the gateway is connected."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import yarl
from aiohttp import (
    ClientConnectorError,
    ClientSession,
    TraceConfig,
    TraceRequestEndParams,
    TraceRequestExceptionParams,
    TraceRequestStartParams,
)
from discord.errors import HTTPException, LoginFailure
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from bot.errors import Ambiguous, Closed, Limited
from bot.phrases import phrase

WAITS = 30.0  # seconds that the SDK waits by itself where it was too fast, the fewest that it can be told
TOO_MANY = 429
INVALID = frozenset({401, 403, TOO_MANY})
MOST, WINDOW = 5_000, 600.0  # of those in so many seconds; at 10,000 Discord shuts the address out for a day
PER_SECOND = 47  # requests; Discord takes 50 in any second, and those of two seconds come closer on their way
EXEMPT = frozenset({"interactions", "webhooks"})  # how the paths of answers to interactions begin
ONCE = "once"  # what a request is marked with that the SDK must not repeat


def at(api_url: str, gateway_url: str = "") -> None:
    """Has the SDK, which has no setting for it, speak with another address than Discord's own; "" leaves it."""
    if api_url:
        Route.BASE = api_url
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class Pace:
    """Lets no more than so many requests of a process go out in any second. `clock` never steps, as does no `sleep`."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._at: deque[float] = deque(maxlen=PER_SECOND)
        self._one = asyncio.Lock()

    async def turn(self) -> None:
        """Waits until another request may go out, and counts it."""
        async with self._one:
            if len(self._at) == PER_SECOND:
                await self._sleep(max(0.0, self._at[0] + 1 - self._clock()))
            self._at.append(self._clock())


class Invalid:
    """The requests of a process that Discord calls invalid, of which it bears 10,000 in ten minutes from one address.

    `clock` counts seconds and never steps. What the SDK asks is seen where it is given what `watching` makes.
    https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._at: deque[float] = deque(maxlen=most)
        self._until = 0.0

    def note(self, answer: Any) -> None:
        """Counts an answer of aiohttp's, if it is such a one; a 429 for all that the bot asks says for how long."""
        scope = answer.headers.get("X-RateLimit-Scope")
        if answer.status not in INVALID or scope == "shared" or EXEMPT & {*answer.url.parts}:
            return
        self._at.append(self._clock())
        if answer.status == 429 and scope == "global":
            self._until = self._clock() + float(answer.headers.get("Retry-After", 0))

    def wait(self) -> float:
        """Seconds till more may be asked for, 0 where it may be now: half of what Discord bears."""
        full = len(self._at) == self._at.maxlen
        return max(0.0, self._until - self._clock(), self._at[0] + WINDOW - self._clock() if full else 0.0)


def is_ban(error: HTTPException) -> bool:
    """Whether Cloudflare turns the address away: Discord's own 429 comes through its proxy, and as JSON."""
    headers = error.response.headers
    return error.status == TOO_MANY and (
        "Via" not in headers or "json" not in headers.get("Content-Type", "")
    )


class Api:
    """Discord for the owner of a token. Logs in at the first request, and again after one that failed.

    Nothing more is asked for, but Limited comes out, where Discord has called too much `invalid`: 401, 403 or 429.
    """

    def __init__(self, token: str, invalid: Invalid | None = None, pace: Pace | None = None) -> None:
        self._token = token
        self._http: HTTPClient | None = None
        self._one = asyncio.Lock()
        self._invalid, self._pace = invalid or Invalid(), pace or Pace()
        self.bot = ""  # who the bot is, once it has logged in

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, **at: Any) -> Any:
        """What Discord answers; `at` are the parts of the path. Errors are the SDK's, but for a token that it does not take."""
        given: dict[str, Any] = {} if body is None else {"json": body}
        return await self._asked(Route(method, path, **at), **given)

    async def once(self, method: str, path: str, body: Mapping[str, Any], **at: Any) -> Any:
        """As `ask`, but where the SDK would repeat what may have been taken, Ambiguous comes out instead."""
        return await self._asked(Route(method, path, **at), json=body, trace_request_ctx=ONCE)

    async def query(self, path: str, query: Mapping[str, Any], **at: Any) -> Any:
        return await self._asked(Route("GET", path, **at), params=query)

    async def close(self) -> None:
        if self._http:
            await self._http.close()
            self._http = None

    async def _asked(self, route: Route, **given: Any) -> Any:
        if wait := self._invalid.wait():
            said = "Discord has turned down too much of late, or asks to wait; more might shut the bot out."
            raise Limited(said, timedelta(seconds=wait), "platform", "invalid")
        http = await self._logged_in()
        return await http.request(route, **given)

    async def _logged_in(self) -> HTTPClient:
        async with self._one:
            if self._http is None:
                self._http = await self._login()
            return self._http

    async def _login(self) -> HTTPClient:
        trace = watching(self._invalid, self._pace)
        http = HTTPClient(asyncio.get_running_loop(), http_trace=trace, max_ratelimit_timeout=WAITS)
        try:
            self.bot = str((await http.static_login(self._token))["id"])
        except LoginFailure as error:
            await http.close()
            raise Closed(phrase("closed.discord.token"), "platform", "401") from error
        except BaseException:
            await http.close()
            raise
        return http


def watching(invalid: Invalid, pace: Pace) -> TraceConfig:
    """Sees every request of a client: lets it wait, counts what is invalid, and ends what is to be asked for once.

    The SDK repeats by itself what ends in a 5xx or in a connection that breaks; what is raised here gets past it.
    """

    async def begins(_: ClientSession, __: SimpleNamespace, params: TraceRequestStartParams) -> None:
        if not EXEMPT & {*params.url.parts}:
            await pace.turn()

    async def ended(_: ClientSession, context: SimpleNamespace, params: TraceRequestEndParams) -> None:
        invalid.note(params.response)
        if context.trace_request_ctx == ONCE and params.response.status >= 500:
            raise Ambiguous("Discord did not say what became of the message.", str(params.response.status))

    async def broken(_: ClientSession, context: SimpleNamespace, params: TraceRequestExceptionParams) -> None:
        error = params.exception
        if isinstance(error, ClientConnectorError):  # there was no connection that could break
            return
        if context.trace_request_ctx == ONCE and isinstance(error, OSError):
            raise Ambiguous("The connection to Discord broke.", type(error).__name__) from error

    trace = TraceConfig()
    trace.on_request_start.append(begins)
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(broken)
    return trace

"""Discord's REST through its SDK: one login for all who send, whether or not the gateway is connected."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import yarl
from discord.errors import LoginFailure
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from bot.errors import Closed

WAITS = 30.0  # seconds that the SDK waits by itself where it was too fast, the fewest that it can be told


def at(api_url: str, gateway_url: str = "") -> None:
    """Has the SDK, which has no setting for it, speak with another address than Discord's own; "" leaves it."""
    if api_url:
        Route.BASE = api_url
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


class Api:
    """Discord for the owner of a token. Logs in at the first request, and again after one that failed."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._http: HTTPClient | None = None
        self._one = asyncio.Lock()
        self.bot = ""  # who the bot is, once it has logged in

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, **at: Any) -> Any:
        """What Discord answers; `at` are the parts of the path. Errors are the SDK's, but for a token that it does not take."""
        http = await self._logged_in()
        given: dict[str, Any] = {} if body is None else {"json": body}
        return await http.request(Route(method, path, **at), **given)

    async def query(self, path: str, query: Mapping[str, Any], **at: Any) -> Any:
        http = await self._logged_in()
        return await http.request(Route("GET", path, **at), params=query)

    async def close(self) -> None:
        if self._http:
            await self._http.close()
            self._http = None

    async def _logged_in(self) -> HTTPClient:
        async with self._one:
            if self._http is None:
                self._http = await self._login()
            return self._http

    async def _login(self) -> HTTPClient:
        http = HTTPClient(asyncio.get_running_loop(), max_ratelimit_timeout=WAITS)
        try:
            self.bot = str((await http.static_login(self._token))["id"])
        except LoginFailure as error:
            await http.close()
            raise Closed("Discord does not take DISCORD_TOKEN.", "installation", "401") from error
        except BaseException:
            await http.close()
            raise
        return http

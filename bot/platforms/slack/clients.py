"""Who speaks to Slack for a workspace."""

from __future__ import annotations

from typing import Protocol

from aiohttp import ClientSession
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Closed

TIMEOUT = 15  # seconds for an answer of Slack
PATIENT = 2  # how often a call waits as told (429) while somebody waits for it


class Clients(Protocol):
    """Clients for deliveries, which repeat nothing by themselves."""

    async def of(self, team: str) -> AsyncWebClient:
        """The client of a workspace; Closed where the bot is not installed there."""


class OneWorkspace:
    """The workspace that the bot's token belongs to; known once Slack was asked."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._team = ""

    async def of(self, team: str) -> AsyncWebClient:
        if not self._team:
            self._team = str((await self._client.auth_test())["team_id"])
        if team != self._team:
            raise Closed("The bot's token is of another workspace.", "installation", "other_team")
        return self._client


def for_deliveries(token: str, api: str, session: ClientSession) -> AsyncWebClient:
    """A client that asks once: the SDK's own retries would post twice where a connection breaks after Slack took it."""
    return _client(token, api, session, [])


def for_answers(token: str | None, api: str, session: ClientSession) -> AsyncWebClient:
    """A client that waits as Slack tells it, since somebody waits for the answer."""
    return _client(token, api, session, [AsyncRateLimitErrorRetryHandler(max_retry_count=PATIENT)])


def _client(
    token: str | None, api: str, session: ClientSession, retries: list[AsyncRetryHandler]
) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=api, timeout=TIMEOUT, session=session, retry_handlers=retries)

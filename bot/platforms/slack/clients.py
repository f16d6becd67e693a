"""Who speaks to Slack for a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import Closed
from bot.phrases import phrase

TIMEOUT = 15  # seconds for an answer of Slack
PATIENT = 2  # times that a call waits as told (429), where somebody waits for it


def reason(error: SlackApiError, field: str = "error") -> str:
    """What Slack says in a field of its answer; empty where the answer is not Slack's, but that of a proxy before it."""
    answer = getattr(error.response, "data", error.response)
    return str(answer.get(field) or "") if isinstance(answer, Mapping) else ""


class Clients(Protocol):
    """Clients for deliveries, which repeat nothing by themselves."""

    async def of(self, team: str) -> AsyncWebClient:
        """The client of a workspace; Closed where the bot is not installed there."""


class Api:
    """Slack's Web API at an address, over one session that is opened when it is first needed."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session: ClientSession | None = None

    def once(self, token: str) -> AsyncWebClient:
        """A client that asks once: the SDK's own would post twice where a connection breaks after Slack took it."""
        return AsyncWebClient(token, self._address, TIMEOUT, session=self._open(), retry_handlers=[])

    def patient(self, token: str | None = None) -> AsyncWebClient:
        """A client that waits as Slack tells it, since somebody waits for what it asks."""
        return AsyncWebClient(token, self._address, TIMEOUT, session=self._open(), retry_handlers=[_waits()])

    async def close(self) -> None:
        """Ends the session; what is asked later opens another one."""
        if self._session:
            await self._session.close()

    def _open(self) -> ClientSession:
        if self._session is None or self._session.closed:
            self._session = ClientSession()
        return self._session


def answering(url: str) -> AsyncWebhookClient:
    """Who answers at the address that came with a command or a press; waits as it is told, and says nothing twice."""
    return AsyncWebhookClient(url, TIMEOUT, retry_handlers=[_waits()])


def _waits() -> AsyncRateLimitErrorRetryHandler:
    return AsyncRateLimitErrorRetryHandler(max_retry_count=PATIENT)


class OneWorkspace:
    """`Clients` of the workspace that the bot's token belongs to; which that is, Slack is asked once."""

    def __init__(self, api: Api, token: str) -> None:
        self._api, self._token = api, token
        self._team = ""

    async def of(self, team: str) -> AsyncWebClient:
        client = self._api.once(self._token)
        if not self._team:
            self._team = str((await client.auth_test())["team_id"])
        if team != self._team:
            raise Closed(phrase("closed.slack.other"), "installation", "other_team")
        return client

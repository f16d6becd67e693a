"""Slack being served: the app listens through a socket that it opens itself, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import Closed, Limited, WrongSettings
from bot.platforms.slack.app import SlackBot
from bot.platforms.slack.clients import Api, Clients, reason

LOG = logging.getLogger(__name__)
LOOK, PATIENCE = 5.0, 12  # seconds between looks at the connection, and looks in vain until it is begun anew
LOOK_AGAIN = timedelta(seconds=LOOK)
REFUSED = frozenset(  # errors of a token that no other attempt makes right
    "invalid_auth not_authed not_allowed_token_type token_revoked token_expired account_inactive no_permission missing_scope "
    "access_denied ekm_access_denied forbidden_team team_access_not_granted".split()
)
AWAY = "The connection to Slack is gone, and is begun anew."


class Authorizing(AsyncAuthorize):
    """Who the bot is in a workspace: Slack is asked once for each."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._known: dict[str, AsyncSlackResponse] = {}

    async def __call__(self, *, team_id: str | None, **_: object) -> AuthorizeResult | None:
        """None where the bot is not installed."""
        team = team_id or ""
        try:
            client = await self._clients.of(team)
            token = str(client.token)
            if token not in self._known:  # another than before, once the app was installed again
                self._known[token] = await client.auth_test()
        except (Closed, SlackApiError) as error:
            LOG.warning("nobody answers for workspace %s: %s", team, error)
            return None
        return AuthorizeResult.from_auth_test_response(
            bot_token=client.token, auth_test_response=self._known[token]
        )


def app(bot: SlackBot, api: Api, clients: Clients, signing_secret: str = "") -> AsyncApp:
    """The app with its listeners.

    `authorize` is always our own: the SDK would read the environment, and drop the token where it finds another.
    """
    built = AsyncApp(
        name="newsdelta",
        client=api.patient(),
        authorize=Authorizing(clients),  # type: ignore[arg-type] # Bolt takes one of its own classes too, and None for "not installed"
        signing_secret=signing_secret,
        request_verification_enabled=bool(signing_secret),  # a socket bears no signatures
    )
    bot.listen(built)
    return built


async def through_a_socket(
    bot: SlackBot, api: Api, clients: Clients, app_token: str, report: Callable[[str], None]
) -> None:
    """Listens until it is cancelled; `report` is told what is in the way, "" where nothing is.

    WrongSettings where Slack does not take the token, before the SDK tries for ever; Limited where the SDK gets no
    connection back (python-slack-sdk #1110).
    """
    try:
        await api.patient().apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        code = reason(error) or "no answer of its own"
        if code not in REFUSED:
            raise Limited(f"Slack can't be reached ({code}).", LOOK_AGAIN, "platform", code) from error
        raise WrongSettings(
            f"Slack does not take SLACK_APP_TOKEN ({code}): copy it again from Basic Information, App-Level Tokens."
        ) from error
    except (SlackClientError, ClientError, OSError, TimeoutError) as error:
        raise Limited("Slack can't be reached.", LOOK_AGAIN, "platform", type(error).__name__) from error
    handler = AsyncSocketModeHandler(app(bot, api, clients), app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt forgot this one and the next
    LOG.info("listening to Slack")
    try:
        await _watched(handler.client.is_connected, report)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # as above
        await api.close()


async def _watched(is_connected: Callable[[], Awaitable[bool]], report: Callable[[str], None]) -> None:
    missed = 0
    while missed < PATIENCE:
        missed = 0 if await is_connected() else missed + 1
        report(AWAY if missed > 1 else "")  # Slack renews connections, which takes a moment
        await asyncio.sleep(LOOK)
    raise Limited(AWAY, LOOK_AGAIN, "platform", "unreachable")


async def over_http(api: Api, report: Callable[[str], None]) -> None:
    """Holds the session open, until it is cancelled; what listens are the routes of `requests`."""
    report("")
    try:
        await asyncio.Event().wait()
    finally:
        await api.close()

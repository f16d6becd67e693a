"""Slack over HTTP: what it sends, and the pages where a workspace installs the app, as routes of the bot's pages.

Before Bolt reads a request it is known to come from Slack. Bolt alone reads first and checks then, and answers 500 to a
timestamp that is no number or a signature that is not ASCII; measured.
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from aiohttp import ClientError
from cryptography.fernet import InvalidToken, MultiFernet
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import NewsdeltaError, WrongSettings
from bot.platforms.slack.clients import Api
from bot.platforms.slack.manifest import (
    EVENTS_PATH,
    INSTALL_PATH,
    OPTIONAL_SCOPES,
    REDIRECT_PATH,
    SCOPES,
)

LOG = logging.getLogger(__name__)
LARGEST = 1_000_000  # bytes of a request; what Slack sends is a tenth of it at most
TIMESTAMP, SIGNATURE = re.compile(r"[0-9]{1,12}"), re.compile(r"v0=[0-9a-f]{64}")
VALID = 300  # seconds that a signature counts, before and after its time
INSTALLING = 300  # seconds in which who installs the app must have agreed


class Door:
    """Lets in what Slack has signed in these minutes, each request once. WrongSettings without a secret.

    Slack's scheme has no nonce, so whoever overheard a request could send it again while its signature counts. What
    Slack itself repeats is signed anew, or known by its event's id.
    """

    def __init__(self, signing_secret: str, clock: Callable[[], float]) -> None:
        if not signing_secret.strip():
            raise WrongSettings(
                "Slack's requests can't be told from forged ones: set SLACK_SIGNING_SECRET (Basic Information, App "
                "Credentials), or NEWSDELTA_SLACK_MODE=socket."
            )
        self._clock = clock
        self._verifier = SignatureVerifier(signing_secret, _Clock(clock))
        self._seen: dict[str, float] = {}  # signature → when it no longer counts

    def signed(self, headers: Mapping[str, str], body: bytes) -> str:
        """The signature of a request, empty where Slack has not signed it, or not in these minutes."""
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not TIMESTAMP.fullmatch(timestamp) or not SIGNATURE.fullmatch(signature):
            return ""
        try:
            return signature if self._verifier.is_valid(body, timestamp, signature) else ""
        except UnicodeDecodeError:  # Slack writes UTF-8 only
            return ""

    def first(self, signature: str) -> bool:
        """Whether a signed request comes for the first time."""
        now = self._clock()
        while self._seen and next(iter(self._seen.values())) < now:
            del self._seen[next(iter(self._seen))]
        if signature in self._seen:
            return False
        self._seen[signature] = now + 2 * VALID
        return True

    def forget(self, signature: str) -> None:
        """What could not be done may come again."""
        self._seen.pop(signature, None)


class _Clock(Clock):
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock()


def events(build: Callable[[], AsyncApp], signing_secret: str, clock: Callable[[], float]) -> list[Route]:
    """The route to which Slack sends all that happens; the app is built when the first of it comes."""
    door, app = Door(signing_secret, clock), cache(build)

    async def received(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        signature = door.signed(request.headers, body)
        if not signature:
            return Response(status_code=401)
        if not door.first(signature):
            LOG.warning(
                "a request of Slack's came a second time with the same signature, and was not done again"
            )
            return Response()
        response = await _dispatched(app(), request, body)
        if response.status_code >= 500:
            door.forget(signature)
        return response

    return [Route(EVENTS_PATH, _calmly(received), methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """All that was sent, None if that is too much."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return None
    return bytes(body)


async def _dispatched(app: AsyncApp, request: Request, body: bytes) -> Response:
    try:
        asked = to_async_bolt_request(request, body)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        LOG.warning("a signed request that can't be read (%s)", error)
        return Response(status_code=400)
    return to_starlette_response(await app.async_dispatch(asked))


def _calmly(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """What goes wrong is a sentence in the log, and Slack, or whoever it was, may come again."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody hears
        except NewsdeltaError as error:
            LOG.error("a request could not be answered: %s", error)  # noqa: TRY400 - because the sentence says it all
        except (ClientError, TimeoutError, OSError):
            LOG.exception("Slack could not be asked")
        return PlainTextResponse("Something is away that is needed for this: try again in a moment.", 503)

    return answered


# -- the pages where a workspace installs the app ----------------------------------------------------------------------


def install_pages(
    api: Api,
    client_id: str,
    client_secret: str,
    installations: AsyncInstallationStore,
    states: MultiFernet,
    redirect_uri: str | None = None,
) -> list[Route]:
    """The page that leads to Slack, and the one to which Slack leads back; WrongSettings without the app's own id.

    Nothing is stored for who only looks: that Slack leads back to the browser that asked, within five minutes, is seen
    from a token that `states` encrypts. Without a `redirect_uri` Slack takes the first of the manifest.
    """
    if not client_id or not client_secret:
        raise WrongSettings(
            "Workspaces can't install the app: set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (Basic Information, App "
            "Credentials), or NEWSDELTA_SLACK_OAUTH=0 for the one workspace of SLACK_BOT_TOKEN."
        )
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=[*SCOPES, *OPTIONAL_SCOPES],
        user_scopes=[],
        redirect_uri=redirect_uri,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=_States(states),
        state_expiration_seconds=INSTALLING,
    )

    def page(does: Callable[[AsyncOAuthFlow], Callable[..., Awaitable[BoltResponse]]], path: str) -> Route:
        async def shown(request: Request) -> Response:
            flow = AsyncOAuthFlow(client=api.patient(), settings=settings, logger=LOG)
            return to_starlette_response(await does(flow)(to_async_bolt_request(request, b"")))

        return Route(path, _calmly(shown), methods=["GET"])

    return [
        page(lambda flow: flow.handle_installation, INSTALL_PATH),
        page(lambda flow: flow.handle_callback, REDIRECT_PATH),
    ]


class _States(AsyncOAuthStateStore):
    """States that differ, and prove themselves; the SDK's own stateless ones are the same for all within a second."""

    def __init__(self, cipher: MultiFernet) -> None:
        self._cipher = cipher

    async def async_issue(self, *_: object, **__: object) -> str:
        return self._cipher.encrypt(b"").decode("ascii").rstrip("=")

    async def async_consume(self, state: str) -> bool:
        padded = state + "=" * (-len(state) % 4)
        try:
            return self._cipher.decrypt(padded, ttl=INSTALLING) == b""
        except InvalidToken:
            return False

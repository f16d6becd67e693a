"""Whether what the operator has set gives access to Slack: what is missing, what Slack says of it, and a first message."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import WrongCall, WrongSettings
from bot.findings import Finding, Unreached, Unwell, settled
from bot.platforms.slack.clients import Api, reason
from bot.platforms.slack.installs import cipher
from bot.platforms.slack.manifest import INSTALL_PATH, OPTIONAL_SCOPES, SCOPES

LOG = logging.getLogger(__name__)
BOT, APP = ("xoxb-", "xoxe.xoxb-"), ("xapp-",)  # how tokens begin
APP_OF = re.compile(r"xapp-[0-9]+-(A[A-Z0-9]+)-")
MEMBER = re.compile(r"[UW][A-Z0-9]{2,30}")
WHERE = {
    "SLACK_BOT_TOKEN": "the Bot User OAuth Token under Install App, which begins with xoxb-",
    "SLACK_APP_TOKEN": "an App-Level Token under Basic Information, which begins with xapp-",
    "SLACK_SIGNING_SECRET": "the Signing Secret under Basic Information, App Credentials",
    "SLACK_CLIENT_ID": "the Client ID under Basic Information, App Credentials",
    "SLACK_CLIENT_SECRET": "the Client Secret under Basic Information, App Credentials",
}
SAID = {  # by Slack, of a token or a member
    "invalid_auth": "Slack does not know it: copy it again",
    "not_authed": "Slack does not know it: copy it again",
    "account_inactive": "the app was removed from the workspace: install it again, and copy the new token",
    "token_revoked": "it was taken back: install the app again, and copy the new token",
    "token_expired": "it has ended: install the app again, and copy the new token",
    "not_allowed_token_type": "it is a token of another kind",
    "user_not_found": "no such member is in this workspace: copy the id from their profile",
    "user_disabled": "this member's account is switched off",
    "cannot_dm_bot": "this is a bot, which can't be written to",
    "messages_tab_disabled": "messages to the app are turned off: paste the manifest again under App Manifest",
    "invalid_client_id": "Slack knows no such app: copy the Client ID again",
    "bad_client_secret": "they do not belong together: copy both again",
    "ratelimited": "Slack asks to wait: try again in a minute",
}
UNREADABLE = "no answer that can be read"  # of a proxy before Slack
PASSING = {
    UNREADABLE,
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
}


@dataclass(frozen=True, slots=True)
class Access:
    """What the operator has set for Slack."""

    api_url: str
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    keys: tuple[str, ...] = field(default=(), repr=False)
    http: bool = False
    oauth: bool = False

    @property
    def begun(self) -> bool:
        """Whether anything is set that only a made app has."""
        return any((self.bot_token, self.app_token, self.signing_secret, self.client_id, self.client_secret))


def faults(access: Access) -> Iterator[str]:
    """What is missing or can't be right, before Slack is asked."""
    if access.oauth:
        yield from _faults_of_many(access)
    else:
        yield from _shaped("SLACK_BOT_TOKEN", access.bot_token, BOT)
    if access.http:
        yield from _present("SLACK_SIGNING_SECRET", access.signing_secret)
    else:
        yield from _shaped("SLACK_APP_TOKEN", access.app_token, APP)


def _faults_of_many(access: Access) -> Iterator[str]:
    if not access.http:
        yield (
            "Workspaces install the app on pages of the bot's, so NEWSDELTA_SLACK_OAUTH=1 goes with "
            "NEWSDELTA_SLACK_MODE=http only."
        )
    yield from _present("SLACK_CLIENT_ID", access.client_id)
    yield from _present("SLACK_CLIENT_SECRET", access.client_secret)
    try:
        cipher(access.keys)
    except WrongSettings as error:
        yield str(error)


def _present(name: str, value: str) -> Iterator[str]:
    if not value.strip():
        yield f"{name} is not set: it is {WHERE[name]}."


def _shaped(name: str, token: str, begins: tuple[str, ...]) -> Iterator[str]:
    yield from _present(name, token)
    if token.strip() and not token.strip().startswith(begins):
        kind = next((f" It begins like {other}." for other, signs in KINDS if token.startswith(signs)), "")
        yield f"{name} is another token: it must be {WHERE[name]}.{kind}"


KINDS = (
    ("SLACK_BOT_TOKEN", BOT),
    ("SLACK_APP_TOKEN", APP),
    ("the token of a member", ("xoxp-", "xoxe.xoxp-")),
)


# -- what Slack says ---------------------------------------------------------------------------------------------------


async def check(access: Access, user: str = "", messages: Sequence[Mapping[str, Any]] = ()) -> list[Finding]:
    """What is wrong with the access, and what is not; where nothing is, a member gets `messages`."""
    if user and not MEMBER.fullmatch(user):
        raise WrongCall(
            f"{user} is no id of a member, such as U024BE7LH: copy it from their profile in Slack."
        )
    api = Api(access.api_url)
    try:
        found = [Finding(well=False, text=fault) for fault in faults(access)]
        if access.bot_token.startswith(BOT):
            found += await settled(_bot(api, access))
        if access.app_token.startswith(APP) and not access.http:
            found += await settled(_socket(api, access))
        if access.oauth and access.client_id and access.client_secret:
            found += await settled(_app(api, access))
        if user and all(finding.well for finding in found):
            found += await settled(_sent(api, access, user, messages))
        return found
    finally:
        await api.close()


async def settle(access: Access) -> None:
    """WrongSettings where Slack does not take the bot's token, Unreached where it does not answer; what the app lacks is told to the log, and it goes on."""
    if not access.bot_token or access.oauth:
        return
    api = Api(access.api_url)
    try:
        found = await _bot(api, access)
    except Unreached:
        raise
    except Unwell as error:
        raise WrongSettings(str(error)) from error
    finally:
        await api.close()
    for finding in found:
        LOG.log(logging.INFO if finding.well else logging.WARNING, "%s", finding.text)


@asynccontextmanager
async def _of(subject: str, address: str) -> AsyncIterator[None]:
    """Whatever Slack says against it is told of the subject."""
    try:
        yield
    except SlackApiError as error:
        code = reason(error) or UNREADABLE
        if code == "missing_scope":
            raise Unwell(f"{subject}: {_lacking([reason(error, 'needed')])}") from error
        kind = Unreached if code in PASSING else Unwell
        raise kind(f"{subject}: {SAID.get(code, f'Slack says {code}')}.") from error
    except (ClientError, TimeoutError, SlackClientError, OSError) as error:
        raise Unreached(f"Slack can't be reached at {address}: check the network of this machine.") from error


async def _bot(api: Api, access: Access) -> list[Finding]:
    """What the bot's token opens."""
    client = api.patient(access.bot_token)
    async with _of("SLACK_BOT_TOKEN", access.api_url):
        who = await client.auth_test()
    found = [
        Finding(
            well=True, text=f"The bot token works: {who.get('user')} in {who.get('team')} ({who.get('url')})."
        )
    ]
    given = {scope.strip() for scope in (who.headers.get("x-oauth-scopes") or "").split(",") if scope.strip()}
    if given:  # a server that does not say it is not held against
        found += _scopes(given)
    if not access.http:
        found += await _same_app(client, access, str(who.get("bot_id")))
    return found


def _scopes(given: set[str]) -> Iterator[Finding]:
    if lacking := [scope for scope in SCOPES if scope not in given]:
        yield Finding(well=False, text=_lacking(lacking))
    for scope, right in OPTIONAL_SCOPES.items():
        if scope not in given:
            yield Finding(well=True, text=f"Without {scope} it goes on, but has no right {right}.")


def _lacking(scopes: Sequence[str]) -> str:
    reasons = {**SCOPES, **OPTIONAL_SCOPES}
    named = ", ".join(f"{scope} ({reasons[scope]})" if scope in reasons else scope for scope in scopes)
    return f"The app lacks {named}: paste the manifest again under App Manifest, and install the app again."


async def _same_app(client: AsyncWebClient, access: Access, bot: str) -> list[Finding]:
    """Two tokens of two apps: commands would come to one of them, and answers from the other."""
    app = APP_OF.match(access.app_token)
    try:
        known = (await client.bots_info(bot=bot))["bot"].get("app_id") if app else None
    except (ClientError, TimeoutError, SlackClientError, OSError):
        return []  # what else is wrong is told by the other checks
    if app is None or known in {None, app[1]}:
        return []
    text = f"The tokens are of two apps ({known} and {app[1]}): copy both from the same one."
    return [Finding(well=False, text=text)]


async def _socket(api: Api, access: Access) -> list[Finding]:
    """Whether a socket can be opened."""
    try:
        async with _of("SLACK_APP_TOKEN", access.api_url):
            await api.patient().apps_connections_open(app_token=access.app_token)
    except Unwell as error:
        if "connections:write" in str(error):
            raise Unwell(
                "SLACK_APP_TOKEN: it lacks connections:write: generate another one under App-Level Tokens, with it."
            ) from error
        raise
    return [Finding(well=True, text="The app token works: a socket can be opened.")]


async def _app(api: Api, access: Access) -> list[Finding]:
    """Whether Slack knows the app by its secret: then all that is wrong with a code that was never given is the code."""
    async with _of("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET", access.api_url):
        try:
            await api.patient().oauth_v2_access(
                client_id=access.client_id, client_secret=access.client_secret, code="none"
            )
        except SlackApiError as error:
            if reason(error) != "invalid_code":
                raise
    return [Finding(well=True, text=f"Workspaces can install the app, at the bot's page {INSTALL_PATH}.")]


async def _sent(api: Api, access: Access, user: str, messages: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """The first message to a member, the others in its thread."""
    if not access.bot_token:
        raise Unwell("A test digest goes to a member of the workspace of SLACK_BOT_TOKEN, which is not set.")
    client, thread = api.once(access.bot_token), None
    async with _of(f"Nothing could be sent to {user}", access.api_url):
        opened = await client.conversations_open(users=user)
        for message in messages:
            said = {key: value for key, value in message.items() if key != "plain"}
            posted = await client.chat_postMessage(channel=opened["channel"]["id"], thread_ts=thread, **said)
            thread = thread or str(posted["ts"])
    return [Finding(well=True, text=f"A test digest is in the direct messages of {user}, and nowhere else.")]

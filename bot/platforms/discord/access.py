"""Whether the token gives access to Discord: what is wrong with it, where it is invited, and a first message.

Plain requests, each made once: a client of the SDK would log in, and wait where Discord asks it to.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, ContentTypeError

from bot.errors import WrongSettings
from bot.findings import Finding, Unreached, Unwell, settled
from bot.platforms.discord.invitation import adopt, invite, lacking

API_URL = "https://discord.com/api/v10"
AGENT = "DiscordBot (newsdelta, 0.1)"  # without one of this form Cloudflare turns requests away
PATIENCE = ClientTimeout(total=20)
INTENTS = {  # that nothing here needs → the bits by which an application says that they are switched on
    "Presence Intent": (12, 13),
    "Server Members Intent": (14, 15),
    "Message Content Intent": (18, 19),
}
SERVER, ONESELF = "0", "1"  # where an application can be installed, as Discord numbers it
KINDS = (  # what is copied by mistake, and how it looks
    ("the Application ID", re.compile(r"[0-9]{15,22}")),
    ("the Public Key", re.compile(r"[0-9a-f]{64}")),
    ("the Client Secret", re.compile(r"[\w-]{32}")),
)
WHERE = "on the page “Bot” of your application at https://discord.com/developers/applications, “Reset Token”"
SAID = {  # by Discord, of what it does not do
    50007: "it takes no direct messages from the bot: invite the bot to a server that you are in, and allow direct "
    "messages there (the server's name, “Privacy Settings”)",
    50278: "you and the bot are in no server together: open the invite link first",
    40003: "it was asked for too many direct messages: try again in some minutes",
}


@dataclass(frozen=True, slots=True)
class Access:
    """What the operator has set for Discord."""

    api_url: str = API_URL
    token: str = field(default="", repr=False)

    @property
    def begun(self) -> bool:
        """Whether anything is set that only a made application has."""
        return bool(self.token.strip())


def faults(access: Access) -> Iterator[str]:
    """What can't be right with the token, before Discord is asked."""
    token = access.token.strip()
    if not token:
        yield f"DISCORD_TOKEN is not set: it is found {WHERE}."
    elif token.lower().startswith("bot "):
        yield "DISCORD_TOKEN begins with “Bot”: leave that word out."
    elif kind := next((name for name, look in KINDS if look.fullmatch(token)), ""):
        yield f"DISCORD_TOKEN is not a token, but {kind}: the token is found {WHERE}."
    elif re.search(r"\s", token):
        yield f"DISCORD_TOKEN holds a blank: copy it again, {WHERE}."


# -- what Discord says -------------------------------------------------------------------------------------------------


async def check(access: Access, messages: Sequence[Mapping[str, Any]] = ()) -> list[Finding]:
    """What is wrong with the access, and what is not; where nothing is, the application's owner gets `messages`."""
    if wrong := [Finding(well=False, text=fault) for fault in faults(access)]:
        return wrong
    async with _session(access) as api:
        return await settled(_checked(api, messages))


async def settle(access: Access) -> None:
    """WrongSettings where Discord does not take the token, Unreached where it does not answer."""
    for fault in faults(access):
        raise WrongSettings(fault)
    async with _session(access) as api:
        try:
            await api.ask("GET", "/users/@me")
        except Unreached:
            raise
        except Unwell as error:
            raise WrongSettings(str(error)) from error


async def _checked(api: _Api, messages: Sequence[Mapping[str, Any]]) -> list[Finding]:
    who = await api.ask("GET", "/users/@me")
    application = await api.ask("GET", "/oauth2/applications/@me")
    number = str(application["id"])
    found = [
        Finding(well=True, text=f"The token works: {who.get('username')}, application {number}."),
        *_application(application),
        *await settled(_gateway(api)),
        *await settled(_servers(api, number)),
        *_to_oneself(application, number),
    ]
    if messages and all(finding.well for finding in found):
        found += await settled(_sent(api, owner(application), messages))
    return found


def _application(application: Mapping[str, Any]) -> Iterator[Finding]:
    """What is set for the application, and would keep members from the bot."""
    if address := application.get("interactions_endpoint_url"):
        text = f"Discord sends commands to {address}: empty “Interactions Endpoint URL” under General Information."
        yield Finding(well=False, text=text)
    if application.get("bot_require_code_grant"):
        text = "Nobody can invite the bot by its link: switch off “Requires OAuth2 Code Grant” under Bot."
        yield Finding(well=False, text=text)
    if SERVER not in _installs(application):
        text = "Nobody can invite the bot into a server: tick “Guild Install” under Installation."
        yield Finding(well=False, text=text)
    if application.get("bot_public") is False:
        yield Finding(well=True, text="Only you can invite the bot: “Public Bot” is switched off under Bot.")
    yield Finding(well=True, text=_intents(int(application.get("flags") or 0)))


def _installs(application: Mapping[str, Any]) -> set[str]:
    """How the application can be taken; older ones say nothing of it, and can be both ways."""
    return set(application.get("integration_types_config") or {SERVER, ONESELF})


def _to_oneself(application: Mapping[str, Any], number: str) -> Iterator[Finding]:
    """Where anybody takes its commands to themselves."""
    text = f"Whoever wants its commands for themselves alone, in any server, opens {adopt(number)}"
    if ONESELF not in _installs(application):
        text = "Nobody can take its commands to themselves alone: “User Install” is not ticked under Installation."
    yield Finding(well=True, text=text)


def _intents(flags: int) -> str:
    needless = [name for name, bits in INTENTS.items() if any(flags >> bit & 1 for bit in bits)]
    if not needless:
        return "The intents are right: the bot needs none of the privileged ones."
    return (
        f"The intents suffice; {', '.join(needless)} may be switched off under Bot: the bot does not need it."
    )


async def _gateway(api: _Api) -> list[Finding]:
    """Whether the bot can connect."""
    found = await api.ask("GET", "/gateway/bot")
    left = found.get("session_start_limit", {})
    if left.get("remaining") == 0:
        hours = int(left.get("reset_after", 0)) // 3_600_000 + 1
        raise Unwell(
            f"The bot has connected too often today: Discord lets it connect again within {hours} hours."
        )
    return [
        Finding(
            well=True, text=f"The gateway can be reached; shards that Discord advises: {found['shards']}."
        )
    ]


async def _servers(api: _Api, application: str) -> list[Finding]:
    """Where the bot is."""
    servers: Any = await api.ask("GET", "/users/@me/guilds?limit=200")
    if not servers:
        return [Finding(well=True, text=f"It is in no server yet. Invite it: {invite(application)}")]
    names = _some([str(server.get("name")) for server in servers])
    text = f"It is in {names}. Invite it elsewhere: {invite(application)}"
    return [Finding(well=True, text=text), *_rights(servers)]


def _rights(servers: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """In which servers it was not given what the invitation asks for; a channel may still give it."""
    short = {
        str(server.get("name")): missing
        for server in servers
        if (missing := lacking(int(server.get("permissions", -1))))
    }
    if short:
        rights = ", ".join(dict.fromkeys(right for missing in short.values() for right in missing))
        text = f"In {_some(list(short))} its role lacks {rights}: open the invite link again, or digests may not get there."
        yield Finding(well=True, text=text)


def _some(names: Sequence[str]) -> str:
    """The first names of many."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def owner(application: Mapping[str, Any]) -> str:
    """Who the application belongs to: of a team that is the one who owns the team."""
    team = application.get("team") or {}
    return str(team.get("owner_user_id") or application["owner"]["id"])


async def _sent(api: _Api, owner: str, messages: Sequence[Mapping[str, Any]]) -> list[Finding]:
    opened = await api.ask("POST", "/users/@me/channels", {"recipient_id": owner})
    for message in messages:
        said = {key: value for key, value in message.items() if key not in {"plain", "thread"}}
        await api.ask("POST", f"/channels/{opened['id']}/messages", said)
    return [
        Finding(
            well=True,
            text="A test digest is in the direct messages of the application's owner, and nowhere else.",
        )
    ]


# -- requests ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _session(access: Access) -> AsyncIterator[_Api]:
    headers = {"Authorization": f"Bot {access.token.strip()}", "User-Agent": AGENT}
    async with ClientSession(headers=headers, timeout=PATIENCE, trust_env=True) as session:
        yield _Api(session, access.api_url or API_URL)


@dataclass(frozen=True, slots=True)
class _Api:
    """Discord's REST for the owner of a token."""

    session: ClientSession
    url: str

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """What Discord answers; Unwell with what it says against it, Unreached where it is not known whether it would."""
        try:
            async with self.session.request(method, self.url + path, json=body) as answer:
                return _heard(answer.status, await answer.json())
        except ContentTypeError as error:  # a page of Cloudflare's
            raise Unreached(_turned_away(error.status)) from error
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreached(
                f"Discord can't be reached at {self.url}: check the network of this machine."
            ) from error


def _turned_away(status: int) -> str:
    if status == 429:
        return "Discord turns this machine away for a while, after too many requests: wait some minutes."
    return f"Discord does not answer as it should (HTTP {status}): try again in some minutes."


def _heard(status: int, said: Any) -> Mapping[str, Any]:
    if status < 300:
        answer: Mapping[str, Any] = said
        return answer
    if status == 401:
        raise Unwell(f"DISCORD_TOKEN: Discord does not know it: get a new one {WHERE}.")
    if status == 429 or status >= 500:
        raise Unreached(
            _turned_away(status) if status >= 500 else "Discord asks to wait: try again in a minute."
        )
    code = said.get("code", 0)
    raise Unwell(f"Discord refuses: {SAID.get(code) or _named(said, code)}.")


def _named(said: Mapping[str, Any], code: int) -> str:
    return f"{said.get('message', 'no reason that can be read')} ({code})"

"""Deliveries to Discord, which gives the same message again for the same nonce, for some minutes.

After that the channel is looked through. A message that is read again no longer bears its nonce, so that one with buttons
bears it in the id of one of them as well; one without is known by its words.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from discord.errors import DiscordException, HTTPException, RateLimited
from discord.utils import time_snowflake

from bot.delivery.policy import GONE
from bot.delivery.values import Abilities, Outgoing, Receipt
from bot.errors import Ambiguous, CannotTell, Closed, DeliveryError, Limited, Refused
from bot.platforms.discord.clients import Api
from bot.ports import Target
from bot.render.fit import brief

NAME = "discord"
PATIENCE = 20.0  # seconds for a send, within which the SDK tries three times
NONCES = timedelta(minutes=2)  # "the past few minutes"
PER_SECOND = 50  # requests of a bot, answers to interactions aside
SKEW = timedelta(
    hours=2
)  # by which our clock may have been ahead of Discord's: more than an hour, by which clocks are set
PAGE, PAGES = 100, 10  # messages of a channel that are looked through
UNREACHED = timedelta(seconds=10)
BANNED = timedelta(minutes=5)  # by Cloudflare, which makes it longer for who asks again too soon
MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
NAMELESS, NAME_OF_THREAD = "…", 100  # characters
MARK, ID = "~", 100  # between the words of a button and a nonce; characters of a button's id
OWN = frozenset({"plain", "thread"})  # keys of a payload that are ours
EMPTY: Mapping[str, Any] = {
    "content": None,
    "embeds": [],
    "components": [],
}  # left out, the old ones would stay

# What Discord calls it.
LANE = frozenset({50001, 50013, 10003, 10004, 50007, 50278, 10013, 50083, 160005, 160006, 20026, 340013})
MANY = frozenset({40003, 20016, 20028, 20022})  # too often, and not always as a 429
HAS_THREAD = 160004
UNREAD = frozenset({50001, 50013})
UNKNOWN = 10003  # a channel; a thread is one
AWAY = frozenset({10008})
UNFIT = frozenset({50035, 50006})


class DiscordDelivery:
    """`bot.delivery.doors.Delivery`; it needs no connection to the gateway."""

    platform = NAME

    def __init__(self, api: Api, *, hold: bool = False) -> None:
        self._api = api
        self._direct: dict[str, str] = {}  # people → the channels of their direct messages
        self.abilities = Abilities(nonce_for=NONCES, can_look=True, hold=hold, per_second=PER_SECOND)

    async def send(self, message: Outgoing) -> Receipt:
        """Of a root the thread is opened as well; it has the id of the message that it was opened from."""
        async with _failing(message), asyncio.timeout(PATIENCE):
            channel = await self._channel(message.target)
            if message.edits:
                return await self._edited(channel, message)
            posted = await self._posted(message.thread or channel, channel, message)
            return await self._threaded(channel, message, posted)

    async def find(self, message: Outgoing) -> Receipt | None:
        """Looks through the channel, or the thread, from its end to shortly before the first attempt."""
        async with _failing(message, looks=True), asyncio.timeout(PATIENCE):
            channel = await self._channel(message.target)
            if message.thread and not await self._is_there(message.thread):
                return None
            async for found in self._history(message.thread or channel, _since(message.first_attempt)):
                if _is(found, message):
                    return await self._threaded(channel, message, str(found["id"]))
        return None

    async def _is_there(self, thread: str) -> bool:
        try:
            await self._api.ask("GET", "/channels/{channel_id}", channel_id=thread)
        except HTTPException as error:
            if error.code != UNKNOWN:
                raise
            return False
        return True

    async def _channel(self, target: Target) -> str:
        """The channel of a target; that of direct messages is opened first."""
        if target.kind == "channel":
            return target.id
        if target.id not in self._direct:
            opened = await self._api.ask("POST", "/users/@me/channels", {"recipient_id": target.id})
            self._direct[target.id] = str(opened["id"])
        return self._direct[target.id]

    async def _posted(self, place: str, channel: str, message: Outgoing) -> str:
        """The id of the message; a thread that nobody has opened yet is opened from the message that it answers."""
        said = {**_said(message.payload, message.nonce), "nonce": message.nonce, "enforce_nonce": True}
        try:
            posted = await self._api.ask("POST", MESSAGES, said, channel_id=place)
        except HTTPException as error:
            if error.code != UNKNOWN or place == channel:
                raise
            root = await self._api.ask("GET", MESSAGE, channel_id=channel, message_id=place)
            await self._open(channel, place, {"name": _name(root)})
            posted = await self._api.ask("POST", MESSAGES, said, channel_id=place)
        return str(posted["id"])

    async def _edited(self, channel: str, message: Outgoing) -> Receipt:
        """A root stands in the channel, what came later in its thread."""
        place = message.thread if message.thread not in {"", message.edits} else channel
        shown = {**EMPTY, **_said(message.payload, message.nonce)}
        await self._api.ask("PATCH", MESSAGE, shown, channel_id=place, message_id=message.edits)
        return Receipt(message.edits)

    async def _threaded(self, channel: str, message: Outgoing, posted: str) -> Receipt:
        """The receipt of a message, once its thread is open where it is to have one; direct messages have none."""
        thread = message.payload.get("thread")
        if not thread or message.thread or message.target.kind != "channel":
            return Receipt(posted)
        await self._open(channel, posted, thread)
        return Receipt(posted, thread=posted)

    async def _open(self, channel: str, message: str, thread: Mapping[str, Any]) -> None:
        try:
            await self._api.ask("POST", f"{MESSAGE}/threads", thread, channel_id=channel, message_id=message)
        except HTTPException as error:
            if error.code != HAS_THREAD:
                raise

    async def _history(self, channel: str, since: int) -> AsyncIterator[Mapping[str, Any]]:
        """The bot's own messages of a channel, the latest first; CannotTell where that is too much to look through."""
        asked: dict[str, Any] = {"limit": PAGE}
        for _ in range(PAGES):
            page = await self._api.query(MESSAGES, asked, channel_id=channel)
            if not page and "before" not in asked:
                await self._readable(channel)
            for found in page:
                if int(found["id"]) < since:
                    return
                if str(found["author"]["id"]) == self._api.bot:
                    yield found
            if len(page) < PAGE:
                return
            asked["before"] = page[-1]["id"]
        raise CannotTell("Too much has been said in the channel since then.", "long_history")

    async def _readable(self, channel: str) -> None:
        """CannotTell where there is something to read: Discord shows nothing, and no error, to who may not read it."""
        if (await self._api.ask("GET", "/channels/{channel_id}", channel_id=channel)).get("last_message_id"):
            raise CannotTell("The bot may not read the channel's history.", "no_history")


def _since(first: datetime | None) -> int:
    return time_snowflake(first - SKEW) if first else 0


# -- by what a message is known ----------------------------------------------------------------------------------------


def _said(payload: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """The payload as Discord takes it, with the nonce in the first button that has room for it."""
    said = {key: value for key, value in payload.items() if key not in OWN}
    if "components" in said:
        said["components"] = _marked(said["components"], nonce)
    return said


def _marked(rows: Sequence[Mapping[str, Any]], nonce: str) -> list[Mapping[str, Any]]:
    """Rows of buttons, one of them with the nonce."""
    mark, done, marked = f"{MARK}{nonce}", False, []
    for row in rows:
        buttons = []
        for button in row.get("components", []):
            id_ = str(button.get("custom_id", ""))
            if not done and id_ and len(id_) + len(mark) <= ID:
                button, done = {**button, "custom_id": id_ + mark}, True  # noqa: PLW2901 - because the marked one takes its place
            buttons.append(button)
        marked.append({**row, "components": buttons} if "components" in row else row)
    return marked


def unmarked(custom_id: str) -> str:
    """The id of a button as it was rendered."""
    words, mark, nonce = custom_id.rpartition(MARK)
    return words if mark and len(nonce) == 24 and nonce.isalnum() else custom_id


def _is(found: Mapping[str, Any], message: Outgoing) -> bool:
    """Whether a message of the bot's is this one."""
    if found.get("nonce") is not None:
        return str(found["nonce"]) == message.nonce
    marks = [id_.removeprefix(bare) for id_ in _ids(found) if (bare := unmarked(id_)) != id_]
    if marks:
        return marks[0] == f"{MARK}{message.nonce}"
    return any(_words(found) == _words(of) for of in _forms(message.payload))


def _name(root: Mapping[str, Any]) -> str:
    """What a thread is called that is opened from a message of ours."""
    said = next((line for words in _words(root) for line in words.splitlines() if line), NAMELESS)
    return brief(said, NAME_OF_THREAD)


def _forms(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [payload, *([payload["plain"]] if "plain" in payload else [])]


def _ids(found: Mapping[str, Any]) -> list[str]:
    rows = found.get("components") or []
    return [str(button.get("custom_id", "")) for row in rows for button in row.get("components", [])]


def _words(message: Mapping[str, Any]) -> list[str]:
    """What is read in a message; Discord trims it, and adds to embeds what we did not say."""
    embeds = message.get("embeds") or []
    said = [message.get("content"), *(embed.get(key) for embed in embeds for key in ("title", "description"))]
    return [(words or "").strip() for words in said]


# -- what is known of a failure ----------------------------------------------------------------------------------------


@asynccontextmanager
async def _failing(message: Outgoing, *, looks: bool = False) -> AsyncIterator[None]:
    """Whatever goes wrong inside is a DeliveryError."""
    try:
        yield
    except DeliveryError:
        raise
    except RateLimited as error:
        raise Limited(
            "Discord asks to wait.", timedelta(seconds=error.retry_after), "lane", "ratelimited"
        ) from error
    except HTTPException as error:
        if looks and error.code in UNREAD:
            raise CannotTell("The bot may not read the channel's history.", str(error.code)) from error
        raise outcome(error, in_thread=bool(message.thread)) from error
    except ClientConnectorError as error:
        raise Limited("Discord can't be reached.", UNREACHED, "platform", "unreachable") from error
    except (TimeoutError, ClientError, DiscordException, OSError) as error:
        raise Ambiguous("The connection to Discord broke.", type(error).__name__) from error


def outcome(error: HTTPException, *, in_thread: bool = False) -> DeliveryError:
    """What is known after an answer of Discord's that is no success."""
    if error.status == 429:
        if not error.code:  # no JSON, so that it is not Discord's own: Cloudflare's
            return Limited("Discord's guard turns the bot away for now.", BANNED, "platform", "banned")
        return Limited("Discord asks to wait.", UNREACHED, "lane", str(error.code))
    if error.status >= 500:
        return Ambiguous("Discord did not say what became of the message.", str(error.status))
    if error.status == 401:
        return Closed("Discord no longer takes DISCORD_TOKEN.", "installation", "401")
    return _told(error, in_thread=in_thread)


def _told(error: HTTPException, *, in_thread: bool) -> DeliveryError:
    code = str(error.code)
    if error.code in AWAY or (in_thread and error.code == UNKNOWN):
        return Refused("What it belongs to is no longer there.", GONE)
    if error.code in MANY:
        return Limited("Discord asks to wait.", BANNED, "lane", code)
    if error.code in LANE or error.status == 403:
        return Closed(f"Discord does not let the bot write there ({code}).", "lane", code)
    return Refused(f"Discord does not take the message ({code}).", code, plain=error.code in UNFIT)

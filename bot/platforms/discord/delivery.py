"""Deliveries to Discord, which gives the same message again for the same nonce, for some minutes.

After that the channel is looked through, and at once where there is no nonce: for the post of a forum.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from discord.errors import DiscordException, HTTPException, RateLimited
from discord.utils import time_snowflake

from bot.delivery.policy import GONE
from bot.delivery.values import Abilities, Outgoing, Receipt
from bot.errors import Ambiguous, CannotTell, Closed, DeliveryError, Limited, Refused
from bot.phrases import phrase
from bot.platforms.discord import marks
from bot.platforms.discord.clients import PER_SECOND, TOO_MANY, Api, is_ban
from bot.platforms.discord.forums import Posts
from bot.ports import Target

LOG = logging.getLogger(__name__)
NAME = "discord"
PATIENCE = 20.0  # seconds for a send, within which the SDK tries three times
NONCES = timedelta(minutes=2)  # "the past few minutes"
SKEW = timedelta(
    hours=2
)  # by which our clock may have been ahead of Discord's: more than an hour, by which clocks are set
PAGE, PAGES = 100, 10  # messages of a channel that are looked through
UNREACHED = timedelta(seconds=10)
BANNED = timedelta(minutes=5)  # by Cloudflare, which makes it longer for who asks again too soon
MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"
EMPTY: Mapping[str, Any] = {
    "content": None,
    "embeds": [],
    "components": [],
}  # left out, the old ones would stay

# What Discord calls it.
LOCKED = frozenset({50083, 160005})
# The first is merely archived, where something is edited: only what is new opens a thread again.
UNTAGGED = 40067
LANE = frozenset({50001, 50013, 10003, 10004, 50007, 50278, 50033, 10013, *LOCKED, 160006, 20026, 340013})
MANY = frozenset({40003, 20016, 20028, 20022})  # too often, and not always as a 429
WHY = {
    50001: "closed.unseen",
    50013: "closed.rights",
    10003: "closed.gone",
    50007: "closed.direct",
    50278: "closed.apart",
    50033: "closed.nobody",
    **dict.fromkeys(LOCKED, "closed.locked"),
    UNTAGGED: "closed.untagged",
}
HAS_THREAD = 160004
UNREAD = frozenset({50001, 50013})
UNKNOWN = 10003  # a channel; a thread is one, as is a post
AWAY = frozenset({10008})
CHANGED = 30046  # too often, by who changes what is older than an hour
FILTERED = frozenset({200000, 240000})  # for its words or its links, and no other message is
UNFIT = frozenset({50035, 50006})


class DiscordDelivery:
    """`bot.delivery.doors.Delivery`; it needs no connection to the gateway."""

    platform = NAME

    def __init__(self, api: Api, *, hold: bool = False) -> None:
        self._api, self._posts = api, Posts(api)
        self._direct: dict[str, str] = {}  # people → the channels of their direct messages
        self.abilities = Abilities(
            nonce_for=NONCES, can_look=True, hold=hold, per_second=PER_SECOND, requests=_requests
        )

    async def send(self, message: Outgoing) -> Receipt:
        """Of a root the thread is opened as well; it has the id of the message that it was opened from.

        In a forum whatever answers nothing begins a post.
        """
        async with _failing(message), asyncio.timeout(PATIENCE):
            if _begins_post(message):
                return await self._new_post(message)
            channel = await self._channel(message.target)
            if message.edits:
                return await self._edited(channel, message)
            posted = await self._posted(message.thread or channel, channel, message)
            return await self._threaded(channel, message, posted)

    async def find(self, message: Outgoing) -> Receipt | None:
        """Looks through the channel, or the thread, from its end to shortly before the first attempt."""
        async with _failing(message, looks=True), asyncio.timeout(PATIENCE):
            if _begins_post(message):
                post = await self._posts.found(message, _since(message.first_attempt))
                return Receipt(post, thread=post) if post else None
            channel = await self._channel(message.target)
            if message.thread and not await self._is_there(message.thread):
                return None
            async for found in self._history(message.thread or channel, _since(message.first_attempt)):
                if marks.is_of(found, message):
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
        if target.kind != "person":
            return target.id
        if target.id not in self._direct:
            opened = await self._api.ask("POST", "/users/@me/channels", {"recipient_id": target.id})
            self._direct[target.id] = str(opened["id"])
        return self._direct[target.id]

    async def _posted(self, place: str, channel: str, message: Outgoing) -> str:
        """The id of the message; a thread that nobody has opened yet is opened from the message that it answers."""
        said = {**marks.said(message), "nonce": message.nonce, "enforce_nonce": True}
        try:
            posted = await self._api.ask("POST", MESSAGES, said, channel_id=place)
        except HTTPException as error:
            if error.code != UNKNOWN or place == channel or message.target.kind == "forum":
                raise
            root = await self._api.ask("GET", MESSAGE, channel_id=channel, message_id=place)
            await self._open(channel, place, {"name": marks.name_of(root)})
            posted = await self._api.ask("POST", MESSAGES, said, channel_id=place)
        return str(posted["id"])

    async def _new_post(self, message: Outgoing) -> Receipt:
        """Makes a post, unless an earlier attempt has; where that can't be seen it is rather made twice than lost."""
        if message.first_attempt is None:  # nobody has tried of whom it is not known what came of it
            post = await self._posts.made(message)
        else:
            post = await self._earlier(message) or await self._oldest(
                message, await self._posts.made(message)
            )
        return Receipt(post, thread=post)

    async def _earlier(self, message: Outgoing) -> str | None:
        try:
            return await self._posts.found(message, _since(message.first_attempt))
        except CannotTell:
            if self.abilities.hold:
                raise
            return None

    async def _oldest(self, message: Outgoing, made: str) -> str:
        """The post that was made, or one of an earlier attempt that has arrived only now.

        That one is there is known, so what fails here is no failure of the message.
        """
        try:
            return await self._posts.found(message, _since(message.first_attempt)) or made
        except (DeliveryError, DiscordException, ClientError, OSError):
            LOG.warning("whether there are copies of the post %s can't be seen", made, exc_info=True)
            return made

    async def _edited(self, channel: str, message: Outgoing) -> Receipt:
        """A root stands in the channel, in a forum in its post; what came later in its thread."""
        place = message.thread or message.edits
        if place == message.edits and message.target.kind != "forum":
            place = channel
        shown = {**EMPTY, **marks.said(message)}
        await self._api.ask("PATCH", MESSAGE, shown, channel_id=place, message_id=message.edits)
        return Receipt(message.edits)

    async def _threaded(self, channel: str, message: Outgoing, posted: str) -> Receipt:
        """The receipt of a message, once its thread is open where it is to have one; direct messages have none.

        The message is there, so a thread that Discord does not open is no failure of it: whoever answers in it asks
        for it again, and hears then what is in the way.
        """
        if not _opens_thread(message):
            return Receipt(posted)
        try:
            await self._open(channel, posted, {"name": message.payload["thread"]["name"]})
        except (HTTPException, RateLimited, Limited) as error:
            if isinstance(error, HTTPException) and error.status >= 500:
                raise
            LOG.warning("the thread of the message %s is not open yet", posted, exc_info=True)
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


def _begins_post(message: Outgoing) -> bool:
    return message.target.kind == "forum" and not message.thread and not message.edits


def _opens_thread(message: Outgoing) -> bool:
    given = message.payload.get("thread")
    return bool(given) and not (message.thread or message.edits) and message.target.kind == "channel"


def _requests(message: Outgoing) -> int:
    return 2 if _opens_thread(message) else 1


def _since(first: datetime | None) -> int:
    return time_snowflake(first - SKEW) if first else 0


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
        raise outcome(error, message) from error
    except ClientConnectorError as error:
        raise Limited("Discord can't be reached.", UNREACHED, "platform", "unreachable") from error
    except (TimeoutError, ClientError, DiscordException, OSError) as error:
        raise Ambiguous("The connection to Discord broke.", type(error).__name__) from error


def outcome(error: HTTPException, message: Outgoing) -> DeliveryError:
    """What is known of a message after an answer of Discord's that is no success."""
    if error.status == TOO_MANY and is_ban(error):
        return Limited("Discord's guard turns the bot away for now.", BANNED, "platform", "banned")
    if error.status >= 500:
        return Ambiguous("Discord did not say what became of the message.", str(error.status))
    if error.status == 401:
        return Closed(phrase("closed.discord.no_longer"), "platform", "401")
    return _told(error, message)


def _told(error: HTTPException, message: Outgoing) -> DeliveryError:
    code = str(error.code)
    if error.code in _gone(message):
        return Refused("What it belongs to is no longer there.", GONE)
    if error.code == UNTAGGED and "thread" in message.payload:
        return _closed(error.code)
    if error.code in MANY:
        return Limited("Discord asks to wait.", BANNED, "lane", code)
    if error.status == TOO_MANY:
        return Limited("Discord asks to wait.", UNREACHED, "lane", str(error.code or "ratelimited"))
    if error.code in LANE or (error.status == 403 and error.code not in FILTERED):
        return _closed(error.code)
    return Refused(f"Discord does not take the message ({code}).", code, plain=error.code in UNFIT)


def _closed(code: int) -> Closed:
    return Closed(phrase(WHY.get(code, "closed.discord"), code=code), "lane", str(code))


def _gone(message: Outgoing) -> frozenset[int]:
    """Codes of what a message answers or changes that is no longer there, or takes no more.

    A forum whose post is locked takes others, while a lock in a channel is for its owner to hear of.
    """
    if message.target.kind == "forum" and (message.thread or message.edits):
        return AWAY | LOCKED | {UNKNOWN, CHANGED}
    return AWAY | ({UNKNOWN} if message.thread else set()) | (LOCKED | {CHANGED} if message.edits else set())

"""Posts of a forum. Discord knows no nonce of them, so they are looked for, and one of each remains.

A post has the id of the message that it begins with.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from discord.errors import HTTPException, NotFound
from discord.utils import parse_time, snowflake_time

from bot.delivery.values import Outgoing
from bot.errors import CannotTell
from bot.platforms.discord import marks
from bot.platforms.discord.clients import Api

LOG = logging.getLogger(__name__)
POSTS = "/channels/{channel_id}/threads"
ACTIVE = "/guilds/{guild_id}/threads/active"
ARCHIVED = "/channels/{channel_id}/threads/archived/public"
CHANNEL = "/channels/{channel_id}"
STARTER = "/channels/{channel_id}/messages/{message_id}"
PAGE, PAGES = 100, 10  # archived posts that are looked through
DENIED = frozenset({50001, 50013})

Post = Mapping[str, Any]


class Posts:
    """The bot's posts in forums."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def made(self, message: Outgoing) -> str:
        """The id of a new post. It is asked for once: whether a lost request arrived is for a look to tell."""
        begins = marks.said(message)
        named = {"name": marks.name_of(message.payload), **message.payload.get("thread", {})}
        post = await self._api.once("POST", POSTS, {**named, "message": begins}, channel_id=message.target.id)
        return str(post["id"])

    async def found(self, message: Outgoing, since: int) -> str | None:
        """The oldest post, of an id from `since` on, that is this message; the others that are it are taken away.

        One that merely says the same may be another's, and is left. CannotTell where not all can be read.
        """
        try:
            begun = [(post, await self._starter(post)) for post in await self._own(message, since)]
        except HTTPException as error:
            if error.code not in DENIED:
                raise
            raise CannotTell("The bot may not read the forum's history.", str(error.code)) from error
        ours = [(post, starter) for post, starter in begun if marks.is_of(starter, message)]
        for copy, starter in ours[1:]:
            if marks.bears(starter, message.nonce):
                await self._take_away(copy)
        return str(ours[0][0]["id"]) if ours else None

    async def _own(self, message: Outgoing, since: int) -> list[Post]:
        """The bot's posts, the oldest first. One that is archived meanwhile is seen twice, rather than not at all."""
        forum, guild = message.target.id, message.target.workspace
        active = (await self._api.ask("GET", ACTIVE, guild_id=guild))["threads"]
        archived = [post async for post in self._archived(forum, snowflake_time(since))]
        mine = (
            post
            for post in (*active, *archived)
            if str(post.get("parent_id")) == forum and str(post.get("owner_id")) == self._api.bot
        )
        posts = {int(post["id"]): post for post in mine if int(post["id"]) >= since}
        return [posts[number] for number in sorted(posts)]

    async def _archived(self, forum: str, since: datetime) -> AsyncIterator[Post]:
        """Those that were archived since a moment, the latest first."""
        asked: dict[str, Any] = {"limit": PAGE}
        for _ in range(PAGES):
            page = await self._api.query(ARCHIVED, asked, channel_id=forum)
            for post in page["threads"]:
                at: datetime | None = parse_time(post["thread_metadata"]["archive_timestamp"])
                if at and at < since:
                    return
                yield post
                asked |= {"before": at.isoformat()} if at else {}
            if not page.get("has_more"):
                return
        raise CannotTell("Too much has been said in the forum since then.", "long_history")

    async def _starter(self, post: Post) -> Mapping[str, Any]:
        """What a post begins with; nothing where somebody took that away."""
        with suppress(NotFound):
            starter: Mapping[str, Any] = await self._api.ask(
                "GET", STARTER, channel_id=post["id"], message_id=post["id"]
            )
            return starter
        return {}

    async def _take_away(self, post: Post) -> None:
        """A post in which others have spoken, or which the bot may not delete, loses our message and is archived.

        To delete one takes Manage Threads, which our invitation does not ask for. What fails is left: were it an error,
        the message would count as not found, and be sent once more.
        """
        try:
            if await self._deleted(post):
                return
            await self._api.ask("DELETE", STARTER, channel_id=post["id"], message_id=post["id"])
            await self._api.ask("PATCH", CHANNEL, {"archived": True}, channel_id=post["id"])
        except HTTPException:
            LOG.warning("a copy of a post can't be taken away: %s", post["id"], exc_info=True)

    async def _deleted(self, post: Post) -> bool:
        if post.get("message_count"):
            return False
        try:
            await self._api.ask("DELETE", CHANNEL, channel_id=post["id"])
        except HTTPException as error:
            if error.code not in DENIED:
                raise
            return False
        return True

"""Where an answer is seen: at the place that an interaction keeps for it, or among messages.

Payloads become what the SDK sends; whatever the client is told, nothing that we say mentions anybody.
https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol

import discord
from discord.abc import Messageable

from bot.platforms.discord.delivery import UNFIT
from bot.render.embeds import Plain, for_oneself, of_server

V2, NO_PREVIEWS = 1 << 15, 1 << 2  # flags
FOLLOW_UPS = 5  # where the app is used but not installed (error 40094)
LIMIT = 10 << 20  # bytes of a file, where Discord does not say what it takes
FORBIDDEN = frozenset({50013})  # an embed, where the bot may only write
Given = Mapping[str, Any]


class Screen(Protocol):
    """Shows messages, one below the other; errors are the SDK's."""

    limit: int  # bytes of a file
    room: int | None  # further messages that it takes; None for any number
    waiting: bool  # somebody sees that an answer was promised

    async def show(self, message: Plain) -> None: ...

    async def hand_over(self, name: str, content: bytes, alt: str = "") -> None: ...

    def alone(self) -> None:
        """From now on only who asked sees the answer, where that can be chosen."""


class Components(discord.ui.View):
    """Components as they were rendered. It waits for nothing: what is pressed is heard by its custom id."""

    def __init__(self, components: Sequence[Plain], *, v2: bool) -> None:
        super().__init__(timeout=None)
        self._drawn, self._v2 = list(components), v2
        self.stop()  # else the SDK would keep it for ever

    def to_components(self) -> list[dict[str, Any]]:
        return self._drawn

    def has_components_v2(self) -> bool:
        return self._v2


class Window(discord.ui.Modal):
    """A window as it was rendered; what is written into it is heard by its custom id, after a restart too."""

    def __init__(self, window: Plain) -> None:
        super().__init__(title=window["title"], custom_id=window["custom_id"])
        self._drawn = window
        self.stop()

    def to_dict(self) -> dict[str, Any]:
        return self._drawn


def edits(message: Plain) -> dict[str, Any]:
    """What the SDK needs to put a message in the place of another."""
    said: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
    if "content" in message:
        said["content"] = message["content"]
    if "embeds" in message:
        said["embeds"] = [discord.Embed.from_dict(embed) for embed in message["embeds"]]
    if message.get("components"):
        said["view"] = Components(message["components"], v2=bool(message.get("flags", 0) & V2))
    return said


def sends(message: Plain) -> dict[str, Any]:
    """What the SDK needs to send a message."""
    quiet = {"suppress_embeds": True} if message.get("flags", 0) & NO_PREVIEWS else {}
    return {**edits(message), **quiet}


class Promised:
    """The answer to an interaction that was promised one: the first message takes the place of the promise.

    Where it is `private` only who asked sees it. What is for everybody comes below, and the promise is kept by `posted`,
    which says so: a promise that all saw could not become a private answer, since what follows one that was deleted may
    be lost (https://github.com/discord/discord-api-docs/issues/2739). Buttons of an answer that is about the person's
    `own` wishes stay so, and of one about a `server` that is not here about that.
    """

    def __init__(
        self,
        interaction: discord.Interaction[discord.Client],
        *,
        private: bool,
        away: bool = False,
        own: bool = False,
        server: str = "",
        posted: Plain | None = None,
    ) -> None:
        self._interaction, self._own, self._server = interaction, own, server
        self._private, self._posted = private, posted
        self.waiting = True
        self.limit = interaction.filesize_limit
        self.room: int | None = FOLLOW_UPS if away else None

    async def show(self, message: Plain) -> None:
        drawn = for_oneself(message) if self._own else message
        drawn = of_server(drawn, self._server) if self._server else drawn
        if self._posted and self.waiting:
            await self._first(self._posted)
        first = self.waiting and not self._posted
        await either(drawn, self._first if first else self._further)
        self.waiting = False

    async def hand_over(self, name: str, content: bytes, alt: str = "") -> None:
        await self._interaction.followup.send(
            file=discord.File(BytesIO(content), name, description=alt or None),
            ephemeral=self._unseen,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    def alone(self) -> None:
        self._posted = None

    @property
    def _unseen(self) -> bool:
        return self._private and not self._posted

    async def _first(self, message: Plain) -> None:
        await self._interaction.edit_original_response(**edits(message))

    async def _further(self, message: Plain) -> None:
        await self._interaction.followup.send(**sends(message), ephemeral=self._unseen)


class Messages:
    """Messages in a channel, in answer to one, or of direct messages."""

    room: int | None = None
    waiting = False

    def __init__(self, place: Messageable, answered: discord.Message | None = None) -> None:
        self._place = place
        guild = answered.guild if answered else None
        self.limit = guild.filesize_limit if guild else LIMIT
        self.closed = False  # the bot may not write there
        below = answered.to_reference(fail_if_not_exists=False) if answered else None
        self._below: dict[str, Any] = {"reference": below} if below else {}

    async def show(self, message: Plain) -> None:
        try:
            await either(message, self._send)
        except discord.Forbidden:
            self.closed = True
            raise

    def alone(self) -> None:
        pass  # who reads along is not ours to choose

    async def hand_over(self, name: str, content: bytes, alt: str = "") -> None:
        file = discord.File(BytesIO(content), name, description=alt or None)
        await self._place.send(file=file, allowed_mentions=discord.AllowedMentions.none(), **self._below)

    async def _send(self, message: Plain) -> None:
        await self._place.send(**sends(message), **self._below)


async def either(message: Plain, show: Callable[[Plain], Awaitable[None]]) -> None:
    """Shows a message, and once more as mere text where Discord does not take it as it is."""
    try:
        await show(message)
    except discord.HTTPException as error:
        if "plain" not in message or error.code not in UNFIT | FORBIDDEN:
            raise
        await show(message["plain"])

"""Where somebody asks: in a channel, in a thread, which is of its channel, in a post, which is of its forum, or alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ChannelType

from bot.phrases import phrase
from bot.platforms.discord.delivery import NAME
from bot.ports import Target, TargetKind

FORUMS = frozenset({ChannelType.forum, ChannelType.media})
THREADS = frozenset({ChannelType.public_thread, ChannelType.private_thread, ChannelType.news_thread})
TOLD = (
    frozenset({ChannelType.text, ChannelType.news}) | FORUMS | THREADS
)  # threads are opened there, or posts made
CHOICES, NAMED = 25, 15  # names beneath the typing, and in a sentence
CLOSING = ".,;:!?)]}'*_"  # what ends a sentence rather than a link
LINKS = ("https://", "http://")
Interaction = discord.Interaction[discord.Client]


def person(guild: int | None, user: int) -> Target:
    """Somebody in a server, or in direct messages, which are a library of their own."""
    return Target(NAME, str(guild) if guild else f"dm:{user}", "person", str(user))


def place(guild: int, channel: Any) -> Target:
    """What is told where this is: the channel or the forum."""
    if channel.type not in THREADS:
        return Target(NAME, str(guild), _kind(channel), str(channel.id))
    kind: TargetKind = _kind(channel.parent) if channel.parent else "channel"
    return Target(NAME, str(guild), kind, str(channel.parent_id))


def _kind(channel: Any) -> TargetKind:
    return "forum" if channel.type in FORUMS else "channel"


def can_be_told(channel: Any) -> bool:
    """Whether digests can come there."""
    return channel.type in TOLD


def is_direct(interaction: Interaction) -> bool:
    """Whether it is said to the bot alone."""
    return interaction.guild_id is None and interaction.context.dm_channel is True


def is_away(interaction: Interaction) -> bool:
    """Whether the bot is used where it is no member, by somebody who has it for themselves."""
    return not is_direct(interaction) and not interaction.is_guild_integration()


# -- forums ------------------------------------------------------------------------------------------------------------


def forum_of(channel: Any) -> discord.ForumChannel | None:
    """The forum that a channel is, or that a post is of, if the bot sees it."""
    there = channel.resolve() if hasattr(channel, "resolve") else channel
    there = there.parent if isinstance(there, discord.Thread) else there
    return there if isinstance(there, discord.ForumChannel) else None


def tags(channel: Any, typed: str) -> list[tuple[str, str]]:
    """The tags of a forum whose names hold what is typed, each with its id."""
    forum = forum_of(channel)
    named = [(tag.name, str(tag.id)) for tag in forum.available_tags] if forum else []
    return [(name, id_) for name, id_ in named if typed.casefold() in name.casefold()][:CHOICES]


def tag_of(forum: discord.ForumChannel | None, wanted: str) -> tuple[str, str]:
    """The id of a tag by its name or id, then that name, and what is wrong; both are empty where none is wanted or needed."""
    if forum is None:
        return "", phrase("discord.tag.forum") if wanted else ""
    known = {str(tag.id): tag.name for tag in forum.available_tags}
    named = ", ".join([*known.values()][:NAMED]) or "–"
    if not wanted:
        return "", phrase("discord.tag.needed", tags=named) if forum.flags.require_tag else ""
    found = (id_ for id_, name in known.items() if wanted.casefold() in {id_, name.casefold()})
    id_ = next(found, "")
    if not id_:
        return "", phrase("discord.tag.unknown", tag=wanted, tags=named)
    return f"{id_} {known[id_]}", ""


# -- messages ----------------------------------------------------------------------------------------------------------


def links(message: discord.Message) -> Iterator[str]:
    """The links of a message, those of its embeds last."""
    shown = (part for one in message.embeds for part in (one.url, one.description))
    for said in filter(None, (message.content, *shown)):
        yield from _links(said)


def _links(said: str) -> Sequence[str]:
    """The addresses in a text, without what closes a sentence.

    >>> _links("see [this](https://x.example/a?b=1). <http://y.example>")
    ['https://x.example/a?b=1', 'http://y.example']
    """
    apart = said.translate(dict.fromkeys(map(ord, '<>|"()[]'), " ")).split()
    return [word.rstrip(CLOSING) for word in apart if word.startswith(LINKS)]

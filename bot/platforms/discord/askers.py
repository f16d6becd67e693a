"""Who asks in Discord and where, in which languages they are answered, and what keeps them from what they said."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.commands import Command, Schedule
from bot.phrases import phrase
from bot.platforms.asking import PERSONAL, changes
from bot.platforms.discord import rights
from bot.platforms.discord.places import (
    THREADS,
    Interaction,
    can_be_told,
    forum_of,
    is_away,
    person,
    place,
    tag_of,
)
from bot.platforms.discord.tree import Asked
from bot.ports import Conversation, Target

KNOWN = 10_000  # people whose language is remembered


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and where, in which language they hear what others don't, and what keeps them from what they said."""

    conversation: Conversation
    language: str
    lacks: tuple[str, ...] = ()


class Askers:
    """Tells who asks. It remembers in which language they do, for their words, with which Discord sends none."""

    def __init__(self) -> None:
        self._languages: OrderedDict[int, str] = OrderedDict()

    def of(
        self,
        interaction: Interaction,
        said: Command | None = None,
        asked: Asked | None = None,
        *,
        own: bool = False,
        server: str = "",
    ) -> Asker:
        """Who does something, about a `server` where that is not here; about what is their `own` they are alone."""
        conversation = conversation_of(interaction, asked, own=own, server=server)
        language = language_of(interaction.locale)
        if conversation.channel is None:
            alone = is_away(interaction) and isinstance(said, Schedule) and changes(said)
            away = (phrase("discord.not_installed"),) if alone else ()
            return Asker(replace(conversation, language=language), language, away)
        chosen = asked.channel if asked else None
        channel, bits = chosen or interaction.channel, _rights(interaction, chosen)
        tag, wrong = _tag(channel, said, asked)
        lacks = (*_lacking(bits, channel, conversation.channel, said), *wrong)
        manages = rights.may(bits[0], rights.MANAGE_GUILD)
        public = language_of(interaction.guild_locale)
        here = replace(conversation, manages=manages, language=public, tag=tag)
        return Asker(here, language, lacks)

    def who_wrote(self, message: discord.Message, said: Command) -> Asker:
        """Who wrote, of whom Discord says no language: the one in which they last used the bot, else the server's."""
        author, guild = message.author, message.guild
        known = self._languages.get(author.id)
        if guild is None:
            return Asker(Conversation(person(None, author.id), language=known or "en"), known or "en")
        public = language_of(guild.preferred_locale)
        alone = Asker(Conversation(person(guild.id, author.id), language=known or public), known or public)
        if isinstance(said, PERSONAL) or not isinstance(author, discord.Member):
            return alone
        channel: Any = message.channel
        bits = _may(channel, author), _may(channel, guild.me)
        where, manages = place(guild.id, channel), rights.may(bits[0], rights.MANAGE_GUILD)
        tag, wrong = _tag(channel, said, None)
        here = Conversation(alone.conversation.person, where, manages=manages, language=public, tag=tag)
        return replace(alone, conversation=here, lacks=(*_lacking(bits, channel, where, said), *wrong))

    def remember(self, interaction: Interaction) -> None:
        """The language in which somebody uses the bot."""
        user = interaction.user.id
        self._languages[user] = language_of(interaction.locale)
        self._languages.move_to_end(user)
        if len(self._languages) > KNOWN:
            self._languages.popitem(last=False)


def conversation_of(
    interaction: Interaction,
    asked: Asked | None = None,
    *,
    own: bool = False,
    server: str = "",
) -> Conversation:
    """Where it is said: where the app is not installed, and about what is somebody's own, with the person alone."""
    user, guild = interaction.user.id, interaction.guild_id
    if server:
        return Conversation(person(int(server), user))
    if guild is None or is_away(interaction):
        return Conversation(person(None, user))
    channel = (asked.channel if asked else None) or interaction.channel
    if channel is None or own:
        return Conversation(person(guild, user))
    return Conversation(person(guild, user), place(guild, channel), manages=False)


def _tag(channel: Any, said: Command | None, asked: Asked | None) -> tuple[str, tuple[str, ...]]:
    """The id of the tag that posts are to get, and what is wrong with it."""
    if not isinstance(said, Schedule) or said.action != "add":
        return "", ()
    tag, wrong = tag_of(forum_of(channel), asked.tag if asked else "")
    return tag, (wrong,) if wrong else ()


def _may(channel: Any, member: discord.Member) -> int:
    """What somebody may in a channel; in a thread whose channel the bot does not see nobody knows."""
    try:
        return int(channel.permissions_for(member).value)
    except discord.ClientException:
        return 0


def _rights(interaction: Interaction, chosen: Any) -> tuple[int, int]:
    """What who asks may, and the bot, in a place that was chosen, or here; of what the bot can't see nothing."""
    if chosen is None:
        return interaction.permissions.value, interaction.app_permissions.value
    there, guild = chosen.resolve(), interaction.guild
    ours = _may(there, guild.me) if there and guild and guild.me else 0
    return chosen.permissions.value, ours


def _lacking(bits: tuple[int, int], channel: Any, here: Target, said: Command | None) -> tuple[str, ...]:
    """What keeps somebody from what they said, of their rights and the bot's in a channel."""
    if getattr(said, "post", False):
        return rights.silenced(bits[0], in_thread=channel.type in THREADS)
    if said is None or not changes(said):
        return ()
    digests = isinstance(said, Schedule) and said.action == "add"
    if digests and not can_be_told(channel):
        return (phrase("discord.lacks.threads"),)
    return rights.lacking(*bits, forum=here.kind == "forum", digests=digests)


def language_of(locale: discord.Locale | None) -> str:
    """The language of ours that somebody reads who has set their Discord to that."""
    return "de" if str(locale or "").startswith("de") else "en"

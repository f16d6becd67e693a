"""What members do in Discord becomes commands, and what is answered is shown where they did it.

An interaction is promised an answer first: that has to come within three seconds, the answer itself within 15 minutes.
Answers are worked out off the event loop; an error is told to who asked, in a sentence, and to the log with its cause.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

import discord
from aiohttp import ClientError

from bot import plot
from bot.answers import Answers
from bot.commands import Command, Help, Me, Read, ShowTimeline, Sources, parse
from bot.phrases import phrase
from bot.platforms.asking import PERSONAL, Aside, Receive, failed, told
from bot.platforms.discord import tree
from bot.platforms.discord.askers import Asker, Askers, conversation_of, language_of
from bot.platforms.discord.delivery import NAME, UNFIT
from bot.platforms.discord.marks import unmarked
from bot.platforms.discord.places import (
    Interaction,
    is_away,
    is_direct,
    links,
    tags,
)
from bot.platforms.discord.screens import Messages, Promised, Screen, Window
from bot.platforms.discord.tree import Asked, Tree
from bot.render import discord_views as views
from bot.render import embeds
from bot.render.discord import DiscordRenderer
from bot.render.embeds import Plain, Pressed
from bot.replies import Reply

LOG = logging.getLogger(__name__)
FAILED = (
    discord.DiscordException,
    ClientError,
    TimeoutError,
    OSError,
)  # Discord says no, or can't be reached
OUTDATED = (
    discord.app_commands.CommandNotFound,
    discord.app_commands.CommandSignatureMismatch,
    discord.app_commands.TransformerError,
)
REFUSED = frozenset({400, 403})
TAKEN = 40060  # somebody has answered it, maybe we: where an acknowledgement is lost the SDK asks again
AT_ONCE = 2.0  # seconds for what a window or a list beneath the typing needs
PICTURE = "timeline.png"
RENDERER = DiscordRenderer()
WORDS = frozenset({discord.MessageType.default, discord.MessageType.reply})  # others tell what happened


class DiscordBot:
    """The listeners. `receive` keeps what comes twice, or to two processes, from being done twice."""

    def __init__(self, answers: Answers, receive: Receive, now: Callable[[], datetime]) -> None:
        self._answers, self._receive, self._now = answers, receive, now
        self._aside = Aside("discord")
        self._askers = Askers()

    def listen(self, client: discord.Client) -> Tree:
        """Registers all that is listened to on a new client; the tree is what Discord is to know of commands."""

        async def on_message(message: discord.Message) -> None:
            await self.written(client, message)

        async def on_interaction(interaction: Interaction) -> None:
            if interaction.type is discord.InteractionType.modal_submit:
                await self.guarded(interaction, self.submitted(interaction))

        client.event(on_message)
        client.event(on_interaction)
        client.add_dynamic_items(_pressing(self))
        known = tree.build(client, self.run, self.complete, self.about)
        known.error(self.went_wrong)
        return known

    # -- what is listened to -----------------------------------------------------------------------------------------

    async def run(self, interaction: Interaction, asked: Asked) -> None:
        """A command."""
        await self._asked(interaction, asked.command, asked)

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """A button says the words of its command; who pressed it need not be who got it."""
        pressed = embeds.pressed(unmarked(custom_id))
        match pressed.action:
            case "doubt":
                await self._doubted(interaction, pressed)
            case "sure":
                asked = views.sure(pressed.words, language_of(interaction.locale))
                await self._told(interaction, asked, pressed.server)
            case "say" | "own":
                await self._asked(interaction, parse(pressed.words), pressed=pressed)

    async def submitted(self, interaction: Interaction) -> None:
        """A window, filled in: which line is wrong, and why."""
        given: Any = interaction.data or {}
        server = embeds.server_of(str(given.get("custom_id")))
        if not views.is_wrong_line(given):
            return
        screen, who = (
            await self._promised(interaction, server=server),
            self._askers.of(interaction, server=server),
        )
        if screen is None or not await self._is_ours(interaction.id, who, screen):
            return
        who = await self._still_there(interaction, who, server)
        line, note = views.chosen(given)

        async def answer() -> Reply:
            return await self._aside(self._answers.doubt, who.conversation, line, note, self._now())

        await self._show(await _worked_out("a doubt", who, answer), screen, who.language)

    async def about(self, interaction: Interaction, message: discord.Message) -> None:
        """“What changed about this?” on a message: its first link is read."""
        link = next(links(message), "")
        if link:
            await self._asked(interaction, Read(link))
            return
        await self._told(interaction, self._sentence("discord.no_link", interaction))

    async def went_wrong(self, interaction: Interaction, error: Exception) -> None:
        """A command that could not be begun: where it is not as somebody's Discord knows it they hear so."""
        outdated = isinstance(error, OUTDATED)
        LOG.log(logging.WARNING if outdated else logging.ERROR, "a command failed", exc_info=error)
        await self._excuse(interaction, "discord.outdated" if outdated else "fault")

    async def guarded(self, interaction: Interaction, doing: Awaitable[None]) -> None:
        """Does it; of a fault of ours the SDK would tell the log alone."""
        try:
            await doing
        except Exception:  # whatever it was, who asked is told so, and the log gets the cause
            LOG.exception("what was pressed could not be done")
            await self._excuse(interaction, "fault")

    async def _excuse(self, interaction: Interaction, key: str) -> None:
        if (
            interaction.type is not discord.InteractionType.autocomplete
            and not interaction.response.is_done()
        ):
            await self._told(interaction, self._sentence(key, interaction))

    async def complete(self, interaction: Interaction, kind: str, typed: str) -> Sequence[tuple[str, str]]:
        """What the beginning of a name may become; nothing where that is not found out at once."""
        try:
            if kind == "tag":
                return tags(getattr(interaction.namespace, "channel", None) or interaction.channel, typed)
            given = (conversation_of(interaction), kind, typed, self._now())
            return await asyncio.wait_for(asyncio.to_thread(self._answers.names, *given), AT_ONCE)
        except Exception:  # whatever it was, who types can write the name themselves
            LOG.exception("nothing is offered for %s", kind)
            return []

    async def written(self, client: discord.Client, message: discord.Message) -> None:
        """Words in a direct message, or in a channel with the bot's name; those of bots are no words to us."""
        if message.author.bot or message.type not in WORDS or client.user is None:
            return
        name = re.compile(rf"<@!?{client.user.id}>")
        if message.guild is not None and not name.search(message.content):
            return
        said = parse(name.sub(" ", message.content).strip())
        who = self._askers.who_wrote(message, said)
        direct, personal = message.guild is None, isinstance(said, PERSONAL)
        here, alone = Messages(message.channel, None if direct else message), Messages(message.author)
        screen, other = (alone, here) if personal and not direct else (here, alone)
        if not await self._is_ours(message.id, who, screen):
            return
        await self._answer(said, who, screen)
        if screen.closed and not direct:
            why = phrase("discord.in_private" if personal else "discord.may_not_write")
            await self._show(failed(why), other, who.language)

    # -- interactions ------------------------------------------------------------------------------------------------

    async def _asked(
        self,
        interaction: Interaction,
        said: Command,
        asked: Asked | None = None,
        pressed: Pressed | None = None,
    ) -> None:
        """Promises an answer, and gives it; about what is somebody's own they are alone with the bot everywhere."""
        self._askers.remember(interaction)
        own = isinstance(said, Me) or (pressed is not None and pressed.action == "own")
        server = pressed.server if pressed else ""
        who = self._askers.of(interaction, said, asked, own=own, server=server)
        alone = who.conversation.channel is None
        public = bool(getattr(said, "post", False)) and not alone
        screen = await self._promised(interaction, public=public, own=alone, server=server)
        if screen is not None and await self._is_ours(interaction.id, who, screen):
            who = await self._still_there(interaction, who, server)
            await self._answer(said, who, screen, button=pressed is not None)

    async def _promised(
        self, interaction: Interaction, *, public: bool = False, own: bool = False, server: str = ""
    ) -> Promised | None:
        """Where the answer is shown; None where it is too late for one, or nobody can be reached.

        Only who asked sees the promise, but for direct messages, which are between two.
        """
        private, away = not is_direct(interaction), is_away(interaction)
        posted = self._sentence("discord.posted", interaction) if public else None
        try:
            await interaction.response.defer(thinking=True, ephemeral=private)
        except discord.InteractionResponded:
            return None
        except discord.HTTPException as error:
            if error.code != TAKEN:
                LOG.warning("an interaction was not answered in time: %s", error)
                return None
        except FAILED as error:
            LOG.warning("an interaction could not be answered: %s", error)
            return None
        return Promised(interaction, private=private, away=away, own=own, server=server, posted=posted)

    async def _still_there(self, interaction: Interaction, who: Asker, server: str) -> Asker:
        """Who asks about a server from elsewhere; what keeps them from it where they have left it, or the bot has."""
        if not server:
            return who
        try:
            client = interaction.client
            guild = client.get_guild(int(server)) or await client.fetch_guild(int(server), with_counts=False)
            await guild.fetch_member(interaction.user.id)
        except (discord.NotFound, discord.Forbidden):
            return replace(who, lacks=(phrase("discord.left"),))
        except FAILED:
            LOG.exception("whether somebody is in a server could not be found out")
            return replace(who, lacks=(phrase("fault"),))
        return who

    async def _is_ours(self, event: int, who: Asker, screen: Screen) -> bool:
        """Whether it comes for the first time, and to no other process, where two are connected for a while."""
        given = NAME, who.conversation.person.workspace, str(event), self._now()
        new: list[bool] = []

        async def receive() -> Reply:
            new.append(await self._aside(self._receive, *given))
            return Reply()

        reply = await told("what came", receive)
        if reply.failed:
            await self._show(reply, screen, who.language)
        return any(new)

    async def _told(self, interaction: Interaction, message: Plain, server: str = "") -> None:
        """A first answer that is there at once."""
        screen = await self._promised(interaction, server=server)
        if screen is not None:
            await _shown([message], screen)

    def _sentence(self, key: str, interaction: Interaction) -> Plain:
        language = language_of(interaction.locale)
        return _drawn(failed(phrase(key, language)), language)[0]

    async def _doubted(self, interaction: Interaction, pressed: Pressed) -> None:
        """“Wrong line?”: asks which, in a window, which has to be the first answer."""
        who, window = self._askers.of(interaction, server=pressed.server), None
        try:
            shown = await asyncio.wait_for(
                asyncio.to_thread(self._answers.shown, who.conversation, self._now(), pressed.words), AT_ONCE
            )
            window = views.wrong_line(shown.digest, who.language) if shown else None
        except TimeoutError:
            await self._told(interaction, self._sentence("discord.too_late", interaction))
            return
        except Exception:  # whatever it was, who asked is told so, and the log gets the cause
            LOG.exception("a window could not be made")
            await self._told(interaction, self._sentence("fault", interaction))
            return
        if window is None:
            await self._told(interaction, self._sentence("shown.nothing", interaction))
            return
        try:
            window = embeds.of_server(window, pressed.server) if pressed.server else window
            await interaction.response.send_modal(Window(window))
        except FAILED as error:
            LOG.warning("a window came too late, or is not taken: %s", error)
            if isinstance(error, discord.HTTPException) and error.code in UNFIT:
                await self._excuse(interaction, "fault")

    # -- how it is answered ------------------------------------------------------------------------------------------

    async def _answer(self, said: Command, who: Asker, screen: Screen, *, button: bool = False) -> None:
        """Answers; nobody is left waiting by a fault of ours."""
        try:
            await self._answered(said, who, screen, button=button)
        except Exception:  # whatever it was, who asked is told so, and the log gets the cause
            LOG.exception("%s could not be shown", type(said).__name__)
            if screen.waiting:
                screen.alone()
                await self._show(failed(phrase("fault")), screen, who.language)

    async def _answered(self, said: Command, who: Asker, screen: Screen, *, button: bool) -> None:
        """Answers, and says that it is told once it was shown."""
        if isinstance(said, Me) or (button and isinstance(said, Sources)):
            await self._view(said, who, screen)
            return
        reply = await self._reply(said, who)
        if reply.private:
            screen.alone()
        language = who.language if reply.private else who.conversation.language
        if await self._show(reply, screen, language):
            await self._aside(self._answers.sent, reply, self._now())
        if reply.file:
            await self._hand_over(reply.file[0], reply.file[1].encode(), screen, who.language)
        if isinstance(said, ShowTimeline) and plot.is_there() and (days := plot.days(reply)):
            drawn = await self._aside(plot.picture, reply.title, days)
            await self._hand_over(PICTURE, drawn, screen, alt=plot.alt_text(reply.title, days))

    async def _reply(self, said: Command, who: Asker) -> Reply:
        async def answer() -> Reply:
            reply = await self._aside(self._answers.answer, said, who.conversation, self._now())
            return replace(reply, notes=(*reply.notes, phrase("discord.help"))) if said == Help() else reply

        return await _worked_out(type(said).__name__, who, answer)

    async def _view(self, said: Command, who: Asker, screen: Screen) -> None:
        """What is shown as components: a person's own page, or quotations in their paragraphs."""
        made: list[Plain] = []

        async def answer() -> Reply:
            if isinstance(said, Sources):
                found = await self._aside(self._answers.passages, who.conversation, said.story, self._now())
                made.extend(views.sources(found, who.language))
            else:
                page = await self._aside(self._answers.home, who.conversation.person, self._now())
                made.extend(views.home(page, who.language))
            return Reply()

        reply = await _worked_out(type(said).__name__, who, answer)
        await _shown(made or _drawn(reply, who.language), screen)

    async def _show(self, reply: Reply, screen: Screen, language: str) -> bool:
        """Whether the reply was shown."""
        return await _shown(_drawn(reply, language), screen, language)

    async def _hand_over(
        self, name: str, content: bytes, screen: Screen, language: str = "en", alt: str = ""
    ) -> None:
        """A file, where there is room for it; of a picture nobody needs to hear that there was none."""
        try:
            if len(content) <= screen.limit:
                await screen.hand_over(name, content, alt)
                return
            LOG.warning("%s is too large to be handed over: %s bytes", name, len(content))
        except FAILED:
            LOG.exception("a file could not be handed over")
        if not alt:
            await self._show(failed(phrase("discord.no_file")), screen, language)


def _pressing(bot: DiscordBot) -> type[discord.ui.DynamicItem[discord.ui.Button[Any]]]:
    """What hears of every button of ours, whenever and by which process it was sent."""

    class Pressed(discord.ui.DynamicItem[discord.ui.Button[Any]], template=embeds.PRESSED):
        @classmethod
        async def from_custom_id(
            cls, _: discord.Interaction[Any], item: discord.ui.Item[Any], __: re.Match[str]
        ) -> Self:
            return cls(item)  # type: ignore[arg-type] # what has an id of ours is a button

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await bot.guarded(interaction, bot.pressed(interaction, self.custom_id))

    return Pressed


async def _worked_out(name: str, who: Asker, answer: Callable[[], Awaitable[Reply]]) -> Reply:
    """The reply to what is called so, or what keeps who asked from it."""
    return failed(*who.lacks) if who.lacks else await told(name, answer)


# -- how it is shown ---------------------------------------------------------------------------------------------------


def _drawn(reply: Reply, language: str) -> list[Plain]:
    return list(RENDERER.render(reply, "answer", language))


async def _shown(messages: Sequence[Plain], screen: Screen, language: str = "en") -> bool:
    """Whether all of it was shown that there is room for; the last message says where that is not all."""
    room = len(messages) if screen.room is None else 1 + screen.room
    if len(messages) > room:
        messages = [*messages[: room - 1], *_drawn(failed(phrase("discord.cut")), language)]
    try:
        for message in messages:
            await screen.show(message)
    except FAILED as error:
        LOG.exception("a reply could not be shown")
        await _said_so(error, screen, language)
        return False
    return True


async def _said_so(error: Exception, screen: Screen, language: str) -> None:
    """Nobody is left waiting for an answer that Discord does not take, if it takes another one."""
    refused = isinstance(error, discord.HTTPException) and error.status in REFUSED
    if not (refused and screen.waiting):
        return
    screen.alone()
    try:
        await screen.show(_drawn(failed(phrase("fault")), language)[0])
    except FAILED:
        LOG.exception("nor could that be said")

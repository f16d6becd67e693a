"""A bot in a fake Discord: what members do, and what they see."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord

from bot.answers import Answers
from bot.ingest import Intake
from bot.platforms.discord import clients
from bot.platforms.discord.app import DiscordBot
from bot.ports import Target
from bot.running import Here
from bot.store import open_store
from summarizers.stream import Stream
from tests.bot.answers.world import LOCK, ORCHARD, World
from tests.discord_rules import wrong_message, wrong_window
from tests.fake_discord import ANNEKE, GUILD, NEWS, FakeDiscord, people

LIBRARIES = (f"discord:{GUILD}", f"discord:dm:{ANNEKE}")
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
ADDED = {"tts"}  # by the SDK
SAID = {  # requests that say something → by which schema
    "answer.edit": "IncomingWebhookUpdateRequestPartial",
    "followup": "IncomingWebhookRequestPartial",
    "message.create": "MessageCreateRequest",
}


@dataclass
class Served:
    """What people of the fake do is awaited by what comes of it."""

    discord: FakeDiscord
    world: World
    bot: DiscordBot
    client: discord.Client

    async def asked(self, words, user=ANNEKE, place=NEWS, at=None, **options):
        """The interaction of a command, once it is answered beyond the promise of an answer."""
        return await people.command(self.discord, f"news {words}", options, user, place, **(at or {})).ended()

    async def shown(self, user=ANNEKE):
        """When a digest is known to have been shown to somebody, which is a moment after it was."""
        person = Target("discord", GUILD, "person", user)
        await self.discord.until(lambda: self.world.store.shown(person))

    async def pressed(self, label, message, user=ANNEKE, channel=NEWS):
        return await people.press(self.discord, label, message["id"], user, channel).ended()

    async def direct(self, user=ANNEKE, count=1):
        """What the bot has written to somebody, once it is so much."""
        return await self.posted(people.direct(self.discord, user), count)

    async def posted(self, channel=NEWS, count=1):
        """What the bot has said in a channel for all to see, once it is so much."""
        return await self.discord.until(lambda: len(found := self.said(channel)) >= count and found)

    def said(self, channel=NEWS):
        found = people.messages(self.discord, channel)
        return [each for each in found if each["author"].get("bot") and not each["flags"] & 64]


@asynccontextmanager
async def connected(bot, fake):
    """A client of the bot's, as it is made anew after each break."""
    client = discord.Client(intents=INTENTS, guild_ready_timeout=0.01)
    client.setup_hook = bot.listen(client).sync
    running = asyncio.create_task(client.start("fake"))
    try:
        await fake.until(lambda: client.is_ready() or running.done())
        yield client
    finally:
        await client.close()
        await running


def furnished(store):
    """A world in a database, with two stories."""
    world = World(store)
    world.outbox = store.outbox
    intake = Intake(store, Stream(), Here())
    world.answers = Answers(store, world.pages, intake, world.feeds, store.outbox, Here())
    for texts, name, title in (
        (LOCK, "lock", "The lock at Ostwick"),
        (ORCHARD, "pears", "The pears of Velm"),
    ):
        world.put_all(texts, name, title)
        with store.ingesting() as desk:
            desk.title(name, title)
            for key in texts:
                desk.see(key, LIBRARIES)
    return world


@asynccontextmanager
async def served(database):
    """A bot that listens at the gateway, with a memory in a database; nothing wrong may have been sent."""
    async with FakeDiscord() as fake:
        clients.at(fake.api, fake.gateway_url)
        store = open_store(database, key=b"key")
        world = furnished(store)
        bot = DiscordBot(world.answers, world.store.receive, lambda: world.now)
        async with connected(bot, fake) as client:
            yield Served(fake, world, bot, client)
            assert client._connection._view_store._views == {}, "views that are kept for ever"
        assert fake.wrong == [], fake.wrong
        for call in fake.calls:
            assert list(wrong(call)) == [], call
        store.close()


def wrong(call):
    """What is wrong with what the bot said, by the rules of ours."""
    if call.name == "callback" and call.given["type"] == 9:
        yield from wrong_window(call.given["data"])
    if call.name in SAID and not call.error and not call.given.get("attachments"):
        said = {key: value for key, value in call.given.items() if key not in ADDED}
        said["embeds"] = [_without(embed) for embed in said.get("embeds") or []]
        shown = (
            call.name == "answer.edit"
        )  # which can't be told to show no previews; in mere text are no links
        found = wrong_message(said, SAID[call.name])
        yield from (each for each in found if not (shown and each == "previews of links"))


def _without(embed):
    return {key: value for key, value in embed.items() if key not in {"type", "flags"}}


def ran(test):
    """Runs a test that is given a bot at work."""

    def run(sqlite):
        async def beside():
            async with served(sqlite) as at_work:
                await test(at_work)

        asyncio.run(beside())

    run.__name__ = test.__name__
    return run

"""The bot in simcord, a Discord within the process that somebody else wrote, with the client that serves.

What is over a limit, a second answer or one that comes too late, a command that was never registered, a request or a key that
it does not know, and an error in a listener fail there.
"""

import asyncio
import contextlib
import functools
import inspect
import re
from dataclasses import dataclass
from typing import Any

import discord
import pytest
import simcord

from bot.platforms.discord.app import DiscordBot
from bot.platforms.discord.service import INTENTS, Client
from bot.ports import Target
from bot.render import discord_views as views
from tests.bot.answers.world import LOCK, ORCHARD, World
from tests.discord_rules import buttons, wrong_message

GUILD = 4_194_304_000_000_000
MAY = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)
MENU = "What changed about this?"


def serving(world):
    """The client that serves; of how many shards it is says simcord."""
    bot = DiscordBot(world.answers, world.store.receive, lambda: world.now)
    client = Client(bot, world.store, lambda _: None, asyncio.sleep, shard_count=1, guild_ready_timeout=0)
    client.tree = client._tree  # where simcord looks for it
    return client


@dataclass
class Sim:
    """A server with a channel, and two members of whom one manages it."""

    env: Any
    world: World
    guild: Any
    channel: Any
    anneke: Any
    carsten: Any

    async def restart(self):
        """Another process takes over."""
        await self.env.restart_bot(serving(self.world))

    def see(self, library, *keys):
        with self.world.store.ingesting() as desk:
            for key in keys:
                desk.see(key, [library])


@contextlib.asynccontextmanager
async def simulated(world=None):
    world = world or World()
    async with simcord.run(serving(world), approved_intents=INTENTS) as env:
        guild = env.create_guild("Harbour", id=GUILD)
        channel = guild.create_text_channel("news")
        anneke = guild.add_member(env.create_user("anneke"))
        manager = guild.create_role("manager", permissions=discord.Permissions(manage_guild=True))
        carsten = guild.add_member(env.create_user("carsten"), roles=[manager])
        sim = Sim(env, world, guild, channel, anneke, carsten)
        for texts, name, title in (
            (LOCK, "lock", "The lock at Ostwick"),
            (ORCHARD, "pears", "The pears of Velm"),
        ):
            world.put_all(texts, name, title)
            for person in (anneke, carsten):
                sim.see(f"discord:dm:{person.id}", *texts)
            sim.see(f"discord:{GUILD}", *texts)
        yield sim


def ran(test):
    """Runs a test in a server with a bot at work."""

    @functools.wraps(test)
    def run(**given):
        async def within():
            async with simulated() as sim:
                await test(sim, **given)

        asyncio.run(within())

    own = list(inspect.signature(test).parameters.values())[1:]
    run.__signature__ = inspect.Signature(own)
    return run


@pytest.fixture(autouse=True)
def speaking(monkeypatch):
    """simcord says of no interaction to whom the app belongs, and its people speak English: both are told it here."""
    payload, said = simcord.interactions.base_payload, {}

    def whole(*given, **more):
        record, about = payload(*given, **more)
        owner = str(more["guild_id"] or 0)
        return record, {**about, "authorizing_integration_owners": {"0": owner}, **said}

    monkeypatch.setattr(simcord.interactions, "base_payload", whole)
    return said


def words(message):
    """All that is read in a message."""
    said = [message.content]
    for embed in message.embeds:
        said += [
            embed.title,
            embed.description,
            *(part for each in embed.fields for part in (each.name, each.value)),
        ]
    said += [part.get("content") for part in _parts(getattr(message, "components", []))]
    return "\n".join(filter(None, said))


def _parts(components):
    for part in components:
        if isinstance(part, dict):
            yield part
            yield from _parts(part.get("components") or [])


# -- commands ----------------------------------------------------------------------------------------------------------


@ran
async def test_a_command_is_answered_to_who_gave_it_alone(sim):
    done = await sim.anneke.slash(sim.channel, "news changed", story="pears")
    assert (done.acknowledged, done.response.ephemeral) == (True, True)
    assert "pear growers of Velm" in words(done.response)
    assert sim.channel.last_message is None


@ran
async def test_a_member_without_any_permission_sees_and_gives_it(sim):
    assert "news changed" in sim.anneke.available_commands(sim.channel)
    assert MENU not in sim.anneke.available_commands(sim.channel)  # that one is in the menu of messages


QUESTIONS = {
    "news latest": {},
    "news story": {"story": "lock"},
    "news timeline": {"story": "lock"},
    "news compare": {"one": "lock", "other": "pears"},
    "news open": {"story": "lock"},
    "news disagreements": {"story": "lock"},
    "news sources": {"story": "lock"},
    "news ask": {"question": "When will the lock reopen?"},
    "news read": {"url": "https://example.org/1"},
    "news summarize": {"what": "lock"},
    "news schedule list": {},
    "news feeds list": {},
    "news quiet": {},
    "news why": {},
    "news me": {},
    "news export": {},
    "news status": {},
    "news help": {},
    "news forget me": {},
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("locale", ["en-US", "de"])
@ran
async def test_every_question_is_answered_in_both_languages(sim, speaking, name, locale):
    speaking["locale"] = locale
    done = await sim.anneke.slash(sim.channel, name, **QUESTIONS[name])
    answers = [each for each in (done.response, *done.followups) if each]
    assert answers
    assert all(each.ephemeral for each in answers)
    assert all(words(each) or each.attachments for each in answers)
    assert sim.channel.last_message is None


@ran
async def test_what_was_asked_for_all_to_see_is(sim):
    done = await sim.anneke.slash(sim.channel, "news changed", story="pears", post=True)
    assert done.response.ephemeral
    assert "Posted below." in words(done.response).replace("\\", "")
    assert "pear growers of Velm" in words(sim.channel.last_message)


@ran
async def test_what_was_asked_for_all_to_see_and_is_nothing_is_told_to_who_asked_alone(sim):
    await sim.anneke.slash(sim.channel, "news changed", story="pears", post=True)
    shown = sim.channel.last_message
    done = await sim.carsten.slash(sim.channel, "news changed", story="pears", post=True)
    assert done.response.ephemeral
    assert "Nothing" in words(done.response)
    assert (done.followups, sim.channel.last_message.id) == ([], shown.id)


def answered(speaking, *, post, **spoken):
    """A first look at a story, as it reads in these languages."""

    async def within():
        async with simulated() as sim:
            await sim.anneke.slash(sim.channel, "news help")  # so that the languages of people are known
            done = await sim.anneke.slash(sim.channel, "news changed", story="pears", post=post)
            return words(sim.channel.last_message if post else done.response)

    speaking |= spoken
    return asyncio.run(within())


def test_what_one_sees_is_said_in_their_language_and_what_all_see_in_that_of_the_server(speaking):
    told = {
        (person, server, post): answered(speaking, post=post, locale=person, guild_locale=server)
        for person in ("en-US", "de")
        for server in ("en-US", "de")
        for post in (False, True)
    }
    german, english = told["de", "de", False], told["en-US", "en-US", False]
    assert german != english
    for (person, server, post), said in told.items():
        assert said == (german if (server if post else person) == "de" else english)
    quoted = [re.findall(r"^> [“„](.+)[“”]", said, re.MULTILINE) for said in (german, english)]
    assert quoted[0] == quoted[1] != []


@ran
async def test_what_is_typed_is_completed(sim):
    offered = await sim.anneke.autocomplete(sim.channel, "news changed", "story", "pea")
    assert len(offered) == 1
    done = await sim.anneke.slash(sim.channel, "news changed", story=offered[0]["value"])
    assert "pear growers of Velm" in words(done.response)
    zones = await sim.anneke.autocomplete(sim.channel, "news quiet", "zone", "Europe/Ber")
    assert "Europe/Berlin" in [each["value"] for each in zones]


@ran
async def test_the_menu_of_a_message_reads_what_that_links_to(sim):
    linked = await sim.carsten.send(sim.channel, "See https://example.org/1")
    done = await sim.anneke.context_menu(sim.channel, MENU, linked)
    assert (done.response.ephemeral, bool(words(done.response))) == (True, True)
    bare = await sim.carsten.send(sim.channel, "No link in it")
    done = await sim.anneke.context_menu(sim.channel, MENU, bare)
    assert (done.response.ephemeral, bool(words(done.response))) == (True, True)


def test_a_command_that_was_never_registered_can_not_be_given():
    world = World()

    async def within():
        async with simulated(world) as sim:
            await sim.anneke.slash(sim.channel, "news help")

    asyncio.run(within())
    with pytest.raises(simcord.SetupError):  # here it is another Discord, which was told nothing
        asyncio.run(within())


# -- words ---------------------------------------------------------------------------------------------------------------


@ran
async def test_direct_words_and_commands_are_answered_there(sim):
    await sim.anneke.user.send_dm("changed pears")
    assert "pear growers of Velm" in words(sim.anneke.user.dm_channel.last_message)
    for name, options in (("news help", {}), ("news changed", {"story": "lock"}), ("news me", {})):
        done = await sim.anneke.user.slash(name, **options)
        assert words(done.response), name


@ran
async def test_in_a_channel_only_words_to_it_are_heard(sim):
    await sim.anneke.send(sim.channel, "changed pears")
    assert sim.channel.last_message.author.name == "anneke"
    name = sim.env.bot.user.mention
    await sim.anneke.send(sim.channel, f"{name} changed pears")
    assert "pear growers of Velm" in words(sim.channel.last_message)
    assert sim.channel.last_message.mentions == []


# -- buttons -------------------------------------------------------------------------------------------------------------


@ran
async def test_buttons_work_and_go_on_working_in_another_process(sim):
    await sim.anneke.slash(sim.channel, "news changed", story="lock", post=True)
    shown = sim.channel.last_message
    for restarted in (False, True):
        if restarted:
            await sim.restart()
        for label in ("Sources", "Timeline"):
            pressed = await sim.carsten.click(shown, label=label)
            assert pressed.response.ephemeral, label
            assert words(pressed.response), label


@ran
async def test_a_button_that_changes_something_asks_who_may_in_another_process_too(sim):
    await sim.carsten.slash(sim.channel, "news changed", story="lock", post=True)
    shown = sim.channel.last_message
    await sim.restart()
    for person, may in ((sim.anneke, False), (sim.carsten, True)):
        pressed = await person.click(shown, label="Mute this story")
        sure = [part["label"] for part in buttons({"components": pressed.response.components})]
        if sure:
            pressed = await person.click(pressed.response, label=sure[0])
        assert ("Manage Server" in words(pressed.response)) == (not may)


@ran
async def test_a_wrong_line_is_told_of_in_a_window(sim):
    done = await sim.anneke.slash(sim.channel, "news changed", story="lock")
    opened = await sim.anneke.click(done.response, label="Wrong line?")
    assert opened.modal["custom_id"] == views.WRONG_LINE
    await sim.restart()
    asked = {part["component"]["custom_id"]: part["component"] for part in opened.modal["components"]}
    [select] = [name for name, part in asked.items() if part["type"] == 3]
    [note] = [name for name, part in asked.items() if part["type"] == 4]
    chosen = asked[select]["options"][0]["value"]
    sent = await sim.anneke.submit_modal(opened, {select: [chosen], note: "It was Tuesday"})
    assert (sent.response.ephemeral, bool(words(sent.response))) == (True, True)


@ran
async def test_all_that_can_be_pressed_is_answered(sim):
    for name, options in (("news changed", {"story": "lock"}), ("news me", {}), ("news help", {})):
        done = await sim.anneke.slash(sim.channel, name, **options)
        for label in [
            part["label"] for part in buttons({"components": done.response.components}) if "custom_id" in part
        ]:
            pressed = await sim.anneke.click(done.response, label=label)
            assert pressed.acknowledged, label
            assert pressed.modal or words(pressed.response) or pressed.followups, label


# -- rights ----------------------------------------------------------------------------------------------------------------


def where(sim, **denied):
    """A channel in which the bot may not all that it needs."""
    lacks = {sim.guild.me: discord.PermissionOverwrite(**denied)}
    return sim.guild.create_text_channel("elsewhere", overwrites=lacks)


SCHEDULE = {"when": "every day at 8", "zone": "Europe/Berlin"}


def scheduled(sim, channel):
    return sim.world.outbox.schedules(Target("discord", str(GUILD), "channel", str(channel.id)))


@ran
async def test_what_changes_a_channel_is_for_who_manages_the_server(sim):
    done = await sim.anneke.slash(sim.channel, "news schedule add", **SCHEDULE)
    assert (len(scheduled(sim, sim.channel)), "Manage Server" in words(done.response)) == (0, True)
    done = await sim.carsten.slash(sim.channel, "news schedule add", **SCHEDULE)
    assert (len(scheduled(sim, sim.channel)), done.response.ephemeral) == (1, True)
    done = await sim.anneke.slash(sim.channel, "news schedule list")
    assert "Europe/Berlin" in words(done.response)
    await sim.anneke.slash(sim.channel, "news schedule remove", number=1)
    assert len(scheduled(sim, sim.channel)) == 1
    await sim.carsten.slash(sim.channel, "news schedule remove", number=1)
    assert len(scheduled(sim, sim.channel)) == 0


@pytest.mark.parametrize(
    ("lacks", "named"),
    [
        ({"send_messages": False}, "Send Messages"),
        ({"embed_links": False}, "Embed Links"),
        ({"view_channel": False}, "View Channel"),
        ({}, ""),
    ],
)
@ran
async def test_nothing_is_scheduled_where_the_bot_may_not_write(sim, lacks, named):
    there = where(sim, **lacks)
    done = await sim.carsten.slash(sim.channel, "news schedule add", **SCHEDULE, channel=there)
    assert (len(scheduled(sim, there)), done.response.ephemeral) == (int(not lacks), True)
    assert scheduled(sim, sim.channel) == []
    assert named in words(done.response)


@ran
async def test_a_question_is_answered_where_the_bot_may_not_write(sim):
    there = where(sim, send_messages=False, embed_links=False)
    done = await sim.anneke.slash(there, "news changed", story="pears")
    assert "pear growers of Velm" in words(done.response)


# -- much of it ------------------------------------------------------------------------------------------------------------


@ran
async def test_of_sixty_articles_nothing_is_lost_and_all_of_it_is_valid(sim):
    keys = [f"report {number}" for number in range(60)]
    for number, key in enumerate(keys):
        sim.world.put(
            key,
            f"The harbour of Tarnby took in {number + 3} ships with *grain* on day {number + 1}, @everyone said.",
            f"Pier {number + 1} of Tarnby will be closed [for repairs](https://example.org/{number}).",
            story="tarnby",
            title="The ***harbour of Tarnby",
        )
    sim.see(f"discord:{GUILD}", *keys)
    for name in ("changed", "timeline", "sources", "story", "disagreements"):
        done = await sim.anneke.slash(sim.channel, f"news {name}", story="tarnby")
        assert words(done.response), name
    sent = [
        entry
        for entry in sim.env.http_requests
        if entry.method in {"PATCH", "POST"} and "webhooks" in entry.path
    ]
    assert len(sent) >= 5
    for entry in sent:
        said = {"allowed_mentions": {"parse": []}, **entry.json}
        for embed in said.get("embeds") or []:
            del embed["flags"]  # which discord.py adds, and the OpenAPI lacks
        assert said.get("attachments") or wrong_message(said, "IncomingWebhookRequestPartial") == []

"""Discord being served: the real client against the fake, with a bot of one command."""

import asyncio
import functools
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import discord
import pytest
from discord import app_commands

from bot.errors import WrongSettings
from bot.platforms.discord import clients, service
from bot.platforms.discord.tree import Tree
from tests.fake_discord import GUILD, FakeDiscord, people


def ran(test):
    @functools.wraps(test)
    def run(*args, **given):
        asyncio.run(test(*args, **given))

    return run


@dataclass
class Bare:
    """A bot of one command."""

    word: str = "hello"
    clients: list = field(default_factory=list)

    def listen(self, client):
        client._connection.guild_ready_timeout = 0.01
        client.before_identify_hook = at_once  # the SDK waits five seconds
        self.clients.append(client)
        tree = Tree(client)

        async def answer(interaction):
            await interaction.response.send_message("heard")

        tree.add_command(
            app_commands.Command(name=self.word, description="Says hello", callback=_typed(answer))
        )
        return tree


def _typed(answer):
    answer.__annotations__["interaction"] = discord.Interaction
    return answer


async def at_once(*_, **__):
    return None


class Memory(dict):
    """What is remembered of commands and of servers."""

    def __init__(self):
        super().__init__()
        self.servers = []

    def synced(self, platform, application):
        return self.get((platform, application), "")

    def keep_synced(self, platform, application, fingerprint):
        self[platform, application] = fingerprint

    def forget_workspace(self, platform, workspace):
        self.servers.append(("forgotten", platform, workspace))

    def readmit(self, platform, workspace):
        self.servers.append(("readmitted", platform, workspace))


@dataclass
class At:
    bot: Bare
    memory: Memory
    reports: list = field(default_factory=list)
    pauses: list = field(default_factory=list)

    async def listen(self, token="fake", **shards):
        async def pause(seconds):
            self.pauses.append(seconds)

        await service.listen(
            self.bot,
            token,
            self.reports.append,
            invalid=clients.Invalid(),
            store=self.memory,
            pause=pause,
            **shards,
        )


@asynccontextmanager
async def listening(fake, at, **shards):
    running = asyncio.create_task(at.listen(**shards))
    try:
        await fake.until(lambda: running.done() or (at.bot.clients and at.bot.clients[-1].is_ready()))
        yield at.bot.clients[-1]
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def faked():
    async with FakeDiscord() as fake:
        clients.at(fake.api, fake.gateway_url)
        yield fake


def synced(fake):
    return [call for call in fake.calls if call.path.endswith("/commands")]


@ran
async def test_commands_are_told_once_and_again_only_when_they_changed():
    memory = Memory()
    async with faked() as fake:
        for word, times in (("hello", 1), ("hello", 1), ("other", 2)):
            async with listening(fake, At(Bare(word), memory)):
                assert len(synced(fake)) == times


@ran
async def test_a_client_that_is_told_to_stop_is_closed():
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())) as client:
            assert at.reports[-1] == ""
        assert client.is_closed()


@ran
async def test_a_token_that_discord_does_not_take_ends_it():
    async with faked():
        at = At(Bare(), Memory())
        with pytest.raises(WrongSettings, match="DISCORD_TOKEN"):
            await at.listen("other")
        assert at.bot.clients[0].is_closed()
        assert at.pauses == []


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4013, 4014])
def test_what_the_gateway_closes_for_good_is_said_in_a_sentence(code):
    class Socket:
        close_code = code

    assert service.wrong(discord.ConnectionClosed(Socket(), shard_id=0)) == service.FATAL[code]


@ran
async def test_a_first_connection_that_fails_is_tried_again_with_a_new_client_ever_less_often():
    async with faked() as fake:
        fake.plan("gateway", "503 before", "503 before", "503 before")
        at = At(Bare(), Memory())
        async with listening(fake, at):
            pass
    assert at.pauses == [1, 2, 4]
    assert len(at.bot.clients) == 4
    assert at.reports == [service.BEGUN, *[service.AWAY] * 3, ""]


@ran
async def test_what_is_not_heard_during_a_break_is_heard_after_it():
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())):
            await fake.gateway.reconnect()
            await people.command(fake, "hello", {}).ended()
            await fake.gateway.hang_up()
            await people.command(fake, "hello", {}).ended()
        assert len(at.bot.clients) == 1
        assert len(synced(fake)) == 1


@ran
async def test_nothing_is_kept_of_a_server_that_the_bot_was_taken_out_of():
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())):
            people.throw_out(fake, GUILD)
            await fake.until(lambda: at.memory.servers)
        assert at.memory.servers == [("forgotten", "discord", GUILD)]

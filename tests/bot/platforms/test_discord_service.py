"""Discord being served: the real client against the fake, with a bot of one command."""

import asyncio
import functools
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import discord
import pytest
from discord import app_commands

from bot.errors import WrongSettings
from bot.platforms.discord import clients, service
from bot.platforms.discord.tree import Tree
from tests.fake_discord import GUILD, FakeDiscord, people
from tests.fake_discord.gateway import shard_of


async def at_once(*_, **__):
    return None


def ran(test):
    @functools.wraps(test)
    def run(*args, **given):
        asyncio.run(test(*args, **given))

    return run


@dataclass
class Bare:
    """A bot of one command."""

    word: str = "hello"
    about: str = "Says hello"
    clients: list = field(default_factory=list)

    def listen(self, client):
        client._connection.guild_ready_timeout = 0.01
        client.before_identify_hook = at_once  # the SDK waits five seconds
        self.clients.append(client)
        tree = Tree(client)

        async def answer(interaction):
            await interaction.response.send_message("heard")

        tree.add_command(
            app_commands.Command(name=self.word, description=self.about, callback=_typed(answer))
        )
        return tree


def _typed(answer):
    answer.__annotations__["interaction"] = discord.Interaction
    return answer


def _named(name, act):
    async def listener():
        act()

    listener.__name__ = name
    return listener


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
    wait: Callable = at_once

    async def listen(self, token="fake", **shards):
        async def pause(seconds):
            self.pauses.append(seconds)
            await self.wait()

        await service.listen(
            self.bot,
            token,
            self.reports.append,
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


@ran
async def test_whoever_waits_for_a_token_that_discord_takes_hears_of_it_at_each_login_and_of_no_other():
    heard = []
    async with faked() as fake:
        fake.plan("me", "503 before")
        at = At(Bare(), Memory())
        async with listening(fake, at, admitted=lambda: heard.append(len(at.bot.clients))):
            assert heard == [2]


# -- for good, and for now ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4013, 4014])
@ran
async def test_a_connection_that_is_closed_for_good_ends_it(code):
    async with faked() as fake:
        at = At(Bare(), Memory())
        running = asyncio.create_task(at.listen())
        await fake.until(lambda: at.bot.clients and at.bot.clients[-1].is_ready())
        await fake.gateway.hang_up(code)
        with pytest.raises(WrongSettings) as no:
            await running
    assert (str(no.value), at.pauses, len(at.bot.clients)) == (service.FATAL[code], [], 1)


@ran
async def test_too_many_servers_for_its_shards_end_it():
    async with faked() as fake:
        fake.gateway.sharded_from = 0
        with pytest.raises(WrongSettings, match="SHARD_COUNT"):
            await At(Bare(), Memory()).listen()


@ran
async def test_a_session_that_is_over_is_begun_anew_by_the_same_client_and_doubles_nothing():
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())) as client:
            heard = []
            client.event(_named("on_ready", lambda: heard.append("ready")))
            await fake.gateway.invalidate()
            await fake.until(lambda: len(fake.gateway.sessions) == 2 and heard)
            said = await people.command(fake, "hello", {}).ended()
        assert (said.original["content"], said.followups) == ("heard", [])
        assert (len(fake.called("callback")), len(synced(fake)), len(at.bot.clients)) == (1, 1, 1)


@pytest.mark.parametrize("code", [1000, 4000, 4007, 4009])
@ran
async def test_any_other_close_is_followed_by_a_connection(code, monkeypatch):
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0)
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())):
            sessions = fake.gateway.sessions
            await fake.gateway.hang_up(code)
            await fake.until(lambda: len(sessions) > 1 or sessions[0].resumed)
            await people.command(fake, "hello", {}).ended()
        assert at.pauses == []


@ran
async def test_a_connection_that_stays_away_is_told_of_and_that_it_is_back_too(monkeypatch):
    monkeypatch.setattr(service, "SHORTLY", 0)
    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", lambda _: 0)
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())):
            fake.gateway.refuses = 3
            await fake.gateway.hang_up()
            await fake.until(lambda: at.reports[-1] == service.AWAY)
            await fake.until(lambda: at.reports[-1] == "")
        assert at.reports[:2] == [service.BEGUN, ""]


@ran
async def test_a_renewed_connection_is_no_news():
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())):
            await fake.gateway.reconnect()
            await fake.until(lambda: fake.gateway.sessions[0].resumed)
            await people.command(fake, "hello", {}).ended()
        assert {*at.reports[1:]} == {""}


@pytest.mark.parametrize(
    ("name", "fault", "seconds"),
    [
        ("me", "banned", service.BANNED),
        ("gateway", "banned", service.BANNED),
        ("me", "limited 400", 400),
        ("me", "503 before", service.FIRST),
        ("me", "50001", service.FIRST),
    ],
)
@ran
async def test_how_long_nobody_tries_is_said_by_what_discord_answered(name, fault, seconds):
    async with faked() as fake:
        fake.plan(name, fault)
        async with listening(fake, at := At(Bare(), Memory())):
            pass
    assert at.pauses == [seconds]


# -- commands that Discord does not take ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["503 before", "30034", "reset before", "banned"])
@ran
async def test_where_discord_can_not_be_told_of_commands_it_is_listened_to_and_told_later(fault):
    memory, known = Memory(), {}
    async with faked() as fake:
        async with listening(fake, At(Bare(), memory)):
            known = {**memory}
        fake.plan("commands.put", *[fault] * (5 if fault == "reset before" else 1))
        at, go = At(Bare(about="Says it otherwise"), memory), asyncio.Event()
        at.wait = go.wait
        async with listening(fake, at):
            assert at.reports[-1] == service.UNTOLD
            await people.command(fake, "hello", {}).ended()
            assert memory == known
            go.set()
            await fake.until(lambda: at.reports[-1] == "")
            assert memory != known
        assert len(at.bot.clients) == 1


@ran
async def test_commands_that_discord_never_takes_are_said_and_those_it_knows_go_on(caplog):
    async with faked() as fake:
        async with listening(fake, At(Bare(), Memory())):
            pass
        fake.plan("commands.put", "50035")
        async with listening(fake, at := At(Bare(about="Says it otherwise"), Memory())):
            assert at.reports[-1] == service.UNFIT
            await people.command(fake, "hello", {}).ended()
        assert (at.pauses, at.memory) == ([], {})
        assert "CommandSyncFailure" in caplog.text


@ran
async def test_a_token_that_is_revoked_meanwhile_ends_it():
    async with faked() as fake:
        fake.plan("commands.put", "401")
        with pytest.raises(WrongSettings, match="DISCORD_TOKEN"):
            await At(Bare(), Memory()).listen()


# -- shards, servers, and what a listener raises ---------------------------------------------------------------------------


@ran
async def test_one_process_connects_as_often_as_discord_advises():
    async with faked() as fake:
        fake.shards = 2
        async with listening(fake, At(Bare(), Memory())):
            assert sorted(each.shard for each in fake.gateway.sessions) == [0, 1]
            await people.command(fake, "hello", {}).ended()
            await people.command(fake, "hello", {}, channel="").ended()
        assert len(synced(fake)) == 1


@pytest.mark.parametrize("own", [0, 1])
@ran
async def test_a_process_hears_of_the_servers_of_its_own_shards(own):
    async with faked() as fake:
        ours = GUILD, people.invite(fake)
        async with listening(fake, At(Bare(), Memory()), shard_ids=[own], shard_count=2) as client:
            assert [(each.shard, each.of) for each in fake.gateway.sessions] == [(own, 2)]
            await fake.until(lambda: [str(guild.id) for guild in client.guilds] == [ours[own]])
            assert shard_of(ours[own], 2) == own


@ran
async def test_a_server_that_lets_the_bot_in_again_is_a_server_again():
    async with faked() as fake:
        async with listening(fake, at := At(Bare(), Memory())):
            people.throw_out(fake, GUILD)
            await fake.until(lambda: at.memory.servers)
            people.invite(fake, guild=GUILD)
            await fake.until(lambda: len(at.memory.servers) == 2)
        assert at.memory.servers == [("forgotten", "discord", GUILD), ("readmitted", "discord", GUILD)]


@ran
async def test_what_a_listener_raises_is_in_the_log_with_its_cause_and_without_what_it_was_given(caplog):
    async def on_interaction(_):
        raise LookupError("no such thing")

    async with faked() as fake, listening(fake, At(Bare(), Memory())) as client:
        client.event(on_interaction)
        said = await people.command(fake, "hello", {}).ended()
        await fake.until(lambda: "on_interaction failed" in caplog.text)
    assert "LookupError: no such thing" in caplog.text
    assert said.token not in caplog.text


@ran
async def test_a_fault_of_the_program_comes_out_and_is_not_tried_in_silence():
    class Broken(Bare):
        def listen(self, client):
            async def setup_hook():
                raise AttributeError("of ours")

            client.setup_hook = setup_hook
            return super().listen(client)

    async with faked():
        at = At(Broken(), Memory())
        with pytest.raises(AttributeError):
            await at.listen()
        assert at.bot.clients[0].is_closed()


@ran
async def test_what_the_client_asks_is_counted_together_with_what_is_sent_beside_it():
    invalid, turns = clients.Invalid(most=1), []

    class Pace(clients.Pace):
        async def turn(self):
            turns.append(1)

    async with faked() as fake:
        at = At(Bare(), Memory())
        async with listening(fake, at, trace=clients.watching(invalid, Pace())) as client:
            asked = {call.path for call in fake.calls}
            assert len(turns) == len(asked) + 1  # and the gateway's socket
            await people.command(fake, "hello", {}).ended()
            assert len(turns) == len(asked) + 1
            fake.plan("channel", "50001")
            with pytest.raises(discord.Forbidden):
                await client.fetch_channel(1)
        assert invalid.wait() > 0

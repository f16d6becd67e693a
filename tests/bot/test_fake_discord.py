"""The fake Discord, met by discord.py's own client: it gives what Discord gives, refuses the rest, and says what came of it.

What it answers over REST is held against Discord's own OpenAPI, on its way to the client.
"""

import asyncio
import contextlib
import functools
import inspect
import io
import json
from types import SimpleNamespace

import aiohttp
import discord.http
import discord.webhook.async_
import pytest
import yarl
from discord import AllowedMentions, AutoShardedClient, Client, Intents
from discord.gateway import DiscordWebSocket

from tests.discord_rules import wrong_answer
from tests.fake_discord import ANNEKE, BOT, GUILD, NEWS, OTHER, FakeDiscord, people

START = 1_780_000_000.0
NEEDED = Intents(guilds=True, guild_messages=True, dm_messages=True)
QUIET = AllowedMentions.none()
COMMANDS = [
    {
        "type": 1,
        "name": "news",
        "description": "News",
        "contexts": [0, 1, 2],
        "integration_types": [0, 1],
        "options": [
            {
                "type": 1,
                "name": "changed",
                "description": "What changed",
                "options": [
                    {"type": 3, "name": "story", "description": "Which", "autocomplete": True},
                    {"type": 7, "name": "channel", "description": "Where"},
                ],
            }
        ],
    },
    {"type": 3, "name": "What changed?"},
]


class Heard:
    """A program that only writes down what it hears; where discord.py waits 5 s before an IDENTIFY, it does not."""

    def __init__(self, **given):
        options = {"intents": NEEDED, "allowed_mentions": QUIET, "guild_ready_timeout": 0, **given}
        super().__init__(**options)
        self.heard, self._told = [], asyncio.Event()

    async def before_identify_hook(self, shard_id, *, initial=False):
        pass

    def dispatch(self, event, /, *args, **given):
        super().dispatch(event, *args, **given)
        self.heard.append((event, *args))
        self._told.set()

    async def until(self, event, times=1):
        """What came with an event, for the so manieth time."""
        async with asyncio.timeout(10):
            while len(found := [heard[1:] for heard in self.heard if heard[0] == event]) < times:
                self._told.clear()
                told = asyncio.ensure_future(self._told.wait())
                await asyncio.wait({told, self.running}, return_when=asyncio.FIRST_COMPLETED)
                if not told.done():
                    told.cancel()
                    await self.running
                    raise LookupError(f"it ended before {event}")
        return found[times - 1][0] if found[times - 1] else None


class Program(Heard, Client):
    pass


class Sharded(Heard, AutoShardedClient):
    pass


class Watch(aiohttp.TraceConfig):
    """Holds each answer of REST, on its way to a client, against Discord's OpenAPI; what comes from beside it is in HTML."""

    def __init__(self):
        super().__init__()
        self.wrong = []
        self.on_request_end.append(self._began)
        self.on_response_chunk_received.append(self._read)

    async def _began(self, _, context, answer):
        context.answer = answer.response

    async def _read(self, _, context, read):
        path, status = read.url.path.removeprefix("/api/v10"), context.answer.status
        if context.answer.content_type == "application/json" or status == 204:
            said = json.loads(read.chunk) if read.chunk else None
            self.wrong += wrong_answer(read.method, path, status, said)


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """The seconds that discord.py would have waited before it tries again: here it does so at once."""
    waited = []

    async def sleep(seconds, *_):
        waited.extend([seconds] if seconds else [])
        await asyncio.sleep(0)

    hurried = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
    for module in (discord.http, discord.webhook.async_, discord.client, discord.shard):
        monkeypatch.setattr(module, "asyncio", hurried)
    return waited


@contextlib.asynccontextmanager
async def running(fake, kind=Program, **given):
    """A program that is connected; how it ended stands in `ended`."""
    program = kind(**given)
    program.running = asyncio.create_task(program.start(fake.token))
    try:
        await program.until("ready")
        yield program
    finally:
        await program.close()
        await asyncio.gather(program.running, return_exceptions=True)


def beside(test):
    """Runs a test beside a Discord whose clock stands still; `client` is a program that is connected to it."""

    @functools.wraps(test)
    def run(**given):
        async def both():
            async with FakeDiscord(start=START) as fake:
                aimed = (discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
                discord.http.Route.BASE = fake.api
                DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(fake.gateway_url)
                try:
                    await tried(fake, given)
                finally:
                    discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = aimed

        asyncio.run(both())

    async def tried(fake, given):
        watch, about = Watch(), {"fake": fake} if "fake" in wanted else {}
        if "client" in wanted:
            async with running(fake, http_trace=watch) as client:
                await test(**about, client=client, **given)
        else:
            await test(**about, **given)
        assert watch.wrong == []

    wanted = inspect.signature(test).parameters
    own = [each for name, each in wanted.items() if name not in {"fake", "client"}]
    run.__signature__ = inspect.Signature(own)
    return run


async def registered(client):
    await client.http.bulk_upsert_global_commands(client.application_id, COMMANDS)


@beside
async def test_a_program_logs_in_says_who_it_is_and_hears_of_its_servers(fake, client):
    assert [call.name for call in fake.calls] == ["me", "application"]
    assert [frame["op"] for frame in fake.gateway.frames] == [2]
    assert [guild.id for guild in client.guilds] == [int(GUILD)]
    assert fake.wrong == []


# -- the gateway -------------------------------------------------------------------------------------------------------


async def told(fake, client, text, times):
    """What a program heard last of what Anneke wrote in the channel, once it heard it so many times."""
    people.say(fake, text, channel=NEWS)
    return await client.until("message", times)


@beside
async def test_heartbeats_are_answered(fake, client):
    [session] = fake.gateway.sessions
    assert session.line.beats == 1  # at once, before it says who it is
    assert client.latency < 10
    assert client.ws.sequence == len(session.events)


@beside
async def test_a_gateway_that_answers_no_heartbeats_is_left_and_met_again(fake):
    fake.gateway.deaf, fake.gateway.interval = True, 10
    async with running(fake, heartbeat_timeout=0.1) as client:
        await fake.until(lambda: [frame["op"] for frame in fake.gateway.frames] >= [2, 6])
        fake.gateway.deaf, fake.gateway.interval = False, 41_250
        await client.until("resumed")
        assert fake.gateway.sessions[0].resumed >= 1


@beside
async def test_events_are_compressed_for_a_program_that_asks_for_it(fake, client):
    assert fake.gateway.sessions[0].line.packed
    assert (await told(fake, client, f"<@{BOT}> ø {'long ' * 300}", 1)).content.endswith("long ")


@beside
async def test_without_its_intent_the_words_of_messages_are_kept_back_but_for_those_to_the_bot(fake, client):
    assert (await told(fake, client, "to nobody", 1)).content == ""
    assert (await told(fake, client, f"<@{BOT}> changed 1", 2)).content == f"<@{BOT}> changed 1"
    people.say(fake, "changed 1")
    direct = await client.until("message", 3)
    assert (direct.content, direct.guild, direct.author.name) == ("changed 1", None, "anneke")
    fake.privileged = 1 << 15
    assert (await told(fake, client, "to all", 4)).content == "to all"
    people.say(fake, "unseen", channel=OTHER)
    assert (await told(fake, client, "last", 5)).content == "last"


@pytest.mark.parametrize("how", ["reconnect", "invalid", "cut", "1000", "4000"])
@beside
async def test_where_a_connection_is_lost_what_happened_meanwhile_is_heard_after_it(fake, client, how):
    [session] = fake.gateway.sessions
    await told(fake, client, "before", 1)
    if how == "reconnect":
        await fake.gateway.reconnect()
    elif how == "invalid":
        await fake.gateway.invalidate(resumable=True)
    else:
        await fake.gateway.hang_up(0 if how == "cut" else int(how))
    people.say(fake, "meanwhile", channel=NEWS)
    await client.until("resumed")
    await told(fake, client, "after", 3)
    assert [session.resumed, len(fake.gateway.sessions)] == [1, 1]
    heard = [message.id for event, message in (each for each in client.heard if each[0] == "message")]
    assert heard == sorted({*heard})
    assert [frame["op"] for frame in fake.gateway.frames] == [2, 6]


@beside
async def test_a_session_that_is_not_known_begins_anew(fake, client):
    await fake.gateway.invalidate()
    await client.until("ready", 2)
    assert [frame["op"] for frame in fake.gateway.frames] == [2, 2]
    await fake.gateway.hang_up(4009)
    await client.until("ready", 3)
    assert [frame["op"] for frame in fake.gateway.frames] == [2, 2, 6, 2]


class Reset(Program):
    """Its token is taken over REST, and then no more."""

    async def setup_hook(self):
        self.fake.revoked = True


@pytest.mark.parametrize(
    ("code", "kind", "given"),
    [
        (4004, Reset, {}),
        (4010, Sharded, {"shard_ids": [2], "shard_count": 2}),
        (4011, Program, {}),
        (4014, Program, {"intents": Intents.all()}),
        (4014, Sharded, {"intents": Intents.all()}),
    ],
)
@beside
async def test_a_connection_is_closed_for_good_with_the_code_that_says_why(fake, code, kind, given):
    fake.gateway.sharded_from = 0 if code == 4011 else 1
    expected = discord.PrivilegedIntentsRequired if code == 4014 else discord.ConnectionClosed
    async with asyncio.timeout(10), kind(**given) as program:
        program.fake = fake
        with pytest.raises(expected) as caught:
            await program.start(fake.token)
    assert code in {4014, getattr(caught.value, "code", None)}


@beside
async def test_a_token_that_is_not_known_is_refused(fake):
    fake.revoked = True
    async with Program() as program:
        with pytest.raises(discord.LoginFailure):
            await program.start(fake.token)
    [call] = fake.calls
    assert (call.name, call.status) == ("me", 401)


@beside
async def test_a_gateway_that_takes_nobody_in_is_tried_again(fake, client, waits):
    fake.gateway.refuses = 2
    await fake.gateway.hang_up(1000)
    await client.until("resumed")
    assert (fake.gateway.refuses, len(waits)) == (0, 2)


@beside
async def test_each_shard_has_a_connection_a_sequence_and_servers_of_its_own(fake):
    fake.shards = 3
    mine = [GUILD, people.invite(fake, "Second"), people.invite(fake, "Third")]
    async with running(fake, Sharded) as client:
        assert (client.shard_count, [call.name for call in fake.calls][-1]) == (3, "gateway")
        assert [session.shard for session in fake.gateway.sessions] == [0, 1, 2]
        for guild in mine:
            number = (int(guild) >> 22) % 3
            assert client.get_guild(int(guild)).shard_id == number
            before = [len(each.events) for each in fake.gateway.sessions]
            people.say(fake, f"<@{BOT}> in {guild}", channel=str(int(guild) + 1))
            await client.until("message", 1 + mine.index(guild))
            grown = [len(each.events) - was for each, was in zip(fake.gateway.sessions, before, strict=True)]
            assert grown == [int(number == shard) for shard in range(3)]
        people.say(fake, "directly")
        assert (await client.until("message", 4)).guild is None
        assert fake.gateway.sessions[0].events[-1]["d"]["content"] == "directly"
        await fake.gateway.reconnect(1)
        await client.until("shard_resumed")
        assert [each.resumed for each in fake.gateway.sessions] == [0, 1, 0]


# -- REST --------------------------------------------------------------------------------------------------------------


def there(client, channel=NEWS):
    return client.get_partial_messageable(int(channel))


async def refused(asked):
    """The status and the code of a no."""
    with pytest.raises(discord.HTTPException) as caught:
        await asked
    return caught.value.status, caught.value.code


@beside
async def test_a_message_is_written_read_changed_found_and_taken_away(fake, client):
    embed = discord.Embed(title="Title", description="Words", url="https://example.org/1", colour=3)
    embed.set_footer(text="Small").add_field(name="A", value="B")
    link = discord.ui.View().add_item(discord.ui.Button(label="Read", url="https://example.org/1"))
    sent = await there(client).send("Hello", embed=embed, view=link)
    read = await there(client).fetch_message(sent.id)
    assert (read.content, read.embeds[0].fields[0].value) == ("Hello", "B")
    assert read.components[0].children[0].label == "Read"
    await read.edit(content="Other", embed=None, view=None)
    [found] = [each async for each in there(client).history(limit=5)]
    assert (found.content, found.embeds, found.edited_at is not None) == ("Other", [], True)
    answer = await found.reply("Yes")
    assert answer.reference.message_id == sent.id
    earlier = [each.id async for each in there(client).history(before=discord.Object(answer.id))]
    assert earlier == [sent.id]
    assert [each.id async for each in there(client).history(after=sent, oldest_first=True)] == [answer.id]
    await found.delete()
    assert await refused(there(client).fetch_message(sent.id)) == (404, 10008)
    assert fake.wrong == []


@beside
async def test_files_are_taken_beside_words_and_can_be_fetched(client):
    files = [discord.File(io.BytesIO(b"one"), "a.txt"), discord.File(io.BytesIO(b"two"), "b.txt")]
    sent = await there(client).send("Two", files=files)
    assert [(each.filename, each.size) for each in sent.attachments] == [("a.txt", 3), ("b.txt", 3)]
    assert await sent.attachments[1].read() == b"two"


@beside
async def test_who_everybody_is_and_what_is_where_can_be_asked(fake, client):
    guild = await client.fetch_guild(int(GUILD))
    assert {each.name for each in await guild.fetch_channels()} == {"news", "other", "forum"}
    assert {role.name for role in await guild.fetch_roles()} >= {"@everyone", "Anneke"}
    member = await guild.fetch_member(int(ANNEKE))
    assert (await client.fetch_user(int(ANNEKE))).name == member.name == "anneke"
    assert (await client.fetch_channel(int(NEWS))).name == "news"
    assert (await client.application_info()).owner.name == "carsten"
    assert await refused(client.fetch_channel(1)) == (404, 10003)
    assert await refused(client.fetch_user(1)) == (404, 10013)
    assert await refused(guild.fetch_member(1)) == (404, 10007)
    await there(client).typing()
    assert fake.wrong == []


@beside
async def test_what_the_bot_may_in_a_channel_is_what_its_own_program_makes_of_it(fake, client):
    news, other = (client.get_channel(int(each)) for each in (NEWS, OTHER))
    assert news.permissions_for(news.guild.me).send_messages
    assert not other.permissions_for(other.guild.me).view_channel
    people.deny(fake, NEWS, 1 << 14)
    await client.until("guild_channel_update")
    assert not news.permissions_for(news.guild.me).embed_links
    people.grant(fake, 1 << 10)
    await client.until("guild_role_update")
    assert not news.permissions_for(news.guild.me).send_messages


HELLO = discord.Embed(description="Hello")


@pytest.mark.parametrize(
    ("code", "missing", "asked"),
    [
        (50001, 1 << 10, lambda client: there(client).send("x")),
        (50013, 1 << 11, lambda client: there(client).send("x")),
        (50013, 1 << 14, lambda client: there(client).send(embed=HELLO)),
        (50013, 1 << 15, lambda client: there(client).send(file=discord.File(io.BytesIO(b"x"), "x"))),
    ],
)
@beside
async def test_what_the_bot_may_not_is_refused(fake, client, code, missing, asked):
    people.deny(fake, NEWS, missing)
    assert await refused(asked(client)) == (403, code)


@beside
async def test_who_may_not_read_what_was_said_gets_nothing_and_no_error(fake, client):
    sent = await there(client).send("x")
    people.deny(fake, NEWS, 1 << 16)
    assert [each async for each in there(client).history()] == []
    assert await refused(there(client).fetch_message(sent.id)) == (403, 50013)


@beside
async def test_a_person_is_written_to_unless_their_door_is_closed(fake, client):
    user = await client.fetch_user(int(ANNEKE))
    await user.send("Hello")
    assert [each["content"] for each in people.messages(fake, people.direct(fake))] == ["Hello"]
    people.close_door(fake)
    assert await refused(user.send("Hello")) == (403, 50007)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        (50006, {}),
        (50006, {"content": " "}),
        (50035, {"content": "x" * 2001}),
        (50035, {"embed": discord.Embed(title="x" * 257)}),
        (50035, {"embed": discord.Embed(description="x" * 4097)}),
        (50035, {"embed": discord.Embed(url="javascript:1", title="x")}),
        (50035, {"embed": discord.Embed(title="x").add_field(name=" ", value="x")}),
        (50035, {"embed": discord.Embed(title="x").set_footer(text="x" * 2049)}),
        (50035, {"embeds": [discord.Embed(description="x" * 3001)] * 2}),
        (50035, {"content": "x", "nonce": "x" * 26}),
        (
            50035,
            {
                "content": "x",
                "view": discord.ui.View().add_item(discord.ui.Button(custom_id="x", label="x" * 81)),
            },
        ),
    ],
)
@beside
async def test_what_is_over_a_limit_is_refused(fake, client, code, given):
    assert await refused(there(client).send(**given)) == (400, code)
    assert people.messages(fake) == []


@beside
async def test_a_nonce_is_known_for_two_minutes_and_that_of_a_message_that_is_gone_finds_nothing(
    fake, client
):
    first = await there(client).send("x", nonce="key")
    assert (await there(client).send("x", nonce="key")).id == first.id
    await fake.pass_time(119)
    assert (await there(client).send("x", nonce="key")).id == first.id
    people.remove(fake, NEWS, str(first.id))
    assert await refused(there(client).send("x", nonce="key")) == (404, 10008)
    await fake.pass_time(2)
    assert (await there(client).send("x", nonce="key")).id != first.id
    assert len(people.messages(fake)) == 1
    assert fake.wrong == []


@beside
async def test_other_words_by_the_same_nonce_are_recorded_as_wrong(fake, client):
    await there(client).send("x", nonce="key")
    await there(client).send("y", nonce="key")
    assert len(fake.wrong) == 1


@pytest.mark.parametrize(
    ("fault", "seen", "waited"),
    [
        ("limited 60", 1, [60]),
        ("limited global 7.5", 1, [7.5]),
        ("502 before", 1, [1]),
        ("502 after", 1, [1]),
        ("500 after", 1, [1]),
        ("504 before", 1, [1]),
    ],
)
@beside
async def test_a_fault_that_the_library_gets_over_costs_a_while_and_makes_nothing_twice(
    fake, client, waits, fault, seen, waited
):
    fake.plan("message.create", fault)
    await there(client).send("Hello")
    assert (len(people.messages(fake)), waits) == (seen, waited)
    assert [call.error for call in fake.called("message.create")] == [fault, ""]


@pytest.mark.parametrize(
    ("fault", "status", "seen"),
    [
        ("banned", 429, 0),
        ("503 before", 503, 0),
        ("503 after", 503, 1),
        ("50013", 403, 0),
        ("401", 401, 0),
        ("40003", 403, 0),
        ("reset before", None, 0),
        ("reset after", None, 1),
    ],
)
@beside
async def test_a_fault_that_it_does_not_get_over_is_raised_at_once(fake, client, waits, fault, status, seen):
    fake.plan(["message.create", "message.edit"], "", fault)
    await there(client).send("Hello")
    with pytest.raises(discord.HTTPException if status else aiohttp.ClientError) as caught:
        await there(client).send("Hello")
    assert getattr(caught.value, "status", None) == status
    assert (len(people.messages(fake)), waits) == (1 + seen, [])
    await there(client).send("Hello")
    assert len(people.messages(fake)) == 2 + seen


@beside
async def test_an_answer_is_as_slow_as_planned_or_never_comes(fake, client):
    fake.plan("message.create", "slow 20", "silent")
    slowly = asyncio.create_task(there(client).send("Hello"))
    await fake.until(lambda: fake.clock.sleepers)
    assert people.messages(fake) == []
    await fake.pass_time(20)
    await slowly
    never = asyncio.create_task(there(client).send("Hello"))
    await fake.until(lambda: len(people.messages(fake)) == 2)
    assert not never.done()
    never.cancel()


@beside
async def test_more_than_fifty_requests_in_any_second_are_refused_but_for_answers_to_interactions(
    fake, client
):
    await registered(client)
    people.command(fake, "news changed")
    interaction = await client.until("interaction")
    await fake.pass_time(2)
    fake.paced, client.http.max_ratelimit_timeout = True, 0.1
    for _ in range(25):
        await there(client).typing()
    await fake.pass_time(0.6)
    for _ in range(25):
        await there(client).typing()
    await interaction.response.send_message("Yes")
    with pytest.raises(discord.RateLimited):
        await there(client).typing()
    assert [call.status for call in fake.calls if call.status != 200] == [429]
    await fake.pass_time(0.5)  # 25 of them are more than a second old
    await there(client).typing()
    assert fake.calls[-1].status == 200

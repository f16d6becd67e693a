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

from tests.discord_rules import needs_openapi, wrong_answer
from tests.fake_discord import ANNEKE, BOT, FORUM_ID, GUILD, NEWS, OTHER, FakeDiscord, apart, people
from tests.fake_discord.world import BOT_MAY, MANAGE_THREADS

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


@needs_openapi
@pytest.mark.parametrize(
    ("method", "path", "status", "body", "found"),
    [
        ("GET", "/gateway", 200, {"url": "wss://example.org"}, 0),
        ("GET", "/gateway", 200, {"url": "wss://example.org", "more": 1}, 1),
        ("GET", "/gateway", 200, {}, 1),
        ("GET", "/gateway", 201, {"url": "wss://example.org"}, 1),
        ("GET", "/gateway", 404, {"code": 10003, "message": "Unknown Channel"}, 0),
        ("GET", "/gateway", 404, {"code": "10003"}, 1),
        ("GET", "/gateway", 502, None, 0),
        ("GET", "/gatekeeper", 200, {}, 1),
        ("DELETE", "/channels/1/messages/2", 204, None, 0),
        ("DELETE", "/channels/1/messages/2", 204, {}, 1),
        ("PATCH", "/webhooks/1/token/messages/@original", 200, {"id": "1"}, 1),
    ],
)
def test_an_answer_is_held_against_the_openapi(method, path, status, body, found):
    assert len(wrong_answer(method, path, status, body)) == found


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


@contextlib.asynccontextmanager
async def spoken(fake, *frames):
    """What is said to a program that is no discord.py, and asks for no compression."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{fake.gateway_url}?v=10&encoding=json") as socket,
    ):
        for frame in frames:
            await socket.send_json(frame)
        yield socket


def identified(**given):
    return {"op": 2, "d": {"token": "fake", "intents": NEEDED.value, "properties": {}, **given}}


def resumed(**given):
    return {"op": 6, "d": {"token": "fake", "session_id": "s1", "seq": 0, **given}}


@beside
async def test_whoever_asks_for_no_compression_is_spoken_to_in_plain_words(fake):
    async with spoken(fake, {"op": 1, "d": None}, identified(shard=[1, 3])) as socket:
        hello, beat, ready = [json.loads((await socket.receive()).data) for _ in range(3)]
    assert (hello["op"], beat["op"], ready["t"], ready["s"]) == (10, 11, "READY", 1)
    assert (ready["d"]["shard"], ready["d"]["resume_gateway_url"]) == ([1, 3], fake.gateway_url)


@pytest.mark.parametrize(
    ("code", "frames"),
    [
        (4001, [{"op": 99, "d": None}]),
        (4004, [identified(token="other")]),
        (4004, [resumed(token="other")]),
        (4005, [identified(), identified()]),
        (4010, [identified(shard=[3, 3])]),
    ],
)
@beside
async def test_what_may_not_be_said_to_the_gateway_closes_the_connection(fake, code, frames):
    async with asyncio.timeout(10), spoken(fake, *frames) as socket:
        async for _ in socket:
            pass
    assert socket.close_code == code


@beside
async def test_a_session_that_there_never_was_can_not_be_resumed(fake):
    async with spoken(fake, resumed(session_id="s99")) as socket:
        said = [json.loads((await socket.receive()).data) for _ in range(2)]
    assert [(each["op"], each["d"]) for each in said[1:]] == [(9, False)]


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
    return client.get_partial_messageable(int(channel), guild_id=int(GUILD))


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


# -- interactions ------------------------------------------------------------------------------------------------------


async def given(fake, client, begin=None, times=1):
    """What somebody began (a command), and how a program meets it."""
    if not fake.commands:
        await registered(client)
    begun = begin() if begin else people.command(fake, "news changed")
    return begun, await client.until("interaction", times)


@beside
async def test_a_command_comes_with_who_gave_it_where_and_what_they_may_there(fake, client):
    await registered(client)
    people.command(fake, "news changed", {"story": "1", "channel": OTHER}, locale="de")
    interaction = await client.until("interaction")
    assert (interaction.user.id, interaction.guild_id) == (int(ANNEKE), int(GUILD))
    assert (interaction.locale, interaction.guild_locale) == (
        discord.Locale.german,
        discord.Locale.american_english,
    )
    assert (interaction.channel.name, interaction.permissions.manage_guild) == ("news", False)
    assert interaction.app_permissions.send_messages
    assert interaction.is_guild_integration()
    assert interaction.data["resolved"]["channels"][OTHER]["name"] == "other"
    people.command(fake, "news changed", channel="")
    direct = await client.until("interaction", 2)
    assert (direct.guild, direct.context.dm_channel, direct.user.id) == (None, True, int(ANNEKE))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("weather", {}),
        ("news", {}),
        ("news told", {}),
        ("news changed", {"storey": "1"}),
    ],
)
@beside
async def test_nobody_can_give_a_command_that_was_not_registered(fake, client, name, options):
    await registered(client)
    with pytest.raises(LookupError):
        people.command(fake, name, options)


@beside
async def test_a_tree_of_commands_is_registered_and_answers(fake):
    class Bot(Program):
        async def setup_hook(self):
            self.tree = discord.app_commands.CommandTree(self)
            self.tree.command(name="where", description="Where")(where)
            self.tree.context_menu(name="What changed?")(about)
            await self.tree.sync()

    async def where(interaction, channel: discord.TextChannel):
        await interaction.response.send_message(f"In {channel.name}", ephemeral=True)

    async def about(interaction, message: discord.Message):
        await interaction.response.send_message(f"Of {message.content}", ephemeral=True)

    where.__annotations__["interaction"] = about.__annotations__["interaction"] = discord.Interaction
    async with running(fake, Bot):
        begun = await people.command(fake, "where", {"channel": NEWS}).ended()
        assert begun.original["content"] == "In news"
        message = people.say(fake, "words to nobody", channel=NEWS)
        begun = await people.point(fake, "What changed?", message["id"]).ended()
        assert (begun.original["content"], begun.private) == ("Of words to nobody", True)
        assert [each["content"] for each in people.messages(fake)] == ["words to nobody"]


@beside
async def test_an_answer_is_in_time_for_three_seconds_and_only_the_first_counts(fake, client):
    begun, interaction = await given(fake, client)
    await fake.pass_time(3)
    await interaction.response.send_message("Yes", ephemeral=True)
    assert (begun.took, begun.private, begun.original["content"]) == (3, True, "Yes")
    again = discord.InteractionResponse(interaction)
    assert await refused(again.send_message("Again")) == (400, 40060)
    _, late = await given(fake, client, times=2)
    await fake.pass_time(3.1)
    assert await refused(late.response.defer()) == (404, 10062)


@beside
async def test_an_answer_can_be_changed_and_followed_for_a_quarter_of_an_hour(fake, client):
    begun, interaction = await given(fake, client)
    await interaction.response.send_message("Yes", ephemeral=True)
    await fake.pass_time(899)
    await interaction.edit_original_response(content="No")
    assert (await interaction.original_response()).content == begun.original["content"] == "No"
    further = await interaction.followup.send("More", ephemeral=True, wait=True)
    await further.edit(content="Less")
    await further.delete()
    assert begun.followups == []
    await fake.pass_time(2)
    assert await refused(interaction.edit_original_response(content="x")) == (401, 50027)
    assert await refused(interaction.followup.send("x")) == (401, 50027)


@beside
async def test_a_promise_is_kept_in_its_place_and_stays_as_private_as_it_was(fake, client):
    begun, interaction = await given(fake, client)
    await interaction.response.defer(ephemeral=True, thinking=True)
    assert (begun.answer, begun.private, begun.waiting, begun.over.is_set()) == (5, True, True, False)
    assert begun.original["flags"] & (1 << 7)  # it is loading
    await interaction.edit_original_response(content="Done")
    assert (begun.original["content"], begun.original["flags"], begun.waiting) == ("Done", 1 << 6, False)
    assert [each["content"] for each in people.seen(fake)] == ["Done"]
    assert people.seen(fake, people.person(fake, "Dörte")) == people.messages(fake) == []
    open_one, interaction = await given(fake, client, times=2)
    await interaction.response.defer()
    await interaction.edit_original_response(content="All see it")
    assert ([each["content"] for each in people.messages(fake)], open_one.private) == (["All see it"], False)


@beside
async def test_the_first_that_follows_a_promise_takes_its_place(fake, client):
    begun, interaction = await given(fake, client)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.followup.send("Done")
    await interaction.followup.send("And more", ephemeral=True)
    assert (begun.original["content"], begun.private) == ("Done", True)
    assert [each["content"] for each in begun.followups] == ["And more"]


@beside
async def test_components_of_the_second_version_may_keep_a_promise(fake, client):
    begun, interaction = await given(fake, client)
    await interaction.response.defer(ephemeral=True, thinking=True)
    view = discord.ui.LayoutView().add_item(discord.ui.TextDisplay("Words"))
    await interaction.edit_original_response(view=view)
    assert begun.original["flags"] == 1 << 15 | 1 << 6
    assert await refused(interaction.edit_original_response(content="x", view=view)) == (400, 50035)
    await interaction.delete_original_response()
    assert people.seen(fake) == []


@beside
async def test_where_the_app_is_only_a_persons_own_five_messages_follow(fake, client):
    guild = people.invite(fake, "Foreign", integrated=False)
    await client.until("guild_join")
    channel = str(int(guild) + 1)
    _, interaction = await given(fake, client, lambda: people.command(fake, "news changed", channel=channel))
    assert not interaction.is_guild_integration()
    await interaction.response.send_message("Yes", ephemeral=True)
    for number in range(5):
        await interaction.followup.send(str(number), ephemeral=True)
    assert await refused(interaction.followup.send("6", ephemeral=True)) == (400, 40094)


@beside
async def test_what_is_typed_is_completed(fake, client):
    await registered(client)
    begun = people.autocomplete(fake, "news changed", "story", "ha")
    interaction = await client.until("interaction")
    assert interaction.data["options"][0]["options"] == [
        {"type": 3, "name": "story", "value": "ha", "focused": True}
    ]
    await interaction.response.autocomplete([discord.app_commands.Choice(name="Harbour", value="1")])
    assert [each["name"] for each in (await begun.ended()).choices] == ["Harbour"]
    begun = people.autocomplete(fake, "news changed", "story", "")
    interaction = await client.until("interaction", 2)
    many = [discord.app_commands.Choice(name=str(each), value="1") for each in range(26)]
    assert await refused(interaction.response.autocomplete(many)) == (400, 50035)
    assert begun.choices is None
    with pytest.raises(LookupError):
        people.autocomplete(fake, "news changed", "channel", "")


class Window(discord.ui.Modal, title="Which line?"):
    note = discord.ui.Label(text="What is wrong?", component=discord.ui.TextInput(custom_id="note"))
    line = discord.ui.Label(
        text="Which?",
        component=discord.ui.Select(custom_id="line", options=[discord.SelectOption(label="1", value="one")]),
    )


@beside
async def test_a_window_opens_at_a_press_and_is_sent_off(fake, client):
    _, interaction = await given(fake, client)
    view = discord.ui.View().add_item(discord.ui.Button(custom_id="wrong", label="Wrong line?"))
    await interaction.response.send_message("Words", view=view, ephemeral=True)
    shown = people.seen(fake)[0]
    begun = people.press(fake, "Wrong line?", shown["id"])
    pressed = await client.until("interaction", 2)
    assert (pressed.data["custom_id"], pressed.message.content) == ("wrong", "Words")
    await pressed.response.send_modal(Window(custom_id="window"))
    assert begun.window["title"] == "Which line?"
    with pytest.raises(LookupError):
        people.submit(fake, begun.id, {"strange": "x"})
    sent = people.submit(fake, begun.id, {"note": "All", "line": ["one"]})
    filled = await client.until("interaction", 3)
    assert [part["component"].get("value") for part in filled.data["components"]] == ["All", None]
    assert filled.data["components"][1]["component"]["values"] == ["one"]
    await discord.InteractionResponse(filled).send_message("Thank you", ephemeral=True)
    assert (await sent.ended()).original["content"] == "Thank you"


@beside
async def test_a_press_may_change_the_message_that_it_is_under(fake, client):
    view = discord.ui.View().add_item(discord.ui.Button(custom_id="mute", label="Mute"))
    message = await there(client).send("Words", view=view)
    begun = people.press(fake, "mute", str(message.id))
    pressed = await client.until("interaction")
    await pressed.response.edit_message(content="Muted", view=None)
    assert (begun.answer, people.messages(fake)[0]["content"]) == (7, "Muted")
    with pytest.raises(LookupError):
        people.press(fake, "mute", str(message.id))


@beside
async def test_a_press_may_be_answered_later_in_its_place(fake, client):
    view = discord.ui.View().add_item(discord.ui.Button(custom_id="more", label="More"))
    message = await there(client).send("Words", view=view)
    begun = people.press(fake, "more", str(message.id), user=people.person(fake, "Dörte"))
    pressed = await client.until("interaction")
    await pressed.response.defer()
    assert (begun.answer, begun.waiting) == (6, False)
    await pressed.edit_original_response(content="More words")
    assert people.messages(fake)[0]["content"] == "More words"
    await pressed.followup.send("For you", ephemeral=True)
    assert people.seen(fake) == people.messages(fake)  # it was somebody else who pressed


@beside
async def test_what_does_not_answer_an_interaction_of_its_kind_is_refused(fake, client):
    _, interaction = await given(fake, client)
    raw = SimpleNamespace(id=interaction.id, token=interaction.token)
    for kind in (6, 7, 8):
        path = discord.http.Route("POST", f"/interactions/{raw.id}/{raw.token}/callback")
        given_back = {"type": kind, "data": {"choices": []}}
        assert await refused(client.http.request(path, json=given_back)) == (400, 50035)


@pytest.mark.parametrize(("fault", "waited"), [("502 after", [1]), ("503 before", [1]), ("limited 2", [2])])
@beside
async def test_answers_to_interactions_meet_faults_too(fake, client, waits, fault, waited):
    begun, interaction = await given(fake, client)
    fake.plan("callback", fault)
    answer = interaction.response.send_message("Yes")
    if fault.endswith("after"):  # it was taken, though the library can't know
        assert await refused(answer) == (400, 40060)
    else:
        await answer
    assert (begun.original["content"], waits) == ("Yes", waited)


@beside
async def test_reconnecting_loses_no_interaction(fake, client):
    await registered(client)
    await fake.gateway.hang_up(0)
    begun = [people.command(fake, "news changed") for _ in range(3)]
    for number, each in enumerate(begun, 1):
        interaction = await client.until("interaction", number)
        assert str(interaction.id) == each.id
        await interaction.response.send_message("Yes")
    await client.until("resumed")
    assert [each.answer for each in begun] == [4, 4, 4]


# -- threads and forums --------------------------------------------------------------------------------------------------


@beside
async def test_a_message_has_one_thread_which_is_written_into_archived_and_locked(fake, client):
    root = await there(client).send("Root")
    thread = await root.create_thread(name="A story")
    assert thread.id == root.id
    assert await refused(root.create_thread(name="Again")) == (400, 160004)
    await thread.send("In it")
    assert [each["content"] for each in people.messages(fake)] == ["Root", "In it"]
    people.lock(fake, str(thread.id), locked=False)
    guild = client.get_guild(int(GUILD))
    assert (await guild.active_threads()) == []
    archived = [each async for each in client.get_channel(int(NEWS)).archived_threads()]
    assert [each.name for each in archived] == ["A story"]
    await there(client, thread.id).send("It opens again")
    assert [each.id for each in await guild.active_threads()] == [thread.id]
    people.lock(fake, str(thread.id))
    assert await refused(there(client, thread.id).send("x")) == (400, 50083)
    people.remove(fake, NEWS, str(root.id))
    assert fake.channels[str(thread.id)].messages != []


@beside
async def test_whoever_may_not_open_or_write_into_threads_is_refused(fake, client):
    root = await there(client).send("Root")
    people.deny(fake, NEWS, 1 << 35)
    assert await refused(root.create_thread(name="x")) == (403, 50013)
    people.deny(fake, NEWS, 1 << 38)
    thread = await root.create_thread(name="x")
    assert await refused(thread.send("x")) == (403, 50013)


@beside
async def test_a_post_in_a_forum_has_a_title_words_and_tags_of_its_forum(fake, client):
    number = people.channel(fake, "stories", kind=15, require_tag=True, tags=["harbour", "weather"])
    await client.until("guild_channel_create")
    forum = client.get_channel(int(number))
    assert (forum.flags.require_tag, [tag.name for tag in forum.available_tags]) == (
        True,
        ["harbour", "weather"],
    )
    made = await forum.create_thread(name="A story", content="Words", applied_tags=forum.available_tags[:1])
    assert (made.thread.id, made.thread.name) == (made.message.id, "A story")
    assert [tag.name for tag in made.thread.applied_tags] == ["harbour"]
    await made.thread.send("Later")
    assert [each["content"] for each in people.messages(fake, number)] == ["Words", "Later"]
    assert await refused(forum.create_thread(name="B", content="x")) == (400, 40067)
    assert await refused(
        forum.create_thread(name="x" * 101, content="x", applied_tags=forum.available_tags)
    ) == (400, 50035)
    strange = discord.Object(1)
    assert await refused(forum.create_thread(name="B", content="x", applied_tags=[strange])) == (400, 50035)
    assert await refused(there(client, number).send("x")) == (400, 50024)
    assert await refused(made.thread.delete()) == (403, 50013)
    people.grant(fake, BOT_MAY | MANAGE_THREADS)
    await made.thread.delete()
    assert people.messages(fake, number) == []


@pytest.mark.parametrize("fault", ["502 after", "reset after"])
@beside
async def test_a_post_in_a_forum_has_no_nonce_and_is_there_twice_where_its_answer_was_lost(
    fake, client, fault
):
    forum = client.get_channel(int(FORUM_ID))
    fake.plan("forum.create", fault)
    with contextlib.suppress(aiohttp.ClientError):
        await forum.create_thread(name="A story", content="Words")
    if fault == "reset after":
        await forum.create_thread(name="A story", content="Words")
    assert len(people.threads(fake, FORUM_ID)) == 2


# -- servers and people --------------------------------------------------------------------------------------------------


@beside
async def test_a_program_hears_where_it_is_let_in_and_thrown_out_and_what_is_gone(fake, client):
    guild = people.invite(fake)
    assert (await client.until("guild_join")).id == int(guild)
    channel = people.channel(fake, "b")
    assert (await client.until("guild_channel_create")).id == int(channel)
    people.delete_channel(fake, channel)
    assert (await client.until("guild_channel_delete")).id == int(channel)
    assert await refused(there(client, channel).send("x")) == (404, 10003)
    people.throw_out(fake)
    assert (await client.until("guild_remove")).id == int(GUILD)
    assert await refused(there(client).send("x")) == (403, 50001)
    await client.get_guild(int(guild)).leave()
    assert await refused(client.fetch_guild(int(guild))) == (403, 50001)


# -- from another process --------------------------------------------------------------------------------------------------


def test_a_fake_in_a_process_of_its_own_does_and_tells_the_same_over_http(monkeypatch):
    async def answered(remote):
        async with running(SimpleNamespace(token="other")) as client:
            await registered(client)
            begun = remote.command(name="news changed", options={"story": "1"})
            await (await client.until("interaction")).response.send_message("Yes", ephemeral=True)
            return remote.interaction(given=begun["id"])

    with apart("--token", "other", "--start", str(START), "--paced") as remote:
        monkeypatch.setattr(discord.http.Route, "BASE", remote.api)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(remote.gateway_url))
        assert asyncio.run(answered(remote))["original"]["content"] == "Yes"
        assert [each["content"] for each in remote.seen()] == ["Yes"]
        assert [call["name"] for call in remote.calls()] == ["me", "application", "commands.put", "callback"]
        assert [each["shard"] for each in remote.sessions()] == [[0, 1]]
        assert (remote.wrong(), remote.messages()) == ([], [])
        with pytest.raises(LookupError):
            remote.command(name="weather")

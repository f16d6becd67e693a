"""`/news` as Discord lists it: every word of the grammar, in English and German, within its limits, and what is chosen."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import get_args

import discord
import pytest

from bot.commands import (
    HELP,
    Changed,
    FeedAction,
    Feeds,
    Follow,
    ForgetMe,
    Help,
    Latest,
    MuteTopic,
    Schedule,
    ScheduleAction,
    Since,
    Unknown,
)
from bot.phrases import GERMAN
from bot.platforms.discord import clients
from bot.platforms.discord.tree import Asked, build, fingerprint, payload
from tests.discord_rules import wrong_command
from tests.fake_discord import ANNEKE, FORUM_ID, GUILD, NEWS, FakeDiscord, people
from tests.fake_discord.interactions import COMMAND

NEEDED = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
WISHES = {"follow", "unfollow", "mute", "unmute", "quiet"}
MENU = "What changed about this?"


async def nothing(*_):
    return ()


def tree(run=nothing, complete=nothing, about=nothing):
    return build(discord.Client(intents=NEEDED), run, complete, about)


@pytest.fixture(scope="module")
def listed():
    return payload(tree())


@pytest.fixture(scope="module")
def news(listed):
    return listed[0]


def options(node):
    return node.get("options") or []


def nodes(node):
    """A command with all that is in it."""
    yield node
    for each in options(node):
        yield from nodes(each)


def leaves(news):
    """Each thing that can be done, by its words."""
    for each in options(news):
        if each["type"] == 1:
            yield each["name"], each
        else:
            yield from ((f"{each['name']} {part['name']}", part) for part in options(each))


def names(node):
    return {each["name"] for each in options(node)}


def named(node, *path):
    for word in path:
        node = next(each for each in options(node) if each["name"] == word)
    return node


# -- what is listed ----------------------------------------------------------------------------------------------------


def test_every_word_of_the_grammar_is_a_child_and_every_child_a_word(news):
    said = {usage.word.split()[0] for usage in HELP} - {"more", "shorter"}
    assert {each["name"] for each in options(news)} == said


@pytest.mark.parametrize(
    ("word", "actions"),
    [("schedule", get_args(ScheduleAction)), ("feeds", get_args(FeedAction)), ("forget", ("me",))],
)
def test_words_with_several_things_to_do_are_groups_of_them(news, word, actions):
    assert {each["name"] for each in options(named(news, word))} == set(actions)


def test_what_is_listed_is_taken_by_discord_in_every_language(listed):
    assert [(each["type"], wrong_command(each)) for each in listed] == [(1, []), (3, [])]


def test_everything_but_the_name_of_the_product_is_said_in_german(listed):
    for node in nodes(listed[0]):
        assert node["name"] == "news" or "de" in node["name_localizations"], node["name"]
        assert "de" in node["description_localizations"], node["name"]
        assert all("de" in choice["name_localizations"] for choice in node.get("choices") or [])
    assert listed[1]["name_localizations"] == {"de": GERMAN["menu.changed"]}


def test_every_member_sees_it_wherever_it_may_be_used(listed):
    for each in listed:
        assert each["default_member_permissions"] is None
        assert (each["integration_types"], each["contexts"]) == ([0, 1], [0, 1, 2])


def test_a_channel_may_be_named_where_it_matters_and_is_one_that_digests_go_to(news):
    paths = {f"schedule {action}" for action in get_args(ScheduleAction)} | WISHES
    assert {path for path, leaf in leaves(news) if "channel" in names(leaf)} == paths
    assert {str(named(leaf, "channel")["channel_types"]) for path, leaf in leaves(news) if path in paths} == {
        "[0, 5, 15]"
    }
    assert [path for path, leaf in leaves(news) if "tag" in names(leaf)] == ["schedule add"]


def test_a_payload_is_known_by_its_fingerprint(listed):
    assert fingerprint(payload(tree())) == fingerprint(listed)
    assert fingerprint(listed[:1]) != fingerprint(listed)


# -- what is chosen: discord.py's own client, by the gateway of a Discord on loopback ------------------------------------


@dataclass
class Met:
    """A client that is connected, and what came from its commands."""

    discord: FakeDiscord
    asked: list[Asked] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)
    pointed: list[str] = field(default_factory=list)
    offered: list[tuple[str, str]] = field(default_factory=list)
    commands: list[dict] = field(default_factory=list)

    async def run(self, interaction, asked):
        self.asked.append(asked)
        await interaction.response.send_message("Done.", ephemeral=True)

    async def complete(self, interaction, kind, typed):
        self.typed.append(
            (kind, typed, interaction.namespace.channel and str(interaction.namespace.channel.id))
        )
        return self.offered

    async def about(self, interaction, message):
        self.pointed.append(message.content)
        await interaction.response.send_message("Nothing.", ephemeral=True)

    async def choose(self, name, filled=None, **more):
        """What was asked, and how it was answered."""
        answered = await people.command(self.discord, name, filled, **more).ended()
        assert answered.private
        return self.asked[-1]

    async def type(self, name, option, typed, **more):
        answered = await people.autocomplete(self.discord, name, option, typed, **more).ended()
        return answered.choices


class Quick(discord.Client):
    async def before_identify_hook(self, shard_id, *, initial=False):
        pass


@contextlib.asynccontextmanager
async def connected(monkeypatch):
    async with FakeDiscord() as fake:
        monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
        gateway = discord.gateway.DiscordWebSocket
        monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
        clients.at(fake.api, fake.gateway_url)
        met = Met(fake)
        client = Quick(intents=NEEDED, allowed_mentions=discord.AllowedMentions.none(), guild_ready_timeout=0)
        commands = build(client, met.run, met.complete, met.about)

        async def setup_hook():
            await commands.sync()

        client.setup_hook = setup_hook
        running = asyncio.create_task(client.start("fake"))
        try:
            await fake.until(lambda: running.done() or client.is_ready())
            met.commands = payload(commands)
            yield met
        finally:
            await client.close()
            await asyncio.wait([running], timeout=5)
        assert fake.wrong == []


@pytest.fixture
def meet(monkeypatch):
    """Runs what a test does while it is connected."""

    def meet(act):
        async def acting():
            async with connected(monkeypatch) as met:
                return await act(met)

        return asyncio.run(acting())

    return meet


def test_a_sync_registers_the_payload_in_every_language(meet):
    async def act(met):
        registered = met.discord.commands[""]
        assert [
            {key: each[key] for key in ours} for each, ours in zip(registered, met.commands, strict=True)
        ] == met.commands
        return registered[0]["options"][0]["name_localizations"]

    assert meet(act) == {"de": "geändert"}


def test_a_member_without_any_permission_asks_what_changed(meet):
    async def act(met):
        met.discord.people[ANNEKE].permissions = 0
        return await met.choose("news changed", {"story": "since Friday", "since": "7d"}, user=ANNEKE)

    assert meet(act) == Asked(Changed("since Friday", Since(ago=timedelta(days=7))))


def test_what_is_chosen_is_asked(meet):
    async def act(met):
        return [
            (await met.choose(name, filled, **more)).command
            for name, filled, more in (
                ("news latest", {"count": 3}, {}),
                ("news changed", {}, {"channel": ""}),
                ("news mute", {"topic": 'the "quay" for 7d', "for": "30d"}, {"locale": "de"}),
                (
                    "news schedule add",
                    {"when": "weekdays 7:30", "length": "full", "zone": "Europe/Berlin"},
                    {},
                ),
                ("news schedule pause", {"number": 2}, {}),
                ("news feeds remove", {"feed": "The Norby Post"}, {}),
                ("news forget me", {}, {}),
                ("news help", {"word": "forget me"}, {}),
            )
        ]

    assert meet(act) == [
        Latest(3),
        Changed(),
        MuteTopic('the "quay" for 7d', timedelta(days=30)),
        Schedule("add", "weekdays 7:30 Europe/Berlin", length="full"),
        Schedule("pause", "2"),
        Feeds("remove", "The Norby Post"),
        ForgetMe(),
        Help("forget me"),
    ]


def test_what_is_no_command_is_asked_as_an_unknown_one(meet):
    async def act(met):
        return (await met.choose("news changed", {"since": "whenever post"})).command

    found = meet(act)
    assert isinstance(found, Unknown)
    assert found.reason == "unknown.since"


def test_another_channel_and_a_tag_are_handed_on(meet):
    async def act(met):
        forum = met.discord.channels[FORUM_ID]
        filled = [("when", 3, "7:30"), ("channel", 7, FORUM_ID), ("tag", 3, "77")]
        chosen = [{"name": name, "type": kind, "value": value} for name, kind, value in filled]
        about = {
            "id": met.discord.commands[""][0]["id"],
            "name": "news",
            "type": 1,
            "options": [
                {"type": 2, "name": "schedule", "options": [{"type": 1, "name": "add", "options": chosen}]}
            ],
            "resolved": {
                "channels": {
                    FORUM_ID: {
                        "id": FORUM_ID,
                        "name": "forum",
                        "type": 15,
                        "guild_id": GUILD,
                        "permissions": "0",
                    }
                }
            },
        }
        await met.discord.interactions.begin(COMMAND, ANNEKE, met.discord.channels[NEWS], about).ended()
        assert forum.id == str(met.asked[-1].channel.id)
        return met.asked[-1]

    asked = meet(act)
    assert (asked.command, asked.tag, asked.channel.type) == (
        Schedule("add", "7:30"),
        "77",
        discord.ChannelType.forum,
    )


def test_a_name_that_turns_what_is_read_around_or_does_not_show_is_no_trap_in_a_list(meet):
    async def act(met):
        met.offered = [("\u202eeman a", "story-1"), ("\u200b\u2060", "story-2")]
        return await met.type("news changed", "story", "")

    names = [choice["name"] for choice in meet(act)]
    assert names[0] == "\\u202eeman a"
    assert all(name.isprintable() for name in names)


def test_what_is_typed_is_completed_by_its_kind_and_too_much_is_left_out(meet):
    async def act(met):
        met.offered = [
            ("A " * 90, "story-1"),
            ("B", "v" * 101),
            (" ", "blank"),
            *((f"C{n}", f"{n}") for n in range(40)),
        ]
        choices = await met.type("news changed", "story", "har")
        for name, option in (
            ("news follow", "topic"),
            ("news feeds remove", "feed"),
            ("news schedule add", "zone"),
            ("news schedule add", "about"),
            ("news schedule add", "tag"),
        ):
            await met.type(name, option, "x")
        return choices, [kind for kind, *_ in met.typed], met.typed[0][1]

    choices, kinds, typed = meet(act)
    assert len(choices) == 25
    assert choices[0]["value"] == "story-1"
    assert len(choices[0]["name"]) <= 100
    assert [choice["value"] for choice in choices[1:3]] == ["0", "1"]
    assert (kinds, typed) == (["story", "topic", "feed", "zone", "topic", "tag"], "har")


def test_a_message_is_pointed_at(meet):
    async def act(met):
        said = people.say(met.discord, "The quay is shut.", channel=NEWS)
        await people.point(met.discord, MENU, said["id"]).ended()
        return met.pointed

    assert meet(act) == ["The quay is shut."]


def test_a_topic_may_be_called_anything(meet):
    async def act(met):
        return (await met.choose("news follow", {"topic": "every Friday for 7d"})).command

    assert meet(act) == Follow("every Friday for 7d")

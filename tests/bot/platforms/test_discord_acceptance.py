"""What Discord's pitfalls ask of the bot and no other room holds: of sessions, shards, logs and direct messages."""

import asyncio
import logging

import pytest

from bot.platforms.discord import service
from tests.bot.platforms.discord_world import ran, served
from tests.bot.platforms.test_discord_service import At, Bare, Memory, faked, listening, synced
from tests.bot.platforms.test_discord_service import ran as alone
from tests.fake_discord import ANNEKE, CARSTEN, GUILD, NEWS, people


def test_discord_is_asked_for_no_intent_that_it_has_to_grant():
    assert service.INTENTS.value == 4609


@alone
async def test_a_session_that_is_begun_anew_tells_of_no_command_twice_and_hears_each_once():
    async with faked() as fake, listening(fake, at := At(Bare(), Memory())):
        await fake.gateway.invalidate()
        await fake.until(lambda: len(fake.gateway.sessions) > 1)
        asked = await people.command(fake, "hello", {}).ended()
        assert asked.original["content"] == "heard"
        assert len(synced(fake)) == len(at.bot.clients) == 1


@alone
async def test_where_discord_does_not_take_the_commands_those_that_it_has_go_on_and_are_tried_again(caplog):
    memory = Memory()
    async with faked() as fake:
        async with listening(fake, At(Bare(), memory)):
            pass
        fake.plan("commands.put", "50035")
        async with listening(fake, At(Bare("hello-again"), memory)):
            assert len(synced(fake)) == 2
        async with listening(fake, At(Bare("hello-again"), memory)):
            assert len(synced(fake)) == 3
    assert "does not take the commands" in caplog.text


@alone
async def test_each_shard_hears_of_its_own_servers_and_the_commands_are_told_once():
    async with faked() as fake:
        other = people.invite(fake)
        assert [(int(guild) >> 22) % 2 for guild in (GUILD, other)] == [0, 1]
        async with listening(fake, At(Bare(), Memory()), shard_count=2) as client:
            for channel in (NEWS, str(int(other) + 1)):
                asked = await people.command(fake, "hello", {}, channel=channel).ended()
                assert asked.original["content"] == "heard"
            assert client.shard_count == 2
            assert len(synced(fake)) == 1


@pytest.mark.parametrize("faults", [["50027"], ["50035", "50035", "50035"], ["10015"]])
def test_what_goes_wrong_with_an_answer_is_logged_without_the_tokens_by_which_others_could_answer(
    sqlite, caplog, faults
):
    async def beside():
        async with served(sqlite) as at_work:
            at_work.discord.plan("answer.edit", *faults)
            people.command(at_work.discord, "news help", {})
            await at_work.discord.until(lambda: any(each.name.startswith("bot.") for each in caplog.records))
            await at_work.asked("latest")

    caplog.set_level(logging.INFO)
    asyncio.run(beside())
    assert "aW50" not in caplog.text, caplog.text


@ran
async def test_nobody_is_written_to_who_did_not_ask_for_it_there(at_work):
    for user in (ANNEKE, CARSTEN):
        await at_work.asked("changed", user=user)
        await at_work.asked("follow", user=user, topic="lock")
    await at_work.asked("schedule add", user=CARSTEN, when="daily at 8")
    await at_work.pressed("Latest stories", (await at_work.asked("me")).original)
    assert not [call for call in at_work.discord.calls if call.path.endswith("/users/@me/channels")]

"""Requests go out no faster than Discord takes them, and none where those that it calls invalid might get the bot shut out."""

import asyncio
from contextlib import asynccontextmanager

import pytest
import yarl
from discord.errors import HTTPException
from discord.http import Route

from bot.delivery.values import Outgoing
from bot.errors import Limited
from bot.platforms.discord import clients
from bot.platforms.discord.clients import PER_SECOND, Api, Invalid, Pace, at
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Target
from tests.fake_discord import GUILD, NEWS, FakeDiscord

QUIET = {"allowed_mentions": {"parse": []}}
PATH = "/channels/{channel_id}"


@asynccontextmanager
async def asking(most):
    """A Discord, and who asks there for as long as fewer than so many requests were invalid."""
    own = Route.BASE
    async with FakeDiscord(start=1_780_000_000.0) as discord:
        at(discord.api)
        api = Api("fake", Invalid(discord.now, most))
        try:
            yield discord, api
        finally:
            await api.close()
            at(own)


def asked(test):
    def run():
        async def beside():
            async with asking(3) as (discord, api):
                await test(discord, api)

        asyncio.run(beside())

    run.__name__ = test.__name__
    return run


async def refused(discord, api, fault="50001"):
    discord.plan("channel", fault)
    with pytest.raises(HTTPException):
        await api.ask("GET", PATH, channel_id="1")


@asked
async def test_after_too_many_invalid_requests_nothing_is_asked_until_the_first_is_ten_minutes_old(
    discord, api
):
    for _ in range(3):
        await refused(discord, api)
        await discord.pass_time(60)
    tried = len(discord.calls)
    with pytest.raises(Limited) as no:
        await api.ask("GET", PATH, channel_id="1")
    assert (no.value.reach, no.value.after.total_seconds()) == ("platform", 420)
    assert len(discord.calls) == tried
    await discord.pass_time(420)
    await refused(discord, api)
    with pytest.raises(Limited) as no:  # the window slides: but one had gone out of it
        await api.ask("GET", PATH, channel_id="1")
    assert no.value.after.total_seconds() == 60


@asked
async def test_all_deliveries_wait_then_and_nothing_is_sent_in_the_dark_after(discord, api):
    delivery = DiscordDelivery(api)
    message = Outgoing(
        Target("discord", GUILD, "channel", NEWS), "k", "a" * 24, {"content": "Good morning.", **QUIET}
    )
    for _ in range(3):
        await refused(discord, api)
    for ask in (delivery.send, delivery.find):
        with pytest.raises(Limited) as no:
            await ask(message)
        assert (no.value.reach, no.value.code) == ("platform", "invalid")
    await discord.pass_time(600)
    assert await delivery.send(message)


@asked
async def test_only_401_403_and_429_count_each_time_that_the_sdk_asks(discord, api):
    for fault in ("10003", "50035", "503 before"):
        for _ in range(3):
            await refused(discord, api, fault)
    discord.plan("channel", "limited 0.01", "limited 0.01", "50001")
    with pytest.raises(HTTPException):
        await api.ask("GET", PATH, channel_id="1")
    with pytest.raises(Limited):
        await api.ask("GET", PATH, channel_id="1")


@asked
async def test_who_is_asked_to_wait_with_everything_asks_nothing_till_then(discord, api):
    delivery = DiscordDelivery(api)
    message = Outgoing(
        Target("discord", GUILD, "channel", NEWS), "k", "a" * 24, {"content": "Good morning.", **QUIET}
    )
    discord.plan("message.create", "limited global 60")
    for _ in range(2):
        with pytest.raises(Limited):
            await delivery.send(message)
    tried = len(discord.calls)
    with pytest.raises(Limited) as no:
        await api.ask("GET", PATH, channel_id="1")
    assert (no.value.reach, no.value.after.total_seconds()) == ("platform", 60)
    assert (len(discord.calls), [call.status for call in discord.calls].count(429)) == (tried, 1)
    await discord.pass_time(60)
    assert await delivery.send(message)


class Answer:
    """As aiohttp gives it."""

    def __init__(self, status, path="/api/v10/channels/1", scope="user"):
        self.status, self.url = status, yarl.URL(f"https://discord.com{path}")
        self.headers = {"X-RateLimit-Scope": scope}


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (Answer(401), True),
        (Answer(403), True),
        (Answer(429), True),
        (Answer(429, scope="shared"), False),  # of a limit that others have used up
        (Answer(404), False),
        (Answer(404, "/api/v10/interactions/1/t/callback"), False),
        (Answer(401, "/api/v10/webhooks/1/t/messages/@original"), False),
    ],
)
def test_what_counts_is_what_discord_counts(answer, counts):
    invalid = Invalid(lambda: 0.0)
    for _ in range(clients.MOST):
        invalid.note(answer)
    assert (invalid.wait() > 0) == counts


def test_half_of_what_discord_bears_is_borne():
    invalid = Invalid(lambda: 0.0)
    for _ in range(4_999):
        invalid.note(Answer(403))
    assert invalid.wait() == 0
    invalid.note(Answer(403))
    assert invalid.wait() == 600


@pytest.mark.parametrize("gaps", [[0.0], [0.015], [0.9] + [0.001] * 60, [0.0] * 30 + [0.7]])
def test_in_any_second_so_many_go_out_and_no_more(gaps):
    clock, went = [0.0], []

    async def sleep(seconds):
        clock[0] += seconds

    async def ask():
        pace = Pace(lambda: clock[0], sleep)
        for number in range(300):
            clock[0] += gaps[number % len(gaps)]
            await pace.turn()
            went.append(clock[0])

    asyncio.run(ask())
    seconds = [sum(begin <= each < begin + 1 for each in went) for begin in went]
    assert max(seconds) <= PER_SECOND < 50
    assert clock[0] <= 300 * sum(gaps) / len(gaps) + 300 / PER_SECOND + 1


@asked
async def test_answers_to_interactions_take_no_turn_of_others(discord, api):
    await api.close()
    turns = []

    class Counted(Pace):
        async def turn(self):
            turns.append(len(discord.calls))

    counted = Api("fake", pace=Counted())
    with pytest.raises(HTTPException):
        await counted.ask("GET", "/webhooks/{app}/{token}/messages/@original", app="1", token="t")
    await counted.close()
    assert len(turns) == 1  # for the login

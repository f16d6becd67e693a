"""Every fault that the fake Discord can be told of meets the delivery, with its real SDK: what is known of the message then,
how often it stands there, and that it does so once after it was sent again.
"""

import asyncio
import functools
import inspect
from types import SimpleNamespace

import discord.http
import pytest

from bot.delivery.policy import GONE
from bot.delivery.values import Outgoing
from bot.errors import Ambiguous, CannotTell, Closed, Limited, Refused
from bot.platforms.discord import delivery
from bot.platforms.discord.clients import Api, Pace
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Target
from tests.fake_discord import ANNEKE, GUILD, NEWS, FakeDiscord, people

START = 1_780_000_000.0
WORDS = {"embeds": [{"description": "The quay is open."}], "allowed_mentions": {"parse": []}}
ROOT = {**WORDS, "thread": {"name": "The quay"}}


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """The seconds that discord.py would have waited before it asks again: here it does so at once."""
    waited = []

    async def sleep(seconds):
        waited.extend([seconds] if seconds else [])
        await asyncio.sleep(0)

    monkeypatch.setattr(discord.http, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))
    return waited


@pytest.fixture(autouse=True)
def impatient(monkeypatch, request):
    """Who is never answered is waited for but shortly; all others have their time, on a busy machine too."""
    if "silent" in request.node.name:
        monkeypatch.setattr(delivery, "PATIENCE", 0.3)


def beside(test):
    """Runs a test beside a Discord whose clock stands still, with a delivery that speaks with it."""

    @functools.wraps(test)
    def run(**given):
        async def both():
            async with FakeDiscord(start=START) as fake:
                aimed, discord.http.Route.BASE = discord.http.Route.BASE, fake.api
                api = Api("fake")
                try:
                    await test(fake, DiscordDelivery(api), **given)
                finally:
                    await api.close()
                    discord.http.Route.BASE = aimed

        asyncio.run(both())

    run.__signature__ = inspect.Signature(list(inspect.signature(test).parameters.values())[2:])
    return run


def message(payload=WORDS, kind="channel", number=NEWS, **more):
    return Outgoing(Target("discord", GUILD, kind, number), "key", "a" * 24, payload, **more)


PASSED = [
    "limited 5",
    "limited global 7",
    "500 before",
    "500 after",
    "502 before",
    "502 after",
    "504 after",
    "524 before",
]
FAULTS = {  # and what comes out, its code, and how many messages stand there then
    "limited 60": (Limited, "ratelimited", 0),
    "banned": (Limited, "banned", 0),
    "503 before": (Ambiguous, "503", 0),
    "503 after": (Ambiguous, "503", 1),
    "reset before": (Ambiguous, "ServerDisconnectedError", 0),
    "reset after": (Ambiguous, "ServerDisconnectedError", 1),
    "silent": (Ambiguous, "TimeoutError", 1),
    "50001": (Closed, "50001", 0),
    "50013": (Closed, "50013", 0),
    "50007": (Closed, "50007", 0),
    "50278": (Closed, "50278", 0),
    "10003": (Closed, "10003", 0),
    "401": (Closed, "401", 0),
    "40003": (Limited, "40003", 0),
    "50035": (Refused, "50035", 0),
    "50006": (Refused, "50006", 0),
    "200000": (Refused, "200000", 0),
    "10008": (Refused, GONE, 0),
}


def looked(fault):
    """A fault of what changes nothing: where a connection breaks, aiohttp asks once more by itself."""
    return [fault] * 2 if fault.startswith("reset") else [fault]


@pytest.mark.parametrize("fault", PASSED)
@beside
async def test_a_fault_that_the_library_gets_over_leaves_one_message(fake, sender, fault):
    fake.plan("message.create", fault)
    receipt = await sender.send(message())
    assert [each["id"] for each in people.messages(fake)] == [receipt.message]
    assert fake.called("message.create")[0].error == fault


@pytest.mark.parametrize("fault", FAULTS)
@beside
async def test_of_every_other_it_says_what_is_known_and_sent_again_the_message_is_there_once(
    fake, sender, fault
):
    kind, code, seen = FAULTS[fault]
    fake.plan("message.create", fault)
    with pytest.raises(kind) as caught:
        await sender.send(message())
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert len(people.messages(fake)) == seen
    found = await sender.find(message())
    assert (found is not None) == bool(seen)
    receipt = await sender.send(message())
    assert [each["id"] for each in people.messages(fake)] == [receipt.message]
    assert fake.wrong == []


UNKNOWN = [fault for fault, (kind, *_) in FAULTS.items() if kind is Ambiguous]


@pytest.mark.parametrize("fault", UNKNOWN)
@beside
async def test_a_thread_of_which_nothing_is_heard_is_opened_when_its_root_is_sent_again(fake, sender, fault):
    fake.plan("thread.create", fault)
    with pytest.raises(Ambiguous):
        await sender.send(message(ROOT))
    receipt = await sender.send(message(ROOT))
    assert [each["id"] for each in people.messages(fake)] == [receipt.message]
    assert [each["id"] for each in people.threads(fake)] == [receipt.thread]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in {*UNKNOWN, "50007", "50278"}])
@beside
async def test_a_message_whose_thread_discord_does_not_open_is_there_all_the_same(fake, sender, fault):
    fake.plan("thread.create", fault, fault)
    receipt = await sender.send(message(ROOT))
    assert receipt.thread == receipt.message
    assert await sender.find(message(ROOT)) == receipt
    assert [each["id"] for each in people.messages(fake)] == [receipt.message]
    assert people.threads(fake) == []


@pytest.mark.parametrize("fault", FAULTS)
@beside
async def test_direct_messages_that_could_not_be_opened_are_when_it_is_sent_again(fake, sender, fault):
    fake.plan("dm.create", fault)
    with pytest.raises(FAULTS[fault][0]):
        await sender.send(message(kind="person", number=ANNEKE))
    await sender.send(message(kind="person", number=ANNEKE))
    assert len(people.messages(fake, people.direct(fake))) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(fault, CannotTell if fault in {"50001", "50013"} else kind) for fault, (kind, *_) in FAULTS.items()],
)
@beside
async def test_where_nobody_can_look_nothing_is_said_of_what_was_sent(fake, sender, fault, kind):
    await sender.send(message())
    fake.plan("messages.get", *looked(fault))
    with pytest.raises(kind):
        await sender.find(message())
    assert await sender.find(message()) is not None


@beside
async def test_what_is_slow_arrives(fake, sender, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", 20)
    fake.plan("message.create", "slow 5")
    sending = asyncio.create_task(sender.send(message()))
    await fake.until(lambda: fake.clock.sleepers)
    assert people.messages(fake) == []
    await fake.pass_time(5)
    assert (await sending).message == people.messages(fake)[0]["id"]


@pytest.mark.parametrize("fault", ["limited 60", "banned", "503 before", "reset before", "401", "silent"])
@beside
async def test_a_login_that_failed_is_tried_again_at_the_next_message(fake, sender, fault):
    fake.plan("me", *looked(fault))
    with pytest.raises((Limited, Ambiguous, Closed)):
        await sender.send(message())
    assert people.messages(fake) == []
    await sender.send(message())
    assert len(people.messages(fake)) == 1


@beside
async def test_a_fault_may_come_by_chance_instead_of_being_planned(fake, sender):
    fake.chance = lambda name: (
        "503 after" if name == "message.create" and not fake.channels[NEWS].messages else ""
    )
    with pytest.raises(Ambiguous):
        await sender.send(message())
    await sender.send(message())
    assert len(people.messages(fake)) == 1


@beside
async def test_messages_that_open_threads_come_as_fast_as_discord_takes_their_requests_and_none_is_refused(
    fake, sender, waits
):
    fake.paced = True
    await sender.send(message())
    await fake.pass_time(1)
    api = Api("fake", pace=Pace(fake.now, fake.pass_time))
    roots = [
        Outgoing(Target("discord", GUILD, "channel", NEWS), "key", f"{each:024}", ROOT) for each in range(60)
    ]
    try:
        await asyncio.gather(*map(DiscordDelivery(api).send, roots))
    finally:
        await api.close()
    assert len(people.threads(fake)) == 60
    assert [call for call in fake.calls if call.status == 429] == waits == []
    assert fake.now() - START < 5

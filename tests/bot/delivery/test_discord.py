"""Discord's Delivery with its real SDK keeps the contract of a Delivery, against a Discord on loopback."""

from contextlib import asynccontextmanager

import pytest
from discord.http import Route

from bot.platforms.discord.clients import Api, at
from bot.platforms.discord.delivery import DiscordDelivery
from tests.bot.delivery.contract import DeliveryContract
from tests.fake_discord import alongside
from tests.fake_discord.peer import NOW, DiscordPeer, ForumPeer, PersonPeer


@asynccontextmanager
async def delivery(_):
    api = Api("fake")
    try:
        yield DiscordDelivery(api)
    finally:
        await api.close()


@pytest.fixture(scope="module")
def remote():
    own = Route.BASE
    with alongside(start=NOW) as remote:
        at(remote.api)
        yield remote
        at(own)


class TestDiscord(DeliveryContract):
    @pytest.fixture
    def peer(self, remote):
        yield DiscordPeer(remote, delivery)
        assert remote.wrong() == []


class TestForum(DeliveryContract):
    @pytest.fixture
    def peer(self, remote):
        yield ForumPeer(remote, delivery)
        assert remote.wrong() == []


class TestPerson(DeliveryContract):
    test_a_reply_stands_in_the_thread_of_its_root_though_the_roots_answer_was_lost = None  # there are none
    test_where_its_thread_is_gone_it_opens_another_once = None
    test_where_nothing_can_be_read_it_cannot_tell = None  # the bot reads its own conversations
    test_where_nothing_can_be_read_a_message_is_rather_seen_twice_than_lost = None

    @pytest.fixture
    def peer(self, remote):
        yield PersonPeer(remote, delivery)
        assert remote.wrong() == []

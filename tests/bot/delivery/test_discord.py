"""Discord's Delivery with its real SDK keeps the contract of a Delivery, against a Discord on loopback."""

from contextlib import asynccontextmanager

import pytest
from discord.http import Route

from bot.platforms.discord.clients import Api, at
from bot.platforms.discord.delivery import DiscordDelivery
from tests.bot.delivery.contract import DeliveryContract
from tests.fake_discord import alongside
from tests.fake_discord.peer import NOW, DiscordPeer, ForumPeer


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

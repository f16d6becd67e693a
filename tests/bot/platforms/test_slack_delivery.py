"""Slack keeps the contract of a Delivery, with its real SDK."""

from contextlib import asynccontextmanager

import pytest

from bot.platforms.slack.clients import Api, OneWorkspace
from bot.platforms.slack.delivery import SlackDelivery
from tests.bot.delivery.contract import DeliveryContract
from tests.fake_slack.peer import NOW, SlackPeer
from tests.fake_slack.remote import alongside


@asynccontextmanager
async def connected(slack):
    api = Api(slack.api)
    try:
        yield SlackDelivery(OneWorkspace(api, "xoxb-1"))
    finally:
        await api.close()


@pytest.fixture(scope="module")
def slack():
    with alongside(start=NOW) as slack:
        yield slack


class TestSlack(DeliveryContract):
    @pytest.fixture
    def peer(self, slack):
        return SlackPeer(slack, connected)

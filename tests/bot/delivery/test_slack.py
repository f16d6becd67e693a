"""Slack's Delivery with its real SDK keeps the contract of a Delivery, against a Slack on loopback."""

from contextlib import asynccontextmanager

import pytest

from bot.platforms.slack.clients import Api, OneWorkspace
from bot.platforms.slack.delivery import SlackDelivery
from tests.bot.delivery.contract import PASSING, DeliveryContract
from tests.fake_slack import alongside
from tests.fake_slack.peer import NOW, SlackPeer


@asynccontextmanager
async def delivery(remote):
    api = Api(remote.api)
    try:
        yield SlackDelivery(OneWorkspace(api, "xoxb-1"))
    finally:
        await api.close()


@pytest.fixture(scope="module")
def remote():
    with alongside(start=NOW) as remote:
        yield remote


class TestSlack(DeliveryContract):
    @pytest.fixture
    def peer(self, remote):
        yield SlackPeer(remote, delivery)
        assert remote.wrong() == []

    @pytest.mark.parametrize("fault", PASSING)
    def test_a_reply_whose_answer_was_lost_stands_in_its_thread_once(self, peer, fault):
        scene = self.rooted(peer)
        scene.say(scene.part("reply", story="s"), scene.part("another", story="s"))
        peer.plan(fault)
        scene.run(every=61)
        scene.all_is_well("root", "reply", "another")
        assert {message.thread for message in peer.shown(scene.target)[1:]} == {scene.thread.root}

"""The connection to Slack is looked after: what is wrong with it is said, and it is begun anew where the SDK gives up."""

import asyncio

import pytest

from bot.errors import Limited, WrongSettings
from bot.platforms.slack import service
from bot.platforms.slack.clients import Api, OneWorkspace
from tests.bot.platforms.slack_world import ran
from tests.fake_slack import FakeSlack


def watched(monkeypatch, connected):
    """What is reported while a connection is there, or is not."""
    monkeypatch.setattr(service, "LOOK", 0)
    looks, reported = iter(connected), []

    async def is_connected():
        return next(looks)

    with pytest.raises(Limited):
        asyncio.run(service._watched(is_connected, reported.append))
    assert list(looks) == []
    return reported


def test_a_connection_that_is_renewed_is_no_news_and_one_that_stays_away_is(monkeypatch):
    away = [False] * service.PATIENCE
    reported = watched(monkeypatch, [True, False, True, *away])
    assert reported[:4] == ["", "", "", ""]
    assert set(reported[4:]) == {service.AWAY}


@ran
async def test_a_bot_that_is_connected_has_nothing_in_its_way(at_work):
    await at_work.slack.until(lambda: at_work.reported)
    assert set(at_work.reported) == {""}


def test_a_token_that_slack_does_not_take_is_said_before_anything_is_tried_for_ever():
    async def listening():
        async with FakeSlack() as slack:
            api = Api(slack.api)
            try:
                await service.through_a_socket(None, api, OneWorkspace(api, "xoxb-1"), "xapp-wrong", print)
            finally:
                await api.close()

    with pytest.raises(WrongSettings, match="SLACK_APP_TOKEN"):
        asyncio.run(listening())

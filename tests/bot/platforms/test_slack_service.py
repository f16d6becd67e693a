"""The connection to Slack is looked after: what is wrong with it is said, and it is begun anew where the SDK gives up."""

import asyncio
import time
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot import serving
from bot.errors import Limited, WrongSettings
from bot.platforms.slack import service
from bot.platforms.slack.app import SlackBot
from bot.platforms.slack.clients import Api, OneWorkspace
from bot.replies import Reply
from tests.bot.platforms.slack_world import ran
from tests.bot.platforms.test_slack_app import Slow
from tests.fake_slack import FakeSlack, people

NOW = datetime(2031, 5, 5, tzinfo=UTC)


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


@pytest.mark.parametrize(
    "fault", ["ratelimited", "internal_error", "fatal_error", "503 before", "reset before"]
)
def test_whatever_passes_is_tried_again_and_only_said_meanwhile(fault, monkeypatch):
    monkeypatch.setattr(serving, "FIRST_WAIT", 0)
    readiness, reported = serving.Readiness(), []

    async def listening():
        async with FakeSlack() as slack:
            slack.plan("apps.connections.open", fault, fault)
            api = Api(slack.api)
            bot = SlackBot(None, lambda *_: True, (), lambda: NOW, None)

            async def listen():
                reported.append(readiness.reasons.get("slack", ""))
                report = partial(readiness.report, "slack")
                await service.through_a_socket(bot, api, OneWorkspace(api, "xoxb-1"), "xapp-1", report)

            wrong = {}
            running = asyncio.create_task(serving._listening("slack", listen, readiness, lambda: 0.0, wrong))
            await slack.until(lambda: slack.sender.sockets and not readiness.reasons)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            assert wrong == {}

    asyncio.run(listening())
    assert len(reported) == 3
    assert ["Slack can't be reached" in each for each in reported] == [False, True, True]


def test_a_command_over_http_is_acknowledged_while_its_answer_takes_its_time():
    async def given():
        async with FakeSlack() as slack:
            api, slow = Api(slack.api), Slow(Reply(notes=("At last.",)))
            bot = SlackBot(slow, lambda *_: True, (), lambda: NOW, None)
            app = service.app(bot, api, OneWorkspace(api, "xoxb-1"), "s3cret")
            team = slack.teams["T1"]
            where = {"team_id": "T1", "user_id": "U1A", "channel_id": "C1NEWS"}
            url = slack.responses.address(team, "U1A", "C1NEWS")
            body = urlencode({**where, "command": "/news", "text": "latest", "response_url": url})
            headers = {"content-type": "application/x-www-form-urlencoded"}
            stamp = str(int(time.time()))
            headers["x-slack-request-timestamp"] = stamp
            headers["x-slack-signature"] = SignatureVerifier("s3cret").generate_signature(
                timestamp=stamp, body=body
            )
            answered = await app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
            assert (answered.status, people.private(slack)) == (200, [])
            slow.go.set()
            await slack.until(lambda: people.private(slack))
            await api.close()

    asyncio.run(given())

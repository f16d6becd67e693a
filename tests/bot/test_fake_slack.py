"""The fake Slack, asked by Slack's own SDK and Bolt: it takes what Slack takes, refuses the rest, and says what came of it."""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from tests.fake_slack import FakeSlack

START = 1_780_000_000.0
PLAIN = {"text": "Hello", "unfurl_links": False, "unfurl_media": False}


def ran(test):
    """Runs a test that is given a Slack whose clock stands still, and a client of its first workspace."""

    def run(*args, **given):
        async def beside():
            async with FakeSlack(start=START) as slack:
                await test(slack, client(slack), *args, **given)

        asyncio.run(beside())

    run.__name__ = test.__name__
    return run


def client(slack, token="xoxb-1"):
    return AsyncWebClient(token=token, base_url=slack.api, retry_handlers=[])


@ran
async def test_a_message_is_seen_in_its_channel(slack, client):
    sent = await client.chat_postMessage(channel="C1NEWS", **PLAIN)
    [message] = slack.teams["T1"].channels["C1NEWS"].messages
    assert (message["ts"], message["text"]) == (sent["ts"], "Hello")
    assert slack.wrong == []

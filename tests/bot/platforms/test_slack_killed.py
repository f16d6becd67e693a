"""The real program is killed while Slack has its message and it has no answer yet; started again it says nothing twice."""

import os
import signal
import sqlite3
from datetime import UTC, datetime

import pytest

from bot.delivery.values import Part
from bot.ports import Target
from bot.render.slack import SlackRenderer
from bot.replies import Reply
from bot.store import open_store
from tests.bot.store.telling import telling
from tests.bot.test_serving import Process, free_port, until
from tests.fake_slack import apart

NEWS = Target("slack", "T1", "channel", "C1NEWS")


@pytest.fixture
def slack():
    with apart() as slack:
        yield slack


@pytest.fixture
def start(slack, sqlite, tmp_path, monkeypatch):
    for name, value in {
        "NEWSDELTA_SLACK_API_URL": slack.api,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }.items():
        monkeypatch.setenv(name, value)
    begun = []

    def begin():
        begun.append(Process(tmp_path, sqlite, free_port(), "serve"))
        return begun[-1]

    yield begin
    for each in begun:
        if each.process.poll() is None:
            each.end(signal.SIGKILL)


def say(url, *texts):
    """Messages for a channel, all of one story."""
    payloads = [SlackRenderer().render(Reply(text), "root")[0] for text in texts]
    parts = [
        Part(text, payload, "s", root=text == texts[0], telling=telling(to=NEWS, moves=NEWS, said=(text,)))
        for text, payload in zip(texts, payloads, strict=True)
    ]
    with open_store(url, key=b"k" * 32) as store:
        assert store.outbox.post(NEWS, parts, datetime.now(UTC))


def states(url):
    with open_store(url, key=b"k" * 32) as store:
        return [row.state for row in reversed(store.outbox.deliveries(NEWS, 9))]


def lease_is_over(url):
    """A minute passes, as far as the database knows."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE lanes SET lease_until = 0")


@pytest.mark.skipif(not os.environ.get("SOAK"), reason="it takes a quarter of a minute: make soak")
def test_who_is_killed_between_slacks_taking_and_its_answer_has_it_found_by_the_next(start, slack, sqlite):
    say(sqlite, "The lock was closed.", "It is open.", "It is closed again.")
    slack.plan(methods="chat.postMessage", faults=["", "silent"])
    bot = start()
    until(lambda: len(slack.messages(channel=NEWS.id)) == 2)
    bot.end(signal.SIGKILL)
    lease_is_over(sqlite)
    bot = start()
    until(lambda: len(slack.messages(channel=NEWS.id)) == 3)
    until(lambda: states(sqlite) == ["sent"] * 3)
    assert bot.end() == 0
    root, *replies = slack.messages(channel=NEWS.id)
    assert [message["text"] for message in (root, *replies)] == [
        "The lock was closed.", "It is open.", "It is closed again."
    ]  # fmt: skip
    assert {message["thread_ts"] for message in replies} == {root["ts"]}
    assert [call["method"] for call in slack.calls(method="conversations.replies")] == [
        "conversations.replies"
    ]
    assert slack.wrong() == []

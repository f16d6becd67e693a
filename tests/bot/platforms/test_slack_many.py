"""Many workspaces, as they are served: the real program over HTTP, its own pages, and a Slack on loopback."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, text

from bot.platforms.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from tests.bot.platforms.test_slack_requests import ask
from tests.bot.test_serving import PATIENCE, free_port, start, until
from tests.fake_slack import App, alongside

APP = App(client_secret="client-s3cret", signing_secret="signing-s3cret")
TABLES = ("slack_bots", "slack_installations", "targets", "follows")

begun = start  # the fixture


@pytest.fixture
def slack():
    with alongside(APP) as slack:
        slack.team(team="T2")
        slack.settings(long_tokens=True)
        yield slack


@pytest.fixture
def set_up(slack, monkeypatch):
    for name, value in {
        "NEWSDELTA_SLACK_API_URL": slack.api,
        "NEWSDELTA_SLACK_MODE": "http",
        "NEWSDELTA_SLACK_OAUTH": "1",
        "SLACK_CLIENT_ID": APP.client_id,
        "SLACK_CLIENT_SECRET": APP.client_secret,
        "SLACK_SIGNING_SECRET": APP.signing_secret,
        "SLACK_REDIRECT_URI": f"https://bot.example.org{REDIRECT_PATH}",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def bot(begun, slack, set_up, sqlite):
    del set_up
    port = free_port()
    bot = begun(sqlite, "serve", port=port)
    until(lambda: bot.ready() == (200, {}))
    slack.settings(url=f"http://127.0.0.1:{port}{EVENTS_PATH}")
    return bot


def install(slack, bot, team):
    """What somebody does who wants the app in their workspace."""
    _, page, headers = ask(bot.port, "GET", INSTALL_PATH)
    query = re.search(r'oauth/v2/authorize\?([^"]*)"', page)[1].replace("&amp;", "&")
    _, _, back = ask(urlsplit(slack.url).port, "GET", f"/oauth/v2/authorize?{query}&team={team}")
    there = f"{REDIRECT_PATH}?{urlsplit(back['Location']).query}"
    status, _, _ = ask(bot.port, "GET", there, headers=[("Cookie", headers["Set-Cookie"].partition(";")[0])])
    assert status == 200


def kept(url):
    """How many rows of each workspace are kept, and everything in them."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            rows = {table: connection.execute(text(f"SELECT * FROM {table}")).all() for table in TABLES}
    finally:
        engine.dispose()
    return {table: len(found) for table, found in rows.items()}, str(rows)


def answered(slack, team, user, since):
    """What somebody was told in their direct messages."""
    return [m["text"] for m in slack.messages(channel=user, team=team) if m.get("bot_id")][since:]


def test_two_workspaces_install_use_and_leave_the_bot_and_know_nothing_of_each_other(slack, bot, sqlite):
    for team in ("T1", "T2"):
        install(slack, bot, team)
    for team, user in (("T1", "U1A"), ("T2", "U2A")):
        slack.say(text="follow bridge", user=user, team=team)
        until(lambda team=team, user=user: answered(slack, team, user, 0))
        assert "“bridge”" in answered(slack, team, user, 0)[0]
    rows, everything = kept(sqlite)
    assert rows == {"slack_bots": 2, "slack_installations": 2, "targets": 2, "follows": 2}
    assert "xoxb" not in everything

    slack.uninstall(team="T1")
    until(
        lambda: bot.err.read_text().count("workspace T1 has removed the app") == 2
    )  # as each of two events says
    assert kept(sqlite)[0] == dict.fromkeys(TABLES, 1)
    assert "'T1'" not in kept(sqlite)[1]

    install(slack, bot, "T1")
    slack.say(text="me", user="U1A", team="T1")
    told = until(lambda: answered(slack, "T1", "U1A", 1))
    assert "bridge" not in told[0]
    assert kept(sqlite)[0]["slack_bots"] == 2
    assert slack.wrong() == []
    assert {call["error"] for call in slack.calls()} <= {"", "account_inactive"}
    assert bot.end() == 0
    assert not re.search(r"Traceback|xoxb|s3cret", bot.err.read_text())


@pytest.mark.usefixtures("set_up")
def test_settings_that_cant_be_right_are_said_and_nothing_is_served(begun, sqlite, monkeypatch):
    monkeypatch.setenv("NEWSDELTA_SLACK_MODE", "socket")
    bot = begun(sqlite, "serve")
    assert bot.process.wait(PATIENCE) == 2
    assert "NEWSDELTA_SLACK_OAUTH=1 goes with NEWSDELTA_SLACK_MODE=http" in bot.err.read_text()

"""`newsdelta connect slack`: the steps, what is wrong with what was set, and one private test digest."""

import asyncio
import html
import json
import re
from pathlib import Path

import pytest
import yaml

from bot import cli
from bot.errors import WrongSettings
from bot.findings import Unreached
from bot.platforms.slack.access import Access, faults, settle
from bot.platforms.slack.manifest import OPTIONAL_SCOPES, SCOPES, manifest
from bot.settings import Settings
from tests.fake_slack import alongside
from tests.slack_rules import wrong_message
from tests.web import serve

DEPLOY = Path(__file__).parents[3] / "deploy"
HOST = "https://bot.example.org"
API = "http://127.0.0.1:9/api/"
KEY = "k" * 32
SET = {"SLACK_BOT_TOKEN": "xoxb-planted-1", "SLACK_APP_TOKEN": "xapp-1-A1-planted"}


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        for variable in (f"NEWSDELTA_{name.upper()}", name.upper()):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def say(monkeypatch, capsys):
    """Runs the command with settings; its exit code and what it printed."""

    def say(*arguments, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        code = cli.main(["connect", "slack", *arguments])
        printed = capsys.readouterr()
        assert "planted" not in printed.out + printed.err
        return code, " ".join(printed.out.split()) if settings else printed.out, printed.err

    return say


# -- the steps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("slack-manifest.yaml", []), ("slack-manifest-http.yaml", ["--http", HOST])],
)
def test_the_files_to_deploy_are_what_the_command_prints(say, name, arguments):
    code, printed, _ = say(*arguments)
    assert (code, printed) == (0, (DEPLOY / name).read_text("utf-8"))


@pytest.mark.parametrize("http", ["", HOST])
def test_what_is_printed_can_be_pasted_as_it_is(say, http):
    _, printed, _ = say(*(["--http", http] if http else []))
    assert yaml.safe_load(printed) == manifest(http)
    names = ["SLACK_SIGNING_SECRET=", f"{HOST}/slack/install"] if http else ["SLACK_APP_TOKEN=xapp-"]
    assert all(
        name in printed for name in ["SLACK_BOT_TOKEN=xoxb-", "newsdelta connect slack --user", *names]
    )
    assert max(map(len, printed.splitlines())) <= 120


def test_with_tokens_the_manifest_is_printed_where_it_is_asked_for(say):
    code, printed, _ = say("--manifest", **SET)
    assert (code, "socket_mode_enabled: true" in printed) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "U024BE7LH"], "first follow the steps"),
        (["--http", "http://bot.example.org"], "Slack can't call"),
    ],
)
def test_a_call_that_cant_be_done_is_refused_in_a_sentence(say, arguments, said):
    code, printed, error = say(*arguments)
    assert (code, printed, said in error) == (2, "", True)


# -- before Slack is asked ---------------------------------------------------------------------------------------------

GOOD = {"bot_token": "xoxb-1", "app_token": "xapp-1-A1-2"}
MANY = {
    "http": True,
    "oauth": True,
    "signing_secret": "s",
    "client_id": "1.2",
    "client_secret": "c",
    "keys": (KEY,),
}


@pytest.mark.parametrize(
    "given", [GOOD, {"bot_token": "xoxe.xoxb-1", "signing_secret": "s", "http": True}, MANY]
)
def test_what_is_whole_has_no_fault(given):
    assert list(faults(Access(API, **given))) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**GOOD, "bot_token": ""}, "SLACK_BOT_TOKEN is not set"),
        ({**GOOD, "app_token": " "}, "SLACK_APP_TOKEN is not set"),
        ({**GOOD, "bot_token": "xapp-1-A1-2"}, "begins like SLACK_APP_TOKEN"),
        ({**GOOD, "app_token": "xoxb-1"}, "begins like SLACK_BOT_TOKEN"),
        ({**GOOD, "bot_token": "xoxp-1"}, "begins like the token of a member"),
        ({**GOOD, "bot_token": "12345"}, "SLACK_BOT_TOKEN is another token"),
        ({"bot_token": "xoxb-1", "http": True}, "SLACK_SIGNING_SECRET is not set"),
        ({**MANY, "client_id": ""}, "SLACK_CLIENT_ID is not set"),
        ({**MANY, "client_secret": ""}, "SLACK_CLIENT_SECRET is not set"),
        ({**MANY, "keys": ()}, "NEWSDELTA_SECRET_KEYS"),
        ({**MANY, "keys": ("short",)}, "shorter than 32"),
        ({**MANY, "http": False, "app_token": "xapp-1"}, "NEWSDELTA_SLACK_MODE=http"),
    ],
)
def test_each_fault_is_one_sentence_that_says_what_to_do(given, said):
    [fault] = faults(Access(API, **given))
    assert said in fault
    assert fault.endswith((".", "openssl rand -hex 32", "instead."))


def test_no_secret_stands_in_what_is_printed_of_an_access():
    shown = repr(Access(API, "xoxb-planted", "xapp-planted", "planted", "1.2", "planted", ("planted",)))
    assert "planted" not in shown


# -- what Slack says ---------------------------------------------------------------------------------------------------


def answer(headers=(), **said):
    return (200, {"Content-Type": "application/json", **dict(headers)}, json.dumps({"ok": True, **said}))


def no(error, **more):
    return answer(ok=False, error=error, **more)


ALL = ("x-oauth-scopes", ",".join([*SCOPES, *OPTIONAL_SCOPES]))
WHO = {
    "user": "newsdelta",
    "team": "Harbour",
    "url": "https://harbour.slack.example/",
    "team_id": "T1",
    "bot_id": "B1",
}
WELL = {
    "/auth.test": answer([ALL], **WHO),
    "/apps.connections.open": answer(url="wss://slack.example/1"),
    "/bots.info": answer(bot={"app_id": "A1"}),
}


def asked(say, routes, *arguments, **settings):
    with serve(routes) as slack:
        return say(*arguments, NEWSDELTA_SLACK_API_URL=slack.url, **SET | settings)


def test_tokens_that_work_are_said_to_and_nothing_is_sent(say):
    with serve(WELL) as slack:
        code, printed, _ = say(NEWSDELTA_SLACK_API_URL=slack.url, **SET)
        assert {request.path.partition("?")[0] for request in slack.requests} == WELL.keys()
    assert code == 0
    assert "well: The bot token works: newsdelta in Harbour" in printed
    assert "well: The app token works" in printed
    assert "Copy member ID" in printed


@pytest.mark.parametrize(
    ("path", "fault", "said"),
    [
        ("/auth.test", no("invalid_auth"), "SLACK_BOT_TOKEN: Slack does not know it"),
        ("/auth.test", no("account_inactive"), "SLACK_BOT_TOKEN: the app was removed"),
        ("/auth.test", no("something_new"), "SLACK_BOT_TOKEN: Slack says something_new."),
        ("/auth.test", (500, {}, "upstream"), "SLACK_BOT_TOKEN: Slack says"),
        ("/auth.test", b"", "Slack can't be reached at http://127.0.0.1"),
        (
            "/auth.test",
            answer([("x-oauth-scopes", "commands")], **WHO),
            "The app lacks chat:write (to answer",
        ),
        ("/apps.connections.open", no("invalid_auth"), "SLACK_APP_TOKEN: Slack does not know it"),
        (
            "/apps.connections.open",
            no("not_allowed_token_type"),
            "SLACK_APP_TOKEN: it is a token of another kind",
        ),
        ("/apps.connections.open", no("missing_scope", needed="connections:write"), "generate another one"),
        ("/bots.info", answer(bot={"app_id": "A2"}), "The tokens are of two apps (A2 and A1)"),
    ],
)
def test_what_is_wrong_is_said_and_what_is_not_too(say, path, fault, said):
    code, printed, error = asked(say, {**WELL, path: fault})
    assert (code, error) == (1, "")
    assert f"wrong: {said}" in printed or ("wrong: " in printed and said in printed)
    other = "app" if path != "/apps.connections.open" else "bot"
    assert f"well: The {other} token works" in printed


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (no("invalid_code"), "well: Workspaces can install the app, at the bot's page /slack/install."),
        (
            no("bad_client_secret"),
            "wrong: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: they do not belong together",
        ),
        (no("invalid_client_id"), "wrong: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: Slack knows no such app"),
    ],
)
def test_for_many_workspaces_slack_is_asked_whether_it_knows_the_app(say, verdict, said):
    many = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "planted", "SLACK_SIGNING_SECRET": "planted"}
    modes = {"NEWSDELTA_SLACK_MODE": "http", "NEWSDELTA_SLACK_OAUTH": "1", "NEWSDELTA_SECRET_KEYS": KEY}
    with serve({"/oauth.v2.access": verdict}) as slack:
        code, printed, _ = say(NEWSDELTA_SLACK_API_URL=slack.url, **many, **modes)
    assert (code, said in printed) == (int("wrong" in said), True)


def test_a_scope_that_may_be_missing_is_no_fault(say):
    required = [("x-oauth-scopes", ",".join(SCOPES))]
    code, printed, _ = asked(say, {**WELL, "/auth.test": answer(required, **WHO)})
    assert (code, "Without channels:history it goes on" in printed) == (0, True)


def test_nothing_is_sent_where_something_is_wrong(say):
    with serve({**WELL, "/apps.connections.open": no("invalid_auth")}) as slack:
        code, _, _ = say("--user", "U1A", NEWSDELTA_SLACK_API_URL=slack.url, **SET)
        assert not any("conversations.open" in request.path for request in slack.requests)
    assert code == 1


# -- before it is served -----------------------------------------------------------------------------------------------


def test_a_bot_whose_token_slack_does_not_take_does_not_listen():
    with serve({"/auth.test": no("account_inactive")}) as slack:
        with pytest.raises(WrongSettings, match=r"^SLACK_BOT_TOKEN: the app was removed"):
            asyncio.run(settle(Access(slack.url, **GOOD)))
        asyncio.run(settle(Access(slack.url, **MANY)))  # many workspaces have a token each
        assert len(slack.requests) == 1


@pytest.mark.parametrize("fault", ["503 before", "internal_error", "reset before"])
def test_a_bot_that_can_not_be_told_about_its_token_for_now_asks_again(fault):
    with alongside() as slack:
        slack.plan(methods="auth.test", faults=[fault])
        with pytest.raises(Unreached):
            asyncio.run(settle(Access(slack.api, **GOOD)))


def test_a_bot_that_lacks_a_scope_says_so_and_goes_on(caplog):
    few = answer([("x-oauth-scopes", "chat:write,commands")], **WHO)
    with serve({**WELL, "/auth.test": few}) as slack:
        asyncio.run(settle(Access(slack.url, **GOOD)))
    assert [
        record.levelname for record in caplog.records if "The app lacks im:history" in record.message
    ] == ["WARNING"]


# -- a test digest -----------------------------------------------------------------------------------------------------


TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture
def slack():
    with alongside() as slack:
        yield slack


def test_one_member_gets_the_digest_of_the_first_sample_and_nobody_else_anything(say, slack, seeds):
    code, printed, _ = say("--user", "U1A", NEWSDELTA_SLACK_API_URL=f"{slack.url}/api", **TOKENS)
    assert (code, "direct messages of U1A, and nowhere else" in printed) == (0, True)
    posted = [call["given"] for call in slack.calls(method="chat.postMessage")]
    assert [message.get("thread_ts") is None for message in posted] == [True] + [False] * (len(posted) - 1)
    assert [fault for message in posted for fault in wrong_message(message)] == []
    assert "A test: only you see it" in posted[0]["text"]
    first = json.loads((seeds / "manifest.json").read_text("utf-8"))["articles"][0]["file"]
    article = (seeds / first).read_text("utf-8")
    quoted = re.findall("“([^“”]{40,})” ", html.unescape(posted[0]["text"]))
    assert quoted
    assert all(part.strip() in article for words in quoted for part in words.split("…"))
    assert "actions" not in {block["type"] for message in posted for block in message["blocks"]}
    assert slack.wrong() == []


@pytest.mark.parametrize(
    ("user", "without", "said"),
    [
        ("U1NOBODY", "", "Nothing could be sent to U1NOBODY: no such member"),
        ("U1A", "im:write", "The app lacks im:write (to write direct messages)"),
    ],
)
def test_where_nothing_can_be_sent_it_says_why(say, slack, user, without, said):
    if without:
        slack.without(scope=without)
    code, printed, _ = say("--user", user, NEWSDELTA_SLACK_API_URL=f"{slack.url}/api", **TOKENS)
    assert (code, said in printed) == (1, True)
    assert slack.calls(method="chat.postMessage") == []


def test_a_name_is_no_id(say):
    code, _, error = say("--user", "anna", **SET)
    assert (code, "copy it from their profile" in error) == (2, True)

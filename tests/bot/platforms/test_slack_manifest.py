"""The app as Slack is told of it: true to Slack's own schema, and to what the bot listens to."""

import json
import os
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.commands.usage import HELP
from bot.errors import WrongCall
from bot.platforms.slack.manifest import (
    EVENTS,
    EVENTS_PATH,
    HINT,
    OPTIONAL_SCOPES,
    PROMPTS,
    REDIRECT_PATH,
    SCOPES,
    as_yaml,
    manifest,
)

DEPLOY = Path(__file__).parents[3] / "deploy"
HOST = "https://bot.example.org"
NEEDED = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
}  # an event → the scope that brings it
FREE = {"app_home_opened", "app_uninstalled", "tokens_revoked"}  # these come without any


def schema():
    """Slack's own, which is not ours to copy."""
    folder = os.environ.get("SPECS", "")
    path = Path(folder) / "slack-manifest-schema.json"
    if not folder or not path.is_file():
        pytest.skip(
            "Slack's schema of manifests is not here: set SPECS to a folder with slack-manifest-schema.json"
        )
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("address", ["", HOST])
def test_slacks_schema_takes_the_manifest(address):
    faults = Draft7Validator(schema()).iter_errors(manifest(address))
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []


def test_slacks_schema_would_bite():
    wrong = manifest()
    wrong["features"]["slash_commands"][0]["command"] = "news"
    wrong["features"]["agent_view"]["suggested_prompts"] *= 2
    assert len(list(Draft7Validator(schema()).iter_errors(wrong))) == 2


@pytest.mark.parametrize(
    ("name", "address"), [("slack-manifest.yaml", ""), ("slack-manifest-http.yaml", HOST)]
)
def test_the_files_to_deploy_are_what_the_command_prints(name, address):
    text = (DEPLOY / name).read_text("utf-8")
    assert yaml.safe_load(text) == manifest(address)
    assert text.endswith(as_yaml(manifest(address)))


def test_over_http_every_way_in_has_its_address():
    made = manifest(f"{HOST}/")
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["oauth_config"]["redirect_urls"] == [HOST + REDIRECT_PATH]
    ways = (
        *made["features"]["slash_commands"],
        made["settings"]["event_subscriptions"],
        made["settings"]["interactivity"],
    )
    assert {way.get("url") or way.get("request_url") for way in ways} == {HOST + EVENTS_PATH}


def test_over_a_socket_nothing_has_an_address():
    made = manifest()
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in as_yaml(made).replace("read_url", "")


def test_every_event_has_the_scope_that_it_needs_and_no_other_event_is_asked_for():
    assert {NEEDED[event] for event in EVENTS if event in NEEDED} <= SCOPES.keys()
    assert set(EVENTS) == FREE | NEEDED.keys()


def test_no_more_is_asked_for_than_there_is_a_reason_for():
    assert not SCOPES.keys() & OPTIONAL_SCOPES.keys()
    assert all(reason.startswith(("to ", "for ")) for reason in (*SCOPES.values(), *OPTIONAL_SCOPES.values()))
    assert not any(scope.endswith(":read.email") or "admin" in scope for scope in SCOPES)


def test_the_hint_of_the_command_speaks_the_grammar():
    known = {usage.word for usage in HELP}
    assert {part.split()[0] for part in HINT.split(" | ")} <= known
    assert len(PROMPTS) <= 4


@pytest.mark.parametrize(
    "address",
    [
        "http://bot.example.org",
        "bot.example.org",
        "https://a:b@bot.example.org",
        "https://bot.example.org?x=1",
        "https://",
    ],
)
def test_an_address_that_slack_cant_call_is_refused(address):
    with pytest.raises(WrongCall, match=r"^Slack can't call .*https://bot.example.org\.$"):
        manifest(address)

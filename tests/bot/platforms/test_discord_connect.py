"""`newsdelta connect discord`: the steps, what is wrong with the token, and one private test digest."""

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from bot import cli
from bot.errors import WrongSettings
from bot.findings import Unreached
from bot.platforms.discord.access import Access, faults, owner, settle
from bot.platforms.discord.invitation import PERMISSIONS, adopt, invite, lacking
from bot.settings import Settings
from tests.fake_discord.remote import alongside
from tests.fake_discord.world import CARSTEN, FORUM_ID, NEWS
from tests.web import serve

APPLICATION = "100000000000000001"
OWNER = "200000000000000002"
TOKEN = "planted.token.of-nobody"


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
        code = cli.main(["connect", "discord", *arguments])
        printed = capsys.readouterr()
        assert "planted" not in printed.out + printed.err
        return code, " ".join((printed.out + printed.err).split())

    return say


def told(status, body):
    return status, {"Content-Type": "application/json"}, json.dumps(body)


def refused(status, code):
    return told(status, {"code": code, "message": "no"})


ALL_WELL = {
    "/users/@me": told(200, {"id": APPLICATION, "username": "newsbot"}),
    "/oauth2/applications/@me": told(200, {"id": APPLICATION, "flags": 0, "owner": {"id": OWNER}}),
    "/gateway/bot": told(200, {"shards": 1, "session_start_limit": {"remaining": 999}}),
    "/users/@me/guilds": told(200, [{"id": "1", "name": "Harbour Watch"}]),
    "/users/@me/channels": told(200, {"id": "5001"}),
    "/channels/5001/messages": told(200, {"id": "6001"}),
}


@pytest.fixture
def discord():
    with serve(dict(ALL_WELL)) as web:
        yield web


def test_the_steps_hold_the_invite_link_with_its_rights(say):
    code, printed = say("--application", APPLICATION)
    assert (code, invite(APPLICATION) in printed) == (0, True)
    asked = parse_qs(urlsplit(invite(APPLICATION)).query)
    assert asked["scope"] == ["bot applications.commands"]
    rights = int(asked["permissions"][0])
    assert {bit for bit in range(64) if rights >> bit & 1} == {10, 11, 14, 15, 16, 35, 38}


def test_the_steps_hold_the_link_for_oneself_too_which_asks_for_no_server_and_no_right(say):
    _, printed = say("--application", APPLICATION)
    assert adopt(APPLICATION) in printed
    asked = parse_qs(urlsplit(adopt(APPLICATION)).query)
    assert asked == {
        "client_id": [APPLICATION],
        "integration_type": ["1"],
        "scope": ["applications.commands"],
    }


def test_the_links_are_had_as_json(say):
    code, printed = say("--application", APPLICATION, "--json")
    assert (code, json.loads(printed)) == (0, {"invite": invite(APPLICATION), "adopt": adopt(APPLICATION)})


def test_without_a_token_the_steps_are_printed(say):
    code, printed = say()
    assert (code, "DISCORD_TOKEN=" in printed, "client_id=APPLICATION_ID" in printed) == (0, True, True)


def test_what_is_no_application_is_refused_in_a_sentence(say):
    code, printed = say("--application", "mine")
    assert (code, "is no Application ID" in printed) == (2, True)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", "is not set"),
        ("Bot abc.def.ghi", "leave that word out"),
        (APPLICATION, "but the Application ID"),
        ("0f" * 32, "but the Public Key"),
        ("a-_B" * 8, "but the Client Secret"),
        ("abc.def ghi", "holds a blank"),
    ],
)
def test_what_cant_be_a_token_is_said_before_discord_is_asked(token, said):
    assert [said in fault for fault in faults(Access("http://127.0.0.1:9", token))] == [True]


def test_where_all_is_well_the_owner_gets_a_test_digest(say, discord):
    code, printed = say(DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.url)
    assert (code, "wrong:" in printed) == (0, False), printed
    assert "newsbot" in printed
    assert "Harbour Watch" in printed
    assert [request.method for request in discord.asked("/users/@me/channels")] == ["POST"]
    assert discord.asked("/channels/5001/messages")
    assert {request.headers["authorization"] for request in discord.requests} == {f"Bot {TOKEN}"}


def test_a_check_sends_nothing(say, discord):
    code, _ = say("--check", DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.url)
    assert (code, {request.method for request in discord.requests}) == (0, {"GET"})


def test_what_was_found_is_had_as_json_and_nothing_else_is_printed(say, discord):
    code, printed = say("--check", "--json", DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.url)
    found = json.loads(printed)
    assert (code, found["well"], {each["well"] for each in found["findings"]}) == (0, True, {True})


def test_the_test_digest_goes_to_the_owner_alone_and_keeps_every_limit(say):
    with alongside(TOKEN) as discord:
        code, _ = say(DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.api)
        made = [call["given"] for call in discord.calls() if call["name"] == "dm.create"]
        direct = [call for call in discord.calls() if call["name"] == "message.create"]
        assert (code, discord.wrong(), made) == (0, [], [{"recipient_id": CARSTEN}])
        assert all(call["path"].split("/")[2] not in {NEWS, FORUM_ID} for call in direct)
        assert "A test" in direct[0]["given"]["embeds"][0]["description"]


def test_of_a_team_that_owns_the_application_the_one_who_owns_the_team_is_its_owner():
    team = {"owner": {"id": "300000000000000003"}, "team": {"id": "3", "owner_user_id": OWNER}}
    assert (owner(team), owner({"owner": {"id": OWNER}, "team": None})) == (OWNER, OWNER)


def test_a_server_in_which_its_role_lacks_rights_is_named_with_them(say, discord):
    given = sum(1 << bit for name, bit in PERMISSIONS.items() if name != "Embed Links")
    servers = [
        {"id": "1", "name": "Harbour Watch", "permissions": str(given)},
        {"id": "2", "name": "Pier", "permissions": "8"},  # of an administrator
    ]
    discord.routes["/users/@me/guilds"] = told(200, servers)
    code, printed = say("--check", DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.url)
    assert (code, "In Harbour Watch its role lacks Embed Links:" in printed) == (0, True), printed


def test_where_the_invitation_was_followed_nothing_is_lacking():
    asked = int(parse_qs(urlsplit(invite(APPLICATION)).query)["permissions"][0])
    assert (lacking(asked), lacking(0)) == ([], list(PERMISSIONS))


@pytest.mark.parametrize(
    ("ways", "code", "said"),
    [
        ({"0": {}, "1": {}}, 0, adopt(APPLICATION)),
        ({"0": {}}, 0, "“User Install” is not ticked"),
        ({"1": {}}, 1, "tick “Guild Install”"),
    ],
)
def test_how_it_can_be_installed_is_said(say, discord, ways, code, said):
    application = {"id": APPLICATION, "flags": 0, "owner": {"id": OWNER}, "integration_types_config": ways}
    discord.routes["/oauth2/applications/@me"] = told(200, application)
    came, printed = say("--check", DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.url)
    assert (came, said in printed) == (code, True), printed


@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        ("/users/@me", refused(401, 0), "Discord does not know it"),
        ("/users/@me", refused(429, 0), "asks to wait"),
        ("/users/@me", (429, {"Content-Type": "text/html"}, "<p>1015</p>"), "turns this machine away"),
        ("/users/@me", refused(502, 0), "HTTP 502"),
        ("/users/@me", (200, {"Content-Type": "application/json"}, "{"), "can't be reached"),
        (
            "/oauth2/applications/@me",
            told(200, {"id": "1", "owner": {"id": "2"}, "interactions_endpoint_url": "https://bot.example"}),
            "Interactions Endpoint URL",
        ),
        (
            "/oauth2/applications/@me",
            told(200, {"id": "1", "owner": {"id": "2"}, "bot_require_code_grant": True}),
            "Requires OAuth2 Code Grant",
        ),
        (
            "/gateway/bot",
            told(200, {"shards": 1, "session_start_limit": {"remaining": 0, "reset_after": 7_000_000}}),
            "within 2 hours",
        ),
        ("/channels/5001/messages", refused(403, 50007), "takes no direct messages"),
        ("/users/@me/channels", refused(400, 50278), "in no server together"),
        ("/users/@me/channels", refused(400, 12345), "no (12345)"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(say, discord, path, answer, said):
    discord.routes[path] = answer
    code, printed = say(DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.url)
    assert (code, "wrong:" in printed, said in printed) == (1, True, True), printed


def test_privileged_intents_are_not_asked_for(say, discord):
    discord.routes["/oauth2/applications/@me"] = told(
        200, {"id": APPLICATION, "flags": 1 << 19, "owner": {"id": "0"}, "team": {"owner_user_id": OWNER}}
    )
    code, printed = say(DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.url)
    assert (code, "Message Content Intent may be switched off" in printed) == (0, True)


def test_a_token_that_discord_does_not_take_ends_the_platform_and_silence_does_not(discord):
    access = Access(discord.url, TOKEN)
    asyncio.run(settle(access))
    discord.routes["/users/@me"] = refused(401, 0)
    with pytest.raises(WrongSettings, match=r"^DISCORD_TOKEN"):
        asyncio.run(settle(access))
    discord.routes["/users/@me"] = refused(503, 0)
    with pytest.raises(Unreached):
        asyncio.run(settle(access))


def test_a_link_is_never_broken_over_two_lines(monkeypatch, capsys, discord):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("NEWSDELTA_DISCORD_API_URL", discord.url)
    assert cli.main(["connect", "discord", "--check"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert {invite(APPLICATION), adopt(APPLICATION)} <= set(lines)

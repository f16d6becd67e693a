"""`newsdelta doctor`: each fault in a line that says what to do, and nothing where nothing is wrong."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import cli, doctor
from bot.delivery.values import Verdict
from bot.errors import UnusableStore
from bot.findings import Finding
from bot.ports import Feed, Target, Trouble
from bot.settings import Settings
from bot.store import REVISION, open_store, schema_at
from tests.bot.store.test_outbox_contract import NOW, QUAY, claimed, ready
from tests.fake_discord.remote import alongside
from tests.web import serve

TOKEN = "planted.token.of-nobody"
PIER = Target("discord", "G1", "channel", "C7")
BAD = Feed("feed-1", "https://pier.example/feed?key=planted", "https://pier.example/feed", muted="it is gone")


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        for variable in (f"NEWSDELTA_{name.upper()}", name.upper()):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("NEWSDELTA_HTTP_PORT", "0")


@pytest.fixture
def say(monkeypatch, capsys):
    """Runs the command with settings; its exit code and what it printed."""

    def say(*arguments, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        code = cli.main(["doctor", *arguments])
        printed = capsys.readouterr()
        assert "planted" not in printed.out + printed.err
        return code, " ".join((printed.out + printed.err).split())

    return say


def test_before_anything_is_set_nothing_is_wrong_and_nothing_is_made(say, tmp_path):
    code, printed = say()
    assert (code, "wrong:" in printed, list(tmp_path.iterdir())) == (0, False, [])
    assert "There is no memory yet" in printed
    assert "No platform is connected" in printed


def test_a_database_that_serves_is_read_and_written(say, database):
    code, printed = say(NEWSDELTA_DATABASE_URL=database)
    assert (code, "can be read and written" in printed) == (0, True), printed


def test_what_is_found_is_had_as_json(say, sqlite):
    code, printed = say("--json", NEWSDELTA_DATABASE_URL=sqlite)
    found = json.loads(printed)
    assert (code, found["well"], {each["well"] for each in found["findings"]}) == (0, True, {True})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"NEWSDELTA_KEEP_DAYS": "none"}, "NEWSDELTA_KEEP_DAYS can't be used"),
        ({"NEWSDELTA_DATABASE_URL": "mysql://there/news"}, "use sqlite or postgresql"),
        ({"NEWSDELTA_DATABASE_URL": "sqlite:////proc/none/news.db"}, "in /proc"),
        ({"SLACK_BOT_TOKEN": "xoxp-planted"}, "Slack: SLACK_BOT_TOKEN"),
        ({"DISCORD_TOKEN": "Bot planted"}, "Discord: DISCORD_TOKEN begins with “Bot”"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(say, settings, said):
    code, printed = say(**settings)
    assert (code, "wrong:" in printed, said in printed) == (1, True, True), printed


def test_a_file_that_is_no_database_is_a_fault_and_the_rest_is_looked_at_all_the_same(say, tmp_path):
    (tmp_path / "news.db").write_text("no database")
    code, printed = say(NEWSDELTA_DATABASE_URL=f"sqlite:///{tmp_path}/news.db")
    assert (code, "the file is no database" in printed, "No platform" in printed) == (1, True, True), printed


def test_a_platform_that_lets_the_bot_in_is_one_line_and_gets_no_message(say):
    with alongside(TOKEN) as discord:
        code, printed = say(DISCORD_TOKEN=TOKEN, NEWSDELTA_DISCORD_API_URL=discord.api)
        assert (code, printed.count("Discord:")) == (0, 1), printed
        assert {call["name"] for call in discord.calls()} == {"me", "application", "gateway", "guilds"}


@pytest.mark.parametrize(("held", "says"), [("0001", "renews it"), ("9999", "upgrade newsdelta")])
def test_a_schema_of_another_program_is_named_and_left_as_it_is(say, sqlite, held, says):
    with sqlite3.connect(sqlite.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (held,))
    connection.close()
    code, printed = say(NEWSDELTA_DATABASE_URL=sqlite)
    assert (code, says in printed, schema_at(sqlite)) == (int(held > REVISION), True, held), printed


def test_feeds_closed_channels_and_stuck_messages_are_found_in_the_memory(database):
    with open_store(database, key=b"key") as store:
        for number, changes in enumerate([{"muted": "it is gone"}, {"news": "failing", "errors": 9}, {}]):
            feed, _ = store.add_feed(f"https://pier.example/{number}", QUAY.library, NOW)
            store.save_feed(replace(feed, **changes))
        ready(store.outbox, QUAY)
        (claim,) = claimed(store.outbox)
        store.outbox.finish(claim, Verdict("dead", closes="lane", reason="it can't be seen"), NOW)
        found = store.trouble(NOW - timedelta(days=7))
        assert [feed.url[-1] for feed in found.feeds] in (["0", "1"], ["1", "0"])
        assert (found.closed, found.dead, found.held) == (((claim.message.target, "it can't be seen"),), 1, 0)
        assert store.trouble(NOW + timedelta(days=365)).dead == 0


def test_a_closed_platform_is_found(sqlite):
    with open_store(sqlite, key=b"key") as store:
        ready(store.outbox, QUAY)
        (claim,) = claimed(store.outbox)
        store.outbox.finish(claim, Verdict("retry", closes="platform", reason="the token is gone"), NOW)
        assert store.trouble(NOW).closed == (
            (Target(claim.message.target.platform, "", "channel", ""), "the token is gone"),
        )


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble(), []),
        (Trouble(feeds=(BAD,)), ["The feed https://pier.example/feed?…: no longer asked: it is gone."]),
        (Trouble(feeds=(BAD,) * 8), [*["The feed"] * 5, "So it is with 3 more feeds."]),
        (Trouble(closed=((PIER, "no right."),)), ["Nothing goes to C7 of G1 in discord (no right): mend that"]),
        (Trouble(closed=((replace(PIER, id=""), "x"),)), ["Nothing goes to discord G1 (x): mend that, then: newsdelta deliveries reopen discord G1."]),
        (Trouble(dead=2, held=1), ["Of the messages of the last week 2 could not be sent, and 1 may or"]),
    ],
)  # fmt: skip
def test_each_trouble_is_a_line(trouble, said):
    found = list(doctor.troubles(trouble))
    assert [finding.text.startswith(words) for finding, words in zip(found, said, strict=True)] == [
        True
    ] * len(said)
    assert not any(finding.well for finding in found)


def test_that_somebody_takes_no_messages_is_no_fault_of_the_operators():
    person = Target("discord", "G1", "person", "U1")
    assert [each.well for each in doctor.troubles(Trouble(closed=((person, "closed"),)))] == [True]


def test_little_room_is_a_fault(tmp_path):
    (found,) = doctor.disk(tmp_path / "later" / "made", lambda _: 7_000_000)
    assert found == Finding(well=False, text=f"Only 7 MB are free in {tmp_path}: make room.")


@pytest.mark.parametrize(
    ("kind", "wrong"), [("ext4", 0), ("nfs4", 1), ("cifs", 1), ("fuse.sshfs", 1), ("overlay", 0)]
)
def test_a_database_on_a_network_file_system_is_a_fault(tmp_path, kind, wrong):
    mounts = (
        f"/dev/a / ext4 rw 0 0\nthere:/x {str(tmp_path).replace(' ', chr(92) + '040')} {kind} rw 0 0\nodd\n"
    )
    assert len(list(doctor.file(tmp_path / "news" / "news.db", mounts))) == wrong


def test_a_database_is_on_the_file_system_that_its_path_leads_to(tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "share")
    mounts = f"/dev/a / ext4 rw 0 0\nthere:/x {tmp_path.resolve() / 'share'} nfs4 rw 0 0\n"
    assert len(list(doctor.file(tmp_path / "here" / "news.db", mounts))) == 1


@pytest.mark.parametrize(("mode", "wrong"), [(0o600, 0), (0o640, 0), (0o644, 1)])
def test_a_database_that_everybody_can_open_is_a_fault(tmp_path, mode, wrong):
    file = tmp_path / "news.db"
    file.touch()
    file.chmod(mode)
    assert len(list(doctor.file(file, ""))) == wrong


@pytest.mark.parametrize("error", [UnusableStore("away"), PermissionError(13, "denied", "/x")])
def test_what_goes_wrong_in_one_check_is_its_finding_and_the_others_go_on(error):
    def broken() -> Iterator[Finding]:
        yield doctor.well("so far")
        raise error

    found = doctor.examined([broken, doctor.no_platform])
    assert [finding.well for finding in found] == [True, False, True]


# -- the place for the pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ready", "reasons", "code", "says"),
    [
        (True, {}, 0, "all is well with it"),
        (False, {"discord": "Its token is gone."}, 1, "discord is held up: Its token is gone."),
        (False, {}, 1, "start is held up"),
    ],
)
def test_a_bot_that_serves_there_is_asked_how_it_is(say, ready, reasons, code, says):
    body = json.dumps({"ready": ready, "reasons": reasons})
    with serve({"/ready": (200 if ready else 503, {}, body)}) as bot:
        came, printed = say(NEWSDELTA_HTTP_PORT=str(bot.port))
    assert (came, says in printed) == (code, True), printed


def test_a_place_that_is_free_is_well(say):
    with serve({}) as free:
        port = free.port
    code, printed = say(NEWSDELTA_HTTP_PORT=str(port))
    assert (code, f"have room at 127.0.0.1:{port}" in printed) == (0, True), printed


def test_another_program_in_the_place_of_the_pages_is_a_fault(say):
    with serve({"/ready": (200, {}, "[]")}) as other:
        code, printed = say(NEWSDELTA_HTTP_PORT=str(other.port))
    assert (code, "another program is" in printed) == (1, True), printed

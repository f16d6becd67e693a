"""Workspaces that install the app: their tokens are kept, unreadable to others, until they remove it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import InvalidToken
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import text

from bot.errors import Closed, Limited, UnusableStore, WrongSettings
from bot.platforms.slack.clients import Api
from bot.platforms.slack.installs import Installations, InstalledClients, cipher, left
from bot.ports import Target, Topic
from bot.store import open_store
from bot.store.engine import asynchronous
from tests.web import serve

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
KEYS = ["k" * 32, "older-" * 8]
TOKEN = (
    "xoxb-" + "7" * 60 + "-" + "planted" * 20
)  # 206 characters, since Slack says that tokens may grow to 255
TABLES = ("slack_bots", "slack_installations")


def installation(team="T1", token=TOKEN, at=NOW, **others):
    return Installation(
        app_id="A1",
        enterprise_id=others.pop("enterprise_id", None),
        team_id=team,
        team_name="Harbour",
        bot_token=token,
        bot_id="B1",
        bot_user_id="UBOT",
        bot_scopes="chat:write,commands",
        user_id=others.pop("user_id", "U1"),
        installed_at=at.timestamp(),
        **others,
    )


def removed(team="T1", at=NOW + timedelta(hours=1), tokens=None):
    """What Slack sends where the app is removed, or tokens are taken back."""
    event = {"type": "tokens_revoked", "tokens": tokens} if tokens else {"type": "app_uninstalled"}
    return {"team_id": team, "event_time": int(at.timestamp()), "event": event}


class Kept:
    """The installations of a database, and what its rows hold."""

    def __init__(self, url, keys=KEYS):
        self.store = open_store(url, key=b"key")
        self.engine = asynchronous(url)
        self.installations = Installations(
            "1.2", self.engine, cipher(keys), lambda team: self.store.readmit("slack", team)
        )

    def clients(self, address="http://127.0.0.1:9/"):
        return InstalledClients(self.installations, Api(address), "secret")

    def rows(self):
        with self.store.database.reading() as connection:
            return {t: list(connection.execute(text(f"SELECT * FROM {t}")).mappings()) for t in TABLES}

    def raw(self):
        return str(self.rows())

    async def close(self):
        await self.engine.dispose()
        self.store.close()


@pytest.fixture
def run(database):
    """Runs what is asked of the installations of a database, each database once."""

    def run(doing, keys=KEYS):
        async def whole():
            kept = Kept(database, keys)
            try:
                return await doing(kept)
            finally:
                await kept.close()

        return asyncio.run(whole())

    return run


async def token_of(kept, team="T1"):
    client = await kept.clients().of(team)
    await client.session.close()
    return client.token


# -- kept --------------------------------------------------------------------------------------------------------------


def test_a_long_token_comes_back_as_it_was_and_no_secret_can_be_read_in_the_database(run):
    secrets = {
        "bot_refresh_token": "xoxe-1-planted-refresh" * 8,
        "user_token": "xoxp-planted-user" * 11,
        "user_refresh_token": "xoxe-1-planted-user-refresh" * 7,
        "incoming_webhook_url": "https://hooks.slack.example/services/planted/" + "w" * 150,
        "incoming_webhook_configuration_url": "https://slack.example/planted/" + "c" * 180,
    }

    async def doing(kept):
        await kept.installations.async_save(installation(**secrets))
        found = await kept.installations.async_find_installation(
            enterprise_id=None, team_id="T1", user_id="U1"
        )
        return found, await kept.installations.bot("T1"), kept.raw()

    found, bot, raw = run(doing)
    assert bot.bot_token == found.bot_token == TOKEN
    assert bot.bot_refresh_token == secrets["bot_refresh_token"]
    assert {name: getattr(found, name) for name in secrets} == secrets
    assert "planted" not in raw
    assert "Harbour" in raw


def test_two_workspaces_never_get_each_others_token(run):
    async def doing(kept):
        for team in ("T1", "T2"):
            await kept.installations.async_save(installation(team, f"xoxb-of-{team}"))
        return [await token_of(kept, team) for team in ("T1", "T2")]

    assert run(doing) == ["xoxb-of-T1", "xoxb-of-T2"]


def test_the_last_installation_counts(run):
    async def doing(kept):
        for hours, token in ((1, "xoxb-newer"), (0, "xoxb-older")):
            await kept.installations.async_save(installation(token=token, at=NOW + timedelta(hours=hours)))
        return await token_of(kept)

    assert run(doing) == "xoxb-newer"


def test_a_workspace_of_an_enterprise_is_found_by_its_id_alone(run):
    async def doing(kept):
        await kept.installations.async_save(installation(enterprise_id="E1"))
        asked = await kept.installations.async_find_bot(enterprise_id="E1", team_id="T1")
        return asked.bot_token, await token_of(kept)

    assert run(doing) == (TOKEN, TOKEN)


def test_where_nothing_is_installed_the_installation_is_closed(run):
    with pytest.raises(Closed, match="not installed") as closed:
        run(token_of)
    assert (closed.value.reach, closed.value.code) == ("installation", "not_installed")


# -- keys --------------------------------------------------------------------------------------------------------------


def test_the_first_key_encrypts_and_all_decrypt(run):
    old, new = ["o" * 32], ["n" * 32, "o" * 32]

    async def saved(kept):
        await kept.installations.async_save(installation())

    run(saved, old)
    assert run(token_of, new) == TOKEN
    run(lambda kept: kept.installations.async_save(installation(at=NOW + timedelta(1))), new)
    assert run(token_of, new[:1]) == TOKEN
    with pytest.raises(Closed, match="put it back into NEWSDELTA_SECRET_KEYS") as closed:
        run(token_of, old)
    assert closed.value.code == "unreadable_token"


def test_sealed_anew_all_can_be_read_without_the_older_keys(run):
    old, new = ["o" * 32], ["n" * 32, "o" * 32]
    user = {"user_token": "xoxp-planted", "incoming_webhook_url": "https://hooks.slack.example/planted"}

    async def saved(kept):
        await kept.installations.async_save(installation(**user))

    async def resealed(kept):
        before = kept.raw()
        await kept.installations.reseal()
        return before != kept.raw()

    async def read(kept):
        found = await kept.installations.async_find_installation(
            enterprise_id=None, team_id="T1", user_id="U1"
        )
        return found.bot_token, found.user_token, found.incoming_webhook_url

    run(saved, old)
    assert run(resealed, new)
    assert run(read, new[:1]) == (TOKEN, *user.values())
    run(resealed, ["a stranger's key " * 3])  # which can read nothing, and leaves all as it is
    assert run(read, new[:1]) == (TOKEN, *user.values())


@pytest.mark.parametrize(
    ("keys", "said"), [([], "kept encrypted only"), (["k" * 32, "short"], "shorter than 32")]
)
def test_without_a_good_key_nothing_is_kept(keys, said):
    with pytest.raises(WrongSettings, match=said) as refusal:
        cipher(keys)
    assert "openssl rand -hex 32" in str(refusal.value)
    assert "short," not in str(refusal.value)


def test_a_key_serves_one_purpose_only():
    sealed = cipher(["k" * 32]).encrypt(b"words")
    assert cipher(["k" * 32]).decrypt(sealed) == b"words"
    for other in (cipher(["k" * 32], "another purpose"), cipher(["l" * 32])):
        with pytest.raises(InvalidToken):
            other.decrypt(sealed)


# -- left --------------------------------------------------------------------------------------------------------------

ANNA = Target("slack", "T1", "person", "U-anna")


def lived(kept):
    """A workspace that has been using the bot, and another one."""
    for team in ("T1", "T2"):
        kept.store.follow(Target("slack", team, "person", "U-anna"), Topic("word", "boats"), NOW)


def remaining(kept):
    rows = kept.rows()
    teams = {row["team_id"] for table in TABLES for row in rows[table]}
    return teams, [
        len(kept.store.follows(Target("slack", team, "person", "U-anna"))) for team in ("T1", "T2")
    ]


BOT_GONE = {"bot": ["UBOT"], "oauth": ["U1"]}
BOTH = [removed(), removed(tokens=BOT_GONE)]


@pytest.mark.parametrize("events", [BOTH, BOTH[::-1], BOTH[:1], BOTH[1:], BOTH * 2])
def test_a_workspace_that_removes_the_app_leaves_nothing_whichever_event_comes_first(run, events):
    async def doing(kept):
        for team in ("T1", "T2"):
            await kept.installations.async_save(installation(team))
        lived(kept)
        for event in events:
            await left(event, kept.store, kept.installations)
        return remaining(kept)

    assert run(doing) == ({"T2"}, [0, 1])


def test_an_event_that_is_older_than_the_installation_removes_nothing(run):
    async def doing(kept):
        await kept.installations.async_save(installation())
        await left(removed(), kept.store, kept.installations)
        await kept.installations.async_save(installation(at=NOW + timedelta(hours=2)))
        lived(kept)
        await left(
            removed(tokens=BOT_GONE), kept.store, kept.installations
        )  # sent with the first, here five minutes late
        return remaining(kept)

    assert run(doing) == ({"T1"}, [1, 1])


def test_a_member_who_takes_back_their_own_token_leaves_the_workspace_its_bot(run):
    async def doing(kept):
        await kept.installations.async_save(installation())
        await kept.installations.async_save(
            installation(user_id="U2", at=NOW + timedelta(1), user_token="xoxp-2")
        )
        lived(kept)
        await left(removed(tokens={"oauth": ["U2"]}), kept.store, kept.installations)
        left_over = [row["user_id"] for row in kept.rows()["slack_installations"]]
        return left_over, await token_of(kept), remaining(kept)[1]

    assert run(doing) == (["U1"], TOKEN, [1, 1])


def test_with_one_workspace_only_what_is_remembered_goes(run):
    async def doing(kept):
        lived(kept)
        await left(removed(tokens={"oauth": ["U2"]}), kept.store)
        before = remaining(kept)[1]
        await left(removed(), kept.store)
        return before, remaining(kept)[1]

    assert run(doing) == ([1, 1], [0, 1])


def test_a_workspace_that_installs_again_is_remembered_again(run):
    async def doing(kept):
        await kept.installations.async_save(installation())
        await left(removed(), kept.store, kept.installations)
        with kept.store.database.reading() as connection:
            before = connection.execute(text("SELECT count(*) FROM forgotten")).scalar()
        await kept.installations.async_save(installation(at=NOW + timedelta(hours=2)))
        with kept.store.database.reading() as connection:
            return before, connection.execute(text("SELECT count(*) FROM forgotten")).scalar()

    assert run(doing) == (1, 0)


def test_a_backup_brings_no_token_of_a_removed_workspace_back(sqlite, tmp_path):
    async def doing():
        kept = Kept(sqlite)
        await kept.installations.async_save(installation())
        kept.store.backup(tmp_path / "backup.db")
        await left(removed(), kept.store, kept.installations)
        kept.store.restore(tmp_path / "backup.db")
        found = kept.rows()
        await kept.close()
        return found

    assert asyncio.run(doing()) == {"slack_bots": [], "slack_installations": []}


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_database_that_cant_be_asked_says_so_in_a_sentence(tmp_path):
    async def doing():
        engine = asynchronous(f"sqlite:///{tmp_path / 'no-tables.db'}")
        try:
            await Installations("1.2", engine, cipher(KEYS), print).bot("T1")
        finally:
            await engine.dispose()

    with pytest.raises(UnusableStore, match="can't be used"):
        asyncio.run(doing())


def said(**answer):
    return (200, {"Content-Type": "application/json"}, json.dumps(answer))


@pytest.mark.parametrize(
    ("answer", "error", "token"),
    [
        (
            said(ok=True, token_type="bot", access_token="xoxe.new", refresh_token="r2", expires_in=43200),
            None,
            "xoxe.new",
        ),
        (said(ok=False, error="invalid_refresh_token"), Closed, None),
        ((503, {}, ""), Limited, None),
        (b"", Limited, None),
    ],
)
def test_a_token_that_ends_soon_is_exchanged_before_it_is_used(run, answer, error, token):
    async def doing(kept):
        await kept.installations.async_save(installation(bot_refresh_token="r1", bot_token_expires_in=60))
        with serve({"/oauth.v2.access": answer}) as slack:
            clients = kept.clients(slack.url)
            try:
                client = await clients.of("T1")
                return client.token, await token_of(kept), len(slack.requests)
            finally:
                await clients._api.close()

    if error:
        with pytest.raises(error) as raised:
            run(doing)
        assert "xox" not in str(raised.value)
    else:
        assert run(doing) == (token, token, 1)

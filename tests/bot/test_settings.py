"""The operator's settings: read from the environment, refused in one sentence."""

import pytest

from bot.errors import WrongSettings
from bot.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        for variable in (f"NEWSDELTA_{name.upper()}", name.upper()):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_settings_the_database_is_a_file_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert read_settings().database == f"sqlite:///{tmp_path}/newsdelta/newsdelta.db"


def test_the_environment_counts_before_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(
        "NEWSDELTA_DATABASE_URL=sqlite:///file.db\nNEWSDELTA_KEEP_DAYS=7\n", "utf-8"
    )
    monkeypatch.setenv("NEWSDELTA_DATABASE_URL", "sqlite:///environment.db")
    settings = read_settings()
    assert (settings.database, settings.keep_days) == ("sqlite:///environment.db", 7)


def test_exceptions_are_hosts_with_ports(monkeypatch):
    monkeypatch.setenv("NEWSDELTA_FETCH_ALLOW", "feeds.intranet:8080, [::1]:81,")
    assert read_settings().fetch_allow == {("feeds.intranet", 8080), ("::1", 81)}


def test_keys_are_never_printed(monkeypatch):
    monkeypatch.setenv("NEWSDELTA_SECRET_KEYS", "first-key, second-key")
    settings = read_settings()
    assert [key.get_secret_value() for key in settings.secret_keys] == ["first-key", "second-key"]
    assert "first-key" not in repr(settings)
    assert "first-key" not in str(settings.model_dump())


def test_slacks_own_settings_keep_their_names_and_are_never_printed(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-planted")
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("NEWSDELTA_SLACK_BOT_TOKEN", "xoxb-not-this-one")
    settings = read_settings()
    assert (settings.slack_bot_token.get_secret_value(), settings.slack_client_id) == ("xoxb-planted", "1.2")
    assert not settings.slack_app_token
    assert "planted" not in repr(settings) + str(settings.model_dump())


def test_how_slack_comes_in_is_set_under_names_of_ours(monkeypatch):
    monkeypatch.setenv("NEWSDELTA_SLACK_MODE", "http")
    monkeypatch.setenv("NEWSDELTA_SLACK_OAUTH", "1")
    monkeypatch.setenv("NEWSDELTA_SLACK_MANAGERS", "U024BE7LH, W1234")
    monkeypatch.setenv("NEWSDELTA_SLACK_API_URL", "http://127.0.0.1:9/api")
    settings = read_settings()
    assert (settings.slack_mode, settings.slack_oauth) == ("http", True)
    assert settings.slack_managers == {"U024BE7LH", "W1234"}
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSDELTA_FETCH_ALLOW", "no-port"),
        ("NEWSDELTA_FETCH_ALLOW", "host:99999"),
        ("NEWSDELTA_FETCH_ALLOW", ":80"),
        ("NEWSDELTA_KEEP_DAYS", "0"),
        ("NEWSDELTA_KEEP_DAYS", "soon"),
        ("NEWSDELTA_SLACK_MODE", "carrier pigeon"),
        ("NEWSDELTA_SLACK_OAUTH", "perhaps"),
        ("NEWSDELTA_SLACK_MANAGERS", "U024BE7LH, anna"),
        ("NEWSDELTA_SLACK_API_URL", "slack.example"),
        ("NEWSDELTA_DISCORD_SHARD_COUNT", "-1"),
        ("NEWSDELTA_DISCORD_SHARD_IDS", "0"),
        ("NEWSDELTA_DISCORD_API_URL", "ws://discord.example"),
        ("NEWSDELTA_DISCORD_GATEWAY_URL", "discord.example"),
    ],
)
def test_what_cant_be_used_is_named_in_one_sentence(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings, match=f"^{name} can't be used: .*\\.$") as refusal:
        read_settings()
    assert "\n" not in str(refusal.value)


def test_discords_token_keeps_its_name_and_is_never_printed(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "planted")
    settings = read_settings()
    assert settings.discord_token.get_secret_value() == "planted"
    assert "planted" not in repr(settings) + str(settings.model_dump())


def test_a_process_holds_all_shards_or_those_that_are_set(monkeypatch):
    assert (read_settings().discord_shard_ids, read_settings().discord_shard_count) == ((), 0)
    monkeypatch.setenv("NEWSDELTA_DISCORD_SHARD_COUNT", "4")
    monkeypatch.setenv("NEWSDELTA_DISCORD_SHARD_IDS", "3, 1,1")
    assert (read_settings().discord_shard_ids, read_settings().discord_shard_count) == ((1, 3), 4)


def test_shards_that_are_not_among_all_are_refused(monkeypatch):
    monkeypatch.setenv("NEWSDELTA_DISCORD_SHARD_COUNT", "4")
    monkeypatch.setenv("NEWSDELTA_DISCORD_SHARD_IDS", "3,4")
    with pytest.raises(WrongSettings, match="'4' must be the number of a shard, from 0 to 3"):
        read_settings()

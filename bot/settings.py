"""What the operator sets: environment variables, or the same names in a `.env` file of the working folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import WrongSettings

Allowed = tuple[str, int]  # host and port
MEMBER = re.compile(r"[UW][A-Z0-9]{2,30}")  # of a Slack workspace, or of several

DISCORD_SCHEMES = {"discord_api_url": ("https", "http"), "discord_gateway_url": ("wss", "ws")}


class Settings(BaseSettings):
    """All of ours begin with NEWSDELTA_, a platform's keep its names; an unset one has the value given here."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSDELTA_", env_file=".env", extra="ignore", frozen=True, validate_by_name=True
    )

    database_url: str = ""  # empty: an SQLite file in the user's data folder
    fetch_allow: Annotated[frozenset[Allowed], NoDecode] = (
        frozenset()
    )  # exceptions to the address and port rule
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()  # the first one encrypts and hashes
    http_host: str = "127.0.0.1"  # where the pages of the bot are
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080  # 0: no pages
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30  # how long the text of an article stays

    slack_bot_token: Annotated[SecretStr, Field(validation_alias="SLACK_BOT_TOKEN")] = SecretStr("")
    slack_app_token: Annotated[SecretStr, Field(validation_alias="SLACK_APP_TOKEN")] = SecretStr("")
    slack_signing_secret: Annotated[SecretStr, Field(validation_alias="SLACK_SIGNING_SECRET")] = SecretStr("")
    slack_client_id: Annotated[str, Field(validation_alias="SLACK_CLIENT_ID")] = ""
    slack_client_secret: Annotated[SecretStr, Field(validation_alias="SLACK_CLIENT_SECRET")] = SecretStr("")
    slack_mode: Literal["socket", "http"] = "socket"  # how Slack's requests come in
    slack_oauth: bool = False  # many workspaces: each is installed through the bot's own pages
    slack_managers: Annotated[frozenset[str], NoDecode] = frozenset()  # who may change a channel's settings
    slack_api_url: str = "https://slack.com/api/"

    discord_token: Annotated[SecretStr, Field(validation_alias="DISCORD_TOKEN")] = SecretStr("")
    discord_shard_count: Annotated[int, Field(ge=0)] = 0  # of all processes; 0: as many as Discord advises
    discord_shard_ids: Annotated[tuple[int, ...], NoDecode] = ()  # those of this process; empty: all
    discord_api_url: str = ""  # empty: Discord's own
    discord_gateway_url: str = ""  # as above

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        return frozenset(map(_host, _listed(value))) if isinstance(value, str) else value

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        return tuple(_listed(value)) if isinstance(value, str) else value

    @field_validator("slack_managers", mode="before")
    @classmethod
    def _members(cls, value: object) -> object:
        return frozenset(map(_member, _listed(value))) if isinstance(value, str) else value

    @field_validator("discord_shard_ids", mode="before")
    @classmethod
    def _shards(cls, value: object, given: ValidationInfo) -> object:
        return (
            _shards_of(value, given.data.get("discord_shard_count", 0)) if isinstance(value, str) else value
        )

    @field_validator("discord_api_url", "discord_gateway_url")
    @classmethod
    def _other_address(cls, value: str, given: ValidationInfo) -> str:
        schemes = DISCORD_SCHEMES[str(given.field_name)]
        parts = urlsplit(value)
        if value and (parts.scheme not in schemes or not parts.hostname):
            raise ValueError(f"{value!r} must be empty or an address that begins with {schemes[0]}://")
        return value.rstrip("/")

    @field_validator("slack_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise ValueError(f"{value!r} must be an address, such as https://slack.com/api/")
        return value.rstrip("/") + "/"  # the SDK puts the name of a method right behind it

    @property
    def folder(self) -> Path:
        """The user's data folder, for what is kept outside a database."""
        return user_data_path("newsdelta", appauthor=False)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.folder / 'newsdelta.db'}"


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _host(text: str) -> Allowed:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} must be host:port, such as news.example:8080")
    return host.strip("[]").lower(), int(port)


def _shards_of(value: str, count: int) -> tuple[int, ...]:
    ids = _listed(value)
    if ids and not count:
        raise ValueError("it needs NEWSDELTA_DISCORD_SHARD_COUNT, the number of shards of all processes")
    if wrong := [one for one in ids if not one.isdecimal() or int(one) >= count]:
        raise ValueError(f"{wrong[0]!r} must be the number of a shard, from 0 to {count - 1}")
    return tuple(sorted({int(one) for one in ids}))


def _member(text: str) -> str:
    if not MEMBER.fullmatch(text):
        raise ValueError(f"{text!r} must be the id of a member, such as U024BE7LH (not a name)")
    return text


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings as they stand; WrongSettings names the first one that can't be used."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg] # pydantic-settings reads it, its type is not told
    except ValidationError as error:
        first = error.errors()[0]
        name = _name(str(first["loc"][0]))
        raise WrongSettings(f"{name} can't be used: {first['msg'].removeprefix('Value error, ')}.") from None


def _name(field: str) -> str:
    """What an operator calls a setting; one with a name of its own is reported under it already."""
    return f"NEWSDELTA_{field.upper()}" if field in Settings.model_fields else field.upper()

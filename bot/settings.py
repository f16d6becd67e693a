"""What the operator sets: environment variables, or the same names in a `.env` file of the working folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import WrongSettings

Allowed = tuple[str, int]  # host and port


class Settings(BaseSettings):
    """All of ours begin with NEWSDELTA_; an unset one has the value given here."""

    model_config = SettingsConfigDict(env_prefix="NEWSDELTA_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = ""  # empty: an SQLite file in the user's data folder
    fetch_allow: Annotated[frozenset[Allowed], NoDecode] = (
        frozenset()
    )  # exceptions to the address and port rule
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()  # the first one encrypts and hashes
    http_host: str = "127.0.0.1"  # where the pages of the bot are
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080  # 0: no pages
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 30  # how long the text of an article stays

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        return frozenset(map(_host, _listed(value))) if isinstance(value, str) else value

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _keys(cls, value: object) -> object:
        return tuple(_listed(value)) if isinstance(value, str) else value

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


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings as they stand; WrongSettings names the first one that can't be used."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg] # pydantic-settings reads it, its type is not told
    except ValidationError as error:
        first = error.errors()[0]
        name = "NEWSDELTA_" + "_".join(map(str, first["loc"])).upper()
        raise WrongSettings(f"{name} can't be used: {first['msg'].removeprefix('Value error, ')}.") from None

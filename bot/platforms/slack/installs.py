"""The workspaces in which the bot is installed: their tokens, kept encrypted, and what goes with them when they leave."""

from __future__ import annotations

import asyncio
import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import (
    AsyncSQLAlchemyInstallationStore,
    SQLAlchemyInstallationStore,
)
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import ColumnElement, Dialect, Text, desc, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import TypeDecorator

from bot.errors import Closed, Limited, Refused, WrongSettings
from bot.phrases import phrase
from bot.platforms.slack.clients import Api
from bot.platforms.slack.delivery import NAME, UNREACHED, outcome
from bot.ports import Store

LOG = logging.getLogger(__name__)
SECRET = (  # columns that nobody may read who reads the database
    "bot_token",
    "bot_refresh_token",
    "user_token",
    "user_refresh_token",
    "incoming_webhook_url",
    "incoming_webhook_configuration_url",
)
MISSING = phrase("closed.slack.key")
SHORTEST = 32  # characters of a key
AHEAD = 120  # minutes before its end in which a token that ends is exchanged


def cipher(keys: Sequence[str], purpose: str = "tokens of installations") -> MultiFernet:
    """What encrypts with the first key and decrypts with any; WrongSettings without one, or with one easily guessed.

    What was encrypted for one purpose is nothing to another.
    """
    if not keys:
        raise WrongSettings(
            "The tokens of workspaces are kept encrypted only: set NEWSDELTA_SECRET_KEYS to a key of your own, such as "
            "the output of: openssl rand -hex 32"
        )
    if any(len(key) < SHORTEST for key in keys):
        raise WrongSettings(
            f"A key of NEWSDELTA_SECRET_KEYS is shorter than {SHORTEST} characters: take the output of "
            "openssl rand -hex 32 instead."
        )
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, purpose))) for key in keys])


def _derived(key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"newsdelta: {purpose}".encode()).derive(key.encode())


class Sealed(TypeDecorator[str]):
    """A text that the database holds encrypted."""

    impl = Text
    cache_ok = True

    def __init__(self, cipher: MultiFernet) -> None:
        super().__init__()
        self.cipher = cipher

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else self.cipher.encrypt(value.encode()).decode("ascii")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """WrongSettings for what was encrypted with a key that is not there."""
        del dialect
        if value is None:
            return None
        try:
            return self.cipher.decrypt(value.encode()).decode()
        except InvalidToken:
            raise WrongSettings(MISSING) from None


class Installations(AsyncSQLAlchemyInstallationStore):
    """The SDK's own store, whose secrets are sealed. A workspace is found by its id alone, whatever it belongs to.

    `admitted` hears of each workspace that has installed the app, which may have been forgotten before.
    """

    def __init__(
        self, client_id: str, engine: AsyncEngine, cipher: MultiFernet, admitted: Callable[[str], object]
    ) -> None:
        super().__init__(client_id, engine, logger=LOG)
        self._admitted, self._cipher = admitted, cipher
        for table in (self.bots, self.installations):
            for column in table.columns:
                if column.name in SECRET:
                    column.type = Sealed(cipher)

    async def async_save(self, installation: Installation) -> None:
        await super().async_save(installation)
        await asyncio.to_thread(self._admitted, str(installation.team_id))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        del enterprise_id, is_enterprise_install
        return await self.bot(team_id) if team_id else None

    async def bot(self, team: str) -> Bot | None:
        """The bot that was installed last in a workspace."""
        own = self.bots.c.client_id == self.client_id, self.bots.c.team_id == team
        newest = self.bots.select().where(*own).order_by(desc(self.bots.c.installed_at)).limit(1)
        async with self.engine.connect() as connection:
            row = (await connection.execute(newest)).mappings().first()
        return SQLAlchemyInstallationStore.build_bot_entity(row) if row else None

    async def reseal(self) -> None:
        """Encrypts all anew with the first key, so that the others can be dropped; what can't be read stays as it is."""
        for table in (self.bots, self.installations):
            sealed = [type_coerce(c, Text).label(c.name) for c in table.columns if c.name in SECRET]
            async with self.engine.begin() as connection:
                rows = await connection.execute(select(table.c.id, *sealed).with_for_update())
                for row in rows.mappings().all():
                    anew = {name: self._anew(row[name]) for name in row if name in SECRET and row[name]}
                    await connection.execute(table.update().where(table.c.id == row["id"]).values(anew))

    def _anew(self, sealed: str) -> ColumnElement[str]:
        try:
            sealed = self._cipher.rotate(sealed.encode()).decode("ascii")
        except InvalidToken:
            LOG.warning("a token can't be read: %s", MISSING)
        return type_coerce(sealed, Text)

    async def without(self, team: str, users: Sequence[str]) -> None:
        """Drops the tokens that members gave for themselves."""
        c = self.installations.c
        own = c.client_id == self.client_id, c.team_id == team, c.user_id.in_(users)
        async with self.engine.begin() as connection:
            await connection.execute(self.installations.delete().where(*own))

    async def since(self, team: str) -> datetime | None:
        """When the app was last installed in a workspace."""
        own = self.bots.c.client_id == self.client_id, self.bots.c.team_id == team
        async with self.engine.connect() as connection:
            at = (await connection.execute(select(func.max(self.bots.c.installed_at)).where(*own))).scalar()
        return at.replace(tzinfo=UTC) if at else None


class InstalledClients:
    """`bot.platforms.slack.clients.Clients` of all workspaces; a token that ends soon is exchanged before."""

    def __init__(self, installations: Installations, api: Api, client_secret: str) -> None:
        self._installations, self._api = installations, api
        self._secret = client_secret

    async def of(self, team: str) -> AsyncWebClient:
        try:
            bot = await self._installations.bot(team)
        except WrongSettings as error:
            raise Closed(str(error), "installation", "unreadable_token") from error
        if bot is None:
            raise Closed(phrase("closed.slack.gone"), "installation", "not_installed")
        return self._api.once((await self._lasting(bot)).bot_token)

    async def _lasting(self, bot: Bot) -> Bot:
        if bot.bot_token_expires_at is None:
            return bot
        rotator = AsyncTokenRotator(
            client_id=self._installations.client_id, client_secret=self._secret, client=self._api.once("")
        )
        try:
            fresh = await rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=AHEAD)
        except SlackTokenRotationError as error:
            if isinstance(outcome(error.api_error), Closed | Refused):
                raise Closed(phrase("closed.slack.ended"), "installation", "token_expired") from error
            raise Limited("Slack gives no new token now.", UNREACHED, "installation", "no_token") from error
        except (TimeoutError, ClientError, OSError) as error:
            raise Limited("Slack can't be reached.", UNREACHED, "installation", "unreachable") from error
        if fresh is None:
            return bot
        await self._installations.async_save_bot(fresh)
        return fresh


async def left(body: Mapping[str, Any], store: Store, installations: Installations | None = None) -> None:
    """Drops all that is kept of a workspace that removed the app (`app_uninstalled`, `tokens_revoked`).

    These two come in any order and up to six minutes late: one that is older than the installation is of an earlier
    one. Of members who took back a token of their own alone only that is dropped.
    """
    team, revoked = str(body["team_id"]), body["event"].get("tokens")
    if revoked is not None and not revoked.get("bot"):
        if installations:
            await installations.without(team, revoked.get("oauth", ()))
        return
    if installations and await _is_of_an_earlier_one(body, installations):
        LOG.info("workspace %s has installed the app again since it removed it", team)
        return
    await asyncio.to_thread(store.forget_workspace, NAME, team)
    LOG.info("workspace %s has removed the app: nothing of it is kept", team)


async def _is_of_an_earlier_one(body: Mapping[str, Any], installations: Installations) -> bool:
    installed = await installations.since(str(body["team_id"]))
    ended = datetime.fromtimestamp(body["event_time"] + 1, UTC)  # Slack tells whole seconds
    return installed is not None and installed >= ended

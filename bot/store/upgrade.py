"""The schema brought up to date, whichever it was; a newer one is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.errors import UnusableStore
from bot.store.engine import Database
from bot.store.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Brings the schema up to date, in one transaction; UnusableStore if it is newer than this program."""
    with database.reading() as connection:
        if revision(connection) == REVISION:
            return
    with database.migrating() as connection:
        if revision(connection) != REVISION:  # another process may have been first
            migrate(connection, "head")


def revision(connection: Connection) -> str | None:
    """Which schema a database has; None for none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def migrate(connection: Connection, to: str) -> None:
    """Takes the schema to a revision, up or down (`head`, `base` or its name)."""
    from alembic import command  # noqa: PLC0415 - because it takes 0.1 s, and the schema is mostly up to date
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - likewise

    config = settings(connection)
    held, known = revision(connection), ScriptDirectory.from_config(config)
    names = [script.revision for script in known.walk_revisions()]
    if held and held not in names:
        raise UnusableStore(
            f"The database is of a newer newsdelta (schema {held}, this one knows {names[0]}): upgrade newsdelta."
        )
    up = to == "head" or held is None or (to in names and names.index(to) < names.index(held))
    (command.upgrade if up else command.downgrade)(config, to)


def settings(connection: Connection) -> Config:
    """What Alembic needs to know, without a file of its own."""
    from alembic.config import Config  # noqa: PLC0415 - because it takes 0.1 s, and the schema is mostly up to date

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config

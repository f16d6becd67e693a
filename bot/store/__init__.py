"""The memory in a database, and its outbox: SQLite by default, PostgreSQL by address."""

from bot.store.engine import file_of
from bot.store.outbox import SqlOutbox
from bot.store.schema import REVISION
from bot.store.sql import SqlStore, open_store, schema_at

__all__ = ["REVISION", "SqlOutbox", "SqlStore", "file_of", "open_store", "schema_at"]

"""The memory in a database, and its outbox: SQLite by default, PostgreSQL by address."""

from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore, open_store

__all__ = ["SqlOutbox", "SqlStore", "open_store"]

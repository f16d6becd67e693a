"""The memory in a database: SQLite by default, PostgreSQL by address."""

from bot.store.sql import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]

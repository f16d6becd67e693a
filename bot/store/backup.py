"""Backups of SQLite by its own means: a plain copy of the file misses what was committed last.

https://docs.python.org/3/library/sqlite3.html#sqlite3.Connection.backup
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, delete, select

from bot.errors import UnusableStore
from bot.store import targets, upkeep
from bot.store.engine import Database, open_database
from bot.store.schema import feed_libraries, forgotten, sightings, synced
from bot.store.schema import targets as target_rows
from bot.store.upgrade import upgrade

BY_ITSELF = "PostgreSQL is saved by its own tools: use pg_dump and pg_restore."


def backup(database: Database, path: Path) -> None:
    """A copy of the memory as it is now, for its owner alone; UnusableStore says why there is none."""
    if not database.is_sqlite:
        raise UnusableStore(BY_ITSELF)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise UnusableStore(f"{path} is there already: name another file for the backup.") from None
    except OSError as error:
        raise UnusableStore(f"{path} can't be written ({error.strerror}): name another file.") from None
    with database.bare(database.reader) as live, closing(sqlite3.connect(path)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    _check(path)


def restore(database: Database, path: Path, key: bytes) -> None:
    """Puts a backup in the place of the memory; whoever was forgotten since stays forgotten.

    All is made ready in a copy, so that the memory changes in one step or, with UnusableStore, not at all.
    """
    if not database.is_sqlite:
        raise UnusableStore(BY_ITSELF)
    _check(path)
    with tempfile.TemporaryDirectory() as folder:
        ready = _copied(path, Path(folder) / "restored.db")
        try:
            upgrade(ready)
            with database.reading() as connection:
                hashes = connection.execute(select(forgotten.c.hash)).scalars().all()
            with ready.writing() as connection:
                targets.bury(connection, hashes)
                _forget(connection, key)
                connection.execute(delete(synced))  # platforms may have been told of other commands since
            with ready.bare(ready.reader) as source, database.bare(database.writer) as live:
                source.backup(live)
        finally:
            ready.close()


def _copied(path: Path, to: Path) -> Database:
    copy = open_database(URL.create("sqlite", database=str(to)))
    with closing(_opened(path)) as source, copy.bare(copy.writer) as target:
        source.backup(target)
    return copy


def _check(path: Path) -> None:
    """UnusableStore unless the file is a whole memory."""
    try:
        with closing(_opened(path)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            ours = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.Error as error:
        raise UnusableStore(f"{path} is no backup that can be read ({error}): choose another one.") from None
    if verdict != "ok":
        raise UnusableStore(f"{path} is damaged ({verdict}): choose another backup.")
    if not ours:
        raise UnusableStore(f"{path} is no backup of newsdelta: choose another one.")


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)


def _forget(connection: Connection, key: bytes) -> None:
    """Drops again what a backup brought back of those who are to be forgotten."""
    hashes = set(connection.execute(select(forgotten.c.hash)).scalars())
    for platform, workspace in _workspaces(connection):
        if targets.hashed(key, platform, workspace) in hashes:
            upkeep.drop_workspace(connection, platform, workspace)
    rows = connection.execute(select(target_rows)).all()
    own = {row.id: targets.hashed(key, row.platform, row.workspace, row.kind, row.name) for row in rows}
    upkeep.drop_targets(connection, [row for row, hashed in own.items() if hashed in hashes])


def _workspaces(connection: Connection) -> Collection[tuple[str, str]]:
    libraries = {
        library
        for table in (sightings, feed_libraries)
        for library in connection.execute(select(table.c.library).distinct()).scalars()
    }
    known = connection.execute(select(target_rows.c.platform, target_rows.c.workspace).distinct())
    split = (library.partition(":") for library in libraries)
    installed = {
        (platform, team)
        for platform, tables in upkeep.INSTALLED.items()
        for table in tables
        for team in connection.execute(select(table.c.team_id).distinct()).scalars()
        if team
    }
    return (
        {(row.platform, row.workspace) for row in known}
        | {(before, after) for before, _, after in split}
        | installed
    )

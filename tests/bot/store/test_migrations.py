"""The history of the schema: up and down with rows in it, in step with the tables, and no step too far."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.errors import UnusableStore
from bot.store import open_store, upgrade
from bot.store.engine import open_database
from bot.store.schema import REVISION, metadata
from tests.bot.store.incoming import HOME, put
from tests.bot.store.telling import ANNA, known, remembered
from tests.bot.store.test_outbox_contract import NOW, PIER, QUAY, hourly, queued


@pytest.fixture
def opened(database):
    opened = open_database(database)
    yield opened
    opened.close()


def history(connection):
    steps = ScriptDirectory.from_config(upgrade.settings(connection)).walk_revisions()
    return [step.revision for step in steps]


def test_the_history_is_one_line_and_ends_where_the_tables_are(opened):
    with opened.reading() as connection:
        script = ScriptDirectory.from_config(upgrade.settings(connection))
        assert script.get_heads() == [REVISION]
        assert all(not step.is_branch_point and not step.is_merge_point for step in script.walk_revisions())


def test_the_history_makes_the_very_tables_that_are_asked(opened):
    with opened.reading() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                # the words that are searched, and the queue, whose tables another package makes
                "include_name": lambda name, kind, _: (
                    kind != "table" or not name.startswith(("search", "procrastinate"))
                ),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_every_step_goes_down_and_up_again_with_rows_in_the_tables(database, opened):
    with open_store(database, key=b"key") as store:
        put(store, "a", "Boats sank.")
        remembered(store, ANNA)
        queued(store.outbox, QUAY)
        store.keep_synced("discord", "1000", "print")
    with opened.reading() as connection:
        steps = history(connection)
    for lower in [*steps[1:], "base"]:
        with opened.migrating() as connection:
            upgrade.migrate(connection, lower)
        with opened.migrating() as connection:
            upgrade.migrate(connection, "head")
        with opened.migrating() as connection:
            upgrade.migrate(connection, lower)
    with opened.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    with open_store(database, key=b"key") as store:
        assert known(store, ANNA) == []
        put(store, "a", "Boats sank.")
        assert [version.key for version in store.search("boat", HOME, limit=9)] == ["a"]


def test_a_schedule_goes_on_without_its_language_and_tag_where_a_step_takes_them(database, opened):
    with open_store(database, key=b"key") as store:
        [plain] = queued(store.outbox, QUAY)
        store.outbox.add(hourly(PIER, language="de", tag="9"), NOW)
        before = store.outbox.every(0, 9)
        assert [(one.language, one.tag) for one in before] == [("en", ""), ("de", "9")]
    for to in ("0009", "head"):
        with opened.migrating() as connection:
            upgrade.migrate(connection, to)
    with open_store(database, key=b"key") as store:
        assert store.outbox.every(0, 9) == [replace(one, language="en", tag="") for one in before]
        assert len(store.outbox.deliveries(plain.target, 9)) == 1


def test_a_newer_schema_is_refused_and_stays_untouched(database, opened):
    with opened.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnusableStore, match="newer newsdelta"):
        open_store(database, key=b"key")
    with opened.reading() as connection:
        assert upgrade.revision(connection) == "9999"


def test_a_step_that_fails_leaves_the_schema_as_it_was(opened, monkeypatch):
    def fail(connection, to):
        connection.execute(text("DROP TABLE search"))
        raise ZeroDivisionError(to)

    monkeypatch.setattr(upgrade, "REVISION", "another")
    monkeypatch.setattr(upgrade, "migrate", fail)
    with pytest.raises(ZeroDivisionError):
        upgrade.upgrade(opened)
    with opened.reading() as connection:
        assert inspect(connection).has_table("search")


def test_rows_that_would_belong_to_none_undo_a_step_on_sqlite(sqlite):
    with open_store(sqlite, key=b"key") as store:
        put(store, "a")
        with pytest.raises(UnusableStore, match="belong to none"), store.database.migrating() as connection:
            connection.execute(text("DELETE FROM articles"))
        assert store.counts(HOME).articles == 1
        with store.database.writing() as connection:  # references are followed again
            connection.execute(text("DELETE FROM articles"))
        assert store.counts(HOME).articles == 0


def test_several_processes_may_open_a_new_memory_at_once(server, tmp_path):
    with server.database() as empty, ThreadPoolExecutor(4) as pool:
        for url in (empty, f"sqlite:///{tmp_path / 'new.db'}"):
            stores = list(pool.map(lambda _, url=url: open_store(url, key=b"key"), range(4)))
            assert all(store.counts(HOME).articles == 0 for store in stores)
            for store in stores:
                store.close()

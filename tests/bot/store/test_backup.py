"""Backups hold all that was committed; what was forgotten since stays forgotten when one is put back."""

import sqlite3
from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy import text

from bot.errors import UnusableStore
from bot.ports import Topic
from bot.store import open_store
from bot.store.schema import REVISION
from tests.bot.store.incoming import AWAY, HOME, NOW, put
from tests.bot.store.telling import ANNA, BORIS, HALL, known, remembered, telling


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'live.db'}" if request.param == "file" else "sqlite://"
    with open_store(url, key=b"key") as opened:
        yield opened


def test_a_backup_holds_what_was_committed_last_for_its_owner_alone(store, tmp_path):
    put(store, "a", "Boats sank.")
    path = tmp_path / "backup?#.db"
    store.backup(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("backup*-*"))
    with open_store(f"sqlite:///{tmp_path}/backup%3F%23.db", key=b"key") as copy:
        assert copy.versions("s", HOME) == store.versions("s", HOME)
        assert copy.search("boats", HOME, limit=9) == store.search("boats", HOME, limit=9)


def test_a_backup_overwrites_nothing(store, tmp_path):
    path = tmp_path / "backup.db"
    path.write_text("precious")
    with pytest.raises(UnusableStore, match="is there already"):
        store.backup(path)
    assert path.read_text() == "precious"
    with pytest.raises(UnusableStore, match="can't be written"):
        store.backup(tmp_path / "nowhere" / "backup.db")


def test_a_restored_memory_is_that_of_the_backup_but_for_the_forgotten(store, tmp_path):
    away = replace(ANNA, workspace="away")
    for target in (ANNA, BORIS, HALL, away):
        remembered(store, target)
    put(store, "a", seen=(HOME, AWAY))
    put(store, "only-away", seen=(AWAY,))
    store.add_feed("https://norby.example/feed", AWAY, NOW)
    store.backup(tmp_path / "backup.db")
    store.forget(ANNA)
    store.forget_workspace("slack", "away")
    store.follow(BORIS, Topic("word", "later"), NOW)
    put(store, "later")
    store.restore(tmp_path / "backup.db")
    assert known(store, ANNA) == known(store, away) == []
    assert len(known(store, BORIS)) == len(known(store, HALL)) == 4
    assert [version.key for version in store.versions("s", HOME)] == ["a"]
    assert store.stories(AWAY, limit=9) == store.feeds(AWAY) == []
    store.tell(telling(), NOW)
    assert known(store, ANNA) == []
    put(store, "later")


def test_a_memory_whose_people_asked_nothing_comes_back_whole(store, tmp_path):
    remembered(store, ANNA)
    store.backup(tmp_path / "backup.db")
    store.unfollow(ANNA, Topic("word", "boats"))
    store.restore(tmp_path / "backup.db")
    assert len(known(store, ANNA)) == 4


def test_other_readers_see_the_restored_memory(tmp_path):
    url = f"sqlite:///{tmp_path / 'live.db'}"
    with open_store(url, key=b"key") as store, open_store(url, key=b"key") as other:
        put(store, "a")
        store.backup(tmp_path / "backup.db")
        put(store, "b")
        assert other.counts(HOME).articles == 2
        store.restore(tmp_path / "backup.db")
        assert other.counts(HOME).articles == 1
        put(other, "c")
        assert store.counts(HOME).articles == 2


def test_a_backup_that_is_none_is_refused_and_nothing_changes(store, tmp_path):
    put(store, "a")
    (tmp_path / "text").write_text("Some words of no database. " * 200)
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE a (b)").connection.close()
    store.backup(tmp_path / "newer.db")
    newer = sqlite3.connect(tmp_path / "newer.db", isolation_level=None)
    newer.execute("UPDATE alembic_version SET version_num = '9999'").connection.close()
    store.backup(tmp_path / "cut.db")
    with (tmp_path / "cut.db").open("r+b") as file:
        file.truncate(40_960)
    for name, reason in [
        ("none", "can be read"), ("text", "can be read"), ("other.db", "no backup of newsdelta"),
        ("newer.db", "newer newsdelta"), ("cut.db", "damaged|can be read"),
    ]:  # fmt: skip
        with pytest.raises(UnusableStore, match=reason):
            store.restore(tmp_path / name)
    assert [version.key for version in store.versions("s", HOME)] == ["a"]


def test_a_backup_under_load_is_one_moment(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'live.db'}", key=b"key") as store:
        done = Event()

        def write():
            number = 0
            while not done.is_set():
                put(store, f"{number}", f"Boat {number}.")
                number += 1

        writer = Thread(target=write)
        writer.start()
        try:
            for number in range(3):
                store.backup(tmp_path / f"{number}.db")
        finally:
            done.set()
            writer.join()
        for number in range(3):
            with open_store(f"sqlite:///{tmp_path / f'{number}.db'}", key=b"key") as copy:
                held = copy.counts(HOME).articles
                assert len(copy.search("boat", HOME, limit=10_000)) == held


def test_postgresql_is_saved_by_its_own_tools(postgresql, tmp_path):
    with open_store(postgresql, key=b"key") as store:
        for job in (store.backup, store.restore):
            with pytest.raises(UnusableStore, match="pg_dump"):
                job(tmp_path / "backup.db")


def test_a_backup_of_an_older_schema_is_brought_up_to_date(store, tmp_path):
    put(store, "a")
    store.backup(tmp_path / "old.db")
    with sqlite3.connect(tmp_path / "old.db", isolation_level=None) as old:
        for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if not name.startswith("search_") and name not in {"alembic_version", "sqlite_sequence"}:
                old.execute(f"DROP TABLE {name}")
        old.execute("DELETE FROM alembic_version")
    old.close()
    store.restore(tmp_path / "old.db")
    assert store.counts(HOME).articles == 0
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION


def test_after_a_restore_platforms_are_told_of_the_commands_again(store, tmp_path):
    store.keep_synced("discord", "1", "old")
    store.backup(tmp_path / "backup.db")
    store.keep_synced("discord", "1", "new")
    store.restore(tmp_path / "backup.db")
    assert store.synced("discord", "1") == ""

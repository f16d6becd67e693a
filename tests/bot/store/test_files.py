"""The database itself: where it lies, who may read it, what is said when it can't serve."""

import sqlite3
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.errors import UnusableStore
from bot.ports import Likeness, Prints, Topic
from bot.store import open_store
from summarizers.stream import Merged, Split
from tests.bot.store.incoming import AWAY, HOME, NOW, put
from tests.bot.store.telling import ANNA, BORIS, HALL, known, remembered, telling


@pytest.fixture
def store(database):
    opened = open_store(database, key=b"key")
    yield opened
    opened.close()


def columns(store):
    """Every table with its columns, of the full text index too."""
    with store.database.reading() as connection:
        if store.database.is_sqlite:
            tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"
        else:
            tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        names = connection.execute(text(tables)).scalars().all()
        rows = {name: connection.execute(text(f'SELECT * FROM "{name}"')) for name in names}
        return {name: [tuple(row) for row in of] for name, of in rows.items()}


def mentions(store, word):
    return {
        table: row
        for table, rows in columns(store).items()
        for row in rows
        if any(word in str(v) for v in row)
    }


def test_a_file_is_made_with_its_folder_for_its_owner_alone(tmp_path):
    path = tmp_path / "a folder" / "deep" / "100% memory?#.db"
    store = open_store(f"sqlite:///{path.parent}/100%25 memory%3F%23.db", key=b"key")
    put(store, "a")
    assert {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == dict.fromkeys(
        [path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600
    )
    assert path.parent.stat().st_mode & 0o777 == 0o700
    store.close()


def test_every_connection_is_as_safe_as_sqlite_can_be(sqlite):
    store = open_store(sqlite, key=b"key")
    for way in (store.database.writing, store.database.reading):
        with way() as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    store.close()


def test_who_reads_can_not_write(store):
    with pytest.raises(UnusableStore, match="may not be written"), store.database.reading() as connection:
        connection.execute(text("DELETE FROM feeds"))


def test_who_reads_waits_for_no_writer_and_sees_what_is_committed(store):
    put(store, "a")
    with store.ingesting() as desk:
        desk.see("a", [AWAY])
        assert store.counts(AWAY).articles == 0
        assert [version.key for version in store.versions("s", HOME)] == ["a"]
    assert store.counts(AWAY).articles == 1


def test_memory_alone_serves_one_process_and_all_its_threads():
    store = open_store("sqlite://", key=b"key")

    def follow(number):
        return store.follow(ANNA, Topic("word", str(number)), NOW)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(follow, range(80)))
    assert len(store.follows(ANNA)) == 80
    put(store, "a")
    with store.ingesting() as desk:
        desk.see("a", [AWAY])
        assert store.counts(AWAY).articles == 1  # one connection sees what it has written
    with pytest.raises(ZeroDivisionError), store.ingesting() as desk:
        1 / 0  # noqa: B018 - because an error is all that is wanted
    assert store.stories(HOME, limit=9)[0].id == "s"
    store.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "address of the database can't be read"),
        ("mysql://localhost/news", "mysql is no database that is supported"),
        ("sqlite:////proc/nowhere/memory.db", "can't be opened"),
        ("sqlite:///{folder}", "can't be opened"),
        ("sqlite:///{folder}/text.txt", "the file is no database"),
        ("postgresql://anna:secret@127.0.0.1:1/news", "refused"),
    ],
)
def test_a_database_that_can_not_be_opened_is_refused_in_a_sentence(tmp_path, url, reason):
    (tmp_path / "text.txt").write_text("No database at all, but some text. " * 100)
    with pytest.raises(UnusableStore, match=reason) as caught:
        open_store(url.format(folder=tmp_path), key=b"key")
    assert "secret" not in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UnusableStore, match="pip install"):
        open_store("postgresql://localhost/news", key=b"key")


def test_a_busy_database_says_so(sqlite, monkeypatch):
    monkeypatch.setattr("bot.store.engine.PATIENCE", 0)
    store = open_store(sqlite, key=b"key")
    other = sqlite3.connect(sqlite.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnusableStore, match="busy"):
        store.follow(ANNA, Topic("word", "boats"), NOW)
    other.close()
    store.close()


def test_a_damaged_row_is_refused_and_never_run(store):
    put(store, "a")
    store.tell(telling(), NOW)
    junk = ["{", "[]", "null", '{"lines": "x"}', "cos\nsystem\n(S'echo'\ntR.", "__import__('os')"]
    for text_ in junk:
        spoil(store, "UPDATE shown SET digest = :junk", text_)
        with pytest.raises(UnusableStore, match="can't be read back"):
            store.shown(ANNA)
        spoil(store, "UPDATE articles SET terms = :junk", text_)
        with store.ingesting() as desk, pytest.raises(UnusableStore, match="damaged at entry 1"):
            list(desk.entries(0))
    spoil(store, "UPDATE versions SET published = :junk", "yesterday")
    with pytest.raises(UnusableStore, match="where a day must stand"):
        store.versions("s", HOME)
    spoil(store, "UPDATE versions SET published = NULL, arrived = :junk", 2**62)
    with pytest.raises(UnusableStore, match="where a time must stand"):
        store.versions("s", HOME)


def spoil(store, statement, junk):
    with store.database.writing() as connection:
        connection.execute(text(statement), {"junk": junk})


def test_what_no_database_can_hold_becomes_one_replacement_character(store):
    put(store, "a", "Boats\0 and \ud83d oars.")
    assert store.version("a", HOME).article.text == "Boats\ufffd and \ufffd oars."
    assert store.version("a\0", HOME) is None
    assert store.follow(ANNA, Topic("word", "\0\udfff"), NOW)
    assert store.follows(ANNA) == [Topic("word", "\ufffd\ufffd")]


def test_a_hash_is_the_same_signed_or_not(store):
    put(store, "a", prints=Prints("", frozenset([2**64 - 1, 5]), frozenset([2**63])))
    with store.ingesting() as desk:
        assert desk.alike(Prints("", frozenset([-1]), frozenset([-(2**63)])), HOME) == [
            Likeness("a", 1, 2, 1)
        ]


# -- forgetting --------------------------------------------------------------------------------------------------------


def test_nothing_of_the_forgotten_is_in_any_table_but_a_hash(store):
    for target in (ANNA, BORIS, HALL):
        remembered(store, target)
    assert mentions(store, ANNA.id)
    before = columns(store)
    store.forget(ANNA)
    after = columns(store)
    assert not mentions(store, ANNA.id)
    assert [len(rows) - len(before[table]) for table, rows in after.items() if table == "forgotten"] == [1]
    assert mentions(store, BORIS.id)
    store.tell(telling(), NOW)
    assert columns(store) == after


def test_the_hash_tells_nothing_without_the_key(database):
    hashes = set()
    for key in (b"one", b"another", b"one"):
        store = open_store(database, key=key)
        store.forget(ANNA)
        hashes |= {row for rows in columns(store).values() for row in rows if len(str(row[0])) == 64}
        store.close()
    assert len(hashes) == 2


def test_nothing_of_a_workspace_is_left_but_a_hash_and_what_others_hold_stays(store):
    away = replace(ANNA, workspace="away")
    for target in (ANNA, HALL, away):
        remembered(store, target)
    put(store, "only-here", "Boats sank.", story="gone", title="At home", url="https://home.example")
    put(store, "both", "Boats sank, too.", seen=(HOME, AWAY))
    put(store, "copy", "Boats sank.", seen=(AWAY,), copy_of="only-here")
    put(store, "copy2", "Boats sank.", seen=(AWAY,), copy_of="only-here")
    with store.ingesting() as desk:
        desk.title("s", "Words of home")
        desk.see("both", [HOME])
    with store.ingesting() as desk:
        desk.log(Split("s", "t", ("only-here", "both")))
        desk.log(Merged("s", "t"))
    store.add_feed("https://home.example/feed", HOME, NOW)
    store.forget_workspace("slack", "home")
    for word in ("home", "only-here", "gone", "U-anna-", "C-hall"):
        assert not mentions(store, word), word
    assert [version.key for version in store.versions("s", AWAY)] == ["both", "copy", "copy2"]
    (story,) = store.stories(AWAY, limit=9)
    assert (story.articles, story.sources) == (3, 2)
    assert [version.key for version in store.search("boats", AWAY, limit=9)] == ["copy2", "copy", "both"]
    assert len(known(store, away)) == 4
    with store.ingesting() as desk:
        entries = [entry for _, entry in desk.entries(0)]
    assert [entry.point.key for entry in entries[:3]] == ["both", "copy", "copy2"]
    assert entries[3:] == [Split("s", "t", ("both",)), Merged("s", "t")]


def test_a_title_made_of_articles_that_a_library_lacks_is_not_shown_to_it(store):
    put(store, "a", title="Plain boats", seen=(HOME, AWAY))
    put(store, "secret", title="Secret boats")
    with store.ingesting() as desk:
        desk.title("s", "Secret boats sink")
        desk.see("secret", [HOME])
    assert store.stories(HOME, limit=9)[0].title == "Secret boats sink"
    assert store.stories(AWAY, limit=9)[0].title == "Plain boats"


def test_what_was_told_keeps_its_words_when_the_text_goes(store):
    put(store, "a", "Boats sank.")
    store.tell(telling(said=("Boats sank.",)), NOW)
    store.retire(NOW.replace(year=2032))
    assert "Boats sank." in str(store.export(ANNA))
    assert set(mentions(store, "Boats sank.")) == {"told", "shown"}


def test_what_goes_wrong_in_a_database_shows_a_log_nothing_of_what_was_said(store):
    wrong, said = text("SELECT nothing_of_that_name(:said)"), {"said": "planted words"}
    with (
        pytest.raises(Exception, match="nothing_of_that_name") as error,
        store.database.reading() as connection,
    ):
        connection.execute(wrong, said)
    assert "planted" not in "".join(traceback.format_exception(error.value))

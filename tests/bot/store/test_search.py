"""Any query finds the same set of texts in memory, in SQLite and on PostgreSQL."""

import re
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import open_store
from bot.store.search import MOST, terms
from summarizers.words import STEMMERS
from tests.bot.store.incoming import NOW, put
from tests.fakes import MemoryStore

WORDS = """boats boat's Boat BOATS negotiations negotiate Ärger ärgern Straße STRASSE straße naïve naive ﬁsh fish Fischer U.S. u.s.
    1,000 7.0 10:00 F16 don't AND OR NOT NEAR the who was Москва москве İstanbul istanbul 漁船 סירה قارب é e\u0301 ½ ² ñandú x y2 'tis
    o'clock a_b a-b a:b * " ' ( ) ^ { } \\ | & ! <-> % _ \0 \u2028 \ud83d 🚣 zz z1z""".split()
LANGUAGES = st.sampled_from([None, "en", "de-AT", "fr", "ru", "tr", "ja", "xx", "english", ""])
TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.text(st.characters(exclude_categories=[]), max_size=40),
)


@pytest.fixture(scope="module")
def stores(server, template, sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("search") / "memory.db"
    path.write_bytes(sqlite_template.read_bytes())
    with (
        server.database(template) as url,
        open_store(f"sqlite:///{path}", key=b"key") as one,
        open_store(url, key=b"key") as other,
    ):
        yield one, other


NUMBERS = count()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, LANGUAGES), min_size=1, max_size=4), st.lists(TEXTS, max_size=6))
def test_all_stores_find_the_same(stores, texts, queries):
    library = f"slack:{next(NUMBERS)}"
    every = (MemoryStore(), *stores)
    for number, (text, language) in enumerate(texts):
        for store in every:
            put(store, f"{library}/{number}", text or "-", seen=[library], language=language)
    for query in [
        *queries,
        *(text for text, _ in texts),
        *(word for text, _ in texts for word in text.split()[:2]),
    ]:
        found = [[v.key for v in store.search(query, library, limit=9)] for store in every]
        assert found[0] == found[1] == found[2], query


@given(TEXTS, LANGUAGES)
def test_a_term_is_of_ascii_letters_and_digits_and_short(text, language):
    assert all(re.fullmatch("[a-z0-9]{3,50}", term) for term in terms(text, language))


@given(
    st.lists(st.text(min_size=1, max_size=60), min_size=2, max_size=2, unique=True),
    st.sampled_from([*STEMMERS, "xx"]),
)
def test_two_stems_have_two_terms(stems, language):
    from bot.store.search import _term

    assert _term(language, stems[0]) != _term(language, stems[1])


def test_a_text_of_endless_words_is_found_by_its_first_ones(stores):
    text = " ".join(["opening", "x" * 300_000, *(f"word{number}" for number in range(2 * MOST))])
    for store in stores:
        put(store, "endless", text, seen=["slack:endless"])
        for query in ("opening", "x" * 300_000, f"word{MOST - 3} opening"):
            assert [v.key for v in store.search(query, "slack:endless", limit=9)] == ["endless"]
        assert store.search(f"word{MOST + 3}", "slack:endless", limit=9) == []


def test_hits_of_one_moment_come_last_written_first(stores):
    for store in stores:
        for key in ("b", "a", "c"):
            put(store, f"tie-{key}", "Tied boats.", seen=["slack:tie"], at=NOW)
        assert [v.key for v in store.search("tied", "slack:tie", limit=2)] == ["tie-c", "tie-a"]

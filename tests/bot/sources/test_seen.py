"""What is remembered of the entries of a feed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import seen
from bot.sources.entries import ENTRIES, FeedEntry
from bot.sources.seen import GONE, Seen

MORNING, NOON = (datetime(2026, 11, 4, hour, tzinfo=UTC) for hour in (9, 12))
ENTRY = FeedEntry("urn:1", "", "Title", "Text", "c1", updated=MORNING)
NAMES = st.text("0123456789abcdef", min_size=20, max_size=20)
MEMORIES = st.dictionaries(
    NAMES,
    st.builds(
        Seen, st.text(max_size=16), st.integers(0), st.integers(0, 99), st.integers(0, 3), st.booleans()
    ),
    max_size=9,
)


@given(MEMORIES)
def test_what_is_recorded_is_recalled(memory):
    assert seen.recall(seen.record({}, memory)) == memory


def test_nothing_recorded_is_nothing_recalled():
    assert seen.recall("") == {}


@given(MEMORIES, MEMORIES)
def test_entries_of_the_document_come_last_and_replace_what_was_known_of_them(before, now):
    kept = seen.recall(seen.record(before, now))
    assert kept.keys() == before.keys() | now.keys()
    assert {name: kept[name] for name in now} == now
    assert not any(kept[name].owed for name in before.keys() - now.keys())


def test_of_entries_that_left_only_the_last_are_kept_so_that_a_feed_takes_fifty_kilobytes_at_most():
    full = [Seen("f" * 16, 1_700_000_000, 24, 3, page=True)] * (ENTRIES + GONE)
    now = {f"{number:020}": one for number, one in enumerate(full[:ENTRIES])}
    left = {f"{number:020x}": one for number, one in enumerate(full, 1 << 60)}
    text = seen.record(left, now)
    assert list(seen.recall(text)) == list(left)[-GONE:] + list(now)
    assert len(text) < 50_000


@pytest.mark.parametrize("identity", ["urn:1", "a@2", "x" * 5000, "#\n\0", "\ud800"])
def test_the_name_of_an_entry_is_short_and_plain(identity):
    name = seen.name(replace(ENTRY, identity=identity))
    assert len(name) == 20
    assert name.isalnum()


@pytest.mark.parametrize(
    ("entry", "before", "changes"),
    [
        (ENTRY, None, 0),
        (replace(ENTRY, content="c2"), seen.meet(ENTRY, None), 1),
        (replace(ENTRY, content="c2", updated=NOON), seen.meet(ENTRY, None), 0),
        (replace(ENTRY, content="c2", updated=None), Seen("c1", changes=3), 4),
        (replace(ENTRY, content="c2", updated=NOON), Seen("c1", changes=24), 0),
    ],
)
def test_an_entry_that_is_new_or_changed_owes_its_page(entry, before, changes):
    met = seen.meet(entry, before)
    assert (met.content, met.changes, met.owed) == (entry.content, changes, seen.TRIES)


@pytest.mark.parametrize("entry", [ENTRY, replace(ENTRY, updated=NOON), replace(ENTRY, updated=None)])
def test_another_date_is_no_change(entry):
    known = seen.meet(ENTRY, None).asked(came=True)
    assert seen.meet(entry, known) is known

"""What is read off each sentence by itself: words, names, figures, days, and what stands before it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers import Article, Document, clean
from summarizers.annotate import Note, annotate, capitals, day_of
from summarizers.scorer import Weights, using

TEXT = (
    "President Anna Holt of Orrin met union chief Rosa Quill on Tuesday.",
    "Holt offered the miners 12 percent more pay.",
    "“We want more,” said Quill, whose Orrinian colleagues had walked out.",
    "On Friday the talks will go on.",
)


def document(
    *paragraphs: str, published: date | datetime | None = None, source: str | None = None
) -> Document:
    return clean(Article("a", "\n".join(paragraphs), published=published, source=source))


def notes(*paragraphs: str) -> tuple[Note, ...]:
    return annotate(document(*paragraphs))


def test_each_sentence_has_its_note_in_order():
    cleaned = document(*TEXT)
    assert [note.sentence for note in annotate(cleaned)] == list(cleaned.sentences)


def test_a_document_is_annotated_once():
    cleaned = document(*TEXT)
    assert annotate(cleaned) is annotate(cleaned)


def test_other_weights_read_anew():
    cleaned = document(*TEXT)
    shipped = annotate(cleaned)
    with using(Weights({}, {}, {})):
        assert annotate(cleaned) is not shipped
    assert annotate(cleaned) == shipped


def test_the_bag_counts_content_stems():
    (note,) = notes("The miners and the mine owner met the miners.")
    assert note.bag == {"miner": 2, "mine": 1, "owner": 1, "met": 1}
    assert note.stems == ("miner", "mine", "owner", "met", "miner")


def test_a_note_knows_the_words_of_the_sentence_before():
    first, second, *_ = notes(*TEXT)
    assert first.before == {}
    assert second.before == first.bag


def test_names_are_capitalised_words_without_titles_and_weekdays():
    first, second, third, fourth = notes(*TEXT)
    assert first.names == {"anna", "holt", "orrin", "rosa", "quill"}
    assert second.names == {"holt"}  # it stands capitalised inside another sentence
    assert third.names == {"quill", "orrin"}  # five letters join the people with their place
    assert fourth.names == set()


def test_a_word_that_only_opens_a_sentence_is_no_name():
    (note,) = notes("Miners of Corran walked out.")
    assert note.names == {"corra"}
    assert "miners" not in capitals(["Miners walked out.", "All miners walked."])


def test_figures_days_and_the_source_are_read():
    first, second, *_ = annotate(document(*TEXT, published=date(2031, 5, 8), source="Courier"))
    assert [figure.text for figure in second.figures] == ["12 percent"]
    assert [day.first for day in first.days] == [date(2031, 5, 6)]
    assert (first.published, first.source) == (date(2031, 5, 8), "Courier")


def test_the_weekday_of_an_article_is_the_one_its_opening_names():
    assert {note.weekday for note in notes(*TEXT)} == {1}
    late = ("One.", "Two men came.", "Three men went.", "They met on Friday.")
    assert {note.weekday for note in notes(*late)} == {None}


@pytest.mark.parametrize(
    ("published", "day"),
    [
        (None, None),
        (date(2031, 5, 8), date(2031, 5, 8)),
        (datetime(2031, 5, 8, 23, 59, tzinfo=UTC), date(2031, 5, 8)),
    ],
)
def test_the_day_of_a_publish_time(published, day):
    assert day_of(published) == day


@given(st.text(max_size=200))
def test_any_text_is_annotated_sentence_by_sentence(text):
    cleaned = clean(Article("a", text))
    found = annotate(cleaned)
    assert len(found) == len(cleaned.sentences)
    for note in found:
        assert set(note.bag) == set(note.stems)
        assert sum(note.bag.values()) == len(note.stems)
        assert all(len(name) <= 5 for name in note.names)


def test_threads_that_read_a_document_at_once_get_the_same_notes():
    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            read = document(*TEXT * 5)
            assert len({id(found) for found in pool.map(lambda _, read=read: annotate(read), range(8))}) == 1

"""Days in sentences, and the days of documents with what proves them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.clean import clean
from summarizers.dates import WEEKDAYS, Dating, date_documents, find_days
from summarizers.types import Article, Document

SEEDS = Path(__file__).parents[2] / "seeds"
WEDNESDAY = date(2031, 7, 16)


def days(text: str, published: date | None = WEDNESDAY) -> list[tuple[str, str | None, str | None]]:
    return [
        (d.phrase, d.first and d.first.isoformat(), d.last and d.last.isoformat())
        for d in find_days(text, published=published)
    ]


def one(text: str, published: date | None = WEDNESDAY) -> str | None:
    found = find_days(text, published=published)
    assert len(found) == 1, found
    assert text[found[0].start : found[0].end] == found[0].phrase
    return found[0].first and found[0].first.isoformat()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The ferry sank on 18 July 2029.", "2029-07-18"),
        ("The ferry sank on July 18, 2029.", "2029-07-18"),
        ("The ferry sank on July 18 , 2029 .", "2029-07-18"),
        ("The ferry sank on the 18th of July 2029.", "2029-07-18"),
        ("The ferry sank on Wednesday, July 18, 2029.", "2029-07-18"),
        ("Logged 2029-07-18 at the pier.", "2029-07-18"),
        ("Logged 25/12/2029 at the pier.", "2029-12-25"),
    ],
)
def test_a_full_date_is_read_without_a_publish_date(text: str, day: str) -> None:
    assert one(text, None) == day
    assert find_days(text)[0].provenance == "printed"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The vote is today.", "2031-07-16"),
        ("They met last night.", "2031-07-15"),
        ("They met yesterday afternoon.", "2031-07-15"),
        ("They meet tomorrow.", "2031-07-17"),
        ("They met the day before yesterday.", "2031-07-14"),
        ("They met two days ago.", "2031-07-14"),
        ("They met on Wednesday.", "2031-07-16"),
        ("They met on Monday.", "2031-07-14"),
        ("They met on Thursday.", "2031-07-10"),
        ("They met last Wednesday.", "2031-07-09"),
        ("They meet next Wednesday.", "2031-07-23"),
        ("They met on Friday last week.", "2031-07-11"),
        ("The council will vote on Monday.", "2031-07-21"),
        ("The council is expected to vote on Monday.", "2031-07-21"),
        ("On Monday the council will vote.", "2031-07-21"),
        ("The mayor, who will resign, said on Monday that she was tired.", "2031-07-14"),
        ("They met on 3 May.", "2031-05-03"),
        ("The trial will open on 3 May.", "2032-05-03"),
        ("The rig burned on 20 December.", "2030-12-20"),
    ],
)
def test_a_relative_day_is_reckoned_from_the_publish_date(text: str, day: str) -> None:
    assert one(text) == day
    assert find_days(text, published=WEDNESDAY)[0].provenance == "published"


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("It rained last week.", "2031-07-07", "2031-07-13", "week"),
        ("It will rain next week.", "2031-07-21", "2031-07-27", "week"),
        ("It will rain this weekend.", "2031-07-19", "2031-07-20", "days"),
        ("It rained over the weekend.", "2031-07-12", "2031-07-13", "days"),
        ("It will rain in the coming days.", "2031-07-16", "2031-07-23", "days"),
        ("It rained in March.", "2031-03-01", "2031-03-31", "month"),
        ("It rained in March 2029.", "2029-03-01", "2029-03-31", "month"),
        ("It rained in 2029.", "2029-01-01", "2029-12-31", "year"),
        ("It rained July 18-20, 2029.", "2029-07-18", "2029-07-20", "days"),
        ("It rained a month ago.", "2031-06-01", "2031-06-30", "month"),
    ],
)
def test_what_is_longer_than_a_day_keeps_its_precision(
    text: str, first: str, last: str, precision: str
) -> None:
    found = find_days(text, published=WEDNESDAY)
    assert [(str(d.first), str(d.last), d.precision) for d in found] == [(first, last, precision)]


@pytest.mark.parametrize(
    "text",
    [
        "The two-hour call ended the 30-day truce at 10:00 a.m. EDT.",
        "For 24 hours nobody slept; the 90-minute film ran for five days.",
        "Mondays are slow, and every Friday it rains.",
        "The Sunday Times reported a Black Friday sale.",
        "It began two weeks after 18 July.",
        "A force of 2000 soldiers marched.",
        "In may be said that they march 5 abreast.",
        "Filed 5/6/2029, which is May or June.",
        "USA Today called it a draw.",
        "Wednesday, July 19, 2029 never was.",
    ],
)
def test_durations_clock_times_habits_and_unclear_dates_are_no_days(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize("name", WEEKDAYS)
def test_without_a_publish_date_a_weekday_stays_a_weekday(name: str) -> None:
    (day,) = find_days(f"They met on {name.capitalize()}.")
    assert (day.first, day.last, day.weekday, day.provenance) == (None, None, WEEKDAYS.index(name), "")


def test_without_a_publish_date_nothing_relative_is_resolved() -> None:
    for text in (
        "They met yesterday.",
        "They met on 18 July.",
        "They met last week.",
        "It is due next month.",
    ):
        (day,) = find_days(text)
        assert day.first is None
    assert find_days("They met on 18 July.")[0].month_day == (7, 18)


@given(st.text(max_size=300), st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_any_text_gives_days_that_stand_in_it(text: str, published: date | None) -> None:
    for day in find_days(text, published=published):
        assert text[day.start : day.end] == day.phrase
        assert (day.first is None) == (day.last is None)
        assert day.first is None or day.last is None or day.first <= day.last


words = st.sampled_from(
    "on next last this Monday Friday 18 July 2029 , week two days ago in March may 5 to - coming year".split()
)


@given(st.lists(words, max_size=12), st.dates(date(1996, 1, 1), date(2090, 1, 1)))
def test_any_run_of_calendar_words_ends_in_order(parts: list[str], published: date) -> None:
    found = find_days(" ".join(parts), published=published)
    assert [d.start for d in found] == sorted(d.start for d in found)


def test_hostile_lengths_end() -> None:
    for text in ("monday " * 5_000, "July 18" + " " * 100_000, "1" * 100_000, "-" * 100_000, "may " * 5_000):
        find_days(text, published=WEDNESDAY)


# -- documents ---------------------------------------------------------------------------------------------------------


def document(name: str, text: str, published: date | None = None) -> Document:
    return clean(Article(name, text, published=published))


FIRST = """Chancellor Ilse Brandt of Norland spoke to Premier Tomas Reyes of Sudania by telephone on Wednesday.

Brandt and Reyes agreed to open talks on the fishing dispute, the chancellery in Norland said.

Reyes called the conversation frank, and Brandt promised to send a delegation to Sudania."""
LATER = """Chancellor Ilse Brandt spoke again with Premier Tomas Reyes on Tuesday about fishing rights in Norland.

Brandt said that Norland and Sudania were close to a deal, while Reyes of Sudania asked for more time.

A spokesman for Brandt recalled that the two had already spoken by telephone on February 12."""


def test_a_publish_date_is_the_day_of_an_article() -> None:
    day = date(2031, 2, 13)
    assert date_documents([document("a", FIRST, day)])["a"] == Dating(day, 3, "published", "2031-02-13")


def test_another_article_proves_the_day_of_what_is_told_under_a_weekday() -> None:
    found = date_documents([document("a", FIRST), document("b", LATER, date(2031, 3, 18))])
    assert found["a"].day == date(2031, 2, 12)
    assert found["a"].provenance == "other article"
    assert "February 12" in found["a"].evidence


def test_another_article_proves_nothing_when_the_weekday_disagrees_with_the_calendar() -> None:
    found = date_documents([document("a", FIRST), document("b", LATER, date(2032, 3, 18))])
    assert (found["a"].day, found["a"].weekday, found["a"].provenance) == (None, 2, "order only")


def test_another_article_proves_nothing_about_other_people() -> None:
    strangers = (
        FIRST.replace("Brandt", "Okoro")
        .replace("Reyes", "Lindqvist")
        .replace("Norland", "Vespia")
        .replace("Sudania", "Kor")
    )
    found = date_documents([document("a", strangers), document("b", LATER, date(2031, 3, 18))])
    assert found["a"].day is None


def test_another_article_proves_nothing_about_a_later_one() -> None:
    found = date_documents([document("b", LATER, date(2031, 3, 18)), document("a", FIRST)])
    assert found["a"].day is None


def test_a_mention_that_fits_two_articles_dates_neither() -> None:
    found = date_documents(
        [document("a", FIRST), document("c", FIRST), document("b", LATER, date(2031, 3, 18))]
    )
    assert found["a"].day is None
    assert found["c"].day is None


def test_a_dateline_is_printed() -> None:
    for line in (
        "Published: March 14, 2031",
        "Friday, 14 March 2031",
        "PORT LOUISE, March 14, 2031 (Agency) - It rained.",
    ):
        found = date_documents([document("a", f"{line}\n\n{FIRST}")])["a"]
        assert (found.day, found.provenance) == (date(2031, 3, 14), "printed")


def test_an_embedded_post_dates_an_article_that_tells_of_the_same_weekday() -> None:
    post = "— Ana Reyes (@anareyes) February 12, 2031"
    assert date_documents([document("a", f"{FIRST}\n\n{post}")])["a"].day == date(2031, 2, 12)
    other = "— Ana Reyes (@anareyes) February 14, 2031"
    assert date_documents([document("a", f"{FIRST}\n\n{other}")])["a"].day is None


def test_dates_in_prose_captions_and_link_lists_date_nothing() -> None:
    text = (
        f"{FIRST}\n\nThe two countries signed a treaty on May 3, 2019.\n\nBrandt and Reyes shake hands in Norland on May 3, 2019"
        "\n\nAlso read\n\n- What the December 24, 2033 storm did to the harbour"
    )
    assert date_documents([document("a", text)])["a"].day is None


def seeds() -> list[Document]:
    manifest = json.loads((SEEDS / "manifest.json").read_text("utf-8"))
    return [document(a["file"][:3], (SEEDS / a["file"]).read_text("utf-8")) for a in manifest["articles"]]


def test_the_seeds_are_dated_by_what_proves_them_and_no_further() -> None:
    found = date_documents(seeds())
    assert {name: (d.day, d.weekday, d.provenance) for name, d in found.items()} == {
        "003": (date(2025, 2, 12), 2, "other article"),
        "004": (date(2025, 3, 18), 1, "printed"),
        "002": (None, 0, "order only"),
        "001": (None, 0, "order only"),
        "000": (None, 0, "order only"),
    }

"""Every word of ours has its place in a table, in each language the same places with the same gaps."""

import pickle
import re
from datetime import UTC, date, datetime
from string import Formatter

import pytest

from bot.phrases import (
    ENGLISH,
    LANGUAGES,
    MONTHS,
    WEEKDAYS,
    Voice,
    because,
    before,
    count,
    dated,
    day,
    heading,
    joined,
    kind,
    moment,
    phrase,
    retold,
    short_day,
)
from summarizers.types import GROUPS, LABELS

QUOTES = {"en": "“”", "de": "„“"}
OTHERS = sorted(LANGUAGES.keys() - {"en"})


def gaps(words):
    return sorted(name for _, name, _, _ in Formatter().parse(words) if name is not None)


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_the_same_keys(language):
    assert LANGUAGES[language].keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_the_same_gaps(language):
    assert {key: gaps(words) for key, words in LANGUAGES[language].items()} == {
        key: gaps(words) for key, words in ENGLISH.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_has_a_name(language):
    assert all(name.isidentifier() for words in LANGUAGES[language].values() for name in gaps(words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_words_for_one_and_for_many(language):
    table = LANGUAGES[language]
    plural = {key.removesuffix(".n") for key in table if key.endswith(".n")}
    assert plural == {key.removesuffix(".1") for key in table if key.endswith(".1")}
    for key in plural:
        assert "{count}" not in table[f"{key}.1"]
        assert gaps(table[f"{key}.n"]) == ["count"]
        assert count(key, 1, language) == table[f"{key}.1"]
        assert "27" in count(key, 27, language)
        assert count(key, 0, language)


@pytest.mark.parametrize(
    ("language", "key", "number", "expected"),
    [
        ("en", "articles", 1, "1 article"),
        ("en", "articles", 0, "0 articles"),
        ("en", "step.against", 0, "the first article"),
        ("de", "lines", 1, "1 Zeile"),
        ("de", "lines", 27, "27 Zeilen"),
        ("de", "step.against", 0, "der erste Artikel"),
        ("de", "step.against", 2, "verglichen mit 2 Artikeln davor"),
    ],
)
def test_things_are_counted_as_people_do(language, key, number, expected):
    assert count(key, number, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language_and_close(language):
    opening, closing = QUOTES[language]
    for words in LANGUAGES[language].values():
        marks = re.findall('[“”„"«»]', words)
        assert marks == [opening, closing] * (len(marks) // 2), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_plain_and_without_blanks_at_their_ends(language):
    for key, words in LANGUAGES[language].items():
        assert words.isprintable()
        assert words == words.strip() or key == "why.also"
        assert "  " not in words


def test_german_addresses_nobody():
    spoken = [
        words
        for words in LANGUAGES["de"].values()
        if re.search(r"\b(Sie|Ihnen|Ihre?\w*|[dD]u|[dD]ein\w*)\b", words)
    ]
    assert spoken == []


def test_german_says_the_words_that_can_be_said_as_they_are():
    for key, words in ENGLISH.items():
        for said in re.findall(
            r"“(feeds add URL|read URL|follow NAME|help|bye|more|since|changed|with)”", words
        ):
            assert said in LANGUAGES["de"][key]


@pytest.mark.parametrize(
    ("language", "whole", "short", "known", "unknown"),
    [
        ("en", "18 March 2025", "18 Mar 2025", "18 March 2025 (printed in the text)", "Tuesday (no date printed; order only)"),
        ("de", "18. März 2025", "18. Mär 2025", "18. März 2025 (im Text gedruckt)",
         "Dienstag (kein Datum gedruckt; nur die Reihenfolge)"),
    ],
)  # fmt: skip
def test_days_are_written_as_people_do(language, whole, short, known, unknown):
    tuesday = date(2025, 3, 18)
    assert day(tuesday, language) == whole
    assert short_day(tuesday, language) == short
    assert dated(tuesday, 1, "printed", language) == known
    assert dated(None, 1, "", language) == unknown
    assert dated(None, None, "", language) == phrase("day.unknown", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_has_its_months_and_a_week_its_days(language):
    assert len(set(MONTHS[language])) == len({month[:3] for month in MONTHS[language]}) == 12
    assert len(set(WEEKDAYS[language])) == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_and_label_has_words(language):
    assert all(heading(group, 2, language) for group in GROUPS)
    assert all(before(label, language) for label in LABELS)
    assert kind("changed_figure", language) != kind("new", language) == ""


def test_a_value_is_no_pattern():
    assert "{count}" in phrase("topic.word", word="{count}")


NOON = datetime(2025, 3, 18, 12, tzinfo=UTC)
GERMAN = Voice("de")


@pytest.mark.parametrize(
    ("words", "english", "german"),
    [
        (phrase("status.newest", at=moment(NOON)), "The newest article came on 18 March 2025, 12:00 UTC.",
         "Der neueste Artikel kam am 18. März 2025, 12:00 UTC."),
        (phrase("story.note", counts=joined(", ", (count("articles", 2), "", count("sources", 1))), newest="x"),
         "2 articles, 1 source · newest article of x", "2 Artikel, 1 Quelle · neuester Artikel vom x"),
        (dated(date(2025, 3, 18), None, "printed"), "18 March 2025 (printed in the text)", "18. März 2025 (im Text gedruckt)"),
        (dated(None, 1, ""), "Tuesday (no date printed; order only)", "Dienstag (kein Datum gedruckt; nur die Reihenfolge)"),
        (short_day(date(2025, 3, 18)), "18 Mar 2025", "18. Mär 2025"),
        (heading("changed", 2), "CHANGED", "GEÄNDERT"),
        ("What changed", "What changed", "What changed"),
    ],
)  # fmt: skip
def test_words_of_ours_are_said_anew_in_another_language_and_others_stay(words, english, german):
    assert words == english
    assert retold(words, GERMAN) == german
    assert retold(pickle.loads(pickle.dumps(words)), GERMAN) == german


def test_what_is_markup_and_what_is_not_is_known_to_whoever_draws():
    drawing = Voice("de", str.upper, lambda at: f"<{at:%H}>")
    said = phrase("status.follows", topics=joined(" | ", ("a", phrase("me.told", at=moment(NOON)))))
    assert retold(said, drawing) == "HIER VERFOLGT: A | ZULETZT GEMELDET AM <12>."


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("The channel is no longer there (10003).", "Den Kanal gibt es nicht mehr (10003)."),
        ("paused by hand", "von Hand angehalten"),
        ("The disk (C) is full.", "The disk (C) is full."),
        ("No such channel (1).", "No such channel (1)."),
        ("", ""),
    ],
)
def test_why_nothing_is_sent_is_said_anew_where_the_words_that_were_kept_are_ours(kept, said):
    assert because(kept) == kept
    assert retold(because(kept), GERMAN) == said

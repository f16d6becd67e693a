"""Digests on a terminal: readable in 80 columns without colour, and nothing of an article reaches it raw."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases import ENGLISH, before, heading, kind
from bot.render.fit import JOINERS, cite_names, safe, width_of, wrap
from bot.render.terminal import digest_rows, plain_rows, title_rows
from summarizers import Article, Delta, Sentence, Update, compose
from summarizers.types import GROUPS, LABELS

NAMES = {"a": "Norby Post, 2 Feb 2025", "b": "b"}


def sentence(text, document="a", paragraph=3, start=0):
    return Sentence(text, document, paragraph, start, start + len(text))


def shown(*updates, **more):
    return "\n".join(row.text for row in digest_rows(compose(Delta(tuple(updates))), NAMES, **more))


def test_a_line_is_a_quotation_with_its_source_and_line():
    assert (
        shown(Update("new", (sentence("The bridge fell."),)))
        == "\n“The bridge fell.” [Norby Post, 2 Feb 2025 ¶3]"
    )


def test_groups_have_headings_in_words_and_empty_ones_vanish():
    page = shown(
        Update("new", (sentence("The bridge fell."),)),
        Update(
            "announced_not_happened",
            (sentence("It was not rebuilt."),),
            prior=(sentence("They will rebuild it.", "b", 1),),
        ),
    )
    assert page.splitlines() == [
        "",
        "“The bridge fell.” [Norby Post, 2 Feb 2025 ¶3]",
        "",
        "DID NOT HAPPEN · announced before",
        "• “It was not rebuilt.” [Norby Post, 2 Feb 2025 ¶3]",
        "    announced as “They will rebuild it.” [b ¶1]",
    ]


def test_a_figure_a_second_label_a_speaker_and_a_reason_stand_below_their_line():
    page = shown(
        Update(
            "changed_figure",
            (sentence("Nine boats sank."),),
            prior=(sentence("Seven boats sank.", "b", 1),),
            figure=("Seven", "Nine"),
            why="same count",
            speaker="the mayor",
            also="conflict",
            also_prior=(sentence("No boat sank.", "b", 2),),
        ),
        why=True,
    )
    assert page.splitlines() == [
        "",
        "FIRST · CHANGED",
        "“Nine boats sank.” (the mayor) [Norby Post, 2 Feb 2025 ¶3]",
        "    figure: “Seven” → “Nine”",
        "    before “Seven boats sank.” [b ¶1]",
        "    also SOURCES DISAGREE",
        "    against “No boat sank.” [b ¶2]",
        "    why: same count",
    ]


def test_the_reason_is_shown_on_request_only():
    assert "why" not in shown(Update("new", (sentence("The bridge fell."),), why="no earlier sentence"))


def test_a_sentence_and_the_one_before_it_that_it_leans_on_are_one_quotation():
    first, second = sentence("The mayor spoke."), sentence("She left.", start=17)
    assert "“The mayor spoke. She left.” [" in shown(Update("new", (second,), context=(first,)))


def test_context_from_elsewhere_is_a_quotation_of_its_own_below_the_line():
    page = shown(Update("new", (sentence("She left."),), context=(sentence("The mayor spoke.", "b", 1),)))
    assert page.splitlines()[1:] == [
        "“She left.” [Norby Post, 2 Feb 2025 ¶3]",
        "    with “The mayor spoke.” [b ¶1]",
    ]


def test_what_is_the_same_or_open_is_counted_though_the_budget_left_it_out():
    updates = [Update("new", (sentence(f"Fact {n}."),)) for n in range(12)]
    page = shown(
        *updates, Update("unchanged", (sentence("Old."),)), Update("announced_open", (sentence("Soon."),))
    )
    assert "SAME AS BEFORE · 1" in page
    assert "STILL OPEN · 1" in page
    assert "… and 2 more." in page


def test_a_cut_is_marked_with_an_ellipsis():
    head = "The harbour of Norby opened again " * 8 + "on Tuesday"
    assert "on Tuesday…”" in " ".join(
        shown(Update("new", (sentence(head + ", which pleased the town of Norby."),))).split()
    )


@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_words(label):
    group = next(group for group, labels in GROUPS.items() if label in labels)
    assert heading(group, 2)
    assert before(label)
    assert isinstance(kind(label), str)


def test_no_word_of_ours_holds_a_control_character_or_an_emoji():
    assert all(
        character.isascii() or character in "·…“”→¶" for words in ENGLISH.values() for character in words
    )


# --- hostile text ------------------------------------------------------------------------------------------------

ATTACKS = [
    "\x1b[2J\x1b[31mred",
    "\x07bell",
    "\x9b31m",
    "a\rb",
    "\u202eright",
    "\u2066x",
    "\x7f",
    "\ud800",
    "\x00",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_control_and_direction_marks_are_spelled_out_wherever_they_stand(attack):
    line = sentence(f"News {attack} end.", document=attack)
    update = Update(
        "changed_figure", (line,), prior=(line,), figure=(attack, attack), speaker=attack, why=attack
    )
    names = cite_names([Article(attack, "x", source=attack)])
    rows = [*digest_rows(compose(Delta((update,))), names, why=True), *title_rows(attack, attack)]
    assert all(row.text.isprintable() for row in rows)


def test_markup_of_the_terminal_library_is_text_like_any_other():
    assert "[bold red]x[/]" in shown(Update("new", (sentence("[bold red]x[/] :smile:"),)))


@given(st.text())
def test_any_text_becomes_printable_and_plain_text_stays(text):
    assert all(character.isprintable() or character in JOINERS for character in safe(text))
    assert safe("Norby’s “old” bridge – 40 %") == "Norby’s “old” bridge – 40 %"


@given(st.text(max_size=300), st.integers(20, 90))
def test_lines_keep_within_the_width_and_lose_no_word(text, width):
    lines = wrap(safe(text), width=width, first="• ", rest="  ")
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines)[2:].split()) == "".join(safe(text).split())


def test_rows_keep_within_eighty_columns():
    long = sentence("The harbour master of Norby opened the gate for forty boats on Tuesday. " * 4)
    update = Update("differs", (long,), prior=(long,), also="conflict", also_prior=(sentence("w" * 200),))
    assert all(width_of(row.text) <= 80 for row in digest_rows(compose(Delta((update,))), NAMES))


def test_wide_characters_count_twice():
    assert [width_of(line) for line in wrap("总统" * 30, width=40)] == [40, 40, 40]


# --- names of sources --------------------------------------------------------------------------------------------


def test_a_publisher_is_enough_where_each_has_one_article():
    assert list(
        cite_names([Article("a", "x", source="Post"), Article("b", "x", source="Times")]).values()
    ) == ["Post", "Times"]


def test_articles_of_one_publisher_are_told_apart_by_day_then_by_file():
    from datetime import date

    days = [Article(f"{n}.txt", "x", source="Post", published=date(2025, 2, n)) for n in (1, 2)]
    assert list(cite_names(days).values()) == ["Post, 1 Feb 2025", "Post, 2 Feb 2025"]
    same = [Article(f"{n}_x.txt", "x", source="Post", published=date(2025, 2, 1)) for n in (1, 2)]
    assert len(set(cite_names(same).values())) == 2


def test_files_without_a_publisher_are_named_by_what_tells_them_apart():
    assert cite_names([Article("003_ab.txt", "x"), Article("004_ab.txt", "x")]) == {
        "003_ab.txt": "003",
        "004_ab.txt": "004",
    }
    assert len(set(cite_names([Article("n_1.txt", "x"), Article("n_2.txt", "x")]).values())) == 2


def test_lines_without_labels_are_a_plain_list():
    from summarizers import Summary

    digest = compose(Summary((sentence("The bridge fell."),), "lead"))
    assert [row.text for row in plain_rows(digest.lines, NAMES)] == [
        "• “The bridge fell.” [Norby Post, 2 Feb 2025 ¶3]"
    ]


def test_words_of_ours_and_theirs_differ_by_quotation_marks():
    page = shown(Update("new", (sentence("The bridge fell."),)), Update("differs", (sentence("It sank."),)))
    for line in filter(None, page.splitlines()):
        assert re.fullmatch(r"(• )?“.*” \[.*\]|[A-Z ]+( · .*)?", line)

"""Digests on a terminal: readable in 80 columns without colour, and nothing of an article reaches it raw."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Feeds, Follow, More, ShowStory, ShowTimeline, Sources
from bot.phrases import ENGLISH, before, heading, kind
from bot.render.fit import JOINERS, cite_names, safe, visible, width_of, wrap
from bot.render.terminal import digest_rows, plain_rows, pressed, reply_rows, title_rows
from bot.replies import Button, Item, Reply, Section, buttons, in_sight
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


def test_a_file_is_cited_without_its_ending_and_without_the_number_of_its_version():
    articles = [
        Article(name, "x") for name in ("/s/001_ab.txt@2", "/s/ferry.md", "/s/v1.2 bridge.html@12", "x@y")
    ]
    assert list(cite_names(articles).values()) == ["001", "ferry", "v1.2 bridge", "x@y"]


def test_articles_of_one_publisher_are_told_apart_by_day_then_by_title_then_by_number():
    from datetime import date

    days = [Article(f"{n}.txt", "x", source="Post", published=date(2025, 2, n)) for n in (1, 2)]
    assert list(cite_names(days).values()) == ["Post, 1 Feb 2025", "Post, 2 Feb 2025"]
    titles = [
        Article(title, "x", title, source="Post", published=date(2025, 2, 1)) for title in ("In", "Out")
    ]
    assert list(cite_names(titles).values()) == ["Post, 1 Feb 2025, In", "Post, 1 Feb 2025, Out"]
    undated = [Article(f"{n}_x.txt", "x", source=f"Post{more}") for n, more in enumerate(["", "", " (2)"])]
    assert list(cite_names(undated).values()) == ["Post", "Post (2)", "Post (2) (2)"]


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


# --- replies -----------------------------------------------------------------------------------------------------

POST = Article("a", "The bridge fell. It sank.", source="Norby Post")


def page(reply, **more):
    return [row.text for row in reply_rows(reply, **more)]


def test_a_reply_is_its_title_its_notes_its_sections_and_what_can_be_pressed():
    digest = compose(Delta((Update("new", (sentence("The bridge fell."),)),)))
    reply = Reply(
        "What changed · Norby bridge",
        ("1 new article", ""),
        (Section(digest=digest),),
        (POST,),
        (Button("Sources", Sources()), Button("Timeline", ShowTimeline())),
    )
    assert page(reply) == [
        "─" * 80,
        "What changed · Norby bridge",
        "1 new article",
        "",
        "“The bridge fell.” [Norby Post ¶3]",
        "",
        "[1] Sources  [2] Timeline",
    ]


def test_a_reply_of_one_sentence_is_that_sentence():
    assert page(Reply(notes=("Nothing changed.",))) == ["Nothing changed."]
    assert page(Reply()) == []


def test_sections_stand_apart_under_their_headings():
    lines = compose(
        Delta((Update("new", (sentence("The bridge fell."),), why="said for the first time"),))
    ).lines
    reply = Reply(
        sections=(
            Section("2 February", ("1 article",), lines=lines),
            Section("Why", lines=lines, why=True),
        ),
        sources=(POST,),
    )
    assert page(reply) == [
        "2 February",
        "1 article",
        "• “The bridge fell.” [Norby Post ¶3]",
        "",
        "Why",
        "• “The bridge fell.” [Norby Post ¶3]",
        "    why: said for the first time",
    ]


def test_an_entry_is_chosen_by_its_number_and_says_what_else_can_be_done_with_it():
    reply = Reply(
        sections=(
            Section(
                items=(
                    Item("Norby bridge", "5 articles", Button("Norby bridge", ShowStory("x1"))),
                    Item("Norby Post", "well", Button("Remove", Feeds("remove", "f1"))),
                    Item("Harlan Times", button=Button("Follow", Follow("f2"))),
                    Item("Last one"),
                )
            ),
        ),
        buttons=(Button("More", More()),),
    )
    assert page(reply) == [
        "[1] Norby bridge",
        "    5 articles",
        "• Norby Post",
        "    well  [2] Remove",
        "• Harlan Times",
        "    [3] Follow",
        "• Last one",
        "",
        "[4] More",
    ]
    commands = [button.command for button in buttons(reply)]
    assert [pressed(reply, str(number)) for number in (1, 2, 3, 4)] == commands


@pytest.mark.parametrize("text", ["1", " 1 ", "[1]", "#1", "1."])
def test_a_number_presses_a_button(text):
    assert pressed(Reply(buttons=(Button("More", More()),)), text) == More()


@pytest.mark.parametrize("text", ["0", "2", "-1", "", "more", "1 2", "¹", "９", "1" * 5000])
def test_what_is_no_number_of_a_button_presses_none(text):
    assert pressed(Reply(buttons=(Button("More", More()),)), text) is None


def facts(number):
    return compose(
        Delta(tuple(Update("new", (sentence(f"Fact {n}.", start=20 * n),)) for n in range(number)))
    )


def test_all_lines_of_a_digest_are_shown_and_it_says_how_to_see_the_others():
    rows = page(Reply(sections=(Section(digest=in_sight(facts(12), 7)),)))
    assert sum("Fact" in row for row in rows) == 7
    assert rows[-1] == "… and 5 more: say “more”."


def test_a_document_is_handed_over_line_by_line_as_it_stands():
    text = '{\n  "word": "two  blanks \u202e\x1b"\n}'
    assert page(Reply(file=("you.json", text)))[:5] == [
        "you.json",
        "{",
        '  "word": "two  blanks \\u202e\\x1b"',
        "}",
    ]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_reply_reaches_a_terminal_raw(attack):
    line = sentence(f"News {attack} end.", document=attack)
    digest = compose(Delta((Update("new", (line,)),)))
    button = Button(attack, More())
    reply = Reply(
        attack,
        (attack,),
        (
            Section(
                attack,
                (attack,),
                digest,
                digest.lines,
                (Item(attack, attack, button), Item("x", attack, button)),
            ),
        ),
        (Article(attack, "x", source=attack),),
        (button,),
        file=(attack, attack),
    )
    assert all(row.text.isprintable() for row in reply_rows(reply))


@given(st.text(max_size=120), st.integers(30, 90))
def test_a_reply_keeps_within_the_width(text, width):
    button = Button(text, More())
    reply = Reply(text, (text,), (Section(text, items=(Item(text, text, button), Item("x", text, button))),),
                  buttons=(button, button))  # fmt: skip
    assert all(width_of(row) <= width for row in page(reply, width=width))


def test_a_button_is_not_broken_between_its_number_and_its_words():
    reply = Reply(buttons=tuple(Button("see it all at once", More()) for _ in range(5)))
    rows = [row for row in page(reply, width=50) if row]
    assert all(row.startswith("[") and not row.endswith(" ") for row in rows)


def test_a_title_an_entry_and_a_button_are_cut_where_they_are_too_long():
    long = "who sank " * 200
    button = Button(long, More())
    rows = page(Reply(long, (), (Section(long, items=(Item(long, button=button),)),), buttons=(button,)))
    assert len(rows) < 20
    assert sum(row.endswith("…") for row in rows) == 4


@given(st.text(max_size=60))
def test_visible_text_keeps_its_blanks(text):
    plain = "".join(character for character in text if character.isprintable() and character not in JOINERS)
    assert visible(f"  {plain}  ") == f"  {plain}  "

"""Cleaning: which lines of a page go and why, that no prose is lost, and that spans are exact on any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers import Article, clean, furniture
from summarizers.clean import as_documents
from summarizers.types import Document

SEEDS = Path(__file__).parents[2] / "seeds"
PROSE = (
    "The harbour board of Tarnvik voted on Monday to close the old bridge for a month.",
    "Repairs to the northern pillar will begin in June, the engineer in charge told the meeting.",
    "Ferries will carry cars across the sound until the work is done, at no cost to drivers.",
    "Shopkeepers on the island fear for the summer season, and have asked the county for help.",
)
# Lines that the seeds' readers must never see; the numbers are those of the files.
SEED_NOISE = {
    "000_0ea6dbdfeb0ab5e7.txt": {3, 4, 6, 7, 16},
    "001_a6aa240d3468150b.txt": {16, 19},
    "002_8c4b53a7bdcacb86.txt": set(range(11, 21)),
    "003_11895999d0e9dc24.txt": {1, 9, 21},
    "004_67d3b4e6c2ad1f36.txt": {4, 5, 7, 8, 9, 10, 11},
}


def page(*lines: str) -> Document:
    return clean(Article(id="page", text="\n".join(lines)))


def fates(*lines: str) -> list[tuple[bool, str | None]]:
    return [(p.kept, p.reason) for p in page(*lines).paragraphs]


def seed(name: str) -> Article:
    return Article(id=name, text=(SEEDS / name).read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(SEED_NOISE))
def test_all_noise_lines_of_a_seed_go_and_no_prose_line_goes(name):
    dropped = {p.line for p in clean(seed(name)).paragraphs if not p.kept}
    assert dropped == SEED_NOISE[name]


@pytest.mark.parametrize("name", sorted(SEED_NOISE))
def test_every_kept_line_of_a_seed_may_be_quoted(name):
    assert all(s.selectable for s in clean(seed(name)).sentences)


@pytest.mark.parametrize("name", sorted(SEED_NOISE))
def test_what_cleaning_kept_it_keeps_again(name):
    kept = [p.text for p in clean(seed(name)).paragraphs if p.kept]
    assert [p.text for p in page(*kept).paragraphs if p.kept] == kept


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Share and Follow", "share bar"),
        ("Facebook Twitter WhatsApp Email Copy link", "share bar"),
        ("Advertisement", "share bar"),
        ("Divers at the northern pillar of the bridge. (Credit: Nordfoto)", "credit"),
        ("Photograph: Kari Holm/AP", "credit"),
        ("(Reporting by Ada Roe; editing by Jan Lind)", "credit"),
        ("Ada Roe and Jan Lind contributed to this report.", "credit"),
        ("By Ada Roe and the Tarnvik Courier staff", "byline"),
        ("Jan Lind, Coast News, Tarnvik", "byline"),
        ("Wednesday, March 3, 2021; 5:18 PM", "dateline"),
        ("TARNVIK | Wed Mar 3, 2021 7:59 pm EST", "dateline"),
        ("TARNVIK (Reuters) -", "dateline"),
        ("Courier Bridge to close for a month - 2 hrs ago", "related link"),
        ("Gallery: The bridge over the years", "related link"),
        ("[…] but the cause is not known. The crack came only hours before the […]", "teaser"),
        ("— Jan R. Lind (@janlind) March 3, 2021", "post signature"),
        ("Sign up for our newsletter and get the news of the coast in your inbox", "promotion"),
        ("Find out more and buy the book", "promotion"),
        ("Are you on the island? Send us your pictures and comments.", "reader appeal"),
        ("This image from a video released by the port shows the broken pillar.", "caption"),
        ("What you should know", "heading"),
        ("courier-of-tarnvik.com", "page furniture"),
        ("All rights reserved. This material may not be published or rewritten.", "page furniture"),
        ("This discussion is now closed.", "page furniture"),
        ('The water was like ice" End Quote Ada Roe Coast News, Tarnvik', "pull quote"),
    ],
)
def test_a_line_that_shows_what_it_is_goes_with_its_reason(line, reason):
    assert furniture.alone(line) == reason or furniture.dateline(line) == len(line)
    assert fates(*PROSE[:2], line, *PROSE[2:])[2] == (False, reason)


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_prose_by_itself(line):
    assert furniture.alone(line) is None
    assert furniture.dateline(line) == 0


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell by a tenth after the board had published its report on the bridge.",
        "Photographs of the crack were shown to the board, which was shocked by them.",
        "By Tuesday the ferries had carried four thousand cars across the sound.",
        "Related to the mayor by marriage, the engineer was asked to leave the room.",
        "Two days ago the pillar was thought to be safe for another ten years.",
        "The vote was taken in Tarnvik on Wednesday, March 3, 2021.",
        "Comments by the mayor on the cost of the bridge drew laughter from the benches.",
        "“Who knows what it will cost?” the mayor asked.",
        "Gov. Ada Roe (R) said the county would not pay for the ferries.",
    ],
)
def test_prose_that_begins_or_ends_like_furniture_stays(line):
    assert fates(*PROSE[:2], line, *PROSE[2:])[2] == (True, None)


@pytest.mark.parametrize("at", range(len(PROSE)))
def test_a_paragraph_that_merely_lacks_its_stop_is_kept_and_barred(at):
    lines = [line.removesuffix(".") if i == at else line for i, line in enumerate(PROSE)]
    document = page(*lines)
    assert all(p.kept for p in document.paragraphs)
    assert [s.selectable for s in document.sentences] == [i != at for i in range(len(PROSE))]


def test_a_feed_that_strips_all_stops_loses_no_line():
    document = page("Bridge to close", *[line.removesuffix(".") for line in PROSE])
    assert all(p.kept for p in document.paragraphs)
    assert not any(s.selectable for s in document.sentences)


def test_a_short_line_without_a_stop_above_the_text_is_its_caption_or_headline():
    assert fates("A ferry leaves the old pier of Tarnvik", *PROSE)[0][0] is False


def test_lines_of_a_list_after_a_colon_are_kept():
    lines = [
        *PROSE[:3],
        "The board wants three things:",
        "Free ferries for the island",
        "A new pillar by June",
        PROSE[3],
    ]
    assert all(kept for kept, _ in fates(*lines))


def test_a_run_of_short_lines_inside_the_text_is_a_list_of_links():
    lines = [*PROSE[:2], "Bridge: the story so far in pictures", "Could the ferry sink next?", *PROSE[2:]]
    assert [kept for kept, _ in fates(*lines)] == [True, True, False, False, True, True]


def test_an_also_read_head_takes_its_list_along_and_no_more():
    lines = [
        PROSE[0],
        "Also read",
        "- How the port paid for its Christmas lights",
        "- WATCH | The mayor dives",
        *PROSE[1:],
    ]
    assert [kept for kept, _ in fates(*lines)] == [True, False, False, False, True, True, True]


def test_a_body_that_comes_twice_is_kept_once():
    assert [kept for kept, _ in fates(*PROSE, *PROSE)] == [True] * 4 + [False] * 4


def test_a_refrain_of_few_words_may_come_twice():
    assert all(
        kept
        for kept, _ in fates(PROSE[0], "“No,” said the mayor.", PROSE[1], "“No,” said the mayor.", PROSE[2])
    )


def test_a_pull_quote_goes_and_the_paragraph_that_says_it_stays():
    pull = "will carry cars across the sound until the work is done"
    assert [kept for kept, _ in fates(PROSE[0], pull.capitalize(), *PROSE[1:])] == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_a_pull_quote_with_its_author_goes_too():
    said = "“We cannot mend the pillar before the ice has gone and the divers have come back from the south,” she said."
    pull = "We cannot mend the pillar before the ice has gone and the divers have come back Ada Roe, Harbour Board"
    assert [kept for kept, _ in fates(*PROSE, said, pull)] == [True] * 5 + [False]


def test_a_post_that_repeats_a_quotation_goes_and_its_signature_is_kept_as_a_dropped_line():
    said = "Roe wrote: “Under the board of this town the bridge has become a much safer place to cross.”"
    post = "Under the board of this town the bridge has become a much safer place to cross! #Tarnvik #Bridge"
    signature = "— Ada Roe (@adaroe) March 18, 2021"
    document = page(*PROSE, said, post, signature)
    assert [(p.kept, p.reason) for p in document.paragraphs[5:]] == [
        (False, "post"),
        (False, "post signature"),
    ]
    assert document.paragraphs[6].text == signature


def test_a_post_with_one_sign_only_is_kept_and_barred():
    assert fates(*PROSE, "What a day for all who live on the island! #Tarnvik #Bridge")[4] == (True, "post")


def test_everything_after_the_comments_mark_goes():
    lines = [
        *PROSE,
        "Views expressed in the comments are those of their authors.",
        "The mayor was arrested. About time!",
    ]
    assert [kept for kept, _ in fates(*lines)] == [True] * 4 + [False] * 2


def test_a_counter_of_comments_above_the_text_ends_nothing():
    assert [kept for kept, _ in fates("Comments (12)", *PROSE)] == [False, True, True, True, True]


@pytest.mark.parametrize(
    "head",
    [
        "TARNVIK (Reuters) - ",
        "Tarnvik, Norway (CNN) -- ",
        "TARNVIK, Norway -- ",
        "TARNVIK, March 3 (AP) — ",
        "(CNN) -- ",
    ],
)
def test_a_dateline_is_cut_off_and_the_sentence_starts_after_it(head):
    document = page(head + PROSE[0], *PROSE[1:])
    assert document.sentences[0].text == PROSE[0]
    assert document.sentences[0].start == len(head)
    assert (document.paragraphs[0].kept, document.paragraphs[0].text) == (False, head.strip())
    assert [p.line for p in document.paragraphs] == [1, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "line",
    ["NATO - the alliance - met in Oslo.", "NEW: The bridge is closed.", "IBM — which sold it — lost."],
)
def test_capitals_before_a_dash_are_no_dateline(line):
    assert furniture.dateline(line) == 0


def test_a_text_wrapped_at_a_fixed_width_is_joined_up_to_the_empty_line():
    first = "The harbour board of Tarnvik voted on Monday to close the\nold bridge for a month. Repairs to the northern pillar will\nbegin in June."
    second = "Ferries will carry cars across the sound until the work is\ndone, at no cost to drivers."
    document = clean(Article(id="wrapped", text=f"{first}\n\n{second}\n"))
    assert [(p.line, p.text) for p in document.paragraphs] == [(1, first), (5, second)]
    assert [s.paragraph for s in document.sentences] == [1, 1, 5]


def test_one_paragraph_a_line_is_not_joined():
    assert len(page(*PROSE).paragraphs) == len(PROSE)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_lines_are_counted_from_one_whatever_ends_them(end):
    document = clean(Article(id="x", text=end.join(PROSE)))
    step = 2 if end == "\n\n" else 1
    assert [p.line for p in document.paragraphs] == [1 + step * i for i in range(len(PROSE))]
    assert [p.text for p in document.paragraphs] == list(PROSE)


def test_a_page_break_parts_paragraphs_but_is_no_line():
    assert [p.line for p in clean(Article(id="x", text="\x0c".join(PROSE))).paragraphs] == [1] * 4


def test_thai_which_has_no_stop_may_be_quoted():
    assert page("สวัสดีชาวโลก วันนี้อากาศดี").sentences[0].selectable


def test_a_bare_text_is_one_article_and_keeps_its_name():
    one, again = as_documents(PROSE[0]), as_documents([PROSE[0]])
    assert one == again
    assert one[0].article.text == PROSE[0]
    assert as_documents(one) == one


LINES = st.lists(
    st.sampled_from(
        [
            *PROSE,
            *[p[:-1] for p in PROSE],
            "Also read",
            "- A ferry sinks",
            "",
            "Share",
            "Why now?",
            "TARNVIK (AP) -",
            "Comments",
        ]
    ),
    max_size=14,
)


def assert_exact(document: Document) -> None:
    text = document.article.text
    assert all(text[p.start : p.end] == p.text for p in document.paragraphs)
    assert all(text[s.start : s.end] == s.text and s.text for s in document.sentences)
    assert [s.index for s in document.sentences] == list(range(len(document.sentences)))
    starts = [s.start for s in document.sentences]
    assert starts == sorted(starts)
    kept = {(p.line, p.kept) for p in document.paragraphs}
    assert all((s.paragraph, True) in kept for s in document.sentences)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_spans_are_exact_on_any_text(text):
    document = clean(Article(id="any", text=text))
    assert_exact(document)
    assert clean(document.article) == document


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_spans_are_exact_on_any_page_and_each_drop_has_a_reason(lines):
    document = page(*lines)
    assert_exact(document)
    assert all(p.kept or p.reason for p in document.paragraphs)
    assert clean(document.article) == document


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10**6,
        "\n" * 10_000,
        " " * 10**6,
        "(" * 10**5,
        "." * 10**6,
        "שלום עולם. " * 5_000,
        "Ab " * 10**5,
        "\x00" * 1_000,
    ],
)
def test_hostile_texts_end_with_exact_spans(text):
    assert_exact(clean(Article(id="hostile", text=text)))

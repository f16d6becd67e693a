"""Sentence ends: abbreviations, quotations, ellipses, lists and scripts, and exact spans on any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers.sentences import split


def pieces(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in split(text, language)]


ONE = [
    "The deal was signed by U.S. President Ada Roe and by U.S. Secretary of State Jan Lind.",
    "The call is scheduled for 10:00 a.m. EDT (14:00 GMT) on Monday.",
    "The board met at 4 p.m. Eastern time in the town hall.",
    "Mr. Lind met Mrs. Roe, Dr. Holm and Gen. Berg at Mt. Skarv.",
    "Mr Lind met Ms Roe in St. Tarn.",
    "J. R. Holm sold the ferry.",
    "Jan A. Lind, the envoy, said no.",
    "“It is lost!,” he said.",
    "She turned to him, “This is great.” she said.",
    "‘Is it lost?’ he asked.",
    "The ferry (it sank off Skarv in 1912.) was raised.",
    "He works at Go! in the port.",
    "You can find it under No. 7 on the list.",
    "It was told on Jan. 5 by the board.",
    "President Lind…agreed with Roe that it could wait.",
    "It was ... well, hard to say.",
    "The pillar (see Holm 55).",
]


@pytest.mark.parametrize("text", ONE)
def test_one_sentence_stays_one(text):
    assert pieces(text) == [text]


TWO = [
    "He wants to stop… | If I thought so, I would go.",
    "It is over. | “Nothing is over,” she said.",
    "“It was late,” he said. | “We went home.”",
    "“We cannot wait. | We must act now,” she said.",
    "He lives in the U.S. | How about you?",
    "He left the bank at 6 P.M. | Mr. Smith then went to the store.",
    "I never meant that.... | She left the store.",
    "The port is full.[3] | The ferry waits.",
    "What now? | Nobody knows!",
    "1. The board met. | 2. It voted.",
    "He said: “Go.” | They went.",
    "It rose by 3.5 percent. | Prices fell.",
    "He wrote [...] | The rest is lost.",
]


@pytest.mark.parametrize("marked", TWO)
def test_two_sentences_are_parted_where_they_end(marked):
    wanted = marked.split(" | ")
    assert pieces(" ".join(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("今天下雨。明天晴天！你好吗？", 3),
        ("यह पहला वाक्य है। यह दूसरा है।", 2),
        ("ما هذا؟ لا أعرف.", 2),
        ("یہ پہلا ہے۔ یہ دوسرا ہے۔", 2),
        ("እንደምን አለህ፧ መልካም ቀን።", 2),
        ("Он пришёл. Она ушла.", 2),
    ],
)
def test_other_scripts_end_by_their_own_stops(text, count):
    assert len(pieces(text)) == count


def test_another_language_has_its_own_abbreviations():
    assert pieces("Er kam am 3. Mai z. B. nach Tarn. Sie blieb.", "de")[-1] == "Sie blieb."


def test_a_caption_without_a_stop_is_a_sentence():
    assert pieces("A ferry leaves the pier") == ["A ferry leaves the pier"]


def test_a_list_marker_inside_a_line_ends_nothing():
    assert pieces("1) The first item 2) The second item") == ["1) The first item 2) The second item"]


def test_blanks_around_sentences_are_left_out():
    assert pieces("  One came.   Two went.  ") == ["One came.", "Two went."]
    assert split("   ") == split("") == []


TEXTS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            "U.S. ",
            "He ",
            "a.m. ",
            "…",
            "... ",
            "“",
            "”",
            ". ",
            "[3] ",
            "Mr. ",
            "said",
            "! ",
            "(b) ",
            "。",
            "J. ",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_spans_are_in_order_and_lose_no_letter(text):
    spans = split(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert "".join("".join(pieces(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    ["." * 400_000, "A. " * 130_000, "“" * 400_000, "U.S. " * 80_000, "[1] " * 100_000, "中。" * 200_000],
)
def test_hostile_lengths_end(text):
    assert split(text)

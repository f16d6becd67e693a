"""Questions answered by sentences, or refused with the closest lines."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers.answer import find
from summarizers.clean import clean
from summarizers.questions import FIGURE, SAID, WHEN, WHERE, WHETHER, WHO, read_question
from summarizers.types import Answer, Article, Document

SEEDS = Path(__file__).parents[2] / "seeds"


def document(name: str, text: str, published: date | None = None) -> Document:
    return clean(Article(name, text, published=published))


STORY = [
    document(
        "1",
        """A landslide buried part of the town of Korr on Monday, killing at least 12 people, the governor said.

Rescue teams from Vell dug through the mud all night with shovels and dogs.

Governor Ilse Brandt will visit Korr on Friday and is expected to sign a decree on emergency aid.

The railway between Korr and Vell is to reopen next week, the operator Norrail announced.

Norrail put the cost of the repairs at $40 million.""",
        date(2031, 7, 15),
    ),
    document(
        "2",
        """The death toll of the landslide in Korr has risen to 31, Governor Ilse Brandt said on Thursday.

Norrail said on Thursday that the repairs will cost $65 million, more than it had thought.

Mayor Tomas Reyes rejected the offer of a new site for the town.

Geologists from the university of Vell blamed heavy rain for the landslide.""",
        date(2031, 7, 17),
    ),
    document(
        "3",
        """Governor Ilse Brandt visited Korr on Friday and met families of the victims in the school.

The search ended on Saturday after teams had dug for five days.

Mayor Tomas Reyes said that the town would never leave its valley, while Brandt denied that the town had to move.

Brandt dismissed fears that the slope was still moving.

The festival of lights in Korr was cancelled.""",
        date(2031, 7, 20),
    ),
]


def answer(question: str) -> Answer:
    return find(question, STORY)


def texts(question: str) -> list[str]:
    return [sentence.text for sentence in answer(question).sentences]


def test_a_quantity_comes_with_its_latest_value_first_and_an_earlier_one_after() -> None:
    latest, earlier = texts("How many people were killed by the landslide?")
    assert "31" in latest
    assert "12" in earlier


def test_the_figure_must_be_of_the_kind_that_is_asked_for() -> None:
    latest, earlier = texts("How much do the repairs cost?")
    assert "$65 million" in latest
    assert "$40 million" in earlier


def test_the_figure_must_count_what_the_question_counts() -> None:
    assert "five days" in texts("How many days did the teams dig?")[0]
    assert answer("How many dogs were killed by the landslide?").abstained


def test_who_where_and_when_want_a_name_and_a_day() -> None:
    assert "Brandt visited Korr" in texts("Who visited Korr?")[0]
    assert "on Saturday" in texts("When did the search end?")[0]


def test_what_somebody_said_is_answered_by_their_words() -> None:
    assert texts("What did Reyes say about the valley?")[0].startswith("Mayor Tomas Reyes said")


def test_what_has_happened_is_told_by_the_report_and_not_by_the_announcement() -> None:
    (first, *_) = texts("Has Brandt visited Korr?")
    assert first.startswith("Governor Ilse Brandt visited Korr on Friday")


@pytest.mark.parametrize(
    "question",
    [
        "Has Brandt signed the decree?",
        "Did the railway reopen?",
        "Has the railway between Korr and Vell reopened?",
    ],
)
def test_what_was_only_announced_is_refused_with_the_announcement_as_closest_line(question: str) -> None:
    found = answer(question)
    assert found.abstained
    assert found.sentences == ()
    assert any("decree" in s.text or "reopen" in s.text for s in found.closest)


@pytest.mark.parametrize(
    "question",
    [
        "What did Okoro say?",
        "Did Lindqvist resign?",
        "Did Brandt resign?",
        "How many bridges were destroyed?",
        "Who won the election in Vespia?",
        "",
        "?",
        "Who?",
        "How many?",
    ],
)
def test_what_no_article_mentions_is_refused(question: str) -> None:
    found = answer(question)
    assert found.abstained
    assert found.sentences == ()


def test_without_documents_every_question_is_refused() -> None:
    assert find("How many people died?", []).abstained
    assert find("How many people died?", "").abstained


def test_the_other_side_is_shown_too() -> None:
    sides = texts("Did the town have to move?")
    assert any("denied" in side for side in sides)


def test_an_answer_shows_few_sentences_each_once() -> None:
    for question in (
        "Has Brandt visited Korr?",
        "Who visited Korr?",
        "What happened in Korr?",
        "How long did teams dig?",
    ):
        found = answer(question)
        assert len(found.sentences) <= 3
        assert len(set(found.sentences)) == len(found.sentences)
        assert len(found.closest) <= 3


def test_the_same_question_gets_the_same_answer_from_texts_and_from_documents() -> None:
    articles = [d.article for d in STORY]
    assert find("Who visited Korr?", articles) == answer("Who visited Korr?")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many people died?", FIGURE),
        ("How long was the strike?", FIGURE),
        ("How much has it cost?", FIGURE),
        ("When will the bridge open?", WHEN),
        ("Who leads the talks?", WHO),
        ("Where was it found?", WHERE),
        ("What did Brandt say?", SAID),
        ("Has Brandt resigned?", WHETHER),
        ("Should the army step in?", WHETHER),
    ],
)
def test_the_first_words_tell_what_a_question_wants(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


def test_a_question_is_about_its_rare_words_and_names() -> None:
    question = read_question("How many soldiers did General Brandt send to Aix-en-Provence?")
    assert [(t.stem, bool(t.name)) for t in question.terms] == [
        ("soldier", False),
        ("general", False),
        ("brandt", True),
        ("send", False),
        ("aix-en-provence", True),
    ]
    assert question.counted == "soldier"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
def test_any_question_about_any_text_ends(question: str, sources: list[str]) -> None:
    found = find(question, sources)
    assert found.abstained == (not found.sentences)


words = st.sampled_from(
    "who how many when did has Brandt Korr landslide killed say cost 31 visited the ? will not".split()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, max_size=8))
def test_answers_quote_the_documents(parts: list[str]) -> None:
    found = find(" ".join(parts), STORY)
    articles = {d.id: d.article.text for d in STORY}
    for sentence in (*found.sentences, *found.closest):
        assert articles[sentence.document_id][sentence.start : sentence.end] == sentence.text


def seeds() -> list[Document]:
    manifest = json.loads((SEEDS / "manifest.json").read_text("utf-8"))
    return [document(a["file"][:3], (SEEDS / a["file"]).read_text("utf-8")) for a in manifest["articles"]]


def test_the_lengths_of_the_three_calls_of_the_seeds_are_kept_apart() -> None:
    found = find("How long was the call?", seeds())
    assert [s.document_id for s in found.sentences] == ["000", "004", "003"]


@pytest.mark.parametrize("question", ["What did Erdogan say?", "Did Trump meet Putin in person?"])
def test_what_the_seeds_do_not_say_is_refused(question: str) -> None:
    assert find(question, seeds()).abstained

"""Summaries: what goes in, what must never come out."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers.clean import clean
from summarizers.errors import InvalidBudget, UnknownMethod
from summarizers.references import leaning
from summarizers.summary import METHODS, summarize
from summarizers.sumy_rankers import CLASSES
from summarizers.types import Article, Document
from summarizers.words import fold_words

SEEDS = Path(__file__).parents[2] / "seeds"
OURS = [method for method in METHODS if method not in CLASSES]
STORM = """The harbour of Tollby was closed on Monday after a storm damaged the breakwater.

Two ferries with 340 passengers are waiting outside the breakwater of Tollby for calmer water.

Mayor Ines Corvin said the harbour would open again on Thursday morning at the earliest.

She said that the town had asked the regional government for 12 million crowns in repairs.

Insurers put the damage to the fish market and the breakwater at 9 million crowns so far.

A crane fell onto the fish market during the night, but nobody was hurt in the fall.
"""
LATER = """The harbour of Tollby was closed on Monday after a storm damaged the breakwater.

Tugs pulled both ferries into the neighbouring port of Garrow on Tuesday with all passengers safe.
"""


@cache
def seeds() -> tuple[Document, ...]:
    return tuple(clean(Article(path.name, path.read_text("utf-8"))) for path in sorted(SEEDS.glob("*.txt")))


def test_three_sentences_in_the_order_of_the_document():
    found = summarize(STORM).sentences
    assert len(found) == 3
    assert list(found) == sorted(found, key=lambda s: s.start)
    assert all(s.text == STORM[s.start : s.end] for s in found)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_to_its_budget_without_a_repeat_or_a_barred_line(method):
    documents = seeds()[2:4] if method in CLASSES else seeds()
    five, short = (
        summarize(documents, method=method, **budget) for budget in ({"sentences": 5}, {"words": 120})
    )
    assert len(five.sentences) == 5
    assert 0 < sum(len(s.text.split()) for s in short.sentences) <= 120
    for found in (five, short):
        assert found.method == method
        assert all(s.selectable for s in found.sentences)
        assert len({fold_words(s.text) for s in found.sentences}) == len(found.sentences)


@pytest.mark.parametrize("method", METHODS)
def test_a_leaning_sentence_never_comes_without_what_it_needs(method):
    for document in seeds():
        shown = {s.index for s in summarize(document, method=method).sentences}
        for index in shown:
            lean = leaning(document)[index]
            assert set(lean.needs) <= shown
            assert lean.needs or not lean.leans


def test_a_pronoun_comes_with_the_one_it_names_or_not_at_all():
    texts = [s.text for s in summarize(STORM, method="lead", sentences=4).sentences]
    pronoun = [at for at, text in enumerate(texts) if text.startswith("She said")]
    assert all(texts[at - 1].startswith("Mayor Ines Corvin") for at in pronoun)
    assert not any(s.text.startswith("She") for s in summarize(STORM, method="lead", sentences=1).sentences)


def test_the_same_article_twice_says_nothing_twice():
    once, twice = summarize(STORM, sentences=20), summarize([STORM, STORM], sentences=20)
    assert {s.text for s in twice.sentences} == {s.text for s in once.sentences}


def test_what_was_told_is_not_told_again():
    texts = [s.text for s in summarize(LATER, told=STORM).sentences]
    assert texts == [
        "Tugs pulled both ferries into the neighbouring port of Garrow on Tuesday with all passengers safe."
    ]


def test_when_all_was_told_the_summary_is_empty():
    assert summarize(STORM, told=[STORM, LATER]).sentences == ()


def test_a_short_text_comes_whole():
    assert [s.text for s in summarize("Rates were cut again.").sentences] == ["Rates were cut again."]


def test_the_title_is_the_first_that_an_article_has():
    assert summarize([Article("a", STORM), Article("b", LATER, title="Storm")]).title == "Storm"


def test_an_unknown_method_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(UnknownMethod, match="concepts, centroid, lexrank"):
        summarize(STORM, method="magic")


def test_a_budget_in_words_and_sentences_at_once_is_refused():
    with pytest.raises(InvalidBudget, match="not both"):
        summarize(STORM, sentences=2, words=40)


@pytest.mark.parametrize("method", OURS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\n ",
        "…",
        "a" * 20_000,
        "\n" * 10_000,
        "هذا خبر قصير. وهذا خبر آخر.",
        "これは短い知らせです。港は閉鎖された。",
        "\x00\ud800. \u202e",
    ],
)
def test_odd_texts_end_in_a_summary(text, method):
    assert len(summarize(text, method=method).sentences) <= 3


@given(st.lists(st.text(max_size=60), max_size=6).map("\n\n".join), st.sampled_from(OURS))
@settings(max_examples=60, deadline=None)
def test_any_text_is_summarized_verbatim_and_without_repeats(text, method):
    found = summarize(text, method=method).sentences
    assert all(s.text == text[s.start : s.end] for s in found)
    assert len({s.text for s in found}) == len(found)


def test_where_every_sentence_leans_on_what_can_not_be_shown_the_first_one_stands_for_its_document():
    first = "The operator of the ferry to Vellen ordered a second ferry on Friday."
    lines = (
        "Second ferry ordered for Vellen",
        first,
        "The second ferry will cost 30 million crowns, it said.",
    )
    found = summarize(Article("a", "\n\n".join(lines), lines[0])).sentences
    assert [sentence.text for sentence in found] == [first]


PROGRAM = """
import sys
from functools import cache
from pathlib import Path
from summarizers.clean import clean
from summarizers.summary import METHODS, summarize
from summarizers.types import Article
assert not {"sumy", "numpy", "nltk"} & set(sys.modules)
texts = [Article(p.name, p.read_text("utf-8")) for p in sorted(Path(sys.argv[1]).glob("*.txt"))]
for method in METHODS:
    if not method.startswith("sumy-"):
        for documents in (texts, texts[3]):
            print(method, [(s.document_id, s.start) for s in summarize(documents, method=method).sentences])
assert not {"sumy", "numpy", "nltk"} & set(sys.modules)
for document in map(clean, texts[:2]):
    print([s.start for s in summarize(document, method="sumy-lsa").sentences])
"""


def test_every_hash_seed_gives_the_same_picks_and_ours_need_no_sumy_and_no_numpy():
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(SEEDS)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(SEEDS.parent)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "42")
    ]
    assert runs[0]
    assert runs[0] == runs[1]

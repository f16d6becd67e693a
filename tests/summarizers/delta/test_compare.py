"""The whole way from two lists of articles to updates: what always holds, on real and on any text."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers import Article, Delta, Document, Sentence, clean, compare, summarize
from summarizers.types import LABELS, Sources

ROOT = Path(__file__).parents[3]
NO_NEWS = {"unchanged", "corroborated", "announced_open"}
MONDAY = """The ferry Alma sank off Tarnvik on Monday with 212 people on board.

At least 9 people were killed, the coast guard of Tarnvik said.

Coast guard chief Rosa Lind said that divers will search the wreck on Wednesday.

She said the ferry had been loaded with too many lorries.

The owners of the Alma, Nordfjord Lines, declined to comment.
"""
THURSDAY = """Divers searched the wreck of the ferry Alma off Tarnvik on Wednesday and found the log book.

At least 23 people were killed, the coast guard of Tarnvik said.

Nordfjord Lines denied that it had loaded the ferry with too many lorries.

Premier Edda Frey will visit Tarnvik on Sunday.

The ferry Alma sank off Tarnvik on Monday with 212 people on board.
"""


def article(name: str, text: str, published: date | None = None, source: str | None = None) -> Article:
    return Article(name, text, published=published, source=source)


FIRST = article("first", MONDAY, date(2031, 5, 6), "Coast News")
SECOND = article("second", THURSDAY, date(2031, 5, 8), "Courier")


@cache
def seeds() -> tuple[Document, ...]:
    return tuple(
        clean(Article(path.name, path.read_text("utf-8"))) for path in sorted((ROOT / "seeds").glob("*.txt"))
    )


def quoted(delta: Delta) -> list[Sentence]:
    updates = delta.updates
    parts = [(*u.sentences, *u.prior, *u.also_prior, *u.context) for u in updates]
    return [sentence for part in parts for sentence in part] + list(delta.open)


def told(delta: Delta) -> dict[str, str]:
    """Label by sentence."""
    return {update.sentences[0].text: update.label for update in delta.updates}


def news(delta: Delta) -> list[tuple[str, str | None, str]]:
    return [
        (update.label, update.also, update.sentences[0].text)
        for update in delta.updates
        if not {update.label, update.also} <= NO_NEWS | {None}
    ]


def assert_sound(delta: Delta, *articles: Article) -> None:
    """What holds for every delta: exact spans, known labels, falling scores, each sentence once."""
    texts = {each.id: each.text for each in articles}
    for sentence in quoted(delta):
        assert texts[sentence.document_id][sentence.start : sentence.end] == sentence.text
    scores = [update.score for update in delta.updates]
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)
    shown = [(s.document_id, s.start) for update in delta.updates for s in update.sentences]
    assert len(shown) == len(set(shown))
    for update in delta.updates:
        assert update.label in LABELS
        assert (update.also is None) == (not update.also_prior)
        assert update.why
        if update.figure:
            assert any(update.figure[0] in s.text for s in (*update.prior, *update.also_prior))
            assert update.figure[1] in update.sentences[0].text


# --- a story of two articles -----------------------------------------------------------------------------------


def test_of_a_story_unknown_so_far_each_line_is_a_baseline_or_an_announcement():
    found = told(compare([], FIRST))
    assert set(found.values()) == {"baseline", "announced_new"}
    assert (
        found["Coast guard chief Rosa Lind said that divers will search the wreck on Wednesday."]
        == "announced_new"
    )
    assert len(found) == 5


def test_a_toll_that_rose_is_a_changed_figure_with_the_old_and_the_new_value_as_worded():
    delta = compare(FIRST, SECOND)
    (update,) = (update for update in delta.updates if update.figure)
    assert update.label == "changed_figure"
    assert update.sentences[0].text.startswith("At least 23 people")
    assert [sentence.text[:10] for sentence in update.prior] == ["At least 9"]
    old, new = update.figure or ("", "")
    assert "9" in old
    assert "23" in new


def test_what_stands_in_a_known_article_word_for_word_is_no_news():
    found = told(compare(FIRST, SECOND))
    assert found["The ferry Alma sank off Tarnvik on Monday with 212 people on board."] == "corroborated"


def test_a_fresh_plan_is_announced():
    assert told(compare(FIRST, SECOND))["Premier Edda Frey will visit Tarnvik on Sunday."] == "announced_new"


def test_a_leaning_line_comes_with_what_it_leans_on_or_a_name():
    (update,) = (u for u in compare([], FIRST).updates if u.sentences[0].text.startswith("She said"))
    assert update.speaker == "Rosa Lind" or "Coast guard" in [s.text[:11] for s in update.context]


def test_an_announcement_is_open_until_a_report_settles_it():
    plan = "Coast guard chief Rosa Lind said that divers will search the wreck on Wednesday."
    silent = article("silent", "Wheat was sold at a loss in Orrin, farmers said.")
    assert plan in [sentence.text for sentence in compare(FIRST, silent).open]
    assert compare([], FIRST).open == ()


def test_every_kind_of_source_gives_the_same_updates():
    expected = compare([FIRST], [SECOND])
    kinds: list[Sources] = [SECOND, [SECOND], clean(SECOND), [clean(SECOND)]]
    assert [compare(FIRST, kind) for kind in kinds] == [expected] * len(kinds)
    assert told(compare(MONDAY, THURSDAY)).keys() == told(expected).keys()


def test_a_text_compared_twice_gives_the_same_delta():
    assert compare(FIRST, SECOND) == compare(FIRST, SECOND)


def test_documents_after_the_day_are_left_out_on_both_sides():
    late = article("late", "Nordfjord Lines went bankrupt on Friday.", date(2031, 5, 9))
    day = date(2031, 5, 8)
    assert (
        compare([FIRST, late], SECOND, as_of=day)
        == compare(FIRST, SECOND, as_of=day)
        == compare(FIRST, SECOND)
    )
    assert compare(FIRST, [SECOND, late], as_of=day) == compare(FIRST, SECOND)
    assert compare(FIRST, late, as_of=datetime(2031, 5, 8, 23, tzinfo=UTC)).updates == ()


def test_an_undated_document_is_never_left_out():
    undated = article("undated", "Nordfjord Lines went bankrupt on Friday.")
    assert len(compare(FIRST, undated, as_of=date(1999, 1, 1)).updates) == 1


@pytest.mark.parametrize(("known", "new"), [([], []), (FIRST, []), ([], ""), ("", ""), (FIRST, "\n\n \n")])
def test_nothing_new_gives_no_update(known, new):
    assert compare(known, new).updates == ()


def test_noise_of_the_page_is_in_no_update():
    noisy = article("noisy", "Share and Follow\n\n" + MONDAY + "\n\nThe Alma in June. (Credit: Nordfoto)")
    assert not [s.text for s in quoted(compare([], noisy)) if "Share" in s.text or "Credit" in s.text]


def test_a_replay_of_the_seeds_is_sound():
    for at, new in enumerate(seeds()):
        known = seeds()[:at]
        assert_sound(compare(known, new), *(document.article for document in (*known, new)))


# --- nothing is new against itself -----------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(5))
def test_an_article_of_the_seeds_holds_nothing_new_against_itself(at):
    document = seeds()[at]
    assert news(compare(document, document)) == []


def test_the_seeds_hold_nothing_new_against_the_seeds():
    delta = compare(seeds(), seeds())
    assert news(delta) == []
    assert len(delta.updates) == sum(s.selectable for document in seeds() for s in document.sentences)


CLAUSES = st.sampled_from(
    """The minister denied it|It is so|He said so|At least 14 people died on Monday|At least 23 people died on Friday
    |Talks will begin next week|Talks began on Tuesday|The bank plans to cut its rate to 3 percent|Its rate was cut to 4 percent
    |The owners disputed that the ferry sank|The ferry sank off Tarnvik|A total of 9 people have been killed
    |A total of 21 people have been killed|“We agreed,” Roe said|Nobody came|The deal was called off|They did not meet""".replace(
        "\n    ", ""
    ).split("|")
)
ARTICLES = st.lists(CLAUSES, max_size=9).map(lambda lines: "\n\n".join(line + "." for line in lines))
ANY_TEXT = st.text(max_size=150) | st.lists(st.text(max_size=30), max_size=6).map("\n".join)


@settings(max_examples=60)
@given(ARTICLES)
def test_no_article_holds_anything_new_against_itself(text):
    assert news(compare(text, text)) == []


@settings(max_examples=60)
@given(ANY_TEXT)
def test_no_text_holds_anything_new_against_itself(text):
    assert news(compare(text, text)) == []


@settings(max_examples=40)
@given(ARTICLES, ARTICLES)
def test_any_delta_is_sound(known, new):
    a, b = article("a", known), article("b", new)
    assert_sound(compare(a, b), a, b)


@settings(max_examples=60)
@given(ANY_TEXT, ANY_TEXT)
def test_any_two_texts_are_compared(known, new):
    a, b = article("a", known), article("b", new)
    assert_sound(compare(a, b), a, b)


# --- hostile texts ---------------------------------------------------------------------------------------------

ARABIC = "أعلن الوزير يوم الاثنين أن المحادثات ستبدأ الأسبوع المقبل. قتل تسعة أشخاص في الحريق.\n\nقال إنه لن يستقيل."
HEBREW = "ראש העיר אמר ביום שני שהגשר ייסגר. תשעה בני אדם נהרגו בשריפה."
CHINESE = "市长周一表示大桥将关闭一个月。火灾造成九人死亡。\n\n他说他不会辞职。"
HOSTILE = {
    "a million letters": "a" * 1_000_000,
    "a million quotation marks": "“" * 1_000_000,
    "a million stops": "." * 1_000_000,
    "ten thousand empty lines": "\n" * 10_000,
    "ten thousand blank lines": " \t\r\n" * 10_000,
    "right to left": ARABIC,
    "right to left, another script": HEBREW,
    "no blanks between words": CHINESE,
    "marks of direction": "\u202eThe ferry sank.\u202c \u2066It is so.\u2069\n\u200f\u200e",
    "lone surrogates' neighbours, zeros, combining marks": "\x00\ufffe\u0301\u0301 a\u0301\u0301 \U0010ffff.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_compared_and_summarized_and_it_ends(name):
    hostile = article(name, HOSTILE[name])
    assert_sound(compare(FIRST, hostile), FIRST, hostile)
    assert_sound(compare(hostile, SECOND), hostile, SECOND)
    summary = summarize(hostile)
    assert all(hostile.text[s.start : s.end] == s.text for s in summary.sentences)


@pytest.mark.parametrize("text", [ARABIC, HEBREW, CHINESE])
def test_another_script_holds_sentences_that_are_new_and_then_known(text):
    assert set(told(compare([], text)).values()) == {"baseline"}
    assert len(compare([], text).updates) >= 2
    assert news(compare(text, text)) == []


SCRIPT = """
from pathlib import Path
from summarizers import Article, clean, compare
seeds = [clean(Article(p.name, p.read_text("utf-8"))) for p in sorted(Path("seeds").glob("*.txt"))]
print(compare(seeds[:2], seeds[2:4]))
"""


def test_every_hash_seed_gives_the_same_delta():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "977")
    }
    assert len(outputs) == 1
    assert b"Update(" in outputs.pop()

"""Digests: what is shown, in which order, cut where, found again how."""

import contextlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers import (
    Answer,
    Article,
    Delta,
    Event,
    Sentence,
    Summary,
    Timeline,
    Update,
    clean,
    compose,
    verify,
)
from summarizers.digest import LONG, as_json, cut, plainest, quotations, read_digest
from summarizers.errors import BrokenDigest, InvalidBudget
from summarizers.types import GROUPS, LABELS

ARTICLE = Article(
    "a.txt",
    "\n".join(f"The council of Norby counted {n} boats on the river." for n in range(1, 31)),
)
LINES = clean(ARTICLE).sentences


def update(n: int, label="new", **more) -> Update:
    return Update(label, (LINES[n],), **more)


def sentence(text: str) -> Sentence:
    return Sentence(text, "a", 1, 0, len(text))


# --- order and budget --------------------------------------------------------------------------------------------


def test_the_lead_comes_first_and_the_others_follow_in_the_order_of_the_groups():
    order = ["unchanged", "new", "announced_new", "differs", "conflict", "changed_figure", "announced_open",
             "announced_not_happened", "announced_happened"]  # fmt: skip
    digest = compose(Delta(tuple(update(n, label) for n, label in enumerate(order))))
    assert [line.label for line in digest.lines] == [
        "new", "announced_happened", "announced_not_happened", "changed_figure", "conflict", "differs", "announced_new",
        "unchanged", "announced_open",
    ]  # fmt: skip


def test_every_label_has_its_one_group():
    assert sorted(label for labels in GROUPS.values() for label in labels) == sorted(LABELS)


def test_a_digest_holds_twelve_entries_and_keeps_the_rest_for_more():
    digest = compose(Delta(tuple(update(n) for n in range(20))))
    assert len(digest.lines) == 12
    assert [line.quotations[0].text for line in digest.more] == [line.text for line in LINES[12:20]]


def test_a_second_label_counts_as_an_entry_of_its_own():
    digest = compose(Delta(tuple(update(n, also="conflict", also_prior=(LINES[29],)) for n in range(8))))
    assert len(digest.lines) == 6
    assert digest.lines[0].also == "conflict"
    assert digest.lines[0].also_prior[0].text == LINES[29].text


def test_an_update_that_fits_is_not_kept_out_by_one_that_does_not():
    digest = compose(Delta((update(0), update(1, also="differs"), update(2))), budget=2)
    assert [line.quotations[0].text for line in digest.lines] == [LINES[0].text, LINES[2].text]


@pytest.mark.parametrize("budget", [0, -1, 2.5, True, None, "12"])
def test_a_budget_is_a_positive_whole_number(budget):
    with pytest.raises(InvalidBudget, match="at least one line"):
        compose(Delta(()), budget=budget)


def test_where_nothing_changed_no_line_is_shown():
    digest = compose(Delta((update(0, "unchanged"), update(1, "corroborated"), update(2, "announced_open"))))
    assert not digest.lines
    assert len(digest.more) == 3
    assert digest.same_before == 2


def test_what_is_still_open_is_counted_once():
    digest = compose(Delta((update(0), update(1, "announced_open")), open=(LINES[1], LINES[2])))
    assert [quotation.text for quotation in digest.still_open] == [LINES[1].text, LINES[2].text]


def test_a_line_carries_all_that_its_update_knows():
    whole = update(
        0,
        "changed_figure",
        prior=(LINES[1],),
        figure=("2", "1"),
        why="same count",
        context=(LINES[2],),
        speaker="Ada",
        also="differs",
        also_prior=(LINES[3],),
    )
    line = compose(Delta((whole,))).lines[0]
    assert (line.figure, line.why, line.speaker, line.also) == (("2", "1"), "same count", "Ada", "differs")
    assert [q.text for part in (line.prior, line.context, line.also_prior) for q in part] == [
        LINES[1].text,
        LINES[2].text,
        LINES[3].text,
    ]


def test_a_summary_keeps_its_own_length_and_order():
    digest = compose(Summary(LINES[:14], "lead", title="Boats"))
    assert digest.title == "Boats"
    assert [line.quotations[0].text for line in digest.lines] == [line.text for line in LINES[:14]]


def test_an_abstaining_answer_has_no_lines_but_its_closest_ones_in_more():
    digest = compose(Answer("Who?", abstained=True, closest=LINES[:2]))
    assert (digest.title, digest.lines, len(digest.more)) == ("Who?", (), 2)


def test_a_timeline_has_a_line_for_each_day_with_how_it_is_known():
    digest = compose(Timeline((Event(None, LINES[:2], "order only"), Event(None, ()))))
    assert [(len(line.quotations), line.why) for line in digest.lines] == [(2, "order only")]


# --- of two equal sentences the plainer --------------------------------------------------------------------------


def test_of_two_equal_sentences_the_plainer_takes_the_place_of_the_first():
    loaded = sentence("The brutal regime finally arrested 40 shocking people in Norby.")
    plain = replace(sentence("Arrested in Norby: 40 people."), start=100, end=129)
    kept = plainest([Update("new", (loaded,)), update(1), Update("new", (plain,))])
    assert [u.sentences[0].text for u in kept] == [plain.text, LINES[1].text]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The council agreed to the plan.", "The council did not agree to the plan."),
        ("The council agreed to the plan.", "The council may agree to the plan."),
        ("The council counted 40 boats.", "The council counted 41 boats."),
        ("It was so.", "He had it."),
    ],
)
def test_sentences_that_say_different_things_both_stay(one, other):
    there = replace(sentence(other), start=200, end=200 + len(other))
    assert len(plainest([Update("new", (sentence(one),)), Update("new", (there,))])) == 2


def test_loaded_words_are_shown_as_they_stand():
    loaded = "The brutal regime finally arrested 40 people."
    assert compose(Delta((Update("new", (sentence(loaded),)),))).lines[0].quotations[0].text == loaded


# --- cut ---------------------------------------------------------------------------------------------------------

HEAD = (
    "The harbour master of Norby opened the northern gate on Tuesday morning for the first time since the flood of last "
    "spring, and more than forty boats from the upper river passed through the gate before noon under the eyes of a crowd "
    "that had gathered on both banks"
)


@pytest.mark.parametrize(
    "tail",
    [
        ", where a band from the old town played marches in the rain.",
        ", which draws visitors from every valley of the region each year.",
        "; the market on the square opened at the same hour for the guests.",
        ", and they carried flags from every valley of the upper region.",
    ],
)
def test_an_overlong_sentence_is_cut_at_its_last_clause(tail):
    quotation = cut(sentence(HEAD + tail))
    assert quotation.text == HEAD
    assert quotation.cut_after
    assert (quotation.start, quotation.end) == (0, len(HEAD))


@pytest.mark.parametrize(
    "tail",
    [
        ", which the council has not allowed since the year of the flood.",  # a negation
        ", which might bring back the trade of the upper valley soon.",  # a hedge
        ", and they will go on if the water stays below the mark.",  # a condition
        ", which was a mistake, according to the mayor of the upper town.",  # a claimant
        "; the mayor of the upper town said so in a letter to us all.",  # a claimant
        ", but the southern gate stayed shut for the whole of the day.",  # a contrast
        ", who came from Norby, Sandby, and the hamlets of the upper river.",  # no end of a clause in sight
        ", a band from the old town and a choir of sixty from the valley.",  # no clause
        "; the flag of the old town; the flag of the valley and the river.",  # a list
        ", which “draws the best of us from all the valleys of the land.",  # an open quotation
    ],
)
def test_a_cut_never_loses_a_negation_a_hedge_a_condition_a_contrast_or_a_claimant(tail):
    whole = HEAD + tail
    assert cut(sentence(whole)).text == whole


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"'), ("(", ")"), ("‘", "’"), ("«", "»")])
def test_a_cut_is_never_inside_quotation_marks_or_brackets(opening, closing):
    whole = f"{HEAD[:200]} {opening}under the eyes of a crowd, where the band from the old town played marches in the rain{closing}"
    assert cut(sentence(whole)).text == whole


def test_a_relative_clause_in_the_middle_is_not_taken_for_the_end():
    whole = f"The harbour master of Norby, who {'has long kept watch over the boats of the upper river ' * 5}, opened the gate."
    assert cut(sentence(whole)).text == whole


def test_a_sentence_that_is_not_overlong_is_never_cut():
    short = "The gate opened on Tuesday morning, which draws visitors from every valley."
    assert not cut(sentence(short)).cut_after


@given(st.text(max_size=600))
def test_a_cut_leaves_a_verbatim_beginning(text):
    quotation = cut(sentence(text))
    assert text.startswith(quotation.text)
    assert quotation.cut_after == (quotation.text != text)


@given(
    st.lists(
        st.sampled_from(
            [", which ", ", and they ", "; ", "not", "said", "“", "”", "the boats of the river", ", "]
        ),
        max_size=80,
    )
)
def test_a_cut_keeps_quotation_marks_in_pairs_and_every_word_of_doubt(parts):
    text = "".join(parts)
    quotation = cut(sentence(text))
    if quotation.cut_after:
        assert quotation.text.count("“") == quotation.text.count("”")
        assert not re.search(r"\bnot\b", text[quotation.end :])
        assert not re.search(r"\bsaid\b", text[quotation.end :])


def test_long_is_longer_than_nearly_every_sentence_of_the_seeds(seeds):
    texts = [clean(Article(path.name, path.read_text("utf-8"))) for path in sorted(seeds.glob("*.txt"))]
    lengths = [len(s.text) for document in texts for s in document.sentences]
    assert sum(length > LONG for length in lengths) < 0.1 * len(lengths)


# --- verify ------------------------------------------------------------------------------------------------------

DIGEST = compose(
    Delta((update(0, "changed_figure", prior=(LINES[1],), context=(LINES[2],), also="differs", also_prior=(LINES[3],)), update(4)),
          open=(LINES[5],)),
    title="Boats",
    made_at=datetime(2025, 5, 19, 18, tzinfo=UTC),
    budget=2,
)  # fmt: skip


def test_every_quotation_is_found_again_shown_or_not():
    found = verify(DIGEST, [ARTICLE])
    assert (found.ok, found.checked, found.wrong) == (True, 6, ())


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "The council of Norby counted 9 boats on the river!"}, "something else"),
        ({"start": 1}, "something else"),
        ({"end": 10**9}, "no such place"),
        ({"start": -1}, "no such place"),
        ({"start": 40, "end": 40, "text": ""}, "no such place"),
        ({"document": "b.txt"}, "no such article"),
        ({"sha256": "0" * 64}, "hash"),
    ],
)
def test_one_wrong_character_number_or_hash_anywhere_is_named(place, change, reason):
    raw = json.dumps(as_json(DIGEST))
    wrong = quotations(DIGEST)[place]
    value = as_json(DIGEST)
    for quotation in walk(value):
        if (quotation["start"], quotation["text"]) == (wrong.start, wrong.text):
            quotation.update(change)
    found = verify(read_digest(json.dumps(value)), [ARTICLE])
    assert not found.ok
    assert len(found.wrong) == 1
    assert reason in found.wrong[0]
    assert verify(read_digest(raw), [ARTICLE]).ok


def walk(value):
    if isinstance(value, dict):
        if "sha256" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from walk(part)


def test_an_article_that_changed_by_one_character_is_noticed():
    assert not verify(DIGEST, [replace(ARTICLE, text=ARTICLE.text.replace("1 boats", "7 boats", 1))]).ok


def test_articles_documents_and_a_single_one_are_all_taken():
    assert verify(DIGEST, clean(ARTICLE)).ok
    assert verify(DIGEST, ARTICLE).ok


# --- JSON --------------------------------------------------------------------------------------------------------


def test_a_digest_comes_back_from_its_json_as_it_was():
    assert read_digest(json.dumps(as_json(DIGEST))) == DIGEST


def test_a_digest_is_read_with_its_required_fields_alone():
    quotation = {"text": "x", "document": "a", "start": 0, "end": 1, "sha256": "h"}
    digest = read_digest(
        json.dumps({"title": "t", "made_at": None, "lines": [{"label": None, "quotations": [quotation]}]})
    )
    assert digest.lines[0].quotations[0].document == "a"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[]",
        "{}",
        "NaN",
        "null",
        '{"lines": 3}',
        '{"lines": [3]}',
        '{"lines": [{"quotations": null}]}',
        '{"lines": [{"label": "rumour", "quotations": []}]}',
        '{"lines": [{"label": ["new"], "quotations": []}]}',
        '{"lines": [{"quotations": [{"text": "x"}]}]}',
        '{"lines": [{"quotations": [{"text": "x", "document": "a", "start": true, "end": 1, "sha256": ""}]}]}',
        '{"lines": [{"quotations": [{"text": "x", "document": "a", "start": NaN, "end": 1, "sha256": ""}]}]}',
        '{"lines": [{"quotations": [{"text": "x", "document": "a", "start": 0.5, "end": 1, "sha256": ""}]}]}',
        '{"lines": [{"quotations": [], "figure": ["1"]}]}',
        '{"lines": [{"quotations": [], "speaker": 7}]}',
        '{"lines": [], "made_at": "yesterday"}',
        '{"lines": [], "same_before": "many"}',
        '{"lines": ' + "[" * 100_000,
        '{"lines": [], "same_before": 1' + "0" * 10_000 + "}",
    ],
)
def test_what_is_no_digest_is_refused_in_one_sentence(text):
    with pytest.raises(BrokenDigest) as refused:
        read_digest(text)
    assert str(refused.value).startswith("This is no digest")
    assert "\n" not in str(refused.value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(
    st.sampled_from(["lines", "label", "quotations", "text", "document", "start", "end", "sha256", "more", "figure"]), c)))  # fmt: skip
def test_any_json_is_a_digest_or_is_refused(value):
    with contextlib.suppress(BrokenDigest):
        read_digest(json.dumps(value))

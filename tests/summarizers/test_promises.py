"""Evidence that a sentence settles an announcement. The texts are invented."""

from __future__ import annotations

from datetime import date
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.annotate import Note, annotate_sentence, capitals
from summarizers.delta.promises import promise_evidence
from summarizers.types import Sentence

MONDAY, THURSDAY, NEXT_MONDAY = date(2031, 3, 3), date(2031, 3, 6), date(2031, 3, 10)


def note(text: str, published: date | None = MONDAY, before: Note | None = None) -> Note:
    return annotate_sentence(
        Sentence(text, "a", 1, 0, len(text)), before, published, None, capitals([f"x {text}"])
    )


def idf(_stem: str) -> float:
    return 2.0


def evidence(new: str, known: str, day: date | None = THURSDAY) -> dict[str, float]:
    return promise_evidence(note(new, day), note(known), idf)


ANNOUNCED = "The council will reopen the Oxton bridge on Thursday."


def test_every_measurement_carries_its_rooms_prefix_and_is_a_number():
    found = evidence("The Oxton bridge reopened.", ANNOUNCED)
    assert all(name.startswith("p_") and isfinite(value) for name, value in found.items())


def test_a_report_covers_what_was_announced_and_a_stranger_does_not():
    report = evidence("The Oxton bridge was reopened on Thursday.", ANNOUNCED)
    stranger = evidence("Rain fell over the southern hills.", ANNOUNCED)
    assert report["p_cover"] > 0.5 > stranger["p_cover"]
    assert report["p_settles"] > stranger["p_settles"]


def test_words_ahead_then_and_past_now_are_told_apart_from_words_ahead_twice():
    report = evidence("The council reopened the Oxton bridge.", ANNOUNCED)
    again = evidence("The council will reopen the Oxton bridge soon.", ANNOUNCED)
    assert report["p_ahead_past"] > again["p_ahead_past"]
    assert report["p_ahead_not"] > again["p_ahead_not"]
    assert again["p_ahead_ahead"] > report["p_ahead_ahead"]


def test_the_event_is_found_again_by_its_root():
    assert evidence("The club announced the departure.", "The coach will depart in May.")["p_head_now"] > 0.9


def test_the_event_is_found_again_by_its_class():
    found = evidence("Brell and Harlan spoke for an hour.", "Brell is to hold a conversation with Harlan.")
    assert found["p_class_past"] == 1.0


def test_a_light_verb_does_not_hide_the_event():
    found = evidence("Brell visited Oxton.", "Brell will make her first trip to Oxton.")
    assert found["p_class_past"] == 1.0


def test_an_outcome_settles_its_event():
    assert evidence("The bill was vetoed.", "The senate will vote on the bill.")["p_class_outcome"] == 1.0


def test_the_announced_weekday_is_the_next_one_and_the_reported_the_last_one():
    found = evidence("The bridge reopened on Thursday.", ANNOUNCED, NEXT_MONDAY)
    assert (found["p_day_same"], found["p_day_over"], found["p_day_ahead"]) == (1.0, 1.0, 0.0)


def test_the_day_of_the_article_may_be_the_announced_one():
    on_the_day = evidence("The bridge reopened.", ANNOUNCED, THURSDAY)
    before = evidence("The bridge was painted.", ANNOUNCED, date(2031, 3, 4))
    assert (on_the_day["p_day_is_article"], before["p_day_is_article"], before["p_day_ahead"]) == (
        1.0,
        0.0,
        1.0,
    )


def test_without_publish_dates_only_weekdays_are_compared():
    found = promise_evidence(note("It reopened on Thursday.", None), note(ANNOUNCED, None), idf)
    assert (found["p_day_named"], found["p_weekday_same"]) == (0.0, 1.0)


def test_an_event_before_the_announcement_is_no_fulfilment():
    assert evidence("The bridge closed last week.", ANNOUNCED, date(2031, 3, 4))["p_day_before"] == 1.0


def test_a_failure_is_measured_beside_what_was_announced():
    failed = evidence("The reopening of the Oxton bridge was called off.", ANNOUNCED)
    other = evidence("The cup final in Harlow was called off.", ANNOUNCED)
    assert failed["p_failed"] == other["p_failed"] == 1.0
    assert failed["p_failed_cover"] > other["p_failed_cover"]
    assert failed["p_failed_head"] > other["p_failed_head"]


def test_a_failure_by_the_announced_plan_breaks_it_more_than_one_elsewhere():
    failed = evidence("The reopening of the Oxton bridge was called off.", ANNOUNCED)
    other = evidence("The cup final in Harlow was called off.", ANNOUNCED)
    assert failed["p_breaks"] > other["p_breaks"]


def test_a_plan_denied_and_then_carried_out_is_a_reversal():
    denied = "The council will not reopen the Oxton bridge."
    assert evidence("The council reopened the Oxton bridge.", denied)["p_reversed"] > 0
    assert evidence("The council reopened the Oxton bridge.", ANNOUNCED)["p_reversed"] == 0


def test_a_refusal_after_an_acceptance_needs_a_shared_name():
    accepted = "The Harlan union accepted the wage offer."
    shared = evidence("The Harlan union rejected the wage offer.", accepted)
    strangers = evidence("The Corvo group rejected the wage offer.", accepted)
    assert shared["p_refused_accepted"] == 1.0
    assert strangers["p_refused_accepted"] == strangers["p_refused_accepted_matter"] == 0.0


def test_a_denial_is_measured_by_its_object():
    found = evidence("The firm denied that the mine had leaked.", "The mine leaked for a week, divers found.")
    other = evidence("The firm denied that it owed taxes.", "The mine leaked for a week, divers found.")
    assert found["p_denied_cover"] > other["p_denied_cover"]


def test_what_the_attribution_says_is_not_taken_for_the_event():
    found = evidence("The tower fell, the council said.", ANNOUNCED)
    assert found["p_cover"] == 0.0


def test_the_sentence_before_helps_to_cover():
    before = note("The Oxton bridge had been shut for a year.", THURSDAY)
    new = note("It reopened at noon.", THURSDAY, before)
    found = promise_evidence(new, note(ANNOUNCED), idf)
    assert found["p_cover_context"] > found["p_cover"]


def test_a_pronoun_that_announces_is_read_from_the_sentence_before():
    before = note("The Oxton council met its critics.")
    known = note("It will reopen the bridge on Thursday.", before=before)
    found = promise_evidence(note("The council reopened the bridge.", THURSDAY), known, idf)
    assert found["p_cover_agent"] > 0


def test_evidence_follows_the_idf_at_hand():
    new, known = note("The bridge reopened."), note(ANNOUNCED)
    plain = promise_evidence(new, known, idf)
    rare = promise_evidence(new, known, lambda stem: 9.0 if stem == "bridg" else 1.0)
    assert rare["p_cover"] > plain["p_cover"]
    assert promise_evidence(new, known, idf) == plain


TEXTS = st.text(max_size=120) | st.lists(
    st.sampled_from("will not said the bridge reopen vote on Thursday failed denied , . “ ”".split()),
    max_size=25,
).map(" ".join)


@given(new=TEXTS, known=TEXTS, dated=st.booleans())
def test_any_two_sentences_have_evidence(new, known, dated):
    day = THURSDAY if dated else None
    found = promise_evidence(note(new, day), note(known, day), idf)
    assert all(isinstance(value, float) and abs(value) < 1e6 for value in found.values())


@pytest.mark.parametrize("text", ["will meet " * 5_000, "failed, " * 5_000])
def test_long_sentences_end(text):
    assert promise_evidence(note(text), note(ANNOUNCED), idf)

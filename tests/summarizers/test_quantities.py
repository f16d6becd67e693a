"""Is a quantity a newer value of one told before: what pairs, what never does, and what is measured."""

from __future__ import annotations

from datetime import date
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.annotate import Note, annotate_sentence, capitals
from summarizers.delta.quantities import instances, quantity_evidence, reports_update
from summarizers.scorer import Weights, using
from summarizers.types import Sentence


def note(text: str, day: date | None = None) -> Note:
    return annotate_sentence(Sentence(text, "a", 1, 0, len(text)), None, day, None, capitals([text]))


def rare(stem: str) -> float:
    return 0.1 if len(stem) < 4 else 1.0


def pairs(
    known: str, new: str, days: tuple[date | None, date | None] = (None, None)
) -> list[tuple[str, str]]:
    found = instances(note(new, days[1]), note(known, days[0]), rare)
    return [(instance.old.text, instance.new.text) for instance in found]


def probability(known: str, new: str) -> float:
    with using(Weights({}, {}, {})):  # no model: by the rules alone
        return reports_update(note(new), note(known), rare)[0]


@pytest.mark.parametrize(
    ("known", "new", "wording"),
    [
        ("At least 12 miners died in the pit.", "The toll in the pit has risen to 19.", ("12", "19")),
        ("Thousands are feared dead in Ostrava.", "Some 40,000 people have died in Ostrava.", ("Thousands", "40,000")),
        ("The appeal has raised $3m so far.", "The appeal has raised $5m so far.", ("$3m", "$5m")),
        ("The pipe loses 1,000 barrels of oil a day.", "The pipe loses 90,000 gallons of oil a day.", ("1,000 barrels", "90,000 gallons")),
        ("The strike began with 40 drivers and 3 depots.", "The strike has spread to 90 drivers.", ("40", "90")),
    ],
)  # fmt: skip
def test_two_values_of_one_quantity_are_found_with_their_wording(
    known: str, new: str, wording: tuple[str, str]
) -> None:
    evidence, found = quantity_evidence(note(new), note(known), rare)
    assert found == wording
    assert evidence["q_any"] == 1.0
    assert 0.0 < evidence["q_probability"] < 1.0


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("The river is 40 km long.", "The bridge cost $90m."),
        ("The pipe loses 40 barrels a day.", "The pipe lost 90 barrels."),
        ("The pipe loses 40 barrels a day.", "The pipe loses 90 barrels a week."),
        ("They paid $40m for it.", "They paid £90m for it."),
        ("It fell by 40 percent.", "It killed 90 people."),
        ("It struck 40 km from the coast.", "It struck 90 km from the coast."),
        ("The call is at 10:00 EDT.", "The call is at 14:00 GMT."),
        ("In 1998 they met.", "In 2004 they met."),
        ("Shares fell 4 percent.", "Shares fell 7 percent."),
        ("The index rose 40 points to 11,200.", "The index rose 90 points to 11,900."),
        ("Some 40 soldiers were killed.", "Some 90 civilians were killed."),
        ("Some 40 people were killed.", "Some 90 soldiers were killed."),
        ("Some 40 children are ill.", "Some 90 people are ill."),
        ("In Ostrava 40 people died on Monday.", "In Ostrava 90 people died on Wednesday."),
        ("It has 40 rooms.", "It rose from 90 people."),
    ],
)
def test_other_kinds_units_rates_groups_days_and_places_never_pair(known: str, new: str) -> None:
    assert pairs(known, new) == []
    assert quantity_evidence(note(new), note(known), rare) == ({}, None)


def test_one_day_counts_pair_on_the_same_day_only() -> None:
    first, second = date(2024, 5, 8), date(2024, 5, 15)  # Wednesdays
    text = "In Ostrava 40 people died on Monday."
    later = "In Ostrava 90 people died on Monday."
    assert pairs(text, later, (first, first)) == [("40", "90")]
    assert pairs(text, later, (first, second)) == []


@pytest.mark.parametrize(
    ("known", "new"),
    [
        # An exchange of another size, between others.
        (
            "The two sides agreed to swap 1,000 detainees.",
            "They agreed on a swap of captives, nine for nine.",
        ),
        ("Millions have suffered in the war.", "Some 5,000 people are killed a week, he said."),
        ("The call lasted 90 minutes.", "The call lasted nearly an hour and a half."),
        ("The first call lasted 90 minutes.", "The second call also lasted about 90 minutes."),
        ("So far 400 people have died.", "So far 380 people have died."),
        ("So far 400 people have died.", "So far 400 people have died in the storm."),
        ("Some 40 people died.", "Some 900 people were injured."),
        ("Doctors counted 30 dead in the port and 12 dead in the hills.", "Doctors counted 42 dead in all."),
    ],
)
def test_what_is_no_newer_value_is_never_reported(known: str, new: str) -> None:
    assert probability(known, new) == 0.0


def test_a_higher_toll_of_one_event_is_likelier_an_update_than_another_events() -> None:
    known = "At least 12 miners have died in the flooded pit at Karviny, the mayor said."
    newer = "At least 19 miners have died in the flooded pit at Karviny, the mayor said."
    other = "A crash on a road near Lublin killed 19 people including a nurse."
    assert probability(known, newer) > 0.5 > probability(known, other)


def test_a_value_higher_than_the_one_reported_is_a_change_though_no_number_is_given() -> None:
    evidence, _ = quantity_evidence(
        note("The cost is already higher than the $40m reported."), note("The cost has reached $40m."), rare
    )
    assert evidence["q_equal"] == 0.0
    assert evidence["q_ratio"] > 0.0


def test_durations_of_one_kind_of_event_are_told_from_others() -> None:
    talk, call = note("They held a 90-minute conversation."), note("A two‑hour call followed.")
    march = note("A two-hour march followed.")
    assert quantity_evidence(call, talk, rare)[0]["q_event_same"] == 1.0
    assert quantity_evidence(march, talk, rare)[0]["q_event_same"] == 0.0


def test_sentences_without_quantities_have_no_evidence() -> None:
    assert quantity_evidence(note("Nothing is known."), note("Some 40 people died."), rare) == ({}, None)


@given(st.lists(st.sampled_from(
    "40 of 3% $5m dozens half people killed a day on Monday more than the to , and Ostrava thousands km -".split()
), max_size=25).map(" ".join), st.text(max_size=60))  # fmt: skip
def test_evidence_is_finite_and_the_same_each_time_for_any_text(known: str, new: str) -> None:
    for a, b in ((known, new), (known, known), (new, known)):
        evidence, wording = quantity_evidence(note(b), note(a), rare)
        assert all(isfinite(value) for value in evidence.values())
        assert (wording is None) == (not evidence)
        assert quantity_evidence(note(b), note(a), rare) == (evidence, wording)


@given(st.sampled_from(["Some 40 people died.", "It paid $5m to 30 towns.", "Dozens fled, 3 of them hurt."]))
def test_a_sentence_is_no_update_of_itself(text: str) -> None:
    evidence, _ = quantity_evidence(note(text), note(text), rare)
    assert evidence["q_equals_share"] == 1.0
    single = [i for i in instances(note(text), note(text), rare) if i.old == i.new]
    assert single
    assert all(i.evidence["q_equal"] for i in single)

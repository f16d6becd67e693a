"""Leaning: which sentences cannot stand alone, what they need, and whom a pronoun means, if that is sure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizers import Article, clean
from summarizers.people import people, speaker, tells_of_unnamed
from summarizers.references import Leaning, leaning, leaning_features, leans_by_cues
from summarizers.scorer import Weights, using

BARE = Weights(models={}, thresholds={}, about={})


def leanings(*paragraphs: str) -> tuple[Leaning, ...]:
    return leaning(clean(Article(id="x", text="\n".join(paragraphs))))


OPENING = "Mayor Ada Roe closed the bridge of Tarnvik on Monday."
NEXT = [
    "She said that the northern pillar was cracked.",
    "They will come back in June.",
    "This adds to the cost of the winter.",
    "Those talks had failed before.",
    "But it will open again in June.",
    "“We have no choice,” she said.",
    "“The ice has done it all.”",
    "The decision is a blow to the island.",
]


@pytest.mark.parametrize("text", NEXT)
@pytest.mark.parametrize("shipped", [True, False])
def test_a_sentence_that_points_back_leans_on_the_one_before(text, shipped):
    if shipped:
        found = leanings(OPENING, text)
    else:
        with using(BARE):
            found = leanings(OPENING, text)
    assert [each.leans for each in found] == [False, True]
    assert found[1].needs == (0,)


@pytest.mark.parametrize(
    "text",
    [
        "Shopkeepers on Skarv fear for the summer season, Jan Lind of the island council told Radio Tarnvik.",
        "Tarnvik Harbour made a profit of 3 million crowns in 2019.",
        "“We have no choice,” Mayor Ada Roe told Radio Tarnvik on Tuesday.",
    ],
)
def test_a_sentence_that_names_its_people_stands_alone(text):
    with using(BARE):
        assert not leanings(OPENING, text)[1].leans


def test_the_first_sentence_leans_only_by_a_pronoun():
    with using(BARE):
        assert not leanings("The decision is a blow to the island.")[0].leans
        assert leanings("He said no.")[0].leans


def test_one_walks_back_to_the_nearest_sentence_that_stands():
    with using(BARE):
        found = leanings(OPENING, "Jan Lind runs the ferry.", "He said it was full.", "It will sail at noon.")
    assert found[3].needs == (1, 2)


def test_one_walks_back_three_sentences_at_most():
    with using(BARE):
        found = leanings(OPENING, *["It will sail at noon."] * 5)
    assert found[5].needs == (2, 3, 4)


def test_a_quotation_that_stays_open_takes_its_end_along():
    with using(BARE):
        found = leanings(OPENING, "“We have no choice. The ice has done it.”")
    assert found[1].leans
    assert found[1].needs == (0, 2)


def test_a_line_that_may_not_be_quoted_is_not_shown_as_context():
    with using(BARE):
        found = leanings(
            OPENING,
            "Repairs begin in June, and Jan Lind and the others will pay for it until the work on it is done",
            "It will cost much.",
        )
    assert found[2].needs == (0,)


@pytest.mark.parametrize(
    ("before", "text", "name"),
    [
        ("Mayor Ada Roe closed the bridge on Monday.", "She said that the pillar was cracked.", "Ada Roe"),
        ("Mr Lind sold the ferry.", "His offer was the best.", "Lind"),
        ("Norwegian Prime Minister Ada Roe said it was late.", "“We must act now,” she said.", "Ada Roe"),
        ("“We have no choice,” said Jan Lind.", "“I will sell the ferry.”", "Jan Lind"),
        ("Mayor Ada Roe met Mr Lind on Monday.", "She said that the pillar was cracked.", None),
        ("Mr Lind sold the ferry.", "She said that it was old.", None),
        ("A spokesman said Mr Lind had sold the ferry.", "He said that it was old.", None),
        ("The ferry was sold on Monday.", "He said that it was old.", None),
        ("Roe praised Lind on Monday.", "He said that it was late.", None),
        ("Tarnvik Harbour Company sold the ferry.", "He said that it was late.", None),
    ],
)
def test_a_name_is_given_only_where_one_person_can_be_meant(before, text, name):
    with using(BARE):
        assert leanings(before, text)[1].refers_to == name


def test_a_chain_of_pronouns_keeps_its_person():
    with using(BARE):
        found = leanings(
            "Mayor Ada Roe closed the bridge.", "She said that it was cracked.", "She will speak again."
        )
    assert [each.refers_to for each in found] == [None, "Ada Roe", "Ada Roe"]


def test_people_are_told_from_places_houses_and_companies():
    assert [
        p.name
        for p in people("Mr Lind of the White House met Ada Roe, a lawyer, in Oslo on Monday.")
        if p.sure
    ] == ["Lind", "Ada Roe"]


def test_a_title_is_no_part_of_the_name_unless_it_is_the_name():
    assert [p.name for p in people("Foreign Minister Jan Lind spoke.")] == ["Jan Lind"]
    assert [p.name for p in people("Ann King spoke.")] == ["Ann King"]


def test_a_speaker_is_the_one_who_says_it():
    assert speaker("“No,” said Jan Lind, a farmer.") == "Jan Lind"
    assert speaker("“No,” said Jan Lind, and Ada Roe added: “Never.”") is None
    assert tells_of_unnamed("A young woman said no.")


def test_leanings_are_computed_once_for_each_set_of_weights():
    document = clean(Article(id="x", text=OPENING))
    assert leaning(document) is leaning(document)
    with using(BARE):
        other = leaning(document)
    assert other is not leaning(document)


def test_features_know_the_opening_and_the_open_quotation():
    features = leaning_features(
        "It will sink,” he said.", "“The ferry is old.", "", first=False, first_in_paragraph=False
    )
    assert features["opens_it"] == features["before_open"] == features["said_by_pronoun"] == 1.0
    assert leans_by_cues(features)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60) | st.sampled_from([OPENING, *NEXT]), max_size=8))
def test_needs_lie_inside_the_document_and_never_hold_the_sentence_itself(paragraphs):
    found = leanings(*paragraphs)
    for i, each in enumerate(found):
        assert 0.0 <= each.probability <= 1.0
        assert list(each.needs) == sorted(set(each.needs) - {i})
        assert all(0 <= at < len(found) for at in each.needs)
        assert each.leans or not each.needs


@pytest.mark.parametrize("text", ["A" * 10**6, "Aa Bb " * 10**5, '"' * 10**5, "He said. " * 3_000])
def test_hostile_texts_end(text):
    document = clean(Article(id="hostile", text=text))
    assert len(leaning(document)) == len(document.sentences)

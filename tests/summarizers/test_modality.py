"""The mood of a sentence: what it plans, denies, hedges, and who says so. The texts are invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizers.modality import STATUSES, Mood, happened, read_mood, status, word_evidence
from summarizers.scorer import read_weights, using
from summarizers.words import tokens

NO_WEIGHTS = read_weights("{}")


def mood(text: str) -> Mood:
    return read_mood(text, tokens(text))


def future_of(text: str, word: str) -> float:
    words = tokens(text)
    return next(weight for w, weight in zip(words, mood(text).future, strict=True) if w.folded == word)


def past_of(text: str, word: str) -> float:
    words = tokens(text)
    return next(weight for w, weight in zip(words, mood(text).past, strict=True) if w.folded == word)


@pytest.mark.parametrize(
    "text",
    [
        "The council will reopen the bridge on Friday.",
        "Ada Brell is to visit Oxton next week.",
        "The trial is due to begin in March.",
        "The firm plans to close two mines.",
        "Both sides agreed to meet again.",
        "The upcoming vote divides the town.",
        "They're now scheduled to sail at noon.",
    ],
)
def test_an_announcement_is_planned(text):
    assert "planned" in mood(text).flags


@pytest.mark.parametrize(
    "text",
    [
        "The council reopened the bridge on Friday.",
        "We will never surrender.",
        "The union will continue its fight.",
        "The goal is to win.",
        "The mine is no longer open.",
        "The road was closed due to the snow.",
        "Lee Dann agreed to the plan.",
        "The minister did not say whether he will resign.",
        "It is going to plan.",
    ],
)
def test_reports_vows_goals_and_causes_are_no_announcements(text):
    assert "planned" not in mood(text).flags


def test_planning_cues_have_three_strengths():
    strong = future_of("The firm will sell the mine.", "sell")
    medium = future_of("The firm would sell the mine.", "sell")
    weak = future_of("The firm may sell the mine.", "sell")
    assert (strong, medium, weak) == (1.0, 0.6, 0.35)


def test_the_future_fades_with_each_word_and_falls_at_a_border():
    text = "The firm will sell the old mine but workers protest."
    assert future_of(text, "sell") > future_of(text, "mine") > 2 * future_of(text, "workers") > 0


def test_the_planned_stretch_ends_before_what_is_told_beside_it():
    text = "The firm will sell the mine after workers walked out."
    assert [text[start:end] for start, end in mood(text).planned_at] == ["will sell the mine"]


def test_past_forms_weigh_more_than_ing_forms_and_future_ones_nothing():
    assert past_of("Workers walked out.", "walked") == 1.0
    assert past_of("Workers walking out sang.", "walking") == 0.4
    assert past_of("Workers will be released.", "released") < 0.1


def test_what_has_begun_is_no_plan_and_an_event_that_was_held_is_past():
    assert future_of("The firm began to sell the mine.", "sell") == 0
    assert past_of("The firm began to sell the mine.", "sell") > 0.5
    assert past_of("The town held a vote.", "vote") > 0.5
    assert past_of("The vote divides the town.", "vote") == 0


def test_a_noun_of_an_event_is_past_after_following():
    assert past_of("Following the vote, crowds cheered.", "vote") > 0.5


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("The talks failed.", "failed"),
        ("The match was called off.", "failed"),
        ("The mayor denied the report.", "denied"),
        ("There is no evidence of a leak.", "denied"),
        ("The union rejected the offer.", "refused"),
        ("The board has yet to decide.", "refused"),
        ("The union accepted the offer.", "accepted"),
        ("The tower may fall.", "hedged"),
        ("If it rains, the match moves.", "conditional"),
        ("The tower did not fall.", "negated"),
        ("We won't go.", "vow"),
        ("Will it rain?", "question"),
        ("“We are done.”", "quoted"),
        ("The mayor said it rained.", "reported"),
    ],
)
def test_what_the_cues_say_is_flagged(text, flag):
    assert flag in mood(text).flags


def test_cues_inside_a_quotation_do_not_flag_the_sentence():
    assert "denied" not in mood('"I deny it," the mayor said.').flags
    assert "refused" not in mood("“They refused,” the mayor said.").flags


def test_a_quotation_that_only_closes_was_open_from_the_start():
    assert mood("and we go,” she said.").quoted == (True, True, True, False, False)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The mayor of Oxton, Ada Brell, said on Monday that the bridge would reopen.", "Ada Brell"),
        ('"We are ready," said Tom Harlan, the club\'s coach.', "Tom Harlan"),
        ("According to the Port Authority, three ships left.", "the Port Authority"),
        ("Ada Brell told reporters the vote will take place on Friday.", "Ada Brell"),
        ("Police say two men were arrested.", "Police"),
        ("Yusuf Karim, who leads the party, said the talks failed.", "Yusuf Karim"),
        ("Three ships left, officials said.", "officials"),
        (
            "Three ships left, an official in the harbour office said on Tuesday.",
            "an official in the harbour office",
        ),
        ("In a statement, the ministry said it had no comment.", "the ministry"),
        ("Yu and Soni say the dose is small.", "Yu and Soni"),
        ("Brell, 54, said yes.", "Brell"),
        ("Oxton will be shut out by the league and has said it will not play.", None),
        ("The minister, speaking in Oxton, said the plan was dead.", "The minister"),
    ],
)
def test_the_speaker_is_named_in_the_words_of_the_sentence(text, speaker):
    assert mood(text).speaker == speaker


@pytest.mark.parametrize(
    "text",
    [
        "“We are ready,” she said.",
        "He said Brell was ill.",
        "Officials reported 15 deaths.",
        "The company announced a merger.",
        "Amid reports of looting, shops closed.",
        "The bridge reopened.",
    ],
)
def test_a_pronoun_or_a_deed_has_no_speaker(text):
    assert mood(text).speaker is None


def test_the_attribution_and_the_dateline_are_not_asserted():
    text = "OXTON (Wire) - The bridge reopened, officials said."
    words = tokens(text)
    kept = [w.folded for w, here in zip(words, mood(text).asserted, strict=True) if here]
    assert kept == ["the", "bridge", "reopened"]


def test_without_weights_the_strongest_cue_gives_the_status():
    def best(text: str) -> str:
        with using(NO_WEIGHTS):
            found = status(mood(text))
        return max(found, key=lambda name: found[name])

    assert best("The bridge reopened on Friday.") == "happened"
    assert best("The bridge will reopen on Friday.") == "planned"
    assert best("The mayor denied the report.") == "denied"
    assert best("The tower may fall.") == "uncertain"
    assert best("Will it rain?") == "opinion"


def test_the_status_follows_the_weights_in_force():
    model = {"classes": list(STATUSES), "features": ["future"], "parts": [
        {"kind": "linear", "mean": [0], "scale": [1], "weights": [[0], [50], [0], [0], [0], [0]], "bias": [1, 0, 0, 0, 0, 0]}
    ]}  # fmt: skip
    planned = mood("The bridge will reopen on Friday.")
    with using(read_weights(json.dumps({"models": {"status": model}}))):
        found = status(planned)
    assert max(found, key=lambda name: found[name]) == "planned"
    with using(NO_WEIGHTS):
        assert status(planned) != found


def test_the_statuses_are_a_distribution():
    with using(NO_WEIGHTS):
        assert sum(status(mood("The bridge reopened.")).values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "word", "done"),
    [
        ("The bridge reopened on Friday.", "reopened", True),
        ("The bridge will reopen on Friday.", "reopen", False),
        ("The firm did not pay.", "pay", False),
        ("The firm plans to pay.", "pay", False),
    ],
)
def test_an_event_word_under_a_cue_has_not_happened(text, word, done):
    words = tokens(text)
    index = next(i for i, w in enumerate(words) if w.folded == word)
    with using(NO_WEIGHTS):
        assert (happened(words, mood(text), index) > 0.5) is done


@given(
    st.text(alphabet=st.sampled_from("ab “”\"'.,?will said not the Ålß 12 مرحبا —"), max_size=200)
    | st.text(max_size=200)
)
def test_any_text_has_a_mood_aligned_with_its_words(text):
    words = tokens(text)
    found = read_mood(text, words)
    if not words:
        assert found == Mood()
        return
    assert {len(found.future), len(found.past), len(found.quoted), len(found.asserted)} == {len(words)}
    assert all(0 <= weight <= 1 for weight in found.future + found.past)
    assert all(0 <= start < end <= len(text) for start, end in found.planned_at)
    assert found.speaker is None or found.speaker in text
    assert any(found.asserted)
    assert word_evidence(words, found, len(words) - 1)["place"] < 1


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "will " * 20_000, "” " * 20_000 + "a", 'a "' * 20_000, "he said " * 20_000]
)
def test_hostile_lengths_end(text):
    assert len(mood(text).future) == len(tokens(text))

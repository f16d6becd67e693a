"""The seventeen traps: wrong digests that a naive reader of the news would make, each on a text that invites it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from summarizers import (
    Article,
    Delta,
    Story,
    Update,
    build_timeline,
    clean,
    compare,
    compose,
    find,
    group_stories,
    summarize,
)
from summarizers.dates import date_documents
from summarizers.digest import quotations
from summarizers.types import Document

SAID_AGAIN = {"unchanged", "corroborated"}
DISAGREE = {"conflict", "differs"}
SETTLED = {"announced_happened", "announced_not_happened"}


def article(name: str, *paragraphs: str, source: str | None = None) -> Document:
    return clean(Article(name, "\n\n".join(paragraphs), source=source))


def labels(update: Update) -> set[str]:
    return {label for label in (update.label, update.also) if label}


def line(delta: Delta, beginning: str) -> Update:
    """The update whose sentence begins so."""
    return next(update for update in delta.updates if update.sentences[0].text.startswith(beginning))


def links(updates: Iterable[Update], among: set[str]) -> set[tuple[str, str]]:
    """(new sentence, earlier sentence) of the updates that bear one of the labels."""
    found = set()
    for update in updates:
        for label, prior in ((update.label, update.prior), (update.also, update.also_prior)):
            if label in among:
                found |= {(update.sentences[0].text, sentence.text) for sentence in prior}
    return found


def shown(delta: Delta) -> str:
    """All that a digest quotes, shown or held back for more."""
    return "\n".join(quotation.text for quotation in quotations(compose(delta)))


STRIKE = article(
    "strike",
    "Miners at the Corran copper mine walked out on Monday after their pay was cut by a tenth.",
    "The union chief Rosa Quill said no ore would leave the pits until the cut is taken back.",
)
PREVIEW = article(
    "preview",
    "Mine owner Halvard Steen is set to meet union chief Rosa Quill on Thursday for talks aimed at ending the strike at "
    "the Corran copper mine. Planned for noon at the Ebba town hall, the meeting is expected to focus on a new wage deal.",
    "“It will be a great day, a deal will be signed, and this strike will end,” Steen wrote on his website on Sunday.",
    "Miners have been on strike at Corran since their pay was cut in April.",
)


# T1
@pytest.mark.parametrize("known", [[], [STRIKE]], ids=["story unknown", "story known"])
def test_a_preview_is_never_told_as_a_result(known):
    delta = compare(known, PREVIEW)
    assert not links(delta.updates, SETTLED)
    assert line(delta, "Mine owner Halvard Steen is set").label == "announced_new"
    predicted = line(delta, "“It will be a great day")
    assert not labels(predicted) & (SETTLED | SAID_AGAIN | {"changed_figure"})
    assert predicted.sentences[0].text.endswith("Steen wrote on his website on Sunday.")


def test_a_preview_answers_no_question_about_the_result():
    assert find("Was a wage deal signed at Corran?", PREVIEW).abstained


def test_a_preview_stands_in_a_timeline_as_announced():
    document = clean(Article("preview", PREVIEW.article.text, published=date(2031, 5, 6)))
    events = build_timeline(Story("s", "", (document,))).events
    ahead = [e for e in events for s in e.sentences if s.text.startswith(("Mine owner", "“It will"))]
    assert all(event.provenance == "announced" for event in ahead)


# T2
def test_counts_of_different_exchanges_are_no_changed_figure():
    hostages = article(
        "hostages",
        "The two clans agreed on Friday to a large hostage exchange involving 800 villagers, the first between Orrin and "
        "Vessa in six years.",
    )
    swap = article(
        "swap",
        "Vessa released the Tarnish teacher Ada Roe, of Port Ebba, in a hostage swap with the island state of Tarn.",
    )
    seven = article(
        "seven",
        "The two chiefs also discussed another hostage exchange, with “another such exchange of seven for seven people” "
        "being “worked out.”",
    )
    for known, new in (([swap, hostages], seven), ([swap], hostages), ([hostages], swap)):
        assert not links(compare(known, new).updates, {"changed_figure", "conflict"})


# T3
def test_a_claim_of_all_the_dead_and_a_weekly_toll_are_no_changed_figure():
    claim = article(
        "claim", "“Millions of people have died of this fever, and it must end,” Minister Ilse Maran said."
    )
    toll = article(
        "toll",
        "With the toll mounting — reportedly over 4,000 patients a week — pressure is building on the ministry to act.",
    )
    for known, new in ((claim, toll), (toll, claim)):
        assert not links(compare(known, new).updates, {"changed_figure", "conflict"})


# T4
def test_one_length_in_two_wordings_is_no_disagreement():
    minutes = "The two mayors held a 90-minute conversation over the phone on Wednesday."
    hours = "Mayor Lind and Mayor Okoro spoke for nearly an hour and a half, the town hall of Tarnvik said."
    together = compare([], article("both", minutes, hours)).updates
    apart = compare(article("one", minutes), article("two", hours)).updates
    for updates in (together, apart):
        assert not any(labels(update) & (DISAGREE | {"changed_figure"}) for update in updates)


# T5
def test_a_second_event_of_equal_length_is_not_merged_with_the_first():
    first = article(
        "first",
        "Governor Mara Tolen spoke to rebel leader Idris Kahn to begin talks on the siege of Belmar.",
        "The two leaders held a 90-minute conversation over the phone on Wednesday.",
    )
    second = article(
        "second",
        "Governor Mara Tolen spoke with rebel leader Idris Kahn on Friday over the phone and discussed food for Belmar.",
        "The phone call lasted about 90 minutes.",
    )
    delta = compare(first, second)
    assert not labels(line(delta, "The phone call lasted")) & SAID_AGAIN
    assert not labels(line(delta, "Governor Mara Tolen spoke with")) & SAID_AGAIN


def test_a_second_event_told_word_for_word_as_the_first_is_another_event():
    length = "The phone call lasted about 90 minutes."
    first = article("first", "Governor Mara Tolen spoke to rebel leader Idris Kahn on Wednesday.", length)
    second = article("second", "Governor Mara Tolen spoke with rebel leader Idris Kahn on Friday.", length)
    assert not labels(line(compare(first, second), "The phone call lasted")) & SAID_AGAIN


# T6
def test_a_time_of_day_and_a_clock_time_elsewhere_are_no_disagreement():
    planned = article(
        "planned",
        "Finance ministers Lena Brandt and Paulo Reis are set to speak on Monday about the frozen loan.",
        "Scheduled for 9:00 a.m. EST (14:00 GMT), the call is expected to focus on the interest of the loan.",
    )
    told = article(
        "told",
        "Lena Brandt and Paulo Reis held a frank two-hour phone call on Monday afternoon about the frozen loan.",
    )
    delta = compare(planned, told)
    assert not any(labels(update) & (DISAGREE | {"changed_figure"}) for update in delta.updates)


# T7
def test_a_later_call_does_not_keep_an_older_promise_of_another_call():
    february = article(
        "february",
        "Chancellor Edda Frey spoke to Prince Olan of Marrow about the closed border.",
        "The chancellor said her next call is with the Dunmore premier Viktor Hale.",
    )
    may = article(
        "may",
        "Chancellor Edda Frey is set to speak with Prince Olan on Monday about the closed border.",
        "Following her call with Olan, Frey plans to speak with Dunmore premier Viktor Hale and several island governors.",
    )
    report = article(
        "report",
        "Chancellor Edda Frey and Prince Olan spoke for two hours on Monday and did not open the border.",
        "In his own remarks, Hale confirmed he spoke to Frey both before and after the Olan conversation.",
    )
    kept = links(compare([february, may], report).updates, SETTLED)
    assert not [earlier for _, earlier in kept if earlier.startswith("The chancellor said her next call")]


# T8
CAPTIONED = article(
    "captioned",
    "Striker Leo Varga will discuss his transfer by phone with Torwald president Nils Aker, the club said on Tuesday.",
    "The two have never agreed on a fee, and the window closes in nine days.",
    "Leo Varga and Torwald president Nils Aker shake hands as they meet in Lisbon in June 2024",
    "Varga has scored 31 goals this season for Mirande, who want to keep him.",
    "Aker said that the club would not pay more than 40 million euros.",
)


def test_a_picture_of_an_older_meeting_is_never_told_as_a_meeting():
    assert "shake hands" not in shown(compare([], CAPTIONED))
    assert "shake hands" not in "".join(s.text for s in summarize(CAPTIONED, sentences=9).sentences)
    answer = find("Did Leo Varga and Nils Aker meet in person?", CAPTIONED)
    assert not any("shake hands" in sentence.text for sentence in (*answer.sentences, *answer.closest))


# T9
def test_links_and_captions_date_no_article():
    linked = article(
        "linked",
        "Leo Varga signed for Torwald on Tuesday after nine days of talks.",
        "Also read",
        "- How the winter window of December 2029 broke all records",
        "- The ten best goals of Christmas Day 2028",
        "Varga and Torwald president Nils Aker as they meet in Lisbon in June 2024",
        "The club said that Varga would play his first match in a week.",
    )
    dating = date_documents([linked])["linked"]
    assert (dating.day, dating.provenance) == (None, "order only")
    assert not any(event.date for event in build_timeline(Story("s", "", (linked,))).events)


# T10
def test_the_teaser_of_another_article_is_no_part_of_the_story():
    teased = article(
        "teased",
        "The central bank of Orrin raised its rate to 6 percent on Thursday, the third rise this year.",
        "Governor Hanna Voss said that prices were still climbing too fast.",
        "[…] but have not found the cause. The fire at the mint came only hours before the central bank of Orrin was to "
        "decide on its rate, which put “the whole market” in […]",
    )
    assert "fire at the mint" not in shown(compare([], teased))
    assert find("What burned at the mint?", teased).abstained
    assert not any("mint" in sentence.text for sentence in summarize(teased, sentences=9).sentences)


# T11
def test_a_person_under_another_name_is_no_other_story():
    named = article(
        "named",
        "Admiral Petra Lang and President Goran Miklos of Sarn held a call on Monday about the grain blockade of Halden.",
        "Lang said that Miklos would let two grain ships leave Halden, though he rejected an end to the blockade.",
        "The blockade of Halden has kept grain from the market since August.",
    )
    unnamed = article(
        "unnamed",
        "Admiral Petra Lang and the Sarn strongman held a candid call on Monday about the grain blockade of Halden.",
        "Lang said that grain ships would leave Halden at once as the strongman gave way on the blockade.",
        "The Sarn strongman has kept grain in Halden since August.",
    )
    other = article(
        "other",
        "A tram left its rails near the Tarnvik opera on Sunday and hit a kiosk.",
        "The driver of the tram was treated for a broken arm, Tarnvik police said.",
    )
    groups = sorted(sorted(d.id for d in story.documents) for story in group_stories([named, unnamed, other]))
    assert groups == [["named", "unnamed"], ["other"]]


# T12
def test_a_weekday_that_nothing_proves_gets_no_calendar_date():
    documents = [
        article("one", "The ferry Alma is to sail again on Monday, the harbour board of Tarnvik said."),
        article("two", "The ferry Alma sailed on Monday with 40 passengers after a week in dock."),
    ]
    datings = date_documents(documents)
    assert [(d.day, d.weekday, d.provenance) for d in datings.values()] == [(None, 0, "order only")] * 2
    timeline = build_timeline(Story("s", "", tuple(documents)))
    assert [event.date for event in timeline.events] == [None] * len(timeline.events)


# T13
CLAIMS = (
    ("Orrin claimed it had taken control of two hill towns in the Vessa valley.", "Orrin claimed"),
    (
        "Vessa reported that 112 rockets were fired overnight, of which 76 were brought down.",
        "Vessa reported",
    ),
    ("The Bishop of Tarn has reportedly offered his palace as a place for talks.", "reportedly"),
)


def test_a_claim_is_never_shown_without_its_claimant():
    document = article(
        "war", "Fighting went on in the hills of Vessa on Tuesday.", *(text for text, _ in CLAIMS)
    )
    for thing in (
        compare([], document),
        summarize(document, sentences=9),
        find("What did Orrin claim?", document),
    ):
        for quotation in quotations(compose(thing)):
            for text, claimant in CLAIMS:
                if quotation.text[:30] in text or text[-30:] in quotation.text:
                    assert claimant in quotation.text


def test_a_leaning_claim_comes_with_the_sentence_that_names_its_claimant():
    document = article(
        "claim",
        "General Idris Kahn spoke to reporters in Belmar on Tuesday.",
        "He said that his men had taken two bridges and lost nobody.",
    )
    claim = line(compare([], document), "He said")
    assert claim.context == document.sentences[:1] or claim.speaker == "Idris Kahn"


# T14
def test_silence_never_says_that_a_plan_did_not_come_about():
    silent = article(
        "silent",
        "Corran copper traded at its highest price in nine years on Friday as stocks in the ports ran low.",
        "Traders in Ebba said that buyers had turned to mines in the north.",
    )
    delta = compare([STRIKE, PREVIEW], silent)
    assert not links(delta.updates, SETTLED)
    assert not any(labels(update) & SETTLED for update in delta.updates)
    assert any(sentence.text.startswith("Mine owner Halvard Steen is set") for sentence in delta.open)


# T15
def test_a_body_that_stands_twice_weighs_and_is_shown_once():
    body = [paragraph.text for paragraph in PREVIEW.paragraphs]
    once, twice = article("body", *body), article("body", *body, *body)
    first, second = compare(STRIKE, once), compare(STRIKE, twice)
    assert [(u.label, u.sentences, u.score) for u in second.updates] == [
        (u.label, u.sentences, u.score) for u in first.updates
    ]
    assert summarize(twice, sentences=3).sentences == summarize(once, sentences=3).sentences
    told = [update.sentences[0].text for update in second.updates]
    assert len(told) == len(set(told))


# T16
def test_talks_of_other_parties_are_not_the_talks_that_were_announced():
    announced = article(
        "announced",
        "Premier Anna Holt of Dunmore spoke to Prince Olan of Marrow about the border.",
        "Additionally, Holt announced that negotiations by their respective teams would start at once.",
    )
    others = article(
        "others",
        "Long-stalled direct talks between Sarn and the rebels of Belmar resumed in Lisbon on Friday.",
        "The rebels of Belmar and Sarn started negotiations after the prince of Sarn gave way.",
    )
    assert not any(labels(update) & SETTLED for update in compare(announced, others).updates)


# T17
def test_two_remarks_to_one_station_are_two_remarks():
    monday = article(
        "monday",
        "Coach Bruno Salt suggested the club “may be sold someday” during an interview with Radio Nord, aired Monday.",
    )
    friday = article(
        "friday",
        "“Nothing happens until the owner and I sit down,” Coach Bruno Salt told Radio Nord on Friday.",
    )
    for known, new in ((monday, friday), (friday, monday)):
        (update,) = compare(known, new).updates
        assert labels(update) == {"new"}

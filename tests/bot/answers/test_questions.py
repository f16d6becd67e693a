"""Questions: the sentences that answer, each event apart; or that none does, with the closest lines."""

from dataclasses import replace

import pytest

from bot.commands import Ask
from bot.phrases import phrase
from tests.bot.answers.world import IN_CHANNEL, LOCK, lines, texts

COST = LOCK["friday"][1]


@pytest.fixture
def storms(world):
    monday = world.now.date()
    world.put(
        "spring", "The storm over Haverby lasted nine hours on Monday.", story="storm", published=monday
    )
    world.put(
        "summer",
        "The storm over Haverby lasted four hours on Tuesday.",
        "Nobody was hurt by it, the fire chief Olaf Renn said.",
        story="storm",
        published=monday.replace(month=7),
    )
    return world


def test_an_answer_keeps_events_apart_and_says_when_each_was(storms):
    reply = storms.say("how long was the storm?")
    assert {section.heading: section.lines[0].quotations[0].text for section in reply.sections} == {
        "5 May 2031 (by the publish date)": "The storm over Haverby lasted nine hours on Monday.",
        "5 July 2031 (by the publish date)": "The storm over Haverby lasted four hours on Tuesday.",
    }
    assert reply.notes == ("There are 2 events, which are kept apart.",)
    assert reply.title == "how long was the storm?"


def test_what_no_sentence_says_is_not_guessed(storms):
    reply = storms.say("what did Queen Ingrid say?")
    assert reply.notes == ("No sentence in 2 articles says so.",)
    assert not reply.tellings


def test_an_abstention_shows_the_closest_lines(storms):
    storms.put("plan", "The king may meet the fire chief Olaf Renn in Haverby next week.", story="storm")
    reply = storms.say("did the king meet Olaf Renn?")
    assert reply.notes == ("No sentence in 3 articles says so.",)
    assert reply.sections[0].heading == phrase("ask.closest")
    assert "The king may meet the fire chief Olaf Renn in Haverby next week." in texts(reply)


def test_a_leaning_answer_does_not_stand_alone(world):
    world.put("a", "Mayor Ada Brunn opened the new bridge in Tarnby. She said it cost 9 million crowns.")
    reply = world.say("how much did the bridge cost?")
    (line,) = (line for line in lines(reply) if line.quotations[0].text.startswith("She"))
    assert line.context or line.speaker


def test_a_named_story_is_asked_alone(two):
    assert two.say(Ask("how much has the repair cost?", "orchard")).notes == (
        "No sentence in 2 articles says so.",
    )
    assert COST in texts(two.say(Ask("how much has the repair cost?", "lock")))


def test_the_story_last_shown_is_asked_first_and_then_the_library(two):
    two.say("story orchard")
    assert "300,000 crowns" in texts(two.say("how much did the county promise?"))[0]
    assert COST in texts(two.say("how much has the repair of the lock cost?"))


def test_a_large_library_is_asked_where_the_words_of_the_question_stand(storms):
    for n in range(70):
        storms.put(f"other{n}", f"The {n}th cake of the fair at Brill was eaten at noon.", story=f"fair{n}")
    reply = storms.say("how long was the storm over Haverby?")
    assert len(texts(reply)) == 2


def test_an_answer_counts_as_shown_and_tells_nothing_within_the_mark(storms):
    reply = storms.say("how long was the storm?", IN_CHANNEL)
    (telling,) = reply.tellings
    assert telling.moves is None
    assert replace(telling.digest, lines=()).lines == ()
    assert len(storms.say("sources").sections[0].items) == 2


def test_in_an_empty_library_a_question_says_what_to_do(world):
    assert world.say("how long was the storm?").notes == (phrase("library.empty"),)

"""A story looked at: its card, its days, its sources, what is open and disputed in it."""

import pytest

from bot.commands import Changed, ShowStory, Sources
from bot.phrases import phrase
from bot.ports import Conversation, Target
from tests.bot.answers.world import ANNA, LOCK, items, lines, texts, told

EMPTY = Conversation(Target("chat", "elsewhere", "person", "zoe"))


def headings(reply):
    return [section.heading for section in reply.sections]


# -- latest ------------------------------------------------------------------------------------------------------------


def test_the_latest_stories_come_first_with_what_is_known_of_them(two):
    reply = two.say("latest")
    assert items(reply) == ["Velm pears", "Ostwick lock"]
    first = reply.sections[0].items[0]
    assert first.note == "2 articles, 2 independent sources · newest article of 5 May 2031, 08:05 UTC"
    assert first.button.command == Changed("orchard")
    assert items(two.say("latest 1")) == ["Velm pears"]


@pytest.mark.parametrize("said", ["latest", "timeline", "sources", "open", "who disagrees"])
def test_an_empty_library_says_what_to_do(lock, said):
    assert lock.say(said, EMPTY).notes == (phrase("library.empty"),)


# -- the card ----------------------------------------------------------------------------------------------------------


def test_a_card_holds_lead_figures_and_what_is_open(lock):
    lock.put("planned", "The port office of Ostwick will open a museum of locks in June.", story="lock")
    reply = lock.say("story Ostwick lock")
    assert headings(reply) == ["", phrase("story.figures"), phrase("story.open")]
    lead, figures, unsettled = reply.sections
    assert 2 <= len(lead.lines) <= 3
    assert [line.figure for line in figures.lines] == [("4 million crowns", "6 million crowns")]
    assert "The port office of Ostwick will open a museum of locks in June." in [
        line.quotations[0].text for line in unsettled.lines
    ]
    assert reply.notes[0] == "4 articles of 4 independent sources"
    assert (
        reply.notes[1] == "First article came on 5 May 2031, 08:01 UTC, the newest on 5 May 2031, 08:04 UTC."
    )


def test_a_card_tells_nothing_within_the_mark(lock):
    reply = lock.say("story lock")
    assert not told(reply)
    assert texts(lock.say("changed lock"))


def test_one_source_with_its_copies_is_one_source(world):
    world.put("a", *LOCK["monday"], title="Ostwick lock")
    for copy in "bcdef":
        world.put(copy, *LOCK["monday"], copy_of="a")
    assert world.say("story lock").notes[0] == "6 articles, one source so far, 5 copies"


def test_what_was_changed_by_its_source_is_shown_as_it_stands_now(world):
    world.put("a", "Nine barges sank at the lock of Ostwick.")
    world.put("a", "Two barges sank at the lock of Ostwick.")
    assert texts(world.say("story lock")) == ["Two barges sank at the lock of Ostwick."]


# -- days --------------------------------------------------------------------------------------------------------------


def test_a_timeline_says_how_each_day_is_known(world):
    monday = world.now.date()
    world.put("a", "The lock at Ostwick closed on Monday.", published=monday, published_from="feed")
    world.put("b", "The lock at Ostwick was drained on 9 May 2031.", published=monday.replace(day=10))
    reply = world.say("timeline lock")
    assert headings(reply) == ["5 May 2031 (by the publish date)", "9 May 2031 (printed in the text)"]
    assert texts(reply) == [
        "The lock at Ostwick closed on Monday.",
        "The lock at Ostwick was drained on 9 May 2031.",
    ]


# -- open, disputed ----------------------------------------------------------------------------------------------------


def test_what_was_announced_is_open_until_it_is_settled(world):
    world.put("monday", *LOCK["monday"])
    assert texts(world.say("open lock")) == [LOCK["monday"][0]]
    world.put("friday", *LOCK["friday"])
    assert LOCK["monday"][0] not in texts(world.say("open lock"))


def test_where_nothing_is_open_it_is_said_of_how_many_articles(world):
    world.put("a", "Two barges sank at the lock of Ostwick.")
    assert world.say("open lock").notes == ("Nothing that is announced in 1 article is still open.",)
    assert world.say("who disagrees about lock").notes == ("No disagreement was found in 1 article.",)


def test_a_disagreement_shows_both_sides(lock):
    reply = lock.say("disagreements lock")
    (line,) = [line for line in lines(reply) if line.label == "conflict"]
    assert line.quotations[0].text == LOCK["sunday"][1]
    assert line.prior[0].text == LOCK["monday"][2]


def test_several_followed_stories_are_looked_through_together(two):
    two.say("follow lock")
    two.say("follow orchard")
    two.put("orchard2", "The county will count the pear trees of Velm in July.", story="orchard")
    assert headings(two.say("what is still open")) == ["Velm pears", "Ostwick lock"]


# -- sources -----------------------------------------------------------------------------------------------------------


def test_sources_are_listed_with_days_copies_and_what_is_only_an_excerpt(world):
    world.put(
        "a",
        *LOCK["monday"],
        title="Ostwick lock",
        url="https://courier.example/lock",
        published=world.now.date(),
    )
    world.put("b", *LOCK["monday"], copy_of="a", source="Tarnby Herald")
    world.put("c", *LOCK["friday"], excerpt=True)
    world.put("c", *LOCK["friday"], "More was added.", excerpt=True)
    reply = world.say("sources lock")
    first, second = reply.sections[0].items
    assert first.text == "a post"
    assert first.note == "5 May 2031 (by the publish date) · 1 copy: Tarnby Herald"
    assert first.link == "https://courier.example/lock"
    assert second.note.startswith("Friday (no date printed; order only) · excerpt from the feed")
    assert second.note.endswith("version 2: its source changed it")


def test_without_a_name_they_are_those_of_the_last_digest(two):
    two.say("changed orchard")
    assert items(two.say("sources")) == ["blossom post", "help post"]


# -- which story -------------------------------------------------------------------------------------------------------


def test_without_a_name_it_is_the_last_one_shown_or_the_only_one_followed(two):
    assert two.say(Sources()).notes == (phrase("which.latest"),)
    two.say("follow orchard")
    assert two.say("timeline").title == "Timeline · Velm pears"
    two.say("story lock")
    assert two.say("timeline").title == "Timeline · Ostwick lock"


def test_a_story_that_is_asked_back_for_can_be_pressed(two):
    two.put("ice", "The canal lock at Velm froze.", story="ice", title="Velm lock")
    reply = two.say("story velm")
    assert reply.sections[0].items[1].button.command == ShowStory("orchard")


def test_looking_at_a_story_in_a_channel_is_private_and_is_remembered_of_the_person(two):
    two.say("story lock")
    assert two.store.shown(ANNA).story == "lock"

"""What may be meant by what is being typed: of the own library only, found without reading an article."""

from datetime import timedelta

import pytest

from bot.answers.completing import MOST
from bot.commands import Changed, Feeds, Follow, MuteTopic, Quiet, ShowStory
from bot.ports import Conversation, Target
from tests.bot.answers.world import ALONE, ANNA, IN_CHANNEL

ELSEWHERE = Conversation(Target("chat", "other", "person", "anna"))


@pytest.fixture
def names(two):
    return lambda kind, typed="", conversation=ALONE: two.answers.names(conversation, kind, typed, two.now)


def test_a_story_is_offered_by_any_part_of_its_title_and_given_by_its_id(two, names):
    assert set(names("story")) == {("Ostwick lock", "lock"), ("Velm pears", "orchard")}
    assert names("story", "LOCK ost") == (("Ostwick lock", "lock"),)
    assert names("story", "crowns") == ()
    assert two.say(ShowStory(names("story", "pea")[0][1])).title == "Velm pears"


def test_stories_last_shown_and_followed_come_first(two, names):
    last, first = (value for _, value in names("story"))
    two.say(Follow(first))
    assert [value for _, value in names("story")] == [first, last]
    two.say(Changed(last))
    assert [value for _, value in names("story")] == [last, first]


def test_nothing_of_another_library_is_offered(two, names):
    feed, _ = two.store.add_feed("https://norby.example/rss?key=hidden", ALONE.person.library, two.now)
    assert names("feed") == (("https://norby.example/rss?…", feed.id),)
    assert [names(kind, conversation=ELSEWHERE) for kind in ("story", "feed", "topic")] == [(), (), ()]


def test_a_feed_that_is_offered_is_found_by_what_is_given(two, names):
    two.store.add_feed("https://norby.example/rss", ALONE.person.library, two.now)
    ((_, value),) = names("feed", "norby")
    assert not two.say(Feeds("remove", value)).failed
    assert names("feed") == ()


def test_topics_are_words_that_are_wished_then_stories_then_feeds(two, names):
    two.say(Follow("gravel"))
    two.say(MuteTopic("frost", timedelta(days=7)))
    feed, _ = two.store.add_feed("https://norby.example/rss", ALONE.person.library, two.now)
    values = [value for _, value in names("topic")]
    assert values[:2] == ["word gravel", "word frost"]
    assert values[-1] == feed.id
    assert set(values[2:-1]) == {"lock", "orchard"}
    assert names("topic", conversation=IN_CHANNEL)[0][1] != "word gravel"


def test_of_many_topics_some_of_each_kind_are_offered(two, names):
    for number in range(30):
        two.store.add_feed(f"https://norby.example/{number}", ALONE.person.library, two.now)
        two.say(Follow(f"gravel{number}"))
    values = [value for _, value in names("topic")]
    assert len(values) <= MOST
    assert {"lock", "orchard"} < set(values)
    assert values[0] == "word gravel0"
    assert {feed.id for feed in two.store.feeds(ALONE.person.library)} & set(values)


def test_zones_are_offered_by_any_part_and_the_own_one_first(two, names):
    assert names("zone", "new yo") == (("America/New_York", "America/New_York"),)
    assert len(names("zone", "a")) == MOST
    assert names("zone", "Berlim")[0][1] == "Europe/Berlin"
    two.say(Quiet("22:00-07:00 Asia/Tokyo"))
    assert names("zone")[0][1] == "Asia/Tokyo"


def test_what_cannot_be_typed_is_an_error_of_ours(names):
    with pytest.raises(ValueError, match="colour"):
        names("colour")


def test_looking_names_up_changes_nothing(two, names):
    before = two.store.export(ANNA)
    names("topic", "lock")
    assert two.store.export(ANNA) == before

"""Follows, mutes, what is remembered and forgotten, and what can be said at all."""

import json
from datetime import timedelta

import pytest

from bot.commands import HELP, Follow, Help, MuteTopic, Unfollow, Unknown, parse
from bot.phrases import phrase
from bot.ports import Mute, Topic
from tests.bot.answers.world import ALONE, ANNA, AS_GUEST, BORIS, IN_CHANNEL, QUAY, items, texts


def follows(world, target=ANNA):
    return list(world.store.follows(target))


# -- follow ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "topic", "said"),
    [
        ("lock", Topic("story", "lock"), "Followed from now on: Ostwick lock."),
        ("ostwick lock", Topic("story", "lock"), "Followed from now on: Ostwick lock."),
        ("pears", Topic("story", "orchard"), "Followed from now on: Velm pears."),
        ("gravel", Topic("word", "gravel"), "Followed from now on: stories that hold the word “gravel”."),
        ("word lock", Topic("word", "lock"), "Followed from now on: stories that hold the word “lock”."),
        ("story gravel", Topic("story", "lock"), "Followed from now on: Ostwick lock."),
    ],
)
def test_a_story_or_a_word_is_followed_and_can_be_undone(two, words, topic, said):
    reply = two.say(Follow(words))
    assert (follows(two), reply.notes) == ([topic], (said,))
    two.say(reply.buttons[0].command)
    assert follows(two) == []


def test_a_feed_is_followed_by_its_address_or_title(two):
    feed, _ = two.store.add_feed("https://courier.example/rss", ANNA.library, two.now)
    undo = two.say(Follow("https://courier.example/rss")).buttons[0].command
    assert follows(two) == [Topic("feed", feed.id)]
    two.say(undo)
    assert follows(two) == []


def test_what_is_followed_already_is_said_to_be(two):
    two.say("follow lock")
    assert two.say("follow lock").notes == ("Ostwick lock: this is followed already.",)


def test_an_unknown_address_is_not_followed_but_can_be_added(two):
    reply = two.say(Follow("https://courier.example/rss"))
    assert reply.notes == (phrase("follow.address"),)
    assert follows(two) == []


def test_of_several_stories_the_one_to_follow_is_asked_for(two):
    two.put("ice", "The canal lock at Velm froze.", story="ice", title="Velm lock")
    assert two.say("follow velm").sections[0].items[0].button.command == Follow("ice")


@pytest.mark.parametrize("words", ["word the", "!!!", "x" * 100])
def test_words_that_find_nothing_are_neither_followed_nor_muted(two, words):
    for said in (Follow(words), MuteTopic(words)):
        (note,) = two.say(said).notes
        assert note.startswith("Nothing can be found by")
        assert len(note) < 200
    assert follows(two) == []


def test_nobody_follows_or_mutes_without_end(two):
    for n in range(200):
        two.store.follow(ANNA, Topic("word", f"word{n}"), two.now)
        two.store.mute(ANNA, Mute(Topic("word", f"word{n}")), two.now)
    assert two.say("follow lock").notes == ("At most 200 topics can be followed: unfollow one first.",)
    assert two.say("mute gravel").notes == ("At most 200 topics can be muted: unmute one first.",)


@pytest.mark.parametrize("said", ["follow lock", "unfollow lock", "mute lock", "unmute lock", "stop"])
def test_only_who_manages_a_channel_changes_what_it_follows(two, said):
    assert two.say(said, AS_GUEST).notes == (phrase("manages.topics"),)
    assert not follows(two, QUAY)
    assert two.say(said, IN_CHANNEL).notes != (phrase("manages.topics"),)


def test_a_channel_and_a_person_follow_each_for_themselves(two):
    two.say("follow lock", IN_CHANNEL)
    two.say("follow orchard", ALONE)
    assert follows(two, QUAY) == [Topic("story", "lock")]
    assert follows(two, ANNA) == [Topic("story", "orchard")]


def test_unfollow_goes_by_what_is_followed(two):
    two.say("follow lock")
    two.say("follow word gravel")
    assert two.say("unfollow ostwick").notes == ("No longer followed: Ostwick lock.",)
    reply = two.say("unfollow zeppelin")
    assert reply.notes == ("“zeppelin” is not followed here.",)
    assert items(reply) == ["the word “gravel”"]
    assert two.say(Unfollow("gravel")).notes == ("No longer followed: the word “gravel”.",)


def test_stop_follows_nothing_and_offers_it_back(two):
    two.say("follow lock")
    two.say("follow word gravel")
    reply = two.say("stop")
    assert (items(reply), follows(two)) == (["Ostwick lock", "the word “gravel”"], [])
    for item in reply.sections[0].items:
        two.say(item.button.command)
    assert follows(two) == [Topic("story", "lock"), Topic("word", "gravel")]
    two.say("stop")
    assert two.say("stop").notes == (phrase("stop.nothing"),)


# -- mute --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("pears", Topic("word", "pears")),
        ("Velm pears", Topic("story", "orchard")),
        ("orchard", Topic("story", "orchard")),
        ("word orchard", Topic("word", "orchard")),
    ],
)
def test_a_word_is_muted_as_a_word_whatever_a_story_is_called(two, words, topic):
    reply = two.say(f"mute {words}")
    assert [mute.topic for mute in two.store.mutes(ANNA, two.now)] == [topic]
    two.say(reply.buttons[0].command)
    assert not two.store.mutes(ANNA, two.now)


def test_a_mute_for_a_time_is_over_by_itself(two):
    assert two.say("mute gravel for 1d").notes == ("Muted until 6 May 2031, 08:06 UTC: the word “gravel”.",)
    assert two.store.mutes(ANNA, two.now)
    assert not two.store.mutes(ANNA, two.now + timedelta(days=1))


def test_this_mutes_the_story_last_shown(two):
    two.say("story lock")
    two.say("mute this")
    assert [mute.topic for mute in two.store.mutes(ANNA, two.now)] == [Topic("story", "lock")]
    assert two.say("unmute this").notes == ("Heard of again: Ostwick lock.",)


# -- what is remembered ------------------------------------------------------------------------------------------------


def test_me_shows_what_is_remembered_and_how_to_end_it(two):
    assert two.say("me").notes == (phrase("me.nothing"),)
    two.say("follow lock")
    two.say("changed lock")
    two.say("mute gravel for 1d")
    reply = two.say("me")
    following, muted = reply.sections
    assert (following.items[0].text, following.items[0].note) == (
        "Ostwick lock",
        "last told on 5 May 2031, 08:08 UTC",
    )
    assert muted.items[0].note == "until 6 May 2031, 08:09 UTC"
    assert following.items[0].button.command == Unfollow("lock")


def test_in_a_channel_me_is_about_the_person_and_changes_nothing_of_the_channel(two):
    two.say("follow lock", ALONE)
    reply = two.say("me", IN_CHANNEL)
    assert reply.private
    assert items(reply) == ["Ostwick lock"]
    assert reply.sections[0].items[0].button is None


def test_forget_me_leaves_nothing_until_something_is_wished_again(two):
    two.say("follow lock")
    two.say("changed lock")
    two.say("forget me")
    assert two.say("me").notes == (phrase("me.nothing"),)
    assert not two.store.mark(ANNA, "lock").versions
    two.say("follow lock")
    two.say("changed lock")
    assert two.store.mark(ANNA, "lock").versions


def test_forget_me_in_a_channel_forgets_the_person_only(two):
    two.say("follow lock", IN_CHANNEL)
    two.say("forget me", IN_CHANNEL)
    assert follows(two, QUAY) == [Topic("story", "lock")]


def test_an_export_holds_everything_that_is_stored(two):
    two.say("follow lock")
    heard = texts(two.say("changed lock"))
    name, text = two.say("export").file
    stored = json.loads(text)
    assert name == "newsdelta-export.json"
    assert {entry["text"] for entry in stored["told"]} >= set(heard)
    assert stored["follows"][0]["value"] == "lock"


def test_status_tells_how_much_there_is_and_what_is_followed_here(two):
    two.say("follow lock", IN_CHANNEL)
    assert two.say("status", IN_CHANNEL).notes == (
        "Held: 5 articles, 2 stories, 0 feeds.",
        "The newest article came on 5 May 2031, 08:05 UTC.",
        "Followed here: Ostwick lock.",
        phrase("schedule.none"),
        phrase("status.well"),
    )


# -- what can be said --------------------------------------------------------------------------------------------------


def test_help_lists_every_word_and_shows_an_example_of_one(world):
    assert len(items(world.say("help"))) == len(HELP)
    reply = world.say(Help("mute"))
    assert reply.notes == (phrase("help.mute"), "Such as “mute ferry for a week”.")
    reply = world.say(Help("latest"))
    assert reply.notes == (phrase("help.latest"),)
    assert reply.buttons[0].command == parse(reply.buttons[0].words)


@pytest.mark.parametrize(
    "word", ["forget me", "mute", "unmute", "follow", "unfollow", "stop", "read", "feeds"]
)
def test_the_example_of_what_changes_something_is_not_to_be_pressed(world, word):
    assert world.say(Help(word)).buttons == ()


def test_what_is_no_command_gets_three_that_are_close(world):
    reply = world.say("chagned lock")
    assert len(reply.buttons) == 3
    assert not any(isinstance(button.command, Unknown) for button in reply.buttons)


@pytest.mark.parametrize("usage", HELP, ids=lambda usage: usage.word)
@pytest.mark.parametrize("conversation", [ALONE, IN_CHANNEL, AS_GUEST], ids=["alone", "manager", "guest"])
def test_every_example_is_answered_privately_in_an_empty_and_a_full_library(two, usage, conversation):
    if usage.word == "read":
        return
    for _ in range(2):
        assert two.say(usage.example, conversation).private
    assert not two.store.export(BORIS).get("follows")

"""A person's own page: what is new for them, what they have set, and how the feeds are."""

from dataclasses import replace

import pytest

from bot.commands import Changed, Export, Follow, ForgetMe, Help, Latest, Schedule, Unfollow, Unmute
from bot.phrases import phrase
from bot.ports import Target
from bot.running import Here
from tests.bot.answers.world import ALONE, ANNA, IN_CHANNEL, LOCK, QUAY


def home(world, person=ANNA):
    return {section.heading: section for section in world.answers.home(person, world.now).sections}


def listed(section):
    return [(item.text, item.note, item.button and item.button.command) for item in section.items]


def test_an_empty_page_offers_three_things_to_try(world):
    assert [command for *_, command in listed(home(world)["Three things to try"])] == [
        Help("feeds"),
        Help("read"),
        Help(),
    ]
    world.put_all(LOCK, "lock", "Ostwick lock")
    assert [command for *_, command in listed(home(world)["Three things to try"])] == [
        Changed("lock"),
        Follow("lock"),
        Latest(),
    ]
    assert list(home(world)) == ["Three things to try", "My digest", "Quiet hours", "My data"]


def test_each_thing_to_try_can_be_said(world):
    for item in home(world)["Three things to try"].items:
        assert not world.say(item.button.command).failed


def test_followed_stories_show_how_many_articles_are_new_until_they_were_looked_at(two):
    for story in ("lock", "orchard"):
        two.say(f"follow {story}")
    assert listed(home(two)["Since you last looked"]) == [
        ("Velm pears", "2 new articles", Changed("orchard")),
        ("Ostwick lock", "3 new articles", Changed("lock")),
    ]
    two.say("changed lock")
    two.say("changed orchard")
    assert home(two)["Since you last looked"].notes == (phrase("home.since.none"),)
    two.put("gravel", "The gravel of the first barge was sold at Tarnby.", story="lock")
    assert listed(home(two)["Since you last looked"]) == [("Ostwick lock", "1 new article", Changed("lock"))]
    assert "Three things to try" not in home(two)


def test_a_muted_story_is_not_new(two):
    two.say("follow lock")
    two.say("mute lock for 1d")
    page = home(two)
    assert page["Since you last looked"].notes == (phrase("home.since.none"),)
    assert listed(page["Muted"]) == [("Ostwick lock", "until 6 May 2031, 08:07 UTC", Unmute("lock"))]


def test_what_is_followed_can_be_left(lock):
    lock.say("follow lock")
    lock.say("follow gravel")
    lock.say("changed lock")
    [story, word] = listed(home(lock)["Following"])
    assert story == ("Ostwick lock", "last told on 5 May 2031, 08:06 UTC", Unfollow("lock"))
    assert word == (phrase("topic.word", word="gravel"), "", Unfollow("word gravel"))


def test_my_digest_shows_when_it_comes_by_its_own_clock_and_the_hours_in_which_none_may(world):
    assert listed(home(world)["My digest"])[0][2] == Schedule("add", "weekdays 8:00")
    world.say("every weekday 7:30 Europe/Berlin")
    world.say("quiet 22-7 Europe/Berlin")
    page = home(world)
    assert listed(page["My digest"]) == [
        ("1 · weekdays 07:30 Europe/Berlin", "next: 6 May 2031, 07:30 UTC+0200", Schedule("pause", "id 1"))
    ]
    assert "22:00-07:00 Europe/Berlin" in page["Quiet hours"].notes[0]
    world.say("schedule pause 1")
    assert listed(home(world)["My digest"])[0][1:] == (
        phrase("schedule.paused", reason=phrase("schedule.by_hand")),
        Schedule("resume", "id 1"),
    )


def test_channels_for_which_digests_were_set_up_are_shown_to_who_did(world):
    world.say("schedule add daily 9:00 UTC", IN_CHANNEL)
    [item] = home(world)["Channels I manage"].items
    assert (item.text, item.note, item.place) == (
        "daily 09:00 UTC",
        "next: 5 May 2031, 09:00 UTC+0000",
        QUAY,
    )
    assert item.button is None
    assert "Channels I manage" not in home(world, replace(ANNA, id="boris"))


def test_feeds_that_fail_come_first_and_say_so(world):
    for name in ("well", "bad"):
        feed, _ = world.store.add_feed(f"https://{name}.example/feed?key=secret", ANNA.library, world.now)
        error = (
            {"errors": 2, "error": "It does not answer."} if name == "bad" else {"succeeded_at": world.now}
        )
        world.store.save_feed(replace(feed, **error))
    [bad, well] = home(world)["Feeds"].items
    assert (bad.text, well.text) == ("https://bad.example/feed?…", "https://well.example/feed?…")
    assert "It does not answer." in bad.note
    assert well.note.startswith("read well on")


def test_what_is_stored_can_be_handed_over_or_deleted(world):
    assert [command for *_, command in listed(home(world)["My data"])] == [Export(), ForgetMe()]


def test_long_lists_are_cut_and_say_so(world):
    for number in range(14):
        world.put(
            f"k{number}", f"Lock number {number} is closed.", story=f"s{number}", title=f"Lock {number}"
        )
        world.say(f"follow s{number}")
    page = home(world)
    for heading in ("Since you last looked", "Following"):
        assert len(page[heading].items) == 10
        assert page[heading].notes == (phrase("home.more", count=4),)


def test_nobody_sees_anything_of_another_workspace(two):
    two.say("follow lock")
    two.say("schedule add daily 9:00 UTC", ALONE)
    stranger = home(two, Target("chat", "elsewhere", "person", ANNA.id))
    assert list(stranger) == ["Three things to try", "My digest", "Quiet hours", "My data"]


class Unused(Here):
    def run(self, function, *arguments, limit):
        pytest.fail(f"{function} of {arguments} was worked out within {limit} s")


def test_nothing_is_worked_out_for_a_page(two):
    two.say("follow lock")
    two.answers = type(two.answers)(two.store, two.pages, None, two.feeds, two.outbox, Unused())
    assert home(two)["Since you last looked"].items

"""Schedules and quiet hours in words: what is said is kept, shown with its next runs, and only by who may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands
from bot.commands import Schedule, parse
from bot.delivery.tick import plan
from bot.delivery.values import Scheduled, Verdict
from bot.errors import WrongSchedule
from bot.phrases import Voice, phrase, retold
from bot.ports import Topic
from bot.replies import buttons
from bot.schedules import Every, parse_schedule, words
from tests.bot.answers.world import ALONE, AS_GUEST, IN_CHANNEL, LOCK, ORCHARD, QUAY, World


def texts(reply):
    items = [f"{item.text} · {item.note}" for section in reply.sections for item in section.items]
    return "\n".join([reply.title, *reply.notes, *items])


@pytest.fixture
def world():
    return World()


def test_a_schedule_is_kept_and_shown_with_its_next_runs(world):
    reply = world.say("schedule add weekdays 9:00 Europe/Berlin", IN_CHANNEL)
    said = texts(reply)
    assert "Schedule 1 · weekdays 09:00 Europe/Berlin" in said
    assert said.count("09:00 UTC+0200") == 3
    [kept] = world.outbox.schedules(QUAY)
    assert words(kept.spec) == "weekdays 09:00 Europe/Berlin"
    assert kept.next_at > world.now


def test_a_schedule_keeps_the_language_and_the_tag_in_which_it_was_asked_for(world):
    world.say("schedule add weekdays 9:00", replace(IN_CHANNEL, language="de", tag="77 The port"))
    [kept] = world.outbox.schedules(QUAY)
    assert (kept.language, kept.tag) == ("de", "77 The port")
    [item] = world.say("schedule list", IN_CHANNEL).sections[0].items
    assert item.text == "1 · weekdays 09:00 UTC · in German · tag “The port”"


def test_without_a_zone_it_is_utc_and_said_so_and_then_the_zone_that_is_known(world):
    assert phrase("schedule.utc") in world.say("schedule add daily 9:00").notes
    world.say("quiet 22-7 Asia/Tokyo")
    reply = world.say("every weekday 7:30")
    assert "Asia/Tokyo" in reply.title
    assert phrase("schedule.utc") not in reply.notes


def test_schedules_are_listed_paused_resumed_run_and_removed_by_number(world):
    world.say("schedule add daily 9:00 UTC")
    world.say("schedule add every 4 hours UTC")
    listed = texts(world.say("schedule list"))
    assert "1 · daily 09:00 UTC" in listed
    assert "2 · every 4 hours UTC" in listed
    world.say("schedule pause 2")
    assert "paused" in texts(world.say("schedule list"))
    world.say("schedule resume 2")
    assert "paused" not in texts(world.say("schedule list"))
    world.say("schedule run 1")
    [row] = world.outbox.deliveries(ALONE.target, 9)
    assert row.state == "pending"
    world.say("schedule remove 1")
    assert "daily" not in texts(world.say("schedule list"))


def test_a_button_that_is_pressed_later_or_twice_is_about_the_schedule_that_it_stood_beside(world):
    first = world.say("schedule add daily 9:00 UTC")
    world.say("schedule add every 4 hours UTC")
    said = {each.command.action: commands.words(each.command) for each in first.buttons}
    remove, run = said["remove"], said["run"]
    assert not world.say(remove).failed
    for again in (remove, run):
        assert world.say(again).failed
    assert "1 · every 4 hours UTC" in texts(world.say("schedule list"))


@pytest.fixture
def news(world):
    world.put_all(LOCK, "lock", "The canal lock at Ostwick")
    world.put_all(ORCHARD, "orchard", "Frost in the orchards")
    return world


@pytest.mark.parametrize(
    ("about", "topics", "said"),
    [
        ("about the canal lock", [Topic("story", "lock")], "about The canal lock at Ostwick"),
        ("on story orchards", [Topic("story", "orchard")], "about Frost in the orchards"),
        ("about barges", [Topic("word", "barges")], "about the word “barges”"),
        ("about word bridge", [Topic("word", "bridge")], "about the word “bridge”"),
        ("about everything", [], ""),
    ],
)
def test_a_schedule_is_about_the_story_or_word_that_is_said(news, about, topics, said):
    reply = news.say(f"schedule add daily 9:00 UTC {about} short")
    [kept] = news.outbox.schedules(ALONE.target)
    assert (list(kept.topics), kept.length) == (topics, "short")
    shown = " · ".join(filter(None, ("daily 09:00 UTC", said, "short")))
    assert reply.title == f"Schedule 1 · {shown}"
    assert f"1 · {shown} · next:" in texts(news.say("schedule list"))
    assert shown in texts(news.say("schedule pause"))


def test_a_schedule_is_about_a_feed_that_is_said(news):
    feed, _ = news.store.add_feed("https://port.example/rss", ALONE.target.library, news.now)
    news.say("schedule add daily 9:00 UTC about feed https://port.example/rss")
    [kept] = news.outbox.schedules(ALONE.target)
    assert kept.topics == (Topic("feed", feed.id),)
    assert kept.length == "normal"


def test_what_no_article_speaks_of_is_asked_back_with_what_comes_near_and_kept_once_it_is_called_a_word(news):
    reply = news.say("schedule add daily 9:00 UTC about canal zeppelin")
    assert reply.failed
    assert reply.notes == (phrase("which.none", words="canal zeppelin"), phrase("which.nearest"))
    assert list(news.outbox.schedules(ALONE.target)) == []
    nearest, as_word = buttons(reply)
    news.say(as_word.command)
    news.say(nearest.command)
    word, story = news.outbox.schedules(ALONE.target)
    assert word.topics == (Topic("word", "canal zeppelin"),)
    assert story.topics == (Topic("story", "lock"),)


@pytest.mark.parametrize(
    "about",
    ["story zeppelin", "feed Nowhere", "https://nowhere.example/x", "the", "x" * 99, "word " + "x" * 99],
)
def test_what_can_not_be_meant_is_said_and_nothing_is_kept(news, about):
    reply = news.say(f"schedule add daily 9:00 UTC about {about}")
    assert reply.failed
    assert reply.notes
    assert list(news.outbox.schedules(ALONE.target)) == []


def test_a_wrong_time_is_said_before_it_is_asked_what_is_meant(news):
    with pytest.raises(WrongSchedule, match="25:00"):
        news.say("schedule add daily 25:00 about zeppelins")


def test_what_a_schedule_is_about_is_what_it_tells_as_long_as_was_said(news):
    news.say("schedule add daily 9:00 UTC about the canal lock short")
    [kept] = news.outbox.schedules(ALONE.target)
    [told] = news.answers.scheduled(kept, news.now)
    assert {telling.story for telling in told.tellings} == {"lock"}
    assert len(told.sections[0].digest.lines) <= 3


@pytest.mark.parametrize(
    "said", ["schedule pause 3", "schedule remove x", "schedule run 0", "schedule resume ²"]
)
def test_a_number_that_is_none_of_them_asks_which(world, said):
    world.say("schedule add daily 9:00 UTC")
    world.say("schedule add daily 10:00 UTC")
    reply = world.say(said)
    assert phrase("schedule.which") in reply.notes
    assert len(world.outbox.schedules(ALONE.target)) == 2


@pytest.mark.parametrize("said", ["schedule add daily 9:00", "schedule remove 1", "quiet 22-7", "quiet off"])
def test_only_who_manages_a_channel_changes_when_digests_come(world, said):
    world.say("schedule add daily 8:00 UTC", IN_CHANNEL)
    assert world.say(said, AS_GUEST).notes == (phrase("manages.schedules"),)
    assert len(world.outbox.schedules(QUAY)) == 1
    assert world.outbox.quiet(QUAY) is None
    assert "08:00" in texts(world.say("schedule list", AS_GUEST))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("schedule add daily 25:00", "25:00"),
        ("schedule add daily 9:00 Europe/Berlln", "Europe/Berlin"),
        ("schedule add every 1 second", "15 minutes"),
        ("schedule add every 5 minutes", "15 minutes"),
        ("quiet 22-7 Nowhere/Land", "nowhere/land"),
    ],
)
def test_what_is_no_schedule_gets_one_sentence(world, said, wrong):
    with pytest.raises(WrongSchedule, match=wrong):
        world.say(said)
    assert list(world.outbox.schedules(ALONE.target)) == []


def test_a_person_has_20_schedules_and_hears_of_the_limit(world):
    for hour in range(20):
        world.say(f"schedule add daily {hour}:00 UTC")
    another = parse("schedule add daily 23:00 UTC")
    for _ in range(10_000 - 20):
        with pytest.raises(WrongSchedule) as wrong:
            world.answers.answer(another, ALONE, world.now)
    assert "20 schedules" in str(wrong.value)
    assert len(world.outbox.schedules(ALONE.target)) == 20


def test_a_channel_has_100_schedules_and_hears_of_the_limit(world):
    for person in range(5):
        anybody = replace(IN_CHANNEL, person=replace(ALONE.target, id=f"reader{person}"))
        for hour in range(20):
            world.say(f"schedule add daily {hour}:00 UTC", anybody)
    with pytest.raises(WrongSchedule, match="100 schedules"):
        world.say("schedule add daily 23:00 UTC", IN_CHANNEL)


def test_5000_characters_are_too_long_for_a_message(world):
    reply = world.say("schedule add " + "daily 9:00 " * 500)
    assert reply.notes[0] == phrase("unknown.long")
    assert list(world.outbox.schedules(ALONE.target)) == []


PIECES = st.sampled_from(
    """every day weekdays mon-fri 9:00 24:00 17 5pm and on about short full feed story word canal lock quiet 22-7 4 hours
    minutes seconds Europe/Berlin in UTC+2 cron * 0 @daily everything the \x00 \u202e \u2066 \u200b \x1b[31m " “ ٩ ß {0}
    """.split()
)


def said_back(world, said):
    try:
        return texts(world.say(said))
    except WrongSchedule as wrong:
        return f"{wrong}\n{wrong.said('de')}"


@given(st.lists(PIECES | st.text(max_size=9), max_size=14).map(" ".join))
def test_whatever_is_said_is_kept_and_can_be_said_again_or_gets_lines_of_ours(said):
    world = World()
    world.put_all(LOCK, "lock", "The canal lock at Ostwick")
    answer = said_back(world, f"schedule add {said}")
    assert all(line.isprintable() for line in answer.split("\n"))
    for kept in world.outbox.schedules(ALONE.target):
        assert parse_schedule(words(kept.spec), zone=None) == kept.spec


def test_quiet_hours_are_shown_kept_and_lifted(world):
    assert world.say("quiet").notes == (phrase("quiet.none"),)
    world.say("schedule add daily 6:00 UTC")
    reply = world.say("quiet 22-7")
    assert "22:00-07:00 UTC" in reply.notes[0]
    assert "1 schedule" in reply.notes[1]
    assert "22:00-07:00" in texts(world.say("schedule list"))
    coming = texts(world.say("schedule add daily 23:00 UTC"))
    assert coming.count("quiet hours: held until 07:00") == 3
    assert world.say("quiet off").notes == (phrase("quiet.off"),)
    assert world.outbox.quiet(ALONE.target) is None


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (datetime(2032, 3, 27, 12, tzinfo=UTC), "schedule.gap"),
        (datetime(2031, 10, 25, 12, tzinfo=UTC), "schedule.overlap"),
    ],
)
def test_a_run_that_the_clocks_skip_or_double_says_so(world, day, told):
    world.now = day  # the day before the clocks change in Berlin
    first, *others = world.say("schedule add daily 2:30 Europe/Berlin").sections[0].items
    assert first.note == phrase(told)
    assert [item.note for item in others] == ["", ""]


def test_quiet_hours_that_hold_only_a_later_run_are_told_too(world):
    world.say("schedule add every hour UTC")
    assert "1 schedule" in world.say("quiet 22-7").notes[1]


def test_resuming_one_of_a_closed_channel_resumes_all_that_it_held_up_from_now_on(world):
    world.say("schedule add daily 9:00 UTC")
    world.say("schedule add daily 10:00 UTC")
    world.say("schedule add daily 11:00 UTC")
    world.say("schedule pause 3")
    close(world, "lane")
    world.pass_time(days=5)
    world.say("schedule resume 1")
    first, second, third = world.outbox.schedules(ALONE.target)
    assert (first.paused, second.paused) == ("", "")
    assert min(first.next_at, second.next_at) > world.now
    assert third.paused == phrase("schedule.by_hand")


def test_what_is_closed_runs_nothing_and_says_so(world):
    world.say("schedule add daily 9:00 UTC")
    close(world, "lane")
    reply = world.say("schedule run 1")
    assert reply.failed
    assert "No such channel." in reply.notes[0]
    assert list(world.outbox.deliveries(ALONE.target, 9)) == []


def test_a_closed_platform_is_not_reopened_from_a_conversation(world):
    world.say("schedule add daily 9:00 UTC")
    world.outbox.gate("platform", ALONE.target).closed = "No such channel."
    reply = world.say("schedule resume 1")
    assert reply.failed
    assert "newsdelta deliveries reopen" in reply.notes[0]
    assert world.outbox.closed(ALONE.target) == "No such channel."


def close(world, reach):
    """What the platform's answer does to a lane."""
    lane = world.outbox.lane(ALONE.target)
    world.outbox.hold_up(lane, Verdict("retry", closes=reach, reason="No such channel."), world.now)


def test_status_tells_the_next_run_and_what_is_closed(world):
    world.say("schedule add daily 9:00 UTC")
    assert any("next:" in note for note in world.say("status").notes)
    world.outbox.lane(ALONE.target).closed = "the bot was removed."
    assert any("the bot was removed" in note for note in world.say("status").notes)
    world.say("schedule resume 1")
    assert world.outbox.closed(ALONE.target) == ""


def test_status_tells_who_made_them_which_schedules_do_not_run_wherever_they_are_but_for_those_stopped_by_hand(
    world,
):
    world.say("schedule add daily 9:00 UTC", IN_CHANNEL)
    world.say("schedule add daily 7:00 UTC", IN_CHANNEL)
    world.say("schedule pause 2", IN_CHANNEL)
    assert not any(section.heading == phrase("schedule.stopped") for section in world.say("status").sections)
    world.outbox.hold_up(
        world.outbox.lane(QUAY), Verdict("retry", closes="lane", reason="No such channel."), world.now
    )
    for asked in (ALONE, IN_CHANNEL, AS_GUEST):
        [stopped] = [one for one in world.say("status", asked).sections if one.heading == "Not running"]
        assert [(item.text, item.note, item.place) for item in stopped.items] == [
            ("daily 09:00 UTC", "paused: No such channel.", QUAY)
        ]
    stranger = replace(ALONE, person=replace(ALONE.person, id="zoe"))
    assert "Not running" not in {section.heading for section in world.say("status", stranger).sections}


def test_what_was_stopped_by_hand_and_when_digests_come_is_said_in_german_and_by_the_readers_clock(world):
    [coming] = world.say("schedule add weekdays 9:00 Europe/Berlin").sections
    voice = Voice("de", moment=lambda at: f"<t:{int(at.timestamp())}:f>")
    first = datetime(2031, 5, 6, 7, tzinfo=UTC)
    assert retold(coming.items[0].text, voice) == f"<t:{int(first.timestamp())}:f>"
    assert retold(coming.items[0].text, Voice("de")) == "6. Mai 2031, 09:00 UTC+0200"
    [listed] = world.say("schedule list").sections[0].items
    assert retold(listed.note, voice) == f"nächstes Mal: <t:{int(first.timestamp())}:f>"
    assert any("<t:" in retold(note, voice) for note in world.say("status").notes)
    world.say("schedule pause 1")
    [listed] = world.say("schedule list").sections[0].items
    assert retold(listed.note, voice) == "angehalten: von Hand angehalten"


def test_status_tells_what_became_of_the_last_deliveries(world):
    world.say("schedule add daily 9:00 UTC")
    world.say("schedule run 1")
    [section] = [each for each in world.say("status").sections if each.heading == phrase("delivery.title")]
    assert [item.note for item in section.items] == [phrase("delivery.pending")]


def stuck(world, *states, target=ALONE, where=ALONE.target):
    """Deliveries of which these became of the last ones, in the order of time; their keys."""
    world.say("schedule add daily 9:00 UTC", target)
    number = len(world.outbox.schedules(where))
    for _ in states:
        world.say(f"schedule run {number}", target)
    rows = world.outbox.lane(where).rows[-len(states) :]
    for row, state in zip(rows, states, strict=True):
        row.state, row.code, row.finished = state, "unknown", world.now
    return [row.key for row in rows]


def sendings(reply):
    [section] = [each for each in reply.sections if each.heading == phrase("delivery.title")]
    return section.items


def test_status_offers_to_send_again_what_nobody_knows_of_and_what_was_refused(world):
    held, _, dead = stuck(world, "held", "sent", "dead")
    offered = {item.note: item.button for item in sendings(world.say("status"))}
    assert offered[f"{phrase('delivery.held')} · {phrase('delivery.code.unknown')}"].command == Schedule(
        "retry", held
    )
    assert offered[f"{phrase('delivery.dead')} · {phrase('delivery.code.unknown')}"].command == Schedule(
        "retry", dead
    )
    assert offered[phrase("delivery.sent")] is None
    assert world.say(f"schedule retry {held}").notes == (phrase("delivery.again", name=held),)
    assert [row.key for row in world.outbox.lane(ALONE.target).live] == [held]
    assert world.say(f"schedule retry {held}").failed  # pressed twice


def test_what_is_stuck_is_not_lost_below_what_was_sent_later(world):
    held, *_ = stuck(world, "held", *["sent"] * 9)
    assert [item.button.command.words for item in sendings(world.say("status")) if item.button] == [held]


def test_the_only_one_that_is_stuck_needs_no_key_and_of_several_it_is_asked_which(world):
    assert world.say("schedule retry").notes == (phrase("delivery.stuck_none"),)
    stuck(world, "held", "dead")
    reply = world.say("schedule retry")
    assert reply.notes == (phrase("delivery.which"),)
    first, second = buttons(reply)
    world.say(first.command)
    assert not world.say("schedule retry").failed
    assert len(world.outbox.lane(ALONE.target).live) == 2
    assert second.words == phrase("button.retry")


def test_nobody_sends_again_what_is_not_of_the_own_channel_nor_without_managing_it(world):
    [theirs] = stuck(world, "held", target=IN_CHANNEL, where=QUAY)
    reply = world.say(f"schedule retry {theirs}", ALONE)
    assert (reply.failed, reply.notes) == (True, (phrase("delivery.unknown", name=theirs),))
    assert world.say(f"schedule retry {theirs}", AS_GUEST).notes == (phrase("manages.schedules"),)
    assert [item.button for item in sendings(world.say("status", AS_GUEST))] == [None]
    assert world.outbox.lane(QUAY).live == []


def test_nothing_is_sent_again_to_what_is_closed(world):
    [held] = stuck(world, "held")
    world.outbox.lane(ALONE.target).closed = "No such channel."
    reply = world.say(f"schedule retry {held}")
    assert reply.failed
    assert "No such channel." in reply.notes[0]
    assert world.outbox.lane(ALONE.target).live == []


def sent(world, at):
    """The clock goes on to a time of this day, and what is due is sent."""
    world.now = at
    world.outbox.tick(world.now, 99, plan)
    for row in world.outbox.lane(ALONE.target).live:
        row.state, row.finished = "sent", world.now


@pytest.mark.parametrize("stopped", ["schedule remove 1", "schedule pause 1"])
def test_a_time_that_is_changed_after_the_run_of_the_day_says_that_a_second_one_comes_today(world, stopped):
    world.say("schedule add daily 11:00 Europe/Berlin")
    sent(world, datetime(2031, 5, 5, 9, tzinfo=UTC))
    world.pass_time(minutes=30)
    world.say(stopped)
    notes = world.say("schedule add daily 12:00 Europe/Berlin").notes
    assert phrase("schedule.second", time="11:00") in notes


@pytest.mark.parametrize(
    "said",
    [
        "schedule add daily 10:00 UTC",  # tomorrow only
        "schedule add Tuesday 15:00 UTC",
        "schedule add every 2 hours UTC",  # several a day anyhow
    ],
)
def test_where_no_second_digest_was_unlooked_for_nothing_is_said_of_one(world, said):
    world.say("schedule add daily 9:00 UTC")
    sent(world, datetime(2031, 5, 5, 12, tzinfo=UTC))
    beside = world.say("schedule add daily 16:00 UTC")
    world.say("schedule remove 1")
    assert not any("second" in note and "today" in note for note in beside.notes)
    assert not any("today" in note for note in world.say(said).notes)


def test_a_day_on_which_nothing_was_sent_has_no_second_digest(world):
    world.say("schedule add daily 9:00 UTC")
    world.now = datetime(2031, 5, 5, 20, tzinfo=UTC)
    world.outbox.tick(world.now, 99, plan)  # too late
    world.say("schedule remove 1")
    assert not any("today" in note for note in world.say("schedule add daily 22:00 UTC").notes)


def crowd(world, number):
    """So many others who want their digest at 09:00 UTC."""
    for other in range(number):
        owner = replace(ALONE.target, id=f"other{other}")
        at = datetime(2031, 5, 5, 9, tzinfo=UTC)
        world.outbox.add(Scheduled(owner, owner, Every(60, "UTC"), next_at=at, next_slot="x"), world.now)


def test_where_many_are_due_in_a_second_the_next_run_says_when_it_is_sent(world):
    crowd(world, 39)
    alone = world.say("schedule add daily 9:00 UTC").sections[0].items
    assert [item.note for item in alone] == ["", "", ""]
    first, *others = world.say("schedule add daily 11:00 Europe/Berlin").sections[0].items
    [_, kept] = world.outbox.schedules(ALONE.target)
    [planned] = [made for each, made in world.outbox.tick(kept.next_at, 99, plan) if each.id == kept.id]
    at = planned.send_at + timedelta(hours=2)
    assert first.note == phrase("schedule.crowd", most=40, time=f"{at:%H:%M}")
    assert planned.send_at > kept.next_at
    assert [item.note for item in others] == ["", ""]


def test_what_quiet_hours_hold_is_spread_from_their_end(world):
    crowd(world, 40)
    world.say("quiet 8-10 UTC")
    note = world.say("schedule add daily 9:00 UTC").sections[0].items[0].note
    assert note.startswith(
        "quiet hours: held until 10:00 · more than 40 are due in that second: sent at 10:0"
    )

"""Slots become messages: only what is new, once, each story in its thread, and nothing where nothing is new."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answers.schedules import outcome
from bot.delivery.compose import Composer
from bot.delivery.notices import Notices
from bot.delivery.pump import Pump
from bot.delivery.tick import plan
from bot.delivery.values import Abilities, Composing, Lease, Receipt, Scheduled, Verdict
from bot.errors import Closed, GivenUp, Refused, UnusableStore
from bot.ports import Topic
from bot.render.terminal import reply_rows
from bot.schedules import next_run, parse_schedule
from tests.bot.answers.world import ANNA, IN_CHANNEL, LOCK, ORCHARD, QUAY, World

FORUM = replace(QUAY, kind="forum", id="wharf")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Plain:
    """A renderer that makes one message of a reply, or as many as `size` rows ask for."""

    platform = "chat"

    def __init__(self, broadcasts=True, size=1000):
        self.broadcasts, self.size, self.asked = broadcasts, size, []

    def render(self, reply, place, language):
        self.asked.append((place, language, reply.tags))
        rows = [row.text for row in reply_rows(reply)]
        return [
            {"place": place, "text": "\n".join(rows[at : at + self.size])}
            for at in range(0, len(rows), self.size)
        ]

    def link(self, target, message):
        return f"https://chat.example/{target.id}/{message}"


class Channel:
    """A platform that shows what it was sent."""

    platform, abilities = "chat", Abilities()

    def __init__(self):
        self.shown, self.gone = {}, set()

    async def send(self, message):
        if message.target.id in self.gone:
            raise Closed("The channel is gone.", "lane", "gone")
        if message.edits:
            if message.edits in self.gone:
                raise Refused("It is gone.", "gone")
            self.shown[message.edits] = message.payload["text"]
            return Receipt(message.edits)
        if message.thread in self.gone:
            raise Refused("It is gone.", "gone")
        name = f"m{len(self.shown) + 1}"
        self.shown[name] = message.payload["text"]
        self.places.append((message.payload["place"], message.thread))
        return Receipt(name)

    places: list


class Bot:
    """A world whose news go to a channel by a schedule."""

    def __init__(self, renderer=None, target=QUAY, **schedule):
        self.world = World()
        self.outbox = self.world.outbox
        self.channel = Channel()
        self.channel.places = []
        renderers = {"chat": renderer or Plain()}
        notices = Notices(self.outbox, renderers, lambda: self.world.now)
        self.composer = Composer(
            self.outbox, self.world.answers, renderers, lambda: 0.5, dead=notices.uncomposed
        )
        self.pump = Pump(
            self.outbox,
            {"chat": self.channel},
            clock=lambda: 0.0,
            now=lambda: self.world.now,
            chance=lambda: 0.5,
            closed=notices.closed,
        )
        spec = parse_schedule("every 30 minutes", zone="UTC")
        first = next_run(spec, self.world.now)
        made = Scheduled(target, ANNA, spec, next_at=first.at, next_slot=first.slot, **schedule)
        self.schedule = self.outbox.add(made, self.world.now)

    def run(self, after=30 * MINUTE):
        """Time passes, and what is due is told; what was told by it."""
        self.world.now += after
        before = dict(self.channel.shown)
        self.outbox.tick(self.world.now, 100, plan)
        self.world.now += 11 * MINUTE
        self.work()
        return [text for name, text in self.channel.shown.items() if before.get(name) != text]

    def work(self):
        working = True
        while working:
            lanes = self.outbox.composable(self.world.now, 9)
            for lane in lanes:
                self.composer.compose(lane, self.world.now)
            working = bool(asyncio.run(self.pump.round()) or lanes)


@pytest.fixture
def bot():
    return Bot()


def lock(bot, *keys):
    for key in keys:
        bot.world.put(key, *LOCK[key], story="lock", title="Ostwick lock")


def test_news_are_told_once_and_then_there_is_silence(bot):
    lock(bot, "monday")
    [told] = bot.run()
    assert "Ninety barges wait at the lock" in told
    assert bot.run() == []
    assert [row.state for row in bot.outbox.deliveries(QUAY, 9)] == ["skipped", "sent"]


def test_a_later_digest_is_a_reply_in_the_thread_of_its_story_and_tells_only_what_is_new(bot):
    lock(bot, "monday")
    bot.run()
    lock(bot, "sunday")
    [told] = bot.run(2 * HOUR)
    assert "gravel to Tarnby" in told
    assert bot.channel.places == [("root", ""), ("thread", "m1")]
    assert bot.world.store.mark(QUAY, "lock").versions == {"monday", "sunday"}


def test_within_the_hour_the_last_message_is_edited_and_holds_both(bot):
    lock(bot, "monday")
    bot.run()
    lock(bot, "sunday")
    [told] = bot.run()
    assert "Ninety barges wait at the lock" in told
    assert "gravel to Tarnby" in told
    assert list(bot.channel.shown) == ["m1"]


def test_where_the_message_to_be_edited_is_gone_it_is_a_reply_and_where_the_root_is_gone_a_new_root(bot):
    lock(bot, "monday")
    bot.run()
    bot.channel.gone = {"m1"}
    lock(bot, "sunday")
    bot.run()
    bot.world.now += HOUR
    bot.work()
    assert bot.channel.places[-1] == ("root", "")
    lane = bot.outbox.lane(QUAY)
    assert lane.threads["lock"].root == "m2"


def test_several_stories_have_one_lead_with_links_and_each_its_own_thread(bot):
    bot.world.put_all(LOCK, "lock", "Ostwick lock")
    bot.world.put_all(ORCHARD, "orchard", "Velm pears")
    lead, *stories = bot.run()
    assert "Ostwick lock" in lead
    assert "Velm pears" in lead
    assert [place for place, _ in bot.channel.places] == ["lead", "root", "root"]
    assert len(stories) == 2
    assert bot.run() == []
    bot.world.put("late", "The mayor of Ostwick left the lock on Monday.", story="lock")
    bot.world.put("price", "Pears of Velm cost 9 crowns on Monday.", story="orchard")
    bot.run(2 * HOUR)
    assert bot.channel.places[3] == ("lead", "")
    assert {place for place, _ in bot.channel.places[4:]} == {"thread"}


def test_a_long_story_stands_in_several_messages_of_its_thread(bot):
    bot = Bot(Plain(size=4))
    bot.world.put_all(LOCK, "lock", "Ostwick lock")
    assert len(bot.run()) > 1
    assert bot.channel.places[0] == ("root", "")
    assert set(bot.channel.places[1:]) == {("root", "m1")}
    keys = [row.key for row in reversed(bot.outbox.deliveries(QUAY, 9))]
    assert len(set(keys)) == len(keys)


def test_where_a_reply_is_not_seen_in_the_channel_a_line_before_it_leads_there(bot):
    bot = Bot(Plain(broadcasts=False))
    lock(bot, "monday")
    bot.run()
    lock(bot, "sunday")
    bot.run(2 * HOUR)
    assert bot.channel.places == [("root", ""), ("lead", ""), ("thread", "m1")]


def test_a_person_is_told_in_plain_messages(bot):
    bot = Bot(target=ANNA)
    lock(bot, "monday")
    assert len(bot.run()) == 1
    assert bot.channel.places == [("answer", "")]
    assert bot.run() == []


def test_in_a_forum_each_story_has_a_post_and_no_line_leads_there():
    bot = Bot(Plain(broadcasts=False), target=FORUM)
    bot.world.put_all(LOCK, "lock", "Ostwick lock")
    bot.world.put_all(ORCHARD, "orchard", "Velm pears")
    bot.run()
    assert bot.channel.places == [("root", ""), ("root", "")]
    bot.world.put("late", "The mayor of Ostwick left the lock on Monday.", story="lock")
    bot.run(2 * HOUR)
    assert bot.channel.places[2:] == [("thread", bot.outbox.lane(FORUM).threads["lock"].root)]


def test_in_a_forum_a_note_is_said_in_the_first_post_and_silence_in_one_of_its_own():
    bot = Bot(target=FORUM)
    bot.outbox.change(bot.schedule.id, spec=parse_schedule("daily 9:00", zone="UTC"))
    bot.world.put_all(LOCK, "lock", "Ostwick lock")
    bot.world.put_all(ORCHARD, "orchard", "Velm pears")
    first, second = bot.run(4 * HOUR)
    assert ["late by 3 h" in text for text in (first, second)] == [True, False]
    assert any("still watching" in line for _ in range(16) for line in bot.run(DAY))
    assert bot.channel.places[2] == ("root", "")


def test_only_the_topics_of_a_schedule_are_told(bot):
    bot = Bot(topics=(Topic("story", "orchard"),))
    bot.world.put_all(LOCK, "lock", "Ostwick lock")
    bot.world.put_all(ORCHARD, "orchard", "Velm pears")
    [told] = bot.run()
    assert "pear" in told
    assert "barges" not in told


def test_more_stories_than_a_slot_tells_are_announced_and_told_at_the_next(bot):
    for number in range(7):
        bot.world.put(
            f"a{number}",
            f"The mill number {number} at Ostwick burned down.",
            story=f"s{number}",
            title=f"Mill {number}",
        )
    told = bot.run()
    assert "More has changed (2 stories): it is told next time." in told[0]
    assert len(told) == 6
    assert len(bot.run(2 * HOUR)) == 3
    assert bot.run() == []


def test_what_comes_late_says_so():
    bot = Bot()
    bot.outbox.change(bot.schedule.id, spec=parse_schedule("daily 9:00", zone="UTC"))
    lock(bot, "monday")
    [told] = bot.run(4 * HOUR)
    assert "late by 3 h" in told


def test_after_a_week_of_silence_one_line_says_that_it_watches(bot):
    lock(bot, "monday")
    bot.run()
    said = [line for _ in range(16) for line in bot.run(DAY)]
    assert len(said) == 2
    assert all("still watching" in line for line in said)


def test_whose_lease_was_lost_freezes_nothing(bot):
    lock(bot, "monday")
    bot.world.now += 30 * MINUTE
    bot.outbox.tick(bot.world.now, 9, plan)
    [lane] = bot.outbox.composable(bot.world.now, 9)
    scheduled = bot.world.answers.scheduled

    class Slow:
        together = None

        @staticmethod
        def scheduled(schedule, now):
            bot.outbox.lane(QUAY).token += 1
            yield from scheduled(schedule, now)

    assert not replace(bot.composer, digests=Slow()).compose(lane, bot.world.now)
    assert [row.state for row in bot.outbox.deliveries(QUAY, 9)] == ["pending"]


def test_the_owner_is_told_once_that_nothing_can_be_sent_any_more(bot):
    lock(bot, "monday")
    bot.channel.gone = {QUAY.id}
    [told] = bot.run()
    assert "The channel is gone." in " ".join(told.split())
    assert bot.outbox.schedules(QUAY)[0].paused == "The channel is gone."
    assert bot.run(DAY) == []
    bot.channel.gone = set()
    bot.world.say("schedule resume 1", IN_CHANNEL)
    [told] = bot.run()
    assert "Ninety barges wait at the lock" in told


def test_an_owner_whom_no_direct_message_reaches_is_told_once_with_their_next_answer(bot):
    lock(bot, "monday")
    bot.channel.gone = {QUAY.id, ANNA.id}
    assert bot.run() == []
    shown = bot.world.ask("latest")  # and never sent
    assert "The channel is gone." in shown.notes[-1]
    assert "The channel is gone." in bot.world.say("latest").notes[-1]
    assert not any("The channel is gone." in note for note in bot.world.say("latest").notes)
    assert "Not running" in {section.heading for section in bot.world.say("status").sections}


def test_a_person_with_several_stories_is_told_that_they_come_late():
    bot = Bot(target=ANNA)
    bot.outbox.change(bot.schedule.id, spec=parse_schedule("daily 9:00", zone="UTC"))
    bot.world.put_all(LOCK, "lock", "Ostwick lock")
    bot.world.put_all(ORCHARD, "orchard", "Velm pears")
    told = bot.run(4 * HOUR)
    assert len(told) == 2
    assert sum("late by 3 h" in text for text in told) == 1


def test_each_message_is_in_the_language_of_its_schedule_and_bears_its_tag():
    plain = Plain(broadcasts=False)
    bot = Bot(plain, language="de", tag="77 The port")
    lock(bot, "monday")
    bot.run()
    lock(bot, "sunday")
    bot.run(2 * HOUR)
    assert plain.asked == [("root", "de", ("77",)), ("thread", "de", ("77",)), ("lead", "de", ("77",))]


def test_silence_in_a_forum_is_a_post_with_the_tag_of_its_schedule():
    plain = Plain(broadcasts=False)
    bot = Bot(plain, target=FORUM, tag="77 The port")
    bot.outbox.change(bot.schedule.id, spec=parse_schedule("daily 9:00", zone="UTC"))
    lock(bot, "monday")
    bot.run(4 * HOUR)
    assert any("still watching" in line for _ in range(16) for line in bot.run(DAY))
    assert [(place, tags) for place, _, tags in plain.asked] == [("root", ("77",))] * 2


def test_who_is_told_that_nothing_can_be_sent_or_composed_is_told_in_the_language_of_the_schedule():
    plain = Plain()
    bot = Bot(plain, language="de")
    lock(bot, "monday")
    bot.channel.gone = {QUAY.id}
    bot.run()
    assert plain.asked[1:] == [("answer", "de", ())]
    bot = Bot(plain, language="de")
    composing = Composing(Lease(1, 1, bot.world.now), bot.schedule, "2031-03-04T09:00", "k")
    Notices(bot.outbox, {"chat": plain}, lambda: bot.world.now).uncomposed(composing, Verdict("dead"))
    assert plain.asked[2:] == [("answer", "de", ())]


def test_where_a_line_leads_to_a_thread_a_note_is_said_once():
    bot = Bot(Plain(broadcasts=False))
    lock(bot, "monday")
    bot.run()
    bot.outbox.change(bot.schedule.id, spec=parse_schedule("daily 9:00", zone="UTC"), next_at=bot.world.now)
    lock(bot, "sunday")
    told = bot.run(3 * HOUR)
    assert len(told) == 2
    assert sum("late by" in text for text in told) == 1


class Failing:
    """Digests that fail as they are told to, and then tell nothing."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.together = None

    def scheduled(self, schedule, now):
        del schedule, now
        if self.errors:
            raise self.errors.pop(0)
        return iter([])


def failing(*errors):
    """A bot whose digest is due and fails."""
    bot = Bot()
    bot.world.now += 30 * MINUTE
    bot.outbox.tick(bot.world.now, 9, plan)
    bot.composer = replace(bot.composer, digests=Failing(*errors))
    return bot


def composed(bot, after):
    bot.world.now += after
    lanes = bot.outbox.composable(bot.world.now, 9)
    assert not any(bot.composer.compose(lane, bot.world.now) for lane in lanes)
    return len(lanes)


def test_a_slot_that_fails_is_tried_again_after_ever_longer_waits_and_says_why():
    bot = failing(KeyError("odd"), GivenUp("It took too long.", "late"))
    assert composed(bot, after=0 * MINUTE)
    [row] = bot.outbox.deliveries(QUAY, 9)
    assert (row.state, row.code, row.attempts) == ("retry", "not composed: KeyError", 1)
    assert outcome(row) == "is tried again · it could not be composed; the log tells why (KeyError)"
    assert not composed(bot, after=timedelta(seconds=14))
    assert composed(bot, after=timedelta(seconds=1))
    [row] = bot.outbox.deliveries(QUAY, 9)
    assert (row.code, row.attempts) == ("not composed: It took too long.", 2)
    assert not composed(bot, after=timedelta(seconds=29))
    bot.world.now += timedelta(seconds=1)
    bot.work()
    assert [each.state for each in bot.outbox.deliveries(QUAY, 9)] == ["skipped"]


def test_a_slot_that_fails_for_good_is_given_up_and_its_owner_hears_of_it_once():
    bot = failing(*[KeyError("odd")] * 99)
    for _ in range(20):
        composed(bot, after=10 * MINUTE)
    [told, row] = bot.outbox.deliveries(None, 9)
    assert (row.state, row.code, row.attempts) == ("dead", "not composed: KeyError", 10)
    assert told.target == ANNA
    bot.work()
    [text] = bot.channel.shown.values()
    assert "could not be put together (KeyError)" in " ".join(text.split())


def test_a_database_that_fails_is_no_fault_of_the_slot():
    bot = failing(*[UnusableStore("It is gone.")] * 99)
    for _ in range(20):
        assert composed(bot, after=MINUTE)
    [row] = bot.outbox.deliveries(QUAY, 9)
    assert (row.state, row.code, row.attempts) == ("retry", "not composed: It is gone.", 0)


def test_a_slot_of_which_whoever_composes_it_dies_is_given_up_and_its_owner_hears_of_it():
    bot = failing(*[KeyboardInterrupt()] * 99)
    for _ in range(10):
        with pytest.raises(KeyboardInterrupt):
            composed(bot, after=3 * MINUTE)
    assert composed(bot, after=3 * MINUTE)
    [told, row] = bot.outbox.deliveries(None, 9)
    assert (row.state, row.code, told.target) == ("dead", "not composed", ANNA)


def test_what_is_being_composed_when_a_process_stops_is_free_at_once_for_the_next(bot):
    lock(bot, "monday")
    bot.world.now += 30 * MINUTE
    bot.outbox.tick(bot.world.now, 9, plan)
    [lane] = bot.outbox.composable(bot.world.now, 9)

    class Slow:
        together = None

        @staticmethod
        def scheduled(schedule, now):
            stopped.stop(now)
            assert bot.outbox.composable(now, 9) == [lane]
            yield from bot.world.answers.scheduled(schedule, now)

    stopped = replace(bot.composer, digests=Slow(), at_work={})
    assert not stopped.compose(lane, bot.world.now)
    [row] = bot.outbox.deliveries(QUAY, 9)
    assert (row.state, row.attempts) == ("pending", 0)
    bot.work()
    assert [each.state for each in bot.outbox.deliveries(QUAY, 9)] == ["sent"]

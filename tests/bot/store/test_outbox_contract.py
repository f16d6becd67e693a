"""What every outbox does, in memory, in SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.delivery.policy import STOPPED, unsent
from bot.delivery.values import Part, Planned, Receipt, Scheduled, Verdict
from bot.errors import WrongSchedule
from bot.ports import Target, Topic
from bot.schedules import Every, Quiet
from bot.store import open_store
from tests.bot.store.telling import telling
from tests.fakes import MemoryStore
from tests.fakes_outbox import MemoryOutbox

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
OVER = timedelta(0)  # a lease that is over as it begins, whatever clock counts it
QUAY = Target("slack", "home", "channel", "C-quay")
PIER = Target("slack", "home", "channel", "C-pier")
FAR = Target("slack", "away", "channel", "C-far")
ROOM = Target("discord", "guild", "channel", "room")
CARLA = Target("slack", "home", "person", "U-carla")
ALL = ("slack", "discord")
SENT = Verdict("sent", receipt=Receipt("m"))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request):
    if request.param == "memory":
        store = MemoryStore()
        store.outbox = MemoryOutbox(store.tell)
        yield store
        return
    with open_store(request.getfixturevalue(request.param), key=b"key") as opened:
        yield opened


@pytest.fixture
def outbox(store):
    return store.outbox


def hourly(target=QUAY, owner=CARLA, at=NOW, **more):
    return Scheduled(target, owner, Every(60, "UTC"), next_at=at, next_slot=at.isoformat(), **more)


def plan(due, now, crowd, **more):
    """Each slot by itself, at its time."""
    del now, crowd
    after = due.next_at + HOUR
    return replace(
        Planned(due.next_slot, due.next_at, "queued", after, after.isoformat(), due.next_at), **more
    )


def queued(outbox, *targets, now=NOW):
    """A schedule for each target, whose first slot is at the end of its lane."""
    made = [outbox.add(hourly(target, at=now), now) for target in targets]
    outbox.tick(now, 100, plan)
    return made


def frozen(outbox, *parts, now=NOW, lease=HOUR):
    composing = outbox.to_compose(now, lease)
    parts = parts or [Part(composing.key, {"text": composing.schedule.target.id})]
    assert outbox.freeze(composing, parts, now)
    return composing


def ready(outbox, *targets, now=NOW):
    """A message for each target that may be claimed."""
    made = queued(outbox, *targets, now=now)
    for _ in targets:
        frozen(outbox, now=now)
    return made


def claimed(outbox, now=NOW, limit=9, lease=HOUR, platforms=ALL):
    return outbox.claim(now, limit, lease, platforms)


def texts(claims):
    return sorted(each.message.payload["text"] for each in claims)


def states(outbox, target=None):
    return [(each.key.split(":", 2)[-1], each.state) for each in outbox.deliveries(target, 99)]


# -- schedules ---------------------------------------------------------------------------------------------------------


def test_a_schedule_is_kept_with_an_id_where_it_tells(outbox):
    about = (Topic("story", "s1"), Topic("word", "ore"))
    schedule = hourly(topics=about, length="short", language="de", tag="77")
    kept = outbox.add(schedule, NOW)
    assert kept.id
    assert kept == replace(schedule, id=kept.id)
    other = outbox.add(hourly(PIER), NOW)
    assert list(outbox.schedules(QUAY)) == [kept]
    assert list(outbox.schedules(PIER)) == [other]
    assert list(outbox.schedules(ROOM)) == []


def test_whoever_made_schedules_finds_them_wherever_they_tell(outbox):
    mine = [outbox.add(hourly(target), NOW) for target in (QUAY, CARLA, PIER)]
    outbox.add(hourly(QUAY, replace(CARLA, id="U-dora")), NOW)
    assert list(outbox.made_by(CARLA)) == mine
    assert list(outbox.made_by(QUAY)) == []


def test_a_person_has_20_schedules_wherever_they_are(outbox):
    for number in range(20):
        outbox.add(hourly(replace(QUAY, id=f"C-{number}")), NOW)
    with pytest.raises(WrongSchedule, match="20"):
        outbox.add(hourly(PIER), NOW)
    outbox.add(hourly(PIER, owner=replace(CARLA, id="U-dan")), NOW)


def test_a_channel_has_100_schedules_whoever_made_them(outbox):
    for number in range(100):
        outbox.add(hourly(owner=replace(CARLA, id=f"U-{number}")), NOW)
    with pytest.raises(WrongSchedule, match="100"):
        outbox.add(hourly(owner=replace(CARLA, id="U-one-more")), NOW)


def test_a_paused_schedule_does_not_run_until_it_is_resumed(outbox):
    kept = outbox.add(hourly(), NOW)
    assert outbox.pause(kept.id, "on leave")
    assert outbox.schedules(QUAY)[0].paused == "on leave"
    assert list(outbox.tick(NOW, 9, plan)) == []
    assert outbox.resume(kept.id, NOW + HOUR, "later")
    assert list(outbox.tick(NOW, 9, plan)) == []
    [(due, planned)] = outbox.tick(NOW + HOUR, 9, plan)
    assert (due.paused, planned.slot) == ("", "later")


def test_what_there_is_not_can_be_neither_paused_nor_resumed_nor_removed_nor_run(outbox):
    assert not outbox.pause(77, "x")
    assert not outbox.resume(77, NOW, "x")
    assert not outbox.remove(77)
    assert not outbox.run_now(77, "x", NOW)


def test_a_removed_schedule_takes_its_uncomposed_slots_along_and_leaves_its_messages(outbox):
    [kept] = queued(outbox, QUAY)
    outbox.tick(NOW + HOUR, 9, plan)
    frozen(outbox, now=NOW + HOUR)
    assert outbox.remove(kept.id)
    assert list(outbox.schedules(QUAY)) == []
    assert states(outbox) == [
        ((NOW + HOUR).isoformat(), "skipped"),
        (NOW.isoformat(), "pending"),
    ]
    [claim] = claimed(outbox, NOW + HOUR)
    assert outbox.finish(claim, SENT, NOW + HOUR)
    assert outbox.to_compose(NOW + HOUR, HOUR) is None


def test_what_is_composed_for_a_schedule_that_was_removed_meanwhile_is_not_sent(outbox):
    [kept] = queued(outbox, QUAY)
    composing = outbox.to_compose(NOW, HOUR)
    outbox.remove(kept.id)
    assert not outbox.freeze(composing, [Part(composing.key, {"text": "x"})], NOW)
    assert claimed(outbox) == []


# -- the tick ----------------------------------------------------------------------------------------------------------


def test_what_is_due_the_longest_is_planned_first_and_once(outbox):
    for minutes in (3, 1, 2):
        outbox.add(hourly(replace(QUAY, id=str(minutes)), at=NOW + minutes * MINUTE), NOW)
    ticks = [outbox.tick(NOW + HOUR, 2, plan) for _ in range(3)]
    assert [[due.target.id for due, _ in each] for each in ticks] == [["1", "2"], ["3"], []]
    assert outbox.schedules(replace(QUAY, id="2"))[0].last_slot == (NOW + 2 * MINUTE).isoformat()


def test_a_slot_that_has_a_run_makes_no_other_whatever_a_clock_says(outbox):
    [kept] = queued(outbox, QUAY)
    outbox.resume(kept.id, NOW, NOW.isoformat())  # as a restored row, or a hand, would have it
    outbox.tick(NOW, 9, plan)
    assert states(outbox) == [(NOW.isoformat(), "pending")]
    assert outbox.schedules(QUAY)[0].next_at == NOW + HOUR
    assert list(outbox.tick(NOW - HOUR, 9, plan)) == []


@pytest.mark.parametrize("outcome", ["late", "quiet_merged"])
def test_a_run_that_is_not_queued_is_nothing_to_compose_and_is_seen_as_skipped(outbox, outcome):
    kept = outbox.add(hourly(), NOW)
    outbox.tick(NOW, 9, lambda *asked: plan(*asked, outcome=outcome, coalesced=3))
    assert list(outbox.composable(NOW, 9)) == []
    [skipped] = outbox.deliveries(QUAY, 9)
    assert (skipped.state, skipped.code, skipped.coalesced) == ("skipped", outcome, 3)
    assert (skipped.created, skipped.schedule) == (NOW, kept.id)
    assert outbox.deliveries(PIER, 9) == []
    assert list(outbox.deliveries(None, 9)) == [skipped]
    assert outbox.schedules(QUAY)[0].next_at == NOW + HOUR


def test_a_plan_knows_how_many_are_due_in_its_second_even_where_a_tick_ends_among_them(outbox):
    for number in range(5):
        outbox.add(hourly(replace(QUAY, id=str(number)), at=NOW + number * timedelta(milliseconds=1)), NOW)
    outbox.add(hourly(PIER, at=NOW + SECOND), NOW)
    crowds = []
    outbox.tick(NOW + HOUR, 3, lambda due, now, crowd: crowds.append(crowd) or plan(due, now, crowd))
    assert crowds == [5, 5, 5]


def test_slots_of_several_schedules_stand_in_their_lane_in_the_order_in_which_they_were_due(outbox):
    outbox.add(hourly(at=NOW + MINUTE), NOW)
    outbox.add(hourly(at=NOW), NOW)
    outbox.tick(NOW + MINUTE, 9, plan)
    slots = []
    while composing := outbox.to_compose(NOW + MINUTE, HOUR):
        slots.append(composing.slot)
        outbox.freeze(composing, [], NOW + MINUTE)
    assert slots == [NOW.isoformat(), (NOW + MINUTE).isoformat()]


def test_a_slot_out_of_turn_is_queued_once(outbox):
    kept = outbox.add(hourly(), NOW)
    assert outbox.run_now(kept.id, "now", NOW)
    assert not outbox.run_now(kept.id, "now", NOW)
    assert outbox.to_compose(NOW, HOUR).slot == "now"


def test_a_row_goes_when_it_may_and_not_before(outbox):
    outbox.add(hourly(), NOW)
    outbox.tick(NOW, 9, lambda *asked: plan(*asked, send_at=NOW + MINUTE, late="2 h"))
    assert outbox.to_compose(NOW, HOUR) is None
    composing = outbox.to_compose(NOW + MINUTE, HOUR)
    assert (composing.late, composing.key) == ("2 h", f"s:{composing.schedule.id}:{composing.slot}")


def test_a_row_that_comes_after_another_keeps_its_own_time(outbox):
    queued(outbox, QUAY)
    outbox.tick(NOW + HOUR, 9, lambda *asked: plan(*asked, send_at=NOW + 2 * HOUR))
    outbox.freeze(outbox.to_compose(NOW + HOUR, HOUR), [], NOW + HOUR)
    assert outbox.to_compose(NOW + HOUR, HOUR) is None
    assert outbox.to_compose(NOW + 2 * HOUR, HOUR)


# -- composing ---------------------------------------------------------------------------------------------------------


def test_a_slot_is_composed_by_one_and_only_once_its_predecessor_has_ended(outbox):
    queued(outbox, QUAY)
    outbox.tick(NOW + HOUR, 9, plan)
    composing = outbox.to_compose(NOW + HOUR, HOUR)
    assert composing.slot == NOW.isoformat()
    assert outbox.to_compose(NOW + HOUR, HOUR) is None
    assert outbox.freeze(composing, [Part(composing.key, {"text": "1"})], NOW + HOUR)
    assert outbox.to_compose(NOW + HOUR, HOUR) is None
    [claim] = claimed(outbox, NOW + HOUR)
    assert outbox.finish(claim, SENT, NOW + HOUR)
    assert outbox.to_compose(NOW + HOUR, HOUR).slot == (NOW + HOUR).isoformat()


def test_the_pump_gets_nothing_that_is_not_composed(outbox):
    queued(outbox, QUAY)
    assert claimed(outbox) == []
    frozen(outbox)
    assert texts(claimed(outbox)) == ["C-quay"]


def test_a_slot_with_nothing_to_tell_is_skipped_and_counted_until_there_is_something(outbox):
    queued(outbox, QUAY)
    for hour in range(2):
        outbox.freeze(outbox.to_compose(NOW + hour * HOUR, HOUR), [], NOW + hour * HOUR)
        outbox.tick(NOW + (hour + 1) * HOUR, 9, plan)
    assert [state for _, state in states(outbox)] == ["pending", "skipped", "skipped"]
    assert outbox.schedules(QUAY)[0].silent_since == NOW
    frozen(outbox, now=NOW + 2 * HOUR)
    assert outbox.schedules(QUAY)[0].silent_since is None


def test_whose_lease_was_taken_over_freezes_nothing(outbox):
    queued(outbox, QUAY)
    sleeper = outbox.to_compose(NOW, OVER)
    other = outbox.to_compose(NOW, HOUR)
    assert other.key == sleeper.key
    assert not outbox.freeze(sleeper, [Part(sleeper.key, {"text": "late"})], NOW)
    assert outbox.renew(sleeper.lease, NOW, HOUR) is None
    assert outbox.freeze(other, [Part(other.key, {"text": "in time"})], NOW)
    assert not outbox.freeze(other, [Part(other.key, {"text": "twice"})], NOW)
    assert texts(claimed(outbox)) == ["in time"]


def test_a_lease_that_is_renewed_holds_for_longer(outbox):
    queued(outbox, QUAY)
    composing = outbox.to_compose(NOW, OVER)
    renewed = outbox.renew(composing.lease, NOW, HOUR)
    assert (renewed.lane, renewed.token) == (composing.lease.lane, composing.lease.token)
    assert outbox.to_compose(NOW, HOUR) is None
    assert outbox.freeze(replace(composing, lease=renewed), [], NOW)


def test_a_lane_that_is_given_back_is_free_at_once(outbox):
    queued(outbox, QUAY)
    assert outbox.set_back(outbox.to_compose(NOW, HOUR), STOPPED, NOW)
    composing = outbox.to_compose(NOW, HOUR)
    assert (composing.attempts, composing.silent) == (1, 0)
    outbox.freeze(composing, [Part(composing.key, {"text": "x"})], NOW)
    [claim] = claimed(outbox)
    assert outbox.finish(claim, unsent(claim), NOW)
    assert not outbox.finish(claim, SENT, NOW)
    [again] = claimed(outbox)
    assert (again.before, again.attempts, again.message.first_attempt) == ("pending", 1, None)


def test_what_may_have_gone_out_before_stays_so_when_it_is_given_back_unsent(outbox):
    ready(outbox, QUAY)
    assert claimed(outbox, lease=OVER)
    [again] = claimed(outbox, NOW + SECOND)
    assert outbox.finish(again, unsent(again), NOW + SECOND)
    [third] = claimed(outbox, NOW + SECOND)
    assert (third.before, third.attempts, third.message.first_attempt) == ("attempting", 2, NOW)


def test_a_slot_that_was_not_composed_waits_with_its_reason_and_then_goes_out_as_if_nothing_had_been(outbox):
    queued(outbox, QUAY)
    composing = outbox.to_compose(NOW, HOUR)
    assert outbox.set_back(composing, Verdict("retry", MINUTE, "not composed: odd"), NOW)
    assert not outbox.set_back(composing, Verdict("dead"), NOW)
    [row] = outbox.deliveries(QUAY, 9)
    assert (row.state, row.code, row.attempts) == ("retry", "not composed: odd", 1)
    assert row.tries == ((NOW, "retry", "not composed: odd"),)
    assert outbox.to_compose(NOW + MINUTE - SECOND, HOUR) is None
    again = frozen(outbox, now=NOW + MINUTE)
    assert (again.attempts, again.silent) == (2, 0)
    [row] = outbox.deliveries(QUAY, 9)
    assert (row.state, row.code, row.attempts, row.tries) == ("pending", "", 0, ())


def test_a_slot_of_which_nothing_was_heard_again_says_how_often_until_somebody_wants_it_after_all(outbox):
    queued(outbox, QUAY)
    assert [outbox.to_compose(NOW + HOUR, OVER).silent for _ in range(4)] == [0, 1, 2, 3]
    composing = outbox.to_compose(NOW + HOUR, HOUR)
    assert outbox.set_back(composing, Verdict("dead", code="not composed"), NOW + HOUR)
    assert outbox.retry(composing.key, NOW + 2 * HOUR)
    again = outbox.to_compose(NOW + 2 * HOUR, HOUR)
    assert (again.attempts, again.silent) == (1, 0)


def test_a_slot_that_is_given_up_does_not_hold_up_its_lane(outbox):
    queued(outbox, QUAY)
    outbox.tick(NOW + HOUR, 9, plan)
    composing = outbox.to_compose(NOW + HOUR, HOUR)
    assert outbox.set_back(composing, Verdict("dead", code="not composed"), NOW + HOUR)
    assert outbox.to_compose(NOW + HOUR, HOUR).slot == (NOW + HOUR).isoformat()
    [_, row] = outbox.deliveries(QUAY, 9)
    assert (row.state, row.code, row.finished) == ("dead", "not composed", NOW + HOUR)


def test_of_a_slot_whose_lease_was_lost_or_whose_schedule_is_gone_nothing_is_set_back(outbox):
    [kept] = queued(outbox, QUAY)
    lost = outbox.to_compose(NOW, OVER)
    composing = outbox.to_compose(NOW + SECOND, HOUR)
    assert not outbox.set_back(lost, Verdict("dead"), NOW + SECOND)
    [row] = outbox.deliveries(QUAY, 9)
    assert [outcome for _, outcome, _ in row.tries] == ["lease lost", ""]
    outbox.remove(kept.id)
    assert not outbox.set_back(composing, Verdict("retry"), NOW + SECOND)
    assert states(outbox, QUAY) == [(NOW.isoformat(), "skipped")]


# -- sending -----------------------------------------------------------------------------------------------------------


def test_parts_go_out_one_after_the_other_with_keys_of_their_own(outbox):
    queued(outbox, QUAY)
    key = outbox.to_compose(NOW, OVER).key
    frozen(
        outbox, Part(key, {"text": "lead"}), *(Part(f"{key}:s:{n}", {"text": str(n)}, "s") for n in range(2))
    )
    sent = []
    while claims := claimed(outbox):
        [claim] = claims
        sent.append((claim.message.key, claim.message.payload["text"]))
        assert outbox.finish(claim, SENT, NOW)
    assert sent == [(key, "lead"), (f"{key}:s:0", "0"), (f"{key}:s:1", "1")]


def test_every_attempt_sends_the_same_words_under_the_same_nonce_made_of_lane_and_key(outbox):
    ready(outbox, QUAY, PIER)
    first = claimed(outbox, lease=OVER)
    again = claimed(outbox)
    assert [replace(each.message, first_attempt=None) for each in again] == [each.message for each in first]
    nonces = {each.message.nonce for each in first}
    assert len(nonces) == 2
    assert all(len(nonce) == 24 and nonce.isalnum() and nonce == nonce.lower() for nonce in nonces)


def test_a_lane_is_claimed_by_one_and_as_many_as_are_asked_for(outbox):
    ready(outbox, QUAY, PIER, FAR)
    assert len(claimed(outbox, limit=2)) == 2
    assert len(claimed(outbox, limit=2)) == 1
    assert claimed(outbox) == []


def test_each_installation_has_a_turn_before_any_has_its_next_and_the_longest_due_comes_first(outbox):
    for number, target in enumerate((QUAY, PIER, CARLA, FAR, ROOM)):
        assert outbox.post(target, [Part(target.id, {"text": target.id})], NOW + number * SECOND)
    turns = [claimed(outbox, NOW + HOUR, limit=2) for _ in range(3)]
    assert [[each.message.key for each in claims] for claims in turns] == [
        [QUAY.id, FAR.id],
        [PIER.id, ROOM.id],
        [CARLA.id],
    ]


def test_only_platforms_that_are_asked_for_are_claimed(outbox):
    ready(outbox, QUAY, ROOM)
    assert texts(claimed(outbox, platforms=["discord"])) == ["room"]
    assert claimed(outbox, platforms=[]) == []
    assert texts(claimed(outbox)) == ["C-quay"]


def test_what_a_crash_left_behind_is_an_unknown_outcome_since_its_first_attempt(outbox):
    ready(outbox, QUAY)
    [first] = claimed(outbox, lease=OVER)
    assert (first.before, first.attempts, first.message.first_attempt) == ("pending", 1, None)
    [second] = claimed(outbox, NOW + MINUTE, lease=OVER)
    assert (second.before, second.attempts, second.message.first_attempt) == ("attempting", 2, NOW)
    [third] = claimed(outbox, NOW + HOUR)
    assert (third.before, third.attempts, third.message.first_attempt) == ("attempting", 3, NOW)


def test_the_finish_of_a_worker_that_woke_too_late_is_refused_and_its_log_says_so(store, outbox):
    queued(outbox, QUAY)
    composing = outbox.to_compose(NOW, HOUR)
    part = Part(composing.key, {"text": "x"}, "s", telling=telling(to=QUAY, moves=QUAY))
    outbox.freeze(composing, [part], NOW)
    [sleeper] = claimed(outbox, lease=OVER)
    [other] = claimed(outbox)
    assert not outbox.finish(sleeper, SENT, NOW)
    assert not store.mark(QUAY, "s").told
    assert [each.state for each in outbox.deliveries(QUAY, 9)] == ["attempting"]
    assert outbox.finish(other, SENT, NOW)
    assert not outbox.finish(other, Verdict("dead"), NOW)
    [row] = outbox.deliveries(QUAY, 9)
    assert (row.state, row.tries) == ("sent", ((NOW, "lease lost", ""), (NOW, "sent", "")))


def test_what_is_told_becomes_true_as_its_message_is_marked_as_sent_and_not_before(store, outbox):
    queued(outbox, QUAY)
    key = outbox.to_compose(NOW, OVER).key
    tellings = [telling(story=story, to=QUAY, moves=QUAY) for story in ("s", "t")]
    frozen(outbox, *(Part(f"{key}:{n}", {"text": "x"}, telling=each) for n, each in enumerate(tellings)))
    assert store.mark(QUAY, "s").at is None
    [claim] = claimed(outbox)
    assert outbox.finish(claim, Verdict("retry", code="busy"), NOW)
    assert store.mark(QUAY, "s").at is None
    [claim] = claimed(outbox)
    assert outbox.finish(claim, SENT, NOW + MINUTE)
    assert (store.mark(QUAY, "s").at, store.mark(QUAY, "t").at) == (NOW + MINUTE, None)
    assert store.shown(QUAY).digest == tellings[0].digest
    [claim] = claimed(outbox, NOW + MINUTE)
    assert outbox.finish(claim, Verdict("dead", code="refused"), NOW + MINUTE)
    assert store.mark(QUAY, "t").at is None


def test_a_certain_refusal_starts_the_time_of_unknown_attempts_anew(outbox):
    ready(outbox, QUAY)
    [claim] = claimed(outbox)
    assert outbox.finish(claim, Verdict("attempting", known=False), NOW)
    [claim] = claimed(outbox, NOW + MINUTE)
    assert (claim.before, claim.message.first_attempt) == ("attempting", NOW)
    assert outbox.finish(claim, Verdict("retry", known=True), NOW + MINUTE)
    [claim] = claimed(outbox, NOW + HOUR)
    assert (claim.before, claim.message.first_attempt, claim.attempts) == ("retry", None, 3)


def test_what_was_not_taken_for_lack_of_a_turn_is_no_attempt(outbox):
    ready(outbox, QUAY)
    for _ in range(3):
        [claim] = claimed(outbox)
        assert claim.attempts == 1
        outbox.finish(claim, Verdict("retry", counted=False), NOW)


@pytest.mark.parametrize("state", ["held", "dead", "skipped"])
def test_what_has_ended_unsent_lets_its_lane_go_on(outbox, state):
    ready(outbox, QUAY)
    outbox.tick(NOW + HOUR, 9, plan)
    [claim] = claimed(outbox, NOW + HOUR)
    assert outbox.finish(claim, Verdict(state, code="why"), NOW + HOUR)
    assert outbox.to_compose(NOW + HOUR, HOUR).slot == (NOW + HOUR).isoformat()
    row = outbox.deliveries(QUAY, 9)[-1]
    assert (row.state, row.code, row.finished) == (state, "why", NOW + HOUR)


# -- waiting and closing -----------------------------------------------------------------------------------------------


def test_a_lane_waits_as_long_as_it_was_told_and_holds_up_no_other(outbox):
    ready(outbox, QUAY, PIER)
    [claim] = claimed(outbox, limit=1)
    outbox.finish(claim, Verdict("retry", MINUTE, waits="lane"), NOW)
    assert len(claimed(outbox)) == 1
    assert claimed(outbox, NOW + MINUTE - SECOND) == []
    assert [each.message for each in claimed(outbox, NOW + MINUTE)] == [claim.message]


def test_after_a_message_a_lane_rests_as_long_as_it_was_told(outbox):
    ready(outbox, QUAY)
    [claim] = claimed(outbox)
    outbox.finish(claim, Verdict("sent", SECOND, receipt=Receipt("m")), NOW + HOUR)
    outbox.tick(NOW + HOUR, 9, plan)
    assert outbox.to_compose(NOW + HOUR, HOUR) is None
    assert outbox.to_compose(NOW + HOUR + SECOND, HOUR)


@pytest.mark.parametrize(
    ("reach", "waiting"),
    [("installation", ["C-pier", "C-quay"]), ("platform", ["C-far", "C-pier", "C-quay"])],
)
def test_an_installation_or_a_platform_waits_with_all_its_lanes_but_no_others(outbox, reach, waiting):
    ready(outbox, QUAY, PIER, FAR, ROOM)
    claims = {each.message.target: each for each in claimed(outbox)}
    outbox.finish(claims[QUAY], Verdict("retry", MINUTE, waits=reach), NOW)
    for target in (PIER, FAR, ROOM):
        outbox.finish(claims[target], Verdict("retry"), NOW)
    free = texts(claimed(outbox, NOW + MINUTE - SECOND))
    assert sorted([*free, *waiting]) == ["C-far", "C-pier", "C-quay", "room"]
    assert texts(claimed(outbox, NOW + MINUTE)) == waiting


@pytest.mark.parametrize("reach", ["installation", "platform"])
def test_the_longer_wait_counts(outbox, reach):
    ready(outbox, QUAY, PIER)
    for claim, span in zip(claimed(outbox), (HOUR, MINUTE), strict=True):
        outbox.finish(claim, Verdict("retry", span, waits=reach), NOW)
    assert claimed(outbox, NOW + HOUR - SECOND) == []
    assert len(claimed(outbox, NOW + HOUR)) == 2


@pytest.mark.parametrize("reach", ["lane", "installation", "platform"])
def test_what_is_closed_neither_sends_nor_composes_until_it_is_opened(outbox, reach):
    ready(outbox, QUAY)
    [claim] = claimed(outbox)
    outbox.tick(NOW + HOUR, 9, plan)
    outbox.finish(claim, Verdict("dead", closes=reach, reason="The channel is gone."), NOW)
    later = NOW + 99 * HOUR
    assert outbox.to_compose(later, HOUR) is None
    assert outbox.reopen(reach, QUAY)
    assert not outbox.reopen(reach, QUAY)
    assert outbox.to_compose(later, HOUR)


def test_a_closed_lane_pauses_its_schedules_and_says_why_until_it_is_opened(outbox):
    ready(outbox, QUAY)
    own = outbox.add(hourly(), NOW)
    outbox.pause(own.id, "on leave")
    other = outbox.add(hourly(PIER), NOW)
    [claim] = claimed(outbox)
    outbox.finish(claim, Verdict("dead", closes="lane", reason="The channel is gone."), NOW)
    assert [each.paused for each in outbox.schedules(QUAY)] == ["The channel is gone.", "on leave"]
    assert outbox.schedules(PIER) == [other]
    outbox.reopen("lane", QUAY)
    assert [each.paused for each in outbox.schedules(QUAY)] == ["", "on leave"]


def test_what_comes_into_a_closed_lane_waits_there(outbox):
    [kept] = ready(outbox, QUAY)
    [claim] = claimed(outbox)
    outbox.finish(claim, Verdict("dead", closes="lane", reason="gone"), NOW)
    outbox.run_now(kept.id, "now", NOW)
    assert outbox.to_compose(NOW + HOUR, HOUR) is None
    outbox.reopen("lane", QUAY)
    assert outbox.to_compose(NOW + HOUR, HOUR).slot == "now"


def test_where_nothing_was_ever_sent_nothing_is_closed(outbox):
    assert not any(outbox.reopen(reach, ROOM) for reach in ("lane", "installation", "platform"))


# -- threads -----------------------------------------------------------------------------------------------------------


def send(outbox, receipt, now=NOW, **verdict):
    [claim] = claimed(outbox, now)
    assert outbox.finish(claim, Verdict("sent", receipt=receipt, **verdict), now)
    return claim.message


def test_a_root_opens_the_thread_in_which_what_follows_answers(outbox):
    queued(outbox, QUAY)
    key = outbox.to_compose(NOW, OVER).key
    parts = [Part(f"{key}:{n}", {"text": "x"}, "s", root=n == 0) for n in range(3)]
    lane = frozen(outbox, *parts, Part(f"{key}:t", {"text": "x"}, "t", root=True)).lease.lane
    receipts = [Receipt("m0", "thread"), Receipt("m1", "thread"), Receipt("m2"), Receipt("n0")]
    sent = [send(outbox, receipt, NOW + at * SECOND) for at, receipt in enumerate(receipts)]
    assert [message.thread for message in sent] == ["", "thread", "thread", ""]
    thread = outbox.thread(lane, "s")
    assert (thread.root, thread.last, thread.last_at, thread.last_key) == (
        "thread",
        "m2",
        NOW + 2 * SECOND,
        f"{key}:2",
    )
    assert outbox.thread(lane, "t").root == "n0"
    assert outbox.thread(lane, "u") is None


def test_an_edit_takes_the_place_of_a_message_in_its_thread(outbox):
    queued(outbox, QUAY)
    key = outbox.to_compose(NOW, OVER).key
    frozen(outbox, Part(key, {"text": "x"}, "s", root=True), Part(f"{key}:1", {"text": "y"}, "s", edits="m0"))
    send(outbox, Receipt("m0", "thread"))
    message = send(outbox, Receipt("m0"))
    assert (message.edits, message.thread) == ("m0", "thread")


def test_what_it_edits_or_answers_may_be_gone_and_then_a_message_does_without(outbox):
    queued(outbox, QUAY)
    key = outbox.to_compose(NOW, OVER).key
    composing = frozen(
        outbox, Part(key, {"text": "x"}, "s", root=True), Part(f"{key}:1", {"text": "y"}, "s", edits="m0")
    )
    send(outbox, Receipt("m0", "thread"))
    tried = []
    for _ in range(2):
        [claim] = claimed(outbox)
        tried.append((claim.message.edits, claim.message.thread))
        outbox.finish(claim, Verdict("retry", gone=True), NOW)
    message = send(outbox, Receipt("m9"))
    assert [*tried, (message.edits, message.thread)] == [("m0", "thread"), ("", "thread"), ("", "")]
    assert outbox.thread(composing.lease.lane, "s").root == "m9"


# -- what people see and do --------------------------------------------------------------------------------------------


def test_the_latest_rows_are_seen_first_of_one_target_or_of_all(outbox):
    ready(outbox, QUAY, PIER)
    outbox.tick(NOW + HOUR, 9, plan)
    assert len(outbox.deliveries(None, 99)) == 4
    assert len(outbox.deliveries(None, 3)) == 3
    rows = outbox.deliveries(QUAY, 9)
    assert [(row.target, row.created) for row in rows] == [(QUAY, NOW + HOUR), (QUAY, NOW)]
    assert outbox.deliveries(ROOM, 9) == []


def test_the_schedules_that_are_due_in_a_second_are_counted(outbox):
    half = timedelta(milliseconds=500)
    times = (NOW - MINUTE, NOW, NOW + half, NOW + SECOND)
    made = [outbox.add(hourly(at=at), NOW) for at in times]
    outbox.pause(outbox.add(hourly(), NOW).id, "by hand")
    assert (outbox.crowd(NOW), outbox.crowd(NOW + half), outbox.crowd(NOW + HOUR)) == (2, 2, 0)
    outbox.remove(made[1].id)
    assert outbox.crowd(NOW) == 1


def test_a_held_or_dead_row_is_sent_after_all_at_the_end_of_its_lane(outbox):
    ready(outbox, QUAY)
    outbox.tick(NOW + HOUR, 9, plan)
    [claim] = claimed(outbox, NOW + HOUR)
    key = claim.message.key
    assert not outbox.retry(key, NOW + HOUR)
    outbox.finish(claim, Verdict("held", code="unknown", known=False), NOW + HOUR)
    outbox.add(hourly(PIER), NOW)
    assert not outbox.retry(key, NOW + HOUR, PIER)  # whose lane it is not
    assert not outbox.retry(key, NOW + HOUR, ROOM)  # which has none
    assert outbox.retry(key, NOW + HOUR, QUAY)
    assert not outbox.retry(key, NOW + HOUR)
    assert not outbox.retry("no such key", NOW + HOUR)
    frozen(outbox, now=NOW + HOUR)
    sent = []
    for _ in range(2):
        [claim] = claimed(outbox, NOW + HOUR)
        sent.append((claim.message.key, claim.before, claim.attempts))
        outbox.finish(claim, SENT, NOW + HOUR)
    assert sent[1] == (key, "pending", 1)
    assert [row.state for row in outbox.deliveries(QUAY, 9)] == ["sent", "sent"]
    assert [outcome for _, outcome, _ in outbox.deliveries(QUAY, 9)[-1].tries] == ["held", "sent"]


# -- quiet hours, notices, what is closed, what is reckoned anew -------------------------------------------------------

NIGHT = (Quiet(time(22), time(7)), "Europe/Berlin")


def test_quiet_hours_of_a_target_hold_for_its_schedules_whenever_they_were_made(outbox):
    first = outbox.add(hourly(), NOW)
    assert outbox.quiet(QUAY) is None
    outbox.keep_quiet(QUAY, NIGHT, NOW)
    second = outbox.add(hourly(), NOW)
    assert outbox.quiet(QUAY) == NIGHT
    assert outbox.quiet(PIER) is None
    assert [each.quiet for each in outbox.schedules(QUAY)] == [NIGHT, NIGHT]
    assert (first.quiet, second.quiet) == (None, NIGHT)
    outbox.keep_quiet(QUAY, None, NOW)
    assert [each.quiet for each in outbox.schedules(QUAY)] == [None, None]


def test_quiet_hours_may_come_before_any_schedule(outbox):
    outbox.keep_quiet(ROOM, NIGHT, NOW)
    assert outbox.quiet(ROOM) == NIGHT
    assert outbox.add(hourly(ROOM), NOW).quiet == NIGHT


def test_a_notice_goes_out_behind_what_waits_and_never_twice(outbox):
    ready(outbox, QUAY)
    notice = Part("n:1", {"text": "notice"})
    assert outbox.post(QUAY, [notice, Part("n:2", {"text": "more"})], NOW)
    assert not outbox.post(QUAY, [Part("n:3", {"text": "x"}), notice], NOW)
    assert not outbox.post(PIER, [notice], NOW)
    for expected in ("C-quay", "notice", "more"):
        [claim] = claimed(outbox)
        assert claim.message.payload["text"] == expected
        assert outbox.finish(claim, SENT, NOW)
    assert claimed(outbox) == []


def test_a_notice_reaches_a_person_who_was_never_written_to(outbox):
    assert outbox.post(CARLA, [Part("n:1", {"text": "hello"})], NOW)
    assert texts(claimed(outbox)) == ["hello"]


@pytest.mark.parametrize(
    "verdict",
    [Verdict("dead", code="no"), Verdict("held"), Verdict("retry", closes="lane", reason="No DMs.")],
)
def test_a_notice_that_cannot_be_sent_is_unheard_until_it_was_told_otherwise(outbox, verdict):
    assert list(outbox.unheard(CARLA)) == []
    assert outbox.post(CARLA, [Part("n:1", {"text": "notice"})], NOW)
    assert list(outbox.unheard(CARLA)) == []
    [claim] = claimed(outbox)
    assert outbox.finish(claim, verdict, NOW)
    assert outbox.post(CARLA, [Part("f:1", {"text": "no notice"})], NOW)
    assert list(outbox.unheard(CARLA)) == ["n:1"]
    assert list(outbox.unheard(PIER)) == []
    outbox.heard(CARLA, ["n:1", "n:2", "f:1"], NOW)
    assert list(outbox.unheard(CARLA)) == []
    states = {row.key: (row.state, row.code) for row in outbox.deliveries(CARLA, 9)}
    assert states == {"n:1": ("skipped", "told"), "f:1": ("pending", "")}


def test_a_notice_does_not_open_what_is_closed(outbox):
    ready(outbox, QUAY)
    [claim] = claimed(outbox)
    outbox.finish(claim, Verdict("retry", closes="lane", reason="gone"), NOW)
    assert outbox.post(QUAY, [Part("n:1", {"text": "hello"})], NOW)
    assert claimed(outbox) == []


@pytest.mark.parametrize(("reach", "others"), [("lane", ["", "", ""]), ("installation", ["no", "", ""]), ("platform", ["no", "no", ""])])  # fmt: skip
def test_why_nothing_goes_to_a_target_can_be_asked(outbox, reach, others):
    ready(outbox, QUAY, PIER, FAR, ROOM)
    [claim] = [each for each in claimed(outbox) if each.message.target == QUAY]
    assert outbox.closed(QUAY) == ""
    outbox.finish(claim, Verdict("retry", closes=reach, reason="no"), NOW)
    assert outbox.closed(QUAY) == "no"
    assert [outbox.closed(target) for target in (PIER, FAR, ROOM)] == others
    assert outbox.reopen(reach, QUAY)
    assert outbox.closed(QUAY) == ""


def test_what_runs_can_be_reckoned_anew_unless_it_has_run_meanwhile(outbox):
    one, two, three = (outbox.add(hourly(at=NOW + hour * HOUR), NOW) for hour in range(3))
    outbox.pause(two.id, "on leave")
    assert [each.id for each in outbox.every(0, 9)] == [one.id, three.id]
    assert [each.id for each in outbox.every(one.id, 1)] == [three.id]
    assert outbox.reckon(three, NOW + 5 * HOUR, "five")
    assert not outbox.reckon(three, NOW + 6 * HOUR, "six")
    [kept] = [each for each in outbox.schedules(QUAY) if each.id == three.id]
    assert (kept.next_at, kept.next_slot) == (NOW + 5 * HOUR, "five")


def test_lanes_to_be_composed_are_named_and_can_be_leased_by_name(outbox):
    queued(outbox, QUAY, PIER)
    first, second = outbox.composable(NOW, 9)
    assert list(outbox.composable(NOW, 1)) == [first]
    composing = outbox.to_compose(NOW, HOUR, second)
    assert composing.lease.lane == second
    assert list(outbox.composable(NOW, 9)) == [first]
    assert outbox.to_compose(NOW, HOUR, second) is None


def test_a_thread_remembers_what_its_last_message_told(outbox):
    queued(outbox, QUAY)
    told = [telling("s1", said=(text,), to=QUAY, moves=QUAY) for text in ("One sank.", "Two sank.")]
    parts = [Part(f"k{n}", {"text": str(n)}, "s1", n == 0, telling=each) for n, each in enumerate(told)]
    lane = frozen(outbox, *parts).lease.lane
    for each in told:
        [claim] = claimed(outbox)
        assert outbox.finish(claim, replace(SENT, receipt=Receipt(claim.message.key)), NOW)
        thread = outbox.thread(lane, "s1")
        assert (thread.last_key, thread.telling) == (claim.message.key, each)


def test_a_late_row_says_so_and_how_many_slots_it_covers(outbox):
    outbox.add(hourly(), NOW)
    outbox.tick(NOW, 9, lambda *asked: plan(*asked, late="2 h", coalesced=1))
    [row] = outbox.deliveries(QUAY, 9)
    assert (row.late, row.coalesced, row.state) == ("2 h", 1, "pending")

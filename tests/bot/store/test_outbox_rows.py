"""What the rows of delivery hold: nothing of the forgotten, no damaged word, and nothing for longer than it is needed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from bot.delivery.values import Part, Receipt, Verdict
from bot.ports import Topic
from bot.schedules import parse_quiet
from bot.store import open_store, upgrade
from bot.store.schema import lanes, outbox, schedules
from tests.bot.store.incoming import HOME, put
from tests.bot.store.telling import telling
from tests.bot.store.test_files import columns, mentions
from tests.bot.store.test_outbox_contract import (
    CARLA,
    FAR,
    HOUR,
    MINUTE,
    NOW,
    OVER,
    PIER,
    QUAY,
    ROOM,
    SENT,
    claimed,
    frozen,
    hourly,
    plan,
    queued,
    ready,
)

TABLES = ("lanes", "schedules", "runs", "outbox", "attempts", "threads", "gates")


@pytest.fixture
def store(database):
    with open_store(database, key=b"key") as opened:
        yield opened


def used(store, *targets):
    """A schedule for each target, of which one message is sent and one tried, and a gate that is closed."""
    made = [store.outbox.add(hourly(target, topics=(Topic("word", target.id),)), NOW) for target in targets]
    store.outbox.tick(NOW, 100, plan)
    for _ in targets:
        composing = store.outbox.to_compose(NOW, HOUR)
        to = composing.schedule.target
        words = {"text": f"Words for {to.id}"}
        parts = [Part(f"{composing.key}:{n}", words, "s", telling=telling(to=to, moves=to)) for n in range(2)]
        store.outbox.freeze(composing, parts, NOW)
    for verdict in (SENT, Verdict("retry", waits="installation")):
        for claim in claimed(store.outbox):
            store.outbox.finish(claim, verdict, NOW)
    return made


def full(store, *tables):
    held = columns(store)
    return [table for table in tables or TABLES if held[table]]


def in_step(store):
    """Whether every lane knows how many of its rows live, and what the first one is."""
    with store.database.reading() as connection:
        for lane in connection.execute(select(lanes)):
            of = select(outbox).where(outbox.c.lane == lane.id, outbox.c.finished.is_(None))
            live = connection.execute(of.order_by(outbox.c.seq, outbox.c.part)).all()
            assert lane.pending == len(live)
            assert lane.composed == bool(live and live[0].payload is not None)
    return True


# -- forgetting --------------------------------------------------------------------------------------------------------


def test_all_that_was_to_be_sent_to_a_forgotten_person_is_gone_and_all_of_others_stays(store):
    other = replace(CARLA, id="U-dan")
    used(store, CARLA)
    assert full(store) == list(TABLES)
    store.forget(CARLA)
    assert not mentions(store, CARLA.id)
    assert full(store) == ["gates"]
    used(store, CARLA, other)
    store.forget(CARLA)
    assert not mentions(store, CARLA.id)
    assert mentions(store, other.id)
    assert full(store) == list(TABLES)
    assert in_step(store)


def test_what_a_forgotten_person_set_up_for_a_channel_is_the_channels_own_from_then_on(store):
    used(store, QUAY)
    store.forget(CARLA)
    assert not mentions(store, CARLA.id)
    assert [schedule.owner for schedule in store.outbox.schedules(QUAY)] == [QUAY]
    store.forget(QUAY)
    assert full(store) == ["gates"]


def test_nothing_of_a_workspace_that_goes_is_left_in_its_lanes(store):
    used(store, QUAY, PIER, CARLA, FAR)
    store.forget_workspace("slack", "home")
    for word in ("C-quay", "C-pier", "U-carla", "home"):
        assert not mentions(store, word), word
    assert len(store.outbox.deliveries(FAR, 9)) == 2
    store.forget_workspace("slack", "away")
    assert full(store) == []


def test_whoever_is_forgotten_while_a_message_is_on_its_way_stays_forgotten(store):
    used(store, QUAY)
    store.outbox.run_now(store.outbox.schedules(QUAY)[0].id, "now", NOW)
    [claim] = claimed(store.outbox, NOW + HOUR)
    store.forget(QUAY)
    assert not store.outbox.finish(claim, SENT, NOW + HOUR)
    assert not mentions(store, QUAY.id)
    assert store.outbox.renew(claim.lease, NOW, HOUR) is None


def test_a_message_to_a_channel_tells_a_forgotten_person_nothing(store):
    queued(store.outbox, QUAY)
    key = store.outbox.to_compose(NOW, OVER).key
    frozen(store.outbox, Part(key, {"text": "x"}, telling=telling(to=QUAY, moves=CARLA)))
    store.forget(CARLA)
    [claim] = claimed(store.outbox)
    assert store.outbox.finish(claim, SENT, NOW)
    assert store.shown(QUAY)
    assert not store.mark(CARLA, "s").told


def test_who_makes_a_schedule_wishes_to_be_remembered(store):
    store.forget(CARLA)
    used(store, CARLA)
    assert store.mark(CARLA, "s").told
    assert [each.owner for each in store.outbox.schedules(CARLA)] == [CARLA]


def test_a_backup_brings_no_lane_of_the_forgotten_back(sqlite, tmp_path):
    with open_store(sqlite, key=b"key") as store:
        used(store, QUAY, CARLA)
        store.backup(tmp_path / "backup.db")
        store.forget(CARLA)
        store.restore(tmp_path / "backup.db")
        assert not mentions(store, CARLA.id)
        assert len(store.outbox.deliveries(QUAY, 9)) == 2


def test_an_export_holds_schedules_and_what_was_sent(store):
    used(store, QUAY, CARLA)
    exported = store.export(CARLA)
    assert [each["target"] for each in exported["schedules"]] == ["C-quay", "U-carla"]
    assert [each["state"] for each in exported["sent"]] == ["sent", "retry"]
    assert "Words for U-carla" in json.dumps(exported)
    assert "Words for C-quay" not in json.dumps(exported)


# -- damage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["payload", "telling"])
def test_words_that_were_changed_in_the_database_are_not_sent_and_hold_up_nobody(store, column):
    ready(store.outbox, QUAY, PIER)
    with store.database.writing() as connection:
        of_quay = update(outbox).where(outbox.c.payload.contains("C-quay"))
        assert connection.execute(of_quay.values({column: "{}"})).rowcount == 1
    assert [each.message.target for each in claimed(store.outbox)] == [PIER]
    [row] = store.outbox.deliveries(QUAY, 9)
    assert (row.state, row.code) == ("dead", "damaged")
    assert in_step(store)


@pytest.mark.parametrize("damage", ["spec = '{}'", "topics = '{'", "topics = '[1]'"])
def test_a_schedule_that_cannot_be_read_is_paused_with_the_reason_and_stops_no_other(store, damage):
    store.outbox.add(hourly(QUAY), NOW)
    store.outbox.add(hourly(PIER), NOW)
    with store.database.writing() as connection:
        connection.execute(text(f"UPDATE schedules SET {damage} WHERE id = 1"))
    assert [due.target for due, _ in store.outbox.tick(NOW, 9, plan)] == [PIER]
    assert store.outbox.tick(NOW, 9, plan) == []
    with store.database.reading() as connection:
        paused = connection.execute(select(schedules.c.paused).order_by(schedules.c.id)).scalars().all()
    assert "can't be read" in paused[0]
    assert not paused[1]


def test_quiet_hours_whose_zone_is_gone_hold_nothing_back(store):
    store.outbox.keep_quiet(QUAY, parse_quiet("22-7", zone="UTC"), NOW)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE lanes SET quiet = '22-7 Nowhere/Nowhere'"))
    assert store.outbox.quiet(QUAY) is None
    store.outbox.keep_quiet(QUAY, None, NOW)


def test_topics_that_cannot_be_read_stop_no_retention(store):
    store.outbox.add(hourly(QUAY, topics=(Topic("story", "s"),)), NOW)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE schedules SET topics = '{'"))
    assert store.retire(NOW) == 0


def test_a_schedule_that_cannot_be_read_hides_no_other(store):
    store.outbox.add(hourly(QUAY), NOW)
    kept = store.outbox.add(hourly(QUAY), NOW)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE schedules SET spec = '{}' WHERE id = 1"))
    assert store.outbox.schedules(QUAY) == store.outbox.made_by(kept.owner) == [kept]
    assert store.outbox.every(0, 1) == [kept]


def test_a_slot_whose_schedule_cannot_be_read_any_more_is_given_up_and_its_lane_goes_on(store):
    queued(store.outbox, QUAY)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE schedules SET spec = '{}'"))
    assert store.outbox.to_compose(NOW, HOUR) is None
    [row] = store.outbox.deliveries(QUAY, 9)
    assert row.state == "dead"
    assert row.code.startswith("not composed: ")
    assert in_step(store)


def test_the_texts_of_a_story_stay_as_long_as_a_schedule_is_about_it(store):
    put(store, "a", story="awaited")
    put(store, "b", story="quiet")
    about = (Topic("word", "quiet"), Topic("story", "awaited"))
    kept = store.outbox.add(hourly(topics=about), NOW)
    later = NOW.replace(year=2032)
    assert store.retire(later) == 1
    assert store.version("a", HOME) is not None
    store.outbox.remove(kept.id)
    assert store.retire(later) == 1


# -- upkeep ------------------------------------------------------------------------------------------------------------


def test_what_ended_long_ago_goes_with_its_attempts_and_what_lives_stays(store):
    used(store, QUAY)
    store.outbox.tick(NOW + HOUR, 9, plan)
    later = NOW + timedelta(days=30)
    assert store.outbox.retire(NOW) == 0
    assert store.outbox.retire(later) == 1
    assert [row.state for row in store.outbox.deliveries(QUAY, 9)] == ["pending", "retry"]
    assert len(columns(store)["attempts"]) == 1
    assert len(columns(store)["runs"]) == 2  # of what still waits
    for claim in claimed(store.outbox, later):
        store.outbox.finish(claim, SENT, later)
    store.outbox.freeze(store.outbox.to_compose(later, HOUR), [], later)
    assert store.outbox.retire(later + HOUR) == 2
    assert full(store, "runs", "outbox", "attempts") == []
    assert in_step(store)


def test_after_a_restore_what_waited_for_long_is_held_and_what_is_young_goes_on(store):
    ready(store.outbox, QUAY, now=NOW)
    claimed(store.outbox, lease=99 * HOUR)
    ready(store.outbox, PIER, now=NOW + 5 * HOUR)
    store.outbox.tick(NOW + 5 * HOUR, 9, plan)
    now = NOW + 7 * HOUR
    assert store.outbox.after_restore(now) == 1
    assert in_step(store)
    assert [row.state for row in store.outbox.deliveries(QUAY, 9)] == ["pending", "pending", "held"]
    assert [each.message.target for each in claimed(store.outbox, now)] == [PIER]
    assert store.outbox.to_compose(now, HOUR).schedule.target == QUAY


def test_a_process_that_has_the_database_to_itself_ends_all_leases(store):
    ready(store.outbox, QUAY)
    [claim] = claimed(store.outbox)
    store.outbox.end_leases()
    assert not store.outbox.finish(claim, SENT, NOW)
    assert len(claimed(store.outbox)) == 1


def test_lanes_are_in_step_with_their_rows_whatever_happens(store):
    made = used(store, QUAY, PIER, ROOM)
    assert in_step(store)
    for hour in range(1, 4):
        store.outbox.tick(NOW + hour * HOUR, 9, plan)
        assert in_step(store)
    for verdict in (Verdict("held"), Verdict("dead", closes="lane", reason="gone"), Verdict("attempting")):
        for claim in claimed(store.outbox, NOW + 9 * HOUR, limit=1):
            store.outbox.finish(claim, verdict, NOW + 9 * HOUR)
            assert in_step(store)
    store.outbox.remove(made[1].id)
    assert in_step(store)


# -- time --------------------------------------------------------------------------------------------------------------


def test_a_lease_counts_on_the_clock_of_the_server_and_not_on_that_of_who_asks(postgresql):
    with open_store(postgresql, key=b"key") as store:
        ready(store.outbox, QUAY)
        [claim] = claimed(store.outbox, NOW, lease=MINUTE)
        assert claimed(store.outbox, NOW + 1000 * HOUR) == []
        assert claim.lease.until - NOW > HOUR
        assert store.outbox.finish(claim, Verdict("sent", receipt=Receipt("m")), NOW)


# -- the schema --------------------------------------------------------------------------------------------------------


def test_the_step_to_delivery_goes_down_and_up_again_with_rows_in_its_tables(store):
    used(store, QUAY, CARLA)
    with store.database.migrating() as connection:
        upgrade.migrate(connection, "0001")
    assert not set(TABLES) & set(columns(store))
    assert store.mark(CARLA, "s").told
    with store.database.migrating() as connection:
        upgrade.migrate(connection, "head")
    assert full(store) == []
    used(store, QUAY, CARLA)
    assert full(store) == list(TABLES)


def test_no_id_of_a_lane_or_a_schedule_is_given_twice(store):
    ids = []
    for _ in range(2):
        [made] = ready(store.outbox, QUAY)
        [claim] = claimed(store.outbox)
        ids += [(made.id, claim.lease.lane)]
        store.forget(QUAY)
    assert len({schedule for schedule, _ in ids}) == len({lane for _, lane in ids}) == 2

"""What a tick makes of a schedule: one slot, sent once, at its time or after its quiet hours, late or not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.tick import plan
from bot.delivery.values import Scheduled
from bot.ports import Target
from bot.schedules import next_run, parse_schedule

HERE = Target("here", "home", "channel", "c")
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
WORDS = [
    "daily 9:00", "weekdays 7:30", "every 4 hours", "every 30 minutes", "daily 7:30 quiet 22-7", "every 2 hours quiet 22-7",
    "cron 0 9 * * 1", "daily 2:30 and 23:50",
]  # fmt: skip
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Africa/Cairo"]


def scheduled(said: str, after: datetime = MONDAY, zone: str = "UTC") -> Scheduled:
    spec = parse_schedule(said, zone=zone)
    first = next_run(spec, after)
    return Scheduled(HERE, HERE, spec, id=7, next_at=first.at, next_slot=first.slot)


def at(hour: float, day: int = 1) -> datetime:
    return datetime(2026, 6, day, tzinfo=UTC) + timedelta(hours=hour)


def test_what_is_due_is_queued_for_its_time_and_is_due_next_a_day_later():
    planned = plan(scheduled("daily 9:00"), at(9.001), 1)
    assert (planned.slot, planned.outcome, planned.send_at, planned.late) == (
        "2026-06-01T09:00",
        "queued",
        at(9),
        "",
    )
    assert (planned.next_at, planned.next_slot, planned.coalesced) == (at(9, 2), "2026-06-02T09:00", 0)


def test_missed_slots_are_one_digest():
    planned = plan(scheduled("every 4 hours"), at(13, 2), 1)
    assert (planned.slot, planned.coalesced, planned.outcome) == ("2026-06-02T12:00Z", 8, "queued")


@pytest.mark.parametrize(
    ("hours", "outcome", "late"),
    [
        (0.1, "queued", ""),
        (1.5, "queued", "90 min"),
        (5.9, "queued", "5 h"),
        (6, "late", ""),
        (20, "late", ""),
    ],
)
def test_what_is_late_says_so_and_what_is_too_late_is_not_sent(hours, outcome, late):
    planned = plan(scheduled("daily 9:00"), at(9 + hours), 1)
    assert (planned.outcome, planned.send_at is None) == (outcome, outcome == "late")
    assert planned.late == late


def test_what_quiet_hours_hold_goes_out_once_at_their_end():
    due = scheduled("every 2 hours quiet 22-7", at(21))
    outcomes = []
    for hour in (22, 24, 26, 28, 30):
        planned = plan(due, at(hour + 0.01), 1)
        outcomes.append((planned.outcome, planned.send_at, planned.late))
        due = Scheduled(HERE, HERE, due.spec, id=7, next_at=planned.next_at, next_slot=planned.next_slot)
    assert outcomes == [("quiet_merged", None, "")] * 4 + [("queued", at(7, 2), "")]


def test_a_peak_is_spread_and_few_are_not():
    due = scheduled("daily 9:00")
    few, many = plan(due, at(9.001), 40), plan(due, at(9.001), 4000)
    assert few.send_at == at(9) < many.send_at < at(9) + timedelta(minutes=10)
    assert many.send_at == plan(due, at(9.002), 90).send_at


def test_a_slot_that_was_reckoned_by_other_rules_runs_as_it_was_reckoned():
    spec = parse_schedule("daily 9:00", zone="UTC")
    planned = plan(
        Scheduled(HERE, HERE, spec, id=7, next_at=at(8.5), next_slot="2026-06-01T09:00"), at(8.6), 1
    )
    assert (planned.slot, planned.run_at, planned.next_at) == ("2026-06-01T09:00", at(8.5), at(9))


@given(
    said=st.sampled_from(WORDS),
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 730 * 24 * 60),
    steps=st.lists(st.integers(0, 60 * 40), min_size=1, max_size=30),
)
def test_no_slot_comes_twice_and_the_next_one_lies_ahead(said, zone, start, steps):
    now = MONDAY + timedelta(minutes=start)
    due = scheduled(said, now, zone)
    seen: set[str] = set()
    for minutes in steps:
        now += timedelta(minutes=minutes)
        if due.next_at > now:
            continue
        planned = plan(due, now, 1)
        assert planned.slot not in seen
        assert planned.run_at <= now < planned.next_at
        assert planned.outcome != "queued" or planned.send_at >= planned.run_at
        seen.add(planned.slot)
        due = Scheduled(HERE, HERE, due.spec, id=7, next_at=planned.next_at, next_slot=planned.next_slot)

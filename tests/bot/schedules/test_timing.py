"""When what is due is sent: quiet hours, peaks, lateness."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.zones import DAY, MINUTE, alike, first_shown, run_of_days
from bot.phrases import phrase
from bot.schedules import PEAK, SPREAD, Quiet, held_until, late_by, lateness, spread

NIGHT = Quiet(time(22), time(7))
DUE = datetime(2026, 6, 1, 7, tzinfo=UTC)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


HELD = {  # in Berlin: due, and sent
    "before": ("2026-06-01T19:59", "2026-06-01T19:59"),
    "as it begins": ("2026-06-01T20:00", "2026-06-02T05:00"),
    "before midnight": ("2026-06-01T21:59", "2026-06-02T05:00"),
    "after midnight": ("2026-06-02T00:30", "2026-06-02T05:00"),
    "as it ends": ("2026-06-02T05:00", "2026-06-02T05:00"),
    "in the short night": ("2026-03-28T21:30", "2026-03-29T05:00"),
    "in the long night": ("2026-10-24T20:30", "2026-10-25T06:00"),
}


@pytest.mark.parametrize(("due", "sent"), HELD.values(), ids=HELD)
def test_what_is_due_in_quiet_hours_over_midnight_waits_for_their_end(due, sent):
    assert held_until(utc(due), NIGHT, "Europe/Berlin") == utc(sent)


def test_quiet_hours_within_a_day_and_none_at_all():
    noon = Quiet(time(12), time(13, 30))
    assert held_until(utc("2026-06-01T10:15"), noon, "Europe/Berlin") == utc("2026-06-01T11:30")
    assert held_until(utc("2026-06-01T23:15"), noon, "Europe/Berlin") == utc("2026-06-01T23:15")
    assert held_until(utc("2026-06-01T10:15"), None, "Europe/Berlin") == utc("2026-06-01T10:15")


def test_quiet_hours_whose_end_is_skipped_end_right_after_the_gap():
    early = Quiet(time(23), time(2, 30))
    assert held_until(utc("2026-03-08T06:59"), early, "America/New_York") == utc("2026-03-08T07:00")


def test_quiet_hours_whose_end_comes_twice_end_the_first_time():
    early = Quiet(time(23), time(1, 30))
    assert held_until(utc("2026-11-01T05:10"), early, "America/New_York") == utc("2026-11-01T05:30")
    assert held_until(utc("2026-11-01T06:10"), early, "America/New_York") == utc("2026-11-01T06:10")


def test_where_a_gap_joins_two_windows_both_are_waited_for():
    nearly_always = Quiet(time(2, 45), time(2, 15))
    for due in ("2026-03-07T20:00", "2026-03-08T06:00", "2026-03-08T07:00"):
        assert held_until(utc(due), nearly_always, "America/New_York") == utc("2026-03-09T06:15")


RESTLESS = {zones[0]: changes[1:] for changes, zones in alike().items() if len(changes) > 1}
CHANGES = [(zone, at) for zone, changes in RESTLESS.items() for at, _ in changes]
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def windows(quiet, zone, days):
    """The quiet hours of some days, as the clock on the wall shows them minute by minute; joined where they touch."""
    over = DAY if quiet.end <= quiet.start else timedelta(0)
    rules, found = ZoneInfo(zone), []
    for day in days:
        begin, end = (first_shown(datetime.combine(on, at), rules) for on, at in ((day, quiet.start), (day + over, quiet.end)))  # fmt: skip
        if found and found[-1][1] >= begin:
            begin = found.pop()[0]
        found.append((begin, end))
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.builds(Quiet, MINUTES, MINUTES).filter(lambda quiet: quiet.start != quiet.end),
    st.sampled_from(CHANGES),
    st.integers(-3000, 3000),
)
def test_whatever_the_clocks_do_quiet_hours_hold_as_brute_force_says(quiet, change, minutes):
    zone, moment = change
    at = moment + minutes * MINUTE
    days = run_of_days(at.date() - 3 * DAY, at.date() + 3 * DAY)
    ends = [end for begin, end in windows(quiet, zone, days) if begin <= at < end]
    sent = held_until(at, quiet, zone)
    assert sent == (ends[0] if ends else at)
    assert held_until(sent, quiet, zone) == sent


def test_a_peak_is_spread_evenly_and_always_in_the_same_way():
    waits = sorted(spread(f"schedule {n}", 20_000) for n in range(20_000))
    assert waits == sorted(spread(f"schedule {n}", PEAK + 1) for n in range(20_000))
    assert timedelta(0) <= waits[0] < waits[-1] < SPREAD
    minutes = [sum(wait // MINUTE == minute for wait in waits) for minute in range(10)]
    assert all(1800 < count < 2200 for count in minutes)
    seconds = [wait // timedelta(seconds=1) for wait in waits]
    assert max(seconds.count(second) for second in {*seconds}) < 65  # about 33 a second: Discord takes 50


def test_few_at_once_wait_for_nobody():
    assert {spread(f"schedule {n}", PEAK) for n in range(PEAK)} == {timedelta(0)}


LATE = [
    (timedelta(minutes=-1), "on time", "0 min"),
    (timedelta(0), "on time", "0 min"),
    (timedelta(minutes=15), "on time", "15 min"),
    (timedelta(minutes=16), "late", "16 min"),
    (timedelta(minutes=95), "late", "95 min"),
    (timedelta(minutes=150), "late", "2 h"),
    (timedelta(hours=6, seconds=-1), "late", "5 h"),
    (timedelta(hours=6), "skipped", "6 h"),
    (timedelta(days=30), "skipped", "720 h"),
]


@pytest.mark.parametrize(("by", "state", "said"), LATE)
def test_late_is_said_and_too_late_is_skipped(by, state, said):
    assert lateness(DUE, DUE + by) == state
    assert late_by(DUE, DUE + by) == said


def test_the_limit_is_the_schedules_own():
    assert lateness(DUE, DUE + timedelta(hours=2), limit=timedelta(hours=1)) == "skipped"
    assert phrase("schedule.late", span=late_by(DUE, DUE + timedelta(hours=2))) == "late by 2 h"


@given(st.lists(st.integers(0, 60 * 24 * 30), min_size=2).map(sorted))
def test_what_is_later_is_never_less_late(minutes):
    states = ["on time", "late", "skipped"]
    ranks = [states.index(lateness(DUE, DUE + n * MINUTE)) for n in minutes]
    assert all(one <= other for one, other in pairwise(ranks))

"""When schedules run: the named cases, every zone round its changes, and walks against brute force."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.zones import DAY, FIRST, LAST, MINUTE, TIMES, alike, faults, first_shown, run_of_days
from bot.schedules import (
    Cron,
    Every,
    Quiet,
    Run,
    Wall,
    latest_due,
    next_run,
    parse_schedule,
    place,
    preview,
    runs,
)
from bot.schedules.recurrence import MOST_COUNTED


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(text):
    return parse_schedule(text, zone=None)


NEW_YORK, HAVANA, NUUK = "America/New_York", "America/Havana", "America/Nuuk"
NAMED = {  # wall time, zone → where it is placed
    "a gap ends in New York": ("2026-03-08T02:30", NEW_YORK, "2026-03-08T07:00"),
    "the hour comes twice in New York": ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30"),
    "the day after the gap in New York": ("2026-03-09T00:00", NEW_YORK, "2026-03-09T04:00"),
    "Cairo has no midnight": ("2026-04-24T00:00", "Africa/Cairo", "2026-04-23T22:00"),
    "Beirut has no midnight": ("2026-03-29T00:00", "Asia/Beirut", "2026-03-28T22:00"),
    "Havana has no midnight": ("2026-03-08T00:00", HAVANA, "2026-03-08T05:00"),
    "Santiago has no half past midnight": ("2026-09-06T00:30", "America/Santiago", "2026-09-06T04:00"),
    "the Azores have no half past midnight": ("2026-03-29T00:30", "Atlantic/Azores", "2026-03-29T01:00"),
    "Nuuk goes over midnight": ("2026-03-28T23:30", NUUK, "2026-03-29T01:00"),
    "Lord Howe skips half an hour": ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-03T15:30"),
}  # fmt: skip


@pytest.mark.parametrize(("wall", "zone", "instant"), NAMED.values(), ids=NAMED)
def test_a_wall_time_is_placed_and_its_run_keeps_the_intended_date(wall, zone, instant):
    naive = datetime.fromisoformat(wall)
    assert place(naive, zone) == utc(instant)
    daily = Wall((naive.time(),), tuple(range(7)), zone)
    run = Run(wall, utc(instant))
    assert next_run(daily, utc(instant) - timedelta(hours=20)) == run
    assert next_run(daily, utc(instant)).slot[:10] == (naive + DAY).date().isoformat()
    assert latest_due(daily, utc(instant), utc(instant) + timedelta(hours=1)) == (run, 0)


def test_the_hour_that_comes_twice_runs_once():
    daily = said("daily 1:30 America/New_York")
    assert [run.at for run in islice(runs(daily, utc("2026-10-31T12:00")), 2)] == [
        utc("2026-11-01T05:30"),
        utc("2026-11-02T06:30"),
    ]


def test_in_the_second_pass_of_an_hour_what_ran_in_the_first_stays_the_newest():
    daily, again = said("daily 1:30 America/New_York"), utc("2026-11-01T06:10")
    first = Run("2026-11-01T01:30", utc("2026-11-01T05:30"))
    assert latest_due(daily, first.at - DAY, again) == (first, 1)
    assert next_run(daily, again).slot == "2026-11-02T01:30"


def test_a_day_that_a_zone_skipped_has_no_run():
    daily = said("daily 9:00 Pacific/Apia")
    slots = [run.slot for run in islice(runs(daily, utc("2011-12-29T00:00")), 3)]
    assert slots == ["2011-12-29T09:00", "2011-12-31T09:00", "2012-01-01T09:00"]
    midnight = said("daily 0:00 Pacific/Apia")
    assert next_run(midnight, utc("2011-12-30T00:00")) == Run("2011-12-31T00:00", utc("2011-12-30T10:00"))
    assert latest_due(midnight, utc("2011-12-29T10:00"), utc("2011-12-30T10:00")) == (
        Run("2011-12-31T00:00", utc("2011-12-30T10:00")),
        1,
    )


@pytest.mark.parametrize("when", ["weekdays 0:00", "cron 0 0 * * 1-5"])
def test_weekdays_run_on_the_day_after_a_midnight_gap(when):
    weekdays = said(f"{when} {HAVANA}")  # the gap is on Sunday 8 March
    slots = [run.slot for run in islice(runs(weekdays, utc("2026-03-06T12:00")), 2)]
    assert slots == ["2026-03-09T00:00", "2026-03-10T00:00"]


def test_what_a_gap_brings_together_runs_once_as_its_newest_slot():
    twice = said(f"daily 23:30 and 0:00 {NUUK}")
    run = Run("2026-03-29T00:00", utc("2026-03-29T01:00"))
    assert next_run(twice, utc("2026-03-28T12:00")) == run
    assert next_run(twice, run.at) == Run("2026-03-29T23:30", utc("2026-03-30T00:30"))
    assert latest_due(twice, run.at, run.at) == (run, 0)
    quarter = said(f"cron */15 * * * * {NEW_YORK}")
    assert [run.slot for run in islice(runs(quarter, utc("2026-03-08T06:40")), 3)] == [
        "2026-03-08T06:45Z",
        "2026-03-08T07:00Z",
        "2026-03-08T07:15Z",
    ]


@pytest.mark.parametrize("around", ["2026-03-29T00:00", "2026-10-25T00:00"])
def test_every_so_many_hours_goes_on_over_a_change_of_the_clocks(around):
    coming = [*islice(runs(said("every 4 hours Europe/Berlin"), utc(around) - DAY), 13)]
    assert {later.at - run.at for run, later in pairwise(coming)} == {timedelta(hours=4)}
    assert coming[0].slot == coming[0].at.strftime("%Y-%m-%dT%H:%MZ")


def test_an_instant_is_the_slot_of_what_runs_often_and_the_wall_time_of_what_does_not():
    after = utc("2026-06-01T12:00")
    slots = {text: next_run(said(f"{text} Europe/Berlin"), after).slot for text in SLOTS}
    assert slots == SLOTS


SLOTS = {
    "daily 9:00 and 17:30": "2026-06-01T17:30",
    "cron 30 9 * * *": "2026-06-02T09:30",
    "cron 0 9,17 * * *": "2026-06-01T15:00Z",
    "cron 0 * * * *": "2026-06-01T13:00Z",
    "every 90 minutes": "2026-06-01T13:30Z",
}


def test_an_edit_makes_a_new_slot_only_where_the_wall_time_changes():
    morning = utc("2026-06-02T05:00")
    edits = ("daily 9:00", "daily 9:00 quiet 22-7", "weekdays 9:00", "daily 10:00", "daily 9:00")
    slots = [next_run(said(f"{text} Europe/Berlin"), morning).slot for text in edits]
    assert slots == [*["2026-06-02T09:00"] * 3, "2026-06-02T10:00", "2026-06-02T09:00"]
    moved = next_run(said("daily 9:00 Europe/Lisbon"), morning)
    assert moved.slot == "2026-06-02T09:00"


# -- every zone --------------------------------------------------------------------------------------------------------

GROUPS = alike()
SEEDED = random.Random(2026).sample(run_of_days(FIRST, LAST), 30)


def test_most_zones_go_alike_so_that_one_of_each_kind_is_tried():
    assert 40 < len(GROUPS) < sum(map(len, GROUPS.values()))


def test_each_local_day_has_one_run_in_every_zone_round_its_changes_and_on_seeded_days():
    wrong = []
    for changes, (zone, *_) in GROUPS.items():
        near = [at.astimezone(ZoneInfo(zone)).date() for at, _ in changes[1:] if at.year < LAST.year + 1]
        blocks = [run_of_days(day - 2 * DAY, day + 2 * DAY) for day in near]
        blocks += [[day, day + DAY] for day in SEEDED]
        wrong += [fault for days in blocks for at in TIMES for fault in faults(zone, days, at)]
    assert not wrong


# -- against brute force -----------------------------------------------------------------------------------------------

RESTLESS = [zones[0] for changes, zones in GROUPS.items() if len(changes) > 1]
CHANGES = [at for changes in GROUPS for at, _ in changes[1:]]
NEAR_A_CHANGE = st.builds(
    lambda at, minutes: at + minutes * MINUTE, st.sampled_from(CHANGES), st.integers(-4000, 4000)
)
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
WALLS = st.builds(
    lambda times, days, zone: Wall(tuple(sorted(times)), tuple(sorted(days)), zone),
    st.sets(QUARTERS, min_size=1, max_size=6),
    st.sets(st.integers(0, 6), min_size=1),
    st.sampled_from(RESTLESS),
)


def brute(zone, walls):
    """The runs of wall times: of those at one instant the last."""
    landed = [(first_shown(wall, ZoneInfo(zone)), wall) for wall in walls]
    return [[*same][-1] for _, same in groupby(landed, key=lambda pair: pair[0])]


def days_round(at, more):
    return run_of_days(at.date() - 3 * DAY, at.date() + more * DAY)


@settings(max_examples=60, deadline=None)
@given(WALLS, NEAR_A_CHANGE, st.lists(st.integers(0, 6000), max_size=40))
def test_wall_times_run_as_brute_force_says(spec, after, later):
    days = [day for day in days_round(after, 12) if day.weekday() in spec.days]
    walls = [datetime.combine(day, at) for day in days for at in spec.times]
    everything = [Run(wall.isoformat(timespec="minutes"), at) for at, wall in brute(spec.zone, walls)]
    expected = [run for run in everything if run.at > after]
    assert [*islice(runs(spec, after), len(expected))] == expected
    assert next_run(spec, after + timedelta(microseconds=1)) == expected[0]
    for n, run in enumerate(expected):
        until = expected[n + 1].at - timedelta(microseconds=1) if n + 1 < len(expected) else run.at
        assert latest_due(spec, expected[0].at, run.at) == (run, n)
        assert latest_due(spec, expected[0].at, until) == (run, n)
    assert latest_due(spec, expected[0].at, after) is None
    for now in (after + minutes * MINUTE for minutes in later):
        due = [run for run in expected if run.at <= now]
        assert latest_due(spec, after + timedelta(microseconds=1), now) == (
            (due[-1], len(due) - 1) if due else None
        )
        assert next_run(spec, now) == next(run for run in expected if run.at > now)


NUMBERS = st.sets(st.integers(0, 23), min_size=1, max_size=4)
CRON_DAYS = st.sampled_from(
    [
        ("*", "*", lambda _: True),
        ("*", "1-5", lambda day: day.weekday() < 5),
        ("*", "0", lambda day: day.weekday() == 6),
        ("*", "7", lambda day: day.weekday() == 6),
        ("*", "6,7", lambda day: day.weekday() >= 5),
        ("13", "5", lambda day: day.day == 13 or day.weekday() == 4),
        ("1-3", "mon", lambda day: day.day <= 3 or day.weekday() == 0),
        ("L", "*", lambda day: (day + DAY).day == 1),
    ]
)


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.sampled_from([(0,), (30,), (0, 15, 30, 45)]), CRON_DAYS, st.sampled_from(RESTLESS), NEAR_A_CHANGE)  # fmt: skip
def test_cron_runs_as_brute_force_says(hours, minutes, cron_days, zone, after):
    of_month, of_week, matches = cron_days
    listed = ",".join(map(str, minutes)), ",".join(map(str, sorted(hours)))
    spec = said(f"cron {' '.join(listed)} {of_month} * {of_week} {zone}")
    walls = [
        datetime.combine(day, time(hour, minute))
        for day in days_round(after, 12)
        if matches(day)
        for hour in sorted(hours)
        for minute in minutes
    ]
    expected = [at for at, _ in brute(zone, walls) if at > after]
    assert [run.at for run in islice(runs(spec, after), len(expected))] == expected
    if expected:
        newest, older = latest_due(spec, expected[0], expected[-1])
        assert (newest.at, older) == (expected[-1], len(expected) - 1)


@given(st.integers(15, 1440), st.sampled_from(RESTLESS), NEAR_A_CHANGE, st.integers(1, 10**7))
def test_what_is_due_of_an_interval_is_reckoned_and_not_walked(minutes, zone, after, later):
    spec, first = Every(minutes, zone), next_run(Every(minutes, zone), after)
    now = after + later * MINUTE
    steps = (now - first.at) // (minutes * MINUTE)
    if steps < 0:
        assert latest_due(spec, first.at, now) is None
    else:
        newest, older = latest_due(spec, first.at, now)
        assert newest.at == first.at + steps * minutes * MINUTE <= now
        assert older == min(steps, MOST_COUNTED)


@pytest.mark.parametrize("text", ["daily 9:00", "cron */15 * * * *", "every 15 minutes", "cron 0 0 29 2 *"])
def test_after_twenty_years_the_newest_slot_is_found_and_the_counting_ends(text):
    newest, older = latest_due(said(f"{text} {NEW_YORK}"), utc("2006-01-01T00:00"), utc("2026-03-08T07:00"))
    assert newest.at > utc("2024-02-29T00:00")
    assert older == (4 if "29 2" in text else MOST_COUNTED)


def test_a_leap_day_comes_again_and_what_never_comes_again_is_none():
    assert next_run(said("cron 0 0 29 2 * UTC"), utc("2026-01-01T00:00")).slot == "2028-02-29T00:00"
    assert next_run(Cron("0 0 */31 * 1L", "UTC"), utc("2026-01-01T00:00")) is None


# -- what a preview shows ----------------------------------------------------------------------------------------------


def test_a_preview_says_what_the_clocks_and_quiet_hours_do():
    shown = preview(said("daily 2:30 America/New_York quiet 22-7"), utc("2026-03-07T01:00"))
    assert [(one.at.isoformat(), one.slot, one.moved) for one in shown] == [
        ("2026-03-07T02:30:00-05:00", "2026-03-07T02:30", ""),
        ("2026-03-08T03:00:00-04:00", "2026-03-08T02:30", "gap"),
        ("2026-03-09T02:30:00-04:00", "2026-03-09T02:30", ""),
    ]
    assert [one.held_until.isoformat() for one in shown[:2]] == ["2026-03-07T07:00:00-05:00", "2026-03-08T07:00:00-04:00"]  # fmt: skip
    (autumn,) = preview(said("daily 1:30 America/New_York"), utc("2026-11-01T01:00"), count=1)
    assert (autumn.at.isoformat(), autumn.moved, autumn.held_until) == ("2026-11-01T01:30:00-04:00", "overlap", None)  # fmt: skip
    (often,) = preview(said("every 4 hours Asia/Kolkata"), utc("2026-11-01T01:00"), count=1)
    assert often.at.isoformat() == "2026-11-01T09:30:00+05:30"


def test_quiet_hours_move_no_slot():
    loud, quiet = said("every 4 hours UTC"), said("every 4 hours UTC quiet 22-7")
    assert quiet.quiet == Quiet(time(22), time(7))
    after = utc("2026-05-05T00:00")
    assert [*islice(runs(loud, after), 9)] == [*islice(runs(quiet, after), 9)]


def test_the_sweep_finds_a_schedule_that_goes_wrong(monkeypatch):
    monkeypatch.setattr("bench.zones.next_run", lambda _, after: Run("2026-03-08T02:30", after + MINUTE))
    assert [*faults("UTC", run_of_days(date(2026, 3, 8), date(2026, 3, 9)), time(2, 30))]

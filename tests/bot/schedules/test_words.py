"""What people say becomes a schedule or one clear sentence; what is stored, and what is said again, is the same one."""

import json
import re
from copy import copy
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.errors import NewsdeltaError, WrongCall, WrongSchedule
from bot.phrases import ENGLISH
from bot.schedules import Cron, Every, Quiet, Wall, as_json, parse_quiet, parse_schedule, read_spec, words
from bot.schedules.parsing import DAYS, FILLERS, LONGEST, NAMED_TIMES
from bot.schedules.spec import checked
from bot.schedules.zones import names, zone_named

BOT = Path(bot.__file__).parent
HOME, BERLIN = "Asia/Tokyo", "Europe/Berlin"
DAILY, WORKDAYS, WEEKEND = tuple(range(7)), tuple(range(5)), (5, 6)
NIGHT = Quiet(time(22), time(7))


HOURLY = [f"{hour:02}:00" for hour in range(24)]


def wall(*times, days=DAILY, zone=HOME, quiet=None):
    return Wall(tuple(map(time.fromisoformat, times)), days, zone, quiet)


SAID = {
    "weekdays 9:00 Europe/Berlin": wall("09:00", days=WORKDAYS, zone=BERLIN),
    "daily 7:30 quiet 22-7": wall("07:30", quiet=NIGHT),
    "every weekday 7:30": wall("07:30", days=WORKDAYS),
    "mon, wed and fri 8:00 and 17:30": wall("08:00", "17:30", days=(0, 2, 4)),
    "weekends 10am": wall("10:00", days=WEEKEND),
    "every day at 9": wall("09:00"),
    "Monday 9:00": wall("09:00", days=(0,)),
    "on Mondays and Tues. at 12am": wall("00:00", days=(0, 1)),
    "9 a.m. every morning, New York": wall("09:00", zone="America/New_York"),
    "Mon–Fri 9 p.m. quiet hours from 10pm to 6am in europe/berlin time": wall(
        "21:00", days=WORKDAYS, zone=BERLIN, quiet=Quiet(time(22), time(6))
    ),
    "Saturday to Monday noon": wall("12:00", days=(0, 5, 6)),
    "8, 12.30, 17h daily": wall("08:00", "12:30", "17:00"),
    "every Monday morning at 8": wall("08:00", days=(0,)),
    "every evening at 8:30": wall("20:30"),
    "daily 8:30 in the evening in Berlin": wall("20:30", zone=BERLIN),
    "daily\x009:00\u2067": wall("09:00"),
    "Friday nights, 10 and 23:30": wall("22:00", "23:30", days=(4,)),
    "every week on Sunday at 9": wall("09:00", days=(6,)),
    "weekly Monday 9:00": wall("09:00", days=(0,)),
    f"mon-sat {' '.join(map(str, range(24)))}": wall(*HOURLY, days=tuple(range(6))),
    "europe/berlin 9": wall("09:00", zone=BERLIN),
    "daily 9 port of spain": wall("09:00", zone="America/Port_of_Spain"),
    "quiet 0:30 to noon, daily 9 (UTC)": wall("09:00", zone="UTC", quiet=Quiet(time(0, 30), time(12))),
    "every 4 hours": Every(240, HOME),
    "every 30 minutes": Every(30, HOME),
    "every 90m Europe/Berlin": Every(90, BERLIN),
    "each 2h": Every(120, HOME),
    "every two hours": Every(120, HOME),
    "every half hour": Every(30, HOME),
    "every other hour": Every(120, HOME),
    "every hour, quiet 22-7": Every(60, HOME, NIGHT),
    "Hourly": Every(60, HOME),
    "cron 0 9 * * 1-5 Europe/Berlin": Cron("0 9 * * 1-5", BERLIN),
    "cron `*/15 * * * mon-fri` quiet 22:00–07:00": Cron("*/15 * * * MON-FRI", HOME, NIGHT),
    "cron 0 9 13 * 5 New York": Cron("0 9 13 * 5", "America/New_York"),
    "cron @daily": Cron("0 0 * * *", HOME),
    "@weekly": Cron("0 0 * * 0", HOME),
}


@pytest.mark.parametrize(("text", "spec"), SAID.items(), ids=SAID)
def test_what_is_said_is_the_schedule_that_is_meant(text, spec):
    assert parse_schedule(text, zone=HOME) == spec
    assert parse_schedule(words(spec), zone=None) == spec


MEANT = "Say a schedule like"
OFTEN, RARE = "at most every 15 minutes", "What comes less than once a day needs its days"
WRONG = {  # what is said → what the sentence says
    "25:00": "“25:00” is no time of the day",
    "daily 24:00": "“24:00” is no time of the day",
    "daily 9:60": "“9:60” is no time of the day",
    "daily 9:00:30": "“9:00:30” is no time of the day",
    "daily 13pm": "“13pm” is no time of the day",
    "weekdays 9-17": "“9-17” is no time of the day",
    "daily 9:00 Europe/Berlim": "Did you mean Europe/Berlin?",
    "daily 9:00 Berlim": "Did you mean Europe/Berlin?",
    "daily 9:00 Louisville": "Did you mean America/Kentucky/Louisville, America/Louisville?",
    "daily 9:00 EST": "Did you mean America/New_York?",
    "daily 9:00 PDT": "Did you mean America/Los_Angeles?",
    "daily 9:00 UTC+2": "an offset like UTC+2 does not know when summer time begins",
    "daily 9:00 +02:00": "an offset like UTC+2 does not know when summer time begins",
    "cron 0 9 * * 1-5 Europe/Berlim": "Did you mean Europe/Berlin?",
    "daily 9:00 Europe/Berlin Asia/Tokyo": "A schedule has one time zone",
    "every second": OFTEN,
    "every 10 seconds": OFTEN,
    "every 5 minutes": OFTEN,
    "every 0 hours": OFTEN,
    "daily 9:00 and 9:14": OFTEN,
    "daily 23:50 and 0:00": OFTEN,
    "Sunday and Monday 23:50, 0:04": OFTEN,
    "cron * * * * *": OFTEN,
    "cron */7 * * * *": OFTEN,
    "cron 0,59 0,23 1,L * *": OFTEN,
    "cron 0 0 31 2 *": "never comes",
    "cron 0 0 */31 * 1L": "never comes",
    "cron 0 9 * * * *": "five fields (minute, hour, day, month, weekday), not 6",
    "cron 0 9 * *": "five fields (minute, hour, day, month, weekday), not 4",
    "cron": "five fields",
    "cron 61 9 * * *": "The minute of the cron schedule “61 9 * * *” can't be read",
    "cron 0 9 * 13 *": "The month of",
    "cron 0 9 * * 1/0": "The day-of-week of",
    "every 2 days": RARE,
    "every week": RARE,
    "every 25 hours": RARE,
    f"every {'9' * 190} h": RARE,
    "every 4": "lacks its unit",
    "every day": "At what time?",
    "weekdays": "At what time?",
    "": "When?",
    "\x00 \u202e": "When?",
    "\x00" * 5_000: f"at most {LONGEST} characters",
    "daily 9:\x0000": "“9:” is no time of the day",
    "quiet 22-7": "When?",
    "Europe/Berlin": "When?",
    "daily 9 quiet 22": "Quiet hours are said like",
    "daily 9 quiet 22-7 quiet 1-2": "Quiet hours are said like",
    "daily 9 quiet 7-7": "Quiet hours need an end",
    "daily 9 quiet 25-7": "“25” is no time of the day",
    "Monday 8:00, Tuesday 9:00": "add each by itself",
    "weekdays 9, weekends 10": "add each by itself",
    "mondey 9:00": "Did you mean Monday?",
    "first Monday of the month 9:00": f"“first” is not understood. {MEANT}",
    "weekly 9:00": RARE,
    "Monday 8:00, daily 9:00": "add each by itself",
    "daily 9 \x1b[31m\u202e": "“[31m” is not understood",
    f"daily {' '.join(map(str, range(24)))} 0:30": "at most 24 times a day",
    f"cron {','.join(['0'] * 99)} 9 * * *": "at most 200 characters",
    "daily 9 " * 100: f"at most {LONGEST} characters",
}


@pytest.mark.parametrize(("text", "says"), WRONG.items(), ids=[text[:40] for text in WRONG])
def test_what_is_no_schedule_gets_a_sentence(text, says):
    with pytest.raises(WrongSchedule) as wrong:
        parse_schedule(text, zone=HOME)
    assert says in str(wrong.value)
    assert wrong.value.said("de").isprintable()
    assert wrong.value.said("de") != wrong.value.said("en") == str(copy(wrong.value))


def test_every_sentence_about_a_wrong_schedule_is_said_somewhere_and_every_one_that_is_said_is_there():
    rooms = [*(BOT / "schedules").glob("*.py"), BOT / "store" / "schedules.py"]
    source = "".join(room.read_text("utf-8") for room in rooms)
    keys = {key.removeprefix("wrong.") for key in ENGLISH if key.startswith("wrong.")}
    assert {key for key in keys if f'"{key}"' not in source} == set()
    assert set(re.findall(r'WrongSchedule\(\s*"(\w+)"', source)) <= keys


def test_a_wrong_schedule_is_a_wrong_call():
    assert issubclass(WrongSchedule, WrongCall)
    assert issubclass(WrongSchedule, NewsdeltaError)


def test_without_a_zone_one_is_asked_for():
    with pytest.raises(WrongSchedule, match="In which time zone"):
        parse_schedule("weekdays 9:00", zone=None)
    with pytest.raises(WrongSchedule, match="Did you mean Asia/Tokyo"):
        parse_schedule("weekdays 9:00", zone="Asia/Tokio")


def test_too_near_over_midnight_counts_only_where_the_days_follow_each_other():
    assert parse_schedule("Monday 23:50 and 0:00", zone=HOME).days == (0,)
    assert parse_schedule("cron 0,59 0,23 1 * *", zone=HOME)


@pytest.mark.parametrize("text", ["22-7", "quiet 10pm to 7am", "22:00-07:00", "22.00 – 7"])
def test_quiet_hours_are_read_alone(text):
    assert parse_quiet(text, zone=HOME) == (NIGHT, HOME)
    assert parse_quiet(f"{text} Europe/Berlin", zone=None) == (NIGHT, BERLIN)


@pytest.mark.parametrize("text", ["", "22", "22-75", "22-7 Berlim", "7-7", "off", "22-7 and more", "1" * 300])
def test_what_are_no_quiet_hours_gets_a_sentence(text):
    with pytest.raises(WrongSchedule):
        parse_quiet(text, zone=HOME)


def test_no_word_of_a_schedule_is_the_name_of_a_zone():
    grammar = {*DAYS, *FILLERS, *NAMED_TIMES, *"cron quiet hours hour minutes hourly every".split()}
    assert not {word for word in grammar if zone_named(word)}
    assert zone_named("localtime") is zone_named("Factory") is None
    assert len(names()) > 590


# -- the same again ----------------------------------------------------------------------------------------------------

ZONES = st.sampled_from([*names().values()])
QUARTERS = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
QUIETS = st.none() | st.builds(Quiet, MINUTES, MINUTES).filter(lambda quiet: quiet.start != quiet.end)
CRONS = st.sampled_from(["0 9 * * 1-5", "*/15 * * * *", "5 4 L * *", "0 0 29 2 *", "0 8,20 * JAN-MAR MON#2"])
SPECS = (
    st.builds(
        lambda times, days, zone, quiet: Wall(tuple(sorted(times)), tuple(sorted(days)), zone, quiet),
        st.sets(QUARTERS, min_size=1, max_size=24),
        st.sets(st.integers(0, 6), min_size=1),
        ZONES,
        QUIETS,
    )
    | st.builds(Every, st.integers(15, 1440), ZONES, QUIETS)
    | st.builds(Cron, CRONS, ZONES, QUIETS)
)


@given(SPECS)
def test_the_words_of_a_schedule_say_it_again(spec):
    assert parse_schedule(words(spec), zone=None) == spec == checked(spec)
    assert words(parse_schedule(words(spec).upper(), zone=None)) == words(spec)


@given(SPECS)
def test_a_stored_schedule_is_the_same_again(spec):
    assert read_spec(as_json(spec)) == spec
    assert json.loads(as_json(spec))["version"] == 1


WORDS = st.sampled_from(
    """every day weekdays mon-fri 9:00 24:00 17 5pm and , at cron * */5 0 1-5 L quiet 22-7 quiet 22 - to hours 4
    minutes hourly Europe/Berlin in time New York UTC+2 @daily 9:00. ٩ mañana ß noon-midnight - \x00 9:\x0000 \u202e \u2066mon\u2069""".split()
)


@given(st.text(max_size=250) | st.lists(WORDS, max_size=14).map(" ".join))
def test_whatever_is_said_is_a_schedule_or_gets_one_line(text):
    spec = outcome(lambda: parse_schedule(text, zone=HOME))
    if isinstance(spec, WrongSchedule):
        assert str(spec).isprintable()
        assert len(str(spec)) < 300
    else:
        assert parse_schedule(words(spec), zone=None) == spec


def outcome(call):
    try:
        return call()
    except WrongSchedule as wrong:
        return wrong


GOOD = json.loads(as_json(wall("07:30", quiet=NIGHT)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD]), inner, max_size=6),
    max_leaves=6,
)


@given(st.text(max_size=40) | JSON.map(json.dumps) | st.builds(lambda key, value: json.dumps({**GOOD, key: value}), st.sampled_from([*GOOD]), JSON))  # fmt: skip
def test_stored_junk_gets_a_sentence(text):
    spec = outcome(lambda: read_spec(text))
    assert isinstance(spec, WrongSchedule) or checked(spec) == spec


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"kind": "lunar"},
        {"times": []},
        {"times": ["07:30:15"]},
        {"times": ["9:00"]},
        {"times": ["07:30", "07:31"]},
        {"days": [7]},
        {"days": [True]},
        {"days": []},
        {"zone": "Nowhere/At_All"},
        {"zone": "../etc/passwd"},
        {"quiet": ["22:00"]},
        {"quiet": ["22:00", "22:00"]},
        {"kind": "every", "minutes": 1},
        {"kind": "every", "minutes": 10**400},
        {"kind": "cron", "text": "* * * * *"},
    ],
)
def test_a_stored_schedule_that_can_not_be_kept_is_refused(change):
    with pytest.raises(WrongSchedule):
        read_spec(json.dumps({**GOOD, **change}))


def test_deep_junk_is_refused():
    with pytest.raises(WrongSchedule):
        read_spec("[" * 100_000)

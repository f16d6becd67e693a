"""Schedules: words → Spec → runs, right in every zone. Pure: the clock comes in as an argument, times are in UTC.

`parse_schedule` reads what a person says, `as_json` and `read_spec` store it, `next_run` and `latest_due` say when it
is due, `held_until`, `spread` and `lateness` when what is due is sent. Every error is a WrongSchedule.
"""

from bot.schedules.parsing import parse_quiet, parse_schedule
from bot.schedules.placing import place
from bot.schedules.recurrence import Preview, Run, latest_due, next_run, preview, runs
from bot.schedules.spec import LEAST, Cron, Every, Quiet, Spec, Wall, as_json, quiet_words, read_spec, words
from bot.schedules.timing import CATCH_UP, PEAK, SPREAD, Lateness, held_until, late_by, lateness, spread

__all__ = [
    "CATCH_UP",
    "LEAST",
    "PEAK",
    "SPREAD",
    "Cron",
    "Every",
    "Lateness",
    "Preview",
    "Quiet",
    "Run",
    "Spec",
    "Wall",
    "as_json",
    "held_until",
    "late_by",
    "lateness",
    "latest_due",
    "next_run",
    "parse_quiet",
    "parse_schedule",
    "place",
    "preview",
    "quiet_words",
    "read_spec",
    "runs",
    "spread",
    "words",
]

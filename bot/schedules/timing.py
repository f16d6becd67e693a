"""When what is due is sent: after quiet hours, spread over a peak, and late or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from bot.schedules.placing import DAY, place
from bot.schedules.spec import Quiet
from bot.schedules.zones import zone_rules

Lateness = Literal["on time", "late", "skipped"]
ON_TIME = timedelta(minutes=15)  # the widest spread, and a tick or two
CATCH_UP = timedelta(hours=6)  # what is later than that has lost its use
PEAK = 40  # due in one second: Discord takes 50 requests a second of a bot
SPREAD = timedelta(minutes=10)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@lru_cache(4096)  # asked of all that is due at once, whose instants and quiet hours are few
def held_until(at: datetime, quiet: Quiet | None, zone: str) -> datetime:
    """The end of the quiet hours in which an instant falls, in UTC; the instant itself outside them.

    Quiet hours begin and end where their wall times are placed, so a night with a change of the clocks is one window.
    """
    if quiet is None:
        return at
    here = at.astimezone(zone_rules(zone)).date()
    nights = DAY if quiet.end <= quiet.start else timedelta(0)
    for day in (here - DAY, here, here + DAY):
        begin = place(datetime.combine(day, quiet.start), zone)
        end = place(datetime.combine(day + nights, quiet.end), zone)
        if begin <= at < end:
            at = end  # and on: a gap can let the next window begin where this one ends
    return at


def spread(key: str, due_in_that_second: int) -> timedelta:
    """How much later than its time a run is sent: always the same for a key, and nothing up to `PEAK` at once.

    >>> spread("17", 40), spread("17", 41) == spread("17", 9000) < SPREAD
    (datetime.timedelta(0), True)
    """
    if due_in_that_second <= PEAK:
        return timedelta(0)
    number = int.from_bytes(sha256(key.encode()).digest()[:8], "big")
    return timedelta(milliseconds=number % (SPREAD // timedelta(milliseconds=1)))


def lateness(at: datetime, now: datetime, limit: timedelta = CATCH_UP) -> Lateness:
    """Whether a run that was to be sent at an instant still is: from `limit` on it is skipped, and that is said.

    What quiet hours hold is not late: of such a run the instant is their end.
    """
    if now - at >= limit:
        return "skipped"
    return "late" if now - at > ON_TIME else "on time"


def late_by(at: datetime, now: datetime) -> str:
    """By how much, for "late by 95 min" and "late by 2 h": in minutes up to two hours, then in hours."""
    late = max(now - at, timedelta(0))
    return f"{late // MINUTE} min" if late < 2 * HOUR else f"{late // HOUR} h"

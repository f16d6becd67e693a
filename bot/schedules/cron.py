"""Cron text → naive local times, by cronsim; our own rule places them in a zone.

Weekdays count as people expect: 0 and 7 are Sunday. Where both a day of the month and a weekday are given, either will
do (as in Debian's cron, of which cronsim is a port, they must both match where one of them begins with a star).
Only naive times are asked of cronsim: in a zone it has quirks of its own for gaps and overlaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise, takewhile

from cronsim import CronSim, CronSimError

from bot.errors import WrongSchedule
from bot.schedules.zones import shown

FIELDS, LONGEST = 5, 200  # characters
BY_NAME = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
FIRST_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - because cron text speaks of wall times
JUDGED = 1000  # days: what comes on fewer than three of them a month is judged over all the years
YEARS = timedelta(days=28 * 365.25)  # after so many the days of the week fall on the same dates again
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def wall_times(text: str, start: datetime, *, back: bool = False) -> Iterator[datetime]:
    """The naive times of a cron text after `start`, or `back` from `start` on, which then may be the first."""
    whole = start.replace(microsecond=0)
    return CronSim(text, whole + SECOND if back else whole, reverse=back)


def once_a_day(text: str) -> bool:
    """Whether a cron text names one time of the day, so that its date and that time name a run."""
    minute, hour = text.split()[:2]
    return minute.isdecimal() and hour.isdecimal()


@lru_cache(1024)
def read_cron(text: str, least: timedelta) -> str:
    """A cron text in one spelling; WrongSchedule if it is none, never comes, or comes again in less than `least`."""
    spelled = " ".join(BY_NAME.get(text.strip().lower(), text).upper().split())
    fields = spelled.split(" ")
    if len(fields) != FIELDS:
        raise WrongSchedule("cron_fields", fields=len(fields))
    if len(spelled) > LONGEST:
        raise WrongSchedule("cron_long", most=LONGEST)
    try:
        cron = CronSim(spelled, FIRST_DAY - SECOND)
    except CronSimError as error:
        raise _unreadable(fields, error) from error
    if next(cron, None) is None:
        raise _never(spelled)
    if _too_close(cron, fields, least):
        raise WrongSchedule("cron_often", words=shown(spelled), minutes=least // MINUTE)
    return spelled


def _too_close(cron: CronSim, fields: list[str], least: timedelta) -> bool:
    times = [hour * HOUR + minute * MINUTE for hour in sorted(cron.hours) for minute in sorted(cron.minutes)]
    if any(later - at < least for at, later in pairwise(times)):
        return True
    over_midnight = times[0] + DAY - times[-1]
    return over_midnight < least and any(later - day == DAY for day, later in pairwise(_days(fields)))


def _days(fields: list[str]) -> Iterator[datetime]:
    midnights = CronSim(" ".join(["0", "0", *fields[2:]]), FIRST_DAY - SECOND)
    return takewhile(lambda day: day < FIRST_DAY + YEARS, islice(midnights, JUDGED))


def _unreadable(fields: list[str], error: CronSimError) -> WrongSchedule:
    text = " ".join(fields)
    if str(error) == "Bad day-of-month" and _readable([*fields[:3], "*", fields[4]]):
        return _never(text)
    return WrongSchedule("cron_field", field=str(error).removeprefix("Bad "), words=shown(text))


def _never(text: str) -> WrongSchedule:
    return WrongSchedule("cron_never", words=shown(text))


def _readable(fields: list[str]) -> bool:
    try:
        CronSim(" ".join(fields), FIRST_DAY)
    except CronSimError:
        return False
    return True

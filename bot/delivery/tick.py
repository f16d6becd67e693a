"""What a tick makes of one schedule that is due: the newest slot, when it goes out, and when the schedule is due next."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from bot.delivery.values import Outcome, Planned, Scheduled
from bot.schedules import Run, Spec, late_by, lateness, latest_due, next_run, spread


def plan(schedule: Scheduled, now: datetime, due_in_that_second: int) -> Planned:
    """The newest slot up to now; it tells what has come since the last one, so the older ones are counted, not sent.

    What quiet hours hold goes out at their end, once. What is late by the limit or more goes out no more, and that is
    kept. `schedule.next_at` must have come. WrongSchedule comes out where its zone is none any more.
    """
    run, older, following = _runs(schedule.spec, schedule.next_at or now, now, schedule.next_slot)
    begins = schedule.held_until(run.at)
    outcome = _outcome(begins, following, now)
    late = late_by(begins, now) if outcome == "queued" and lateness(begins, now) == "late" else ""
    return Planned(
        slot=run.slot,
        run_at=run.at,
        outcome=outcome,
        next_at=following.at if following else None,
        next_slot=following.slot if following else "",
        send_at=begins + spread(str(schedule.id), due_in_that_second) if outcome == "queued" else None,
        coalesced=older,
        late=late,
    )


@lru_cache(
    4096
)  # what is due at once has few times and zones: reckoned for each, they took half the time of a tick
def _runs(spec: Spec, reckoned: datetime, now: datetime, slot: str) -> tuple[Run, int, Run | None]:
    """The newest run, how many older ones it covers, and the one to come.

    The newest is as it was reckoned where a zone's rules have changed since.
    """
    run, older = latest_due(spec, reckoned, now) or (Run(slot, reckoned), 0)
    return run, older, next_run(spec, max(now, run.at))


def _outcome(begins: datetime, following: Run | None, now: datetime) -> Outcome:
    if lateness(begins, now) == "skipped":
        return "late"
    if following and following.at < begins:
        return "quiet_merged"  # the later one goes out at the end of the same quiet hours, and tells this one's news too
    return "queued"

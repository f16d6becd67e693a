"""What Slack has sent already: it sends an event up to four times, where it does not hear from us in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

KEPT = timedelta(hours=1)  # the last repetition comes after six minutes


class Seen:
    """Remembers events for an hour, from their receipt on: the first one to come may be a repetition."""

    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}
        self._lock = Lock()

    def first(self, event: str, now: datetime) -> bool:
        """Whether an event came for the first time."""
        with self._lock:
            while self._at and now - next(iter(self._at.values())) > KEPT:
                del self._at[next(iter(self._at))]
            new = event not in self._at
            self._at.setdefault(event, now)
            return new

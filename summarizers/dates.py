"""Days that a text speaks of, and how each is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Day:
    """An interval of days as worded in `phrase`; `first` and `last` are None where nothing proves them."""

    phrase: str
    start: int
    end: int
    first: date | None
    last: date | None
    weekday: int | None = None  # Monday is 0
    rule: str = ""


def find_days(text: str, *, published: date | None = None) -> tuple[Day, ...]:
    """The days named in a sentence, in order. Without a publish date a weekday stays a weekday."""
    return ()

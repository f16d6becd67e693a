"""How fast requests may go out to a platform, so that it has no reason to refuse them; decided, never done.

A platform says how many it takes in a second. Of these nine tenths flow evenly and a tenth may go at once, so that in
no second, wherever it begins, more are asked than it takes. What other processes ask is not known here: where they are
too many together, the platform's own answer (429) holds it up for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

AT_ONCE = 0.1  # of what a second takes
ROUNDING = 1e-6  # of a request: who has waited as told must find one


@dataclass(frozen=True, slots=True)
class Bucket:
    """Requests that a platform still takes, refilled by the clock; below nothing where one row took several."""

    per_second: float
    tokens: float
    at: float

    def may_go(self, clock: float) -> int:
        """How many requests may go out now."""
        return max(0, int(self._filled(clock) + ROUNDING))

    def wait(self, clock: float) -> float:
        """Seconds until asking is worth it again: for single requests the outbox would be asked too often."""
        return max(0.0, (max(1.0, self._most / 2) - self._filled(clock)) / self._flow)

    def less(self, requests: int, clock: float) -> Bucket:
        """The bucket after requests that go out now."""
        return replace(self, tokens=self._filled(clock) - requests, at=clock)

    @property
    def _flow(self) -> float:
        """Requests in a second beside what may go at once, which of a slow platform is more than a tenth: one."""
        return min(self.per_second * (1 - AT_ONCE), max(1.0, self.per_second - self._most))

    @property
    def _most(self) -> float:
        return max(1.0, self.per_second * AT_ONCE)

    def _filled(self, clock: float) -> float:
        return min(self._most, self.tokens + (clock - self.at) * self._flow)


def full(per_second: float, clock: float) -> Bucket:
    """The bucket of a platform that was asked nothing yet."""
    return Bucket(per_second, per_second, clock)

"""What the owners of schedules are told by themselves: what can't be sent or composed any more, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.doors import Outbox, Renderer
from bot.delivery.values import NOT_COMPOSED, Claimed, Composing, Part, Verdict
from bot.phrases import phrase
from bot.ports import Target
from bot.replies import Reply


@dataclass(frozen=True, slots=True)
class Notices:
    """Puts notices into the lanes of owners, each once."""

    outbox: Outbox
    renderers: Mapping[str, Renderer]
    now: Callable[[], datetime]

    def closed(self, claimed: Claimed, verdict: Verdict) -> None:
        """Tells who made the schedules of a lane that it is closed; of a whole installation nobody can be told there."""
        target = claimed.message.target
        if verdict.closes != "lane":
            return
        said = phrase("notice.closed", target=target.id, reason=verdict.reason or verdict.code)
        for owner in {each.owner for each in self.outbox.schedules(target)} - {target}:
            self._tell(owner, said, f"n:{claimed.lease.lane}:{claimed.lease.token}:{owner.id}")

    def uncomposed(self, composing: Composing, verdict: Verdict) -> None:
        """Tells who made a schedule that one of its digests was given up."""
        reason = verdict.reason or phrase(f"delivery.code.{NOT_COMPOSED.replace(' ', '_')}")
        slot, target = composing.slot.replace("T", " "), composing.schedule.target.id
        said = phrase("notice.not_composed", slot=slot, target=target, reason=reason.rstrip("."))
        self._tell(composing.schedule.owner, said, f"n:{composing.key}:{composing.lease.token}")

    def _tell(self, owner: Target, said: str, key: str) -> None:
        reply = Reply(notes=(said,))
        payloads = self.renderers[owner.platform].render(reply, "answer")
        parts = [Part(f"{key}:{number}", payload) for number, payload in enumerate(payloads)]
        self.outbox.post(owner, parts, self.now())

"""What the owners of schedules are told by themselves: that nothing can be sent to their channel any more, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.doors import Outbox, Renderer
from bot.delivery.values import Claimed, Part, Verdict
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
        for owner in {each.owner for each in self.outbox.schedules(target)} - {target}:
            self._tell(owner, claimed, verdict)

    def _tell(self, owner: Target, claimed: Claimed, verdict: Verdict) -> None:
        reason = verdict.reason or verdict.code
        reply = Reply(notes=(phrase("notice.closed", target=claimed.message.target.id, reason=reason),))
        key = f"n:{claimed.lease.lane}:{claimed.lease.token}:{owner.id}"
        payloads = self.renderers[owner.platform].render(reply, "answer")
        parts = [Part(f"{key}:{number}", payload) for number, payload in enumerate(payloads)]
        self.outbox.post(owner, parts, self.now())

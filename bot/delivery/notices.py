"""What people are told unasked: what can't be sent or composed any more and why, and what happened to feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery.doors import Outbox, Renderer
from bot.delivery.values import NOT_COMPOSED, NOTICE, Claimed, Composing, Part, Verdict
from bot.phrases import because, channel, phrase
from bot.ports import Feed, Target
from bot.replies import Place, Reply

GATHERED = timedelta(
    hours=6
)  # the feeds of a host that is down fail within hours of each other: it is one message


class Told(Protocol):
    """Keeps which news of feeds were told."""

    def tell_feeds(
        self,
        now: datetime,
        gathered: datetime,
        words: Callable[[Target, str, Sequence[Feed]], Sequence[Part]],
    ) -> int:
        """Tells what happened to feeds, once some of it is older than `gathered`; how many targets hear of it.

        The words are asked for with the target and its language: of the last schedule that tells there.
        """


@dataclass(frozen=True, slots=True)
class FeedNotices:
    """Tells readers what happened to feeds: all that happened in some hours together, each once."""

    told: Told
    renderers: Mapping[str, Renderer]
    words: Callable[[Sequence[Feed]], Reply]
    now: Callable[[], datetime]

    def tell(self) -> int:
        """Tells what has waited long enough; how many targets hear of it."""
        now = self.now()
        return self.told.tell_feeds(now, now - GATHERED, self._parts)

    def _parts(self, target: Target, language: str, feeds: Sequence[Feed]) -> list[Part]:
        renderer = self.renderers.get(target.platform)
        place: Place = "answer" if target.kind == "person" else "lead"
        payloads = renderer.render(self.words(feeds), place, language) if renderer else ()
        key = f"f:{target.library}:{target.kind}:{target.id}:{feeds[0].id}:{self.now():%Y%m%dT%H%M%S}"
        return [Part(f"{key}:{number}", payload) for number, payload in enumerate(payloads)]


@dataclass(frozen=True, slots=True)
class Notices:
    """Puts notices into the lanes of owners, each once, in the language of their schedule."""

    outbox: Outbox
    renderers: Mapping[str, Renderer]
    now: Callable[[], datetime]

    def closed(self, claimed: Claimed, verdict: Verdict) -> None:
        """Tells who made the schedules of a lane that it is closed; of a whole installation nobody can be told there."""
        target = claimed.message.target
        if verdict.closes != "lane":
            return
        said = phrase("notice.closed", target=_named(target), reason=because(verdict.reason or verdict.code))
        languages = {
            each.owner: each.language for each in self.outbox.schedules(target) if each.owner != target
        }
        for owner, language in languages.items():
            self._tell(
                owner, said, language, f"{NOTICE}{claimed.lease.lane}:{claimed.lease.token}:{owner.id}"
            )

    def uncomposed(self, composing: Composing, verdict: Verdict) -> None:
        """Tells who made a schedule that one of its digests was given up."""
        reason = because(verdict.reason) or phrase(f"delivery.code.{NOT_COMPOSED.replace(' ', '_')}")
        slot, schedule = composing.slot.replace("T", " "), composing.schedule
        said = phrase("notice.not_composed", slot=slot, target=_named(schedule.target), reason=reason)
        self._tell(
            schedule.owner, said, schedule.language, f"{NOTICE}{composing.key}:{composing.lease.token}"
        )

    def _tell(self, owner: Target, said: str, language: str, key: str) -> None:
        reply = Reply(notes=(said,))
        payloads = self.renderers[owner.platform].render(reply, "answer", language)
        parts = [Part(f"{key}:{number}", payload) for number, payload in enumerate(payloads)]
        self.outbox.post(owner, parts, self.now())


def _named(target: Target) -> str:
    return target.id if target.kind == "person" else channel(target.id)

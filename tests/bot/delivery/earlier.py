"""Platforms in memory that keep what the real ones promise, driven by a clock of the test and a plan of faults."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.delivery.pump import Pump
from bot.delivery.values import Abilities, Part, Planned, Receipt, Scheduled
from bot.errors import Ambiguous, CannotTell, Closed, Limited, Refused
from bot.ports import Target
from bot.schedules import Every
from tests.fakes_outbox import MemoryOutbox


class Time:
    """A clock that moves when it is told to; `clock` never steps back, `now` may."""

    def __init__(self) -> None:
        self.passed, self.stepped = 0.0, timedelta(0)

    def clock(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return datetime(2026, 5, 4, 9, tzinfo=UTC) + timedelta(seconds=self.passed) + self.stepped


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Message:
    key: str
    channel: str
    nonce: str
    at: float
    text: str


@dataclass
class FakePlatform:
    """`plan` holds the faults to come, one for each request: limited, lost before, lost after, killed after, odd,
    frozen, refused, closed, revoked."""

    time: Time
    seen: list[Message] = field(default_factory=list)
    plan: deque[str] = field(default_factory=deque)
    readable: bool = True
    freezes: int = 0
    meanwhile: Callable[[], Awaitable[object]] | None = None
    platform = ""
    abilities = Abilities()

    def render(self, reply):
        return [{"text": reply.title}]

    async def send(self, message) -> Receipt:
        fault = self.plan.popleft() if self.plan else ""
        match fault:
            case "limited":
                raise Limited("Too fast.", timedelta(seconds=30))
            case "refused":
                raise Refused("Blocks are wrong.", "invalid_blocks", plain=True)
            case "closed":
                raise Closed("The channel is gone.", "lane", "gone")
            case "revoked":
                raise Closed("The bot was removed.", "installation", "token_revoked")
            case "lost before":
                raise Ambiguous("The connection broke.", "reset")
            case "frozen":  # the process sleeps past its lease on the way out, and others work
                self.freezes += 1
                self.time.passed += 70
                await self.meanwhile()
            case "odd":
                raise RuntimeError(fault)
        receipt = self.accept(message)
        if fault == "lost after":
            raise Ambiguous("The connection broke.", "reset")
        if fault == "killed after":
            raise Killed
        return receipt

    def accept(self, message) -> Receipt:
        text = message.payload["text"]
        if message.edits:
            self.seen[int(message.edits) - 1].text = text
            return Receipt(message.edits)
        self.seen.append(Message(message.key, message.target.id, message.nonce, self.time.passed, text))
        return Receipt(str(len(self.seen)))

    async def find(self, message) -> Receipt | None:
        if not self.readable:
            raise CannotTell("The history can't be read.", "missing_scope")
        found = [
            number
            for number, each in enumerate(self.seen, 1)
            if each.key == message.key and self.visible(each)
        ]
        return Receipt(str(found[0])) if found else None

    def visible(self, message: Message) -> bool:
        return message.at <= self.time.passed


class FakeDiscord(FakePlatform):
    """A nonce gives the message that is there, for three minutes; the bot counts on two."""

    platform = "discord"
    abilities = Abilities(nonce_for=timedelta(minutes=2), can_look=True)

    def accept(self, message) -> Receipt:
        for number, each in enumerate(self.seen, 1):
            if not message.edits and each.nonce == message.nonce and self.time.passed - each.at < 180:
                return Receipt(str(number))
        return super().accept(message)


class FakeSlack(FakePlatform):
    """No key against sending twice; the history lags by four seconds."""

    platform = "slack"
    abilities = Abilities(can_look=True, look_after=timedelta(seconds=5))

    def visible(self, message: Message) -> bool:
        return message.at + 4 <= self.time.passed


class World:
    """A lane with two messages, a platform and a pump."""

    def __init__(self, kind) -> None:
        self.time = Time()
        self.platform = kind(self.time)
        self.outbox = MemoryOutbox()
        to = Target(kind.platform, "home", "channel", "c")
        scheduled = Scheduled(to, to, Every(60, "UTC"), next_at=self.time.now(), next_slot="1")
        self.outbox.add(scheduled, self.time.now())
        self.outbox.tick(
            self.time.now(), 1, lambda due, now, _: Planned(due.next_slot, now, "queued", None, "")
        )
        composing = self.outbox.to_compose(self.time.now(), timedelta(seconds=60))
        parts = [
            Part("first", {"text": "rich", "plain": {"text": "plain"}}),
            Part("second", {"text": "more"}),
        ]
        self.outbox.freeze(composing, parts, self.time.now())
        self.lane = self.outbox.lane(to)

    def pump(self, clock=None) -> Pump:
        deliveries = {self.platform.platform: self.platform}
        return Pump(
            self.outbox,
            deliveries,
            clock=clock or self.time.clock,
            now=self.time.now,
            chance=lambda: 0.5,
        )

    def round(self, **how) -> int:
        try:
            return asyncio.run(self.pump(**how).round())
        except Killed:
            return 1

    def run(self, every: float = 13) -> None:
        for _ in range(60):
            if not self.lane.live or self.lane.closed:
                return
            self.round()
            self.time.passed += every

    @property
    def seen(self) -> list[str]:
        return [message.key for message in self.platform.seen]

    @property
    def states(self) -> list[str]:
        return [row.state for row in self.lane.rows]

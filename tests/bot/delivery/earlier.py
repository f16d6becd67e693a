"""Platforms in memory that keep what the real ones promise, driven by a clock of the test and a plan of faults."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.delivery.values import Abilities, Receipt
from bot.errors import Ambiguous, CannotTell, Closed, Limited, Refused


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

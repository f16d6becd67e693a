"""Chat platforms that keep what the real ones promise, over a clock that can be moved on and a plan of faults.

`Chat` is the platform, `Client` the Delivery that asks it. The way between them is a call (`Near`), or HTTP to a process
of its own (`tests.bot.delivery.chats`).
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from bot.delivery.policy import GONE
from bot.delivery.values import Abilities, Receipt
from bot.errors import Ambiguous, CannotTell, Closed, Limited, Refused
from bot.ports import Target
from tests.bot.delivery.contract import Shown

Answer = tuple[int, dict[str, object]]
Ask = Callable[[str, dict[str, object]], Awaitable[Answer]]

TABLE = """
CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, channel, thread, key, text, nonce, at REAL, gone DEFAULT 0)
"""
REFUSALS: dict[str, Answer] = {
    "limited": (429, {"code": "rate_limited"}),
    "refused": (400, {"code": "invalid_blocks"}),
    "closed": (404, {"code": "unknown_channel"}),
    "forbidden": (403, {"code": "missing_access"}),
    "revoked": (401, {"code": "token_revoked"}),
    "gone": (404, {"code": GONE}),
    "500 before": (500, {"code": "internal"}),
}


class Broken(ConnectionError):  # noqa: N818 - because it is what happened
    """The connection broke off, or (`silent`) nothing ever comes through it."""

    def __init__(self, *, silent: bool = False) -> None:
        self.silent = silent


@dataclass(frozen=True)
class Kind:
    """What a platform promises: so many seconds a nonce gives the message that is there, so many its history lags, and
    so many who was too fast is to wait."""

    name: str
    nonce: float
    lag: float
    abilities: Abilities
    rest: float = 60


DISCORD = Kind("discord", 180, 0, Abilities(nonce_for=timedelta(minutes=2), can_look=True))
SLACK = Kind("slack", 0, 4, Abilities(can_look=True, look_after=timedelta(seconds=5)))
KINDS = (DISCORD, SLACK)


@dataclass
class Chat:
    """A platform. `plan` and `looks` hold the faults to come, one for each message sent, one for each look."""

    kind: Kind
    path: str = ":memory:"
    clock: Callable[[], float] = time.time
    plan: deque[str] = field(default_factory=deque)
    looks: deque[str] = field(default_factory=deque)
    readable: bool = True
    ahead: float = 0

    def __post_init__(self) -> None:
        self.kept = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=30)
        self.kept.execute("PRAGMA journal_mode=WAL")
        self.kept.execute("PRAGMA synchronous=OFF")
        self.kept.execute(TABLE)

    def now(self) -> float:
        return self.clock() + self.ahead

    def post(self, message: dict[str, object]) -> Answer:
        """What is answered to a message; Broken if nothing is, whether the message was taken or not."""
        fault = self.plan.popleft() if self.plan else ""
        if fault in REFUSALS:
            return self.refused(fault)
        if fault == "reset before":
            raise Broken
        answer = self.take(message)
        if fault in {"reset after", "silent"}:
            raise Broken(silent=fault == "silent")
        return (500, {"code": "internal"}) if fault == "500 after" else answer

    def refused(self, fault: str) -> Answer:
        status, said = REFUSALS[fault]
        return status, said | {"after": self.kind.rest}

    def take(self, message: dict[str, object]) -> Answer:
        """Takes a message, at one stroke where several processes share a file."""
        self.kept.execute("BEGIN IMMEDIATE")
        try:
            return self.taken(message)
        finally:
            self.kept.execute("COMMIT")

    def taken(self, message: dict[str, object]) -> Answer:
        if edited := message["edits"] or message["thread"]:
            here = self.kept.execute("SELECT 1 FROM messages WHERE id = ? AND NOT gone", (edited,))
            if here.fetchone() is None:
                return REFUSALS["gone"]
        if message["edits"]:
            self.kept.execute(
                "UPDATE messages SET text = ? WHERE id = ?", (message["text"], message["edits"])
            )
            return 200, {"id": message["edits"]}
        new = (message["nonce"], self.now() - self.kind.nonce)
        there = self.kept.execute("SELECT id FROM messages WHERE nonce = ? AND at > ?", new).fetchone()
        return 200, {"id": str(there[0] if there and self.kind.nonce else self.write(message))}

    def write(self, message: dict[str, object]) -> int | None:
        row = [message[name] for name in ("channel", "thread", "key", "text", "nonce")]
        written = self.kept.execute(
            "INSERT INTO messages (channel, thread, key, text, nonce, at) VALUES (?, ?, ?, ?, ?, ?)",
            (*row, self.now()),
        )
        return written.lastrowid

    def look(self, message: dict[str, object]) -> Answer:
        """Whether a message with this key can be seen."""
        fault = self.looks.popleft() if self.looks else ""
        if fault.startswith("reset"):
            raise Broken
        if fault:
            return self.refused(fault)
        if not self.readable:
            return 403, {"code": "missing_scope"}
        asked = "SELECT min(id) FROM messages WHERE channel = ? AND key = ? AND at <= ? AND NOT gone"
        seen = (message["channel"], message["key"], self.now() - self.kind.lag)
        found = self.kept.execute(asked, seen).fetchone()[0]
        return 200, {"id": str(found) if found else ""}

    def shown(self, channel: str) -> list[Shown]:
        asked = "SELECT id, text, thread FROM messages WHERE channel = ? AND NOT gone ORDER BY id"
        return [Shown(str(name), text, thread) for name, text, thread in self.kept.execute(asked, (channel,))]

    def keys(self, channel: str) -> list[str]:
        """What was said in a channel, by its keys, gone or not."""
        asked = "SELECT key FROM messages WHERE channel = ? ORDER BY id"
        return [key for (key,) in self.kept.execute(asked, (channel,))]

    def count(self, text: str) -> int:
        """How many messages have this text."""
        return self.kept.execute("SELECT count(*) FROM messages WHERE text = ?", (text,)).fetchone()[0]

    def remove(self, message: str) -> None:
        self.kept.execute("UPDATE messages SET gone = 1 WHERE id = ?", (message,))


@dataclass(frozen=True)
class Client:
    """A Delivery as small as can be."""

    kind: Kind
    ask: Ask

    @property
    def platform(self) -> str:
        return self.kind.name

    @property
    def abilities(self) -> Abilities:
        return self.kind.abilities

    async def send(self, message) -> Receipt:
        status, said = await self.asked("post", message)
        match status, said.get("code"):
            case 200, _:
                return Receipt(said["id"])
            case 400, code:
                raise Refused("The blocks are wrong.", code, plain=True)
            case 404, code if code == GONE:
                raise Refused("That message is gone.", GONE)
        raise refusal(status, said)

    async def find(self, message) -> Receipt | None:
        status, said = await self.asked("look", message)
        if said.get("code") == "missing_scope":
            raise CannotTell("The history can't be read.", "missing_scope")
        if status != 200:
            raise refusal(status, said)
        return Receipt(said["id"]) if said["id"] else None

    async def asked(self, what: str, message) -> Answer:
        body = {name: getattr(message, name) for name in ("key", "nonce", "thread", "edits")}
        try:
            return await self.ask(
                what, body | {"channel": message.target.id, "text": message.payload["text"]}
            )
        except ConnectionError:
            raise Ambiguous("The connection broke.", "reset") from None


def refusal(status: int, said: dict[str, object]) -> Limited | Closed | Ambiguous:
    """What a platform's no means, to whatever it was asked."""
    code = str(said["code"])
    if status == 429:
        return Limited("Too fast.", timedelta(seconds=said["after"]), code=code)
    if status == 401:
        return Closed("The bot was removed.", "installation", code)
    if status in {403, 404}:
        return Closed("The channel is gone.", "lane", code)
    return Ambiguous("It failed inside.", code)


class Near:
    """A peer of the contract in this process, whose clock stands still till it is moved on."""

    channels, revoked = count(1), "installation"

    def __init__(self, kind: Kind) -> None:
        self.kind, self.platform = kind, kind.name
        self.chat = Chat(kind, clock=lambda: 0)

    @asynccontextmanager
    async def connect(self):
        yield Client(self.kind, self.ask)

    async def ask(self, what: str, message: dict[str, object]) -> Answer:
        try:
            return getattr(self.chat, what)(message)
        except Broken as broken:
            if broken.silent:
                await asyncio.Event().wait()
            raise

    def target(self) -> Target:
        return Target(self.platform, "home", "channel", f"c{next(self.channels)}")

    def payload(self, text: str, plain: str = "") -> dict[str, object]:
        return {"text": text, "plain": {"text": plain}} if plain else {"text": text}

    def plan(self, *faults: str, looks: Sequence[str] = ()) -> None:
        self.chat.plan, self.chat.looks = deque(faults), deque(looks)

    def shown(self, target: Target) -> Sequence[Shown]:
        return self.chat.shown(target.id)

    def remove(self, target: Target, message: str) -> None:
        del target
        self.chat.remove(message)

    def read(self, *, allowed: bool) -> None:
        self.chat.readable = allowed

    def pass_time(self, seconds: float) -> None:
        self.chat.ahead += seconds


def fast(kind: Kind, times: float) -> Kind:
    """A platform whose windows are so many times as short."""
    abilities = replace(
        kind.abilities,
        nonce_for=kind.abilities.nonce_for / times,
        look_after=kind.abilities.look_after / times,
    )
    return replace(
        kind,
        nonce=kind.nonce / times,
        lag=kind.lag / times,
        abilities=abilities,
        rest=kind.rest / times,
    )

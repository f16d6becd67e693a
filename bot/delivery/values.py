"""The values of delivery: schedules as they are kept, rows of the outbox, what platforms answer, what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.commands import Length
from bot.errors import Reach
from bot.ports import Target, Telling, Topic
from bot.schedules import Quiet, Spec, held_until

State = Literal["pending", "attempting", "retry", "sent", "held", "dead", "skipped"]
LIVE: frozenset[State] = frozenset({"pending", "attempting", "retry"})
# pending: not tried · attempting: on disk before the request leaves, so its outcome may be unknown · retry: certainly
# not taken, tried again later · sent · held: outcome unknown, a person decides · dead: refused for good · skipped: late
# or empty
Outcome = Literal["queued", "empty", "late", "coalesced", "quiet_merged"]
NOT_COMPOSED = "not composed"  # the code of a slot; where something is known, with a colon and that
NOTICE = "n:"  # how keys of messages about schedules begin
Platform = str
Payload = Mapping[str, Any]  # a message as a platform's renderer made it: plain values of JSON


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule: who made it, where its digests go, when, and of what; `topics` empty is all that is followed there.

    `paused` is why it does not run, empty while it does. `quiet` are the quiet hours of its target, with their zone;
    they hold beside its own. `silent_since` is when the first of the runs was due that have had nothing to tell since.
    Words of ours are told in `language`; a post in a forum gets the `tag`, its id and then its name; empty for none.
    """

    target: Target
    owner: Target
    spec: Spec
    topics: tuple[Topic, ...] = ()
    length: Length = "normal"
    id: int = 0
    next_at: datetime | None = None
    next_slot: str = ""
    last_slot: str = ""
    paused: str = ""
    silent_since: datetime | None = None
    quiet: tuple[Quiet, str] | None = None
    language: str = "en"
    tag: str = ""  # the id and the name of the tag of its posts in a forum

    @property
    def tags(self) -> tuple[str, ...]:
        """The ids of the tags of its posts."""
        return tuple(self.tag.split()[:1])

    def held_until(self, at: datetime) -> datetime:
        """The end of the quiet hours, its own or its target's, that an instant falls in; itself outside them.

        One can lead into the other, which two rounds end.
        """
        windows = [(self.spec.quiet, self.spec.zone), *([self.quiet] if self.quiet else [])]
        for quiet, zone in windows * 2:
            at = held_until(at, quiet, zone)
        return at


@dataclass(frozen=True, slots=True)
class Planned:
    """What a tick makes of one schedule that is due: a run with its outcome, a row if queued, and when it is due next.

    `send_at` is when the row may go (after quiet hours, spread over a peak); `late` says by how much it is, in words of
    `schedules.late_by`, empty when it is on time.
    """

    slot: str
    run_at: datetime
    outcome: Outcome
    next_at: datetime | None
    next_slot: str
    send_at: datetime | None = None
    coalesced: int = 0
    late: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a platform says of a message that it took: its id, and the thread in which replies to it stand."""

    message: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message, word for word the same at every attempt.

    `nonce` is made of lane and key alone. With `thread` it answers there; with `edits` it takes that message's place.
    """

    target: Target
    key: str
    nonce: str
    payload: Payload
    thread: str = ""
    edits: str = ""
    first_attempt: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a composed slot. `story` names the thread it belongs to; a `root` opens that thread.

    `telling` becomes true in the transaction that marks the part as sent.
    """

    key: str
    payload: Payload
    story: str = ""
    root: bool = False
    edits: str = ""
    telling: Telling | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a lane until a moment of the database's clock."""

    lane: int
    token: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Composing:
    """A slot that is the head of its lane and not composed yet.

    `attempts` counts this one and those that failed; `silent` are the earlier ones of which nothing was heard again.
    """

    lease: Lease
    schedule: Scheduled
    slot: str
    key: str
    late: str = ""
    attempts: int = 1
    silent: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A composed head of a lane, marked as attempting; `attempts` counts this one.

    `before` is the state that it had: "attempting" is an unknown outcome.
    """

    lease: Lease
    message: Outgoing
    before: State
    attempts: int


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a story's thread stands in a lane: its root, and the last message in it with what it told."""

    root: str
    last: str
    last_at: datetime
    last_key: str = ""
    telling: Telling | None = None


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can promise against sending twice, and how much it takes.

    `can_look`: a marker of the message can be found in the channel, `look_after` so long after an attempt; that is what
    settles an unknown outcome. For `nonce_for` after the first attempt the same nonce gives the message that is there.
    `hold`: where neither tells, a person decides; else it is sent again. `per_second`: so many requests of the bot at
    most, to all its installations together; `requests` are those that a message takes, as far as is known before.
    `gap`: a lane rests so long after each message.
    """

    nonce_for: timedelta = timedelta(0)
    can_look: bool = False
    look_after: timedelta = timedelta(0)
    hold: bool = False
    per_second: float | None = None
    requests: Callable[[Outgoing], int] = lambda _: 1
    gap: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an attempt: the row's state, when its lane goes on, and what is closed and why.

    `counted` is false where the attempt was certainly not taken for lack of a turn (429). `known` is true where its
    outcome is certain, so that the window of the nonce begins anew.
    """

    state: State
    again_in: timedelta = timedelta(0)
    code: str = ""
    receipt: Receipt | None = None
    closes: Reach | None = None
    waits: Reach | None = None  # for `again_in`
    reason: str = ""
    counted: bool = True
    known: bool = True
    gone: bool = False  # what it edits or answers is no longer there: the next attempt does without


@dataclass(frozen=True, slots=True)
class Delivered:
    """One row as people see it: what was tried when, and what came of it.

    A run that made no row is one that was skipped; `code` says why. `coalesced` counts the older slots that it covers.
    """

    key: str
    target: Target
    state: State
    attempts: int
    created: datetime
    finished: datetime | None
    code: str = ""
    message: str = ""
    tries: tuple[tuple[datetime, str, str], ...] = field(default=())  # (when, outcome, code)
    schedule: int = 0
    late: str = ""
    coalesced: int = 0

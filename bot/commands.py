"""Words → Command: the one grammar that terminal, Slack, Discord and direct messages speak. Pure.

A command carries the words that a person wrote; what they name (which story, which feed) is found out by `answers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

Length = Literal["short", "normal", "full"]
FeedAction = Literal["add", "list", "test", "remove"]
ScheduleAction = Literal["add", "list", "pause", "resume", "remove", "run"]


@dataclass(frozen=True, slots=True)
class Since:
    """From when on: a day, the latest such weekday (Monday is 0), or so long ago; with none of them, since last seen."""

    day: date | None = None
    weekday: int | None = None
    ago: timedelta | None = None


LAST_SEEN = Since()


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed in a story, or in all that are followed."""

    story: str = ""
    since: Since = LAST_SEEN
    length: Length | None = None
    post: bool = False


@dataclass(frozen=True, slots=True)
class Latest:
    """The stories with the newest articles."""

    count: int = 5


@dataclass(frozen=True, slots=True)
class ShowStory:
    """One story: its lead, its figures, what is open in it."""

    story: str


@dataclass(frozen=True, slots=True)
class ShowTimeline:
    """The days of a story."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """Two stories, articles, or addresses side by side."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Open:
    """What was announced and is not settled."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Disagreements:
    """Where the sources of a story disagree."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """The articles of a story; without one, those of the last digest."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """An address to read into the library."""

    url: str


@dataclass(frozen=True, slots=True)
class Summarize:
    """The sentences to know first of an address or a story."""

    what: str = ""
    count: int = 3


@dataclass(frozen=True, slots=True)
class Follow:
    """A story, feed or word to follow."""

    topic: str


@dataclass(frozen=True, slots=True)
class Unfollow:
    """A story, feed or word to follow no longer."""

    topic: str


@dataclass(frozen=True, slots=True)
class MuteTopic:
    """`span` None is for good."""

    topic: str
    span: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unmute:
    """A story, feed or word to hear of again."""

    topic: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When digests are to come."""

    action: ScheduleAction
    words: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which none may come."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Feeds:
    """The feeds of the library."""

    action: FeedAction
    url: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a line of the last digest stands there; lines count from 1."""

    line: int = 1


@dataclass(frozen=True, slots=True)
class Me:
    """What is remembered about who asks."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """That nothing be remembered about who asks."""


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that is stored about who asks."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the library and its feeds are."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be said."""

    word: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """What the last digest held back."""


@dataclass(frozen=True, slots=True)
class Shorter:
    """The last digest in fewer lines."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Follow nothing any more."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the texts."""

    question: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that are no command, or a command with something wrong (`reason`, a phrase key); with three that are close."""

    words: str
    suggestions: tuple[str, ...] = field(default=())
    reason: str = ""


Command = (
    Changed | Latest | ShowStory | ShowTimeline | Compare | Open | Disagreements | Sources | Read | Summarize | Follow
    | Unfollow | MuteTopic | Unmute | Schedule | Quiet | Feeds | Why | Me | ForgetMe | Export | Status | Help | More
    | Shorter | Stop | Ask | Unknown
)  # fmt: skip


def parse(text: str) -> Command:
    """The command that a text is; never an error: what is no command is Unknown."""
    raise NotImplementedError


def words(command: Command) -> str:
    """The words that give this command again, as a person would write them."""
    raise NotImplementedError

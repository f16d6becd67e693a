"""The values that commands are. They carry the words of a person; what these name is found out by the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.since import LAST_SEEN, Since

Length = Literal["short", "normal", "full"]
FeedAction = Literal["add", "list", "test", "remove"]
ScheduleAction = Literal["add", "list", "pause", "resume", "remove", "run", "retry"]


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
    """When digests are to come, and of what: `about` is a story, feed or word, empty for all that is followed.

    `words` say when, or which schedule is meant, or which delivery ("retry").
    """

    action: ScheduleAction
    words: str = ""
    about: str = ""
    length: Length | None = None


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

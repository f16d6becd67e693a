"""What can go wrong outside the core; each is a NewsdeltaError, so its text is a sentence for a person.

NewsdeltaError
├── UnreadableSource      a file, folder, page or feed that can't be read as news texts
│   ├── UnreachableSource    nothing usable came back: the cause may pass
│   └── ForbiddenSource      an address that we do not ask: not allowed, or its owner says no
├── GivenUp               work that took longer or held more than it may, or was broken off: less may do
├── UndatedStory          "since when?" was asked of texts whose days nothing proves
├── WrongCall             arguments that do not go together
│   └── WrongSchedule        words or stored text that are no schedule that can be kept
├── WrongSettings         a setting that can't be used
├── UnusableStore         a database that can't be opened, or is of another version
└── DeliveryError         a platform did not take a message; each says what is known of the outcome
    ├── Limited              not taken: to be sent again after a while (a lane, an installation, a platform waits)
    ├── Refused              not taken, and never will be: the message itself is wrong
    ├── Closed               not taken: the lane, the installation or the platform is closed until somebody acts
    ├── Ambiguous            nobody knows whether it was taken
    └── CannotTell           whether it was taken can't be seen from here
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.phrases import phrase
from summarizers.errors import NewsdeltaError

__all__ = [
    "Ambiguous",
    "CannotTell",
    "Closed",
    "DeliveryError",
    "ForbiddenSource",
    "GivenUp",
    "Limited",
    "NewsdeltaError",
    "Reach",
    "Refused",
    "UndatedStory",
    "UnreachableSource",
    "UnreadableSource",
    "UnusableStore",
    "WrongCall",
    "WrongSchedule",
    "WrongSettings",
]


class UnreadableSource(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """A file, folder, page or feed that can't be read as news texts."""


class UnreachableSource(UnreadableSource):
    """Nothing usable came back from an address; asking again later may help."""


class ForbiddenSource(UnreadableSource):
    """An address that is not asked: a rule of ours forbids it, or its owner's robots.txt does."""


Why = Literal["late", "large", "ended"]


class GivenUp(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Work that took longer than it may, held too much memory, or was broken off with its process."""

    def __init__(self, sentence: str, why: Why) -> None:
        super().__init__(sentence)
        self.why = why


class UndatedStory(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Nothing proves the day of any text, so no day divides them."""


class WrongCall(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Arguments that do not go together."""


class WrongSchedule(WrongCall):
    """What is no schedule, or one that can't be kept: too often, never, in a zone that is not.

    It carries what is wrong as a phrase, so that each conversation hears it in its own language.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def __str__(self) -> str:
        return self.said()

    def said(self, language: str = "en") -> str:
        """The sentence in a language."""
        return phrase(f"wrong.{self.key}", language, **self.values)


class WrongSettings(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """A setting that can't be used."""


class UnusableStore(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """A database that can't be opened or written, or whose schema is of another version."""


Reach = Literal["lane", "installation", "platform"]


class DeliveryError(NewsdeltaError):
    """A platform did not take a message, or nobody knows; `code` is what the platform called it."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class Limited(DeliveryError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Certainly not taken, for lack of a turn."""

    def __init__(self, sentence: str, after: timedelta, reach: Reach = "lane", code: str = "") -> None:
        super().__init__(sentence, code)
        self.after = after
        self.reach = reach


class Refused(DeliveryError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Certainly not taken: the message itself is wrong. `plain` says whether plain text may do better."""

    def __init__(self, sentence: str, code: str = "", *, plain: bool = False) -> None:
        super().__init__(sentence, code)
        self.plain = plain


class Closed(DeliveryError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Certainly not taken: nothing goes there until somebody acts."""

    def __init__(self, sentence: str, reach: Reach, code: str = "") -> None:
        super().__init__(sentence, code)
        self.reach = reach


class Ambiguous(DeliveryError):  # noqa: N818 - because callers catch what happened, not "an error"
    """A timeout, a broken connection, a 5xx: it may have been taken."""


class CannotTell(DeliveryError):  # noqa: N818 - because callers catch what happened, not "an error"
    """The place where an earlier attempt would show can't be read."""

"""What can go wrong outside the core; each is a NewsdeltaError, so its text is a sentence for a person.

NewsdeltaError
├── UnreadableSource      a file, folder, page or feed that can't be read as news texts
│   ├── UnreachableSource    nothing usable came back: the cause may pass
│   └── ForbiddenSource      an address that we do not ask: not allowed, or its owner says no
├── UndatedStory          "since when?" was asked of texts whose days nothing proves
├── WrongCall             arguments that do not go together
│   └── WrongSchedule        words or stored text that are no schedule that can be kept
├── WrongSettings         a setting that can't be used
└── UnusableStore         a database that can't be opened, or is of another version
"""

from __future__ import annotations

from summarizers.errors import NewsdeltaError

__all__ = [
    "ForbiddenSource",
    "NewsdeltaError",
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


class UndatedStory(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Nothing proves the day of any text, so no day divides them."""


class WrongCall(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Arguments that do not go together."""


class WrongSchedule(WrongCall):
    """What is no schedule, or one that can't be kept: too often, never, in a zone that is not."""


class WrongSettings(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """A setting that can't be used."""


class UnusableStore(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """A database that can't be opened or written, or whose schema is of another version."""

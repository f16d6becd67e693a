"""What can go wrong outside the core; each is a NewsdeltaError, so its text is a sentence for a person.

NewsdeltaError
├── UnreadableSource   a file or folder that can't be read as news texts
├── UndatedStory       "since when?" was asked of texts whose days nothing proves
└── WrongCall          arguments that do not go together
"""

from __future__ import annotations

from summarizers.errors import NewsdeltaError

__all__ = ["NewsdeltaError", "UndatedStory", "UnreadableSource", "WrongCall"]


class UnreadableSource(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """A file or folder that can't be read as news texts."""


class UndatedStory(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Nothing proves the day of any text, so no day divides them."""


class WrongCall(NewsdeltaError):  # noqa: N818 - because callers catch what happened, not "an error"
    """Arguments that do not go together."""

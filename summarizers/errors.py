"""What can go wrong in the core, one class for each thing that a caller can do something about.

NewsdeltaError
├── UnknownMethod     a ranking method that does not exist
├── InvalidBudget     a budget that is not a positive whole number, or two budgets at once
└── BrokenDigest      a text that is no digest as we write it
"""


class NewsdeltaError(Exception):
    """A sentence for a person: what is wrong, and what to do."""


class UnknownMethod(NewsdeltaError, ValueError):  # noqa: N818 - because callers catch what happened, not "an error"
    """There is no ranking method of this name."""


class InvalidBudget(NewsdeltaError, ValueError):  # noqa: N818 - because callers catch what happened, not "an error"
    """The budget can't be met by any summary."""


class BrokenDigest(NewsdeltaError, ValueError):  # noqa: N818 - because callers catch what happened, not "an error"
    """The text is no digest in our JSON form."""

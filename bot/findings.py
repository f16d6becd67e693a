"""What a check has found out of a platform, and how what goes wrong in it becomes a finding too."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass

from bot.errors import NewsdeltaError


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found out, in a sentence, and whether all is well with it."""

    well: bool
    text: str


class Unwell(NewsdeltaError):  # noqa: N818 - because it is a finding, and is told as one
    """What a platform says against what was asked of it."""


class Unreached(Unwell):
    """A platform that does not answer now, or asks to wait: nothing is known of what is set."""


async def settled(asked: Awaitable[list[Finding]]) -> list[Finding]:
    """What was found; what went wrong with it is the finding then."""
    try:
        return await asked
    except Unwell as error:
        return [Finding(well=False, text=str(error))]

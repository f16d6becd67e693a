"""Planned, happened, denied or uncertain, and who says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarizers.words import Word


@dataclass(frozen=True, slots=True)
class Mood:
    """How a sentence asserts. `future` and `past` weigh each of its words, 0…1."""

    future: tuple[float, ...] = ()
    past: tuple[float, ...] = ()
    speaker: str | None = None


def read_mood(text: str, words: Sequence[Word]) -> Mood:
    """The mood of a sentence."""
    return Mood()

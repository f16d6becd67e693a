"""Quantities in a text: value, unit and what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarizers.words import Word


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity: an interval `low`…`high` in its base unit, as worded in `text`, at `start`…`end` of the sentence."""

    low: float
    high: float
    text: str
    start: int
    end: int


def find_figures(text: str, words: Sequence[Word]) -> tuple[Figure, ...]:
    """The quantities of a sentence, in order."""
    return ()

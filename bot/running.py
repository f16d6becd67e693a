"""Where a function runs: here, or where it can be stopped (`bot.workers`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class Running(Protocol):
    """Runs functions. They and their arguments must be picklable; several threads may ask at once."""

    def run(
        self,
        function: Callable[[*Arguments], Result],
        *arguments: *Arguments,
        limit: float,
    ) -> Result:
        """What the function gives, or its error; GivenUp if it takes longer than `limit` seconds, or dies."""


class Here:
    """Runs a function in the thread that asks, for as long as it takes."""

    def run(
        self,
        function: Callable[[*Arguments], Result],
        *arguments: *Arguments,
        limit: float,
    ) -> Result:
        """What the function gives, or its error."""
        del limit  # a thread can't be stopped
        return function(*arguments)

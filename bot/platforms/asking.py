"""What people ask on any platform: worked out off the event loop, and an error told to who asked, in a sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar, TypeVarTuple

from bot.commands import (
    Command,
    Export,
    Feeds,
    Follow,
    ForgetMe,
    Me,
    MuteTopic,
    Quiet,
    Schedule,
    Stop,
    Unfollow,
    Unmute,
)
from bot.errors import NewsdeltaError
from bot.phrases import Said, phrase
from bot.replies import Reply

LOG = logging.getLogger(__name__)
AT_ONCE = 32  # answers that are worked out at once; most of the time they wait for a process or the database
CHANGING = (
    Follow,
    Unfollow,
    MuteTopic,
    Unmute,
    Schedule,
    Quiet,
    Feeds,
    Stop,
)  # of a channel: by who manages it
PERSONAL = (Me, Export, ForgetMe)  # what it says is for nobody else's eyes
Given = TypeVarTuple("Given")
Result = TypeVar("Result")
Receive = Callable[
    [str, str, str, datetime], bool
]  # whether an event of a workspace comes for the first time


class Aside:
    """Threads beside the event loop: `await aside(do, *given)`."""

    def __init__(self, name: str) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=name)

    async def __call__(self, do: Callable[[*Given], Result], *given: *Given) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do, *given)


async def told(name: str, answer: Callable[[], Awaitable[Reply]]) -> Reply:
    """The reply to what is called so, or one that says what went wrong."""
    try:
        return await answer()
    except NewsdeltaError as error:
        return failed(sentence(error))
    except Exception:  # whatever it was, who asked is told so, and the log gets the cause
        LOG.exception("%s could not be answered", name)
        return failed(phrase("fault"))


def sentence(error: NewsdeltaError) -> str:
    """What an error says; a sentence of ours can still be said in another language."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Said) else str(error)


def failed(*notes: str) -> Reply:
    """A reply that says what could not be done."""
    return Reply(notes=notes, failed=True)


def changes(said: Command) -> bool:
    """Whether it changes what a place is told; some of `CHANGING` only look, too.

    >>> changes(Quiet("off")), changes(Quiet())
    (True, False)
    """
    looks = (
        (isinstance(said, Quiet) and not said.words)
        or (isinstance(said, Schedule | Feeds) and said.action == "list")
    )  # fmt: skip
    return isinstance(said, CHANGING) and not looks

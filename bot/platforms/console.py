"""The console as a platform: a conversation with one person, line by line, from a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.answers import Answers
from bot.commands import Command, parse
from bot.errors import NewsdeltaError
from bot.ports import Conversation, Target
from bot.render.terminal import pressed
from bot.replies import Reply

LEAVING = frozenset({"bye", "exit", "quit", "tschüss"})


def person(workspace: str = "") -> Target:
    """The one who sits at the console; a workspace of its own keeps one folder's texts from another's."""
    return Target("console", workspace, "person", "you")


def converse(
    answers: Answers,
    who: Target,
    lines: Iterable[str],
    show: Callable[[Reply], None],
    now: Callable[[], datetime],
) -> None:
    """Answers line after line, until there is none or it says goodbye. The number of a button presses it."""
    last: Reply | None = None
    for line in lines:
        text = line.strip()
        if text.casefold() in LEAVING:
            return
        if text:
            last = say(answers, who, (last and pressed(last, text)) or parse(text), show, now)


def say(
    answers: Answers,
    who: Target,
    command: Command,
    show: Callable[[Reply], None],
    now: Callable[[], datetime],
) -> Reply:
    """Answers one command; what it tells counts as told once it has been shown."""
    try:
        reply = answers.answer(command, Conversation(who), now())
    except NewsdeltaError as error:
        reply = Reply(notes=(str(error),))
    show(reply)
    answers.sent(reply, now())
    return reply

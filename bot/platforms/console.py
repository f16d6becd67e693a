"""The console as a platform: a conversation with one person, line by line, from a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.answers import Answers
from bot.commands import Command, parse
from bot.delivery.values import Abilities, Outgoing, Payload, Receipt
from bot.errors import CannotTell, NewsdeltaError
from bot.ports import Conversation, Target
from bot.render.terminal import pressed, reply_rows
from bot.replies import Place, Reply

NAME = "console"
LEAVING = frozenset({"bye", "exit", "quit", "tschüss"})


class ConsoleRenderer:
    """A digest as the terminal shows it, without buttons, since nobody can press what was printed; it has no threads."""

    platform, broadcasts = NAME, True

    def render(self, reply: Reply, place: Place, language: str = "en") -> Sequence[Payload]:
        del place, language
        return [{"text": "\n".join(row.text for row in reply_rows(replace(reply, buttons=())))}]

    def link(self, target: Target, message: str) -> str:
        del target, message
        return ""


class ConsoleDelivery:
    """Prints what is sent. A line that was printed can't be looked for, so a crash right after it prints it again."""

    platform, abilities = NAME, Abilities()

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    async def send(self, message: Outgoing) -> Receipt:
        self._write(f"{message.payload['text']}\n")
        return Receipt(message.key)

    async def find(self, message: Outgoing) -> Receipt | None:
        raise CannotTell(f"Whether {message.key} was printed can't be seen from here.")


def person(workspace: str = "") -> Target:
    """The one who sits at the console; a workspace of its own keeps one folder's texts from another's."""
    return Target(NAME, workspace, "person", "you")


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

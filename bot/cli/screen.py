"""The terminal: what is shown on it, what is typed into it, and that somebody waits before it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.status import Status
from rich.text import Text

from bot.render.fit import safe
from bot.render.terminal import BLANK, Row, Style, note_rows, reply_rows
from bot.replies import Reply

PROMPT = "> "
PATIENCE = 1.0  # seconds of work before a word about it appears
COLOURS: Mapping[Style, str] = {
    "title": "bold",
    "heading": "bold cyan",
    "quotation": "",
    "note": "dim",
    "plain": "",
}


def spoken(hello: str) -> Iterator[str]:
    """What a person types, or a pipe gives, line by line; a pipe's lines are shown, so that the talk can be read."""
    if sys.stdin.isatty():
        import readline  # noqa: F401, PLC0415 - because lines are edited only where somebody types them

        show([*note_rows(hello)])
        while True:
            try:
                yield input(PROMPT)
            except EOFError:
                return
    for line in sys.stdin:
        show([BLANK, Row("plain", safe(PROMPT + line))])
        yield line


def show(rows: Iterable[Row]) -> None:
    """Rows on standard output, with colour where the terminal and NO_COLOR allow it."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for row in rows:
        console.print(Text(row.text, style=COLOURS[row.style]))
    sys.stdout.flush()


def reply(answered: Reply) -> None:
    """A reply, as a conversation shows it."""
    show(reply_rows(answered))


def notes(sentences: Iterable[str]) -> None:
    """Sentences of ours, each by itself."""
    show(row for sentence in sentences for row in note_rows(sentence))


@contextmanager
def working(words: str) -> Iterator[None]:
    """Says on a terminal's standard error what is going on, once the work inside takes longer than a moment."""
    if not sys.stderr.isatty():
        yield
        return
    status = Status(words, console=Console(stderr=True, markup=False))
    timer = Timer(PATIENCE, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def speak_any_script() -> None:
    """Lets every character be printed: one that the terminal's encoding lacks is spelled out."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def fall_silent() -> None:
    """Sends what is still to be printed nowhere: the reader of a pipe has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())

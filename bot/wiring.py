"""The one place where the parts meet. It builds and connects, and holds no rule of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from rich.console import Console
from rich.status import Status
from rich.text import Text

import summarizers
import summarizers.digest
from bot import replay
from bot.errors import UnreadableSource
from bot.phrases import phrase
from bot.render.terminal import Row, Style
from bot.sources import folder
from summarizers.types import Article, Digest, Document

PATIENCE = 1.0  # seconds of work before a word about it appears
COLOURS: Mapping[Style, str] = {
    "title": "bold",
    "heading": "bold cyan",
    "quotation": "",
    "note": "dim",
    "plain": "",
}


def read(paths: Sequence[Path]) -> tuple[Document, ...]:
    """The cleaned articles of files and folders."""
    with working(phrase("working.read")):
        return tuple(map(summarizers.clean, folder.read(paths)))


def read_each(paths: Sequence[Path]) -> list[tuple[Document, ...]]:
    """The cleaned articles of each path."""
    with working(phrase("working.read")):
        return [tuple(map(summarizers.clean, articles)) for articles in folder.read_each(paths)]


def read_digest(path: Path) -> Digest:
    """The digest that a file holds."""
    return summarizers.digest.read_digest(folder.read_text(path))


def articles(documents: Sequence[Document]) -> list[Article]:
    """The articles of documents."""
    return [document.article for document in documents]


def steps(documents: Sequence[Document]) -> Iterator[replay.Step]:
    """What each document changed against those before it."""
    return replay.replay(documents, summarizers.compare)


def replay_json(path: Path) -> dict[str, Any]:
    """The replay of a folder, as `newsdelta replay FOLDER --json` prints it."""
    return replay.as_json(steps(read([path])))


def seeds() -> Path:
    """The folder of the five seeds: beside the packages in a checkout, inside `bot` in an installed wheel."""
    package = Path(__file__).parent
    for path in (package.parent / "seeds", package / "seeds"):
        if (path / folder.MANIFEST).is_file():
            return path
    raise UnreadableSource(
        "The five seed articles are not installed: run the demo in a checkout of the project, "
        "or name a folder of your own with: newsdelta replay FOLDER"
    )


def show(rows: Iterable[Row]) -> None:
    """Rows on standard output, with colour where the terminal and NO_COLOR allow it."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for row in rows:
        console.print(Text(row.text, style=COLOURS[row.style]))
    sys.stdout.flush()


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
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def fall_silent() -> None:
    """Sends what is still to be printed nowhere: the reader of a pipe has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())

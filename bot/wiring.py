"""The one place where the parts meet. It builds and connects, and holds no rule of its own."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from secrets import token_bytes
from threading import Timer
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.status import Status
from rich.text import Text

import summarizers
import summarizers.digest
from bot import replay
from bot.errors import UnreadableSource
from bot.phrases import phrase
from bot.render.fit import safe
from bot.render.terminal import BLANK, Row, Style, note_rows
from bot.settings import Settings, read_settings
from bot.sources import folder
from summarizers.types import Article, Digest, Document

if TYPE_CHECKING:
    from bot.answers import Answers
    from bot.polling import Asked
    from bot.ports import ArticleSource, FeedSource, Intake
    from bot.sources.fetch import GuardedFetcher
    from bot.store import SqlStore

PROMPT = "> "
AT_ONCE = 100  # feeds that are asked in one go
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


# -- the memory --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Memory:
    """The bot's memory at work: what is kept, and what reads into it and answers from it."""

    store: SqlStore
    intake: Intake
    pages: ArticleSource
    feeds: FeedSource
    answers: Answers
    html: folder.Html  # how saved pages are read


@contextmanager
def memory() -> Iterator[Memory]:
    """The memory that the settings name, open until the end of the block."""
    # Imported here, since all this takes longer to load than a command over texts to run.
    from bot.answers import Answers  # noqa: PLC0415 - see above
    from bot.ingest import Intake  # noqa: PLC0415 - see above
    from bot.sources.feed import Feeds  # noqa: PLC0415 - see above
    from bot.sources.page import Pages  # noqa: PLC0415 - see above
    from bot.sources.workers import Workers  # noqa: PLC0415 - see above
    from summarizers.stream import Stream  # noqa: PLC0415 - see above

    settings = read_settings()
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_store(settings)))
        fetcher = stack.enter_context(open_fetcher(settings))
        workers = stack.enter_context(Workers())
        pages = Pages(fetcher, workers, today)
        feeds = Feeds(fetcher, workers, pages, Random())  # noqa: S311 - because it only spreads requests
        intake = Intake(store, Stream())
        answers = Answers(store, pages, intake, feeds)
        yield Memory(store, intake, pages, feeds, answers, folder.read_in(workers, today))


def read_source(memory: Memory, source: str) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """The articles at an address, in a file or in a folder, and a sentence for each that can't be read."""
    if is_address(source):
        return tuple(memory.pages.read(source)), ()
    from bot.sources import watch  # noqa: PLC0415 - because the demo watches nothing

    scan = watch.changes(Path(source), {}, memory.html)
    return scan.articles, scan.failed


def is_address(source: str) -> bool:
    """Whether a person names something on the web rather than on this machine."""
    return re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE) is not None


def poll(memory: Memory, library: str, *, every: bool) -> Sequence[Asked]:
    """Asks the feeds that are due or, due or not, every one of a library."""
    from bot import polling  # noqa: PLC0415 - because the demo asks no feed

    wanted = memory.store.feeds(library) if every else memory.store.due_feeds(now(), AT_ONCE)
    return polling.poll(wanted, memory.store, memory.feeds, memory.intake, now())


def open_store(settings: Settings) -> SqlStore:
    """The database that the settings name."""
    from bot import store  # noqa: PLC0415 - because the demo needs no database

    return store.open_store(settings.database, key=_key(settings))


def open_fetcher(settings: Settings) -> GuardedFetcher:
    """The guarded client, with the operator's exceptions."""
    from bot.sources.fetch import Client, GuardedFetcher  # noqa: PLC0415 - because the demo asks no web

    return GuardedFetcher(Client(settings.fetch_allow))


def _key(settings: Settings) -> bytes:
    """The operator's key, else one made once and kept in a file of the user's."""
    for key in settings.secret_keys:
        return key.get_secret_value().encode()
    path = settings.folder / "key"
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.touch(0o600, exist_ok=False)
        path.write_bytes(token_bytes(32))
    return path.read_bytes()


def now() -> datetime:
    """The time; nowhere else is the clock asked."""
    return datetime.now(UTC)


def today() -> date:
    """The day of the time."""
    return now().date()


# -- the terminal ------------------------------------------------------------------------------------------------------


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

"""The commands over the memory: what is read stays, and so does what has been told."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import commands, polling, wiring
from bot.answers.feeds import MOST
from bot.cli import screen
from bot.cli.app import AsJson, app, print_json
from bot.commands import Command
from bot.errors import NewsdeltaError, UnreadableSource, WrongCall
from bot.phrases import count, phrase
from bot.platforms import console
from bot.polling import Asked
from bot.ports import Target
from bot.render.plain import as_json
from bot.sources.addresses import masked

AT_ONCE = 100  # feeds that are asked in one go
feeds = typer.Typer(
    help="The feeds that are followed.",
    epilog="Example: newsdelta feeds add https://news.example/feed.xml",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(feeds, name="feeds")

Feed = Annotated[str, typer.Argument(metavar="FEED", help="The address of a feed, or its title.")]
Folder = Annotated[
    Path | None,
    typer.Argument(metavar="FOLDER", help="A folder that is talked about; without it, all that was read."),
]


@app.command(epilog='Example: newsdelta chat my-story · echo "what changed" | newsdelta chat my-story')
def chat(folder: Folder = None) -> None:
    """Talk with newsdelta: the same words as in Slack, in Discord and in direct messages."""
    who = _person(folder)
    with wiring.memory() as memory:
        if folder:
            screen.notes(_take_in(memory, [str(folder)], who.library)[1])
        console.converse(memory.answers, who, screen.spoken(phrase("chat.hello")), screen.reply, wiring.now)


@app.command(epilog="Example: newsdelta read https://news.example/story.html")
def read(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="Addresses, files or folders.")],
    *,
    json_: AsJson = False,
) -> None:
    """Take articles into the memory, and print what they change."""
    with wiring.memory() as memory:
        held, failed = _take_in(memory, sources, console.person().library)
        if held or not failed:  # else "Nothing changed." would stand beside what failed
            _answer(memory, commands.Changed(), json_=json_)
    _refuse(failed)


@feeds.command("add", epilog="Example: newsdelta feeds add https://news.example/feed.xml")
def feeds_add(feed: Feed, *, json_: AsJson = False) -> None:
    """Follow a feed, and ask it at once."""
    respond(commands.Feeds("add", feed), json_=json_)


@feeds.command("list")
def feeds_list(*, json_: AsJson = False) -> None:
    """Print the feeds and how they are."""
    respond(commands.Feeds("list"), json_=json_)


@feeds.command("test")
def feeds_test(feed: Feed, *, json_: AsJson = False) -> None:
    """Print what a feed brings, and keep nothing."""
    respond(commands.Feeds("test", feed), json_=json_)


@feeds.command("remove")
def feeds_remove(feed: Feed, *, json_: AsJson = False) -> None:
    """Follow a feed no longer."""
    respond(commands.Feeds("remove", feed), json_=json_)


@feeds.command("import", epilog="Example: newsdelta feeds import feeds.opml")
def feeds_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file, as feed readers export it.")],
) -> None:
    """Follow the feeds of a list; they are asked with the next poll."""
    outlines = wiring.read_feed_list(file)
    with wiring.memory() as memory:
        library = console.person().library
        room = MOST - len(memory.store.feeds(library))
        held = [memory.store.add_feed(one.url, library, wiring.now())[1] for one in outlines[: max(0, room)]]
    screen.notes([count("import.added", sum(held))])
    if len(outlines) > max(0, room):
        raise WrongCall(phrase("feeds.full", most=MOST))


@feeds.command("export", epilog="Example: newsdelta feeds export > feeds.opml")
def feeds_export() -> None:
    """Print the feeds as OPML, with their whole addresses."""
    with wiring.store() as store:
        sys.stdout.write(wiring.feed_list(store.feeds(console.person().library)))


@feeds.command("poll")
def feeds_poll(
    *,
    every: Annotated[bool, typer.Option("--all", help="Ask also those that are not due yet.")] = False,
    json_: AsJson = False,
) -> None:
    """Ask the feeds that are due, and take in what is new."""
    with wiring.memory() as memory:
        store, now = memory.store, wiring.now()
        store.retire(now - timedelta(days=wiring.settings().keep_days))
        wanted = store.feeds(console.person().library) if every else store.due_feeds(now, AT_ONCE)
        asked = polling.poll(wanted, store, memory.web.feeds, memory.intake, now)
    if json_:
        print_json({"feeds": [_poll_json(one) for one in asked]})
    else:
        screen.notes([count("poll.asked", len(asked)), *map(_poll_line, asked)])


@app.command(epilog="Example: newsdelta export > everything.json")
def export(folder: Folder = None) -> None:
    """Print as JSON everything that is stored about who sits at this console."""
    with wiring.memory() as memory:
        print_json(memory.store.export(_person(folder)))


@app.command(epilog="Example: newsdelta forget")
def forget(folder: Folder = None) -> None:
    """Forget who sits at this console: what was followed, muted and told."""
    with wiring.memory() as memory:
        console.say(memory.answers, _person(folder), commands.ForgetMe(), screen.reply, wiring.now)


@app.command(epilog="Example: newsdelta backup monday.db")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="To write to; it must not be there yet.")],
) -> None:
    """Copy the memory into a file, while others use it. It holds everything: keep it safe."""
    with wiring.store() as store:
        store.backup(file)
    screen.notes([phrase("backup.done", file=file)])


@app.command(epilog="Example: newsdelta restore monday.db")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What backup has written.")],
) -> None:
    """Put a copy in the place of the memory. Who was forgotten since then stays forgotten."""
    with wiring.store() as store:
        store.restore(file)
        store.outbox.after_restore(wiring.now())
    screen.notes([phrase("restore.done", file=file)])


# --- what the commands share -------------------------------------------------------------------------------------


def respond(command: Command, *, json_: bool) -> None:
    """Prints what is answered to who sits at the console."""
    with wiring.memory() as memory:
        _answer(memory, command, json_=json_)


def _answer(memory: wiring.Memory, command: Command, *, json_: bool) -> None:
    show = (lambda reply: print_json(as_json(reply))) if json_ else screen.reply
    if console.say(memory.answers, console.person(), command, show, wiring.now).failed:
        raise typer.Exit(1)


def _take_in(memory: wiring.Memory, sources: Sequence[str], library: str) -> tuple[int, list[str]]:
    """Reads sources into a library: how many articles it holds of them, and a sentence for each that can't be read."""
    held = 0
    failed: list[str] = []
    for source in sources:
        try:
            articles, unreadable = wiring.read_source(memory, source)
        except UnreadableSource as error:
            failed.append(str(error))
            continue
        added = memory.intake.add(articles, [library], wiring.now())
        refused = [one.reason for one in added if one.outcome == "refused"]
        held += len(added) - len(refused)
        failed += [*unreadable, *refused]
    return held, failed


def _poll_line(asked: Asked) -> str:
    counts = Counter(one.outcome for one in asked.added)
    if asked.failed:
        return phrase("poll.failed", feed=asked.feed.title or masked(asked.feed.url), reason=asked.failed)
    return phrase(
        "poll.done",
        feed=asked.feed.title or masked(asked.feed.url),
        new=counts["new"],
        changed=counts["changed"],
    )


def _poll_json(asked: Asked) -> dict[str, Any]:
    counts = Counter(one.outcome for one in asked.added)
    feed = asked.feed
    return {
        "title": feed.title,
        "url": masked(feed.url),
        "new": counts["new"],
        "changed": counts["changed"],
        "failed": asked.failed,
        "muted": feed.muted,
        "next": feed.next_at.isoformat() if feed.next_at else None,
    }


def _person(folder: Path | None) -> Target:
    return console.person(folder.resolve().as_posix() if folder else "")


def _refuse(failed: Sequence[str]) -> None:
    if failed:
        raise NewsdeltaError(" ".join(failed))

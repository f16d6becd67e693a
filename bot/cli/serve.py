"""The commands that serve, until a signal ends them."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from bot import wiring
from bot.cli.app import app

Scale = Annotated[bool, typer.Option("--scale", help="Leave the work to processes of: newsdelta worker.")]


@app.command(epilog="Example: newsdelta serve")
def serve(*, scale: Scale = False) -> None:
    """Run the bot: ask the feeds, tell what is scheduled, until it is told to stop."""
    _log()
    with wiring.serving(print_line, scale=scale) as run:
        _run(run)


@app.command(epilog="Example: NEWSDELTA_DATABASE_URL=postgresql://localhost/newsdelta newsdelta worker")
def worker() -> None:
    """Do the work that newsdelta serve --scale hands out, beside others, until it is told to stop."""
    _log()
    with wiring.working() as run:
        _run(run)


def _run(run: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    """Runs until a signal; a task that would not end holds up no stop: it was given back, and is done again."""
    if not asyncio.run(run()):
        os._exit(0)


def _log() -> None:
    """What happens goes to standard error; libraries speak only of what is wrong."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for chatty in ("alembic", "apscheduler", "discord", "procrastinate", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def print_line(text: str) -> None:
    """Shows what is sent to the console, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()

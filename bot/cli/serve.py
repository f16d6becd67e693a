"""The command that serves, until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import sys

import typer

from bot import wiring
from bot.cli.app import app


@app.command(epilog="Example: newsdelta serve")
def serve() -> None:
    """Run the bot: poll the feeds, tell what is scheduled, until it is told to stop."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for chatty in ("apscheduler", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with wiring.serving(print_line) as run:
        asyncio.run(run())
    raise typer.Exit(0)


def print_line(text: str) -> None:
    """Shows what is sent to the console, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()

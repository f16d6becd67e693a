"""What all commands share: the application, and how a result is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="newsdelta",
    help="Follows news stories and tells, in the sources' own words, what changed.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def print_json(value: Mapping[str, Any]) -> None:
    """A result as JSON on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
    sys.stdout.flush()


def print_text(text: str) -> None:
    """A text on standard output, as it is."""
    sys.stdout.write(text)
    sys.stdout.flush()

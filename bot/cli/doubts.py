"""The commands over lines that people hold for wrong."""

from __future__ import annotations

from typing import Any

import typer

from bot import wiring
from bot.cli import screen
from bot.cli.app import AsJson, app, print_json
from bot.phrases import phrase
from bot.ports import Doubt
from bot.render.plain import line_json

LATEST = 100
doubts = typer.Typer(
    help="Lines of digests that people hold for wrong.",
    epilog="Example: newsdelta doubts list",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(doubts, name="doubts")


@doubts.command("list")
def doubts_list(*, json_: AsJson = False) -> None:
    """Print the latest lines that somebody holds for wrong, with the reason why each stood there."""
    with wiring.store() as store:
        held = store.doubts(LATEST)
    if json_:
        print_json({"doubts": [_plain(doubt) for doubt in held]})
    else:
        screen.notes([_line(doubt) for doubt in held] or [phrase("doubt.none")])


def _line(doubt: Doubt) -> str:
    said = " ".join(quotation.text for quotation in doubt.line.quotations)
    why = phrase("why", why=doubt.line.why) if doubt.line.why else ""
    who = f"{doubt.by.platform} {doubt.by.workspace} {doubt.by.id}"
    parts = (f"{doubt.at:%Y-%m-%d %H:%M} UTC", who, doubt.line.label or "", f"“{said}”", why, doubt.note)
    return " · ".join(filter(None, parts))


def _plain(doubt: Doubt) -> dict[str, Any]:
    return {
        "at": doubt.at.isoformat(),
        "platform": doubt.by.platform,
        "workspace": doubt.by.workspace,
        "person": doubt.by.id,
        "note": doubt.note,
        "line": line_json(doubt.line),
    }

"""The commands over schedules and what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from bot import commands, wiring
from bot.answers.schedules import coming, outcome, spread_rule
from bot.cli import screen
from bot.cli.app import AsJson, app, print_json
from bot.cli.memory import respond
from bot.delivery.values import Delivered
from bot.errors import Reach
from bot.phrases import phrase
from bot.ports import Target
from bot.schedules import parse_schedule, preview, words

LATEST = 20
schedules = typer.Typer(
    help="When digests come.",
    epilog='Example: newsdelta schedules preview "weekdays 9:00 Europe/Berlin"',
    no_args_is_help=True,
    rich_markup_mode=None,
)
deliveries = typer.Typer(
    help="What was sent, and what was not.",
    epilog="Example: newsdelta deliveries list",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(schedules, name="schedules")
app.add_typer(deliveries, name="deliveries")


@schedules.command("list")
def schedules_list(*, json_: AsJson = False) -> None:
    """Print the schedules of this console."""
    respond(commands.Schedule("list"), json_=json_)


@schedules.command("preview", epilog='Example: newsdelta schedules preview "every 4 hours" --zone Asia/Tokyo')
def schedules_preview(
    said: Annotated[
        str, typer.Argument(metavar="WORDS", help="A schedule, such as: weekdays 9:00 Europe/Berlin")
    ],
    *,
    zone: Annotated[str, typer.Option(help="The zone that counts where the words name none.")] = "UTC",
    json_: AsJson = False,
) -> None:
    """Print when a schedule would run next, and keep nothing."""
    heard = commands.parse(f"schedule add {said}")  # which takes away what it is to be about
    spec = parse_schedule(heard.words if isinstance(heard, commands.Schedule) else said, zone=zone)
    runs = coming(spec, wiring.now())
    if json_:
        instants = [run.at.isoformat() for run in preview(spec, wiring.now())]
        print_json({"schedule": words(spec), "runs": instants, "words": list(runs)})
    else:
        screen.notes([words(spec), *runs, spread_rule()])


@deliveries.command("list")
def deliveries_list(*, json_: AsJson = False) -> None:
    """Print the latest deliveries to everybody, with what became of each."""
    with wiring.store() as store:
        rows = store.outbox.deliveries(None, LATEST)
    if json_:
        print_json({"deliveries": [_plain(row) for row in rows]})
    else:
        screen.notes([_line(row) for row in rows] or [phrase("delivery.none")])


@deliveries.command("retry", epilog="Example: newsdelta deliveries retry s:1:2026-06-01T09:00")
def deliveries_retry(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of a delivery that is held or dead.")],
    *,
    json_: AsJson = False,
) -> None:
    """Send a delivery after all, at the end of what waits for its channel."""
    with wiring.store() as store:
        again = store.outbox.retry(key, wiring.now())
    _done(again, phrase("delivery.again" if again else "delivery.unknown", name=key), json_=json_)


@deliveries.command("reopen", epilog="Example: newsdelta deliveries reopen slack")
def deliveries_reopen(
    platform: Annotated[str, typer.Argument(metavar="PLATFORM", help="What was closed, such as slack.")],
    workspace: Annotated[
        str, typer.Argument(metavar="[WORKSPACE]", help="One installation of it alone.")
    ] = "",
    *,
    json_: AsJson = False,
) -> None:
    """Let a platform or an installation go on that was closed, once its cause is mended."""
    reach: Reach = "installation" if workspace else "platform"
    with wiring.store() as store:
        opened = store.outbox.reopen(reach, Target(platform, workspace, "channel", ""))
    name = " ".join(filter(None, (platform, workspace)))
    _done(opened, phrase("delivery.reopened" if opened else "delivery.not_closed", name=name), json_=json_)


def _done(done: bool, sentence: str, *, json_: bool) -> None:
    if json_:
        print_json({"done": done, "note": sentence})
    else:
        screen.notes([sentence])
    if not done:
        raise typer.Exit(1)


def _line(row: Delivered) -> str:
    to = row.target
    return f"{row.created:%Y-%m-%d %H:%M} UTC · {to.platform} {to.id} · {outcome(row)} · {row.key}"


def _plain(row: Delivered) -> dict[str, Any]:
    return {
        "key": row.key,
        "platform": row.target.platform,
        "target": row.target.id,
        "state": row.state,
        "attempts": row.attempts,
        "created": row.created.isoformat(),
        "finished": _moment(row.finished),
        "code": row.code,
        "late": row.late,
        "coalesced": row.coalesced,
        "tries": [{"at": at.isoformat(), "outcome": came, "code": code} for at, came, code in row.tries],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None

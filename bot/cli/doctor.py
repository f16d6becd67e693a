"""The command that looks whether all is well."""

from __future__ import annotations

from bot import wiring
from bot.cli.app import AsJson, app
from bot.cli.found import told


@app.command(epilog="Example: newsdelta doctor")
def doctor(*, json_: AsJson = False) -> int:
    """Look at settings, database, platforms, feeds and messages, and say what to do about what is wrong.

    Nothing is sent. The exit code is 1 where something is wrong.
    """
    return 0 if told(wiring.examined(), json_=json_) else 1

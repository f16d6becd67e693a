"""How what was found out is printed."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from bot.cli.app import print_json, print_text
from bot.findings import Finding
from bot.phrases import phrase
from bot.render.fit import safe

WIDTH = 80


def told(found: Sequence[Finding], *, json_: bool = False) -> bool:
    """Says what was found, a line each, and gives whether all is well."""
    well = all(finding.well for finding in found)
    if json_:
        print_json({"well": well, "findings": [{"well": each.well, "text": each.text} for each in found]})
    else:
        print_text("".join(map(_line, found)))
    return well


def _line(finding: Finding) -> str:
    """A finding under its sign; a link in it stays whole, so that it can be opened from where it stands."""
    sign = phrase("connect.well" if finding.well else "connect.wrong")
    words = safe(f"{sign} {finding.text}")
    return fill(words, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) + "\n"

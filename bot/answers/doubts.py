"""“Wrong line?”: what somebody holds for wrong is kept with the reason why the line stood there."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.inquiry import Inquiry, sentence
from bot.answers.passages import seen
from bot.ports import Doubt
from bot.replies import Reply, line_keys
from summarizers.types import Line

LONGEST = 500  # characters of a note


def doubt(inquiry: Inquiry, key: str, note: str) -> Reply:
    """What became of it. The line is one of the last digests that who asks has seen, by its `line_keys`."""
    note = note.strip()
    if len(note) > LONGEST:
        return replace(sentence("doubt.long", most=LONGEST), failed=True)
    line = _named(inquiry, key)
    if line is None:
        return replace(sentence("doubt.gone"), failed=True)
    kept = inquiry.store.doubt(Doubt(inquiry.conversation.person, line, note, inquiry.now))
    return sentence("doubt.kept") if kept else replace(sentence("doubt.forgotten"), failed=True)


def _named(inquiry: Inquiry, key: str) -> Line | None:
    lines = (
        (name, line)
        for shown in seen(inquiry)
        for name, line in zip(line_keys(shown.digest), shown.digest.lines, strict=True)
    )
    return next((line for name, line in lines if name == key), None)

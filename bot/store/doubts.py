"""Lines of digests that people hold for wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.errors import UnusableStore
from bot.phrases import phrase
from bot.ports import Doubt, Target
from bot.store.engine import add
from bot.store.schema import doubts, targets
from summarizers.digest import as_json, read_digest, sha256
from summarizers.errors import BrokenDigest
from summarizers.types import Digest, Line


def keep(connection: Connection, row: int, doubt: Doubt) -> None:
    """Keeps a doubt of a target; what it said about the line before is gone."""
    line = _text(doubt.line)
    said = {"note": doubt.note, "at": doubt.at}
    new = add(connection, doubts).values(target=row, key=sha256(line), line=line, **said)
    connection.execute(new.on_conflict_do_update(index_elements=["target", "key"], set_=said))


def latest(connection: Connection, limit: int) -> Sequence[Doubt]:
    """Those of everybody, the latest first."""
    statement = (
        select(doubts, targets.c.platform, targets.c.workspace, targets.c.kind, targets.c.name)
        .join_from(doubts, targets, targets.c.id == doubts.c.target)
        .order_by(doubts.c.at.desc(), doubts.c.id.desc())
        .limit(limit)
    )
    return [
        Doubt(Target(row.platform, row.workspace, row.kind, row.name), _line(row.line), row.note, row.at)
        for row in connection.execute(statement)
    ]


def _text(line: Line) -> str:
    [plain] = as_json(Digest("", (line,)))["lines"]
    return json.dumps(plain, sort_keys=True)


def _line(text: str) -> Line:
    try:
        return read_digest(f'{{"lines": [{text}]}}').lines[0]
    except BrokenDigest as error:
        raise UnusableStore(phrase("store.doubt", error=str(error))) from None

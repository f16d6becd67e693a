"""Tellings as text: what a message makes true once it has been sent."""

from __future__ import annotations

import json
from dataclasses import asdict

from bot.errors import UnusableStore
from bot.phrases import phrase
from bot.ports import Target, Telling
from summarizers.digest import as_json, read_digest
from summarizers.errors import BrokenDigest
from summarizers.types import Quotation


def telling_json(telling: Telling) -> str:
    """A telling as text to store."""
    return json.dumps(
        {
            "shown_to": asdict(telling.shown_to),
            "story": telling.story,
            "digest": as_json(telling.digest),
            "moves": asdict(telling.moves) if telling.moves else None,
            "versions": telling.versions,
            "sentences": [asdict(each) for each in telling.sentences],
        }
    )


def read_telling(text: str) -> Telling:
    """The telling that `telling_json` wrote."""
    stored = json.loads(text)
    try:
        return Telling(
            Target(**stored["shown_to"]),
            stored["story"],
            read_digest(json.dumps(stored["digest"])),
            Target(**stored["moves"]) if stored["moves"] else None,
            tuple(stored["versions"]),
            tuple(Quotation(**each) for each in stored["sentences"]),
        )
    except BrokenDigest as error:
        raise UnusableStore(phrase("store.telling", error=str(error))) from None

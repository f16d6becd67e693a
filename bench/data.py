"""Readers of the evaluation data. Where it lies is an argument; none of it is shipped."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

# The topic of `relations` and `timeline17` that a story folder belongs to; "seeds" has none.
TOPICS = {
    "egypt-mubarak-exit": "egypt",
    "gulf-oil-escrow": "bpoil",
    "gulf-oil-top-kill": "bpoil",
    "haiti-search-end": "haiti",
    "seeds": "seeds",
    "syria-arab-league": "syria",
    "us-stimulus-foreclosures": "finan",
}
DATED_TOPICS = ("bpoil", "egypt", "finan", "haiti", "syria")


def read(data: Path, name: str, file: str = "data") -> list[dict[str, Any]]:
    """The items of one data set; FileNotFoundError where it is not there."""
    with gzip.open(data / "data" / name / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def stories(data: Path) -> list[Path]:
    """The folders of the stories with gold digests, by name."""
    return sorted(path.parent for path in (data / "stories").glob("*/gold.json"))

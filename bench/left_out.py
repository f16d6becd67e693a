"""Weights that never saw a topic, trained once for each state of the code and the data and kept in `.bench/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from summarizers.scorer import Weights, read_weights, using

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".bench"


@contextmanager
def without(data: Path, topic: str) -> Iterator[None]:
    """Score inside the block with weights that used no story and no item of the topic."""
    with using(weights_without(data, topic)):
        yield


@cache
def weights_without(data: Path, topic: str) -> Weights:
    """The weights trained without a topic."""
    from bench import train

    file = KEPT / f"{topic}-{_state(data)}.json"
    if not file.exists():
        KEPT.mkdir(exist_ok=True)
        for older in KEPT.glob(f"{topic}-*.json"):
            older.unlink()
        file.write_text(json.dumps(train.train(data, without=topic)), "utf-8")
    return read_weights(file.read_text("utf-8"))


@cache
def _state(data: Path) -> str:
    """Changes with the code that trains and measures, and with the size of the data."""
    state = hashlib.sha256()
    code = [*(ROOT / "summarizers").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    for path in sorted(path for path in code if path.parent.name != "tables"):
        state.update(path.read_bytes())
    for path in sorted([*(data / "data").rglob("*.gz"), *(data / "stories").rglob("gold.json")]):
        state.update(f"{path.name} {path.stat().st_size}".encode())
    return state.hexdigest()[:16]

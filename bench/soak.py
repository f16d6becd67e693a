"""What hostile texts do to every stage: growth by doubling, no crash, an end: `python -m bench.soak [--data FOLDER]`.

A stage passes while doubling a text makes it at most three times as slow (2 is linear, 4 quadratic).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import quality, zones
from bot.render.terminal import digest_rows
from bot.replay import as_json, replay
from summarizers import (
    Article,
    build_timeline,
    clean,
    compare,
    compose,
    find,
    group_stories,
    summarize,
    verify,
)
from summarizers.types import Story

SIZES = (50_000, 100_000, 200_000)  # characters
WORST = 3.0
NOTICED = 0.2  # seconds of CPU below which a ratio says nothing
HOSTILE: dict[str, Callable[[int], str]] = {
    "one character": lambda size: "a" * size,
    "one word, again and again": lambda size: "news " * (size // 5),
    "empty lines": lambda size: "\n" * size,
    "stops": lambda size: "." * size,
    "quotation marks": lambda size: "“" * size,
    "straight quotes": lambda size: "'\" " * (size // 3),
    "brackets": lambda size: "(" * size,
    "digits": lambda size: "1" * size,
    "thousands": lambda size: "1,000 " * (size // 6),
    "number words": lambda size: "hundred " * (size // 8),
    "dates": lambda size: "Monday 1 May " * (size // 13),
    "initials": lambda size: "U.S. " * (size // 5),
    "commas": lambda size: "he, " * (size // 4),
    "capitals": lambda size: "Ab " * (size // 3),
    "right to left": lambda size: "قال الرئيس. " * (size // 12),
    "no spaces, another script": lambda size: "总统周一说。" * (size // 6),
    "combining marks": lambda size: "e\u0301" * (size // 2),
    "controls": lambda size: "\x1b[31m\x07 " * (size // 7),
    "astral": lambda size: "😀" * size,
    "short sentences": lambda size: "He said so. " * (size // 12),
    "sentences that differ": lambda size: " ".join(
        f"Item {n} rose to {n * 7} percent." for n in range(size // 30)
    ),
    "lines that differ": lambda size: "\n".join(
        f"Item {n} will rise to {n * 7} percent." for n in range(size // 34)
    ),
}


def whole_way(text: str) -> None:
    """A text through every stage, from cleaning to the terminal."""
    documents = [clean(Article("a", "He said on Monday that 40 people left.")), clean(Article("b", text))]
    digest = compose(compare(documents[:1], documents[1:]))
    assert verify(digest, documents).ok
    digest_rows(digest, {})
    as_json(replay(documents, compare))
    compose(summarize(documents, sentences=3))
    compose(find("How many people left?", documents))
    group_stories(documents)
    build_timeline(Story("s", "", tuple(documents)))


def seconds(text: str) -> float:
    """CPU time of the whole way."""
    started = time.process_time()
    whole_way(text)
    return time.process_time() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row for each hostile text, then false relations and schedules; 1 where a text fails, or a schedule."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description="Hostile texts, doubled twice.")
    parser.add_argument("--data", type=Path, help="the folder with stories/ under it")
    chosen = parser.parse_args(arguments)
    print(f"{'text':28}" + "".join(f"{size:>12,}" for size in SIZES) + "   growth")
    failed = sum([_row(name, make) for name, make in HOSTILE.items()])
    print(f"{failed} of {len(HOSTILE)} texts grow faster than {WORST} by doubling, or crash (must be 0)")
    return max(int(failed > 0), quality.show("pairs", chosen.data), zones.show())


def _row(name: str, make: Callable[[int], str]) -> int:
    try:
        times = [seconds(make(size)) for size in SIZES]
    except Exception as error:  # noqa: BLE001 - because the other texts go on
        print(f"{name:28}  crashed: {type(error).__name__}: {error}", flush=True)
        return 1
    growth = times[-1] / times[-2] if times[-1] > NOTICED else 0.0
    marks = f"   {growth:.1f}" + ("  TOO FAST" if growth > WORST else "") if growth else "   -"
    print(f"{name:28}" + "".join(f"{value:12.2f}" for value in times) + marks, flush=True)
    return int(growth > WORST)


if __name__ == "__main__":
    sys.exit(main())

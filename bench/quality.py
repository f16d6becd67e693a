"""Every table of quality, one after the other: `python -m bench.quality --data FOLDER [--only NAME…]`.

A table whose data is not there says so in a line; one that fails says why, and the others go on.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench import tables

ORDER = [
    "relations",
    "stories",
    "baselines",
    "answers",
    "summaries",
    "novelty",
    "figures",
    "factuality",
    "segmentation",
    "clusters",
    "streams",
    "timelines",
    "pairs",
]
NOWHERE = Path("DATA=FOLDER, the folder of the evaluation data, which was not given")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description="Quality, table by table.")
    parser.add_argument("--data", type=Path, help="the folder with data/ and stories/ under it")
    parser.add_argument("--only", nargs="+", metavar="NAME", help=f"some of: {', '.join(table_names())}")
    chosen = parser.parse_args(arguments)
    names = chosen.only or table_names()
    return max([show(name, chosen.data) for name in names], default=0)


def table_names() -> list[str]:
    """The names of all tables, in a fixed order."""
    found = {module.name for module in pkgutil.iter_modules(tables.__path__)}
    return [name for name in ORDER if name in found] + sorted(found - set(ORDER))


def show(name: str, data: Path | None) -> int:
    """Prints one table; 1 if it failed."""
    started = time.process_time()
    failed = 0
    try:
        table = importlib.import_module(f"bench.tables.{name}")
        print(f"\n== {table.TITLE}", flush=True)
        for row in table.rows(data or NOWHERE):
            print(row, flush=True)
    except FileNotFoundError as error:
        print(f"no data: {error}")
    except Exception as error:  # noqa: BLE001 - because the other tables go on
        failed = 1
        print(f"{name} failed: {type(error).__name__}: {error}")
    print(f"   ({time.process_time() - started:.1f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())

"""How a stream grows: `python -m bench.stream [ARTICLES…]`, by default 50,000 and 100,000 made-up articles.

Each article is made, cleaned and placed, and its text is not kept. CPU time and memory are told at each number.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence

from bench.generated import stream
from bench.tables.clusters import b_cubed
from summarizers.clean import clean
from summarizers.stream import Stream, point_of

SIZES = (50_000, 100_000)
GROWTH_AT_MOST = 2.3
MEMORY_AT_MOST = 2.0  # GB


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row for each number of articles; 1 where the last two grow too fast or memory is too much."""
    sizes = sorted(int(size) for size in (sys.argv[1:] if arguments is None else arguments) or SIZES)
    print("articles   points (s)   placing (s)   ms an article   peak (GB)   B³ P      R     F1   stories")
    spent = []
    for row in grown(sizes):
        spent.append(row[2])
        print(
            "{:8,}   {:10.1f}   {:11.1f}   {:13.2f}   {:9.2f}   {:.3f} {:.3f} {:.3f}   {:,}".format(*row),
            flush=True,
        )
    growth = spent[-1] / spent[-2] if len(spent) > 1 else 0.0
    print(
        f"the last two: {growth:.2f} times the time of placing (at most {GROWTH_AT_MOST} for twice the articles)"
    )
    return int(growth > GROWTH_AT_MOST or peak() > MEMORY_AT_MOST)


Row = tuple[int, float, float, float, float, float, float, float, int]


def grown(sizes: Sequence[int]) -> Iterator[Row]:
    """A row for each size, of one stream that goes on."""
    stories, gold = Stream(), {}
    pointing = placing = 0.0
    for number, made in enumerate(stream(sizes[-1]), 1):
        begun = time.process_time()
        point = point_of(clean(made.article), made.day)
        pointed = time.process_time()
        for entry in stories.place(point):
            stories.apply(entry)
        placing += time.process_time() - pointed
        pointing += pointed - begun
        gold[point.key] = str(made.story)
        if number in sizes:
            found = {key: str(stories.story_of(key)) for key in gold}
            told = b_cubed(found, gold)
            yield (number, pointing, placing, 1e3 * placing / number, peak(), *told, len(set(found.values())))


def peak() -> float:
    """The most memory that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    sys.exit(main())

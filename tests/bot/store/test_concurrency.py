"""Eight processes on one memory lose nothing and keep nobody out, also while another one reads."""

import subprocess
import sys
from pathlib import Path

from bot.ports import Topic
from bot.store import open_store
from tests.bot.store.incoming import HOME, put
from tests.bot.store.telling import ANNA

ROOT = Path(__file__).parents[3]
PROCESSES, TIMES = 8, 40

WRITE = f"""
import sys
from bot.ports import Topic, Version
from bot.store import open_store
from summarizers.types import Article
from tests.bot.store.incoming import NO_PRINTS, NOW
from tests.bot.store.telling import ANNA

with open_store(sys.argv[1], key=b"key") as store:
    for time in range({TIMES}):
        with store.ingesting() as desk:  # reads how far it is and writes one further
            held = desk.latest("counter")
            number = held.number + 1
            article = Article(f"counter@{{number}}", f"{{number - 1}} boats before.")
            desk.write(Version(article, "counter", number, NOW, "s"), NO_PRINTS, article.text, None)
        store.follow(ANNA, Topic("word", f"{{sys.argv[2]}} {{time}}"), NOW)
"""
READ = """
import sys
from bot.store import open_store
from tests.bot.store.incoming import HOME

with open_store(sys.argv[1], key=b"key") as store:
    seen = []
    for _ in range(60):
        versions = store.versions("s", HOME)
        assert sorted(version.number for version in versions) == list(range(1, len(versions) + 1))
        assert len(store.search("boats", HOME, limit=9)) == 1
        seen.append(len(versions))
    assert seen == sorted(seen)
"""


def run(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


def test_eight_processes_that_read_and_write_lose_nothing_while_another_reads(database):
    with open_store(database, key=b"key") as store:
        put(store, "counter", "0 boats before.")
        total = 1 + PROCESSES * TIMES
        processes = [run(READ, database)]
        processes += [run(WRITE, database, str(number)) for number in range(PROCESSES)]
        for process in processes:
            _, errors = process.communicate()
            assert (process.returncode, errors) == (0, "")

        assert len(store.versions("s", HOME)) == total
        topics = {Topic("word", f"{number} {time}") for number in range(PROCESSES) for time in range(TIMES)}
        assert set(store.follows(ANNA)) == topics

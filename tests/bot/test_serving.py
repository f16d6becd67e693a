"""The bot as a process: what is due is told once, a signal lets it finish, one serves a file, many a server."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from bot import serving
from bot.delivery.values import Scheduled
from bot.errors import UnusableStore, WrongSettings
from bot.platforms.console import person
from bot.polling import PATIENCE as FAILURES
from bot.schedules import Every
from bot.serving import Readiness, until_done, wait
from bot.store import open_store
from tests.bot.store.incoming import put

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 40  # seconds, for a busy machine
LATEST = datetime(2031, 5, 5, tzinfo=UTC)
LATER = "The pier of Harnby burned down on Tuesday, the fire brigade said."
TEXT = "The old ferry of Harnby was sold on Monday for 3 million crowns."


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Process:
    """A process of the command line, whose output is kept in files."""

    def __init__(self, folder, url, port, *arguments):
        self.out, self.err = (folder / f"{port}{arguments[0]}.{name}" for name in ("out", "err"))
        environment = os.environ | {"NEWSDELTA_DATABASE_URL": url, "NEWSDELTA_HTTP_PORT": str(port)}
        environment["NEWSDELTA_SECRET_KEYS"] = "k" * 32
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", *arguments], stdout=out, stderr=err, env=environment
            )
        self.port = port

    def ready(self):
        """The status of /ready and its reasons; None where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5) as answer:
                return answer.status, json.load(answer)["reasons"]
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["reasons"]
        except OSError:
            return None

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(tmp_path):
    begun = []

    def begin(url, *arguments, port=None):
        begun.append(Process(tmp_path, url, port or free_port(), *arguments))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.wait()


def until(holds):
    """Waits for what must become true."""
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)  # other processes are watched from outside: nothing wakes us
    return found


def due(url, times=1, key="ferry", text=TEXT):
    """A memory with news for the console and schedules that are due."""
    now = datetime.now(UTC)
    with open_store(url, key=b"k" * 32) as store:
        put(store, key, text, at=now, seen=[person().library])
        for _ in range(times):
            new = Scheduled(
                person(), person(), Every(15, "UTC"), next_at=now - timedelta(minutes=1), next_slot="x"
            )
            store.outbox.add(new, now)


def sent(url):
    with open_store(url, key=b"k" * 32) as store:
        return [row.state for row in store.outbox.deliveries(None, 99)]


def test_what_is_due_is_told_once_and_a_signal_ends_it_well(start, sqlite):
    due(sqlite, times=3)
    bot = start(sqlite, "serve")
    until(lambda: TEXT[:40] in bot.out.read_text().replace("\n", " "))
    until(lambda: sorted(sent(sqlite)) == ["sent", "skipped", "skipped"])
    assert bot.ready() == (200, {})
    assert bot.end() == 0
    assert bot.out.read_text().count("What changed") == 1
    assert "Traceback" not in bot.err.read_text()


def test_a_file_is_served_by_one_alone(start, sqlite):
    first = start(sqlite, "serve")
    until(lambda: first.ready() == (200, {}))
    second = start(sqlite, "serve")
    assert second.process.wait(PATIENCE) == 2
    assert "Another newsdelta serves" in second.err.read_text()
    assert first.end(signal.SIGINT) == 0


def test_a_file_that_is_not_there_yet_is_made_and_served(start, tmp_path):
    bot = start(f"sqlite:///{tmp_path / 'new.db'}", "serve")
    until(lambda: bot.ready() == (200, {}))
    assert bot.end() == 0


def test_a_port_that_is_taken_holds_up_no_digest_is_said_once_and_had_when_it_is_free(start, sqlite):
    due(sqlite)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bot = start(sqlite, "serve", port=taken.getsockname()[1])
        until(lambda: sent(sqlite) == ["sent"])
        until(lambda: "Choose another NEWSDELTA_HTTP_PORT" in bot.err.read_text())
    until(lambda: bot.ready() == (200, {}))
    assert bot.err.read_text().count("NEWSDELTA_HTTP_PORT") == 1
    assert bot.end() == 0


@pytest.mark.parametrize(
    ("failures", "chance", "seconds"),
    [(1, 0, 0.5), (1, 1, 1), (2, 1, 2), (4, 0, 4), (5, 1, 15), (9, 0, 7.5), (10_000, 1, 15)],
)
def test_what_fails_is_tried_again_ever_less_often_and_at_least_every_15_seconds(failures, chance, seconds):
    assert wait(failures, chance) == seconds


def test_why_something_is_not_done_is_said_once_and_stands_in_the_readiness_until_it_is_done(caplog):
    caplog.set_level("INFO")
    outcomes = [UnusableStore("It is gone."), UnusableStore("It is gone."), KeyError("odd"), KeyError("odd")]
    readiness, seen, waits = Readiness(), [], []

    async def work():
        if outcomes:
            raise outcomes.pop(0)

    async def pause(seconds):
        seen.append(readiness.wrong()["due"])  # also before it has begun to work
        waits.append(seconds)

    asyncio.run(until_done("due", readiness, work, lambda: 1.0, pause))
    fault = "A fault of this program, told in its log (KeyError)."
    assert seen == ["It is gone.", "It is gone.", fault, fault]
    assert waits == [1, 2, 4, 8]
    assert (readiness.reasons, readiness.wrong()) == ({}, None)
    assert [record.message for record in caplog.records] == [
        "due waits: It is gone.",
        "due failed",
        "due goes on",
    ]


def test_workers_need_a_server(start, sqlite):
    for arguments in (["worker"], ["serve", "--scale"]):
        process = start(sqlite, *arguments)
        assert process.process.wait(PATIENCE) == 2
        assert "PostgreSQL" in process.err.read_text()


def test_two_bots_and_three_workers_tell_each_thing_once_though_one_is_killed(start, server):
    with server.database() as url:
        due(url, times=6)
        bots = [start(url, "serve", "--scale") for _ in range(2)]
        workers = [start(url, "worker") for _ in range(3)]
        workers[0].process.kill()
        until(lambda: sorted(sent(url)) == ["sent", *["skipped"] * 5])
        assert [one.end() for one in (*bots, *workers[1:])] == [0, 0, 0, 0]
        assert sum(bot.out.read_text().count("What changed") for bot in bots) == 1


def test_a_database_that_is_gone_is_said_and_waited_for(start, server):
    with server.database() as url:
        due(url)
        bot = start(url, "serve")
        until(lambda: sent(url) == ["sent"])  # else a slot that was being composed would wait for its lease
        with server.away(url):
            status, reasons = until(lambda: (found := bot.ready()) and found[0] == 503 and found)
            assert status == 503
            assert "due" in reasons or "pump" in reasons
        until(lambda: bot.ready() == (200, {}))
        due(url, key="pier", text=LATER)
        until(lambda: LATER[:30] in bot.out.read_text())
        assert bot.end() == 0


def test_what_a_process_was_composing_when_it_was_stopped_the_next_one_need_not_wait_for(start, server):
    with server.database() as url:
        due(url)
        command = [sys.executable, "-u", "-m", "tests.bot.composing", url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout.readline() == "composing\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        bot = start(url, "serve")
        until(lambda: sent(url) == ["sent"])  # long before the lease of two minutes is over
        assert bot.end() == 0


def test_a_second_signal_ends_at_once():
    command = [sys.executable, "-u", "-m", "tests.bot.hanging"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "draining\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 130


def test_a_worker_waits_some_seconds_for_its_database(start, server):
    with server.database() as url:
        due(url)
        bot, worker = start(url, "serve", "--scale"), start(url, "worker")
        until(lambda: sent(url) == ["sent"])
        with server.away(url):
            until(lambda: bot.ready()[0] == 503)
        due(url, key="pier", text=LATER)
        until(lambda: LATER[:30] in bot.out.read_text())
        assert (bot.end(), worker.end()) == (0, 0)


@pytest.mark.skipif(not os.environ.get("SOAK"), reason="it takes minutes: make soak")
@pytest.mark.parametrize("begun", [True, False])
def test_a_worker_whose_database_stays_away_says_so_and_does_not_end_well(start, server, begun):
    with server.database() as url:
        due(url)
        worker = start(url, "worker")
        if begun:
            bot = start(url, "serve", "--scale")
            until(lambda: sent(url) == ["sent"])
            assert bot.end() == 0
        until(lambda: connections(url) > 1)
        with server.away(url):
            assert worker.process.wait(6 * PATIENCE) != 0
        assert worker.err.read_text().splitlines()[-1].startswith("No work can be had")


def connections(url):
    with psycopg.connect(url) as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        return connection.execute(asked).fetchone()[0]


def test_what_happens_to_feeds_is_kept_by_a_worker_and_told_once_by_one_of_two_bots(start, server):
    with server.database() as url:
        due(url)
        failed = {"errors": FAILURES - 1, "failing_since": datetime.now(UTC) - timedelta(days=2)}
        with open_store(url, key=b"k" * 32) as store:
            for number in range(5):  # on a network on which no feed is asked
                feed, _ = store.add_feed(f"http://10.9.8.7/{number}", person().library, datetime.now(UTC))
                store.save_feed(replace(feed, **failed))
        first, worker = start(url, "serve", "--scale"), start(url, "worker")
        until(lambda: sent(url) == ["sent"] and untold(url) == 5)
        assert (first.end(), worker.end()) == (0, 0)
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE feeds SET news_at = news_at - 7 * 3600 * 1000")
        bots = [start(url, "serve", "--scale") for _ in range(2)]
        until(lambda: any("5 feeds can't be read any more: 10.9.8.7 (5)." in said(bot) for bot in bots))
        until(lambda: [bot.ready() for bot in bots] == [(200, {})] * 2)
        assert [bot.end() for bot in bots] == [0, 0]
        assert sum(said(bot).count("feeds can't be read") for bot in bots) == 1


def said(bot):
    return " ".join(bot.out.read_text().split())


def untold(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM feeds WHERE news = 'failing'").fetchone()[0]


def listening(**platforms):
    """Serves platforms till they end by themselves, or one has been listened to as often as was said."""
    times, started = {}, []

    class Outbox:
        def every(self, *_):
            started.append("reckoned")
            return ()

        def tick(self, *_):
            return ()

        def composable(self, *_):
            return ()

        def retire(self, *_):
            return 0

    class Idle:
        async def hand_out(self, *_):
            return None

        async def drain(self, *_):
            return True

        async def begin(self):
            return None

        async def turn(self):
            return False

    class Store:
        def due_feeds(self, *_):
            return ()

        def retire(self, *_):
            return 0

    def run(name, ends):
        async def listen():
            times[name] = times.get(name, 0) + 1
            error = next(ends, None)
            if error:
                raise error
            if error is None and name == "well":
                os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()

        return listen

    bot = serving.Bot(
        Store(), Outbox(), Idle(), Idle(), lambda: LATEST, timedelta(days=1), (), lambda: 0.0, lambda: None
    )
    given = {name: run(name, iter(ends)) for name, ends in platforms.items()}
    ticks = dict.fromkeys(serving.TICKS, timedelta(hours=1))
    try:
        ended = asyncio.run(serving.serve(bot, Readiness(), listening=given, ticks=ticks))
    except WrongSettings as error:
        ended = str(error)
    return ended, times, started


def test_a_platform_whose_settings_are_wrong_ends_alone():
    assert listening(wrong=[WrongSettings("No.")], well=[])[:2] == (True, {"wrong": 1, "well": 1})


def test_where_no_platform_is_left_that_listens_all_of_them_say_why():
    ended, times, _ = listening(one=[WrongSettings("No.")], two=[WrongSettings("Nor this.")])
    assert (ended, times) == ("No. Nor this.", {"one": 1, "two": 1})


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (WrongSettings("No."), "No."),
        (LookupError("x"), "A fault of this program, told in its log (LookupError)."),
    ],
)
def test_what_is_in_the_way_of_a_platform_stands_in_the_readiness(error, reason):
    async def tried():
        readiness, begun = Readiness(), asyncio.Event()

        async def run():
            begun.set()
            raise error

        listened = asyncio.create_task(serving._listening("chat", run, readiness, lambda: 1.0, {}))
        await begun.wait()
        listened.cancel()
        return dict(readiness.reasons)

    assert asyncio.run(tried()) == {"chat": reason}


def test_three_connections_that_fail_begin_no_second_clock(monkeypatch):
    monkeypatch.setattr(serving, "FIRST_WAIT", 0.0)
    begun = []
    monkeypatch.setattr(serving.Clock, "start", lambda _: begun.append("clock"))
    monkeypatch.setattr(serving.Clock, "stop", lambda _: None)
    assert listening(well=[OSError(), OSError(), OSError()])[1:] == ({"well": 4}, ["reckoned"])
    assert len(begun) == 1

"""Work is done for each id at least once, what waits or runs isn't added, and it is handed out with our own rows."""

import asyncio
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from bot.delivery.values import Planned, Scheduled
from bot.errors import UnusableStore
from bot.ports import Target
from bot.schedules import Every
from bot.store import open_store
from bot.store.engine import open_database
from bot.work import InQueue, InThreads, work_off

SOON = timedelta(seconds=20)


@pytest.fixture
def queue_address(server):
    """The address of a database that has Procrastinate's tables and nothing else."""
    with server.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute(SchemaManager.get_schema())
        yield url


@pytest.fixture
def database(queue_address):
    opened = open_database(queue_address)
    yield opened
    opened.close()


def waiting(address, condition="true"):
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            f"SELECT queueing_lock FROM procrastinate_jobs WHERE {condition} ORDER BY 1"
        )
        return [name for (name,) in rows]


def test_each_id_is_done_and_a_failure_stops_no_other():
    done, begun = [], threading.Semaphore(0)

    def do(one):
        done.append(one)
        begun.release()
        if one == 2:
            raise ZeroDivisionError

    async def hand_out():
        work = InThreads({"compose": do}, 2, left=list)
        assert await work.hand_out("compose", [1, 2, 3, 3]) == 3
        for _ in range(3):
            await asyncio.to_thread(begun.acquire)
        assert await work.drain(SOON)
        assert await work.hand_out("compose", [4]) == 0

    asyncio.run(hand_out())
    assert sorted(done) == [1, 2, 3]


def test_what_waits_or_runs_is_not_added_and_a_drain_begins_nothing_more():
    going, go, done, given_back = threading.Event(), threading.Event(), [], []

    def do(one):
        going.set()
        go.wait()
        done.append(one)

    def left():
        given_back.append(list(done))

    async def hand_out():
        work = InThreads({"poll": do}, 1, left)
        await work.hand_out("poll", ["runs", "waits"])
        await asyncio.to_thread(going.wait)
        assert await work.hand_out("poll", ["runs", "waits", "new"]) == 1
        assert not await work.drain(timedelta(0))
        go.set()
        assert await work.drain(SOON)

    asyncio.run(hand_out())
    assert done == ["runs"]
    assert given_back == [[]]


def test_a_worker_that_is_stopped_gives_back_what_would_not_end_and_waits_for_it_no_longer(
    database, queue_address
):
    going, go, given_back = threading.Event(), threading.Event(), []

    def do(one):
        del one
        going.set()
        go.wait()

    async def stopped():
        await InQueue(database.sharing).hand_out("compose", [1])
        left = given_back.append
        working = asyncio.create_task(
            work_off(queue_address, {"compose": do}, 1, timedelta(0), lambda: left(going.is_set()))
        )
        await asyncio.to_thread(going.wait)
        os.kill(os.getpid(), signal.SIGTERM)
        ended = await working
        go.set()
        return ended

    assert asyncio.run(stopped()) is False
    assert given_back == [True]
    assert waiting(queue_address) == []


@pytest.mark.parametrize(("ends", "there"), [("commit", ["compose:1", "compose:2"]), ("rollback", [])])
def test_a_job_is_there_if_and_only_if_our_own_rows_are(database, queue_address, ends, there):
    work = InQueue(database.sharing)
    with database.writer.connect() as connection:
        connection.execute(text("CREATE TABLE ours (id int)"))
        assert work.defer(connection, "compose", [2, 1, 2]) == 2
        getattr(connection, ends)()
    assert waiting(queue_address) == there
    with database.reading() as connection:
        [found] = connection.execute(text("SELECT to_regclass('ours') IS NOT NULL")).scalars()
    assert found == bool(there)


def test_what_waits_is_not_added_by_anybody(database, queue_address):
    work = InQueue(database.sharing)

    def hand_out(_):
        return asyncio.run(work.hand_out("compose", range(40)))

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(hand_out, range(8))) == 40
    assert len(waiting(queue_address)) == 40


@pytest.mark.parametrize(("age", "added"), [("0 s", 0), ("1 minute", 1)])
def test_what_runs_is_added_only_once_its_process_is_silent(database, queue_address, age, added):
    work = InQueue(database.sharing)
    asyncio.run(work.hand_out("poll", ["f"]))
    with psycopg.connect(queue_address) as connection:
        [worker] = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
            [age],
        ).fetchone()
        connection.execute("SELECT procrastinate_fetch_job_v2(NULL, %s)", [worker])
    assert asyncio.run(work.hand_out("poll", ["f"])) == added
    assert waiting(queue_address, "status = 'todo'") == ["poll:f"] * added


def test_what_a_killed_process_left_is_cleared_away_and_digests_go_first(database, queue_address):
    work, done = InQueue(database.sharing), []
    asyncio.run(work.hand_out("poll", ["left"]))
    with psycopg.connect(queue_address) as connection:
        [worker] = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 day') RETURNING id"
        ).fetchone()
        connection.execute("SELECT procrastinate_fetch_job_v2(NULL, %s)", [worker])

    async def work_until_all_is_done():
        await work.hand_out("poll", ["left", "b"])
        await work.hand_out("compose", [7])
        working = asyncio.create_task(
            work_off(queue_address, {"poll": done.append, "compose": done.append}, 1, SOON, list)
        )
        while await asyncio.to_thread(waiting, queue_address):
            assert not working.done()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    asyncio.run(work_until_all_is_done())
    assert done[0] == 7
    assert set(done) == {7, "left", "b"}


def test_a_database_without_the_queue_is_a_sentence(server):
    with server.database() as url:
        opened = open_database(url)
        with pytest.raises(UnusableStore, match="No work can be handed out: "):
            asyncio.run(InQueue(opened.sharing).hand_out("compose", [1]))
        opened.close()


def test_a_tick_hands_out_what_may_go_now_in_its_own_transaction(postgresql):
    now = datetime(2031, 5, 6, 12, tzinfo=UTC)
    with open_store(postgresql, key=b"key") as store:
        queue = InQueue(store.database.sharing)
        for name, wait in (("soon", 0), ("spread", 5)):
            to = Target("console", "", "person", name)
            slot = now - timedelta(minutes=wait)
            store.outbox.add(Scheduled(to, to, Every(15, "UTC"), next_at=slot, next_slot=name), now)

        def plan(due, at, _):
            send_at = at + timedelta(minutes=9) if due.next_slot == "spread" else at
            return Planned(due.next_slot, at, "queued", None, "", send_at)

        def fail(connection, lanes):
            queue.defer(connection, "compose", lanes)
            raise ZeroDivisionError

        store.outbox.defer = fail
        with pytest.raises(ZeroDivisionError):
            store.outbox.tick(now, 9, plan)
        assert store.outbox.deliveries(None, 9) == []
        assert waiting(postgresql) == []
        store.outbox.defer = lambda connection, lanes: queue.defer(connection, "compose", lanes)
        assert len(store.outbox.tick(now, 9, plan)) == 2
        [lane] = store.outbox.composable(now, 9)
        assert waiting(postgresql) == [f"compose:{lane}"]

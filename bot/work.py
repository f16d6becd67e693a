"""Work that is handed out: each task is a plain function of one id, done at least once, somewhere.

A task is idempotent on a row of ours, which stays the truth: whoever hands out asks that row again at its next turn.
So what a crash, a full queue or an error leaves undone needs no retrying here.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from bot.errors import UnusableStore
from bot.phrases import phrase

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

LOG = logging.getLogger(__name__)
FIRST = {"compose": 1}  # of more weight than others: feeds may wait for a digest, a digest for no feed
HEARTBEAT, SILENT = (
    5.0,
    20.0,
)  # seconds; who is silent so long is dead, well within the 60 s of a lane's lease
SWEEP = 30.0

Id = int | str
Tasks = Mapping[str, Callable[[Any], object]]
Left = Callable[[], None]
Sharing = Callable[[], AbstractContextManager[Any]]


class Work(Protocol):
    """Where tasks get done."""

    async def hand_out(self, task: str, ids: Sequence[Id]) -> int:
        """Has a task done for each id; what waits or runs already isn't added. How many were. UnusableStore."""

    async def drain(self, limit: timedelta) -> bool:
        """Begins nothing more and waits for what runs here; false if some still runs."""


class InThreads:
    """Work done in threads of this process, of each task at most so many at once.

    Each task has threads of its own: hosts that answer slowly hold up no digest. `left` gives back what a drain leaves.
    """

    def __init__(self, tasks: Tasks, at_once: int, left: Left) -> None:
        self._tasks, self._left = tasks, left
        self._threads = {task: ThreadPoolExecutor(at_once, thread_name_prefix=task) for task in tasks}
        self._held: dict[tuple[str, Id], asyncio.Future[None]] = {}
        self._stopped = False

    async def hand_out(self, task: str, ids: Sequence[Id]) -> int:
        new = [] if self._stopped else [one for one in dict.fromkeys(ids) if (task, one) not in self._held]
        for one in new:
            self._begin(task, one)
        return len(new)

    def _begin(self, task: str, one: Id) -> None:
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._threads[task], _done, task, self._tasks[task], one)
        self._held[task, one] = future
        future.add_done_callback(lambda _: self._held.pop((task, one)))

    async def drain(self, limit: timedelta) -> bool:
        self._stopped = True
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)
        if not self._held:
            return True
        _, late = await asyncio.wait(list(self._held.values()), timeout=limit.total_seconds())
        if late:
            await asyncio.to_thread(_give_back, self._left)
        return not late


def _give_back(left: Left) -> None:
    """Gives back what is left undone; where that can't be kept, its leases run out."""
    try:
        left()
    except UnusableStore as error:
        LOG.warning("what is left undone could not be given back: %s", error)


def _done(task: str, do: Callable[[Any], object], one: Id) -> None:
    """Does a task; one that fails must not stop the others, and is handed out again."""
    try:
        do(one)
    except UnusableStore as error:
        LOG.warning("%s of %s waits: %s", task, one, error)
    except Exception:  # whatever it was, the log gets the cause
        LOG.exception("%s of %s failed", task, one)


# -- many processes ----------------------------------------------------------------------------------------------------

# Procrastinate's own `lock` isn't used: it would stay with the job of a process that was killed. Two of a task at once
# do no harm, since a row's lease goes to one; what runs in a process that lives isn't added all the same.
UNDERWAY = """
SELECT jobs.queueing_lock AS name FROM procrastinate_jobs AS jobs
LEFT JOIN procrastinate_workers AS workers ON workers.id = jobs.worker_id
WHERE jobs.queueing_lock = ANY(%(names)s) AND (jobs.status = 'todo' OR jobs.status = 'doing'
    AND workers.last_heartbeat > now() - make_interval(secs => %(silent)s))
"""


class InQueue:
    """Work done by whichever process of `work_off` is free, through a queue of Procrastinate in the same PostgreSQL.

    `sharing` opens a transaction there.
    """

    def __init__(self, sharing: Sharing) -> None:
        from procrastinate import App, SyncPsycopgConnector  # noqa: PLC0415 - an extra, for many processes only

        self._sharing = sharing
        self._app = App(connector=SyncPsycopgConnector())  # never opened: only our own connections are used

    async def hand_out(self, task: str, ids: Sequence[Id]) -> int:
        return await asyncio.to_thread(self._hand_out, task, ids) if ids else 0

    def _hand_out(self, task: str, ids: Sequence[Id]) -> int:
        with self._sharing() as connection:
            return self.defer(connection, task, ids)

    def defer(self, connection: Any, task: str, ids: Sequence[Id]) -> int:
        """Hands out within a transaction of SQLAlchemy's: it counts, or not, with what else is written there."""
        from procrastinate.exceptions import AlreadyEnqueued, ConnectorException  # noqa: PLC0415 - see above

        try:
            jobs = self._new(connection, task, ids)
            try:
                return self._add(connection, jobs)
            except AlreadyEnqueued:  # another process was faster by a moment
                return sum(self._add_one(connection, job) for job in jobs)
        except ConnectorException as error:
            raise UnusableStore(phrase("store.work", cause=_cause(error))) from error

    def _new(self, connection: Any, task: str, ids: Sequence[Id]) -> list[Job]:
        """Jobs for what is not underway, all in one order, so that no two processes wait for each other."""
        jobs = {job.queueing_lock: job for job in (_job(task, one) for one in ids)}
        rows = self._app.connector.get_sync_connector().execute_query_all_with_connection(
            connection.connection.driver_connection, UNDERWAY, names=list(jobs), silent=SILENT
        )
        return [jobs[name] for name in sorted(jobs.keys() - {row["name"] for row in rows})]  # type: ignore[type-var] # ours have one

    def _add(self, connection: Any, jobs: list[Job]) -> int:
        if not jobs:
            return 0
        with connection.begin_nested():
            self._app.job_manager.batch_defer_jobs(jobs, connection=connection.connection.driver_connection)
        return len(jobs)

    def _add_one(self, connection: Any, job: Job) -> int:
        from procrastinate.exceptions import AlreadyEnqueued  # noqa: PLC0415 - see above

        try:
            return self._add(connection, [job])
        except AlreadyEnqueued:
            return 0

    async def drain(self, limit: timedelta) -> bool:
        del limit  # nothing runs here
        return True


def _job(task: str, one: Id) -> Job:
    from procrastinate.jobs import Job  # noqa: PLC0415 - see above

    name, weight = f"{task}:{one}", FIRST.get(task, 0)
    return Job(
        queue=task, task_name=task, task_kwargs={"one": one}, lock=None, queueing_lock=name, priority=weight
    )


async def work_off(address: str, tasks: Tasks, at_once: int, limit: timedelta, left: Left) -> bool:
    """Does what is handed out, until SIGTERM or SIGINT; then what runs may go on for so long. UnusableStore.

    False if some still runs then; `left` gives it back.
    """
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - see above
    from psycopg import OperationalError  # noqa: PLC0415 - see above; its pool's time-out comes through as it is

    threads = ThreadPoolExecutor(at_once, thread_name_prefix="work")
    busy: set[asyncio.Future[None]] = set()
    app = _app(address, tasks, at_once, threads, busy)
    try:
        async with app.open_async():
            sweeping = asyncio.create_task(_sweep(app))
            try:
                await _run(app, tasks, at_once, limit)
            finally:
                sweeping.cancel()
    except (ConnectorException, OperationalError) as error:
        raise UnusableStore(f"No work can be had: {_cause(error)}.") from error
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        if busy:
            await asyncio.to_thread(_give_back, left)
    return not busy


async def _run(app: App, tasks: Tasks, at_once: int, limit: timedelta) -> None:
    """Procrastinate's worker also ends, and says nothing, when its heartbeat finds no database: that is told here."""
    work = asyncio.create_task(
        app.run_worker_async(
            queues=list(tasks),
            concurrency=at_once,
            delete_jobs="always",  # our rows tell what became of it
            shutdown_graceful_timeout=limit.total_seconds(),
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=SILENT,
            install_signal_handlers=False,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    with suppress(asyncio.CancelledError):
        await work
    if not work.cancelled():
        raise UnusableStore("No work can be had: the database has gone away. Start the worker again.")


def _app(
    address: str, tasks: Tasks, at_once: int, threads: ThreadPoolExecutor, busy: set[asyncio.Future[None]]
) -> App:
    """Procrastinate's own threads would be waited for without end: a task is one that can be left, in a thread of ours."""
    from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - see above

    address = "postgresql://" + address.partition("://")[2]
    app = App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=at_once + 2))
    for task, do in tasks.items():
        app.task(name=task, queue=task)(partial(_in_thread, threads, busy, task, do))
    return app


async def _in_thread(
    threads: ThreadPoolExecutor,
    busy: set[asyncio.Future[None]],
    task: str,
    do: Callable[[Any], object],
    one: Id,
) -> None:
    done = asyncio.get_running_loop().run_in_executor(threads, _done, task, do, one)
    busy.add(done)
    done.add_done_callback(busy.discard)
    await asyncio.shield(done)


async def _sweep(app: App) -> None:
    """Clears the jobs of processes that were killed away: what they left undone is handed out anew."""
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - see above
    from procrastinate.jobs import Status  # noqa: PLC0415 - see above

    while True:
        try:
            await app.job_manager.prune_stalled_workers(SILENT)
            for job in await app.job_manager.get_stalled_jobs():
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        except ConnectorException:  # at worst they lie there for another turn, or another process was faster
            LOG.warning("jobs left behind could not be cleared away", exc_info=True)
        await asyncio.sleep(SWEEP)


def _cause(error: Exception) -> str:
    return str(error.__cause__ or error).splitlines()[0].rstrip(".")

"""Work done in processes that are killed when it takes too long or holds too much memory.

A thread can't be stopped, and while threads compute, the event loop waits for its turn (measured: eight of them push
its lag to 340 ms at the 99th percentile; two processes to 5 ms).
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import wait
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self, TypeVar, TypeVarTuple

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from bot.errors import GivenUp
from bot.phrases import phrase

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

MEMORY = 2 << 30  # bytes of address space; the libraries alone take about a third
BEHIND = 5  # how much nicer than the process that serves, which must answer at once


class Workers:
    """A few processes of their own, started by the first task. The function and its arguments must be picklable.

    `preload` is read by each before its first task, so that no limit counts it; after `tasks` tasks (0: never) one is
    replaced.
    """

    def __init__(
        self, count: int = 1, *, tasks: int = 0, memory: int = MEMORY, preload: Sequence[str] = ()
    ) -> None:
        self._settings = (count, tasks, memory, tuple(preload))
        self._pool: ProcessPool | None = None
        self._running: set[ProcessFuture[Any]] = set()
        self._lock = Lock()

    def warm(self) -> Self:
        """Starts the processes, and does not wait until they have begun."""
        self._schedule(bool, (), 0)
        return self

    def run(
        self,
        function: Callable[[*Arguments], Result],
        *arguments: *Arguments,
        limit: float,
    ) -> Result:
        """What the function gives, or its error; GivenUp if it takes longer than `limit` seconds, or dies."""
        future = self._schedule(function, arguments, limit)
        try:
            return future.result()
        except TimeoutError:
            raise GivenUp(phrase("given_up.late", limit=f"{limit:g}"), "late") from None
        except (BrokenProcessPool, CancelledError) as error:
            raise GivenUp(phrase("given_up.ended"), "ended") from error
        except (ProcessExpired, MemoryError) as error:
            raise GivenUp(phrase("given_up.large"), "large") from error

    def close(self) -> None:
        """Ends the processes, whatever they do; whoever waits is told. A later task starts new ones."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _schedule(
        self, function: Callable[..., Result], arguments: tuple[Any, ...], limit: float
    ) -> ProcessFuture[Result]:
        with self._lock:
            if (
                self._pool is None or not self._pool.active
            ):  # a worker that was killed while idle leaves it broken
                self._end()
                self._pool = self._start()
            future = self._pool.schedule(function, args=arguments, timeout=limit or None)
            self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def _start(self) -> ProcessPool:
        count, tasks, memory, preload = self._settings
        return ProcessPool(
            max_workers=count,
            max_tasks=tasks,
            initializer=_begin,
            initargs=(memory, preload),
            # A fork would copy the threads' locks as they stand: the event loop of the client is one of them.
            context=multiprocessing.get_context("spawn"),
        )

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        for future in tuple(self._running):
            # or whoever waits for it waits for ever
            future.cancel()  # type: ignore[no-untyped-call] # pebble forgot this one and the next
        pool.stop()  # type: ignore[no-untyped-call] # as above
        pool.join()


def _begin(memory: int, preload: Sequence[str]) -> None:
    """A worker dies of a signal at once, even deep in a C library, holds little memory, and has read its libraries.

    It ends with its parent, though that were killed.
    """
    Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.disable()  # the libraries complain of every broken page, and standard error belongs to the conversation
    warnings.simplefilter("ignore")
    with suppress(ImportError):  # Windows has no such limits
        import resource  # noqa: PLC0415 - because Windows lacks it

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        os.nice(BEHIND)
    for name in preload:
        import_module(name)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    wait([parent.sentinel])
    os._exit(1)

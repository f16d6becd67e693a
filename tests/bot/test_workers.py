"""Work ends within its limit, in a process that may die and that outlives nobody."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.errors import ForbiddenSource, GivenUp
from bot.running import Here
from bot.workers import Workers


@pytest.fixture(scope="module")
def workers():
    with Workers() as workers:
        yield workers


def spin() -> None:
    while True:
        pass


def spin_in_c() -> int:
    return sum(range(10**12))  # one call, in which no handler of Python's own runs


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse() -> None:
    raise ForbiddenSource("Not this one.")


def stumble() -> None:
    raise KeyError("a parser that did not expect this")


def announce(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    spin()


def test_a_result_comes_back_from_wherever_it_runs(workers):
    assert workers.run(divmod, 7, 2, limit=30) == Here().run(divmod, 7, 2, limit=30) == (3, 1)


@pytest.mark.parametrize("endless", [spin, spin_in_c])
def test_what_takes_too_long_is_killed_and_the_next_task_is_served(workers, endless):
    with pytest.raises(GivenUp, match=r"more than 0.1 seconds") as late:
        workers.run(endless, limit=0.1)
    assert late.value.why == "late"
    assert workers.run(len, "abc", limit=30) == 3


def test_a_worker_that_dies_costs_its_own_task_only(workers):
    with pytest.raises(GivenUp, match="memory"):
        workers.run(die, limit=30)
    assert workers.run(len, "abc", limit=30) == 3


def test_a_worker_that_was_killed_while_idle_is_replaced():
    with Workers() as workers:
        os.kill(workers.run(os.getpid, limit=30), signal.SIGKILL)
        while workers._pool.active:
            time.sleep(0)  # the pool notices by itself
        assert workers.run(len, "abc", limit=30) == 3


def test_a_worker_holds_no_more_memory_than_it_may(workers):
    with pytest.raises(GivenUp, match="memory"):
        workers.run(bytearray, 4 << 30, limit=30)


def test_an_error_is_handed_on(workers):
    with pytest.raises(ForbiddenSource, match="Not this one"):
        workers.run(refuse, limit=30)
    with pytest.raises(KeyError, match="did not expect"):
        workers.run(stumble, limit=30)


def test_a_worker_is_replaced_after_its_number_of_tasks():
    with Workers(tasks=2) as workers:
        first, second, third = (workers.run(os.getpid, limit=30) for _ in range(3))
    assert first == second != third


def test_nothing_runs_before_the_first_task_and_closing_twice_is_fine():
    workers = Workers()
    assert workers._pool is None
    workers.close()
    workers.close()


def test_whoever_waits_is_told_when_the_workers_are_closed(tmp_path):
    workers = Workers()
    told: list[GivenUp] = []
    begun = tmp_path / "begun"

    def wait() -> None:
        with pytest.raises(GivenUp) as ended:
            workers.run(announce, str(begun), limit=600)
        told.append(ended.value)

    thread = Thread(target=wait)
    thread.start()
    pause = Event()
    while not (begun.exists() and begun.read_text()):
        pause.wait(0.01)
    workers.close()
    thread.join()
    assert ("broken off" in str(told[0]), told[0].why) == (True, "ended")


def test_workers_that_are_warm_are_all_there_before_the_first_task():
    with Workers(2).warm() as workers:
        assert workers.run(len, "abc", limit=30) == 3
        assert workers._pool.active


# -- with its parent ---------------------------------------------------------------------------------------------------


def be_a_parent(path: str) -> None:
    """Waits for a task that never ends, and has an idle worker beside it."""
    workers = Workers(2)
    Thread(target=workers.run, args=(announce, f"{path}/busy"), kwargs={"limit": 2}).start()
    written(Path(path, "busy"))
    Path(path, "idle").write_text(str(workers.run(os.getpid, limit=30)))


def written(path: Path) -> int:
    """The process id that a worker has left."""
    pause = Event()
    while not (path.exists() and path.read_text()):
        pause.wait(0.01)
    return int(path.read_text())


def is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_no_worker_outlives_a_parent_that_is_killed(tmp_path):
    program = f"from tests.bot.test_workers import be_a_parent; be_a_parent({str(tmp_path)!r})"
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        workers = [written(tmp_path / "busy"), written(tmp_path / "idle")]
        process.kill()
        pause = Event()
        while not all(map(is_gone, workers)):
            pause.wait(0.01)

"""Processes on one database: each slot is one message, whoever works, dies or sleeps."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
WHOLE = bool(os.environ.get("SOAK"))


def job(*given: object) -> str:
    command = [sys.executable, "-W", "error", "-m", "tests.bot.delivery.working", *map(str, given)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_four_processes_on_one_server_make_one_message_of_each_slot(postgresql, tmp_path):
    schedules = 200 if WHOLE else 40
    assert job("together", postgresql, tmp_path, 4, schedules, 4) == str(schedules * 4)


def test_two_processes_on_one_file_make_one_message_of_each_slot(sqlite, tmp_path):
    schedules = 200 if WHOLE else 10
    assert job("together", sqlite, tmp_path, 2, schedules, 4) == str(schedules * 4)


def test_a_worker_that_is_killed_at_any_step_loses_nothing_and_repeats_nothing(database, tmp_path):
    if WHOLE or database.startswith("sqlite"):
        assert job("crashes", database, tmp_path, "discord", "slack") == "38"
    else:  # the steps inside transactions are the same for each platform, and one of them has to look, too
        assert job("crashes", database, tmp_path, "slack") == "22"


def test_the_finish_of_a_worker_that_slept_past_its_lease_is_refused(database, tmp_path):
    assert job("sleeps", database, tmp_path) == "refused"

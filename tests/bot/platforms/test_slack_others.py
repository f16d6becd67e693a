"""The real program talks with a Slack that others have faked (local-slack by Parva Labs), where it is at hand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / ".venv/slack-fakes/node_modules/local-slack-linux-x64/bin/local-slack"


@pytest.mark.skipif(not os.environ.get("SOAK"), reason="a program of others: make soak fetches it")
def test_a_slack_that_others_have_faked_is_answered(tmp_path):
    if not PROGRAM.exists() or shutil.which("unshare") is None:
        pytest.skip("local-slack, or unshare to run it without a network, is not here")
    inside = f"ip link set lo up && exec {sys.executable} -m tests.bot.platforms.others {PROGRAM} {tmp_path}"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--net", "sh", "-c", inside],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith("well"), done.stdout + done.stderr

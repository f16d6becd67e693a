"""Whoever is killed while it sends to Discord has its messages seen once, in order, in their thread or post, by the next."""

import json
import subprocess
import sys

from tests.bot.platforms.discord_killed import TEXTS, WHOLE
from tests.fake_discord import apart
from tests.fake_slack.remote import ROOT


def test_a_sender_that_is_killed_at_any_step_loses_nothing_and_repeats_nothing(tmp_path):
    with apart() as discord:
        command = [sys.executable, "-m", "tests.bot.platforms.discord_killed"]
        done = subprocess.run(
            [*command, discord.url, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert discord.wrong() == []
    once = {"said": list(TEXTS), "threaded": True, "states": ["sent", "sent"], "ends": [-9, 0]}
    assert [each for each in found if {key: each[key] for key in once} != once] == []
    assert len(found) == (38 if WHOLE else 23)

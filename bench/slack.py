"""How soon Slack hears from the bot while digests are computed: `python -m bench.slack [--sentences N]`.

The bot (`newsdelta serve`), a fake Slack and whoever gives commands are processes of their own. A hundred commands are
given at once, first while nothing else is done, then while two channels get digests of made-up articles of 3,000
sentences. What Slack waits for is the acknowledgement; it gives three seconds. Figures of one machine: read the ratio.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from bench import beside
from bench.beside import COMMANDS, DIGESTS, P99_AT_MOST, SENTENCES, told, until
from bot.ports import Target
from tests.fake_slack.remote import Remote, apart

SAID = ("latest", "status", "feeds list", "schedule list")  # each is answered by one message
OWNER = Target("slack", "T1", "person", "U1A")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints how long acknowledgements and answers took; 1 where one is missing or too late."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sentences", type=int, default=SENTENCES)
    sentences = parser.parse_args(arguments).sentences
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, apart() as slack:
        beside.database(folder)
        channels = [Target("slack", "T1", "channel", slack.channel()) for _ in range(DIGESTS)]
        beside.remembered(channels, OWNER, sentences)
        with beside.serving(folder, settings(slack)):
            return judged(slack, channels, sentences)


def settings(slack: Remote) -> dict[str, str]:
    return {
        "NEWSDELTA_SLACK_API_URL": slack.api,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
    }


def judged(slack: Remote, channels: Sequence[Target], sentences: int) -> int:
    """Both rounds, and whether the second is within its limit."""
    until(lambda: slack.connections()["open"])
    given(slack, 5)  # the first ones load what is loaded once
    beside.heading()
    idle = told("ack, while nothing else is done", *given(slack))
    beside.due(channels)
    until(lambda: beside.composing(channels))
    busy = told(f"ack, beside {DIGESTS} digests of {sentences:,} sentences", *given(slack))
    print(f"the same as a ratio {busy / idle:33.1f}")
    begun = time.perf_counter()
    until(lambda: all(slack.messages(channel=channel.id) for channel in channels))
    print(
        f"the digests are there {time.perf_counter() - begun:.1f} s later; wrong: {slack.wrong() or 'nothing'}"
    )
    return int(busy >= P99_AT_MOST or bool(slack.wrong()))


def given(slack: Remote, number: int = COMMANDS) -> tuple[list[float], float]:
    """How long the acknowledgement of each command took, and after how many seconds all were answered."""
    before, seen = len(slack.sent()), len(slack.private(user="U1A"))
    begun = time.perf_counter()
    for count in range(number):
        slack.command(text=SAID[count % len(SAID)], channel="C1NEWS")
    until(lambda: all(each["over"] for each in slack.sent(since=before)))
    sent: list[dict[str, Any]] = slack.sent(since=before)
    took = [each["took"] for each in sent]
    assert all(one is not None for one in took), "a command was not acknowledged"
    until(lambda: len(slack.private(user="U1A")) >= seen + number)
    return took, time.perf_counter() - begun


if __name__ == "__main__":
    raise SystemExit(main())

"""A fake Slack elsewhere, asked over HTTP by the names of what people do and see (`people.DOERS`).

`alongside` starts it in a thread of this process, `apart` in a process of its own (`python -m tests.fake_slack`), which
measures a bot and not itself.
"""

import asyncio
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fake_slack.slack import App, FakeSlack

ROOT = Path(__file__).parents[2]


class Remote:
    """Each method asks the fake: `remote.command(text="help", wait=True)`, `remote.messages(channel="C1NEWS")`.

    `wait` waits till what was sent to the app was taken or given up. What the fake does not know raises LookupError.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.api = f"{url}/api/"

    def __getattr__(self, what: str) -> Callable[..., Any]:
        def ask(**given: Any) -> Any:
            request = urllib.request.Request(f"{self.url}/control/{what}", json.dumps(given).encode())
            with urllib.request.urlopen(request, timeout=90) as answer:
                said = json.load(answer)
            if "error" in said:
                raise LookupError(said["error"])
            return said["answer"]

        return ask


@contextmanager
def alongside(app: App | None = None, start: float | None = None) -> Iterator[Remote]:
    """A fake Slack in a thread, as long as it lasts."""
    slack, loop = FakeSlack(app, start), asyncio.new_event_loop()
    loop.run_until_complete(slack.start())
    thread = threading.Thread(target=loop.run_forever, name="fake-slack")
    thread.start()
    try:
        yield Remote(slack.url)
    finally:
        asyncio.run_coroutine_threadsafe(slack.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


@contextmanager
def apart(*options: str) -> Iterator[Remote]:
    """A fake Slack in a process of its own, as long as it lasts."""
    command = [sys.executable, "-m", "tests.fake_slack", *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        yield Remote(process.stdout.readline().strip())
        process.stdin.close()
        assert process.wait(30) == 0

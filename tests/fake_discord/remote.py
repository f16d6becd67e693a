"""A fake Discord elsewhere, asked over HTTP by the names of what people do and see (`people.DOERS`).

`alongside` starts it in a thread of this process, `apart` in a process of its own (`python -m tests.fake_discord`).
"""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fake_discord.fake import FakeDiscord
from tests.fake_slack import remote


class Remote(remote.Remote):
    """Each method asks the fake: `remote.command(name="news help", wait=True)`, `remote.messages(channel=NEWS)`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.api, self.gateway_url = f"{url}/api/v10", f"{url.replace('http', 'ws', 1)}/gateway"


@contextmanager
def alongside(token: str = "fake", start: float | None = None) -> Iterator[Remote]:
    """A fake Discord in a thread, as long as it lasts."""
    discord, loop = FakeDiscord(token, start), asyncio.new_event_loop()
    loop.run_until_complete(discord.start())
    thread = threading.Thread(target=loop.run_forever, name="fake-discord")
    thread.start()
    try:
        yield Remote(discord.url)
    finally:
        asyncio.run_coroutine_threadsafe(discord.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


@contextmanager
def apart(*options: str) -> Iterator[Remote]:
    """A fake Discord in a process of its own, as long as it lasts."""
    command = [sys.executable, "-m", "tests.fake_discord", *options]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=remote.ROOT, text=True, **pipes) as process:
        yield Remote(process.stdout.readline().strip())
        process.stdin.close()
        assert process.wait(30) == 0

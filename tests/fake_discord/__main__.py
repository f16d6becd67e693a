"""A fake Discord in a process of its own: `python -m tests.fake_discord [--port 8090] [--start SECONDS] [--token …]`.

The one line of output is its address; below that are `/api/v10` and `/gateway` for the app, and `/control/NAME`, where
whoever tests asks (`tests.fake_discord.remote.Remote`). The end of its input is the end of the process.
"""

import argparse
import asyncio
import sys

from tests.fake_discord.fake import FakeDiscord


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--start", type=float, help="the clock stands still there, and is moved on by pass_time"
    )
    parser.add_argument("--token", default="fake")
    parser.add_argument("--paced", action="store_true", help="more than 50 requests in a second are refused")
    return parser.parse_args()


async def main(given: argparse.Namespace) -> None:
    discord = FakeDiscord(given.token, given.start)
    discord.paced = given.paced
    await discord.start(given.port)
    print(discord.url, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await discord.stop()


if __name__ == "__main__":
    asyncio.run(main(asked()))

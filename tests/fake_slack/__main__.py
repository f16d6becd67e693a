"""A fake Slack in a process of its own: `python -m tests.fake_slack [--port 8090] [--start SECONDS] [--url …]`.

The one line of output is its address; below that are `/api/`, the base URL for the app, and `/control/NAME`, where whoever
tests asks (`tests.fake_slack.remote.Remote`). The end of its input is the end of the process.
"""

import argparse
import asyncio
import sys

from tests.fake_slack.slack import App, FakeSlack


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--start", type=float, help="the clock stands still there, and is moved on by pass_time"
    )
    parser.add_argument("--url", default="", help="of the app's requests; without one it is to open a socket")
    parser.add_argument("--secret", default=App.signing_secret, help="that requests are signed with")
    parser.add_argument("--app-token", default=App.token)
    parser.add_argument("--bot-token", default="xoxb-1")
    return parser.parse_args()


async def main(given: argparse.Namespace) -> None:
    slack = FakeSlack(App(token=given.app_token, signing_secret=given.secret), given.start)
    slack.teams["T1"].token = given.bot_token
    slack.sender.url = given.url
    await slack.start(given.port)
    print(slack.url, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await slack.stop()


if __name__ == "__main__":
    asyncio.run(main(asked()))

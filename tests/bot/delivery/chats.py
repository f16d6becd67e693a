"""The platforms of `tests.platforms` as a process of its own, over HTTP: `python -m tests.bot.delivery.chats FOLDER [TIMES]`.

What was said lies in a file there for each, so that it outlives whoever sends and can be read by whoever checks. The one
line of output is the port; the end of its input is the end of the process. TIMES shortens the windows of both.
"""

import asyncio
import json
import random
import subprocess
import sys
import urllib.request
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.ports import Target
from tests.bot.delivery.contract import Shown
from tests.platforms import KINDS, Answer, Ask, Broken, Chat, Client, Kind, Near, fast

ROOT = Path(__file__).parents[3]
CHAOS = {
    "": 80,
    "limited": 4,
    "500 before": 3,
    "500 after": 3,
    "reset before": 3,
    "reset after": 5,
    "slow": 2,
}
SLOWLY = 2.0  # seconds till "slow" answers: longer than who asks is to wait


# -- the process -------------------------------------------------------------------------------------------------------


class Site:
    """Both platforms; what is not for bots is asked under /of."""

    def __init__(self, chats: dict[str, Chat]) -> None:
        self.chats = chats
        self.chance: random.Random | None = None
        self.released = asyncio.Event()

    async def asked(self, request: web.Request) -> web.StreamResponse:
        chat, what = self.chats[request.match_info["name"]], request.match_info["what"]
        message = await request.json()
        if self.chance:
            fault = self.chance.choices(list(CHAOS), list(CHAOS.values()))[0]
            chat.plan, chat.looks = (
                deque([fault]),
                deque([fault] if fault in {"limited", "500 before"} else []),
            )
        fault = chat.plan[0] if chat.plan and what == "post" else ""
        try:
            status, said = getattr(chat, what)(message)
        except Broken as broken:
            if broken.silent:
                await asyncio.Event().wait()
            assert request.transport
            request.transport.abort()
            return web.Response()
        if fault == "slow":
            await asyncio.sleep(SLOWLY)
        if fault == "held":
            await self.released.wait()
        return web.json_response(said, status=status)

    async def told(self, request: web.Request) -> web.StreamResponse:
        chat, given = self.chats[request.match_info["name"]], await request.json()
        match request.match_info["what"]:
            case "plan":
                chat.plan, chat.looks = deque(given["faults"]), deque(given["looks"])
            case "remove":
                chat.remove(given["message"])
            case "read":
                chat.readable = given["allowed"]
            case "time":
                chat.ahead += given["seconds"]
            case "chaos":
                self.chance = random.Random(given["seed"]) if given["seed"] is not None else None
            case "release":
                self.released.set()
        return web.json_response({})


async def main(folder: str, times: str = "1") -> None:
    kinds = [fast(kind, float(times)) for kind in KINDS]
    site = Site({kind.name: Chat(kind, f"{folder}/{kind.name}.db") for kind in kinds})
    app = web.Application()
    app.add_routes([web.post("/of/{name}/{what}", site.told), web.post("/{name}/{what}", site.asked)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


# -- who asks it -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def client(url: str, kind: Kind) -> AsyncIterator[Client]:
    """The Delivery of a platform at an address."""
    async with aiohttp.ClientSession(url) as session:
        yield Client(kind, over(session, kind.name))


def over(session: aiohttp.ClientSession, name: str) -> Ask:
    async def ask(what: str, message: dict[str, object]) -> Answer:
        try:
            async with session.post(f"/{name}/{what}", json=message) as answer:
                return answer.status, await answer.json()
        except aiohttp.ClientError as error:
            raise ConnectionError from error

    return ask


class Chats:
    """Both platforms, as who tests them knows them."""

    def __init__(self, url: str, folder: Path, times: float) -> None:
        self.url, self.folder = url, folder
        self.kinds = {kind.name: fast(kind, times) for kind in KINDS}
        self.kept = {name: Chat(kind, f"{folder}/{name}.db") for name, kind in self.kinds.items()}

    def tell(self, name: str, what: str, **given: object) -> None:
        request = urllib.request.Request(f"{self.url}/of/{name}/{what}", json.dumps(given).encode())
        with urllib.request.urlopen(request, timeout=30):
            pass

    def shown(self, target: Target) -> list[Shown]:
        return self.kept[target.platform].shown(target.id)


@contextmanager
def chats(folder: Path, times: float = 1) -> Iterator[Chats]:
    """Both platforms, in a process that lasts as long."""
    command = [sys.executable, "-m", "tests.bot.delivery.chats", str(folder), str(times)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        yield Chats(f"http://127.0.0.1:{process.stdout.readline().strip()}", folder, times)
        process.stdin.close()
        assert process.wait(30) == 0


class Far(Near):
    """A peer of the contract in another process."""

    def __init__(self, chats: Chats, kind: Kind) -> None:
        self.kind, self.platform, self.chats = kind, kind.name, chats

    def connect(self):
        return client(self.chats.url, self.kind)

    def plan(self, *faults: str, looks: Sequence[str] = ()) -> None:
        self.chats.tell(self.platform, "plan", faults=faults, looks=list(looks))

    def shown(self, target: Target) -> Sequence[Shown]:
        return self.chats.shown(target)

    def remove(self, target: Target, message: str) -> None:
        del target
        self.chats.tell(self.platform, "remove", message=message)

    def read(self, *, allowed: bool) -> None:
        self.chats.tell(self.platform, "read", allowed=allowed)

    def pass_time(self, seconds: float) -> None:
        self.chats.tell(self.platform, "time", seconds=seconds)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Senders to Discord that are killed: `python -m tests.bot.platforms.discord_killed DISCORD FOLDER` prints what is seen then.

Each is a process of its own with the real SDK; a second one sends what the first has left. A line of output for each case:
the place, the step at which the first died, and what is seen then.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.delivery.pump import Pump
from bot.delivery.values import Part
from bot.platforms.discord.clients import Api, at
from bot.platforms.discord.delivery import DiscordDelivery
from bot.ports import Target
from bot.render.discord import DiscordRenderer
from bot.replies import Reply
from bot.store import open_store
from tests.bot.delivery.working import OVER, Leasing, Watched, apart, ended
from tests.bot.store.telling import telling
from tests.fake_discord import BOT, GUILD, Remote
from tests.fake_discord.world import FORUM

TEXTS = ("It was closed", "It is open")
WHOLE = bool(os.environ.get("SOAK"))
# From the end of a step to the beginning of the next one nothing happens that anybody else could see.
BETWEEN = [
    f"{when} {what}"
    for what in ("claim", "send", "finish")
    for when in (("before", "after") if WHOLE else ("after",))
]
UNANSWERED = {  # a place → what Discord takes and does not answer, the how many-th of it
    "channel": {"message.create": 2, "thread.create": 1},
    "forum": {"forum.create": 1, "message.create": 1},
    "person": {"message.create": 2, "dm.create": 1},
}


class Case:
    """A place in which nothing was said yet, and messages for it in the database."""

    def __init__(self, discord: Remote, folder: str, kind: str, number: int) -> None:
        self.discord, self.kind, self.url = discord, kind, f"sqlite:///{folder}/all.db"
        if kind == "person":
            given = discord.person(name=f"p{number}")
        else:
            given = discord.channel(name=f"c{number}", kind=FORUM if kind == "forum" else 0)
        self.target = Target("discord", GUILD, kind, given)
        told = telling(to=self.target, moves=self.target)
        story = "" if kind == "person" else "s"
        parts = [
            Part(
                f"{number}:{text}", _payload(text), story, root=bool(story) and text == TEXTS[0], telling=told
            )
            for text in TEXTS
        ]
        with self.open() as store:
            assert store.outbox.post(self.target, parts, datetime.now(UTC))

    def open(self):
        return open_store(self.url, key=b"k" * 32)

    def works(self, at: Callable[[str], object] = str) -> None:
        """Sends what is left; `at` is told of every step."""
        with self.open() as store:
            asyncio.run(self._works(store, at))

    async def _works(self, store, at) -> None:
        api = Api("fake")
        pump = Pump(
            Watched(Leasing(store.outbox, OVER), at),
            {"discord": Watched(DiscordDelivery(api), at)},
            clock=time.monotonic,
            now=lambda: datetime.now(UTC),
            chance=lambda: 0.0,
        )
        while await pump.round():
            pass
        await api.close()

    def seen(self) -> dict[str, object]:
        place = self.discord.direct(user=self.target.id) if self.kind == "person" else self.target.id
        found = [each for each in self.discord.messages(channel=place) if each["author"]["id"] == BOT]
        where = [each["channel_id"] for each in found]
        with self.open() as store:
            states = [row.state for row in store.outbox.deliveries(self.target, 9)]
        return {
            "said": [each["embeds"][0]["title"] for each in found],
            "threaded": where[-1] == (place if self.kind == "person" else found[0]["id"]),
            "states": states,
        }


def _payload(text: str):
    [payload] = DiscordRenderer().render(Reply(text), "root")
    return payload


def dies(case: Case, step: str, turn: int) -> None:
    """Works until a step comes for the so many-th time, and no further."""
    left = [turn]

    def at(reached: str) -> None:
        left[0] -= reached == step
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    case.works(at)


def killed_unanswered(case: Case, name: str, turn: int) -> int:
    """A sender is killed while Discord has taken what it asked for, and has not answered; how it ended."""
    discord = case.discord
    before = len(discord.calls(name=name))
    discord.plan(names=name, faults=[*[""] * (turn - 1), "silent"])
    child = apart(case.works)
    while not any(call["error"] == "silent" for call in discord.calls(name=name)[before:]):
        time.sleep(0.005)  # another process is watched from outside: nothing wakes us
    os.kill(child, signal.SIGKILL)
    return ended(child)


def deaths(discord: Remote, folder: str):
    """Each case after its first sender has died, with the words for how."""
    number = 0
    for kind, names in UNANSWERED.items():
        for step in BETWEEN:
            for turn in (1,) if kind == "person" else (1, 2):
                number += 1
                case = Case(discord, folder, kind, number)
                died = ended(apart(lambda case=case, step=step, turn=turn: dies(case, step, turn)))
                yield case, f"{step} {turn}", died
        for name, turns in names.items():
            for turn in range(1, turns + 1):
                number += 1
                case = Case(discord, folder, kind, number)
                yield case, f"{name} unanswered {turn}", killed_unanswered(case, name, turn)


def main(url: str, folder: str) -> None:
    discord = Remote(url)
    at(discord.api)
    for case, how, died in deaths(discord, folder):
        case.discord.plan(names=["message.create", "forum.create", "thread.create", "dm.create"], faults=[])
        second = ended(apart(case.works))
        line = {"place": case.kind, "how": how, "ends": [died, second], **case.seen()}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The fake itself: what it holds, records and is told to do wrong, and its addresses."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiohttp import web

from tests.fake_discord import world
from tests.fake_discord.gateway import Gateway
from tests.fake_discord.interactions import Interactions
from tests.fake_discord.world import DM, FORUM, PUBLIC_THREAD, VIEW, Channel, Guild, No, Person, Plain
from tests.fake_slack.clock import Clock
from tests.loopback import Loopback

NONCES = 120.0  # seconds: "the past few minutes" are two at least
AT_ONCE = 50  # requests in any second


@dataclass
class Call:
    """A request: when, the name of what it asked for, with what, the status, and the code or the fault ("" is well)."""

    at: float
    name: str
    path: str
    given: Any
    status: int = 200
    error: str = ""


@dataclass
class Plan:
    """Faults to come, one for each request of one of these names."""

    names: frozenset[str]
    faults: deque[str]


class FakeDiscord(Loopback):
    """Discord on loopback: `async with FakeDiscord() as discord`; `discord.api` and `discord.gateway_url` are its addresses.

    Its clock stands still where a `start` is given and is moved on by `pass_time`, else it runs.
    """

    def __init__(self, token: str = "fake", start: float | None = None) -> None:
        self.token, self.clock = token, Clock(start)
        self.people: dict[str, Person] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.plans: list[Plan] = []
        self.chance: Callable[[str], str] = lambda _: ""  # a fault where none is planned
        self.commands: dict[
            str, list[Plain]
        ] = {}  # "" for all servers, or those of one → what was registered
        self.nonces: dict[
            str, tuple[float, str, str, Plain]
        ] = {}  # a nonce → until, channel, message, what was said
        self.contents: dict[str, bytes] = {}  # an attachment → what is in it
        self.paced = False  # whether more than 50 requests in a second are refused
        self.shards, self.identifies = 1, 1000  # what `GET /gateway/bot` says
        self.privileged = 0  # intents that are switched on for the app
        self.revoked = False
        self.gateway, self.interactions = Gateway(self), Interactions(self)
        self.ending = asyncio.Event()
        self._passed: deque[float] = deque()
        self._last, self._numbers = 0, count(1)
        self._furnish()

    def _furnish(self) -> None:
        """Two members and a manager in a server with a channel, one that the bot can't see, and a forum."""
        self.people[world.BOT] = Person(world.BOT, "newsdelta", world.BOT_MAY, bot=True)
        for given, name in ((world.ANNEKE, "Anneke"), (world.BENTE, "Bente")):
            self.people[given] = Person(given, name)
        carsten = Person(world.CARSTEN, "Carsten", world.MEMBERS_MAY | world.MANAGE_GUILD)
        self.people[carsten.id] = carsten
        self.guilds[world.GUILD] = Guild(world.GUILD, "Harbour", [*self.people])
        for given, name, kind in (
            (world.NEWS, "news", 0),
            (world.OTHER, "other", 0),
            (world.FORUM_ID, "forum", FORUM),
        ):
            self.channels[given] = Channel(given, name, kind, world.GUILD)
        self.channels[world.OTHER].denied[world.BOT] = VIEW

    # -- its life ------------------------------------------------------------------------------------------------------

    def site(self) -> web.Application:
        from tests.fake_discord.server import site

        return site(self)

    async def close(self) -> None:
        await self.gateway.close()

    @property
    def api(self) -> str:
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/gateway"

    def now(self) -> float:
        return self.clock.now()

    def moment(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def snowflake(self) -> str:
        """A new id, later than any before."""
        self._last = max(self._last + 1, (int(self.now() * 1000) - world.EPOCH) << 22)
        return str(self._last)

    async def pass_time(self, seconds: float) -> None:
        await self.clock.move(seconds)

    async def until(self, holds: Callable[[], Any], seconds: float = 10) -> Any:
        """What is looked at, once it holds: the app works beside us, and tells nobody when it is done."""
        async with asyncio.timeout(seconds):
            while not (found := holds()):  # noqa: ASYNC110 - because what an app does wakes nobody here
                await asyncio.sleep(0.002)
        return found

    # -- places --------------------------------------------------------------------------------------------------------

    def guild(self, given: str) -> Guild:
        guild = self.guilds.get(given)
        if guild is None or not guild.there:
            raise No(10004, "Unknown Guild") if guild is None else No(50001, "Missing Access")
        return guild

    def channel(self, given: str, need: int = VIEW) -> Channel:
        """A channel in which the bot may do what is needed; the No that Discord gives where it may not."""
        channel = self.channels.get(given)
        if channel is None:
            raise No(10003, "Unknown Channel")
        if channel.type == DM:
            return channel
        may = self.permissions(channel, world.BOT) if self.guild(channel.guild) else 0
        if not may & VIEW:
            raise No(50001, "Missing Access")
        if need & ~may:
            raise No(50013, "Missing Permissions")
        return channel

    def permissions(self, channel: Channel, person: str) -> int:
        if channel.type == DM:
            return world.EVERYTHING
        guild, place = self.guilds[channel.guild], self.channels.get(channel.parent, channel)
        own = guild.granted if person == world.BOT else self.people[person].permissions
        if person == guild.owner or own & world.ADMINISTRATOR:
            return world.EVERYTHING
        return own & ~place.denied.get(person, 0)

    def direct(self, person: str) -> Channel:
        if person not in self.people:
            raise No(10013, "Unknown User")
        there = (each for each in self.channels.values() if each.recipient == person)
        return next(there, None) or self.add_channel("", DM, recipient=person)

    def add_channel(self, name: str, kind: int = 0, guild: str = "", given: str = "", **more: Any) -> Channel:
        channel = Channel(given or self.snowflake(), name, kind, guild, **more)
        self.channels[channel.id] = channel
        return channel

    def threads(self, channel: str) -> list[Channel]:
        return [
            each for each in self.channels.values() if each.type == PUBLIC_THREAD and each.parent == channel
        ]

    # -- what is recorded ----------------------------------------------------------------------------------------------

    def note_wrong(self, place: str, found: Iterable[str], given: Any) -> None:
        said = json.dumps(given, ensure_ascii=False, default=str)[:300]
        self.wrong += [f"{place}: {each} in {said}" for each in found]

    def called(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]

    # -- faults --------------------------------------------------------------------------------------------------------

    def plan(self, names: str | Sequence[str], *faults: str) -> None:
        """Faults to come, one for each request of these names (those of `rest.ROUTES`), instead of those planned before.

        "" is none; `limited [seconds]`, `limited global [seconds]`, `banned` (a 429 of Cloudflare's, in HTML and without
        Via), `502 before`, `502 after` (any of 5xx), `reset before`, `reset after`, `silent` (taken, and no answer comes),
        `slow seconds`; a number is the code of a refusal.
        """
        named = frozenset([names] if isinstance(names, str) else names)
        self.plans = [plan for plan in self.plans if plan.names != named]
        if faults:
            self.plans.append(Plan(named, deque(faults)))

    def fault(self, name: str) -> str:
        for plan in self.plans:
            if name in plan.names and plan.faults:
                return plan.faults.popleft()
        return self.chance(name)

    def too_fast(self) -> float:
        """Seconds till another request may come, 0 where it may now. Those that are refused count too."""
        now = self.now()
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        self._passed.append(now)
        if not self.paced or len(self._passed) <= AT_ONCE:
            return 0.0
        return max(0.001, self._passed[-AT_ONCE - 1] + 1 - now)

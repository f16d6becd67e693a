"""The gateway: sockets, sessions of each shard with a sequence of their own, and the events that are on their way.

https://docs.discord.com/developers/events/gateway
"""

import asyncio
import json
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.fake_discord import world
from tests.fake_discord.world import DM, Channel, Plain

if TYPE_CHECKING:
    from tests.fake_discord.fake import FakeDiscord

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
SHARDED_FROM = 2_500  # guilds a shard
GOODBYE, FORGOTTEN = {1000, 1001}, {4007, 4009}  # an app's, and ours, after which a session is no more
BAD_TOKEN, ALREADY, BAD_SHARD, TOO_MANY_GUILDS, BAD_INTENTS = 4004, 4005, 4010, 4011, 4014


class Line:
    """A connection of an app's; all that goes to one that asked for it is compressed as one stream."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket, self._request = socket, request
        self.packed = request.query.get("compress") == "zlib-stream"
        self._pack = zlib.compressobj()
        self.beats = 0
        self.left = False  # by us, so that the code that the app gives back says nothing

    @property
    def open(self) -> bool:
        return not self.socket.closed

    async def say(self, frame: Plain) -> None:
        said = json.dumps(frame)
        if self.packed:
            packed = self._pack.compress(said.encode()) + self._pack.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)
        else:
            await self.socket.send_str(said)

    async def close(self, code: int) -> None:
        self.left = True
        await self.socket.close(code=code)

    def cut(self) -> None:
        if self._request.transport:
            self._request.transport.abort()


@dataclass(eq=False)
class Session:
    """What an app began with IDENTIFY. It lasts beyond its socket: what happens meanwhile is sent when it resumes."""

    id: str
    shard: int
    of: int
    intents: int
    line: Line | None = None
    events: list[Plain] = field(default_factory=list)
    resumed: int = 0
    over: bool = False

    @property
    def open(self) -> bool:
        return self.line is not None and self.line.open

    def plain(self) -> Plain:
        beats = self.line.beats if self.line else 0
        counted = {"events": len(self.events), "resumed": self.resumed, "beats": beats}
        return {
            "id": self.id,
            "shard": [self.shard, self.of],
            "intents": self.intents,
            "open": self.open,
            **counted,
        }


class Gateway:
    def __init__(self, discord: "FakeDiscord") -> None:
        self.discord = discord
        self.sessions: list[Session] = []
        self.frames: list[Plain] = []  # what apps said, but heartbeats
        self.interval = 41_250  # ms between heartbeats
        self.deaf = False  # answers no heartbeats
        self.sharded_from = SHARDED_FROM
        self.refuses = 0  # so many connections to come are refused
        self._numbers = count(1)
        self._sending: set[asyncio.Task[None]] = set()
        self._sockets: set[web.WebSocketResponse] = set()

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001)

    # -- a connection --------------------------------------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refuses:
            self.refuses -= 1
            raise web.HTTPServiceUnavailable
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            self.discord.wrong.append(f"gateway asked with {dict(request.query)}")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        line, session = Line(socket, request), None
        await line.say({"op": 10, "s": None, "t": None, "d": {"heartbeat_interval": self.interval}})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    session = await self._heard(line, json.loads(message.data), session)
        finally:
            self._sockets.discard(socket)
            if session and session.line is line:
                session.line = None
                ended = socket.close_code in GOODBYE and not line.left
                session.over |= ended and not self.discord.ending.is_set()
        return socket

    async def _heard(self, line: Line, said: Plain, session: Session | None) -> Session | None:
        if said["op"] != 1:
            self.frames.append(said)
        match said["op"]:
            case 1:
                line.beats += 1
                if not self.deaf:
                    await line.say({"op": 11, "s": None, "t": None, "d": None})
            case 2 | 6 if session:
                await line.close(ALREADY)
            case 2:
                return await self._identify(line, said["d"])
            case 6:
                return await self._resume(line, said["d"])
            case 3 | 4 | 8:
                pass  # presence, voice and members: nothing of it is seen here
            case strange:
                self.discord.wrong.append(f"gateway was told op {strange}")
                await line.close(4001)
        return session

    async def _identify(self, line: Line, said: Plain) -> Session | None:
        shard, of = said.get("shard") or (0, 1)
        guilds = [each for each in self.discord.guilds.values() if each.there]
        if code := self._refused(said, shard, of, len(guilds)):
            await line.close(code)
            return None
        self.discord.identifies -= 1
        session = Session(f"s{next(self._numbers)}", shard, of, said["intents"], line)
        self.sessions.append(session)
        mine = [each for each in guilds if shard_of(each.id, of) == shard]
        await self._send(session, "READY", self._ready(session, [each.id for each in mine]))
        for each in mine:
            await self._send(session, "GUILD_CREATE", self._guild(each.id))
        return session

    def _refused(self, said: Plain, shard: int, of: int, guilds: int) -> int:
        if said["token"] != self.discord.token or self.discord.revoked:
            return BAD_TOKEN
        if said["intents"] & PRIVILEGED & ~self.discord.privileged:
            return BAD_INTENTS
        if not 0 <= shard < of:
            return BAD_SHARD
        return TOO_MANY_GUILDS if guilds > self.sharded_from * of else 0

    def _ready(self, session: Session, guilds: list[str]) -> Plain:
        user = {**self.discord.people[world.BOT].plain(), "verified": True, "flags": 0, "mfa_enabled": False}
        return {
            "v": 10,
            "user": user,
            "guilds": [{"id": each, "unavailable": True} for each in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.discord.gateway_url,
            "shard": [session.shard, session.of],
            "application": {"id": world.APP, "flags": 0},
        }

    def _guild(self, given: str) -> Plain:
        from tests.fake_discord.rest import guild_shape

        joined = {
            "joined_at": "2026-01-01T00:00:00+00:00",
            "unavailable": False,
            "presences": [],
            "voice_states": [],
        }
        return {**guild_shape(self.discord, given), **joined}

    async def _resume(self, line: Line, said: Plain) -> Session | None:
        if said["token"] != self.discord.token or self.discord.revoked:
            await line.close(BAD_TOKEN)
            return None
        alive = (each for each in self.sessions if not each.over)
        found = next((each for each in alive if each.id == said["session_id"]), None)
        heard = said["seq"] or 0
        if found is None or heard > len(found.events):
            await line.say({"op": 9, "s": None, "t": None, "d": False})
            return None
        found.line = None
        while heard < len(found.events):  # what happens meanwhile comes after it
            await line.say(found.events[heard])
            heard += 1
        found.line, found.resumed = line, found.resumed + 1
        await self._send(found, "RESUMED", {"_trace": []})
        return found

    # -- what happens --------------------------------------------------------------------------------------------------

    def event(self, name: str, about: Any, guild: str = "", need: int = GUILDS) -> None:
        """Tells every session of the shard that is concerned, now or when it resumes."""
        for session in self.listening(guild):
            if session.intents & need or not need:
                self._spawn(self._send(session, name, about))

    def listening(self, guild: str) -> list[Session]:
        """The sessions that hear of a server; of direct messages (without one) shard 0 does."""
        alive = [each for each in self.sessions if not each.over]
        return [each for each in alive if each.shard == (shard_of(guild, each.of) if guild else 0)]

    def message(self, name: str, there: Channel, message: Plain) -> None:
        from tests.fake_discord.rest import member_shape, seen

        about = dict(seen(self.discord, there, message))
        if there.type == DM:
            self.event(name, about, need=DIRECT_MESSAGES)
        elif (
            self.discord.permissions(there, world.BOT) & world.VIEW and self.discord.guilds[there.guild].there
        ):
            member = member_shape(self.discord, message["author"]["id"])
            about |= {
                "guild_id": there.guild,
                "member": {key: member[key] for key in member if key != "user"},
            }
            self.event(name, about, there.guild, GUILD_MESSAGES)

    async def _send(self, session: Session, name: str, about: Any) -> None:
        frame = {"op": 0, "s": len(session.events) + 1, "t": name, "d": json.loads(json.dumps(about))}
        session.events.append(frame)
        if session.line and session.line.open:
            with suppress(ConnectionError, RuntimeError):  # it is sent when the app resumes
                await session.line.say(frame)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    # -- what goes wrong -----------------------------------------------------------------------------------------------

    def _open(self, shard: int | None) -> list[Session]:
        return [each for each in self.sessions if each.open and shard in {None, each.shard}]

    async def reconnect(self, shard: int | None = None) -> int:
        """Op 7: the app is to connect again and to resume."""
        return await self._tell({"op": 7, "s": None, "t": None, "d": None}, shard)

    async def invalidate(self, shard: int | None = None, *, resumable: bool = False) -> int:
        """Op 9: the session is over, or is to be resumed."""
        for session in self._open(shard):
            session.over |= not resumable
        return await self._tell({"op": 9, "s": None, "t": None, "d": resumable}, shard)

    async def _tell(self, frame: Plain, shard: int | None) -> int:
        there = self._open(shard)
        for session in there:
            assert session.line
            await session.line.say(frame)
        return len(there)

    async def hang_up(self, code: int = 0, shard: int | None = None) -> int:
        """Closes with a code; without one the connection breaks in the middle of a word."""
        there = self._open(shard)
        for session in there:
            assert session.line
            if code:
                session.over |= code in FORGOTTEN
                await session.line.close(code)
            else:
                session.line.cut()
                session.line = None
        return len(there)


def shard_of(guild: str, of: int) -> int:
    return (int(guild) >> 22) % of

"""What Slack sends to an app: over a socket that the app opened, or as signed requests to its address; and again, if need be.

Events that are not taken within three seconds come again at once, after one minute and after five. Commands and what is
pressed come once. https://docs.slack.dev/apis/events-api#retries
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.fake_slack.clock import Clock
from tests.fake_slack.world import Plain

Kind = Literal["events_api", "slash_commands", "interactive"]
PATIENCE, WAITS = 3.0, (0.0, 60.0, 300.0)
SOCKETS = 10  # of one app at a time
NOTICEABLY = 0.05  # real seconds for an app to take what was sent again, before the clock is moved on


@dataclass
class Attempt:
    """One sending. `took` are real seconds till it was taken, None if it was not; `answer` is what came with that."""

    retry: int = 0
    reason: str = ""
    at: float = 0
    way: str = ""  # "socket 3", "http"
    envelope: str = ""
    status: int | None = None
    took: float | None = None
    answer: Any = None
    failure: str = ""
    began: float = field(default_factory=time.perf_counter, repr=False)


@dataclass
class Sent:
    """Something that an app is to take, and how often it was sent till it did or Slack gave up."""

    kind: Kind
    payload: Plain
    attempts: list[Attempt] = field(default_factory=list)
    taken: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    over: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def answer(self) -> Any:
        return next((each.answer for each in self.attempts if each.took is not None), None)

    @property
    def took(self) -> float | None:
        return next((each.took for each in self.attempts if each.took is not None), None)

    async def ended(self, seconds: float = 10) -> "Sent":
        """When it was taken, or was given up."""
        await asyncio.wait_for(self.over.wait(), seconds)
        return self

    def plain(self) -> Plain:
        mine = {"kind": self.kind, "payload": self.payload, "took": self.took, "answer": self.answer}
        attempts = [asdict(attempt) for attempt in self.attempts]
        return {**mine, "attempts": attempts, "taken": self.taken.is_set(), "over": self.over.is_set()}


@dataclass(frozen=True, eq=False)
class Connection:
    """A socket that the app has opened."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request

    def abort(self) -> None:
        if transport := self.request.transport:
            transport.abort()


class Sender:
    """The connections of an app, and what is on its way to it. `concluded` hears what became of each."""

    def __init__(
        self, clock: Clock, secret: str, concluded: Callable[[Sent], None], wrong: Callable[[str], None]
    ) -> None:
        self.clock, self.secret = clock, secret
        self.concluded, self.wrong = concluded, wrong
        self.url = ""  # of the app's requests; without one it is to open a socket
        self.sockets: list[Connection] = []
        self.opened = 0
        self.sent: list[Sent] = []
        self.paths: dict[str, tuple[Sent, Attempt]] = {}
        self.skew = 0.0  # seconds that the signatures are older than they should be
        self._envelopes, self._turns = count(1), count()
        self._connected = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        clock.settle = self._settled

    # -- sending -------------------------------------------------------------------------------------------------------

    def send(self, kind: Kind, payload: Plain, *, lost: bool = False) -> Sent:
        """Begins to send. `lost`: the first attempt does not arrive."""
        sent = Sent(kind, payload)
        self.sent.append(sent)
        self._spawn(self._deliver(sent, lost=lost))
        return sent

    def again(self, sent: Sent) -> None:
        """The same once more, though it was taken: with its old envelope, as a first attempt (bolt-js #2487)."""
        self._spawn(self._attempt(sent, Attempt(envelope=sent.attempts[-1].envelope)))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in [*self.sockets]:
            await connection.socket.close()
        if self._session:
            await self._session.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.wrong(f"the fake failed as it sent: {type(error).__name__}: {error}")

    async def _deliver(self, sent: Sent, *, lost: bool) -> None:
        reason = ""
        waits = (0.0, *WAITS) if sent.kind == "events_api" else (0.0,)
        for retry, wait in enumerate(waits):
            await either(self.clock.sleep(wait), sent.taken.wait())
            if sent.taken.is_set():
                break
            attempt = Attempt(retry, reason)
            if lost and not retry:
                attempt.at, attempt.way, attempt.failure = self.clock.now(), "lost", "http_timeout"
                sent.attempts.append(attempt)
                await self.clock.sleep(PATIENCE)
            else:
                await self._attempt(sent, attempt)
            if sent.taken.is_set() or attempt.failure == "no_retry":
                break
            reason = attempt.failure
        sent.over.set()
        self.concluded(sent)

    async def _attempt(self, sent: Sent, attempt: Attempt) -> None:
        attempt.at, attempt.began = self.clock.now(), time.perf_counter()
        sent.attempts.append(attempt)
        if self.url:
            await self._by_request(sent, attempt)
        else:
            await self._by_socket(sent, attempt)

    async def _settled(self) -> None:
        """What was just sent again has been taken, or stays untaken for a noticeable while."""
        for _ in range(10):
            await asyncio.sleep(0)
        waiting = [each for each in self.sent if not each.over.is_set()]
        if waiting:
            await either(asyncio.sleep(NOTICEABLY), _all_over(waiting))

    # -- over a socket -------------------------------------------------------------------------------------------------

    async def _by_socket(self, sent: Sent, attempt: Attempt) -> None:
        attempt.failure = "timeout"
        attempt.envelope = attempt.envelope or f"e{next(self._envelopes)}"
        self.paths[attempt.envelope] = (sent, attempt)
        await either(self._handed_over(sent, attempt), self.clock.sleep(PATIENCE))

    async def _handed_over(self, sent: Sent, attempt: Attempt) -> None:
        envelope: Plain = {
            "envelope_id": attempt.envelope,
            "type": sent.kind,
            "payload": sent.payload,
            "accepts_response_payload": sent.kind != "events_api",
        }
        if sent.kind == "events_api":
            envelope |= {"retry_attempt": attempt.retry, "retry_reason": attempt.reason}
        await self._connected.wait()
        connection = self.sockets[next(self._turns) % len(self.sockets)]  # each goes to one of them
        attempt.way, attempt.began = f"socket {connection.number}", time.perf_counter()
        await connection.socket.send_json(envelope)
        await sent.taken.wait()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A connection of the app, as long as it lasts."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.sockets) >= SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.opened += 1
        connection = Connection(self.opened, socket, request)
        self.sockets.append(connection)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets)})
        self._connected.set()
        try:
            async for message in socket:
                if message.type == aiohttp.WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            self.sockets.remove(connection)
            if not self.sockets:
                self._connected.clear()
        return socket

    def _heard(self, said: str) -> None:
        try:
            ack = json.loads(said)
            sent, attempt = self.paths[ack["envelope_id"]]
        except (ValueError, TypeError, KeyError):
            self.wrong(f"no acknowledgement: {said[:200]}")
            return
        if attempt.took is None:
            attempt.took, attempt.answer, attempt.failure = (
                time.perf_counter() - attempt.began,
                ack.get("payload"),
                "",
            )
        sent.taken.set()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack asks the app to connect anew, or (`warning`) says that it will."""
        for connection in [*self.sockets]:
            await connection.socket.send_json({"type": "disconnect", "reason": reason})

    def break_off(self) -> None:
        """The connections end, and nobody says so."""
        for connection in self.sockets:
            connection.abort()

    # -- as a request --------------------------------------------------------------------------------------------------

    async def _by_request(self, sent: Sent, attempt: Attempt) -> None:
        attempt.way, attempt.failure = "http", "http_timeout"
        await either(self._posted(sent, attempt), self.clock.sleep(PATIENCE))

    async def _posted(self, sent: Sent, attempt: Attempt) -> None:
        body, headers = self.request(sent.kind, sent.payload)
        if attempt.retry:
            headers |= {"X-Slack-Retry-Num": str(attempt.retry), "X-Slack-Retry-Reason": attempt.reason}
        self._session = self._session or aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.post(self.url, data=body, headers=headers, max_redirects=2) as answer:
                attempt.status, said = answer.status, await answer.text()
                stop = answer.headers.get("X-Slack-No-Retry") == "1"
        except aiohttp.TooManyRedirects:
            attempt.failure = "too_many_redirects"
        except aiohttp.ClientError:
            attempt.failure = "connection_failed"
        else:
            attempt.failure = ("no_retry" if stop else "http_error") if attempt.status // 100 != 2 else ""
            if not attempt.failure:
                attempt.took, attempt.answer = time.perf_counter() - attempt.began, _read(said)
                sent.taken.set()

    def request(self, kind: Kind, payload: Plain) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of a request, signed by the real time, against which whoever checks it compares."""
        if kind == "events_api":
            body, form = json.dumps(payload).encode(), "application/json"
        else:
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, form = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        stamp = str(int(time.time() - self.skew))
        signed = hmac.new(self.secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return body, {
            "Content-Type": form,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed}",
        }


async def either(*ways: Coroutine[Any, Any, Any]) -> None:
    """Goes one of several ways to its end, and leaves the others; a connection that breaks is an end too."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        with suppress(ConnectionError):
            task.result()


async def _all_over(sent: Iterable[Sent]) -> None:
    for each in sent:
        await each.over.wait()


def _read(said: str) -> Any:
    """The answer to a request: JSON, or the words of a message."""
    if not said:
        return None
    try:
        return json.loads(said)
    except ValueError:
        return {"text": said}

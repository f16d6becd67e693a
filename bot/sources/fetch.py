"""The guarded client: bytes from the public web, and from nowhere else.

Which URL is asked is decided by its form (`addresses.parse`) on every hop of a redirect; which network address is
dialled is decided once more where the socket is made, after the name was looked up, so that a name that changes its
mind between two looks gains nothing. An aiohttp resolver would never see an address that is written as numbers.
The one asynchronous room: plain code asks through `GuardedFetcher`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from threading import Lock
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self
from urllib.parse import quote, urljoin

from bot.errors import ForbiddenSource, UnreachableSource
from bot.phrases import phrase
from bot.sources.addresses import KEPT, Address, Allowed, is_public, masked, parse

if TYPE_CHECKING:
    import aiohttp
    from aiohttp.abc import AbstractResolver
    from anyio.from_thread import BlockingPortal
    from protego import Protego

Purpose = Literal["page", "feed"]

PERMANENT = {301, 308}
REDIRECTS = {301, 302, 303, 307, 308}
# What a feed's logic says about itself goes along to wherever a redirect leads; nothing else of a caller's does.
CARRIED = {"accept", "if-none-match", "if-modified-since", "a-im"}
ACCEPTED: Mapping[Purpose, str] = {
    "page": "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1",
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1",
}
NOTHING: Mapping[str, str] = MappingProxyType({})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may cost: bytes as they travel and again once unpacked, seconds, and redirects.

    The seconds are counted over all redirects and robots.txt; waiting for one's turn at a host is not counted.
    """

    page: int = 3 << 20  # trafilatura takes more than 25 s for 17 MB of paragraphs
    feed: int = 10 << 20
    robots: int = 500 << 10  # RFC 9309: at least this much is read
    total: float = 20.0
    connect: float = 5.0
    read: float = 10.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back. `headers` have lower-case names."""

    url: str  # after all redirects
    status: int
    headers: Mapping[str, str]
    body: bytes
    permanent: str = ""  # where the leading run of permanent redirects (301, 308) led; empty without one


class Fetcher(Protocol):
    """Fetches bytes from the web for plain code."""

    def get(self, url: str, *, purpose: Purpose, headers: Mapping[str, str] = NOTHING) -> Fetched:
        """What stands at a URL. A feed's answer has any status; a page's is below 300.

        ForbiddenSource if the address is not asked, UnreachableSource if nothing usable came back.
        """


class GuardedFetcher:
    """The guarded client for plain code, from any thread: its event loop starts with the first request."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._portal: BlockingPortal | None = None
        self._asked: set[Future[Fetched]] = set()
        self._stack = ExitStack()
        self._lock = Lock()

    def get(self, url: str, *, purpose: Purpose, headers: Mapping[str, str] = NOTHING) -> Fetched:
        asked = self._ask(partial(self._client.get, url, purpose=purpose, headers=headers))
        try:
            return asked.result()
        except CancelledError:
            raise UnreachableSource(phrase("source.broken_off")) from None
        finally:
            asked.cancel()  # of use where Ctrl-C ended the waiting
            self._asked.discard(asked)

    def close(self) -> None:
        """Ends the loop and its connections; requests under way fail."""
        with self._lock:
            for asked in tuple(self._asked):
                asked.cancel()
            if self._portal is not None:
                self._portal.call(self._client.close)
            self._portal = None
            self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, question: Callable[[], Awaitable[Fetched]]) -> Future[Fetched]:
        from anyio.from_thread import start_blocking_portal  # noqa: PLC0415 - because the demo never asks the web

        with self._lock:
            if self._portal is None:
                self._portal = self._stack.enter_context(start_blocking_portal())
            asked = self._portal.start_task_soon(question)
            self._asked.add(asked)
        return asked


class Client:
    """Asks one address at a time of each host. It lives in one event loop, from the first request until `close`."""

    def __init__(
        self,
        allow: Allowed = (),
        *,
        user_agent: str = "",
        limits: Limits = Limits(),
        pause: float = 1.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._allow = frozenset(allow)
        self._user_agent = user_agent or agent()
        self._limits = limits
        self._resolver = resolver
        self._turns = Turns(pause)
        self._robots = Robots(self._user_agent)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def get(self, url: str, *, purpose: Purpose, headers: Mapping[str, str] = NOTHING) -> Fetched:
        """What stands at a URL; see `Fetcher.get`."""
        patience = Patience(self._limits.total)
        address = parse(url, self._allow)
        asked = {"accept": ACCEPTED[purpose]} | _sendable(headers)
        permanent, settled = "", False
        for _ in range(self._limits.redirects + 1):
            if purpose == "page":
                await self._ask_robots(address, patience)
            fetched = await self._once(address, asked, self._cap(purpose), patience)
            target = _target(fetched)
            if target is None:
                return replace(_usable(fetched, address, purpose), permanent=permanent)
            asked = {name: value for name, value in asked.items() if name in CARRIED}
            address = parse(target, self._allow)
            settled = settled or fetched.status not in PERMANENT
            permanent = permanent if settled else address.url
        raise UnreachableSource(phrase("source.on_and_on", host=address.host))

    async def close(self) -> None:
        """Closes all connections and forgets whose turn it was."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        self._turns = Turns(self._turns.pause)

    def _cap(self, purpose: Purpose) -> int:
        return self._limits.page if purpose == "page" else self._limits.feed

    async def _ask_robots(self, address: Address, patience: Patience) -> None:
        """Passes where robots.txt lets us; one that can't be read, or answers with 5xx, is a no (RFC 9309, 2.3.1)."""
        now = asyncio.get_running_loop().time()
        if not self._robots.knows(address.origin, now):
            self._robots.keep(address.origin, await self._rules(address, patience), now)
        self._robots.ask(address)

    async def _rules(self, address: Address, patience: Patience) -> str | None:
        """The text of robots.txt; empty where there is none, None where the server fails."""
        at, fetched = parse(address.origin + "/robots.txt", self._allow), None
        for _ in range(self._limits.redirects + 1):
            fetched = await self._once(at, NOTHING, self._limits.robots, patience)
            target = _target(fetched)
            if target is None:
                break
            at = parse(target, self._allow)
        if fetched is None or fetched.status >= 500 or fetched.status in REDIRECTS:
            return None
        return fetched.body.decode("utf-8-sig", "replace") if fetched.status < 300 else ""

    async def _once(
        self, address: Address, headers: Mapping[str, str], cap: int, patience: Patience
    ) -> Fetched:
        """One request and its answer, the body of a redirect left unread."""
        import aiohttp  # noqa: PLC0415 - because the demo never asks the web
        from yarl import URL  # noqa: PLC0415 - as above

        url = URL(address.url, encoded=True)  # what was checked is what is sent
        try:
            async with (
                self._turns.of(address.host, spare=not address.excepted),
                patience.spent(),
                self._session(excepted=address.excepted).get(
                    url, headers=headers, allow_redirects=False
                ) as response,
            ):
                named = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
                redirected = response.status in REDIRECTS and "location" in named
                body = b"" if redirected else await _body(response, cap)
                return Fetched(address.url, response.status, named, body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _unreachable(address, error) from None  # the cause may hold the whole URL, and so a key

    def _session(self, *, excepted: bool) -> aiohttp.ClientSession:
        """The connections to the public web, or those to the operator's exceptions; they share none."""
        import aiohttp  # noqa: PLC0415 - because the demo never asks the web

        if excepted not in self._sessions:
            self._sessions[excepted] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    socket_factory=None if excepted else _public_socket,
                    resolver=self._resolver,
                    use_dns_cache=False,
                    limit=20,
                    limit_per_host=1,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,  # behind a proxy of the environment the socket would only see the proxy
                timeout=aiohttp.ClientTimeout(
                    total=None, connect=self._limits.connect, sock_read=self._limits.read
                ),
                headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"},
                max_line_size=8190,
                max_field_size=16380,
            )
        return self._sessions[excepted]


def agent(contact: str = "") -> str:
    """What the client calls itself: name and version, and an address to complain at if there is one."""
    return f"newsdelta/{version('newsdelta')}" + (f" (+{contact})" if contact else "")


class NotPublicError(OSError):
    """A network address that is not dialled. To the outside it is one that did not answer."""


def _public_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    """A socket for an address about to be dialled; NotPublicError unless it belongs to the public internet."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise NotPublicError("not dialled")
    return socket.socket(family, kind, protocol)


class TooLargeError(OSError):
    """More bytes than the answer may have."""


async def _body(response: aiohttp.ClientResponse, cap: int) -> bytes:
    """The body, unpacked; refused as soon as what travelled, or what it unpacks to, exceeds the cap."""
    if (response.content_length or 0) > cap:
        raise TooLargeError
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if max(len(body), response.content.total_raw_bytes) > cap:
            raise TooLargeError
    return bytes(body)


def _sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with lower-case names; one that can't travel, such as a mangled ETag of a server, is left out."""
    return {name.lower(): value for name, value in headers.items() if value.isprintable()}


def _whole(text: str) -> str:
    """A header without halves of characters, which no database takes: bytes that were not UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _target(fetched: Fetched) -> str | None:
    """Where a redirect leads; None for what is none."""
    location = fetched.headers.get("location", "").strip()
    if fetched.status not in REDIRECTS or not location:
        return None
    try:
        return urljoin(fetched.url, quote(location, safe=KEPT, errors="surrogateescape"))
    except ValueError:
        raise ForbiddenSource(phrase("source.leads_away")) from None


# What went wrong, in words that tell a port that is closed from one that we do not dial to nobody

REASONS = frozenset({401, 402, 403, 404, 410, 429, 451})  # that have words of their own


def _usable(fetched: Fetched, address: Address, purpose: Purpose) -> Fetched:
    """The answer itself; of a page's answers only one that brings the page."""
    if purpose == "feed" or fetched.status < 300:
        return replace(fetched, headers={name: _whole(value) for name, value in fetched.headers.items()})
    default = "trouble" if fetched.status >= 500 else "not_given"
    reason = str(fetched.status) if fetched.status in REASONS else default
    if fetched.headers.get("cf-mitigated") == "challenge":
        reason = "browser"
    raise UnreachableSource(phrase(f"source.page.{reason}", host=address.host, status=fetched.status))


def _unreachable(address: Address, error: Exception) -> UnreachableSource:
    import aiohttp  # noqa: PLC0415 - because the demo never asks the web

    log.info("%s: %s", masked(address.url), type(getattr(error, "os_error", error)).__name__)
    if isinstance(error, TooLargeError):
        return UnreachableSource(phrase("source.far_more", host=address.host))
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return UnreachableSource(phrase("source.certificate", host=address.host))
    if isinstance(error, aiohttp.ClientPayloadError):
        return UnreachableSource(phrase("source.in_the_middle", host=address.host))
    return UnreachableSource(phrase("source.nothing", host=address.host))


class Patience:
    """The seconds that are left for one address, wherever it leads."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @asynccontextmanager
    async def spent(self) -> AsyncIterator[None]:
        """Takes off the time that is spent inside; TimeoutError when none is left."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with asyncio.timeout(self.left):
                yield
        finally:
            self.left -= loop.time() - begun


# One request at a time to each host


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0
    free_at: float = 0.0


class Turns:
    """Lets one request at a time to each host, and `pause` seconds pass between two."""

    def __init__(self, pause: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.pause = pause
        self._sleep = sleep
        self._hosts: dict[str, _Turn] = {}

    @asynccontextmanager
    async def of(self, host: str, *, spare: bool = True) -> AsyncIterator[None]:
        """Inside, it is one's turn at the host; one of the operator's own needs no sparing."""
        loop = asyncio.get_running_loop()
        turn = self._hosts.setdefault(host, _Turn())
        turn.wanted += 1
        try:
            async with turn.lock:
                await self._sleep(max(0.0, turn.free_at - loop.time()))
                try:
                    yield
                finally:
                    turn.free_at = loop.time() + (self.pause if spare else 0.0)
        finally:
            turn.wanted -= 1
            self._forget(loop.time())

    def _forget(self, now: float) -> None:
        """Drops the hosts that may be asked at once and that nobody waits for, once they are many."""
        if len(self._hosts) > 500:
            self._hosts = {h: turn for h, turn in self._hosts.items() if turn.wanted or turn.free_at > now}


# robots.txt


@dataclass(frozen=True, slots=True)
class _Rules:
    protego: Protego | None  # None: the server fails, so nothing may be read
    until: float


class Robots:
    """What the robots.txt of each origin says to us, for as long as it may be believed."""

    FRESH = 86400.0  # seconds: RFC 9309, 2.4
    FAILED = 600.0
    MOST = 500  # origins

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._origins: dict[str, _Rules] = {}

    def knows(self, origin: str, now: float) -> bool:
        """Whether what was kept of an origin still holds."""
        return origin in self._origins and now < self._origins[origin].until

    def keep(self, origin: str, text: str | None, now: float) -> None:
        """Keeps the text of a robots.txt; None for a server that failed to say."""
        from protego import Protego  # noqa: PLC0415 - because the demo never asks the web

        self._origins.pop(origin, None)
        while len(self._origins) >= self.MOST:
            del self._origins[next(iter(self._origins))]
        known = text is not None
        age = self.FRESH if known else self.FAILED
        self._origins[origin] = _Rules(Protego.parse(text) if text is not None else None, now + age)

    def ask(self, address: Address) -> None:
        """Passes where the rules let us."""
        rules = self._origins[address.origin].protego
        if rules is None:
            raise UnreachableSource(phrase("source.unsaid", host=address.host))
        if not rules.can_fetch(address.url, self._user_agent):
            raise ForbiddenSource(phrase("source.robots", host=address.host))

"""The guarded client against loopback servers, and against an internet whose names and connections are made up."""

import asyncio
import gzip
import itertools
import socket
import zlib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from threading import Event, Thread

import pytest
from aiohttp.abc import AbstractResolver

from bot.errors import ForbiddenSource, UnreachableSource
from bot.sources.addresses import is_public, parse
from bot.sources.fetch import Client, GuardedFetcher, Limits, Robots, Turns, _public_socket, agent
from tests.web import Served, endless, held, serve

PUBLIC = "93.184.215.14"
HTML = {"Content-Type": "text/html"}
SMALL = Limits(page=50_000, feed=50_000, robots=5_000, total=5.0, connect=2.0, read=2.0)


class Internet(AbstractResolver):
    """Names and what they resolve to, look after look; every address that is dialled, and what stands there."""

    def __init__(self) -> None:
        self.names: dict[str, Iterator[list[str]]] = {}
        self.dialled: list[str] = []
        self.servers: dict[str, Served] = {}

    def name(self, host: str, *looks: list[str]) -> None:
        self.names[host] = itertools.chain(looks[:-1], itertools.repeat(looks[-1]))

    async def resolve(self, host, port=0, family=socket.AF_INET):  # noqa: ARG002 - because a resolver is asked so
        addresses = next(self.names.get(host, iter([[]])))
        if not addresses:
            raise OSError("no such name")
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""

    async def dial(self, dialling: socket.socket, address: tuple) -> None:
        self.dialled.append(address[0])
        served = self.servers.get(address[0])
        if served is None:
            raise ConnectionRefusedError
        dialling.setblocking(True)
        dialling.connect((served.host, served.port))
        dialling.setblocking(False)

    def private_calls(self) -> list[str]:
        return [address for address in self.dialled if not is_public(address)]


@pytest.fixture
def internet(monkeypatch):
    internet = Internet()
    monkeypatch.setattr(
        asyncio.selector_events.BaseSelectorEventLoop,
        "sock_connect",
        lambda _loop, sock, address: internet.dial(sock, address),
    )
    return internet


def guarded(internet: Internet, **settings) -> GuardedFetcher:
    return GuardedFetcher(Client(resolver=internet, pause=0, limits=SMALL, **settings))


@pytest.fixture
def web():
    with serve({"/robots.txt": (404, {}, b""), "/page": (200, HTML, b"<p>Hello</p>")}) as web:
        yield web


@pytest.fixture
def fetcher(web):
    with GuardedFetcher(Client({(web.host, web.port)}, pause=0, limits=SMALL)) as fetcher:
        yield fetcher


# Addresses

INNER = {
    "private.example": ["10.0.0.1"],
    "loopback.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "carrier.example": ["100.64.0.1"],
    "azure.example": ["168.63.129.16"],
    "multicast.example": ["224.0.0.1"],
    "nothing.example": ["0.0.0.0"],
    "ietf.example": ["192.0.0.9"],
    "loopback6.example": ["::1"],
    "local6.example": ["fc00::1"],
    "link6.example": ["fe80::1"],
    "site6.example": ["fec0::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "compatible.example": ["::127.0.0.1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "nat64.example": ["64:ff9b::a9fe:a9fe"],
    "both.example": ["127.0.0.1", PUBLIC],
    "bothways.example": [PUBLIC, "127.0.0.1"],
    "both6.example": ["::1", PUBLIC, "fe80::1"],
}
FORMS = """127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 017700000001 0 [::] [::1] [::ffff:127.0.0.1] [::127.0.0.1]
    [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1%25eth0] １２７.0.0.1 ①②⑦.0.0.1 good.example@127.0.0.1 127.0.0.1\\@good.example
    localhost localhost. 127.0.0.1%00.good.example good.example:22 good.example:6379 rebinding.example""".split()
URLS = [f"http://{name}/" for name in [*INNER, *FORMS]] + [
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "http://good.example/\r\nHost: inner.example",
    "http:///",
    "https://loopback.example/",
]


@pytest.mark.parametrize("purpose", ["page", "feed"])
def test_no_form_of_an_address_makes_the_client_dial_what_is_not_public(internet, purpose):
    for name, addresses in INNER.items():
        internet.name(name, addresses)
    internet.name("rebinding.example", *[[PUBLIC], ["127.0.0.1"]] * 4)
    assert len(URLS) >= 37
    with guarded(internet) as fetcher:
        for url in URLS:
            with pytest.raises((ForbiddenSource, UnreachableSource)):
                fetcher.get(url, purpose=purpose)
    assert internet.private_calls() == []
    assert internet.dialled  # the public half of the mixed ones


@pytest.mark.parametrize("address", sorted(set(itertools.chain(*INNER.values())) - {PUBLIC}))
def test_no_socket_is_made_for_an_address_that_is_not_public(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(OSError, match="not dialled"):
        _public_socket((family, socket.SOCK_STREAM, 0, "", (address, 80)))


def test_a_public_address_is_asked_and_its_own_name_is_sent(internet, web):
    internet.name("news.example", [PUBLIC])
    internet.servers[PUBLIC] = web
    with guarded(internet) as fetcher:
        fetched = fetcher.get("http://News.example./page", purpose="page")
    assert (fetched.url, fetched.status, fetched.body) == ("http://news.example/page", 200, b"<p>Hello</p>")
    assert web.asked("/page")[0].headers["host"] == "news.example"


def test_of_two_addresses_only_the_public_one_is_dialled(internet, web):
    internet.name("both.example", ["10.0.0.1", PUBLIC])
    internet.servers[PUBLIC] = web
    with guarded(internet) as fetcher:
        assert fetcher.get("http://both.example/page", purpose="feed").status == 200
    assert internet.dialled == [PUBLIC]


def test_a_name_that_leads_elsewhere_at_the_second_look_gains_nothing(internet, web):
    internet.name("turning.example", [PUBLIC], ["127.0.0.1"])
    internet.servers[PUBLIC] = web
    web.routes["/page"] = (302, {"Location": "/second", "Connection": "close"}, b"")
    with guarded(internet) as fetcher, pytest.raises(UnreachableSource):
        fetcher.get("http://turning.example/page", purpose="feed")
    assert internet.dialled == [PUBLIC]


@pytest.mark.parametrize(
    "target",
    [
        "http://inner.example/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "//127.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "http://user:key@news.example/",
        "http://news.example:8080/",
        "http://[broken/",
    ],
)
@pytest.mark.parametrize("purpose", ["page", "feed"])
def test_a_redirect_into_the_inside_is_not_followed(internet, web, target, purpose):
    internet.name("news.example", [PUBLIC])
    internet.name("inner.example", ["127.0.0.1"])
    internet.servers[PUBLIC] = web
    web.routes["/page"] = (302, {"Location": target}, b"")
    with guarded(internet) as fetcher, pytest.raises((ForbiddenSource, UnreachableSource)):
        fetcher.get("http://news.example/page", purpose=purpose)
    assert web.asked("/page")
    assert internet.private_calls() == []


def test_nobody_learns_whether_an_address_was_closed_or_not_dialled_or_has_no_name(internet):
    internet.name("inner.example", ["127.0.0.1"])
    internet.name("closed.example", [PUBLIC])
    told = []
    with guarded(internet) as fetcher:
        for host in ("inner.example", "closed.example", "unknown.example"):
            with pytest.raises(UnreachableSource) as refused:
                fetcher.get(f"http://{host}/", purpose="page")
            told.append(str(refused.value).replace(host, "…"))
            assert refused.value.__cause__ is None
    assert len(set(told)) == 1


def test_no_proxy_of_the_environment_stands_between(internet, monkeypatch, web):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, web.url)
    internet.name("inner.example", ["127.0.0.1"])
    with guarded(internet) as fetcher, pytest.raises(UnreachableSource):
        fetcher.get("http://inner.example/page", purpose="feed")
    assert web.requests == []


def test_an_exception_of_the_operator_holds_for_itself_and_not_for_its_neighbour(web, fetcher):
    with serve({"/secret": (200, HTML, b"inside")}) as other:
        web.routes["/away"] = (302, {"Location": other.url + "/secret"}, b"")
        web.routes["/home"] = (302, {"Location": web.url + "/page"}, b"")
        assert fetcher.get(web.url + "/home", purpose="page").body == b"<p>Hello</p>"
        with pytest.raises(ForbiddenSource):
            fetcher.get(web.url + "/away", purpose="page")
        with pytest.raises(ForbiddenSource):
            fetcher.get(other.url + "/secret", purpose="page")
        assert other.requests == []


def test_a_public_page_can_lead_to_an_exception_only_by_its_exact_host_and_port(internet, web):
    internet.name("news.example", [PUBLIC])
    internet.servers |= {PUBLIC: web, "127.0.0.1": web}
    web.routes["/away"] = (302, {"Location": f"http://127.0.0.1:{web.port}/page"}, b"")
    with guarded(internet, allow={("127.0.0.1", web.port)}) as fetcher:
        assert fetcher.get("http://news.example/away", purpose="page").body == b"<p>Hello</p>"
    with guarded(internet, allow={("127.0.0.1", web.port + 1)}) as fetcher, pytest.raises(ForbiddenSource):
        fetcher.get("http://news.example/away", purpose="page")


# Redirects


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301,), 1), ((308, 301), 2), ((301, 302), 1), ((302, 301), 0), ((307,), 0), ((303,), 0), ((), 0)],
)
def test_a_permanent_move_is_told_as_far_as_it_is_permanent(web, fetcher, statuses, permanent):
    for step, status in enumerate(statuses):
        web.routes[f"/{step}"] = (status, {"Location": f"/{step + 1}"}, b"moved")
    web.routes[f"/{len(statuses)}"] = (200, {}, b"here")
    fetched = fetcher.get(web.url + "/0", purpose="feed")
    assert fetched.body == b"here"
    assert fetched.url == f"{web.url}/{len(statuses)}"
    assert fetched.permanent == (f"{web.url}/{permanent}" if permanent else "")


def test_five_redirects_are_followed_and_no_more(web, fetcher):
    web.routes |= {f"/{step}": (302, {"Location": f"/{step + 1}"}, b"") for step in range(6)}
    web.routes["/6"] = (200, HTML, b"far")
    assert fetcher.get(web.url + "/1", purpose="page").body == b"far"
    with pytest.raises(UnreachableSource, match="on and on"):
        fetcher.get(web.url + "/0", purpose="page")


def test_a_location_may_hold_blanks_and_letters_of_any_script(web, fetcher):
    web.routes["/start"] = (302, {"Location": "/a b/Stra\xdfe?q=\xe9"}, b"")
    web.routes["/a%20b/Stra%DFe"] = (200, {}, b"here")
    assert fetcher.get(web.url + "/start", purpose="feed").body == b"here"


def test_a_redirect_carries_what_a_feed_knows_of_itself_and_nothing_else(web, fetcher):
    web.routes["/feed"] = (301, {"Location": "/new", "Set-Cookie": "a=b"}, b"")
    web.routes["/new"] = (304, {"ETag": '"2"'}, b"")
    sent = {"If-None-Match": '"1"', "Authorization": "Bearer key", "X-Broken": "a\r\nb"}
    fetched = fetcher.get(web.url + "/feed", purpose="feed", headers=sent)
    assert (fetched.status, fetched.headers["etag"], fetched.body) == (304, '"2"', b"")
    first, second = web.requests
    assert first.headers["authorization"] == "Bearer key"
    assert "x-broken" not in first.headers
    assert second.headers["if-none-match"] == '"1"'
    assert not {"authorization", "cookie"} & second.headers.keys()


# What comes back


def test_the_client_says_who_it_is_and_what_it_reads(web, fetcher):
    fetcher.get(web.url + "/page", purpose="page")
    headers = web.asked("/page")[0].headers
    assert headers["user-agent"] == agent()
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["accept"].startswith("text/html")
    assert agent("https://news.example/bot").endswith(" (+https://news.example/bot)")


@pytest.mark.parametrize("status", [304, 404, 410, 429, 503])
def test_a_feed_hears_every_status_and_its_headers(web, fetcher, status):
    web.routes["/feed"] = (status, {"Retry-After": "120"}, b"")
    fetched = fetcher.get(web.url + "/feed", purpose="feed")
    assert (fetched.status, fetched.headers["retry-after"]) == (status, "120")


@pytest.mark.parametrize("status", [300, 400, 401, 402, 403, 404, 410, 429, 451, 500, 503])
def test_a_page_that_does_not_come_is_a_sentence_with_its_status(web, fetcher, status):
    web.routes["/page"] = (status, {}, b"secret of the server")
    with pytest.raises(UnreachableSource, match=rf"^127.0.0.1 .*\(HTTP {status}\)\.$"):
        fetcher.get(web.url + "/page?key=secret", purpose="page")


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"words " * 5000, mtime=0)),
        ("deflate", zlib.compress(b"words " * 5000)),
        ("deflate", zlib.compress(b"words " * 5000)[2:-4]),  # as some servers do it, without its envelope
        ("identity", b"words " * 5000),
    ],
)
def test_a_packed_body_is_unpacked(web, fetcher, encoding, packed):
    web.routes["/page"] = (200, {"Content-Encoding": encoding}, packed)
    assert fetcher.get(web.url + "/page", purpose="page").body == b"words " * 5000


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "gzip, gzip"])
def test_a_body_packed_as_nobody_asked_for_is_no_text_that_grows(web, fetcher, encoding):
    web.routes["/page"] = (200, {"Content-Encoding": encoding}, b"\x1b\xff\xff" * 1000)
    try:
        body = fetcher.get(web.url + "/page", purpose="page").body
    except UnreachableSource:
        return
    assert len(body) == 3000


BOMB = gzip.compress(bytes(20_000_000), 9, mtime=0)


@pytest.mark.parametrize("purpose", ["page", "feed"])
@pytest.mark.parametrize(
    "route",
    [
        (200, {"Content-Length": "50001"}, b""),
        (200, {}, bytes(50_001)),
        (200, {}, [bytes(40_000), bytes(10_001)]),
        (200, {}, endless()),
        (200, {"Content-Encoding": "gzip"}, BOMB),
        (200, {"Content-Encoding": "deflate"}, zlib.compress(bytes(50_000_000), 9)),
        (
            200,
            {"Content-Encoding": "gzip"},
            itertools.chain([BOMB[:10]], endless(gzip.compress(b"", mtime=0))),
        ),
    ],
    ids=["announced", "whole", "pieces", "endless", "bomb", "deflated", "empty members"],
)
def test_more_than_the_cap_is_refused_before_or_while_it_comes(web, fetcher, route, purpose):
    web.routes["/page"] = route
    with pytest.raises(UnreachableSource):
        fetcher.get(web.url + "/page", purpose=purpose)


def test_a_body_is_unpacked_once(web, fetcher):
    web.routes["/page"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(BOMB))
    assert fetcher.get(web.url + "/page", purpose="page").body == BOMB


def test_exactly_the_cap_is_read(web, fetcher):
    web.routes["/page"] = (200, {}, bytes(50_000))
    assert len(fetcher.get(web.url + "/page", purpose="page").body) == 50_000


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: a\r\n" * 20_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nplain",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nplain",
        b"HTTP/1.1 999999 What\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"\x00" * 1000,
        b"",
    ],
)
def test_a_broken_answer_is_one_sentence(web, fetcher, raw):
    web.routes["/page"] = raw
    with pytest.raises(UnreachableSource, match=r"^127\.0\.0\.1 |^Nothing came back"):
        fetcher.get(web.url + "/page", purpose="feed")


def test_a_header_that_comes_twice_is_told_once(web, fetcher):
    web.routes["/page"] = b"HTTP/1.1 200 OK\r\nLink: a\r\nlink: b\r\nContent-Length: 0\r\n\r\n"
    assert fetcher.get(web.url + "/page", purpose="feed").headers["link"] == "a, b"


def test_a_header_in_no_known_encoding_can_be_kept_and_sent_again(web, fetcher):
    web.routes["/page"] = b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 0\r\n\r\n'
    etag = fetcher.get(web.url + "/page", purpose="feed").headers["etag"]
    assert etag.encode("utf-8")
    fetcher.get(web.url + "/page", purpose="feed", headers={"If-None-Match": etag})
    assert "if-none-match" in web.requests[-1].headers


@pytest.mark.parametrize("limits", [Limits(total=0.2), Limits(read=0.2)])
def test_a_server_that_stops_in_the_middle_is_left(web, limits):
    web.routes["/page"] = lambda request: (200, HTML, held(request, b"<p>It bega"))
    web.routes["/never"] = lambda request: request.closing.wait() and b""
    with GuardedFetcher(Client({(web.host, web.port)}, pause=0, limits=limits)) as fetcher:
        for path in ("/page", "/never"):
            with pytest.raises(UnreachableSource):
                fetcher.get(web.url + path, purpose="feed")


def test_a_server_that_drips_is_left_when_the_whole_takes_too_long(web):
    def drips(request):
        while not request.closing.wait(0.02):
            yield b"<p>"

    web.routes["/page"] = lambda request: (200, HTML, drips(request))
    with (
        GuardedFetcher(Client({(web.host, web.port)}, pause=0, limits=Limits(total=0.3))) as fetcher,
        pytest.raises(UnreachableSource, match="Nothing came back"),
    ):
        fetcher.get(web.url + "/page", purpose="feed")


def test_the_seconds_of_all_redirects_are_counted_together(web):
    def slow(request):
        request.closing.wait(0.15)
        return 302, {"Location": request.path + "a"}, b""

    web.routes |= {"/" + "a" * step: slow for step in range(6)}
    with (
        GuardedFetcher(Client({(web.host, web.port)}, pause=0, limits=Limits(total=0.4))) as fetcher,
        pytest.raises(UnreachableSource, match="Nothing came back"),
    ):
        fetcher.get(web.url + "/", purpose="feed")
    assert len(web.requests) < 5


def test_no_error_holds_a_key_of_the_address(web, fetcher, caplog):
    caplog.set_level("DEBUG")
    web.routes["/feed"] = b"nonsense"
    with pytest.raises(UnreachableSource) as failed:
        fetcher.get(web.url + "/feed?key=sesame", purpose="feed")
    assert failed.value.__suppress_context__
    assert "sesame" not in str(failed.value)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert ours
    assert not any("sesame" in message for message in ours)


# robots.txt


def robots(text: str):
    return (200, {"Content-Type": "text/plain"}, text)


def test_a_page_is_not_read_where_robots_are_not_wanted_and_a_feed_is(web, fetcher):
    web.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /page\n")
    with pytest.raises(ForbiddenSource, match=r"robots\.txt"):
        fetcher.get(web.url + "/page", purpose="page")
    assert web.asked("/page") == []
    assert fetcher.get(web.url + "/page", purpose="feed").status == 200


def test_rules_for_us_by_name_come_first(web, fetcher):
    web.routes["/robots.txt"] = robots(
        "User-agent: *\nDisallow: /\n\nUser-agent: newsdelta\nDisallow: /page/private\n"
    )
    web.routes["/page/private"] = (200, HTML, b"")
    assert fetcher.get(web.url + "/page", purpose="page").status == 200
    with pytest.raises(ForbiddenSource):
        fetcher.get(web.url + "/page/private", purpose="page")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_file_is_a_yes(web, fetcher, status):
    web.routes["/robots.txt"] = (status, {}, b"User-agent: *\nDisallow: /")
    assert fetcher.get(web.url + "/page", purpose="page").status == 200


@pytest.mark.parametrize(
    "route",
    [
        (500, {}, b""),
        (503, {}, b""),
        b"nonsense",
        (200, {}, bytes(5_001)),
        (302, {"Location": "/robots.txt"}, b""),
    ],
)
def test_robots_rules_that_can_not_be_read_are_a_no(web, fetcher, route):
    web.routes["/robots.txt"] = route
    with pytest.raises(UnreachableSource):
        fetcher.get(web.url + "/page", purpose="page")
    assert web.asked("/page") == []


def test_robots_rules_are_asked_once_and_read_behind_a_redirect(web, fetcher):
    web.routes["/robots.txt"] = (301, {"Location": "/rules"}, b"")
    web.routes["/rules"] = robots("\ufeffUser-agent: *\nDisallow: /closed")
    for _ in range(3):
        fetcher.get(web.url + "/page", purpose="page")
    with pytest.raises(ForbiddenSource):
        fetcher.get(web.url + "/closed", purpose="page")
    assert len(web.asked("/robots.txt")) == 1


def test_robots_rules_hold_where_a_redirect_leads(web, fetcher):
    web.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /closed")
    web.routes["/start"] = (302, {"Location": "/closed"}, b"")
    with pytest.raises(ForbiddenSource):
        fetcher.get(web.url + "/start", purpose="page")
    assert web.asked("/closed") == []


def test_robots_rules_grow_old_and_a_failure_does_so_sooner():
    kept = Robots("newsdelta/1")
    kept.keep("https://a.example", "", 0)
    kept.keep("https://b.example", None, 0)
    assert [kept.knows("https://a.example", now) for now in (0, 86_399, 86_400)] == [True, True, False]
    assert [kept.knows("https://b.example", now) for now in (0, 599, 600)] == [True, True, False]
    with pytest.raises(UnreachableSource):
        kept.ask(parse("https://b.example/"))


def test_only_so_many_robots_rules_are_kept():
    kept = Robots("newsdelta/1")
    for number in range(Robots.MOST + 1):
        kept.keep(f"https://{number}.example", "", 0)
    assert not kept.knows("https://0.example", 0)
    assert kept.knows("https://1.example", 0)


# One at a time


def test_a_host_is_asked_by_one_at_a_time_with_a_pause_and_others_do_not_wait():
    slept: list[float] = []
    inside: list[str] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def ask(turns: Turns, host: str) -> None:
        async with turns.of(host):
            assert host not in inside
            inside.append(host)
            await asyncio.sleep(0)
            inside.remove(host)

    async def run() -> None:
        turns = Turns(60.0, sleep)
        await asyncio.gather(*(ask(turns, host) for host in ("a.example", "a.example", "b.example")))

    asyncio.run(run())
    assert sorted(seconds > 59 for seconds in slept) == [False, False, True]


def test_hosts_that_nobody_waits_for_are_forgotten():
    async def run() -> int:
        turns = Turns(0.0)
        async with AsyncExitStack() as waiting:
            await waiting.enter_async_context(turns.of("held.example"))
            for number in range(2000):
                async with turns.of(f"{number}.example"):
                    pass
            assert "held.example" in turns._hosts
            return len(turns._hosts)

    assert asyncio.run(run()) <= 501


def test_many_threads_ask_one_host_over_one_connection(web, fetcher):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        urls = [f"{web.url}/page?{number}" for number in range(24)]
        fetched = list(threads.map(lambda url: fetcher.get(url, purpose="feed"), urls))
    assert {answer.status for answer in fetched} == {200}
    assert web.connections == 1


def test_a_fetcher_that_was_closed_begins_anew(web):
    fetcher = GuardedFetcher(Client({(web.host, web.port)}, pause=0, limits=SMALL))
    for _ in range(2):
        assert fetcher.get(web.url + "/page", purpose="feed").status == 200
        fetcher.close()
    fetcher.close()


def test_whoever_waits_is_told_when_the_fetcher_is_closed(web):
    arrived = Event()

    def never(request):
        arrived.set()
        request.closing.wait()
        return b""

    web.routes["/never"] = never
    fetcher = GuardedFetcher(Client({(web.host, web.port)}, pause=0))
    told: list[UnreachableSource] = []

    def wait() -> None:
        with pytest.raises(UnreachableSource) as ended:
            fetcher.get(web.url + "/never", purpose="feed")
        told.append(ended.value)

    thread = Thread(target=wait)
    thread.start()
    arrived.wait()
    fetcher.close()
    thread.join()
    assert told

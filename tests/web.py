"""A web server on loopback for tests: a table of routes, and a record of what was asked.

    with serve({"/feed": (200, {"Content-Type": "application/rss+xml"}, b"<rss/>")}) as web:
        get(web.url + "/feed")
        assert web.requests[0].headers["user-agent"]

A route is an answer (status, headers, body) or a function of the request that gives one; routes may be changed while
the server runs. A body is bytes, text, or an iterable of bytes, which is sent piece by piece without a length and
ended by closing. A route of bare bytes is sent as it is, head and all. A path without a route is 404.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from socket import SHUT_RDWR, socket
from threading import Event, Thread


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # with its query, as it was sent
    headers: Mapping[str, str]  # names in lower case
    closing: Event = field(repr=False)  # set when the server is about to close


Answer = tuple[int, Mapping[str, str], bytes | str | Iterable[bytes]] | bytes
Route = Answer | Callable[[Request], Answer]


@dataclass
class Served:
    host: str
    port: int
    routes: dict[str, Route]
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    closing: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def answer(self, request: Request) -> Answer:
        missing = (404, {"Content-Type": "text/plain"}, "nothing here")
        route = self.routes.get(request.path, self.routes.get(request.path.partition("?")[0], missing))
        return route(request) if callable(route) else route


def held(request: Request, first: bytes = b"") -> Iterator[bytes]:
    """A body that begins and then does not go on, until the server closes."""
    yield first
    request.closing.wait()


def endless(piece: bytes = b"x" * 65536) -> Iterator[bytes]:
    return repeat(piece)


@contextmanager
def serve(routes: Mapping[str, Route], host: str = "127.0.0.1") -> Iterator[Served]:
    served = Served(host, 0, dict(routes))
    with _Server((host, 0), _handler(served)) as server:
        served.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield served
        finally:
            served.closing.set()
            server.shutdown()
            server.hang_up()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.open: set[socket] = set()

    def process_request(self, request, client_address):
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.open.discard(request)
        super().shutdown_request(request)

    def hang_up(self):
        """Ends the connections that clients keep open, so that no thread outlives the test."""
        for connection in list(self.open):
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:
                continue  # the other side was quicker


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each answer waits 40 ms for the client to confirm its head

        def setup(self):
            served.connections += 1
            super().setup()

        def do_GET(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, served.closing)
            served.requests.append(request)
            try:
                self.send(served.answer(request))
            except ConnectionError:
                self.close_connection = True  # the client has heard enough

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def send(self, answer: Answer):
            if isinstance(answer, bytes):
                self.wfile.write(answer)
                self.close_connection = True
                return
            status, headers, body = answer
            body = body.encode() if isinstance(body, str) else body
            whole = isinstance(body, bytes)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if not whole:
                self.send_header("Connection", "close")
            elif "content-length" not in map(str.lower, headers) and status != HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for piece in [body] if whole else body:
                self.wfile.write(piece)

        def log_message(self, *_):
            """Tests read `requests`."""

    return Handler

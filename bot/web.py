"""The pages of the bot: whether it lives, whether it is ready, and what platforms send by HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.errors import WrongSettings

LOG = logging.getLogger(__name__)
PATIENCE = 5.0  # seconds for a page of a bot of ours
LONGEST = 1 << 16  # bytes of one
Page = BaseRoute


def app(reasons: Callable[[], Mapping[str, str] | None], routes: Sequence[Page] = ()) -> Starlette:
    """The application, with the routes of platforms.

    `reasons` says what is in the way of work, nothing where nothing is, None before it has begun.
    """

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"live": True})

    async def ready(_: Request) -> JSONResponse:
        wrong = reasons()
        well = wrong is not None and not wrong
        return JSONResponse({"ready": well, "reasons": dict(wrong or {})}, 200 if well else 503)

    return Starlette(routes=[Route("/live", live), Route("/ready", ready), *routes])


def serving(host: str, port: int) -> Mapping[str, str] | None:
    """What is in the way of a bot that has its pages there, None where nobody is; WrongSettings where somebody else is."""
    try:
        _bound(host, port).close()
    except WrongSettings:
        return _asked(host, port)
    return None


def _asked(host: str, port: int) -> Mapping[str, str]:
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/ready")
        said = json.loads(connection.getresponse().read(LONGEST))
        ready, reasons = said["ready"], dict[str, str](said["reasons"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError) as error:
        raise WrongSettings(
            f"There is no place for pages at {host}:{port}, where another program is: choose another NEWSDELTA_HTTP_PORT."
        ) from error
    else:
        return reasons if ready or reasons else {"start": "It has not begun yet."}
    finally:
        connection.close()


async def run(application: Starlette, host: str, port: int) -> None:
    """Serves an application until it is cancelled; WrongSettings where its place is taken."""
    place = _bound(host, port)
    server = _Server(uvicorn.Config(application, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve([place]))
    LOG.info("pages at %s:%s", host, port)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        server.should_exit = True
        await task
        raise


def _bound(host: str, port: int) -> socket.socket:
    """Bound here, since uvicorn ends the process where it can't."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise WrongSettings(
            f"No pages at {host}:{port} ({error.strerror}), which is tried again; digests go out all the same. "
            "Choose another NEWSDELTA_HTTP_PORT, or 0 for none."
        ) from error


class _Server(uvicorn.Server):
    """A server that leaves the signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

"""The pages of the bot: whether it lives, and whether it is ready; later also what platforms send by HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from socket import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.errors import WrongSettings


def app(reasons: Callable[[], Mapping[str, str] | None]) -> Starlette:
    """The application. `reasons` says what is in the way of work, nothing where nothing is, None before it has begun."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"live": True})

    async def ready(_: Request) -> JSONResponse:
        wrong = reasons()
        well = wrong is not None and not wrong
        return JSONResponse({"ready": well, "reasons": dict(wrong or {})}, 200 if well else 503)

    return Starlette(routes=[Route("/live", live), Route("/ready", ready)])


async def run(application: Starlette, host: str, port: int) -> None:
    """Serves an application until it is cancelled."""
    config = uvicorn.Config(
        application, host=host, port=port, log_config=None, access_log=False, lifespan="off"
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        server.should_exit = True
        await task
        raise


class _Server(uvicorn.Server):
    """A server that leaves the signals, and whether the process ends, to whoever runs it."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as error:
            raise WrongSettings(
                f"No pages at {self.config.host}:{self.config.port}: choose another NEWSDELTA_HTTP_PORT, or 0 for none."
            ) from error

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

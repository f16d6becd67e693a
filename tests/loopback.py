"""A platform that is played on loopback: how its server begins and ends, and tells of its own faults."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Loopback:
    """Serves what `site` gives, as long as the block lasts or until it is stopped; `close` ends its connections."""

    url = ""
    ending: asyncio.Event
    _runner: web.AppRunner | None = None

    def site(self) -> web.Application:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        self._runner = web.AppRunner(self.site(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.ending.set()
        await self.close()
        if self._runner:
            await self._runner.cleanup()


def application(wrong: list[str], most: int) -> web.Application:
    """An application that takes so many bytes, and whose own faults stand in `wrong`."""

    @web.middleware
    async def loud(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except (web.HTTPException, asyncio.CancelledError):
            raise
        except Exception as error:
            wrong.append(f"the fake failed at {request.path}: {type(error).__name__}: {error}")
            raise

    return web.Application(client_max_size=most, middlewares=[loud])


def controlled(asked: Callable[..., Awaitable[Any]], subject: object) -> web.RouteDef:
    """Where who tests from elsewhere says what people do."""

    async def control(request: web.Request) -> web.StreamResponse:
        return web.json_response(await asked(subject, request.match_info["what"], await request.json()))

    return web.post("/control/{what}", control)

"""Where the fake is asked: REST, the gateway, and who tests it."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fake_discord.fake import Call
from tests.fake_discord.rest import Ask, Files, Route, routed
from tests.fake_discord.world import No
from tests.loopback import application, controlled

if TYPE_CHECKING:
    from tests.fake_discord.fake import FakeDiscord

JSON = {
    "Content-Type": "application/json",
    "Via": "1.1 fake",
}  # discord.py compares the type letter by letter
TOO_MANY, NOTHING = 429, 204


def site(discord: "FakeDiscord") -> web.Application:
    async def api(request: web.Request) -> web.StreamResponse:
        return await answered(discord, request)

    async def gateway(request: web.Request) -> web.StreamResponse:
        return await discord.gateway.serve(request)

    async def attachment(request: web.Request) -> web.StreamResponse:
        return web.Response(body=discord.contents[request.match_info["number"]])

    from tests.fake_discord.people import asked

    app = application(discord.wrong, 30_000_000)
    app.add_routes(
        [
            web.route("*", "/api/v10/{path:.*}", api),
            web.get("/gateway", gateway),
            web.get("/gateway/", gateway),
            web.get("/attachments/{number}/{name}", attachment),
            controlled(asked, discord),
        ]
    )
    return app


async def answered(discord: "FakeDiscord", request: web.Request) -> web.StreamResponse:
    """The answer to a request; what is not known here stands in `wrong`."""
    path = "/" + request.match_info["path"]
    given, files = await body(request)
    found = routed(request.method, path)
    if found is None:
        discord.wrong.append(f"unknown route {request.method} {path}")
        return no(No(0, "404: Not Found", 404))
    route, at = found
    call = Call(discord.now(), route.name, path, given)
    discord.calls.append(call)
    after = 0.0 if route.open else discord.too_fast()
    if after:
        call.status, call.error = TOO_MANY, "too fast"
        return limited(after, everywhere=True)

    def take() -> web.Response:
        return taken(discord, request, route, Ask(discord, at, given, dict(request.query), files), call)

    return await faulty(discord, request, call, take)


def taken(discord: "FakeDiscord", request: web.Request, route: Route, ask: Ask, call: Call) -> web.Response:
    try:
        known = request.headers.get("Authorization") == f"Bot {discord.token}" and not discord.revoked
        if not route.open and not known:
            raise No(401, "401: Unauthorized")  # noqa: TRY301 - because a no is an answer like others
        answer = route.answer(ask)
    except No as error:
        call.status, call.error = error.status, str(error)
        return no(error)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        discord.note_wrong(route.name, [f"malformed: {type(error).__name__} {error}"], ask.given)
        return no(No(50035, "malformed"))
    return (
        web.Response(status=NOTHING, headers={"Via": "1.1 fake"})
        if answer is None
        else said(answer, route.status)
    )


async def faulty(
    discord: "FakeDiscord", request: web.Request, call: Call, take: Callable[[], web.Response]
) -> web.StreamResponse:
    """What is answered where all is well (`take`), or the fault that is planned."""
    fault = discord.fault(call.name)
    words = fault.split()
    match words:
        case ["slow", seconds]:
            await discord.clock.sleep(float(seconds))
        case [kind, "after"]:
            take()
            call.error = fault
            return broken(request, kind)
        case ["silent"]:
            take()
            call.error = fault
            await discord.ending.wait()
            return broken(request, "reset")
        case [_, *_]:
            call.error = fault
            answer = refused(request, words)
            call.status = answer.status
            return answer
    return take()


def refused(request: web.Request, words: list[str]) -> web.Response:
    match words:
        case ["limited", "global", *after]:
            return limited(float(after[0]) if after else 60, everywhere=True)
        case ["limited", *after]:
            return limited(float(after[0]) if after else 60)
        case ["banned"]:
            page = "<html><head><title>Access denied | error code: 1015</title></head></html>"
            return web.Response(status=TOO_MANY, text=page, content_type="text/html")
        case [kind, "before"]:
            return broken(request, kind)
        case [code]:
            return no(No(int(code)))
    raise LookupError(f"no such fault: {' '.join(words)}")


def said(answer: Any, status: int = 200, **headers: str) -> web.Response:
    return web.Response(status=status, body=json.dumps(answer).encode(), headers={**JSON, **headers})


def no(error: No) -> web.Response:
    return said(error.plain(), error.status)


def limited(after: float, *, everywhere: bool = False) -> web.Response:
    """A 429 that the library may wait for: in JSON, and with Via."""
    scope = {"X-RateLimit-Scope": "global", "X-RateLimit-Global": "true"} if everywhere else {}
    headers = {"X-RateLimit-Scope": "user", "Retry-After": str(max(1, round(after))), **scope}
    answer = {"message": "You are being rate limited.", "code": 0, "global": everywhere}
    answer["retry_after"] = round(after, 3)
    return said(answer, TOO_MANY, **headers)


def broken(request: web.Request, kind: str) -> web.Response:
    if kind == "reset":
        if request.transport:  # else who asked is gone already
            request.transport.abort()
        return web.Response()
    return web.Response(status=int(kind), text="upstream connect error", headers={"Via": "1.1 fake"})


async def body(request: web.Request) -> tuple[Any, Files]:
    """What is given as JSON, or in several parts: `payload_json` and the files."""
    if request.content_type == "application/json":
        text = await request.text()
        return (json.loads(text) if text else {}), {}
    if not request.content_type.startswith("multipart/"):
        return {}, {}
    parts, files = await request.post(), {}
    for name, part in parts.items():
        if isinstance(part, web.FileField):
            files[name] = (part.filename, part.file.read())
    return json.loads(str(parts.get("payload_json") or "{}")), files

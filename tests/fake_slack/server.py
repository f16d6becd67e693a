"""Where the fake is asked: the Web API, uploads, response_urls, sockets, the page that lets an app in, and who tests it."""

import json
from base64 import b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from tests.fake_slack.world import No, Plain
from tests.loopback import application, controlled

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack

PARSED = {"blocks", "view", "metadata", "files", "prompts", "attachments"}  # JSON in a field of a form
TOO_MANY = 429


def site(slack: "FakeSlack") -> web.Application:
    async def api(request: web.Request) -> web.StreamResponse:
        return await answered(slack, request)

    async def socket(request: web.Request) -> web.StreamResponse:
        if request.match_info["ticket"] not in slack.tickets:
            raise web.HTTPForbidden
        slack.tickets.remove(request.match_info["ticket"])
        return await slack.sender.serve(request)

    async def upload(request: web.Request) -> web.StreamResponse:
        team = slack.teams[request.match_info["team"]]
        name, content = request.match_info["file"], await request.read()
        if team.files[name]["size"] != len(content):
            raise web.HTTPBadRequest(text="the length is another")
        team.contents[name] = content
        return web.Response(text=f"OK - {len(content)}")

    async def response(request: web.Request) -> web.StreamResponse:
        given = await request.json()

        def take() -> web.Response:
            error = slack.respond(request.match_info["name"], given)
            if error in {"expired_url", "used_url", "no_service"}:
                return web.json_response({"ok": False, "error": error}, status=404)
            return web.Response(text=error, status=400) if error else web.Response(text="ok")

        return await faulty(slack, request, "response_url", given, take)

    async def authorize(request: web.Request) -> web.StreamResponse:
        asked = request.query
        if asked.get("client_id") != slack.app.client_id:
            raise web.HTTPBadRequest(text="invalid_client_id")
        team = slack.teams[asked.get("team") or next(iter(slack.teams))]
        if not slack.consents:
            given = {"error": "access_denied"}
        else:
            team.scopes = [scope for scope in asked.get("scope", "").split(",") if scope]
            given = {"code": slack.installing.code(team)}
        given["state"] = asked.get("state", "")
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(given)}")

    from tests.fake_slack.people import asked

    app = application(slack.wrong, 20_000_000)
    app.add_routes(
        [
            web.route("*", "/api/{method}", api),
            web.get("/ws/{ticket}", socket),
            web.post("/upload/{team}/{file}", upload),
            web.post("/response/{name}", response),
            web.get("/oauth/v2/authorize", authorize),
            controlled(asked, slack),
        ]
    )
    return app


async def answered(slack: "FakeSlack", request: web.Request) -> web.StreamResponse:
    """The answer to a call of the Web API."""
    method, given = request.match_info["method"], await arguments(request)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = given.pop("token", "") or (token if not token.startswith("Basic ") else "")

    def take() -> web.Response:
        answer = slack.call(method, token, given)
        known = answer.get("error") == "ratelimited"
        return limited(answer["retry_after"]) if known else web.json_response(answer)

    return await faulty(slack, request, method, given, take)


async def faulty(
    slack: "FakeSlack", request: web.Request, method: str, given: Plain, take: Callable[[], web.Response]
) -> web.StreamResponse:
    """What is answered where all is well (`take`), or the fault that is planned for a method."""
    fault = slack.fault(method)
    match fault.split():
        case ["limited", *after]:
            slack.not_taken(method, given, fault)
            return limited(int(after[0]) if after else 60)
        case [("reset" | "500" | "503") as kind, "before"]:
            slack.not_taken(method, given, fault)
            return broken(request, kind)
        case [("reset" | "500" | "503") as kind, "after"]:
            take()
            return broken(request, kind)
        case ["silent"]:
            take()
            await slack.ending.wait()
            return broken(request, "reset")
        case ["slow", seconds]:
            await slack.clock.sleep(float(seconds))
        case [error]:
            slack.not_taken(method, given, fault)
            return web.json_response({"ok": False, "error": error})
    return take()


def limited(after: int) -> web.Response:
    said = {"ok": False, "error": "ratelimited"}
    return web.json_response(said, status=TOO_MANY, headers={"Retry-After": str(after)})


def broken(request: web.Request, kind: str) -> web.StreamResponse:
    if kind == "reset":
        assert request.transport
        request.transport.abort()
        return web.Response()
    return web.Response(status=int(kind), text="upstream connect error")


async def arguments(request: web.Request) -> Plain:
    """The arguments of a call, as the SDK sends them: JSON, a form or a query, with JSON in their fields."""
    basic = request.headers.get("Authorization", "")
    named: Plain = {}
    if basic.startswith("Basic "):
        name, _, secret = b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        named = {"client_id": name, "client_secret": secret}
    if request.content_type == "application/json":
        return {**named, **await request.json()}
    form: dict[str, Any] = {**request.query, **(await request.post())}
    return {**named, **{key: _parsed(key, value) for key, value in form.items()}}


def _parsed(key: str, value: Any) -> Any:
    try:
        return json.loads(value) if key in PARSED else value
    except ValueError:
        raise web.HTTPBadRequest(text=f"{key} is no JSON") from No("invalid_json")

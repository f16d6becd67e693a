"""The fake itself: what it holds, records and is told to do wrong, and its address."""

import asyncio
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Any, Self

from aiohttp import web

from tests.fake_slack.clock import Clock
from tests.fake_slack.methods import METHODS, Ask, check_message, strays, whisper, written
from tests.fake_slack.sending import Sender, Sent
from tests.fake_slack.world import Channel, No, Plain, Workspace, furnished

EVENTS = frozenset("app_home_opened app_mention message.im app_uninstalled tokens_revoked".split())
TRIGGER, RESPONSES, RESPONSE_URL = 3.0, 5, 30 * 60.0  # seconds, uses, seconds
LIFE = 43_200  # seconds of a token, where tokens are rotated
SECRET = re.compile(r"xox[abeprs]-|xapp-|hooks\.slack\.com|/response/")


@dataclass
class App:
    """What is to be known of the app under test; `events` are those that it subscribed to."""

    id: str = "A1"
    token: str = "xapp-1"
    signing_secret: str = "s3cret"
    client_id: str = "1.2"
    client_secret: str = "client-s3cret"
    events: frozenset[str] = EVENTS


@dataclass
class Call:
    """A call of the Web API: when, by which workspace, with what, and what came of it ("" is ok)."""

    at: float
    method: str
    team: str
    given: Plain
    error: str = ""
    fault: str = ""


@dataclass
class Plan:
    """Faults to come, one for each call of one of these methods."""

    methods: frozenset[str]
    faults: deque[str]


@dataclass
class ResponseUrl:
    team: Workspace
    person: str
    channel: str
    message: str
    until: float
    left: int = RESPONSES


@dataclass
class Trigger:
    team: Workspace
    person: str
    until: float
    used: bool = False


class FakeSlack:
    """Slack on loopback: `async with FakeSlack() as slack`; `slack.api` is the base URL of its Web API.

    Its clock stands still where a `start` is given and is moved on by `pass_time`, else it runs.
    """

    def __init__(self, app: App | None = None, start: float | None = None) -> None:
        self.app = app or App()
        self.clock = Clock(start)
        self.sender = Sender(self.clock, self.app.signing_secret, self._concluded, self._wrong_said)
        self.teams: dict[str, Workspace] = {}
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.plans: list[Plan] = []
        self.chance: Callable[[str], str] = lambda _: ""  # a fault for a method for which none is planned
        self.lag = 0.0  # seconds till a message is in the history
        self.paced = False  # whether more than one message a second and channel are too many
        self.consents = True  # whether people let the app into their workspace
        self.long_tokens = False
        self.rotates = False  # whether tokens end, and others are given instead
        self.tickets: set[str] = set()
        self.codes: dict[str, Workspace] = {}
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, ResponseUrl] = {}
        self.url = ""
        self._last_post: dict[tuple[str, str], float] = {}
        self._numbers = count(1)
        self.ending = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.add_team("T1", "xoxb-1")

    # -- its life ------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        from tests.fake_slack.server import site

        self._runner = web.AppRunner(site(self), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.ending.set()
        await self.sender.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    def now(self) -> float:
        return self.clock.now()

    # -- workspaces ----------------------------------------------------------------------------------------------------

    def add_team(self, given: str, token: str = "", **more: Any) -> Workspace:
        self.teams[given] = furnished(given, token, **more)
        return self.teams[given]

    def team_of(self, token: str) -> Workspace:
        """The workspace of a token; the No that Slack gives to another."""
        if not token:
            raise No("not_authed")
        team = next((team for team in self.teams.values() if team.holds(token)), None)
        if team is None:
            raise No("invalid_auth")
        if team.lost:
            raise No(team.lost)
        if (team.holds(token) or 0) < self.now():
            raise No("token_expired")
        return team

    # -- what is recorded ----------------------------------------------------------------------------------------------

    def note_wrong(self, place: str, found: Iterable[str], given: Any) -> None:
        said = json.dumps(given, ensure_ascii=False, default=str)[:300]
        self.wrong += [f"{place}: {each} in {said}" for each in found]

    def _wrong_said(self, what: str) -> None:
        self.wrong.append(what)

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def tells_secrets(self, part: Any) -> bool:
        """Whether there is something in it that nobody may read."""
        said = json.dumps(part, default=str) if part else ""
        secrets = [each for team in self.teams.values() for each in (team.token, team.refresh) if each]
        return bool(SECRET.search(said)) or any(secret in said for secret in secrets)

    # -- faults --------------------------------------------------------------------------------------------------------

    def plan(self, methods: str | Sequence[str], *faults: str) -> None:
        """Faults to come, one for each call of these methods, instead of those planned for them before. "" is none;

        `limited [seconds]`, `500 before`, `500 after`, `reset before`, `reset after`, `silent` (taken, and no answer
        comes), `slow seconds`; anything else is the error that Slack names.
        """
        names = frozenset([methods] if isinstance(methods, str) else methods)
        self.plans = [plan for plan in self.plans if plan.methods != names]
        if faults:
            self.plans.append(Plan(names, deque(faults)))

    def fault(self, method: str) -> str:
        for plan in self.plans:
            if method in plan.methods and plan.faults:
                return plan.faults.popleft()
        return self.chance(method)

    def pace(self, team: Workspace, channel: str) -> None:
        now, last = self.now(), self._last_post.get((team.id, channel), 0.0)
        if self.paced and now - last < 1:
            raise No("ratelimited", retry_after=1)
        self._last_post[team.id, channel] = now

    # -- calling a method ----------------------------------------------------------------------------------------------

    def call(self, method: str, token: str, given: Plain, fault: str = "") -> Plain:
        """What a method answers; its effect is there at once."""
        call = Call(self.now(), method, "", given, fault=fault)
        self.calls.append(call)
        try:
            answer = self._called(call, token)
        except No as no:
            call.error = no.code
            return {"ok": False, "error": no.code, **no.more}
        return {"ok": True, **(answer or {})}

    def call_failed(self, method: str, given: Plain, fault: str) -> None:
        """A call that never came to anything."""
        self.calls.append(Call(self.now(), method, "", given, fault, fault))

    def _called(self, call: Call, token: str) -> Plain | None:
        if call.method == "apps.connections.open":
            return self._connection(token)
        if call.method == "oauth.v2.access":
            return self.access(call.given)
        if call.method not in METHODS:
            self.wrong.append(f"unknown method {call.method}")
            raise No("unknown_method")
        team = self.team_of(token)
        call.team = team.id
        self.wrong += [f"{call.method} takes no {key}" for key in strays(call.method, call.given)]
        return METHODS[call.method](Ask(self, team, call.given))

    def _connection(self, token: str) -> Plain:
        if token != self.app.token:
            raise No("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")
        ticket = f"t{next(self._numbers)}"
        self.tickets.add(ticket)
        return {"url": f"{self.url.replace('http', 'ws', 1)}/ws/{ticket}"}

    # -- letting the app in --------------------------------------------------------------------------------------------

    def authorize(self, team: Workspace) -> str:
        code = f"code-{next(self._numbers)}"
        self.codes[code] = team
        return code

    def access(self, given: Plain) -> Plain:
        if given.get("client_id") != self.app.client_id:
            raise No("invalid_client_id")
        if given.get("client_secret") != self.app.client_secret:
            raise No("bad_client_secret")
        team = self._refreshed(given) if given.get("grant_type") == "refresh_token" else self._let_in(given)
        lasting = {"refresh_token": team.refresh, "expires_in": LIFE} if team.refresh else {}
        return {
            **lasting,
            "access_token": team.token,
            "token_type": "bot",
            "scope": ",".join(team.scopes),
            "bot_user_id": team.bot,
            "app_id": self.app.id,
            "team": {"id": team.id, "name": team.id.title()},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": next(person.id for person in team.people.values() if person.admin)},
        }

    def _let_in(self, given: Plain) -> Workspace:
        team = self.codes.pop(given.get("code", ""), None)
        if team is None:
            raise No("invalid_code")
        team.earlier, team.lost = {}, ""
        self._give_token(team)
        return team

    def _refreshed(self, given: Plain) -> Workspace:
        """A new token beside the old one, which holds to its end; what it was given for is good once."""
        asked = given.get("refresh_token", "")
        team = next((team for team in self.teams.values() if asked and team.refresh == asked), None)
        if team is None or team.lost:
            raise No("invalid_refresh_token")
        team.earlier[team.token] = team.until
        self._give_token(team)
        return team

    def _give_token(self, team: Workspace) -> None:
        number = next(self._numbers)
        long = "x" * 170 if self.long_tokens else ""
        team.token = f"{'xoxe.' if self.rotates else ''}xoxb-{team.id}-{number}{long}"
        team.refresh = f"xoxe-{number}{long}" if self.rotates else ""
        team.until = self.now() + LIFE if self.rotates else inf

    # -- what happens --------------------------------------------------------------------------------------------------

    def happens(
        self, team: Workspace, event: Plain, *, lost: bool = False, http: bool = False
    ) -> Sent | None:
        """An event, if the app subscribed to it."""
        kind = f"message.{event['channel_type']}" if event["type"] == "message" else event["type"]
        if kind not in self.app.events:
            return None
        number = f"Ev{next(self._numbers):05}"
        bot = {"enterprise_id": None, "team_id": team.id, "user_id": team.bot, "is_bot": True}
        about = {"token": "old", "team_id": team.id, "api_app_id": self.app.id, "event": event}
        payload = {
            **about,
            "type": "event_callback",
            "event_id": number,
            "event_time": int(self.now()),
            "authorizations": [{**bot, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
        }
        return self.sender.send("events_api", payload, lost=lost, http=http)

    def echo(self, team: Workspace, channel: Channel, message: Plain, before: Plain | None = None) -> None:
        """The app hears its own messages in a direct message too."""
        if channel.kind != "im":
            return
        where = {"channel": channel.id, "channel_type": "im"}
        if before is None:
            self.happens(team, {**message, **where})
        else:
            stamps = {"ts": team.stamp(self.now()), "event_ts": team.stamp(self.now())}
            changed = {"type": "message", "subtype": "message_changed", "hidden": True}
            self.happens(team, {**changed, **where, **stamps, "message": message, "previous_message": before})

    def trigger(self, team: Workspace, person: str) -> str:
        """A new trigger_id."""
        name = f"{next(self._numbers)}.{team.id}.{person}"
        self.triggers[name] = Trigger(team, person, self.now() + TRIGGER)
        return name

    def triggered(self, team: Workspace, name: str) -> str:
        """Who did what a trigger_id stands for; it is good for one view, and for three seconds."""
        trigger = self.triggers.get(name)
        if trigger is None or trigger.team is not team:
            raise No("invalid_trigger_id")
        if trigger.used:
            raise No("exchanged_trigger_id")
        if self.now() > trigger.until:
            raise No("expired_trigger_id")
        trigger.used = True
        return trigger.person

    def response_url(self, team: Workspace, person: str, channel: str, message: str = "") -> str:
        name = f"{team.id}-{next(self._numbers)}"
        self.responses[name] = ResponseUrl(team, person, channel, message, self.now() + RESPONSE_URL)
        return f"{self.url}/response/{name}"

    def respond(self, name: str, given: Plain) -> str:
        """A message by a response_url; the error that Slack answers, empty for none."""
        way = self.responses.get(name)
        call = Call(self.now(), "response_url", way.team.id if way else "", given)
        self.calls.append(call)
        try:
            self._respond(way, given)
        except No as no:
            call.error = no.code
        return call.error

    def _respond(self, way: ResponseUrl | None, given: Plain) -> None:
        if way is None:
            raise No("no_service")
        if self.now() > way.until:
            raise No("expired_url")
        if way.left == 0:
            raise No("used_url")
        way.left -= 1
        if given.get("delete_original"):
            self._withdraw(way)
            return
        check_message(self, "response_url", given, unfurls=given.get("response_type") == "in_channel")
        if given.get("replace_original") and (message := self._original(way)) is not None:
            kept = message["ts"]
            message |= {"text": "", "blocks": [], **self._said(way, given), "ts": kept}
        elif given.get("response_type") == "in_channel":
            channel = way.team.channels[way.channel]
            message = {**self._said(way, given)}
            if given.get("thread_ts"):
                message["thread_ts"] = given["thread_ts"]
            channel.messages.append(message)
            way.message = message["ts"]
        else:
            way.message = whisper(self, way.team, way.person, way.channel, given)["ts"]

    def _said(self, way: ResponseUrl, given: Plain) -> Plain:
        return written(self, way.team, given)

    def _places(self, way: ResponseUrl) -> list[list[Plain]]:
        channel = way.team.channels.get(way.channel)
        return [way.team.private.get(way.person, []), *([channel.messages] if channel else [])]

    def _original(self, way: ResponseUrl) -> Plain | None:
        found = (each for place in self._places(way) for each in place if each["ts"] == way.message)
        return next(found, None)

    def _withdraw(self, way: ResponseUrl) -> None:
        for place in self._places(way):
            place[:] = [message for message in place if message["ts"] != way.message]

    # -- what became of what was sent ----------------------------------------------------------------------------------

    def _concluded(self, sent: Sent) -> None:
        from tests.fake_slack.people import concluded

        concluded(self, sent)

    async def until(self, holds: Callable[[], Any], seconds: float = 10) -> Any:
        """What is looked at, once it holds: the app works beside us, and tells nobody when it is done."""
        async with asyncio.timeout(seconds):
            while not (found := holds()):  # noqa: ASYNC110 - because what an app does wakes nobody here
                await asyncio.sleep(0.002)
        return found

    async def pass_time(self, seconds: float) -> None:
        await self.clock.move(seconds)

    def tally(self) -> Counter[str]:
        return Counter(call.method for call in self.calls)

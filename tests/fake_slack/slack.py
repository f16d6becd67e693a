"""The fake itself: what it holds, records and is told to do wrong, and its address."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from tests.fake_slack.clock import Clock
from tests.fake_slack.installing import Installing
from tests.fake_slack.methods import METHODS, Ask, strays
from tests.fake_slack.responses import Responses
from tests.fake_slack.sending import Sender, Sent
from tests.fake_slack.world import Channel, No, Plain, Workspace, furnished
from tests.loopback import Loopback

EVENTS = frozenset("app_home_opened app_mention message.im app_uninstalled tokens_revoked".split())
TRIGGER = 3.0  # seconds
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
    """A call of the Web API: when, by which workspace, with what, and the error or the fault ("" is ok)."""

    at: float
    method: str
    team: str
    given: Plain
    error: str = ""


@dataclass
class Plan:
    """Faults to come, one for each call of one of these methods."""

    methods: frozenset[str]
    faults: deque[str]


@dataclass
class Trigger:
    team: Workspace
    person: str
    until: float
    used: bool = False


class FakeSlack(Loopback):
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
        self.rotates = False  # whether tokens end, and others are given instead
        self.long_tokens = False
        self.tickets: set[str] = set()
        self.triggers: dict[str, Trigger] = {}
        self.responses, self.installing = Responses(self), Installing(self)
        self._last_post: dict[tuple[str, str], float] = {}
        self._numbers = count(1)
        self.ending = asyncio.Event()
        self.add_team("T1", "xoxb-1")

    # -- its life ------------------------------------------------------------------------------------------------------

    def site(self) -> web.Application:
        from tests.fake_slack.server import site

        return site(self)

    async def close(self) -> None:
        await self.sender.close()

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
        """Faults to come, one for each call of these methods (`response_url` is one too), instead of those planned for
        them before. "" is none;

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

    def call(self, method: str, token: str, given: Plain) -> Plain:
        """What a method answers; its effect is there at once."""
        call = Call(self.now(), method, "", given)
        self.calls.append(call)
        try:
            answer = self._called(call, token)
        except No as no:
            call.error = no.code
            return {"ok": False, "error": no.code, **no.more}
        return {"ok": True, **(answer or {})}

    def not_taken(self, method: str, given: Plain, fault: str) -> None:
        """A call that came to nothing."""
        self.calls.append(Call(self.now(), method, "", given, fault))

    def _called(self, call: Call, token: str) -> Plain | None:
        if call.method == "apps.connections.open":
            return self._connection(token)
        if call.method == "oauth.v2.access":
            return self.installing.access(call.given)
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

    # -- what happens --------------------------------------------------------------------------------------------------

    def happens(self, team: Workspace, event: Plain, *, lost: bool = False) -> Sent | None:
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
        return self.sender.send("events_api", payload, lost=lost)

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

    def respond(self, name: str, given: Plain) -> str:
        """A message by a response_url; the error that Slack answers, empty for none."""
        call = Call(self.now(), "response_url", name.partition("-")[0], given)
        self.calls.append(call)
        try:
            self.responses.send(name, given)
        except No as no:
            call.error = no.code
        return call.error

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

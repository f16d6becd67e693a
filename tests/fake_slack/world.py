"""What is the case in Slack: workspaces, people, channels, and what they see. Messages, views and files have Slack's own shape."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from math import inf
from typing import Any

Plain = dict[str, Any]
SCOPES = """chat:write commands im:history im:write app_mentions:read channels:read groups:read users:read files:write
    chat:write.public channels:history groups:history assistant:write""".split()
BOT, BOT_ID = "UBOT", "BBOT"


class No(Exception):  # noqa: N818 - because it is Slack's answer, not an error of the fake
    """Slack's no: the code that it names, and what it says beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code, self.more = code, more


@dataclass
class Person:
    id: str
    name: str
    tz: str = "Europe/Berlin"
    admin: bool = False
    owner: bool = False
    bot: bool = False


@dataclass
class Channel:
    """A channel (C…), a private one (G…) or a direct message (D…). `messages` holds threads too, in the order of time."""

    id: str
    name: str
    creator: str
    members: list[str]
    kind: str = "channel"
    archived: bool = False
    messages: list[Plain] = field(default_factory=list)

    def find(self, ts: str) -> Plain | None:
        return next((message for message in self.messages if message["ts"] == ts), None)

    def replies(self, ts: str) -> list[Plain]:
        return [message for message in self.messages if message.get("thread_ts") == ts != message["ts"]]

    def top(self) -> list[Plain]:
        """What stands in the channel itself: replies only where they were broadcast."""
        return [message for message in self.messages if not is_reply(message) or is_broadcast(message)]


def is_reply(message: Plain) -> bool:
    return message.get("thread_ts", message["ts"]) != message["ts"]


def is_broadcast(message: Plain) -> bool:
    return message.get("subtype") == "thread_broadcast"


@dataclass
class Workspace:
    """A workspace and the app in it. `lost` is the error of its token, once that holds no more."""

    id: str
    token: str = ""
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    bot: str = BOT
    bot_id: str = BOT_ID
    lost: str = ""
    until: float = inf  # its token holds
    refresh: str = ""  # what a new token is given for
    earlier: dict[str, float] = field(default_factory=dict)  # tokens that hold beside it, and how long
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    private: dict[str, list[Plain]] = field(default_factory=dict)  # a person → the ephemeral messages on show
    homes: dict[str, Plain] = field(default_factory=dict)  # a person → the view
    modals: dict[str, list[Plain]] = field(default_factory=dict)  # a person → the stack of views
    files: dict[str, Plain] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    prompts: dict[str, Plain] = field(default_factory=dict)  # a direct message → what is suggested there
    statuses: dict[str, str] = field(default_factory=dict)  # a thread → what the app says that it does
    home_enabled: bool = True
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)
    _last: int = 0

    def number(self, letter: str) -> str:
        """A new id."""
        return f"{letter}{self.id.removeprefix('T')}{next(self._numbers):03}"

    def stamp(self, now: float) -> str:
        """A new `ts`, later than any before."""
        self._last = max(self._last + 1, round(now * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06}"

    def holds(self, token: str) -> float | None:
        """Until when a token is good, None if it is not of this workspace."""
        return {**self.earlier, self.token: self.until}.get(token)

    def person(self, given: str) -> Person:
        if given not in self.people:
            raise No("user_not_found")
        return self.people[given]

    def add_channel(
        self, name: str, members: Iterable[str], creator: str, kind: str = "channel", given: str = ""
    ) -> Channel:
        letter = {"channel": "C", "group": "G", "im": "D"}[kind]
        channel = Channel(given or self.number(letter), name, creator, list(members), kind)
        self.channels[channel.id] = channel
        return channel

    def direct(self, person: str) -> Channel:
        """The direct message between a person and the app."""
        self.person(person)
        there = (c for c in self.channels.values() if c.kind == "im" and person in c.members)
        return next(there, None) or self.add_channel("", [person, self.bot], person, "im")

    def visible(self, given: str) -> Channel:
        """A channel that the app knows of: any public one, and where it is a member."""
        channel = self.channels.get(given)
        if channel is None or (channel.kind != "channel" and self.bot not in channel.members):
            raise No("channel_not_found")
        return channel

    def view(self, given: str) -> Plain | None:
        views = [*self.homes.values(), *(view for stack in self.modals.values() for view in stack)]
        return next((view for view in views if view["id"] == given), None)


def furnished(given: str, token: str = "", **more: Any) -> Workspace:
    """A workspace with two members and an admin, a channel C… that the app is in, one that it isn't in, and a private one."""
    team = Workspace(given, token, **more)
    mark = given.removeprefix("T")
    members = [f"U{mark}A", f"U{mark}B"]
    for person, name in zip(members, ("Anneke", "Bente"), strict=True):
        team.people[person] = Person(person, name)
    team.people[f"U{mark}ADMIN"] = Person(f"U{mark}ADMIN", "Carsten", admin=True)
    team.people[team.bot] = Person(team.bot, "newsdelta", bot=True)
    team.add_channel("news", [*members, team.bot], members[0], given=f"C{mark}NEWS")
    team.add_channel("other", members, members[1], given=f"C{mark}OTHER")
    team.add_channel("private", [members[0], team.bot], members[0], "group", given=f"G{mark}PRIVATE")
    return team

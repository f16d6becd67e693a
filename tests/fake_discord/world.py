"""What is the case in Discord: people, servers, channels, threads and what stands there. All of it has Discord's own shape."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Plain = dict[str, Any]
TEXT, DM, VOICE, ANNOUNCEMENT, PUBLIC_THREAD, FORUM = 0, 1, 2, 5, 11, 15  # types of channels
ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_GUILD, ADD_REACTIONS, VIEW, SEND = (
    1 << 3,
    1 << 4,
    1 << 5,
    1 << 6,
    1 << 10,
    1 << 11,
)
MANAGE_THREADS = 1 << 34
EMBED, ATTACH, HISTORY = 1 << 14, 1 << 15, 1 << 16
USE_COMMANDS, OPEN_THREADS, SEND_IN_THREADS = 1 << 31, 1 << 35, 1 << 38
MEMBERS_MAY = VIEW | SEND | EMBED | ATTACH | HISTORY | USE_COMMANDS | OPEN_THREADS | SEND_IN_THREADS
BOT_MAY = (
    VIEW | SEND | EMBED | ATTACH | HISTORY | OPEN_THREADS | SEND_IN_THREADS
)  # what our invitation asks for
EVERYTHING = (1 << 53) - 1
EPOCH = 1_420_070_400_000  # ms of 1970 at which the ids begin
BOT, ANNEKE, BENTE, CARSTEN = (f"10000000000000{number}" for number in (1000, 2001, 2002, 2003))
APP = BOT
GUILD, NEWS, OTHER, FORUM_ID = (
    str((10**11 << 22) + number) for number in (0, 1, 2, 3)
)  # OTHER: the bot can't see it
UNSET: Plain = {  # what a server has, and nothing here looks at
    **dict.fromkeys(
        """icon description home_header splash discovery_splash banner application_id afk_channel_id system_channel_id
        widget_channel_id vanity_url_code rules_channel_id safety_alerts_channel_id public_updates_channel_id
        incidents_data max_presences""".split()
    ),
    **dict.fromkeys(
        """system_channel_flags verification_level default_message_notifications mfa_level explicit_content_filter
        premium_tier premium_subscription_count nsfw_level max_video_channel_users
        max_stage_video_channel_users""".split(),
        0,
    ),
    "region": "",
    "afk_timeout": 300,
    "max_members": 500_000,
    **dict.fromkeys(("widget_enabled", "premium_progress_bar_enabled", "nsfw"), False),
}
STATUS = {  # what a code comes with
    401: 401, 50001: 403, 50013: 403, 50007: 403, 50278: 403, 40003: 403, 50006: 400, 50035: 400, 30034: 400,
    40060: 400, 40067: 400, 50027: 401, 160004: 400, 50083: 400, 50024: 400, 40094: 400, 50005: 403, 30046: 429,
}  # fmt: skip


class No(Exception):  # noqa: N818 - because it is Discord's answer, not an error of the fake
    """Discord's no: its code, the status that it comes with (404 for those at 10,000), and where the fault lies."""

    def __init__(self, code: int, said: str = "", status: int = 0) -> None:
        super().__init__(f"{code} {said}")
        self.status = status or STATUS.get(code, 404 if 10_000 <= code < 20_000 else 400)
        self.code, self.said = 0 if code == self.status else code, said

    def plain(self) -> Plain:
        answer = {"code": self.code, "message": self.said or f"fake {self.code}"}
        if self.code == 50035:
            fault = {"code": "FAKE", "message": self.said}
            answer |= {"message": "Invalid Form Body", "errors": {"fake": {"_errors": [fault]}}}
        return answer


@dataclass
class Person:
    id: str
    name: str
    permissions: int = MEMBERS_MAY
    bot: bool = False
    closed: bool = False  # takes no direct messages
    locale: str = "en-US"

    def plain(self) -> Plain:
        user = {"id": self.id, "username": self.name.lower(), "global_name": self.name}
        flags = {"public_flags": 0, "flags": 0, "primary_guild": None}
        return {**user, **flags, "discriminator": "0", "avatar": None, "bot": self.bot}


@dataclass
class Channel:
    """A channel, a thread (its `parent` is another channel) or a direct message (with `recipient`, without a guild)."""

    id: str
    name: str
    type: int = TEXT
    guild: str = ""
    parent: str = ""
    recipient: str = ""
    denied: dict[str, int] = field(default_factory=dict)  # a person → what they may not do here
    messages: list[Plain] = field(default_factory=list)
    tags: list[Plain] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    require_tag: bool = False
    archived: bool = False
    changed: str = "2026-01-01T00:00:00+00:00"  # when a thread was last archived, or opened again
    locked: bool = False
    owner: str = ""
    last: str = ""  # the last message, though it may be deleted

    def find(self, message: str) -> Plain:
        found = next((each for each in self.messages if each["id"] == message), None)
        if found is None:
            raise No(10008, "Unknown Message")
        return found

    def plain(self, people: dict[str, Person]) -> Plain:
        shape: Plain = {"id": self.id, "type": self.type, "last_message_id": self.last or None, "flags": 0}
        if self.type == DM:
            return {**shape, "recipients": [people[self.recipient].plain()]}
        shape |= {"guild_id": self.guild, "name": self.name, "parent_id": self.parent or None}
        if self.type == PUBLIC_THREAD:
            return {**shape, **self._thread()}
        denials = [
            {"id": who, "type": 1, "allow": "0", "deny": str(bits)} for who, bits in self.denied.items()
        ]
        shape |= {"position": 0, "permission_overwrites": denials, "topic": None, "nsfw": False}
        if self.type == VOICE:
            shape |= {"bitrate": 64_000, "user_limit": 0}
        if self.type == FORUM:
            shape |= {"available_tags": self.tags, "flags": 1 << 4 if self.require_tag else 0}
        return shape

    def _thread(self) -> Plain:
        state = {"archived": self.archived, "locked": self.locked, "auto_archive_duration": 1440}
        state["archive_timestamp"] = self.changed
        counted = {
            "message_count": sum(each["id"] != self.id for each in self.messages),
            "member_count": 1,
            "total_message_sent": len(self.messages),
        }
        return {**counted, "owner_id": self.owner, "thread_metadata": state, "applied_tags": self.applied}


@dataclass
class Guild:
    """A server; `granted` is what the bot's role may, `there` whether the bot is still in it."""

    id: str
    name: str
    people: list[str]
    granted: int = BOT_MAY
    there: bool = True
    locale: str = "en-US"
    owner: str = CARSTEN
    integrated: bool = True  # installed to the server, not only to a person


def role(of: str) -> str:
    """The role of a person's own, so that what they may stands in the roles as it does at Discord."""
    return f"9{of[1:]}"


def parts(components: list[Plain]) -> Iterator[Plain]:
    """The components and all in them, an accessory too."""
    for part in components:
        yield part
        yield from parts(part.get("components") or [])
        yield from parts([part[key] for key in ("accessory", "component") if part.get(key)])

"""What can be asked over REST: what each request changes in the world and answers, or its No. https://docs.discord.com"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fake_discord import rules, world
from tests.fake_discord.world import (
    ATTACH,
    EMBED,
    FORUM,
    HISTORY,
    OPEN_THREADS,
    PUBLIC_THREAD,
    SEND,
    SEND_IN_THREADS,
    Channel,
    No,
    Plain,
)

if TYPE_CHECKING:
    from tests.fake_discord.fake import FakeDiscord

Files = dict[str, tuple[str, bytes]]  # the field → the name of a file, and what is in it


@dataclass(frozen=True)
class Ask:
    """A request; `at` are the parts of its path."""

    discord: "FakeDiscord"
    at: dict[str, str]
    given: Any
    query: dict[str, str]
    files: Files


Answer = Callable[[Ask], Any]


@dataclass(frozen=True)
class Route:
    name: str
    method: str
    path: re.Pattern[str]
    answer: Answer
    open: bool = False  # needs no token of the bot's, and counts for no limit
    status: int = 200


ROUTES: list[Route] = []


def route(
    name: str,
    method: str,
    path: str,
    *,
    open: bool = False,  # noqa: A002 - because that is what a route is
    status: int = 200,
) -> Callable[[Answer], Answer]:
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def registered(answer: Answer) -> Answer:
        ROUTES.append(Route(name, method, pattern, answer, open, status))
        return answer

    return registered


def routed(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    found = ((each, each.path.fullmatch(path)) for each in ROUTES if each.method == method)
    return next(((each, match.groupdict()) for each, match in found if match), None)


# -- who we are --------------------------------------------------------------------------------------------------------


@route("me", "GET", "/users/@me")
def me(ask: Ask) -> Any:
    own = {"verified": True, "mfa_enabled": False, "locale": "en-US", "email": None}
    return {**ask.discord.people[world.BOT].plain(), **own}


@route("application", "GET", "/oauth2/applications/@me")
@route("application", "GET", "/applications/@me")
def application(ask: Ask) -> Any:
    names = {"id": world.APP, "name": "newsdelta", "icon": None, "description": "", "verify_key": "0" * 64}
    flags = sum(
        given for bit, given in ((1 << 15, 1 << 19), (1 << 1, 1 << 15)) if ask.discord.privileged & bit
    )
    owner = ask.discord.people[world.CARSTEN].plain()
    unset = ("type", "interactions_endpoint_url", "role_connections_verification_url", "team")
    counts = {f"approximate_{each}_count": 1 for each in ("guild", "user_install", "user_authorization")}
    lists = {"redirect_uris": [], "eligible_oauth2_scopes": [], "explicit_content_filter": 0}
    known = {**dict.fromkeys(unset), **counts, **lists, "flags": flags, "flags_new": str(flags)}
    return {**names, **known, "bot_public": True, "bot_require_code_grant": False, "owner": owner}


@route("gateway", "GET", "/gateway/bot")
def gateway(ask: Ask) -> Any:
    left = ask.discord.identifies
    limit = {"total": 1000, "remaining": left, "reset_after": 14_400_000, "max_concurrency": 1}
    return {"url": ask.discord.gateway_url, "shards": ask.discord.shards, "session_start_limit": limit}


@route("user", "GET", "/users/{user}")
def user(ask: Ask) -> Any:
    if ask.at["user"] not in ask.discord.people:
        raise No(10013, "Unknown User")
    return ask.discord.people[ask.at["user"]].plain()


# -- places ------------------------------------------------------------------------------------------------------------


@route("guild", "GET", "/guilds/{guild}")
def guild(ask: Ask) -> Any:
    shape = guild_shape(ask.discord, ask.discord.guild(ask.at["guild"]).id)
    mine = {"channels", "members", "threads", "member_count", "large"}
    return {**world.UNSET, **{key: value for key, value in shape.items() if key not in mine}}


@route("guild.channels", "GET", "/guilds/{guild}/channels")
def guild_channels(ask: Ask) -> Any:
    return guild_shape(ask.discord, ask.discord.guild(ask.at["guild"]).id)["channels"]


@route("guild.roles", "GET", "/guilds/{guild}/roles")
def guild_roles(ask: Ask) -> Any:
    return guild_shape(ask.discord, ask.discord.guild(ask.at["guild"]).id)["roles"]


@route("member", "GET", "/guilds/{guild}/members/{user}")
def member(ask: Ask) -> Any:
    there = ask.discord.guild(ask.at["guild"])
    if ask.at["user"] not in there.people:
        raise No(10007, "Unknown Member")
    return member_shape(ask.discord, ask.at["user"])


@route("guilds", "GET", "/users/@me/guilds")
def guilds(ask: Ask) -> Any:
    may = str(ask.discord.people[world.BOT].permissions)
    shape = {"icon": None, "banner": None, "owner": False, "features": [], "permissions": may}
    return [
        {"id": there.id, "name": there.name, **shape} for there in ask.discord.guilds.values() if there.there
    ]


@route("leave", "DELETE", "/users/@me/guilds/{guild}")
def leave(ask: Ask) -> Any:
    there = ask.discord.guild(ask.at["guild"])
    there.there = False
    ask.discord.gateway.event("GUILD_DELETE", {"id": there.id}, there.id)


def member_shape(discord: "FakeDiscord", person: str) -> Plain:
    roles = {"roles": [world.role(person)], "flags": 0, "joined_at": "2026-01-01T00:00:00+00:00"}
    unset = dict.fromkeys(("nick", "avatar", "banner", "premium_since", "communication_disabled_until"))
    state = {"deaf": False, "mute": False, "pending": False}
    return {"user": discord.people[person].plain(), **unset, **state, **roles}


def guild_shape(discord: "FakeDiscord", given: str) -> Plain:
    there = discord.guilds[given]
    roles = [{"id": there.id, "name": "@everyone", "permissions": "0"}]
    for person in there.people:
        may = there.granted if person == world.BOT else discord.people[person].permissions
        roles.append({"id": world.role(person), "name": discord.people[person].name, "permissions": str(may)})
    shape = {"color": 0, "hoist": False, "position": 1, "managed": False, "mentionable": False, "flags": 0}
    shape |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    shape |= {"icon": None, "unicode_emoji": None}
    mine = [each for each in discord.channels.values() if each.guild == given]
    places = [each.plain(discord.people) for each in mine if each.type != PUBLIC_THREAD]
    threads = [
        each.plain(discord.people) for each in mine if each.type == PUBLIC_THREAD and not each.archived
    ]
    return {
        "id": there.id,
        "name": there.name,
        "owner_id": there.owner,
        "member_count": len(there.people),
        "preferred_locale": there.locale,
        "features": [],
        "emojis": [],
        "stickers": [],
        "large": False,
        "roles": [{**shape, **each} for each in roles],
        "channels": places,
        "threads": threads,
        "members": [member_shape(discord, person) for person in there.people],
    }


@route("channel", "GET", "/channels/{channel}")
def channel(ask: Ask) -> Any:
    return ask.discord.channel(ask.at["channel"]).plain(ask.discord.people)


@route("channel.edit", "PATCH", "/channels/{channel}")
def edit_channel(ask: Ask) -> Any:
    there = ask.discord.channel(ask.at["channel"])
    if there.type == PUBLIC_THREAD and there.owner != world.BOT:
        ask.discord.channel(there.id, world.MANAGE_THREADS)
    there.name = ask.given.get("name", there.name)
    archive(ask.discord, there, archived=ask.given.get("archived", there.archived))
    return there.plain(ask.discord.people)


@route("channel.delete", "DELETE", "/channels/{channel}")
def delete_channel(ask: Ask) -> Any:
    """Who has opened a thread may not delete it for that."""
    thread = ask.discord.channel(ask.at["channel"]).type == PUBLIC_THREAD
    need = world.MANAGE_THREADS if thread else world.MANAGE_CHANNELS
    there = ask.discord.channel(ask.at["channel"], need)
    take_away_channel(ask.discord, there)
    return there.plain(ask.discord.people)


def take_away_channel(discord: "FakeDiscord", there: Channel) -> None:
    for thread in discord.threads(there.id):
        take_away_channel(discord, thread)
    del discord.channels[there.id]
    name = "THREAD_DELETE" if there.type == PUBLIC_THREAD else "CHANNEL_DELETE"
    discord.gateway.event(name, there.plain(discord.people), there.guild)


@route("typing", "POST", "/channels/{channel}/typing")
def typing(ask: Ask) -> Any:
    ask.discord.channel(ask.at["channel"])


@route("dm.create", "POST", "/users/@me/channels")
def open_direct(ask: Ask) -> Any:
    return ask.discord.direct(str(ask.given["recipient_id"])).plain(ask.discord.people)


# -- messages ----------------------------------------------------------------------------------------------------------


@route("message.create", "POST", "/channels/{channel}/messages")
def create_message(ask: Ask) -> Any:
    discord = ask.discord
    there = discord.channel(ask.at["channel"])
    discord.channel(there.id, SEND_IN_THREADS if there.type == PUBLIC_THREAD else SEND)
    writable(discord, there)
    check(discord, there, ask.given, ask.files)
    nonce = str(ask.given.get("nonce") or "")
    if earlier := _earlier(ask, nonce):
        return earlier
    answered = (ask.given.get("message_reference") or {}).get("message_id")
    if answered and ask.given["message_reference"].get("fail_if_not_exists", True):
        there.find(str(answered))
    said = _said(ask.given)
    message = post(discord, there, world.BOT, ask.given, ask.files)
    if nonce and ask.given.get("enforce_nonce"):
        discord.nonces[nonce] = (discord.now(), there.id, message["id"], said)
    return {**message, "nonce": ask.given["nonce"]} if nonce else message


def _earlier(ask: Ask, nonce: str) -> Plain | None:
    """The message of the same nonce, where that is to be looked at and not too old; the nonce is one of the sender's."""
    from tests.fake_discord.fake import NONCES

    at, there, message, said = ask.discord.nonces.get(nonce, (float("-inf"), "", "", {}))
    if not ask.given.get("enforce_nonce") or ask.discord.now() - at >= NONCES:
        return None
    if said != _said(ask.given) or there != ask.at["channel"]:
        ask.discord.note_wrong(
            "message.create", ["other words or another place by the same nonce"], ask.given
        )
    if there not in ask.discord.channels:
        raise No(10008, "Unknown Message")
    return {**ask.discord.channels[there].find(message), "nonce": ask.given["nonce"]}


def _said(given: Plain) -> Plain:
    """What is said, as it is now: the parts of a message that is kept get numbers."""
    return deepcopy({key: given.get(key) or None for key in ("content", "embeds", "components")})


def writable(discord: "FakeDiscord", there: Channel) -> None:
    if there.type == FORUM:
        raise No(50024, "Cannot execute action on this channel type", 400)
    if there.recipient and discord.people[there.recipient].closed:
        raise No(50007, "Cannot send messages to this user")
    if there.locked:
        raise No(50083, "Thread is archived")
    archive(discord, there, archived=False)


def archive(discord: "FakeDiscord", there: Channel, *, archived: bool) -> None:
    if there.archived != archived:
        there.archived, there.changed = archived, discord.moment()


def check(
    discord: "FakeDiscord", there: Channel | None, given: Plain, files: Files, *, new: bool = True
) -> None:
    """What Discord refuses, and what our own rules forbid though Discord would take it."""
    rules.check_message(given, files=bool(files), new=new)
    if there is not None and given.get("embeds"):
        discord.channel(there.id, EMBED)
    if there is not None and files:
        discord.channel(there.id, ATTACH)
    loud = given.get("allowed_mentions") != {"parse": []} and new
    discord.note_wrong("message", ["it could mention somebody"] if loud else [], given)


def post(
    discord: "FakeDiscord", there: Channel, author: str, given: Plain, files: Files | None = None, **more: Any
) -> Plain:
    """A new message in a channel, which whoever listens hears of."""
    message = shape(discord, there.id, author, given, files or {}, **more)
    there.messages.append(message)
    there.last = message["id"]
    discord.gateway.message("MESSAGE_CREATE", there, message)
    return message


def shape(
    discord: "FakeDiscord", there: str, author: str, given: Plain, files: Files | None = None, **more: Any
) -> Plain:
    attached = []
    for name, content in (files or {}).values():
        number = discord.snowflake()
        discord.contents[number] = content
        address = f"{discord.url}/attachments/{number}/{name}"
        attached.append(
            {"id": number, "filename": name, "size": len(content), "url": address, "proxy_url": address}
        )
    reference = referred(there, given.get("message_reference"))
    return {
        "id": discord.snowflake(),
        "type": 19 if reference else 0,
        "channel_id": there,
        "author": discord.people[author].plain(),
        "content": given.get("content") or "",
        "timestamp": discord.moment(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": attached,
        "pinned": False,
        "embeds": rich(given.get("embeds") or []),
        "components": numbered(given.get("components") or []),
        "flags": given.get("flags") or 0,
        **({"message_reference": reference} if reference else {}),
        **more,
    }


def referred(there: str, reference: Plain | None) -> Plain | None:
    """The message that another answers, as it is said of that."""
    if not reference:
        return None
    return {"type": 0, "channel_id": there, "message_id": str(reference["message_id"])}


def rich(embeds: list[Plain]) -> list[Plain]:
    return [{"type": "rich", **each} for each in embeds]


def numbered(components: list[Plain]) -> list[Plain]:
    for number, part in enumerate(world.parts(components), 1):
        part.setdefault("id", number)
    return components


def change(discord: "FakeDiscord", message: Plain, given: Plain) -> Plain:
    """An edit in place: only what is named is other than it was."""
    whole = {
        **message,
        **{key: value for key, value in given.items() if key in {"content", "embeds", "components"}},
    }
    whole["flags"] = given.get("flags") or message["flags"] & (rules.V2 | rules.EPHEMERAL)
    rules.check_message(whole, files=bool(message["attachments"]))
    message |= {**whole, "content": whole["content"] or "", "edited_timestamp": discord.moment()}
    message["embeds"], message["components"] = (
        rich(message["embeds"] or []),
        numbered(message["components"] or []),
    )
    return message


@route("message.edit", "PATCH", "/channels/{channel}/messages/{message}")
def edit_message(ask: Ask) -> Any:
    there = ask.discord.channel(ask.at["channel"])
    message = there.find(ask.at["message"])
    if message["author"]["id"] != world.BOT:
        raise No(50005, "Cannot edit a message authored by another user")
    if there.archived:
        raise No(50083, "Thread is archived")
    check(ask.discord, there, ask.given, ask.files, new=False)
    change(ask.discord, message, ask.given)
    ask.discord.gateway.message("MESSAGE_UPDATE", there, message)
    return message


@route("message.delete", "DELETE", "/channels/{channel}/messages/{message}")
def delete_message(ask: Ask) -> Any:
    there = ask.discord.channel(ask.at["channel"])
    if there.find(ask.at["message"])["author"]["id"] != world.BOT:
        raise No(50013, "Missing Permissions")
    take_away(ask.discord, there, ask.at["message"])


def take_away(discord: "FakeDiscord", there: Channel, message: str) -> None:
    there.messages.remove(there.find(message))
    gone = {"id": message, "channel_id": there.id, **({"guild_id": there.guild} if there.guild else {})}
    discord.gateway.event("MESSAGE_DELETE", gone, there.guild)


@route("message.get", "GET", "/channels/{channel}/messages/{message}")
def get_message(ask: Ask) -> Any:
    return ask.discord.channel(ask.at["channel"], HISTORY).find(ask.at["message"])


@route("messages.get", "GET", "/channels/{channel}/messages")
def get_messages(ask: Ask) -> Any:
    """The latest first. Who may not read what was said gets none, and no error."""
    there = ask.discord.channel(ask.at["channel"])
    limit = int(ask.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise No(50035, "limit")
    if there.guild and not ask.discord.permissions(there, world.BOT) & HISTORY:
        return []
    found = sorted(there.messages, key=lambda each: int(each["id"]))
    if before := ask.query.get("before"):
        found = [each for each in found if int(each["id"]) < int(before)]
    if after := ask.query.get("after"):
        found = [each for each in found if int(each["id"]) > int(after)][:limit]
    return [seen(ask.discord, there, each) for each in found[-limit:][::-1]]


def seen(discord: "FakeDiscord", there: Channel, message: Plain) -> Plain:
    """A message as the bot may read it: of others only what is meant for it, unless the intent is switched on."""
    mine = message["author"]["id"] == world.BOT or not there.guild or f"<@{world.BOT}>" in message["content"]
    if mine or discord.privileged & (1 << 15):
        return message
    return {**message, "content": "", "embeds": [], "attachments": [], "components": []}


# -- threads -----------------------------------------------------------------------------------------------------------


@route("thread.create", "POST", "/channels/{channel}/messages/{message}/threads", status=201)
def create_thread(ask: Ask) -> Any:
    there = ask.discord.channel(ask.at["channel"], OPEN_THREADS)
    message = there.find(ask.at["message"])
    if message["id"] in ask.discord.channels:
        raise No(160004, "A thread has already been created for this message")
    thread = new_thread(ask.discord, there, ask.given, message["id"])
    message["thread"], message["flags"] = thread.plain(ask.discord.people), message["flags"] | 1 << 5
    return thread.plain(ask.discord.people)


@route("forum.create", "POST", "/channels/{channel}/threads", status=201)
def create_post(ask: Ask) -> Any:
    discord, there = ask.discord, ask.discord.channel(ask.at["channel"], SEND)
    if there.type != FORUM:
        raise No(50024, "Cannot execute action on this channel type", 400)
    tags = [str(tag) for tag in ask.given.get("applied_tags") or []]
    if there.require_tag and not tags:
        raise No(40067, "A tag is required to create a forum post in this channel")
    if len(tags) > 5 or not set(tags) <= {tag["id"] for tag in there.tags}:
        raise No(50035, "applied_tags")
    check(discord, there, ask.given["message"], ask.files)
    thread = new_thread(discord, there, ask.given, applied=tags)
    message = shape(discord, thread.id, world.BOT, ask.given["message"], ask.files) | {"id": thread.id}
    thread.messages.append(message)
    thread.last = thread.id
    return {**thread.plain(discord.people), "message": message}


def new_thread(
    discord: "FakeDiscord", there: Channel, given: Plain, number: str = "", **more: Any
) -> Channel:
    if not 1 <= len(given["name"].strip()) <= 100:
        raise No(50035, "name: must be between 1 and 100 in length")
    if given.get("auto_archive_duration", 1440) not in {None, 60, 1440, 4320, 10080}:
        raise No(50035, "auto_archive_duration")
    more |= {"parent": there.id, "owner": world.BOT}
    thread = discord.add_channel(given["name"], PUBLIC_THREAD, there.guild, number, **more)
    discord.gateway.event(
        "THREAD_CREATE", {**thread.plain(discord.people), "newly_created": True}, there.guild
    )
    return thread


@route("threads.active", "GET", "/guilds/{guild}/threads/active")
def active_threads(ask: Ask) -> Any:
    there = ask.discord.guild(ask.at["guild"])
    found = [each for each in ask.discord.channels.values() if each.guild == there.id and each.parent]
    none = {"members": [], "has_more": False}
    return {"threads": [each.plain(ask.discord.people) for each in found if not each.archived], **none}


@route("threads.archived", "GET", "/channels/{channel}/threads/archived/public")
def archived_threads(ask: Ask) -> Any:
    """The one that was archived last first."""
    there = ask.discord.channel(ask.at["channel"], HISTORY)
    before, limit = ask.query.get("before", "9999"), int(ask.query.get("limit", 50))
    found = [each for each in ask.discord.threads(there.id) if each.archived and each.changed < before]
    found.sort(key=lambda each: each.changed, reverse=True)
    shown = [each.plain(ask.discord.people) for each in found[:limit]]
    return {"threads": shown, "members": [], "has_more": len(found) > limit}


# -- commands ----------------------------------------------------------------------------------------------------------


@route("commands.put", "PUT", "/applications/{app}/commands")
@route("commands.put", "PUT", "/applications/{app}/guilds/{guild}/commands")
def put_commands(ask: Ask) -> Any:
    if ask.at["app"] != world.APP:
        raise No(10002, "Unknown Application")
    rules.check_commands(ask.given)
    place, ours = ask.at.get("guild", ""), {"application_id": world.APP, "version": "1"}
    known = {(each["type"], each["name"]): each["id"] for each in ask.discord.commands.get(place, [])}
    ask.discord.commands[place] = [
        {"type": 1, "description": "", "default_member_permissions": None, **each, **ours}
        | {"id": known.get((each.get("type", 1), each["name"])) or ask.discord.snowflake()}
        for each in ask.given
    ]
    return ask.discord.commands[place]


@route("commands.get", "GET", "/applications/{app}/commands")
@route("commands.get", "GET", "/applications/{app}/guilds/{guild}/commands")
def get_commands(ask: Ask) -> Any:
    return ask.discord.commands.get(ask.at.get("guild", ""), [])


# -- answers to interactions -------------------------------------------------------------------------------------------


@route("callback", "POST", "/interactions/{interaction}/{token}/callback", open=True)
def callback(ask: Ask) -> Any:
    return ask.discord.interactions.answered(ask.at["interaction"], ask.at["token"], ask.given, ask.files)


@route("followup", "POST", "/webhooks/{app}/{token}", open=True)
def followup(ask: Ask) -> Any:
    return ask.discord.interactions.followed(ask.at["token"], ask.given, ask.files)


@route("answer.edit", "PATCH", "/webhooks/{app}/{token}/messages/{message}", open=True)
def edit_answer(ask: Ask) -> Any:
    return ask.discord.interactions.edited(ask.at["token"], ask.at["message"], ask.given, ask.files)


@route("answer.get", "GET", "/webhooks/{app}/{token}/messages/{message}", open=True)
def get_answer(ask: Ask) -> Any:
    return ask.discord.interactions.message(ask.at["token"], ask.at["message"])


@route("answer.delete", "DELETE", "/webhooks/{app}/{token}/messages/{message}", open=True)
def delete_answer(ask: Ask) -> Any:
    ask.discord.interactions.deleted(ask.at["token"], ask.at["message"])

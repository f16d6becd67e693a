"""What people do in Discord, and what they see. All of it can be asked over HTTP too, by the same names (`asked`)."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.fake_discord import rules, world
from tests.fake_discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT, Interaction
from tests.fake_discord.rest import (
    archive,
    guild_shape,
    member_shape,
    new_thread,
    post,
    shape,
    take_away,
    take_away_channel,
)
from tests.fake_discord.world import ANNEKE, GUILD, MEMBERS_MAY, NEWS, Channel, Guild, No, Person, Plain

if TYPE_CHECKING:
    from tests.fake_discord.fake import FakeDiscord

WAITING = 5.0  # real seconds
CHANNEL = 7  # an option that names one
DOERS: dict[str, Callable[..., Any]] = {}


def doer(act: Callable[..., Any]) -> Callable[..., Any]:
    DOERS[act.__name__] = act
    return act


async def asked(discord: "FakeDiscord", what: str, given: Plain) -> Plain:
    """The answer to who tests over HTTP; with `wait` the app's answer to an interaction is waited for."""
    wait = given.pop("wait", False)
    try:
        found = DOERS[what](discord, **given)
        if isinstance(found, Awaitable):
            found = await found
        if isinstance(found, Interaction) and wait:
            with suppress(TimeoutError):
                await found.ended(WAITING)
    except (TypeError, ValueError, LookupError, StopIteration, No) as error:
        return {"error": f"{what}: {type(error).__name__}: {error}"}
    return {"answer": found.plain() if isinstance(found, Interaction) else found}


# -- what people do ----------------------------------------------------------------------------------------------------


@doer
def say(discord: "FakeDiscord", text: str, user: str = ANNEKE, channel: str = "", **more: Any) -> Plain:
    """Somebody writes: to the app directly, or in a channel."""
    there = discord.channels[channel] if channel else discord.direct(user)
    mentions = [discord.people[each].plain() for each in discord.people if f"<@{each}>" in text]
    return post(discord, there, user, {"content": text}, mentions=mentions, **more)


@doer
def command(
    discord: "FakeDiscord",
    name: str,
    options: Plain | None = None,
    user: str = ANNEKE,
    channel: str = NEWS,
    **more: Any,
) -> Interaction:
    """Somebody gives a command, in a direct message where `channel` is empty: `command(discord, "news changed", {"story": "1"})`."""
    there = discord.channels[channel] if channel else discord.direct(user)
    return discord.interactions.begin(
        COMMAND, user, there, _asked(discord, there, user, name, options or {}), **more
    )


@doer
def autocomplete(
    discord: "FakeDiscord",
    name: str,
    option: str,
    typed: str,
    options: Plain | None = None,
    user: str = ANNEKE,
    channel: str = NEWS,
) -> Interaction:
    """Somebody is typing an option of a command."""
    there = discord.channels[channel] if channel else discord.direct(user)
    given = {**(options or {}), option: typed}
    about = _asked(discord, there, user, name, given, focused=option)
    return discord.interactions.begin(AUTOCOMPLETE, user, there, about)


def _asked(
    discord: "FakeDiscord", there: Channel, user: str, name: str, given: Plain, focused: str = ""
) -> Plain:
    """The data of a slash command, if such a one was registered and takes these options."""
    words = name.split()
    node = registered(discord, there, words[0], 1)
    about = {"id": node["id"], "name": node["name"], "type": 1}
    place: Plain = about
    for word in words[1:]:
        node = next(
            (each for each in node.get("options") or [] if each["name"] == word and each["type"] < 3), None
        )
        if node is None:
            raise LookupError(f"no command {name} was registered")
        place["options"] = [{"type": node["type"], "name": word}]
        place = place["options"][0]
    place["options"] = _options(name, node, given, focused)
    pointed = [discord.channels[str(each["value"])] for each in place["options"] if each["type"] == CHANNEL]
    if pointed:
        about["resolved"] = {"channels": {each.id: _resolved(discord, each, user) for each in pointed}}
    return about


def _resolved(discord: "FakeDiscord", there: Channel, user: str) -> Plain:
    """A channel that somebody names in a command, with what they may there."""
    kept = (
        "id",
        "name",
        "type",
        "parent_id",
        "thread_metadata",
        "guild_id",
        "topic",
        "nsfw",
        "position",
        "flags",
    )
    shape = there.plain(discord.people)
    known = {key: shape[key] for key in kept if key in shape}
    return {**known, "permissions": str(discord.permissions(there, user))}


def _options(name: str, node: Plain, given: Plain, focused: str) -> list[Plain]:
    known = {each["name"]: each for each in node.get("options") or []}
    if any(each["type"] < 3 for each in known.values()):
        raise LookupError(f"{name} is a group and cannot be given")
    strange = [key for key in given if key not in known]
    missing = [
        key for key, each in known.items() if each.get("required") and key not in given and not focused
    ]
    if strange or missing:
        raise LookupError(f"{name} takes no {strange}, or needs {missing}")
    if focused and not known[focused].get("autocomplete"):
        raise LookupError(f"{focused} of {name} completes nothing")
    for key, value in given.items():
        choices = [each["value"] for each in known[key].get("choices") or []]
        if choices and value not in choices:
            raise LookupError(f"{value} is no choice of {key}")
    made = [{"type": known[key]["type"], "name": key, "value": value} for key, value in given.items()]
    return [{**each, **({"focused": True} if each["name"] == focused else {})} for each in made]


def registered(discord: "FakeDiscord", there: Channel, name: str, kind: int) -> Plain:
    """A command that can be seen in a place; where it is hidden nobody can give it."""
    context = 0 if there.guild else 1
    for each in [*discord.commands.get(there.guild, []), *discord.commands.get("", [])]:
        if (each["name"], each["type"]) == (name, kind):
            if context not in (each.get("contexts") or [0, 1, 2]):
                raise LookupError(f"{name} is not for this place")
            return each
    raise LookupError(f"no command {name} was registered")


@doer
def point(
    discord: "FakeDiscord", name: str, message: str, user: str = ANNEKE, channel: str = NEWS, **more: Any
) -> Interaction:
    """Somebody points at a message and chooses from its menu; the app gets what it says."""
    there = discord.channels[channel]
    found = registered(discord, there, name, 3)
    about = {"id": found["id"], "name": name, "type": 3, "target_id": message}
    about["resolved"] = {"messages": {message: there.find(message)}}
    return discord.interactions.begin(COMMAND, user, there, about, **more)


@doer
def press(
    discord: "FakeDiscord",
    custom: str,
    message: str,
    user: str = ANNEKE,
    channel: str = NEWS,
    values: Sequence[str] = (),
    **more: Any,
) -> Interaction:
    """Somebody presses a button of a message that they see, or chooses (`values`); by its custom_id or its label."""
    there = discord.channels[channel] if channel else discord.direct(user)
    found = next((each for each in seen(discord, user, there.id) if each["id"] == message), None)
    if found is None:
        raise LookupError(f"{user} sees no message {message}")
    every = world.parts(found["components"])
    part = next((each for each in every if custom in {each.get("custom_id"), each.get("label")}), None)
    if part is None or not part.get("custom_id") or part.get("disabled"):
        raise LookupError(f"nothing to press: {custom}")
    about = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part.get("id")}
    if part["type"] != 2:
        about["values"] = list(values)
    return discord.interactions.begin(COMPONENT, user, there, about, found, **more)


@doer
def submit(discord: "FakeDiscord", window: str, values: Plain) -> Interaction:
    """Somebody fills in a window (the id of the interaction that opened it) and sends it off: custom_id → what they wrote."""
    opened = discord.interactions.all[window]
    if opened.window is None:
        raise LookupError(f"{window} opened no window")
    left = dict(values)
    filled = [_filled(part, left) for part in opened.window["components"]]
    if left:
        raise LookupError(f"the window does not ask for {sorted(left)}")
    about = {"custom_id": opened.window["custom_id"], "components": filled}
    there = discord.channels[opened.channel]
    sent = discord.interactions.begin(SUBMIT, opened.user, there, about, opened.source)
    sent.opener = opened
    return sent


def _filled(part: Plain, values: Plain) -> Plain:
    """A component of a window as it is sent back, with what was written into it."""
    shape = {key: part[key] for key in ("type", "id", "custom_id") if key in part}
    if "component" in part:
        return {**shape, "component": _filled(part["component"], values)}
    if "components" in part:
        return {**shape, "components": [_filled(each, values) for each in part["components"]]}
    given = values.pop(part["custom_id"], None) if "custom_id" in part else None
    if part["type"] == 4:
        if given is None and part.get("required", True) and not part.get("value"):
            raise LookupError(f"{part['custom_id']} must be filled in")
        return {**shape, "value": given if given is not None else part.get("value") or ""}
    return shape if given is None else {**shape, "values": given}


@doer
def remove(discord: "FakeDiscord", channel: str, message: str, thread: bool = False) -> None:
    """Somebody deletes a message, and its thread if told so; else that stays, as it does at Discord."""
    post = discord.channels.get(message)  # which begins with the message
    there = post if post and discord.channels[channel].type == world.FORUM else discord.channels[channel]
    take_away(discord, there, message)
    if thread and message in discord.channels:
        take_away_channel(discord, discord.channels[message])


# -- what becomes of places ----------------------------------------------------------------------------------------------


@doer
def channel(
    discord: "FakeDiscord",
    name: str = "a",
    guild: str = GUILD,
    kind: int = 0,
    require_tag: bool = False,
    tags: Sequence[str] = (),
) -> str:
    """A new channel; its id. A forum (kind 15) has tags by their names."""
    made = [
        {"id": discord.snowflake(), "name": tag, "moderated": False, "emoji_id": None, "emoji_name": None}
        for tag in tags
    ]
    there = discord.add_channel(name, kind, guild, tags=made, require_tag=require_tag)
    discord.gateway.event("CHANNEL_CREATE", there.plain(discord.people), guild)
    return there.id


@doer
def delete_channel(discord: "FakeDiscord", channel: str) -> None:
    take_away_channel(discord, discord.channels[channel])


@doer
def deny(discord: "FakeDiscord", channel: str, bits: int, user: str = world.BOT) -> None:
    """What somebody (the app) may not do in a channel from now on, instead of what they might not before."""
    there = discord.channels[channel]
    there.denied[user] = bits
    discord.gateway.event("CHANNEL_UPDATE", there.plain(discord.people), there.guild)


@doer
def grant(discord: "FakeDiscord", bits: int, guild: str = GUILD, user: str = world.BOT) -> None:
    """What somebody (the app) may in a server from now on."""
    if user == world.BOT:
        discord.guilds[guild].granted = bits
    else:
        discord.people[user].permissions = bits
    roles = guild_shape(discord, guild)["roles"]
    changed = next(each for each in roles if each["id"] == world.role(user))
    discord.gateway.event("GUILD_ROLE_UPDATE", {"guild_id": guild, "role": changed}, guild)


@doer
def lock(discord: "FakeDiscord", thread: str, locked: bool = True, archived: bool = True) -> None:
    there = discord.channels[thread]
    there.locked = locked
    archive(discord, there, archived=archived)
    discord.gateway.event("THREAD_UPDATE", there.plain(discord.people), there.guild)


@doer
def open_thread(discord: "FakeDiscord", channel: str, message: str, name: str = "a thread") -> str:
    return new_thread(discord, discord.channels[channel], {"name": name}, message).id


@doer
def open_post(discord: "FakeDiscord", forum: str, text: str, user: str = ANNEKE, name: str = "a post") -> str:
    """Somebody makes a post in a forum; its id."""
    thread = new_thread(discord, discord.channels[forum], {"name": name})
    thread.owner = user
    message = shape(discord, thread.id, user, {"content": text}) | {"id": thread.id}
    thread.messages.append(message)
    return thread.id


@doer
def close_door(discord: "FakeDiscord", user: str = ANNEKE, closed: bool = True) -> None:
    """Whether somebody takes no direct messages."""
    discord.people[user].closed = closed


@doer
def person(
    discord: "FakeDiscord",
    name: str,
    permissions: int = MEMBERS_MAY,
    guild: str = GUILD,
    locale: str = "en-US",
) -> str:
    """Somebody new; their id."""
    made = Person(discord.snowflake(), name, permissions, locale=locale)
    discord.people[made.id] = made
    discord.guilds[guild].people.append(made.id)
    roles = guild_shape(discord, guild)["roles"]
    theirs = next(each for each in roles if each["id"] == world.role(made.id))
    discord.gateway.event("GUILD_ROLE_CREATE", {"guild_id": guild, "role": theirs}, guild)
    discord.gateway.event(
        "GUILD_MEMBER_ADD", {**member_shape(discord, made.id), "guild_id": guild}, guild, 1 << 1
    )
    return made.id


@doer
def invite(
    discord: "FakeDiscord",
    name: str = "Another",
    guild: str = "",
    granted: int = world.BOT_MAY,
    integrated: bool = True,
) -> str:
    """The app is let into a new server, or again into one; its id. It has one channel, "news"."""
    number = guild or str((10**11 + len(discord.guilds)) << 22)
    if number not in discord.guilds:
        discord.guilds[number] = Guild(number, name, [world.BOT, world.ANNEKE, world.BENTE, world.CARSTEN])
        discord.add_channel("news", 0, number, str(int(number) + 1))
    there = discord.guilds[number]
    there.there, there.granted, there.integrated = True, granted, integrated
    about = discord.gateway._guild(number)
    del about["unavailable"]  # which only one has that it was in before: discord.py tells the two by it
    discord.gateway.event("GUILD_CREATE", about, number)
    return number


@doer
def throw_out(discord: "FakeDiscord", guild: str = GUILD) -> None:
    discord.guilds[guild].there = False
    discord.gateway.event("GUILD_DELETE", {"id": guild}, guild)


# -- what goes wrong, and the clock ----------------------------------------------------------------------------------------


@doer
def plan(discord: "FakeDiscord", names: str | Sequence[str], faults: Sequence[str] = ()) -> None:
    discord.plan(names, *faults)


@doer
async def pass_time(discord: "FakeDiscord", seconds: float) -> None:
    await discord.pass_time(seconds)


@doer
async def reconnect(discord: "FakeDiscord", shard: int | None = None) -> int:
    return await discord.gateway.reconnect(shard)


@doer
async def invalidate(discord: "FakeDiscord", shard: int | None = None, resumable: bool = False) -> int:
    return await discord.gateway.invalidate(shard, resumable=resumable)


@doer
async def hang_up(discord: "FakeDiscord", code: int = 0, shard: int | None = None) -> int:
    return await discord.gateway.hang_up(code, shard)


@doer
def settings(discord: "FakeDiscord", **given: Any) -> None:
    """Sets what the fake or its gateway is told: paced, shards, privileged, revoked; interval, deaf, refuses, sharded_from."""
    for name, value in given.items():
        place = discord.gateway if name in {"interval", "deaf", "refuses", "sharded_from"} else discord
        if name not in vars(place):
            raise LookupError(name)
        setattr(place, name, value)


# -- what people see, and what was recorded --------------------------------------------------------------------------------


@doer
def messages(discord: "FakeDiscord", channel: str = NEWS) -> list[Plain]:
    """What stands in a channel and in its threads, in the order in which it came."""
    places = [discord.channels[channel], *discord.threads(channel)] if channel in discord.channels else []
    return sorted((each for place in places for each in place.messages), key=lambda each: int(each["id"]))


@doer
def seen(discord: "FakeDiscord", user: str = ANNEKE, channel: str = NEWS) -> list[Plain]:
    """What somebody sees in one channel or thread: with what only they see."""
    there = discord.channels[channel]
    theirs = [
        each for each in discord.interactions.all.values() if (each.user, each.channel) == (user, channel)
    ]
    answers = [message for each in theirs for message in (each.original, *each.followups) if message]
    alone = [each for each in answers if each["flags"] & rules.EPHEMERAL]
    return sorted([*there.messages, *alone], key=lambda each: int(each["id"]))


@doer
def direct(discord: "FakeDiscord", user: str = ANNEKE) -> str:
    return discord.direct(user).id


@doer
def threads(discord: "FakeDiscord", channel: str = NEWS) -> list[Plain]:
    return [each.plain(discord.people) for each in discord.threads(channel)]


@doer
def interaction(discord: "FakeDiscord", given: str) -> Interaction:
    return discord.interactions.all[given]


@doer
def calls(discord: "FakeDiscord", name: str = "") -> list[Plain]:
    return [vars(call) for call in discord.calls if name in {"", call.name}]


@doer
def sessions(discord: "FakeDiscord") -> list[Plain]:
    return [each.plain() for each in discord.gateway.sessions]


@doer
def commands(discord: "FakeDiscord", guild: str = "") -> list[Plain]:
    return discord.commands.get(guild, [])


@doer
def wrong(discord: "FakeDiscord") -> list[str]:
    return discord.wrong

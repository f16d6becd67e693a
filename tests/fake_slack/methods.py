"""The methods of the Web API: what each changes in the world and answers, or its No. https://docs.slack.dev/reference/methods"""

import base64
import inspect
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_sdk.web.async_client import AsyncWebClient

from tests import slack_rules
from tests.fake_slack.world import Channel, No, Plain, Workspace, is_reply

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack


@dataclass(frozen=True)
class Ask:
    """A call of a method."""

    slack: "FakeSlack"
    team: Workspace
    given: Plain


Method = Callable[[Ask], Plain | None]
METHODS: dict[str, Method] = {}
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
TICK = 0.01  # seconds: of a clock that stands still each ts is later than it
SHOWING = {"chat_update", "chat_postEphemeral"}
TRUNCATED, IN_AN_UPDATE, IN_BLOCKS, VIEW_BYTES = 40_000, 4_000, 12_000, 250_000
# ^ characters of a post (docs) · bytes of an update (GitLab MR 258898) · "12,000 text characters" (bolt-js #2509) · docs


def method(name: str, scope: str = "") -> Callable[[Method], Method]:
    def registered(act: Method) -> Method:
        def scoped(ask: Ask) -> Plain | None:
            need(ask.team, scope)
            return act(ask)

        METHODS[name] = scoped
        return act

    return registered


def need(team: Workspace, scope: str) -> None:
    if scope and scope not in team.scopes:
        raise No("missing_scope", needed=scope, provided=",".join(team.scopes))


def strays(name: str, given: Plain) -> list[str]:
    """Arguments that Slack's own SDK does not know for a method: Slack passes over them in silence.

    Those of a post are known to all that show a message, so that one payload serves them.
    """
    act = name.replace(".", "_")
    models = [getattr(AsyncWebClient, act), *([AsyncWebClient.chat_postMessage] if act in SHOWING else [])]
    known = {"team_id", *(key for model in models for key in inspect.signature(model).parameters)}
    return [key for key in given if key not in known]


# -- who we are --------------------------------------------------------------------------------------------------------


@method("auth.test")
def auth_test(ask: Ask) -> Plain:
    who = {"user": ask.team.people[ask.team.bot].name, "user_id": ask.team.bot, "bot_id": ask.team.bot_id}
    return {
        "url": f"https://{ask.team.id.lower()}.slack.com/",
        "team": ask.team.id.title(),
        "team_id": ask.team.id,
        **who,
    }


@method("auth.revoke")
def auth_revoke(ask: Ask) -> Plain:
    if not ask.given.get("test"):
        ask.team.lost = "token_revoked"
        ask.slack.happens(
            ask.team, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [ask.team.bot]}}
        )
    return {"revoked": not ask.given.get("test")}


@method("users.info", "users:read")
def users_info(ask: Ask) -> Plain:
    person = ask.team.person(_word(ask.given, "user"))
    profile = {"real_name": person.name, "display_name": person.name}
    about = {"is_admin": person.admin, "is_owner": person.owner, "is_bot": person.bot, "deleted": False}
    return {
        "user": {
            "id": person.id,
            "team_id": ask.team.id,
            "name": person.name.lower(),
            "real_name": person.name,
            "tz": person.tz,
            "profile": profile,
            "is_restricted": False,
            **about,
        }
    }


# -- messages ----------------------------------------------------------------------------------------------------------


@method("chat.postMessage", "chat:write")
def post_message(ask: Ask) -> Plain:
    channel = writable(ask.team, ask.given)
    thread = ask.given.get("thread_ts") or ""
    root = channel.find(thread) if thread else None
    if thread and (root is None or is_reply(root)):
        raise No("thread_not_found")  # bolt-js #2307, said by Slack's staff
    check_message(ask.slack, "chat.postMessage", ask.given)
    ask.slack.pace(ask.team, channel.id)
    message = written(ask.slack, ask.team, ask.given)
    if thread:
        message["thread_ts"] = thread
        if ask.given.get("reply_broadcast"):
            message["subtype"] = "thread_broadcast"
    channel.messages.append(message)
    ask.slack.echo(ask.team, channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


@method("chat.update", "chat:write")
def update(ask: Ask) -> Plain:
    """Blocks that are not given stay as they were; to be rid of them one gives an empty list."""
    channel = writable(ask.team, ask.given)
    message = channel.find(_word(ask.given, "ts"))
    if message is None:
        raise No("message_not_found")
    if message.get("bot_id") != ask.team.bot_id:
        raise No("cant_update_message")
    if len(ask.given.get("text", "").encode()) > IN_AN_UPDATE:
        raise No("msg_too_long")
    check_message(ask.slack, "chat.update", ask.given, unfurls=False)
    ask.slack.pace(ask.team, channel.id)
    before = dict(message)
    message |= _content(ask.team, ask.given)
    message["edited"] = {"user": ask.team.bot, "ts": ask.team.stamp(ask.slack.now())}
    ask.slack.echo(ask.team, channel, message, before)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(ask: Ask) -> Plain:
    channel, person = writable(ask.team, ask.given), ask.team.person(_word(ask.given, "user"))
    if person.id not in channel.members:
        raise No("user_not_in_channel")
    check_message(ask.slack, "chat.postEphemeral", ask.given, unfurls=False)
    message = whisper(ask.slack, ask.team, person.id, channel.id, ask.given)
    return {"message_ts": message["ts"]}


@method("chat.delete", "chat:write")
def delete(ask: Ask) -> Plain:
    channel = writable(ask.team, ask.given)
    message = channel.find(_word(ask.given, "ts"))
    if message is None:
        raise No("message_not_found")
    if message.get("bot_id") != ask.team.bot_id:
        raise No("cant_delete_message")
    take_away(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.getPermalink")
def permalink(ask: Ask) -> Plain:
    channel = ask.team.visible(_word(ask.given, "channel"))
    if channel.find(ts := _word(ask.given, "message_ts")) is None:
        raise No("message_not_found")
    address = f"https://{ask.team.id.lower()}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def written(slack: "FakeSlack", team: Workspace, given: Plain) -> Plain:
    """A message of the app."""
    who = {"user": team.bot, "bot_id": team.bot_id, "app_id": slack.app.id, "team": team.id}
    content = {"text": "", **_content(team, given)}
    return {"type": "message", "ts": team.stamp(slack.now()), **who, **content}


def _content(team: Workspace, given: Plain) -> Plain:
    content: Plain = {}
    if "text" in given:
        content["text"] = given["text"][:TRUNCATED]
    if "blocks" in given:
        content["blocks"] = named(team, given["blocks"])
    if "metadata" in given:
        content["metadata"] = given["metadata"]
    return content


def named(team: Workspace, blocks: Iterable[Plain]) -> list[Plain]:
    """Blocks as Slack hands them out: each has an id."""
    return [block if block.get("block_id") else {**block, "block_id": team.number("b")} for block in blocks]


def whisper(
    slack: "FakeSlack", team: Workspace, person: str, channel: str, given: Plain, bot: bool = True
) -> Plain:
    """A message that one person sees."""
    message = {
        **written(slack, team, given),
        "channel": channel,
        "thread_ts": given.get("thread_ts", ""),
        "is_ephemeral": True,
    }
    if not bot:
        message |= {"user": "USLACKBOT", "bot_id": ""}
    team.private.setdefault(person, []).append(message)
    return message


def take_away(channel: Channel, message: Plain) -> None:
    """A root that was answered leaves a mark, and its thread goes on."""
    if channel.replies(message["ts"]):
        gone = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
        for key in ("blocks", "metadata", "bot_id", "files"):
            message.pop(key, None)
        message |= gone
    else:
        channel.messages.remove(message)


def writable(team: Workspace, given: Plain) -> Channel:
    """Where the app may write; a person's id is the direct message with them."""
    name = _word(given, "channel")
    channel = team.direct(name) if name in team.people else team.visible(name)
    if channel.archived:
        raise No("is_archived")
    if team.bot not in channel.members and "chat:write.public" not in team.scopes:
        raise No("not_in_channel")
    return channel


def check_message(slack: "FakeSlack", place: str, given: Plain, *, unfurls: bool = True) -> None:
    blocks, text = given.get("blocks") or [], given.get("text") or ""
    if not text and not blocks:
        raise No("no_text")
    found = slack_rules.wrong_message(given, unfurls=unfurls)
    secrets = [f"a secret in {key}" for key in ("metadata", "blocks") if slack.tells_secrets(given.get(key))]
    metadata = given.get("metadata")
    if metadata is not None and not _is_metadata(metadata):
        slack.note_wrong(place, ["metadata"], given)
        raise No("invalid_metadata_format")
    if sum(map(len, slack_rules.strings(blocks))) > IN_BLOCKS:
        slack.note_wrong(place, found, given)
        raise No("msg_blocks_too_long")
    refuse(slack, place, [*found, *secrets], given)


def _is_metadata(given: Any) -> bool:
    return (
        isinstance(given, dict)
        and given.keys() == {"event_type", "event_payload"}
        and isinstance(given["event_type"], str)
        and isinstance(given["event_payload"], dict)
    )


def refuse(slack: "FakeSlack", place: str, found: list[str], given: Plain) -> None:
    if found:
        slack.note_wrong(place, found, given)
        raise No("invalid_blocks", response_metadata={"messages": [f"[ERROR] {each}" for each in found]})


# -- conversations -----------------------------------------------------------------------------------------------------


@method("conversations.open", "im:write")
def conversations_open(ask: Ask) -> Plain:
    users = ask.given.get("users") or ""
    people = users.split(",") if isinstance(users, str) else users
    if len(people) != 1:
        raise No("not_enough_users")
    ask.team.person(people[0])
    known = any(c.kind == "im" and people[0] in c.members for c in ask.team.channels.values())
    channel = ask.team.direct(people[0])
    return {"no_op": known, "already_open": known, "channel": {"id": channel.id}}


@method("conversations.info")
def conversations_info(ask: Ask) -> Plain:
    channel = ask.team.visible(_word(ask.given, "channel"))
    need(ask.team, READ[channel.kind])
    return {"channel": about(ask.team, channel)}


def about(team: Workspace, channel: Channel) -> Plain:
    kinds = {"is_channel": "channel", "is_group": "group", "is_im": "im"}
    told: Plain = {"id": channel.id, **{key: channel.kind == kind for key, kind in kinds.items()}}
    if channel.kind == "im":
        return {**told, "user": channel.creator, "is_archived": channel.archived}
    return {
        **told,
        "name": channel.name,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_private": channel.kind == "group",
        "is_member": team.bot in channel.members,
        "num_members": len(channel.members),
        "context_team_id": team.id,
    }


@method("conversations.list", "channels:read")
def conversations_list(ask: Ask) -> Plain:
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    asked = [kinds[name] for name in ask.given.get("types", "public_channel").split(",") if name in kinds]
    for kind in asked:
        need(ask.team, READ[kind])
    seen = [
        channel
        for channel in ask.team.channels.values()
        if channel.kind in asked and (channel.kind == "channel" or ask.team.bot in channel.members)
    ]
    return _page("channels", [about(ask.team, channel) for channel in seen], ask.given)


@method("conversations.members")
def conversations_members(ask: Ask) -> Plain:
    channel = ask.team.visible(_word(ask.given, "channel"))
    need(ask.team, READ[channel.kind])
    return _page("members", channel.members, ask.given)


@method("conversations.history")
def conversations_history(ask: Ask) -> Plain:
    """The newest first, and of the replies only what was broadcast."""
    channel = _readable(ask.team, ask.given)
    seen = [message for message in reversed(channel.top()) if _asked(ask.slack, message, ask.given)]
    return {**_page("messages", _shown(channel, seen, ask.given), ask.given), "pin_count": 0}


@method("conversations.replies")
def conversations_replies(ask: Ask) -> Plain:
    """The root and its replies, the oldest first."""
    channel = _readable(ask.team, ask.given)
    root = channel.find(_word(ask.given, "ts"))
    if root is None:
        raise No("thread_not_found")
    replies = [message for message in channel.replies(root["ts"]) if _asked(ask.slack, message, ask.given)]
    return _page("messages", _shown(channel, [root, *replies], ask.given), ask.given)


def _readable(team: Workspace, given: Plain) -> Channel:
    channel = team.visible(_word(given, "channel"))
    need(team, HISTORY[channel.kind])
    if team.bot not in channel.members:
        raise No("not_in_channel")
    return channel


def _asked(slack: "FakeSlack", message: Plain, given: Plain) -> bool:
    """Whether a message is in the span that was asked for, and in the history yet, which lags."""
    ts, equal = float(message["ts"]), str(given.get("inclusive", "")).lower() in {"1", "true"}
    oldest, latest = float(given.get("oldest") or 0), float(given.get("latest") or "inf")
    within = oldest <= ts <= latest if equal else oldest < ts < latest
    return within and ts <= slack.now() - slack.lag + TICK


def _shown(channel: Channel, messages: Iterable[Plain], given: Plain) -> list[Plain]:
    """Metadata comes only to whom asks for it."""
    whole = str(given.get("include_all_metadata", "")).lower() in {"1", "true"}
    shown = []
    for message in messages:
        replies = channel.replies(message["ts"])
        more = {"thread_ts": message["ts"], "reply_count": len(replies)} if replies else {}
        shown.append({key: value for key, value in {**message, **more}.items() if whole or key != "metadata"})
    return shown


def _page(name: str, found: list[Any], given: Plain) -> Plain:
    size = int(given.get("limit") or 100)
    if not 1 <= size <= 1_000:
        raise No("invalid_limit")
    cursor = given.get("cursor") or ""
    try:
        start = int(base64.b64decode(cursor or "MA==").decode())
    except ValueError:
        raise No("invalid_cursor") from None
    rest = found[start + size :]
    follows = base64.b64encode(str(start + size).encode()).decode() if rest else ""
    return {
        name: found[start : start + size],
        "has_more": bool(rest),
        "response_metadata": {"next_cursor": follows},
    }


# -- views -------------------------------------------------------------------------------------------------------------


@method("views.open")
def views_open(ask: Ask) -> Plain:
    person = ask.slack.triggered(ask.team, _word(ask.given, "trigger_id"))
    view = _viewed(ask.slack, ask.team, ask.given, "views.open", "modal")
    ask.team.modals[person] = [view]
    return {"view": view}


@method("views.push")
def views_push(ask: Ask) -> Plain:
    person = ask.slack.triggered(ask.team, _word(ask.given, "trigger_id"))
    stack = ask.team.modals.get(person, [])
    if not 1 <= len(stack) <= 2:
        raise No("push_limit_reached")
    view = _viewed(ask.slack, ask.team, ask.given, "views.push", "modal")
    view |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
    stack.append(view)
    return {"view": view}


@method("views.update")
def views_update(ask: Ask) -> Plain:
    outer = ask.given.get("external_id")
    found = ask.team.view(ask.given["view_id"]) if ask.given.get("view_id") else None
    stacks = ask.team.modals.values()
    found = found or next((v for s in stacks for v in s if outer and v.get("external_id") == outer), None)
    if found is None:
        raise No("not_found")
    _same(found, ask.given)
    new = _viewed(ask.slack, ask.team, ask.given, "views.update", found["type"])
    kept = {key: found[key] for key in ("id", "root_view_id", "previous_view_id")}
    found.clear()
    found |= {**new, **kept}
    return {"view": found}


@method("views.publish")
def views_publish(ask: Ask) -> Plain:
    person = ask.team.person(_word(ask.given, "user_id"))
    if not ask.team.home_enabled:
        raise No("not_enabled")
    if person.id in ask.team.homes:
        _same(ask.team.homes[person.id], ask.given)
    view = _viewed(ask.slack, ask.team, ask.given, "views.publish", "home")
    view["id"] = ask.team.homes.get(person.id, view)["id"]
    ask.team.homes[person.id] = view
    return {"view": view}


def _same(view: Plain, given: Plain) -> None:
    if given.get("hash") and given["hash"] != view["hash"]:
        raise No("hash_conflict")


def _viewed(slack: "FakeSlack", team: Workspace, given: Plain, place: str, kind: str) -> Plain:
    view = given.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise No("invalid_arguments", response_metadata={"messages": [f"[ERROR] a view of type {kind}"]})
    return made_view(slack, team, view, place)


def made_view(slack: "FakeSlack", team: Workspace, view: Plain, place: str) -> Plain:
    """A view as Slack keeps it."""
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        slack.note_wrong(place, ["too large"], view)
        raise No("view_too_large")
    found = slack_rules.wrong_view(view)
    refuse(slack, place, [*found, *(["a secret"] if slack.tells_secrets(view) else [])], view)
    number = team.number("V")
    ids = {"id": number, "root_view_id": number, "previous_view_id": None, "hash": team.stamp(slack.now())}
    whose = {"team_id": team.id, "app_id": slack.app.id, "bot_id": team.bot_id}
    defaults = {"private_metadata": "", "callback_id": "", "external_id": "", "notify_on_close": False}
    return {
        **defaults,
        **view,
        "blocks": named(team, view["blocks"]),
        **ids,
        **whose,
        "state": {"values": {}},
    }


# -- files -------------------------------------------------------------------------------------------------------------


@method("files.getUploadURLExternal", "files:write")
def upload_url(ask: Ask) -> Plain:
    number = ask.team.number("F")
    size = int(ask.given.get("length") or 0)
    if size <= 0:
        raise No("invalid_arguments")
    about = {
        "id": number,
        "name": _word(ask.given, "filename"),
        "size": size,
        "alt_txt": ask.given.get("alt_txt", ""),
    }
    ask.team.files[number] = {**about, "title": "", "shared": [], "user": ask.team.bot}
    return {"upload_url": f"{ask.slack.url}/upload/{ask.team.id}/{number}", "file_id": number}


@method("files.completeUploadExternal", "files:write")
def complete_upload(ask: Ask) -> Plain:
    files = []
    for each in ask.given.get("files") or []:
        if each["id"] not in ask.team.contents:
            raise No("file_not_found")
        files.append(ask.team.files[each["id"]])
        files[-1]["title"] = each.get("title", "")
    channels = [
        name for name in (ask.given.get("channel_id"), *ask.given.get("channels", "").split(",")) if name
    ]
    places = [writable(ask.team, {"channel": name}) for name in channels]
    if any(ask.team.bot not in place.members for place in places):
        raise No("not_in_channel")  # chat:write.public is for messages alone
    unsaid = [
        f"{file['name']} has no alt text"
        for file in files
        if file["name"].endswith(".png") and not file["alt_txt"]
    ]
    ask.slack.note_wrong("files.completeUploadExternal", unsaid, ask.given)
    for place in places:
        message = written(ask.slack, ask.team, {"text": ask.given.get("initial_comment") or ""})
        message |= {"files": files, "subtype": "file_share"}
        if ask.given.get("thread_ts"):
            message["thread_ts"] = ask.given["thread_ts"]
        place.messages.append(message)
        for file in files:
            file["shared"] = [*file["shared"], place.id]
    return {"files": files}


# -- what an assistant says --------------------------------------------------------------------------------------------


@method("assistant.threads.setSuggestedPrompts", "assistant:write")
def suggest(ask: Ask) -> None:
    channel = ask.team.visible(_word(ask.given, "channel_id"))
    prompts = ask.given.get("prompts") or []
    found = [] if 1 <= len(prompts) <= 4 else [f"{len(prompts)} prompts"]
    found += ["a prompt without words" for each in prompts if not (each.get("title") and each.get("message"))]
    if found:
        ask.slack.note_wrong("assistant.threads.setSuggestedPrompts", found, ask.given)
        raise No("invalid_arguments", response_metadata={"messages": found})
    ask.team.prompts[channel.id] = {"title": ask.given.get("title", ""), "prompts": prompts}


@method("assistant.threads.setStatus", "assistant:write")
def status(ask: Ask) -> None:
    channel = ask.team.visible(_word(ask.given, "channel_id"))
    ask.team.statuses[f"{channel.id}/{_word(ask.given, 'thread_ts')}"] = ask.given.get("status", "")


@method("assistant.threads.setTitle", "assistant:write")
def title(ask: Ask) -> None:
    ask.team.visible(_word(ask.given, "channel_id"))
    _word(ask.given, "title")


def _word(given: Plain, key: str) -> str:
    """An argument that must be there."""
    if not isinstance(given.get(key), str) or not given[key]:
        said = {"messages": [f"[ERROR] missing required field: {key}"]}
        raise No("invalid_arguments", response_metadata=said)
    return str(given[key])

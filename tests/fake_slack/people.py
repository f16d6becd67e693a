"""What people do in Slack, and what they see. All of it can be asked over HTTP too, by the same names (`asked`)."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.fake_slack.methods import made_view, take_away, whisper
from tests.fake_slack.sending import Sent
from tests.fake_slack.world import No, Plain, Workspace

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack

WAITING = 5.0  # real seconds: an app that does not take something at once does not take it
DOERS: dict[str, Callable[..., Any]] = {}


def doer(act: Callable[..., Any]) -> Callable[..., Any]:
    DOERS[act.__name__] = act
    return act


async def asked(slack: "FakeSlack", what: str, given: Plain) -> Plain:
    """The answer to who tests over HTTP; with `wait` what was sent to the app is waited for, as long as it is sent once."""
    wait = given.pop("wait", False)
    try:
        found = DOERS[what](slack, **given)
        if isinstance(found, Awaitable):
            found = await found
        if isinstance(found, Sent) and wait:
            with suppress(TimeoutError):
                await found.ended(WAITING)
    except (TypeError, ValueError, LookupError, StopIteration, No) as error:
        return {"error": f"{what}: {type(error).__name__}: {error}"}
    return {"answer": found.plain() if isinstance(found, Sent) else found}


# -- what people do ----------------------------------------------------------------------------------------------------


@doer
def say(
    slack: "FakeSlack",
    text: str,
    user: str = "U1A",
    channel: str = "",
    thread: str = "",
    team: str = "T1",
    lost: bool = False,
    **more: Any,
) -> Sent | None:
    """Somebody writes: to the app directly, or in a channel, where it hears what mentions it."""
    place = slack.teams[team]
    where = place.channels[channel] if channel else place.direct(user)
    message: Plain = {"type": "message", "user": user, "text": text, "ts": place.stamp(slack.now()), **more}
    message["client_msg_id"] = f"m{message['ts']}"
    if thread:
        message["thread_ts"] = thread
    where.messages.append(message)
    heard = {**message, "team": team, "channel": where.id, "event_ts": message["ts"]}
    if where.kind == "im":
        return slack.happens(place, {**heard, "channel_type": "im"}, lost=lost)
    sent = None
    if place.bot in where.members:
        sent = slack.happens(place, {**heard, "channel_type": where.kind}, lost=lost)
        if f"<@{place.bot}>" in text and not message.get("subtype"):
            sent = slack.happens(place, {**heard, "type": "app_mention"}, lost=lost)
    return sent


@doer
def command(
    slack: "FakeSlack",
    text: str,
    user: str = "U1A",
    channel: str = "",
    command: str = "/news",
    team: str = "T1",
) -> Sent:
    """Somebody writes a slash command; without a channel in a direct message to the app."""
    place = slack.teams[team]
    where = place.channels[channel] if channel else place.direct(user)
    payload = {
        "token": "old",
        "team_id": team,
        "team_domain": team.lower(),
        "channel_id": where.id,
        "channel_name": {"im": "directmessage", "group": "privategroup"}.get(where.kind, where.name),
        "user_id": user,
        "user_name": place.person(user).name.lower(),
        "command": command,
        "text": text,
        "api_app_id": slack.app.id,
        "is_enterprise_install": "false",
        "response_url": slack.responses.address(place, user, where.id),
        "trigger_id": slack.trigger(place, user),
    }
    return slack.sender.send("slash_commands", payload)


@doer
def press(
    slack: "FakeSlack",
    action: str,
    user: str = "U1A",
    message: str = "",
    view: str = "",
    chosen: str | Sequence[str] = (),
    team: str = "T1",
) -> Sent:
    """Somebody presses a button, or chooses: in a message (its `ts`) that they see, or in a view (its id)."""
    place = slack.teams[team]
    found, container = _seen(place, user, message, view)
    block, element = _element(found, action)
    payload = {**_interaction(slack, place, user, "block_actions"), "container": container}
    if view:
        payload |= {"view": found}
    else:
        channel = place.channels[container["channel_id"]]
        payload |= {"message": found, "channel": {"id": channel.id, "name": channel.name or "directmessage"}}
        payload["response_url"] = slack.responses.address(place, user, channel.id, found["ts"])
    pressed = {
        "block_id": block["block_id"],
        **_chosen(element, chosen),
        "action_ts": place.stamp(slack.now()),
    }
    return slack.sender.send("interactive", {**payload, "actions": [pressed]})


def _seen(place: Workspace, user: str, message: str, view: str) -> tuple[Plain, Plain]:
    if view:
        found = place.view(view)
        if found is None:
            raise LookupError(f"{user} sees no view {view}")
        return found, {"type": "view", "view_id": view}
    for whispered in place.private.get(user, []):
        if whispered["ts"] == message:
            where = {"message_ts": message, "channel_id": whispered["channel"], "is_ephemeral": True}
            return whispered, {"type": "message", **where}
    for channel in place.channels.values():
        if user in channel.members and (said := channel.find(message)):
            where = {"message_ts": message, "channel_id": channel.id, "is_ephemeral": False}
            return said, {"type": "message", **where}
    raise LookupError(f"{user} sees no message {message}")


def _element(part: Plain, action: str) -> tuple[Plain, Plain]:
    for block in part.get("blocks", []):
        nested = [*block.get("elements", []), block.get("accessory", {}), block.get("element", {})]
        for element in nested:
            if element.get("action_id") == action:
                return block, element
    raise LookupError(f"nothing with the action_id {action} is there")


def _chosen(element: Plain, chosen: str | Sequence[str]) -> Plain:
    said = {key: element[key] for key in ("action_id", "type", "text", "value") if key in element}
    options = [option for option in element.get("options", []) if option["value"] in chosen]
    if element["type"] in {"static_select", "overflow", "radio_buttons"}:
        said["selected_option"] = options[0]
    elif element["type"] in {"checkboxes", "multi_static_select"}:
        said["selected_options"] = options
    elif element["type"] in PICKED:
        said[PICKED[element["type"]]] = chosen
    return said


PICKED = {
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "users_select": "selected_user",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "plain_text_input": "value",
    "url_text_input": "value",
}


@doer
def shortcut(
    slack: "FakeSlack",
    callback: str,
    user: str = "U1A",
    channel: str = "",
    message: str = "",
    team: str = "T1",
) -> Sent:
    """Somebody uses a shortcut: a global one, or one of a message."""
    place = slack.teams[team]
    payload = _interaction(slack, place, user, "message_action" if message else "shortcut")
    payload |= {"callback_id": callback, "action_ts": place.stamp(slack.now())}
    if message:
        where = place.channels[channel]
        payload |= {"channel": {"id": channel, "name": where.name}, "message": where.find(message)}
        payload |= {
            "message_ts": message,
            "response_url": slack.responses.address(place, user, channel),
        }
    return slack.sender.send("interactive", payload)


@doer
def submit(
    slack: "FakeSlack",
    values: Plain,
    user: str = "U1A",
    view: str = "",
    team: str = "T1",
) -> Sent:
    """Somebody fills in a modal (the one on top) and submits it; `values`: action_id → what was written or chosen."""
    place = slack.teams[team]
    stack = place.modals[user]
    found = next(each for each in stack if each["id"] == view) if view else stack[-1]
    if not found.get("submit"):
        raise LookupError("the modal has no button to submit it")
    state: Plain = {}
    for block in found["blocks"]:
        element = block.get("element") or block.get("accessory") or {}
        if element.get("action_id"):
            said = _chosen(element, values.get(element["action_id"], ""))
            said.pop("action_id")
            state[block["block_id"]] = {element["action_id"]: said}
    found["state"] = {"values": state}
    payload = {**_interaction(slack, place, user, "view_submission"), "view": found, "response_urls": []}
    return slack.sender.send("interactive", payload)


@doer
def close(slack: "FakeSlack", user: str = "U1A", team: str = "T1") -> Sent | None:
    """Somebody closes the modal on top."""
    place = slack.teams[team]
    view = place.modals[user].pop()
    if not view["notify_on_close"]:
        return None
    payload = {**_interaction(slack, place, user, "view_closed"), "view": view, "is_cleared": False}
    payload.pop("trigger_id")
    return slack.sender.send("interactive", payload)


@doer
def open_home(slack: "FakeSlack", user: str = "U1A", tab: str = "home", team: str = "T1") -> Sent | None:
    """Somebody opens the app: its home, or (`messages`) the direct message."""
    place = slack.teams[team]
    event = {"type": "app_home_opened", "user": user, "channel": place.direct(user).id, "tab": tab}
    if user in place.homes:
        event["view"] = place.homes[user]
    return slack.happens(place, {**event, "event_ts": place.stamp(slack.now())})


def _interaction(slack: "FakeSlack", place: Workspace, user: str, kind: str) -> Plain:
    who = {"id": user, "username": place.person(user).name.lower(), "name": place.person(user).name.lower()}
    return {
        "type": kind,
        "team": {"id": place.id, "domain": place.id.lower()},
        "user": {**who, "team_id": place.id},
        "api_app_id": slack.app.id,
        "token": "old",
        "trigger_id": slack.trigger(place, user),
        "enterprise": None,
        "is_enterprise_install": False,
    }


# -- what those do who run a workspace ---------------------------------------------------------------------------------


@doer
def team(slack: "FakeSlack", team: str, token: str = "", scopes: Sequence[str] = (), bot: str = "") -> Plain:
    """A further workspace, with the people and channels that each has; the app is in it where there is a token."""
    more: Plain = {"scopes": list(scopes)} if scopes else {}
    new = slack.add_team(team, token, **more, **({"bot": bot, "bot_id": f"B{bot}"} if bot else {}))
    return {"people": list(new.people), "channels": list(new.channels)}


@doer
def scopes(slack: "FakeSlack", scopes: Sequence[str], team: str = "T1") -> None:
    slack.teams[team].scopes = list(scopes)


@doer
def without(slack: "FakeSlack", *lacking: str, scope: str = "", team: str = "T1") -> None:
    """The app has not these scopes."""
    place = slack.teams[team]
    place.scopes = [name for name in place.scopes if name not in {*lacking, scope}]


@doer
def channel(
    slack: "FakeSlack",
    name: str = "",
    creator: str = "U1A",
    members: Sequence[str] = ("U1A", "U1B", "UBOT"),
    kind: str = "channel",
    team: str = "T1",
) -> str:
    """A new channel: its id."""
    place = slack.teams[team]
    return place.add_channel(name or f"c{len(place.channels)}", members, creator, kind).id


@doer
def archive(slack: "FakeSlack", channel: str, team: str = "T1", archived: bool = True) -> None:
    slack.teams[team].channels[channel].archived = archived


@doer
def drop(slack: "FakeSlack", channel: str, team: str = "T1") -> None:
    """The channel is deleted."""
    del slack.teams[team].channels[channel]


@doer
def put_out(slack: "FakeSlack", channel: str, user: str = "", team: str = "T1") -> None:
    """Somebody, or the app, is no longer a member of a channel."""
    place = slack.teams[team]
    place.channels[channel].members.remove(user or place.bot)


@doer
def take_in(slack: "FakeSlack", channel: str, user: str = "", team: str = "T1") -> None:
    place = slack.teams[team]
    place.channels[channel].members.append(user or place.bot)


@doer
def remove(slack: "FakeSlack", channel: str, message: str, team: str = "T1", thread: bool = False) -> None:
    """Somebody deletes a message, and all that answers it where `thread` is true."""
    place = slack.teams[team]
    where = place.channels[channel]
    if thread:
        where.messages[:] = [
            each for each in where.messages if each.get("thread_ts") != message or each["ts"] == message
        ]
    if found := where.find(message):
        take_away(where, found)


@doer
def uninstall(slack: "FakeSlack", team: str = "T1") -> Sent | None:
    """The app is removed from a workspace. The order of its two events is not promised."""
    revoke(slack, team, lost="account_inactive")
    return slack.happens(slack.teams[team], {"type": "app_uninstalled"})


@doer
def revoke(slack: "FakeSlack", team: str = "T1", lost: str = "token_revoked") -> Sent | None:
    """The app's token is taken from it."""
    place = slack.teams[team]
    place.lost = lost
    return slack.happens(place, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [place.bot]}})


# -- what people see ---------------------------------------------------------------------------------------------------


@doer
def messages(slack: "FakeSlack", channel: str, team: str = "T1") -> list[Plain]:
    """Those of a channel (or of a person's direct message with the app) and of its threads, in the order of time."""
    place = slack.teams[team]
    where = place.direct(channel) if channel in place.people else place.channels[channel]
    return where.messages


@doer
def thread(slack: "FakeSlack", channel: str, message: str, team: str = "T1") -> list[Plain]:
    """The replies to a message."""
    return slack.teams[team].channels[channel].replies(message)


@doer
def private(slack: "FakeSlack", user: str = "U1A", team: str = "T1") -> list[Plain]:
    """The messages that nobody else sees."""
    return slack.teams[team].private.get(user, [])


@doer
def home(slack: "FakeSlack", user: str = "U1A", team: str = "T1") -> Plain | None:
    return slack.teams[team].homes.get(user)


@doer
def modals(slack: "FakeSlack", user: str = "U1A", team: str = "T1") -> list[Plain]:
    """The open modals, the one on top last."""
    return slack.teams[team].modals.get(user, [])


@doer
def files(slack: "FakeSlack", team: str = "T1") -> list[Plain]:
    return list(slack.teams[team].files.values())


@doer
def prompts(slack: "FakeSlack", user: str = "U1A", team: str = "T1") -> Plain | None:
    place = slack.teams[team]
    return place.prompts.get(place.direct(user).id)


@doer
def statuses(slack: "FakeSlack", team: str = "T1") -> dict[str, str]:
    return slack.teams[team].statuses


# -- what who tests asks and decides -----------------------------------------------------------------------------------


@doer
def wrong(slack: "FakeSlack") -> list[str]:
    """What the app sent that Slack, or a rule of ours, does not take."""
    return slack.wrong


@doer
def calls(slack: "FakeSlack", method: str = "", since: int = 0) -> list[Plain]:
    return [vars(call) for call in slack.calls[since:] if method in {"", call.method}]


@doer
def sent(slack: "FakeSlack", since: int = 0) -> list[Plain]:
    """What was sent to the app, with how long it took to take it."""
    return [each.plain() for each in slack.sender.sent[since:]]


@doer
def connections(slack: "FakeSlack") -> Plain:
    return {"open": len(slack.sender.sockets), "ever": slack.sender.opened}


@doer
def disconnect(slack: "FakeSlack", reason: str = "refresh_requested") -> Awaitable[None]:
    return slack.sender.disconnect(reason)


@doer
def break_off(slack: "FakeSlack") -> None:
    slack.sender.break_off()


@doer
def plan(slack: "FakeSlack", methods: str | Sequence[str], faults: Sequence[str] = ()) -> None:
    slack.plan(methods, *faults)


@doer
def pass_time(slack: "FakeSlack", seconds: float) -> Awaitable[None]:
    return slack.pass_time(seconds)


@doer
def now(slack: "FakeSlack") -> float:
    return slack.now()


@doer
def settings(slack: "FakeSlack", **given: Any) -> None:
    """Sets `lag`, `paced`, `consents`, `rotates`, `long_tokens`; of the sender `url` (of the app's requests), `skew`."""
    for name, value in given.items():
        owner = next(each for each in (slack.sender, slack) if name in vars(each))
        setattr(owner, name, value)


# -- what an acknowledgement does --------------------------------------------------------------------------------------


def concluded(slack: "FakeSlack", sent: Sent) -> None:
    """What people see of how the app took something: the words of its answer, or that it did not answer."""
    if sent.kind == "slash_commands":
        _command_ended(slack, sent)
    elif sent.kind == "interactive" and sent.payload["type"] == "view_submission" and sent.taken.is_set():
        _submitted(slack, sent)


def _command_ended(slack: "FakeSlack", sent: Sent) -> None:
    given = sent.payload
    place, answer = slack.teams[given["team_id"]], sent.answer
    if not sent.taken.is_set():
        code = "operation_timeout" if "timeout" in sent.attempts[-1].failure else "dispatch_failed"
        said = {"text": f"{given['command']} failed with the error “{code}”"}
        whisper(slack, place, given["user_id"], given["channel_id"], said, bot=False)
    elif answer and (answer.get("text") or answer.get("blocks")):
        with suppress(No):  # it is noted as wrong
            slack.responses.acknowledge(given["response_url"], answer)


def _submitted(slack: "FakeSlack", sent: Sent) -> None:
    given, answer = sent.payload, sent.answer or {}
    place = slack.teams[given["team"]["id"]]
    stack = place.modals.get(given["user"]["id"], [])
    at = next((index for index, view in enumerate(stack) if view["id"] == given["view"]["id"]), None)
    if at is None:
        return
    match answer.get("response_action"):
        case None:
            del stack[at]
        case "clear":
            stack.clear()
        case "errors":
            fields = {block["block_id"] for block in stack[at]["blocks"]}
            strange = [f"errors for {name}" for name in answer["errors"] if name not in fields]
            slack.note_wrong("view_submission", strange, answer)
            stack[at]["errors"] = answer["errors"]
        case "update" | "push" as how:
            for view in _made(slack, place, answer["view"]):
                if how == "push":
                    stack.append(view)
                else:
                    stack[at] = {**view, "id": stack[at]["id"]}
        case strange:
            slack.note_wrong("view_submission", [f"response_action {strange}"], answer)


def _made(slack: "FakeSlack", place: Workspace, view: Plain) -> Iterator[Plain]:
    try:
        yield made_view(slack, place, view, "view_submission")
    except No:  # noted as wrong already; the modal stays as it was
        return

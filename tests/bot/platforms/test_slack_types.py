"""What the bot sends is what Slack's own types of TypeScript allow: the compiler judges calls that were recorded.

The types know keys, kinds and what must be there; they know no numbers, which `tests.slack_rules` does.
"""

import asyncio
import json
import shutil
import subprocess
from itertools import count
from pathlib import Path

import pytest

from bot.delivery.values import Outgoing
from bot.platforms.slack.clients import Api, OneWorkspace
from bot.platforms.slack.delivery import SlackDelivery
from bot.platforms.slack.manifest import manifest
from bot.ports import Target
from bot.render import slack_views as views
from bot.render.slack import SlackRenderer
from tests.bot.platforms.slack_world import NEWS, served
from tests.fake_slack import people
from tests.slack_rules import buttons

ROOT = Path(__file__).parents[3]
INSTALLED = ROOT / ".venv" / "slack-types" / "node_modules"  # by `make test`
NAMED = {
    "chat.postMessage": "ChatPostMessageArguments",
    "chat.update": "ChatUpdateArguments",
    "chat.postEphemeral": "ChatPostEphemeralArguments",
    "views.open": "ViewsOpenArguments",
    "views.update": "ViewsUpdateArguments",
    "views.publish": "ViewsPublishArguments",
    "assistant.threads.setSuggestedPrompts": "AssistantThreadsSetSuggestedPromptsArguments",
}
HEAD = f"""
import type {{ KnownBlock, View }} from "@slack/types";
import type {{ {", ".join(NAMED.values())} }} from "@slack/web-api";
import type {{ Manifest }} from "@slack/web-api/dist/types/request/manifest";
"""
NO, UNUSED = "// @ts-expect-error\n", "TS2578"  # something wrong must follow; and nothing wrong did
SECTION = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
WRONG = {  # why → the type, and what is not of it
    "a key that there is not": ("KnownBlock[]", [{**SECTION, "txt": "x"}]),
    "a header of mrkdwn": ("KnownBlock[]", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
    "a block that there is not": ("KnownBlock[]", [{"type": "carousell"}]),
    "a picture without alt text": ("KnownBlock[]", [{"type": "image", "image_url": "https://x.example"}]),
    "an argument that there is not": (
        "ChatPostMessageArguments",
        {"channel": "C1", "text": "x", "unfurl_link": False},
    ),
    "a message to nowhere": ("ChatPostMessageArguments", {"text": "x"}),
    "a modal without a title": ("View", {"type": "modal", "blocks": [SECTION]}),
    "an event that there is not": (
        "Manifest",
        {"display_information": {"name": "x"}, "settings": {"event_subscriptions": {"bot_events": ["x"]}}},
    ),
}


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    """What the compiler says of what is sent and shown, and of what is wrong where it finds nothing wrong in it."""
    if shutil.which("node") is None:
        pytest.skip("no node here, which runs TypeScript's compiler")
    if not INSTALLED.is_dir():
        pytest.skip("Slack's types are not here: `make test` installs them")
    numbers = count()
    right = [f"export const v{next(numbers)}: {kind} = {json.dumps(value)};" for kind, value in shown()]
    wrong = [
        f"{NO}export const v{next(numbers)}: {kind} = {json.dumps(value)};" for kind, value in WRONG.values()
    ]
    folder = tmp_path_factory.mktemp("types")
    (folder / "node_modules").symlink_to(INSTALLED)
    (folder / "recorded.ts").write_text("\n".join([HEAD, *right, *wrong]), "utf-8")
    compiler = INSTALLED / "typescript" / "bin" / "tsc"
    options = ["--noEmit", "--strict", "--skipLibCheck", "recorded.ts"]
    ran = subprocess.run(
        ["node", compiler, *options], cwd=folder, stdout=subprocess.PIPE, text=True, check=False
    )
    return ran.stdout.splitlines()


def shown():
    """Values, and of what type each should be."""
    sent = asyncio.run(toured())
    assert {kind for kind, _ in sent} == {*NAMED.values(), "KnownBlock[]"}
    modals = [views.told("It is gone."), views.read_url()]
    manifests = [stripped(address) for address in ("", "https://bot.example.org")]
    return [
        *sent,
        *(("View", view) for view in modals),
        *(("Manifest", manifest) for manifest in manifests),
    ]


def recorded(slack):
    """The calls that Slack took, of which there are types; what a response_url took has none of its own."""
    for call in slack.calls:
        given = {key: value for key, value in call.given.items() if key != "team_id"}
        if call.method in NAMED and not call.error:
            yield NAMED[call.method], given
        if blocks := given.get("blocks"):
            yield "KnownBlock[]", blocks


async def toured():
    """What is sent while a member tries this and that, and digests are delivered."""
    async with served() as at_work:
        slack = at_work.slack
        for words in (
            "help",
            "latest",
            "changed lock",
            "changed lock post",
            "timeline lock",
            "follow lock",
            "me",
        ):
            await at_work.do(people.command, words, channel=NEWS)
        for words in ("<@UBOT> changed pears", "<@UBOT> me"):
            await at_work.do(people.say, words, channel=NEWS)
        await at_work.private(count=7)
        await at_work.posted(count=2)
        await at_work.do(people.say, "what changed in lock")
        [message] = await at_work.direct()
        for words in ("Sources", "Wrong line?"):
            await at_work.do(people.press, action_of(message, words), message=message["ts"])
            await slack.until(lambda: people.modals(slack) and "Looking" not in str(people.modals(slack)))
            people.close(slack)
        for tab in ("home", "messages"):
            await at_work.do(people.open_home, tab=tab)
        await slack.until(lambda: people.home(slack) and people.prompts(slack))
        await delivered(slack, at_work.world.ask("changed pears full"))
        return [*recorded(slack)]


def action_of(message, words):
    found = [button for block in message["blocks"] for button in buttons(block)]
    return next(button["action_id"] for button in found if button["text"]["text"] == words)


async def delivered(slack, reply):
    """A digest as root, as reply that the channel sees too, and as an edit."""
    api, channel = Api(slack.api), Target("slack", "T1", "channel", NEWS)
    delivery = SlackDelivery(OneWorkspace(api, "xoxb-1"))
    root, reply, edit = (SlackRenderer().render(reply, place)[0] for place in ("root", "thread", "root"))
    receipt = await delivery.send(Outgoing(channel, "a", "a" * 20, root))
    await delivery.send(Outgoing(channel, "b", "b" * 20, reply, thread=receipt.message))
    await delivery.send(Outgoing(channel, "c", "c" * 20, edit, edits=receipt.message))
    await api.close()


def stripped(address):
    """`BotScope` knows no assistant:write, which Slack's own schema of manifests does."""
    made = manifest(address)
    made["oauth_config"]["scopes"]["bot_optional"].remove("assistant:write")
    return made


def test_slacks_types_allow_what_is_sent_and_shown(errors):
    assert [error for error in errors if UNUSED not in error] == []


def test_slacks_types_would_bite(errors):
    assert [error for error in errors if UNUSED in error] == []

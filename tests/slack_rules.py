"""What Slack takes, by those who have written it down: its own SDK's models, slackblocks' limits, and what neither holds."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slackblocks import _limits as limits

TOKEN = re.compile(r"<[^>]*>|&(?!amp;|lt;|gt;)")
RICH_TEXT, IN_ALL, EDITED = 2_900, 10_000, 3_000  # characters, characters, bytes: undocumented, with a margin


def wrong_message(message: Mapping[str, Any], *, unfurls: bool = True) -> list[str]:
    """What is wrong with the arguments of `chat.postMessage`, or of a method that shows no previews (not `unfurls`)."""
    blocks, text = message.get("blocks") or [], message.get("text") or ""
    found = [*wrong_blocks(blocks, limits.MESSAGE_BLOCKS_MAX_ITEMS)]
    if not text.strip():
        found.append("no text")
    if len(text.encode()) > EDITED:
        found.append(f"text of {len(text.encode())} bytes")
    if TOKEN.search(text):
        found.append(f"read as markup: {TOKEN.search(text)}")
    if sum(len(said) for block in blocks for said in strings(block)) > IN_ALL:
        found.append("too much text in blocks")
    if unfurls and (message.get("unfurl_links") is not False or message.get("unfurl_media") is not False):
        found.append("unfurls")
    if {"link_names", "parse"} & message.keys():
        found.append("names become mentions")
    return found


def wrong_view(view: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal or a home tab."""
    found = [*wrong_blocks(view["blocks"], limits.VIEW_BLOCKS_MAX_ITEMS)]
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as error:
        found.append(str(error))
    if not view["blocks"]:
        found.append("no block")
    found += [f"long {key}" for key, most in VIEW.items() if len(_said(view.get(key))) > most]
    return found


VIEW = {
    "title": limits.VIEW_TITLE_MAX_LENGTH,
    "close": limits.VIEW_CLOSE_MAX_LENGTH,
    "submit": limits.VIEW_SUBMIT_MAX_LENGTH,
    "private_metadata": limits.VIEW_PRIVATE_METADATA_MAX_LENGTH,
    "callback_id": limits.VIEW_CALLBACK_ID_MAX_LENGTH,
}


def wrong_blocks(blocks: list[dict[str, Any]], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        yield from _by_the_sdk(block)
        yield from _by_limits(block)
    yield from _twice(blocks)


def _by_the_sdk(block: dict[str, Any]) -> Iterator[str]:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            yield f"unknown block {block['type']}"
        else:
            parsed.to_dict()
    except SlackObjectFormationError as error:
        yield str(error)


def _by_limits(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _plain(block["text"], limits.HEADER_TEXT_MAX_LENGTH)
        case "section":
            yield from _text(block["text"], limits.SECTION_TEXT_MAX_LENGTH)
        case "context":
            if not 1 <= len(block["elements"]) <= limits.CONTEXT_ELEMENTS_MAX_ITEMS:
                yield "elements of a context"
            for element in block["elements"]:
                yield from _text(element, limits.TEXT_MAX_LENGTH)
        case "actions":
            if not 1 <= len(block["elements"]) <= limits.ACTIONS_ELEMENTS_MAX_ITEMS:
                yield "elements of actions"
        case "rich_text":
            yield from _rich(block)
    for button in buttons(block):
        yield from _plain(button["text"], limits.BUTTON_TEXT_MAX_LENGTH)
        if len(button.get("value", "")) > limits.BUTTON_VALUE_MAX_LENGTH:
            yield "value of a button"


def _plain(text: dict[str, Any], most: int) -> Iterator[str]:
    if text["type"] != "plain_text" or text.get("emoji", True):
        yield f"{text['type']} where plain text belongs"
    yield from _text(text, most)


def _text(text: dict[str, Any], most: int) -> Iterator[str]:
    if not limits.TEXT_MIN_LENGTH <= len(text["text"]) <= most:
        yield f"text of {len(text['text'])} characters"
    if TOKEN.search(text["text"]):
        yield f"read as markup: {text['text'][:80]}"


def _rich(block: dict[str, Any]) -> Iterator[str]:
    if not block["elements"]:
        yield "an empty rich_text"
    said = [element.get("text", "") for element in leaves(block)]
    if sum(map(len, said)) > RICH_TEXT:
        yield "rich_text too long"
    if not all(said):
        yield "an empty element of a rich_text"
    for element in leaves(block):
        if element["type"] not in {"text", "link"}:
            yield f"{element['type']} in a rich_text"
        if element["type"] == "link" and not element["url"].startswith(("https://", "http://")):
            yield f"link to {element['url'][:80]}"
    for element in block["elements"]:
        if (
            not limits.RICH_TEXT_LIST_INDENT_MIN
            <= element.get("indent", 0)
            <= limits.RICH_TEXT_LIST_INDENT_MAX
        ):
            yield "indent"


def _twice(blocks: list[dict[str, Any]]) -> Iterator[str]:
    ids = Counter(button["action_id"] for block in blocks for button in buttons(block))
    ids.update(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"{name} twice" for name, number in ids.items() if number > 1)


def buttons(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be pressed in a block."""
    found = [*block.get("elements", []), block.get("accessory", {})]
    return [element for element in found if element.get("type") == "button"]


def leaves(part: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The elements of a rich_text that say something."""
    for element in part["elements"]:
        if "elements" in element:
            yield from leaves(element)
        else:
            yield element


def strings(part: Any) -> Iterator[str]:
    """What a part of Block Kit says, links to and gives when it is pressed."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if isinstance(value, str) and key in {"text", "url", "value", "alt_text"}:
                yield value
            else:
                yield from strings(value)
    elif isinstance(part, list):
        for each in part:
            yield from strings(each)


def _said(text: Any) -> str:
    return text.get("text", "") if isinstance(text, Mapping) else text or ""

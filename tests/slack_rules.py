"""What Slack takes, by those who have written it down: its own SDK's models, slackblocks' limits, and what neither holds."""

import inspect
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slackblocks import _limits as limits

TOKEN = re.compile(r"<[^>]*>|&(?!amp;|lt;|gt;)")
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
RICH_TEXT, IN_ALL, EDITED = 2_900, 10_000, 3_000  # characters, characters, bytes: undocumented, with a margin
CELLS, VIEW_BYTES = 10_000, 250_000  # docs
SHADES = ("link_names", "markdown_text", "username", "icon_emoji", "icon_url", "attachments")
# ^ arguments through which names become mentions, text is read as markup, or somebody else seems to speak

VIEW = {
    "title": limits.VIEW_TITLE_MAX_LENGTH,
    "close": limits.VIEW_CLOSE_MAX_LENGTH,
    "submit": limits.VIEW_SUBMIT_MAX_LENGTH,
    "private_metadata": limits.VIEW_PRIVATE_METADATA_MAX_LENGTH,
    "callback_id": limits.VIEW_CALLBACK_ID_MAX_LENGTH,
    "external_id": limits.VIEW_EXTERNAL_ID_MAX_LENGTH,
}
CHOICES = ("static_select", "multi_static_select", "external_select", "users_select", "conversations_select")
CHOOSING = (*CHOICES, "channels_select", "multi_users_select", "multi_conversations_select")
PLACEHOLDER = {"placeholder": limits.SELECT_PLACEHOLDER_MAX_LENGTH}
TYPED = ("plain_text_input", "url_text_input", "email_text_input", "number_input", "datepicker", "timepicker")
LENGTHS: dict[str, dict[str, int]] = {  # a part of Block Kit → what is written in it → the most characters
    "header": {"text": limits.HEADER_TEXT_MAX_LENGTH},
    "section": {"text": limits.SECTION_TEXT_MAX_LENGTH},
    "field": {"text": limits.SECTION_FIELDS_ITEM_MAX_LENGTH},
    "said": {"text": limits.TEXT_MAX_LENGTH},
    "markdown": {"text": limits.MARKDOWN_TEXT_MAX_LENGTH},
    "button": {
        "text": limits.BUTTON_TEXT_MAX_LENGTH,
        "value": limits.BUTTON_VALUE_MAX_LENGTH,
        "url": limits.BUTTON_URL_MAX_LENGTH,
        "accessibility_label": limits.BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH,
    },
    "option": {
        "text": limits.OPTION_TEXT_MAX_LENGTH,
        "value": limits.OPTION_VALUE_MAX_LENGTH,
        "description": limits.OPTION_DESCRIPTION_MAX_LENGTH,
        "url": limits.OPTION_URL_MAX_LENGTH,
    },
    "group": {"label": limits.OPTION_GROUP_LABEL_MAX_LENGTH},
    "confirm": {
        "title": limits.CONFIRMATION_TITLE_MAX_LENGTH,
        "text": limits.CONFIRMATION_TEXT_MAX_LENGTH,
        "confirm": limits.CONFIRMATION_CONFIRM_MAX_LENGTH,
        "deny": limits.CONFIRMATION_DENY_MAX_LENGTH,
    },
    "image": {
        "image_url": limits.IMAGE_IMAGE_URL_MAX_LENGTH,
        "alt_text": limits.IMAGE_ALT_TEXT_MAX_LENGTH,
        "title": limits.IMAGE_TITLE_MAX_LENGTH,
    },
    "input": {"label": limits.INPUT_LABEL_MAX_LENGTH, "hint": limits.INPUT_HINT_MAX_LENGTH},
    **dict.fromkeys((*CHOOSING, *TYPED), PLACEHOLDER),
}
SELECT = {
    "options": (1, limits.SELECT_OPTIONS_MAX_ITEMS),
    "option_groups": (1, limits.SELECT_OPTION_GROUPS_MAX_ITEMS),
}
COUNTS: dict[str, dict[str, tuple[int, int]]] = {
    "section": {"fields": (1, limits.SECTION_FIELDS_MAX_ITEMS)},
    "context": {"elements": (1, limits.CONTEXT_ELEMENTS_MAX_ITEMS)},
    "actions": {"elements": (1, limits.ACTIONS_ELEMENTS_MAX_ITEMS)},
    "rich_text": {"elements": (1, 10**9)},
    "overflow": {"options": (1, limits.OVERFLOW_OPTIONS_MAX_ITEMS)},
    "checkboxes": {"options": (1, limits.CHECKBOXES_OPTIONS_MAX_ITEMS)},
    "radio_buttons": {"options": (1, limits.RADIO_BUTTONS_OPTIONS_MAX_ITEMS)},
    "group": {"options": (1, limits.OPTION_GROUP_OPTIONS_MAX_ITEMS)},
    "table": {
        "rows": (1, limits.TABLE_ROWS_MAX_ITEMS),
        "column_settings": (0, limits.TABLE_COLUMN_SETTINGS_MAX_ITEMS),
    },
    "static_select": SELECT,
    "multi_static_select": SELECT,
}
NEEDED = {
    "section": "text fields",
    "header": "text",
    "markdown": "text",
    "button": "text action_id",
    "image": "alt_text",
    "input": "label element",
    "option": "text",
    "confirm": "title text confirm deny",
}
EITHER = {"section"}  # of what it needs, one is enough
PLAIN = {"header": "text", "button": "text", "input": "label hint", "group": "label", "confirm": "title"}
BARE = {"value", "url", "accessibility_label", "image_url", "alt_text"}  # no text objects
IDS = {"block_id": limits.BLOCK_ID_MAX_LENGTH, "action_id": limits.ACTION_ID_MAX_LENGTH}
KINDS = {"options": "option", "initial_option": "option", "option_groups": "group", "confirm": "confirm"}
IN_MESSAGES_ONLY = {"markdown", "table"}


# -- a message, a view -------------------------------------------------------------------------------------------------


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
    found += [f"{key} is not for us" for key in SHADES if message.get(key)]
    if message.get("parse", "none") != "none":
        found.append("names become mentions")
    if len([block for block in blocks if block.get("type") == "table"]) > 1:
        found.append("two tables")
    return found


def wrong_view(view: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal or a home tab."""
    blocks = view.get("blocks") or []
    found = [*wrong_blocks(blocks, limits.VIEW_BLOCKS_MAX_ITEMS)]
    try:
        View(**view).to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        found.append(str(error))
    found += _strange(view, View)
    if not blocks:
        found.append("no block")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        found.append("a view of more than 250 kB")
    kinds = {block.get("type") for block in blocks}
    found += [f"{kind} in a view" for kind in sorted(kinds & IN_MESSAGES_ONLY)]
    if view.get("type") == "modal":
        found += ["a modal without a title"] * (not _said(view.get("title")))
        found += ["an input, and nothing to submit it"] * ("input" in kinds and not view.get("submit"))
    found += [f"long {key}" for key, most in VIEW.items() if len(_said(view.get(key))) > most]
    plain = (key for key in ("title", "submit", "close") if view.get(key))
    found += [f"{key} is no plain text" for key in plain if view[key].get("type") != "plain_text"]
    return found


def wrong_blocks(blocks: list[dict[str, Any]], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        for judge in (_by_the_sdk, _by_limits):
            yield from _judged(judge, block)
    yield from _twice(blocks)


def _judged(judge: Callable[[dict[str, Any]], Iterable[str]], block: dict[str, Any]) -> list[str]:
    """What a judge finds; what it can't even read has another shape than it should."""
    try:
        return [*judge(block)]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [f"malformed {block.get('type')}: {type(error).__name__} {error}"]


def _by_the_sdk(block: dict[str, Any]) -> Iterator[str]:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            yield f"unknown block {block['type']}"
        else:
            parsed.to_dict()
            yield from _strange(block, type(parsed))
    except SlackObjectFormationError as error:
        yield str(error)


def _strange(part: Mapping[str, Any], model: type) -> Iterator[str]:
    """Keys that the SDK's model does not know; it warns, and no more."""
    known = {"type", *inspect.signature(model).parameters}
    yield from (f"{key} is no part of {part['type']}" for key in part if key not in known)


def _twice(blocks: list[dict[str, Any]]) -> Iterator[str]:
    actions = [part["action_id"] for block in blocks for _, part in parts(block) if "action_id" in part]
    own = [block["block_id"] for block in blocks if "block_id" in block]
    choices = (
        part["options"]
        for block in blocks
        for _, part in parts(block)
        if isinstance(part.get("options"), list)
    )
    values = ([option.get("value") for option in options] for options in choices)
    for names in (actions, own, *values):
        yield from (f"{name} twice" for name, number in Counter(names).items() if number > 1)


# -- a block -----------------------------------------------------------------------------------------------------------


def _by_limits(block: dict[str, Any]) -> Iterator[str]:
    for kind, part in parts(block):
        yield from _part(kind, part)
    if block["type"] == "rich_text":
        yield from _rich(block)
    if block["type"] == "table":
        yield from _table(block)


def _part(kind: str, part: dict[str, Any]) -> Iterator[str]:
    needed = NEEDED.get(kind, "").split()
    missing = [key for key in needed if not part.get(key)]
    if missing and (kind not in EITHER or len(missing) == len(needed)):
        yield f"{kind} without {' or '.join(missing)}"
    for key, most in LENGTHS.get(kind, {}).items():
        if key in part:
            yield from _words(f"{key} of {kind}", part[key], most, bare=key in BARE or kind == "markdown")
    for key, (least, most) in COUNTS.get(kind, {}).items():
        if key in part and not least <= len(part[key]) <= most:
            yield f"{len(part[key])} {key} of {kind}"
    for key in PLAIN.get(kind, "").split():
        text = part.get(key, {"type": "plain_text"})
        if text["type"] != "plain_text" or (kind in {"header", "button"} and text.get("emoji", True)):
            yield f"{text['type']} where plain text belongs"
    yield from (f"long {key}" for key, most in IDS.items() if len(part.get(key, "")) > most)


def _words(where: str, said: Any, most: int, *, bare: bool) -> Iterator[str]:
    """A text object, or (`bare`) mere characters."""
    text = said if bare else said["text"]
    if not limits.TEXT_MIN_LENGTH <= len(text) <= most:
        yield f"text of {len(text)} characters in {where}"
    if (not bare or where == "text of markdown") and TOKEN.search(text):
        yield f"read as markup: {text[:80]}"


def _rich(block: dict[str, Any]) -> Iterator[str]:
    said = [element.get("text", "") for element in leaves(block) if element["type"] != "channel"]
    if sum(map(len, said)) > RICH_TEXT:
        yield "rich_text too long"
    if not all(said):
        yield "an empty element of a rich_text"
    for element in leaves(block):
        if element["type"] not in {"text", "link", "channel"}:
            yield f"{element['type']} in a rich_text"
        if element["type"] == "channel" and not CHANNEL.fullmatch(element["channel_id"]):
            yield f"the channel {element['channel_id'][:80]}"
        if element["type"] == "link" and not element["url"].startswith(("https://", "http://")):
            yield f"link to {element['url'][:80]}"
    indents = range(limits.RICH_TEXT_LIST_INDENT_MIN, limits.RICH_TEXT_LIST_INDENT_MAX + 1)
    yield from ("indent" for each in block["elements"] if each.get("indent", 0) not in indents)


def _table(block: dict[str, Any]) -> Iterator[str]:
    if any(len(row) > limits.TABLE_COLUMNS_MAX_ITEMS for row in block["rows"]):
        yield "columns of a table"
    if len({len(row) for row in block["rows"]}) > 1:
        yield "rows of different lengths"
    if sum(len(said) for row in block["rows"] for cell in row for said in strings(cell)) > CELLS:
        yield "too much text in a table"


# -- walking -----------------------------------------------------------------------------------------------------------


def parts(block: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The block, the elements in it, and their options and confirmations, with what each is."""
    kind = block["type"]
    yield kind, dict(block)
    if kind == "context":
        for element in block["elements"]:
            yield ("image", element) if element["type"] == "image" else ("said", {"text": element})
    elif kind == "section":
        yield from (("field", {"text": field}) for field in block.get("fields", []))
        yield from _elements([block["accessory"]] if "accessory" in block else [])
    elif kind in {"actions", "context_actions"}:
        yield from _elements(block["elements"])
    elif kind == "input":
        yield from _elements([block["element"]])


def _elements(elements: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for element in elements:
        yield element["type"], element
        yield from _under(element)


def _under(element: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, kind in KINDS.items():
        found = element.get(key, [])
        for part in [found] if isinstance(found, dict) else found:
            yield kind, part
            if kind == "group":
                yield from _under(part)


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

"""What Discord takes: its own OpenAPI, where it is at hand, and the limits and the markup that it does not hold."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

CONTENT, EMBEDS, V2_TEXT, V2_PARTS = 2_000, 6_000, 4_000, 40  # characters, characters, characters, components
ROWS, LABEL = 5, 80
WHOLE_COMMAND, LISTED_AT_ONCE = 8_000, 25  # characters of a command, options or choices of one
NAME = re.compile(r"[-_'\w]{1,32}")
V2, NO_PREVIEWS, PRIVATE = 1 << 15, 1 << 2, 1 << 6  # flags
ROW, BUTTON, SELECTS, SECTION, TEXT, CONTAINER = 1, 2, {3, 5, 6, 7, 8}, 9, 10, 17  # types of components
OF_V2 = {9, 10, 11, 12, 13, 14, 17}
OURS = {"plain", "thread"}  # of a payload; the adapter reads them
HERE = Path(os.environ.get("SPECS", "")) / "discord-openapi.json"
REASON = "Discord's OpenAPI is not here: set SPECS to a folder with discord-openapi.json"
needs_openapi = pytest.mark.skipif(not os.environ.get("SPECS") or not HERE.is_file(), reason=REASON)


# -- by Discord's OpenAPI ----------------------------------------------------------------------------------------------


@cache
def _openapi() -> Registry[Any] | None:
    """Its schemas, strict about keys that it does not know; as its servers do, an id is taken as a number too."""
    if not os.environ.get("SPECS") or not HERE.is_file():
        return None
    whole = json.loads(HERE.read_text("utf-8"))
    for name, schema in whole["components"]["schemas"].items():
        closed = "allOf" not in schema and name != "Error"  # which errors with more to say are made of
        if schema.get("type") == "object" and schema.get("properties") and closed:
            schema.setdefault("additionalProperties", False)
    post = whole["components"]["schemas"]["CreatedThreadResponse"]["properties"]
    post["message"] = {
        "$ref": "#/components/schemas/MessageResponse"
    }  # of a forum: its documentation shows it
    inner = whole["components"]["schemas"]["InnerErrors"]["properties"]["_errors"]["items"]
    inner |= {"$ref": "#/components/schemas/InnerError"}  # their codes are words, its documentation shows
    whole["components"]["schemas"]["InnerError"] = {
        "type": "object",
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        "required": ["code", "message"],
        "additionalProperties": False,
    }
    whole["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
    return Registry().with_resource("urn:discord", DRAFT202012.create_resource(whole))


@cache
def _schema(name: str) -> Draft202012Validator | None:
    registry = _openapi()
    if registry is None:
        return None
    named = {"$ref": f"urn:discord#/components/schemas/{name}"}
    return Draft202012Validator(named, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def by_openapi(name: str, body: Mapping[str, Any]) -> list[str]:
    """What a schema of Discord's finds wrong; nothing where it is not at hand."""
    schema = _schema(name)
    error = best_match(schema.iter_errors(dict(body))) if schema else None
    return [f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"] if error else []


def wrong_answer(method: str, path: str, status: int, body: Any) -> list[str]:
    """What is wrong with an answer to a request, by what its OpenAPI says of that path."""
    registry = _openapi()
    if registry is None or status >= 500:
        return []
    asked = registry["urn:discord"].contents["paths"]
    known = [each for each in sorted(asked) if method.lower() in asked[each] and _leads(each, path)]
    if not known:
        return [f"{method} {path}: there is no such thing"]
    answers = asked[known[0]][method.lower()]["responses"]
    kind = "429" if status == 429 else str(status) if str(status) in answers else f"{status // 100}XX"
    if kind not in answers:
        return [f"{method} {path} answered {status}, and not {sorted(answers)}"]
    return _by(registry, f"{method} {path}: {status}", _content(registry, answers[kind]), body)


def _leads(known: str, path: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(known)), path))


def _content(registry: Registry[Any], answer: Any) -> Any:
    """The schema of an answer; of none, that nothing is said."""
    if "$ref" in answer:
        answer = registry["urn:discord"].contents["components"]["responses"][
            answer["$ref"].rpartition("/")[2]
        ]
    found = answer.get("content", {}).get("application/json", {}).get("schema", {"type": "null"})
    return json.loads(json.dumps(found).replace('"#/', '"urn:discord#/'))


def _by(registry: Registry[Any], name: str, schema: Any, body: Any) -> list[str]:
    checked = Draft202012Validator(
        schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    error = best_match(checked.iter_errors(body))
    return [f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"] if error else []


# -- a message, a window -----------------------------------------------------------------------------------------------


def wrong_message(message: Mapping[str, Any], schema: str = "MessageCreateRequest") -> list[str]:
    """What is wrong with a message: with a new one, or by another schema with an edit or an answer."""
    found = by_openapi(schema, message)
    try:
        return [*found, *_message(message)]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [*found, f"malformed: {type(error).__name__} {error}"]


def wrong_window(modal: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal."""
    found = by_openapi("ModalInteractionCallbackRequestData", modal)
    asked = [part for part in modal["components"] if part["type"] != TEXT]
    if not 1 <= len(modal["components"]) <= 5:
        found.append(f"{len(modal['components'])} components of a window")
    if not asked:
        found.append("a window that asks nothing")
    if not modal["title"].strip() or len(modal["title"]) > 45:
        found.append("title of a window")
    return [*found, *_twice(part["component"]["custom_id"] for part in asked)]


def _message(message: Mapping[str, Any]) -> Iterator[str]:
    content, embeds = message.get("content") or "", message.get("embeds") or []
    components, flags = message.get("components") or [], message.get("flags") or 0
    if len(content) > CONTENT:
        yield f"content of {len(content)} characters"
    if sum(map(_length, embeds)) > EMBEDS:
        yield f"embeds of {sum(map(_length, embeds))} characters"
    if not (content.strip() or embeds or (components and flags & V2)):
        yield "an empty message"
    if message.get("allowed_mentions") != {"parse": []}:
        yield "it could mention somebody"
    if content and not embeds and not flags & NO_PREVIEWS:
        yield "previews of links"
    if embeds and flags & NO_PREVIEWS:
        yield "embeds that are hidden"
    for embed in embeds:
        yield from _embed(embed)
    yield from read(content)
    yield from _components(components, v2=bool(flags & V2))
    if flags & V2 and (content or embeds):
        yield "words beside components of the second version"


def _embed(embed: Mapping[str, Any]) -> Iterator[str]:
    said = [embed.get("title"), embed.get("description")]
    fields = embed.get("fields") or []
    if not any((part or "").strip() for part in said) and not fields:
        yield "an empty embed"
    for field in fields:
        if not field["name"].strip() or not field["value"].strip():
            yield "a blank field"
    addresses = [
        embed.get("url"),
        *(embed.get(key, {}).get("url") for key in ("image", "thumbnail", "author")),
    ]
    yield from (f"address {address}" for address in addresses if address and not _is_web(address))
    yield from (wrong for part in said for wrong in read(part or ""))
    yield from (wrong for field in fields for key in ("name", "value") for wrong in read(field[key]))


def _length(embed: Mapping[str, Any]) -> int:
    said = [embed.get("title"), embed.get("description"), *_inner(embed)]
    return sum(len((part or "").strip()) for part in said)


def _inner(embed: Mapping[str, Any]) -> Iterator[str]:
    yield embed.get("footer", {}).get("text", "")
    yield embed.get("author", {}).get("name", "")
    for field in embed.get("fields") or []:
        yield from (field["name"], field["value"])


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


# -- components --------------------------------------------------------------------------------------------------------


def _components(components: list[dict[str, Any]], *, v2: bool) -> Iterator[str]:
    every = list(parts(components))
    if v2 and len(every) > V2_PARTS:
        yield f"{len(every)} components"
    if not v2 and len(components) > ROWS:
        yield f"{len(components)} rows"
    if not v2 and any(part["type"] != ROW for part in components):
        yield "a component that needs the second version"
    if not v2 and {part["type"] for part in every} & OF_V2:
        yield "a component of the second version"
    said = [part["content"] for part in every if part["type"] == TEXT]
    if sum(map(len, said)) > V2_TEXT:
        yield f"{sum(map(len, said))} characters in components"
    yield from ("a blank text" for text in said if not text.strip())
    yield from (wrong for text in said for wrong in read(text))
    for part in every:
        yield from _row(part) if part["type"] == ROW else _button(part) if part["type"] == BUTTON else ()
    yield from _twice(part["custom_id"] for part in every if part.get("custom_id"))


def _row(row: Mapping[str, Any]) -> Iterator[str]:
    kinds = [part["type"] for part in row["components"]]
    if not 1 <= len(kinds) <= 5 or (set(kinds) & SELECTS and len(kinds) > 1):
        yield f"{len(kinds)} components in a row"


def _button(button: Mapping[str, Any]) -> Iterator[str]:
    if not button.get("label", "").strip() or len(button["label"]) > LABEL:
        yield "label of a button"
    if ("custom_id" in button) == ("url" in button) or ("url" in button) != (button["style"] == 5):
        yield "a button that does nothing, or two things"
    if "url" in button and not (_is_web(button["url"]) and len(button["url"]) <= 512):
        yield f"address {button['url'][:80]}"
    if len(button.get("custom_id", "")) > 100:
        yield "a long custom_id"


def parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The components and all in them, an accessory too."""
    for part in components:
        yield part
        yield from parts(part.get("components") or [])
        yield from parts([part["accessory"]] if part.get("accessory") else [])


def buttons(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be pressed in a message."""
    return [part for part in parts(message.get("components") or []) if part["type"] == BUTTON]


def _twice(names: Iterator[str]) -> list[str]:
    return [f"{name} twice" for name, number in Counter(names).items() if number > 1]


# -- commands ----------------------------------------------------------------------------------------------------------


def wrong_command(command: Mapping[str, Any]) -> list[str]:
    """What is wrong with a command that is registered; Discord takes `nsfw` of it, which its OpenAPI does not hold."""
    bare = {key: value for key, value in command.items() if key != "nsfw"}
    size = _size(command)
    too_large = [f"a command of {size} characters"] if size > WHOLE_COMMAND else []
    return [
        *by_openapi("ApplicationCommandUpdateRequest", bare),
        *too_large,
        *_node(command, command["type"] == 1),
    ]


def _node(node: Mapping[str, Any], slash: bool) -> Iterator[str]:
    """What is wrong with a command, a group, or an option, in any language."""
    options, choices = node.get("options") or [], node.get("choices") or []
    for name in languages(node, "name"):
        if not 1 <= len(name) <= 32 or (slash and (not NAME.fullmatch(name) or name != name.lower())):
            yield f"name {name!r}"
    if slash and not all(1 <= len(text.strip()) <= 100 for text in languages(node, "description")):
        yield f"description of {node['name']}"
    if len(options) > LISTED_AT_ONCE or len(choices) > LISTED_AT_ONCE:
        yield f"too many things in {node['name']}"
    for parts in (options, choices):
        for language in {key for part in parts for key in part.get("name_localizations") or {}} | {""}:
            yield from _twice(
                (part.get("name_localizations") or {}).get(language, part["name"]) for part in parts
            )
    for option in options:
        yield from _node(option, slash)


def languages(node: Mapping[str, Any], key: str) -> list[str]:
    """A text of a command in its languages."""
    return [node.get(key) or "", *(node.get(f"{key}_localizations") or {}).values()]


def _size(node: Mapping[str, Any]) -> int:
    """The characters that Discord counts: of each name and description the longest language, and the values."""
    said = sum(max(map(len, languages(node, key))) for key in ("name", "description"))
    parts = (*(node.get("options") or []), *(node.get("choices") or []))
    return said + len(str(node.get("value", ""))) + sum(map(_size, parts))


# -- markup ------------------------------------------------------------------------------------------------------------
# Discord's reader is not public; these are the rules of its documentation, as strictly as they could be meant.

SPECIAL = r"\\*_~|`<>#@:\[\]"
LINK = r"\[(?P<label>(?:\\.|[^\[\]\\\n])+)\]\((?P<address>https?://[^\s()<>\\\"']+)\)"
MOMENT = r"<t:\d{1,12}(?::[tTdDfFR])?>"
CHANNEL = r"<#\d{15,20}>"
KNOWN = re.compile(rf"\\[^0-9A-Za-z\s]|{LINK}|{MOMENT}|{CHANNEL}|\*\*(?=\S)|(?<=\S)\*\*|[^{SPECIAL}]")
START = re.compile(r"(?:> |-# |- )*")
LISTED = re.compile(r"\s*(?:[-+]|\d+\.)(?:\s|$)")


def read(text: str) -> list[str]:
    """What Discord would read as markup in a text beside ours: quotes, small print, entries, bold, links and moments."""
    return [wrong for line in text.split("\n") for wrong in _line(line)]


def _line(line: str) -> Iterator[str]:
    at = START.match(line).end()  # type: ignore[union-attr] # it matches nothing too
    if LISTED.match(line, at):
        yield f"read as a list: {line[at : at + 40]}"
    bold = 0
    while at < len(line):
        known = KNOWN.match(line, at)
        if known is None:
            yield f"read as markup: {line[at : at + 40]!r}"
            return
        if known["label"]:
            yield from _line(known["label"])
        bold += known[0] == "**"
        at = known.end()
    if bold % 2:
        yield f"bold without an end: {line[:40]}"


def shown(text: str) -> str:
    """What is seen of a text, line by line: without our markup and the addresses of links."""
    lines = (line[START.match(line).end() :] for line in text.split("\n"))  # type: ignore[union-attr] # see above
    return "\n".join(re.sub(rf"\\([^0-9A-Za-z\s])|{LINK}|\*\*", _seen, line) for line in lines)


def _seen(found: re.Match[str]) -> str:
    return found[1] or (shown(found["label"]) if found["label"] else "")


def quotes(text: str) -> list[str]:
    """The quoted lines of a text as they are seen."""
    return [shown(line) for line in text.split("\n") if line.startswith("> ")]

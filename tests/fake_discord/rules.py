"""What Discord refuses in a message or a command: the limits that its documentation names, with the code that it answers."""

import re
from collections.abc import Iterator, Sequence

from tests.fake_discord.world import No, Plain, parts

CONTENT, EMBEDS, V2_TEXT, V2_PARTS, COMMAND, NONCE = 2_000, 6_000, 4_000, 40, 8_000, 25
V2, LOADING, EPHEMERAL, SUPPRESS = 1 << 15, 1 << 7, 1 << 6, 1 << 2
OF_V2 = {9, 10, 11, 12, 13, 14, 17}
NAME = re.compile(r"[-_'\w]{1,32}")
LENGTHS = {"title": 256, "description": 4_096}


def check_message(message: Plain, *, files: bool = False, new: bool = True) -> None:
    """No(50006) for an empty message, No(50035) for one over a limit."""
    components, flags = message.get("components") or [], message.get("flags") or 0
    holds = (message.get("content") or "").strip() or message.get("embeds") or message.get("sticker_ids")
    if new and not (holds or files or message.get("poll") or (components and flags & V2)):
        raise No(50006, "Cannot send an empty message")
    refuse([*_words(message), *_components(components, v2=bool(flags & V2))])
    if flags & V2 and holds:
        refuse(["components of the second version beside content or embeds"])


def refuse(found: Sequence[str]) -> None:
    if found:
        raise No(50035, "; ".join(found))


def _words(message: Plain) -> Iterator[str]:
    if len((message.get("content") or "").strip()) > CONTENT:
        yield "content: must be 2000 or fewer in length"
    embeds = message.get("embeds") or []
    if len(embeds) > 10:
        yield "embeds: must be 10 or fewer"
    if sum(map(_size, embeds)) > EMBEDS:
        yield "embeds: size exceeds maximum size of 6000"
    if len(str(message.get("nonce") or "")) > NONCE:
        yield "nonce: must be 25 or fewer in length"
    for embed in embeds:
        yield from _embed(embed)


def _size(embed: Plain) -> int:
    fields = [part for each in embed.get("fields") or [] for part in (each.get("name"), each.get("value"))]
    outer = [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    return sum(
        len((part or "").strip()) for part in [embed.get("title"), embed.get("description"), *outer, *fields]
    )


def _embed(embed: Plain) -> Iterator[str]:
    for key, limit in LENGTHS.items():
        if len(embed.get(key) or "") > limit:
            yield f"embed.{key}: must be {limit} or fewer in length"
    if len((embed.get("footer") or {}).get("text") or "") > 2_048:
        yield "embed.footer: must be 2048 or fewer in length"
    fields = embed.get("fields") or []
    if len(fields) > 25:
        yield "embed.fields: must be 25 or fewer"
    for each in fields:
        if not (each.get("name") or "").strip() or not (each.get("value") or "").strip():
            yield "embed.fields: this field is required"
        if len(each.get("name") or "") > 256 or len(each.get("value") or "") > 1_024:
            yield "embed.fields: too long"
    for address in [embed.get("url"), *((embed.get(key) or {}).get("url") for key in ("image", "thumbnail"))]:
        if address and not address.startswith(("http://", "https://", "attachment://")):
            yield "embed.url: scheme must be one of http, https"


def _components(components: Sequence[Plain], *, v2: bool) -> Iterator[str]:
    every = list(parts(list(components)))
    if v2 and len(every) > V2_PARTS:
        yield "components: more than 40"
    if not v2 and (len(components) > 5 or {part["type"] for part in every} & OF_V2):
        yield "components: more than 5 rows, or of the second version"
    if sum(len(part["content"]) for part in every if part["type"] == 10) > V2_TEXT:
        yield "components: more than 4000 characters"
    names = [part["custom_id"] for part in every if part.get("custom_id")]
    if len(set(names)) < len(names):
        yield "components: component custom id cannot be duplicated"
    for part in every:
        if len(part.get("custom_id") or "") > 100 or len(part.get("label") or "") > 80:
            yield "components: custom_id or label too long"
        if part["type"] == 1 and not 1 <= len(part["components"]) <= 5:
            yield "components: a row holds 1 to 5"
        if part["type"] == 2 and not (part.get("label") or part.get("emoji")):
            yield "components: a button without a label"
        if part["type"] == 3 and not 1 <= len(part["options"]) <= 25:
            yield "components: a select has 1 to 25 options"


# -- commands ----------------------------------------------------------------------------------------------------------


def check_commands(commands: Sequence[Plain]) -> None:
    kinds = [(each.get("type", 1), each["name"]) for each in commands]
    if len(set(kinds)) < len(kinds):
        raise No(50035, "application command names must be unique")
    if sum(kind == 1 for kind, _ in kinds) > 100:
        raise No(30032, "maximum number of application commands reached")
    refuse([wrong for each in commands for wrong in _command(each)])


def _command(command: Plain) -> Iterator[str]:
    if command.get("type", 1) == 1:
        yield from _named(command)
        if size(command) > COMMAND:
            yield f"{command['name']}: command exceeds maximum size (8000)"
    elif not 1 <= len(command["name"]) <= 32 or command.get("description"):
        yield f"{command['name']}: name or description of a context menu"


def _named(part: Plain) -> Iterator[str]:
    for name in [part["name"], *(part.get("name_localizations") or {}).values()]:
        if not NAME.fullmatch(name) or name != name.lower():
            yield f"{name}: command name is invalid"
    for said in [part.get("description") or "", *(part.get("description_localizations") or {}).values()]:
        if not 1 <= len(said) <= 100:
            yield f"{part['name']}: description of {len(said)} characters"
    options, choices = part.get("options") or [], part.get("choices") or []
    if len(options) > 25 or len(choices) > 25:
        yield f"{part['name']}: more than 25 options or choices"
    names = [each["name"] for each in options]
    if len(set(names)) < len(names):
        yield f"{part['name']}: option names must be unique"
    needed = [bool(each.get("required")) for each in options]
    if needed != sorted(needed, reverse=True):
        yield f"{part['name']}: required options must be placed before non-required options"
    if any(not 1 <= len(str(each["value"])) <= 100 or not 1 <= len(each["name"]) <= 100 for each in choices):
        yield f"{part['name']}: choices"
    for each in options:
        yield from _named(each)


def size(part: Plain) -> int:
    """Characters of a command with all in it; of each text the longest of its translations counts."""
    texts = [
        [part[key], *(part.get(f"{key}_localizations") or {}).values()]
        for key in ("name", "description")
        if part.get(key)
    ]
    own = sum(max(map(len, each)) for each in texts) + len(
        part["value"] if isinstance(part.get("value"), str) else ""
    )
    return own + sum(map(size, [*(part.get("options") or []), *(part.get("choices") or [])]))

"""By what a message of ours is known that is read again.

It no longer bears its nonce then, so one with buttons bears it in the id of one of them as well; one without is known by
its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.delivery.values import Outgoing
from bot.render.embeds import of_server
from bot.render.fit import brief

NAMELESS, NAME_OF_THREAD = "…", 100  # characters
MARK, ID = "~", 100  # between the words of a button and a nonce; characters of a button's id
OWN = frozenset({"plain", "thread"})  # keys of a payload that are ours


def said(message: Outgoing) -> dict[str, Any]:
    """The payload as Discord takes it, with the nonce in the first button that has room for it.

    What somebody is told directly of a server goes on about that server, so its buttons name it.
    """
    given, nonce = {key: value for key, value in message.payload.items() if key not in OWN}, message.nonce
    if message.target.kind == "person" and message.target.workspace.isdecimal():
        given = of_server(given, message.target.workspace)
    if "components" in given:
        given["components"] = _marked(given["components"], nonce)
    return given


def _marked(rows: Sequence[Mapping[str, Any]], nonce: str) -> list[Mapping[str, Any]]:
    """Rows of buttons, one of them with the nonce."""
    mark, done, marked = f"{MARK}{nonce}", False, []
    for row in rows:
        buttons = []
        for button in row.get("components", []):
            id_ = str(button.get("custom_id", ""))
            if not done and id_ and len(id_) + len(mark) <= ID:
                button, done = {**button, "custom_id": id_ + mark}, True  # noqa: PLW2901 - because the marked one takes its place
            buttons.append(button)
        marked.append({**row, "components": buttons} if "components" in row else row)
    return marked


def unmarked(custom_id: str) -> str:
    """The id of a button as it was rendered."""
    words, mark, nonce = custom_id.rpartition(MARK)
    return words if mark and len(nonce) == 24 and nonce.isalnum() else custom_id


def is_of(found: Mapping[str, Any], message: Outgoing) -> bool:
    """Whether a message of the bot's is this one."""
    if found.get("nonce") is not None:
        return str(found["nonce"]) == message.nonce
    if marks := _marks(found):
        return f"{MARK}{message.nonce}" in marks
    return any(_words(found) == _words(of) for of in _forms(message.payload))


def bears(found: Mapping[str, Any], nonce: str) -> bool:
    """Whether a message says that it is the one of this nonce, and does not merely say the same."""
    return f"{MARK}{nonce}" in _marks(found)


def _marks(found: Mapping[str, Any]) -> list[str]:
    return [id_.removeprefix(bare) for id_ in _ids(found) if (bare := unmarked(id_)) != id_]


def name_of(root: Mapping[str, Any]) -> str:
    """What a thread is called that is opened from a message of ours, and a post that begins with it."""
    first = next((line for words in _words(root) for line in words.splitlines() if line), NAMELESS)
    return brief(first, NAME_OF_THREAD)


def _forms(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [payload, *([payload["plain"]] if "plain" in payload else [])]


def _ids(found: Mapping[str, Any]) -> list[str]:
    rows = found.get("components") or []
    return [str(button.get("custom_id", "")) for row in rows for button in row.get("components", [])]


def _words(message: Mapping[str, Any]) -> list[str]:
    """What is read in a message; Discord trims it, and adds to embeds what we did not say."""
    embeds = message.get("embeds") or []
    found = [
        message.get("content"),
        *(embed.get(key) for embed in embeds for key in ("title", "description")),
    ]
    return [(words or "").strip() for words in found]

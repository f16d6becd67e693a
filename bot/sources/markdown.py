"""Markdown with front matter: what its head declares, and its body as plain text.

Marks go (emphasis, links, headings, pictures), words stay: what is left is the text that is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.errors import UnreadableSource

HEAD = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
LONGEST = 20_000  # characters of a head; the parser is slow, and a head has some 300
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def parse(text: str, name: str) -> tuple[Mapping[str, Any], str]:
    """What the front matter declares, all of it as text, and the body without its marks.

    Without a title of its own an article has that of its first heading, which then is no part of its body.
    UnreadableSource says what is wrong with a head; a text without one declares nothing.
    """
    head = HEAD.match(text)
    declared = _declared(head[1], name) if head else {}
    blocks = PARSER.parse(text[head.end() :] if head else text)
    if not declared.get("title") and len(blocks) > 1 and blocks[0].tag == "h1":
        declared, blocks = {**declared, "title": _words(blocks[1])}, blocks[3:]
    return declared, "\n\n".join(line for line in _lines(blocks) if line.strip())


def _declared(head: str, name: str) -> dict[str, Any]:
    if len(head) > LONGEST:
        raise UnreadableSource(f"{name} has a front matter of over {LONGEST:,} characters: shorten it.")
    try:
        found = yaml.BaseLoader(head).get_single_data()  # leaves dates and numbers as they are written
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 2}" if mark else ""
        raise UnreadableSource(
            f"{name} has a front matter that is no valid YAML{where}: put a value with a colon into quotes."
        ) from None
    if found is None or found == "":
        return {}
    if not isinstance(found, dict):
        raise UnreadableSource(
            f'{name} has a front matter without keys: write lines like "title: …", or none.'
        )
    return {key: value for key, value in found.items() if isinstance(key, str)}


# -- the body ----------------------------------------------------------------------------------------------------------


def _lines(blocks: Sequence[Token]) -> Iterator[str]:
    """A line for each paragraph, list item and row; code as it stands."""
    mark, row = "", None
    for token in blocks:
        match token.type:
            case "list_item_open":
                mark = f"{token.info}{token.markup} " if token.info else "- "
            case "tr_open":
                row = list[str]()
            case "tr_close" if row is not None:
                yield " | ".join(row)
                row = None
            case "inline" if row is not None:
                row.append(_words(token))
            case "inline":
                yield mark + _words(token)
                mark = ""
            case "fence" | "code_block":
                yield token.content.rstrip()


def _words(inline: Token) -> str:
    return "".join(map(_word, inline.children or ())).strip()


def _word(token: Token) -> str:
    """Words as they stand; the line ends of a paragraph are blanks. A picture and a tag of HTML say nothing."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline"} else ""

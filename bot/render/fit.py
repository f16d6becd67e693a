"""How words fit: into the lines of a page, and the name of a source into a bracket. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from bot.phrases import short_day
from summarizers.types import Article

WIDTH = 80
NAME = 28  # a longer name of a source would crowd its quotation
JOINERS = frozenset("\u200c\u200d")  # Persian words and emoji are spelled with them
HIDDEN = frozenset("\u200b\u2060\ufeff\u00ad")  # they show nothing, and may hide something


def safe(text: str) -> str:
    r"""The text as a terminal may show it: blanks made one, control and direction marks spelled out.

    >>> print(safe("red \x1b[31m  \u202eback"))
    red \x1b[31m \u202eback
    """
    return visible(" ".join(text.split()))


def visible(text: str) -> str:
    """The text with its blanks as they are, and what does not show spelled out or gone: a line to be copied."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in HIDDEN:
        return ""
    category = unicodedata.category(character)
    if category in {"Cc", "Cs", "Co", "Cn"} or (category == "Cf" and character not in JOINERS):
        return character.encode("unicode_escape").decode("ascii")
    return character


def width_of(text: str) -> int:
    """How many columns a text takes: wide East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or character in JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, *, width: int = WIDTH, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most `width` columns, broken between words; only a word longer than a line is broken itself."""
    lines: list[str] = []
    line, room, empty = first, width - width_of(first), True
    whole = max(1, width - width_of(rest))
    for word in text.split(" "):
        if not empty and width_of(word) + 1 > room:
            lines.append(line)
            line, room, empty = rest, whole, True
        *full, last = _pieces(word, min(room, whole)) if width_of(word) > room else (word,)
        for piece in full:
            lines.append(line + piece)
            line, room = rest, whole
        line += last if empty else f" {last}"
        room -= width_of(last) + (not empty)
        empty = False
    return [*lines, line]


def _pieces(word: str, room: int) -> Iterator[str]:
    start = used = 0
    for place, character in enumerate(word):
        columns = _columns(character)
        if used + columns > room and place > start:
            yield word[start:place]
            start, used = place, 0
        used += columns
    yield word[start:]


def cite_names(articles: Sequence[Article]) -> dict[str, str]:
    """A short name of each article for its citations: publisher, with its day where one publisher has several.

    Without a publisher it is the file's name up to the first underscore, if that tells the articles apart.
    """
    for names in (_by_source(articles), _by_source_and_day(articles), _by_prefix(articles)):
        if None not in names and len(set(names)) == len(names):
            return {article.id: safe(str(name)) for article, name in zip(articles, names, strict=True)}
    return _mixed(articles)


def _by_source(articles: Sequence[Article]) -> list[str | None]:
    return [article.source for article in articles]


def _by_source_and_day(articles: Sequence[Article]) -> list[str | None]:
    return [
        f"{article.source}, {short_day(article.published)}" if article.source and article.published else None
        for article in articles
    ]


def _by_prefix(articles: Sequence[Article]) -> list[str | None]:
    return [PurePath(article.id).name.partition("_")[0].removesuffix(".txt") or None for article in articles]


def _mixed(articles: Sequence[Article]) -> dict[str, str]:
    wanted = [
        dated or source or PurePath(article.id).stem
        for article, dated, source in zip(
            articles, _by_source_and_day(articles), _by_source(articles), strict=True
        )
    ]
    seen = Counter(wanted)
    names = [
        name if seen[name] == 1 else f"{name}, {PurePath(article.id).stem}"
        for article, name in zip(articles, wanted, strict=True)
    ]
    return {article.id: safe(_short(name)) for article, name in zip(articles, names, strict=True)}


def _short(name: str) -> str:
    return name if len(name) <= 2 * NAME else name[: 2 * NAME - 1] + "…"

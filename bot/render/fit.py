"""How words fit: into the lines of a page, and the name of a source into a bracket. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import PurePath
from urllib.parse import quote

from bot.phrases import short_day
from summarizers.types import Article, Quotation

WIDTH = 80
NAMED = 5  # words at the beginning and at the end that a sentence is found by
NAME = 28  # a longer name of a source would crowd its quotation
ENDING = re.compile(
    r"(?:\.(?:txt|md|html?))?(?:@\d+)?$", re.IGNORECASE
)  # of the name of a file, and of its version
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
    return text if text.isprintable() else "".join(map(_visible, text))


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


def brief(text: str, most: int, size: Callable[[str], int] = len) -> str:
    """The text made safe, cut where it is larger than `most`; it is at least as large as it has characters."""
    shown = safe(text)
    if len(shown) <= most and size(shown) <= most:
        return shown
    return next(pieces(shown, most - size("…"), size)).rstrip() + "…"


def pieces(text: str, most: int, size: Callable[[str], int] = len) -> Iterator[str]:
    """The text in pieces of at most `most`, as they stand in it; they end between words where that can be.

    >>> list(pieces("one two three", 8))
    ['one two ', 'three']
    """
    start = 0
    while start < len(text):
        end = _reach(text, start, most, size)
        between = text.rfind(" ", start, end) + 1 if end < len(text) else 0
        end = between or end
        yield text[start:end]
        start = end


def _reach(text: str, start: int, most: int, size: Callable[[str], int]) -> int:
    """How far a piece may go, one character at least; by halving, since a character may have several bytes."""
    least, longest = start + 1, min(len(text), start + most)
    while least < longest:
        middle = (least + longest + 1) // 2
        least, longest = (middle, longest) if size(text[start:middle]) <= most else (least, middle - 1)
    return least


def flat(text: str) -> str:
    """The text with its blanks made one, and what does not show spelled out or gone."""
    return visible(re.sub(r"\s+", " ", text))


def beginning(text: str, most: int) -> str:
    """The text, or as much of its beginning."""
    return text if len(text) <= most else next(pieces(text, most)).rstrip() + "…"


def ending(text: str, most: int) -> str:
    """The text, or as much of its end."""
    if len(text) <= most:
        return text
    tail = text[-most:]
    return "…" + (tail.partition(" ")[2] or tail)


def address_of(article: Article, quotation: Quotation) -> str:
    """The article's address with the sentence to be highlighted; empty where it has no address."""
    return marked(article.url or "", quotation.text)


def marked(address: str, words: str) -> str:
    """An address of the web with words to be highlighted (a text fragment); empty where it is none.

    A browser looks for the words from the first to the last named ones, so long sentences keep it short.
    """
    if not address.startswith(("https://", "http://")):
        return ""
    spoken = words.split()
    ends = [spoken] if len(spoken) <= 2 * NAMED else [spoken[:NAMED], spoken[-NAMED:]]
    found = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    joint = ":~:" if "#" in address else "#:~:"
    return f"{address}{joint}text={found}"


def cite_names(articles: Sequence[Article], language: str = "en") -> dict[str, str]:
    """A short name of each article for its citations, no two the same.

    It is the publisher, with the day or else the title where one publisher has several; without a publisher the
    file's name up to the first underscore, if that tells the files apart.
    """
    dated, titled = partial(_source_and_day, language=language), partial(_source_and_title, language=language)
    published = [article for article in articles if article.source]
    files = [article for article in articles if not article.source]
    names = {
        **_apart(published, (_source, dated, titled)),
        **_apart(files, (_prefix, _stem)),
    }
    return _numbered({article.id: safe(_short(names[article.id])) for article in articles})


def _apart(articles: Sequence[Article], namings: Sequence[Callable[[Article], str]]) -> dict[str, str]:
    """Each article by the first naming that nothing else has, or else by the last."""
    names: dict[str, str] = {}
    for naming in reversed(namings):
        found = {article.id: naming(article) for article in articles}
        shared = Counter(found.values())
        names |= {
            key: name for key, name in found.items() if key not in names or (name and shared[name] == 1)
        }
    return names


def _source(article: Article) -> str:
    return article.source or ""


def _source_and_day(article: Article, language: str) -> str:
    return f"{article.source}, {short_day(article.published, language)}" if article.published else ""


def _source_and_title(article: Article, language: str) -> str:
    return f"{_source_and_day(article, language) or article.source}, {article.title}".removesuffix(", ")


def _prefix(article: Article) -> str:
    return _stem(article).partition("_")[0]


def _stem(article: Article) -> str:
    """The file's name without its ending, and without the number of its version."""
    return ENDING.sub("", PurePath(article.id).name)


def _numbered(names: Mapping[str, str]) -> dict[str, str]:
    """Names that several have get numbers, from the second on."""
    taken: dict[str, str] = {}
    for key, name in names.items():
        wanted = chain([name], (f"{name} ({n})" for n in count(2)))
        taken[next(free for free in wanted if free not in taken)] = key
    return {key: name for name, key in taken.items()}


def _short(name: str) -> str:
    return name if len(name) <= 2 * NAME else name[: 2 * NAME - 1] + "…"

"""A text as words and quotations, and what names and addresses are among them. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛＇", "'"))
TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"(?=[\s.,;:!?…]|$)|\S+')
HIDDEN = frozenset({"Cf", "Cs", "Co", "Cn"})
JOINERS = frozenset("\u200c\u200d")  # Persian words are spelled with them
CLOSING = ".,;:!?…"
LINKS = frozenset("in on about with for of over to at from".split())
ARTICLES = frozenset("the a an".split())
DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?::\d{1,5})?(?:/\S*)?")


class Said(NamedTuple):
    """A word, or what stands in quotation marks."""

    text: str
    quoted: bool = False

    @property
    def fold(self) -> str:
        """What a word is matched by; a quotation is never a word of the grammar."""
        return "" if self.quoted else self.text.casefold()


Heard = tuple[Said, ...]


def plain(text: str) -> str:
    """The text in one line, its quotation marks straight, with nothing in it that does not show."""
    return " ".join("".join(map(_shown, text.translate(QUOTES))).split())


def _shown(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return " "
    return "" if kind in HIDDEN and character not in JOINERS else character


def split(said: str) -> Heard:
    """The words and quotations of a text in one line, without the marks that close it."""
    tokens = [
        Said(found[0])
        if found["quoted"] is None
        else Said(re.sub(r"\\(.)", r"\1", found["quoted"]).strip(), quoted=True)
        for found in TOKEN.finditer(said)
    ]
    while tokens and not tokens[-1].quoted:
        last = tokens.pop().text.rstrip(CLOSING)
        if last:
            return (*tokens, Said(last))
    return tuple(tokens)


def text_of(heard: Heard) -> str:
    """What was said, without its quotation marks."""
    return " ".join(word.text for word in heard)


def raw(heard: Heard) -> str:
    """What was said, with its quotation marks."""
    return " ".join(quote(word.text) if word.quoted else word.text for word in heard)


def quote(name: str) -> str:
    """A name in quotation marks: so it is one, whatever stands in it."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def name_of(heard: Heard) -> str:
    """What is named: "in the ceasefire plan" names the ceasefire plan."""
    while len(heard) > 1 and heard[0].fold in LINKS | ARTICLES:
        heard = heard[1:]
    text = " ".join(text_of(heard).split())
    return text if not heard or heard[-1].quoted else text.rstrip(CLOSING + " ")


def halves(heard: Heard, word: str) -> tuple[Heard, Heard] | None:
    """What stands before and after the last such word, if it is there."""
    places = [place for place, said in enumerate(heard) if said.fold == word]
    return (heard[: places[-1]], heard[places[-1] + 1 :]) if places else None


def address(word: Said) -> str:
    """The web address that a word is, without the brackets of a chat; empty if it is none."""
    text = word.text if word.quoted else word.text.removeprefix("<").removesuffix(">").partition("|")[0]
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return ""
    return text if fits and not re.search(r"\s", text) else ""


def guessed_address(word: Said) -> str:
    """The address of a site written without its scheme; empty if it looks like none."""
    return f"https://{word.text}" if DOMAIN.fullmatch(word.text) else ""

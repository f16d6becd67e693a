"""Tokens, stems and stop words: what every other stage of the core counts.

Digits stay (news lives on them), dotted initials stay one token ("U.S." → "u.s."), a possessive 's falls away.
Stems are Snowball's (https://snowballstem.org), cached, since a story uses few words often.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import Stemmer


class Word(NamedTuple):
    """A token of a text: as written, folded (lower case, straight apostrophes), stemmed, and where it stands."""

    text: str
    folded: str
    stem: str
    start: int
    end: int
    content: bool  # no stop word, and not a lone letter


TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., a.m.
    r"|\d+(?:[.,:]\d+)*[^\W\d_]*"  # 1,000  7.0  10:00  30th
    r"|[^\W\d_]+\d*(?:['’][^\W\d_]+)*",  # words, don't, F16
    re.UNICODE,
)
FOLD = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "\u00a0": " "}
)

STOP_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        """a about above after again against ago all almost also although am an and any are aren't as at away back be
        because been before being below between both but by came can can't cannot could couldn't did didn't do does
        doesn't doing don't done down during each either else ever every few for from further get gets got had hadn't
        has hasn't have haven't having he he'd he'll he's her here hers herself him himself his how however i i'd i'll
        i'm i've if in into is isn't it it's its itself just last later least less let like made make many may me
        might more most much must my myself near nearly never no nor not now of off often on once only onto or other
        others our ours ourselves out over own per put quite rather really said same say says see seen several shall
        she she'd she'll she's should shouldn't since so some still such than that that's the their theirs them
        themselves then there there's these they they'd they'll they're they've this those though through thus to
        told too toward towards under until up upon us very via was wasn't we we'd we'll we're we've well were weren't
        what what's when where whether which while who who's whom whose why will with within without won't would
        wouldn't yet you you'd you'll you're you've your yours yourself mr mrs ms""".split()
    ),
    "de": frozenset(
        """aber alle als also am an auch auf aus bei bin bis da das dass dem den der des die dies diese dieser doch
        dort du durch ein eine einem einen einer eines er es für gegen hat hatte habe haben hier ich ihr im in ist
        ja kann kein können man mehr mich mit nach nicht noch nun nur ob oder ohne sehr sein seine sich sie sind so
        über um und uns unter vom von vor war waren was wegen weil wenn wer werden wie wird wir wo zu zum zur""".split()
    ),
    "fr": frozenset(
        """a à au aux avec ce ces cette d' dans de des du elle en est et été être eu il ils je l' la le les leur lui
        mais me même n' ne nous on ont ou où par pas plus pour qu' que qui s' sa se ses si son sont sur un une vous y""".split()
    ),
    "es": frozenset(
        """a al como con de del desde e el ella en es esta este esto fue ha han la las le les lo los más me mi muy no
        nos o para pero por que se ser si sin sobre su sus también te un una uno y ya""".split()
    ),
}
STEMMERS = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian", "nl": "dutch",
            "pt": "portuguese", "ru": "russian", "sv": "swedish", "da": "danish", "fi": "finnish", "tr": "turkish"}  # fmt: skip


def fold(text: str) -> str:
    """The text for comparing: NFKC, lower case, straight quotes and dashes, runs of blanks made one."""
    folded = unicodedata.normalize("NFKC", text).translate(FOLD).lower()
    return " ".join(folded.split())


def fold_words(text: str) -> str:
    """The folded words of a text, joined by blanks: equal for copies that differ in marks and spacing only."""
    return " ".join(word.folded for word in tokens(text))


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(STEMMERS.get(language, "english"))


@lru_cache(maxsize=200_000)
def stem(folded: str, language: str = "en") -> str:
    """The stem of one folded word.

    >>> stem("negotiations"), stem("1,000")
    ('negoti', '1,000')
    """
    if len(folded) > 40 or not folded[0].isalpha() or "." in folded:
        return folded
    return str(_stemmer(language).stemWord(folded))


@lru_cache(maxsize=200_000)
def _entry(text: str, language: str) -> tuple[str, str, bool]:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(FOLD)
    folded = plain.lower() or text
    stop = STOP_WORDS.get(language, frozenset())
    content = folded not in stop and (len(folded) > 1 or folded.isdigit())
    bare = folded.removesuffix("'s").removesuffix("'")
    if bare in stop:
        content = False
    return bare, stem(bare, language) if bare else bare, content


def tokens(text: str, language: str = "en") -> tuple[Word, ...]:
    """The words of a text in order, with offsets into it.

    >>> [w.folded for w in tokens("The U.S. sent 1,000 troops.")]
    ['the', 'u.s.', 'sent', '1,000', 'troops']
    """
    found = []
    for match in TOKEN.finditer(text):
        bare, stemmed, content = _entry(match.group(), language)
        found.append(Word(match.group(), bare, stemmed, match.start(), match.end(), content))
    return tuple(found)


def content_stems(text: str, language: str = "en") -> tuple[str, ...]:
    """The stems of the content words, in order, repeats kept."""
    return tuple(word.stem for word in tokens(text, language) if word.content)


def cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Cosine of two sparse vectors, 0 where one is empty."""
    if len(a) > len(b):
        a, b = b, a
    dot = sum(weight * b[term] for term, weight in a.items() if term in b)
    if not dot:
        return 0.0
    return dot / sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))


def language_of(languages: Iterable[str | None]) -> str:
    """The language to work in: the first one declared, else English; "en-GB" is "en"."""
    for language in languages:
        if language:
            return language.split("-")[0].split("_")[0].lower()
    return "en"

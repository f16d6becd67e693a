"""The stems of English words: Snowball's English algorithm (Porter2), https://snowballstem.org/algorithms/english/.

The same stems as the `snowballstemmer` package gives (version 3.1; a test compares them), in an eighth of its time:
its Python is generated letter by letter, and stemming was most of what summarizing a fresh article cost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

VOWELS = frozenset("aeiouy")


def _table(pairs: str) -> dict[str, str]:
    """Endings and what replaces them, the longest first."""
    split = (pair.partition(":") for pair in pairs.split())
    return dict(sorted(((old, new) for old, _, new in split), key=lambda pair: -len(pair[0])))


IRREGULAR: Mapping[str, str] = _table(
    """andes:andes atlas:atlas bias:bias cosmos:cosmos howe:howe news:news sky:sky skis:ski skies:sky idly:idl
    gently:gentl ugly:ugli early:earli only:onli singly:singl"""
)
# What precedes R1, then R2: a vowel and the consonant after it, but for some beginnings that are words' own.
REGIONS = re.compile(
    "(arsen|commun|emerg|gener|inter|later|organ|past|univers|[^aeiouy]*[aeiouy]+[^aeiouy])([^aeiouy]*[aeiouy]+[^aeiouy])?"
)
SHORT = re.compile(r"[^aeiouy][aeiouy][^aeiouywxY]\Z|\A[aeiouy][^aeiouy]\Z|past\Z")
DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
BEFORE_EED = frozenset({"succ", "proc", "exc"})
BEFORE_ING = frozenset({"even", "cann", "inn", "earr", "herr", "out"})
BEFORE_LI = frozenset("cdeghkmnrt")


STEP_2 = _table(
    """anci:ance enci:ence ogi:og li: bli:ble abli:able alli:al fulli:ful lessli:less ousli:ous entli:ent aliti:al
    biliti:ble iviti:ive tional:tion ational:ate alism:al ation:ate ization:ize izer:ize ator:ate iveness:ive
    fulness:ful ousness:ous ogist:og"""
)
STEP_3 = _table("icate:ic ative: alize:al iciti:ic ical:ic tional:tion ational:ate ful: ness:")
STEP_4 = _table("ic ance ence able ible ate ive ize iti al ism ion er ous ant ent ment ement")
ENDS_2, ENDS_3, ENDS_4 = tuple(STEP_2), tuple(STEP_3), tuple(STEP_4)


def stem(word: str) -> str:
    """The stem of a word in lower case, with straight apostrophes.

    >>> [stem(word) for word in ("negotiations", "dying", "generously")]
    ['negoti', 'die', 'generous']
    """
    if len(word) < 3:
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    word = _consonant_y(word.removeprefix("'"))
    r1, r2 = _regions(word)
    word = _past_and_ing(_plural(word), r1)
    if word[-1:] in ("y", "Y") and len(word) > 2 and word[-2] not in VOWELS:
        word = word[:-1] + "i"
    if word.endswith(ENDS_2):
        word = _step_2(word, r1)
    if word.endswith(ENDS_3):
        word = _step_3(word, r1, r2)
    if word.endswith(ENDS_4):
        word = _step_4(word, r2)
    return _last_e_or_l(word, r1, r2).replace("Y", "y")


def _consonant_y(word: str) -> str:
    """The word with each y that is a consonant (first, or after a vowel) written Y."""
    if "y" not in word:
        return word
    letters: list[str] = []
    for letter in word:
        consonant = letter == "y" and (not letters or letters[-1] in VOWELS)
        letters.append("Y" if consonant else letter)
    return "".join(letters)


def _regions(word: str) -> tuple[int, int]:
    match = REGIONS.match(word)
    if not match:
        return len(word), len(word)
    return match.end(1), len(word) if match[2] is None else match.end(2)


def _plural(word: str) -> str:
    for ending in ("'s'", "'s", "'"):
        if word.endswith(ending):
            word = word[: -len(ending)]
            break
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if word.endswith("s") and not word.endswith(("ss", "us")) and not VOWELS.isdisjoint(word[:-2]):
        return word[:-1]
    return word


def _past_and_ing(word: str, r1: int) -> str:
    if word.endswith(("eed", "eedly")):
        before = word[: word.rindex("eed")]
        return before + "ee" if len(before) >= r1 and before not in BEFORE_EED else word
    for ending in ("ingly", "edly", "ing", "ed"):
        if word.endswith(ending):
            before = word[: -len(ending)]
            break
    else:
        return word
    if ending == "ing":
        if len(before) == 2 and before[1] == "y" and before[0] not in VOWELS:
            return before[0] + "ie"
        if before in BEFORE_ING:
            return word
    return word if VOWELS.isdisjoint(before) else _whole_again(before, r1)


def _whole_again(word: str, r1: int) -> str:
    """What is left of an -ed or -ing form, with its e back or its doubled consonant made one."""
    if word.endswith(("at", "bl", "iz")):
        return word + "e"
    if word.endswith(DOUBLES):
        return word if len(word) == 3 and word[0] in "aeo" else word[:-1]
    return word + "e" if len(word) == r1 and SHORT.search(word) else word


def _cut(word: str, endings: Mapping[str, str]) -> tuple[str, str]:
    """The longest of the endings that the word has, and what precedes it."""
    ending = next(ending for ending in endings if word.endswith(ending))
    return ending, word[: -len(ending)]


def _step_2(word: str, r1: int) -> str:
    ending, before = _cut(word, STEP_2)
    if len(before) < r1:
        return word
    if ending == "li" and before[-1:] not in BEFORE_LI:
        return word
    if ending == "ogi" and not before.endswith("l"):
        return word
    return before + STEP_2[ending]


def _step_3(word: str, r1: int, r2: int) -> str:
    ending, before = _cut(word, STEP_3)
    if len(before) < r1 or (ending == "ative" and len(before) < r2):
        return word
    return before + STEP_3[ending]


def _step_4(word: str, r2: int) -> str:
    ending, before = _cut(word, STEP_4)
    if len(before) < r2 or (ending == "ion" and before[-1:] not in ("s", "t")):
        return word
    return before


def _last_e_or_l(word: str, r1: int, r2: int) -> str:
    before = word[:-1]
    if word.endswith("e") and (len(before) >= r2 or (len(before) >= r1 and not SHORT.search(before))):
        return before
    if word.endswith("ll") and len(before) >= r2:
        return before
    return word

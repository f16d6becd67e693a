"""Sentences of a paragraph, as exact spans.

Punkt (Kiss & Strunk 2006) proposes the ends of sentences; house rules then take back some and add others, never
altering the text. Scripts whose stops punkt does not know ("。", "؟", "।") are ended by those stops.
A list marker ("1.", "b)", "• 9.") belongs to the words after it, but ends nothing where no stop stands before it: a list
stands on lines of its own in an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import punkt

Span = tuple[int, int]

MODELS = {"cs": "czech", "da": "danish", "nl": "dutch", "en": "english", "et": "estonian", "fi": "finnish",
          "fr": "french", "de": "german", "el": "greek", "it": "italian", "ml": "malayalam", "no": "norwegian",
          "pl": "polish", "pt": "portuguese", "ru": "russian", "sl": "slovene", "es": "spanish", "sv": "swedish",
          "tr": "turkish"}  # fmt: skip

# Punkt looks at the whole run of non-blanks around each stop, quadratic on 400 kB of dots; no word is this long.
LONG_RUN = re.compile(r"\S{120,}")
# Punkt weighs each stop; where one comes every few letters there is no prose, and 400 kB of "A. " would take 2 s.
STOP = re.compile(r"[.?!]\s")
DENSE = 8
DENSE_FROM = 4_000
OPENERS = "“\"‘'«‹„‚([{¿¡「『《（"
CLOSERS = "”\"’'»›)]}」』》）"
# Full stops and question marks of scripts that punkt has no rule for; no blank needs to follow them.
FOREIGN_STOP = re.compile(rf"[。！？｡︒।॥؟۔።፧፨։။។៕][。！？｡։]*[{re.escape(CLOSERS)}]*")
ELLIPSIS = re.compile(
    rf"(?:…|(?<!\.)\.{{3,}}|\[(?:…|\.{{3}})\])[{re.escape(CLOSERS)}]*(?=\s+[{re.escape(OPENERS)}]*[A-ZÀ-ÖØ-Þ])"
)
SPACED_FOUR = re.compile(
    r"(?<=\w)\.(?=(?: \.){3} [A-ZÀ-ÖØ-Þ])"
)  # "compounds. . . . The": the stop, then an omission
DOTTED = re.compile(r"(?<![\w.])(?:[A-Z]\.){2,}(?=\s+[“\"‘(]?[A-Z])")
CLOCK = re.compile(r"(?<![\w.])[ap]\.m\.(?=\s+[“\"‘(]?[A-Z])", re.IGNORECASE)
FIRST_WORD = re.compile(rf"[{re.escape(OPENERS)}]*([^\W\d_]+(?:['’][^\W\d_]+)?\.?)")
BRACKETED = re.compile(r"\([^()]*\)[.!?]")  # "... (Smith 55)." with the stop outside
MARKER = re.compile(r"[•⁃*–-]?\s*(?:\d{1,3}|[A-Za-z])?[.)]{1,2}")
PAUSE = re.compile(r"\s(?:…|\.{3}|\. \. \.)$")
REFERENCE = re.compile(r"(?:\[(?:\d{1,3}|citation needed|note \d{1,2})\]\s*)+", re.IGNORECASE)

# Words that open a sentence and never continue the name of an institution: "in the U.S. ¦ How about you?"
STARTERS = frozenset(
    """a after all also although an and another as at because before both but by despite during each for from he her
    here his how however i if in instead is it its last later many meanwhile most my no not nor now of on one only
    other our she since so some still such that the their then there these they this those though three today two
    under until we what when where whether which while who why with yes yet you your""".split()
)
TITLES = frozenset(
    """adm. brig. capt. cmdr. col. cpl. dr. fr. ft. gen. gov. hon. lt. maj. messrs. mme. mr. mrs. ms. mt. mx. pres.
    prof. rep. reps. rev. sen. sens. sgt. sr. st. supt. vs.""".split()
)
NUMBERED = frozenset("no. nos. n°. nr. art. fig. para. pp. sec. vol. ch. approx. ca. est.".split())
MONTHS = frozenset("jan. feb. mar. apr. jun. jul. aug. sep. sept. oct. nov. dec.".split())
ZONE = re.compile(
    r"(?:[A-Z]{2,5}\b|(?:Eastern|Pacific|Central|Mountain|Atlantic|Greenwich|Moscow|London|Beijing|Tokyo)\b"
    r"|(?:local|on|in|and|to|or)\b)"
)
PERSON_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov)\.\s")


def split(paragraph: str, language: str = "en") -> list[Span]:
    """Spans (start, end) of the sentences of one paragraph, in order, blanks around them left out.

    >>> text = "He left at 9 a.m. EDT. “It was late,” she said."
    >>> [text[start:end] for start, end in split(text)]
    ['He left at 9 a.m. EDT.', '“It was late,” she said.']
    """
    ends = set(_proposed(paragraph, language))
    ends.update(match.end() for match in FOREIGN_STOP.finditer(paragraph))
    ends.update(_ends_of_ellipses(paragraph))
    ends.update(_ends_of_initials(paragraph))
    return _joined(paragraph, _spans(paragraph, ends))


@lru_cache(maxsize=8)
def _tokenizer(language: str) -> punkt.PunktSentenceTokenizer:
    """Loaded on the first sentence: importing this module reads nothing."""
    return punkt.PunktSentenceTokenizer(punkt.load_model(MODELS.get(language, "english")))


def _proposed(text: str, language: str) -> Iterable[int]:
    stops = [match.end() - 1 for match in STOP.finditer(text)]
    if len(text) > DENSE_FROM and len(stops) * DENSE > len(text):
        return stops
    return (end for _, end in _tokenizer(language).span_tokenize(LONG_RUN.sub(_masked, text)))


def _masked(run: re.Match[str]) -> str:
    return "x" * (len(run.group()) - 2) + run.group()[-2:]


def _ends_of_ellipses(text: str) -> Iterable[int]:
    """ "He stopped… If I" ends, "we just ... I don't know" is a pause."""
    for match in ELLIPSIS.finditer(text):
        pause = text[match.start() - 1 : match.start()].isspace() and _first_word(text, match.end()) == "i"
        if not pause:
            yield match.end()
    yield from (match.end() for match in SPACED_FOUR.finditer(text))


def _ends_of_initials(text: str) -> Iterable[int]:
    for match in DOTTED.finditer(text):
        if _first_word(text, match.end()) in STARTERS:
            yield match.end()
    for match in CLOCK.finditer(text):
        follows = text[match.end() : match.end() + 40].lstrip()
        if _first_word(text, match.end()) in STARTERS or PERSON_TITLE.match(follows):
            yield match.end()


def _first_word(text: str, start: int) -> str:
    match = FIRST_WORD.match(text[start : start + 60].lstrip())
    return match.group(1).lower() if match else ""


def _spans(text: str, ends: Iterable[int]) -> list[Span]:
    spans = []
    start = 0
    for end in sorted({*ends, len(text)}):
        piece = text[start:end]
        if body := piece.strip():
            left = start + piece.index(body[0])
            spans.append((left, left + len(body)))
        start = end
    return spans


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """The spans with those of one sentence made one, and a reference mark moved to the sentence that it follows."""
    cased = text != text.lower()
    joined: list[Span] = []
    for begin, end in spans:
        mark = REFERENCE.match(text, begin, end) if joined else None
        if mark:
            joined[-1] = (joined[-1][0], begin + len(mark.group().rstrip()))
        start = mark.end() if mark else begin
        if start >= end:
            continue
        if joined and _goes_on(text, joined[-1], start, end, cased):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _goes_on(text: str, left: Span, start: int, end: int, cased: bool) -> bool:
    """Whether the span from `start` belongs to the sentence `left`."""
    right = text[start : min(end, start + 60)]
    if not right.strip(CLOSERS + ",;:.!?…") or BRACKETED.fullmatch(right):
        return True
    if left[1] - left[0] <= 8 and MARKER.fullmatch(text, *left):
        return True
    if PAUSE.search(text, max(left[0], left[1] - 8), left[1]) and _first_word(right, 0) == "i":
        return True
    if cased and _opens_lower(right) and text[left[1] - 1] not in "。！？":
        return True
    word = text[max(left[0], left[1] - 24) : left[1]].rsplit(None, 1)[-1].lstrip(OPENERS)
    return _goes_on_after(word, right, left[1] - left[0])


def _opens_lower(right: str) -> bool:
    """A lower-case opening, but for names like iPhone and for a list marker like "b)"."""
    bare = right.lstrip(OPENERS + ". ")
    return bare[:1].islower() and not any(letter.isupper() for letter in bare[1:3])


def _goes_on_after(word: str, right: str, length: int) -> bool:
    folded = word.lower()
    if folded in ("a.m.", "p.m."):
        short = length <= len("On Monday at 10:30 a.m.")
        return bool(ZONE.match(right)) or (short and bool(PERSON_TITLE.match(right)))
    if DOTTED_END.fullmatch(word):
        return length <= 6 or (
            _first_word(right, 0) not in STARTERS and right[:1].isupper() and _institution(right)
        )
    if folded in TITLES:
        return right[:1].isupper() or right[:1].isdigit()
    if folded in MONTHS or folded in NUMBERED:
        return right[:1].isdigit()
    return length <= 5 and INITIALS.fullmatch(word) is not None


DOTTED_END = re.compile(r"(?:[A-Z]\.){2,}")
INITIALS = re.compile(r"[A-Z]\.")
INSTITUTION = frozenset(
    """president vice secretary senator state states treasury army navy air supreme district house senate congress
    congressman congresswoman department attorney embassy justice coast court federal central bureau trade national
    olympic dollar security general ambassador government military marine marines forces troops special representative
    capitol geological postal border customs open ministry minister prime envoy""".split()
)


def _institution(right: str) -> bool:
    return _first_word(right, 0).rstrip(".") in INSTITUTION

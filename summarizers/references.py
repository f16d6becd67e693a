"""Whether a sentence leans on its neighbour, and on what.

"He said …", "The decision …", half of a quotation: such a sentence is shown with those before it, or with a name in
brackets, or not at all. A small learned model decides over cues that know no topic; without one the cues decide.
The name in brackets is given only where a single person can be meant: a wrong speaker is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import cast

from summarizers import scorer
from summarizers.people import Person, people, speaker, tells_of_unnamed
from summarizers.types import Document, Sentence
from summarizers.words import FOLD, Word, tokens

BACK = 3  # sentences to walk back for what a sentence leans on; further back the reader has lost it too
MENTIONED = 10  # sentences back within which a reader may still know what "the …" means
FORWARD = 3
# On topics left out it finds .89 of the sentences that lean and asks a neighbour for .43 of the others: a dangling
# pronoun costs more than a sentence of context. `thresholds["leans"]` of the weights goes before it. Replayed whole
# stories were no better at .15 (more lines cost too much room) and had half as many danglers again at .3.
THRESHOLD = 0.22
LONGEST = 2_000  # characters of a sentence that are looked at; what is longer is no prose
STARTING = 12  # words; what counts as the beginning of a sentence


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a sentence of a document leans: `needs` are indexes of sentences to be shown with it, in order.

    `refers_to` is the one person that its pronoun or its bare quotation can mean, None where that is unknown.
    """

    leans: bool
    probability: float
    needs: tuple[int, ...] = ()
    refers_to: str | None = None


Kept = tuple[scorer.Weights, tuple[Leaning, ...]]  # how sentences lean, and the weights that told


def leaning(document: Document) -> tuple[Leaning, ...]:
    """A `Leaning` for each sentence of the document, computed once."""
    weights = scorer.weights()
    kept = document.memo.get("leaning")
    if kept is None or cast("Kept", kept)[0] is not weights:
        kept = document.memo["leaning"] = (weights, _leaning(document.sentences))
    return cast("Kept", kept)[1]


def _leaning(sentences: Sequence[Sentence]) -> tuple[Leaning, ...]:
    threshold = scorer.weights().thresholds.get("leans", THRESHOLD)
    probabilities = _probabilities(sentences)
    back = [
        probability >= threshold or (i > 0 and _points_back(_words(sentences[i].text[:LONGEST])[:STARTING]))
        for i, probability in enumerate(probabilities)
    ]
    ahead = [_ahead(sentences, i) for i in range(len(sentences))]
    leans = [before or bool(after) for before, after in zip(back, ahead, strict=True)]
    referents = _referents(sentences, back)
    return tuple(
        Leaning(
            leans[i], probability, (*(_back(sentences, back, i) if back[i] else ()), *ahead[i]), referents[i]
        )
        for i, probability in enumerate(probabilities)
    )


def _points_back(words: Sequence[Word]) -> bool:
    """Whether a sentence soon points back by "these" or "those" and a noun: too rare for the model to learn."""
    return any(
        a.folded in ("these", "those")
        and b.content
        and b.text.islower()
        and not b.folded.endswith(("ed", "ing"))
        for a, b in pairwise(words)
    )


def _probabilities(sentences: Sequence[Sentence]) -> list[float]:
    model = scorer.weights().models.get("leans")
    return [
        model.probability(features) if model else float(leans_by_cues(features))
        for features in document_features(sentences)
    ]


def document_features(sentences: Sequence[Sentence]) -> Iterator[dict[str, float]]:
    """The features of each sentence of a document, with all that was told before it."""
    texts = [sentence.text[:LONGEST] for sentence in sentences]
    told = Told.of(texts)
    for i, sentence in enumerate(sentences):
        yield leaning_features(
            texts[i],
            texts[i - 1] if i else "",
            texts[i + 1] if i + 1 < len(texts) else "",
            first=not i,
            first_in_paragraph=not i or sentences[i - 1].paragraph != sentence.paragraph,
            told=told,
        )
        told.tell(texts[i])


def _back(sentences: Sequence[Sentence], leans: Sequence[bool], i: int) -> tuple[int, ...]:
    """Back until a sentence stands by itself, and to the last mention of what "the …" means where that is further.

    Lines that may not be shown are left out.
    """
    found: list[int] = []
    for at in range(i - 1, max(-1, i - 1 - MENTIONED), -1):
        if sentences[at].selectable:
            found.append(at)
            if not leans[at] or len(found) == BACK:
                break
    mention = _mention(sentences, i, found)
    if mention is not None:
        found = [*found[: BACK - 1], mention]
    return tuple(reversed(found))


def _mention(sentences: Sequence[Sentence], i: int, found: Sequence[int]) -> int | None:
    """The nearest earlier sentence with a noun that sentence `i` opens with as known, if none of `found` has it."""
    nouns = _definite_nouns(_words(sentences[i].text[:LONGEST])[:STARTING])
    told = {word.stem for at in found for word in _words(sentences[at].text[:LONGEST])}
    missing = nouns - told
    for at in range(i - 1, max(-1, i - 1 - MENTIONED), -1):
        if (
            missing
            and sentences[at].selectable
            and missing & {w.stem for w in _words(sentences[at].text[:LONGEST])}
        ):
            return at
    return None


def _definite_nouns(words: Sequence[Word]) -> frozenset[str]:
    """The stems of the word after each "the", "that" or "those" that begins a noun phrase in lower case."""
    pairs = pairwise(words)
    return frozenset(
        b.stem for a, b in pairs if a.folded in ("the", "that", "those") and b.content and b.text.islower()
    )


def _ahead(sentences: Sequence[Sentence], i: int) -> tuple[int, ...]:
    """The sentences of the paragraph that follow while the quotation that this one opens is open."""
    found: list[int] = []
    open_marks = _marks(sentences[i].text[-LONGEST:])
    for following in sentences[i + 1 : i + 1 + FORWARD]:
        if open_marks <= 0 or following.paragraph != sentences[i].paragraph:
            break
        found.append(following.index)
        open_marks += _marks(following.text[-LONGEST:])
    return tuple(found)


# Who is meant


def _referents(sentences: Sequence[Sentence], leans: Sequence[bool]) -> list[str | None]:
    """For each leaning sentence the name that its pronoun or bare quotation can mean, if it is but one."""
    found: list[str | None] = []
    for i in range(len(sentences)):
        found.append(_referent(sentences, found, i) if leans[i] and i else None)
    return found


def _referent(sentences: Sequence[Sentence], found: Sequence[str | None], i: int) -> str | None:
    text, before = sentences[i].text[:LONGEST], sentences[i - 1].text[:LONGEST]
    words = _words(text)
    pronoun = _leading_pronoun(text, words)
    bare = _is_bare_quotation(text) and _first_person(words)
    if not pronoun and not bare:
        return None
    if bare and not pronoun:
        return speaker(before) or (found[i - 1] if _is_bare_quotation(before) else None)
    if tells_of_unnamed(before):
        return None
    known = people(before)
    if not known and _leading_pronoun(before, _words(before)) == pronoun:
        return found[i - 1]
    return _only(known, pronoun)


def _only(known: Sequence[Person], pronoun: str) -> str | None:
    if len(known) != 1 or not known[0].sure:
        return None
    male = pronoun in ("he", "his", "him")
    return known[0].name if known[0].gender in (None, "m" if male else "f") else None


def _leading_pronoun(text: str, words: Sequence[Word]) -> str:
    """ "he" or "she" where the sentence begins with it or its possessive, or a quotation is said by it; else ""."""
    if not words:
        return ""
    if words[0].folded in PERSON and not text[: words[0].start].strip():
        return PERSON[words[0].folded]
    said = SAID_BY_PRONOUN.search(text.translate(FOLD))
    if said and text[:1] in QUOTES:
        return PERSON[(said.group(1) or said.group(2)).lower()]
    return ""


def _is_bare_quotation(text: str) -> bool:
    return bool(text) and text[0] in QUOTES and not _outside(text)


def _first_person(words: Sequence[Word]) -> bool:
    return any(word.folded.partition("'")[0] in FIRST_PERSON for word in words)


PERSON = {"he": "he", "his": "he", "him": "he", "he's": "he", "he'd": "he", "he'll": "he",
          "she": "she", "her": "she", "hers": "she", "she's": "she", "she'd": "she", "she'll": "she"}  # fmt: skip
SAYING = (
    "said|says|told|added|adds|wrote|writes|warned|asked|replied|explained|insisted|noted|argued|continued|recalled|stated|tweeted"
    "|declared|admitted|concluded|claimed|acknowledged|predicted|remarked|joked|shouted|complained|urged"
)
SAID_BY_PRONOUN = re.compile(rf"\b(?:(he|she) (?:{SAYING})\b|(?:{SAYING}) (he|she)\b)", re.IGNORECASE)


# The evidence

QUOTES = frozenset('“”"')
FIRST_PERSON = frozenset("i me my mine we us our ours myself ourselves".split())
GROUPS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "he": "he she him his her hers himself herself he's she's he'd she'd he'll she'll",
        "they": "they them their theirs they're they've they'd they'll",
        "it": "it its it's itself it'll it'd",
        "this": "this that that's these those",
        "i": "i we my our i'm i've we're we've i'd we'd i'll we'll me us",
        "you": "you your you're",
        "conjunction": "but and so or yet nor because",
        "connective": """however also instead still then therefore thus moreover additionally similarly meanwhile nevertheless
            nonetheless furthermore otherwise besides indeed later earlier afterwards afterward previously besides likewise
            further too again""",
        "quantity": "some many most several few both neither either another others other such one none each all only more",
        "subordinate": "if when while although though as after before since once until despite following",
        "question": "what why how who where when which",
        "there": "there here",
        "negation": "no not never nobody nothing",
    }.items()
}
# Nouns that name what was just told, an act, a group or an office; with "the" before them they point back.
TOLD = frozenset(
    """decision move plan plans effort efforts statement announcement comments remarks claim claims proposal proposals offer
    agreement deal accord measure measures step steps action actions report document memo letter figure figures number numbers
    estimate result results finding findings incident attack attacks explosion blast accident crash disaster crisis violence
    protest protests protesters demonstration demonstrators meeting talks call conversation visit trip speech interview vote
    ruling order law bill legislation package program programme project scheme operation process procedure method approach idea
    issue problem question matter case change changes cut cuts increase rise fall drop problem delay development developments
    event events news answer response reaction criticism demand demands request warning threat charges allegations accusations
    suspension resolution sanctions ban truce ceasefire clashes killing killings death deaths rescue arrests arrest""".split()
)
BODIES = frozenset(
    """company firm group agency paper newspaper organisation organization ministry government authorities administration
    committee council commission court panel party bank board union team army military police force forces body department
    institution business office network station hospital school university site city town village country nation region area
    capital state province square building plant factory ship vessel rig aircraft plane train""".split()
)
OFFICES = frozenset(
    """president minister premier chairman chairwoman chief executive director secretary official officials spokesman spokeswoman
    spokesperson leader leaders senator governor mayor general commander aide adviser lawyer judge doctor doctors actor actress
    singer author man woman men women boy girl child children couple suspect victim victims family families mother father son
    daughter brother sister residents workers soldiers troops rebels activists survivors officer officers pair two three four
    men players player coach captain driver pilot""".split()
)
SAME = frozenset("same latter former previous latest next following earlier new".split())
POINTERS = frozenset("the this that these those such".split())
# There is one of each, or the reader knows which; nothing told before is needed.
UNIQUE = frozenset(
    """world sun moon sky sea earth weather public people internet media economy past future present week weekend month year
    day days morning afternoon evening night time end beginning start rest number amount first most best worst way fact
    country nation president government state police army press poor rich east west north south right left ground air
    street streets summer winter spring autumn decade century moment same kind sort use need hope chance possibility risk
    case top bottom middle centre center heart face name sense light wake face""".split()
)
ADDING = frozenset("also too again further".split())
OTHER = frozenset("another other others such so instead still then latter former".split())
NOMINAL = re.compile(r"(?:ment|tion|sion|ance|ence|al|ing|ure|ity|ness|ship|age)s?$")
OPENS_LEANING = re.compile(
    r"[\"'(]?(?:he|she|they|it|this|that|these|those|his|her|their|its|but|and)\b", re.IGNORECASE
)
LATER = re.compile(
    r"\b(?:(?:that|the same|the next|the following|the previous) (?:day|night|week|month|year|time|morning|evening)"
    r"|at the time|the day (?:before|after)|days? (?:later|earlier)|hours? (?:later|earlier)|then|later|earlier)\b",
    re.IGNORECASE,
)
SAID_BY_THEY = re.compile(rf"\b(?:they|it) (?:{SAYING})\b", re.IGNORECASE)
THIS_ALONE = re.compile(
    r"\b(?:this|that|these|those) (?:is|was|were|are|would|will|has|had|have|can|could|may|might|means|meant|includes|included"
    r"|comes|came|follows|followed|adds|makes|made|should|does|did)\b",
    re.IGNORECASE,
)
SAID = re.compile(rf"\b(?:{SAYING})\b", re.IGNORECASE)
NAME_SAID = re.compile(
    rf"(?:\b[A-Z][\w'’.-]+,? (?:{SAYING})\b|\b(?:{SAYING}) (?:[A-Z]|the [a-z]+|an? [a-z]+))"
)
THE_SAID = re.compile(rf"\b(?:the|an?|one|some|many) (?:[\w-]+ ){{1,4}}(?:{SAYING})\b", re.IGNORECASE)


@dataclass
class Told:
    """What a text has told so far: stems mentioned, stems introduced with "a"; and the names of the whole text."""

    names: AbstractSet[str]
    mentioned: set[str] = field(default_factory=set)
    introduced: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Told:
        """Nothing told yet; a name is a word that stands capitalised inside a sentence somewhere."""
        return cls({w.folded for text in texts for w in _words(text)[1:] if w.text[0].isupper()} - ALL_GROUPS)

    def tell(self, text: str) -> None:
        words = _words(text)
        self.mentioned.update(word.stem for word in words if word.content)
        self.introduced.update(_introduced(words))


def _introduced(words: Sequence[Word]) -> Iterator[str]:
    for i, word in enumerate(words):
        if word.folded in ("a", "an", "another", "one"):
            yield from (w.stem for w in words[i + 1 : i + 5] if w.content)


def leaning_features(
    text: str, before: str, after: str, first: bool, first_in_paragraph: bool | None, told: Told | None = None
) -> dict[str, float]:
    """Named measurements of a sentence between its neighbours; `first_in_paragraph` may be unknown (None).

    `told` is what the article has told before; without it only the sentence before is known.
    """
    words = _words(text)
    earlier = _words(before)
    if told is None:
        told = Told.of([before, text, after])
        told.tell(before)
    features = {
        "first": float(first),
        "inside_paragraph": 0.5 if first_in_paragraph is None else float(not first_in_paragraph),
        "length": log(1 + len(words)),
        "short": float(len(words) <= 7),
    }
    if not words:
        return features
    features |= _opening(words, text)
    features |= _pronouns(words, text, _names(words, told.names))
    features |= _definite(words, {word.stem for word in earlier if word.content}, told)
    features |= _quotation(text, before)
    features |= _overlap(words, earlier)
    return features


def _opening(words: Sequence[Word], text: str) -> dict[str, float]:
    first = words[0].folded
    found = {f"opens_{name}": 1.0 for name, group in GROUPS.items() if first in group}
    found["opens_the"] = float(first == "the")
    second = words[1].folded if len(words) > 1 else ""
    found["opens_conjunction_pronoun"] = float(
        first in GROUPS["conjunction"] | GROUPS["connective"] | GROUPS["subordinate"]
        and any(second in GROUPS[name] for name in ("he", "they", "it", "this"))
    )
    found["opens_lower"] = float(text.lstrip("“\"‘'(")[:1].islower())
    found["opens_mark"] = float(not text[:1].isalnum() and text[:1] not in "“\"‘'$€£([")
    found["opens_name"] = float(words[0].content and all(word.text[0].isupper() for word in words[:2]))
    found["opens_according"] = float(first == "according")
    found["opens_number"] = float(words[0].text[0].isdigit())
    found["asks"] = float(text.rstrip("”\"’' ").endswith("?"))
    return found


ALL_GROUPS = frozenset().union(*GROUPS.values())


def _names(words: Sequence[Word], names: AbstractSet[str]) -> set[int]:
    """Places of the names of a sentence; its first word only if it stands capitalised inside a sentence nearby."""
    places = {i for i, w in enumerate(words) if i and w.text[0].isupper() and w.folded not in ALL_GROUPS}
    if words[0].text[0].isupper() and words[0].content and words[0].folded in names:
        places.add(0)
    return places


def _pronouns(words: Sequence[Word], text: str, names: set[int]) -> dict[str, float]:
    first_name = min(names, default=len(words))
    found: dict[str, float] = {
        "names": min(len(names), 6) / 3,
        "no_name": float(not names),
        "name_opens": float(first_name == 0),
        "name_near": float(first_name <= 3),
        "name_far": float(first_name > STARTING),
    }
    quoted = _inside_quotation(text)
    for i, word in enumerate(words):
        where = "quoted_" if quoted[word.start] else "loose_" if i < first_name else "later_"
        for name in ("he", "they", "it"):
            if word.folded in GROUPS[name]:
                found[where + name] = 1.0
        if word.folded.partition("'")[0] in FIRST_PERSON:
            found["quoted_i" if quoted[word.start] else "plain_i"] = 1.0
        if word.folded in ("our", "my") and not quoted[word.start]:
            found["plain_our"] = 1.0
        if word.folded == "those":
            found["those"] = 1.0
        if word.folded in GROUPS["there"] and i < STARTING:
            found["early_there"] = 1.0
        if word.folded in ADDING:
            found["has_also"] = 1.0
        if word.folded in OTHER:
            found["has_other"] = 1.0
    folded = text.translate(FOLD)
    start = words[first_name].start if names else len(text)
    if said := SAID_BY_PRONOUN.search(folded):
        found["said_by_pronoun" if said.start() < start else "said_by_later_pronoun"] = 1.0
    found["said_by_they"] = float(SAID_BY_THEY.search(folded) is not None)
    found["later"] = float(LATER.search(folded) is not None)
    found["this_alone"] = float(THIS_ALONE.search(folded) is not None)
    return found


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[Word, ...]:
    """The words of a text, which each of its neighbours asks for too."""
    return tokens(text)


@lru_cache(maxsize=256)
def _inside_quotation(text: str) -> tuple[bool, ...]:
    """For each character whether it stands inside double quotation marks that open in this text."""
    inside = False
    flags = []
    for letter in text:
        if letter in QUOTES:
            inside = letter == "“" or (letter == '"' and not inside)
        flags.append(inside)
    return tuple(flags)


def _definite(words: Sequence[Word], earlier: set[str], told: Told) -> dict[str, float]:
    """ "the" and "that" with a noun: told before, an act, a body, an office; "a" + the noun in the sentence makes it new."""
    found: dict[str, float] = {}
    introduced: set[str] = set()
    pointing = 0
    for i, word in enumerate(words[:-1]):
        if word.folded in ("a", "an"):
            introduced.update(w.stem for w in words[i + 1 : i + 4])
        if word.folded not in POINTERS:
            continue
        phrase = _noun_phrase(words, i + 1)
        head = phrase[-1] if phrase else None
        if head is None or not head.text[0].islower() or head.stem in introduced or head.folded in UNIQUE:
            continue
        place = "early" if i < 3 else "late"
        if _is_followed(words, i + 1 + len(phrase)):
            found[f"the_followed_{place}"] = 1.0
            continue
        kind = _kind(head)
        found[f"the_{kind}_{place}"] = 1.0
        found[f"the_known_{place}"] = float(head.stem in earlier)
        found[f"the_introduced_{place}"] = float(head.stem in told.introduced)
        found[f"the_old_{place}"] = float(head.stem in told.mentioned)
        found[f"the_fresh_{place}"] = float(head.stem not in told.mentioned)
        if len(phrase) == 1:
            found[f"the_bare_{kind}"] = 1.0
            found["the_bare_introduced"] = max(
                found.get("the_bare_introduced", 0.0), float(head.stem in told.introduced)
            )
        if word.folded in ("this", "these", "those", "such") or (word.folded == "that" and place == "early"):
            found[f"this_noun_{place}"] = 1.0
        if any(w.folded in SAME for w in phrase):
            found[f"the_same_{place}"] = 1.0
        pointing += 1
    found["definites"] = min(pointing, 4) / 2
    return found


def _is_followed(words: Sequence[Word], at: int) -> bool:
    """Whether a clause after the noun tells which one is meant: "the plan of …", "the man who …"."""
    return at < len(words) and words[at].folded in ("of", "that", "who", "which", "whose", "where", "when")


def _kind(head: Word) -> str:
    for name, nouns in (("told", TOLD), ("body", BODIES), ("office", OFFICES)):
        if head.folded in nouns:
            return name
    return "nominal" if NOMINAL.search(head.folded) else "other"


def _noun_phrase(words: Sequence[Word], start: int) -> list[Word]:
    """The words after an article up to the noun: "the new parking rules"; a possessive ends it."""
    phrase: list[Word] = []
    for word in words[start : start + 5]:
        adjacent = not phrase or word.start - phrase[-1].end <= 2
        keeps = word.content or word.folded in SAME or word.folded in ("two", "three", "four", "other")
        if not keeps or not adjacent or (phrase and word.folded.endswith(("ed", "ing", "ly"))):
            break
        phrase.append(word)
        if word.text.endswith(("'s", "’s")):
            break
    return phrase


def _quotation(text: str, before: str) -> dict[str, float]:
    outside = _outside(text)
    starts = text[:1] in "“\"‘'"
    marks = sum(letter in QUOTES for letter in text)
    inside_before = _marks(before) > 0
    said = NAME_SAID.search(outside) is not None
    return {
        "starts_quoted": float(starts),
        "bare_quotation": float(starts and marks > 0 and len(outside.split()) <= 1),
        "quote_unclosed": float(_marks(text) > 0),
        "quote_unopened": float(_marks(text) < 0 or (marks % 2 == 1 and not starts)),
        "before_open": float(inside_before),
        "quoted_named": float(marks > 0 and said),
        "quoted_unnamed": float(marks > 0 and not said),
        "said_by_body": float(THE_SAID.search(outside) is not None),
        "says": float(SAID.search(outside) is not None),
        "single_quoted": float(text[:1] in "‘'"),
        "quoted_share": sum(_inside_quotation(text)) / max(1, len(text)),
        "before_bare": float(_is_bare_quotation(before)),
        "before_opens": float(bool(OPENS_LEANING.match(before.translate(FOLD)))),
        "before_quotes": float(any(letter in QUOTES for letter in before)),
        "before_empty": float(not before),
        "before_ends_colon": float(before.rstrip().endswith(":")),
    }


def _outside(text: str) -> str:
    """The words outside double quotation marks."""
    flags = _inside_quotation(text)
    return "".join(
        letter for letter, quoted in zip(text, flags, strict=True) if not quoted and letter not in QUOTES
    ).strip(" .,?!")


def _marks(text: str) -> int:
    """Quotations opened and not closed in a text: +1 open at its end, −1 closed without being opened."""
    curly = text.count("“") - text.count("”")
    straight = text.count('"')
    if curly or straight % 2 == 0:
        return curly
    at = text.rfind('"')
    closes = at > 0 and not text[at - 1].isspace() and text[at - 1] not in "(["
    return -1 if closes and straight == 1 and at >= len(text) - 2 else (-1 if closes and straight == 1 else 1)


def _overlap(words: Sequence[Word], earlier: Sequence[Word]) -> dict[str, float]:
    ours = {word.stem for word in words if word.content}
    theirs = {word.stem for word in earlier if word.content}
    shared = len(ours & theirs)
    return {"overlap": shared / len(ours) if ours else 0.0, "no_overlap": float(bool(theirs) and not shared)}


def leans_by_cues(features: Mapping[str, float]) -> bool:
    """The cue rules, for where no model is at hand: a pronoun, a definite act or body, half a quotation."""
    opens = any(features.get(f"opens_{name}") for name in ("he", "they", "it", "this", "conjunction"))
    if features.get("first"):
        return bool(features.get("opens_he") or features.get("opens_they"))
    pointing = any(
        features.get(name)
        for name in ("the_told_early", "the_body_early", "the_bare_told", "this_noun_early")
    )
    quoted = any(
        features.get(name) for name in ("bare_quotation", "before_open", "quote_unopened", "said_by_pronoun")
    )
    loose = any(
        features.get(name)
        for name in ("loose_he", "loose_they", "opens_conjunction_pronoun", "the_same_early")
    )
    return bool(opens or pointing or quoted or loose)

"""The persons that a sentence names, as far as its own words show them to be persons.

Conservative by purpose: every capitalised name that may be a person counts as one, so "he" after a sentence with two
of them stays unknown; only a name with a title, a role or a verb of saying is a sure one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A name as written, without its title; `sure` if its words show a person; `gender` where a title tells it."""

    name: str
    sure: bool
    gender: str | None = None


SAYING = r"(?:said|says|told|added|wrote|warned|asked|replied|explained|insisted|noted|argued|stated|tweeted|declared|admitted|claimed|acknowledged)"
WORD = r"\b[A-ZÀ-ÖØ-Þ](?:[\w’'-]{0,30}\w)"
NAME = re.compile(
    rf"{WORD}(?: (?:[A-Z]\.|(?:al|bin|de|del|van|von|der|la|el|ibn|da|du)(?= [A-Z])|{WORD})){{0,6}}(?:,? (?:Jr|Sr)\.)?"
)
MALE = frozenset({"mr", "sir", "lord", "king", "prince", "spokesman", "chairman", "congressman", "father"})
FEMALE = frozenset(
    {"mrs", "ms", "miss", "lady", "queen", "princess", "spokeswoman", "chairwoman", "congresswoman", "dame"}
)
TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir lord lady dame king queen prince princess pope president vice prime minister
    secretary senator sen governor gov mayor chancellor premier general gen maj major col colonel capt captain lt
    lieutenant sgt sergeant adm admiral judge justice rev rep representative sheikh congressman congresswoman spokesman
    spokeswoman spokesperson chairman chairwoman chief ambassador foreign interior defense defence finance energy
    attorney executive director officer deputy former father commissioner envoy coach doctor detective inspector""".split()
)
ROLES = frozenset(
    """spokesman spokeswoman spokesperson director chairman chairwoman chief executive president minister secretary
    leader head lawyer attorney professor analyst economist activist journalist editor reporter correspondent
    researcher scientist engineer doctor officer official adviser advisor aide envoy ambassador founder owner member
    resident witness farmer teacher student author actor singer player coach commander mayor governor senator""".split()
)
NOT_PERSONS = frozenset(
    """league house party ministry council company university college committee commission agency organisation
    organization department bank group union court street square road avenue city county state states nations office
    press news times post journal guardian herald tribune service institute foundation association center centre
    airport hospital church school corps army navy force forces air guard board bureau inc corp ltd plc llc co congress
    parliament senate cabinet kingdom republic islands island river sea gulf ocean north south east west northern
    southern eastern western central world war olympics cup championship act bill law treaty project program programme
    security international national federal general supreme european american white day week january february march
    april may june july august september october november december monday tuesday wednesday thursday friday saturday
    sunday christian muslim jewish islamic catholic internet twitter facebook youtube google apple microsoft""".split()
)
OPENERS = frozenset(
    """the a an this that these those he she it they we i you his her its their our my but and or so if when while
    although though as after before since once until despite following in on at by for from with to of no not some many
    most several few both neither either another other such one all only more what why how who where which there here
    meanwhile however also instead still then later earlier speaking asked according earlier last next two three four
    five six seven eight nine ten about around nearly almost under over during through because even yet just now""".split()
)
PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|outside|across|inside|around|off|throughout|into|from)\s+(?:\w+ern\s+)?$"
)
DEMONYM = re.compile(r"(?:ian|ean|ish|ese|an|ch|sh|qi|li|ni)$")


def people(text: str) -> tuple[Person, ...]:
    """The persons, sure or possible, that a sentence names, each once.

    >>> people("Mr Lind met Ada Roe in Oslo.")
    (Person(name='Lind', sure=True, gender='m'), Person(name='Ada Roe', sure=False, gender=None))
    """
    found: dict[str, Person] = {}
    for match in NAME.finditer(text):
        person = _person(text, match)
        if person:
            known = next((k for k in found if k.endswith(person.name) or person.name.endswith(k)), None)
            if known is None:
                found[person.name] = person
            elif person.sure and not found[known].sure:
                found[known] = Person(
                    max(known, person.name, key=len), True, person.gender or found[known].gender
                )
    return tuple(found.values())


def speaker(text: str) -> str | None:
    """The one sure person to whom a sentence gives its quotation; None where there is none or a doubt."""
    said = [match.group(1) or match.group(2) for match in SAID.finditer(text)]
    names = {person.name for name in said for person in people(f"{name} said") if person.sure}
    return names.pop() if len(names) == 1 and len(said) == 1 else None


ROLE = "|".join(sorted(ROLES))
UNNAMED = re.compile(
    rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother) (?:[\w-]+ ){{0,3}}(?:{ROLE}|man|woman|boy|girl|person|survivor|victim|soldier|worker|mother|father)\b"
    rf"|\b(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir) (?:[\w-]+ ){{0,3}}(?:{ROLE}|man|woman|boy|girl) {SAYING}\b"
)
SAID = re.compile(rf"(?:({NAME.pattern}),? {SAYING}\b|\b{SAYING} ({NAME.pattern}))")


def _person(text: str, match: re.Match[str]) -> Person | None:
    words = match.group().removesuffix("'s").removesuffix("’s").split()
    start = match.start()
    if words and words[0].lower() in OPENERS and _opens(text, start):
        start += len(words[0]) + 1
        words = words[1:]
    titles, words = _title_and_name(words)
    if not words or any(word.lower().rstrip(".") in NOT_PERSONS for word in words):
        return None
    name = " ".join(words)
    if name.isupper() or not _may_be_person(text, start, match.end(), name, bool(titles)):
        return None
    gender = "m" if MALE & set(titles) else "f" if FEMALE & set(titles) else None
    return Person(name, bool(titles) or _shown(text, start, match.end(), name), gender)


def _title_and_name(words: list[str]) -> tuple[list[str], list[str]]:
    """ "Norwegian Prime Minister Ada Roe" → its titles, "Ada Roe"; a name that ends in such a word ("Ann King") is whole."""
    folded = [word.lower().rstrip(".") for word in words]
    last = max((i for i, word in enumerate(folded) if word in TITLES), default=-1)
    if last == len(words) - 1:
        return [], words
    return [word for word in folded[: last + 1] if word in TITLES], words[last + 1 :]


def tells_of_unnamed(text: str) -> bool:
    """Whether a sentence tells of somebody without a name, whom a pronoun after it may mean: "a spokesman said"."""
    return UNNAMED.search(text) is not None


def _opens(text: str, start: int) -> bool:
    return not text[:start].strip("“\"‘'([ ") or text[:start].rstrip()[-1:] in '.!?:“"‘'


def _may_be_person(text: str, start: int, end: int, name: str, titled: bool) -> bool:
    if titled:
        return True
    before, after = text[max(0, start - 24) : start], text[end : end + 24]
    if re.search(r"\b[Tt]he\s+$", before) or PLACE_BEFORE.search(before):
        return False
    adjective = (
        " " not in name and DEMONYM.search(name) is not None and re.match(r"[ -][a-z]", after) is not None
    )
    return not (adjective and not re.match(rf" {SAYING}\b| (?:is|was|has|had|will|would)\b", after))


def _shown(text: str, start: int, end: int, name: str) -> bool:
    """Whether a title, a role or a verb of saying beside the name shows a person."""
    before, after = text[max(0, start - 40) : start], text[end : end + 60]
    role_before = re.search(r"(\w+)[ ,]+$", before)
    if role_before and role_before.group(1).lower() in ROLES:
        return True
    if re.match(r", (?:an?|the|who|\d{2})\b", after) and " " in name:
        role = re.match(r", (?:(?:who|\d{2})\b|(?:an?|the) (?:[\w-]+ ){0,3}?(\w+))", after)
        words = set(re.findall(r"\w+", after.lower()))
        return role is not None and (bool(words & ROLES) or after.startswith(", who") or after[2:4].isdigit())
    return " " in name and re.match(rf",? {SAYING}\b", after) is not None

"""Time zones by their names in the tz database, as people write them. Only names are ever stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import WrongSchedule

UNSAYABLE = {
    "Factory",
    "localtime",
    "EST",
    "MST",
}  # no places; and who says EST or MST expects summer time as well
SPOKEN = {  # what people say, and the database does not know, or not as they mean it
    "America/New_York": "et est edt",
    "America/Chicago": "ct cst cdt",
    "America/Denver": "mt mst mdt",
    "America/Los_Angeles": "pt pst pdt",
    "Europe/London": "bst",
    "Europe/Berlin": "cest mez mesz",
    "Europe/Athens": "eest",
    "Asia/Kolkata": "ist",
    "Asia/Tokyo": "jst",
    "Australia/Sydney": "aest aedt",
}
ALIKE = 0.8  # below it difflib finds a city for every word
LONGEST_NAME = 40  # the longest in the database has 32 characters


@cache
def zone_rules(name: str) -> ZoneInfo:
    """The rules of a zone; WrongSchedule where the machine's tz database has no such name."""
    if name not in names().values():
        raise unknown_zone(name)
    return ZoneInfo(name)


@cache
def names() -> Mapping[str, str]:
    """Every name in the database, by its small letters."""
    return {name.casefold(): name for name in sorted(available_timezones() - UNSAYABLE)}


@cache
def _cities() -> Mapping[str, list[str]]:
    cities = defaultdict(list)
    for small, name in names().items():
        cities[small.rpartition("/")[2]].append(name)
    return dict(cities)


def zone_named(text: str) -> str | None:
    """The name of the zone that "europe/berlin", "New York" or "Tokyo" means; None for none, or for several.

    >>> zone_named("new york"), zone_named("utc"), zone_named("louisville")
    ('America/New_York', 'UTC', None)
    """
    small = "_".join(text.casefold().split())
    found = _cities().get(small, [])
    return names().get(small) or (found[0] if len(found) == 1 else None)


def closest_zones(text: str) -> list[str]:
    """The names that look most like a text, at most three, the closest first.

    >>> closest_zones("Europe/Berlim"), closest_zones("louisville")
    (['Europe/Berlin'], ['America/Kentucky/Louisville', 'America/Louisville'])
    """
    small = "_".join(text.casefold().split())[:LONGEST_NAME]
    if any(character.isdecimal() for character in small):
        return []  # the database's "Etc/GMT+2" is what people call UTC-2
    if spoken := [name for name, said in SPOKEN.items() if small in said.split()]:
        return spoken
    cities = _cities()
    whole = [names()[name] for name in get_close_matches(small, names(), 3, ALIKE)]
    last = get_close_matches(small.rpartition("/")[2], cities, 3, ALIKE)
    return list(dict.fromkeys(whole or [name for city in last for name in cities[city]]))[:3]


def zones_like(typed: str, first: str | None = None) -> list[str]:
    """The names that have what is typed, those of which a part begins with it before others; without any, those most said.

    >>> zones_like("new y"), zones_like("berl"), zones_like("")[:1]
    (['America/New_York'], ['Europe/Berlin'], ['America/New_York'])
    """
    small = "_".join(typed.casefold().split())
    if not small:
        return list(dict.fromkeys((*([first] if first else []), *SPOKEN, "UTC")))
    having = [name for name in names() if small in name]
    begun = [name for name in having if any(part.startswith(small) for part in (name, *name.split("/")))]
    return [names()[name] for name in dict.fromkeys((*begun, *having))] or closest_zones(typed)


def unknown_zone(text: str) -> WrongSchedule:
    """The error that says which names are close."""
    said = shown(text)
    if close := closest_zones(text):
        return WrongSchedule("zone_near", zone=said, close=", ".join(close))
    return WrongSchedule("zone", zone=said)


def shown(text: str) -> str:
    """A stranger's words as a sentence of ours can quote them: printable, and short."""
    plain = "".join(character for character in text[:LONGEST_NAME] if character.isprintable())
    return plain + "…" if len(text) > LONGEST_NAME else plain

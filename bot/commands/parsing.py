"""Any text → a command; where it is none, three that are close. Pure."""

from __future__ import annotations

from difflib import get_close_matches

from bot.commands.grammar import OPENING, again, read
from bot.commands.hearing import Heard, Said, address, halves, name_of, plain, raw, split, text_of
from bot.commands.readers import LENGTHS, READERS, CallError
from bot.commands.spelling import words
from bot.commands.values import (
    Ask,
    Changed,
    Command,
    Feeds,
    Follow,
    Help,
    Latest,
    More,
    Read,
    ShowStory,
    Summarize,
    Unknown,
)
from bot.since import read_since

LONGEST = 2000  # characters of a message that are read; no command and no question is longer
CHAT = frozenset("ok okay yes no bye goodbye good night day great nice cool wow test hm hmm sorry".split())
LONGEST_WORDS = 90  # of a suggestion: it becomes the value of a button


def parse(text: str) -> Command:
    """The command that a text is; never an error: what is no command is Unknown, with three suggestions that work.

    >>> words(parse("Hi! What's new in the harbour tunnel since Friday?"))
    'changed harbour tunnel since Friday'
    >>> parse("mute ferry for a while").suggestions
    ('mute ferry for 7d', 'mute ferry', 'mute "ferry for a while"')
    """
    said = plain(text[: LONGEST + 1])
    if len(text) > LONGEST:
        return Unknown(said[:LONGEST_WORDS], suggested(()), "unknown.long")
    try:
        return read(said)
    except CallError as wrong:
        return Unknown(said, suggested((*wrong.fixes, *_close(said))), wrong.reason)


def suggested(commands: tuple[Command, ...]) -> tuple[str, ...]:
    """Three commands as words that give them again: the first of these, and others that always work."""
    every = dict.fromkeys((*commands, Changed(), Latest(), Help()))
    spelled = [
        told for command in every if len(told := words(command)) <= LONGEST_WORDS and again(told) == command
    ]
    return tuple(dict.fromkeys(spelled))[:3]


def _close(said: str) -> list[Command]:
    """Commands that are close to words that are none, the closest first."""
    heard = split(OPENING.sub("", said, count=1))[:40]
    urls = [url for word in heard if (url := address(word))][:1]
    found: list[Command] = [
        command for url in urls for command in (Read(url), Feeds("add", url), Summarize(url))
    ]
    found += filter(None, map(again, _corrected(heard)))
    if len(heard) <= 6 and not urls:
        found += _about(heard[1:] if heard and heard[0].fold in READERS else heard)
    return [command for command in found if not isinstance(command, Ask)]


def _corrected(heard: Heard) -> list[str]:
    """The words with their first one corrected, and those that begin with a command somewhere within."""
    if not heard:
        return []
    close = get_close_matches(heard[0].fold[:20], READERS, 2, 0.7)
    corrected = [raw((Said(word), *heard[1:])) for word in close if word != heard[0].fold]
    within = [raw(heard[place:]) for place, word in enumerate(heard) if place and word.fold in READERS]
    return [*corrected, *within[:2], raw(heard[:1])]


def _about(heard: Heard) -> list[Command]:
    """What can be asked of words that are a name, a time, or both."""
    if all(word.fold in CHAT or word.fold.isdecimal() or "://" in word.text for word in heard):
        return []
    if len(heard) == 1 and (length := next((one for one in LENGTHS if one == heard[0].fold), None)):
        return [More(), Changed(length=length)]
    before, after = halves(heard, "since") or ((), heard)
    if since := read_since(text_of(after)):
        return [Changed(name_of(before), since)]
    name = name_of(heard)
    return [Changed(name), ShowStory(name), Follow(name)] if name else []

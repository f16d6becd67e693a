"""A text → the command that it is, by its first word, in free words, or as a question. Pure."""

from __future__ import annotations

import re

from bot.commands.hearing import CLOSING, LINKS, Heard, Said, address, plain, split
from bot.commands.readers import LENGTHS, READERS, CallError, Reader, read_asked, read_told
from bot.commands.values import (
    Ask,
    Command,
    Export,
    Feeds,
    Follow,
    ForgetMe,
    Help,
    Latest,
    Me,
    More,
    MuteTopic,
    Quiet,
    Read,
    Schedule,
    Shorter,
    Status,
    Stop,
    Unfollow,
    Unmute,
    Why,
)

OPENING = re.compile(  # whom it is said to, and how kindly
    r"""(?:<@[^>\s]*>[,:]?\s*|@?newsdelta[,:]?\s+|/(?:news(?:delta)?(?:\s+|$))?
    |(?:please|well|ok|okay|so|and|then|also)[,:]?\s+|(?:hi|hello|hey)(?:\s+there)?[,!.]*\s+(?!there\W*$))*""",
    re.IGNORECASE | re.VERBOSE,
)
COURTESY = re.compile(
    r"(?:(?:can|could|would|will) you (?:please )?)?(?:(?:(?:show|give|tell|send) me |show |list )(?:the |an? )?)?",
    re.IGNORECASE,
)
THANKS = re.compile(r",? (?:please|thanks|thank you)[.!]*$", re.IGNORECASE)
CONTRACTION = re.compile(r"(what|who|where|when|how|that)'?(s|ve|re)", re.IGNORECASE)
CONTRACTED = {"s": "is", "ve": "have", "re": "are"}
OPENERS = frozenset(
    """who what when where why how which did do does is are was were will wo has have had can ca could should would
    whose whom""".split()
)


def read(said: str) -> Command:
    """The command that a text in one line is; CallError says what would have worked instead."""
    bare = OPENING.sub("", said, count=1).strip()
    if bare[:4].casefold() in {"ask", "ask ", "ask:"}:
        return read_asked(bare[4:].strip())
    bare = THANKS.sub("", bare, count=1).strip()
    heard, asked = split(bare), bare.endswith("?")
    if not heard:
        return Help()
    if len(heard) == 1 and (url := address(heard[0])):
        return Read(url)
    command = _request(heard) or _command(heard)
    if command and asked and _changes(command):
        raise CallError("unknown.asked", command, Ask(bare))
    return command or _kindly(COURTESY.sub("", bare, count=1)) or _question(bare)


def again(said: str) -> Command | None:
    """The command that words are; None where they are none."""
    try:
        return read(plain(said))
    except CallError:
        return None


def _kindly(bare: str) -> Command | None:
    """What is asked for politely: "can you show me the timeline?", "tell me who fell"."""
    heard = split(bare)
    try:
        return _request(heard) or _command(heard) or _question(bare) if heard else None
    except CallError:
        return None


def _question(bare: str) -> Command:
    heard = split(bare)
    first = re.sub(r"(?:n't|'\w*)$", "", heard[0].fold)
    forbids = first == "do" and (heard[0].fold == "don't" or heard[1:2] == (Said("not"),))
    if len(heard) > 1 and (bare.endswith("?") or (first in OPENERS and not forbids)):
        return Ask(bare)
    fixes: tuple[Command, ...] = (Stop(), Help("mute")) if forbids else ()
    raise CallError("", *fixes)


def _command(heard: Heard) -> Command | None:
    reader = READERS.get(heard[0].fold.rstrip(CLOSING))
    return reader(heard[1:]) if reader else None


def _request(heard: Heard) -> Command | None:
    """What is said in free words, if it is all that is said."""
    spread = tuple(word for said in heard for word in _spread(said))
    folded = tuple(word.fold for word in spread)
    if found := WHOLE.get(" ".join(folded)):
        return found
    for lead, links, reader in LEADS:
        if folded[: len(lead)] == lead and (folded[len(lead) :] == () or folded[len(lead)] in links):
            return reader(spread[len(lead) :])
    return None


def _spread(said: Said) -> Heard:
    """A word, its contraction undone: "what's" is "what is"."""
    found = None if said.quoted else CONTRACTION.fullmatch(said.text)
    return (Said(found[1]), Said(CONTRACTED[found[2].casefold()])) if found else (said,)


def _changes(command: Command) -> bool:
    match command:
        case Schedule(action="list") | Feeds(action="list" | "test") | Quiet(words=""):
            return False
        case (
            Follow()
            | Unfollow()
            | MuteTopic()
            | Unmute()
            | Schedule()
            | Quiet()
            | Feeds()
            | ForgetMe()
            | Stop()
        ):
            return True
        case _:
            return False


ALL_OF_IT: tuple[tuple[Command, str], ...] = (
    (Help(), "hi|hello|hey|hi there|hello there|hey there|good morning|good evening|who are you|what are you"),
    (Help(), "what can you do|what can i do|what can i say|what can i ask|how does this work|how do i use this|how do you work"),
    (Why(), "why this|why did i get this|why am i getting this|why am i seeing this|why do i see this|why was this posted"),
    (Status(), "how are you|are you there|are you alive"),
    (Me(), "who am i|my settings|what do you know about me|what do you remember about me|what do i follow|my follows|my mutes|"
           "what am i following|what is muted|what have i muted"),
    (Feeds("list"), "my feeds|which feeds|the feeds|what feeds are there"),
    (Schedule("list"), "my schedule|my schedules|when is the next digest|when does the next digest come"),
    (ForgetMe(), "delete me|delete my data|delete everything about me|forget everything about me|forget all about me"),
    (Export(), "export my data|my data"),
    (More(), "more|show more|tell me more|what else|what else changed|go on"),
    (Shorter(), "make it shorter|too long|less"),
    (Stop(), "stop it|stop this|stop everything|leave me alone|unfollow all|unfollow everything"),
    (Latest(), "what is the latest|the latest|the stories|what stories are there|which stories are there"),
)  # fmt: skip
WHOLE: dict[str, Command] = {said: command for command, several in ALL_OF_IT for said in several.split("|")}
BY_NAME = LINKS - {"with", "to", "at", "from"} | {""}
BY_TIME = frozenset("since today yesterday this last lately recently during within over in".split())
LEADS: tuple[tuple[tuple[str, ...], frozenset[str], Reader], ...] = tuple(
    (tuple(lead.split()), links, reader)
    for links, reader, leads in (
        (BY_NAME | {"with", "from"} | BY_TIME | {*LENGTHS}, read_told,
         "what changed|what has changed|what is changed|what is going on|what is happening|any updates|any update|updates|"
         "update|catch up|what is new|what is different|anything new|any news|any changes|catch me up|"
         "bring me up to date|update me|fill me in|what did i miss|what have i missed|is there anything new|is there any news|"
         "is anything new|has anything changed|did anything change|did anything happen|has anything happened"),
        (BY_TIME - {"in", "over"}, read_told, "what happened|what has happened"),
        (BY_NAME, READERS["disagreements"],
         "who disagrees|where do the sources disagree|where do sources disagree|do the sources disagree|"
         "do sources disagree|where do they disagree|do they disagree|do the sources agree|any disagreements|"
         "what are the disagreements|what do the sources disagree|which sources disagree|what is disputed"),
        (BY_NAME, READERS["open"], "what is still open|what remains open|still open|anything still open|what is unresolved"),
        (frozenset(), READERS["open"], "what is open"),
        (BY_NAME | {"for"}, READERS["sources"], "what are the sources|which sources"),
        (BY_NAME, READERS["story"], "more|tell me more"),
        (frozenset({"about"}), READERS["story"], "tell me|what do you know"),
        (frozenset({"about", "on", "of", "for"}), READERS["timeline"], "the timeline"),
    )
    for lead in leads.split("|")
)  # fmt: skip

"""The grammar as forms: each of its words with what can be filled in, and what is filled in → the command. Pure.

What is filled in comes in parts, so nothing that a name says is read as a word of the grammar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.commands.hearing import Heard, Said, plain, split
from bot.commands.parsing import LONGEST, suggested
from bot.commands.readers import EVERYTHING, LAST_LINE, LENGTHS, MOST, READERS, CallError
from bot.commands.usage import HELP
from bot.commands.values import Ask, Changed, Command, Help, Schedule, Unknown
from bot.since import Since, read_since, since_words

Kind = Literal["story", "feed", "topic", "zone", "since", "text", "number", "flag"]
Filled = Mapping[str, str | int | bool | None]
SHORT, LONG = 200, 1000  # characters of a name or a time, and of a question or an address
SPANS = ("1d", "7d", "30d", "always")
LEADS = ("more", "shorter")  # what is only said after a digest: it has buttons for them
MOST_SCHEDULES = 999


@dataclass(frozen=True, slots=True)
class Blank:
    """What can be filled in: what it names, the word of the grammar before it, the few values or the most that it takes."""

    name: str
    kind: Kind
    required: bool = False
    lead: str = ""
    choices: tuple[str, ...] = ()
    most: int = SHORT


@dataclass(frozen=True, slots=True)
class Form:
    """A word of the grammar, or one with what follows it ("schedule add"), and its blanks in the order of the grammar."""

    words: str
    blanks: tuple[Blank, ...] = ()


STORY = Blank("story", "story")
TOPIC = Blank("topic", "topic", required=True)
ZONE = Blank("zone", "zone")
COUNT = Blank("count", "number", most=MOST)
LENGTH = Blank("length", "text", choices=LENGTHS)
NUMBER = Blank("number", "number", most=MOST_SCHEDULES)
URL = Blank("url", "text", required=True, most=LONG)
FEED = Blank("feed", "feed", required=True, most=LONG)

FORMS: tuple[Form, ...] = (
    Form("changed", (STORY, Blank("since", "since", lead="since"), LENGTH, Blank("post", "flag"))),
    Form("latest", (COUNT,)),
    Form("story", (Blank("story", "story", required=True),)),
    Form("timeline", (STORY,)),
    Form("compare", (Blank("one", "story", required=True), Blank("other", "story", required=True, lead="with"))),
    Form("open", (STORY,)),
    Form("disagreements", (STORY,)),
    Form("sources", (STORY,)),
    Form("ask", (Blank("question", "text", required=True, most=LONG), STORY)),
    Form("read", (URL,)),
    Form("summarize", (Blank("what", "story", most=LONG), COUNT)),
    Form("follow", (TOPIC,)),
    Form("unfollow", (TOPIC,)),
    Form("mute", (TOPIC, Blank("for", "text", lead="for", choices=SPANS))),
    Form("unmute", (TOPIC,)),
    Form("schedule add", (Blank("when", "text", required=True), ZONE, Blank("about", "topic", lead="about"), LENGTH)),
    Form("schedule list"),
    *(Form(f"schedule {action}", (NUMBER,)) for action in ("pause", "resume", "remove", "run")),
    Form("schedule retry", (Blank("delivery", "text"),)),
    Form("quiet", (Blank("hours", "text"), ZONE)),
    Form("feeds add", (URL,)),
    Form("feeds list"),
    Form("feeds test", (FEED,)),
    Form("feeds remove", (FEED,)),
    Form("why", (Blank("line", "number", most=LAST_LINE),)),
    Form("me"),
    Form("stop"),
    Form("forget me"),
    Form("export"),
    Form("status"),
    Form("help", (Blank("word", "text", choices=tuple(one.word for one in HELP if one.word not in LEADS)),)),
)  # fmt: skip


def fill(form: Form, filled: Filled) -> Command:
    """The command that a form gives, filled in; never an error: what is none is Unknown, with three that work.

    >>> fill(FORMS[2], {"story": "what changed since Friday"})
    ShowStory(story='what changed since Friday')
    """
    said = {name: text for name, value in filled.items() if value and (text := plain(str(value)))}
    spoken = " ".join((form.words, *said.values()))
    if len(spoken) > LONGEST:
        return Unknown(spoken[:SHORT], suggested(()), "unknown.long")
    try:
        return _read(form, said)
    except CallError as wrong:
        return Unknown(spoken, suggested(wrong.fixes), wrong.reason)


def _read(form: Form, said: Mapping[str, str]) -> Command:
    if form.words == "ask":
        return _asked(said)
    first, *more = form.words.split()
    told = [word for blank in form.blanks if blank.name in said for word in _told(blank, said)]
    command = READERS[first]((*map(Said, more), *told))
    if command is None:
        raise CallError("unknown.leftover", Help(first))
    return _as_filled(command, said) if isinstance(command, Schedule) else command


def _told(blank: Blank, said: Mapping[str, str]) -> Heard:
    """A blank as it would be said, a name as a quotation; "everything" is no name."""
    text = said[blank.name]
    lead = (Said(blank.lead),) if blank.lead else ()
    match blank.kind:
        case "flag":
            return (Said(blank.name),)
        case "story" | "feed" | "topic":
            return (*lead, Said(text, quoted=text.casefold() not in EVERYTHING))
        case "since":
            return (*lead, *split(since_words(_since(text, said.get("story", "")))))
        case _:
            return (*lead, *split(text))


def _since(text: str, story: str) -> Since:
    """A time and nothing else: "Friday post" would post what nobody asked to."""
    since = read_since(text.casefold().removeprefix("since "))
    if since is None:
        raise CallError("unknown.since", Changed(story, Since(weekday=0)), Changed(story))
    return since


def _asked(said: Mapping[str, str]) -> Command:
    question = said.get("question", "")
    if not split(question):
        raise CallError("unknown.missing", Help("ask"), Changed())
    return Ask(question, said.get("story", ""))


def _as_filled(command: Schedule, said: Mapping[str, str]) -> Command:
    """A schedule whose words say no other length and topic than its blanks do."""
    about = said.get("about", "")
    wished = said.get("length"), "" if about.casefold() in EVERYTHING else about
    if any(wish and wish != read for wish, read in zip(wished, (command.length, command.about), strict=True)):
        raise CallError("unknown.leftover", Schedule("list"), Help("schedule"))
    return command

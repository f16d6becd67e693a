"""Words → Command: the one grammar that terminal, Slack, Discord and direct messages speak. Pure.

A command carries the words that a person wrote; what they name (which story, which feed) is found out by `answers`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from typing import Literal, NamedTuple, get_args
from urllib.parse import urlsplit

from bot.since import LAST_SEEN as LAST_SEEN  # noqa: PLC0414 - handed on to whoever reads commands
from bot.since import Since as Since  # noqa: PLC0414 - handed on to whoever reads commands
from bot.since import moment as moment  # noqa: PLC0414 - handed on to whoever reads commands
from bot.since import read_number, read_since, read_span, since_words, span_words

Length = Literal["short", "normal", "full"]
FeedAction = Literal["add", "list", "test", "remove"]
ScheduleAction = Literal["add", "list", "pause", "resume", "remove", "run"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed in a story, or in all that are followed."""

    story: str = ""
    since: Since = LAST_SEEN
    length: Length | None = None
    post: bool = False


@dataclass(frozen=True, slots=True)
class Latest:
    """The stories with the newest articles."""

    count: int = 5


@dataclass(frozen=True, slots=True)
class ShowStory:
    """One story: its lead, its figures, what is open in it."""

    story: str


@dataclass(frozen=True, slots=True)
class ShowTimeline:
    """The days of a story."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """Two stories, articles, or addresses side by side."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Open:
    """What was announced and is not settled."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Disagreements:
    """Where the sources of a story disagree."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """The articles of a story; without one, those of the last digest."""

    story: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """An address to read into the library."""

    url: str


@dataclass(frozen=True, slots=True)
class Summarize:
    """The sentences to know first of an address or a story."""

    what: str = ""
    count: int = 3


@dataclass(frozen=True, slots=True)
class Follow:
    """A story, feed or word to follow."""

    topic: str


@dataclass(frozen=True, slots=True)
class Unfollow:
    """A story, feed or word to follow no longer."""

    topic: str


@dataclass(frozen=True, slots=True)
class MuteTopic:
    """`span` None is for good."""

    topic: str
    span: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unmute:
    """A story, feed or word to hear of again."""

    topic: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When digests are to come."""

    action: ScheduleAction
    words: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which none may come."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class Feeds:
    """The feeds of the library."""

    action: FeedAction
    url: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a line of the last digest stands there; lines count from 1."""

    line: int = 1


@dataclass(frozen=True, slots=True)
class Me:
    """What is remembered about who asks."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """That nothing be remembered about who asks."""


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that is stored about who asks."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the library and its feeds are."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be said."""

    word: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """What the last digest held back."""


@dataclass(frozen=True, slots=True)
class Shorter:
    """The last digest in fewer lines."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Follow nothing any more."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the texts."""

    question: str
    story: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that are no command, or a command with something wrong (`reason`, a phrase key); with three that are close."""

    words: str
    suggestions: tuple[str, ...] = field(default=())
    reason: str = ""


Command = (
    Changed | Latest | ShowStory | ShowTimeline | Compare | Open | Disagreements | Sources | Read | Summarize | Follow
    | Unfollow | MuteTopic | Unmute | Schedule | Quiet | Feeds | Why | Me | ForgetMe | Export | Status | Help | More
    | Shorter | Stop | Ask | Unknown
)  # fmt: skip


# -- what is heard -----------------------------------------------------------------------------------------------------

LONGEST = 2000  # characters of a message that are read; no command and no question is longer
LONGEST_WORDS = 90  # of a suggestion: it becomes the value of a button
MOST = 10  # stories of a list, sentences of a summary
LAST_LINE = 99
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‚‛＇", "'"))
OPENING = re.compile(  # whom it is said to, and how kindly
    r"""(?:<@[^>\s]*>[,:]?\s*|@?newsdelta[,:]?\s+|/(?:news(?:delta)?(?:\s+|$))?
    |(?:please|well|ok|okay|so|and|then|also)[,:]?\s+|(?:hi|hello|hey)(?:\s+there)?[,!.]*\s+(?!there\W*$))*""",
    re.IGNORECASE | re.VERBOSE,
)
COURTESY = re.compile(
    r"(?:(?:can|could|would|will) you (?:please )?)?(?:(?:show|give|tell) me |show )?", re.IGNORECASE
)
TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"(?=[\s.,;:!?…]|$)|\S+')
CLOSING = ".,;:!?…"
DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?::\d{1,5})?(?:/\S*)?")
OPENERS = frozenset(
    """who what when where why how which did do does is are was were will wo has have had can ca could should would
    whose whom""".split()
)
LENGTHS: tuple[Length, ...] = get_args(Length)
LINKS = frozenset("in on about with for of over to at from".split())
ARTICLES = frozenset("the a an".split())
FOREVER = frozenset("always ever good forever".split())
LATELY = frozenset("lately recently".split())
APART = ({"vs", "vs.", "versus", "against"}, {"with"}, {"and"}, {"to"})  # what stands between two names
HOUR = r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?"
HOURS = re.compile(rf"(?:from )?{HOUR} ?(?:-|to|until|till) ?{HOUR}(?: (?:in )?([a-z][\w+-]*(?:/[\w+-]+){{0,2}}))?", re.IGNORECASE)  # fmt: skip
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


class _Said(NamedTuple):
    """A word, or what stands in quotation marks."""

    text: str
    quoted: bool = False

    @property
    def fold(self) -> str:
        """What a word is matched by; a quotation is never a word of the grammar."""
        return "" if self.quoted else self.text.casefold()


_Words = tuple[_Said, ...]
_Reader = Callable[[_Words], Command | None]  # of the words after the first; None: this is no such command


class _CallError(Exception):
    """What is wrong (a phrase key, or nothing), and commands that would work."""

    def __init__(self, reason: str, *fixes: Command) -> None:
        super().__init__(reason)
        self.reason, self.fixes = reason, fixes


def parse(text: str) -> Command:
    """The command that a text is; never an error: what is no command is Unknown."""
    said = _plain(text[: LONGEST + 1])
    if len(text) > LONGEST:
        return Unknown(said[:LONGEST_WORDS], _three(()), "unknown.long")
    try:
        return _read(said)
    except _CallError as wrong:
        return Unknown(said, _three((*wrong.fixes, *_close(said))), wrong.reason)


def _plain(text: str) -> str:
    """The text in one line, its quotation marks straight, with nothing in it that does not show."""
    shown = (
        "" if (kind := unicodedata.category(character)) in {"Cf", "Cs", "Co", "Cn"} else " " if kind == "Cc" else character
        for character in text.translate(QUOTES)
    )  # fmt: skip
    return " ".join("".join(shown).split())


def _split(said: str) -> _Words:
    tokens = [
        _Said(found[0])
        if found["quoted"] is None
        else _Said(re.sub(r"\\(.)", r"\1", found["quoted"]).strip(), quoted=True)
        for found in TOKEN.finditer(said)
    ]
    while tokens and not tokens[-1].quoted:
        last = tokens.pop().text.rstrip(CLOSING)
        if last:
            return (*tokens, _Said(last))
    return tuple(tokens)


def _read(said: str) -> Command:
    bare = OPENING.sub("", said, count=1)
    heard, asked = _split(bare), bare.endswith("?")
    if not heard:
        return Help()
    if len(heard) == 1 and (url := _address(heard[0])):
        return Read(url)
    if heard[0].fold == "ask":
        return _ask(bare[len("ask") :].strip())
    command = _request(heard) or _command(heard)
    if command and asked and _changes(command):
        raise _CallError("unknown.asked", command, Ask(bare))
    return command or _kindly(COURTESY.sub("", bare, count=1)) or _question(bare)


def _kindly(bare: str) -> Command | None:
    """What is asked for politely: "can you show me the timeline?", "tell me who fell"."""
    heard = _split(bare)
    try:
        return _request(heard) or _command(heard) or _question(bare) if heard else None
    except _CallError:
        return None


def _question(bare: str) -> Command:
    heard = _split(bare)
    first = re.sub(r"(?:n't|'\w*)$", "", heard[0].fold)
    forbids = first == "do" and (heard[0].fold == "don't" or heard[1:2] == (_Said("not"),))
    if len(heard) > 1 and (bare.endswith("?") or (first in OPENERS and not forbids)):
        return Ask(bare)
    fixes: tuple[Command, ...] = (Stop(), Help("mute")) if forbids else ()
    raise _CallError("", *fixes)


def _command(heard: _Words) -> Command | None:
    reader = READERS.get(heard[0].fold)
    return reader(heard[1:]) if reader else None


def _request(heard: _Words) -> Command | None:
    """What is said in free words, if it is all that is said."""
    spread = tuple(word for said in heard for word in _spread(said))
    folded = tuple(word.fold for word in spread)
    if found := WHOLE.get(" ".join(folded)):
        return found
    for lead, links, reader in LEADS:
        if folded[: len(lead)] == lead and (folded[len(lead) :] == () or folded[len(lead)] in links):
            return reader(spread[len(lead) :])
    return None


def _spread(said: _Said) -> _Words:
    """A word, its contraction undone: "what's" is "what is"."""
    first, apostrophe, rest = said.text.partition("'")
    if (
        said.quoted
        or not apostrophe
        or rest.casefold() not in {"s", "ve", "re"}
        or first.casefold() not in OPENERS
    ):
        return (said,)
    return (_Said(first), _Said({"s": "is", "ve": "have", "re": "are"}[rest.casefold()]))


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


# -- the parts of a command --------------------------------------------------------------------------------------------


def _text(heard: _Words) -> str:
    return " ".join(word.text for word in heard)


def _raw(heard: _Words) -> str:
    return " ".join(_quote(word.text) if word.quoted else word.text for word in heard)


def _name(heard: _Words) -> str:
    """What is named: "in the ceasefire plan" names the ceasefire plan."""
    while len(heard) > 1 and heard[0].fold in LINKS | ARTICLES:
        heard = heard[1:]
    text = _text(heard)
    return text if not heard or heard[-1].quoted else text.rstrip(CLOSING)


def _halves(heard: _Words, word: str) -> tuple[_Words, _Words] | None:
    """What stands before and after the last such word, if it is there."""
    places = [place for place, said in enumerate(heard) if said.fold == word]
    return (heard[: places[-1]], heard[places[-1] + 1 :]) if places else None


def _address(word: _Said) -> str:
    """The web address that a word is, without the brackets of a chat; empty if it is none."""
    text = word.text if word.quoted else word.text.removeprefix("<").removesuffix(">").partition("|")[0]
    try:
        parts = urlsplit(text)
        fits = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return ""
    return text if fits and not re.search(r"\s", text) else ""


def _wanted_address(heard: _Words) -> str:
    """The one address that must stand here; a name such as norby.example/news gets its https."""
    if len(heard) == 1 and (url := _address(heard[0]) or _guessed_address(heard[0])):
        return url
    found = [url for word in heard if (url := _address(word))]
    raise _CallError("unknown.leftover" if found else "unknown.url", *map(Read, found))


def _guessed_address(word: _Said) -> str:
    return f"https://{word.text}" if DOMAIN.fullmatch(word.text) else ""


def _nothing_since(heard: _Words, make: Callable[[str], Command]) -> None:
    """Says so where a time is given to what takes none, instead of reading it as part of a name."""
    parts = _halves(heard, "since")
    if parts and (since := read_since(_text(parts[1]))):
        name = _name(parts[0])
        raise _CallError("unknown.no_since", Changed(name, since), *([make(name)] if name else []))


def _optional(make: Callable[[str], Command]) -> _Reader:
    def read(heard: _Words) -> Command:
        _nothing_since(heard, make)
        return make(_name(heard))

    return read


def _required(make: Callable[[str], Command], word: str) -> _Reader:
    def read(heard: _Words) -> Command:
        _nothing_since(heard, make)
        if name := _name(heard):
            return make(name)
        raise _CallError("unknown.missing", Help(word), Latest())

    return read


def _alone(command: Command) -> _Reader:
    return lambda heard: None if heard else command


# -- the commands, each from the words after its name --------------------------------------------------------------------


def _changed(heard: _Words) -> Command:
    parts = _halves(heard, "since")
    if parts:
        before, after = parts
        after, late = _options(after)
        before, early = _options(before)
        more, since = _since_first(after, before)
        story, length, post = _name(before or more), early[0] or late[0], early[1] or late[1]
    else:
        before, (length, post) = _options(heard)
        before, since = _time_last(before)
        story = _name(before)
    return Changed(story, since, length, post)


def _options(heard: _Words) -> tuple[_Words, tuple[Length | None, bool]]:
    """The words before the options at their end; a second length is part of a name."""
    length: Length | None = None
    post = False
    while heard and (heard[-1].fold in LENGTHS or heard[-1].fold == "post"):
        if heard[-1].fold == "post":
            if post:
                break
            post = True
        else:
            if length:
                break
            length = next(one for one in LENGTHS if one == heard[-1].fold)
        heard = heard[:-1]
    return heard, (length, post)


def _since_first(heard: _Words, before: _Words) -> tuple[_Words, Since]:
    """The time that words begin with, and the story that may follow: "since Friday in the ferry dispute"."""
    for size in range(min(len(heard), 7), 0, -1):
        more = heard[size:]
        since = read_since(_text(heard[:size])) if not any(word.quoted for word in heard[:size]) else None
        if since and (not more or (not before and more[0].fold in LINKS)):
            return more, since
    story = _name(before)
    raise _CallError("unknown.since", Changed(story, Since(ago=timedelta(days=7))), Changed(story, Since(weekday=0)), Changed(story))  # fmt: skip


def _time_last(heard: _Words) -> tuple[_Words, Since]:
    """The words before a time that needs no "since": "today", "in the last two weeks"; or they are a time on the whole."""
    if heard and not any(word.quoted for word in heard) and (since := read_since(_text(heard))):
        return (), since
    for size in range(min(len(heard), 6), 0, -1):
        last = _text(heard[-size:]).casefold() if not any(word.quoted for word in heard[-size:]) else ""
        last = re.sub(r"^(?:in|over|during|within|for) ", "", last)
        if last in LATELY:
            return heard[:-size], LAST_SEEN
        if re.match(r"(?:today|yesterday|this week|this morning|(?:the )?(?:last|past) )", last):
            since = read_since(last)
            if since:
                return heard[:-size], since
    return heard, LAST_SEEN


def _latest(heard: _Words) -> Command:
    if heard and heard[-1].fold in {"news", "stories", "articles", "headlines"}:
        heard = heard[:-1]
    if heard and heard[0].fold in LINKS:
        return _changed(heard)
    if not heard:
        return Latest()
    count = read_number(heard[0].fold) if len(heard) == 1 else 0
    if 1 <= count <= MOST:
        return Latest(count)
    if count or heard[0].text.lstrip("-").isdecimal():
        raise _CallError("unknown.number", Latest(MOST), Latest())
    name = _name(heard)
    raise _CallError("unknown.number", Changed(name), ShowStory(name), Latest())


def _compare(heard: _Words) -> Command:
    for between in APART:
        places = [place for place, word in enumerate(heard) if word.fold in between]
        if len(places) == 1 and 0 < places[0] < len(heard) - 1:
            return _two(heard[: places[0]], heard[places[0] + 1 :])
    if len(heard) == 2:
        return _two(heard[:1], heard[1:])
    if len(heard) < 2:
        raise _CallError("unknown.compare", Help("compare"))
    middle = len(heard) // 2
    raise _CallError("unknown.compare", _two(heard[:middle], heard[middle:]), Help("compare"))


def _two(one: _Words, other: _Words) -> Command:
    _nothing_since(other, lambda name: Compare(_name(one), name))
    names = _name(one), _name(other)
    if not all(names):
        raise _CallError("unknown.compare", Help("compare"))
    return Compare(*names)


def _summarize(heard: _Words) -> Command:
    _nothing_since(heard, Summarize)
    what, number = _count_last(heard)
    if not number:
        return Summarize(_topic(what))
    count = read_number(number)
    if not 1 <= count <= MOST:
        raise _CallError("unknown.number", Summarize(_topic(what), MOST), Summarize(_topic(heard)))
    return Summarize(_topic(what), count)


def _count_last(heard: _Words) -> tuple[_Words, str]:
    """The words before a number at the end, and the number: "in 5 sentences", "5"."""
    told = heard[:-1] if len(heard) > 1 and heard[-1].fold in {"sentence", "sentences", "lines"} else heard
    if not told or not (told[-1].fold.isdecimal() or (told != heard and read_number(told[-1].fold))):
        return heard, ""
    before = told[:-1]
    return before[:-1] if before and before[-1].fold == "in" else before, told[-1].fold


def _topic(heard: _Words) -> str:
    return (len(heard) == 1 and _address(heard[0])) or _name(heard)


def _mute(heard: _Words) -> Command:
    _nothing_since(heard, MuteTopic)
    parts = _halves(heard, "for")
    if parts and _lasts(parts[1]):
        topic, after = parts
    elif parts and _tells_a_time(parts[1]):
        raise _CallError(
            "unknown.span", MuteTopic(_name(parts[0]) or "…", timedelta(days=7)), MuteTopic(_name(heard))
        )
    elif len(heard) > 1 and _lasts(heard[-1:]):
        topic, after = heard[:-1], heard[-1:]
    else:
        topic, after = heard, ()
    name = _name(topic)
    if not name:
        raise _CallError("unknown.missing", Help("mute"), Latest())
    return MuteTopic(name, _span(after))


def _tells_a_time(heard: _Words) -> bool:
    first = heard[0].fold if heard else ""
    return (
        not heard or first[:1].isdecimal() or first in ARTICLES | {"some", "now"} or bool(read_number(first))
    )


def _lasts(heard: _Words) -> bool:
    return bool(_text(heard).casefold() in FOREVER or _span(heard)) and not any(word.quoted for word in heard)


def _span(heard: _Words) -> timedelta | None:
    return read_span(re.sub(r"^(?:the )?(?:next )?", "", _text(heard).casefold()))


def _unforgotten(heard: _Words) -> Command:
    if [word.fold for word in heard] == ["me"]:
        return ForgetMe()
    name = _name(heard)
    raise _CallError("", *([Unfollow(name), MuteTopic(name)] if name else [Help("forget me")]))


def _stop(heard: _Words) -> Command:
    if not heard:
        return Stop()
    if heard[0].fold == "following" and heard[1:]:
        return Unfollow(_name(heard[1:]))
    name = _name(heard)
    raise _CallError("", Unfollow(name), MuteTopic(name), Stop())


def _schedule(heard: _Words) -> Command:
    if not heard:
        return Schedule("list")
    first = {"delete": "remove"}.get(heard[0].fold, heard[0].fold)
    action = next((one for one in get_args(ScheduleAction) if one == first), None)
    if action is None:
        if any(character.isdecimal() for character in _text(heard)):
            return Schedule("add", _raw(heard))
        raise _CallError("unknown.schedule", Schedule("list"), Help("schedule"))
    if action == "add" and not heard[1:]:
        raise _CallError("unknown.schedule", Schedule("add", "weekdays 7:30"), Help("schedule"))
    if action == "list" and heard[1:]:
        raise _CallError("unknown.leftover", Schedule("list"), Help("schedule"))
    return Schedule(action, _raw(heard[1:]))


def _every(word: str) -> _Reader:
    def read(heard: _Words) -> Command | None:
        period = heard[0].fold if heard else ""
        known = {"hour", "day", "weekday", "morning", "evening", "noon", "week", "night"}
        if period in known or word in {"hourly", "weekly"} or any(map(str.isdecimal, _text(heard))):
            return Schedule("add", " ".join((word, _raw(heard))).strip())
        return None

    return read


def _quiet(heard: _Words) -> Command:
    said = _text(heard[1:] if heard and heard[0].fold == "hours" else heard).translate(DASHES)
    if not said or said.casefold() in {"off", "none", "never"}:
        return Quiet("off" if said else "")
    found = HOURS.fullmatch(said)
    begin, end = (_clock(*found.group(1, 2, 3)), _clock(*found.group(4, 5, 6))) if found else ("", "")
    if not found or not begin or not end or begin == end:
        raise _CallError("unknown.quiet", Quiet("22:00-07:00"), Quiet("off"), Help("quiet"))
    return Quiet(f"{begin}-{end} {found[7] or ''}".strip())


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    """The time of day as HH:MM; empty if it is none."""
    hours, minutes = int(hour), int(minute or 0)
    if half:
        hours = hours % 12 + (12 if half.casefold() == "pm" else 0) if 1 <= hours <= 12 else 99
    hours = 0 if (hours, minutes) == (24, 0) else hours
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else ""


def _feeds(heard: _Words) -> Command:
    if not heard:
        return Feeds("list")
    first = {"delete": "remove"}.get(heard[0].fold, heard[0].fold)
    if first == "list" and not heard[1:]:
        return Feeds("list")
    if first == "add":
        return _feed(lambda url: Feeds("add", url), heard[1:])
    if first == "test" and heard[1:]:
        return Feeds("test", _topic(heard[1:]))
    if first == "remove" and heard[1:]:
        return Feeds("remove", _topic(heard[1:]))
    urls = [url for word in heard if (url := _address(word))]
    raise _CallError("unknown.feeds", *(Feeds("add", url) for url in urls), Feeds("list"), Help("feeds"))


def _feed(make: Callable[[str], Command], heard: _Words) -> Command:
    try:
        return make(_wanted_address(heard))
    except _CallError as wrong:
        raise _CallError(wrong.reason, *(make(fix.url) for fix in wrong.fixes if isinstance(fix, Read)), Feeds("list"), Help("feeds")) from None  # fmt: skip


def _why(heard: _Words) -> Command | None:
    if heard and heard[0].fold == "line":
        heard = heard[1:]
    if not heard:
        return Why()
    number = heard[0].fold.removeprefix("#")
    if len(heard) > 1 or not number.isdecimal():
        return None
    if 1 <= read_number(number) <= LAST_LINE:
        return Why(read_number(number))
    raise _CallError("unknown.line", Why(), Why(2), Help("why"))


def _help(heard: _Words) -> Command:
    while heard and heard[0].fold in LINKS | {"me"} and heard[1:]:
        heard = heard[1:]
    word = _text(heard).casefold().lstrip("/")
    if not word:
        return Help()
    known = {usage.word for usage in HELP}
    found = word if word in known else ALIASES.get(word)
    if found:
        return Help(found)
    raise _CallError("unknown.word", *map(Help, get_close_matches(word[:20], sorted(known), 2)), Help())


def _ask(said: str) -> Command:
    found = TOKEN.match(said)
    story, question = "", said
    if found and found["quoted"] is not None and said[found.end() :].strip():
        story, question = _split(found[0])[0].text, said[found.end() :].strip()
    if not _split(question):
        raise _CallError("unknown.missing", Help("ask"), Changed())
    return Ask(question, story)


def _gratitude(heard: _Words) -> Command | None:
    if len(heard) > 4:
        return None
    raise _CallError("unknown.thanks", Changed(), More(), Latest())


READERS: dict[str, _Reader] = {
    "changed": _changed,
    "latest": _latest,
    "story": _required(ShowStory, "story"),
    "timeline": _optional(ShowTimeline),
    "compare": _compare,
    "open": _optional(Open),
    "disagreements": _optional(Disagreements),
    "sources": _optional(Sources),
    "read": lambda heard: Read(_wanted_address(heard)),
    "summarize": _summarize,
    "follow": _required(Follow, "follow"),
    "unfollow": _required(Unfollow, "unfollow"),
    "mute": _mute,
    "unmute": _required(Unmute, "unmute"),
    "schedule": _schedule,
    "quiet": _quiet,
    "feeds": _feeds,
    "why": _why,
    "me": _alone(Me()),
    "forget": _unforgotten,
    "export": _alone(Export()),
    "status": _alone(Status()),
    "help": _help,
    "more": _alone(More()),
    "shorter": _alone(Shorter()),
    "stop": _stop,
    "since": lambda heard: _changed((_Said("since"), *heard)),
    "thanks": _gratitude,
    "thank": _gratitude,
    "thx": _gratitude,
    **{word: _every(word) for word in ("every", "each", "daily", "weekdays", "weekly", "hourly")},
}
ALIASES = {
    "changes": "changed", "news": "latest", "headlines": "latest", "stories": "latest", "source": "sources",
    "summarise": "summarize", "summary": "summarize", "tldr": "summarize", "tl;dr": "summarize",
    "schedules": "schedule", "feed": "feeds", "settings": "me", "commands": "help", "longer": "more",
    "short": "shorter", "unsubscribe": "stop", "disagree": "disagreements", "forget": "forget me",
    "who disagrees": "disagreements",
}  # fmt: skip
READERS |= {
    alias: READERS[word] for alias, word in ALIASES.items() if word in READERS and alias not in READERS
}

ALL_OF_IT: dict[Command, str] = {
    Help(): "hi|hello|hey|hi there|hello there|hey there|good morning|good evening|what can you do|what can i say|what can i ask|who are you|what are you",
    Why(): "why this|why did i get this|why am i getting this|why am i seeing this|why do i see this|why was this posted",
    Status(): "how are you|are you there|are you alive",
    Me(): "who am i|my settings|what do you know about me|what do you remember about me|what do i follow",
    ForgetMe(): "delete my data",
    Export(): "export my data",
    More(): "more|show more|tell me more|what else|what else changed|go on",
    Shorter(): "make it shorter|shorter please|too long",
    Stop(): "stop it|stop this|stop everything|leave me alone",
    Latest(): "what is the latest|the latest",
}  # fmt: skip
WHOLE: dict[str, Command] = {
    said: command for command, several in ALL_OF_IT.items() for said in several.split("|")
}
BY_NAME = LINKS - {"with", "to", "at", "from"} | {""}
BY_TIME = frozenset("since today yesterday this last lately recently during within over in".split())
LEADS: tuple[tuple[tuple[str, ...], frozenset[str], _Reader], ...] = tuple(
    (tuple(lead.split()), links, reader)
    for links, reader, leads in (
        (BY_NAME | {"with"} | BY_TIME | {*LENGTHS, "post"}, _changed,
         "what changed|what has changed|what is new|what is different|anything new|any news|any changes|catch me up|"
         "bring me up to date|update me|fill me in|what did i miss|what have i missed|what have you got"),
        (BY_TIME - {"in", "over"}, _changed, "what happened|what has happened"),
        (BY_NAME, READERS["disagreements"],
         "who disagrees|where do the sources disagree|where do sources disagree|do the sources disagree|"
         "do sources disagree|what do the sources disagree|which sources disagree|what is disputed"),
        (BY_NAME, READERS["open"], "what is still open|what remains open|still open|anything still open|what is unresolved"),
        (frozenset(), READERS["open"], "what is open"),
        (BY_NAME | {"for"}, READERS["sources"], "what are the sources|which sources"),
        (BY_NAME, READERS["story"], "more|tell me more"),
        (frozenset({"about"}), READERS["story"], "tell me|what do you know"),
        (frozenset({"about", "on", "of", "for"}), READERS["timeline"], "the timeline"),
    )
    for lead in leads.split("|")
)  # fmt: skip


# -- what would have worked --------------------------------------------------------------------------------------------


def _close(said: str) -> list[Command]:
    """Commands that are close to words that are none, the closest first."""
    heard = _split(OPENING.sub("", said, count=1))[:40]
    urls = [url for word in heard if (url := _address(word))][:1]
    found: list[Command] = [
        command for url in urls for command in (Read(url), Feeds("add", url), Summarize(url))
    ]
    found += filter(None, map(_again, _corrected(heard)))
    if len(heard) <= 6 and not urls:
        found += _about(heard[1:] if heard and heard[0].fold in READERS else heard)
    return [command for command in found if not isinstance(command, Ask)]


def _corrected(heard: _Words) -> list[str]:
    """The words with their first one corrected, and those that begin with a command somewhere within."""
    if not heard:
        return []
    close = get_close_matches(heard[0].fold[:20], READERS, 2, 0.7)
    corrected = [_raw((_Said(word), *heard[1:])) for word in close if word != heard[0].fold]
    return (
        corrected
        + [_raw(heard[place:]) for place, word in enumerate(heard) if place and word.fold in READERS][:2]
    )


def _about(heard: _Words) -> list[Command]:
    since = read_since(_text(heard))
    name = "" if any("://" in word.text for word in heard) else _name(heard)
    return [Changed(since=since)] if since else [Changed(name), ShowStory(name), Follow(name)] if name else []


def _again(said: str) -> Command | None:
    try:
        return _read(_plain(said))
    except _CallError:
        return None


def _three(commands: tuple[Command, ...]) -> tuple[str, ...]:
    every = dict.fromkeys((*commands, Changed(), Latest(), Help()))
    spelled = [
        told for command in every if len(told := words(command)) <= LONGEST_WORDS and _again(told) == command
    ]
    return tuple(dict.fromkeys(spelled))[:3]


# -- from a command to words ---------------------------------------------------------------------------------------------


def words(command: Command) -> str:
    """The words that give this command again, as a person would write them; names in quotation marks where needed."""
    bare = _spell(command, str)
    return bare if _again(bare) == command else _spell(command, _quote)


def _quote(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _spell(command: Command, say: Callable[[str], str]) -> str:
    def told(*parts: str) -> str:
        return " ".join(filter(None, parts))

    def named(name: str) -> str:
        return say(name) if name else ""

    match command:
        case Changed(story, since, length, post):
            after = "" if since == LAST_SEEN else f"since {since_words(since)}"
            return told("changed", named(story), after, length or "", "post" if post else "")
        case Latest(count):
            return told("latest", "" if count == Latest().count else str(count))
        case ShowStory(story):
            return told("story", named(story))
        case ShowTimeline(story):
            return told("timeline", named(story))
        case Compare(one, other):
            return told("compare", say(one), "with", say(other))
        case Open(story):
            return told("open", named(story))
        case Disagreements(story):
            return told("disagreements", named(story))
        case Sources(story):
            return told("sources", named(story))
        case Read(url):
            return told("read", say(url))
        case Summarize(what, count):
            return told("summarize", named(what), "" if count == Summarize().count else str(count))
        case Follow(topic):
            return told("follow", named(topic))
        case Unfollow(topic):
            return told("unfollow", named(topic))
        case MuteTopic(topic, span):
            return told("mute", named(topic), f"for {span_words(span)}" if span else "")
        case Unmute(topic):
            return told("unmute", named(topic))
        case Schedule(action, rest):
            return told("schedule", action, rest)
        case Quiet(rest):
            return told("quiet", rest)
        case Feeds(action, url):
            return told("feeds", action, named(url))
        case Why(line):
            return told("why", "" if line == Why().line else str(line))
        case Me() | Export() | Status() | More() | Shorter() | Stop():
            return BY_ITSELF[type(command)]
        case ForgetMe():
            return "forget me"
        case Help(word):
            return told("help", word)
        case Ask(question, story):
            return _asked(question, story, say)
        case Unknown(said):
            return said


def _asked(question: str, story: str, say: Callable[[str], str]) -> str:
    if story or question.startswith('"'):
        return f"ask {_quote(story)} {question}"
    return question if say is str else f"ask {question}"


BY_ITSELF: dict[type[Command], str] = {
    Me: "me", Export: "export", Status: "status", More: "more", Shorter: "shorter", Stop: "stop",
}  # fmt: skip


# -- help ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usage:
    """A word of the grammar: how it is used, and an example; what it does is the phrase `help.<word>`."""

    word: str
    usage: str
    example: str


HELP = (
    Usage("changed", "changed [story] [since last-seen|DATE|weekday|24h|7d] [short|normal|full] [post]", "changed since Friday"),
    Usage("latest", "latest [n]", "latest 3"),
    Usage("story", "story NAME", "story harbour tunnel"),
    Usage("timeline", "timeline [story]", "timeline harbour tunnel"),
    Usage("compare", "compare A with B", 'compare "harbour tunnel" "ferry strike"'),
    Usage("open", "open [story]", "open harbour tunnel"),
    Usage("disagreements", "disagreements [story]", "who disagrees about the harbour tunnel?"),
    Usage("sources", "sources [story]", "sources"),
    Usage("ask", "ask QUESTION", "when does the tunnel open?"),
    Usage("read", "read URL", "read https://news.example/tunnel"),
    Usage("summarize", "summarize URL|story [n]", "summarize harbour tunnel 5"),
    Usage("follow", "follow STORY|FEED|WORD", "follow harbour tunnel"),
    Usage("unfollow", "unfollow STORY|FEED|WORD", "unfollow harbour tunnel"),
    Usage("mute", "mute STORY|FEED|WORD [for 1d|7d|30d|always]", "mute ferry for a week"),
    Usage("unmute", "unmute STORY|FEED|WORD", "unmute ferry"),
    Usage("schedule", "schedule add|list|pause|resume|remove|run …", "every weekday 7:30"),
    Usage("quiet", "quiet FROM-TO [ZONE]|off", "quiet 22-7"),
    Usage("feeds", "feeds add|list|test|remove [URL]", "feeds add https://news.example/rss"),
    Usage("why", "why [line]", "why 2"),
    Usage("more", "more", "more"),
    Usage("shorter", "shorter", "shorter"),
    Usage("me", "me", "me"),
    Usage("stop", "stop", "stop"),
    Usage("forget me", "forget me", "forget me"),
    Usage("export", "export", "export"),
    Usage("status", "status", "status"),
    Usage("help", "help [word]", "help mute"),
)  # fmt: skip

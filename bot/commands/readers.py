"""Each command from the words after its first one. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from difflib import get_close_matches
from typing import NamedTuple, get_args

from bot.commands.hearing import (
    ARTICLES,
    CLOSING,
    LINKS,
    TOKEN,
    Heard,
    Said,
    address,
    guessed_address,
    halves,
    name_of,
    raw,
    split,
    text_of,
)
from bot.commands.usage import HELP
from bot.commands.values import (
    Ask,
    Changed,
    Command,
    Compare,
    Disagreements,
    Export,
    Feeds,
    Follow,
    ForgetMe,
    Help,
    Latest,
    Length,
    Me,
    More,
    MuteTopic,
    Open,
    Quiet,
    Read,
    Schedule,
    ScheduleAction,
    Shorter,
    ShowStory,
    ShowTimeline,
    Sources,
    Status,
    Stop,
    Summarize,
    Unfollow,
    Unmute,
    Why,
)
from bot.since import LAST_SEEN, WEEKDAYS, Since, read_number, read_since, read_span

MOST = 10  # stories of a list, sentences of a summary
LAST_LINE = 99
LENGTHS: tuple[Length, ...] = get_args(Length)
FOREVER = frozenset("always ever good forever".split())
EVERYTHING = frozenset("all everything anything".split())
LATELY = frozenset("lately recently".split())
ZONE = re.compile(
    r"(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/\w.*", re.IGNORECASE
)
ON_A_DAY = frozenset("weekday workday weekend every each thur".split()).union(
    *({day, day[:3], day[:4]} for day in WEEKDAYS)
)
APART = ({"vs", "vs.", "versus", "against"}, {"with"}, {"and"}, {"to"})  # what stands between two names
HOUR = r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?"
HOURS = re.compile(rf"(?:from |between )?{HOUR} ?(?:-|to|until|till|and) ?{HOUR}(?: (?:in )?([a-z][\w+-]*(?:/[\w+-]+){{0,2}}))?", re.IGNORECASE)  # fmt: skip
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
Reader = Callable[[Heard], Command | None]  # of the words after the first; None: this is no such command


class CallError(Exception):
    """What is wrong (a phrase key, or nothing), and commands that would work."""

    def __init__(self, reason: str, *fixes: Command) -> None:
        super().__init__(reason)
        self.reason, self.fixes = reason, fixes


def _of_address(make: Callable[[str], Command], *fixes: Command) -> Callable[[Heard], Command]:
    """A reader of the one address that must stand there; a name such as norby.example/news gets its https."""

    def read(heard: Heard) -> Command:
        if len(heard) == 1 and (url := address(heard[0]) or guessed_address(heard[0])):
            return make(url)
        found = [make(url) for word in heard if (url := address(word))]
        raise CallError("unknown.leftover" if found else "unknown.url", *found, *fixes)

    return read


def _nothing_since(heard: Heard, make: Callable[[str], Command]) -> None:
    """Says so where a time is given to what takes none, instead of reading it as part of a name."""
    parts = halves(heard, "since")
    if parts and (since := read_since(text_of(parts[1]))):
        name = name_of(parts[0])
        raise CallError("unknown.no_since", Changed(name, since), *([make(name)] if name else []))


def _optional(make: Callable[[str], Command]) -> Reader:
    def read(heard: Heard) -> Command:
        _nothing_since(heard, make)
        return make(name_of(heard))

    return read


def _required(make: Callable[[str], Command], word: str) -> Reader:
    def read(heard: Heard) -> Command:
        _nothing_since(heard, make)
        return make(_one(heard, word))

    return read


def _alone(command: Command) -> Reader:
    return lambda heard: None if heard else command


class _Options(NamedTuple):
    length: Length | None = None
    post: bool = False


def _changed(heard: Heard, *, posts: bool = True) -> Command:
    """What changed: a story, then a time and options in any order; or the time first and the story last."""
    parts = halves(heard, "since")
    if parts is None:
        before, options = _options(heard, posts=posts)
        before, since = _time_last(before)
        return Changed(name_of(before), since, *options)
    before, early = _options(parts[0], posts=posts)
    after, late = _options(parts[1], posts=posts)
    more, since = _since_first(after, before)
    return Changed(name_of(before or more), since, early.length or late.length, early.post or late.post)


def read_told(heard: Heard) -> Command:
    """The same in free words, which never post: "what's new from the Harbour Post" names a paper."""
    return _changed(heard, posts=False)


def _options(heard: Heard, *, posts: bool) -> tuple[Heard, _Options]:
    """The words before the options at their end; an option that was there already is part of a name."""
    found = _Options()
    while heard:
        last = heard[-1].fold
        if last == "post" and posts and not found.post:
            found = found._replace(post=True)
        elif last in LENGTHS and found.length is None:
            found = found._replace(length=next(one for one in LENGTHS if one == last))
        else:
            break
        heard = heard[:-1]
    return heard, found


def _since_first(heard: Heard, before: Heard) -> tuple[Heard, Since]:
    """The time that words begin with, and the story that may follow: "since Friday in the ferry dispute"."""
    for size in range(min(len(heard), 7), 0, -1):
        more = heard[size:]
        since = read_since(text_of(heard[:size])) if not any(word.quoted for word in heard[:size]) else None
        if since and (not more or (not before and more[0].fold in LINKS)):
            return more, since
    story = name_of(before)
    whole = Changed(name_of((*before, Said("since"), *heard))) if before and heard else Changed(story)
    raise CallError(
        "unknown.since", Changed(story, Since(ago=timedelta(days=7))), whole, Changed(story, Since(weekday=0))
    )


def _time_last(heard: Heard) -> tuple[Heard, Since]:
    """The words before a time that needs no "since": "today", "in the last two weeks"; or they are a time on the whole."""
    if heard and not any(word.quoted for word in heard) and (since := read_since(text_of(heard))):
        return (), since
    for size in range(min(len(heard), 6), 0, -1):
        last = text_of(heard[-size:]).casefold() if not any(word.quoted for word in heard[-size:]) else ""
        last = re.sub(r"^(?:in|over|during|within|for) ", "", last)
        if last in LATELY:
            return heard[:-size], LAST_SEEN
        if re.match(r"(?:today|yesterday|this week|this morning|(?:the )?(?:last|past) )", last):
            since = read_since(last)
            if since:
                return heard[:-size], since
    return heard, LAST_SEEN


def _latest(heard: Heard) -> Command:
    if heard and heard[-1].fold in {"news", "stories", "articles", "headlines"}:
        heard = heard[:-1]
    if heard and heard[0].fold in LINKS:
        return read_told(heard)
    if not heard:
        return Latest()
    count = read_number(heard[0].fold) if len(heard) == 1 else 0
    if 1 <= count <= MOST:
        return Latest(count)
    if count or heard[0].text.lstrip("-").isdecimal():
        raise CallError("unknown.number", Latest(MOST), Latest())
    name = name_of(heard)
    raise CallError("unknown.number", Changed(name), ShowStory(name), Latest())


def _compare(heard: Heard) -> Command:
    for between in APART:
        places = [place for place, word in enumerate(heard) if word.fold in between]
        if len(places) == 1 and 0 < places[0] < len(heard) - 1:
            return _two(heard[: places[0]], heard[places[0] + 1 :])
    if len(heard) == 2:
        return _two(heard[:1], heard[1:])
    if len(heard) < 2:
        raise CallError("unknown.compare", Help("compare"))
    middle = len(heard) // 2
    raise CallError("unknown.compare", _two(heard[:middle], heard[middle:]), Help("compare"))


def _two(one: Heard, other: Heard) -> Command:
    _nothing_since(other, lambda name: Compare(name_of(one), name))
    names = name_of(one), name_of(other)
    if not all(names):
        raise CallError("unknown.compare", Help("compare"))
    return Compare(*names)


def _summarize(heard: Heard) -> Command:
    _nothing_since(heard, Summarize)
    what, number = _count_last(heard)
    if not number:
        return Summarize(_topic(what))
    count = read_number(number)
    if not 1 <= count <= MOST:
        raise CallError("unknown.number", Summarize(_topic(what), MOST), Summarize(_topic(heard)))
    return Summarize(_topic(what), count)


def _count_last(heard: Heard) -> tuple[Heard, str]:
    """The words before a number at the end, and the number: "in 5 sentences", "5"."""
    told = heard[:-1] if len(heard) > 1 and heard[-1].fold in {"sentence", "sentences", "lines"} else heard
    if not told or not (told[-1].fold.isdecimal() or (told != heard and read_number(told[-1].fold))):
        return heard, ""
    before = told[:-1]
    return before[:-1] if before and before[-1].fold == "in" else before, told[-1].fold


def _topic(heard: Heard) -> str:
    return (len(heard) == 1 and address(heard[0])) or name_of(heard)


def _mute(heard: Heard) -> Command:
    _nothing_since(heard, MuteTopic)
    until = halves(heard, "until")
    if until and read_since(text_of(until[1])):
        raise CallError("unknown.span", *_muting(until[0]), Help("mute"))
    parts = halves(heard, "for")
    if parts and _lasts(parts[1]):
        topic, after = parts
    elif parts and _tells_a_time(parts[1]):
        raise CallError("unknown.span", *_muting(parts[0]), *_muting(heard)[1:], Help("mute"))
    elif len(heard) > 1 and _lasts(heard[-1:]):
        topic, after = heard[:-1], heard[-1:]
    else:
        topic, after = heard, ()
    return MuteTopic(_one(topic, "mute"), _span(after))


def _muting(heard: Heard) -> tuple[Command, ...]:
    name = name_of(heard)
    return (MuteTopic(name, timedelta(days=7)), MuteTopic(name)) if name else ()


def _one(heard: Heard, word: str) -> str:
    """The name that must be there; "everything" is none, and would be followed or muted as a word."""
    name = name_of(heard)
    if name.casefold() in EVERYTHING and not heard[-1].quoted:
        raise CallError("unknown.everything", Help(word), Stop(), Me())
    if not name:
        raise CallError("unknown.missing", Help(word), Latest())
    return name


def _tells_a_time(heard: Heard) -> bool:
    first = heard[0].fold if heard else ""
    return (
        not heard or first[:1].isdecimal() or first in ARTICLES | {"some", "now"} or bool(read_number(first))
    )


def _lasts(heard: Heard) -> bool:
    return bool(text_of(heard).casefold() in FOREVER or _span(heard)) and not any(
        word.quoted for word in heard
    )


def _span(heard: Heard) -> timedelta | None:
    return read_span(re.sub(r"^(?:the )?(?:next )?", "", text_of(heard).casefold()))


def _unforgotten(heard: Heard) -> Command:
    if [word.fold for word in heard] == ["me"]:
        return ForgetMe()
    name = name_of(heard)
    if not name or name.casefold() in EVERYTHING:
        raise CallError("", ForgetMe(), Stop(), Help("forget me"))
    raise CallError("", Unfollow(name), MuteTopic(name), Help("forget me"))


def _stop(heard: Heard) -> Command:
    if not heard:
        return Stop()
    if heard[0].fold == "following" and heard[1:]:
        return Unfollow(name_of(heard[1:]))
    name = name_of(heard)
    raise CallError("", Unfollow(name), MuteTopic(name), Stop())


def _schedule(heard: Heard) -> Command:
    if not heard:
        return Schedule("list")
    first = {"delete": "remove"}.get(heard[0].fold, heard[0].fold)
    action = next((one for one in get_args(ScheduleAction) if one == first), None)
    if action is None:
        if any(character.isdecimal() for character in text_of(heard)):
            return _planned(heard)
        raise CallError("unknown.schedule", Schedule("list"), Help("schedule"))
    if action == "add":
        return _planned(heard[1:])
    if action == "list" and heard[1:]:
        raise CallError("unknown.leftover", Schedule("list"), Help("schedule"))
    return Schedule(action, raw(heard[1:]))


def _planned(heard: Heard) -> Command:
    """A schedule to add: when, how long its digests are, and what they are about, which comes last."""
    when, about = _about(heard)
    bare = tuple(word for word in when if word.fold.rstrip(CLOSING) not in LENGTHS)
    early = next((one for word in when for one in LENGTHS if word.fold.rstrip(CLOSING) == one), None)
    told, late = _options(about or (), posts=False)
    topic, after = _before_time(told)
    bare, name = (*bare, *after), name_of(topic)
    if not bare or about == ():
        raise CallError("unknown.schedule", Schedule("add", raw(bare) or "weekdays 7:30"), Help("schedule"))
    if name.casefold() in EVERYTHING and not topic[-1].quoted:
        name = ""
    return Schedule("add", raw(bare), name, early or late.length)


def _about(heard: Heard) -> tuple[Heard, Heard | None]:
    """The words before "about" and those after it, None where it is not said; "on" says the same where no day follows."""
    for place, word in enumerate(heard):
        when, after = heard[:place], heard[place + 1 :]
        if word.fold == "about" or (word.fold == "on" and _tells_when(when) and not _is_day(after)):
            return when, after
    return heard, None


def _before_time(heard: Heard) -> tuple[Heard, Heard]:
    """What is named, and the zone or the quiet hours that are said after it."""
    for place, word in enumerate(heard):
        hours = word.fold == "quiet" and heard[place + 1 :] and heard[place + 1].text[:1].isdecimal()
        if place and (hours or (ZONE.fullmatch(word.text) and not word.quoted)):
            return heard[:place], heard[place:]
    return heard, ()


def _tells_when(heard: Heard) -> bool:
    return any(
        word.fold in {"noon", "midnight", "hour", "hourly"} or word.text[:1].isdecimal() for word in heard
    )


def _is_day(heard: Heard) -> bool:
    named = [word.fold for word in heard if word.fold not in ARTICLES][:1]
    return not named or re.split(r"[^a-z]", named[0])[0].removesuffix("s") in ON_A_DAY


def _every(word: str) -> Reader:
    def read(heard: Heard) -> Command | None:
        period = heard[0].fold if heard else ""
        known = {"hour", "day", "weekday", "morning", "evening", "noon", "week", "night", *WEEKDAYS}
        if period in known or word in {"hourly", "weekly"} or any(map(str.isdecimal, text_of(heard))):
            return _planned((Said(word), *heard))
        return None

    return read


def _quiet(heard: Heard) -> Command:
    said = text_of(heard[1:] if heard and heard[0].fold == "hours" else heard).translate(DASHES)
    if not said or said.casefold() in {"off", "none", "never"}:
        return Quiet("off" if said else "")
    found = HOURS.fullmatch(said)
    begin, end = (_clock(*found.group(1, 2, 3)), _clock(*found.group(4, 5, 6))) if found else ("", "")
    if not found or not begin or not end or begin == end:
        raise CallError("unknown.quiet", Quiet("22:00-07:00"), Quiet("off"), Help("quiet"))
    return Quiet(f"{begin}-{end} {found[7] or ''}".strip())


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    """The time of day as HH:MM; empty if it is none."""
    hours, minutes = int(hour), int(minute or 0)
    if half:
        hours = hours % 12 + (12 if half.casefold() == "pm" else 0) if 1 <= hours <= 12 else 99
    hours = 0 if (hours, minutes) == (24, 0) else hours
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else ""


def _act_on_feed(action: str) -> Reader:
    """What is said in the other order: "add feed URL"; only feeds are added, other things are removed too."""

    def read(heard: Heard) -> Command | None:
        named = bool(heard) and heard[0].fold == "feed"
        return _feeds((Said(action), *heard[named:])) if named or action == "add" else None

    return read


def _news(heard: Heard) -> Command | None:
    """The word before a command, its slash forgotten; else the latest."""
    reader = READERS.get(heard[0].fold) if heard else None
    return reader(heard[1:]) if reader else _latest(heard)


def _feeds(heard: Heard) -> Command:
    if not heard:
        return Feeds("list")
    first = {"delete": "remove"}.get(heard[0].fold, heard[0].fold)
    if first == "list" and not heard[1:]:
        return Feeds("list")
    if first == "add":
        return ADD_FEED(heard[1:])
    if first == "test" and heard[1:]:
        return Feeds("test", _topic(heard[1:]))
    if first == "remove" and heard[1:]:
        return Feeds("remove", _topic(heard[1:]))
    urls = [url for word in heard if (url := address(word))]
    raise CallError("unknown.feeds", *(Feeds("add", url) for url in urls), Feeds("list"), Help("feeds"))


ADD_FEED = _of_address(lambda url: Feeds("add", url), Feeds("list"), Help("feeds"))


def _why(heard: Heard) -> Command | None:
    if not heard:
        return Why()
    heard = tuple(word for word in heard if word.fold not in {"is", "line", "here", "there"})
    number = heard[0].fold.removeprefix("#") if heard else ""
    if len(heard) != 1 or not number.isdecimal():
        return None
    if 1 <= read_number(number) <= LAST_LINE:
        return Why(read_number(number))
    raise CallError("unknown.line", Why(), Why(2), Help("why"))


def _help(heard: Heard) -> Command:
    while heard and heard[0].fold in LINKS | {"me"} and heard[1:]:
        heard = heard[1:]
    word = text_of(heard).casefold().lstrip("/")
    if not word:
        return Help()
    known = {usage.word for usage in HELP}
    found = word if word in known else ALIASES.get(word)
    if found:
        return Help(found)
    raise CallError("unknown.word", *map(Help, get_close_matches(word[:20], sorted(known), 2)), Help())


def read_asked(said: str) -> Command:
    """A question after the word "ask", of one story if that stands before it in quotation marks."""
    found = TOKEN.match(said)
    story, question = "", said
    if found and found["quoted"] is not None and said[found.end() :].strip():
        story, question = split(found[0])[0].text, said[found.end() :].strip()
    if not split(question):
        raise CallError("unknown.missing", Help("ask"), Changed())
    return Ask(question, story)


def _gratitude(heard: Heard) -> Command | None:
    if len(heard) > 4:
        return None
    raise CallError("unknown.thanks", Changed(), More(), Latest())


READERS: dict[str, Reader] = {
    "changed": _changed,
    "latest": _latest,
    "story": _required(ShowStory, "story"),
    "timeline": _optional(ShowTimeline),
    "compare": _compare,
    "open": _optional(Open),
    "disagreements": _optional(Disagreements),
    "sources": _optional(Sources),
    "read": _of_address(Read, Help("read")),
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
    "since": lambda heard: read_told((Said("since"), *heard)),
    "news": _news,
    **{word: _act_on_feed(word) for word in ("add", "remove", "test")},
    **dict.fromkeys(("thanks", "thank", "thx", "cheers"), _gratitude),
    **{word: _every(word) for word in ("every", "each", "daily", "weekdays", "weekends", "weekly", "hourly")},
    **{f"{day}s": _every(f"{day}s") for day in WEEKDAYS},
}
ALIASES = {
    "changes": "changed", "news": "latest", "subscribe": "follow", "headlines": "latest", "stories": "latest", "source": "sources",
    "summarise": "summarize", "summary": "summarize", "tldr": "summarize", "tl;dr": "summarize",
    "schedules": "schedule", "feed": "feeds", "settings": "me", "commands": "help", "longer": "more",
    "short": "shorter", "unsubscribe": "stop", "disagree": "disagreements", "forget": "forget me",
    "who disagrees": "disagreements",
}  # fmt: skip
READERS |= {
    alias: READERS[word] for alias, word in ALIASES.items() if word in READERS and alias not in READERS
}

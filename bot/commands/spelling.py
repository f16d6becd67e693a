"""A command → the words that give it again. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.grammar import again
from bot.commands.hearing import quote
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
    Me,
    More,
    MuteTopic,
    Open,
    Quiet,
    Read,
    Schedule,
    Shorter,
    ShowStory,
    ShowTimeline,
    Sources,
    Status,
    Stop,
    Summarize,
    Unfollow,
    Unknown,
    Unmute,
    Why,
)
from bot.since import LAST_SEEN, since_words, span_words


def words(command: Command) -> str:
    """The words that give this command again, as a person would write them; names in quotation marks where needed."""
    bare = _spell(command, str)
    return bare if again(bare) == command else _spell(command, quote)


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
        case Schedule(action, rest, about, length):
            return told("schedule", action, rest, length or "", "about" if about else "", named(about))
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
        return f"ask {quote(story)} {question}"
    return question if say is str else f"ask {question}"


BY_ITSELF: dict[type[Command], str] = {
    Me: "me", Export: "export", Status: "status", More: "more", Shorter: "shorter", Stop: "stop",
}  # fmt: skip

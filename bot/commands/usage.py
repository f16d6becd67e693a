"""What can be said: the words of the grammar, each with its usage."""

from __future__ import annotations

from dataclasses import dataclass


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
    Usage("schedule", "schedule add WHEN [short|full] [about STORY|FEED|WORD]; schedule list|pause|resume|remove|run|retry [N]", "every weekday 7:30"),
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

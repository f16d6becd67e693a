"""Every word of our own, by key: the only words that stand beside the sources'."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from summarizers.types import Group, Label

ENGLISH: Mapping[str, str] = {
    # the groups of a digest
    "group.happened": "HAPPENED · announced before",
    "group.not_happened": "DID NOT HAPPEN · announced before",
    "group.changed": "CHANGED",
    "group.disagree": "SOURCES DISAGREE · both sides, no verdict",
    "group.differs": "DIFFERS · both can be right",
    "group.planned": "PLANNED · announced, not yet happened",
    "group.new": "NEW",
    "group.same": "SAME AS BEFORE · {count}",
    "group.open": "STILL OPEN · {count}",
    "lead": "FIRST · {group}",
    # what a line is, where its group does not say it
    "label.changed_figure": "figure",
    "label.changed_position": "position",
    "label.unchanged_figure": "same value, new event",
    "label.corroborated": "also in another source",
    "label.baseline": "the story so far",
    # what an earlier sentence is to the line above it
    "prior.announced_happened": "announced as",
    "prior.announced_not_happened": "announced as",
    "prior.announced_open": "announced as",
    "prior.conflict": "against",
    "prior.differs": "beside",
    "prior.corroborated": "before",
    "prior": "before",
    "also": "also {label}",
    "figure": "“{old}” → “{new}”",
    "why": "why: {why}",
    "context": "with",
    # days
    "day": "{day} {month} {year}",
    "day.short": "{day} {short} {year}",
    "day.published": "{date} (by the publish date)",
    "day.printed": "{date} (printed in the text)",
    "day.other article": "{date} (proved by another article)",
    "day.announced": "{date} (announced for that day)",
    "day.weekday": "{weekday} (no date printed; order only)",
    "day.unknown": "no date printed; order only",
    # the commands
    "demo.head": "The five articles of seeds/, in story order; after each one, what changed.",
    "step.head": "{step} of {steps} · {article}",
    "step.against.0": "the first article",
    "step.against.1": "against 1 article before",
    "step.against.n": "against {count} articles before",
    "changed.title": "What changed",
    "changed.nothing": "Nothing changed.",
    "changed.counted": "{new} since {since}, against {known} before",
    "changed.undated": "left out, since nothing proves their day: {articles}",
    "more": "… and {count} more.",
    "foot.noise": "{count} ignored as noise",
    "foot.found": "{found}/{checked} quotations found again",
    "foot.verbatim": "Quotations are copied word for word; … marks a cut; the words around them are ours.",
    "ask.abstained": "No sentence in {articles} says so.",
    "ask.closest": "Closest lines:",
    "verify.wrong": "{wrong} of {checked} quotations were not found again:",
    "timeline.title": "Timeline",
    "summary.title": "Summary",
    "articles.1": "1 article",
    "articles.n": "{count} articles",
    "lines.1": "1 line",
    "lines.n": "{count} lines",
    # replies
    "more.say": "… and {count} more: say “more”.",
    # what is no command, or a command with something wrong
    "unknown": "That is no command and no question.",
    "unknown.suggestions": "Did you mean one of these?",
    "unknown.long": "That is too long: at most 2,000 characters are read.",
    "unknown.missing": "A name is missing.",
    "unknown.since": "That is no time. Say it like Friday, 7d, 24h, 19 May or 2025-05-19.",
    "unknown.no_since": "“since” goes with “changed” only.",
    "unknown.number": "Here only a number from 1 to 10 can follow.",
    "unknown.line": "That is no line: they count from 1 to 99.",
    "unknown.url": "An address is needed that begins with https:// or http://, without a user name.",
    "unknown.leftover": "That is more than one thing: say them one by one.",
    "unknown.compare": "Two names are needed: put “with” between them, or each in quotation marks.",
    "unknown.span": "For how long? Say 1d, 7d, 30d or always.",
    "unknown.quiet": "Quiet hours are said like 22-7, or 22:00-07:00 Europe/Berlin, or off.",
    "unknown.schedule": "A schedule is said like: every weekday 7:30.",
    "unknown.feeds": "A feed is added, tested or removed by its address.",
    "unknown.asked": "A question changes nothing. To do it, leave the question mark out.",
    "unknown.word": "There is no such word.",
    "unknown.thanks": "You are welcome.",
    # what each word does
    "help.changed": "what changed in a story, or in all that you follow",
    "help.latest": "the stories with the newest articles",
    "help.story": "one story: its first line, its figures, what is open in it",
    "help.timeline": "the days of a story",
    "help.compare": "two stories, articles or addresses side by side",
    "help.open": "what was announced and is not settled",
    "help.disagreements": "where the sources disagree",
    "help.sources": "the articles of a story",
    "help.ask": "the sentences that answer a question, or that none does",
    "help.read": "reads an article into the library",
    "help.summarize": "the sentences to know first",
    "help.follow": "follows a story, a feed or a word",
    "help.unfollow": "follows it no longer",
    "help.mute": "tells nothing of it, for a time or always",
    "help.unmute": "tells of it again",
    "help.schedule": "when digests come",
    "help.quiet": "the hours in which none comes",
    "help.feeds": "the feeds of the library",
    "help.why": "why a line of the last digest stands there",
    "help.more": "what the last digest held back",
    "help.shorter": "the last digest in fewer lines",
    "help.me": "what you follow and have muted",
    "help.stop": "follows nothing any more",
    "help.forget me": "deletes everything that is stored about you",
    "help.export": "hands over everything that is stored about you",
    "help.status": "how the library and its feeds are",
    "help.help": "what can be said",
    "working": "comparing {articles} …",
    "working.read": "reading …",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH}


def phrase(key: str, language: str = "en", **values: object) -> str:
    """The words for a key, with its values put in."""
    return LANGUAGES[language][key].format(**values)


def count(key: str, number: int, language: str = "en") -> str:
    """A number of things: "1 line", "27 lines"."""
    words = LANGUAGES[language]
    exact = f"{key}.{number}"
    return phrase(exact if exact in words else f"{key}.n", language, count=number)


def heading(group: Group, number: int, language: str = "en") -> str:
    """The heading of a group; those that count say how many."""
    return phrase(f"group.{group}", language, count=number)


def kind(label: Label | None, language: str = "en") -> str:
    """What a line is, in words; empty where the heading of its group says it already."""
    return LANGUAGES[language].get(f"label.{label}", "")


def before(label: Label | None, language: str = "en") -> str:
    """What an earlier sentence is to a line with this label."""
    words = LANGUAGES[language]
    return words.get(f"prior.{label}", words["prior"])


def day(value: date, language: str = "en") -> str:
    """A day in words: "18 March 2025"."""
    return phrase("day", language, day=value.day, month=MONTHS[value.month - 1], year=value.year)


def short_day(value: date, language: str = "en") -> str:
    """A day in few words: "18 Mar 2025"."""
    return phrase("day.short", language, day=value.day, short=MONTHS[value.month - 1][:3], year=value.year)


def dated(value: date | None, weekday: int | None, provenance: str, language: str = "en") -> str:
    """A day with how it is known; without one its weekday, never a guess."""
    if value is not None:
        known = LANGUAGES[language].get(f"day.{provenance}", "{date}")
        return known.format(date=day(value, language))
    if weekday is not None:
        return phrase("day.weekday", language, weekday=WEEKDAYS[weekday])
    return phrase("day.unknown", language)

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

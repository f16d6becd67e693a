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
    "unknown.everything": "Say which: a story, a feed or a word.",
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
    # answers: which story is meant
    "which.several": "Several stories may be meant by “{words}”. Which one?",
    "which.followed": "Several stories are followed here. Which one?",
    "which.latest": "Which story? These are the latest:",
    "which.none": "No story here is called “{words}”.",
    "which.nearest": "These come nearest:",
    "which.more": "{count} more are not listed: name it more closely.",
    "library.empty": "There are no articles here yet: add a feed with “feeds add URL”, or read one with “read URL”.",
    # answers: what changed
    "changed.of": "What changed · {story}",
    "changed.nothing.in": "Nothing changed in {story}.",
    "changed.nothing.since": "Nothing changed in {story} since {since}.",
    "changed.unfollowed": "Nothing is followed here, so these are the latest stories: “follow NAME” keeps one.",
    "changed.others": "Something changed in {stories} more: name one.",
    "changed.older": "{older} that came before them count as known.",
    "changed.muted": "Left out, since muted: {lines}.",
    "changed.muted_feeds": "Left out, since their feed is muted: {articles}.",
    "changed.told": "{new} since {since}, compared with {known}",
    "changed.first": "A first look: {articles}.",
    "moment": "{day}, {time} UTC",
    "more.none": "That was all.",
    "shorter.already": "It is as short as it gets.",
    "shown.nothing": "No digest has been shown here yet.",
    # answers: why a line stands there
    "why.title": "Why line {line}",
    "why.none": "There is no line {line}: the last digest has {lines}.",
    "why.compared": "From the digest “{title}” of {at}.",
    "why.said": "Said by {source}, {when}.",
    "why.speaker": "In it speaks {speaker}.",
    "why.also": " Also: {label}",
    "why.against": "Its earlier sentences are from: {sources}.",
    "why.unlabelled": "It bears no label: it was chosen for what it tells, and compared with nothing.",
    "why.baseline": "The story so far: nothing was known of it before.",
    "why.new": "New: no earlier article of the story says so.",
    "why.changed_figure": "Changed figure: the same quantity of the same event had another value before.",
    "why.unchanged_figure": "Same value, new event: another event had this value before.",
    "why.changed_position": "Changed position: the same party took another stance on the same matter before.",
    "why.conflict": "Disagreement: the two statements can't both be right.",
    "why.differs": "Difference: the two statements differ, and both can be right.",
    "why.announced_happened": "Happened: it was announced before.",
    "why.announced_not_happened": "Did not happen: it was announced before.",
    "why.announced_open": "Still open: it was announced before, and this does not settle it.",
    "why.announced_new": "Planned: it is announced here and has not happened yet.",
    "why.corroborated": "Same as before: an independent source said so too.",
    "why.unchanged": "Same as before: it was said already.",
    # answers: stories and their sources
    "latest.title": "The latest stories",
    "story.note": "{counts} · newest article of {newest}",
    "story.figures": "FIGURES THAT CHANGED",
    "story.open": "STILL OPEN",
    "story.sources": "{articles} of {sources}",
    "story.one_source": "{articles}, one source so far",
    "story.span": "First article came on {first}, the newest on {newest}.",
    "timeline.of": "Timeline · {story}",
    "open.title": "Announced, and not settled",
    "open.none": "Nothing that is announced in {articles} is still open.",
    "disagreements.title": "Where the sources disagree",
    "disagreements.none": "No disagreement was found in {articles}.",
    "looked.latest": "Looked through: the latest {latest} articles of {story}.",
    "sources.title": "Sources · {story}",
    "sources.more": "{count} older ones are not listed.",
    "sources.copies": "{copies}: {names}",
    "sources.excerpt": "excerpt from the feed: the page could not be read",
    "sources.version": "version {number}: its source changed it",
    # answers: texts that are named
    "summary.of": "Summary · {name}",
    "summary.none": "{name} has no sentence that can be quoted.",
    "compare.title": "{one} · against · {other}",
    "compare.same": "These are the same articles ({name}): there is nothing to compare.",
    "compare.disputed": "WHERE THEY DISAGREE OR DIFFER",
    "compare.undisputed": "No disagreement was found between them.",
    "compare.beside": "WHAT {name} HAS BESIDE IT",
    "compare.nothing": "Nothing that one says is missing from the other.",
    "read.new": "Read into the library.",
    "read.changed": "Its source has changed it: the new version is in the library beside the old one.",
    "read.same": "It is in the library already.",
    "read.against.0": "It is the first article of its story.",
    "read.against.1": "Its story has 1 article beside it.",
    "read.against.n": "Its story has {count} articles beside it.",
    "read.unchanged": "It changes nothing that is known of it.",
    "read.excerpt": "Only an excerpt could be read.",
    "read.nothing": "There is no article at {url}.",
    "read.changes": "WHAT IT CHANGES",
    "read.many": "Read into the library: {new} new, {changed} changed, {same} known already.",
    "ask.events": "There are {count} events, which are kept apart.",
    "ask.empty": "A question needs words: ask one, such as “when does the tunnel open?”",
    # answers: follows and mutes
    "topic.word": "the word “{word}”",
    "manages.topics": "Only who manages this channel can change what it follows and mutes; in a direct message you can for yourself.",
    "manages.feeds": "Only who manages this channel can change its feeds.",
    "follow.story": "Followed from now on: {topic}.",
    "follow.feed": "Followed from now on: the stories of {topic}.",
    "follow.word": "Followed from now on: stories that hold {topic}.",
    "follow.already": "{topic}: this is followed already.",
    "follow.full": "At most {most} topics can be followed: unfollow one first.",
    "follow.address": "No feed and no article of this address is here: add it as a feed, or read it as an article.",
    "unfollow": "No longer followed: {topic}.",
    "unfollow.none": "“{topic}” is not followed here.",
    "unfollow.several": "Several may be meant by “{topic}”. Which one?",
    "mute": "Muted for good: {topic}.",
    "mute.until": "Muted until {until}: {topic}.",
    "unmute": "Heard of again: {topic}.",
    "unmute.none": "“{topic}” is not muted here.",
    "unmute.several": "Several may be meant by “{topic}”. Which one?",
    "stop": "Nothing is followed here any more. It was:",
    "stop.nothing": "Nothing is followed here.",
    # answers: feeds
    "feeds.title": "Feeds",
    "feeds.none": "There are no feeds here yet: “feeds add URL” adds one.",
    "feeds.held": "{feed} is among the feeds already.",
    "feeds.full": "There are {most} feeds, and no more fit: remove one first.",
    "feeds.not_added": "The feed was not added.",
    "feeds.added": "Added: {feed}. It brought {entries}.",
    "feeds.more": "{count} more are not listed.",
    "feeds.tested": "{feed} has {entries}. The newest, and what was left out of them:",
    "feeds.no_entries": "{feed} has no entries.",
    "feeds.kept": "{sentences} kept",
    "feeds.cut": "left out: {lines} ({reason})",
    "feeds.unknown": "{feed} is not among the feeds here.",
    "feeds.removed": "Removed: {feed}. Its articles stay.",
    "health.well": "read well on {at}",
    "health.unasked": "not asked yet",
    "health.failing": "failing since {since}, {times} in a row: {why}",
    "health.long": "some time",
    "health.muted": "no longer asked: {why}",
    # answers: what is remembered
    "me.title": "What is remembered of you",
    "me.nothing": "You follow nothing and have muted nothing in direct messages.",
    "me.follows": "FOLLOWED",
    "me.mutes": "MUTED",
    "me.told": "last told on {at}",
    "me.until": "until {until}",
    "me.always": "for good",
    "forgotten": "Everything about you is deleted. What you follow or mute from now on is remembered again.",
    "export": "Everything that is stored about you:",
    "status.title": "Status",
    "status.held": "Held: {held}.",
    "status.newest": "The newest article came on {at}.",
    "status.follows": "Followed here: {topics}.",
    "status.follows_none": "Nothing is followed here.",
    "status.failing": "Failing: {feeds}.",
    "status.well": "All feeds are well.",
    "help.title": "What can be said",
    "not_yet": "This is not available yet.",
    # answers: what can be pressed
    "button.add": "Add it as a feed",
    "button.changed": "What changed",
    "button.export": "Export",
    "button.feeds": "Feeds",
    "button.follow": "Follow this story",
    "button.forget": "Delete everything about me",
    "button.latest": "Latest stories",
    "button.more": "More",
    "button.mute": "Mute this story",
    "button.read": "Read it into the library",
    "button.sources": "Sources",
    "button.story": "The story",
    "button.timeline": "Timeline",
    "button.undo": "Undo",
    "button.unfollow": "Unfollow",
    "button.unmute": "Unmute",
    # answers: numbers of things, and where a day is from
    "articles.new.1": "1 new article",
    "articles.new.n": "{count} new articles",
    "sources.1": "1 source",
    "sources.n": "{count} independent sources",
    "copies.1": "1 copy",
    "copies.n": "{count} copies",
    "stories.1": "1 story",
    "stories.n": "{count} stories",
    "feeds.1": "1 feed",
    "feeds.n": "{count} feeds",
    "entries.1": "1 entry",
    "entries.n": "{count} entries",
    "sentences.1": "1 sentence",
    "sentences.n": "{count} sentences",
    "times.1": "once",
    "times.n": "{count} times",
    "day.feed": "{date} (by the feed)",
    "day.meta": "{date} (by the page)",
    "day.htmldate": "{date} (found in the page)",
    "day.declared": "{date} (declared)",
    "working": "comparing {articles} …",
    "working.read": "reading …",
    # the console
    "chat.hello": "Ask what changed, or anything about the texts; “help” tells what can be said, “bye” ends it.",
    "poll.asked.0": "No feed is due.",
    "poll.asked.1": "1 feed asked:",
    "poll.asked.n": "{count} feeds asked:",
    "poll.done": "{feed}: {new} new, {changed} changed",
    "poll.failed": "{feed}: {reason}",
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

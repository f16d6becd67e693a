"""What may be meant by what is being typed: the stories, feeds and topics of a library, and time zones. Only looks them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.answers import naming
from bot.answers.feeds import called, masked
from bot.answers.inquiry import Inquiry, name_of
from bot.answers.schedules import zone_known
from bot.answers.topics import key_of
from bot.ports import Feed, Topic
from bot.schedules.zones import zones_like
from summarizers.words import fold

MOST = 25  # names of a list, as Discord has it
SOME = 8  # words, and feeds, of a list that has stories too

Named = tuple[str, str]  # how something is called, and the words that name it and nothing else: an id, so few


def names(inquiry: Inquiry, kind: str, typed: str) -> tuple[Named, ...]:
    """What a "story", "feed", "topic" or "zone" may be whose name has what is typed, likely ones first; at most 25."""
    match kind:
        case "story":
            found = _stories(inquiry)
        case "feed":
            found = _feeds(inquiry)
        case "topic":
            return _topics(inquiry, typed)
        case "zone":
            return tuple((zone, zone) for zone in zones_like(typed, zone_known(inquiry))[:MOST])
        case _:
            raise ValueError(kind)
    return tuple(_having(typed, found)[:MOST])


def _having(typed: str, named: Iterable[Named]) -> list[Named]:
    """Those whose names have every part of what is typed, in any order."""
    parts = fold(typed).split()
    return [(name, value) for name, value in named if all(part in fold(name) for part in parts)]


def _stories(inquiry: Inquiry) -> list[Named]:
    """The stories last shown, then those followed, then the latest."""
    latest = inquiry.store.stories(inquiry.library, limit=naming.TITLES)
    ordered = (*naming.last(inquiry), *naming.followed_by_id(inquiry), *latest)
    return [(name_of(story), story.id) for story in {story.id: story for story in ordered}.values()]


def _feeds(inquiry: Inquiry) -> list[Named]:
    """The feeds of the library: by their titles, or their addresses without what may be secret in them."""
    return [(_called(feed), feed.id) for feed in inquiry.store.feeds(inquiry.library)]


def _called(feed: Feed) -> str:
    return f"{called(feed)} · {masked(feed.url)}" if feed.title else called(feed)


def _topics(inquiry: Inquiry, typed: str) -> tuple[Named, ...]:
    """Words that are followed or muted, then stories, then feeds: some of each, whatever there is of others."""
    words, feeds = (_having(typed, found(inquiry))[:SOME] for found in (_words, _feeds))
    stories = _having(typed, _stories(inquiry))[: MOST - len(words) - len(feeds)]
    return (*words, *stories, *feeds)


def _words(inquiry: Inquiry) -> Sequence[Named]:
    mutes = (mute.topic for mute in inquiry.store.mutes(inquiry.target, inquiry.now))
    wished: dict[Topic, None] = dict.fromkeys((*inquiry.store.follows(inquiry.target), *mutes))
    return [(topic.value, key_of(topic)) for topic in wished if topic.kind == "word"]

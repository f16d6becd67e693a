"""A person's own page: what is new for them, what they follow and have set, how the feeds are. No text is compared for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.answers import changes, naming, schedules
from bot.answers.days import moment_words
from bot.answers.feeds import called, health
from bot.answers.inquiry import Inquiry, name_of
from bot.answers.readers import remembered, silent
from bot.commands import Changed, Export, Follow, ForgetMe, Help, Latest
from bot.phrases import count, phrase
from bot.ports import Feed, StoredStory
from bot.replies import Button, Home, Item, Section

Entry = TypeVar("Entry")

LOOKED = 20  # followed stories, the latest, whose articles are counted
LISTED = 10  # entries of a section; what is left is counted


def home(inquiry: Inquiry) -> Home:
    """The page of who asks. It is about their direct messages: what a channel follows is the channel's."""
    parts = (_new, _to_try, _following, _muted, _digest, _quiet, _channels, _feeds, _stored)
    sections = (section for part in parts for section in part(inquiry))
    return Home(tuple(sections), (phrase("home.made", at=moment_words(inquiry.now)),))


# -- what is new -------------------------------------------------------------------------------------------------------


def _new(inquiry: Inquiry) -> Iterator[Section]:
    """The followed stories that have articles which were not looked at, each with the button that tells them."""
    followed = naming.followed(inquiry)
    if not followed:
        return
    counted = [(story, changes.unseen(inquiry, story)) for story in followed[:LOOKED]]
    items = [_news(story, number) for story, number in counted if number]
    yield (
        _section("since", items)
        if items
        else Section(phrase("home.since"), notes=(phrase("home.since.none"),))
    )


def _news(story: StoredStory, number: int) -> Item:
    button = Button(phrase("button.changed"), Changed(story.id))
    return Item(name_of(story), count("articles.new", number), button)


def _to_try(inquiry: Inquiry) -> Iterator[Section]:
    """Three things to begin with, for who follows nothing; in an empty library, how to bring something into it."""
    if inquiry.store.follows(inquiry.target):
        return
    latest = inquiry.store.stories(inquiry.library, limit=1)
    yield Section(phrase("home.try"), items=_with(latest[0]) if latest else _with_nothing())


def _with(story: StoredStory) -> tuple[Item, ...]:
    return (
        Item(name_of(story), naming.counted(story), Button(phrase("button.changed"), Changed(story.id))),
        Item(phrase("home.try.follow"), name_of(story), Button(phrase("button.follow"), Follow(story.id))),
        Item(phrase("home.try.latest"), button=Button(phrase("button.latest"), Latest())),
    )


def _with_nothing() -> tuple[Item, ...]:
    ways = (("feeds", Help("feeds")), ("read", Help("read")), ("help", Help()))
    return tuple(
        Item(phrase(f"home.try.{way}"), button=Button(phrase("button.how"), command)) for way, command in ways
    )


# -- what was wished ---------------------------------------------------------------------------------------------------


def _following(inquiry: Inquiry) -> Iterator[Section]:
    topics = inquiry.store.follows(inquiry.target)
    if topics:
        yield _listed("following", topics, lambda topic: remembered(inquiry, topic, here=True))


def _muted(inquiry: Inquiry) -> Iterator[Section]:
    mutes = inquiry.store.mutes(inquiry.target, inquiry.now)
    if mutes:
        yield _listed("muted", mutes, lambda mute: silent(inquiry, mute, here=True))


def _digest(inquiry: Inquiry) -> Iterator[Section]:
    items = schedules.listed(inquiry) or (Item(phrase("home.digest.none"), button=schedules.example()),)
    section = _section("digest", items)
    yield replace(section, notes=(*schedules.closed_note(inquiry), *section.notes))


def _quiet(inquiry: Inquiry) -> Iterator[Section]:
    yield Section(phrase("home.quiet"), notes=schedules.quiet_note(inquiry) or (phrase("home.quiet.none"),))


def _channels(inquiry: Inquiry) -> Iterator[Section]:
    """The channels to which digests go that who asks has set up."""
    own = inquiry.schedules.made_by(inquiry.target)
    there = [kept for kept in own if kept.target.kind != "person"]
    if there:
        yield _listed(
            "channels",
            there,
            lambda kept: Item(
                schedules.in_words(inquiry, kept), schedules.due(kept, inquiry.now), place=kept.target
            ),
        )


# -- feeds, and what is stored -----------------------------------------------------------------------------------------


def _feeds(inquiry: Inquiry) -> Iterator[Section]:
    """The feeds of the library; those that fail come first."""
    held = sorted(inquiry.store.feeds(inquiry.library), key=lambda feed: not (feed.errors or feed.muted))
    if held:
        yield _listed("feeds", held, _feed)


def _feed(feed: Feed) -> Item:
    return Item(called(feed), health(feed))


def _stored(inquiry: Inquiry) -> Iterator[Section]:
    del inquiry
    yield Section(
        phrase("home.stored"),
        items=(
            Item(phrase("home.stored.export"), button=Button(phrase("button.export"), Export())),
            Item(phrase("home.stored.forget"), button=Button(phrase("button.forget"), ForgetMe())),
        ),
    )


def _listed(key: str, entries: Sequence[Entry], item: Callable[[Entry], Item]) -> Section:
    return _section(key, [item(entry) for entry in entries[:LISTED]], len(entries) - LISTED)


def _section(key: str, items: Sequence[Item], left: int = 0) -> Section:
    """A section with its first entries, and how many more there are."""
    left += max(0, len(items) - LISTED)
    notes = (phrase("home.more", count=left),) if left > 0 else ()
    return Section(phrase(f"home.{key}"), notes, items=tuple(items[:LISTED]))

"""What a schedule tells: for each of its stories that has news one reply, to be seen where the schedule belongs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.answers import changes, naming
from bot.answers.days import moment_words
from bot.answers.inquiry import Inquiry, cited
from bot.answers.selecting import grouped, once
from bot.commands import Changed
from bot.delivery.values import Scheduled
from bot.phrases import count, phrase
from bot.ports import Conversation, StoredStory, Telling
from bot.replies import SIGHT, Reply

MOST = 5  # stories of a slot: what is left is said, and told at the next
SILENCE = timedelta(days=7)  # then one line says that it still watches


def conversation(schedule: Scheduled) -> Conversation:
    """In whose name a schedule asks: its channel's, or the person's to whom it tells."""
    target, language = schedule.target, schedule.language
    if target.kind == "person":
        return Conversation(target, language=language)
    return Conversation(schedule.owner, target, language=language, tag=schedule.tag)


def replies(inquiry: Inquiry, schedule: Scheduled) -> Iterator[Reply]:
    """A reply for each story with news, the latest first; the last one says what is left. None: silence is right."""
    told = 0
    command = Changed(length=schedule.length, post=True)
    fresh = [story for story in _stories(inquiry, schedule) if changes.is_news(inquiry, command, story)]
    for at, story in enumerate(fresh):
        if told == MOST:
            yield Reply(
                notes=(phrase("changed.next_time", stories=count("stories", len(fresh) - at)),), private=False
            )
            return
        reply = changes.digest_of(inquiry, command, story)
        if reply:
            told += 1
            yield reply
    if not told and schedule.silent_since and inquiry.now - schedule.silent_since >= SILENCE:
        yield _still_there(inquiry, schedule)


def _stories(inquiry: Inquiry, schedule: Scheduled) -> Sequence[StoredStory]:
    """The stories that a schedule is about; without topics those followed there, or else the latest."""
    found = naming.about(inquiry, schedule.topics) if schedule.topics else naming.followed(inquiry)
    if found or schedule.topics or inquiry.store.follows(inquiry.target):
        return found
    return inquiry.store.stories(inquiry.library, limit=naming.LATEST)


def _still_there(inquiry: Inquiry, schedule: Scheduled) -> Reply:
    assert schedule.silent_since
    counts = inquiry.store.counts(inquiry.library)
    since, feeds = moment_words(schedule.silent_since), count("feeds", counts.feeds)
    return Reply(
        notes=(phrase("schedule.silent", since=since, feeds=feeds, failing=counts.failing),), private=False
    )


def together(inquiry: Inquiry, reply: Reply, earlier: Telling) -> Reply | None:
    """A reply with what was told shortly before it, to take its place; None where that is too much for one message."""
    digest, [telling] = reply.sections[0].digest, reply.tellings
    if digest is None:
        return None
    lines = once(grouped((*earlier.digest.lines, *digest.lines)))
    if sum(1 + (line.also is not None) for line in lines) > SIGHT["full"]:
        return None
    whole = replace(digest, lines=lines)
    return replace(
        reply,
        sections=(replace(reply.sections[0], digest=whole), *reply.sections[1:]),
        sources=cited(inquiry.versions(telling.story), [whole]),
        tellings=(replace(telling, digest=whole),),
    )

"""Feeds that are due: asked, their articles taken in, and only then it is kept how they are.

What a crash leaves undone is asked once more: an article that was taken in already adds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.phrases import phrase
from bot.ports import Added, Feed, FeedNews, FeedSource, Intake, Polled, Store

SIDE_BY_SIDE = 4  # most of the time is spent waiting for a host, or for one's turn at it
PATIENCE = 10  # errors in a row until all hear of it: some two days, since the waits grow by an hour each

INTERVAL = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking a feed: how it is now, and what it brought to which libraries.

    `failed` is a sentence for whoever wanted it asked, empty where all went well. `news` is what its readers should hear
    once: it is kept with the feed, whose `error`, `muted` or `url` tells more, and told together with that of others.
    """

    feed: Feed
    libraries: tuple[str, ...]
    added: tuple[Added, ...] = ()
    failed: str = ""
    news: FeedNews = ""


def poll_one(feed: str, store: Store, feeds: FeedSource, intake: Intake, now: datetime) -> Sequence[Asked]:
    """What came of a feed by its id, if it is still due: another may have asked it meanwhile."""
    wanted = store.feed(feed)
    due = wanted is not None and not wanted.muted and (wanted.next_at is None or wanted.next_at <= now)
    return poll([wanted], store, feeds, intake, now) if wanted and due else []


def poll(
    wanted: Sequence[Feed], store: Store, feeds: FeedSource, intake: Intake, now: datetime
) -> Sequence[Asked]:
    """What came of these feeds, due or not. They are asked side by side; all is written by the calling thread."""
    answers = zip(wanted, _answers(wanted, feeds, now), strict=True)
    kept = [_keep(feed, polled, store, intake, now) for feed, polled in answers]
    return [asked for asked in kept if asked]


def _answers(wanted: Sequence[Feed], feeds: FeedSource, now: datetime) -> Iterator[Polled]:
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="poll") as threads:
        yield from threads.map(partial(_answer, feeds, now), wanted)


def _answer(feeds: FeedSource, now: datetime, feed: Feed) -> Polled:
    """What a feed source answers. Where it breaks its promise to answer, that feed must not hold up all others."""
    try:
        return feeds.poll(feed, now)
    except Exception:  # whatever it was, the other feeds are asked; the log gets the cause
        log.exception("asking %s failed", feed.id)
    errors, sentence = feed.errors + 1, phrase("source.feed.fault")
    later = now + INTERVAL * min(errors, 24)
    return Polled(
        replace(feed, errors=errors, error=str(sentence), checked_at=now, next_at=later), failed=sentence
    )


def _keep(before: Feed, polled: Polled, store: Store, intake: Intake, now: datetime) -> Asked | None:
    """Takes in what a feed brought; of one that was removed while it was asked, nothing."""
    libraries = tuple(store.libraries(before.id))
    if not libraries:
        return None
    added = tuple(intake.add(polled.articles, libraries, now))
    feed = _unless_taken(polled.feed, before, store, libraries)
    said = news(before, feed)
    feed = replace(feed, news=said, news_at=now) if said else _well_again(feed)
    store.save_feed(feed)
    return Asked(feed, libraries, added, polled.failed, said)


def _well_again(feed: Feed) -> Feed:
    """A feed that failed and does no more: nobody who has not heard of it needs to."""
    return replace(feed, news="", news_at=None) if feed.news == "failing" and not feed.errors else feed


def _unless_taken(feed: Feed, before: Feed, store: Store, libraries: Sequence[str]) -> Feed:
    """The feed at its new address, unless that is the one of another feed: else its articles came twice."""
    if feed.url == before.url:
        return feed
    others = {other.url for library in libraries for other in store.feeds(library) if other.id != feed.id}
    return replace(feed, url=before.url) if feed.url in others else feed


def news(before: Feed, after: Feed) -> FeedNews:
    """What happened to a feed that its readers should hear of, told once."""
    if after.muted and not before.muted:
        return "muted"
    if before.errors < PATIENCE <= after.errors:
        return "failing"
    return "moved" if after.url != before.url else ""

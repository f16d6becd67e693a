"""The feeds of a library: added, listed, tried out, removed; and how they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from bot.answers import naming
from bot.answers.days import moment_words
from bot.answers.inquiry import Inquiry, clipped, sentence, title_of
from bot.answers.reading import cleaned
from bot.commands import Changed, Feeds
from bot.phrases import because, count, cut, joined, phrase
from bot.ports import Feed, Polled, Topic
from bot.replies import Button, Item, Reply, Section
from summarizers.types import Document
from summarizers.words import fold

MOST = 100  # feeds of a library: each is asked once an hour or so, one connection at a time
ONE_BY_ONE = 3  # feeds, of as many or fewer each is told by itself
TRIED = 3  # entries that a test shows
LISTED = 50


def feeds(inquiry: Inquiry, command: Feeds) -> Reply:
    """What became of it; only who manages a channel may change its feeds."""
    if command.action == "list":
        return _listed(inquiry)
    if not inquiry.conversation.manages:
        return sentence("manages.feeds")
    if command.action == "test":
        return _tested(inquiry, command.url)
    return _added(inquiry, command.url) if command.action == "add" else _removed(inquiry, command.url)


# -- add ---------------------------------------------------------------------------------------------------------------


def _added(inquiry: Inquiry, url: str) -> Reply:
    """The feed is asked at once: one that gives nothing usable is not kept."""
    held = named(inquiry, url)
    if held:
        return Reply(notes=(phrase("feeds.held", feed=called(held)), health(held)))
    if len(inquiry.store.feeds(inquiry.library)) >= MOST:
        return sentence("feeds.full", most=MOST)
    feed, _ = inquiry.store.add_feed(url, inquiry.library, inquiry.now)
    polled = inquiry.doors.feeds.poll(feed, inquiry.now)
    if polled.failed and polled.feed.succeeded_at is None:
        inquiry.store.remove_feed(feed.id, inquiry.library)
        return Reply(notes=(polled.failed, phrase("feeds.not_added")), failed=True)
    return _taken_in(inquiry, polled)


def _taken_in(inquiry: Inquiry, polled: Polled) -> Reply:
    """Articles first and the feed after them: what a crash leaves undone is given once more."""
    added = inquiry.doors.intake.add(polled.articles, inquiry.store.libraries(polled.feed.id), inquiry.now)
    inquiry.store.save_feed(polled.feed)
    stories = naming.about(inquiry, [Topic("feed", polled.feed.id)])
    refused = [one.reason for one in added if one.outcome == "refused"]
    entries = count("entries", len(added))
    known = stories and not added  # others read it here, and it has brought them its entries
    key = "feeds.joined" if known else "feeds.added"
    came = phrase(key, feed=called(polled.feed), entries=entries)
    notes = (came, *filter(None, [polled.failed]), *refused[:TRIED])
    return Reply(
        notes=notes,
        sections=(Section(items=naming.listed(stories[: naming.LISTED], Changed)),) if stories else (),
        buttons=(
            Button(phrase("button.undo"), Feeds("remove", polled.feed.id)),
            Button(phrase("button.feeds"), Feeds("list")),
        ),
    )


# -- list, test, remove ------------------------------------------------------------------------------------------------


def _listed(inquiry: Inquiry) -> Reply:
    held = inquiry.store.feeds(inquiry.library)
    if not held:
        return sentence("feeds.none")
    left = len(held) - LISTED
    return Reply(
        title=phrase("feeds.title"),
        notes=(phrase("feeds.more", count=left),) if left > 0 else (),
        sections=(Section(items=tuple(_item(feed) for feed in held[:LISTED])),),
    )


def _item(feed: Feed) -> Item:
    return Item(called(feed), joined(" · ", (masked(feed.url) if feed.title else "", health(feed))))


def _tested(inquiry: Inquiry, url: str) -> Reply:
    """The newest entries of a feed and what was left out of their texts; nothing is kept."""
    held = named(inquiry, url)
    polled = inquiry.doors.feeds.poll(Feed("", held.url if held else url, url), inquiry.now)
    if not polled.articles:
        return Reply(
            notes=(polled.failed or phrase("feeds.no_entries", feed=masked(url)),), failed=bool(polled.failed)
        )
    newest = polled.articles[-TRIED:][::-1]
    items = tuple(_tried(inquiry.reading.of(cleaned, article)) for article in newest)
    note = phrase("feeds.tested", feed=called(polled.feed), entries=count("entries", len(polled.articles)))
    return Reply(
        notes=(note, *filter(None, [polled.failed])),
        sections=(Section(items=items),),
        buttons=() if held else (Button(phrase("button.add"), Feeds("add", url)),),
    )


def _tried(document: Document) -> Item:
    reasons = Counter(paragraph.reason or "" for paragraph in document.paragraphs if not paragraph.kept)
    kept = phrase("feeds.kept", sentences=count("sentences", len(document.sentences)))
    left = [
        phrase("feeds.cut", lines=count("lines", number), reason=cut(reason))
        for reason, number in reasons.most_common()
    ]
    marks = [phrase("sources.excerpt")] if document.article.excerpt else []
    return Item(
        title_of(document.article), joined(" · ", (kept, *marks, *left)), link=document.article.url or ""
    )


def _removed(inquiry: Inquiry, words: str) -> Reply:
    feed = named(inquiry, words)
    if feed is None:
        return Reply(
            notes=(phrase("feeds.unknown", feed=clipped(masked(words))),),
            failed=True,
            buttons=(Button(phrase("button.feeds"), Feeds("list")),),
        )
    inquiry.store.remove_feed(feed.id, inquiry.library)
    return Reply(
        notes=(phrase("feeds.removed", feed=called(feed)),),
        buttons=(Button(phrase("button.undo"), Feeds("add", feed.added)),),
    )


# -- what happened to them ---------------------------------------------------------------------------------------------


def news(feeds: Sequence[Feed]) -> Reply:
    """What readers hear of feeds to which something happened; of many only how many, and at which hosts most of them."""
    kinds = {kind: [feed for feed in feeds if feed.news == kind] for kind in ("failing", "muted", "moved")}
    notes = [note for kind, some in kinds.items() for note in _news(kind, some)]
    return Reply(notes=(*notes, phrase("news.more")), private=False)


def _news(kind: str, feeds: Sequence[Feed]) -> list[str]:
    if len(feeds) <= ONE_BY_ONE:
        return [phrase("news.one", feed=called(feed), how=_how(feed)) for feed in feeds]
    hosts = Counter(urlsplit(masked(feed.url)).netloc for feed in feeds)
    named = [f"{host} ({number})" for host, number in hosts.most_common(ONE_BY_ONE)]
    more = ["…"] if len(hosts) > ONE_BY_ONE else []
    return [phrase(f"news.{kind}", feeds=count("feeds", len(feeds)), hosts=", ".join([*named, *more]))]


def _how(feed: Feed) -> str:
    return phrase("news.moved_to", url=masked(feed.url)) if feed.news == "moved" else health(feed)


# -- how feeds are called, and how they are ----------------------------------------------------------------------------


def named(inquiry: Inquiry, words: str) -> Feed | None:
    """The feed of the library that an id, an address or a title names."""
    held = inquiry.store.feeds(inquiry.library)
    exact = [feed for feed in held if words in {feed.id, feed.url, feed.added}]
    titled = [feed for feed in held if feed.title and fold(feed.title) == fold(words)]
    return next(iter((*exact, *(titled if len(titled) == 1 else ()))), None)


def called(feed: Feed) -> str:
    """The title of a feed, else its address without what may be secret in it."""
    return feed.title or masked(feed.url)


def masked(address: str) -> str:
    """An address without user name, password and query: of a private feed they are the key."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "…"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))


def health(feed: Feed) -> str:
    """How a feed is, in words."""
    if feed.muted:
        return phrase("health.muted", why=because(feed.muted))
    if feed.errors:
        since = moment_words(feed.failing_since) if feed.failing_since else phrase("health.long")
        return phrase(
            "health.failing", times=count("times", feed.errors), since=since, why=because(feed.error)
        )
    if feed.succeeded_at:
        return phrase("health.well", at=moment_words(feed.succeeded_at))
    return phrase("health.unasked")

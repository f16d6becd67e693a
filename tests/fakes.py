"""The memory as plain dicts: what `bot.ports.Store` promises, in its most readable form.

It passes the same contract tests as the SQL store. Nothing here is fast, and nothing is kept when the process ends.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from bot.ports import (
    Counts,
    Feed,
    Likeness,
    Mark,
    Mute,
    Prints,
    Shown,
    StoredStory,
    Target,
    Telling,
    Topic,
    Version,
)
from summarizers.digest import as_json
from summarizers.stream import Entry, Merged, Placed, Point, Split
from summarizers.types import Digest
from summarizers.words import content_stems

ALIKE = 20


@dataclass
class State:
    """Everything that is remembered. Values are frozen, so a copy of the dicts is a copy of the whole."""

    versions: dict[str, Version] = field(default_factory=dict)  # by id; the text of a retired one is empty
    prints: dict[str, Prints] = field(default_factory=dict)  # by version id
    words: dict[str, frozenset[str]] = field(default_factory=dict)  # by version id
    newest: dict[str, str] = field(default_factory=dict)  # key → id of its newest version
    story: dict[str, str] = field(default_factory=dict)  # key → story
    alias: dict[str, str] = field(default_factory=dict)  # losing story → the one that it became
    titles: dict[str, str] = field(default_factory=dict)
    log: tuple[Entry, ...] = ()
    seen: frozenset[tuple[str, str]] = frozenset()  # (library, key)
    feeds: dict[str, Feed] = field(default_factory=dict)
    readers: frozenset[tuple[str, str]] = frozenset()  # (feed, library)
    follows: dict[tuple[Target, Topic], datetime] = field(default_factory=dict)
    mutes: dict[tuple[Target, Topic], Mute] = field(default_factory=dict)
    marks: dict[tuple[Target, str], Mark] = field(default_factory=dict)
    shown: dict[Target, Shown] = field(default_factory=dict)
    touched: dict[str, datetime] = field(default_factory=dict)  # story → last followed or shown
    forgotten: frozenset[str] = frozenset()  # keyed hashes of targets and workspaces

    def copied(self) -> State:
        """The same once more."""
        return State(**{part.name: copy(getattr(self, part.name)) for part in fields(self)})


class MemoryStore:
    """`bot.ports.Store` and its Desk over a State."""

    def __init__(self, key: str = "key") -> None:
        self.state = State()
        self.key = key
        self._one_at_a_time = threading.RLock()

    # -- the desk ------------------------------------------------------------------------------------------------------

    @contextmanager
    def ingesting(self) -> Iterator[MemoryStore]:
        with self._one_at_a_time:
            before = self.state.copied()
            try:
                yield self
            except BaseException:
                self.state = before
                raise

    def latest(self, key: str) -> Version | None:
        name = self.state.newest.get(key)
        return self._version(name) if name else None

    def alike(self, prints: Prints, library: str) -> Sequence[Likeness]:
        found = []
        for key in self._keys(library):
            own = self.state.prints[self.state.newest[key]]
            shared, bands = len(own.sentences & prints.sentences), len(own.bands & prints.bands)
            if shared or bands:
                found.append(Likeness(key, shared, len(own.sentences), bands))
        return sorted(found, key=lambda like: (-like.shared, -like.bands, like.key))[:ALIKE]

    def entries(self, after: int) -> Sequence[tuple[int, Entry]]:
        return list(enumerate(self.state.log, start=1))[after:]

    def write(self, version: Version, prints: Prints, words: str, point: Point | None) -> None:
        if version.number == 1 and point is None:
            raise ValueError(f"the first version of {version.key!r} needs its point")
        name = version.article.id
        self.state.versions[name] = version
        self.state.prints[name] = prints
        self.state.words[name] = frozenset(words.split())
        self.state.newest[version.key] = name

    def log(self, entry: Entry) -> int:
        self.state.log += (entry,)
        match entry:
            case Placed(point, story):
                self.state.story[point.key] = story
            case Merged(story, loser):
                self._merge(story, loser)
            case Split(story, into, keys):
                self.state.story |= dict.fromkeys(keys, into)
                # Whoever was told the whole story, or follows it, has been told and follows both its parts.
                for target, topic in list(self.state.follows):
                    if topic == Topic("story", story):
                        self.state.follows[target, Topic("story", into)] = self.state.follows[target, topic]
                for (target, of), mark in list(self.state.marks.items()):
                    if of == story:
                        self.state.marks[target, into] = mark
                if story in self.state.touched:
                    self.state.touched[into] = self.state.touched[story]
        return len(self.state.log)

    def _merge(self, story: str, loser: str) -> None:
        for key, of in self.state.story.items():
            if of == loser:
                self.state.story[key] = story
        self.state.alias |= {name: story for name, of in self.state.alias.items() if of == loser}
        self.state.alias[loser] = story
        for (target, of), mark in list(self.state.marks.items()):
            if of == loser:
                del self.state.marks[target, of]
                self.state.marks[target, story] = _joined(mark, self.state.marks.get((target, story), Mark()))
        lost, kept = Topic("story", loser), Topic("story", story)
        for target, topic in list(self.state.follows):
            if topic == lost:
                self.state.follows.setdefault((target, kept), self.state.follows[target, topic])
                del self.state.follows[target, topic]
        for target, topic in list(self.state.mutes):
            if topic == lost:
                mute = self.state.mutes.pop((target, topic))
                self.state.mutes.setdefault((target, kept), replace(mute, topic=kept))
        for target, shown in self.state.shown.items():
            if shown.story == loser:
                self.state.shown[target] = replace(shown, story=story)
        moments = [self.state.touched[name] for name in (story, loser) if name in self.state.touched]
        if moments:
            self.state.touched[story] = max(moments)

    def title(self, story: str, title: str) -> None:
        self.state.titles[self._of(story)] = title

    def see(self, key: str, libraries: Collection[str]) -> None:
        self.state.seen |= {(library, key) for library in libraries}

    # -- articles and stories ------------------------------------------------------------------------------------------

    def versions(self, story: str, library: str) -> Sequence[Version]:
        keys = {key for key in self._keys(library) if self.state.story.get(key) == self._of(story)}
        found = [
            self._version(name) for name, v in self.state.versions.items() if v.key in keys and v.article.text
        ]
        return sorted(found, key=lambda version: (version.arrived, version.article.id))

    def version(self, name: str, library: str) -> Version | None:
        keys = self._keys(library)
        held = self.state.versions.get(name)
        if held and held.key in keys and held.article.text:
            return self._version(name)
        found = [self._version(self.state.newest[key]) for key in keys]
        named = [version for version in found if name in {version.key, version.article.url}]
        return max(named, key=lambda version: (version.key == name, version.arrived), default=None)

    def stories(
        self, library: str, *, limit: int, ids: Collection[str] | None = None
    ) -> Sequence[StoredStory]:
        held: defaultdict[str, set[str]] = defaultdict(set)
        for key in self._keys(library):
            if key in self.state.story:
                held[self.state.story[key]].add(key)
        wanted = held if ids is None else {self._of(name) for name in ids} & held.keys()
        found = [self._stored(story, held[story]) for story in wanted]
        return sorted(found, key=lambda story: (-story.newest.timestamp(), story.id))[:limit]

    def _stored(self, story: str, keys: Collection[str]) -> StoredStory:
        versions = [v for v in self.state.versions.values() if v.key in keys]
        return StoredStory(
            id=story,
            title=self.state.titles.get(story, ""),
            articles=len(keys),
            sources=len({v.copy_of or v.key for v in versions}),
            first=min(v.arrived for v in versions),
            newest=max(v.arrived for v in versions),
        )

    def search(self, query: str, library: str, *, limit: int) -> Sequence[Version]:
        wanted = set(content_stems(query))
        names = [self.state.newest[key] for key in self._keys(library)]
        found = [self._version(name) for name in names if wanted and wanted <= self.state.words[name]]
        return sorted(found, key=lambda v: (-v.arrived.timestamp(), v.article.id))[:limit]

    def retire(self, before: datetime) -> int:
        followed = {topic.value for _, topic in self.state.follows if topic.kind == "story"}
        stale = [
            key
            for key, name in self.state.newest.items()
            if self.state.versions[name].article.text
            and (story := self.state.story.get(key)) not in followed
            and self._last(key, story) < before
        ]
        for name, version in self.state.versions.items():
            if version.key in stale:
                self.state.versions[name] = replace(version, article=replace(version.article, text=""))
                self.state.prints.pop(name, None)
                self.state.words.pop(name, None)
        return len(stale)

    def _last(self, key: str, story: str | None) -> datetime:
        """When the story of an article last came up: was followed or shown, or got an article."""
        keys = {other for other, of in self.state.story.items() if of == story} | {key}
        arrivals = [v.arrived for v in self.state.versions.values() if v.key in keys]
        return max([*arrivals, self.state.touched.get(story or "", datetime.min.replace(tzinfo=UTC))])

    def _version(self, name: str) -> Version:
        version = self.state.versions[name]
        return replace(version, story=self.state.story.get(version.key))

    def _keys(self, library: str) -> set[str]:
        """The articles that the library holds and whose text is still there."""
        return {
            key
            for of, key in self.state.seen
            if of == library and key in self.state.newest
            if self.state.versions[self.state.newest[key]].article.text
        }

    def _of(self, story: str) -> str:
        return self.state.alias.get(story, story)

    # -- what was told -------------------------------------------------------------------------------------------------

    def mark(self, target: Target, story: str) -> Mark:
        return self.state.marks.get((target, self._of(story)), Mark())

    def tell(self, telling: Telling, now: datetime) -> None:
        story = self._of(telling.story)
        if not self._is_forgotten(telling.shown_to):
            self.state.shown[telling.shown_to] = Shown(story, telling.digest, now)
            self.state.touched[story] = now
        if telling.moves and not self._is_forgotten(telling.moves):
            told = frozenset(quotation.sha256 for quotation in telling.sentences)
            more = Mark(frozenset(telling.versions), told, now)
            self.state.marks[telling.moves, story] = _joined(self.mark(telling.moves, story), more)

    def shown(self, target: Target) -> Shown | None:
        return self.state.shown.get(target)

    # -- what is followed and muted ------------------------------------------------------------------------------------

    def follow(self, target: Target, topic: Topic, now: datetime) -> bool:
        self._remember(target)
        topic = self._topic(topic)
        fresh = (target, topic) not in self.state.follows
        self.state.follows.setdefault((target, topic), now)
        if topic.kind == "story":
            self.state.touched[topic.value] = now
        return fresh

    def unfollow(self, target: Target, topic: Topic) -> bool:
        return self.state.follows.pop((target, self._topic(topic)), None) is not None

    def follows(self, target: Target) -> Sequence[Topic]:
        return [topic for of, topic in self.state.follows if of == target]

    def mute(self, target: Target, mute: Mute, now: datetime) -> bool:
        self._remember(target)
        topic = self._topic(mute.topic)
        fresh = all(held.topic != topic for held in self.mutes(target, now))
        if fresh:
            self.state.mutes.pop((target, topic), None)  # one that is over: the new one is the latest made
        self.state.mutes[target, topic] = replace(mute, topic=topic)
        return fresh

    def unmute(self, target: Target, topic: Topic) -> bool:
        return self.state.mutes.pop((target, self._topic(topic)), None) is not None

    def mutes(self, target: Target, now: datetime) -> Sequence[Mute]:
        own = [mute for (of, _), mute in self.state.mutes.items() if of == target]
        return [mute for mute in own if mute.until is None or mute.until > now]

    def _topic(self, topic: Topic) -> Topic:
        return replace(topic, value=self._of(topic.value)) if topic.kind == "story" else topic

    # -- feeds ---------------------------------------------------------------------------------------------------------

    def add_feed(self, url: str, library: str, now: datetime) -> tuple[Feed, bool]:
        del now
        held = next((feed for feed in self.state.feeds.values() if url in {feed.url, feed.added}), None)
        feed = held or Feed(f"feed-{hashlib.sha256(url.encode()).hexdigest()[:12]}", url, url)
        self.state.feeds[feed.id] = feed
        fresh = (feed.id, library) not in self.state.readers
        self.state.readers |= {(feed.id, library)}
        self.see_all(feed.id, library)
        return feed, fresh

    def see_all(self, feed: str, library: str) -> None:
        """Shows a library what a feed has brought: articles whose keys begin with its id."""
        for key in self.state.newest:
            if key.startswith(f"{feed}#"):
                self.see(key, {library})

    def remove_feed(self, feed: str, library: str) -> bool:
        had = (feed, library) in self.state.readers
        self.state.readers -= {(feed, library)}
        if not self.libraries(feed):
            self.state.feeds.pop(feed, None)
        return had

    def feeds(self, library: str) -> Sequence[Feed]:
        return [feed for feed in self.state.feeds.values() if (feed.id, library) in self.state.readers]

    def due_feeds(self, now: datetime, limit: int) -> Sequence[Feed]:
        start = datetime.min.replace(tzinfo=UTC)
        due = [
            f for f in self.state.feeds.values() if not f.muted and (f.next_at is None or f.next_at <= now)
        ]
        return sorted(due, key=lambda feed: (feed.next_at or start, feed.id))[:limit]

    def save_feed(self, feed: Feed) -> None:
        if feed.id in self.state.feeds:  # one that was removed meanwhile stays away
            self.state.feeds[feed.id] = feed

    def libraries(self, feed: str) -> Sequence[str]:
        return sorted(library for of, library in self.state.readers if of == feed)

    # -- people and workspaces -----------------------------------------------------------------------------------------

    def forget(self, target: Target) -> None:
        self._drop({target})
        self.state.forgotten |= {self._hash(target.platform, target.workspace, target.kind, target.id)}

    def forget_workspace(self, platform: str, workspace: str) -> None:
        state, library = self.state, f"{platform}:{workspace}"
        known = {target for target, _ in (*state.follows, *state.mutes, *state.marks)} | set(state.shown)
        self._drop({t for t in known if (t.platform, t.workspace) == (platform, workspace)})
        for feed in self.feeds(library):
            self.remove_feed(feed.id, library)
        state.seen = frozenset((of, key) for of, key in state.seen if of != library)
        state.forgotten |= {self._hash(platform, workspace)}

    def _drop(self, targets: Collection[Target]) -> None:
        state = self.state
        state.follows = {pair: at for pair, at in state.follows.items() if pair[0] not in targets}
        state.mutes = {pair: mute for pair, mute in state.mutes.items() if pair[0] not in targets}
        state.marks = {pair: mark for pair, mark in state.marks.items() if pair[0] not in targets}
        state.shown = {target: shown for target, shown in state.shown.items() if target not in targets}

    def _is_forgotten(self, target: Target) -> bool:
        own = self._hash(target.platform, target.workspace, target.kind, target.id)
        return bool({own, self._hash(target.platform, target.workspace)} & self.state.forgotten)

    def _remember(self, target: Target) -> None:
        own = self._hash(target.platform, target.workspace, target.kind, target.id)
        self.state.forgotten -= {own, self._hash(target.platform, target.workspace)}

    def _hash(self, *parts: str) -> str:
        text = "\x1f".join((self.key, *parts))
        return hashlib.sha256(text.encode()).hexdigest()

    def export(self, target: Target) -> Mapping[str, Any]:
        shown = self.shown(target)
        return {
            "target": {
                "platform": target.platform,
                "workspace": target.workspace,
                "kind": target.kind,
                "id": target.id,
            },
            "follows": [
                {"kind": topic.kind, "value": topic.value, "since": at.isoformat()}
                for (of, topic), at in self.state.follows.items()
                if of == target
            ],
            "mutes": [
                {
                    "kind": mute.topic.kind,
                    "value": mute.topic.value,
                    "until": mute.until.isoformat() if mute.until else None,
                }
                for (of, _), mute in self.state.mutes.items()
                if of == target
            ],
            "marks": [
                {
                    "story": story,
                    "versions": sorted(mark.versions),
                    "told": sorted(mark.told),
                    "at": mark.at.isoformat() if mark.at else None,
                }
                for (of, story), mark in self.state.marks.items()
                if of == target
            ],
            "shown": _shown(shown.story, shown.digest, shown.at) if shown else None,
        }

    def counts(self, library: str) -> Counts:
        keys, feeds = self._keys(library), self.feeds(library)
        return Counts(
            articles=len(keys),
            stories=len({self.state.story[key] for key in keys if key in self.state.story}),
            feeds=len(feeds),
            failing=sum(bool(feed.errors or feed.muted) for feed in feeds),
            newest=max((self.state.versions[self.state.newest[key]].arrived for key in keys), default=None),
        )


def _joined(a: Mark, b: Mark) -> Mark:
    moments = [moment for moment in (a.at, b.at) if moment]
    return Mark(a.versions | b.versions, a.told | b.told, max(moments, default=None))


def _shown(story: str, digest: Digest, at: datetime) -> dict[str, Any]:
    return {"story": story, "digest": as_json(digest), "at": at.isoformat()}

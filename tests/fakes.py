"""The memory as plain dicts: what `bot.ports.Store` promises, in its most readable form.

It passes the same contract tests as the SQL store. Nothing here is fast, and nothing is kept when the process ends.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.ports import (
    Counts,
    Doubt,
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
from summarizers.types import Digest, Line, Quotation
from summarizers.words import STEMMERS, content_stems, language_of

ALIKE = 20
OTHER = "xx"  # languages without a stemmer of their own


@dataclass
class State:
    """Everything that is remembered. Values are frozen, so a copy of the dicts is a copy of the whole."""

    versions: dict[str, Version] = field(default_factory=dict)  # by id; the text of a retired one is empty
    prints: dict[str, Prints] = field(default_factory=dict)  # by key, of the newest version
    words: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)  # the same: language → stems
    newest: dict[str, str] = field(default_factory=dict)  # key → id of its newest version, last written last
    story: dict[str, str] = field(default_factory=dict)  # key → story
    alias: dict[str, str] = field(default_factory=dict)  # losing story → the one that it became
    titles: dict[tuple[str, str], str] = field(default_factory=dict)  # (story, library) → title
    log: tuple[Entry, ...] = ()
    seen: frozenset[tuple[str, str]] = frozenset()  # (library, key)
    feeds: dict[str, Feed] = field(default_factory=dict)
    readers: dict[tuple[str, str], datetime] = field(default_factory=dict)  # (feed, library) → since
    follows: dict[tuple[Target, Topic], datetime] = field(default_factory=dict)
    mutes: dict[tuple[Target, Topic], Mute] = field(default_factory=dict)
    marks: dict[tuple[Target, str], Mark] = field(default_factory=dict)
    told: dict[tuple[Target, str, str], tuple[Quotation, datetime]] = field(default_factory=dict)  # … hash
    shown: dict[Target, Shown] = field(default_factory=dict)
    received: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    commands: dict[tuple[str, str], str] = field(default_factory=dict)
    doubts: dict[tuple[Target, str], Doubt] = field(default_factory=dict)  # … line as JSON
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
        self._named: dict[str, str] = {}  # what the open transaction names, and who sees its articles
        self._seeing: set[str] = set()
        self._one_at_a_time = threading.RLock()

    # -- the desk ------------------------------------------------------------------------------------------------------

    @contextmanager
    def ingesting(self) -> Iterator[MemoryStore]:
        with self._one_at_a_time:
            before = self.state.copied()
            self._named, self._seeing = {}, set()
            try:
                yield self
            except BaseException:
                self.state = before
                raise
            # A title is made of articles' words: it is for those who got one of them.
            for story, title in self._named.items():
                self.state.titles |= {(self._of(story), library): title for library in self._seeing}

    def latest(self, key: str) -> Version | None:
        name = self.state.newest.get(key)
        return self._version(name) if name else None

    def alike(self, prints: Prints, library: str) -> Sequence[Likeness]:
        found = []
        for key in self._keys(library):
            own = self.state.prints[key]
            shared, bands = len(own.sentences & prints.sentences), len(own.bands & prints.bands)
            if shared or bands:
                found.append(Likeness(key, shared, len(own.sentences), bands))
        return sorted(found, key=lambda like: (-like.shared, -like.bands, like.key))[:ALIKE]

    def entries(self, after: int, limit: int | None = None) -> Sequence[tuple[int, Entry]]:
        return list(enumerate(self.state.log, start=1))[after:][:limit]

    def write(self, version: Version, prints: Prints, words: str, point: Point | None) -> None:
        if version.number == 1 and point is None:
            raise ValueError(f"the first version of {version.key!r} needs its point")
        name = version.article.id
        self.state.versions[name] = version
        self.state.prints[version.key] = prints
        spoken = _language(version.article.language)
        self.state.words[version.key] = {spoken: _stems(words, spoken)}
        self.state.newest.pop(version.key, None)
        self.state.newest[version.key] = name
        if version.story:
            self.state.story.setdefault(version.key, version.story)

    def log(self, entry: Entry) -> int:
        self.state.log += (entry,)
        match entry:
            case Placed(point, story):
                self.state.alias.pop(story, None)
                self.state.story[point.key] = story
            case Merged(story, loser):
                self._merge(story, loser)
            case Split(story, into, keys):
                self.state.story |= dict.fromkeys(keys, into)
                self.state.alias.pop(into, None)
                self._inherit(into, story)
        return len(self.state.log)

    def _inherit(self, story: str, other: str) -> None:
        """Whoever was told one story, follows or mutes it, has been told, follows and mutes another one too."""
        state = self.state
        for target, of in list(state.marks):
            if of == other:
                state.marks[target, story] = _joined(state.marks[target, of], self.mark(target, story))
        for target, of, sha256 in list(state.told):
            if of == other:
                state.told.setdefault((target, story, sha256), state.told[target, of, sha256])
        own, others = Topic("story", story), Topic("story", other)
        for target, topic in list(state.follows):
            if topic == others:
                state.follows.setdefault((target, own), state.follows[target, topic])
        for target, topic in list(state.mutes):
            if topic == others:
                state.mutes.setdefault((target, own), replace(state.mutes[target, topic], topic=own))
        moments = [state.touched[name] for name in (story, other) if name in state.touched]
        if moments:
            state.touched[story] = max(moments)

    def _merge(self, story: str, loser: str) -> None:
        """The loser's id goes on as an alias; nothing else is left of it."""
        state = self.state
        state.alias.pop(story, None)
        self._inherit(story, loser)
        for library in {library for of, library in state.titles if of == loser}:
            state.titles.setdefault((story, library), state.titles.pop((loser, library)))
        state.marks = {pair: mark for pair, mark in state.marks.items() if pair[1] != loser}
        state.told = {place: told for place, told in state.told.items() if place[1] != loser}
        lost = Topic("story", loser)
        state.follows = {pair: at for pair, at in state.follows.items() if pair[1] != lost}
        state.mutes = {pair: mute for pair, mute in state.mutes.items() if pair[1] != lost}
        state.touched.pop(loser, None)
        state.story |= {key: story for key, of in state.story.items() if of == loser}
        state.alias |= {name: story for name, of in state.alias.items() if of == loser} | {loser: story}
        for target, shown in state.shown.items():
            if shown.story == loser:
                state.shown[target] = replace(shown, story=story)

    def title(self, story: str, title: str) -> None:
        self._named[story] = title

    def see(self, key: str, libraries: Collection[str]) -> None:
        self.state.seen |= {(library, key) for library in libraries}
        self._seeing |= set(libraries)

    # -- articles and stories ------------------------------------------------------------------------------------------

    def versions(self, story: str, library: str) -> Sequence[Version]:
        keys = {key for key in self._keys(library) if self.state.story.get(key) == self._of(story)}
        found = [
            self._version(name) for name, v in self.state.versions.items() if v.key in keys and v.article.text
        ]
        return sorted(found, key=lambda version: version.arrived)  # those of one moment stay in their order

    def version(self, name: str, library: str) -> Version | None:
        keys = self._keys(library)
        held = self.state.versions.get(self.state.newest.get(name, name))
        if held and held.key in keys and held.article.text:
            return self._version(held.article.id)
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
        found = [self._stored(story, held[story], library) for story in wanted]
        return sorted(found, key=lambda story: (-story.newest.timestamp(), story.id))[:limit]

    def _stored(self, story: str, keys: Collection[str], library: str) -> StoredStory:
        versions = [v for v in self.state.versions.values() if v.key in keys]
        newest = self._latest_first(keys)
        return StoredStory(
            id=story,
            title=self.state.titles.get((story, library)) or newest[0].article.title,
            articles=len(keys),
            sources=len({v.article.source or v.key for v in _independent(newest[::-1])}),
            first=min(v.arrived for v in versions),
            newest=max(v.arrived for v in versions),
        )

    def _latest_first(self, keys: Collection[str]) -> list[Version]:
        """The newest versions of articles by arrival, of one moment the last written first."""
        written = [self._version(name) for key, name in reversed(self.state.newest.items()) if key in keys]
        return sorted(written, key=lambda version: version.arrived, reverse=True)

    def search(self, query: str, library: str, *, limit: int) -> Sequence[Version]:
        asked = {language: _stems(query, language) for language in (*STEMMERS, OTHER)}
        found = {
            key
            for key in self._keys(library)
            for language, stems in self.state.words[key].items()
            if asked[language] and asked[language] <= stems
        }
        return self._latest_first(found)[:limit]

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
                self.state.prints.pop(version.key, None)
                self.state.words.pop(version.key, None)
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
            sentences = {quotation.sha256: quotation for quotation in telling.sentences}
            more = Mark(frozenset(telling.versions), frozenset(sentences), now)
            self.state.marks[telling.moves, story] = _joined(self.mark(telling.moves, story), more)
            for sha256, quotation in sentences.items():
                self.state.told.setdefault((telling.moves, story, sha256), (quotation, now))

    def shown(self, target: Target) -> Shown | None:
        return self.state.shown.get(target)

    def doubt(self, doubt: Doubt) -> bool:
        if self._is_forgotten(doubt.by):
            return False
        self.state.doubts[doubt.by, json.dumps(_line_json(doubt.line))] = doubt
        return True

    def doubts(self, limit: int) -> Sequence[Doubt]:
        latest = sorted(self.state.doubts.values(), key=lambda doubt: doubt.at)
        return latest[::-1][:limit]

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
        self.state.forgotten -= {self._hash(*library.split(":", 1))}
        held = next((feed for feed in self.state.feeds.values() if url in {feed.url, feed.added}), None)
        feed = held or Feed(f"feed-{hashlib.sha256(url.encode()).hexdigest()[:12]}", url, url)
        self.state.feeds[feed.id] = feed
        fresh = (feed.id, library) not in self.state.readers
        self.state.readers.setdefault((feed.id, library), now)
        brought = [key for key in self.state.newest if key.startswith(f"{feed.id}#")]
        self.state.seen |= {(library, key) for key in brought}
        return feed, fresh

    def remove_feed(self, feed: str, library: str) -> bool:
        had = self.state.readers.pop((feed, library), None) is not None
        if not self.libraries(feed):
            self.state.feeds.pop(feed, None)
        return had

    def feeds(self, library: str) -> Sequence[Feed]:
        since = {feed: at for (feed, of), at in self.state.readers.items() if of == library}
        held = [feed for feed in self.state.feeds.values() if feed.id in since]
        return sorted(held, key=lambda feed: (since[feed.id], feed.id))

    def feed(self, feed: str) -> Feed | None:
        return self.state.feeds.get(feed)

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
        known = {target for target, _ in (*state.follows, *state.mutes, *state.marks, *state.doubts)}
        known |= set(state.shown)
        self._drop({t for t in known if (t.platform, t.workspace) == (platform, workspace)})
        for feed in self.feeds(library):
            self.remove_feed(feed.id, library)
        own = {key for of, key in state.seen if of == library}
        state.seen = frozenset((of, key) for of, key in state.seen if of != library)
        state.titles = {pair: title for pair, title in state.titles.items() if pair[1] != library}
        self._drop_articles(own - {key for _, key in state.seen})
        state.received = {key: at for key, at in state.received.items() if key[:2] != (platform, workspace)}
        state.forgotten |= {self._hash(platform, workspace)}

    def receive(self, platform: str, workspace: str, event: str, now: datetime) -> bool:
        known = {key: at for key, at in self.state.received.items() if at >= now - timedelta(hours=1)}
        self.state.received = {(platform, workspace, event): now, **known}
        return (platform, workspace, event) not in known

    def synced(self, platform: str, application: str) -> str:
        return self.state.commands.get((platform, application), "")

    def keep_synced(self, platform: str, application: str, fingerprint: str) -> None:
        self.state.commands[platform, application] = fingerprint

    def readmit(self, platform: str, workspace: str) -> None:
        self.state.forgotten -= {self._hash(platform, workspace)}

    def _drop_articles(self, keys: Collection[str]) -> None:
        """Drops articles; the first of the copies of each becomes what the others are copies of."""
        state = self.state
        state.versions = {
            name: version for name, version in state.versions.items() if version.key not in keys
        }
        for table in (state.prints, state.words, state.newest, state.story):
            for key in keys & table.keys():
                del table[key]
        for key in keys:
            copies = {version.key: None for version in state.versions.values() if version.copy_of == key}
            heir = next(iter(copies), None)
            for name, version in state.versions.items():
                if version.copy_of == key:
                    state.versions[name] = replace(version, copy_of=None if version.key == heir else heir)
        held = set(state.story.values())
        state.alias = {loser: story for loser, story in state.alias.items() if story in held}

    def _drop(self, targets: Collection[Target]) -> None:
        state = self.state
        state.follows = {pair: at for pair, at in state.follows.items() if pair[0] not in targets}
        state.mutes = {pair: mute for pair, mute in state.mutes.items() if pair[0] not in targets}
        state.marks = {pair: mark for pair, mark in state.marks.items() if pair[0] not in targets}
        state.told = {place: told for place, told in state.told.items() if place[0] not in targets}
        state.shown = {target: shown for target, shown in state.shown.items() if target not in targets}
        state.doubts = {pair: doubt for pair, doubt in state.doubts.items() if pair[0] not in targets}

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
        state, shown = self.state, self.shown(target)
        follows = [(topic, at) for (of, topic), at in state.follows.items() if of == target]
        mutes = [mute for (of, _), mute in state.mutes.items() if of == target]
        marks = [(story, mark) for (of, story), mark in state.marks.items() if of == target]
        told = [(story, *quoted) for (of, story, _), quoted in state.told.items() if of == target]
        return {
            "target": {
                "platform": target.platform,
                "workspace": target.workspace,
                "kind": target.kind,
                "id": target.id,
            },
            "follows": [_plain(topic) | {"since": at.isoformat()} for topic, at in follows],
            "mutes": [_plain(m.topic) | {"until": m.until.isoformat() if m.until else None} for m in mutes],
            "marks": [
                {"story": story, "at": mark.at.isoformat() if mark.at else None} for story, mark in marks
            ],
            "compared": [
                {"story": story, "version": version}
                for story, mark in marks
                for version in sorted(mark.versions)
            ],
            "told": [
                _plain(quotation) | {"story": story, "at": at.isoformat()} for story, quotation, at in told
            ],
            "shown": [{"story": shown.story, "digest": as_json(shown.digest), "at": shown.at.isoformat()}]
            if shown
            else [],
            "doubts": [
                {"line": _line_json(doubt.line), "note": doubt.note, "at": doubt.at.isoformat()}
                for (of, _), doubt in state.doubts.items()
                if of == target
            ],
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


def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(content_stems(text, language))


def _language(declared: str | None) -> str:
    spoken = language_of([declared])
    return spoken if spoken in STEMMERS else OTHER


def _line_json(line: Line) -> dict[str, Any]:
    [plain] = as_json(Digest("", (line,)))["lines"]
    return plain


def _plain(value: Topic | Quotation) -> dict[str, Any]:
    return asdict(value)


def _independent(versions: Sequence[Version]) -> Collection[Version]:
    """One version for each text: the original where it is among them, else the first of its copies."""
    texts: dict[str, Version] = {}
    for version in versions:
        text = version.copy_of or version.key
        if version.copy_of is None or text not in texts:
            texts[text] = version
    return texts.values()

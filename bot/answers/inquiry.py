"""What an answer is made from: the doors, who asks and where, and the moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from bot.answers.reading import Reading
from bot.delivery.doors import Schedules
from bot.phrases import phrase
from bot.ports import (
    ArticleSource,
    Conversation,
    FeedSource,
    Intake,
    Store,
    StoredStory,
    Target,
    Telling,
    Version,
)
from bot.replies import Reply
from summarizers.digest import quotations
from summarizers.types import Article, Digest, Line, Quotation

SAID_AGAIN = 80  # characters of what a person wrote that are said again


@dataclass(frozen=True, slots=True)
class Doors:
    """What the use cases reach the outside by, and what they read with."""

    store: Store
    pages: ArticleSource
    intake: Intake
    feeds: FeedSource
    schedules: Schedules
    reading: Reading


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One command's surroundings."""

    doors: Doors
    conversation: Conversation
    now: datetime

    @property
    def store(self) -> Store:
        return self.doors.store

    @property
    def schedules(self) -> Schedules:
        return self.doors.schedules

    @property
    def reading(self) -> Reading:
        return self.doors.reading

    @property
    def target(self) -> Target:
        """Whose follows, mutes and marks count."""
        return self.conversation.target

    @property
    def library(self) -> str:
        return self.target.library

    def versions(self, story: str) -> tuple[Version, ...]:
        """The versions of a story, in the order of their time."""
        return in_time(self.store.versions(story, self.library))

    def articles(self, versions: Sequence[Version]) -> tuple[Article, ...]:
        """The articles of versions. A copy speaks with the voice of its original: it corroborates nothing."""
        voices = {version.key: version.article.source for version in versions}
        return tuple(_voiced(version, voices) for version in versions)

    def told(self, story: str, digest: Digest, *, private: bool = True) -> Telling:
        """That a digest has been shown, and no more: it moves no mark."""
        channel = None if private else self.conversation.channel
        return Telling(channel or self.conversation.person, story, digest)


def _voiced(version: Version, voices: Mapping[str, str | None]) -> Article:
    if version.copy_of is None or version.copy_of not in voices:
        return version.article
    return replace(version.article, source=voices[version.copy_of])


def moment_of(version: Version) -> datetime:
    """When an article was news: published if that is known; a later version, and an undated article, when it came."""
    published = version.article.published
    if published is None or version.number > 1:
        return version.arrived
    moment = published if isinstance(published, datetime) else datetime.combine(published, time.min)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_time(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Versions by their time; those of one moment as they came."""
    return tuple(sorted(versions, key=lambda version: (moment_of(version), version.arrived)))


def newest(versions: Sequence[Version]) -> tuple[Version, ...]:
    """Of each article the version that stands now, in their order."""
    last = {version.key: version.number for version in sorted(versions, key=lambda version: version.number)}
    return tuple(version for version in versions if version.number == last[version.key])


def ids(versions: Iterable[Version]) -> tuple[str, ...]:
    """The ids of versions."""
    return tuple(version.article.id for version in versions)


def cited(
    versions: Iterable[Version], digests: Iterable[Digest], lines: Iterable[Line] = ()
) -> tuple[Article, ...]:
    """The articles that digests and lines quote."""
    digest = Digest("", tuple(lines))
    named = {quotation.document for part in (*digests, digest) for quotation in quotations(part)}
    return tuple(version.article for version in versions if version.article.id in named)


def said(lines: Iterable[Line]) -> tuple[Quotation, ...]:
    """What lines say and show beside it; the earlier sentences that they change have been said before."""
    return tuple(quotation for line in lines for quotation in (*line.quotations, *line.context))


def hashes(quoted: Iterable[Quotation]) -> frozenset[str]:
    """What told sentences are known by."""
    return frozenset(quotation.sha256 for quotation in quoted)


def name_of(story: StoredStory) -> str:
    """How a story is called."""
    return story.title or story.id


def title_of(article: Article) -> str:
    """How an article is called: by its title, its address, or the name of its file."""
    return article.title or article.url or file_of(article)


def file_of(article: Article) -> str:
    """The last part of what an article is known by: the name of its file, if it has one."""
    return article.id.rstrip("/").rpartition("/")[2]


def clipped(words: str) -> str:
    """Words of a person as they are said again: no more than a line of them."""
    return words if len(words) <= SAID_AGAIN else words[: SAID_AGAIN - 1] + "…"


def sentence(key: str, **values: Any) -> Reply:
    """A reply of one sentence of ours."""
    return Reply(notes=(phrase(key, **values),))


def among(versions: Iterable[Version], names: Collection[str]) -> tuple[Version, ...]:
    """The versions with these ids."""
    return tuple(version for version in versions if version.article.id in names)

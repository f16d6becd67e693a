"""A small world to ask about: invented articles in a memory, and a conversation in which every quotation is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.answers import Answers
from bot.commands import Command, parse
from bot.errors import UnreachableSource
from bot.ingest import Intake
from bot.ports import Conversation, Feed, Polled, Prints, Target, Version
from bot.render.terminal import reply_rows
from bot.replies import Reply
from bot.running import Here
from summarizers import verify
from summarizers.stream import Placed, Point, Stream
from summarizers.types import Article, Digest, Line, Quotation
from tests.fakes import MemoryStore
from tests.fakes_outbox import MemoryOutbox

BEGINNING = datetime(2031, 5, 5, 8, tzinfo=UTC)  # a Monday
ANNA = Target("chat", "port", "person", "anna")
BORIS = Target("chat", "port", "person", "boris")
QUAY = Target("chat", "port", "channel", "quay")
ALONE = Conversation(ANNA)
IN_CHANNEL = Conversation(ANNA, QUAY, manages=True)
AS_GUEST = Conversation(BORIS, QUAY, manages=False)

LOCK = {
    "monday": (
        "The canal lock at Ostwick will reopen on Friday, the port office of Ostwick said on Monday.",
        "The repair of the lock has cost 4 million crowns so far, according to the port office.",
        "Ninety barges wait at the lock for the repair to end.",
    ),
    "friday": (
        "The canal lock at Ostwick did not reopen on Friday.",
        "The repair of the lock has cost 6 million crowns so far, the port office of Ostwick said.",
        "A second lock will be built at Ostwick next spring, the mayor Ada Brunn said.",
    ),
    "sunday": (
        "The canal lock at Ostwick reopened on Sunday.",
        "The port office of Ostwick denied that ninety barges had waited at the lock.",
        "The first barge through the lock carried gravel to Tarnby.",
    ),
}
ORCHARD = {
    "blossom": (
        "Frost has killed the blossom of the pear orchards in Velm.",
        "The growers of Velm ask for help from the county.",
    ),
    "help": (
        "The county promised the pear growers of Velm 300,000 crowns on Tuesday.",
        "The growers called the sum too small.",
    ),
}


@dataclass
class Pages:
    """What stands at addresses."""

    held: dict[str, tuple[Article, ...]] = field(default_factory=dict)

    def read(self, address: str) -> Sequence[Article]:
        if address not in self.held:
            raise UnreachableSource(f"{address} does not answer.")
        return self.held[address]


@dataclass
class Feeds:
    """What feeds bring; one that is not held fails."""

    held: dict[str, tuple[Article, ...]] = field(default_factory=dict)

    def poll(self, feed: Feed, now: datetime) -> Polled:
        if feed.url not in self.held:
            failed = replace(feed, errors=1, error="It does not answer.", checked_at=now, failing_since=now)
            return Polled(failed, failed="It does not answer.")
        title = f"Feed {len(feed.url)}"
        articles = tuple(
            replace(article, id=f"{feed.id}#{article.id}", source=title) for article in self.held[feed.url]
        )
        return Polled(replace(feed, title=title, succeeded_at=now), articles)


class World:
    """A memory, and what is said to it. A minute passes with everything that happens."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore()
        self.pages, self.feeds = Pages(), Feeds()
        self.outbox = MemoryOutbox(self.store.tell)
        intake = Intake(self.store, Stream(), Here())
        self.answers = Answers(self.store, self.pages, intake, self.feeds, self.outbox, Here())
        self.now = BEGINNING

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    def put(
        self,
        key: str,
        *paragraphs: str,
        story: str = "lock",
        title: str = "",
        copy_of: str | None = None,
        **more,
    ) -> Version:
        """An article came in, or one that was held has changed."""
        self.pass_time(minutes=1)
        with self.store.ingesting() as desk:
            held = desk.latest(key)
            number = held.number + 1 if held else 1
            name = f"{key}@{number}" if held else key
            article = Article(name, "\n\n".join(paragraphs), **{"source": f"{key} post", **more})
            version = Version(article, key, number, self.now, copy_of=copy_of)
            prints = Prints(name, frozenset(), frozenset())
            desk.write(version, prints, f"{title} {article.text}", None if held else Point(key, 0.0, {}))
            if not held:
                desk.log(Placed(Point(key, 0.0, {}), story))
            if title:
                desk.title(story, title)
            desk.see(key, [ANNA.library])
        return version

    def put_all(self, story: Mapping[str, Sequence[str]], name: str, title: str) -> None:
        for key, paragraphs in story.items():
            self.put(key, *paragraphs, story=name, title=title)

    def ask(self, said: str | Command, conversation: Conversation = ALONE) -> Reply:
        """The reply, not sent. Whatever it quotes stands so in the memory, and a terminal can show it."""
        self.pass_time(minutes=1)
        command = parse(said) if isinstance(said, str) else said
        reply = self.answers.answer(command, conversation, self.now)
        looked_at = [article for held in self.pages.held.values() for article in held]
        articles = [*looked_at, *self.articles()]
        for digest in digests(reply):
            found = verify(digest, articles)
            assert found.ok, found.wrong
        cited = {article.id for article in reply.sources}
        assert {quotation.document for line in lines(reply) for quotation in line.quotations} <= cited
        assert reply_rows(reply)
        return reply

    def articles(self) -> list[Article]:
        """All that the library holds."""
        stories = self.store.stories(ANNA.library, limit=999)
        return [v.article for story in stories for v in self.store.versions(story.id, ANNA.library)]

    def say(self, said: str | Command, conversation: Conversation = ALONE) -> Reply:
        """The reply, sent."""
        reply = self.ask(said, conversation)
        self.answers.sent(reply, self.now)
        return reply


def digests(reply: Reply) -> Iterator[Digest]:
    for section in reply.sections:
        yield Digest("", section.lines)
        if section.digest:
            yield section.digest
    for telling in reply.tellings:
        yield telling.digest


def lines(reply: Reply) -> list[Line]:
    """All lines in sight."""
    return [
        line
        for section in reply.sections
        for line in (*(section.digest.lines if section.digest else ()), *section.lines)
    ]


def texts(reply: Reply) -> list[str]:
    """The sentences in sight."""
    return [quotation.text for line in lines(reply) for quotation in line.quotations]


def items(reply: Reply) -> list[str]:
    return [item.text for section in reply.sections for item in section.items]


def told(reply: Reply) -> list[Quotation]:
    """What the reply tells within a mark."""
    return [quotation for telling in reply.tellings if telling.moves for quotation in telling.sentences]

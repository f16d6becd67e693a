"""The tables. Times are whole milliseconds since 1970 in UTC, what has a shape of its own is JSON text.

A *turn* is the place of an article in the order of arrival: it grows with the time at which its newest version came,
and of two that came in one millisecond with the order of writing. The newest come first by descending turn, which is
the row number of the full text index, too, so that the first hits of a search need no sorting.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import UnusableStore
from bot.phrases import phrase

REVISION = "0011"  # the newest of `migrations/versions`
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
TIES = 2**15  # turns in a millisecond; 48 bits of milliseconds (the year 9999) and these fill 63


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as milliseconds: SQLite gives a stored time zone back as none."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Fails for a naive datetime, which is a fault of the caller."""
        del dialect
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        del dialect
        return None if value is None else moment(value)


class Day(TypeDecorator[date]):
    """A date or a datetime as a source gave it, in ISO 8601: in UTC, an evening's text would come from the day after."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        del dialect
        if value is None:
            return None
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            raise UnusableStore(phrase("store.day", value=repr(value))) from None


class String(TypeDecorator[str]):
    """A text in the order of its code points, as Python sorts.

    What no database can hold (NUL in PostgreSQL, lone halves of a pair in both) becomes U+FFFD: one character for
    one, so that the places of quotations stay what they were.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else storable(value)


class Hash(TypeDecorator[int]):
    """64 bits, signed or not: a database counts them as signed."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        del dialect
        return None if value is None else (value + 2**63) % 2**64 - 2**63


UNSTORABLE = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def storable(text: str) -> str:
    """The text with U+FFFD in place of each character that a database can't hold."""
    if "\0" not in text and text.isascii():
        return text
    return text.translate(UNSTORABLE)


def milliseconds(value: datetime) -> int:
    """A moment as a database keeps it."""
    return (value - EPOCH) // MILLISECOND


def moment(value: int) -> datetime:
    """The moment of so many milliseconds."""
    try:
        return EPOCH + value * MILLISECOND
    except (OverflowError, TypeError):
        raise UnusableStore(phrase("store.time", value=repr(value))) from None


def _serial() -> Column[int]:
    # An Integer of SQLite has 64 bits as well, and only such a primary key counts by itself.
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _of(table: str, *, primary_key: bool = False, index: bool = False) -> Column[int]:
    """A reference that goes with the row it points to."""
    reference = ForeignKey(f"{table}s.id", ondelete="CASCADE")
    return Column(
        table,
        BigInteger,
        reference,
        primary_key=primary_key,
        autoincrement=False,
        nullable=False,
        index=index,
    )


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# -- articles and stories ----------------------------------------------------------------------------------------------

articles = Table(
    "articles",
    metadata,
    _serial(),
    Column("key", String, nullable=False, unique=True),
    Column("latest", Integer, nullable=False),  # number of the newest version
    Column("turn", BigInteger, nullable=False, unique=True),
    # Whether its text is still there. No index: SQLite would begin every question with all of these.
    Column("held", Boolean, nullable=False),
    Column("story", String, index=True),
    Column("copy_of", String, index=True),  # a key
    Column("day", Float),  # of its point
    Column("terms", Text),  # of its point: JSON
)
versions = Table(
    "versions",
    metadata,
    _of("article", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False, unique=True),  # `Article.id`
    Column("arrived", Moment, nullable=False),
    Column("content", String, nullable=False),  # hash of its folded words
    Column("text", String),  # None: it had its time
    Column("title", String, nullable=False),
    Column("url", String, index=True),
    Column("source", String),
    Column("published", Day),
    Column("published_from", String, nullable=False),
    Column("language", String),
    Column("excerpt", Boolean, nullable=False),
)
sightings = Table(
    "sightings",
    metadata,
    Column("library", String, primary_key=True),
    _of("article", primary_key=True, index=True),
    Column("turn", BigInteger, nullable=False),  # of the article
    UniqueConstraint("library", "turn"),
    sqlite_with_rowid=False,
)
sentence_prints = Table(
    "sentence_prints",
    metadata,
    Column("hash", Hash, primary_key=True, autoincrement=False),
    _of("article", primary_key=True, index=True),
    sqlite_with_rowid=False,
)
band_prints = Table(
    "band_prints",
    metadata,
    Column("hash", Hash, primary_key=True, autoincrement=False),
    _of("article", primary_key=True, index=True),
    Column("arrived", Moment, nullable=False, index=True),
    sqlite_with_rowid=False,
)
search = Table(  # in SQLite a virtual table of FTS5, whose row number is the turn
    "search",
    MetaData(),  # made by the migrations alone
    Column("turn", BigInteger, primary_key=True, autoincrement=False),
    Column("words", TSVECTOR().with_variant(Text, "sqlite"), nullable=False),
    Index("ix_search_words", "words", postgresql_using="gin"),
)
stories = Table(
    "stories",
    metadata,
    Column("id", String, primary_key=True),
    Column("touched", Moment),  # last followed or shown
)
titles = Table(  # for the libraries that got the article after which a story was named: others may not hold its words
    "titles",
    metadata,
    Column("story", String, primary_key=True),
    Column("library", String, primary_key=True, index=True),
    Column("title", String, nullable=False),
)
aliases = Table(
    "aliases",
    metadata,
    Column("loser", String, primary_key=True),
    Column("story", String, nullable=False, index=True),
)
story_log = Table(
    "story_log",
    metadata,
    _serial(),  # the position
    Column("kind", String, nullable=False),
    Column("story", String, nullable=False),
    Column("entry", Text, nullable=False),  # JSON
    Column("article", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), index=True),
    sqlite_autoincrement=True,  # a position is never given twice, even if the last one was purged
)

# -- feeds -------------------------------------------------------------------------------------------------------------

feeds = Table(
    "feeds",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", String, nullable=False, index=True),
    Column("added", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("modified", String, nullable=False),
    Column("body", String, nullable=False),
    Column("next_at", Moment, index=True),
    Column("checked_at", Moment),
    Column("succeeded_at", Moment),
    Column("errors", Integer, nullable=False),
    Column("error", String, nullable=False),
    Column("moved_to", String, nullable=False),
    Column("moves", Integer, nullable=False),
    Column("muted", String, nullable=False),
    Column("failing_since", Moment),
    Column("every", Integer, nullable=False),
    Column("entries", String, nullable=False),
    Column("news", String, nullable=False),
    Column("news_at", Moment),
    Column(
        "told_at", Moment
    ),  # when its news were last told; no part of the feed, so that no poll takes it back
)
feed_libraries = Table(
    "feed_libraries",
    metadata,
    Column("feed", String, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("library", String, primary_key=True, index=True),
    Column("added_at", Moment, nullable=False),
)

# -- targets -----------------------------------------------------------------------------------------------------------

targets = Table(
    "targets",
    metadata,
    _serial(),
    Column("platform", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),  # `Target.id`
    UniqueConstraint("platform", "workspace", "kind", "name"),
)
follows = Table(
    "follows",
    metadata,
    _serial(),
    _of("target"),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("since", Moment, nullable=False),
    UniqueConstraint("target", "kind", "value"),
    Index(None, "kind", "value"),
)
mutes = Table(
    "mutes",
    metadata,
    _serial(),
    _of("target"),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    UniqueConstraint("target", "kind", "value"),
    Index(None, "kind", "value"),
)
marks = Table(
    "marks",
    metadata,
    _of("target", primary_key=True),
    Column("story", String, primary_key=True, index=True),
    Column("at", Moment, nullable=False),
)
told_versions = Table(
    "told_versions",
    metadata,
    _of("target", primary_key=True),
    Column("story", String, primary_key=True, index=True),
    Column("version", String, primary_key=True),
)
told = Table(  # its words stay when the article's text goes
    "told",
    metadata,
    _of("target", primary_key=True),
    Column("story", String, primary_key=True, index=True),
    Column("version", String, primary_key=True),
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("end", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String, primary_key=True),
    Column("text", String, nullable=False),
    Column("at", Moment, nullable=False),
)
shown = Table(
    "shown",
    metadata,
    _of("target", primary_key=True),
    Column("story", String, nullable=False, index=True),
    Column("digest", Text, nullable=False),  # JSON
    Column("at", Moment, nullable=False),
)
doubts = Table(  # the whole line stands in it, since the digest and the articles may go
    "doubts",
    metadata,
    _serial(),
    _of("target"),
    Column("key", String, nullable=False),  # hash of the line
    Column("line", Text, nullable=False),  # JSON
    Column("note", String, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("target", "key"),
)
received = Table(  # events of platforms, for as long as these may send them again
    "received",
    metadata,
    Column("platform", String, primary_key=True),
    Column("workspace", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)
synced = Table(  # of the commands that a platform was told of, what they are known by
    "synced",
    metadata,
    Column("platform", String, primary_key=True),
    Column("application", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
)
forgotten = Table(
    "forgotten",
    metadata,
    Column("hash", String, primary_key=True),
)

# -- delivery ----------------------------------------------------------------------------------------------------------
# Conditions of indexes hold plain words, not parameters: only then can a database see that a question fits them.

lanes = Table(  # one for each target to which something is sent
    "lanes",
    metadata,
    _serial(),
    _of("target"),
    Column("platform", String, nullable=False),  # of the target, for the index
    Column("workspace", String, nullable=False),
    Column("pending", Integer, nullable=False),  # how many of its rows live
    Column("composed", Boolean, nullable=False),  # whether the first of them is
    Column("last_seq", BigInteger, nullable=False),
    Column("next_at", Moment),  # None: closed
    Column("lease_until", Moment, nullable=False),
    Column("lease_token", BigInteger, nullable=False),  # only grows
    Column("closed", String, nullable=False),  # why it is, for a person
    Column("quiet", String),  # the quiet hours and their zone, in words
    UniqueConstraint("target"),
    Index(
        "lanes_due",
        "composed",
        "platform",
        "next_at",
        sqlite_where=text("pending > 0"),
        postgresql_where=text("pending > 0"),
    ),
    Index(
        "lanes_of_installation",
        "composed",
        "platform",
        "workspace",
        "next_at",
        sqlite_where=text("pending > 0"),
        postgresql_where=text("pending > 0"),
    ),
    sqlite_autoincrement=True,  # a lease of a lane that is gone must not fit another one
)
gates = Table(  # what holds up a whole installation, or a whole platform (whose workspace is empty)
    "gates",
    metadata,
    Column("platform", String, primary_key=True),
    Column("reach", String, primary_key=True),
    Column("workspace", String, primary_key=True),
    Column("opens_at", Moment, nullable=False),
    Column("closed", String, nullable=False),  # why it is, for a person
)
schedules = Table(
    "schedules",
    metadata,
    _serial(),
    _of("lane", index=True),
    Column("owner", BigInteger, ForeignKey("targets.id"), nullable=False, index=True),
    Column("spec", Text, nullable=False),  # JSON
    Column("topics", Text, nullable=False),  # JSON
    Column("length", String, nullable=False),
    Column("next_at", Moment),
    Column("next_slot", String, nullable=False),
    Column("last_slot", String, nullable=False),
    Column("paused", String, nullable=False),
    Column("silent_since", Moment),
    Column("language", String, nullable=False),
    Column("tag", String, nullable=False),
    Index("schedules_due", "next_at", sqlite_where=text("paused = ''"), postgresql_where=text("paused = ''")),
    sqlite_autoincrement=True,  # nor a key of a schedule that is gone
)
runs = Table(
    "runs",
    metadata,
    _of("schedule", primary_key=True),
    Column("slot", String, primary_key=True),
    Column("run_at", Moment, nullable=False, index=True),
    Column("outcome", String, nullable=False),
    Column("coalesced", Integer, nullable=False),
)
outbox = Table(
    "outbox",
    metadata,
    _of("lane", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False, unique=True),
    Column("schedule", BigInteger, nullable=False, index=True),  # which may be gone
    Column("slot", String, nullable=False),
    Column("late", String, nullable=False),
    Column("send_at", Moment, nullable=False),
    Column("payload", Text),  # JSON; None: not composed yet
    Column("hash", String),  # of payload and telling
    Column("story", String, nullable=False),
    Column("root", Boolean, nullable=False),
    Column("edits", String, nullable=False),
    Column("telling", Text),  # JSON
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_attempt", Moment),  # whose outcome may be unknown
    Column("message", String, nullable=False),  # its id on the platform
    Column("code", String, nullable=False),
    Column("created", Moment, nullable=False, index=True),
    Column("finished", Moment),  # None: it lives
    Index(
        "outbox_live",
        "lane",
        "seq",
        "part",
        sqlite_where=text("finished IS NULL"),
        postgresql_where=text("finished IS NULL"),
    ),
)
attempts = Table(
    "attempts",
    metadata,
    Column("key", String, ForeignKey("outbox.key", ondelete="CASCADE"), primary_key=True),
    Column("token", BigInteger, primary_key=True, autoincrement=False),  # of the lease
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("outcome", String, nullable=False),
    Column("code", String, nullable=False),
)
threads = Table(  # where a story's thread stands in a lane
    "threads",
    metadata,
    _of("lane", primary_key=True),
    Column("story", String, primary_key=True),
    Column("root", String, nullable=False),
    Column("last", String, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("last_key", String, nullable=False),
)
slack_bots = (
    Table(  # as Slack's SDK asks them, but with Text: a token encrypted is longer than its 200 characters
        "slack_bots",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("client_id", Text, nullable=False),
        Column("app_id", Text, nullable=False),
        Column("enterprise_id", Text),
        Column("enterprise_name", Text),
        Column("team_id", Text),
        Column("team_name", Text),
        Column("bot_token", Text),
        Column("bot_id", Text),
        Column("bot_user_id", Text),
        Column("bot_scopes", Text),
        Column("bot_refresh_token", Text),
        Column("bot_token_expires_at", DateTime),
        Column("is_enterprise_install", Boolean, nullable=False),
        Column("installed_at", DateTime, nullable=False),
        Index("slack_bots_idx", "team_id", "installed_at"),
    )
)
slack_installations = Table(
    "slack_installations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("enterprise_id", Text),
    Column("enterprise_name", Text),
    Column("enterprise_url", Text),
    Column("team_id", Text),
    Column("team_name", Text),
    Column("bot_token", Text),
    Column("bot_id", Text),
    Column("bot_user_id", Text),
    Column("bot_scopes", Text),
    Column("bot_refresh_token", Text),
    Column("bot_token_expires_at", DateTime),
    Column("user_id", Text, nullable=False),
    Column("user_token", Text),
    Column("user_scopes", Text),
    Column("user_refresh_token", Text),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", Text),
    Column("incoming_webhook_channel", Text),
    Column("incoming_webhook_channel_id", Text),
    Column("incoming_webhook_configuration_url", Text),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("token_type", Text),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_installations_idx", "team_id", "user_id", "installed_at"),
)

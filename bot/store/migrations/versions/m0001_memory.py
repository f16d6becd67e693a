"""Articles, stories, feeds, targets: the memory as it began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = """aliases articles feeds forgotten stories targets titles band_prints feed_libraries follows
    marks mutes sentence_prints shown sightings story_log told told_versions versions""".split()


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "aliases",
        sa.Column("loser", STRING, primary_key=True),
        sa.Column("story", STRING, nullable=False, index=True),
    )
    op.create_table(
        "articles",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("key", STRING, nullable=False, unique=True),
        sa.Column("latest", sa.Integer, nullable=False),
        sa.Column("turn", sa.BigInteger, nullable=False, unique=True),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("story", STRING, index=True),
        sa.Column("copy_of", STRING, index=True),
        sa.Column("day", sa.Float),
        sa.Column("terms", sa.Text),
    )
    op.create_table(
        "feeds",
        sa.Column("id", STRING, primary_key=True),
        sa.Column("url", STRING, nullable=False, index=True),
        sa.Column("added", STRING, nullable=False, index=True),
        sa.Column("title", STRING, nullable=False),
        sa.Column("etag", STRING, nullable=False),
        sa.Column("modified", STRING, nullable=False),
        sa.Column("body", STRING, nullable=False),
        sa.Column("next_at", sa.BigInteger, index=True),
        sa.Column("checked_at", sa.BigInteger),
        sa.Column("succeeded_at", sa.BigInteger),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("error", STRING, nullable=False),
        sa.Column("moved_to", STRING, nullable=False),
        sa.Column("moves", sa.Integer, nullable=False),
        sa.Column("muted", STRING, nullable=False),
        sa.Column("failing_since", sa.BigInteger),
        sa.Column("every", sa.Integer, nullable=False),
        sa.Column("entries", STRING, nullable=False),
    )
    op.create_table(
        "forgotten",
        sa.Column("hash", STRING, primary_key=True),
    )
    op.create_table(
        "stories",
        sa.Column("id", STRING, primary_key=True),
        sa.Column("touched", sa.BigInteger),
    )
    op.create_table(
        "targets",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("platform", STRING, nullable=False),
        sa.Column("workspace", STRING, nullable=False),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("name", STRING, nullable=False),
        sa.UniqueConstraint("platform", "workspace", "kind", "name"),
    )
    op.create_table(
        "titles",
        sa.Column("story", STRING, primary_key=True),
        sa.Column("library", STRING, primary_key=True, index=True),
        sa.Column("title", STRING, nullable=False),
    )
    op.create_table(
        "band_prints",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "article",
            sa.BigInteger,
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
            index=True,
        ),
        sa.Column("arrived", sa.BigInteger, nullable=False, index=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_libraries",
        sa.Column("feed", STRING, sa.ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("library", STRING, primary_key=True, index=True),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "follows",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column(
            "target",
            sa.BigInteger,
            sa.ForeignKey("targets.id", ondelete="CASCADE"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("value", STRING, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("target", "kind", "value"),
    )
    op.create_index("ix_follows_kind_value", "follows", ["kind", "value"])
    op.create_table(
        "marks",
        sa.Column(
            "target",
            sa.BigInteger,
            sa.ForeignKey("targets.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("story", STRING, primary_key=True, index=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "mutes",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column(
            "target",
            sa.BigInteger,
            sa.ForeignKey("targets.id", ondelete="CASCADE"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("value", STRING, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.UniqueConstraint("target", "kind", "value"),
    )
    op.create_index("ix_mutes_kind_value", "mutes", ["kind", "value"])
    op.create_table(
        "sentence_prints",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "article",
            sa.BigInteger,
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
            index=True,
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shown",
        sa.Column(
            "target",
            sa.BigInteger,
            sa.ForeignKey("targets.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("story", STRING, nullable=False, index=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sightings",
        sa.Column("library", STRING, primary_key=True),
        sa.Column(
            "article",
            sa.BigInteger,
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
            index=True,
        ),
        sa.Column("turn", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("library", "turn"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_log",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("kind", STRING, nullable=False),
        sa.Column("story", STRING, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("article", sa.BigInteger, sa.ForeignKey("articles.id", ondelete="CASCADE"), index=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "told",
        sa.Column(
            "target",
            sa.BigInteger,
            sa.ForeignKey("targets.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("story", STRING, primary_key=True, index=True),
        sa.Column("version", STRING, primary_key=True),
        sa.Column("start", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("end", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", STRING, primary_key=True),
        sa.Column("text", STRING, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "told_versions",
        sa.Column(
            "target",
            sa.BigInteger,
            sa.ForeignKey("targets.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("story", STRING, primary_key=True, index=True),
        sa.Column("version", STRING, primary_key=True),
    )
    op.create_table(
        "versions",
        sa.Column(
            "article",
            sa.BigInteger,
            sa.ForeignKey("articles.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", STRING, nullable=False, unique=True),
        sa.Column("arrived", sa.BigInteger, nullable=False),
        sa.Column("content", STRING, nullable=False),
        sa.Column("text", STRING),
        sa.Column("title", STRING, nullable=False),
        sa.Column("url", STRING, index=True),
        sa.Column("source", STRING),
        sa.Column("published", sa.Text),
        sa.Column("published_from", STRING, nullable=False),
        sa.Column("language", STRING),
        sa.Column("excerpt", sa.Boolean, nullable=False),
    )
    if op.get_context().dialect.name == "sqlite":
        # Which texts hold all words is all that is asked, so places in the text are not kept.
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5(words, detail=none, columnsize=0, tokenize='unicode61')"
        )
    else:
        # The words lie apart from the rows, which a search for common ones reads by the ten thousand.
        op.execute(
            "CREATE TABLE search (turn bigint PRIMARY KEY, words tsvector NOT NULL) WITH (toast_tuple_target = 128)"
        )
        op.execute("ALTER TABLE search ALTER words SET STORAGE EXTERNAL")
        op.execute("CREATE INDEX ix_search_words ON search USING gin (words) WITH (fastupdate = off)")


def downgrade() -> None:
    """Drops them."""
    op.drop_table("search")
    for table in reversed(TABLES):
        op.drop_table(table)

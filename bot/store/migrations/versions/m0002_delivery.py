"""Schedules, lanes and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = "lanes gates schedules runs outbox attempts threads".split()


def of(table: str, *, primary_key: bool = False, index: bool = False) -> sa.Column[int]:
    """A reference that goes with the row it points to."""
    return sa.Column(
        table,
        sa.BigInteger,
        sa.ForeignKey(f"{table}s.id", ondelete="CASCADE"),
        primary_key=primary_key,
        autoincrement=False,
        nullable=False,
        index=index,
    )


def partial(name: str, table: str, columns: str, where: str) -> None:
    """An index of some of the rows."""
    condition = sa.text(where)
    op.create_index(name, table, columns.split(), sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "lanes",
        sa.Column("id", SERIAL, primary_key=True),
        of("target"),
        sa.Column("platform", STRING, nullable=False),
        sa.Column("workspace", STRING, nullable=False),
        sa.Column("pending", sa.Integer, nullable=False),
        sa.Column("composed", sa.Boolean, nullable=False),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("lease_token", sa.BigInteger, nullable=False),
        sa.Column("closed", STRING, nullable=False),
        sa.UniqueConstraint("target"),
        sqlite_autoincrement=True,
    )
    partial("lanes_due", "lanes", "composed platform next_at", "pending > 0")
    op.create_table(
        "gates",
        sa.Column("platform", STRING, primary_key=True),
        sa.Column("reach", STRING, primary_key=True),
        sa.Column("workspace", STRING, primary_key=True),
        sa.Column("opens_at", sa.BigInteger, nullable=False),
        sa.Column("closed", STRING, nullable=False),
    )
    op.create_table(
        "schedules",
        sa.Column("id", SERIAL, primary_key=True),
        of("lane", index=True),
        sa.Column("owner", sa.BigInteger, sa.ForeignKey("targets.id"), nullable=False, index=True),
        sa.Column("spec", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("length", STRING, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("next_slot", STRING, nullable=False),
        sa.Column("last_slot", STRING, nullable=False),
        sa.Column("paused", STRING, nullable=False),
        sa.Column("silent", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    partial("schedules_due", "schedules", "next_at", "paused = ''")
    op.create_table(
        "runs",
        of("schedule", primary_key=True),
        sa.Column("slot", STRING, primary_key=True),
        sa.Column("run_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("outcome", STRING, nullable=False),
        sa.Column("coalesced", sa.Integer, nullable=False),
    )
    op.create_table(
        "outbox",
        of("lane", primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", STRING, nullable=False, unique=True),
        sa.Column("schedule", sa.BigInteger, nullable=False, index=True),
        sa.Column("slot", STRING, nullable=False),
        sa.Column("late", STRING, nullable=False),
        sa.Column("send_at", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("hash", STRING),
        sa.Column("story", STRING, nullable=False),
        sa.Column("root", sa.Boolean, nullable=False),
        sa.Column("edits", STRING, nullable=False),
        sa.Column("telling", sa.Text),
        sa.Column("state", STRING, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_attempt", sa.BigInteger),
        sa.Column("message", STRING, nullable=False),
        sa.Column("code", STRING, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False, index=True),
        sa.Column("finished", sa.BigInteger),
    )
    partial("outbox_live", "outbox", "lane seq part", "finished IS NULL")
    op.create_table(
        "attempts",
        sa.Column("key", STRING, sa.ForeignKey("outbox.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("token", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.Column("outcome", STRING, nullable=False),
        sa.Column("code", STRING, nullable=False),
    )
    op.create_table(
        "threads",
        of("lane", primary_key=True),
        sa.Column("story", STRING, primary_key=True),
        sa.Column("root", STRING, nullable=False),
        sa.Column("last", STRING, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("last_key", STRING, nullable=False),
    )


def downgrade() -> None:
    """Drops them."""
    for table in reversed(TABLES):
        op.drop_table(table)

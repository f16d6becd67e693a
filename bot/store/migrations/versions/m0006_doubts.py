"""Lines of digests that people hold for wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes their table."""
    op.create_table(
        "doubts",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("target", sa.BigInteger, sa.ForeignKey("targets.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key", STRING, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("note", STRING, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("target", "key"),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("doubts")

"""What happened to feeds that their readers should hear of, and when they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds what is new; of what has happened before nobody is told."""
    op.add_column("feeds", sa.Column("news", STRING, nullable=False, server_default=""))
    op.add_column("feeds", sa.Column("news_at", sa.BigInteger))
    op.add_column("feeds", sa.Column("told_at", sa.BigInteger))


def downgrade() -> None:
    """Takes it away."""
    for name in ("told_at", "news_at", "news"):
        op.drop_column("feeds", name)

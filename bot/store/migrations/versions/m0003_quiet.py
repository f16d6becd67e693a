"""Quiet hours of a target; since when a schedule has had nothing to tell, instead of how often."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds what is new; a silence that has begun is counted from the next run on."""
    op.add_column("lanes", sa.Column("quiet", STRING))
    op.add_column("schedules", sa.Column("silent_since", sa.BigInteger))
    op.drop_column("schedules", "silent")


def downgrade() -> None:
    """Takes it away."""
    op.add_column("schedules", sa.Column("silent", sa.Integer, nullable=False, server_default="0"))
    op.drop_column("schedules", "silent_since")
    op.drop_column("lanes", "quiet")

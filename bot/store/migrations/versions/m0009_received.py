"""What platforms have sent already, since they send again what was not answered in time, and not always to the same process."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes its table."""
    op.create_table(
        "received",
        sa.Column("platform", STRING, primary_key=True),
        sa.Column("workspace", STRING, primary_key=True),
        sa.Column("event", STRING, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("received")

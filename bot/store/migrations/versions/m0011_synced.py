"""Which commands a platform was told of, since it takes only so many changes a day."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes its table."""
    op.create_table(
        "synced",
        sa.Column("platform", STRING, primary_key=True),
        sa.Column("application", STRING, primary_key=True),
        sa.Column("fingerprint", STRING, nullable=False),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("synced")

"""In which language a schedule tells, and by which tag the posts of its forum are found."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STRING = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds what is new; the schedules that are there go on in English."""
    op.add_column("schedules", sa.Column("language", STRING, nullable=False, server_default="en"))
    op.add_column("schedules", sa.Column("tag", STRING, nullable=False, server_default=""))


def downgrade() -> None:
    """Takes it away."""
    for name in ("tag", "language"):
        op.drop_column("schedules", name)

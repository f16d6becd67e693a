"""An index by which installations get their turns, whatever fills the window of the longest due."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes it."""
    pending = sa.text("pending > 0")
    columns = ["composed", "platform", "workspace", "next_at"]
    op.create_index("lanes_of_installation", "lanes", columns, sqlite_where=pending, postgresql_where=pending)


def downgrade() -> None:
    """Drops it."""
    op.drop_index("lanes_of_installation", "lanes")

"""Procrastinate's own tables, on PostgreSQL: the queue of work for many processes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DROP = """
DROP TABLE IF EXISTS procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT oid::regprocedure FROM pg_proc
        WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
    LOOP EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP;
    FOR name IN SELECT oid::regtype FROM pg_type
        WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c') AND typnamespace = current_schema()::regnamespace
    LOOP EXECUTE 'DROP TYPE IF EXISTS ' || name || ' CASCADE'; END LOOP;
END $$;
"""


def upgrade() -> None:
    """Makes them where they are not there yet: a second time their script would raise."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql" or sa.inspect(connection).has_table("procrastinate_jobs"):
        return
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - because SQLite does without

    _run(connection, SchemaManager.get_schema())


def downgrade() -> None:
    """Drops all that bears their name."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _run(connection, DROP)


def _run(connection: sa.Connection, script: str) -> None:
    """Several statements at once, in the open transaction: the driver takes them where there are no parameters."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(script)

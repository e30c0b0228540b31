"""What threads are called; those that are there are named by the next build of the threads."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and find threads by name."""
    named = sa.Column(
        "name", sa.Text(), nullable=False, server_default="", comment="what it is called; empty until it is named"
    )
    op.add_column("threads", named)
    tried = sa.Column(
        "named_at", sa.Integer(), nullable=False, server_default="0", comment="articles when the name was last tried"
    )
    op.add_column("threads", tried)
    op.create_index("ix_threads_name", "threads", ["name", "level"])


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

"""The lines of an article's page that other articles may have, too, by their forms."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; they are found when the store is opened for writing."""
    comment = "of each the paragraph, the form and marks, for boilerplate; null until they are found"
    op.add_column("articles", sa.Column("lines", sa.LargeBinary(), nullable=True, comment=comment))


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

"""Further fields of an article's source that a user asked to keep."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; there are none of articles that were stored before."""
    of_articles = "further fields of the source that were asked for, by name"
    op.add_column("articles", sa.Column("kept", sa.JSON(), nullable=True, comment=of_articles))
    op.add_column("versions", sa.Column("kept", sa.JSON(), nullable=True, comment="as in articles"))


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

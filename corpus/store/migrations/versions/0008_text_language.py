"""The language that the text of an article is in, which is found when its terms are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room; the counts of an older version, which are due to be made again, fill it."""
    comment = "code of ISO 639, as the text tells; null where it is too short"
    op.add_column("articles", sa.Column("text_language", sa.String(), nullable=True, comment=comment))


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

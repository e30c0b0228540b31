"""Which articles are reports of one series, and which are advisories about others."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, empty: `clew duplicates build` finds the series of what is stored."""
    op.create_table(
        "series",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False, comment="the row of the article that it began with"),
        sa.Column("form", sa.String(), nullable=False, comment="template or column"),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_series_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", name="pk_series"),
    )
    op.create_table(
        "advisories",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="kill or correction"),
        sa.Column("about", sa.String(), nullable=True, comment="an article's id; null while that is not known"),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_advisories_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", name="pk_advisories"),
    )
    op.create_index("ix_advisories_about", "advisories", ["about"])


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

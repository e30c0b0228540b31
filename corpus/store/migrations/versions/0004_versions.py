"""Earlier versions of articles are kept; an article knows the id under which its present text came."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column; what was replaced before is not known any more."""
    op.add_column(
        "articles",
        sa.Column("given", sa.String(), comment="the id under which this text came; null where it is the article's"),
    )
    op.create_index("ix_articles_given", "articles", ["given"])
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "article", sa.String(), nullable=False, comment="an article's id: its row is another one in each version"
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3..., the oldest first"),
        sa.Column("given", sa.String(), comment="as in articles"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String()),
        sa.Column("published_precision", sa.String()),
        sa.Column("source", sa.String()),
        sa.Column("author", sa.String()),
        sa.Column("section", sa.String()),
        sa.Column("language", sa.String()),
        sa.Column("url", sa.Text()),
        sa.Column("checksum", sa.String(), nullable=False, comment="over all stated facts, for clew doctor"),
        sa.Column("stored_at", sa.String(), nullable=False),
        sa.Column("replaced_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        comment="Earlier versions of articles: only shown and compared, never searched, threaded or judged.",
    )
    op.create_index("ix_versions_article", "versions", ["article", "number"])
    op.create_index("ix_versions_given", "versions", ["given"])


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

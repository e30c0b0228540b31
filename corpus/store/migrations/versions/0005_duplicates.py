"""What people judge of duplicates: pairs, and canonical copies; and the names of kinds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what was `near` is a near copy."""
    op.create_table(
        "judgements",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("earlier", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="what a person says that it is; new for no repetition"),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_judgements_article", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["earlier"], ["articles.row"], name="fk_judgements_earlier", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", "earlier", name="pk_judgements"),
    )
    op.create_index("ix_judgements_earlier", "judgements", ["earlier"])
    op.create_table(
        "canonicals",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_canonicals_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", name="pk_canonicals"),
    )
    op.execute("UPDATE duplicates SET kind = 'near_copy' WHERE kind = 'near'")


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

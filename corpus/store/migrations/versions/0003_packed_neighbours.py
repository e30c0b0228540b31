"""The neighbour graph as one value for each article: it has three times as many links, and a row for each was slow."""

import struct
from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AT_ONCE = 10_000


def upgrade() -> None:
    """Make the new table, pack what is there, drop the old table."""
    op.create_table(
        "links",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column(
            "packed", sa.LargeBinary(), nullable=False,
            comment="of each link the other's row (uint32) and the similarity in hundred-thousandths (int32)",
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_links_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", name="pk_links"),
    )  # fmt: skip
    connection = op.get_bind()
    links = sa.table("links", sa.column("article"), sa.column("packed"))
    rows = connection.execute(sa.text("SELECT article, other, similarity FROM neighbours ORDER BY article, other"))
    waiting = []
    for article, some in groupby(rows, key=lambda row: row.article):
        packed = b"".join(struct.pack("<Ii", row.other, round(row.similarity * 1e5)) for row in some)
        waiting.append({"article": article, "packed": packed})
        if len(waiting) == _AT_ONCE:
            connection.execute(sa.insert(links), waiting)
            waiting = []
    if waiting:
        connection.execute(sa.insert(links), waiting)
    op.drop_table("neighbours")


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

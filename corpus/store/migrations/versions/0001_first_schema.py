"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "articles",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String(), nullable=True, comment="UTC, ISO 8601, sortable"),
        sa.Column("published_precision", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("canonical_url", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("title_hash", sa.String(), nullable=True, comment="null where there is no title"),
        sa.Column("checksum", sa.String(), nullable=False, comment="over all stated facts, for clew doctor"),
        sa.Column("words", sa.JSON(), nullable=False, comment="term -> count, for the lexical score"),
        sa.Column("names", sa.JSON(), nullable=False, comment="the names among the terms -> count"),
        sa.Column("signature", sa.LargeBinary(), nullable=False, comment="MinHash, for near-duplicates"),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("row", name="pk_articles"),
        sa.UniqueConstraint("id", name="uq_articles_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_body_hash", "articles", ["body_hash"], unique=False)
    op.create_index("ix_articles_canonical_url", "articles", ["canonical_url"], unique=False)
    op.create_index("ix_articles_content_hash", "articles", ["content_hash"], unique=False)
    op.create_index("ix_articles_published_at", "articles", ["published_at"], unique=False)
    op.create_index("ix_articles_source", "articles", ["source"], unique=False)
    op.create_index("ix_articles_title_hash", "articles", ["title_hash"], unique=False)
    op.create_table(
        "changes",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=True),
        sa.Column("article_row", sa.Integer(), nullable=True),
        sa.Column("thread", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name="pk_changes"),
    )
    op.create_index("ix_changes_article", "changes", ["article"], unique=False)
    op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
        comment="Gap-free numbers: taken inside the transaction that uses them, given back by its rollback.",
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False, comment="digest of the request"),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.String(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"], unique=False)
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
        sa.UniqueConstraint("fingerprint", name="uq_models_fingerprint"),
    )
    op.create_table(
        "threads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("representative", sa.String(), nullable=False, comment="an article's id"),
        sa.Column("first_seen", sa.String(), nullable=True, comment="UTC; null where no member is dated"),
        sa.Column("last_seen", sa.String(), nullable=True),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
    )
    op.create_index("ix_threads_last_seen", "threads", ["last_seen"], unique=False)
    op.create_table(
        "duplicates",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("earlier", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("judged_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_duplicates_article", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["earlier"], ["articles.row"], name="fk_duplicates_earlier", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", "earlier", name="pk_duplicates"),
    )
    op.create_index("ix_duplicates_earlier", "duplicates", ["earlier"], unique=False)
    op.create_table(
        "neighbours",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_neighbours_article", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other"], ["articles.row"], name="fk_neighbours_other", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article", "other", name="pk_neighbours"),
        comment="The nearest articles of each article when it came: the graph that densities and threads come from.",
    )
    op.create_index("ix_neighbours_other", "neighbours", ["other"], unique=False)
    op.create_table(
        "paragraphs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_paragraphs_article", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_paragraphs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paragraphs_article", "paragraphs", ["article"], unique=False)
    op.create_index("ix_paragraphs_hash", "paragraphs", ["hash"], unique=False)
    op.create_table(
        "thread_members",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column(
            "score", sa.Float(), nullable=True, comment="same-story probability with its thread; null for the first"
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_thread_members_article", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name="fk_thread_members_thread"),
        sa.PrimaryKeyConstraint("article", name="pk_thread_members"),
    )
    op.create_index("ix_thread_members_thread", "thread_members", ["thread"], unique=False)
    op.create_table(
        "vectors",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("model", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False, comment="float32, little endian, unit length"),
        sa.ForeignKeyConstraint(["model"], ["models.id"], name="fk_vectors_model"),
        sa.PrimaryKeyConstraint("hash", "model", name="pk_vectors"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")

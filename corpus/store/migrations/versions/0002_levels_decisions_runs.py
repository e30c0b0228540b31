"""Threads of three levels, their lineage, editors' decisions, and runs of the thread job.

Each story of an older store gets one event and one saga of the same articles.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Set the old tables aside, make the new ones, fill them."""
    op.execute("CREATE TEMPORARY TABLE old_threads AS SELECT * FROM threads")
    op.execute("CREATE TEMPORARY TABLE old_members AS SELECT * FROM thread_members")
    op.drop_table("thread_members")
    op.drop_table("threads")
    _make_threads()
    _make_records()
    op.add_column(
        "changes", sa.Column("other", sa.String(), nullable=True, comment="the other thread, where there are two")
    )
    for level, prefix, parent in (("saga", "s-", "NULL"), ("story", "t-", "'s-' || substr(id, 3)"),
                                  ("event", "e-", "'t-' || substr(id, 3)")):  # fmt: skip
        op.execute(
            "INSERT INTO threads (id, level, parent, headline, terms, representative, first_seen, last_seen, articles,"
            f" sources) SELECT '{prefix}' || substr(id, 3), '{level}', {parent}, headline, terms, representative,"
            " first_seen, last_seen, articles, sources FROM old_threads"
        )
        op.execute(
            "INSERT INTO thread_members (article, level, thread, score)"
            f" SELECT article, '{level}', '{prefix}' || substr(thread, 3), score FROM old_members"
        )
    _begin_lineage()
    op.execute("DROP TABLE old_threads")
    op.execute("DROP TABLE old_members")


def downgrade() -> None:
    """Refused: a store is never taken back; restore a backup instead."""
    raise NotImplementedError("restore a backup instead")


def _make_threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False, comment="event, story or saga"),
        sa.Column("parent", sa.String(), nullable=True, comment="id of the thread one level up; null for a saga"),
        sa.Column("headline", sa.Text(), nullable=False, comment="the representative's"),
        sa.Column("renamed", sa.Text(), nullable=True, comment="the headline that an editor gave"),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("representative", sa.String(), nullable=False, comment="an article's id"),
        sa.Column("first_seen", sa.String(), nullable=True, comment="UTC; null where no member is dated"),
        sa.Column("last_seen", sa.String(), nullable=True),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
    )
    op.create_index("ix_threads_level", "threads", ["level", "last_seen"], unique=False)
    op.create_index("ix_threads_parent", "threads", ["parent"], unique=False)
    op.create_table(
        "thread_members",
        sa.Column("article", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column(
            "score", sa.Float(), nullable=True, comment="same-story probability with its thread; null for the first"
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.row"], name="fk_thread_members_article", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name="fk_thread_members_thread"),
        sa.PrimaryKeyConstraint("article", "level", name="pk_thread_members"),
    )
    op.create_index("ix_thread_members_thread", "thread_members", ["thread"], unique=False)


def _make_records() -> None:
    op.create_table(
        "lineage",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False, comment="as in changes"),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True, comment="id of the run or decision"),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=True, comment="heir or origin"),
        sa.PrimaryKeyConstraint("sequence", name="pk_lineage"),
    )
    op.create_index("ix_lineage_thread", "lineage", ["thread"], unique=False)
    op.create_index("ix_lineage_other", "lineage", ["other"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.String(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("number", name="uq_decisions_number"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True, comment="when it was published or discarded"),
        sa.Column("based_on", sa.Integer(), nullable=False, comment="the newest sequence of changes at its time"),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column(
            "arrangement", sa.LargeBinary(), nullable=True,
            comment="zlib of JSON; of a proposal what it proposes, of a published run what was there before",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.UniqueConstraint("number", name="uq_runs_number"),
    )  # fmt: skip


def _begin_lineage() -> None:
    """Say of every thread that it is born, in the change log and in the lineage."""
    op.execute(
        "CREATE TEMPORARY TABLE births AS SELECT id, level, strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now') AS at,"
        " coalesce((SELECT value FROM counters WHERE name = 'changes'), 0) + row_number() OVER (ORDER BY id)"
        " AS sequence FROM threads"
    )
    op.execute("INSERT INTO changes (sequence, at, event, thread) SELECT sequence, at, 'thread_born', id FROM births")
    op.execute(
        "INSERT INTO lineage (sequence, at, level, fate, thread) SELECT sequence, at, level, 'born', id FROM births"
    )
    op.execute("INSERT OR IGNORE INTO counters (name, value) SELECT 'changes', 0 FROM births LIMIT 1")
    op.execute("UPDATE counters SET value = value + (SELECT count(*) FROM births) WHERE name = 'changes'")
    op.execute("DROP TABLE births")

"""The tables. Only this folder knows SQL; `migrations/versions/` creates exactly these tables (a test compares).

Everything about an article refers to its `row`, a number that is never used twice, and is deleted with it. Vectors are
the exception: they belong to a paragraph's *text* (its hash) and a model, so that text which occurs many times is
encoded and stored once, and deleted with the last article that uses it.

Stored names outlive words: the table `judgements` has the labels, `runs.arrangement` assignments, `lineage.fate` the
kind of a lineage event, and `judged_at` is when a verdict was decided.
"""

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

SCHEMA_REVISION = "0010"
"""The newest revision in `migrations/versions`; a store with another one is older, or too new."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _article(name: str, *, primary_key: bool = False, index: bool | None = None) -> Column[int]:
    key = ForeignKey("articles.row", ondelete="CASCADE")
    return Column(name, Integer, key, nullable=False, primary_key=primary_key, index=index)


models = Table(
    "models",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String, nullable=False, unique=True),
    Column("dimension", Integer, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
    comment="Gap-free numbers: taken inside the transaction that uses them, given back by its rollback.",
)

articles = Table(
    "articles",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("published_at", String, index=True, comment="UTC, ISO 8601, sortable"),
    Column("published_precision", String),
    Column("source", String, index=True),
    Column("author", String),
    Column("section", String),
    Column("language", String),
    Column("url", Text),
    Column(
        "kept",
        JSON(none_as_null=True),
        comment="further fields of the source that were asked for, by name",
    ),
    Column("canonical_url", Text, index=True),
    Column("content_hash", String, nullable=False),
    Column("body_hash", String, nullable=False, index=True),
    Column("title_hash", String, index=True, comment="null where there is no title"),
    Column("checksum", String, nullable=False, comment="over all stated facts, for clew doctor"),
    Column("words", JSON, nullable=False, comment="term -> count, for the lexical score"),
    Column("names", JSON, nullable=False, comment="the names among the terms -> count"),
    Column("signature", LargeBinary, nullable=False, comment="sampled runs of words, for duplicates"),
    Column("added_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    Column("given", String, index=True, comment="the id under which this text came; null where it is the article's"),
    Column("text_language", String, comment="code of ISO 639, as the text tells; null where it is too short"),
    Column(
        "lines",
        LargeBinary,
        comment="of each the paragraph, the form and marks, for boilerplate; null until they are found",
    ),
    sqlite_autoincrement=True,
)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article", String, nullable=False, comment="an article's id: its row is another one in each version"),
    Column("number", Integer, nullable=False, comment="1, 2, 3..., the oldest first"),
    Column("given", String, index=True, comment="as in articles"),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("published_at", String),
    Column("published_precision", String),
    Column("source", String),
    Column("author", String),
    Column("section", String),
    Column("language", String),
    Column("url", Text),
    Column("checksum", String, nullable=False, comment="over all stated facts, for clew doctor"),
    Column("stored_at", String, nullable=False),
    Column("replaced_at", String, nullable=False),
    Column("kept", JSON(none_as_null=True), comment="as in articles"),
    Index("ix_versions_article", "article", "number"),
    comment="Earlier versions of articles: only shown and compared, never searched, threaded or classified.",
)

paragraphs = Table(
    "paragraphs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _article("article", index=True),
    Column("position", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("hash", String, nullable=False, index=True),
    sqlite_autoincrement=True,
)

vectors = Table(
    "vectors",
    metadata,
    Column("hash", String, primary_key=True),
    Column("model", Integer, ForeignKey("models.id"), primary_key=True),
    Column("vector", LargeBinary, nullable=False, comment="float32, little endian, unit length"),
    sqlite_with_rowid=False,
)

duplicates = Table(
    "duplicates",
    metadata,
    _article("article", primary_key=True),
    _article("earlier", primary_key=True, index=True),
    Column("kind", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("judged_at", String, nullable=False),
)

judgements = Table(
    "judgements",
    metadata,
    _article("article", primary_key=True),
    _article("earlier", primary_key=True, index=True),
    Column("kind", String, nullable=False, comment="what a person says that it is; new for no repetition"),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", String, nullable=False),
)

canonicals = Table(
    "canonicals",
    metadata,
    _article("article", primary_key=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", String, nullable=False),
    comment="Articles that an editor chose to stand for their copies; the latest choice in a group wins.",
)

series = Table(
    "series",
    metadata,
    _article("article", primary_key=True),
    Column("series", Integer, nullable=False, comment="the row of the article that it began with"),
    Column("form", String, nullable=False, comment="template or column"),
)

advisories = Table(
    "advisories",
    metadata,
    _article("article", primary_key=True),
    Column("kind", String, nullable=False, comment="kill or correction"),
    Column("about", String, index=True, comment="an article's id; null while that is not known"),
)

threads = Table(
    "threads",
    metadata,
    Column("id", String, primary_key=True),
    Column("level", String, nullable=False, comment="event, story or saga"),
    Column("parent", String, index=True, comment="id of the thread one level up; null for a saga"),
    Column("headline", Text, nullable=False, comment="the representative's"),
    Column("renamed", Text, comment="the headline that an editor gave"),
    Column("terms", JSON, nullable=False),
    Column("representative", String, nullable=False, comment="an article's id"),
    Column("first_seen", String, comment="UTC; null where no member is dated"),
    Column("last_seen", String),
    Column("articles", Integer, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("name", Text, nullable=False, server_default="", comment="what it is called; empty until it is named"),
    Column("named_at", Integer, nullable=False, server_default="0", comment="articles when the name was last tried"),
    Index("ix_threads_level", "level", "last_seen"),
    Index("ix_threads_name", "name", "level"),
)

thread_members = Table(
    "thread_members",
    metadata,
    _article("article", primary_key=True),
    Column("level", String, primary_key=True),
    Column("thread", String, ForeignKey("threads.id"), nullable=False, index=True),
    Column("score", Float, comment="same-story probability with its thread; null for the first"),
)

lineage = Table(
    "lineage",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False, comment="as in changes"),
    Column("at", String, nullable=False),
    Column("cause", String, comment="id of the run or decision"),
    Column("level", String, nullable=False),
    Column("fate", String, nullable=False),
    Column("thread", String, nullable=False, index=True),
    Column("other", String, index=True, comment="heir or origin"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("at", String, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("undone_at", String),
    Column("undone_by", Text),
    Column("undone_why", Text),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("ended_at", String, comment="when it was published or discarded"),
    Column("based_on", Integer, nullable=False, comment="the newest sequence of changes at its time"),
    Column("summary", JSON, nullable=False),
    Column(
        "arrangement", LargeBinary,
        comment="zlib of JSON; of a proposal what it proposes, of a published run what was there before",
    ),
)  # fmt: skip

links = Table(
    "links",
    metadata,
    _article("article", primary_key=True),
    Column(
        "packed", LargeBinary, nullable=False,
        comment="of each link the other's row (uint32) and the similarity in hundred-thousandths (int32)",
    ),
    comment="Which articles each one is near: the graph behind densities and threads. A link is stored once.",
)  # fmt: skip

changes = Table(
    "changes",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("event", String, nullable=False),
    Column("article", String, index=True),
    Column("article_row", Integer),
    Column("thread", String),
    Column("other", String, comment="the other thread, where there are two"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String, primary_key=True),
    Column("request", String, nullable=False, comment="digest of the request"),
    Column("status", Integer, nullable=False),
    Column("response", JSON, nullable=False),
    Column("at", String, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("lease_until", String),  # unused: one process writes, so a running job of a former one is free at once
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("result", JSON),
    Column("error", Text),
    Column("created_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
)

Index("ix_articles_content_hash", articles.c.content_hash)

"""Articles, added and removed with their paragraphs and vectors. A replacement is a removal and an addition."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, distinct, func, insert, or_, select, update

from ..article import Article, Paragraph, Precision, Published
from ..errors import ArticleReplaced, NoSuchArticle
from ..hashing import body_hash
from ..paragraphs import ENCODED_CHARACTERS, ENCODED_MAX, encoded
from ..records import Entry, ParagraphKey, Profile, Stored
from ..terms import TERMS_VERSION, Terms, terms_of
from ..urls import page_of
from . import times
from .schema import articles, counters, models, paragraphs, vectors, versions

_TERMS_COUNTER = "terms_version"
_SIGNATURES_COUNTER = "signatures_version"
_BATCH = 500
"""Values in one IN (...): SQLite accepts 32,766 and PostgreSQL 65,535; smaller statements plan faster."""

_FACTS = [
    articles.c[name]
    for name in (
        "row", "id", "title", "text", "published_at", "published_precision", "source", "author",
        "section", "language", "url", "kept", "added_at", "updated_at", "given",
    )
]  # fmt: skip


_INSERT = insert(articles)
_BY_ID = select(*_FACTS).where(articles.c.id == bindparam("id"))
_OF_PAGE = (
    select(*_FACTS)
    .where(articles.c.canonical_url == bindparam("page"))
    .order_by(articles.c.row.desc())
    .limit(bindparam("most"))
)
_OF_PAGE_WITH = _OF_PAGE.where(articles.c.body_hash == bindparam("body"))
_OF_ROWS = select(*_FACTS).where(articles.c.row.in_(bindparam("rows", expanding=True)))
_OWNER = (
    select(articles.c.id)
    .where(articles.c.given == bindparam("given"))
    .union(select(versions.c.article).where(versions.c.given == bindparam("given")))
    .limit(1)
)
_ENCODED_ALREADY = select(vectors.c.hash).where(vectors.c.hash.in_(bindparam("hashes", expanding=True)))
_PARAGRAPHS = select(paragraphs).where(paragraphs.c.id.in_(bindparam("ids", expanding=True)))
"""Statements that every request needs: built once, they are compiled once."""

_ENCODED = or_(
    paragraphs.c.position == 0,
    and_(paragraphs.c.position < ENCODED_MAX, paragraphs.c.end <= ENCODED_CHARACTERS),
)
"""As `corpus.paragraphs.encoded`, in SQL."""


class Articles:
    """The articles, within one transaction."""

    def __init__(self, connection: Connection, model: int | None) -> None:
        self._connection = connection
        self._model = model

    def add(self, entry: Entry, *, added_at: datetime | None = None, given: str | None = None) -> Profile:
        """Store an article with its paragraphs and vectors; returns its profile.

        Args:
            entry: the article.
            added_at: when its first version arrived, where it has earlier ones.
            given: the id it came with, where it differs from the article's.

        Raises:
            IntegrityError: the id is taken (callers check first, in the same transaction).
        """
        article = entry.article
        key = self._connection.execute(_INSERT, _values(entry, added_at, given)).inserted_primary_key
        row = int(key[0]) if key else 0
        ids = self._add_paragraphs(row, entry.paragraphs)
        self._add_vectors(entry.vectors)
        return Profile(
            row, article.id, article.published, article.source, article.language, entry.body_hash,
            entry.title_hash, entry.terms, entry.signature,
            tuple(
                ParagraphKey(id, p.hash, p.end - p.start)
                for id, p in zip(ids, encoded(entry.paragraphs), strict=False)
            ),
            article.section, article.author, entry.lines or b"",
        )  # fmt: skip

    def remove(self, row: int) -> None:
        """Remove an article with its paragraphs, verdicts and memberships, and vectors that nothing else uses."""
        own = select(paragraphs.c.hash).where(paragraphs.c.article == row)
        title = select(articles.c.title_hash).where(articles.c.row == row)
        hashes = {hash for hash in self._connection.scalars(own.union(title)) if hash}
        self._connection.execute(delete(articles).where(articles.c.row == row))
        for some in batches(hashes):
            unused = (
                delete(vectors)
                .where(vectors.c.hash.in_(some))
                .where(~select(paragraphs.c.id).where(paragraphs.c.hash == vectors.c.hash).exists())
                .where(~select(articles.c.row).where(articles.c.title_hash == vectors.c.hash).exists())
            )
            self._connection.execute(unused)

    def find(self, *, id: str) -> Stored | None:
        """The article with this id."""
        row = self._connection.execute(_BY_ID, {"id": id}).first()
        return _stored(row) if row else None

    def of_page(self, page: str, *, body: str | None = None, most: int = 20) -> list[Stored]:
        """Articles with this `corpus.page_of`, the newest first; with a body hash, those with this body."""
        values = {"page": page, "most": most}
        if body is None:
            return [_stored(row) for row in self._connection.execute(_OF_PAGE, values)]
        return [_stored(row) for row in self._connection.execute(_OF_PAGE_WITH, {**values, "body": body})]

    def get(self, id: str) -> Stored:
        """The article with this id.

        Raises:
            NoSuchArticle: no article has this id.
            ArticleReplaced: a version of another article came with this id.
        """
        found = self.find(id=id)
        if found is not None:
            return found
        owner = self.owner(id)
        raise ArticleReplaced(id, owner) if owner else NoSuchArticle(id)

    def owner(self, given: str) -> str | None:
        """Id of the article that has a version which came with this other id."""
        return self._connection.scalar(_OWNER, {"given": given})

    def of_rows(self, rows: Collection[int]) -> dict[int, Stored]:
        """Row -> article; rows that no longer exist are left out."""
        return {
            found.row: _stored(found)
            for some in batches(rows)
            for found in self._connection.execute(_OF_ROWS, {"rows": some})
        }

    def with_headline(self, title_hash: str, source: str) -> list[int]:
        """Rows of an outlet's articles with a headline, rising."""
        query = select(articles.c.row).where(articles.c.title_hash == title_hash, articles.c.source == source)
        return list(self._connection.scalars(query.order_by(articles.c.row)))

    def count(self) -> int:
        """How many articles are stored."""
        return self._connection.scalar(select(func.count()).select_from(articles)) or 0

    def count_paragraphs(self) -> int:
        """How many paragraphs are stored."""
        return self._connection.scalar(select(func.count()).select_from(paragraphs)) or 0

    def ids(self) -> Iterator[tuple[int, str]]:
        """(row, id) of every article, in the order in which they were stored."""
        rows = self._connection.execute(select(articles.c.row, articles.c.id).order_by(articles.c.row))
        yield from ((row.row, row.id) for row in rows)

    def arrivals(self) -> list[int]:
        """Rows in order of arrival; an article that was replaced keeps its position."""
        return list(self._connection.scalars(select(articles.c.row).order_by(articles.c.added_at, articles.c.row)))

    def paragraphs_of(self, rows: Collection[int]) -> dict[int, list[tuple[int, Paragraph]]]:
        """Row -> its (paragraph id, paragraph), in the order of the text."""
        found: dict[int, list[tuple[int, Paragraph]]] = {row: [] for row in rows}
        order = (paragraphs.c.article, paragraphs.c.position)
        for some in batches(rows):
            query = select(paragraphs).where(paragraphs.c.article.in_(some)).order_by(*order)
            for p in self._connection.execute(query):
                found[p.article].append((p.id, Paragraph(p.position, p.start, p.end, p.hash)))
        return found

    def paragraphs(self, ids: Collection[int]) -> dict[int, dict[int, Paragraph]]:
        """Row -> position -> paragraph, of the paragraphs with these ids; ids that no longer exist are left out."""
        found: dict[int, dict[int, Paragraph]] = defaultdict(dict)
        for some in batches(ids):
            for p in self._connection.execute(_PARAGRAPHS, {"ids": some}):
                found[p.article][p.position] = Paragraph(p.position, p.start, p.end, p.hash)
        return found

    def shared_paragraphs(self) -> Iterator[tuple[str, str]]:
        """(hash, text) of each encoded paragraph that several articles have."""
        several = (
            select(func.min(paragraphs.c.id))
            .where(_ENCODED)
            .group_by(paragraphs.c.hash)
            .having(func.count(distinct(paragraphs.c.article)) > 1)
        )
        length = paragraphs.c.end - paragraphs.c.start
        text = func.substr(articles.c.text, paragraphs.c.start + 1, length)
        query = select(paragraphs.c.hash, text).join(articles, articles.c.row == paragraphs.c.article)
        found = self._connection.execute(query.where(paragraphs.c.id.in_(several)))
        yield from ((hash, text) for hash, text in found)

    def rows(self, ids: Collection[str]) -> dict[str, int]:
        """Article id -> row, of those that are stored."""
        return {
            found.id: found.row
            for some in batches(ids)
            for found in self._connection.execute(select(articles.c.id, articles.c.row).where(articles.c.id.in_(some)))
        }

    def profiles(self, rows: Collection[int] | None = None) -> Iterator[Profile]:
        """Profiles of all articles (or of these rows), in the order of their row numbers."""
        columns = (
            "row", "id", "published_at", "published_precision", "source", "language", "body_hash", "title_hash",
            "words", "names", "text_language", "signature", "section", "author", "lines",
        )  # fmt: skip
        query = select(*(articles.c[name] for name in columns)).order_by(articles.c.row)
        length = (paragraphs.c.end - paragraphs.c.start).label("length")
        spans = (
            select(paragraphs.c.article, paragraphs.c.id, paragraphs.c.hash, length)
            .where(_ENCODED)
            .order_by(paragraphs.c.article, paragraphs.c.position)
        )
        if rows is not None:
            query, spans = query.where(articles.c.row.in_(rows)), spans.where(paragraphs.c.article.in_(rows))
        grouped = groupby(self._connection.execute(spans), key=lambda span: span.article)
        owner, group = next(grouped, (None, iter(())))
        for found in self._connection.execute(query):
            own: tuple[ParagraphKey, ...] = ()
            if owner == found.row:
                own = tuple(ParagraphKey(span.id, span.hash, span.length) for span in group)
                owner, group = next(grouped, (None, iter(())))
            yield Profile(
                found.row, found.id, published_of(found), found.source, found.language, found.body_hash,
                found.title_hash, Terms(found.words, found.names, found.text_language),
                found.signature, own,
                found.section, found.author, found.lines or b"",
            )  # fmt: skip

    def vectors(self, hashes: Collection[str]) -> dict[str, bytes]:
        """Stored vectors of the store's model by paragraph or title hash; unknown hashes are left out."""
        return {
            found.hash: found.vector
            for some in batches(hashes)
            for found in self._connection.execute(
                select(vectors.c.hash, vectors.c.vector)
                .where(vectors.c.model == self._model)
                .where(vectors.c.hash.in_(some))
            )
        }

    def rows_with(self, name: str, value: str) -> list[int]:
        """Rows of the articles that have a value, or it among others, in a kept field; rising. Looks at all of them."""
        query = select(articles.c.row, articles.c.kept).where(articles.c.kept.is_not(None)).order_by(articles.c.row)
        return [row for row, kept in self._connection.execute(query) if value in _as_texts(kept.get(name))]

    def damaged(self) -> Iterator[str]:
        """Ids of articles whose stored facts no longer match their stored checksum."""
        for found in self._connection.execute(select(*_FACTS, articles.c.checksum).order_by(articles.c.row)):
            if checksum(_stored(found).article) != found.checksum:
                yield found.id

    def without_vectors(self) -> int:
        """How many paragraphs lack a vector of the store's model that they should have (0 in a sound store)."""
        joined = paragraphs.outerjoin(vectors, (vectors.c.hash == paragraphs.c.hash) & (vectors.c.model == self._model))
        query = select(func.count()).select_from(joined).where(_ENCODED, vectors.c.hash.is_(None))
        return self._connection.scalar(query) or 0

    def terms_are_current(self) -> bool:
        """Whether all stored term counts were made by this version of `corpus.terms` (see `recount_terms`)."""
        return self._counter(_TERMS_COUNTER) == TERMS_VERSION

    def signatures_version(self) -> int | None:
        """The version that made all signatures; None before the first `signed_by`."""
        return self._counter(_SIGNATURES_COUNTER)

    def texts(self, after: int, limit: int) -> list[tuple[int, str]]:
        """(row, text) of the next articles after a row."""
        query = select(articles.c.row, articles.c.text).where(articles.c.row > after).order_by(articles.c.row)
        return [(found.row, found.text) for found in self._connection.execute(query.limit(limit))]

    def without_lines(self, limit: int) -> list[tuple[int, str, str]]:
        """(row, title, text) of so many articles whose lines were not found yet."""
        query = select(articles.c.row, articles.c.title, articles.c.text).where(articles.c.lines.is_(None))
        return [(found.row, found.title, found.text) for found in self._connection.execute(query.limit(limit))]

    def set_lines(self, found: Collection[tuple[int, bytes]]) -> None:
        """Store the lines of articles: (row, lines)."""
        statement = update(articles).where(articles.c.row == bindparam("of"))
        self._connection.execute(statement, [{"of": row, "lines": lines} for row, lines in found])

    def sign(self, signed: Collection[tuple[int, bytes]]) -> None:
        """Replace the signatures of articles: (row, signature)."""
        statement = update(articles).where(articles.c.row == bindparam("of"))
        self._connection.execute(statement, [{"of": row, "signature": signature} for row, signature in signed])

    def signed_by(self, version: int) -> None:
        """Record that this version made all signatures."""
        self._count(_SIGNATURES_COUNTER, version)

    def recount_terms(self, after: int, limit: int) -> tuple[int, int]:
        """Count the terms of the next articles after a row again; with the last of them, all counts are current.

        What else depends on how texts are repaired and addresses compared comes with it.

        Returns:
            The last row counted, and how many articles were; 0 when none is left.
        """
        facts = select(articles.c.row, articles.c.title, articles.c.text, articles.c.url)
        some = self._connection.execute(facts.where(articles.c.row > after).order_by(articles.c.row).limit(limit)).all()
        if not some:
            self._count(_TERMS_COUNTER, TERMS_VERSION)
            return after, 0
        counted = [(found, terms_of(found.title, found.text)) for found in some]
        self._connection.execute(
            update(articles).where(articles.c.row == bindparam("of")),
            [
                {
                    "of": found.row,
                    "words": terms.words,
                    "names": terms.names,
                    "text_language": terms.language,
                    "body_hash": body_hash(found.text),
                    "canonical_url": page_of(found.url) if found.url else None,
                }
                for found, terms in counted
            ],
        )
        return some[-1].row, len(some)

    def _counter(self, name: str) -> int | None:
        return self._connection.scalar(select(counters.c.value).where(counters.c.name == name))

    def _count(self, name: str, value: int) -> None:
        self._connection.execute(delete(counters).where(counters.c.name == name))
        self._connection.execute(insert(counters).values(name=name, value=value))

    def _add_paragraphs(self, row: int, some: Iterable[Paragraph]) -> list[int]:
        values = [
            {"article": row, "position": p.position, "start": p.start, "end": p.end, "hash": p.hash} for p in some
        ]
        if not values:
            return []
        statement = insert(paragraphs).returning(paragraphs.c.id, sort_by_parameter_order=True)
        return list(self._connection.scalars(statement, values))

    def _add_vectors(self, some: Mapping[str, bytes]) -> None:
        known = (id for ids in batches(some) for id in self._connection.scalars(_ENCODED_ALREADY, {"hashes": ids}))
        new = some.keys() - set(known)
        if new:
            values = [{"hash": hash, "model": self._model, "vector": some[hash]} for hash in sorted(new)]
            self._connection.execute(insert(vectors), values)


class Models:
    """Which encoders' vectors the store holds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self) -> tuple[int, str, int] | None:
        """(number, fingerprint, dimension) of the store's model; None before the first article."""
        row = self._connection.execute(select(models).order_by(models.c.id.desc())).first()
        return (row.id, row.fingerprint, row.dimension) if row else None

    def add(self, fingerprint: str, dimension: int) -> int:
        """Set the store's model; returns its number."""
        result = self._connection.execute(insert(models).values(fingerprint=fingerprint, dimension=dimension))
        key = result.inserted_primary_key
        return int(key[0]) if key else 0


def _values(entry: Entry, added_at: datetime | None, given: str | None) -> dict[str, Any]:
    """The row of a new article."""
    article, now = entry.article, times.now()
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "published_at": times.to_text(article.published.at) if article.published else None,
        "published_precision": article.published.precision.value if article.published else None,
        "source": article.source,
        "author": article.author,
        "section": article.section,
        "language": article.language,
        "url": article.url,
        "kept": article.kept or None,
        "canonical_url": entry.canonical_url,
        "content_hash": entry.content_hash,
        "body_hash": entry.body_hash,
        "title_hash": entry.title_hash,
        "checksum": checksum(article),
        "words": entry.terms.words,
        "names": entry.terms.names,
        "text_language": entry.terms.language,
        "signature": entry.signature,
        "lines": entry.lines,
        "added_at": times.to_text(added_at or now),
        "updated_at": times.to_text(now),
        "given": given,
    }


def _as_texts(value: object) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]


def checksum(article: Article) -> str:
    """Digest of all stated facts: finds flipped bits in a database that SQLite itself does not notice."""
    facts = [
        article.id, article.title, article.text, str(article.published), article.source, article.author,
        article.section, article.language, article.url,
    ]  # fmt: skip
    if article.kept:
        facts.append(json.dumps(article.kept, sort_keys=True))
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _stored(row: Row[*tuple[Any, ...]]) -> Stored:
    times_of = times.from_text(row.added_at), times.from_text(row.updated_at)
    return Stored(row.row, article_of(row, row.id), *times_of, row.given)


def article_of(row: Row[*tuple[Any, ...]], id: str) -> Article:
    """The facts in the columns that articles and their versions both have, under an id."""
    return Article(
        id, row.title, row.text, published_of(row), row.source, row.author, row.section, row.language, row.url,
        row.kept or {},
    )  # fmt: skip


def published_of(row: Row[*tuple[Any, ...]]) -> Published | None:
    """When an article or a version of it was published."""
    if row.published_at is None:
        return None
    return Published(times.from_text(row.published_at), Precision(row.published_precision))


def batches(values: Collection[Any]) -> Iterator[list[Any]]:
    """The values in lists short enough for one statement."""
    ordered = list(values)
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]

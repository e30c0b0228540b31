"""What related coverage is asked about: stored articles, texts and unsaved articles, ready to be compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from corpus import Article, BadRecord, Verdict, article_from_fields, canonical_url, page_of
from corpus.records import Stored
from embeddings.preparing import Prepared, prepare, query_of, without_boilerplate
from embeddings.related import Examples
from embeddings.search import Query

from ..archive.archive import Archive
from ..archive.view import View
from ..compare.pairs import Asked, asked_prepared, asked_stored, verdicts_with
from .requests import Example, RelatedRequest

Encoded = Mapping[str, tuple[Prepared, Query]]
"""The texts and unsaved articles of a request by their places in it (`_fields`), encoded."""


@dataclass(frozen=True, slots=True)
class Given:
    """One article or text of the question, ready to be compared."""

    query: Query
    source: Stored | Prepared
    asked: Asked
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """Stored ones about it, by the id of the other article."""
    barred: frozenset[int] = frozenset()
    """Rows of its stored version, where it is an unsaved one."""


@dataclass(frozen=True, slots=True)
class Question:
    """All articles and texts of the question."""

    positive: tuple[Given, ...]
    negative: tuple[Given, ...] = ()

    @property
    def examples(self) -> Examples:
        """As `find_related` takes them."""
        return Examples(tuple(g.query for g in self.positive), tuple(g.query for g in self.negative))

    @property
    def barred(self) -> frozenset[int]:
        """Rows that are never hits."""
        return frozenset().union(*(given.barred for given in (*self.positive, *self.negative)))

    @property
    def day(self) -> float | None:
        """The latest day of the positives; None where all are undated."""
        return max((given.query.day for given in self.positive if not np.isnan(given.query.day)), default=None)


def encode_texts(archive: Archive, request: RelatedRequest) -> Encoded:
    """Encode what is not stored. It takes long, so it comes before the view in which the question is answered.

    Raises:
        BadRecord: a text holds nothing to compare, or an article is none; names the field.
    """
    prepared = {
        field: prepare(_unsaved(one, field), archive.encoder)
        for field, one in _fields(request)
        if one.text is not None or one.article is not None
    }
    vectors = archive.encode(list(prepared.values())) if prepared else {}
    return {field: (each, query_of(each, vectors)) for field, each in prepared.items()}


def resolve(view: View, request: RelatedRequest, encoded: Encoded) -> Question:
    """The question, with everything that is stored looked up.

    Raises:
        NoSuchArticle: no article has the id or the URL.
    """
    given = {field: _given(view, one, encoded.get(field)) for field, one in _fields(request)}
    negative = [field for field in given if field.startswith("negative.")]
    return Question(
        tuple(given[field] for field in given if field not in negative), tuple(given[field] for field in negative)
    )


def _fields(request: RelatedRequest) -> Iterator[tuple[str, Example | RelatedRequest]]:
    """(beginning of the names of its fields, one positive or negative)."""
    if request.positive is None:
        yield "", request
        return
    for i, one in enumerate(request.positive):
        yield f"positive.{i}.", one
    for i, one in enumerate(request.negative):
        yield f"negative.{i}.", one


def _given(view: View, one: Example | RelatedRequest, encoded: tuple[Prepared, Query] | None) -> Given:
    if encoded is not None:
        prepared, query = encoded
        barred = _stored_version(view, prepared) if one.article else frozenset[int]()
        asked = asked_prepared(view, prepared, query)
        return Given(without_boilerplate(query, prepared, view.copies.boilerplate), prepared, asked, barred=barred)
    id = one.article_id if one.article_id is not None else view.find_article(one.url or "").article.id
    stored = view.tx.articles.get(id)
    verdicts = verdicts_with(view.tx.duplicates.with_close_calls(stored.row), id)
    return Given(view.collection.query(stored.row), stored, asked_stored(view, stored.row), verdicts)


def _unsaved(one: Example | RelatedRequest, field: str) -> Article:
    fields = one.article.model_dump(exclude_none=True) if one.article else {"text": one.text}
    try:
        return article_from_fields(fields)[0]
    except BadRecord as error:
        field += "article." if one.article else ""
        raise BadRecord(error.reason, field=field + (error.field or "text")) from error


def _stored_version(view: View, prepared: Prepared) -> frozenset[int]:
    """The rows of the stored articles with the id or the URL of an unsaved one."""
    article, articles = prepared.article, view.tx.articles
    found = [articles.find(id=article.id)]
    if article.url:
        page, address = page_of(article.url), canonical_url(article.url)
        found += articles.of_page(page, body=prepared.body_hash)
        found += [it for it in articles.of_page(page) if canonical_url(it.article.url or "") == address]
    return frozenset(stored.row for stored in found if stored)

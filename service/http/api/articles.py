"""The views of articles: one or many taken in, one shown, one removed."""

from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO
from urllib.parse import quote

from flask import Response, request
from flask_openapi import APIBlueprint

from corpus import BadRecord
from corpus.readers.base import Limits, Options, ParsedArticle, SourceLocation
from corpus.readers.jsonl import JsonLines

from ...archive import Archive
from ...articles import ArticleAnswer, ArticleBody, article
from ...ingest import Outcome, Refusal, Status, delete_article, take_in, take_in_many
from ...ingest.models import BulkAnswer, BulkLine, IngestAnswer, Repeat
from ...models import Brief
from . import requests as takes
from .problems import as_problem
from .shapes import LINES_BODY, json_answer, problems, tags, takes_lines, want_lines, writes

_ARTICLES = tags("articles")


def add_article_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views to the blueprint `/v1`."""

    @blueprint.post("/articles", tags=_ARTICLES, responses={200: IngestAnswer, 201: IngestAnswer, **problems(409, 507)})
    @writes
    def add_article(header: takes.IdempotencyHeader, query: takes.IngestQuery, body: ArticleBody) -> Response:
        """Take an article in: stored, compared, in its threads and findable when the answer (201) comes."""
        return _store(archive, body, header.idempotency_key, query.duplicates)

    @blueprint.put(
        "/articles/<path:id>", tags=_ARTICLES, responses={200: IngestAnswer, 201: IngestAnswer, **problems(404, 507)}
    )
    @writes
    def put_article(
        path: takes.ArticlePath, header: takes.IdempotencyHeader, query: takes.IngestQuery, body: ArticleBody
    ) -> Response:
        """Store an article under this id, in place of the one that may be there, which is kept as a version."""
        return _store(archive, body, header.idempotency_key, query.duplicates, id=path.id)

    @blueprint.get("/articles", tags=_ARTICLES, responses={200: Brief, **problems(404)})
    def find_article(query: takes.FindQuery) -> Response:
        """The article with this id, else the one with this URL, else the one a version of which came under this id."""
        return json_answer(archive.read(lambda view: view.brief(view.find_article(query.of))))

    @blueprint.get("/articles/<path:id>", tags=_ARTICLES, responses={200: ArticleAnswer, 308: None, **problems(404)})
    def get_article(path: takes.ArticlePath) -> Response:
        """One article: its text, paragraphs, thread and duplicates; 308 from an id under which a version came."""
        return json_answer(archive.read(article, path.id))

    @blueprint.delete("/articles/<path:id>", tags=_ARTICLES, responses={204: None, **problems(404, 507)})
    @writes
    def remove_article(path: takes.ArticlePath) -> Response:
        """Remove an article with all versions, paragraphs, vectors, verdicts and its membership."""
        delete_article(archive, path.id)
        return Response(status=204)

    @blueprint.post(
        "/articles/bulk", tags=_ARTICLES, responses={207: BulkAnswer, **problems(507)}, request_body=LINES_BODY
    )
    @writes
    @takes_lines
    def add_articles(query: takes.BulkQuery) -> Response:
        """Take many articles in, one JSON object a line; each is acknowledged (or refused) on its own."""
        want_lines()
        request.max_content_length = archive.settings.bulk_bytes
        lines = list(_bulk(archive, request.get_data(cache=False), query))
        counts = Counter(line.status or "refused" for line in lines)
        return json_answer(BulkAnswer(lines=lines, counts=dict(counts)), 207)


def _store(
    archive: Archive, body: ArticleBody, key: str | None, policy: str | None, *, id: str | None = None
) -> Response:
    fields = body.model_dump(exclude_none=True)
    if id is not None and str(fields.setdefault("id", id)) != id:
        raise BadRecord(f"is {fields['id']!r} in the body and {id!r} in the address", field="id")
    asked = (request.method.encode(), request.path.encode(), request.get_data())
    answer, is_new = take_in(archive, fields, policy=policy, replace=id is not None, key=key, request=asked)
    response = json_answer(answer, HTTPStatus.CREATED if is_new else HTTPStatus.OK)
    if is_new:
        response.headers["Location"] = f"/v1/articles/{quote(answer.id)}"
    return response


def _bulk(archive: Archive, body: bytes, query: takes.BulkQuery) -> Iterator[BulkLine]:
    options = Options(limits=Limits(record_bytes=archive.settings.body_bytes))
    readings = list(JsonLines(as_given=query.as_given).read(BytesIO(body), SourceLocation("body"), options))
    replace, unrelated = query.update or query.update_unrelated, query.update_unrelated
    for reading, found in take_in_many(archive, readings, query.duplicates, replace=replace, unrelated=unrelated):
        line = reading.location.line or 1
        if isinstance(reading, ParsedArticle):
            assert found is not None
            yield _line(line, reading.article.id, found)
        else:
            yield BulkLine(line=line, http_status=422, reason=reading.reason)


def _line(line: int, id: str, found: Outcome | Refusal) -> BulkLine:
    if isinstance(found, Outcome):
        status = HTTPStatus.CREATED if found.status is Status.STORED else HTTPStatus.OK
        return BulkLine(
            line=line, http_status=status, id=found.id, given=found.given, status=found.status.value,
            thread=found.thread, paragraphs=found.paragraphs, notes=list(found.notes),
            duplicates=[Repeat(earlier=v.earlier, kind=v.kind, score=v.score) for v in found.verdicts],
        )  # fmt: skip
    refused = as_problem(found)
    return BulkLine(line=line, http_status=refused.status, id=id, reason=refused.detail, earlier=refused.earlier)

"""The views. Each parses, calls one function and shapes the answer; docs/http-api.md describes them to users."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask_openapi import APIBlueprint, Tag
from werkzeug.exceptions import BadRequest, ServiceUnavailable, UnsupportedMediaType

from corpus import BadRecord, Level, article_from_fields
from corpus.readers.base import Limits, ParsedArticle, Reading, Skipped, SourceLocation
from corpus.readers.jsonl import JsonLines, parse_object
from corpus.records import Job
from corpus.store import ThreadFilter, times

from ... import answers
from ...archive.archive import Archive
from ...archive.preparing import encode, prepare
from ...articles.models import ArticleAnswer, ArticleBody
from ...ingest.models import BulkAnswer, BulkLine, IngestAnswer
from ...ingest.writing import Outcome, Status, delete_article, ingest_many, write_article
from ...jobs import Runner
from ...threads import models as thread_models
from ...threads.models import MemberPage, ThreadPage
from ..models import JobAnswer
from . import requests as takes
from .compare import add_alignment_views
from .duplicates import DUPLICATE_CHANGES, NDJSON, add_duplicate_views, want_lines
from .history import LIFE_CHANGES, add_life_views
from .problems import problem, told
from .related import related_views
from .shapes import json_answer, problems
from .versions import add_version_views

_Tags = list[Tag | dict[str, Any]]
_ARTICLES: _Tags = [Tag(name="articles")]
_THREADS: _Tags = [Tag(name="threads")]
_JOBS: _Tags = [Tag(name="jobs")]
_CHANGES = (
    "api.add_article",
    "api.add_articles",
    "api.put_article",
    "api.remove_article",
    "api.add_job",
    *LIFE_CHANGES,
    *DUPLICATE_CHANGES,
)
_LINES = ("api.add_articles", "api.check_many")
"""Endpoints that take one JSON object a line."""
_MOVED: dict[str | int, Any] = {308: None, **problems(404, 410)}


def api(archive: Archive, runner: Runner | None) -> APIBlueprint:
    """The blueprint `/v1` over an archive; without a runner (a read-only archive) jobs are refused."""
    blueprint = APIBlueprint("api", __name__, url_prefix="/v1")
    related_views(blueprint, archive)
    add_version_views(blueprint, archive)
    add_duplicate_views(blueprint, archive)
    _article_views(blueprint, archive)
    _bulk_view(blueprint, archive)
    add_alignment_views(blueprint, archive)
    _thread_views(blueprint, archive)
    add_life_views(blueprint, archive)
    _job_views(blueprint, archive, runner)

    @blueprint.before_request
    def _() -> None:
        """Bodies of articles and queries are strict JSON: no NaN, no key twice, no nesting that overflows a stack."""
        if request.endpoint in _CHANGES and not archive.store.writable:
            raise ServiceUnavailable("this server is open for reading only")
        if request.method in ("POST", "PUT") and request.endpoint not in _LINES:
            if request.mimetype != "application/json":
                raise UnsupportedMediaType("send the body as application/json")
            try:
                parse_object(request.get_data(cache=True))
            except BadRecord as error:
                raise BadRequest(f"the body is no JSON object: {error.reason}") from error

    return blueprint


def _article_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.post(
        "/articles",
        tags=_ARTICLES,
        responses={200: IngestAnswer, 201: IngestAnswer, **problems(409, 507)},
    )
    def add_article(header: takes.IdempotencyHeader, query: takes.IngestQuery, body: ArticleBody) -> Response:
        """Take an article in: stored, judged, threaded and findable when the answer (201) comes."""
        fields = body.model_dump(exclude_none=True)
        return _take_in(archive, fields, header.idempotency_key, query.duplicates, replace=False)

    @blueprint.put(
        "/articles/<path:id>", tags=_ARTICLES,
        responses={200: IngestAnswer, 201: IngestAnswer, **problems(507)},
    )  # fmt: skip
    def put_article(
        path: takes.ArticlePath, header: takes.IdempotencyHeader, query: takes.IngestQuery, body: ArticleBody
    ) -> Response:
        """Store an article under this id, in place of the one that may be there, which is kept as a version."""
        fields = body.model_dump(exclude_none=True)
        if str(fields.setdefault("id", path.id)) != path.id:
            raise BadRecord(f"is {fields['id']!r} in the body and {path.id!r} in the address", field="id")
        return _take_in(archive, fields, header.idempotency_key, query.duplicates, replace=True)

    @blueprint.get("/articles/<path:id>", tags=_ARTICLES, responses={200: ArticleAnswer, 308: None, **problems(404)})
    def get_article(path: takes.ArticlePath) -> Response:
        """One article: its text, paragraphs, thread and duplicates; 308 from an id under which a version came."""
        return json_answer(answers.article(archive, path.id))

    @blueprint.delete("/articles/<path:id>", tags=_ARTICLES, responses={204: None, **problems(404, 507)})
    def remove_article(path: takes.ArticlePath) -> Response:
        """Remove an article whole: all versions, paragraphs, vectors, verdicts, membership."""
        delete_article(archive, path.id)
        return Response(status=204)


def _bulk_view(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.post(
        "/articles/bulk", tags=_ARTICLES, responses={207: BulkAnswer, **problems(507)},
        request_body={"content": {NDJSON: {"schema": {"type": "string"}}}, "required": True},
    )  # fmt: skip
    def add_articles(query: takes.IngestQuery) -> Response:
        """Take many articles in, one JSON object a line; each is acknowledged (or refused) on its own."""
        want_lines()
        request.max_content_length = archive.settings.bulk_bytes
        lines = list(_bulk(archive, request.get_data(cache=False), query.duplicates))
        archive.save_if_due()
        counts = Counter(line.status or "refused" for line in lines)
        return json_answer(BulkAnswer(lines=lines, counts=dict(counts)), 207)


def _bulk(archive: Archive, body: bytes, policy: str | None) -> Iterator[BulkLine]:
    limits = Limits(record_bytes=archive.settings.body_bytes)
    readings: list[Reading] = list(JsonLines().read(BytesIO(body), SourceLocation("body"), limits))
    outcomes = ingest_many(archive, (r.article for r in readings if isinstance(r, ParsedArticle)), policy=policy)
    for reading in readings:
        line = reading.location.line or 1
        if isinstance(reading, Skipped):
            yield BulkLine(line=line, http_status=422, reason=reading.reason)
            continue
        what = next(outcomes)
        if isinstance(what, Outcome):
            status = 201 if what.status is Status.STORED else 200
            yield BulkLine(
                line=line, http_status=status, id=what.id, given=what.given, status=what.status.value,
                thread=what.thread,
            )  # fmt: skip
        else:
            refused = told(what)
            yield BulkLine(
                line=line, http_status=refused.status, id=reading.article.id, reason=refused.detail,
                earlier=refused.earlier,
            )  # fmt: skip


def _take_in(
    archive: Archive, fields: dict[str, object], key: str | None, policy: str | None, *, replace: bool
) -> Response:
    article, notes = article_from_fields(fields)
    prepared = prepare(archive, article)
    vectors = encode(archive, [prepared])
    policy = policy or archive.settings.policy_for(article.source)
    asked = (request.method.encode(), request.path.encode(), policy.encode(), request.get_data())
    digest = hashlib.sha256(b"\0".join(asked)).hexdigest()
    archive.store.use_model(archive.encoder.fingerprint, archive.encoder.dimension)
    with archive.changing() as tx:
        if key and (before := tx.idempotency.find(key, digest)):
            answer = IngestAnswer.model_validate(before.response)
            return _taken_in(answer, before.status)
        what = write_article(archive, tx, prepared, vectors, policy=policy, replace=replace)
        answer = answers.outcome(archive, tx, what, article)
        answer.notes = [*notes, *answer.notes]
        status = 201 if what.status is Status.STORED else 200
        if key:
            tx.idempotency.keep(key, digest, status, answer.model_dump(mode="json"))
    archive.save_if_due()
    return _taken_in(answer, status)


def _taken_in(answer: IngestAnswer, status: int) -> Response:
    response = json_answer(answer, status)
    if status == HTTPStatus.CREATED:
        response.headers["Location"] = f"/v1/articles/{quote(answer.id)}"
    return response


def _thread_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/threads", tags=_THREADS, responses={200: ThreadPage, **problems()})
    def list_threads(query: takes.ThreadsQuery) -> Response:
        """Threads of a level, the latest first."""
        wanted = ThreadFilter(
            since=query.since and times.to_text(answers.moment(query.since, "since")),
            until=query.until and times.to_text(answers.moment(query.until, "until", end=True)),
            at_least=query.at_least,
            source=query.source,
            text=query.q,
            level=Level(query.level),
        )
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.thread_page(archive, wanted, cursor=query.cursor, limit=limit))

    @blueprint.get("/threads/<id>", tags=_THREADS, responses={200: thread_models.ThreadDetail, **_MOVED})
    def get_thread(path: takes.ThreadPath) -> Response:
        """One thread; 308 to its heir where it went into another one, 410 where it has several or none."""
        return json_answer(answers.thread_detail(archive, path.id))

    @blueprint.get("/threads/<id>/articles", tags=_THREADS, responses={200: MemberPage, **_MOVED})
    def thread_articles(path: takes.ThreadPath, query: takes.PageQuery) -> Response:
        """The articles of a thread in order of time; 308 and 410 as for the thread."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.thread_articles(archive, path.id, cursor=query.cursor, limit=limit))

    @blueprint.get(
        "/threads/<id>/articles/<path:article>/why", tags=_THREADS, responses={200: thread_models.WhyAnswer, **_MOVED}
    )
    def why_in_thread(path: takes.MemberPath) -> Response:
        """Why an article is in a thread: nearest members, runner-up, decisions; 308 and 410 as for the thread."""
        return json_answer(answers.why(archive, path.id, path.article))


def _job_views(blueprint: APIBlueprint, archive: Archive, runner: Runner | None) -> None:
    @blueprint.post("/jobs", tags=_JOBS, responses={202: JobAnswer, **problems()})
    def add_job(body: takes.JobBody) -> Response:
        """Start a job: `threads_build`, `threads_propose` (the same as a proposal, see runs), `index_save`.

        With `since` or `until` only the stories that have an article in that window are clustered anew.
        """
        if runner is None:
            return problem(503, "this server is open for reading only")
        answers.window(body.parameters.since, body.parameters.until)  # a wrong date is told now
        job = runner.add(body.kind, body.parameters.model_dump(exclude_none=True))
        response = json_answer(_job(job), 202)
        response.headers["Location"] = f"/v1/jobs/{job.id}"
        return response

    @blueprint.get("/jobs/<id>", tags=_JOBS, responses={200: JobAnswer, **problems(404)})
    def get_job(path: takes.JobPath) -> Response:
        """How a job is getting on."""
        with archive.store.read() as tx:
            return json_answer(_job(tx.jobs.get(path.id)))


def _job(job: Job) -> JobAnswer:
    return JobAnswer(
        id=job.id, kind=job.kind, state=job.state.value, attempt=job.attempt, done=job.done, total=job.total,
        result=dict(job.result) if job.result else None, error=job.error, created_at=job.created_at,
        updated_at=job.updated_at,
    )  # fmt: skip

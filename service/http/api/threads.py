"""The views of threads: listed, shown, explained; their lineage, editors' decisions, runs, and the change log."""

from flask import Response
from flask_openapi import APIBlueprint

from corpus import moment
from corpus.store import ThreadFilter, times

from ...archive import Archive
from ...threads import (
    DecisionRequest,
    change_page,
    decide,
    decided,
    decision,
    decision_page,
    discard_run,
    lineage,
    publish_run,
    roll_back,
    run,
    run_page,
    thread_detail,
    thread_page,
    undo,
    why,
    why_article,
)
from ...threads import models as answers
from ...threads import thread_articles as member_page
from . import requests as takes
from .shapes import json_answer, problems, tags, writes

_THREADS, _DECISIONS, _RUNS, _CHANGES = (tags(name) for name in ("threads", "decisions", "runs", "changes"))
_MOVED = {308: None, **problems(404, 410)}


def add_thread_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views to the blueprint `/v1`."""
    _thread_views(blueprint, archive)
    _history_views(blueprint, archive)
    _decision_views(blueprint, archive)
    _run_views(blueprint, archive)


def add_reason_view(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the view over an article's id, which must come before `/articles/<path:id>`."""

    @blueprint.get("/articles/<path:id>/why", tags=_THREADS, responses={200: answers.Why, **problems(404)})
    def why_of_article(path: takes.ArticlePath, query: takes.LevelQuery) -> Response:
        """Why an article is in its thread of a level: nearest members, runner-up, decisions."""
        return json_answer(archive.read(why_article, path.id, query.level))


def _thread_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/threads", tags=_THREADS, responses={200: answers.ThreadPage, **problems()})
    def list_threads(query: takes.ThreadsQuery) -> Response:
        """Threads of a level, the latest first."""
        wanted = ThreadFilter(
            since=query.since and times.to_text(moment(query.since, "since")),
            until=query.until and times.to_text(moment(query.until, "until", end=True)),
            at_least=query.at_least,
            source=query.source,
            text=query.q,
            level=query.level,
        )
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(thread_page, wanted, cursor=query.cursor, limit=limit))

    @blueprint.get("/threads/<id>", tags=_THREADS, responses={200: answers.ThreadDetail, **_MOVED})
    def get_thread(path: takes.ThreadPath) -> Response:
        """One thread; 308 to its heir where it went into another one, 410 where it has several or none."""
        return json_answer(archive.read(thread_detail, path.id))

    @blueprint.get("/threads/<id>/articles", tags=_THREADS, responses={200: answers.MemberPage, **_MOVED})
    def thread_articles(path: takes.ThreadPath, query: takes.PageQuery) -> Response:
        """The articles of a thread in order of time; 308 and 410 as for the thread."""
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(member_page, path.id, cursor=query.cursor, limit=limit))

    @blueprint.get("/threads/<id>/articles/<path:article>/why", tags=_THREADS, responses={200: answers.Why, **_MOVED})
    def why_in_thread(path: takes.MemberPath) -> Response:
        """Why an article is in a thread: nearest members, runner-up, decisions; 308 and 410 as for the thread."""
        return json_answer(archive.read(why, path.id, path.article))


def _history_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/threads/<id>/lineage", tags=_THREADS, responses={200: answers.ThreadLineage, **problems(404)})
    def thread_lineage(path: takes.ThreadPath) -> Response:
        """The lineage of a thread, living or gone."""
        return json_answer(archive.read(lineage, path.id))

    @blueprint.get("/changes", tags=_CHANGES, responses={200: answers.ChangePage, **problems()})
    def list_changes(query: takes.ChangesQuery) -> Response:
        """What happened after a sequence, in order and without a gap."""
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(change_page, after=query.after, limit=limit))


def _decision_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/decisions", tags=_DECISIONS, responses={200: answers.DecisionPage, **problems()})
    def list_decisions(query: takes.PageQuery) -> Response:
        """All decisions, the oldest first."""
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(decision_page, cursor=query.cursor, limit=limit))

    @blueprint.post("/decisions", tags=_DECISIONS, responses={201: answers.Decided, **problems(404, 409, 410, 507)})
    @writes
    def add_decision(body: takes.DecisionBody) -> Response:
        """Decide: in effect when the answer (201) comes, and in every later run."""
        request = DecisionRequest(
            body.kind, body.who, body.why, tuple(body.articles), body.thread, body.source, body.headline
        )
        return json_answer(archive.read(decided, decide(archive, request)), 201)

    @blueprint.post(
        "/decisions/<id>/undo", tags=_DECISIONS, responses={200: answers.DecisionAnswer, **problems(404, 409, 507)}
    )
    @writes
    def undo_decision(path: takes.DecisionPath, body: takes.SignedBody) -> Response:
        """Undo a decision; what it moved stays until the next run."""
        return json_answer(archive.read(decision, undo(archive, path.id, body.who, body.why)))


def _run_views(blueprint: APIBlueprint, archive: Archive) -> None:
    ended = {200: answers.RunAnswer, **problems(404, 409, 507)}

    @blueprint.get("/runs", tags=_RUNS, responses={200: answers.RunPage, **problems()})
    def list_runs(query: takes.RunsQuery) -> Response:
        """Runs of the thread job, the newest first."""
        return json_answer(archive.read(run_page, archive.settings.page(query.limit)))

    @blueprint.get("/runs/<id>", tags=_RUNS, responses={200: answers.RunAnswer, **problems(404)})
    def get_run(path: takes.RunPath) -> Response:
        """One run, with its difference to what was published."""
        return json_answer(run(archive.read(lambda view: view.tx.runs.get(path.id))))

    @blueprint.post("/runs/<id>/publish", tags=_RUNS, responses=ended)
    @writes
    def publish(path: takes.RunPath, body: takes.NoBody) -> Response:
        """Publish a proposal, in one transaction."""
        return json_answer(run(publish_run(archive, path.id)))

    @blueprint.post("/runs/<id>/discard", tags=_RUNS, responses=ended)
    @writes
    def discard(path: takes.RunPath, body: takes.NoBody) -> Response:
        """Drop a proposal."""
        return json_answer(run(discard_run(archive, path.id)))

    @blueprint.post("/runs/rollback", tags=_RUNS, responses={200: answers.RunAnswer, **problems(409, 507)})
    @writes
    def rollback(body: takes.NoBody) -> Response:
        """Undo the newest published run: everything goes back to the threads before it; decisions hold."""
        return json_answer(run(roll_back(archive)))

"""The views about the life of threads: lineage, decisions, runs, and the feed of changes."""

from typing import Any

from flask import Response
from flask_openapi import APIBlueprint, Tag

from corpus import DecisionKind

from ... import answers
from ...archive.archive import Archive
from ...threads import models as thread_models
from ...threads.building import discard_run, publish_run, roll_back
from ...threads.decisions import DecisionRequest, decide, undo
from . import requests as takes
from .shapes import json_answer, problems

_Tags = list[Tag | dict[str, Any]]
_THREADS: _Tags = [Tag(name="threads")]
_DECISIONS: _Tags = [Tag(name="decisions")]
_RUNS: _Tags = [Tag(name="runs")]
_FEED: _Tags = [Tag(name="changes")]
LIFE_CHANGES = ("api.add_decision", "api.undo_decision", "api.publish", "api.discard", "api.rollback")
"""Endpoints that change something."""


def add_life_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Lineage and the feed, decisions, runs."""
    _history_views(blueprint, archive)
    _decision_views(blueprint, archive)
    _run_views(blueprint, archive)


def _history_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get(
        "/threads/<id>/lineage", tags=_THREADS, responses={200: thread_models.LineageAnswer, **problems(404)}
    )
    def thread_lineage(path: takes.ThreadPath) -> Response:
        """What became of a thread, living or gone."""
        return json_answer(answers.lineage(archive, path.id))

    @blueprint.get("/changes", tags=_FEED, responses={200: thread_models.ChangePage, **problems()})
    def list_changes(query: takes.ChangesQuery) -> Response:
        """What happened behind a sequence, in order and without a gap."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.change_page(archive, after=query.after, limit=limit))


def _decision_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/decisions", tags=_DECISIONS, responses={200: thread_models.DecisionPage, **problems()})
    def list_decisions(query: takes.PageQuery) -> Response:
        """All decisions, the oldest first."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.decision_page(archive, cursor=query.cursor, limit=limit))

    @blueprint.post(
        "/decisions", tags=_DECISIONS, responses={201: thread_models.DecidedAnswer, **problems(404, 409, 410, 507)}
    )
    def add_decision(body: takes.DecisionBody) -> Response:
        """Decide: in effect when the answer (201) comes, and in every later run."""
        wish = DecisionRequest(
            DecisionKind(body.kind), body.who, body.why, tuple(body.articles), body.thread, body.source, body.headline
        )
        return json_answer(answers.decided(archive, decide(archive, wish)), 201)

    @blueprint.post(
        "/decisions/<id>/undo", tags=_DECISIONS,
        responses={200: thread_models.DecisionAnswer, **problems(404, 409, 507)},
    )  # fmt: skip
    def undo_decision(path: takes.DecisionPath, body: takes.UndoBody) -> Response:
        """Take a decision back; what it moved stays until the next run."""
        made = undo(archive, path.id, body.who, body.why)
        with archive.store.read() as tx:
            return json_answer(answers.decision(tx, made))


def _run_views(blueprint: APIBlueprint, archive: Archive) -> None:
    ended = {200: thread_models.RunAnswer, **problems(404, 409, 507)}

    @blueprint.get("/runs", tags=_RUNS, responses={200: thread_models.RunPage, **problems()})
    def list_runs(query: takes.RunsQuery) -> Response:
        """Runs of the thread job, the newest first."""
        return json_answer(answers.run_page(archive, min(query.limit, archive.settings.page_max)))

    @blueprint.get("/runs/<id>", tags=_RUNS, responses={200: thread_models.RunAnswer, **problems(404)})
    def get_run(path: takes.RunPath) -> Response:
        """One run, with its difference to what was published."""
        with archive.store.read() as tx:
            return json_answer(answers.run(tx.runs.get(path.id)))

    @blueprint.post("/runs/<id>/publish", tags=_RUNS, responses=ended)
    def publish(path: takes.RunPath, body: takes.NoBody) -> Response:
        """Put a proposal in force, whole."""
        return json_answer(answers.run(publish_run(archive, path.id)))

    @blueprint.post("/runs/<id>/discard", tags=_RUNS, responses=ended)
    def discard(path: takes.RunPath, body: takes.NoBody) -> Response:
        """Drop a proposal."""
        return json_answer(answers.run(discard_run(archive, path.id)))

    @blueprint.post("/runs/rollback", tags=_RUNS, responses={200: thread_models.RunAnswer, **problems(409, 507)})
    def rollback(body: takes.NoBody) -> Response:
        """Put everything where it was before the newest published run; decisions hold."""
        return json_answer(answers.run(roll_back(archive)))

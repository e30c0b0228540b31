"""The views of jobs: one started, one asked about."""

from flask import Response
from flask_openapi import APIBlueprint

from corpus.records import Job

from ...archive import Archive
from ...jobs import Runner
from ...threads import window
from ..models import JobAnswer
from . import requests as takes
from .problems import problem
from .shapes import json_answer, problems, tags, writes

_JOBS = tags("jobs")


def add_job_views(blueprint: APIBlueprint, archive: Archive, runner: Runner | None) -> None:
    """Add the views to the blueprint `/v1`; without a runner jobs are refused."""

    @blueprint.post("/jobs", tags=_JOBS, responses={202: JobAnswer, **problems()})
    @writes
    def add_job(body: takes.JobBody) -> Response:
        """Start a job: `threads_build`, `threads_propose` (the same as a proposal, see runs), `index_save`.

        With `since` or `until` only the stories that have an article in that window are clustered again.
        """
        if runner is None:
            return problem(503, "this server is open for reading only")
        window(body.parameters.since, body.parameters.until)  # a wrong date is refused now
        job = runner.add(body.kind, body.parameters.model_dump(exclude_none=True))
        response = json_answer(_job(job), 202)
        response.headers["Location"] = f"/v1/jobs/{job.id}"
        return response

    @blueprint.get("/jobs/<id>", tags=_JOBS, responses={200: JobAnswer, **problems(404)})
    def get_job(path: takes.JobPath) -> Response:
        """The state and the progress of a job."""
        return json_answer(_job(archive.read(lambda view: view.tx.jobs.get(path.id))))


def _job(job: Job) -> JobAnswer:
    return JobAnswer(
        id=job.id, kind=job.kind, state=job.state, attempt=job.attempt, done=job.done, total=job.total,
        result=dict(job.result) if job.result else None, error=job.error, created_at=job.created_at,
        updated_at=job.updated_at,
    )  # fmt: skip

"""Long work, written down in the store and done by one thread of the writing process.

A job survives its process: the next one that writes finds it unfinished and starts it again.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from corpus import StoreError
from corpus.records import Job
from embeddings.parallel import Progress

from .archive.archive import Archive
from .threads.building import build_threads, propose_threads, window

log = logging.getLogger(__name__)

_POLL_S = 5.0
_REPORT_S = 1.0
"""Seconds between two progress reports: each is a commit."""

Work = Callable[[Archive, Mapping[str, Any], Progress], Mapping[str, Any]]


def _threads_build(archive: Archive, parameters: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    return asdict(build_threads(archive, progress, window(parameters.get("since"), parameters.get("until"))))


def _threads_propose(archive: Archive, parameters: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    span = window(parameters.get("since"), parameters.get("until"))
    return {"run": propose_threads(archive, progress, span).id}


def _index_save(archive: Archive, parameters: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    archive.save()
    return {"vectors": len(archive.memory.index)}


class JobKind(StrEnum):
    """What a job does."""

    THREADS_BUILD = "threads_build"
    THREADS_PROPOSE = "threads_propose"
    INDEX_SAVE = "index_save"


KINDS: dict[str, Work] = {
    JobKind.THREADS_BUILD: _threads_build, JobKind.THREADS_PROPOSE: _threads_propose, JobKind.INDEX_SAVE: _index_save,
}  # fmt: skip
"""Kind -> what it does. Each may be run twice with the same result: that is what a restart does."""


class Runner:
    """A thread that does the jobs of a store, one after the other."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin; jobs that a former process left are taken up first."""
        self._thread.start()

    def add(self, kind: str, parameters: Mapping[str, Any]) -> Job:
        """Write a job down; on disk when this returns. KeyError for an unknown kind."""
        KINDS[kind]
        with self._archive.changing() as change:
            job = change.tx.jobs.add(kind, parameters)
        self._wake.set()
        return job

    def stop(self, timeout_s: float = 10.0) -> None:
        """Stop after the present step; the next process does an unfinished job again."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        unfinished = True  # there may be jobs that run by the store, and in no process
        while not self._stopping.is_set():
            try:
                with self._archive.changing() as change:
                    if unfinished:
                        change.tx.jobs.release_all()
                    job = change.tx.jobs.claim()
                unfinished = False
                if job is not None:
                    self._do(job)
                    continue
            except StoreError as error:
                unfinished = True
                log.warning("jobs.waiting reason=%s", error)
            self._wake.wait(_POLL_S)
            self._wake.clear()

    def _do(self, job: Job) -> None:
        log.info("job.started id=%s kind=%s attempt=%d", job.id, job.kind, job.attempt)
        try:
            result = KINDS[job.kind](self._archive, job.parameters, self._reporter(job.id))
            error = None
        except _StoppedError:
            log.info("job.interrupted id=%s", job.id)
            with self._archive.changing() as change:
                change.tx.jobs.give_back(job.id)
            return
        except Exception as problem:  # a job's failure must not end the jobs
            log.exception("job.failed id=%s", job.id)
            result, error = None, f"{type(problem).__name__}: {problem}"
        with self._archive.changing() as change:
            change.tx.jobs.finish(job.id, result=result, error=error)
        log.info("job.ended id=%s error=%s", job.id, error)

    def _reporter(self, id: str) -> Progress:
        last = time.monotonic()

        def report(done: int, total: int) -> None:
            nonlocal last
            if self._stopping.is_set():
                raise _StoppedError
            if time.monotonic() - last >= _REPORT_S:
                last = time.monotonic()
                with self._archive.changing() as change:
                    change.tx.jobs.progress(id, done, total)

        return report


class _StoppedError(Exception):
    """The process ends; the job is to be done again."""

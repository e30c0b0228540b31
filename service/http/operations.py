"""Health, readiness and metrics, for whoever runs the service."""

import time

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from corpus import StoreError

from ..archive import Archive
from .models import Health


def operations(archive: Archive, instance: str | None = None) -> Blueprint:
    """The blueprint with `/healthz`, `/readyz` and `/metrics`; `instance` is what a health answer names."""
    blueprint = Blueprint("operations", __name__)
    metrics = Metrics(archive)

    @blueprint.record_once
    def _(state: object) -> None:
        metrics.watch(state.app)  # type: ignore[attr-defined]

    @blueprint.get("/healthz")
    def health() -> Response:
        """The process lives, and says what is wrong with it. Touches no disk."""
        return _answer(_health(archive, instance), 200)

    @blueprint.get("/readyz")
    def ready() -> Response:
        """Requests can be answered: the store reads, the index is loaded."""
        try:
            with archive.reading() as view:
                counts = {
                    "articles": view.tx.articles.count(), "added_since_build": view.tx.threads.added_since_built(),
                }  # fmt: skip
        except StoreError as error:
            return _answer(Health(status="degraded", reason=str(error)), 503)
        known = counts | {"encoder": archive.encoder.fingerprint}
        return _answer(_health(archive, instance).model_copy(update=known), 200)

    @blueprint.get("/metrics")
    def prometheus() -> Response:
        """Metrics in the Prometheus text format."""
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)

    return blueprint


class Metrics:
    """What is counted, in a registry of its own (one for each app)."""

    def __init__(self, archive: Archive) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "clew_requests_total", "Requests answered.", ["endpoint", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "clew_request_seconds", "Time to answer.", ["endpoint"], registry=self._registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        )  # fmt: skip
        for name, help, value in (
            ("clew_articles", "Articles that can be found.", lambda: len(archive.memory.collection)),
            ("clew_vectors", "Paragraph vectors in the index.", lambda: len(archive.memory.index)),
            ("clew_threads", "Story threads.", lambda: len(archive.memory.members)),
            ("clew_degraded", "1 while something is wrong.", lambda: int(archive.degraded is not None)),
        ):
            Gauge(name, help, registry=self._registry).set_function(value)

    def watch(self, app: Flask) -> None:
        """Count the requests of this app."""

        @app.before_request
        def _() -> None:
            g.started = time.perf_counter()

        @app.after_request
        def _(response: Response) -> Response:
            endpoint = request.endpoint or "none"
            self._requests.labels(endpoint, request.method, str(response.status_code)).inc()
            if "started" in g:
                self._seconds.labels(endpoint).observe(time.perf_counter() - g.started)
            return response

    def text(self) -> bytes:
        """All metrics, as Prometheus reads them."""
        return generate_latest(self._registry)


def _health(archive: Archive, instance: str | None) -> Health:
    return Health(status="degraded" if archive.degraded else "ok", reason=archive.degraded, instance=instance)


def _answer(health: Health, status: int) -> Response:
    return Response(health.model_dump_json(exclude_none=True), status, content_type="application/json")

"""Requests made from the API's own description: no 5xx, and only the statuses and types that it documents."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
)  # fmt: skip


@schemathesis.serializer("application/x-ndjson")
def _lines(context, value):
    return value.encode(errors="surrogatepass") if isinstance(value, str) else bytes(value)


OPERATIONS = [
    "POST /v1/articles", "POST /v1/articles/bulk", "GET /v1/articles/{id}", "PUT /v1/articles/{id}",
    "DELETE /v1/articles/{id}", "GET /v1/articles/{id}/related", "POST /v1/related", "POST /v1/related/batch",
    "GET /v1/duplicates",
    "POST /v1/duplicates/check", "GET /v1/threads", "GET /v1/threads/{id}", "GET /v1/threads/{id}/articles",
    "POST /v1/jobs", "GET /v1/jobs/{id}", "GET /v1/articles/{a}/alignment/{b}", "GET /v1/articles/{id}/novelty",
    "GET /v1/threads/{id}/lineage", "GET /v1/threads/{id}/articles/{article}/why", "POST /v1/decisions",
    "GET /v1/decisions", "POST /v1/decisions/{id}/undo",
    "GET /v1/articles/{id}/versions", "GET /v1/articles/{id}/versions/{number}", "GET /v1/diff",
    "POST /v1/duplicates/check/bulk", "GET /v1/duplicates/groups", "GET /v1/duplicates/review", "GET /v1/review",
    "GET /v1/duplicates/labels", "PUT /v1/duplicates/labels", "DELETE /v1/duplicates/labels",
    "GET /v1/duplicates/suggest", "GET /v1/duplicates/backtest", "GET /v1/articles/{id}/copies",
    "PUT /v1/articles/{id}/canonical", "DELETE /v1/articles/{id}/canonical",
    "GET /v1/runs", "GET /v1/runs/{id}", "POST /v1/runs/{id}/publish", "POST /v1/runs/{id}/discard",
    "POST /v1/runs/rollback", "GET /v1/changes",
]  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_any_request_is_answered_as_described(client, operation):
    method, path = operation.split()
    schema = schemathesis.openapi.from_wsgi("/openapi.json", client.application)

    @given(case=schema[path][method].as_strategy())
    @settings(
        max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case):
        case.call_and_validate(checks=list(CHECKS))

    ask()

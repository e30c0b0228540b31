"""The HTTP API: what wrong requests are answered with, and the table of errors."""

import inspect

import pytest

import corpus.errors
import embeddings.errors
import service.errors
from service.http.api.problems import status_of

# Wrong requests

BODIES = (
    "/v1/articles", "/v1/related", "/v1/related/batch", "/v1/duplicates/check", "/v1/jobs", "/v1/decisions",
    "/v1/runs/rollback",
)  # fmt: skip
BROKEN = {
    "half": b'{"text": "a',
    "no object": b"[]",
    "empty": b"",
    "a key twice": b'{"text": "a", "text": "b"}',
    "nested": b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "not a number": b'{"text": NaN}',
    "huge number": b'{"text": ' + b"9" * 5_000 + b"}",
    "no UTF-8": b'{"text": "\xff\xfe"}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("path", BODIES)
def test_what_is_no_json_is_400(client, assert_problem, path, body):
    assert_problem(client.post(path, data=body, content_type="application/json"), 400, "JSON")


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type_is_415(client, assert_problem, path, kind):
    assert_problem(client.post(path, data=b'{"text": "Words."}', content_type=kind), 415, "application/json")


@pytest.mark.parametrize("path", BODIES)
def test_too_long_a_body_is_413(open_archive, client_of, assert_problem, path):
    client = client_of(open_archive(body_bytes=1_000))
    assert_problem(client.post(path, json={"text": "x" * 1_001}), 413)
    assert_problem(client.put("/v1/articles/a", json={"text": "x" * 1_001}), 413)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nope", "/v1/articles/nope", "/v1/articles/nope/related", "/v1/threads/nope", "/v1/threads/nope/articles",
        "/v1/threads/nope/lineage", "/v1/runs/nope", "/v1/articles/nope/copies",
        "/v1/jobs/nope", "/v1", "/v1/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(client, assert_problem, path):
    assert_problem(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/articles", {"GET", "POST"}),
        ("PATCH", "/v1/articles/a", {"GET", "PUT", "DELETE"}),
        ("DELETE", "/v1/threads", {"GET"}),
        ("POST", "/v1/threads/a", {"GET"}),
        ("PUT", "/v1/related", {"POST"}),
        ("GET", "/v1/jobs", {"POST"}),
        ("POST", "/v1/duplicates", {"GET"}),
        ("POST", "/healthz", {"GET"}),
    ],
)
def test_another_method_is_405_and_says_which(client, assert_problem, method, path, allowed):
    response = client.open(path, method=method, json={})
    assert_problem(response, 405)
    assert {name.strip() for name in response.headers["Allow"].split(",")} >= allowed


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/articles", {}, "text"),
        ("/v1/articles", {"text": ""}, "text"),
        ("/v1/articles", {"text": " \n "}, "text"),
        ("/v1/articles", {"text": "?!"}, "text"),
        ("/v1/articles", {"text": 7}, "text"),
        ("/v1/articles", {"text": ["a"]}, "text"),
        ("/v1/articles", {"text": "Words.", "id": ""}, "id"),
        ("/v1/articles", {"text": "Words.", "id": "x" * 201}, "id"),
        ("/v1/articles", {"text": "Words.", "id": " a"}, "id"),
        ("/v1/articles", {"text": "Words.", "id": True}, "id"),
        ("/v1/articles", {"text": "Words.", "id": 1.5}, "id"),
        ("/v1/articles", {"text": "Words.", "title": "x" * 2_001}, "title"),
        ("/v1/articles", {"text": "Words.", "source": "x" * 501}, "source"),
        ("/v1/articles", {"text": "Words.", "published": 20111116}, "published"),
        ("/v1/articles", {"text": "Words.", "url": "not a url"}, "url"),
        ("/v1/articles", {"text": "Words.", "body": "x"}, "body"),
        ("/v1/articles?duplicates=maybe", {"text": "Words."}, "duplicates"),
        ("/v1/articles?nope=1", {"text": "Words."}, "nope"),
        ("/v1/duplicates/check", {"text": "Words.", "url": "not a url"}, "url"),
        ("/v1/related", {}, "body"),
        ("/v1/related", {"article_id": "a", "text": "b"}, "body"),
        ("/v1/related", {"text": "..."}, "text"),
        ("/v1/related", {"text": "Words.", "limit": 0}, "limit"),
        ("/v1/related", {"text": "Words.", "limit": 1_001}, "limit"),
        ("/v1/related", {"text": "Words.", "since": "banana"}, "since"),
        ("/v1/related", {"text": "Words.", "until": "2011-13-45"}, "until"),
        ("/v1/related", {"text": "Words.", "collapse": "some"}, "collapse"),
        ("/v1/related", {"text": "Words.", "sources": "one"}, "sources"),
        ("/v1/related", {"text": "Words.", "sources": ["x" * 501]}, "sources.0"),
        ("/v1/decisions", {"who": "a", "why": "b"}, "kind"),
        ("/v1/decisions", {"kind": "lock", "why": "b", "thread": "t"}, "who"),
        ("/v1/decisions", {"kind": "lock", "who": "a", "why": "b"}, "thread"),
        ("/v1/decisions", {"kind": "lock", "who": " ", "why": "b", "thread": "t"}, "who"),
        ("/v1/decisions", {"kind": "pin", "who": "a", "why": "b", "thread": "t"}, "articles"),
        ("/v1/decisions", {"kind": "must_link", "who": "a", "why": "b", "articles": ["x"]}, "articles"),
        ("/v1/decisions", {"kind": "must_link", "who": "a", "why": "b", "articles": ["x", "x"]}, "articles"),
        (
            "/v1/decisions",
            {"kind": "must_link", "who": "a", "why": "b", "articles": ["x", "y"], "thread": "t"},
            "thread",
        ),
        ("/v1/decisions", {"kind": "rename", "who": "a", "why": "b", "thread": "t"}, "headline"),
        ("/v1/decisions", {"kind": "merge", "who": "a", "why": "b", "thread": "t"}, "source"),
        ("/v1/runs/rollback", {"all": True}, "all"),
        ("/v1/jobs", {}, "kind"),
        ("/v1/jobs", {"kind": "format_disk"}, "kind"),
        ("/v1/jobs", {"kind": "index_save", "parameters": []}, "parameters"),
        ("/v1/jobs", {"kind": "threads_build", "parameters": {"since": "last week"}}, "since"),
    ],
)
def test_a_field_that_is_wrong_is_named(client, archive, assert_problem, path, body, field):
    problem = assert_problem(client.post(path, json=body), 422)
    assert field in [error["field"] for error in problem["errors"]]
    assert len(archive.memory.collection) == 0


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/threads?limit=0", "limit"),
        ("/v1/threads?level=town", "level"),
        ("/v1/changes?after=-1", "after"),
        ("/v1/changes?limit=0", "limit"),
        ("/v1/threads?limit=x", "limit"),
        ("/v1/threads?limit=99999999999999999999", "limit"),
        ("/v1/threads?at_least=0", "at_least"),
        ("/v1/threads?since=banana", "since"),
        ("/v1/threads?until=banana", "until"),
        ("/v1/threads?nope=1", "nope"),
        ("/v1/duplicates?limit=1001", "limit"),
        ("/v1/threads/a/articles?limit=-1", "limit"),
        ("/v1/articles/a/related?limit=0", "limit"),
        ("/v1/articles/a/related?collapse=x", "collapse"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(client, assert_problem, path, field):
    problem = assert_problem(client.get(path), 422)
    assert field in [error["field"] for error in problem["errors"]]


@pytest.mark.parametrize("cursor", ["!", "e30", "bnVsbA", "WzFd", "WyJhIl0", "W10", "a" * 999, "\u00e9", "WzEsICJhIl0"])
@pytest.mark.parametrize("path", ["/v1/threads", "/v1/duplicates", "members"])
def test_a_cursor_that_no_answer_gave_is_400(sample_client, sample_archive, assert_problem, path, cursor):
    if path == "members":
        path = f"/v1/threads/{next(iter(sample_archive.memory.members))}/articles"
    response = sample_client.get(path, query_string={"cursor": cursor})
    if path == "/v1/duplicates" and cursor == "WzFd":  # that is [1]: one that it does give
        assert response.status_code == 200
    else:
        assert_problem(response, 400, "cursor")


# The table of errors

INTERNAL = {
    service.errors.ServiceError, service.errors.BadSettings, service.errors.ServerFailed, service.errors.FollowFailed,
    corpus.errors.CorpusError
}  # fmt: skip
"""Roots, and what no request can raise."""


def _errors():
    for module in (corpus.errors, embeddings.errors, service.errors):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Exception) and kind.__module__ == module.__name__:
                yield kind


@pytest.mark.parametrize("kind", list(_errors()), ids=lambda kind: kind.__name__)
def test_each_error_of_ours_has_a_status(kind):
    status = status_of(kind.__new__(kind))
    assert (status == 500) == (kind in INTERNAL)
    assert 400 <= status <= 599


def test_the_table_misses_no_package():
    assert len(list(_errors())) > 20

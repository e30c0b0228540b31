"""The HTTP API: articles in and out, idempotency, bulk, health and the description."""

import json
from urllib.parse import quote

import pytest

import corpus.errors

NDJSON = "application/x-ndjson"
ODD_IDS = (
    "a/b/c",
    "/lead",
    "trail/",
    "a//b",
    "../dots",
    "Zürich 東京 🗞",
    "100%",
    "a%2Fb",
    "a?b=c&d#e",
    "bulk",
    "123",
    "a+b",
)
NOTHING = {"hits": [], "copies": [], "near_misses": [], "next": None}
OLD = ("/v1/duplicates/judgements",)
"""Addresses that are still answered, and not described any more."""
ROUTES = {
    "/v1/articles": {"get", "post"},
    "/v1/articles/bulk": {"post"},
    "/v1/articles/{id}": {"get", "put", "delete"},
    "/v1/articles/{id}/related": {"get"},
    "/v1/articles/{id}/why": {"get"},
    "/v1/articles/{a}/alignment/{b}": {"get"},
    "/v1/articles/{id}/novelty": {"get"},
    "/v1/articles/{id}/versions": {"get"},
    "/v1/articles/{id}/versions/{number}": {"get"},
    "/v1/diff": {"get"},
    "/v1/related": {"post"},
    "/v1/related/batch": {"post"},
    "/v1/duplicates": {"get"},
    "/v1/duplicates/check": {"post"},
    "/v1/duplicates/check/bulk": {"post"},
    "/v1/duplicates/groups": {"get"},
    "/v1/duplicates/labels": {"get", "put", "delete"},
    "/v1/duplicates/review": {"get"},
    "/v1/review": {"get"},
    "/v1/duplicates/suggest": {"get"},
    "/v1/duplicates/backtest": {"get"},
    "/v1/articles/{id}/copies": {"get"},
    "/v1/articles/{id}/canonical": {"put", "delete"},
    "/v1/threads": {"get"},
    "/v1/threads/{id}": {"get"},
    "/v1/threads/{id}/articles": {"get"},
    "/v1/threads/{id}/articles/{article}/why": {"get"},
    "/v1/threads/{id}/lineage": {"get"},
    "/v1/decisions": {"get", "post"},
    "/v1/decisions/{id}/undo": {"post"},
    "/v1/runs": {"get"},
    "/v1/runs/{id}": {"get"},
    "/v1/runs/{id}/publish": {"post"},
    "/v1/runs/{id}/discard": {"post"},
    "/v1/runs/rollback": {"post"},
    "/v1/changes": {"get"},
    "/v1/jobs": {"post"},
    "/v1/jobs/{id}": {"get"},
}


def fields_of(article) -> dict[str, str]:
    return {"id": article.id, "title": article.title, "text": article.text}


def bulk(client, lines: list[object], **query: str):
    body = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return client.post("/v1/articles/bulk", data=body, content_type=NDJSON, query_string=query)


# Articles


def test_an_article_comes_back_as_it_was_sent(client, make_article):
    sent = fields_of(make_article("a")) | {
        "published": "2011-11-16", "source": "Post", "author": "A. Writer", "section": "News", "language": "pt-BR",
        "url": "https://post.example/a?b=c",
    }  # fmt: skip
    response = client.post("/v1/articles", json=sent)
    assert response.status_code == 201
    assert response.mimetype == "application/json"
    assert response.headers["Location"] == "/v1/articles/a"
    answer = response.get_json()
    assert (answer["id"], answer["status"], answer["paragraphs"], answer["duplicates"]) == ("a", "stored", 3, [])
    found = client.get("/v1/articles/a").get_json()
    assert {name: found[name] for name in sent} == sent | {
        "published": "2011-11-16T00:00:00Z", "language": "pt-br",
    }  # fmt: skip
    assert found["published_precision"] == "day"
    assert found["thread"] == answer["thread"]
    assert [found["text"][p["start"] : p["end"]] for p in found["paragraphs"]] == [
        p["text"] for p in found["paragraphs"]
    ]
    assert [p["position"] for p in found["paragraphs"]] == [0, 1, 2]


def test_the_same_article_again_is_no_second_one(client, archive, make_article):
    sent = fields_of(make_article("a"))
    assert client.post("/v1/articles", json=sent).status_code == 201
    again = client.post("/v1/articles", json=sent)
    assert (again.status_code, again.get_json()["status"]) == (200, "unchanged")
    assert len(archive.memory.collection) == 1


def test_an_id_that_another_text_has_is_refused(client, make_article, assert_problem):
    client.post("/v1/articles", json=fields_of(make_article("a")))
    response = client.post("/v1/articles", json=fields_of(make_article("a", version=1)))
    assert_problem(response, 409, "'a'", "PUT")


@pytest.mark.parametrize("id", ODD_IDS)
def test_ids_of_any_characters_have_an_address(client, make_article, assert_problem, id):
    sent = fields_of(make_article("odd")) | {"id": id}
    response = client.post("/v1/articles", json=sent)
    assert response.status_code == 201, response.text
    place = response.headers["Location"]
    assert client.get(place).get_json()["id"] == id
    assert client.get(f"/v1/articles/{quote(id, safe='')}").get_json()["id"] == id
    assert client.get(f"{place}/related").get_json() == NOTHING
    assert client.put(place, json=fields_of(make_article("other")) | {"id": id}).get_json()["status"] == "updated"
    assert client.delete(place).status_code == 204
    assert_problem(client.get(place), 404)


def test_put_creates_and_then_replaces(client, archive, make_article, assert_whole):
    first, second = make_article("a"), make_article("a", version=1)
    response = client.put("/v1/articles/a", json={"text": first.text})
    assert (response.status_code, response.get_json()["status"]) == (201, "stored")
    response = client.put("/v1/articles/a", json={"text": second.text, "id": "a"})
    assert (response.status_code, response.get_json()["status"]) == (200, "updated")
    assert client.put("/v1/articles/a", json={"text": second.text}).get_json()["status"] == "unchanged"
    assert client.get("/v1/articles/a").get_json()["text"] == second.text
    assert len(archive.memory.collection) == 1
    assert_whole(archive)


def test_put_of_another_id_is_refused(client, make_article, assert_problem):
    problem = assert_problem(client.put("/v1/articles/a", json=fields_of(make_article("b"))), 422, "'b'", "'a'")
    assert problem["errors"][0]["field"] == "id"


def test_a_deleted_article_is_gone_everywhere(client, archive, make_article, assert_problem, assert_whole):
    a, b = make_article("a", story="s"), make_article("b", story="s")
    for article in (a, b):
        thread = client.post("/v1/articles", json=fields_of(article)).get_json()["thread"]
    client.post("/v1/articles", json=fields_of(b) | {"id": "copy"})
    for id in ("b", "copy"):
        response = client.delete(f"/v1/articles/{id}")
        assert (response.status_code, response.data) == (204, b"")
    for path in ("/v1/articles/b", "/v1/articles/b/related"):
        assert_problem(client.get(path), 404, "'b'")
    assert_problem(client.delete("/v1/articles/b"), 404)
    assert_problem(client.post("/v1/related", json={"article_id": "b"}), 404)
    hits = client.post("/v1/related", json={"text": b.text}).get_json()["hits"]
    assert "b" not in {hit["article"]["id"] for hit in hits}
    assert client.get("/v1/duplicates").get_json()["duplicates"] == []
    if (members := client.get(f"/v1/threads/{thread}/articles")).status_code == 200:
        assert "b" not in {member["id"] for member in members.get_json()["articles"]}
    assert_whole(archive)


@pytest.mark.parametrize("policy", ["link", "skip", "reject"])
def test_a_copy_is_treated_as_the_request_says(client, archive, make_article, assert_problem, policy):
    sent = fields_of(make_article("a"))
    client.post("/v1/articles", json=sent)
    response = client.post("/v1/articles", json=sent | {"id": "b"}, query_string={"duplicates": policy})
    if policy == "reject":
        assert_problem(response, 409, "'b'", "'a'", "exact")
    else:
        answer = response.get_json()
        assert (response.status_code, answer["status"]) == ((201, "stored") if policy == "link" else (200, "skipped"))
        (duplicate,) = answer["duplicates"]
        assert (duplicate["earlier"]["id"], duplicate["kind"]) == ("a", "exact")
    assert len(archive.memory.collection) == (2 if policy == "link" else 1)


# Idempotency


def test_a_key_that_comes_again_is_answered_as_the_first_time(
    open_archive, client_of, make_article, assert_problem, assert_whole
):
    archive = open_archive()
    client, headers = client_of(archive), {"Idempotency-Key": "k1"}
    body = {"text": make_article("a").text}
    first = client.post("/v1/articles", json=body, headers=headers)
    assert first.status_code == 201
    for _ in range(2):
        again = client.post("/v1/articles", json=body, headers=headers)
        assert (again.status_code, again.data, again.headers["Location"]) == (
            201, first.data, first.headers["Location"],
        )  # fmt: skip
        archive.close()
        archive = open_archive()
        client = client_of(archive)
    other = client.post("/v1/articles", json={"text": make_article("b").text}, headers=headers)
    assert_problem(other, 422, "k1")
    assert_problem(client.put("/v1/articles/x", json=body, headers=headers), 422, "k1")
    assert len(archive.memory.collection) == 1
    assert_whole(archive)


def test_a_key_of_a_refused_request_is_free(client, make_article, assert_problem):
    headers = {"Idempotency-Key": "k"}
    assert_problem(client.post("/v1/articles", json={"text": "..."}, headers=headers), 422)
    assert client.post("/v1/articles", json={"text": make_article("a").text}, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_bounds(client, make_article, assert_problem, key):
    response = client.post("/v1/articles", json={"text": "Words."}, headers={"Idempotency-Key": key})
    assert_problem(response, 422)


# Bulk


def test_bulk_answers_for_each_line(client, archive, make_article, assert_whole):
    lines = [fields_of(make_article("a")), b'{"text": "broken', fields_of(make_article("c"))]
    response = bulk(client, lines)
    assert response.status_code == 207
    answer = response.get_json()
    assert [(x["line"], x["http_status"], x["id"], x["status"]) for x in answer["lines"]] == [
        (1, 201, "a", "stored"), (2, 422, None, None), (3, 201, "c", "stored"),
    ]  # fmt: skip
    assert "not JSON" in answer["lines"][1]["reason"]
    assert answer["counts"] == {"stored": 2, "refused": 1}
    assert_whole(archive)


def test_bulk_refuses_lines_and_not_the_others(client, make_article):
    a = fields_of(make_article("a"))
    lines = [a, b"", a, a | {"text": "Other words altogether."}, a | {"id": "b"}, {"text": "..."}, b"[1]", b"\xff"]
    answer = bulk(client, lines, duplicates="reject").get_json()
    assert [(x["line"], x["http_status"]) for x in answer["lines"]] == [
        (1, 201), (3, 200), (4, 409), (5, 409), (6, 422), (7, 422), (8, 422),
    ]  # fmt: skip


def test_bulk_of_nothing_is_nothing(client):
    assert bulk(client, []).get_json() == {"lines": [], "counts": {}}


def test_bulk_takes_more_than_one_article_may_have(open_archive, client_of, make_article, assert_problem):
    client = client_of(open_archive(body_bytes=2_000, bulk_bytes=20_000))
    lines = [fields_of(make_article(f"a{n}", paragraphs=2)) for n in range(10)]
    assert [x["http_status"] for x in bulk(client, lines).get_json()["lines"]] == [201] * 10
    too_long = bulk(client, [{"id": "long", "text": "word " * 500}]).get_json()["lines"]
    assert [(x["http_status"], "2,000" in x["reason"]) for x in too_long] == [(422, True)]
    assert_problem(bulk(client, lines * 5), 413)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_bulk_takes_lines_only(client, assert_problem, kind):
    assert_problem(client.post("/v1/articles/bulk", data=b"{}", content_type=kind), 415, NDJSON)


@pytest.mark.parametrize(
    ("given", "stored", "note"),
    [
        ("banana", None, "date not read: 'banana' is not a date in a known form"),
        ("03/04/2011", None, "date not read: '03/04/2011' can be read as two dates"),
        ("2011-02-30", None, "date not read: '2011-02-30' is not possible"),
        ("16 Jul 2018 09:59 BST", "2018-07-16T00:00:00Z", "time zone BST has several meanings"),
        ("Fri, 22 Sep 17 22:05:03 +0300", "2017-09-22T19:05:03Z", ""),
        ("4. März 2024", "2024-03-04T00:00:00Z", ""),
    ],
)
def test_a_date_never_costs_an_article_and_what_was_left_out_is_noted(client, given, stored, note):
    response = client.post("/v1/articles", json={"id": "a", "text": "Some words of a text.", "published": given})
    assert response.status_code == 201
    assert client.get("/v1/articles/a").get_json()["published"] == stored
    notes = response.get_json()["notes"]
    assert ("no date" in notes) == (stored is None)
    assert any(found.startswith(note) for found in notes) if note else not any("date" in found for found in notes)


def test_a_date_in_the_address_stands_in(client):
    url = "https://post.example/2011/nov/16/dam"
    answer = client.post("/v1/articles", json={"id": "a", "text": "Some words of a text.", "url": url}).get_json()
    assert "no other date: the day in its URL counts" in answer["notes"]
    found = client.get("/v1/articles/a").get_json()
    assert (found["published"], found["published_precision"]) == ("2011-11-16T00:00:00Z", "day")


# Operations and the description


def test_health_readiness_and_metrics(client, archive, make_article):
    client.post("/v1/articles", json=fields_of(make_article("a")))
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["articles"]) == (200, 1)
    assert ready.get_json()["encoder"] == archive.encoder.fingerprint
    text = client.get("/metrics").get_data(as_text=True)
    assert "clew_articles 1.0" in text
    assert "clew_vectors 3.0" in text
    assert 'clew_requests_total{endpoint="api.add_article",method="POST",status="201"} 1.0' in text


def test_health_tells_what_is_wrong(client, archive):
    archive.trouble = "the moon is full"
    assert client.get("/healthz").get_json() == {"status": "degraded", "reason": "the moon is full"}
    assert "clew_degraded 1.0" in client.get("/metrics").get_data(as_text=True)


def test_readiness_without_a_store_is_503(client, archive, monkeypatch):
    def read():
        raise corpus.errors.StoreUnavailable("clew.sqlite", "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(archive.store, "read", read)
        response = client.get("/readyz")
    assert (response.status_code, response.get_json()["status"]) == (503, "degraded")


def test_the_description_holds_every_route(client):
    document = client.get("/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    assert {path: set(item) for path, item in document["paths"].items()} == ROUTES
    rules = [rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/v1")]
    described = {(path, method.upper()) for path, methods in ROUTES.items() for method in methods}
    assert {
        (rule.rule.replace("<path:", "{").replace("<int:", "{").replace("<", "{").replace(">", "}"), method)
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule not in OLD
    } == described
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (path, method)
            assert operation["tags"], (path, method)
            for status in ("400", "405", "415", "422", "503"):
                assert set(operation["responses"][status]["content"]) == {"application/problem+json"}


def test_the_description_is_shown(client):
    assert client.get("/docs/").status_code == 200

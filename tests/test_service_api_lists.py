"""The HTTP API: related coverage and its filters, threads, duplicates, jobs, and paging through all of them."""

import time

import pytest

NEWS = ("ferry", "storm", "vote")
STORED = [
    ("early", "2011-11-15T23:59:59Z", "post.example", "en"),
    ("dawn", "2011-11-16T00:00:00Z", "post.example", "en"),
    ("noon", "2011-11-16", "wire.example", "pt-br"),
    ("late", "2011-11-16T23:59:59Z", "wire.example", "EN"),
    ("next", "2011-11-17", "post.example", None),
    ("undated", None, None, None),
]


@pytest.fixture
def stored(client, archive, make_article, fill):
    """A client over six articles of one story, with times, sources and languages."""
    articles = [
        make_article(id, story="s", published=published, source=source, language=language)
        for id, published, source, language in STORED
    ]
    fill(archive, *articles)
    return client


def pages(client, path: str, name: str, **query) -> list:
    """All entries of a list, page by page."""
    found, cursor = [], None
    for _ in range(500):
        answer = client.get(path, query_string=query | ({"cursor": cursor} if cursor else {})).get_json()
        found.extend(answer[name])
        cursor = answer["next"]
        if cursor is None:
            return found
        assert answer[name]
    raise AssertionError("the list does not end")


def ids(answer) -> set[str]:
    return {hit["article"]["id"] for hit in answer.get_json()["hits"]}


# Related coverage


def test_related_by_id_url_and_text_agree(client, archive, make_article, fill):
    articles = [make_article(f"{s}{n}", story=s, url=f"https://a.example/{s}{n}") for s in NEWS for n in range(3)]
    fill(archive, *articles)
    own = articles[0]
    answers = [
        client.get(f"/v1/articles/{own.id}/related"),
        client.post("/v1/related", json={"article_id": own.id}),
        client.post("/v1/related", json={"url": own.url + "#top"}),
    ]
    assert answers[0].get_json() == answers[1].get_json() == answers[2].get_json()
    hits = answers[0].get_json()["hits"]
    assert {hit["article"]["id"] for hit in hits[:2]} == {"ferry1", "ferry2"}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for pair in (pair for hit in hits for pair in hit["pairs"]):
        assert own.text[pair["query"]["start"] : pair["query"]["end"]] == pair["query"]["text"]
    by_text = client.post("/v1/related", json={"text": own.text}).get_json()
    assert "ferry0" in {hit["article"]["id"] for hit in by_text["hits"]} | {copy["id"] for copy in by_text["copies"]}


def test_related_to_nothing_stored_is_nothing(client):
    nothing = {"hits": [], "copies": [], "near_misses": [], "next": None}
    assert client.post("/v1/related", json={"text": "Words."}).get_json() == nothing


@pytest.mark.parametrize("given", [{"article_id": "nope"}, {"url": "https://nope.example/"}, {"url": "no address"}])
def test_related_to_what_is_not_there_is_404(client, assert_problem, given):
    assert_problem(client.post("/v1/related", json=given), 404, *given.values())


def test_limit_limits(stored):
    for limit in (1, 3):
        assert (
            len(
                stored.post("/v1/related", json={"article_id": "noon", "limit": limit, "minimum_score": 0}).get_json()[
                    "hits"
                ]
            )
            == limit
        )
    assert len(stored.get("/v1/articles/noon/related?limit=2&minimum_score=0").get_json()["hits"]) == 2


def test_related_max_is_the_most(open_archive, client_of, make_article, fill):
    archive = open_archive(related_max=2)
    fill(archive, *(make_article(f"a{n}", story="s") for n in range(6)))
    assert len(client_of(archive).get("/v1/articles/a0/related?limit=1000&minimum_score=0").get_json()["hits"]) == 2


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, {"early", "dawn", "noon", "late", "next"}),
        ({"since": "2011-11-16"}, {"dawn", "noon", "late", "next"}),
        ({"until": "2011-11-16"}, {"early", "dawn", "noon", "late"}),
        ({"since": "2011-11-16", "until": "2011-11-16"}, {"dawn", "noon", "late"}),
        ({"since": "November 2011", "until": "2011"}, {"early", "dawn", "noon", "late", "next"}),
        ({"until": "October 2011"}, set()),
        ({"since": "2012"}, set()),
        ({"since": "9999"}, set()),
        ({"since": "0001", "until": "9999"}, {"early", "dawn", "noon", "late", "next"}),
        ({"since": "2011-11-17", "until": "2011-11-15"}, set()),
        ({"until": "2011-11-15T23:59:59Z"}, {"early"}),
        ({"since": "2011-11-16T12:00:00Z", "until": "2011-11-16"}, {"late"}),
        ({"sources": ["post.example"]}, {"early", "dawn", "next"}),
        ({"sources": ["post.example", "wire.example"]}, {"early", "dawn", "noon", "late", "next"}),
        ({"sources": ["nope"]}, set()),
        ({"languages": ["en"]}, {"early", "dawn", "late"}),
        ({"languages": ["PT-BR"]}, {"noon"}),
        ({"sources": ["post.example"], "languages": ["en"], "since": "2011-11-16"}, {"dawn"}),
    ],
)
def test_filters_filter(stored, filters, wanted):
    asked = {"article_id": "undated", "limit": 100, "minimum_score": 0} | filters
    assert ids(stored.post("/v1/related", json=asked)) == wanted
    by_address = stored.get("/v1/articles/undated/related", query_string={"limit": 100, "minimum_score": 0} | filters)
    assert ids(by_address) == wanted


def test_copies_take_one_place_unless_asked(client, archive, make_article, fill):
    article = make_article("a1", story="s")
    fill(archive, article, *(make_article(f"c{n}", text=article.text, title="Other") for n in range(3)))
    fill(archive, make_article("q", story="s"))
    collapsed = client.get("/v1/articles/q/related?minimum_score=0").get_json()["hits"]
    assert len(collapsed) == 1
    assert len(collapsed[0]["copies"]) == 3
    assert len(client.get("/v1/articles/q/related?collapse=none&minimum_score=0").get_json()["hits"]) == 4
    assert {copy["id"] for copy in client.get("/v1/articles/a1/related").get_json()["copies"]} == {"c0", "c1", "c2"}


# Threads


def test_paging_gives_each_thread_once(sample_client, sample_archive):
    whole = sample_client.get("/v1/threads?limit=1000").get_json()
    assert whole["next"] is None
    assert whole["total"] == len(sample_archive.memory.members) == len(whole["threads"])
    one_by_one = pages(sample_client, "/v1/threads", "threads", limit=1)
    assert one_by_one == whole["threads"]
    assert len({thread["id"] for thread in one_by_one}) == len(one_by_one)
    assert pages(sample_client, "/v1/threads", "threads", limit=7) == whole["threads"]


def test_paging_gives_each_undated_thread_once(client, archive, make_article, fill):
    dates = [None, "2011", None, "2011-11-16", "2011-11-16", None, "9999", "0001"]
    fill(archive, *(make_article(f"a{n}", published=date) for n, date in enumerate(dates)))
    whole = client.get("/v1/threads").get_json()["threads"]
    assert len(whole) == len(archive.memory.members)
    assert pages(client, "/v1/threads", "threads", limit=1) == whole


def test_paging_gives_each_member_and_verdict_once(stored, archive, make_article, fill):
    articles = [make_article(f"d{n}", story="d", paragraphs=4) for n in range(2)]
    copies = [make_article(f"x{n}", text=articles[0].text, published=None if n % 2 else "2011") for n in range(6)]
    fill(archive, *articles, *copies)
    thread = stored.get("/v1/articles/x0").get_json()["thread"]
    members = pages(stored, f"/v1/threads/{thread}/articles", "articles", limit=1)
    assert {m["id"] for m in members} == {
        archive.memory.collection.member(row).id for row in archive.memory.members[thread]
    }
    assert len(members) == len(archive.memory.members[thread]) >= 7
    assert members == stored.get(f"/v1/threads/{thread}/articles").get_json()["articles"]
    whole = stored.get("/v1/duplicates?limit=200").get_json()
    assert whole["next"] is None
    assert len(whole["duplicates"]) >= 6
    assert pages(stored, "/v1/duplicates", "duplicates", limit=1) == whole["duplicates"]


def _ends(member: dict) -> str:
    """When its date ends: that of a day after all hours of it."""
    assert member["published_precision"] in {"day", "instant"}
    return member["published"][:10] + "T24" if member["published_precision"] == "day" else member["published"]


def test_a_thread_says_what_it_is(sample_client, sample_archive):
    for thread in sample_client.get("/v1/threads?at_least=2").get_json()["threads"]:
        whole = sample_client.get(f"/v1/threads/{thread['id']}").get_json()
        assert {sample_client.get(f"/v1/threads/{id}").get_json()["parent"] for id in whole.pop("children")} == {
            thread["id"]
        }
        assert {name: whole[name] for name in thread} == thread
        assert len(whole["summary"]) <= 3
        assert sum(day["articles"] for day in whole["volume"]) == thread["articles"]  # all are dated
        members = sample_client.get(f"/v1/threads/{thread['id']}/articles?limit=1000").get_json()["articles"]
        assert len(members) == thread["articles"] >= 2
        assert thread["representative"] in {member["id"] for member in members}
        assert {member["source"] for member in members} == set(thread["sources"])
        times = [member["published"] for member in members if member["published"]]
        assert times == sorted(times)
        assert times[0] == thread["first_seen"]
        last = max(members, key=_ends)
        assert (last["published"], last["published_precision"]) == (
            thread["last_seen"], thread["last_seen_precision"],
        )  # fmt: skip


def test_thread_filters_filter(sample_client):
    every = sample_client.get("/v1/threads?limit=1000").get_json()["threads"]

    def asked(**query):
        answer = sample_client.get("/v1/threads", query_string=query | {"limit": 1000}).get_json()
        assert answer["total"] == len(answer["threads"])
        return [thread["id"] for thread in answer["threads"]]

    day, source = every[len(every) // 2]["last_seen"][:10], every[0]["sources"][0]
    assert asked(at_least=2) == [t["id"] for t in every if t["articles"] >= 2]
    assert asked(source=source) == [t["id"] for t in every if source in t["sources"]]
    assert asked(since=day) == [t["id"] for t in every if (t["last_seen"] or "") >= day]
    assert asked(until=day) == [t["id"] for t in every if (t["first_seen"] or "a") < day + "T24"]
    assert 0 < len(asked(since=day)) < len(every)
    assert 0 < len(asked(until=day)) < len(every)
    word = every[0]["headline"].split()[-1]
    assert every[0]["id"] in asked(q=word.upper())
    assert asked(q="no such words at all") == asked(source="nope") == asked(q="%") == asked(q="_") == []


def test_page_max_is_the_most(open_archive, client_of, make_article, fill):
    archive = open_archive(page_max=2)
    fill(archive, *(make_article(f"a{n}") for n in range(5)))
    client = client_of(archive)
    assert len(client.get("/v1/threads?limit=1000").get_json()["threads"]) == 2
    assert len(pages(client, "/v1/threads", "threads", limit=1000)) == len(archive.memory.members)


# Duplicates


def test_check_says_and_stores_nothing(stored, archive, make_article, dump):
    before, nothing = dump(archive), {"verdict": "new", "duplicates": [], "series": None}
    text = make_article("noon", story="s").text
    (found, *_) = stored.post("/v1/duplicates/check", json={"id": "new", "text": text}).get_json()["duplicates"]
    assert (found["article"]["id"], found["earlier"]["id"], found["kind"]) == ("new", "noon", "exact")
    assert stored.post("/v1/duplicates/check", json={"text": "Words of its own."}).get_json() == nothing
    assert stored.post("/v1/duplicates/check", json={"id": "noon", "text": text}).get_json() == nothing
    assert dump(archive) == before


# Jobs


def finished(client, location: str) -> dict:
    for _ in range(500):
        job = client.get(location).get_json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.01)
    raise AssertionError(job)


@pytest.mark.parametrize("kind", ["threads_build", "index_save"])
def test_a_job_is_done(stored, archive, assert_whole, kind):
    response = stored.post("/v1/jobs", json={"kind": kind})
    assert response.status_code == 202
    started = response.get_json()
    assert response.headers["Location"] == f"/v1/jobs/{started['id']}"
    job = finished(stored, response.headers["Location"])
    assert (job["kind"], job["state"], job["error"], job["attempt"]) == (kind, "done", None, 1)
    assert job["result"]
    assert_whole(archive)


def test_a_server_that_only_reads_changes_nothing(open_archive, client_of, make_article, fill, assert_problem, dump):
    archive = open_archive()
    fill(archive, make_article("a"))
    archive.close()
    before = dump(archive)
    client = client_of(open_archive(write=False))
    assert client.get("/v1/articles/a").status_code == 200
    for method, path, body in (
        ("POST", "/v1/articles", {"text": "Words."}),
        ("PUT", "/v1/articles/a", {"text": "Words."}),
        ("DELETE", "/v1/articles/a", None),
        ("POST", "/v1/jobs", {"kind": "index_save"}),
    ):
        response = client.open(path, method=method, json=body)
        assert_problem(response, 503, "read")
    assert dump(archive) == before

"""Duplicates over the service and HTTP: checks, labels, groups and their canonical copies."""

import json
import random
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Article, Kind, article_from_fields
from service.archive import COPY_KINDS, Archive
from service.articles import article
from service.duplicates import copies_of, rebuild, reclassify, set_canonical, undo_label
from service.duplicates.checking import check_many
from service.ingest import delete_article

NDJSON = "application/x-ndjson"
REPORT = [
    "The harbour tram of Ostvik left the rails at the fish market on Monday morning, and its front car came to rest"
    " against the wall of the old customs house.",
    "Nobody was hurt, the operator said; the driver had braked when a delivery van turned across the track without"
    " giving a signal.",
    "Engineers lifted the car back with a crane in the afternoon, and the line to the lighthouse was closed until the"
    " points had been examined.",
    "It was the third such accident on the market square since the new paving was laid, and the council wants the"
    " crossing fenced off before winter.",
    "Shopkeepers around the square asked for a slower speed limit last year, which the operator had called needless"
    " after a survey of its own.",
]
OTHER = [
    "A choir of forty beekeepers sang in the town hall of Lund on Saturday to mark the end of a dry summer for clover.",
    "The hives gave half the honey of an ordinary year, and several members had fed their bees on sugar since July.",
    "Next spring the society means to sow the verges of the ring road with herbs that stand heat better than grass.",
]


def report(
    id: str, *texts: str, day: str | None = "2024-02-05", source: str = "ostvik.example", **more: Any
) -> Article:
    fields = {"id": id, "title": "Tram leaves the rails", "text": "\n\n".join(texts or REPORT), "source": source}
    return article_from_fields(fields | ({"published": day} if day else {}) | more)[0]


def fields_of(article: Article) -> dict[str, Any]:
    given = {name: getattr(article, name) for name in ("id", "title", "text", "source")}
    return given | ({"published": str(article.published)} if article.published else {})


COPY = report("copy", *REPORT[:4], "Reporting by the wire.", day="2024-02-06", source="wire.example", title="Derailed")
UPDATE = report(
    "update", *REPORT, "On Tuesday the council voted to fence the crossing at once, and to let no trams through the"
    " market before the paving has been laid anew.", day="2024-02-06",
)  # fmt: skip


@pytest.fixture
def tram(archive: Archive, fill: Any) -> Archive:
    """A report, a copy of it in another outlet, and something else."""
    fill(archive, report("first"), COPY, report("bees", *OTHER, title="Singing beekeepers"))
    return archive


def stored(archive: Archive, later: str, earlier: str) -> tuple[Kind, float] | None:
    with archive.store.read() as tx:
        rows = tx.articles.rows([later, earlier])
        found = tx.duplicates.find(rows[later], rows[earlier])
    return (found.kind, found.score) if found else None


def group(archive: Archive, id: str) -> list[str]:
    return [member.id for member in archive.read(copies_of, id).members]


def label(client: Any, a: str, b: str, kind: str, **more: str) -> Any:
    body = {"a": a, "b": b, "kind": kind, "who": "m.ruiz", "why": "read both"} | more
    return client.put("/v1/duplicates/labels", json=body)


def bulk(client: Any, articles: list[Any]) -> Any:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in articles]
    return client.post("/v1/duplicates/check/bulk", data="\n".join(lines), content_type=NDJSON)


# Check


def test_a_check_shows_what_is_the_same_and_what_is_not(tram: Archive, client: Any, dump: Any) -> None:
    before = dump(tram)
    answer = client.post("/v1/duplicates/check", json=fields_of(UPDATE)).get_json()
    assert answer["verdict"] == "near_copy"  # of the other outlet's copy: it goes on where that was cut
    first = next(found for found in answer["duplicates"] if found["earlier"]["id"] == "first")
    assert first["kind"] == "update"
    assert first["headline"] == {"changed": False, "article": UPDATE.title, "earlier": UPDATE.title}
    assert [(pair["a"], pair["b"], pair["score"]) for pair in first["alignment"]["pairs"]] == [
        (n, n, 1.0) for n in range(5)
    ]
    assert first["alignment"]["earlier"]["copied"] == 1.0 > first["alignment"]["article"]["copied"] > 0.7
    assert [paragraph["position"] for paragraph in first["added"]] == [5]
    assert first["added"][0]["text"].startswith("On Tuesday the council voted")
    assert first["cut"] == []
    assert first["label"] is first["line"] is None
    changed = client.post("/v1/duplicates/check", json=fields_of(report("x", *REPORT[:4], title="Crash"))).get_json()
    first = next(found for found in changed["duplicates"] if found["earlier"]["id"] == "first")
    assert first["headline"]["changed"]
    assert [paragraph["text"] for paragraph in first["cut"]] == [REPORT[4]]
    assert dump(tram) == before


def test_what_repeats_nothing_is_new(tram: Archive, client: Any) -> None:
    given = fields_of(
        report("x", "Chess is played in the library of Skerrow on Fridays now, by children and by old men.")
    )
    assert client.post("/v1/duplicates/check", json=given).get_json() == {
        "verdict": "new",
        "duplicates": [],
        "series": None,
    }


def test_an_article_that_is_stored_is_not_its_own_copy(tram: Archive, client: Any) -> None:
    answer = client.post("/v1/duplicates/check", json=fields_of(report("first"))).get_json()
    assert [found["earlier"]["id"] for found in answer["duplicates"]] == ["copy"]


def test_a_bulk_check_compares_lines_with_the_archive_and_with_each_other(
    tram: Archive, client: Any, dump: Any
) -> None:
    before = dump(tram)
    early = report("early", *OTHER[:1], *REPORT[:1], day="2024-03-01")
    late = report("late", *OTHER[:1], *REPORT[:1], day="2024-03-02", source="late.example")
    response = bulk(client, [fields_of(late), "{no json", fields_of(early), {"note": "empty"}, fields_of(UPDATE)])
    assert response.status_code == 207
    answer = response.get_json()
    lines = {line["line"]: line for line in answer["lines"]}
    assert [lines[n]["http_status"] for n in range(1, 6)] == [200, 422, 200, 422, 200]
    assert "JSON" in lines[2]["reason"]
    assert "text" in lines[4]["reason"]
    assert lines[1]["verdict"] == "exact"
    assert (lines[1]["duplicates"][0]["earlier"]["id"], lines[1]["duplicates"][0]["line"]) == ("early", 3)
    assert "late" not in [found["earlier"]["id"] for found in lines[3]["duplicates"]]
    assert lines[5]["verdict"] == "near_copy"
    assert lines[5]["duplicates"][0]["line"] is None
    assert sum(answer["counts"].values()) == 5
    assert answer["counts"]["refused"] == 2
    assert dump(tram) == before


def test_lines_of_one_id_are_versions_of_one_article(tram: Archive, client: Any) -> None:
    one, other = fields_of(report("x")), fields_of(report("x", *REPORT, "More."))
    lines = bulk(client, [one, other]).get_json()["lines"]
    assert [line["same_id"] for line in lines] == [[2], [1]]
    assert all(found["line"] is None for line in lines for found in line["duplicates"])


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_bulk_check_takes_lines(client: Any, assert_problem: Any, kind: str) -> None:
    assert_problem(client.post("/v1/duplicates/check/bulk", data=b"{}", content_type=kind), 415, NDJSON)


def lines_of(seed: int) -> list[Article]:
    """Copies, updates and others with dates that tie or are missing."""
    rng = random.Random(seed)
    texts = [REPORT, REPORT[:4], [*REPORT[1:], OTHER[0]], OTHER, OTHER[:2], [*OTHER, *REPORT]]
    days = [None, "2024-02-05", "2024-02-06", "2024-02-05T10:00:00Z"]
    return [
        report(f"l{n}", *rng.choice(texts), day=rng.choice(days), source=f"s{rng.randint(0, 2)}.example")
        for n in range(rng.randint(2, 7))
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), shuffle=st.randoms())
def test_a_bulk_check_does_not_depend_on_the_order_of_lines(
    sample_archive: Archive, seed: int, shuffle: random.Random
) -> None:
    def found(some: list[Article]) -> dict[str, Any]:
        return {
            it.article.id: [(f.verdict, f.line is not None) for f in it.findings]
            for it in check_many(sample_archive, some)
        }

    articles = lines_of(seed)
    mixed = articles.copy()
    shuffle.shuffle(mixed)
    assert found(mixed) == found(articles)


def test_a_bulk_check_says_what_ingest_would(archive: Archive, fill: Any) -> None:
    articles = [
        report("first"),
        COPY,
        report("bees", *OTHER),
        UPDATE,
        report("same", day="2024-02-07", source="x.example"),
    ]
    checked = check_many(archive, articles[::-1])[::-1]
    order = sorted(articles, key=lambda article: (article.published, article.id))
    outcomes = {outcome.id: outcome for outcome in fill(archive, *order)}
    for it in checked:
        found = {(f.verdict.earlier, f.verdict.kind, f.verdict.score) for f in it.findings}
        assert found == {(v.earlier, v.kind, v.score) for v in outcomes[it.article.id].verdicts}
    assert sum(len(it.findings) for it in checked) >= 4


# Labels


def test_a_label_is_in_force_at_once_and_stays(
    tram: Archive, client: Any, open_archive: Any, assert_whole: Any
) -> None:
    kind, score = stored(tram, "copy", "first") or (Kind.NEW, 0.0)
    assert kind in COPY_KINDS
    assert set(group(tram, "copy")) == {"first", "copy"}
    answer = label(client, "first", "copy", "new").get_json()
    assert (answer["article"]["id"], answer["earlier"]["id"], answer["kind"]) == ("copy", "first", "new")
    assert (answer["label"]["who"], answer["label"]["why"]) == ("m.ruiz", "read both")

    def holds(archive: Archive) -> None:
        assert stored(archive, "copy", "first") == (Kind.NEW, score)
        assert group(archive, "copy") == ["copy"]
        assert archive.read(article, "copy").duplicates == []
        assert archive.memory.collection.neighbours.copies == {}
        assert_whole(archive)

    holds(tram)
    reclassify(tram)
    holds(tram)
    rebuild(tram)
    holds(tram)
    tram.close()
    again = open_archive()
    holds(again)
    undo_label(again, "copy", "first")
    assert stored(again, "copy", "first") == (kind, score)
    assert set(group(again, "copy")) == {"first", "copy"}
    assert_whole(again)


def test_two_that_were_never_compared_are_copies_where_a_person_says_so(
    tram: Archive, client: Any, open_archive: Any, assert_whole: Any, assert_problem: Any
) -> None:
    assert stored(tram, "bees", "first") is None
    assert label(client, "bees", "first", "near_copy").get_json()["score"] == 1.0
    for archive in (tram, None):
        archive = archive or open_archive()
        assert stored(archive, "bees", "first") == (Kind.NEAR_COPY, 1.0)
        assert "bees" in group(archive, "first")
        (found,) = archive.read(article, "bees").duplicates
        assert (found.kind, found.label and found.label.who) == ("near_copy", "m.ruiz")
        rebuild(archive)
        reclassify(archive)
        assert stored(archive, "bees", "first") == (Kind.NEAR_COPY, 1.0)
        assert_whole(archive)
        archive.close()


def test_a_label_is_undone(tram: Archive, client: Any, assert_whole: Any, assert_problem: Any) -> None:
    label(client, "bees", "first", "excerpt")
    pair = {"a": "first", "b": "bees"}
    assert client.delete("/v1/duplicates/labels", query_string=pair).get_json()["kind"] == "new"
    assert stored(tram, "bees", "first") is None
    assert_problem(client.delete("/v1/duplicates/labels", query_string=pair), 404, "have no label")
    assert_whole(tram)


def test_the_side_from_which_it_is_said_counts(tram: Archive, client: Any) -> None:
    answer = label(client, "first", "copy", "contains").get_json()
    assert (answer["article"]["id"], answer["kind"]) == ("copy", "excerpt")
    listed = client.get("/v1/duplicates/labels").get_json()
    assert (listed["total"], listed["next"]) == (1, None)
    assert [(found["article"]["id"], found["label"]["kind"]) for found in listed["labels"]] == [("copy", "excerpt")]
    label(client, "bees", "copy", "new")
    page = client.get("/v1/duplicates/labels?limit=1").get_json()
    assert [found["article"]["id"] for found in page["labels"]] == ["bees"]
    rest = client.get("/v1/duplicates/labels", query_string={"cursor": page["next"]}).get_json()
    assert [found["article"]["id"] for found in rest["labels"]] == ["copy"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"a": "first", "b": "first"}, 422, "same article"), ({"a": "first", "b": "nobody"}, 404, "nobody"),
        ({"a": "first", "b": "copy", "kind": "near"}, 422, "kind"),
        ({"a": "first", "b": "copy", "who": " "}, 422, "who"),
        ({"a": "first", "b": "copy", "why": ""}, 422, "why"), ({"a": "first", "b": "copy", "more": "x"}, 422, "more"),
    ],
)  # fmt: skip
def test_labels_that_make_no_sense(
    tram: Archive, client: Any, assert_problem: Any, body: dict[str, str], status: int, word: str
) -> None:
    given = {"kind": "new", "who": "m.ruiz", "why": "read both"} | body
    assert_problem(client.put("/v1/duplicates/labels", json=given), status, word)


def test_labels_under_their_former_address(tram: Archive, client: Any, sample_client: Any, assert_problem: Any) -> None:
    body = {"a": "copy", "b": "first", "kind": "new", "who": "m.ruiz", "why": "read both"}
    former = "/v1/duplicates/judgements"
    assert client.put(former, json=body).get_json()["label"]["who"] == "m.ruiz"
    assert client.get(former).get_json() == client.get("/v1/duplicates/labels").get_json()
    assert client.delete(former, query_string={"a": "copy", "b": "first"}).status_code == 200
    assert client.get("/v1/duplicates/labels").get_json()["total"] == 0
    assert former not in client.get("/openapi.json").get_json()["paths"]
    queue = sample_client.get("/v1/duplicates/review?min_score=0&max_score=1").get_json()
    assert sample_client.get("/v1/duplicates/review?least=0&most=1").get_json() == queue
    assert_problem(sample_client.get("/v1/duplicates/review?least=0&min_score=0"), 422, "least")
    assert queue["pairs"]
    assert sample_client.get("/v1/duplicates/review?lowest=0").status_code == 422


def test_what_people_decided_outlives_another_text(tram: Archive, client: Any, fill: Any, assert_whole: Any) -> None:
    label(client, "copy", "first", "rewrite")
    set_canonical(tram, "first", "m.ruiz", "ours")
    fill(tram, report("first", *REPORT, "A last word of the editor."), replace=True)
    assert stored(tram, "copy", "first") == (Kind.REWRITE, 1.0)
    with tram.store.read() as tx:
        assert [tx.articles.of_rows([row])[row].article.id for row in tx.duplicates.canonical_choices()] == ["first"]
    assert_whole(tram)
    rebuild(tram)
    assert stored(tram, "copy", "first") == (Kind.REWRITE, 1.0)
    assert_whole(tram)


def test_what_changes_is_in_the_feed(tram: Archive, client: Any) -> None:
    last = client.get("/v1/changes").get_json()["last"]
    label(client, "copy", "first", "new")
    client.put("/v1/articles/copy/canonical", json={"who": "m.ruiz", "why": "ours"})
    lines = client.get("/v1/changes", query_string={"after": last}).get_json()["changes"]
    assert [(line["event"], line["article"], line["other"]) for line in lines] == [
        ("duplicate_labelled", "copy", "first"), ("canonical_chosen", "copy", None),
    ]  # fmt: skip


# Groups


def test_groups_have_a_canonical_copy_that_an_editor_may_choose(
    tram: Archive, client: Any, open_archive: Any, assert_problem: Any
) -> None:
    (found,) = client.get("/v1/duplicates/groups").get_json()["groups"]
    assert (found["canonical"]["id"], found["size"], found["by"]) == ("first", 2, "policy")
    assert found["policy"] == ["earliest"]
    assert [member["id"] for member in found["members"]] == ["first", "copy"]
    assert client.get("/v1/articles/copy/copies").get_json() == found
    assert client.get("/v1/articles/bees/copies").get_json()["size"] == 1
    body = {"who": "m.ruiz", "why": "the wire had it first"}
    chosen = client.put("/v1/articles/copy/canonical", json=body).get_json()
    assert (chosen["canonical"]["id"], chosen["by"], chosen["chosen"]["why"]) == ("copy", "editor", body["why"])
    assert tram.memory.collection.neighbours.copies.keys() == {tram.memory.collection.rows()[0]}
    assert_problem(client.put("/v1/articles/nobody/canonical", json=body), 404, "nobody")
    assert_problem(client.get("/v1/articles/nobody/copies"), 404, "nobody")
    assert_problem(client.put("/v1/articles/copy/canonical", json={"who": "m.ruiz"}), 422, "why")
    tram.close()
    assert group(open_archive(), "first") == ["copy", "first"]


def test_a_choice_is_undone(tram: Archive, client: Any) -> None:
    client.put("/v1/articles/copy/canonical", json={"who": "m.ruiz", "why": "ours"})
    for _ in range(2):
        assert client.delete("/v1/articles/copy/canonical").get_json()["canonical"]["id"] == "first"


def test_a_group_outlives_its_canonical_copy(tram: Archive, fill: Any, assert_whole: Any) -> None:
    fill(tram, report("third", *REPORT, day="2024-02-08", source="third.example"))
    assert group(tram, "third")[0] == "first"
    delete_article(tram, "first")
    assert group(tram, "third") == ["copy", "third"]
    assert_whole(tram)


@pytest.mark.parametrize("id", ["a/b", "/lead", "100%", "Zürich 東京"])
def test_ids_of_all_kinds_have_copies(tram: Archive, client: Any, fill: Any, id: str) -> None:
    fill(tram, report(id, day="2024-02-09", source="odd.example"))
    path = f"/v1/articles/{quote(id, safe='')}"
    assert id in [member["id"] for member in client.get(f"{path}/copies").get_json()["members"]]
    chosen = client.put(f"{path}/canonical", json={"who": "m.ruiz", "why": "odd"}).get_json()
    assert chosen["canonical"]["id"] == id
    assert label(client, id, "bees", "update").get_json()["article"]["id"] == id


def test_groups_page_by_page(archive: Archive, client: Any, fill: Any, make_article: Any) -> None:
    for n in range(3):
        text = make_article(f"t{n}", paragraphs=5).text
        fill(archive, *(report(f"g{n}{k}", text, source=f"s{k}.example") for k in range(2)))
    seen, cursor = [], None
    while True:
        page = client.get("/v1/duplicates/groups", query_string={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        answer = page.get_json()
        assert answer["total"] == 3
        seen += [found["canonical"]["id"] for found in answer["groups"]]
        if not (cursor := answer["next"]):
            break
    assert seen == ["g00", "g10", "g20"]


# A server that only reads


def test_a_reader_changes_nothing(tram: Archive, open_archive: Any, client_of: Any, assert_problem: Any) -> None:
    tram.close()
    client = client_of(open_archive(write=False))
    assert_problem(label(client, "copy", "first", "new"), 503, "reading only")
    for address in ("labels", "judgements"):
        assert_problem(client.delete(f"/v1/duplicates/{address}?a=copy&b=first"), 503, "reading only")
    assert_problem(client.put("/v1/articles/copy/canonical", json={"who": "a", "why": "b"}), 503, "reading only")
    assert_problem(client.delete("/v1/articles/copy/canonical"), 503, "reading only")
    for path in ("check", "check/bulk"):
        kind = NDJSON if path.endswith("bulk") else "application/json"
        data = json.dumps(fields_of(COPY))
        assert client.post(f"/v1/duplicates/{path}", data=data, content_type=kind).status_code in (200, 207)
    for path in ("labels", "review", "suggest", "backtest", "groups"):
        assert client.get(f"/v1/duplicates/{path}").status_code == 200


# Pages


def test_pages_show_groups_with_their_canonical_copy(tram: Archive, client: Any) -> None:
    page = client.get("/duplicates").get_data(as_text=True)
    assert page.index("Canonical copy") < page.index('href="/articles/first"') < page.index("1 copy of it")
    assert page.index("1 copy of it") < page.index('href="/articles/copy"') < page.index("What repeats what")
    assert "Canonical copy of 2 articles" in client.get("/articles/first").get_data(as_text=True)
    assert "Copy of <a" in client.get("/articles/copy").get_data(as_text=True)
    assert "Canonical" not in client.get("/articles/bees").get_data(as_text=True)
    set_canonical(tram, "copy", "m.<i>ruiz", "the wire")
    for path in ("/duplicates", "/articles/copy", "/articles/first"):
        page = client.get(path).get_data(as_text=True)
        assert "m.&lt;i&gt;ruiz" in page
        assert "the wire" in page


def test_pages_show_who_labelled(tram: Archive, client: Any) -> None:
    label(client, "copy", "first", "update", why="a new lead")
    for path in ("/duplicates", "/articles/copy", "/articles/first"):
        page = client.get(path).get_data(as_text=True)
        assert "Labelled by <bdi>m.ruiz</bdi>" in page
        assert "a new lead" in page

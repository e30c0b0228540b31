"""Versions of articles: kept when one is replaced, compared, answered, and removed with their article."""

import html
import importlib
import json
import re
import sqlite3
from dataclasses import replace
from urllib.parse import quote

import hypothesis.strategies as st
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

import service.articles
import service.compare
from corpus import ArticleExists, ArticleReplaced, Kind, parse_published
from service.archive import Archive
from service.cli import main
from service.doctor import examine
from service.errors import BadSettings
from service.ingest import Outcome, Status, delete_article, ingest_many
from service.ingest.versioning import known_under
from service.settings import Settings, load_settings

PARAGRAPHS = [
    "The ferry Lady Ismay struck the breakwater of Skerrow in thick fog on Tuesday night with 61 people on board.",
    "Two passengers died and nine were taken to the hospital in Port Calder, the coastguard of the isles said.",
    "The vessel had been due for a repair of her steering gear, which the company had put off three times.",
    "Divers searched the wheelhouse for the recorder while a tug held the damaged hull against the current.",
    "The harbour master of Skerrow closed the outer basin to all ships until the hull has been towed to the yard.",
    "Relatives of the crew waited in the church hall, where the company has set up a telephone line for them.",
]
CORRECTED = [PARAGRAPHS[0].replace("61", "63"), *PARAGRAPHS[1:]]
LATER = [*CORRECTED, "A third passenger, Halloran, died on Friday."]
ODD_IDS = ("a/b", "/lead", "100%", "a?b=c&d#e", "Zürich 東京", "x/versions", "versions", "x/versions/2")


@pytest.fixture
def report(make_article):
    def make(id, texts=PARAGRAPHS, day="2024-01-16", **fields):
        given = {"title": "Ferry hits breakwater", "source": "gazette.example"} | fields
        published = str(parse_published(day)) if day else None
        return make_article(id, text="\n\n".join(texts), published=published, **given)

    return make


def fields(article) -> dict[str, object]:
    names = ("id", "title", "text", "source", "url")
    given = {name: getattr(article, name) for name in names} | {
        "published": article.published and str(article.published)
    }
    return {name: value for name, value in given.items() if value}


def chain(archive, id):
    return [
        (v.number, v.given, v.published and v.published.day)
        for v in service.compare.version_chain(archive, id).versions
    ]


def texts(archive, id):
    return [
        archive.read(service.compare.version, id, v.number).text
        for v in service.compare.version_chain(archive, id).versions
    ]


# What is kept


def test_a_replaced_article_keeps_its_earlier_versions(archive, fill, report, assert_whole):
    first, second, third = (
        report("a"),
        report("a", CORRECTED),
        replace(report("a", LATER), title="Third passenger dies"),
    )
    fill(archive, first)
    assert chain(archive, "a") == [(1, "a", 16)]
    fill(archive, second, third, replace=True)
    assert chain(archive, "a") == [(3, "a", 16), (2, "a", 16), (1, "a", 16)]
    assert texts(archive, "a") == [third.text, second.text, first.text]
    with archive.store.read() as tx:
        kept = tx.versions.of("a")
    assert [version.article for version in kept] == [second, first]
    assert all(version.stored_at <= version.replaced_at for version in kept)
    newest, middle, oldest = service.compare.version_chain(archive, "a").versions
    assert (newest.replaced_at, oldest.difference) == (None, None)
    assert (middle.difference.changed, middle.difference.same, middle.difference.same_headline) == (1, 5, True)
    assert (newest.difference.added, newest.difference.words_added, newest.difference.same_headline) == (1, 7, False)
    assert_whole(archive)


def test_every_stated_fact_of_a_version_is_kept(archive, fill, report):
    first = report("a", author="A. Writer", section="Isles", language="en", url="https://gazette.example/1")
    fill(archive, first)
    fill(archive, replace(first, text="\n\n".join(CORRECTED), author="B. Writer"), replace=True)
    with archive.store.read() as tx:
        assert tx.versions.get("a", 1).article == first


def test_an_unchanged_article_makes_no_version(archive, fill, report):
    fill(archive, report("a"), report("a"))
    fill(archive, report("a"), replace=True)
    assert chain(archive, "a") == [(1, "a", 16)]


def test_versions_are_neither_found_nor_judged_nor_threaded(archive, fill, report, dump):
    fill(archive, report("a"), report("a", ["A library lets children play chess on Saturdays."]), replace=True)
    assert len(archive.memory.collection) == 1
    (outcome,) = fill(archive, report("b"))
    assert outcome.verdicts == ()
    assert len(dump(archive)["versions"]) == 1


def test_deleting_an_article_deletes_its_versions(archive, fill, report, dump, assert_whole):
    fill(archive, report("a"), report("b", ["A library lets children play chess on Saturdays."]))
    fill(archive, report("a", CORRECTED), report("b", ["Another text of the library."]), replace=True)
    delete_article(archive, "a")
    assert {row[1] for row in dump(archive)["versions"]} == {"b"}
    (outcome,) = fill(archive, report("a"))
    assert outcome.status is Status.STORED
    assert chain(archive, "a") == [(1, "a", 16)]
    assert_whole(archive)


def test_versions_outlive_a_restart(open_archive, fill, report):
    with open_archive() as archive:
        fill(archive, report("a"))
        fill(archive, report("a2", CORRECTED), policy="replace")
    with open_archive() as archive:
        assert chain(archive, "a") == [(2, "a2", 16), (1, "a", 16)]


def test_a_failure_keeps_no_version(archive, fill, report, monkeypatch, dump, assert_whole):
    fill(archive, report("a"))
    before = dump(archive)
    monkeypatch.setattr("service.ingest.batch.finalise", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        fill(archive, report("a", CORRECTED), replace=True)
    monkeypatch.undo()
    assert dump(archive) == before
    assert_whole(archive)


def test_doctor_finds_damage_in_versions(archive, fill, report, sql):
    fill(archive, report("a"), report("a", CORRECTED), replace=True)
    archive.close()
    assert {f.subject: f.level for f in examine(archive.settings)}["versions"] == "ok"
    with sqlite3.connect(archive.settings.data / "clew.sqlite") as connection:
        connection.execute("UPDATE versions SET text = replace(text, '61', '67')")
    connection.close()
    (found,) = [f for f in examine(archive.settings) if f.subject == "versions"]
    assert (found.level, "a, version 1" in found.words) == ("wrong", True)


# The policy `replace`


@pytest.mark.parametrize("kind", [Kind.EXACT, Kind.UPDATE])
def test_a_copy_becomes_the_newest_version(archive, fill, report, assert_whole, kind):
    other = report("n", PARAGRAPHS if kind is Kind.EXACT else CORRECTED, "2024-01-17", source="post.example")
    fill(archive, report("a"))
    (outcome,) = fill(archive, other, policy="replace")
    assert (outcome.status, outcome.id, outcome.given) == (Status.UPDATED, "a", "n")
    assert [(v.article, v.earlier, v.kind) for v in outcome.verdicts] == [("n", "a", kind)]
    assert chain(archive, "a") == [(2, "n", 17), (1, "a", 16)]
    assert archive.read(service.articles.article, "a").source == "post.example"
    assert len(archive.memory.collection) == 1
    assert_whole(archive)


def test_an_older_copy_becomes_an_earlier_version(archive, fill, report, assert_whole, answers_of):
    fill(archive, report("a", LATER, "2024-01-18"))
    before = answers_of(archive)
    (outcome,) = fill(archive, report("n", CORRECTED, "2024-01-17"), policy="replace")
    assert (outcome.status, outcome.id, outcome.given) == (Status.UPDATED, "a", "n")
    assert fill(archive, report("m", PARAGRAPHS, "2024-01-16"), policy="replace")[0].id == "a"
    assert chain(archive, "a") == [(3, "a", 18), (2, "n", 17), (1, "m", 16)]
    assert fill(archive, report("o", PARAGRAPHS, "2024-01-17"), policy="replace")[0].given == "o"
    assert chain(archive, "a") == [(4, "a", 18), (3, "o", 17), (2, "n", 17), (1, "m", 16)]
    assert answers_of(archive) == before
    assert_whole(archive)


@pytest.mark.parametrize(("stored", "incoming", "newest"), [
    ("2024-01-16T10:00:00Z", "2024-01-16T09:00:00Z", "a"),
    ("2024-01-16T10:00:00Z", "2024-01-16", "n"),
    ("2024-01-16T10:00:00Z", "2024-01-15", "a"),
    ("2024-01-16", "2024-01", "n"),
    ("2024-01-16", "2023-12", "a"),
    ("2024-01-16", "2023", "a"),
    ("2024-01-16", None, "n"),
    (None, "2024-01-16", "n"),
])  # fmt: skip
def test_which_is_newer_is_told_by_dates_as_far_as_they_go(archive, fill, report, stored, incoming, newest):
    fill(archive, report("a", day=stored))
    fill(archive, report("n", CORRECTED, incoming), policy="replace")
    assert chain(archive, "a")[0][1] == newest


def test_the_same_articles_again_are_unchanged(archive, fill, report, dump):
    articles = [report("a"), report("n", CORRECTED, "2024-01-17"), report("m", PARAGRAPHS, "2024-01-15")]
    assert [o.status.value for o in fill(archive, *articles, policy="replace")] == ["stored", "updated", "updated"]
    before = dump(archive)
    for policy in ("replace", "link", "skip", "reject"):
        for update in (False, True):
            again = fill(archive, *articles, policy=policy, replace=update)
            assert [(o.status.value, o.id, o.given) for o in again] == [
                ("unchanged", "a", None), ("unchanged", "a", "n"), ("unchanged", "a", "m"),
            ]  # fmt: skip
    assert dump(archive) == before


def test_another_text_under_the_given_id_is_a_version_when_it_is_an_update(archive, fill, report, assert_whole):
    fill(archive, report("a"), report("n", CORRECTED), policy="replace")
    (refused,) = fill(archive, report("n", LATER), policy="replace")
    assert isinstance(refused, ArticleExists)
    (outcome,) = fill(archive, report("n", LATER), replace=True)
    assert (outcome.status, outcome.id, outcome.given) == (Status.UPDATED, "a", "n")
    assert [given for _, given, _ in chain(archive, "a")] == ["n", "n", "a"]
    (outcome,) = fill(archive, report("a", CORRECTED), replace=True)
    assert [given for _, given, _ in chain(archive, "a")] == ["a", "n", "n", "a"]
    assert outcome.given is None
    assert_whole(archive)


def test_an_article_may_go_back_to_an_earlier_text(archive, fill, report):
    for article in (report("a"), report("a", CORRECTED), report("a")):
        fill(archive, article, replace=True)
    assert texts(archive, "a") == [report("a").text, report("a", CORRECTED).text, report("a").text]


def test_an_excerpt_is_linked(archive, fill, report):
    long = [f"{n} {text}" for n in "abcdef" for text in PARAGRAPHS]
    fill(archive, report("a", [*PARAGRAPHS, *long]))
    (outcome,) = fill(archive, report("n", PARAGRAPHS[:3]), policy="replace")
    assert outcome.status is Status.STORED
    assert {verdict.kind for verdict in outcome.verdicts} <= {Kind.EXCERPT, Kind.CONTAINS}
    assert outcome.verdicts


def test_copies_that_were_linked_before_are_judged_against_the_new_version(archive, fill, report, assert_whole):
    fill(archive, report("a"), report("b", source="post.example"))
    fill(archive, report("n", CORRECTED), policy="replace")
    assert [(v.article.id, v.earlier.id) for v in archive.read(service.articles.article, "a").duplicates] == [
        ("b", "a")
    ]
    assert_whole(archive)


def test_the_policy_of_a_source(open_archive, fill, report):
    archive = open_archive(duplicates_by_source={"wire.example": "replace", "spam.example": "skip"})
    kinds = [
        fill(archive, report(id, source=source), policy=None)[0].status.value
        for id, source in (
            ("a", "gazette.example"),
            ("b", "post.example"),
            ("c", "wire.example"),
            ("d", "spam.example"),
        )
    ]
    assert kinds == ["stored", "stored", "updated", "skipped"]
    assert fill(archive, report("e", source="spam.example"), policy="link")[0].status is Status.STORED


def test_the_policy_of_a_source_from_outside(tmp_path, monkeypatch):
    monkeypatch.setenv("CLEW_DUPLICATES_BY_SOURCE", '{"wire.example": "reject"}')
    assert load_settings().policy_for("wire.example") == "reject"
    assert load_settings().policy_for(None) == load_settings().policy_for("post.example") == "link"
    monkeypatch.delenv("CLEW_DUPLICATES_BY_SOURCE")
    (tmp_path / "clew.toml").write_text('duplicates = "skip"\n[duplicates_by_source]\n"wire.example" = "link"\n')
    monkeypatch.setenv("CLEW_CONFIG", str(tmp_path / "clew.toml"))
    assert (load_settings().policy_for("wire.example"), load_settings().policy_for("x")) == ("link", "skip")


@pytest.mark.parametrize("given", ['{"wire.example": "nonsense"}', '["wire.example"]', "no json"])
def test_a_wrong_policy_of_a_source_is_said(monkeypatch, given):
    monkeypatch.setenv("CLEW_DUPLICATES_BY_SOURCE", given)
    with pytest.raises(BadSettings, match="duplicates_by_source"):
        load_settings()


# Over HTTP


@pytest.fixture
def replaced(archive, fill, report):
    """The article a in three versions, of which the newest came as n; and another article."""
    fill(archive, report("a"))
    fill(archive, report("a", CORRECTED), replace=True)
    fill(archive, report("n", LATER, "2024-01-19"), policy="replace")
    fill(archive, report("other", ["A library lets children play chess on Saturdays."], title="Chess"))
    return archive


def test_replace_over_http(archive, client, report):
    assert client.post("/v1/articles", json=fields(report("a"))).status_code == 201
    sent = fields(report("n", CORRECTED))
    response = client.post("/v1/articles", json=sent, query_string={"duplicates": "replace"})
    answer = response.get_json()
    assert (response.status_code, answer["status"], answer["id"], answer["given"]) == (200, "updated", "a", "n")
    assert [(d["article"]["id"], d["earlier"]["id"]) for d in answer["duplicates"]] == [("n", "a")]
    assert answer["notes"][-1:] == ["came under another id as a new version of a stored article"]
    again = client.post("/v1/articles", json=sent).get_json()
    assert (again["status"], again["id"], again["given"]) == ("unchanged", "a", "n")
    many = "\n".join(map(json.dumps, [sent, fields(report("m"))]))
    lines = client.post("/v1/articles/bulk?duplicates=replace", data=many,
                        content_type="application/x-ndjson").get_json()["lines"]  # fmt: skip
    assert [(line["status"], line["id"], line["given"]) for line in lines] == [
        ("unchanged", "a", "n"), ("updated", "a", "m"),
    ]  # fmt: skip
    put = client.put("/v1/articles/n", json=fields(report("n", LATER)))
    assert (put.status_code, put.get_json()["id"], put.get_json()["given"]) == (200, "a", "n")


def test_a_request_that_comes_again_under_its_key_is_answered_as_before(client, report):
    client.post("/v1/articles", json=fields(report("a")))
    ask = {"json": fields(report("n", CORRECTED)), "headers": {"Idempotency-Key": "k"},
           "query_string": {"duplicates": "replace"}}  # fmt: skip
    assert client.post("/v1/articles", **ask).get_json() == client.post("/v1/articles", **ask).get_json()


def test_a_refused_copy_names_what_it_repeats(archive, client, report, assert_problem):
    client.post("/v1/articles", json=fields(report("a")))
    sent = fields(report("n", CORRECTED))
    problem = assert_problem(client.post("/v1/articles?duplicates=reject", json=sent), 409, "repeats")
    (earlier,) = problem["earlier"]
    assert (earlier["id"], earlier["headline"], earlier["kind"]) == ("a", "Ferry hits breakwater", "update")
    assert 0.5 < earlier["score"] <= 1
    (line,) = client.post("/v1/articles/bulk?duplicates=reject", data=json.dumps(sent),
                          content_type="application/x-ndjson").get_json()["lines"]  # fmt: skip
    assert (line["http_status"], line["earlier"]) == (409, [earlier])


def test_the_chain_of_versions(replaced, client):
    answer = client.get("/v1/articles/a/versions").get_json()
    assert [(v["number"], v["given"], v["versions"]) for v in answer["versions"]] == [
        (3, "n", 3), (2, "a", 3), (1, "a", 3),
    ]  # fmt: skip
    assert (answer["total"], answer["next"]) == (3, None)
    assert [v["difference"] and v["difference"]["changed"] for v in answer["versions"]] == [0, 1, None]
    assert client.get("/v1/articles/other/versions").get_json()["total"] == 1


def test_the_chain_in_pages(replaced, client, assert_problem):
    found, cursor = [], None
    for _ in range(3):
        asked = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/articles/a/versions", query_string=asked).get_json()
        found += [(v["number"], v["difference"] is not None) for v in page["versions"]]
        cursor = page["next"]
    assert (found, cursor) == ([(3, True), (2, True), (1, False)], None)
    assert_problem(client.get("/v1/articles/a/versions?cursor=nonsense"), 400, "cursor")


def test_too_long_texts_of_a_chain_are_not_counted(replaced, client, monkeypatch):
    monkeypatch.setattr("service.compare.versions.COUNTED_MOST", 1_500)
    versions = client.get("/v1/articles/a/versions").get_json()["versions"]
    assert [v["difference"] is None for v in versions] == [False, True, True]


def test_one_version_whole(replaced, client, assert_problem, report):
    found = client.get("/v1/articles/a/versions/1").get_json()
    assert (found["text"], found["title"], found["number"]) == (report("a").text, "Ferry hits breakwater", 1)
    present = client.get("/v1/articles/a/versions/3").get_json()
    assert (present["text"], present["replaced_at"], present["given"]) == (report("a", LATER).text, None, "n")
    assert_problem(client.get("/v1/articles/a/versions/4"), 404, "no version 4", "3 versions")
    assert_problem(client.get("/v1/articles/other/versions/2"), 404, "only one version")
    assert_problem(client.get("/v1/articles/a/versions/0"), 422, "number")
    assert_problem(client.get("/v1/articles/a/versions/99999999999999999999"), 422, "number")
    assert_problem(client.get("/v1/articles/a/versions/x"), 404)


def test_a_given_id_leads_to_the_article(replaced, client, assert_problem):
    for path in ("", "/versions", "/versions/1", "/related?limit=3", "/novelty", "/alignment/other"):
        response = client.get(f"/v1/articles/n{path}")
        assert (response.status_code, response.headers["Location"]) == (308, f"/v1/articles/a{path}")
        assert client.get(response.headers["Location"]).status_code == 200
    assert client.get("/v1/articles/other/alignment/n").headers["Location"] == "/v1/articles/other/alignment/a"
    assert (
        client.get("/v1/articles/a/novelty?against=other&against=n")
        .headers["Location"]
        .endswith("/a/novelty?against=other&against=a")
    )
    assert_problem(client.delete("/v1/articles/n"), 404, "a version of 'a'")
    assert_problem(client.post("/v1/related", json={"article_id": "n"}), 404, "a version of 'a'")
    assert client.delete("/v1/articles/a").status_code == 204
    assert_problem(client.get("/v1/articles/n"), 404, "no article")


def test_delete_raises_what_it_says(replaced):
    with pytest.raises(ArticleReplaced) as caught:
        delete_article(replaced, "n")
    assert (caught.value.id, caught.value.article) == ("n", "a")


def test_the_difference_of_two_versions(replaced, client):
    answer = client.get("/v1/diff?a=a&a_version=1&b=a&b_version=2").get_json()
    assert (answer["a"]["number"], answer["b"]["number"]) == (1, 2)
    assert [(n["before"], n["after"], n["paragraph"]) for n in answer["numbers"]] == [("61", "63", 0)]
    assert [p["change"] for p in answer["paragraphs"]] == ["changed", *["same"] * 5]
    marks = [(run["mark"], run["text"].strip()) for run in answer["paragraphs"][0]["runs"]]
    assert marks[1:3] == [("cut", "61"), ("added", "63")]
    assert (answer["identical"], answer["coarse"], answer["counts"]["words_cut"]) == (False, False, 1)
    one, other = (client.get(f"/v1/articles/a/versions/{n}").get_json()["text"] for n in (1, 2))
    for paragraph in answer["paragraphs"]:
        for run in paragraph["runs"]:
            a, b = one[run["a_start"] : run["a_end"]], other[run["b_start"] : run["b_end"]]
            assert run["text"] == (a if run["mark"] == "cut" else b)


@pytest.mark.parametrize(("query", "numbers"), [
    ("a=a&b=a", (3, 3)), ("a=a&a_version=2&b=n", (2, 3)), ("a=n&b=other", (3, 1)), ("a=n&a_version=1&b=a", (1, 3)),
])  # fmt: skip
def test_what_is_compared(replaced, client, query, numbers):
    answer = client.get(f"/v1/diff?{query}").get_json()
    assert (answer["a"]["number"], answer["b"]["number"]) == numbers
    assert answer["identical"] is (query == "a=a&b=a")


def test_a_given_id_names_the_version_that_came_under_it(archive, client, fill, report):
    fill(archive, report("a", LATER, "2024-01-19"), report("n", PARAGRAPHS, "2024-01-16"), policy="replace")
    answer = client.get("/v1/diff?a=n&b=a").get_json()
    assert (answer["a"]["number"], answer["b"]["number"], answer["a"]["given"]) == (1, 2, "n")


@pytest.mark.parametrize(("query", "status", "word"), [
    ("a=a&b=none", 404, "none"), ("a=none&b=a", 404, "none"), ("a=a", 422, "b"),
    ("a=a&b=a&a_version=9", 404, "version 9"),
    ("a=a&b=a&a_version=0", 422, "a_version"), ("a=a&b=a&a_version=x", 422, "a_version"), ("a=a&b=", 422, "b"),
    ("a=a&b=a&c=a", 422, "c"),
])  # fmt: skip
def test_a_difference_that_cannot_be_told(replaced, client, assert_problem, query, status, word):
    assert_problem(client.get(f"/v1/diff?{query}"), status, word)


@pytest.mark.parametrize("id", ODD_IDS)
def test_ids_of_all_kinds(archive, client, fill, report, id):
    fill(archive, report(id), report("a", CORRECTED))
    fill(archive, report(id, LATER), replace=True)
    assert client.get("/v1/diff", query_string={"a": id, "b": "a"}).get_json()["a"]["id"] == id
    assert client.get(f"/v1/articles/{quote(id, safe='')}/versions").get_json()["total"] == 2
    assert client.get(f"/v1/articles/{quote(id, safe='')}/versions/1").get_json()["id"] == id


# On the command line


def run(archive, *arguments):
    archive.close()
    return CliRunner().invoke(main, [*arguments, "--data", str(archive.settings.data), "--model", "hashing"])


def test_clew_versions(replaced):
    result = run(replaced, "versions", "a")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "  3  Ferry hits breakwater  (2024-01-19, gazette.example, came as n)"
    assert lines[1] == "     paragraphs: 6 same, 1 added; words: 0 cut, 7 added, 117 kept"
    assert lines[-1] == "  1  Ferry hits breakwater  (2024-01-16, gazette.example)"
    assert json.loads(run(replaced, "versions", "n", "--json").output)["total"] == 3


def test_clew_diff_in_a_pipe(replaced):
    result = run(replaced, "diff", "a", "n", "--a-version", "1")
    assert result.exit_code == 0, result.output
    assert "[a, version 1 of 3]" in result.output
    assert "number: 61 -> 63  (¶1)" in result.output
    assert "~ ¶1 changed" in result.output
    assert "with [-61-] {+63+} people on board." in result.output
    assert "... 5 paragraphs the same" in result.output
    assert "+ ¶7 added\n  {+A third passenger, Halloran, died on Friday.+}" in result.output
    assert "\x1b" not in result.output


def test_clew_diff_of_the_same(replaced):
    assert run(replaced, "diff", "a", "a").output.splitlines()[-1] == "the same, white space aside"
    assert json.loads(run(replaced, "diff", "a", "a", "--json").output)["identical"] is True


def test_clew_diff_on_a_terminal(replaced):
    module = importlib.import_module("service.cli.versions")
    found = service.compare.diff(replaced, "a", "a", a_version=1)
    shown = module._marked(found.paragraphs[0].runs, True)
    assert "\x1b[31m\x1b[9m61\x1b[0m" in shown
    assert "\x1b[32m" in shown
    assert "[-" not in shown


@pytest.mark.parametrize(
    "arguments", [("versions", "none"), ("diff", "a", "none"), ("diff", "a", "a", "--a-version", "7")]
)
def test_what_is_not_there_is_said_in_a_line(replaced, arguments):
    result = run(replaced, *arguments)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert len(result.output.splitlines()) == 1


def test_clew_ingest_replaces(tmp_path, report):
    for name, article in (("1", report("a")), ("2", report("n", CORRECTED))):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(fields(article)))
    options = ["--data", str(tmp_path / "data"), "--model", "hashing", "--json"]
    first = CliRunner().invoke(main, ["ingest", str(tmp_path / "1.jsonl"), *options])
    assert json.loads(first.stdout)["stored"] == 1
    for updated, unchanged in ((1, 0), (0, 1)):
        again = CliRunner().invoke(main, ["ingest", str(tmp_path / "2.jsonl"), "--duplicates", "replace", *options])
        found = json.loads(again.stdout)
        assert (found["stored"], found["updated"], found["unchanged"]) == (0, updated, unchanged)


# On the pages


def page(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, response.get_data(as_text=True)[:300]
    return response.get_data(as_text=True)


def test_the_page_of_a_difference(replaced, client):
    text = page(client, "/diff?a=a&a_version=1&b=a")
    assert "<del>61</del><ins>63</ins>" in text.replace("</del> <ins>", "</del><ins>")
    assert "A number is another one" in text
    assert "1 paragraph changed, 1 added, 5 the same." in text
    assert "Added: </span><ins>A third passenger, Halloran, died on Friday.</ins>" in text
    assert "<script>" not in text
    assert "Nothing: the two are the same" in page(client, "/diff?a=a&b=a")


def test_unchanged_paragraphs_are_folded_but_for_those_at_a_change(replaced, client):
    text = page(client, "/diff?a=a&a_version=1&b=a")
    assert "3 paragraphs the same</summary>" in text
    assert text.count("The vessel had been due") == 1


def test_the_page_of_versions(replaced, client):
    text = page(client, "/articles/a/versions")
    assert "3 versions" in text
    assert "came as <code" in text
    assert 'href="/diff?a=a&amp;b=a&amp;a_version=1&amp;b_version=2"' in text
    assert "It was never replaced" in page(client, "/articles/other/versions")


def test_pages_lead_to_versions_and_differences(replaced, client, fill, report):
    assert 'href="/articles/a/versions">3 versions</a>' in page(client, "/articles/a")
    assert "/versions" not in page(client, "/articles/other")
    fill(replaced, report("copy", LATER, source="post.example"))
    for path in ("/duplicates", "/articles/a", "/articles/copy"):
        assert 'href="/diff?a=a&amp;b=copy">What changed' in page(client, path)
    assert 'href="/diff?a=copy&amp;b=a">What changed' in page(client, "/articles/copy/alignment/a")


def test_pages_of_a_given_id_lead_to_the_article(replaced, client):
    for path in ("/articles/{}", "/articles/{}/versions", "/articles/{}/alignment/other"):
        response = client.get(path.format("n"))
        assert (response.status_code, response.headers["Location"]) == (308, path.format("a"))
    assert client.get("/search?q=n").headers["Location"] == "/articles/a"


@pytest.mark.parametrize(("path", "status"), [
    ("/diff", 404), ("/diff?a=a", 404), ("/diff?a=a&b=none", 404), ("/diff?a=a&b=a&a_version=x", 400),
    ("/diff?a=a&b=a&a_version=0", 400), ("/diff?a=a&b=a&b_version=9", 404), ("/articles/none/versions", 404),
    ("/articles/a/versions?cursor=x", 400), ("/diff?a=a&b=a&a_version=" + "9" * 40, 400),
])  # fmt: skip
def test_a_page_that_cannot_be_shown(replaced, client, path, status):
    assert "Traceback" not in page(client, path, status)


@pytest.mark.parametrize("id", ODD_IDS)
def test_pages_of_ids_of_all_kinds(archive, client, fill, report, id):
    fill(archive, report(id))
    fill(archive, report("n", CORRECTED), policy="replace")
    text = page(client, f"/diff?a={quote(id, safe='')}&a_version=1&b={quote(id, safe='')}")
    (link, *_) = re.findall(r'href="([^"]*versions[^"]*)">Version', text)
    listed = page(client, html.unescape(link))
    (link, *_) = re.findall(r'href="(/diff[^"]*)"', listed)
    assert "<ins>63</ins>" in page(client, html.unescape(link))
    moved = client.get("/articles/n/versions")
    assert moved.status_code == 308
    assert "2 versions" in page(client, moved.headers["Location"])


# Many at once


def test_a_batch_with_several_versions_of_one_article(archive, report, assert_whole):
    articles = [report("a"), report("n", CORRECTED), report("m", LATER), report("a"), report("n", LATER)]
    outcomes = list(ingest_many(archive, articles, policy="replace"))
    assert [getattr(o, "status", None) and o.status.value for o in outcomes] == [
        "stored", "updated", "updated", "unchanged", None,
    ]  # fmt: skip
    assert [given for _, given, _ in chain(archive, "a")] == ["m", "n", "a"]
    assert_whole(archive)


STEP = st.tuples(
    st.sampled_from("abc"), st.sampled_from([PARAGRAPHS, CORRECTED, LATER, ["Children play chess on Saturdays."]]),
    st.sampled_from(["2024-01-15", "2024-01-16", "2024-01", None]),
    st.sampled_from(["link", "skip", "reject", "replace"]), st.booleans(),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=8), removed=st.sampled_from("abc"))
def test_whatever_comes_the_archive_is_whole(tmp_path_factory, report, assert_whole, steps, removed):
    data = tmp_path_factory.mktemp("steps") / "data"
    with Archive(Settings(data=data, model="hashing", index="exact"), write=True) as archive:
        for id, texts, day, policy, update in steps:
            article = report(id, texts, day)
            (outcome,) = ingest_many(archive, [article], policy=policy, replace=update)
            if isinstance(outcome, Outcome) and outcome.status is not Status.SKIPPED:
                with archive.store.read() as tx:
                    assert known_under(tx, id).last.text == article.text
                assert outcome.given == (None if outcome.id == id else id)
                (again,) = ingest_many(archive, [article], policy=policy, replace=update)
                assert (again.status, again.id) == (Status.UNCHANGED, outcome.id)
        assert_whole(archive)
        with archive.store.read() as tx:
            stored, owner = tx.articles.find(id=removed), tx.articles.owner(removed)
        if stored:
            delete_article(archive, removed)
        elif owner:
            with pytest.raises(ArticleReplaced):
                delete_article(archive, removed)
        assert_whole(archive)

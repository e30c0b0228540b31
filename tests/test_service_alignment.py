"""Two articles side by side and what an article adds, over HTTP and on the command line."""

import json
from dataclasses import replace
from itertools import pairwise
from time import perf_counter
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from corpus import parse_published
from embeddings.preparing import prepare, query_of
from service.cli import main
from service.compare import pairs as alignment
from service.compare.novelty import earlier_in_thread
from service.ingest import delete_article

PARAGRAPHS = [
    "The ferry Lady Ismay struck the breakwater of Skerrow in thick fog on Tuesday night with 61 people on board.",
    "Two passengers died and nine were taken to the hospital in Port Calder, the coastguard of the isles said.",
    "The vessel had been due for a repair of her steering gear, which the company had put off three times.",
    "Divers searched the wheelhouse for the recorder while a tug held the damaged hull against the current.",
]
ADVERT = "Sign up for the morning letter of the Gazette, with news from the isles at seven every day."
ODD_IDS = ("a/b", "/lead", "100%", "a?b=c&d#e", "Zürich 東京", "x/novelty", "a/alignments")


def report(make_article, id, *texts, day="2024-01-16", source="gazette.example", title="Ferry hits breakwater"):
    return make_article(id, title=title, text="\n\n".join(texts), published=str(parse_published(day)), source=source)


@pytest.fixture
def ferry(archive, fill, make_article):
    """A report, its update of the next day, a brief of another outlet; an advertisement in three different texts."""
    fill(
        archive,
        report(make_article, "first", *PARAGRAPHS, ADVERT),
        report(make_article, "update", *PARAGRAPHS, "A third passenger, Halloran, 58, died on Friday.", ADVERT,
               day="2024-01-17"),
        report(make_article, "brief", *PARAGRAPHS[:3], day="2024-01-18", source="courier.example"),
        report(make_article, "other", "A library lets children play chess on Saturdays.", ADVERT, title="Chess"),
        report(make_article, "museum", "A museum shows looms that wove sails for the fleet.", ADVERT, title="Looms"),
    )  # fmt: skip
    return archive


def side_by_side(client, a: str, b: str):
    return client.get(f"/v1/articles/{quote(a, safe='')}/alignment/{quote(b, safe='')}")


# Side by side


def test_two_articles_side_by_side(ferry, client):
    answer = side_by_side(client, "first", "update").get_json()
    assert answer["relation"] == "update"
    assert answer["evidence"]["same_source"] is True
    assert answer["evidence"]["days"] == 1.0
    assert [(p["a"], p["b"]) for p in answer["pairs"]] == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 5)]
    assert answer["a"]["alone"] == []
    assert answer["b"]["alone"] == [4]
    assert answer["a"]["covered"] == answer["a"]["copied"] == 1.0
    assert 0.8 < answer["b"]["covered"] < 1.0
    assert [p["weight"] for p in answer["a"]["paragraphs"]] == [1.0, 1.0, 1.0, 1.0, 0.0]
    assert 0 <= answer["score"] <= 1
    assert 0 <= answer["same_story"] <= 1


@pytest.mark.parametrize("side", ["a", "b"])
def test_offsets_are_those_of_the_text(ferry, client, side):
    found = side_by_side(client, "first", "update").get_json()[side]
    text = client.get(f"/v1/articles/{found['article']['id']}").get_json()["text"]
    assert [text[p["start"] : p["end"]] for p in found["paragraphs"]] == [p["text"] for p in found["paragraphs"]]
    assert [p["position"] for p in found["paragraphs"]] == list(range(len(found["paragraphs"])))


def test_from_the_other_side_it_is_mirrored(ferry, client):
    one, other = side_by_side(client, "first", "brief").get_json(), side_by_side(client, "brief", "first").get_json()
    assert one["a"] == other["b"]
    assert one["b"] == other["a"]
    assert one["pairs"] == [{"a": p["b"], "b": p["a"], "score": p["score"], "figures": []} for p in other["pairs"]]
    assert one["evidence"]["days"] == -other["evidence"]["days"]


def test_a_stored_verdict_is_used_and_turned(ferry, client, make_article, fill):
    long = [f"{n} {text}" for n in "abcdef" for text in PARAGRAPHS]
    fill(ferry, report(make_article, "long", *PARAGRAPHS[:2], *long, day="2024-01-19", source="post.example"))
    assert side_by_side(client, "brief", "first").get_json()["evidence"]["verdict"] in (
        "near_copy",
        "excerpt",
        "contains",
    )
    kinds = {side_by_side(client, *pair).get_json()["relation"] for pair in (("long", "brief"), ("brief", "long"))}
    assert kinds <= {"excerpt", "contains", "copy"}


def test_an_article_beside_itself(ferry, client):
    answer = side_by_side(client, "first", "first").get_json()
    assert answer["relation"] == "copy"
    assert answer["a"]["alone"] == answer["b"]["alone"] == []


@pytest.mark.parametrize("id", ODD_IDS)
def test_ids_of_all_kinds(client, archive, fill, make_article, id):
    fill(archive, make_article(id, story="s"), make_article("plain", story="s"))
    assert side_by_side(client, id, "plain").get_json()["a"]["article"]["id"] == id
    assert side_by_side(client, "plain", id).get_json()["b"]["article"]["id"] == id
    assert client.get(f"/v1/articles/{quote(id, safe='')}/novelty").get_json()["article"]["id"] == id


@pytest.mark.parametrize(("a", "b"), [("first", "none"), ("none", "first"), ("none", "nowhere")])
def test_an_unknown_article_is_not_found(ferry, client, assert_problem, a, b):
    assert_problem(side_by_side(client, a, b), 404, "no")


def test_a_deleted_article_is_gone_from_both_answers(ferry, client, assert_problem):
    delete_article(ferry, "update")
    assert_problem(side_by_side(client, "first", "update"), 404)
    assert_problem(client.get("/v1/articles/update/novelty"), 404)
    assert_problem(client.get("/v1/articles/brief/novelty?against=update"), 404)


def test_the_whole_sample_can_be_aligned(sample_client, sample_archive):
    ids = [sample_archive.memory.collection.member(row).id for row in sample_archive.memory.collection.rows()]
    for a, b in pairwise(ids[:20]):
        assert side_by_side(sample_client, a, b).status_code == 200


# Novelty


def test_an_update_adds_its_new_paragraph(ferry, client):
    answer = client.get("/v1/articles/update/novelty?against=first").get_json()
    assert answer["against"] == ["first"]
    values = [p["novelty"] for p in answer["paragraphs"]]
    assert values[:4] == [0.0, 0.0, 0.0, 0.0]
    assert values[4] > 0.3
    assert values[5] == 0.0
    assert "halloran" in answer["paragraphs"][4]["new_facts"]
    assert 0 < answer["novelty"] < 0.3
    nearest = answer["paragraphs"][0]["nearest"]
    assert (nearest["article"], nearest["position"], nearest["score"]) == ("first", 0, 1.0)
    assert nearest["text"] == PARAGRAPHS[0]


def test_by_default_it_is_against_the_earlier_ones_of_its_thread(ferry, client):
    thread = ferry.memory.thread_of
    with ferry.store.read() as tx:
        rows = {id: row for row, id in tx.articles.ids()}
    earlier = [id for id in ("first", "other") if thread[rows[id]] == thread[rows["update"]]]
    answer = client.get("/v1/articles/update/novelty").get_json()
    assert "first" in earlier
    assert answer["against"] == earlier
    assert client.get("/v1/articles/first/novelty").get_json()["against"] == []
    assert client.get("/v1/articles/first/novelty").get_json()["novelty"] == 1.0


def test_undated_articles_are_earlier_when_they_came_earlier(archive, fill, make_article):
    a = make_article("a", story="s", published="2024-01-05")
    fill(archive, a, replace(a, id="b", published=None), replace(a, id="c", published=None))
    fill(archive, replace(a, id="d", published=parse_published("2024-01-01")))
    with archive.store.read() as tx:
        rows = {id: row for row, id in tx.articles.ids()}
    ids = {row: id for id, row in rows.items()}
    earlier = {id: {ids[row] for row in archive.read(earlier_in_thread, rows[id])} for id in "abcd"}
    assert earlier == {"a": {"d"}, "b": {"a"}, "c": {"a", "b"}, "d": {"b", "c"}}


def test_several_known_articles_and_the_same_one_twice(ferry, client):
    asked = client.get("/v1/articles/brief/novelty?against=first&against=other&against=first").get_json()
    assert asked["against"] == ["first", "other"]
    assert asked["novelty"] == 0.0
    assert client.get("/v1/articles/brief/novelty?against=other").get_json()["novelty"] > 0.5


def test_too_many_known_articles_are_refused(ferry, client, assert_problem):
    query = "&".join(f"against=a{n}" for n in range(201))
    assert_problem(client.get(f"/v1/articles/brief/novelty?{query}"), 422, "against")
    assert_problem(client.get("/v1/articles/brief/novelty?agaisnt=first"), 422, "agaisnt")


# One hit


def test_an_article_that_is_not_stored_is_described_as_if_it_were(ferry, make_article):
    given = report(make_article, "unsaved", *PARAGRAPHS, source="post.example")
    prepared = prepare(given, ferry.encoder)
    query = query_of(prepared, ferry.encode([prepared]))
    with ferry.reading() as view:
        row = view.tx.articles.get("first").row
        asked = alignment.asked_prepared(view, prepared, query)
        found = alignment.describe_hit(view, asked, row, score=0.9, same_story=0.9)
    assert found.relation == "copy"
    assert found.evidence["same_source"] is False
    assert len(found.alignment.copied) == 4


def test_a_hit_is_described_fast(sample_archive):
    rows = sample_archive.memory.collection.rows()
    with sample_archive.reading() as view:
        asked = alignment.asked_stored(view, rows[0])
        times = []
        for _ in range(10):
            start = perf_counter()
            for row, side in zip(rows, view.sides(rows), strict=True):
                alignment.describe_hit(view, asked, row, score=0.5, same_story=0.5, side=side)
            times.append((perf_counter() - start) / len(rows))
    assert min(times) < 0.0005


# Command line


def run(archive, *arguments: str):
    archive.close()
    return CliRunner().invoke(main, [*arguments, "--data", str(archive.settings.data), "--model", "hashing"])


def test_clew_align(ferry):
    result = run(ferry, "align", "first", "update")
    assert result.exit_code == 0, result.output
    assert "B is to A: update" in result.output
    assert "only  B¶5  A third passenger" in result.output


def test_clew_align_as_json(ferry):
    answer = json.loads(run(ferry, "align", "first", "brief", "--json").output)
    assert answer["b"]["article"]["id"] == "brief"


def test_clew_novelty(ferry):
    result = run(ferry, "novelty", "update", "--against", "first")
    assert result.exit_code == 0, result.output
    assert "against 1 earlier article" in result.output
    assert "new: halloran" in result.output


def test_clew_novelty_as_json(ferry):
    assert json.loads(run(ferry, "novelty", "update", "--against", "first", "--json").output)["against"] == ["first"]


@pytest.mark.parametrize("arguments", [("align", "first", "none"), ("novelty", "none"),
                                       ("novelty", "first", "--against", "none")])  # fmt: skip
def test_an_unknown_article_is_said_in_a_line(ferry, arguments):
    result = run(ferry, *arguments)
    assert result.exit_code == 1
    assert "none" in result.output
    assert "Traceback" not in result.output


# Figures

OUTAGE = "About {} people were left without power after the storm struck the coast on Monday night, the operator said."
MINISTER = "The minister of energy resigned on Friday {}after a week of criticism over the outage, his office said."


@pytest.fixture
def outage(archive, fill, make_article):
    """Two reports that differ in a figure, and one more that has the first one's figure in other words."""
    fill(
        archive,
        report(make_article, "low", OUTAGE.format("1.3 million"), MINISTER.format(""), day="2011-05-19"),
        report(make_article, "high", OUTAGE.format("2.1 million"), MINISTER.format("with a payment of $4 million "),
               day="2011-05-20", source="courier.example"),
        report(make_article, "same", OUTAGE.format("1,300,000"), MINISTER.format(""), day="2011-05-21",
               source="herald.example"),
    )  # fmt: skip
    return archive


def test_paragraphs_with_another_figure_do_not_say_the_same(outage, client):
    answer = side_by_side(client, "low", "high").get_json()
    figures = answer["pairs"][0]["figures"]
    assert [(f["before"], f["after"], f["kind"], f["of"]) for f in figures] == [
        ("1.3 million", "2.1 million", "count", "people")
    ]
    text = client.get("/v1/articles/high").get_json()["text"]
    assert text[figures[0]["b_start"] :].startswith("2.1 million")
    assert answer["pairs"][1]["figures"] == []
    assert answer["evidence"]["paragraphs_with_other_figures"] == 1
    for side in "ab":
        whole = answer["evidence"]["query_close" if side == "a" else "hit_close"]
        assert answer[side]["close"] == pytest.approx(whole - answer[side]["contradicted"], abs=1e-3)
        assert answer[side]["contradicted"] > 0.3
    shown = client.get("/articles/low/alignment/high").get_data(as_text=True)
    assert "1.3 million → 2.1 million (people)" in shown
    assert "the same with another figure" in shown


def test_the_same_figure_otherwise_is_no_contradiction(outage, client):
    answer = side_by_side(client, "low", "same").get_json()
    assert all(pair["figures"] == [] for pair in answer["pairs"])
    assert answer["a"]["contradicted"] == 0.0
    assert "paragraphs_with_other_figures" not in answer["evidence"]


def test_the_figure_is_the_news(outage, client):
    known = client.get("/v1/articles/high/novelty?against=low").get_json()["paragraphs"]
    assert known[0]["new_figures"] == ["2.1 million"]
    assert [(f["before"], f["after"]) for f in known[0]["changed_figures"]] == [("1.3 million", "2.1 million")]
    assert known[1]["new_figures"] == ["$4 million"]
    assert "$4 million" in known[1]["new_facts"]
    assert all(paragraph["novelty"] >= 0.5 for paragraph in known)
    again = client.get("/v1/articles/same/novelty?against=low").get_json()["paragraphs"]
    assert again[0]["new_facts"] == again[0]["changed_figures"] == []


def test_figures_on_the_command_line(outage):
    data = ["--data", str(outage.settings.data), "--model", "hashing"]
    shown = CliRunner().invoke(main, ["align", "low", "high", *data]).output
    assert "other figures: 1.3 million -> 2.1 million (people)" in shown
    assert "with other figures" in shown
    assert "new: $4 million" in CliRunner().invoke(main, ["novelty", "high", "--against", "low", *data]).output


def test_matching_paragraphs_of_related_coverage_have_their_figures(outage, client):
    hits = client.get("/v1/articles/low/related?collapse=none&minimum_score=0").get_json()["hits"]
    high = next(hit for hit in hits if hit["article"]["id"] == "high")
    found = [(f["before"], f["after"]) for pair in high["pairs"] for f in pair["figures"]]
    assert found == [("1.3 million", "2.1 million")]


WRECK = (
    "At least {} people were killed when the ferry Lady Ismay struck the breakwater of Skerrow, the coastguard said."
)


def test_a_thread_lists_figures_that_changed_over_time(archive, fill, make_article, client):
    told = [("one", "12", "2011-05-19"), ("two", "12", "2011-05-19T18:00:00Z"), ("three", "17", "2011-05-20")]
    for id, toll, day in told:
        text = f"{WRECK.format(toll)}\n\n{PARAGRAPHS[2]} So {id} outlet wrote of her."
        fill(archive, report(make_article, id, text, day=day, source=f"{id}.example", title=f"Ferry wreck, {id}"))
    thread = client.get("/v1/articles/one").get_json()["thread"]
    assert {client.get(f"/v1/articles/{id}").get_json()["thread"] for id, *_ in told} == {thread}
    (row,) = client.get(f"/v1/threads/{thread}").get_json()["figures"]
    assert (row["of"], row["kind"], row["unit"]) == ("people killed", "count", "")
    assert [(v["text"], v["low"], v["articles"]) for v in row["values"]] == [("12", 12, 2), ("17", 17, 1)]
    assert row["values"][1]["article"]["id"] == "three"
    assert row["values"][1]["article"]["published_precision"] == "day"
    shown = client.get(f"/threads/{thread}").get_data(as_text=True)
    assert "Figures over time" in shown
    assert "People killed" in shown
    data = ["--data", str(archive.settings.data), "--model", "hashing"]
    printed = CliRunner().invoke(main, ["threads", "show", thread, *data]).output
    assert "figures over time: people killed: 12 (2011-05-19, one) -> 17 (2011-05-20, three)" in printed

"""What is told of each hit: relation, evidence, shares, novelty; filters and orders by them; HTTP and `clew`."""

import json
from time import perf_counter

import pytest
from click.testing import CliRunner

import service.related
from corpus import parse_published
from embeddings.related.finding import EXAMINED_MOST, SORTED_MOST
from service.cli import main
from service.related.describing import Describer

PARAGRAPHS = [
    "The ferry Lady Ismay struck the breakwater of Skerrow in thick fog on Tuesday night with 61 people on board.",
    "Two passengers died and nine were taken to the hospital in Port Calder, the coastguard of the isles said.",
    "The vessel had been due for a repair of her steering gear, which the company had put off three times.",
    "Divers searched the wheelhouse for the recorder while a tug held the damaged hull against the current.",
]
LATER = [
    "The ferry Lady Ismay had faulty steering gear when she struck the breakwater of Skerrow, investigators of the "
    "isles said on Monday.",
    "The company had put off the repair of the steering gear of the vessel three times, says the report of the bureau.",
    "Passengers of the ferry Lady Ismay asked the minister for an inquiry into the safety of the line to Skerrow.",
]
OTHER = "A library lets children play chess on Saturdays, and the tournament of the town is in its third year."


def report(make_article, id, *texts, day="2024-01-16", source="gazette.example", title="Ferry hits breakwater"):
    return make_article(id, title=title, text="\n\n".join(texts), published=str(parse_published(day)), source=source)


@pytest.fixture
def ferry(archive, fill, make_article):
    """A report, its copy, its update, a brief of it, later and earlier reports, and something else."""
    fill(
        archive,
        report(make_article, "first", *PARAGRAPHS),
        report(make_article, "wire", *PARAGRAPHS, source="courier.example"),
        report(make_article, "update", *PARAGRAPHS, "A third passenger, Halloran, 58, died on Friday.",
               day="2024-01-17"),
        report(make_article, "late", *LATER, day="2024-02-20", source="courier.example", title="Ferry had faulty gear"),
        report(make_article, "later", *LATER[:2], "The inquiry begins.", day="2024-03-20", title="Ferry inquiry"),
        report(make_article, "early", *LATER[1:], day="2023-11-02", title="Ferry Lady Ismay is due for repair"),
        report(make_article, "other", OTHER, title="Chess"),
    )  # fmt: skip
    return archive


def ask(client, **body):
    response = client.post("/v1/related", json={"minimum_score": 0, "collapse": "none"} | body)
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    return response.get_json()


def told(client, **body):
    return {hit["article"]["id"]: hit for hit in ask(client, **body)["hits"]}


def ids(answer):
    return [hit["article"]["id"] for hit in answer["hits"]]


def test_each_hit_has_its_relation_with_evidence(ferry, client):
    hits = told(client, article_id="first")
    assert hits["wire"]["relation"] == "copy"
    assert hits["update"]["relation"] == "update"
    assert hits["other"]["relation"] is None
    assert hits["wire"]["evidence"]["verdict"] == "exact"
    assert hits["update"]["evidence"]["same_source"] is True
    assert hits["update"]["covered"]["query"] == 1.0
    assert 0.8 < hits["update"]["covered"]["hit"] < 1.0
    for hit in hits.values():
        evidence = hit["evidence"]
        assert hit["covered"] == {"query": evidence["query_covered"], "hit": evidence["hit_covered"]}


def test_it_is_what_the_alignment_of_the_two_says(ferry, client):
    for id, hit in told(client, article_id="first").items():
        whole = client.get(f"/v1/articles/first/alignment/{id}").get_json()
        assert (hit["relation"], hit["evidence"]) == (whole["relation"], whole["evidence"])
        assert hit["covered"] == {"query": whole["a"]["covered"], "hit": whole["b"]["covered"]}


def test_the_stored_verdict_is_used_from_both_sides(ferry, client):
    assert told(client, article_id="wire")["first"]["evidence"]["verdict"] == "exact"
    assert told(client, article_id="update")["first"]["evidence"]["verdict"] == "update"


def test_every_form_of_the_question_is_described(ferry, client):
    text = "\n\n".join(PARAGRAPHS)
    unsaved = {"text": text, "title": "Ferry hits breakwater", "published": "2024-01-16", "source": "post.example"}
    pasted = told(client, text=text)
    assert pasted["first"]["relation"] == "copy"
    assert not {"days", "same_source"} & pasted["first"]["evidence"].keys()
    described = told(client, article=unsaved)
    assert described["update"]["relation"] == "copy"  # another outlet's page has a line of its own around the report
    assert described["update"]["evidence"]["same_source"] is False
    assert described["update"]["evidence"]["days"] == 1.0
    by_address = client.get("/v1/articles/first/related?minimum_score=0&collapse=none").get_json()
    assert {hit["article"]["id"]: hit for hit in by_address["hits"]} == told(client, article_id="first")
    batch = client.post("/v1/related/batch", json={"queries": [{"text": text, "collapse": "none"}]}).get_json()
    assert batch["answers"][0]["hits"][0]["relation"] == "copy"


def test_of_several_positives_the_nearest_counts(ferry, client):
    hits = told(client, positive=["other", "first"], negative=[{"text": "Football."}])
    assert hits["wire"]["positive"] == 1
    assert hits["wire"]["relation"] == "copy"
    assert hits["wire"]["novelty"] == 0.0
    assert hits["update"]["relation"] == "update"


def test_the_relation_is_that_with_the_nearest_and_not_with_all(ferry, client):
    alone = told(client, article_id="late")
    among = told(client, positive=["late", "other", {"text": "Chess."}])
    for id in {"later", "early"} & among.keys():
        if among[id]["positive"] == 0:
            assert among[id]["relation"] == alone[id]["relation"]


def test_novelty_is_what_the_hit_adds(ferry, client):
    hits = told(client, article_id="first")
    assert hits["wire"]["novelty"] == 0.0
    assert 0 < hits["update"]["novelty"] < 0.3
    assert hits["other"]["novelty"] > 0.5
    assert told(client, article_id="update")["first"]["novelty"] == 0.0
    whole = client.get("/v1/articles/late/novelty?against=first").get_json()
    assert hits["late"]["novelty"] <= whole["novelty"] + 1e-3  # that one knows names and numbers too


# Filters


def test_filter_by_relation(ferry, client):
    assert ids(ask(client, article_id="first", relations=["update"])) == ["update"]
    assert set(ids(ask(client, article_id="first", relations=["copy", "update"]))) == {"wire", "update"}
    found = client.get("/v1/articles/first/related?minimum_score=0&collapse=none&relations=copy&relations=update")
    assert set(ids(found.get_json())) == {"wire", "update"}
    assert ask(client, article_id="first", relations=["rewrite"])["hits"] == []


def test_filter_by_novelty(ferry, client):
    every = told(client, article_id="first")
    least = sorted(hit["novelty"] for hit in every.values())[3]
    kept = told(client, article_id="first", minimum_novelty=least)
    assert kept == {id: hit for id, hit in every.items() if hit["novelty"] >= least}


def test_near_misses_say_which_filter_it_was(ferry, client):
    missed = ask(client, article_id="first", relations=["update"], near_misses=True)["near_misses"]
    assert {reason for miss in missed for reason in miss["reasons"]} == {"relation"}
    missed = ask(client, article_id="first", minimum_novelty=0.9, near_misses=True)["near_misses"]
    assert "wire" in {miss["article"]["id"] for miss in missed if miss["reasons"] == ["novelty"]}


def test_a_group_is_its_best_that_the_filter_lets_through(ferry, client):
    best = ids(ask(client, article_id="late", collapse="duplicates"))
    assert len({"first", "wire", "update"} & set(best)) == 1
    by_source = told(client, article_id="first", collapse="duplicates", relations=["update"])
    assert set(by_source) <= {"update"}
    some = told(client, article_id="late", collapse="duplicates", minimum_novelty=0.0)
    for id in ("first", "wire"):
        relation = told(client, article_id="late")[id]["relation"]
        if relation:
            assert told(client, article_id="late", collapse="duplicates", relations=[relation])
    assert some


@pytest.fixture
def long_story(archive, fill, make_article):
    """150 articles of one story in one outlet, of which three hold the query's text in theirs; these come last."""
    query = make_article("query", story="s", paragraphs=4, published="2024-01-01", source="a.example")
    some = [
        make_article(f"n{n}", story="s", paragraphs=2, published=f"2024-01-{2 + n % 27:02}", source="a.example")
        for n in range(150)
    ]
    known = [
        make_article(f"old{n}", text=f"{query.text}\n\n{make_article(f'x{n}', paragraphs=4).text}",
                     published="2022-01-01", source=f"{n}.example", section="Old")
        for n in range(3)
    ]  # fmt: skip
    fill(archive, query, *some, *known)
    return archive


def test_a_rare_relation_is_found_however_deep(long_story, client):
    relations = {
        id: hit["relation"] for id, hit in told(client, article_id="query", limit=100, sections=["Old"]).items()
    }
    assert set(relations) == {"old0", "old1", "old2"}
    (wanted,) = set(relations.values())
    assert wanted
    every = told(client, article_id="query", limit=100)
    also = [id for id, hit in every.items() if hit["relation"] == wanted]
    found = ids(ask(client, article_id="query", relations=[wanted], limit=100))
    assert set(relations) | set(also) <= set(found)


def paged(client, limit, **body):
    found, cursor = [], None
    for _ in range(50):
        page = ask(client, limit=limit, **body, **({"cursor": cursor} if cursor else {}))
        found += ids(page)
        cursor = page["next"]
        if not cursor:
            break
    assert len(set(found)) == len(found)
    return found


@pytest.mark.parametrize("sort", ["novelty", "date"])
def test_pages_of_a_sorted_query_are_the_best_hundred_cut_up(long_story, client, sort):
    whole = ask(client, article_id="query", limit=100, sort=sort)
    assert paged(client, 17, article_id="query", sort=sort) == ids(whole)
    assert len(whole["hits"]) == SORTED_MOST
    assert whole["next"] is None


@pytest.mark.parametrize("more", [{"minimum_novelty": 0.3}, {"relations": ["same topic", "follow-up"]}])
def test_pages_of_a_filtered_query_leave_none_out(long_story, client, more):
    assert set(paged(client, 17, article_id="query", **more)) == set(paged(client, 100, article_id="query", **more))


def test_no_more_than_the_documented_number_is_looked_at(long_story, client, monkeypatch):
    seen = []
    describe = Describer._describe
    monkeypatch.setattr(Describer, "_describe", lambda self, one, side: seen.append(one) or describe(self, one, side))
    monkeypatch.setattr("embeddings.related.finding.EXAMINED_MOST", 40)
    answer = ask(client, article_id="query", relations=["rewrite"], near_misses=True)
    assert answer["hits"] == []
    assert len(seen) == len({one.row for one in seen}) == 40 < EXAMINED_MOST
    assert {tuple(miss["reasons"]) for miss in answer["near_misses"]} == {("relation",)}
    seen.clear()
    ask(client, article_id="query")
    assert len(seen) == 10


# Orders


def test_sorted_by_novelty_and_by_date(ferry, client):
    every = ask(client, article_id="first")["hits"]
    by_novelty = ask(client, article_id="first", sort="novelty")["hits"]
    assert [hit["novelty"] for hit in by_novelty] == sorted((hit["novelty"] for hit in every), reverse=True)
    by_date = ask(client, article_id="first", sort="date")["hits"]
    assert [h["article"]["published"] for h in by_date] == sorted(
        (h["article"]["published"] for h in every), reverse=True
    )
    assert {json.dumps(hit) for hit in by_date} == {json.dumps(hit) for hit in every}


def test_undated_hits_come_last_by_date(archive, client, fill, make_article):
    dates = {"q": None, "none": None, "b": "2023", "a": "2024-02-03"}
    fill(archive, *(make_article(id, story="s", published=day) for id, day in dates.items()))
    assert ids(ask(client, article_id="q", sort="date")) == ["a", "b", "none"]


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [({"relations": ["sequel"]}, "relations.0", "follow-up"), ({"relations": "copy"}, "relations", "list"),
     ({"minimum_novelty": 2}, "minimum_novelty", "less than or equal to 1"),
     ({"minimum_novelty": None}, "minimum_novelty", "number"), ({"sort": "time"}, "sort", "novelty"),
     ({"relations": ["copy"] * 21}, "relations", "at most 20"),
     ({"sort": "date", "diversity": 0.5}, "body", "sort=score")],
)  # fmt: skip
def test_wrong_filters_and_orders_are_named(client, assert_problem, more, field, words):
    problem = assert_problem(client.post("/v1/related", json={"text": "Words."} | more), 422, words)
    assert problem["errors"][0]["field"] == field


def test_wrong_filters_in_an_address_are_named(ferry, client, assert_problem):
    assert_problem(client.get("/v1/articles/first/related?relations=sequel"), 422, "relations")
    assert_problem(client.get("/v1/articles/first/related?sort=date&diversity=.5"), 422, "sort=score")
    assert client.get("/v1/articles/first/related?relations=same-topic").status_code == 200


# Cost


def test_ten_hits_are_described_in_less_than_five_milliseconds(sample_archive, monkeypatch):
    times = []
    hits = Describer.hits

    def timed(self, some):
        start = perf_counter()
        found = hits(self, some)
        times.append(perf_counter() - start)
        return found

    monkeypatch.setattr(Describer, "hits", timed)
    for row in sample_archive.memory.collection.rows()[:20]:
        id = sample_archive.memory.collection.member(row).id
        service.related.related(sample_archive, service.related.RelatedRequest(article_id=id, minimum_score=0))
    assert min(times) < 0.005


# The command line


@pytest.fixture
def run(ferry):
    """Runs `clew related first`."""
    ferry.close()

    def run_it(*arguments: object, code: int = 0):
        options = ["first", "--data", ferry.settings.data, "--model", "hashing", "--collapse", "none", *arguments]
        result = CliRunner().invoke(main, ["related", *map(str, options)])
        assert result.exit_code == code, result.output
        return result.stdout if not code else result.output

    return run_it


def test_the_command_prints_the_relation_before_the_headline(run):
    shown = run()
    assert "copy: Ferry hits breakwater" in shown
    assert "update: Ferry hits breakwater" in shown
    assert ", wire, 0 % new" in shown


def test_the_command_filters_and_sorts(run):
    def found(*arguments):
        return [hit["article"]["id"] for hit in json.loads(run(*arguments, "--minimum-score", 0, "--json"))["hits"]]

    assert set(found("--relation", "update", "--relation", "copy")) == {"update", "wire"}
    assert not {"wire", "update"} & set(found("--minimum-novelty", ".3", "--sort", "novelty"))
    assert found("--sort", "date")[0] == "later"
    assert found("--sort", "novelty")[-1] == "wire"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--relation", "sequel"], "relations.0"), (["--minimum-novelty", 2], "--minimum-novelty"),
     (["--sort", "size"], "--sort"), (["--sort", "date", "--diversity", ".3"], "sort=score")],
)  # fmt: skip
def test_the_command_refuses_what_has_no_sense(run, arguments, words):
    assert words in run(*arguments, code=2)

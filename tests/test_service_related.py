"""Related coverage over HTTP and on the command line: one question in many forms, batches, pages, what is refused."""

import json
import re

import pytest
from click.testing import CliRunner

from service.cli import main
from service.cursors import encode_shown
from service.related.requests import BATCH_MOST, EXAMPLES_MOST, PAGED_MOST

STORIES = ("ferry", "storm", "vote")
EACH = 6


def fields_of(article) -> dict[str, str]:
    return {"id": article.id, "title": article.title, "text": article.text}


@pytest.fixture
def articles(make_article):
    """Three stories of six, a day apart, with sections, authors and addresses."""
    return [
        make_article(
            f"{story}{n}", story=story, published=f"2024-03-{1 + n:02}", source=f"{'abc'[n % 3]}.example",
            section=("World", "City")[n % 2], author=f"Writer {n % 3}", url=f"https://x.example/{story}/{n}",
            language="en",
        )
        for story in STORIES
        for n in range(EACH)
    ]  # fmt: skip


@pytest.fixture
def stored(client, archive, articles, fill):
    """A client over all of them."""
    fill(archive, *articles)
    return client


def ask(client, **body):
    return client.post("/v1/related", json={"minimum_score": 0} | body)


def ids(response) -> list[str]:
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    return [hit["article"]["id"] for hit in response.get_json()["hits"]]


def pages(client, limit: int, **body) -> list[str]:
    found, cursor = [], None
    for _ in range(100):
        response = ask(client, limit=limit, **body, **({"cursor": cursor} if cursor else {}))
        found += ids(response)
        cursor = response.get_json()["next"]
        if cursor is None:
            return found
    raise AssertionError("the pages do not end")


# Forms of the question


def test_every_form_finds_the_story(stored, articles):
    own = articles[0]
    by_id = ids(ask(stored, article_id=own.id, limit=5))
    assert {id[:-1] for id in by_id} == {"ferry"}
    assert ids(ask(stored, url=own.url + "?utm_source=x", limit=5)) == by_id
    assert ids(ask(stored, positive=[own.id], limit=5)) == by_id
    assert set(ids(ask(stored, article=fields_of(own), limit=5))) == set(by_id)
    assert set(ids(ask(stored, text=own.text, limit=5))) == set(by_id)
    assert set(ids(ask(stored, positive=[{"text": own.text}], limit=5))) == set(by_id)
    found = stored.get("/v1/articles/ferry0/related?minimum_score=0&limit=5&sections=City&explain=true")
    assert set(ids(found)) < set(by_id) | {id for id in ids(found) if id[-1] in "135"}


def test_what_is_asked_about_is_no_hit(stored, articles, make_article):
    own = articles[0]
    assert own.id not in ids(ask(stored, article_id=own.id, collapse="none", limit=100))
    assert own.id not in ids(ask(stored, article=fields_of(own), collapse="none", limit=100))
    edited = {"text": make_article("ferry0", story="ferry", version=3).text}
    assert own.id not in ids(ask(stored, article=edited | {"id": own.id}, collapse="none", limit=100))
    assert own.id not in ids(ask(stored, article=edited | {"url": own.url}, collapse="none", limit=100))
    examples = {"positive": ["ferry0", {"url": articles[1].url}], "negative": ["storm0"], "collapse": "none"}
    assert not {"ferry0", "ferry1", "storm0"} & set(ids(ask(stored, limit=100, **examples)))
    pasted = ask(stored, text=own.text, limit=100).get_json()
    assert [copy["id"] for copy in pasted["copies"]] == ["ferry0"]
    assert own.id in ids(ask(stored, text=own.text, collapse="none"))


def test_examples_mix(stored, articles):
    response = ask(stored, positive=["ferry0", {"text": articles[7].text}], negative=[{"text": "vote"}], limit=20)
    hits = response.get_json()["hits"]
    assert {hit["article"]["id"][:-1] for hit in hits[:8]} == {"ferry", "storm"}
    for hit in hits:
        for pair in hit["pairs"]:
            text = articles[0].text if hit["positive"] == 0 else articles[7].text
            assert text[pair["query"]["start"] : pair["query"]["end"]] == pair["query"]["text"]
    pushed = ids(ask(stored, positive=["ferry0"], negative=["storm1"], limit=20))
    assert not {id for id in pushed if id.startswith("storm")}


def test_a_text_of_a_megabyte_is_answered(stored, articles):
    text = articles[0].text + "\n\n" + "\n\n".join(f"Paragraph {n} of words." + " word" * 90 for n in range(2_000))
    assert len(text) > 900_000
    assert "ferry0" in ids(ask(stored, text=text, collapse="none"))


# Options


def test_filters_by_section_and_author(stored):
    assert {id[-1] for id in ids(ask(stored, article_id="ferry0", sections=["City"], limit=100))} == {*"135"}
    assert {id[-1] for id in ids(ask(stored, article_id="ferry0", authors=["Writer 2"], limit=100))} == {*"25"}
    both = ask(stored, article_id="ferry0", authors=["Writer 2", "Writer 1"], sections=["World"], limit=100)
    assert {id[-1] for id in ids(both)} == {*"24"}


def test_sections_and_authors_outlive_a_restart(stored, archive, open_archive, client_of):
    wanted = ids(ask(stored, article_id="ferry0", authors=["Writer 2"], sections=["World"]))
    archive.close()
    again = ask(client_of(open_archive()), article_id="ferry0", authors=["Writer 2"], sections=["World"])
    assert ids(again) == wanted != []


@pytest.mark.parametrize("asked", [True, False, "true", "false"])
def test_the_old_boolean_of_collapse_is_taken(stored, articles, archive, make_article, fill, asked):
    fill(archive, make_article("copy", text=articles[1].text, title="Other"))
    word = "duplicates" if asked in (True, "true") else "none"
    assert ids(ask(stored, article_id="ferry0", collapse=asked)) == ids(ask(stored, article_id="ferry0", collapse=word))
    found = stored.get(f"/v1/articles/ferry0/related?minimum_score=0&limit=100&collapse={str(asked).lower()}")
    assert len({"copy", "ferry1"} & set(ids(found))) == (1 if word == "duplicates" else 2)


def test_a_thread_takes_one_place(stored, archive):
    hits = ask(stored, article_id="storm0", collapse="thread", limit=100).get_json()["hits"]
    threads = [hit["article"]["thread"] for hit in hits]
    assert len(threads) == len(set(threads))
    sizes = {thread: len(rows) for thread, rows in archive.memory.members.items()}
    own = archive.memory.thread_of[
        next(row for row in archive.memory.collection.rows() if archive.memory.collection.member(row).id == "storm0")
    ]
    assert {h["article"]["thread"]: h["others"] for h in hits} == {
        thread: sizes[thread] - (2 if thread == own else 1) for thread in threads
    }


def test_scores_are_explained_when_asked(stored):
    plain = ask(stored, article_id="ferry0").get_json()["hits"][0]
    assert plain["explanation"] is None
    explained = ask(stored, article_id="ferry0", explain=True).get_json()["hits"][0]
    assert explained["explanation"]["words"] > 0
    assert explained | {"explanation": None} == plain
    assert 0 <= plain["same_story"] <= 1


def test_recency_and_diversity_change_the_order_and_no_score(stored):
    every = ask(stored, article_id="ferry0", limit=17).get_json()["hits"]
    scores = {hit["article"]["id"]: hit["score"] for hit in every}
    for more in ({"recency_half_life": 0.5}, {"diversity": 0.8}):
        hits = ask(stored, article_id="ferry0", limit=17, **more).get_json()["hits"]
        assert {hit["article"]["id"]: hit["score"] for hit in hits} == scores
        assert hits != every
    assert ids(ask(stored, text="Ferry words.", recency_half_life=1e-3))  # of an undated text: from now


def test_near_misses_are_told(stored):
    answer = ask(stored, article_id="ferry0", since="2024-03-04", until="2024-03-04", near_misses=True).get_json()
    assert {hit["article"]["published"][:10] for hit in answer["hits"]} == {"2024-03-04"}
    assert 1 <= len(answer["near_misses"]) <= 5
    for miss in answer["near_misses"]:
        assert miss["reasons"] == ["too_old" if miss["article"]["published"] < "2024-03-04" else "too_new"]
    assert ask(stored, article_id="ferry0", since="2024-03-04").get_json()["near_misses"] == []
    none = ask(stored, article_id="ferry0", minimum_score=1, near_misses=True).get_json()
    assert none["hits"] == []
    assert {reason for miss in none["near_misses"] for reason in miss["reasons"]} == {"below_score"}


def test_the_default_leaves_out_what_is_unrelated(sample_client, sample_archive):
    odd = "Zwischen den Mauern quillt Moos; Schnecken kriechen lautlos über nasse Ziegel."
    assert ids(sample_client.post("/v1/related", json={"text": odd})) == []
    everything = ids(sample_client.post("/v1/related", json={"text": odd, "minimum_score": 0, "limit": 10}))
    assert len(everything) == 10


# Pages


@pytest.mark.parametrize("limit", [1, 4, 100])
@pytest.mark.parametrize("more", [{}, {"collapse": "thread"}, {"diversity": 0.5}, {"recency_half_life": 2}])
def test_pages_are_the_whole_cut_up(stored, limit, more):
    whole = ids(ask(stored, article_id="ferry0", limit=100, **more))
    assert pages(stored, limit, article_id="ferry0", **more) == whole
    assert len(set(whole)) == len(whole) >= 2


def test_pages_by_address(stored):
    first = stored.get("/v1/articles/ferry0/related?minimum_score=0&limit=9").get_json()
    assert len(first["next"]) < 1_000
    rest = stored.get("/v1/articles/ferry0/related", query_string={"minimum_score": 0, "cursor": first["next"]})
    assert len({*ids(rest), *(hit["article"]["id"] for hit in first["hits"])}) == 17
    assert rest.get_json()["next"] is None


def test_a_cursor_of_another_query_is_422(stored, assert_problem):
    cursor = ask(stored, article_id="ferry0", limit=2).get_json()["next"]
    assert len(ids(ask(stored, article_id="ferry0", limit=7, cursor=cursor))) == 7  # the limit may change
    for other in ({"article_id": "ferry1"}, {"article_id": "ferry0", "since": "2020"}, {"text": "Words."}):
        problem = assert_problem(ask(stored, limit=2, cursor=cursor, **other), 422, "cursor")
        assert problem["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("cursor", ["!", "e30", "W10", "bnVsbA", "a" * 999, "\u00e9", "eJyrBgAAewB5", "eJwDAAAAAAE"])
def test_a_cursor_that_no_answer_gave_is_400(stored, assert_problem, cursor):
    assert_problem(ask(stored, article_id="ferry0", cursor=cursor), 400, "cursor")


def test_a_cursor_that_was_made_up_does_no_harm(stored):
    cursor = ask(stored, article_id="ferry0", limit=2).get_json()["next"]
    digest = re.match(r".*", cursor)
    assert digest
    from service.cursors import decode_shown
    from service.errors import BadCursor, OtherCursor

    with pytest.raises(OtherCursor):
        decode_shown(cursor, "x")
    assert decode_shown(encode_shown("x", None, [5, 3, 9_000_000_000]), "x") == (None, (3, 5, 9_000_000_000))
    with pytest.raises(BadCursor):
        decode_shown(encode_shown("x", float("nan"), [1]), "x")
    with pytest.raises(BadCursor):
        decode_shown(encode_shown("x", None, range(0, 10**7, 3)), "x")
    assert len(encode_shown("x" * 16, 19_000.5, range(7, 10**6, 10**6 // PAGED_MOST))) < 3_000


# Batches


def test_a_batch_is_answered_in_order(stored):
    queries = [
        {"article_id": "ferry0"}, {"article_id": "nope"}, {"text": "..."}, {"nonsense": 1}, {"text": "x", "limit": 0},
        {"positive": ["storm0"], "minimum_score": 0, "collapse": True}, {}, {"text": "Words.", "since": "banana"},
        {"text": "Words.", "cursor": "!"},
    ]  # fmt: skip
    response = stored.post("/v1/related/batch", json={"queries": queries})
    assert response.status_code == 200
    answers = response.get_json()["answers"]
    assert [answer.get("status") for answer in answers] == [None, 404, 422, 422, 422, None, 422, 422, 400]
    assert answers[0] == stored.post("/v1/related", json=queries[0]).get_json()
    assert answers[5] == stored.post("/v1/related", json=queries[5]).get_json()
    for answer, words in zip(
        answers, ("", "nope", "text", "nonsense", "limit", "", "body", "since", "cursor"), strict=True
    ):
        assert words in json.dumps(answer)


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "queries"), ({"queries": []}, "queries"), ({"queries": [1]}, "queries.0"), ({"queries": {}}, "queries"),
     ({"queries": [{"text": "x"}] * (BATCH_MOST + 1)}, "queries")],
)  # fmt: skip
def test_a_batch_that_is_none_is_refused(client, assert_problem, body, field):
    problem = assert_problem(client.post("/v1/related/batch", json=body), 422)
    assert problem["errors"][0]["field"] == field


def test_a_batch_of_the_most_is_answered(stored):
    answers = stored.post("/v1/related/batch", json={"queries": [{"article_id": "ferry0"}] * BATCH_MOST}).get_json()
    assert len(answers["answers"]) == BATCH_MOST


# What is refused


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"positive": ["a"] * 10_000}, "positive", str(EXAMPLES_MOST)),
        ({"positive": ["a"], "negative": ["a"] * (EXAMPLES_MOST + 1)}, "negative", str(EXAMPLES_MOST)),
        ({"positive": [7] * 10_000}, "positive", "at most 20"),
        ({"positive": []}, "positive", "at least 1"),
        ({"positive": ["a"], "text": "b"}, "body", "exactly one"),
        ({"positive": [{"article_id": "a", "text": "b"}]}, "positive.0", "exactly one"),
        ({"positive": [{}]}, "positive.0", "exactly one"),
        ({"negative": ["a"]}, "body", "positive"),
        ({"negative": ["a"], "text": "b"}, "body", "positive"),
        ({"article": {}}, "article.text", "missing"),
        ({"article": {"text": "?!"}}, "article.text", "letter"),
        ({"positive": [{"text": "x"}, {"text": "?!"}]}, "positive.1.text", "letter"),
        (
            {"positive": [{"text": "x"}], "negative": [{"article": {"text": "x", "url": "y"}}]},
            "negative.0.article.url",
            "url",
        ),
        ({"text": ""}, "text", "at least 1"),
        ({"text": " \n"}, "text", "blank"),
        ({"text": "x", "recency_half_life": 0}, "recency_half_life", "greater than 0"),
        ({"text": "x", "recency_half_life": -3}, "recency_half_life", "greater than 0"),
        ({"text": "x", "recency_half_life": "inf"}, "recency_half_life", "finite"),
        ({"text": "x", "diversity": 1.1}, "diversity", "less than or equal to 1"),
        ({"text": "x", "diversity": -0.1}, "diversity", "greater than or equal to 0"),
        ({"text": "x", "minimum_score": 2}, "minimum_score", "less than or equal to 1"),
        ({"text": "x", "same_story_minimum": -1}, "same_story_minimum", "greater than or equal to 0"),
        ({"text": "x", "collapse": "story"}, "collapse", "thread"),
        ({"text": "x", "collapse": None}, "collapse", "thread"),
        ({"text": "x", "sections": "City"}, "sections", "list"),
        ({"text": "x", "authors": ["x" * 501]}, "authors.0", "500"),
        ({"text": "x", "since": "03/04/2011"}, "since", "two dates"),
        ({"text": "x", "explain": "perhaps"}, "explain", "boolean"),
        ({"text": "x", "cursor": "a" * 4_001}, "cursor", "4000"),
    ],
)
def test_a_field_that_is_wrong_is_named(client, assert_problem, body, field, words):
    response = client.post("/v1/related", json=body)
    problem = assert_problem(response, 422, words)
    assert problem["errors"][0]["field"] == field
    assert len(response.data) < 10_000


@pytest.mark.parametrize(
    "given",
    [{"positive": ["nope"]}, {"positive": ["a", {"url": "https://nope.example/"}]},
     {"positive": [{"text": "Words."}], "negative": ["nope"]}, {"url": "https://nope.example/"}],
)  # fmt: skip
def test_what_is_not_stored_is_404(client, archive, make_article, fill, assert_problem, given):
    fill(archive, make_article("a"))
    assert_problem(client.post("/v1/related", json=given), 404, "nope")


# The command line


@pytest.fixture
def run(archive, articles, fill):
    """Runs `clew related` over the articles."""
    fill(archive, *articles)
    archive.close()

    def run_it(*arguments: object, code: int = 0, **more):
        options = ["--data", archive.settings.data, "--model", "hashing", *arguments]
        result = CliRunner().invoke(main, ["related", *map(str, options)], **more)
        assert result.exit_code == code, result.output
        return result

    return run_it


def test_the_command_asks_the_same(run, articles, tmp_path):
    def told(*arguments: object) -> list[str]:
        answer = json.loads(run(*arguments, "--json", "--minimum-score", 0, "--limit", 4).stdout)
        return [hit["article"]["id"] for hit in answer["hits"]]

    draft = tmp_path / "draft.txt"
    draft.write_text(articles[1].text)
    unsaved = tmp_path / "unsaved.json"
    unsaved.write_text(json.dumps(fields_of(articles[0])))
    by_id = told("ferry0")
    assert {id[:-1] for id in by_id} == {"ferry"}
    assert told("--positive", "ferry0") == by_id
    assert {id[:-1] for id in told("--article-file", unsaved)} == {"ferry"}
    assert {id[:-1] for id in told("--positive", f"@{draft}", "--negative", "storm0")} == {"ferry"}
    assert {id[-1] for id in told("ferry0", "--section", "City", "--author", "Writer 2")} == {"5"}
    assert told("ferry0", "--collapse", "thread", "--diversity", 0.5, "--recency-half-life", 3)
    first = json.loads(run("ferry0", "--json", "--minimum-score", 0, "--limit", 4).stdout)
    assert not set(told("ferry0", "--cursor", first["next"])) & set(by_id)


def test_the_command_says_what_was_left_out(run):
    shown = run("ferry0", "--until", "2024-03-02", "--minimum-score", 0, "--near-misses").stdout
    assert re.search(r"^left out: 0\.\d\d .*\[ferry\d\]: too new$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ferry0", "--diversity", "2"], 2, "--diversity"),
        (["ferry0", "--recency-half-life", "0"], 2, "recency_half_life"),
        (["--negative", "ferry0"], 2, "give an article's id"),
        (["ferry0", "--negative", "ferry1"], 2, "negative needs positive"),
        (["--positive", "@no-such-file"], 2, "cannot be read"),
        (["--positive", "nope"], 1, "there is no article 'nope'"),
        (["ferry0", "--cursor", "!"], 1, "cursor"),
        (["ferry0", "--since", "banana"], 1, "since"),
    ],
)
def test_the_command_refuses_what_has_no_sense(run, arguments, code, words):
    assert words in run(*arguments, code=code).output


def test_the_command_takes_only_json_for_an_article(run, tmp_path):
    (tmp_path / "broken.json").write_text("{")
    assert "--article-file" in run("--article-file", tmp_path / "broken.json", code=2).output

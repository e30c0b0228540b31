"""Why an article is in its thread, and what it adds to it: the service, HTTP and the command line."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from corpus import DecisionKind, Level
from embeddings.threads import CUTS
from service.archive import Archive
from service.cli import main
from service.compare import novelty_of
from service.errors import NotInThread
from service.ingest import delete_article
from service.threads import DecisionRequest, decide, thread_articles, undo
from service.threads import why as why_in_thread

K = DecisionKind
PARTS = {"similarity", "gap", "cohesion", "length", "overlap", "series", "round_up"}


@pytest.fixture
def three(archive: Archive, make_article: Any, fill: Any) -> Archive:
    """Stories x, y, z of three articles each."""
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for n in range(3) for s in "xyz"))
    assert len(archive.memory.members) == 3
    return archive


def of(archive: Archive, id: str, level: Level = Level.STORY) -> str:
    (row,) = (row for row in archive.memory.collection.rows() if archive.memory.collection.member(row).id == id)
    return archive.memory.assignment(row).at(level)


def decided(archive: Archive, kind: DecisionKind, *articles: str, **given: Any) -> str:
    return decide(archive, DecisionRequest(kind, "m.ruiz", "they belong so", articles, **given)).decision.id


def why(archive: Archive, id: str, level: Level = Level.STORY) -> Any:
    return archive.read(why_in_thread, of(archive, id, level), id)


def ask(client: Any, thread: str, article: str) -> Any:
    return client.get(f"/v1/threads/{thread}/articles/{quote(article, safe='')}/why")


# The numbers


@pytest.mark.parametrize("level", Level)
def test_the_answer_has_members_parts_and_a_runner_up(three: Archive, client: Any, level: Level) -> None:
    thread = of(three, "x0", level)
    answer = ask(client, thread, "x0").get_json()
    assert (answer["thread"], answer["level"], answer["article"]["id"]) == (thread, level.value, "x0")
    assert answer["cut"] == CUTS[level]
    assert 0.5 < answer["score"] <= 1
    assert answer["nearness"] > answer["cut"]
    assert {near["article"]["id"] for near in answer["nearest"]} == {"x1", "x2"}
    for near in answer["nearest"]:
        assert near["parts"].keys() == PARTS
        assert sum(near["parts"].values()) == pytest.approx(near["pair_score"], abs=5e-6)
        assert near["days"] is None
        assert near["shared"]
    runner_up = answer["runner_up"]
    assert runner_up["id"] in {of(three, f"{s}{n}", level) for s in "yz" for n in range(3)}
    assert runner_up["headline"]
    assert runner_up["short_of_cut"] > 0
    assert answer["margin"] == pytest.approx(answer["score"] - runner_up["score"], abs=1e-4)
    assert (answer["copy_of"], answer["decisions"], answer["forced"]) == (None, [], False)


def test_pairs_of_paragraphs_have_their_texts_and_labels(archive: Archive, make_article: Any, fill: Any) -> None:
    one = make_article("one", story="s", paragraphs=5)
    first, second, *_ = one.text.split("\n\n")
    fill(
        archive, one, make_article("two", story="s", text=f"{first}\n\n{make_article('o', story='s').text}\n\n{second}")
    )
    decided(archive, K.MUST_LINK, "one", "two")
    (near,) = why(archive, "two").nearest
    assert 2 <= len(near.pairs) <= 3
    assert [pair.article.position for pair in near.pairs] == sorted(pair.article.position for pair in near.pairs)
    same = [pair for pair in near.pairs if pair.label == "identical"]
    assert [(pair.article.text, pair.member.text, pair.score) for pair in same] == [
        (first, first, 1.0), (second, second, 1.0)
    ]  # fmt: skip
    for pair in near.pairs:
        assert one.text[pair.member.start : pair.member.end] == pair.member.text


def test_an_article_alone_says_what_comes_next(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, make_article("a"), make_article("b"))
    found = why(archive, "a")
    assert (found.score, found.nearness, found.margin, found.nearest, found.forced) == (None, None, None, [], False)
    assert found.runner_up.id == of(archive, "b")
    assert found.runner_up.short_of_cut > 0


def test_the_only_article_has_nothing_beside_it(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, make_article("a"))
    assert why(archive, "a").runner_up is None


def test_a_copy_names_what_it_copies(three: Archive, make_article: Any, fill: Any) -> None:
    text = make_article("x0", story="x", paragraphs=9).text
    fill(three, make_article("again", text=text, title="Again"))
    found = why(three, "again")
    assert (found.copy_of.id, found.copy_of.kind, found.copy_of.score) == ("x0", "exact", 1.0)
    assert why(three, "x0").copy_of is None
    assert found.nearest[0].article.id == "x0"
    assert {pair.label for pair in found.nearest[0].pairs} == {"identical"}
    decided(three, K.SPLIT, "again", thread=of(three, "again"))
    assert why(three, "again").copy_of is None


# Decisions


def test_a_decision_alone_may_put_an_article_where_it_is(three: Archive) -> None:
    target = of(three, "y0")
    link = decided(three, K.MUST_LINK, "x0", "x1")
    assert [(made.id, made.effect, made.articles) for made in why(three, "x0").decisions] == [(link, "holds", ["x1"])]
    assert why(three, "x0").forced is False
    assert why(three, "x2").decisions == []
    moved = decided(three, K.MOVE, "x2", thread=target)
    found = why(three, "x2")
    assert found.thread == target
    assert found.forced is True
    assert found.score < 0.5 < found.runner_up.score
    assert found.margin < 0
    assert [(made.id, made.effect, made.articles) for made in found.decisions] == [
        (moved, "holds", []), (moved, "keeps_out", ["x0", "x1"])
    ]  # fmt: skip
    assert (found.decisions[0].who, found.decisions[0].why) == ("m.ruiz", "they belong so")
    assert why(three, "x2", Level.SAGA).forced is True
    assert why(three, "x2", Level.EVENT).nearest == []


def test_kept_out_of_the_nearest_story_it_is_alone_by_decision(three: Archive) -> None:
    decided(three, K.MUST_LINK, "x0", "x1")
    apart = decided(three, K.CANNOT_LINK, "x0", "x2")
    found = why(three, "x2")
    assert (found.score, found.runner_up.id) == (None, of(three, "x0"))
    assert found.runner_up.short_of_cut < 0
    assert [(made.id, made.kind, made.effect, made.articles) for made in found.decisions] == [
        (apart, "cannot_link", "keeps_out", ["x0"])
    ]
    assert found.forced is True
    undo(three, apart, "m.ruiz", "no more")
    assert why(three, "x2").decisions == []
    assert why(three, "x2").forced is False


def test_a_locked_story_keeps_what_is_near_out(three: Archive, make_article: Any, fill: Any) -> None:
    lock = decided(three, K.LOCK, thread=of(three, "x0"))
    fill(three, make_article("x9", story="x", paragraphs=9))
    found = why(three, "x9")
    assert found.runner_up.id == of(three, "x0")
    assert [(made.id, made.effect) for made in found.decisions] == [(lock, "keeps_out")]
    assert found.forced is True
    assert [(made.id, made.effect) for made in why(three, "x0").decisions] == [(lock, "holds")]


def test_at_most_ten_articles_of_a_decision_are_named(archive: Archive, make_article: Any, fill: Any) -> None:
    ids = [f"a{n:02}" for n in range(13)]
    fill(archive, *(make_article(id, story="a", paragraphs=2) for id in ids))
    decided(archive, K.MUST_LINK, *ids)
    (made,) = why(archive, "a00").decisions
    assert made.articles == ids[1:11]
    assert len(why(archive, "a00").nearest) == 5


# Over HTTP


def test_what_is_not_there_is_not_found(three: Archive, client: Any, assert_problem: Any) -> None:
    thread = of(three, "x0")
    assert_problem(ask(client, thread, "nope"), 404, "nope")
    assert_problem(ask(client, "t-nope", "x0"), 404, "t-nope")
    assert_problem(ask(client, thread, "y0"), 404, "is not in", of(three, "y0"))
    assert_problem(ask(client, of(three, "x0", Level.SAGA), "y0"), 404, of(three, "y0", Level.SAGA))
    with pytest.raises(NotInThread) as raised:
        three.read(why_in_thread, thread, "y0")
    assert (raised.value.article, raised.value.thread, raised.value.present) == ("y0", thread, of(three, "y0"))


def test_a_thread_that_is_gone_leads_to_its_heir(three: Archive, client: Any, assert_problem: Any) -> None:
    source, target = of(three, "x0"), of(three, "y0")
    decided(three, K.MERGE, source=source, thread=target)
    response = ask(client, source, "x0")
    assert response.status_code == 308
    assert response.headers["Location"] == f"/v1/threads/{target}/articles/x0/why"
    answer = client.get(response.headers["Location"]).get_json()
    assert [made["kind"] for made in answer["decisions"]] == ["merge"]
    ended = of(three, "z0")
    for id in ("z0", "z1", "z2"):
        delete_article(three, id)
    assert_problem(ask(client, ended, "z0"), 410)


@pytest.mark.parametrize("id", ["a/b", "x/why", "100%", "a?b=c&d#e", "Zürich 東京", "/lead"])
def test_ids_of_any_kind(archive: Archive, client: Any, make_article: Any, fill: Any, id: str) -> None:
    fill(archive, make_article(id))
    assert ask(client, of(archive, id), id).get_json()["article"]["id"] == id


# What each article adds


def test_members_say_what_they_add(archive: Archive, client: Any, make_article: Any, fill: Any) -> None:
    report = make_article("one", story="s", paragraphs=6)
    title, text = report.title, report.text
    more = make_article("o", story="other", paragraphs=6).text
    fill(
        archive,
        make_article("third", title=title, text=f"{text}\n\n{more}", published="2024-01-03", source="c.example"),
        make_article("one", title=title, text=text, published="2024-01-01", source="a.example"),
        make_article("copy", title=title, text=text, published="2024-01-02", source="b.example"),
    )
    decided(archive, K.MUST_LINK, "one", "copy", "third")
    thread = of(archive, "one")
    members = client.get(f"/v1/threads/{thread}/articles").get_json()["articles"]
    new = {member["id"]: member["novelty"] for member in members}
    assert list(new) == ["one", "copy", "third"]
    assert (new["one"], new["copy"]) == (1.0, 0.0)
    assert 0.2 < new["third"] < 0.9
    for id, value in new.items():
        assert value == archive.read(novelty_of, id).novelty
    second = client.get(f"/v1/threads/{thread}/articles?limit=1").get_json()["next"]
    (member,) = client.get(f"/v1/threads/{thread}/articles?limit=1&cursor={second}").get_json()["articles"]
    assert (member["id"], member["novelty"]) == ("copy", 0.0)


def test_of_many_earlier_articles_the_nearest_count(
    archive: Archive, make_article: Any, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = make_article("one", story="s", paragraphs=6).text
    others = [make_article(f"o{n}", story=f"o{n}", published=f"2024-01-{n + 2:02}") for n in range(8)]
    fill(archive, make_article("one", text=text, published="2024-01-01"), *others)
    fill(archive, make_article("again", text=text, published="2024-02-01"))
    decided(archive, K.MUST_LINK, "one", "again", *(article.id for article in others))
    monkeypatch.setattr("service.threads.novelty.NEAREST_MOST", 1)
    members = archive.read(thread_articles, of(archive, "one")).articles
    assert members[-1].id == "again"
    assert members[-1].novelty == 0.0
    assert members[1].novelty > 0.9


def test_undated_articles_are_told_by_arrival(archive: Archive, make_article: Any, fill: Any) -> None:
    text = make_article("one", story="s", paragraphs=6).text
    fill(archive, *(make_article(id, text=text, source=f"{id}.example") for id in ("one", "two")))
    assert [(m.id, m.novelty) for m in archive.read(thread_articles, of(archive, "one")).articles] == [
        ("one", 1.0), ("two", 0.0)
    ]  # fmt: skip


# On the command line


def run(archive: Archive, *arguments: str) -> Any:
    archive.close()
    data = ("--data", str(archive.settings.data), "--model", "hashing")
    return CliRunner().invoke(main, [*arguments, *data])


def test_clew_threads_why(three: Archive) -> None:
    decided(three, K.MUST_LINK, "x0", "x1")
    thread, other = of(three, "x0"), why(three, "x0").runner_up.id
    result = run(three, "threads", "why", "x0")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[2].startswith(f"in {thread} (story): ")
    assert lines[3].startswith("score ")
    assert any(line.endswith("x1") for line in lines)
    assert sum(" overlap " in line for line in lines) == 2
    assert any(line.startswith(f"next: {other}  0.") and "below the cut" in line for line in lines)
    assert "decision d-1 (must-link), holds it here, with x1. m.ruiz: they belong so" in lines
    assert "decisions alone put it there" not in lines


def test_clew_threads_why_of_another_level_as_json(three: Archive) -> None:
    saga = of(three, "x0", Level.SAGA)
    answer = json.loads(run(three, "threads", "why", "x0", "--level", "saga", "--json").stdout)
    assert (answer["thread"], answer["level"]) == (saga, "saga")


def test_clew_threads_why_says_what_decisions_did(three: Archive) -> None:
    decided(three, K.MOVE, "x2", thread=of(three, "y0"))
    lines = run(three, "threads", "why", "x2").stdout.splitlines()
    assert lines[-1] == "decisions alone put it there"
    assert any(line.startswith("next: ") and "ahead" in line and "above the cut" in line for line in lines)


def test_clew_threads_why_of_nothing(three: Archive) -> None:
    result = run(three, "threads", "why", "nope")
    assert result.exit_code == 1
    assert "there is no article 'nope'" in result.stderr


def test_clew_threads_show_says_what_each_adds(three: Archive) -> None:
    lines = run(three, "threads", "show", of(three, "x0")).stdout.splitlines()[-3:]
    assert "  new 100 %  " in lines[0]
    assert all(" %  " in line and "  new " in line for line in lines)

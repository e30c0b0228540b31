"""Names of threads over time: kept while they fit, made again where they do not; over HTTP and on the command line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from corpus import DecisionKind, Level, Published
from service.archive import Archive
from service.cli import main
from service.ingest import delete_article
from service.threads import DecisionRequest, build_threads, decide, propose_threads, publish_run, roll_back, undo


@pytest.fixture
def stories(archive: Archive, make_article: Any, fill: Any) -> Archive:
    """Stories x and y of four articles each."""
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for n in range(4) for s in "xy"))
    assert len(archive.memory.members) == 2
    return archive


def names(archive: Archive, level: Level = Level.STORY) -> dict[str, str]:
    """Article -> the name of its thread."""
    with archive.reading() as view:
        thread_of = view.levels[level].thread_of
        return {view.id_of(row): view.tx.threads.get(thread_of[row]).name for row in thread_of}


def decided(archive: Archive, kind: DecisionKind, articles: Sequence[str] = (), **given: Any) -> str:
    return decide(archive, DecisionRequest(kind, "m.ruiz", "so it is", tuple(articles), **given)).decision.id


def story(archive: Archive, id: str) -> str:
    with archive.reading() as view:
        return view.thread_of[view.find_article(id).row]


def test_a_name_stays_from_run_to_run_and_with_more_articles(stories: Archive, make_article: Any, fill: Any) -> None:
    before = names(stories)
    assert before["x0"] != before["y0"]
    for _ in range(2):
        build_threads(stories)
        assert names(stories) == before
    fill(stories, *(make_article(f"x{n}", story="x", paragraphs=9) for n in range(4, 9)))
    build_threads(stories)
    for id in ("x0", "y0"):
        assert names(stories)[id] == before[id]
    assert names(stories)["x4"] == before["x0"]


def test_threads_of_the_same_articles_get_the_same_names(stories: Archive, open_archive: Any, fill: Any) -> None:
    with stories.reading() as view:
        articles = [found.article for found in view.tx.articles.of_rows(view.collection.rows()).values()]
    build_threads(stories)
    other = open_archive(stories.settings.data.parent / "other")
    fill(other, *articles)
    build_threads(other)
    assert names(other) == names(stories)


def test_one_article_has_its_headline_until_a_second_one_comes(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(f"other{n}") for n in range(3)))  # among two alone no word says that they are alike
    fill(archive, replace(make_article("x0", story="x", paragraphs=9), title="Something nobody else will say of it"))
    assert names(archive)["x0"] == "Something nobody else will say of it"
    fill(archive, replace(make_article("x1", story="x", paragraphs=9), title="Quite another headline"))
    found = names(archive)
    assert found["x0"] == found["x1"]
    assert not {"something", "quite"} & set(found["x0"].lower().split())


def test_no_two_threads_have_one_name_as_long_as_dates_or_sources_differ(
    archive: Archive, make_article: Any, fill: Any
) -> None:
    some = [
        replace(
            make_article(f"a{n}", story=f"story {n}", paragraphs=9), title="Morning briefing", source=f"{n}.example",
            published=Published(datetime(2024, 3, 1 + n % 3, tzinfo=UTC)),
        )
        for n in range(4)
    ]  # fmt: skip
    fill(archive, *some)
    found = sorted(names(archive).values())
    assert len(set(found)) == len(archive.memory.members) == 4
    assert all(name.startswith("Morning briefing") for name in found)


def test_an_editors_name_wins_and_its_undoing_brings_back_what_was_there(stories: Archive) -> None:
    before = names(stories)["x0"]
    made = decided(stories, DecisionKind.RENAME, thread=story(stories, "x0"), headline="The Marrow affair")
    for _ in range(2):
        assert names(stories)["x0"] == "The Marrow affair"
        build_threads(stories)
    undo(stories, made, "m.ruiz", "no")
    assert names(stories)["x0"] == before


def test_merged_split_and_rolled_back_threads_have_names_of_their_own(stories: Archive) -> None:
    build_threads(stories)
    before = names(stories)
    made = decided(stories, DecisionKind.MERGE, source=story(stories, "y0"), thread=story(stories, "x0"))
    assert set(names(stories).values()) == {before["x0"]}
    undo(stories, made, "m.ruiz", "no")
    decided(stories, DecisionKind.SPLIT, ["y0", "y1", "y2", "y3"], thread=story(stories, "x0"))
    assert names(stories)["x0"] == before["x0"]
    assert names(stories)["y0"] == before["y0"]  # of the same articles the same name


def test_a_rollback_brings_the_names_back(stories: Archive, make_article: Any) -> None:
    build_threads(stories)
    before = names(stories)
    made = decided(stories, DecisionKind.MERGE, source=story(stories, "y0"), thread=story(stories, "x0"))
    undo(stories, made, "m.ruiz", "no")
    run = propose_threads(stories)
    publish_run(stories, run.id)
    assert names(stories) == before
    roll_back(stories)
    assert set(names(stories).values()) == {before["x0"]}


def test_what_falls_apart_is_called_anew(stories: Archive) -> None:
    decided(stories, DecisionKind.MERGE, source=story(stories, "y0"), thread=story(stories, "x0"))
    for n in range(4):
        delete_article(stories, f"x{n}")
    build_threads(stories)
    (name,) = set(names(stories).values())
    with stories.reading() as view:
        text = view.tx.articles.get("y0").article.text.lower()
    assert all(word in text for word in name.lower().split(", ")[0].split())


def test_the_name_is_wherever_a_thread_is(stories: Archive, client_of: Any, make_article: Any) -> None:
    client, id = client_of(stories), story(stories, "x0")
    name = names(stories)["x0"]
    assert client.get(f"/v1/threads/{id}").json["name"] == name
    assert name in {thread["name"] for thread in client.get("/v1/threads").json["threads"]}
    assert client.get(f"/v1/threads/{id}/articles/x0/why").json["name"] == name
    assert [t["id"] for t in client.get("/v1/threads", query_string={"q": name}).json["threads"]] == [id]
    assert f'<h1 dir="auto">{name}</h1>' in client.get(f"/threads/{id}").text.replace("&#39;", "'")
    assert name in client.get("/threads").text


def test_the_command_line_shows_and_exports_names(stories: Archive, tmp_path: Any) -> None:
    name, data = names(stories)["x0"], str(stories.settings.data)
    id = story(stories, "x0")
    stories.close()
    assert f"{name}" in CliRunner().invoke(main, ["threads", "list", "--data", data, "--model", "hashing"]).stdout
    assert (
        CliRunner().invoke(main, ["threads", "show", id, "--data", data, "--model", "hashing"]).stdout.startswith(name)
    )
    file = tmp_path / "threads.jsonl"
    CliRunner().invoke(main, ["threads", "export", "--data", data, "--model", "hashing", "--output", str(file)])
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {row["name"] for row in rows if row["thread"] == id} == {name}

"""Articles of a stream that are written in one transaction: each is answered for itself, and by where it ended up."""

from collections.abc import Callable
from typing import Any

import pytest

from corpus import Article, ArticleExists
from corpus.records import Event
from service.archive import Archive
from service.ingest import Outcome, Status, batch, ingest_many, stream


@pytest.fixture(params=[1, 3, 32])
def together(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many articles are written in one transaction."""
    monkeypatch.setattr(stream, "_TOGETHER", request.param)
    return int(request.param)


def test_each_outcome_has_the_threads_of_the_end(
    archive: Archive, sample_articles: list[Article], together: int
) -> None:
    outcomes = list(ingest_many(archive, sample_articles[:64], policy="link"))
    last = {outcome.id: outcome for outcome in outcomes[-together:] if isinstance(outcome, Outcome)}
    with archive.store.read() as tx:
        for id, outcome in last.items():
            assignment = archive.memory.assignment(tx.articles.get(id).row)
            assert assignment
            assert (outcome.status, outcome.thread, outcome.assignment) == (
                Status.STORED, assignment.story, assignment,
            )  # fmt: skip


def test_the_log_has_every_article_in_order(archive: Archive, sample_articles: list[Article], together: int) -> None:
    outcomes = list(ingest_many(archive, sample_articles[:40], policy="link"))
    with archive.store.read() as tx:
        lines = [line for line in tx.changes.after(0, limit=10_000) if line.event is Event.ARTICLE_ADDED]
    assert [line.article for line in lines] == [article.id for article in sample_articles[:40]]
    assert [line.thread for line in lines] == [o.thread for o in outcomes if isinstance(o, Outcome)]


def test_one_that_is_refused_costs_the_others_nothing(
    archive: Archive, make_article: Callable[..., Article], assert_whole: Any, together: int
) -> None:
    some = [make_article("a"), make_article("b"), make_article("a", version=2), make_article("c"), make_article("b")]
    first, second, refused, third, again = ingest_many(archive, some, policy="link")
    assert isinstance(refused, ArticleExists)
    found = [outcome.status for outcome in (first, second, third, again) if isinstance(outcome, Outcome)]
    assert found == [Status.STORED, Status.STORED, Status.STORED, Status.UNCHANGED]
    assert_whole(archive)


def test_a_new_version_in_the_same_run_takes_the_place_of_the_first(
    archive: Archive, make_article: Callable[..., Article], assert_whole: Any, together: int
) -> None:
    some = [make_article("a", story="s"), make_article("b", story="s"), make_article("a", story="s", version=2)]
    outcomes = list(ingest_many(archive, some, policy="link", replace=True))
    assert [o.status for o in outcomes if isinstance(o, Outcome)] == [Status.STORED, Status.STORED, Status.UPDATED]
    assert_whole(archive)
    with archive.store.read() as tx:
        assert tx.articles.get("a").article == some[2]
        assert tx.articles.count() == 2


def test_a_failure_loses_what_was_not_acknowledged_and_nothing_else(
    archive: Archive, sample_articles: list[Article], assert_whole: Any, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    settle, done = batch.finalise, []

    def fails_the_second_time(*of: Any, **more: Any) -> None:
        done.append(of)
        if len(done) == 2:
            raise RuntimeError("no")
        settle(*of, **more)

    monkeypatch.setattr(batch, "finalise", fails_the_second_time)
    told, run = [], ingest_many(archive, sample_articles[:64], policy="link")
    with pytest.raises(RuntimeError, match="no"):
        told.extend(run)  # keeps what came before
    assert_whole(archive)
    with archive.store.read() as tx:
        stored = [id for id in (article.id for article in sample_articles[:64]) if tx.articles.find(id=id)]
    assert stored == [outcome.id for outcome in told] == [article.id for article in sample_articles[:together]]

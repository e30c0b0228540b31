"""Ingest: whole or not at all, in memory as on disk, whatever comes and in whatever order."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

import service.articles
import service.duplicates
import service.related
from corpus import ENCODED_MAX, Article, ArticleExists, Kind, NoSuchArticle
from corpus.store.articles import Articles
from corpus.store.changes import Changes
from corpus.store.threads import Threads
from service.archive import Archive
from service.errors import DuplicateRefused
from service.ingest import Outcome, Status, delete_article, ingest_many
from service.settings import Settings
from service.threads import build_threads


def copy_of(article: Article, id: str, make: Callable[..., Article], **fields: Any) -> Article:
    return make(id, **({"title": f"Copy {id}", "text": article.text} | fields))


def fields_of(article: Article) -> dict[str, object]:
    given = {name: getattr(article, name) for name in ("id", "title", "text", "source", "url", "language")}
    given |= {"published": str(article.published or "")}
    return {name: value for name, value in given.items() if value}


# Policies


@pytest.mark.parametrize(("policy", "stored"), [("link", 3), ("skip", 2), ("reject", 2)])
def test_a_copy_is_linked_skipped_or_refused(
    archive: Archive, make_article: Any, fill: Any, assert_whole: Any, policy: str, stored: int
) -> None:
    first, other = make_article("a"), make_article("b")
    copy = copy_of(first, "a2", make_article)
    outcomes = fill(archive, first, other, copy, policy=policy)
    assert [outcome.status for outcome in outcomes[:2]] == [Status.STORED, Status.STORED]
    last = outcomes[2]
    if policy == "reject":
        assert isinstance(last, DuplicateRefused)
        assert str(last) == "'a2' repeats 'a' (exact, 1.00); it was not stored"
    else:
        assert last.status is (Status.STORED if policy == "link" else Status.SKIPPED)
        assert last.thread == (outcomes[0].thread if policy == "link" else None)
    (verdict,) = last.verdicts
    assert (verdict.article, verdict.earlier, verdict.kind, verdict.score) == ("a2", "a", Kind.EXACT, 1.0)
    assert len(archive.memory.collection) == stored
    assert_whole(archive)


@pytest.mark.parametrize("policy", ["link", "skip", "reject"])
def test_the_same_article_again_is_unchanged_under_every_policy(
    archive: Archive, make_article: Any, fill: Any, dump: Any, policy: str
) -> None:
    articles = [make_article("a"), make_article("b")]
    articles.append(copy_of(articles[0], "a2", make_article))
    fill(archive, *articles)
    before = dump(archive)
    outcomes = fill(archive, *articles, policy=policy)
    assert [outcome.status for outcome in outcomes] == [Status.UNCHANGED] * 3
    assert [len(outcome.verdicts) for outcome in outcomes] == [0, 0, 1]
    assert dump(archive) == before


def test_another_text_under_a_known_id_is_refused_unless_it_is_an_update(
    archive: Archive, make_article: Any, fill: Any, dump: Any, assert_whole: Any
) -> None:
    old, new = make_article("a", story="s"), make_article("a", story="s", version=1)
    fill(archive, old)
    before = dump(archive)
    (refusal,) = fill(archive, new)
    assert isinstance(refusal, ArticleExists)
    assert "a" in str(refusal)
    assert dump(archive) == before
    (outcome,) = fill(archive, new, replace=True)
    assert outcome.status is Status.UPDATED
    assert archive.read(service.articles.article, "a").text == new.text
    assert_whole(archive)
    assert fill(archive, new, replace=True)[0].status is Status.UNCHANGED


def test_twins_within_one_batch(archive: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    article = make_article("a")
    outcomes = fill(archive, article, article, make_article("a", version=1), copy_of(article, "b", make_article))
    assert [getattr(outcome, "status", None) for outcome in outcomes] == ["stored", "unchanged", None, "stored"]
    assert isinstance(outcomes[2], ArticleExists)
    assert [v.kind for v in outcomes[3].verdicts] == [Kind.EXACT]
    assert_whole(archive)


def test_only_the_title_changes(archive: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    article = make_article("a")
    renamed = make_article("a", title="Another headline altogether", text=article.text)
    fill(archive, article)
    assert fill(archive, renamed, replace=True)[0].status is Status.UPDATED
    assert archive.read(service.articles.article, "a").headline == "Another headline altogether"
    assert_whole(archive)


# Twice, and from disk


def test_the_sample_twice_changes_nothing(
    open_archive: Any, sample_articles: list[Article], fill: Any, dump: Any, answers_of: Any, assert_whole: Any
) -> None:
    archive = open_archive()
    fill(archive, *sample_articles)
    assert_whole(archive)
    before, answers = dump(archive), answers_of(archive)
    assert Counter(outcome.status for outcome in fill(archive, *sample_articles)) == {Status.UNCHANGED: 62}
    assert (dump(archive), answers_of(archive)) == (before, answers)


@pytest.mark.parametrize("index", ["faiss", "exact"])
def test_after_updates_and_deletes_a_fresh_archive_tells_the_same(
    open_archive: Any, make_article: Any, fill: Any, answers_of: Any, assert_whole: Any, tmp_path: Path, index: str
) -> None:
    archive = open_archive(index=index)
    fill(archive, *(make_article(f"{story}{n}", story=story) for story in "xyz" for n in range(13)))
    for id in ("x0", "x5", "y12"):
        delete_article(archive, id)
    fill(archive, *(make_article(id, story=id[0], version=1) for id in ("x1", "y3", "z12")), replace=True)
    fill(archive, make_article("x99", story="x"))
    assert_whole(archive)
    answers = answers_of(archive)
    archive.close()
    assert answers_of(open_archive(index=index)) == answers


def test_a_deleted_article_is_gone_and_can_come_again(
    archive: Archive, make_article: Any, fill: Any, sql: Any, assert_whole: Any
) -> None:
    a, b = make_article("a", story="s"), make_article("b", story="s")
    fill(archive, a, b, copy_of(a, "c", make_article))
    delete_article(archive, "a")
    assert_whole(archive)
    with pytest.raises(NoSuchArticle):
        delete_article(archive, "a")
    with pytest.raises(NoSuchArticle):
        archive.read(service.articles.article, "a")
    assert archive.read(service.articles.article, "c").duplicates == []
    (again,) = fill(archive, a)
    assert again.status is Status.STORED
    assert {v.earlier for v in again.verdicts} == {"c"}
    assert_whole(archive)
    assert [e for (e,) in sql(archive, "SELECT event FROM changes ORDER BY sequence")][-2:] == [
        "article_deleted", "article_added",
    ]  # fmt: skip


def test_the_last_article_leaves_an_empty_archive(
    archive: Archive, make_article: Any, fill: Any, sql: Any, assert_whole: Any
) -> None:
    fill(archive, make_article("a"))
    delete_article(archive, "a")
    assert_whole(archive)
    assert len(archive.memory.index) == len(archive.memory.members) == 0
    for table in ("articles", "paragraphs", "vectors", "threads", "thread_members", "duplicates", "links"):
        assert sql(archive, f"SELECT count(*) FROM {table}") == [(0,)], table


# Failures


def _refuse(*_: object, **__: object) -> None:
    raise RuntimeError("no")


@pytest.mark.parametrize(
    ("place", "name"), [(Changes, "add_all"), (Threads, "assign_all"), (Threads, "save_all"), (Articles, "add")]
)
def test_what_fails_leaves_memory_and_disk_as_they_were(
    archive: Archive, make_article: Any, fill: Any, dump: Any, answers_of: Any, assert_whole: Any,
    monkeypatch: pytest.MonkeyPatch, place: type, name: str,
) -> None:  # fmt: skip
    a = make_article("a", story="s")
    fill(archive, a, copy_of(a, "b", make_article), make_article("c", story="s"))
    before, answers = dump(archive), answers_of(archive)
    for attempt in (
        lambda: fill(archive, make_article("d", story="s")),
        lambda: fill(archive, make_article("a", version=2), replace=True),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, _refuse)
            with pytest.raises(RuntimeError):
                attempt()
        assert dump(archive) == before
        assert answers_of(archive) == answers
        assert_whole(archive)
    assert fill(archive, make_article("d", story="s"))[0].status is Status.STORED
    assert_whole(archive)


@pytest.mark.parametrize(("place", "name"), [(Changes, "add"), (Threads, "note_built")])
def test_a_failing_delete_or_build_changes_nothing(
    archive: Archive, sample_articles: list[Article], fill: Any, dump: Any, answers_of: Any, assert_whole: Any,
    monkeypatch: pytest.MonkeyPatch, place: type, name: str,
) -> None:  # fmt: skip
    fill(archive, *sample_articles[:30])
    delete_article(archive, sample_articles[3].id)
    before, answers = dump(archive), answers_of(archive)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, _refuse)
        attempt = partial(delete_article, id=sample_articles[0].id) if place is Changes else build_threads
        with pytest.raises(RuntimeError):
            attempt(archive)
    assert (dump(archive), answers_of(archive)) == (before, answers)
    assert_whole(archive)
    build_threads(archive)
    assert_whole(archive)


# Duplicates after an update


def test_duplicates_are_judged_anew_after_an_update(
    archive: Archive, make_article: Any, fill: Any, answers_of: Any, assert_whole: Any, open_archive: Any
) -> None:
    a, other = make_article("a"), make_article("other")
    fill(archive, a, copy_of(a, "b", make_article))
    fill(archive, make_article("a", title="New", text=a.text), replace=True)  # the text stays: b is still a copy of it
    pairs = {(d.article.id, d.earlier.id) for d in archive.read(service.articles.article, "b").duplicates}
    assert pairs
    assert archive.memory.copies.groups.leader(_row(archive, "a")) == archive.memory.copies.groups.leader(
        _row(archive, "b")
    )
    assert_whole(archive)
    fill(archive, make_article("a", title="New", text=other.text), replace=True)
    assert archive.read(service.articles.article, "b").duplicates == []
    assert archive.memory.copies.groups.leader(_row(archive, "a")) != archive.memory.copies.groups.leader(
        _row(archive, "b")
    )
    assert_whole(archive)
    fill(archive, make_article("a", title="New", text=a.text), replace=True)
    assert next(d.kind for d in archive.read(service.articles.article, "b").duplicates) == "exact"
    assert_whole(archive)
    answers = answers_of(archive)
    archive.close()
    assert answers_of(open_archive()) == answers


def test_an_update_says_each_pair_once(archive: Archive, make_article: Any, fill: Any) -> None:
    a = make_article("a")
    fill(archive, a, copy_of(a, "b", make_article))
    fill(archive, make_article("a", title="New", text=a.text), replace=True)
    with archive.store.read() as tx:
        pairs = [frozenset((v.article, v.earlier)) for _, v in tx.duplicates.all()]
    assert pairs == [frozenset("ab")]


def _row(archive: Archive, id: str) -> int:
    with archive.store.read() as tx:
        return tx.articles.get(id).row


# Sizes


def test_an_article_of_a_thousand_paragraphs(archive: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    article = make_article("long", paragraphs=1_000)
    (outcome,) = fill(archive, article)
    assert outcome.paragraphs == 1_000
    assert len(archive.memory.index) == min(ENCODED_MAX, 1_000)
    assert any("1,000 paragraphs" in note for note in outcome.notes)
    assert len(archive.read(service.articles.article, "long").paragraphs) == 1_000
    (copy,) = fill(archive, copy_of(article, "again", make_article))
    assert [v.kind for v in copy.verdicts] == [Kind.EXACT]
    assert service.related.related(archive, service.related.RelatedRequest(article_id="long")).copies[0].id == "again"
    assert_whole(archive)


@pytest.mark.parametrize(
    "text",
    ["ferry harbour " * 75_000, "x" * 1_000_000, "Word." + " " * 200_000 + "Another word.", "é。" * 100_000],
    ids=["one paragraph", "one word", "spaces", "no spaces"],
)
def test_an_article_without_structure(
    archive: Archive, make_article: Any, fill: Any, assert_whole: Any, text: str
) -> None:
    (outcome,) = fill(archive, make_article("odd", title="Odd", text=text))
    assert outcome.status is Status.STORED
    answer = archive.read(service.articles.article, "odd")
    assert answer.text == text
    assert all(span.text == answer.text[span.start : span.end] for span in answer.paragraphs)
    assert fill(archive, make_article("odd", title="Odd", text=text))[0].status is Status.UNCHANGED
    assert_whole(archive)


def test_articles_of_next_to_nothing(archive: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    fill(
        archive,
        *(
            make_article(f"s{n}", title="", text=text)
            for n, text in enumerate(["1?", "— — — 2", "🎉 a", "a", "ß", "語"])
        ),
    )
    build_threads(archive)
    assert_whole(archive)


# Check, then ingest


def test_check_and_ingest_agree(
    archive: Archive, sample_articles: list[Article], fill: Any, make_article: Any, dump: Any
) -> None:
    found = 0
    for article in sample_articles:
        before = dump(archive) if found == 3 else None
        checked = service.duplicates.check_duplicates(archive, fields_of(article))
        if before is not None:
            assert dump(archive) == before
        (outcome,) = fill(archive, article)
        answers = [(d.earlier.id, d.kind, d.score) for d in checked.duplicates]
        assert answers == [(v.earlier, v.kind, v.score) for v in outcome.verdicts], article.id
        found += len(answers)
    assert found >= 17


def test_checking_a_stored_article_does_not_find_itself(archive: Archive, make_article: Any, fill: Any) -> None:
    article = make_article("a")
    fill(archive, article, copy_of(article, "b", make_article))
    checked = service.duplicates.check_duplicates(archive, fields_of(article))
    assert [d.earlier.id for d in checked.duplicates] == ["b"]


# Any order of anything


def test_memory_and_disk_agree_whatever_happens(  # noqa: C901 - one machine, a few rules
    make_article: Any, assert_whole: Any, answers_of: Any, tmp_path: Path
) -> None:
    folders = iter(range(10**6))

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.data = tmp_path / str(next(folders))
            self.archive = self.opened()
            self.expected: dict[str, Article] = {}

        def opened(self) -> Archive:
            return Archive(Settings(data=self.data, model="hashing", index="exact"), write=True)

        def article(self, number: int, version: int) -> Article:
            """Of two stories; an odd version has the text of the first article, word for word."""
            if version == 3:
                return make_article(f"n{number}", title=f"T{number}", text=make_article("n0", story=0).text)
            dated = {"published": f"2024-01-{number + 1:02}"} if number % 3 else {}
            return make_article(f"n{number}", story=number % 2, version=version, **dated)

        @rule(number=st.integers(0, 11), version=st.integers(0, 3), replace=st.booleans(),
              policy=st.sampled_from(["link", "skip", "reject"]))  # fmt: skip
        def ingest(self, number: int, version: int, replace: bool, policy: str) -> None:
            article = self.article(number, version)
            (outcome,) = ingest_many(self.archive, [article], policy=policy, replace=replace)
            if isinstance(outcome, Outcome) and outcome.status in (Status.STORED, Status.UPDATED):
                self.expected[article.id] = article

        @rule(version=st.integers(0, 2))
        def ingest_many(self, version: int) -> None:
            articles = [self.article(number, version) for number in range(12)]
            for article, outcome in zip(articles, ingest_many(self.archive, articles, policy="link"), strict=True):
                if isinstance(outcome, Outcome):
                    self.expected[article.id] = article

        @rule(number=st.integers(0, 11))
        def delete(self, number: int) -> None:
            if self.expected.pop(f"n{number}", None):
                delete_article(self.archive, f"n{number}")
            else:
                with pytest.raises(NoSuchArticle):
                    delete_article(self.archive, f"n{number}")

        @rule()
        def build(self) -> None:
            built = build_threads(self.archive)
            assert built.articles == len(self.expected)
            assert build_threads(self.archive).moved == 0

        @rule()
        def reopen(self) -> None:
            answers = answers_of(self.archive)
            self.archive.close()
            self.archive = self.opened()
            assert answers_of(self.archive) == answers

        @invariant()
        def whole(self) -> None:
            assert_whole(self.archive)
            with self.archive.store.read() as tx:
                assert {id: tx.articles.get(id).article for _, id in tx.articles.ids()} == self.expected

        def teardown(self) -> None:
            self.archive.close()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10, stateful_step_count=12, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

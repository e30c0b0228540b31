"""The store's verdicts: close calls among them, labels of pairs, and which copies editors chose."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from corpus import Article, Kind, Label, Terms, Verdict, body_hash, content_hash, split_paragraphs
from corpus.records import Entry
from corpus.store import Store, Transaction

AT = datetime(2024, 3, 5, 14, 30, tzinfo=UTC)


def entry(id: str) -> Entry:
    text = f"All about {id}."
    split = split_paragraphs(text).paragraphs
    return Entry(
        Article(id, "", text), split, None, content_hash("", text), body_hash(text), None, Terms({"all": 1}, {}), b"",
        {p.hash: b"\0" * 16 for p in split},
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data", write=True) as opened:
        opened.use_model("m", 4)
        yield opened


@pytest.fixture
def rows(store: Store) -> dict[str, int]:
    """a, b, c, d; b repeats a, c nearly does, d repeats both a and b."""
    with store.write() as tx:
        rows = {id: tx.articles.add(entry(id)).row for id in "abcd"}
        for later, earlier, kind, score in (
            ("b", "a", Kind.NEAR_COPY, 0.9), ("c", "a", Kind.NEW, 0.45), ("d", "a", Kind.UPDATE, 0.6),
            ("d", "b", Kind.NEW, 0.2),
        ):  # fmt: skip
            tx.duplicates.add(rows[later], [(rows[earlier], Verdict(later, earlier, kind, score, {"words": 3}))])
    return rows


def label(kind: Kind, minute: int = 0) -> Label:
    return Label(kind, "m.ruiz", "read both", AT + timedelta(minutes=minute))


def compared(tx: Transaction, **bounds: Any) -> list[tuple[str, str]]:
    return [(verdict.article, verdict.earlier) for _, _, verdict in tx.duplicates.compared(**bounds)]


def test_close_calls_are_returned_only_where_they_are_asked_for(store: Store, rows: dict[str, int]) -> None:
    with store.read() as tx:
        assert [v.earlier for v in tx.duplicates.of(rows["d"])] == ["a"]
        assert [v.article for v in tx.duplicates.of(rows["a"])] == ["b", "d"]
        assert [(row, v.kind) for row, v in tx.duplicates.all()] == [
            (rows["b"], Kind.NEAR_COPY), (rows["d"], Kind.UPDATE),
        ]  # fmt: skip
        assert compared(tx) == [("b", "a"), ("c", "a"), ("d", "a"), ("d", "b")]
        assert compared(tx, least=0.5) == [("b", "a"), ("d", "a")]
        assert compared(tx, after=(rows["b"], rows["a"]), limit=2) == [("c", "a"), ("d", "a")]
        assert {earlier: v.kind for earlier, v in tx.duplicates.on(rows["d"]).items()} == {
            rows["a"]: Kind.UPDATE, rows["b"]: Kind.NEW,
        }  # fmt: skip
        assert tx.duplicates.find(rows["c"], rows["a"]) == Verdict("c", "a", Kind.NEW, 0.45, {"words": 3})
        assert tx.duplicates.find(rows["a"], rows["c"]) is None


def test_a_verdict_is_reclassified_and_removed(store: Store, rows: dict[str, int]) -> None:
    with store.write() as tx:
        tx.duplicates.reclassify(rows["c"], rows["a"], Kind.EXCERPT, 1.0)
        tx.duplicates.forget(rows["d"], rows["a"])
    with store.read() as tx:
        assert tx.duplicates.find(rows["c"], rows["a"]) == Verdict("c", "a", Kind.EXCERPT, 1.0, {"words": 3})
        assert compared(tx) == [("b", "a"), ("c", "a"), ("d", "b")]


def test_the_closest_calls_without_a_label_come_first(store: Store, rows: dict[str, int]) -> None:
    def queue(**bounds: float) -> list[tuple[str, str]]:
        with store.read() as tx:
            return [(v.article, v.earlier) for _, _, v in tx.duplicates.close_calls(**bounds)]  # type: ignore[arg-type]

    assert queue(least=0.2, most=0.8, limit=9) == [("c", "a"), ("d", "a"), ("d", "b")]
    assert queue(least=0.2, most=0.8, limit=1) == [("c", "a")]
    with store.write() as tx:
        tx.duplicates.add_label(rows["c"], rows["a"], label(Kind.NEW))
    assert queue(least=0.3, most=0.8, limit=9) == [("d", "a")]


def test_labels_are_replaced_and_removed(store: Store, rows: dict[str, int]) -> None:
    pair = rows["b"], rows["a"]
    with store.write() as tx:
        tx.duplicates.add_label(*pair, label(Kind.NEW))
        tx.duplicates.add_label(*pair, label(Kind.UPDATE, 1))
        tx.duplicates.add_label(rows["c"], rows["a"], label(Kind.REWRITE, 2))
    with store.read() as tx:
        assert len(tx.duplicates.labels()) == 2
        assert tx.duplicates.labels()[pair] == label(Kind.UPDATE, 1)
        assert tx.duplicates.labels_of(["b", "missing"]) == {("b", "a"): label(Kind.UPDATE, 1)}
        assert tx.duplicates.labels_of(["a"]) == tx.duplicates.labels_of([]) == {}
    with store.write() as tx:
        assert tx.duplicates.remove_label(*pair)
        assert not tx.duplicates.remove_label(*pair)
        tx.articles.remove(rows["c"])
    with store.read() as tx:
        assert tx.duplicates.labels() == {}


def test_the_latest_choice_comes_last(store: Store, rows: dict[str, int]) -> None:
    with store.write() as tx:
        for id in "acb":
            tx.duplicates.set_canonical(rows[id], "m.ruiz", f"it is {id}")
        tx.duplicates.set_canonical(rows["a"], "k.lind", "after all")
    with store.read() as tx:
        assert list(tx.duplicates.canonical_choices()) == [rows["c"], rows["b"], rows["a"]]
        chosen = tx.duplicates.canonical_choices()[rows["a"]]
        assert (chosen.who, chosen.why) == ("k.lind", "after all")
    with store.write() as tx:
        assert tx.duplicates.clear_canonical(rows["b"])
        assert not tx.duplicates.clear_canonical(rows["b"])
        tx.articles.remove(rows["c"])
    with store.read() as tx:
        assert list(tx.duplicates.canonical_choices()) == [rows["a"]]


def test_the_first_to_arrive_stays_first_when_replaced(store: Store, rows: dict[str, int]) -> None:
    with store.write() as tx:
        old = tx.articles.get("b")
        tx.articles.remove(old.row)
        new = tx.articles.add(entry("b"), added_at=old.added_at).row
        assert tx.articles.arrivals() == [rows["a"], new, rows["c"], rows["d"]]

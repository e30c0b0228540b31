"""The neighbour graph in bulk against comparing articles one by one, and what linkage takes from it."""

import signal
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.sparse import csr_array

from corpus import Precision, Published, Terms
from corpus.records import ParagraphKey, Profile
from embeddings import parallel
from embeddings.index import ExactIndex
from embeddings.parallel import Share
from embeddings.search import Collection, packed_by_row
from embeddings.search.collection import QUERY_PASSAGES
from embeddings.search.similarity import DENSITY_NEIGHBOURS, NEIGHBOURS
from embeddings.threads import UNBOUND, cluster
from embeddings.threads.batch import items_of
from embeddings.threads.graph import build as graphs
from embeddings.threads.graph import candidates
from embeddings.threads.graph.build import neighbour_graph
from embeddings.threads.graph.edges import scored_edges
from embeddings.threads.graph.overview import Columns, overview
from embeddings.threads.graph.records import NeighbourGraph
from embeddings.threads.pairs import (
    COMPANY_LEAST,
    COMPANY_OWN,
    COMPANY_SHARE,
    LEAST_SCORE,
    OVERLAP_LEAST,
    OVERLAP_SHARE,
    pair_scores,
)

DIMENSION = 16
TOPICS = 12


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


class Archive:
    """Random articles around a few topics; some lack paragraphs, titles, dates, names or words."""

    def __init__(self, size: int, seed: int = 0, longest: int = 6) -> None:
        self.random = np.random.default_rng(seed)
        self.topics = self.random.standard_normal((TOPICS, DIMENSION))
        self.index = ExactIndex(DIMENSION)
        self.collection = Collection(self.index)
        self.paragraphs = 0
        for row in range(size):
            self.add(row, int(self.random.integers(0, longest + 1)))

    def near(self, topic: int, count: int):
        return unit(self.topics[topic] + self.random.standard_normal((count, DIMENSION)))

    def add(self, row: int, length: int) -> None:
        random, topic = self.random, int(self.random.integers(TOPICS))
        ids = list(range(self.paragraphs, self.paragraphs + length))
        self.paragraphs += length
        if length:
            self.index.add(np.array(ids), self.near(topic, length))
        words = {f"w{topic if random.random() < 0.5 else ''}{w}": int(c) for w, c in random.integers(1, 60, (12, 2))}
        if random.random() < 0.05:
            words = {}
        names = {word: count for word, count in words.items() if random.random() < 0.2}
        day = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=int(random.integers(500)))
        self.collection.add(
            Profile(
                row, f"id{row}", Published(day, Precision.DAY) if random.random() < 0.8 else None, None, None, f"{row}",
                None, Terms(words, names), b"",
                tuple(ParagraphKey(id, "", int(random.integers(20, 100))) for id in ids),
            ),
            self.near(topic, 1)[0] if random.random() < 0.5 else None,
        )  # fmt: skip


def one_by_one(collection, row, rows):
    """Every similarity of an article, and its nearest others."""
    others = np.array([other for other in rows if other != row], np.int64)
    similarities = collection.similarities(collection.query(row), others)
    return dict(zip(others.tolist(), similarities.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_similarities_are_those_of_the_collection(seed):
    archive = Archive(150, seed)
    rows = archive.random.permutation(150).tolist()
    graph = neighbour_graph(archive.collection, rows)
    assert len(graph.starts) == 151
    for place, row in enumerate(rows):
        expected = one_by_one(archive.collection, row, rows)
        others, values = graph.of(place)
        assert row not in {rows[i] for i in others}
        assert values == pytest.approx([expected[rows[i]] for i in others], abs=2e-5)
        keys = [(-s, rows[i]) for i, s in zip(others, values, strict=True)]
        assert keys == sorted(keys)


def test_the_nearest_are_found():
    archive = Archive(400, 5)
    rows = archive.collection.rows()
    graph = neighbour_graph(archive.collection, rows)
    found = []
    for place, row in enumerate(rows):
        expected = one_by_one(archive.collection, row, rows)
        best = sorted(expected, key=lambda other: -expected[other])[:8]
        found.append(len({rows[i] for i in graph.of(place)[0][:8]} & set(best)) / 8)
    assert np.diff(graph.starts).max() == NEIGHBOURS
    assert np.mean(found) > 0.95


def test_a_small_collection_is_compared_in_full():
    archive = Archive(20, 1, longest=3)
    graph = neighbour_graph(archive.collection, archive.collection.rows())
    with_vectors = [bool(archive.collection.centroids(np.array([row])).any()) for row in range(20)]
    for place in np.flatnonzero(with_vectors).tolist():
        assert set(np.flatnonzero(with_vectors).tolist()) <= {place, *graph.of(place)[0].tolist()}


def test_long_articles_are_compared_in_their_own_direction():
    archive = Archive(30, 2)
    archive.add(30, QUERY_PASSAGES + 40)
    archive.add(31, 2 * QUERY_PASSAGES)
    rows = archive.collection.rows()
    graph = neighbour_graph(archive.collection, rows)
    for row in (30, 31, 5):
        expected = one_by_one(archive.collection, row, rows)
        others, values = graph.of(row)
        assert len(others)
        assert values == pytest.approx([expected[other] for other in others.tolist()], abs=2e-5)


def test_partitioned_candidates_find_nearly_the_same(monkeypatch):
    archive = Archive(600, 3)
    rows = archive.collection.rows()
    plain = neighbour_graph(archive.collection, rows)
    compared = []
    best = candidates._Centred.best
    monkeypatch.setattr(candidates, "_EXACT", 100)
    monkeypatch.setattr(candidates, "_COMPARED", 5.0)
    monkeypatch.setattr(candidates, "_DATED", 100)
    monkeypatch.setattr(
        candidates._Centred, "best", lambda own, *args: compared.append(len(args[1])) or best(own, *args)
    )
    parted = neighbour_graph(archive.collection, rows)
    assert max(compared) < 300
    shares = [len({*plain.of(i)[0][:8]} & {*parted.of(i)[0][:8]}) / 8 for i in range(600)]
    assert np.mean(shares) > 0.9


def test_the_order_of_rows_plays_no_part():
    archive = Archive(200, 4)
    rows = archive.collection.rows()
    other = archive.random.permutation(rows).tolist()
    one, two = neighbour_graph(archive.collection, rows), neighbour_graph(archive.collection, other)
    same = 0
    for place, row in enumerate(other):
        same += {rows[i] for i in one.of(row)[0][:8]} == {other[i] for i in two.of(place)[0][:8]}
    assert same > 190


def test_articles_may_go_meanwhile():
    archive = Archive(200, 6)
    gone = 17

    def progress(done, total):
        assert total == 200
        assert 0 <= done <= 200
        if done >= 90 and gone in archive.collection:
            with archive.collection.lock.writing():
                archive.collection.remove(gone)

    graph = neighbour_graph(archive.collection, archive.collection.rows(), Share(progress, 200))
    assert gone not in archive.collection
    assert not len(graph.of(gone)[0])
    assert gone not in graph.neighbours
    after = neighbour_graph(archive.collection, [*archive.collection.rows(), gone])
    assert not len(after.of(199)[0])


def test_whoever_is_told_may_stop_it():
    archive = Archive(50)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        neighbour_graph(archive.collection, archive.collection.rows(), Share(stop, 50))
    with archive.collection.lock.writing():
        archive.collection.remove(0)


def test_nothing_and_one():
    archive = Archive(3)
    assert neighbour_graph(archive.collection, []).starts.tolist() == [0]
    assert neighbour_graph(archive.collection, [1]).starts.tolist() == [0, 0]


def test_edges_are_scored_as_pairs_are():
    archive = Archive(120, 7)
    rows = archive.collection.rows()
    graph = neighbour_graph(archive.collection, rows, most=15)
    days = archive.collection.days(np.array(rows))
    words = archive.collection.word_counts(rows)
    near = [dict(zip(*(some.tolist() for some in graph.of(i)), strict=True)) for i in range(120)]
    company = np.zeros((120, 120))
    nearest = []
    for i, some in enumerate(near):
        company[i, i] = COMPANY_OWN
        for j, s in some.items():
            company[i, j] = max(0.0, s - COMPANY_LEAST)
        nearest.append({i, *(j for j, s in list(some.items())[:DENSITY_NEIGHBOURS] if s >= OVERLAP_LEAST)})
    company /= np.linalg.norm(company, axis=1)[:, None]
    expected, alike = {}, {}
    for i, some in enumerate(near):
        for j, s in some.items():
            a, b = min(i, j), max(i, j)
            overlap = len(nearest[a] & nearest[b]) / (DENSITY_NEIGHBOURS + 1)
            around = np.array([COMPANY_SHARE * (company[a] @ company[b]) + OVERLAP_SHARE * overlap])
            x = pair_scores(np.array([s]), np.abs(days[[a]] - days[[b]]), (words[[a]], words[[b]]), around)
            expected[a, b] = max(expected.get((a, b), -9), float(x[0]))
            alike[a, b] = max(alike.get((a, b), -9), s)
    edges, _ = scored_edges(graph, days, words, 0.05)
    pairs = list(zip(edges.first.tolist(), edges.second.tolist(), strict=True))
    found = dict(zip(pairs, edges.scores.tolist(), strict=True))
    assert found == pytest.approx({pair: x for pair, x in expected.items() if x >= 0.05}, abs=2e-6)
    assert edges.similarities == pytest.approx([alike[pair] for pair in pairs], abs=1e-5)
    assert len(found) == len(pairs) > 50


def test_all_that_is_linked_by_is_kept():
    """Beyond the nearest, that is: so that linking anew around an article has what the job had."""
    archive = Archive(300, 8)
    rows = items_of(archive.collection, archive.collection.rows(), UNBOUND).rows
    graph = neighbour_graph(archive.collection, rows)
    words = archive.collection.word_counts(rows)
    edges, _ = scored_edges(graph, archive.collection.days(np.array(rows)), words, LEAST_SCORE)
    used = {frozenset((rows[a], rows[b])) for a, b in zip(edges.first.tolist(), edges.second.tolist(), strict=True)}
    near = set()
    for i in range(300):
        for rank, (j, s) in enumerate(zip(*(some.tolist() for some in graph.of(i)), strict=True)):
            if rank < DENSITY_NEIGHBOURS or s > COMPANY_LEAST:
                near.add(frozenset((rows[i], rows[j])))
    links = cluster(archive.collection).links
    kept = [frozenset(pair) for pair in zip(links.rows.tolist(), links.others.tolist(), strict=True)]
    assert set(kept) == used | near
    assert len(set(kept)) == len(kept)
    assert used - near


def test_no_edges():
    empty = NeighbourGraph(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    assert [len(some) for some in scored_edges(empty, np.empty(0), np.empty(0), 0.05)[0]] == [0, 0, 0, 0]


def arrays_of(graph):
    return [graph.starts.tolist(), graph.neighbours.tolist(), graph.similarities.tolist()]


@pytest.fixture
def compared(monkeypatch):
    """The blocks that were compared, in small blocks and stripes."""
    found = []
    block = graphs._block
    monkeypatch.setattr(candidates, "_AT_ONCE", 16)
    monkeypatch.setattr(graphs, "_STRIPE", 32)
    monkeypatch.setattr(graphs, "_block", lambda *args: found.append(args[-1].start) or block(*args))
    return found


class Stopped(Exception):
    """What a caller ends the job with."""


def stop_half_way(done, total):
    if done >= total / 2:
        raise Stopped


def interrupted(collection, rows, directory):
    with pytest.raises(Stopped):
        neighbour_graph(collection, rows, Share(stop_half_way, len(rows)), checkpoint=directory)


@pytest.mark.parametrize("exact", [10_000, 100])
def test_the_number_of_threads_plays_no_part(exact, compared, monkeypatch):
    archive = Archive(300, 8)
    monkeypatch.setattr(candidates, "_EXACT", exact)
    found = []
    for count in (1, 2, 7):
        monkeypatch.setattr(parallel, "_workers", lambda count=count: count)
        found.append(arrays_of(neighbour_graph(archive.collection, archive.collection.rows())))
    assert found[0] == found[1] == found[2]
    assert len(compared) > 3 * 300 / 16


def test_an_interrupted_job_goes_on_from_where_it_was(compared, tmp_path):
    archive = Archive(400, 9)
    rows = archive.collection.rows()
    whole = arrays_of(neighbour_graph(archive.collection, rows))
    blocks = len(compared)
    interrupted(archive.collection, rows, tmp_path)
    assert 3 < len(list(tmp_path.glob("*.npz"))) < 400 / 32
    assert not list(tmp_path.glob("*.tmp"))
    compared.clear()
    reported = []
    share = Share(lambda done, total: reported.append(done), 400)
    assert arrays_of(neighbour_graph(archive.collection, rows, share, checkpoint=tmp_path)) == whole
    assert 0 < len(compared) < 0.7 * blocks
    assert reported == sorted(reported)
    assert reported[-1] == 400


def test_a_changed_collection_begins_anew(compared, tmp_path):
    archive = Archive(200, 10)
    interrupted(archive.collection, archive.collection.rows(), tmp_path)
    with archive.collection.lock.writing():
        archive.collection.remove(5)
    rows = archive.collection.rows()
    compared.clear()
    whole = arrays_of(neighbour_graph(archive.collection, rows))
    blocks = sorted(compared)
    compared.clear()
    assert arrays_of(neighbour_graph(archive.collection, rows, checkpoint=tmp_path)) == whole
    assert sorted(compared) == blocks


def test_columns_are_those_that_scipy_picks():
    random = np.random.default_rng(5)
    matrix = csr_array(random.integers(0, 3, (20, 50)).astype(np.float32))
    columns = Columns(50)
    for count in (0, 7, 50):
        some = np.sort(random.choice(50, count, replace=False))
        np.testing.assert_array_equal(columns.of(matrix, some).toarray(), matrix.toarray()[:, some])


def test_whatever_is_compared_is_in_the_fingerprint():
    archive = Archive(30, 11)
    before = overview(archive.collection, range(30))
    assert overview(archive.collection, range(30)).fingerprint() == before.fingerprint()
    for change in ({"texts": ["", *before.texts[1:]]}, {"days": before.days + 1},
                   {"collection": Archive(30, 13).collection}, {"paragraphs": before.paragraphs + 1}):  # fmt: skip
        assert replace(before, **change).fingerprint() != before.fingerprint()


def test_a_damaged_checkpoint_is_passed_over(compared, tmp_path, caplog):
    archive = Archive(450, 12)
    rows = archive.collection.rows()
    interrupted(archive.collection, rows, tmp_path)
    one, two, three, *rest = sorted(tmp_path.glob("*.npz"))
    one.write_bytes(one.read_bytes()[:100])
    two.write_bytes(b"")
    data = bytearray(three.read_bytes())
    data[len(data) // 2] ^= 255
    three.write_bytes(data)
    assert rest
    compared.clear()
    again = arrays_of(neighbour_graph(archive.collection, rows, checkpoint=tmp_path))
    assert [record.message.split()[0] for record in caplog.records] == ["threads.checkpoint_damaged"] * 3
    assert 0 in compared
    assert again == arrays_of(neighbour_graph(archive.collection, rows))


def test_where_nothing_can_be_kept_the_job_goes_on(compared, tmp_path, caplog):
    archive = Archive(100, 13)
    (tmp_path / "file").write_text("")
    found = neighbour_graph(archive.collection, archive.collection.rows(), checkpoint=tmp_path / "file" / "part")
    assert arrays_of(found) == arrays_of(neighbour_graph(archive.collection, archive.collection.rows()))
    assert [record.message.split()[0] for record in caplog.records] == ["threads.checkpoint_not_written"]


def test_a_finished_clustering_leaves_no_checkpoint(compared, tmp_path):
    archive = Archive(200, 14)
    whole = cluster(archive.collection)
    directory = tmp_path / "part"
    for share in (0.5, 0.95):

        def stop(done, total, share=share):
            if done >= share * total:
                raise Stopped

        with pytest.raises(Stopped):
            cluster(archive.collection, progress=stop, checkpoint=directory)
    compared.clear()
    reported = []
    again = cluster(archive.collection, progress=lambda *some: reported.append(some), checkpoint=directory)
    assert replace(again, links=whole.links) == whole
    assert list(packed_by_row(again.links)) == list(packed_by_row(whole.links))
    assert not compared
    assert not directory.exists()
    assert reported == sorted(reported)
    assert reported[-1] == (200, 200)


@pytest.fixture
def ctrl_c():
    """Ctrl-C interrupts, even where the tests run in the background and were reported to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_stops_the_threads():
    begun = []

    def work(number):
        begun.append(number)
        if number == 5:
            signal.raise_signal(signal.SIGINT)
        time.sleep(0.02)

    with pytest.raises(KeyboardInterrupt), parallel.in_order(work, range(10_000)) as results:
        list(results)
    count = len(begun)
    assert count < 1000
    time.sleep(0.05)
    assert len(begun) == count
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("clew-threads")]

"""The neighbour graph: packed and unpacked, loaded and grown."""

import numpy as np
import pytest

from embeddings.search import Links, pack_links, packed_by_row, unpack_links
from embeddings.search.neighbours import NO_LINKS, Neighbours
from embeddings.search.similarity import DENSITY_NEIGHBOURS, NEIGHBOURS, density


def random_links(count: int, articles: int, seed: int) -> dict[tuple[int, int], float]:
    random = np.random.default_rng(seed)
    found: dict[tuple[int, int], float] = {}
    while len(found) < count:
        a, b = sorted(random.choice(articles, 2, replace=False).tolist(), reverse=True)
        found[a, b] = round(float(random.uniform(-0.2, 1.0)), random.integers(1, 6).item())
    return found


def links_of(some: dict[tuple[int, int], float]) -> Links:
    return Links.of((a, b, s) for (a, b), s in some.items())


def grown(some: dict[tuple[int, int], float], articles: int) -> Neighbours:
    graph = Neighbours()
    for row in range(articles):
        graph.admit(row)
        graph.connect(row, {b: s for (a, b), s in some.items() if a == row})
    return graph


def state(graph: Neighbours, articles: int) -> tuple[object, ...]:
    rows = range(articles)
    return (
        [sorted(graph.links(row).items()) for row in rows], [list(graph.nearest(row).items()) for row in rows],
        graph.densities(list(rows)).tolist(),
    )  # fmt: skip


def test_links_come_back_as_they_were_packed() -> None:
    some = random_links(200, 60, 1)
    packed = list(packed_by_row(links_of(some)))
    assert [row for row, _ in packed] == sorted({a for a, _ in some})
    assert dict(packed) == {row: pack_links({b: s for (a, b), s in some.items() if a == row}) for row, _ in packed}
    back = unpack_links(packed)
    assert dict(zip(zip(back.rows, back.others, strict=True), back.similarities.tolist(), strict=True)) == some
    assert list(packed_by_row(NO_LINKS)) == []
    assert len(unpack_links([])) == 0
    assert pack_links({}) == b""


@pytest.mark.parametrize("silent", [(), (3, 7, 11, 2)])
def test_a_graph_is_the_same_loaded_as_grown(silent: tuple[int, ...]) -> None:
    some = random_links(900, 80, 3)
    one, other = grown(some, 80), Neighbours()
    other.set_copies(silent)
    other.load(links_of(some))
    one.set_copies(silent)
    assert state(one, 80) == state(other, 80)
    assert one.suppressed == other.suppressed == set(silent[2:])
    for row in range(80):
        near = {b: s for b, s in one.links(row).items() if b not in silent[2:]}
        assert one.density(row) == pytest.approx(density(list(near.values())))
        assert list(one.nearest(row).values()) == sorted(near.values(), reverse=True)[:DENSITY_NEIGHBOURS]
        assert not one.nearest(row).keys() & set(silent[2:])


def test_a_loaded_graph_changes_as_a_grown_one_does() -> None:
    some = random_links(900, 80, 4)
    one, other = grown(some, 80), Neighbours()
    other.load(links_of(some))
    for graph in (one, other):
        graph.remove(5)
        graph.remove(40)
        graph.admit(2_000)
        graph.connect(2_000, {0: 0.9, 79: 0.99})
        graph.set_copies([0, 1, 2, 3])
    rows = [*range(80), 2_000]
    assert [one.nearest(row) for row in rows] == [other.nearest(row) for row in rows]
    assert one.densities(rows).tolist() == other.densities(rows).tolist()
    assert one.links(5) == other.links(5) == {}
    assert not any(5 in other.links(row) for row in rows)
    assert other.links(2_000) == {0: 0.9, 79: 0.99}
    assert other.nearest(79)[2_000] == 0.99


def test_a_newcomer_is_linked_with_what_counts_among_its_nearest() -> None:
    graph = Neighbours()
    graph.load(Links.of((row, other, 0.99) for row in range(100) for other in range(100, 100 + DENSITY_NEIGHBOURS)))
    rows = np.arange(60)
    similarities = np.linspace(0.9, 0.3, 60)
    counted = np.ones(60, bool)
    assert list(graph.wanted(rows, similarities)) == list(range(DENSITY_NEIGHBOURS))
    assert list(graph.wanted(rows, similarities, counted)) == list(range(NEIGHBOURS))
    counted[10] = False
    assert 10 not in graph.wanted(rows, similarities, counted)


def test_links_of_several_are_those_of_each() -> None:
    some = random_links(900, 80, 5)
    graph = Neighbours()
    graph.load(links_of(some))
    graph.remove(5)
    graph.admit(2_000)
    graph.connect(2_000, {0: 0.9, 79: 0.99})
    rows = np.array([79, 5, 2_000, 1_500, 0, 12])
    owner, links = graph.links_of(rows)
    assert links.rows.tolist() == rows[owner].tolist()
    for i, row in enumerate(rows.tolist()):
        own = owner == i
        found = dict(zip(links.others[own].tolist(), links.similarities[own].tolist(), strict=True))
        assert found == dict(graph.links(row))


def test_a_newcomer_that_nobody_is_near_to_is_linked_with_who_has_few() -> None:
    graph = Neighbours()
    for row in range(3):
        graph.admit(row)
    assert graph.wanted(np.arange(3), np.array([-0.1, 0.2, -0.3])) == {1: 0.2, 0: -0.1, 2: -0.3}

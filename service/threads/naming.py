"""The threads of a clustering under the ids of the published threads that they go on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from corpus import Assignment, Level
from embeddings.threads import Clustering, Constraints, nearest_saga, placeholder, reconcile

from ..archive.view import View
from .assigning import TakenIds, apply_constraints


def name_clustering(view: View, clustering: Clustering, bound: Constraints) -> dict[int, Assignment]:
    """Assignments of all articles by a clustering of everything, constrained by decisions.

    Articles that the clustering does not know stay where they are.

    Args:
        view: with what is published now.
        clustering: may have articles that were removed since.
        bound: what editors decided.
    """
    named: dict[Level, Mapping[int, str]] = {}
    for level, clusters in _stored_only(view, clustering).items():
        named[level] = view.levels[level].thread_of | _ids(view, level, clusters, bound)
    wanted = {row: Assignment(*(named[level][row] for level in Level)) for row in view.collection.rows()}
    return apply_constraints(view, wanted, bound)


def name_part(
    view: View, clustering: Clustering, bound: Constraints, newcomers: AbstractSet[int] = frozenset()
) -> dict[int, Assignment]:
    """The same by a clustering of some complete stories, where all others stay as they are.

    A saga may have stories that were not clustered. There each story that is not the same as before, or that has a
    newcomer, is compared with all of the sagas near it; the others stay. Newcomers that are not in the clustering stay,
    too.
    """
    levels = _stored_only(view, clustering)
    published = view.levels[Level.SAGA]
    inside = Counter(published.thread_of[row] for rows in levels[Level.SAGA] for row in rows)
    partial = {saga for saga, known in inside.items() if known < len(published.members[saga])}
    complete: list[Sequence[int]] = []
    named: dict[Level, dict[int, str]] = {Level.SAGA: {}}
    story_of = {row: rows for rows in levels[Level.STORY] for row in rows}
    for rows in levels[Level.SAGA]:
        if not newcomers and partial.isdisjoint(published.thread_of[row] for row in rows):
            complete.append(rows)
            continue
        for story in {id(story_of[row]): story_of[row] for row in rows}.values():
            named[Level.SAGA] |= dict.fromkeys(story, _saga(view, story, rows, newcomers))
    named[Level.SAGA] |= _ids(view, Level.SAGA, complete, bound)
    for level in (Level.EVENT, Level.STORY):
        named[level] = _ids(view, level, levels[level], bound, newcomers)
    staying = {row: view.assignment(row) for row in newcomers if row not in story_of}
    moving = {row: Assignment(*(named[level][row] for level in Level)) for row in story_of}
    return apply_constraints(view, staying | moving, bound)


def _saga(view: View, story: Sequence[int], cluster: Sequence[int], newcomers: AbstractSet[int]) -> str:
    """The saga of a story, or a placeholder for all stories of its cluster that are in none of the present sagas."""
    published = view.levels[Level.SAGA]
    counts = Counter(published.thread_of[row] for row in story)
    present = min(counts, key=lambda saga: (-counts[saga], saga))
    if newcomers.isdisjoint(story) and set(story) == view.members[view.thread_of[story[0]]]:
        return present
    found = nearest_saga(view.collection, story, present, published.thread_of, published.members)
    return found or (present if published.members[present] <= set(story) else placeholder(f"saga {cluster[0]}"))


def _stored_only(view: View, clustering: Clustering) -> dict[Level, list[list[int]]]:
    """The threads of a clustering without the articles that were removed since it was computed."""
    return {
        level: [some for rows in clusters if (some := [row for row in rows if row in view.collection])]
        for level, clusters in clustering.levels.items()
    }


def _ids(
    view: View, level: Level, clusters: Sequence[Sequence[int]], bound: Constraints,
    newcomers: AbstractSet[int] = frozenset(),
) -> dict[int, str]:  # fmt: skip
    """Row -> id of its cluster. Newcomers have no vote in it: their threads are not published yet."""
    ids = {row: view.id_of(row) for rows in clusters for row in rows}
    given = _bound_ids(view, clusters, bound) if level is Level.STORY else {}
    of = view.levels[level]
    published = {row: of.thread_of[row] for row in ids if row not in newcomers and row in of.thread_of}
    unpublished = {name for row in newcomers if of.members[name := of.thread_of[row]] <= newcomers}
    taken = TakenIds(view, level, unpublished)
    names = reconcile(clusters, published, ids, level=level, bound=given, taken=taken)
    return {row: name for name, rows in zip(names, clusters, strict=True) for row in rows}


def _bound_ids(view: View, clusters: Sequence[Sequence[int]], bound: Constraints) -> dict[int, str]:
    """Number of a cluster -> the id that decisions give it.

    A merged or locked story is where its articles are; one that only has guests, where most of its own articles are.
    """
    if not bound.groups:
        return {}
    number_of = {row: number for number, rows in enumerate(clusters) for row in rows}
    wanted: list[tuple[bool, int, str, int]] = []
    for group in bound.groups:
        if group.thread:
            own = view.members.get(group.thread, set()) - bound.guests if group.guest else group.rows
            counts = Counter(number_of[row] for row in own if row in number_of)
            wanted += [(group.guest, -shared, group.thread, number) for number, shared in counts.items()]
    found: dict[int, str] = {}
    for _, _, thread, number in sorted(wanted):
        if number not in found and thread not in found.values():
            found[number] = thread
    return found

"""The threads of a clustering under the ids of the published threads that they go on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from corpus import Assignment, Level
from corpus.store import Transaction
from embeddings.threads import Clustering, Constraints, nearest_saga, placeholder, reconcile

from ..archive.archive import Archive
from .assigning import TakenIds, apply_constraints


def renamed(archive: Archive, tx: Transaction, clustering: Clustering, bound: Constraints) -> dict[int, Assignment]:
    """Places of all articles by a clustering of everything, in line with decisions.

    Articles that the clustering does not know stay where they are.

    Args:
        archive: with what is published now.
        tx: a transaction of it.
        clustering: may have articles that are gone.
        bound: what editors decided.
    """
    ids = {row: archive.collection.member(row).id for row in archive.collection.rows()}
    named: dict[Level, Mapping[int, str]] = {}
    for level, clusters in _there(archive, clustering).items():
        named[level] = archive.levels[level].thread_of | _names(archive, tx, level, clusters, bound)
    return apply_constraints(
        archive, tx, {row: Assignment(*(named[level][row] for level in Level)) for row in ids}, bound
    )


def renamed_here(
    archive: Archive, tx: Transaction, clustering: Clustering, bound: Constraints, came: AbstractSet[int] = frozenset()
) -> dict[int, Assignment]:
    """The same of a clustering of some whole stories, where all others stay as they are.

    A saga may have stories that were not looked at. There each story that is another than before, or that has an
    article that `came`, is weighed against the whole of the sagas near it; the others stay. Who came and is not in the
    clustering stays, too.
    """
    levels = _there(archive, clustering)
    published = archive.levels[Level.SAGA]
    inside = Counter(published.thread_of[row] for rows in levels[Level.SAGA] for row in rows)
    partial = {saga for saga, known in inside.items() if known < len(published.members[saga])}
    whole: list[Sequence[int]] = []
    named: dict[Level, dict[int, str]] = {Level.SAGA: {}}
    story_of = {row: rows for rows in levels[Level.STORY] for row in rows}
    for rows in levels[Level.SAGA]:
        if not came and partial.isdisjoint(published.thread_of[row] for row in rows):
            whole.append(rows)
            continue
        for story in {id(story_of[row]): story_of[row] for row in rows}.values():
            named[Level.SAGA] |= dict.fromkeys(story, _saga(archive, story, rows, came))
    named[Level.SAGA] |= _names(archive, tx, Level.SAGA, whole, bound)
    for level in (Level.EVENT, Level.STORY):
        named[level] = _names(archive, tx, level, levels[level], bound, came)
    staying = {row: archive.place(row) for row in came if row not in story_of}
    moving = {row: Assignment(*(named[level][row] for level in Level)) for row in story_of}
    return apply_constraints(archive, tx, staying | moving, bound)


def _saga(archive: Archive, story: Sequence[int], cluster: Sequence[int], came: AbstractSet[int]) -> str:
    """The saga of a story, or a mark for all stories of its cluster that are in none of the sagas there are."""
    published = archive.levels[Level.SAGA]
    counts = Counter(published.thread_of[row] for row in story)
    present = min(counts, key=lambda saga: (-counts[saga], saga))
    if came.isdisjoint(story) and set(story) == archive.members[archive.thread_of[story[0]]]:
        return present
    found = nearest_saga(archive.collection, story, present, published.thread_of, published.members)
    return found or (present if published.members[present] <= set(story) else placeholder(f"saga {cluster[0]}"))


def _there(archive: Archive, clustering: Clustering) -> dict[Level, list[list[int]]]:
    """The threads of a clustering without articles that are gone."""
    return {
        level: [some for rows in clusters if (some := [row for row in rows if row in archive.collection])]
        for level, clusters in clustering.levels.items()
    }


def _names(
    archive: Archive, tx: Transaction, level: Level, clusters: Sequence[Sequence[int]], bound: Constraints,
    came: AbstractSet[int] = frozenset(),
) -> dict[int, str]:  # fmt: skip
    """Row -> id of its cluster. Those that came have no say in it: nobody knows of their threads yet."""
    ids = {row: archive.collection.member(row).id for rows in clusters for row in rows}
    given = _bound_ids(archive, clusters, bound) if level is Level.STORY else {}
    of = archive.levels[level]
    published = {row: of.thread_of[row] for row in ids if row not in came and row in of.thread_of}
    unknown = {name for row in came if of.members[name := of.thread_of[row]] <= came}
    taken = TakenIds(archive, tx, level, unknown)
    names = reconcile(clusters, published, ids, level=level, bound=given, taken=taken)
    return {row: name for name, rows in zip(names, clusters, strict=True) for row in rows}


def _bound_ids(archive: Archive, clusters: Sequence[Sequence[int]], bound: Constraints) -> dict[int, str]:
    """Number of a cluster -> the id that decisions give it.

    A merged or locked story is where its articles are; one that only has guests, where most of its own articles are.
    """
    if not bound.groups:
        return {}
    number_of = {row: number for number, rows in enumerate(clusters) for row in rows}
    wanted: list[tuple[bool, int, str, int]] = []
    for group in bound.groups:
        if group.thread:
            own = archive.members.get(group.thread, set()) - bound.guests if group.guest else group.rows
            counts = Counter(number_of[row] for row in own if row in number_of)
            wanted += [(group.guest, -shared, group.thread, number) for number, shared in counts.items()]
    found: dict[int, str] = {}
    for _, _, thread, number in sorted(wanted):
        if number not in found and thread not in found.values():
            found[number] = thread
    return found

"""The offline job: cluster everything, propose or publish it, take it back."""

from collections import Counter
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from corpus import Arrangement, Level, Place, Run, RunState
from corpus.store import Event, Transaction
from embeddings import Clustering, cluster, reconcile

from ..archive import Archive
from ..errors import NothingToRollBack, RunNotProposed, RunStale
from .arranging import Scores, Taken, constraints, in_line, rearrange
from .differences import Difference, difference

Progress = Callable[[int, int], None]
_DECISIVE = (Event.DECIDED, Event.UNDONE, Event.RUN_PUBLISHED, Event.RUN_ROLLED_BACK)
"""What makes a proposal stale; articles that come and go do not."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a run of the offline job did."""

    articles: int
    threads: int
    """Stories."""
    moved: int
    """Articles that are in another story than before."""
    run: str | None
    """Id of the run; None where nothing changed, and so nothing was published."""


def build_threads(archive: Archive, progress: Progress | None = None) -> Built:
    """Cluster all articles anew and publish the result in one transaction.

    Articles may be added and removed while the job computes, and decisions made; what is added meanwhile keeps its
    online threads, and decisions hold.
    """
    clustering = _cluster(archive, progress)
    with archive.changing() as tx:
        _take_graph(archive, tx, clustering)
        places = _reconciled(archive, tx, clustering)
        before = tx.threads.arrangement()
        change = difference(archive, tx, places)
        run = None if change.empty else _record(tx, RunState.PUBLISHED, change, before).id
        _publish(archive, tx, places, _scores(before, places, clustering.scores, _rows(clustering)), run)
        stories = change.levels[Level.STORY]
        return Built(change.articles, stories.threads, stories.moved, run)


def propose_threads(archive: Archive, progress: Progress | None = None) -> Run:
    """Cluster all articles anew and write the result down as a proposal; nothing that is published changes."""
    clustering = _cluster(archive, progress)
    with archive.changing() as tx:
        places = _reconciled(archive, tx, clustering)
        scores = _scores(tx.threads.arrangement(), places, clustering.scores, _rows(clustering))
        return _record(tx, RunState.PROPOSED, difference(archive, tx, places), Arrangement(places, scores))


def publish_run(archive: Archive, id: str) -> Run:
    """Put a proposal in force, in one transaction; articles that came since keep their threads.

    Raises:
        NoSuchRun: there is none with this id.
        RunNotProposed: it was published or discarded already, or is too old to be kept.
        RunStale: a decision or another publication came since.
    """
    with archive.changing() as tx:
        run = tx.runs.get(id)
        proposed = tx.runs.arrangement(id)
        if run.state is not RunState.PROPOSED or proposed is None:
            raise RunNotProposed(id, run.state)
        if tx.changes.has_any(_DECISIVE, run.based_on):
            raise RunStale(id)
        before = tx.threads.arrangement()
        _restore(archive, tx, proposed, before, id)
        tx.runs.end(id, RunState.PUBLISHED, before)
        return tx.runs.get(id)


def roll_back(archive: Archive) -> Run:
    """Put everything where it was before the newest published run, which is taken back; decisions hold.

    Raises:
        NothingToRollBack: there is no published run, or what was before it is no longer kept.
    """
    with archive.changing() as tx:
        run = tx.runs.newest_published()
        earlier = tx.runs.arrangement(run.id) if run else None
        if run is None or earlier is None:
            raise NothingToRollBack
        _restore(archive, tx, earlier, tx.threads.arrangement(), run.id, Event.RUN_ROLLED_BACK)
        tx.runs.end(run.id, RunState.ROLLED_BACK)
        return tx.runs.get(run.id)


def discard_run(archive: Archive, id: str) -> Run:
    """Drop a proposal.

    Raises:
        NoSuchRun: there is none with this id.
        RunNotProposed: it is none, or no longer.
    """
    with archive.changing() as tx:
        run = tx.runs.get(id)
        if run.state is not RunState.PROPOSED:
            raise RunNotProposed(id, run.state)
        tx.runs.end(id, RunState.DISCARDED)
        return tx.runs.get(id)


def _cluster(archive: Archive, progress: Progress | None) -> Clustering:
    with archive.writing, archive.store.read() as tx:
        bound = constraints(archive, tx)
    return cluster(archive.collection, bound, progress, archive.settings.data / "threads.part")


def _rows(clustering: Clustering) -> set[int]:
    return {row for rows in clustering.clusters for row in rows}


def _record(tx: Transaction, state: RunState, change: Difference, arrangement: Arrangement) -> Run:
    return tx.runs.add(state, tx.changes.last(), change.summary, arrangement)


def _reconciled(archive: Archive, tx: Transaction, clustering: Clustering) -> dict[int, Place]:
    """Places of all articles by a clustering, under the ids that survive; who came meanwhile stays where it is."""
    ids = {row: archive.collection.member(row).id for row in archive.collection.rows()}
    named: dict[Level, dict[int, str]] = {}
    for level, clusters in clustering.levels.items():
        left = [some for rows in clusters if (some := [row for row in rows if row in ids])]
        bound = _bound_ids(archive, tx, left) if level is Level.STORY else {}
        published = archive.levels[level].thread_of
        names = reconcile(left, published, ids, level=level, bound=bound, taken=Taken(archive, tx, level))
        named[level] = published | {row: name for name, rows in zip(names, left, strict=True) for row in rows}
    wanted = {row: Place(*(named[level][row] for level in Level)) for row in ids}
    return in_line(archive, tx, wanted)


def _bound_ids(archive: Archive, tx: Transaction, clusters: list[list[int]]) -> dict[int, str]:
    """Number of a cluster -> the id that decisions give it.

    A merged or locked story is where its articles are; one that only has guests, where most of its own articles are.
    """
    number_of = {row: number for number, rows in enumerate(clusters) for row in rows}
    bound = constraints(archive, tx)
    wanted: list[tuple[bool, int, str, int]] = []
    for group in bound.groups:
        if group.thread:
            own = archive.members[group.thread] - bound.guests if group.guest else group.rows
            counts = Counter(number_of[row] for row in own if row in number_of)
            wanted += [(group.guest, -shared, group.thread, number) for number, shared in counts.items()]
    found: dict[int, str] = {}
    for _, _, thread, number in sorted(wanted):
        if number not in found and thread not in found.values():
            found[number] = thread
    return found


def _take_graph(archive: Archive, tx: Transaction, clustering: Clustering) -> None:
    """Put the neighbour graph of a clustering in place of the present one; who came meanwhile keeps its place in it."""
    there = set(archive.collection.rows())
    edges = [edge for edge in clustering.edges if edge[0] in there and edge[1] in there]
    for row in sorted(there.difference(*clustering.clusters)):
        edges += [(row, other, s) for other, s in archive.collection.nearest(row).items()]
    archive.take_graph(edges)
    tx.neighbours.replace_all(edges)


def _restore(
    archive: Archive, tx: Transaction, wanted: Arrangement, before: Arrangement, run: str,
    event: Event = Event.RUN_PUBLISHED,
) -> None:  # fmt: skip
    places = {row: wanted.places.get(row, place) for row, place in before.places.items()}
    places = in_line(archive, tx, places)
    _publish(archive, tx, places, _scores(before, places, wanted.scores, wanted.places), run, event)


def _publish(
    archive: Archive, tx: Transaction, places: Mapping[int, Place], scores: Scores, run: str | None,
    event: Event = Event.RUN_PUBLISHED,
) -> None:  # fmt: skip
    rearrange(archive, tx, places, cause=run, scores=scores, whole=True)
    tx.threads.note_built(max(places, default=0))
    if run is not None:
        tx.changes.add(event, other=run)


def _scores(before: Arrangement, places: Mapping[int, Place], scores: Scores, known: Container[int]) -> Scores:
    """The scores of a clustering where it knows an article; of others, the present ones."""
    return {
        row: scores.get(row, {})
        if row in known
        else {
            level: score
            for level, score in before.scores.get(row, {}).items()
            if before.places[row].at(level) == place.at(level)
        }
        for row, place in places.items()
    }

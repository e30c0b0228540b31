"""The offline job: cluster everything, propose or publish it, take it back."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from math import inf

from corpus import Assignment, Assignments, Level, Run, RunState
from corpus.records import Event
from corpus.store import Transaction
from embeddings.search import Links, packed_by_row
from embeddings.threads import Clustering, cluster

from ..archive.archive import Archive
from ..errors import NothingToRollBack, RunNotProposed, RunStale
from .assigning import Scores, apply_assignments, apply_constraints, constraints
from .differences import Difference, difference
from .naming import renamed, renamed_here

Progress = Callable[[int, int], None]
_DECISIVE = (Event.DECIDED, Event.UNDONE, Event.RUN_PUBLISHED, Event.RUN_ROLLED_BACK)
"""What makes a proposal stale; articles that come and go do not."""


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, in days since 1970-01-01, UTC."""

    since: float = -inf
    """Inclusive."""
    until: float = inf
    """Exclusive."""

    def rows(self, archive: Archive) -> list[int]:
        """All articles of the stories that have one in the window, rising."""
        rows = archive.collection.rows()
        days = archive.collection.days(rows)
        inside = (days >= self.since) & (days < self.until)
        stories = {archive.thread_of[row] for row, is_in in zip(rows, inside, strict=True) if is_in}
        return [row for row in rows if archive.thread_of[row] in stories]


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


def build_threads(archive: Archive, progress: Progress | None = None, window: Window | None = None) -> Built:
    """Cluster articles anew and publish the result in one transaction.

    Articles may be added and removed while the job computes, and decisions made; what is added meanwhile keeps its
    online threads, and decisions hold.

    Args:
        archive: open for writing.
        progress: told how far it is, as articles; an exception of it ends the job, and nothing has changed.
        window: only the stories that have an article in it, whole; None for all.
    """
    clustering = _cluster(archive, progress, window)
    with archive.changing() as tx:
        _take_graph(archive, tx, clustering)
        places = _places(archive, tx, clustering, window)
        before = tx.threads.assignments()
        change = difference(archive, tx, places)
        run = None if change.empty else _record(tx, RunState.PUBLISHED, change, before).id
        _publish(archive, tx, places, _scores(before, places, clustering.scores, _rows(clustering)), run)
        if window is None:
            tx.threads.note_built(max(places, default=0))
        stories = change.levels[Level.STORY]
        looked_at = change.articles if window is None else len(_rows(clustering) & places.keys())
        return Built(looked_at, stories.threads, stories.moved, run)


def propose_threads(archive: Archive, progress: Progress | None = None, window: Window | None = None) -> Run:
    """As `build_threads`, but the result is written down as a proposal; nothing that is published changes.

    The neighbour graph is renewed all the same: it is about articles, not about threads.
    """
    clustering = _cluster(archive, progress, window)
    with archive.changing() as tx:
        _take_graph(archive, tx, clustering)
        places = _places(archive, tx, clustering, window)
        scores = _scores(tx.threads.assignments(), places, clustering.scores, _rows(clustering))
        return _record(tx, RunState.PROPOSED, difference(archive, tx, places), Assignments(places, scores))


def publish_run(archive: Archive, id: str) -> Run:
    """Put a proposal in force, in one transaction; articles that came since keep their threads.

    Raises:
        NoSuchRun: there is none with this id.
        RunNotProposed: it was published or discarded already, or is too old to be kept.
        RunStale: a decision or another publication came since.
    """
    with archive.changing() as tx:
        run = tx.runs.get(id)
        proposed = tx.runs.assignments(id)
        if run.state is not RunState.PROPOSED or proposed is None:
            raise RunNotProposed(id, run.state)
        if tx.changes.has_any(_DECISIVE, run.based_on):
            raise RunStale(id)
        before = tx.threads.assignments()
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
        earlier = tx.runs.assignments(run.id) if run else None
        if run is None or earlier is None:
            raise NothingToRollBack
        _restore(archive, tx, earlier, tx.threads.assignments(), run.id, Event.RUN_ROLLED_BACK)
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


def _cluster(archive: Archive, progress: Progress | None, window: Window | None) -> Clustering:
    with archive.writing, archive.store.read() as tx:
        bound = constraints(archive, tx)
        rows = None if window is None else window.rows(archive)
    return cluster(archive.collection, bound, progress, rows, archive.settings.data / "threads.part")


def _places(archive: Archive, tx: Transaction, clustering: Clustering, window: Window | None) -> dict[int, Assignment]:
    """Places of all articles; those outside of the window keep theirs."""
    bound = constraints(archive, tx)
    if window is None:
        return renamed(archive, tx, clustering, bound)
    present = {row: archive.place(row) for row in archive.collection.rows()}
    return present | renamed_here(archive, tx, clustering, bound)


def _rows(clustering: Clustering) -> set[int]:
    return {row for rows in clustering.clusters for row in rows}


def _record(tx: Transaction, state: RunState, change: Difference, arrangement: Assignments) -> Run:
    return tx.runs.add(state, tx.changes.last(), change.summary, arrangement)


def _take_graph(archive: Archive, tx: Transaction, clustering: Clustering) -> None:
    """Put what a clustering compared in place of what the neighbour graph had of it."""
    there = set(archive.collection.rows())
    items, compared = clustering.items, clustering.compared
    others = [
        (row, other, similarity)
        for row in sorted(there - items)  # came meanwhile, is a copy, or outside of the window
        for other, similarity in archive.collection.neighbours.links(row).items()
        if (other in items and row not in compared) or (other not in items and row < other)
    ]
    links = archive.collection.there(Links.joined(clustering.links, Links.of(others)))
    archive.take_graph(links)
    tx.neighbours.replace_all(packed_by_row(links))


def _restore(
    archive: Archive, tx: Transaction, wanted: Assignments, before: Assignments, run: str,
    event: Event = Event.RUN_PUBLISHED,
) -> None:  # fmt: skip
    places = {row: wanted.by_row.get(row, place) for row, place in before.by_row.items()}
    places = apply_constraints(archive, tx, places)
    _publish(archive, tx, places, _scores(before, places, wanted.scores, wanted.by_row), run, event)
    tx.threads.note_built(max(places, default=0))


def _publish(
    archive: Archive, tx: Transaction, places: Mapping[int, Assignment], scores: Scores, run: str | None,
    event: Event = Event.RUN_PUBLISHED,
) -> None:  # fmt: skip
    apply_assignments(archive, tx, places, cause=run, scores=scores, whole=True)
    if run is not None:
        tx.changes.add(event, other=run)


def _scores(before: Assignments, places: Mapping[int, Assignment], scores: Scores, known: Container[int]) -> Scores:
    """The scores of a clustering where it knows an article; of others, the present ones."""
    return {
        row: scores.get(row, {})
        if row in known
        else {
            level: score
            for level, score in before.scores.get(row, {}).items()
            if before.by_row[row].at(level) == place.at(level)
        }
        for row, place in places.items()
    }

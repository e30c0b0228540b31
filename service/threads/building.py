"""The offline job: cluster everything, propose or publish the result, roll it back."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from math import inf

from corpus import Assignment, Assignments, Level, Run, RunState, moment
from corpus.records import Event
from corpus.store import Transaction
from embeddings.parallel import Progress
from embeddings.search import Links, packed_by_row
from embeddings.threads import Clustering, cluster

from ..archive.archive import Archive
from ..archive.view import Change, View
from ..errors import NothingToRollBack, RunNotProposed, RunStale
from .assigning import Scores, apply_assignments, apply_constraints, constraints
from .differences import Difference, difference
from .naming import name_clustering, name_part

_DECISIVE = (Event.DECIDED, Event.UNDONE, Event.RUN_PUBLISHED, Event.RUN_ROLLED_BACK)
"""What makes a proposal stale; articles that are added or removed do not."""
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, in days since 1970-01-01, UTC."""

    since: float = -inf
    """Inclusive."""
    until: float = inf
    """Exclusive."""

    def rows(self, view: View) -> list[int]:
        """All articles of the stories that have one in the window, rising."""
        rows = view.collection.rows()
        days = view.collection.days(rows)
        inside = (days >= self.since) & (days < self.until)
        stories = {view.thread_of[row] for row, is_in in zip(rows, inside, strict=True) if is_in}
        return [row for row in rows if view.thread_of[row] in stories]


def window(since: str | None, until: str | None) -> Window | None:
    """The span of time between two dates, the last one included; None where neither is given.

    Raises:
        BadRecord: one is not a date; names the field.
    """
    if since is None and until is None:
        return None
    return Window(
        moment(since, "since").timestamp() / _DAY_S if since else -inf,
        moment(until, "until", end=True).timestamp() / _DAY_S if until else inf,
    )


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
    """Cluster articles and publish the result in one transaction.

    Articles may be added and removed while the job computes, and decisions made; what is added meanwhile keeps its
    online threads, and decisions hold.

    Args:
        archive: open for writing.
        progress: called with the articles done; an exception that it raises ends the job, and nothing has changed.
        window: only the complete stories that have an article in it; None for all.
    """
    clustering = _cluster(archive, progress, window)
    with archive.changing() as change:
        _replace_graph(change, clustering)
        assignments = _assignments(change, clustering, window)
        before = change.tx.threads.assignments()
        found = difference(change, assignments)
        run = None if found.empty else _record(change.tx, RunState.PUBLISHED, found, before).id
        if window is None:
            change.tx.threads.note_built(max(assignments, default=0))
        _publish(change, assignments, _scores(before, assignments, clustering.scores, _rows(clustering)), run)
        stories = found.levels[Level.STORY]
        clustered = found.articles if window is None else len(_rows(clustering) & assignments.keys())
        return Built(clustered, stories.threads, stories.moved, run)


def propose_threads(archive: Archive, progress: Progress | None = None, window: Window | None = None) -> Run:
    """As `build_threads`, but the result is recorded as a proposal; nothing that is published changes.

    The neighbour graph is renewed all the same: it is about articles, not about threads.
    """
    clustering = _cluster(archive, progress, window)
    with archive.changing() as change:
        _replace_graph(change, clustering)
        assignments = _assignments(change, clustering, window)
        scores = _scores(change.tx.threads.assignments(), assignments, clustering.scores, _rows(clustering))
        found = difference(change, assignments)
        return _record(change.tx, RunState.PROPOSED, found, Assignments(assignments, scores))


def publish_run(archive: Archive, id: str) -> Run:
    """Publish a proposal, in one transaction; articles that were added since keep their threads.

    Raises:
        NoSuchRun: there is none with this id.
        RunNotProposed: it was published or discarded already, or is too old to be kept.
        RunStale: a decision was made or another run published since.
    """
    with archive.changing() as change:
        tx = change.tx
        run = tx.runs.get(id)
        proposed = tx.runs.assignments(id)
        if run.state is not RunState.PROPOSED or proposed is None:
            raise RunNotProposed(id, run.state)
        if tx.changes.has_any(_DECISIVE, run.based_on):
            raise RunStale(id)
        before = tx.threads.assignments()
        _restore(change, proposed, before, id)
        tx.runs.end(id, RunState.PUBLISHED, before)
        return tx.runs.get(id)


def roll_back(archive: Archive) -> Run:
    """Undo the newest published run: everything goes back to the threads before it; decisions hold.

    Raises:
        NothingToRollBack: no run is published, or what was before it is no longer kept.
    """
    with archive.changing() as change:
        tx = change.tx
        run = tx.runs.newest_published()
        earlier = tx.runs.assignments(run.id) if run else None
        if run is None or earlier is None:
            raise NothingToRollBack
        _restore(change, earlier, tx.threads.assignments(), run.id, Event.RUN_ROLLED_BACK)
        tx.runs.end(run.id, RunState.ROLLED_BACK)
        return tx.runs.get(run.id)


def discard_run(archive: Archive, id: str) -> Run:
    """Drop a proposal.

    Raises:
        NoSuchRun: there is none with this id.
        RunNotProposed: it is not a proposal, or no longer.
    """
    with archive.changing() as change:
        run = change.tx.runs.get(id)
        if run.state is not RunState.PROPOSED:
            raise RunNotProposed(id, run.state)
        change.tx.runs.end(id, RunState.DISCARDED)
        return change.tx.runs.get(id)


def _cluster(archive: Archive, progress: Progress | None, window: Window | None) -> Clustering:
    """Cluster outside of any block: others may read and change meanwhile."""
    with archive.reading() as view:
        bound = constraints(view)
        rows = None if window is None else window.rows(view)
    return cluster(archive.memory.collection, bound, progress, rows, archive.settings.data / "threads.part")


def _assignments(view: View, clustering: Clustering, window: Window | None) -> dict[int, Assignment]:
    """Assignments of all articles; those outside of the window keep theirs."""
    bound = constraints(view)
    if window is None:
        return name_clustering(view, clustering, bound)
    present = {row: view.assignment(row) for row in view.collection.rows()}
    return present | name_part(view, clustering, bound)


def _rows(clustering: Clustering) -> set[int]:
    return {row for rows in clustering.clusters for row in rows}


def _record(tx: Transaction, state: RunState, found: Difference, assignments: Assignments) -> Run:
    return tx.runs.add(state, tx.changes.last(), found.summary, assignments)


def _replace_graph(change: Change, clustering: Clustering) -> None:
    """Put what a clustering compared in place of what the neighbour graph had of it."""
    collection = change.collection
    items, compared = clustering.items, clustering.compared
    others = [
        (row, other, similarity)
        for row in sorted(set(collection.rows()) - items)  # added meanwhile, a copy, or outside of the window
        for other, similarity in collection.neighbours.links(row).items()
        if (other in items and row not in compared) or (other not in items and row < other)
    ]
    links = collection.present(Links.joined(clustering.links, Links.of(others)))
    change.replace_graph(links)
    change.tx.neighbours.replace_all(packed_by_row(links))


def _restore(
    change: Change, wanted: Assignments, before: Assignments, run: str, event: Event = Event.RUN_PUBLISHED
) -> None:
    assignments = {row: wanted.by_row.get(row, present) for row, present in before.by_row.items()}
    assignments = apply_constraints(change, assignments)
    change.tx.threads.note_built(max(assignments, default=0))
    _publish(change, assignments, _scores(before, assignments, wanted.scores, wanted.by_row), run, event)


def _publish(
    change: Change, assignments: Mapping[int, Assignment], scores: Scores, run: str | None,
    event: Event = Event.RUN_PUBLISHED,
) -> None:  # fmt: skip
    apply_assignments(change, assignments, cause=run, scores=scores, whole=True)
    if run is not None:
        change.tx.changes.add(event, other=run)


def _scores(
    before: Assignments, assignments: Mapping[int, Assignment], scores: Scores, known: Container[int]
) -> Scores:
    """The scores of a clustering where it knows an article; of others, the present ones."""
    return {
        row: scores.get(row, {})
        if row in known
        else {
            level: score
            for level, score in before.scores.get(row, {}).items()
            if before.by_row[row].at(level) == assignment.at(level)
        }
        for row, assignment in assignments.items()
    }

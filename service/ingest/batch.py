"""Articles that are written in one transaction.

Each is compared with those before it and gets its first threads; what is around all of them is linked again, described
and logged once, at the end.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_in

import numpy as np

from corpus import Kind, Level, Verdict, encoded, page_of
from corpus.records import Entry, Event, NewChange, Stored
from embeddings.duplicates import pack_signature
from embeddings.preparing import Prepared, query_of, without_boilerplate
from embeddings.search import pack_links
from embeddings.types import Vectors
from embeddings.vectors import pack

from ..archive.copies import COPY_KINDS
from ..archive.view import Change
from ..duplicates.advisories import note_advisory, without_advisories
from ..duplicates.detection import StoredArticles, detect, incoming_of
from ..duplicates.live_blogs import containers, reclassify_contained
from ..duplicates.series import join_series
from ..threads.online import Arrival, Candidates, assign, choose_threads, finalise
from .boilerplate import classify_again, leave_out_again
from .outcomes import Outcome, Refusal

NOTICE = "nothing but a notice that unrelated articles have, too"
"""A note on an article that was stored."""


@dataclass(frozen=True, slots=True)
class Findings:
    """An article beside all others, before it is stored."""

    verdicts: list[tuple[int, Verdict]]
    """(row of the earlier article, verdict), close calls too."""
    candidates: Candidates

    @property
    def repeats(self) -> tuple[Verdict, ...]:
        """What it repeats, the strongest verdict first."""
        return tuple(verdict for _, verdict in self.verdicts if verdict.kind is not Kind.NEW)


@dataclass(frozen=True, slots=True)
class _Pending:
    """A new article whose threads are not final, and its place in `Batch.outcomes`."""

    arrival: Arrival
    links: dict[int, float]
    number: int
    event: Event


class Batch:
    """Articles that are written in one transaction. They choose threads one after the other, and get them together.

    Args:
        change: the transaction.
        vectors: by hash, of everything in the `Prepared.texts` of the articles.
        policy: `link`, `skip`, `reject` or `replace`, for what repeats an earlier article; None for what the settings
            say of its source.
        replace: an article with the same id and another text is replaced; its earlier version is kept.
        unrelated: it is replaced by whatever comes under its id, completely: also by a text that has nothing to do with
            its own, and what the new one does not state is gone.
    """

    def __init__(
        self, change: Change, vectors: Mapping[str, Vectors], policy: str | None = None, *, replace: bool = False,
        unrelated: bool = False,
    ) -> None:  # fmt: skip
        self.change, self.may_replace, self.may_replace_unrelated = change, replace, unrelated
        self.outcomes: list[Outcome | Refusal] = []
        """What became of each; the threads of new articles are known after `finalise`."""
        self._vectors, self._policy = vectors, policy
        self._pending: list[_Pending] = []
        self._again: set[int] = set()
        """Rows of articles that are compared anew, and get threads again."""
        self._relinked: set[int] = set()
        """Rows of articles that are found to be of a series, whose threads are linked again."""

    def know(self, vectors: Mapping[str, Vectors]) -> None:
        """Take in further vectors, by hash."""
        self._vectors = {**vectors, **self._vectors}

    def policy_for(self, source: str | None) -> str:
        """What happens to a copy from a source."""
        return self._policy or self.change.settings.policy_for(source)

    def findings(self, prepared: Prepared) -> Findings:
        """Compare an article with all that is stored; changes nothing."""
        change = self.change
        query = query_of(prepared, self._vectors)
        compared = change.compare(without_boilerplate(query, prepared, change.copies.boilerplate))
        words = sum(prepared.terms.words.values())
        candidates = Candidates.of(change, compared, query, words)
        verdicts = detect(incoming_of(change, prepared, query), StoredArticles(change, compared))
        verdicts = without_advisories(change, prepared.article, verdicts)
        return Findings(verdicts, candidates)

    def write(
        self, prepared: Prepared, found: Findings, old: Stored | None = None, emptied: Mapping[Level, str] = {},
        given: str | None = None,
    ) -> int:  # fmt: skip
        """Write an article into the transaction and take it into memory, where it gets its first threads.

        Args:
            prepared: the article.
            found: its `findings`.
            old: the article that it replaces.
            emptied: level -> thread that the old one was alone in.
            given: the id under which it came, where that is not its own.

        Returns:
            Its row. Its outcome is to be the next one in `outcomes`.
        """
        change, vectors = self.change, self._vectors
        copied = [row for row, verdict in found.verdicts if verdict.kind in COPY_KINDS]
        choices = choose_threads(change, prepared.article.id, found.candidates, copied[0] if copied else None)
        added_at = old.added_at if old else None
        profile = change.tx.articles.add(_entry(prepared, vectors), added_at=added_at, given=given)
        row, links = profile.row, dict(found.candidates.links)
        title = vectors[prepared.title_hash] if prepared.title_hash else None
        stacked = np.stack([vectors[p.hash] for p in encoded(prepared.paragraphs)])
        texts = {p.hash: p.of(prepared.article.text) for p in prepared.paragraphs}
        change.admit(profile, title, stacked, links, texts)
        change.tx.duplicates.add(row, found.verdicts)
        reclassify_contained(change, containers(found.verdicts, change.copies.thresholds))
        change.note_verdicts(row, found.verdicts)
        note_advisory(change, row, prepared.article, found.verdicts)
        self._relinked |= join_series(change, row, found.verdicts, prepared.article.title) - {row}
        assign(change, row, choices)
        self._compare_again(row, links)
        event = Event.ARTICLE_UPDATED if old else Event.ARTICLE_ADDED
        self._pending.append(_Pending(Arrival(row, choices, emptied), links, len(self.outcomes), event))
        return row

    def _compare_again(self, row: int, links: dict[int, float]) -> None:
        """Compare articles anew that share boilerplate with a new one, which is not pending yet and has these links."""
        again = leave_out_again(self.change, row)
        compare_again(self.change, again)
        for other in again:
            for own in (links, *(new.links for new in self._pending)):
                own.pop(other, None)
        self._again.update(again)

    def thread_again(self, rows: Collection[int]) -> None:
        """Let articles that were compared anew get threads again, with the new ones."""
        self._again.update(rows)

    def finalise(self) -> None:
        """Put all new articles into their threads for good."""
        pending, self._pending = self._pending, []
        again, self._again = self._again, set()
        relinked, self._relinked = self._relinked, set()
        if not pending:
            return
        change = self.change
        stored = [(new.arrival.row, pack_links(new.links)) for new in pending if new.arrival.row not in again]
        change.tx.neighbours.add_all(stored)
        finalise(change, [new.arrival for new in pending], again=again | relinked)
        lines: list[NewChange] = []
        for new in pending:
            row, outcome = new.arrival.row, self.outcomes[new.number]
            assert isinstance(outcome, Outcome)
            assignment = change.assignment(row)
            notes = (*outcome.notes, NOTICE) if change.is_notice(row) else outcome.notes
            self.outcomes[new.number] = replace_in(outcome, thread=assignment.story, assignment=assignment, notes=notes)
            lines.append(NewChange(new.event, outcome.id, row, assignment.story))
        change.tx.changes.add_all(lines)


def compare_again(change: Change, rows: Sequence[int]) -> None:
    """Find verdicts and neighbours again, of articles of which something else is boilerplate than before."""
    classify_again(change, rows)
    for row in rows:
        query = change.collection.query(row)
        words = int(change.collection.word_counts([row])[0])
        change.connect_again(row, Candidates.of(change, change.compare(query), query, words).links)


def _entry(prepared: Prepared, vectors: Mapping[str, Vectors]) -> Entry:
    article = prepared.article
    return Entry(
        article=article,
        paragraphs=prepared.paragraphs,
        canonical_url=page_of(article.url) if article.url else None,
        content_hash=prepared.content_hash,
        body_hash=prepared.body_hash,
        title_hash=prepared.title_hash,
        terms=prepared.terms,
        signature=pack_signature(prepared.signature),
        vectors={hash: pack(vectors[hash]) for hash in prepared.texts},
        lines=prepared.lines.tobytes(),
    )

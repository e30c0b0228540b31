"""Everything that is computed from a store and kept in memory. It can be thrown away and loaded again at any time.

Nothing here locks: `view.View` reads it, and `view.Change` changes it, under the archive's lock.
"""

from collections.abc import Iterable, Sequence

from corpus import Assignment, Decision, DecisionKind, Level
from corpus.records import Profile
from corpus.store import Transaction
from embeddings.duplicates import SIGNATURES_VERSION, CanonicalPolicy, Thresholds
from embeddings.encoders import Encoder
from embeddings.index import VectorIndex
from embeddings.locks import ReadersWriterLock
from embeddings.search import Collection, model_of, unpack_links
from embeddings.threads.constraints import rules_of
from embeddings.vectors import unpack

from ..settings import Settings
from .copies import Copies
from .memberships import Membership

_GROUPED_LEAST = 0.5
"""Score from which stored verdicts may make two articles copies: no verdict has less."""


class Memory:
    """The articles, copies, threads and decisions of one store, ready to be asked.

    Args:
        settings: which copy is canonical, and the thresholds of duplicates.
        index: holds the vectors of exactly the store's encoded paragraphs.
        lock: guards all of it.
        encoder: made the vectors.
    """

    def __init__(self, settings: Settings, index: VectorIndex, lock: ReadersWriterLock, encoder: Encoder) -> None:
        self.index = index
        self.collection = Collection(index, lock, by=model_of(encoder.fingerprint), languages=encoder.languages)
        policy = CanonicalPolicy(tuple(settings.canonical), tuple(settings.wires), tuple(settings.publishers))
        thresholds = Thresholds(settings.duplicate_same, settings.duplicate_covered, settings.duplicate_quoted)
        self.copies = Copies(self.collection, policy, thresholds, settings.signature_days or None)
        self.levels = {level: Membership() for level in Level}
        self.learn_rules([])

    def load(self, tx: Transaction, profiles: Sequence[Profile]) -> None:
        """Take in everything that a store has.

        Args:
            tx: a transaction of the store.
            profiles: all of its articles.
        """
        titles = tx.articles.vectors({p.title_hash for p in profiles if p.title_hash})
        for profile in profiles:
            blob = titles.get(profile.title_hash or "")
            title = None if blob is None else unpack([blob], self.index.dimension)[0]
            self.collection.add(profile, title)
            self.copies.add(profile, signed=False)
        self.copies.note(tx.duplicates.compared(least=_GROUPED_LEAST))
        self.copies.learn_paragraphs(tx)
        if tx.articles.signatures_version() == SIGNATURES_VERSION:
            self.copies.sign([(profile.row, profile.signature) for profile in profiles])
        links = unpack_links(tx.neighbours.all())
        self.collection.neighbours.load(self.collection.present(links))
        for row, membership in tx.series.all():
            self.copies.series.add(row, membership)
        self.copies.choose(list(tx.duplicates.canonical_choices()))
        for row, assignment in tx.threads.assignments().by_row.items():
            self.assign(row, assignment)
        self.learn_rules(tx.decisions.active())

    @property
    def thread_of(self) -> dict[int, str]:
        """Row -> id of its story."""
        return self.levels[Level.STORY].thread_of

    @property
    def members(self) -> dict[str, set[int]]:
        """Id of a story -> rows of its articles."""
        return self.levels[Level.STORY].members

    def assignment(self, row: int) -> Assignment | None:
        """Which threads an article is in; None for one that is in none."""
        if row not in self.thread_of:
            return None
        return Assignment(*(self.levels[level].thread_of[row] for level in Level))

    def assign(self, row: int, assignment: Assignment | None) -> None:
        """Note which threads an article is in."""
        for level, membership in self.levels.items():
            membership.move(row, assignment and assignment.at(level))

    def learn_rules(self, active: Iterable[Decision]) -> None:
        """Take up which decisions of editors are in force."""
        decisions = list(active)
        self.rules = rules_of(decisions)
        self.headlines = {d.thread: d.headline for d in decisions if d.kind is DecisionKind.RENAME and d.thread}

"""One moment of an archive, to read from or to change: its store and its memory agree, for as long as a block lasts.

A view holds the archive's lock for reading, then a transaction of the store. A change holds the store's write
transaction; from its first change in memory on it holds the lock alone, until the transaction is committed or memory is
loaded again. So nobody sees what is not committed, or what was rolled back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass

import numpy as np

from corpus import (
    Article,
    Assignment,
    BadRecord,
    Level,
    NoSuchArticle,
    Paragraph,
    SeriesMembership,
    Verdict,
    canonical_url,
    encoded,
    page_of,
)
from corpus.records import Profile, Stored
from corpus.store import Transaction
from embeddings.compare import Side
from embeddings.duplicates import Text
from embeddings.search import Collection, Links, Query, links_in, pack_links
from embeddings.types import Floats, Ids, Vectors

from ..models import Brief
from ..settings import Settings
from .copies import COPY_KINDS, Copies
from .memberships import Membership
from .memory import Memory

CANDIDATES = 30
"""Articles by vectors, again by words, and half as many by names, that a new article is compared with. With 60, not one
B-cubed figure of threads online differs (the sample, BASIL, ECB+, AllSides, WCEP)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The stored articles that one was compared with."""

    rows: Ids
    """(N,), rising."""
    similarities: Floats
    """(N,), `Collection.similarities` with each of them."""

    def where(self, wanted: Callable[[int], bool]) -> "Compared":
        """Those with such rows."""
        kept = np.array([wanted(row) for row in self.rows.tolist()], bool)
        return Compared(self.rows[kept], self.similarities[kept])


class View:
    """One moment of an archive. Whoever has it may ask anything of store and memory without a lock.

    Args:
        tx: a transaction of the store.
        memory: what was computed from it.
        settings: those of the archive.
    """

    def __init__(self, tx: Transaction, memory: Memory, settings: Settings) -> None:
        self.tx = tx
        self.memory = memory
        self.settings = settings

    @property
    def collection(self) -> Collection:
        """The articles as vectors and terms."""
        return self.memory.collection

    @property
    def copies(self) -> Copies:
        """What repeated text is found by, and the groups of copies."""
        return self.memory.copies

    @property
    def levels(self) -> Mapping[Level, Membership]:
        """Which threads of a level there are, and what is in them."""
        return self.memory.levels

    @property
    def thread_of(self) -> Mapping[int, str]:
        """Row -> id of its story."""
        return self.memory.thread_of

    @property
    def members(self) -> Mapping[str, set[int]]:
        """Id of a story -> rows of its articles."""
        return self.memory.members

    def assignment(self, row: int) -> Assignment:
        """Which threads a stored article is in."""
        found = self.memory.assignment(row)
        assert found is not None, row
        return found

    def is_notice(self, row: int) -> bool:
        """Whether a stored article's body is nothing but boilerplate."""
        member = self.collection.member(row)
        return bool(len(member.every)) and not len(member.passages)

    def id_of(self, row: int) -> str:
        """The id of a stored article."""
        return self.collection.member(row).id

    def find_article(self, id_or_url: str) -> Stored:
        """The article with this id, else the one with this URL, else the one a version of which came under this id.

        Raises:
            NoSuchArticle: there is none.
        """
        articles = self.tx.articles
        if found := articles.find(id=id_or_url):
            return found
        try:
            found = _at(articles.of_page(page_of(id_or_url)), canonical_url(id_or_url))
        except BadRecord:
            found = None
        if found is None and (owner := articles.owner(id_or_url)):
            found = articles.find(id=owner)
        if found is None:
            raise NoSuchArticle(id_or_url)
        return found

    def look_up(self, id_or_url: str) -> Stored | None:
        """As `find_article`; None where there is none."""
        try:
            return self.find_article(id_or_url)
        except NoSuchArticle:
            return None

    def brief(self, stored: Stored) -> Brief:
        """A stored article in a list."""
        return brief_of(stored.article, self.thread_of.get(stored.row))

    def paragraphs(self, rows: Sequence[int]) -> Mapping[int, list[Paragraph]]:
        """Row -> the encoded paragraphs of an article: those that its `Side` has, in its order."""
        found = self.tx.articles.paragraphs_of(rows)
        return {row: list(encoded([paragraph for _, paragraph in spans])) for row, spans in found.items()}

    def compare(self, query: Query) -> Compared:
        """Compare an article with its candidates among the stored ones."""
        rows = self.collection.candidates(query, CANDIDATES, note=False)
        return Compared(rows, self.collection.similarities(query, rows))

    def sides(self, rows: Sequence[int]) -> list[Side]:
        """The paragraphs of stored articles, ready to be aligned."""
        return [self.copies.side(row, some) for row, some in zip(rows, self.collection.passages(rows), strict=True)]

    def texts(self, rows: Sequence[int]) -> dict[int, Text]:
        """The texts of stored articles without boilerplate, by row."""
        return self.copies.texts(rows, self.tx)


class Change(View):
    """A view of an archive that is being changed, in one transaction: on disk by `tx`, in memory by the methods here.

    Args:
        tx: a write transaction of the store.
        memory: is changed.
        settings: those of the archive.
        alone: the archive's lock for writing.
        until_the_end: closed when the transaction is committed, or memory is loaded again.
    """

    def __init__(
        self, tx: Transaction, memory: Memory, settings: Settings,
        alone: Callable[[], AbstractContextManager[None]], until_the_end: ExitStack,
    ) -> None:  # fmt: skip
        super().__init__(tx, memory, settings)
        self.touched = False
        """Whether memory differs from what the store had when the transaction began."""
        self._alone, self._until_the_end = alone, until_the_end
        self._is_alone = False

    def admit(
        self, profile: Profile, title: Vectors | None, vectors: Vectors, links: Mapping[int, float],
        texts: Mapping[str, str],
    ) -> None:  # fmt: skip
        """Take an article that was added to the store into memory, so that it is found.

        Args:
            profile: as the store gave it.
            title: vector of its title, (D,).
            vectors: of its encoded paragraphs, (n, D).
            links: row -> similarity, of its links in the neighbour graph.
            texts: hash -> text of its paragraphs.
        """
        self.hold()
        ids = np.array([key.id for key in profile.paragraphs], np.int64)
        self.memory.index.add(ids, vectors)
        self.collection.add(profile, title)
        self.collection.neighbours.connect(profile.row, links)
        self.copies.add(profile, texts)
        self.copies.leave_out_of_new(profile.row, texts)

    def expel(self, row: int) -> list[int]:
        """Take an article that was removed from the store out of memory.

        Returns:
            Rows of articles of which something is boilerplate by it no more, and the reverse: they are compared with
            that again from now on, and have verdicts and neighbours of before.
        """
        self.hold()
        changed = [other for other in self.copies.remove(row) if self.copies.leave_out(other, self.tx)]
        self.memory.assign(row, None)
        self.collection.remove(row)
        return changed

    def leave_out(self, row: int) -> bool:
        """Compare an article without what is boilerplate now; whether that is something else than before."""
        self.hold()
        return self.copies.leave_out(row, self.tx)

    def connect_again(self, row: int, links: Mapping[int, float]) -> None:
        """Give an article other links in the neighbour graph; on disk each pair stands once, here with this one."""
        self.hold()
        neighbours = self.collection.neighbours
        others = {*neighbours.links(row), *links}
        neighbours.remove(row)
        neighbours.connect(row, links)
        stored = dict(self.tx.neighbours.of(others))
        without = {
            other: {end: s for end, s in links_in(packed).items() if end != row} for other, packed in stored.items()
        }
        self.tx.neighbours.replace((each, pack_links(some)) for each, some in {**without, row: links}.items())

    def assign(self, row: int, assignment: Assignment | None) -> None:
        """Note which threads an article is in; None for none."""
        self.hold()
        self.memory.assign(row, assignment)

    def note_verdicts(self, row: int, verdicts: Iterable[tuple[int, Verdict]]) -> None:
        """Take in what an article repeats: (earlier row, verdict)."""
        self.hold()
        self.copies.note((row, other, verdict) for other, verdict in verdicts)

    def set_series(self, row: int, membership: SeriesMembership) -> None:
        """Put an article into a series, in the store and in memory."""
        self.hold()
        self.tx.series.set(row, membership)
        self.copies.series.add(row, membership)

    def clear_series(self) -> None:
        """Forget all series, in the store and in memory."""
        self.hold()
        self.tx.series.clear()
        self.copies.series.clear()

    def replace_verdict(self, row: int, earlier: int, verdict: Verdict) -> None:
        """Take in a verdict in place of the one on the same two articles."""
        self.hold()
        if verdict.kind not in COPY_KINDS:
            self.copies.unlink(row, earlier)
        self.copies.note([(row, earlier, verdict)])

    def set_canonicals(self, rows: Sequence[int]) -> None:
        """Take up which articles editors chose to stand for their copies, the latest choice last."""
        self.hold()
        self.copies.choose(rows)

    def replace_graph(self, links: Links) -> None:
        """Take another neighbour graph. It is about articles, not about threads, and is seen at once."""
        self.touched = True
        with nullcontext() if self._is_alone else self._alone():
            self.collection.neighbours.load(links)

    def learn_rules(self) -> None:
        """Take up what editors have decided, as it stands in the transaction."""
        self.hold()
        self.memory.learn_rules(self.tx.decisions.active())

    def hold(self) -> None:
        """Be alone from here to the end of the change."""
        self.touched = True
        if not self._is_alone:
            self._until_the_end.enter_context(self._alone())
            self._is_alone = True


def brief_of(article: Article, thread: str | None) -> Brief:
    """An article, stored or not, in a list."""
    published = article.published
    return Brief(
        id=article.id,
        headline=article.headline,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        source=article.source,
        language=article.language,
        url=article.url,
        thread=thread,
    )


def _at(found: Sequence[Stored], address: str) -> Stored | None:
    """Of the articles of a page, the one first stored with this address, else the one first stored."""
    return next(
        (it for it in reversed(found) if it.article.url and canonical_url(it.article.url) == address),
        next(reversed(found), None),
    )

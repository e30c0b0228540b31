"""Articles as they come: prepared and encoded in batches, written some at a time, in one transaction each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus import Article, ArticleExists
from embeddings.preparing import Prepared, prepare
from embeddings.types import Vectors

from ..archive.archive import Archive
from ..archive.view import View
from ..errors import DuplicateRefused
from .batch import Batch
from .outcomes import Outcome, Refusal
from .versioning import Relation, identify
from .writing import unchanged, write

_TOGETHER = 32
"""Articles that are written in one transaction, at most, and get their threads together."""
_BATCH_ARTICLES = 1_000
"""Articles at most that wait for a batch to fill up, where little in them is new."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Articles that are ready to be written together."""

    items: Sequence[Prepared | Outcome]
    """In order; an outcome, where there is nothing to write."""
    vectors: Mapping[str, Vectors]
    """By hash, of all `Prepared.texts`."""


def ingest_many(
    archive: Archive,
    articles: Iterable[Article],
    *,
    policy: str | None = None,
    replace: bool = False,
    unrelated: bool = False,
) -> Iterator[Outcome | Refusal]:
    """Store articles as they come, encoded in batches; yields what became of each, in order.

    What is stored already costs a look, no more: a run that was interrupted goes on when it is started again.
    """
    for some in make_ready(archive, articles):
        yield from write_together(archive, some, policy=policy, replace=replace, unrelated=unrelated)


def make_ready(archive: Archive, articles: Iterable[Article]) -> Iterator[Ready]:
    """Prepare and encode articles as they come; what this yields is to be written before the next is asked for."""
    batch: list[Prepared | Outcome] = []
    ids: set[str] = set()
    waiting = 0
    for article in articles:
        # the second article of an id may meet what the first one is about to store: it is looked up in the transaction
        known = archive.read(_unchanged, article) if article.id not in ids else None
        batch.append(known or prepare(article, archive.encoder))
        ids.add(article.id)
        if isinstance(batch[-1], Prepared):
            waiting += len(batch[-1].texts)
        if waiting >= archive.settings.batch_paragraphs or len(batch) >= _BATCH_ARTICLES:
            yield from _encoded(archive, batch)
            batch, ids, waiting = [], set(), 0
    yield from _encoded(archive, batch)


def write_together(
    archive: Archive, some: Ready, *, policy: str | None = None, replace: bool = False, unrelated: bool = False
) -> Sequence[Outcome | Refusal]:
    """Write articles in one transaction; what became of each, in order. Arguments as for `Batch`."""
    known = [item for item in some.items if isinstance(item, Outcome)]
    if len(known) == len(some.items):
        return known
    archive.use_encoder()
    with archive.changing() as change:
        batch = Batch(change, some.vectors, policy, replace=replace, unrelated=unrelated)
        for item in some.items:
            if isinstance(item, Outcome):
                batch.outcomes.append(item)
                continue
            try:
                write(batch, item)
            except (ArticleExists, DuplicateRefused) as refusal:
                batch.outcomes.append(refusal)
        batch.finalise()
        return batch.outcomes


def _encoded(archive: Archive, batch: Sequence[Prepared | Outcome]) -> Iterator[Ready]:
    vectors = archive.encode([item for item in batch if isinstance(item, Prepared)])
    for start in range(0, len(batch), _TOGETHER):
        yield Ready(batch[start : start + _TOGETHER], vectors)


def _unchanged(view: View, article: Article) -> Outcome | None:
    found = identify(view.tx, article)
    if found.known is None or found.relation is not Relation.SAME or found.known.last.text != article.text:
        return None
    return unchanged(view, found.known.stored, article.id)

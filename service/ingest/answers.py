"""What became of an incoming article, as it is answered."""

from corpus import Article
from corpus.store import Transaction

from ..archive.archive import Archive
from ..duplicates.verdicts import duplicates
from .models import IngestAnswer
from .writing import Outcome


def outcome(archive: Archive, tx: Transaction, what: Outcome, incoming: Article) -> IngestAnswer:
    """What became of an incoming article."""
    return IngestAnswer(
        id=what.id,
        status=what.status.value,
        given=what.given,
        thread=what.thread,
        event=what.place.event if what.place else None,
        saga=what.place.saga if what.place else None,
        duplicates=duplicates(archive, tx, what.verdicts, incoming=incoming),
        paragraphs=what.paragraphs,
        notes=list(what.notes),
    )

"""What became of an incoming article, as it is answered."""

from corpus import Article

from ..archive.view import View
from ..duplicates.advisories import advisories_of
from ..duplicates.answers import duplicates
from ..duplicates.series import series_of
from .models import IngestAnswer
from .outcomes import Outcome


def outcome(view: View, found: Outcome, incoming: Article) -> IngestAnswer:
    """What became of an incoming article."""
    stored = view.tx.articles.find(id=found.id) if found.assignment else None
    return IngestAnswer(
        id=found.id,
        status=found.status,
        given=found.given,
        thread=found.thread,
        event=found.assignment.event if found.assignment else None,
        saga=found.assignment.saga if found.assignment else None,
        duplicates=duplicates(view, found.verdicts, incoming=incoming),
        series=series_of(view, stored.row) if stored else None,
        advisories=advisories_of(view, stored) if stored else [],
        paragraphs=found.paragraphs,
        notes=list(found.notes),
    )

"""One article whole, with its verdicts."""

from .. import models
from ..archive.archive import Archive
from ..archive.briefs import brief
from ..duplicates.verdicts import duplicates
from .models import ArticleAnswer


def article(archive: Archive, id: str) -> ArticleAnswer:
    """One article whole.

    Raises:
        NoSuchArticle: there is none.
    """
    with archive.store.read() as tx:
        stored = tx.articles.get(id)
        paragraphs = [p for _, p in tx.articles.paragraphs_of([stored.row])[stored.row]]
        verdicts = tx.duplicates.of(stored.row)
        return ArticleAnswer(
            **brief(archive, stored).model_dump(),
            title=stored.article.title,
            text=stored.article.text,
            author=stored.article.author,
            section=stored.article.section,
            added_at=stored.added_at,
            updated_at=stored.updated_at,
            paragraphs=[
                models.Span(position=p.position, start=p.start, end=p.end, text=p.of(stored.article.text))
                for p in paragraphs
            ],
            duplicates=duplicates(archive, tx, verdicts),
        )

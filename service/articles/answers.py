"""One article, with what repeats it and what it repeats."""

from corpus import Paragraph

from ..archive.view import View
from ..duplicates.advisories import advisories_of
from ..duplicates.answers import duplicates
from ..duplicates.series import series_of
from .models import ArticleAnswer, Characters, OwnSpan


def article(view: View, id: str) -> ArticleAnswer:
    """One stored article.

    Raises:
        NoSuchArticle: there is none with this id.
    """
    stored = view.tx.articles.get(id)
    paragraphs = [p for _, p in view.tx.articles.paragraphs_of([stored.row])[stored.row]]
    given = stored.article
    return ArticleAnswer(
        **view.brief(stored).model_dump(),
        title=given.title,
        text=given.text,
        author=given.author,
        section=given.section,
        kept=dict(given.kept),
        added_at=stored.added_at,
        updated_at=stored.updated_at,
        paragraphs=[_own_span(view, p, given.text) for p in paragraphs],
        duplicates=duplicates(view, view.tx.duplicates.of(stored.row)),
        series=series_of(view, stored.row),
        advisories=advisories_of(view, stored),
    )


def _own_span(view: View, paragraph: Paragraph, text: str) -> OwnSpan:
    boilerplate = view.copies.boilerplate
    if boilerplate.is_boilerplate(paragraph.hash):
        return OwnSpan.of(paragraph, text, boilerplate=True)
    furniture = [Characters(start=start, end=end) for start, end in boilerplate.spans(text, [paragraph])]
    return OwnSpan.of(paragraph, text, boilerplate=False, furniture=furniture)

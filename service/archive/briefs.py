"""Articles one by one: found, shown whole or in a line; and what the dates of filters mean."""

from corpus import Article, BadRecord, NoSuchArticle, canonical_url
from corpus.records import Stored
from embeddings.threads.describe import headline

from .. import models
from .archive import Archive


def find_article(archive: Archive, id_or_url: str) -> Stored:
    """The article with this id, else the one with this URL, else the one of which a version came under this id.

    Raises:
        NoSuchArticle: there is neither.
    """
    with archive.store.read() as tx:
        if found := tx.articles.find(id=id_or_url):
            return found
        try:
            found = tx.articles.find(canonical_url=canonical_url(id_or_url))
        except BadRecord:
            found = None
        if found is None and (owner := tx.articles.owner(id_or_url)):
            found = tx.articles.find(id=owner)
    if found is None:
        raise NoSuchArticle(id_or_url)
    return found


def brief(archive: Archive, stored: Stored) -> models.Brief:
    """An article in a list."""
    return brief_of(stored.article, archive.thread_of.get(stored.row))


def brief_of(given: Article, thread: str | None) -> models.Brief:
    """An article, stored or not, in a list."""
    return models.Brief(
        id=given.id,
        headline=headline(given),
        published=given.published.at if given.published else None,
        published_precision=given.published.precision.value if given.published else None,
        source=given.source,
        language=given.language,
        url=given.url,
        thread=thread,
    )

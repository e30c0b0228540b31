"""What the pages read beyond what other views ask for: the front page, an article, its position, a thread."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from corpus import Thread
from corpus.store import ThreadFilter

from ...archive import View
from ...articles import ArticleAnswer, article
from ...compare import count_versions, novelty_of
from ...compare.models import NoveltyAnswer
from ...duplicates import copies_of
from ...duplicates.models import GroupAnswer
from ...models import Brief
from ...related import RelatedRequest, related_to
from ...related.models import RelatedAnswer
from ...threads import list_threads, thread_articles, thread_detail
from ...threads.models import MemberPage, SummarySentence, ThreadDetail

NEWEST = 12
"""Threads on the front page."""
CHILDREN_MOST = 50
"""Parts of a thread that its page lists, the latest."""


@dataclass(frozen=True, slots=True)
class Front:
    """The front page."""

    articles: int
    threads: int
    newest: list[Thread]


@dataclass(frozen=True, slots=True)
class Position:
    """The position of an article in its thread."""

    thread: Thread
    position: int
    """1, 2, 3... in order of time."""
    before: Brief | None
    after: Brief | None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article with all that its page shows."""

    article: ArticleAnswer
    related: RelatedAnswer
    position: Position | None
    """None where it is in no thread."""
    novelty: NoveltyAnswer
    versions: int
    copies: GroupAnswer


@dataclass(frozen=True, slots=True)
class SourcedSentence:
    """A sentence of a thread's summary, and where it stands."""

    text: str
    article: Brief
    paragraph: int | None
    """Its position; None where it was replaced meanwhile."""


@dataclass(frozen=True, slots=True)
class WholeThread:
    """A thread with a page of its articles, and all that is known of it."""

    thread: Thread
    page: MemberPage
    detail: ThreadDetail
    summary: list[SourcedSentence]
    parent: Thread | None
    children: list[Thread]
    """In force, that concern it; the latest first."""
    dates: list[date]
    """Of all its dated articles."""


def front(view: View) -> Front:
    """Counts, and the newest threads: of several articles where there are any."""
    newest, *_ = list_threads(view, ThreadFilter(at_least=2), limit=NEWEST)
    if not newest:
        newest, *_ = list_threads(view, ThreadFilter(), limit=NEWEST)
    return Front(view.tx.articles.count(), view.tx.threads.count(), newest)


def article_page(view: View, id: str, hits: int) -> ArticlePage:
    """An article with related coverage, its copies, what it adds, and its position in its thread.

    Raises:
        NoSuchArticle: there is none with this id.
    """
    return ArticlePage(
        article(view, id), related_to(view, RelatedRequest(article_id=id, limit=hits)), _position(view, id),
        novelty_of(view, id), count_versions(view, id), copies_of(view, id),
    )  # fmt: skip


def whole_thread(view: View, id: str, cursor: str | None, limit: int) -> WholeThread:
    """A thread with a page of its articles.

    Raises:
        ThreadGone, NoSuchThread: there is no such thread, any more or at all.
        BadCursor: the cursor is not one that an answer gave.
    """
    page, detail = thread_articles(view, id, cursor=cursor, limit=limit), thread_detail(view, id)
    threads = view.tx.threads
    thread = threads.get(id)
    parent = threads.get(thread.parent) if thread.parent else None
    children = [threads.get(child) for child in threads.children(id)[:CHILDREN_MOST]]
    dates = _dates(view, threads.members(id))
    return WholeThread(thread, page, detail, list(_summary(view, detail.summary)), parent, children, dates)


def _position(view: View, id: str) -> Position | None:
    row = view.tx.articles.get(id).row
    thread = view.tx.threads.of(row)
    if thread is None:
        return None
    rows = view.tx.threads.members(thread.id)
    at = rows.index(row)
    before, after = rows[max(0, at - 1) : at], rows[at + 1 : at + 2]
    return Position(thread, at + 1, _brief(view, before), _brief(view, after))


def _summary(view: View, sentences: Iterable[SummarySentence]) -> Iterator[SourcedSentence]:
    for sentence in sentences:
        stored = view.tx.articles.get(sentence.article)
        spans = [p for _, p in view.tx.articles.paragraphs_of([stored.row])[stored.row]]
        inside = (p.position for p in spans if p.start <= sentence.start < p.end)
        yield SourcedSentence(sentence.text, view.brief(stored), next(inside, None))


def _brief(view: View, rows: list[int]) -> Brief | None:
    return next((view.brief(stored) for stored in view.tx.articles.of_rows(rows).values()), None)


def _dates(view: View, rows: Iterable[int]) -> list[date]:
    days = [view.collection.member(row).day for row in rows]
    return [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date() for day in days if day == day]

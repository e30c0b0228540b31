"""The views: each parses, calls one function, and fills a template.

No page changes anything: all forms search. So there is no CSRF token, and nothing for one to protect; a page
that changes something will need one.
"""

from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corpus import BadRecord, Level, NoSuchArticle, canonical_url, moment
from corpus.store import ThreadFilter, times

from ...archive import Archive, View
from ...compare import alignment
from ...duplicates import duplicate_page, group_page
from ...related import about_text
from ...threads import list_threads, why
from . import beside, reads, safety, timeline, versions, words
from .errors import install_error_pages

_RELATED = 10
"""Hits of a page."""
_PAGE = 50
"""Threads, articles or verdicts of a page."""
_LINKABLE = 1_500
"""Bytes of a percent-encoded query that is put into the address, so that its page can be linked."""
_ADDRESS_MOST = 4_096
"""Characters; a longer query is neither an id nor an address."""
_FIELD_MOST = 200
"""Characters of a filter."""
_FILTERS = ("q", "source", "at_least", "since", "until", "level")
_AT_LEAST_MOST = 1_000_000


def pages(archive: Archive) -> Blueprint:
    """The blueprint of all pages over an open archive."""
    blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static")
    for rule, endpoint, view in (
        ("/", "home", home),
        ("/articles/<path:id>", "article", article),
        ("/articles/<path:a>/alignment/<path:b>", "alignment", side_by_side),
        ("/alignment", "alignment_by_query", side_by_side_by_query),
        ("/articles/<path:id>/versions", "versions", versions.versions),
        ("/versions", "versions_by_query", versions.versions_by_query),
        ("/diff", "diff", versions.differences),
        ("/articles", "article_by_query", article_by_query),
        ("/threads", "threads", threads),
        ("/threads/<id>", "thread", thread),
        ("/threads/<id>/articles/<path:article>/why", "why", why_here),
        ("/threads/<id>/why", "why_by_query", why_here_by_query),
        ("/duplicates", "duplicates", duplicates),
    ):
        blueprint.add_url_rule(rule, endpoint, partial(view, archive))
    blueprint.add_url_rule("/search", "search", partial(search, archive), methods=["GET", "POST"])
    for function in (
        safety.article_path, safety.alignment_path, safety.versions_path, safety.diff_path, safety.why_path,
        safety.web_address, safety.without_direction_marks,
        words.published_of, words.date_words, words.date_attribute, words.precision_words, words.count_words,
        words.evidence_words, words.figure_words, words.order_words, words.kind_words, words.verdict_words,
        words.some_of, words.percent,
        words.relation_words, words.relation_sentence, words.relation_evidence, words.decision_words,
        words.level_words, words.advisory_words, words.series_words, words.likeness_words, words.signed,
        versions.change_sentence, versions.change_words, versions.split_space,
    ):  # fmt: skip
        blueprint.add_app_template_filter(function)
    blueprint.after_request(safety.protect)
    install_error_pages(blueprint)
    return blueprint


def home(archive: Archive) -> ResponseReturnValue:
    """The search box and the newest threads."""
    return render_template("pages/home.html", front=archive.read(reads.front))


def search(archive: Archive) -> ResponseReturnValue:
    """A stored article's page for its id or address; related coverage of anything else."""
    request.max_form_memory_size = archive.settings.body_bytes
    if request.method == "GET" and "q" not in request.args:
        return redirect(url_for("pages.home"), 303)
    asked = request.values.get("q", "").strip()
    if not asked:
        return _ask_again("Paste some text, or the id or address of an article in the archive.", asked, 400)
    if id := archive.read(_stored, asked):
        return redirect(safety.article_path(id), 303)
    if _is_address(asked):
        return _ask_again("No article in the archive has this address. Paste its text instead.", asked, 404)
    if request.method == "POST" and len(quote(asked)) <= _LINKABLE:
        return redirect(url_for("pages.search", q=asked), 303)
    try:
        found, repeats = about_text(archive, asked, _RELATED)
    except BadRecord as error:
        return _ask_again(f"There is nothing to compare: the text {error.reason}.", asked, 400)
    return render_template("pages/search.html", asked=asked, found=found, repeats=repeats)


def article(archive: Archive, id: str) -> ResponseReturnValue:
    """An article with its thread, its duplicates and related coverage."""
    page = archive.read(reads.article_page, id, _RELATED)
    matched = {pair.query.position for hit in page.related.hits for pair in hit.pairs}
    return render_template(
        "pages/article.html", article=page.article, related=page.related, matched=matched, place=page.position,
        news=beside.news(page.novelty), versions=page.versions, copies=page.copies,
    )  # fmt: skip


def article_by_query(archive: Archive) -> ResponseReturnValue:
    """As `article`, for the few ids that would not survive as a path."""
    return article(archive, request.args.get("id", ""))


def side_by_side(archive: Archive, a: str, b: str) -> ResponseReturnValue:
    """Two articles side by side."""
    found = archive.read(alignment, a, b)
    return render_template("pages/alignment.html", found=found, columns=beside.columns(found))


def side_by_side_by_query(archive: Archive) -> ResponseReturnValue:
    """As `side_by_side`, for the few ids that would not survive as a path."""
    return side_by_side(archive, request.args.get("a", ""), request.args.get("b", ""))


def threads(archive: Archive) -> ResponseReturnValue:
    """The threads, the latest first."""
    given = {name: request.args.get(name, "").strip() for name in _FILTERS}
    cursor = request.args.get("cursor")
    try:
        wanted = _thread_filter(given)
    except BadRecord as error:
        return render_template("pages/threads.html", given=given, problem=str(error)), 400
    found, total, following = archive.read(list_threads, wanted, cursor=cursor, limit=archive.settings.page(_PAGE))
    filters: dict[str, Any] = {name: value for name, value in given.items() if value}
    return render_template(
        "pages/threads.html", threads=found, total=total, given=given, first=not cursor,
        newest=url_for("pages.threads", **filters),
        older=following and url_for("pages.threads", **filters, cursor=following),
        sources=sorted({source for thread in found for source in thread.sources}),
    )  # fmt: skip


def thread(archive: Archive, id: str) -> ResponseReturnValue:
    """The timeline of a thread."""
    cursor = request.args.get("cursor")
    whole = archive.read(reads.whole_thread, id, cursor, archive.settings.page(_PAGE))
    return render_template(
        "pages/thread.html", whole=whole, thread=whole.thread, first=not cursor,
        days=list(timeline.days(whole.page.articles)), volume=timeline.volume(whole.dates),
    )  # fmt: skip


def why_here(archive: Archive, id: str, article: str) -> ResponseReturnValue:
    """Why an article is in a thread."""
    return render_template("pages/why.html", why=archive.read(why, id, article))


def why_here_by_query(archive: Archive, id: str) -> ResponseReturnValue:
    """As `why_here`, for the few ids that would not survive as a path."""
    return why_here(archive, id, request.args.get("article", ""))


def duplicates(archive: Archive) -> ResponseReturnValue:
    """Groups with their canonical copies, and all verdicts; each with pages of its own."""
    cursor, at = request.args.get("cursor"), request.args.get("groups")
    limit = archive.settings.page(_PAGE)
    groups = None if cursor else archive.read(group_page, cursor=at, limit=limit)
    page = None if at else archive.read(duplicate_page, cursor=cursor, limit=limit)
    return render_template("pages/duplicates.html", page=page, groups=groups, first=not (cursor or at))


def _ask_again(problem: str, asked: str, status: int) -> ResponseReturnValue:
    return render_template("pages/search.html", asked=asked, problem=problem), status


def _stored(view: View, asked: str) -> str | None:
    """The id of the stored article that has this id or address."""
    if len(asked) > _ADDRESS_MOST:
        return None
    for each in (asked, f"https://{asked}"):
        try:
            return view.find_article(each).article.id
        except NoSuchArticle:
            continue
    return None


def _is_address(asked: str) -> bool:
    if len(asked) > _ADDRESS_MOST or len(asked.split()) > 1:
        return False
    try:
        canonical_url(asked)
    except BadRecord:
        return False
    return True


def _thread_filter(given: dict[str, str]) -> ThreadFilter:
    """What the filter form asks for.

    Raises:
        BadRecord: a value is too long, no date, or no number.
    """
    for name, value in given.items():
        if len(value) > _FIELD_MOST:
            raise BadRecord(f"is longer than {_FIELD_MOST} characters", field=name)
    at_least = given["at_least"] or "1"
    if not at_least.isdecimal() or not 1 <= int(at_least) <= _AT_LEAST_MOST:
        raise BadRecord(f"must be a whole number from 1 to {_AT_LEAST_MOST:,}", field="at least")
    since, until = given["since"], given["until"]
    if (level := given["level"] or Level.STORY) not in set(Level):
        raise BadRecord(f"must be one of {', '.join(Level)}", field="level")
    return ThreadFilter(
        since=times.to_text(moment(since, "since")) if since else None,
        until=times.to_text(moment(until, "until", end=True)) if until else None,
        at_least=int(at_least),
        source=given["source"] or None,
        text=given["q"] or None,
        level=Level(level),
    )

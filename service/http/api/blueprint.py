"""The blueprint `/v1`: all views, and what is asked of every request before its view."""

from flask import request
from flask_openapi import APIBlueprint
from werkzeug.exceptions import BadRequest, ServiceUnavailable, UnsupportedMediaType

from corpus import BadRecord
from corpus.readers.jsonl import parse_object

from ...archive import Archive
from ...jobs import Runner
from .articles import add_article_views
from .compare import add_compare_views
from .duplicates import add_duplicate_views
from .jobs import add_job_views
from .related import add_related_views
from .review import add_review_views
from .shapes import is_marked
from .threads import add_reason_view, add_thread_views


def api(archive: Archive, runner: Runner | None) -> APIBlueprint:
    """The blueprint `/v1` over an archive; without a runner (a read-only archive) jobs are refused."""
    blueprint = APIBlueprint("api", __name__, url_prefix="/v1")
    add_related_views(blueprint, archive)  # views over an article's id come before `/articles/<path:id>`
    add_compare_views(blueprint, archive)
    add_reason_view(blueprint, archive)
    add_duplicate_views(blueprint, archive)
    add_article_views(blueprint, archive)
    add_thread_views(blueprint, archive)
    add_review_views(blueprint, archive)
    add_job_views(blueprint, archive, runner)

    @blueprint.before_request
    def _() -> None:
        """Bodies of articles and queries are strict JSON: no NaN, no key twice, no nesting that overflows a stack."""
        if is_marked("writes") and not archive.store.writable:
            raise ServiceUnavailable("this server is open for reading only")
        if request.method in ("POST", "PUT") and not is_marked("takes_lines"):
            if request.mimetype != "application/json":
                raise UnsupportedMediaType("send the body as application/json")
            try:
                parse_object(request.get_data(cache=True))
            except BadRecord as error:
                raise BadRequest(f"the body is no JSON object: {error.reason}") from error

    return blueprint

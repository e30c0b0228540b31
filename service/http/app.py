"""The app factory: the API, its description, health and metrics, and the pages, over one open archive."""

from flask import Response, request
from flask_openapi import Info, OpenAPI
from werkzeug.exceptions import HTTPException
from werkzeug.routing import PathConverter

from ..archive import Archive
from ..jobs import Runner
from ..version import VERSION
from .api.blueprint import api
from .api.problems import API_PATHS, from_http_error, from_validation, install_problems
from .models import Problem
from .operations import operations
from .web.errors import error_page
from .web.views import pages

_DESCRIPTION = """Related coverage, story threads and duplicates of a news archive.

Errors are RFC 9457 problems; times are RFC 3339 in UTC; lists are paged with `cursor` and `next`.
"""


class _AnyId(PathConverter):
    """An id as the rest of a path; it may begin with a slash."""

    regex = ".+?"
    part_isolating = False


def create_app(archive: Archive, runner: Runner | None = None, *, instance: str | None = None) -> OpenAPI:
    """The WSGI app over an open archive; `runner` does the jobs that are asked for, `/healthz` names the instance."""
    app = OpenAPI(
        __name__,
        info=Info(title="Clew", version=VERSION, description=_DESCRIPTION),
        doc_prefix="/docs",
        validation_error_status=422,
        validation_error_model=Problem,
        validation_error_callback=from_validation,
        static_folder=None,
    )
    app.openapi_version = "3.1.0"
    app.config["MAX_CONTENT_LENGTH"] = archive.settings.body_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["path"] = _AnyId
    app.url_map.merge_slashes = False
    install_problems(app)
    app.register_api(api(archive, runner))
    app.register_blueprint(operations(archive, instance))
    app.register_blueprint(pages(archive))

    @app.get("/openapi.json", doc_ui=False)
    def openapi_document() -> dict[str, object]:
        return app.api_doc

    @app.errorhandler(HTTPException)
    def _(error: HTTPException) -> Response:
        return from_http_error(error) if request.path.startswith(API_PATHS) else error_page(error)

    return app

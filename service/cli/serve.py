"""`clew serve`: the HTTP API and the pages."""

from pathlib import Path

import click

from .options import data_options, settings_of


@click.command()
@data_options
@click.option("--host", help="Address; CLEW_HOST, else 127.0.0.1.")
@click.option("--port", type=int, help="Port; CLEW_PORT, else 8765; 0 takes a free one.")
def serve(data: Path | None, model: str | None, host: str | None, port: int | None) -> None:
    """Serve the pages and the HTTP API (described at /docs) until interrupted."""
    from ..http.server import serve as run

    run(settings_of(data=data, model=model, host=host, port=port))

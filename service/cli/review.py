"""`clew review`: what people should decide first, of copies and of threads, and how."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_backend
from .output import day, print_json

if TYPE_CHECKING:
    from ..review.models import Asked

_KINDS = ("duplicate", "member", "thread")


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 2_000), help="Questions at most.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only such questions; may be repeated.")
@archive_options
@json_option
def review(limit: int, kinds: "tuple[Asked, ...]", data: Path | None, model: str | None, as_json: bool) -> None:
    """List what people should decide, the questions first whose answer is expected to change most.

    Pairs that may be copies, articles that may belong to another thread, threads that may be one or two; each with the
    commands that answer it. What is decided leaves the list.
    """
    with open_backend(data=data, model=model) as backend:
        queue = backend.review(kinds, limit)
    if as_json:
        print_json(queue)
        return
    for number, asked in enumerate(queue.questions, 1):
        click.secho(f"{number}. {asked.kind}, {asked.expected:.2f} articles expected: {asked.reason}", bold=True)
        for brief in asked.articles:
            when = day(brief.published, brief.published_precision)
            click.echo(f"   {when}, {brief.source or 'no source'}: {brief.headline}  [{brief.id}]")
        for choice in asked.choices:
            click.echo(f"   {choice.says}: {choice.command}")
    if not queue.questions:
        click.echo("There is nothing to review.", err=True)
    elif queue.next:
        click.echo(f"... {queue.total - len(queue.questions):,} more; see --limit", err=True)

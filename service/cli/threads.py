"""`clew threads`: story threads, built, listed, shown, exported."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_archive, output_option
from .output import day, print_json, progress, write_lines

if TYPE_CHECKING:
    from ..models import ThreadAnswer


@click.group()
def threads() -> None:
    """Story threads."""


@threads.command()
@archive_options
@json_option
def build(data: Path | None, model: str | None, as_json: bool) -> None:
    """Cluster all articles anew and publish the result; thread ids survive."""
    from dataclasses import asdict

    from ..threads import build_threads

    with open_archive(write=True, data=data, model=model) as archive:
        with progress("threads", quiet=as_json) as report:
            built = build_threads(archive, report)
    if as_json:
        print_json(asdict(built))
    else:
        click.echo(f"{built.articles:,} articles in {built.threads:,} threads, {built.moved:,} articles moved")


@threads.command(name="list")
@archive_options
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="Threads at most.")
@click.option("--at-least", default=1, show_default=True, type=click.IntRange(1), help="Articles in the thread.")
@click.option("--query", help="Words that the headline contains.")
@json_option
def list_(data: Path | None, model: str | None, limit: int, at_least: int, query: str | None, as_json: bool) -> None:
    """List the threads, the latest first."""
    from corpus.store import ThreadFilter

    from .. import answers

    with open_archive(data=data, model=model) as archive:
        page = answers.thread_page(archive, ThreadFilter(at_least=at_least, text=query), limit=limit)
    if as_json:
        print_json(page)
        return
    for thread in page.threads:
        click.echo(f"{thread.id}  {thread.articles:>4}  {_span(thread)}  {thread.headline}")
    if page.next:
        click.echo(f"... {page.total - len(page.threads):,} more; see --limit", err=True)


@threads.command()
@click.argument("thread_id")
@archive_options
@json_option
def show(thread_id: str, data: Path | None, model: str | None, as_json: bool) -> None:
    """Show a thread: headline, key terms, first and last seen, articles in time order."""
    from .. import answers

    with open_archive(data=data, model=model) as archive:
        with archive.store.read() as tx:
            thread = answers.thread(tx.threads.get(thread_id))
        members = answers.thread_articles(archive, thread_id, limit=thread.articles).articles
    if as_json:
        print_json(thread.model_dump(mode="json") | {"members": [m.model_dump(mode="json") for m in members]})
        return
    click.secho(thread.headline, bold=True)
    click.echo(f"{thread.id}: {thread.articles} articles, {_span(thread)}")
    click.echo(f"key terms: {', '.join(thread.terms)}")
    click.echo(f"publishers: {', '.join(thread.sources) or 'not stated'}")
    for member in members:
        mark = "*" if member.id == thread.representative else " "
        when = day(member.published, member.published_precision)
        click.echo(f"{mark} {when:<10}  {member.headline}  [{member.source or 'no source'}, {member.id}]")


@threads.command()
@archive_options
@output_option
def export(data: Path | None, model: str | None, output: Path) -> None:
    """Write {"id", "thread"} for every article, JSON Lines."""
    with open_archive(data=data, model=model) as archive:
        with archive.store.read() as tx:
            membership = tx.threads.membership()
            count = write_lines(output, ({"id": id, "thread": membership[row]} for row, id in tx.articles.ids()))
    click.echo(f"{count:,} articles written to {output}")


def _span(thread: "ThreadAnswer") -> str:
    first = day(thread.first_seen, thread.first_seen_precision)
    last = day(thread.last_seen, thread.last_seen_precision)
    return first if first == last else f"{first} to {last}"

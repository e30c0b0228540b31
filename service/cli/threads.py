"""`clew threads`: story threads, built, listed, shown, exported."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, level_option, open_archive, open_backend, output_option
from .output import day, print_json, progress, write_lines
from .runs import print_run

if TYPE_CHECKING:
    from ..threads.models import NearbyThread, ThreadAnswer, ThreadDetail


@click.group()
def threads() -> None:
    """Story threads."""


@threads.command()
@click.option("--dry-run", is_flag=True, help="Write a proposal and print what it would change; publish nothing.")
@click.option("--since", help="Only stories with an article published on or after this date.")
@click.option("--until", help="Only stories with an article published before the end of this date.")
@archive_options
@json_option
def build(
    dry_run: bool, since: str | None, until: str | None, data: Path | None, model: str | None, as_json: bool
) -> None:
    """Cluster all articles and publish the result; thread ids survive, decisions hold."""
    from dataclasses import asdict

    from ..settings import one_thread_a_search

    one_thread_a_search()  # small products: two threads took three times as long
    from ..threads import window

    window(since, until)  # a wrong date is refused before anything is opened
    with open_backend(write=True, data=data, model=model) as backend, progress("threads", quiet=as_json) as report:
        if dry_run:
            proposal = backend.propose_threads(report, since, until)
        else:
            built = backend.build_threads(report, since, until)
    if dry_run:
        print_run(proposal, as_json=as_json)
    elif as_json:
        print_json(asdict(built))
    else:
        click.echo(f"{built.articles:,} articles in {built.threads:,} threads, {built.moved:,} articles moved")


@threads.command(name="list")
@archive_options
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="Threads at most.")
@click.option("--at-least", default=1, show_default=True, type=click.IntRange(1), help="Articles in the thread.")
@click.option("--query", help="Words that the name or the headline contains.")
@level_option
@json_option
def list_(
    data: Path | None, model: str | None, limit: int, at_least: int, query: str | None, level: str, as_json: bool
) -> None:
    """List the threads of a level, the latest first."""
    from corpus import Level

    with open_backend(data=data, model=model) as backend:
        page = backend.threads(Level(level), limit=limit, at_least=at_least, text=query)
    if as_json:
        print_json(page)
        return
    for thread in page.threads:
        click.echo(f"{thread.id}  {thread.articles:>4}  {_span(thread)}  {_called(thread)}")
    if page.next:
        click.echo(f"... {page.total - len(page.threads):,} more; see --limit", err=True)


@threads.command()
@click.argument("thread_id")
@archive_options
@json_option
def show(thread_id: str, data: Path | None, model: str | None, as_json: bool) -> None:
    """Show a thread: name, headline, key terms, first and last seen, articles in time order with what each adds."""
    from corpus import ThreadGone

    with open_backend(data=data, model=model) as backend:
        try:
            thread, members = backend.thread(thread_id)
        except ThreadGone as gone:
            if len(gone.heirs) != 1:
                raise
            click.echo(f"{thread_id} was merged into {gone.heirs[0]}", err=True)
            thread, members = backend.thread(gone.heirs[0])
    if as_json:
        print_json(thread.model_dump(mode="json") | {"members": [m.model_dump(mode="json") for m in members]})
        return
    _print_thread(thread)
    for member in members:
        mark = "*" if member.id == thread.representative else " "
        when = day(member.published, member.published_precision)
        new = f"new {100 * member.novelty:>3.0f} %  " if member.novelty is not None else ""
        click.echo(f"{mark} {when:<10}  {new}{member.headline}  [{member.source or 'no source'}, {member.id}]")


@threads.command()
@archive_options
@level_option
@output_option
def export(data: Path | None, model: str | None, level: str, output: Path) -> None:
    """Write {"id", "thread", "name"} for every article, as JSON Lines; the thread is the one of the level."""
    from corpus import Level

    from ..threads import thread_rows

    with open_archive(data=data, model=model) as archive, archive.reading() as view:
        count = write_lines(output, thread_rows(view, Level(level)))
    click.echo(f"{count:,} articles written to {output}")


def _span(thread: "ThreadAnswer") -> str:
    first = day(thread.first_seen, thread.first_seen_precision)
    last = day(thread.last_seen, thread.last_seen_precision)
    return first if first == last else f"{first} to {last}"


def _called(thread: "ThreadAnswer | NearbyThread") -> str:
    """Its name and, where that says more, its headline."""
    return thread.name if thread.headline == thread.name else f"{thread.name}: {thread.headline}"


def _print_thread(thread: "ThreadDetail") -> None:
    click.secho(thread.name, bold=True)
    if thread.headline != thread.name:
        click.echo(thread.headline)
    click.echo(f"{thread.id}: {thread.articles} articles, {_span(thread)}")
    if thread.parent:
        click.echo(f"part of: {thread.parent}")
    if len(thread.children) > 1:
        click.echo(f"parts: {', '.join(thread.children)}")
    click.echo(f"key terms: {', '.join(thread.terms)}")
    click.echo(f"publishers: {', '.join(thread.sources) or 'not stated'}")
    if thread.trend:
        click.echo(f"trend: {thread.trend}")
    for row in thread.figures:
        told = [
            f"{v.text} ({day(v.article.published, v.article.published_precision)}, {v.article.id})" for v in row.values
        ]
        click.echo(f"figures over time: {f'{row.of}: ' if row.of else ''}{' -> '.join(told)}")
    for sentence in thread.summary:
        click.echo(f"  {sentence.text}  [{sentence.article}]")
    for other in thread.related:
        click.echo(f"near: {other.id}  {other.score:.2f}  {_called(other)}")
    for made in thread.decisions:
        click.echo(f"decided: {made.kind} by {made.who} on {made.at:%Y-%m-%d}: {made.why}  [{made.id}]")

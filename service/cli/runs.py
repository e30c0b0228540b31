"""`clew threads runs`, `publish`, `rollback`, `discard`: what the thread job proposed and what is published."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_backend
from .output import print_json

if TYPE_CHECKING:
    from ..threads.models import RunAnswer
    from .backend import Backend


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1_000), help="Runs at most.")
@archive_options
@json_option
def runs(limit: int, data: Path | None, model: str | None, as_json: bool) -> None:
    """List the runs of the thread job, the newest first."""
    from corpus import Level

    with open_backend(data=data, model=model) as backend:
        page = backend.runs(limit)
    if as_json:
        print_json(page)
        return
    for run in page.runs:
        moved = run.difference.levels[Level.STORY].moved
        click.echo(f"{run.id:<6} {run.state:<12} {run.created_at:%Y-%m-%d %H:%M}  {moved:,} articles moved")


@click.command()
@click.argument("run_id", metavar="RUN")
@archive_options
@json_option
def publish(run_id: str, data: Path | None, model: str | None, as_json: bool) -> None:
    """Publish a proposal, in one transaction."""
    _end(lambda backend: backend.publish_run(run_id), data, model, as_json)


@click.command()
@click.argument("run_id", metavar="RUN")
@archive_options
@json_option
def discard(run_id: str, data: Path | None, model: str | None, as_json: bool) -> None:
    """Drop a proposal."""
    _end(lambda backend: backend.discard_run(run_id), data, model, as_json)


@click.command()
@archive_options
@json_option
def rollback(data: Path | None, model: str | None, as_json: bool) -> None:
    """Undo the newest published run: everything goes back to the threads before it; decisions hold."""
    _end(lambda backend: backend.roll_back(), data, model, as_json)


RUN_COMMANDS = (runs, publish, discard, rollback)


def print_run(run: "RunAnswer", *, as_json: bool) -> None:
    """Print a run with its difference to what was published."""
    if as_json:
        print_json(run)
        return
    found = run.difference
    click.echo(f"run {run.id}, {run.state}: {found.articles:,} articles")
    for level, counts in found.levels.items():
        click.echo(
            f"{level}: {counts.threads:,} threads; {counts.moved:,} articles move, {counts.born:,} threads are born,"
            f" {counts.merged:,} merged, {counts.split:,} split off, {counts.retired:,} retired"
        )
    for flow in found.largest:
        click.echo(
            f"{flow.articles:>6,} {flow.kind}  {flow.source} {flow.source_name or flow.source_headline!r}"
            f" -> {flow.target} {flow.target_name or flow.target_headline!r}"
        )
    if run.state == "proposed":
        click.echo(f"To publish it: clew threads publish {run.id}", err=True)


def _end(change: Callable[["Backend"], "RunAnswer"], data: Path | None, model: str | None, as_json: bool) -> None:
    with open_backend(write=True, data=data, model=model) as backend:
        answer = change(backend)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer.id} is {answer.state.replace('_', ' ')}")

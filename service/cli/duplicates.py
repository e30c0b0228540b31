"""`clew duplicates`: which articles repeat others; `list`, `check` and `export`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .groups import GROUP_COMMANDS
from .labels import LABEL_COMMANDS
from .options import archive_options, json_option, open_archive, open_backend, output_option
from .output import facts_line, print_json, write_lines
from .thresholds import THRESHOLD_COMMANDS

if TYPE_CHECKING:
    from ..duplicates.models import CheckedDuplicate, CheckLine


@click.group()
def duplicates() -> None:
    """Articles that repeat earlier ones: classified when they come, linked, never removed.

    exact: the same text. near_copy: mostly the same. update: brought up to date. excerpt: it is a part of the earlier
    one; contains: the earlier one is a part of it. rewrite: the same in other words. new: none of these.

    review and label what is close, suggest thresholds, backtest them, set them (duplicate_same, duplicate_covered,
    duplicate_quoted), then apply. build classifies everything again from the texts.
    """


for command in (*GROUP_COMMANDS, *LABEL_COMMANDS, *THRESHOLD_COMMANDS):
    duplicates.add_command(command)


@duplicates.command(name="list")
@archive_options
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1), help="Articles at most.")
@json_option
def list_(data: Path | None, model: str | None, limit: int, as_json: bool) -> None:
    """List all verdicts: what repeats what, how, and on what evidence."""
    with open_backend(data=data, model=model) as backend:
        page = backend.duplicates(limit)
    if as_json:
        print_json(page)
        return
    for found in page.duplicates:
        click.echo(f"{found.kind:<9} {found.score:.2f}  {found.article.headline}  [{found.article.id}]")
        click.echo(f"               {found.earlier.headline}  [{found.earlier.id}]")
        if found.label:
            click.echo(f"               {found.label.who}, {found.label.at:%Y-%m-%d}: {found.label.why}")
    if page.next:
        click.echo("... there are more; see --limit", err=True)


@duplicates.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@archive_options
@json_option
def check(file: Path, data: Path | None, model: str | None, as_json: bool) -> None:
    """Check what the articles in FILE would repeat (each other too), without storing them."""
    from corpus.readers.base import ParsedArticle
    from corpus.readers.files import read_paths

    readings = list(read_paths([file]))
    with open_backend(data=data, model=model) as backend:
        answer = backend.check(readings)
    if as_json:
        shown = zip(readings, answer.lines, strict=True)
        print_json([{"place": str(reading.location), **line.model_dump(mode="json")} for reading, line in shown])
        return
    for reading, line in zip(readings, answer.lines, strict=True):
        if isinstance(reading, ParsedArticle):
            _print_checked(reading.article.title or reading.article.id, line)
        else:
            click.echo(f"skipped {reading.location}: {reading.reason}", err=True)


@duplicates.command()
@archive_options
@output_option
def export(data: Path | None, model: str | None, output: Path) -> None:
    """Write {"a", "b", "kind", "score"} for every verdict, the later article first, JSON Lines."""
    from ..duplicates import verdict_rows

    with open_archive(data=data, model=model) as archive, archive.reading() as view:
        count = write_lines(output, verdict_rows(view))
    click.echo(f"{count:,} verdicts written to {output}")


def _print_checked(name: str, line: "CheckLine") -> None:
    if not line.duplicates:
        click.echo(f"new       {name}")
    if line.series and line.series.before:
        comes = f", {line.series.cadence}" if line.series.cadence else ""
        click.echo(f"{'series':<9}       {name}{comes}")
        click.echo(f"               {line.series.before.headline}  [{line.series.before.id}]")
    for found in line.duplicates:
        click.echo(f"{found.kind:<9} {found.score:.2f}  {name}")
        place = "" if found.line is None else f", line {found.line} of this file"
        click.echo(f"               {found.earlier.headline}  [{found.earlier.id}{place}]")
        click.echo(f"               {_shown(found)}")


def _shown(found: "CheckedDuplicate") -> str:
    parts = [facts_line(found.evidence)]
    if found.added is not None and found.cut is not None:
        parts.append(f"paragraphs: {len(found.added):,} added, {len(found.cut):,} cut")
    return "; ".join(parts)

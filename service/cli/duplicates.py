"""`clew duplicates`: which articles repeat others."""

from pathlib import Path

import click

from .options import archive_options, json_option, open_archive, output_option
from .output import print_json, write_lines


@click.group()
def duplicates() -> None:
    """Articles that repeat earlier ones."""


@duplicates.command(name="list")
@archive_options
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1), help="Articles at most.")
@json_option
def list_(data: Path | None, model: str | None, limit: int, as_json: bool) -> None:
    """List all verdicts: what repeats what, how, and on what evidence."""
    from .. import answers

    with open_archive(data=data, model=model) as archive:
        page = answers.duplicate_page(archive, cursor=None, limit=limit)
    if as_json:
        print_json(page)
        return
    for found in page.duplicates:
        click.echo(f"{found.kind:<9} {found.score:.2f}  {found.article.headline}  [{found.article.id}]")
        click.echo(f"               {found.earlier.headline}  [{found.earlier.id}]")
    if page.next:
        click.echo("... there are more; see --limit", err=True)


@duplicates.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@archive_options
@json_option
def check(file: Path, data: Path | None, model: str | None, as_json: bool) -> None:
    """Say what the articles in FILE would be said to repeat, without storing them."""
    from dataclasses import asdict

    from corpus.readers.base import Found
    from corpus.readers.files import read_paths

    from .. import answers

    results = []
    with open_archive(data=data, model=model) as archive:
        for reading in read_paths([file]):
            if not isinstance(reading, Found):
                click.echo(f"skipped {reading.place}: {reading.reason}", err=True)
                continue
            fields = asdict(reading.article) | {"published": str(reading.article.published or "")}
            results.append((reading, answers.check_duplicates(archive, fields)))
    if as_json:
        print_json([{"place": str(r.place), **answer.model_dump(mode="json")} for r, answer in results])
        return
    for reading, answer in results:
        if not answer.duplicates:
            click.echo(f"new       {reading.article.title or reading.article.id}")
        for found in answer.duplicates:
            click.echo(f"{found.kind:<9} {found.score:.2f}  {found.article.headline}")
            click.echo(f"               {found.earlier.headline}  [{found.earlier.id}]")


@duplicates.command()
@archive_options
@output_option
def export(data: Path | None, model: str | None, output: Path) -> None:
    """Write {"a", "b", "kind", "score"} for every verdict, the later article first, JSON Lines."""
    with open_archive(data=data, model=model) as archive:
        with archive.store.read() as tx:
            rows = (
                {"a": v.article, "b": v.earlier, "kind": v.kind.value, "score": v.score} for _, v in tx.duplicates.all()
            )
            count = write_lines(output, rows)
    click.echo(f"{count:,} verdicts written to {output}")


@duplicates.command()
@archive_options
@output_option
def groups(data: Path | None, model: str | None, output: Path) -> None:
    """Write {"id", "group"} for every article: copies of one text share a group, JSON Lines."""
    with open_archive(data=data, model=model) as archive:
        member, ranked = archive.collection.member, archive.copies.ranked
        rows = ({"id": member(row).id, "group": member(ranked(row)[0]).id} for row in archive.collection.rows())
        count = write_lines(output, rows)
    click.echo(f"{count:,} articles written to {output}")

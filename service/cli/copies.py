"""`clew duplicates groups`, `group`, `canonical`: copies of one text, and which one stands for them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_archive
from .output import day, print_json, write_lines

if TYPE_CHECKING:
    from ..archive.archive import Archive
    from ..duplicates.models import GroupAnswer


@click.command()
@archive_options
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; else it is printed.")
@click.option(
    "--revisions/--copies", default=None,
    help="Revisions: more loosely, what shares a third of either text, too. Default: copies, and revisions of what has"
    " neither a date nor a source.",
)  # fmt: skip
def groups(data: Path | None, model: str | None, output: Path | None, revisions: bool | None) -> None:
    """Write {"id", "group"} for every article, JSON Lines: copies share the id of their canonical copy."""
    with open_archive(data=data, model=model) as archive:
        found = _groups(archive, revisions)
        if output is None:
            for row in found:
                click.echo(json.dumps(row, ensure_ascii=False))
            return
        count = write_lines(output, found)
    click.echo(f"{count:,} articles written to {output}")


@click.command()
@click.argument("article")
@archive_options
@json_option
def group(article: str, data: Path | None, model: str | None, as_json: bool) -> None:
    """Show the copies of a stored ARTICLE (id or URL), which one stands for them, and why."""
    from .. import answers

    with open_archive(data=data, model=model) as archive:
        answer = answers.copies_of(archive, *answers.ids_of(archive, (article,)))
    _print(answer, as_json=as_json)


@click.command()
@click.argument("article")
@click.option("--take-back", is_flag=True, help="Forget that choice: the policy decides again.")
@click.option("--who", help="Who chooses; kept with the choice.")
@click.option("--why", help="Why; kept with the choice.")
@archive_options
@json_option
def canonical(
    article: str, take_back: bool, who: str | None, why: str | None, data: Path | None, model: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Let ARTICLE (id or URL) stand for its copies, whatever the policy says."""
    from .. import answers
    from ..duplicates import labels as deciding

    if not take_back and not (who and why):
        raise click.UsageError("say --who and --why (they are kept with the choice), or --take-back")
    with open_archive(write=True, data=data, model=model) as archive:
        (id,) = answers.ids_of(archive, (article,))
        if not take_back:
            deciding.set_canonical(archive, id, who or "", why or "")
        elif not deciding.clear_canonical(archive, id):
            raise click.ClickException(f"no editor chose {id!r}: there is nothing to take back")
        answer = answers.copies_of(archive, id)
    _print(answer, as_json=as_json)


COPY_COMMANDS = (groups, group, canonical)


def _groups(archive: "Archive", loosely: bool | None) -> Iterator[dict[str, str]]:
    from ..duplicates.revisions import revisions

    member, ranked = archive.collection.member, archive.copies.ranked
    first = {} if loosely is False else revisions(archive, bare=loosely is None)
    for row in archive.collection.rows():
        yield {"id": member(row).id, "group": member(first[row] if row in first else ranked(row)[0]).id}


def _print(answer: "GroupAnswer", *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    by = f"by the policy ({', '.join(answer.policy)})"
    if answer.chosen:
        by = f"chosen by {answer.chosen.who}, {answer.chosen.at:%Y-%m-%d %H:%M}: {answer.chosen.why}"
    click.echo(f"{answer.size:,} {'copy' if answer.size == 1 else 'copies'}; the canonical one {by}")
    for brief in answer.members:
        mark = "*" if brief.id == answer.canonical.id else " "
        when = day(brief.published, brief.published_precision)
        click.echo(f"{mark} {when}, {brief.source or 'no source'}: {brief.headline}  [{brief.id}]")
    if answer.size > len(answer.members):
        click.echo(f"... and {answer.size - len(answer.members):,} more")

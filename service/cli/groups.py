"""`clew duplicates groups`, `group`, `canonical`: copies of one text, and which one stands for them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_archive, open_backend
from .output import day, print_json, write_lines

if TYPE_CHECKING:
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
    from ..duplicates import group_rows

    with open_archive(data=data, model=model) as archive, archive.reading() as view:
        found = group_rows(view, revisions)
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
    with open_backend(data=data, model=model) as backend:
        answer = backend.group(backend.find(article))
    _print(answer, as_json=as_json)


@click.command()
@click.argument("article")
@click.option("--undo", is_flag=True, help="Undo that choice: the policy decides again.")
@click.option("--who", help="Who chooses; kept with the choice.")
@click.option("--why", help="Why; kept with the choice.")
@archive_options
@json_option
def canonical(
    article: str, undo: bool, who: str | None, why: str | None, data: Path | None, model: str | None, as_json: bool
) -> None:
    """Make ARTICLE (id or URL) the canonical one of its copies, whatever the policy says."""
    if not undo and not (who and why):
        raise click.UsageError("give --who and --why (they are kept with the choice), or --undo")
    with open_backend(write=True, data=data, model=model) as backend:
        id = backend.find(article)
        answer = backend.undo_canonical(id) if undo else backend.choose_canonical(id, who or "", why or "")
    if answer is None:
        raise click.ClickException(f"no editor chose {id!r}: there is nothing to undo")
    _print(answer, as_json=as_json)


GROUP_COMMANDS = (groups, group, canonical)


def _print(answer: "GroupAnswer", *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    by = f"by the policy ({', '.join(answer.policy)})"
    if answer.may_be_as_early:
        by += f"; by the dates {len(answer.may_be_as_early)} of the others may be as early"
    if answer.chosen:
        by = f"chosen by {answer.chosen.who}, {answer.chosen.at:%Y-%m-%d %H:%M}: {answer.chosen.why}"
    click.echo(f"{answer.size:,} {'copy' if answer.size == 1 else 'copies'}; the canonical one {by}")
    for brief in answer.members:
        mark = "*" if brief.id == answer.canonical.id else " "
        when = day(brief.published, brief.published_precision)
        click.echo(f"{mark} {when}, {brief.source or 'no source'}: {brief.headline}  [{brief.id}]")
    if answer.size > len(answer.members):
        click.echo(f"... and {answer.size - len(answer.members):,} more")

"""`clew align` and `clew novelty`: two articles side by side; what an article adds to earlier ones."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_backend
from .output import day, figures_line, print_json, shorten

if TYPE_CHECKING:
    from ..compare.models import AlignedSide, AlignmentAnswer, NoveltyAnswer


@click.command()
@click.argument("a")
@click.argument("b")
@archive_options
@json_option
def align(a: str, b: str, data: Path | None, model: str | None, as_json: bool) -> None:
    """Show stored articles A and B (ids or URLs) side by side, and what B is to A."""
    with open_backend(data=data, model=model) as backend:
        answer = backend.alignment(backend.find(a), backend.find(b))
    if as_json:
        print_json(answer)
    else:
        _print_alignment(answer)


@click.command()
@click.argument("article")
@click.option("--against", multiple=True, help="An article that is known already; may be given several times.")
@archive_options
@json_option
def novelty(article: str, against: tuple[str, ...], data: Path | None, model: str | None, as_json: bool) -> None:
    """Show what a stored ARTICLE (id or URL) adds to the earlier ones of its thread, or to those given."""
    with open_backend(data=data, model=model) as backend:
        id, *known = map(backend.find, (article, *against))
        answer = backend.novelty(id, known or None)
    if as_json:
        print_json(answer)
    else:
        _print_novelty(answer)


def _print_alignment(answer: "AlignmentAnswer") -> None:
    for name, side in (("A", answer.a), ("B", answer.b)):
        _print_head(name, side)
    click.echo(
        f"B is to A: {answer.relation or 'nothing that shows'}"
        f"  (score {answer.score:.2f}, same story {answer.same_story:.2f})"
    )
    for pair in answer.pairs:
        click.echo(f"{pair.score:.2f}  A¶{pair.a + 1}  {shorten(answer.a.paragraphs[pair.a].text)}")
        click.echo(f"      B¶{pair.b + 1}  {shorten(answer.b.paragraphs[pair.b].text)}")
        if pair.figures:
            click.echo(f"      other figures: {figures_line(pair.figures)}")
    for name, side in (("A", answer.a), ("B", answer.b)):
        for position in side.alone:
            click.echo(f"only  {name}¶{position + 1}  {shorten(side.paragraphs[position].text)}")


def _print_head(name: str, side: "AlignedSide") -> None:
    brief = side.article
    click.secho(f"{name}  {brief.headline}", bold=True)
    click.echo(
        f"   {day(brief.published, brief.published_precision)}, {brief.source or 'no source'}, {brief.id}:"
        f" {100 * side.covered:.0f} % covered, {100 * side.copied:.0f} % copied"
        + (f", {100 * side.contradicted:.0f} % with other figures" if side.contradicted else "")
    )


def _print_novelty(answer: "NoveltyAnswer") -> None:
    click.secho(f"{answer.novelty:.2f}  {answer.article.headline}", bold=True)
    count = len(answer.against)
    click.echo(f"      against {count} earlier article{'' if count == 1 else 's'}")
    for paragraph in answer.paragraphs:
        click.echo(f"{paragraph.novelty:.2f}  ¶{paragraph.position + 1}  {shorten(paragraph.text)}")
        if paragraph.new_facts:
            click.echo(f"      new: {', '.join(paragraph.new_facts)}")
        if paragraph.changed_figures:
            click.echo(f"      other figures: {figures_line(paragraph.changed_figures)}")

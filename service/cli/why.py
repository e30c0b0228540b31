"""`clew threads why`: why an article is in its thread."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, level_option, open_backend
from .output import day, figures_line, print_json, shorten

_RARE = ("series", "round_up")
"""Parts of a score that most pairs have nothing of."""

if TYPE_CHECKING:
    from ..threads.models import AppliedDecision, NearMember, Why


@click.command()
@click.argument("article")
@archive_options
@level_option
@json_option
def why(article: str, data: Path | None, model: str | None, level: str, as_json: bool) -> None:
    """Show why ARTICLE (id or URL) is in its thread: nearest members, the thread that comes next, decisions."""
    from corpus import Level

    with open_backend(data=data, model=model) as backend:
        answer = backend.why(article, Level(level))
    if as_json:
        print_json(answer)
    else:
        _print_why(answer)


def _print_why(answer: "Why") -> None:
    brief = answer.article
    click.secho(brief.headline, bold=True)
    click.echo(f"{day(brief.published, brief.published_precision)}, {brief.source or 'no source'}, {brief.id}")
    click.echo(f"in {answer.thread} ({answer.level}): {answer.name}")
    if answer.score is None:
        click.echo("it is the only article in it")
    else:
        click.echo(f"score {answer.score:.2f} (.5 is the cut)")
    if answer.copy_of:
        click.echo(f"{answer.copy_of.kind.replace('_', ' ')} of {answer.copy_of.id}  {answer.copy_of.headline}")
    for near in answer.nearest:
        _print_near(near)
    if answer.runner_up:
        _print_runner_up(answer)
    for made in answer.decisions:
        click.echo(f"decision {made.id} ({made.kind.replace('_', '-')}), {_effect(made)}. {made.who}: {made.why}")
    if answer.forced:
        click.echo("decisions alone put it there")


def _print_near(near: "NearMember") -> None:
    brief = near.article
    click.secho(f"{near.score:.2f}  {brief.headline}", bold=True)
    click.echo(f"      {day(brief.published, brief.published_precision)}, {brief.source or 'no source'}, {brief.id}")
    values = near.parts.model_dump().items()
    parts = ", ".join(f"{name} {value:+.3f}" for name, value in values if value or name not in _RARE)
    click.echo(f"      {parts}: {near.pair_score:.3f}")
    if near.shared:
        click.echo(f"      both: {', '.join(near.shared)}")
    for pair in near.pairs:
        click.echo(
            f"      {pair.score:.2f}  {pair.label:<10}  ¶{pair.article.position + 1}  {shorten(pair.article.text)}"
        )
        click.echo(f"{'':<24}¶{pair.member.position + 1}  {shorten(pair.member.text)}")
        if pair.figures:
            click.echo(f"{'':<24}other figures: {figures_line(pair.figures)}")


def _print_runner_up(answer: "Why") -> None:
    other = answer.runner_up
    assert other is not None
    side = "below" if other.short_of_cut >= 0 else "above"
    margin = (
        "" if answer.margin is None else f", {abs(answer.margin):.2f} {'behind' if answer.margin >= 0 else 'ahead'}"
    )
    click.echo(
        f"next: {other.id}  {other.score:.2f}{margin}, {abs(other.short_of_cut):.3f} {side} the cut  {other.name}"
    )


def _effect(made: "AppliedDecision") -> str:
    words = "holds it here" if made.effect == "holds" else "keeps it out of the next"
    return f"{words}, {'with' if made.effect == 'holds' else 'apart from'} {', '.join(made.articles) or 'no other'}"

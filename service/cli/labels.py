"""`clew duplicates label`, `labels`, `review`: how people label pairs of articles, and what waits for a label."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus import Kind

from .options import archive_options, json_option, open_backend
from .output import day, facts_line, print_json

if TYPE_CHECKING:
    from ..duplicates.models import PairVerdict
    from .backend import Backend

_KINDS = tuple(kind.value for kind in Kind)
_PHRASES = {
    Kind.EXACT: "an exact copy of", Kind.NEAR_COPY: "a near copy of", Kind.UPDATE: "an update of",
    Kind.EXCERPT: "an excerpt of", Kind.CONTAINS: "a longer text that contains", Kind.REWRITE: "a rewrite of",
    Kind.NEW: "no repetition of",
}  # fmt: skip


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--copy", "copy", is_flag=True, help="A and B are copies of one text.")
@click.option("--not-copy", is_flag=True, help="A repeats nothing of B.")
@click.option("--kind", type=click.Choice(_KINDS), help="What A is to B.")
@click.option("--undo", is_flag=True, help="Remove the label of A and B: the rules decide again.")
@click.option("--who", help="Your name; kept with the label.")
@click.option("--why", help="Your reason; kept with the label.")
@archive_options
@json_option
def label(
    a: str, b: str, copy: bool, not_copy: bool, kind: str | None, undo: bool, who: str | None, why: str | None,
    data: Path | None, model: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Label a pair: what A is to B (ids or URLs). In force at once, and whenever the two are classified again."""
    if [copy, not_copy, kind is not None, undo].count(True) != 1:
        raise click.UsageError("give one of --copy, --not-copy, --kind KIND and --undo")
    if not undo and not (who and why):
        raise click.UsageError("give --who and --why; they are kept with the label")
    with open_backend(write=True, data=data, model=model) as backend:
        a, b = backend.find(a), backend.find(b)
        if undo:
            answer = backend.undo_label(a, b)
        else:
            answer = backend.label(a, b, None if copy else Kind(kind or Kind.NEW), who or "", why or "")
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer.article.id} is {_PHRASES[answer.kind]} {answer.earlier.id}")


@click.command()
@click.option("--limit", default=1_000, show_default=True, type=click.IntRange(1, 100_000), help="Labels at most.")
@archive_options
@json_option
def labels(limit: int, data: Path | None, model: str | None, as_json: bool) -> None:
    """List the pairs that people labelled, the latest label first."""
    with open_backend(data=data, model=model) as backend:
        page = backend.labels(limit)
    if as_json:
        print_json(page)
        return
    for found in page.labels:
        _print_pair(found)
    if page.next:
        click.echo("... there are more; see --limit", err=True)


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Pairs at most.")
@click.option("--min-score", default=0.2, show_default=True, type=click.FloatRange(0, 1), help="Lowest score.")
@click.option("--max-score", default=0.8, show_default=True, type=click.FloatRange(0, 1), help="Highest score.")
@click.option("--who", help="Your name, kept with the labels; asked for where it is missing.")
@archive_options
@json_option
def review(
    limit: int, min_score: float, max_score: float, who: str | None, data: Path | None, model: str | None, as_json: bool
) -> None:
    """List the closest calls without a label; on a terminal, ask about each.

    Answer y (the kind shown is right; of a close call: a near copy), n (no repetition), a kind, s (skip) or q (stop).
    """
    asks = _is_terminal() and not as_json
    with open_backend(write=asks, data=data, model=model) as backend:
        answer = backend.close_calls(min_score=min_score, max_score=max_score, limit=limit)
        if as_json:
            print_json(answer)
        elif asks:
            _ask(backend, answer.pairs, who)
        else:
            for pair in answer.pairs:
                _print_pair(pair)
    if not answer.pairs and not as_json:
        click.echo("There is nothing to review.", err=True)


LABEL_COMMANDS = (label, labels, review)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _ask(backend: "Backend", pairs: "list[PairVerdict]", who: str | None) -> None:
    choices = ("y", "n", *_KINDS, "s", "q")
    for number, pair in enumerate(pairs, 1):
        click.echo(f"\n{number} of {len(pairs)}")
        _print_pair(pair)
        answer = click.prompt("Is it? y, n, a kind, s, q", type=click.Choice(choices), show_choices=False)
        if answer == "q":
            return
        if answer == "s":
            continue
        who = who or click.prompt("Who are you")
        why = click.prompt("Why", default="reviewed")
        yes = Kind.NEAR_COPY if pair.kind is Kind.NEW else pair.kind
        kind = {"y": yes, "n": Kind.NEW}.get(answer) or Kind(answer)
        backend.label(pair.article.id, pair.earlier.id, kind, str(who), why)


def _print_pair(pair: "PairVerdict") -> None:
    for lead, brief in ((f"{pair.kind:<9} {pair.score:.2f}", pair.article), ("", pair.earlier)):
        when = day(brief.published, brief.published_precision)
        click.echo(f"{lead:<14} {when}, {brief.source or 'no source'}: {brief.headline}  [{brief.id}]")
    click.echo(f"               {facts_line(pair.evidence)}")
    if pair.label:
        click.echo(f"               {pair.label.who}, {pair.label.at:%Y-%m-%d %H:%M}: {pair.label.why}")

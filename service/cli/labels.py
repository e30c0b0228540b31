"""`clew duplicates judge`, `judgements`, `review`: what people say of two articles, and what waits for them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_archive
from .output import day, facts_line, print_json

if TYPE_CHECKING:
    from ..archive.archive import Archive
    from ..duplicates.models import PairVerdict

_KINDS = ("exact", "near_copy", "update", "excerpt", "contains", "rewrite", "new")


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--copy", "copy", is_flag=True, help="A and B are copies of one text.")
@click.option("--not-copy", is_flag=True, help="A repeats nothing of B.")
@click.option("--kind", type=click.Choice(_KINDS), help="What A is to B.")
@click.option("--take-back", is_flag=True, help="Forget what was said of A and B: the rules decide again.")
@click.option("--who", help="Who judges; kept with the judgement.")
@click.option("--why", help="Why; kept with the judgement.")
@archive_options
@json_option
def judge(
    a: str, b: str, copy: bool, not_copy: bool, kind: str | None, take_back: bool, who: str | None, why: str | None,
    data: Path | None, model: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Say what A is to B (ids or URLs). It holds at once, and whenever the two are judged again."""
    from .. import answers
    from ..duplicates import labels as deciding

    if [copy, not_copy, kind is not None, take_back].count(True) != 1:
        raise click.UsageError("say one of --copy, --not-copy, --kind KIND and --take-back")
    if not take_back and not (who and why):
        raise click.UsageError("say --who and --why; they are kept with the judgement")
    with open_archive(write=True, data=data, model=model) as archive:
        a, b = answers.ids_of(archive, (a, b))
        if take_back:
            answer = answers.labelled_pair(archive, deciding.undo_label(archive, a, b))
        else:
            answer = _judged(archive, a, b, "copy" if copy else kind or "new", who or "", why or "")
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer.article.id} is {_called(answer.kind)} {answer.earlier.id}")


@click.command()
@click.option("--limit", default=1_000, show_default=True, type=click.IntRange(1, 100_000), help="Judgements at most.")
@archive_options
@json_option
def judgements(limit: int, data: Path | None, model: str | None, as_json: bool) -> None:
    """List what people judged, the latest first."""
    from .. import answers

    with open_archive(data=data, model=model) as archive:
        page = answers.label_page(archive, limit=limit)
    if as_json:
        print_json(page)
        return
    for found in page.judgements:
        _print_pair(found)
    if page.next:
        click.echo("... there are more; see --limit", err=True)


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Pairs at most.")
@click.option("--least", default=0.2, show_default=True, type=click.FloatRange(0, 1), help="Least score.")
@click.option("--most", default=0.8, show_default=True, type=click.FloatRange(0, 1), help="Greatest score.")
@click.option("--who", help="Who judges; asked for where it is missing.")
@archive_options
@json_option
def review(
    limit: int, least: float, most: float, who: str | None, data: Path | None, model: str | None, as_json: bool
) -> None:
    """List the closest calls that nobody has judged; on a terminal, ask about each.

    Answer y (it is what it says; of a close call: a near copy), n (no repetition), a kind, s (skip) or q (stop).
    """
    from .. import answers

    asks = _is_terminal() and not as_json
    with open_archive(write=asks, data=data, model=model) as archive:
        answer = answers.review(archive, least=least, most=most, limit=limit)
        if as_json:
            print_json(answer)
        elif asks:
            _ask(archive, answer.pairs, who)
        else:
            for pair in answer.pairs:
                _print_pair(pair)
    if not answer.pairs and not as_json:
        click.echo("There is nothing to review.", err=True)


LABEL_COMMANDS = (judge, judgements, review)


def _judged(archive: "Archive", a: str, b: str, kind: str, who: str, why: str) -> "PairVerdict":
    from corpus import Kind

    from .. import answers
    from ..duplicates import labels as deciding

    wanted = deciding.LabelRequest(a, b, who, why, None if kind == "copy" else Kind(kind))
    return answers.labelled_pair(archive, *deciding.apply_label(archive, wanted))


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _ask(archive: "Archive", pairs: "list[PairVerdict]", who: str | None) -> None:
    choices = ("y", "n", *_KINDS, "s", "q")
    for number, pair in enumerate(pairs, 1):
        click.echo(f"\n{number} of {len(pairs)}")
        _print_pair(pair)
        said = click.prompt("Is it? y, n, a kind, s, q", type=click.Choice(choices), show_choices=False)
        if said == "q":
            return
        if said == "s":
            continue
        who = who or click.prompt("Who are you")
        why = click.prompt("Why", default="reviewed")
        kind = {"y": "near_copy" if pair.kind == "new" else pair.kind, "n": "new"}.get(said, said)
        _judged(archive, pair.article.id, pair.earlier.id, kind, str(who), why)


def _print_pair(pair: "PairVerdict") -> None:
    for lead, brief in ((f"{pair.kind:<9} {pair.score:.2f}", pair.article), ("", pair.earlier)):
        when = day(brief.published, brief.published_precision)
        click.echo(f"{lead:<14} {when}, {brief.source or 'no source'}: {brief.headline}  [{brief.id}]")
    click.echo(f"               {facts_line(pair.evidence)}")
    if pair.judged:
        click.echo(f"               {pair.judged.who}, {pair.judged.at:%Y-%m-%d %H:%M}: {pair.judged.why}")


def _called(kind: str) -> str:
    return {
        "exact": "an exact copy of", "near_copy": "a near copy of", "update": "an update of",
        "excerpt": "an excerpt of", "contains": "the whole that contains", "rewrite": "a rewrite of",
    }.get(kind, "no repetition of")  # fmt: skip

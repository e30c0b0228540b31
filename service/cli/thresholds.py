"""`clew duplicates suggest`, `backtest`, `apply`, `build`: other thresholds tried and put in force, or all rebuilt."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..limits import THRESHOLD_BOUNDS
from .options import archive_options, json_option, open_archive, open_backend
from .output import print_json, progress

if TYPE_CHECKING:
    from ..duplicates import Rebuilt
    from ..duplicates.models import AgreementAnswer, BacktestAnswer, SuggestAnswer

_RANGES = {name: click.FloatRange(*bounds) for name, bounds in THRESHOLD_BOUNDS.items()}


@click.command()
@archive_options
@json_option
def suggest(data: Path | None, model: str | None, as_json: bool) -> None:
    """Suggest thresholds that agree best with the labels of people, with precision and recall."""
    with open_backend(data=data, model=model) as backend:
        answer = backend.suggest()
    if as_json:
        print_json(answer)
    else:
        _print_suggestions(answer)


@click.command()
@click.option("--same", type=_RANGES["same"], help="Share of both texts, from which they are one report.")
@click.option("--covered", type=_RANGES["covered"], help="Share of a text, from which it is an excerpt.")
@click.option("--quoted", type=_RANGES["quoted"], help="Share of a text, from which it is a long quotation.")
@click.option("--threshold", "given", multiple=True, metavar="NAME=VALUE", help="The same: same=0.6, covered=0.9...")
@click.option("--examples", default=10, show_default=True, type=click.IntRange(0, 1_000), help="Examples at most.")
@archive_options
@json_option
def backtest(
    same: float | None, covered: float | None, quoted: float | None, given: tuple[str, ...], examples: int,
    data: Path | None, model: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Show what other thresholds would change, over all that is stored. Nothing is written, no text is read."""
    values = {"same": same, "covered": covered, "quoted": quoted} | dict(map(_threshold, given))
    with open_backend(data=data, model=model) as backend:
        answer = backend.backtest(values, examples)
    if as_json:
        print_json(answer)
    else:
        _print_backtest(answer)


@click.command()
@archive_options
@json_option
def apply(data: Path | None, model: str | None, as_json: bool) -> None:
    """Decide all stored pairs by the thresholds in force, without their texts. Labels of people hold."""
    from ..duplicates import reclassify

    with open_archive(write=True, data=data, model=model) as archive:
        _print_rebuilt(reclassify(archive), as_json=as_json)


@click.command()
@archive_options
@json_option
def build(data: Path | None, model: str | None, as_json: bool) -> None:
    """Classify all articles again from their texts, each against those that came before it.

    After a first ingest, when all boilerplate is known, and after an upgrade. Labels of people hold. May be
    interrupted: what was done stays, and the next run starts from the beginning.
    """
    from ..duplicates import rebuild

    with open_archive(write=True, data=data, model=model) as archive:
        try:
            with progress("duplicates", quiet=as_json) as report:
                done = rebuild(archive, report)
        except KeyboardInterrupt:
            click.echo("interrupted; what was done stays, run the same command again to do the rest", err=True)
            sys.exit(130)
    _print_rebuilt(done, as_json=as_json)


THRESHOLD_COMMANDS = (suggest, backtest, apply, build)


def _threshold(given: str) -> tuple[str, float]:
    name, _, value = given.partition("=")
    if name not in _RANGES:
        raise click.BadParameter(f"{name!r} is none of {', '.join(_RANGES)}", param_hint="--threshold")
    return name, float(_RANGES[name].convert(value, None, None))  # type: ignore[arg-type]


def _print_suggestions(answer: "SuggestAnswer") -> None:
    click.echo(f"labels: {answer.labelled:,}, of which repetitions: {answer.repetitions:,}")
    for each in answer.thresholds:
        click.echo(f"{each.name:<8} now  {each.present.value:.2f}  {_numbers(each.present)}")
        click.echo(f"         best {each.best.value:.2f}  {_numbers(each.best)}  ({each.setting})")
    moved = answer.together.thresholds
    click.echo(
        f"together: same {moved.same:g}, covered {moved.covered:g}, quoted {moved.quoted:g}"
        f"  {_numbers(answer.together)}"
    )
    for warning in answer.warnings:
        click.echo(warning, err=True)


def _numbers(found: "AgreementAnswer") -> str:
    shown = ("-" if value is None else f"{value:.2f}" for value in (found.precision, found.recall, found.f1))
    return "precision {}, recall {}, F1 {}".format(*shown)


def _print_backtest(answer: "BacktestAnswer") -> None:
    by = answer.thresholds
    click.echo(f"same {by.same:g}, covered {by.covered:g}, quoted {by.quoted:g}")
    click.echo(f"{answer.changed:,} of {answer.pairs:,} pairs change")
    for count in answer.counts:
        if count.before != count.after:
            click.echo(f"{count.pairs:>8,}  {count.before} -> {count.after}")
    now, then = answer.before, answer.after
    click.echo(
        f"groups of copies: {now.groups:,} -> {then.groups:,}, of {now.articles:,} -> {then.articles:,} articles"
    )
    for example in answer.examples:
        click.echo(f"{example.before} -> {example.after}  {example.score:.2f}")
        click.echo(f"      {example.article.headline}  [{example.article.id}]")
        click.echo(f"      {example.earlier.headline}  [{example.earlier.id}]")
    for note in answer.notes:
        click.echo(note, err=True)


def _print_rebuilt(done: "Rebuilt", *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(done))
        return
    articles = f"{done.articles:,} articles, " if done.articles else ""
    click.echo(f"{articles}{done.pairs:,} pairs; {done.changed:,} are of another kind than before")
    if done.unreadable:
        click.echo(f"{done.unreadable:,} were measured by another version; run clew duplicates build", err=True)

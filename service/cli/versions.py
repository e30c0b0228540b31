"""`clew versions` and `clew diff`: the versions of an article; what is different between two texts."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import archive_options, json_option, open_backend
from .output import day, print_json

if TYPE_CHECKING:
    from ..compare.version_models import ChangeCounts, ChangedParagraph, DiffAnswer, TextRun, VersionBrief

_SIGNS = {"changed": "~", "moved": ">", "moved and changed": "≈", "added": "+", "cut": "-"}
_number = click.IntRange(1)


@click.command()
@click.argument("article")
@archive_options
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="Versions at most.")
@json_option
def versions(article: str, data: Path | None, model: str | None, limit: int, as_json: bool) -> None:
    """List the versions of a stored ARTICLE (id or URL), the newest first, and how much each one changed."""
    with open_backend(data=data, model=model) as backend:
        chain = backend.versions(backend.find(article), limit)
    if as_json:
        print_json(chain)
        return
    for line in chain.versions:
        click.echo(_head(f"{line.number:>3}", line))
        if line.difference:
            click.echo(f"     {_counted(line.difference)}")
        elif line.number > 1:
            click.echo("     too long to be compared here; see clew diff")
    if chain.next:
        click.echo("... there are more; see --limit", err=True)


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--a-version", type=_number, help="Number of a version of A; else the present one.")
@click.option("--b-version", type=_number, help="Number of a version of B; else the present one.")
@archive_options
@json_option
def diff(
    a: str, b: str, a_version: int | None, b_version: int | None, data: Path | None, model: str | None, as_json: bool
) -> None:
    """Show what is different in stored article B (id or URL) against A: headline, paragraphs, words, numbers.

    On a terminal what was cut is red and what was added green; elsewhere they stand as [-cut-] and {+added+}.
    """
    with open_backend(data=data, model=model) as backend:
        answer = backend.diff(a, b, a_version, b_version)
    if as_json:
        print_json(answer)
    else:
        _print(answer, colours=sys.stdout.isatty())


def _head(name: str, version: "VersionBrief") -> str:
    came = f", came as {version.given}" if version.given != version.id else ""
    at = day(version.published, version.published_precision)
    return f"{name}  {version.headline}  ({at}, {version.source or 'no source'}{came})"


def _counted(counts: "ChangeCounts") -> str:
    """What is different, in a line."""
    some = {name.replace("_", " "): getattr(counts, name) for name in _PARAGRAPHS}
    paragraphs = ", ".join(f"{count:,} {name}" for name, count in some.items() if count)
    headline = "" if counts.same_headline else "headline changed; "
    words = f"words: {counts.words_cut:,} cut, {counts.words_added:,} added, {counts.words_kept:,} kept"
    return f"{headline}paragraphs: {paragraphs or 'none'}; {words}"


_PARAGRAPHS = ("same", "changed", "moved", "moved_and_changed", "added", "cut")


def _print(answer: "DiffAnswer", *, colours: bool) -> None:
    for name, version in (("A", answer.a), ("B", answer.b)):
        shown = f"{version.id}, version {version.number} of {version.versions}"
        click.echo(f"{_head(name, version)}  [{shown}]")
    if answer.identical:
        click.echo("the same, white space aside")
        return
    click.echo(_counted(answer.counts))
    for number in answer.numbers:
        where = "headline" if number.paragraph is None else f"¶{number.paragraph + 1}"
        click.echo(f"number: {number.before} -> {number.after}  ({where})")
    if not answer.counts.same_headline:
        click.echo(f"\nheadline: {_marked(answer.headline, colours)}")
    same = 0
    for paragraph in answer.paragraphs:
        if paragraph.change == "same":
            same += 1
            continue
        _print_same(same)
        same = 0
        _print_paragraph(paragraph, colours)
    _print_same(same)


def _print_same(count: int) -> None:
    if count:
        click.echo(f"\n  ... {count:,} paragraph{'' if count == 1 else 's'} the same")


def _print_paragraph(paragraph: "ChangedParagraph", colours: bool) -> None:
    a, b = (None if position is None else position + 1 for position in (paragraph.a, paragraph.b))
    place = f"¶{a}" if b is None else f"¶{b}" if a in (None, b) else f"¶{b} (was ¶{a})"
    coarse = "  (too long to be compared word by word)" if paragraph.coarse else ""
    click.echo(f"\n{_SIGNS[paragraph.change]} {place} {paragraph.change}{coarse}")
    click.echo(f"  {_marked(paragraph.runs, colours)}")


def _marked(runs: Iterable["TextRun"], colours: bool) -> str:
    """The words with their marks, in a line; white space stands outside of the marks."""
    return " ".join("".join(_mark(run, colours) for run in runs).split())


def _mark(run: "TextRun", colours: bool) -> str:
    words = run.text.rstrip()
    if run.mark == "kept" or not words:
        return run.text
    if colours:
        shown = click.style(words, fg="red" if run.mark == "cut" else "green", strikethrough=run.mark == "cut")
    else:
        shown = f"[-{words}-]" if run.mark == "cut" else f"{{+{words}+}}"
    return shown + (" " if len(words) < len(run.text) else "")

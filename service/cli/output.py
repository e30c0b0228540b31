"""Printing: JSON, JSON Lines files written whole or not at all, dates, and progress for terminals and for pipes."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from embeddings.parallel import Progress

    from ..compare.models import ChangedFigure

_LOG_EVERY_S = 10.0
_SHOWN = 110
"""Characters of a paragraph that are printed."""


def print_json(value: object) -> None:
    """Print a value, or a pydantic model, as JSON."""
    shown = value.model_dump(mode="json") if hasattr(value, "model_dump") else value
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


def figures_line(figures: Iterable["ChangedFigure"]) -> str:
    """`1.3 million -> 2.1 million (people), 12 -> 14 (killed)`."""
    return ", ".join(f"{f.before} -> {f.after}" + (f" ({f.of})" if f.of else "") for f in figures)


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write JSON Lines beside the file, then rename: a run that breaks leaves the old file. Returns the count."""
    beside = path.with_name(path.name + ".new")
    count = 0
    try:
        with beside.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return count


def day(at: datetime | None, precision: str | None = None) -> str:
    """A date for people, as exact as it is known."""
    if at is None:
        return "undated"
    length = {"year": 4, "month": 7}.get(precision or "", 10)
    return at.isoformat()[:length]


def shorten(text: str) -> str:
    """A paragraph in a line, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"


@contextmanager
def progress(what: str, *, quiet: bool = False) -> "Iterator[Progress]":
    """A bar on a terminal; a plain line every ten seconds elsewhere; both on standard error."""
    if quiet:
        yield lambda done, total: None
    elif sys.stderr.isatty():
        with _bar(what) as bar:
            yield bar
    else:
        yield _lines(what)


@contextmanager
def _bar(what: str) -> "Iterator[Progress]":
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _lines(what: str) -> "Progress":
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _LOG_EVERY_S:
            last = time.monotonic()
            share = f"{100 * done // total} %" if total else str(done)
            click.echo(f"{what}: {share}", err=True)

    return report


@contextmanager
def counting(what: str, *, quiet: bool = False) -> "Iterator[Callable[[int, int, int], None]]":
    """Progress of reading: a function of (articles, bytes read, bytes in all).

    On a terminal a line of its own; elsewhere a line every ten seconds, with the rate and the time that is left.
    """
    if quiet or not sys.stderr.isatty():
        yield (lambda articles, done, total: None) if quiet else _counted_lines(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    pace = TextColumn("{task.fields[articles]:,} articles, {task.fields[rate]:,.0f}/s")
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), pace, TimeRemainingColumn())
    start = time.monotonic()
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None, articles=0, rate=0.0)

        def report(articles: int, done: int, total: int) -> None:
            rate = articles / max(time.monotonic() - start, 1e-3)
            bars.update(task, completed=done, total=total, articles=articles, rate=rate)

        yield report


def _counted_lines(what: str) -> "Callable[[int, int, int], None]":
    start = last = time.monotonic()

    def report(articles: int, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _LOG_EVERY_S:
            return
        last = now
        spent = now - start
        left = f", about {_span(spent * (total - done) / done)} left" if done and spent > 3 * _LOG_EVERY_S else ""
        share = f" ({100 * done // total} %)" if total else ""
        click.echo(f"{what}: {articles:,} articles{share}, {articles / spent:,.0f}/s{left}", err=True)

    return report


def _span(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def facts_line(facts: Mapping[str, float | int | bool | str]) -> str:
    """What two articles share, in a line."""
    parts = []
    if "article_covered" in facts:
        parts.append(
            f"{100 * float(facts['article_covered']):.0f} % of it stands in the earlier one,"
            f" {100 * float(facts.get('earlier_covered', 0)):.0f} % of that in it"
        )
    if "days" in facts:
        parts.append(f"{float(facts['days']):+.1f} days")
    if "same_source" in facts:
        parts.append("the same outlet" if facts["same_source"] else "another outlet")
    parts.append("the same headline" if facts.get("same_title") else "another headline")
    if facts.get("changed_numbers"):
        parts.append(str(facts["changed_numbers"]))
    return ", ".join(parts)

"""`clew follow`: poll the feeds and watch the folders that the settings list."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from .options import archive_options, json_option, settings_of
from .output import print_json

if TYPE_CHECKING:
    from ..follow import Follower, PlaceStatus
    from ..settings import Settings


@click.command()
@archive_options
@click.option("--once", is_flag=True, help="Look at everything once, then end.")
@click.option("--status", is_flag=True, help="Show how it stands with each feed and folder, and end.")
@click.option(
    "--report", type=click.File("a", lazy=False), help="Append every skip and note here, a JSON object a line."
)
@json_option
def follow(
    data: Path | None, model: str | None, once: bool, status: bool, report: IO[str] | None, as_json: bool
) -> None:
    """Poll the feeds and watch the folders that the settings list, and store what is new in them.

    Until interrupted (Ctrl-C, or a TERM signal): what is being written is finished first.
    """
    settings = settings_of(data=data, model=model)
    if status:
        _show(settings, as_json=as_json)
    else:
        _follow(settings, report, once=once, as_json=as_json)


def _follow(settings: "Settings", report: IO[str] | None, *, once: bool, as_json: bool) -> None:
    from ..archive import Archive
    from ..follow import Follower, OwnArchive, check_listed

    check_listed(settings)  # before the archive is opened, which takes a while
    with Archive(settings, write=True) as archive:
        follower = Follower(settings, OwnArchive(archive), _say, report=_reporter(report))
        with _stopped_by_signals(follower):
            if not once:
                _say("clew", f"following {len(settings.feeds)} feeds and {len(settings.folders)} folders")
            (follower.once if once else follower.run)()
    totals = follower.totals
    if as_json:
        print_json({
            "looks": totals.looks, "failed": totals.failed, **totals.counts.results, "not_read": totals.counts.unread
        })  # fmt: skip
    else:
        _say("clew", f"{totals.looks:,} looks, {totals.failed:,} failed: {totals.counts.line()}")
    if once and totals.failed and totals.failed == totals.looks:
        sys.exit(1)


def _say(name: str, line: str) -> None:
    click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {name}: {' '.join(line.split())}", err=True)


def _reporter(file: IO[str] | None) -> Callable[[str, str, str], None]:
    def write(kind: str, place: str, text: str) -> None:
        if file:
            file.write(json.dumps({"place": place, kind: text}, ensure_ascii=False) + "\n")
            file.flush()

    return write


@contextmanager
def _stopped_by_signals(follower: "Follower") -> Iterator[None]:
    """Ctrl-C and TERM end the run after what is being written."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: follower.stop())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(settings: "Settings", *, as_json: bool) -> None:
    from ..follow import status_of

    found = status_of(settings)
    if as_json:
        print_json([place.model_dump(mode="json") for place in found])
        return
    rows = [("feed or folder", "last look", "last new", "articles", "failures", "next"), *map(_row, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row, place in zip(rows, [None, *found], strict=True):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if place and place.error:
            click.echo(f"    {place.error}")


def _row(place: "PlaceStatus") -> tuple[str, ...]:
    times = [f"{at:%Y-%m-%d %H:%M:%S}" if at else "-" for at in (place.last_look, place.last_new, place.next)]
    return place.name, times[0], times[1], f"{place.articles:,}", f"{place.failures:,}", times[2]

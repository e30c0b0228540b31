"""`clew follow`: poll the feeds and watch the folders that the settings list."""

import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ..errors import RefusedByServer
from .options import archive_options, json_option, open_backend, settings_of
from .output import print_json

if TYPE_CHECKING:
    from corpus import Article

    from ..follow import Follower, PlaceStatus, Result
    from ..limits import Policy
    from ..settings import Settings
    from .backend import Backend


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
        _follow(settings, data, model, report, once=once, as_json=as_json)


def _follow(
    settings: "Settings", data: Path | None, model: str | None, report: IO[str] | None, *, once: bool, as_json: bool
) -> None:
    from ..follow import Follower, OwnArchive, check_listed
    from .backend.embedded import Embedded

    check_listed(settings)  # before the archive is opened, which takes a while
    with open_backend(write=True, data=data, model=model) as backend:
        # the own archive finishes a transaction whatever signal comes
        destination = OwnArchive(backend.archive) if isinstance(backend, Embedded) else _ThroughServer(backend)
        follower = Follower(settings, destination, _say, report=_reporter(report))
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


class _ThroughServer:
    """A server as a `Destination`."""

    def __init__(self, backend: "Backend") -> None:
        self._backend = backend

    def write(self, articles: "Iterable[Article]", *, policy: "Policy | None", update: bool) -> "Iterator[Result]":
        """As `Destination`."""
        from ..follow import Result, result_of

        for outcome in self._backend.ingest(iter(articles), policy, update=update, unrelated=False):
            if isinstance(outcome, RefusedByServer):
                is_copy = outcome.status != HTTPStatus.CONFLICT or "earlier" in outcome.problem
                yield Result("refused" if is_copy else "exists", str(outcome))
            else:
                yield result_of(outcome)


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

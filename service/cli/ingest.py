"""`clew ingest`: read files, folders and archives into the store."""

import json
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, get_args

import click

from ..limits import Policy
from .options import archive_options, json_option, open_backend
from .output import counting, print_json, progress
from .reading import reading_options, survey_json, survey_lines, unread_lines

if TYPE_CHECKING:
    from corpus import Article
    from corpus.fields.records import Unread
    from corpus.readers.base import Options, ParsedArticle, Reading

    from ..errors import RefusedByServer
    from ..ingest import Outcome, Refusal
    from ..ingest.notices import FoundNotice
    from .backend import Backend

_SHOWN_SKIPS = 20
_REBUILD_SHARE = 0.1
"""Where this share of the archive is new since the last time, threads are rebuilt at the end: what came first could
not know what came later."""


class Report:
    """What is said about single records: on the terminal the first skips, in files every one."""

    def __init__(self, skips: IO[str] | None, report: IO[str] | None) -> None:
        self._skips, self._report = skips, report
        self._said = 0

    def skip(self, place: object, reason: str) -> None:
        """A record, file or member that was not stored."""
        self._said += 1
        if self._said <= _SHOWN_SKIPS:
            click.echo(f"skipped {place}: {reason}", err=True)
        if self._skips:
            self._skips.write(f"{place}: {reason}\n")
        self._line(place, "skipped", reason)

    def notes(self, place: object, notes: "Iterable[str]") -> None:
        """What was done to make an article of a record, or to store it."""
        for note in notes:
            self._line(place, "note", note)

    def _line(self, place: object, kind: str, text: str) -> None:
        if self._report:
            self._report.write(json.dumps({"place": str(place), kind: text}, ensure_ascii=False) + "\n")


@dataclass
class Summary:
    """What a run of `clew ingest` did."""

    report: Report
    read: int = 0
    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    skipped: int = 0
    paragraphs: int = 0
    threads: int = 0
    notices: list["FoundNotice"] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    unread: "Counter[Unread]" = field(default_factory=Counter)

    def skip(self, location: object, reason: str) -> None:
        """Count a skip and say it."""
        self.skipped += 1
        self.report.skip(location, reason)

    def add(self, reading: "ParsedArticle") -> None:
        """Count what was noted while an article was read."""
        from corpus.readers.survey import alike

        self.notes.update({alike(note) for note in reading.notes})
        self.unread.update(reading.unread)
        self.report.notes(reading.location, reading.notes)

    def count(self, outcome: "Outcome | Refusal | RefusedByServer", location: object) -> None:
        """Count what became of an article."""
        from corpus.readers.survey import alike

        from ..ingest import Outcome, Status

        if not isinstance(outcome, Outcome):
            self.skip(location, str(outcome))
            return
        self.duplicates += bool(outcome.verdicts)
        self.stored += outcome.status is Status.STORED
        self.updated += outcome.status is Status.UPDATED
        self.unchanged += outcome.status is Status.UNCHANGED
        if outcome.status is Status.SKIPPED:
            self.skip(location, outcome.repeats)
        self.paragraphs += outcome.paragraphs
        self.notes.update(alike(note) for note in outcome.notes)
        self.report.notes(location, outcome.notes)

    def line(self) -> str:
        """The summary in a line."""
        more = f", updated {self.updated}" if self.updated else ""
        more += f", unchanged {self.unchanged}" if self.unchanged else ""
        return (
            f"read {self.read:,}, stored {self.stored:,}{more}, duplicates {self.duplicates:,},"
            f" skipped {self.skipped:,}, {self.paragraphs:,} paragraphs, threads {self.threads:,}"
        )


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@archive_options
@click.option("--duplicates", type=click.Choice(get_args(Policy)), help="What happens to copies.")
@click.option("--update", is_flag=True, help="Replace stored articles whose text has changed.")
@click.option(
    "--update-unrelated", is_flag=True, help="As --update, also where the texts have nothing to do with each other."
)
@reading_options
@click.option(
    "--threads", "rebuild", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
    help="Rebuild threads at the end; auto: where a tenth of the archive or more is new.",
)  # fmt: skip
@click.option(
    "--skipped", "skips", type=click.File("w", lazy=False), help="Write every skip with its place and reason here."
)
@click.option(
    "--report", type=click.File("w", lazy=False), help="Write every skip and note here, a JSON object a line."
)
@click.option("--dry-run", is_flag=True, help="Show what would be read, and store nothing.")
@json_option
def ingest(
    paths: tuple[Path, ...],
    data: Path | None,
    model: str | None,
    duplicates: str | None,
    update: bool,
    update_unrelated: bool,
    rebuild: str,
    skips: IO[str] | None,
    report: IO[str] | None,
    dry_run: bool,
    as_json: bool,
    options: "Options",
) -> None:
    """Read files, folders and archives of articles, in any of the usual formats, into the archive.

    Ingesting the same thing twice changes nothing: a run that was interrupted goes on by being started again.
    """
    from ..settings import one_thread_a_search

    source = _Source(paths, options, quiet=as_json)  # a path that is not there ends the run before anything is made
    said = Report(skips, report)
    if dry_run:
        _survey(source, said, as_json=as_json)
        return
    one_thread_a_search(encoding=False)
    summary = Summary(said)
    interrupted = False
    update |= update_unrelated
    with open_backend(write=True, data=data, model=model) as backend:
        try:
            _read_in(backend, source, summary, policy=duplicates, update=update, unrelated=update_unrelated)
            if rebuild == "always" or (rebuild == "auto" and _is_due(backend)):
                _build(backend, quiet=as_json)
        except KeyboardInterrupt:
            interrupted = True
        summary.threads = backend.story_count()
        summary.notices = backend.notices()
    _report(summary, interrupted=interrupted, as_json=as_json)


class _Source:
    """The files to read, with progress by their bytes."""

    def __init__(self, paths: tuple[Path, ...], options: "Options", *, quiet: bool) -> None:
        from corpus.readers.files import total_bytes

        self._paths, self._options, self._quiet = paths, options, quiet
        self._total = total_bytes(paths)

    @contextmanager
    def readings(self, what: str) -> "Iterator[Iterator[Reading]]":
        """All that is read, in order."""
        from corpus.readers.files import read_paths

        done = 0
        with counting(what, quiet=self._quiet) as report:

            def count(read: int) -> None:
                nonlocal done
                done += read

            def counted() -> "Iterator[Reading]":
                for number, reading in enumerate(read_paths(self._paths, options=self._options, on_bytes=count)):
                    report(number, done, self._total)
                    yield reading

            yield counted()


def _survey(source: _Source, said: Report, *, as_json: bool) -> None:
    from corpus.readers.base import Skipped
    from corpus.readers.survey import Survey

    survey = Survey()
    with source.readings("reading") as readings:
        for reading in readings:
            survey.add(reading)
            if isinstance(reading, Skipped):
                said.skip(reading.location, reading.reason)
            else:
                said.notes(reading.location, reading.notes)
    if as_json:
        print_json(survey_json(survey))
    else:
        click.echo("\n".join(survey_lines(survey)))
    if survey.skipped and not survey.articles:
        sys.exit(1)


def _read_in(
    backend: "Backend", source: _Source, summary: Summary, *, policy: str | None, update: bool, unrelated: bool
) -> None:
    with source.readings("ingest") as readings:
        waiting: deque[object] = deque()
        articles = _articles(readings, waiting, summary)
        for outcome in backend.ingest(articles, policy, update=update, unrelated=unrelated):
            summary.count(outcome, waiting.popleft())


def _articles(readings: "Iterator[Reading]", waiting: deque[object], summary: Summary) -> "Iterator[Article]":
    """The articles among the readings; their places wait for the outcome, skips are counted."""
    from corpus.readers.base import ParsedArticle

    for reading in readings:
        summary.read += 1
        if isinstance(reading, ParsedArticle):
            waiting.append(reading.location)
            summary.add(reading)
            yield reading.article
        else:
            summary.skip(reading.location, reading.reason)


def _is_due(backend: "Backend") -> bool:
    """Whether enough came since the last build, in this run or in one that was interrupted."""
    new, total = backend.added()
    return new > 0 and new >= _REBUILD_SHARE * total


def _build(backend: "Backend", *, quiet: bool) -> None:
    with progress("threads", quiet=quiet) as report:
        backend.build_threads(report)


def _report(summary: Summary, *, interrupted: bool, as_json: bool) -> None:
    if summary.skipped > _SHOWN_SKIPS:
        click.echo(f"... and {summary.skipped - _SHOWN_SKIPS:,} more; --report FILE lists all", err=True)
    for note, n in sorted(summary.notes.items()):
        click.echo(f"{note}: {n:,} {'article' if n == 1 else 'articles'}", err=True)
    for notice in summary.notices:
        click.echo(
            f"{notice.articles:,} articles have nothing but a notice, as {notice.example!r}: {notice.text!r};"
            " stored, and no copies of each other",
            err=True,
        )
    for line in unread_lines(summary.unread):
        click.echo(line, err=True)
    if as_json:
        shown = {name: value for name, value in vars(summary).items() if name not in ("report", "unread")}
        print_json({**shown, "notices": [asdict(notice) for notice in summary.notices]})
    else:
        click.echo(summary.line())
    if interrupted:
        click.echo("interrupted; what was stored is safe, run the same command again to go on", err=True)
        sys.exit(130)
    if summary.skipped and not (summary.stored or summary.updated or summary.unchanged):
        sys.exit(1)

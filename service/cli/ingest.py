"""`clew ingest`: read files, folders and archives into the store."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, get_args

import click

from ..limits import Policy
from .options import archive_options, json_option, open_archive
from .output import print_json, progress

if TYPE_CHECKING:
    from corpus import Article
    from corpus.readers.base import Reading

    from ..archive import Archive
    from ..ingest import Outcome, Refusal
    from ..ingest.notices import FoundNotice

_SHOWN_SKIPS = 20
_REBUILD_SHARE = 0.1
"""Where this share of the archive is new since the last time, threads are rebuilt at the end: what came first could
not know what came later."""


@dataclass
class Summary:
    """What a run of `clew ingest` did."""

    read: int = 0
    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    skipped: int = 0
    paragraphs: int = 0
    threads: int = 0
    notices: list["FoundNotice"] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def skip(self, location: object, reason: str) -> None:
        """Count a skip; the first ones are said at once."""
        self.skipped += 1
        self.reasons.append(f"{location}: {reason}")
        if self.skipped <= _SHOWN_SKIPS:
            click.echo(f"skipped {location}: {reason}", err=True)

    def count(self, outcome: "Outcome | Refusal", location: object) -> None:
        """Count what became of an article."""
        from ..ingest import Outcome, Status

        if not isinstance(outcome, Outcome):
            self.skip(location, str(outcome))
            return
        self.duplicates += bool(outcome.verdicts)
        self.stored += outcome.status is Status.STORED
        self.updated += outcome.status is Status.UPDATED
        self.unchanged += outcome.status is Status.UNCHANGED
        if outcome.status is Status.SKIPPED:
            first = outcome.verdicts[0]
            self.skip(location, f"repeats {first.earlier} ({first.kind}, {first.score:.2f})")
        self.paragraphs += outcome.paragraphs
        self.notes.update(note.split(" ", 1)[-1] if note[0].isdigit() else note for note in outcome.notes)

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
@click.option("--format", "format_", help="Read everything as this format instead of looking at the content.")
@click.option(
    "--threads", "rebuild", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
    help="Rebuild threads at the end; auto: where a tenth of the archive or more is new.",
)  # fmt: skip
@click.option("--skipped", "skips", type=click.File("w"), help="Write every skip with its place and reason here.")
@json_option
def ingest(
    paths: tuple[Path, ...],
    data: Path | None,
    model: str | None,
    duplicates: str | None,
    update: bool,
    update_unrelated: bool,
    format_: str | None,
    rebuild: str,
    skips: IO[str] | None,
    as_json: bool,
) -> None:
    """Read files, folders, tar and zip archives (Markdown, JSON Lines, plain text) into the archive.

    Ingesting the same thing twice changes nothing: a run that was interrupted goes on by being started again.
    """
    from corpus.readers.files import total_bytes

    from ..ingest import last_row, notices_since
    from ..settings import one_thread_a_search

    one_thread_a_search(encoding=False)
    total = total_bytes(paths)  # a path that is not there ends the run before anything is made
    summary = Summary()
    interrupted = False
    with open_archive(write=True, data=data, model=model) as archive:
        before = archive.read(last_row)
        try:
            _read_in(
                archive, paths, summary, total, policy=duplicates, update=update or update_unrelated,
                unrelated=update_unrelated, format_=format_, quiet=as_json,
            )  # fmt: skip
            if rebuild == "always" or (rebuild == "auto" and _is_due(archive)):
                _build(archive, quiet=as_json)
        except KeyboardInterrupt:
            interrupted = True
        summary.threads = len(archive.memory.members)
        summary.notices = archive.read(notices_since, before)
    if skips is not None:
        skips.write("".join(f"{reason}\n" for reason in summary.reasons))
    _report(summary, interrupted=interrupted, as_json=as_json)


def _read_in(
    archive: "Archive",
    paths: tuple[Path, ...],
    summary: Summary,
    total: int,
    *,
    policy: str | None,
    update: bool,
    unrelated: bool,
    format_: str | None,
    quiet: bool,
) -> None:
    from corpus.readers.base import Options
    from corpus.readers.files import read_paths

    from ..ingest import make_ready, write_together

    done = 0
    with progress("ingest", quiet=quiet) as report:

        def count(read: int) -> None:
            nonlocal done
            done += read
            report(done, total)

        readings = read_paths(paths, options=Options(format=format_), on_bytes=count)
        waiting: list[object] = []
        articles = _articles(readings, waiting, summary)
        for some in make_ready(archive, articles):
            with uninterrupted():  # what is stored is counted
                for outcome in write_together(archive, some, policy=policy, replace=update, unrelated=unrelated):
                    summary.count(outcome, waiting.pop(0))
            archive.save_if_due()


@contextmanager
def uninterrupted() -> "Iterator[None]":
    """Ctrl-C waits for the end of the block (a transaction: half a second or so)."""
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _articles(readings: "Iterator[Reading]", waiting: list[object], summary: Summary) -> "Iterator[Article]":
    """The articles among the readings; their places wait for the outcome, skips are counted."""
    from corpus.readers.base import ParsedArticle

    for reading in readings:
        summary.read += 1
        if isinstance(reading, ParsedArticle):
            waiting.append(reading.location)
            summary.notes.update(reading.notes)
            yield reading.article
        else:
            summary.skip(reading.location, reading.reason)


def _is_due(archive: "Archive") -> bool:
    """Whether enough came since the last build, in this run or in one that was interrupted."""
    with archive.reading() as view:
        new, total = view.tx.threads.added_since_built(), len(view.collection)
    return new > 0 and new >= _REBUILD_SHARE * total


def _build(archive: "Archive", *, quiet: bool) -> None:
    from ..threads import build_threads

    with progress("threads", quiet=quiet) as report:
        build_threads(archive, report)


def _report(summary: Summary, *, interrupted: bool, as_json: bool) -> None:
    if summary.skipped > _SHOWN_SKIPS:
        click.echo(f"... and {summary.skipped - _SHOWN_SKIPS:,} more; --skipped FILE lists all", err=True)
    for note, n in sorted(summary.notes.items()):
        click.echo(f"{note}: {n:,} {'article' if n == 1 else 'articles'}", err=True)
    for notice in summary.notices:
        click.echo(
            f"{notice.articles:,} articles have nothing but a notice, as {notice.example!r}: {notice.text!r};"
            " stored, and no copies of each other",
            err=True,
        )
    if as_json:
        shown = {name: value for name, value in vars(summary).items() if name != "reasons"}
        print_json({**shown, "notices": [asdict(notice) for notice in summary.notices]})
    else:
        click.echo(summary.line())
    if interrupted:
        click.echo("interrupted; what was stored is safe, run the same command again to go on", err=True)
        sys.exit(130)
    if summary.skipped and not (summary.stored or summary.updated or summary.unchanged):
        sys.exit(1)

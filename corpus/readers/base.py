"""The contract of every reader: bytes of one file in, articles and explained skips out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from ..article import Article
from ..errors import BadRecord
from ..fields.records import DEFAULT_RULES, FieldRules, Unread, article_from_record


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Where a record comes from, for messages: `archive.tar.gz > a/003.txt, line 17`."""

    path: str
    member: str | None = None
    line: int | None = None
    item: int | None = None
    """Which of several articles that begin in one line, from 1."""

    def __str__(self) -> str:
        """As messages show it."""
        member = f" > {self.member}" if self.member else ""
        line = f", line {self.line}" if self.line else ""
        item = f", item {self.item}" if self.item else ""
        return f"{self.path}{member}{line}{item}"


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One article that was read."""

    article: Article
    location: SourceLocation
    notes: tuple[str, ...] = ()
    """What its source leaves out (`no date`, `no url`), and what was done about it."""
    format: str = ""
    """Name of its reader."""
    used: Mapping[str, str] = field(default_factory=dict)
    """What a field is -> the name that it had in the record."""
    unread: tuple[Unread, ...] = ()
    """Fields that have a value and were not read."""
    date: str = ""
    """The date as its source states it."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """One record, file or archive member without an article; the reason says what to do."""

    location: SourceLocation
    reason: str


Reading = ParsedArticle | Skipped


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader accepts, in bytes; what exceeds a limit is skipped, and the reason names the limit."""

    record_bytes: int = 8 << 20
    """One article as written in its file."""
    member_bytes: int = 4 << 30
    """One file inside an archive, or one file after decompression."""
    archive_bytes: int = 64 << 30
    """All members of an archive together, decompressed."""
    archive_members: int = 10_000_000
    ratio: int = 200
    """Decompressed : compressed size of a file; more is a decompression bomb (news text packs 3:1 to 10:1)."""
    ratio_from_bytes: int = 16 << 20
    """Decompressed bytes up to which any ratio passes: small and repetitive files do no harm."""


@dataclass(frozen=True, slots=True)
class Options:
    """How files are read."""

    limits: Limits = Limits()
    rules: FieldRules = DEFAULT_RULES
    format: str | None = None
    """Name of the reader for all files; None: as each file's content says."""
    encoding: str | None = None
    """The encoding of all texts; None: as each file's content says."""
    hint: str = ""
    """The encoding of records that are not UTF-8, as the beginning of their file has it."""


class Reader(Protocol):
    """Reads one format."""

    name: str
    """Short name for messages and `--format`: `markdown`, `json`, `text`."""

    def recognises(self, head: bytes, name: str) -> int:
        """Certainty that `head` is this format: 0 (no) to 100 (certain).

        `head` is the first 64 kB of the file, or all of it.
        `name` is the file's name; a suffix may add to the certainty but never overrides the content.
        """
        ...

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Read all records of one file, in order.

        A record that cannot be read is yielded as `Skipped` and the next one follows; content never raises. Memory
        stays within a few times `options.limits.record_bytes`, however long the file is.

        Raises:
            OSError: the stream itself failed, or the compressed data behind it is damaged or exceeds a limit.
        """
        ...


def reading_of(
    record: Mapping[str, object], location: SourceLocation, options: Options, format: str, notes: tuple[str, ...] = ()
) -> Reading:
    """The article that a record is, or a skip that says why it is none.

    The record's names are any that `corpus.fields.NAMES` has. `notes` are the reader's own.
    """
    try:
        made = article_from_record(record, options.rules)
    except BadRecord as error:
        return Skipped(location, str(error))
    return ParsedArticle(made.article, location, (*made.notes, *notes), format, made.used, made.unread, made.date)

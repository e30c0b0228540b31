"""The contract of every reader: bytes of one file in, articles and explained skips out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from ..article import Article


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Where a record comes from, for messages: `archive.tar.gz > a/003.txt, line 17`."""

    path: str
    member: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """As messages show it."""
        member = f" > {self.member}" if self.member else ""
        line = f", line {self.line}" if self.line else ""
        return f"{self.path}{member}{line}"


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One article that was read, and notes on what its source leaves out (`no date line`, `no url`)."""

    article: Article
    location: SourceLocation
    notes: tuple[str, ...] = ()


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


class Reader(Protocol):
    """Reads one format."""

    name: str
    """Short name for messages and `--format`: `markdown`, `jsonl`, `text`."""

    def recognises(self, head: bytes, name: str) -> int:
        """Certainty that `head` is this format: 0 (no) to 100 (certain).

        `head` is the first 64 kB of the file, or all of it.
        `name` is the file's name; a suffix may add to the certainty but never overrides the content.
        """
        ...

    def read(self, stream: BinaryIO, location: SourceLocation, limits: Limits) -> Iterator[Reading]:
        """Read all records of one file, in order.

        A record that cannot be read is yielded as `Skipped` and the next one follows; content never raises. Memory
        stays within a few times `limits.record_bytes`, however long the file is.

        Raises:
            OSError: the stream itself failed, or the compressed data behind it is damaged or exceeds a limit.
        """
        ...

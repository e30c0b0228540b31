"""Parquet, as data sets come: an article a row, columns under any usual names. Needs the extra `formats`."""

import shutil
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from ..fields.names import find_fields
from .base import Options, Reading, Skipped, SourceLocation, reading_of

_ROWS = 64
"""Rows read at a time."""
_MAGIC = b"PAR1"


class Parquet:
    """One article a row."""

    name = "parquet"

    def recognises(self, head: bytes, name: str) -> int:
        """By its first bytes."""
        return 100 if head.startswith(_MAGIC) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article or a skip for each row, from a temporary copy: the file is read from its end."""
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            yield Skipped(location, "Parquet needs pyarrow: pip install 'clew[formats]'")
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            try:
                file = parquet.ParquetFile(copy)
                if reason := _without_text(file.schema_arrow.names, options):
                    yield Skipped(location, reason)
                    return
                yield from _rows(file, location, options)
            except (pyarrow.ArrowException, OSError, ValueError) as error:
                yield Skipped(location, f"damaged Parquet: {error}. Every row before that was read.")


def _without_text(columns: list[str], options: Options) -> str:
    """Why the file holds no articles; "" if it does."""
    found, _ = find_fields(dict.fromkeys(columns, "x"), options.rules.fields)
    if found.keys() & {"text", "summary", "title"}:
        return ""
    names = ", ".join(ascii(name) for name in columns[:20])
    return f"no column is known as a text or title (columns: {names}); name it: --field text=COLUMN"


def _rows(file: "object", location: SourceLocation, options: Options) -> Iterator[Reading]:
    number = 0
    for batch in file.iter_batches(batch_size=_ROWS):  # type: ignore[attr-defined]
        for row in batch.to_pylist():
            number += 1
            yield reading_of(row, SourceLocation(location.path, location.member, number), options, "parquet")

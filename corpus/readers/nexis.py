"""Nexis (LexisNexis) exports as text: `1 of 50 DOCUMENTS`, or documents that close with `End of Document`."""

from collections.abc import Iterator
from typing import BinaryIO

from .base import Options, Reading, Skipped, SourceLocation
from .press_databases import is_nexis_start, looks_like_nexis
from .press_lines import head_lines, nexis_readings, text_lines, with_notes


class Nexis:
    """Each document of the file; the cover with the search is left out."""

    name = "nexis"

    def recognises(self, head: bytes, name: str) -> int:
        """By a line that starts or ends a document."""
        return 94 if looks_like_nexis(head_lines(head)) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each document."""
        start: list[tuple[int, str]] = []
        notes: dict[str, None] = {}
        lines = text_lines(stream, options, notes)
        for line in lines:
            start.append(line)
            if is_nexis_start(line[1]) or len(start) > 2000:
                break
        wrapped = any(is_nexis_start(line) for _, line in start)
        nothing = True
        readings = nexis_readings(_chained(start, lines), location, options, self.name, wrapped)
        for reading in with_notes(readings, notes):
            nothing = False
            yield reading
        if nothing:
            yield Skipped(location, "there is no document of Nexis in it")


def _chained(first: list[tuple[int, str]], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield from first
    first.clear()
    yield from rest

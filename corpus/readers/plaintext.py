"""Plain text: one article a file, with no structure but blank lines."""

from collections.abc import Iterator
from typing import BinaryIO

from ..errors import BadRecord
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import decode_head, read_noted
from .encodings import recognised_encoding
from .xml_records import root_of

_TITLE_BELOW = 200
"""Characters. Headlines have at most about 120; a first line this long is a paragraph."""

_MARKUP = ("<!doctype", "<html", "<?xml", "<rss", "<feed", "warc/", "%pdf-", "{\\rtf")
"""Beginnings of text-like files that would make a garbage article."""


class PlainText:
    """One article a file; a short first line before a blank one is its title."""

    name = "text"

    def recognises(self, head: bytes, name: str) -> int:
        """Any text, with low certainty; less where its encoding is only recognised."""
        text = decode_head(head)
        if text is None or text.lstrip().lower().startswith(_MARKUP) or root_of(head):
            return 0
        return 10 if recognised_encoding(head).startswith("utf") else 5

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield the one article, or a skip that says why it cannot be read."""
        try:
            text, notes = read_noted(stream, options)
            title, body = _parts(text)
        except BadRecord as error:
            yield Skipped(location, str(error))
        else:
            yield reading_of({"title": title, "text": body}, location, options, self.name, notes)


def _parts(text: str) -> tuple[str, str]:
    text = text.strip()
    first, _, rest = text.partition("\n")
    if len(first) < _TITLE_BELOW and rest.strip() and not rest.partition("\n")[0].strip():
        return first, rest.strip()
    return "", text

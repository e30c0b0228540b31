"""Rich text (RTF): one article, or an export of Nexis or Factiva with many."""

from collections.abc import Iterator
from typing import BinaryIO

from ..errors import BadRecord
from .base import Options, Reading, Skipped, SourceLocation
from .documents import document_readings, read_whole


class Rtf:
    """Its text by striprtf, an extra."""

    name = "rtf"

    def recognises(self, head: bytes, name: str) -> int:
        """By the first group."""
        return 98 if head.lstrip().startswith(b"{\\rtf") else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each document."""
        try:
            paragraphs = _paragraphs(read_whole(stream, options.limits))
        except BadRecord as error:
            yield Skipped(location, str(error))
        else:
            yield from document_readings(paragraphs, {}, location, options, self.name)


def _paragraphs(data: bytes) -> list[str]:
    """The paragraphs of a document.

    Raises:
        BadRecord: striprtf is not installed, or cannot read it.
    """
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError as error:
        raise BadRecord("a rich text document: to read it, pip install 'clew[formats]'") from error
    if not data.rstrip(b"\0 \r\n").endswith(b"}"):
        raise BadRecord("cut off: a rich text document without its end; get it again")
    try:
        text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise BadRecord(f"damaged rich text ({type(error).__name__}: {str(error)[:100]})") from error
    return [line.strip() for line in text.split("\n") if line.strip()]

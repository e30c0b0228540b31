"""What RTF and DOCX files have in common: paragraphs that are one article, or an export of Nexis or Factiva."""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from ..errors import BadRecord
from .base import Limits, Options, Reading, SourceLocation, reading_of
from .press_databases import looks_like_factiva, looks_like_nexis
from .press_lines import factiva_readings, nexis_readings

RECORDS_MAX = 4
"""A file of this kind is held whole, up to so many times the limit for one article: exports have hundreds of them."""
_TITLE_BELOW = 200
"""Characters. A longer first paragraph is no headline."""


def read_whole(stream: BinaryIO, limits: Limits) -> bytes:
    """All bytes of a file.

    Raises:
        BadRecord: it is longer than `RECORDS_MAX` times the limit for one article.
        OSError: the stream failed.
    """
    chunks: list[bytes] = []
    length = 0
    most = RECORDS_MAX * limits.record_bytes
    while chunk := stream.read(1 << 16):
        chunks.append(chunk)
        length += len(chunk)
        if length > most:
            raise BadRecord(f"longer than {most:,} bytes, the limit for a file of this kind; split it")
    return b"".join(chunks)


def document_readings(
    paragraphs: Sequence[str], facts: Mapping[str, object], location: SourceLocation, options: Options, format: str
) -> Iterator[Reading]:
    """The documents of an export; where it is none, the one article that the paragraphs are.

    `facts` are the fields that the file itself states; a title among them is not in the paragraphs.
    """
    numbered = list(enumerate((line for each in paragraphs for line in each.split("\n")), 1))
    lines = [line for _, line in numbered]
    if looks_like_nexis(lines):
        readings = nexis_readings(numbered, location, options, format, wrapped=False)
    elif looks_like_factiva(lines):
        readings = factiva_readings(numbered, location, options, format)
    else:
        yield reading_of(_one(paragraphs, facts), location, options, format)
        return
    nothing = True
    for reading in readings:
        nothing = False
        yield reading
    if nothing:
        yield reading_of(_one(paragraphs, facts), location, options, format)


def _one(paragraphs: Sequence[str], facts: Mapping[str, object]) -> dict[str, object]:
    """One article; a short first paragraph is its title where the file marks none."""
    texts = [each.strip() for each in paragraphs if each.strip()]
    fields = dict(facts)
    if not fields.get("title") and len(texts) > 1 and len(texts[0]) < _TITLE_BELOW and "\n" not in texts[0]:
        fields["title"] = texts.pop(0)
    return {**fields, "text": "\n\n".join(texts)}

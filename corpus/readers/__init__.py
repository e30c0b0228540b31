"""Readers by name and by content. Importing this imports none of them.

To add one: a module with a class that meets `base.Reader`, a line in `_CLASSES`, a row in the contract tests.
"""

from importlib import import_module
from typing import cast

from ..errors import UnknownFormat
from .base import Reader
from .decoding import decode_head
from .prose import not_prose

__all__ = ["reader_for", "reader_named", "reader_names"]

_CLASSES = {
    "csv": ".delimited:Delimited",
    "feed": ".feed:Feed",
    "html": ".html:Html",
    "json": ".json:Json",
    "mail": ".mail:Mail",
    "markdown": ".markdown:Markdown",
    "parquet": ".parquet:Parquet",
    "sitemap": ".sitemap:Sitemap",
    "text": ".plaintext:PlainText",
    "warc": ".warc:Warc",
}
"""Name -> module:class. Where two are equally certain, the first wins."""

_OTHER_NAMES = {"jsonl": "json", "ndjson": "json", "tsv": "csv"}

_NOT_READ = (
    (b"%PDF-", "a PDF; make it text first: pdftotext FILE.pdf"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save it as plain text"),
    (b"{\\rtf", "a rich text document; save it as plain text"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"\x04\x22\x4d\x18", "compressed with lz4; unpack it first: lz4 -d FILE"),
    (b"<?xml", "XML of a kind that no reader knows; convert its articles to JSON Lines, HTML or RSS"),
)
"""First bytes of files that people keep in their archives and no reader accepts, and what to call them."""

_OF_ANY_TEXT = frozenset(("markdown", "text"))
"""Readers of what decodes: what nobody wrote for readers is refused before."""

_UNSURE = 5
"""Certainty of the plain text reader about data that is neither binary nor UTF-8."""


def reader_names() -> tuple[str, ...]:
    """The names that `reader_named` takes, sorted."""
    return tuple(sorted(_CLASSES))


def reader_named(name: str) -> Reader:
    """The reader of that name.

    Raises:
        UnknownFormat: no reader has this name.
    """
    name = _OTHER_NAMES.get(name, name)
    if name not in _CLASSES:
        raise UnknownFormat(name, f"no such format; there are {', '.join(reader_names())}")
    module, _, attribute = _CLASSES[name].partition(":")
    return cast(Reader, getattr(import_module(module, __package__), attribute)())


def reader_for(head: bytes, name: str) -> Reader:
    """The reader that recognises the content with the highest certainty.

    `head` is the first 64 kB of the file `name`, or all of it.

    Raises:
        UnknownFormat: the file is empty, or no reader recognises it.
    """
    if not head:
        raise UnknownFormat(name, "empty file")
    readers = [reader_named(each) for each in _CLASSES]
    certainty, best = max(((r.recognises(head, name), r) for r in readers), key=lambda pair: pair[0])
    if certainty <= _UNSURE:
        start = head.lstrip()
        words = next((words for magic, words in _NOT_READ if start.startswith(magic)), "")
        if words or not certainty:
            raise UnknownFormat(name, f"unknown format: {words or 'binary data'}")
    if best.name in _OF_ANY_TEXT and (words := not_prose(decode_head(head) or "")):
        raise UnknownFormat(name, f"no article: {words}")
    return best

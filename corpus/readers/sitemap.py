"""Sitemaps: a news sitemap's headlines become articles; any other is a list of addresses, and is refused in words."""

from collections.abc import Iterator
from typing import BinaryIO

from ..text import squeeze
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .html import sniffed
from .xml_stream import Element, Fault, XmlRecords, line_of_element, local_name, root_name

_NAMES = {"title": "title", "publication_date": "published", "name": "source", "language": "language", "loc": "url"}


class Sitemap:
    """The `news:` entries of a sitemap: title, date, address, name and language of the publication, no text."""

    name = "sitemap"

    def recognises(self, head: bytes, name: str) -> int:
        """By its root element."""
        return 85 if root_name(sniffed(head)).rpartition(":")[2].lower() in ("urlset", "sitemapindex") else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article for each address with a headline, and one skip for all the others."""
        records = XmlRecords(stream, options, frozenset(("url", "sitemap")))
        bare, example = 0, ""
        for entry in records:
            if isinstance(entry, Fault):
                yield Skipped(location, entry.reason)
                break
            record = _record(entry)
            if "title" in record:
                here = SourceLocation(location.path, location.member, line_of_element(entry))
                yield reading_of(record, here, options, self.name, records.notes)
            else:
                bare, example = bare + 1, example or str(record.get("url", ""))
        if bare:
            yield Skipped(
                location,
                f"a sitemap: {bare:,} addresses without a headline ({example[:200]} ...) are no articles. Fetch the"
                " pages, for example with wget --warc-file, and read those",
            )
        elif not records.given:
            yield Skipped(location, "a sitemap without addresses")


def _record(entry: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in entry.iter():
        parent = local_name(element.getparent()) if element.getparent() is not None else ""
        name = local_name(element)
        if (
            name in _NAMES
            and parent in ("news", "publication", "url", "sitemap")
            and (text := squeeze(element.text or ""))
        ):
            found.setdefault(_NAMES[name], text)
    return found

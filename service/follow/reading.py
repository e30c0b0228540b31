"""From what a feed or folder has to what becomes of it: read, given what the settings say of it, and written."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import groupby

from corpus import Article, CorpusError
from corpus.readers import reader_for, reader_named
from corpus.readers.base import Options, ParsedArticle, Reading, Skipped, SourceLocation
from corpus.readers.streams import HEAD_BYTES

from ..settings import Followed
from .counts import Counts, Report, is_left_out
from .destination import Destination, Result
from .errors import FetchFailed

_NO_FEEDS = {"html": "an HTML page", "text": "plain text", "markdown": "plain text", "mail": "an e-mail"}
"""Readers of what a server answers where there is no feed: a page that says so, a login, a consent form."""
_NO_BODY = "no text:"
"""How the notes on articles begin whose summary or headline stands for their text."""


def read_body(body: bytes, url: str, options: Options) -> Iterator[Reading]:
    """The items of a feed that was fetched, one after the other.

    Raises:
        FetchFailed: it is no feed (at once).
    """
    try:
        reader = reader_named(options.format) if options.format else reader_for(body[:HEAD_BYTES], url)
    except CorpusError as error:
        raise FetchFailed(f"what the server answers cannot be read: {getattr(error, 'reason', error)}") from error
    if not options.format and (kind := _NO_FEEDS.get(reader.name)):
        raise FetchFailed(f'the server answers with {kind}, not with a feed (where that is meant: format = "..." )')
    return reader.read(BytesIO(body), SourceLocation(url), options)


class Writing:
    """Writes what was read in one look at a place, and counts it.

    Args:
        destination: where to.
        place: what the settings say.
        report: told of each record that is not stored, and of the notes on those that are.
        check: called before each article is given on; it raises to end the run.
        left_out: digests of items that are known and not to be stored: they are not written again, and not counted.
    """

    def __init__(
        self, destination: Destination, place: Followed, report: Report, check: Callable[[], None],
        left_out: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.counts = Counts()
        self.left_out: list[str] = []
        """Those of this look."""
        self._destination, self._place, self._report, self._check = destination, place, report, check
        self._known = frozenset(left_out)
        self._waiting: list[tuple[str, str]] = []

    def write(self, readings: Iterable[Reading]) -> None:
        """Write the articles among some readings.

        One that has only a summary or a headline never replaces a text that is stored.
        """
        for has_body, some in groupby(self._articles(readings), key=_has_body):
            articles = (self._as_listed(parsed) for parsed in some)
            update = has_body and self._place.update
            for result in self._destination.write(articles, policy=self._place.duplicates, update=update):
                self._count(result, has_body=has_body)

    def _articles(self, readings: Iterable[Reading]) -> Iterator[ParsedArticle]:
        for reading in readings:
            self._check()
            if isinstance(reading, Skipped):
                self.counts.skip(reading.reason)
                self._report("skipped", str(reading.location), reading.reason)
                continue
            digest = hashlib.sha256(repr(reading.article).encode("utf-8", "surrogatepass")).hexdigest()[:16]
            if digest in self._known:
                self.left_out.append(digest)
                continue
            self._waiting.append((str(reading.location), digest))
            self.counts.fields.update(unread.name for unread in reading.unread)
            for note in reading.notes:
                self._report("note", str(reading.location), note)
            yield reading

    def _as_listed(self, parsed: ParsedArticle) -> Article:
        place, article = self._place, parsed.article
        language = place.language.lower() if place.language else article.language
        return replace(article, source=place.source or article.source, language=language)

    def _count(self, result: Result, *, has_body: bool) -> None:
        location, digest = self._waiting.pop(0)
        if result.status == "exists" and not has_body:
            result = Result("unchanged")
        self.counts.add(result)
        if is_left_out(result):
            self.left_out.append(digest)
            self._report("skipped", location, result.reason)


def _has_body(parsed: ParsedArticle) -> bool:
    return not any(note.startswith(_NO_BODY) for note in parsed.notes)

"""Articles as the lines of a body, and what a server answers to each line."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from corpus import Article, Published, Verdict
from corpus.readers.base import ParsedArticle, Reading

from ...errors import RefusedByServer

if TYPE_CHECKING:
    from ...duplicates.models import BulkCheckAnswer, CheckLine
    from ...ingest import Outcome
    from ...ingest.models import BulkLine

_TOGETHER = 200
"""Articles of one request: some thousand paragraphs, which are encoded in some seconds."""
_TOGETHER_BYTES = 1 << 20


def line_of(article: Article) -> bytes:
    """An article as a line, with the fields that the API knows."""
    given = {field.name: getattr(article, field.name) for field in fields(article)}
    shown = {name: str(value) if isinstance(value, Published) else value for name, value in given.items()}
    return json.dumps({name: v for name, v in shown.items() if v not in (None, "")}, ensure_ascii=False).encode()


def sent_together(articles: Iterator[Article]) -> Iterator[list[bytes]]:
    """Articles as lines, those together that go in one request."""
    lines: list[bytes] = []
    size = 0
    for article in articles:
        lines.append(line_of(article))
        size += len(lines[-1])
        if len(lines) >= _TOGETHER or size >= _TOGETHER_BYTES:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines


def outcome_of(line: "BulkLine") -> "Outcome | RefusedByServer":
    """What became of an article."""
    from ...ingest import Outcome, Status

    if line.status is None or line.id is None:
        return RefusedByServer(
            line.reason or "the server gives no reason",
            line.http_status,
            {} if line.earlier is None else {"earlier": line.earlier},
        )
    verdicts = tuple(Verdict(line.id, each.earlier, each.kind, each.score) for each in line.duplicates)
    return Outcome(
        Status(line.status), line.id, line.thread, verdicts, line.paragraphs or 0, tuple(line.notes), given=line.given
    )


class CheckedLines:
    """Readings to be checked: the articles among them are sent, and the answer is for all."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._numbers = [reading.location.line or number for number, reading in enumerate(readings, 1)]
        parsed = [(n, r) for n, r in zip(self._numbers, readings, strict=True) if isinstance(r, ParsedArticle)]
        self._sent = dict(enumerate((number for number, _ in parsed), 1))
        """Line of the body -> line of the file."""
        self.lines = b"\n".join(line_of(reading.article) for _, reading in parsed)

    def answer(self, found: "BulkCheckAnswer") -> "BulkCheckAnswer":
        """The answer with the lines of the file, and a line for each skip."""
        from ...duplicates.models import CheckLine

        checked = iter(found.lines)
        lines = [
            self._renumbered(next(checked))
            if isinstance(reading, ParsedArticle)
            else CheckLine(line=number, http_status=422, reason=reading.reason)
            for number, reading in zip(self._numbers, self._readings, strict=True)
        ]
        return found.model_copy(update={"lines": lines})

    def _renumbered(self, line: "CheckLine") -> "CheckLine":
        duplicates = [
            each if each.line is None else each.model_copy(update={"line": self._sent[each.line]})
            for each in line.duplicates
        ]
        return line.model_copy(
            update={
                "line": self._sent[line.line], "duplicates": duplicates,
                "same_id": [self._sent[other] for other in line.same_id],
            }
        )  # fmt: skip

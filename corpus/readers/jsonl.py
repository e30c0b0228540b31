"""JSON Lines: one object a line, fields as in `corpus.fields`. A bad line does not affect the others."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from ..errors import BadRecord
from ..fields.conversion import article_from_fields
from .base import Limits, Options, ParsedArticle, Reading, Skipped, SourceLocation, reading_of
from .decoding import wrong_encoding

_CHUNK = 1 << 20

BRACKETS_MAX = 500_000
"""Each pair may become a Python object of 56 bytes or more: a line within the limit could take 200 MB. Half a million
take 30 MB and are five times what the hardest honest article in the tests has."""


class JsonLines:
    """One article a line, as the API takes it: strict JSON in UTF-8. For files `json.Json` takes more.

    Args:
        as_given: the fields are those of an article and stay as they are: another reader made them.
    """

    def __init__(self, *, as_given: bool = False) -> None:
        self._as_given = as_given

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article or a skip for each line that is not blank."""
        longest = options.limits.record_bytes
        for number, line in lines(stream, longest):
            here = SourceLocation(location.path, location.member, number)
            if line is None:
                yield Skipped(here, too_long(options.limits))
                continue
            line = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if not line.strip():
                continue
            try:
                record = parse_object(line)
                if self._as_given:
                    article, notes = article_from_fields(record)
                    yield ParsedArticle(article, here, notes, "jsonl")
                else:
                    yield reading_of(record, here, options, "jsonl")
            except BadRecord as error:
                yield Skipped(here, str(error))


def too_long(limits: Limits) -> str:
    """Why a record beyond the limit is skipped."""
    return f"longer than {limits.record_bytes:,} bytes, the limit for one article"


def parse_object(line: bytes) -> dict[str, object]:
    """One strict JSON object: no duplicate keys, no NaN, no excessive nesting.

    Raises:
        BadRecord: it is not a strict JSON object; the message includes the parser's own.
    """
    if line.count(b"[") + line.count(b"{") > BRACKETS_MAX:
        raise BadRecord(f"more than {BRACKETS_MAX:,} brackets")
    try:
        value = json.loads(
            line.decode().rstrip(),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise BadRecord(wrong_encoding(line, error)) from error
    except RecursionError as error:
        raise BadRecord("nested too deeply") from error
    except json.JSONDecodeError as error:
        raise BadRecord(f"not JSON: {error.msg} (column {error.colno})") from error
    except ValueError as error:  # ours, and a number of more than 4,300 digits
        raise BadRecord(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadRecord(f"a line must be a JSON object, not {type(value).__name__}")
    return value


def lines(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes | None]]:
    """Lines numbered from 1; None for a line longer than `longest`, which is read past without being kept."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if len(line) <= longest:
            yield number, line
            continue
        while not line.endswith(b"\n") and (line := stream.readline(_CHUNK)):
            pass
        yield number, None


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {twice[:80]!r} appears twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")

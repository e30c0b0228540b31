"""JSON Lines: one object a line, keys as in `corpus.fields`. A bad line does not affect the others."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from ..errors import BadRecord
from ..fields import article_from_fields
from .base import Limits, ParsedArticle, Reading, Skipped, SourceLocation
from .decoding import decode_head, encoding_of, wrong_encoding

_CHUNK = 1 << 20

_BRACKETS_MAX = 500_000
"""Each pair may become a Python object of 56 bytes or more: a line within the limit could take 200 MB. Half a million
take 30 MB and are five times what the hardest honest article in the tests has."""

_STARTS_OBJECT = re.compile(r"\{\s*(?:\"|\}|$)")
_STARTS_ARRAY = re.compile(r"\[\s*(?:\{|$)")


class JsonLines:
    """One article a line."""

    name = "jsonl"

    def recognises(self, head: bytes, name: str) -> int:
        """By the beginning; other shapes of JSON too, because `read` says what to do about them."""
        text = (decode_head(head) or "").lstrip()
        if _STARTS_OBJECT.match(text):
            return 90
        suffix = name.lower().endswith((".jsonl", ".ndjson", ".json"))
        return 50 if _STARTS_ARRAY.match(text) else 40 * (suffix and bool(text))

    def read(self, stream: BinaryIO, location: SourceLocation, limits: Limits) -> Iterator[Reading]:
        """Yield an article or a skip for each line that is not blank."""
        for number, line in _lines(stream, limits.record_bytes):
            here = SourceLocation(location.path, location.member, number)
            try:
                if line is None:
                    raise BadRecord(f"longer than {limits.record_bytes:,} bytes, the limit for one article")
                if number == 1:
                    line = _first_line(line)
                if not line.strip():
                    continue
                article, notes = article_from_fields(parse_object(line))
            except _NotLines as error:
                yield Skipped(location, str(error))
                return
            except BadRecord as error:
                yield Skipped(here, str(error))
            else:
                yield ParsedArticle(article, here, notes)


class _NotLines(Exception):
    """The file is JSON of another shape, or in another encoding."""


def parse_object(line: bytes) -> dict[str, object]:
    """One strict JSON object: no duplicate keys, no NaN, no excessive nesting.

    Raises:
        BadRecord: it is not a strict JSON object; the message includes the parser's own.
    """
    if line.count(b"[") + line.count(b"{") > _BRACKETS_MAX:
        raise BadRecord(f"more than {_BRACKETS_MAX:,} brackets")
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


def _lines(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes | None]]:
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


def _first_line(line: bytes) -> bytes:
    """The line without a byte order mark; raises `_NotLines` for a file that is not JSON Lines at all."""
    encoding = encoding_of(line)
    if encoding not in ("utf-8", "utf-8-sig"):
        raise _NotLines(f"JSON must be UTF-8, but this is {encoding}: iconv -f {encoding} -t utf-8 OLD > NEW")
    line = line.removeprefix(codecs.BOM_UTF8)
    start = line.strip()
    if start == b"{":
        raise _NotLines("an object over several lines; write one a line: jq -c . OLD > NEW.jsonl")
    if start.startswith(b"["):
        raise _NotLines("a JSON array; write one object a line: jq -c '.[]' OLD > NEW.jsonl")
    return line


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"the key {twice[:80]!r} appears twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")

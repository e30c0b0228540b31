"""The records of a JSON text of any size, one at a time: the elements of an array, objects one after the other.

A parser would need the whole of it, and give up at the first fault. This one only looks for strings and brackets, so a
faulty record costs itself; what is in it is parsed by the caller.
"""

import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Any, NamedTuple

_CHUNK = 1 << 18
_TOKEN = re.compile(rb'["{}\[\]]')
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+[{}\[\]]', re.DOTALL)
"""Up to the next bracket, past the strings before it; the rest of this file is for where that is cut off."""
_INSIDE = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
"""The inside of a string, as far as it is there; an escape is never cut in two."""
_OBJECT, _ARRAY, _QUOTE = ord("{"), ord("["), ord('"')


class Piece(NamedTuple):
    """A record as written."""

    line: int
    """Where it begins, from 1."""
    data: bytes | None
    """None: longer than the limit."""
    indent: bytes = b""
    """White space before it on its line."""


def pieces(stream: "BufferedReader[Any]", longest: int, *, chunk: int = _CHUNK) -> Iterator[Piece]:
    """The objects of a JSON text.

    These are the objects one after the other and those in arrays. Of an object longer than `longest` bytes, the objects
    in its lists (`{"articles": [...]}`), so that an export of any size takes little memory. What is broken off comes as
    it is. `chunk` bytes are read at a time.
    """
    return _Splitter(stream, longest, chunk).pieces()


def restarted(piece: Piece) -> list[Piece]:
    """The parts of a faulty piece that begin like records, on a line of their own with the same indent as its own."""
    assert piece.data is not None
    starts = [0, *(m.start() + 1 for m in re.finditer(rb"\n(?=" + re.escape(piece.indent) + rb"\{)", piece.data))]
    parts = zip(starts, [*starts[1:], len(piece.data)], strict=True)
    return [
        Piece(piece.line + piece.data.count(b"\n", 0, start), piece.data[start:end].rstrip(b" \t\r\n,]"), piece.indent)
        for start, end in parts
    ]


class _Splitter:
    """Reads forward; keeps the record that it is in, no more."""

    def __init__(self, stream: "BufferedReader[Any]", longest: int, chunk: int) -> None:
        self._stream, self._longest, self._chunk = stream, longest, chunk
        self._buffer, self._at = b"", 0
        self._start = 0
        """Where the present record begins in the buffer."""
        self._passed = self._counted = 0
        """Line ends up to a place in the buffer, and that place."""
        self._line = 1
        """The line in which the present record begins."""
        self._stack: list[int] = []
        self._depth = 0
        """Brackets that are open around the present record."""
        self._inside = False
        """Whether a record has begun."""
        self._beyond = False
        """Whether it is longer than the limit, and not kept."""
        self._wrapped = False
        """Whether the objects in the lists of an object are the records."""
        self._found = False
        """Whether there was one."""
        self._indent = b""

    def pieces(self) -> Iterator[Piece]:
        while self._next_token():
            token = self._buffer[self._at]
            self._at += 1
            if token == _QUOTE:
                if not self._past_string():
                    break
            elif token in (_OBJECT, _ARRAY):
                self._open(token)
            elif self._stack:
                yield from self._close()
        yield from self._rest()

    def _open(self, token: int) -> None:
        if token == _OBJECT and not self._inside and self._is_record():
            self._begin(self._at - 1)
        self._stack.append(token)

    def _close(self) -> Iterator[Piece]:
        self._stack.pop()
        if self._inside and len(self._stack) == self._depth:
            yield self._ended()
        if self._wrapped and not self._stack:
            yield from self._unwrapped()

    def _rest(self) -> Iterator[Piece]:
        if self._inside:
            yield self._ended()
        if self._wrapped:
            yield from self._unwrapped()

    def _unwrapped(self) -> Iterator[Piece]:
        """The end of an object that was too long; if there was no record in its lists, it was one itself."""
        if not self._found:
            yield Piece(self._line, None)
        self._wrapped = self._found = False

    def _is_record(self) -> bool:
        if self._wrapped:
            return self._stack.count(_ARRAY) == 1 and self._stack[-1] == _ARRAY
        return not self._stack or self._stack == [_ARRAY]

    def _begin(self, at: int) -> None:
        before = self._buffer[self._buffer.rfind(b"\n", 0, at) + 1 : at]
        self._indent = b"" if before.strip() else before
        self._pass(at)
        self._line, self._start, self._inside, self._depth = self._passed + 1, at, True, len(self._stack)

    def _ended(self) -> Piece:
        piece = Piece(self._line, None if self._beyond else self._buffer[self._start : self._at], self._indent)
        self._inside = self._beyond = False
        self._found = self._wrapped
        return piece

    def _next_token(self) -> bool:
        if match := _BRACKET.match(self._buffer, self._at):
            self._at = match.end() - 1
            return True
        while not (match := _TOKEN.search(self._buffer, self._at)):
            self._at = len(self._buffer)
            if not self._more():
                return False
        self._at = match.start()
        return True

    def _past_string(self) -> bool:
        """Go behind the string whose inside begins here; False where the text ends within."""
        while True:
            match = _INSIDE.match(self._buffer, self._at)
            assert match
            self._at = match.end()
            if self._buffer[self._at : self._at + 1] == b'"':
                self._at += 1
                return True
            wrapped = self._wrapped
            if not self._more():
                return False
            if self._wrapped != wrapped:
                return True  # all over again, from the first bracket of the record

    def _more(self) -> bool:
        """Read on. What lies between records, or in one that is too long, is forgotten."""
        if self._inside and not self._beyond and len(self._buffer) - self._start > self._longest:
            self._let_go()
        self._forget(self._start if self._inside and not self._beyond else self._at)
        chunk = self._stream.read1(self._chunk)
        self._buffer += chunk
        return bool(chunk)

    def _let_go(self) -> None:
        """The present record is too long: its lists hold the records, else it is passed over."""
        if self._depth or self._wrapped:
            self._beyond = True
        else:
            self._inside, self._wrapped, self._stack, self._at = False, True, [_OBJECT], self._start + 1

    def _pass(self, until: int) -> None:
        self._passed += self._buffer.count(b"\n", self._counted, until)
        self._counted = until

    def _forget(self, until: int) -> None:
        self._pass(max(until, self._counted))
        self._buffer = self._buffer[until:]
        self._at, self._start, self._counted = self._at - until, self._start - until, self._counted - until

"""Where the paragraphs of a body are: character offsets, never copies of the text.

The splitter is linear in the length of the text and keeps every character: whatever is not white space lies in
exactly one paragraph (`tests/test_corpus_paragraphs.py` proves it with hypothesis). It knows no model; an encoder's
limit comes in as a function that counts tokens.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .article import Paragraph
from .hashing import paragraph_hash

CountTokens = Callable[[str], int]

ENCODED_MAX = 400
"""Paragraphs of an article that are encoded; later ones are stored, shown and searched by their words. The longest of
3,801 newspaper articles has 384; a 2 MB dump of 30,000 lines would keep an encoder busy for minutes."""

ENCODED_CHARACTERS = 100_000
"""Only paragraphs that end before this are encoded: some 17,000 words. Without it, 2 MB of unbroken text took 44 s."""

_REST_MIN = 1_000
"""Characters after that limit that are worth a piece of their own."""

_WRAPPED_LINE_MAX = 100
"""A text whose lines are all shorter than this, and mostly end in mid-sentence, was wrapped by a mail program or an
old editing system: its line breaks mean nothing. Typewriter and terminal columns are 65 to 80 wide."""

_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*+(?=\s)|[。！？]")
_ENDS_SENTENCE = tuple(".!?:;…。！？\"'”’»)")


@dataclass(frozen=True, slots=True)
class Split:
    """Paragraphs of one body, in order, and how many over-long ones had to be cut at sentence ends."""

    paragraphs: tuple[Paragraph, ...]
    cut: int = 0


def split_paragraphs(text: str, *, count_tokens: CountTokens | None = None, max_tokens: int = 256) -> Split:
    """Split a body at blank lines, or at line breaks where it has no blank line.

    With `count_tokens`, a paragraph of more than `max_tokens` tokens is cut at sentence ends into pieces that fit
    (a sentence that does not fit is cut between words): an encoder would silently ignore what exceeds its limit.

    Returns paragraphs with `0 <= start < end <= len(text)`; an empty or blank text gives none.
    """
    found: list[Paragraph] = []
    cut = 0
    for start, end in _spans(text):
        pieces = [(start, end)]
        if count_tokens and _is_long(text, start, end, count_tokens, max_tokens):
            pieces = list(_cut(text, start, end, count_tokens, max_tokens))
            cut += len(pieces) > 1
        for a, b in pieces:
            found.append(Paragraph(len(found), a, b, paragraph_hash(text[a:b])))
    return Split(tuple(found), cut)


def encoded(paragraphs: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """The paragraphs to encode: the first one, and those after it up to both limits."""
    return [p for p in paragraphs[:ENCODED_MAX] if p.position == 0 or p.end <= ENCODED_CHARACTERS]


def _is_long(text: str, start: int, end: int, count: CountTokens, limit: int) -> bool:
    """Whether a paragraph that will be encoded has more tokens than fit.

    A token is at least one character, so a short text fits without counting; no text has twenty characters a token, so
    a very long one is not counted twice.
    """
    if end - start <= limit or start >= ENCODED_CHARACTERS:
        return False
    return end - start > 20 * limit or count(text[start:end]) > limit


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Paragraph spans without surrounding white space."""
    lines = list(_lines(text))
    if any(a == b for a, b in _inner(lines)) or _is_wrapped(text, lines):
        groups = _group_by_blank(lines)
    else:
        groups = iter([line for line in lines if line[0] < line[1]])
    return groups


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Stripped span of each line; a blank line has start == end."""
    position = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        start = position + (len(line) - len(line.lstrip())) if stripped else position
        yield start, start + len(stripped)
        position += len(line)


def _inner(lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lines between the first and the last that are not blank."""
    full = [i for i, (a, b) in enumerate(lines) if a < b]
    return lines[full[0] : full[-1]] if full else []


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    full = [text[a:b] for a, b in lines if a < b]
    if len(full) < 3 or max(map(len, full)) > _WRAPPED_LINE_MAX:
        return False
    return sum(line.endswith(_ENDS_SENTENCE) for line in full) * 2 < len(full)


def _group_by_blank(lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    end = 0
    for a, b in lines:
        if a < b:
            start = a if start is None else start
            end = b
        elif start is not None:
            yield start, end
            start = None
    if start is not None:
        yield start, end


def _cut(text: str, start: int, end: int, count: CountTokens, limit: int) -> Iterator[tuple[int, int]]:
    """Pieces of `text[start:end]` of at most `limit` tokens, as few and as even as sentence ends allow.

    What comes after `ENCODED_CHARACTERS` will not be encoded and stays one piece.
    """
    if end > ENCODED_CHARACTERS + _REST_MIN:
        at = text.rfind(" ", start + 1, ENCODED_CHARACTERS)
        at = ENCODED_CHARACTERS if at < 0 else at
        yield from _cut(text, start, len(text[:at].rstrip()), count, limit)
        yield at + len(text[at:end]) - len(text[at:end].lstrip()), end
        return
    sentences = [(a, b, n) for s in _sentences(text, start, end) for a, b, n in _fitting(text, *s, count, limit)]
    total = sum(n for *_, n in sentences)
    wanted = -(-total // limit)
    target = min(limit, total / wanted * 1.1)
    piece_start, piece_end, size = sentences[0]
    for a, b, n in sentences[1:]:
        if size + n > limit or size >= target:
            yield piece_start, piece_end
            piece_start, size = a, 0
        piece_end = b
        size += n
    yield piece_start, piece_end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentence spans, good enough to cut at (an abbreviation's dot is an end too, which does no harm here)."""
    a = start
    for match in _SENTENCE_END.finditer(text, start, end):
        b = match.end()
        if b > a:
            yield a, b
        a = b
        while a < end and text[a].isspace():
            a += 1
    if a < end:
        yield a, end


def _fitting(text: str, start: int, end: int, count: CountTokens, limit: int) -> Iterator[tuple[int, int, int]]:
    """The sentence with its token count; cut between words where it is longer than the limit."""
    n = count(text[start:end])
    if n <= limit:
        yield start, end, n
        return
    words = [m.span() for m in _WORD.finditer(text, start, end)]
    step = max(1, min(limit, len(words) * limit // n))
    for i in range(0, len(words), step):
        yield from _halved(text, words[i : i + step], count, limit)


def _halved(text: str, words: list[tuple[int, int]], count: CountTokens, limit: int) -> Iterator[tuple[int, int, int]]:
    a, b = words[0][0], words[-1][1]
    n = count(text[a:b])
    if n <= limit:
        yield a, b, n
    elif len(words) > 1:
        middle = len(words) // 2
        yield from _halved(text, words[:middle], count, limit)
        yield from _halved(text, words[middle:], count, limit)
    else:  # one "word" of more tokens than fit: a script without spaces, or no text at all
        middle = (a + b) // 2
        yield from _halved(text, [(a, middle)], count, limit)
        yield from _halved(text, [(middle, b)], count, limit)

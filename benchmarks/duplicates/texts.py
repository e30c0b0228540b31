"""Real articles cut into paragraphs, and clones of them that are no duplicates of each other.

A clone has all names, numbers and rarer words of its article replaced by others of about the same frequency and
ending, the same one everywhere in the clone: it reads as nonsense and counts as news.
"""

import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from corpus import source_of
from embeddings.arrays import distinct
from embeddings.duplicates.tokens import hashed_words, runs

WORDS_LEAST = 80
"""Shorter articles are captions and stubs."""
WORDS_MOST = 3_000
SHARED_MOST = 0.3
"""Share of the shorter article's shingles that may stand in the other: above, nobody said what the pair is."""
_KEPT = 250
"""The most frequent words, which no clone renames."""
_CHUNK = 40
"""Words of about one frequency that change places."""
_SENTENCE = re.compile(r"(?<=[.!?])[\"\u201d\u2019']?\s+(?=[\"\u201cA-Z])")
_TOKEN = re.compile(r"[A-Za-z]+|\d+")
_ENDINGS = ("ing", "ed", "ly", "tion", "es", "s", "")


@dataclass(frozen=True, slots=True)
class Piece:
    """An article of the set."""

    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    source: str

    @property
    def words(self) -> int:
        """Of the body, by white space."""
        return sum(len(p.split()) for p in self.paragraphs)


def sentences(paragraph: str) -> list[str]:
    """Good enough: an abbreviation's dot is an end too."""
    return [s for s in _SENTENCE.split(paragraph) if s]


def read_originals(path: Path) -> list[Piece]:
    """The articles of `stream-newsarticles`, those that repeat an earlier one left out."""
    pieces: list[Piece] = []
    seen: dict[int, int] = {}
    sizes: list[int] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            if WORDS_LEAST <= len(fields["text"].split()) <= WORDS_MOST and _is_new(fields["text"], seen, sizes):
                pieces.append(_piece(fields))
    return pieces


def _is_new(text: str, seen: dict[int, int], sizes: list[int]) -> bool:
    """Whether the text shares little with each one before, by the shorter of the two; it is then remembered."""
    own = distinct(runs(hashed_words([text]).hashes, 5)).tolist()
    for number, shared in Counter(seen[hashed] for hashed in own if hashed in seen).items():
        if shared > SHARED_MOST * min(len(own), sizes[number]):
            return False
    for hashed in own:
        seen.setdefault(hashed, len(sizes))
    sizes.append(len(own))
    return True


def _piece(fields: dict[str, str]) -> Piece:
    chance = random.Random(fields["id"])
    left = sentences(fields["text"])
    paragraphs = []
    while left:
        size = chance.randint(2, 4)
        paragraphs.append(" ".join(left[:size]).strip())
        left = left[size:]
    at = datetime.fromisoformat(fields["published"]) + timedelta(minutes=chance.randrange(1440))
    title = fields.get("title") or " ".join(fields["text"].split()[:8])
    return Piece(title, tuple(p for p in paragraphs if p), at, source_of(fields["url"]) or "unknown")


class Cloner:
    """Makes clones; clone 0 is the article itself."""

    def __init__(self, originals: Sequence[Piece], kept: frozenset[str]) -> None:
        """`kept`: words in lower case that stay, beside the most frequent ones."""
        self._originals = originals
        frequency = Counter(t for o in originals for p in o.paragraphs for t in _TOKEN.findall(p) if t.isalpha())
        low = {word for word, _ in Counter({w: n for w, n in frequency.items() if w.islower()}).most_common(_KEPT)}
        self._kept = kept | low
        self._is_name = {w for w in frequency if w[0].isupper() and frequency[w] > frequency[w.lower()]}
        self._chunks = _chunks(frequency, self._kept, self._is_name)

    def clones(self, first: int = 0) -> Iterator[Piece]:
        """All articles of one clone, then of the next one, without end."""
        clone = first
        while True:
            renamed = self._renamed(clone)
            days = timedelta(days=random.Random(clone).randrange(60) if clone else 0)
            for original in self._originals:
                yield self._clone(original, clone, renamed, days)
            clone += 1

    def _renamed(self, clone: int) -> dict[str, str]:
        chance = random.Random(clone)
        found: dict[str, str] = {}
        for chunk in self._chunks if clone else ():
            shift = chance.randrange(1, len(chunk)) if len(chunk) > 1 else 0
            found.update(zip(chunk, chunk[shift:] + chunk[:shift], strict=True))
        return found

    def _clone(self, piece: Piece, clone: int, renamed: dict[str, str], days: timedelta) -> Piece:
        def rename(match: re.Match[str]) -> str:
            token = match[0]
            if token.isdigit():
                return _other_number(token, clone)
            if token in renamed:
                return renamed[token]
            low = renamed.get(token.lower(), token)
            return low.capitalize() if token[0].isupper() else low

        if not clone:
            return piece
        return Piece(
            _TOKEN.sub(rename, piece.title),
            tuple(_TOKEN.sub(rename, p) for p in piece.paragraphs),
            piece.published + days,
            piece.source,
        )


def _chunks(frequency: Counter[str], kept: frozenset[str] | set[str], names: set[str]) -> list[list[str]]:
    """Words that may stand for each other: names or not, of one ending and about one frequency."""
    kinds: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for word in sorted(frequency, key=lambda w: (-frequency[w], w)):
        if word.lower() in kept or (word not in names and not word.islower()):
            continue
        ending = next(e for e in _ENDINGS if word.endswith(e))
        kinds[word in names, "" if word in names else ending].append(word)
    return [words[i : i + _CHUNK] for words in kinds.values() for i in range(0, len(words), _CHUNK)]


def _other_number(number: str, clone: int) -> str:
    """Of as many digits; the same for the same number in one clone."""
    chance = random.Random(f"{clone} {number}")
    return str(chance.randint(1, 9)) + "".join(str(chance.randint(0, 9)) for _ in number[1:])

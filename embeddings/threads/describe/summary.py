"""A thread in three sentences: extractive, so that each can be shown in its article.

The lead of a news story is the summary that its writer made, and no extract of many articles beats it by much; so the
first sentence is the best of the representative's lead. The others add what that one does not say: sentences are
weighed by how much their terms say of the thread, and a term that is used weighs less from then on (SumBasic;
Nenkova & Vanderwende, "The impact of frequency on summarization", 2005, with c-TF-IDF in place of frequency). Sentences
that only quote or cannot stand alone are left out. They are put in the order of time, as the story went.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sentencex

from corpus import primary, words

SENTENCES = 3
READ_MOST = 24
"""Articles of a thread that are read for its summary: the representative, and others evenly spaced over its time."""
_LEAD_CHARACTERS = 1_500
"""Of an article: what is new stands at its top."""
_REPRESENTATIVE_SENTENCES = 3
_CHARACTERS = (40, 320)
"""Of a sentence: shorter ones are captions and subheads, longer ones lists."""
_TERMS_LEAST = 5
_SMOOTHING = 8
"""Terms that are added to a sentence's length, so that the shortest is not always the densest."""
_POSITION = 0.08
"""A sentence loses this share for each one before it in its article."""
_USED = 0.2
"""What a term still weighs when a chosen sentence has it."""
_DEPENDENT = re.compile(
    r"[\"'“”„«»\u2018\u2019(\[]|(?:he|she|they|it|this|that|these|those|but|and|so|however|meanwhile|also)\b",
    re.IGNORECASE,
)
"""A sentence that begins so needs the one before it, or is a quotation."""


@dataclass(frozen=True, slots=True)
class SummarySource:
    """One article of the thread, to take sentences from."""

    row: int
    text: str
    language: str | None = None
    """What it is in: whose function words say nothing, and how its sentences end; English where it is not known."""
    boilerplate: tuple[tuple[int, int], ...] = ()
    """Where what is not the article's own begins and ends, in characters: no sentence is taken from there."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a summary, and where it stands."""

    row: int
    start: int
    """Characters from the beginning of the article's text."""
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    sentence: Sentence
    position: int
    """How many sentences stand before it in its article."""
    terms: tuple[str, ...]


def summarise(
    sources: Sequence[SummarySource], weights: Mapping[str, float], representative: int
) -> tuple[Sentence, ...]:
    """At most `SENTENCES` sentences that sum up a thread, in the order of the sources.

    Args:
        sources: articles of the thread, in order of time; `READ_MOST` are enough.
        weights: how much a term says of the thread.
        representative: row of the article whose lead comes first, if it is among the sources.
    """
    left = [candidate for source in sources for candidate in _candidates(source)]
    weights = dict(weights)
    lead = [c for c in left if c.sentence.row == representative and c.position < _REPRESENTATIVE_SENTENCES]
    chosen: list[_Candidate] = []
    while left and len(chosen) < SENTENCES:
        best = max(lead or left, key=lambda candidate: round(_worth(candidate, weights), 9))  # the first of equals
        if _worth(best, weights) <= 0:
            break
        chosen.append(best)
        used = set(best.terms)
        weights.update({term: _USED * weights[term] for term in used & weights.keys()})
        left = [c for c in left if not _repeats(c, used)]
        lead = []
    order = {source.row: i for i, source in enumerate(sources)}
    chosen.sort(key=lambda candidate: (order[candidate.sentence.row], candidate.sentence.start))
    return tuple(candidate.sentence for candidate in chosen)


def sample_evenly(rows: Sequence[int], representative: int, most: int = READ_MOST) -> list[int]:
    """The rows that are read for a summary: all of a small thread, of a large one evenly spaced ones."""
    if len(rows) <= most:
        return list(rows)
    some = {rows[i * (len(rows) - 1) // (most - 1)] for i in range(most)}
    return [row for row in rows if row in some or row == representative]


def _candidates(source: SummarySource) -> Iterator[_Candidate]:
    spans = _sentences(source.text[:_LEAD_CHARACTERS], source.language)
    own = (span for span in spans if not any(a < span[1] and span[0] < b for a, b in source.boilerplate))
    for position, (start, end) in enumerate(own):
        text = source.text[start:end]
        terms = tuple(dict.fromkeys(words(text, primary(source.language))))
        cut_off = end >= _LEAD_CHARACTERS
        if cut_off or len(terms) < _TERMS_LEAST or not _CHARACTERS[0] <= len(text) <= _CHARACTERS[1]:
            continue
        if not _DEPENDENT.match(text):
            yield _Candidate(Sentence(source.row, start, end, text), position, terms)


def _sentences(text: str, language: str | None) -> Iterator[tuple[int, int]]:
    """Spans without white space around; a line break ends a sentence too."""
    plain = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if len(plain) != len(text):  # half a character somewhere: no library takes it
        return
    for found in sentencex.get_sentence_boundaries((language or "en")[:2], plain):
        start = found["start_index"]
        for line in found["text"].splitlines(keepends=True):
            stripped = line.strip()
            if stripped:
                begin = start + len(line) - len(line.lstrip())
                yield begin, begin + len(stripped)
            start += len(line)


def _worth(candidate: _Candidate, weights: Mapping[str, float]) -> float:
    total = sum(weights.get(term, 0.0) for term in candidate.terms)
    return total / (len(candidate.terms) + _SMOOTHING) * max(0.0, 1 - _POSITION * candidate.position)


def _repeats(candidate: _Candidate, used: set[str]) -> bool:
    return 2 * len(used.intersection(candidate.terms)) > len(candidate.terms)

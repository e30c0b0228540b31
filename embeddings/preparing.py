"""An article by itself, before it stands beside others: split, counted, hashed, signed, and made ready to compare.

Pure functions: no store, no index, and no state but the `Boilerplate` that is passed in. What is compared with what,
and what is kept of it, is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from corpus import (
    Article,
    Paragraph,
    Terms,
    body_hash,
    comparable,
    content_hash,
    encoded,
    has_lookalikes,
    paragraph_hash,
    primary,
    repaired,
    split_paragraphs,
    squeeze,
    terms_of,
)

from .compare.alignment import Side, weigh
from .duplicates.boilerplate import Boilerplate
from .duplicates.facts import Text
from .duplicates.lines import KEY, LineKeys, line_keys
from .duplicates.remainders import terms_without
from .duplicates.signatures import Signature, signature
from .encoders.base import Encoder
from .search.collection import Query, day_of, lead_position
from .types import Vectors

__all__ = ["Prepared", "prepare", "query_of", "side_of", "text_of", "without_boilerplate"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is known of an article without looking at any other."""

    article: Article
    paragraphs: tuple[Paragraph, ...]
    """All of them, in the order of the text; `corpus.encoded` says which are encoded."""
    terms: Terms
    body_hash: str
    content_hash: str
    title_hash: str | None
    """None where it has no title."""
    signature: Signature
    lines: LineKeys = field(default_factory=lambda: np.empty(0, KEY))
    notes: tuple[str, ...] = ()
    """What a user should know: paragraphs that were cut, or that are not encoded."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Hash -> text of everything that is to be encoded."""


def prepare(article: Article, encoder: Encoder) -> Prepared:
    """Split, count, hash and sign an article; the encoder counts tokens and encodes nothing yet.

    Raises:
        EncoderUnavailable: the model could not be loaded.
        ModelDamaged: its weights are not the published ones.
    """
    split = split_paragraphs(
        article.text, count_tokens=lambda text: encoder.count_tokens(comparable(text)), max_tokens=encoder.max_tokens
    )
    notes = []
    if split.cut:
        notes.append(f"{split.cut} over-long paragraphs were cut at sentence ends")
    some = encoded(split.paragraphs)
    if len(some) < len(split.paragraphs):
        notes.append(
            f"the first {len(some):,} of {len(split.paragraphs):,} paragraphs are compared by meaning,"
            " the others by their words only"
        )
    if has_lookalikes(repaired(article.text)):
        notes.append("letters of another alphabet that look Latin: compared as Latin ones")
    title_hash = paragraph_hash(article.title) if article.title else None
    texts = {p.hash: squeeze(comparable(p.of(article.text))) for p in some}
    if title_hash:
        texts[title_hash] = squeeze(comparable(article.title))
    return Prepared(
        article, split.paragraphs, terms_of(article.title, article.text), body_hash(article.text),
        content_hash(article.title, article.text), title_hash, signature(comparable(article.text)),
        line_keys(article.title, article.text, split.paragraphs), tuple(notes), texts,
    )  # fmt: skip


def query_of(prepared: Prepared, vectors: Mapping[str, Vectors]) -> Query:
    """The article as a query.

    Args:
        prepared: the article.
        vectors: hash -> unit vector (D,) of everything in its `texts`.
    """
    some = encoded(prepared.paragraphs)
    lead = lead_position([p.end - p.start for p in some])
    return Query(
        prepared.terms,
        np.stack([vectors[p.hash] for p in some]) if some else np.empty((0, 1), np.float32),
        tuple(p.position for p in some),
        vectors[some[lead].hash] if some else None,
        vectors[prepared.title_hash] if prepared.title_hash else None,
        day_of(prepared.article.published),
        language=prepared.terms.language or primary(prepared.article.language),
    )


def without_boilerplate(query: Query, prepared: Prepared, boilerplate: Boilerplate) -> Query:
    """What an article that is not stored is compared by: its `query_of` without what is boilerplate at present.

    Args:
        query: the article's.
        prepared: the article.
        boilerplate: of the collection; the caller holds its lock.
    """
    some, text = encoded(prepared.paragraphs), prepared.article.text
    known = _including(boilerplate, prepared)
    left_out = known.spans(text, some)
    if not left_out:
        return query
    kept = [i for i, p in enumerate(some) if not known.is_boilerplate(p.hash)]
    passages = query.passages[kept]
    lead = passages[lead_position([some[i].end - some[i].start for i in kept])] if kept else None
    return replace(
        query, terms=terms_without(prepared.terms, (text[start:end] for start, end in left_out)), passages=passages,
        lead=lead, positions=tuple(some[i].position for i in kept),
    )  # fmt: skip


def _including(boilerplate: Boilerplate, prepared: Prepared) -> Boilerplate:
    return boilerplate.including([p.hash for p in encoded(prepared.paragraphs)], prepared.lines)


def side_of(prepared: Prepared, query: Query, boilerplate: Boilerplate) -> Side:
    """The article's encoded paragraphs, ready to be aligned.

    Args:
        prepared: the article.
        query: its `query_of`.
        boilerplate: of the collection; the caller holds its lock.
    """
    some = encoded(prepared.paragraphs)
    hashes = tuple(p.hash for p in some)
    return Side(
        query.passages, hashes, weigh([p.end - p.start for p in some], hashes, _including(boilerplate, prepared))
    )


def text_of(prepared: Prepared, boilerplate: Boilerplate) -> Text:
    """The text by which the article is compared with possible copies: without boilerplate.

    Args:
        prepared: the article.
        boilerplate: of the collection; the caller holds its lock.
    """
    article = prepared.article
    own = _including(boilerplate, prepared).own_text(article.text, prepared.paragraphs)
    return Text(
        comparable(article.title), comparable(own), article.source, day_of(article.published), prepared.body_hash
    )

"""An article by itself, before it stands beside others: split, counted, hashed, signed, encoded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus import (
    Article,
    Paragraph,
    Terms,
    body_hash,
    content_hash,
    encoded,
    paragraph_hash,
    split_paragraphs,
    squeeze,
    terms_of,
)
from corpus.records import ParagraphKey
from embeddings.compare import Side, weigh
from embeddings.duplicates import Signature, Text, signature
from embeddings.encoders import CachedEncoder
from embeddings.search import Query, day_of, lead_of
from embeddings.types import Vectors

from ..duplicates import detection as judging
from .archive import Archive


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that can be said of an article without looking at any other."""

    article: Article
    paragraphs: tuple[Paragraph, ...]
    terms: Terms
    body_hash: str
    content_hash: str
    title_hash: str | None
    signature: Signature
    notes: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Hash -> text of everything that is to be encoded."""


def prepare(archive: Archive, article: Article) -> Prepared:
    """Split, count and hash an article."""
    split = split_paragraphs(
        article.text, count_tokens=archive.encoder.count_tokens, max_tokens=archive.encoder.max_tokens
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
    title_hash = paragraph_hash(article.title) if article.title else None
    texts = {p.hash: squeeze(p.of(article.text)) for p in some}
    if title_hash:
        texts[title_hash] = squeeze(article.title)
    return Prepared(
        article, split.paragraphs, terms_of(article.title, article.text), body_hash(article.text),
        content_hash(article.title, article.text), title_hash, signature(article.text), tuple(notes), texts,
    )  # fmt: skip


def encode(archive: Archive, prepared: Sequence[Prepared]) -> dict[str, Vectors]:
    """Vectors (D,) by hash of everything in these articles; what the store has is not encoded again."""

    def cached(hashes: Iterable[str]) -> Mapping[str, bytes]:
        with archive.store.read() as tx:
            return tx.articles.vectors(list(hashes))

    texts = {hash: text for p in prepared for hash, text in p.texts.items()}
    return CachedEncoder(archive.encoder, cached).encode(texts)


def query_of(prepared: Prepared, vectors: Mapping[str, Vectors]) -> Query:
    """The article as a query."""
    some = encoded(prepared.paragraphs)
    lead = lead_of([ParagraphKey(p.position, p.hash, p.end - p.start) for p in some])
    return Query(
        prepared.terms,
        np.stack([vectors[p.hash] for p in some]) if some else np.empty((0, 1), np.float32),
        tuple(p.position for p in some),
        vectors[some[lead].hash] if some else None,
        vectors[prepared.title_hash] if prepared.title_hash else None,
        day_of(prepared.article.published),
    )


def as_incoming(archive: Archive, prepared: Prepared) -> judging.Incoming:
    """The article as it is judged now: without boilerplate. The collection's lock is the caller's."""
    article = prepared.article
    own = archive.copies.boilerplate.own_text(article.text, prepared.paragraphs)
    text = Text(article.title, own, article.source, day_of(article.published), prepared.body_hash)
    return judging.Incoming(article, text, prepared.signature)


def side_of(archive: Archive, prepared: Prepared, query: Query) -> Side:
    """The article's paragraphs, ready to be aligned; with the `query_of` it. The collection's lock is the caller's."""
    some = encoded(prepared.paragraphs)
    hashes = tuple(p.hash for p in some)
    return Side(query.passages, hashes, weigh([p.end - p.start for p in some], hashes, archive.copies.boilerplate))

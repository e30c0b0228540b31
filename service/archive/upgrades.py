"""What an older version computed for each article is computed again, once, when a store is opened for writing."""

import logging

from corpus import comparable
from corpus.store import Store
from embeddings.duplicates import SIGNATURES_VERSION, line_keys, pack_signature, signatures

log = logging.getLogger(__name__)

_AT_ONCE = 1_000
"""Articles in one transaction (some five seconds)."""


def upgrade(store: Store) -> None:
    """Bring everything that is computed from single articles up to date; nothing happens where it is."""
    _recount_terms(store)
    _renew_signatures(store)
    _find_lines(store)


def _recount_terms(store: Store) -> None:
    """Count the terms of all articles again where an older version counted them (a reader goes on with what is)."""
    with store.read() as tx:
        if tx.articles.terms_are_current():
            return
        total = tx.articles.count()
    if total:
        log.warning("terms.recount articles=%d reason=%r", total, "their words were counted by an older version")
    row, done, more = 0, 0, 1
    while more:
        with store.write() as tx:
            row, more = tx.articles.recount_terms(row, _AT_ONCE)
        done += more
        log.info("terms.recounted articles=%d of=%d", done, total)


def _renew_signatures(store: Store) -> None:
    """Sign all articles again where an older version signed them (a reader goes on without)."""
    with store.read() as tx:
        if tx.articles.signatures_version() == SIGNATURES_VERSION:
            return
        total = tx.articles.count()
    if total:
        log.warning("signatures.renew articles=%d reason=%r", total, "they were made by an older version")
    row, done = 0, 0
    while True:
        with store.write() as tx:
            some = tx.articles.texts(row, _AT_ONCE)
            if not some:
                tx.articles.signed_by(SIGNATURES_VERSION)
                return
            signed = signatures([comparable(text) for _, text in some])
            tx.articles.sign([(row, pack_signature(one)) for (row, _), one in zip(some, signed, strict=True)])
        row, done = some[-1][0], done + len(some)
        log.info("signatures.renewed articles=%d of=%d", done, total)


def _find_lines(store: Store) -> None:
    """Find the lines of articles that an older version stored (a reader goes on without)."""
    done = 0
    while True:
        with store.read() as tx:
            if not tx.articles.without_lines(1):
                return
        with store.write() as tx:
            some = tx.articles.without_lines(_AT_ONCE)
            paragraphs = tx.articles.paragraphs_of([row for row, _, _ in some])
            tx.articles.set_lines(
                [(row, line_keys(title, text, [p for _, p in paragraphs[row]]).tobytes()) for row, title, text in some]
            )
        done += len(some)
        log.info("lines.found articles=%d", done)

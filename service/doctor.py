"""Checks that change nothing: versions, weights, and whether store, index, threads and change log agree."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from corpus import CorpusError, Level, StoreMissing
from corpus.store import ThreadFilter, sqlite_version
from embeddings.errors import EmbeddingsError
from embeddings.search import model_of

from .archive.archive import NO_COEFFICIENTS, Archive
from .archive.view import View
from .settings import Settings
from .version import VERSION

_WAL_BUG = ((3, 7, 0), (3, 51, 2))
"""SQLite versions in which two checkpointers at once may corrupt a WAL database. One process writes here, so it is not
met; a separate tool that checkpoints would meet it."""


@dataclass
class Finding:
    """One thing that was checked."""

    level: str
    """ok, note or wrong."""
    subject: str
    words: str


def examine(settings: Settings) -> list[Finding]:
    """Check everything; the list ends early where the store cannot be opened."""
    findings = [*_versions(), _encoder(settings)]
    try:
        with Archive(settings, write=False) as archive:
            findings += archive.read(lambda view: list(_store(view)))
            findings.append(_index(archive))
    except StoreMissing as error:
        findings.append(Finding("note", "store", str(error)))
    except (CorpusError, EmbeddingsError) as error:
        findings.append(Finding("wrong", "store", str(error)))
    return findings


def _versions() -> Iterator[Finding]:
    yield Finding("ok", "clew", f"{VERSION}, Python {platform.python_version()}")
    for package in ("faiss-cpu", "sentence-transformers", "torch", "numpy", "flask", "sqlalchemy"):
        yield Finding("ok", package, version(package))
    low, high = _WAL_BUG
    affected = low <= sqlite_version() <= high
    yield Finding(
        "note" if affected else "ok",
        "sqlite",
        ".".join(map(str, sqlite_version()))
        + (" (has the WAL-reset bug: let no other program checkpoint this database)" if affected else ""),
    )


def _encoder(settings: Settings) -> Finding:
    from embeddings.encoders import encoder_for

    try:
        encoder = encoder_for(settings.model, device=settings.device)
        vector = encoder.encode(["The ferry sailed at noon."])
    except EmbeddingsError as error:
        return Finding("wrong", "encoder", str(error))
    if settings.model != "hashing" and model_of(encoder.fingerprint) is None:
        return Finding("note", "encoder", f"{encoder.fingerprint}, {vector.shape[1]} dimensions: {NO_COEFFICIENTS}")
    return Finding("ok", "encoder", f"{encoder.fingerprint}, {vector.shape[1]} dimensions, weights verified")


def _store(view: View) -> Iterator[Finding]:
    tx = view.tx
    articles, paragraphs = tx.articles.count(), tx.articles.count_paragraphs()
    yield Finding("ok", "store", f"{articles:,} articles, {paragraphs:,} paragraphs in {view.settings.data}")
    yield _agree("checksums", "all match", list(tx.articles.damaged()), "articles are damaged")
    kept = tx.versions.count_all()
    yield _agree("versions", f"{kept:,} earlier ones, all match", list(tx.versions.damaged()), "are damaged")
    yield _agree("vectors", "every encoded paragraph has one", tx.articles.without_vectors(), "have none")
    rows = set(view.collection.rows())
    homeless = sorted(row for level in Level for row in rows - tx.threads.membership(level).keys())
    counts = ", ".join(f"{tx.threads.count(ThreadFilter(level=level)):,} {level.value} threads" for level in Level)
    yield _agree("threads", f"{counts}; every article in one of each", homeless, "articles in none of a level")
    last, lines = tx.changes.last(), tx.changes.count()
    yield _agree("change log", f"{lines:,} lines without a gap", last - lines, "lines are missing")


def _index(archive: Archive) -> Finding:
    if archive.degraded:
        return Finding("wrong", "index", archive.degraded)
    return Finding("ok", "index", f"{len(archive.memory.index):,} vectors, in line with the store")


def _agree(subject: str, good: str, bad: list[object] | list[str] | list[int] | int, words: str) -> Finding:
    count = bad if isinstance(bad, int) else len(bad)
    if not count:
        return Finding("ok", subject, good)
    shown = "" if isinstance(bad, int) else ": " + ", ".join(map(str, bad[:5]))
    return Finding("wrong", subject, f"{count:,} {words}{shown}")

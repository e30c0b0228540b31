"""Articles that come in requests: one, at most once under a key of the client's; or many, each answered by itself."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from corpus import article_from_fields
from corpus.readers.base import ParsedArticle, Reading, Skipped
from embeddings.preparing import prepare

from ..archive.archive import Archive
from .answers import outcome
from .models import IngestAnswer
from .outcomes import Outcome, Refusal, Status
from .stream import ingest_many
from .writing import write_one


def take_in(
    archive: Archive, fields: Mapping[str, object], *, policy: str | None, replace: bool, key: str | None,
    request: Sequence[bytes],
) -> tuple[IngestAnswer, bool]:  # fmt: skip
    """Store an article that comes in a request.

    Args:
        archive: open for writing.
        fields: of the article, as they were sent.
        policy: for a copy; None for what the settings say of its source.
        replace: whether an article with this id is replaced.
        key: a request that comes again under it is answered as the first time, and does nothing.
        request: method, path and body, by which a repeated request is recognised.

    Returns:
        The answer, and whether the article was stored as a new one.

    Raises:
        BadRecord: it is no article.
        ArticleExists, DuplicateRefused: as `writing.write`.
        IdempotencyMismatch: another request came under the key.
    """
    article, notes = article_from_fields(dict(fields))
    prepared = prepare(article, archive.encoder)
    vectors = archive.encode([prepared])
    policy = policy or archive.settings.policy_for(article.source)
    method, path, body = request
    digest = hashlib.sha256(b"\0".join((method, path, policy.encode(), body))).hexdigest()
    archive.use_encoder()
    with archive.changing() as change:
        if key and (before := change.tx.idempotency.find(key, digest)):
            return IngestAnswer.model_validate(before.response), before.status == _CREATED
        found = write_one(change, prepared, vectors, policy=policy, replace=replace, unrelated=replace)
        answer = outcome(change, found, article)
        answer.notes = [*notes, *answer.notes]
        is_new = found.status is Status.STORED
        if key:
            change.tx.idempotency.keep(key, digest, _CREATED if is_new else _OK, answer.model_dump(mode="json"))
    archive.save_if_due()
    return answer, is_new


_CREATED, _OK = 201, 200
"""What the store keeps of an answer: whether the article was new, as the HTTP status of the first answer."""


def take_in_many(
    archive: Archive,
    readings: Sequence[Reading],
    policy: str | None,
    *,
    replace: bool = False,
    unrelated: bool = False,
) -> Iterator[tuple[Reading, Outcome | Refusal | None]]:
    """Store the articles among some readings; each reading with what became of it, None for one that is no article."""
    articles = (reading.article for reading in readings if isinstance(reading, ParsedArticle))
    outcomes = ingest_many(archive, articles, policy=policy, replace=replace, unrelated=unrelated)
    for reading in readings:
        yield reading, None if isinstance(reading, Skipped) else next(outcomes)
    archive.save_if_due()

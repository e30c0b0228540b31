"""What a thread is told by, beyond its headline: a summary with its sources, its days, its trend, threads near it."""

from datetime import date, timedelta
from typing import Any

from corpus import Thread
from corpus.store import Transaction
from embeddings.threads.describe import SummarySource, nearby_threads, sample_evenly, summarise, trend, volume

from ..archive.archive import Archive
from . import models as thread_models

_EPOCH = date(1970, 1, 1)


def detail_fields(archive: Archive, tx: Transaction, thread: Thread) -> dict[str, Any]:
    """The fields of `ThreadDetail` that tell a thread."""
    collection = archive.collection
    thread_of = archive.levels[thread.level].thread_of
    stored_rows = tx.threads.members(thread.id)
    with collection.lock.reading():
        rows = [row for row in stored_rows if row in collection]
        days = collection.days(rows).tolist()
        face = next((row for row in rows if collection.member(row).id == thread.representative), -1)
        read = sample_evenly(collection.neighbours.originals(rows), face)
        words, weights = collection.word_weights(read)
        near = nearby_threads(collection, rows, thread_of)
        now = collection.latest_day()
    stored = tx.articles.of_rows(read)
    sources = [SummarySource(r, stored[r].article.text, stored[r].article.language) for r in read if r in stored]
    told = summarise(sources, dict(zip(words, weights.tolist(), strict=True)), face)
    headlines = tx.threads.headlines([id for id, _ in near])
    going = trend(days, now)
    return {
        "summary": [
            thread_models.SummarySentence(article=stored[s.row].article.id, start=s.start, end=s.end, text=s.text)
            for s in told
        ],
        "trend": going.value if going else None,
        "volume": [
            thread_models.DayVolume(day=_EPOCH + timedelta(days=day), articles=count)
            for day, count in volume(days).items()
        ],
        "related": [
            thread_models.NearbyThread(id=id, headline=headlines[id], score=score)
            for id, score in near
            if id in headlines
        ],
    }

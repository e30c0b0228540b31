"""What a thread is shown with, beyond its headline: a summary with its sources, volume, trend, threads near it."""

from datetime import date, timedelta
from typing import Any

from corpus import Thread
from embeddings.threads.describe import SummarySource, nearby_threads, sample_evenly, summarise, trend, volume

from ..archive.view import View
from . import models

_EPOCH = date(1970, 1, 1)


def detail_fields(view: View, thread: Thread) -> dict[str, Any]:
    """The fields of `ThreadDetail` that need its articles: summary, trend, volume, related."""
    collection = view.collection
    rows = view.tx.threads.members(thread.id)
    days = collection.days(rows).tolist()
    near = nearby_threads(collection, rows, view.levels[thread.level].thread_of)
    headlines = view.tx.threads.headlines([id for id, _ in near])
    return {
        "summary": _summary(view, thread, rows),
        "trend": trend(days, collection.latest_day()),
        "volume": [
            models.DayVolume(day=_EPOCH + timedelta(days=day), articles=count) for day, count in volume(days).items()
        ],
        "related": [models.NearbyThread(id=id, headline=headlines[id], score=score) for id, score in near],
    }


def _summary(view: View, thread: Thread, rows: list[int]) -> list[models.SummarySentence]:
    collection = view.collection
    representative = view.tx.articles.get(thread.representative).row
    read = sample_evenly(collection.neighbours.originals(rows), representative)
    words, weights = collection.word_weights(read)
    stored = view.tx.articles.of_rows(read)
    spans, is_boilerplate = view.tx.articles.paragraphs_of(read), view.copies.boilerplate.is_boilerplate
    sources = [
        SummarySource(
            row, stored[row].article.text, stored[row].article.language,
            tuple((p.start, p.end) for _, p in spans[row] if is_boilerplate(p.hash)),
        )
        for row in read
    ]  # fmt: skip
    found = summarise(sources, dict(zip(words, weights.tolist(), strict=True)), representative)
    return [
        models.SummarySentence(article=stored[s.row].article.id, start=s.start, end=s.end, text=s.text) for s in found
    ]

"""What a thread is shown with, beyond its headline: a summary with its sources, volume, trend, threads near it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from corpus import Thread
from corpus.records import Stored
from embeddings.threads.describe import (
    SummarySource,
    Told,
    figures_over_time,
    nearby_threads,
    sample_evenly,
    summarise,
    trend,
    volume,
)

from ..archive.view import View
from . import models

_EPOCH = date(1970, 1, 1)


def detail_fields(view: View, thread: Thread) -> dict[str, Any]:
    """The fields of `ThreadDetail` that need its articles: summary, trend, volume, figures, related."""
    collection = view.collection
    rows = view.tx.threads.members(thread.id)
    days = collection.days(rows).tolist()
    near = nearby_threads(collection, rows, view.levels[thread.level].thread_of)
    beside = {id: view.tx.threads.get(id) for id, _ in near}
    representative = view.tx.articles.get(thread.representative).row
    read = sample_evenly(collection.neighbours.originals(rows), representative)
    told = sample_evenly(rows, representative)  # copies too: an update is one, and has the new figure
    stored = view.tx.articles.of_rows({*read, *told})
    return {
        "summary": _summary(view, read, stored, representative),
        "trend": trend(days, collection.latest_day()),
        "volume": [
            models.DayVolume(day=_EPOCH + timedelta(days=day), articles=count) for day, count in volume(days).items()
        ],
        "figures": _figures(view, [stored[row] for row in told if stored[row].article.published]),
        "related": [
            models.NearbyThread(id=id, name=beside[id].name, headline=beside[id].headline, score=score)
            for id, score in near
        ],
    }


def _summary(
    view: View, read: Sequence[int], stored: Mapping[int, Stored], representative: int
) -> list[models.SummarySentence]:
    words, weights = view.collection.word_weights(read)
    spans, boilerplate = view.tx.articles.paragraphs_of(read), view.copies.boilerplate
    sources = [
        SummarySource(
            row, stored[row].article.text, view.collection.member(row).text_language,
            tuple(boilerplate.spans(stored[row].article.text, [p for _, p in spans[row]])),
        )
        for row in read
    ]  # fmt: skip
    found = summarise(sources, dict(zip(words, weights.tolist(), strict=True)), representative)
    return [
        models.SummarySentence(article=stored[s.row].article.id, start=s.start, end=s.end, text=s.text) for s in found
    ]


def _figures(view: View, articles: Sequence[Stored]) -> list[models.FigureOverTime]:
    """What changed in these articles, which are in order of date."""
    return [
        models.FigureOverTime(
            of=row.of, kind=row.told[0].figure.kind, unit=row.told[0].figure.unit,
            values=[_told(view, articles, told) for told in row.values],
        )
        for row in figures_over_time([stored.article.text for stored in articles])
    ]  # fmt: skip


def _told(view: View, articles: Sequence[Stored], told: Sequence[Told]) -> models.ToldFigure:
    first, figure = told[0], told[0].figure
    return models.ToldFigure(
        text=first.text, low=figure.low, high=figure.high, article=view.brief(articles[first.article]),
        start=figure.start, end=figure.end, articles=len(told),
    )  # fmt: skip

"""Why an article is in its thread: the nearest members with what they share, the runner-up, the decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from corpus import NoSuchArticle, Paragraph, Thread
from corpus.records import Stored
from corpus.store import Transaction
from embeddings.compare import CLOSE_LEAST, COPIED_LEAST, AlignedPair
from embeddings.threads import CUTS
from embeddings.threads.describe import PairReason, Reasons, Standing, best_pairs, headline, reasons, shared_terms

from .. import models
from ..archive.archive import Archive
from ..archive.briefs import brief
from ..archive.copies import COPY_KINDS
from ..compare.answers import span_fields, spans_of
from ..duplicates.models import kind_name
from ..errors import NotInThread
from . import models as thread_models
from .decisions_for import DecisionsFor, decisions_for
from .finding import living

_DIGITS = 4
_CUT_SCORE = 0.5
"""Membership at the cut."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What memory says."""

    reasons: Reasons
    pairs: Sequence[Sequence[AlignedPair]]
    """Of the article with each of the nearest."""
    shared: Sequence[list[str]]
    here: frozenset[str]
    """Ids of the articles in the thread, and in the runner-up."""
    there: frozenset[str]


def why(archive: Archive, thread: str, article: str) -> thread_models.WhyAnswer:
    """Why an article is in a thread, of any level.

    Raises:
        ThreadGone, NoSuchThread: there is no such thread, any more or at all.
        NoSuchArticle: there is no such article.
        NotInThread: it is in another thread of this level.
    """
    with archive.store.read() as tx:
        its = living(tx, thread)
        own = tx.articles.get(article)
        present = tx.threads.of(own.row, its.level)
        if present is None or present.id != thread:
            raise NotInThread(article, thread, present.id if present else "none")
        found = _found(archive, its, own)
        rows = [near.row for near in found.reasons.nearest]
        stored, spans = tx.articles.of_rows(rows), spans_of(tx, [own.row, *rows])
        runner_up = _runner_up(tx, found.reasons.runner_up, CUTS[its.level])
        bears = decisions_for(archive, tx, article, its.level, found.here, found.there)
        copied = _copy_of(archive, tx, own, found.here)
    nearest = [
        _near(archive, near, own, stored[near.row], pairs, shared, spans)
        for near, pairs, shared in zip(found.reasons.nearest, found.pairs, found.shared, strict=True)
        if near.row in stored
    ]
    mine = found.reasons.own
    return thread_models.WhyAnswer(
        thread=thread, headline=its.headline, level=its.level.value, article=brief(archive, own),
        score=mine.score if mine else None, nearness=mine.nearness if mine else None, cut=CUTS[its.level],
        nearest=nearest, runner_up=runner_up,
        margin=round(mine.score - runner_up.score, _DIGITS) if mine and runner_up else None,
        copy_of=copied, decisions=bears.decisions, forced=_is_forced(mine, runner_up, bears),
    )  # fmt: skip


def _found(archive: Archive, thread: Thread, own: Stored) -> _Found:
    collection, level = archive.collection, archive.levels[thread.level]
    with collection.lock.reading():
        if own.row not in collection:
            raise NoSuchArticle(own.article.id)
        found = reasons(collection, own.row, thread.id, level.thread_of, level.members, CUTS[thread.level])
        rows = [near.row for near in found.nearest]
        side, *sides = archive.sides([own.row, *rows])

        def ids(name: str) -> frozenset[str]:
            some = set(level.members.get(name, ()))
            return frozenset(collection.member(row).id for row in some if row in collection)

        return _Found(
            found, [best_pairs(side, other) for other in sides],
            [shared_terms(collection, own.row, row) for row in rows],
            ids(thread.id), ids(found.runner_up.thread) if found.runner_up else frozenset(),
        )  # fmt: skip


def _near(
    archive: Archive, near: PairReason, own: Stored, other: Stored, pairs: Sequence[AlignedPair], shared: list[str],
    spans: Mapping[int, Sequence[Paragraph]],
) -> thread_models.NearMember:  # fmt: skip
    mine, theirs = spans[own.row], spans[near.row]
    facts = asdict(near)
    return thread_models.NearMember(
        article=brief(archive, other), score=near.membership, pair_score=near.score,
        parts=thread_models.ScoreParts(**{name: facts[name] for name in thread_models.ScoreParts.model_fields}),
        days=None if near.days != near.days else round(near.days, 2), shared=shared,
        pairs=[
            thread_models.ReasonPair(
                score=round(pair.score, _DIGITS), label=_label(pair.score),
                article=models.Span(**span_fields(mine[pair.a], own)),
                member=models.Span(**span_fields(theirs[pair.b], other)),
            )
            for pair in pairs
            if pair.a < len(mine) and pair.b < len(theirs)  # else it was replaced meanwhile
        ],
    )  # fmt: skip


def _label(score: float) -> Literal["identical", "copied", "rephrased", "related"]:
    if score == 1.0:
        return "identical"
    if score >= COPIED_LEAST:
        return "copied"
    return "rephrased" if score >= CLOSE_LEAST else "related"


def _runner_up(tx: Transaction, found: Standing | None, cut: float) -> thread_models.RunnerUp | None:
    headlines = tx.threads.headlines([found.thread]) if found else {}
    if found is None or found.thread not in headlines:
        return None
    return thread_models.RunnerUp(
        id=found.thread, headline=headlines[found.thread], score=found.score,
        short_of_cut=round(cut - found.nearness, _DIGITS) + 0.0,
    )  # fmt: skip


def _copy_of(archive: Archive, tx: Transaction, own: Stored, here: frozenset[str]) -> thread_models.CopyOf | None:
    """The best verdict that it repeats an earlier article of its thread."""
    for verdict in tx.duplicates.of(own.row):
        if verdict.article == own.article.id and verdict.kind in COPY_KINDS and verdict.earlier in here:
            earlier = tx.articles.get(verdict.earlier)
            return thread_models.CopyOf(
                id=verdict.earlier,
                headline=headline(earlier.article),
                kind=kind_name(verdict.kind),
                score=verdict.score,
            )
    return None


def _is_forced(mine: Standing | None, runner_up: thread_models.RunnerUp | None, bears: DecisionsFor) -> bool:
    """Whether the score would not have it here, and a decision does."""
    if mine is not None and (mine.score >= _CUT_SCORE or bears.holds):
        return mine.score < _CUT_SCORE
    elsewhere = runner_up is not None and runner_up.score >= _CUT_SCORE
    return elsewhere and (bears.keeps_out or bears.holds)

"""Why an article is in its thread: the nearest members with what they share, the runner-up, the decisions."""

from collections.abc import Sequence
from dataclasses import asdict

from corpus import Level, Paragraph, Thread
from corpus.records import Stored
from embeddings.compare import CLOSE_LEAST, COPIED_LEAST
from embeddings.threads import CUTS
from embeddings.threads.describe import PairReason, Standing, best_pairs, reasons, shared_terms

from ..archive.copies import COPY_KINDS
from ..archive.view import View
from ..compare import figures_between
from ..errors import NotInThread
from ..models import Span
from . import models
from .decisions_for import DecisionsFor, decisions_for
from .finding import living

_DIGITS = 4
_CUT_SCORE = 0.5
"""Membership at the cut."""


def why(view: View, thread: str, article: str) -> models.Why:
    """Why an article is in a thread, of any level.

    Raises:
        ThreadGone, NoSuchThread: the thread does not exist, any more or at all.
        NoSuchArticle: the article is not stored.
        NotInThread: it is in another thread of this level.
    """
    found = living(view.tx, thread)
    own = view.tx.articles.get(article)
    present = view.assignment(own.row).at(found.level)
    if present != thread:
        raise NotInThread(article, thread, present)
    return _why(view, found, own)


def why_article(view: View, id_or_url: str, level: Level) -> models.Why:
    """Why an article is in its thread of a level.

    Raises:
        NoSuchArticle: the article is not stored.
    """
    own = view.find_article(id_or_url)
    return _why(view, view.tx.threads.get(view.assignment(own.row).at(level)), own)


def _why(view: View, thread: Thread, own: Stored) -> models.Why:
    level, cut = view.levels[thread.level], CUTS[thread.level]
    found = reasons(view.collection, own.row, thread.id, level.thread_of, level.members, cut)

    def ids(of: str | None) -> frozenset[str]:
        return frozenset(view.id_of(row) for row in level.members[of]) if of else frozenset()

    members = ids(thread.id)
    applied = decisions_for(
        view, own.article.id, thread.level, members, ids(found.runner_up.thread if found.runner_up else None)
    )
    runner_up = _runner_up(view, found.runner_up, cut) if found.runner_up else None
    mine = found.own
    return models.Why(
        thread=thread.id, name=thread.name, headline=thread.headline, level=thread.level, article=view.brief(own),
        score=mine.score if mine else None, nearness=mine.nearness if mine else None,
        thread_part=mine.thread_part if mine else None, cut=cut,
        nearest=_nearest(view, own, found.nearest), runner_up=runner_up,
        margin=round(mine.score - runner_up.score, _DIGITS) if mine and runner_up else None,
        copy_of=_copy_of(view, own, members), decisions=list(applied.decisions),
        forced=_is_forced(mine, found.runner_up, applied),
    )  # fmt: skip


def _nearest(view: View, own: Stored, nearest: Sequence[PairReason]) -> list[models.NearMember]:
    rows = [near.row for near in nearest]
    stored, spans = view.tx.articles.of_rows(rows), view.paragraphs([own.row, *rows])
    side, *sides = view.sides([own.row, *rows])
    return [
        _near_member(
            view, near, own, stored[near.row],
            [
                _pair(pair.score, own, spans[own.row][pair.a], stored[near.row], spans[near.row][pair.b])
                for pair in best_pairs(side, other)
            ],
            shared_terms(view.collection, own.row, near.row),
        )
        for near, other in zip(nearest, sides, strict=True)
    ]  # fmt: skip


def _near_member(
    view: View, near: PairReason, own: Stored, stored: Stored, pairs: list[models.ReasonPair], shared: list[str]
) -> models.NearMember:
    facts = asdict(near)
    return models.NearMember(
        article=view.brief(stored), score=near.membership, pair_score=near.score,
        parts=models.ScoreParts(**{name: facts[name] for name in models.ScoreParts.model_fields}),
        days=None if near.days != near.days else _days(view, own, stored), shared=shared, pairs=pairs,
    )  # fmt: skip


def _days(view: View, one: Stored, other: Stored) -> float:
    """Days between two, whole ones where not both state the hour."""
    mine, theirs = (view.collection.member(stored.row).stated for stored in (one, other))
    return round(abs(mine.days_to(theirs)), 2)


def _pair(score: float, own: Stored, mine: Paragraph, other: Stored, theirs: Paragraph) -> models.ReasonPair:
    differing = figures_between(own.article, mine, other.article, theirs, score)
    return models.ReasonPair(
        score=round(score, _DIGITS), label="related" if differing else _label(score), figures=differing,
        article=Span.of(mine, own.article.text), member=Span.of(theirs, other.article.text),
    )  # fmt: skip


def _label(score: float) -> models.Likeness:
    if score == 1.0:
        return "identical"
    if score >= COPIED_LEAST:
        return "copied"
    return "rephrased" if score >= CLOSE_LEAST else "related"


def _runner_up(view: View, found: Standing, cut: float) -> models.RunnerUp:
    thread = view.tx.threads.get(found.thread)
    return models.RunnerUp(
        id=found.thread, name=thread.name, headline=thread.headline, score=found.score,
        short_of_cut=round(cut - found.nearness, _DIGITS) + 0.0,
    )  # fmt: skip


def _copy_of(view: View, own: Stored, members: frozenset[str]) -> models.CopyOf | None:
    """The best verdict that it repeats an earlier article of its thread."""
    for verdict in view.tx.duplicates.of(own.row):
        if verdict.article == own.article.id and verdict.kind in COPY_KINDS and verdict.earlier in members:
            earlier = view.tx.articles.get(verdict.earlier).article
            return models.CopyOf(id=verdict.earlier, headline=earlier.headline, kind=verdict.kind, score=verdict.score)
    return None


def _is_forced(mine: Standing | None, runner_up: Standing | None, applied: DecisionsFor) -> bool:
    """Whether the score would not have it there, and a decision does."""
    if mine is not None and (mine.score >= _CUT_SCORE or applied.holds):
        return mine.score < _CUT_SCORE
    elsewhere = runner_up is not None and runner_up.score >= _CUT_SCORE
    return elsewhere and (applied.keeps_out or applied.holds)

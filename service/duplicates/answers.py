"""Groups of copies, what people judged, the queue of close calls, and thresholds tried on what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpus import CanonicalChoice, Label, NoSuchArticle, Verdict
from corpus.store import Transaction
from embeddings.duplicates import Thresholds

from ..archive.archive import Archive
from ..archive.briefs import brief, find_article
from ..cursors import decode, encode_cursor
from ..models import Brief
from . import models
from . import thresholds as trying
from .verdicts import label_answer

MEMBERS_MOST = 100
_UNREADABLE = "pairs have facts of another version and stay as they are; clew duplicates build measures them anew"


def copies_of(archive: Archive, id: str) -> models.GroupAnswer:
    """The group of copies that an article is in, with the one that stands for them; of one where it has no copy.

    Raises:
        NoSuchArticle: there is none with this id.
    """
    with archive.store.read() as tx:
        found = _group(archive, tx, tx.articles.get(id).row, tx.duplicates.canonical_choices())
    if found is None:
        raise NoSuchArticle(id)
    return found


def group_page(archive: Archive, *, cursor: str | None = None, limit: int = 50) -> models.GroupPage:
    """Groups of two and more, in the order in which their first articles came.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = int(decode(cursor, (int,))[0]) if cursor else 0
    with archive.store.read() as tx:
        with archive.collection.lock.reading():
            leaders = sorted(group[0] for group in archive.copies.groups.all())
        rest = [row for row in leaders if row > after]
        chosen = tx.duplicates.canonical_choices()
        groups = [_group(archive, tx, row, chosen) for row in rest[:limit]]
    following = encode_cursor(rest[limit - 1]) if len(rest) > limit else None
    return models.GroupPage(groups=[g for g in groups if g and g.size > 1], total=len(leaders), next=following)


def pair_verdict(
    archive: Archive, tx: Transaction, verdict: Verdict, judged: Label | None = None
) -> models.PairVerdict | None:
    """A verdict on two stored articles, whatever its kind; None where one of them is just going."""
    one, other = tx.articles.find(id=verdict.article), tx.articles.find(id=verdict.earlier)
    if one is None or other is None:
        return None
    return models.PairVerdict(
        article=brief(archive, one), earlier=brief(archive, other), kind=verdict.kind.value, score=verdict.score,
        evidence=dict(verdict.evidence), judged=label_answer(judged),
    )  # fmt: skip


def labelled_pair(archive: Archive, verdict: Verdict, judged: Label | None = None) -> models.PairVerdict:
    """What two articles are to each other after a person has said so, or has taken that back.

    Raises:
        NoSuchArticle: one of them was removed meanwhile.
    """
    with archive.store.read() as tx:
        found = pair_verdict(archive, tx, verdict, judged)
    if found is None:
        raise NoSuchArticle(verdict.article)
    return found


def label_page(archive: Archive, *, cursor: str | None = None, limit: int = 50) -> models.LabelPage:
    """What people judged, the latest first.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = int(decode(cursor, (int,))[0]) if cursor else 0
    with archive.store.read() as tx:
        decided = sorted(tx.duplicates.labels().items(), key=lambda item: (item[1].at, item[0]), reverse=True)
        found = []
        for pair, judged in decided[after : after + limit]:
            verdict = tx.duplicates.find(*pair)
            found.append(pair_verdict(archive, tx, verdict, judged) if verdict else None)
    return models.LabelPage(
        judgements=[each for each in found if each], total=len(decided),
        next=encode_cursor(after + limit) if len(decided) > after + limit else None,
    )  # fmt: skip


def review(archive: Archive, *, least: float = 0.2, most: float = 0.8, limit: int = 20) -> models.ReviewAnswer:
    """Pairs that nobody has judged, those with a score nearest to .5 first."""
    with archive.store.read() as tx:
        close = [verdict for _, _, verdict in tx.duplicates.close_calls(least=least, most=most, limit=limit)]
        pairs = [pair_verdict(archive, tx, verdict) for verdict in close]
    return models.ReviewAnswer(pairs=[pair for pair in pairs if pair])


def suggest(archive: Archive) -> models.SuggestAnswer:
    """Thresholds that agree best with what people judged."""
    with archive.store.read() as tx:
        found = trying.suggest(tx, archive.copies.thresholds)
    return models.SuggestAnswer(
        judged=found.judged, repetitions=found.repetitions,
        thresholds=[
            models.SuggestionAnswer(
                name=name, setting=f"duplicate_{name}",  # type: ignore[arg-type]
                present=models.ValueAnswer(value=present.value, **_agreement(present)),
                best=models.ValueAnswer(value=best.value, **_agreement(best)),
            )
            for name, (present, best) in found.single.items()
        ],
        together=models.TogetherAnswer(thresholds=thresholds(found.together), **_agreement(found.agreement)),
        warnings=list(_warnings(found)),
    )  # fmt: skip


def backtest(archive: Archive, given: dict[str, float | None], examples: int = 10) -> models.BacktestAnswer:
    """What would change, over all that is stored, under these thresholds; those in force where one is not given."""
    present = archive.copies.thresholds
    by = trying.with_values(present, {name: value for name, value in given.items() if value is not None})
    with archive.store.read() as tx:
        found = trying.backtest(archive, tx, by, examples)
        some = [(pair_verdict(archive, tx, pair[2]), kind, score) for pair, kind, score in found.examples]
    notes = [
        "Nothing was written. To make it permanent, set "
        + ", ".join(f"duplicate_{name} = {getattr(by, name):g}" for name in trying.NAMES)
        + " in the settings; then clew duplicates apply.",
        "Of pairs without a verdict only close calls (a score of .2 and more, eight of an article) were kept:"
        " lower thresholds may find more in clew duplicates build.",
    ]
    if found.unreadable:
        notes.append(f"{found.unreadable:,} {_UNREADABLE}.")
    return models.BacktestAnswer(
        thresholds=thresholds(by), present=thresholds(present), pairs=found.pairs,
        changed=sum(n for (before, after), n in found.counts.items() if before is not after),
        counts=[
            models.KindCount(before=before.value, after=after.value, pairs=n)
            for (before, after), n in sorted(found.counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        before=models.GroupsBefore(groups=found.groups[0], articles=found.grouped[0]),
        after=models.GroupsBefore(groups=found.groups[1], articles=found.grouped[1]),
        examples=[
            models.Example(
                article=pair.article, earlier=pair.earlier, before=pair.kind, after=kind.value, score=score,
                evidence=pair.evidence,
            )
            for pair, kind, score in some
            if pair
        ],
        notes=notes,
    )  # fmt: skip


def thresholds(given: Thresholds) -> models.ThresholdsAnswer:
    """The thresholds that users move."""
    return models.ThresholdsAnswer(same=given.same, covered=given.covered, quoted=given.quoted)


def ids_of(archive: Archive, given: Sequence[str]) -> list[str]:
    """The ids of articles that are given by id or URL.

    Raises:
        NoSuchArticle: one of them is not stored.
    """
    return [find_article(archive, each).article.id for each in given]


def _group(
    archive: Archive, tx: Transaction, row: int, choices: Mapping[int, CanonicalChoice]
) -> models.GroupAnswer | None:
    """The group of an article; None where it is just going."""
    with archive.collection.lock.reading():
        rows = archive.copies.ranked(row) if row in archive.collection else [row]
    stored = tx.articles.of_rows(rows[:MEMBERS_MOST])
    briefs: list[Brief] = [brief(archive, stored[each]) for each in rows[:MEMBERS_MOST] if each in stored]
    if not briefs:
        return None
    chosen = choices.get(rows[0])
    return models.GroupAnswer(
        canonical=briefs[0], size=len(rows), by="editor" if chosen else "policy",
        policy=list(archive.settings.canonical),
        chosen=models.ChosenAnswer(who=chosen.who, why=chosen.why, at=chosen.at) if chosen else None, members=briefs,
    )  # fmt: skip


def _agreement(found: trying.Agreement) -> dict[str, Any]:
    return {
        "precision": found.precision, "recall": found.recall, "f1": found.f1,
        "right": found.right, "wrong": found.wrong, "missed": found.missed,
    }  # fmt: skip


def _warnings(found: trying.Suggested) -> Iterable[str]:
    if found.judged < trying.FEW:
        yield (
            f"Only {found.judged:,} judgements: below {trying.FEW} these numbers say little."
            " clew duplicates review asks for more."
        )
    others = found.judged - found.unreadable - found.repetitions
    if found.judged and not (found.repetitions and others):
        yield "All judgements say the same: there is nothing to choose between."
    if found.unreadable:
        yield f"{found.unreadable:,} {_UNREADABLE}."
    yield (
        "Only pairs that were compared count, and of those without a verdict the closest calls:"
        " what the present thresholds miss altogether is not among them."
    )

"""What other thresholds would change, and which agree best with people, as it is shown."""

from collections.abc import Iterable
from typing import Any

from embeddings.duplicates import Thresholds

from ..archive.archive import Archive
from ..archive.view import View
from . import models
from . import thresholds as trying
from .answers import labelled_pair

_UNREADABLE = "pairs have facts of another version and stay unchanged; clew duplicates build measures them again"


def suggest(archive: Archive) -> models.SuggestAnswer:
    """Thresholds that agree best with the labels of people."""
    found = trying.suggest(archive)
    return models.SuggestAnswer(
        labelled=found.labelled, repetitions=found.repetitions,
        thresholds=[
            models.SuggestionAnswer(
                name=name, setting=f"duplicate_{name}",
                present=models.ValueAnswer(value=present.value, **_agreement(present)),
                best=models.ValueAnswer(value=best.value, **_agreement(best)),
            )
            for name, (present, best) in found.single.items()
        ],
        together=models.TogetherAnswer(thresholds=_thresholds(found.together), **_agreement(found.agreement)),
        warnings=list(_warnings(found)),
    )  # fmt: skip


def backtest(archive: Archive, given: dict[str, float | None], examples: int = 10) -> models.BacktestAnswer:
    """What would change, over all stored pairs, under these thresholds; those in force where one is not given."""
    present = archive.read(lambda view: view.copies.thresholds)
    by = trying.with_values(present, {name: value for name, value in given.items() if value is not None})
    found = trying.backtest(archive, by, examples)
    return models.BacktestAnswer(
        thresholds=_thresholds(by), present=_thresholds(present), pairs=found.pairs,
        changed=sum(n for (before, after), n in found.counts.items() if before is not after),
        counts=[
            models.KindCount(before=before, after=after, pairs=n)
            for (before, after), n in sorted(found.counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        before=models.GroupCounts(groups=found.groups[0], articles=found.grouped[0]),
        after=models.GroupCounts(groups=found.groups[1], articles=found.grouped[1]),
        examples=archive.read(_examples, found),
        notes=list(_notes(by, found)),
    )  # fmt: skip


def _examples(view: View, found: trying.Backtest) -> list[models.Example]:
    pairs = [
        (labelled_pair(view, pair.verdict), after, score)
        for pair, after, score in found.examples
        if pair.later in view.collection and pair.earlier in view.collection
    ]
    return [
        models.Example(
            article=now.article, earlier=now.earlier, before=now.kind, after=after, score=score, evidence=now.evidence
        )
        for now, after, score in pairs
    ]


def _notes(by: Thresholds, found: trying.Backtest) -> Iterable[str]:
    yield (
        "Nothing was written. To make it permanent, set "
        + ", ".join(f"duplicate_{name} = {getattr(by, name):g}" for name in trying.NAMES)
        + " in the settings; then clew duplicates apply."
    )
    yield (
        "Of pairs without a verdict only close calls (a score of .2 and more, eight of an article) were kept:"
        " lower thresholds may find more in clew duplicates build."
    )
    if found.unreadable:
        yield f"{found.unreadable:,} {_UNREADABLE}."


def _thresholds(given: Thresholds) -> models.ThresholdsAnswer:
    return models.ThresholdsAnswer(**{name: getattr(given, name) for name in trying.NAMES})


def _agreement(found: trying.Agreement) -> dict[str, Any]:
    return {
        "precision": found.precision, "recall": found.recall, "f1": found.f1,
        "right": found.right, "wrong": found.wrong, "missed": found.missed,
    }  # fmt: skip


def _warnings(found: trying.Suggested) -> Iterable[str]:
    if found.labelled < trying.FEW:
        yield (
            f"Labels so far: {found.labelled:,}. With fewer than {trying.FEW} these numbers say little."
            " clew duplicates review asks for more."
        )
    others = found.labelled - found.unreadable - found.repetitions
    if found.labelled and not (found.repetitions and others):
        yield "All labels say the same: there is nothing to choose between."
    if found.unreadable:
        yield f"{found.unreadable:,} {_UNREADABLE}."
    yield (
        "Only pairs that were compared count, and of those without a verdict the closest calls:"
        " what the present thresholds miss altogether is not among them."
    )

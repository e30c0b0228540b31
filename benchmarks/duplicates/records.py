"""The set as it is measured: its articles, its truth, and what a detector said of them, edit by edit."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from corpus import Article, article_from_fields

Accepts = Mapping[str, frozenset[str]]
NEW = "new"
"""The kind of pairs that only look like copies."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is true of two articles."""

    kind: str
    edit: str
    family: str


@dataclass(frozen=True)
class LabelledSet:
    """Articles in the order of their dates, and the pairs among them, (later id, earlier id)."""

    articles: Sequence[Article]
    truth: Mapping[tuple[str, str], Pair]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a detector says of one article, before it is added."""

    candidates: Sequence[str]
    """Ids of earlier articles that were compared in full."""
    verdicts: Mapping[str, str]
    """Id -> kind, of those that it repeats."""


class Detector(Protocol):
    """Anything that takes articles one by one."""

    accepts: Accepts
    """Kind as the detector says it -> kinds of the truth for which that is right."""

    def take(self, article: Article) -> Answer:
        """Classify an article against those taken before, and remember it."""
        ...


@dataclass
class Tally:
    """Of one edit or one kind."""

    pairs: int = 0
    candidates: int = 0
    found: int = 0
    kind_right: int = 0
    said: Counter[str] = field(default_factory=Counter)

    def row(self) -> dict[str, Any]:
        """Shares of the pairs; `kind_right` is of those found."""
        share = {name: round(getattr(self, name) / self.pairs, 4) for name in ("candidates", "found")}
        right = round(self.kind_right / self.found, 4) if self.found else None
        return {"pairs": self.pairs, **share, "kind_right": right, "said": dict(self.said.most_common())}


def read_set(folder: Path) -> LabelledSet:
    """What `generate` wrote."""
    with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
        articles = [article_from_fields(json.loads(line))[0] for line in lines]
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return LabelledSet(
        articles, {(row["id"], row["earlier"]): Pair(row["kind"], row["edit"], row["family"]) for row in rows}
    )


def run(detector: Detector, articles: Sequence[Article]) -> dict[str, Answer]:
    """By id, what the detector said of each article."""
    return {article.id: detector.take(article) for article in articles}


def figures(labelled: LabelledSet, answers: Mapping[str, Answer], accepts: Accepts) -> dict[str, Any]:
    """By edit, by kind, and over all: recall, precision, the kind told right, what candidates miss."""
    edits: dict[str, Tally] = defaultdict(Tally)
    kinds: dict[str, Tally] = defaultdict(Tally)
    for (id, earlier), pair in labelled.truth.items():
        for tally in (edits[f"{pair.kind}/{pair.edit}"], kinds[pair.kind]):
            _count(tally, pair, answers[id], earlier, accepts)
    copies = [tally for kind, tally in kinds.items() if kind != NEW]
    wrong = _wrong(labelled, answers)
    found, pairs = sum(t.found for t in copies), sum(t.pairs for t in copies)
    return {
        "recall": round(found / pairs, 4),
        "recall_of_candidates": round(sum(t.candidates for t in copies) / pairs, 4),
        "precision": round(found / max(1, found + sum(wrong.values())), 4),
        "kind_right": round(sum(t.kind_right for t in copies) / max(1, found), 4),
        "candidates_per_article": round(sum(len(a.candidates) for a in answers.values()) / len(answers), 3),
        "wrong": dict(wrong.most_common()),
        "kinds": {name: tally.row() for name, tally in sorted(kinds.items())},
        "edits": {name: tally.row() for name, tally in sorted(edits.items())},
    }


def _count(tally: Tally, pair: Pair, answer: Answer, earlier: str, accepts: Accepts) -> None:
    said = answer.verdicts.get(earlier)
    tally.pairs += 1
    tally.candidates += earlier in answer.candidates
    if said is not None:
        tally.found += 1
        tally.said[said] += 1
        tally.kind_right += pair.kind in accepts.get(said, frozenset({said}))


def _wrong(labelled: LabelledSet, answers: Mapping[str, Answer]) -> Counter[str]:
    """Verdicts on pairs that are no copies, by the edit that made the pair look like one."""
    look_alikes = {pair.family: pair.edit for pair in labelled.truth.values() if pair.kind == NEW}
    wrong: Counter[str] = Counter()
    for id, answer in answers.items():
        family = id.split("-")[0]
        for earlier in answer.verdicts:
            pair = labelled.truth.get((id, earlier))
            other = earlier.split("-")[0]
            one_family = family == other and family not in look_alikes
            if (pair is not None and pair.kind != NEW) or (pair is None and one_family):
                continue
            same = look_alikes.get(family) == look_alikes.get(other)
            wrong[look_alikes.get(family, "unrelated") if same else "unrelated"] += 1
    return wrong

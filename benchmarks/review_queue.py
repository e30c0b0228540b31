"""What twenty answers of an editor put right: asked in the order of the review queue, and in that of the closest calls.

    python -m benchmarks.review_queue threads STORE GOLD [--answers 20]
    python -m benchmarks.review_queue duplicates STORE TRUTH [--answers 20]

A STORE is what `clew ingest` and `clew threads build` made; a copy of it is worked on. GOLD has lines with `id` and
`story`, TRUTH is the `truth.jsonl` of `benchmarks.duplicates.generate`. The editor always answers as the gold says.
Printed: articles in better company than before (the B-cubed F1 of each), in worse, and the mean of all. The
closest calls are articles with a membership nearest to .5, and pairs with a score nearest to .5.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.thread_stability import places, working
from corpus import DecisionKind, Kind, Level
from service.archive import Archive
from service.duplicates import LabelRequest, apply_label
from service.errors import ServiceError
from service.review import review_queue
from service.review.models import QuestionAnswer
from service.settings import quiet_libraries
from service.threads import DecisionRequest, decide

_NOTHING = 1e-6
Gold = Mapping[str, str]
"""Article -> the right story, or the right group of copies."""


def company(got: Mapping[str, str], gold: Gold) -> dict[str, float]:
    """Article -> how right its company is: B-cubed F1 of its own, 0..1."""
    mine, right = defaultdict(set), defaultdict(set)
    for id in gold.keys() & got.keys():
        mine[got[id]].add(id)
        right[gold[id]].add(id)
    scores = {}
    for id in gold.keys() & got.keys():
        a, b = mine[got[id]], right[gold[id]]
        scores[id] = 2 * len(a & b) / (len(a) + len(b))
    return scores


def majority(gold: Gold, ids: set[str]) -> str:
    """The story of most of these articles."""
    counts = Counter(gold[id] for id in ids if id in gold)
    return min(counts, key=lambda story: (-counts[story], story)) if counts else ""


def answer(archive: Archive, asked: QuestionAnswer, gold: Gold) -> None:
    """Decide a question about threads as the gold says."""
    own = {
        id for each in asked.choices for id in each.body.get("articles", ()) if each.body["kind"] in ("split", "move")
    }
    of = places(archive)
    assert asked.thread is not None
    members = {id for id, thread in of.items() if thread == asked.thread.id}
    others = {id for id, thread in of.items() if asked.other and thread == asked.other.id}
    part = own or members
    right = majority(gold, part)
    rest = members - part if own else others
    stays, *moves = asked.choices
    chosen = stays
    if own and right != majority(gold, rest):
        chosen = moves[0] if len(moves) > 1 and right == majority(gold, others) else moves[-1]
    if not own and right == majority(gold, rest):
        chosen = moves[0]
    body = dict(chosen.body)
    decide(archive, DecisionRequest(
        DecisionKind(body.pop("kind")), "gold", "gold", tuple(body.pop("articles", ())), **body
    ))  # fmt: skip


def by_queue(archive: Archive, gold: Gold, answers: int) -> None:
    """Ask as the queue has it."""
    for _ in range(answers):
        found = [q for q in archive.read(review_queue, limit=200).questions if q.kind != "duplicate"]
        for asked in found:
            try:
                answer(archive, asked, gold)
            except ServiceError:
                continue  # it contradicts an earlier answer
            break


def by_closeness(archive: Archive, gold: Gold, answers: int) -> None:
    """Ask about the articles with the least certain membership."""
    with archive.reading() as view:
        scored = [
            (abs(scores[Level.STORY] - 0.5), view.id_of(row))
            for row, scores in view.tx.threads.assignments().scores.items()
            if Level.STORY in scores
        ]
    for _, id in sorted(scored)[:answers]:
        of = places(archive)
        members = {other for other, thread in of.items() if thread == of[id]} - {id}
        right = gold.get(id, "")
        if not members or right == majority(gold, members):
            continue
        stories = defaultdict(set)
        for other, thread in of.items():
            stories[thread].add(other)
        better = [thread for thread, ids in stories.items() if thread != of[id] and majority(gold, ids) == right]
        try:
            if better:
                thread = max(sorted(better), key=lambda name: len(stories[name]))
                decide(archive, DecisionRequest(DecisionKind.MOVE, "gold", "gold", (id,), thread=thread))
            else:
                decide(archive, DecisionRequest(DecisionKind.SPLIT, "gold", "gold", (id,), thread=of[id]))
        except ServiceError:
            continue


def groups_of(archive: Archive) -> dict[str, str]:
    """Article -> the first article of its group of copies."""
    with archive.reading() as view:
        return {view.id_of(row): view.id_of(view.copies.groups.leader(row)) for row in view.collection.rows()}


def label_in_order(archive: Archive, kinds: Mapping[frozenset[str], Kind], pairs: Iterator[tuple[str, str]]) -> None:
    """Label pairs, the later article first, as the truth says."""
    for a, b in pairs:
        apply_label(archive, LabelRequest(a, b, "gold", "gold", kinds.get(frozenset((a, b)), Kind.NEW)))


def duplicates(store: Path, truth: Path, answers: int) -> None:
    """Both orders over pairs."""
    kinds: dict[frozenset[str], Kind] = {}
    family: dict[str, str] = {}
    for line in truth.read_text("utf-8").splitlines():
        it = json.loads(line)
        kinds[frozenset((it["id"], it["earlier"]))] = Kind(it["kind"])
        if it["kind"] in ("exact", "near_copy", "update"):
            family[it["id"]] = family[it["earlier"]] = it["family"]

    def queue(archive: Archive) -> Iterator[tuple[str, str]]:
        for _ in range(answers):
            for asked in archive.read(review_queue, kinds=("duplicate",), limit=1).questions:
                yield asked.articles[0].id, asked.articles[1].id

    def closest(archive: Archive) -> Iterator[tuple[str, str]]:
        with archive.reading() as view:
            found = list(view.tx.duplicates.close_calls(least=0.2, most=0.8, limit=answers))
        yield from ((verdict.article, verdict.earlier) for _, _, verdict in found)

    orders: dict[str, Callable[[Archive], Iterator[tuple[str, str]]]] = {"closest calls": closest, "queue": queue}
    for name, order in orders.items():
        with working(store) as archive:
            gold = {id: family.get(id, id) for id in places(archive)}
            before = company(groups_of(archive), gold)
            label_in_order(archive, kinds, order(archive))
            _tell(name, before, company(groups_of(archive), gold))


def threads(store: Path, gold_file: Path, answers: int) -> None:
    """Both orders over threads."""
    gold = {it["id"]: it["story"] for it in map(json.loads, gold_file.read_text("utf-8").splitlines())}
    for name, ask in (("closest calls", by_closeness), ("queue", by_queue)):
        with working(store) as archive:
            before = company(places(archive), gold)
            ask(archive, gold, answers)
            _tell(name, before, company(places(archive), gold))


def _tell(name: str, before: Mapping[str, float], after: Mapping[str, float]) -> None:
    means = [sum(scores.values()) / len(scores) for scores in (before, after)]
    better, worse = (sum(sign * (after[id] - before[id]) > _NOTHING for id in before) for sign in (1, -1))
    sys.stdout.write(
        f"{name}: {better} articles in better company, {worse} in worse; mean {means[0]:.4f} -> {means[1]:.4f}\n"
    )
    sys.stdout.flush()


def main() -> None:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("threads", "duplicates"))
    parser.add_argument("store", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--answers", type=int, default=20)
    asked = parser.parse_args()
    quiet_libraries()
    {"threads": threads, "duplicates": duplicates}[asked.what](asked.store, asked.gold, asked.answers)


if __name__ == "__main__":
    main()

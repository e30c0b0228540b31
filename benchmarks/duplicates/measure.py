"""How well, how fast and in how much memory Clew finds what articles repeat.

    python -m benchmarks.duplicates.measure FOLDER [--only edits,wire,speed,memory,wiki,allsides]
                                            [--data ../shared/data] [--ingest 300]

FOLDER is what `generate` wrote. Prints one JSON object. `edits` runs the path of the product without vectors: its
boilerplate, its signatures, its rules; `--ingest` sends the first so many articles through the product itself, vectors
and store too, and then everything is measured over these only. `wire` is the same of the running wire
in FOLDER/wire. `candidates` are pairs that were compared at all:
what is missing there no rule can find. `wiki` groups revisions of Wikipedia pages by their verdicts (goal: B-cubed F1
.97). `allsides` counts verdicts between outlets on one event, which are nearly all wrong, and lists them.
"""

import argparse
import gzip
import json
import sys
import tempfile
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus import Article, Kind, Paragraph, article_from_fields, body_hash, split_paragraphs, terms_of
from embeddings.duplicates import (
    Boilerplate,
    DuplicateGroups,
    Signature,
    SignatureIndex,
    Text,
    classify,
    compare,
    is_same_text,
    signature,
    signatures,
)
from embeddings.evaluation import b_cubed
from embeddings.lexical.index import TermIndex
from embeddings.search import day_of
from service.archive import Archive
from service.ingest import Outcome, ingest_many
from service.settings import load_settings, quiet_libraries

from .records import Accepts, Answer, LabelledSet, figures, read_set, run

ACCEPTS: Accepts = {}
"""The product's kinds are those of the truth."""
SAME_BODY_MOST = 16
"""As in `service.judging`."""
TEXTS_AT_HAND = 5_000
BULK = 128
"""Articles that are signed and looked up together."""
MEASURED = 3_000
"""Articles over which speed is measured, behind an index of all others."""


class TextOnly:
    """The path of an article through the product, in memory and without vectors."""

    accepts: Accepts = ACCEPTS

    def __init__(self) -> None:
        self._terms = TermIndex()
        self._boilerplate = Boilerplate(self._terms)
        self._signatures = SignatureIndex()
        self._by_body: dict[str, list[int]] = defaultdict(list)
        self._known: list[tuple[Article, tuple[Paragraph, ...], str]] = []
        """Article, paragraphs, and the hash of its body."""
        self._texts: dict[int, Text] = {}

    def take(self, article: Article) -> Answer:
        """As `service.judging.verdicts`, then remember the article."""
        row, body = len(self._known), body_hash(article.text)
        self._known.append((article, tuple(split_paragraphs(article.text).paragraphs), body))
        mine, signed = self._text(row), signature(article.text)
        rows = [*self._by_body[body][:SAME_BODY_MOST], *self._signatures.candidates(signed)]
        verdicts, same = {}, []
        for other in dict.fromkeys(rows):
            facts = compare(mine, self._text(other))
            if (found := classify(facts)).kind is not Kind.NEW:
                verdicts[self._known[other][0].id] = str(found.kind)
            if is_same_text(facts):
                same.append(other)
        self._signatures.add(row, signed)
        self._by_body[body].append(row)
        paragraphs = {p.hash: p.of(article.text) for p in self._known[row][1]}
        self._terms.add(row, terms_of(article.title, article.text))
        self._boilerplate.add(row, paragraphs, paragraphs)
        for other in same:
            self._boilerplate.join(row, other)
        return Answer([self._known[other][0].id for other in dict.fromkeys(rows)], verdicts)

    def _text(self, row: int) -> Text:
        article, paragraphs, body = self._known[row]
        own = self._boilerplate.own_text(article.text, paragraphs)
        known = self._texts.get(row)
        if known is None or known.text != own:
            if len(self._texts) > TEXTS_AT_HAND:
                self._texts.clear()
            known = self._texts[row] = Text(article.title, own, article.source, day_of(article.published), body)
        return known


def through_the_product(articles: Sequence[Article]) -> dict[str, Answer]:
    """What `clew ingest` says of each article; which pairs it compared it does not say."""
    quiet_libraries()
    answers = {article.id: Answer((), {}) for article in articles}
    with tempfile.TemporaryDirectory() as folder, Archive(load_settings({"data": Path(folder)}), write=True) as archive:
        for outcome in ingest_many(archive, articles, policy="link"):
            if isinstance(outcome, Outcome):
                verdicts = {v.earlier: str(v.kind) for v in outcome.verdicts}
                answers[outcome.id] = Answer(tuple(verdicts), verdicts)
    return answers


def speed(articles: Sequence[Article]) -> dict[str, float]:
    """Articles a second of CPU, by step, in bulk and one by one, in an index that holds all the others."""
    some, index = [article.text for article in articles[:MEASURED]], SignatureIndex()
    signed = signatures([article.text for article in articles])
    index.add_all(enumerate(signed))
    rows = range(len(some))
    steps: dict[str, Callable[[], object]] = {
        "signatures": lambda: [signatures(some[i : i + BULK]) for i in range(0, len(some), BULK)],
        "look_ups": lambda: [index.candidates_of(signed[i : i + BULK]) for i in range(0, len(some), BULK)],
        "one_signature": lambda: [signature(text) for text in some],
        "one_look_up": lambda: [index.candidates(signed[row]) for row in rows],
        "one_removal": lambda: _remove_all(index, rows),
        "one_insertion": lambda: _add_all(index, signed[: len(some)]),
        "insertions": lambda: index.add_all((row + len(signed), one) for row, one in enumerate(signed[: len(some)])),
    }
    seconds = {name: _cpu_seconds(step) for name, step in steps.items()}
    seconds["bulk"] = sum(seconds[name] for name in ("signatures", "look_ups", "insertions"))
    words = sum(len(text.split()) for text in some) / len(some)
    return {"words_per_article": round(words, 1)} | {n: round(len(some) / s, 1) for n, s in seconds.items()}


def memory(articles: Sequence[Article]) -> dict[str, float]:
    """Bytes an article of the signature index, as Python counts them."""
    signed = signatures([article.text for article in articles])
    tracemalloc.start()
    index = SignatureIndex()
    index.add_all(enumerate(signed))
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {"articles": len(index), "bytes_per_article": round(used / len(index), 1)}


def wiki(data: Path, take: Callable[[Article], Answer]) -> dict[str, float]:
    """B-cubed of the groups that verdicts of any kind make of revisions, against their pages."""
    gold: dict[str, str] = {}
    rows: dict[str, int] = {}
    groups = DuplicateGroups(age=lambda row: row)
    for article, story in _labelled(data, "versions-wiki-dev"):
        rows[article.id], gold[article.id] = len(rows), story
        for earlier in take(article).verdicts:
            groups.add(rows[earlier], rows[article.id])
    score = b_cubed(gold, {id: str(groups.leader(row)) for id, row in rows.items()})
    return {name: round(getattr(score, name), 4) for name in ("precision", "recall", "f1")}


def allsides(data: Path, take: Callable[[Article], Answer]) -> dict[str, Any]:
    """Verdicts between articles of different stories, and between outlets on one story."""
    stories: dict[str, str] = {}
    sources: dict[str, str | None] = {}
    counts: Counter[str] = Counter()
    listed = []
    for article, story in _labelled(data, "threads-allsides-dev"):
        stories[article.id], sources[article.id] = story, article.source
        for earlier, kind in take(article).verdicts.items():
            same = "one_story" if stories[earlier] == story else "other_story"
            outlets = "one_outlet" if sources[earlier] == article.source else "other_outlet"
            counts[f"{same}/{outlets}/{kind}"] += 1
            listed.append((article.id, earlier, kind))
    sizes = Counter(stories.values())
    pairs = sum(n * (n - 1) // 2 for n in sizes.values())
    across = sum(n for name, n in counts.items() if name.startswith("one_story/other_outlet"))
    return {"pairs_of_one_story": pairs, "share": round(across / pairs, 5), "counts": counts, "listed": listed}


def _labelled(data: Path, name: str) -> Iterator[tuple[Article, str]]:
    path = data / f"{name}.jsonl.gz"
    if not path.exists():
        print(f"skipped {name}: there is no {path}", file=sys.stderr)
        return
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            if fields["text"].strip():
                yield article_from_fields(fields)[0], fields["story"]


def _add_all(index: SignatureIndex, signed: Sequence[Signature]) -> None:
    for row, one in enumerate(signed):
        index.add(row, one)


def _remove_all(index: SignatureIndex, rows: Sequence[int]) -> None:
    for row in rows:
        index.remove(row)


def _cpu_seconds(step: Callable[[], object]) -> float:
    start = time.process_time()
    step()
    return time.process_time() - start


def _edits(labelled: LabelledSet, ingest: int) -> dict[str, Any]:
    start = time.process_time()
    if ingest:
        answers: Mapping[str, Answer] = through_the_product(labelled.articles)
    else:
        answers = run(TextOnly(), labelled.articles)
    seconds = time.process_time() - start
    return figures(labelled, answers, ACCEPTS) | {"articles_per_cpu_second": round(len(answers) / seconds, 1)}


def _first(labelled: LabelledSet, count: int) -> LabelledSet:
    articles = labelled.articles[:count]
    ids = {article.id for article in articles}
    return LabelledSet(articles, {pair: kind for pair, kind in labelled.truth.items() if ids.issuperset(pair)})


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="edits,wire,speed,memory,wiki,allsides")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--ingest", type=int, default=0)
    arguments = parser.parse_args()
    labelled = read_set(arguments.folder)
    if arguments.ingest:
        labelled = _first(labelled, arguments.ingest)
    parts: dict[str, Callable[[], Any]] = {
        "edits": lambda: _edits(labelled, arguments.ingest),
        "wire": lambda: _edits(read_set(arguments.folder / "wire"), arguments.ingest),
        "speed": lambda: speed(labelled.articles),
        "memory": lambda: memory(labelled.articles),
        "wiki": lambda: wiki(arguments.data, TextOnly().take),
        "allsides": lambda: allsides(arguments.data, TextOnly().take),
    }
    found = {name: parts[name]() for name in arguments.only.split(",")}
    print(json.dumps({"articles": len(labelled.articles)} | found, indent=1))


if __name__ == "__main__":
    main()

"""Do threads hold still? What the same data, another order, a few newcomers and ten more weeks do to them.

    python benchmarks/thread_stability.py rebuild|order|newcomers|weeks STORE [STORE ...] [--draws 5] [--equal]

A STORE is what `clew ingest` made; copies of it are worked on, in a temporary directory, and what is in it is not
encoded again. `weeks` takes what `clew ingest` reads too (a file or a folder), which is then encoded first.

rebuild    two builds of two copies, and a third one of the first copy: articles whose thread differs, by level
order      all articles ingested again into an empty store in a shuffled order, then built: whether the same articles
           are together as in a build of the store itself, by level, and how many have a thread of another id
newcomers  1 % of the articles, drawn at random, are removed, the rest is built, the 1 % ingested again, and all built
           again: the share of the 99 % whose story has another id after the ingest alone (online), after the build
           (from one build to the next), and between the two. Goal: under .5 %
weeks      the articles in order of date: all but the last ten weeks are ingested and built, then week after week is
           ingested and built: of the stories that one build left, the share whose id lives on after the next (one that
           was merged away, or retired, does not), and the share of the articles that keep their story. --equal: the
           second half of the articles in ten equal slices. Goal: 98 % of ids. And the share of the stories that live on
           under another name: of all, and of those of two articles and more before and after
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from corpus import Article, Level, paragraph_hash
from corpus.readers.base import ParsedArticle
from corpus.readers.files import read_paths
from embeddings.encoders import Encoder
from embeddings.types import Vectors
from embeddings.vectors import unpack
from service.archive import Archive
from service.ingest import delete_article, ingest_many
from service.settings import load_settings, quiet_libraries
from service.threads import build_threads

NEW_SHARE = 0.01
SLICES = 10
Places = Mapping[str, str]
"""Article -> thread."""


class Known:
    """An `Encoder` that has vectors already, by `paragraph_hash`, and asks another one for the rest."""

    def __init__(self, encoder: Encoder, vectors: Mapping[str, bytes]) -> None:
        self._encoder, self._vectors = encoder, vectors
        self.fingerprint, self.dimension, self.max_tokens = encoder.fingerprint, encoder.dimension, encoder.max_tokens
        self.languages = encoder.languages

    def count_tokens(self, text: str) -> int:
        """As the other one."""
        return self._encoder.count_tokens(text)

    def encode(self, texts: Sequence[str], progress: object = None) -> Vectors:
        """As `Encoder.encode`; progress is not told."""
        hashes = [paragraph_hash(text) for text in texts]
        missing = [i for i, hash in enumerate(hashes) if hash not in self._vectors]
        found = np.empty((len(texts), self.dimension), np.float32)
        if missing:
            found[missing] = self._encoder.encode([texts[i] for i in missing])
        known = [i for i, hash in enumerate(hashes) if hash in self._vectors]
        found[known] = unpack([self._vectors[hashes[i]] for i in known], self.dimension)
        return found


@contextmanager
def working(store: Path | None, vectors: Mapping[str, bytes] | None = None) -> Iterator[Archive]:
    """A copy of a store, open for writing; None for an empty one."""
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        if store is not None:
            shutil.copytree(store, data, ignore=shutil.ignore_patterns("lock"))
        with Archive(load_settings({"data": data}), write=True) as archive:
            if vectors is not None:
                archive.encoder = Known(archive.encoder, vectors)
            yield archive


def contents(archive: Archive) -> tuple[list[Article], dict[str, bytes]]:
    """All articles, in order of date and id, undated ones first; and the vectors of their titles and paragraphs."""
    with archive.store.read() as tx:
        profiles = list(tx.articles.profiles())
        stored = tx.articles.of_rows([profile.row for profile in profiles])
        hashes = {key.hash for profile in profiles for key in profile.paragraphs}
        hashes |= {profile.title_hash for profile in profiles if profile.title_hash}
        return by_date(found.article for found in stored.values()), tx.articles.vectors(hashes)


def by_date(articles: Iterable[Article]) -> list[Article]:
    """In order of date and id, undated ones first."""
    return sorted(articles, key=lambda a: (a.published.at.timestamp() if a.published else -1e12, a.id))


def ingest(archive: Archive, articles: Iterable[Article]) -> None:
    """Store articles one after the other."""
    for outcome in ingest_many(archive, articles, policy="link"):
        if isinstance(outcome, Exception):
            raise outcome


def places(archive: Archive, level: Level = Level.STORY) -> Places:
    """Article -> thread, of a level."""
    return {
        archive.memory.collection.member(row).id: thread
        for row, thread in archive.memory.levels[level].thread_of.items()
    }


def called(archive: Archive) -> dict[str, str]:
    """Story -> its name."""
    with archive.reading() as view:
        return view.tx.threads.called(set(view.thread_of.values()))


def groups(of: Places) -> set[frozenset[str]]:
    """Who is together, whatever it is called."""
    found: dict[str, set[str]] = {}
    for article, thread in of.items():
        found.setdefault(thread, set()).add(article)
    return {frozenset(some) for some in found.values()}


def differing(before: Places, after: Places) -> int:
    """Articles, of those before that are still there, whose thread has another id."""
    return sum(before[id] != after[id] for id in before.keys() & after.keys())


def rebuild(store: Path) -> Iterator[str]:
    """Two builds."""
    with working(store) as one, working(store) as other:
        build_threads(one)
        first = {level: places(one, level) for level in Level}
        build_threads(other)
        again = build_threads(one)
        for level in Level:
            yield (
                f"{level}: {len(first[level])} articles, {differing(first[level], places(other, level))} differ in a"
                f" second copy, {differing(first[level], places(one, level))} after a second build"
            )
        yield f"the second build of the same store published {again.run or 'nothing'}"


def order(store: Path, draws: int) -> Iterator[str]:
    """Shuffled."""
    with working(store) as archive:
        build_threads(archive)
        articles, vectors = contents(archive)
        wanted = {level: places(archive, level) for level in Level}
    for draw in range(draws):
        random.Random(draw).shuffle(articles)
        with working(None, vectors) as archive:
            ingest(archive, articles)
            online = groups(places(archive))
            build_threads(archive)
            got = {level: places(archive, level) for level in Level}
        for level in Level:
            mine, theirs = groups(wanted[level]), groups(got[level])
            yield (
                f"draw {draw}, {level}: {len(mine - theirs)} of {len(mine)} threads have other articles,"
                f" {differing(wanted[level], got[level])} of {len(articles)} articles another id"
            )
        yield f"draw {draw}: before the build {len(groups(wanted[Level.STORY]) - online)} stories had other articles"


def newcomers(store: Path, draws: int) -> Iterator[str]:
    """A hundredth more."""
    shares = []
    with working(store) as archive:
        articles, vectors = contents(archive)
        archive.encoder = Known(archive.encoder, vectors)
        for draw in range(draws):
            new = random.Random(draw).sample(articles, max(1, round(NEW_SHARE * len(articles))))
            for article in new:
                delete_article(archive, article.id)
            build_threads(archive)
            before = places(archive)
            ingest(archive, by_date(new))
            online = places(archive)
            build_threads(archive)
            after = places(archive)
            pairs = ((before, online), (before, after), ({id: online[id] for id in before}, after))
            shares.append([differing(*pair) / len(before) for pair in pairs])
            yield f"draw {draw}, {len(new)} new of {len(articles)}: {_percents(shares[-1])}"
    yield f"mean: {_percents(np.mean(shares, axis=0).tolist())}; most: {_percents(np.max(shares, axis=0).tolist())}"


def _percents(shares: Sequence[float]) -> str:
    online, built, between = (f"{share:.2%}" for share in shares)
    return f"{online} online, {built} from build to build, {between} by the second build"


def weeks(source: Path, *, equal: bool) -> Iterator[str]:
    """Ten more slices."""
    if (source / "clew.sqlite").exists():
        with working(source) as archive:
            articles, vectors = contents(archive)
    else:
        articles, vectors = by_date(r.article for r in read_paths([source]) if isinstance(r, ParsedArticle)), {}
    lived: list[float] = []
    kept: list[float] = []
    renamed: list[tuple[float, float]] = []
    with working(None, vectors) as archive:
        before: Places = {}
        names: dict[str, str] = {}
        for name, some in slices(articles, equal=equal):
            ingest(archive, some)
            build_threads(archive)
            after, now = places(archive), called(archive)
            if before:
                old, new = Counter(before.values()), set(after.values())
                lives = [id in new for id in old]
                longer = [id in new for id, articles_in in old.items() if articles_in > 1]
                lived.append(float(np.mean(lives)))
                kept.append(1 - differing(before, after) / len(before))
                sizes = Counter(after.values())
                other = {id: names[id] != now[id] for id in names.keys() & now.keys()}
                several = [is_other for id, is_other in other.items() if min(old[id], sizes[id]) > 1]
                renamed.append((float(np.mean(list(other.values()))), float(np.mean(several or [False]))))
                yield (
                    f"{name}: {len(some)} articles more; {sum(lives)} of {len(lives)} stories live on ({lived[-1]:.2%};"
                    f" of two articles and more {np.mean(longer):.2%}), {kept[-1]:.2%} of articles keep their story;"
                    f" {renamed[-1][0]:.2%} have another name, of two articles and more {renamed[-1][1]:.2%}"
                )
            else:
                yield f"{name}: {len(some)} articles, {len(set(after.values()))} stories"
            before, names = after, now
    yield "another name: {:.2%} of all, {:.2%} of two articles and more".format(*np.mean(renamed, axis=0))
    yield f"mean: {np.mean(lived):.2%} of stories live on, {np.mean(kept):.2%} of articles keep their story"
    yield f"least: {min(lived):.2%} and {min(kept):.2%}"


def slices(articles: Sequence[Article], *, equal: bool) -> Iterator[tuple[str, list[Article]]]:
    """What was there before, and ten more."""
    if equal:
        ends = np.linspace(len(articles) // 2, len(articles), SLICES + 1).astype(int).tolist()
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            yield f"slice {number}", list(articles[start:end])
        return
    of = {article.id: _week(article) for article in articles}
    last = sorted({week for week in of.values() if week})[-SLICES:]
    yield "before", [article for article in articles if of[article.id] < last[0]]
    for week in last:
        yield week, [article for article in articles if of[article.id] == week]


def _week(article: Article) -> str:
    """Year and number of its week; nothing where it has no date."""
    if article.published is None:
        return ""
    year, week, _ = article.published.at.isocalendar()
    return f"{year}-W{week:02}"


def main() -> None:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", choices=("rebuild", "order", "newcomers", "weeks"))
    parser.add_argument("stores", nargs="+", type=Path, metavar="STORE")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--equal", action="store_true")
    asked = parser.parse_args()
    quiet_libraries()
    checks: dict[str, Callable[[Path], Iterator[str]]] = {
        "rebuild": rebuild,
        "order": partial(order, draws=asked.draws),
        "newcomers": partial(newcomers, draws=asked.draws),
        "weeks": partial(weeks, equal=asked.equal),
    }
    for store in asked.stores:
        if not store.exists():
            say(f"{store}: skipped, it is missing (clew ingest FILE --data {store})")
            continue
        for line in checks[asked.check](store):
            say(f"{store.name}: {line}")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

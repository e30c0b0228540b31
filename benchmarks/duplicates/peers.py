"""Other libraries over the same articles: datasketch, rensa, semhash, simhash, each at its best threshold.

    pip install datasketch rensa semhash simhash
    python -m benchmarks.duplicates.peers FOLDER [--only datasketch,rensa,simhash,semhash]

FOLDER is what `generate` wrote. None of them tells kinds, so that only recall and precision of pairs count; the
threshold with the highest F1 on this very set is taken, which flatters them. Five-word shingles, lower case. What is
not installed is skipped. semhash gets counts of hashed words as vectors here, as its own model has to be downloaded:
its figures are of its search, not of that model.
"""

import argparse
import json
import re
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus import Article

from .records import Answer, LabelledSet, figures, read_set

PLACES = 128
_DIMENSION = 1_024
_WORD = re.compile(r"\w+")
Pairs = Iterator[tuple[int, Sequence[int]]]
"""Row -> earlier rows that it is said to repeat."""


def shingles(text: str) -> list[str]:
    """Runs of five words."""
    words = _WORD.findall(text.lower())
    return [" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))]


def datasketch(articles: Sequence[Article], threshold: float) -> Pairs:
    """MinHashLSH, hits kept where the estimated overlap reaches the threshold."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=PLACES)
    kept: list[Any] = []
    for row, article in enumerate(articles):
        one = MinHash(num_perm=PLACES)
        one.update_batch([s.encode() for s in shingles(article.text)])
        yield row, [hit for hit in index.query(one) if one.jaccard(kept[hit]) >= threshold]
        index.insert(row, one)
        kept.append(one)


def rensa(articles: Sequence[Article], threshold: float) -> Pairs:
    """RMinHashLSH, as above."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=threshold, num_perm=PLACES, num_bands=_bands(threshold))
    kept: list[Any] = []
    for row, article in enumerate(articles):
        one = RMinHash(num_perm=PLACES, seed=1)
        one.update(shingles(article.text))
        yield row, [hit for hit in index.query(one) if one.jaccard(kept[hit]) >= threshold]
        index.insert(row, one)
        kept.append(one)


def simhash(articles: Sequence[Article], threshold: float) -> Pairs:
    """64 bits over shingles; `threshold` is the share of equal bits (below .9 its index compares all with all)."""
    from simhash import Simhash, SimhashIndex

    most = round(64 * (1 - threshold))
    index = SimhashIndex([], k=most)
    for row, article in enumerate(articles):
        one = Simhash(shingles(article.text))
        yield row, [int(hit) for hit in index.get_near_dups(one)]
        index.add(str(row), one)


def semhash(articles: Sequence[Article], threshold: float) -> Pairs:
    """Its own report of duplicates of all texts, by cosine."""
    from semhash import SemHash

    rows: dict[str, list[int]] = {}
    for row, article in enumerate(articles):
        rows.setdefault(article.text, []).append(row)
    found = SemHash.from_records(list(rows), model=_HashedWords()).self_deduplicate(threshold=threshold)
    for own in rows.values():
        for place, row in enumerate(own):
            yield row, own[:place]
    for record in found.filtered:
        row = rows[record.record][0]
        yield row, [other for text, _ in record.duplicates for other in rows[text] if other < row]


class _HashedWords:
    """An encoder as semhash wants one, that counts words by their hash."""

    def encode(self, sentences: Sequence[str], **_: object) -> NDArray[np.float32]:
        """(N, 1024) float32, square roots of counts."""
        found = np.zeros((len(sentences), _DIMENSION), np.float32)
        for row, text in enumerate(sentences):
            for word in _WORD.findall(text.lower()):
                found[row, zlib.crc32(word.encode()) % _DIMENSION] += 1
        return np.sqrt(found)


PEERS: Mapping[str, tuple[Callable[[Sequence[Article], float], Pairs], tuple[float, ...]]] = {
    "datasketch": (datasketch, (0.2, 0.3, 0.5, 0.7)),
    "rensa": (rensa, (0.2, 0.3, 0.5, 0.7)),
    "simhash": (simhash, (0.92, 0.95)),
    "semhash": (semhash, (0.85, 0.9, 0.95)),
}


def _bands(threshold: float) -> int:
    """Bands whose steepest point lies nearest to the threshold, of those that divide the places."""
    return min((1, 2, 4, 8, 16, 32, 64, 128), key=lambda b: abs((1 / b) ** (b / PLACES) - threshold))


def measure(labelled: LabelledSet, name: str) -> dict[str, Any]:
    """The figures at the threshold with the highest F1."""
    peer, thresholds = PEERS[name]
    best: dict[str, Any] = {"f1": -1.0}
    for threshold in thresholds:
        start = time.process_time()
        answers = {article.id: Answer((), {}) for article in labelled.articles}
        for row, hits in peer(labelled.articles, threshold):
            ids = [labelled.articles[hit].id for hit in hits]
            before = answers[labelled.articles[row].id].candidates
            answers[labelled.articles[row].id] = Answer((*before, *ids), dict.fromkeys((*before, *ids), "near"))
        seconds = time.process_time() - start
        found = figures(labelled, answers, {})
        both = found["recall"], found["precision"]
        f1 = round(2 * both[0] * both[1] / max(1e-9, sum(both)), 4)
        print(f"{name} at {threshold}: recall {both[0]}, precision {both[1]}, F1 {f1}", file=sys.stderr)
        if f1 > best["f1"]:
            rate = round(len(answers) / seconds, 1)
            best = {"f1": f1, "threshold": threshold, "articles_per_cpu_second": rate} | found
    return best


def main() -> None:
    """Measure those that are installed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(PEERS))
    arguments = parser.parse_args()
    labelled = read_set(arguments.folder)
    found = {}
    for name in arguments.only.split(","):
        if find_spec(name):
            found[name] = measure(labelled, name)
        else:
            print(f"skipped {name}: pip install {name}", file=sys.stderr)
    print(json.dumps({"articles": len(labelled.articles)} | found, indent=1))


if __name__ == "__main__":
    main()

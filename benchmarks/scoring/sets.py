"""The labelled sets of ../shared/data as articles, through the product's own reader, splitter and encoder."""

import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus import BadRecord, article_from_fields
from embeddings.encoders import CachedEncoder, Encoder, encoder_for
from embeddings.preparing import Prepared, prepare
from embeddings.types import Vectors

MODEL = "all-MiniLM-L6-v2"
STORIES = ("threads-ecbplus", "threads-basil", "threads-allsides-dev", "threads-wcep-2002-2018")
"""Their labels say which articles are of one story."""
GRADES = "pairs-semeval22-t8-train-subset"
"""Its labels are people's grades of pairs."""
MULTILINGUAL = ("threads-basil", "crosslingual-meantime", "threads-multiling")
"""What a multilingual encoder is fitted to; of the last, each language is a set."""
WCEP_SINCE = "2017"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Articles, and what people said of them."""

    name: str
    digest: str
    """SHA-256 of the data file."""
    articles: list[Prepared]
    stories: list[str | None]
    """Of each article."""
    grades: list[tuple[int, int, float]]
    """(article, article, relatedness 0..1)."""


ENCODER = encoder_for(MODEL)


def read_sets(
    data: Path, names: Iterable[str], encoder: Encoder = ENCODER, paragraphs: int | None = None
) -> list[LabelledSet]:
    """Those that are there; each missing one is said.

    Args:
        data: the folder of the sets.
        names: of them.
        encoder: counts tokens.
        paragraphs: of an article, the first so many; None for all.
    """
    found = []
    for name in names:
        path = data / f"{name}.jsonl.gz"
        if path.exists():
            found += _read(name, path, encoder, paragraphs)
        else:
            print(f"skipped {name}: there is no {path}", file=sys.stderr)
    return found


def rows_of(name: str, path: Path) -> tuple[list[dict[str, Any]], list[tuple[str, str, float]]]:
    """The articles of a set as fields, each once, and its graded pairs as (id, id, relatedness 0..1)."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if name == GRADES:
        return _pairs(rows)
    if name.startswith("threads-wcep"):
        rows = [row for row in rows if row["published"] >= WCEP_SINCE]
        sizes = Counter(row["story"] for row in rows)
        rows = [row for row in rows if sizes[row["story"]] >= 3]
    return rows, []


def encode(sets: Iterable[LabelledSet], cache: Path | None, encoder: Encoder = ENCODER) -> dict[str, Vectors]:
    """Vectors (D,) by hash of all texts; the cache, an .npz file, is read first and brought up to date."""
    known: dict[str, Vectors] = {}
    if cache and cache.exists():
        with np.load(cache, allow_pickle=False) as stored:
            known = dict(zip(stored["hashes"].tolist(), stored["vectors"], strict=True))
    texts = {hash: text for some in sets for p in some.articles for hash, text in p.texts.items()}
    missing = {hash: text for hash, text in texts.items() if hash not in known}
    if missing:
        print(f"encoding {len(missing):,} of {len(texts):,} texts", file=sys.stderr)
        known |= CachedEncoder(encoder, _nothing).encode(missing)
        if cache:
            np.savez(cache, hashes=np.array(list(known)), vectors=np.stack(list(known.values())))
    return known


def _nothing(hashes: Collection[str]) -> Mapping[str, bytes]:
    return {}


def _read(name: str, path: Path, encoder: Encoder, paragraphs: int | None) -> list[LabelledSet]:
    """A set; of `threads-multiling`, which says the same in six languages, one for each."""
    rows, pairs = rows_of(name, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if paragraphs is not None:
        rows = [
            row | {"text": "\n\n".join(list(filter(str.strip, row["text"].split("\n")))[:paragraphs])} for row in rows
        ]
    if name != "threads-multiling":
        return [_labelled(name, digest, rows, pairs, encoder)]
    languages = sorted({row["language"] for row in rows})
    return [
        _labelled(f"{name}/{language}", digest, [row for row in rows if row["language"] == language], [], encoder)
        for language in languages
    ]


def _labelled(
    name: str, digest: str, rows: list[dict[str, Any]], pairs: list[tuple[str, str, float]], encoder: Encoder
) -> LabelledSet:
    articles: list[Prepared] = []
    stories: list[str | None] = []
    at: dict[str, int] = {}
    for row, prepared in _prepared(rows, encoder):
        if prepared.article.id not in at:
            at[prepared.article.id] = len(articles)
            articles.append(prepared)
            stories.append(row.get("story"))
    grades = [(at[a], at[b], grade) for a, b, grade in pairs if a in at and b in at]
    return LabelledSet(name, digest, articles, stories, grades)


def _prepared(rows: Iterable[dict[str, Any]], encoder: Encoder) -> Iterator[tuple[dict[str, Any], Prepared]]:
    for row in rows:
        try:
            article, _ = article_from_fields({k: v for k, v in row.items() if k != "story" and v not in (None, "")})
        except BadRecord:
            continue  # no text: the product refuses it too
        yield row, prepare(article, encoder)


def _pairs(rows: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[tuple[str, str, float]]]:
    articles: dict[str, dict[str, Any]] = {}
    pairs = []
    for row in rows:
        if (row["lang1"], row["lang2"]) == ("en", "en"):
            a, b = row["id"].split("_")
            for id, text in ((a, row["text1"]), (b, row["text2"])):
                title, _, body = text.partition("  ")
                articles[id] = {"id": id, "title": title if body else None, "text": body or title, "language": "en"}
            pairs.append((a, b, (4 - float(row["overall"])) / 3))
    return list(articles.values()), pairs

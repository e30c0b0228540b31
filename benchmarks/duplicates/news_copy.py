"""The NEWS-COPY data set, as far as it can be had: wire articles of scanned newspapers in clusters of copies.

Silcock, D'Amico-Wong, Yang and Dell, "Noise-Robust De-Duplication at Scale" (2022): 27,210 articles of 1920 to 1977,
122,876 positive pairs; abridged, noisily transcribed copies of one wire story form a cluster. It was not at hand when
this was written and nothing here was run on it. The shape expected is

* a JSON file with an object: article id -> text; or -> an object with `text` or `article`, and maybe `headline`,
  `date` (ISO 8601) and `newspaper`;
* a JSON file with the clusters: a list of lists of ids, or an object: cluster -> list of ids, or id -> cluster.

An article in no cluster is alone. Pairs within a cluster are copies and all others are not: `pairs`.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from corpus import Article, article_from_fields

_NAMES = {"headline": "title", "date": "published", "newspaper": "source", "article": "text"}


class BadNewsCopy(ValueError):
    """A file is not of the shape above; the message says which and how."""


@dataclass(frozen=True)
class NewsCopy:
    """Articles by id, and the cluster of each."""

    articles: Mapping[str, Article]
    clusters: Mapping[str, str]

    @property
    def pairs(self) -> set[frozenset[str]]:
        """All pairs of copies."""
        members = defaultdict(list)
        for id, cluster in self.clusters.items():
            members[cluster].append(id)
        return {frozenset(pair) for ids in members.values() for pair in combinations(ids, 2)}


def read_news_copy(articles: Path, clusters: Path) -> NewsCopy:
    """Read both files.

    Raises:
        BadNewsCopy: a file has another shape, a cluster names an unknown article, or an article has two clusters.
    """
    texts = json.loads(articles.read_text(encoding="utf-8"))
    if not isinstance(texts, dict):
        raise BadNewsCopy(f"{articles}: an object of articles by id is expected, not {type(texts).__name__}")
    found = {id: article_from_fields(_fields(id, value))[0] for id, value in texts.items()}
    given = _cluster_of(json.loads(clusters.read_text(encoding="utf-8")), clusters)
    if unknown := sorted(given.keys() - found.keys()):
        raise BadNewsCopy(f"{clusters}: {len(unknown)} ids have no article, {unknown[0]!r} among them")
    return NewsCopy(found, {id: given.get(id, f"alone {id}") for id in found})


def _fields(id: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return {"id": id, "text": value}
    if not isinstance(value, dict):
        raise BadNewsCopy(f"article {id!r}: text or an object is expected, not {type(value).__name__}")
    fields: dict[str, Any] = {_NAMES.get(str(name), str(name)): content for name, content in value.items()}
    return fields | {"id": id}


def _cluster_of(content: Any, path: Path) -> dict[str, str]:  # noqa: ANN401 - JSON
    if isinstance(content, list):
        content = {str(number): ids for number, ids in enumerate(content)}
    if not isinstance(content, dict):
        raise BadNewsCopy(f"{path}: a list or an object of clusters is expected, not {type(content).__name__}")
    found: dict[str, str] = {}
    for key, value in content.items():
        for id, cluster in [(i, key) for i in value] if isinstance(value, list) else [(key, str(value))]:
            if found.setdefault(id, cluster) != cluster:
                raise BadNewsCopy(f"{path}: {id!r} is in two clusters, {found[id]!r} and {cluster!r}")
    return found

"""Archives of odd shapes, in one job: one giant story, single articles only, and stories of all sizes side by side."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from corpus import Level, Precision, Published, Terms
from corpus.records import ParagraphKey, Profile
from embeddings.index import ExactIndex
from embeddings.search import Collection
from embeddings.threads import cluster

DIMENSION = 64


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def collection_of(sizes: Sequence[int]) -> Collection:
    """An article of two to four paragraphs for each report of a story: words of the story, and words of everybody."""
    random = np.random.default_rng(1)
    index = ExactIndex(DIMENSION)
    collection = Collection(index)
    common = 0.3 * random.standard_normal(DIMENSION)
    paragraphs = row = 0
    for story, size in enumerate(sizes):
        topic, own = random.standard_normal(DIMENSION) + common, [f"s{story}w{i}" for i in range(40)]
        begins = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=int(random.integers(1_000)))
        for _ in range(size):
            ids = np.arange(paragraphs, paragraphs + random.integers(2, 5))
            paragraphs += len(ids)
            index.add(ids, unit(topic + 0.8 * random.standard_normal((len(ids), DIMENSION))))
            words = {word: int(random.integers(1, 4)) for word in random.choice(own, 18, replace=False)}
            names = {word: count for word, count in words.items() if word in own[:8]}
            words |= {f"c{word}": 1 for word in random.zipf(1.3, 40).clip(max=20_000)}
            day = begins + timedelta(days=int(random.integers(20)))
            collection.add(
                Profile(
                    row, f"id{row}", Published(day, Precision.DAY), None, None, f"{row}", None, Terms(words, names),
                    b"", tuple(ParagraphKey(id, "", 200) for id in ids.tolist()),
                ),
                None,
            )  # fmt: skip
            row += 1
    return collection


def test_stories_of_one_three_eleven_and_fifty_articles_side_by_side():
    sizes = [1] * 40 + [3] * 20 + [11] * 5 + [50] * 2
    found = cluster(collection_of(sizes)).clusters
    assert sorted(map(len, found)) == sorted(sizes)


def test_a_story_of_three_hundred_among_a_thousand_single_articles():
    found = cluster(collection_of([300] + [1] * 1_000)).clusters
    assert sorted(map(len, found)) == [1] * 1_000 + [300]


def test_one_story_of_five_thousand_articles():
    """Each of them is compared with forty others, and yet they come together."""
    levels = cluster(collection_of([5_000])).levels
    assert len(levels[Level.SAGA]) == 1
    assert len(levels[Level.STORY]) <= 5


def test_ten_thousand_single_articles():
    assert len(cluster(collection_of([1] * 10_000)).clusters) == 10_000

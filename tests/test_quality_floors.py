"""Floors under the quality of threads, related coverage and duplicates on the sample archive, with the real model.

A floor is what was reached, less a little for other processors' rounding. Lowering one takes a reason in the commit
that does it. The digest says which sample the floors belong to: change one, measure again, change the other.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest

from corpus import Article, Kind, Level, Precision, Published, page_of
from corpus.readers.base import ParsedArticle
from corpus.readers.files import read_paths
from embeddings.evaluation.clustering import b_cubed
from embeddings.evaluation.retrieval import mean_average_precision, precision_at_1
from embeddings.related import find_related
from service.archive import Archive
from service.ingest import ingest_many
from service.settings import load_settings
from service.threads import build_threads

SAMPLE = Path(__file__).parent.parent / "sample"
DIGEST = "100ae1dc99829553"
FLOORS = {"b_cubed_f1": 0.875, "online_b_cubed_f1": 0.86, "map": 0.99, "precision_at_1": 0.98}
COPIES = {
    "exact": {Kind.EXACT}, "near": {Kind.NEAR_COPY, Kind.UPDATE}, "update": {Kind.UPDATE},
    "excerpt": {Kind.EXCERPT, Kind.CONTAINS},
}  # fmt: skip


pytestmark = pytest.mark.model


def digest() -> str:
    """Of all articles and their truth."""
    files = [SAMPLE / "truth.jsonl", *sorted((SAMPLE / "archive").iterdir())]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    """What is known of the sample."""
    return [json.loads(line) for line in (SAMPLE / "truth.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory):
    """The sample, ingested as a user would."""
    settings = load_settings({"data": tmp_path_factory.mktemp("quality"), "model": "all-MiniLM-L6-v2"})
    with Archive(settings, write=True) as archive:
        readings = [r for r in read_paths([SAMPLE / "archive"]) if isinstance(r, ParsedArticle)]
        list(ingest_many(archive, (r.article for r in readings), policy="link"))
        archive.ids = {Path(r.location.path).name: r.article.id for r in readings}
        yield archive


@pytest.fixture(scope="module")
def figures(archive: Archive, truth: list[dict[str, str]]) -> dict[str, float]:
    """What is reached now."""
    gold = {archive.ids[t["file"]]: t["story"] for t in truth}

    def threads() -> dict[str, str]:
        return {archive.memory.collection.member(row).id: thread for row, thread in archive.memory.thread_of.items()}

    online = b_cubed(gold, threads()).f1
    build_threads(archive)
    collection = archive.memory.collection
    member = collection.member
    ranked = {
        member(row).id: [member(hit.row).id for hit in find_related(collection, collection.query(row), limit=20).hits]
        for row in archive.memory.collection.rows()
    }
    return {
        "b_cubed_f1": b_cubed(gold, threads()).f1,
        "online_b_cubed_f1": online,
        "map": mean_average_precision(gold, ranked),
        "precision_at_1": precision_at_1(gold, ranked),
    }


def test_the_floors_belong_to_this_sample() -> None:
    assert digest() == DIGEST


@pytest.mark.parametrize("name", FLOORS)
def test_floor(figures: dict[str, float], name: str) -> None:
    assert figures[name] >= FLOORS[name], figures


def test_every_duplicate_is_found_with_its_kind_and_no_other(archive: Archive, truth: list[dict[str, str]]) -> None:
    with archive.store.read() as tx:
        found = {(v.article, v.earlier): v.kind for _, v in tx.duplicates.all() if v.kind is not Kind.NEW}
    copies = [t for t in truth if t["of"]]
    assert len(copies) == 17
    for t in copies:
        assert found.get((archive.ids[t["file"]], archive.ids[t["of"]])) in COPIES[t["relation"]], t
    known = {(archive.ids[t["file"]], archive.ids[t["of"]]) for t in copies}
    assert found.keys() <= known


def test_confusable_stories_stay_apart(
    archive: Archive, truth: list[dict[str, str]], figures: dict[str, float]
) -> None:
    """Two ferries, two strikes: no thread holds articles of both."""
    by_id = {archive.memory.collection.member(row).id: thread for row, thread in archive.memory.thread_of.items()}
    for one, other in (("ferry-ismay", "ferry-orla"), ("strike-brannock", "strike-teviston")):
        threads = [{by_id[archive.ids[t["file"]]] for t in truth if t["story"] == story} for story in (one, other)]
        assert not threads[0] & threads[1]


def test_urls_of_the_truth_are_those_of_the_articles(truth: list[dict[str, str]], archive: Archive) -> None:
    with archive.store.read() as tx:
        for t in truth:
            if t["url"]:
                (found,) = tx.articles.of_page(page_of(t["url"]))
                assert found.article.id == archive.ids[t["file"]]


LATER = [
    (
        "2026-06-18",
        "Captain of Lady Ismay jailed over Port Calder ferry crash",
        "The captain of the ferry Lady Ismay was sentenced to three years in prison on Thursday for the crash at Port"
        " Calder that killed three passengers and injured 31.\n\n"
        "The court heard that the ferry struck the breakwater in the Skerrow Isles service after its steering failed,"
        " and that the firm had put off a repair of the steering gear three times.\n\n"
        "The company that ran the Skerrow Isles ferries was fined. Families of the dead said that they had waited more"
        " than two years for the verdict.",
    ),
    (
        "2026-01-16",
        "Port Calder remembers ferry dead two years on",
        "Bells rang in Port Calder on Friday two years after the ferry Lady Ismay hit the breakwater, a crash in which"
        " three passengers died and 31 were hurt.\n\nSurvivors of the Skerrow Isles crossing laid flowers on the"
        " breakwater. The investigators' report, which blamed the ferry's steering, led to a hearing but not yet to a"
        " trial of the ferry firm.",
    ),
]
"""Years after the crash, the later one first."""


def test_a_trial_and_an_anniversary_years_later_join_their_saga(tmp_path: Path) -> None:
    settings = load_settings({"data": tmp_path, "model": "all-MiniLM-L6-v2"})
    with Archive(settings, write=True) as archive:
        sample = [r.article for r in read_paths([SAMPLE / "archive"]) if isinstance(r, ParsedArticle)]
        list(ingest_many(archive, sample, policy="link"))
        build_threads(archive)
        later = []
        for day, title, text in LATER:
            published = Published(datetime.fromisoformat(f"{day}T12:00Z"), Precision.DAY)
            later.append(Article(f"later-{day}", title, text, published=published))
        list(ingest_many(archive, later, policy="link"))
        saga_of = archive.memory.levels[Level.SAGA].thread_of
        for _ in range(2):
            rows = {archive.memory.collection.member(row).id: row for row in archive.memory.collection.rows()}
            crash = [rows[article.id] for article in sample if "Lady Ismay" in article.text]
            new = [rows[article.id] for article in later]
            assert len({saga_of[row] for row in new}) == 1
            assert {saga_of[row] for row in new} <= {saga_of[row] for row in crash}
            assert not {archive.memory.thread_of[row] for row in new} & {archive.memory.thread_of[row] for row in crash}
            build_threads(archive)

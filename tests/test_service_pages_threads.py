"""The pages about threads, without a browser: what a thread is told by, why an article is in it, levels in the list."""

from html.parser import HTMLParser
from typing import Any

import pytest

import service.threads
from corpus import Article, DecisionKind, Level, article_from_fields
from embeddings.threads import CUTS
from service.archive import Archive
from service.http.app import create_app
from service.http.web.safety import why_path
from service.http.web.words import signed
from service.ingest import ingest_many
from service.settings import load_settings
from service.threads import DecisionRequest, build_threads, decide

K = DecisionKind
SCRIPT = "<script>window.__pwned=1</script>"
ODD = ("../dots", "a//b/", "a/b", "x/alignment/y", "/lead?x=1#y%2F&z=<b>", "100%")


class Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words = " ".join(f"{self.words} {data}".split()) if data.strip() else self.words

    def links(self, end: str = "") -> list[str]:
        return [href for tag, attrs in self.tags if tag == "a" and (href := attrs.get("href") or "").endswith(end)]


def get(client: Any, path: str, status: int = 200) -> Page:
    response = client.get(path)
    assert response.status_code == status, response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    page = Page(response)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert not [tag for tag, attrs in page.tags if tag == "style" or "style" in attrs]
    assert [tag for tag, _ in page.tags].count("h1") == 1
    return page


def row_of(archive: Archive, id: str) -> int:
    return next(row for row in archive.memory.collection.rows() if archive.memory.collection.member(row).id == id)


def of(archive: Archive, id: str, level: Level = Level.STORY) -> str:
    return archive.memory.assignment(row_of(archive, id)).at(level)


def chapter(make_article: Any, id: str, story: str, day: str, **more: Any) -> Article:
    return make_article(id, story=story, paragraphs=9, published=day, source=f"{id}.example", **more)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, make_article: Any) -> Any:
    """Story x of a report, its copy and two chapters; story y, with a chapter of x that was moved there; odd ids."""
    settings = load_settings({"data": tmp_path_factory.mktemp("threads"), "model": "hashing", "index": "exact"})
    first = chapter(make_article, "x0", "x", "2024-01-01")
    articles = [
        first,
        chapter(make_article, "x1", "x", "2024-01-02", text=first.text),
        chapter(make_article, "x2", "x", "2024-01-05"),
        chapter(make_article, "moved", "x", "2024-01-06"),
        *(chapter(make_article, f"y{n}", "y", f"2024-01-{n + 1:02}") for n in range(3)),
        make_article("alone", title=SCRIPT, published="2023-01-01"),
        *(article_from_fields({"id": id, "text": f"An id of its own, {n}."})[0] for n, id in enumerate(ODD)),
    ]
    with Archive(settings, write=True) as archive:
        list(ingest_many(archive, articles, policy="link"))
        build_threads(archive)
        decide(archive, DecisionRequest(K.MUST_LINK, "m.ruiz", f"one story {SCRIPT}", ("x0", "x1", "x2")))
        decide(archive, DecisionRequest(K.MOVE, "a.reader", "it is about y", ("moved",), of(archive, "y0")))
        decide(
            archive, DecisionRequest(K.RENAME, "m.ruiz", "clearer", thread=of(archive, "y0"), headline="The story of y")
        )
        yield archive


@pytest.fixture(scope="module")
def client(archive: Archive) -> Any:
    return create_app(archive).test_client()


def test_a_thread_is_told(client: Any, archive: Archive) -> None:
    story = of(archive, "x0")
    told = archive.read(service.threads.thread_detail, story)
    page = get(client, f"/threads/{story}")
    assert f"Story thread · {told.trend}" in page.words
    for sentence in told.summary:
        assert sentence.text in page.words
        assert any(link.startswith(f"/articles/{sentence.article}#p") for link in page.links())
    assert all(term in page.words for term in told.terms)
    drawing = next(attrs for tag, attrs in page.tags if tag == "svg" and attrs.get("class") == "volume")
    assert "3 dated articles" in (drawing["aria-label"] or "")
    assert f"/threads/{of(archive, 'x0', Level.SAGA)}" in page.links()
    assert {f"/threads/{of(archive, id, Level.EVENT)}" for id in ("x0", "x2")} <= set(page.links())
    assert [f"/threads/{near.id}" in page.links() for near in told.related] == [True] * len(told.related)


def test_the_other_levels_lead_back(client: Any, archive: Archive) -> None:
    event = get(client, f"/threads/{of(archive, 'x0', Level.EVENT)}")
    assert "Part of the thread" in event.words
    assert f"/threads/{of(archive, 'x0')}" in event.links()
    saga = get(client, f"/threads/{of(archive, 'x0', Level.SAGA)}")
    assert "Part of the" not in saga.words
    assert f"/threads/{of(archive, 'x0')}" in saga.links()


def test_the_decisions_in_force_are_told_with_who_and_why(client: Any, archive: Archive) -> None:
    page = get(client, f"/threads/{of(archive, 'x0')}")
    told = archive.read(service.threads.thread_detail, of(archive, "x0")).decisions
    assert [made.kind for made in told] == ["move", "must_link"]
    assert archive.read(service.threads.thread_detail, of(archive, "alone")).decisions == []
    assert "Linked by m.ruiz" in page.words
    assert f"one story {SCRIPT}" in page.words
    assert "Moved by a.reader" in page.words, "the others of a move are in this thread"
    assert "1 article, apart from 3 others" in page.words
    assert "Renamed" not in page.words
    y = get(client, f"/threads/{of(archive, 'y0')}")
    assert "Renamed The story of y by m.ruiz" in y.words
    assert "Linked" not in y.words
    assert "Decisions" not in get(client, f"/threads/{of(archive, 'alone')}").words


def test_each_article_says_what_it_added_and_leads_to_why(client: Any, archive: Archive) -> None:
    story = of(archive, "x0")
    page = get(client, f"/threads/{story}")
    members = {member.id: member for member in archive.read(service.threads.thread_articles, story).articles}
    assert (members["x0"].novelty, members["x1"].novelty) == (1.0, 0.0)
    assert "100 % new Why here?" in page.words
    assert "0 % new Why here?" in page.words
    assert page.links("/why") == [f"/threads/{story}/articles/{id}/why" for id in ("x0", "x1", "x2")]
    assert f"/threads/{story}/articles/x0/why" in get(client, "/articles/x0").links()


def test_why_an_article_is_there(client: Any, archive: Archive) -> None:
    story = of(archive, "x1")
    found = archive.read(service.threads.why, story, "x1")
    page = get(client, f"/threads/{story}/articles/x1/why")
    assert f"{found.score:.2f} of 1; the cut of this level is at 0.50" in page.words
    assert "It is an exact copy of" in page.words
    assert "Decisions alone" not in page.words
    assert f"the cut of this level is {CUTS[Level.STORY]:.2f}" in page.words.lower()
    for near in found.nearest:
        assert f"/articles/{near.article.id}" in page.links()
        assert f"/articles/{near.article.id}/alignment/x1" in page.links()
        assert f"similarity {signed(near.parts.similarity)}" in page.words
        assert f"sum {signed(near.pair_score)}" in page.words
        assert ", ".join(near.shared) in page.words
        assert all(pair.article.text in page.words and pair.member.text in page.words for pair in near.pairs)
    assert [tag for tag, _ in page.tags].count("blockquote") == 2 * sum(len(near.pairs) for near in found.nearest)
    assert "the same text 1.00" in page.words
    assert found.runner_up is not None
    assert f"/threads/{found.runner_up.id}" in page.links()
    assert "Holds it here with x0 , x2" in page.words


def test_what_decisions_did_is_said(client: Any, archive: Archive) -> None:
    page = get(client, f"/threads/{of(archive, 'moved')}/articles/moved/why")
    assert "Decisions alone put it here" in page.words
    assert "Keeps it out of the next nearest, apart from x0 , x1 , x2" in page.words
    assert "ahead · above the cut by" in page.words


def test_an_article_alone_is_said_to_be(client: Any, archive: Archive) -> None:
    page = get(client, f"/threads/{of(archive, 'alone')}/articles/alone/why")
    assert ", alone." in page.words
    assert "falls short of the cut by" in page.words
    assert "The nearest articles" not in page.words
    assert SCRIPT in page.words


@pytest.mark.parametrize("id", ODD)
def test_ids_of_any_kind_have_a_page(client: Any, archive: Archive, id: str) -> None:
    with client.application.test_request_context():
        path = why_path(id, of(archive, id))
    assert "Why it is in its thread" in get(client, path).words


def test_what_is_not_there_is_a_page(client: Any, archive: Archive) -> None:
    story = of(archive, "x0")
    assert (
        f"at that level it is in '{of(archive, 'y0')}'" in get(client, f"/threads/{story}/articles/y0/why", 404).words
    )
    assert "nope" in get(client, f"/threads/{story}/articles/nope/why", 404).words
    get(client, "/threads/t-nope/articles/x0/why", 404)
    get(client, f"/threads/{story}/why", 404)


def test_a_thread_that_is_gone_leads_to_the_same_page_of_its_heir(
    open_archive: Any, make_article: Any, fill: Any
) -> None:
    archive = open_archive()
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for n in range(2) for s in "xy"))
    source, target = of(archive, "x0"), of(archive, "y0")
    decide(archive, DecisionRequest(K.MERGE, "m.ruiz", "one", thread=target, source=source))
    client = create_app(archive).test_client()
    for path in ("", "/articles/x0/why", "/why?article=x0"):
        response = client.get(f"/threads/{source}{path}")
        assert (response.status_code, response.location) == (308, f"/threads/{target}{path}")


def test_the_list_is_of_the_level_that_is_asked_for(client: Any, archive: Archive) -> None:
    for query, level, word in (("", Level.STORY, "thread"), ("level=event", Level.EVENT, "event"),
                               ("level=story", Level.STORY, "thread"), ("level=saga", Level.SAGA, "saga")):  # fmt: skip
        page = get(client, f"/threads?{query}")
        names = set(archive.memory.levels[level].members)
        assert {link.removeprefix("/threads/") for link in page.links() if link[9:11] == level.prefix} == names
        assert f"{len(names)} {word}s , the latest first" in page.words
        chosen = [attrs["value"] for tag, attrs in page.tags if tag == "option" and "selected" in attrs]
        assert chosen == [level.value if level is not Level.STORY else ""]
    page = get(client, "/threads?level=era", 400)
    assert "must be one of event, story, saga" in page.words
    assert "No event is like that" in get(client, "/threads?level=event&q=nothing").words


def test_the_level_stays_on_the_next_page(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.http.web.views._PAGE", 2)
    page = get(create_app(archive).test_client(), "/threads?level=saga")
    (older,) = (link for link in page.links() if "cursor=" in link)
    assert "level=saga" in older


@pytest.mark.parametrize(
    ("number", "words"), [(0.571, "+0.57"), (-0.05, "\u22120.05"), (0.0, "0.00"), (-0.001, "0.00"), (0.004, "0.00")]
)
def test_signed_numbers(number: float, words: str) -> None:
    assert signed(number) == words

"""The pages without a browser: what is on them, what wrong input gives, and that nothing hostile gets through."""

import json
import sqlite3
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import service.compare
import service.http.web
from corpus import Article, DecisionKind, Level, article_from_fields
from corpus.readers.base import ParsedArticle
from corpus.readers.files import read_paths
from corpus.store import DATABASE
from service.archive import Archive
from service.http.app import create_app
from service.http.web.safety import alignment_path, article_path, web_address, without_direction_marks
from service.ingest import Outcome, ingest_many
from service.settings import load_settings
from service.threads import DecisionRequest, build_threads, decide

SAMPLE = Path(__file__).parents[1] / "sample" / "archive"
STYLE = Path(service.http.web.__file__).parent / "static" / "clew.css"
FERRY = "two passengers were killed when the island ferry Lady Ismay struck the breakwater at Port Calder"
SCRIPT = "<script>window.__pwned=1</script>"
IMAGE = '"><img src=x onerror="window.__pwned=1">'
BODY = f"{SCRIPT} </p></div></textarea></title> {IMAGE} {{{{ 7*7 }}}} ]]> &lt;b&gt; \u202ereversed\u2066 \x1b[31m. "
HOSTILE = (
    {"id": "script", "title": f"</title>{SCRIPT}", "text": BODY, "source": SCRIPT, "author": IMAGE, "section": IMAGE},
    {"id": "image", "title": IMAGE, "text": f"{BODY}\n\nSecond {IMAGE}", "source": IMAGE, "language": "ar"},
    {"id": "copy", "title": "' onmouseover='x", "text": BODY, "published": "0001"},
    {"id": "rtl", "title": "\u202e\u202dgnp.exe\u2067" * 20, "text": "\u202e" * 50 + "turned", "published": "9999"},
    {"id": "long", "text": "x" * 100_000, "published": "March 2011"},
    {"id": "wordy", "title": "W" * 2000, "text": "wordy " * 17_000, "published": "2011-03-04T05:06:07.891Z"},
    {"id": "../dots", "text": "An id of dots and slashes."},
    {"id": "a//b/", "text": "An id of empty segments."},
    {"id": "/lead?x=1#y%2F&z=<b>", "text": "An id of everything that an address may hold."},
    {"id": "https://a.example/b?c=d#e", "text": "An id that is an address."},
    {"id": "linked", "text": "An address that no browser should follow.", "url": "https://a.example/linked"},
)
ERRORS = (
    ("/nope", 404), ("/articles/nope", 404), ("/articles", 404), ("/articles?id=nope", 404), ("/threads/nope", 404),
    ("/duplicates?cursor=!", 400), ("/threads?cursor=e30", 400), ("/threads?at_least=0", 400),
    ("/threads?since=banana", 400), ("/search?q=", 400), ("/search?q=%20%20", 400), ("/search?q=...", 400),
    ("/articles/nope/alignment/none", 404), ("/alignment", 404), ("/alignment?a=script&b=nope", 404),
    ("/search?q=https://nowhere.example/at-all", 404), ("/static/nope.css", 404),
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    settings = load_settings(
        {
            "data": tmp_path_factory.mktemp("pages"), "model": "hashing", "index": "exact", "page_max": 7,
            "body_bytes": 3_000_000,
        }
    )  # fmt: skip
    with Archive(settings, write=True) as writable:
        articles = [found.article for found in read_paths([SAMPLE]) if isinstance(found, ParsedArticle)]
        articles += [article_from_fields(fields)[0] for fields in HOSTILE]
        outcomes = list(ingest_many(writable, articles, policy="link"))
        assert all(isinstance(outcome, Outcome) for outcome in outcomes)
        build_threads(writable)
        put_together(writable, "ferry-ismay")
    database = sqlite3.connect(settings.data / DATABASE)
    database.execute("UPDATE articles SET url = 'javascript:alert(1)' WHERE id = 'linked'")
    database.commit()
    database.close()
    with Archive(settings, write=False) as readable:
        yield readable


def put_together(archive: Archive, story: str) -> None:
    """Make one thread of a story of the sample: the hashing encoder cannot."""
    truth = [json.loads(line) for line in (SAMPLE.parent / "truth.jsonl").read_text().splitlines()]
    urls = [each["url"] for each in truth if each["story"] == story and each["url"]]
    stored = archive.read(lambda view: [view.find_article(url) for url in urls])
    ids = tuple(dict.fromkeys(each.article.id for each in stored))
    decide(archive, DecisionRequest(DecisionKind.MUST_LINK, "editor", "one story", ids))
    with archive.changing() as change:
        rows = {each.row for each in stored}
        change.tx.threads.assign_all([(row, Level.STORY, change.thread_of[row], 0.87) for row in rows])


@pytest.fixture(scope="module")
def client(archive):
    return create_app(archive).test_client()


@pytest.fixture(scope="module")
def ferry(archive):
    """The first report on the ferry: it has an update and a thread."""
    return titled(archive, "Two Dead as Ferry Lady Ismay")


def titled(archive: Archive, beginning: str) -> Article:
    with archive.store.read() as tx:
        articles = [stored.article for stored in tx.articles.of_rows(archive.memory.collection.rows()).values()]
    return next(article for article in articles if article.title.startswith(beginning))


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(response.text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words = " ".join(f"{self.words} {data}".split()) if data.strip() else self.words

    def links(self, text: str = "") -> list[str]:
        return [href for tag, attrs in self.tags if tag == "a" and text in (href := attrs.get("href") or "")]

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]


def check(response: TestResponse) -> Page:
    """What holds for every page, whatever it shows."""
    policy = response.headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.mimetype == "text/html"
    page = Page(response)
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{"defer": None, "src": "/static/clew.js"}]
    for tag, attrs in page.tags:
        assert tag not in ("style", "iframe", "object", "base", "b")
        assert not [name for name in attrs if name.startswith("on") or name == "style"], (tag, attrs)
        assert urlsplit(attrs.get("href") or "").scheme in ("", "http", "https")
        assert tag != "img" or attrs["src"] == "/static/clew.svg"
        assert tag != "form" or attrs["action"] in ("/search", "/threads")
    assert len(page.ids()) == len(set(page.ids()))
    assert [tag for tag, _ in page.tags].count("h1") == [tag for tag, _ in page.tags].count("main") == 1
    return page


def get(client: FlaskClient, path: str, status: int = 200) -> Page:
    response = client.get(path)
    assert response.status_code == status, response.text
    return check(response)


def test_front_page_counts_and_lists_threads_of_several_articles(client):
    page = get(client, "/")
    assert "73 articles in" in page.words
    assert 3 <= len(page.links("/threads/t-")) <= 12
    assert "1 article ·" not in page.words


@pytest.mark.parametrize(("path", "status"), ERRORS)
def test_errors_are_pages(client, path, status):
    page = get(client, path, status)
    assert "/threads" in page.links()


def test_wrong_method_is_a_page_and_keeps_its_header(client):
    response = client.delete("/threads")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    check(response)


def test_failure_is_a_page_without_its_reason(archive, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("secret")

    monkeypatch.setattr("service.http.web.reads.front", fail)
    response = create_app(archive).test_client().get("/")
    assert response.status_code == 500
    assert "secret" not in check(response).words
    assert "secret" in caplog.text


def test_api_errors_stay_problems(client):
    assert client.get("/v1/articles/nope").mimetype == "application/problem+json"


def test_files_are_served_with_the_headers_and_are_small(client):
    response = client.get("/static/clew.css")
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert STYLE.stat().st_size < 12_000
    assert "://" not in STYLE.read_text()
    response.close()


def test_article_page(client, ferry):
    page = get(client, f"/articles/{ferry.id}")
    assert ferry.title in page.words
    assert "16 January 2024, 07:40 UTC" in page.words
    assert "2024-01-16T07:40:00Z" in [attrs.get("datetime") for tag, attrs in page.tags if tag == "time"]
    assert [f"p{n}" for n in range(1, 8)] == [id for id in page.ids() if id[1:].isdecimal()]
    original = next(attrs for tag, attrs in page.tags if attrs.get("href") == ferry.url)
    assert original["rel"] == "noopener noreferrer nofollow"
    assert "Article 2 of" in page.words
    assert "Near copy 1.00" in page.words
    assert "This one arrived earlier. Copies 87 % of the earlier text; 98 % of the later" in page.words
    assert "How related it is, 0 to 1. The label says what it is to this article." in page.words


def test_matching_paragraphs_link_to_both_sides(client, archive):
    page = get(client, f"/articles/{titled(archive, 'Orbane Shares Sink').id}")
    pairs = [attrs["data-pair"] for _, attrs in page.tags if "data-pair" in attrs]
    assert pairs
    assert {f"p{n}" for n in pairs} <= set(page.ids())
    assert "matched" in {name for tag, attrs in page.tags if tag == "p" for name in (attrs.get("class") or "").split()}
    path, _, anchor = next(link for link in page.links("#p") if link.startswith("/articles/")).partition("#")
    assert anchor in get(client, path).ids()


def labels(page: Page) -> list[str]:
    """Classes of the badges."""
    classes = [(attrs.get("class") or "").split() for _, attrs in page.tags]
    return [each[1] for each in classes if each[:1] == ["badge"]]


def test_hits_have_their_relation_and_lead_to_both_texts_side_by_side(client, ferry):
    page = get(client, f"/articles/{ferry.id}")
    names = {"follow-up", "background", "parallel", "same-topic", "update", "rewrite", "excerpt", "contains"}
    assert names & set(labels(page))
    assert "% of it is new to this one" in page.words
    beside = page.links("/alignment/")
    assert len(beside) >= 3
    for path in beside[:3]:
        assert path.startswith(f"/articles/{ferry.id}/alignment/")
        get(client, path)


def test_what_is_new_is_marked_with_an_alternative_in_text(client, archive, ferry):
    later = titled(archive, "Third Passenger Dies")
    page = get(client, f"/articles/{later.id}")
    told = archive.read(service.compare.novelty_of, later.id)
    marks = [attrs for _, attrs in page.tags if attrs.get("class") == "mark"]
    assert 1 <= len(marks) <= len(told.paragraphs)
    assert f"A bold bar: new against the {len(told.against)} earlier article" in page.words
    titles = [attrs["title"] for attrs in marks]
    assert all(title in page.words for title in titles)
    named = next(title for title in titles if title.startswith("New: "))
    assert named.removeprefix("New: ").split(", ")[0] in later.text
    first = told.against[0]
    assert not [attrs for _, attrs in get(client, f"/articles/{first}").tags if attrs.get("class") == "mark"]


def test_articles_side_by_side(client, archive, ferry):
    copy = titled(archive, "Ferry Crash in Skerrow Isles")
    page = get(client, f"/articles/{ferry.id}/alignment/{copy.id}")
    assert labels(page) == ["copy"]
    assert "Published the same day. By another outlet. Stored as a near copy." in page.words
    assert "% has a counterpart in the other article" in page.words
    lines = {attrs["id"]: attrs for tag, attrs in page.tags if tag == "p" and "id" in attrs}
    paired = {id: attrs["data-with"] for id, attrs in lines.items() if "data-with" in attrs}
    assert len(paired) >= 8
    assert all(paired[other] == id for id, other in paired.items())
    assert {f"#{other}" for other in paired.values()} <= set(page.links("#"))
    assert "the same text 1.00" in page.words
    alone = [id for id, attrs in lines.items() if attrs.get("class") == "new"]
    assert alone
    assert page.words.count("Only in this article.") == len(alone)
    turned = page.links(f"/articles/{copy.id}/alignment/")
    assert labels(get(client, turned[0])) == ["copy"]


@pytest.mark.parametrize(
    ("a", "b"),
    [("script", "image"), ("copy", "script"), ("long", "rtl"), ("../dots", "a//b/"), ("wordy", "wordy"),
     ("/lead?x=1#y%2F&z=<b>", "https://a.example/b?c=d#e"), ("script", "/lead?x=1#y%2F&z=<b>")],
)  # fmt: skip
def test_hostile_articles_side_by_side_are_only_text(client, a, b):
    with client.application.test_request_context():
        path = alignment_path(a, b)
    page = get(client, path)
    assert len({id[0] for id in page.ids() if id[1:].isdecimal()} - {"p"}) == 2
    if a == "script":
        assert SCRIPT in page.words


def test_an_id_that_looks_like_two_is_one(tmp_path, make_article):
    settings = load_settings({"data": tmp_path / "odd", "model": "hashing", "index": "exact"})
    with Archive(settings, write=True) as odd:
        list(ingest_many(odd, [make_article(id, story="s") for id in ("x/alignment/y", "x", "y")], policy="link"))
        client = create_app(odd).test_client()
        with client.application.test_request_context():
            assert article_path("x/alignment/y") == "/articles?id=x/alignment/y"
            path = alignment_path("x/alignment/y", "x")
        assert "x/alignment/y" in get(client, "/articles?id=x/alignment/y").words
        assert "Side by side" in get(client, path).words
        assert "Side by side" in get(client, "/articles/x/alignment/y").words


def test_article_dates_are_as_exact_as_stated(client):
    assert "undated" in get(client, "/articles/script").words
    assert "March 2011 (the source states only the month)" in get(client, "/articles/long").words
    assert "9999 (the source states only the year)" in get(client, "/articles/rtl").words
    assert "4 March 2011, 05:06 UTC" in get(client, "/articles/wordy").words


def test_article_without_title_shows_the_beginning_of_its_text(client):
    page = get(client, "/articles?id=../dots")
    assert page.words.startswith("An id of dots and slashes.")


@pytest.mark.parametrize("id", [fields["id"] for fields in HOSTILE])
def test_every_id_has_a_page_that_links_reach(client, id):
    response = client.get("/search", query_string={"q": id})
    assert response.status_code == 303
    page = get(client, response.location)
    assert id in page.words
    again = client.get("/threads", query_string={"q": "no such headline"})
    assert "No thread is like that" in check(again).words


@pytest.mark.parametrize("id", ["script", "image", "copy", "rtl", "wordy"])
def test_hostile_articles_are_only_text(client, id):
    page = get(client, f"/articles/{id}")
    if id in ("script", "image", "copy"):
        assert SCRIPT in page.words
        assert "{{ 7*7 }}" in page.words
        assert "&lt;b&gt;" in page.words
    title = page.words.partition(" · Clew")[0]
    assert "\u202e" not in title


def test_hostile_articles_on_the_lists(client):
    for path in ("/", "/threads", "/duplicates"):
        seen = 0
        while path and seen < 50:
            page = get(client, path)
            path = next(iter(page.links("cursor=")), "")
            seen += 1
    assert check(client.get("/threads", query_string={"q": SCRIPT, "source": IMAGE, "since": "2011"})).tags
    page = check(client.get("/threads", query_string={"since": IMAGE}))
    assert [attrs["value"] for _, attrs in page.tags if attrs.get("name") == "since"] == [IMAGE]


def test_javascript_address_is_no_link(client):
    assert not get(client, "/articles/linked").links("javascript")
    assert not [link for link in get(client, "/articles/linked").links() if "alert" in link]


def test_search_by_id_and_by_address_opens_the_article(client, ferry):
    address = ferry.url.removeprefix("https://")
    for asked in (ferry.id, ferry.url, f" {ferry.url}?utm_source=x#top ", address):
        for response in (client.get("/search", query_string={"q": asked}), client.post("/search", data={"q": asked})):
            assert response.status_code == 303
            assert response.location == f"/articles/{ferry.id}"


def test_search_by_short_text_can_be_linked(client):
    response = client.post("/search", data={"q": FERRY})
    assert response.status_code == 303
    page = get(client, response.location)
    assert FERRY in page.words
    assert "Ferry Lady Ismay" in page.words
    assert len(page.links("/articles/")) > 3


def test_search_by_long_text_shows_paragraphs_side_by_side_and_what_it_repeats(client, ferry):
    response = client.post("/search", data={"q": ferry.text})
    assert response.status_code == 200
    page = check(response)
    assert "Already in the archive" in page.words
    assert "Exact copy 1.00 Copies 100 % of that article." in page.words
    page = check(client.post("/search", data={"q": f"{ferry.text} More follows."}))
    assert [tag for tag, _ in page.tags].count("blockquote") >= 6
    assert "your ¶" in page.words


def test_search_for_markup_is_text(client):
    response = client.get("/search", query_string={"q": BODY})
    assert SCRIPT in check(response).words


def test_search_without_a_question_is_the_front_page(client):
    assert client.get("/search").location == "/"
    assert client.post("/search").status_code == 400


def test_search_takes_two_megabytes_but_not_more_than_the_limit(client):
    assert client.post("/search", data={"q": "word " * 400_000}).status_code == 200
    response = client.post("/search", data={"q": "word " * 700_000})
    assert response.status_code == 413
    assert "Paste a part of the text" in check(response).words


@pytest.mark.parametrize("asked", ["[" * 5_000, " " * 5_000 + "\0", "\ud7ff\ufffe￿ 1", "\u202e", "%", "a" * 4_000])
def test_search_takes_odd_text(client, asked):
    for response in (client.get("/search", query_string={"q": asked}), client.post("/search", data={"q": asked})):
        assert response.status_code in (200, 303, 400)


def test_thread_page_is_a_timeline(client, ferry):
    path = get(client, f"/articles/{ferry.id}").links("/threads/t-")[0]
    page = get(client, path)
    assert "Representative" in page.words
    assert "later" in page.words or "the next day" in page.words
    assert any("class" in attrs and attrs["class"] == "volume" for _, attrs in page.tags)
    after = pairwise(page.tags)
    headings = [attrs["datetime"] for (before, _), (tag, attrs) in after if (before, tag) == ("h2", "time")]
    assert len(headings) >= 2
    assert headings == sorted(headings)
    assert "fits this thread 0.87" in page.words


def test_threads_page_by_page(client, archive):
    path, seen = "/threads", []
    while path:
        page = get(client, path)
        seen += [link for link in page.links("/threads/t-")]
        path = next(iter(page.links("cursor=")), "")
    with archive.store.read() as tx:
        assert len(seen) == len(set(seen)) == tx.threads.count()


def test_duplicates_page_by_page(client, archive):
    path, seen = "/duplicates", 0
    while path:
        page = get(client, path)
        seen += page.words.count("Later ")
        path = next(iter(page.links("cursor=")), "")
    with archive.store.read() as tx:
        assert seen == len(list(tx.duplicates.all())) > 10


def test_long_thread_page_by_page(archive, monkeypatch):
    monkeypatch.setattr("service.http.web.views._PAGE", 2)
    client = create_app(archive).test_client()
    path = get(client, "/threads?at_least=4").links("/threads/t-")[0]
    seen, pages = [], 0
    while path:
        page = get(client, path)
        seen += page.links("/articles/")
        path, pages = next(iter(page.links("cursor=")), ""), pages + 1
    assert len(seen) == len(set(seen)) >= 4
    assert pages >= 2


def test_thread_filters(client):
    every = get(client, "/threads").words
    assert "the latest first" in every
    for query, expected in (
        ("q=ferry", "erry"), ("source=meridianwire.example", "meridianwire.example"),
        ("at_least=4", " articles · "), ("since=2024-05", "2024"), ("until=January+2024", "January 2024"),
    ):  # fmt: skip
        page = get(client, f"/threads?{query}")
        assert page.links("/threads/t-"), query
        assert expected in page.words
        assert page.words != every
    assert not get(client, "/threads?q=%25").links("/threads/t-")


def test_filters_stay_in_the_links_and_in_the_form(client):
    page = get(client, "/threads?at_least=1&source=nspr.example&q=e")
    older = next(iter(page.links("cursor=")), "source=nspr.example")
    assert "source=nspr.example" in older
    assert "nspr.example" in [attrs.get("value") for tag, attrs in page.tags if tag == "input"]


@pytest.mark.parametrize(
    "query",
    ["at_least=1e9", "at_least=-1", "at_least=99999999999999999999", "at_least=²", "since=31+February+2024", "until=x",
     "q=" + "x" * 201],
)  # fmt: skip
def test_wrong_filters_are_said(client, query):
    page = get(client, f"/threads?{query}", 400)
    assert "alert" in [attrs.get("role") for _, attrs in page.tags]
    assert not page.links("/threads/t-")


@pytest.mark.parametrize(
    "cursor",
    ["x", "e30", "WzFd", "WzldWzld", "é", "IlwidWQ4MDAi", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTldIA", "WyIyIiwgIlx1ZDgwMCJd",
     "WyIyIiwgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"],
)  # fmt: skip
def test_forged_cursors_are_refused_or_harmless(client, ferry, cursor):
    thread = get(client, f"/articles/{ferry.id}").links("/threads/t-")[0]
    for path in ("/threads", "/duplicates", thread):
        assert client.get(path, query_string={"cursor": cursor}).status_code in (200, 400)


def test_empty_archive(tmp_path):
    settings = load_settings({"data": tmp_path / "empty", "model": "hashing", "index": "exact"})
    with Archive(settings, write=True) as empty:
        client = create_app(empty).test_client()
        assert "clew ingest PATH" in get(client, "/").words
        assert "There are no threads yet" in get(client, "/threads").words
        assert "No article repeats another" in get(client, "/duplicates").words
        assert "Nothing in the archive is related" in get(client, "/search?q=a+ferry").words


@pytest.mark.parametrize(
    ("url", "may"),
    [("https://a.example/b", True), ("http://a.example", True), ("javascript:alert(1)", False), ("JaVaScRiPt:x", False),
     ("data:text/html,x", False), ("//a.example", False), ("https:", False), ("https://[", False), ("", False),
     (None, False), (" javascript:x", False)],
)  # fmt: skip
def test_only_web_addresses_are_linked(url, may):
    assert web_address(url) == (url if may else None)


def test_direction_marks_are_taken_out_of_titles():
    assert without_direction_marks("\u202ea\u2069 \u05d0\u200f") == "a \u05d0"

"""Series over the service: kept by every policy, told with the reports around, named as a relation, found again."""

from datetime import date, timedelta

import numpy as np
import pytest

from corpus import article_from_fields
from service.articles import article
from service.duplicates import rebuild
from service.ingest import delete_article

SIGN = (
    "{sign}: Today brings {fate} for {sign} natives. Keep an eye on {care} and do not be afraid to ask for help. The"
    " Moon in your house invites you to slow down.\n\nLucky number: {number}. Check back tomorrow for the next one."
)
SIGNS = [
    ("Aries", "new energy at work", "your spending", 4),
    ("Taurus", "an unexpected visit", "your health", 9),
    ("Gemini", "a quarrel with a friend", "old letters", 17),
    ("Cancer", "good news from afar", "a neighbour", 22),
]
STORIES = [
    "The mayor of Orsby ordered the lower town to be cleared after engineers found a long crack in the wall.",
    "A student of seventeen from Varne became chess champion when she beat the top seed with a rook and two pawns.",
    "Nurses at eleven hospitals walked out on Tuesday in the first strike of the profession for nineteen years.",
    "Fire destroyed the top floors of the customs house in Marrick, and a watchman was taken to hospital with burns.",
]


DAYS = (0, 2, 17, 90)


def report(id, title, text, day=0, source="stars.example"):
    published = str(date(2024, 6, 1) + timedelta(days=day))
    fields = {"id": id, "title": title, "text": text, "published": published, "source": source}
    return article_from_fields({name: value for name, value in fields.items() if value})[0]


def horoscopes(**more):
    return [
        report(f"h{n}", f"{sign} today", SIGN.format(sign=sign, fate=fate, care=care, number=number), n, **more)
        for n, (sign, fate, care, number) in enumerate(SIGNS)
    ]


def digests():
    lines = "Here is what our readers clicked most this week.\n\n{}\n\nHave a good weekend, and write to us."
    return [report(f"d{n}", "The Week in Five Stories", lines.format(s), 7 * n) for n, s in enumerate(STORIES)]


@pytest.mark.parametrize("policy", ["skip", "reject", "replace"])
@pytest.mark.parametrize("source", ["stars.example", None])
def test_every_policy_keeps_them(archive, fill, policy, source):
    assert [outcome.status for outcome in fill(archive, *horoscopes(source=source), policy=policy)] == ["stored"] * 4


def test_a_report_is_told_with_those_around_it(archive, fill):
    fill(archive, *horoscopes())
    found = archive.read(article, "h1").series
    assert found is not None
    assert (found.form, found.cadence, found.reports) == ("template", "daily", 4)
    assert (found.before.id, found.after.id) == ("h0", "h2")
    assert archive.read(article, "h0").series.before is None
    assert archive.read(article, "h3").series.after is None


def test_a_column_begins_with_its_third_article(archive, fill):
    fill(archive, *digests()[:2])
    assert archive.read(article, "d1").series is None
    fill(archive, *digests()[2:])
    found = archive.read(article, "d0").series
    assert (found.form, found.cadence, found.reports, found.after.id) == ("column", "weekly", 4, "d1")


def test_one_headline_at_no_regular_distance_is_no_column(archive, fill):
    some = [
        report(f"x{n}", "Harbour news", story, day) for n, (story, day) in enumerate(zip(STORIES, DAYS, strict=True))
    ]
    fill(archive, *some)
    assert [archive.read(article, one.id).series for one in some] == [None] * 4


def test_reports_of_other_outlets_are_of_the_frame_but_not_told(archive, fill):
    fill(archive, *horoscopes()[:2], *[report("o", "Leo today", horoscopes()[2].text, 2, "other.example")])
    assert archive.read(article, "o").series is None
    assert archive.read(article, "h1").series.reports == 2
    with archive.reading() as view:
        rows = np.array(view.collection.rows())
        assert view.collection.neighbours.other_reports(rows[[0, 0, 1]], rows[[1, 2, 2]]).all()


def test_copies_of_one_report_are_no_other_reports(archive, fill):
    first, second = horoscopes()[:2]
    copy = report("copy", first.title, first.text.replace("tomorrow", "on Monday"), 0, "other.example")
    fill(archive, first, second, copy)
    with archive.reading() as view:
        row = {view.id_of(each): each for each in view.collection.rows()}
        one, other = (np.array([row[id]]) for id in ("h0", "copy"))
        assert view.copies.series.same_frame(one, other).all()
        assert not view.collection.neighbours.other_reports(one, other).any()


def test_it_is_named_as_a_relation(archive, fill, client):
    fill(archive, *horoscopes())
    hits = client.post("/v1/related", json={"article_id": "h1"}).get_json()["hits"]
    assert {hit["relation"] for hit in hits} == {"series"}
    only = client.post("/v1/related", json={"article_id": "h1", "relations": ["series"]}).get_json()["hits"]
    assert len(only) == 3


def test_over_http_and_on_the_page(archive, fill, client):
    fill(archive, *horoscopes()[:3])
    last = horoscopes()[3]
    given = {"title": last.title, "text": last.text, "published": "2024-06-04", "source": "stars.example"}
    checked = client.post("/v1/duplicates/check", json=given).get_json()
    assert (checked["verdict"], checked["series"]["before"]["id"], checked["series"]["reports"]) == ("new", "h2", 4)
    taken = client.post("/v1/articles?duplicates=skip", json={"id": "h3", **given}).get_json()
    assert (taken["status"], taken["series"]["before"]["id"]) == ("stored", "h2")
    assert client.get("/v1/articles/h3").get_json()["series"]["cadence"] == "daily"
    page = client.get("/articles/h1").get_data(as_text=True)
    assert "A series of reports from one template that comes daily: 4 reports." in page


def test_it_is_the_same_after_opening_rebuilding_and_removing(archive, fill, open_archive):
    fill(archive, *horoscopes(), *digests())

    def told(opened):
        return [opened.read(article, id).series for id in ("h1", "h3", "d0", "d3")]

    before = told(archive)
    assert rebuild(archive).changed == 0
    assert told(archive) == before
    archive.close()
    again = open_archive()
    assert told(again) == before
    delete_article(again, "h0")
    found = again.read(article, "h1").series
    assert (found.before, found.reports) == (None, 3)

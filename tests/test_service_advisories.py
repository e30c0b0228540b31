"""Advisories over the service: linked with their report in whatever order they come, told of both, never skipped."""

import pytest

from corpus import article_from_fields
from service.articles import article
from service.ingest import delete_article

DAM = "\n\n".join([
    "The mayor of Orsby ordered 4,200 people out of the lower town on Sunday night after engineers found a crack nine"
    " metres long in the spillway of the Kell reservoir.",
    "Water was being let down at three times the usual rate, and the level had fallen by forty centimetres by midnight,"
    " said Ruta Delmar, who runs the water board.",
    "Schools and two care homes were emptied first. Buses took 310 residents to the sports hall at Hennick, where"
    " volunteers had laid out mattresses and soup.",
    "The spillway was last repaired in 2009 for 6.3 million crowns. An auditor warned four years ago that the joints"
    " were losing their sealant, and the county put the work off twice.",
])  # fmt: skip
CHESS = (
    "A student of seventeen from Varne became the youngest national chess champion in half a century on Saturday, when"
    " she beat the top seed in 61 moves with a rook and two pawns against a bishop."
)
KILL = "EDITORS: Please KILL the story slugged {} that moved on March 4. Do not publish; remove it from websites."


def story(id, title, text, at, source="meridian.example", **more):
    fields = {"id": id, "title": title, "text": text, "published": f"2024-03-{at}", "source": source}
    return article_from_fields(fields | more)[0]


FIRST = story("dam", "Thousands Told to Leave Below Cracked Dam", DAM, "04T00:40:00Z")
OTHER = story("chess", "Student, 17, Wins Chess Title", CHESS, "04T02:00:00Z")
COPY = story("copy", "Dam crack drives 4,200 from homes", DAM + "\n\nBy the Sun staff.", "04T11:00:00Z", "sun.example")
DAM_KILL = story("kill", "KILL: DAM-ORSBY", KILL.format("DAM-ORSBY"), "04T09:40:00Z")
CHESS_KILL = story("kill2", "KILL: CHESS-TITLE", KILL.format("CHESS-TITLE"), "04T10:00:00Z")
NOTE = story(
    "note", "Correction: Dam story", "In a story March 4 about the spillway of the Kell reservoir at Orsby, the agency"
    " reported erroneously that the mayor ordered 4,200 people out. The number is in dispute.", "05T08:00:00Z",
)  # fmt: skip
CORRECTED = story(
    "corrected", f"CORRECTED-{FIRST.title}", "(Corrects year in paragraph 4)\n\n" + DAM.replace("2009", "2008"),
    "04T09:30:00Z",
)  # fmt: skip


def told(archive, id):
    return {(str(one.kind), one.article.id, one.about.id) for one in archive.read(article, id).advisories}


@pytest.mark.parametrize("order", [(FIRST, OTHER, DAM_KILL), (DAM_KILL, OTHER, FIRST), (OTHER, DAM_KILL, FIRST)])
def test_a_kill_is_told_of_both_in_whatever_order_they_come(archive, fill, order):
    fill(archive, *order)
    assert told(archive, "dam") == told(archive, "kill") == {("kill", "kill", "dam")}
    assert told(archive, "chess") == set()


def test_two_kills_made_alike_are_about_two_stories(archive, fill):
    outcomes = fill(archive, FIRST, OTHER, DAM_KILL, CHESS_KILL, policy="skip")
    assert [outcome.status for outcome in outcomes] == ["stored"] * 4
    assert told(archive, "kill2") == {("kill", "kill2", "chess")}
    assert told(archive, "dam") == {("kill", "kill", "dam")}


@pytest.mark.parametrize("policy", ["skip", "reject", "replace"])
def test_an_advisory_is_stored_whatever_the_policy(archive, fill, policy):
    again = story("kill3", DAM_KILL.title, DAM_KILL.text, "04T09:45:00Z")
    assert [one.status for one in fill(archive, FIRST, DAM_KILL, again, policy=policy)] == ["stored"] * 3


def test_it_holds_for_the_copies(archive, fill):
    fill(archive, FIRST, DAM_KILL, COPY)
    assert told(archive, "copy") == {("kill", "kill", "dam")}
    assert told(archive, "kill") == {("kill", "kill", "dam"), ("kill", "kill", "copy")}


def test_a_correction_in_sentences(archive, fill):
    fill(archive, FIRST, OTHER, NOTE)
    assert told(archive, "dam") == {("correction", "note", "dam")}


def test_the_corrected_text_is_an_update_and_an_advisory(archive, fill):
    fill(archive, FIRST, OTHER, CORRECTED, policy="skip")
    assert told(archive, "dam") == {("correction", "corrected", "dam")}
    assert [str(one.kind) for one in archive.read(article, "corrected").duplicates] == ["update"]


@pytest.mark.parametrize("reference", ["MD-2024-77", "https://meridian.example/a/77"])
def test_by_id_and_address(archive, fill, reference):
    named = story("MD-2024-77", "A quiet day", CHESS, "01T10:00:00Z", url="https://meridian.example/a/77")
    kill = story("k", "KILL", f"Editors: please kill the story {reference} and do not use it.", "04T10:00:00Z")
    fill(archive, named, FIRST, kill)
    assert told(archive, "k") == {("kill", "k", "MD-2024-77")}


def test_not_of_another_outlet_nor_of_what_came_after_it_nor_long_before(archive, fill):
    later = story("later", FIRST.title, DAM, "04T12:00:00Z")
    elsewhere = story("elsewhere", FIRST.title, CHESS + DAM[:150], "03T12:00:00Z", "sun.example")
    long_ago = story("old", "Dam at Orsby", "The dam at Orsby was opened by the mayor in the rain.", "04")
    old = article_from_fields({"id": "old", "title": long_ago.title, "text": long_ago.text, "published": "2023-03-04",
                               "source": "meridian.example"})[0]  # fmt: skip
    fill(archive, later, elsewhere, old, DAM_KILL)
    assert told(archive, "kill") == set()


def test_what_it_was_about_may_go_and_come_again(archive, fill):
    fill(archive, FIRST, DAM_KILL)
    delete_article(archive, "dam")
    assert told(archive, "kill") == set()
    fill(archive, FIRST)
    assert told(archive, "kill") == {("kill", "kill", "dam")}
    delete_article(archive, "kill")
    assert told(archive, "dam") == set()


def test_over_http_and_on_the_pages(archive, fill, client):
    fill(archive, FIRST, OTHER)
    given = {"id": "kill", "title": DAM_KILL.title, "text": DAM_KILL.text, "published": "2024-03-04T09:40:00Z",
             "source": "meridian.example"}  # fmt: skip
    taken = client.post("/v1/articles?duplicates=skip", json=given).get_json()
    assert [(one["kind"], one["about"]["id"]) for one in taken["advisories"]] == [("kill", "dam")]
    assert client.get("/v1/articles/dam").get_json()["advisories"][0]["article"]["id"] == "kill"
    assert "This is an advisory about:" in client.get("/articles/kill").get_data(as_text=True)
    assert "About this article or a copy of it:" in client.get("/articles/dam").get_data(as_text=True)
    found = client.get("/v1/articles/dam/alignment/kill").get_json()
    assert found["relation"] == "advisory"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_at_the_ends_of_the_calendar(archive, fill, day):
    kill = article_from_fields({"id": "kill", "title": DAM_KILL.title, "text": DAM_KILL.text, "published": day})[0]
    dam = article_from_fields({"id": "dam", "title": FIRST.title, "text": DAM, "published": day})[0]
    fill(archive, kill, dam)
    assert told(archive, "dam") == {("kill", "kill", "dam")}

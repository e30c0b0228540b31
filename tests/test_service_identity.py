"""Which article an incoming one is: one page under several addresses, other facts, one address for several articles."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from corpus import ArticleExists, article_from_fields, parse_published
from corpus.store import DATABASE
from service.ingest import Status, last_row, notices_since

DAM = (
    "The mayor of Orsby ordered 4,200 people out of the lower town on Sunday night after engineers found a crack in the"
    " spillway of the Kell reservoir.\n\nWater was being let down at three times the usual rate, said Ruta Delmar."
)
LONGER = f"{DAM}\n\nSchools and two care homes were emptied first, and buses took residents to the sports hall."
CHESS = (
    "A seventeen-year-old student from Varne became the youngest national champion in half a century on Saturday,"
    " when she beat the top seed in 61 moves with a rook and two pawns against a bishop."
)
STORKS = (
    "Volunteers counted 212 pairs of white storks in the Lenz marshes this spring, the most since counts began, and put"
    " the rise down to wet meadows that were given back to the river."
)
URL = "https://www.kellpost.example/2024/03/04/dam"
GIVEN = {"title": "Thousands Told to Leave", "text": DAM, "published": "2024-03-04", "url": URL}


def made(**fields):
    return article_from_fields({**GIVEN, **fields})[0]


def all_of(archive):
    with archive.store.read() as tx:
        return {row: tx.articles.get(id).article for row, id in tx.articles.ids()}


def versions(archive):
    with archive.store.read() as tx:
        return tx.versions.count_all()


@pytest.mark.parametrize("given", [None, "mine"])
@pytest.mark.parametrize(
    "url",
    [
        "http://www.kellpost.example/2024/03/04/dam?utm_source=rss", "https://m.kellpost.example/2024/03/04/dam/",
        "https://kellpost.example/2024/03/04/dam/amp", f"{URL}?ref=x&page=1", f"{URL}#comments",
        f"https://web.archive.org/web/20240305120000/{URL}",
    ],
)  # fmt: skip
def test_one_page_under_another_address_is_unchanged(archive, fill, assert_whole, url, given):
    first = made(id=given)
    fill(archive, first)
    for _ in range(2):
        (outcome,) = fill(archive, made(url=url))
        assert (outcome.status, outcome.id) == (Status.UNCHANGED, first.id)
    assert list(all_of(archive).values()) == [first]
    assert_whole(archive)


@pytest.mark.parametrize("mine", [True, False])
@pytest.mark.parametrize(
    ("facts", "now"),
    [
        ({"title": "Dam Cracks"}, {"title": "Dam Cracks"}),
        ({"author": "A. Writer", "section": "News"}, {"author": "A. Writer", "section": "News"}),
        ({"published": "2024-03-04T08:00:00Z"}, {"published": parse_published("2024-03-04T08:00:00Z")}),
        ({"language": "en", "source": "Kell Post"}, {"language": "en", "source": "Kell Post"}),
        ({"text": DAM.replace("\n\n", "\n \n"), "title": "Dam Cracks"}, {"title": "Dam Cracks"}),
        ({"text": DAM.replace("spillway", "spill\u00adway"), "author": "B"}, {"author": "B"}),
    ],
)  # fmt: skip
def test_other_facts_about_the_same_text(archive, fill, assert_whole, facts, now, mine):
    id = {"id": "mine"} if mine else {}
    first = made(**id)
    fill(archive, first, made(id="chess", text=CHESS, title="Chess", url="https://a.example/chess"))
    (outcome,) = fill(archive, made(**id, **facts))
    assert (outcome.status, outcome.id, outcome.given) == (Status.UPDATED, first.id, None)
    assert "the same text: only facts about it are new" in outcome.notes
    assert replace(first, **now) in all_of(archive).values()
    assert len(all_of(archive)) == 2
    assert versions(archive) == 0
    for same in (made(**id, **facts), made(**id)):
        if "title" not in facts and "source" not in facts:  # what is not stated stays
            (outcome,) = fill(archive, same)
            assert outcome.status is Status.UNCHANGED
    assert_whole(archive)


def test_what_is_stated_less_exactly_changes_nothing(archive, fill):
    first = made(published="2024-03-04T23:30:00-05:00", author="A. Writer")
    fill(archive, first)
    for less in (made(), made(published="2024-03"), made(published=None), made(title="")):
        (outcome,) = fill(archive, less)
        assert outcome.status is Status.UNCHANGED
    assert list(all_of(archive).values()) == [first]


def test_an_address_that_is_used_again(archive, fill, assert_whole):
    first, second, third = made(), made(text=CHESS, title="Chess"), made(text=STORKS, title="Storks")
    assert first.id == second.id == third.id
    outcomes = fill(archive, first, second, third)
    assert [outcome.status for outcome in outcomes] == [Status.STORED] * 3
    assert len({outcome.id for outcome in outcomes}) == 3
    assert [bool(outcome.notes) for outcome in outcomes] == [False, True, True]
    assert outcomes[1].notes[-1].startswith(f"its URL is also that of {first.id}, which has another text")
    assert not any(outcome.verdicts for outcome in outcomes)
    assert [o.status for o in fill(archive, first, second, third)] == [Status.UNCHANGED] * 3
    later = made(text=f"{CHESS}\n\nShe learned the game from her grandfather.", title="Chess")
    with archive.changing() as change:
        assert len(change.collection) == 3
    (refused,) = fill(archive, later)
    assert isinstance(refused, ArticleExists)
    assert refused.id == outcomes[1].id, "it is a later text of the second one"
    (updated,) = fill(archive, later, replace=True)
    assert (updated.status, updated.id, updated.given) == (Status.UPDATED, outcomes[1].id, None)
    assert {a.text for a in all_of(archive).values()} == {first.text, later.text, third.text}
    assert_whole(archive)


def test_routes_in_the_fragment_are_pages(archive, fill):
    urls = [f"https://app.example/{mark}/{name}" for mark in ("#!", "#") for name in ("dam", "chess")]
    outcomes = fill(archive, *[made(url=url, text=f"{text}") for url, text in zip(urls, (DAM, CHESS) * 2, strict=True)])
    assert [outcome.status for outcome in outcomes] == [Status.STORED] * 4
    assert len({outcome.id for outcome in outcomes}) == 4


def test_a_text_that_shares_nothing_is_no_version(archive, assert_whole):
    from service.ingest import ingest_many

    def ingest(article, **how):
        (outcome,) = ingest_many(archive, [article], **how)
        return outcome

    ingest(made(id="a"))
    unrelated = made(id="a", text=CHESS, title="Chess")
    for how in ({}, {"replace": True}):
        refused = ingest(unrelated, **how)
        assert isinstance(refused, ArticleExists)
        assert "nothing to do with" in str(refused)
        assert "--update-unrelated" in str(refused)
    assert versions(archive) == 0
    assert ingest(unrelated, replace=True, unrelated=True).status is Status.UPDATED
    assert versions(archive) == 1
    assert ingest(made(id="a", text=f"{CHESS} She is 17."), replace=True).status is Status.UPDATED
    assert_whole(archive)


def test_a_longer_text_is_a_version_where_that_is_asked_for(archive, fill):
    fill(archive, made())
    (refused,) = fill(archive, made(text=LONGER))
    assert isinstance(refused, ArticleExists)
    (outcome,) = fill(archive, made(text=LONGER), replace=True)
    assert outcome.status is Status.UPDATED
    assert versions(archive) == 1


def test_another_part_of_a_page_is_kept_beside_it(archive, fill):
    fill(archive, made())
    (outcome,) = fill(archive, made(url="https://m.kellpost.example/2024/03/04/dam", text=LONGER))
    assert outcome.status is Status.STORED
    assert [verdict.kind.value for verdict in outcome.verdicts]
    assert len(all_of(archive)) == 2


def test_copies_with_debris_are_copies(archive, fill):
    german = (
        "Der Bürgermeister von Orsby hat am Sonntagabend die Räumung der unteren Stadt angeordnet, nachdem Ingenieure"
        " einen neun Meter langen Riss im Überlauf der Talsperre entdeckt hatten. Betroffen sind 4200 Menschen. Das"
        " Wasser werde dreimal so schnell wie üblich abgelassen, sagte die Leiterin der Wasserbehörde, Ruta Delmar."
    )
    fill(archive, made(id="de", text=german, url=None), made(id="en", url=None))
    mojibake = german.encode().decode("cp1252")
    entities = german.replace("ü", "&uuml;").replace("ä", "&#228;")
    for n, text in enumerate((mojibake, entities, "\u00ad".join(german))):
        (outcome,) = fill(archive, made(id=f"copy{n}", text=text, title="Another", url=None))
        assert ("de", "exact") in [(v.earlier, v.kind.value) for v in outcome.verdicts]
        assert all_of(archive)[max(all_of(archive))].text == text, "what is stored keeps its characters"
    (outcome,) = fill(archive, made(id="like", text=DAM.replace("o", "о").replace("a", "а"), url=None))
    assert ("en", "exact") in [(v.earlier, v.kind.value) for v in outcome.verdicts]
    assert "letters of another alphabet that look Latin: compared as Latin ones" in outcome.notes


def test_requests(client):
    first = client.post("/v1/articles", json={**GIVEN, "url": f"{URL}?utm_source=rss"})
    assert first.status_code == 201
    again = client.post("/v1/articles", json={**GIVEN, "url": URL.replace("https://www.", "http://amp.")})
    assert (again.status_code, again.json["status"], again.json["id"]) == (200, "unchanged", first.json["id"])
    other = client.post("/v1/articles", json={**GIVEN, "title": "Dam Cracks"})
    assert (other.status_code, other.json["status"], other.json["id"]) == (200, "updated", first.json["id"])
    assert client.get(f"/v1/articles/{first.json['id']}").json["title"] == "Dam Cracks"
    longer = client.post("/v1/articles", json={**GIVEN, "text": LONGER})
    assert longer.status_code == 409
    headline = client.post("/v1/articles", json={"title": "Old customs house destroyed by fire"})
    assert headline.status_code == 201
    assert "no text: the headline stands for it" in headline.json["notes"]
    assert client.post("/v1/articles", json={"title": " ", "text": ""}).status_code == 422
    lines = "\n".join(json.dumps(each) for each in (GIVEN, {**GIVEN, "text": CHESS}, {"title": "Only a headline"}))
    bulk = client.post("/v1/articles/bulk", data=lines, content_type="application/x-ndjson").json
    assert [line["status"] for line in bulk["lines"]] == ["updated", "stored", "stored"]


def test_notices_are_named(archive, fill):
    fill(archive, made())
    before = archive.read(last_row)
    wall = "To use our site without advertising take out a subscription. Already a subscriber? Log in here."
    titles = ("Harbour Bridge Closed", "Coach Maren Vost Leaves Falkenau", "Parliament Votes on Wages", "Comet Seen")
    outcomes = fill(archive, *[
        made(title=title, text=wall, url=f"https://p.example/{n}", published=f"2024-03-0{n + 1}")
        for n, title in enumerate(titles)
    ], policy="skip")  # fmt: skip
    assert [outcome.status for outcome in outcomes] == [Status.STORED] * 4
    (notice,) = archive.read(notices_since, before)
    assert (notice.articles, notice.example) == (4, titles[0])
    assert wall.startswith(notice.text)
    assert archive.read(notices_since, archive.read(last_row)) == []


def test_an_older_store_learns_the_pages_and_bodies_of_its_articles(open_archive, fill):
    archive = open_archive()
    debris = DAM.replace("Kell", "K&#101;ll")
    fill(archive, made(), made(id="debris", text=debris, url=None))
    archive.close()
    with closing(sqlite3.connect(archive.settings.data / DATABASE)) as connection, connection:
        right = connection.execute("SELECT id, body_hash, canonical_url FROM articles").fetchall()
        connection.execute("UPDATE articles SET body_hash = 'old', canonical_url = 'old' WHERE url IS NOT NULL")
        connection.execute("UPDATE articles SET body_hash = 'old' WHERE url IS NULL")
        connection.execute("UPDATE counters SET value = value - 1 WHERE name = 'terms_version'")
    open_archive().close()
    with closing(sqlite3.connect(archive.settings.data / DATABASE)) as connection:
        assert connection.execute("SELECT id, body_hash, canonical_url FROM articles").fetchall() == right

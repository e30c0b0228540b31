"""An article of a day and one of an hour of that day: no answer and no page says that either is earlier."""

import pytest
from click.testing import CliRunner

from service.cli import main

FERRY = [
    "The ferry Lady Ismay struck the breakwater of Skerrow in thick fog on Tuesday night with 61 people on board.",
    "Two passengers died and nine were taken to the hospital in Port Calder, the coastguard of the isles said.",
    "The vessel had been due for a repair of her steering gear, which the company had put off three times.",
]
OWN = [
    "Divers looked for the recorder of the Lady Ismay off Skerrow, a day that began in fog at the breakwater.",
    "Nine passengers of the ferry lay in the hospital of Port Calder, its doctors said, two of them badly hurt.",
    "The company that runs the ferry told the coastguard that her steering gear had been repaired in spring.",
]


@pytest.fixture
def day_and_hour(archive, fill, make_article):
    """Two copies, one of the day and one of an hour of it; and a report of its own by the same outlet, of the hour."""

    def made(id, texts, published, source):
        return make_article(id, title=f"Ferry hits breakwater {id}", text="\n\n".join(texts), published=published,
                            source=source)  # fmt: skip

    fill(
        archive,
        made("day", FERRY, "2011-05-19", "gazette.example"),
        made("hour", FERRY, "2011-05-19T09:00:00Z", "courier.example"),
        made("own", OWN, "2011-05-19T10:00:00Z", "gazette.example"),
        made("next", OWN[:2], "2011-05-20T10:00:00Z", "gazette.example"),
    )
    return archive


@pytest.mark.parametrize(("a", "b", "days"), [("day", "own", 0.0), ("own", "day", 0.0), ("day", "next", 1.0)])
def test_the_days_between_are_as_exact_as_the_dates(day_and_hour, client, a, b, days):
    answer = client.get(f"/v1/articles/{a}/alignment/{b}").get_json()
    assert answer["evidence"]["days"] == days
    if not days:
        assert answer["relation"] not in ("follow-up", "background")


def test_the_canonical_copy_is_chosen_but_not_called_the_earlier_one(day_and_hour, client):
    group = client.get("/v1/articles/day/copies").get_json()
    assert group["canonical"]["id"] == "day"  # always, in whatever order they came
    assert group["may_be_as_early"] == ["hour"]
    data = ["--data", str(day_and_hour.settings.data), "--model", "hashing"]
    shown = CliRunner().invoke(main, ["duplicates", "group", "day", *data]).output
    assert "may be as early" in shown
    assert "may be as early" in client.get("/articles/day").get_data(as_text=True)


def test_where_the_dates_say_which_is_earlier_it_stands_for_the_others(archive, fill, make_article, client):
    text = "\n\n".join(FERRY)
    title = "Ferry hits breakwater"
    fill(archive, make_article("later", title=title, text=text, published="2011-05-20T09:00:00Z"),
         make_article("day", title=title, text=text, published="2011-05-19"))  # fmt: skip
    group = client.get("/v1/articles/later/copies").get_json()
    assert group["canonical"]["id"] == "day"
    assert group["may_be_as_early"] == []


def test_novelty_is_against_what_came_before_where_dates_do_not_say(day_and_hour, client):
    known = {id: client.get(f"/v1/articles/{id}/novelty").get_json()["against"] for id in ("day", "hour", "next")}
    assert "hour" not in known["day"]  # it arrived later
    assert "day" in known["hour"]
    assert set(known["next"]) >= {"day", "hour"}

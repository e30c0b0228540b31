"""Notices and lines of a page in an archive: known late, shown, and compared again when their company comes or goes."""

from collections.abc import Callable
from typing import Any

import pytest

from corpus import Article, Kind, article_from_fields
from embeddings.duplicates import line_keys
from service.archive import Archive
from service.ingest import Outcome, delete_article

STORIES = {
    "Barge strikes pier of harbour bridge": (
        "A barge loaded with gravel hit the harbour bridge in Orsby at dawn. One pier sank by forty centimetres, and"
        " ships wait in the bay until divers have seen the crack."
    ),
    "Coach leaves Falkenau after nine defeats": (
        "Falkenau parted with coach Maren Vost after four wins in thirty-one games. A striker and the captain had asked"
        " the board for a change before the derby on Saturday."
    ),
    "Parliament votes to raise minimum wage": (
        "Members of parliament voted by a small margin for a higher minimum wage. Bakers and hotels fear for jobs;"
        " trade unions had asked for two euros more an hour."
    ),
    "Storks return to marshes near Lenz": (
        "Volunteers counted pairs of white storks in the wetland this spring, more than in any year since the drainage"
        " canal was dug, and frogs have come back as well."
    ),
}
WALL = (
    "You have read all of your free articles for this month. Support local news: subscribe today for one dollar a week,"
    " and get access to all that we publish on all your devices. Cancel any time. Already a member? Sign in to go on"
    " reading the rest."
)


def article(number: int, text: str, source: str = "a.example", title: str | None = None) -> Article:
    given = {
        "id": f"n{number}", "title": title or list(STORIES)[number % 4], "text": text, "source": source,
        "published": f"2024-03-{1 + number:02}",
    }  # fmt: skip
    return article_from_fields(given)[0]


def with_lines(line: Callable[[int], str], join: str = "\n\n") -> list[Article]:
    return [article(n, f"{text}{join}{line(n)}") for n, text in enumerate(STORIES.values())]


def kinds(archive: Archive) -> set[tuple[str, str, Kind]]:
    with archive.store.read() as tx:
        return {(v.article, v.earlier, v.kind) for _, v in tx.duplicates.all()}


def terms(archive: Archive, id: str) -> dict[str, int]:
    with archive.reading() as view:
        return view.collection.term_index.terms(view.tx.articles.get(id).row).words


NAMES = ("Ann Lee", "Bo Wu", "Cy Roe", "Di Fox")


@pytest.mark.parametrize("join", ["\n\n", " "])
def test_a_line_with_other_names_is_left_out_of_all_and_shown(
    archive: Archive, fill: Any, client_of: Any, join: str
) -> None:
    articles = with_lines(lambda n: f"Write to {NAMES[n]} for the Evening Herald newsletter", join)
    fill(archive, *articles)
    for each in articles:
        assert "newsletter" not in terms(archive, each.id)
        assert "herald" not in terms(archive, each.id)
    client = client_of(archive)
    last = client.get("/v1/articles/n3").get_json()["paragraphs"][-1]
    start = articles[3].text.index("Write to")
    if join == " ":
        assert not last["boilerplate"]
        assert last["furniture"] == [{"start": start, "end": len(articles[3].text)}]
    else:
        assert (last["boilerplate"], last["furniture"]) == (True, [])
    page = client.get("/articles/n3").get_data(as_text=True)
    assert 'class="boilerplate"' in page
    assert "Write to Di Fox for the Evening Herald newsletter" in page


def test_what_is_known_late_is_known_after_opening_again(open_archive: Any, fill: Any) -> None:
    archive = open_archive()
    articles = with_lines(lambda n: f"Write to {NAMES[n]} for the Evening Herald newsletter", " ")
    fill(archive, *articles)
    before = {each.id: terms(archive, each.id) for each in articles}
    archive.close()
    again = open_archive()
    assert {each.id: terms(again, each.id) for each in articles} == before
    fill(again, article(4, f"{WALL} Write to Eve Day for the Evening Herald newsletter", title="Comet seen again"))
    assert "newsletter" not in terms(again, "n4")


def test_lines_are_found_in_what_an_older_version_stored(open_archive: Any, fill: Any) -> None:
    archive = open_archive()
    articles = with_lines(lambda n: f"Write to {NAMES[n]} for the Evening Herald newsletter", " ")
    fill(archive, *articles)
    with archive.store.write() as tx:
        tx.articles.set_lines([(tx.articles.get(each.id).row, None) for each in articles])
    archive.close()
    again = open_archive()
    with again.store.read() as tx:
        assert tx.articles.without_lines(10) == []
        profile = next(tx.articles.profiles())
        row = tx.articles.get(profile.id).row
        own = [paragraph for _, paragraph in tx.articles.paragraphs_of([row])[row]]
        assert profile.lines == line_keys(articles[0].title, articles[0].text, own).tobytes()
    assert "newsletter" not in terms(again, "n0")


def test_a_removal_lets_what_is_none_any_more_be_compared_again(archive: Archive, fill: Any, assert_whole: Any) -> None:
    outcomes: list[Outcome] = fill(archive, *(article(n, WALL, f"paper{n}.example") for n in range(3)))
    assert [outcome.verdicts for outcome in outcomes] == [()] * 3
    with archive.reading() as view:
        assert all(view.is_notice(row) for row in view.collection.rows())
    delete_article(archive, "n1")
    assert_whole(archive)
    with archive.reading() as view:
        assert not any(view.is_notice(row) for row in view.collection.rows())
        assert "subscribe" in view.collection.term_index.terms(view.collection.rows()[0]).words
    assert kinds(archive) == set()  # what neither headline speaks of is no copy


def test_a_copy_that_was_hidden_by_boilerplate_is_found_when_that_goes(
    archive: Archive, fill: Any, assert_whole: Any
) -> None:
    """Two outlets run one brief under puns; a third such headline makes a notice of it, until that is gone again."""
    brief = next(iter(STORIES.values())) + " Nobody was hurt, Ruta Delmar of the Hennick police said on Monday at 9."
    puns = (
        "Crossing closed to traffic for weeks",
        "Vessel crash strands many commuters",
        "Holiday plans ruined by mishap",
    )
    articles = [article(n, brief, f"paper{n}.example", puns[n]) for n in range(3)]
    articles = [
        article_from_fields({"id": each.id, "title": each.title, "text": each.text, "source": each.source})[0]
        for each in articles
    ]
    fill(archive, *articles[:2])
    assert kinds(archive) == {("n1", "n0", Kind.EXACT)}
    fill(archive, articles[2])
    assert kinds(archive) == set()
    delete_article(archive, "n2")
    assert kinds(archive) == {("n1", "n0", Kind.EXACT)}
    assert_whole(archive)


def test_replacing_an_article_takes_its_company_away(archive: Archive, fill: Any, assert_whole: Any) -> None:
    articles = with_lines(lambda n: f"Write to {NAMES[n]} for the Evening Herald newsletter")[:3]
    fill(archive, *articles)
    assert "newsletter" not in terms(archive, "n0")
    fill(archive, article(2, "All of it is different now: the wage stays as it is."), replace=True)
    assert terms(archive, "n0")["newsletter"] == 1
    assert terms(archive, "n1")["newsletter"] == 1
    assert_whole(archive)

"""Live blogs, policies, forgetting, canonical copies and loose groups: what a whole archive makes of repetitions."""

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from click.testing import CliRunner

from corpus import Article, Kind, article_from_fields
from service.archive import Archive
from service.cli import main
from service.duplicates import LabelRequest, apply_label
from service.duplicates.revisions import revisions
from service.ingest import Status, delete_article

ENTRIES = (
    "The mayor of Port Ellis has told a press conference that the bridge will be closed until Monday. Engineers found"
    " cracks in two of the nine piers this morning, she said, and nobody should use the river path below it until they"
    " have been looked at closely by the builders who are expected at noon.",
    "The ferry company says that it will run every twenty minutes, instead of every hour, from the old pier until the"
    " bridge is open again, and that tickets for the bus are valid on board for as long as that lasts, as are season"
    " tickets of the railway and passes for pupils and pensioners who live on the east bank.",
    "Pupils of the two schools on the east bank have been sent home before noon; parents are asked to come to the town"
    " hall, where tea is served and a list is kept of those who were picked up, since the mobile network is overloaded"
    " and nobody should rely on messages that may arrive hours late or not at all.",
)
OWN = (
    "This page is kept up to date all day. The builders have arrived with a boat, two divers and a lamp that is lowered"
    " on a rope, and a crowd has gathered on the quay, which the police keep away from the railing. A retired master of"
    " the harbour, who has watched the bridge for forty years, says that the two piers were mended once before, in a"
    " dry summer, with stones from the quarry across the bay. The tide turns at half past three, and until then the"
    " divers mean to look at the first of the piers. Rain is on its way from the west, and the wind is getting up."
)
REPORT = f"{ENTRIES[0]}\n\n{ENTRIES[1]}\n\n{OWN}"
BLOG = "\n\n".join((OWN, *ENTRIES))


def article(
    id: str, text: str, day: int | None = 1, source: str | None = "gazette.example", title: str = ""
) -> Article:
    published = f"2024-03-{day:02}" if day else None
    given = {"id": id, "text": text, "title": title or f"About {id}", "source": source, "published": published}
    return article_from_fields({name: value for name, value in given.items() if value})[0]


def repetitions(archive: Archive) -> set[tuple[frozenset[str], str]]:
    """Which articles repeat each other, and how, whichever came first."""
    with archive.store.read() as tx:
        return {
            (frozenset((v.article, v.earlier)), min(v.kind.value, v.kind.mirrored.value))
            for _, v in tx.duplicates.all()
        }


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_live_blog_is_no_version_of_its_entries(archive: Archive, fill: Any, order: tuple[int, ...]) -> None:
    articles = [*(article(f"entry-{n}", text, n + 1) for n, text in enumerate(ENTRIES)), article("blog", BLOG, 9)]
    fill(archive, *(articles[i] for i in order))
    assert repetitions(archive) == set()
    with archive.store.read() as tx:
        kept = {v.evidence["parts"] for _, _, v in tx.duplicates.compared() if "blog" in (v.article, v.earlier)}
    assert kept == {3}


def test_two_entries_are_not_many(archive: Archive, fill: Any) -> None:
    fill(
        archive,
        article("one", ENTRIES[0]),
        article("two", ENTRIES[1], 2),
        article("whole", BLOG.replace(ENTRIES[2], ""), 3),
    )
    assert {kind for _, kind in repetitions(archive)} == {"contains"}


def test_copies_of_one_entry_count_once(archive: Archive, fill: Any) -> None:
    same = [article(f"entry-{n}", ENTRIES[0], n + 1, f"paper-{n}.example") for n in range(3)]
    fill(archive, *same, article("blog", BLOG, 9))
    assert sum(kind == "contains" for _, kind in repetitions(archive)) == 3


@pytest.mark.parametrize("policy", ["skip", "link"])
def test_what_brings_something_new_is_never_left_out(
    archive: Archive, fill: Any, assert_whole: Any, policy: str
) -> None:
    news = (
        "The bridge will be open for walkers from Sunday on, the mayor said in the evening, but closed to lorries for a"
        " year, and the town will ask the province to pay for half of what the builders want."
    )
    update = article("update", f"{REPORT}\n\n{news}", 2)
    whole = article("whole", f"{ENTRIES[2]} {OWN[:500]}", 3, "post.example")
    outcomes = fill(archive, article("report", REPORT), article("brief", ENTRIES[2]), update, whole, policy=policy)
    assert [outcome.status for outcome in outcomes] == [Status.STORED] * 4
    assert [outcomes[2].verdicts[0].kind, outcomes[3].verdicts[0].kind] == [Kind.UPDATE, Kind.CONTAINS]
    (last,) = fill(archive, article("excerpt", ENTRIES[1], 4, "post.example"), policy=policy)
    assert last.status is (Status.SKIPPED if policy == "skip" else Status.STORED)
    assert_whole(archive)


def test_signatures_are_forgotten_by_age(open_archive: Any, fill: Any) -> None:
    archive = open_archive(signature_days=10)
    fill(archive, article("old", REPORT, 1), article("late", ENTRIES[2], 20))
    assert len(archive.memory.copies.signatures) == 1
    changed = article("copy", REPORT.replace("noon", "midday"), 21, "post.example")
    (outcome,) = fill(archive, changed)
    assert {v.earlier for v in outcome.verdicts} <= {"late"}
    (same,) = fill(archive, replace(article("same", REPORT, 22), source="post.example"))
    assert next((v.earlier, v.kind) for v in same.verdicts) == ("old", Kind.EXACT), "whole texts are known for ever"
    archive.close()
    assert len(open_archive(signature_days=10).memory.copies.signatures) == 3
    archive = open_archive(signature_days=0, write=False)
    assert len(archive.memory.copies.signatures) == 4


@pytest.mark.parametrize(
    ("settings", "first"),
    [
        ({}, "a"),
        ({"canonical": ["latest"]}, "c"),
        ({"canonical": ["wire"], "wires": ["Wire.example"]}, "b"),
        ({"canonical": ["publisher", "earliest"], "publishers": ["post.example", "gazette.example"]}, "c"),
        ({"canonical": ["longest", "earliest"]}, "c"),
    ],
)
def test_the_canonical_copy_is_chosen_by_the_settings(
    open_archive: Any, fill: Any, settings: dict[str, Any], first: str
) -> None:
    archive = open_archive(**settings)
    fill(
        archive, article("b", REPORT, 2, "wire.example"), article("a", REPORT, 1),
        article("c", REPORT + "\n\nReporting by Ada Verrin in Port Ellis.", 3, "post.example"),
    )  # fmt: skip
    row = archive.memory.collection.rows()[0]
    assert archive.memory.collection.member(archive.memory.copies.ranked(row)[0]).id == first
    delete_article(archive, first)
    rest = archive.memory.copies.ranked(archive.memory.collection.rows()[0])
    assert {archive.memory.collection.member(r).id for r in rest} == {"a", "b", "c"} - {first}


def test_revisions_without_date_and_source_are_one_group(archive: Archive, fill: Any) -> None:
    first, second = "\n\n".join((OWN, *ENTRIES[:1])), "\n\n".join((*ENTRIES, OWN[:300]))
    fill(archive, article("v1", first, None, None), article("v2", second, None, None), article("v3", ENTRIES[2] * 2, 5))
    groups = archive.read(revisions, bare=True)
    member = archive.memory.collection.member
    names = {member(row).id: member(of).id for row, of in groups.items()}
    assert names.get("v1") == "v1"
    assert "v3" not in names, "it has a date"
    loose = {member(row).id for row in archive.read(revisions)}
    assert loose == {"v1", "v2", "v3"}
    assert names["v2"] == "v1"
    archive.close()
    data = archive.settings.data
    for option, count in (("--copies", 2), ("--revisions", 1)):
        result = CliRunner().invoke(main, ["duplicates", "groups", option, "--data", str(data), "--model", "hashing"])
        assert len({json.loads(line)["group"] for line in result.stdout.splitlines()}) <= count, result.output


def test_what_a_person_labelled_stays_when_a_blog_gets_more_entries(archive: Archive, fill: Any) -> None:
    fill(archive, article("entry-0", ENTRIES[0]), article("blog", BLOG, 2))
    apply_label(archive, LabelRequest("blog", "entry-0", "m.ruiz", "it took the entry over", Kind.CONTAINS))
    fill(archive, article("entry-1", ENTRIES[1], 3), article("entry-2", ENTRIES[2], 4))
    assert repetitions(archive) == {(frozenset(("blog", "entry-0")), "contains")}


def test_a_label_of_two_unlike_articles_keeps_what_was_measured(archive: Archive, fill: Any) -> None:
    fill(archive, article("one", ENTRIES[0]), article("two", ENTRIES[2], 2))
    verdict, _ = apply_label(archive, LabelRequest("two", "one", "m.ruiz", "the same morning", Kind.REWRITE))
    assert verdict.evidence["words"] > 40

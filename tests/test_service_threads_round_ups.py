"""Round-ups and columns over the service, with the real encoder: they tie no stories together, at any level.

round_ups.jsonl has round-ups of many kinds (sports, courts, pictures, corrections, newsletters, in German), articles on
what they retell that the sample archive has not, and articles that are like them and are none.
"""

import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus import DecisionKind, Level, article_from_fields
from service.archive import Archive
from service.ingest import ingest_many
from service.settings import Settings
from service.threads import DecisionRequest, build_threads, decide, why_article

ROUND_UPS = {
    "sports-roundup", "football-roundup", "court-list", "five-things", "newsletter", "pictures", "corrections",
    "de-roundup", "briefing", "evening-briefing",
}  # fmt: skip
RECORDS = [json.loads(line) for line in (Path(__file__).parent / "round_ups.jsonl").read_text("utf-8").splitlines()]
ARTICLES = [article_from_fields(record)[0] for record in RECORDS]


def threads(archive, level):
    found = defaultdict(set)
    with archive.reading() as view:
        for row, thread in view.levels[level].thread_of.items():
            found[thread].add(view.id_of(row))
    return list(found.values())


def together(archive, level, id):
    return next(thread for thread in threads(archive, level) if id in thread)


def built(archive, articles):
    """Threads at all levels as they came, and then as the job makes them."""
    list(ingest_many(archive, articles, policy="link"))
    online = {level: threads(archive, level) for level in Level}
    build_threads(archive)
    return online, {level: threads(archive, level) for level in Level}


@pytest.fixture(scope="module")
def both(tmp_path_factory, sample_articles):
    """Threads online and by the job, where the round-ups come behind what they retell."""
    rest = [*sample_articles, *(one for one in ARTICLES if one.id not in ROUND_UPS)]
    some = [one for one in ARTICLES if one.id in ROUND_UPS]
    settings = Settings(data=tmp_path_factory.mktemp("round_ups") / "data", model="all-MiniLM-L6-v2")
    with Archive(settings, write=True) as archive:
        yield built(archive, rest + some)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("way", [0, 1], ids=["online", "job"])
def test_no_round_up_is_with_what_it_retells(both, level, way):
    assert [thread for thread in both[way][level] if thread & ROUND_UPS and thread - ROUND_UPS] == []


@pytest.mark.parametrize("level", list(Level))
def test_the_job_leaves_each_alone(both, level):
    assert [thread for thread in both[1][level] if thread & ROUND_UPS and len(thread) > 1] == []


@pytest.mark.parametrize("way", [0, 1], ids=["online", "job"])
def test_what_is_about_one_story_is_in_it(both, way, sample_articles):
    titles = {one.id: one.title for one in sample_articles}
    stories = {id: thread for thread in both[way][Level.STORY] for id in thread}
    for id, word in (("latest", "Lower Teal"), ("explainer", "Brannock"), ("mostly", "Tug")):
        assert any(word in titles.get(other, "") for other in stories[id]), id
    sagas = next(thread for thread in both[way][Level.SAGA] if "mostly" in thread)
    assert not any("Quillcom" in titles.get(other, "") for other in sagas)


CROSSWORD = (
    "Today's quick crossword, number {}, is set by {}. Solve it online, print it, or do it on our app. Solutions will"
    " be published tomorrow."
)


def issues(title, texts, days=7):
    return [
        article_from_fields({
            "id": f"issue{n}", "title": title.format(n + 1), "text": text, "source": "paper.example",
            "published": str(date(2024, 3, 1) + timedelta(days=days * n)),
        })[0]
        for n, text in enumerate(texts)
    ]  # fmt: skip


def digest(title):
    """One story a week between the same two lines."""
    lines = "Here is what our readers clicked most this week.\n\n{}\n\nHave a good weekend, and write to us."
    some = [record["text"] for record in RECORDS if record["id"] in ("dam", "chess", "strike", "fire")]
    return issues(title, [lines.format("\n\n".join(text.split("\n\n")[:3])) for text in some])


@pytest.mark.parametrize(
    "articles",
    [
        digest("The Week in Five Stories"),
        digest("The Week in Five Stories, March {}"),
        issues(
            "Quick Crossword", [CROSSWORD.format(4410 + n, name) for n, name in enumerate(["Vireo", "Quill"] * 2)], 1
        ),
    ],
    ids=["digest", "digest-dated", "crossword"],
)
def test_issues_of_a_column_are_apart(open_archive, articles):
    for found in built(open_archive(model="all-MiniLM-L6-v2"), articles):
        assert {level: max(map(len, some)) for level, some in found.items()} == dict.fromkeys(Level, 1)


def test_a_column_on_one_event_is_together_where_others_tell_of_it_too(open_archive):
    texts = [
        "The Kell reservoir dam in Orsby was cracked on Sunday night, and 4,200 people had to leave the lower town.",
        "Engineers lowered the Kell reservoir above Orsby on Monday as 4,200 people waited to go home below the dam.",
        "The 4,200 people of Orsby may go home on Wednesday if a survey finds the Kell reservoir dam to be sound.",
    ]
    archive = open_archive(model="all-MiniLM-L6-v2")
    dam = next(one for one in ARTICLES if one.id == "dam")
    built(archive, [*issues("Orsby dam", texts, 1), dam])
    assert together(archive, Level.STORY, "issue0") >= {"issue2", "dam"}


def test_why_says_what_a_pair_loses(open_archive):
    archive = open_archive(model="all-MiniLM-L6-v2")
    built(archive, digest("The Week in Five Stories"))
    decide(archive, DecisionRequest(DecisionKind.MUST_LINK, "m.ruiz", "they belong so", ("issue0", "issue1")))
    (near,) = archive.read(why_article, "issue1", Level.STORY).nearest
    assert (near.parts.series, near.parts.round_up) == (-1.0, 0.0)
    assert sum(near.parts.model_dump().values()) == pytest.approx(near.pair_score, abs=1e-5)

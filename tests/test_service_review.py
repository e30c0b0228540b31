"""The review queue: what is asked first, that its commands answer it, and that what is decided leaves it."""

import itertools
import json
import shlex
from typing import Any

import pytest
from click.testing import CliRunner

from corpus import Kind
from embeddings.duplicates import DuplicateGroups
from service.archive import Archive
from service.cli import main
from service.duplicates import LabelRequest, Question, apply_label, ask_first
from service.review import review_queue
from service.threads import build_threads


def question(key: str, probability: float, impact: int, *about: str) -> Question[str]:
    return Question(key, key, about, probability, impact)


def test_what_would_change_most_is_asked_first() -> None:
    asked = ask_first([question("sure", 0.01, 9, "a"), question("even", 0.5, 1, "b"), question("large", 0.3, 8, "c")])
    assert [it.subject for it in asked] == ["large", "even", "sure"]


def test_one_thing_is_not_asked_about_ten_times_in_a_row() -> None:
    same = [question(f"same {n}", 0.5, 4, "cluster") for n in range(9)]
    asked = [it.subject for it in ask_first([*same, question("other", 0.5, 3, "elsewhere")])]
    assert asked[1] == "other"
    assert sorted(asked) == sorted([*(it.subject for it in same), "other"])


def test_what_one_answer_decides_is_asked_once() -> None:
    twice = [Question(n, "the same", ("cluster",), 0.5, n) for n in (1, 3, 2)]
    assert [it.subject for it in ask_first(twice)] == [3]


def test_turning_a_pair_says_whose_group_gets_another_leader() -> None:
    groups = DuplicateGroups(age=lambda row: row)
    for a, b in itertools.combinations((1, 2, 3), 2):
        groups.add(a, b, 0.9)
    assert groups.turned(4, 5) == {5: 4}
    assert groups.turned(1, 2) == {2: 2} or groups.turned(1, 2) == {3: 2, 2: 2}
    assert groups.turned(3, 4) == {3: 3, 4: 3}  # a label is surer than the rules, and 4 does not repeat 1 and 2
    assert groups.all() == {(1, 2, 3)}  # nothing was changed


@pytest.fixture
def near(archive: Archive, make_article: Any, fill: Any) -> Archive:
    """Three stories, with articles between two of them and articles that are hardly of any."""
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for n in range(4) for s in "xyz"))
    for n in range(3):
        one, two = make_article(f"x{n}", story="x", paragraphs=9), make_article(f"y{n}", story="y", paragraphs=9)
        parts = one.text.split("\n\n")[:5] + two.text.split("\n\n")[:4]
        fill(archive, make_article(f"m{n}", title=one.title, text="\n\n".join(parts)))
    build_threads(archive)
    return archive


def all_of(archive: Archive, **wanted: Any) -> list[Any]:
    found, cursor = [], None
    while True:
        page = archive.read(review_queue, cursor=cursor, limit=3, **wanted)
        found += page.questions
        cursor = page.next
        if cursor is None:
            assert len(found) == page.total
            return found


def test_the_queue_has_pages_kinds_and_reasons(near: Archive, client_of: Any) -> None:
    questions = all_of(near)
    assert questions
    assert questions == all_of(near)
    kinds = {it.kind for it in questions}
    for kind in ("duplicate", "member", "thread"):
        some = client_of(near).get("/v1/review", query_string={"kind": kind, "limit": 100}).get_json()
        assert {it["kind"] for it in some["questions"]} == ({kind} & kinds)
    for it in questions:
        assert it.reason.endswith(".")
        assert it.expected == pytest.approx(it.probability * it.impact, abs=1e-3)
        assert it.articles
        assert (it.pair is None) == (it.kind != "duplicate")
        assert len(it.choices) >= 2
    assert client_of(near).get("/v1/review?kind=none").status_code == 422
    assert client_of(near).get("/v1/review?cursor=x").status_code == 400


def test_every_answer_takes_its_question_off_the_queue(near: Archive, client_of: Any) -> None:
    client = client_of(near)
    for _ in range(6):
        queue = client.get("/v1/review?limit=100").get_json()
        if not queue["questions"]:
            break
        first = queue["questions"][0]
        choice = first["choices"][0]  # what is the answer already
        body = choice["body"] | {"who": "m.ruiz", "why": "read"}
        answer = client.open(choice["path"], method=choice["method"], json=body)
        assert answer.status_code in (200, 201), (choice, answer.get_json())
        ids = [a["id"] for a in first["articles"]]
        after = client.get("/v1/review?limit=100").get_json()["questions"]
        assert (first["kind"], ids) not in [(it["kind"], [a["id"] for a in it["articles"]]) for it in after]


@pytest.mark.parametrize("choice", [0, -1])
@pytest.mark.parametrize("kind", ["duplicate", "member", "thread"])
def test_each_command_that_is_named_works(near: Archive, kind: Any, choice: int) -> None:
    questions = all_of(near, kinds=(kind,))
    near.close()
    for command in [it.choices[choice].command for it in questions[:1]]:
        words = shlex.split(command.replace("NAME", "m.ruiz").replace("REASON", "read"))[1:]
        done = CliRunner().invoke(main, [*words, "--data", str(near.settings.data), "--model", "hashing"])
        assert done.exit_code == 0, (command, done.output)


def test_the_command_lists_what_the_api_does(near: Archive) -> None:
    queue = near.read(review_queue, limit=5)
    near.close()
    options = ["review", "--limit", "5", "--data", str(near.settings.data), "--model", "hashing"]
    assert json.loads(CliRunner().invoke(main, [*options, "--json"]).stdout) == queue.model_dump(mode="json")
    shown = CliRunner().invoke(main, options).stdout
    assert shown.count("clew ") == sum(len(it.choices) for it in queue.questions)


def test_an_empty_archive_has_nothing_to_review(archive: Archive) -> None:
    assert archive.read(review_queue).model_dump() == {"questions": [], "total": 0, "next": None}


def test_a_label_takes_a_pair_out(sample_archive: Archive, open_archive: Any, tmp_path: Any) -> None:
    queue = sample_archive.read(review_queue, kinds=("duplicate",), limit=100)
    pairs = [frozenset(a.id for a in it.articles) for it in queue.questions]
    assert len(set(pairs)) == len(pairs)
    assert all(it.pair.label is None for it in queue.questions)
    if pairs:
        a, b = (article.id for article in queue.questions[0].articles)
        apply_label(sample_archive, LabelRequest(a, b, "m.ruiz", "read", Kind.NEW))
        left = sample_archive.read(review_queue, kinds=("duplicate",), limit=100).questions
        assert pairs[0] not in [frozenset(x.id for x in it.articles) for it in left]

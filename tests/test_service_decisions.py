"""Decisions, runs, lineage and the change feed: over the service, over HTTP and on the command line."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from corpus import ArticleExists, DecisionKind, Level, LineageEvent, NoSuchThread, RunState, ThreadGone
from corpus.store import KEPT, ThreadFilter
from embeddings.threads import Clustering
from service.archive import Archive
from service.cli import main
from service.errors import NothingToRollBack, RunNotProposed, RunStale
from service.ingest import delete_article
from service.threads import (
    DecisionRequest,
    build_threads,
    decide,
    decision_page,
    discard_run,
    list_threads,
    propose_threads,
    publish_run,
    roll_back,
    thread_detail,
    undo,
)

K = DecisionKind


@pytest.fixture
def three(archive: Archive, make_article: Any, fill: Any) -> Archive:
    """Stories x, y, z of three articles each."""
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for n in range(3) for s in "xyz"))
    assert len(archive.memory.members) == 3
    return archive


def of(archive: Archive, id: str) -> str:
    """The story of an article."""
    (row,) = (row for row in archive.memory.collection.rows() if archive.memory.collection.member(row).id == id)
    return archive.memory.thread_of[row]


def who(archive: Archive, thread: str) -> set[str]:
    return {archive.memory.collection.member(row).id for row in archive.memory.members.get(thread, ())}


def wish(kind: DecisionKind, *articles: str, **given: Any) -> DecisionRequest:
    return DecisionRequest(kind, "m.ruiz", "they belong so", articles, **given)


# Each decision, at once and in later runs


def test_a_link_brings_articles_together_and_no_run_parts_them(three: Archive, assert_whole: Any) -> None:
    home = of(three, "x0")
    decide(three, wish(K.MUST_LINK, "x0", "x1"))
    done = decide(three, wish(K.MUST_LINK, "y0", "z0"))
    assert len(done.moved) == 1
    for _ in range(2):
        assert of(three, "y0") == of(three, "z0")
        assert of(three, "x0") == of(three, "x1") == home
        assert_whole(three)
        build_threads(three)


def test_two_that_must_not_be_together_part_and_stay_apart(three: Archive, assert_whole: Any) -> None:
    home = of(three, "x0")
    decide(three, wish(K.CANNOT_LINK, "x0", "x1"))
    assert who(three, home) == {"x0", "x2"}  # the second one leaves
    for _ in range(2):
        assert of(three, "x0") != of(three, "x1")
        assert_whole(three)
        build_threads(three)


def test_a_moved_article_stays_where_it_was_put(
    three: Archive, make_article: Any, fill: Any, assert_whole: Any
) -> None:
    x, y = of(three, "x0"), of(three, "y0")
    decide(three, wish(K.MOVE, "x2", thread=y))
    assert who(three, y) == {"y0", "y1", "y2", "x2"}
    build_threads(three)
    assert (of(three, "x2"), of(three, "x0")) == (y, x)
    fill(three, make_article("x2", story="x", paragraphs=9, version=1), replace=True)
    assert of(three, "x2") == y  # a decision is about the article, not about its text
    delete_article(three, "x2")
    assert three.read(decision_page).decisions[0].missing == ["x2"]
    fill(three, make_article("x2", story="x", paragraphs=9))
    assert of(three, "x2") == y
    assert_whole(three)


def test_an_article_that_comes_back_makes_room(three: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    y = of(three, "y0")
    decide(three, wish(K.PIN, "x0", thread=y))
    decide(three, wish(K.CANNOT_LINK, "x0", "z0"))
    delete_article(three, "x0")
    fill(three, make_article("y9", story="y", paragraphs=9))
    decide(three, wish(K.MUST_LINK, "y0", "z0"))
    assert of(three, "z0") == y
    fill(three, make_article("x0", story="x", paragraphs=9))
    assert of(three, "x0") == y != of(three, "z0")
    assert_whole(three)


def test_a_pinned_article_does_not_take_the_id_away(three: Archive, make_article: Any, fill: Any) -> None:
    y = of(three, "y0")
    decide(three, wish(K.PIN, "x2", thread=y))
    for _ in range(3):
        build_threads(three)
        assert of(three, "x2") == y
        assert len(who(three, y) & {"y0", "y1", "y2"}) == 3


def test_a_merger_holds_and_the_old_id_leads_to_the_new_one(three: Archive, assert_whole: Any) -> None:
    x, y = of(three, "x0"), of(three, "y0")
    decide(three, wish(K.MERGE, source=x, thread=y))
    build_threads(three)
    assert who(three, y) == {f"{s}{n}" for s in "xy" for n in range(3)}
    with three.store.read() as tx:
        assert tx.lineage.heirs(x) == [y]
        (merged,) = [line for line in tx.lineage.of(x) if line.event is LineageEvent.MERGED_INTO]
    assert (merged.cause, merged.other) == ("d-1", y)
    with pytest.raises(ThreadGone, match=y) as caught:
        three.read(thread_detail, x)
    assert caught.value.heirs == (y,)
    assert_whole(three)


def test_a_split_leaves_the_id_with_the_rest(three: Archive, assert_whole: Any) -> None:
    x = of(three, "x0")
    decide(three, wish(K.SPLIT, "x0", "x1", thread=x))
    assert who(three, x) == {"x2"}  # though it is the smaller part
    new = of(three, "x0")
    for _ in range(2):
        assert of(three, "x0") == of(three, "x1") == new != of(three, "x2")
        build_threads(three)
    with three.store.read() as tx:
        assert (LineageEvent.SPLIT_FROM, x) in [(line.event, line.other) for line in tx.lineage.of(new)]
    assert_whole(three)


def test_nothing_joins_a_locked_story(three: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    x = of(three, "x0")
    decide(three, wish(K.LOCK, thread=x))
    fill(three, make_article("x9", story="x", paragraphs=9), make_article("copy", text=make_article("x0", story="x",
                                                                          paragraphs=9).text))  # fmt: skip
    build_threads(three)
    assert who(three, x) == {"x0", "x1", "x2"}
    assert_whole(three)
    undo(three, "d-1", "m.ruiz", "it goes on")
    build_threads(three)
    assert who(three, x) == {"x0", "x1", "x2", "x9", "copy"}


def test_a_name_stays_and_goes_back(three: Archive) -> None:
    build_threads(three)
    x = of(three, "x0")
    headline = three.read(thread_detail, x).headline
    decide(three, wish(K.RENAME, thread=x, headline="First"))
    decide(three, wish(K.RENAME, thread=x, headline="Second"))
    build_threads(three)
    assert three.read(thread_detail, x).headline == "Second"
    assert [t.id for t in three.read(list_threads, ThreadFilter(text="second"))[0]] == [x]
    undo(three, "d-2", "m.ruiz", "no")
    assert three.read(thread_detail, x).headline == "First"
    undo(three, "d-1", "m.ruiz", "no")
    assert three.read(thread_detail, x).headline == headline


def test_decisions_made_while_the_job_computes_hold(three: Archive, assert_whole: Any) -> None:
    interfered = False

    def interfere(done: int, total: int) -> None:
        nonlocal interfered
        if not interfered:
            interfered = True
            decide(three, wish(K.CANNOT_LINK, "x0", "x1"))
            decide(three, wish(K.LOCK, thread=of(three, "z0")))

    build_threads(three, interfere)
    assert of(three, "x0") != of(three, "x1")
    assert_whole(three)


# Runs


def cluster_as(monkeypatch: pytest.MonkeyPatch, stories: list[list[str]]) -> None:
    """Let every clustering find these stories, each one event and one saga."""

    def cluster(collection: Any, *_: Any) -> Clustering:
        row = {collection.member(r).id: r for r in collection.rows()}
        rows = tuple(tuple(row[id] for id in ids if id in row) for ids in stories)
        return Clustering(dict.fromkeys(Level, rows), {})

    monkeypatch.setattr("service.threads.building.cluster", cluster)


@pytest.fixture
def other(three: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive whose next clustering puts y with x, and takes z apart."""
    cluster_as(monkeypatch, [["x0", "x1", "x2", "y0", "y1", "y2"], ["z0", "z1"], ["z2"]])
    return three


def test_a_proposal_changes_nothing_until_it_is_published(other: Archive, dump: Any, assert_whole: Any) -> None:
    x, y, z = (of(other, f"{s}0") for s in "xyz")
    before = dump(other)
    run = propose_threads(other)
    now = dump(other)
    assert {table for table in now if now[table] != before[table]} == {"runs", "links"}
    stories = run.summary["levels"]["story"]
    assert (stories["threads"], stories["moved"], stories["merged"], stories["split"]) == (3, 4, 1, 1)
    flows = [(f["kind"], f["articles"], f["source"], f["target"]) for f in run.summary["largest"]]
    assert flows[0] == ("merged", 3, max(x, y), min(x, y))
    assert flows[1][:3] == ("split", 1, z)
    assert all(f["source_headline"] and f["target_headline"] for f in run.summary["largest"])
    assert publish_run(other, run.id).state is RunState.PUBLISHED
    assert of(other, "x0") == of(other, "y0")
    assert of(other, "z2") != of(other, "z0") == z
    assert_whole(other)
    with pytest.raises(RunNotProposed, match="published"):
        publish_run(other, run.id)


def test_what_came_after_a_proposal_keeps_its_place(
    other: Archive, make_article: Any, fill: Any, assert_whole: Any
) -> None:
    run = propose_threads(other)
    fill(other, make_article("x9", story="x", paragraphs=9), make_article("new", story="n"))
    delete_article(other, "z1")
    home = of(other, "x9"), of(other, "new")
    publish_run(other, run.id)
    assert (of(other, "x9"), of(other, "new")) == home
    assert of(other, "x0") == of(other, "y0")
    assert_whole(other)


def test_a_stale_proposal_is_refused(other: Archive) -> None:
    first, second = propose_threads(other), propose_threads(other)
    publish_run(other, first.id)
    with pytest.raises(RunStale, match="build"):
        publish_run(other, second.id)
    third = propose_threads(other)
    decide(other, wish(K.PIN, "x0", thread=of(other, "x0")))
    with pytest.raises(RunStale):
        publish_run(other, third.id)
    assert discard_run(other, third.id).state is RunState.DISCARDED
    with pytest.raises(RunNotProposed):
        discard_run(other, third.id)


def test_a_rollback_brings_the_former_threads_back(other: Archive, assert_whole: Any) -> None:
    with other.store.read() as tx:
        before = tx.threads.assignments().by_row
    gone = {of(other, "x0"), of(other, "y0")}
    build_threads(other)
    gone -= set(other.memory.members)
    assert len(gone) == 1
    assert roll_back(other).state is RunState.ROLLED_BACK
    with other.store.read() as tx:
        assert tx.threads.assignments().by_row == before
        assert tx.threads.get(gone.pop())
    assert_whole(other)
    with pytest.raises(NothingToRollBack):
        roll_back(other)


def test_a_rollback_keeps_to_decisions_made_since(other: Archive, assert_whole: Any) -> None:
    z = of(other, "z0")
    build_threads(other)
    decide(other, wish(K.MUST_LINK, "x0", "z2"))
    roll_back(other)
    assert of(other, "x0") == of(other, "z2")
    assert of(other, "z0") == z
    assert_whole(other)


def test_only_the_last_clusterings_are_kept(three: Archive, assert_whole: Any) -> None:
    for n in range(KEPT + 2):
        decide(three, wish(K.MOVE, f"{'xyz'[n % 3]}{n % 2}", thread=of(three, f"{'yzx'[n % 3]}2")))
        undo(three, f"d-{n + 1}", "m.ruiz", "next")
        assert build_threads(three).run == f"r-{n + 1}"
        assert (build_threads(three).run, of(three, "x0") == of(three, "x2")) == (None, True)
    with three.store.read() as tx:
        assert [run.kept for run in tx.runs.list()] == [True] * KEPT + [False] * 2
    for _ in range(KEPT):
        roll_back(three)
        assert_whole(three)
    with pytest.raises(NothingToRollBack):
        roll_back(three)


def test_a_publication_that_fails_changes_nothing(other: Archive, dump: Any, monkeypatch: pytest.MonkeyPatch,
                                                  assert_whole: Any) -> None:  # fmt: skip
    run = propose_threads(other)
    before = dump(other)

    def fail(*_: object, **__: object) -> None:
        raise ArticleExists("x")

    with monkeypatch.context() as patch:
        patch.setattr("corpus.store.runs.Runs.end", fail)
        with pytest.raises(ArticleExists):
            publish_run(other, run.id)
    assert dump(other) == before
    assert_whole(other)


# Lineage and ids


def test_an_id_of_a_thread_that_never_was_is_not_gone(three: Archive) -> None:
    with pytest.raises(NoSuchThread) as caught:
        three.read(thread_detail, "t-nope")
    assert not isinstance(caught.value, ThreadGone)


def test_heirs_are_followed_to_those_that_live(three: Archive, assert_whole: Any) -> None:
    x, y, z = (of(three, f"{s}0") for s in "xyz")
    decide(three, wish(K.MERGE, source=x, thread=y))
    undo(three, "d-1", "m.ruiz", "it is z's")
    decide(three, wish(K.MERGE, source=y, thread=z))
    with three.store.read() as tx:
        assert tx.lineage.heirs(x) == [z]
        assert tx.lineage.heirs(y) == [z]
    undo(three, "d-2", "m.ruiz", "no")
    decide(three, wish(K.SPLIT, "x0", "x1", "x2", thread=z))
    assert of(three, "x0") not in (x, y, z)  # an id that leads elsewhere is given to no other thread
    assert_whole(three)


def test_a_retired_id_comes_back_with_its_first_article(three: Archive, make_article: Any, fill: Any) -> None:
    fill(three, make_article("lone", story="lone"))
    lone = of(three, "lone")
    delete_article(three, "lone")
    with pytest.raises(ThreadGone, match="removed") as caught:
        three.read(thread_detail, lone)
    assert caught.value.heirs == ()
    fill(three, make_article("lone", story="lone"))
    assert of(three, "lone") == lone


def test_a_replaced_article_keeps_its_thread_without_a_word(three: Archive, make_article: Any, fill: Any) -> None:
    fill(three, make_article("lone", story="lone"))
    lone = of(three, "lone")
    fill(three, make_article("lone", story="lone", version=1), replace=True)
    assert of(three, "lone") == lone
    with three.store.read() as tx:
        assert [line.event for line in tx.lineage.of(lone)] == [LineageEvent.BORN]


# HTTP


def signed(kind: str, **given: Any) -> dict[str, Any]:
    return {"kind": kind, "who": "m.ruiz", "why": "so it is", **given}


def test_decisions_over_http(three: Archive, client_of: Any, assert_problem: Any) -> None:
    client = client_of(three)
    x, y = of(three, "x0"), of(three, "y0")
    made = client.post("/v1/decisions", json=signed("merge", source=x, thread=y))
    assert made.status_code == 201
    assert made.get_json()["moved"] == ["x0", "x1", "x2"]
    for path in (f"/v1/threads/{x}", f"/v1/threads/{x}/articles?limit=2", f"/threads/{x}"):
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (308, path.replace(x, y))
        assert client.get(path, follow_redirects=True).status_code == 200
    refused = client.post("/v1/decisions", json=signed("split", thread=y, articles=["x0"]))
    assert assert_problem(refused, 409, "d-1")["decisions"] == ["d-1"]
    assert_problem(client.post("/v1/decisions", json=signed("lock", thread=x)), 410, y)
    assert_problem(client.post("/v1/decisions", json=signed("pin", thread=y, articles=["nobody"])), 404, "nobody")
    told = client.get(f"/v1/threads/{x}/lineage").get_json()
    assert (told["living"], told["heirs"]) == (False, [y])
    assert [line["event"] for line in told["lineage"]] == ["born", "merged_into"]
    back = client.post("/v1/decisions/d-1/undo", json={"who": "a", "why": "b"}).get_json()
    assert back["undone"]["who"] == "a"
    assert_problem(client.post("/v1/decisions/d-1/undo", json={"who": "a", "why": "b"}), 409, "undone before")
    assert_problem(client.post("/v1/decisions/d-7/undo", json={"who": "a", "why": "b"}), 404)
    assert [d["id"] for d in client.get("/v1/decisions?limit=1").get_json()["decisions"]] == ["d-1"]


def test_a_thread_with_several_heirs_is_gone(
    three: Archive, client_of: Any, assert_problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(three)
    x, y, z = (of(three, f"{s}0") for s in "xyz")
    cluster_as(monkeypatch, [["x0", "x1", "x2", "z0"], ["y0", "y1", "y2", "z1", "z2"]])
    build_threads(three)
    assert assert_problem(client.get(f"/v1/threads/{z}"), 410, "gone")["heirs"] == sorted([x, y])
    assert_problem(client.get(f"/v1/threads/{z}/articles"), 410, x, y)
    page = client.get(f"/threads/{z}")
    assert (page.status_code, page.mimetype) == (410, "text/html")
    decide(three, wish(K.MERGE, source=y, thread=x))
    assert client.get(f"/v1/threads/{z}").headers["Location"] == f"/v1/threads/{x}"  # now there is one


def test_runs_over_http(other: Archive, client_of: Any, assert_problem: Any) -> None:
    client = client_of(other)
    run = propose_threads(other).id
    found = client.get(f"/v1/runs/{run}").get_json()
    assert (found["state"], found["kept"], found["difference"]["levels"]["story"]["moved"]) == ("proposed", True, 4)
    assert client.get("/v1/runs").get_json()["runs"] == [found]
    assert client.post(f"/v1/runs/{run}/publish", json={}).get_json()["state"] == "published"
    assert_problem(client.post(f"/v1/runs/{run}/discard", json={}), 409, "published")
    assert client.post("/v1/runs/rollback", json={}).get_json()["state"] == "rolled_back"
    assert_problem(client.post("/v1/runs/rollback", json={}), 409)
    assert_problem(client.post("/v1/runs/r-9/publish", json={}), 404)
    assert_problem(client.post("/v1/runs/rollback"), 415)  # a form on another site cannot send JSON


def test_the_feed_has_no_gap_and_goes_on_where_it_ended(three: Archive, client_of: Any) -> None:
    client = client_of(three)
    decide(three, wish(K.MERGE, source=of(three, "x0"), thread=of(three, "y0")))
    delete_article(three, "z0")
    seen: list[dict[str, Any]] = []
    after = 0
    while True:
        page = client.get(f"/v1/changes?after={after}&limit=7").get_json()
        if not page["changes"]:
            break
        seen += page["changes"]
        after = page["next"]
    assert [change["sequence"] for change in seen] == list(range(1, page["last"] + 1))
    assert after == page["next"] == page["last"]
    events = [change["event"] for change in seen]
    assert events.count("article_added") == 9
    assert {"thread_born", "decided", "thread_merged", "thread_changed", "thread_assigned"} <= set(events)
    assert events[-1] == "article_deleted"


def test_levels_over_http(three: Archive, client_of: Any) -> None:
    client = client_of(three)
    for level in Level:
        page = client.get(f"/v1/threads?level={level.value}").get_json()
        assert {thread["level"] for thread in page["threads"]} == {level.value}
        assert sum(thread["articles"] for thread in page["threads"]) == 9
        assert page["total"] == len(page["threads"])
    assert client.get("/v1/threads").get_json() == client.get("/v1/threads?level=story").get_json()


def test_a_reader_decides_nothing(three: Archive, open_archive: Any, client_of: Any, assert_problem: Any) -> None:
    three.close()
    client = client_of(open_archive(write=False))
    for path, body in (
        ("/v1/decisions", signed("lock", thread="t")), ("/v1/decisions/d-1/undo", {"who": "a", "why": "b"}),
        ("/v1/runs/r-1/publish", {}), ("/v1/runs/r-1/discard", {}), ("/v1/runs/rollback", {}),
    ):  # fmt: skip
        assert_problem(client.post(path, json=body), 503, "reading only")


# The command line


def test_the_command_line_decides_proposes_and_goes_back(three: Archive) -> None:
    x, y, z = (of(three, f"{s}0") for s in "xyz")
    three.close()
    environment = {"CLEW_DATA": str(three.settings.data), "CLEW_MODEL": "hashing"}

    def clew(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["threads", *arguments], env=environment)
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.stderr

    sign = ("--who", "m.ruiz", "--why", "so it is")
    assert clew("merge", x, y, *sign) == "d-1: merge, 3 articles moved\n"
    assert "d-1" in clew("split", y, "x0", *sign, code=1)
    assert f"{y}: 6 articles" in clew("show", x)
    assert clew("rename", z, "The harbour", *sign).startswith("d-2: rename")
    assert "The harbour" in clew("list")
    assert clew("undo", "d-1", *sign) == "d-1 is undone\n"
    assert len(clew("decisions").splitlines()) == 2
    clew("lock", z, *sign)
    clew("link", "x0", "x1", *sign)
    clew("separate", "x0", "y0", *sign)
    clew("unlink", "x0", "y0", *sign)  # as it was called before
    clew("pin", "x0", y, *sign)
    assert "not 1" in clew("link", "x0", *sign, code=1)
    clew("move", "x2", z, *sign, code=1)  # it is locked
    clew("build")
    shown = clew("build", "--dry-run")
    run = shown.split()[1].rstrip(",")
    assert f"run {run}, proposed: 9 articles" in shown
    assert "saga: " in shown
    assert clew("publish", run) == f"{run} is published\n"
    assert run in clew("publish", run, code=1)
    assert clew("rollback") == f"{run} is rolled back\n"
    proposal = json.loads(clew("build", "--dry-run", "--json"))
    assert clew("discard", proposal["id"]) == f"{proposal['id']} is discarded\n"
    assert [run["state"] for run in json.loads(clew("runs", "--json"))["runs"]][:2] == ["discarded", "rolled_back"]
    assert all(line.startswith("s-") for line in clew("list", "--level", "saga").splitlines())
    target = three.settings.data / "events.jsonl"
    clew("export", "--level", "event", "--output", str(target))
    assert all(json.loads(line)["thread"].startswith("e-") for line in target.read_text().splitlines())

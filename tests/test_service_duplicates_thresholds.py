"""Duplicates classified once more: review queue, suggestions, backtest, apply, build; and the command line for all."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from corpus import Article, Kind, Label, Verdict
from corpus.store import times
from embeddings.duplicates import Facts, Thresholds, classify
from service.archive import Archive
from service.cli import main
from service.duplicates import (
    LabelRequest,
    apply_label,
    backtest,
    rebuild,
    rebuilding,
    reclassify,
    suggest,
    threshold_answers,
)
from service.duplicates import thresholds as trying
from service.errors import BadSettings
from service.ingest import delete_article
from service.limits import THRESHOLD_BOUNDS
from service.settings import load_settings

FACTS = Facts(
    same_body=False, same_title=False, same_source=False, days=1.0, words=200, earlier_words=200, article_covered=0.9,
    earlier_covered=0.9, article_copied=0.9, earlier_copied=0.9, moved=0.0, longest_new=5, longest_gone=5,
    longest_shared=90, numbers=0, earlier_numbers=0, numbers_new=0, numbers_gone=0,
)  # fmt: skip


def covered(share: float) -> Facts:
    return replace(FACTS, article_covered=share, earlier_covered=share, longest_shared=20)


def put_facts(archive: Archive, labels: list[tuple[float, bool | None]], make_article: Any, fill: Any) -> None:
    """Pairs (base, p0), (base, p1)... with these covered shares, and their labels: a repetition, not, none."""
    some = [make_article("base"), *(make_article(f"p{n}") for n in range(len(labels)))]
    fill(archive, *some)
    with archive.store.write() as tx:
        rows = tx.articles.rows([article.id for article in some])
        for n, (share, repeats) in enumerate(labels):
            found = classify(covered(share))
            tx.duplicates.forget(rows[f"p{n}"], rows["base"])
            verdict = Verdict(f"p{n}", "base", found.kind, found.score, found.evidence)
            tx.duplicates.add(rows[f"p{n}"], [(rows["base"], verdict)])
            if repeats is not None:
                kind = Kind.NEAR_COPY if repeats else Kind.NEW
                tx.duplicates.add_label(rows[f"p{n}"], rows["base"], Label(kind, "m.ruiz", "read", times.now()))


@pytest.fixture
def run(sample_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("CLEW_MODEL", "hashing")
    monkeypatch.setenv("CLEW_DATA", str(sample_copy))

    def run_it(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["duplicates", *map(str, arguments)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return run_it


@pytest.fixture
def sample_copy(tmp_path: Path, open_archive: Any, sample_articles: list[Article], fill: Any) -> Path:
    """The data directory of half the sample, for a test of its own."""
    archive = open_archive()
    fill(archive, *sample_articles[:36])
    archive.close()
    return tmp_path / "data"


def pairs(archive: Archive) -> list[tuple[int, int, Verdict]]:
    with archive.store.read() as tx:
        return list(tx.duplicates.compared())


# Suggestions


def test_the_numbers_of_a_suggestion(archive: Archive, make_article: Any, fill: Any, client: Any) -> None:
    # of one report from .5 (and one of both .58) on: .62 and .7 are found and none, .9 and .95 are found and are
    put_facts(archive, [(0.62, False), (0.7, False), (0.9, True), (0.95, True), (0.4, False)], make_article, fill)
    answer = client.get("/v1/duplicates/suggest").get_json()
    assert (answer["labelled"], answer["repetitions"]) == (5, 2)
    same = next(each for each in answer["thresholds"] if each["name"] == "same")
    assert same["setting"] == "duplicate_same"
    present = same["present"]
    assert (present["value"], present["right"], present["wrong"], present["missed"]) == (0.5, 2, 2, 0)
    assert (present["precision"], present["recall"], present["f1"]) == (0.5, 1.0, 0.6667)
    best = same["best"]
    assert (best["value"], best["precision"], best["recall"], best["f1"]) == (0.64, 1.0, 1.0, 1.0)
    assert answer["together"]["f1"] == 1.0
    assert answer["together"]["thresholds"] == {"same": 0.64, "covered": 0.8, "quoted": 0.48}
    assert "Labels so far: 5." in answer["warnings"][0]


def test_without_labels_nothing_is_suggested(archive: Archive, client: Any) -> None:
    answer = client.get("/v1/duplicates/suggest").get_json()
    assert [(each["present"]["value"], each["best"]["value"]) for each in answer["thresholds"]] == [
        (0.5, 0.5), (0.8, 0.8), (0.48, 0.48),
    ]  # fmt: skip
    assert all(each["present"]["precision"] is each["best"]["recall"] is None for each in answer["thresholds"])
    assert "Labels so far: 0." in answer["warnings"][0]


def test_labels_that_all_say_the_same_say_so(archive: Archive, make_article: Any, fill: Any) -> None:
    put_facts(archive, [(0.9, True)] * 21, make_article, fill)
    warnings = suggest(archive).warnings
    assert "All labels say the same" in warnings[0]
    assert not any("so far" in warning for warning in warnings)


# Backtest


def test_the_bounds_are_those_of_the_settings() -> None:
    for name, (least, most) in THRESHOLD_BOUNDS.items():
        for value in (least, most):
            assert getattr(load_settings({f"duplicate_{name}": value}), f"duplicate_{name}") == value
        for value in (least - 0.01, most + 0.01):
            with pytest.raises(BadSettings, match=name):
                load_settings({f"duplicate_{name}": value})


def test_a_backtest_shows_what_would_change_and_writes_nothing(
    archive: Archive, make_article: Any, fill: Any, client: Any, dump: Any
) -> None:
    put_facts(archive, [(0.62, None), (0.7, None), (0.9, True), (0.95, None), (0.4, None)], make_article, fill)
    archive.close()
    archive.__init__(archive.settings, write=True)  # type: ignore[misc]  # as a new process would read it
    before = dump(archive)
    answer = client.get("/v1/duplicates/backtest?same=0.8&examples=1").get_json()
    assert (answer["pairs"], answer["changed"]) == (5, 2)
    counts = {(count["before"], count["after"]): count["pairs"] for count in answer["counts"]}
    assert counts == {("near_copy", "new"): 2, ("near_copy", "near_copy"): 2, ("new", "new"): 1}
    (example,) = answer["examples"]
    assert (example["before"], example["after"], example["article"]["id"]) == ("near_copy", "new", "p0")
    assert (answer["before"]["articles"], answer["after"]["articles"]) == (2, 2)
    assert answer["thresholds"] == {"same": 0.8, "covered": 0.8, "quoted": 0.48}
    assert "duplicate_same = 0.8" in answer["notes"][0]
    assert dump(archive) == before


def test_the_archive_may_change_during_a_backtest(
    archive: Archive, make_article: Any, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_facts(archive, [(0.62, None), (0.7, None), (0.9, None)], make_article, fill)
    archive.close()
    archive.__init__(archive.settings, write=True)  # type: ignore[misc]  # as a new process would read it
    monkeypatch.setattr(trying, "_PAIRS", 1)
    assert backtest(archive, {"same": 0.8}).changed == 2
    some = trying._reclassified(archive, Thresholds())
    assert next(some)[0].verdict.article == "p0"
    delete_article(archive, "p0")
    delete_article(archive, "p1")
    assert [pair.verdict.article for pair, _ in some] == ["p2"]
    gone = trying.backtest(archive, Thresholds(same=0.95))
    delete_article(archive, "p2")
    assert [pair.verdict.article for pair, *_ in gone.examples] == ["p2"]
    assert archive.read(threshold_answers._examples, gone) == []


@pytest.mark.parametrize("query", ["same=0.1", "covered=2", "quoted=nan", "same=x", "other=1", "examples=-1"])
def test_thresholds_out_of_bounds(client: Any, assert_problem: Any, query: str) -> None:
    assert_problem(client.get(f"/v1/duplicates/backtest?{query}"), 422, query.partition("=")[0])


def test_apply_is_what_the_backtest_said(open_archive: Any, sample_copy: Path, assert_whole: Any, dump: Any) -> None:
    with_other = open_archive(duplicate_same=0.9)
    expected = trying.backtest(with_other, with_other.memory.copies.thresholds)
    done = reclassify(with_other)
    assert done.changed == sum(n for (before, after), n in expected.counts.items() if before is not after) > 0
    assert len(with_other.memory.copies.groups.all()) == expected.groups[1]
    assert_whole(with_other)
    after = dump(with_other)
    assert reclassify(with_other).changed == 0
    assert dump(with_other) == after
    with_other.close()
    back = open_archive()
    assert reclassify(back).changed == done.changed
    assert len(back.memory.copies.groups.all()) == expected.groups[0]
    assert_whole(back)


def test_facts_of_another_version_stay_and_are_counted(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, make_article("a"), make_article("b"))
    with archive.store.write() as tx:
        rows = tx.articles.rows(["a", "b"])
        tx.duplicates.add(rows["b"], [(rows["a"], Verdict("b", "a", Kind.NEAR_COPY, 0.9, {"jaccard": 0.7}))])
    assert reclassify(archive) == rebuilding.Rebuilt(0, 1, 0, 1)
    assert any("another version" in note for note in backtest(archive, {}).notes)
    assert rebuild(archive).changed == 1
    assert pairs(archive) == []


# Build


def test_building_again_changes_little_and_then_nothing(
    open_archive: Any, sample_copy: Path, assert_whole: Any, dump: Any
) -> None:
    archive = open_archive()
    before = {(v.article, v.earlier) for *_, v in pairs(archive) if v.kind is not Kind.NEW}
    steps: list[tuple[int, int]] = []
    done = rebuild(archive, lambda n, total: steps.append((n, total)))
    assert (done.articles, steps[0], steps[-1]) == (36, (0, 36), (36, 36))
    assert {(v.article, v.earlier) for *_, v in pairs(archive) if v.kind is not Kind.NEW} == before
    assert_whole(archive)
    after = dump(archive)
    assert rebuild(archive).changed == 0
    assert dump(archive) == after


def test_building_again_finds_what_was_lost(open_archive: Any, sample_copy: Path, assert_whole: Any) -> None:
    archive = open_archive()
    before = pairs(archive)
    with archive.store.write() as tx:
        for later, *_ in before:
            tx.duplicates.clear(later)
    archive.close()
    again = open_archive()
    assert pairs(again) == []
    assert rebuild(again).changed == sum(v.kind is not Kind.NEW for *_, v in before)
    assert [(later, earlier) for later, earlier, _ in pairs(again)] == [(x, y) for x, y, _ in before]
    assert_whole(again)


def test_an_interrupted_build_goes_on(
    open_archive: Any, sample_copy: Path, assert_whole: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "_ARTICLES", 5)
    archive = open_archive()

    def stop(done: int, total: int) -> None:
        if done >= 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(archive, stop)
    assert_whole(archive)
    rebuild(archive)
    assert_whole(archive)


# The command line


def test_labelling_from_the_command_line(run: Callable[..., Result]) -> None:
    found = json.loads(run("list", "--json").stdout)["duplicates"][0]
    a, b = found["article"]["id"], found["earlier"]["id"]
    who = ("--who", "m.ruiz", "--why", "another ferry")
    assert run("label", a, b, "--not-copy", *who).stdout == f"{a} is no repetition of {b}\n"
    assert (a, b) not in {
        (d["article"]["id"], d["earlier"]["id"]) for d in json.loads(run("list", "--json").stdout)["duplicates"]
    }
    listed = run("labels").stdout
    assert "m.ruiz" in listed
    assert "another ferry" in listed
    assert json.loads(run("label", b, a, "--kind", "excerpt", *who, "--json").stdout)["kind"] == "contains"
    assert "another ferry" in run("list").stdout
    assert "labels: 1, of which repetitions: 1" in run("suggest").stdout
    assert run("label", a, b, "--copy", *who).exit_code == 0
    assert run("label", a, b, "--undo").stdout.endswith(f" {b}\n")
    assert "have no label" in run("label", a, b, "--undo", code=1).stderr
    for wrong in (("label", a, b), ("label", a, b, "--copy"), ("label", a, b, "--copy", "--undo")):
        run(*wrong, code=2)
    assert "nobody" in run("label", a, "nobody", "--copy", *who, code=1).stderr


def test_former_names_on_the_command_line(run: Callable[..., Result]) -> None:
    found = json.loads(run("list", "--json").stdout)["duplicates"][0]
    a, b = found["article"]["id"], found["earlier"]["id"]
    run("judge", a, b, "--not-copy", "--who", "m.ruiz", "--why", "another ferry")
    assert run("judgements").stdout == run("labels").stdout != ""
    run("judge", a, b, "--take-back")
    assert run("labels").stdout == ""
    queue = run("review", "--min-score", 0, "--max-score", 1).stdout
    assert run("review", "--least", 0, "--most", 1).stdout == queue != ""


def test_the_queue_is_a_plain_list_in_a_pipe(run: Callable[..., Result]) -> None:
    answer = json.loads(run("review", "--json", "--min-score", 0, "--max-score", 1).stdout)["pairs"]
    assert answer
    shown = run("review", "--min-score", 0, "--max-score", 1).stdout
    assert all(pair["earlier"]["headline"] in shown for pair in answer)
    away = [abs(pair["score"] - 0.5) for pair in answer]
    assert away == sorted(away)
    assert "nothing to review" in run("review", "--min-score", 0.99, "--max-score", 0.0).stderr


def test_on_a_terminal_each_pair_is_asked_about(sample_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from service.cli import labels

    monkeypatch.setattr(labels, "_is_terminal", lambda: True)
    environment = {"CLEW_MODEL": "hashing", "CLEW_DATA": str(sample_copy)}
    command = ["duplicates", "review", "--min-score", "0", "--max-score", "1"]
    result = CliRunner().invoke(main, command, env=environment, input="n\nm.ruiz\n\ns\nrewrite\nread both\nq\n")
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(main, ["duplicates", "labels", "--json"], env=environment)
    made = [(each["kind"], each["label"]["why"]) for each in json.loads(result.stdout)["labels"]]
    assert made == [("rewrite", "read both"), ("new", "reviewed")]


def test_thresholds_from_the_command_line(run: Callable[..., Result]) -> None:
    whole = run("backtest", "--threshold", "same=0.9", "--examples", 1)
    assert "same 0.9, covered 0.8, quoted 0.48" in whole.stdout
    assert "pairs change" in whole.stdout
    assert "duplicate_same = 0.9" in whole.stderr
    assert json.loads(run("backtest", "--same", 0.9, "--json").stdout)["changed"] > 0
    assert "none of same, covered, quoted" in run("backtest", "--threshold", "other=1", code=2).stderr
    run("backtest", "--threshold", "same=x", code=2)
    run("backtest", "--same", 0.1, code=2)
    assert "0 are of another kind" in run("apply").stdout
    assert json.loads(run("build", "--json").stdout)["articles"] == 36


def test_groups_from_the_command_line(run: Callable[..., Result], tmp_path: Path) -> None:
    lines = [json.loads(line) for line in run("groups").stdout.splitlines()]
    out = tmp_path / "groups.jsonl"
    run("groups", "--copies", "--output", out)
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == lines
    copy = next(line for line in lines if line["id"] != line["group"])
    shown = run("group", copy["id"]).stdout
    assert "the canonical one by the policy (earliest)" in shown
    assert f"[{copy['group']}]" in shown
    chosen = run("canonical", copy["id"], "--who", "m.ruiz", "--why", "ours").stdout
    assert "chosen by m.ruiz" in chosen
    assert json.loads(run("group", copy["group"], "--json").stdout)["canonical"]["id"] == copy["id"]
    run("canonical", copy["id"], "--undo")
    assert "nothing to undo" in run("canonical", copy["id"], "--undo", code=1).stderr
    run("canonical", copy["id"], code=2)


def test_checking_a_file_from_the_command_line(run: Callable[..., Result], tmp_path: Path) -> None:
    text = "A long report on the new bridge over the Ashlow. " + " ".join(f"word{n}" for n in range(80))
    records = [
        {"id": "x", "title": "Bridge", "text": text, "published": "2024-05-01"},
        {"id": "y", "title": "The bridge", "text": text, "published": "2024-05-02"},
        {"id": "z", "note": "no text"},
    ]
    (tmp_path / "some.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    done = run("check", tmp_path / "some.jsonl")
    assert done.stdout.splitlines()[:2] == ["new       Bridge", "exact     1.00  The bridge"]
    assert "[x, line 1 of this file]" in done.stdout
    assert "100 % of it stands in the earlier one" in done.stdout
    assert "paragraphs: 0 added, 0 cut" in done.stdout
    assert "line 3" in done.stderr


def test_a_labelled_pair_keeps_its_kind_under_any_threshold(open_archive: Any, sample_copy: Path) -> None:
    archive = open_archive(duplicate_same=1.0, duplicate_covered=1.0, duplicate_quoted=1.0)
    later, earlier, before = next(pair for pair in pairs(archive) if pair[2].kind is Kind.UPDATE)
    wanted = LabelRequest(before.article, before.earlier, "m.ruiz", "it is", Kind.UPDATE)
    apply_label(archive, wanted)
    reclassify(archive)
    kinds = {(x, y): verdict.kind for x, y, verdict in pairs(archive)}
    assert kinds.pop((later, earlier)) is Kind.UPDATE
    assert Kind.UPDATE not in kinds.values()
    assert trying.backtest(archive, Thresholds()).counts[Kind.UPDATE, Kind.UPDATE] == 1

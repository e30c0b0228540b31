"""The command line: what it prints, what it writes, how it ends, and what it says when something is wrong."""

import io
import json
import os
import re
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.cli.backend.embedded import uninterrupted

Run = Callable[..., Result]
TITLE = "Bakery Chain Swaps Half Its Vans for Electric Ones, and Finds a Catch"
CLAUSE = "Bakery Chain Swaps Half Its Vans for Electric Ones"
"""What a thread of that article alone is called."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the data directory of the test."""
    monkeypatch.setenv("CLEW_MODEL", "hashing")
    monkeypatch.setenv("CLEW_DATA", str(tmp_path / "data"))

    def run_it(*arguments: object, code: int = 0, data: Path | None = None, input: str | None = None) -> Result:
        result = CliRunner().invoke(
            main, [str(a) for a in arguments], input=input, env={"CLEW_DATA": str(data)} if data else {}
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return run_it


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sample_path: Path) -> Path:
    """The data directory of the sample, ingested from the command line; only read."""
    data = tmp_path_factory.mktemp("cli") / "data"
    result = CliRunner().invoke(
        main, ["ingest", str(sample_path)], env={"CLEW_MODEL": "hashing", "CLEW_DATA": str(data)}
    )
    assert result.exit_code == 0
    assert re.fullmatch(
        r"read 62, stored 62, duplicates 17, skipped 0, 391 paragraphs, threads \d+\n", result.stdout
    )  # fmt: skip
    assert "no date line: 1 article\n" in result.stderr
    return data


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def story(n: int) -> str:
    return f"Report number {n}. " + " ".join(f"word{n}x{k}" for k in range(60))


def jsonl(path: Path, records: list[object]) -> Path:
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), "utf-8")
    return path


# Starting


def test_help_is_quick(clew: Any) -> None:
    took = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert clew("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert statistics.median(took) < 0.6  # processor seconds, so that a busy machine plays no part; the goal is .3


def test_importing_the_command_imports_nothing_heavy() -> None:
    heavy = "numpy", "scipy", "flask", "torch", "sqlalchemy", "faiss", "pydantic", "sentence_transformers", "rich"
    code = f"import sys, service.cli; print([name for name in {heavy!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_command_has_help(run: Run) -> None:
    def walk(command: Any, *path: str) -> None:
        assert command.help, path
        text = run(*path, "--help").output
        assert text.startswith("Usage:")
        assert all(option.help for option in command.params if option.param_type_name == "option"), path
        for name, below in getattr(command, "commands", {}).items():
            walk(below, *path, name)

    walk(main)


def test_the_version(run: Run) -> None:
    from service.version import VERSION

    assert VERSION in run("--version").output


# Ingest


def test_ingest_again_says_so(run: Run, sample: Path, sample_path: Path, tmp_path: Path) -> None:
    run("ingest", sample_path)
    assert "stored 0, unchanged 62, duplicates 17, skipped 0, 0 paragraphs" in run("ingest", sample_path).stdout
    found = json.loads(run("ingest", sample_path, "--json").stdout)
    threads = found.pop("threads")
    assert found == {
        "read": 62, "stored": 0, "updated": 0, "unchanged": 62, "duplicates": 17, "skipped": 0, "paragraphs": 0,
        "notices": [], "notes": {"no date line": 1, "no original url": 1},
    }  # fmt: skip
    assert threads > 20


@pytest.mark.parametrize("policy", ["skip", "reject"])
def test_ingest_without_copies(run: Run, sample_path: Path, tmp_path: Path, policy: str) -> None:
    skips = tmp_path / "skips.txt"
    result = run("ingest", sample_path, "--duplicates", policy, "--skipped", skips, "--json")
    found = json.loads(result.stdout)
    said = skips.read_text("utf-8").splitlines()
    assert found["stored"] + found["skipped"] == 62
    assert found["skipped"] == len(said) >= (15 if policy == "reject" else 10)  # updates are not left out
    assert all("archive/" in line and "repeats" in line for line in said)


def test_duplicate_ids(run: Run, tmp_path: Path) -> None:
    file = jsonl(
        tmp_path / "a.jsonl",
        [{"id": "a", "text": story(1)}, {"id": "b", "text": story(2)}, {"id": "a", "text": story(3)}],
    )
    result = run("ingest", file)
    assert "stored 2, duplicates 0, skipped 1" in result.stdout
    (skip,) = [line for line in result.stderr.splitlines() if line.startswith("skipped")]
    assert f"{file}, line 3" in skip
    assert "'a'" in skip
    result = run("ingest", file, "--update")
    assert "stored 0, unchanged 2, duplicates 0, skipped 1" in result.stdout
    assert "has nothing to do with this one" in result.stderr
    result = run("ingest", file, "--update-unrelated")
    assert "stored 0, updated 1, unchanged 2" in result.stdout  # line 1 is there, line 3 replaces it
    result = run("ingest", file, "--update-unrelated")
    assert "stored 0, updated 2, unchanged 1" in result.stdout  # back to line 1, then to line 3
    with closing(sqlite3.connect(tmp_path / "data" / "clew.sqlite")) as connection:
        assert dict(connection.execute("SELECT id, text FROM articles")) == {"a": story(3), "b": story(2)}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jsonl", b"", "empty file"),
        ("binary.dat", bytes(range(256)) * 20, "binary data"),
        ("page.pdf", b"%PDF-1.7\n" + bytes(range(128, 256)), "pdftotext"),
        ("broken.tar.gz", b"\x1f\x8b\x08\x00" + b"\0" * 40, "broken.tar.gz"),
    ],
)
def test_files_that_cannot_be_read(run: Run, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("ingest", tmp_path / name, code=1)
    assert words in result.stderr
    assert "stored 0, duplicates 0, skipped 1" in result.stdout
    (tmp_path / "good.txt").write_text("## Good\n\n" + story(1), "utf-8")
    assert "stored 1, duplicates 0, skipped 1" in run("ingest", tmp_path / name, tmp_path / "good.txt").stdout


def test_a_zip_that_wants_out(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as file:
        file.writestr("../../evil.txt", story(1))
        file.writestr("/evil.txt", story(2))
        file.writestr("good.txt", story(3))
    result = run("ingest", tmp_path / "z.zip")
    assert "read 3, stored 3, duplicates 0, skipped 0" in result.stdout
    assert not list(tmp_path.parent.rglob("evil.txt"))


def test_a_truncated_tar(run: Run, tmp_path: Path) -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as file:
        for n in range(20):
            info = tarfile.TarInfo(f"a{n}.txt")
            info.size = len(story(n))
            file.addfile(info, io.BytesIO(story(n).encode()))
    (tmp_path / "cut.tar").write_bytes(whole.getvalue()[:10_500])
    result = run("ingest", tmp_path / "cut.tar")
    (stored,) = re.findall(r"stored (\d+), .*skipped 1", result.stdout)
    assert 0 < int(stored) < 20  # what was whole is read
    assert "truncated" in result.stderr


def test_a_broken_line(run: Run, tmp_path: Path) -> None:
    records: list[object] = [{"id": f"a{n}", "text": story(n)} for n in range(1, 31)]
    records[16] = '{"id": "a17", "text": '
    result = run("ingest", jsonl(tmp_path / "news.jsonl", records))
    assert "read 30, stored 29, duplicates 0, skipped 1" in result.stdout
    assert f"skipped {tmp_path}/news.jsonl, line 17: " in result.stderr


def test_many_skips_are_counted_and_all_written(run: Run, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [{"id": "good", "text": story(1)}, *({"note": f"t{n}"} for n in range(50))])
    result = run("ingest", file, "--skipped", tmp_path / "skips")
    assert result.stderr.count("skipped /") == 20
    assert "... and 30 more; --report FILE lists all" in result.stderr
    assert len((tmp_path / "skips").read_text().splitlines()) == 50


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ingest", "nowhere"], 1, "nowhere: there is no such file or folder"),
        (["ingest"], 2, "Missing argument"),
        (["ingest", "{sample}", "--format", "word"], 1, "word: no such format; there are alto, csv, docx"),
        (["ingest", "{sample}", "--duplicates", "drop"], 2, "Invalid value for '--duplicates'"),
        (["ingest", "{sample}", "--skipped", "{tmp}/none/file"], 2, "No such file"),
        (["threads", "list"], 1, "holds no Clew data yet. Start with: clew ingest PATH --data"),
        (["threads", "build"], 0, ""),
        (["related", "x"], 1, "holds no Clew data yet"),
        (["duplicates", "list"], 1, "holds no Clew data yet"),
        (["related"], 2, "give an article's id or URL, or --text FILE, or --all"),
        (["related", "--all"], 2, "--all and --output go together"),
        (["related", "x", "--output", "y"], 2, "--all and --output go together"),
        (["related", "x", "--limit", "0"], 2, "--limit"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    run: Run, sample_path: Path, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    given = [a.format(sample=sample_path, tmp=tmp_path) for a in arguments]
    result = run(*given, code=code)
    assert words in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["related", "nope"], "there is no article 'nope'"),
        (["related", "https://nope.example/x"], "there is no article"),
        (["threads", "show", "t-nope"], "there is no thread 't-nope'"),
        (["related", "{id}", "--since", "yesterday"], "since"),
        (["related", "{id}", "--until", "03/04/2011"], "until"),
        (["threads", "export", "--output", "{tmp}/none/x"], "none/x cannot be written: No such file or directory"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(
    run: Run, sample: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    result = run(*(a.format(id=_an_id(sample), tmp=tmp_path) for a in arguments), data=sample, code=1)
    assert words in result.stderr
    assert result.stderr.startswith("Error: ")


def _an_id(sample: Path) -> str:
    with closing(sqlite3.connect(sample / "clew.sqlite")) as connection:
        return str(
            connection.execute("SELECT id FROM articles WHERE title LIKE '%Quillcom%' ORDER BY row").fetchone()[0]
        )


def test_a_bad_setting_is_said_in_a_line(run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEW_BATCH_PARAGRAPHS", "many")
    assert run("threads", "list", data=sample, code=1).stderr.startswith("Error: batch_paragraphs: ")


# Related


def test_related_of_an_article(run: Run, sample: Path) -> None:
    id = _an_id(sample)
    answer = json.loads(run("related", id, "--json", "--limit", 3, "--minimum-score", 0, data=sample).stdout)
    assert set(answer) == {"hits", "copies", "near_misses", "next"}
    assert len(answer["hits"]) == 3
    shown = run("related", id, "--limit", 3, "--minimum-score", 0, data=sample).stdout
    for hit in answer["hits"]:
        assert f"{hit['score']:.2f}   {hit['article']['headline']}\n" in shown
        assert hit["article"]["id"] in shown
    told = {copy["relation"]: f"  {copy['headline']}  [{copy['source']}, {copy['id']}]" for copy in answer["copies"]}
    assert list(told) == ["update"]  # the next day's version, by the same outlet
    assert shown.splitlines()[0] == f"update{told['update'][1:]}"
    url = answer["hits"][0]["article"]["url"]
    by_url = json.loads(run("related", url, "--json", data=sample).stdout)
    assert by_url == json.loads(run("related", answer["hits"][0]["article"]["id"], "--json", data=sample).stdout)


def test_related_to_a_text(run: Run, sample: Path, tmp_path: Path) -> None:
    text = "The telephone company Quillcom lost the records of its customers in a breach.\n"
    (tmp_path / "draft.txt").write_text(text)
    by_file = run("related", "--text", tmp_path / "draft.txt", data=sample).stdout
    assert "Quillcom" in by_file.splitlines()[0]
    assert run("related", "--text", "-", data=sample, input=text).stdout == by_file
    assert "text" in run("related", "--text", "-", data=sample, input=" \n", code=1).stderr


def test_related_with_conditions(run: Run, sample: Path) -> None:
    id = _an_id(sample)
    answer = json.loads(run("related", id, "--source", "nspr.example", "--since", "2024-05-30", "--until", "2024-05-30",
                            "--json", data=sample).stdout)  # fmt: skip
    assert answer["hits"]
    for hit in answer["hits"]:
        assert hit["article"]["source"] == "nspr.example"
        assert hit["article"]["published"].startswith("2024-05-30")
    assert json.loads(run("related", id, "--language", "xx", "--json", data=sample).stdout)["hits"] == []
    assert run("related", id, "--language", "xx", data=sample).output == "nothing related is stored\n"


def test_related_for_all(run: Run, sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "related.jsonl"
    assert (
        run("related", "--all", "--limit", 5, "--output", out, data=sample).stdout == f"62 articles written to {out}\n"
    )
    found = lines(out)
    ids = {line["id"] for line in found}
    assert len(ids) == len(found) == 62
    for line in found:
        assert list(line) == ["id", "related"]
        assert 1 <= len(line["related"]) <= 5
        assert all(list(hit) == ["id", "score"] for hit in line["related"])
        assert {hit["id"] for hit in line["related"]} <= ids - {line["id"]}
        scores = [hit["score"] for hit in line["related"]]
        assert scores == sorted(scores, reverse=True)
    assert list(tmp_path.glob("*.new")) == []


# Threads


def test_threads(run: Run, sample: Path, tmp_path: Path) -> None:
    listed = json.loads(run("threads", "list", "--limit", 1000, "--json", data=sample).stdout)
    assert set(listed) == {"threads", "total", "next"}
    assert len(listed["threads"]) == listed["total"]
    assert sum(thread["articles"] for thread in listed["threads"]) == 62
    assert len(run("threads", "list", "--limit", 1000, data=sample).stdout.splitlines()) == listed["total"]
    few = run("threads", "list", "--limit", 2, data=sample)
    assert len(few.stdout.splitlines()) == 2
    assert f"... {listed['total'] - 2} more; see --limit" in few.stderr
    bakery = run("threads", "list", "--query", "BAKERY chain", data=sample).stdout
    assert bakery.endswith(f"  2024-06-20  {CLAUSE}: {TITLE}\n")
    big = json.loads(run("threads", "list", "--at-least", 2, "--json", data=sample).stdout)["threads"]
    assert big
    assert all(thread["articles"] >= 2 for thread in big)
    for thread in big:
        shown = json.loads(run("threads", "show", thread["id"], "--json", data=sample).stdout)
        assert {name: shown[name] for name in thread} == thread
        assert len(shown["members"]) == thread["articles"]
        plain = run("threads", "show", thread["id"], data=sample).stdout.splitlines()
        called = list(dict.fromkeys([thread["name"], thread["headline"]]))
        assert plain[: len(called)] == called
        assert plain[len(called) + 1] == f"part of: {thread['parent']}"
        told = len(shown["figures"]) + len(shown["summary"]) + len(shown["related"])
        assert len(plain) == len(called) + 5 + (len(shown["children"]) > 1) + told + thread["articles"]
        assert f"trend: {shown['trend']}" in plain
        assert sum(line.startswith("* ") for line in plain) == 1
    assert {thread["name"] == thread["headline"] for thread in big} == {True, False}
    out = tmp_path / "threads.jsonl"
    assert run("threads", "export", "--output", out, data=sample).stdout == f"62 articles written to {out}\n"
    found = lines(out)
    assert all(list(line) == ["id", "thread", "name"] for line in found)
    called = {thread["id"]: thread["name"] for thread in listed["threads"]}
    assert {(line["thread"], line["name"]) for line in found} == set(called.items())
    assert len({line["id"] for line in found}) == 62


def test_threads_build(run: Run, sample_path: Path) -> None:
    run("ingest", sample_path, "--threads", "never")
    first = run("threads", "build").stdout
    assert re.fullmatch(r"62 articles in \d+ threads, \d+ articles moved\n", first)
    some = json.loads(run("threads", "build", "--since", "2024", "--json").stdout)
    assert 0 < some["articles"] < 62
    wrong = run("threads", "build", "--until", "someday", code=1)
    assert "until" in wrong.stderr
    again = json.loads(run("threads", "build", "--json").stdout)
    assert (again["articles"], again["moved"]) == (62, 0)


# Duplicates


def test_duplicates(run: Run, sample: Path, tmp_path: Path) -> None:
    listed = json.loads(run("duplicates", "list", "--json", data=sample).stdout)
    assert set(listed) == {"duplicates", "next"}
    kinds = {found["kind"] for found in listed["duplicates"]}
    assert kinds <= {"exact", "near_copy", "update", "excerpt", "contains", "rewrite"}
    plain = run("duplicates", "list", data=sample).stdout.splitlines()
    assert len(plain) == 2 * len(listed["duplicates"])
    assert "see --limit" in run("duplicates", "list", "--limit", 1, data=sample).stderr
    out = tmp_path / "pairs.jsonl"
    text = run("duplicates", "export", "--output", out, data=sample).stdout
    found = lines(out)
    assert text == f"{len(found)} verdicts written to {out}\n"
    assert all(list(line) == ["a", "b", "kind", "score"] for line in found)
    told = [(d["article"]["id"], d["earlier"]["id"], d["kind"], d["score"]) for d in listed["duplicates"]]
    assert [tuple(line.values()) for line in found] == told
    run("duplicates", "groups", "--output", out, data=sample)
    groups = lines(out)
    assert all(list(line) == ["id", "group"] for line in groups)
    group = {line["id"]: line["group"] for line in groups}
    assert len(group) == 62
    assert all(group[leader] == leader for leader in group.values())
    assert all(group[a] == group[b] for a, b, kind, _ in told if kind in ("exact", "near_copy", "update"))


def test_duplicates_check(run: Run, sample: Path, sample_path: Path, tmp_path: Path) -> None:
    original = sorted(sample_path.iterdir())[0].read_text("utf-8")
    body = original.split("\n", 1)[1].split("## Original url")[0]
    (tmp_path / "copy.txt").write_text(f"## Another headline\n{body}", "utf-8")
    (found,) = json.loads(run("duplicates", "check", tmp_path / "copy.txt", "--json", data=sample).stdout)
    assert found["place"] == str(tmp_path / "copy.txt")
    assert found["duplicates"][0]["kind"] == found["verdict"] in ("near_copy", "update")
    assert (
        found["duplicates"][0]["earlier"]["headline"]
        in run("duplicates", "check", tmp_path / "copy.txt", data=sample).stdout
    )
    (tmp_path / "new.txt").write_text(f"## Quite new\n\n{story(1)}", "utf-8")
    assert run("duplicates", "check", tmp_path / "new.txt", data=sample).stdout == "new       Quite new\n"


# Maintenance


def test_doctor(run: Run, sample: Path, tmp_path: Path) -> None:
    findings = json.loads(run("doctor", "--json", data=sample).stdout)
    assert {finding["level"] for finding in findings} <= {"ok", "note"}
    plain = run("doctor", data=sample).stdout
    assert all(f"{f['level']:<5} {f['subject']}: {f['words']}" in plain for f in findings)
    assert "store: 62 articles, 391 paragraphs" in plain
    assert "holds no Clew data yet" in run("doctor", "--data", tmp_path / "none").stdout


def test_settings(run: Run, tmp_path: Path) -> None:
    from service.settings import settings_table

    shown = run("settings").stdout
    assert f"data = {tmp_path / 'data'}  (CLEW_DATA)  " in shown
    assert "model = hashing  (CLEW_MODEL)" in shown
    assert [line.split(" = ")[0] for line in shown.splitlines()] == [name for name, *_ in settings_table()]


# Interrupted


def test_a_ctrl_c_waits_for_the_end_of_a_transaction() -> None:
    before, done = signal.signal(signal.SIGINT, signal.default_int_handler), []  # in the background it is ignored

    def commit() -> None:
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)
            done.append("committed")

    with pytest.raises(KeyboardInterrupt):
        commit()
    assert done == ["committed"]
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


def test_an_interrupted_run_goes_on_where_it_was(run: Run, start_clew: Any, make_article: Any, tmp_path: Path) -> None:
    articles = [make_article(f"n{n}", story=n % 60, paragraphs=12) for n in range(300)]
    file = jsonl(tmp_path / "news.jsonl", [{"id": a.id, "title": a.title, "text": a.text} for a in articles])
    data = tmp_path / "interrupted"
    process = start_clew("ingest", file, "--data", data, "--threads", "never", CLEW_BATCH_PARAGRAPHS="50")
    try:
        stored = _wait_for(data / "clew.sqlite", 30)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert process.returncode == 130, err
    assert "interrupted; what was stored is safe, run the same command again to go on" in err
    assert "Traceback" not in err
    (done,) = map(int, re.findall(r"stored (\d+)", out.replace(",", "")[out.index("read") :].splitlines()[0]))
    assert stored <= done < 300
    again = json.loads(run("ingest", file, "--threads", "never", "--json", data=data).stdout)
    assert (again["unchanged"], again["stored"]) == (done, 300 - done)
    run("ingest", file, "--threads", "never")
    outs = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for command in (["threads", "export"], ["duplicates", "export"], ["related", "--all", "--limit", "5"]):
        run(*command, "--output", outs[0], data=data)
        run(*command, "--output", outs[1])
        if command[0] == "threads":  # a name that was given stays, so it depends on what was read together
            members, others = ([(line["id"], line["thread"]) for line in lines(out)] for out in outs)
            assert members == others
            for out in outs:
                called = {(line["thread"], line["name"]) for line in lines(out)}
                assert len(called) == len({thread for thread, _ in called}) == len({name for _, name in called}) >= 60
        else:
            assert outs[0].read_bytes() == outs[1].read_bytes(), command
    assert "wrong" not in run("doctor", data=data).stdout


def test_threads_are_built_when_a_run_is_finished_in_two(run: Run, sample_path: Path, tmp_path: Path) -> None:
    """The last two of 62 articles are no tenth of the archive, but nothing was built since the first."""
    files = sorted(sample_path.iterdir())
    run("ingest", *files[:60], "--threads", "never")
    run("ingest", sample_path)
    run("ingest", sample_path, data=tmp_path / "at-once")
    for data, name in ((None, "a.jsonl"), (tmp_path / "at-once", "b.jsonl")):
        run("threads", "export", "--output", tmp_path / name, **({"data": data} if data else {}))
    assert _partition(tmp_path / "a.jsonl") == _partition(tmp_path / "b.jsonl")


def _partition(path: Path) -> set[frozenset[str]]:
    threads: dict[str, set[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        threads.setdefault(row["thread"], set()).add(row["id"])
    return set(map(frozenset, threads.values()))


def test_a_path_that_is_not_there_makes_nothing(run: Run, tmp_path: Path) -> None:
    result = run("ingest", tmp_path / "nope", data=tmp_path / "fresh", code=1)
    assert "nope" in result.stderr
    assert not (tmp_path / "fresh").exists()


def _wait_for(database: Path, articles: int) -> int:
    for _ in range(3000):
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                (count,) = connection.execute("SELECT count(*) FROM articles").fetchone()
                if count >= articles:
                    return int(count)
        except sqlite3.OperationalError:
            pass
        time.sleep(0.01)
    raise AssertionError("nothing was stored in time")

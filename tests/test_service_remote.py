"""Commands beside a running server: the same output, the same exit codes, and what is said where no server can help."""

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from corpus import article_from_fields
from corpus.readers.base import ParsedArticle
from corpus.readers.files import read_paths
from corpus.readers.jsonl import parse_object
from service.cli import main
from service.cli.backend.lines import line_of, sent_together
from service.errors import BadSettings, RefusedByServer, ServerUnreachable
from service.remote import Client, announce, find_server

pytestmark = pytest.mark.server

_PASSING = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?(Z|\+00:00)?)?")
"""Times of day, which are those of the run."""


def clew(*arguments: object, data: Path | None = None, code: int | None = 0, **environment: str) -> Result:
    given = {"CLEW_MODEL": "hashing"} | ({"CLEW_DATA": str(data)} if data else {}) | environment
    result = CliRunner().invoke(main, [str(a) for a in arguments], env=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert code is None or result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, sample_path: Path) -> Path:
    """The data directory of the sample; to be copied."""
    data = tmp_path_factory.mktemp("filled") / "data"
    clew("ingest", sample_path, data=data)
    return data


@pytest.fixture
def both(filled: Path, tmp_path: Path, serve: Callable[..., Any]) -> tuple[Path, Path]:
    """Two directories with the same archive, the second with a server."""
    here, there = tmp_path / "here", tmp_path / "there"
    shutil.copytree(filled, here)
    shutil.copytree(filled, there)
    serve(there)
    return here, there


def alike(both: tuple[Path, Path], *arguments: object, code: int | None = 0) -> Result:
    """The command ends and prints the same whichever way it goes; what it printed."""
    results = [clew(*arguments, data=data, code=code) for data in both]
    shown = [(r.exit_code, *(_PASSING.sub("TIME", text) for text in (r.stdout, r.stderr))) for r in results]
    assert shown[0] == shown[1]
    return results[1]


def test_reading_commands_print_the_same(both: tuple[Path, Path], sample_path: Path, tmp_path: Path) -> None:
    threads = json.loads(alike(both, "threads", "list", "--json").stdout)["threads"]
    largest = max(threads, key=lambda thread: thread["articles"])
    pair = json.loads(alike(both, "duplicates", "list", "--json").stdout)["duplicates"][0]
    a, b = pair["article"]["id"], pair["earlier"]["id"]
    with_url = next(p.article for p in read_paths([sample_path]) if isinstance(p, ParsedArticle) and p.article.url)
    text = tmp_path / "text.txt"
    text.write_text("Two people died when a ferry struck the breakwater.")
    unsaved = tmp_path / "unsaved.json"
    unsaved.write_text(json.dumps({"title": "Ferry", "text": text.read_text(), "published": "2024-05-01"}))
    for command in (
        ("threads", "list"), ("threads", "list", "--limit", 3, "--level", "event", "--at-least", 2),
        ("threads", "list", "--query", "the"), ("threads", "show", largest["id"]),
        ("threads", "show", largest["id"], "--json"), ("threads", "why", a), ("threads", "why", a, "--json"),
        ("threads", "why", with_url.url, "--level", "saga"), ("threads", "runs"), ("threads", "decisions"),
        ("duplicates", "list"), ("duplicates", "list", "--limit", 2), ("duplicates", "labels"),
        ("duplicates", "review", "--min-score", 0, "--max-score", 1), ("duplicates", "group", a, "--json"),
        ("duplicates", "suggest"), ("duplicates", "backtest", "--same", ".6"),
        ("duplicates", "check", next(sample_path.iterdir())), ("related", a), ("related", a, "--json", "--explain"),
        ("related", with_url.url, "--limit", 3, "--near-misses"), ("related", "--text", text),
        ("related", "--article-file", unsaved), ("related", "--positive", a, "--negative", with_url.id),
        ("related", a, "--limit", 2, "--json"), ("review",), ("review", "--kind", "thread", "--kind", "member"),
        ("versions", a), ("diff", b, a), ("align", a, with_url.url), ("novelty", a, "--against", b),
    ):  # fmt: skip
        assert alike(both, *command).output or command[-1] in ("runs", "decisions", "labels"), command
    address = find_server(both[1])
    assert address is not None
    assert Client(address.url).ask("GET", "/metrics").body.count(b"clew_requests_total{endpoint=") > 15


def test_what_is_wrong_is_said_with_the_same_words(both: tuple[Path, Path], tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("?!")
    for command in (
        ("threads", "show", "t-000000000000"), ("threads", "why", "nobody"), ("related", "nobody"),
        ("related", "https://example.org/nothing"), ("related", "--text", text), ("threads", "publish", "r-9"),
        ("threads", "rollback"), ("threads", "undo", "d-9", "--who", "me", "--why", "no"), ("diff", "nobody", "none"),
        ("threads", "pin", "nobody", "t-000000000000", "--who", "me", "--why", "no"), ("versions", "nobody"),
        ("threads", "build", "--since", "yesterday"), ("duplicates", "check", text),
    ):  # fmt: skip
        alike(both, *command, code=None)


def test_writing_commands_do_the_same(both: tuple[Path, Path]) -> None:
    pair = json.loads(alike(both, "duplicates", "list", "--json").stdout)["duplicates"][0]
    a, b = pair["article"]["id"], pair["earlier"]["id"]
    threads = json.loads(alike(both, "threads", "list", "--json").stdout)["threads"]
    one, other = threads[0], threads[1]
    signed = ("--who", "me", "--why", "tried")
    for command in (
        ("duplicates", "label", a, b, "--not-copy", *signed), ("duplicates", "list"),
        ("duplicates", "label", a, b, "--copy", *signed, "--json"), ("duplicates", "labels"),
        ("duplicates", "label", a, b, "--undo"), ("duplicates", "canonical", a, *signed),
        ("duplicates", "group", a), ("duplicates", "canonical", a, "--undo"),
        ("threads", "rename", one["id"], "Another headline", *signed),
        ("threads", "merge", one["id"], other["id"], *signed), ("threads", "show", one["id"]), ("threads", "decisions"),
        ("threads", "undo", "d-1", *signed), ("threads", "build"), ("threads", "build", "--dry-run"),
        ("threads", "runs"), ("threads", "list"),
    ):  # fmt: skip
        alike(both, *command, code=None)
    alike(both, "duplicates", "label", a, b, "--undo", code=1)
    alike(both, "duplicates", "canonical", a, "--undo", code=1)


def write(path: Path, *records: dict[str, object] | str) -> Path:
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records), "utf-8")
    return path


def test_files_go_in_the_same_way(
    tmp_path: Path, serve: Callable[..., Any], sample_path: Path, make_article: Callable[..., Any]
) -> None:
    """Stored, unchanged, refused, left out, replaced; skips, notes, the report, the exit code; threads at the end."""
    both = tmp_path / "here", tmp_path / "there"
    serve(both[1])
    one = make_article("one", paragraphs=4)
    file = write(
        tmp_path / "news.jsonl", {"id": "one", "title": one.title, "text": one.text, "published": "2024"}, "{broken",
        {"id": "copy", "title": one.title, "text": one.text, "published": "2024-05", "url": "https://example.org/c"},
        {"id": "blank", "text": " "},
    )  # fmt: skip
    changed = write(tmp_path / "changed.jsonl", {"id": "one", "text": make_article("x").text})
    entities = write(tmp_path / "markup.jsonl", {"id": "m", "text": "<p>Written as &lt;b&gt;bold&lt;/b&gt; here.</p>"})
    report = tmp_path / "report.jsonl"
    for command in (
        (sample_path,), (sample_path, "--json"), (file, "--duplicates", "skip"), (file, "--duplicates", "reject"),
        (file, "--threads", "always"), (changed,), (changed, "--update"), (changed, "--update", "--json"), (entities,),
        (file, "--dry-run"), (write(tmp_path / "bad.jsonl", "{broken"),), (tmp_path / "nope",),
    ):  # fmt: skip
        reports = []
        results = []
        for data in both:
            results.append(clew("ingest", *command, "--report", report, data=data, code=None))
            reports.append(report.read_text("utf-8"))
        shown = [(r.exit_code, r.stdout, r.stderr) for r in results]
        assert shown[0] == shown[1], command
        assert reports[0] == reports[1], command
    exports = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for data, export in zip(both, exports, strict=True):
        clew("related", "--all", "--output", export, data=data)
    assert exports[0].read_bytes() == exports[1].read_bytes()
    assert "stored 62" in clew("ingest", sample_path, data=tmp_path / "fresh").stdout
    found = [json.loads(clew("diff", "m", "m", "--json", data=data).stdout)["paragraphs"] for data in both]
    assert found[0] == found[1]
    assert "<b>bold</b>" in json.dumps(found[0])


def test_an_article_is_the_same_after_its_way(sample_articles: list[Any], make_article: Callable[..., Any]) -> None:
    dated = [make_article(f"d{n}", published=p) for n, p in enumerate(("2024", "2024-05", "2024-05-06T07:08:09.5Z"))]
    given = [*sample_articles, *dated, make_article("plain", title=None), make_article("m", text="a <b>b</b> &amp; c")]
    assert [article_from_fields(parse_object(line_of(article)))[0] for article in given] == given
    assert [line for lines in sent_together(iter(given)) for line in lines] == list(map(line_of, given))


def test_what_no_server_can_do_is_said_in_a_line(both: tuple[Path, Path], tmp_path: Path) -> None:
    there = both[1]
    address = find_server(there)
    assert address is not None
    refused = clew("duplicates", "apply", data=there, code=1).stderr
    assert refused == (f"Error: no server can be asked for this, and {address} has {there} open: stop that one first\n")
    export = clew("threads", "export", "--output", tmp_path / "x", "--server", address.url, code=1).stderr
    assert export.startswith("Error: no server can be asked for this: run it on the machine of http://127.0.0.1:")
    clew("threads", "export", "--output", tmp_path / "x", data=there)  # reading needs no lock


def test_a_server_is_named_by_its_address(both: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = both
    address = find_server(there)
    assert address is not None
    none = tmp_path / "none"
    shown = clew("threads", "list", data=here).stdout
    assert clew("threads", "list", "--server", address.url, data=none).stdout == shown
    assert clew("threads", "list", "--server", f"{address.url}/", data=none).stdout == shown
    assert clew("threads", "list", data=none, CLEW_SERVER=address.url).stdout == shown
    assert "holds no Clew data yet" in clew("threads", "list", "--data", none, CLEW_SERVER=address.url, code=1).stderr
    assert "is no address of a server" in clew("threads", "list", "--server", "news", code=1).stderr
    assert not none.exists()


def test_the_address_is_there_while_the_server_is(tmp_path: Path, serve: Callable[..., Any]) -> None:
    data = tmp_path / "data"
    assert find_server(data) is None
    server = serve(data)
    address = find_server(data)
    assert address is not None
    assert address.url == server.url
    assert server.ask("GET", "/healthz")[1]["instance"] == address.instance
    assert str(address.process) in (data / "lock").read_text()
    assert server.stop() == 0
    assert find_server(data) is None
    assert not (data / "server").exists()


def test_the_address_of_a_killed_server_is_not_believed(
    tmp_path: Path, serve: Callable[..., Any], sample_path: Path
) -> None:
    data = tmp_path / "data"
    server = serve(data)
    server.kill()
    assert (data / "server").exists()
    assert find_server(data) is None
    other = serve(tmp_path / "other", "--port", str(server.port))  # another server has taken its port
    assert find_server(data) is None
    assert "stored 62" in clew("ingest", sample_path, data=data).stdout
    assert other.ask("GET", "/readyz")[1]["articles"] == 0
    for content in ("", "{", "[]", '{"url": "http://127.0.0.1:1"}', "\0"):
        (data / "server").write_text(content)
        assert find_server(data) is None


def test_a_server_that_died_while_files_went_in_is_waited_for(
    tmp_path: Path, serve: Callable[..., Any], start_clew: Any, make_article: Any
) -> None:
    """What was stored is stored once; the run goes on with the server that comes back on the same port."""
    data = tmp_path / "data"
    server = serve(data)
    records = [{"id": f"n{n}", "text": make_article(f"n{n}", paragraphs=6).text} for n in range(900)]
    file = write(tmp_path / "news.jsonl", *records)
    process = start_clew("ingest", file, "--data", data, "--threads", "never", "--json")
    try:
        deadline = time.monotonic() + 60
        while server.ask("GET", "/readyz")[1]["articles"] < 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        server.kill()
        again = serve(data, "--port", str(server.port))
        out, err = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert process.returncode == 0, err
    assert "trying again in" in err
    done = json.loads(out)
    assert (done["read"], done["skipped"]) == (900, 0)
    assert done["stored"] + done["unchanged"] == 900
    assert again.ask("GET", "/readyz")[1]["articles"] == 900


class Canned(BaseHTTPRequestHandler):
    """Answers with what the test has laid down, one after the other."""

    answers: list[tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, str, str | None]]

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, self.headers.get("Authorization")))
        status, headers, body = self.answers.pop(0)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


def test_folders_are_followed_through_the_server(
    both: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    records = [
        {"id": f"followed-{n}", "text": f"The ferry of {n} o'clock was late again, its crew said."} for n in (7, 8)
    ]
    (inbox / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
    config = tmp_path / "clew.toml"
    config.write_text(f'[[folders]]\npath = "{inbox}"\n')
    monkeypatch.setenv("CLEW_CONFIG", str(config))
    there = both[1]
    assert json.loads(clew("follow", "--once", "--json", data=there).stdout)["stored"] == 2
    assert "followed-7" in clew("related", "followed-8", data=there).stdout
    records[0]["text"] = "The ferry of seven o'clock was early for once, and left without its passengers."
    (inbox / "b.jsonl").write_text("\n".join(map(json.dumps, records)))
    again = json.loads(clew("follow", "--once", "--json", data=there).stdout)
    assert (again.get("updated"), again.get("unchanged")) == (1, 1)


@pytest.fixture
def canned() -> Iterator[Callable[..., tuple[str, list[Any]]]]:
    """Lays down answers; gives the address, and the list of what was asked."""
    servers: list[HTTPServer] = []

    def start(*answers: tuple[int, dict[str, str], bytes]) -> tuple[str, list[Any]]:
        handler = type("Handler", (Canned,), {"answers": list(answers), "asked": []})
        servers.append(HTTPServer(("127.0.0.1", 0), handler))
        Thread(target=servers[-1].serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}", handler.asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_busy_server_is_asked_again(canned: Callable[..., Any]) -> None:
    problem = json.dumps({"detail": "no time"}).encode()
    url, asked = canned((503, {"Retry-After": "0"}, problem), (429, {}, b""), (200, {}, b"{}"))
    said: list[str] = []
    assert Client(url, waits_s=(0.01, 0.01), say=said.append).ask("POST", "/v1/x", body={}).status == 200
    assert len(asked) == 3
    assert said == ["no time; trying again in 0 s", "the server is busy (429); trying again in 0 s"]


def test_patience_ends(canned: Callable[..., Any]) -> None:
    problem = json.dumps({"detail": "this server is open for reading only"}).encode()
    url, asked = canned(*[(503, {}, problem)] * 3)
    with pytest.raises(RefusedByServer, match=r"^this server is open for reading only$") as refused:
        Client(url, waits_s=(0.01, 0.01)).ask("GET", "/v1/x")
    assert refused.value.status == 503
    assert len(asked) == 3
    with pytest.raises(ServerUnreachable, match="cannot be reached"):
        Client("http://127.0.0.1:1", waits_s=(0.01,)).ask("GET", "/")


def test_what_may_not_come_twice_is_not_sent_twice(canned: Callable[..., Any]) -> None:
    """The connection breaks before the answer is whole: nobody knows what became of it."""
    torn = (200, {"Content-Length": "100"}, b"{")
    gateway = (504, {}, b"<html>timeout</html>")
    url, asked = canned(torn, torn, (200, {}, b"{}"), gateway, gateway, (200, {}, b"{}"))
    with pytest.raises(ServerUnreachable):
        Client(url, waits_s=(0.01,), timeout_s=1).ask("POST", "/v1/decisions", body={}, repeatable=False)
    assert len(asked) == 1
    assert Client(url, waits_s=(0.01,), timeout_s=1).ask("POST", "/v1/articles/bulk", lines=b"{}").status == 200
    with pytest.raises(RefusedByServer, match="504"):
        Client(url, waits_s=(0.01,)).ask("POST", "/v1/decisions", body={}, repeatable=False)
    assert Client(url, waits_s=(0.01,)).ask("POST", "/v1/articles/bulk", lines=b"{}").status == 200
    assert len(asked) == 6


def test_a_body_that_a_proxy_finds_too_large_goes_in_pieces(canned: Callable[..., Any], tmp_path: Path) -> None:
    def stored(line: int) -> bytes:
        return json.dumps(
            {"lines": [{"line": 1, "http_status": 201, "id": f"n{line}", "status": "stored"}], "counts": {}}
        ).encode()

    too_large = (413, {}, b"<html>too large</html>")
    url, asked = canned(
        too_large, (207, {}, stored(0)), too_large, too_large, (207, {}, stored(2)),
        (200, {}, b'{"threads": [], "total": 2, "next": null}'),
    )  # fmt: skip
    file = write(tmp_path / "news.jsonl", *({"id": f"n{n}", "text": f"Words of {n}."} for n in range(3)))
    done = clew("ingest", file, "--threads", "never", "--server", url)
    assert "read 3, stored 2, duplicates 0, skipped 1, 0 paragraphs, threads 2" in done.stdout
    assert f"skipped {file}, line 2: {url} answers 413" in done.stderr
    assert len(asked) == 6


def test_an_answer_that_is_none_of_clew_is_said(canned: Callable[..., Any]) -> None:
    url, _ = canned((404, {}, b"<html>not here</html>"), (200, {}, b'{"threads": []}'))
    for words in ("which is no answer of Clew", "use the same version on both sides"):
        assert words in clew("threads", "list", "--server", url, code=1).stderr


def test_name_and_password_of_an_address_are_sent_and_never_shown(canned: Callable[..., Any]) -> None:
    url, asked = canned((200, {}, b"{}"), (404, {}, b""))
    client = Client(url.replace("//", "//me:p%40ss@"))
    client.ask("GET", "/v1/threads", query={"q": "a b", "level": None, "many": [1, 2], "yes": True})
    assert asked == [("GET", "/v1/threads?q=a+b&many=1&many=2&yes=true", "Basic bWU6cEBzcw==")]
    with pytest.raises(RefusedByServer) as refused:
        client.ask("GET", "/")
    assert "p%40ss" not in str(refused.value)
    for wrong in ("127.0.0.1:8765", "ftp://a", "http://", "http://a:port", "http://[::1"):
        with pytest.raises(BadSettings):
            Client(wrong)


def test_a_proxy_of_the_environment_is_not_asked(canned: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    url, asked = canned((200, {}, b"{}"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert Client(url, waits_s=()).ask("GET", "/healthz").status == 200
    assert len(asked) == 1


def test_an_address_is_written_whole(tmp_path: Path) -> None:
    announce(tmp_path, "http://127.0.0.1:1", "abc")
    assert json.loads((tmp_path / "server").read_text())["process"] == os.getpid()
    assert [file.name for file in tmp_path.iterdir()] == ["server"]
    assert find_server(tmp_path) is None

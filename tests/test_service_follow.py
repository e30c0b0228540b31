"""Following: a real server on this machine, real folders, a real archive; what is fetched, refused, kept and said."""

import gzip
import ipaddress
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from corpus.readers.base import SourceLocation
from service.archive import Archive
from service.cli import main
from service.errors import BadSettings
from service.follow import Follower, OwnArchive, status_of
from service.follow.addresses import addresses_of, is_public, target_of
from service.follow.errors import FetchFailed
from service.follow.fetching import Fetcher, max_age_of, wait_of
from service.follow.folders import Folder
from service.follow.states import PlaceState, States
from service.follow.timing import DAY_S, after_failure, after_success, is_due
from service.settings import FollowedFeed, FollowedFolder, Settings, load_settings

WORDS = (
    "The harbour office counted the boats again on Monday and found that {n} of them had moved to the upper basin"
    " since the spring. Skippers say that the lower one silts up faster than the dredger can clear it, and that"
    " number {n} on the list waits for a berth since October."
)


def rss(*numbers: int, text: str = WORDS, title: str = "Harbour Gazette") -> bytes:
    items = "".join(
        f"<item><guid>boat-{n}</guid><title>Boats move to the upper basin, list {n}</title>"
        f"<link>http://news.example/boats/{n}</link><pubDate>Mon, 0{n % 9 + 1} May 2023 10:00:00 GMT</pubDate>"
        f'<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>{text.format(n=n)}</p>]]>'
        "</content:encoded></item>"
        for n in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'.encode()


@dataclass
class Web:
    """A server; `pages` has for each path a function of the request, or a body."""

    port: int
    pages: dict[str, Any] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def headers_of(self, path: str) -> list[dict[str, str]]:
        return [headers for asked, headers in self.requests if asked == path]


@pytest.fixture
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append((self.path, dict(self.headers)))
            page = site.pages.get(self.path)
            try:
                if callable(page):
                    page(self)
                else:
                    answer(self, page or b"", status=404 if page is None else 200)
            except OSError:
                pass  # the client hung up: what some tests are about

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Web(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def answer(request: Any, body: bytes, status: int = 200, **headers: str) -> None:
    request.send_response(status)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def redirect(to: str, status: int = 302) -> Callable[[Any], None]:
    return lambda request: answer(request, b"", status, Location=to)


@pytest.fixture
def fetcher(web: Web) -> Fetcher:
    return Fetcher(private_hosts=[f"127.0.0.1:{web.port}"], body_bytes=100_000, seconds=5)


class Following:
    """A follower over the archive of the test, a clock that the test sets, and what was said."""

    def __init__(self, archive: Archive, web: Web, feeds: list[Any], folders: list[Any], **more: Any) -> None:
        self.now = 1_700_000_000.0
        self.said: list[str] = []
        self.records: list[tuple[str, str, str]] = []
        self.settings = archive.settings.model_copy(
            update={
                "feeds": [FollowedFeed(**feed) for feed in feeds],
                "folders": [FollowedFolder(**folder) for folder in folders],
                "follow_private_hosts": ["127.0.0.1"],
            }
            | more
        )
        self.archive = archive
        self.start()

    def start(self) -> None:
        self.follower = Follower(
            self.settings, OwnArchive(self.archive), lambda name, line: self.said.append(f"{name}: {line}"),
            report=lambda *record: self.records.append(record), clock=lambda: self.now,
        )  # fmt: skip

    def once(self) -> list[str]:
        """What one round says."""
        self.said.clear()
        self.follower.once()
        return list(self.said)

    def state(self, place: str) -> PlaceState:
        return States(self.settings.data).load(place)

    def ids(self) -> set[str]:
        with self.archive.reading() as view:
            return {profile.id for profile in view.tx.articles.profiles()}

    def article(self, id: str) -> Any:
        with self.archive.reading() as view:
            return view.tx.articles.get(id).article


@pytest.fixture
def following(archive: Archive, web: Web) -> Callable[..., Following]:
    return lambda feeds=(), folders=(), **more: Following(archive, web, list(feeds), list(folders), **more)


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1",
        "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/", "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://0/", "http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/",
    ],
)  # fmt: skip
def test_hosts_at_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(FetchFailed, match=r"not a public address|cannot be found"):
        addresses_of(target_of(url), ["127.0.0.1:9"])


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "http:///x", "http://a:b@c.example/",
            "http://a.example:99999/", "javascript:1", "http://[::1/", "", "//a.example/x"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchFailed):
        target_of(url)


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(FetchFailed, match=r"10\.0\.0\.1"):
        addresses_of(target_of("http://news.example/"), [])
    assert len(addresses_of(target_of("http://news.example/"), ["NEWS.example"])) == 2


def test_a_name_is_looked_up_once_and_that_address_is_used(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:  # an attacker's name server answers with a public address first, then with a private one
    answers = ["127.0.0.1", "10.255.255.1"]
    real, asked = socket.getaddrinfo, []

    def changing(host: str, port: int, **more: Any) -> Any:
        asked.append(host)
        return real(answers[len(asked) - 1], port, **more)

    web.pages["/feed"] = rss(1)
    monkeypatch.setattr(socket, "getaddrinfo", changing)
    fetcher = Fetcher(private_hosts=["rebinding.example"], body_bytes=100_000, seconds=5)
    assert fetcher.fetch(web.url("/feed", "rebinding.example")).body == rss(1)
    assert asked == ["rebinding.example"]
    assert web.requests[0][1]["Host"] == f"rebinding.example:{web.port}"


# Fetching


def test_nothing_on_this_machine_is_fetched_unless_named(web: Web) -> None:
    web.pages["/feed"] = rss(1)
    with pytest.raises(FetchFailed, match="follow_private_hosts"):
        Fetcher(private_hosts=[], body_bytes=100_000, seconds=5).fetch(web.url("/feed"))
    assert web.requests == []


@pytest.mark.parametrize(
    "to", ["http://localhost:{port}/secret", "http://169.254.169.254/x", "http://[::1]:{port}/secret", "//10.0.0.7/x",
           "http://127.0.0.1:1/x", "file:///etc/passwd", "http://2130706433:1/x"],
)  # fmt: skip
def test_redirects_to_private_addresses_are_refused(web: Web, fetcher: Fetcher, to: str) -> None:
    web.pages["/feed"] = redirect(to.format(port=web.port))
    web.pages["/secret"] = rss(1)
    with pytest.raises(FetchFailed):
        fetcher.fetch(web.url("/feed"))
    assert [path for path, _ in web.requests] == ["/feed"]


def test_a_feed_outside_leads_to_no_private_host(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    import service.follow.addresses as module

    places, real = {"outside.example": "127.0.0.1", "intranet.example": "127.0.0.3"}, socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **more: real(places[host], port, **more))
    monkeypatch.setattr(module, "is_public", lambda ip: str(ip) == "127.0.0.1")
    web.pages["/feed"] = redirect("http://intranet.example/secret")
    fetcher = Fetcher(private_hosts=["intranet.example"], body_bytes=100_000, seconds=5)
    with pytest.raises(FetchFailed, match=r"refused: intranet\.example is at 127\.0\.0\.3"):
        fetcher.fetch(web.url("/feed", "outside.example"))
    assert len(web.requests) == 1


def test_redirects_are_followed_and_counted(web: Web, fetcher: Fetcher) -> None:
    for n in range(5):
        web.pages[f"/{n}"] = redirect(f"/{n + 1}", 301)
    web.pages["/5"] = rss(1)
    fetched = fetcher.fetch(web.url("/0"))
    assert (fetched.body, fetched.moved) == (rss(1), web.url("/5"))
    web.pages["/before"] = redirect("/0")
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        fetcher.fetch(web.url("/before"))
    web.pages["/temporary"] = redirect("/5")
    assert fetcher.fetch(web.url("/temporary")).moved is None


def test_compressed_answers(web: Web, fetcher: Fetcher) -> None:
    web.pages["/gzip"] = lambda r: answer(r, gzip.compress(rss(1)), Content_Encoding="gzip")
    web.pages["/members"] = lambda r: answer(r, gzip.compress(rss(1)[:50]) + gzip.compress(rss(1)[50:]))
    web.pages["/said"] = lambda r: answer(r, rss(1), Content_Encoding="gzip")
    for path in ("/gzip", "/members", "/said"):
        assert fetcher.fetch(web.url(path)).body == rss(1), path
    web.pages["/bomb"] = lambda r: answer(r, gzip.compress(bytes(10_000_000)), Content_Encoding="gzip")
    web.pages["/cut"] = lambda r: answer(r, gzip.compress(rss(1))[:-20], Content_Encoding="gzip")
    web.pages["/brotli"] = lambda r: answer(r, b"\x0b\x02\x80abc\x03", Content_Encoding="br")
    for path, words in {"/bomb": "when unpacked", "/cut": "breaks off", "/brotli": "not asked for"}.items():
        with pytest.raises(FetchFailed, match=words):
            fetcher.fetch(web.url(path))


def endless(request: Any) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"<item>" * 1_000)


def test_bodies_that_are_too_long(web: Web, fetcher: Fetcher) -> None:
    web.pages["/said"] = lambda r: answer(r, b"", Content_Length="100001")
    web.pages["/endless"] = endless
    for path in ("/said", "/endless"):
        with pytest.raises(FetchFailed, match="100,000 bytes, the limit"):
            fetcher.fetch(web.url(path))


def drip(request: Any) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b"<")
        time.sleep(0.05)


def drip_headers(request: Any) -> None:
    for _ in range(100):
        request.wfile.write(b"H")
        time.sleep(0.05)


@pytest.mark.parametrize("page", [drip, drip_headers, lambda r: time.sleep(3)])
def test_servers_that_are_slow(web: Web, page: Any) -> None:
    web.pages["/feed"] = page
    began = time.monotonic()
    with pytest.raises(FetchFailed, match=r"longer than 0\.4 s"):
        Fetcher(private_hosts=["127.0.0.1"], body_bytes=100_000, seconds=0.4).fetch(web.url("/feed"))
    assert time.monotonic() - began < 2


def test_answers_that_break_off_or_make_no_sense(web: Web, fetcher: Fetcher) -> None:
    web.pages["/cut"] = lambda r: answer(r, rss(1), Content_Length="5000")
    web.pages["/nonsense"] = lambda r: r.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    web.pages["/gone"] = lambda r: answer(r, b"", 410)
    web.pages["/odd"] = lambda r: answer(r, b"", 799)
    web.pages["/same"] = lambda r: answer(r, b"", 304)
    found = {}
    for path in ("/cut", "/nonsense", "/gone", "/odd", "/same"):
        with pytest.raises(FetchFailed) as caught:
            fetcher.fetch(web.url(path))
        found[path] = str(caught.value)
    assert "broke off" in found["/cut"]
    assert "no HTTP" in found["/nonsense"]
    assert "410 Gone" in found["/gone"]
    assert "799" in found["/odd"]
    assert "304" in found["/same"]  # nothing was asked that it could be the same as
    with pytest.raises(FetchFailed, match="cannot be reached"):
        Fetcher(private_hosts=["127.0.0.1"], body_bytes=1_000, seconds=5).fetch("http://127.0.0.1:1/")


def test_waits_that_headers_ask_for() -> None:
    assert wait_of("120", 0) == 120
    assert wait_of(formatdate(1_000_090, usegmt=True), 1_000_000) == 90
    assert wait_of(formatdate(1_000_000, usegmt=True), 1_000_090) == 0
    assert [wait_of(bad, 0) for bad in ("", None, "soon", "-5", "1e9", "99999999999999")] == [None] * 6
    assert [max_age_of(h) for h in ("max-age=60", "public, Max-Age = 60", "s-maxage=9, max-age=60")] == [60] * 3
    assert [max_age_of(h) for h in ("no-store", "", None, "s-maxage=60", "max-age=x")] == [None] * 5


def test_times_of_the_next_look() -> None:
    chance = random.Random(1)
    for _ in range(50):
        assert 900 <= after_success(0, 900, None, chance) <= 990
        assert 3_600 <= after_success(0, 900, 3_600, chance) <= 3_960
        assert after_success(0, 900, 10**9, chance) <= 6 * 3_600 * 1.1
        assert 1_350 <= after_failure(0, 900, 1, None, chance) <= 2_250
        assert 0.75 * 14_400 <= after_failure(0, 900, 4, None, chance) <= 1.25 * 14_400
        assert after_failure(0, 900, 10_000, None, chance) <= 1.25 * DAY_S
        assert 50_000 <= after_failure(0, 900, 1, 50_000, chance) <= 50_000
        assert after_failure(0, 900, 1, 10**9, chance) <= DAY_S
    assert len({after_failure(0, 900, 1, None, chance) for _ in range(20)}) == 20
    assert is_due(None, 0)
    assert is_due(100 * DAY_S, 0)  # the clock was set back
    assert not is_due(1, 0)


# Feeds


def test_a_feed_is_read_and_asked_again_only_for_news(web: Web, following: Callable[..., Following]) -> None:
    def page(request: Any) -> None:
        if request.headers.get("If-None-Match") == '"one"':
            answer(request, b"", 304, ETag='"one"')
        else:
            answer(request, rss(1, 2), ETag='"one"')

    web.pages["/feed"] = page
    run = following([{"url": web.url("/feed"), "name": "harbour", "source": "The Harbour", "language": "EN"}])
    assert run.once() == ["harbour: 2 new"]
    assert run.ids() == {"boat-1", "boat-2"}
    article = run.article("boat-1")
    assert (article.source, article.language) == ("The Harbour", "en")
    assert article.text == WORDS.format(n=1)
    assert str(article.published) == "2023-05-02T10:00:00Z"
    assert run.once() == []
    assert run.follower.totals.failed == 0
    assert "If-None-Match" not in web.headers_of("/feed")[0]
    run.start()  # another process, later
    assert run.once() == []
    assert web.headers_of("/feed")[2]["If-None-Match"] == '"one"'
    assert run.state(web.url("/feed")).articles == 2


def test_last_modified(web: Web, following: Callable[..., Following]) -> None:
    when = "Mon, 01 May 2023 10:00:00 GMT"
    web.pages["/feed"] = lambda r: answer(r, rss(1), Last_Modified=when)
    run = following([{"url": web.url("/feed")}])
    run.once()
    assert run.once() == []  # sent again, and the same
    assert [headers.get("If-Modified-Since") for headers in web.headers_of("/feed")] == [None, when]


def test_after_a_change_of_the_settings_a_feed_is_read_anew(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = lambda r: answer(r, rss(1), ETag='"one"')
    following([{"url": web.url("/feed")}]).once()
    run = following([{"url": web.url("/feed"), "source": "Another"}])
    assert run.once() == [f"{web.url('/feed')}: 0 new, 1 updated"]
    assert "If-None-Match" not in web.headers_of("/feed")[1]
    assert run.article("boat-1").source == "Another"


def test_one_bad_feed_does_not_stop_the_others(web: Web, following: Callable[..., Following]) -> None:
    web.pages |= {"/a": rss(1), "/b": b"<html><body><h1>Log in</h1></body></html>", "/c": rss(3)}
    run = following([{"url": web.url(f"/{name}"), "name": name} for name in "abc"])
    said = run.once()
    assert [line for line in said if not line.startswith("b")] == ["a: 1 new", "c: 1 new"]
    (bad,) = [line for line in said if line.startswith("b: failed: ")]
    assert "again in" in bad
    assert run.ids() == {"boat-1", "boat-3"}
    counts = {status.name: (status.failures, status.articles) for status in status_of(run.settings)}
    assert counts == {"a": (0, 1), "b": (1, 0), "c": (0, 1)}
    assert run.follower.totals.failed == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"\x89PNG\r\n\x1a\n" + bytes(100), b"<!DOCTYPE html><html><head><title>News</title></head><body><p>"
     + WORDS.encode() + b"</p></body></html>", WORDS.encode(), b"%PDF-1.7\n" + bytes(50)],
)  # fmt: skip
def test_what_is_no_feed_is_no_article(web: Web, following: Callable[..., Following], body: bytes) -> None:
    web.pages["/feed"] = lambda r: answer(r, body)
    run = following([{"url": web.url("/feed"), "name": "f"}])
    (line,) = run.once()
    assert line.startswith("f: failed: ")
    assert run.ids() == set()


def test_a_broken_feed_keeps_what_was_read(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = rss(1, 2, 3)[:-160]
    run = following([{"url": web.url("/feed"), "name": "f"}])
    (line,) = run.once()
    assert line.startswith("f: 2 new, 1 not read (")
    assert [kind for kind, *_ in run.records if kind != "note"] == ["skipped"]


def test_json_feed_with_a_field_map(web: Web, following: Callable[..., Following]) -> None:
    item = {"id": "j1", "title": "Boats", "story": WORDS.format(n=1), "_mood": "calm", "url": "http://news.example/j1"}
    web.pages["/feed"] = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [item]}
    ).encode()
    run = following([{"url": web.url("/feed"), "name": "f", "fields": {"text": "story"}}])
    said = run.once()
    assert said[0] == "f: 1 new"
    assert run.article("j1").text == WORDS.format(n=1)
    assert any("fields that are not read" in line and "_mood" in line for line in said)
    assert run.once() == []  # said once


def test_changed_items_are_new_versions(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = rss(1, 2)
    run = following([{"url": web.url("/feed"), "name": "f"}])
    run.once()
    web.pages["/feed"] = rss(1, 2, 3, text=WORDS + " The office counts again in June.")
    assert run.once() == ["f: 1 new, 2 updated"]
    web.pages["/feed"] = rss(1, 2, 3)
    run = following([{"url": web.url("/feed"), "name": "f", "update": False}])
    assert run.once()[0].startswith("f: 0 new, 3 with a text other than the stored one (")
    assert run.once() == []


def test_a_summary_never_replaces_a_text(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = rss(1)
    run = following([{"url": web.url("/feed"), "name": "f"}])
    run.once()
    item = "<item><guid>boat-1</guid><title>Boats</title><description>Some boats moved up.</description></item>"
    web.pages["/feed"] = f'<rss version="2.0"><channel><title>H</title>{item}</channel></rss>'.encode()
    assert run.once() == []
    assert run.article("boat-1").text == WORDS.format(n=1)


def test_copies_under_a_policy_are_left_out_once(web: Web, following: Callable[..., Following]) -> None:
    web.pages |= {"/a": rss(1), "/b": rss(1).replace(b"boat-1", b"copy-1").replace(b"/boats/1", b"/copied/1")}
    run = following([
        {"url": web.url("/a"), "name": "a"}, {"url": web.url("/b"), "name": "b", "duplicates": "skip"}
    ])  # fmt: skip
    said = run.once()
    assert said[0] == "a: 1 new"
    assert said[1].startswith("b: 0 new, 1 copy left out (repeats boat-1 ")
    assert run.ids() == {"boat-1"}
    assert [place for kind, place, _ in run.records if kind == "skipped"] != []
    run.records.clear()
    assert run.once() == []
    assert [record for record in run.records if record[0] == "skipped"] == []


def test_too_many_requests(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = lambda r: answer(r, b"", 429, Retry_After="5000")
    run = following([{"url": web.url("/feed"), "name": "f", "interval_seconds": 60}])
    assert run.once() == ["f: failed: the server answers 429 Too Many Requests; 1 failure, again in 5000 s"]
    run.now += 4_000
    assert run.once() == ["f: waits 1000 s more after an error: the server answers 429 Too Many Requests"]
    run.start()  # a restart asks no sooner
    run.once()
    assert len(web.requests) == 1
    web.pages["/feed"] = rss(1)
    run.now += 1_001
    assert run.once() == ["f: works again, after 1 failure", "f: 1 new"]
    state = run.state(web.url("/feed"))
    assert (state.failures, state.error) == (0, "")


def test_back_off_grows(web: Web, following: Callable[..., Following]) -> None:
    run = following([{"url": web.url("/nothing"), "interval_seconds": 100}])
    waits = []
    for _ in range(4):
        run.once()
        state = run.state(web.url("/nothing"))
        waits.append(state.next - run.now)
        run.now = state.next
    assert [round(wait / 100) for wait in waits] != sorted([1] * 4)
    for failures, wait in enumerate(waits, 1):
        assert 0.75 <= wait / (100 * 2**failures) <= 1.25
    assert state.failures == 4


def test_cache_control_is_heeded(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = lambda r: answer(r, rss(1), Cache_Control="public, max-age=3600")
    run = following([{"url": web.url("/feed"), "interval_seconds": 60}])
    run.once()
    assert 3_600 <= run.state(web.url("/feed")).next - run.now <= 3_960


def test_a_feed_that_moved_for_good_says_so_once(web: Web, following: Callable[..., Following]) -> None:
    web.pages |= {"/old": redirect("/new", 301), "/new": rss(1)}
    run = following([{"url": web.url("/old"), "name": "f"}])
    assert run.once()[0] == f"f: has moved for good: write its new address into the settings: {web.url('/new')}"
    assert run.once() == []


def test_a_fault_of_a_reader_is_one_feed_s(
    web: Web, following: Callable[..., Following], monkeypatch: pytest.MonkeyPatch
) -> None:
    import service.follow.following as module

    real = module.read_body

    def faulty(body: bytes, url: str, options: Any) -> Any:
        yield from real(body, url, options)
        if url.endswith("/a"):
            raise KeyError("boom")

    monkeypatch.setattr(module, "read_body", faulty)
    web.pages |= {"/a": rss(1), "/b": rss(2)}
    run = following([{"url": web.url("/a"), "name": "a"}, {"url": web.url("/b"), "name": "b"}])
    said = run.once()
    assert said[0].startswith("a: failed: its reader failed (KeyError")
    assert said[1] == "b: 1 new"


def test_what_is_read_counts_even_where_the_state_is_lost(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = rss(1, 2)
    run = following([{"url": web.url("/feed"), "name": "f"}])
    run.once()
    (file,) = (run.settings.data / "follow").iterdir()
    for damage in (b"", b"{", b'{"place": 3}', b"\xff\x00"):
        file.write_bytes(damage)
        run.start()
        assert run.once() == []  # all unchanged
    assert run.ids() == {"boat-1", "boat-2"}
    shutil.rmtree(file.parent)
    run.start()
    assert run.once() == []


def test_a_run_that_is_stopped_finishes_its_transaction_and_goes_on_later(
    web: Web, following: Callable[..., Following], assert_whole: Callable[[Archive], None]
) -> None:
    web.pages["/feed"] = lambda r: answer(r, rss(*range(1, 41)), ETag='"all"')
    run = following([{"url": web.url("/feed"), "name": "f"}], batch_paragraphs=8)
    run.archive.settings = run.settings

    class Stopping(OwnArchive):
        def write(self, articles: Any, **more: Any) -> Any:
            for result in super().write(articles, **more):
                run.follower.stop()
                yield result

    run.follower = Follower(run.settings, Stopping(run.archive), lambda *_: None)
    run.follower.once()
    first = run.ids()
    assert 0 < len(first) < 40
    assert run.follower.totals.counts.results["stored"] == len(first)
    assert run.state(web.url("/feed")).etag is None
    assert_whole(run.archive)
    run.start()
    assert run.once() == [f"f: {40 - len(first)} new, {len(first)} unchanged"]


# Folders


def write(file: Path, *numbers: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [{"id": f"boat-{n}", "title": f"Boats, list {n}", "text": WORDS.format(n=n)} for n in numbers]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def test_files_are_read_when_they_have_settled(tmp_path: Path) -> None:
    seen: dict[str, tuple[int, int]] = {}
    folder = Folder(tmp_path, seen)
    write(tmp_path / "sub" / "a.jsonl", 1)
    assert folder.look(0) == []
    assert folder.look(0.9) == []
    write(tmp_path / "sub" / "a.jsonl", 1, 2)  # still being written
    assert folder.look(1.1) == []
    assert folder.look(2.2) == ["sub/a.jsonl"]
    folder.done("sub/a.jsonl")
    assert not folder.is_waiting
    assert folder.look(9) == []
    again = Folder(tmp_path, seen)
    assert (again.look(0), again.look(5)) == ([], [])
    os.utime(tmp_path / "sub" / "a.jsonl", ns=(1, 1))
    assert (again.look(10), again.look(12)) == ([], ["sub/a.jsonl"])
    (tmp_path / "sub" / "a.jsonl").unlink()
    assert again.look(13) == []
    assert seen == {}


def test_a_file_that_changes_while_it_is_read_comes_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path, {})
    write(tmp_path / "a.jsonl", 1)
    folder.look(0)
    assert folder.look(2) == ["a.jsonl"]
    write(tmp_path / "a.jsonl", 1, 2)
    folder.done("a.jsonl")
    assert (folder.look(3), folder.look(5)) == ([], ["a.jsonl"])


def test_what_is_not_watched(tmp_path: Path) -> None:
    for name in ("x.part", ".hidden.jsonl", ".git/a.jsonl", "b.tmp", "c.jsonl~"):
        write(tmp_path / name, 1)
    write(tmp_path / "real.jsonl", 1)
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    folder = Folder(tmp_path, {})
    folder.look(0)
    assert folder.look(2) == ["real.jsonl"]


def test_a_folder_is_watched(tmp_path: Path, following: Callable[..., Following]) -> None:
    inbox = tmp_path / "inbox"
    write(inbox / "one.jsonl", 1, 2)
    (inbox / "bad.bin").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    run = following(folders=[{"path": inbox, "name": "inbox", "source": "Desk"}])
    (line,) = run.once()
    assert line.startswith("inbox: 2 files: 2 new, 1 not read (")
    assert run.article("boat-1").source == "Desk"
    assert run.once() == []
    write(inbox / "two.jsonl", 3)
    run.start()  # another process
    assert run.once() == ["inbox: 1 file: 1 new"]
    write(inbox / "one.jsonl", 1, 2, 4)
    assert run.once() == ["inbox: 1 file: 1 new, 2 unchanged"]
    assert run.ids() == {"boat-1", "boat-2", "boat-3", "boat-4"}


def test_a_folder_that_is_gone_and_comes_back(tmp_path: Path, following: Callable[..., Following]) -> None:
    inbox = tmp_path / "inbox"
    run = following(folders=[{"path": inbox, "name": "inbox"}])
    assert run.once() == ["inbox: failed: cannot be read: No such file or directory"]
    run.now += 10
    assert run.once() == []  # said once
    write(inbox / "one.jsonl", 1)
    run.now += 10
    assert run.once() == ["inbox: works again, after 2 failures in a row", "inbox: 1 file: 1 new"]


def test_a_file_that_cannot_be_opened_is_said_once_and_tried_again(
    tmp_path: Path, following: Callable[..., Following], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, real, closed = tmp_path / "inbox", Path.open, True

    def open_it(path: Path, *args: Any, **more: Any) -> Any:
        if closed and path.name == "one.jsonl":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **more)

    write(inbox / "one.jsonl", 1)
    write(inbox / "two.jsonl", 2)
    monkeypatch.setattr(Path, "open", open_it)
    run = following(folders=[{"path": inbox, "name": "inbox"}])
    assert run.once() == ["inbox: one.jsonl cannot be opened: Permission denied", "inbox: 1 file: 1 new"]
    assert run.once() == []
    closed = False
    assert run.once() == ["inbox: 1 file: 1 new"]


# Settings and the command


def test_what_settings_make_no_sense(archive: Archive, web: Web, tmp_path: Path) -> None:
    url = web.url("/feed")
    for feeds, folders, words in [
        ([], [], "nothing to follow"),
        ([{"url": url}, {"url": url}], [], "listed twice"),
        ([{"url": url, "fields": {"txt": "story"}}], [], "no 'txt'"),
        ([{"url": url, "format": "docbook"}], [], "docbook"),
        ([{"url": url, "encoding": "utf-99"}], [], "utf-99"),
        ([], [{"path": archive.settings.data.parent}], "data directory"),
    ]:
        with pytest.raises(BadSettings, match=words):
            Following(archive, web, feeds, folders)


def test_feeds_stand_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clew.toml"
    monkeypatch.setenv("CLEW_CONFIG", str(file))
    file.write_text(
        '[[feeds]]\nurl = "https://news.example/rss"\nsource = "News"\nfields = {text = "story"}\n'
        '[[folders]]\npath = "inbox"\nduplicates = "skip"\n'
    )
    settings = load_settings()
    assert settings.feeds[0].fields == {"text": "story"}
    assert settings.folders[0].duplicates == "skip"
    assert Settings().follow_private_hosts == []
    good = 'url = "http://a.example"\n'
    others = (f"{good}{line}" for line in ('sauce = "x"', "interval_seconds = 0", 'language = "English!"'))
    for bad in ('url = "ftp://a.example"', 'url = "http://u:p@a.example"', "", *others):
        file.write_text(f"[[feeds]]\n{bad}\n")
        with pytest.raises(BadSettings, match="feeds"):
            load_settings()


@pytest.fixture
def listed(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings with a feed and a folder, in force for commands; the folder."""
    monkeypatch.setenv("CLEW_MODEL", "hashing")
    monkeypatch.setenv("CLEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CLEW_CONFIG", str(tmp_path / "clew.toml"))
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "clew.toml").write_text(
        f'follow_private_hosts = ["127.0.0.1:{web.port}"]\n[[feeds]]\nname = "harbour"\nurl = "{web.url("/feed")}"\n'
        f'interval_seconds = 1\n[[folders]]\npath = "{inbox}"\ninterval_seconds = 0.3\nname = "inbox"\n'
    )
    return inbox


def test_the_command_once_and_its_status(web: Web, listed: Path, tmp_path: Path) -> None:
    web.pages["/feed"] = rss(1, 2).replace(b"<title>Boats move to the upper basin, list 2</title>", b"<title/>")
    report = tmp_path / "report.jsonl"
    done = CliRunner().invoke(main, ["follow", "--once", "--report", str(report)])
    assert done.exit_code == 0, done.output
    assert "harbour: 2 new" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("clew: 2 looks, 0 failed: 2 new")
    assert report.exists()
    shown = CliRunner().invoke(main, ["follow", "--status"])
    head, first, second = shown.stdout.splitlines()
    assert head.split("  ")[0] == "feed or folder"
    assert first.startswith("harbour")
    assert second.startswith("inbox")
    (feed, _) = json.loads(CliRunner().invoke(main, ["follow", "--status", "--json"]).stdout)
    assert (feed["articles"], feed["failures"]) == (2, 0)
    counts = json.loads(CliRunner().invoke(main, ["follow", "--once", "--json"]).stdout)
    assert (counts["looks"], counts["unchanged"]) == (2, 2)


def test_the_command_where_all_fails(listed: Path, tmp_path: Path) -> None:
    listed.rmdir()
    done = CliRunner().invoke(main, ["follow", "--once"])
    assert done.exit_code == 1
    assert "404 Not Found" in done.stderr
    status = CliRunner().invoke(main, ["follow", "--status"]).stdout
    assert "the server answers 404 Not Found" in status


def test_the_command_without_anything_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CLEW_CONFIG", str(tmp_path / "none.toml"))
    for options in ([], ["--once"], ["--status"]):
        done = CliRunner().invoke(main, ["follow", *options])
        assert done.exit_code == 1
        assert done.output.startswith("Error: nothing to follow")
    assert not (tmp_path / "data").exists()


def test_the_command_beside_another_process(listed: Path, tmp_path: Path) -> None:
    with Archive(Settings(data=tmp_path / "data", model="hashing"), write=True):
        done = CliRunner().invoke(main, ["follow", "--once"])
        assert CliRunner().invoke(main, ["follow", "--status"]).exit_code == 0
    assert done.exit_code == 1
    (line,) = done.output.splitlines()
    assert "in use by" in line


@pytest.mark.server
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_runs_until_it_is_stopped(
    web: Web, listed: Path, tmp_path: Path, start_clew: Callable[..., subprocess.Popen[str]], number: signal.Signals
) -> None:
    web.pages["/feed"] = rss(1)
    process = start_clew("follow", CLEW_DATA=str(tmp_path / "data"), CLEW_CONFIG=str(tmp_path / "clew.toml"))
    try:
        wait_for(lambda: status(tmp_path)["harbour"][1] == 1)
        write(listed / "two.jsonl", 2)
        wait_for(lambda: status(tmp_path)["inbox"][1] == 1)
        web.pages["/feed"] = rss(1, 3)
        wait_for(lambda: status(tmp_path)["harbour"][1] == 2)
        web.pages["/feed"] = lambda r: time.sleep(20)  # stopped while it waits for an answer
        asked = len(web.requests)
        wait_for(lambda: len(web.requests) > asked)
        process.send_signal(number)
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, said
    assert "failed: interrupted" not in said
    assert " 0 failed: 3 new" in said.splitlines()[-1]
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 0, done.output


def status(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        place.name: (place.failures, place.articles) for place in status_of(load_settings({"data": folder / "data"}))
    }


def wait_for(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_locations_are_addresses(web: Web, following: Callable[..., Following]) -> None:
    web.pages["/feed"] = b'<rss version="2.0"><channel><title>H</title><item><guid>x</guid></item></channel></rss>'
    run = following([{"url": web.url("/feed"), "name": "f"}])
    run.once()
    (record,) = run.records
    assert record[1].startswith(str(SourceLocation(web.url("/feed"))))

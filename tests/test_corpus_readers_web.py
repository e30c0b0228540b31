"""Readers of the web's formats: pages, feeds, sitemaps, crawls, mail; what is read, and the words for what is not."""

import gzip
import io
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import UnknownFormat
from corpus.readers import reader_for, reader_named
from corpus.readers.base import Limits, Options, ParsedArticle, Reading, Skipped, SourceLocation
from corpus.readers.files import read_paths
from tests.formats_article import PARAGRAPHS, RFC_822, TEXT, TITLE, URL
from tests.test_corpus_formats import CONTENT, HTML_BODY, MAKERS, page, record, rss, warc, with_meta


def read(data: bytes | str, format: str | None = None, limits: Limits | None = None) -> list[Reading]:
    data = data.encode() if isinstance(data, str) else data
    reader = reader_named(format) if format else reader_for(data[:65_536], "x")
    return list(reader.read(io.BytesIO(data), SourceLocation("x"), Options(limits=limits or Limits())))


def one(data: bytes | str, format: str | None = None) -> ParsedArticle:
    [found] = read(data, format)
    assert isinstance(found, ParsedArticle), found
    return found


def skip(data: bytes | str, format: str | None = None, limits: Limits | None = None) -> str:
    [found] = read(data, format, limits)
    assert isinstance(found, Skipped), found
    return found.reason


def articles(readings: list[Reading]) -> list[ParsedArticle]:
    return [each for each in readings if isinstance(each, ParsedArticle)]


def reasons(readings: list[Reading]) -> list[str]:
    return [each.reason for each in readings if isinstance(each, Skipped)]


# Pages

LINKS = "".join(f'<li><a href="/{i}">Headline number {i} of the day that is long enough</a></li>' for i in range(60))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>We and our 812 partners use cookies. Accept all cookies or manage your choices.</p>", "consent notice"),
        ("<p>Wir verwenden Cookies. Bitte stimmen Sie zu: Cookies akzeptieren.</p>", "consent notice"),
        ("<p>Please enable JavaScript to view this page.</p>", "JavaScript"),
        ("<h1>404</h1><p>The page you asked for could not be found.</p>", "error page"),
        ("<h1>Seite nicht gefunden</h1><p>Leider ist hier nichts mehr.</p>", "error page"),
        ("<p>Access denied. You do not have permission to see this.</p>", "keeps programs out"),
        ("<p>Please complete the captcha below to go on.</p>", "keeps programs out"),
        ("<p>Subscribe to continue reading this story today.</p>", "subscribe"),
        (f"<ul>{LINKS}</ul>", "list of links"),
        ("", "no text"),
        ("<script>app()</script>", "no text"),
        ("<div>" * 10_000 + HTML_BODY, "nested more than 250 deep"),
    ],
)
def test_a_page_without_an_article_says_what_it_is(body: str, words: str) -> None:
    reason = skip(f"<html><head><title>Kell</title></head><body>{body}</body></html>")
    assert "no article" in reason
    assert words in reason


@pytest.mark.parametrize(
    "sentence",
    [
        "The regulator fined the shop €2 million because it made readers accept cookies before they could see a price.",
        "The council's page could not be found for three days after the attack, and 404 was all that residents saw.",
        "Readers must log in to read the archive from April, the publisher said.",
    ],
)
def test_an_article_about_notices_is_read(sentence: str) -> None:
    assert sentence in one(page("", f"<p>{sentence}</p>{HTML_BODY}")).article.text


def test_the_front_page_of_a_site_is_a_list_of_links() -> None:
    teasers = "".join(f'<div><h2><a href="/{i}">Headline {i}</a></h2><p>Some words on it.</p></div>' for i in range(40))
    assert "front page" in skip(
        f'<html><head><link rel="canonical" href="https://kellpost.example/"></head><body>{teasers}</body></html>'
    )


@pytest.mark.parametrize(
    ("head", "body", "published", "note"),
    [
        ("", "<p>On November 16, 2011 the pier opened.</p>", None, ""),
        ("", '<p class="date">March 4, 2024</p>', "2024-03-04", "the day only"),
        ("", '<time datetime="2024-03-04T23:12:00+02:00">yesterday</time>', "2024-03-04", "the day only"),
        ("", '<div class="related"><time datetime="2019-01-01">1</time></div>', None, ""),
        ("", '<p class="update">March 4, 2024</p>', None, ""),
        ('<meta name="date" content="2024-03-04T09:12:00+02:00">', "", "2024-03-04T07:12:00Z", ""),
        ('<meta itemprop="datePublished" content="2024-03-04">', "<time>1 May 2020</time>", "2024-03-04", ""),
        ('<meta property="article:modified_time" content="2024-03-09">', "", None, ""),
        ('<script type="application/ld+json">{"@type":"Report","headline":"a","datePublished":"2024-03-04"}</script>',
         "", "2024-03-04", ""),
        ('<script type="application/ld+json">{"@type":"WebSite","headline":"a","datePublished":"2024-03-04"}</script>',
         "", None, ""),
        ('<script type="application/ld+json">{"@type": broken</script>', "", None, ""),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", "", None, ""),
    ],
)  # fmt: skip
def test_a_date_is_what_a_page_states_for_machines(head: str, body: str, published: str | None, note: str) -> None:
    found = one(f"<html><head>{head}</head><body><h1>{TITLE}</h1>{body}{HTML_BODY}</body></html>")
    assert (found.article.published and str(found.article.published)) == published
    assert note in "; ".join(found.notes)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (f'<link rel="canonical" href="{URL}">', URL),
        (f'<link rel="Canonical" href="/2024/03/04/ferry-to-sandoy"><meta property="og:url" content="{URL}">', URL),
        (f'<link rel="canonical" href="https://kellpost.example/"><meta property="og:url" content="{URL}">', URL),
        ('<link rel="canonical" href="/only/relative">', None),
        ('<link rel="canonical" href="https://[broken/x">', None),
    ],
)
def test_the_address_of_a_page(head: str, url: str | None) -> None:
    assert one(page(head)).article.url == url


def test_a_saved_page_knows_where_it_is_from() -> None:
    assert one(f"<!-- saved from url=(0047){URL} -->\n{page('')}").article.url == URL
    copied = with_meta().replace(URL, "https://original.example/a/b")
    [found] = articles(read(warc(copied.encode())))
    assert found.article.url == URL, "a copy on another site is not the original"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (f"<title>{TITLE} | Kell Post</title>", TITLE),
        (
            f'<meta property="og:site_name" content="The Kell Post"><meta property="og:title" content="{TITLE} -'
            f' Kell Post">',
            TITLE,
        ),
        (f'<meta property="og:title" content="{TITLE[:40]}...">', TITLE),
        ('<meta property="og:title" content="Storm &amp;amp; Gates">', "Storm & Gates"),
        ('<meta property="og:title" content="Sandoy - Kell - Orsby: a journey">', "Sandoy - Kell - Orsby: a journey"),
    ],
)
def test_the_title_of_a_page(head: str, title: str) -> None:
    assert one(page(head)).article.title == title


@pytest.mark.parametrize(
    "fragment",
    [
        f"<div class='a'><h1>{TITLE}</h1>{HTML_BODY}</div>",
        f"<h1>{TITLE}</h1>\n{HTML_BODY}",
        f"<!-- a comment -->\n<html><head><title>{TITLE}</title></head><body>{HTML_BODY}</body></html>",
        f"<body><h1>{TITLE}</h1>{HTML_BODY}",
        f"<article><header><h1>{TITLE}</h1></header>{HTML_BODY}",
    ],
)
def test_pieces_of_pages_are_read(fragment: str) -> None:
    article = one(fragment).article
    assert (article.title, article.text) == (TITLE, TEXT)


@pytest.mark.parametrize(
    ("encoding", "declared", "note"),
    [
        ("utf-8", "", ""),
        ("cp1252", '<meta charset="iso-8859-1">', "read as cp1252"),
        ("cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "read as cp1251"),
        ("gb18030", '<meta charset="gb2312">', "read as gb18030"),
        ("cp1252", "", "read as cp125"),
        ("utf-16", "", "read as utf-16"),
    ],
)
def test_the_encoding_of_a_page(encoding: str, declared: str, note: str) -> None:
    words = {"cp1251": "Паром встал у причала. ", "gb18030": "渡轮在港口停运。"}.get(
        encoding, "Fähre “liegt” für Tage fest. "
    )
    text = (words * 12).strip()
    found = one(f"<html><head>{declared}<title>T</title></head><body><p>{text}</p></body></html>".encode(encoding))
    assert found.article.text == text
    assert note in "; ".join(found.notes)


@pytest.mark.parametrize("tag", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote", "a", "p", "form", "font"])
def test_nesting_of_any_depth_is_read_or_refused_fast(tag: str) -> None:
    start = time.process_time()
    found = one(f"<html><body><article><h1>{TITLE}</h1>{HTML_BODY}</article>{f'<{tag}>' * 10_000}end</body></html>")
    assert PARAGRAPHS[0] in found.article.text
    assert time.process_time() - start < 10


def test_a_page_of_a_million_tags_is_read_by_its_text() -> None:
    found = one("<html><body>" + "<p>word one</p>" * 120_000)
    assert "100,000 tags" in "; ".join(found.notes)
    assert found.article.text.startswith("word one\n\nword one")


def test_a_page_beyond_the_limit() -> None:
    assert "longer than 1,000 bytes" in skip(with_meta(), "html", Limits(record_bytes=1000))


# Feeds


def test_feeds_are_read_as_feedparser_reads_them() -> None:
    for name in ("RSS, content", "RSS 1.0", "Atom", "RSS in windows-1252"):
        data = MAKERS[name][1]()
        data = data.encode() if isinstance(data, str) else data
        [theirs] = feedparser.parse(data).entries
        [ours] = articles(read(data))
        assert (ours.article.title, ours.article.url, ours.article.author) == (theirs.title, theirs.link, theirs.author)


@pytest.mark.parametrize(
    ("item", "title", "text"),
    [
        ("<title>AT&T caf&eacute; &mdash; a &lt; b</title><description>Word.</description>", "AT&T café — a <"
        " b", "Word."),
        ("<title><![CDATA[AT&T <b>wins</b>]]></title><description>Word.</description>", "AT&T wins", "Word."),
        ("<title>R&amp;amp;D</title><description>Word.</description>", "R&D", "Word."),
        ("<title>T</title><description>a\x01b &#2; &#x110000; &lol; &nbsp;c</description>", "T", "a b \ufffd"
        " \ufffd &lol; \xa0c"),
        ("<title>T</title><description>safe<script>bad()</script> words</description>", "T", "safe words"),
        ("<description>No title at all.</description>", "", "No title at all."),
        ("<title>Only a headline</title>", "Only a headline", "Only a headline"),
        ("<title>T</title><media:title xmlns:media='http://search.yahoo.com/mrss/'>Photo</media:title>", "T", "T"),
        ("<media:title xmlns:media='http://search.yahoo.com/mrss/'>Photo</media:title><title>T</title>", "T", "T"),
        ("<title>T</title><content:encoded>&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;</content:encoded>", "T", "A\n\nB"),
        ("<title>T</title><undeclared:x>1</undeclared:x><description>Word.</description>", "T", "Word."),
    ],
)  # fmt: skip
def test_what_feeds_mean_is_read(item: str, title: str, text: str) -> None:
    [found] = articles(read(f"<rss version='2.0'><channel><title>Kell</title><item>{item}</item></channel></rss>"))
    assert (found.article.title, found.article.text) == (title, text)


def test_a_summary_stands_for_a_missing_text_and_says_so() -> None:
    found = one(rss("<description>Gates.</description>"))
    assert found.article.text == "Gates."
    assert "no text: its summary stands for it" in found.notes


def test_relative_and_missing_links_in_feeds() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://kell.example/x/"><title>K</title><entry><title>T</title>'
        '<link rel="enclosure" href="a.mp3"/><link rel="self" href="entry.atom"/><link href="story"/></entry></feed>'
    )
    assert one(atom).article.url == "https://kell.example/x/story"
    guid = "<rss><channel><item><title>T</title><guid>https://kell.example/g</guid></item></channel></rss>"
    assert one(guid).article.url == "https://kell.example/g"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + '<!ENTITY file SYSTEM "file:///etc/passwd">]>'
)


def test_entities_are_never_expanded() -> None:
    start = time.process_time()
    [found] = articles(
        read(f"{BOMB}<rss><channel><item><title>T</title><description>&j; &file;</description></item></channel></rss>")
    )
    assert found.article.text == "&j; &file;"
    assert time.process_time() - start < 2


def test_a_feed_that_is_cut_off_gives_its_items_and_says_so() -> None:
    whole = rss(CONTENT).replace("</channel></rss>", f"<item><title>Second</title><description>{TEXT}")
    readings = read(whole)
    assert articles(readings)[0].article.title == TITLE
    assert "cut off" in reasons(readings)[-1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("<rss><channel><title>K</title></channel></rss>", "a feed without items"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", "a feed without items"),
        ("<rss><channel>" + "<x>" * 5_000, "nested more than 250 deep|cut off"),
        ("<rss><channel><item>" + "<title>x</title>" * 400_000, "longer than"),
    ],
)
def test_feeds_without_an_item(data: str, words: str) -> None:
    found = reasons(read(data, "feed", Limits(record_bytes=1 << 20)))
    assert any(word in found[-1] for word in words.split("|")), found


def peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class _Repeated(io.RawIOBase):
    """A head, one piece many times, a tail; never all of it in memory."""

    def __init__(self, head: bytes, piece: bytes, times: int, tail: bytes) -> None:
        self._parts: Iterator[bytes] = iter([head, *(piece for _ in range(times)), tail])
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n


ITEM = f"<item><title>{TITLE}</title><description>{TEXT}</description></item>\n".encode()
LETTER = f"From a@b Mon Mar  4 09:12:00 2024\nFrom: A <a@b>\nSubject: {TITLE}\nDate: {RFC_822}\n\n{TEXT}\n\n".encode()


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kB on Linux only")
@pytest.mark.parametrize(
    ("format", "head", "piece", "tail"),
    [
        ("feed", b"<rss><channel><title>K</title>", ITEM, b"</channel></rss>"),
        ("mail", b"", LETTER, b""),
        (
            "sitemap",
            b"<urlset>",
            b"<url><loc>https://kell.example/a</loc><x>" + b"y" * 900 + b"</x></url>",
            b"</urlset>",
        ),
        ("warc", b"", record("metadata", URL, b"x" * 2_000), b""),
    ],
)
def test_memory_stays_flat(format: str, head: bytes, piece: bytes, tail: bytes) -> None:
    reader = reader_named(format)
    times = 10_000

    def count(times: int) -> int:
        stream = io.BufferedReader(_Repeated(head, piece, times, tail))  # type: ignore[type-var]
        return sum(1 for _ in reader.read(stream, SourceLocation("x"), Options()))

    count(200)
    before = peak_kb()
    assert count(times) in (times, 1)
    assert peak_kb() - before < 8_000, "of 12 to 20 MB"


# Sitemaps

NEWS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    f"<url><loc>{URL}</loc><news:news><news:publication><news:name>Kell"
    f" Post</news:name><news:language>en</news:language>"
    f"</news:publication><news:publication_date>2024-03-04</news:publication_date><news:title>{TITLE}</news:title>"
    "</news:news></url><url><loc>https://kell.example/about</loc></url></urlset>"
)


def test_a_news_sitemap_gives_headlines() -> None:
    readings = read(NEWS)
    [found] = articles(readings)
    article = found.article
    assert (article.title, article.text, article.url, article.source) == (TITLE, TITLE, URL, "Kell Post")
    assert (str(article.published), article.language) == ("2024-03-04", "en")
    assert "no text: the headline stands for it" in found.notes
    assert "1 addresses without a headline" in reasons(readings)[0]


def test_a_plain_sitemap_is_refused_with_the_way_out() -> None:
    urls = "".join(f"<url><loc>https://kell.example/{i}</loc></url>" for i in range(1_234))
    reason = skip(f"<?xml version='1.0'?>\n<urlset>{urls}</urlset>")
    assert "1,234 addresses" in reason
    assert "wget" in reason
    assert "a sitemap" in skip("<sitemapindex><sitemap><loc>https://kell.example/a.xml</loc></sitemap></sitemapindex>")
    assert "without addresses" in skip("<urlset></urlset>")


# Crawls


def test_other_records_are_counted_once() -> None:
    pages = warc(with_meta().encode())
    others = record("request", URL, b"GET / HTTP/1.1\r\n\r\n") * 3
    moved = record("response", URL, b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n")
    image = record("response", URL, b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG")
    readings = read(pages + others + moved + image)
    assert len(articles(readings)) == 1
    [reason] = reasons(readings)
    assert "6 of 7 records are no pages: 3 request" in reason
    assert "1 status 301" in reason
    assert "1 image/png" in reason


def test_a_cut_crawl_is_noticed(tmp_path: Path) -> None:
    whole = warc(with_meta().encode()) * 2
    readings = read(whole[:-300])
    assert len(articles(readings)) == 1
    assert "cut off" in reasons(readings)[0]
    assert str(next(each for each in readings if isinstance(each, Skipped)).location) == f"x > {URL}"
    packed = b"".join(gzip.compress(part) for part in (warc(with_meta().encode()), warc(with_meta().encode())))
    (tmp_path / "a.warc.gz").write_bytes(packed[:-200])
    found = list(read_paths([tmp_path]))
    assert len(articles(found)) == 1
    assert "truncated" in reasons(found)[-1]


def test_packed_as_one_or_by_record_is_the_same(tmp_path: Path) -> None:
    records = [record("warcinfo", "", b"x: y\r\n"), *(record("response", f"{URL}/{i}", _answer()) for i in range(3))]
    (tmp_path / "one.warc.gz").write_bytes(gzip.compress(b"".join(records)))
    (tmp_path / "by.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    for name in ("one", "by"):
        assert len(articles(list(read_paths([tmp_path / f"{name}.warc.gz"])))) == 3


def test_of_a_wacz_only_its_crawls_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.writestr("archive/data.warc.gz", gzip.compress(warc(with_meta().encode())))
        archive.writestr("indexes/index.cdx", "example,kellpost)/ 2024 {}\n")
        archive.writestr("pages/pages.jsonl", '{"id": "1", "url": "https://kell.example/", "title": "Kell"}\n')
        archive.writestr("datapackage.json", '{"profile": "data-package", "title": "Kell", "description": "A crawl"}')
    found = list(read_paths([tmp_path]))
    assert [each.article.title for each in articles(found)] == [TITLE]
    assert len(found) == 2


def _answer() -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + with_meta().encode()


def test_a_record_of_the_wrong_length_costs_itself() -> None:
    good = record("response", URL, _answer())
    wrong = record("response", URL, _answer()).replace(b"Content-Length: ", b"Content-Length: -")
    short = good.replace(b"Content-Length: ", b"Content-Length: 1", 1).replace(
        b"Content-Length: 1", b"Content-Length: 40 #", 1
    )
    readings = read(good + wrong + good + short + good)
    assert len(articles(readings)) == 3
    assert any("without a usable length" in reason for reason in reasons(readings))


def test_a_crawl_without_pages_and_one_of_large_files() -> None:
    assert "1 of 1 records are no pages: 1 warcinfo" in skip(record("warcinfo", "", b"software: x"))
    large = record("response", URL, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * 20_000)
    assert "longer than 10,000 bytes" in skip(large, "warc", Limits(record_bytes=10_000))
    bomb = gzip.compress(b"<p>" + b"x" * 200_000)
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + bomb
    assert "longer than 10,000 bytes" in skip(record("response", URL, answer), "warc", Limits(record_bytes=10_000))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it leaves a file open
def test_what_warcio_writes_is_read() -> None:
    warcio_writer = pytest.importorskip("warcio.warcwriter")
    headers = pytest.importorskip("warcio.statusandheaders").StatusAndHeaders
    out = io.BytesIO()
    writer = warcio_writer.WARCWriter(out, gzip=False)
    sent = headers("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record(URL, "response", io.BytesIO(with_meta().encode()), http_headers=sent))
    assert one(out.getvalue()).article.text == TEXT


# Mail


@pytest.mark.parametrize(
    ("head", "field", "value"),
    [
        ("Subject: =?utf-8?q?F=C3=A4hre?= =?utf-8?b?IGhhbHQ=?=", "title", "Fähre halt"),
        ("Subject: =?nonsense?q?F=C3=A4hre?=", "title", "Fähre"),
        ("Subject: =?utf-8?b?broken", "title", "=?utf-8?b?broken"),
        ("Subject: [Kell Post] News\nList-Id: Kell Post <k.example>", "title", "News"),
        ("Subject: Fwd: Re", "title", "Re"),
        ("From: =?utf-8?q?=C3=98ystein?= <o@k.example>", "author", "Øystein"),
        ("From: o@k.example", "source", "k.example"),
        ('From: "Kell, Post" <n@k.example>', "source", "Kell, Post"),
        ("From: \"unclosed <o@k.example", "title", "S"),
        ("Date: soon", "published", None),
        ("Date: Mon, 4 Mar 24 09:12:00 GMT (x", "title", "S"),
        ("Content-Type: text/plain; charset=\"nonsense\"", "text", TEXT),
        ("Content-Type: nonsense", "text", TEXT),
        ("Content-Transfer-Encoding: nonsense", "text", TEXT),
    ],
)  # fmt: skip
def test_headers_of_mail(head: str, field: str, value: str | None) -> None:
    base = {"Subject": "S", "From": "A <a@b.example>", "Date": RFC_822, "Message-ID": "<1@b>"}
    given_names = {line.partition(":")[0] for line in head.split("\n")}
    others = "".join(f"{name}: {text}\n" for name, text in base.items() if name not in given_names)
    found = one(f"{others}{head}\n\n{TEXT}".encode(), "mail")
    assert getattr(found.article, field) == value


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1\n\nF\xe4hre", "Fähre"),
        (b"Content-Type: text/plain; charset=us-ascii\n\nF\xc3\xa4hre", "Fähre"),
        (
            b"Content-Type: text/plain; charset=utf-8; format=flowed\n\nOne line \ngoes on.\nNext.",
            "One line goes on.\nNext.",
        ),
        (b"Content-Type: text/html; charset=utf-8\n\n<p>One</p><p>Two</p><style>p {}</style>", "One\n\nTwo"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nd29yZHM=", "words"),
        (b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nd29yZHM", "words"),
        (
            b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative;"
            b" boundary=b\n\n--b\n"
            b"Content-Type: text/plain\n\nwords\n--b\nContent-Type: text/html\n\n<p>words</p>\n--b--\n--a\n"
            b"Content-Type:"
            b' application/pdf; name="a.pdf"\nContent-Disposition: attachment\n\n%PDF\n--a\nContent-Type:'
            b" message/rfc822\n\n"
            b"Subject: inner\n\ninner\n--a--",
            "words",
        ),
        (b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain\n\nno end", "no end"),
    ],
)
def test_bodies_of_mail(body: bytes, text: str) -> None:
    found = one(b"From: A <a@b.example>\nSubject: S\nMIME-Version: 1.0\n" + body)
    assert found.article.text == text
    if b"pdf" in body:
        assert any("attachments not read: a.pdf, a message" in note for note in found.notes)


def test_mailboxes() -> None:
    box = LETTER + LETTER.replace(b"The ferry", b">From the ferry\n>>From ferry", 1) + b"From nobody\n\n" + LETTER
    readings = read(box)
    assert len(articles(readings)) == 3
    assert [each.location.line for each in readings] == sorted(each.location.line or 0 for each in readings)
    assert "\nFrom nobody" in f"\n{articles(readings)[1].article.text}"
    assert articles(readings)[1].article.text.startswith("From the ferry\n>From ferry")
    assert "without a text" in skip(b"From: a@b\nSubject: x\nMessage-ID: <1@b>\n\n")


def test_a_letter_beyond_the_limit_is_read_as_far() -> None:
    data = (
        b"From: A <a@b>\nSubject: S\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\n"
        b"Content-Type: text/plain"
        b"\n\nwords\n--a\nContent-Type: image/png\nContent-Disposition: attachment; filename=x.png\n"
        b"Content-Transfer-Encoding:"
        b" base64\n\n" + b"iVBORw0KGgo=\n" * 10_000 + b"--a--\n"
    )
    [found] = read(data, "mail", Limits(record_bytes=10_000))
    assert isinstance(found, ParsedArticle)
    assert found.article.text == "words"
    assert "what follows was not read" in "; ".join(found.notes)


# Whatever comes

SEEDS = {name: data.encode() if isinstance(data := make(), str) else data for name, (_, make) in MAKERS.items()}
SEEDS |= {
    "news sitemap": NEWS.encode(),
    "mailbox of three": LETTER * 3,
    "bomb": f"{BOMB}<rss><item>&j;</item></rss>".encode(),
}
PIECES = [
    b"<", b">", b"&", b"\0", b"\xff\xfe", b"]]>", b"<![CDATA[", b"</item>", b"<item>", b"\r\n"
    b"\r\n", b"=?utf-8?b?", b"boundary=",
    b"WARC/1.0\r\n", b"Content-Length: 99999999\r\n", b"From x@y Mon Mar  4 09:12:00"
    b" 2024\n", b"<!--", b"<html", b"\xed\xa0\x80",
    b'charset="', b"<!DOCTYPE x [", b"%", b"{\"@type\":", b"<title>", b"9" * 400,
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(data)))
        action = draw(st.integers(0, 3))
        if action == 0:
            data[at : at + draw(st.integers(0, 60))] = draw(st.sampled_from(PIECES))
        elif action == 1:
            data[at : at + 1] = draw(st.binary(max_size=4))
        elif action == 2:
            del data[at : at + draw(st.integers(1, 400))]
        else:
            data[at:at] = data[at : at + draw(st.integers(1, 200))]
    return bytes(data)


@pytest.mark.parametrize("format", ["feed", "html", "mail", "sitemap", "warc"])
@pytest.mark.parametrize("seed", SEEDS)
@given(data=st.data())
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
def test_damage_anywhere_raises_nothing(format: str, seed: str, data: st.DataObject) -> None:
    content = data.draw(damaged(SEEDS[seed]))
    reader = reader_named(format)
    assert 0 <= reader.recognises(content[:65_536], "x.html") <= 100
    for reading in reader.read(io.BytesIO(content), SourceLocation("x"), Options(limits=Limits(record_bytes=1 << 20))):
        assert str(reading.location).encode()
        assert (reading.reason if isinstance(reading, Skipped) else reading.article.text).encode()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_file_ends_with_nothing_is_raised(seed: str) -> None:
    data = SEEDS[seed]
    for end in range(0, len(data), max(1, len(data) // 40)):
        try:
            reader = reader_for(data[:end], "x")
        except UnknownFormat:
            continue
        list(reader.read(io.BytesIO(data[:end]), SourceLocation("x"), Options()))

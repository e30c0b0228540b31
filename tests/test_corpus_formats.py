"""One article through every format: the same title, text, day and URL.

Formats of agencies: `test_corpus_formats_agency`.
"""

import base64
import email.message
import gzip
import html
import io
import json
import quopri
import zlib
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from corpus.readers import reader_for
from corpus.readers.base import Options, ParsedArticle, Reading, Skipped, SourceLocation
from tests.formats_article import (
    AUTHOR,
    DAY,
    INSTANT,
    LANGUAGE,
    PARAGRAPHS,
    RFC_822,
    SECTION,
    SOURCE,
    TEXT,
    TITLE,
    URL,
)

HTML_BODY = "".join(f"<p>{html.escape(each, quote=False)}</p>\n" for each in PARAGRAPHS)
MENU = '<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
SIDE = '<aside><h3>More</h3><ul><li><a href="/a">Bakers win</a></li><li><a href="/b">Snow to come</a></li></ul></aside>'


def page(head: str, body: str = HTML_BODY) -> str:
    return (
        f'<!DOCTYPE html><html lang="{LANGUAGE}"><head><meta charset="utf-8">{head}<script>var ads = [1, 2];</script>'
        f"<style>p {{ margin: 0 }}</style></head><body>{MENU}<article><h1>{TITLE}</h1><p class=byline>By {AUTHOR}</p>"
        f"{body}</article>{SIDE}<footer>© Kell Post</footer></body></html>"
    )


def with_meta() -> str:
    return page(
        f'<title>{TITLE} | {SOURCE}</title><link rel="canonical" href="{URL}"><meta property="og:site_name" content="'
        f'{SOURCE}"><meta property="og:title" content="{TITLE}"><meta property="article:published_time" content="'
        f'{INSTANT}"><meta name="author" content="{AUTHOR}"><meta property="article:section" content="{SECTION}">'
    )


def with_json_ld() -> str:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Organization", "name": SOURCE},
            {
                "@type": ["NewsArticle"],
                "headline": TITLE,
                "datePublished": INSTANT,
                "author": [{"@type": "Person", "name": AUTHOR}],
                "publisher": {"@type": "Organization", "name": SOURCE},
                "articleSection": SECTION,
                "mainEntityOfPage": {"@type": "WebPage", "@id": URL},
            },
        ],
    }
    return page(f'<title>{SOURCE}</title><script type="application/ld+json">{json.dumps(data)}</script>')


def rss(content: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
        f' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{SOURCE}</title><link>https://kellpost.example/</link>'
        f"<language>{LANGUAGE}</language>{head}<item><title>{TITLE}</title><link>{URL}</link><guid"
        f" isPermaLink='false'>77"
        f"</guid><pubDate>{RFC_822}</pubDate><dc:creator>{AUTHOR}</dc:creator><category>{SECTION}</category>{content}</item>"
        "</channel></rss>"
    )


def atom() -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{LANGUAGE}">'
        f"<title>{SOURCE}</title><entry><id>tag:kell,77</id>"
        f'<title type="html">{TITLE}</title><link rel="alternate"'
        f' href="{URL}"/><published>{INSTANT}</published><updated>'
        f"2024-03-06T00:00:00Z</updated><author><name>{AUTHOR}</name></author><category"
        f" term='{SECTION}'/><summary>Gates."
        f'</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{HTML_BODY}</div></content></entry></feed>'
    )


def rdf() -> str:
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="https://kellpost.example/"><title>{SOURCE}</title><dc:language>{LANGUAGE}</dc:language>'
        f'</channel><item rdf:about="{URL}"><title>{TITLE}</title><link>{URL}</link><dc:date>{INSTANT}</dc:date>'
        f"<dc:creator>{AUTHOR}</dc:creator><dc:subject>{SECTION}</dc:subject>"
        f"<content:encoded><![CDATA[{HTML_BODY}]]></content:encoded></item></rdf:RDF>"
    )


def json_feed() -> str:
    item = {
        "id": "77", "title": TITLE, "url": URL, "content_html": HTML_BODY, "date_published": INSTANT,
        "authors": [{"name": AUTHOR}],
    }  # fmt: skip
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": SOURCE, "items": [item]})


def message(transfer: str) -> bytes:
    head = (
        f"Received: from a by b; {RFC_822}\r\nFrom: {AUTHOR} <ruta@kellpost.example>\r\nTo:"
        f" desk@paper.example\r\nSubject:"
        f" {TITLE[:28]}\r\n {TITLE[29:]}\r\nDate: {RFC_822} (UTC)\r\nList-Id: {SOURCE}"
        f" <news.kellpost.example>\r\nArchived-At:"
        f" <{URL}>\r\nContent-Language: {LANGUAGE}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {transfer}\r\n\r\n"
    )
    body = TEXT.encode()
    packed = {
        "8bit": lambda: body,
        "base64": lambda: base64.encodebytes(body),
        "quoted-printable": lambda: quopri.encodestring(body),
    }
    return head.encode() + packed[transfer]()


def newsletter() -> bytes:
    made = email.message.EmailMessage()
    made["From"], made["Subject"], made["Date"] = f"{SOURCE} <news@kellpost.example>", TITLE, RFC_822
    made["List-Unsubscribe"], made["Archived-At"], made["Message-ID"] = (
        "<https://kellpost.example/u>",
        f"<{URL}>",
        "<1@kell>",
    )
    made.set_content("See this letter in a browser.")
    made.add_alternative(f"<html><head><style>p {{}}</style></head><body>{HTML_BODY}</body></html>", subtype="html")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="pier.png")
    return bytes(made)


def mhtml() -> bytes:
    made = email.message.EmailMessage()
    made["From"], made["Snapshot-Content-Location"] = "<Saved by Blink>", URL
    made["Subject"], made["Date"] = "ignored", "Fri, 08 Mar 2024 00:00:00 +0000"
    made.set_content(with_meta(), subtype="html", cte="quoted-printable")
    made.add_related(b"\x89PNG", "image", "png")
    return bytes(made)


def warc(body: bytes, headers: str = "Content-Type: text/html; charset=utf-8", url: str = URL) -> bytes:
    answer = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body
    return record("warcinfo", "", b"software: x\r\n") + record("response", url, answer)


def record(kind: str, url: str, body: bytes, content_type: str = "application/http") -> bytes:
    target = f"WARC-Target-URI: {url}\r\n" if url else ""
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\n{target}WARC-Date: 2025-01-01T00:00:00Z\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body + b"\r\n\r\n"  # fmt: skip


def chunked(body: bytes) -> bytes:
    pieces = [body[i : i + 500] for i in range(0, len(body), 500)]
    return b"".join(f"{len(p):x}\r\n".encode() + p + b"\r\n" for p in pieces) + b"0\r\n\r\n"


def one_json() -> str:
    return json.dumps(
        {
            "headline": TITLE, "body_html": HTML_BODY, "datePublished": INSTANT, "url": URL, "site": SOURCE, "byline":
            f"By {AUTHOR}", "desk": SECTION, "lang": LANGUAGE,
        }
    )  # fmt: skip


def latin(text: str) -> bytes:
    return text.encode("cp1252", "xmlcharrefreplace")


def as_markdown() -> str:
    return f"# {TITLE}\n\nMarch 4, 2024\n\n{TEXT}\n\n## Original url:\n\n{URL}\n"


CONTENT = f"<description>Gates.</description><content:encoded><![CDATA[{HTML_BODY}]]></content:encoded>"
MAKERS: dict[str, tuple[str, Callable[[], str | bytes]]] = {
    "json": ("json", one_json),
    "JSON Feed": ("json", json_feed),
    "markdown": ("markdown", as_markdown),
    "HTML, meta tags": ("html", with_meta),
    "HTML, JSON-LD": ("html", with_json_ld),
    "HTML in UTF-16": ("html", lambda: with_meta().encode("utf-16")),
    "XHTML": ("html", lambda: '<?xml version="1.0" encoding="utf-8"?>\n<!-- saved -->\n' + with_meta()),
    "RSS, content": ("feed", lambda: rss(CONTENT)),
    "RSS, description": ("feed", lambda: rss(f"<description>{escape(HTML_BODY)}</description>")),
    "RSS in UTF-16": ("feed", lambda: rss(CONTENT).replace("UTF-8", "UTF-16").encode("utf-16")),
    "RSS that claims UTF-16": ("feed", lambda: rss(CONTENT).replace("UTF-8", "UTF-16")),
    "RSS in windows-1252": ("feed", lambda: latin(rss(CONTENT).replace("UTF-8", "iso-8859-1"))),
    "RSS 1.0": ("feed", rdf),
    "Atom": ("feed", atom),
    "mail, 8bit": ("mail", lambda: message("8bit")),
    "mail, base64": ("mail", lambda: message("base64")),
    "mail, quoted-printable": ("mail", lambda: message("quoted-printable")),
    "mailbox": ("mail", lambda: b"From ruta@kell Mon Mar  4 09:12:00 2024\n" + message("8bit") + b"\n\n"),
    "newsletter": ("mail", newsletter),
    "MHTML": ("mail", mhtml),
    "WARC": ("warc", lambda: warc(with_meta().encode())),
    "WARC, no address on the page": ("warc", lambda: warc(with_meta().replace(f'href="{URL}"', "").encode())),
    "WARC, chunked and packed": (
        "warc",
        lambda: warc(
            chunked(gzip.compress(with_meta().encode())),
            "Content-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked",
        ),
    ),
    "WARC, deflated": (
        "warc",
        lambda: warc(zlib.compress(with_meta().encode())[2:-4], "Content-Type: text/html\r\nContent-Encoding: deflate"),
    ),
    "WARC, charset of the server": (
        "warc",
        lambda: warc(
            with_meta().replace('<meta charset="utf-8">', "").encode("cp1252", "xmlcharrefreplace"),
            "Content-Type: text/html; charset=windows-1252",
        ),
    ),
    "WARC, a file": ("warc", lambda: record("resource", URL, with_meta().encode(), "text/html")),
    "ARC": (
        "warc",
        lambda: b"filedesc://x.arc 0.0.0.0 20240304 text/plain 3\n1 0\n"
        + (lambda body: f"{URL} 1.2.3.4 20250101000000 text/html {len(body)}\n".encode() + body + b"\n")(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + with_meta().encode()
        ),
    ),
}  # fmt: skip
"""Name -> the reader that takes it, and the article in that format."""


def readings(data: bytes) -> tuple[str, list[Reading]]:
    reader = reader_for(data[:65_536], "x")
    return reader.name, list(reader.read(io.BytesIO(data), SourceLocation("x"), Options()))


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_article_comes_out_of_every_format(name: str) -> None:
    format, make = MAKERS[name]
    data = make()
    found, read = readings(data.encode() if isinstance(data, str) else data)
    assert found == format
    [got] = [each for each in read if isinstance(each, ParsedArticle)]
    assert [each.reason for each in read if isinstance(each, Skipped) and "no pages" not in each.reason] == []
    assert got.article.title == TITLE
    assert got.article.text == TEXT
    assert str(got.article.published)[:10] == DAY
    assert got.article.url == URL
    assert got.format == format
    assert got.unread == ()


@pytest.mark.parametrize("name", [name for name, (format, _) in MAKERS.items() if format not in ("markdown",)])
def test_what_a_format_has_beside_comes_too(name: str) -> None:
    data = MAKERS[name][1]()
    _, read = readings(data.encode() if isinstance(data, str) else data)
    [got] = [each for each in read if isinstance(each, ParsedArticle)]
    assert got.article.source == SOURCE
    assert got.article.author == AUTHOR or name == "newsletter"
    if not name.startswith(("newsletter", "mail", "JSON Feed", "MHTML")):
        assert (got.article.section or SECTION) == SECTION
    assert (got.article.language or LANGUAGE) == LANGUAGE

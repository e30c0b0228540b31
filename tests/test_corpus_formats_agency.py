"""Formats of agencies, publishers and libraries: the one article through each, what is skipped, what is hostile."""

import html
import io
import json
import textwrap
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UnknownFormat
from corpus.fields.records import FieldRules
from corpus.readers import reader_for, reader_named
from corpus.readers.base import Limits, Options, ParsedArticle, Reading, Skipped, SourceLocation
from corpus.readers.files import read_paths
from corpus.readers.streams import Broken

from . import formats_article as the

QUOTED = [html.escape(paragraph, quote=False) for paragraph in the.PARAGRAPHS]
P = "".join(f"<p>{paragraph}</p>\n" for paragraph in QUOTED)


def read(data: bytes | str, format: str | None = None, limits: Limits | None = None) -> list[Reading]:
    data = data.encode() if isinstance(data, str) else data
    reader = reader_named(format) if format else reader_for(data[: 1 << 16], "x")
    return list(reader.read(io.BytesIO(data), SourceLocation("x", "in.an.archive"), Options(limits=limits or Limits())))


def one(data: bytes | str, format: str | None = None) -> ParsedArticle:
    [found] = read(data, format)
    assert isinstance(found, ParsedArticle), found
    return found


def skip(data: bytes | str, format: str | None = None, limits: Limits | None = None) -> str:
    [found] = read(data, format, limits)
    assert isinstance(found, Skipped), found
    return found.reason


def nitf(title: str = the.TITLE, body: str = P, docdata: str = "", attributes: str = "") -> str:
    return (
        f'<nitf {attributes}><head><title>File</title><docdata><doc-id id-string="kp-1"/>'
        f'<date.issue norm="20240304T091200Z"/>{docdata}</docdata>'
        f'<pubdata name="{the.SOURCE}" ex-ref="{the.URL}"/></head><body><body.head>'
        f"<hedline><hl1>{title}</hl1><hl2>A deck</hl2></hedline><byline>By <person>{the.AUTHOR}</person>"
        f"<byttl>, Staff</byttl></byline><dateline>Kell</dateline></body.head><body.content>"
        f"<media><media-caption>A pier.</media-caption></media>{body}</body.content>"
        "<body.end><tagline>The end.</tagline></body.end></body></nitf>"
    )


def news_item(
    content: str | None = None,
    item_meta: str = "",
    content_meta: str = "",
    item_class: str = "text",
    guid: str = the.URL,
) -> str:
    content = (
        f'<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head/><body><header><h1>x</h1></header>{P}</body></html></inlineXML>'
        if content is None
        else content
    )
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="1" xml:lang="{the.LANGUAGE}">'
        f'<itemMeta><itemClass qcode="ninat:{item_class}"/><provider><name>{the.SOURCE}</name></provider>'
        f"<versionCreated>2024-03-05T01:00:00Z</versionCreated><firstCreated>{the.INSTANT}</firstCreated>{item_meta}"
        f"</itemMeta><contentMeta><headline role='hld:subHeadline'>Sub</headline><headline>{the.TITLE}</headline>"
        f"<by>By {the.AUTHOR}</by>{content_meta}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


def message(*items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">'
        f"<header><sent>2024-03-05T00:00:00Z</sent></header><itemSet>{chr(10).join(items)}</itemSet></newsMessage>"
    )


def newsml1(data: str = f"<nitf><body><body.content>{P}</body.content></body></nitf>", status: str = "Usable") -> str:
    return (
        '<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE NewsML SYSTEM "NewsML_1.2.dtd">'
        "<NewsML Version='1.2'><NewsEnvelope><DateAndTime>20240305T000000Z</DateAndTime></NewsEnvelope>"
        "<NewsItem xml:lang='en'><Identification><NewsIdentifier><ProviderId>kell.example</ProviderId>"
        "<PublicIdentifier>urn:newsml:kell.example:1</PublicIdentifier></NewsIdentifier></Identification>"
        f"<NewsManagement><FirstCreated>20240304T091200+0000</FirstCreated><Status FormalName='{status}'/>"
        "</NewsManagement><NewsComponent><NewsLines>"
        f"<HeadLine>{the.TITLE}</HeadLine><ByLine>By {the.AUTHOR}</ByLine>"
        f"<NewsLine><NewsLineType FormalName='Permalink'/>"
        f"<NewsLineText>{the.URL}</NewsLineText></NewsLine></NewsLines><AdministrativeMetadata><Provider>"
        f"<Party FormalName='{the.SOURCE}'/></Provider></AdministrativeMetadata><DescriptiveMetadata>"
        "<Language FormalName='en'/></DescriptiveMetadata><NewsComponent><Role FormalName='Caption'/><ContentItem>"
        "<DataContent><p>A pier, which has a caption.</p></DataContent></ContentItem></NewsComponent>"
        f"<ContentItem><MediaType FormalName='Text'/><DataContent>{data}</DataContent></ContentItem>"
        "</NewsComponent></NewsItem></NewsML>"
    )


def wxr(*items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- generator="WordPress/6.4" -->\n<rss version="2.0"'
        ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>{the.SOURCE}</title><language>en-GB</language><wp:author><wp:author_login>ruta</wp:author_login>"
        f"<wp:author_display_name><![CDATA[{the.AUTHOR}]]></wp:author_display_name></wp:author>\n"
        + "\n".join(items)
        + "</channel></rss>"
    )


def post(text: str = "\n\n".join(QUOTED), kind: str = "post", status: str = "publish", extra: str = "") -> str:
    return (
        f"<item><title><![CDATA[{the.TITLE}]]></title><link>{the.URL}</link><pubDate>{the.RFC_822}</pubDate>"
        "<dc:creator><![CDATA[ruta]]></dc:creator><guid isPermaLink='false'>https://kellpost.example/?p=7</guid>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>"
        "<wp:post_date>2024-03-04 10:12:00</wp:post_date><wp:post_date_gmt>2024-03-04 09:12:00</wp:post_date_gmt>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{extra}"
        f"<category domain='post_tag' nicename='x'>ferry</category>"
        f"<category domain='category'>{the.SECTION}</category></item>"
    )


def ninjs(version: int) -> str:
    plain, rich = the.TEXT, "".join(f"<p>{paragraph}</p>" for paragraph in QUOTED)
    item: dict[str, object] = {"uri": the.URL, "type": "text", "pubstatus": "usable", "firstcreated": the.INSTANT}
    if version == 1:
        item |= {"headline": the.TITLE, "body_html": rich, "byline": the.AUTHOR}
    else:
        kind = "contenttype" if version == 2 else "contentType"
        item |= {
            "headlines": [{"role": "main", "value": the.TITLE}],
            "bodies": [
                {"role": "text", kind: "text/plain", "value": plain},
                {"role": "text", kind: "application/xhtml+xml", "value": rich},
            ],
        }
    return json.dumps(item)


def ans() -> str:
    elements = [{"type": "text", "content": paragraph} for paragraph in QUOTED]
    return json.dumps(
        {
            "type": "story", "version": "0.10.9", "headlines": {"basic": the.TITLE}, "display_date": the.INSTANT,
            "canonical_url": the.URL,
            "content_elements": [elements[0], {"type": "image", "caption": "x"}, *elements[1:]],
            "source": {"system": "Methode", "name": the.SOURCE}, "credits": {"by": [{"name": the.AUTHOR}]},
        }
    )  # fmt: skip


def wrapped(paragraph: str) -> str:
    return textwrap.fill(paragraph, 72, break_on_hyphens=False, break_long_words=False)


def nexis_document(number: int = 1, of: int = 1, title: str = the.TITLE, date: str = "March 4, 2024 Monday") -> str:
    body = "\n\n".join(map(wrapped, the.PARAGRAPHS))
    return (
        f"{'':30}{number} of {of} DOCUMENTS\n\n\n{'':30}{the.SOURCE}\n\n{'':28}{date}\n{'':34}Edition 1;\n\n"
        f"{wrapped(title)}\n\n"
        f"BYLINE: By {the.AUTHOR}\n\nSECTION: {the.SECTION}; Pg. 3\n\nLENGTH: 190 words\n\n{body}\n\n"
        f"LOAD-DATE: March 5, 2024\n\nLANGUAGE: ENGLISH\n\nPUBLICATION-TYPE: Newspaper\n\n\n"
        f"{'':20}Copyright 2024 Kell Post Ltd\n{'':26}All Rights Reserved\n\n"
    )


NEXIS_COVER = "\n\nDownload Request: Selected Items: 1-2\nTime Of Request: Friday, March 8, 2024  16:51:31\n\n\n"
NEXIS_UNI = [
    "Date and Time: Friday, 5. April 2024 09:31:00 CEST", "Job Number: 1", "Documents (1)", f"1. {the.TITLE}",
    "Search Terms: ferry", the.TITLE, the.SOURCE, "March 4, 2024 Monday 9:12 AM GMT",
    "Copyright 2024 Kell Post Ltd All Rights Reserved", f"Section:\xa0{the.SECTION}; Pg. 3", "Length:\xa0190 words",
    f"Byline:\xa0By {the.AUTHOR}", "Body", *the.PARAGRAPHS, "Load-Date:\xa0March 5, 2024", "End of Document",
]  # fmt: skip
FACTIVA_ID = "KELLPO0020240304ek340000a"


def factiva_coded(title: str = the.TITLE) -> str:
    first, *rest = the.PARAGRAPHS
    more = "\n\n".join(rest)
    return (
        f"SE  {the.SECTION}\n\nHD\n{title}\n\nBY  By {the.AUTHOR}\n\nWC  190 words\n\nPD  4 March 2024\n\n"
        f"SN  {the.SOURCE}\n\n"
        f"SC  KELLPO\n\nLA  English\n\nCY  (c) 2024 Kell Post Ltd\n\nLP\n\n{first}\n\n"
        f"TD\n\n{more}\n\nRE  kell : Kell\n\n"
        f"AN  Document {FACTIVA_ID}\n\n"
    )


FACTIVA_PLAIN = "\n".join(
    [
        the.TITLE,
        f"By {the.AUTHOR}",
        "190 words",
        "4 March 2024",
        the.SOURCE,
        "KELLPO",
        "English",
        "(c) 2024 Kell Post Ltd",
        "",
    ]
    + [f"{paragraph}\n" for paragraph in the.PARAGRAPHS]
    + [f"Document {FACTIVA_ID}", ""]
)
FACTIVA_PAGE = (
    "<!DOCTYPE html><html><head><title>Factiva</title></head><body><div><div id='article-1' class='article'>"
    f"<div class='article enArticle'><p><div>{the.SECTION}</div>"
    f"<div id='hd'><span class='enHeadline'>{the.TITLE}</span></div>"
    f"<div>By {the.AUTHOR}</div><div>190 words</div><div>4 March 2024</div><div>{the.SOURCE}</div><div>KELLPO</div>"
    "<div>English</div><div>(c) 2024 Kell Post Ltd</div></p>"
    + "".join(f'<p class="articleParagraph enarticleParagraph"> {p}\n</p>' for p in QUOTED)
    + f"<p>Document {FACTIVA_ID}</p></div></div></div></body></html>"
)


PROQUEST = (
    f"____________________________________________________________\n\n{the.TITLE}\n\nAuthor: {the.AUTHOR}\n\n"
    f"Publication info: Kell Post ; Kell. 04 Mar 2024: 3.\n\nAbstract: A ferry.\n\nLinks: none\n\n"
    f"Full text: {the.TEXT}\n\nSubject: Ferries; Storms\n\nTitle: {the.TITLE}\n\nPublication title: {the.SOURCE}\n\n"
    f"Pages: 3\n\nPublication date: Mar 4, 2024\n\nSection: {the.SECTION}\n\nLanguage of publication: English\n\n"
    f"ProQuest document ID: 2934\n\nDocument URL: {the.URL}\n\nCopyright: Kell Post\n\nLast updated: 2024-03-05\n\n"
    "____________________________________________________________\n\nContact us at: http://www.example.com\n"
)


def other_xml(body: str) -> str:
    return (
        f"<export><made>2024</made><articles><article id='7'><headline>{the.TITLE}</headline><body>{body}</body>"
        f"<pubDate>{the.RFC_822}</pubDate><link>{the.URL}</link><source><name>{the.SOURCE}</name></source>"
        f"<author>{the.AUTHOR}</author></article></articles></export>"
    )


def rtf(paragraphs: list[str]) -> bytes:
    def escaped(text: str) -> str:
        return "".join(
            c if ord(c) < 128 and c not in "\\{}" else f"\\u{ord(c)}?" if ord(c) > 127 else f"\\{c}" for c in text
        )

    body = "\n".join(rf"\pard {escaped(paragraph)}\par" for paragraph in paragraphs)
    return (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}}" + "\n" + body + "}").encode()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(
    paragraphs: list[str], title_style: str = "", document: str = "", more: dict[str, bytes] | None = None
) -> bytes:
    body = "".join(
        f"<w:p>{f'<w:pPr><w:pStyle w:val={chr(34)}{title_style}{chr(34)}/></w:pPr>' if title_style and not i else ''}"
        f"<w:r><w:t>{html.escape(text[:9])}</w:t></w:r>"
        f"<w:r><w:t xml:space='preserve'>{html.escape(text[9:])}</w:t></w:r></w:p>"
        for i, text in enumerate(paragraphs)
    )
    whole = document or f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", whole)
        for name, data in (more or {}).items():
            archive.writestr(name, data)
    return stream.getvalue()


def wire(after: str = "041012 MEZ Mrz 24", title: str = f"Ferry/Sandoy/\r\n{the.TITLE} =") -> bytes:
    body = "\r\n".join(f"  {wrapped(p)}".replace("\n", "\r\n") for p in the.PARAGRAPHS)
    text = f"\x01kpo0173 4 vm 190  Kell Post 0525\r\n\x02{title}\r\n{body}\r\n\x03\r\n{after}\r\n\x04"
    return text.encode("cp1252", "replace")


def alto(blocks: list[str], confidence: str = "0.95") -> str:
    """Blocks of lines of five words, the last word of a line cut where it is long."""

    def string(content: str, more: str = "") -> str:
        return f'<String CONTENT="{html.escape(content)}" WC="{confidence}"{more}/><SP/>'

    def lines(text: str) -> Iterator[str]:
        words = text.split(" ")
        carried = ""
        for i in range(0, len(words), 5):
            line = [string(*each) for each in ([carried] if carried else [])] + [
                string(word) for word in words[i : i + 5]
            ]
            last = words[min(i + 4, len(words) - 1)]
            carried = ""
            if len(last) > 6 and last.isalpha() and i + 5 < len(words):
                whole = f' SUBS_CONTENT="{html.escape(last)}"'
                line[-1] = string(last[:3], f' SUBS_TYPE="HypPart1"{whole}') + '<HYP CONTENT="-"/>'
                carried = (last[3:], f' SUBS_TYPE="HypPart2"{whole}')  # type: ignore[assignment]
            yield "".join(line)

    made = "".join(
        f'<TextBlock ID="b{i}" language="en">'
        f"{''.join(f'<TextLine>{line}</TextLine>' for line in lines(text))}</TextBlock>"
        for i, text in enumerate(blocks)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Description/>'
        f'<Layout><Page ID="P1"><PrintSpace>{made}</PrintSpace></Page></Layout></alto>'
    )


def mets(areas: str, kind: str = "ARTICLE") -> str:
    return (
        '<?xml version="1.0"?><mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' xmlns:mods="http://www.loc.gov/mods/v3"><mets:dmdSec ID="D0"><mets:mdWrap><mets:xmlData><mods:mods>'
        f"<mods:titleInfo><mods:title>{the.SOURCE}</mods:title></mods:titleInfo><mods:originInfo><mods:dateIssued>{the.DAY}"
        "</mods:dateIssued></mods:originInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec><mets:fileSec>"
        '<mets:fileGrp USE="ALTO"><mets:file ID="A1"><mets:FLocat xlink:href="file://./ALTO/page1.xml"/></mets:file>'
        '<mets:file ID="A9"><mets:FLocat xlink:href="../../secret.xml"/></mets:file></mets:fileGrp></mets:fileSec>'
        '<mets:structMap TYPE="PHYSICAL"><mets:div TYPE="page"/></mets:structMap><mets:structMap TYPE="LOGICAL">'
        f'<mets:div TYPE="Newspaper"><mets:div TYPE="{kind}" ID="X1">{areas}</mets:div></mets:div>'
        "</mets:structMap></mets:mets>"
    )


def area(block: str, file: str = "A1") -> str:
    return f'<mets:fptr><mets:area BETYPE="IDREF" FILEID="{file}" BEGIN="{block}"/></mets:fptr>'


ARTICLE_AREAS = (
    f'<mets:div TYPE="HEADING">{area("b0")}</mets:div><mets:div TYPE="BODY">{area("b1")}{area("b2")}</mets:div>'
    f'<mets:div TYPE="ILLUSTRATION">{area("b5")}</mets:div>{area("b3")}{area("b4")}'
)

WITH_URL: dict[str, tuple[str, bytes | str]] = {
    "NITF": ("nitf", nitf()),
    "NITF, a namespace": ("nitf", nitf(attributes='xmlns="http://iptc.org/std/NITF/2006-10-18/"')),
    "NITF in Latin-1": (
        "nitf", f'<?xml version="1.0" encoding="windows-1252"?><!DOCTYPE nitf SYSTEM "x.dtd">{nitf()}'.encode("cp1252")
    ),
    "NITF in UTF-16": ("nitf", f'<?xml version="1.0" encoding="UTF-16"?>{nitf()}'.encode("utf-16")),
    "NITF with lead and full text": (
        "nitf", nitf(body=f'<block class="lead_paragraph"><p>{QUOTED[0]}</p></block>'
                           f'<block class="full_text">{P}</block>')
    ),
    "NewsML-G2": ("newsml-g2", news_item()),
    "NewsML-G2, a message": ("newsml-g2", message(news_item())),
    "NewsML-G2 with NITF": (
        "newsml-g2",
        news_item('<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">'
                  f"<body><body.content>{P}</body.content></body></nitf></inlineXML>"),
    ),
    "NewsML-G2 with a link": (
        "newsml-g2", news_item(guid="urn:x:1", item_meta=f'<link rel="irel:canonical" href="{the.URL}"/>')
    ),
    "NewsML-G2 with plain text": (
        "newsml-g2", news_item(f'<inlineData contenttype="text/plain">{html.escape(the.TEXT)}</inlineData>')
    ),
    "NewsML-G2 with HTML as text": (
        "newsml-g2", news_item(f'<inlineData contenttype="text/html">{html.escape(P)}</inlineData>')
    ),
    "NewsML-G2, prefixes": (
        "newsml-g2",
        message(news_item()).replace("<", "<n:").replace("<n:/", "</n:").replace("<n:?", "<?")
        .replace("xmlns=", "xmlns:n="),
    ),
    "NewsML 1.2": ("newsml-1", newsml1()),
    "NewsML 1.2 with paragraphs": ("newsml-1", newsml1(P)),
    "WordPress": ("wordpress", wxr(post())),
    "WordPress, blocks": (
        "wordpress",
        wxr(post("\n\n".join(f"<!-- wp:paragraph -->\n<p>{p}</p>\n<!-- /wp:paragraph -->" for p in QUOTED)))
    ),
    "WordPress, shortcodes": (
        "wordpress",
        wxr(post('[caption id="a" width="3"]<img src="x.jpg" /> A pier.[/caption]\r\n\r\n' + "\r\n\r\n".join(QUOTED)
                 + '\r\n\r\n[gallery ids="1,2"]')),
    ),
    "ProQuest": ("proquest", PROQUEST),
    "XML with markup": ("xml", other_xml(P)),
    "XML with HTML as text": ("xml", other_xml(html.escape(P))),
    "XML of Solr": (
        "xml",
        f'<response><result><doc><str name="title">{the.TITLE}</str><str name="body">{html.escape(the.TEXT)}</str>'
        f'<date name="published">{the.INSTANT}</date><str name="url">{the.URL}</str>'
        f'<str name="author">{the.AUTHOR}</str>'
        f'<str name="source">{the.SOURCE}</str></doc></result></response>',
    ),
    "ninjs 1": ("json", ninjs(1)),
    "ninjs 2": ("json", ninjs(2)),
    "ninjs 3": ("json", ninjs(3)),
    "Arc ANS": ("json", ans()),
}  # fmt: skip
WITHOUT_URL: dict[str, tuple[str, bytes | str]] = {
    "Nexis": ("nexis", NEXIS_COVER + nexis_document()),
    "Nexis, Windows": ("nexis", (NEXIS_COVER + nexis_document()).replace("\n", "\r\n").encode("utf-8-sig")),
    "Nexis, Windows-1252": ("nexis", nexis_document().encode("cp1252")),
    "Nexis Uni, RTF": ("rtf", rtf(NEXIS_UNI)),
    "Nexis Uni, DOCX": ("docx", docx(NEXIS_UNI)),
    "Nexis Uni, text": ("nexis", "\n\n".join(NEXIS_UNI)),
    "Factiva, codes": ("factiva", factiva_coded()),
    "Factiva, rows of a table": (
        "factiva",
        "\n".join(
            f"{code}|{value}|"
            for code, value in (
                ("SE", the.SECTION), ("HD", the.TITLE), ("BY", f"By {the.AUTHOR}"), ("WC", "190 words"),
                ("PD", "4 March 2024"), ("SN", the.SOURCE), ("LA", "English"), ("LP", the.PARAGRAPHS[0]),
                ("TD", "\n".join(the.PARAGRAPHS[1:])), ("AN", f"Document {FACTIVA_ID}"),
            )
        ),
    ),
    "Factiva, no codes": ("factiva", FACTIVA_PLAIN),
    "Factiva, a page": ("factiva", FACTIVA_PAGE),
    "Factiva, RTF": ("rtf", rtf([line for line in factiva_coded().split("\n") if line])),
    "Factiva, DOCX": ("docx", docx([line for line in FACTIVA_PLAIN.split("\n") if line])),
    "IPTC 7901": ("iptc7901", wire()),
    "ANPA 1312": (
        "iptc7901", wire("AP-NY-03-04-24 0912GMT<", f"^AM-Kell,1st Ld<\r\n^{the.TITLE}<\r\n^By {the.AUTHOR}<")
    ),
}  # fmt: skip
DATELESS: dict[str, tuple[str, bytes | str]] = {
    "RTF": ("rtf", rtf([the.TITLE, *the.PARAGRAPHS])),
    "DOCX": ("docx", docx([the.TITLE, *the.PARAGRAPHS])),
    "DOCX, a title's style": ("docx", docx([the.TITLE, *the.PARAGRAPHS], "Heading1")),
}
ALL = {**WITH_URL, **WITHOUT_URL, **DATELESS}


# The contract


@pytest.mark.parametrize("name", ALL)
def test_the_one_article_is_the_same_through_every_format(name: str) -> None:
    format, data = ALL[name]
    found = one(data)
    assert found.format == format
    assert found.article.title == the.TITLE
    assert found.article.text == the.TEXT
    assert found.article.url == (the.URL if name in WITH_URL else None)
    if name not in DATELESS:
        assert found.article.published is not None
        assert found.article.published.date.isoformat() == the.DAY


@pytest.mark.parametrize("name", [name for name in {**WITH_URL, **WITHOUT_URL} if "ninjs" not in name])
def test_source_and_author(name: str) -> None:
    article = one(ALL[name][1]).article
    if name != "IPTC 7901" and not name.startswith("ANPA"):
        assert article.source == the.SOURCE
    if name != "IPTC 7901":
        assert article.author == the.AUTHOR


def test_scanned_pages_are_articles_by_their_mets_file(tmp_path: Path) -> None:
    (tmp_path / "ALTO").mkdir()
    (tmp_path / "ALTO/page1.xml").write_text(alto([the.TITLE, *the.PARAGRAPHS, "A caption."]))
    (tmp_path / "issue-mets.xml").write_text(mets(ARTICLE_AREAS))
    found, page = read_paths([tmp_path])
    assert isinstance(found, ParsedArticle), found
    assert (found.article.title, found.article.text) == (the.TITLE, the.TEXT)
    assert (str(found.article.published), found.article.source) == (the.DAY, the.SOURCE)
    assert isinstance(page, Skipped)
    assert "a page of issue-mets.xml" in page.reason


# Scans


def test_a_page_without_mets_is_an_article_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text(alto(list(the.PARAGRAPHS)))
    [found] = read_paths([tmp_path])
    assert isinstance(found, ParsedArticle)
    assert found.article.text == the.TEXT
    assert found.article.language == "en"
    assert any(note.startswith("a whole page") for note in found.notes)
    assert not any("confidence" in note for note in found.notes)


def test_hardly_legible_words_are_noted() -> None:
    assert any(
        "confidence of its words is low (0.41)" in note for note in one(alto(list(the.PARAGRAPHS), "0.41")).notes
    )


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (('<String CONTENT="storm"/><HYP CONTENT="-"/>', '<String CONTENT="gates"/>'), "stormgates"),
        (('<String CONTENT="Ven-"/>', '<String CONTENT="tilation"/>'), "Ventilation"),
        (('<String CONTENT="Schleswig-"/>', '<String CONTENT="Holstein"/>'), "Schleswig- Holstein"),
        (('<String CONTENT="a"/><String CONTENT="-"/>', '<String CONTENT="b"/>'), "a - b"),
        (('<String CONTENT="ab" SUBS_TYPE="HypPart1"/>', '<String CONTENT="cd" SUBS_TYPE="HypPart2"/>'), "abcd"),
        (('<String CONTENT="x" SUBS_TYPE="HypPart2" SUBS_CONTENT="wx"/><String CONTENT="y"/>',), "y"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_joined(lines: tuple[str, ...], text: str) -> None:
    made = "".join(f"<TextLine>{line}</TextLine>" for line in lines)
    page = f"<alto><Layout><Page><TextBlock>{made}</TextBlock></Page></Layout></alto>"
    assert one(page).article.text == text


def test_what_a_mets_file_cannot_reach(tmp_path: Path) -> None:
    assert "cannot reach its pages" in skip(mets(ARTICLE_AREAS))
    assert "names no article" in skip(mets(ARTICLE_AREAS, "CHAPTER"))
    (tmp_path / "mets.xml").write_text(mets(area("b0", "A9")))
    [found] = read_paths([tmp_path])
    assert isinstance(found, Skipped)
    assert "not beside the METS file" in found.reason
    (tmp_path / "mets.xml").write_text(mets(area("b0")))
    [found] = read_paths([tmp_path])
    assert isinstance(found, Skipped)
    assert "cannot be read (No such file" in found.reason


# Agencies


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_what_is_withdrawn_is_skipped(status: str) -> None:
    item = news_item(item_meta=f'<pubStatus qcode="stat:{status}"/>')
    assert skip(item) == f"withdrawn by its provider ({status})"
    assert status in skip(newsml1(status=status.title()))
    assert status in skip(nitf().replace("<docdata>", f'<docdata management-status="{status}">'))


def test_an_embargo_is_noted() -> None:
    until = "2024-03-06T00:00:00Z"
    found = [
        one(news_item(item_meta=f"<embargoed>{until}</embargoed>")),
        one(
            nitf(docdata='<date.release norm="20240306T000000Z"/>').replace(
                "<docdata>", '<docdata management-status="embargoed">'
            )
        ),
        one(json.dumps({**json.loads(ninjs(1)), "embargoed": until})),
        one(
            json.dumps({**json.loads(ans()), "content_restrictions": {"embargo": {"active": True, "end_time": until}}})
        ),
    ]
    for each in found:
        assert f"embargoed until {until}" in each.notes


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (news_item(item_class="picture"), "its class is picture"),
        (news_item("<remoteContent href='x.xml'/>"), "elsewhere"),
        (news_item('<inlineXML><sports-content xmlns="x"/></inlineXML>'), "its content is <sports-content>"),
        (news_item('<inlineData encoding="base64">QQ==</inlineData>'), "base64"),
        ('<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/"><itemMeta/></packageItem>', "a package"),
        ('<planningItem xmlns="http://iptc.org/std/nar/2006-10-01/"/>', "a planningItem"),
    ],
)
def test_items_that_are_no_articles(item: str, reason: str) -> None:
    before, between, after = read(message(news_item(), item, news_item()))
    assert isinstance(before, ParsedArticle)
    assert isinstance(after, ParsedArticle)
    assert isinstance(between, Skipped)
    assert reason in between.reason


def test_items_within_elements_of_others_are_found() -> None:
    assert one(f"<queue><entry>{news_item()}</entry></queue>").format == "newsml-g2"
    lines = [r.location.line for r in read(f"<batch>\n{nitf()}\n{nitf()}</batch>")]
    assert lines == [2, 3 + nitf().count("\n")]


def test_a_headline_without_text_is_kept() -> None:
    assert "no text: the headline stands for it" in one(news_item("")).notes
    assert one('\n\n<newsItem guid="urn:x"><headline>Dam</headline></newsItem>').article.text == "Dam"


def test_one_article_for_each_language_of_newsml_1() -> None:
    other = newsml1().partition("<NewsComponent>")[2].rpartition("</NewsItem>")[0]
    other = other.replace("FormalName='en'", "FormalName='de'").replace("Ferry", "Fähre")
    made = newsml1().replace("<NewsComponent>", "<NewsComponent><NewsComponent>", 1)
    made = made.replace(
        "</NewsItem>", f"<NewsComponent>{other}</NewsComponent></NewsItem>".replace("<NewsComponent></", "</")
    )
    found = [r.article for r in read(made) if isinstance(r, ParsedArticle)]
    assert {article.language for article in found} == {"en", "de"}
    assert len({article.id for article in found}) == 2


def test_nitf_keeps_subheads_and_line_ends_and_leaves_captions_out() -> None:
    found = one(nitf(body="<p>One<br/>two</p><hl2>Sub</hl2><p/><ul><li>a</li><li>b</li></ul><p>x<br/><br/>y</p>"))
    assert found.article.text == "One\ntwo\n\nSub\n\na\n\nb\n\nx\n\ny"
    assert found.article.id == "kp-1"


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("20240304T091200+0100", "2024-03-04T08:12:00Z"),
        ("20240304T091200-05", "2024-03-04T14:12:00Z"),
        ("20240304T000000", "2024-03-04"),
        ("20240304", "2024-03-04"),
        ("2024-03-04T00:00:00", "2024-03-04"),
        ("2024-03-04T09:12:00Z", "2024-03-04T09:12:00Z"),
    ],
)
def test_dates_without_separators(value: str, day: str) -> None:
    assert str(one(nitf().replace("20240304T091200Z", value)).article.published) == day


@pytest.mark.parametrize(
    ("after", "published"),
    [
        ("041012 MESZ Apr 24", "2024-04-04T08:12:00Z"),
        ("041012 Mai 2024", "2024-05-04"),
        ("041012 GMT Dez 98", "1998-12-04T10:12:00Z"),
        ("AP-NY-10-26-05 1402EDT<", "2005-10-26T18:02:00Z"),
        ("", "None"),
        ("991012 MEZ Apr 24", "None"),
    ],
)
def test_dates_of_wires(after: str, published: str) -> None:
    assert str(one(wire(after)).article.published) == published


def test_a_capture_of_a_wire() -> None:
    first, second, cut = read(wire() + b"\r\n\x16\x16" + wire() + wire()[:200])
    assert isinstance(first, ParsedArticle)
    assert isinstance(second, ParsedArticle)
    assert second.location.line > 10
    assert isinstance(cut, Skipped)
    assert "cut off" in cut.reason


def test_items_of_ninjs() -> None:
    item = json.loads(ninjs(2))
    assert "its type is picture" in skip(json.dumps({**item, "type": "picture"}))
    assert "an event" in skip(json.dumps({**item, "eventDetails": {"dates": {}}}))
    more = {"a": {**item, "uri": "https://kellpost.example/2"}, "b": {"uri": "x", "type": "picture", "renditions": {}}}
    found = [r.article.url for r in read(json.dumps({**item, "associations": more})) if isinstance(r, ParsedArticle)]
    assert found == [the.URL, "https://kellpost.example/2"]
    assert "JSON schema" in skip(json.dumps({"$schema": "x", "title": "t", "description": "d", "properties": {}}))


# WordPress


def test_only_published_posts_are_articles() -> None:
    items = [
        post(),
        post(kind="page"),
        post(kind="page"),
        post(status="draft"),
        post(kind="attachment", status="inherit"),
    ]
    protected = post(extra="<wp:post_password>x</wp:post_password>")
    found, left_out = read(wxr(*items, protected))
    assert isinstance(found, ParsedArticle)
    assert (found.article.author, found.article.section, found.article.language) == (the.AUTHOR, the.SECTION, "en-gb")
    assert isinstance(left_out, Skipped)
    assert left_out.reason == (
        "left out, because only published posts are articles: 2 pages, 1 draft, 1 attachment, 1 protected by a password"
    )


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("One [sic] and [AP] stay.\n\nTwo", "One [sic] and [AP] stay.\n\nTwo"),
        ('[vc_row width="1"][vc_column]Text[/vc_column][/vc_row]', "Text"),
        ("Line one\nline two\n\n<strong>Bold</strong><br />more", "Line one line two\n\nBold\n\nmore"),
        ('[caption id="a"]<img src="x"/>One[/caption]A [b] c[caption]not closed', "A [b] cnot closed"),
        ("[embed]https://x.example/v[/embed]\n\nText", "Text"),
        ("A &amp; B &#8217;s &lt;b&gt;", "A & B ’s <b>"),
    ],
)
def test_the_markup_of_wordpress(text: str, plain: str) -> None:
    found = one(wxr(post(text)))
    assert found.article.text in (plain, plain.replace("<b>", "").strip())


def test_a_broken_post_costs_itself() -> None:
    broken = post().replace("</dc:creator>", "")
    readings = read(wxr(post(), broken, post()))
    assert [type(r) for r in readings] == [ParsedArticle, Skipped, ParsedArticle]
    assert "not well-formed XML" in readings[1].reason  # type: ignore[union-attr]
    assert "xmllint --recover" in readings[1].reason  # type: ignore[union-attr]
    cut = read(wxr(post(), post())[:-400])
    assert [type(r) for r in cut] == [ParsedArticle, Skipped]
    assert "cut off" in cut[1].reason  # type: ignore[union-attr]


def test_an_export_of_any_length_takes_little_memory() -> None:
    start = wxr().removesuffix("</channel></rss>").encode()
    item = post().encode()

    class Endless(io.RawIOBase):
        left = 2_000

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            data = start if self.left == 2_000 else item if self.left else b""
            self.left -= bool(self.left)
            buffer[: len(data)] = data
            return len(data)

    reader = reader_named("wordpress")
    tracemalloc.start()
    try:
        count = sum(1 for _ in reader.read(io.BufferedReader(Endless(), 1 << 16), SourceLocation("x"), Options()))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert count == 1_999


@pytest.mark.parametrize("piece", ["[caption]", "[a ", "<!--", "& ", "<b>", "<![CDATA[", "a: b\n\n", "]]>"])
@pytest.mark.parametrize("name", ["NITF", "WordPress", "Nexis", "ProQuest", "IPTC 7901", "Factiva, a page"])
def test_no_repetition_takes_long(name: str, piece: str) -> None:
    format, data = ALL[name]
    whole = data if isinstance(data, bytes) else data.encode()
    at = whole.index(b"Engineers")
    start = time.perf_counter()
    read(whole[:at] + piece.encode() * (600_000 // len(piece)) + whole[at:], format)
    assert time.perf_counter() - start < 15


# XML that is odd or hostile


@pytest.mark.parametrize("format", ["nitf", "newsml-g2", "newsml-1", "wordpress", "alto", "mets"])
def test_entities_of_their_own_are_refused(format: str) -> None:
    data = {"nitf": nitf(), "newsml-g2": news_item(), "newsml-1": newsml1().partition(">")[2].partition(">")[2],
            "wordpress": wxr(post()).partition("?>")[2], "alto": alto(["x"]).partition("?>")[2],
            "mets": mets(ARTICLE_AREAS).partition("?>")[2]}[format]  # fmt: skip
    for entity in ('x "y"', 'x SYSTEM "file:///etc/passwd"', '% p SYSTEM "http://evil.example/"'):
        declared = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY {entity}>]>{data}'
        assert "xmllint --noent" in skip(declared.replace("harbour", "&x;"), format)


@pytest.mark.parametrize(
    ("put", "got"),
    [("R&D", "R&D"), ("a&nbsp;b", "a\xa0b"), ("caf&eacute;", "café"), ("a < b", "a < b"),
     ("<3", "<3"), ("&bogus;", "&bogus;"),
     ("<b>bold", "bold"), ("a<br>b", "a\nb"), ("x\x08y", "x\ufffdy"), ("x&#8;y", "x\ufffdy"), ("x&#x1F600;", "x😀")],
)  # fmt: skip
def test_what_is_meant_plainly_is_read(put: str, got: str) -> None:
    assert one(nitf(body=f"<p>{put}</p>")).article.text == got


def test_bytes_in_another_encoding_are_read_and_said() -> None:
    data = nitf(body="<p>cafNN and</p>").encode().replace(b"NN", b"\xe9")
    found = one(data)
    assert found.article.text == "café and"
    assert any("Windows-1252" in note for note in found.notes)


def test_deep_nesting_and_long_records() -> None:
    start = time.perf_counter()
    deep = "<z>" * 100_000 + "</z>" * 100_000
    assert "depth" in skip(nitf(body=f"<p>{deep}</p>"))
    assert "limit for one article" in skip(nitf(body=f"<p>{'x ' * 5000}</p>"), limits=Limits(record_bytes=5000))
    readings = read(wxr(post(), post().replace("<wp:status>", f"{deep}<wp:status>"), post()))
    assert [type(r) for r in readings] == [ParsedArticle, Skipped, ParsedArticle]
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('<?xml version="1.0"?><catalogue><item/></catalogue>', "XML with the root element <catalogue>"),
        ("<contentSet><inlineXML/></contentSet>", "<contentSet>"),
        ('<!-- c --><!DOCTYPE x [<!ELEMENT x ANY>]><x:y xmlns:x="u"/>', "<y>"),
        ("<?xml version='1.0'?>", "without a root element"),
    ],
)
def test_unknown_xml_is_refused_by_its_root(data: str, words: str) -> None:
    with pytest.raises(UnknownFormat, match=words):
        reader_for(data.encode(), "x.xml")


# Press databases


def test_many_documents_of_nexis() -> None:
    data = NEXIS_COVER + "".join(nexis_document(i, 3, f"Title {i}") for i in (1, 2, 3))
    found = [r.article.title for r in read(data) if isinstance(r, ParsedArticle)]
    assert found == ["Title 1", "Title 2", "Title 3"]
    no_date = nexis_document(2, 3).replace("March 4, 2024 Monday", "no day")
    first, bad, last = read(nexis_document(1, 3) + no_date + nexis_document(3, 3))
    assert isinstance(first, ParsedArticle)
    assert isinstance(last, ParsedArticle)
    assert isinstance(bad, Skipped)
    assert "without a date line" in bad.reason
    assert bad.location.line == nexis_document(1, 3).count("\n") + 1


def test_nexis_as_it_was_before_2010() -> None:
    body = "\n\n".join(map(wrapped, the.PARAGRAPHS))
    data = (
        f"{'':30}1 of 1 DOCUMENTS\n\n{'':18}Copyright 2024 The Kell Post Company\n{'':31}{the.SOURCE}\n\n"
        f"{'':27}March 4, 2024 Monday\n{'':30}Late Edition\n\nSECTION: {the.SECTION}; Pg. 1\n\nLENGTH: 190 words\n\n"
        f"HEADLINE: {wrapped(the.TITLE)}\n\nBYLINE: By {the.AUTHOR}\n\nDATELINE: KELL, March 4\n\nBODY:\n{body}\n\n"
        f"URL: {the.URL}\n\nGRAPHIC: Photo: A pier.\n\nLOAD-DATE: March 5, 2024\n"
    )
    found = one(data).article
    assert (found.title, found.text, str(found.published)) == (the.TITLE, the.TEXT, the.DAY)
    assert (found.source, found.author, found.section, found.url) == (the.SOURCE, the.AUTHOR, the.SECTION, the.URL)


@pytest.mark.parametrize("title", ["March 2024 in pictures", "4 March 2024: what is known", "May 5, 2023"])
def test_a_headline_may_begin_with_a_date(title: str) -> None:
    found = one(nexis_document(title=title)).article
    assert (found.title, str(found.published)) == (title, the.DAY)
    if title != "May 5, 2023":
        found = one("\n\n".join(NEXIS_UNI).replace(the.TITLE, title)).article
        assert (found.title, str(found.published)[:10]) == (title, the.DAY)


def test_words_before_a_colon_in_a_text_are_no_fields() -> None:
    put = "Subject: the pier. State: bad. Language: none."
    last = the.PARAGRAPHS[-1]
    for data in (nexis_document().replace(wrapped(last), f"{put}\n\n{wrapped(last)}"),
                 "\n\n".join(NEXIS_UNI).replace(last, f"{put}\n\n{last}")):  # fmt: skip
        assert one(data).article.text == the.TEXT.replace(last, f"{put}\n\n{last}")


def test_nexis_in_german() -> None:
    data = (
        nexis_document(date="4. März 2024 Montag")
        .replace("1 of 1 DOCUMENTS", "Dokument 1 von 1")
        .replace("LENGTH", "LÄNGE")
    )
    data = (
        data.replace("190 words", "190 Wörter")
        .replace("BYLINE: By ", "AUTOR: ")
        .replace("LANGUAGE: ENGLISH", "SPRACHE: GERMAN; Deutsch")
    )
    found = one(data.replace("SECTION", "RUBRIK"))
    assert (found.article.title, found.article.author, found.article.text) == (the.TITLE, the.AUTHOR, the.TEXT)
    assert (found.article.section, found.article.language) == (the.SECTION, "de")


def test_many_documents_of_factiva() -> None:
    for data in (factiva_coded() * 3, FACTIVA_PLAIN * 3):
        found = read(data)
        assert [type(r) for r in found] == [ParsedArticle] * 3
        assert [r.article.id for r in found if isinstance(r, ParsedArticle)] == [FACTIVA_ID] * 3
        assert len({r.location.line for r in found}) == 3


def test_words_in_a_text_are_no_marks() -> None:
    for line in ("End of document", "HD", "Length: 3 words", "Full text: none", "{curly}"):
        assert reader_for(f"A Headline\n\nA text.\n\n{line}\n".encode(), "a.txt").name == "text"
    text = "A Headline\n\nThe end of document reform was near, 3 of 4 documents said. HD television and PD rules."
    assert reader_for(text.encode(), "a.txt").name == "text"


def test_many_documents_of_proquest() -> None:
    found = read(PROQUEST * 3)
    assert [r.article.title for r in found if isinstance(r, ParsedArticle)] == [the.TITLE] * 3
    assert len(found) == 3
    assert "limit for one article" in skip(PROQUEST, "proquest", Limits(record_bytes=500))


def test_xml_with_other_fields_is_read_by_the_names_that_a_user_gives() -> None:
    made = other_xml(P).replace("body>", "prosa>")
    with pytest.raises(UnknownFormat, match="root element <export>"):
        read(made)
    rules = FieldRules(fields={"text": "prosa"})
    [found] = reader_named("xml").read(io.BytesIO(made.encode()), SourceLocation("x"), Options(rules=rules))
    assert isinstance(found, ParsedArticle)
    assert found.article.text == the.TEXT


def test_xml_with_usual_fields_is_read_record_by_record() -> None:
    record = other_xml(P).partition("<articles>")[2].partition("</articles>")[0]
    broken = record.replace("</link>", "")
    found = read(f"<export><articles>{record}{broken}{record}</articles></export>")
    assert [type(r) for r in found] == [ParsedArticle, Skipped, ParsedArticle]


# Documents


def test_documents_of_python_docx_and_tables(tmp_path: Path) -> None:
    python_docx = pytest.importorskip("docx")
    document = python_docx.Document()
    document.add_heading(the.TITLE, 0)
    for paragraph in the.PARAGRAPHS:
        document.add_paragraph(paragraph)
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "In a table"
    document.save(str(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.docx", "folder/a.docx")
    readings = list(read_paths([tmp_path / "a.docx"]))
    [found] = readings
    assert isinstance(found, ParsedArticle)
    assert found.article.title == the.TITLE
    assert found.article.text == f"{the.TEXT}\n\nIn a table"
    [within] = read_paths([tmp_path / "b.zip"])
    assert isinstance(within, ParsedArticle)
    assert within.article == found.article


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (docx([], document="<w:document xmlns:w='u'><w:body>"), "damaged office document"),
        (
            docx(
                [], document='<!DOCTYPE x [<!ENTITY a "b">]><w:document xmlns:w="u"><w:body>&a;</w:body></w:document>'
            ),
            "text",
        ),
        (docx(["x"])[:200], "damaged office document"),
        (docx(["a" * 40_000_000]), "longer than"),
        (docx([""]), "text: missing or blank"),
        (b"{\\rtf1 cut off", "cut off"),
        (b"{\\rtf1}", "text: missing or blank"),
    ],
    ids=["xml", "entity", "zip", "bomb", "empty", "rtf cut", "rtf empty"],
)
def test_documents_that_cannot_be_read(data: bytes, words: str) -> None:
    assert words in skip(data)


def test_a_document_under_another_name_within_its_file() -> None:
    data = docx([the.TITLE, *the.PARAGRAPHS]).replace(b"word/document.xml", b"word/documen2.xml")
    assert "an office document of an unknown kind" in skip(data)
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w") as archive,
        zipfile.ZipFile(io.BytesIO(docx([the.TITLE, *the.PARAGRAPHS]))) as old,
    ):
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document2.xml", old.read("word/document.xml"))
    assert one(stream.getvalue()).article.text == the.TEXT


@pytest.mark.parametrize(
    "name", ["WordPress", "NewsML-G2, a message", "Nexis", "Factiva, codes", "IPTC 7901", "ProQuest"]
)
def test_what_was_read_before_a_stream_breaks_stays(name: str) -> None:
    format, data = ALL[name]
    whole = data if isinstance(data, bytes) else data.encode()
    if format == "wordpress":
        whole = wxr(*[post()] * 200).encode()
    elif format == "newsml-g2":
        whole = message(*[news_item()] * 200).encode()
    else:
        whole *= 200

    class Breaking(io.RawIOBase):
        at = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            piece = whole[self.at : self.at + min(len(buffer), 4096)]
            if self.at > len(whole) // 2:
                raise Broken("damaged")
            buffer[: len(piece)] = piece
            self.at += len(piece)
            return len(piece)

    readings: list[Reading] = []
    stream = io.BufferedReader(Breaking())
    with pytest.raises(Broken):
        readings.extend(reader_named(format).read(stream, SourceLocation("x"), Options()))
    assert len(readings) > 20


def test_an_extra_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "striprtf.striprtf", None)
    assert "pip install 'clew[formats]'" in skip(rtf(["x"]))


# Anything


MUTATED = [
    *((format, data.encode() if isinstance(data, str) else data) for format, data in ALL.values()),
    ("alto", alto(list(the.PARAGRAPHS)).encode()),
    ("mets", mets(ARTICLE_AREAS).encode()),
]


@settings(max_examples=400, deadline=None)
@given(
    fixture=st.sampled_from(MUTATED),
    edits=st.lists(
        st.tuples(st.integers(0, 1 << 16), st.integers(0, 30), st.binary(max_size=12) | st.sampled_from(
            [b"<", b">", b"</p>", b"<![CDATA[", b"]]>", b"&", b"\x00",
             b"\xff", b"<!--", b"\x01", b"\x03", b"HD\n", b"{\\", b"}"]
        )),
        max_size=4,
    ),
    cut=st.integers(0, 1 << 16),
)  # fmt: skip
def test_whatever_the_bytes_are_nothing_is_raised(
    fixture: tuple[str, bytes], edits: list[tuple[int, int, bytes]], cut: int
) -> None:
    format, data = fixture
    for at, length, put in edits:
        at %= len(data) + 1
        data = data[:at] + put + data[at + length :]
    data = data[: cut % (len(data) + 1)] if cut % 3 == 0 else data
    for reading in read(data, format, Limits(record_bytes=1 << 18)):
        assert isinstance(reading, Skipped) or reading.article.text.strip()
        if isinstance(reading, Skipped):
            assert reading.reason


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), format=st.sampled_from(sorted({format for format, _ in MUTATED})))
def test_any_bytes_in_any_format(data: bytes, format: str) -> None:
    read(data, format)


def test_every_reader_recognises_its_own() -> None:
    made: Callable[[bytes], str] = lambda data: reader_for(data[: 1 << 16], "no suffix").name  # noqa: E731
    assert [made(data) for _, data in MUTATED] == [format for format, _ in MUTATED]


@pytest.mark.parametrize("format", ["nexis", "factiva", "proquest", "iptc7901"])
def test_an_old_encoding_of_an_export_is_said(format: str) -> None:
    written = next(data for name, data in ALL.values() if name == format)
    text = written.decode("cp1252") if isinstance(written, bytes) else written
    data = text.replace("ferry", "férry").encode("cp1252")
    assert "é".encode("cp1252") in data
    articles = [reading for reading in read(data, format) if isinstance(reading, ParsedArticle)]
    assert articles
    assert all("férry" in found.article.text for found in articles)
    assert any("windows-1252" in note for found in articles for note in found.notes)
    clean = read(text.encode(), format)
    assert not any("windows-1252" in note for found in clean for note in getattr(found, "notes", ()))

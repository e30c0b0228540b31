"""An HTML page as a tree, and what its head says: title, day, author, site, address. Its text: `html_text`.

Everything comes from what publishers write for machines (JSON-LD, meta tags, `<time>`); running text is never searched
for dates or names. Only an element that is marked as the page's date, and holds nothing else, counts with its day.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from ..dates import looks_like_date_line, parse_published
from ..errors import BadRecord
from ..fields.values import is_blank, line_of
from ..text import squeeze

Element = Any
"""An element of lxml."""

_ARTICLE_TYPES = ("article", "posting", "report", "creativework", "review")
"""In lower case: the end of a schema.org type that is a text (NewsArticle, BlogPosting, LiveBlogPosting, Report...)."""
_DEEPEST = 6
_LINKED_DATA_MAX = 2_000_000
"""Characters of one JSON-LD script."""
_TITLES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "headline",
    "hdl",
)
_DATES = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "publish-date", "publish_date", "publishdate", "published_time", "pubdate", "publication_date", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date", "dcterms.created",
    "dc.date.created",
    "cxenseparse:recs:publishtime", "article.published", "article_date_original", "citation_publication_date",
    "originalpublicationdate", "date", "pdate", "ptime", "displaydate", "rnews:datepublished", "article:create_at",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author_name", "byl", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
    "dc.contributor", "cxenseparse:author", "citation_author", "article:author", "og:article:author", "twitter:data1",
)  # fmt: skip
_SITES = ("og:site_name", "application-name", "al:android:app_name", "dc.publisher", "publisher", "copyright-holder")
_SECTIONS = ("article:section", "og:section", "parsely-section", "section", "cg", "dc.subject.section")
_LANGUAGES = ("og:locale", "content-language", "dc.language", "language")
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|published|publish-?date|pubdate|post(?:ed)?-?date|entry-?date|dateline)\b", re.I
)
_LONGEST_DATE = 60
_LONGEST_NAME = 60
_SAVED_FROM = re.compile(
    r"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->|<!--\s*\n? *Page saved with SingleFile\s+url: (\S+)", re.I
)
_MIRRORED = re.compile(r"<!-- Mirrored from (\S+) by HTTrack", re.I)
_SEPARATOR = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|»]\s*")
_URL_SCHEME = re.compile(r"https?://", re.I)


class Page(NamedTuple):
    """A parsed page."""

    root: Element
    """The root element; scripts are still in it."""
    source: str
    """What was parsed: the tree leaves comments out."""
    too_deep: bool
    """Whether elements beyond the parser's depth (256) were left out."""


class Facts(NamedTuple):
    """What a page says of itself."""

    fields: Mapping[str, object]
    """Names as in `corpus.fields`, without the text."""
    body: str
    """The text of the article as its JSON-LD has it, "" without."""
    notes: tuple[str, ...]
    is_article: bool
    """Whether the page says that it is an article."""
    is_front: bool
    """Whether its address is the site's front page."""


def parse_page(html: str) -> Page | None:
    """The tree of a page or fragment; None where there is not one element with text in it."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        root = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    return Page(root, html, too_deep)


def facts_of(page: Page, url: str = "") -> Facts:
    """Title, date, author, section, site, language and address of a page; `url` is where it was fetched from."""
    metas = _metas(page.root)
    data = _main_object(page.root)
    site = unescape(_first(metas, _SITES) or line_of(_one(data.get("publisher")))).partition(" | ")[0]
    notes: list[str] = []
    address = _address(page, metas, data, url)
    fields: dict[str, object] = {
        "title": _title(page.root, metas, data, site),
        "published": _published(page.root, metas, data, notes),
        "author": _author(page.root, metas, data),
        "section": _shortest(line_of(_one(data.get("articleSection"))) or _first(metas, _SECTIONS)),
        "source": "" if _URL_SCHEME.match(site) else site,
        "language": _language(page.root, metas, data),
        "url": address,
    }
    body = data.get("articleBody")
    return Facts(
        {name: value for name, value in fields.items() if value},
        body.strip() if isinstance(body, str) else "",
        tuple(notes),
        bool(data) or metas.get("og:type", "").lower() in ("article", "news", "blog"),
        bool(address) and urlsplit(address).path in ("", "/") and not urlsplit(address).query,
    )


def _metas(root: Element) -> dict[str, str]:
    """Names of meta tags in lower case -> content, the first of each."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        content = squeeze(meta.get("content") or "")
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _first(metas: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((metas[name] for name in names if name in metas), "")


def _main_object(root: Element) -> Mapping[str, Any]:
    """The JSON-LD object of the article; {} without one."""
    for script in root.iter("script"):
        text = (script.text or "").strip()
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > _LINKED_DATA_MAX:
            continue
        try:
            value = json.loads(text.removeprefix("<![CDATA[").removesuffix("]]>").rstrip("; \n"), strict=False)
        except (ValueError, RecursionError):
            continue
        for each in _objects(value):
            if _is_article(each):
                return each
    return {}


def _objects(value: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            yield from _objects(value.get(name), depth + 1)


def _is_article(value: Mapping[str, Any]) -> bool:
    kinds = value.get("@type")
    named = [str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])]
    told = not is_blank(value.get("headline")) or not is_blank(value.get("articleBody"))
    return told and any(kind.endswith(_ARTICLE_TYPES) for kind in named)


def _shortest(section: str) -> str:
    """The first of several sections that stand in one value."""
    return unescape(section.split(",")[0] if len(section) > _LONGEST_DATE else section)


def _one(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _title(root: Element, metas: Mapping[str, str], data: Mapping[str, Any], site: str) -> str:
    """The headline; of a shortened one the whole, where a heading has it."""
    headings = [text for text in (squeeze(h.text_content()) for h in root.iter("h1")) if text]
    element = next(root.iter("title"), None)
    named = squeeze(element.text_content()) if element is not None else ""
    marked = next((squeeze(e.text_content()) for e in root.xpath("(//*[@itemprop='headline'])[1]")), "")
    candidates = [
        _without_markup(line_of(data.get("headline"))),
        without_site(unescape(_first(metas, _TITLES)), site),
        marked,
        headings[0] if len(headings) == 1 else "",
        without_site(named, site) if named else "",
        headings[0] if headings else "",
    ]
    title = next(filter(None, candidates), "")
    start = title.rstrip(".… ")
    longer = (
        text
        for text in candidates
        if title.endswith(("…", "...")) and text.startswith(start) and len(text) > len(title)
    )
    return next(longer, title)


def _without_markup(text: str) -> str:
    from ..markup import has_markup, plain_text

    return plain_text(text) if has_markup(text) else unescape(text)


def without_site(title: str, site: str) -> str:
    """A title without the name of its site before or after it (`Headline | Kell Post`)."""
    parts = list(_SEPARATOR.finditer(title))
    if not parts:
        return title
    first, last = parts[0], parts[-1]
    wanted = _letters(site)
    if wanted and _letters(title[last.end() :]) == wanted:
        return title[: last.start()]
    if wanted and _letters(title[: first.start()]) == wanted:
        return title[first.end() :]
    # `Headline | Section | Name of the Site`: a bar is in few headlines
    bar = title.find(" | ")
    return title[:bar] if bar >= 20 and len(title) - bar < bar + 20 else title


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold())).removeprefix("the").removesuffix("com")


def _published(root: Element, metas: Mapping[str, str], data: Mapping[str, Any], notes: list[str]) -> str:
    given = [line_of(_one(data.get("datePublished"))), *(metas[name] for name in _DATES if name in metas)]
    given += [line_of(_one(data.get("dateCreated")))]
    times = root.xpath("//*[@itemprop='datePublished']") + [
        e for e in root.iter("time") if e.get("pubdate") is not None
    ]
    given += [e.get("datetime") or e.get("content") or squeeze(e.text_content()) for e in times]
    given = [value for value in given if value]
    if readable := next((value for value in given if looks_like_date_line(value)), ""):
        return readable
    if given:
        return given[0]
    if date := _shown_date(root):
        notes.append("date from a line of the page that is marked as its date: the day only")
    return date


def _shown_date(root: Element) -> str:
    """The day of the first `<time>`, or of the first element whose class says that it is a date, outside of lists."""
    for element in root.iter("time", "p", "span", "div", "li", "abbr"):
        marked = element.tag == "time" or _DATE_CLASS.search(element.get("class") or "")
        if not marked or _is_aside(element):
            continue
        text = element.get("datetime") or element.get("title") or squeeze(element.text_content()[: 4 * _LONGEST_DATE])
        if day := _day(text) or _day(squeeze(element.text_content()[: 4 * _LONGEST_DATE])):
            return day
        if element.tag == "time":
            return ""
    return ""


def _day(text: str) -> str:
    text = re.sub(r"^(?:published|posted|updated|last updated|date|on)\b[: ]*(?:on )?", "", text.strip(), flags=re.I)
    if not text or len(text) > _LONGEST_DATE:
        return ""
    try:
        return str(parse_published(text))[:10]
    except BadRecord:
        return ""


def _is_aside(element: Element) -> bool:
    """Whether it stands in a list of other articles or in comments."""
    outer = [f"{e.tag} {e.get('class') or ''} {e.get('id') or ''}".lower() for e in element.iterancestors()]
    return any(word in each for each in outer for word in ("aside", "related", "comment", "sidebar", "footer", "nav"))


def _author(root: Element, metas: Mapping[str, str], data: Mapping[str, Any]) -> str:
    named = [line_of(_people(data.get("author"))), *(metas[name] for name in _AUTHORS if name in metas)]
    for value in named:
        if (
            value
            and not _URL_SCHEME.match(value)
            and not value.lower().endswith((" min read", " minutes", " minute read"))
        ):
            return unescape(value)
    found = root.xpath("(//*[@rel='author' or @itemprop='author'])[1]")
    text = squeeze(found[0].text_content()) if found else ""
    return text if len(text) <= _LONGEST_NAME and not any(map(str.isdigit, text)) else ""


def _people(value: object) -> object:
    """JSON-LD has names, objects with a name, and lists of both; an address is no name."""
    if isinstance(value, list):
        return [each for each in map(_people, value[:20]) if each]
    if isinstance(value, Mapping):
        value = value.get("name")
    return value if not (isinstance(value, str) and _URL_SCHEME.match(value)) else ""


def _language(root: Element, metas: Mapping[str, str], data: Mapping[str, Any]) -> str:
    html = root if root.tag == "html" else next(root.iter("html"), root)
    given = (
        html.get("lang") or html.get("xml:lang") or line_of(_one(data.get("inLanguage"))) or _first(metas, _LANGUAGES)
    )
    given = given.split(",")[0].split(".")[0].strip().replace("_", "-")
    return given if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", given) else ""


def _address(page: Page, metas: Mapping[str, str], data: Mapping[str, Any], url: str) -> str:
    """The canonical address; one that leads to the front page only where there is no other."""
    base = url or _saved_from(page.source[:4096])
    entity = data.get("mainEntityOfPage")
    links = page.root.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    given = [
        *links[:1], metas.get("og:url", ""), line_of(data.get("url")),
        line_of(entity.get("@id") if isinstance(entity, Mapping) else entity), metas.get("savepage-url", ""), base,
    ]  # fmt: skip
    base = base or next((each for each in given if _URL_SCHEME.match(each.strip())), "")
    absolute = [joined for each in given if each.strip() and (joined := _joined(base, each.strip()))]
    if url:  # a copy that names its original is another site's article, not the original itself
        absolute = [each for each in absolute if _site(each) == _site(url)]
    if not absolute:
        return url
    return next((each for each in absolute if urlsplit(each).path.strip("/") or urlsplit(each).query), absolute[0])


def _site(url: str) -> str:
    """The last two labels of an address's host: `m.`, `www.` and `amp.` are the same site."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return ".".join(host.rsplit(".", 2)[-2:])


def _joined(base: str, address: str) -> str:
    try:
        joined = urljoin(base, address)
        urlsplit(joined)
    except ValueError:
        return ""
    return joined if _URL_SCHEME.match(joined) else ""


def _saved_from(head: str) -> str:
    """The address in the comment that browsers and mirroring tools write."""
    if match := _SAVED_FROM.search(head):
        return match[1] or match[2]
    match = _MIRRORED.search(head)
    return f"http://{match[1]}" if match else ""

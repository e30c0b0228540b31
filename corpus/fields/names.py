"""Which field of an export is what: the names that tools of this trade use, and how a record is searched for them.

Letter case and everything but letters and digits do not matter (`publishedAt`, `published_at`, `Published At`), nor
does nesting one deep: in a container (`fields.bodyText`, `_source.title`), or where the value itself is an object
(`source.name`, `title.rendered`). The first name of the table that has a value is taken, the outer one first.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..dates.stated import says_no_date
from .values import body_of, date_text, is_blank, line_of

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": (
        "id", "guid", "uri", "uuid", "articleid", "storyid", "storiesid", "docid", "documentid", "itemid", "postid",
        "newsid", "accessionnumber", "identifier",
    ),
    "title": (
        "title", "headline", "headlinemain", "headlines", "webtitle", "titlefull", "articletitle", "storytitle",
        "maintitle", "headlinetext", "heading", "headlinesimple", "name",
    ),
    "text": (
        "text", "body", "content", "maintext", "bodytext", "bodymain", "fulltext", "articletext", "articlebody",
        "storytext", "storybody", "contenttext", "cleanedtext", "plaintext", "bodies", "articlecontent", "fullcontent",
        "contentelements", "contentencoded", "contenthtml", "bodyhtml", "bodyxhtml", "storyhtml", "articlehtml",
        "bodyrichtext", "article", "story", "rawtext", "html",
    ),
    "summary": (
        "description", "summary", "abstract", "shortdescription", "descriptiontext", "lead", "leadparagraph",
        "descriptions", "standfirst", "excerpt", "snippet", "teaser", "trailtext", "dek", "intro", "subheadline",
        "subtitle",
    ),
    "published": (
        "published", "publishedat", "publisheddate", "publishdate", "datepublish", "datepublished", "datetimepub",
        "pubdate", "publicationdate", "webpublicationdate", "publicationdatetime", "publishedon", "publishtime",
        "firstpublished", "firstpublicationdate", "firstpublishdate", "displaydate", "issued", "dateissued", "postdate",
        "dateposted", "date", "datetime", "dcdate", "dategmt", "created", "createdat", "createdon", "createddate",
        "datecreated", "firstcreated", "contentcreated", "versioncreated", "timestamp", "pubdatetime", "releasedate",
        "seendate", "updated", "updatedat", "updateddate", "modified", "datemodified", "datemodify", "lastmodified",
    ),
    "source": (
        "source", "outlet", "publisher", "publication", "publicationname", "publishername", "sourcename", "sitename",
        "site", "medianame", "newspaper", "media", "provider", "hostname", "domain", "sourcedomain", "copyrightholder",
        "feed", "website",
    ),
    "author": (
        "author", "authors", "byline", "creator", "dccreator", "authorname", "by", "bylines", "writer", "journalist",
        "reporter", "credits",
    ),
    "section": (
        "section", "sectionname", "category", "categories", "newsdesk", "desk", "rubric", "ressort", "newscategory",
    ),
    "language": ("language", "lang", "inlanguage", "languagecode", "locale", "dclanguage"),
    "url": (
        "url", "link", "canonicalurl", "permalink", "weburl", "articleurl", "storyurl", "pageurl", "originalurl",
        "href", "externalurl", "sourceurl",
    ),
}  # fmt: skip
"""What a field is -> its names, the preferred ones first, in lower case without any other character. `summary` stands
for the text where there is none; of the dates the one of publication is wanted, then of creation, then of change."""

_CONTAINERS = frozenset(
    ("fields", "attributes", "data", "article", "story", "item", "document", "doc", "post", "metadata",
     "meta", "properties", "record", "node", "thread", "content", "newsitem")
)  # fmt: skip
"""Names of objects whose fields count as the record's own."""

_PLAIN = re.compile(r"[\W_]+")


class Found(NamedTuple):
    """A field that was found: its name as the record has it (`fields.bodyText`), and its value."""

    name: str
    value: object

    def value_of(self, role: str) -> str:
        """The value as a text: of all paragraphs for `text` and `summary`, else one line."""
        if role == "published":
            return date_text(self.value)
        return body_of(self.value) if role in ("text", "summary") else line_of(self.value)

    def says_something(self, role: str) -> bool:
        """Whether there is a letter or digit in it; of a date, whether it is more than `N/A` or zeros."""
        if role == "published":
            return not says_no_date(self.value_of(role))
        return any(map(str.isalnum, self.value_of(role)))


def plain_name(name: str) -> str:
    """A field's name in lower case, letters and digits only."""
    return _PLAIN.sub("", name).lower()


def find_fields(record: Mapping[str, object], given: Mapping[str, str] = {}) -> tuple[dict[str, Found], list[str]]:
    """What each field of a record is.

    Args:
        record: the names and values of one record.
        given: what a field is -> its name in the record (with dots for nesting): before all names of the table.

    Returns:
        What is there by its place in the table, and the names of the other fields that have a value.
    """
    fields = list(_fields(record))
    by_name: dict[str, Found] = {}
    for name, field in fields:
        by_name.setdefault(name, field)
    chosen = {
        role: field_named(record, given[role]) if role in given else _first(role, [by_name.get(name) for name in names])
        for role, names in NAMES.items()
    }
    found = {role: field for role, field in chosen.items() if field is not None}
    used = {field.name for field in found.values()}
    used |= {name.partition(".")[0] for name in used}
    return found, [field.name for _, field in fields if "." not in field.name and field.name not in used]


def _first(role: str, fields: Sequence[Found | None]) -> Found | None:
    """The first field with a letter or digit in it, else the first with any value."""
    some = [field for field in fields if field and field.value_of(role)]
    return next((field for field in some if field.says_something(role)), next(iter(some), None))


def _fields(record: Mapping[str, object]) -> Iterator[tuple[str, Found]]:
    """(plain name, field) of all that have a value; those of the record before those of objects in it."""
    inner: list[tuple[str, Mapping[str, object]]] = []
    for name, value in record.items():
        if is_blank(value):
            continue
        plain = plain_name(str(name))
        yield plain, Found(str(name), value)
        if isinstance(value, Mapping) and plain in _CONTAINERS:
            inner.append((str(name), value))
    for outer, values in inner:
        for name, value in values.items():
            if not is_blank(value) and plain_name(str(name)) != "name":  # of a person, a place, a file
                yield plain_name(str(name)), Found(f"{outer}.{name}", value)


def field_named(record: Mapping[str, object], path: str) -> Found | None:
    """The field that a user named; dots lead into objects, unless a name has them itself."""
    if path in record:
        return None if is_blank(record[path]) else Found(path, record[path])
    value: object = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return None if is_blank(value) else Found(path, value)

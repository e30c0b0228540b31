"""The one place where fields become an `Article`, whether of a request or of a record that was read.

The text keeps its length: characters that SQLite, JSON or XML cannot hold are replaced one for one, so offsets into
what was sent are offsets into what is stored. Nothing is guessed; the notes name what is missing.
"""

import hashlib
import json
import re
from collections.abc import Mapping

from ..article import Article
from ..dates.numeric import DateOrder
from ..dates.stated import date_of
from ..errors import BadRecord
from ..hashing import content_hash
from ..languages import primary
from ..text import squeeze
from ..urls import canonical_url, source_of
from .language import UNSAID, language_of, tag_of

TEXT_MAX_BYTES = 8 << 20
"""UTF-8. About 1.4 million words: more than a columnist writes in a year, so not an article."""
TITLE_MAX = 2_000
"""Characters, after white space is squeezed."""
SHORT_MAX = 500
"""Characters of source, author and section."""
KEPT_MAX = 20_000
"""Characters of all kept fields together, as JSON."""
ID_MAX = 200
"""Characters; an id is a database key and a part of web addresses."""
NO_DATE = "no date"
"""The note on an article without one."""
_DERIVED_HEX = 16
"""64 bits: among ten million articles the chance that two share an id is about 3e-6 (birthday bound n^2 / 2^65)."""

# NUL ends a string in C and in SQLite's functions, other controls are not allowed in XML and steer terminals, and half
# a surrogate pair cannot be encoded at all. Tabs and line ends stay.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]")


def article_from_fields(
    fields: Mapping[str, object], *, dates: DateOrder | None = None
) -> tuple[Article, tuple[str, ...]]:
    """Check the fields and derive what they leave out.

    The keys are `id`, `title`, `text`, `published`, `source`, `author`, `section`, `language`, `url` and `kept`, an
    object of any JSON; all others are ignored. Returns the article and notes on what is missing or was changed (`no
    date`, `no url`, ...).

    None and blank strings count as missing, except for `id`. Where there is no text, the title stands for it. `id` is
    the given one, else derived from the canonical URL, else from the content. `source` is the given one, else the URL's
    host. `url` is kept as given: its canonical form serves identity only. `published` takes any usual form
    (`corpus.dates`); what cannot be read is left out with a note, and the day in the path of the URL stands in.
    `language` takes a tag, a code or a name; without one it is what the text is in, where that is sure.

    Args:
        fields: as above.
        dates: the order of day and month where only numbers state them.

    Raises:
        BadRecord: a field has the wrong type or is too long; text and title are missing or have no letter or digit; the
            id or the URL is invalid. `field` names it.
    """
    notes: list[str] = []
    if not _string(fields, "text").strip() and (headline := squeeze(_string(fields, "title"))):
        fields = {**fields, "text": headline}
        notes.append("no text: the headline stands for it")
    text = _text(fields, notes)
    title = _line(fields, "title", TITLE_MAX, notes)
    url = _string(fields, "url").strip()
    canonical = canonical_url(url) if url else None
    language = _language(fields, title, text, notes)
    published, about_date, _ = date_of(_string(fields, "published"), url, dates, primary(language))
    article = Article(
        id=_id(fields) or (id_of_address(canonical) if canonical else id_of_content(title, text)),
        title=title,
        text=text,
        published=published,
        source=_line(fields, "source", SHORT_MAX, notes) or (source_of(url) if url else None),
        author=_line(fields, "author", SHORT_MAX, notes) or None,
        section=_line(fields, "section", SHORT_MAX, notes) or None,
        language=language,
        url=url or None,
        kept=_kept(fields),
    )
    missing = (("no title", title), (NO_DATE, published), ("no url", url))
    return article, (*(note for note, value in missing if not value), *about_date, *notes)


def _text(fields: Mapping[str, object], notes: list[str]) -> str:
    text = _storable(_string(fields, "text"), "text", notes)
    text = text.replace("\x0b", "\n").replace("\x0c", "\n")  # page breaks of old systems; not allowed in XML
    if not text.strip():
        others = ", ".join(ascii(key) for key in list(fields)[:12])
        raise BadRecord(
            f"missing or blank; it must hold the body (fields given: {others[:300] or 'none'})",
            field="text",
        )
    if len(text) > TEXT_MAX_BYTES or len(text.encode()) > TEXT_MAX_BYTES:
        raise BadRecord(f"longer than {TEXT_MAX_BYTES:,} bytes; split it into articles", field="text")
    if not any(map(str.isalnum, text)):
        raise BadRecord("has no letter or digit", field="text")
    return text


def _kept(fields: Mapping[str, object]) -> Mapping[str, object]:
    value = fields.get("kept")
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadRecord(f"must be an object, not {_kind(value)}", field="kept")
    try:
        written = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadRecord(f"must be plain JSON ({error})", field="kept") from error
    if len(written) > KEPT_MAX:
        raise BadRecord(f"longer than {KEPT_MAX:,} characters as JSON ({len(written):,})", field="kept")
    return {_UNSTORABLE.sub("\ufffd", str(name)): _storable_json(each) for name, each in json.loads(written).items()}


def _storable_json(value: object) -> object:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return list(map(_storable_json, value))
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("\ufffd", name): _storable_json(each) for name, each in value.items()}
    return value


def _id(fields: Mapping[str, object]) -> str | None:
    value = fields.get("id")
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**ID_MAX:
        value = str(value)
    if not isinstance(value, str):
        raise BadRecord(f"must be a string or an integer, not {_kind(value)}", field="id")
    if not 1 <= len(value) <= ID_MAX:
        raise BadRecord(f"must have 1 to {ID_MAX} characters, not {len(value):,}", field="id")
    if not value.isprintable() or value != value.strip():
        raise BadRecord(
            f"{value!a} has control or invisible characters, or white space at its start or end",
            field="id",
        )
    return value


def id_of_address(canonical: str, body: str = "") -> str:
    """The id of an article by its canonical URL; with a body hash, of another article that has this URL as well."""
    named = f"{canonical}\n{body}" if body else canonical
    return "u-" + hashlib.sha256(named.encode()).hexdigest()[:_DERIVED_HEX]


def id_of_content(title: str, text: str) -> str:
    """The id of an article that comes without an id and URL."""
    return "c-" + content_hash(title, text)[:_DERIVED_HEX]


def _language(fields: Mapping[str, object], title: str, text: str, notes: list[str]) -> str | None:
    given = _line(fields, "language", SHORT_MAX, notes)
    if given and given.lower() not in UNSAID:
        if tag := tag_of(given):
            return tag
        notes.append(f"language {given[:40]!r} is not a language tag such as en or pt-br, nor a name: left out")
    return language_of(title, text)


def _line(fields: Mapping[str, object], name: str, longest: int, notes: list[str]) -> str:
    """A one-line field: storable, white space squeezed, "" if missing."""
    value = squeeze(_storable(_string(fields, name), name, notes))
    if len(value) > longest:
        raise BadRecord(f"longer than {longest:,} characters ({len(value):,})", field=name)
    return value


def _string(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRecord(f"must be a string, not {_kind(value)}", field=name)
    return value


def _storable(value: str, name: str, notes: list[str]) -> str:
    value, replaced = _UNSTORABLE.subn("\ufffd", value)
    if replaced:
        notes.append(f"{replaced:,} control characters or broken code points in {name} replaced by U+FFFD")
    return value


_JSON_NAMES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def _kind(value: object) -> str:
    return _JSON_NAMES.get(type(value), type(value).__name__)

"""A record of an export, under any usual names, becomes an article."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..article import Article
from ..dates.numeric import DateOrder as DateOrder
from ..dates.stated import looks_like_date_line
from ..errors import BadRecord
from ..markup import has_markup, plain_text
from ..repair import repaired
from ..urls import canonical_url
from .conversion import ID_MAX, KEPT_MAX, article_from_fields
from .names import Found, field_named, find_fields, plain_name
from .values import is_blank

_LIKE_TEXT = 200
"""Characters of a field that may be the text."""
_BY = re.compile(r"\A\s*by\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FieldRules:
    """What a user says about the fields of the records."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """What a field is (a key of `names.NAMES`) -> its name in the records."""
    keep: tuple[str, ...] = ()
    """Names of further fields that are kept with the article."""
    dates: DateOrder | None = None
    """The order of day and month in `03/04/2017`."""
    repair: bool = False
    """Whether mojibake, entities and invisible characters are repaired in what is stored, too."""


DEFAULT_RULES = FieldRules()


class Unread(NamedTuple):
    """A field that was not read."""

    name: str
    guess: str = ""
    """What it might have been, where the article lacks that: `text`, `published` or `url`."""


class Converted(NamedTuple):
    """An article, and how it was made."""

    article: Article
    notes: tuple[str, ...]
    used: Mapping[str, str]
    """What a field is -> the name that it had in the record."""
    unread: tuple[Unread, ...]
    """The fields that have a value and were not read."""
    date: str = ""
    """The date as the record has it."""


def article_from_record(record: Mapping[str, object], rules: FieldRules = DEFAULT_RULES) -> Converted:
    """Find the fields of a record by their names, and make an article of them.

    Markup in the title and in the text becomes plain text. Where there is no text, the summary stands for it, else the
    title, with a note.

    Raises:
        BadRecord: as `article_from_fields`.
    """
    found, unread = find_fields(record, rules.fields)
    if "section" in found and isinstance(found["section"].value, list):
        found["section"] = found["section"]._replace(value=found["section"].value[:1])
    values: dict[str, object] = {role: field.value_of(role) for role, field in found.items()}
    if "author" in values:
        values["author"] = _BY.sub("", str(values["author"]))
    used = {role: field.name for role, field in found.items()}
    notes = [
        *_plain(values),
        *_repaired(values, rules),
        *_instead_of_text(values, used),
        *_usable_id(values, found),
        *_address(values),
    ]
    if not str(values.get("text", "")).strip():
        names = ", ".join(ascii(name) for name in list(record)[:12])[:300]
        advice = next((f"; --field text={name}?" for name in unread if _guess(record[name], used) == "text"), "")
        raise BadRecord(
            f"missing or blank under all usual names (fields given: {names or 'none'}){advice}", field="text"
        )
    values["kept"] = kept = _kept(record, rules)
    if len(json.dumps(kept)) > KEPT_MAX:
        values["kept"] = kept = {}
        notes.append(f"kept fields of more than {KEPT_MAX:,} characters: left out")
    article, more = article_from_fields(values, dates=rules.dates)
    others = tuple(Unread(name, _guess(record[name], used)) for name in unread if name not in kept)
    return Converted(article, (*more, *notes), used, others, str(values.get("published", "")))


def _kept(record: Mapping[str, object], rules: FieldRules) -> dict[str, object]:
    """The fields to keep that have a value, by the names that the user gave."""
    plain = {plain_name(str(name)): value for name, value in record.items()}
    found: dict[str, object] = {}
    for name in rules.keep:
        field = field_named(record, name)
        value = field.value if field else plain.get(plain_name(name))
        if not is_blank(value):
            found[name] = json.loads(json.dumps(value, default=str))
    return found


def _guess(value: object, used: Mapping[str, str]) -> str:
    """What a field might be, of what the record lacks."""
    if not isinstance(value, str):
        return ""
    value = value.strip()
    if "text" not in used and len(value) >= _LIKE_TEXT and value.count(" ") >= len(value) // 20:
        return "text"
    if "url" not in used and value.startswith(("http://", "https://")):
        return "url"
    if "published" not in used and looks_like_date_line(value):
        return "published"
    return ""


def _plain(values: dict[str, object]) -> Iterator[str]:
    for role in ("title", "text", "summary"):
        value = values.get(role)
        if isinstance(value, str) and has_markup(value):
            values[role] = plain_text(value)
            if role == "text":
                yield "markup removed from the text"


def _repaired(values: dict[str, object], rules: FieldRules) -> Iterator[str]:
    """Titles and texts as they were meant, where a user wants them stored so."""
    for role in ("title", "text", "summary") if rules.repair else ():
        value = str(values.get(role, ""))
        if (whole := repaired(value)) != value:
            values[role] = whole
            yield f"mojibake, entities or invisible characters repaired in the {role}"


def _instead_of_text(values: dict[str, object], used: dict[str, str]) -> Iterator[str]:
    summary, name = values.pop("summary", None), used.pop("summary", "")
    if summary and not values.get("text"):
        values["text"], used["text"] = summary, name
        yield "no text: its summary stands for it"
    elif values.get("title") and not values.get("text"):
        values["text"] = values["title"]
        yield "no text: the headline stands for it"


def _usable_id(values: dict[str, object], found: Mapping[str, Found]) -> Iterator[str]:
    """An integer keeps its type; an id that cannot be one is left out."""
    if "id" not in found:
        return
    given = found["id"].value
    id = given if isinstance(given, int) and not isinstance(given, bool) else str(values["id"]).strip()
    values["id"] = id
    if isinstance(id, str) and not (0 < len(id) <= ID_MAX and id.isprintable()):
        del values["id"]
        yield f"id of more than {ID_MAX} or of invisible characters: left out"


def _address(values: dict[str, object]) -> Iterator[str]:
    """A source or id that is a web address is the article's, where it has no other; what is none is left out."""
    source = str(values.get("source", ""))
    if source.startswith(("http://", "https://")):
        del values["source"]
        values.setdefault("url", source)
    if str(values.get("id", "")).startswith(("http://", "https://")):
        values.setdefault("url", values["id"])
    try:
        if url := str(values.get("url", "")).strip():
            canonical_url(url)
    except BadRecord as error:
        del values["url"]
        yield f"url left out: {error.reason}"

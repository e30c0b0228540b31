"""Values of any type as text: numbers, lists of authors, objects that hold the value under one of a few names."""

from collections.abc import Iterable, Mapping

_INNER = (
    "value", "#text", "_", "$", "$date", "$numberLong", "$oid", "_seconds", "seconds", "rendered", "basic", "main",
    "name", "default", "text", "content", "title", "label", "original", "href", "url", "display", "by",
)  # fmt: skip
"""Where an object holds the value that it stands for: JSON made from XML, MongoDB, Firestore, WordPress, Arc, ninjs."""
_DEEPEST = 4
_LEAST_PARTS = 3
"""Of a list of numbers that is a date: year, month and day."""


def is_blank(value: object) -> bool:
    """Whether a value says nothing: null, not a number, blank, an empty list or object."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value != value or (isinstance(value, list | tuple | Mapping) and not value)


def line_of(value: object) -> str:
    """A value as one line; several values with commas between them, "" for what says nothing."""
    return ", ".join(dict.fromkeys(_texts(value)))


def body_of(value: object) -> str:
    """A value as the text of an article; several values are its paragraphs."""
    return "\n\n".join(_texts(value))


def date_text(value: object) -> str:
    """A value as a date: `[2024, 3, 4, 9, 12]` (Java) and a date beside its zone (PHP) as one; of several the first."""
    if isinstance(value, Mapping) and isinstance(date := value.get("date"), str):
        return f"{date} {zone}" if isinstance(zone := value.get("timezone"), str) else date
    if not isinstance(value, list | tuple) or not value:
        return line_of(value)
    if len(value) < _LEAST_PARTS or not all(isinstance(part, int) for part in value[:6]):
        return line_of(value[0])
    year, month, day, *time = value[:6]
    clock = ":".join(f"{part:02}" for part in [*time, 0][: max(2, len(time))]) if time else ""
    return f"{year:04}-{month:02}-{day:02} {clock}".strip()


def _texts(value: object, depth: int = 0) -> Iterable[str]:
    if is_blank(value) or isinstance(value, bool) or depth > _DEEPEST:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, float) and value.is_integer():
        return [str(int(value))]  # pandas makes integers with gaps into floating-point numbers
    if isinstance(value, int | float):
        return [str(value)]
    if isinstance(value, Mapping):
        inner = next((value[name] for name in _INNER if not is_blank(value.get(name))), None)
        return _texts(inner, depth + 1)
    if isinstance(value, list | tuple):
        return [text for each in _main(value) for text in _texts(each, depth + 1)]
    return [str(value)]  # dates of Parquet and YAML


def _main(values: list[object] | tuple[object, ...]) -> Iterable[object]:
    """The values of a list; where they have roles (ninjs), the one with the role `main`."""
    roles = [value.get("role") for value in values if isinstance(value, Mapping)]
    if not any(roles):
        return values
    chosen = next((i for i, role in enumerate(roles) if role == "main"), None)
    return values if chosen is None or len(roles) < len(values) else [values[chosen]]

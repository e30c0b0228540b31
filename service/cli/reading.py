"""Options about how files are read, and what is said about them."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from collections import Counter

    from corpus.fields.records import DateOrder, Unread
    from corpus.readers.base import Options, ParsedArticle
    from corpus.readers.survey import Survey

_Command = TypeVar("_Command", bound=Callable[..., Any])
_SHOWN = 10


def reading_options(command: _Command) -> _Command:
    """`--format`, `--field`, `--dates`, `--encoding` and `--repair`: the command gets them as `options`."""

    @wraps(command)
    def with_options(
        *args: object, format_: str | None, fields: tuple[str, ...], dates: "DateOrder | None", encoding: str | None,
        repair: bool, keep: str | None, **others: object,
    ) -> object:  # fmt: skip
        options = _options(format_, fields, dates, encoding, repair=repair, keep=keep or "")
        return command(*args, options=options, **others)

    decorated = cast(_Command, with_options)
    for option in (
        click.option(
            "--keep", metavar="NAMES",
            help="Further fields of the records to keep with the articles, with commas between: tags,desk.",
        ),
        click.option("--repair", is_flag=True, help="Store texts with mojibake and entities repaired."),
        click.option("--encoding", help="Encoding of all texts, where their own bytes do not tell."),
        click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="Order of day and month in 03/04/2017."),
        click.option(
            "--field", "fields", multiple=True, metavar="WHAT=NAME",
            help="Field of the records to read as title, text, published..., such as text=story_html; repeatable.",
        ),
        click.option("--format", "format_", help="Read everything as this format instead of looking at the content."),
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated


def _options(
    format_: str | None,
    fields: tuple[str, ...],
    dates: "DateOrder | None",
    encoding: str | None,
    *,
    repair: bool,
    keep: str,
) -> "Options":
    """How files are read, as the command line says.

    Raises:
        click.BadParameter: a field has no name or is not known, or there is no such encoding.
    """
    import codecs

    from corpus.fields.records import FieldRules
    from corpus.readers.base import Options

    if encoding is not None:
        try:
            encoding = codecs.lookup(encoding).name
        except LookupError as error:
            raise click.BadParameter(f"there is no encoding {encoding!r}", param_hint="'--encoding'") from error
    rules = FieldRules(
        fields=dict(map(_field, fields)),
        dates=dates,
        repair=repair,
        keep=tuple(filter(None, map(str.strip, keep.split(",")))),
    )
    return Options(rules=rules, format=format_, encoding=encoding)


def _field(given: str) -> tuple[str, str]:
    from corpus.fields.names import NAMES

    what, _, name = given.partition("=")
    if what not in NAMES or not name.strip():
        known = ", ".join(sorted(NAMES))
        raise click.BadParameter(f"{given!r} must be WHAT=NAME, with WHAT one of {known}", param_hint="'--field'")
    return what, name.strip()


def survey_json(survey: "Survey") -> dict[str, Any]:
    """What would be read, as JSON."""
    return {
        "articles": survey.articles,
        "skipped": survey.skipped,
        "formats": dict(survey.formats),
        "have": dict(survey.have),
        "languages": dict(survey.languages),
        "read_as": [{"field": what, "name": name, "articles": n} for (what, name), n in survey.read_as.most_common()],
        "unread": [{**unread._asdict(), "articles": n} for unread, n in survey.unread.most_common()],
        "notices": survey.notices(),
        "notes": dict(survey.notes),
        "reasons": dict(survey.reasons),
        "examples": [{"place": str(r.location), "title": r.article.title} for r in survey.examples],
    }


def unread_lines(unread: "Counter[Unread]") -> list[str]:
    """What was not read, by field, and what it might have been."""
    lines = []
    for (name, guess), n in unread.most_common(_SHOWN):
        advice = f"; --field {guess}={name}?" if guess else ""
        lines.append(f"not read: {name}: {n:,} {'article' if n == 1 else 'articles'}{advice}")
    if len(unread) > _SHOWN:
        lines.append(f"not read: {len(unread) - _SHOWN:,} more fields")
    return lines


def survey_lines(survey: "Survey") -> list[str]:
    """What would be read, in lines."""
    total = survey.articles
    formats = ", ".join(f"{name} {n:,}" for name, n in survey.formats.most_common())
    lines = [f"would read {total:,} articles ({formats or 'none'}), skip {survey.skipped:,}"]
    if total:
        have = ("title", "date", "url", "source", "author", "section", "language")
        lines.append("with " + ", ".join(f"{name} {100 * survey.have[name] // total} %" for name in have))
        languages = ", ".join(f"{name} {n:,}" for name, n in survey.languages.most_common(_SHOWN))
        lines.append(f"languages: {languages}")
    for (what, name), n in survey.read_as.most_common():
        if what != name:
            lines.append(f"{what} is read from {name} ({n:,})")
    lines += unread_lines(survey.unread)
    if notices := survey.notices():
        lines.append(f"{notices:,} articles have a body that stands under three headlines or more: notices, it seems")
    lines += [f"note: {note} ({n:,})" for note, n in survey.notes.most_common(_SHOWN)]
    lines += [f"skip: {reason} ({n:,})" for reason, n in survey.reasons.most_common(_SHOWN)]
    for reading in survey.examples:
        lines += ["", *_example(reading)]
    return lines


def _example(reading: "ParsedArticle") -> list[str]:
    from .output import shorten

    article = reading.article
    facts = (article.source, str(article.published or "undated"), article.author, article.language, article.url)
    return [
        str(reading.location),
        f"  {article.title or '(no title)'}",
        f"  {' | '.join(fact for fact in facts if fact)}",
        f"  {shorten(article.text)}",
    ]

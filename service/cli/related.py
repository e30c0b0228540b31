"""`clew related`: what else has been written about this."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import archive_options, json_option, open_archive, open_backend
from .output import day, figures_line, print_json, progress, shorten, write_lines

if TYPE_CHECKING:
    from ..related.models import RelatedAnswer
    from .backend import Backend

_HITS = 10
_RANKED = 200
"""Hits of each article with --all: what a ranking is measured by. Of WCEP, whose stories have 60 articles, 20 would
keep MAP below .915 whatever their order."""
_SHARE = click.FloatRange(0, 1)


@click.command()
@click.argument("article", required=False)
@archive_options
@click.option("--text", "text_file", type=click.File("rb"), help="Find coverage of this file's text; - reads stdin.")
@click.option("--article-file", type=click.File("rb"), help="Find coverage of an unsaved article, in JSON.")
@click.option("--positive", multiple=True, help="Like this: an id, a URL, or @FILE with a text; several times.")
@click.option("--negative", multiple=True, help="Unlike this, as --positive.")
@click.option("--all", "all_", is_flag=True, help="For every stored article, into --output.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), help=f"Hits at most, {_HITS} if not given, with --all {_RANKED}."
)
@click.option("--cursor", help="`next` of the page before, as --json gives it.")
@click.option("--since", help="Published on or after this date.")
@click.option("--until", help="Published on or before this date.")
@click.option("--source", "sources", multiple=True, help="Only from this source; may be given several times.")
@click.option(
    "--kept", multiple=True, metavar="NAME=VALUE", help="Only with this in a kept field; may be given several times."
)
@click.option("--section", "sections", multiple=True, help="Only of this section; may be given several times.")
@click.option("--author", "authors", multiple=True, help="Only by this author; may be given several times.")
@click.option("--language", "languages", multiple=True, help="Only in this language; may be given several times.")
@click.option(
    "--collapse", type=click.Choice(["none", "duplicates", "thread"]), default="duplicates", show_default=True,
    help="Whether copies of one text, or articles of one thread, take one place.",
)  # fmt: skip
@click.option("--recency-half-life", type=float, help="Days in which a hit comes to count half.")
@click.option("--diversity", type=_SHARE, default=0.0, help="Towards 1, hits are unlike each other.")
@click.option("--minimum-score", type=_SHARE, help="Only hits with this score or more.")
@click.option("--same-story-minimum", type=_SHARE, default=0.0, help="Only hits with this same_story or more.")
@click.option(
    "--relation",
    "relations",
    multiple=True,
    help="Only what is this to it: follow-up, background, parallel, "
    "update, rewrite, copy, excerpt, contains, same-topic; may be given several times.",
)
@click.option("--minimum-novelty", type=_SHARE, default=0.0, help="Only hits that add this much or more, 0 to 1.")
@click.option(
    "--sort",
    type=click.Choice(["score", "novelty", "date"]),
    default="score",
    show_default=True,
    help="Order: best first, or of the best 100 what adds most or came last.",
)
@click.option("--near-misses", is_flag=True, help="Show the best of what was left out, and why.")
@click.option("--explain", is_flag=True, help="With --json: the parts of each score.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="With --all: JSON Lines.")
@json_option
def related(
    article: str | None,
    data: Path | None,
    model: str | None,
    all_: bool,
    output: Path | None,
    as_json: bool,
    **asked: Any,  # noqa: ANN401 - options by name
) -> None:
    """Find related coverage of a stored ARTICLE (its id or URL), of a text, of an unsaved article, or of examples.

    With --all, one line for each article: {"id", "related": [{"id", "score"}...]}, best first, nothing collapsed, and
    whatever the score.
    """
    forms = (article is not None, asked["text_file"], asked["article_file"], asked["positive"], all_)
    if sum(map(bool, forms)) != 1:
        raise click.UsageError(
            "give an article's id or URL, or --text FILE, or --all, or --article-file FILE, or --positive"
        )
    if all_ != (output is not None):
        raise click.UsageError("--all and --output go together")
    if output is not None:
        from ..related import rank_all

        with open_archive(data=data, model=model) as archive, progress("related", quiet=as_json) as report:
            count = write_lines(output, rank_all(archive, asked["limit"] or _RANKED, report))
        click.echo(f"{count:,} articles written to {output}")
        return
    with open_backend(data=data, model=model) as backend:
        answer = _answer(backend, article, asked)
    if as_json:
        print_json(answer)
    else:
        _print(answer)


def _answer(backend: "Backend", article: str | None, asked: dict[str, Any]) -> "RelatedAnswer":
    from pydantic import ValidationError

    from ..related import RelatedRequest

    text_file, article_file = asked.pop("text_file"), asked.pop("article_file")
    asked["limit"] = asked["limit"] or _HITS
    if article is not None:
        asked["article_id"] = backend.find(article)
    elif text_file:
        asked["text"] = text_file.read().decode("utf-8", "replace")
    elif article_file:
        asked["article"] = _json_object(article_file.read())
    for name in ("positive", "negative"):
        asked[name] = [_example(backend, one) for one in asked[name]]
    asked["positive"] = asked["positive"] or None
    for name in ("sources", "sections", "authors", "languages", "kept", "relations"):
        asked[name] = list(asked[name]) or None
    try:
        request = RelatedRequest.model_validate(asked)
    except ValidationError as error:
        raise click.UsageError(
            "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        ) from error
    return backend.related(request)


def _example(backend: "Backend", given: str) -> dict[str, str]:
    if not given.startswith("@"):
        return {"article_id": backend.find(given)}
    try:
        return {"text": Path(given[1:]).read_text("utf-8", "replace")}
    except OSError as error:
        raise click.UsageError(f"{given[1:]} cannot be read: {error.strerror or error}") from error


def _json_object(given: bytes) -> object:
    from corpus import BadRecord
    from corpus.readers.jsonl import parse_object

    try:
        return parse_object(given)
    except BadRecord as error:
        raise click.UsageError(f"--article-file: {error.reason}") from error


def _print(answer: "RelatedAnswer") -> None:
    for copy in answer.copies:
        click.echo(f"{copy.relation:<6} {copy.headline}  [{copy.source or 'no source'}, {copy.id}]")
    for hit in answer.hits:
        brief = hit.article
        label = f"{hit.relation}: " if hit.relation else ""
        click.secho(f"{hit.score:.2f}   {label}{brief.headline}", bold=True)
        click.echo(
            f"       {day(brief.published, brief.published_precision)}, {brief.source or 'no source'}, {brief.id}"
            + f", {100 * hit.novelty:.0f} % new"
            + (f", with {len(hit.copies)} copies" if hit.copies else "")
            + (f", for {hit.others} others of its thread" if hit.others > len(hit.copies) else "")
        )
        for pair in hit.pairs:
            click.echo(f"       {pair.score:.2f}  ¶{pair.query.position + 1}  {shorten(pair.query.text)}")
            click.echo(f"             ¶{pair.hit.position + 1}  {shorten(pair.hit.text)}")
            if pair.figures:
                click.echo(f"             other figures: {figures_line(pair.figures)}")
    if not answer.hits:
        click.echo("nothing related is stored", err=sys.stderr.isatty())
    for miss in answer.near_misses:
        why = ", ".join(reason.replace("_", " ") for reason in miss.reasons)
        click.echo(f"left out: {miss.score:.2f} {miss.article.headline}  [{miss.article.id}]: {why}")

"""`clew related`: what else has been written about this."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import archive_options, json_option, open_archive
from .output import day, print_json, progress, write_lines

if TYPE_CHECKING:
    from ..archive import Archive
    from ..models import RelatedAnswer

_SHOWN = 110
"""Characters of a matching paragraph that are printed."""


@click.command()
@click.argument("article", required=False)
@archive_options
@click.option("--text", "text_file", type=click.File("rb"), help="Find coverage of this file's text; - reads stdin.")
@click.option("--all", "all_", is_flag=True, help="For every stored article, into --output.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Hits at most.")
@click.option("--since", help="Published on or after this date.")
@click.option("--until", help="Published on or before this date.")
@click.option("--source", "sources", multiple=True, help="Only from this source; may be given several times.")
@click.option("--language", "languages", multiple=True, help="Only in this language; may be given several times.")
@click.option(
    "--collapse", type=click.Choice(["none", "duplicates"]), default="duplicates", show_default=True,
    help="Whether copies of one text take one place.",
)  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="With --all: JSON Lines.")
@json_option
def related(
    article: str | None,
    data: Path | None,
    model: str | None,
    text_file: Any,  # noqa: ANN401 - click's file
    all_: bool,
    output: Path | None,
    as_json: bool,
    collapse: str,
    **wanted: Any,  # noqa: ANN401 - options by name
) -> None:
    """Find related coverage of a stored ARTICLE (its id or URL), or of a text.

    With --all, one line for each article: {"id", "related": [{"id", "score"}...]}, best first, nothing collapsed.
    """
    if sum((article is not None, text_file is not None, all_)) != 1:
        raise click.UsageError("give an article's id or URL, or --text FILE, or --all")
    if all_ != (output is not None):
        raise click.UsageError("--all and --output go together")
    with open_archive(data=data, model=model) as archive:
        if output is not None:
            with progress("related", quiet=as_json) as report:
                count = write_lines(output, _all(archive, wanted["limit"], report))
            click.echo(f"{count:,} articles written to {output}")
            return
        answer = _answer(archive, article, text_file, collapse, wanted)
        if as_json:
            print_json(answer)
        else:
            _print(answer)


def _answer(
    archive: "Archive",
    article: str | None,
    text_file: Any,  # noqa: ANN401
    collapse: str,
    wanted: dict[str, Any],
) -> "RelatedAnswer":
    from .. import answers

    id = text = None
    if article is not None:
        id = answers.find_article(archive, article).article.id
    else:
        text = text_file.read().decode("utf-8", "replace")
    for name in ("sources", "languages"):
        wanted[name] = list(wanted[name]) or None
    request = answers.RelatedRequest(article_id=id, text=text, collapse=collapse == "duplicates", **wanted)
    return answers.related(archive, request)


def _all(archive: "Archive", limit: int, report: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    from embeddings import find_related

    rows = archive.collection.rows()
    for done, row in enumerate(rows):
        found = find_related(archive.collection, archive.collection.query(row), limit=limit, pairs=False)
        member = archive.collection.member
        yield {
            "id": member(row).id,
            "related": [{"id": member(hit.row).id, "score": round(hit.score, 6)} for hit in found.hits],
        }
        report(done + 1, len(rows))


def _print(answer: "RelatedAnswer") -> None:
    for copy in answer.copies:
        click.echo(f"copy   {copy.headline}  [{copy.source or 'no source'}, {copy.id}]")
    for hit in answer.hits:
        brief = hit.article
        click.secho(f"{hit.score:.2f}   {brief.headline}", bold=True)
        click.echo(
            f"       {day(brief.published, brief.published_precision)}, {brief.source or 'no source'}, {brief.id}"
            + (f", with {len(hit.copies)} copies" if hit.copies else "")
        )
        for pair in hit.pairs:
            click.echo(f"       {pair.score:.2f}  ¶{pair.query.position + 1}  {_short(pair.query.text)}")
            click.echo(f"             ¶{pair.hit.position + 1}  {_short(pair.hit.text)}")
    if not answer.hits:
        click.echo("nothing related is stored", err=sys.stderr.isatty())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"

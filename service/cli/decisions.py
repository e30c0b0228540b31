"""`clew threads link`, `separate`, `pin`, `move`, `merge`, `split`, `rename`, `lock`, `decisions`, `undo`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .options import archive_options, json_option, open_backend
from .output import print_json

if TYPE_CHECKING:
    from ..threads.models import DecisionAnswer

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _signed(command: _Command) -> _Command:
    """`--who`, `--why`, and what every command takes."""
    for option in (
        json_option,
        click.option("--why", required=True, help="Why; kept with the decision."),
        click.option("--who", required=True, help="Who decides; kept with the decision."),
    ):
        command = option(command)
    return archive_options(command)


@click.command()
@click.argument("articles", nargs=-1, required=True)
@_signed
def link(articles: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401 - as click gives them
    """Keep ARTICLES (ids) in one story, from now on."""
    _decide("must_link", options, articles=articles)


@click.command()
@click.argument("article")
@click.argument("other")
@_signed
def separate(article: str, other: str, **options: Any) -> None:  # noqa: ANN401
    """Keep ARTICLE and OTHER in different stories; where they are in one, OTHER leaves it."""
    _decide("cannot_link", options, articles=(article, other))


@click.command()
@click.argument("article")
@click.argument("thread")
@_signed
def pin(article: str, thread: str, **options: Any) -> None:  # noqa: ANN401
    """Keep ARTICLE in the story THREAD, which keeps its id."""
    _decide("pin", options, articles=(article,), thread=thread)


@click.command()
@click.argument("articles", nargs=-1, required=True)
@click.argument("thread")
@_signed
def move(articles: tuple[str, ...], thread: str, **options: Any) -> None:  # noqa: ANN401
    """Move ARTICLES of one story to the story THREAD, and keep them apart from those they leave."""
    _decide("move", options, articles=articles, thread=thread)


@click.command()
@click.argument("thread")
@click.argument("into")
@_signed
def merge(thread: str, into: str, **options: Any) -> None:  # noqa: ANN401
    """Merge the story THREAD into the story INTO, which keeps its id."""
    _decide("merge", options, source=thread, thread=into)


@click.command()
@click.argument("thread")
@click.argument("articles", nargs=-1, required=True)
@_signed
def split(thread: str, articles: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401
    """Split ARTICLES off the story THREAD: they become one story, kept apart from the others in it."""
    _decide("split", options, thread=thread, articles=articles)


@click.command()
@click.argument("thread")
@click.argument("headline")
@_signed
def rename(thread: str, headline: str, **options: Any) -> None:  # noqa: ANN401
    """Give THREAD (of any level) the headline HEADLINE."""
    _decide("rename", options, thread=thread, headline=headline)


@click.command()
@click.argument("thread")
@_signed
def lock(thread: str, **options: Any) -> None:  # noqa: ANN401
    """Lock the story THREAD: its articles stay together, no other joins them, it keeps its id."""
    _decide("lock", options, thread=thread)


@click.command()
@click.argument("decision_id", metavar="DECISION")
@_signed
def undo(decision_id: str, who: str, why: str, as_json: bool, data: Path | None, model: str | None) -> None:
    """Undo DECISION. What it moved stays until the next run."""
    with open_backend(write=True, data=data, model=model) as backend:
        answer = backend.undo_decision(decision_id, who, why)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer.id} is undone")


@click.command()
@click.option("--limit", default=1_000, show_default=True, type=click.IntRange(1, 100_000), help="Decisions at most.")
@archive_options
@json_option
def decisions(limit: int, data: Path | None, model: str | None, as_json: bool) -> None:
    """List the decisions, the oldest first."""
    with open_backend(data=data, model=model) as backend:
        page = backend.decisions(limit)
    if as_json:
        print_json(page)
        return
    for made in page.decisions:
        click.echo(_line(made))


DECISION_COMMANDS = (link, separate, pin, move, merge, split, rename, lock, decisions, undo)


def _decide(kind: str, options: dict[str, Any], **given: Any) -> None:  # noqa: ANN401 - fields of several types
    from corpus import DecisionKind

    from ..threads import DecisionRequest

    request = DecisionRequest(DecisionKind(kind), options["who"], options["why"], **given)
    with open_backend(write=True, data=options["data"], model=options["model"]) as backend:
        answer = backend.decide(request)
    if options["as_json"]:
        print_json(answer)
    else:
        click.echo(f"{answer.decision.id}: {kind}, {len(answer.moved):,} articles moved")


def _line(made: "DecisionAnswer") -> str:
    about = [*made.articles[:5], *(["..."] if len(made.articles) > 5 else [])]
    what = [made.thread or "", made.headline or "", ", ".join(about)]
    state = f"  undone by {made.undone.who}: {made.undone.why}" if made.undone else ""
    missing = f"  ({len(made.missing):,} of its articles are not stored)" if made.missing else ""
    words = " ".join(part for part in what if part)
    return f"{made.id:<6} {made.at:%Y-%m-%d %H:%M}  {made.kind:<11} {words}  {made.who}: {made.why}{missing}{state}"

"""Groups of copies as they are shown, each with the canonical one, which stands for the others."""

from collections.abc import Iterator, Mapping, Sequence

from corpus import CanonicalChoice

from ..archive.view import View
from ..cursors import decode_number, encode_cursor
from .models import ChosenAnswer, GroupAnswer, GroupPage
from .revisions import revisions

MEMBERS_MOST = 100


def copies_of(view: View, id: str) -> GroupAnswer:
    """The group of copies that an article is in; of one where it has no copy.

    Raises:
        NoSuchArticle: no article has this id.
    """
    return _group(view, view.tx.articles.get(id).row, view.tx.duplicates.canonical_choices())


def group_page(view: View, *, cursor: str | None = None, limit: int = 50) -> GroupPage:
    """Groups of two and more, in the order in which their first articles came.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = decode_number(cursor) or 0
    leaders = sorted(group[0] for group in view.copies.groups.all())
    rest = [row for row in leaders if row > after]
    choices = view.tx.duplicates.canonical_choices()
    return GroupPage(
        groups=[_group(view, row, choices) for row in rest[:limit]], total=len(leaders),
        next=encode_cursor(rest[limit - 1]) if len(rest) > limit else None,
    )  # fmt: skip


def group_rows(view: View, loosely: bool | None = None) -> Iterator[dict[str, str]]:
    """For every article its id and that of the canonical article of its group.

    Args:
        view: has the articles.
        loosely: True for groups of revisions (the first one stands for them), False for those of copies, None for
            copies, and revisions of what has neither a date nor a source.
    """
    first = {} if loosely is False else revisions(view, bare=loosely is None)
    for row in view.collection.rows():
        canonical = first[row] if row in first else view.copies.ranked(row)[0]
        yield {"id": view.id_of(row), "group": view.id_of(canonical)}


def _group(view: View, row: int, choices: Mapping[int, CanonicalChoice]) -> GroupAnswer:
    rows = view.copies.ranked(row)
    stored = view.tx.articles.of_rows(rows[:MEMBERS_MOST])
    briefs = [view.brief(stored[each]) for each in rows[:MEMBERS_MOST]]
    chosen = choices.get(rows[0])
    return GroupAnswer(
        canonical=briefs[0], size=len(rows), by="editor" if chosen else "policy",
        policy=list(view.settings.canonical), may_be_as_early=_may_be_as_early(view, rows) if not chosen else [],
        chosen=ChosenAnswer(who=chosen.who, why=chosen.why, at=chosen.at) if chosen else None, members=briefs,
    )  # fmt: skip


def _may_be_as_early(view: View, rows: Sequence[int]) -> list[str]:
    """Ids of the copies that may be as early as the first one, where the policy asks for that before all else."""
    if list(view.settings.canonical[:1]) != ["earliest"]:
        return []
    first, *others = (view.collection.member(row) for row in rows[: MEMBERS_MOST + 1])
    return [other.id for other in others if not first.stated.is_before(other.stated)]

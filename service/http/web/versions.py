"""The pages of an article's versions, and of what is different between two texts: each parses, calls, and fills."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from corpus import BadRecord

from ...archive import Archive
from ...compare import diff, version_chain
from ...compare.version_models import ChangeCounts, ChangedParagraph, DiffAnswer
from .words import count_words

_PAGE = 50
"""Versions of a page."""
_NUMBER_MOST = 1_000_000_000
_SHOWN_SAME = 2
"""Paragraphs in a row that stayed the same and are shown; more are folded away, but for the first and the last."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs of the comparison that stand together: one that is different, or some that stayed the same."""

    folded: bool
    """Whether they are put behind a line that says how many they are."""
    paragraphs: Sequence[ChangedParagraph]


def versions(archive: Archive, id: str) -> ResponseReturnValue:
    """The versions of an article, the newest first."""
    limit = archive.settings.page(_PAGE)
    chain = version_chain(archive, id, cursor=request.args.get("cursor"), limit=limit)
    return render_template("pages/versions.html", id=id, chain=chain, first=not request.args.get("cursor"))


def versions_by_query(archive: Archive) -> ResponseReturnValue:
    """As `versions`, for the few ids that would not survive as a path."""
    return versions(archive, request.args.get("id", ""))


def differences(archive: Archive) -> ResponseReturnValue:
    """What is different between two articles or versions, with coloured words."""
    found = diff(
        archive, request.args.get("a", ""), request.args.get("b", ""),
        a_version=_number("a_version"), b_version=_number("b_version"),
    )  # fmt: skip
    return render_template("pages/diff.html", found=found, passages=list(passages(found)))


def passages(found: DiffAnswer) -> Iterator[Passage]:
    """The paragraphs as the page shows them: of those that stayed the same only the ones around a change."""
    for same, group in groupby(found.paragraphs, key=lambda paragraph: paragraph.change == "same"):
        some = list(group)
        if not same or len(some) <= _SHOWN_SAME + 1:
            yield from (Passage(False, [paragraph]) for paragraph in some)
            continue
        start = 0 if some[0] is found.paragraphs[0] else 1
        end = len(some) if some[-1] is found.paragraphs[-1] else len(some) - 1
        yield from (Passage(False, [paragraph]) for paragraph in some[:start])
        yield Passage(True, some[start:end])
        yield from (Passage(False, [paragraph]) for paragraph in some[end:])


def change_sentence(counts: ChangeCounts) -> str:
    """How much is different, in a sentence or two."""
    said = [
        (counts.changed, "changed"), (counts.moved, "moved"), (counts.moved_and_changed, "moved and changed"),
        (counts.added, "added"), (counts.cut, "cut"), (counts.same, "the same"),
    ]  # fmt: skip
    first, *rest = [(count, what) for count, what in said if count] or [(0, "the same")]
    words = [f"{count_words(first[0], 'paragraph')} {first[1]}", *(f"{count:,} {what}" for count, what in rest)]
    headline = "" if counts.same_headline else "Another headline. "
    cut, added = count_words(counts.words_cut, "word"), f"{counts.words_added:,} added"
    return f"{headline}{', '.join(words)}. {cut} cut, {added}."


def change_words(paragraph: ChangedParagraph) -> str:
    """What became of a paragraph, and where it stood."""
    a, b = paragraph.a, paragraph.b
    if a is None or b is None:
        return "Added" if a is None else "Cut"
    word = {"same": "The same", "changed": "Changed"}.get(paragraph.change, paragraph.change.capitalize())
    return f"{word}, was ¶{a + 1}" if a != b else word


def split_space(text: str) -> tuple[str, str]:
    """Words, and the white space behind them, which no mark should cover."""
    words = text.rstrip()
    return words, text[len(words) :]


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > len(str(_NUMBER_MOST)) or not 1 <= int(given) <= _NUMBER_MOST:
        raise BadRecord("must be the number of a version: 1, 2, 3...", field=name)
    return int(given)

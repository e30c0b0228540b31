"""Make the labelled set of duplicates: a stream of articles, and which of them repeat which.

    python -m benchmarks.duplicates.generate FOLDER [--articles 20000] [--seed 1] [--data ../shared/data]

Of so many articles a third are edits of others, an eighth only look like copies (`templates`), and the rest are real
ones and clones of them. To these come reports of sixteen templates (`families`): `template_...` and `aside_...`. FOLDER
gets `articles.jsonl`, by date, as `clew ingest` reads it, and `truth.jsonl`: id (the later one), earlier, kind, edit;
with kind `new` the pairs that look like copies. Two edits of one original are in `truth.jsonl` through the original
only, and `family` joins them: what is said of such a pair is not counted. The same seed gives the same files. FOLDER
has to lie outside of the repository: the articles are their publishers'.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import combinations, cycle
from pathlib import Path

from corpus import Kind, body_hash

from .edits import EDITS, Desk, Edit
from .families import FAMILIES, KEPT_ASIDE, reports
from .synonyms import SYNONYMS
from .templates import follow_ups, live_blog, obituaries, series, with_footers
from .texts import Cloner, Piece, read_originals
from .wire import outlets, story, the_latest

STREAM = "stream-newsarticles.jsonl.gz"
OUTLETS = tuple(f"paper{i}.example" for i in range(12))
_CHAIN = 3
"""Versions behind the first of a chain of hourly updates."""
_SERIES_EACH = 1_000
"""Articles of the set for one series of each template of `families`."""
_REPORTS = 4
"""Of such a series."""
_OTHER_ARTICLES = 4
"""Of each outlet, beside the running stories."""
_SECOND_EDIT = 0.1
"""Share of edits whose original has another one."""


@dataclass
class Set:
    """Articles by id, and the truth on pairs of them."""

    articles: dict[str, Piece] = field(default_factory=dict)
    truth: list[dict[str, str]] = field(default_factory=list)

    def pair(self, one: str, other: str, kind: str, edit: str) -> None:
        """The later of the two by date stands first; the kind is what that one is to the other."""
        later, earlier = sorted((one, other), key=lambda id: (self.articles[id].published, id), reverse=True)
        self.truth.append({"id": later, "earlier": earlier, "kind": kind, "edit": edit, "family": one.split("-")[0]})


def make(originals: list[Piece], size: int, seed: int) -> Set:
    """The whole set, of `size` articles or a few more."""
    fresh = Cloner(originals, frozenset(SYNONYMS)).clones()
    made, numbers = Set(), (f"{i:06d}" for i in range(10 * size))
    for name in cycle([*EDITS, "chain"]):
        if len(made.articles) >= size * 2 / 3:  # an original and an edit each: a third are edits
            break
        _add_edited(made, next(numbers), name, Desk(f"{seed} {len(made.articles)}", fresh))
    for name in cycle(("series", "obituaries", "follow_ups", "live_blog", "footers")):
        if len(made.articles) >= size * (2 / 3 + 1 / 8):
            break
        _add_negatives(made, next(numbers), name, Desk(f"{seed} {len(made.articles)}", fresh))
    while len(made.articles) < size:
        made.articles[next(numbers)] = next(fresh)
    _add_templates(made, numbers, fresh, max(1, size // _SERIES_EACH), seed)
    return made


def _add_templates(made: Set, numbers: Iterator[str], fresh: Iterator[Piece], series_each: int, seed: int) -> None:
    """So many series of each template; what comes before stays as it was without them."""
    for part, families in (("template", FAMILIES), ("aside", KEPT_ASIDE)):
        for name, each in families.items():
            for i in range(series_each):
                family = next(numbers)
                pieces = reports(each, Desk(f"{seed} {name} {i}", fresh), _REPORTS)
                ids = [f"{family}-{name}{i}" for i in range(len(pieces))]
                made.articles.update(zip(ids, pieces, strict=True))
                for one, other in combinations(ids, 2):
                    made.pair(one, other, "new", f"{part}_{name}")


def make_wire(originals: list[Piece], stories: int, seed: int) -> Set:
    """So many running stories and as many collections of briefs, and what else their outlets publish."""
    made, chance = Set(), random.Random(f"wire {seed}")
    papers = outlets(chance)
    fresh = Cloner(originals, frozenset(SYNONYMS)).clones(1)
    for number in range(2 * stories):
        desk = Desk(f"wire {seed} {number}", fresh)
        articles, said = (the_latest if number % 2 else story)(f"w{number:04d}", desk, papers)
        made.articles.update(articles)
        for id, other, kind, edit in said:
            is_later = (made.articles[id].published, id) > (made.articles[other].published, other)
            made.pair(id, other, kind if is_later else str(Kind(kind).mirrored), edit)
    for number, paper in enumerate(papers * _OTHER_ARTICLES):
        made.articles[f"other{number:04d}"] = paper.page(next(fresh), chance)
    return made


def _add_edited(made: Set, family: str, name: str, desk: Desk) -> None:
    if name == "chain":
        _add_chain(made, family, desk)
        return
    edit = EDITS[name]
    original = desk.article(edit.words_least)
    while original.words > edit.words_most or len(original.paragraphs) < 2:
        original = desk.article(edit.words_least)
    made.articles[family] = original
    _add_edit(made, family, original, name, edit, desk)
    if desk.chance.random() < _SECOND_EDIT:
        other = desk.chance.choice([n for n, e in EDITS.items() if e.words_least <= original.words <= e.words_most])
        if other != name:
            _add_edit(made, family, original, other, EDITS[other], desk)


def _add_edit(made: Set, family: str, original: Piece, name: str, edit: Edit, desk: Desk) -> None:
    hours = timedelta(minutes=desk.chance.randint(20, 360 if not edit.elsewhere else 4_000))
    changed = edit.change(original, desk)
    if edit.kind != "exact" and _body(changed) == _body(original):  # nothing there to edit
        return
    source = desk.chance.choice(OUTLETS) if edit.elsewhere else original.source
    at = original.published - hours if edit.before else original.published + hours
    made.articles[f"{family}-{name}"] = replace(changed, published=at, source=source)
    made.pair(f"{family}-{name}", family, edit.kind, name)


def _body(piece: Piece) -> str:
    return body_hash("\n".join(piece.paragraphs))


def _add_chain(made: Set, family: str, desk: Desk) -> None:
    """Hourly versions: each is an update of the one before; what it is to older ones is not said."""
    piece = desk.article(300)
    ids = [family, *(f"{family}-chain{i}" for i in range(1, _CHAIN))]
    for i, id in enumerate(ids):
        if i:
            piece = replace(EDITS["updated"].change(piece, desk), published=piece.published + timedelta(hours=1))
        made.articles[id] = piece
        if i:
            made.pair(id, ids[i - 1], "update", "chain")


def _add_negatives(made: Set, family: str, name: str, desk: Desk) -> None:
    pieces = {
        "series": lambda: series(desk, desk.chance.randint(3, 8)),
        "obituaries": lambda: obituaries(desk),
        "follow_ups": lambda: follow_ups(desk),
        "live_blog": lambda: live_blog(desk),
        "footers": lambda: with_footers(desk),
    }[name]()
    ids = [f"{family}-{name}{i}" for i in range(len(pieces))]
    made.articles.update(zip(ids, pieces, strict=True))
    for one, other in combinations(ids, 2):
        if name != "live_blog" or other == ids[-1]:
            made.pair(one, other, "new", name)


def _lines(articles: dict[str, Piece]) -> Iterator[dict[str, str]]:
    for id, piece in sorted(articles.items(), key=lambda item: (item[1].published, item[0])):
        yield {
            "id": id,
            "title": piece.title,
            "text": "\n\n".join(piece.paragraphs),
            "published": piece.published.isoformat() + "Z",
            "source": piece.source,
            "url": f"https://{piece.source.replace(' ', '-')}/{id}",
        }


def write(made: Set, folder: Path) -> None:
    """`articles.jsonl` and `truth.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("articles", _lines(made.articles)), ("truth", iter(made.truth))):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main() -> None:
    """Read the stream, make the set, write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--wire", type=int, default=20, help="running stories")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    if arguments.folder.resolve().is_relative_to(Path(__file__).resolve().parents[2]):
        parser.error("the folder has to lie outside of the repository: the articles are their publishers'")
    path = arguments.data / STREAM
    if not path.exists():
        print(f"skipped: there is no {path}", file=sys.stderr)
        return
    originals = read_originals(path)
    made = make(originals, arguments.articles, arguments.seed)
    write(made, arguments.folder)
    wire = make_wire(originals, arguments.wire, arguments.seed)
    write(wire, arguments.folder / "wire")
    print(json.dumps({"articles": len(made.articles), "pairs": len(made.truth), "wire": len(wire.articles),
                      "wire_pairs": len(wire.truth)}))  # fmt: skip


if __name__ == "__main__":
    main()

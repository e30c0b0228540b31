"""What newsrooms, agencies and scanners do to an article, one function a kind of edit.

An edit takes an article and a `Desk` (chance, foreign paragraphs) and returns the other version. Which of the two
came first, and what the pair is to be called, stands in `EDITS`. What is a copy, decided before any measuring:

* `exact`: the same body, white space, case and quote marks aside; the headline may differ.
* `near_copy`: the same report with nothing new in it: dropped, moved or retouched paragraphs, credits, noise.
* `update`: a later state of the same report, with new facts; be it one number.
* `excerpt`, `contains`: the later article is a part of the earlier one, or has it (or half of it) as a part.
* `rewrite`: every paragraph in other words and another order, the numbers and names of it kept.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from .synonyms import SYNONYMS
from .texts import Piece, sentences

_WORD = re.compile(r"[A-Za-z]+")
_QUOTED = re.compile(r"^(\".{20,}?[,.!?]\")\s+([^\"]{3,60}?) (said|says|added)\.$")
_FRONT = re.compile(r"^((?:On|In|At|After|Since|During|For|By) [^,\"]{3,60}), ([^\"]+)\.$")
CREDITS = ("(Northern Wire) - ", "(Coast News Agency) -- ", "(Meridian Press) — ")
NOTES = (
    "Reporting by the {city} desk; editing by the night team. Northern Wire, all rights reserved.",
    "This story was supplied by Coast News Agency and has not been edited by our staff except for its headline.",
    "Copyright Meridian Press. This material may not be published, broadcast or rewritten without permission.",
    "Read more from {city}: sign up for our morning letter and get the day's ten stories before breakfast.",
)
CITIES = ("Arvend", "Port Lisse", "Talmouth", "Quessant", "Brenholt", "Saint Ovare")


class Desk:
    """Where edits get their chance from, and the text of others."""

    def __init__(self, seed: str, fresh: Iterator[Piece]) -> None:
        """`fresh`: articles that are used nowhere else."""
        self.chance = random.Random(seed)
        self._fresh = fresh

    def article(self, least: int = 0) -> Piece:
        """An unused article of so many words."""
        return next(p for p in self._fresh if p.words >= least)

    def paragraphs(self, count: int) -> tuple[str, ...]:
        """So many that stand nowhere else."""
        found: tuple[str, ...] = ()
        while len(found) < count:
            found += self.article().paragraphs
        return found[:count]


Change = Callable[[Piece, Desk], Piece]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit, and what the pair that comes of it is called."""

    change: Change
    kind: str
    words_least: int = 0
    """Of the article that is edited."""
    words_most: int = 10_000
    before: bool = False
    """The edited one came first."""
    elsewhere: bool = True
    """The edited one is of another outlet."""


def copy(piece: Piece, desk: Desk) -> Piece:
    """Nothing at all."""
    return piece


def respaced(piece: Piece, desk: Desk) -> Piece:
    """Typographic quotes, double spaces, other paragraph breaks."""
    text = "\n".join(piece.paragraphs).replace("'", "\u2019").replace(". ", ".  ")
    text = re.sub(r'"([^"\n]*)"', r"“\1”", text)
    return replace(piece, paragraphs=tuple(re.split(r"\n|(?<=\.)  (?=The )", text)))


def new_headline(piece: Piece, desk: Desk) -> Piece:
    """Only the headline is another."""
    return replace(piece, title=" ".join(piece.paragraphs[0].split()[: desk.chance.randint(6, 11)]))


def dropped(piece: Piece, desk: Desk) -> Piece:
    """A quarter of the paragraphs at most, one at least."""
    count = max(1, int(len(piece.paragraphs) * desk.chance.uniform(0.05, 0.25)))
    gone = set(desk.chance.sample(range(1, len(piece.paragraphs)), count))
    return replace(piece, paragraphs=tuple(p for i, p in enumerate(piece.paragraphs) if i not in gone))


def reordered(piece: Piece, desk: Desk) -> Piece:
    """All paragraphs behind the first in another order."""
    first, *rest = piece.paragraphs
    changed = rest[1:] + rest[:1]
    for _ in range(5):
        mixed = desk.chance.sample(rest, len(rest))
        changed = mixed if mixed != rest else changed
    return replace(piece, paragraphs=(first, *changed))


def partly_rewritten(piece: Piece, desk: Desk) -> Piece:
    """A third of the paragraphs in other words."""
    count = max(1, len(piece.paragraphs) // 3)
    some = set(desk.chance.sample(range(len(piece.paragraphs)), count))
    changed = (_reworded(p, desk.chance, 0.9) if i in some else p for i, p in enumerate(piece.paragraphs))
    return replace(piece, paragraphs=tuple(changed))


def credited(piece: Piece, desk: Desk) -> Piece:
    """A wire credit in front, one or two notes behind, and a headline of one's own."""
    city = desk.chance.choice(CITIES)
    first = f"{city.upper()} {desk.chance.choice(CREDITS)}{piece.paragraphs[0]}"
    notes = (n.format(city=city) for n in desk.chance.sample(NOTES, desk.chance.randint(1, 2)))
    return replace(new_headline(piece, desk), paragraphs=(first, *piece.paragraphs[1:], *notes))


def typed(share: float, *, of_words: bool = True) -> Change:
    """Letters swapped, doubled, lost or mistaken: in this share of the words, or of all letters (as scanners do)."""

    def change(piece: Piece, desk: Desk) -> Piece:
        def spoil(match: re.Match[str]) -> str:
            word = match[0]
            if of_words:
                return _typo(word, desk.chance) if desk.chance.random() < share else word
            for _ in range(sum(desk.chance.random() < share for _ in word)):
                word = _typo(word, desk.chance)
            return word

        paragraphs = tuple(_WORD.sub(spoil, p) for p in piece.paragraphs)
        if paragraphs == piece.paragraphs:
            paragraphs = (*paragraphs[:-1], _WORD.sub(lambda m: _typo(m[0], desk.chance), paragraphs[-1], count=1))
        return replace(piece, paragraphs=paragraphs)

    return change


def some_words(piece: Piece, desk: Desk) -> Piece:
    """15 % of the words are others, of this very article where no synonym is known; numbers and names stay."""
    own = [w for p in piece.paragraphs for w in _WORD.findall(p) if w.islower()]

    def change(match: re.Match[str]) -> str:
        word = match[0]
        if not word.islower() or desk.chance.random() > 0.15 * piece.words / max(1, len(own)):
            return word
        others: Sequence[str] = SYNONYMS.get(word) or own
        return desk.chance.choice(others)

    return replace(piece, paragraphs=tuple(_WORD.sub(change, p) for p in piece.paragraphs))


def updated(piece: Piece, desk: Desk) -> Piece:
    """One to three new paragraphs on top, a quarter of the old words at most, and a number changed."""
    top: tuple[str, ...] = ()
    tries = desk.chance.randint(1, 3)
    while not top or tries > 1:
        found = desk.paragraphs(1)
        fits = _words(top + found) <= 0.25 * piece.words
        tries -= bool(top)
        top += found if fits else ()
    body = corrected(piece, desk).paragraphs
    return replace(piece, title=" ".join(top[0].split()[:9]), paragraphs=top + body)


def corrected(piece: Piece, desk: Desk) -> Piece:
    """One number is another, all else as it was; an article without numbers gets one."""
    places = [(i, m) for i, p in enumerate(piece.paragraphs) for m in re.finditer(r"\d+", p)]
    paragraphs = list(piece.paragraphs)
    if not places:
        paragraphs[-1] += f" The inquiry covers {desk.chance.randint(3, 99)} cases."
        return replace(piece, paragraphs=tuple(paragraphs))
    i, match = desk.chance.choice(places)
    other = str(int(match[0]) + desk.chance.randint(1, 9))
    paragraphs[i] = paragraphs[i][: match.start()] + other + paragraphs[i][match.end() :]
    return replace(piece, paragraphs=tuple(paragraphs))


def brief(piece: Piece, desk: Desk) -> Piece:
    """The first quarter, by words and to a sentence's end; 45 words at least."""
    wanted, kept = max(45, piece.words // 4), []
    for sentence in (s for p in piece.paragraphs for s in sentences(p)):
        kept.append(sentence)
        if sum(len(s.split()) for s in kept) >= wanted:
            break
    return replace(new_headline(piece, desk), paragraphs=(" ".join(kept),))


def half_of_it(piece: Piece, desk: Desk) -> Piece:
    """Half of it in one run, under a sentence of one's own."""
    own = f"We print a part of an article by {piece.source}, with thanks to {desk.chance.choice(CITIES)}'s readers."
    return replace(new_headline(piece, desk), paragraphs=(own, *_run(piece, 0.5, desk)))


def embedded(piece: Piece, desk: Desk) -> Piece:
    """The whole article in the midst of a longer one."""
    host = desk.article(int(1.3 * piece.words))
    at = desk.chance.randint(1, len(host.paragraphs))
    paragraphs = (*host.paragraphs[:at], *piece.paragraphs, *host.paragraphs[at:])
    return replace(piece, title=host.title, paragraphs=paragraphs)


def quoted(piece: Piece, desk: Desk) -> Piece:
    """Half of the article in one run, in the midst of another of half to twice its length."""
    host = desk.article(piece.words // 2)
    while host.words > 2 * piece.words:
        host = desk.article(piece.words // 2)
    at = desk.chance.randint(1, len(host.paragraphs))
    paragraphs = (*host.paragraphs[:at], *_run(piece, 0.5, desk), *host.paragraphs[at:])
    return replace(piece, title=host.title, paragraphs=paragraphs)


def rewritten(share: float, *, clauses: bool) -> Change:
    """Other words, this share of those with a synonym, sentences in another order; with `clauses` parts of them too."""

    def change(piece: Piece, desk: Desk) -> Piece:
        paragraphs = tuple(_reworded(p, desk.chance, share, clauses=clauses) for p in piece.paragraphs)
        return replace(new_headline(piece, desk), paragraphs=paragraphs)

    return change


def _run(piece: Piece, share: float, desk: Desk) -> tuple[str, ...]:
    """Paragraphs in a row that have about this share of the words; too much by little, where that can be had."""
    runs = []
    for start in range(len(piece.paragraphs)):
        end = start + 1
        while end < len(piece.paragraphs) and _words(piece.paragraphs[start:end]) < share * piece.words:
            end += 1
        if share * piece.words <= (size := _words(piece.paragraphs[start:end])):
            runs.append((size, start, end))
    _, start, end = desk.chance.choice(sorted(runs)[: max(1, len(runs) // 2)])
    return piece.paragraphs[start:end]


def _words(paragraphs: tuple[str, ...]) -> int:
    return sum(len(p.split()) for p in paragraphs)


def _typo(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        (word[:at] + letter + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1 :] or letter)
    )


def _reworded(paragraph: str, chance: random.Random, share: float, *, clauses: bool = True) -> str:
    """Sentences in another order, with synonyms; with `clauses`, attributions and adverbials change their place."""

    def change(match: re.Match[str]) -> str:
        word = match[0]
        others = SYNONYMS.get(word.lower())
        if not others or chance.random() > share or (word[0].isupper() and not word.istitle()):
            return word
        other = chance.choice(others)
        return other[0].upper() + other[1:] if word[0].isupper() else other

    found = sentences(paragraph)
    if clauses:
        found = [_turned(s) for s in found]
    if len(found) > 1:
        by = chance.randrange(1, len(found))
        found = found[by:] + found[:by]
    return " ".join(_WORD.sub(change, s) for s in found)


def _turned(sentence: str) -> str:
    if match := _QUOTED.match(sentence):
        return f"{match[2]} {match[3]}: {match[1]}"
    if match := _FRONT.match(sentence):
        return f"{match[2][0].upper()}{match[2][1:]} {match[1][0].lower()}{match[1][1:]}."
    return sentence


EDITS = {
    "copy": Edit(copy, "exact"),
    "respaced": Edit(respaced, "exact"),
    "new_headline": Edit(new_headline, "exact"),
    "dropped": Edit(dropped, "near_copy", 300),
    "reordered": Edit(reordered, "near_copy", 200),
    "third_rewritten": Edit(partly_rewritten, "near_copy", 150),
    "credited": Edit(credited, "near_copy"),
    "typos_1": Edit(typed(0.01), "near_copy"),
    "typos_5": Edit(typed(0.05), "near_copy"),
    "scanned_5": Edit(typed(0.05, of_words=False), "near_copy"),
    "words_15": Edit(some_words, "near_copy"),
    "updated": Edit(updated, "update", 150, elsewhere=False),
    "corrected": Edit(corrected, "update", elsewhere=False),
    "brief": Edit(brief, "excerpt", 200),
    "half": Edit(half_of_it, "excerpt", 400),
    "grown": Edit(brief, "contains", 200, before=True),
    "embedded": Edit(embedded, "contains", 0, 500),
    "quoted_half": Edit(quoted, "contains", 400),
    "reworded": Edit(rewritten(0.6, clauses=False), "rewrite", 150),
    "rewritten": Edit(rewritten(0.95, clauses=True), "rewrite", 150),
}
"""`chain` (hourly updates of updates) is made of `updated` by `generate`."""

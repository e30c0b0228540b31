"""A running wire story, as forty outlets have it by the evening: takes, cuts, furniture, briefs, and what stays apart.

An agency files a story in takes over a day: each has a new lead, now and then a figure corrected; old paragraphs move
down, or fall out. Each outlet takes one of them, cuts it at its own length, puts its own headline over it and stands it
amid its own furniture (menus, captions, share lines, notices). A page "The Latest" collects briefs, which run elsewhere
by themselves. What must stay apart: another agency's own report on the event, which has the same names and one
statement; reports of the days after, with two paragraphs of background; and whatever else the same outlets publish amid
the same furniture.

Truth goes by what was done, sentence by sentence, not by what a detector measures. Of two pages of which one stands
whole in the other, the much shorter one is an `excerpt`; other pages of one take are a `near_copy`, where neither
lacks much. Pages of two takes are an `update`, where half of the shorter one's sentences stand in the other. Of other
pairs of one story nothing is said.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from .edits import CITIES, CREDITS, Desk, corrected
from .texts import Piece, sentences

TAKES = 12
OUTLETS = 40
_STORY_WORDS = 1_600
"""Of the article that all of a story's paragraphs come from: they share its names."""
_FIRST = 5
"""Paragraphs of the first take."""
_BRIEFS = 4
_EXCERPT = 0.62
"""Length of an excerpt at most, of the other page; people call what is longer a copy with cuts."""
_WHOLE = 0.85
"""Share of the shorter page's sentences that stand in the other, from which it stands there whole."""
_COPY = 0.76
"""Share of the longer page's sentences that a copy with cuts has at least; between the two, people say either."""
_ONE_TAKE = 0.5
"""Share of the shorter page's sentences that another take has."""

_MENUS = (
    "Home News Sport Business Weather Obituaries Classifieds",
    "Skip to main content\nSubscribe\nLog in\nE-edition",
    "Enter City and State or Zip Code",
    "{outlet} | Local news from {city} and the valley",
    "Currently {n} degrees in {city}. Tonight: partly cloudy, low of {m}.",
)
_INSIDE = (
    "Advertisement",
    "Story continues below this advertisement",
    "Read more: ten things to know about the harbour plan before you vote",
    "Enlarge this image",
    "Sign up for the {outlet} morning letter and get the day's stories before breakfast.",
    "Watch the video above: what we know so far",
)
_FOOT = (
    "Share this story on Facebook, on Twitter, or send it to a friend by e-mail. Comments are closed after three days.",
    "{outlet} is part of the Northern Papers group. Copyright {year}. All rights reserved. This material may not be"
    " published, broadcast, rewritten or redistributed without permission.",
    "We use cookies to make this site work and to show advertisements that fit what you like. You can change your"
    " choice at any time in the settings at the foot of the page.",
    "Get the stories that matter from {outlet} in your inbox every weekday. By signing up you agree to our terms of use"
    " and to our privacy policy, and you may leave the list at any time with one click.",
    "Published {n} August at {m}:30. Updated {m}:45.",
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where pages are published, with what stands around all of them."""

    name: str
    head: tuple[str, ...]
    inside: tuple[str, ...]
    foot: tuple[str, ...]

    def page(self, piece: Piece, chance: random.Random) -> Piece:
        """An article as this outlet's page has it."""
        body = list(piece.paragraphs)
        for line in self.inside:
            body.insert(chance.randint(1, len(body)), line)
        numbers = {"n": str(chance.randint(10, 29)), "m": str(chance.randint(10, 23))}
        lines = (*self.head, *body, *self.foot)
        paragraphs = tuple(re.sub(r"\{([nm])\}", lambda m: numbers[m[1]], line) for line in lines)
        return replace(piece, paragraphs=paragraphs, source=self.name)


@dataclass(frozen=True, slots=True)
class Page:
    """What an outlet made of a take: which of its paragraphs, known by their text."""

    id: str
    take: int
    own: tuple[str, ...]
    """Paragraphs of the story, furniture aside."""
    words: int


def outlets(chance: random.Random, count: int = OUTLETS) -> list[Outlet]:
    """Outlets, each with furniture of its own; of three in four some."""
    found = []
    for number in range(count):
        name = f"daily{number}.example"
        filled = {"outlet": f"The {chance.choice(CITIES)} Daily {number}", "city": chance.choice(CITIES),
                  "year": "2019", "n": "{n}", "m": "{m}"}  # fmt: skip

        def some(lines: tuple[str, ...], most: int, filled: dict[str, str] = filled) -> tuple[str, ...]:
            count = chance.randint(0, most) if chance.random() < 0.75 else 0
            return tuple(line.format(**filled) for line in chance.sample(lines, count))

        found.append(Outlet(name, some(_MENUS, 2), some(_INSIDE, 2), some(_FOOT, 3)))
    return found


def takes_of(paragraphs: tuple[str, ...], desk: Desk, first: Piece) -> list[Piece]:
    """The takes of a story, the first and shortest one first."""
    chance = desk.chance
    body, news = paragraphs[:_FIRST], list(paragraphs[_FIRST:])
    takes = [replace(first, paragraphs=body)]
    while len(takes) < TAKES and news:
        kept = list(takes[-1].paragraphs)
        if len(kept) > _FIRST and chance.random() < 0.6:
            del kept[chance.randrange(2, len(kept))]
        if chance.random() < 0.4:
            kept.insert(chance.randrange(1, len(kept)), kept.pop(chance.randrange(1, len(kept))))
        lead = [news.pop(0) for _ in range(min(len(news), chance.randint(1, 2)))]
        lead[0] = f"{lead[0]} It came after {' '.join(body[0].split()[:12])}."  # news is told with what it follows
        take = replace(first, paragraphs=(*lead, *kept))
        if chance.random() < 0.3:
            take = corrected(take, desk)
        hours = timedelta(minutes=chance.randint(40, 150))
        takes.append(replace(take, published=takes[-1].published + hours))
    return takes


def cut(take: Piece, chance: random.Random) -> tuple[str, ...]:
    """What an outlet has room for: the beginning, at times without a paragraph or a last sentence of it."""
    share = chance.choice((1.0, 1.0, chance.uniform(0.25, 0.95)))
    count = max(2, round(share * len(take.paragraphs)))
    kept = list(take.paragraphs[:count])
    if len(kept) > 4 and chance.random() < 0.25:
        del kept[chance.randrange(2, len(kept))]
    last = sentences(kept[-1])
    if share < 1 and len(last) > 1 and chance.random() < 0.5:
        kept[-1] = " ".join(last[:-1])
    return tuple(kept)


def headline(paragraph: str, names: tuple[str, ...], chance: random.Random) -> str:
    """Of an outlet's own: the story's names, and other words of the lead."""
    words = [word.strip(".,\"'“”") for word in paragraph.split()]
    long = [word for word in words if len(word) > 4 and word not in names] or words
    start = chance.randrange(max(1, len(long) - 5))
    return " ".join((*chance.sample(names, min(len(names), 2)), *long[start : start + chance.randint(3, 5)]))


def names_of(piece: Piece) -> tuple[str, ...]:
    """The three names that a story is full of."""
    found = Counter(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", " ".join(piece.paragraphs)))
    return tuple(name for name, _ in found.most_common(3))


def relation(one: Page, other: Page) -> str | None:
    """What the later page is to the first, as `Kind` has it; None where nothing is said."""
    mine, theirs = set(_sentences(one.own)), set(_sentences(other.own))
    shared = len(mine & theirs)
    if other.words <= _EXCERPT * one.words and shared >= _WHOLE * len(theirs):
        return "excerpt"
    if one.words <= _EXCERPT * other.words and shared >= _WHOLE * len(mine):
        return "contains"
    if one.take == other.take:
        return "near_copy" if shared >= _COPY * max(len(mine), len(theirs)) else None
    return "update" if shared >= _ONE_TAKE * min(len(mine), len(theirs)) else None


def _sentences(paragraphs: tuple[str, ...]) -> list[str]:
    return [sentence for paragraph in paragraphs for sentence in sentences(paragraph)]


def dateline(paragraph: str, chance: random.Random) -> str:
    """The paragraph behind a city and an agency, as half of the outlets have it."""
    if chance.random() < 0.5:
        return paragraph
    return f"{chance.choice(CITIES).upper()} {chance.choice(CREDITS)}{paragraph}"


def story(family: str, desk: Desk, papers: list[Outlet]) -> tuple[dict[str, Piece], list[tuple[str, str, str, str]]]:
    """A running story: articles by id, and (id, other id, kind of the first to the second, what was done)."""
    chance = desk.chance
    whole = desk.article(_STORY_WORDS)
    parts = tuple(" ".join(pair) for p in whole.paragraphs for pair in _pairs(sentences(p)))
    running, other_agency, later = parts[: len(parts) * 6 // 10], parts[len(parts) * 6 // 10 : -6], parts[-6:]
    names = names_of(whole)
    takes = takes_of(running, desk, replace(whole, source="wire.example"))
    made: dict[str, Piece] = {}
    pages: list[Page] = []
    for number, paper in enumerate(chance.sample(papers, len(papers) * 3 // 4)):
        take = chance.randrange(len(takes))
        own = cut(takes[take], chance)
        text = (dateline(own[0], chance), *own[1:])
        at = takes[take].published + timedelta(minutes=chance.randint(3, 45))
        id = f"{family}-page{number}"
        piece = replace(whole, title=headline(own[0], names, chance), paragraphs=text, published=at)
        made[id] = paper.page(piece, chance)
        pages.append(Page(id, take, own, sum(len(p.split()) for p in own)))
    said = [(b.id, a.id, found, "take" if a.take != b.take else "cut") for n, a in enumerate(pages)
            for b in pages[n + 1 :] if (found := relation(a, b))]  # fmt: skip
    apart = _apart(family, whole, (other_agency, later, running[-2:]), takes, papers, chance)
    return made | apart, said


def _pairs(some: list[str]) -> list[list[str]]:
    return [some[i : i + 2] for i in range(0, len(some), 2)]


def _apart(
    family: str, whole: Piece, parts: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], takes: list[Piece],
    papers: list[Outlet], chance: random.Random,
) -> dict[str, Piece]:  # fmt: skip
    """Another agency's own report, and a report of the days after, in an outlet each: each a family of its own."""
    other_agency, later, background = parts
    statement = sentences(takes[-1].paragraphs[0])[0]
    middle = len(other_agency) // 2
    own = (*other_agency[:middle], statement, *other_agency[middle:])
    follow_up = (*later, *(background if sum(len(p.split()) for p in background) < 60 else background[:1]))
    found = {}
    for name, text, days in (("other", own, 0.4), ("after", follow_up, chance.randint(1, 4))):
        if len(text) < 3:
            continue
        piece = replace(whole, title=headline(text[0], names_of(whole), chance), paragraphs=text,
                        published=whole.published + timedelta(days=days))  # fmt: skip
        found[f"{family}{name}-0"] = chance.choice(papers).page(piece, chance)
    return found


def the_latest(
    family: str, desk: Desk, papers: list[Outlet]
) -> tuple[dict[str, Piece], list[tuple[str, str, str, str]]]:
    """Briefs of one running story, each in an outlet, and a page of another outlet that has all of them."""
    chance = desk.chance
    whole = desk.article(_STORY_WORDS // 2)
    names = names_of(whole)
    parts = [" ".join(three) for p in (" ".join(whole.paragraphs),) for three in _threes(sentences(p))]
    briefs = [part for part in parts if 45 <= len(part.split()) <= 110][:_BRIEFS]
    some = chance.sample(papers, len(briefs) + 1)
    made: dict[str, Piece] = {}
    for number, (brief, paper) in enumerate(zip(briefs, some, strict=False)):
        at = whole.published + timedelta(minutes=50 * number)
        piece = replace(
            whole, title=headline(brief, names, chance), paragraphs=(dateline(brief, chance),), published=at
        )
        made[f"{family}-brief{number}"] = replace(piece, source=paper.name)
    entries = tuple(
        line for number, brief in enumerate(briefs) for line in (f"{9 + number}:{chance.randint(10, 59)} a.m.", brief)
    )
    page = replace(whole, title=f"The Latest: {headline(whole.paragraphs[0], names, chance)}",
                   paragraphs=(f"The Latest on {headline(briefs[0], names, chance)} (all times local):", *entries),
                   published=whole.published + timedelta(hours=6))  # fmt: skip
    made[f"{family}-latest"] = some[-1].page(page, chance)
    said = [(f"{family}-latest", f"{family}-brief{n}", "contains", "the_latest") for n in range(len(briefs))]
    return made, said


def _threes(some: list[str]) -> list[list[str]]:
    return [some[i : i + 3] for i in range(0, len(some), 3)]

"""Reports that look like copies and are none: series from one template, obituaries, live blogs, footers.

All texts here were written for this benchmark; places, people and clubs are invented.
"""

import random
import re
from dataclasses import replace
from datetime import timedelta

from .edits import CITIES, Desk
from .texts import Piece, sentences

_NUMBER = re.compile(r"\d+")
_NUMBERS_LEAST = 4
_OWN_TEMPLATES = 0.1
_NAMES = ("Ada Verrin", "Tomas Okelle", "Mirjam Stolt", "Pieter Haan", "Lucia Brandao", "Eino Raask", "Jo Calder")
_CLUBS = ("Rovers", "Athletic", "Harbour", "United", "Olympic", "Old Mills", "Railway", "Wanderers")
_WEATHER = (
    "{city} can expect {sky} on {day} with temperatures between {n1} and {n2} degrees, the regional weather office"
    " said.",
    "Winds will blow from the {wind} at {n3} kilometres an hour, with gusts along the coast. Drivers on the"
    " mountain roads should allow for more time and keep to the signs that the road service has put up.",
    "The chance of rain stands at {n4} percent in the morning and falls towards the evening. Sunset is at {n5}:{n6}.",
    "Pollen counts are given every day at noon by the allergy service of the university hospital. People who take"
    " medicine should keep it at hand and ask their pharmacist where they are not sure of the dose.",
    "The next forecast will be issued tomorrow at six. The weather office runs a telephone line for farmers and"
    " sailors.",
)
_MARKET = (
    "Shares in {city} closed {way} on {day}, with the main index at {n1},{n7} points, {n2} points from the day before.",
    "Banks led the day, {way} by {n3} percent, followed by builders and makers of machines. Dealers spoke of thin"
    " trading and said that most of the large funds were waiting for the figures on jobs that are due at the end"
    " of the month.",
    "Oil stood at {n5} dollars a barrel and gold at {n8} dollars an ounce. The currency was little changed against the"
    " dollar and the euro, as the central bank had said that it saw no need to act before its next meeting.",
    "{n9} stocks rose, {n10} fell and {n4} ended where they began. The exchange opens tomorrow at nine in the morning.",
)
_MATCH = (
    "{club} beat {other} {n1}-{n2} at home on {day} in the {league} division in front of {n7} people.",
    "{name} scored after {n3} minutes and added another before the break. The visitors came back into the game in the"
    " second half without ever looking like a side that could turn it round, and their manager made all his changes.",
    "{club} have {n5} points from {n4} games. The next round is played on Saturday week, when all matches kick off"
    " at three in the afternoon; tickets are sold at the grounds and at the usual places in town until the evening"
    " before.",
)
_SKIES = ("sunshine", "clouds", "showers", "fog in the morning", "a dry day")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_INSTITUTE = (
    "The {city} Conservatory, where {name} taught, was founded by a family of instrument makers and is among the oldest"
    " schools of its kind in the country. Its pupils have played in all the great orchestras, and each spring it opens"
    " its doors to the town for a week of concerts that are free of charge. The school was closed in the war and"
    " reopened in the ruins of its old building with eleven pupils and a single piano."
)
_LIFE = "{name}, who {what} for {n3} years, has died in {city} at the age of {n8}, the family said on {day}."
_TRADES = ("taught the violin", "built organs", "conducted the choir", "sang the great roles", "wrote for the stage")
_FOOTER = (
    "Get the stories that matter in your inbox every weekday morning. By signing up you agree to our terms of use"
    " and to our privacy policy, and you may leave the list at any time with one click at the foot of each letter.",
    "We use cookies to make this site work, to count our readers and to show advertisements that fit what you"
    " like. You can change your choice at any time in the settings; without cookies some parts of the site may not"
    " work as they should.",
    "Follow {outlet} for the latest from our newsroom, download our app for alerts, and write to our editors with"
    " tips and corrections. Comments are read by a moderator before they appear and are closed after three days.",
)


def series(desk: Desk, length: int) -> list[Piece]:
    """Reports of one outlet from one template, on days in a row; none repeats another.

    One in ten comes from the templates above. For the others, so that each series has a template of its own, the
    opening of an article rich in numbers serves as one: only its numbers differ from day to day.
    """
    return _written(desk, length) if desk.chance.random() < _OWN_TEMPLATES else _borrowed(desk, length)


def _borrowed(desk: Desk, length: int) -> list[Piece]:
    text = ""
    while len(_NUMBER.findall(text)) < _NUMBERS_LEAST:
        first = desk.article(150)
        text = _first(first, desk.chance.randint(90, 220))

    def report(day: int) -> Piece:
        body = _NUMBER.sub(lambda match: _like(match[0], desk.chance), text)
        paragraphs = (f"{desk.chance.choice(_DAYS)}'s figures.", body)
        return replace(first, paragraphs=paragraphs, published=first.published + timedelta(days=day))

    return [report(day) for day in range(length)]


def _like(number: str, chance: random.Random) -> str:
    return str(chance.randint(10 ** (len(number) - 1), 10 ** len(number) - 1))


def _written(desk: Desk, length: int) -> list[Piece]:
    chance = desk.chance
    template = chance.choice((_WEATHER, _MARKET, _MATCH))
    first, city = desk.article(), chance.choice(CITIES)
    title = {_WEATHER: "Weather", _MARKET: "Markets", _MATCH: "Football"}[template]
    return [
        Piece(
            f"{title}: {city}",
            tuple(p.format(**_values(chance, city)) for p in template),
            first.published + timedelta(days=day),
            first.source,
        )
        for day in range(length)
    ]


def _values(chance: random.Random, city: str) -> dict[str, str]:
    club, other = chance.sample(_CLUBS, 2)
    numbers = {f"n{i}": chance.randint(2, 40) for i in range(1, 7)}
    numbers |= {"n4": chance.randint(5, 95), "n5": chance.randint(16, 99), "n6": chance.randint(10, 59)}
    numbers |= {f"n{i}": chance.randint(41, 999) for i in range(7, 11)} | {"n8": chance.randint(60, 99)}
    return {key: str(value) for key, value in numbers.items()} | {
        "city": city, "club": club, "other": other, "day": chance.choice(_DAYS), "name": chance.choice(_NAMES),
        "sky": chance.choice(_SKIES), "wind": chance.choice(("north", "south", "west", "east")),
        "way": chance.choice(("up", "down")), "league": chance.choice(("first", "second", "third")),
    }  # fmt: skip


def obituaries(desk: Desk) -> list[Piece]:
    """Two people of one school, whose history stands in both."""
    city = desk.chance.choice(CITIES)
    found = []
    for _ in range(2):
        values = _values(desk.chance, city)
        name = f"{values['name'].split()[0]} {desk.chance.choice(_NAMES).split()[1]}-{desk.chance.choice(CITIES)}"
        values |= {"name": name, "what": desk.chance.choice(_TRADES)}
        life = desk.article(120)
        own = (_LIFE.format(**values), _first(life, desk.chance.randint(100, 160)), _INSTITUTE.format(**values))
        found.append(Piece(f"{name} dies", own, life.published, "chronicle.example"))
    return found


def follow_ups(desk: Desk) -> list[Piece]:
    """Two reports of one outlet, the second with the background of the first: up to .4 of either."""
    first, then = desk.article(200), desk.article(200)
    most = desk.chance.uniform(0.15, 0.4) * min(first.words, then.words)
    shared: tuple[str, ...] = ()
    for paragraph in reversed(first.paragraphs):
        if sum(len(p.split()) for p in (paragraph, *shared)) > most:
            break
        shared = (paragraph, *shared)
    later = replace(then, paragraphs=then.paragraphs + shared, source=first.source)
    return [first, replace(later, published=first.published + timedelta(days=desk.chance.randint(1, 9)))]


def live_blog(desk: Desk) -> list[Piece]:
    """A blog whose entries open with the first sentence or two of a report each, and those reports."""
    reports = [desk.article(150) for _ in range(desk.chance.randint(5, 9))]
    first = reports[0]
    entries: list[str] = []
    for hour, report in enumerate(reports):
        lead = " ".join(sentences(" ".join(report.paragraphs))[:2]).split()[:45]
        entries += [f"{8 + hour}:{desk.chance.randint(10, 59)} {' '.join(lead)}", *desk.paragraphs(1)]
    same = [replace(r, published=first.published - timedelta(hours=i + 1)) for i, r in enumerate(reports)]
    return [*same, Piece(f"Live: {first.title}", tuple(entries), first.published, first.source)]


def with_footers(desk: Desk) -> list[Piece]:
    """Short reports of two outlets under one publisher, with the same by-line and 100 words of footers."""
    outlet = f"{desk.chance.choice(CITIES)} Group {desk.chance.randint(1, 999)}"
    line = f"By {desk.chance.choice(_NAMES)}, staff writer"
    footer = [p.format(outlet=outlet) for p in _FOOTER]
    return [
        replace(piece, paragraphs=(line, _first(piece, desk.chance.randint(80, 130)), *footer))
        for piece in (desk.article(150), desk.article(150))
    ]


def _first(piece: Piece, words: int) -> str:
    """Its first sentences, about so many words, as one paragraph."""
    kept: list[str] = []
    for sentence in (s for p in piece.paragraphs for s in sentences(p)):
        if sum(len(k.split()) for k in kept) >= words:
            break
        kept.append(sentence)
    return " ".join(kept)

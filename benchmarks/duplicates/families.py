"""Reports that are made from templates, kind by kind: what is fixed, and what fills it. None repeats another.

Thresholds were chosen on `FAMILIES`; of `KEPT_ASIDE` only the counts of errors were seen meanwhile. All texts were
written for this benchmark; places, people, clubs and companies are invented.

A family is a headline and paragraphs with places like `{club}`; the values of one report are drawn together, each place
once, so that a name is the same wherever it stands. `{n3}` is a number below 10^3.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from .edits import Desk
from .texts import Piece

_FILLERS: Mapping[str, tuple[str, ...]] = {
    "club": ("Rovers", "Athletic", "Harbour Town", "Old Mills", "Railway", "Wanderers", "Port Lisse", "Talmouth"),
    "person": (
        "Ada Verrin", "Tomas Okelle", "Mirjam Stolt", "Pieter Haan", "Lucia Brandao", "Eino Raask", "Jo Calder",
        "Hanna Wirz", "Said Amrani", "Clara Bonnet", "Ines Duarte", "Oskar Lind",
    ),
    "town": ("Arvend", "Quessant", "Brenholt", "Saint Ovare", "Lomburg", "Tarnow", "Varne", "Marrick", "Hennick"),
    "street": ("Weaver Street", "Mill Lane", "Station Road", "Harbour Row", "Abbey Close", "Quarry Hill"),
    "company": ("Norfeld", "Castrel", "Brightwater", "Hollin & Sons", "Ostrava Foods", "Meridian Tools", "Velo Nord"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "tag": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "jour": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "dia": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "trade": ("baker", "tram driver", "teacher of music", "locksmith", "midwife", "ship's carpenter", "botanist"),
    "role": ("night nurse", "bus driver", "junior accountant", "pastry cook", "web developer", "school caretaker"),
    "sign": ("Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo", "Libra", "Scorpio", "Capricorn", "Pisces"),
    "fate": (
        "new energy at work", "a quarrel with a friend", "an unexpected visit", "good news from far away",
        "a choice between two offers", "a letter you had given up on", "a day for long walks",
    ),
    "care": ("your spending", "old letters", "your health", "a neighbour", "what you promised", "the smaller print"),
    "good": ("bicycle helmets", "garden heaters", "baby carriers", "ladders", "pressure cookers", "night lights"),
    "fault": (
        "the strap may open under load", "the gas valve can leak", "a rung may break",
        "the lid can open under pressure", "small parts may come off",
    ),
    "artist": ("Nel Oduya", "Franz Teuber", "Mira Castellan", "Ilya Roth", "Sefa Kaan", "Agnes Thorne"),
    "show": ("Salt and Iron", "The Long Table", "Seven Doors", "Winter Ledger", "Field Recordings", "Blue Hours"),
    "crime": ("theft of a bicycle", "driving without a licence", "assault", "burglary", "fraud", "damage to a bus"),
    "sky": ("cloudy with showers", "bright at first", "wet and windy", "sunny", "foggy until noon", "dry and cold"),
    "film": ("The Lighthouse Keeper", "Northbound", "A Quiet Year", "Detective Marlow", "Salt Road", "The Glass Hill"),
    "himmel": ("stark bewölkt mit Schauern", "anfangs heiter", "nass und windig", "sonnig", "neblig bis mittags"),
    "ciel": ("nuageux avec des averses", "ensoleillé le matin", "pluvieux et venteux", "sec et froid", "brumeux"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Family:
    """A template."""

    title: str
    paragraphs: tuple[str, ...]


FAMILIES: Mapping[str, Family] = {
    "match": Family("{club1} beat {club2}", (
        "{club1} beat {club2} on {day1} in a match that was decided late. {person1} put the home side ahead with a"
        " header from a corner, and {person2} made the game safe before the end. The visitors had more of the ball in"
        " the second half without making much of it.",
        "{club1} were without {person3}, who is injured. The next round is played on Saturday week, when all matches"
        " kick off at three in the afternoon; tickets are sold at the grounds and at the usual places in town.",
    )),
    "horoscope": Family("{sign1}: your day", (
        "{sign1}: Today brings {fate1} for {sign1} natives. Keep an eye on {care1} and do not be afraid to ask for"
        " help. The Moon in your house invites you to slow down.",
        "Lucky number: {n2}. Check back tomorrow for your next daily horoscope.",
    )),
    "obituary": Family("{person1}, {n2}", (
        "{person1}, a {trade1} from Lomburg, died peacefully at home on {day1} at the age of {n2}. Beloved parent and"
        " grandparent. A service of remembrance will be held at Saint Brice's Church on {day2} at 11 a.m. In place of"
        " flowers, donations may be made to the Lomburg Hospice. Arrangements by Feld and Sons Funeral Home.",
    )),
    "job": Family("{role1} wanted in {town1}", (
        "{company1} is looking for a {role1} in {town1}. You work in a small team, take responsibility early, and bring"
        " at least two years of experience. We offer a permanent contract, thirty days of leave and a pension plan.",
        "Please send your application as one file, with the date from which you are available. {company1} welcomes"
        " applications from everybody, whatever their age, origin or belief.",
    )),
    "lottery": Family("Lottery numbers for {day1}", (
        "The winning numbers in {day1}'s draw were {n2a}, {n2b}, {n2c}, {n2d} and {n2e}, with the bonus ball {n2f}. The"
        " jackpot of {n3} million was {n1} times shared. All results without guarantee. Tickets for the next draw are"
        " sold until six in the evening at every kiosk with the blue sign.",
    )),
    "police": Family("Police log, {town1}", (
        "Officers were called to {street1} in {town1} on {day1} evening for {crime1}. A man of {n2} was questioned and"
        " released. No one was hurt. Anyone who saw something is asked to call the station on the usual number or to"
        " write to the desk. The log is published every day and lists all calls that led to a report.",
    )),
    "results": Family("{company1} reports quarter", (
        "{company1} said on {day1} that sales in the quarter came to {n3a} million, against {n3b} million a year"
        " before, and that profit before tax was {n2} million. Analysts polled by this agency expected {n3c} million.",
        "This report was generated automatically from the figures that the company filed with the exchange. The agency"
        " does not edit such reports by hand; errors can be reported to the data desk.",
    )),
    "wetter": Family("Das Wetter in {town1}", (
        "Am {tag1} wird es in {town1} {himmel1} bei Höchstwerten von {n2a} Grad. Der Wind weht schwach bis mäßig aus"
        " westlichen Richtungen, an der Küste auch stärker. In der Nacht gehen die Temperaturen auf {n1} Grad zurück.",
        "Die weiteren Aussichten bleiben wechselhaft. Der Wetterdienst gibt seine nächste Vorhersage am Abend heraus"
        " und bittet, bei Ausflügen in die Berge die Hinweise der Bergwacht zu beachten.",
    )),
    "trafic": Family("{town1} : la {street1} fermée", (
        "La circulation sera interrompue {jour1} dans la {street1} à {town1} en raison de travaux sur le réseau d'eau."
        " Une déviation sera mise en place par les services de la ville, et les riverains pourront rejoindre leur"
        " domicile à pied. La réouverture est prévue {jour2} dans la soirée si le temps le permet.",
    )),
    "esquela": Family("Fallece {person1}", (
        "Ha fallecido en {town1} a los {n2} años {person1}, natural de esta villa. Su familia ruega una oración por su"
        " alma y agradece las muestras de cariño recibidas. El funeral se celebrará el {dia1} a las once en la iglesia"
        " parroquial, y a continuación se dará sepultura en el cementerio municipal.",
    )),
}  # fmt: skip
KEPT_ASIDE: Mapping[str, Family] = {
    "recall": Family("{company1} recalls {good1}", (
        "{company1} is recalling {good1} that were sold between spring and autumn, because {fault1}. Nobody has been"
        " hurt so far, the company said. Customers should stop using them at once and take them back to the shop, where"
        " they will get their money back without a receipt. Questions are answered by the company's telephone line on"
        " weekdays between nine and five.",
    )),
    "exhibition": Family("{show1}", (
        "The municipal gallery shows works by {artist1} under the title {show1} from {day1}. The exhibition brings"
        " together drawings, prints and objects of two decades, many of them lent by private collections. Entry is free"
        " on the first Sunday of the month. Guided tours begin at three in the afternoon; groups are asked to book.",
    )),
    "gericht": Family("Amtsgericht {town1}: Termine", (
        "Vor dem Amtsgericht {town1} muss sich am {tag1} {person1} verantworten. Die Staatsanwaltschaft wirft der"
        " angeklagten Person vor, in {n1} Fällen gegen das Gesetz verstoßen zu haben. Die Verhandlung ist öffentlich"
        " und beginnt um neun Uhr im großen Saal. Änderungen sind möglich, Auskunft gibt die Geschäftsstelle.",
    )),
    "listings": Family("Tonight on Channel One", (
        "Channel One opens the evening with the news and the weather at eight. {film1}, with {person1} in the lead,"
        " follows at a quarter past eight and is repeated after midnight. At ten {person2} talks with {person3} about"
        " the week in politics, and the night ends with music. All programmes are subtitled and can be seen again for"
        " seven days. The channel may change its programme at short notice.",
    )),
    "court": Family("{person1} in court", (
        "{person1} of {street1}, {town1}, pleaded guilty at the magistrates' court to {crime1} and was fined {n3}"
        " crowns with costs. The fine has to be paid within a month. This list of cases is published every week under"
        " an agreement with the court; names are left out only where the court so orders.",
    )),
    "meteo": Family("Météo à {town1}", (
        "Le temps sera {ciel1} {jour1} à {town1}, avec des températures comprises entre {n1} et {n2} degrés. Le vent"
        " soufflera faiblement du secteur ouest. La vigilance reste de mise sur les routes de montagne, rappelle le"
        " service départemental, qui publie chaque soir un nouveau bulletin.",
    )),
}  # fmt: skip


def report(family: Family, chance: random.Random) -> tuple[str, tuple[str, ...]]:
    """Headline and paragraphs, filled in."""
    values: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        name = match[0]
        if name not in values:
            values[name] = _value(match[1], match[2], values, chance)
        return values[name]

    places = re.compile(r"\{(n|[a-zA-Zé]+?)(\d+[a-f]?)\}")
    title = places.sub(fill, family.title)
    return title, tuple(places.sub(fill, paragraph) for paragraph in family.paragraphs)


def _value(kind: str, number: str, used: Mapping[str, str], chance: random.Random) -> str:
    if kind == "n":
        digits = int(number[0])
        return str(chance.randint(10 ** (digits - 1), 10**digits - 1))
    return chance.choice([filler for filler in _FILLERS[kind] if filler not in used.values()])


def reports(family: Family, desk: Desk, length: int) -> list[Piece]:
    """A series of different reports: of one outlet or of several, on days in a row or on one, in any case or lower."""
    chance = desk.chance
    first = desk.article()
    apart = chance.choice((timedelta(days=1), timedelta(days=7), timedelta(minutes=3)))
    outlets = chance.choice(([first.source], ["north.example", "south.example", "wire.example"]))
    lower = chance.random() < 0.25
    found: list[Piece] = []
    while len(found) < length:
        title, paragraphs = report(family, chance)
        if lower:
            title, paragraphs = title.lower(), tuple(p.lower() for p in paragraphs)
        if any(title == one.title and paragraphs == one.paragraphs for one in found):
            continue
        at = first.published + apart * len(found)
        found.append(replace(first, title=title, paragraphs=paragraphs, published=at, source=chance.choice(outlets)))
    return found

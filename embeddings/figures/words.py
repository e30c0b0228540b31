"""The words that figures are read by: numbers, scales, units, currencies, what is counted, what became of it.

Tables, and nothing that reads a text. Words are compared in small letters.
"""

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

NUMBERS: dict[str, int] = {
    **{word: n for n, word in enumerate(_ONES.split())},
    **{word: 10 * n for n, word in enumerate(_TENS.split(), 2)},
    **dict(dos=2, tres=3, cuatro=4, cinco=5, seis=6, siete=7, ocho=8, nueve=9, diez=10, doce=12, quince=15),
    **dict(deux=2, trois=3, quatre=4, cinq=5, huit=8, neuf=9, dix=10, onze=11, douze=12, quinze=15, vingt=20),
    **dict(zwei=2, drei=3, vier=4, fünf=5, sechs=6, sieben=7, acht=8, neun=9, zehn=10, zwölf=12, zwanzig=20),
}
"""Numbers in words. Spanish, French and German ones as far as they are no English word, as "once" is."""

SCALES: dict[str, float] = {
    word: scale
    for scale, some in (
        (12.0, "dozen docenas douzaine douzaines dutzend"),
        (1e2, "hundred"),
        (1e3, "thousand mil mille tausend tsd mila duizend tusen тыс тысяч"),
        (1e5, "lakh lakhs"),
        (1e6, "million millions mn mln mio millón millones millionen milione milioni milhão milhões miljoen miljoner "
              "млн миллион миллиона миллионов milyon"),
        (1e7, "crore crores"),
        (1e9, "billion billions bn milliard milliards milliarde milliarden mrd miliardo miliardi bilhão bilhões "
              "miljard miljarder млрд миллиард миллиарда миллиардов milyar"),
        (1e12, "trillion trillions tn billón billones billionen"),
    )
    for word in some.split()
}  # fmt: skip
SHORT_SCALES = {"m": 1e6, "k": 1e3, "b": 1e9}
"""Right behind a number, where it is money or a plural follows: "1.3m people", but "100m" is a distance."""
HAN_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "만": 1e4, "亿": 1e8, "億": 1e8, "억": 1e8}

VAGUE: dict[str, tuple[float, float]] = {
    "tens": (20, 100), "dozens": (24, 120), "scores": (40, 200), "hundreds": (200, 2e3),
    "thousands": (2e3, 2e5), "millions": (2e6, 2e9),
    "docenas": (24, 120), "cientos": (200, 2e3), "miles": (2e3, 2e5), "dizaines": (20, 100), "centaines": (200, 2e3),
    "milliers": (2e3, 2e5), "dutzende": (24, 120), "hunderte": (200, 2e3), "tausende": (2e3, 2e5),
}  # fmt: skip
"""Words of quantity, and the numbers that they may stand for."""

CURRENCIES: dict[str, str] = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS",
    "₴": "UAH", "₦": "NGN",
    **{word: code for code, some in (
        ("USD", "dollar dollars usd dólares"), ("EUR", "euro euros eur"), ("GBP", "sterling gbp quid"),
        ("JPY", "yen jpy"), ("CNY", "yuan renminbi rmb cny"), ("INR", "rupee rupees inr rs"), ("RUB", "rouble roubles "
        "ruble rubles rub"), ("CHF", "franken chf"), ("KRW", "won krw"), ("TRY", "lira liras"), ("BRL", "reais brl"),
        ("", "pesos peso kronor kroner krona dinars rials riyals baht shekels rand naira shillings francs zloty"),
    ) for word in some.split()},
}  # fmt: skip
"""Sign or word -> code; "" where a word is several countries' money and its own name is the unit. "Won", "pounds" and
"rand" are read as money after a scale only, and "pounds" is a weight otherwise."""
DOLLARS = {"us": "USD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "hk": "HKD", "nz": "NZD", "s": "SGD"}
"""What stands before a dollar sign -> code."""

CODES = frozenset("usd eur gbp rs inr chf jpy cny".split())
"""Words for money that stand before the number."""
NATIONS = {"us": "USD", "american": "USD", "canadian": "CAD", "australian": "AUD"}
"""Between a number and "dollars"."""

PERCENT = frozenset("percent pct prozent procent procento pourcent".split())

MEASURES: dict[str, tuple[str, float]] = {
    word: (unit, factor)
    for unit, factor, some in (
        ("m", 1.0, "meter meters metre metres metro metros mètre mètres"), ("m", 0.01, "cm centimeter centimeters "
        "centimetre centimetres"), ("m", 0.001, "mm millimeter millimeters millimetre millimetres"),
        ("m", 1e3, "km kilometer kilometers kilometre kilometres kilómetro kilómetros kilomètres"),
        ("m", 1609.344, "mile miles mi"), ("m", 0.3048, "foot feet ft"), ("m", 0.0254, "inch inches"),
        ("m", 0.9144, "yard yards"), ("kg", 1.0, "kg kilo kilos kilogram kilograms kilogrammes"),
        ("kg", 0.001, "gram grams"), ("kg", 1e3, "ton tons tonne tonnes tonnen toneladas"), ("kg", 0.45359, "lb lbs "
        "pound pounds"), ("l", 1.0, "liter liters litre litres"), ("l", 3.7854, "gallon gallons"),
        ("l", 158.987, "barrel barrels"), ("ha", 1.0, "ha hectare hectares hectáreas"), ("ha", 0.40469, "acre acres"),
        ("km/h", 1.0, "kmh kph"), ("km/h", 1.60934, "mph"), ("km/h", 1.852, "knot knots"), ("W", 1e6, "mw megawatt "
        "megawatts"), ("W", 1e9, "gw gigawatt gigawatts"), ("°C", 1.0, "celsius"), ("°F", 1.0, "fahrenheit"),
        ("magnitude", 1.0, "magnitude"),
    )
    for word in some.split()
}  # fmt: skip
"""Word -> unit it is converted to, and what it is multiplied with."""

SPEEDS = {"hour": 0.001, "h": 0.001, "second": 3.6}
"""Behind metres: kilometres an hour."""
DEGREES = frozenset("° º degrees degree grad grados degrés".split())
TEMPERATURES = frozenset("c f celsius fahrenheit centigrade".split())

DURATIONS: dict[str, tuple[str, float]] = {
    word: (unit, factor)
    for unit, factor, some in (
        ("s", 1.0, "second seconds"), ("s", 60.0, "minute minutes min minuten minutos"), ("s", 3600.0, "hour hours "
        "hora horas heures stunden"), ("d", 1.0, "day days día días jours tage"), ("d", 7.0, "week weeks semanas "
        "semaines wochen"), ("months", 1.0, "month months meses mois monate"), ("months", 12.0, "year years año años "
        "ans années jahre"),
    )
    for word in some.split()
}  # fmt: skip

MONTHS = {
    name: n
    for n, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
MONTHS_ELSEWHERE = {
    name: n
    for names in (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    )
    for n, name in enumerate(names.split(), 1)
}
"""Of other languages, behind the day only, capital or not."""
WEEKDAYS = {
    name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())
}  # fmt: skip
"""As `datetime.date.weekday`."""

FATES: dict[str, str] = {
    word: fate
    for fate, some in (
        ("killed", "killed kill kills killing dead die died dies dying death deaths fatality fatalities toll lives "
         "perished slain muertos muertas morts tués tote toten getötet погибли погибших"),
        ("injured", "injured injuring injure injury injuries wounded wounding hurt heridos heridas blessés verletzte "
         "verletzt"),
        ("shot", "shot gunshot gunned"),
        ("missing", "missing unaccounted desaparecidos disparus vermisste vermisst"),
        ("arrested", "arrested arrest arrests arresting detained detaining detentos detenidos arrêtés festgenommen"),
        ("displaced", "displaced evacuated evacuating evacuees homeless fled evacuados évacués"),
        ("rescued", "rescued rescuing saved survived survivors rescatados gerettet"),
        ("infected", "infected infections"),
        ("hospitalised", "hospitalised hospitalized hospital"),
    )
    for word in some.split()
}  # fmt: skip
"""What became of those who are counted, by the words that say it: one fate never takes the place of another."""

PEOPLE = frozenset(
    "people person men man women woman child children passenger soldier officer worker resident civilian "
    "protester demonstrator student customer household home family villager victim migrant refugee troop "
    "policeman police militant fighter rebel tourist pilgrim patient employee member prisoner inmate hostage "
    "detainee victim casualty suspect body girl boy teenager adult miner sailor crew fan supporter voter user "
    "subscriber job persona personne menschen personen".split()
)
"""Those who are counted as people, or as whole homes of them: "1.3 million customers", "2.1 million households"."""

AROUND = frozenset(
    "about around some roughly approximately circa ca unos unas etwa rund environ ungefähr estimated ~".split()
)
OVER = frozenset("over above más plus über".split())
UNDER = frozenset("nearly almost under below casi presque fast knapp".split())
"""Before a number: it is left open a little, in this direction."""

LABELS = frozenset(
    "no nos number page pages chapter section article highway route flight channel room platform phase grade class "
    "group unit model version type paragraph line gate pier exit building apartment apt suite block level stage series "
    "season episode volume vol act bill resolution proposition psalm verse size".split()
)
"""Before a number: it is a name and no quantity."""

OPENING = frozenset("( [ { \" ' \u00ab \u201e \u201c \u2018 ~ + < > ≈ ±".split()) | frozenset(CURRENCIES)
"""Right before a number: what else touches it makes it a part of something else ("MH370", "#5", "Covid-19")."""
CLOSING = frozenset(". , ; : ! ? ) \" ' \u00bb \u201d \u2019 % ٪ ° º / \u2026 *".split()) | frozenset(CURRENCIES)
"""The same right behind one, beside dashes."""
FRACTIONS = frozenset("third thirds quarter quarters fifth fifths tenth tenths".split())
DETERMINERS = frozenset("no any every some this that the which each".split())
"""Before "one": then it is a pronoun."""
BEFORE_YEARS = frozenset("in since of by until till from the early late mid , (".split())
RISES = frozenset(
    "rose risen rises rising climbed climbs grew grown increased jumped reached reaches stood stands fell fallen "
    "dropped up down".split()
)
"""Before "to 12" or "at 12": what rose stands farther before it, at the beginning of the sentence."""
STATED = frozenset("put said given estimated reported counted announced believed expected stood been".split())
"""Behind "had": what was said before, "had put the figure at 1.3 million"."""
BEFORE_NOW = frozenset("previously initially originally formerly".split())
SENTENCE_ENDS = frozenset(". ; ! ?".split())
CLAUSE_ENDS = frozenset(
    ", ; . : ! ? \u2013 \u2014 and but while when after who accused suspected charged convicted he she they".split()
)
"""What ends the clause in which a fate is told: behind "who" or "accused of" those are told of who did it."""

FUNCTION = frozenset(
    "the a an of in on at to for from by with without and or but nor as is are was were be been being has have had do "
    "does did will would can could may might must shall should that this these those it its he she they them his her "
    "their we our you your i who whom whose which what when where while after before since until during between "
    "against into over under about than then there here not no so if because per via around near also only just more "
    "most other others another such each every any all both few less least up down out off again further own same very "
    "said says say told according against amid among across through within".split()
)
"""Words that are nothing counted and say nothing of a context."""
BESIDE = frozenset("more other others additional further another".split())
"""Between a number and what it counts: it counts those besides."""
SKIPPED = frozenset(
    "new young old local foreign least of different separate top senior such small large big major main former".split()
)
"""Between a number and what it counts."""


def stem(word: str) -> str:
    """A noun without its plural's ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_plural(word: str) -> bool:
    """Whether a word looks like a plural."""
    return stem(word) != word or word in ("people", "police")


_IRREGULAR = {"men": "man", "women": "woman", "children": "child", "policemen": "policeman"}

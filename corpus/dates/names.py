"""Names of months and weekdays in the languages of news, and a date with such names in English ones.

The tables are those of Unicode's CLDR, with some spellings of newspapers. A name that is two months in two languages
("listopad" is November in Poland and October in Croatia) is told by the language of the article, by the form of the
date, or not at all.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTHS = {
    "en": "january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sep"
    " sept, october oct, november nov, december dec",
    "de": "januar jan jänner jän, februar feb, märz mär maerz mrz, april apr, mai, juni jun, juli jul, august aug,"
    " september sept sep, oktober okt, november nov, dezember dez",
    "fr": "janvier janv, février févr fev fevr, mars, avril avr, mai, juin, juillet juil, août aou, septembre sept,"
    " octobre oct, novembre nov, décembre déc decembre",
    "es": "enero ene, febrero feb, marzo mar, abril abr, mayo may, junio jun, julio jul, agosto ago, septiembre"
    " sept setiembre sep set, octubre oct, noviembre nov, diciembre dic",
    "it": "gennaio gen, febbraio feb, marzo mar, aprile apr, maggio mag, giugno giu, luglio lug, agosto ago,"
    " settembre set sett, ottobre ott, novembre nov, dicembre dic",
    "pt": "janeiro jan, fevereiro fev, março mar, abril abr, maio mai, junho jun, julho jul, agosto ago, setembro"
    " set, outubro out, novembro nov, dezembro dez",
    "nl": "januari jan, februari feb, maart mrt mar, april apr, mei, juni jun, juli jul, augustus aug, september"
    " sep, oktober okt, november nov, december dec",
    "ru": "января янв январь, февраля февр февраль фев, марта мар март, апреля апр апрель, мая май, июня июн июнь,"
    " июля июл июль, августа авг август, сентября сент сентябрь сен, октября окт октябрь, ноября нояб ноябрь"
    " ноя, декабря дек декабрь",
    "pl": "stycznia sty styczeń, lutego lut luty, marca mar marzec, kwietnia kwi kwiecień, maja maj, czerwca cze"
    " czerwiec, lipca lip lipiec, sierpnia sie sierpień, września wrz wrzesień, października paź październik,"
    " listopada lis listopad, grudnia gru grudzień",
    "sv": "januari jan, februari feb, mars, april apr, maj, juni, juli, augusti aug, september sep, oktober okt,"
    " november nov, december dec",
    "da": "januar jan, februar feb, marts mar, april apr, maj, juni jun, juli jul, august aug, september sep,"
    " oktober okt, november nov, december dec",
    "no": "januar jan, februar feb, mars mar, april apr, mai, juni jun, juli jul, august aug, september sep,"
    " oktober okt, november nov, desember des",
    "fi": "tammikuuta tammi tammikuu, helmikuuta helmi helmikuu, maaliskuuta maalis maaliskuu, huhtikuuta huhti"
    " huhtikuu, toukokuuta touko toukokuu, kesäkuuta kesä kesäkuu, heinäkuuta heinä heinäkuu, elokuuta elo"
    " elokuu, syyskuuta syys syyskuu, lokakuuta loka lokakuu, marraskuuta marras marraskuu, joulukuuta joulu"
    " joulukuu",
    "cs": "ledna led leden, února úno únor, března bře březen, dubna dub duben, května kvě květen, června čvn"
    " červen, července čvc červenec, srpna srp srpen, září zář, října říj říjen, listopadu lis listopad,"
    " prosince pro prosinec",
    "sk": "januára jan január, februára feb február, marca mar marec, apríla apr apríl, mája máj, júna jún, júla"
    " júl, augusta aug august, septembra sep september, októbra okt október, novembra nov november, decembra"
    " dec december",
    "sl": "januar jan, februar feb, marec mar, april apr, maj, junij jun, julij jul, avgust avg, september sep,"
    " oktober okt, november nov, december dec",
    "hr": "siječnja sij siječanj, veljače velj veljača, ožujka ožu ožujak, travnja tra travanj, svibnja svi"
    " svibanj, lipnja lip lipanj, srpnja srp srpanj, kolovoza kol kolovoz, rujna ruj rujan, listopada lis"
    " listopad, studenoga stu studeni, prosinca pro prosinac",
    "hu": "január jan, február febr, március márc, április ápr, május máj, június jún, július júl, augusztus aug,"
    " szeptember szept, október okt, november nov, december dec",
    "ro": "ianuarie ian, februarie feb, martie mar, aprilie apr, mai, iunie iun, iulie iul, august aug, septembrie"
    " sept, octombrie oct, noiembrie nov, decembrie dec",
    "tr": "ocak oca, şubat şub, mart mar, nisan nis, mayıs may, haziran haz, temmuz tem, ağustos ağu, eylül eyl,"
    " ekim eki, kasım kas, aralık ara",
    "uk": "січня січ січень, лютого лют лютий, березня бер березень, квітня квіт квітень, травня трав травень,"
    " червня черв червень, липня лип липень, серпня серп серпень, вересня вер вересень, жовтня жовт жовтень,"
    " листопада лист листопад, грудня груд грудень",
    "be": "студзеня сту студзень, лютага лют люты, сакавіка сак сакавік, красавіка кра красавік, мая май, чэрвеня"
    " чэр чэрвень, ліпеня ліп ліпень, жніўня жні жнівень, верасня вер верасень, кастрычніка кас кастрычнік,"
    " лістапада ліс лістапад, снежня сне снежань",
    "bg": "януари яну, февруари фев, март, април апр, май, юни, юли, август авг, септември сеп, октомври окт,"
    " ноември ное, декември дек",
    "sr": "јануар јан, фебруар феб, март мар, април апр, мај, јун, јул, август авг, септембар сеп, октобар окт,"
    " новембар нов, децембар дец",
    "mk": "јануари јан, февруари фев, март мар, април апр, мај, јуни јун, јули јул, август авг, септември сеп,"
    " октомври окт, ноември ное, декември дек",
    "el": "ιανουαρίου ιαν ιανουάριοσ, φεβρουαρίου φεβ φεβρουάριοσ, μαρτίου μαρ μάρτιοσ μάρ, απριλίου απρ απρίλιοσ,"
    " μαΐου μαΐ μάιοσ μάι, ιουνίου ιουν ιούνιοσ ιούν, ιουλίου ιουλ ιούλιοσ ιούλ, αυγούστου αυγ αύγουστοσ"
    " αύγ, σεπτεμβρίου σεπ σεπτέμβριοσ, οκτωβρίου οκτ οκτώβριοσ, νοεμβρίου νοε νοέμβριοσ νοέ, δεκεμβρίου δεκ"
    " δεκέμβριοσ",
    "ca": "gener gen, febrer febr, març, abril abr, maig, juny, juliol jul, agost ag, setembre set, octubre oct,"
    " novembre nov, desembre des",
    "gl": "xaneiro xan, febreiro feb, marzo mar, abril abr, maio, xuño, xullo xul, agosto ago, setembro set,"
    " outubro out, novembro nov, decembro dec",
    "eu": "urtarrila urt, otsaila ots, martxoa mar, apirila api, maiatza mai, ekaina eka, uztaila uzt, abuztua abu,"
    " iraila ira, urria urr, azaroa aza, abendua abe",
    "et": "jaanuar jaan, veebruar veebr, märts, aprill apr, mai, juuni, juuli, august aug, september sept, oktoober"
    " okt, november nov, detsember dets",
    "lv": "janvāris janv, februāris febr, marts, aprīlis apr, maijs, jūnijs jūn, jūlijs jūl, augusts aug,"
    " septembris sept, oktobris okt, novembris nov, decembris dec",
    "lt": "sausio saus sausis, vasario vas vasaris, kovo kov kovas, balandžio bal balandis, gegužės geg gegužė,"
    " birželio birž birželis, liepos liep liepa, rugpjūčio rugp rugpjūtis, rugsėjo rugs rugsėjis, spalio spal"
    " spalis, lapkričio lapkr lapkritis, gruodžio gruod gruodis",
    "id": "januari jan, februari feb, maret mar, april apr, mei, juni jun, juli jul, agustus agu, september sep,"
    " oktober okt, november nov, desember des",
}
"""Language -> January to December, each with its forms, in lower case."""

_WEEKDAYS = (
    "montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so lundi mardi mercredi jeudi"
    " vendredi samedi dimanche lun mar mer jeu ven sam dim lunes martes miércoles jueves viernes sábado domingo mié"
    " jue vie sáb dom lunedì martedì mercoledì giovedì venerdì sabato domenica gio sab segunda-feira terça-feira"
    " quarta-feira quinta-feira sexta-feira seg ter qua qui sex maandag dinsdag woensdag donderdag vrijdag zaterdag"
    " zondag ma wo vr za zo понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс"
    " poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw pt sob niedz måndag tisdag onsdag"
    " torsdag fredag lördag söndag mån tis ons tors fre lör sön mandag tirsdag lørdag søndag man tirs lør søn tir tor"
    " maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina ti ke to pe la su maanantai"
    " tiistai keskiviikko torstai perjantai lauantai sunnuntai pondělí úterý středa čtvrtek pátek neděle po út st čt"
    " pá ne pondelok utorok streda štvrtok piatok nedeľa ut št pi ponedeljek torek sreda četrtek petek nedelja sre čet"
    " pet ned ponedjeljak utorak srijeda četvrtak petak subota nedjelja uto sri sub hétfő kedd szerda csütörtök péntek"
    " szombat vasárnap sze cs szo luni marți miercuri joi vineri sâmbătă duminică mie vin sâm dum pazartesi salı"
    " çarşamba perşembe cuma cumartesi pazar pzt sal çar per cum cmt paz понеділок вівторок середа четвер пʼятниця"
    " субота неділя нд панядзелак аўторак серада чацвер пятніца нядзеля аў чц понеделник сряда четвъртък петък събота"
    " неделя понедељак уторак четвртак петак недеља пон уто сре чет пет суб нед четврток петок сабота недела вто саб"
    " δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή δευ τρί τετ πέμ παρ σάβ κυρ dilluns dimarts dimecres"
    " dijous divendres dissabte diumenge dl dt dc dj dv ds dg luns mércores xoves venres mér xov astelehena asteartea"
    " asteazkena osteguna ostirala larunbata igandea al ar az og or lr ig esmaspäev teisipäev kolmapäev neljapäev"
    " reede laupäev pühapäev pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena pirmd otrd trešd"
    " ceturtd piektd sestd svētd pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis"
    " sekmadienis pr an tr kt pn sk senin selasa rabu kamis jumat sabtu minggu sen sel rab kam jum min"
)

_PARTICLES = frozenset(
    "de del di da den der dem des la le el los las lo the of on at in a al alle ore ora um uhr h hs hrs hours heures"
    " heure uur kl klo kello klokken o godz godzinie r rok roku roka g года год г в во о om as à às il em no dia du ko"
    " ngay năm nam d m gada local pada tanggal".split()
)
"""Words that stand between the parts of a date and say nothing."""

_NO_DOT = frozenset(("pl", "en", "ru", "fr", "es", "it", "pt", "nl"))
"""Languages that write no dot behind the number of a day."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019\u02bc][^\W\d_]+)*\.?")
_DAY_DOT = re.compile(r"(?<!\d)\d{1,2}\.(?= ?[^\W\d_])")
_DOT = re.compile(r"(\d)\.(?=$|[ ,)])")
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2}) ?(?:(?:[hu]|horas|heures|uhr)\b|h(?=\d)) ?(\d{2}\b)?(?! ?[:\d])")
_YEAR_DAY_MONTH = re.compile(r"(\d{4}) (\d{1,2}) ([a-z]{3})\b")


class UnclearMonth(ValueError):
    """A name of two months; the argument is the name."""


def in_english(text: str, language: str | None = None) -> str:
    """A date with months in English, and without weekdays and small words, as `strict` reads it.

    Args:
        text: in lower case, white space squeezed. What is no date comes back in some form that is none either.
        language: of the article, where it is known.

    Raises:
        UnclearMonth: a name is two different months in two languages, and nothing tells which.
    """
    text = _CLOCK.sub(lambda found: f"{found[1]}:{found[2] or '00'}", text)
    text = text.replace("d'", " ").replace("d\u2019", " ")
    dotted = _DAY_DOT.search(text) is not None
    words = list(_WORD.finditer(text))
    named = [word for word in words if _plain(word[0]) in _by_name()]
    if len(named) > 1:  # "mar" is also a weekday
        named = [word for word in named if _plain(word[0]) not in _weekdays()] or named[-1:]
    parts: list[str] = []
    at = 0
    for word in words:
        month = _month(_plain(word[0]), language, dotted=dotted) if word in named else None
        parts += (text[at : word.start()], MONTHS[month - 1] if month else _without_particle(word[0]))
        at = word.end()
    text = " ".join("".join((*parts, text[at:])).replace("(", " ").replace(")", " ").split())
    text = _DAY_DOT.sub(lambda found: found[0][:-1] + " ", _DOT.sub(r"\1", text))
    text = re.sub(r" ?,[ ,]*", ", ", " ".join(text.split())).strip(" ,.-/|")
    return _YEAR_DAY_MONTH.sub(r"\1 \3 \2", re.sub(r"^(\d{4}), ", r"\1 ", text))


def _without_particle(word: str) -> str:
    plain = _plain(word)
    return " " if plain in _weekdays() or plain in _PARTICLES or word.rstrip(".") in _PARTICLES else word


def _month(name: str, language: str | None, *, dotted: bool) -> int:
    """1 to 12."""
    months = _by_name()[name]
    if language and language in months:
        return months[language]
    fitting = {month for of, month in months.items() if not (dotted and of in _NO_DOT)} or set(months.values())
    if len(fitting) > 1 and not dotted:
        fitting = {month for of, month in months.items() if of in _NO_DOT} or fitting
    if len(fitting) > 1:
        raise UnclearMonth(name)
    return fitting.pop()


def _plain(word: str) -> str:
    """Without accents and a last dot."""
    decomposed = unicodedata.normalize("NFD", word.rstrip("."))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, Mapping[str, int]]:
    """Name -> language -> month."""
    found: dict[str, dict[str, int]] = {}
    for language, all_names in _MONTHS.items():
        for number, names in enumerate(all_names.split(","), 1):
            for name in names.split():
                found.setdefault(_plain(name), {})[language] = number
    return found


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    return frozenset(_plain(day) for day in _WEEKDAYS.split())


def has_month(text: str) -> bool:
    """Whether there is the name of a month in a text in lower case."""
    return any(_plain(word) in _by_name() for word in _WORD.findall(text))

"""Which language a text is in, as its script and its function words tell, and what those are.

A function word says nothing of what a text is about, and in an archive of mostly English each German "der" would be a
rare word. They cannot be told by counting: in five German articles "der" is in five, and so is the name of the minister
that all five are about. So they are listed, language by language, since those of one are words that carry news in
another (German "war", French "or", Italian "come").

The lists hold closed classes (articles, pronouns, prepositions, conjunctions, auxiliaries, particles) and the reporting
verb, no word that news is about. Where no list fits, short words stand for them (`PLAIN`).
"""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping

ENGLISH = "en"
UNLISTED = "und"
"""Code of ISO 639-2 for a language that is none of those here."""

_LEAST_SHARE = 0.15
"""Of a text's words that a list holds, for a text in Latin letters to be in its language. Of 220 Czech and French
articles, 480 in four languages and 2,800 English ones the smallest share of the own list is .17; in other scripts the
best list is taken."""
_LEAST_CLEAR = 3
"""Function words of one list from which its language is told whatever their share, if no other list has half as many.
Finnish and Turkish say with endings what others say with words: there they are a tenth of a text and less."""
_ENGLISH_SHARE = 0.1
"""Of English function words, below which a text is not English."""
_LEAST_WORDS = 8
"""Words from which a language is told: of a title two or three are function words, and many are those of several."""
_UNLISTED_WORDS = 40
"""Words from which a text in Latin letters that no list fits is in no listed language; below it may be a list of
names."""
_NO_ENGLISH_WORDS = 15
"""The same for a text without a single English function word."""
PLAIN = 3
"""Letters up to which a word of an unlisted language that is no name is taken for a function word: 5 of 6 are."""

_LISTS = {
    "en": "a about after again against all also an and any are as at be because been before being but by can could did"
    " do does during each for from had has have he her here him his how i if in into is it its just me more most my no"
    " nor not now of off on once one only or other our out over own said same say says she should so some such than"
    " that the their them then there these they this those through to too two under until up upon us very was we were"
    " what when where which while who whom why will with would you your",
    "de": "der die das den dem des ein eine einen einem einer eines und oder aber auch als am an auf aus bei beim bis"
    " da"
    " dabei dafür damit danach dann daran darauf darüber dass davon dazu denn derzeit dessen deren dies diese diesem"
    " diesen dieser dieses doch dort durch er es etwa etwas für gegen gegenüber gewesen hat hatte hatten habe haben"
    " hätte her hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in innerhalb ins ist ja je jede jeden"
    " jeder jedoch jetzt kann kein keine keinen können könnte konnte man mehr mehrere mit muss müssen nach nachdem"
    " nicht nichts noch nun nur ob ohne sagt sagte sagten schon sehr sei seien sein seine seinem seinen seiner seit"
    " seitdem selbst sich sie sind so soll sollen sollte sowie über um unter vom von vor war waren wäre was weil"
    " weiter weiteren welche wenn wer werden wegen wie wieder will wir wird wo wollen worden wurde wurden würde würden"
    " während zu zum zur zwar zwei zwischen vergangenen unsere weitere sodass bereits dürfe dürfen solle hieß teilte"
    " mitteilte laut rund mindestens gibt gab geben worden alle allem allen aller alles andere anderen beiden einige"
    " einigen immer",
    "nl": "de het een en van in op te dat die is was zijn met voor niet aan er om ook als maar bij door naar uit over"
    " tot of hij zij ze wij we ik je u heeft hebben had hadden werd werden wordt worden dan nog al kan kunnen zou"
    " zouden zal zullen deze dit dat wat wie waar hun haar zijn hem hen meer geen na tegen onder tussen tijdens omdat"
    " toen nu zo wel moet moeten wil zegt zei volgens sinds per onze ons andere alle veel zich ten ter waren ben daar"
    " hier toch binnen zonder",
    "fr": "le la les l un une des du de d et ou mais où au aux à en dans par pour sur avec sans sous vers chez entre"
    " depuis pendant avant après contre selon que qui quoi dont lequel laquelle ce cet cette ces il elle ils elles on"
    " nous vous je tu me te se lui leur leurs son sa ses mon ma mes notre nos votre vos ne pas plus moins est sont été"
    " être était étaient a ont avait avaient avoir ait aurait sera seront serait fait faire ainsi aussi alors comme"
    " comment si y tout toute tous toutes même mêmes autre autres très bien déjà encore deux dit ont puis car donc"
    " lors lorsque quand celui celle ceux celles cela ça afin peut peuvent doit doivent jusqu qu n s c",
    "es": "el la los las lo un una unos unas y e o u pero de del al a en con por para sin sobre entre hasta desde"
    " hacia contra según durante ante tras bajo que quien quienes cual cuales cuyo cuando donde como si no ni se su sus"
    " le les me te nos mi mis tu este esta estos estas ese esa esos esas esto eso aquel es son era eran fue fueron ser"
    " sido sea está están estaba estar ha han había habían haber hay hubo tiene tienen tenía más menos muy ya también"
    " así porque pues aunque mientras otro otra otros otras todo toda todos todas mismo dos él ella ellos ellas"
    " dijo puede pueden sería será cada uno",
    "pt": "o a os as um uma uns umas e ou mas de do da dos das em no na nos nas ao aos à às por pelo pela pelos pelas"
    " para com sem sob sobre entre até desde contra segundo durante após que quem qual quando onde como se não nem seu"
    " sua seus suas lhe lhes me te nós ele ela eles elas este esta estes estas esse essa isso isto aquele é são era"
    " eram foi foram ser sido seja está estão estava estar há havia ter tem têm tinha mais menos muito já também"
    " assim porque pois embora enquanto outro outra outros outras todo toda todos todas mesmo dois num numa disse"
    " pode podem será seria",
    "it": "il lo la i gli le l un uno una e ed o ma di del dello della dei degli delle d a al allo alla ai agli alle"
    " da dal dallo dalla dai dagli dalle in nel nello nella nei negli nelle su sul sulla sui sulle con per tra fra"
    " senza contro secondo durante dopo prima che chi cui quale quali quando dove come se non né si ci vi ne suo sua"
    " suoi sue loro mi ti lui lei egli essi questo questa questi queste quello quella quelli quelle è sono era erano fu"
    " essere stato stata stati state sia ha hanno aveva avevano avere più meno molto già anche così perché mentre altro"
    " altra altri altre tutto tutta tutti tutte stesso due ha detto può possono sarà sarebbe ogni c nell dell all sull"
    " dall",
    "ca": "el la els les l un una uns unes i o però de del dels d al als a en amb per pel pels sense sobre entre fins"
    " des contra segons durant que qui qual quan on com si no ni es s se seu seva seus seves li ell ella aquest aquesta"
    " aquests aquestes és són era eren va van ser estat ha han havia hi més menys molt ja també així perquè altres tot"
    " tota tots totes dos ho",
    "ro": "și si în in de la cu pe din pentru că ca care este sunt a au fost fi un o unei unui al ale ai nu mai se să"
    " sa ce lui ei lor dar sau după până prin către fără asupra între printre dintre când unde cum dacă deși el ea ei"
    " ele acest această aceste acestea acesta era erau va vor fie doi două tot toate toți decât foarte despre peste"
    " sub spus potrivit",
    "pl": "i w we z ze na do o od po za przez przy pod nad dla bez między przed podczas według że który która które"
    " którzy których którym którego której jest są był była było były być będzie będą ma mają miał nie tak także"
    " również już jeszcze tylko bardzo to ten ta te tego tej tych tym temu się jego jej ich go mu im oraz lub albo ale"
    " lecz jak jako gdy kiedy gdzie czy więc bo ponieważ on ona oni one co kto aby żeby by może mogą dwa dwie został"
    " została zostały zostało u",
    "cs": "a i v ve z ze s se na do o od po za při pod nad pro bez mezi před během podle k ke u že který která které"
    " kteří kterých kterým kterého je jsou byl byla bylo byly být bude budou má mají měl ne také již už jen ještě velmi"
    " to ten ta ti toho té těch tím tomu si jeho její jejich ho mu jim nebo ale však jak jako když kde zda aby by on"
    " ona oni co kdo může mohou dva dvě tak než jsem jsme což tento tato řekl uvedl proto protože",
    "sk": "a i v vo z zo s so sa na do o od po za pri pod nad pre bez medzi pred počas podľa k ku u že ktorý ktorá"
    " ktoré ktorí ktorých ktorým ktorého je sú bol bola bolo boli byť bude budú má majú mal nie tiež už len ešte veľmi"
    " to ten tá tí toho tej tých tým tomu si jeho jej ich ho mu im alebo ale však ako keď kde či aby by on ona oni čo"
    " kto môže môžu dva dve tak než som sme tento táto povedal uviedol pretože",
    "sl": "in v na z s za do od po pri pod nad za brez med pred pri k o da ki je so bil bila bilo bili biti bo bodo ima"
    " imajo ne tudi že le še zelo to ta ti tega te teh tem se svoj njegov njen njihov ga mu jim ali pa kot ko kjer bi"
    " on ona oni kaj kdo lahko dva dve tako več sta sem smo ter",
    "hr": "i u na s sa za do od po pri pod nad iz bez između prije kod k o da koji koja koje kojih kojim kojeg je su"
    " bio bila bilo bili biti će ima imaju ne nije nisu također već samo još vrlo to taj ta ti tog te tih tom se svoj"
    " njegov njen njihov ga mu im ili ali kao kad kada gdje gde li bi on ona oni što šta tko ko može mogu dva dve dvije"
    " tako više sam smo te a nakon zbog prema",
    "hu": "a az egy és hogy nem is de meg ez ezt azt ezek azok ami amely amelyek aki akik volt voltak van vannak lesz"
    " lehet kell csak már még el ki be fel le meg után előtt között szerint mint vagy ha mert így úgy ezért majd most"
    " minden más két óta alatt miatt során által pedig sem ő ők ennek annak nagy több arra erre abban ebben közölte"
    " mondta illetve",
    "fi": "ja on ei se hän ne he että mutta tai kun kuin myös ovat oli olivat olla ollut olleet jo vain vielä mukaan"
    " sekä joka jotka jonka joita jossa joihin tämä tämän tätä nämä siitä sen sitä siihen niiden niitä hänen heidän"
    " kanssa jälkeen ennen aikana vuoksi kautta yli alle noin jos koska mitä mikä kuka eivät voi voivat nyt niin näin"
    " sitten kaikki muut kaksi sanoi kertoi en et me te",
    "et": "ja on ei see ta nad et aga või kui ka oli olid olla olnud juba vaid veel mis kes kelle mille seda selle"
    " need tema nende koos pärast enne ajal tõttu kaudu üle alla umbes sest kuid nii siis kõik teised kaks ütles oma"
    " ning pole saab",
    "lv": "un ir no uz ar par pie pēc pirms kas ka bet vai kā arī nav bija būs tika jau tikai vēl to tas tā tie tās šo"
    " šī šis viņš viņa viņi savu lai ja jo kad kur starp līdz dēļ visi divi teica",
    "lt": "ir yra iš į su už apie prie po prieš kad kas kuris kuri kurie bet ar kaip taip pat ne nėra buvo bus jau tik"
    " dar tai tas ta tie šis ši jis ji jie savo jo jos jų nuo iki dėl per tarp visi du sakė jei nes kai kur",
    "sv": "och i att det som en ett på är av för med till den har de inte om från vid var men sig så han hon vi ni jag"
    " nu när efter före under över mellan mot utan genom eller också där här hade ha hans hennes deras dess vad vilka"
    " vilket kan kunde ska skulle blir blev bli blivit än mer två alla andra detta denna dessa sedan sin sina sitt"
    " enligt säger sade sa upp ut in man samt bara",
    "da": "og i at det som en et på er af for med til den har de ikke om fra ved var men sig så han hun vi jeg nu når"
    " efter før under over mellem mod uden gennem eller også der her havde have hans hendes deres dets hvad hvilke kan"
    " kunne skal skulle bliver blev blive blevet end mere to alle andre dette denne disse siden sin sine sit ifølge"
    " siger sagde op ud ind man samt kun mens",
    "no": "og i å at det som en et på er av for med til den har de ikke om fra ved var men seg så han hun vi jeg nå når"
    " etter før under over mellom mot uten gjennom eller også der her hadde ha hans hennes deres dets hva hvilke kan"
    " kunne skal skulle blir ble bli blitt enn mer to alle andre dette denne disse siden sin sine sitt ifølge sier sa"
    " opp ut inn man samt bare mens",
    "tr": "ve bir bu da de ile için olarak olan oldu olduğu olduğunu ise ya veya ama ancak çok daha en gibi kadar sonra"
    " önce göre her o şu ki mi mu ne değil var yok diye dedi bunun bunu onun onu üzere ayrıca hem iki tüm kendi"
    " arasında"
    " tarafından söyledi belirtti ediyor edildi etti olacak",
    "id": "yang dan di ke dari untuk dengan pada adalah ini itu dalam tidak akan telah sudah oleh sebagai juga karena"
    " atau tetapi namun saat ketika bahwa mereka dia ia kami kita saya para ada dapat bisa lebih setelah sebelum hingga"
    " sejak antara secara tersebut seorang sebuah dua kata mengatakan menurut hanya lagi masih",
    "vi": "và của là có cho các những trong với được không này đã một để từ đến khi cũng ở về người theo sẽ trên tại"
    " vào ra bị do như nhưng hay hoặc vì nên đó sau trước hơn nhiều đang còn rằng ông bà họ nó",
    "ru": "и в во на с со к ко о об от до по за из у при под над для без между перед через после около не ни но а или"
    " что чтобы как так же бы ли это этот эта эти этого этой этих этом тот та те того той тех том он она оно они его"
    " её ее их ему ей им который которая которые которого которой которых котором был была было были быть будет будут"
    " есть уже еще ещё только также если когда где все всех всё мы вы я свой своей своих себя два две по сообщил"
    " заявил однако более из-за",
    "uk": "і й та в у на з із зі до від по за при під над для без між перед через після про не ні але а або що щоб як"
    " так же б би чи це цей ця ці цього цієї цих цьому той та ті того тієї тих він вона воно вони його її їх йому їй їм"
    " який яка які якого якої яких якому був була було були бути буде будуть є вже ще лише також якщо коли де всі всіх"
    " ми ви я свій своєї своїх себе два дві",
    "be": "і ў у на з са да ад па за пры пад над для без паміж перад праз пасля аб не але а або што каб як так жа бы"
    " ці гэта гэты гэтая гэтыя ён яна яно яны яго яе іх які якая якія быў была было былі ёсць ужо яшчэ толькі таксама"
    " калі дзе усе мы",
    "bg": "и в във на с със за от до по при под над без между пред през след не но а или че да ще като така това този"
    " тази тези той тя то те му ѝ им го ги се си който която които което е са беше бяха бил била има имат няма вече"
    " още само също ако когато къде всички ние свой два две към из около според",
    "sr": "и у на с са за до од по при под над из без између пре код к о да који која које којих којим је су био била"
    " било били бити ће има имају не није нису такође већ само још врло то тај та ти тог те тих том се свој га му им"
    " или али као кад када где ли би он она они што шта ко може могу два две тако више сам смо а након због према",
    "mk": "и во на со за од до по при под над без меѓу пред не но а или дека да ќе како така тоа овој оваа овие тој таа"
    " тие му им го ги се си кој која кои што е се беше беа има имаат веќе уште само исто ако кога каде сите два две"
    " според",
    "el": "ο η το οι τα του της των τον την τους τις στο στη στην στον στα στις στους και να σε με για από που ότι πως"
    " δεν μη μην θα είναι ήταν έχει έχουν είχε είχαν ως κατά μετά πριν προς χωρίς μεταξύ αλλά ή ούτε αν όταν όπου όπως"
    " επίσης αυτό αυτή αυτός αυτά αυτές αυτούς αυτόν αυτού αυτής αυτών ένα μία μια ένας έναν ενός μιας μας σας μου σου"
    " τη στ απ πολύ πιο ήδη μόνο ακόμη όλα όλοι όλες δύο οποία οποίο οποίος οποίοι λόγω έως μέχρι ενώ καθώς ύστερα",
    "he": "של את על עם לא כי הוא היא הם הן זה זו זאת אלה אשר או אך אבל גם רק אם כאשר מה מי אל עד בין לפני אחרי תחת"
    " כל יותר מאוד היה הייתה היו יהיה תהיה יהיו יש אין לו לה להם בו בה בהם כן כך כמו עוד כבר אני אנחנו אתה שלו שלה"
    " שלהם אותו אותה אותם ידי לפי כדי אחר אחרים שני שתי אמר אמרה ולא וכי לאחר במהלך בשל",
    "ar": "في من على إلى الى عن مع أن ان إن التي الذي الذين هذا هذه ذلك تلك هو هي هم كان كانت كانوا يكون تكون قد لقد لا"
    " لم لن ما ماذا كما أو او و ثم بعد قبل بين حتى عند عندما منذ خلال حول دون غير كل بعض أي أيضا ايضا لكن بل إذا اذا"
    " حيث أكثر اكثر وقد وكان وكانت وقال قال قالت به بها له لها لهم فيه فيها منه منها عليه عليها إليه وفي ومن وعلى وأن"
    " وإن بأن لأن وهو وهي التى الذى فإن وهذا أنه انه أنها انها بسبب ضد وقالت ولم ولا كانا نحن أحد",
    "fa": "و در به از که این آن را با برای است بود شد شده می های ها یک تا بر هم نیز اما یا اگر هر چه او آنها ما من"
    " خود دیگر باید شود کرد کرده کند کنند کردند دارد دارند داشت نیست هستند بودند بین پس پیش روی زیر بعد قبل چون وقتی"
    " همه دو گفت گفته علیه",
    "ur": "کے کی کا میں سے کو نے ہے ہیں اور پر کہ یہ اس وہ ان تھا تھی تھے بھی نہیں ہو ہوا ہوئی ہوئے کر کیا گیا گئی گئے"
    " ایک لیے ساتھ بعد تک جو جس ہی تو اپنے اپنی مگر لیکن یا اگر جب کہا رہا رہی رہے دیا دو ہم کوئی",
    "hi": "के की का में से को ने है हैं और पर कि यह इस वह उस उन इन था थी थे भी नहीं हो हुआ हुई हुए कर किया गया गई गए एक"
    " लिए साथ बाद तक जो जिस ही तो अपने अपनी अपना लेकिन या अगर जब कहा रहा रही रहे दिया दी दो हम कोई ये वे इसके उनके"
    " इसे उन्हें करने होने द्वारा किसी सकता सकते बीच वाले तथा एवं जा होता इसमें",
    "mr": "आणि आहे आहेत या ही हा हे ते तो ती च व की पण नाही होते होता होती झाले झाला झाली केले केला केली तर त्या"
    " त्यांनी त्यांच्या यांनी यांच्या एक मात्र असे असून करून साठी नंतर दोन सर्व येथे होणार",
    "ne": "र को का की मा ले छ छन् छैन भने यो यस त्यो पनि गरेको गरेका भएको भएका लागि बाट सँग गर्न गर्ने हुने थियो थिए"
    " एक तर वा तथा भन्ने दुई सबै",
    "bn": "ও এবং এই সে তিনি তার তাদের একটি একজন না করে করা হয় হয়েছে হয়েছিল ছিল ছিলেন থেকে জন্য সঙ্গে সাথে পরে আগে"
    " যে কিন্তু বা তা এ কি মধ্যে দিয়ে আরও বলে বলেন এর যা দুই সব কোনো",
}

_SCRIPTS = {
    "ja": "\u3040-\u30ff", "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af", "zh": "\u3400-\u9fff",
    "th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff", "my": "\u1000-\u109f", "km": "\u1780-\u17ff", "ka": "\u10a0-\u10ff",
    "hy": "\u0530-\u058f", "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f", "kn": "\u0c80-\u0cff", "ml": "\u0d00-\u0d7f",
    "gu": "\u0a80-\u0aff", "pa": "\u0a00-\u0a7f", "si": "\u0d80-\u0dff", "am": "\u1200-\u137f",
    "el": "\u0370-\u03ff", "he": "\u0590-\u05ff", "bn": "\u0980-\u09ff",
}  # fmt: skip
"""Scripts that one language of news is written in nearly alone."""
_PAIRS = {
    "ja": re.compile("[\u3040-\u309f]{2}$"),
    "zh": re.compile("[的了是在與与及這这那們们而但].?$|.[的了是在與与及這这那們们而但]$"),
}
"""Pairs of characters that are grammar: two Hiragana; a particle or pronoun of Chinese and its neighbour."""

_LATIN = "latin"
_ALPHABETS = {
    _LATIN: "A-Za-z\u00c0-\u024f\u1e00-\u1eff", "cyrillic": "\u0400-\u052f", "arabic": "\u0600-\u06ff",
    "devanagari": "\u0900-\u097f",
}  # fmt: skip
_SCRIPT = re.compile("|".join(f"(?P<{name}>[{span}])" for name, span in (_SCRIPTS | _ALPHABETS).items()))
_NOT_LATIN = re.compile(f"[{''.join(span for name, span in (_SCRIPTS | _ALPHABETS).items() if name != _LATIN)}]")
_SEEN = 2_000
"""Characters of a text that say which script it is in."""
_SAME = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr", "ms": "id", "in": "id", "iw": "he", "cmn": "zh", "yue": "zh"}
"""Codes of languages that one list serves, and old ones."""
_ONE_KANA_IN = 20
"""Han and Kana together are Japanese from one Kana in so many on; a Chinese text may quote a Japanese name."""


def primary(code: str | None) -> str | None:
    """The language of a code as sources state it, as it is called here: "de-AT" is "de", "nb" is "no"."""
    if not code:
        return None
    first = code.strip().lower().replace("_", "-").split("-")[0]
    return _SAME.get(first, first) or None


def function_words(language: str) -> frozenset[str]:
    """The function words of a language in lower case, none where there is no list."""
    return frozenset(_LISTS.get(language, "").split())


class Languages:
    """The lists, spelled as terms are.

    Args:
        fold: brings a word to the form that terms have.
    """

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._lists = {name: frozenset(filter(None, map(fold, own.split()))) for name, own in _LISTS.items()}
        self._of: dict[str, list[str]] = {}
        for name, own in self._lists.items():
            for word in own:
                self._of.setdefault(word, []).append(name)

    def function_words(self, language: str | None) -> frozenset[str]:
        """Those of a language; English ones where it is not known, none where it has no list."""
        return self._lists.get(language or ENGLISH, frozenset())

    def is_function_word(self, term: str) -> bool:
        """Whether it is one in any listed language."""
        return term in self._of

    def left_out(self, terms: Iterable[str], names: Container[str], language: str | None) -> set[str]:
        """Which terms of a text in a language are function words; names are none in an unlisted language."""
        if language == UNLISTED:
            return {term for term in terms if len(term) <= PLAIN and term not in names and term.isalpha()}
        own = self.function_words(language)
        found = {term for term in terms if term in own}
        if pairs := _PAIRS.get(language or ""):
            found.update(filter(pairs.match, terms))
        return found

    def of(self, text: str, counts: Mapping[str, int]) -> str | None:
        """The language of a text: a code of ISO 639, `UNLISTED`, or None where it is too short to tell.

        Args:
            text: for its script.
            counts: its words, function words too -> how often.
        """
        script = _script_of(text)
        if script in _SCRIPTS:
            return script
        total = sum(counts.values())
        if total < _LEAST_WORDS:
            return None
        found = Counter({ENGLISH: 0})
        for word, n in counts.items():
            for name in self._of.get(word, ()):
                found[name] += n
        best = max(found, key=lambda name: (found[name], name == ENGLISH))
        second = max((n for name, n in found.items() if name != best), default=0)
        if best == ENGLISH or script == _LATIN:
            enough = found[best] >= _LEAST_SHARE * total
            sure = best == ENGLISH or total >= _UNLISTED_WORDS or found[best] >= 2 * found[ENGLISH]
            clear = found[best] >= max(_LEAST_CLEAR, 2 * second)
        else:
            enough = sure = clear = True
        if (enough and sure) or clear:
            return best
        long_enough = _NO_ENGLISH_WORDS if not found[ENGLISH] else _UNLISTED_WORDS
        if found[ENGLISH] < _ENGLISH_SHARE * total and (total >= long_enough or script != _LATIN):
            return UNLISTED
        return None


def _script_of(text: str) -> str:
    """The script that most letters are of: its language, if it is one of a single language, or its name."""
    if text.isascii() or not _NOT_LATIN.search(text, 0, _SEEN):
        return _LATIN
    counts = Counter(match.lastgroup or "" for match in _SCRIPT.finditer(text[:_SEEN]))
    if counts["ja"] * _ONE_KANA_IN > counts["zh"]:
        counts["ja"] += counts.pop("zh")
    return max(counts, key=lambda name: (counts[name], name), default=_LATIN) if counts.total() else _LATIN

"""What threads are called: of which words, in which languages and kinds of headlines, and when a name still fits."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from corpus import Article, Published, terms_of
from embeddings.search import day_of
from embeddings.threads.describe import Fit, name_single, propose_names, still_fits, support
from embeddings.threads.describe.names import LENGTH_MOST

_BOMBING = [
    ("Suicide bombing in Kabul kills 12", "A suicide bombing in Kabul killed 12 people. The bombing hit a hotel in the"
     " centre of Kabul, police said. The Taliban said they were behind the bombing."),
    ("Taliban claim hotel attack", "The Taliban said on Monday that they were behind a bombing in Kabul. Witnesses of"
     " the bombing spoke of smoke over Kabul."),
    ("Kabul mourns after bombing", "Families buried their dead in Kabul. The bombing was the worst in Kabul for a year,"
     " and the Taliban promised more."),
]  # fmt: skip
_OTHERS = [
    ("Council votes on budget", "The council of Leeds voted on a budget for schools. A vote in Leeds was expected."),
    ("Team wins cup", "The team from Turin won the cup after a penalty. Fans in Turin sang all night."),
    ("Storm hits coast", "A storm hit the coast near Galway. Ferries from Galway stayed in the harbour."),
    ("Bank cuts rate", "The bank cut its rate by a quarter. Analysts in Zurich had expected the cut."),
]


def article(title: str, text: str, *, day: int = 12, language: str | None = None, source: str | None = None) -> Article:
    published = Published(datetime(2011, 5, day, 8, tzinfo=UTC))
    return Article(f"a-{hash((title, day)) & 0xFFFF}", title, text, published, source, language=language)


def fits_of(own: Sequence[Article], others: Sequence[Article]) -> dict[str, Fit]:
    """As the index counts them."""
    mine, rest = (Counter(t for a in some for t in terms_of(a.title, a.text).words) for some in (own, others))
    return {term: Fit(n / len(own), rest[term] / max(1, len(others))) for term, n in mine.items()}


def named(own: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]] = _OTHERS, **more: str) -> list[str]:
    some = [article(*each, day=12 + i, **more) for i, each in enumerate(own)]  # type: ignore[arg-type]
    rest = [article(*each) for each in others]
    return propose_names(some, fits_of(some, rest), [day_of(a.published) for a in some])


def test_a_name_says_where_what_and_when() -> None:
    best = named(_BOMBING)[0]
    assert best == "Bombing in Kabul, May 2011"


@pytest.mark.parametrize("change", [str.upper, str.title, str.lower], ids=["shouting", "title case", "lower case"])
def test_headlines_may_be_written_in_any_way(change) -> None:  # type: ignore[no-untyped-def]
    best = named([(change(title), text) for title, text in _BOMBING])[0]
    assert best == "Bombing in Kabul, May 2011"


def test_an_archive_without_capitals() -> None:
    best = named([(t.lower(), x.lower()) for t, x in _BOMBING], [(t.lower(), x.lower()) for t, x in _OTHERS])[0]
    assert {"kabul", "bombing"} <= set(best.lower().replace(",", "").split())


def test_no_word_of_one_article_only() -> None:
    for name in named(_BOMBING):
        assert not {"hotel", "smoke", "families", "kills"} & set(name.lower().split()), name


def test_a_later_choice_states_the_day() -> None:
    assert "Bombing in Kabul, 12 May 2011" in named(_BOMBING)


def test_other_languages_state_the_date_in_numbers_or_their_own_way() -> None:
    german = [
        (
            "Anschlag in Kabul",
            "Bei einem Anschlag in Kabul starben zwölf Menschen. Der Anschlag traf ein Hotel in Kabul.",
        ),
        ("Zwölf Tote in Kabul", "Nach dem Anschlag in Kabul sucht die Polizei weiter. Kabul trauert um die Opfer."),
    ]
    best = named(german, language="de")[0]
    assert best.endswith(", 2011-05")
    assert {"Kabul", "Anschlag"} <= set(best.replace(",", "").replace(":", "").split())
    chinese = [
        ("喀布尔发生自杀式爆炸袭击", "喀布尔周一发生自杀式爆炸袭击，造成十二人死亡。"),
        ("自杀式爆炸袭击震惊喀布尔", "警方表示，喀布尔的自杀式爆炸袭击由塔利班实施。"),
    ]
    other = [("市议会通过预算", "市议会周二投票通过学校预算。"), ("球队夺得奖杯", "球队在都灵夺得奖杯，球迷彻夜歌唱。")]
    best = named(chinese, other, language="zh")[0]
    assert best.endswith(", 2011年5月")
    assert "自杀式爆炸袭击" in best


def test_function_words_of_other_languages_may_stand_within_a_name() -> None:
    german = [
        ("Protest gegen Tagebau wächst", "Der Protest gegen Tagebau wächst, und die Polizei räumt. Es ist kalt."),
        ("Neuer Protest gegen Tagebau", "Auch am Montag war Protest gegen Tagebau, sagte die Polizei. Es waren viele."),
    ]
    other = [("Stadtrat stimmt ab", "Der Rat der Stadt stimmt über die Schulen ab, und der Haushalt ist beschlossen.")]
    assert named(german, other)[0] == "Protest gegen Tagebau, 2011-05"
    fits = fits_of([article(*each) for each in german], [])
    assert "gegen" not in fits
    assert support("Protest gegen Tagebau", fits) == 1.0
    assert support("Protest gegen Kohle", fits) == 0.5
    assert support("Gegen", fits) == 0.0


def test_months_that_differ_leave_the_year() -> None:
    some = [article(*each) for each in _BOMBING]
    days = [day_of(Published(datetime(2011, month, 3, tzinfo=UTC))) for month in (2, 5, 9)]
    assert propose_names(some, fits_of(some, []), days)[0].endswith(", 2011")
    days = [day_of(Published(datetime(year, 3, 3, tzinfo=UTC))) for year in (2009, 2011, 2014)]
    assert not propose_names(some, fits_of(some, []), days)[0][-1].isdigit()
    assert not propose_names(some, fits_of(some, []), [])[0][-1].isdigit()


def test_one_article_is_called_by_its_headline() -> None:
    assert name_single(article("Bank cuts rate", "x"))[0] == "Bank cuts rate"
    long = "Crew on burned ferry had not drilled together: inquiry hears of three years without an exercise"
    assert name_single(article(long, "x"))[0] == "Crew on burned ferry had not drilled together"
    assert name_single(article("word " * 40, "x"))[0] == "word word word word word word word word word…"
    assert name_single(article("中" * 80, "x"))[0] == "中" * 49 + "…"
    assert name_single(article("BANK CUTS RATE AGAIN", "The bank cut a rate again."))[0] == "Bank cuts rate again"
    assert name_single(article("Bank cuts rate", "x", source="a.example"))[1:] == [
        "Bank cuts rate, 2011-05-12", "Bank cuts rate, a.example",
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["", "…", "!!!", "\ud800", "a" * 5_000, "http://x.example/" + "y" * 300, "🙂 " * 90])
def test_odd_headlines_give_names_of_usual_length(title: str) -> None:
    odd = [article(title, text) for _, text in _BOMBING]
    days = [day_of(a.published) for a in odd]
    for name in [*name_single(odd[0]), *propose_names(odd, fits_of(odd, []), days)]:
        assert 0 < len(name) <= LENGTH_MOST
    bare = Article("a", title, ".")
    assert all(len(name) <= LENGTH_MOST for name in propose_names([bare], {}, []))


def test_a_name_fits_until_its_words_or_its_month_do_not() -> None:
    fits = {"kabul": Fit(1.0, 0.0), "bombing": Fit(0.5, 0.0), "siege": Fit(0.9, 0.0)}
    may = [day_of(Published(datetime(2011, 5, day, tzinfo=UTC))) for day in (1, 12, 31)]
    july = [day_of(Published(datetime(2011, 7, day, tzinfo=UTC))) for day in range(1, 20)]
    assert support("Kabul bombing, May 2011", fits) == 0.75
    assert still_fits("Kabul bombing, May 2011", fits, may)
    assert still_fits("Kabul bombing, 2011年5月", fits, may)
    assert not still_fits("Kabul bombing, May 2011", fits, may + july)
    assert still_fits("Kabul bombing, 2011", fits, may + july)
    assert not still_fits("Ghazni raid on prison", fits, may)


def test_a_name_that_is_nearly_as_good_stays() -> None:
    fits = {"kabul": Fit(0.35, 0.0), "siege": Fit(0.4, 0.0), "army": Fit(0.9, 0.0)}
    assert not still_fits("Kabul", fits, [])
    assert still_fits("Kabul", fits, [], rival="Siege")
    assert not still_fits("Kabul", fits, [], rival="Army")

"""What a thread is called: a few words that most of its articles have and others do not, and when it was.

Requirements. A name is read in a list: at most `LENGTH_MOST` characters, who or where and what ("Kabul bombing, May
2011"), in the words of the articles, in any language, with or without capitals and spaces. It must fit the thread, not
one of its articles; and it must stay (`still_fits`), so it is made of what a thread keeps: words with a high share of
members, not of the newest headline.

How. Each word is weighed by the share of members that have it, and by how rare it is elsewhere (c-TF-IDF; Grootendorst
2022). The name is the best run of words of a headline or a lead (so that it is written as the articles write it:
"Islamic State", "attentat de Kaboul") in which no word of content is foreign to most members. Where it names nobody, or
says nothing but names, the best run of the other kind is put beside it. Which words are names is asked of the bodies,
not of headlines, which may have all words with capitals; so is how a word is written where a headline shouts.

A thread of one article is called by its headline, cut short: one article's words say what it is about, not what a
thread of it will be about.
"""

import re
from collections.abc import Iterator, Sequence

from corpus import Article, Precision, is_function_word, words

from .name_dates import is_dated, parted, stated_date, when_of
from .phrases import DASHES, FULL_WIDTH, RUN_MOST, Fits, Reading, Run, best_runs, is_loud

LENGTH_MOST = 50
"""Characters of a name."""
_BASES = 3
"""Runs that a name is made of in turn, where names are taken."""
READ_MOST = 8
"""Articles that a name is made from; how many members have a word is counted over all."""
_SHARES = (0.6, 0.45, 0.3)
"""Of the members that have a word of the name: the first of these that gives a name. A saga may need the last."""
_BESIDE = 0.35
"""What a second run must weigh of the first one."""
_TOLD_LEAST = 0.25
"""How many must tell its best word at once: `Reading.told`."""
_FITS = 0.4
"""Mean share of members that have a word of the name: below that the name is made again."""
_BETTER = 0.1
"""By how much a new name must fit better."""
_CLAUSE = re.compile(rf"\s*(?:[:;|,]\s|\s[-{DASHES}]\s|[{FULL_WIDTH}])")
_PUBLISHER = re.compile(rf"(.{{20,}}?)\s+[|{DASHES}-]\s+([^|{DASHES}]{{2,40}})$")
_CLAUSE_LEAST = 18
"""Characters before it, where a headline is cut at the end of a clause."""


def name_single(article: Article) -> list[str]:
    """What a thread of one article may be called, the best first: its headline, in its first clause or words.

    The others have the day or the source, for where another thread has that headline, too.
    """
    headline, published = _quiet(article), article.published
    found = [_shortened(headline, LENGTH_MOST)]
    day = ""
    if published and published.precision in (Precision.INSTANT, Precision.DAY):
        day = stated_date(published.date, Precision.DAY, _form_of(article, Reading([article], {})))
    for more in (day, article.source or ""):
        if more and len(more) <= LENGTH_MOST // 2:
            found.append(f"{_shortened(headline, LENGTH_MOST - len(more) - 2)}, {more}")
    return found


def propose_names(articles: Sequence[Article], fits: Fits, days: Sequence[float]) -> list[str]:
    """What a thread of two articles and more may be called, the best first; a later one serves where a name is taken.

    Args:
        articles: some of its members, `READ_MOST` are enough; the representative first.
        fits: of its terms.
        days: when its dated members were published, days since 1970-01-01, UTC.
    """
    reading = Reading(articles, fits)
    for share in _SHARES:
        if ranked := best_runs(reading, articles, fits, share):
            break
    else:
        return name_single(articles[0])
    bases = dict.fromkeys(_with_second(first, ranked, reading, fits) for first in ranked[:_BASES])
    stated = [article.published for article in articles if article.published]
    month, day = when_of(days, stated, _form_of(articles[0], reading))
    found = [_joined(base, when) for when in (month, day) for base in bases]
    return list(dict.fromkeys(found))


def still_fits(name: str, fits: Fits, days: Sequence[float], rival: str | None = None) -> bool:
    """Whether a name need not be made again for these members; arguments as for `propose_names`.

    Args:
        name: the present one.
        fits: as there.
        days: as there.
        rival: what would be made now: a name that is nearly as good stays.
    """
    base, when = parted(name)
    if when is not None and days and not is_dated(when, days):
        return False
    least = _FITS if rival is None else min(_FITS, support(rival, fits) - _BETTER)
    return support(base, fits) >= least


def support(name: str, fits: Fits) -> float:
    """Mean share of members that have a word of the name, 0..1; 1 of a name without words.

    Its date aside, and function words that are no terms of the members.
    """
    found = words(parted(name)[0])
    terms = [term for term in found if term in fits or not is_function_word(term)] or found
    return sum(fits[t].share for t in terms if t in fits) / len(terms) if terms else 1.0


def _with_second(first: Run, ranked: Sequence[Run], reading: Reading, fits: Fits) -> str:
    """A run, and beside it the best one of the kind that it lacks, where there is one.

    Names alone get the word for what happened, though all of the archive be about such events: "Richmond shooting".
    """
    if first.names and first.others:
        return _capital(first.text)
    for second in _beside(first, ranked):
        one, two = (second, first) if second.names and not first.names else (first, second)
        return _capital(_linked(one.text, two.text, reading))
    event = reading.event(fits) if first.names else None
    if event and len(first.text) + len(event) + 2 <= RUN_MOST:
        return _capital(_linked(first.text, event, reading))
    return _capital(first.text)


def _linked(one: str, two: str, reading: Reading) -> str:
    return one + (" " if reading.english or not (one + two).isascii() else ": ") + two


def _beside(first: Run, ranked: Sequence[Run]) -> Iterator[Run]:
    """The runs that may stand beside one, the best first: those that name somebody beside others, and the reverse."""
    fitting = [
        run
        for run in ranked
        if run.terms.isdisjoint(first.terms) and run.told >= _TOLD_LEAST and run.best >= _BESIDE * first.best
        and len(first.text) + len(run.text) + 2 <= RUN_MOST
    ]  # fmt: skip
    yield from (run for run in fitting if not (run.names if first.names else run.others))
    if first.names + first.others == 1:
        yield from fitting


def _form_of(article: Article, reading: Reading) -> str:
    """How dates are written in its language, as `stated_date` has it."""
    language = article.language or ""
    if language.startswith(("zh", "ja")) or re.search("[\u4e00-\u9fff]", article.headline):
        return "zh"
    return "en" if language.startswith("en") or (not language and reading.english) else ""


def _joined(base: str, when: str) -> str:
    """A name with its date, as far as there is room."""
    return f"{base}, {when}" if when and len(base) + len(when) + 2 <= LENGTH_MOST else base


def _shortened(headline: str, most: int) -> str:
    """A headline in at most so many characters: its first clause, else its first words."""
    if len(headline) <= most:
        return headline
    ends = [found.start() for found in _CLAUSE.finditer(headline) if _CLAUSE_LEAST <= found.start() <= most]
    if ends:
        return headline[: ends[-1]]
    cut = headline[: most - 1]
    kept = cut.split()[:-1] if " " in cut[most // 2 :] else [cut]
    while len(kept) > 1 and not words(kept[-1]):
        kept.pop()
    return " ".join(kept).rstrip(" ,;:-" + DASHES) + "…"


def _quiet(article: Article) -> str:
    """A headline that does not shout, and does not name its publisher at its end."""
    headline = " ".join(article.headline.split())
    found = _PUBLISHER.match(headline)
    if found and ("|" in headline or found[2].casefold() == (article.source or "").casefold()):
        headline = found[1]
    if is_loud(headline, str.isupper):
        reading = Reading([article], {})
        headline = _capital(" ".join(reading.write(word) or word.lower() for word in headline.split()))
    return headline


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

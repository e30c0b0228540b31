"""When one article repeats another, and how: the rules, and every threshold with its reason.

Requirements. An editor asks "have we run this already?" and has to see why: a verdict keeps all the facts that it comes
from (`facts.Facts`), so that it can be made again under other thresholds without reading a text. A copy is found under
another headline, with typos, a credit added, a paragraph dropped or moved; so is an update with a new lead, one number
corrected, a brief cut from a longer piece, an article inside another one, a text with other words in the same
sentences. Two reports on one event are no copies, nor are next week's weather from the same template, the obituaries of
two people from one biography, follow-ups that share their background, a publisher's footer under two short reports, or
a live blog and the reports that it quotes. Verdicts link, they never remove anything.

**Covered** is the share of a text's words in runs of three that the other has too (`facts`).

**The rules**, in this order; the first that holds decides.

    1  exact       the whole bodies are the same, and long enough or under the same headline
    2  new         either is too short for chance to be out
    3  new         of one report (5), but one frame with other fillers (`frames`): another report from one template,
                   whenever and by whomever. Or with other numbers in many places; or by one outlet, of another day,
                   with neither mostly covered: the next report that takes over half of the last one. These two not
                   within half a day under the same headline: that one is an update
    4  new         a part of many: three articles that do not repeat each other stand in one, which is a live blog or a
                   round-up, and no version of any of them
       excerpt,    of one report, one much shorter, and nearly all of it covered
       contains
    5  one report  both covered by half, the more covered one by a little more:
       rewrite     few of the runs of five are left, and what is shared stands in another order
       update      a number has another in its place, or one name has and no other word; or the newer one has a longer
                   run of new words than what it has lost, a sentence from the same outlet, a paragraph from another
                   one, whose credits are as long as a sentence; or numbers that stood nowhere before, unless from
                   another outlet, whose page has its own around the report
       near_copy   else
    6  excerpt,    not of one report, but nearly all of one stands in the other (or new, as in 4)
       contains
    7  excerpt,    half of one stands in the other, most of that in one run, and of two outlets: a long quotation. Of
       contains    one outlet it is background that it puts into every report
    8  rewrite     by vectors: paragraph for paragraph the same, with the same numbers, by another outlet (`reworded`)
    9  new

**Score.** How likely such a pair is a repetition of whatever kind, 0..1, by the covered shares and the numbers that are
replaced: a logistic function fitted on 5,000 edited articles.
A verdict scores .5 at least, a pair without one less than that; what is between .2 and .8 is a close call, and waits
for a person in the review queue.

What was measured and what was rejected is in docs/how-duplicates-are-decided.md.

Known exceptions. A person's rewrite shares a twentieth of its runs: only vectors see it (8), and only where paragraphs
stay paragraphs. An update of a template (the death toll in five places) is new after half a day. Two reports from one
template of one day that differ in one name are an update: so does a correction. A correction in a short report with
three numbers of which one changes is an update; where two of three change it is the next report.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from corpus import Kind

from .facts import Facts
from .notices import is_notice, is_untold

_LIKELIHOOD = {"constant": -16.82, "covered": 14.61, "replaced": -12.39, "shared": 2.36}
"""Logistic regression over the pairs of 5,000 edited articles whose bodies differ."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All thresholds of the rules. The three above are for users to move; the rest goes with them."""

    same: float = 0.50
    """Least covered share of one report: scanned copies have .61, two short reports with one footer up to .57."""
    covered: float = 0.80
    """Covered share of an excerpt or of what is contained: background passages reach .68."""
    quoted: float = 0.48
    """Covered share of what is quoted by another outlet in one run; 1 for no such verdicts."""
    same_more: float = 0.08
    """What the more covered one of one report needs beyond `same`."""
    template_covered: float = 0.75
    """Both nearly the same but for the numbers: weather has .92."""
    template_share: float = 0.30
    """Of the numbers of the one that has fewer, that have others in their place."""
    template_share_reworded: float = 0.60
    """The same where less is covered: the market closes higher on one day and lower on the next (.66)."""
    template_numbers: int = 3
    """Or two that are half of all."""
    template_days: float = 0.5
    """Under the same headline, from when on it is another report and no update."""
    fillers: int = 2
    """Slots of one frame (`frames`) with other fillers, from which it is another report: a correction has one."""
    fillers_share: float = 0.3
    """Of the names and numbers, that are fillers; edits have .12 at most, reports from templates .3 to 1, those in
    German, where each noun is a name, .11."""
    fillers_share_least: float = 0.1
    """The same where each headline names a subject of its own, too: no edit does, .94 of the reports do."""
    fillers_same_title: float = 0.5
    """The same, of names too, under one headline within half a day, where it may be an update."""
    all_numbers: int = 4
    """Numbers replaced, with"""
    all_numbers_share: float = 0.6
    """this share of all names and numbers: lottery numbers, prices, whatever the headline and the hour."""
    frame_loose: float = 0.25
    """Share of the words that have nothing in their place: an update's news, reports from templates have .05."""
    frame_loose_least: float = 0.05
    """The same where capitals tell no names: a reworded text has .05 and more, as sentences change places."""
    phrases: int = 3
    """Slots, phrases among them, of a text of another day: tomorrow's horoscope."""
    series_covered: float = 0.6
    """Of two short texts of one series: a flash and the death that follows share .45, two closed roads .7."""
    next_covered: float = 0.80
    """Of an outlet's own texts of different days, the larger share, below which one is the next report, and takes over
    half of the last one, or is written from a template of words; of updates it is .84 and more."""
    excerpt_length: float = 0.73
    """Length of a newer excerpt, of the original's; what is longer is a copy with cuts."""
    contains_length: float = 0.62
    """Length of an older one that is contained, of the whole; what is longer is an update with new paragraphs."""
    rewrite_copied: float = 0.78
    """Share of runs of five below which it is a rewrite, if"""
    rewrite_moved: float = 0.60
    """the shared text goes back so often in 100 words. Copies with other words keep their order."""
    rewrite_words: int = 25
    """Words that one of them has in one run and the other has not, from which it is another take and no rewrite: these
    have 23 at most."""
    excerpt_within: float = 0.88
    """Covered share of an excerpt between the first and the last passage that both have: what has more of its own there
    is another take."""
    covered_amid: float = 0.60
    """The same of a short one amid the menus and captions of its page, where nothing of its own stands between, by"""
    excerpt_within_amid: float = 0.95
    """and where the headlines speak of what both have, by"""
    headlines_amid: float = 0.50
    take_copied: float = 0.50
    """Share of the shorter one's runs of five that stand in another take of the same running story, if"""
    take_run: int = 30
    """so many words of these stand in one run. Two outlets that quote one statement share less (.35 to .42)."""
    take_copied_less: float = 0.40
    """The same where a run has so many words as no quotation has:"""
    take_run_more: int = 60
    take_kinship: float = 0.45
    """`Facts.kinship` of another take: .5 to .9 in a week of news, .35 where an article quotes another one, .1 of two
    reports over one footer."""
    rest: float = 0.20
    """`Facts.rest` below which what is not shared is about other things: .25 to .45 of takes, .06 over one footer."""
    take_words: int = 60
    """Of the shorter one of two takes."""
    take_days: float = 1.5
    """A story runs on the wire for a day; dates are often given to the day."""
    update_words: int = 22
    """Words of the new run, by the same outlet."""
    lead_words: int = 14
    """Words of a new lead, one that its headline speaks of, by another outlet."""
    update_words_elsewhere: int = 45
    """By another, or where a source is missing: credits and notes of two sentences have 40."""
    quoted_words: int = 150
    """In one run: a publisher's footer may have 90."""
    quoted_run: float = 0.35
    """Of the shorter text, in one run."""
    story_words: int = 40
    """From which the same body is a copy under whatever headline: one line is a stub, a caption or a piece of the
    page."""
    words: int = 30
    """Of the longer text: below, chance rules."""
    words_least: int = 8
    """Of the shorter one."""
    round_up: int = 3
    """Articles in one that do not repeat each other."""
    part_length: float = 0.5
    """Length of a part of many, of the whole."""
    reworded_close: float = 0.6
    """Share of both in paragraphs that say the same by their vectors."""
    reworded_pairs: int = 4
    """Such paragraphs: one or two are the same quotation, or a brief with one thing to say."""
    reworded_days: float = 3.0
    """Who takes over another outlet's report does so while it is news."""


DEFAULTS = Thresholds()
_PART_SCORE = 0.25
"""At most, of a part of many: no review queue should hold all entries of a live blog."""
_FILLED_SCORE = 0.15
"""At most, of one frame with other fillers: nor all reports from one template."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What the rules say that an article is to an earlier one: a `corpus.Verdict` without the ids."""

    kind: Kind
    score: float
    """0..1, as above."""
    evidence: Mapping[str, float | int | bool | str]
    """`Facts.evidence`."""


def classify(facts: Facts, by: Thresholds = DEFAULTS) -> Classification:
    """What an article is to an earlier one, `Kind.NEW` for no repetition."""
    kind, score = kind_of(facts, by), likelihood(facts)
    if kind is Kind.EXACT:
        score = 1.0
    elif kind is Kind.NEW:
        score = min(score, _score_most(facts, by))
    else:
        score = min(max(score, 0.5), 0.9999)
    return Classification(kind, round(score, 4), facts.evidence())


def _score_most(facts: Facts, by: Thresholds) -> float:
    """Of a pair without a verdict."""
    if has_other_fillers(facts, by):
        return _FILLED_SCORE
    return 0.4999 if facts.parts < by.round_up else _PART_SCORE


def kind_of(facts: Facts, by: Thresholds = DEFAULTS) -> Kind:
    """The rules."""
    longer, shorter = max(facts.words, facts.earlier_words), min(facts.words, facts.earlier_words)
    if is_notice(facts, rest=by.rest, covered=by.covered):
        return Kind.NEW
    if facts.same_body and (longer >= by.story_words or facts.same_title):
        return Kind.EXACT
    if longer < by.words or shorter < by.words_least:
        return Kind.NEW
    if is_part(facts, by) and facts.parts >= by.round_up and facts.same_source is not False:
        return Kind.NEW
    if facts.least_covered >= by.same and facts.most_covered >= by.same + by.same_more:
        return Kind.NEW if _is_next_report(facts, by) else _of_one_report(facts, by)
    return _contained(facts, by) or _other_take(facts, by) or _quoted(facts, by) or _reworded(facts, by) or Kind.NEW


def likelihood(facts: Facts) -> float:
    """How likely the pair is a repetition, 0..1.

    By the larger covered share, the longest run that both have, and the share of numbers that are replaced, where more
    than one is.
    """
    values = {
        "constant": 1.0, "covered": facts.most_covered, "shared": math.log1p(facts.longest_shared),
        "replaced": _replaced(facts) if facts.replaced_numbers > 1 else 0.0,
    }  # fmt: skip
    return 1 / (1 + math.exp(-sum(_LIKELIHOOD[name] * value for name, value in values.items())))


def is_same_text(facts: Facts, by: Thresholds = DEFAULTS) -> bool:
    """Whether one of two mostly is the other one's text: what a paragraph of both does not become boilerplate by."""
    kind = kind_of(facts, by)
    if is_untold(facts):
        return False
    if kind in (Kind.EXCERPT, Kind.CONTAINS):
        return facts.most_covered >= by.covered and facts.parts < by.round_up
    return kind is Kind.EXACT or (kind is not Kind.NEW and facts.least_covered >= by.template_covered)


def is_part(facts: Facts, by: Thresholds = DEFAULTS) -> bool:
    """Whether nearly all of one stands in the other, which is much longer."""
    in_earlier = facts.article_covered >= by.covered and facts.words < by.part_length * facts.earlier_words
    in_article = facts.earlier_covered >= by.covered and facts.earlier_words < by.part_length * facts.words
    return in_earlier or in_article


def with_vectors(facts: Facts, close: float, pairs: int) -> Facts:
    """The facts with what an alignment of paragraphs says.

    Args:
        facts: of the texts.
        close: the smaller share of the two in close paragraphs, 0..1.
        pairs: how many close paragraphs there are.
    """
    return replace(facts, close=round(close, 4), close_pairs=pairs)


def _replaced(facts: Facts) -> float:
    """Share of the numbers that have others in their place."""
    return facts.replaced_numbers / max(1, min(facts.numbers, facts.earlier_numbers))


def fillers_share(facts: Facts) -> float:
    """Share of the names and numbers that have others in their place; of the numbers alone where names are unknown."""
    fillers = _fillers(facts)
    return fillers / max(1, fillers + facts.frame_keys)


def has_other_fillers(facts: Facts, by: Thresholds = DEFAULTS) -> bool:
    """Whether two texts have one frame with other fillers: reports from one template, whatever it is about."""
    fillers, share = _fillers(facts), fillers_share(facts)
    slots = facts.slot_numbers + facts.slot_names + facts.slot_phrases
    if not slots or facts.loose > by.frame_loose:
        return False
    several = slots >= by.fillers
    if facts.other_subject and (several or _is_of_another_day(facts, by)):
        few = facts.caseless or facts.frame_keys < by.fillers
        return few or share >= by.fillers_share_least
    tomorrow = slots >= by.phrases and _is_of_another_day(facts, by)
    if facts.caseless and tomorrow and facts.same_source is not False and facts.loose <= by.frame_loose_least:
        return True
    if not several or not fillers or share < by.fillers_share:
        return False
    if fillers > facts.slot_numbers and fillers >= by.fillers:
        return not _is_at_once(facts, by) or share >= by.fillers_same_title
    if facts.slot_numbers >= by.all_numbers and share >= by.all_numbers_share:
        return True
    return tomorrow


def is_of_one_series(facts: Facts, by: Thresholds = DEFAULTS) -> bool:
    """Whether two articles that do not repeat each other are reports from one template.

    Of short ones of one outlet, for which no rule says more than `Kind.NEW`, those of different days in one frame.
    """
    if kind_of(facts, by) is not Kind.NEW:
        return False
    if facts.least_covered < by.same:
        return False
    if has_other_fillers(facts, by) or (facts.same_source is not False and _has_other_numbers(facts, by)):
        return True
    is_short = max(facts.words, facts.earlier_words) < by.words
    in_frame = facts.least_covered >= by.series_covered and facts.loose <= by.frame_loose
    return is_short and in_frame and facts.same_source is not False and _is_of_another_day(facts, by)


def _fillers(facts: Facts) -> int:
    return facts.slot_numbers + (0 if facts.caseless else facts.slot_names)


def _is_at_once(facts: Facts, by: Thresholds) -> bool:
    """Whether both have one headline within half a day."""
    return facts.same_title and facts.days is not None and abs(facts.days) < by.template_days


def _is_of_another_day(facts: Facts, by: Thresholds) -> bool:
    return facts.days is not None and abs(facts.days) >= by.template_days


def _is_next_report(facts: Facts, by: Thresholds) -> bool:
    if has_other_fillers(facts, by):
        return True
    if _is_at_once(facts, by):
        return False
    if _has_other_numbers(facts, by):
        return True
    return bool(facts.same_source) and _is_of_another_day(facts, by) and facts.most_covered < by.next_covered


def _has_other_numbers(facts: Facts, by: Thresholds) -> bool:
    """Whether most numbers of one are others in the other."""
    share, count = _replaced(facts), facts.replaced_numbers
    many = count >= by.template_numbers or (count == by.template_numbers - 1 and share >= 0.5)
    filled = facts.least_covered >= by.template_covered
    return many and share >= (by.template_share if filled else by.template_share_reworded)


def _of_one_report(facts: Facts, by: Thresholds) -> Kind:
    lengths = by.excerpt_length, by.contains_length
    length, earlier_length = lengths[::-1] if facts.days is not None and facts.days < 0 else lengths
    if _stands_in_earlier(facts, by) and facts.words < length * facts.earlier_words:
        return Kind.EXCERPT
    if _stands_in_article(facts, by) and facts.earlier_words < earlier_length * facts.words:
        return Kind.CONTAINS
    only_one_has = max(facts.longest_new, facts.longest_gone)
    if (
        min(facts.article_copied, facts.earlier_copied) < by.rewrite_copied
        and facts.moved >= by.rewrite_moved
        and only_one_has < by.rewrite_words
    ):
        return Kind.REWRITE
    return Kind.UPDATE if _has_news(facts, by) else Kind.NEAR_COPY


def _has_news(facts: Facts, by: Thresholds) -> bool:
    """Whether the newer one of one report says more than the older one, or something else."""
    if facts.same_source is False:  # another outlet's page has numbers and text of its own around the report
        lead = facts.new_lead >= by.lead_words
        return facts.replaced_numbers > 0 or lead or facts.news >= by.update_words_elsewhere
    grown = facts.longest_new - facts.longest_gone
    news = by.update_words if facts.same_source else by.update_words_elsewhere
    more_numbers = facts.numbers_new and not facts.numbers_gone and facts.longest_new >= 3 and grown > 0
    changed = facts.replaced_numbers or _is_name_corrected(facts)
    return bool(changed or grown >= news or more_numbers)


def _is_name_corrected(facts: Facts) -> bool:
    """Whether one name has another in its place, and no word else."""
    return facts.slot_names == 1 and not facts.slot_phrases + facts.respelt


def _stands_in_earlier(facts: Facts, by: Thresholds) -> bool:
    """Whether nearly all of the article stands in the earlier one, without a text of its own in the midst of that."""
    return _stands(facts, facts.article_covered, facts.article_within, facts.article_lead, by)


def _stands_in_article(facts: Facts, by: Thresholds) -> bool:
    return _stands(facts, facts.earlier_covered, facts.earlier_within, facts.earlier_lead, by)


def _stands(facts: Facts, covered: float, within: float, lead: int, by: Thresholds) -> bool:
    if lead >= by.update_words:
        return False
    if covered >= by.covered:
        return within >= by.excerpt_within
    amid_furniture = covered >= by.covered_amid and within >= by.excerpt_within_amid
    return amid_furniture and facts.headlines is not None and facts.headlines >= by.headlines_amid


def _contained(facts: Facts, by: Thresholds) -> Kind | None:
    if _stands_in_earlier(facts, by) and facts.words >= by.words:
        return Kind.EXCERPT
    return Kind.CONTAINS if _stands_in_article(facts, by) and facts.earlier_words >= by.words else None


def _other_take(facts: Facts, by: Thresholds) -> Kind | None:
    """Two takes of one running story: much in common, and what is not is about the same thing, and soon after."""
    in_time = facts.days is None or abs(facts.days) <= (by.template_days if facts.same_source else by.take_days)
    related = facts.kinship is not None and facts.kinship >= by.take_kinship
    if not (in_time and related) or min(facts.words, facts.earlier_words) < by.take_words:
        return None
    copied = max(facts.article_copied, facts.earlier_copied)
    much = copied >= by.take_copied and facts.longest_shared >= by.take_run
    passages = copied >= by.take_copied_less and facts.longest_shared >= by.take_run_more
    return Kind.UPDATE if much or passages else None


def _quoted(facts: Facts, by: Thresholds) -> Kind | None:
    shorter = min(facts.words, facts.earlier_words)
    least = max(by.quoted_words, by.quoted_run * shorter)
    if facts.same_source or facts.most_covered < by.quoted or facts.longest_shared < least:
        return None
    return Kind.CONTAINS if facts.earlier_covered > facts.article_covered else Kind.EXCERPT


def _reworded(facts: Facts, by: Thresholds) -> Kind | None:
    if facts.close is None or facts.close_pairs is None or facts.same_source:
        return None
    in_time = facts.days is None or abs(facts.days) <= by.reworded_days
    close = facts.close >= by.reworded_close and facts.close_pairs >= by.reworded_pairs
    return Kind.REWRITE if close and in_time and not facts.numbers_new + facts.numbers_gone else None

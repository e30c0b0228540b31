"""When one article repeats another, and how: the rules. Every threshold with its reason stands in `thresholds`.

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
                   run of new words than what it has lost, by a sentence; or numbers that stood nowhere before. From
                   another outlet, whose page has text and numbers of its own around the report: a number in the midst,
                   a lead of either one's own, or paragraphs in the midst of what both have (`passages`)
       near_copy   else
    6  excerpt,    not of one report, but nearly all of one stands in the other (or new, as in 4)
       contains
    7  excerpt,    half of one stands in the other, most of that in one run, and of two outlets: a long quotation. Of
       contains    one outlet it is background that it puts into every report
       update      other takes of one running story: a third of the shorter one's prose outside of quotations stands in
                   passages of the other, by another outlet within a day and a half; by the same one within half a day
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
from .thresholds import DEFAULTS, Thresholds

_LIKELIHOOD = {"constant": -16.82, "covered": 14.61, "replaced": -12.39, "shared": 2.36}
"""Logistic regression over the pairs of 5,000 edited articles whose bodies differ."""


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
    return _contained(facts, by) or _quoted(facts, by) or _other_take(facts, by) or _reworded(facts, by) or Kind.NEW


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
    is_figures = slots == facts.slot_numbers and _is_of_one_day(facts, by)  # of one event, as they come in
    if facts.other_subject and not is_figures and (several or _is_of_another_day(facts, by)):
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
    return facts.same_title and _is_of_one_day(facts, by)


def _is_of_another_day(facts: Facts, by: Thresholds) -> bool:
    return facts.days is not None and abs(facts.days) >= by.template_days


def _is_of_one_day(facts: Facts, by: Thresholds) -> bool:
    return facts.days is not None and abs(facts.days) < by.template_days


def _is_next_report(facts: Facts, by: Thresholds) -> bool:
    if has_other_fillers(facts, by):
        return True
    if _is_at_once(facts, by):
        return False
    if _has_other_numbers(facts, by):
        return True
    return bool(facts.same_source) and _is_of_another_day(facts, by) and facts.most_covered < by.next_covered


def _has_other_numbers(facts: Facts, by: Thresholds) -> bool:
    """Whether most numbers of one are others in the other; within half a day in the same places.

    Of one event the figures rise, and pages have counts and hours of their own.
    """
    share, count = _replaced(facts), facts.replaced_numbers
    if _is_of_one_day(facts, by):
        return facts.slot_numbers >= by.template_numbers and share >= by.template_share_reworded
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
        lead = max(facts.article_lead, facts.earlier_lead) >= by.lead_words
        midst = facts.new_midst >= by.midst_words and facts.longest_new >= by.update_words
        return facts.replaced_numbers > 0 or lead or midst
    grown = facts.longest_new - facts.longest_gone
    news = by.update_words if facts.same_source else by.update_words_elsewhere
    more_numbers = facts.numbers_new and not facts.numbers_gone and facts.longest_new >= 3 and grown > 0
    changed = facts.replaced_numbers or _is_name_corrected(facts)
    return bool(changed or grown >= news or more_numbers)


def _is_name_corrected(facts: Facts) -> bool:
    """Whether one name has another in its place, and no word else."""
    return facts.slot_names == 1 and not facts.slot_phrases + facts.respelt


def _stands_in_earlier(facts: Facts, by: Thresholds) -> bool:
    """Whether nearly all of the article stands in the earlier one, without passages of its own."""
    return _stands(facts, facts.article_covered, facts.article_own, facts.article_midst, by)


def _stands_in_article(facts: Facts, by: Thresholds) -> bool:
    return _stands(facts, facts.earlier_covered, facts.earlier_own, facts.earlier_midst, by)


def _stands(facts: Facts, covered: float, own: float, midst: int, by: Thresholds) -> bool:
    if own > by.own_most or midst >= by.own_midst:
        return False
    told = facts.headlines is not None and facts.headlines >= by.headlines_amid
    return covered >= by.covered or (covered >= by.covered_amid and told)


def _contained(facts: Facts, by: Thresholds) -> Kind | None:
    if _stands_in_earlier(facts, by) and facts.words >= by.words:
        return Kind.EXCERPT
    return Kind.CONTAINS if _stands_in_article(facts, by) and facts.earlier_words >= by.words else None


def _other_take(facts: Facts, by: Thresholds) -> Kind | None:
    """Two takes of one running story: much in common that is nobody's statement, and soon after."""
    is_take = _is_own_take(facts, by) if facts.same_source else _is_take_elsewhere(facts, by)
    return Kind.UPDATE if is_take else None


def _is_take_elsewhere(facts: Facts, by: Thresholds) -> bool:
    lengths = sorted((facts.words, facts.earlier_words))
    share = by.retold_share if lengths[0] >= by.retold_length * lengths[1] else by.retold_share_more
    in_time = facts.days is None or abs(facts.days) <= by.take_days
    much = facts.retold >= by.retold and facts.retold_share >= share and facts.longest_shared >= by.take_run
    return in_time and much and (facts.kinship is None or facts.kinship >= by.retold_kinship)


def _is_own_take(facts: Facts, by: Thresholds) -> bool:
    """Of one outlet, which puts its background into every report: what is not shared is about the same thing."""
    in_time = facts.days is None or abs(facts.days) <= by.template_days
    if not (in_time and _is_related(facts, by)) or min(facts.words, facts.earlier_words) < by.take_words:
        return False
    copied = max(facts.article_copied, facts.earlier_copied)
    much = copied >= by.take_copied and facts.longest_shared >= by.take_run
    return much or (copied >= by.take_copied_less and facts.longest_shared >= by.take_run_more)


def _is_related(facts: Facts, by: Thresholds) -> bool:
    """Whether what is not shared is about the same thing."""
    return facts.kinship is not None and facts.kinship >= by.take_kinship


def _quoted(facts: Facts, by: Thresholds) -> Kind | None:
    shorter = min(facts.words, facts.earlier_words)
    least = max(by.quoted_words, by.quoted_run * shorter)
    if facts.same_source or facts.most_covered < by.quoted or facts.longest_shared < least:
        return None
    shared = max(facts.article_covered * facts.words, facts.earlier_covered * facts.earlier_words)
    if _other_take(facts, by) and (_is_related(facts, by) or facts.longest_shared < by.quoted_most * shared):
        return None
    return Kind.CONTAINS if facts.earlier_covered > facts.article_covered else Kind.EXCERPT


def _reworded(facts: Facts, by: Thresholds) -> Kind | None:
    if facts.close is None or facts.close_pairs is None or facts.same_source:
        return None
    in_time = facts.days is None or abs(facts.days) <= by.reworded_days
    close = facts.close >= by.reworded_close and facts.close_pairs >= by.reworded_pairs
    return Kind.REWRITE if close and in_time and not facts.numbers_new + facts.numbers_gone else None

"""What an article is to another one: a copy, an update, an excerpt, the next report... with the facts that say so.

Pure functions over facts: no text, no store. The relation is always the hit's: "the hit is a follow-up of the query".

Requirements. Beside every hit stands one small label, and behind it the numbers that it came from. A wrong "copy" or
"rewrite" accuses a colleague; a wrong "same topic" bores a reader. So claims of taking over text need text that was
taken over, and where nothing can be said there is no label.

**Ten relations.** `ADVISORY` and `SERIES` are stored with the articles. Of the others seven are what editors ask for.
The eighth, `PARALLEL`, is what they see most: another outlet's own report of the same event. Without it such a report
had to be called a rewrite (which it is not: it shares facts, not sentences) or a follow-up (of nothing: it came out the
same day). Researchers of news call it parallel coverage.

Seen from the other side a follow-up is background, and an excerpt contains; the others are the same both ways.

**The rules**, from the strongest claim to the weakest; the first that holds gives the relation. "Both" and "one" are
shares of the two articles' counting characters, as `compare.alignment` defines them.

    copy,       as the verdict of the duplicate rules (or of a person) has it; where that is `new`, none of the others
    update,     that the text alone would give
    excerpt,
    contains,
    rewrite
    copy        everything is identical; or half of both copied, but by another outlet
    update      half of both copied, or half of both close and `_PART_COPIED` of one copied, by the same outlet
    excerpt,    `_CONTAINED_LEAST` of one copied, and under half of the other
    contains
    rewrite     half of both close, in `_REWRITE_PAIRS` paragraphs or more, by another outlet within `_REWRITE_DAYS`
    advisory    stored: one is a kill or a correction of the other
    series      stored: both are reports of one series
    same topic  half of both close, hardly anything copied, by the same outlet: next week's weather from the template
    parallel    of one story and within `_PARALLEL_DAYS` (or undated); of one outlet only if none is later
    follow-up,  of one story, later or earlier than that
    background
    same topic  `score` or the covered share is high enough
    (none)      else

What was measured.

* The sample archive, all 1,891 pairs, with the stories of its truth: 17 of 17 repeated articles are named as the truth
  names them (2 exact and 6 near ones copies, 5 updates, 3 excerpts, 1 that contains a brief). No pair of two stories
  is named a repetition. Shares of both, least and highest:

                        covered         close           copied
      wire copies      .85-1.00       .85-1.00        .61- .88
      updates          .85-1.00       .56-1.00        .42- .86
      excerpts        1.00 / .28-.44  the same        the same
      weather, twice  1.00           1.00             .00
      next reports     .00- .68       .00- .17        .00

* Cross-outlet pairs of one story, classified by their texts: AllSides 1,798 pairs, 1,682 of them without a copied
  paragraph, of which 1 is called a rewrite (.06 %); BASIL 294 pairs, none; ECB+, whose texts come without paragraphs,
  4,000 pairs, 13 (.3 %).
* 4,000 pairs of different AllSides stories: none called a repetition, 1.1 % the same topic, .2 % of one story. Of 277
  pairs of one story 276 are said to be, 271 of them parallel.
* 39 AllSides articles reworded by rule (synonyms, clauses moved, paragraphs swapped, the last one cut): 28 rewrites,
  and 11 copies, since half of their text was hardly touched (cosine .97). Close shares are .82 and more.
* Revisions of Wikipedia pages without source or date, 542 pairs up to years apart: 42 % copies, 8 % rewrites, 9 %
  contain or are contained, 41 % share too little.

Known exceptions. A rewrite of a short brief (one or two paragraphs) is called parallel. A rewrite that joins or splits
most paragraphs is too: one-to-one pairs do not see it. A date without a
time is a whole day, a month or a year likewise: of two that overlap neither is later or earlier.

Rejected.

* Rewrites from 3 close paragraphs on: 1.1 % of ECB+'s reports, whose paragraphs are a splitter's, as long as fit.
* "Identical" by cosine: a changed number leaves .99 and more in 95 of 100 paragraphs. Equal hashes are identical.
* A relation "unrelated": it would be on most pairs of articles, and says nothing that a low score does not say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from corpus import Kind, Verdict

from ..duplicates.boilerplate import STORY_CHARACTERS
from .alignment import CLOSE_LEAST, Alignment, Side, align

_MOSTLY = 0.5
"""Share of both articles from which they are mostly the same."""
_PART_COPIED = 0.2
"""Share that an update copies at least, beside what it only retouches: of five updates in the sample .42 to .86."""
_CONTAINED_LEAST = 0.7
"""Less than `duplicates.Thresholds.covered`: paragraphs near the copied ones count for something."""
_REWRITE_PAIRS = 4
"""Close paragraphs that a rewrite needs: one or two are the same quotation, or a brief with one thing to say."""
_REWRITE_DAYS = 3.0
"""Who takes over another outlet's report does so while it is news."""
_PARALLEL_DAYS = 1.0
"""Days between reports of one event: .89 (BASIL) and .95 (AllSides) of pairs are no farther apart, .02 of WCEP's."""
_STORY_LEAST = 0.25
"""`same_story` from which two articles are of one story. Of all pairs, as precision and recall: ECB+ .82 and .93, BASIL
.82 and .99, sample .99 and .87. The mean of the three F1 is .90; with .2 or .3 .89, with .5 .83: there half of the
sample's pairs of one story, whose reports lie weeks apart, would be on the same topic only."""
_TOPIC_LEAST = 0.2
"""`score` from which they are on one topic: pairs of one story .97 (ECB+), .99 (BASIL) and all (sample); of two stories
.004, .007 and .003, and those are mostly alike indeed (two elections, two earthquakes)."""
_TOPIC_COVERED = 0.25
"""Or share of one that the other covers: one pair in a hundred of unrelated articles has .2. In the sample two strikes
at two ports reach .34; a ferry accident and a theft, in short articles, .17."""


class Relation(StrEnum):
    """What the hit is to the query."""

    COPY = "copy"
    UPDATE = "update"
    """Another version of it, by the same outlet; `days` says which is newer."""
    REWRITE = "rewrite"
    """The same paragraph by paragraph in other words, by another outlet."""
    EXCERPT = "excerpt"
    """The hit stands in the query."""
    CONTAINS = "contains"
    """The query stands in the hit."""
    PARALLEL = "parallel"
    """A report of its own on the same event at the same time."""
    FOLLOW_UP = "follow-up"
    """Later in the same story."""
    BACKGROUND = "background"
    """Earlier in the same story: what led here."""
    ADVISORY = "advisory"
    """One is a kill or a correction of the other."""
    SERIES = "series"
    """Another report from the same template, or of the same column."""
    SAME_TOPIC = "same topic"

    @property
    def mirrored(self) -> "Relation":
        """What the query is to the hit."""
        return _MIRRORED.get(self, self)


_BY_VERDICT = {
    Kind.EXACT: Relation.COPY, Kind.NEAR_COPY: Relation.COPY, Kind.UPDATE: Relation.UPDATE,
    Kind.EXCERPT: Relation.EXCERPT, Kind.CONTAINS: Relation.CONTAINS, Kind.REWRITE: Relation.REWRITE,
}  # fmt: skip
_MIRRORED = {
    Relation.EXCERPT: Relation.CONTAINS,
    Relation.CONTAINS: Relation.EXCERPT,
    Relation.FOLLOW_UP: Relation.BACKGROUND,
    Relation.BACKGROUND: Relation.FOLLOW_UP,
}


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What is known of a query (a) and a hit (b)."""

    alignment: Alignment
    score: float
    """Relatedness, 0..1."""
    same_story: float
    """Probability that both are of one story, 0..1."""
    days: float
    """Days from the query to the hit; negative where the hit is earlier, 0 where the dates do not say which one is
    (`times.Stated.days_to`), NaN where one is undated."""
    same_source: bool | None
    """None where a side has no source."""
    verdict: Kind | None = None
    """As one on the hit: EXCERPT where the hit stands in the query; NEW where it is none, whatever it shares."""
    dated_exactly: bool = True
    """Whether both dates are known to the day: else the days between are no evidence."""
    series: bool = False
    """Both are reports of one series."""
    advisory: bool = False
    """One is an advisory about the other."""


@dataclass(frozen=True, slots=True)
class PairDescription:
    """A hit beside its query."""

    relation: Relation | None
    """None where there is too little evidence for any."""
    alignment: Alignment
    evidence: Mapping[str, float | int | bool | str]
    """The facts that decide: what is not known is left out."""


def describe_pair(
    query: Side,
    hit: Side,
    *,
    score: float,
    same_story: float,
    days: float = float("nan"),
    same_source: bool | None = None,
    verdict: Kind | None = None,
    dated_exactly: bool = True,
    series: bool = False,
    advisory: bool = False,
) -> PairDescription:
    """Align a query with a hit and name the relation. The arguments are those of `PairFacts`."""
    facts = PairFacts(align(query, hit), score, same_story, days, same_source, verdict, dated_exactly, series, advisory)
    return PairDescription(relation_of(facts), facts.alignment, evidence_of(facts))


def relation_of(facts: PairFacts) -> Relation | None:
    """What the hit is to the query; None where there is too little evidence for any."""
    return _by_record(facts) or _by_text(facts) or _by_story(facts)


def evidence_of(facts: PairFacts) -> dict[str, float | int | bool | str]:
    """The facts behind a relation, for people: shares of both sides, counts of paragraphs, days, source."""
    a, b = facts.alignment.a, facts.alignment.b
    evidence: dict[str, float | int | bool | str] = {
        "paragraphs_paired": len(facts.alignment.pairs),
        "paragraphs_copied": len(facts.alignment.copied),
        "query_covered": a.covered, "hit_covered": b.covered,
        "query_close": a.close, "hit_close": b.close,
        "query_copied": a.copied, "hit_copied": b.copied,
    }  # fmt: skip
    if facts.dated_exactly and not np.isnan(facts.days):
        evidence["days"] = round(facts.days, 2)
    if facts.same_source is not None:
        evidence["same_source"] = facts.same_source
    if facts.verdict is not None and facts.verdict is not Kind.NEW:
        evidence["verdict"] = facts.verdict.value
    return evidence


def verdict_on(verdict: Verdict, hit: str) -> Kind:
    """A stored verdict as one on the hit with this id, which may be the later or the earlier article."""
    return verdict.kind if verdict.article == hit else verdict.kind.mirrored


def _by_record(facts: PairFacts) -> Relation | None:
    """What is stored about the two."""
    if facts.verdict in _BY_VERDICT:
        return _BY_VERDICT[facts.verdict]
    if facts.advisory:
        return Relation.ADVISORY
    return Relation.SERIES if facts.series else None


def _by_text(facts: PairFacts) -> Relation | None:
    """What the shared text says; None where it says nothing."""
    a, b = facts.alignment.a, facts.alignment.b
    if facts.verdict is Kind.NEW:
        return None
    if facts.alignment.pairs and facts.alignment.identical:
        return Relation.COPY
    if _mostly_the_same(facts):
        return Relation.UPDATE if facts.same_source else Relation.COPY
    if not _is_story(facts):
        return None
    if max(a.copied, b.copied) >= _CONTAINED_LEAST:
        return Relation.EXCERPT if b.copied > a.copied else Relation.CONTAINS
    if min(a.close, b.close) < _MOSTLY:
        return None
    if facts.same_source:
        return Relation.UPDATE if max(a.copied, b.copied) >= _PART_COPIED else Relation.SAME_TOPIC
    close = sum(pair.score >= CLOSE_LEAST for pair in facts.alignment.pairs)
    in_time = not abs(facts.days) > _REWRITE_DAYS  # undated is in time
    return Relation.REWRITE if close >= _REWRITE_PAIRS and in_time else None


def _by_story(facts: PairFacts) -> Relation | None:
    """What story and dates say."""
    if facts.same_story >= _STORY_LEAST:
        least = 0.0 if facts.same_source else _PARALLEL_DAYS
        if facts.days > least:
            return Relation.FOLLOW_UP
        return Relation.BACKGROUND if facts.days < -least else Relation.PARALLEL
    covered = max(facts.alignment.a.covered, facts.alignment.b.covered)
    return Relation.SAME_TOPIC if facts.score >= _TOPIC_LEAST or covered >= _TOPIC_COVERED else None


def _mostly_the_same(facts: PairFacts) -> bool:
    copied = min(facts.alignment.a.copied, facts.alignment.b.copied)
    return _is_story(facts) and copied >= _MOSTLY


def _is_story(facts: PairFacts) -> bool:
    """Whether both are long enough for shared text to mean something: as in `duplicates.rules`."""
    return min(facts.alignment.a.characters, facts.alignment.b.characters) >= STORY_CHARACTERS

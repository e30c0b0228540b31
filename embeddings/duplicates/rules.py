"""When one article repeats another, and how: the rules, and every threshold with its reason.

Requirements. An editor asks "have we run this already?" and has to see why: each verdict carries the measured
shares. A copy is found under another headline, with typos mended, a credit added, a paragraph dropped or
moved; so is an update with a new lead, and a brief cut from a longer piece (or a piece that grew out of a
brief). Two reports on one event are no copies, nor are two that share a template, a background passage or an
outlet's advertisement. Verdicts link, they never remove anything.

Theory. Broder ("On the Resemblance and Containment of Documents", 1997): a text is the set of its runs of
five words; resemblance is the Jaccard overlap of two sets, containment the share of one set found in the
other. Where both sides contain .7 of each other the resemblance is at least .54, so whatever is an excerpt in
both directions is near already.

What was measured.

* The project's sample archive, all 1,891 pairs of 62 articles. Jaccard, least to highest:

      exact                                      1.000
      wire copies                             .809-.911
      updates                                 .519-.623
      excerpts                                .263-.428   covered .968-1.000
      two weather reports from one template        .183   covered .313
      every other pair                        under .06   covered under .11

  All 17 repeated articles get a fitting kind, and no other pair gets one; so it is with any near threshold
  from .43 to .51.

* A stream of 3,788 articles of eight outlets in two months of 2017 (no copies arranged), every pair that
  shares a shingle, texts of 40 words and more; from .3 on by their leads and the length of what they share:

      Jaccard    pairs   what they are
      1.0            2   one article posted twice
      .5 to 1        6   the same report in two outlets (3), updates (2), two short reports that share
                         272 words of background (1)
      .4 to .5       8   one outlet's next report on the event, half of it taken from the last one
      .3 to .4      24   the same (10), agency reports that two outlets edited heavily (6), and, from .35
                         down, reports on different events that share a passage of 350 to 540 words which
                         one outlet puts into everything on a subject (8)
      covered .7+    7   (Jaccard under .5) clips, openings and shortened reports: all repeat the other
      covered .6-.7 11   next reports and shared background, as above

  In the first 1,500 articles: 2 near, 2 excerpts, 2 that contain an earlier one; all of them real.

Known exceptions. A rewrite in other words shares no shingles, nor does a translation; that is what related
coverage is for. An update that replaces more than a third of the words is a follow-up here. A short report
that is mostly background is "near" to the next one (the pair above). Below 40 words chance rules.

Rejected.

* Near from .4: the eight next reports above, which an editor would want to see as reports of their own.
* Covered from .6: the eleven pairs above.
* No least length: dozens more, nearly all of them one outlet's 38-word invitation to subscribe, found in
  whatever carries it too; and bodies of a single word, left over from videos, as exact copies of each other.
* The estimate from signatures in place of counting: its standard error is .044, and updates lie .02 above the
  threshold.
* Leaving function words out, as the lexical score does: they are .43 of all words, and keeping them is what
  makes a shared run mean a shared sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from corpus import Kind, body_hash, fold

from .shingles import Hashes, shared, shingles

NEAR_LEAST = 0.5
"""Jaccard overlap from which two texts are mostly the same: updates reach .52, next reports .48."""

COVERED_LEAST = 0.7
"""Share of a text that must stand in the other one: excerpts reach .71, background passages .68."""

SHINGLES_LEAST = 36
"""Shingles (40 words) below which only the same text under the same headline is a copy: one line is a stub, a
caption or a piece of the page as often as it is a story."""


@dataclass(frozen=True)
class Text:
    """What is judged of one article. What it is compared by is computed once, when first asked for."""

    title: str
    text: str
    """The body, boilerplate taken out (`Boilerplate.own_text`)."""

    @cached_property
    def shingles(self) -> Hashes:
        """Of the body alone: headlines change."""
        return shingles(self.text)

    @cached_property
    def body_hash(self) -> str:
        """`corpus.body_hash` of the body."""
        return body_hash(self.text)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one article repeats an earlier one: a `corpus.Verdict` without the ids."""

    kind: Kind
    score: float
    """0..1, the share that the kind is about."""
    evidence: Mapping[str, float | int | bool | str]
    """`jaccard`, `article_covered`, `earlier_covered` (shares, 0..1) and `same_title`."""


def judge(article: Text, earlier: Text) -> Judgement | None:
    """How the article repeats the earlier one, or None. Kinds are tried from the strongest to the weakest."""
    lengths = len(article.shingles), len(earlier.shingles)
    if not all(lengths):
        return None
    common = shared(article.shingles, earlier.shingles)
    jaccard = common / (sum(lengths) - common)
    article_covered, earlier_covered = common / lengths[0], common / lengths[1]
    same_title = fold(article.title) == fold(earlier.title)
    story, earlier_story = (length >= SHINGLES_LEAST for length in lengths)
    if article.body_hash == earlier.body_hash and (story or same_title):
        kind, score = Kind.EXACT, 1.0
    elif jaccard >= NEAR_LEAST and (story or earlier_story):
        kind, score = Kind.NEAR, jaccard
    elif article_covered >= COVERED_LEAST and story:
        kind, score = Kind.EXCERPT, article_covered
    elif earlier_covered >= COVERED_LEAST and earlier_story:
        kind, score = Kind.CONTAINS, earlier_covered
    else:
        return None
    evidence = {
        "jaccard": round(jaccard, 4),
        "article_covered": round(article_covered, 4),
        "earlier_covered": round(earlier_covered, 4),
        "same_title": same_title,
    }
    return Judgement(kind, round(score, 4), evidence)

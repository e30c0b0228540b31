"""Whether what two articles share is a notice of the page: a consent wall, an invitation to subscribe, a footer.

The headline of a copy speaks of the text that it stands over, a notice says nothing of any.
"""

from typing import Protocol

_HEADLINES = 0.10
"""Share of the words of both headlines that stand in what both articles have, or in the other headline, below which
that is a notice; where both have one body, in that. Of 4,000 pairs of headlines over one of 17 notices .99 have less;
over the first 40 / 80 / 150 words of a report on the event of both .03 to .06 / .005 to .03 / .002 to .02. (With the
other headline counted: .6 to .95 of the notices, .002 to .018 of the reports.)"""
_HEADLINES_ELSEWHERE = 0.30
"""The same where what is not shared is about other things (`Facts.rest`): a footer under two short reports."""
_ONE_HEADLINE = 0.75
"""`Facts.headlines` of one headline and the same with a word more ("CORRECTED-..."); of two of one town it is half."""
_NAMED = 0.10
"""Names and numbers to a word of one body, from which it is news whatever the headlines say, if two outlets have it:
notices have .07 at most in languages that write nouns small, short news .1 and more (nine of ten)."""
_WORDS = 200
"""In one run, from which it is no notice: nobody makes a reader read more before the article."""


class SharedText(Protocol):
    """What is asked of `facts.Facts`."""

    @property
    def same_title(self) -> bool: ...  # noqa: D102
    @property
    def same_source(self) -> bool | None: ...  # noqa: D102
    @property
    def longest_shared(self) -> int: ...  # noqa: D102
    @property
    def most_covered(self) -> float: ...  # noqa: D102
    @property
    def headlines(self) -> float | None: ...  # noqa: D102
    @property
    def rest(self) -> float | None: ...  # noqa: D102
    @property
    def told(self) -> float | None: ...  # noqa: D102
    @property
    def named(self) -> float: ...  # noqa: D102


def is_notice(facts: SharedText, *, rest: float, covered: float) -> bool:
    """Whether what both have is a notice.

    It is short, and neither headline speaks of it, or of what the other one does; or hardly, and what else they say is
    about other things. Where it is the whole body, only what the headlines have to do with that counts: two headlines
    of one town share words over one notice. A body that two outlets have and that is full of names is none.

    Args:
        facts: of the two articles.
        rest: `Facts.rest` below which what is not shared is about other things.
        covered: the larger covered share from which nothing is left beside what is shared.
    """
    if facts.told is not None:
        return is_untold(facts) and (facts.same_source is not False or facts.named < _NAMED)
    if facts.same_title or facts.headlines is None or facts.longest_shared >= _WORDS:
        return False
    elsewhere = facts.rest is not None and facts.rest < rest and facts.most_covered < covered
    return facts.headlines < (_HEADLINES_ELSEWHERE if elsewhere else _HEADLINES)


def is_untold(facts: SharedText) -> bool:
    """Whether two articles have one short body of which neither headline says anything: a notice, or a brief."""
    told = facts.told is not None and facts.told < _HEADLINES
    one_headline = facts.same_title or (facts.headlines or 0.0) >= _ONE_HEADLINE
    return told and not one_headline and facts.longest_shared < _WORDS

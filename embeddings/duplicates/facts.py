"""What two texts share, counted: the facts that `rules` decides by, and that a verdict keeps as its evidence.

Pure functions over hashed words. Of each side: the share of its words that stand in a run of three words that the
other has too; the same by runs of five; the longest run of words without a counterpart; the numbers that only it has.
Of both: how far the order of what they share differs, dates, source and headline.

**Why runs of three.** The smaller share of the two, in percentiles, on the edits of benchmarks/duplicates:

                                                 5     50     95
    copies with typos, credits, cuts            .80+
    5 % of letters wrong, as a scanner reads    .61    .70    .75
    reworded by synonyms and order              .66    .74    .82
    two reports from one template               .92    .96    .97
    two short reports with an outlet's footer   .46    .51    .58
    follow-ups with the same background         .03    .16    .23
    obituaries from one biography               .33    .37    .42
    unrelated                                   .02    .07    .32

so that .5 parts the same report from another one, except for templates, which their numbers show. Shares of five-word
runs of the scanned ones (.18 to .35) and of the reworded ones (.25 to .5) lie within those of follow-ups.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus import body_hash, fold

from ..arrays import distinct, found_in
from ..numerals import NUMERAL
from .frames import Slots, Spelt, is_other_subject, slots_between
from .headlines import headlines_in_common, headlines_told
from .passages import Passages, edges_of, marks_of, passages_of, within
from .tokens import Hashes, hashed_words, runs

_COVERING = 3
"""Words of a run by which a word is covered."""
_COPYING = 5
"""Words of a run by which a copy is distinguished from a reworded one."""
_NUMBERS_SHOWN = 6
_FRAME = 0.3
"""Least covered share of one of two texts with a frame: match reports of three names in 90 words have .5, a digest with
its first and last line .3."""
_FRAME_LENGTH = 0.6
"""Length of the shorter one of two texts with one frame, of the longer one's."""
_LETTERS = 4
"""Of a word that carries a meaning: shorter ones are function words in most languages."""
_ONE_BODY = 0.8
"""Covered share of either of two articles that have nearly one body, and the shorter one's length, of the longer's."""
_REST_COMPARED = 0.3, 0.9
"""The larger covered share between which it is asked what the rest is about: below is no copy, above no rest."""

_MEANINGFUL = re.compile(f"[^\\W_]{{{_LETTERS},}}|[^\\W_\\x00-\u036f]+")
"""Words of so many letters, and shorter ones where letters are not Latin."""
_WITH_DIGIT = re.compile(r"(?<![^\W_])[^\W_]*\d[^\W_]*")  # from where a word begins: else a long one is read n² times

Evidence = Mapping[str, float | int | bool | str]


@dataclass(frozen=True)
class Text:
    """What is classified of one article. What it is compared by is computed once, when first asked for."""

    title: str
    text: str
    """The body, boilerplate taken out (`Boilerplate.own_text`)."""
    source: str | None = None
    day: float = math.nan
    """Days since 1970-01-01, UTC; NaN where undated."""
    whole: str = ""
    """`corpus.body_hash` of the body, boilerplate and all; of `text` where it is not given."""

    @cached_property
    def words(self) -> Hashes:
        """Of the body alone: headlines change."""
        return hashed_words([self.text]).hashes

    @cached_property
    def headline(self) -> Hashes:
        """The distinct words of the headline that carry a meaning, rising: those of four letters and more."""
        return _meaningful(self.title)

    @cached_property
    def meaning(self) -> Hashes:
        """The same of the body."""
        return _meaningful(self.text)

    @cached_property
    def is_meaning(self) -> NDArray[np.bool_]:
        """Which of the words these are, (n,)."""
        return found_in(self.meaning, self.words)[1]

    @cached_property
    def vocabulary(self) -> Hashes:
        """The distinct words, rising."""
        return distinct(self.words)

    @cached_property
    def marks(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which of the words are prose, and which of these nobody's quotation, (n,) each."""
        return marks_of(self.text, len(self.words))

    @cached_property
    def numerals(self) -> Hashes:
        """The words with a digit, distinct, rising: 18th is one, 4,100 are two."""
        with_digits = " ".join(part for part in self.text.split() if not part.isalpha())
        return distinct(hashed_words([" ".join(_WITH_DIGIT.findall(with_digits))]).hashes)

    @cached_property
    def body(self) -> str:
        """`corpus.body_hash` of the whole body."""
        return self.whole or body_hash(self.text)

    @cached_property
    def covering(self) -> tuple[Hashes, Hashes]:
        """The runs of three words, in order; and the distinct ones, rising."""
        found = runs(self.words, _COVERING)
        return found, distinct(found)

    @cached_property
    def copying(self) -> Hashes:
        """The distinct runs of five words, rising."""
        return distinct(runs(self.words, _COPYING))

    @cached_property
    def once(self) -> tuple[Hashes, NDArray[np.int64]]:
        """The runs of three words that stand in the text once, rising, and where."""
        found = self.covering[0]
        order = np.argsort(found, kind="stable")
        ranked = found[order]
        alone = np.ones(len(found), bool)
        same = ranked[1:] == ranked[:-1]
        alone[1:] &= ~same
        alone[:-1] &= ~same
        return ranked[alone], order[alone]

    @cached_property
    def spelt(self) -> Spelt:
        """The body as words with their letters."""
        return Spelt(self.text)

    @cached_property
    def spelt_headline(self) -> Spelt:
        """The same of the headline."""
        return Spelt(self.title)

    @cached_property
    def numbers(self) -> Counter[str]:
        """The numbers in digits, with their separators."""
        return Counter(NUMERAL.findall(self.text))


@dataclass(frozen=True, slots=True)
class Facts:
    """An article beside an earlier one; shares are 0..1.

    `gone` is what only the older of the two has, `new` what only the newer has: by their dates, or by arrival where a
    date is missing.
    """

    same_body: bool
    """The whole bodies are the same, white space, case and kinds of quotes aside."""
    same_title: bool
    same_source: bool | None
    """None where a side has no source."""
    days: float | None
    """From the earlier article to this one; below 0 for one that is older than what was there before. None: undated."""
    words: int
    """Of the article, boilerplate taken out."""
    earlier_words: int
    article_covered: float
    """Share of its words in runs of three that the earlier article has."""
    earlier_covered: float
    article_copied: float
    """Share of its distinct runs of five words that the earlier article has."""
    earlier_copied: float
    moved: float
    """How often, in 100 words, the shared text goes back to an earlier place of the other article."""
    longest_new: int
    """Words of the longest run that only the newer one has."""
    longest_gone: int
    longest_shared: int
    """Words of the longest run that both have."""
    numbers: int
    """In the article."""
    earlier_numbers: int
    numbers_new: int
    """That only the newer one has, each as often as it stands there."""
    numbers_gone: int
    changed_numbers: str = ""
    """Where few numbers differ: "4,100 -> 4,300"."""
    close: float | None = None
    """The smaller share of the two in paragraphs that say the same by their vectors; None where not compared."""
    close_pairs: int | None = None
    parts: int = 1
    """How many articles that do not repeat each other stand in the longer one, the shorter one among them: a live blog,
    a round-up."""
    slot_numbers: int = 0
    """Distinct numbers with another one in their place (`frames`), as all of these."""
    slot_names: int = 0
    """Distinct names with another one in their place."""
    slot_phrases: int = 0
    """Distinct other runs of up to twelve words with another one in their place."""
    frame_keys: int = 0
    """Distinct names and numbers that both have in the same place."""
    loose: float = 0.0
    """The larger share of words that have nothing in their place."""
    respelt: int = 0
    """Runs that are merely spelt in another way."""
    caseless: bool = False
    """The texts have no capitals inside of sentences, so that any word which only one has counts as a name."""
    other_subject: bool = False
    """Each headline has a word of its own text that the other article does not have."""

    headlines: float | None = None
    """Share of the words of both headlines that stand in what both articles have, or in the other headline; None where
    a side has no headline that says what it is about."""

    article_own: float = 0.0
    """Share of its prose that stands in passages of its own (`passages`)."""
    earlier_own: float = 0.0
    article_lead: int = 0
    """Words of the longest such passage before the first one that both have."""
    earlier_lead: int = 0
    article_midst: int = 0
    """Words of all such passages between the first one that both have and the last."""
    earlier_midst: int = 0
    retold: int = 0
    """Words of the passages that both have, outside of quotations."""
    retold_share: float = 0.0
    """The same, of all such words of the one for which it is more."""
    numbers_changed: int = 0
    """Numbers of the newer one in the midst of what both have, where the older one has others."""
    rest: float | None = None
    """Share of the words of either that are in no shared run and yet stand somewhere in the other one; None where that
    was not asked, or nothing is left."""
    told: float | None = None
    """Of two with nearly one body: share of the words of both headlines that stand in it; None where these are few."""
    named: float = 0.0
    """Of these: the names and numbers of the body, each once, to a word."""

    @property
    def replaced_numbers(self) -> int:
        """Numbers that have others in their place; of two outlets only those in the midst of what both have.

        Their pages have dates, hours and counts around it.
        """
        replaced = min(self.numbers_new, self.numbers_gone)
        return min(replaced, self.numbers_changed) if self.same_source is False else replaced

    @property
    def new_midst(self) -> int:
        """Words of the passages that only the newer one has, in the midst of what both have."""
        backwards = self.days is not None and self.days < 0
        return self.earlier_midst if backwards else self.article_midst

    @property
    def kinship(self) -> float | None:
        """How much what is not shared is about the same thing, by its words and by the headlines: 0 to 1.5."""
        return None if self.rest is None else self.rest + (self.headlines or 0.0) / 2

    @property
    def least_covered(self) -> float:
        """The smaller of both shares."""
        return min(self.article_covered, self.earlier_covered)

    @property
    def most_covered(self) -> float:
        """The larger of both shares."""
        return max(self.article_covered, self.earlier_covered)

    def evidence(self) -> dict[str, float | int | bool | str]:
        """The facts as the store keeps them: what is not known is left out."""
        found = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in found if value is not None and value != ""}

    @classmethod
    def of(cls, evidence: Evidence) -> Self | None:
        """The reverse of `evidence`; None where it is another version's."""
        known = {name: evidence.get(name) for name in ("same_source", "days")}
        try:
            return cls(**{**known, **evidence})  # type: ignore[arg-type]
        except TypeError:
            return None


def compare(article: Text, earlier: Text) -> Facts:
    """What an article and an earlier one share. .2 ms for 600 words each, where both have been compared before.

    Another 1.5 ms where so much is shared that they may have one frame.
    """
    covered, earlier_covered = _covered(article, earlier), _covered(earlier, article)
    days = article.day - earlier.day
    backwards = days < 0
    new, gone = (earlier_covered, covered) if backwards else (covered, earlier_covered)
    only, only_earlier = article.numbers - earlier.numbers, earlier.numbers - article.numbers
    numbers_new, numbers_gone = (only_earlier, only) if backwards else (only, only_earlier)
    slots, other_subject = _frame(article, earlier, min(_share(covered), _share(earlier_covered)))
    newer, older = (earlier, article) if backwards else (article, earlier)
    mine, theirs = _passages(article, covered, earlier), _passages(earlier, earlier_covered, article)
    has_rest = _REST_COMPARED[0] <= max(_share(covered), _share(earlier_covered)) < _REST_COMPARED[1]
    headlines = article.headline, earlier.headline
    shared = np.concatenate([article.words[covered], earlier.words[earlier_covered]])
    one_body = article.body == earlier.body or _are_alike(covered, earlier_covered)
    told = headlines_told(*headlines, np.concatenate([article.words, earlier.words])) if one_body else None
    return Facts(
        same_body=article.body == earlier.body,
        same_title=fold(article.title) == fold(earlier.title),
        same_source=article.source == earlier.source if article.source and earlier.source else None,
        days=None if math.isnan(days) else round(days, 3),
        words=len(covered), earlier_words=len(earlier_covered),
        article_covered=_share(covered), earlier_covered=_share(earlier_covered),
        article_copied=_copied(article, earlier), earlier_copied=_copied(earlier, article),
        moved=_moved(article, earlier),
        longest_new=_longest(~new), longest_gone=_longest(~gone),
        longest_shared=min(_longest(covered), _longest(earlier_covered)),
        numbers=article.numbers.total(), earlier_numbers=earlier.numbers.total(),
        numbers_new=numbers_new.total(), numbers_gone=numbers_gone.total(),
        changed_numbers=_changed(numbers_gone, numbers_new),
        slot_numbers=slots.numbers, slot_names=slots.names, slot_phrases=slots.phrases, frame_keys=slots.kept,
        loose=slots.loose, respelt=slots.respelt, caseless=slots.caseless, other_subject=other_subject,
        headlines=headlines_in_common(*headlines, shared),
        article_own=mine.own, earlier_own=theirs.own, article_lead=mine.lead, earlier_lead=theirs.lead,
        article_midst=mine.midst, earlier_midst=theirs.midst,
        retold=min(mine.retold, theirs.retold), retold_share=max(mine.retold_share, theirs.retold_share),
        numbers_changed=_changed_within(newer, older, new, gone),
        rest=_rest(article, earlier, covered, earlier_covered) if has_rest else None,
        told=told, named=0.0 if told is None else _named(article),
    )  # fmt: skip


def _frame(article: Text, earlier: Text, covered: float) -> tuple[Slots, bool]:
    """What two texts with a frame differ by, and whether their headlines name other subjects."""
    lengths = sorted((len(article.words), len(earlier.words)))
    if covered < _FRAME or lengths[0] < _FRAME_LENGTH * lengths[1] or article.body == earlier.body:
        return Slots(), False
    one, other = article.spelt, earlier.spelt
    headlines = article.spelt_headline, earlier.spelt_headline
    return slots_between(one, other, *headlines), is_other_subject(one, other, *headlines)


def _covered(one: Text, other: Text) -> NDArray[np.bool_]:
    """Which words of a text stand in a run that the other has, (n,)."""
    (mine, _), (_, theirs) = one.covering, other.covering
    covered = np.zeros(len(one.words), bool)
    hits = found_in(theirs, mine)[1]
    for i in range(min(_COVERING, len(one.words))):
        covered[i : i + len(hits)] |= hits
    return covered


def _meaningful(text: str) -> Hashes:
    """The distinct words of a text that carry a meaning, rising."""
    return distinct(hashed_words([" ".join(_MEANINGFUL.findall(text))]).hashes)


def _passages(text: Text, covered: NDArray[np.bool_], other: Text) -> Passages:
    known = found_in(other.vocabulary, text.words)[1]
    return passages_of(covered, text.marks, text.is_meaning, known)


def _changed_within(newer: Text, older: Text, new: NDArray[np.bool_], gone: NDArray[np.bool_]) -> int:
    """How many numbers have others in their place within what both have; the words of a number count each."""
    (start, end), (older_start, older_end) = within(new), within(gone)
    if start == older_start:  # as many words before: others, and not more
        start = older_start = 0
    if len(new) - end == len(gone) - older_end:
        end, older_end = len(new), len(gone)
    own, others = _numbers_in(newer, new, start, end), _numbers_in(older, gone, older_start, older_end)
    return min((own - others).total(), (others - own).total())


def _numbers_in(text: Text, covered: NDArray[np.bool_], start: int, end: int) -> Counter[int]:
    """The numbers between two words that are in no shared run."""
    left = text.words[start:end][~covered[start:end]]
    return Counter(left[found_in(text.numerals, left)[1]].tolist())


def _rest(article: Text, earlier: Text, covered: NDArray[np.bool_], earlier_covered: NDArray[np.bool_]) -> float | None:
    shares = []
    for one, marks, other in ((article, covered, earlier), (earlier, earlier_covered, article)):
        own = distinct(one.words[~marks & one.is_meaning])
        if len(own):
            shares.append(float(found_in(other.vocabulary, own)[1].mean()))
    return round(sum(shares) / len(shares), 4) if shares else None


def _are_alike(covered: NDArray[np.bool_], earlier_covered: NDArray[np.bool_]) -> bool:
    """Whether two articles have nearly one body."""
    shorter, longer = sorted((len(covered), len(earlier_covered)))
    return min(shorter / max(1, longer), _share(covered), _share(earlier_covered)) >= _ONE_BODY


def _named(text: Text) -> float:
    named = len(text.spelt.names) + sum(word[0].isdigit() for word in text.spelt.own)
    return round(named / max(1, len(text.spelt.words)), 4)


def _copied(one: Text, other: Text) -> float:
    return _share(found_in(other.copying, one.copying)[1])


def _moved(article: Text, earlier: Text) -> float:
    (mine, at), (theirs, earlier_at) = article.once, earlier.once
    found, shared = found_in(theirs, mine)
    at, earlier_at = at[shared], earlier_at[found[shared]]
    back = _falls(earlier_at[np.argsort(at)]) + _falls(at[np.argsort(earlier_at)])  # from both sides: they differ
    words = min(len(article.words), len(earlier.words))
    return round(50 * back / words, 3) if words else 0.0


def _falls(positions: NDArray[np.int64]) -> int:
    return int((positions[1:] < positions[:-1]).sum())


def _longest(marks: NDArray[np.bool_]) -> int:
    starts, ends = edges_of(marks)
    return int((ends - starts).max()) if len(starts) else 0


def _share(marks: NDArray[np.bool_]) -> float:
    return round(float(marks.mean()), 4) if len(marks) else 0.0


def _changed(gone: Counter[str], new: Counter[str]) -> str:
    if not gone or not new or max(gone.total(), new.total()) > _NUMBERS_SHOWN:
        return ""
    return " -> ".join(", ".join(sorted(some.elements())) for some in (gone, new))
